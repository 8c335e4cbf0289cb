//! The one door to the background: an [`Intent`] goes out, a [`Reply`] comes back.

use serde::Serialize;
use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::ui::api;
use crate::ui::read::{Read, field};
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply, Secret};
use crate::wire::views::View;

/// Asks the background. [`Reply::Error`] comes back as `Err`, so `Ok` is a view, a secret or an answer.
///
/// # Errors
/// The background's own fault, or `background_silent` if there was no answer that makes sense: a
/// worker that was just stopped resolves `undefined` without any error (`facts/browsers.md` §1).
pub async fn ask(mut intent: Intent) -> Result<Reply, Fault> {
    let message = intent.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    wipe(&mut intent);
    let silent = || Fault::new("background_silent");
    let answer = api::send(&message.map_err(|_| silent())?)
        .await
        .map_err(|_| silent())?;
    match reply_of(&answer) {
        Some(Reply::Error(fault)) => Err(fault),
        Some(reply) => Ok(reply),
        None => Err(silent()),
    }
}

/// Is this the background's word that something changed?
#[must_use]
pub fn is_changed(message: &JsValue) -> bool {
    kind(message) == "changed"
}

/// What an answer says; `None` if it is no answer at all.
fn reply_of(answer: &JsValue) -> Option<Reply> {
    Some(match kind(answer).as_str() {
        "view" => Reply::View(Box::new(View::read(answer))),
        "secret" => Reply::Secret {
            text: field(answer, "text"),
        },
        "answer" => Reply::Answer {
            text: field(answer, "text"),
        },
        "error" => Reply::Error(Fault::read(answer)),
        _ => return None,
    })
}

/// The `kind` of a message; empty for what has none.
fn kind(message: &JsValue) -> String {
    field(message, "kind")
}

/// Our copy of what a person typed goes as soon as the message is made.
fn wipe(intent: &mut Intent) {
    match intent {
        Intent::CreateVault { with }
        | Intent::Unlock { with }
        | Intent::AddWay { with }
        | Intent::RotateKey { with } => match with {
            Secret::Passphrase(passphrase) => passphrase.zeroize(),
            Secret::Passkey(answer) => answer.secret.zeroize(),
            Secret::Device => {}
        },
        Intent::ChangePassphrase { old, new } => {
            old.zeroize();
            new.zeroize();
        }
        Intent::Backup { passphrase } => passphrase.zeroize(),
        Intent::MoveIn {
            data, passphrase, ..
        } => {
            data.zeroize();
            passphrase.zeroize();
        }
        Intent::Paste { text } => text.zeroize(),
        // A mail file holds the token as a pasted mail does.
        Intent::MailFile { data } => data.zeroize(),
        // It may hold a password that the person typed.
        Intent::Handover { input, .. } | Intent::Probe { input, .. } => input.zeroize(),
        _ => {}
    }
}
