//! Backup and moving house on the twin.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use token_keeper::browser::shell::Area;
use token_keeper::wire::messages::{Intent, Reply};
use token_keeper::wire::views::{Realm, TokenState};

use super::twin::{Fault, TOKENS, Twin, token_mail};
use super::{ADA, account, empty, keep, locked, mail, open, token_of, with_ada};

const BACKUP: &str = "other words for the backup";

fn answer(twin: &Twin, intent: &Intent) -> Result<Value, String> {
    match twin.intent(intent).unwrap() {
        Reply::Answer { text } => Ok(serde_json::from_str(&text).unwrap()),
        Reply::Error(fault) => Err(fault.code.to_string()),
        _ => panic!("{intent:?}"),
    }
}

fn backup(twin: &Twin, passphrase: &str) -> Result<String, String> {
    let passphrase = passphrase.to_owned();
    answer(twin, &Intent::Backup { passphrase })
        .map(|shown| shown["data"].as_str().unwrap().to_owned())
}

/// A backup of Ada with her first token. It is stretched once for all tests.
fn ada_backup() -> &'static str {
    static MADE: OnceLock<String> = OnceLock::new();
    MADE.get_or_init(|| backup(&with_ada(), BACKUP).unwrap())
}

fn move_in(data: &str, passphrase: &str, on: bool) -> Intent {
    Intent::MoveIn {
        data: data.to_owned(),
        passphrase: passphrase.to_owned(),
        columns: String::new(),
        on,
    }
}

fn csv(rows: &[(&str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(user, token)| format!("{user},{token},login\n"))
        .collect();
    STANDARD.encode(format!("username,token,url\n{rows}"))
}

#[test]
fn what_was_deleted_comes_back_from_a_backup() {
    let file = ada_backup();
    let twin = with_ada();
    twin.secret(BACKUP);
    let ada = account(&twin.view(), ADA).id;
    twin.ask(&Intent::Delete { account: ada });
    assert_eq!(
        answer(&twin, &move_in(file, "", false)).unwrap()["needs"],
        "passphrase"
    );
    assert_eq!(
        answer(&twin, &move_in(file, "not these words", false)),
        Err("backup_wrong_passphrase".to_owned())
    );
    let before = twin.0.borrow().areas[Area::Local].clone();
    let shown = answer(&twin, &move_in(file, BACKUP, false)).unwrap();
    assert_eq!(
        (shown["kind"].as_str(), shown["fresh"].as_u64()),
        (Some("backup"), Some(1))
    );
    assert_eq!(shown["accounts"][0]["username"], ADA);
    assert!(!shown.to_string().contains(TOKENS[0]));
    assert_eq!(
        twin.0.borrow().areas[Area::Local],
        before,
        "a preview writes nothing"
    );
    let done = answer(&twin, &move_in(file, BACKUP, true)).unwrap();
    assert_eq!(
        (done["written"].as_u64(), done["left"].as_u64()),
        (Some(1), Some(0))
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    // The same again is nothing new.
    let done = answer(&twin, &move_in(file, BACKUP, true)).unwrap();
    assert_eq!(done["written"], 0);
    twin.disk_is_clean();
    twin.ask(&Intent::Lock);
    twin.memory_is_clean();
}

#[test]
fn a_backup_of_before_never_takes_the_newer_token_away() {
    let twin = with_ada();
    twin.later(600_000);
    mail(&twin, &token_mail(ADA, TOKENS[1]));
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    let shown = answer(&twin, &move_in(ada_backup(), BACKUP, false)).unwrap();
    assert_eq!(shown["same"], 1, "{shown}");
    answer(&twin, &move_in(ada_backup(), BACKUP, true)).unwrap();
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);

    // Also where that token is all that is known.
    let twin = open();
    twin.later(600_000);
    let file = csv(&[(ADA, TOKENS[1])]);
    answer(&twin, &move_in(&file, "", true)).unwrap();
    let shown = answer(&twin, &move_in(ada_backup(), BACKUP, false)).unwrap();
    assert_eq!(
        shown["accounts"][0]["gains"],
        serde_json::json!(["old_tokens"])
    );
    answer(&twin, &move_in(ada_backup(), BACKUP, true)).unwrap();
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    assert_eq!(account(&twin.view(), ADA).history.len(), 1);
}

#[test]
fn an_imported_token_waits_where_another_is_kept() {
    let twin = with_ada();
    let file = csv(&[(ADA, TOKENS[1]), ("bob@acme.example", TOKENS[2])]);
    let done = answer(&twin, &move_in(&file, "", true)).unwrap();
    assert_eq!(
        (
            done["written"].as_u64(),
            done["failed"].as_array().map(Vec::len)
        ),
        (Some(2), Some(0))
    );
    assert_eq!(token_of(&twin, ADA), TOKENS[0]);
    assert_eq!(token_of(&twin, "bob@acme.example"), TOKENS[2]);
    let view = twin.view();
    assert_eq!(view.review.len(), 1);
    assert_eq!(
        (
            view.review[0].reasons.as_slice(),
            view.review[0].origin.as_str()
        ),
        (&["imported".to_owned()][..], "import")
    );
    // The same file again changes nothing, and says so.
    let shown = answer(&twin, &move_in(&file, "", false)).unwrap();
    assert_eq!(
        (shown["same"].as_u64(), shown["more"].as_u64()),
        (Some(2), Some(0))
    );
    assert_eq!(twin.view().review.len(), 1);
    keep(&twin, ADA);
    assert_eq!(token_of(&twin, ADA), TOKENS[1]);
    twin.disk_is_clean();
}

#[test]
fn nothing_moves_while_the_vault_is_not_open() {
    for (twin, code) in [(locked(), "vault_locked"), (empty(), "vault_missing")] {
        for intent in [
            Intent::Backup {
                passphrase: BACKUP.to_owned(),
            },
            Intent::PlainExport {
                form: "json".to_owned(),
            },
            move_in(&csv(&[(ADA, TOKENS[1])]), "", false),
            move_in(&csv(&[(ADA, TOKENS[1])]), "", true),
        ] {
            assert_eq!(answer(&twin, &intent), Err(code.to_owned()), "{intent:?}");
        }
    }
    let twin = open();
    assert_eq!(
        backup(&twin, "eleven char"),
        Err("passphrase_short".to_owned())
    );
    let large = "A".repeat(32 * 1024 * 1024 / 3 * 4 + 8);
    assert_eq!(
        answer(&twin, &move_in(&large, "", false)),
        Err("import_too_large".to_owned())
    );
    assert_eq!(
        answer(&twin, &move_in("%", "", false)),
        Err("import_unknown".to_owned())
    );
    assert_eq!(
        answer(
            &twin,
            &Intent::PlainExport {
                form: "xml".to_owned()
            }
        ),
        Err("move_failed".to_owned())
    );
}

const THREE: [(&str, &str); 3] = [
    ("ada@acme.example", TOKENS[0]),
    ("bob@acme.example", TOKENS[1]),
    ("eve@acme.example", TOKENS[2]),
];

#[test]
fn what_cannot_be_written_is_named_and_the_rest_stays() {
    let twin = open();
    let file = csv(&THREE);
    // The tokens and the account in front of the full disk are safe.
    twin.0.borrow_mut().room = Some(1);
    let done = answer(&twin, &move_in(&file, "", true)).unwrap();
    assert_eq!(done["written"], 1);
    let failed: Vec<_> = done["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["username"].as_str().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        failed,
        [
            ("bob@acme.example", "write_failed"),
            ("eve@acme.example", "write_failed")
        ]
    );
    assert_eq!(token_of(&twin, "ada@acme.example"), TOKENS[0]);
    assert_eq!(twin.view().accounts.len(), 1);
    twin.0.borrow_mut().room = None;
    let done = answer(&twin, &move_in(&file, "", true)).unwrap();
    assert_eq!(
        (done["written"].as_u64(), twin.view().accounts.len()),
        (Some(2), 3)
    );

    // A write that only looks like one.
    let twin = open();
    twin.fault(Fault::WriteIsLost(Area::Local));
    let done = answer(&twin, &move_in(&file, "", true)).unwrap();
    assert_eq!(
        (
            done["written"].as_u64(),
            done["failed"].as_array().map(Vec::len)
        ),
        (Some(0), Some(3))
    );
}

#[test]
fn what_takes_too_long_goes_on_with_the_next_question() {
    let twin = open();
    twin.0.borrow_mut().write_takes = 5_000;
    let file = csv(&THREE);
    let told = |done: Value| {
        (
            done["written"].as_u64().unwrap(),
            done["left"].as_u64().unwrap(),
        )
    };
    assert_eq!(
        told(answer(&twin, &move_in(&file, "", true)).unwrap()),
        (2, 1)
    );
    assert_eq!(
        told(answer(&twin, &move_in(&file, "", true)).unwrap()),
        (1, 0)
    );
    assert_eq!(
        told(answer(&twin, &move_in(&file, "", true)).unwrap()),
        (0, 0)
    );
    for (user, token) in THREE {
        assert_eq!(token_of(&twin, user), token);
    }
}

#[test]
fn a_worker_that_dies_in_the_middle_leaves_whole_accounts() {
    let file = csv(&THREE);
    for call in 1..100 {
        let twin = open();
        twin.die_at(call);
        if twin.intent(&move_in(&file, "", true)).is_ok() {
            assert!(call > 6);
            return;
        }
        for account in twin.view().accounts {
            assert_eq!(
                (account.state, account.realm),
                (TokenState::Live, Realm::Live),
                "{call}"
            );
        }
        assert_eq!(twin.view().damaged, 0);
        answer(&twin, &move_in(&file, "", true)).unwrap();
        for (user, token) in THREE {
            assert_eq!(token_of(&twin, user), token, "{call}");
        }
    }
    panic!("never done");
}

#[test]
fn a_plain_export_holds_everything() {
    let twin = with_ada();
    let text = |form: &str| {
        let shown = answer(
            &twin,
            &Intent::PlainExport {
                form: form.to_owned(),
            },
        )
        .unwrap();
        shown["text"].as_str().unwrap().to_owned()
    };
    assert!(text("csv").contains(&format!("{ADA},,{},yes,", TOKENS[0])));
    let other = open();
    let done = answer(&other, &move_in(&STANDARD.encode(text("json")), "", true)).unwrap();
    assert_eq!(done["written"], 1);
    assert_eq!(token_of(&other, ADA), TOKENS[0]);
}
