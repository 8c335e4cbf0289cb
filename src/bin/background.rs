//! The background program: one entry, which `background.js` calls for every event.

#[cfg(target_arch = "wasm32")]
mod program {
    use token_keeper::browser::{self, extension::Extension};
    use wasm_bindgen::prelude::*;

    /// Handles one event (a [`browser::Waking`] as JSON); resolves to the reply for a message, else `null`.
    #[wasm_bindgen]
    pub async fn wake(event: JsValue) -> JsValue {
        match serde_wasm_bindgen::from_value(event) {
            Ok(waking) => token_keeper::browser::extension::to_js(&browser::wake(&Extension, waking).await),
            Err(_) => JsValue::NULL,
        }
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    token_keeper::browser::extension::report_panics();
}
