//! The page in front: what it is, a warning if it only pretends, and what can be done about it.

use leptos::prelude::*;

use crate::ui::parts::button::Button;
use crate::ui::parts::chip::environment_badge;
use crate::ui::parts::icon::Icon;
use crate::ui::screens::start;
use crate::ui::state::app;
use crate::ui::strings::{coded, t};
use crate::wire::messages::Intent;
use crate::wire::views::PageView;

/// A host that imitates Salesforce: said plainly, before anything else.
#[component]
pub fn Warning() -> impl IntoView {
    let page = app().part(|view| view.page.clone());
    let warning = |page: PageView| {
        let reasons = page.lookalike.iter().map(|code| view! { <li>{coded("lookalike", code)}</li> }).collect_view();
        view! {
            <section class="card alarm" role="alert">
                <h2>{Icon::Warn.draw()}{t("lookalike_title")}</h2>
                <p class="host"><bdi>{page.host}</bdi></p>
                <ul>{reasons}</ul>
                <p><strong>{t("lookalike_advice")}</strong></p>
            </section>
        }
        .into_any()
    };
    move || page.get().filter(|page| !page.lookalike.is_empty()).map(warning)
}

/// What the page in front is, and the way into a guided reset.
#[component]
pub fn Page() -> impl IntoView {
    let app = app();
    // The card is rebuilt only when the page itself changes, not when a flow step or an account does.
    let page = app.part(|view| view.page.clone().filter(|page| page.lookalike.is_empty()));
    let flow_here = app.part(|view| view.flow.is_some());
    let shape = Memo::new(move |_| {
        page.with(|page| {
            page.as_ref().map(|page| Shape {
                tab: page.tab,
                host: page.host.clone(),
                genuine: page.genuine,
                starts: page.can_start && !flow_here.get(),
            })
        })
    });
    let card = move |shape: Shape| {
        if shape.genuine {
            let form = shape.starts.then(|| start::Start(start::StartProps { tab: shape.tab }));
            view! { <section class="card" aria-label=t("page_region")>{identity(page)}{form}</section> }.into_any()
        } else {
            ordinary(&shape, flow_here)
        }
    };
    move || shape.get().map(card)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    tab: i32,
    host: String,
    genuine: bool,
    starts: bool,
}

fn identity(page: Memo<Option<PageView>>) -> AnyView {
    let inside = move || {
        page.get().map(|page| {
            let what = coded("page", page.kind.as_deref().unwrap_or("unknown"));
            let why = page.why.as_deref().map(|why| view! { <p class="hint">{coded("why", why)}</p> });
            view! {
                <div class="title-row">
                    <h2>{what}</h2>
                    {environment_badge(page.environment)}
                </div>
                <p class="host"><bdi>{page.host}</bdi></p>
                {why}
            }
        })
    };
    view! { <div>{inside}</div> }.into_any()
}

fn ordinary(shape: &Shape, flow: Memo<bool>) -> AnyView {
    let tab = shape.tab;
    let host = (!shape.host.is_empty()).then(|| view! { <p class="host"><bdi>{shape.host.clone()}</bdi></p> });
    // While a flow runs, scanning belongs to the step that asks for it.
    let scan = move || {
        (!flow.get()).then(|| view! { <ScanButton tab=tab /> })
    };
    view! {
        <section class="card" aria-label=t("page_region")>
            {host}
            <p>{t("page_ordinary")}</p>
            {scan}
        </section>
    }
    .into_any()
}

/// "Scan this page".
#[component]
pub fn ScanButton(
    /// The tab to read.
    tab: i32,
) -> impl IntoView {
    use crate::ui::api::{self, Grant};
    let app = app();
    let press = move |()| {
        // `scripting` is optional so that the install asks for nothing; the browser grants it without
        // a question, but only inside a click.
        let asked = api::request(&Grant { permissions: vec!["scripting"], origins: vec![] });
        leptos::task::spawn_local(async move {
            // Where the permission was refused the background says so in its own words.
            let _ = api::granted(asked).await;
            app.send(Intent::Scan { tab });
        });
    };
    view! { <Button label=t("scan_page") icon=Icon::Scan press=press /> }
}
