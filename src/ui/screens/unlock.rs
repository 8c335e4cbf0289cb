//! The vault is closed: passphrase and "Unlock".

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::live_button;
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{clear, focus_soon, passphrase_field, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fault_line, line, says};
use crate::ui::state::App;
use crate::ui::strings::{t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

const PASSPHRASE: &str = "passphrase";

/// Asks for the passphrase.
#[must_use]
pub fn unlock(app: App) -> El {
    let form = Form {
        fault: RwSignal::new(None),
        wait_s: RwSignal::new(0),
    };
    focus_soon(PASSPHRASE);
    let waiting = app.part(|view| view.waiting > 0);
    let word = move || {
        t(if app.busy.get() == Some("unlock") {
            "unlocking"
        } else {
            "unlock"
        })
    };
    // Counts down beside the button; the alert above it is said once.
    let wait = live(move || match form.wait_s.get() {
        0 => None,
        left => Some(
            el("span")
                .class("hint")
                .put(t1("wait_seconds", &left.to_string())),
        ),
    });
    let row = buttons()
        .put(live_button(word).main().icon(Icon::Unlock))
        .put(wait);
    card("unlock_title")
        .put(says(live(move || {
            waiting.get().then(|| line("warn", t("unlock_waiting")))
        })))
        .put(
            el("form")
                .on_submit(move || form.submit(app))
                .put(passphrase_field(
                    PASSPHRASE,
                    t("passphrase"),
                    RwSignal::new(false),
                    true,
                ))
                .put(fault_line(form.fault))
                .put(row),
        )
}

#[derive(Clone, Copy)]
struct Form {
    fault: RwSignal<Option<Fault>>,
    wait_s: RwSignal<u32>,
}

impl Form {
    fn submit(self, app: App) {
        let passphrase = read(PASSPHRASE);
        if passphrase.is_empty()
            || app.busy.with_untracked(Option::is_some)
            || self.wait_s.get_untracked() > 0
        {
            return;
        }
        self.fault.set(None);
        spawn_local(async move {
            let opened = app
                .run(Intent::Unlock {
                    passphrase: passphrase.to_string(),
                })
                .await;
            clear(PASSPHRASE);
            if let Err(fault) = opened {
                self.refuse(fault).await;
            }
        });
    }

    async fn refuse(self, fault: Fault) {
        let wait_s = u32::try_from(fault.wait_ms.unwrap_or(0).div_ceil(1000)).unwrap_or(u32::MAX);
        self.fault.try_set(Some(Fault {
            wait_ms: None,
            ..fault
        }));
        focus_soon(PASSPHRASE);
        for left in (0..=wait_s).rev() {
            // A value that comes back was not set: this card is gone.
            if self.wait_s.try_set(left).is_some() {
                return;
            }
            TimeoutFuture::new(1000).await;
        }
    }
}
