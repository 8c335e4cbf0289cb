//! The whole background on a browser in memory: whole stories, every sender, every fault, and a worker that
//! dies at any call.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "background/handover.rs"]
mod handover;
#[path = "background/moving.rs"]
mod moving;
#[path = "background/sync.rs"]
mod sync;
#[path = "background/twin.rs"]
mod twin;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use token_keeper::browser::Waking;
use token_keeper::browser::shell::{
    ALARM_CLIPBOARD, ALARM_LOCK, ALARM_LOOK, ALARM_REMIND, ALARM_SYNC, Area, Badge,
};
use token_keeper::wire::messages::{
    Act, Intent, MailReading, Mark, Outcome, PageFacts, PasskeyAnswer, Refusal, Reply, Secret, Verb,
};
use token_keeper::wire::senders::RawSender;
use token_keeper::wire::views::{
    AccountView, Ask, PasswordView, Realm, TokenState, VaultView, View, Way,
};

use twin::{
    Areas, CODE, Fault, Shows, TOKENS, Twin, app, code_mail, facts_json, framed, mail_json, page,
    shown, submitted_json, token_mail,
};

const ADA: &str = "ada@acme.example";
const EVE: &str = "eve@evil.example";
const PASSPHRASE: &str = "seven invented words for a test";
const ORG: &str = "acme.my.salesforce.com";
const LOGIN: &str = "login.salesforce.com";
const GMAIL: &str = "https://mail.google.com";
const TAB: i32 = 7;
const LINK_TAB: i32 = 8;
const MAIL_TAB: i32 = 9;
const MINUTE: u64 = 60_000;

type Spoil = fn(&mut BTreeMap<String, String>);
type Doing = fn(&Twin);

/// A browser with an open vault. The passphrase is stretched once for all tests.
fn open() -> Twin {
    static MADE: OnceLock<Areas> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let twin = empty();
        twin.ask(&Intent::CreateVault {
            with: typed(PASSPHRASE),
        });
        twin.areas()
    });
    let twin = Twin::new(2);
    twin.0.borrow_mut().areas = made.clone();
    twin.secret(PASSPHRASE);
    twin
}

/// A browser in which nothing happened yet.
fn empty() -> Twin {
    let twin = Twin::new(1);
    twin.secret(PASSPHRASE);
    for token in TOKENS {
        twin.secret(token);
    }
    twin
}

fn locked() -> Twin {
    let twin = open();
    twin.ask(&Intent::Lock);
    twin
}

fn typed(passphrase: impl Into<String>) -> Secret {
    Secret::Passphrase(passphrase.into())
}

fn unlock(twin: &Twin) -> View {
    twin.ask(&Intent::Unlock {
        with: typed(PASSPHRASE),
    })
}

/// A browser with an open vault that keeps Ada's first token.
fn with_ada() -> Twin {
    let twin = open();
    twin.ask(&Intent::Paste {
        text: token_mail(ADA, TOKENS[0]).text.visible,
    });
    keep(&twin, ADA);
    twin
}

/// Keeps the one item of *to review*.
fn keep(twin: &Twin, username: &str) -> View {
    let review = twin.view().review.remove(0);
    twin.ask(&Intent::Keep {
        review: review.id,
        username: username.to_owned(),
        realm: Realm::Live,
    })
}

fn account(view: &View, username: &str) -> AccountView {
    view.accounts
        .iter()
        .find(|account| account.username == username)
        .unwrap_or_else(|| panic!("no {username}"))
        .clone()
}

fn token_of(twin: &Twin, username: &str) -> String {
    let account = account(&twin.view(), username).id;
    twin.secret_of(&Intent::Token {
        account,
        number: None,
    })
    .unwrap()
}

/// A mail that is opened as soon as it was sent, unless it says otherwise.
fn mail(twin: &Twin, mail: &MailReading) {
    let mail = match mail.sent_at {
        Some(_) => mail.clone(),
        None => sent_now(twin, mail),
    };
    undated_mail(twin, &mail);
}

/// The mail as it was sent just now.
fn sent_now(twin: &Twin, mail: &MailReading) -> MailReading {
    sent_before(twin, 0, mail)
}

/// The mail as it was sent so long ago.
fn sent_before(twin: &Twin, ago: u64, mail: &MailReading) -> MailReading {
    let now = twin.0.borrow().now;
    MailReading {
        sent_at: Some(now - ago),
        ..mail.clone()
    }
}

fn undated_mail(twin: &Twin, mail: &MailReading) {
    twin.message(&mail_json(mail), page(MAIL_TAB, GMAIL))
        .unwrap();
}

fn press(mark: &str) -> impl Fn(&Act) -> bool {
    let mark = mark.to_owned();
    move |act| {
        act.steps
            .iter()
            .any(|verb| matches!(verb, Verb::Press { mark: pressed } if *pressed == mark))
    }
}

fn start(twin: &Twin, way: Way) -> View {
    twin.ask(&Intent::Start {
        tab: TAB,
        username: ADA.to_owned(),
        way,
    })
}

fn ask_of(view: &View) -> Option<Ask> {
    view.flow.as_ref().map(|flow| flow.ask)
}

fn trouble_of(twin: &Twin) -> Option<String> {
    twin.view().flow.and_then(|flow| flow.trouble)
}

/// Everything that was done to a page was planned for the document that stood there, and for nothing else.
fn every_act_named_its_document(twin: &Twin) {
    for (_, origin, act) in &twin.0.borrow().acts {
        assert_eq!(&act.origin, origin);
        assert!(!act.nonce.is_empty());
    }
}

/// The short way, up to the question whether to press.
fn before_reset(twin: &Twin) {
    twin.0.borrow_mut().signed_in = true;
    twin.show(TAB, ORG, Shows::Home);
    start(twin, Way::SignedIn);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
}

/// The article's way, up to the question whether to change the password.
fn before_password(twin: &Twin) {
    twin.show(TAB, LOGIN, Shows::Login);
    start(twin, Way::Forgot);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::OpenMail));
    twin.show(LINK_TAB, ORG, Shows::Interstitial);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    mail(twin, &code_mail(ADA, CODE));
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::ChangePassword));
}

// --- stories ---

#[test]
fn the_articles_way_from_the_first_run_to_a_kept_token_in_webmail() {
    let twin = empty();
    assert_eq!(twin.view().vault, VaultView::Missing);
    twin.ask(&Intent::CreateVault {
        with: typed(PASSPHRASE),
    });
    before_password(&twin);
    assert_eq!(twin.0.borrow().badge, Some(Badge::Press));
    assert!(twin.0.borrow().passwords.is_empty());
    twin.ask(&Intent::ChangePassword);
    twin.settle();
    let password = twin.0.borrow().passwords.clone();
    assert_eq!(password.len(), 1);
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
    assert_eq!(account(&twin.view(), ADA).password, PasswordView::Confirmed);
    assert_eq!(twin.0.borrow().resets, 0);
    twin.ask(&Intent::PressReset);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailToken));
    assert_eq!(twin.0.borrow().resets, 1);
    mail(&twin, &token_mail(ADA, TOKENS[0]));
    let view = twin.view();
    assert_eq!(ask_of(&view), Some(Ask::Done));
    assert_eq!(account(&view, ADA).state, TokenState::Live);
    assert_eq!(view.review, []);
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    let kept = twin
        .secret_of(&Intent::Password {
            account: account(&view, ADA).id,
        })
        .unwrap();
    assert_eq!(kept, password[0]);
    assert_eq!(twin.0.borrow().badge, Some(Badge::None));
    every_act_named_its_document(&twin);
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
}

#[test]
fn the_articles_way_where_the_page_itself_shows_the_token() {
    let twin = open();
    twin.0.borrow_mut().shows_token = true;
    before_password(&twin);
    twin.ask(&Intent::ChangePassword);
    twin.settle();
    twin.ask(&Intent::PressReset);
    twin.settle();
    let view = twin.view();
    assert_eq!(ask_of(&view), Some(Ask::Done));
    assert_eq!(
        (account(&view, ADA).state, account(&view, ADA).history.len()),
        (TokenState::Live, 0)
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    twin.disk_is_clean();
}

/// Between two pages of a log-in there is a moment in which the browser calls the tab complete and no agent answers.
#[test]
fn a_log_in_host_without_an_agent_is_a_page_on_its_way_and_is_not_led_away_from() {
    let twin = open();
    twin.show(TAB, ORG, Shows::Login);
    start(&twin, Way::SignedIn);
    twin.settle();
    let opened = twin.0.borrow().opened.len();
    twin.show(TAB, ORG, Shows::Nothing);
    twin.later(20_000);
    twin.ask(&Intent::GoOn);
    twin.settle();
    assert_eq!(twin.0.borrow().opened.len(), opened);
    // In the Lightning app there is never an agent: somebody is signed in.
    twin.0.borrow_mut().signed_in = true;
    twin.show(TAB, "acme.lightning.force.com", Shows::Nothing);
    twin.ask(&Intent::GoOn);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
}

/// The second step of a log-in hides its form for a moment (`facts/salesforce-pages.md` §1.3).
#[test]
fn a_form_that_does_not_show_itself_yet_is_not_taken_for_the_page_behind_it() {
    use token_keeper::wire::messages::Mark;
    let twin = open();
    twin.show(TAB, ORG, Shows::Login);
    start(&twin, Way::SignedIn);
    twin.settle();
    twin.later(20_000);
    let opened = twin.0.borrow().opened.len();
    let hidden = Mark {
        n: 1,
        on: true,
        ..Mark::default()
    };
    let facts = PageFacts {
        nonce: "step two".to_owned(),
        path: "/".to_owned(),
        marks: [
            ("login".to_owned(), hidden),
            ("password".to_owned(), hidden),
        ]
        .into(),
        ..PageFacts::default()
    };
    twin.message(&facts_json(&facts), page(TAB, &format!("https://{ORG}")))
        .unwrap();
    assert_eq!(twin.0.borrow().opened.len(), opened);
}

#[test]
fn the_short_way_marks_the_old_token_dead_and_keeps_the_new_one() {
    let twin = with_ada();
    twin.0.borrow_mut().resets = 1;
    twin.show(TAB, ORG, Shows::Home);
    start(&twin, Way::SignedIn);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::SignIn));
    twin.sign_in(TAB);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
    twin.ask(&Intent::PressReset);
    twin.settle();
    let dead = account(&twin.view(), ADA);
    assert_eq!(
        (dead.state, dead.dead.unwrap().why.as_str()),
        (TokenState::Dead, "reset")
    );
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    let view = twin.view();
    assert_eq!(
        (ask_of(&view), account(&view, ADA).state),
        (Some(Ask::Done), TokenState::Live)
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    assert_eq!(
        account(&view, ADA).history.len(),
        1,
        "the old one stays in history"
    );
    let resets = twin
        .0
        .borrow()
        .acts
        .iter()
        .filter(|(_, _, act)| press("resetButton")(act))
        .count();
    assert_eq!(resets, 1);
    assert!(
        twin.0
            .borrow()
            .opened
            .iter()
            .all(|url| !url.contains("ResetApiTokenConfirm"))
    );
    every_act_named_its_document(&twin);
    twin.disk_is_clean();
}

#[test]
fn what_is_caught_before_there_is_a_vault_waits_in_memory_and_moves_in_at_its_creation() {
    let twin = empty();
    twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
        .unwrap();
    twin.0.borrow_mut().shows_token = true;
    twin.0.borrow_mut().resets = 1;
    twin.show(TAB, ORG, Shows::Confirm);
    twin.settle();
    let view = twin.view();
    assert_eq!(
        (view.vault, view.waiting),
        (VaultView::Missing, 2),
        "the token, and that the one before it died"
    );
    assert!(twin.0.borrow().areas[Area::Local].is_empty());
    twin.ask(&Intent::CreateVault {
        with: typed(PASSPHRASE),
    });
    let view = twin.view();
    assert_eq!(view.waiting, 0);
    assert_eq!(account(&view, ADA).state, TokenState::Live);
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
}

#[test]
fn a_token_of_nobody_known_waits_for_a_look_after_the_vault_is_made() {
    let twin = empty();
    mail(&twin, &token_mail(EVE, TOKENS[0]));
    assert_eq!(twin.view().waiting, 1);
    let view = twin.ask(&Intent::CreateVault {
        with: typed(PASSPHRASE),
    });
    assert_eq!(
        (view.accounts.len(), view.review.len(), view.waiting),
        (0, 1, 0)
    );
    assert_eq!(view.review[0].reasons, ["unknown_user"]);
}

#[test]
fn what_is_caught_while_locked_is_sealed_and_moves_in_at_the_unlock() {
    let twin = with_ada();
    twin.ask(&Intent::Lock);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    mail(&twin, &token_mail(EVE, TOKENS[2]));
    let view = twin.view();
    assert_eq!(
        (view.vault, view.waiting, view.accounts.len()),
        (VaultView::Locked, 2, 0)
    );
    twin.memory_is_clean();
    twin.disk_is_clean();
    let view = unlock(&twin);
    assert_eq!(view.waiting, 0);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    assert_eq!(
        view.accounts.len(),
        1,
        "nobody is kept whom the person does not know"
    );
    assert_eq!(view.review.len(), 1);
    assert_eq!(
        (
            view.review[0].username.as_deref(),
            view.review[0].reasons.as_slice()
        ),
        (Some(EVE), &["unknown_user".to_owned()][..])
    );
    assert!(
        !twin.0.borrow().areas[Area::Local]
            .keys()
            .any(|name| name.starts_with("i."))
    );
}

#[test]
fn while_locked_the_guide_is_done_with_the_awaited_token_and_with_no_other() {
    let twin = with_ada();
    before_reset(&twin);
    twin.ask(&Intent::PressReset);
    twin.settle();
    twin.ask(&Intent::Lock);
    mail(&twin, &token_mail(EVE, TOKENS[2]));
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailToken));
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(ask_of(&twin.view()), Some(Ask::Done));
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
}

#[test]
fn a_reset_that_the_person_makes_by_hand_marks_the_token_dead() {
    for lock in [false, true] {
        let twin = with_ada();
        if lock {
            twin.ask(&Intent::Lock);
        }
        twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
            .unwrap();
        twin.show(TAB, ORG, Shows::Confirm);
        twin.settle();
        assert_eq!(twin.view().notice.as_deref(), Some("reset_by_hand"));
        if lock {
            unlock(&twin);
        }
        let ada = account(&twin.view(), ADA);
        assert_eq!(
            (ada.state, ada.dead.unwrap().why.as_str()),
            (TokenState::Dead, "reset")
        );
    }
}

#[test]
fn one_confirmation_page_is_one_reset_however_often_it_reports() {
    let twin = with_ada();
    twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
        .unwrap();
    twin.show(TAB, ORG, Shows::Confirm);
    twin.settle();
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    for _ in 0..3 {
        twin.report(TAB).unwrap();
    }
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
    // Each load of the page is a reset of its own.
    twin.show(TAB, ORG, Shows::Confirm);
    twin.settle();
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Dead);
}

#[test]
fn a_confirmation_page_from_before_the_guide_started_is_not_its_reset() {
    for way in [Way::SignedIn, Way::Forgot] {
        let twin = with_ada();
        twin.0.borrow_mut().signed_in = true;
        twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
            .unwrap();
        twin.show(TAB, ORG, Shows::Confirm);
        twin.settle();
        mail(&twin, &token_mail(ADA, TOKENS[1]));
        start(&twin, way);
        // The tab has not moved yet when it is looked at.
        let opened = twin.0.borrow().opened.len();
        {
            let mut state = twin.0.borrow_mut();
            let nonce = format!("n{}", 1);
            let tab = state.tabs.get_mut(&TAB).unwrap();
            (tab.shows, tab.nonce) = (Shows::Confirm, nonce);
        }
        twin.report(TAB).unwrap();
        assert_eq!(
            account(&twin.view(), ADA).state,
            TokenState::Live,
            "{way:?}"
        );
        assert_ne!(ask_of(&twin.view()), Some(Ask::MailToken), "{way:?}");
        assert!(twin.0.borrow().opened.len() >= opened);
    }
}

#[test]
fn a_password_that_the_person_changes_by_hand_marks_the_token_dead() {
    let twin = with_ada();
    twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
        .unwrap();
    twin.show(TAB, ORG, Shows::NewPassword);
    twin.settle();
    twin.message(&submitted_json(""), page(TAB, &format!("https://{ORG}")))
        .unwrap();
    assert_eq!(
        account(&twin.view(), ADA).state,
        TokenState::Live,
        "not before the page took it"
    );
    twin.show(TAB, ORG, Shows::Home);
    twin.settle();
    let view = twin.view();
    assert_eq!(view.notice.as_deref(), Some("password_by_hand"));
    assert_eq!(account(&view, ADA).dead.unwrap().why, "password");
}

#[test]
fn a_password_that_the_page_refuses_or_a_log_in_page_after_it_kills_no_token() {
    for answer in [Shows::NewPassword, Shows::Login] {
        let twin = with_ada();
        twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
            .unwrap();
        twin.message(&submitted_json(""), page(TAB, &format!("https://{ORG}")))
            .unwrap();
        twin.show(TAB, ORG, answer);
        twin.0.borrow_mut().tabs.get_mut(&TAB).unwrap().error = true;
        twin.settle();
        twin.show(TAB, ORG, Shows::Home);
        twin.settle();
        assert_eq!(
            account(&twin.view(), ADA).state,
            TokenState::Live,
            "{answer:?}"
        );
    }
}

#[test]
fn inside_the_guide_too_a_password_may_be_changed_by_hand_and_the_guide_goes_on() {
    let twin = with_ada();
    twin.0.borrow_mut().resets = 1;
    before_password(&twin);
    twin.message(
        &submitted_json(""),
        page(LINK_TAB, &format!("https://{ORG}")),
    )
    .unwrap();
    twin.settle();
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
    twin.0.borrow_mut().signed_in = true;
    twin.show(LINK_TAB, ORG, Shows::Home);
    twin.settle();
    let view = twin.view();
    assert_eq!(account(&view, ADA).dead.unwrap().why, "password");
    assert_eq!(account(&view, ADA).password, PasswordView::None);
    assert_eq!(ask_of(&view), Some(Ask::PressReset));
}

#[test]
fn two_tokens_in_one_text_wait_for_a_look_and_nothing_is_kept_by_itself() {
    let twin = with_ada();
    let text = format!(
        "{}\n{}",
        token_mail(ADA, TOKENS[1]).text.visible,
        token_mail(ADA, TOKENS[2]).text.visible
    );
    mail(
        &twin,
        &MailReading {
            text: shown(&text),
            ..token_mail(ADA, TOKENS[1])
        },
    );
    let view = twin.view();
    assert_eq!(view.review.len(), 2);
    assert!(
        view.review
            .iter()
            .all(|review| review.reasons.contains(&"several_tokens".to_owned()))
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    assert_eq!(twin.0.borrow().badge, Some(Badge::Review(2)));
}

#[test]
fn an_item_to_review_can_be_kept_or_thrown_away() {
    let twin = open();
    twin.ask(&Intent::Paste {
        text: TOKENS[0].to_owned(),
    });
    let view = twin.ask(&Intent::Paste {
        text: token_mail(EVE, TOKENS[1]).text.visible,
    });
    assert_eq!(view.review.len(), 2);
    let (bare, named) = {
        let named = view
            .review
            .iter()
            .position(|review| review.username.is_some())
            .unwrap();
        (view.review[1 - named].clone(), view.review[named].clone())
    };
    assert!(!bare.masked.contains(&TOKENS[0][2..23]));
    let view = twin.ask(&Intent::Keep {
        review: bare.id.clone(),
        username: " ADA@acme.example ".to_owned(),
        realm: Realm::Live,
    });
    assert_eq!(
        (view.review.len(), account(&view, ADA).state),
        (1, TokenState::Live)
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    let view = twin.ask(&Intent::Discard {
        review: named.id.clone(),
    });
    assert_eq!((view.review.len(), view.accounts.len()), (0, 1));
    for id in [bare.id, named.id] {
        assert_eq!(
            twin.refused(&Intent::Discard { review: id }).0,
            "review_gone"
        );
    }
}

#[test]
fn the_same_token_twice_is_one_entry_wherever_it_comes_from() {
    let twin = with_ada();
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    mail(&twin, &token_mail(ADA, TOKENS[0]));
    twin.ask(&Intent::Paste {
        text: TOKENS[1].to_owned(),
    });
    let ada = account(&twin.view(), ADA);
    assert_eq!(
        (twin.view().review.len(), ada.history.len(), ada.state),
        (0, 1, TokenState::Live)
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    twin.ask(&Intent::Lock);
    for _ in 0..3 {
        mail(&twin, &token_mail(ADA, TOKENS[2]));
    }
    let view = unlock(&twin);
    assert_eq!(
        (account(&view, ADA).history.len(), view.review.len()),
        (2, 0)
    );
}

#[test]
fn a_mail_of_a_user_who_is_not_kept_waits_for_a_look_also_while_the_guide_awaits_another() {
    let twin = with_ada();
    before_reset(&twin);
    twin.ask(&Intent::PressReset);
    twin.settle();
    mail(&twin, &token_mail(EVE, TOKENS[1]));
    let view = twin.view();
    assert_eq!(
        (
            view.review[0].username.as_deref(),
            view.review[0].reasons.as_slice()
        ),
        (Some(EVE), &["other_user".to_owned()][..])
    );
    assert_eq!(ask_of(&view), Some(Ask::MailToken));
}

#[test]
fn a_mail_that_was_not_sent_by_salesforce_is_not_read() {
    let twin = with_ada();
    for sender in [
        Some("support@salesforce.com.evil.example"),
        Some("eve@evil.example"),
        None,
    ] {
        mail(
            &twin,
            &MailReading {
                sender: sender.map(str::to_owned),
                ..token_mail(ADA, TOKENS[1])
            },
        );
    }
    assert_eq!(
        (token_of(&twin, ADA).as_str(), twin.view().review.len()),
        (TOKENS[0], 0)
    );
}

#[test]
fn mail_of_a_provider_whose_permission_was_taken_back_is_not_read() {
    let twin = with_ada();
    twin.0.borrow_mut().allowed.clear();
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(
        (token_of(&twin, ADA).as_str(), twin.view().review.len()),
        (TOKENS[0], 0)
    );
}

#[test]
fn a_scan_of_opened_mail_counts_as_mail_and_of_any_other_page_as_unproven() {
    let twin = with_ada();
    twin.show(MAIL_TAB, "mail.google.com", Shows::Home);
    let opened = sent_now(&twin, &token_mail(ADA, TOKENS[1]));
    twin.0.borrow_mut().scans.insert(MAIL_TAB, opened);
    twin.ask(&Intent::Scan { tab: MAIL_TAB });
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    twin.show(20, "evil.example", Shows::Home);
    twin.0
        .borrow_mut()
        .scans
        .insert(20, token_mail(ADA, TOKENS[2]));
    let view = twin.ask(&Intent::Scan { tab: 20 });
    assert_eq!(
        (token_of(&twin, ADA).as_str(), view.review.len()),
        (TOKENS[1], 1)
    );
    assert_eq!(view.review[0].reasons, ["unproven_source"]);
    assert_eq!(twin.refused(&Intent::Scan { tab: 99 }).0, "scan_refused");
    twin.0.borrow_mut().scans.insert(
        20,
        MailReading {
            text: shown("nothing"),
            ..MailReading::default()
        },
    );
    assert_eq!(twin.refused(&Intent::Scan { tab: 20 }).0, "no_token_found");
}

#[test]
fn a_code_is_taken_only_for_the_awaited_user_and_only_while_one_is_awaited() {
    let twin = open();
    mail(&twin, &code_mail(ADA, CODE));
    twin.show(TAB, LOGIN, Shows::Login);
    start(&twin, Way::Forgot);
    twin.settle();
    twin.show(LINK_TAB, ORG, Shows::Interstitial);
    twin.settle();
    mail(&twin, &code_mail(EVE, CODE));
    mail(
        &twin,
        &MailReading {
            sender: Some(EVE.to_owned()),
            ..code_mail(ADA, CODE)
        },
    );
    let foreign = code_mail(EVE, CODE).text.visible;
    assert_eq!(
        twin.refused(&Intent::Paste { text: foreign }).0,
        "no_token_found"
    );
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    twin.ask(&Intent::Paste {
        text: "000000".to_owned(),
    });
    twin.settle();
    assert_eq!(trouble_of(&twin).as_deref(), Some("code_wrong"));
    twin.ask(&Intent::Paste {
        text: format!(" {CODE} "),
    });
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::ChangePassword));
}

// --- which mail is the newest ---

fn never_locks(twin: &Twin) {
    twin.ask(&Intent::Settings { lock_minutes: 0 });
}

/// Number and token of every generation, with why it is dead.
fn history(twin: &Twin, username: &str) -> Vec<String> {
    let account = account(&twin.view(), username);
    let mut lines = vec![];
    for (number, dead) in account
        .history
        .iter()
        .map(|one| (Some(one.number), one.dead.as_ref()))
        .chain([(None, account.dead.as_ref())])
    {
        let token = twin
            .secret_of(&Intent::Token {
                account: account.id.clone(),
                number,
            })
            .unwrap();
        let place = TOKENS.iter().position(|known| *known == token).unwrap();
        lines.push(format!(
            "{place} {}",
            dead.map_or("-", |dead| dead.why.as_str())
        ));
    }
    lines
}

#[test]
fn the_mail_that_was_sent_last_wins_whenever_it_is_opened() {
    let twin = open();
    twin.ask(&Intent::Paste {
        text: format!("Username: {ADA}\nToken: {}", TOKENS[2]),
    });
    keep(&twin, ADA);
    never_locks(&twin);
    twin.later(60 * MINUTE);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(history(&twin, ADA), ["2 newer", "1 -"]);
    // An hour later the person leafs through old mail.
    twin.later(60 * MINUTE);
    let old = sent_before(&twin, 90 * MINUTE, &token_mail(ADA, TOKENS[0]));
    mail(&twin, &old);
    assert_eq!(history(&twin, ADA), ["0 newer", "2 newer", "1 -"]);
    assert_eq!(twin.view().notice.as_deref(), Some("token_older"));
    assert_eq!(twin.view().review, []);
    mail(&twin, &old);
    assert_eq!(history(&twin, ADA).len(), 3);
}

#[test]
fn a_mail_from_before_a_known_death_brings_no_live_token() {
    let twin = with_ada();
    never_locks(&twin);
    twin.show(TAB, ORG, Shows::Home);
    twin.message(&submitted_json(ADA), page(TAB, &format!("https://{ORG}")))
        .unwrap();
    twin.later(60 * MINUTE);
    twin.show(TAB, ORG, Shows::Confirm);
    twin.settle();
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Dead);
    let old = sent_before(&twin, 30 * MINUTE, &token_mail(ADA, TOKENS[2]));
    mail(&twin, &old);
    assert_eq!(history(&twin, ADA), ["2 newer", "0 reset"]);
    // A webmail tells whole minutes, so the new one may seem a little older than the reset.
    let new = sent_before(&twin, MINUTE, &token_mail(ADA, TOKENS[1]));
    mail(&twin, &new);
    assert_eq!(history(&twin, ADA), ["0 reset", "2 newer", "1 -"]);
}

#[test]
fn an_undated_mail_beside_a_token_that_nobody_saw_die_waits_for_a_look() {
    for unlocked in [true, false] {
        let twin = with_ada();
        if !unlocked {
            twin.ask(&Intent::Lock);
        }
        undated_mail(&twin, &token_mail(ADA, TOKENS[1]));
        let view = unlock(&twin);
        assert_eq!(view.review.len(), 1);
        assert_eq!(view.review[0].reasons, ["maybe_older"]);
        assert_eq!(token_of(&twin, ADA), TOKENS[0]);
        keep(&twin, ADA);
        assert_eq!(history(&twin, ADA), ["0 newer", "1 -"]);
        // The one that is kept is known, dated or not.
        undated_mail(&twin, &token_mail(ADA, TOKENS[1]));
        assert_eq!(twin.view().review, []);
    }
}

#[test]
fn an_undated_mail_is_kept_where_the_old_token_is_dead_or_the_guide_waits() {
    let twin = with_ada();
    twin.ask(&Intent::MarkDead {
        account: account(&twin.view(), ADA).id,
    });
    undated_mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);

    // The answer of the page was not seen yet, and the mail is quicker.
    let twin = with_ada();
    before_reset(&twin);
    twin.0.borrow_mut().outcomes.push_back(Outcome {
        done: 1,
        refused: None,
    });
    twin.ask(&Intent::PressReset);
    undated_mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    assert_eq!(twin.view().review, []);
}

#[test]
fn while_locked_a_mail_that_is_reported_again_and_again_is_sealed_once() {
    let twin = with_ada();
    twin.ask(&Intent::Lock);
    let told = sent_now(&twin, &token_mail(ADA, TOKENS[1]));
    for _ in 0..150 {
        mail(&twin, &told);
    }
    assert_eq!(twin.view().waiting, 1);
    twin.memory_is_clean();
    // Poorer evidence for it was another report.
    twin.later(MINUTE);
    twin.ask(&Intent::Paste {
        text: TOKENS[2].to_owned(),
    });
    mail(&twin, &sent_now(&twin, &token_mail(ADA, TOKENS[2])));
    assert_eq!(twin.view().waiting, 3);
    twin.memory_is_clean();
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[2]);
    // After the next lock it may be sealed again.
    twin.ask(&Intent::Lock);
    mail(&twin, &told);
    assert_eq!(twin.view().waiting, 1);
}

#[test]
fn locked_the_guide_is_not_done_with_a_mail_from_before_it_began() {
    let twin = with_ada();
    before_reset(&twin);
    twin.ask(&Intent::PressReset);
    twin.settle();
    twin.ask(&Intent::Lock);
    let old = sent_before(&twin, 60 * MINUTE, &token_mail(ADA, TOKENS[2]));
    mail(&twin, &old);
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailToken));
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(ask_of(&twin.view()), Some(Ask::Done));
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
}

// --- the link of a password-reset mail ---

const RESET_LINK: &str = "https://acme.my.salesforce.com/_nc_external/identity/ui/login/ForgotPasswordInterstitial?r=nV9tedLinkSecret&display=page&fpot=1";

fn reset_mail(user: &str, links: &[&str]) -> MailReading {
    MailReading {
        text: shown(&format!("Finish.\n\nUsername: {user}\n\nClick here.")),
        links: links.iter().map(|&link| link.to_owned()).collect(),
        ..token_mail(user, "")
    }
}

/// Up to the step that waits for the mail.
fn before_link(twin: &Twin) {
    twin.secret("nV9tedLinkSecret");
    twin.show(TAB, LOGIN, Shows::Login);
    start(twin, Way::Forgot);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::OpenMail));
}

#[test]
fn the_link_of_a_reset_mail_is_offered_and_opened_on_a_press_only() {
    let twin = open();
    before_link(&twin);
    let before = twin.0.borrow().opened.len();
    mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
    twin.settle();
    let view = twin.view();
    let link = view.reset_link.clone().unwrap();
    assert_eq!(
        (link.host.as_str(), link.username.as_deref()),
        (ORG, Some(ADA))
    );
    assert_eq!(view.notice.as_deref(), Some("link_found"));
    assert!(!format!("{view:?}").contains("nV9tedLinkSecret"));
    assert_eq!(twin.0.borrow().opened.len(), before);
    twin.ask(&Intent::OpenLink);
    assert_eq!(
        twin.0.borrow().opened.last().map(String::as_str),
        Some(RESET_LINK)
    );
    assert_eq!(twin.tab_now(TAB).host, ORG);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    // Used, it is gone, also if the same mail is reported again.
    mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
    assert_eq!(twin.view().reset_link, None);
    assert_eq!(twin.refused(&Intent::OpenLink).0, "link_gone");
    assert!(
        twin.0.borrow().areas[Area::Session]
            .values()
            .all(|text| !text.contains("nV9tedLinkSecret"))
    );
    twin.disk_is_clean();
}

#[test]
fn a_link_is_found_in_pasted_text_and_in_a_mail_file() {
    let text = format!("Username: {ADA}\n\n{RESET_LINK}\n");
    let file = format!("From: support@salesforce.com\nMIME-Version: 1.0\n\n{text}");
    for intent in [
        Intent::Paste { text },
        Intent::MailFile {
            data: base64_of(&file),
        },
    ] {
        let twin = open();
        before_link(&twin);
        let view = twin.ask(&intent);
        assert_eq!(
            view.reset_link.unwrap().username.as_deref(),
            Some(ADA),
            "{intent:?}"
        );
    }
}

#[test]
fn without_a_guide_a_link_opens_in_a_tab_of_its_own() {
    let twin = open();
    twin.ask(&Intent::Paste {
        text: RESET_LINK.to_owned(),
    });
    assert_eq!(twin.view().reset_link.unwrap().username, None);
    twin.ask(&Intent::OpenLink);
    assert_eq!(twin.tab_now(twin::NEW_TAB).host, ORG);
    assert_eq!(twin.view().reset_link, None);
}

#[test]
fn a_guide_whose_tab_was_closed_goes_on_where_the_link_opens() {
    let twin = open();
    before_link(&twin);
    twin.0.borrow_mut().tabs.remove(&TAB);
    twin.wake(Waking::TabRemoved { tab: TAB }).unwrap();
    mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
    twin.ask(&Intent::OpenLink);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    assert_eq!(twin.view().flow.unwrap().tab, twin::NEW_TAB);
}

#[test]
fn no_link_is_offered_that_is_not_salesforces_own_or_not_this_mails() {
    let twin = open();
    before_link(&twin);
    let foreign = MailReading {
        sender: Some("support@salesforce.com.evil.example".to_owned()),
        ..reset_mail(ADA, &[RESET_LINK])
    };
    let of_users = MailReading {
        sender: Some("chatter@salesforce.com".to_owned()),
        ..reset_mail(ADA, &[RESET_LINK])
    };
    let other = RESET_LINK.replace("r=n", "r=m");
    let confirm = "https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenConfirm?r=x";
    let behind = "https://acme.my.salesforce.com/?c=x&retURL=%2F_ui%2Fsystem%2Fsecurity%2FResetApiTokenConfirm";
    let evil = RESET_LINK.replace(ORG, "acme.my.salesforce.com.evil.example");
    let site = RESET_LINK.replace(ORG, "acme.my.site.com");
    let late = sent_before(&twin, 24 * 60 * MINUTE, &reset_mail(ADA, &[RESET_LINK]));
    for (name, reading) in [
        ("foreign", foreign),
        ("written by users", of_users),
        ("two", reset_mail(ADA, &[RESET_LINK, &other])),
        ("confirm", reset_mail(ADA, &[confirm])),
        ("behind", reset_mail(ADA, &[behind])),
        ("evil", reset_mail(ADA, &[&evil])),
        ("site", reset_mail(ADA, &[&site])),
        (
            "http",
            reset_mail(ADA, &[&RESET_LINK.replace("https", "http")]),
        ),
        ("a day old", late),
    ] {
        mail(&twin, &reading);
        assert_eq!(twin.view().reset_link, None, "{name}");
    }
}

#[test]
fn the_link_of_another_user_or_cloud_is_not_opened_in_the_guide() {
    let twin = open();
    before_link(&twin);
    for (reading, code) in [
        (reset_mail(EVE, &[RESET_LINK]), "link_other_user"),
        (
            reset_mail(
                ADA,
                &[&RESET_LINK.replace("acme.my", "acme--dev.sandbox.my")],
            ),
            "link_other_user",
        ),
    ] {
        mail(&twin, &reading);
        assert!(twin.view().reset_link.is_some());
        assert_eq!(twin.refused(&Intent::OpenLink).0, code);
    }
    // The short way waits for no link.
    let twin = open();
    before_reset(&twin);
    mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
    assert_eq!(twin.refused(&Intent::OpenLink).0, "link_not_now");
}

#[test]
fn a_link_is_forgotten_after_a_day_at_a_lock_and_on_cancel() {
    let ways: [(&str, Doing); 3] = [
        ("a day", |twin| {
            twin.later(24 * 60 * MINUTE);
            twin.wake(Waking::Alarm {
                name: "link".to_owned(),
            })
            .unwrap();
        }),
        ("lock", |twin| drop(twin.ask(&Intent::Lock))),
        ("cancel", |twin| drop(twin.ask(&Intent::Cancel))),
    ];
    for (name, forget) in ways {
        let twin = open();
        twin.secret("nV9tedLinkSecret");
        mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
        assert!(twin.view().reset_link.is_some());
        forget(&twin);
        assert!(
            twin.0.borrow().areas[Area::Session]
                .values()
                .all(|text| !text.contains("nV9tedLinkSecret")),
            "{name}"
        );
        assert_eq!(twin.refused(&Intent::OpenLink).0, "link_gone", "{name}");
    }
    let twin = locked();
    mail(&twin, &reset_mail(ADA, &[RESET_LINK]));
    assert_eq!(twin.view().reset_link, None);
}

// --- mail files, and text by the context menu ---

fn base64_of(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_token_out_of_a_mail_file_waits_for_a_look_with_what_the_file_says_of_itself() {
    let twin = with_ada();
    never_locks(&twin);
    let file = format!(
        "Authentication-Results: mx.example; dkim=pass header.d=salesforce.com\r\nFrom: Salesforce <support@salesforce.com>\r\n\
        Date: Tue, 14 Nov 2023 22:40:00 +0000\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        Username: {ADA}\r\nSecurity token (case-sensitive): {}=\r\n{}\r\n",
        &TOKENS[1][..9],
        &TOKENS[1][9..]
    );
    for intent in [
        Intent::MailFile {
            data: base64_of(&file),
        },
        Intent::Paste { text: file.clone() },
    ] {
        let view = twin.ask(&intent);
        let review = &view.review[0];
        assert_eq!(review.reasons, ["unproven_source"]);
        assert_eq!(review.sender.as_deref(), Some("support@salesforce.com"));
        let said: Vec<_> = review
            .auth
            .iter()
            .map(|said| [&said.method[..], &said.result, &said.domain].join(" "))
            .collect();
        assert_eq!(said, ["dkim pass salesforce.com"]);
        assert_eq!(
            (view.review.len(), token_of(&twin, ADA).as_str()),
            (1, TOKENS[0])
        );
    }
    assert_eq!(twin.view().review[0].origin, "file");
    // It was sent after the one that is kept.
    twin.later(60 * MINUTE);
    keep(&twin, ADA);
    assert_eq!(history(&twin, ADA), ["0 newer", "1 -"]);
    twin.disk_is_clean();
}

#[test]
fn files_that_are_no_mail_say_so() {
    let twin = open();
    let refused = |data: String| twin.refused(&Intent::MailFile { data }).0;
    assert_eq!(refused("\"} {".to_owned()), "file_unreadable");
    assert_eq!(refused("A".to_owned()), "file_unreadable");
    assert_eq!(refused("A".repeat(7_000_000)), "file_too_large");
    assert_eq!(refused(base64_of("hello")), "no_token_found");
    assert_eq!(refused(base64_of("")), "no_token_found");
    let parts = "Content-Type: message/rfc822\n\n".repeat(2_000);
    assert_eq!(refused(base64_of(&parts)), "file_unreadable");
    // The text of a mail, saved as a file.
    let view = twin.ask(&Intent::MailFile {
        data: base64_of(&token_mail(ADA, TOKENS[0]).text.visible),
    });
    assert_eq!(view.review[0].username.as_deref(), Some(ADA));
}

#[test]
fn selected_text_is_looked_at_and_the_badge_tells() {
    let select = |twin: &Twin, text: &str| {
        twin.wake(Waking::Selected {
            text: text.to_owned(),
            host: "mail.corp.example".to_owned(),
        })
        .unwrap();
        twin.0.borrow().badge
    };
    let twin = with_ada();
    assert_eq!(select(&twin, "nothing"), Some(Badge::News));
    let view = twin.view();
    assert_eq!(view.notice.as_deref(), Some("selection_none"));
    assert_eq!(twin.0.borrow().badge, Some(Badge::None));
    assert_eq!(select(&twin, TOKENS[0]), Some(Badge::News));
    assert_eq!(twin.view().notice.as_deref(), Some("token_known"));
    assert_eq!(select(&twin, TOKENS[1]), Some(Badge::Review(1)));
    let view = twin.view();
    assert_eq!(view.notice.as_deref(), Some("token_review"));
    assert_eq!(view.review[0].origin, "mail.corp.example");
    keep(&twin, ADA);
    let view = twin.view();
    assert_eq!(account(&view, ADA).history[0].source, "paste");
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    let twin = locked();
    select(&twin, TOKENS[1]);
    assert_eq!(twin.view().notice.as_deref(), Some("token_sealed"));
    twin.fault(Fault::WriteFails(Area::Local));
    select(&twin, TOKENS[2]);
    assert_eq!(twin.view().notice.as_deref(), Some("token_waiting"));
}

#[test]
fn a_temporary_code_is_taken_from_a_person_and_never_from_mail() {
    let twin = open();
    before_link(&twin);
    twin.show(LINK_TAB, ORG, Shows::Interstitial);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    let text = format!("Username: {ADA}\nCode: ab12cd34ef");
    let bare = MailReading {
        text: shown("ab12cd34ef"),
        ..token_mail(ADA, "")
    };
    for reading in [
        MailReading {
            text: shown(&text),
            ..token_mail(ADA, "")
        },
        bare,
    ] {
        mail(&twin, &reading);
        assert_ne!(twin.view().notice.as_deref(), Some("code_found"));
    }
    let view = twin.ask(&Intent::Paste { text });
    assert_eq!(view.notice.as_deref(), Some("code_found"));
}

#[test]
fn a_page_of_another_user_in_the_flows_tab_is_never_the_flows_users() {
    let twin = with_ada();
    before_reset(&twin);
    twin.0.borrow_mut().shows_token = true;
    twin.0.borrow_mut().resets = 2;
    twin.show(TAB, ORG, Shows::Confirm);
    twin.0.borrow_mut().tabs.get_mut(&TAB).unwrap().person = Some(EVE.to_owned());
    twin.settle();
    assert_eq!(trouble_of(&twin).as_deref(), Some("other_user"));
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
}

#[test]
fn who_signed_in_as_another_user_is_not_asked_to_press_until_a_word() {
    let twin = with_ada();
    twin.show(TAB, ORG, Shows::Home);
    start(&twin, Way::SignedIn);
    twin.settle();
    twin.message(&submitted_json(EVE), page(TAB, &format!("https://{ORG}")))
        .unwrap();
    twin.sign_in(TAB);
    twin.settle();
    assert_eq!(trouble_of(&twin).as_deref(), Some("other_user"));
    twin.ask(&Intent::PressReset);
    assert_eq!(twin.0.borrow().resets, 0);
    // Signed in another way after all (a tile, single sign-on): the person says so.
    twin.ask(&Intent::GoOn);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
}

#[test]
fn the_guide_is_bound_to_one_cloud_of_user_names() {
    let twin = with_ada();
    before_reset(&twin);
    let acts = twin.0.borrow().acts.len();
    twin.show(TAB, "acme--dev.sandbox.my.salesforce.com", Shows::Edit);
    twin.settle();
    twin.ask(&Intent::PressReset);
    twin.settle();
    assert_eq!(
        (twin.0.borrow().acts.len(), twin.0.borrow().resets),
        (acts, 0)
    );
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
}

#[test]
fn a_flow_starts_only_once_only_with_a_user_name_only_on_a_genuine_host_and_only_with_an_open_vault()
 {
    let begin = |twin: &Twin, tab, name: &str| {
        twin.refused(&Intent::Start {
            tab,
            username: name.to_owned(),
            way: Way::SignedIn,
        })
        .0
    };
    let twin = empty();
    twin.show(TAB, ORG, Shows::Home);
    assert_eq!(begin(&twin, TAB, ADA), "vault_missing");
    let twin = open();
    twin.show(TAB, ORG, Shows::Home);
    for (tab, host) in [
        (20, "evil.example"),
        (21, "acme.my.site.com"),
        (22, "help.salesforce.com"),
        (23, "login.salesforce.com.evil.example"),
    ] {
        twin.show(tab, host, Shows::Home);
        assert_eq!(begin(&twin, tab, ADA), "page_not_ready", "{host}");
    }
    assert_eq!(begin(&twin, 99, ADA), "page_not_ready");
    assert_eq!(begin(&twin, TAB, "ada"), "username_missing");
    start(&twin, Way::SignedIn);
    assert_eq!(begin(&twin, TAB, ADA), "flow_running");
    twin.ask(&Intent::Cancel);
    assert_eq!(twin.view().flow, None);
    for intent in [Intent::PressReset, Intent::ChangePassword, Intent::GoOn] {
        assert_eq!(twin.refused(&intent).0, "flow_gone");
    }
    start(&twin, Way::SignedIn);
    twin.ask(&Intent::Lock);
    twin.ask(&Intent::Cancel);
    assert_eq!(begin(&twin, TAB, ADA), "vault_locked");
}

#[test]
fn a_flow_ends_by_itself_after_a_day() {
    let twin = with_ada();
    before_reset(&twin);
    twin.ask(&Intent::Settings { lock_minutes: 0 });
    twin.later(24 * 60 * MINUTE);
    assert_eq!(twin.refused(&Intent::PressReset).0, "flow_gone");
    assert_eq!(twin.view().notice.as_deref(), Some("flow_ended"));
    assert_eq!(twin.0.borrow().resets, 0);
}

#[test]
fn a_closed_tab_ends_nothing_while_the_mail_is_awaited() {
    let twin = open();
    twin.show(TAB, LOGIN, Shows::Login);
    start(&twin, Way::Forgot);
    twin.settle();
    twin.0.borrow_mut().tabs.remove(&TAB);
    twin.wake(Waking::TabRemoved { tab: TAB }).unwrap();
    assert_eq!(
        (ask_of(&twin.view()), trouble_of(&twin)),
        (Some(Ask::OpenMail), None)
    );
    twin.show(LINK_TAB, ORG, Shows::Interstitial);
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailCode));
    twin.wake(Waking::TabRemoved { tab: LINK_TAB }).unwrap();
    // The link's tab is not there any more, so nothing stands in the way of a new one.
    twin.0.borrow_mut().tabs.remove(&LINK_TAB);
    twin.wake(Waking::TabRemoved { tab: LINK_TAB }).unwrap();
    assert_eq!(trouble_of(&twin).as_deref(), Some("link_needed"));
    let before = twin.0.borrow().opened.len();
    let view = twin.ask(&Intent::GoOn);
    assert_eq!(
        twin.0.borrow().opened.get(before..),
        Some(&[format!("https://{ORG}/")][..])
    );
    assert_ne!(view.flow.unwrap().tab, LINK_TAB);
    // In the new tab the guide asks for another mail by itself.
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::OpenMail));
}

#[test]
fn a_closed_reset_page_is_opened_again_in_a_new_tab() {
    let twin = with_ada();
    before_reset(&twin);
    twin.0.borrow_mut().tabs.remove(&TAB);
    twin.wake(Waking::TabRemoved { tab: TAB }).unwrap();
    assert_eq!(trouble_of(&twin).as_deref(), Some("tab_closed"));
    twin.ask(&Intent::GoOn);
    twin.settle();
    let view = twin.view();
    assert_eq!(
        (ask_of(&view), trouble_of(&twin)),
        (Some(Ask::PressReset), None)
    );
    assert_ne!(view.flow.unwrap().tab, TAB);
    twin.ask(&Intent::PressReset);
    assert_eq!(twin.0.borrow().resets, 1);
}

#[test]
fn the_password_is_as_long_as_the_page_demands_and_the_app_is_told() {
    let twin = open();
    twin.show(TAB, LOGIN, Shows::Login);
    start(&twin, Way::Forgot);
    twin.settle();
    twin.show(TAB, ORG, Shows::NewPassword);
    twin.settle();
    let flow = twin.view().flow.unwrap();
    assert_eq!(flow.ask, Ask::ChangePassword);
    let policy = flow.password.unwrap();
    assert_eq!(
        (policy.length, policy.rules.join(" ")),
        (24, "length letters".to_owned())
    );
    assert!(policy.bits > 120);
    twin.ask(&Intent::ChangePassword);
    let written = twin.0.borrow().acts.last().unwrap().2.clone();
    let Some(Verb::Fill { value, .. }) = written.steps.first() else {
        panic!("{written:?}");
    };
    assert_eq!(value.len(), 24);
    assert_eq!(twin.view().flow.unwrap().password, None);
}

#[test]
fn the_person_may_also_press_the_pages_own_reset_button() {
    let twin = with_ada();
    before_reset(&twin);
    twin.0.borrow_mut().pressed(TAB, "resetButton");
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::MailToken));
    assert_eq!(account(&twin.view(), ADA).dead.unwrap().why, "reset");
}

// --- passphrase and lock ---

#[test]
fn wrong_passphrases_make_wait_longer_and_longer() {
    let twin = locked();
    let wrong = Intent::Unlock {
        with: typed("not these seven invented words".to_owned()),
    };
    let waits: Vec<_> = (0..5)
        .map(|_| {
            twin.later(MINUTE);
            twin.refused(&wrong)
        })
        .collect();
    assert!(waits.iter().all(|(code, _)| code == "wrong_passphrase"));
    assert_eq!(
        waits
            .iter()
            .map(|(_, wait)| wait.unwrap())
            .collect::<Vec<_>>(),
        [0, 0, 0, 1000, 2000]
    );
    // Before its time even the right one is not tried.
    let right = Intent::Unlock {
        with: typed(PASSPHRASE),
    };
    assert_eq!(
        twin.refused(&right),
        ("wrong_passphrase".to_owned(), Some(2000))
    );
    twin.later(1500);
    assert_eq!(
        twin.refused(&right),
        ("wrong_passphrase".to_owned(), Some(500))
    );
    // A clock that was set back makes nobody wait for a year.
    twin.0.borrow_mut().now -= 365 * 24 * 60 * MINUTE;
    assert_eq!(twin.refused(&right).1, Some(2000));
    twin.0.borrow_mut().now += 365 * 24 * 60 * MINUTE + 500;
    assert!(matches!(unlock(&twin).vault, VaultView::Open { .. }));
}

#[test]
fn an_unused_vault_locks_after_its_time_even_if_no_alarm_came() {
    let twin = with_ada();
    twin.ask(&Intent::Settings { lock_minutes: 5 });
    let due = twin.0.borrow().alarms[ALARM_LOCK];
    assert_eq!(due, twin.0.borrow().now + 5 * MINUTE);
    twin.later(5 * MINUTE - 1);
    twin.wake(Waking::Alarm {
        name: ALARM_LOCK.to_owned(),
    })
    .unwrap();
    assert!(
        matches!(twin.view().vault, VaultView::Open { .. }),
        "a look is no use"
    );
    twin.later(1);
    assert_eq!(twin.view().vault, VaultView::Locked);
    twin.memory_is_clean();
}

#[test]
fn away_from_the_computer_the_vault_locks_unless_the_person_does_not_want_that() {
    let twin = with_ada();
    twin.ask(&Intent::LockAway { on: false });
    twin.wake(Waking::Away).unwrap();
    assert!(!twin.view().lock_away);
    assert!(matches!(twin.view().vault, VaultView::Open { .. }));
    twin.ask(&Intent::LockAway { on: true });
    assert_eq!(twin.view().lock_minutes, 15, "the other settings stay");
    twin.wake(Waking::Away).unwrap();
    assert_eq!(twin.view().vault, VaultView::Locked);
    twin.memory_is_clean();
}

#[test]
fn use_puts_the_lock_off_and_zero_minutes_mean_never() {
    let twin = with_ada();
    twin.later(14 * MINUTE);
    twin.ask(&Intent::MailChanged);
    twin.later(14 * MINUTE);
    assert!(matches!(
        twin.view().vault,
        VaultView::Open { locks_at: Some(_) }
    ));
    twin.ask(&Intent::Settings { lock_minutes: 0 });
    twin.later(400 * 24 * 60 * MINUTE);
    assert_eq!(twin.view().vault, VaultView::Open { locks_at: None });
    assert_eq!(twin.view().lock_minutes, 0);
}

#[test]
fn a_clock_that_was_moved_loses_no_token_and_keeps_no_vault_open_longer() {
    let year = 365 * 24 * 60 * MINUTE;
    let twin = with_ada();
    twin.0.borrow_mut().now -= year;
    assert_eq!(twin.view().vault, VaultView::Locked);
    unlock(&twin);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    twin.later(2 * year);
    assert_eq!(twin.view().vault, VaultView::Locked);
    let view = unlock(&twin);
    assert_eq!(
        (
            token_of(&twin, ADA).as_str(),
            account(&view, ADA).history.len()
        ),
        (TOKENS[1], 1)
    );
}

#[test]
fn every_way_to_lock_takes_the_key_and_every_secret_out_of_memory() {
    let ways: [fn(&Twin); 3] = [
        |twin| drop(twin.ask(&Intent::Lock)),
        |twin| drop(twin.wake(Waking::LockCommand).unwrap()),
        |twin| {
            twin.later(15 * MINUTE);
            twin.wake(Waking::Alarm {
                name: ALARM_LOCK.to_owned(),
            })
            .unwrap();
        },
    ];
    for lock in ways {
        let twin = with_ada();
        before_password(&twin);
        twin.ask(&Intent::ChangePassword);
        twin.settle();
        lock(&twin);
        twin.memory_is_clean();
        twin.disk_is_clean();
        let view = twin.view();
        assert_eq!(
            (view.vault, view.accounts.len(), view.review.len()),
            (VaultView::Locked, 0, 0)
        );
        let id = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
        for intent in [
            Intent::Token {
                account: id.clone(),
                number: None,
            },
            Intent::Password {
                account: id.clone(),
            },
            Intent::Delete { account: id },
        ] {
            assert_eq!(twin.refused(&intent).0, "vault_locked");
        }
    }
}

#[test]
fn a_key_that_the_browser_does_not_remove_is_overwritten_at_the_lock() {
    let twin = with_ada();
    let key = twin.0.borrow().areas[Area::Session]["key"].clone();
    twin.fault(Fault::RemoveFails(Area::Session));
    twin.ask(&Intent::Lock);
    twin.healthy();
    assert_eq!(twin.view().vault, VaultView::Locked);
    assert!(
        twin.0.borrow().areas[Area::Session]
            .values()
            .all(|text| !text.contains(&key))
    );
}

#[test]
fn what_waits_in_memory_is_sealed_by_the_lock() {
    let twin = with_ada();
    twin.fault(Fault::WriteFails(Area::Local));
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    twin.healthy();
    assert_eq!(twin.view().waiting, 1);
    let view = twin.ask(&Intent::Lock);
    assert_eq!((view.vault, view.waiting), (VaultView::Locked, 1));
    twin.memory_is_clean();
    twin.disk_is_clean();
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
}

#[test]
fn locked_in_the_middle_the_guide_asks_to_unlock_before_a_password_and_goes_on() {
    let twin = with_ada();
    before_password(&twin);
    twin.ask(&Intent::Lock);
    assert_eq!(ask_of(&twin.view()), Some(Ask::Unlock));
    assert_eq!(twin.refused(&Intent::ChangePassword).0, "vault_locked");
    assert!(twin.0.borrow().passwords.is_empty());
    let view = unlock(&twin);
    assert_eq!(ask_of(&view), Some(Ask::ChangePassword));
    twin.ask(&Intent::ChangePassword);
    twin.ask(&Intent::Lock);
    twin.settle();
    twin.ask(&Intent::PressReset);
    twin.settle();
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    twin.memory_is_clean();
    assert_eq!(ask_of(&twin.view()), Some(Ask::Done));
    let view = unlock(&twin);
    assert_eq!(
        (token_of(&twin, ADA).as_str(), account(&view, ADA).state),
        (TOKENS[1], TokenState::Live)
    );
    assert_eq!(
        account(&view, ADA).password,
        PasswordView::Pending,
        "sealed without the key: nobody could confirm it"
    );
}

#[test]
fn a_vault_is_made_once_and_only_with_a_long_passphrase() {
    let twin = empty();
    assert_eq!(
        twin.refused(&Intent::CreateVault {
            with: typed("eleven char")
        })
        .0,
        "passphrase_short"
    );
    assert_eq!(
        twin.refused(&Intent::Unlock {
            with: typed(PASSPHRASE)
        })
        .0,
        "vault_missing"
    );
    assert!(twin.0.borrow().areas[Area::Local].is_empty());
    for twin in [open(), locked()] {
        let before = twin.0.borrow().areas[Area::Local].clone();
        assert_eq!(
            twin.refused(&Intent::CreateVault {
                with: typed(PASSPHRASE)
            })
            .0,
            "vault_exists"
        );
        assert_eq!(twin.0.borrow().areas[Area::Local], before);
    }
}

#[test]
fn the_clipboard_is_cleared_only_of_what_was_copied_here() {
    let twin = open();
    let hash = "AB".repeat(32);
    twin.ask(&Intent::Copied {
        sha256: hash.clone(),
    });
    assert_eq!(
        twin.0.borrow().alarms[ALARM_CLIPBOARD],
        twin.0.borrow().now + MINUTE
    );
    twin.ask(&Intent::Lock);
    for _ in 0..2 {
        twin.wake(Waking::Alarm {
            name: ALARM_CLIPBOARD.to_owned(),
        })
        .unwrap();
    }
    assert_eq!(twin.0.borrow().cleared, [hash.to_lowercase()]);
    twin.ask(&Intent::Copied {
        sha256: "no hash".to_owned(),
    });
    twin.wake(Waking::Alarm {
        name: ALARM_CLIPBOARD.to_owned(),
    })
    .unwrap();
    assert_eq!(twin.0.borrow().cleared.len(), 1);
}

// --- faults of storage ---

#[test]
fn a_write_that_fails_or_is_lost_is_said_and_the_token_waits_in_memory() {
    for fault in [
        Fault::WriteFails(Area::Local),
        Fault::WriteIsLost(Area::Local),
    ] {
        let twin = with_ada();
        twin.fault(fault);
        twin.show(MAIL_TAB, "mail.google.com", Shows::Home);
        let opened = sent_now(&twin, &token_mail(ADA, TOKENS[1]));
        twin.0.borrow_mut().scans.insert(MAIL_TAB, opened);
        assert_eq!(
            twin.refused(&Intent::Scan { tab: MAIL_TAB }).0,
            "write_failed",
            "{fault:?}"
        );
        assert_eq!(
            twin.refused(&Intent::Paste {
                text: TOKENS[2].to_owned()
            })
            .0,
            "write_failed",
            "{fault:?}"
        );
        let id = account(&twin.view(), ADA).id;
        for intent in [
            Intent::Label {
                account: id.clone(),
                label: "new".to_owned(),
            },
            Intent::MarkDead {
                account: id.clone(),
            },
            Intent::Settings { lock_minutes: 3 },
        ] {
            assert_eq!(
                twin.refused(&intent).0,
                "write_failed",
                "{fault:?} {intent:?}"
            );
        }
        twin.healthy();
        let view = twin.view();
        assert_eq!(
            (
                view.waiting,
                view.lock_minutes,
                account(&view, ADA).label.as_str()
            ),
            (2, 15, ""),
            "{fault:?}"
        );
        assert_eq!(
            (account(&view, ADA).state, token_of(&twin, ADA).as_str()),
            (TokenState::Live, TOKENS[0]),
            "{fault:?}"
        );
        twin.disk_is_clean();
        twin.ask(&Intent::Lock);
        let view = unlock(&twin);
        assert_eq!((view.waiting, view.review.len()), (0, 1), "{fault:?}");
        assert_eq!(token_of(&twin, ADA), TOKENS[1], "{fault:?}");
    }
}

#[test]
fn while_locked_a_write_that_fails_leaves_the_token_in_memory_until_the_unlock() {
    let twin = with_ada();
    twin.ask(&Intent::Lock);
    twin.fault(Fault::WriteFails(Area::Local));
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    twin.healthy();
    assert_eq!(twin.view().waiting, 1);
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
}

#[test]
fn what_cannot_be_removed_from_the_inbox_costs_nothing_else_that_waits() {
    let twin = with_ada();
    twin.ask(&Intent::Lock);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    twin.fault(Fault::WriteFails(Area::Local));
    twin.later(1);
    mail(&twin, &token_mail(ADA, TOKENS[2]));
    twin.healthy();
    twin.fault(Fault::RemoveFails(Area::Local));
    let ends_well = |view: View| {
        assert_eq!(
            (
                token_of(&twin, ADA).as_str(),
                account(&view, ADA).history.len(),
                view.waiting
            ),
            (TOKENS[2], 2, 0)
        );
    };
    ends_well(unlock(&twin));
    // It was emptied where its name could not go, and the name goes with the next write.
    twin.healthy();
    twin.ask(&Intent::Lock);
    ends_well(unlock(&twin));
    twin.ask(&Intent::Label {
        account: account(&twin.view(), ADA).id,
        label: "Ada".to_owned(),
    });
    let areas = twin.areas();
    for area in [Area::Local, Area::Copy] {
        assert!(areas[area].values().all(|text| !text.is_empty()));
    }
}

#[test]
fn a_password_that_could_not_be_kept_is_not_written_into_the_page() {
    for fault in [
        Fault::WriteFails(Area::Local),
        Fault::WriteIsLost(Area::Local),
    ] {
        let twin = with_ada();
        before_password(&twin);
        let acts = twin.0.borrow().acts.len();
        twin.fault(fault);
        assert_eq!(twin.refused(&Intent::ChangePassword).0, "write_failed");
        twin.healthy();
        assert_eq!(
            (twin.0.borrow().acts.len(), twin.0.borrow().passwords.len()),
            (acts, 0)
        );
        assert_eq!(ask_of(&twin.view()), Some(Ask::ChangePassword));
        twin.ask(&Intent::ChangePassword);
        twin.settle();
        assert_eq!(twin.0.borrow().passwords.len(), 1);
    }
}

#[test]
fn nothing_is_pressed_that_could_not_be_written_down_before() {
    let twin = with_ada();
    before_reset(&twin);
    twin.fault(Fault::WriteFails(Area::Session));
    twin.ask(&Intent::PressReset);
    assert_eq!(twin.0.borrow().resets, 0);
    twin.healthy();
    twin.ask(&Intent::PressReset);
    assert_eq!(twin.0.borrow().resets, 1);
}

#[test]
fn a_store_that_cannot_be_read_is_said_and_left_alone() {
    for area in [Area::Local, Area::Session] {
        let twin = with_ada();
        let before = twin.areas();
        twin.fault(Fault::ReadFails(area));
        for intent in [
            Intent::View { tab: None },
            Intent::CreateVault {
                with: typed(PASSPHRASE),
            },
            Intent::Lock,
            Intent::Cancel,
        ] {
            assert_eq!(twin.refused(&intent).0, "store_unreadable");
        }
        mail(&twin, &token_mail(ADA, TOKENS[1]));
        assert_eq!(twin.areas(), before);
    }
}

#[test]
fn a_damaged_header_is_no_first_run_and_is_never_written_over() {
    let spoil: [(&str, Spoil); 4] = [
        ("cut", |local| {
            drop(local.insert("vault".to_owned(), "AAAA".to_owned()))
        }),
        ("not text of ours", |local| {
            drop(local.insert("vault".to_owned(), "{}".to_owned()))
        }),
        ("empty", |local| {
            drop(local.insert("vault".to_owned(), String::new()))
        }),
        ("gone, with records left", |local| {
            drop(local.remove("vault"))
        }),
    ];
    for (name, spoil) in spoil {
        // With a second copy it is as if nothing had happened.
        let twin = with_ada();
        let whole = twin.areas();
        spoil(&mut twin.0.borrow_mut().areas[Area::Local]);
        assert_eq!(token_of(&twin, ADA), TOKENS[0], "{name}");
        assert_eq!(twin.areas()[Area::Local], whole[Area::Local], "{name}");

        for area in [Area::Local, Area::Copy] {
            spoil(&mut twin.0.borrow_mut().areas[area]);
        }
        let before = twin.0.borrow().areas[Area::Local].clone();
        assert!(
            matches!(twin.view().vault, VaultView::Damaged { .. }),
            "{name}"
        );
        let passphrase = || PASSPHRASE.to_owned();
        for intent in [
            Intent::CreateVault {
                with: typed(passphrase()),
            },
            Intent::Unlock {
                with: typed(passphrase()),
            },
        ] {
            let (code, _) = twin.refused(&intent);
            assert!(
                code.starts_with("store_") || code.starts_with("vault_too"),
                "{name}: {code}"
            );
        }
        mail(&twin, &token_mail(ADA, TOKENS[1]));
        assert_eq!(twin.view().waiting, 1, "{name}");
        assert_eq!(twin.0.borrow().areas[Area::Local], before, "{name}");
    }
}

/// The browser starts anew: what was in memory is gone.
fn restart(twin: &Twin) {
    twin.0.borrow_mut().areas[Area::Session].clear();
}

/// The six variants of `facts/security.md` §0.2, between two starts of the browser: one copy brings back what the other
/// lost; what is lost in both is named, and never taken for a first run.
#[test]
fn what_the_browser_loses_between_two_starts_comes_back_or_is_named() {
    type Loss = fn(&mut Areas, &Areas);
    let cut = |text: &str| text[..text.len() - 8].to_owned() + "AAAAAAAA";
    let table: [(&str, Loss); 9] = [
        (
            "an older program wrote it: one copy, no manifest",
            |now, _| {
                now[Area::Local].remove("manifest");
                now[Area::Copy].clear();
                now[Area::Witness].clear();
            },
        ),
        ("the first copy emptied", |now, _| now[Area::Local].clear()),
        ("the second copy emptied", |now, _| now[Area::Copy].clear()),
        ("the first copy is older", |now, old| {
            now[Area::Local] = old[Area::Local].clone();
        }),
        ("the second copy is older", |now, old| {
            now[Area::Copy] = old[Area::Copy].clone();
        }),
        ("a record of the first copy dropped", |now, _| {
            let name = record(&now[Area::Local]);
            now[Area::Local].remove(&name);
        }),
        ("the header of the first copy dropped", |now, _| {
            now[Area::Local].remove("vault");
        }),
        ("the manifest of the first copy dropped", |now, _| {
            now[Area::Local].remove("manifest");
        }),
        ("what was seen is forgotten", |now, _| {
            now[Area::Witness].clear()
        }),
    ];
    for (name, loss) in table {
        let twin = with_ada();
        let old = twin.areas();
        twin.ask(&Intent::Paste {
            text: token_mail(ADA, TOKENS[1]).text.visible,
        });
        keep(&twin, ADA);
        loss(&mut twin.0.borrow_mut().areas, &old);
        restart(&twin);
        assert_eq!(twin.view().vault, VaultView::Locked, "{name}");
        unlock(&twin);
        assert_eq!(token_of(&twin, ADA), TOKENS[1], "{name}");
        let areas = twin.areas();
        assert_eq!(areas[Area::Local], areas[Area::Copy], "{name}");
        assert_eq!(twin.view().store_fault, None, "{name}");
    }
    // A byte that flipped in a record.
    let twin = with_ada();
    {
        let areas = &mut twin.0.borrow_mut().areas;
        let name = record(&areas[Area::Local]);
        let text = cut(&areas[Area::Local][&name]);
        areas[Area::Local].insert(name, text);
    }
    restart(&twin);
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
}

/// The storage name of some account.
fn record(store: &BTreeMap<String, String>) -> String {
    let mut names = store.keys().filter(|name| name.starts_with("a."));
    names.next().unwrap().clone()
}

#[test]
fn what_is_lost_in_both_copies_is_named_and_the_rest_goes_on() {
    let twin = with_ada();
    twin.ask(&Intent::Paste {
        text: TOKENS[1].to_owned(),
    });
    keep(&twin, "bob@acme.example");
    let name = record(&twin.areas()[Area::Local]);
    for area in [Area::Local, Area::Copy] {
        twin.0.borrow_mut().areas[area].remove(&name);
    }
    restart(&twin);
    unlock(&twin);
    let view = twin.view();
    assert_eq!(view.accounts.len(), 1);
    assert_eq!(view.store_fault.as_deref(), Some("store_incomplete"));
    // Said for the rest of this session; from the next one on, what is left is the whole.
    restart(&twin);
    assert_eq!(unlock(&twin).store_fault, None);
}

#[test]
fn a_vault_that_vanished_everywhere_is_no_first_run() {
    let twin = with_ada();
    for area in [Area::Local, Area::Copy] {
        twin.0.borrow_mut().areas[area].clear();
    }
    restart(&twin);
    assert_eq!(
        twin.view().vault,
        VaultView::Damaged {
            code: "store_damaged".to_owned()
        }
    );
    let make = Intent::CreateVault {
        with: typed(PASSPHRASE),
    };
    assert_eq!(twin.refused(&make).0, "store_damaged");
    // The person's own word ends it.
    assert_eq!(twin.ask(&Intent::RemoveVault).vault, VaultView::Missing);
    assert!(matches!(twin.ask(&make).vault, VaultView::Open { .. }));
}

#[test]
fn what_was_caught_beside_a_damaged_vault_is_kept_by_the_one_that_follows() {
    let twin = with_ada();
    for area in [Area::Local, Area::Copy] {
        twin.0.borrow_mut().areas[area].clear();
    }
    restart(&twin);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(twin.view().waiting, 1);
    assert_eq!(twin.ask(&Intent::RemoveVault).waiting, 1);
    let view = twin.ask(&Intent::CreateVault {
        with: typed(PASSPHRASE),
    });
    assert_eq!((view.waiting, view.review.len()), (0, 1));
}

#[test]
fn an_older_state_than_was_seen_waits_for_a_persons_word() {
    let twin = with_ada();
    let old = twin.areas();
    twin.ask(&Intent::Paste {
        text: token_mail(ADA, TOKENS[1]).text.visible,
    });
    keep(&twin, ADA);
    {
        let areas = &mut twin.0.borrow_mut().areas;
        areas[Area::Local] = old[Area::Local].clone();
        areas[Area::Copy] = old[Area::Copy].clone();
    }
    restart(&twin);
    let rolled_back = VaultView::Damaged {
        code: "store_rolled_back".to_owned(),
    };
    assert_eq!(twin.view().vault, rolled_back);
    assert_eq!(
        twin.areas()[Area::Local],
        old[Area::Local],
        "nothing is written"
    );
    assert_eq!(twin.ask(&Intent::AcceptStore).vault, VaultView::Locked);
    unlock(&twin);
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    restart(&twin);
    assert_eq!(twin.view().vault, VaultView::Locked);
    let areas = twin.areas();
    assert_eq!(areas[Area::Local], areas[Area::Copy]);
}

#[test]
fn a_second_copy_that_cannot_be_written_is_said_and_costs_nothing() {
    for fault in [
        Fault::WriteFails(Area::Copy),
        Fault::ReadFails(Area::Copy),
        Fault::RemoveFails(Area::Copy),
    ] {
        let twin = with_ada();
        twin.fault(fault);
        if fault == Fault::ReadFails(Area::Copy) {
            // It shows at the start already.
            restart(&twin);
            assert!(unlock(&twin).one_copy);
        }
        twin.ask(&Intent::Paste {
            text: token_mail(ADA, TOKENS[1]).text.visible,
        });
        keep(&twin, ADA);
        assert_eq!(token_of(&twin, ADA), TOKENS[1], "{fault:?}");
        assert!(twin.view().one_copy, "{fault:?}");
        twin.healthy();
        let account = account(&twin.view(), ADA).id;
        let view = twin.ask(&Intent::Label {
            account,
            label: "Ada".to_owned(),
        });
        assert!(!view.one_copy, "{fault:?}");
        // A name that was emptied and stayed goes at the next start.
        restart(&twin);
        twin.view();
        let areas = twin.areas();
        assert_eq!(areas[Area::Local], areas[Area::Copy], "{fault:?}");
    }
}

#[test]
fn a_removed_vault_is_gone_from_every_place() {
    let twin = with_ada();
    twin.ask(&Intent::AddWay {
        with: Secret::Device,
    });
    assert_eq!(twin.ask(&Intent::RemoveVault).vault, VaultView::Missing);
    let areas = twin.areas();
    for area in [Area::Local, Area::Copy, Area::Witness] {
        assert!(areas[area].is_empty(), "{area:?}");
    }
    restart(&twin);
    assert_eq!(twin.view().vault, VaultView::Missing);
}

// --- ways into the vault ---

/// What an area holds of the vault.
fn entries(areas: &Areas, area: Area) -> BTreeMap<String, String> {
    let mut entries = areas[area].clone();
    entries.retain(|name, _| name != "device" && name != "settings");
    entries
}

const OTHER: &str = "another five invented words here";

fn kinds(view: &View) -> Vec<&str> {
    view.ways.iter().map(|way| way.kind.as_str()).collect()
}

fn passkey(secret: u8) -> Secret {
    use base64::Engine;
    let bytes = |byte: u8| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode([byte; 32]);
    Secret::Passkey(PasskeyAnswer {
        credential: bytes(7),
        rp_id: twin::ID.to_owned(),
        salt: bytes(8),
        secret: bytes(secret),
    })
}

#[test]
fn each_way_opens_the_vault_and_one_that_was_removed_does_not() {
    let twin = with_ada();
    twin.ask(&Intent::AddWay {
        with: Secret::Device,
    });
    let view = twin.ask(&Intent::AddWay { with: passkey(1) });
    assert_eq!(kinds(&view), ["passphrase", "device", "passkey"]);
    assert_eq!(
        twin.refused(&Intent::AddWay {
            with: Secret::Device
        })
        .0,
        "way_exists"
    );
    for with in [typed(PASSPHRASE), Secret::Device, passkey(1)] {
        twin.ask(&Intent::Lock);
        // A locked app knows what it can ask for.
        assert_eq!(kinds(&twin.view()).len(), 3);
        twin.ask(&Intent::Unlock { with });
        assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    }
    twin.ask(&Intent::Lock);
    let unlock = |with| twin.refused(&Intent::Unlock { with });
    assert_eq!(unlock(passkey(2)).0, "key_unknown");
    twin.ask(&Intent::Unlock { with: passkey(1) });
    twin.ask(&Intent::RemoveWay { place: 1 });
    twin.ask(&Intent::RemoveWay { place: 0 });
    assert_eq!(twin.refused(&Intent::RemoveWay { place: 0 }).0, "last_way");
    assert_eq!(twin.refused(&Intent::RemoveWay { place: 7 }).0, "way_gone");
    assert!(!twin.areas()[Area::Local].contains_key("device"));
    twin.ask(&Intent::Lock);
    assert_eq!(unlock(Secret::Device).0, "key_unknown");
    assert_eq!(unlock(typed(PASSPHRASE)).0, "wrong_passphrase");
    twin.later(MINUTE);
    twin.ask(&Intent::Unlock { with: passkey(1) });
}

#[test]
fn a_vault_may_begin_without_a_passphrase() {
    for with in [Secret::Device, passkey(1)] {
        let twin = empty();
        twin.ask(&Intent::CreateVault { with: with.clone() });
        twin.ask(&Intent::Paste {
            text: token_mail(ADA, TOKENS[0]).text.visible,
        });
        keep(&twin, ADA);
        twin.ask(&Intent::Lock);
        twin.ask(&Intent::Unlock { with });
        assert_eq!(token_of(&twin, ADA), TOKENS[0]);
        twin.disk_is_clean();
    }
}

#[test]
fn the_passphrase_changes_and_the_old_one_opens_nothing() {
    let twin = with_ada();
    twin.secret(OTHER);
    let change = |old: &str, new: &str| Intent::ChangePassphrase {
        old: old.to_owned(),
        new: new.to_owned(),
    };
    assert_eq!(
        twin.refused(&change("wrong", OTHER)),
        ("wrong_passphrase".to_owned(), Some(0))
    );
    assert_eq!(
        twin.refused(&change(PASSPHRASE, "short")).0,
        "passphrase_short"
    );
    twin.ask(&change(PASSPHRASE, OTHER));
    twin.ask(&Intent::Lock);
    assert_eq!(
        twin.refused(&Intent::Unlock {
            with: typed(PASSPHRASE)
        })
        .0,
        "wrong_passphrase"
    );
    twin.ask(&Intent::Unlock { with: typed(OTHER) });
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    twin.disk_is_clean();
}

#[test]
fn a_new_vault_key_seals_everything_anew_and_keeps_the_ways_at_hand() {
    let twin = with_ada();
    twin.ask(&Intent::Paste {
        text: TOKENS[1].to_owned(),
    });
    twin.ask(&Intent::AddWay { with: passkey(1) });
    twin.ask(&Intent::AddWay {
        with: Secret::Device,
    });
    let before = twin.areas();
    let rotate = |with| Intent::RotateKey { with };
    assert_eq!(twin.refused(&rotate(typed("wrong"))).0, "wrong_passphrase");
    let view = twin.ask(&rotate(typed(PASSPHRASE)));
    assert_eq!(kinds(&view), ["passphrase", "device"]);
    assert_eq!(view.notice.as_deref(), Some("key_changed_ways_lost"));
    let after = twin.areas();
    for (name, text) in &after[Area::Local] {
        if name.contains('.') {
            assert_ne!(before[Area::Local].get(name), Some(text), "{name}");
        }
    }
    assert_eq!(entries(&after, Area::Local), entries(&after, Area::Copy));
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    // What is caught while it is locked is sealed to the new key.
    twin.ask(&Intent::Lock);
    mail(&twin, &token_mail(ADA, TOKENS[2]));
    let view = twin.ask(&Intent::Unlock {
        with: Secret::Device,
    });
    assert_eq!((view.review.len(), view.waiting, view.damaged), (1, 0, 0));
    assert_eq!(token_of(&twin, ADA), TOKENS[2]);
}

#[test]
fn a_new_vault_key_comes_to_its_end_wherever_the_worker_dies() {
    let prepared = with_ada();
    prepared.ask(&Intent::AddWay {
        with: Secret::Device,
    });
    let before = prepared.areas();
    for call in 1.. {
        let twin = Twin::new(3);
        twin.0.borrow_mut().areas = before.clone();
        twin.die_at(call);
        let died = twin
            .intent(&Intent::RotateKey {
                with: Secret::Device,
            })
            .is_err();
        twin.spare();
        twin.0.borrow_mut().seeded_anew();
        restart(&twin);
        let view = twin.ask(&Intent::Unlock {
            with: Secret::Device,
        });
        assert_eq!((view.accounts.len(), view.damaged), (1, 0), "{call}");
        assert_eq!(token_of(&twin, ADA), TOKENS[0], "{call}");
        let areas = twin.areas();
        assert_eq!(entries(&areas, Area::Local), entries(&areas, Area::Copy));
        if !died {
            assert!(call > 10, "only {call} calls");
            return;
        }
    }
}

#[test]
fn a_damaged_record_is_counted_and_left_alone_while_the_others_show() {
    let twin = with_ada();
    twin.ask(&Intent::Paste {
        text: TOKENS[1].to_owned(),
    });
    keep(&twin, "bob@acme.example");
    let name = record(&twin.areas()[Area::Local]);
    let text = twin.areas()[Area::Local][&name].clone();
    let broken = format!("{}{}", &text[..text.len() - 8], "AAAAAAAA");
    twin.0.borrow_mut().areas[Area::Local].insert(name.clone(), broken.clone());
    let view = twin.view();
    assert_eq!((view.damaged, view.accounts.len()), (1, 1));
    let lost = if view.accounts[0].username == ADA {
        "bob@acme.example"
    } else {
        ADA
    };
    // A new token of that user overwrites nothing: it waits.
    twin.ask(&Intent::Paste {
        text: token_mail(lost, TOKENS[2]).text.visible,
    });
    let review = twin.view().review[0].id.clone();
    assert_eq!(
        twin.refused(&Intent::Keep {
            review,
            username: lost.to_owned(),
            realm: Realm::Live
        })
        .0,
        "store_damaged"
    );
    assert_eq!(twin.view().review.len(), 1);
    assert_eq!(twin.0.borrow().areas[Area::Local][&name], broken);
}

#[test]
fn a_session_of_another_version_is_forgotten_and_the_vault_is_still_there() {
    let twin = with_ada();
    twin.0.borrow_mut().areas[Area::Session]
        .insert("session".to_owned(), "{\"flow\":7}".to_owned());
    assert_eq!(account(&twin.view(), ADA).state, TokenState::Live);
    twin.0.borrow_mut().areas[Area::Session].insert("key".to_owned(), "AAAA".to_owned());
    assert_eq!(twin.view().vault, VaultView::Locked);
}

// --- intents and senders ---

#[test]
fn every_intent_with_an_id_of_nothing_names_its_fault_and_changes_nothing() {
    let twin = with_ada();
    let ada = account(&twin.view(), ADA).id;
    let before = twin.0.borrow().areas[Area::Local].clone();
    for id in [
        "",
        "x",
        "AAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAB",
        "../vault",
        "vault",
        "é",
        &"A".repeat(9999),
    ] {
        let id = || id.to_owned();
        let account = [
            Intent::Token {
                account: id(),
                number: None,
            },
            Intent::Token {
                account: id(),
                number: Some(1),
            },
            Intent::Password { account: id() },
            Intent::Label {
                account: id(),
                label: String::new(),
            },
            Intent::MarkDead { account: id() },
            Intent::Delete { account: id() },
        ];
        for intent in account {
            assert_eq!(twin.refused(&intent).0, "account_gone", "{intent:?}");
        }
        for intent in [
            Intent::Keep {
                review: id(),
                username: ADA.to_owned(),
                realm: Realm::Live,
            },
            Intent::Discard { review: id() },
        ] {
            assert_eq!(twin.refused(&intent).0, "review_gone", "{intent:?}");
        }
    }
    assert_eq!(
        twin.refused(&Intent::Keep {
            review: String::new(),
            username: "ada".to_owned(),
            realm: Realm::Live
        })
        .0,
        "username_missing"
    );
    assert_eq!(
        twin.secret_of(&Intent::Token {
            account: ada.clone(),
            number: Some(7)
        }),
        Err("token_gone".to_owned())
    );
    assert_eq!(
        twin.secret_of(&Intent::Password {
            account: ada.clone()
        }),
        Err("password_gone".to_owned())
    );
    assert_eq!(
        twin.refused(&Intent::Label {
            account: ada,
            label: "x".repeat(100_000)
        })
        .0,
        "record_too_large"
    );
    for json in [
        "null",
        "[]",
        "{}",
        r#"{"kind":"token"}"#,
        r#"{"kind":"nothing"}"#,
        r#"{"kind":"facts"}"#,
        "7",
    ] {
        let Ok(Some(token_keeper::wire::messages::Reply::Error(fault))) = twin.message(json, app())
        else {
            panic!("{json}")
        };
        assert_eq!(fault.code, "bad_request", "{json}");
    }
    assert_eq!(twin.0.borrow().areas[Area::Local], before);
}

/// What a page could tell that would have an effect if it were believed.
fn confirmation(framed: bool) -> String {
    let facts = PageFacts {
        nonce: "n".to_owned(),
        path: "/_ui/system/security/ResetApiTokenConfirm".to_owned(),
        framed,
        settled: true,
        person: Some(ADA.to_owned()),
        shown: Some(shown(&format!("Your new security token: {}", TOKENS[1]))),
        ..PageFacts::default()
    };
    facts_json(&facts)
}

#[test]
fn every_kind_of_message_from_every_kind_of_sender_has_an_effect_exactly_where_it_is_allowed() {
    let org = format!("https://{ORG}");
    let lightning = "https://acme.lightning.force.com/x";
    let raw = |sender: RawSender, change: fn(&mut RawSender)| {
        let mut sender = sender;
        change(&mut sender);
        sender
    };
    // Name, sender, framed?, and what it may: a(pp), p(age), m(ail).
    let senders = [
        ("the app", app(), false, "a"),
        (
            "the app in a tab",
            RawSender {
                origin: Some(twin::OWN.to_owned()),
                ..page(TAB, &org)
            },
            false,
            "a",
        ),
        ("page", page(TAB, &org), false, "p"),
        (
            "log-in page",
            page(TAB, "https://login.salesforce.com"),
            false,
            "p",
        ),
        (
            "setup page",
            page(TAB, "https://acme.my.salesforce-setup.com"),
            false,
            "p",
        ),
        (
            "page, in Firefox",
            raw(page(TAB, &org), |sender| sender.document_lifecycle = None),
            false,
            "p",
        ),
        (
            "framed by its own Lightning",
            framed(TAB, &org, lightning),
            true,
            "p",
        ),
        (
            "framed by an evil page",
            framed(TAB, &org, "https://evil.example/"),
            true,
            "",
        ),
        (
            "framed by another org",
            framed(TAB, &org, "https://globex.lightning.force.com/"),
            true,
            "",
        ),
        (
            "framed by a customer's page",
            framed(TAB, &org, "https://acme.my.site.com/"),
            true,
            "",
        ),
        (
            "framed by a log-in host",
            framed(TAB, &org, "https://login.salesforce.com/"),
            true,
            "",
        ),
        (
            "framed by nobody knows whom",
            raw(framed(TAB, &org, lightning), |sender| {
                sender.tab.as_mut().unwrap().url = None
            }),
            true,
            "",
        ),
        (
            "customer host",
            page(TAB, "https://acme.my.site.com"),
            false,
            "",
        ),
        (
            "Visualforce host",
            page(TAB, "https://acme--c.vf.force.com"),
            false,
            "",
        ),
        (
            "help host",
            page(TAB, "https://help.salesforce.com"),
            false,
            "",
        ),
        (
            "Lightning app",
            page(TAB, "https://acme.lightning.force.com"),
            false,
            "",
        ),
        ("another site", page(TAB, "https://evil.example"), false, ""),
        (
            "look-alike",
            page(TAB, "https://login.salesforce.com.evil.example"),
            false,
            "",
        ),
        (
            "trailing dot",
            page(TAB, "https://login.salesforce.com."),
            false,
            "",
        ),
        (
            "port",
            page(TAB, "https://login.salesforce.com:8443"),
            false,
            "",
        ),
        ("http", page(TAB, "http://login.salesforce.com"), false, ""),
        (
            "sandboxed",
            RawSender {
                origin: Some("null".to_owned()),
                ..page(TAB, &org)
            },
            false,
            "",
        ),
        (
            "prerendered",
            raw(page(TAB, &org), |sender| {
                sender.document_lifecycle = Some("prerender".to_owned())
            }),
            false,
            "",
        ),
        (
            "without a tab",
            RawSender {
                tab: None,
                ..page(TAB, &org)
            },
            false,
            "",
        ),
        (
            "without a frame",
            RawSender {
                frame_id: None,
                ..page(TAB, &org)
            },
            false,
            "",
        ),
        (
            "without an origin",
            RawSender {
                origin: None,
                ..page(TAB, &org)
            },
            false,
            "",
        ),
        ("webmail", page(TAB, GMAIL), false, "m"),
        (
            "a frame in webmail",
            framed(TAB, GMAIL, "https://mail.google.com/"),
            true,
            "",
        ),
        (
            "webmail framed by an evil page",
            framed(TAB, GMAIL, "https://evil.example/"),
            true,
            "",
        ),
        (
            "webmail that was not allowed",
            page(TAB, "https://outlook.live.com"),
            false,
            "",
        ),
        (
            "another extension",
            RawSender {
                id: Some("other".to_owned()),
                ..app()
            },
            false,
            "",
        ),
        (
            "another extension's page",
            RawSender {
                id: Some("other".to_owned()),
                origin: Some("chrome-extension://other".to_owned()),
                ..app()
            },
            false,
            "",
        ),
        (
            "another extension, about a page",
            RawSender {
                id: Some("other".to_owned()),
                ..page(TAB, &org)
            },
            false,
            "",
        ),
        ("nobody", RawSender::default(), false, ""),
    ];
    let ada = with_ada();
    let id = account(&ada.view(), ADA).id;
    let intents = [
        Intent::Lock,
        Intent::MarkDead {
            account: id.clone(),
        },
        Intent::Delete {
            account: id.clone(),
        },
        Intent::Label {
            account: id.clone(),
            label: "x".to_owned(),
        },
        Intent::Settings { lock_minutes: 1 },
        Intent::Paste {
            text: TOKENS[2].to_owned(),
        },
        Intent::Start {
            tab: TAB,
            username: ADA.to_owned(),
            way: Way::SignedIn,
        },
        Intent::Token {
            account: id.clone(),
            number: None,
        },
        Intent::Copied {
            sha256: "ab".repeat(32),
        },
        Intent::Cancel,
    ];
    for (name, sender, in_frame, may) in senders {
        let fresh = || {
            let twin = with_ada();
            twin.0.borrow_mut().signed_in = true;
            twin.show(TAB, ORG, Shows::Home);
            twin.later(1);
            twin
        };
        let effect = |json: &str| {
            let twin = fresh();
            let before = twin.areas();
            let reply = twin.message(json, sender.clone()).unwrap();
            let state = twin.0.borrow();
            reply.is_some_and(|reply| {
                !matches!(reply, token_keeper::wire::messages::Reply::Error(_))
            }) || state.areas != before
                || !state.opened.is_empty()
                || !state.acts.is_empty()
        };
        assert_eq!(
            effect(&confirmation(in_frame)),
            may == "p",
            "facts from {name}"
        );
        assert_eq!(
            effect(&submitted_json(EVE)),
            may == "p",
            "submitted from {name}"
        );
        assert_eq!(
            effect(&submitted_json("")),
            may == "p",
            "new password submitted from {name}"
        );
        assert_eq!(
            effect(&mail_json(&token_mail(ADA, TOKENS[1]))),
            may == "m",
            "mail from {name}"
        );
        for intent in &intents {
            assert_eq!(
                effect(&serde_json::to_string(intent).unwrap()),
                may == "a",
                "{intent:?} from {name}"
            );
        }
        for junk in [
            "null",
            "{}",
            "[]",
            r#"{"kind":"facts","marks":7}"#,
            r#"{"kind":"mail","text":[]}"#,
        ] {
            assert!(!effect(junk), "{junk} from {name}");
        }
    }
}

#[test]
fn a_top_document_that_says_it_is_framed_is_not_believed() {
    let twin = with_ada();
    twin.message(&confirmation(true), page(TAB, &format!("https://{ORG}")))
        .unwrap();
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
}

#[test]
fn what_a_page_says_about_itself_leads_to_no_press_without_a_word() {
    // All pages, one after another, at every step of both ways, and nobody presses anything in the app.
    let all = [
        Shows::Login,
        Shows::Forgot,
        Shows::CheckMail,
        Shows::Interstitial,
        Shows::Verify,
        Shows::NewPassword,
        Shows::Home,
        Shows::Edit,
        Shows::Confirm,
    ];
    for way in [Way::Forgot, Way::SignedIn] {
        for first in all {
            for second in all {
                let twin = open();
                twin.0.borrow_mut().signed_in = true;
                twin.show(TAB, ORG, Shows::Home);
                start(&twin, way);
                for shows in [first, second] {
                    twin.show(TAB, ORG, shows);
                    twin.settle();
                }
                let state = twin.0.borrow();
                assert_eq!(
                    (state.resets, state.passwords.len()),
                    (0, 0),
                    "{way:?} {first:?} {second:?}"
                );
                assert!(
                    !state.acts.iter().any(
                        |(_, _, act)| press("resetButton")(act) || press("passwordButton")(act)
                    )
                );
            }
        }
    }
}

#[test]
fn a_plan_names_the_document_and_a_page_that_moved_is_not_touched() {
    let twin = with_ada();
    before_reset(&twin);
    // The tab moves on to the same kind of page before the press arrives.
    let seen = twin.tab_now(TAB).nonce;
    twin.show(TAB, ORG, Shows::Edit);
    twin.ask(&Intent::PressReset);
    {
        let state = twin.0.borrow();
        let (_, _, act) = state.acts.last().unwrap();
        assert_eq!(
            (act.nonce.as_str(), act.origin.as_str(), state.resets),
            (seen.as_str(), "https://acme.my.salesforce.com", 0)
        );
    }
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
    twin.ask(&Intent::PressReset);
    assert_eq!(twin.0.borrow().resets, 1);
}

#[test]
fn a_page_that_refuses_is_said() {
    for refusal in [
        Refusal::Hidden,
        Refusal::Disabled,
        Refusal::Missing,
        Refusal::Ambiguous,
        Refusal::NotKept,
    ] {
        let twin = with_ada();
        before_reset(&twin);
        twin.0.borrow_mut().outcomes.push_back(Outcome {
            done: 0,
            refused: Some(refusal),
        });
        let view = twin.ask(&Intent::PressReset);
        assert_eq!(
            view.flow.unwrap().trouble.as_deref(),
            Some("refused"),
            "{refusal:?}"
        );
    }
}

// --- death of the worker ---

/// How a way ended, whatever happened on it.
struct End {
    calls_reached: bool,
    twin: Twin,
}

/// Walks a way as a person does who looks at the app and does what it asks; the worker dies at one call.
fn walk(way: Way, shows_token: bool, die_at: Option<u64>) -> End {
    walk_dying(way, shows_token, die_at, false)
}

fn walk_dying(way: Way, shows_token: bool, die_at: Option<u64>, again: bool) -> End {
    let twin = with_ada();
    {
        let mut state = twin.0.borrow_mut();
        state.resets = 1;
        state.shows_token = shows_token;
    }
    twin.show(
        TAB,
        if way == Way::Forgot { LOGIN } else { ORG },
        if way == Way::Forgot {
            Shows::Login
        } else {
            Shows::Home
        },
    );
    twin.settle();
    twin.show(MAIL_TAB, "mail.google.com", Shows::Nothing);
    if let Some(call) = die_at {
        twin.die_at(call);
    }
    let mut started = false;
    let mut signed_in = false;
    let mut done = false;
    for _ in 0..120 {
        if let Some(call) = die_at.filter(|_| again && !twin.lives()) {
            twin.die_at(call);
        }
        twin.settle();
        let Ok(reply) = twin.intent(&Intent::View { tab: None }) else {
            continue;
        };
        let token_keeper::wire::messages::Reply::View(view) = reply else {
            panic!("no view")
        };
        let Some(flow) = view.flow else {
            assert!(!started || twin.0.borrow().resets == 1, "the flow is gone");
            started = twin
                .intent(&Intent::Start {
                    tab: TAB,
                    username: ADA.to_owned(),
                    way,
                })
                .is_ok();
            continue;
        };
        let scan = |mail: MailReading| {
            twin.0.borrow_mut().scans.insert(MAIL_TAB, mail);
            let _ = twin.intent(&Intent::Scan { tab: MAIL_TAB });
        };
        match flow.ask {
            Ask::Done => {
                done = true;
                break;
            }
            Ask::ChangePassword => drop(twin.intent(&Intent::ChangePassword)),
            Ask::PressReset => drop(twin.intent(&Intent::PressReset)),
            Ask::OpenMail if !twin.0.borrow().tabs.contains_key(&LINK_TAB) => {
                twin.show(LINK_TAB, ORG, Shows::Interstitial)
            }
            Ask::MailCode => scan(code_mail(ADA, CODE)),
            Ask::MailToken => {
                let (resets, token) = (twin.0.borrow().resets, twin.0.borrow().newest_token());
                assert_eq!(resets, 2, "waits for a mail that nobody sends");
                scan(token_mail(ADA, token));
            }
            Ask::SignIn if !signed_in => {
                signed_in = true;
                twin.sign_in(TAB);
            }
            Ask::SignIn | Ask::OnPage => drop(twin.intent(&Intent::GoOn)),
            other => panic!(
                "{die_at:?} waits for ever: {other:?}, {:?}, {:?} {:?}",
                flow.trouble,
                flow.steps
                    .iter()
                    .find(|step| step.state == token_keeper::wire::views::StepState::Present),
                twin.0.borrow().tabs
            ),
        }
    }
    let calls_reached = !twin.lives();
    twin.spare();
    assert!(
        done,
        "not done: {:?} {:?}",
        twin.view().flow,
        twin.0.borrow().acts.last()
    );
    End {
        calls_reached,
        twin,
    }
}

fn ended_well(way: Way, end: &End, name: &str) {
    let twin = &end.twin;
    let view = twin.view();
    let ada = account(&view, ADA);
    assert_eq!(
        (token_of(twin, ADA).as_str(), ada.state),
        (TOKENS[1], TokenState::Live),
        "{name}"
    );
    assert_eq!(
        (
            ada.history.len(),
            view.review.len(),
            view.waiting,
            view.damaged
        ),
        (1, 0, 0, 0),
        "{name}"
    );
    assert_eq!(twin.0.borrow().resets, 2, "{name}: one reset, no more");
    if way == Way::Forgot {
        let sent = twin.0.borrow().passwords.clone();
        assert_eq!(sent.len(), 1, "{name}: one password, no more");
        assert_eq!(
            twin.secret_of(&Intent::Password { account: ada.id })
                .unwrap(),
            sent[0],
            "{name}"
        );
        assert_eq!(ada.password, PasswordView::Confirmed, "{name}");
    }
    every_act_named_its_document(twin);
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
}

fn dies_at_every_call(way: Way, shows_token: bool) {
    let mut call = 0;
    loop {
        call += 1;
        let name = format!("death at call {call}");
        let end = walk(way, shows_token, Some(call));
        ended_well(way, &end, &name);
        if !end.calls_reached {
            break;
        }
    }
    assert!(call > 100, "only {call} calls");
}

#[test]
fn a_person_who_does_what_the_app_asks_gets_there_both_ways() {
    for way in [Way::Forgot, Way::SignedIn] {
        for shows_token in [false, true] {
            ended_well(way, &walk(way, shows_token, None), &format!("{way:?}"));
        }
    }
}

#[test]
fn the_short_way_ends_alike_wherever_the_worker_dies() {
    dies_at_every_call(Way::SignedIn, false);
}

#[test]
fn the_short_way_with_the_token_on_the_page_ends_alike_wherever_the_worker_dies() {
    dies_at_every_call(Way::SignedIn, true);
}

#[test]
fn the_articles_way_ends_alike_wherever_the_worker_dies() {
    dies_at_every_call(Way::Forgot, false);
}

#[test]
fn the_articles_way_with_the_token_on_the_page_ends_alike_wherever_the_worker_dies() {
    dies_at_every_call(Way::Forgot, true);
}

#[test]
fn both_ways_end_alike_though_the_worker_dies_again_and_again() {
    for way in [Way::Forgot, Way::SignedIn] {
        for shows_token in [false, true] {
            for call in (23..90).step_by(2) {
                ended_well(
                    way,
                    &walk_dying(way, shows_token, Some(call), true),
                    &format!("{way:?}, death at every {call}th call"),
                );
            }
        }
    }
}

#[test]
fn an_unlock_in_which_the_worker_dies_loses_nothing_that_waited() {
    let prepared = with_ada();
    prepared.ask(&Intent::Lock);
    mail(&prepared, &token_mail(ADA, TOKENS[1]));
    mail(&prepared, &token_mail(EVE, TOKENS[2]));
    let before = prepared.areas();
    for call in 1.. {
        let twin = Twin::new(3);
        twin.0.borrow_mut().areas = before.clone();
        twin.die_at(call);
        let died = twin
            .intent(&Intent::Unlock {
                with: typed(PASSPHRASE),
            })
            .is_err();
        twin.spare();
        twin.0.borrow_mut().seeded_anew();
        if died {
            twin.ask(&Intent::Lock);
            unlock(&twin);
        }
        let view = twin.view();
        assert_eq!(
            (view.waiting, view.review.len(), view.accounts.len()),
            (0, 1, 1),
            "call {call}"
        );
        assert_eq!(
            (
                token_of(&twin, ADA).as_str(),
                account(&view, ADA).history.len()
            ),
            (TOKENS[1], 1),
            "call {call}"
        );
        if !died {
            break;
        }
    }
}

#[test]
fn what_the_person_did_by_hand_is_told_once_wherever_the_worker_dies() {
    for call in 1.. {
        let twin = with_ada();
        twin.0.borrow_mut().shows_token = true;
        twin.0.borrow_mut().resets = 2;
        twin.message(&submitted_json(ADA), page(TAB, &format!("https://{LOGIN}")))
            .unwrap();
        twin.show(TAB, ORG, Shows::Confirm);
        twin.die_at(call);
        twin.settle();
        let lives = twin.lives();
        twin.spare();
        let ada = account(&twin.view(), ADA);
        assert_eq!(
            (token_of(&twin, ADA).as_str(), ada.state, ada.history.len()),
            (TOKENS[1], TokenState::Live, 1),
            "call {call}"
        );
        if lives {
            break;
        }
    }
}

#[test]
fn planned_looks_go_on_after_a_worker_that_died_in_one() {
    let twin = with_ada();
    before_reset(&twin);
    twin.0.borrow_mut().outcomes.push_back(Outcome {
        done: 0,
        refused: Some(Refusal::Silent),
    });
    twin.ask(&Intent::PressReset);
    for call in 1..12 {
        twin.later(500);
        twin.die_at(call);
        // A timer of the worker went off: the browser's alarm is still to come.
        let _ = twin.wake(Waking::Alarm {
            name: ALARM_LOOK.to_owned(),
        });
        assert!(
            twin.0.borrow().alarms.contains_key(ALARM_LOOK),
            "nobody looks again after death {call}"
        );
        // The browser's alarm itself went off: only before storage was read nobody can plan another one.
        twin.die_at(call);
        let at = twin.0.borrow_mut().alarms.remove(ALARM_LOOK).unwrap();
        twin.0.borrow_mut().now = at;
        let died = twin
            .wake(Waking::Alarm {
                name: ALARM_LOOK.to_owned(),
            })
            .is_err();
        let planned = twin.0.borrow_mut().alarms.insert(ALARM_LOOK, at).is_some();
        assert!(
            planned || !died || call <= 3,
            "nobody looks again after death {call}"
        );
    }
    twin.spare();
    twin.settle();
    assert_eq!(ask_of(&twin.view()), Some(Ask::PressReset));
}

// --- pages that only pretend ---------------------------------------------------------------------------------------

/// The page in front of the app: reasons, score, and whether the person dismissed the warning.
fn looks(twin: &Twin, host: &str) -> (Vec<String>, u32, bool) {
    twin.show(20, host, Shows::Home);
    let view = twin.ask(&Intent::View { tab: Some(20) });
    let page = view.page.expect("a tab in front");
    assert!(!page.can_start || page.lookalike.is_empty(), "{host}");
    (page.lookalike, page.lookalike_score, page.dismissed)
}

#[test]
fn a_page_that_imitates_salesforce_is_told_in_front_of_it() {
    for twin in [empty(), locked(), open()] {
        for (host, reasons, score) in [
            ("login.salesforce.com", vec![], 0),
            ("acme.my.site.com", vec![], 0),
            ("login.salesforce.com:8443", vec![], 0),
            ("login.salesforce.com.", vec![], 0),
            ("www.example.com", vec![], 0),
            ("salesforcefans.example", vec![], 25),
            (
                "login.salesforce.com.evil.example",
                vec!["owned_name_inside"],
                90,
            ),
            (
                "login.salesforce.com.evil.example:8443",
                vec!["owned_name_inside"],
                90,
            ),
            (
                "login.salesforce.com@evil.example",
                vec!["name_before_at"],
                95,
            ),
            ("salesforce-login.example", vec!["login_word"], 55),
        ] {
            let reasons: Vec<String> = reasons.into_iter().map(str::to_owned).collect();
            assert_eq!(looks(&twin, host), (reasons, score, false), "{host}");
        }
    }
}

#[test]
fn the_host_that_is_shown_is_the_one_that_answers() {
    let twin = open();
    for (host, shown) in [
        ("login.salesforce.com@evil.example", "evil.example"),
        (
            "user:pw@login.salesforce.com.evil.example:8443",
            "login.salesforce.com.evil.example:8443",
        ),
        ("xn--slesforce-0yh.com", "xn--slesforce-0yh.com"),
    ] {
        twin.show(20, host, Shows::Home);
        let page = twin.ask(&Intent::View { tab: Some(20) }).page.unwrap();
        assert_eq!(
            (page.host.as_str(), page.genuine, page.can_start),
            (shown, false, false)
        );
    }
}

#[test]
fn the_log_in_form_on_a_foreign_host_is_told_where_the_page_can_be_looked_at() {
    let twin = open();
    let host = "portal.evil.example";
    assert_eq!(looks(&twin, host), (vec![], 0, false));
    let form = |seen| {
        let mark = Mark {
            n: 1,
            seen,
            on: true,
            full: false,
        };
        PageFacts {
            marks: ["username", "password", "login", "rememberUn"]
                .map(|name| (name.to_owned(), mark))
                .into(),
            ..PageFacts::default()
        }
    };
    twin.0.borrow_mut().looks_once.insert(20, form(false));
    assert_eq!(looks(&twin, host), (vec![], 0, false));
    twin.0.borrow_mut().looks_once.insert(20, form(true));
    assert_eq!(
        looks(&twin, host),
        (vec!["login_form".to_owned()], 65, false)
    );
    // A genuine page is looked at by its agent only.
    assert_eq!(looks(&twin, LOGIN), (vec![], 0, false));
}

#[test]
fn the_name_of_a_known_org_counts_while_the_vault_is_open() {
    let twin = open();
    let host = "acme.lightning.evil.example";
    assert_eq!(looks(&twin, host), (vec![], 0, false));
    twin.show(20, ORG, Shows::Home);
    twin.0
        .borrow_mut()
        .scans
        .insert(20, token_mail(ADA, TOKENS[0]));
    twin.ask(&Intent::Scan { tab: 20 });
    keep(&twin, ADA);
    assert_eq!(account(&twin.view(), ADA).hosts, [ORG]);
    assert_eq!(
        looks(&twin, host),
        (vec!["org_in_name".to_owned()], 60, false)
    );
    twin.ask(&Intent::Lock);
    assert_eq!(looks(&twin, host), (vec![], 0, false));
}

/// `facts/security.md` §2: a token of an org is not offered on the pages that its customer writes, nor on another org's.
#[test]
fn an_account_belongs_to_its_orgs_own_hosts() {
    let twin = open();
    twin.show(20, ORG, Shows::Home);
    twin.0
        .borrow_mut()
        .scans
        .insert(20, token_mail(ADA, TOKENS[0]));
    twin.ask(&Intent::Scan { tab: 20 });
    keep(&twin, ADA);
    for (host, here) in [
        (ORG, true),
        ("acme.lightning.force.com", true),
        (LOGIN, true),
        ("acme.my.site.com", false),
        ("acme--c.vf.force.com", false),
        ("globex.my.salesforce.com", false),
        ("acme--dev.sandbox.my.salesforce.com", false),
        ("acme.my.salesforce.com.evil.example", false),
    ] {
        twin.show(20, host, Shows::Home);
        let view = twin.ask(&Intent::View { tab: Some(20) });
        assert_eq!(account(&view, ADA).here, here, "{host}");
    }
}

#[test]
fn a_dismissed_warning_stays_dismissed_for_that_host_and_this_session() {
    let twin = open();
    let (evil, other) = (
        "login.salesforce.com.evil.example",
        "salesforce-login.example",
    );
    let dismiss = |host: &str| {
        twin.ask(&Intent::Dismiss {
            host: host.to_owned(),
        });
    };
    dismiss(evil);
    dismiss(evil);
    let (reasons, score, dismissed) = looks(&twin, evil);
    // What it looks like is said all the same; how loudly is the app's business.
    assert_eq!((reasons.len(), score, dismissed), (1, 90, true));
    assert!(!looks(&twin, other).2);
    assert!(!looks(&twin, &format!("{evil}:8443")).2);
    twin.ask(&Intent::Lock);
    assert!(looks(&twin, evil).2);
    // The list has an end: the oldest goes first, and what is no host is not remembered.
    dismiss(&"a".repeat(300));
    for n in 0..50 {
        dismiss(&format!("{n}.example"));
    }
    assert!(!looks(&twin, evil).2);
    assert!(looks(&twin, "0.example").2 && looks(&twin, "49.example").2);
    dismiss(evil);
    assert!(looks(&twin, evil).2 && !looks(&twin, "0.example").2);
    // Nothing of it is on disk.
    assert!(
        !twin
            .0
            .borrow()
            .written
            .iter()
            .any(|text| text.contains("example"))
    );
}

// --- where is it used, and when is a new one due ---

/// Something about an account that the app says or asks.
fn tell(twin: &Twin, tool: &str, input: &str) -> serde_json::Value {
    let account = account(&twin.view(), ADA).id;
    twin.told(&Intent::Handover {
        account,
        tool: tool.to_owned(),
        input: input.to_owned(),
    })
}

#[test]
fn a_use_becomes_a_checklist_after_the_next_token_until_it_is_ticked() {
    let twin = with_ada();
    let open = |twin: &Twin| -> Vec<bool> {
        let uses = account(&twin.view(), ADA).uses;
        uses.iter().map(|one| one.open).collect()
    };
    let job = r#"{"name":"nightly import","kind":"job","place":"ci.example"}"#;
    twin.secret("nightly import");
    tell(&twin, "uses", &format!(r#"{{"put":{job}}}"#));
    let kept = account(&twin.view(), ADA).uses;
    assert_eq!((kept[0].kind.as_str(), kept[0].open), ("job", false));
    twin.later(MINUTE);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(open(&twin), [true]);
    twin.later(MINUTE);
    tell(&twin, "uses", &format!(r#"{{"tick":{job}}}"#));
    assert_eq!(open(&twin), [false]);
    let gone = tell(
        &twin,
        "uses",
        r#"{"remove":{"name":"x","kind":"file","place":""}}"#,
    );
    assert_eq!(gone["fault"]["code"], "uses_gone");
    twin.ask(&Intent::Lock);
    assert!(twin.view().accounts.is_empty());
    assert_eq!(unlock(&twin).accounts[0].uses.len(), 1);
    tell(&twin, "uses", &format!(r#"{{"remove":{job}}}"#));
    assert_eq!(open(&twin), [false; 0]);
    twin.disk_is_clean();
}

const DAY: u64 = 24 * 60 * MINUTE;

fn ring(twin: &Twin) {
    let _ = twin.wake(Waking::Alarm {
        name: ALARM_REMIND.to_owned(),
    });
}

#[test]
fn a_reminder_rings_while_the_vault_is_locked_and_stays_until_it_was_seen() {
    let twin = with_ada();
    let start = twin.0.borrow().now;
    tell(&twin, "rotation", r#"{"periodDays":90}"#);
    let view = twin.view();
    assert_eq!(account(&view, ADA).period_days, 90);
    assert!(!account(&view, ADA).remind);
    let due = account(&view, ADA).due_at.unwrap();
    assert!((due - (start + 90 * DAY) as f64).abs() < MINUTE as f64);
    let alarm = twin.0.borrow().alarms[ALARM_REMIND];
    assert_eq!(alarm, due as u64 - 14 * DAY);
    twin.ask(&Intent::Lock);
    // The one thing about it that lies in clear is this moment.
    assert!(twin.areas()[Area::Local]["settings"].contains(&format!("\"remindAt\":{alarm}")));
    ring(&twin);
    assert_eq!(twin.0.borrow().notified, 0, "it came early");
    twin.later(77 * DAY);
    for _ in 0..2 {
        ring(&twin);
        assert_eq!(twin.0.borrow().badge, Some(Badge::Due));
        assert_eq!(twin.0.borrow().notified, 1);
    }
    // A browser that starts anew says it again.
    restart(&twin);
    let _ = twin.wake(Waking::Started);
    ring(&twin);
    assert_eq!(twin.0.borrow().notified, 2);
    assert!(account(&unlock(&twin), ADA).remind);
    tell(&twin, "rotation", r#"{"reminded":true}"#);
    assert!(!account(&twin.view(), ADA).remind);
    assert_ne!(twin.0.borrow().badge, Some(Badge::Due));
    assert_eq!(twin.0.borrow().alarms[ALARM_REMIND], due as u64 - 7 * DAY);
    // A new token is due later.
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    let due = account(&twin.view(), ADA).due_at.unwrap() as u64;
    assert_eq!(due, twin.0.borrow().now + 90 * DAY);
}

#[test]
fn without_a_period_nothing_is_due_unless_the_company_says_so() {
    let twin = with_ada();
    assert_eq!(account(&twin.view(), ADA).due_at, None);
    assert!(!twin.0.borrow().alarms.contains_key(ALARM_REMIND));
    twin.0.borrow_mut().policy_days = 30;
    let view = twin.view();
    assert_eq!(view.policy_days, 30);
    let due = account(&view, ADA).due_at.unwrap();
    tell(&twin, "rotation", r#"{"periodDays":365}"#);
    assert_eq!(account(&twin.view(), ADA).due_at, Some(due));
    twin.ask(&Intent::MarkDead {
        account: account(&twin.view(), ADA).id,
    });
    assert_eq!(account(&twin.view(), ADA).due_at, None);
    let bad = tell(&twin, "rotation", r#"{"passwordDays":45}"#);
    assert_eq!(bad["fault"]["code"], "rotation_bad_period");
}

#[test]
fn an_alarm_for_a_token_that_was_renewed_meanwhile_rings_nobody() {
    let twin = with_ada();
    // Open for ever.
    twin.ask(&Intent::Settings { lock_minutes: 0 });
    tell(&twin, "rotation", r#"{"periodDays":30}"#);
    twin.view();
    twin.later(20 * DAY);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    // No app page was open since; the vault is.
    ring(&twin);
    assert_eq!(twin.0.borrow().notified, 0);
    assert_ne!(twin.0.borrow().badge, Some(Badge::Due));
}

// --- when it does not work ---

#[test]
fn a_question_to_the_handover_room_is_passed_through_and_changes_nothing() {
    let twin = locked();
    let ask = |name: &str, input: &str| {
        twin.intent(&Intent::Handover {
            account: String::new(),
            tool: name.to_owned(),
            input: input.to_owned(),
        })
        .unwrap()
    };
    let told = twin.0.borrow().told;
    match ask(
        "advise",
        r#"{"symptom":"menu_missing","host":"acme.my.salesforce.com"}"#,
    ) {
        Reply::Answer { text } => assert!(text.contains("\"ip_ranges\""), "{text}"),
        _ => panic!("no answer"),
    }
    for (name, input) in [
        ("advise", "{}"),
        ("nothing", "{}"),
        ("advise", ""),
        ("format", "{}"),
    ] {
        assert!(
            matches!(ask(name, input), Reply::Error(fault) if fault.code == "handover_unknown")
        );
    }
    assert_eq!(twin.0.borrow().told, told);
}

#[test]
fn the_cookies_of_just_one_genuine_host_are_cleared() {
    let twin = open();
    let clear = |host: &str| Intent::ClearCookies {
        host: host.to_owned(),
        tab: Some(TAB),
    };
    assert_eq!(twin.refused(&clear(ORG)).0, "cookies_refused");
    for count in [0, 3] {
        twin.0.borrow_mut().cookies = Some(count);
        let reply = twin.intent(&clear(ORG)).unwrap();
        assert!(matches!(reply, Reply::Answer { text } if text == count.to_string()));
    }
    for host in [
        "acme.my.site.com",
        "evil.example",
        "salesforce.com.evil.example",
        "",
    ] {
        assert_eq!(twin.refused(&clear(host)).0, "cookies_host", "{host}");
    }
    let asked = vec![(ORG.to_owned(), Some(TAB)); 3];
    assert_eq!(twin.0.borrow().cookie_calls, asked);
}
