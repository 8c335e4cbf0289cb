//! `mails/*.json`: which tokens and which code a text holds, whose they are, and why a person has to look.

use serde::Deserialize;
use serde_json::{Value, json};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::code;
use token_keeper::recognise::text::clean;
use token_keeper::wire::messages::ShownText;

use crate::{cases, judge_all};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "why", default)]
    _why: String,
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
    let results: Vec<_> = Case::all()
        .map(|(name, case)| {
            let shown = case.shown();
            let code = code::find(&clean(&shown.visible))
                .map(|found| json!({ "code": found.code, "username": found.username }));
            let expected = json!({ "tokens": case.expect, "code": case.code });
            let got = json!({ "tokens": case.found(&shown), "code": code });
            (name, expected.to_string(), got.to_string())
        })
        .collect();
    assert!(results.len() >= 60);
    judge_all("mails", &results);
}
