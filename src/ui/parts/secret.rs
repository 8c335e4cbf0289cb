//! A secret's two buttons: copy it, or show it for a short while. The secret is fetched for each
//! press and kept nowhere else.

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use zeroize::Zeroizing;

use crate::ui::api;
use crate::ui::clipboard;
use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, app};
use crate::ui::strings::{t, t1};
use crate::wire::messages::{Intent, Reply};

/// How long a secret stays in sight, in seconds.
const SHOWN_S: u32 = 20;
/// How long the background leaves a secret on the clipboard, in seconds.
const COPIED_S: u32 = 60;

/// Copy and reveal.
#[component]
pub fn Secret(
    /// The intent that fetches the secret.
    intent: Intent,
    /// String id of the copy button.
    copy: &'static str,
    /// String id of the reveal button.
    reveal: &'static str,
    /// String id of the same button while the secret is in sight.
    hide: &'static str,
    /// Id of the element that says whose secret it is.
    #[prop(into)]
    about: String,
    /// Is copying the main thing to do here?
    #[prop(optional)]
    main: bool,
) -> impl IntoView {
    let app = app();
    let sight = Sight::new();
    let copied = RwSignal::new(0_u32);

    let to_copy = intent.clone();
    let press_copy = move |()| {
        let intent = to_copy.clone();
        spawn_local(async move { copy_for_a_while(app, intent, copied).await });
    };
    let press_reveal = move |()| {
        if sight.is_shown() {
            sight.close();
        } else {
            let intent = intent.clone();
            spawn_local(async move { show_for_a_while(app, intent, sight).await });
        }
    };
    let reveal_word = Signal::derive(move || t(if sight.is_shown() { hide } else { reveal }));

    view! {
        <div class="row">
            <Button
                label=t(copy)
                weight=if main { Weight::Main } else { Weight::Plain }
                icon=Icon::Copy
                about=about.clone()
                press=press_copy
            />
            <Button label=reveal_word weight=Weight::Quiet icon=Icon::Eye about=about press=press_reveal />
        </div>
        {move || sight.shown()}
        <div role="status">{move || (copied.get() > 0).then(|| copied_line(app))}</div>
    }
    .into_any()
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
        Self { text: RwSignal::new(None), left: RwSignal::new(0), opening: StoredValue::new(0) }
    }

    fn is_shown(self) -> bool {
        self.text.with(Option::is_some)
    }

    fn close(self) {
        self.text.try_set(None);
    }

    async fn open(self, text: Zeroizing<String>) {
        let number = self.opening.get_value() + 1;
        self.opening.set_value(number);
        self.left.set(SHOWN_S);
        self.text.set(Some(text));
        for left in (0..SHOWN_S).rev() {
            TimeoutFuture::new(1000).await;
            // The row may be gone (locked, deleted), or closed and opened again.
            if self.opening.try_get_value() != Some(number) {
                return;
            }
            self.left.set(left);
        }
        self.close();
    }

    fn shown(self) -> Option<AnyView> {
        let text = self.text.with(|text| text.as_ref().map(|text| text.to_string()))?;
        let left = move || t1("hides_in", &self.left.get().to_string());
        Some(
            view! {
                <div class="revealed">
                    <code class="secret">{text}</code>
                    <span class="hint">{left}</span>
                </div>
            }
            .into_any(),
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
    if let Err(fault) = clipboard::copy(app, intent).await {
        app.fault.set(Some(fault));
        return;
    }
    copied.try_update(|n| *n += 1);
    TimeoutFuture::new(COPIED_S * 1000).await;
    copied.try_update(|n| *n = n.saturating_sub(1));
}

fn copied_line(app: App) -> AnyView {
    let allowed = app.part(|view| view.clipboard_allowed);
    let allow = move |()| {
        let asked = api::request(&clipboard::clearing());
        spawn_local(async move {
            if api::granted(asked).await {
                app.refresh();
            }
        });
    };
    let rest = move || {
        if allowed.get() {
            view! { <p class="line good">{Icon::Check.draw()}<span>{t1("copied_cleared", &COPIED_S.to_string())}</span></p> }
                .into_any()
        } else {
            view! {
                <p class="line calm">{Icon::Check.draw()}<span>{t("copied_not_cleared")}</span></p>
                <Button label=t("allow_clearing") press=allow />
            }
            .into_any()
        }
    };
    view! { <div class="copied">{rest}</div> }.into_any()
}
