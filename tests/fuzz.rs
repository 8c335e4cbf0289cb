//! Fuzz targets as plain functions: what comes from outside, read by what reads it, with what must hold afterwards.
//!
//! Each target runs over its corpus (`tests/corpus/<target>/`, one input a file) and over mutations of it. A normal run takes a
//! few seconds; `TOKEN_KEEPER_FUZZ=100 cargo test --release --test fuzz` draws a hundred times as much. What fails is printed
//! at its smallest: put it into the corpus before you mend it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, TestRunner};

#[path = "fuzz/targets.rs"]
mod targets;

/// Its name, and how often it is drawn in a normal run.
type Target = (&'static str, fn(&[u8]), u32);

const TARGETS: &[Target] = &[
    ("origin", targets::origin, 20_000),
    ("facts", targets::facts, 10_000),
    ("text", targets::text, 3_000),
    ("html", targets::html, 3_000),
    ("eml", targets::eml, 1_500),
    ("moving", targets::moving, 3_000),
];

#[test]
fn origin() {
    run("origin");
}

#[test]
fn facts() {
    run("facts");
}

#[test]
fn text() {
    run("text");
}

#[test]
fn html() {
    run("html");
}

#[test]
fn eml() {
    run("eml");
}

#[test]
fn moving() {
    run("moving");
}

#[test]
fn every_corpus_has_a_target() {
    for entry in std::fs::read_dir(folder("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(TARGETS.iter().any(|(target, ..)| *target == name), "{name}");
    }
}

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(name)
}

fn run(name: &str) {
    let (_, target, draws) = TARGETS.iter().find(|(target, ..)| *target == name).unwrap();
    let corpus: BTreeMap<String, Vec<u8>> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    assert!(corpus.len() >= 10, "a small corpus: {}", corpus.len());
    for (file, input) in &corpus {
        let outcome = catch_unwind(AssertUnwindSafe(|| target(input)));
        assert!(outcome.is_ok(), "tests/corpus/{name}/{file}");
    }
    let times: u32 = std::env::var("TOKEN_KEEPER_FUZZ").map_or(1, |times| times.parse().unwrap());
    let mut runner = TestRunner::new(Config {
        cases: draws * times,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&inputs(corpus.into_values().collect()), |input| {
            target(&input);
            Ok(())
        })
        .unwrap();
}

/// Any bytes, and inputs of the corpus with some edits.
fn inputs(corpus: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (0..6u8, any::<Index>(), any::<Index>(), any::<u8>());
    let edited = (select(corpus.clone()), select(corpus), vec(edit, 0..8)).prop_map(
        |(mut input, other, edits)| {
            for (kind, from, to, byte) in edits {
                apply(&mut input, &other, kind, from, to, byte);
            }
            input
        },
    );
    prop_oneof![
        1 => vec(any::<u8>(), 0..2_000),
        1 => any::<String>().prop_map(String::into_bytes),
        6 => edited,
    ]
}

fn apply(input: &mut Vec<u8>, other: &[u8], kind: u8, from: Index, to: Index, byte: u8) {
    let at = from.index(input.len() + 1);
    let end = at + to.index(input.len() - at + 1).min(200);
    match kind {
        0 => input.insert(at, byte),
        1 => drop(input.drain(at..end)),
        2 => {
            if let Some(old) = input.get_mut(at) {
                *old ^= 1 << (byte % 8);
            }
        }
        // Twice the same, or a piece of another input in its place.
        3 => {
            let piece = input[at..end].to_vec();
            input.splice(at..at, piece);
        }
        4 => {
            let piece = &other[from.index(other.len() + 1).min(to.index(other.len() + 1))..];
            input.splice(at..end, piece.iter().copied().take(400));
        }
        // Signs that mean something to one of the readers.
        _ => {
            let signs = [
                "\u{200B}", "\u{202E}", "\u{AD}", "\r\n", "：", "@", ".", "/", "\\", "%2e",
                "&#x41;", "=\r\n", "<wbr>", "\"", "{", "\u{0}", "--", ":443",
            ];
            let sign = signs[usize::from(byte) % signs.len()];
            input.splice(at..at, sign.bytes());
        }
    }
}
