//! "Here is the mail": paste it, or have the page in front read.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlTextAreaElement;

use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, by_id, el, live};
use crate::ui::parts::field::{hands_off, labelled};
use crate::ui::parts::lines::fault_line;
use crate::ui::screens::page::scan_button;
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

const PASTE: &str = "paste";

/// The paste box as a card of its own, for a token that turned up outside of a flow.
#[must_use]
pub fn catch_card(app: App) -> El {
    // On an ordinary page, the card of the page has the scan button already.
    let scan =
        app.part(|view| view.flow.is_some() || view.page.as_ref().is_some_and(|page| page.genuine));
    el("section")
        .class("card")
        .set("aria-labelledby", "catch-title")
        .put(el("h2").set("id", "catch-title").put(t("catch_title")))
        .put(live(move || catch(app, scan.get())))
}

/// The paste box, with or without "Scan this page".
#[must_use]
pub fn catch(app: App, scan: bool) -> El {
    let fault = RwSignal::new(None);
    let area = hands_off(el("textarea")).set("id", PASTE).set("rows", "2");
    let scan = live(move || {
        let tab = app.front.get().filter(|_| scan)?.id;
        Some(scan_button(app, tab))
    });
    el("form")
        .on_submit(move || look_at(app, fault))
        .put(labelled(PASTE, t("paste_label")).put(area))
        .put(fault_line(fault))
        .put(
            el("div")
                .class("row")
                .put(button(t("look_for_token")))
                .put(scan),
        )
}

fn look_at(app: App, fault: RwSignal<Option<Fault>>) {
    let Some(area) = by_id::<HtmlTextAreaElement>(PASTE) else {
        return;
    };
    let text = area.value();
    if text.trim().is_empty() || app.busy.with_untracked(Option::is_some) {
        return;
    }
    fault.set(None);
    spawn_local(async move {
        match app.run(Intent::Paste { text }).await {
            // A pasted mail holds the token: it does not stay in sight longer than it is needed.
            Ok(_) => area.set_value(""),
            Err(why) => {
                fault.try_set(Some(why));
            }
        }
    });
}
