//! First run: choose the passphrase.

use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroize;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::{fault_line, line};
use crate::ui::parts::field::{PassphraseField, clear, read};
use crate::ui::state::{App, app};
use crate::ui::strength::{SHORTEST, Strength, estimate};
use crate::ui::strings::{coded, t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

/// Explains what is kept, and makes the vault.
#[component]
pub fn Setup() -> impl IntoView {
    let app = app();
    let form = Form::new();
    let waiting = app.part(|view| view.waiting);
    let typed = move |mut text: String| {
        form.strength.set((!text.is_empty()).then(|| estimate(&text)));
        text.zeroize();
    };
    let busy = Signal::derive(move || {
        t(if app.busy.get() == Some("createVault") { "creating_vault" } else { "create_vault" })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(app);
    };
    view! {
        <section class="card" aria-labelledby="setup-title">
            <h2 id="setup-title">{t("setup_title")}</h2>
            <div role="status">{move || (waiting.get() > 0).then(|| line("warn", t("setup_waiting")))}</div>
            <p>{t("setup_what")}</p>
            <p class="hint">{t("setup_nobody")}</p>
            <form on:submit=submit>
                <PassphraseField
                    id="passphrase"
                    label=t("passphrase")
                    node=form.first
                    shown=form.shown
                    toggle=true
                    typed=typed
                    about="strength"
                />
                {meter(form.strength)}
                <PassphraseField id="repeat" label=t("repeat_passphrase") node=form.second shown=form.shown />
                {fault_line(form.fault)}
                <Button label=busy weight=Weight::Main />
            </form>
        </section>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Form {
    first: NodeRef<Input>,
    second: NodeRef<Input>,
    shown: RwSignal<bool>,
    strength: RwSignal<Option<Strength>>,
    fault: RwSignal<Option<Fault>>,
}

impl Form {
    fn new() -> Self {
        Self {
            first: NodeRef::new(),
            second: NodeRef::new(),
            shown: RwSignal::new(false),
            strength: RwSignal::new(None),
            fault: RwSignal::new(None),
        }
    }

    fn submit(self, app: App) {
        if app.busy.with_untracked(Option::is_some) {
            return;
        }
        let passphrase = read(self.first);
        if estimate(&passphrase) == Strength::Short {
            self.fault.set(Some(Fault::new("passphrase_short")));
            return;
        }
        if passphrase != read(self.second) {
            self.fault.set(Some(Fault::new("passphrases_differ")));
            return;
        }
        self.fault.set(None);
        spawn_local(async move {
            match app.run(Intent::CreateVault { passphrase: passphrase.to_string() }).await {
                Ok(_) => {
                    clear(self.first);
                    clear(self.second);
                }
                Err(fault) => self.fault.set(Some(fault)),
            }
        });
    }
}

fn meter(strength: RwSignal<Option<Strength>>) -> AnyView {
    let level = move || strength.get().map(|s| s.level().to_string());
    let word = move || match strength.get() {
        Some(strength) => coded("strength", strength.code()),
        None => t1("passphrase_rule", &SHORTEST.to_string()),
    };
    view! {
        <div class="strength" data-level=level>
            <span class="bars" aria-hidden="true"><i></i><i></i><i></i></span>
            <span id="strength" class="hint">{word}</span>
        </div>
    }
    .into_any()
}
