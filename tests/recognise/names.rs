//! Names that two files must agree on: marks between the rules and the page agent, stable codes
//! between the core and the sentences for people.

use std::collections::BTreeSet;

use token_keeper::guide::flow::{Step, Trouble};
use token_keeper::recognise::capture::Reason;
use token_keeper::recognise::classify::{PageKind, Unknown};
use token_keeper::recognise::lookalike::{FORM, Reason as Imitation};
use token_keeper::recognise::markers::RULES;

use crate::{file, text};

/// All variants of an enum; one that is missing here does not compile.
macro_rules! every {
    ($name:ident: [$type:ident; $($variant:ident),+ $(,)?]) => {
        pub const $name: &[$type] = {
            #[allow(dead_code)]
            fn none_is_missing(one: $type) {
                match one {
                    $($type::$variant => {})+
                }
            }
            &[$($type::$variant),+]
        };
    };
}

every!(PAGES: [PageKind;
    Login, LoginUsername, LoginPassword, IdentityChooser, LoginDiscovery, LoginEmail, EnvironmentSwitcher, LoginSso, Forgot, CheckMail, LinkExpired, SecurityQuestion, Interstitial,
    VerifyEmail, VerifySms, VerifyApp, VerifyPush, VerifyPasskey, VerifyOther, MfaSetup, NewPassword, ChangePasswordSettings,
    TokenReset, TokenResetMissing, TokenDone, PhoneNag, Maintenance, SsoError, ErrorPage, SiteLogin]);
every!(UNKNOWNS: [Unknown; OtherHost, CustomerHost, NotSettled, Unfamiliar, NoMarks]);
every!(REASONS: [Reason;
    UnprovenSource, ForeignSender, NoUser, UnknownUser, OtherUser, SeveralTokens, OddShape, HiddenText, CutText, MaybeOlder]);
every!(LOOKALIKES: [Imitation;
    NameBeforeAt, OwnedNameInside, ForeignLetters, DigitsForLetters, WrongEnding, OneLetterOff, OrgInName, LoginWord, LoginForm,
    MixedScripts, BareAddress, BrandInName]);
every!(STEPS: [Step; Login, Username, CheckMail, Link, SignIn, Verify, Password, Reset, Token, Done]);
every!(TROUBLES: [Trouble;
    PageUnknown, LinkExpired, SecurityQuestion, Captcha, CodeWrong, PasswordRefused, CurrentPassword, OtherUser,
    ResetMissing, Maintenance, PageError, Refused, TabClosed, PageGone, LoginByHand, SsoOnly, SsoFailed, MfaSetup,
    LinkNeeded, BackAtLogin]);

/// The names in the page agent's table: the list of ids, and the keys of the object after it.
pub fn marks_of_the_agent() -> BTreeSet<String> {
    let source = text(file("extension/page/facts.js"));
    let (_, ids) = source.split_once("const IDS = '").expect("the list of ids");
    let (ids, rest) = ids.split_once('\'').expect("its end");
    let (_, table) = rest.split_once("const MARKS = {").expect("the table");
    let (table, _) = table.split_once("\n    };").expect("its end");
    let keys = table.lines().filter_map(|line| {
        let (key, _) = line.strip_prefix("      ")?.split_once(": [")?;
        key.bytes()
            .all(|b| b.is_ascii_alphanumeric())
            .then_some(key)
    });
    let marks: BTreeSet<String> = ids.split(' ').chain(keys).map(str::to_owned).collect();
    for sure in ["username", "p6", "login", "resetButton", "sitesPassword"] {
        assert!(marks.contains(sure), "the table was not read: {sure}");
    }
    marks
}

#[test]
fn every_mark_of_a_rule_is_in_the_agents_table() {
    let agent = marks_of_the_agent();
    for rule in RULES {
        for mark in [rule.seen, rule.any, rule.unseen, rule.absent].concat() {
            assert!(agent.contains(mark), "{:?}: {mark}", rule.kind);
        }
        assert!(rule.fact.starts_with('§'), "{:?} names no fact", rule.kind);
    }
}

#[test]
fn every_mark_of_a_look_alike_is_in_the_agents_table() {
    let agent = marks_of_the_agent();
    for mark in ["username", "password", "login"].iter().chain(FORM) {
        assert!(agent.contains(*mark), "{mark}");
    }
}

#[test]
fn every_kind_of_page_has_a_rule() {
    for kind in PAGES {
        assert!(RULES.iter().any(|rule| rule.kind == *kind), "{kind:?}");
    }
}

#[test]
fn every_code_has_a_sentence() {
    let messages: serde_json::Value =
        serde_json::from_str(&text(file("extension/_locales/en/messages.json"))).unwrap();
    let mut names: Vec<String> = vec![];
    names.extend(PAGES.iter().map(|kind| format!("page_{}", kind.code())));
    names.extend(UNKNOWNS.iter().map(|why| format!("why_{}", why.code())));
    names.extend(
        REASONS
            .iter()
            .map(|reason| format!("reason_{}", reason.code())),
    );
    names.extend(STEPS.iter().map(|step| format!("step_{}", step.code())));
    // The end is no line in the list of steps, so there is no more to say about it.
    names.extend(
        STEPS
            .iter()
            .filter(|step| **step != Step::Done)
            .map(|step| format!("step_{}_help", step.code())),
    );
    names.extend(
        TROUBLES
            .iter()
            .map(|trouble| format!("trouble_{}", trouble.code())),
    );
    names.extend(
        LOOKALIKES
            .iter()
            .map(|reason| format!("lookalike_{}", reason.code())),
    );
    let mute: Vec<&String> = names
        .iter()
        .filter(|name| {
            messages[name.as_str()]["message"]
                .as_str()
                .is_none_or(str::is_empty)
        })
        .collect();
    assert!(mute.is_empty(), "no sentence for {mute:?}");
}
