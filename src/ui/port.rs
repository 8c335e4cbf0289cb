//! The one door to the background: an [`Intent`] goes out, a [`Reply`] comes back.

use serde::Serialize;
use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::ui::api;
use crate::ui::read::read;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};

/// Asks the background. [`Reply::Error`] comes back as `Err`, so `Ok` is a view or a secret.
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
    match reply_of(answer) {
        Some(Reply::Error(fault)) => Err(fault),
        Some(reply) => Ok(reply),
        None => Err(silent()),
    }
}

/// Is this the background's word that something changed?
#[must_use]
pub fn is_changed(message: &JsValue) -> bool {
    kind(message).as_deref() == Some("changed")
}

/// Reads a reply by its `kind`, one variant at a time.
fn reply_of(answer: JsValue) -> Option<Reply> {
    let reply = match kind(&answer)?.as_str() {
        "view" => Reply::View(Box::new(read(answer)?)),
        "secret" => Reply::Secret {
            text: js_sys::Reflect::get(&answer, &"text".into())
                .ok()?
                .as_string()?,
        },
        "error" => Reply::Error(read(answer)?),
        _ => return None,
    };
    Some(reply)
}

/// The `kind` of a message; `None` also for what is no object at all.
fn kind(message: &JsValue) -> Option<String> {
    js_sys::Reflect::get(message, &"kind".into())
        .ok()?
        .as_string()
}

/// Our copy of what a person typed goes as soon as the message is made.
fn wipe(intent: &mut Intent) {
    match intent {
        Intent::CreateVault { passphrase } | Intent::Unlock { passphrase } => passphrase.zeroize(),
        Intent::Paste { text } => text.zeroize(),
        // A mail file holds the token as a pasted mail does.
        Intent::MailFile { data } => data.zeroize(),
        _ => {}
    }
}
