//! When it does not work: from what a person sees to what it may be, and what to do about it
//! ([`crate::handover::advice`] decides, in the tools program).

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;

use crate::handover::advice::SYMPTOMS;
use crate::ui::answers::Link;
use crate::ui::api::{self, Grant};
use crate::ui::clipboard;
use crate::ui::handover::{self, Cause, Line};
use crate::ui::parts::button::{Button, button};
use crate::ui::parts::chip::chip;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::focus_soon;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, card, fault_line, hint, line, says};
use crate::ui::read::field;
use crate::ui::screens::work::Place;
use crate::ui::screens::{account, probe, wayout};
use crate::ui::state::{App, Plight, Screen};
use crate::ui::strings::{coded, help as about, isolate, t, t1};
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};
use crate::wire::views::{AccountView, Ask, Environment, FlowView, View, Way};

/// Pages of an org on which its people see what may be wrong: second factors, permissions, log-ins.
const PAGES: [&str; 6] = [
    "my_details",
    "my_information",
    "login_history",
    "identity_verification",
    "permission_sets",
    "users",
];

/// The help screen.
#[must_use]
pub fn help(app: App) -> AnyView {
    let back = button(t("back"))
        .quiet()
        .icon(Icon::Back)
        .press(move || app.screen.set(Screen::Main));
    let head = el("div")
        .class("title-row settings-head")
        .put(el("h2").put(t("help_title")))
        .put(back);
    let body = live(move || {
        let plight = app.plight.get();
        match plight.symptom.clone() {
            None => choose(app).one(),
            Some(symptom) => vec![advice(app, &symptom).one(), pages(app)].one(),
        }
    });
    vec![head.one(), body].one()
}

/// The way here, from the place where something does not work. Where it is clear what, its sentence stands on the button.
#[must_use]
pub fn way_in(app: App, symptom: Option<&str>, account: Option<String>) -> Button {
    let word = match symptom {
        Some(code) => t1("help_with", &coded("symptom", code)),
        None => t("help_open"),
    };
    let plight = Plight {
        symptom: symptom.map(str::to_owned),
        account,
    };
    button(word).quiet().icon(Icon::Info).press(move || {
        app.plight.set(plight.clone());
        app.screen.set(Screen::Help);
    })
}

/// What a person sees while the guide stands where it stands.
#[must_use]
pub fn symptom_of(flow: &FlowView) -> Option<&'static str> {
    Some(match flow.trouble.as_deref() {
        Some("reset_missing") => "menu_missing",
        Some("code_wrong") => "code_refused",
        Some("link_expired" | "link_needed") => "link_dead",
        Some("sso_only" | "sso_failed") => "single_sign_on",
        Some("mfa_setup") => "second_factor",
        Some("page_error" | "page_unknown" | "maintenance") => "page_stuck",
        Some("other_user" | "back_at_login") => "wrong_org",
        Some(_) => return None,
        None => match flow.ask {
            Ask::OpenMail => "no_reset_mail",
            Ask::MailCode => "code_refused",
            Ask::MailToken => "no_token_mail",
            Ask::SignIn => "locked",
            Ask::OnPage => "second_factor",
            _ => return None,
        },
    })
}

/// Whose trouble it is, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whose {
    /// User name.
    pub user: Option<String>,
    /// A genuine host; the page in front first.
    pub host: Option<String>,
    /// The tab of that host, if the host is the one in front.
    pub tab: Option<i32>,
}

/// Of the account that was named, else of the guide, else of the page in front.
#[must_use]
pub fn whose(view: &View, account: Option<&str>) -> Whose {
    let page = view.page.as_ref().filter(|page| page.genuine);
    let kept = |user: &str| {
        let mut all = view.accounts.iter();
        all.find(|account| account.username.eq_ignore_ascii_case(user))
    };
    let named = account.and_then(|id| view.accounts.iter().find(|account| account.id == id));
    let user = match (named, &view.flow) {
        (Some(account), _) => Some(account.username.clone()),
        (None, Some(flow)) => Some(flow.username.clone()),
        (None, None) => page.and_then(|page| page.username.clone()),
    };
    // The page in front has nothing to do with an account of another org.
    match page.filter(|_| named.is_none_or(|account| account.here)) {
        Some(page) => Whose {
            user,
            host: Some(page.host.clone()),
            tab: Some(page.tab),
        },
        None => Whose {
            host: named
                .or_else(|| kept(user.as_deref()?))
                .and_then(own_host)
                .cloned(),
            user,
            tab: None,
        },
    }
}

/// A host that tells the org, rather than one on which everybody logs in.
#[must_use]
pub fn own_host(account: &AccountView) -> Option<&String> {
    let shared = |host: &&String| {
        ["login.", "test.", "welcome."]
            .iter()
            .any(|front| host.starts_with(front))
    };
    let mut hosts = account.hosts.iter();
    hosts.find(|host| !shared(host)).or(account.hosts.first())
}

fn whose_now(app: App) -> Whose {
    let account = app.plight.get_untracked().account;
    app.view.with_untracked(|view| {
        view.as_ref()
            .map(|view| whose(view, account.as_deref()))
            .unwrap_or_default()
    })
}

/// What do you see?
fn choose(app: App) -> El {
    let rows: Vec<_> = SYMPTOMS
        .iter()
        .filter_map(|symptom| api::plain(symptom)?.as_string())
        .map(|code| {
            let word = coded("symptom", &code);
            el("li").put(
                el("button")
                    .set("type", "button")
                    .class("choice-row")
                    .on("click", move |_| {
                        let symptom = Some(code.clone());
                        app.plight.update(|plight| plight.symptom = symptom);
                    })
                    .put(el("span").put(word))
                    .put(Icon::Chevron.draw()),
            )
        })
        .collect();
    card("help_choose").put(el("ul").class("symptoms").put(rows))
}

/// The causes of a symptom, likeliest first.
fn advice(app: App, symptom: &str) -> El {
    #[derive(Serialize)]
    struct Question<'a> {
        symptom: &'a str,
        host: &'a str,
        known: Known,
    }
    let causes = RwSignal::new(None::<Vec<Cause>>);
    let fault = RwSignal::new(None);
    let whose = whose_now(app);
    let (asked, code, host) = (
        symptom.to_owned(),
        symptom.to_owned(),
        whose.host.clone().unwrap_or_default(),
    );
    let known = app.view.with_untracked(|view| {
        let account = view.as_ref().and_then(|view| account_of(view, &whose));
        known(account)
    });
    spawn_local(async move {
        let question = Question {
            symptom: &asked,
            host: &host,
            known,
        };
        match handover::ask("advise", &question).await {
            Ok(answer) => drop(causes.try_set(Some(field(&answer, "causes")))),
            Err(why) => drop(fault.try_set(Some(why))),
        }
    });
    let list = live(move || {
        causes.get().map(|causes| {
            let rows: Vec<_> = causes.iter().map(|one| cause(app, one)).collect();
            el("ul").class("causes").set("role", "list").put(rows)
        })
    });
    let other = button(t("help_other"))
        .quiet()
        .press(move || app.plight.update(|plight| plight.symptom = None));
    let person = whose.user.map(|user| {
        let host = whose
            .host
            .map(|host| vec![el("span").put(" · ".to_owned()), bdi(host)]);
        el("p").class("hint").put(bdi(user)).put(host)
    });
    el("section")
        .class("card")
        .set("aria-labelledby", "help-symptom")
        .put(
            el("h3")
                .set("id", "help-symptom")
                .put(coded("symptom", &code)),
        )
        .put(person)
        .put(fault_line(fault))
        .put(el("div").set("aria-live", "polite").put(list))
        .put(buttons().put(other))
}

/// The kept account of this person, the one of this page first.
#[must_use]
pub fn account_of<'a>(view: &'a View, whose: &Whose) -> Option<&'a AccountView> {
    let user = whose.user.as_deref()?;
    let same = |account: &&AccountView| account.username.eq_ignore_ascii_case(user);
    let here = |account: &&AccountView| same(account) && account.here;
    let accounts = &view.accounts;
    accounts.iter().find(here).or(accounts.iter().find(same))
}

/// What is known of an account, as [`crate::handover::advice::Known`] takes it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    ever_reset: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refreshed: Option<bool>,
}

/// Who has a token has reset it once. From a sandbox that never sent one here, nobody knows whether its address is still
/// right: a refresh makes it undeliverable.
fn known(account: Option<&AccountView>) -> Known {
    let sent = account.is_some_and(|account| account.caught_at.is_some());
    let sandbox = account.is_some_and(|account| account.environment == Environment::Sandbox);
    Known {
        ever_reset: sent.then_some(true),
        refreshed: (sandbox && !sent).then_some(true),
    }
}

fn cause(app: App, one: &Cause) -> El {
    let id = format!("cause-{}", one.code);
    let marks = vec![
        one.certain
            .then(|| chip("warn", Icon::Check, t("help_certain"))),
        one.admin.then(|| chip("calm", Icon::Info, t("help_admin"))),
    ];
    let head = el("div")
        .class("title-row")
        .put(el("strong").set("id", &id).put(coded("cause", &one.code)))
        .put(el("span").class("tags").put(marks));
    el("li")
        .put(head)
        .put(about("cause", &one.code).map(hint))
        .put(action(app, one, &id))
        .put(one.link.as_ref().map(|page| el("p").put(link(page))))
}

/// A page of the org's Setup, in a tab of its own.
fn link(page: &Link) -> El {
    to(&page.url).put(coded("link", &page.id))
}

fn to(url: &str) -> El {
    el("a")
        .class("link")
        .set("href", url)
        .set("target", "_blank")
        .set("rel", "noreferrer")
}

/// What the app offers for a cause.
fn action(app: App, one: &Cause, about: &str) -> Option<El> {
    Some(match one.action.as_str() {
        "start_reset" => start(app, Way::SignedIn, about),
        "start_forgot" => start(app, Way::Forgot, about),
        "tell_admin" => letter(app, one.code.clone(), about),
        "clear_cookies" => cookies(app, about),
        "paste" => {
            let paste = button(t("help_paste")).about(about).press(move || {
                app.screen.set(Screen::Main);
                focus_soon("paste");
            });
            buttons().put(paste)
        }
        "probe" => room(app, about, "work_probe", probe::probe)?,
        "way_out" => room(app, about, "work_way_out", wayout::way_out)?,
        _ => return None,
    })
}

/// A room of the account's work ([`crate::ui::screens::work`]) in this place; none for an account that is not kept.
fn room(app: App, about: &str, word: &str, draw: fn(Place) -> El) -> Option<El> {
    let whose = whose_now(app);
    let id = app.plight.get_untracked().account.or_else(|| {
        let id = |view: &View| Some(account_of(view, &whose)?.id.clone());
        app.view.with_untracked(|view| view.as_ref().and_then(id))
    })?;
    let place = Place {
        app,
        about: about.to_owned(),
        account: account::one(app, id.clone()),
        id,
    };
    let opened = RwSignal::new(false);
    let open = button(t(word))
        .about(about)
        .press(move || opened.update(|open| *open = !*open));
    let inside = live(move || opened.get().then(|| draw(place.clone())));
    Some(
        el("div")
            .class("step-by")
            .put(buttons().put(open))
            .put(inside),
    )
}

/// Where a guided reset can start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum Start {
    #[default]
    Nowhere,
    /// One runs.
    Running,
    Tab(i32),
}

fn start(app: App, way: Way, about: &str) -> El {
    let place = app.part(|view| match (&view.flow, &view.page) {
        (Some(flow), _) if flow.ask != Ask::Done => Start::Running,
        (_, Some(page)) if page.can_start => Start::Tab(page.tab),
        _ => Start::Nowhere,
    });
    let about = about.to_owned();
    el("div").put(live(move || {
        let main = move || app.screen.set(Screen::Main);
        match place.get() {
            Start::Running => buttons()
                .put(button(t("help_guide")).about(&about).press(main))
                .one(),
            Start::Tab(tab) => {
                let press = move || {
                    // Without a name, the form on the main screen asks for it.
                    if let Some(username) = whose_now(app).user {
                        app.send(Intent::Start { tab, username, way });
                    }
                    main();
                };
                let word = match way {
                    Way::SignedIn => "start_reset",
                    Way::Forgot => "help_forgot",
                };
                buttons()
                    .put(button(t(word)).about(&about).press(press))
                    .one()
            }
            Start::Nowhere => {
                let host = whose_now(app).host;
                let host = host.map(|host| to(&format!("https://{host}/")).put(bdi(host)));
                vec![hint(t("help_start_where")), el("p").put(host)].one()
            }
        }
    }))
}

/// The message to the administrator: shown, then copied.
fn letter(app: App, cause: String, about: &str) -> El {
    let text = RwSignal::new(None::<String>);
    let copied = RwSignal::new(false);
    let fault = RwSignal::new(None);
    let write = move || {
        let cause = cause.clone();
        spawn_local(async move {
            match written(&whose_now(app), &cause).await {
                Ok(letter) => drop(text.try_set(Some(letter))),
                Err(why) => drop(fault.try_set(Some(why))),
            }
        });
    };
    let copy = move || {
        let letter = text.get_untracked().unwrap_or_default();
        spawn_local(async move {
            match clipboard::put(&letter).await {
                Ok(()) => drop(copied.try_set(true)),
                Err(why) => drop(fault.try_set(Some(why))),
            }
        });
    };
    let about = about.to_owned();
    let shown = live(move || match text.get() {
        None => buttons()
            .put(
                button(t("help_write"))
                    .icon(Icon::Mail)
                    .about(&about)
                    .press(write.clone()),
            )
            .one(),
        Some(letter) => {
            let copy = button(t("copy_admin_message"))
                .icon(Icon::Copy)
                .about(&about)
                .press(copy);
            let letter = el("p").class("letter").put(letter);
            vec![letter.one(), buttons().put(copy).one()].one()
        }
    });
    let done = live(move || copied.get().then(|| line("good", t("copied_message"))));
    el("div")
        .class("step-by")
        .put(shown)
        .put(says(done))
        .put(fault_line(fault))
}

async fn written(whose: &Whose, cause: &str) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Question<'a> {
        cause: &'a str,
        username: &'a str,
        host: &'a str,
    }
    let unknown = t("admin_unknown");
    let question = Question {
        cause,
        username: whose.user.as_deref().unwrap_or(&unknown),
        host: whose.host.as_deref().unwrap_or_default(),
    };
    let answer = handover::ask("admin_message", &question).await?;
    let sentence = |line: Line| match line.argument {
        // For a mail, not for this page: no direction marks.
        Some(argument) => t1(&line.id, &argument),
        None => t(&line.id),
    };
    let subject: Line = field(&answer, "subject");
    let lines: Vec<Line> = field(&answer, "lines");
    let mut all = vec![sentence(subject)];
    all.extend(lines.into_iter().map(sentence));
    Ok(all.join("\n\n"))
}

/// Clears the cookies of the host in front. The permission is asked for here and given back afterwards.
fn cookies(app: App, about: &str) -> El {
    let Whose {
        host: Some(host),
        tab: Some(tab),
        ..
    } = whose_now(app)
    else {
        return hint(t("help_cookies_where"));
    };
    let done = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None);
    let statement = hint(t1("help_cookies_about", &isolate(&host)));
    let press = move || {
        let grant = Grant {
            permissions: vec!["cookies"],
            origins: vec![],
        };
        let (asked, host) = (api::request(&grant), host.clone());
        spawn_local(async move {
            // Where it was refused, the background says so in its own words.
            let _ = api::granted(asked).await;
            let tab = Some(tab);
            let reply = app.run(Intent::ClearCookies { host, tab }).await;
            let _ = api::granted(api::remove(&grant)).await;
            match reply {
                Ok(Reply::Answer { text }) => drop(done.try_set(Some(text))),
                Ok(_) => {}
                Err(why) => drop(fault.try_set(Some(why))),
            }
        });
    };
    let clear = button(t("help_cookies")).about(about).press(press);
    let told = live(move || {
        done.get().map(|count| match count.as_str() {
            "0" => line("calm", t("help_cookies_none")),
            _ => line("good", t1("help_cookies_done", &count)),
        })
    });
    el("div")
        .class("step-by")
        .put(statement)
        .put(buttons().put(clear))
        .put(says(told))
        .put(fault_line(fault))
}

/// Where this org shows second factors, permissions and log-ins; nothing where the host does not tell the org.
fn pages(app: App) -> AnyView {
    #[derive(Serialize)]
    struct Question {
        host: String,
    }
    let links = RwSignal::new(Vec::<Link>::new());
    if let Some(host) = whose_now(app).host {
        spawn_local(async move {
            // Refused where the org is not known: then there is nothing to offer.
            if let Ok(answer) = handover::ask("links", &Question { host }).await {
                links.try_set(field(&answer, "links"));
            }
        });
    }
    live(move || {
        let rows: Vec<_> = links.with(|links| {
            let wanted = links.iter().filter(|one| PAGES.contains(&one.id.as_str()));
            wanted.map(|one| el("li").put(link(one))).collect()
        });
        (!rows.is_empty()).then(|| {
            card("help_pages")
                .put(hint(t("help_pages_about")))
                .put(el("ul").class("links").put(rows))
        })
    })
}

/// Will a token mail come at all? `only_doubts`: says nothing when it will.
#[must_use]
pub fn forecast(app: App, only_doubts: bool) -> AnyView {
    let said = RwSignal::new(None::<(String, Vec<String>)>);
    let known = app.view.with_untracked(|view| {
        let account = view
            .as_ref()
            .and_then(|view| account_of(view, &whose(view, None)));
        known(account)
    });
    spawn_local(async move {
        // A comfort: without an answer there is no forecast.
        if let Ok(answer) = handover::ask("mail_forecast", &known).await {
            said.try_set(Some((field(&answer, "verdict"), field(&answer, "reasons"))));
        }
    });
    says(live(move || {
        let (verdict, reasons) = said.get()?;
        let will = verdict == "will";
        (!will || !only_doubts).then(|| {
            let tone = if will { "calm" } else { "warn" };
            let reasons: Vec<_> = reasons
                .iter()
                .map(|reason| {
                    el("li")
                        .put(coded("cause", reason))
                        .put(about("cause", reason).map(hint))
                })
                .collect();
            vec![
                line(tone, coded("forecast", &verdict)),
                el("ul").class("reasons").put(reasons),
            ]
        })
    }))
    .one()
}
