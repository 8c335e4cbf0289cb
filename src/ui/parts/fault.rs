//! Failures in words.

use leptos::prelude::*;

use crate::ui::parts::icon::Icon;
use crate::ui::strings::{coded, t1};
use crate::wire::errors::Fault;

/// The sentence for a failure, with the wait that it asks for.
#[must_use]
pub fn fault_text(fault: &Fault) -> String {
    let sentence = coded("fault", &fault.code);
    match fault.wait_ms {
        Some(wait) if wait > 0 => format!("{sentence} {}", t1("fault_wait", &wait.div_ceil(1000).to_string())),
        _ => sentence,
    }
}

/// A failure where it happened. Announced at once.
#[must_use]
pub fn fault_line(fault: RwSignal<Option<Fault>>) -> AnyView {
    view! {
        <div role="alert">
            {move || fault.with(|f| f.as_ref().map(|f| line("bad", fault_text(f))))}
        </div>
    }
    .into_any()
}

/// One line with an icon, in a tone (`bad`, `warn`, `good`, `calm`).
#[must_use]
pub fn line(tone: &'static str, text: String) -> AnyView {
    let icon = match tone {
        "good" => Icon::Check,
        "calm" => Icon::Info,
        _ => Icon::Warn,
    };
    view! { <p class=format!("line {tone}")>{icon.draw()}<span>{text}</span></p> }.into_any()
}
