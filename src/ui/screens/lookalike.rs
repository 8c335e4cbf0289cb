//! A host that looks like an imitation of Salesforce: said plainly, and never in the way of anything else.

use leptos::prelude::*;

use crate::recognise::lookalike::WARN;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, line, visible};
use crate::ui::punycode;
use crate::ui::state::App;
use crate::ui::strings::{coded, isolate, t, t1};
use crate::wire::messages::Intent;

/// The warning about the page in front, if there is a reason for one.
#[must_use]
pub fn warning(app: App) -> AnyView {
    let warned = app.part(|view| {
        let page = view
            .page
            .as_ref()
            .filter(|page| !page.lookalike.is_empty())?;
        Some(Warned {
            host: page.host.clone(),
            reasons: page.lookalike.clone(),
            // Below, it is a hint.
            alarm: page.lookalike_score >= WARN,
            dismissed: page.dismissed,
        })
    });
    live(move || warned.get().map(|warned| card(app, warned)))
}

#[derive(Clone, PartialEq)]
struct Warned {
    host: String,
    reasons: Vec<String>,
    alarm: bool,
    dismissed: bool,
}

fn card(app: App, warned: Warned) -> El {
    if warned.dismissed {
        return line(
            "calm",
            t1("lookalike_dismissed", &isolate(&visible(&warned.host))),
        );
    }
    let (class, role, title, advice) = if warned.alarm {
        ("card alarm", "alert", "lookalike_title", "lookalike_advice")
    } else {
        (
            "card caution",
            "status",
            "lookalike_mild",
            "lookalike_mild_advice",
        )
    };
    let reasons: Vec<_> = warned
        .reasons
        .iter()
        .map(|code| el("li").put(coded("lookalike", code)))
        .collect();
    let decoded = punycode::decoded(&warned.host).map(|decoded| {
        vec![
            el("p").class("hint").put(t("lookalike_decoded")),
            letters(&decoded),
        ]
    });
    let shown = letters(&warned.host);
    let dismiss = button(t("lookalike_dismiss")).quiet().press(move || {
        app.send(Intent::Dismiss {
            host: warned.host.clone(),
        });
    });
    el("section")
        .class(class)
        .set("role", role)
        .put(el("h2").put(Icon::Warn.draw()).put(t(title)))
        .put(shown)
        .put(decoded)
        .put(el("ul").put(reasons))
        .put(el("p").put(el("strong").put(t(advice))))
        .put(buttons().put(dismiss))
}

/// A host name in letters that can be told apart; those of other alphabets are marked.
fn letters(host: &str) -> El {
    let mut name = el("bdi");
    let mut rest = host;
    while let Some(first) = rest.chars().next() {
        let foreign = !first.is_ascii();
        let end = rest
            .find(|c: char| c.is_ascii() == foreign)
            .unwrap_or(rest.len());
        let (run, later) = rest.split_at(end);
        let run = visible(run);
        name = if foreign {
            name.put(el("mark").put(run))
        } else {
            name.put(run)
        };
        rest = later;
    }
    el("p").class("letters").put(name.one())
}
