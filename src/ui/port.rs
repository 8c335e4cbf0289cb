//! The one door to the background: an [`Intent`] goes out, a [`Reply`] comes back.

use serde::Serialize;
use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::ui::api;
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
    let answer = api::send(&message.map_err(|_| silent())?).await.map_err(|_| silent())?;
    match read(answer) {
        Some(Reply::Error(fault)) => Err(fault),
        Some(reply) => Ok(reply),
        None => Err(silent()),
    }
}

/// Is this the background's word that something changed?
#[must_use]
pub fn is_changed(message: &JsValue) -> bool {
    js_sys::Reflect::get(message, &"kind".into())
        .is_ok_and(|kind| kind.as_string().as_deref() == Some("changed"))
}

fn read(answer: JsValue) -> Option<Reply> {
    if answer.is_null() || answer.is_undefined() {
        return None;
    }
    serde_wasm_bindgen::from_value(answer).ok()
}

/// Our copy of what a person typed goes as soon as the message is made.
fn wipe(intent: &mut Intent) {
    match intent {
        Intent::CreateVault { passphrase } | Intent::Unlock { passphrase } => passphrase.zeroize(),
        Intent::Paste { text } => text.zeroize(),
        _ => {}
    }
}
