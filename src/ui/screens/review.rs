//! *To review*: captures that were not certain enough to be kept without a look.

use leptos::prelude::*;

use crate::ui::codes::{REALMS, realm_code, realm_of};
use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::fault_line;
use crate::ui::parts::field::TextField;
use crate::ui::state::{App, app};
use crate::ui::strings::{coded, t};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;
use crate::wire::views::{Realm, ReviewView};

/// The region; absent while nothing waits.
#[component]
pub fn Review() -> impl IntoView {
    let app = app();
    let items = app.part(|view| view.review.clone());
    let some = Memo::new(move |_| items.with(|items| !items.is_empty()));
    let region = move || {
        view! {
            <section class="card review" aria-label=t("to_review")>
                <h2>{t("to_review")}</h2>
                <p class="hint">{t("to_review_about")}</p>
                <For each=move || items.get() key=|item| item.id.clone() children=move |item| one(app, &item) />
            </section>
        }
        .into_any()
    };
    move || some.get().then(region)
}

fn one(app: App, item: &ReviewView) -> AnyView {
    let username = RwSignal::new(item.username.clone().unwrap_or_default());
    let realm = RwSignal::new(item.realm);
    let fault = RwSignal::new(None);
    let field = format!("review-user-{}", item.id);
    let select = format!("review-realm-{}", item.id);
    let id = item.id.clone();
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let username = username.get_untracked().trim().to_owned();
        if username.is_empty() {
            fault.set(Some(Fault::new("username_missing")));
        } else {
            fault.set(None);
            app.send(Intent::Keep { review: id.clone(), username, realm: realm.get_untracked() });
        }
    };
    let id = item.id.clone();
    let discard = move |()| app.send(Intent::Discard { review: id.clone() });
    view! {
        <form class="item" on:submit=keep>
            {evidence(app, item)}
            <TextField id=field label=t("user_name") value=username />
            <div class="field">
                <label for=select.clone()>{t("realm")}</label>
                {realms(select, realm)}
            </div>
            {fault_line(fault)}
            <div class="row">
                <Button label=t("keep") name=t("save_token") weight=Weight::Main />
                <Button label=t("discard") weight=Weight::Quiet press=discard />
            </div>
        </form>
    }
    .into_any()
}

/// What was caught, where, and why it was not kept at once.
fn evidence(app: App, item: &ReviewView) -> AnyView {
    let now = app.view.with_untracked(|view| view.as_ref().map_or(item.at, |view| view.now));
    let reasons = item.reasons.iter().map(|code| view! { <li>{coded("reason", code)}</li> }).collect_view();
    let origin = if item.origin == "paste" { t("source_paste") } else { item.origin.clone() };
    let sender = item.sender.clone().map(|sender| {
        view! { <div><dt>{t("mail_sender")}</dt><dd><bdi>{sender}</bdi></dd></div> }
    });
    view! {
        <div class="title-row">
            <code class="secret">{item.masked.clone()}</code>
            <span class="hint" title=times::moment(item.at)>{times::age(now, item.at)}</span>
        </div>
        <dl class="facts">
            <div><dt>{t("review_origin")}</dt><dd><bdi>{origin}</bdi></dd></div>
            {sender}
        </dl>
        <ul class="reasons">{reasons}</ul>
    }
    .into_any()
}

fn realms(id: String, realm: RwSignal<Realm>) -> AnyView {
    let options = REALMS
        .into_iter()
        .map(|one| {
            let code = realm_code(one);
            view! { <option value=code selected=move || realm.get_untracked() == one>{coded("realm", code)}</option> }
        })
        .collect_view();
    view! {
        <select id=id on:change=move |event| realm.set(realm_of(&event_target_value(&event)))>{options}</select>
    }
    .into_any()
}
