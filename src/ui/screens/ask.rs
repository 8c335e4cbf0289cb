//! What the present step needs from the person, as one small card each.

use leptos::prelude::*;

use crate::ui::parts::button::{Button, button};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, fact, facts, hint, line, p};
use crate::ui::parts::meter::meter;
use crate::ui::parts::secret::{TOKEN, secret};
use crate::ui::screens::{catch, help, link, missing, uses};
use crate::ui::state::App;
use crate::ui::strength::Strength;
use crate::ui::strings::{coded, t, t2};
use crate::wire::messages::Intent;
use crate::wire::views::{AccountView, Ask, PasswordView, PolicyView, TokenState, View};

/// The card for `ask`.
#[must_use]
pub fn card(app: App, ask: Ask) -> AnyView {
    match ask {
        Ask::Wait => wait(app),
        Ask::ChangePassword => {
            let policy = app.part(|view| view.flow.as_ref()?.password.clone());
            consent(
                app,
                "ask_change_password",
                live(move || policy.get().map(|policy| rules(&policy))),
                "change_password_now",
                Intent::ChangePassword,
            )
        }
        Ask::PressReset => consent(
            app,
            "ask_press_reset",
            help::forecast(app, true),
            "press_reset_now",
            Intent::PressReset,
        ),
        Ask::OpenMail => open_mail(app),
        Ask::MailCode => fetch(app, "ask_mail_code", "mail_code", None),
        Ask::MailToken => {
            let forecast = help::forecast(app, false);
            fetch(app, "ask_mail_token", "mail_token", Some(forecast))
        }
        Ask::OnPage => on_page(app),
        Ask::SignIn => do_it(app, t("ask_sign_in").one()),
        Ask::Unlock => vec![line("warn", t("ask_unlock")), buttons().put(cancel(app))].one(),
        Ask::Done => done(app),
    }
}

fn wait(app: App) -> AnyView {
    let spinner = el("span").class("spinner").set("aria-hidden", "true");
    let line = el("p")
        .class("line calm")
        .put(spinner)
        .put(el("span").put(t("ask_wait")));
    vec![line, buttons().put(cancel(app))].one()
}

/// A step that breaks something: first what will break, then what is made, then the button.
fn consent(app: App, id: &str, made: AnyView, word: &str, intent: Intent) -> AnyView {
    let what = el("ul").put(vec![
        el("li").put(t(&format!("{id}_breaks"))),
        el("li").put(t(&format!("{id}_kept"))),
    ]);
    let statement = el("div")
        .class("consent")
        .set("id", "consent")
        .put(el("p").put(el("strong").put(t(id))))
        .put(what)
        .put(uses::breaks(app));
    let press = button(t(word))
        .danger()
        .about("consent")
        .press(move || app.send(intent.clone()));
    vec![
        statement.one(),
        made,
        buttons().put(press).put(cancel(app)).one(),
    ]
    .one()
}

/// What the page demands of a new password, and what ours will be.
fn rules(policy: &PolicyView) -> El {
    let strength = Strength::of_bits(f64::from(policy.bits));
    let ours = t2(
        "password_made",
        &policy.length.to_string(),
        &coded("password", strength.code()),
    );
    let demanded: Vec<_> = policy
        .rules
        .iter()
        .map(|code| el("li").put(Icon::Check.draw()).put(coded("policy", code)))
        .collect();
    let demands = (!demanded.is_empty())
        .then(|| vec![el("p").put(t("password_demanded")), el("ul").put(demanded)]);
    el("div")
        .class("rules")
        .put(demands)
        .put(meter(move || Some(strength), ours.one()))
}

/// The link is in a mail: the mail that was recognised, or how to find it.
fn open_mail(app: App) -> AnyView {
    let link = app.part(|view| {
        let link = view.reset_link.clone()?;
        let ours = view
            .flow
            .as_ref()
            .is_some_and(|flow| link::is_of(&link, flow));
        Some((link, ours))
    });
    let mail = live(move || {
        let (link, ours) = link.get().unzip();
        match (link, ours) {
            (Some(link), Some(true)) => {
                vec![line("good", t("link_title")).one(), link::found(app, &link)]
            }
            (link, _) => vec![
                link.map(|_| line("warn", t("link_other_user"))).one(),
                p(t("ask_open_mail")).one(),
                mail_facts("mail_link"),
            ],
        }
    });
    let row = buttons().put(go_on(app)).put(cancel(app));
    vec![mail, row.one()].one()
}

fn fetch(app: App, id: &str, mail: &str, forecast: Option<AnyView>) -> AnyView {
    let row = buttons().put(cancel(app));
    vec![
        p(t(id)).one(),
        forecast.one(),
        mail_facts(mail),
        catch::catch(app, true).one(),
        row.one(),
    ]
    .one()
}

/// Nobody can press what is not there: the reasons stand above.
fn on_page(app: App) -> AnyView {
    let missing = app.part(missing::stops);
    let word = live(move || {
        t(if missing.get() {
            "missing_then"
        } else {
            "ask_on_page"
        })
    });
    do_it(app, word)
}

fn do_it(app: App, what: AnyView) -> AnyView {
    vec![
        el("p").put(what),
        buttons().put(go_on(app).main()).put(cancel(app)),
    ]
    .one()
}

fn done(app: App) -> AnyView {
    let account = app.part(flow_account);
    let secrets = live(move || {
        account.get().map(|account| {
            let password = account.password != PasswordView::None;
            let token = Intent::Token {
                account: account.id,
                number: None,
            };
            let mut parts = secret(token, TOKEN, "flow-title", true);
            parts.extend(password.then(|| hint(t("ask_done_password"))));
            el("div").class("caught").put(parts)
        })
    });
    let finish = button(t("finish")).press(move || app.send(Intent::Cancel));
    vec![
        line("good", t("ask_done")).one(),
        secrets,
        buttons().put(finish).one(),
    ]
    .one()
}

/// The account whose token the flow caught.
fn flow_account(view: &View) -> Option<AccountView> {
    let flow = view.flow.as_ref()?;
    let same = |a: &&AccountView| {
        a.username.eq_ignore_ascii_case(&flow.username) && a.state == TokenState::Live
    };
    view.accounts
        .iter()
        .find(|a| same(a) && a.here)
        .or_else(|| view.accounts.iter().find(same))
        .cloned()
}

/// Which mailbox, from whom, which subject, and where it hides.
fn mail_facts(mail: &str) -> AnyView {
    let facts = facts(vec![
        fact("mail_box", t("mail_box_which")),
        fact("mail_sender", t(&format!("{mail}_sender"))),
        fact("mail_subject", t(&format!("{mail}_subject"))),
    ]);
    vec![facts, hint(t(&format!("{mail}_hint")))].one()
}

fn cancel(app: App) -> Button {
    button(t("cancel"))
        .quiet()
        .press(move || app.send(Intent::Cancel))
}

fn go_on(app: App) -> Button {
    button(t("go_on")).press(move || app.send(Intent::GoOn))
}
