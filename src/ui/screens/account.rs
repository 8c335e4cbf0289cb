//! One account: its token in two presses, and everything else one fold away.

use leptos::prelude::*;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::chip::{environment_badge, token_chip};
use crate::ui::parts::fault::line;
use crate::ui::parts::field::TextField;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::secret::Secret;
use crate::ui::state::App;
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;
use crate::wire::messages::Intent;
use crate::wire::views::{AccountView, DeadView, GenerationView, PasswordView, TokenState};

/// A row of the list.
#[must_use]
pub fn row(app: App, id: String) -> AnyView {
    let account = one(app, id.clone());
    let state = Memo::new(move |_| account.with(|a| a.state));
    let name_id = format!("account-{id}");
    let unfolded = RwSignal::new(false);
    let secret = {
        let (id, about) = (id.clone(), name_id.clone());
        move || {
            (state.get() == TokenState::Live).then(|| {
                let intent = Intent::Token { account: id.clone(), number: None };
                let about = about.clone();
                view! {
                    <Secret intent=intent copy="copy_token" reveal="reveal_token" hide="hide_token" about=about />
                }
            })
        }
    };
    let details = {
        let about = name_id.clone();
        move || unfolded.get().then(|| details(app, account, id.clone(), about.clone()))
    };
    view! {
        <li class="account">
            {head(app, account, name_id.clone())}
            <div class="with-fold">
                {secret}
                <Button
                    label=t("details")
                    weight=Weight::Quiet
                    icon=Icon::Chevron
                    about=name_id
                    unfolded=unfolded
                    press=move |()| unfolded.update(|u| *u = !*u)
                />
            </div>
            {details}
        </li>
    }
    .into_any()
}

/// The account with this id, as it is in the present view.
fn one(app: App, id: String) -> Memo<AccountView> {
    Memo::new(move |_| {
        app.view.with(|view| {
            let found = view.as_ref().and_then(|view| view.accounts.iter().find(|a| a.id == id));
            found.cloned().unwrap_or_default()
        })
    })
}

fn head(app: App, account: Memo<AccountView>, name_id: String) -> AnyView {
    let inside = move || {
        let account = account.get();
        let labelled = !account.label.is_empty();
        let title = if labelled { account.label.clone() } else { account.username.clone() };
        let username = labelled.then(|| view! { <p class="hint"><bdi>{account.username.clone()}</bdi></p> });
        view! {
            <div class="title-row">
                <h3 id=name_id.clone()><bdi>{title}</bdi></h3>
                {environment_badge(account.environment)}
                {token_chip(account.state)}
            </div>
            {username}
            {standing(app, &account)}
        }
    };
    view! { <div>{inside}</div> }.into_any()
}

/// "Caught 3 days ago", or why there is no working token.
fn standing(app: App, account: &AccountView) -> AnyView {
    let now = app.view.with(|view| view.as_ref().map_or(0.0, |view| view.now));
    let text = match (&account.dead, account.caught_at) {
        (Some(dead), _) => died(now, dead),
        (None, Some(at)) => t1("caught", &times::age(now, at)),
        (None, None) => t("caught_never"),
    };
    let title = account.caught_at.map(times::moment);
    view! { <p class="hint" title=title>{text}</p> }.into_any()
}

fn died(now: f64, dead: &DeadView) -> String {
    format!("{} {}", coded("dead", &dead.why), t1("dead_since", &times::age(now, dead.at)))
}

fn details(app: App, account: Memo<AccountView>, id: String, about: String) -> AnyView {
    let password = Memo::new(move |_| account.with(|a| a.password));
    let state = Memo::new(move |_| account.with(|a| a.state));
    let password_id = id.clone();
    let password_about = about.clone();
    let password = move || password_part(password.get(), password_id.clone(), password_about.clone());
    let dead_id = id.clone();
    let mark_dead = move || {
        let account = dead_id.clone();
        (state.get() == TokenState::Live).then(|| {
            let press = move |()| app.send(Intent::MarkDead { account: account.clone() });
            view! { <Button label=t("mark_dead") weight=Weight::Quiet icon=Icon::Cross press=press /> }
        })
    };
    view! {
        <div class="details">
            {move || places(&account.get())}
            {password}
            {move || history(app, &account.get())}
            {rename(app, account, id.clone())}
            <div class="row">{mark_dead}{delete(app, id)}</div>
        </div>
    }
    .into_any()
}

fn places(account: &AccountView) -> Option<AnyView> {
    let hosts = account.hosts.iter().map(|host| view! { <li><bdi>{host.clone()}</bdi></li> }).collect_view();
    (!account.hosts.is_empty()).then(|| view! { <h4>{t("hosts")}</h4><ul>{hosts}</ul> }.into_any())
}

fn password_part(kept: PasswordView, account: String, about: String) -> Option<AnyView> {
    let sentence = match kept {
        PasswordView::None => return None,
        PasswordView::Pending => line("warn", t("password_pending")),
        PasswordView::Confirmed => view! { <p class="hint">{t("password_confirmed")}</p> }.into_any(),
    };
    let intent = Intent::Password { account };
    Some(
        view! {
            <h4>{t("generated_password")}</h4>
            {sentence}
            <Secret intent=intent copy="copy_password" reveal="reveal_password" hide="hide_password" about=about />
        }
        .into_any(),
    )
}

fn history(app: App, account: &AccountView) -> Option<AnyView> {
    if account.history.is_empty() {
        return None;
    }
    let now = app.view.with_untracked(|view| view.as_ref().map_or(0.0, |view| view.now));
    let rows = account.history.iter().map(|one| generation(now, one)).collect_view();
    Some(view! { <h4>{t("history")}</h4><ul class="history">{rows}</ul> }.into_any())
}

fn generation(now: f64, one: &GenerationView) -> AnyView {
    let fate = one.dead.as_ref().map(|dead| view! { <p class="hint">{died(now, dead)}</p> });
    let caught = format!("{} · {}", times::moment(one.caught_at), coded("source", &one.source));
    view! { <li><p>{t1("generation", &one.number.to_string())}" "<span class="hint">{caught}</span></p>{fate}</li> }
        .into_any()
}

fn rename(app: App, account: Memo<AccountView>, id: String) -> AnyView {
    let label = RwSignal::new(account.with_untracked(|a| a.label.clone()));
    let field = format!("label-{id}");
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.send(Intent::Label { account: id.clone(), label: label.get_untracked().trim().to_owned() });
    };
    view! {
        <form class="inline" on:submit=save>
            <TextField id=field label=t("account_name") value=label />
            <Button label=t("save_name") />
        </form>
    }
    .into_any()
}

/// Deleting asks once more, in place: a dialog would be lost with the popup.
fn delete(app: App, id: String) -> AnyView {
    let sure = RwSignal::new(false);
    let inside = move || {
        if !sure.get() {
            let ask = move |()| sure.set(true);
            return view! { <Button label=t("delete_account") weight=Weight::Quiet press=ask /> }.into_any();
        }
        let account = id.clone();
        let press = move |()| app.send(Intent::Delete { account: account.clone() });
        view! {
            <div class="sure" role="alert">
                <p>{t("delete_sure")}</p>
                <div class="row">
                    <Button label=t("delete_now") weight=Weight::Danger press=press />
                    <Button label=t("delete_not") weight=Weight::Quiet press=move |()| sure.set(false) />
                </div>
            </div>
        }
        .into_any()
    };
    view! { <div class="delete">{inside}</div> }.into_any()
}
