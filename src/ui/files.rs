//! Mail files that a person chose or dropped, as base64 for the background.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

use crate::recognise::eml::LARGEST;
use crate::wire::errors::Fault;

#[wasm_bindgen]
extern "C" {
    /// A file that the browser lets us read.
    pub type File;
    #[wasm_bindgen(method, getter)]
    fn size(this: &File) -> f64;

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
/// `file_too_large` above [`LARGEST`], `file_unreadable` where the browser cannot read it.
pub async fn base64(file: &File) -> Result<String, Fault> {
    if file.size() > LARGEST as f64 {
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
