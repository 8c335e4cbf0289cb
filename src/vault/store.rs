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
use crate::vault::review::{Caught, Review};
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
    /// Tokens caught while locked, with the ids of their items.
    pub inbox: Vec<([u8; 16], Caught)>,
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

/// Name and text of a token caught while locked, ready to be written. Id and seed are random.
///
/// It cannot be opened to read it back; compare the text that was written with the text that is there.
///
/// # Errors
/// A record that could not be read again: see [`Caught::seal`].
pub fn inbox_entry(
    public_key: &[u8; 32],
    id: [u8; 16],
    caught: &Caught,
    seed: [u8; 32],
) -> Result<(String, String), StoreError> {
    let sealed = caught.seal(public_key, id, seed)?;
    Ok((Entry::Inbox(id).name(), envelope::to_text(&sealed)))
}

/// After a write: does the store, under this name, open to this account? Only then it is saved.
///
/// # Errors
/// [`StoreError::WrongName`], [`StoreError::NotWhatWasWritten`], or whatever keeps it from opening.
pub fn read_back(key: &Key, name: &str, stored: &str, expected: &Account) -> Result<(), StoreError> {
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
    ["a.", "v.", "i."].iter().any(|prefix| name.starts_with(prefix))
}

fn open_one(key: &Key, name: &str, stored: &str, opened: &mut Opened) -> Result<(), StoreError> {
    match Entry::parse(name) {
        Some(Entry::Account(id)) => {
            opened.accounts.push((id, Account::open(key, &id, &bytes(stored)?)?));
        }
        Some(Entry::Review(id)) => opened.reviews.push(Review::open(key, &id, &bytes(stored)?)?),
        Some(Entry::Inbox(id)) => {
            opened.inbox.push((id, Caught::open(key, &id, &bytes(stored)?)?));
        }
        Some(Entry::Header) | None => return Err(StoreError::WrongName),
    }
    Ok(())
}

fn bytes(stored: &str) -> Result<Vec<u8>, RecordError> {
    Ok(envelope::from_text(stored)?)
}

fn same<T: PartialEq>(found: &T, expected: &T) -> Result<(), StoreError> {
    if found == expected { Ok(()) } else { Err(StoreError::NotWhatWasWritten) }
}
