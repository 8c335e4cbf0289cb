//! Three bars and a word for the strength of a passphrase or password.

use leptos::prelude::*;

use crate::ui::parts::dom::{El, el};
use crate::ui::strength::Strength;

/// The meter; `word` stands beside the bars, which stay empty while there is no `strength`.
#[must_use]
pub fn meter(strength: impl Fn() -> Option<Strength> + Send + 'static, word: AnyView) -> El {
    let bars = el("span")
        .class("bars")
        .set("aria-hidden", "true")
        .put(vec![el("i"), el("i"), el("i")]);
    el("div")
        .class("strength")
        .live("data-level", move || {
            strength().map(|strength| strength.level().to_string())
        })
        .put(bars)
        .put(el("span").class("hint").set("role", "status").put(word))
}
