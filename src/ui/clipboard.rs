//! The way to the clipboard, for secrets and for what is none.

use wasm_bindgen_futures::JsFuture;

use crate::ui::api::{self, Grant};
use crate::ui::state::App;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};

/// What lets the background check that the clipboard still holds ours before it clears it.
#[must_use]
pub fn clearing() -> Grant {
    Grant {
        permissions: vec!["clipboardRead", "clipboardWrite"],
        origins: vec![],
    }
}

/// Fetches a secret, puts it on the clipboard and tells the background its fingerprint, so that it
/// can clear the clipboard later without knowing what was copied.
///
/// # Errors
/// The background's fault, or `copy_failed` if the browser kept us from the clipboard.
pub async fn copy(app: App, secret: Intent) -> Result<(), Fault> {
    let Reply::Secret { text } = app.run(secret).await? else {
        return Err(Fault::new("background_silent"));
    };
    copy_text(app, &zeroize::Zeroizing::new(text)).await
}

/// Puts a secret that is at hand on the clipboard, and has it cleared later as [`copy`] does.
///
/// # Errors
/// As [`copy`].
pub async fn copy_text(app: App, text: &str) -> Result<(), Fault> {
    put(text).await?;
    let sha256 = api::sha256_hex(text)
        .await
        .ok_or_else(|| Fault::new("background_silent"))?;
    app.run(Intent::Copied { sha256 }).await.map(|_| ())
}

/// Puts a text on the clipboard.
///
/// # Errors
/// `copy_failed` if the browser kept us from the clipboard.
pub async fn put(text: &str) -> Result<(), Fault> {
    let failed = || Fault::new("copy_failed");
    let clipboard = web_sys::window().map(|w| w.navigator().clipboard());
    let written = clipboard.ok_or_else(failed)?.write_text(text);
    JsFuture::from(written).await.map_err(|_| failed())?;
    Ok(())
}
