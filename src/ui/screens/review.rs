//! *To review*: captures that were not certain enough to be kept without a look.

use leptos::prelude::*;

use crate::ui::codes::{REALMS, realm_code, realm_of};
use crate::ui::parts::button::button;
use crate::ui::parts::chip::chip;
use crate::ui::parts::dom::{El, Kid, el, live, rows};
use crate::ui::parts::field::{labelled, text_field};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, fact, facts, fault_line, hint, visible};
use crate::ui::state::{App, app};
use crate::ui::strings::{coded, t};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;
use crate::wire::views::{AuthView, Realm, ReviewView};

/// The region; absent while nothing waits.
#[must_use]
pub fn review(app: App) -> AnyView {
    let ids = app.part(|view| {
        view.review
            .iter()
            .map(|item| item.id.clone())
            .collect::<Vec<_>>()
    });
    let some = app.part(|view| !view.review.is_empty());
    live(move || {
        some.get().then(|| {
            el("section")
                .class("card review")
                .set("aria-label", t("to_review"))
                .put(el("h2").put(t("to_review")))
                .put(hint(t("to_review_about")))
                .put(rows(ids, row))
        })
    })
}

fn row(id: String) -> AnyView {
    one(app(), &id).one()
}

/// What was found does not change, so the card is drawn once.
fn one(app: App, id: &str) -> Option<El> {
    let (now, item) = app.view.with_untracked(|view| {
        let view = view.as_ref()?;
        Some((
            view.now,
            view.review.iter().find(|item| item.id == id)?.clone(),
        ))
    })?;
    let username = RwSignal::new(item.username.clone().unwrap_or_default());
    let realm = RwSignal::new(item.realm);
    let fault = RwSignal::new(None);
    let select = format!("review-realm-{id}");
    let (kept, discarded) = (item.id.clone(), item.id.clone());
    let keep = move || {
        let username = username.get_untracked().trim().to_owned();
        if username.is_empty() {
            fault.set(Some(Fault::new("username_missing")));
        } else {
            fault.set(None);
            app.send(Intent::Keep {
                review: kept.clone(),
                username,
                realm: realm.get_untracked(),
            });
        }
    };
    let discard = button(t("discard")).quiet().press(move || {
        app.send(Intent::Discard {
            review: discarded.clone(),
        });
    });
    let form = el("form")
        .class("item")
        .on_submit(keep)
        .put(evidence(now, &item))
        .put(text_field(
            &format!("review-user-{id}"),
            t("user_name"),
            username,
            None,
        ))
        .put(labelled(&select, t("realm")).put(realms(select.clone(), realm)))
        .put(fault_line(fault))
        .put(buttons().put(button(t("save_token")).main()).put(discard));
    Some(form)
}

/// What was caught, where, and why it was not kept at once.
fn evidence(now: f64, item: &ReviewView) -> Vec<El> {
    let reasons: Vec<_> = item
        .reasons
        .iter()
        .map(|code| el("li").put(coded("reason", code)))
        .collect();
    // A host, or the code of another source.
    let origin = if item.origin.contains('.') {
        item.origin.clone()
    } else {
        coded("source", &item.origin)
    };
    let age = el("span")
        .class("hint")
        .set("title", times::moment(item.at))
        .put(times::age(now, item.at));
    let mut known = vec![fact("review_origin", origin)];
    known.extend(
        item.sender
            .clone()
            .map(|sender| fact("mail_sender", sender)),
    );
    let mut shown = vec![
        el("div")
            .class("title-row")
            .put(el("code").class("secret").put(item.masked.clone()))
            .put(age),
        facts(known),
        el("ul").class("reasons").put(reasons),
    ];
    shown.extend(auth(&item.auth).into_iter().flatten());
    shown
}

/// What the mail file says of its own authenticity. Nothing of it was checked, and the sentence says so.
fn auth(said: &[AuthView]) -> Option<Vec<El>> {
    let rows: Vec<_> = said.iter().map(auth_line).collect();
    (!rows.is_empty()).then(|| vec![hint(t("auth_about")), el("ul").class("auth").put(rows)])
}

/// Good is only what speaks for Salesforce; bad is what failed, whoever it speaks for.
fn auth_line(said: &AuthView) -> El {
    let (tone, icon) = match said.result.as_str() {
        "fail" | "softfail" | "permerror" | "temperror" | "policy" => ("warn", Icon::Warn),
        "pass" if is_salesforce(&said.domain) => ("good", Icon::Check),
        _ => ("calm", Icon::Dash),
    };
    let mut what = coded("auth", &said.method);
    // A signature that nobody reports to have checked has no result.
    if said.method != "signature" {
        what = format!("{what} {}", visible(&said.result));
    }
    el("li")
        .put(chip(tone, icon, what))
        .put(bdi(said.domain.clone()).class("host"))
}

fn is_salesforce(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    let own = "salesforce.com";
    let rest = domain
        .len()
        .checked_sub(own.len())
        .and_then(|at| domain.split_at_checked(at));
    rest.is_some_and(|(sub, end)| {
        end.eq_ignore_ascii_case(own) && (sub.is_empty() || sub.ends_with('.'))
    })
}

fn realms(id: String, realm: RwSignal<Realm>) -> El {
    let options: Vec<_> = REALMS
        .into_iter()
        .map(|one| {
            let code = realm_code(one);
            let chosen = (realm.get_untracked() == one).then(String::new);
            el("option")
                .set("value", code)
                .maybe("selected", chosen)
                .put(coded("realm", code))
        })
        .collect();
    el("select")
        .set("id", id)
        .on("change", move |event| {
            realm.set(realm_of(&event_target_value(&event)))
        })
        .put(options)
}
