//! `eml/*.eml`: the messages of a mail file, what they say of themselves, and the tokens in them (`eml/expected.json`).

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::eml;
use token_keeper::wire::messages::MailReading;

use crate::{file, judge_all, text};

const USER: &str = "ada.byron@acme.example";

fn told(mail: &MailReading) -> Value {
    let users = [USER.to_owned()];
    let known = Known {
        users: &users,
        ..Known::default()
    };
    let source = Source::MailFile {
        sender: mail.sender.as_deref(),
    };
    let tokens: Vec<Value> = judge(&source, &mail.text, &known)
        .iter()
        .map(|found| json!({ "token": found.token, "username": found.username, "reasons": found.reasons }))
        .collect();
    let auth: Vec<&str> = mail.auth.lines().collect();
    let links = token_keeper::recognise::reset::find(&mail.links, &mail.text.visible, None)
        .iter()
        .count();
    let mut told = json!({ "sender": mail.sender, "sentAt": mail.sent_at, "tokens": tokens, "auth": auth, "links": links });
    if mail.text.cut {
        told["cut"] = json!(true);
    }
    told
}

fn files() -> BTreeMap<String, Vec<u8>> {
    let folder = file("tests/cases/eml");
    let paths = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect()
}

#[test]
pub fn mail_files() {
    let expected: BTreeMap<String, Value> =
        serde_json::from_str(&text(file("tests/cases/eml/expected.json"))).unwrap();
    let files = files();
    assert!(files.len() >= 60);
    assert!(files.keys().eq(expected.keys()));
    let results: Vec<_> = files
        .iter()
        .map(|(name, bytes)| {
            let case = &expected[name];
            assert!(
                case["why"].as_str().is_some_and(|why| !why.is_empty()),
                "{name}"
            );
            let got: Vec<Value> = eml::read(bytes)
                .unwrap_or_default()
                .iter()
                .map(told)
                .collect();
            (
                name.clone(),
                case["messages"].to_string(),
                json!(got).to_string(),
            )
        })
        .collect();
    judge_all("eml", &results);
}

/// Bytes that are lost, doubled or turned make another mail, but nothing worse, and no text beyond its bounds.
#[test]
fn spoilt_files_are_read_in_time() {
    let mut random = 1u64;
    let mut below = |limit: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % limit.max(1)
    };
    for (name, bytes) in files() {
        for _ in 0..40 {
            let mut spoilt = bytes.clone();
            for _ in 0..=below(8) {
                let (at, length) = (below(spoilt.len()), below(200));
                let end = (at + length).min(spoilt.len());
                match below(3) {
                    0 => drop(spoilt.drain(at..end)),
                    1 => {
                        let piece = spoilt[at..end].to_vec();
                        spoilt.splice(at..at, piece);
                    }
                    _ if at < spoilt.len() => spoilt[at] ^= 1 << below(8),
                    _ => {}
                }
            }
            let start = Instant::now();
            for mail in eml::read(&spoilt).unwrap_or_default() {
                assert!(
                    mail.text.visible.len() <= 200_000 && mail.text.full.len() <= 200_000,
                    "{name}"
                );
                assert!(
                    mail.auth.lines().count() <= eml::MOST_AUTH && mail.links.len() <= 5,
                    "{name}"
                );
            }
            assert!(start.elapsed().as_secs() < 5, "{name}");
        }
    }
}
