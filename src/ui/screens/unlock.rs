//! The vault is closed: the ways in that it has.

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::{busy_button, button};
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{clear, focus_soon, passphrase_field, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fault_line, line, says};
use crate::ui::passkey;
use crate::ui::state::App;
use crate::ui::strings::{t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Secret};

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
    // Counts down beside the button; the alert below it is said once.
    let wait = move || match form.wait_s.get() {
        0 => None,
        left => Some(
            el("span")
                .class("hint")
                .put(t1("wait_seconds", &left.to_string())),
        ),
    };
    let has = app.part(|view| {
        let has = |kind: &str| view.ways.iter().any(|way| way.kind == kind);
        (has("passphrase"), has("passkey"), has("device"))
    });
    card("unlock_title")
        .put(says(live(move || {
            waiting.get().then(|| line("warn", t("unlock_waiting")))
        })))
        .put(live(move || {
            has.get().0.then(|| {
                el("form")
                    .on_submit(move || form.submit(app))
                    .put(passphrase_field(
                        PASSPHRASE,
                        t("passphrase"),
                        RwSignal::new(false),
                        true,
                    ))
                    .put(
                        buttons()
                            .put(
                                busy_button("unlock", "unlocking", "unlock")
                                    .main()
                                    .icon(Icon::Unlock),
                            )
                            .put(live(wait)),
                    )
            })
        }))
        .put(fault_line(form.fault))
        .put(live(move || others(app, form, has.get())))
}

/// The ways that need nothing typed. Where there is no passphrase, the first of them is the main one.
fn others(app: App, form: Form, (passphrase, passkey, device): (bool, bool, bool)) -> El {
    let with_passkey = (passkey && passkey::supported()).then(|| {
        let press = move || {
            let ways = app
                .view
                .with_untracked(|view| view.as_ref().map(|view| view.ways.clone()));
            spawn_local(async move {
                match passkey::ask(&ways.unwrap_or_default()).await {
                    Ok(with) => form.open(app, with).await,
                    Err(why) => form.refuse(why).await,
                }
            });
        };
        let button = button(t("unlock_passkey")).icon(Icon::Key).press(press);
        if passphrase { button } else { button.main() }
    });
    let with_device = device.then(|| {
        let press = move || spawn_local(form.open(app, Secret::Device));
        let button = button(t("unlock_device")).icon(Icon::Unlock).press(press);
        if passphrase || passkey {
            button
        } else {
            button.main()
        }
    });
    buttons().put(with_passkey).put(with_device)
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
        spawn_local(self.open(app, Secret::Passphrase(passphrase.to_string())));
    }

    async fn open(self, app: App, with: Secret) {
        self.fault.set(None);
        let opened = app.run(Intent::Unlock { with }).await;
        clear(PASSPHRASE);
        if let Err(fault) = opened {
            self.refuse(fault).await;
        }
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
