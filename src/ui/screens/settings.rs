//! Settings: when the vault locks, which mailboxes may be read, whether the clipboard may be cleared.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::recognise::mail::PROVIDERS;
use crate::ui::api::{self, Grant};
use crate::ui::clipboard;
use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::labelled;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, hint, p};
use crate::ui::screens::ways::{removal, ways};
use crate::ui::screens::{bar, moving, sync};
use crate::ui::state::{App, Screen};
use crate::ui::strings::{coded, t, t1};
use crate::ui::surface::Surface;
use crate::wire::messages::Intent;

/// Minutes to choose from; 0 = only when the browser closes.
const MINUTES: [u32; 6] = [5, 15, 30, 60, 240, 0];

/// The settings screen.
#[must_use]
pub fn settings(app: App) -> AnyView {
    let back = button(t("back"))
        .quiet()
        .icon(Icon::Back)
        .press(move || app.screen.set(Screen::Main));
    let mail: Vec<_> = PROVIDERS
        .iter()
        .map(|(name, hosts)| mail_switch(app, name, hosts))
        .collect();
    vec![
        el("div")
            .class("title-row settings-head")
            .put(el("h2").put(t("settings")))
            .put(back),
        card("settings_lock")
            .put(lock_minutes(app))
            .put(away_switch(app)),
        el("div").class("stack").put(ways(app)),
        card("settings_mail")
            .put(why("settings_mail_why"))
            .put(el("div").class("providers").put(mail)),
        card("settings_clipboard")
            .put(why("settings_clipboard_why"))
            .put(clipboard_switch(app)),
        card("settings_reminders")
            .put(why("settings_reminders_why"))
            .put(notification_switch()),
        moving_card(app),
        el("div").class("stack").put(sync::sync(app)),
        el("div").class("stack").put(removal(app)),
        card("about")
            .put(p(t("about_limits")))
            .put(hint(t("about_private"))),
    ]
    .one()
}

/// A card whose title has this string id, which is its element id too.
pub fn card(title: &'static str) -> El {
    let heading = el("h3").set("id", title).put(t(title));
    el("section")
        .class("card")
        .set("aria-labelledby", title)
        .put(heading)
}

/// The reason for a permission; its switch points to it.
fn why(id: &'static str) -> El {
    hint(t(id)).set("id", id)
}

/// The way to backup and moving house. A popup would close as soon as a file is chosen.
fn moving_card(app: App) -> El {
    let open = button(t("moving_open"))
        .icon(if app.surface == Surface::Popup {
            Icon::Tab
        } else {
            Icon::Chevron
        })
        .press(move || {
            if app.surface == Surface::Popup {
                bar::to_tab(app, moving::PAGE);
            } else {
                app.screen.set(Screen::Moving);
            }
        });
    card("moving")
        .put(hint(t("moving_why")))
        .put(buttons().put(open))
}

fn lock_minutes(app: App) -> El {
    let now = app.part(|view| view.lock_minutes);
    // A value that policy or an older version chose stays in the list.
    let choices = live(move || {
        let now = now.get();
        let other = (!MINUTES.contains(&now)).then_some(now);
        other
            .into_iter()
            .chain(MINUTES)
            .map(|minutes| option(minutes, minutes == now))
            .collect::<Vec<_>>()
    });
    let select = el("select")
        .set("id", "lock-minutes")
        .put(choices)
        .on("change", move |event| {
            if let Ok(lock_minutes) = event_target_value(&event).parse() {
                app.send(Intent::Settings { lock_minutes });
            }
        });
    labelled("lock-minutes", t("lock_after")).put(select)
}

fn away_switch(app: App) -> El {
    let on = app.part(|view| view.lock_away);
    switch(t("lock_away"), t("lock_away_about"), "settings_lock", on).on("click", move |_| {
        app.send(Intent::LockAway {
            on: !on.get_untracked(),
        });
    })
}

fn option(minutes: u32, chosen: bool) -> El {
    let text = match minutes {
        0 => t("lock_on_close"),
        m if m % 60 == 0 && m > 60 => t1("hours", &(m / 60).to_string()),
        m => t1("minutes", &m.to_string()),
    };
    el("option")
        .set("value", minutes.to_string())
        .maybe("selected", chosen.then(String::new))
        .put(text)
}

fn mail_switch(app: App, name: &'static str, hosts: &'static [&'static str]) -> El {
    let on = Part::new(move || {
        app.view.with(|view| {
            view.as_ref()
                .is_some_and(|v| v.mail_allowed.iter().any(|allowed| allowed == name))
        })
    });
    let turn = move || {
        let origins = hosts.iter().map(|host| format!("https://{host}/*"));
        let mut grant = Grant {
            permissions: vec![],
            origins: origins.collect(),
        };
        let asked = if on.get_untracked() {
            api::remove(&grant)
        } else {
            grant.permissions.push("scripting");
            api::request(&grant)
        };
        spawn_local(async move {
            // Told in any case: the answer that counts is what the browser now allows.
            let _ = api::granted(asked).await;
            app.send(Intent::MailChanged);
        });
    };
    switch(
        coded("mail", name),
        hosts.join(", "),
        "settings_mail_why",
        on,
    )
    .on("click", move |_| turn())
}

fn clipboard_switch(app: App) -> El {
    let on = app.part(|view| view.clipboard_allowed);
    let turn = move || {
        let grant = clipboard::clearing();
        let asked = if on.get_untracked() {
            api::remove(&grant)
        } else {
            api::request(&grant)
        };
        spawn_local(async move {
            let _ = api::granted(asked).await;
            app.refresh();
        });
    };
    switch(
        t("allow_clearing"),
        t("allow_clearing_about"),
        "settings_clipboard_why",
        on,
    )
    .on("click", move |_| turn())
}

fn notification_switch() -> El {
    let grant = || Grant {
        permissions: vec!["notifications"],
        origins: vec![],
    };
    let allowed = RwSignal::new(false);
    let look = move || {
        spawn_local(async move {
            allowed.try_set(api::granted(api::allowed(&grant())).await);
        });
    };
    look();
    let on = Part::new(move || allowed.get());
    let turn = move || {
        let asked = if on.get_untracked() {
            api::remove(&grant())
        } else {
            api::request(&grant())
        };
        spawn_local(async move {
            let _ = api::granted(asked).await;
            look();
        });
    };
    switch(
        t("allow_notifications"),
        t("allow_notifications_about"),
        "settings_reminders_why",
        on,
    )
    .on("click", move |_| turn())
}

/// A switch with its name, a word about it, and the id of the reason that it points to.
pub fn switch(name: String, about: String, why: &'static str, on: Part<bool>) -> El {
    let words = el("span")
        .put(el("strong").put(name.clone()))
        .put(el("span").class("hint").put(about));
    let state = live(move || t(if on.get() { "on" } else { "off" }));
    el("button")
        .set("type", "button")
        .class("switch")
        .set("role", "switch")
        .set("aria-label", name)
        .says("aria-checked", move || on.get())
        .set("aria-describedby", why)
        .put(words)
        .put(
            el("span")
                .class("state")
                .set("aria-hidden", "true")
                .put(state),
        )
        .put(
            el("span")
                .class("track")
                .set("aria-hidden", "true")
                .put(el("i")),
        )
}
