//! The extension API as the app needs it: one file, a handful of functions, nothing clever.
//!
//! Both browsers answer with promises under `browser` (Chromium since 148) or `chrome`; the name is
//! resolved here and nowhere else. Calls that open a permission question or a panel are **not**
//! `async fn`: an async import runs at its first poll, and by then Firefox no longer counts the
//! person's click.

use js_sys::{Array, Function, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = browser)]
    static BROWSER: Option<Api>;
    #[wasm_bindgen(thread_local_v2, js_name = chrome)]
    static CHROME: Option<Api>;

    #[derive(Clone)]
    type Api;
    #[wasm_bindgen(method, getter)]
    fn runtime(this: &Api) -> Runtime;
    #[wasm_bindgen(method, getter)]
    fn i18n(this: &Api) -> I18n;
    #[wasm_bindgen(method, getter)]
    fn tabs(this: &Api) -> Tabs;
    #[wasm_bindgen(method, getter)]
    fn permissions(this: &Api) -> Permissions;
    #[wasm_bindgen(method, getter, js_name = sidePanel)]
    fn side_panel(this: &Api) -> Option<SidePanel>;
    #[wasm_bindgen(method, getter, js_name = sidebarAction)]
    fn sidebar_action(this: &Api) -> Option<SidebarAction>;

    type Runtime;
    #[wasm_bindgen(method, catch, js_name = sendMessage)]
    async fn send_message(this: &Runtime, message: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, js_name = onMessage)]
    fn on_message(this: &Runtime) -> ApiEvent;
    #[wasm_bindgen(method, js_name = getURL)]
    fn get_url(this: &Runtime, path: &str) -> String;

    type ApiEvent;
    #[wasm_bindgen(method, js_name = addListener)]
    fn add_listener(this: &ApiEvent, listener: &Function);

    type I18n;
    #[wasm_bindgen(method, js_name = getMessage)]
    fn get_message(this: &I18n, id: &str, arguments: &Array) -> Option<String>;

    type Tabs;
    #[wasm_bindgen(method, catch)]
    async fn query(this: &Tabs, filter: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn create(this: &Tabs, options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, getter, js_name = onActivated)]
    fn on_activated(this: &Tabs) -> ApiEvent;
    #[wasm_bindgen(method, getter, js_name = onUpdated)]
    fn on_updated(this: &Tabs) -> ApiEvent;

    type Tab;
    #[wasm_bindgen(method, getter)]
    fn id(this: &Tab) -> Option<i32>;
    #[wasm_bindgen(method, getter, js_name = windowId)]
    fn window_id(this: &Tab) -> i32;

    type Permissions;
    #[wasm_bindgen(method, catch)]
    fn request(this: &Permissions, grant: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn contains(this: &Permissions, grant: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn remove(this: &Permissions, grant: &JsValue) -> Result<Promise, JsValue>;

    type SidePanel;
    #[wasm_bindgen(method, catch)]
    fn open(this: &SidePanel, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    async fn digest(algorithm: &str, data: &Uint8Array) -> Result<JsValue, JsValue>;

    type SidebarAction;
    #[wasm_bindgen(method, catch, js_name = open)]
    fn open_sidebar(this: &SidebarAction) -> Result<Promise, JsValue>;
}

/// A tab in front: where it is, and in which window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrontTab {
    /// Tab id.
    pub id: i32,
    /// Window id; the side panel opens per window.
    pub window: i32,
}

/// A set of optional permissions, as the browser wants it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Grant {
    /// API permissions, e.g. `scripting`.
    pub permissions: Vec<&'static str>,
    /// Host patterns.
    pub origins: Vec<String>,
}

/// Sends a message to the background and waits for its reply.
///
/// # Errors
/// Whatever the browser throws, e.g. because nobody listens.
pub async fn send(message: &JsValue) -> Result<JsValue, JsValue> {
    let Some(api) = api() else {
        return Err(JsValue::NULL);
    };
    api.runtime().send_message(message).await
}

/// Calls `heard` with every message that another context of this extension sends.
pub fn on_message(heard: impl Fn(JsValue) + 'static) {
    if let Some(api) = api() {
        api.runtime().on_message().add_listener(&listener(heard));
    }
}

/// Calls `moved` when another tab comes to the front, or when a tab has finished loading.
pub fn on_tab_change(moved: impl Fn() + Clone + 'static) {
    let Some(api) = api() else { return };
    let activated = moved.clone();
    api.tabs()
        .on_activated()
        .add_listener(&listener(move |_| activated()));
    let updated =
        Closure::<dyn Fn(JsValue, JsValue)>::new(move |_tab: JsValue, change: JsValue| {
            // Fires for every favicon and title as well; only a finished load changes what is in front.
            let status = js_sys::Reflect::get(&change, &"status".into())
                .ok()
                .and_then(|s| s.as_string());
            if status.as_deref() == Some("complete") {
                moved();
            }
        });
    api.tabs()
        .on_updated()
        .add_listener(updated.into_js_value().unchecked_ref());
}

/// The tab in front of the current window.
pub async fn front_tab() -> Option<FrontTab> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Filter {
        active: bool,
        current_window: bool,
    }
    let filter = plain(&Filter {
        active: true,
        current_window: true,
    })?;
    let tabs = api()?.tabs().query(&filter).await.ok()?;
    let tab: Tab = Array::from(&tabs)
        .get(0)
        .dyn_into::<js_sys::Object>()
        .ok()?
        .unchecked_into();
    Some(FrontTab {
        id: tab.id()?,
        window: tab.window_id(),
    })
}

/// Opens a page of this extension in a new tab.
pub async fn open_page(path: &str) -> bool {
    #[derive(Serialize)]
    struct Options {
        url: String,
    }
    let Some(api) = api() else { return false };
    let Some(options) = plain(&Options {
        url: api.runtime().get_url(path),
    }) else {
        return false;
    };
    api.tabs().create(&options).await.is_ok()
}

/// Can this browser show the app beside the page?
#[must_use]
pub fn has_side_panel() -> bool {
    api().is_some_and(|api| api.side_panel().is_some() || api.sidebar_action().is_some())
}

/// Opens the app beside the page. Must be called inside a click handler.
#[must_use]
pub fn open_side_panel(window: i32) -> Option<Promise> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Options {
        window_id: i32,
    }
    let api = api()?;
    if let Some(panel) = api.side_panel() {
        return panel.open(&plain(&Options { window_id: window })?).ok();
    }
    api.sidebar_action()?.open_sidebar().ok()
}

/// Asks for optional permissions. Must be called inside a click handler; await the answer with [`granted`].
#[must_use]
pub fn request(grant: &Grant) -> Option<Promise> {
    api()?.permissions().request(&plain(grant)?).ok()
}

/// Gives optional permissions back.
#[must_use]
pub fn remove(grant: &Grant) -> Option<Promise> {
    api()?.permissions().remove(&plain(grant)?).ok()
}

/// Are these permissions granted?
#[must_use]
pub fn allowed(grant: &Grant) -> Option<Promise> {
    api()?.permissions().contains(&plain(grant)?).ok()
}

/// The answer to [`request`], [`remove`] or [`allowed`]: `false` also where the browser refused to ask.
pub async fn granted(asked: Option<Promise>) -> bool {
    match asked {
        Some(promise) => JsFuture::from(promise)
            .await
            .is_ok_and(|answer| answer.is_truthy()),
        None => false,
    }
}

/// Did something that was begun end well?
pub async fn settled(begun: Option<Promise>) -> bool {
    match begun {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

/// A message of `_locales`, or `None` if there is none under this id.
#[must_use]
pub fn message(id: &str, arguments: &[&str]) -> Option<String> {
    let list = Array::new();
    for argument in arguments {
        list.push(&JsValue::from_str(argument));
    }
    let text = api()?.i18n().get_message(id, &list);
    text.filter(|text| !text.is_empty())
}

/// SHA-256 of a text, in hex; by the browser, which has it anyway.
pub async fn sha256_hex(text: &str) -> Option<String> {
    use std::fmt::Write;
    let hash = digest("SHA-256", &Uint8Array::from(text.as_bytes()))
        .await
        .ok()?;
    let mut hex = String::with_capacity(64);
    for byte in Uint8Array::new(&hash).to_vec() {
        write!(hex, "{byte:02x}").ok()?;
    }
    Some(hex)
}

fn api() -> Option<Api> {
    BROWSER
        .with(Option::clone)
        .or_else(|| CHROME.with(Option::clone))
}

/// The listener lives as long as the page: JavaScript owns it.
fn listener(heard: impl Fn(JsValue) + 'static) -> Function {
    Closure::<dyn Fn(JsValue)>::new(heard)
        .into_js_value()
        .unchecked_into()
}

/// A value as JavaScript holds what came out of JSON.
pub fn plain(value: &impl Serialize) -> Option<JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .ok()
}
