//! Everything that is kept: search and list.

use leptos::prelude::*;

use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, el, live, rows};
use crate::ui::screens::account;
use crate::ui::state::{App, app};
use crate::ui::strings::{t, t1};
use crate::wire::views::{AccountView, View};

/// Rows drawn at once; a row costs the browser a millisecond.
const AT_ONCE: usize = 50;
/// From this many accounts on, a search field is worth its place.
const MANY: usize = 6;

/// The list of accounts.
#[must_use]
pub fn accounts(app: App) -> El {
    let wanted = RwSignal::new(String::new());
    let count = app.part(|view| view.accounts.len());
    let most = RwSignal::new(AT_ONCE);
    let found = Part::new(move || {
        let wanted = lower(&wanted.get());
        app.view.with(|view| {
            view.as_ref()
                .map(|view| matching(view, &wanted))
                .unwrap_or_default()
        })
    });
    let ids = Part::new(move || {
        let most = most.get();
        found.with(|ids| ids.iter().take(most).cloned().collect::<Vec<_>>())
    });
    let many = Part::new(move || count.get() >= MANY);
    let left = Part::new(move || found.with(Vec::len).saturating_sub(most.get()));
    let more = live(move || {
        Some(left.get()).filter(|left| *left > 0).map(|left| {
            button(t1("accounts_more", &left.to_string()))
                .quiet()
                .press(move || most.update(|most| *most += AT_ONCE))
        })
    });
    let search = live(move || many.get().then(|| search(wanted)));
    let none = live(move || match (count.get(), ids.with(Vec::is_empty)) {
        (0, _) => Some(t("accounts_none")),
        (_, true) => Some(t("accounts_no_match")),
        _ => None,
    });
    el("section")
        .class("card accounts")
        .set("aria-labelledby", "accounts-title")
        .put(el("h2").set("id", "accounts-title").put(t("accounts")))
        .put(search)
        // The role is said again because a list without bullets loses it in Safari's engine.
        .put(
            el("ul")
                .set("aria-label", t("accounts"))
                .set("role", "list")
                .put(rows(ids, row)),
        )
        .put(more)
        .put(el("p").class("hint").set("role", "status").put(none))
}

fn row(id: String) -> AnyView {
    account::row(app(), id)
}

fn search(wanted: RwSignal<String>) -> El {
    el("input")
        .set("type", "search")
        .set("aria-label", t("search"))
        .set("placeholder", t("search"))
        .set("autocomplete", "off")
        .set("spellcheck", "false")
        .value(move || wanted.get())
        .on("input", move |event| wanted.set(event_target_value(&event)))
}

fn matching(view: &View, wanted: &str) -> Vec<String> {
    view.accounts
        .iter()
        .filter(|a| holds(a, wanted))
        .map(|a| a.id.clone())
        .collect()
}

fn holds(account: &AccountView, wanted: &str) -> bool {
    let has = |text: &String| lower(text).contains(wanted);
    has(&account.label) || has(&account.username) || account.hosts.iter().any(has)
}

/// The browser's own: Rust's would bring its tables along.
fn lower(text: &str) -> String {
    String::from(js_sys::JsString::from(text).to_lower_case())
}
