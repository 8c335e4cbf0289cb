//! That an account was deleted, so that a copy of it from elsewhere does not bring it back.
//!
//! A deletion ends what was known when it was made, and nothing else. So a tombstone says which tokens, passwords and keys
//! the account had, and at which count of writes; it ends a copy only if the copy holds nothing beyond that. A token that
//! another machine caught meanwhile keeps its account, whatever the counts.
//!
//! | bytes | field |
//! |---|---|
//! | 0 | version, 1 |
//! | 1..9 | when it was deleted, milliseconds since 1970, big-endian |
//! | 9..11 | number of marks, 1 to 256, big-endian |
//! | 11.. | the marks in ascending order, 16 bytes each: 8 bytes of a digest, the count of writes, big-endian |
//!
//! The digests are the first 8 bytes of SHA-256 of `token-keeper 1 deleted`, a zero byte and the secret; the account itself
//! has the mark of the empty text. It is sealed under the id of the account, in a namespace of its own; its generation is
//! one more than the highest count: the deletion is a change, too. No user name is in it: one cannot tell from the store whose account is gone.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::vault::envelope::{self, Binding, Expect, Namespace};
use crate::vault::preamble::Fields;
use crate::vault::records::{Account, RecordError};
use crate::vault::secret::Key;

/// Most marks of one tombstone: the fullest account has 60. Beyond it the lowest counts go.
pub const MAX_MARKS: usize = 256;

const VERSION: u8 = 1;

/// A deleted account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// When it was deleted, or held against a copy last; milliseconds since 1970. Only decides which one is forgotten first.
    pub at: u64,
    /// Digests of what it had, each with the count of writes up to which it is ended.
    marks: BTreeMap<[u8; 8], u64>,
}

impl Tombstone {
    /// The end of this account as it stands.
    #[must_use]
    pub fn of(account: &Account, now: u64) -> Self {
        let marks = marks_of(account).map(|mark| (mark, account.writes));
        Self {
            at: now,
            marks: marks.collect(),
        }
    }

    /// Was this copy of the account deleted, with all that is in it?
    #[must_use]
    pub fn ends(&self, account: &Account) -> bool {
        marks_of(account).all(|mark| {
            let ended = self.marks.get(&mark);
            ended.is_some_and(|&writes| account.writes <= writes)
        })
    }

    /// One more than the highest count of writes that it ends.
    #[must_use]
    pub fn generation(&self) -> u64 {
        let highest = self.marks.values().copied().max();
        highest.unwrap_or(0).saturating_add(1)
    }

    /// What either says. The order does not matter.
    #[must_use]
    pub fn joined_with(&self, other: &Self) -> Self {
        let mut joined = self.clone();
        joined.at = joined.at.max(other.at);
        for (mark, &writes) in &other.marks {
            let place = joined.marks.entry(*mark).or_default();
            *place = (*place).max(writes);
        }
        while joined.marks.len() > MAX_MARKS {
            let own = mark_of("");
            let others = joined.marks.iter().filter(|(mark, _)| **mark != own);
            let lowest = others.min_by_key(|&(mark, writes)| (*writes, *mark));
            let Some(lowest) = lowest.map(|(mark, _)| *mark) else {
                break;
            };
            joined.marks.remove(&lowest);
        }
        joined
    }

    /// Seals it under the id of its account.
    ///
    /// # Errors
    /// None that is known: it is far below the bound.
    pub fn seal(&self, key: &Key, id: [u8; 16], nonce: [u8; 24]) -> Result<Vec<u8>, RecordError> {
        let binding = Binding {
            namespace: Namespace::Tombstone,
            id,
            generation: self.generation(),
        };
        Ok(envelope::seal(key, &binding, &self.encode(), nonce)?)
    }

    /// Opens the tombstone of the account with this id.
    ///
    /// # Errors
    /// Every error of [`envelope::open`]; [`RecordError::TooNew`], [`RecordError::Malformed`].
    pub fn open(key: &Key, id: &[u8; 16], bytes: &[u8]) -> Result<Self, RecordError> {
        let expected = Expect::any(Namespace::Tombstone, *id);
        let (generation, plain) = envelope::open(key, &expected, bytes)?;
        let tombstone = Self::decode(plain.expose())?;
        if tombstone.generation() == generation {
            Ok(tombstone)
        } else {
            Err(RecordError::Malformed)
        }
    }

    /// As bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.at.to_be_bytes());
        let count = u16::try_from(self.marks.len()).unwrap_or(u16::MAX);
        bytes.extend(count.to_be_bytes());
        for (mark, writes) in &self.marks {
            bytes.extend(mark);
            bytes.extend(writes.to_be_bytes());
        }
        bytes
    }

    /// Reads [`Tombstone::encode`]'s bytes and no others.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let short = |_| RecordError::Malformed;
        let mut fields = Fields(bytes);
        let [version] = fields.take().map_err(short)?;
        if version > VERSION {
            return Err(RecordError::TooNew);
        }
        let at = u64::from_be_bytes(fields.take().map_err(short)?);
        let count = usize::from(u16::from_be_bytes(fields.take().map_err(short)?));
        if !(1..=MAX_MARKS).contains(&count) {
            return Err(RecordError::Malformed);
        }
        let mut marks = BTreeMap::new();
        for _ in 0..count {
            let mark = fields.take().map_err(short)?;
            marks.insert(mark, u64::from_be_bytes(fields.take().map_err(short)?));
        }
        let tombstone = Self { at, marks };
        // Whatever was read leniently shows here.
        if tombstone.encode() == bytes {
            Ok(tombstone)
        } else {
            Err(RecordError::Malformed)
        }
    }
}

/// The account itself, and every secret in it.
fn marks_of(account: &Account) -> impl Iterator<Item = [u8; 8]> {
    let tokens = account.tokens.iter().map(|token| &token.token);
    let passwords = account.password.iter().flat_map(|kept| {
        let earlier = kept.earlier.iter().map(|earlier| &earlier.password);
        earlier.chain([&kept.password])
    });
    let secrets = tokens
        .chain(passwords)
        .map(|secret| mark_of(secret.expose()));
    let keys = account.work.secrets().into_iter();
    let keys = keys.map(|secret| mark_of(secret.expose()));
    [mark_of("")].into_iter().chain(secrets).chain(keys)
}

fn mark_of(secret: &str) -> [u8; 8] {
    let digest = Sha256::new()
        .chain_update(b"token-keeper 1 deleted\0")
        .chain_update(secret)
        .finalize();
    let mut mark = [0; 8];
    mark.iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::history::Source;
    use crate::wire::views::{Environment, Realm};

    fn account(tokens: &str) -> Account {
        let mut account = Account::new("ada", Realm::Live, Environment::Developer).unwrap();
        for (now, token) in (1..).zip(tokens.split_whitespace()) {
            account.capture(token.into(), Source::Page, now);
        }
        account
    }

    /// Deleted with these tokens; a copy with those tokens and so many writes: is it ended?
    #[test]
    fn it_ends_what_was_known_and_nothing_else() {
        let table = [
            ("a b", "a b", 0, true),
            ("a b", "a", 0, true),
            ("a b", "", 0, true),
            ("", "", 0, true),
            ("", "a", 0, false),
            ("a b", "a b", 1, false),
            ("a b", "c", 0, false),
            ("a b", "a c", 0, false),
        ];
        for (deleted, copy, more, ended) in table {
            let tombstone = Tombstone::of(&account(deleted), 9);
            let mut copy = account(copy);
            copy.writes += more;
            assert_eq!(tombstone.ends(&copy), ended, "{deleted} | {copy:?}");
        }
        let mut with_password = account("a b");
        with_password.keep_password("secret".into(), 5);
        with_password.writes = 0;
        assert!(!Tombstone::of(&account("a b"), 9).ends(&with_password));
    }

    #[test]
    fn two_are_one_in_any_order() {
        let (a, b) = (
            Tombstone::of(&account("a b c"), 5),
            Tombstone::of(&account("d"), 7),
        );
        let both = a.joined_with(&b);
        assert_eq!(both, b.joined_with(&a));
        assert_eq!(both, both.joined_with(&a));
        assert_eq!((both.at, both.generation()), (7, 4));
        assert!(both.ends(&account("d")) && both.ends(&account("a b")));
        let many = (0..MAX_MARKS as u64 + 9).map(|n| (n.to_be_bytes(), n));
        let many = Tombstone {
            at: 1,
            marks: many.collect(),
        };
        let bounded = many.joined_with(&a);
        assert_eq!(bounded.marks.len(), MAX_MARKS);
        assert!(bounded.marks.contains_key(&mark_of("")));
        assert_eq!(Tombstone::decode(&bounded.encode()), Ok(bounded));
    }

    #[test]
    fn one_spelling_and_one_place() {
        let key = Key::new([7; 32]);
        let tombstone = Tombstone::of(&account("a b"), 9);
        let sealed = tombstone.seal(&key, [1; 16], [2; 24]).unwrap();
        assert_eq!(
            Tombstone::open(&key, &[1; 16], &sealed),
            Ok(tombstone.clone())
        );
        let refused = Tombstone::open(&key, &[2; 16], &sealed);
        assert_eq!(refused.unwrap_err().code(), "wrong_id");
        let good = tombstone.encode();
        let mut newer = good.clone();
        newer[0] = 2;
        assert_eq!(Tombstone::decode(&newer), Err(RecordError::TooNew));
        let none = good[..9].iter().copied().chain([0, 0]).collect();
        let longer = good.iter().copied().chain([0]).collect();
        let mut turned = good[..11].to_vec();
        turned.extend(good[11..].chunks(16).rev().flatten());
        let bad: [Vec<u8>; 5] = [
            vec![],
            good[..good.len() - 1].to_vec(),
            none,
            longer,
            turned,
        ];
        for bytes in bad {
            assert_eq!(Tombstone::decode(&bytes), Err(RecordError::Malformed));
        }
    }
}
