//! The background program: one entry, which `background.js` calls for every event.

#[cfg(target_arch = "wasm32")]
mod program {
    use token_keeper::browser::{self, extension::Extension};
    use token_keeper::wire::json;
    use wasm_bindgen::prelude::*;

    /// Handles one event (a [`browser::Waking`] as JSON); resolves to the reply for a message as JSON, else `null`.
    #[wasm_bindgen]
    pub async fn wake(event: String) -> String {
        match json::from_str(&event) {
            Ok(waking) => {
                serde_json::to_string(&browser::wake(&Extension, waking).await).unwrap_or_default()
            }
            Err(_) => "null".to_owned(),
        }
    }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    token_keeper::browser::extension::report_panics();
}
