//! A new token from time to time: how often, what ends it earlier, and whom a reset leaves alone.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::ui::handover;
use crate::ui::part::Part;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::labelled;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, card, fault_line, hint, line};
use crate::ui::read::{Read, field};
use crate::ui::screens::help;
use crate::ui::state::App;
use crate::ui::strings::{t, t1};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::views::{AccountView, Environment};

/// Periods to choose from, in days; 0 is never. 90 days is the custom of the trade (`facts/peers.md` §5).
const PERIODS: [u32; 6] = [0, 30, 60, 90, 180, 365];
/// Most other accounts in one question, as the tool takes them.
const MOST_OTHERS: usize = 1000;

/// What is said and asked, as [`crate::handover::rotation::Care`] reads it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Care {
    period_days: Option<u32>,
    password_days: Option<u32>,
    reminded: bool,
    policy_days: u32,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct Other {
    username: String,
    host: String,
}

/// What the tool answers, as far as it is shown.
#[derive(Clone, Default, PartialEq)]
struct Plan {
    password_expires_at: Option<f64>,
    password_first: bool,
    same_org: Vec<String>,
    same_user: Vec<String>,
}

struct Host(String);

impl Read for Host {
    fn read(value: &JsValue) -> Self {
        Self(field(value, "host"))
    }
}

impl Read for Plan {
    fn read(value: &JsValue) -> Self {
        let others: Vec<Host> = field(value, "same_user");
        Self {
            password_expires_at: field(value, "password_expires_at"),
            password_first: field(value, "password_first"),
            same_org: field(value, "same_org"),
            same_user: others.into_iter().map(|Host(host)| host).collect(),
        }
    }
}

/// The part of an account's details.
#[must_use]
pub fn rotation(app: App, account: Part<AccountView>, id: String) -> Vec<AnyView> {
    let fault = RwSignal::new(None);
    let plan = RwSignal::new(Plan::default());
    // Asked anew when something changes that the plan depends on.
    let depends = Part::new(move || {
        account.with(|a| (a.period_days, a.password_days, a.caught_at, a.hosts.clone()))
    });
    let owner = id.clone();
    Effect::new(move |_| {
        depends.with(|_| ());
        let (owner, care) = (owner.clone(), asked(app, &owner));
        spawn_local(async move {
            match handover::of(owner, "rotation", &care).await {
                Ok(answer) => drop(plan.try_set(Plan::read(&answer))),
                Err(why) => drop(fault.try_set(Some(why))),
            }
        });
    });
    let period = Part::new(move || account.with(|a| Some(a.period_days)));
    let expiry = Part::new(move || account.with(|a| a.password_days));
    let (of_period, of_expiry) = (id.clone(), id.clone());
    let every = choice(
        &format!("period-{id}"),
        "rotation_every",
        period,
        move |days| {
            let care = Care {
                period_days: Some(days),
                ..Care::default()
            };
            send(app, of_period.clone(), care, fault);
        },
    );
    let expires = choice(
        &format!("expiry-{id}"),
        "rotation_password",
        expiry,
        move |days| {
            let care = Care {
                password_days: Some(days),
                ..Care::default()
            };
            send(app, of_expiry.clone(), care, fault);
        },
    );
    let policy = app.part(|view| view.policy_days);
    let policy = live(move || match policy.get() {
        0 => None,
        days => Some(hint(t1("rotation_policy", &days.to_string()))),
    });
    let due = live(move || {
        let account = account.get();
        account.due_at.map(|at| due_line(app, at, account.remind))
    });
    let sandbox = live(move || {
        let sandbox = account.with(|a| a.environment == Environment::Sandbox);
        sandbox.then(|| hint(t("rotation_sandbox")))
    });
    let told = live(move || plan.with(tell));
    vec![
        el("h4").put(t("rotation")).one(),
        every.one(),
        policy,
        due,
        expires.one(),
        told,
        sandbox,
        fault_line(fault).one(),
    ]
}

fn due_line(app: App, at: f64, now: bool) -> El {
    let text = t1("rotation_due", &times::distance(app.now(), at));
    let tone = if now { "warn" } else { "calm" };
    line(tone, text).set("title", times::moment(at))
}

fn tell(plan: &Plan) -> Vec<AnyView> {
    let names = |title: &str, names: &[String]| {
        let rows: Vec<_> = names
            .iter()
            .map(|name| el("li").put(bdi(name.clone())))
            .collect();
        (!rows.is_empty()).then(|| vec![hint(t(title)), el("ul").put(rows)])
    };
    let expires = plan
        .password_expires_at
        .map(|at| hint(t1("rotation_password_at", &times::moment(at))));
    let first = plan.password_first && plan.password_expires_at.is_some();
    vec![
        expires.one(),
        first
            .then(|| line("warn", t("rotation_password_first")))
            .one(),
        names("rotation_same_org", &plan.same_org).one(),
        names("rotation_same_user", &plan.same_user).one(),
    ]
}

/// Days to choose from. `None` is what nobody has said yet; a number of other origin stays in the list.
fn choice(
    id: &str,
    label: &str,
    now: Part<Option<u32>>,
    chosen: impl Fn(u32) + Send + 'static,
) -> El {
    let options = live(move || {
        let now = now.get();
        let unsaid = now.is_none().then(|| {
            el("option")
                .set("value", "")
                .set("selected", "")
                .put(t("rotation_unknown"))
        });
        let other = now.filter(|days| !PERIODS.contains(days));
        let days: Vec<_> = PERIODS
            .into_iter()
            .chain(other)
            .map(|days| {
                let word = match days {
                    0 => t("rotation_off"),
                    days => t1("rotation_days", &days.to_string()),
                };
                el("option")
                    .set("value", days.to_string())
                    .maybe("selected", (now == Some(days)).then(String::new))
                    .put(word)
            })
            .collect();
        vec![unsaid.one(), days.one()]
    });
    let select = el("select")
        .set("id", id)
        .put(options)
        .on("change", move |event| {
            if let Ok(days) = event_target_value(&event).parse() {
                chosen(days);
            }
        });
    labelled(id, t(label)).put(select)
}

/// The question without a change in it.
fn asked(app: App, id: &str) -> Care {
    app.view.with_untracked(|view| {
        let Some(view) = view else {
            return Care::default();
        };
        let others = view.accounts.iter().filter(|other| other.id != id);
        let others = others.filter_map(|other| {
            Some(Other {
                username: other.username.clone(),
                host: help::own_host(other)?.clone(),
            })
        });
        Care {
            policy_days: view.policy_days,
            others: others.take(MOST_OTHERS).collect(),
            ..Care::default()
        }
    })
}

fn send(app: App, account: String, care: Care, fault: RwSignal<Option<Fault>>) {
    fault.set(None);
    spawn_local(async move {
        if let Err(why) = handover::tell(app, account, "rotation", &care).await {
            fault.try_set(Some(why));
        }
    });
}

/// The accounts of which it is time to remind.
#[must_use]
pub fn due(app: App) -> AnyView {
    let due = app.part(|view| {
        let due = view.accounts.iter().filter(|account| account.remind);
        due.cloned().collect::<Vec<_>>()
    });
    live(move || {
        let due = due.get();
        let fault = RwSignal::new(None);
        (!due.is_empty()).then(|| {
            let rows: Vec<_> =
                due.iter()
                    .map(|account| {
                        let (id, name) = (account.id.clone(), format!("due-{}", account.id));
                        let later = button(t("due_later")).icon(Icon::Clock).about(&name).press(
                            move || {
                                let care = Care {
                                    reminded: true,
                                    ..Care::default()
                                };
                                send(app, id.clone(), care, fault);
                            },
                        );
                        let whose = if account.label.is_empty() {
                            &account.username
                        } else {
                            &account.label
                        };
                        el("li")
                            .put(
                                el("p")
                                    .set("id", &name)
                                    .put(el("strong").put(bdi(whose.clone()))),
                            )
                            .put(account.due_at.map(|at| due_line(app, at, true)))
                            .put(buttons().put(later))
                    })
                    .collect();
            card("due_title")
                .put(el("ul").class("uses").put(rows))
                .put(fault_line(fault))
        })
    })
}
