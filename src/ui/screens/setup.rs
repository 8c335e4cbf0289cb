//! First run: choose the passphrase.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroize;

use crate::ui::parts::button::live_button;
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{clear, passphrase_field, read};
use crate::ui::parts::lines::{card, fault_line, hint, line, p, says};
use crate::ui::parts::meter::meter;
use crate::ui::state::App;
use crate::ui::strength::{SHORTEST, Strength, estimate};
use crate::ui::strings::{coded, t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

const PASSPHRASE: &str = "passphrase";
const REPEAT: &str = "repeat";

/// Explains what is kept, and makes the vault.
#[must_use]
pub fn setup(app: App) -> El {
    let shown = RwSignal::new(false);
    let strength = RwSignal::new(None);
    let fault = RwSignal::new(None);
    let waiting = app.part(|view| view.waiting > 0);
    let word = move || {
        t(if app.busy.get() == Some("createVault") {
            "creating_vault"
        } else {
            "create_vault"
        })
    };
    let first =
        passphrase_field(PASSPHRASE, t("passphrase"), shown, true).on("input", move |event| {
            let mut text = event_target_value(&event);
            strength.set((!text.is_empty()).then(|| estimate(&text)));
            text.zeroize();
        });
    let form = el("form")
        .on_submit(move || create(app, fault))
        .put(first)
        .put(strength_line(strength))
        .put(passphrase_field(
            REPEAT,
            t("repeat_passphrase"),
            shown,
            false,
        ))
        .put(fault_line(fault))
        .put(live_button(word).main());
    card("setup_title")
        .put(says(live(move || {
            waiting.get().then(|| line("warn", t("setup_waiting")))
        })))
        .put(p(t("setup_what")))
        .put(hint(t("setup_nobody")))
        .put(form)
}

fn create(app: App, fault: RwSignal<Option<Fault>>) {
    if app.busy.with_untracked(Option::is_some) {
        return;
    }
    let passphrase = read(PASSPHRASE);
    if estimate(&passphrase) == Strength::Short {
        fault.set(Some(Fault::new("passphrase_short")));
        return;
    }
    if passphrase != read(REPEAT) {
        fault.set(Some(Fault::new("passphrases_differ")));
        return;
    }
    fault.set(None);
    spawn_local(async move {
        match app
            .run(Intent::CreateVault {
                passphrase: passphrase.to_string(),
            })
            .await
        {
            Ok(_) => {
                clear(PASSPHRASE);
                clear(REPEAT);
            }
            Err(why) => {
                fault.try_set(Some(why));
            }
        }
    });
}

/// The meter under a passphrase that is being chosen.
#[must_use]
pub fn strength_line(strength: RwSignal<Option<Strength>>) -> El {
    let word = live(move || match strength.get() {
        Some(strength) => coded("strength", strength.code()),
        None => t1("passphrase_rule", &SHORTEST.to_string()),
    });
    meter(move || strength.get(), word)
}
