//! The recognise room from outside: labelled hosts, pages and mails (`tests/cases`), names that must
//! agree across files, and properties over any input.
//!
//! A case that fails and is expected to stands in [`KNOWN_FAILURES`]; one that stands there and
//! passes fails the test, so the list tells the truth in both directions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[path = "recognise/actions.rs"]
mod actions;
#[path = "recognise/eml.rs"]
mod eml;
#[path = "recognise/hosts.rs"]
mod hosts;
#[path = "recognise/lookalikes.rs"]
mod lookalikes;
#[path = "recognise/mails.rs"]
mod mails;
#[path = "recognise/names.rs"]
mod names;
#[path = "recognise/pages.rs"]
mod pages;
#[path = "recognise/properties.rs"]
mod properties;
#[path = "recognise/report.rs"]
mod report;
#[path = "recognise/rules.rs"]
mod rules;

/// `folder/name` of a case that is known to fail, and why.
const KNOWN_FAILURES: &[(&str, &str)] = &[];

/// A file of the project.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// All cases of a folder by their file's name, which is also the name inside. Never none.
fn cases<T: for<'a> serde::Deserialize<'a>>(
    folder: &str,
    name_of: fn(&T) -> &str,
) -> BTreeMap<String, T> {
    let folder = file("tests/cases").join(folder);
    let mut cases = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            path.extension().and_then(|ending| ending.to_str()),
            Some("json"),
            "{}",
            path.display()
        );
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let case: T = serde_json::from_str(&text(&path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(name_of(&case), name, "the name inside is not the file's");
        cases.insert(name, case);
    }
    assert!(!cases.is_empty(), "{} is empty", folder.display());
    cases
}

thread_local! {
    /// Where [`judge_all`] puts what it is given while the report asks.
    static TAKEN: RefCell<Option<Vec<Taken>>> = const { RefCell::new(None) };
}

/// Folder, name, expected, got.
type Taken = (String, String, String, String);

/// What a test would judge, for the report.
fn taken(test: fn()) -> Vec<Taken> {
    TAKEN.set(Some(vec![]));
    test();
    TAKEN.take().unwrap()
}

/// Compares what was expected with what came out, for all cases of a folder at once.
fn judge_all(folder: &str, results: &[(String, String, String)]) {
    let reported = TAKEN.with_borrow_mut(|taken| {
        taken.as_mut().map(|taken| {
            taken.extend(results.iter().map(|(name, expected, got)| {
                (
                    folder.to_owned(),
                    name.clone(),
                    expected.clone(),
                    got.clone(),
                )
            }));
        })
    });
    if reported.is_some() {
        return;
    }
    let is_known = |name: &str| {
        KNOWN_FAILURES
            .iter()
            .any(|(known, _)| known.split_once('/') == Some((folder, name)))
    };
    let mut confused: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    let mut healed = vec![];
    for (name, expected, got) in results {
        match (expected == got, is_known(name)) {
            (false, false) => confused.entry((expected, got)).or_default().push(name),
            (true, true) => healed.push(name),
            _ => {}
        }
    }
    let unheard = KNOWN_FAILURES
        .iter()
        .filter_map(|(known, _)| known.strip_prefix(&format!("{folder}/")))
        .find(|known| results.iter().all(|(name, ..)| name != known));
    let table: String = confused
        .iter()
        .map(|((expected, got), names)| {
            format!(
                "\n  expected {expected}\n  got      {got}\n    {} × {}\n",
                names.len(),
                names.join(", ")
            )
        })
        .collect();
    assert!(
        confused.is_empty(),
        "{folder}: {} of {} differ\n{table}",
        confused.values().map(Vec::len).sum::<usize>(),
        results.len()
    );
    assert!(healed.is_empty(), "known failures that pass: {healed:?}");
    assert_eq!(unheard, None, "a known failure without a case");
}
