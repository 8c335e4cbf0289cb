//! The moving room from outside: what files of every kind lead to. Invented people, tokens and passwords only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use token_keeper::moving::{self, Answer, Ask, MoveError, move_in};
use token_keeper::vault::backup::BackupError;
use token_keeper::vault::history::{Source, Why};
use token_keeper::vault::records::Account;
use token_keeper::wire::moving::{Bad, Change};
use token_keeper::wire::views::{Environment, Realm};

const T1: &str = "Qx7LmV2tRb9KsWp4HnYc8ZdEf";
const T2: &str = "hTgRkWzPqLvNxBcMdJfSyAeu";
const NOW: u64 = 1_700_000_000_000;

fn ask(file: &[u8], accounts: Vec<Account>) -> Ask {
    Ask {
        data: STANDARD.encode(file),
        accounts,
        now: NOW,
        apply: true,
        ..Ask::default()
    }
}

fn read(file: &str, accounts: Vec<Account>) -> Result<Answer, MoveError> {
    move_in(ask(file.as_bytes(), accounts))
}

fn code(file: &[u8]) -> String {
    match move_in(ask(file, vec![])) {
        Ok(answer) => answer.shown.kind,
        Err(error) => error.code().to_owned(),
    }
}

fn ada() -> Account {
    Account::new("ada@acme.example", Realm::Live, Environment::Production).unwrap()
}

/// `state user realm token password gains` of every account that is shown.
fn told(answer: &Answer) -> Vec<String> {
    let one = |change: &Change| {
        let account = answer
            .accounts
            .iter()
            .find(|account| (&account.username, account.realm) == (&change.username, change.realm));
        let token = account.and_then(Account::live_token);
        let password = account.and_then(|account| account.password.as_ref());
        let dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
        format!(
            "{} {} {:?} {} {} [{}]",
            change.state,
            change.username,
            change.realm,
            dash(token.map(|token| token.expose())),
            dash(password.map(|kept| kept.password.expose())),
            change.gains.join(" ")
        )
    };
    answer.shown.accounts.iter().map(one).collect()
}

fn bad(answer: &Answer) -> Vec<String> {
    let one = |bad: &Bad| format!("{} {}", bad.row, bad.code);
    answer.shown.bad.iter().map(one).collect()
}

#[test]
fn every_kind_of_file_gives_the_same_account() {
    let bitwarden = json!({"encrypted": false, "folders": [], "items": [
        {"type": 1, "name": "Acme", "notes": null, "fields": [{"name": "Security Token", "value": T1, "type": 1}],
         "login": {"username": "Ada@acme.example", "password": "in;vented", "uris": [{"match": null, "uri": "https://acme.my.salesforce.com/"}]}},
        {"type": 2, "name": "a note", "notes": T2, "secureNote": {"type": 0}},
        {"type": 1, "name": "elsewhere", "login": {"username": "ada@acme.example", "password": "x", "uris": [{"uri": "https://git.example/"}]}},
    ]})
    .to_string();
    let noted = json!({"items": [{"type": 1, "name": "Acme", "notes": format!("the token\n{T1}\nkeep it"),
        "login": {"username": "ada@acme.example", "password": "in;vented", "uris": [{"uri": "https://acme.my.salesforce.com"}]}}]})
    .to_string();
    let organizer = json!({"version": 1, "groups": [{"name": "work", "accounts": [
        {"n": "Acme", "u": "ada@acme.example", "p": "in;vented", "t": T1, "d": "https://acme.my.salesforce.com"}]}]})
    .to_string();
    let list =
        json!([{"userName": "ada@acme.example", "password": "in;vented", "securityToken": T1,
        "instanceUrl": "https://acme.my.salesforce.com", "title": "Acme", "port": 443}])
        .to_string();
    let table: &[(&str, &str, &str)] = &[
        ("bitwarden", &bitwarden, "bitwarden"),
        ("bitwarden with a note", &noted, "bitwarden"),
        ("organizer", &organizer, "json"),
        ("list", &list, "json"),
        (
            "keepassxc",
            &format!(
                "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\",\"TOTP\",\"Icon\",\"Last Modified\",\"Created\"\n\"Root\",\"Acme\",\"ada@acme.example\",\"in;vented\",\"https://acme.my.salesforce.com\",\"Token: {T1}\",\"\",\"0\",\"2026-01-01T00:00:00Z\",\"\"\n"
            ),
            "keepass",
        ),
        (
            "keepass 1",
            &format!(
                "\"Account\",\"Login Name\",\"Password\",\"Web Site\",\"Comments\"\r\n\"Acme\",\"ada@acme.example\",\"in;vented\",\"acme.my.salesforce.com\",\"{T1}\"\r\n"
            ),
            "keepass",
        ),
        (
            "bitwarden csv",
            &format!(
                "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,Acme,,Security token: {T1},0,https://acme.my.salesforce.com,ada@acme.example,in;vented,\n"
            ),
            "csv",
        ),
        (
            "semicolons",
            &format!(
                "Benutzername;Kennwort;Token;Domain;Name\nada@acme.example;\"in;vented\";{T1};acme.my;Acme\n"
            ),
            "csv",
        ),
        (
            "tabs, and no header",
            &format!("Acme\tada@acme.example\t{T1}\thttps://acme.my.salesforce.com/\n"),
            "csv",
        ),
        (
            "bom",
            &format!(
                "\u{feff}username,password,security_token,url,label\nada@acme.example,in;vented,{T1},https://acme.my.salesforce.com:443/x?y,Acme\n"
            ),
            "csv",
        ),
    ];
    for (name, file, kind) in table {
        let answer = read(file, vec![]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(answer.shown.kind, *kind, "{name}");
        assert_eq!(answer.shown.needs, "", "{name}");
        let password = if name.contains("no header") {
            "-"
        } else {
            "in;vented"
        };
        let gains = if password == "-" {
            "live_token"
        } else {
            "live_token password"
        };
        assert_eq!(
            told(&answer),
            [format!(
                "new ada@acme.example Live {T1} {password} [{gains}]"
            )],
            "{name}"
        );
        let account = &answer.accounts[0];
        assert_eq!(account.hosts, ["acme.my.salesforce.com"], "{name}");
        assert_eq!(account.tokens[0].source, Source::Import, "{name}");
        let label = if password == "-" { "" } else { "Acme" };
        assert_eq!(account.label, label, "{name}");
        assert!(account.writes > 0, "{name}");
    }
}

#[test]
fn what_is_no_export_is_refused_for_its_own_reason() {
    let table: &[(&str, &[u8], &str)] = &[
        ("nothing", b"", "import_empty"),
        ("blanks", b" \r\n\t ", "import_empty"),
        ("a word", b"hello", "import_unknown"),
        ("prose", b"Dear all,\nthis is a letter\n", "csv"),
        ("a header alone", b"username,password,url\n", "import_empty"),
        (
            "keepass database",
            b"\x03\xD9\xA2\x9A\x67\xFB\x4B\xB5 \x01\x00",
            "import_database",
        ),
        ("zip", b"PK\x03\x04abc", "import_unknown"),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0", "import_unknown"),
        ("zeros", b"a,b\n\0,c\n", "import_unknown"),
        ("html", b"<html><body>a,b</body></html>", "import_unknown"),
        ("half of utf-16", b"\xFF\xFEa\0b", "import_unknown"),
        ("cut json", b"{\"items\":[{\"type\":1", "import_not_json"),
        ("json of nothing", b"{}", "import_unknown"),
        ("json of numbers", b"[1,2,3]", "import_unknown"),
        (
            "encrypted",
            b"{\"encrypted\":true,\"passwordProtected\":true,\"data\":\"x\"}",
            "import_encrypted",
        ),
        (
            "age for a key",
            b"age-encryption.org/v1\n-> X25519 x\n",
            "backup",
        ),
    ];
    for (name, file, expected) in table {
        assert_eq!(code(file), *expected, "{name}");
    }
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    assert_eq!(code(&deep), "import_not_json");
    let large = vec![b'a'; moving::MAX_IMPORT + 1];
    assert_eq!(code(&large), "import_too_large");
    let mut rows = String::from("username,token\n");
    rows.push_str(&"a@b.example,x\n".repeat(20_001));
    assert_eq!(code(rows.as_bytes()), "import_too_large");
    let wide = vec!["c"; 101].join(",");
    assert_eq!(
        code(format!("{wide}\n{wide}\n").as_bytes()),
        "import_too_large"
    );
    assert!(matches!(
        move_in(Ask {
            data: "%%".into(),
            ..Ask::default()
        }),
        Err(MoveError::Unknown)
    ));
}

#[test]
fn a_wide_text_is_read() {
    let text = format!("username\ttoken\nada@acme.example\t{T1}\n");
    for big in [false, true] {
        let mark: &[u8] = if big { &[0xFE, 0xFF] } else { &[0xFF, 0xFE] };
        let units = text.encode_utf16().flat_map(|unit| {
            if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            }
        });
        let file = [mark, &units.collect::<Vec<u8>>()].concat();
        let answer = move_in(ask(&file, vec![])).unwrap();
        assert_eq!(
            told(&answer),
            [format!("new ada@acme.example Live {T1} - [live_token]")]
        );
    }
}

#[test]
fn rows_are_taken_left_out_or_named() {
    // Cells of username, password, token, url; what is told; what is bad; how many are left out.
    type Row = (&'static str, &'static str, &'static [&'static str], u32);
    let table: &[Row] = &[
        (
            "ada@acme.example,x,{1},https://login.salesforce.com",
            "new ada@acme.example Live {1} x [live_token password]",
            &[],
            0,
        ),
        (
            "ada@acme.example.dev,,{1},test",
            "new ada@acme.example.dev Test {1} - [live_token]",
            &[],
            0,
        ),
        (
            "ada@acme.example,,{1},",
            "new ada@acme.example Live {1} - [live_token]",
            &[],
            0,
        ),
        (
            "ada@acme.example,,{1},acme--dev.sandbox.my.salesforce.com",
            "new ada@acme.example Test {1} - [live_token]",
            &[],
            0,
        ),
        (
            "ada@acme.example,x,,acme.my.salesforce.com",
            "new ada@acme.example Live - x [password]",
            &[],
            0,
        ),
        // Not of Salesforce.
        ("ada@acme.example,x,,", "", &[], 1),
        ("ada@acme.example,x,{1},https://git.example/", "", &[], 1),
        (
            "ada@acme.example,x,{1},https://login.salesforce.com.evil.example/",
            "",
            &[],
            1,
        ),
        (
            "ada@acme.example,x,{1},https://login.salesforce.com@evil.example/",
            "",
            &[],
            1,
        ),
        (
            "ada@acme.example,x,{1},https://x@login.salesforce.com/",
            "",
            &[],
            1,
        ),
        (
            "ada@acme.example,x,{1},https://acme.my.site.com/",
            "",
            &[],
            1,
        ),
        (
            "ada@acme.example,x,{1},javascript:alert(1)",
            "new ada@acme.example Live {1} x [live_token password]",
            &[],
            0,
        ),
        // Of Salesforce, but not right.
        ("ada,x,{1},login", "", &["2 username"], 0),
        (",x,{1},login", "", &["2 username"], 0),
        (
            "ada@acme.example,x,abc,login",
            "new ada@acme.example Live - x [password]",
            &["2 token"],
            0,
        ),
        (
            "ada@acme.example,x,{1}A1,login",
            "new ada@acme.example Live - x [password]",
            &["2 token"],
            0,
        ),
        (
            "ada@acme.example,x,AbCdEfGhIjKlMnOpQrStUvWx,login",
            "new ada@acme.example Live - x [password]",
            &["2 token"],
            0,
        ),
    ];
    for (row, expected, bads, left_out) in table {
        let row = row.replace("{1}", T1);
        let file = format!("username,password,token,url\n{row}\n");
        let answer = read(&file, vec![]).unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(told(&answer).join(""), expected.replace("{1}", T1), "{row}");
        assert_eq!(bad(&answer), *bads, "{row}");
        assert_eq!(answer.shown.left_out, *left_out, "{row}");
    }
}

#[test]
fn two_tokens_in_a_note_are_one_too_many() {
    let file = json!({"items": [{"type": 1, "name": "Acme", "notes": format!("{T1}\n{T2}"),
        "login": {"username": "ada@acme.example", "password": "x", "uris": [{"uri": "https://login.salesforce.com"}]}}]});
    let answer = read(&file.to_string(), vec![]).unwrap();
    assert_eq!(told(&answer), ["new ada@acme.example Live - x [password]"]);
    assert_eq!(bad(&answer), ["1 tokens"]);
}

#[test]
fn an_imported_token_never_displaces_one_that_is_known() {
    let file = |token: &str| format!("username,token,password\nada@acme.example,{token},new\n");
    let mut live = ada();
    live.capture(T2.into(), Source::Mail, 10);
    live.keep_password("kept".into(), 10);
    let answer = read(&file(T1), vec![live]).unwrap();
    assert_eq!(
        told(&answer),
        ["more ada@acme.example Live - - [password_kept review]"]
    );
    assert!(answer.accounts.is_empty());
    assert_eq!(
        (answer.reviews.len(), answer.reviews[0].token.expose()),
        (1, T1)
    );

    let mut dead = ada();
    dead.capture(T2.into(), Source::Mail, 10);
    dead.mark_dead(Why::Reset, 20);
    let answer = read(&file(T1), vec![dead]).unwrap();
    assert_eq!(
        told(&answer),
        ["more ada@acme.example Live - new [password review]"]
    );
    assert_eq!(answer.reviews.len(), 1);

    let mut lost = ada();
    lost.mark_dead(Why::Password, 20);
    assert_eq!(read(&file(T1), vec![lost]).unwrap().reviews.len(), 1);

    let mut same = ada();
    same.capture(T1.into(), Source::Mail, 10);
    same.keep_password("new".into(), 10);
    let answer = read(&file(T1), vec![same]).unwrap();
    assert_eq!(told(&answer), ["same ada@acme.example Live - - []"]);
    assert!(answer.accounts.is_empty() && answer.reviews.is_empty());

    let answer = read(&file(T1), vec![ada()]).unwrap();
    assert_eq!(
        told(&answer),
        [format!(
            "more ada@acme.example Live {T1} new [live_token password]"
        )]
    );
}

#[test]
fn a_user_in_several_rows_is_one_account() {
    let file = format!(
        "username,token,url,title\nada@acme.example,{T1},,Acme\nADA@acme.example,{T2},,\nada@acme.example,{T1},login.salesforce.com,Other\n"
    );
    let answer = read(&file, vec![]).unwrap();
    assert_eq!(
        told(&answer),
        [format!(
            "new ada@acme.example Live {T1} - [live_token review]"
        )]
    );
    assert_eq!(answer.reviews.len(), 1);
    assert_eq!(answer.accounts[0].label, "Acme");
}

#[test]
fn without_an_address_the_kept_account_tells_the_realm() {
    let sandbox = Account::new("ada@acme.example", Realm::Test, Environment::Sandbox).unwrap();
    let file = format!("username,token\nada@acme.example,{T1}\n");
    let answer = read(&file, vec![sandbox]).unwrap();
    assert_eq!(
        told(&answer),
        [format!("more ada@acme.example Test {T1} - [live_token]")]
    );
}

#[test]
fn columns_that_are_not_clear_are_asked_for() {
    let file = format!("wer,was,wo,geheim\nx,y,{T1},pw\nnobody,y,,pw\n");
    let answer = read(&file, vec![]).unwrap();
    assert_eq!(
        (answer.shown.needs.as_str(), answer.accounts.len()),
        ("columns", 0)
    );
    assert_eq!(answer.shown.columns, ["wer", "was", "wo", "geheim"]);
    assert_eq!(answer.shown.mapping, [-1, 2, -1, -1, -1, -1]);
    let file = file
        .replace("x,y", "ada@acme.example,y")
        .replace("nobody", "bob@acme.example");
    let told_with = |word: &str| {
        let ask = Ask {
            columns: word.into(),
            ..ask(file.as_bytes(), vec![])
        };
        move_in(ask).map(|answer| told(&answer))
    };
    assert_eq!(
        told_with("0,2,3,,1,").unwrap(),
        [format!(
            "new ada@acme.example Live {T1} pw [live_token password]"
        )]
    );
    for word in ["0", "0,2,3,,1,,", "9,,,,,", "a,,,,,", "-1,2,,,,"] {
        assert_eq!(
            told_with(word).err().map(MoveError::code),
            Some("import_columns"),
            "{word}"
        );
    }
}

/// Nothing that the person did not press for is written, and no secret is in what is shown.
#[test]
fn a_preview_changes_nothing_and_tells_no_secret() {
    let file = format!(
        "username,token,password,url\nada@acme.example,{T1},Hidden7Word,login\nbob@acme.example,{T2}x,Hidden7Word,login\n"
    );
    let ask = Ask {
        apply: false,
        ..ask(file.as_bytes(), vec![])
    };
    let answer = move_in(ask).unwrap();
    assert!(answer.accounts.is_empty() && answer.reviews.is_empty());
    let shown = serde_json::to_string(&answer).unwrap();
    for secret in [T1, T2, "Hidden7Word"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn tool(name: &str, input: &Value) -> Value {
    serde_json::from_str(&moving::run(name, &input.to_string()).unwrap()).unwrap()
}

#[test]
fn a_plain_export_can_be_taken_in_again() {
    let mut account = ada();
    account.capture(T1.into(), Source::Mail, 10);
    account.capture(T2.into(), Source::Page, 20);
    account.keep_password("in\"vented,\n1".into(), 30);
    account.set_label("=1+1").unwrap();
    account.saw_host("acme.my.salesforce.com");
    let accounts = json!([account]);
    let text = |form: &str| {
        let answer = tool(
            "plain_export",
            &json!({"form": form, "now": NOW, "accounts": accounts}),
        );
        answer["shown"]["text"].as_str().unwrap().to_owned()
    };
    let answer = read(&text("json"), vec![]).unwrap();
    assert_eq!(
        (answer.shown.kind.as_str(), answer.accounts[0].tokens.len()),
        ("plain", 2)
    );
    let csv = text("csv");
    assert!(
        csv.starts_with("username,password,security_token,token_works,url,label,realm\n"),
        "{csv}"
    );
    assert!(csv.contains("'=1+1"), "{csv}");
    let answer = read(&csv, vec![]).unwrap();
    assert_eq!(
        told(&answer),
        [format!(
            "new ada@acme.example Live {T2} in\"vented,\n1 [live_token password]"
        )]
    );
    assert_eq!(
        moving::run(
            "plain_export",
            "{\"form\":\"xml\",\"now\":1,\"accounts\":[]}"
        ),
        None
    );
}

#[test]
fn a_backup_merges_and_the_newer_token_stays_in_use() {
    let passphrase = "words for a test backup";
    let mut old = ada();
    old.capture(T1.into(), Source::Mail, 10);
    let bob = Account::new("bob@acme.example", Realm::Live, Environment::Production).unwrap();
    let file = token_keeper::vault::backup::make(&[old, bob], &passphrase.into(), 2, 15).unwrap();
    let open = |passphrase: &str, accounts| {
        move_in(Ask {
            passphrase: passphrase.into(),
            ..ask(&file, accounts)
        })
    };
    assert_eq!(open("", vec![]).unwrap().shown.needs, "passphrase");
    assert_eq!(
        open("other words", vec![]).err(),
        Some(MoveError::Backup(BackupError::WrongPassphrase))
    );
    let mut present = ada();
    present.capture(T2.into(), Source::Mail, 20);
    let answer = open(passphrase, vec![present]).unwrap();
    assert_eq!(
        told(&answer),
        [
            "new bob@acme.example Live - - []".to_owned(),
            format!("more ada@acme.example Live {T2} - [old_tokens]"),
        ]
    );
    assert_eq!(answer.shown.kind, "backup");
    // What was taken in once is there.
    let again = open(passphrase, answer.accounts).unwrap();
    assert_eq!((again.shown.same, again.accounts.len()), (2, 0));
}

#[test]
fn a_tool_takes_only_what_it_knows() {
    for (name, input) in [
        ("move_in", "x"),
        ("backup", "{}"),
        ("plain_export", "[]"),
        ("other", "{}"),
    ] {
        assert_eq!(moving::run(name, input), None, "{name}");
    }
    let refused = tool("move_in", &json!({"data": "", "now": 1, "accounts": []}));
    assert_eq!(refused, json!({"fault": {"code": "import_empty"}}));
}

const VECTOR: &str = "words for a test backup";

/// A file of every version of a backup opens for ever. The first was made by another program from the same JSON.
#[test]
fn backups_of_every_version_open() {
    for version in [1, 2] {
        let file = std::fs::read(format!("tests/vectors/backup-v{version}.age")).unwrap();
        let read = token_keeper::vault::backup::open(&file, &VECTOR.into()).unwrap();
        assert_eq!(read.len(), 2);
        let ada = &read[0];
        assert_eq!(
            (ada.username.as_str(), ada.realm, ada.environment),
            ("ada@acme.example", Realm::Test, Environment::Sandbox)
        );
        assert_eq!(ada.label, "Ada's \"dev\" org");
        assert_eq!(ada.hosts, ["acme--dev.sandbox.my.salesforce.com"]);
        assert_eq!(
            ada.live_token().unwrap().expose(),
            "Invented0Token0Number2BB"
        );
        assert_eq!(ada.tokens[0].dead.unwrap().why, Why::Reset);
        assert_eq!(ada.tokens[1].sent_at, Some(19));
        let kept = ada.password.as_ref().unwrap();
        assert_eq!(
            (kept.password.expose(), kept.confirmed_at),
            ("invented2", None)
        );
        assert_eq!(kept.earlier[0].password.expose(), "inv\"ented\\1");
        assert_eq!(read[1].died.unwrap().why, Why::Password);
        assert_eq!(ada.work.uses.len(), if version == 1 { 0 } else { 1 });
        assert_eq!(
            ada.tokens[0].source,
            if version == 1 {
                Source::Mail
            } else {
                Source::Import
            }
        );
    }
}

/// Makes the vector of the present version: `cargo test --test moving vector -- --ignored`, once for each version.
#[test]
#[ignore = "writes a file that is committed"]
fn make_the_vector() {
    use token_keeper::vault::work::{Use, UseKind, Work};
    let mut ada = Account::new("ada@acme.example", Realm::Test, Environment::Sandbox).unwrap();
    ada.saw_host("acme--dev.sandbox.my.salesforce.com");
    ada.set_label("Ada's \"dev\" org").unwrap();
    ada.capture("Invented0Token0Number1AA".into(), Source::Import, 10);
    ada.mark_dead(Why::Reset, 15);
    ada.capture_sent(
        "Invented0Token0Number2BB".into(),
        Source::Page,
        Some(19),
        20,
    );
    ada.keep_password("inv\"ented\\1".into(), 30);
    ada.password.as_mut().unwrap().confirmed_at = Some(40);
    ada.keep_password("invented2".into(), 50);
    let mut work = Work::default();
    work.set_uses(vec![Use {
        name: "nightly import".into(),
        kind: UseKind::Job,
        place: "ci".into(),
        updated: 5,
    }]);
    ada.set_work(work).unwrap();
    let mut bob = Account::new("bob@acme.example", Realm::Live, Environment::Production).unwrap();
    bob.mark_dead(Why::Password, 7);
    let file = token_keeper::vault::backup::make(
        &[ada, bob],
        &VECTOR.into(),
        token_keeper::vault::backup::WORK_FACTOR,
        1_764_000_000_000,
    )
    .unwrap();
    std::fs::write("tests/vectors/backup-v2.age", file).unwrap();
}

#[test]
fn every_code_has_a_sentence() {
    let text = std::fs::read_to_string("extension/_locales/en/messages.json").unwrap();
    let messages: Value = serde_json::from_str(&text).unwrap();
    use BackupError as B;
    use MoveError as M;
    let backup = [
        B::WrongPassphrase,
        B::NotAge,
        B::NotPassphrase,
        B::TooExpensive,
        B::NotBackup,
        B::TooNew,
        B::NotMade,
    ];
    let errors = [
        M::TooLarge,
        M::Unknown,
        M::Encrypted,
        M::Database,
        M::NotJson,
        M::Empty,
        M::Columns,
    ];
    let errors = backup.map(M::Backup).into_iter().chain(errors);
    let mut ids: Vec<String> = errors
        .map(|error| format!("fault_{}", error.code()))
        .collect();
    for (group, codes) in [
        (
            "kind",
            &["backup", "plain", "bitwarden", "json", "keepass", "csv"][..],
        ),
        (
            "gain",
            &[
                "live_token",
                "old_tokens",
                "token_dies",
                "password",
                "password_kept",
                "hosts",
                "label",
                "work",
                "review",
                "details",
            ],
        ),
        ("bad", &["username", "token", "tokens", "password"]),
        ("column", &token_keeper::wire::moving::FIELDS),
        ("source", &["import"]),
        ("reason", &["imported"]),
        ("fault", &["move_failed"]),
    ] {
        ids.extend(codes.iter().map(|code| format!("{group}_{code}")));
    }
    let missing: Vec<_> = ids
        .iter()
        .filter(|id| messages.get(id.as_str()).is_none())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
