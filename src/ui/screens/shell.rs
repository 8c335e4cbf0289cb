//! The frame around everything, and the order of the screens in it.

use leptos::prelude::*;

use crate::ui::files;
use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{alerts, fault_text, hint, line, p, says};
use crate::ui::screens::ways::{remove_vault, sure};
use crate::ui::screens::{
    accounts, bar, catch, flow, help, link, lookalike, moving, page, review, rotation, settings,
    setup, sync, unlock,
};
use crate::ui::state::{App, Screen};
use crate::ui::strings::{coded, t};
use crate::ui::surface::Surface;
use crate::wire::messages::Intent;
use crate::wire::views::{Ask, VaultView};

/// The whole app.
#[must_use]
pub fn shell(surface: Surface) -> AnyView {
    let app = App::start(surface);
    provide_context(app);
    // A file that misses the place for it would be opened by the browser in place of this page.
    let main = el("main")
        .on("dragover", |event| files::keep(&event))
        .on("drop", |event| files::keep(&event))
        .put(faults(app))
        .put(notices(app))
        .put(store(app))
        .put(content(app));
    vec![bar::bar(app), main].one()
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

fn content(app: App) -> El {
    let stage = app.part(|view| match &view.vault {
        VaultView::Missing => Stage::Missing,
        VaultView::Locked => Stage::Locked,
        VaultView::Open { .. } => Stage::Open,
        VaultView::Damaged { code } => Stage::Damaged(code.clone()),
    });
    let loading = Part::new(move || stage.with(|stage| *stage == Stage::Loading));
    let screen = live(move || match app.screen.get() {
        _ if loading.get() => el("p")
            .class("loading")
            .set("role", "status")
            .put(t("loading"))
            .one(),
        // These stay as they are while the vault locks or opens beside them.
        Screen::Settings => settings::settings(app).one(),
        Screen::Help => help::help(app),
        Screen::Main | Screen::Moving => live(move || match (app.screen.get(), stage.get()) {
            (Screen::Moving, Stage::Open) => moving::moving(app),
            (_, stage) => main_screen(app, &stage),
        }),
    });
    el("div").class("stack").put(screen)
}

/// A warning about the page comes first, then what the vault needs, then what can be done here.
fn main_screen(app: App, stage: &Stage) -> AnyView {
    let flow_runs = app.part(|view| view.flow.is_some());
    // A flow that waits for a mail has the paste box in its own card.
    let asks_mail = app.part(|view| {
        view.flow
            .as_ref()
            .is_some_and(|flow| matches!(flow.ask, Ask::MailCode | Ask::MailToken))
    });
    let open = *stage == Stage::Open;
    let vault = match stage {
        Stage::Missing => Some(setup::setup(app)),
        Stage::Locked => Some(unlock::unlock(app)),
        Stage::Damaged(code) => Some(damaged(app, code)),
        Stage::Open | Stage::Loading => None,
    };
    let catches = open || *stage == Stage::Locked;
    vec![
        lookalike::warning(app),
        (*stage == Stage::Missing).then(|| sync::join(app)).one(),
        vault.one(),
        link::link(app),
        live(move || flow_runs.get().then(|| flow::flow(app))),
        page::page(app),
        open.then(|| rotation::due(app)).one(),
        open.then(|| review::review(app)).one(),
        open.then(|| accounts::accounts(app)).one(),
        live(move || (catches && !asks_mail.get()).then(|| catch::catch_card(app))),
    ]
    .one()
}

fn damaged(app: App, code: &str) -> El {
    // Only there something whole is left to go on with.
    let older = (code == "store_rolled_back").then(|| {
        sure(
            app,
            "accept_store",
            t("accept_store_sure"),
            Intent::AcceptStore,
        )
    });
    el("section")
        .class("card alarm")
        .set("role", "alert")
        .put(el("h2").put(Icon::Warn.draw()).put(t("damaged_title")))
        .put(p(coded("fault", code)))
        .put(hint(t("damaged_advice")))
        .put(older)
        .put(remove_vault(app))
}

/// What the person should know of the store while it can be used.
fn store(app: App) -> El {
    let state = app.part(|view| (view.store_fault.clone(), view.one_copy));
    says(live(move || {
        let (fault, one_copy) = state.get();
        let one_copy = one_copy.then(|| line("warn", t("one_copy")));
        vec![
            fault.map(|code| line("warn", coded("fault", &code))).one(),
            one_copy.one(),
        ]
    }))
}

fn faults(app: App) -> El {
    alerts(live(move || {
        let text = app.fault.with(|fault| fault.as_ref().map(fault_text))?;
        Some(banner("bad", text, move || app.fault.set(None)))
    }))
}

fn notices(app: App) -> El {
    let notice = app.part(|view| view.notice.clone());
    let hidden = RwSignal::new(None::<String>);
    says(live(move || {
        let code = notice
            .get()
            .filter(|code| hidden.with(|hidden| hidden.as_ref() != Some(code)))?;
        Some(banner("good", coded("notice", &code), move || {
            hidden.set(Some(code.clone()))
        }))
    }))
}

fn banner(tone: &str, text: String, close: impl Fn() + Send + 'static) -> El {
    el("div")
        .class("banner")
        .put(line(tone, text))
        .put(button(t("dismiss")).quiet().press(close))
}
