//! Everything that is kept: search and list.

use leptos::prelude::*;

use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, el, live, rows};
use crate::ui::parts::lines::{card, line};
use crate::ui::screens::account;
use crate::ui::state::{App, app};
use crate::ui::strings::{t, t1};
use crate::wire::views::AccountView;

/// Rows drawn at first, so that a search among thousands keeps up with the typing: a row costs almost a millisecond.
const AT_FIRST: usize = 12;
/// Rows added by "Show more".
const MORE: usize = 100;
/// From this many accounts on, a search field is worth its place.
const MANY: usize = 6;

/// The list of accounts.
#[must_use]
pub fn accounts(app: App) -> El {
    let wanted = RwSignal::new(String::new());
    let count = app.part(|view| view.accounts.len());
    let most = RwSignal::new(AT_FIRST);
    let all = app.part(|view| {
        view.accounts
            .iter()
            .map(|a| a.id.clone())
            .collect::<Vec<_>>()
    });
    // Read only while somebody searches, so it is made only then, and once for a whole search.
    let words = app.part(|view| view.accounts.iter().map(words).collect::<Vec<_>>());
    let found = Part::new(move || {
        let wanted = lower(&wanted.get());
        if wanted.is_empty() {
            return all.get();
        }
        words.with(|words| {
            let holds =
                |(id, words): (&String, &String)| words.contains(&wanted).then(|| id.clone());
            all.with(|all| all.iter().zip(words).filter_map(holds).collect())
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
                .press(move || most.update(|most| *most += MORE))
        })
    });
    let damaged = app.part(|view| view.damaged);
    let damaged = live(move || {
        Some(damaged.get())
            .filter(|count| *count > 0)
            .map(|count| line("warn", t1("accounts_damaged", &count.to_string())))
    });
    let search = live(move || {
        many.get().then(|| {
            // Thousands of names in small letters take longer than a keystroke may: they are made before the first.
            search(wanted).on("focus", move |_| untrack(|| words.with(|_| ())))
        })
    });
    let none = live(move || match (count.get(), ids.with(Vec::is_empty)) {
        (0, _) => Some(t("accounts_none")),
        (_, true) => Some(t("accounts_no_match")),
        _ => None,
    });
    card("accounts")
        .put(damaged)
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

/// All that an account can be found by, in small letters, a line each.
fn words(account: &AccountView) -> String {
    let mut words = format!("{}\n{}", account.label, account.username);
    for host in &account.hosts {
        words.push('\n');
        words.push_str(host);
    }
    lower(&words)
}

/// The browser's own: Rust's would bring its tables along.
fn lower(text: &str) -> String {
    String::from(js_sys::JsString::from(text).to_lower_case())
}
