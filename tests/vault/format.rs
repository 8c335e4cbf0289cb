//! The versions of the format, frozen: `tests/vectors/vault-v1.json` and `vault-v2.json` open for ever.
//!
//! The reading tests must never be changed. While version 2 is what we write, a further test makes the
//! same vault again and compares every byte.

use serde_json::{Value, json};
use token_keeper::vault::history::{Generation, Source, Why};
use token_keeper::vault::kdf::Params;
use token_keeper::vault::keys::{CreateRandom, Header};
use token_keeper::vault::manifest::{self, Manifest};
use token_keeper::vault::records::Account;
use token_keeper::vault::review::{Caught, Death, Pending, Review};
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::{NewWay, Passkey, Way};
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

use crate::{hex, to_hex};

/// Invented.
const PASSPHRASE: &str = "seven invented words ☕ \"quoted\" \\";

fn committed(version: u32) -> Value {
    let file = crate::vectors().join(format!("vault-v{version}.json"));
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[test]
fn version_1_opens_for_ever() {
    let vector = committed(1);
    let store: StoreSnapshot = serde_json::from_value(vector["store"].clone()).unwrap();
    let header = store::header(&store).unwrap().unwrap();
    let key = header
        .unlock(&vector["passphrase"].as_str().unwrap().into())
        .unwrap();
    let opened = store::open_all(&key, &store);
    assert_eq!(opened.damaged, []);
    assert_eq!(told(&header, &opened), vector["expected"]);
}

/// One step: the first change of a version 1 makes a version 2 of it, which opens with the same secret
/// to the same key. Reading alone changes nothing.
#[test]
fn version_1_becomes_version_2_when_it_is_changed() {
    let vector = committed(1);
    let stored = vector["store"]["vault"].as_str().unwrap();
    let header = Header::from_text(stored).unwrap();
    assert_eq!((header.to_text(), header.encode()[4]), (stored.into(), 1));
    let passphrase = vector["passphrase"].as_str().unwrap().into();
    let (key, raised) = header
        .unlock_raising(&passphrase, Params::FLOOR, &mut counting())
        .unwrap();
    assert_eq!(raised, None);
    let device = Key::new([0xde; 32]);
    let changed = header
        .add(&key, NewWay::Device(&device, 1), &mut counting())
        .unwrap();
    let changed = Header::from_text(&changed.to_text()).unwrap();
    assert_eq!(
        (changed.encode()[4], changed.generation),
        (2, header.generation + 1)
    );
    assert_eq!(changed.slots[0], header.slots[0]);
    assert!(changed.unlock(&passphrase).unwrap() == key);
}

/// Every kind of slot, a rotation under way with records under both keys, two histories of one account,
/// and the manifest.
#[test]
fn version_2_opens_for_ever() {
    let vector = committed(2);
    let store: StoreSnapshot = serde_json::from_value(vector["store"].clone()).unwrap();
    let header = store::header(&store).unwrap().unwrap();
    let text = |name: &str| vector[name].as_str().unwrap();
    let secret = |name: &str| Key::new(hex(text(name)).try_into().unwrap());
    let (passkey, device) = (secret("passkey"), secret("device"));
    let (passphrase, credential) = (text("passphrase").into(), hex(text("credential")));
    let ways = [
        Way::Passphrase(&passphrase),
        Way::Passkey {
            credential: &credential,
            secret: &passkey,
        },
        Way::Device(&device),
    ];
    for way in &ways {
        let (key, _) = header.unlock_with(way).unwrap();
        let ring = header.key_ring(key).unwrap();
        let opened = store::open_ring(&ring, &store);
        assert_eq!(opened.damaged, []);
        assert_eq!(opened.asides.len(), 1);
        assert_eq!(told(&header, &opened), vector["expected"]);
    }
    let manifest = Manifest::of(&store).unwrap();
    assert!(manifest.describes(&store));
    assert_eq!(manifest.counter, 2);
}

#[test]
fn version_2_is_what_is_written() {
    assert_eq!(made(), committed(2));
}

#[test]
#[ignore = "writes the vector: only for a new version of the format, under a new name"]
fn write_the_vector() {
    let text = serde_json::to_string_pretty(&made()).unwrap() + "\n";
    std::fs::write(crate::vectors().join("vault-v2.json"), text).unwrap();
}

/// Bytes that count up with each draw: every draw differs, and is the same the next time.
fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0x40_u8;
    move |into: &mut [u8]| {
        next += 1;
        into.fill(next);
    }
}

fn made() -> Value {
    let random = CreateRandom {
        vault_key: [0x6b; 32],
        vault_id: [0x1d; 16],
        salt: [0x5a; 16],
        nonce: [0x4e; 24],
    };
    let passphrase = PASSPHRASE.into();
    let (passkey, device) = (Key::new([0x9a; 32]), Key::new([0xde; 32]));
    let credential = vec![0xc1; 20];
    let mut random_bytes = counting();
    let (header, old_key) = Header::create(&passphrase, Params::FLOOR, &random).unwrap();
    let described = Passkey {
        credential: credential.clone(),
        rp_id: "abcdefghijklmnopabcdefghijklmnop".into(),
        salt: [0x5b; 32],
        added_at: 1_700_000_000_000,
    };
    let header = header
        .add(
            &old_key,
            NewWay::Passkey(described, &passkey),
            &mut random_bytes,
        )
        .unwrap();
    let header = header
        .add(
            &old_key,
            NewWay::Device(&device, 1_700_000_000_001),
            &mut random_bytes,
        )
        .unwrap();
    let old_public_key = header.public_key;
    let ways = [
        Way::Passphrase(&passphrase),
        Way::Passkey {
            credential: &credential,
            secret: &passkey,
        },
        Way::Device(&device),
    ];
    let rotated = header
        .rotate(&old_key, &ways, Params::FLOOR, &mut random_bytes)
        .unwrap();
    let (header, ring) = (rotated.header, rotated.ring);
    let new_key = ring.present();
    let (name, other_history) = store::sealed_entry(new_key, &ada(), [6; 24]).unwrap();
    let entries = [
        store::sealed_entry(new_key, &ada(), [1; 24]).unwrap(),
        store::sealed_entry(&old_key, &bob(), [2; 24]).unwrap(),
        store::review_entry(&old_key, &review(), [3; 24]).unwrap(),
        store::inbox_entry(
            &old_public_key,
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
        (
            format!("x.{}.AQIDBAUGBwg", name.trim_start_matches("a.")),
            other_history,
        ),
    ];
    let changes: Vec<_> = std::iter::once(("vault".to_owned(), header.to_text()))
        .chain(entries)
        .map(|(name, stored)| Change::Put(name, stored))
        .collect();
    let mut store = StoreSnapshot::new();
    for some in changes.chunks(4) {
        manifest::commit(&store, some).unwrap().apply(&mut store);
    }
    let opened = store::open_ring(&ring, &store);
    json!({
        "note": "Version 2 of the vault's format. Everything in it is invented. Never edit.",
        "passphrase": PASSPHRASE,
        "passkey": to_hex(passkey.expose()),
        "credential": to_hex(&credential),
        "device": to_hex(device.expose()),
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
