//! "Here is the mail": paste it, or have the page in front read.

use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::parts::button::Button;
use crate::ui::parts::fault::fault_line;
use crate::ui::screens::page::ScanButton;
use crate::ui::state::{App, app};
use crate::ui::strings::t;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

/// The paste box as a card of its own, for a token that turned up outside of a flow.
#[component]
pub fn CatchCard() -> impl IntoView {
    let app = app();
    // On an ordinary page the page card has the scan button already; while a flow runs, nobody has.
    let scan = app.part(|view| view.page.as_ref().is_some_and(|page| page.genuine) || view.flow.is_some());
    view! {
        <section class="card" aria-labelledby="catch-title">
            <h2 id="catch-title">{t("catch_title")}</h2>
            {move || Catch(CatchProps { scan: scan.get() })}
        </section>
    }
    .into_any()
}

/// The paste box, with or without "Scan this page".
#[component]
pub fn Catch(
    /// Offer to read the page in front?
    scan: bool,
) -> impl IntoView {
    let app = app();
    let text = NodeRef::<Textarea>::new();
    let fault = RwSignal::new(None);
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        look_at(app, text, fault);
    };
    let scan = move || {
        let tab = app.front.get().filter(|_| scan)?.id;
        Some(view! { <ScanButton tab=tab /> })
    };
    view! {
        <form on:submit=look>
            <div class="field">
                <label for="paste">{t("paste_label")}</label>
                <textarea
                    id="paste"
                    rows="2"
                    node_ref=text
                    autocomplete="off"
                    spellcheck="false"
                    data-1p-ignore=""
                    data-lpignore="true"
                    data-bwignore=""
                ></textarea>
            </div>
            {fault_line(fault)}
            <div class="row">
                <Button label=t("look_for_token") />
                {scan}
            </div>
        </form>
    }
    .into_any()
}

fn look_at(app: App, area: NodeRef<Textarea>, fault: RwSignal<Option<Fault>>) {
    let Some(element) = area.get_untracked() else { return };
    let text = element.value();
    if text.trim().is_empty() || app.busy.with_untracked(Option::is_some) {
        return;
    }
    fault.set(None);
    spawn_local(async move {
        match app.run(Intent::Paste { text }).await {
            // A pasted mail holds the token: it does not stay in sight longer than it is needed.
            Ok(_) => element.set_value(""),
            Err(why) => {
                fault.try_set(Some(why));
            }
        }
    });
}
