//! The link of a password-reset mail that was recognised: offered, opened by a press alone.

use leptos::prelude::*;

use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fact, facts, hint};
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::ui::times;
use crate::wire::messages::Intent;
use crate::wire::views::{Ask, FlowView, LinkView, Way};

/// A card of its own, unless a flow runs that shows it in its step, or that has no use for it.
#[must_use]
pub fn link(app: App) -> AnyView {
    let link = app.part(|view| {
        let link = view.reset_link.as_ref()?;
        let shown = match &view.flow {
            Some(flow) if flow.ask != Ask::Done => {
                flow.ask != Ask::OpenMail && flow.way == Way::Forgot && is_of(link, flow)
            }
            _ => true,
        };
        shown.then(|| link.clone())
    });
    live(move || {
        link.get()
            .map(|link| card("link_title").put(found(app, &link)))
    })
}

/// Is it a link for the user of the flow, as far as the mail tells?
#[must_use]
pub fn is_of(link: &LinkView, flow: &FlowView) -> bool {
    let named = link.username.as_ref();
    named.is_none_or(|named| named.eq_ignore_ascii_case(&flow.username))
}

/// What is known of the link, and the button.
#[must_use]
pub fn found(app: App, link: &LinkView) -> AnyView {
    let now = app.now();
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
        hint(t("link_once")).one(),
        buttons().put(open).one(),
    ]
    .one()
}
