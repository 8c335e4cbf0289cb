//! The vault on several computers: the switch with what it means, how far it is, and joining.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::{busy_button, button};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::{clear, passphrase_field, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fault_line, hint, line, p, says};
use crate::ui::read::json;
use crate::ui::screens::settings::{card as settings_card, switch};
use crate::ui::screens::ways::sure;
use crate::ui::state::App;
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;
use crate::wire::messages::{Intent, Secret};
use crate::wire::views::{SyncNote, SyncView, VaultView};

const JOIN: &str = "join-passphrase";

/// States in which the person may say that the vault of this computer is the one that counts.
const REPLACEABLE: [&str; 4] = [
    "sync_other_vault",
    "sync_new_key",
    "sync_old_key",
    "sync_cleared",
];

/// The card of the settings, wherever there is a vault that can be shared or is.
#[must_use]
pub fn sync(app: App) -> AnyView {
    let shown = app.part(|view| view.sync.on || matches!(view.vault, VaultView::Open { .. }));
    live(move || shown.get().then(|| sync_card(app)))
}

fn sync_card(app: App) -> El {
    let on = app.part(|view| view.sync.on);
    let asked = RwSignal::new(false);
    let turn =
        switch(t("sync_on"), t("sync_on_about"), "settings_sync_why", on).on("click", move |_| {
            if on.get_untracked() {
                asked.update(|asked| *asked = !*asked);
            } else {
                asked.set(false);
                app.send(Intent::Sync);
            }
        });
    let state = app.part(|view| view.sync.clone());
    settings_card("settings_sync")
        .put(hint(t("settings_sync_why")).set("id", "settings_sync_why"))
        .put(turn)
        .put(live(move || {
            (on.get() && asked.get()).then(|| end(app, asked))
        }))
        .put(says(live(move || told(app, &state.get()))).class("told"))
        .put(live(move || on.get().then(|| actions(app, &state.get()))))
}

/// How to end it: what lies at the browser's maker stays or goes.
fn end(app: App, asked: RwSignal<bool>) -> El {
    let press = move |intent: Intent| {
        move || {
            asked.set(false);
            app.send(intent.clone());
        }
    };
    el("div")
        .class("sure")
        .set("role", "alert")
        .put(p(t("sync_off_sure")))
        .put(
            buttons()
                .put(button(t("sync_off_keep")).press(press(Intent::SyncOff)))
                .put(
                    button(t("sync_off_clear"))
                        .danger()
                        .press(press(Intent::SyncClear)),
                )
                .put(
                    button(t("sync_off_not"))
                        .quiet()
                        .press(move || asked.set(false)),
                ),
        )
}

fn told(app: App, sync: &SyncView) -> AnyView {
    let note = note(sync);
    let code = code(sync, &note).map(|code| line("warn", coded("fault", &code)));
    let left = (note.left > 0).then(|| hint(t1("sync_left", &note.left.to_string())));
    let put_right = note.told.as_ref().map(|code| {
        let at = times::moment(note.told_at);
        hint(format!("{at}: {}", coded("fault", code)))
    });
    let at = (note.at > 0.0).then(|| hint(t1("sync_at", &times::age(app.now(), note.at))));
    vec![code.one(), left.one(), put_right.one(), at.one()].one()
}

fn note(sync: &SyncView) -> SyncNote {
    json(sync.note.as_deref().unwrap_or_default())
}

fn code(sync: &SyncView, note: &SyncNote) -> Option<String> {
    sync.code.clone().or_else(|| note.code.clone())
}

fn actions(app: App, sync: &SyncView) -> AnyView {
    let now = buttons().put(button(t("sync_now")).press(move || app.send(Intent::Sync)));
    let replace = code(sync, &note(sync))
        .filter(|code| REPLACEABLE.contains(&code.as_str()))
        .map(|_| {
            sure(
                app,
                "sync_replace",
                t("sync_replace_sure"),
                Intent::SyncReplace,
            )
        });
    vec![now.one(), replace.one()].one()
}

/// There is no vault here, and another computer shares one.
#[must_use]
pub fn join(app: App) -> AnyView {
    let joinable = app.part(|view| view.sync.joinable);
    live(move || joinable.get().then(|| join_card(app)))
}

fn join_card(app: App) -> El {
    let fault = RwSignal::new(None);
    let submit = move || {
        let passphrase = read(JOIN);
        if passphrase.is_empty() || app.busy.with_untracked(Option::is_some) {
            return;
        }
        fault.set(None);
        spawn_local(async move {
            let with = Secret::Passphrase(passphrase.to_string());
            let joined = app.run(Intent::JoinVault { with }).await;
            clear(JOIN);
            fault.try_set(joined.err());
        });
    };
    let form = el("form")
        .on_submit(submit)
        .put(passphrase_field(
            JOIN,
            t("join_passphrase"),
            RwSignal::new(false),
            true,
        ))
        .put(fault_line(fault))
        .put(
            buttons().put(
                busy_button("joinVault", "unlocking", "join_now")
                    .main()
                    .icon(Icon::Unlock),
            ),
        );
    card("join_title").put(p(t("join_about"))).put(form)
}
