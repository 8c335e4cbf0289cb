//! `mails/*.json`: which tokens and which code a text holds, whose they are, and why a person has to look.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::code;
use token_keeper::recognise::text::clean;
use token_keeper::recognise::token;
use token_keeper::wire::messages::ShownText;

use crate::{cases, judge_all};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    /// Where the case comes from: a section of the facts, or a kind of text.
    source: String,
    /// Why the answer is what it is.
    why: String,
    /// Language of the text, where it is a mail of Salesforce's or an ordinary one.
    #[serde(default)]
    lang: Option<String>,
    /// Was it made to fool us?
    #[serde(default)]
    hostile: bool,
    from: Option<String>,
    kind: Kind,
    #[serde(default)]
    expected_user: Option<String>,
    #[serde(default)]
    known_users: Vec<String>,
    #[serde(default)]
    sealed: bool,
    visible: Lines,
    #[serde(default)]
    full: Option<Lines>,
    #[serde(default)]
    cut: bool,
    pub expect: Vec<Value>,
    code: Option<Value>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// An opened message of a known webmail.
    Webmail,
    /// The page that confirms a reset.
    Page,
    /// Pasted or selected.
    Other,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum Lines {
    One(String),
    Many(Vec<String>),
}

impl Lines {
    fn text(&self) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::Many(lines) => lines.join("\n"),
        }
    }
}

impl Case {
    pub fn all() -> impl Iterator<Item = (String, Self)> {
        cases("mails", |case: &Self| &case.name).into_iter()
    }

    pub fn shown(&self) -> ShownText {
        let visible = self.visible.text();
        ShownText {
            full: self
                .full
                .as_ref()
                .map_or_else(|| visible.clone(), Lines::text),
            visible,
            cut: self.cut,
        }
    }

    /// The tokens of a text that stands where the case's own does.
    pub fn found(&self, shown: &ShownText) -> Vec<Value> {
        // As the background does: without a sender, a webmail's message is any text.
        let source = match (self.kind, &self.from) {
            (Kind::Page, _) => Source::ConfirmationPage,
            (Kind::Webmail, Some(sender)) => Source::Webmail { sender },
            _ => Source::Other,
        };
        let known = Known {
            expected: self.expected_user.as_deref(),
            users: &self.known_users,
            sealed: self.sealed,
        };
        judge(&source, shown, &known)
            .iter()
            .map(|found| json!({ "token": found.token, "username": found.username, "reasons": found.reasons }))
            .collect()
    }
}

#[test]
pub fn mails() {
    let mut languages = BTreeSet::new();
    let (mut negatives, mut hostile) = (0, 0);
    let results: Vec<_> = Case::all()
        .map(|(name, case)| {
            assert!(!case.source.is_empty() && !case.why.is_empty(), "{name}");
            let shown = case.shown();
            let code = code::find(&clean(&shown.visible))
                .map(|found| json!({ "code": found.code, "username": found.username }));
            let expected = json!({ "tokens": case.expect, "code": case.code });
            let got = json!({ "tokens": case.found(&shown), "code": code });
            negatives += usize::from(case.expect.is_empty() && case.code.is_none());
            hostile += usize::from(case.hostile);
            languages.extend(case.lang);
            (name, expected.to_string(), got.to_string())
        })
        .collect();
    assert!(results.len() >= 260, "{}", results.len());
    assert!(negatives >= 100, "{negatives}");
    assert!(hostile >= 40, "{hostile}");
    assert!(languages.len() >= 18, "{languages:?}");
    judge_all("mails", &results);
}

/// The quick look that spares most texts the slow one must not miss what that finds.
#[test]
fn the_quick_no_is_never_wrong() {
    for (name, case) in Case::all() {
        let shown = case.shown();
        for text in [&shown.visible, &shown.full] {
            let found = !token::candidates(&clean(text)).is_empty();
            assert!(!found || token::may_hold(text), "{name}");
        }
    }
}
