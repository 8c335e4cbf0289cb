//! For any input.

use std::collections::BTreeMap;

use proptest::prelude::*;
use token_keeper::vault::envelope::{self, Binding, Expect, Namespace, OpenError};
use token_keeper::vault::history::{Capture, Source, Why};
use token_keeper::vault::keys::Header;
use token_keeper::vault::records::Account;
use token_keeper::vault::secret::{Key, SecretText};
use token_keeper::vault::{inbox, pad, store, text};
use token_keeper::wire::views::{Environment, Realm};

use crate::raw;

const NAMESPACES: [(Namespace, &str); 7] = [
    (Namespace::KeyWrap, "key wrap"),
    (Namespace::Account, "account"),
    (Namespace::Review, "review"),
    (Namespace::Inbox, "inbox"),
    (Namespace::State, "state"),
    (Namespace::Tombstone, "tombstone"),
    (Namespace::Synced, "synced"),
];

fn key() -> Key {
    Key::new([7; 32])
}

fn envelope_of(plaintext: &[u8]) -> (Expect, Vec<u8>) {
    let binding = Binding {
        namespace: Namespace::Account,
        id: [1; 16],
        generation: 1,
    };
    let bytes = envelope::seal(&key(), &binding, plaintext, [2; 24]).unwrap();
    (Expect::any(Namespace::Account, [1; 16]), bytes)
}

fn inbox_of(plaintext: &[u8]) -> (Expect, Vec<u8>) {
    let binding = Binding {
        namespace: Namespace::Inbox,
        id: [1; 16],
        generation: 1,
    };
    let bytes = inbox::seal(&inbox::public_key(&key()), &binding, plaintext, [2; 32]).unwrap();
    (Expect::any(Namespace::Inbox, [1; 16]), bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_envelope_opens_to_what_was_sealed(
        secret: [u8; 32],
        kind in 0..5_usize,
        id: [u8; 16],
        generation: u64,
        nonce: [u8; 24],
        plaintext in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let (namespace, label) = NAMESPACES[kind];
        let key = Key::new(secret);
        let bytes = envelope::seal(&key, &Binding { namespace, id, generation }, &plaintext, nonce).unwrap();
        let (found, opened) = envelope::open(&key, &Expect::any(namespace, id), &bytes).unwrap();
        prop_assert_eq!((found, opened.expose()), (generation, &plaintext[..]));
        // The documentation says the same as the code.
        let kind = (namespace as u8, label);
        prop_assert_eq!(&raw::envelope(secret, kind, id, generation, nonce, &raw::padded(&plaintext)), &bytes);
        prop_assert_eq!(envelope::from_text(&envelope::to_text(&bytes)), Ok(bytes));
    }

    #[test]
    fn an_inbox_item_opens_to_what_was_sealed(
        secret: [u8; 32],
        id: [u8; 16],
        generation: u64,
        seed: [u8; 32],
        plaintext in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let key = Key::new(secret);
        let binding = Binding { namespace: Namespace::Inbox, id, generation };
        let bytes = inbox::seal(&inbox::public_key(&key), &binding, &plaintext, seed).unwrap();
        let (found, opened) = inbox::open(&key, &Expect::any(Namespace::Inbox, id), &bytes).unwrap();
        prop_assert_eq!((found, opened.expose()), (generation, &plaintext[..]));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), magic in 0..4_usize) {
        let mut bytes = bytes;
        let magic: &[u8] = [&b""[..], b"TKEV\x01\x01\x02\x00", b"TKIN\x01\x01\x04\x00", b"TKVH\x01\x01\x00\x00"][magic];
        bytes.splice(0..magic.len().min(bytes.len()), magic.iter().copied());
        let expected = Expect::any(Namespace::Account, [1; 16]);
        prop_assert!(envelope::open(&key(), &expected, &bytes).is_err());
        prop_assert!(inbox::open(&key(), &expected, &bytes).is_err());
        prop_assert!(Header::decode(&bytes).is_err());
        let _ = pad::unpadded_len(&bytes);
    }

    #[test]
    fn text_has_one_spelling(stored in "[A-Za-z0-9_=+/ -]{0,60}") {
        if let Ok(bytes) = text::decode(&stored, 1000) {
            prop_assert_eq!(text::encode(&bytes), stored);
        }
    }

    /// Captures, deaths and passwords in any order: what was acknowledged is still there, what is
    /// live is the newest, and the record survives the way through the store at every step.
    #[test]
    fn nothing_acknowledged_is_lost(steps in prop::collection::vec((0..7_u8, 0..6_u8), 0..40)) {
        let mut account = Account::new("ada@example.com", Realm::Live, Environment::Production).unwrap();
        let mut caught = BTreeMap::new();
        for (now, (step, which)) in (1..).zip(steps) {
            let writes = account.writes;
            let token = SecretText::new(format!("Token{which}"));
            match step {
                0..=2 => {
                    let outcome = account.capture(token, Source::Mail, now);
                    let known = caught.contains_key(&which);
                    prop_assert_eq!(outcome, if known { Capture::Same } else { Capture::New });
                    prop_assert_eq!(account.writes == writes, known);
                    let number = account.tokens.last().unwrap().number;
                    caught.entry(which).or_insert(number);
                }
                3 => prop_assert_eq!(account.mark_dead(Why::Reset, now), account.writes > writes),
                4 => prop_assert_eq!(account.mark_dead(Why::Said, now), account.writes > writes),
                5 => account.keep_password(format!("Pass{which}").into(), now),
                _ => prop_assert_eq!(account.confirm_password(now), account.writes > writes),
            }
            for (which, number) in &caught {
                let kept = account.tokens.iter().find(|kept| kept.number == *number).unwrap();
                prop_assert_eq!(kept.token.expose(), format!("Token{which}"));
            }
            let live = account.tokens.iter().filter(|kept| kept.dead.is_none()).count();
            prop_assert_eq!(live, usize::from(account.live_token().is_some()));
            let (name, stored) = store::sealed_entry(&key(), &account, [9; 24]).unwrap();
            prop_assert_eq!(store::read_back(&key(), &name, &stored, &account), Ok(()));
        }
    }
}

#[test]
fn any_flipped_byte_is_refused() {
    let (envelope_is, sealed) = envelope_of(b"plain words");
    let (inbox_is, item) = inbox_of(b"plain words");
    for flip in [0x01, 0x80, 0xff] {
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone();
            bytes[at] ^= flip;
            assert!(
                envelope::open(&key(), &envelope_is, &bytes).is_err(),
                "byte {at}"
            );
        }
        for at in 0..item.len() {
            let mut bytes = item.clone();
            bytes[at] ^= flip;
            // X25519 ignores the top bit of a point, but HPKE binds the bytes as they stand.
            assert!(inbox::open(&key(), &inbox_is, &bytes).is_err(), "byte {at}");
        }
    }
}

#[test]
fn any_truncation_and_any_tail_is_refused() {
    let plaintext = [0x61; 200];
    let (envelope_is, sealed) = envelope_of(&plaintext);
    let (inbox_is, item) = inbox_of(&plaintext);
    for length in 0..sealed.len() {
        let refused = envelope::open(&key(), &envelope_is, &sealed[..length]).unwrap_err();
        // 88 = preamble, nonce and tag; between two blocks no length is ours.
        let expected = match length {
            0..=88 => OpenError::TooShort,
            _ if (length - 88) % pad::BLOCK == 0 => OpenError::Damaged,
            _ => OpenError::NotCanonical,
        };
        assert_eq!(refused, expected, "{length}");
    }
    for length in 0..item.len() {
        assert!(
            inbox::open(&key(), &inbox_is, &item[..length]).is_err(),
            "{length}"
        );
    }
    for more in 1..200 {
        let longer = [&sealed[..], &vec![0; more]].concat();
        assert!(
            envelope::open(&key(), &envelope_is, &longer).is_err(),
            "{more}"
        );
        let longer = [&item[..], &vec![0; more]].concat();
        assert!(inbox::open(&key(), &inbox_is, &longer).is_err(), "{more}");
    }
}

/// The store of a hostile sync server: items under any other's name, cut, or from another vault.
#[test]
fn items_under_anothers_name_never_open() {
    let account = |name: &str| {
        let mut account = Account::new(name, Realm::Live, Environment::Production).unwrap();
        account.capture("Invented0Token".into(), Source::Page, 1);
        account
    };
    let entries: Vec<_> = ["ada", "bob", "eve"]
        .map(|name| store::sealed_entry(&key(), &account(name), [9; 24]).unwrap())
        .into();
    for (name, _) in &entries {
        for (own_name, stored) in &entries {
            let snapshot = store::StoreSnapshot::from([(name.clone(), stored.clone())]);
            let opened = store::open_all(&key(), &snapshot);
            assert_eq!(opened.accounts.len(), usize::from(name == own_name));
            assert_eq!(opened.damaged.len(), usize::from(name != own_name));
        }
    }
}
