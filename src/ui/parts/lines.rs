//! Cards and what stands in them: paragraphs, rows, facts; what went wrong, what is good to know.

use leptos::prelude::*;

use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::strings::{coded, t, t1};
use crate::wire::errors::Fault;

/// The sentence for a failure, with the wait that it asks for.
#[must_use]
pub fn fault_text(fault: &Fault) -> String {
    let sentence = coded("fault", &fault.code);
    match fault.wait_ms {
        Some(wait) if wait > 0 => format!(
            "{sentence} {}",
            t1("fault_wait", &wait.div_ceil(1000).to_string())
        ),
        _ => sentence,
    }
}

/// A card whose title has this string id, which is its element id too.
#[must_use]
pub fn card(title: &str) -> El {
    el("section")
        .class("card")
        .set("aria-labelledby", title)
        .put(el("h2").set("id", title).put(t(title)))
}

/// Buttons side by side.
#[must_use]
pub fn buttons() -> El {
    el("div").class("row")
}

/// A failure where it happened. Announced at once.
#[must_use]
pub fn fault_line(fault: RwSignal<Option<Fault>>) -> El {
    alerts(live(move || {
        fault.with(|fault| fault.as_ref().map(|fault| line("bad", fault_text(fault))))
    }))
}

/// A place whose content is announced at once when it appears.
#[must_use]
pub fn alerts(inside: AnyView) -> El {
    el("div").set("role", "alert").put(inside)
}

/// A place whose content is announced when there is time.
#[must_use]
pub fn says(inside: AnyView) -> El {
    el("div").set("role", "status").put(inside)
}

/// One line with an icon, in a tone (`bad`, `warn`, `good`, `calm`).
#[must_use]
pub fn line(tone: &str, text: String) -> El {
    let icon = match tone {
        "good" => Icon::Check,
        "calm" => Icon::Info,
        _ => Icon::Warn,
    };
    el("p")
        .class(&format!("line {tone}"))
        .put(icon.draw())
        .put(el("span").put(text))
}

/// A paragraph in the main text size.
#[must_use]
pub fn p(text: String) -> El {
    el("p").put(text)
}

/// A paragraph of second importance.
#[must_use]
pub fn hint(text: String) -> El {
    el("p").class("hint").put(text)
}

/// A foreign name (host, user). It cannot reorder the line around it, nor, with hidden direction
/// marks, itself: each of them is shown as a replacement sign.
#[must_use]
pub fn bdi(text: String) -> El {
    el("bdi").put(visible(&text))
}

/// A text with every hidden direction mark shown as a replacement sign.
#[must_use]
pub fn visible(text: &str) -> String {
    let shown = |c| match c {
        '\u{200e}'
        | '\u{200f}'
        | '\u{061c}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// Facts as names and values.
#[must_use]
pub fn facts(facts: Vec<El>) -> El {
    el("dl").class("facts").put(facts)
}

/// One of [`facts`]: the string id of its name, and a value that may be foreign.
#[must_use]
pub fn fact(name: &str, value: String) -> El {
    el("div")
        .put(el("dt").put(t(name)))
        .put(el("dd").put(bdi(value)))
}
