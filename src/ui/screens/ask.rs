//! What the present step needs from the person, as one small card each.

use leptos::prelude::*;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::line;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::secret::Secret;
use crate::ui::screens::catch;
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::wire::messages::Intent;
use crate::wire::views::{AccountView, Ask, PasswordView, TokenState, View};

/// The card for `ask`.
#[must_use]
pub fn card(app: App, ask: Ask) -> AnyView {
    match ask {
        Ask::Wait => wait(app),
        Ask::ChangePassword => consent(app, "ask_change_password", "change_password_now", Intent::ChangePassword),
        Ask::PressReset => consent(app, "ask_press_reset", "press_reset_now", Intent::PressReset),
        Ask::OpenMail => open_mail(app),
        Ask::MailCode => fetch(app, "ask_mail_code", "mail_code"),
        Ask::MailToken => fetch(app, "ask_mail_token", "mail_token"),
        Ask::OnPage => go_on(app, "ask_on_page"),
        Ask::SignIn => go_on(app, "ask_sign_in"),
        Ask::Unlock => view! { {line("warn", t("ask_unlock"))}<div class="row">{cancel(app)}</div> }.into_any(),
        Ask::Done => done(app),
    }
}

fn cancel(app: App) -> AnyView {
    view! { <Button label=t("cancel") weight=Weight::Quiet press=move |()| app.send(Intent::Cancel) /> }.into_any()
}

fn wait(app: App) -> AnyView {
    view! {
        <p class="line calm"><span class="spinner" aria-hidden="true"></span><span>{t("ask_wait")}</span></p>
        <div class="row">{cancel(app)}</div>
    }
    .into_any()
}

/// A step that breaks something: first what will break, then the button.
fn consent(app: App, id: &'static str, button: &'static str, intent: Intent) -> AnyView {
    let press = move |()| app.send(intent.clone());
    view! {
        <div class="consent" id="consent">
            <p><strong>{t(id)}</strong></p>
            <ul>
                <li>{t(&format!("{id}_breaks"))}</li>
                <li>{t(&format!("{id}_kept"))}</li>
            </ul>
        </div>
        <div class="row">
            <Button label=t(button) weight=Weight::Danger about="consent" press=press />
            {cancel(app)}
        </div>
    }
    .into_any()
}

fn open_mail(app: App) -> AnyView {
    view! {
        <p>{t("ask_open_mail")}</p>
        {mail_facts("mail_link")}
        <div class="row">
            <Button label=t("go_on") press=move |()| app.send(Intent::GoOn) />
            {cancel(app)}
        </div>
    }
    .into_any()
}

fn fetch(app: App, id: &'static str, mail: &'static str) -> AnyView {
    view! {
        <p>{t(id)}</p>
        {mail_facts(mail)}
        {catch::Catch(catch::CatchProps { scan: true })}
        <div class="row">{cancel(app)}</div>
    }
    .into_any()
}

/// Which mailbox, from whom, which subject, and where it hides.
fn mail_facts(mail: &'static str) -> AnyView {
    let row = |label: &str, text: String| view! { <div><dt>{t(label)}</dt><dd>{text}</dd></div> }.into_any();
    view! {
        <dl class="facts">
            {row("mail_box", t("mail_box_which"))}
            {row("mail_sender", t(&format!("{mail}_sender")))}
            {row("mail_subject", t(&format!("{mail}_subject")))}
        </dl>
        <p class="hint">{t(&format!("{mail}_hint"))}</p>
    }
    .into_any()
}

fn go_on(app: App, id: &'static str) -> AnyView {
    view! {
        <p>{t(id)}</p>
        <div class="row">
            <Button label=t("go_on") weight=Weight::Main press=move |()| app.send(Intent::GoOn) />
            {cancel(app)}
        </div>
    }
    .into_any()
}

fn done(app: App) -> AnyView {
    let account = app.part(flow_account);
    let secrets = move || {
        account.get().map(|account| {
            let password = (account.password != PasswordView::None).then(|| view! { <p class="hint">{t("ask_done_password")}</p> });
            let intent = Intent::Token { account: account.id, number: None };
            view! {
                <Secret
                    intent=intent
                    copy="copy_token"
                    reveal="reveal_token"
                    hide="hide_token"
                    about="flow-title"
                    main=true
                />
                {password}
            }
        })
    };
    view! {
        <p class="line good">{Icon::Check.draw()}<span>{t("ask_done")}</span></p>
        {secrets}
        <div class="row">
            <Button label=t("finish") press=move |()| app.send(Intent::Cancel) />
        </div>
    }
    .into_any()
}

/// The account whose token the flow caught.
fn flow_account(view: &View) -> Option<AccountView> {
    let flow = view.flow.as_ref()?;
    let same = |a: &&AccountView| a.username.eq_ignore_ascii_case(&flow.username) && a.state == TokenState::Live;
    view.accounts.iter().find(|a| same(a) && a.here).or_else(|| view.accounts.iter().find(same)).cloned()
}
