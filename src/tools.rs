//! Heavy work that is done seldom, behind one function: text in, text out, both JSON.
//!
//! The background must be small, since it is compiled on every wake of the worker. What needs big tables or parsers
//! (mail files, letters that look alike, backup files, keys) is linked into a program of its own (`src/bin/tools.rs`)
//! that is started for one task. On the host the background calls [`run`] directly.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::recognise::{eml, lookalike};
use crate::wire::json;
use crate::{handover, vault};

/// Runs the tool of this name on its input. `None`: no such tool, or the input is not what it takes.
///
/// | name | input | output |
/// |---|---|---|
/// | `mail_file` | `{"data": base64}` | the messages of the file, [`crate::wire::messages::MailReading`] each |
/// | `lookalike` | [`lookalike::Question`] | [`lookalike::Answer`] |
/// | `backup`, `move_in`, `plain_export` | see [`crate::moving`] | see there |
/// | `vault_…` | see [`vault::tools`] | see there |
/// | others | see [`handover`] | see there |
#[must_use]
pub fn run(name: &str, input: &str) -> Option<String> {
    match name {
        "lookalike" => lookalike::answer(input),
        "mail_file" => mail_file(input),
        "backup" | "move_in" | "plain_export" => crate::moving::run(name, input),
        _ => vault::tools::run(name, input).or_else(|| handover::run(name, input)),
    }
}

fn mail_file(input: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct File {
        data: String,
    }
    let File { data } = json::from_str(input).ok()?;
    // A page writes the one alphabet, the vault the other.
    let bytes = STANDARD
        .decode(&data)
        .or_else(|_| URL_SAFE_NO_PAD.decode(&data))
        .ok()?;
    serde_json::to_string(&eml::read(&bytes)?).ok()
}
