//! First run: choose the passphrase, or another way in.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::{busy_button, button};
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{clear, passphrase_field};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fault_line, hint, line, p, says};
use crate::ui::parts::passphrase::{measured, new_passphrase, strength_line};
use crate::ui::passkey;
use crate::ui::screens::ways::fold;
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Secret};

const PASSPHRASE: &str = "passphrase";
const REPEAT: &str = "repeat";

/// Explains what is kept, and makes the vault.
#[must_use]
pub fn setup(app: App) -> El {
    let shown = RwSignal::new(false);
    let strength = RwSignal::new(None);
    let fault = RwSignal::new(None);
    let waiting = app.part(|view| view.waiting > 0);
    let form = el("form")
        .on_submit(move || create(app, fault))
        .put(measured(PASSPHRASE, t("passphrase"), shown, strength))
        .put(strength_line(strength))
        .put(passphrase_field(
            REPEAT,
            t("repeat_passphrase"),
            shown,
            false,
        ))
        .put(fault_line(fault))
        .put(busy_button("createVault", "creating_vault", "create_vault").main());
    card("setup_title")
        .put(says(live(move || {
            waiting.get().then(|| line("warn", t("setup_waiting")))
        })))
        .put(p(t("setup_what")))
        .put(hint(t("setup_nobody")))
        .put(form)
        .put(fold("setup_other", others(app, fault)))
}

/// The ways that need no passphrase, each with what it means.
fn others(app: App, fault: RwSignal<Option<Fault>>) -> El {
    let with_passkey = passkey::supported().then(|| {
        let press = move || {
            spawn_local(async move {
                match passkey::make(&t("app_name")).await {
                    Ok(with) => made(app, fault, with).await,
                    Err(why) => fault.set(Some(why)),
                }
            });
        };
        let button = button(t("setup_passkey")).icon(Icon::Key).press(press);
        el("div")
            .put(p(t("passkey_about")))
            .put(buttons().put(button))
    });
    let press = move || spawn_local(made(app, fault, Secret::Device));
    el("div")
        .class("stack")
        .put(with_passkey)
        .put(line("warn", t("device_about")))
        .put(buttons().put(button(t("setup_device")).press(press)))
}

async fn made(app: App, fault: RwSignal<Option<Fault>>, with: Secret) {
    fault.set(None);
    match app.run(Intent::CreateVault { with }).await {
        Ok(_) => {
            clear(PASSPHRASE);
            clear(REPEAT);
        }
        Err(why) => {
            fault.try_set(Some(why));
        }
    }
}

fn create(app: App, fault: RwSignal<Option<Fault>>) {
    if app.busy.with_untracked(Option::is_some) {
        return;
    }
    match new_passphrase(PASSPHRASE, REPEAT) {
        Ok(passphrase) => {
            let with = Secret::Passphrase(passphrase.to_string());
            spawn_local(made(app, fault, with));
        }
        Err(why) => fault.set(Some(why)),
    }
}
