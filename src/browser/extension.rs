//! The extension APIs: the few calls that we need, and nothing decided about them.
//!
//! `background.js` puts the API's namespace under `extensionApi` and its own few helpers under
//! `tokenKeeper`. A call that a browser does not know, or a permission that was not given, is an `Err`.

use std::collections::BTreeMap;

use futures_util::future::{Either, select};
use gloo::timers::future::TimeoutFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::browser::shell::{Area, Badge, Shell, StorageFailed, TabInfo};
use crate::recognise::mail::PROVIDERS;
use crate::wire::messages::{Act, MailReading, Outcome, PageFacts, Refusal, ToPage};

/// How long a page may take to carry out a plan (milliseconds): two waits of three seconds and some air.
const ACT_PATIENCE: u32 = 9_000;
/// How long a page may take to describe itself (milliseconds).
const LOOK_PATIENCE: u32 = 1_500;
/// Alarms do not go off sooner than this (minutes, Chrome 120 and later).
const SHORTEST_ALARM: f64 = 0.5;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "local"], js_name = get)]
    async fn local_get() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "local"], js_name = set)]
    async fn local_set(items: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "local"], js_name = remove)]
    async fn local_remove(keys: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "session"], js_name = get)]
    async fn session_get() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "session"], js_name = set)]
    async fn session_set(items: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "storage", "session"], js_name = remove)]
    async fn session_remove(keys: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "tabs"], js_name = get)]
    async fn tab_get(tab: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "tabs"], js_name = update)]
    async fn tab_update(tab: i32, change: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "tabs"], js_name = query)]
    async fn tab_query(filter: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "tabs"], js_name = sendMessage)]
    async fn tab_send(tab: i32, message: JsValue, options: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["extensionApi", "runtime"], js_name = id)]
    static RUNTIME_ID: String;
    #[wasm_bindgen(js_namespace = ["extensionApi", "runtime"], js_name = getURL)]
    fn get_url(path: &str) -> String;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "runtime"], js_name = sendMessage)]
    async fn runtime_send(message: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "alarms"], js_name = create)]
    async fn alarm_create(name: &str, info: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "action"], js_name = setBadgeText)]
    async fn badge_text(details: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "action"], js_name = setBadgeBackgroundColor)]
    async fn badge_color(details: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "permissions"], js_name = contains)]
    async fn permissions_contain(what: JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "scripting"], js_name = executeScript)]
    async fn execute_script(injection: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "scripting"], js_name = registerContentScripts)]
    async fn register_scripts(scripts: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "scripting"], js_name = unregisterContentScripts)]
    async fn unregister_scripts(filter: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["extensionApi", "scripting"], js_name = getRegisteredContentScripts)]
    async fn registered_scripts() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["tokenKeeper"])]
    fn later(name: &str, after: f64);
    #[wasm_bindgen(js_namespace = ["tokenKeeper"])]
    fn panicked();
    #[wasm_bindgen(catch, js_namespace = ["tokenKeeper"], js_name = clearClipboard)]
    async fn clear_clipboard(sha256: &str) -> Result<JsValue, JsValue>;
}

/// The real browser.
pub struct Extension;

/// Tells `background.js` of a panic, which then drops this instance. The message is not passed on: it
/// could quote what it failed on.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|_| panicked()));
}

/// A value as plain JSON-shaped JavaScript.
pub fn to_js<T: Serialize>(value: &T) -> JsValue {
    value.serialize(&Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

impl Shell for Extension {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn now(&self) -> u64 {
        js_sys::Date::now() as u64
    }

    fn random(&self, buffer: &mut [u8]) {
        // A system without a generator must not go on with zeroes; the trap ends this event.
        #[allow(clippy::expect_used)]
        getrandom::fill(buffer).expect("the browser has a random generator");
    }

    fn identity(&self) -> (String, String) {
        (RUNTIME_ID.with(String::clone), get_url("").trim_end_matches('/').to_owned())
    }

    async fn read(&self, area: Area) -> Result<BTreeMap<String, String>, StorageFailed> {
        let items = match area {
            Area::Local => local_get().await,
            Area::Session => session_get().await,
        };
        let items: js_sys::Object = items.map_err(|_| StorageFailed)?.unchecked_into();
        let mut all = BTreeMap::new();
        for entry in js_sys::Object::entries(&items) {
            let entry: js_sys::Array = entry.unchecked_into();
            if let Some(key) = entry.get(0).as_string() {
                // Something that is not text is not ours, but it must not look like an empty store.
                let value = entry.get(1);
                let text = value.as_string().or_else(|| js_sys::JSON::stringify(&value).ok()?.as_string());
                all.insert(key, text.unwrap_or_default());
            }
        }
        Ok(all)
    }

    async fn write(&self, area: Area, items: &[(String, String)]) -> Result<(), StorageFailed> {
        let items = to_js(&items.iter().cloned().collect::<BTreeMap<_, _>>());
        let done = match area {
            Area::Local => local_set(items).await,
            Area::Session => session_set(items).await,
        };
        done.map(|_| ()).map_err(|_| StorageFailed)
    }

    async fn remove(&self, area: Area, keys: &[String]) -> Result<(), StorageFailed> {
        let done = match area {
            Area::Local => local_remove(to_js(&keys)).await,
            Area::Session => session_remove(to_js(&keys)).await,
        };
        done.map(|_| ()).map_err(|_| StorageFailed)
    }

    async fn tab(&self, tab: i32) -> Option<TabInfo> {
        #[derive(serde::Deserialize)]
        struct Tab {
            #[serde(default)]
            url: Option<String>,
            #[serde(default)]
            status: Option<String>,
        }
        let tab: Tab = from_js(tab_get(tab).await.ok()?)?;
        Some(TabInfo { url: tab.url, complete: tab.status.as_deref() == Some("complete") })
    }

    async fn open(&self, tab: i32, url: &str) {
        // The tab may be gone; then nothing reports from it, and the flow says so.
        let _ = tab_update(tab, to_js(&serde_json::json!({ "url": url, "active": true }))).await;
    }

    async fn look(&self, tab: i32, frame: i32) -> Option<PageFacts> {
        from_js(send(tab, frame, &ToPage::Look, LOOK_PATIENCE).await?)
    }

    async fn act(&self, tab: i32, frame: i32, act: &Act) -> Outcome {
        let answer = send(tab, frame, &ToPage::Act(act.clone()), ACT_PATIENCE).await;
        answer.and_then(from_js).unwrap_or(Outcome { done: 0, refused: Some(Refusal::Silent) })
    }

    async fn scan(&self, tab: i32) -> Option<MailReading> {
        let injection = serde_json::json!({ "target": { "tabId": tab }, "files": ["page/mail.js"] });
        let results: js_sys::Array = execute_script(to_js(&injection)).await.ok()?.dyn_into().ok()?;
        from_js(js_sys::Reflect::get(&results.get(0), &"result".into()).ok()?)
    }

    async fn register_mail_reader(&self) {
        let registered: Vec<String> = registered_scripts()
            .await
            .ok()
            .and_then(from_js::<Vec<serde_json::Value>>)
            .unwrap_or_default()
            .iter()
            .filter_map(|script| script.get("id")?.as_str().map(str::to_owned))
            .collect();
        let allowed = self.mail_allowed().await;
        for (provider, hosts) in PROVIDERS {
            let is_registered = registered.iter().any(|id| id == provider);
            match (allowed.iter().any(|name| name == provider), is_registered) {
                (true, false) => {
                    let files = ["page/mail.js", "page/watch.js"];
                    let script = serde_json::json!([{ "id": provider, "matches": patterns(hosts), "js": files, "runAt": "document_idle" }]);
                    let _ = register_scripts(to_js(&script)).await;
                    // Mail that is open already is not loaded anew for our sake.
                    let tabs = tab_query(to_js(&serde_json::json!({ "url": patterns(hosts) }))).await.ok();
                    for tab in tabs.and_then(from_js::<Vec<serde_json::Value>>).unwrap_or_default() {
                        let injection = serde_json::json!({ "target": { "tabId": tab.get("id") }, "files": files });
                        let _ = execute_script(to_js(&injection)).await;
                    }
                }
                (false, true) => {
                    let _ = unregister_scripts(to_js(&serde_json::json!({ "ids": [provider] }))).await;
                }
                _ => {}
            }
        }
    }

    async fn mail_allowed(&self) -> Vec<String> {
        let mut allowed = vec![];
        for (provider, hosts) in PROVIDERS {
            if contains(serde_json::json!({ "permissions": ["scripting"], "origins": patterns(hosts) })).await {
                allowed.push((*provider).to_owned());
            }
        }
        allowed
    }

    async fn clipboard_allowed(&self) -> bool {
        contains(serde_json::json!({ "permissions": ["clipboardRead"] })).await
    }

    async fn clear_clipboard(&self, sha256: &str) {
        let _ = clear_clipboard(sha256).await;
    }

    #[allow(clippy::cast_precision_loss)]
    async fn alarm(&self, name: &'static str, after_ms: u64) {
        let after = after_ms as f64;
        if after < SHORTEST_ALARM * 60_000.0 {
            later(name, after);
        }
        // Also for short waits: the worker may die before its timer goes off.
        let minutes = (after / 60_000.0).max(SHORTEST_ALARM);
        let _ = alarm_create(name, to_js(&serde_json::json!({ "delayInMinutes": minutes }))).await;
    }

    async fn badge(&self, badge: Badge) {
        let (text, color) = match badge {
            Badge::None => (String::new(), "#0f766e"),
            Badge::Running => ("…".to_owned(), "#0f766e"),
            Badge::Press => ("!".to_owned(), "#b45309"),
            Badge::Review(count) => (count.to_string(), "#b45309"),
        };
        let _ = badge_text(to_js(&serde_json::json!({ "text": text }))).await;
        let _ = badge_color(to_js(&serde_json::json!({ "color": color }))).await;
    }

    async fn changed(&self) {
        // Fails when no app page is open, which is the usual case. Not awaited: no page may hold us up.
        wasm_bindgen_futures::spawn_local(async {
            let _ = runtime_send(to_js(&serde_json::json!({ "kind": "changed" }))).await;
        });
    }
}

/// Sends to one document of a tab. `None`: no agent there, or no answer in time.
async fn send(tab: i32, frame: i32, message: &ToPage, patience: u32) -> Option<JsValue> {
    let answer = tab_send(tab, to_js(message), to_js(&serde_json::json!({ "frameId": frame })));
    match select(Box::pin(answer), TimeoutFuture::new(patience)).await {
        Either::Left((Ok(answer), _)) if !answer.is_null() && !answer.is_undefined() => Some(answer),
        _ => None,
    }
}

async fn contains(what: serde_json::Value) -> bool {
    permissions_contain(to_js(&what)).await.is_ok_and(|answer| answer.is_truthy())
}

fn patterns(hosts: &[&str]) -> Vec<String> {
    hosts.iter().map(|host| format!("https://{host}/*")).collect()
}
