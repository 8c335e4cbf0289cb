//! The vault as names and text, the way a storage area holds it.
//!
//! | name | text |
//! |---|---|
//! | `vault` | the header |
//! | `a.<id>` | an account |
//! | `v.<id>` | a review |
//! | `i.<id>` | an inbox item |
//!
//! Ids are 16 bytes, names and values base64url. Other names belong to other rooms and are passed
//! over. Nothing here deletes: what does not open is reported, and stays.

use std::collections::BTreeMap;

use crate::vault::envelope;
use crate::vault::keys::{Header, HeaderError};
use crate::vault::records::{Account, RecordError};
use crate::vault::review::{Pending, Review};
use crate::vault::secret::Key;
use crate::vault::text;

/// Everything in a storage area.
pub type StoreSnapshot = BTreeMap<String, String>;

/// What a storage name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// The header.
    Header,
    /// An account.
    Account([u8; 16]),
    /// A review.
    Review([u8; 16]),
    /// An inbox item.
    Inbox([u8; 16]),
}

/// What opening everything gave.
#[derive(Debug, Default)]
pub struct Opened {
    /// Accounts with their ids, in the order of their names.
    pub accounts: Vec<([u8; 16], Account)>,
    /// Reviews; each knows its id.
    pub reviews: Vec<Review>,
    /// What happened while locked, with the ids of the items.
    pub inbox: Vec<([u8; 16], Pending)>,
    /// What did not open: storage name and stable code.
    pub damaged: Vec<(String, &'static str)>,
}

/// Why the store is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There are records, and no header. This is never a first run.
    #[error("the vault header is missing")]
    HeaderMissing,
    /// The header does not read.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The name is none of ours, or not the name of this record.
    #[error("the storage name does not fit the record")]
    WrongName,
    /// It opens, and says something else than what was written.
    #[error("the store does not hold what was written")]
    NotWhatWasWritten,
    /// It does not open, or cannot be sealed.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl StoreError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::HeaderMissing => "header_missing",
            Self::Header(error) => error.code(),
            Self::WrongName => "wrong_name",
            Self::NotWhatWasWritten => "not_what_was_written",
            Self::Record(error) => error.code(),
        }
    }
}

/// The header in a snapshot; `None` only if nothing of a vault is there at all.
///
/// A caller must still ask its second witness before it believes in a first run: a browser can hand
/// back an empty area without an error (`facts/security.md` §0, finding 2).
///
/// # Errors
/// [`StoreError::HeaderMissing`] if records are there without it, [`StoreError::Header`].
pub fn header(snapshot: &StoreSnapshot) -> Result<Option<Header>, StoreError> {
    match snapshot.get(&Entry::Header.name()) {
        Some(stored) => Ok(Some(Header::from_text(stored)?)),
        None if snapshot.keys().any(|name| is_ours(name)) => Err(StoreError::HeaderMissing),
        None => Ok(None),
    }
}

/// Opens all that opens. A damaged item never hides the good ones.
#[must_use]
pub fn open_all(key: &Key, snapshot: &StoreSnapshot) -> Opened {
    let mut opened = Opened::default();
    for (name, stored) in snapshot.iter().filter(|(name, _)| is_ours(name)) {
        if let Err(error) = open_one(key, name, stored, &mut opened) {
            opened.damaged.push((name.clone(), error.code()));
        }
    }
    opened
}

/// Name and text of an account, ready to be written.
///
/// # Errors
/// A record that could not be read again: see [`Account::seal`].
pub fn sealed_entry(
    key: &Key,
    account: &Account,
    nonce: [u8; 24],
) -> Result<(String, String), StoreError> {
    let (id, sealed) = account.seal(key, nonce)?;
    Ok((Entry::Account(id).name(), envelope::to_text(&sealed)))
}

/// Name and text of a review, ready to be written.
///
/// # Errors
/// A record that could not be read again: see [`Review::seal`].
pub fn review_entry(
    key: &Key,
    review: &Review,
    nonce: [u8; 24],
) -> Result<(String, String), StoreError> {
    let sealed = review.seal(key, nonce)?;
    Ok((Entry::Review(review.id).name(), envelope::to_text(&sealed)))
}

/// Name and text of what happened while locked, ready to be written. Id and seed are random.
///
/// It cannot be opened to read it back; compare the text that was written with the text that is there.
///
/// # Errors
/// A record that could not be read again: see [`Pending::seal`].
pub fn inbox_entry(
    public_key: &[u8; 32],
    id: [u8; 16],
    pending: &Pending,
    seed: [u8; 32],
) -> Result<(String, String), StoreError> {
    let sealed = pending.seal(public_key, id, seed)?;
    Ok((Entry::Inbox(id).name(), envelope::to_text(&sealed)))
}

/// After a write: does the store, under this name, open to this account? Only then it is saved.
///
/// # Errors
/// [`StoreError::WrongName`], [`StoreError::NotWhatWasWritten`], or whatever keeps it from opening.
pub fn read_back(
    key: &Key,
    name: &str,
    stored: &str,
    expected: &Account,
) -> Result<(), StoreError> {
    match Entry::parse(name) {
        Some(Entry::Account(id)) if id == expected.id(key) => {
            same(&Account::open(key, &id, &bytes(stored)?)?, expected)
        }
        _ => Err(StoreError::WrongName),
    }
}

/// [`read_back`] for a review.
///
/// # Errors
/// As [`read_back`].
pub fn read_back_review(
    key: &Key,
    name: &str,
    stored: &str,
    expected: &Review,
) -> Result<(), StoreError> {
    match Entry::parse(name) {
        Some(Entry::Review(id)) if id == expected.id => {
            same(&Review::open(key, &id, &bytes(stored)?)?, expected)
        }
        _ => Err(StoreError::WrongName),
    }
}

impl Entry {
    /// The storage name.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Header => "vault".to_owned(),
            Self::Account(id) => format!("a.{}", text::encode(id)),
            Self::Review(id) => format!("v.{}", text::encode(id)),
            Self::Inbox(id) => format!("i.{}", text::encode(id)),
        }
    }

    /// Reads [`Entry::name`]'s spelling and no other.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name == "vault" {
            return Some(Self::Header);
        }
        let (kind, id) = name.split_once('.')?;
        let id = text::decode_exact(id)?;
        match kind {
            "a" => Some(Self::Account(id)),
            "v" => Some(Self::Review(id)),
            "i" => Some(Self::Inbox(id)),
            _ => None,
        }
    }
}

/// Is it the name of a record, or meant to be one?
fn is_ours(name: &str) -> bool {
    ["a.", "v.", "i."]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn open_one(key: &Key, name: &str, stored: &str, opened: &mut Opened) -> Result<(), StoreError> {
    match Entry::parse(name) {
        Some(Entry::Account(id)) => {
            opened
                .accounts
                .push((id, Account::open(key, &id, &bytes(stored)?)?));
        }
        Some(Entry::Review(id)) => opened
            .reviews
            .push(Review::open(key, &id, &bytes(stored)?)?),
        Some(Entry::Inbox(id)) => {
            opened
                .inbox
                .push((id, Pending::open(key, &id, &bytes(stored)?)?));
        }
        Some(Entry::Header) | None => return Err(StoreError::WrongName),
    }
    Ok(())
}

fn bytes(stored: &str) -> Result<Vec<u8>, RecordError> {
    Ok(envelope::from_text(stored)?)
}

fn same<T: PartialEq>(found: &T, expected: &T) -> Result<(), StoreError> {
    if found == expected {
        Ok(())
    } else {
        Err(StoreError::NotWhatWasWritten)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::history::Source;
    use crate::vault::inbox;
    use crate::vault::kdf::Params;
    use crate::vault::keys::CreateRandom;
    use crate::vault::review::Caught;
    use crate::wire::views::{Environment, Realm};

    fn key() -> Key {
        Key::new([7; 32])
    }

    fn account(name: &str) -> Account {
        let mut account = Account::new(name, Realm::Live, Environment::Production).unwrap();
        account.capture(format!("Token-of-{name}").into(), Source::Page, 1);
        account
    }

    fn caught() -> Caught {
        Caught {
            token: "Invented0Token0Number1AA".into(),
            username: None,
            realm: Realm::Live,
            environment: Environment::Production,
            origin: "paste".into(),
            sender: None,
            at: 1,
            sent_at: None,
            expected: false,
            reasons: Vec::new(),
            source: Source::Paste,
            auth: String::new(),
        }
    }

    fn store() -> StoreSnapshot {
        let review = caught().into_review([1; 16]);
        StoreSnapshot::from([
            sealed_entry(&key(), &account("ada"), [1; 24]).unwrap(),
            sealed_entry(&key(), &account("bob"), [2; 24]).unwrap(),
            review_entry(&key(), &review, [3; 24]).unwrap(),
            inbox_entry(
                &inbox::public_key(&key()),
                [2; 16],
                &Pending::Token(caught()),
                [4; 32],
            )
            .unwrap(),
            ("settings".to_owned(), "not ours".to_owned()),
        ])
    }

    #[test]
    fn names_round_trip() {
        let entries = [
            Entry::Header,
            Entry::Account([1; 16]),
            Entry::Review([2; 16]),
            Entry::Inbox([3; 16]),
        ];
        for entry in entries {
            assert_eq!(Entry::parse(&entry.name()), Some(entry));
        }
        assert_eq!(Entry::Account([0; 16]).name(), "a.AAAAAAAAAAAAAAAAAAAAAA");
        for bad in [
            "",
            "a",
            "a.",
            "a.AAAA",
            "b.AAAAAAAAAAAAAAAAAAAAAA",
            "a.AAAAAAAAAAAAAAAAAAAAAB",
        ] {
            assert_eq!(Entry::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn nothing_of_a_record_is_in_clear() {
        let account = account("ada.lovelace@example.com");
        let (name, text) = sealed_entry(&key(), &account, [1; 24]).unwrap();
        let bytes = envelope::from_text(&text).unwrap();
        for word in ["ada", "lovelace", "example", "Token"] {
            let inside = bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes());
            assert!(
                !inside && !name.contains(word) && !text.contains(word),
                "{word}"
            );
        }
    }

    #[test]
    fn everything_opens() {
        let opened = open_all(&key(), &store());
        assert_eq!(
            (
                opened.accounts.len(),
                opened.reviews.len(),
                opened.inbox.len()
            ),
            (2, 1, 1)
        );
        assert_eq!(opened.damaged, []);
        assert!(
            opened
                .accounts
                .iter()
                .all(|(id, account)| *id == account.id(&key()))
        );
    }

    #[test]
    fn a_damaged_item_hides_no_other() {
        for (spoilt, text) in store().into_iter().filter(|(name, _)| name != "settings") {
            let mut store = store();
            let half = text.get(..text.len() / 2 / 4 * 4).unwrap().to_owned();
            store.insert(spoilt.clone(), half);
            let opened = open_all(&key(), &store);
            let good = opened.accounts.len() + opened.reviews.len() + opened.inbox.len();
            assert_eq!((good, opened.damaged.len()), (3, 1));
            assert_eq!(opened.damaged[0].0, spoilt);
        }
    }

    #[test]
    fn swapped_and_misnamed_items_are_reported() {
        let mut store = store();
        let names: Vec<_> = store
            .keys()
            .filter(|name| name.starts_with("a."))
            .cloned()
            .collect();
        let ada = store[&names[0]].clone();
        store.insert(names[1].clone(), ada.clone());
        store.insert("v.short".to_owned(), ada.clone());
        store.insert(Entry::Review([9; 16]).name(), ada);
        let opened = open_all(&key(), &store);
        let codes: Vec<_> = opened.damaged.iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, ["wrong_id", "wrong_namespace", "wrong_name"]);
        assert_eq!(opened.accounts.len(), 1);
    }

    #[test]
    fn another_vaults_items_are_reported() {
        let opened = open_all(&Key::new([8; 32]), &store());
        let codes: Vec<_> = opened.damaged.iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, ["wrong_key"; 4]);
    }

    #[test]
    fn saved_means_it_opens_to_the_same() {
        let ada = account("ada");
        let (name, text) = sealed_entry(&key(), &ada, [1; 24]).unwrap();
        assert_eq!(read_back(&key(), &name, &text, &ada), Ok(()));
        let (other_name, other_text) = sealed_entry(&key(), &account("bob"), [1; 24]).unwrap();
        let mut newer = account("ada");
        newer.capture("Newer".into(), Source::Page, 2);
        let table = [
            (&*other_name, &*text, &ada, "wrong_name"),
            ("settings", &text, &ada, "wrong_name"),
            (&name, &other_text, &ada, "wrong_id"),
            (&name, "", &ada, "too_short"),
            (&name, &text, &newer, "not_what_was_written"),
        ];
        for (name, text, expected, code) in table {
            assert_eq!(
                read_back(&key(), name, text, expected).unwrap_err().code(),
                code
            );
        }
        let review = caught().into_review([1; 16]);
        let (name, text) = review_entry(&key(), &review, [3; 24]).unwrap();
        assert_eq!(read_back_review(&key(), &name, &text, &review), Ok(()));
        let refused = read_back_review(&key(), &other_name, &text, &review);
        assert_eq!(refused, Err(StoreError::WrongName));
    }

    #[test]
    fn empty_is_empty_and_headless_is_damage() {
        assert_eq!(header(&StoreSnapshot::new()), Ok(None));
        let settings = StoreSnapshot::from([("settings".to_owned(), String::new())]);
        assert_eq!(header(&settings), Ok(None));
        assert_eq!(header(&store()), Err(StoreError::HeaderMissing));
        let random = CreateRandom {
            vault_key: [7; 32],
            vault_id: [2; 16],
            salt: [3; 16],
            nonce: [4; 24],
        };
        let (made, _) = Header::create(&"x".into(), Params::FLOOR, &random).unwrap();
        let mut whole = store();
        whole.insert("vault".to_owned(), made.to_text());
        assert_eq!(header(&whole), Ok(Some(made)));
        whole.insert("vault".to_owned(), "rot".to_owned());
        assert_eq!(
            header(&whole),
            Err(StoreError::Header(HeaderError::Damaged))
        );
    }
}
