//! The reset page shows no button: the reasons that Salesforce names, what to do about each, and a message for the
//! administrator (`facts/salesforce-pages.md` §5.3, `facts/token-and-mail.md` §D2).

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::clipboard;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, hint, line, p, says};
use crate::ui::screens::help::{self, Whose};
use crate::ui::state::App;
use crate::ui::strings::{t, t2};
use crate::wire::views::View;

/// String ids of the reasons; `<id>_about` says what to do.
const REASONS: [&str; 3] = ["missing_ip", "missing_api_only", "missing_mfa"];

/// Is this what stops the flow right now?
#[must_use]
pub fn stops(view: &View) -> bool {
    let trouble = view.flow.as_ref().and_then(|flow| flow.trouble.as_deref());
    trouble == Some("reset_missing")
}

/// The list, with "Copy message for the administrator".
#[must_use]
pub fn missing(app: App) -> El {
    let copied = RwSignal::new(false);
    let reasons: Vec<_> = REASONS
        .iter()
        .map(|id| {
            el("li")
                .put(el("strong").put(t(id)))
                .put(hint(t(&format!("{id}_about"))))
        })
        .collect();
    let copy = button(t("copy_admin_message"))
        .icon(Icon::Copy)
        .press(move || {
            spawn_local(async move {
                match clipboard::put(&message(app)).await {
                    Ok(()) => {
                        copied.try_set(true);
                    }
                    Err(fault) => app.fault.set(Some(fault)),
                }
            });
        });
    el("div")
        .class("missing")
        .put(p(t("missing_why")))
        .put(el("ul").put(reasons))
        .put(
            buttons()
                .put(copy)
                .put(help::way_in(app, Some("menu_missing"), None)),
        )
        .put(says(live(move || {
            copied.get().then(|| line("good", t("copied_message")))
        })))
}

/// Nothing secret: the user name and the org, and what Salesforce says of the case.
fn message(app: App) -> String {
    let Whose { user, host, .. } = app
        .view
        .with_untracked(|view| view.as_ref().map(|view| help::whose(view, None)))
        .unwrap_or_default();
    let known = |text: Option<String>| text.unwrap_or_else(|| t("admin_unknown"));
    t2("admin_message", &known(user), &known(host))
}
