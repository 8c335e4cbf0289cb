//! Settings: when the vault locks, which mailboxes may be read, whether the clipboard may be cleared.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::api::{self, Grant};
use crate::ui::clipboard;
use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, Screen, app};
use crate::ui::strings::{coded, t, t1};
use crate::wire::messages::Intent;

/// Minutes to choose from; 0 = only when the browser closes.
const MINUTES: [u32; 6] = [5, 15, 30, 60, 240, 0];

/// A webmail provider, by its name in the mail reader's table.
#[derive(Clone, Copy)]
struct Provider {
    name: &'static str,
    origins: &'static [&'static str],
}

const PROVIDERS: [Provider; 2] = [
    Provider { name: "gmail", origins: &["https://mail.google.com/*"] },
    Provider {
        name: "outlook",
        origins: &[
            "https://outlook.live.com/*",
            "https://outlook.office.com/*",
            "https://outlook.office365.com/*",
            "https://outlook.cloud.microsoft/*",
        ],
    },
];

/// The settings screen.
#[component]
pub fn Settings() -> impl IntoView {
    let app = app();
    let back = move |()| app.screen.set(Screen::Main);
    let providers = PROVIDERS.into_iter().map(|provider| mail_switch(app, provider)).collect_view();
    view! {
        <div class="title-row settings-head">
            <h2>{t("settings")}</h2>
            <Button label=t("back") weight=Weight::Quiet icon=Icon::Back press=back />
        </div>
        <section class="card" aria-labelledby="settings-lock">
            <h3 id="settings-lock">{t("settings_lock")}</h3>
            {lock_minutes(app)}
        </section>
        <section class="card" aria-labelledby="settings-mail">
            <h3 id="settings-mail">{t("settings_mail")}</h3>
            <p class="hint" id="settings-mail-why">{t("settings_mail_why")}</p>
            {providers}
        </section>
        <section class="card" aria-labelledby="settings-clipboard">
            <h3 id="settings-clipboard">{t("settings_clipboard")}</h3>
            <p class="hint" id="settings-clipboard-why">{t("settings_clipboard_why")}</p>
            {clipboard_switch(app)}
        </section>
        <section class="card" aria-labelledby="settings-about">
            <h3 id="settings-about">{t("about")}</h3>
            <p>{t("about_limits")}</p>
            <p class="hint">{t("about_private")}</p>
        </section>
    }
    .into_any()
}

fn lock_minutes(app: App) -> AnyView {
    let now = app.part(|view| view.lock_minutes);
    // A value that policy or an older version chose stays in the list.
    let choices = move || {
        let mut all = MINUTES.to_vec();
        if !all.contains(&now.get()) {
            all.insert(0, now.get());
        }
        all.into_iter().map(|minutes| option(minutes, minutes == now.get())).collect_view()
    };
    let change = move |event| {
        if let Ok(lock_minutes) = event_target_value(&event).parse() {
            app.send(Intent::Settings { lock_minutes });
        }
    };
    view! {
        <div class="field">
            <label for="lock-minutes">{t("lock_after")}</label>
            <select id="lock-minutes" on:change=change>{choices}</select>
        </div>
    }
    .into_any()
}

fn option(minutes: u32, selected: bool) -> AnyView {
    let text = match minutes {
        0 => t("lock_on_close"),
        m if m % 60 == 0 && m > 60 => t1("hours", &(m / 60).to_string()),
        m => t1("minutes", &m.to_string()),
    };
    view! { <option value=minutes.to_string() selected=selected>{text}</option> }.into_any()
}

fn mail_switch(app: App, provider: Provider) -> AnyView {
    let on = Memo::new(move |_| {
        app.view.with(|view| view.as_ref().is_some_and(|v| v.mail_allowed.iter().any(|name| name == provider.name)))
    });
    let turn = move |()| {
        let asked = if on.get_untracked() {
            api::remove(&Grant { permissions: vec![], origins: provider.origins.to_vec() })
        } else {
            api::request(&Grant { permissions: vec!["scripting"], origins: provider.origins.to_vec() })
        };
        spawn_local(async move {
            // Told in any case: the answer that counts is what the browser now allows.
            let _ = api::granted(asked).await;
            app.send(Intent::MailChanged);
        });
    };
    let hosts = provider
        .origins
        .iter()
        .map(|origin| origin.trim_start_matches("https://").trim_end_matches("/*"))
        .collect::<Vec<_>>()
        .join(", ");
    switch(coded("mail", provider.name), hosts, "settings-mail-why", on, turn)
}

fn clipboard_switch(app: App) -> AnyView {
    let on = app.part(|view| view.clipboard_allowed);
    let turn = move |()| {
        let grant = clipboard::clearing();
        let asked = if on.get_untracked() { api::remove(&grant) } else { api::request(&grant) };
        spawn_local(async move {
            let _ = api::granted(asked).await;
            app.refresh();
        });
    };
    switch(t("allow_clearing"), t("allow_clearing_about"), "settings-clipboard-why", on, turn)
}

fn switch(
    name: String,
    hint: String,
    why: &'static str,
    on: Memo<bool>,
    turn: impl Fn(()) + Send + Sync + 'static,
) -> AnyView {
    let label = name.clone();
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            aria-label=label
            aria-checked=move || if on.get() { "true" } else { "false" }
            aria-describedby=why
            on:click=move |_| turn(())
        >
            <span>
                <strong>{name}</strong>
                <span class="hint">{hint}</span>
            </span>
            <span class="state" aria-hidden="true">{move || t(if on.get() { "on" } else { "off" })}</span>
            <span class="track" aria-hidden="true"><i></i></span>
        </button>
    }
    .into_any()
}
