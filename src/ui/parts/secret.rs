//! A secret's two buttons: copy it, or show it for a short while. The secret is fetched for each
//! press and kept nowhere else.

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::ui::api;
use crate::ui::clipboard;
use crate::ui::parts::button::{button, live_button};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, line, says};
use crate::ui::state::{App, app};
use crate::ui::strings::{t, t1};
use crate::wire::messages::{Intent, Reply};

/// How long a secret stays in sight, in seconds.
const SHOWN_S: u32 = 20;
/// How long the background leaves a secret on the clipboard, in seconds.
const COPIED_S: u32 = 60;

/// The string ids of one kind of secret.
#[derive(Clone, Copy)]
pub struct Words {
    copy: &'static str,
    reveal: &'static str,
    hide: &'static str,
}

/// A security token.
pub const TOKEN: Words = Words {
    copy: "copy_token",
    reveal: "reveal_token",
    hide: "hide_token",
};
/// A generated password.
pub const PASSWORD: Words = Words {
    copy: "copy_password",
    reveal: "reveal_password",
    hide: "hide_password",
};

/// Copy and reveal what `intent` fetches. `about` is the id of the element that says whose it is;
/// `main` makes copying the main thing to do here.
#[must_use]
pub fn secret(intent: Intent, words: Words, about: &str, main: bool) -> Vec<El> {
    let app = app();
    let sight = Sight::new();
    let copied = RwSignal::new(0_u32);

    let to_copy = intent.clone();
    let copy = button(t(words.copy))
        .icon(Icon::Copy)
        .about(about)
        .press(move || {
            let intent = to_copy.clone();
            spawn_local(async move { copy_for_a_while(app, intent, copied).await });
        });
    let copy = if main { copy.main() } else { copy };
    let word = move || {
        t(if sight.is_shown() {
            words.hide
        } else {
            words.reveal
        })
    };
    let reveal = live_button(word)
        .quiet()
        .icon(Icon::Eye)
        .about(about)
        .press(move || {
            if sight.is_shown() {
                sight.close();
            } else {
                let intent = intent.clone();
                spawn_local(async move { show_for_a_while(app, intent, sight).await });
            }
        });
    vec![
        buttons().put(copy).put(reveal),
        el("div").put(live(move || sight.shown())),
        says(live(move || (copied.get() > 0).then(|| copied_line(app)))),
    ]
}

/// A secret in sight, and how long still.
#[derive(Clone, Copy)]
struct Sight {
    text: RwSignal<Option<Zeroizing<String>>>,
    left: RwSignal<u32>,
    // Every opening has its number, so that the clock of an earlier one does not close a later one.
    opening: StoredValue<u32>,
}

impl Sight {
    fn new() -> Self {
        Self {
            text: RwSignal::new(None),
            left: RwSignal::new(0),
            opening: StoredValue::new(0),
        }
    }

    fn is_shown(self) -> bool {
        self.text.with(Option::is_some)
    }

    fn close(self) {
        self.text.try_set(None);
    }

    async fn open(self, text: Zeroizing<String>) {
        // The row may be gone (locked, deleted), or closed and opened again meanwhile.
        let Some(number) = self.opening.try_get_value().map(|n| n + 1) else {
            return;
        };
        self.opening.set_value(number);
        self.left.set(SHOWN_S);
        self.text.set(Some(text));
        for left in (0..SHOWN_S).rev() {
            TimeoutFuture::new(1000).await;
            if self.opening.try_get_value() != Some(number) {
                return;
            }
            self.left.set(left);
        }
        self.close();
    }

    fn shown(self) -> Option<El> {
        let text = self
            .text
            .with(|text| text.as_ref().map(|text| text.to_string()))?;
        let left = live(move || t1("hides_in", &self.left.get().to_string()));
        let shown = el("code").class("secret").put(text);
        Some(
            el("div")
                .class("revealed")
                .put(shown)
                .put(el("span").class("hint").put(left)),
        )
    }
}

async fn show_for_a_while(app: App, intent: Intent, sight: Sight) {
    match app.run(intent).await {
        Ok(Reply::Secret { text }) => sight.open(Zeroizing::new(text)).await,
        Ok(_) => {}
        Err(fault) => app.fault.set(Some(fault)),
    }
}

async fn copy_for_a_while(app: App, intent: Intent, copied: RwSignal<u32>) {
    match clipboard::copy(app, intent).await {
        Ok(()) => say_copied(copied).await,
        Err(fault) => app.fault.set(Some(fault)),
    }
}

/// Says for as long as it may be true that the clipboard holds a secret.
pub async fn say_copied(copied: RwSignal<u32>) {
    copied.try_update(|n| *n += 1);
    TimeoutFuture::new(COPIED_S * 1000).await;
    copied.try_update(|n| *n = n.saturating_sub(1));
}

/// That a secret was copied, and what becomes of it.
#[must_use]
pub fn copied_line(app: App) -> El {
    let allowed = app.part(|view| view.clipboard_allowed);
    let rest = live(move || {
        if allowed.get() {
            return line("good", t1("copied_cleared", &COPIED_S.to_string())).one();
        }
        let allow = button(t("allow_clearing")).press(move || {
            let asked = api::request(&clipboard::clearing());
            spawn_local(async move {
                if api::granted(asked).await {
                    app.refresh();
                }
            });
        });
        vec![line("calm", t("copied_not_cleared")).one(), allow.one()].one()
    });
    el("div").class("copied").put(rest)
}
