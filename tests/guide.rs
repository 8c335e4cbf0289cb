//! The guide as a machine: which page leads to which step, what it asks of the person, what it does by
//! itself, and what it never does without a word for that very step.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use proptest::prelude::*;
use token_keeper::guide::flow::{
    Change, Effect, Event, Flow, LIFE, PageSeen, Reset, Step, Trouble,
};
use token_keeper::guide::password::{RANDOM_BYTES, generate};
use token_keeper::guide::plan::Document;
use token_keeper::guide::policy::Policy;
use token_keeper::recognise::classify::PageKind;
use token_keeper::recognise::host::Host;
use token_keeper::vault::secret::SecretText;
use token_keeper::wire::messages::{Act, Outcome, Refusal, Verb};
use token_keeper::wire::views::{Ask, StepState, Way};

const ADA: &str = "ada@acme.example";
const ORG: &str = "acme.my.salesforce.com";
const LOGIN: &str = "login.salesforce.com";
const START: u64 = 1_000_000;
const WORD: &str = "New-Word-7-of-nobody";

const KINDS: [PageKind; 30] = [
    PageKind::Login,
    PageKind::LoginUsername,
    PageKind::LoginPassword,
    PageKind::IdentityChooser,
    PageKind::Forgot,
    PageKind::CheckMail,
    PageKind::LinkExpired,
    PageKind::SecurityQuestion,
    PageKind::Interstitial,
    PageKind::VerifyEmail,
    PageKind::VerifySms,
    PageKind::VerifyApp,
    PageKind::VerifyPush,
    PageKind::VerifyOther,
    PageKind::NewPassword,
    PageKind::ChangePasswordSettings,
    PageKind::TokenReset,
    PageKind::TokenResetMissing,
    PageKind::TokenDone,
    PageKind::PhoneNag,
    PageKind::Maintenance,
    PageKind::SiteLogin,
    PageKind::LoginDiscovery,
    PageKind::LoginEmail,
    PageKind::EnvironmentSwitcher,
    PageKind::LoginSso,
    PageKind::VerifyPasskey,
    PageKind::MfaSetup,
    PageKind::SsoError,
    PageKind::ErrorPage,
];

const STEPS: [Step; 10] = [
    Step::Login,
    Step::Username,
    Step::CheckMail,
    Step::Link,
    Step::SignIn,
    Step::Verify,
    Step::Password,
    Step::Reset,
    Step::Token,
    Step::Done,
];

/// The marks that a page of this kind shows.
fn marks(kind: PageKind) -> &'static [&'static str] {
    match kind {
        PageKind::Login => &["username", "password", "login", "forgot"],
        PageKind::LoginUsername => &["username", "login", "forgot"],
        PageKind::LoginPassword => &["password", "login", "forgot"],
        PageKind::IdentityChooser => &["chooser", "newIdentity"],
        PageKind::Forgot | PageKind::LinkExpired => &["un", "continue"],
        PageKind::SecurityQuestion => &["answer", "continue"],
        PageKind::Interstitial => &["interstitialSave"],
        PageKind::VerifyEmail => &["emc", "save"],
        PageKind::VerifySms => &["smc", "save"],
        PageKind::VerifyApp => &["tc", "save"],
        PageKind::NewPassword => &["newpassword", "confirmpassword", "passwordButton"],
        PageKind::ChangePasswordSettings => &["p4", "p5", "p6", "settingsSave"],
        PageKind::TokenReset => &["resetButton"],
        _ => &[],
    }
}

fn page(host: &str, kind: Option<PageKind>, nonce: &str) -> PageSeen {
    PageSeen {
        tab: 7,
        host: Host::recognise(host).unwrap(),
        kind,
        document: Document {
            frame: 0,
            origin: format!("https://{host}"),
            nonce: nonce.to_owned(),
        },
        wraps_reset: false,
        captcha: false,
        error: false,
        person: None,
        seen: kind
            .map(marks)
            .unwrap_or_default()
            .iter()
            .map(|&mark| mark.to_owned())
            .collect(),
        full: vec![],
        rules: vec![],
    }
}

fn at(host: &str, kind: PageKind) -> PageSeen {
    page(host, Some(kind), kind.code())
}

fn home() -> PageSeen {
    page(ORG, None, "home")
}

fn forgot_flow() -> Flow {
    Flow::start(ADA, Way::Forgot, 7, &Host::recognise(LOGIN).unwrap(), START).0
}

fn short_flow() -> Flow {
    Flow::start(ADA, Way::SignedIn, 7, &Host::recognise(ORG).unwrap(), START).0
}

fn word() -> SecretText {
    SecretText::new(WORD.to_owned())
}

fn done() -> Event {
    Event::Acted {
        outcome: Outcome {
            done: 9,
            refused: None,
        },
    }
}

fn refused(refusal: Refusal) -> Event {
    Event::Acted {
        outcome: Outcome {
            done: 0,
            refused: Some(refusal),
        },
    }
}

/// Effects in short: `fill:un=… press:continue`, `open:<url>`, `look`, …
fn told(effects: &[Effect]) -> String {
    let one = |effect: &Effect| match effect {
        Effect::KeepPassword(_) => "keep".to_owned(),
        Effect::Act { act, .. } => told_act(act),
        Effect::Open(url) => format!("open:{url}"),
        Effect::LookAgain => "look".to_owned(),
        Effect::PasswordTaken => "taken".to_owned(),
        Effect::TokenReset => "reset".to_owned(),
    };
    // Where the look stands among the others is the runner's business.
    let mut words: Vec<String> = effects
        .iter()
        .filter(|effect| **effect != Effect::LookAgain)
        .map(one)
        .collect();
    if effects.contains(&Effect::LookAgain) {
        words.push("look".to_owned());
    }
    words.join(" ")
}

fn told_act(act: &Act) -> String {
    let steps = act.steps.iter().map(|verb| match verb {
        Verb::Fill { mark, value } => format!("fill:{mark}={value}"),
        Verb::Press { mark } => format!("press:{mark}"),
    });
    steps.collect::<Vec<_>>().join(" ")
}

fn acts(effects: &[Effect]) -> impl Iterator<Item = &Act> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Act { act, .. } => Some(act),
        _ => None,
    })
}

fn presses<'a>(effects: &'a [Effect], mark: &'a str) -> bool {
    acts(effects)
        .flat_map(|act| &act.steps)
        .any(|verb| matches!(verb, Verb::Press { mark: pressed } if pressed == mark))
}

fn fills_new_password(effects: &[Effect]) -> bool {
    let fields = ["newpassword", "confirmpassword", "p5", "p6"];
    acts(effects)
        .flat_map(|act| &act.steps)
        .any(|verb| match verb {
            Verb::Fill { mark, .. } => fields.contains(&mark.as_str()),
            Verb::Press { mark } => ["passwordButton", "settingsSave"].contains(&mark.as_str()),
        })
}

/// Step, what is asked, what stands in the way.
fn state(flow: &Flow) -> (Step, Ask, Option<Trouble>) {
    (flow.step, flow.view(true).ask, flow.trouble)
}

fn present(flow: &Flow) -> Option<String> {
    flow.view(true)
        .steps
        .into_iter()
        .find(|step| step.state == StepState::Present)
        .map(|step| step.id)
}

/// A flow that stands at a step, with the page of that step in front where there is one.
fn standing_at(way: Way, step: Step) -> Flow {
    let mut flow = if way == Way::Forgot {
        forgot_flow()
    } else {
        short_flow()
    };
    flow.step = step;
    flow
}

/// An event, the effects in short, the step and what it asks, the step that the app shows as present.
type Row = (Event, &'static str, (Step, Ask), Option<&'static str>);

#[test]
fn the_articles_way_goes_step_by_step() {
    let mut flow = forgot_flow();
    let rows: Vec<Row> = vec![
        (
            Event::Page(at(LOGIN, PageKind::Login)),
            "press:forgot look",
            (Step::Login, Ask::Wait),
            Some("login"),
        ),
        (done(), "", (Step::Login, Ask::Wait), Some("login")),
        (
            Event::Page(at(LOGIN, PageKind::Forgot)),
            "fill:un=ada@acme.example press:continue look",
            (Step::Username, Ask::Wait),
            Some("username"),
        ),
        (done(), "", (Step::Username, Ask::Wait), Some("username")),
        (
            Event::Page(at(LOGIN, PageKind::CheckMail)),
            "",
            (Step::CheckMail, Ask::OpenMail),
            Some("check_mail"),
        ),
        (
            Event::Page(at(ORG, PageKind::Interstitial)),
            "press:interstitialSave look",
            (Step::Link, Ask::Wait),
            Some("link"),
        ),
        (done(), "", (Step::Link, Ask::Wait), Some("link")),
        (
            Event::Page(at(ORG, PageKind::VerifyEmail)),
            "",
            (Step::Verify, Ask::MailCode),
            Some("verify"),
        ),
        (
            Event::Code("481516".to_owned()),
            "fill:emc=481516 press:save look",
            (Step::Verify, Ask::MailCode),
            Some("verify"),
        ),
        (done(), "", (Step::Verify, Ask::MailCode), Some("verify")),
        (
            Event::Page(at(ORG, PageKind::NewPassword)),
            "",
            (Step::Password, Ask::ChangePassword),
            Some("password"),
        ),
        (
            Event::ChangePassword(word()),
            "keep fill:newpassword=New-Word-7-of-nobody fill:confirmpassword=New-Word-7-of-nobody press:passwordButton look",
            (Step::Password, Ask::Wait),
            Some("password"),
        ),
        (done(), "", (Step::Password, Ask::Wait), Some("password")),
        (
            Event::Page(home()),
            "taken open:https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit look",
            (Step::Reset, Ask::Wait),
            Some("reset"),
        ),
        (
            Event::Page(at(ORG, PageKind::TokenReset)),
            "",
            (Step::Reset, Ask::PressReset),
            Some("reset"),
        ),
        (
            Event::PressReset,
            "press:resetButton look",
            (Step::Token, Ask::MailToken),
            Some("token"),
        ),
        (done(), "", (Step::Token, Ask::MailToken), Some("token")),
        (
            Event::Page(at(ORG, PageKind::TokenDone)),
            "reset",
            (Step::Token, Ask::MailToken),
            Some("token"),
        ),
        (Event::TokenKept, "", (Step::Done, Ask::Done), None),
    ];
    walk(&mut flow, rows);
    assert_eq!((flow.reset, flow.change), (Reset::Confirmed, Change::Taken));
}

#[test]
fn the_short_way_goes_step_by_step() {
    let (mut flow, effects) = Flow::start(
        ADA,
        Way::SignedIn,
        7,
        &Host::recognise("acme.lightning.force.com").unwrap(),
        START,
    );
    assert_eq!(
        told(&effects),
        "open:https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit look"
    );
    let rows: Vec<Row> = vec![
        (
            Event::Page(at(ORG, PageKind::Login)),
            "fill:username=ada@acme.example",
            (Step::SignIn, Ask::SignIn),
            Some("sign_in"),
        ),
        (done(), "", (Step::SignIn, Ask::SignIn), Some("sign_in")),
        (
            Event::Page(at(ORG, PageKind::VerifyApp)),
            "",
            (Step::Verify, Ask::OnPage),
            Some("sign_in"),
        ),
        (
            Event::Page(home()),
            "open:https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit look",
            (Step::Verify, Ask::OnPage),
            Some("sign_in"),
        ),
        (
            Event::Page(at(ORG, PageKind::TokenReset)),
            "",
            (Step::Reset, Ask::PressReset),
            Some("reset"),
        ),
        (
            Event::PressReset,
            "press:resetButton look",
            (Step::Token, Ask::MailToken),
            Some("token"),
        ),
        (done(), "", (Step::Token, Ask::MailToken), Some("token")),
        (
            Event::Page(at(ORG, PageKind::TokenDone)),
            "reset",
            (Step::Token, Ask::MailToken),
            Some("token"),
        ),
        (Event::TokenKept, "", (Step::Done, Ask::Done), None),
    ];
    walk(&mut flow, rows);
}

fn walk(flow: &mut Flow, rows: Vec<Row>) {
    for (number, (event, effects, (step, ask), shown)) in rows.into_iter().enumerate() {
        let got = flow.handle(event, START + 1000 * number as u64);
        assert_eq!(told(&got), effects, "row {number}");
        assert_eq!(state(flow), (step, ask, None), "row {number}");
        assert_eq!(present(flow).as_deref(), shown, "row {number}");
    }
}

#[test]
fn what_only_a_person_can_do_stops_the_guide_and_says_so() {
    let captcha = |kind| PageSeen {
        captcha: true,
        ..at(ORG, kind)
    };
    let wrong_code = PageSeen {
        error: true,
        ..at(ORG, PageKind::VerifyEmail)
    };
    let wants_current = {
        let mut page = at(ORG, PageKind::NewPassword);
        page.seen.push("currentpassword".to_owned());
        page
    };
    let rows = [
        (
            "security question",
            Step::CheckMail,
            at(ORG, PageKind::SecurityQuestion),
            Ask::OnPage,
            Some(Trouble::SecurityQuestion),
        ),
        (
            "captcha on the log-in page",
            Step::Login,
            captcha(PageKind::Login),
            Ask::OnPage,
            Some(Trouble::Captcha),
        ),
        (
            "captcha on the forgot page",
            Step::Username,
            captcha(PageKind::Forgot),
            Ask::OnPage,
            Some(Trouble::Captcha),
        ),
        (
            "text message",
            Step::Link,
            at(ORG, PageKind::VerifySms),
            Ask::OnPage,
            None,
        ),
        (
            "authenticator app",
            Step::Link,
            at(ORG, PageKind::VerifyApp),
            Ask::OnPage,
            None,
        ),
        (
            "push",
            Step::Link,
            at(ORG, PageKind::VerifyPush),
            Ask::OnPage,
            None,
        ),
        (
            "passkey or another way",
            Step::Link,
            at(ORG, PageKind::VerifyOther),
            Ask::OnPage,
            None,
        ),
        (
            "wrong code",
            Step::Verify,
            wrong_code,
            Ask::MailCode,
            Some(Trouble::CodeWrong),
        ),
        (
            "current password wanted",
            Step::Verify,
            wants_current,
            Ask::ChangePassword,
            Some(Trouble::CurrentPassword),
        ),
        (
            "no reset for this user",
            Step::Reset,
            at(ORG, PageKind::TokenResetMissing),
            Ask::OnPage,
            Some(Trouble::ResetMissing),
        ),
        (
            "maintenance",
            Step::Reset,
            at(ORG, PageKind::Maintenance),
            Ask::OnPage,
            Some(Trouble::Maintenance),
        ),
        (
            "passkey",
            Step::Link,
            at(ORG, PageKind::VerifyPasskey),
            Ask::OnPage,
            None,
        ),
        (
            "a second factor to set up",
            Step::SignIn,
            at(ORG, PageKind::MfaSetup),
            Ask::OnPage,
            Some(Trouble::MfaSetup),
        ),
        (
            "an identity provider failed",
            Step::SignIn,
            at(ORG, PageKind::SsoError),
            Ask::OnPage,
            Some(Trouble::SsoFailed),
        ),
        (
            "an error page",
            Step::Reset,
            at(ORG, PageKind::ErrorPage),
            Ask::OnPage,
            Some(Trouble::PageError),
        ),
        (
            "a log-in page that a customer wrote",
            Step::Login,
            at("acme.my.site.com", PageKind::SiteLogin),
            Ask::OnPage,
            Some(Trouble::PageUnknown),
        ),
        (
            "an unknown page while a password is awaited",
            Step::Password,
            home(),
            Ask::OnPage,
            Some(Trouble::PageUnknown),
        ),
    ];
    for (name, step, page, ask, trouble) in rows {
        let mut flow = standing_at(Way::Forgot, step);
        let effects = flow.handle(Event::Page(page), START + 1);
        assert_eq!(told(&effects), "", "{name}");
        assert_eq!(
            (flow.view(true).ask, flow.trouble),
            (ask, trouble),
            "{name}"
        );
    }
}

#[test]
fn no_page_at_any_step_makes_the_guide_reset_or_change_a_password() {
    for way in [Way::Forgot, Way::SignedIn] {
        for step in STEPS {
            for kind in KINDS.map(Some).into_iter().chain([None]) {
                for (reset, change) in [
                    (Reset::Open, Change::Open),
                    (Reset::Pressed { at: START }, Change::Open),
                    (Reset::Open, Change::Sent { at: START }),
                    (Reset::Confirmed, Change::Taken),
                ] {
                    let mut flow = standing_at(way, step);
                    (flow.reset, flow.change) = (reset, change);
                    for now in [START + 1, START + 60_000] {
                        // Everything that was ever seen on a page at once, to tempt it.
                        let mut page = page(ORG, kind, "one");
                        page.seen.extend(
                            KINDS
                                .iter()
                                .flat_map(|&kind| marks(kind))
                                .map(|&mark| mark.to_owned()),
                        );
                        let mut effects = flow.handle(Event::Page(page), now);
                        effects.extend(flow.handle(Event::GoOn, now));
                        effects.extend(flow.handle(Event::Code("123456".to_owned()), now));
                        effects.extend(flow.handle(Event::TokenKept, now));
                        assert!(
                            !presses(&effects, "resetButton"),
                            "{way:?} {step:?} {kind:?}"
                        );
                        assert!(!fills_new_password(&effects), "{way:?} {step:?} {kind:?}");
                        assert!(
                            !effects
                                .iter()
                                .any(|effect| matches!(effect, Effect::KeepPassword(_)))
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn only_the_log_in_page_and_the_reset_page_are_ever_opened() {
    let hosts = [
        LOGIN,
        ORG,
        "acme.lightning.force.com",
        "acme.my.salesforce-setup.com",
        "na12.salesforce.com",
    ];
    for host in hosts {
        for way in [Way::Forgot, Way::SignedIn] {
            for step in STEPS {
                for kind in KINDS.map(Some).into_iter().chain([None]) {
                    let recognised = Host::recognise(host).unwrap();
                    let (mut flow, mut effects) = Flow::start(ADA, way, 7, &recognised, START);
                    flow.step = step;
                    effects.extend(flow.handle(Event::Page(page(host, kind, "one")), START));
                    for effect in effects {
                        let Effect::Open(url) = effect else { continue };
                        let classic = recognised.classic_host();
                        let allowed = [
                            format!("https://{classic}/"),
                            format!("https://{classic}/_ui/system/security/ResetApiTokenEdit"),
                        ];
                        assert!(allowed.contains(&url), "{url}");
                        assert!(!url.contains("ResetApiTokenConfirm"));
                    }
                }
            }
        }
    }
}

/// The short way, up to the reset page.
fn before_reset() -> Flow {
    let mut flow = short_flow();
    flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START);
    flow
}

/// The article's way, up to the form for the new password.
fn before_password() -> Flow {
    let mut flow = standing_at(Way::Forgot, Step::Link);
    flow.handle(Event::Page(at(ORG, PageKind::NewPassword)), START);
    flow
}

#[test]
fn a_second_press_of_reset_does_nothing() {
    let mut flow = before_reset();
    assert_eq!(
        told(&flow.handle(Event::PressReset, START)),
        "press:resetButton look"
    );
    for event in [
        Event::PressReset,
        done(),
        Event::PressReset,
        Event::Page(at(ORG, PageKind::TokenReset)),
        Event::PressReset,
        Event::GoOn,
        Event::PressReset,
    ] {
        let effects = flow.handle(event, START + 1);
        assert!(!presses(&effects, "resetButton"));
    }
    flow.handle(Event::Page(at(ORG, PageKind::TokenDone)), START + 2);
    flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START + 60_000);
    assert!(!presses(
        &flow.handle(Event::PressReset, START + 60_000),
        "resetButton"
    ));
    assert_eq!(flow.reset, Reset::Confirmed);
}

#[test]
fn a_press_that_surely_did_not_happen_can_be_repeated() {
    for refusal in [
        Refusal::Moved,
        Refusal::Missing,
        Refusal::Ambiguous,
        Refusal::Hidden,
        Refusal::Disabled,
        Refusal::NotKept,
        Refusal::Malformed,
    ] {
        let mut flow = before_reset();
        flow.handle(Event::PressReset, START);
        flow.handle(refused(refusal), START);
        assert_eq!(
            (flow.step, flow.reset),
            (Step::Reset, Reset::Open),
            "{refusal:?}"
        );
        assert!(flow.trouble.is_some(), "{refusal:?}");
        flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START);
        assert!(
            presses(&flow.handle(Event::PressReset, START), "resetButton"),
            "{refusal:?}"
        );

        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        flow.handle(refused(refusal), START);
        assert_eq!(
            (flow.step, flow.change),
            (Step::Password, Change::Open),
            "{refusal:?}"
        );
        assert!(flow.trouble.is_some(), "{refusal:?}");
    }
}

#[test]
fn a_press_that_may_have_happened_is_not_repeated() {
    for refusal in [Refusal::Silent, Refusal::Again] {
        let mut flow = before_reset();
        flow.handle(Event::PressReset, START);
        flow.handle(refused(refusal), START);
        assert_eq!(
            (flow.step, flow.reset),
            (Step::Token, Reset::Pressed { at: START }),
            "{refusal:?}"
        );
        // Nor after a reload of the page, however long it takes.
        flow.handle(
            Event::Page(page(ORG, Some(PageKind::TokenReset), "reloaded")),
            START + 600_000,
        );
        assert!(
            !presses(
                &flow.handle(Event::PressReset, START + 600_000),
                "resetButton"
            ),
            "{refusal:?}"
        );

        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        flow.handle(refused(refusal), START);
        assert!(
            !fills_new_password(&flow.handle(Event::ChangePassword(word()), START)),
            "{refusal:?}"
        );
    }
}

#[test]
fn the_same_reset_page_long_after_a_press_of_which_nothing_was_heard_offers_it_again() {
    let mut flow = before_reset();
    flow.handle(Event::PressReset, START);
    flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START + 9_000);
    assert_eq!(flow.view(true).ask, Ask::MailToken);
    flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START + 11_000);
    assert_eq!(flow.view(true).ask, Ask::PressReset);
    assert!(presses(
        &flow.handle(Event::PressReset, START + 12_000),
        "resetButton"
    ));
}

#[test]
fn a_reset_that_the_page_took_is_never_offered_again_however_slow_its_answer() {
    let mut flow = before_reset();
    flow.handle(Event::PressReset, START);
    flow.handle(done(), START);
    flow.handle(Event::Page(at(ORG, PageKind::TokenReset)), START + 11_000);
    flow.handle(
        Event::Page(page(ORG, Some(PageKind::TokenReset), "reloaded")),
        START + 20_000,
    );
    assert!(!presses(
        &flow.handle(Event::PressReset, START + 21_000),
        "resetButton"
    ));
}

#[test]
fn the_refusal_of_another_step_does_not_take_back_a_reset() {
    let mut flow = before_reset();
    flow.handle(Event::PressReset, START);
    flow.handle(refused(Refusal::Silent), START);
    // The session ended meanwhile: the log-in page, whose field could not be filled.
    assert_eq!(
        told(&flow.handle(Event::Page(at(ORG, PageKind::Login)), START + 1)),
        "fill:username=ada@acme.example"
    );
    flow.handle(refused(Refusal::Hidden), START + 1);
    flow.handle(
        Event::Page(page(ORG, Some(PageKind::TokenReset), "anew")),
        START + 2,
    );
    assert!(!presses(
        &flow.handle(Event::PressReset, START + 2),
        "resetButton"
    ));
}

#[test]
fn without_its_page_in_front_neither_press_does_anything() {
    for event in [|| Event::PressReset, || Event::ChangePassword(word())] {
        for kind in KINDS.map(Some).into_iter().chain([None]) {
            let fits = match event() {
                Event::PressReset => kind == Some(PageKind::TokenReset),
                _ => matches!(
                    kind,
                    Some(PageKind::NewPassword | PageKind::ChangePasswordSettings)
                ),
            };
            if fits {
                continue;
            }
            let mut flow = forgot_flow();
            flow.handle(Event::Page(page(ORG, kind, "one")), START);
            assert_eq!(told(&flow.handle(event(), START)), "", "{kind:?}");
            assert_eq!(flow.trouble, Some(Trouble::PageGone), "{kind:?}");
        }
    }
}

#[test]
fn a_page_of_another_user_stops_the_guide() {
    for kind in KINDS.map(Some).into_iter().chain([None]) {
        for step in STEPS.into_iter().filter(|step| *step != Step::Done) {
            let mut flow = standing_at(Way::SignedIn, step);
            let page = PageSeen {
                person: Some("Eve@evil.example".to_owned()),
                ..page(ORG, kind, "one")
            };
            let effects = flow.handle(Event::Page(page), START);
            if kind.is_some_and(PageKind::is_login) {
                assert_ne!(flow.trouble, Some(Trouble::OtherUser), "{kind:?}");
                continue;
            }
            assert_eq!(
                (told(&effects).as_str(), flow.trouble),
                ("", Some(Trouble::OtherUser)),
                "{kind:?} {step:?}"
            );
            assert_eq!(told(&flow.handle(Event::PressReset, START)), "");
            assert_eq!(told(&flow.handle(Event::ChangePassword(word()), START)), "");
        }
    }
}

#[test]
fn the_own_user_name_in_other_letters_is_no_other_user() {
    let mut flow = short_flow();
    flow.handle(
        Event::Page(PageSeen {
            person: Some("ADA@Acme.example".to_owned()),
            ..at(ORG, PageKind::TokenReset)
        }),
        START,
    );
    assert_eq!(state(&flow), (Step::Reset, Ask::PressReset, None));
}

#[test]
fn a_page_of_another_cloud_stops_the_guide() {
    for kind in KINDS.map(Some) {
        let mut flow = short_flow();
        let effects = flow.handle(
            Event::Page(page("acme--dev.sandbox.my.salesforce.com", kind, "one")),
            START,
        );
        assert_eq!(told(&effects), "", "{kind:?}");
        assert_eq!(flow.trouble, Some(Trouble::PageUnknown), "{kind:?}");
        assert_eq!(told(&flow.handle(Event::PressReset, START)), "", "{kind:?}");
        assert_eq!(
            told(&flow.handle(Event::ChangePassword(word()), START)),
            "",
            "{kind:?}"
        );
    }
}

#[test]
fn another_tab_takes_over_only_what_a_mailed_link_opens_while_one_is_awaited() {
    let linked = [
        PageKind::Interstitial,
        PageKind::NewPassword,
        PageKind::SecurityQuestion,
        PageKind::VerifyEmail,
        PageKind::VerifySms,
        PageKind::VerifyApp,
        PageKind::LinkExpired,
    ];
    for way in [Way::Forgot, Way::SignedIn] {
        for step in STEPS {
            for kind in KINDS.map(Some).into_iter().chain([None]) {
                let flow = standing_at(way, step);
                let page = PageSeen {
                    tab: 8,
                    ..page(ORG, kind, "one")
                };
                let awaited = way == Way::Forgot
                    && [Step::Username, Step::CheckMail, Step::Link, Step::Verify].contains(&step);
                let expected = awaited && kind.is_some_and(|kind| linked.contains(&kind));
                assert_eq!(
                    flow.adopts(&page, START),
                    expected,
                    "{way:?} {step:?} {kind:?}"
                );
                if expected {
                    let other_user = PageSeen {
                        person: Some("eve@evil.example".to_owned()),
                        ..page.clone()
                    };
                    let other_cloud = PageSeen {
                        host: Host::recognise("acme--dev.sandbox.my.salesforce.com").unwrap(),
                        ..page.clone()
                    };
                    assert!(!flow.adopts(&other_user, START));
                    assert!(!flow.adopts(&other_cloud, START));
                    assert!(!flow.adopts(&page, START + LIFE), "expired");
                    assert!(flow.adopts(&page, START + LIFE - 1));
                }
            }
        }
    }
}

#[test]
fn after_the_link_opened_in_another_tab_the_flow_is_bound_to_it() {
    let mut flow = standing_at(Way::Forgot, Step::CheckMail);
    flow.handle(
        Event::Page(PageSeen {
            tab: 8,
            ..at(ORG, PageKind::Interstitial)
        }),
        START,
    );
    assert_eq!(
        (flow.tab, flow.host.as_str(), flow.view(true).tab),
        (8, ORG, 8)
    );
}

#[test]
fn an_expired_link_asks_for_another_mail_only_after_go_on() {
    for step in [Step::CheckMail, Step::Link, Step::Verify] {
        let mut flow = standing_at(Way::Forgot, step);
        let back = || at(LOGIN, PageKind::LinkExpired);
        for _ in 0..3 {
            assert_eq!(told(&flow.handle(Event::Page(back()), START)), "");
            assert_eq!(
                state(&flow),
                (Step::Username, Ask::OnPage, Some(Trouble::LinkExpired))
            );
        }
        flow.handle(Event::GoOn, START);
        assert_eq!(
            told(&flow.handle(Event::Page(back()), START)),
            "fill:un=ada@acme.example press:continue look"
        );
    }
}

#[test]
fn a_log_in_page_while_the_mail_is_awaited_changes_nothing() {
    let mut flow = standing_at(Way::Forgot, Step::CheckMail);
    assert_eq!(
        told(&flow.handle(Event::Page(at(LOGIN, PageKind::Login)), START)),
        ""
    );
    assert_eq!(state(&flow), (Step::CheckMail, Ask::OpenMail, None));
}

#[test]
fn a_wrong_code_says_so_and_another_one_is_tried_at_most_three_times() {
    let mut flow = standing_at(Way::Forgot, Step::Link);
    flow.handle(Event::Page(at(ORG, PageKind::VerifyEmail)), START);
    for number in 0..5 {
        let effects = flow.handle(Event::Code(format!("00000{number}")), START);
        assert_eq!(presses(&effects, "save"), number < 3, "{number}");
        flow.handle(
            Event::Page(PageSeen {
                error: true,
                ..page(ORG, Some(PageKind::VerifyEmail), &number.to_string())
            }),
            START,
        );
        assert_eq!(
            state(&flow),
            (Step::Verify, Ask::MailCode, Some(Trouble::CodeWrong))
        );
    }
}

#[test]
fn a_code_goes_only_into_the_box_for_mailed_codes() {
    for kind in KINDS.map(Some).into_iter().chain([None]) {
        let mut flow = standing_at(Way::Forgot, Step::Link);
        flow.handle(Event::Page(page(ORG, kind, "one")), START);
        let effects = flow.handle(Event::Code("481516".to_owned()), START);
        assert_eq!(
            !effects.is_empty(),
            kind == Some(PageKind::VerifyEmail),
            "{kind:?}"
        );
    }
    let mut flow = standing_at(Way::Forgot, Step::Link);
    let page = PageSeen {
        seen: vec!["codeBox".to_owned(), "save".to_owned()],
        ..at(ORG, PageKind::VerifyEmail)
    };
    flow.handle(Event::Page(page), START);
    assert_eq!(
        told(&flow.handle(Event::Code("481516".to_owned()), START)),
        "fill:codeBox=481516 press:save look"
    );
}

#[test]
fn a_refused_password_is_said_and_can_be_changed_again() {
    let error = || PageSeen {
        error: true,
        ..at(ORG, PageKind::NewPassword)
    };
    let anew = || page(ORG, Some(PageKind::NewPassword), "anew");
    for (name, answer, after) in [
        ("a message", error(), 1),
        ("the form anew", anew(), 1),
        ("nothing for long", at(ORG, PageKind::NewPassword), 11_000),
    ] {
        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        flow.handle(done(), START);
        assert_eq!(
            told(&flow.handle(Event::Page(answer), START + after)),
            "",
            "{name}"
        );
        assert_eq!(
            state(&flow),
            (
                Step::Password,
                Ask::ChangePassword,
                Some(Trouble::PasswordRefused)
            ),
            "{name}"
        );
        // The trouble stays said while the same form reports again.
        flow.handle(Event::Page(anew()), START + after + 1);
        assert_eq!(flow.trouble, Some(Trouble::PasswordRefused), "{name}");
        assert!(
            fills_new_password(&flow.handle(Event::ChangePassword(word()), START + after)),
            "{name}"
        );
        assert!(
            told(&flow.handle(Event::Page(home()), START + after + 1)).starts_with("taken open:"),
            "{name}"
        );
    }
}

#[test]
fn the_form_still_standing_right_after_the_press_is_no_refusal() {
    let mut flow = before_password();
    flow.handle(Event::ChangePassword(word()), START);
    flow.handle(Event::Page(at(ORG, PageKind::NewPassword)), START + 400);
    assert_eq!((flow.trouble, flow.view(true).ask), (None, Ask::Wait));
    assert!(matches!(flow.change, Change::Sent { .. }));
}

#[test]
fn a_log_in_page_after_the_change_proves_nothing_and_asks_to_sign_in() {
    for kind in [
        PageKind::Login,
        PageKind::LoginUsername,
        PageKind::LoginPassword,
    ] {
        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        let effects = flow.handle(Event::Page(at(ORG, kind)), START + 1);
        assert!(!effects.contains(&Effect::PasswordTaken), "{kind:?}");
        assert_eq!(state(&flow), (Step::SignIn, Ask::SignIn, None), "{kind:?}");
        assert_eq!(present(&flow).as_deref(), Some("reset"), "{kind:?}");
        assert!(
            told(&flow.handle(Event::Page(home()), START + 2)).contains("ResetApiTokenEdit"),
            "{kind:?}"
        );
    }
}

#[test]
fn maintenance_and_a_question_after_the_change_decide_nothing_yet() {
    for kind in [PageKind::Maintenance, PageKind::SecurityQuestion] {
        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        assert_eq!(
            told(&flow.handle(Event::Page(at(ORG, kind)), START + 1)),
            ""
        );
        assert!(matches!(flow.change, Change::Sent { .. }), "{kind:?}");
    }
}

#[test]
fn with_the_vault_locked_the_password_step_asks_to_unlock() {
    let flow = before_password();
    assert_eq!(
        (flow.view(true).ask, flow.view(false).ask),
        (Ask::ChangePassword, Ask::Unlock)
    );
    assert_eq!(before_reset().view(false).ask, Ask::PressReset);
}

#[test]
fn signing_in_writes_the_user_name_once_and_never_a_password() {
    let mut flow = short_flow();
    assert_eq!(
        told(&flow.handle(Event::Page(at(ORG, PageKind::Login)), START)),
        "fill:username=ada@acme.example"
    );
    assert_eq!(
        told(&flow.handle(Event::Page(at(ORG, PageKind::Login)), START)),
        ""
    );
    let mut flow = short_flow();
    let full = PageSeen {
        full: vec!["username".to_owned()],
        ..at(ORG, PageKind::Login)
    };
    assert_eq!(
        told(&flow.handle(Event::Page(full), START)),
        "",
        "what stands there is the person's"
    );
    let wrong = PageSeen {
        error: true,
        ..at(ORG, PageKind::Login)
    };
    assert_eq!(told(&flow.handle(Event::Page(wrong), START)), "");
    assert_eq!(
        state(&flow),
        (Step::SignIn, Ask::OnPage, Some(Trouble::PageError))
    );
}

#[test]
fn the_two_step_form_is_advanced_at_most_twice_and_only_from_its_first_step() {
    let mut flow = short_flow();
    let mut pressed = 0;
    for number in 0..6 {
        let effects = flow.handle(
            Event::Page(page(
                ORG,
                Some(PageKind::LoginUsername),
                &number.to_string(),
            )),
            START,
        );
        pressed += u32::from(presses(&effects, "login"));
    }
    assert_eq!((pressed, flow.trouble), (2, Some(Trouble::Refused)));
    let mut flow = short_flow();
    assert_eq!(
        told(&flow.handle(Event::Page(at(ORG, PageKind::LoginPassword)), START)),
        ""
    );
    assert_eq!(state(&flow), (Step::SignIn, Ask::SignIn, None));
}

#[test]
fn saved_identities_are_put_aside_to_reach_the_forgot_link() {
    for mark in ["newIdentity", "clearIdentity"] {
        let mut flow = forgot_flow();
        let page = PageSeen {
            seen: vec!["chooser".to_owned(), mark.to_owned()],
            ..at(LOGIN, PageKind::IdentityChooser)
        };
        assert_eq!(
            told(&flow.handle(Event::Page(page), START)),
            format!("press:{mark} look")
        );
    }
    let mut flow = forgot_flow();
    let bare = PageSeen {
        seen: vec!["chooser".to_owned()],
        ..at(LOGIN, PageKind::IdentityChooser)
    };
    assert_eq!(told(&flow.handle(Event::Page(bare), START)), "");
    assert_eq!(flow.trouble, Some(Trouble::PageUnknown));
}

#[test]
fn a_step_that_does_not_move_is_left_to_the_person_until_go_on() {
    let pages = [
        (Step::Login, LOGIN, PageKind::Login),
        (Step::Username, LOGIN, PageKind::Forgot),
        (Step::Link, ORG, PageKind::Interstitial),
    ];
    for (step, host, kind) in pages {
        let mut flow = standing_at(Way::Forgot, step);
        let press = |flow: &mut Flow, nonce: &str| {
            acts(&flow.handle(Event::Page(page(host, Some(kind), nonce)), START)).count()
        };
        assert_eq!(
            [
                press(&mut flow, "1"),
                press(&mut flow, "2"),
                press(&mut flow, "3"),
                press(&mut flow, "4")
            ],
            [1, 1, 0, 0],
            "{kind:?}"
        );
        assert_eq!(flow.trouble, Some(Trouble::Refused), "{kind:?}");
        flow.handle(Event::GoOn, START);
        assert_eq!(press(&mut flow, "5"), 1, "{kind:?}");
    }
}

#[test]
fn the_reset_page_is_opened_at_most_three_times_by_itself() {
    let mut flow = short_flow();
    let opened = (1..7)
        .filter(|round| {
            let later = START + round * 11_000;
            told(&flow.handle(Event::Page(home()), later)).contains("open:")
        })
        .count();
    assert_eq!(
        (opened, flow.trouble),
        (2, Some(Trouble::PageUnknown)),
        "one more at the start"
    );
    flow.handle(Event::GoOn, START);
    assert!(told(&flow.handle(Event::Page(home()), START)).contains("open:"));
}

#[test]
fn a_closed_tab_is_said_unless_nothing_was_to_happen_in_it() {
    for step in STEPS {
        let mut flow = standing_at(Way::Forgot, step);
        flow.handle(Event::TabClosed, START);
        let trouble = match step {
            Step::CheckMail | Step::Token | Step::Done => None,
            Step::Verify | Step::Password => Some(Trouble::LinkNeeded),
            _ => Some(Trouble::TabClosed),
        };
        assert_eq!(flow.trouble, trouble, "{step:?}");
        assert_eq!(told(&flow.handle(Event::PressReset, START)), "");
    }
}

#[test]
fn a_token_that_is_kept_before_the_reset_ends_nothing_unless_the_password_was_just_changed() {
    for step in STEPS {
        for change in [Change::Open, Change::Taken] {
            let mut flow = standing_at(Way::Forgot, step);
            flow.change = change;
            flow.handle(Event::TokenKept, START);
            let ends = step == Step::Token
                || step == Step::Done
                || (step == Step::Reset && change == Change::Taken);
            assert_eq!(flow.step == Step::Done, ends, "{step:?} {change:?}");
        }
    }
}

#[test]
fn a_password_that_the_person_changed_by_hand_leads_on_to_the_reset() {
    let mut flow = before_password();
    assert_eq!(told(&flow.handle(Event::ChangedByHand, START)), "");
    assert_eq!((flow.step, flow.change), (Step::Reset, Change::Taken));
    assert!(told(&flow.handle(Event::Page(home()), START)).contains("ResetApiTokenEdit"));
}

#[test]
fn a_done_flow_moves_no_more() {
    let mut flow = standing_at(Way::Forgot, Step::Done);
    let before = flow.clone();
    for kind in KINDS.map(Some).into_iter().chain([None]) {
        assert_eq!(
            told(&flow.handle(Event::Page(page(ORG, kind, "one")), START)),
            ""
        );
    }
    assert_eq!(flow, before);
}

#[test]
fn a_flow_survives_storage_and_holds_no_secret() {
    let mut flow = before_password();
    flow.handle(Event::ChangePassword(word()), START);
    let json = serde_json::to_string(&flow).unwrap();
    assert!(!json.contains(WORD));
    assert_eq!(serde_json::from_str::<Flow>(&json).unwrap(), flow);
    assert!(!format!("{:?}", flow.handle(Event::ChangePassword(word()), START)).contains(WORD));
}

// --- weaknesses that were there once ---

#[test]
fn looks_at_a_document_that_was_pressed_use_up_no_press_of_the_next_one() {
    let mut flow = short_flow();
    let first = || Event::Page(page(ORG, Some(PageKind::LoginUsername), "first"));
    assert!(presses(&flow.handle(first(), START), "login"));
    flow.handle(done(), START);
    for after in [400, 1_000, 2_000, 4_000] {
        flow.handle(first(), START + after);
        assert_ne!(flow.trouble, Some(Trouble::Refused), "slow is not refused");
    }
    let next = page(ORG, Some(PageKind::LoginUsername), "next");
    assert!(presses(
        &flow.handle(Event::Page(next), START + 5_000),
        "login"
    ));
}

#[test]
fn a_document_that_stays_although_it_was_pressed_is_said_after_a_while() {
    let mut flow = short_flow();
    let same = || Event::Page(page(ORG, Some(PageKind::LoginUsername), "same"));
    for after in [0, 400, 1_000] {
        flow.handle(same(), START + after);
        flow.handle(done(), START + after);
    }
    assert_eq!(flow.trouble, None);
    assert_eq!(told(&flow.handle(same(), START + 12_000)), "");
    assert_eq!(flow.trouble, Some(Trouble::Refused));
}

#[test]
fn go_on_after_the_tab_was_closed_opens_the_page_of_the_step() {
    let reset = "open:https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit look";
    let login = "open:https://login.salesforce.com/ look";
    for (way, step, change, trouble, opened, then) in [
        (
            Way::Forgot,
            Step::Login,
            Change::Open,
            Trouble::TabClosed,
            login,
            Step::Login,
        ),
        (
            Way::Forgot,
            Step::Username,
            Change::Open,
            Trouble::TabClosed,
            login,
            Step::Login,
        ),
        (
            Way::Forgot,
            Step::Link,
            Change::Open,
            Trouble::TabClosed,
            "look",
            Step::CheckMail,
        ),
        (
            Way::Forgot,
            Step::Verify,
            Change::Open,
            Trouble::LinkNeeded,
            login,
            Step::Login,
        ),
        (
            Way::Forgot,
            Step::Password,
            Change::Open,
            Trouble::LinkNeeded,
            login,
            Step::Login,
        ),
        (
            Way::Forgot,
            Step::Password,
            Change::Sent { at: START },
            Trouble::TabClosed,
            reset,
            Step::Password,
        ),
        (
            Way::Forgot,
            Step::SignIn,
            Change::Taken,
            Trouble::TabClosed,
            reset,
            Step::SignIn,
        ),
        (
            Way::Forgot,
            Step::Verify,
            Change::Taken,
            Trouble::TabClosed,
            reset,
            Step::SignIn,
        ),
        (
            Way::Forgot,
            Step::Reset,
            Change::Taken,
            Trouble::TabClosed,
            reset,
            Step::Reset,
        ),
        (
            Way::SignedIn,
            Step::SignIn,
            Change::Open,
            Trouble::TabClosed,
            reset,
            Step::SignIn,
        ),
        (
            Way::SignedIn,
            Step::Verify,
            Change::Open,
            Trouble::TabClosed,
            reset,
            Step::SignIn,
        ),
        (
            Way::SignedIn,
            Step::Password,
            Change::Open,
            Trouble::TabClosed,
            reset,
            Step::SignIn,
        ),
        (
            Way::SignedIn,
            Step::Reset,
            Change::Open,
            Trouble::TabClosed,
            reset,
            Step::Reset,
        ),
    ] {
        let mut flow = standing_at(way, step);
        flow.change = change;
        flow.host = if opened == login { LOGIN } else { ORG }.to_owned();
        flow.handle(Event::TabClosed, START);
        assert_eq!(
            (flow.trouble, flow.view(true).ask),
            (
                Some(trouble),
                if step == Step::Verify {
                    Ask::OnPage
                } else {
                    flow.view(true).ask
                }
            ),
            "{way:?} {step:?}"
        );
        assert_ne!(flow.view(true).ask, Ask::Wait, "{way:?} {step:?}");
        let effects = flow.handle(Event::GoOn, START + 1);
        assert_eq!(told(&effects), opened, "{way:?} {step:?}");
        assert_eq!((flow.step, flow.trouble), (then, None), "{way:?} {step:?}");
    }
}

#[test]
fn a_token_step_whose_tab_was_closed_waits_for_the_mail_and_opens_nothing() {
    for step in [Step::CheckMail, Step::Token] {
        let mut flow = standing_at(Way::Forgot, step);
        flow.handle(Event::TabClosed, START);
        assert_eq!(told(&flow.handle(Event::GoOn, START)), "look", "{step:?}");
        assert_eq!((flow.step, flow.trouble), (step, None));
    }
}

#[test]
fn a_forgot_form_that_was_left_can_be_asked_for_again() {
    let mut flow = standing_at(Way::Forgot, Step::Login);
    flow.handle(Event::Page(at(LOGIN, PageKind::Forgot)), START);
    flow.handle(done(), START);
    let back = || Event::Page(page(LOGIN, Some(PageKind::Login), "back"));
    assert_eq!(told(&flow.handle(back(), START + 1_000)), "");
    assert_eq!(
        state(&flow),
        (Step::Username, Ask::OnPage, Some(Trouble::BackAtLogin))
    );
    flow.handle(Event::GoOn, START + 2_000);
    assert_eq!(
        told(&flow.handle(back(), START + 2_001)),
        "press:forgot look"
    );
    assert_eq!(
        told(&flow.handle(
            Event::Page(page(LOGIN, Some(PageKind::Forgot), "again")),
            START + 3_000
        )),
        "fill:un=ada@acme.example press:continue look"
    );
}

#[test]
fn a_link_that_leads_nowhere_is_asked_for_again_on_go_on() {
    let gone = |seen: &[&str]| PageSeen {
        seen: seen.iter().map(|&mark| mark.to_owned()).collect(),
        ..at(ORG, PageKind::LinkExpired)
    };
    for page in [gone(&[]), at(ORG, PageKind::Login)] {
        let mut flow = standing_at(Way::Forgot, Step::Link);
        assert_eq!(told(&flow.handle(Event::Page(page), START)), "");
        assert_eq!(
            state(&flow),
            (Step::Link, Ask::OnPage, Some(Trouble::LinkExpired))
        );
        assert_eq!(
            told(&flow.handle(Event::GoOn, START)),
            "open:https://acme.my.salesforce.com/ look"
        );
        assert_eq!((flow.step, flow.trouble), (Step::Login, None));
    }
}

#[test]
fn the_reset_page_in_its_lightning_frame_is_not_opened_again_before_it_reports() {
    let wrapped = || {
        Event::Page(PageSeen {
            wraps_reset: true,
            ..page("acme.lightning.force.com", None, "")
        })
    };
    let mut flow = short_flow();
    for after in [400, 1_000, 2_000, 4_000] {
        assert_eq!(told(&flow.handle(wrapped(), START + after)), "", "{after}");
        assert_eq!(state(&flow), (Step::Reset, Ask::Wait, None));
    }
    let mut silent = flow.clone();
    let mut framed = at(ORG, PageKind::TokenReset);
    framed.document.frame = 4;
    flow.handle(Event::Page(framed), START + 5_000);
    assert_eq!(state(&flow), (Step::Reset, Ask::PressReset, None));
    // The page around it goes on reporting.
    assert_eq!(told(&flow.handle(wrapped(), START + 60_000)), "");
    assert_eq!(state(&flow), (Step::Reset, Ask::PressReset, None));

    assert_eq!(told(&silent.handle(wrapped(), START + 30_000)), "");
    assert_eq!(
        state(&silent),
        (Step::Reset, Ask::OnPage, Some(Trouble::PageUnknown))
    );
    silent.handle(Event::GoOn, START + 31_000);
    assert!(told(&silent.handle(wrapped(), START + 31_001)).contains("ResetApiTokenEdit"));
    assert_eq!(told(&silent.handle(wrapped(), START + 31_400)), "");
}

#[test]
fn a_page_that_is_opened_is_waited_for_before_it_is_opened_again() {
    let mut flow = short_flow();
    for after in [400, 1_000, 4_000] {
        assert_eq!(told(&flow.handle(Event::Page(home()), START + after)), "");
        assert_eq!(flow.trouble, None);
    }
    assert!(told(&flow.handle(Event::Page(home()), START + 12_000)).starts_with("open:"));
}

#[test]
fn a_help_page_in_between_does_not_change_where_pages_are_opened() {
    let help = || Event::Page(page("help.salesforce.com", None, "help"));
    let mut flow = forgot_flow();
    assert_eq!(
        told(&flow.handle(help(), START)),
        "open:https://login.salesforce.com/ look"
    );
    let mut flow = short_flow();
    flow.handle(help(), START);
    flow.handle(Event::TabClosed, START);
    assert_eq!(
        told(&flow.handle(Event::GoOn, START)),
        "open:https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenEdit look"
    );
}

#[test]
fn a_button_that_stays_disabled_means_that_the_form_refuses_the_password() {
    let mut flow = before_password();
    flow.handle(Event::ChangePassword(word()), START);
    flow.handle(refused(Refusal::Disabled), START);
    assert_eq!(
        state(&flow),
        (
            Step::Password,
            Ask::ChangePassword,
            Some(Trouble::PasswordRefused)
        )
    );
}

#[test]
fn a_forgot_page_after_the_change_proves_nothing() {
    for kind in [
        PageKind::Forgot,
        PageKind::LinkExpired,
        PageKind::Interstitial,
    ] {
        let mut flow = before_password();
        flow.handle(Event::ChangePassword(word()), START);
        let effects = flow.handle(Event::Page(at(ORG, kind)), START + 1);
        assert!(!effects.contains(&Effect::PasswordTaken), "{kind:?}");
        assert_eq!(flow.change, Change::Open, "{kind:?}");
    }
}

#[test]
fn log_in_pages_that_only_a_person_understands_get_words_and_no_verb() {
    for kind in [
        PageKind::LoginDiscovery,
        PageKind::LoginEmail,
        PageKind::EnvironmentSwitcher,
        PageKind::LoginSso,
    ] {
        // All that could tempt it, save the link that is the same on all of them.
        let tempting = |nonce: &str| PageSeen {
            seen: ["identifier", "username", "login", "sso"]
                .map(str::to_owned)
                .into(),
            ..page(ORG, Some(kind), nonce)
        };
        let mut flow = forgot_flow();
        assert_eq!(
            told(&flow.handle(Event::Page(tempting("1")), START)),
            "",
            "{kind:?}"
        );
        let trouble = if kind == PageKind::LoginSso {
            Trouble::SsoOnly
        } else {
            Trouble::LoginByHand
        };
        assert_eq!(
            state(&flow),
            (Step::Login, Ask::OnPage, Some(trouble)),
            "{kind:?}"
        );
        let mut flow = short_flow();
        assert_eq!(
            told(&flow.handle(Event::Page(tempting("2")), START)),
            "",
            "{kind:?}"
        );
        assert_eq!(state(&flow), (Step::SignIn, Ask::SignIn, None), "{kind:?}");
        // Whatever way the person signs in, the guide goes on afterwards.
        assert!(
            told(&flow.handle(Event::Page(home()), START + 60_000)).contains("ResetApiTokenEdit"),
            "{kind:?}"
        );
    }
}

// --- the new password ---

/// What an org's page could tick off, whatever it shows.
fn fits(policy: &Policy, username: &str, password: &str) -> Result<(), String> {
    let length = u32::try_from(password.chars().count()).unwrap();
    let lower = password.to_ascii_lowercase();
    let part = username
        .to_ascii_lowercase()
        .as_bytes()
        .windows(3)
        .any(|part| lower.as_bytes().windows(3).any(|here| here == part));
    let faults = [
        (policy.most != 0 && length > policy.most, "too long"),
        (length < policy.least && length != policy.most, "too short"),
        (
            length < 20 && length != policy.most,
            "shorter than it may be",
        ),
        (part, "a part of the user name"),
        (
            !password.bytes().all(|b| b.is_ascii_graphic()),
            "odd characters",
        ),
        (
            length >= 4 && !password.bytes().any(|b| b.is_ascii_lowercase()),
            "no small letter",
        ),
        (
            length >= 4 && !password.bytes().any(|b| b.is_ascii_uppercase()),
            "no capital letter",
        ),
        (
            length >= 4 && !password.bytes().any(|b| b.is_ascii_digit()),
            "no number",
        ),
        (
            length >= 4 && !password.bytes().any(|b| b"_-%+=".contains(&b)),
            "no special character",
        ),
    ];
    match faults.iter().find(|(fault, _)| *fault) {
        Some((_, what)) => Err(format!("{what}: {password} of {username}")),
        None => Ok(()),
    }
}

fn rules() -> impl Strategy<Value = Vec<String>> {
    let number = || prop_oneof![Just(-1), 0..140i32, any::<i32>()];
    let rule = prop_oneof![
        "(charcount|charcounticon|letters|numbers|[a-z]{0,12}) (null|[0-9]{1,4})",
        (number(), number()).prop_map(|(least, most)| format!(" {least} {most}")),
        any::<String>(),
    ];
    proptest::collection::vec(rule, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_generated_password_fits_its_policy(
        rules in rules(),
        username in prop_oneof![
            "[a-zA-Z0-9._%+-]{1,40}@[a-z0-9.-]{1,40}",
            // Names that hold most of what a password can be made of.
            "[a-z]{200,250}@x",
            Just(String::new()),
        ],
        random in proptest::collection::vec(any::<u8>(), RANDOM_BYTES),
    ) {
        let policy = Policy::read(&rules);
        let view = policy.view();
        prop_assert_eq!(view.length as usize, policy.characters());
        prop_assert!(view.rules.iter().all(|rule| ["length", "letters", "numbers"].contains(&rule.as_str())));
        let random: [u8; RANDOM_BYTES] = random.try_into().unwrap();
        let password = generate(policy.characters(), &username, &random).expect("bytes enough");
        prop_assert_eq!(password.expose().len(), policy.characters());
        prop_assert_eq!(fits(&policy, &username, password.expose()), Ok(()));
    }
}

// --- any sequence of events ---

/// One thing that happens, in small numbers, so that a failing sequence shrinks well.
#[derive(Debug, Clone)]
enum Thing {
    Page {
        kind: usize,
        nonce: u8,
        error: bool,
        captcha: bool,
        person: u8,
        tab: i32,
        wraps: bool,
    },
    Code,
    Kept,
    Change,
    Press,
    GoOn,
    Closed,
    ByHand,
}

fn things() -> impl Strategy<Value = Thing> {
    let page = || {
        (
            0..=KINDS.len(),
            0..3u8,
            proptest::bool::weighted(0.1),
            proptest::bool::weighted(0.05),
            0..12u8,
            7..9i32,
            proptest::bool::weighted(0.05),
        )
            .prop_map(
                |(kind, nonce, error, captcha, person, tab, wraps)| Thing::Page {
                    kind,
                    nonce,
                    error,
                    captcha,
                    person,
                    tab,
                    wraps,
                },
            )
    };
    // The pages around the two irreversible steps come more often than the rest.
    let deep = (13..=19usize, 0..3u8).prop_map(|(kind, nonce)| Thing::Page {
        kind,
        nonce,
        error: false,
        captcha: false,
        person: 0,
        tab: 7,
        wraps: false,
    });
    prop_oneof![
        4 => page(),
        6 => deep,
        1 => Just(Thing::Code),
        1 => Just(Thing::Kept),
        3 => Just(Thing::Change),
        5 => Just(Thing::Press),
        1 => Just(Thing::GoOn),
        1 => Just(Thing::Closed),
        1 => Just(Thing::ByHand),
    ]
}

const REFUSALS: [Option<Refusal>; 10] = [
    None,
    Some(Refusal::Moved),
    Some(Refusal::Missing),
    Some(Refusal::Ambiguous),
    Some(Refusal::Hidden),
    Some(Refusal::Disabled),
    Some(Refusal::Again),
    Some(Refusal::NotKept),
    Some(Refusal::Malformed),
    Some(Refusal::Silent),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_events_resets_twice_or_changes_a_password_without_a_word(
        short in any::<bool>(),
        all in proptest::collection::vec((things(), 0..REFUSALS.len() * 2, 0..20_000u64), 1..60),
    ) {
        let mut flow = if short { short_flow() } else { forgot_flow() };
        let mut now = START;
        // Documents on which the page's own button was, or may have been, pressed. The agent presses once a document.
        let mut reset_on: Vec<String> = vec![];
        let mut presses_of_step: (Step, Vec<(String, String)>) = (flow.step, vec![]);
        for (thing, answer, later) in all {
            now += later;
            let changes = matches!(thing, Thing::Change);
            let may_reset = matches!(thing, Thing::Press);
            let event = match thing {
                Thing::Page { kind, nonce, error, captcha, person, tab, wraps } => {
                    let kind = KINDS.get(kind).copied();
                    let mut page = page(ORG, kind, &format!("{kind:?}{nonce}"));
                    (page.error, page.captcha, page.tab, page.wraps_reset) = (error, captcha, tab, wraps && kind.is_none());
                    page.person = (person == 1).then(|| "eve@evil.example".to_owned());
                    Event::Page(page)
                }
                Thing::Code => Event::Code("481516".to_owned()),
                Thing::Kept => Event::TokenKept,
                Thing::Change => Event::ChangePassword(word()),
                Thing::Press => Event::PressReset,
                Thing::GoOn => { presses_of_step.1.clear(); Event::GoOn }
                Thing::Closed => Event::TabClosed,
                Thing::ByHand => Event::ChangedByHand,
            };
            let effects = flow.handle(event, now);
            if presses_of_step.0 != flow.step {
                presses_of_step = (flow.step, vec![]);
            }
            let keeps = effects.iter().position(|effect| matches!(effect, Effect::KeepPassword(_)));
            for (place, effect) in effects.iter().enumerate() {
                if let Effect::Open(url) = effect {
                    prop_assert!(!url.contains("Confirm"), "{}", url);
                }
                let Effect::Act { act, .. } = effect else { continue };
                let one = [effect];
                let one = one.map(|effect| match effect { Effect::Act { frame, act } => Effect::Act { frame: *frame, act: act.clone() }, _ => unreachable!() });
                if fills_new_password(&one) {
                    prop_assert!(changes, "a password without its word");
                    prop_assert!(keeps.is_some_and(|kept| kept < place), "a password that was not kept first");
                }
                if presses(&one, "resetButton") {
                    prop_assert!(may_reset, "a reset without its word");
                }
                let pressed = act.steps.iter().filter(|verb| matches!(verb, Verb::Press { .. })).count();
                prop_assert!(pressed <= 1);
                for verb in &act.steps {
                    let Verb::Press { mark } = verb else { continue };
                    if changes || may_reset || mark == "save" {
                        continue;
                    }
                    presses_of_step.1.push((mark.clone(), act.nonce.clone()));
                    let of_mark = presses_of_step.1.iter().filter(|(pressed, _)| pressed == mark);
                    let here = of_mark.clone().filter(|(_, nonce)| *nonce == act.nonce).count();
                    let documents: std::collections::BTreeSet<_> = of_mark.collect();
                    prop_assert!(here <= 2 && documents.len() <= 2, "{:?} {}", flow.step, mark);
                }
                let again = presses(&one, "resetButton") && reset_on.contains(&act.nonce);
                let refusal = if again { Some(Refusal::Again) } else { REFUSALS.get(answer).copied().flatten() };
                if presses(&one, "resetButton") && !again && matches!(refusal, None | Some(Refusal::Silent | Refusal::Again)) {
                    reset_on.push(act.nonce.clone());
                    // Nothing was heard of the press: the same page, long after, is the proof that it did not happen.
                    if refusal.is_some() {
                        reset_on.pop();
                    }
                }
                prop_assert!(reset_on.len() <= 1, "two resets");
                let more = flow.handle(Event::Acted { outcome: Outcome { done: 0, refused: refusal } }, now);
                prop_assert!(acts(&more).count() == 0);
                if presses_of_step.0 != flow.step {
                    presses_of_step = (flow.step, vec![]);
                }
            }
            let _ = flow.view(true);
            let _ = flow.view(false);
            let json = serde_json::to_string(&flow).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Flow>(&json).unwrap(), &flow);
        }
    }
}
