//! *To review*: captures that were not certain enough to be kept without a look.

use leptos::prelude::*;

use crate::ui::codes::{REALMS, realm_code, realm_of};
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live, rows};
use crate::ui::parts::field::{labelled, text_field};
use crate::ui::parts::lines::{bdi, fault_line, hint};
use crate::ui::state::{App, app};
use crate::ui::strings::{coded, t};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;
use crate::wire::views::{Realm, ReviewView};

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
        .put(
            el("div")
                .class("row")
                .put(button(t("save_token")).main())
                .put(discard),
        );
    Some(form)
}

/// What was caught, where, and why it was not kept at once.
fn evidence(now: f64, item: &ReviewView) -> Vec<El> {
    let reasons: Vec<_> = item
        .reasons
        .iter()
        .map(|code| el("li").put(coded("reason", code)))
        .collect();
    let origin = if item.origin == "paste" {
        t("source_paste")
    } else {
        item.origin.clone()
    };
    let age = el("span")
        .class("hint")
        .set("title", times::moment(item.at))
        .put(times::age(now, item.at));
    vec![
        el("div")
            .class("title-row")
            .put(el("code").class("secret").put(item.masked.clone()))
            .put(age),
        el("dl")
            .class("facts")
            .put(fact("review_origin", origin))
            .put(
                item.sender
                    .clone()
                    .map(|sender| fact("mail_sender", sender)),
            ),
        el("ul").class("reasons").put(reasons),
    ]
}

fn fact(label: &str, text: String) -> El {
    el("div")
        .put(el("dt").put(t(label)))
        .put(el("dd").put(bdi(text)))
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
