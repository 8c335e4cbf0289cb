//! The link of a password-reset mail that was recognised: offered, opened by a press alone.

use leptos::prelude::*;

use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{fact, facts, hint, line};
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::ui::times;
use crate::wire::messages::Intent;
use crate::wire::views::{Ask, LinkView};

/// A card of its own, unless the flow waits for this very link and shows it in its step.
#[must_use]
pub fn card(app: App) -> AnyView {
    let link = app.part(|view| {
        let asked = view.flow.as_ref().map(|flow| flow.ask) == Some(Ask::OpenMail);
        view.reset_link.clone().filter(|_| !asked)
    });
    live(move || {
        link.get().map(|link| {
            el("section")
                .class("card")
                .set("aria-labelledby", "link-title")
                .put(el("h2").set("id", "link-title").put(t("link_title")))
                .put(found(app, &link))
        })
    })
}

/// What is known of the link, and the button.
#[must_use]
pub fn found(app: App, link: &LinkView) -> AnyView {
    let now = app.now();
    let other = app.view.with_untracked(|view| {
        let flow = view.as_ref()?.flow.as_ref()?;
        let named = link.username.as_ref()?;
        (!flow.username.eq_ignore_ascii_case(named)).then(|| line("warn", t("link_other_user")))
    });
    let known: Vec<El> = [
        link.username.clone().map(|name| fact("user_name", name)),
        Some(fact("link_leads_to", link.host.clone())),
        Some(fact("link_seen", times::age(now, link.at))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let open = button(t("open_link"))
        .main()
        .icon(Icon::Tab)
        .press(move || app.send(Intent::OpenLink));
    vec![
        facts(known).one(),
        other.one(),
        hint(t("link_once")).one(),
        el("div").class("row").put(open).one(),
    ]
    .one()
}
