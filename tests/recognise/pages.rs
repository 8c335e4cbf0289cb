//! `pages/*.json`: what a page is, from its host, path and marks.

use std::collections::BTreeMap;

use serde::Deserialize;
use token_keeper::recognise::classify::classify;
use token_keeper::recognise::host::Host;
use token_keeper::wire::messages::{Mark, PageFacts};

use crate::names::marks_of_the_agent;
use crate::{cases, judge_all};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why", default)]
    _why: String,
    host: String,
    facts: Facts,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    path: String,
    #[serde(default)]
    framed: bool,
    settled: bool,
    marks: BTreeMap<String, Look>,
}

/// How a mark looks, in one word.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Look {
    /// A person sees it.
    Seen,
    /// It is in the document only.
    Hidden,
    /// Seen, and disabled.
    Off,
    /// Seen, with text in it.
    Full,
    /// Two of them, seen.
    Two,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expect {
    Unknown(String),
    #[serde(untagged)]
    Page(String),
}

fn mark(look: Look) -> Mark {
    Mark {
        n: if matches!(look, Look::Two) { 2 } else { 1 },
        seen: !matches!(look, Look::Hidden),
        on: !matches!(look, Look::Off),
        full: matches!(look, Look::Full),
    }
}

#[test]
fn pages() {
    let agent = marks_of_the_agent();
    let results: Vec<_> = cases("pages", |case: &Case| &case.name)
        .into_iter()
        .map(|(name, case)| {
            for mark in case.facts.marks.keys() {
                assert!(
                    agent.contains(mark),
                    "{name}: the agent knows no mark {mark}"
                );
            }
            let facts = PageFacts {
                path: case.facts.path,
                framed: case.facts.framed,
                settled: case.facts.settled,
                marks: case
                    .facts
                    .marks
                    .into_iter()
                    .map(|(name, look)| (name, mark(look)))
                    .collect(),
                ..PageFacts::default()
            };
            let got = match Host::recognise(&case.host).map(|host| classify(&host, &facts)) {
                Some(Ok(kind)) => kind.code().to_owned(),
                Some(Err(why)) => format!("unknown: {}", why.code()),
                None => "unknown: no_host".to_owned(),
            };
            let expected = match case.expect {
                Expect::Page(code) => code,
                Expect::Unknown(why) => format!("unknown: {why}"),
            };
            (name, expected, got)
        })
        .collect();
    let refused = results
        .iter()
        .filter(|(_, expected, _)| expected.starts_with("unknown"))
        .count();
    assert!(
        results.len() >= 70 && refused >= 30,
        "{} cases, {refused} of them refused",
        results.len()
    );
    for kind in crate::names::PAGES {
        assert!(
            results
                .iter()
                .any(|(_, expected, _)| expected == kind.code()),
            "no case of {}",
            kind.code()
        );
    }
    judge_all("pages", &results);
}
