//! The cases as figures for a person: `./build.sh bench recognition`. Judges nothing; the tests do that.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;
use token_keeper::recognise::host::Host;

use crate::pages::{self, From, Page};
use crate::{eml, hosts, lookalikes, mails, taken};

/// Right and all.
#[derive(Default, Clone, Copy)]
struct Score(usize, usize);

impl Score {
    fn add(&mut self, right: bool) {
        self.0 += usize::from(right);
        self.1 += 1;
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(right, all) = *self;
        #[allow(clippy::cast_precision_loss)]
        let percent = 100.0 * right as f64 / all.max(1) as f64;
        write!(f, "{right:>6} of {all:<6} {percent:>6.2} %")
    }
}

#[test]
#[ignore = "prints figures, judges nothing: ./build.sh bench recognition"]
#[allow(clippy::print_stdout)]
fn report() {
    let (table, files): (Vec<Page>, Vec<Page>) = Page::all()
        .into_iter()
        .partition(|page| page.from == From::Table);
    let mut out = String::new();
    confusion(&mut out, &files);
    for (title, of) in [
        ("host family", family as fn(&Page) -> String),
        ("language (markup only)", language),
        ("where the case is from", origin),
    ] {
        section(&mut out, title, &files, of);
    }
    figures(&mut out, &files, &table);
    println!("{out}");
    // It says itself what it counted.
    lookalikes::cases_and_counts();
}

/// Every kind that was expected, and what came out instead.
fn confusion(out: &mut String, files: &[Page]) {
    let mut rows: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for page in files {
        *rows
            .entry(&page.expect)
            .or_default()
            .entry(page.got())
            .or_default() += 1;
    }
    let _ = writeln!(out, "\nPages, expected × got (files)");
    for (expected, got) in &rows {
        let score = Score(got.get(*expected).copied().unwrap_or(0), got.values().sum());
        let others: Vec<String> = got
            .iter()
            .filter(|(got, _)| got != expected)
            .map(|(got, n)| format!("{got} × {n}"))
            .collect();
        let _ = writeln!(out, "  {expected:<34}{score}  {}", others.join(", "));
    }
}

fn section(out: &mut String, title: &str, files: &[Page], of: fn(&Page) -> String) {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for page in files {
        scores
            .entry(of(page))
            .or_default()
            .add(page.got() == page.expect);
    }
    let _ = writeln!(out, "\nPages by {title}");
    for (name, score) in scores {
        let _ = writeln!(out, "  {name:<34}{score}");
    }
}

fn family(page: &Page) -> String {
    Host::recognise(&page.host).map_or_else(
        || "not Salesforce".to_owned(),
        |host| {
            format!(
                "{:?} {:?} {:?}",
                host.family, host.purpose, host.environment
            )
        },
    )
}

fn language(page: &Page) -> String {
    page.language
        .clone()
        .unwrap_or_else(|| "(facts)".to_owned())
}

fn origin(page: &Page) -> String {
    match page.from {
        From::Facts => "facts",
        From::Html => "markup",
        From::Table => "table",
    }
    .to_owned()
}

fn figures(out: &mut String, files: &[Page], table: &[Page]) {
    let _ = writeln!(out, "\nFigures");
    let mut line = |name: &str, score: Score| {
        let _ = writeln!(out, "  {name:<34}{score}");
    };
    let right = |pages: &[Page], which: fn(&Page) -> bool| {
        let mut score = Score::default();
        for page in pages.iter().filter(|page| which(page)) {
            score.add(page.got() == page.expect);
        }
        score
    };
    line("pages right (files)", right(files, |_| true));
    line("  of them none of ours", right(files, Page::is_negative));
    line(
        "  other sites",
        right(files, |page| page.expect == "unknown: no_host"),
    );
    line("pages right (table)", right(table, |_| true));
    let hosts = taken(hosts::hosts);
    line("hosts right", same(&hosts));
    let mails = taken(mails::mails);
    line("mails and texts right", same(&mails));
    line("mail files right", same(&taken(eml::mail_files)));
    let (mut wanted, mut codes) = (Score::default(), Score::default());
    let (mut kept, mut to_review, mut invented, mut unasked) = (0, 0, 0, 0);
    for (_, _, expected, got) in &mails {
        let (expected, got) = (value(expected), value(got));
        let (labelled, found) = (tokens(&expected), tokens(&got));
        for token in labelled.keys() {
            wanted.add(found.contains_key(token));
        }
        for (token, sure) in &found {
            kept += usize::from(*sure);
            to_review += usize::from(!sure);
            invented += usize::from(!labelled.contains_key(token));
            unasked += usize::from(*sure && labelled.get(token) != Some(&true));
        }
        codes.add(expected["code"] == got["code"]);
    }
    line("tokens found", wanted);
    line("codes right", codes);
    let actions = taken(pages::the_guide_touches_only_what_it_may);
    let wrong = actions.iter().filter(|(_, _, none, wrong)| none != wrong);
    let _ = writeln!(
        out,
        "  wrong actions                     {:>6} on {} pages, each shown to the guide in all its states",
        wrong.count(),
        actions.len()
    );
    let _ = writeln!(
        out,
        "  tokens: {kept} kept at once, {to_review} to review; {invented} where there is none, {unasked} kept though a person should look"
    );
}

fn same(results: &[(String, String, String, String)]) -> Score {
    let mut score = Score::default();
    for (_, _, expected, got) in results {
        score.add(expected == got);
    }
    score
}

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Each token of a result, and whether it is kept without a question.
fn tokens(result: &Value) -> BTreeMap<String, bool> {
    result["tokens"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let sure = found["reasons"].as_array().is_none_or(Vec::is_empty);
            (found["token"].as_str().unwrap().to_owned(), sure)
        })
        .collect()
}
