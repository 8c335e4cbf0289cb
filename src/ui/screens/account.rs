//! One account: its token in two presses, and everything else one fold away.

use leptos::prelude::*;

use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::chip::{environment_badge, token_chip};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::text_field;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, hint, line, p};
use crate::ui::parts::secret::{PASSWORD, TOKEN, secret};
use crate::ui::screens::work::{Place, work};
use crate::ui::screens::{help, rotation, uses};
use crate::ui::state::App;
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;
use crate::wire::messages::Intent;
use crate::wire::views::{AccountView, DeadView, GenerationView, PasswordView, TokenState};

/// A row of the list.
#[must_use]
pub fn row(app: App, id: String) -> AnyView {
    let account = one(app, id.clone());
    let is_live = Part::new(move || account.with(|a| a.state == TokenState::Live));
    let name_id = format!("account-{id}");
    let unfolded = RwSignal::new(false);
    let head = el("div")
        .class("account-head")
        .put(head(app, account, name_id.clone()))
        .put(fold(unfolded, &name_id));
    let token = {
        let (id, about) = (id.clone(), name_id.clone());
        live(move || {
            is_live.get().then(|| {
                let intent = Intent::Token {
                    account: id.clone(),
                    number: None,
                };
                el("div")
                    .class("token")
                    .put(secret(intent, TOKEN, &about, false))
            })
        })
    };
    let checklist = uses::checklist(app, account, id.clone());
    let details = live(move || unfolded.get().then(|| details(app, account, &id, &name_id)));
    el("li")
        .class("account")
        .put(head)
        .put(token)
        .put(checklist)
        .put(details)
        .one()
}

fn fold(unfolded: RwSignal<bool>, about: &str) -> El {
    el("button")
        .set("type", "button")
        .class("button quiet bare fold")
        .set("aria-label", t("details"))
        .set("aria-describedby", about)
        .says("aria-expanded", move || unfolded.get())
        .on("click", move |_| {
            unfolded.update(|unfolded| *unfolded = !*unfolded)
        })
        .put(Icon::Chevron.draw())
}

/// The account with this id, as it is in the present view.
#[must_use]
pub fn one(app: App, id: String) -> Part<AccountView> {
    Part::new(move || {
        app.view.with(|view| {
            let found = view
                .as_ref()
                .and_then(|view| view.accounts.iter().find(|a| a.id == id));
            found.cloned().unwrap_or_default()
        })
    })
}

fn head(app: App, account: Part<AccountView>, name_id: String) -> El {
    el("div").put(live(move || {
        let account = account.get();
        let labelled = !account.label.is_empty();
        let title = if labelled {
            account.label.clone()
        } else {
            account.username.clone()
        };
        let title = el("div")
            .class("title-row")
            .put(el("h3").set("id", name_id.clone()).put(bdi(title)))
            .put(
                el("span")
                    .class("tags")
                    .put(environment_badge(account.environment))
                    .put(token_chip(account.state)),
            );
        let username = labelled.then(|| el("p").class("hint").put(bdi(account.username.clone())));
        vec![title.one(), username.one(), standing(app, &account).one()]
    }))
}

/// "Caught 3 days ago", or why there is no working token.
fn standing(app: App, account: &AccountView) -> El {
    let now = app
        .view
        .with(|view| view.as_ref().map_or(0.0, |view| view.now));
    let text = match (&account.dead, account.caught_at) {
        (Some(dead), _) => died(now, dead),
        (None, Some(at)) => t1("caught", &times::age(now, at)),
        (None, None) => t("caught_never"),
    };
    hint(text).maybe("title", account.caught_at.map(times::moment))
}

fn died(now: f64, dead: &DeadView) -> String {
    format!(
        "{} {}",
        coded("dead", &dead.why),
        t1("dead_since", &times::age(now, dead.at))
    )
}

fn details(app: App, account: Part<AccountView>, id: &str, about: &str) -> El {
    let password = Part::new(move || account.with(|a| a.password));
    let (password_id, about) = (id.to_owned(), about.to_owned());
    let place = Place {
        app,
        id: id.to_owned(),
        about: about.clone(),
        account,
    };
    // Nothing can be handed over before there was a token.
    let some = Part::new(move || account.with(|a| a.state != TokenState::None));
    el("div")
        .class("details")
        .put(live(move || some.get().then(|| work(place.clone()))))
        .put(live(move || places(&account.get())))
        .put(live(move || {
            password_part(password.get(), &password_id, &about)
        }))
        .put(uses::register(app, account, id.to_owned()))
        .put(rotation::rotation(app, account, id.to_owned()))
        .put(live(move || history(app, &account.get())))
        .put(rename(app, account, id.to_owned()))
        .put(endings(app, account, id))
}

fn places(account: &AccountView) -> Option<Vec<El>> {
    let hosts: Vec<_> = account
        .hosts
        .iter()
        .map(|host| el("li").put(bdi(host.clone())))
        .collect();
    (!hosts.is_empty()).then(|| vec![el("h4").put(t("hosts")), el("ul").put(hosts)])
}

fn password_part(kept: PasswordView, account: &str, about: &str) -> Option<Vec<El>> {
    let sentence = match kept {
        PasswordView::None => return None,
        PasswordView::Pending => line("warn", t("password_pending")),
        PasswordView::Confirmed => hint(t("password_confirmed")),
    };
    let mut parts = vec![el("h4").put(t("generated_password")), sentence];
    parts.extend(secret(
        Intent::Password {
            account: account.to_owned(),
        },
        PASSWORD,
        about,
        false,
    ));
    Some(parts)
}

fn history(app: App, account: &AccountView) -> Option<Vec<El>> {
    let now = app
        .view
        .with_untracked(|view| view.as_ref().map_or(0.0, |view| view.now));
    let rows: Vec<_> = account
        .history
        .iter()
        .map(|one| generation(now, one))
        .collect();
    (!rows.is_empty()).then(|| {
        vec![
            el("h4").put(t("history")),
            el("ul").class("history").put(rows),
        ]
    })
}

fn generation(now: f64, one: &GenerationView) -> El {
    let caught = format!(
        " · {} · {}",
        times::moment(one.caught_at),
        coded("source", &one.source)
    );
    let name =
        p(t1("generation", &one.number.to_string())).put(el("span").class("hint").put(caught));
    el("li")
        .put(name)
        .put(one.dead.as_ref().map(|dead| hint(died(now, dead))))
}

fn rename(app: App, account: Part<AccountView>, id: String) -> El {
    let label = RwSignal::new(account.get_untracked().label);
    let field = text_field(&format!("label-{id}"), t("account_name"), label, None);
    let save = move || {
        app.send(Intent::Label {
            account: id.clone(),
            label: label.get_untracked().trim().to_owned(),
        });
    };
    el("form")
        .class("inline")
        .on_submit(save)
        .put(field)
        .put(button(t("save_name")))
}

/// "Mark as dead" and "Delete". Deleting asks once more, in place: a dialog would be lost with the popup.
fn endings(app: App, account: Part<AccountView>, id: &str) -> AnyView {
    let sure = RwSignal::new(false);
    let id = id.to_owned();
    let alive = Part::new(move || account.with(|a| a.state == TokenState::Live));
    live(move || {
        let (dead, gone) = (id.clone(), id.clone());
        if sure.get() {
            let delete = button(t("delete_now")).danger().press(move || {
                app.send(Intent::Delete {
                    account: gone.clone(),
                })
            });
            let keep = button(t("delete_not"))
                .quiet()
                .press(move || sure.set(false));
            return el("div")
                .class("sure")
                .set("role", "alert")
                .put(p(t("delete_sure")))
                .put(buttons().put(delete).put(keep));
        }
        let mark = alive.get().then(|| {
            button(t("mark_dead")).quiet().press(move || {
                app.send(Intent::MarkDead {
                    account: dead.clone(),
                })
            })
        });
        let delete = button(t("delete_account"))
            .quiet()
            .press(move || sure.set(true));
        let help = help::way_in(app, None, Some(id.clone()));
        buttons().put(help).put(mark).put(delete)
    })
}
