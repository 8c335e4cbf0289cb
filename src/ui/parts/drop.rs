//! A place for files: they are dropped on it, or chosen by its button.

use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::ui::files::{self, File};
use crate::ui::parts::button::Button;
use crate::ui::parts::dom::{El, by_id, el};

/// The place. `id` names its hidden field, `accept` what it offers to choose (empty for anything), `words` say that one may
/// drop; `take` gets what came.
#[must_use]
pub fn drop_place(
    id: &'static str,
    accept: &str,
    choose: Button,
    words: String,
    take: impl Fn(Vec<File>) + Copy + Send + 'static,
) -> El {
    let over = RwSignal::new(false);
    let field = el("input")
        .set("type", "file")
        .set("id", id)
        .maybe("accept", (!accept.is_empty()).then(|| accept.to_owned()))
        // The button stands for it.
        .set("hidden", "")
        .on("change", move |event| {
            let Some(field) = event.target() else { return };
            take(files::of(&field));
            // So that the same file can be chosen again.
            if let Some(field) = by_id::<HtmlInputElement>(id) {
                field.set_value("");
            }
        });
    let choose = choose.press(move || {
        if let Some(field) = by_id::<HtmlElement>(id) {
            field.click();
        }
    });
    el("div")
        .class("drop")
        .live("data-over", move || over.get().then(String::new))
        .on("dragover", move |event| {
            files::keep(&event);
            over.set(event.default_prevented());
        })
        .on("dragleave", move |_| over.set(false))
        .on("drop", move |event| {
            files::keep(&event);
            over.set(false);
            take(files::dropped(&event));
        })
        .put(field)
        .put(choose)
        .put(el("span").class("hint").put(words))
}
