//! Passkeys, as far as this browser has them (`extension/passkey.js`).

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::ui::read::field;
use crate::wire::errors::Fault;
use crate::wire::messages::{PasskeyAnswer, Secret};
use crate::wire::views::WayView;

#[wasm_bindgen(raw_module = "./passkey.js")]
extern "C" {
    #[wasm_bindgen(js_name = supported)]
    fn is_supported() -> bool;
    #[wasm_bindgen(catch, js_name = make)]
    async fn make_one(name: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = ask)]
    async fn ask_one(list: &JsValue) -> Result<JsValue, JsValue>;
}

/// Can this browser open a vault with a passkey?
#[must_use]
pub fn supported() -> bool {
    is_supported()
}

/// Makes a passkey under this name.
///
/// # Errors
/// `passkey_failed`: the person refused, or the authenticator cannot do it.
pub async fn make(name: &str) -> Result<Secret, Fault> {
    answer(make_one(name).await)
}

/// Asks one of the passkeys among these ways.
///
/// # Errors
/// As [`make`].
pub async fn ask(ways: &[WayView]) -> Result<Secret, Fault> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Known<'a> {
        credential: &'a str,
        rp_id: &'a str,
        salt: &'a str,
    }
    let known: Vec<_> = ways
        .iter()
        .filter(|way| way.kind == "passkey")
        .map(|way| Known {
            credential: &way.credential,
            rp_id: &way.rp_id,
            salt: &way.salt,
        })
        .collect();
    let list = known.serialize(&serde_wasm_bindgen::Serializer::json_compatible());
    match list {
        Ok(list) => answer(ask_one(&list).await),
        Err(_) => Err(Fault::new("passkey_failed")),
    }
}

fn answer(got: Result<JsValue, JsValue>) -> Result<Secret, Fault> {
    let got = got.map_err(|_| Fault::new("passkey_failed"))?;
    Ok(Secret::Passkey(PasskeyAnswer {
        credential: field(&got, "credential"),
        rp_id: field(&got, "rp_id"),
        salt: field(&got, "salt"),
        secret: field(&got, "secret"),
    }))
}
