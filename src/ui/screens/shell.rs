//! The frame around everything, and the order of the screens in it.

use leptos::prelude::*;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::{fault_text, line};
use crate::ui::parts::icon::Icon;
use crate::ui::screens::{accounts, bar, catch, flow, page, review, settings, setup, unlock};
use crate::ui::state::{App, Screen};
use crate::ui::strings::{coded, t};
use crate::ui::surface::Surface;
use crate::wire::views::{Ask, VaultView};

/// The whole app.
#[component]
pub fn Shell(
    /// Where it stands.
    surface: Surface,
) -> impl IntoView {
    let app = App::start(surface);
    provide_context(app);
    view! {
        {bar::Bar()}
        <main>
            {faults(app)}
            {notices(app)}
            {content(app)}
        </main>
    }
    .into_any()
}

/// Which of the vault's screens is due. Leaves out the moment of locking, which changes with every
/// use and must not rebuild the screen below.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Stage {
    #[default]
    Loading,
    Missing,
    Locked,
    Open,
    Damaged(String),
}

fn content(app: App) -> AnyView {
    let stage = Memo::new(move |_| {
        app.view.with(|view| match view.as_ref().map(|view| &view.vault) {
            None => Stage::Loading,
            Some(VaultView::Missing) => Stage::Missing,
            Some(VaultView::Locked) => Stage::Locked,
            Some(VaultView::Open { .. }) => Stage::Open,
            Some(VaultView::Damaged { code }) => Stage::Damaged(code.clone()),
        })
    });
    let screen = move || match (app.screen.get(), stage.get()) {
        (_, Stage::Loading) => view! { <p class="loading" role="status">{t("loading")}</p> }.into_any(),
        (Screen::Settings, _) => settings::Settings().into_any(),
        (Screen::Main, stage) => main_screen(app, stage),
    };
    view! { <div class="stack">{screen}</div> }.into_any()
}

/// A warning about the page comes first, then what the vault needs, then what can be done here.
fn main_screen(app: App, stage: Stage) -> AnyView {
    let flow_runs = Memo::new(move |_| app.view.with(|view| view.as_ref().is_some_and(|v| v.flow.is_some())));
    let vault = match &stage {
        Stage::Missing => Some(setup::Setup().into_any()),
        Stage::Locked => Some(unlock::Unlock().into_any()),
        Stage::Damaged(code) => Some(damaged(code)),
        Stage::Open | Stage::Loading => None,
    };
    let open = stage == Stage::Open;
    let catches = matches!(stage, Stage::Open | Stage::Locked);
    // A flow that waits for a mail has the paste box in its own card.
    let asks_mail = Memo::new(move |_| {
        app.view.with(|view| {
            let ask = view.as_ref().and_then(|v| v.flow.as_ref()).map(|f| f.ask);
            matches!(ask, Some(Ask::MailCode | Ask::MailToken))
        })
    });
    view! {
        {page::Warning()}
        {vault}
        {move || flow_runs.get().then(flow::Flow)}
        {page::Page()}
        {open.then(review::Review)}
        {open.then(accounts::Accounts)}
        {move || (catches && !asks_mail.get()).then(catch::CatchCard)}
    }
    .into_any()
}

fn damaged(code: &str) -> AnyView {
    view! {
        <section class="card alarm" role="alert">
            <h2>{Icon::Warn.draw()}{t("damaged_title")}</h2>
            <p>{coded("fault", code)}</p>
            <p class="hint">{t("damaged_advice")}</p>
        </section>
    }
    .into_any()
}

fn faults(app: App) -> AnyView {
    let close = move |()| app.fault.set(None);
    let banner = move |text: String| {
        view! {
            <div class="banner">
                {line("bad", text)}
                <Button label=t("dismiss") weight=Weight::Quiet press=close />
            </div>
        }
    };
    view! {
        <div role="alert">
            {move || app.fault.with(|fault| fault.as_ref().map(fault_text)).map(banner)}
        </div>
    }
    .into_any()
}

fn notices(app: App) -> AnyView {
    let notice = app.part(|view| view.notice.clone());
    let hidden = RwSignal::new(None::<String>);
    let banner = move |code: String| {
        let text = coded("notice", &code);
        view! {
            <div class="banner">
                {line("good", text)}
                <Button label=t("dismiss") weight=Weight::Quiet press=move |()| hidden.set(Some(code.clone())) />
            </div>
        }
    };
    let due = move || notice.get().filter(|code| hidden.with(|hidden| hidden.as_ref() != Some(code)));
    view! { <div role="status">{move || due().map(banner)}</div> }.into_any()
}
