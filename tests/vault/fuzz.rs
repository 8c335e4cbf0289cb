//! One function over every reader of stored bytes. It must come back, whatever it is given; a fuzzer may
//! call it, and here random and half-right bytes do.

use proptest::prelude::*;
use token_keeper::vault::copies::{self, Reading};
use token_keeper::vault::envelope::{self, Binding, Expect, Namespace};
use token_keeper::vault::keys::Header;
use token_keeper::vault::manifest::{self, Manifest, Seen};
use token_keeper::vault::records::Account;
use token_keeper::vault::review::{Pending, Review};
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::Way;
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::vault::sync::{self, Given, Note};
use token_keeper::vault::tombstone::Tombstone;
use token_keeper::vault::{inbox, pad, text};

use crate::raw;

const SECRET: [u8; 32] = [7; 32];
const ID: [u8; 16] = [1; 16];

/// Everything that reads stored bytes, with the right key in hand. What reads must write itself back.
pub fn fuzz(bytes: &[u8]) {
    let key = Key::new(SECRET);
    let stored = text::encode(bytes);
    for namespace in [Namespace::KeyWrap, Namespace::Account, Namespace::Review] {
        let _ = envelope::open(&key, &Expect::any(namespace, ID), bytes);
    }
    let _ = inbox::open(&key, &Expect::any(Namespace::Inbox, ID), bytes);
    let _ = Account::open(&key, &ID, bytes);
    let _ = Review::open(&key, &ID, bytes);
    let _ = Pending::open(&key, &ID, bytes);
    let _ = Tombstone::open(&key, &ID, bytes);
    let _ = pad::unpadded_len(bytes);
    if let Ok(header) = Header::decode(bytes) {
        assert_eq!(header.encode(), bytes);
        assert_eq!(Header::from_text(&stored).as_ref(), Ok(&header));
        let _ = header.unlock_with(&Way::Device(&key));
        let _ = header.key_ring(Key::new(SECRET));
    }
    if let Ok(garbled) = std::str::from_utf8(bytes) {
        let _ = Header::from_text(garbled);
        let _ = envelope::from_text(garbled);
        let _ = store::Entry::parse(garbled);
        let _ = Seen::from_text(garbled);
    }
    let id = text::encode(&ID);
    let mut snapshot = StoreSnapshot::new();
    for name in [
        "vault",
        manifest::NAME,
        "a.",
        "v.",
        "i.",
        "x.",
        "h.",
        "d.",
        "a.b",
    ] {
        snapshot.insert(name.to_owned(), stored.clone());
    }
    for kind in ["a", "v", "i", "d"] {
        snapshot.insert(format!("{kind}.{id}"), stored.clone());
    }
    let _ = Manifest::of(&snapshot);
    let _ = store::header(&snapshot);
    let _ = store::open_all(&key, &snapshot);
    let _ = manifest::commit(&snapshot, &[Change::Remove("vault".to_owned())]);
    let _ = copies::accept(&snapshot, None);
    if let Ok(Some(header)) = store::header(&snapshot) {
        // An area of the same bytes, under the names of its header and of an item.
        let mut area = snapshot.clone();
        area.insert(id, stored.clone());
        for replace in [false, true] {
            let given = Given {
                header: &header,
                key: &key,
                store: &snapshot,
                area: &area,
                note: &Note::default(),
                replace,
                now: 1,
            };
            let _ = sync::plan(&given, &mut |into| into.fill(1));
        }
    }
    let _ = sync::can_join(&stored);
    let other = StoreSnapshot::from([("vault".to_owned(), stored)]);
    for (one, two) in [(&snapshot, &other), (&other, &snapshot)] {
        let _ = copies::compare(Reading::Read(one), Reading::Read(two), None);
    }
}

/// What every reader takes for its own at first sight.
fn good() -> Vec<Vec<u8>> {
    let key = Key::new(SECRET);
    let vector: serde_json::Value =
        serde_json::from_slice(&std::fs::read(crate::vectors().join("vault-v2.json")).unwrap())
            .unwrap();
    let stored = vector["store"].as_object().unwrap().values();
    let mut all: Vec<Vec<u8>> = stored
        .map(|stored| text::decode(stored.as_str().unwrap(), 10_000).unwrap())
        .collect();
    let binding = Binding {
        namespace: Namespace::Inbox,
        id: ID,
        generation: 1,
    };
    all.push(inbox::seal(&inbox::public_key(&key), &binding, b"{}", [3; 32]).unwrap());
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        fuzz(&bytes);
    }

    /// Spoilt at a few places, cut, and the digest of a header or manifest made right again, so that
    /// the reader goes on.
    #[test]
    fn nor_do_half_right_ones(
        which in any::<prop::sample::Index>(),
        spots in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..5),
        cut in prop::option::of(any::<prop::sample::Index>()),
        mend: bool,
    ) {
        let all = good();
        let mut bytes = which.get(&all).clone();
        for (at, byte) in spots {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if mend && bytes.len() > 8 {
            bytes = raw::with_digest(&bytes);
        }
        fuzz(&bytes);
    }

    /// Plaintexts that are sealed rightly and say anything.
    #[test]
    fn nor_does_what_is_sealed_rightly(
        json in r#"\{("[vurehltpdwnc]":([0-9]{1,20}|"[A-Za-z0-9_-]{0,8}"|\[\]|null|\{\}),?){0,9}\}?"#,
        kind in 0..3_usize,
    ) {
        let (number, label) = [(2, "account"), (3, "review"), (5, "state")][kind];
        fuzz(&raw::envelope(SECRET, (number, label), ID, 1, [9; 24], &raw::padded(json.as_bytes())));
    }
}
