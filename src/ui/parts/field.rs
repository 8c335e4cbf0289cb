//! Text fields: a visible label that is also the accessible name, and no stranger's autofill.

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;
use zeroize::Zeroizing;

use crate::ui::part::Part;
use crate::ui::parts::dom::{El, by_id, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::strings::t;

/// How many values are offered below a field.
const MOST_SUGGESTIONS: usize = 3;

/// A plain text field bound to a signal, and to another that says whether the person typed in it. For
/// nothing secret.
#[must_use]
pub fn text_field(
    id: &str,
    label: String,
    value: RwSignal<String>,
    touched: Option<RwSignal<bool>>,
) -> El {
    let input = input(id, "text")
        .value(move || value.get())
        .on("input", move |event| {
            value.set(event_target_value(&event));
            if let Some(touched) = touched {
                touched.set(true);
            }
        });
    labelled(id, label).put(input)
}

/// The same, with other values below it to choose from. No `datalist`: with one, the field is no longer
/// announced as a text field.
#[must_use]
pub fn suggesting_field(
    id: &str,
    label: String,
    value: RwSignal<String>,
    touched: RwSignal<bool>,
    suggestions: Part<Vec<String>>,
) -> El {
    let choose = move |suggestion: String| {
        let word = suggestion.clone();
        el("button")
            .set("type", "button")
            .class("button quiet")
            .on("click", move |_| {
                value.set(suggestion.clone());
                touched.set(true);
            })
            .put(el("bdi").put(word))
    };
    let others = live(move || {
        let suggestions = suggestions
            .get()
            .into_iter()
            .filter(|other| *other != value.get())
            .take(MOST_SUGGESTIONS);
        suggestions.map(choose).collect::<Vec<_>>()
    });
    text_field(id, label, value, Some(touched)).put(el("div").class("suggestions").put(others))
}

/// A passphrase field. Its text lives in the element alone: it is [`read`] once, when it is needed.
/// Two fields of one form share `shown`; the one with the `toggle` has the button for it.
#[must_use]
pub fn passphrase_field(
    id: &'static str,
    label: String,
    shown: RwSignal<bool>,
    toggle: bool,
) -> El {
    let input = hands_off(el("input")).set("id", id).live("type", move || {
        Some(if shown.get() { "text" } else { "password" }.to_owned())
    });
    let show = toggle.then(|| {
        el("button")
            .set("type", "button")
            .class("button quiet inset")
            .set("aria-controls", id)
            .on("click", move |_| shown.update(|shown| *shown = !*shown))
            .put(Icon::Eye.draw())
            .put(el("span").put(live(move || t(if shown.get() { "hide" } else { "show" }))))
    });
    labelled(id, label).put(el("div").class("with-inset").put(input).put(show))
}

/// A frame with a label for the field with this id.
#[must_use]
pub fn labelled(id: &str, label: String) -> El {
    el("div")
        .class("field")
        .put(el("label").set("for", id).put(label))
}

/// Keeps the browser's and other password managers' hands off a field.
#[must_use]
pub fn hands_off(field: El) -> El {
    field
        .set("autocomplete", "off")
        .set("autocapitalize", "off")
        .set("spellcheck", "false")
        .set("data-1p-ignore", "")
        .set("data-lpignore", "true")
        .set("data-bwignore", "")
}

/// What stands in the field with this id.
#[must_use]
pub fn read(id: &str) -> Zeroizing<String> {
    Zeroizing::new(
        by_id::<HtmlInputElement>(id)
            .map(|input| input.value())
            .unwrap_or_default(),
    )
}

/// Empties the field with this id.
pub fn clear(id: &str) {
    if let Some(input) = by_id::<HtmlInputElement>(id) {
        input.set_value("");
    }
}

/// Puts the cursor into the field with this id, as soon as what is being built now stands on the page.
pub fn focus_soon(id: &'static str) {
    spawn_local(async move {
        TimeoutFuture::new(0).await;
        if let Some(input) = by_id::<HtmlInputElement>(id) {
            // Focus is a comfort; a refusal changes nothing.
            let _ = input.focus();
        }
    });
}

fn input(id: &str, kind: &'static str) -> El {
    hands_off(el("input")).set("id", id).set("type", kind)
}
