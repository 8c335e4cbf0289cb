//! Everything that is kept: search and list.

use leptos::prelude::*;

use crate::ui::screens::account;
use crate::ui::state::app;
use crate::ui::strings::t;
use crate::wire::views::{AccountView, View};

/// From this many accounts on, a search field is worth its place.
const MANY: usize = 6;

/// The list of accounts.
#[component]
pub fn Accounts() -> impl IntoView {
    let app = app();
    let wanted = RwSignal::new(String::new());
    let count = app.part(|view| view.accounts.len());
    // Rows are keyed by account: one that stays keeps what is unfolded or in sight in it.
    let ids = Memo::new(move |_| {
        let wanted = wanted.get().to_lowercase();
        app.view.with(|view| view.as_ref().map(|view| matching(view, &wanted)).unwrap_or_default())
    });
    let none = move || match (count.get(), ids.with(Vec::is_empty)) {
        (0, _) => Some(t("accounts_none")),
        (_, true) => Some(t("accounts_no_match")),
        _ => None,
    };
    let search = move || {
        (count.get() >= MANY).then(|| {
            view! {
                <input
                    type="search"
                    class="search"
                    aria-label=t("search")
                    placeholder=t("search")
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || wanted.get()
                    on:input=move |event| wanted.set(event_target_value(&event))
                />
            }
        })
    };
    view! {
        <section class="card accounts" aria-labelledby="accounts-title">
            <h2 id="accounts-title">{t("accounts")}</h2>
            {search}
            <ul aria-label=t("accounts") role="list">
                <For each=move || ids.get() key=Clone::clone children=move |id| account::row(app, id) />
            </ul>
            <p class="hint empty" role="status">{none}</p>
        </section>
    }
    .into_any()
}

fn matching(view: &View, wanted: &str) -> Vec<String> {
    view.accounts.iter().filter(|a| holds(a, wanted)).map(|a| a.id.clone()).collect()
}

fn holds(account: &AccountView, wanted: &str) -> bool {
    let has = |text: &String| text.to_lowercase().contains(wanted);
    has(&account.label) || has(&account.username) || account.hosts.iter().any(has)
}
