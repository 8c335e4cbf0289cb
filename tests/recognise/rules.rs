//! Is every clause of every rule needed? Each is taken out in turn; the labelled files must notice.
//!
//! The rules are read here by a second reader, in other words than the first, and both must agree on all cases.

use proptest::prelude::*;
use token_keeper::recognise::classify::classify;
use token_keeper::recognise::host::{Host, Purpose};
use token_keeper::recognise::markers::{On, Path, RULES, Rule};
use token_keeper::wire::messages::PageFacts;

use crate::pages::{From, Page};
use crate::properties::any_facts;

/// Clauses that no case needs, and why they stand: `kind of rule, fact: clause`.
const UNPROVEN: &[(&str, &str)] = &[
    (
        "login_password, §9 login, step 2: unseen username",
        "with a user name in sight the rule of the whole form fits before it; the clause says so to the reader",
    ),
    (
        "login_sso, §1.3 SSO buttons: unseen chooser",
        "the rule of the chooser, which asks for no more than this one, fits before it",
    ),
    ("login_sso, §1.3 SSO buttons: unseen identity", "as above"),
];

/// Code of the kind, or `unknown`.
fn told(rules: &[Rule], host: &Host, facts: &PageFacts) -> String {
    let shows = |rule: &Rule| match (rule.on, host.purpose) {
        (On::Customer, purpose) => purpose == Purpose::Customer,
        (On::Login, Purpose::Login | Purpose::MyDomain | Purpose::Instance) => true,
        (On::Security, Purpose::Login | Purpose::MyDomain | Purpose::Instance | Purpose::Setup) => {
            true
        }
        (On::Welcome, Purpose::Login) => {
            host.name.starts_with("welcome.")
                || facts.path.starts_with("/welcome")
                || facts.path.starts_with("/discovery")
        }
        _ => false,
    };
    let there = |mark: &&&str| facts.marks.get(**mark).is_some_and(|mark| mark.n > 0);
    let seen = |mark: &&&str| facts.marks.get(**mark).is_some_and(|mark| mark.seen);
    rules
        .iter()
        .filter(|rule| shows(rule) && rule.path.fits(&facts.path))
        .filter(|rule| rule.seen.iter().filter(seen).count() == rule.seen.len())
        .filter(|rule| rule.any.is_empty() || rule.any.iter().find(seen).is_some())
        .filter(|rule| rule.unseen.iter().find(seen).is_none())
        .filter(|rule| rule.absent.iter().find(there).is_none())
        .find(|rule| facts.settled || !rule.settled)
        .map_or_else(|| "unknown".to_owned(), |rule| rule.kind.code().to_owned())
}

/// Every rule with one thing less, by what is missing.
fn weaker(rule: &Rule) -> Vec<(String, Option<Rule>)> {
    let mut all = vec![("all of it".to_owned(), None)];
    type List = fn(&mut Rule) -> &mut &'static [&'static str];
    let lists: [(&str, List); 4] = [
        ("seen", |rule| &mut rule.seen),
        ("any", |rule| &mut rule.any),
        ("unseen", |rule| &mut rule.unseen),
        ("absent", |rule| &mut rule.absent),
    ];
    for (name, list) in lists {
        for at in 0..list(&mut rule.clone()).len() {
            let mut less = *rule;
            let mut marks = list(&mut less).to_vec();
            let mark = marks.remove(at);
            // Lives as long as the rules do; a few hundred of them.
            *list(&mut less) = marks.leak();
            all.push((format!("{name} {mark}"), Some(less)));
        }
    }
    if rule.path != Path::Any {
        all.push((
            "path".to_owned(),
            Some(Rule {
                path: Path::Any,
                ..*rule
            }),
        ));
    }
    if rule.settled {
        all.push((
            "settled".to_owned(),
            Some(Rule {
                settled: false,
                ..*rule
            }),
        ));
    }
    all
}

#[test]
fn every_clause_is_needed_by_a_case() {
    let cases: Vec<(Page, Host)> = Page::all()
        .into_iter()
        .filter(|page| page.from != From::Table)
        .filter_map(|page| Host::recognise(&page.host).map(|host| (page, host)))
        .collect();
    let right = |rules: &[Rule]| {
        cases.iter().all(|(page, host)| {
            let got = told(rules, host, &page.facts);
            got == page.expect || (got == "unknown" && page.is_negative())
        })
    };
    assert!(right(RULES), "the two readers of the rules disagree");
    let mut survivors = vec![];
    let mut tried = 0;
    for (at, rule) in RULES.iter().enumerate() {
        for (clause, less) in weaker(rule) {
            let mut rules = RULES.to_vec();
            match less {
                Some(less) => rules[at] = less,
                None => drop(rules.remove(at)),
            }
            tried += 1;
            if right(&rules) {
                survivors.push(format!("{}, {}: {clause}", rule.kind.code(), rule.fact));
            }
        }
    }
    assert!(tried > 150, "{tried}");
    let known: Vec<&str> = UNPROVEN.iter().map(|(clause, _)| *clause).collect();
    assert_eq!(survivors, known, "of {tried}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// On any facts; a mark that is reported none times is not there.
    #[test]
    fn both_readers_agree(facts in any_facts()) {
        for name in ["login.salesforce.com", "welcome.salesforce.com", "acme.my.salesforce.com", "acme.my.salesforce-setup.com", "acme.my.site.com"] {
            let host = Host::recognise(name).unwrap();
            let settled = PageFacts { settled: true, ..facts.clone() };
            let got = classify(&host, &settled).map_or("unknown", |kind| kind.code());
            prop_assert_eq!(got, told(RULES, &host, &settled), "{}", name);
        }
    }
}

/// What people sign in on is what may be on log-in hosts only.
#[test]
fn log_in_pages_are_those_of_log_in_hosts() {
    for rule in RULES {
        let signs_in = matches!(rule.on, On::Login | On::Welcome);
        assert_eq!(rule.kind.is_login(), signs_in, "{:?}", rule.kind);
        let says_nothing = ["maintenance", "sso_error", "error_page"].contains(&rule.kind.code());
        assert_eq!(rule.kind.is_in_the_way(), says_nothing, "{:?}", rule.kind);
    }
}
