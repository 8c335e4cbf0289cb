//! The page in front: what it is, and what can be done about it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::api::{self, Grant};
use crate::ui::part::Part;
use crate::ui::parts::button::{Button, button};
use crate::ui::parts::chip::environment_badge;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, hint, p};
use crate::ui::screens::{help, missing, start};
use crate::ui::state::App;
use crate::ui::strings::{coded, t};
use crate::wire::messages::Intent;
use crate::wire::views::{Ask, PageView};

/// What the page in front is, and the way into a guided reset.
#[must_use]
pub fn page(app: App) -> AnyView {
    let page = app.part(|view| view.page.clone());
    // The card is rebuilt only when the page itself changes, not when its kind or an account does: a
    // person may be typing in it.
    let shape = app.part(|view| {
        let page = view.page.as_ref()?;
        let flow = view.flow.as_ref().is_some_and(|flow| flow.ask != Ask::Done);
        let starts = page.can_start && !flow;
        Some(Shape {
            tab: page.tab,
            // A warning above names it already.
            host: (page.lookalike.is_empty()).then(|| page.host.clone()),
            genuine: page.genuine,
            starts,
            flow,
        })
    });
    let no_button = app.part(|view| {
        let kind = view.page.as_ref().and_then(|page| page.kind.as_deref());
        view.flow.is_none() && kind == Some("token_reset_missing")
    });
    live(move || {
        shape.get().map(|shape| {
            let card = el("section")
                .class("card")
                .set("aria-label", t("page_region"));
            if shape.genuine {
                // While a flow runs, the way to help stands in its step.
                let no_flow = !shape.flow;
                // In a flow, this is the step's own trouble and stands there.
                let missing = live(move || no_button.get().then(|| missing::missing(app)));
                card.put(identity(page))
                    .put(missing)
                    .put(shape.starts.then(|| start::start(app, shape.tab)))
                    .put(no_flow.then(|| buttons().put(help::way_in(app, None, None))))
            } else {
                // While a flow runs, scanning belongs to the step that asks for it.
                let scan = (!shape.flow).then(|| buttons().put(scan_button(app, shape.tab)));
                let host = shape.host.filter(|name| !name.is_empty()).map(host);
                card.put(host).put(p(t("page_ordinary"))).put(scan)
            }
        })
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    tab: i32,
    host: Option<String>,
    genuine: bool,
    starts: bool,
    flow: bool,
}

fn identity(page: Part<Option<PageView>>) -> El {
    el("div").put(live(move || {
        page.get().map(|page| {
            let what = coded("page", page.kind.as_deref().unwrap_or("unknown"));
            let title = el("div")
                .class("title-row")
                .put(el("h2").put(what))
                .put(environment_badge(page.environment));
            let why = page.why.as_deref().map(|why| hint(coded("why", why)));
            vec![title.one(), host(page.host).one(), why.one()]
        })
    }))
}

fn host(host: String) -> El {
    el("p").class("host").put(bdi(host))
}

/// "Scan this page", for this tab.
#[must_use]
pub fn scan_button(app: App, tab: i32) -> Button {
    button(t("scan_page")).icon(Icon::Scan).press(move || {
        // `scripting` is optional so that the install asks for nothing; the browser grants it without
        // a question, but only inside a click.
        let asked = api::request(&Grant {
            permissions: vec!["scripting"],
            origins: vec![],
        });
        spawn_local(async move {
            // Where the permission was refused the background says so in its own words.
            let _ = api::granted(asked).await;
            app.send(Intent::Scan { tab });
        });
    })
}
