//! The seam between the core and JavaScript, on wasm: the one binding to the extension API, the system's
//! random generator and the passphrase stretch, as the background uses them. Runs under Node.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic)]

use token_keeper::browser::extension::Extension;
use token_keeper::browser::{self, Waking};
use token_keeper::wire::json;
use token_keeper::wire::messages::Reply;
use token_keeper::wire::views::VaultView;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_test::wasm_bindgen_test;

/// Stands in for `background.js`: storage areas, the tools, and calls that fail for whatever else is asked.
const HOST: &str = r#"
globalThis.areas = { local: {}, session: {}, copy: {}, witness: {} };
globalThis.tokenKeeper = {
  id: "abcdefgh", origin: "chrome-extension://abcdefgh", later() {}, panicked() {},
  async call(method, args) {
    const [verb, area] = method.split(".").reverse();
    const [first, second] = JSON.parse(args) ?? [];
    if (verb === "runTool") return JSON.stringify(globalThis.runTool(first, second) ?? null);
    const store = areas[area];
    if (!store || globalThis.refuse) throw new Error("no such call");
    if (verb === "get") return JSON.stringify(store);
    if (verb === "set") Object.assign(store, first);
    if (verb === "remove") for (const key of first) delete store[key];
    return "null";
  },
};
globalThis.refuse = false;
"#;

/// A fresh browser.
fn host() {
    js_sys::eval(HOST).unwrap();
    let run =
        Closure::<dyn Fn(String, String) -> Option<String>>::new(|name: String, input: String| {
            token_keeper::tools::run(&name, &input)
        });
    js_sys::Reflect::set(&js_sys::global(), &"runTool".into(), &run.into_js_value()).unwrap();
}

async fn intent(message: &str) -> Reply {
    let event = format!(
        r#"{{"message":{{"message":{message},"sender":{{"id":"abcdefgh","origin":"chrome-extension://abcdefgh"}}}}}}"#
    );
    let waking: Waking = json::from_str(&event).unwrap();
    browser::wake(&Extension, waking).await.unwrap()
}

async fn vault(message: &str) -> VaultView {
    match intent(message).await {
        Reply::View(view) => view.vault,
        Reply::Error(fault) => panic!("{fault}"),
        Reply::Secret { .. } | Reply::Answer { .. } => panic!("no view"),
    }
}

#[wasm_bindgen_test]
async fn a_vault_is_made_locked_and_opened_again_through_the_binding() {
    host();
    assert_eq!(vault(r#"{"kind":"view"}"#).await, VaultView::Missing);
    assert!(matches!(
        vault(r#"{"kind":"createVault","with":{"passphrase":"seven invented words"}}"#).await,
        VaultView::Open { .. }
    ));
    assert_eq!(vault(r#"{"kind":"lock"}"#).await, VaultView::Locked);
    assert!(
        matches!(intent(r#"{"kind":"unlock","with":{"passphrase":"another passphrase"}}"#).await, Reply::Error(fault) if fault.code == "wrong_passphrase")
    );
    assert!(matches!(
        vault(r#"{"kind":"unlock","with":{"passphrase":"seven invented words"}}"#).await,
        VaultView::Open { .. }
    ));
    let stored = js_sys::eval("JSON.stringify(areas.local)")
        .unwrap()
        .as_string()
        .unwrap();
    assert!(stored.contains("vault") && !stored.contains("invented"));
}

#[wasm_bindgen_test]
async fn a_value_that_is_not_text_is_a_damaged_store_and_not_an_empty_one() {
    host();
    js_sys::eval("areas.local.vault = { broken: 1 }").unwrap();
    assert!(matches!(
        vault(r#"{"kind":"view"}"#).await,
        VaultView::Damaged { .. }
    ));
}

#[wasm_bindgen_test]
async fn a_browser_that_refuses_to_read_is_said() {
    host();
    js_sys::eval("globalThis.refuse = true").unwrap();
    assert!(
        matches!(intent(r#"{"kind":"view"}"#).await, Reply::Error(fault) if fault.code == "store_unreadable")
    );
}
