//! The vault from outside: published vectors, this format's own frozen vector, malformed files, and
//! properties over any input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod commitment;
mod copies;
mod format;
mod fuzz;
mod malformed;
mod model;
mod primitives;
mod properties;
mod raw;
mod rotation;
mod stateful;
mod sync;

/// Where the vectors lie.
fn vectors() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join("vectors")
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
