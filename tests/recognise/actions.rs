//! What the guide would do on a page: the real flow, asked in every state it can be in.

use std::collections::BTreeSet;

use token_keeper::guide::flow::{Change, Effect, Event, Flow, PageSeen, Reset, Step};
use token_keeper::guide::plan::Document;
use token_keeper::recognise::classify::{PageKind, Unknown, classify};
use token_keeper::recognise::host::{Host, Purpose};
use token_keeper::vault::secret::SecretText;
use token_keeper::wire::messages::Verb;
use token_keeper::wire::views::Way;

use crate::pages::Page;

/// Stands on the identity cards of the cases, and once does not.
const USERS: [&str; 2] = ["ada.byron@acme.example", "grace.hopper@acme.example"];
const STEPS: [Step; 9] = [
    Step::Login,
    Step::Username,
    Step::CheckMail,
    Step::Link,
    Step::SignIn,
    Step::Verify,
    Step::Password,
    Step::Reset,
    Step::Token,
];

/// Everything that any flow, in any state, would write or press on this page: `fill username`, `press login`.
pub fn verbs(page: &Page) -> BTreeSet<String> {
    let mut verbs = BTreeSet::new();
    let Some((host, kind)) = believed(page) else {
        return verbs;
    };
    // Who the flow is for matters only where the page names somebody.
    let users = USERS
        .get(usize::from(page.facts.person.is_none())..)
        .unwrap_or(&USERS);
    for (user, way) in users
        .iter()
        .flat_map(|user| [(user, Way::Forgot), (user, Way::SignedIn)])
    {
        let (start, _) = Flow::start(user, way, 1, &host, 0);
        for (step, reset) in STEPS
            .iter()
            .flat_map(|step| [(*step, Reset::Open), (*step, Reset::Sent)])
        {
            for change in [Change::Open, Change::Taken, Change::Sent { at: 0 }] {
                let flow = Flow {
                    step,
                    reset,
                    change,
                    ..start.clone()
                };
                ask(flow, &seen(page, &host, kind), &mut verbs);
            }
        }
    }
    verbs
}

/// What it would touch and must not: what the kind does not allow, and what nobody can see there.
pub fn wrong(page: &Page) -> Vec<String> {
    let allowed = allowed(page);
    let seen = |verb: &str| {
        let mark = verb.split_once(' ').map_or("", |(_, mark)| mark);
        page.facts.marks.get(mark).is_some_and(|mark| mark.seen)
    };
    verbs(page)
        .into_iter()
        .filter(|verb| !allowed.contains(&verb.as_str()) || !seen(verb))
        .collect()
}

/// What may be touched on the page that this case says it is; written from the design's rules, not from the guide.
fn allowed(page: &Page) -> &'static [&'static str] {
    let ours = page
        .top
        .as_ref()
        .is_none_or(|top| frames_ours(top, &page.host));
    match page.expect.as_str() {
        _ if !ours => &[],
        "login" => &[
            "press forgot",
            "fill username",
            "press newIdentity",
            "press clearIdentity",
        ],
        "login_username" => &["press forgot", "fill username", "press login"],
        "login_password" => &["press forgot", "press newIdentity", "press clearIdentity"],
        "identity_chooser" => &["press forgot", "press newIdentity", "press clearIdentity"],
        // Forms that ask for what only the person knows; the link to the forgot form is harmless.
        "login_discovery" | "login_email" | "login_sso" | "environment_switcher" => {
            &["press forgot"]
        }
        "forgot" | "link_expired" => &["fill un", "press continue"],
        "interstitial" => &["press interstitialSave"],
        "verify_email" => &["fill emc", "fill codeBox", "press save"],
        "new_password" => &[
            "fill newpassword",
            "fill confirmpassword",
            "press passwordButton",
        ],
        "change_password_settings" => &["fill p5", "fill p6", "press settingsSave"],
        "token_reset" => &["press resetButton"],
        _ => &[],
    }
}

/// The same org's own app around its own pages (`facts/salesforce-pages.md` §5.4), told by the names as a person would.
fn frames_ours(top: &str, host: &str) -> bool {
    let org = |name: &str| {
        [".my.", ".lightning.", ".my-"]
            .iter()
            .find_map(|infix| name.split_once(infix))
            .map(|(org, _)| org.to_owned())
    };
    let apps = [
        "force.com",
        "salesforce-setup.com",
        "crmforce.mil",
        "sfcrmapps.cn",
        "my-lightning.com",
    ];
    org(top) == org(host) && apps.iter().any(|app| top.ends_with(app)) && !top.contains("site.com")
}

/// Host and kind of a page whose report would be fed to a flow, as `browser::pages` decides it.
fn believed(page: &Page) -> Option<(Host, Option<PageKind>)> {
    let host = Host::recognise(&page.host)?;
    let framed = page
        .top
        .as_ref()
        .is_none_or(|top| Host::recognise(top).is_some_and(|top| host.may_be_framed_by(&top)));
    let kind = classify(&host, &page.facts);
    let fed = framed && host.purpose != Purpose::Customer && kind != Err(Unknown::NotSettled);
    fed.then_some((host, kind.ok()))
}

fn seen(page: &Page, host: &Host, kind: Option<PageKind>) -> PageSeen {
    let marks = &page.facts.marks;
    let is_seen = |name: &str| marks.get(name).is_some_and(|mark| mark.seen);
    let names = |which: fn(&token_keeper::wire::messages::Mark) -> bool| {
        marks
            .iter()
            .filter(|(_, mark)| which(mark))
            .map(|(name, _)| name.clone())
            .collect()
    };
    PageSeen {
        tab: 1,
        host: host.clone(),
        kind,
        document: Document {
            frame: i32::from(page.facts.framed),
            origin: format!("https://{}", host.name),
            nonce: "n".to_owned(),
        },
        wraps_reset: false,
        captcha: is_seen("captcha"),
        error: is_seen("error"),
        person: page.facts.person.clone(),
        seen: names(|mark| mark.seen),
        full: names(|mark| mark.full),
        rules: page.facts.rules.clone(),
    }
}

/// Shows the page to a flow, and then presses every button that our own app could offer.
fn ask(flow: Flow, page: &PageSeen, verbs: &mut BTreeSet<String>) {
    let mut shown = flow;
    let mut effects = shown.handle(Event::Page(page.clone()), 1);
    let presses: [fn() -> Event; 3] = [
        || Event::PressReset,
        || Event::ChangePassword(SecretText::from("Invented-Passw0rd".to_owned())),
        || Event::Code("481516".to_owned()),
    ];
    for press in presses {
        effects.extend(shown.clone().handle(press(), 1));
    }
    for effect in effects {
        let Effect::Act { act, .. } = effect else {
            continue;
        };
        verbs.extend(act.steps.iter().map(|verb| match verb {
            Verb::Fill { mark, .. } => format!("fill {mark}"),
            Verb::Press { mark } => format!("press {mark}"),
        }));
    }
}
