//! Files that a person chose or dropped, as base64 for the background; and files that are saved as downloads.

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlElement};

use crate::wire::errors::Fault;

#[wasm_bindgen]
extern "C" {
    /// A file that the browser lets us read.
    pub type File;
    /// Its size in bytes.
    #[wasm_bindgen(method, getter)]
    fn size(this: &File) -> f64;

    type Blob;
    #[wasm_bindgen(constructor, catch)]
    fn new(parts: &Array) -> Result<Blob, JsValue>;
    #[wasm_bindgen(catch, js_namespace = URL, js_name = createObjectURL)]
    fn object_url(content: &Blob) -> Result<String, JsValue>;
    #[wasm_bindgen(js_namespace = URL, js_name = revokeObjectURL)]
    fn revoke(url: &str);

    type FileReader;
    #[wasm_bindgen(constructor)]
    fn new() -> FileReader;
    #[wasm_bindgen(method, setter)]
    fn set_onload(this: &FileReader, heard: &Function);
    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &FileReader, heard: &Function);
    #[wasm_bindgen(method, js_name = readAsDataURL)]
    fn read_as_data_url(this: &FileReader, file: &File);
    #[wasm_bindgen(method, getter)]
    fn result(this: &FileReader) -> JsValue;
}

/// The files of a file field. To be called while its event is being handled.
#[must_use]
pub fn of(field: &JsValue) -> Vec<File> {
    list(field, "files")
        .iter()
        .map(JsCast::unchecked_into)
        .collect()
}

/// The files that a drop brings. To be called while the event is being handled; a drop is empty afterwards.
#[must_use]
pub fn dropped(event: &Event) -> Vec<File> {
    of(&carried(event))
}

/// Keeps the browser from opening a dragged file in place of this page. Dragged text is left to the browser.
pub fn keep(event: &Event) {
    if list(&carried(event), "types").includes(&"Files".into(), 0) {
        event.prevent_default();
    }
}

fn carried(event: &Event) -> JsValue {
    Reflect::get(event, &"dataTransfer".into()).unwrap_or_default()
}

/// A list that hangs on an object; empty if there is none.
fn list(holder: &JsValue, name: &str) -> Array {
    let list = Reflect::get(holder, &name.into()).unwrap_or_default();
    if list.is_object() {
        Array::from(&list)
    } else {
        Array::new()
    }
}

/// The bytes of a file as base64. The browser encodes them: it has that anyway.
///
/// # Errors
/// `file_too_large` above so many bytes, `file_unreadable` where the browser cannot read it.
#[allow(clippy::cast_precision_loss, reason = "no file is that large")]
pub async fn base64(file: &File, largest: usize) -> Result<String, Fault> {
    if file.size() > largest as f64 {
        return Err(Fault::new("file_too_large"));
    }
    let reader = FileReader::new();
    let read = Promise::new(&mut |done, failed| {
        reader.set_onload(&done);
        reader.set_onerror(&failed);
        reader.read_as_data_url(file);
    });
    let unreadable = || Fault::new("file_unreadable");
    JsFuture::from(read).await.map_err(|_| unreadable())?;
    // `data:message/rfc822;base64,…`; an empty file may come without a comma.
    let mut text = reader.result().as_string().ok_or_else(unreadable)?;
    let head = text.find(',').map_or(text.len(), |at| at + 1);
    text.drain(..head);
    Ok(text)
}

/// How long a saved file stays at hand for the browser, in milliseconds: it may ask the person for a place first.
const SAVING: u32 = 60_000;

/// Saves the bytes behind this base64 as a download. Did it begin?
#[must_use]
pub fn save_base64(name: &str, data: &str) -> bool {
    let decoded = web_sys::window().and_then(|window| window.atob(data).ok());
    let Some(decoded) = decoded.map(zeroize::Zeroizing::new) else {
        return false;
    };
    // One character a byte.
    let bytes: Vec<u8> = decoded
        .chars()
        .filter_map(|c| u8::try_from(c).ok())
        .collect();
    save(name, &bytes)
}

/// Saves bytes as a download. Did it begin?
pub fn save(name: &str, bytes: &[u8]) -> bool {
    offer(name, &Uint8Array::from(bytes).into())
}

/// Saves a text as a download. Did it begin?
#[must_use]
pub fn save_text(name: &str, text: &str) -> bool {
    offer(name, &JsValue::from_str(text))
}

fn offer(name: &str, content: &JsValue) -> bool {
    let url = Blob::new(&Array::of1(content)).and_then(|blob| object_url(&blob));
    let Ok(url) = url else { return false };
    let link = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("a").ok())
        .and_then(|link| link.dyn_into::<HtmlElement>().ok());
    let Some(link) = link else { return false };
    let set = |attribute, value| link.set_attribute(attribute, value).is_ok();
    if !set("href", &url) || !set("download", name) {
        return false;
    }
    link.click();
    spawn_local(async move {
        TimeoutFuture::new(SAVING).await;
        revoke(&url);
    });
    true
}
