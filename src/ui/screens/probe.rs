//! "Does it work?": one log-in on a press, after its risk was said, and what the answer means.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::answers::{self, Input, Link, Links, Meaning, Standing, ask};
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{clear, read};
use crate::ui::parts::lines::{buttons, hint, line, p, says};
use crate::ui::screens::work::{Place, password, refusal};
use crate::ui::strings::{coded, help, isolate, t, t1, t2};
use crate::ui::times;
use crate::wire::messages::Intent;
use crate::wire::views::TokenState;

/// The page of Setup on which the next step is done.
const PAGES: [(&str, &str); 5] = [
    ("check_login", "login_history"),
    ("enable_soap", "user_interface"),
    ("get_permission", "permission_sets"),
    ("ask_admin", "login_history"),
    ("move_to_jwt", "external_apps"),
];

/// The room.
#[must_use]
pub fn probe(place: Place) -> El {
    let standing: RwSignal<Option<Standing>> = RwSignal::new(None);
    let meaning: RwSignal<Option<Meaning>> = RwSignal::new(None);
    let links: RwSignal<Vec<Link>> = RwSignal::new(vec![]);
    let refused = RwSignal::new(None);
    learn(&place, standing, refused);
    let to_try = place.clone();
    let press = move || {
        let place = to_try.clone();
        spawn_local(async move {
            refused.set(None);
            meaning.set(None);
            let id = place.name("probe-password");
            let input = Input::new().text("password", &read(&id));
            match answers::probe(place.app, &place.id, &input).await {
                Ok(said) => {
                    // A second press is a second log-in, and wants the password again.
                    clear(&id);
                    meaning.try_set(Some(said));
                    learn(&place, standing, refused);
                    // Without a My Domain there are none, which is no failure.
                    let found = ask::<Links>(place.app, &place.id, "links", &Input::new()).await;
                    links.try_set(found.unwrap_or_default().links);
                }
                Err(why) => drop(refused.try_set(Some(why))),
            }
        });
    };
    let app = place.app;
    let known = live(move || {
        standing
            .get()
            .map(|known| standing_lines(app.now(), &known))
    });
    let of = place.clone();
    let age = live(move || {
        let known = standing
            .get()
            .filter(|known| known.clock.state == "unknown")?;
        Some(new_org(&of, known.new_org, standing, refused))
    });
    let goes_to = live(move || {
        let host = standing.get().and_then(|known| known.host)?;
        Some(p(t1("work_probe_host", &isolate(&host))))
    });
    let of = place.clone();
    let result = live(move || meaning.get().map(|said| result(&of, &said, links)));
    el("div")
        .class("room")
        .put(known)
        .put(age)
        .put(
            el("form")
                .on_submit(press)
                .put(
                    el("div")
                        .class("consent")
                        .put(goes_to)
                        .put(p(t("probe_before"))),
                )
                .put(password(&place, &place.name("probe-password")))
                .put(buttons().put(button(t("work_log_in")).main().about(&place.about))),
        )
        .put(refusal(refused))
        .put(says(result))
}

/// Asks what is known now.
pub fn learn(
    place: &Place,
    standing: RwSignal<Option<Standing>>,
    refused: RwSignal<Option<String>>,
) {
    let place = place.clone();
    spawn_local(async move {
        match ask::<Standing>(place.app, &place.id, "clock", &Input::new()).await {
            Ok(known) => drop(standing.try_set(Some(known))),
            Err(why) => drop(refused.try_set(Some(why))),
        }
    });
}

/// Until a test log-in tells more, the age of the org does (`facts/token-and-mail.md` §D1).
fn new_org(
    place: &Place,
    is_new: bool,
    standing: RwSignal<Option<Standing>>,
    refused: RwSignal<Option<String>>,
) -> El {
    let place = place.clone();
    let id = place.name("new-org");
    let tell = move |_| {
        let place = place.clone();
        spawn_local(async move {
            let input = Input::new().flag("newOrg", !is_new);
            match ask::<Standing>(place.app, &place.id, "clock", &input).await {
                Ok(known) => drop(standing.try_set(Some(known))),
                Err(why) => drop(refused.try_set(Some(why))),
            }
        });
    };
    let tick = el("input")
        .set("type", "checkbox")
        .set("id", id.clone())
        .maybe("checked", is_new.then(String::new))
        .on("change", tell);
    el("label")
        .class("check")
        .set("for", id)
        .put(tick)
        .put(el("span").put(t("work_new_org")))
}

/// How long SOAP log-in lives, what is known of it here, and what was tried last.
#[must_use]
pub fn standing_lines(now: f64, known: &Standing) -> El {
    let clock = &known.clock;
    let tone = match clock.stage.as_str() {
        "calm" => "calm",
        "over" => "bad",
        _ => "warn",
    };
    let mut left = coded("clock", &clock.stage);
    if clock.stage != "over" {
        left = [t1("clock_days", &clock.days_left.to_string()), left].join(" ");
    }
    let state = [
        coded("clock", &clock.state),
        help("clock", &clock.state).unwrap_or_default(),
    ]
    .join(" ");
    let tried = known.tried.as_ref().map(|tried| {
        let id = if tried.older {
            "work_tried_older"
        } else {
            "work_tried"
        };
        hint(t2(
            id,
            &times::age(now, tried.at),
            &coded("probe", &tried.code),
        ))
    });
    el("div")
        .class("room")
        .put(line(tone, left))
        .put(hint(state))
        .put(
            clock
                .probably_off
                .then(|| line("warn", t("clock_probably_off"))),
        )
        .put(tried)
}

fn result(place: &Place, said: &Meaning, links: RwSignal<Vec<Link>>) -> El {
    let tone = match (said.next.as_str(), said.token.as_str()) {
        ("nothing", _) => "good",
        (_, "refused") => "bad",
        _ => "warn",
    };
    let mut more = vec![];
    more.extend(help("probe", &said.code));
    if said.token == "accepted_or_unchecked" {
        more.push(t("probe_unchecked"));
    }
    if said.counts {
        more.push(t("probe_counted"));
    }
    if said.other_environment {
        more.push(t("probe_other_environment"));
    }
    let more: Vec<_> = more.into_iter().map(p).collect();
    let exception = said
        .exception
        .as_ref()
        .map(|code| hint(t1("work_exception", &isolate(code))));
    let page = PAGES
        .iter()
        .find(|(next, _)| *next == said.next)
        .map(|(_, page)| *page);
    let link = live(move || {
        links
            .get()
            .into_iter()
            .find(|link| Some(link.id.as_str()) == page)
            .map(|link| outside(&link))
    });
    let (app, id) = (place.app, place.id.clone());
    let live_token = place.account.get_untracked().state == TokenState::Live;
    let dead = (live_token && said.token == "refused").then(|| {
        button(t("mark_dead")).press(move || {
            app.send(Intent::MarkDead {
                account: id.clone(),
            });
        })
    });
    el("div")
        .class("room")
        .put(line(tone, coded("probe", &said.code)))
        .put(more)
        .put(exception)
        .put(link)
        .put(buttons().put(dead))
}

/// A page of the org's own Setup, in a tab of its own.
#[must_use]
pub fn outside(link: &Link) -> El {
    el("a")
        .set("href", &link.url)
        .set("target", "_blank")
        .set("rel", "noreferrer")
        .put(coded("link", &link.id))
}
