//! The vault is closed: passphrase and "Unlock".

use gloo::timers::future::TimeoutFuture;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::{fault_line, line};
use crate::ui::parts::field::{PassphraseField, clear, focus_first, read};
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, app};
use crate::ui::strings::{t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

/// Asks for the passphrase.
#[component]
pub fn Unlock() -> impl IntoView {
    let app = app();
    let form = Form {
        passphrase: NodeRef::new(),
        shown: RwSignal::new(false),
        fault: RwSignal::new(None),
        wait_s: RwSignal::new(0),
    };
    focus_first(form.passphrase);
    let waiting = app.part(|view| view.waiting);
    let word = Signal::derive(move || t(if app.busy.get() == Some("unlock") { "unlocking" } else { "unlock" }));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(app);
    };
    // Counts down beside the button; the alert above it is said once.
    let wait = move || match form.wait_s.get() {
        0 => None,
        left => Some(view! { <span class="hint">{t1("wait_seconds", &left.to_string())}</span> }),
    };
    view! {
        <section class="card" aria-labelledby="unlock-title">
            <h2 id="unlock-title">{t("unlock_title")}</h2>
            <div role="status">{move || (waiting.get() > 0).then(|| line("warn", t("unlock_waiting")))}</div>
            <form on:submit=submit>
                <PassphraseField
                    id="passphrase"
                    label=t("passphrase")
                    node=form.passphrase
                    shown=form.shown
                    toggle=true
                />
                {fault_line(form.fault)}
                <div class="row">
                    <Button label=word weight=Weight::Main icon=Icon::Unlock />
                    {wait}
                </div>
            </form>
        </section>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Form {
    passphrase: NodeRef<Input>,
    shown: RwSignal<bool>,
    fault: RwSignal<Option<Fault>>,
    wait_s: RwSignal<u32>,
}

impl Form {
    fn submit(self, app: App) {
        let passphrase = read(self.passphrase);
        if passphrase.is_empty() || app.busy.with_untracked(Option::is_some) || self.wait_s.get_untracked() > 0 {
            return;
        }
        self.fault.set(None);
        spawn_local(async move {
            let opened = app.run(Intent::Unlock { passphrase: passphrase.to_string() }).await;
            clear(self.passphrase);
            if let Err(fault) = opened {
                self.refuse(fault).await;
            }
        });
    }

    async fn refuse(self, fault: Fault) {
        let wait_s = fault.wait_ms.unwrap_or(0).div_ceil(1000).min(3600);
        self.fault.try_set(Some(Fault { wait_ms: None, ..fault }));
        if let Some(input) = self.passphrase.get_untracked() {
            // Focus is a comfort; a refusal changes nothing.
            let _ = input.focus();
        }
        for left in (0..=u32::try_from(wait_s).unwrap_or(0)).rev() {
            if self.wait_s.try_set(left).is_some() {
                return;
            }
            TimeoutFuture::new(1000).await;
        }
    }
}
