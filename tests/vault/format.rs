//! Version 1 of the format, frozen: `tests/vectors/vault-v1.json` opens for ever.
//!
//! The reading test must never be changed. While version 1 is what we write, a second test makes the
//! same vault again and compares every byte.

use serde_json::{Value, json};
use token_keeper::vault::history::{Generation, Source, Why};
use token_keeper::vault::kdf::Params;
use token_keeper::vault::keys::{CreateRandom, Header};
use token_keeper::vault::records::Account;
use token_keeper::vault::review::{Caught, Death, Pending, Review};
use token_keeper::vault::store::{self, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

use crate::to_hex;

/// Invented.
const PASSPHRASE: &str = "seven invented words ☕ \"quoted\" \\";

fn committed() -> Value {
    let file = crate::vectors().join("vault-v1.json");
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[test]
fn version_1_opens_for_ever() {
    let vector = committed();
    let store: StoreSnapshot = serde_json::from_value(vector["store"].clone()).unwrap();
    let header = store::header(&store).unwrap().unwrap();
    let key = header
        .unlock(&vector["passphrase"].as_str().unwrap().into())
        .unwrap();
    let opened = store::open_all(&key, &store);
    assert_eq!(opened.damaged, []);
    assert_eq!(told(&header, &opened), vector["expected"]);
}

#[test]
fn version_1_is_what_is_written() {
    assert_eq!(made(), committed());
}

#[test]
#[ignore = "writes the vector: only for a new version of the format, under a new name"]
fn write_the_vector() {
    let text = serde_json::to_string_pretty(&made()).unwrap() + "\n";
    std::fs::write(crate::vectors().join("vault-v1.json"), text).unwrap();
}

fn made() -> Value {
    let random = CreateRandom {
        vault_key: [0x6b; 32],
        vault_id: [0x1d; 16],
        salt: [0x5a; 16],
        nonce: [0x4e; 24],
    };
    let (header, key) = Header::create(&PASSPHRASE.into(), Params::FLOOR, &random).unwrap();
    let store = StoreSnapshot::from([
        ("vault".to_owned(), header.to_text()),
        store::sealed_entry(&key, &ada(), [1; 24]).unwrap(),
        store::sealed_entry(&key, &bob(), [2; 24]).unwrap(),
        store::review_entry(&key, &review(), [3; 24]).unwrap(),
        store::inbox_entry(
            &header.public_key,
            [0x1b; 16],
            &Pending::Token(caught()),
            [4; 32],
        )
        .unwrap(),
        store::inbox_entry(
            &header.public_key,
            [0x1c; 16],
            &Pending::Death(death()),
            [5; 32],
        )
        .unwrap(),
    ]);
    let opened = store::open_all(&key, &store);
    json!({
        "note": "Version 1 of the vault's format. Everything in it is invented. Never edit.",
        "passphrase": PASSPHRASE,
        "store": store,
        "expected": told(&header, &opened),
    })
}

/// Every field in use.
fn ada() -> Account {
    let mut account = Account::new("Ada@example.com", Realm::Test, Environment::Sandbox).unwrap();
    account.saw_host("acme--dev.sandbox.my.salesforce.com");
    account.saw_host("test.salesforce.com");
    account.set_label("Ada's \"dev\" ☕").unwrap();
    account.capture_sent(
        "Invented0Token0Number0001".into(),
        Source::Mail,
        Some(1_700_000_000_000),
        1_700_000_001_000,
    );
    account.mark_dead(Why::Said, 1_700_000_002_000);
    account.capture(
        "Invented0Token0Number0002".into(),
        Source::Page,
        1_700_000_003_000,
    );
    account.capture(
        "Invented0Token0Number0003".into(),
        Source::Scan,
        1_700_000_004_000,
    );
    account.keep_password("Invented-Pass-1".into(), 1_700_000_005_000);
    account.confirm_password(1_700_000_006_000);
    account.keep_password("Invented-\"Pass\\2".into(), 1_700_000_007_000);
    account
}

/// Next to nothing in use.
fn bob() -> Account {
    let mut account =
        Account::new("bob@example.org", Realm::Live, Environment::Production).unwrap();
    account.mark_dead(Why::Reset, 1_700_000_000_000);
    account
}

fn review() -> Review {
    Review {
        id: [0x0e; 16],
        token: "Invented0Token0Number0004".into(),
        username: Some("eve@example.net".into()),
        origin: "mail.example.com".into(),
        sender: Some("support@example.com".into()),
        at: 1_700_000_008_000,
        reasons: vec!["two_tokens".into(), "unknown_sender".into()],
        realm: Realm::Government,
        source: Source::Mail,
        sent_at: None,
        auth: String::new(),
    }
}

fn death() -> Death {
    Death {
        username: "bob@example.org".into(),
        realm: Realm::Live,
        why: Why::Reset,
        at: 1_700_000_010_000,
    }
}

fn caught() -> Caught {
    Caught {
        token: "Invented0Token0Number0005".into(),
        username: Some("bob@example.org".into()),
        realm: Realm::Live,
        environment: Environment::Production,
        origin: "acme.my.salesforce.com".into(),
        sender: None,
        at: 1_700_000_009_000,
        sent_at: None,
        expected: true,
        reasons: Vec::new(),
        source: Source::Page,
        auth: String::new(),
    }
}

/// What was opened, in words of this file, so that no serde of the vault stands on both sides.
fn told(header: &Header, opened: &store::Opened) -> Value {
    let accounts = opened.accounts.iter().map(|(id, account)| {
        let password = account.password.as_ref().map(|kept| {
            let earlier = kept
                .earlier
                .iter()
                .map(|one| json!([one.password.expose(), one.made_at, one.confirmed_at]));
            json!({
                "password": kept.password.expose(),
                "made_at": kept.made_at,
                "confirmed_at": kept.confirmed_at,
                "earlier": earlier.collect::<Vec<_>>(),
            })
        });
        json!({
            "id": to_hex(id),
            "username": account.username,
            "realm": format!("{:?}", account.realm),
            "environment": format!("{:?}", account.environment),
            "hosts": account.hosts,
            "label": account.label,
            "tokens": account.tokens.iter().map(told_token).collect::<Vec<_>>(),
            "password": password,
            "died": account.died.map(|dead| json!([dead.why.code(), dead.at])),
            "writes": account.writes,
        })
    });
    let reviews = opened.reviews.iter().map(|review| {
        json!({
            "id": to_hex(&review.id),
            "token": review.token.expose(),
            "username": review.username,
            "origin": review.origin,
            "sender": review.sender,
            "at": review.at,
            "reasons": review.reasons,
            "realm": format!("{:?}", review.realm),
            "source": review.source.code(),
        })
    });
    let inbox = opened.inbox.iter().map(|(id, pending)| match pending {
        Pending::Token(caught) => json!({
            "id": to_hex(id),
            "token": caught.token.expose(),
            "username": caught.username,
            "realm": format!("{:?}", caught.realm),
            "environment": format!("{:?}", caught.environment),
            "origin": caught.origin,
            "sender": caught.sender,
            "at": caught.at,
            "sent_at": caught.sent_at,
            "expected": caught.expected,
            "reasons": caught.reasons,
            "source": caught.source.code(),
        }),
        Pending::Death(death) => json!({
            "id": to_hex(id),
            "username": death.username,
            "realm": format!("{:?}", death.realm),
            "why": death.why.code(),
            "at": death.at,
        }),
    });
    json!({
        "vault_id": to_hex(&header.vault_id),
        "generation": header.generation,
        "public_key": to_hex(&header.public_key),
        "accounts": accounts.collect::<Vec<_>>(),
        "reviews": reviews.collect::<Vec<_>>(),
        "inbox": inbox.collect::<Vec<_>>(),
    })
}

fn told_token(generation: &Generation) -> Value {
    json!({
        "number": generation.number,
        "token": generation.token.expose(),
        "caught_at": generation.caught_at,
        "source": generation.source.code(),
        "sent_at": generation.sent_at,
        "dead": generation.dead.map(|dead| json!([dead.why.code(), dead.at])),
    })
}
