//! `hosts.json`: what a host or an origin is, or that it is none of Salesforce's.

use serde_json::{Value, json};
use token_keeper::recognise::host::{Host, Origin, Purpose};
use token_keeper::recognise::lookalike;

use crate::{file, judge_all, text};

fn rows() -> Vec<(String, Value)> {
    serde_json::from_str(&text(file("tests/cases/hosts.json"))).unwrap()
}

/// An origin goes through [`Origin::parse`] as a sender's does; a bare name is looked up as it is.
fn recognise(given: &str) -> Option<Host> {
    if given.contains(':') {
        Host::recognise(Origin::parse(given)?.host())
    } else {
        Host::recognise(given)
    }
}

fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login => "login",
        Purpose::MyDomain => "my_domain",
        Purpose::Instance => "instance",
        Purpose::Setup => "setup",
        Purpose::Lightning => "lightning",
        Purpose::Customer => "customer",
        Purpose::Other => "other",
    }
}

#[test]
pub fn hosts() {
    let results: Vec<_> = rows()
        .into_iter()
        .map(|(given, expected)| {
            let got = recognise(&given).map_or(Value::Null, |host| {
                json!({
                    "purpose": purpose(host.purpose),
                    "environment": host.environment,
                    "realm": host.realm,
                    "org": host.org,
                    "classic": host.classic_host(),
                })
            });
            (given, expected.to_string(), got.to_string())
        })
        .collect();
    assert!(results.len() >= 120);
    judge_all("hosts", &results);
}

/// Nobody is warned of Salesforce itself.
#[test]
fn genuine_hosts_are_no_lookalikes() {
    for (given, _) in rows()
        .into_iter()
        .filter(|(_, expected)| !expected.is_null())
    {
        let name = given.strip_prefix("https://").unwrap_or(&given);
        assert_eq!(lookalike::reasons(name, true), Vec::<&str>::new(), "{name}");
        // A trailing dot makes another origin, but not a look-alike.
        assert_eq!(
            lookalike::reasons(&format!("{name}."), true),
            Vec::<&str>::new(),
            "{name}."
        );
    }
}

/// Where an org's Classic pages are, there its My Domain is; asking again changes nothing.
#[test]
fn the_classic_host_is_its_own_classic_host() {
    for (given, expected) in rows() {
        let Some(host) = recognise(&given) else {
            continue;
        };
        let classic = Host::recognise(&host.classic_host()).unwrap_or_else(|| panic!("{expected}"));
        assert_eq!(classic.classic_host(), classic.name, "{given}");
        if matches!(host.purpose, Purpose::Setup | Purpose::Lightning) {
            assert_eq!(
                (classic.purpose, classic.realm, &classic.org),
                (Purpose::MyDomain, host.realm, &host.org),
                "{given}"
            );
            assert!(classic.may_be_framed_by(&host), "{given}");
        }
    }
}
