//! The handover room from outside, through the door that the tools program uses: every format against the text that its
//! client expects, sentences for every code, keys and certificates as openssl reads them, and the files that real clients
//! log in with (`tests/clients`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::{Value, json};

#[path = "handover/exports.rs"]
mod exports;
#[path = "handover/formats.rs"]
mod formats;
#[path = "handover/keys.rs"]
mod keys;
#[path = "handover/properties.rs"]
mod properties;
#[path = "handover/words.rs"]
mod words;

/// Runs a tool as the background does.
fn tool(name: &str, input: &Value) -> Value {
    let output = token_keeper::tools::run(name, &input.to_string());
    serde_json::from_str(&output.unwrap_or_else(|| panic!("{name} refuses its input"))).unwrap()
}

/// An account as the background sends it.
fn account(username: &str, password: &str, token: &str, host: &str) -> Value {
    json!({ "username": username, "password": password, "token": token, "host": host })
}

#[test]
fn an_input_that_is_none_gives_nothing() {
    for (name, input) in [
        ("format", "{}"),
        ("format", "not JSON"),
        ("probe_answer", "{\"status\":200,\"more\":1}"),
        ("uses", "[]"),
        ("nonsense", "{}"),
    ] {
        assert_eq!(
            token_keeper::tools::run(name, input),
            None,
            "{name} {input}"
        );
    }
}
