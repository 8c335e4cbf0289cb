//! The vault as names and text, the way a storage area holds it.
//!
//! | name | text |
//! |---|---|
//! | `vault` | the header |
//! | `a.<id>` | an account |
//! | `v.<id>` | a review |
//! | `i.<id>` | an inbox item |
//! | `x.<id>.<mark>` | another history of an account: two copies of the store parted ([`copies`](crate::vault::copies)); it waits to be merged ([`merge`](crate::vault::merge)) |
//! | `d.<id>` | that an account was deleted ([`tombstone`](crate::vault::tombstone)); written only while its vault is synced |
//! | `h.<mark>` | another header, from the same event; it stays, and nothing reads it |
//! | `manifest` | what the store holds: [`manifest`](crate::vault::manifest) |
//!
//! Ids are 16 bytes, marks 8, names and values base64url. Empty text is as good as no entry: an area
//! writes many entries at once but removes none in the same breath, so what goes is emptied first.
//! Other names belong to other rooms and are passed over. Nothing here deletes: what does not open is
//! reported, and stays.
//!
//! The id of an account is a function of the vault key, its user name and its realm, so one account is
//! found and opened without touching the others ([`account`]). The id of a review or an inbox item is
//! random.

use std::collections::BTreeMap;

use crate::vault::envelope::{self, OpenError};
use crate::vault::keyring::KeyRing;
use crate::vault::keys::{self, Header, HeaderError};
use crate::vault::records::{Account, RecordError};
use crate::vault::review::{Pending, Review};
use crate::vault::secret::Key;
use crate::vault::text;
use crate::wire::views::Realm;

/// Everything in a storage area.
pub type StoreSnapshot = BTreeMap<String, String>;

/// One change of a store. [`manifest::commit`](crate::vault::manifest::commit) makes a batch of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// This name gets this text.
    Put(String, String),
    /// This name goes.
    Remove(String),
}

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
    /// Another history of an account.
    Aside([u8; 16], [u8; 8]),
    /// Another header.
    OldHeader([u8; 8]),
    /// That an account was deleted.
    Tombstone([u8; 16]),
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
    /// Other histories of accounts, with their storage names, to be merged.
    pub asides: Vec<(String, Account)>,
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
    match snapshot.get(HEADER).filter(|stored| !stored.is_empty()) {
        Some(stored) => Ok(Some(Header::from_text(stored)?)),
        None if entries(snapshot).next().is_some() => Err(StoreError::HeaderMissing),
        None => Ok(None),
    }
}

/// Every entry of the vault that is not empty, the header too, the manifest not.
pub(crate) fn entries(snapshot: &StoreSnapshot) -> impl Iterator<Item = (&str, &str)> {
    snapshot
        .iter()
        .map(|(name, stored)| (name.as_str(), stored.as_str()))
        .filter(|(name, stored)| is_entry(name) && !stored.is_empty())
}

/// Is nothing of a vault there, not even the note of what there should be?
#[must_use]
pub fn is_empty(snapshot: &StoreSnapshot) -> bool {
    entries(snapshot).next().is_none() && !snapshot.contains_key(crate::vault::manifest::NAME)
}

/// Is it the name of an entry, or meant to be one?
pub(crate) fn is_entry(name: &str) -> bool {
    name == HEADER || is_record(name) || name.starts_with("h.")
}

/// Opens all that opens. A damaged item never hides the good ones.
#[must_use]
pub fn open_all(key: &Key, snapshot: &StoreSnapshot) -> Opened {
    open_under(&[key], snapshot)
}

/// [`open_all`] with every key of the vault. While a rotation is under way an account may lie under
/// both; the one that was written more often is given.
#[must_use]
pub fn open_ring(ring: &KeyRing, snapshot: &StoreSnapshot) -> Opened {
    let keys: Vec<&Key> = ring.iter().collect();
    let mut opened = open_under(&keys, snapshot);
    if ring.previous().is_some() {
        let mut newest: BTreeMap<[u8; 16], u64> = BTreeMap::new();
        let ids: Vec<_> = (opened.accounts.iter())
            .map(|(_, account)| (account.id(ring.present()), account.writes))
            .collect();
        for (id, writes) in &ids {
            let most = newest.entry(*id).or_default();
            *most = (*most).max(*writes);
        }
        let mut ids = ids.into_iter();
        // Each account once: with its highest count, and of two equals the first.
        opened.accounts.retain(|_| {
            ids.next().is_some_and(|(id, writes)| {
                newest.get(&id) == Some(&writes) && newest.remove(&id).is_some()
            })
        });
    }
    opened
}

/// The account of this user; no other record is touched.
///
/// # Errors
/// Whatever keeps the record from opening. It is then left alone: never written over.
pub fn account(
    ring: &KeyRing,
    snapshot: &StoreSnapshot,
    username: &str,
    realm: Realm,
) -> Result<Option<Account>, StoreError> {
    let mut found: Option<Account> = None;
    for key in ring.iter() {
        let id = keys::account_id(key, username, realm);
        let stored = snapshot.get(&Entry::Account(id).name());
        if let Some(stored) = stored.filter(|stored| !stored.is_empty()) {
            let account = Account::open(key, &id, &bytes(stored)?)?;
            if found
                .as_ref()
                .is_none_or(|other| other.writes < account.writes)
            {
                found = Some(account);
            }
        }
    }
    Ok(found)
}

/// The account that lies under this id, with whichever key.
///
/// # Errors
/// Whatever keeps it from opening.
pub fn account_under(ring: &KeyRing, id: &[u8; 16], stored: &str) -> Result<Account, StoreError> {
    let bytes = bytes(stored)?;
    let mut outcome = Err(StoreError::WrongName);
    for key in ring.iter() {
        outcome = Account::open(key, id, &bytes).map_err(StoreError::from);
        if !matches!(
            outcome,
            Err(StoreError::Record(RecordError::Open(OpenError::WrongKey)))
        ) {
            break;
        }
    }
    outcome
}

/// Is there an account of this user? Nothing is opened.
#[must_use]
pub fn knows(ring: &KeyRing, snapshot: &StoreSnapshot, username: &str, realm: Realm) -> bool {
    ring.account_ids(username, realm).any(|id| {
        let stored = snapshot.get(&Entry::Account(id).name());
        stored.is_some_and(|stored| !stored.is_empty())
    })
}

/// The changes that write an account: under the present key, and nowhere else any more.
///
/// # Errors
/// As [`sealed_entry`].
pub fn put_account(
    ring: &KeyRing,
    snapshot: &StoreSnapshot,
    account: &Account,
    nonce: [u8; 24],
) -> Result<Vec<Change>, StoreError> {
    let (name, stored) = sealed_entry(ring.present(), account, nonce)?;
    let mut changes = vec![Change::Put(name, stored)];
    if let Some(previous) = ring.previous() {
        let old = Entry::Account(account.id(previous)).name();
        if snapshot.contains_key(&old) {
            changes.push(Change::Remove(old));
        }
    }
    Ok(changes)
}

/// The changes that remove an account and every other history of it.
#[must_use]
pub fn remove_account(
    ring: &KeyRing,
    snapshot: &StoreSnapshot,
    username: &str,
    realm: Realm,
) -> Vec<Change> {
    let ids: Vec<[u8; 16]> = ring.account_ids(username, realm).collect();
    let gone = |name: &&String| match Entry::parse(name) {
        Some(Entry::Account(id) | Entry::Aside(id, _)) => ids.contains(&id),
        _ => false,
    };
    let names = snapshot.keys().filter(gone);
    names.map(|name| Change::Remove(name.clone())).collect()
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
            Self::Header => HEADER.to_owned(),
            Self::Account(id) => format!("a.{}", text::encode(id)),
            Self::Review(id) => format!("v.{}", text::encode(id)),
            Self::Inbox(id) => format!("i.{}", text::encode(id)),
            Self::Aside(id, mark) => format!("x.{}.{}", text::encode(id), text::encode(mark)),
            Self::OldHeader(mark) => format!("h.{}", text::encode(mark)),
            Self::Tombstone(id) => format!("d.{}", text::encode(id)),
        }
    }

    /// Reads [`Entry::name`]'s spelling and no other.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name == HEADER {
            return Some(Self::Header);
        }
        let (kind, id) = name.split_once('.')?;
        match kind {
            "a" => Some(Self::Account(text::decode_exact(id)?)),
            "v" => Some(Self::Review(text::decode_exact(id)?)),
            "i" => Some(Self::Inbox(text::decode_exact(id)?)),
            "x" => {
                let (id, mark) = id.split_once('.')?;
                Some(Self::Aside(
                    text::decode_exact(id)?,
                    text::decode_exact(mark)?,
                ))
            }
            "d" => Some(Self::Tombstone(text::decode_exact(id)?)),
            "h" => Some(Self::OldHeader(text::decode_exact(id)?)),
            _ => None,
        }
    }
}

/// The name of the header.
pub(crate) const HEADER: &str = "vault";

/// Is it the name of a record, or meant to be one?
fn is_record(name: &str) -> bool {
    ["a.", "v.", "i.", "x.", "d."]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn open_under(keys: &[&Key], snapshot: &StoreSnapshot) -> Opened {
    let mut opened = Opened::default();
    for (name, stored) in entries(snapshot).filter(|(name, _)| is_record(name)) {
        if let Err(error) = open_one(keys, name, stored, &mut opened) {
            opened.damaged.push((name.to_owned(), error.code()));
        }
    }
    opened
}

fn open_one(
    keys: &[&Key],
    name: &str,
    stored: &str,
    opened: &mut Opened,
) -> Result<(), StoreError> {
    let entry = Entry::parse(name).ok_or(StoreError::WrongName)?;
    let bytes = bytes(stored)?;
    let mut refusal = StoreError::WrongName;
    for key in keys {
        let outcome = match entry {
            Entry::Account(id) => {
                Account::open(key, &id, &bytes).map(|account| opened.accounts.push((id, account)))
            }
            Entry::Aside(id, _) => Account::open(key, &id, &bytes)
                .map(|account| opened.asides.push((name.to_owned(), account))),
            Entry::Review(id) => {
                Review::open(key, &id, &bytes).map(|review| opened.reviews.push(review))
            }
            Entry::Inbox(id) => {
                Pending::open(key, &id, &bytes).map(|pending| opened.inbox.push((id, pending)))
            }
            // Only whoever syncs the vault opens them.
            Entry::Tombstone(_) => return Ok(()),
            Entry::Header | Entry::OldHeader(_) => return Err(StoreError::WrongName),
        };
        match outcome {
            Ok(()) => return Ok(()),
            // Only another key's record is worth a try with another key.
            Err(error @ RecordError::Open(OpenError::WrongKey)) => refusal = error.into(),
            Err(error) => return Err(error.into()),
        }
    }
    Err(refusal)
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
            Entry::Aside([4; 16], [5; 8]),
            Entry::OldHeader([6; 8]),
            Entry::Tombstone([7; 16]),
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
            "x.AAAAAAAAAAAAAAAAAAAAAA",
            "x.AAAAAAAAAAAAAAAAAAAAAA.AAAA",
            "h.AAAAAAAAAAAAAAAAAAAAAA",
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
