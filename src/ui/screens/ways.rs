//! The ways into the vault: adding and removing them, another passphrase, a new key, and the end of it all.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::ui::parts::button::{busy_button, button};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::{clear, passphrase_field, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, fault_line, hint, line, p};
use crate::ui::parts::passphrase::{measured, new_passphrase, strength_line};
use crate::ui::passkey;
use crate::ui::screens::settings::card;
use crate::ui::state::{App, Screen};
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Secret};
use crate::wire::views::{VaultView, WayView};

const OLD: &str = "present-passphrase";
const NEW: &str = "new-passphrase";
const REPEAT: &str = "repeat-new-passphrase";
const ROTATE: &str = "rotate-passphrase";

/// The cards of an open vault.
#[must_use]
pub fn ways(app: App) -> AnyView {
    let open = app.part(|view| matches!(view.vault, VaultView::Open { .. }));
    live(move || open.get().then(|| vec![list_card(app), rotate_card(app)]))
}

/// The end of it all, wherever there is a vault.
#[must_use]
pub fn removal(app: App) -> AnyView {
    let is_there = app.part(|view| view.vault != VaultView::Missing);
    live(move || is_there.get().then(|| remove_card(app)))
}

fn list_card(app: App) -> El {
    let ways = app.part(|view| view.ways.clone());
    let list = live(move || {
        let ways = ways.get();
        let only = ways.len() == 1;
        let rows = ways
            .iter()
            .enumerate()
            .map(|(place, way)| row(app, place, way, only));
        el("ul").class("ways").put(rows.collect::<Vec<_>>())
    });
    let forms = live(move || {
        let has = |kind: &str| ways.with(|ways| ways.iter().any(|way| way.kind == kind));
        vec![
            el("div")
                .class("stack")
                .put(more(app, has("passphrase"), has("device")))
                .one(),
            has("passphrase")
                .then(|| fold("change_passphrase", change(app)))
                .one(),
        ]
    });
    card("settings_ways").put(list).put(forms)
}

fn row(app: App, place: usize, way: &WayView, only: bool) -> El {
    let icon = match way.kind.as_str() {
        "device" => Icon::Tab,
        "passkey" => Icon::Key,
        _ => Icon::Lock,
    };
    let name = coded("way", &way.kind);
    let added = (way.added_at > 0.0).then(|| hint(t1("way_added", &times::moment(way.added_at))));
    let place = u32::try_from(place).unwrap_or(u32::MAX);
    let id = format!("way-{place}");
    let remove = (!only).then(|| {
        sure(
            app,
            "way_remove",
            coded("way_remove_sure", &way.kind),
            Intent::RemoveWay { place },
        )
    });
    el("li")
        .put(
            el("div").class("title-row").put(
                el("span")
                    .set("id", id)
                    .put(icon.draw())
                    .put(el("strong").put(name)),
            ),
        )
        .put(added)
        .put(remove)
}

/// What can be added: each with what it means before it is done.
fn more(app: App, has_passphrase: bool, has_device: bool) -> Vec<El> {
    let mut more = vec![];
    if passkey::supported() {
        more.push(fold("add_passkey", add_passkey(app)));
    }
    if !has_passphrase {
        more.push(fold("add_passphrase", add_passphrase(app)));
    }
    if !has_device {
        more.push(fold(
            "add_device",
            el("div")
                .put(line("warn", t("device_about")))
                .put(buttons().put(button(t("add_device_now")).press(move || {
                    app.send(Intent::AddWay {
                        with: Secret::Device,
                    });
                }))),
        ));
    }
    more
}

fn add_passkey(app: App) -> El {
    let fault = RwSignal::new(None);
    let press = move || {
        spawn_local(async move {
            let made = passkey::make(&t("app_name")).await;
            let done = match made {
                Ok(with) => app.run(Intent::AddWay { with }).await.map(|_| ()),
                Err(fault) => Err(fault),
            };
            fault.try_set(done.err());
        });
    };
    el("div")
        .put(p(t("passkey_about")))
        .put(fault_line(fault))
        .put(buttons().put(button(t("add_passkey_now")).icon(Icon::Key).press(press)))
}

fn add_passphrase(app: App) -> El {
    passphrase_form(t("add_passphrase"), None, move |_, new| {
        app_run(
            app,
            Intent::AddWay {
                with: Secret::Passphrase(new.to_string()),
            },
        )
    })
}

fn change(app: App) -> El {
    passphrase_form(t("change_passphrase_now"), Some(OLD), move |old, new| {
        let (old, new) = (old.to_string(), new.to_string());
        app_run(app, Intent::ChangePassphrase { old, new })
    })
}

async fn app_run(app: App, intent: Intent) -> Result<(), Fault> {
    app.run(intent).await.map(|_| ())
}

/// The new passphrase twice, after the present one if that is asked for.
fn passphrase_form<F>(
    word: String,
    old: Option<&'static str>,
    save: impl Fn(Zeroizing<String>, Zeroizing<String>) -> F + Copy + Send + 'static,
) -> El
where
    F: Future<Output = Result<(), Fault>> + 'static,
{
    let shown = RwSignal::new(false);
    let (strength, fault) = (RwSignal::new(None), RwSignal::new(None));
    let submit = move || {
        let new = match new_passphrase(NEW, REPEAT) {
            Ok(new) => new,
            Err(why) => return fault.set(Some(why)),
        };
        let present = old.map(read).unwrap_or_default();
        fault.set(None);
        spawn_local(async move {
            match save(present, new).await {
                Ok(()) => [OLD, NEW, REPEAT].into_iter().for_each(clear),
                Err(why) => {
                    fault.try_set(Some(why));
                }
            }
        });
    };
    el("form")
        .on_submit(submit)
        .put(old.map(|old| passphrase_field(old, t("present_passphrase"), shown, false)))
        .put(measured(NEW, t("new_passphrase"), shown, strength))
        .put(strength_line(strength))
        .put(passphrase_field(
            REPEAT,
            t("repeat_new_passphrase"),
            shown,
            false,
        ))
        .put(fault_line(fault))
        .put(button(word).main())
}

fn rotate_card(app: App) -> El {
    let fault = RwSignal::new(None);
    let has_passphrase = app.part(|view| view.ways.iter().any(|way| way.kind == "passphrase"));
    let run = move |with: Secret| {
        spawn_local(async move {
            let done = app.run(Intent::RotateKey { with }).await;
            clear(ROTATE);
            match done {
                // The notice stands on the main screen.
                Ok(_) => app.screen.set(Screen::Main),
                Err(why) => {
                    fault.try_set(Some(why));
                }
            }
        });
    };
    let form = live(move || {
        if has_passphrase.get() {
            let submit = move || {
                let passphrase = read(ROTATE);
                if !passphrase.is_empty() {
                    run(Secret::Passphrase(passphrase.to_string()));
                }
            };
            return el("form")
                .on_submit(submit)
                .put(passphrase_field(
                    ROTATE,
                    t("rotate_passphrase"),
                    RwSignal::new(false),
                    false,
                ))
                .put(busy_button("rotateKey", "rotating", "rotate_now"));
        }
        let press = move || {
            let ways = app
                .view
                .with_untracked(|view| view.as_ref().map(|view| view.ways.clone()));
            let ways = ways.unwrap_or_default();
            if ways.iter().all(|way| way.kind == "device") {
                return run(Secret::Device);
            }
            spawn_local(async move {
                match passkey::ask(&ways).await {
                    Ok(with) => run(with),
                    Err(why) => {
                        fault.try_set(Some(why));
                    }
                }
            });
        };
        buttons().put(busy_button("rotateKey", "rotating", "rotate_now").press(press))
    });
    card("settings_rotate")
        .put(hint(t("rotate_about")))
        .put(fold(
            "rotate_key",
            el("div").put(fault_line(fault)).put(form),
        ))
}

fn remove_card(app: App) -> El {
    card("settings_remove")
        .put(hint(t("remove_vault_about")))
        .put(remove_vault(app))
}

/// Removing the vault.
#[must_use]
pub fn remove_vault(app: App) -> AnyView {
    sure(
        app,
        "remove_vault",
        t("remove_vault_sure"),
        Intent::RemoveVault,
    )
}

/// A button that asks once more, in place: a dialog would be lost with the popup. Its string ids are `<id>`, and `<id>_now` for
/// the one that does it.
#[must_use]
pub fn sure(app: App, id: &str, question: String, intent: Intent) -> AnyView {
    let asked = RwSignal::new(false);
    let (word, now) = (t(id), t(&format!("{id}_now")));
    live(move || {
        if !asked.get() {
            return buttons().put(button(word.clone()).quiet().press(move || asked.set(true)));
        }
        let intent = intent.clone();
        el("div")
            .class("sure")
            .set("role", "alert")
            .put(p(question.clone()))
            .put(
                buttons()
                    .put(
                        button(now.clone())
                            .danger()
                            .press(move || app.send(intent.clone())),
                    )
                    .put(
                        button(t("delete_not"))
                            .quiet()
                            .press(move || asked.set(false)),
                    ),
            )
    })
}

/// Something that is seldom wanted, behind its name.
#[must_use]
pub fn fold(name: &str, inside: El) -> El {
    el("details")
        .class("fold")
        .put(el("summary").put(t(name)))
        .put(inside)
}
