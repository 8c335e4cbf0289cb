//! What a store should hold, so that a loss shows.
//!
//! A browser can hand back an empty, an older or a holed storage area without any error
//! (`facts/security.md` §0, finding 2). So each copy of the store holds, under the name `manifest` and
//! written in the same breath as every change, how many entries there are and a sum over all of them.
//!
//! | bytes | field |
//! |---|---|
//! | 0..4 | magic `TKMF` |
//! | 4 | version, 1 |
//! | 5 | number of ancestors, 0 to 32 |
//! | 6..8 | reserved, 0 |
//! | 8..24 | id of the vault |
//! | 24..32 | line: zeros for a new vault; another one when a person chose to go on with an older state |
//! | 32..40 | counter, big-endian: one more at every write |
//! | 40..44 | number of entries, big-endian |
//! | 44..60 | sum: for every entry the first 16 bytes of SHA-256(name, a zero byte, text), all of them XORed |
//! | 60..+8·n | ancestors, newest first: the marks of the manifests before this one |
//! | last 8 | the first 8 bytes of SHA-256 of everything before |
//!
//! A mark is the first 8 bytes of SHA-256 of bytes 8..60. A copy is merely behind another, and nothing
//! is lost when it is brought up to date, if its mark is among the other's ancestors, or if both are of
//! the line that was [`Seen`] and only the other has come as far as that. Two copies of which neither
//! is behind the other have parted, and nothing of either may be written over.
//!
//! The manifest tells accidents, not attacks: no key goes into it, because a token is also written
//! while the vault is locked. Whoever can write to the storage area can write a manifest, too.

use sha2::{Digest, Sha256};

use crate::vault::keys::Header;
use crate::vault::preamble::Fields;
use crate::vault::store::{self, Change, StoreSnapshot};
use crate::vault::text;

/// Magic of a manifest.
pub const MAGIC: [u8; 4] = *b"TKMF";
/// Name of the manifest in a storage area.
pub const NAME: &str = "manifest";
/// Most ancestors that are remembered; a copy further behind counts as parted.
pub const MAX_ANCESTORS: usize = 32;

const VERSION: u8 = 1;
const DIGEST: usize = 8;
/// Longest manifest in bytes.
const MAX_LENGTH: usize = 60 + 8 * MAX_ANCESTORS + DIGEST;

/// What one copy of the store should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Which vault.
    pub vault_id: [u8; 16],
    /// Which of its histories, if a person ever chose between two.
    pub line: [u8; 8],
    /// One more at every write.
    pub counter: u64,
    /// Number of entries.
    pub count: u32,
    /// All entries in one number.
    pub(crate) sum: [u8; 16],
    /// Marks of those before, newest first.
    pub(crate) ancestors: Vec<[u8; 8]>,
}

/// The newest state of a vault that was ever seen. Keep it where neither copy of the store is, and
/// where the sync server does not reach; write it after every write that was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Which vault.
    pub vault_id: [u8; 16],
    /// Which of its histories.
    pub line: [u8; 8],
    /// The counter of its manifest.
    pub counter: u64,
}

/// What to write, in this order: all of `put` at once, then `remove`. Stopping anywhere does no harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Names and texts for **one** call that writes all or nothing. A name that goes has empty text.
    pub put: Vec<(String, String)>,
    /// Names to be removed after that.
    pub remove: Vec<String>,
    /// To be remembered once the write was read back.
    pub seen: Seen,
    /// What the names of `put` held before, as digests.
    replaces: Vec<Option<[u8; 16]>>,
}

/// Why a store must not be written to: it was not looked after. Run
/// [`copies::compare`](crate::vault::copies::compare) first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// There is a vault, and no manifest that reads.
    #[error("the store has no manifest")]
    NoManifest,
    /// Entries are missing, or there are some too many.
    #[error("the store does not hold what its manifest says")]
    Incomplete,
}

impl CommitError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoManifest => "manifest_missing",
            Self::Incomplete => "store_incomplete",
        }
    }
}

/// Turns changes into a batch that carries its manifest.
///
/// The entries are counted first: an entry that the browser dropped meanwhile is noticed before a new
/// one is written in its place. (What an entry says is not looked at; that is done once at start.)
///
/// # Errors
/// [`CommitError`]; the store must be compared with its copy before anything is written.
pub fn commit(snapshot: &StoreSnapshot, changes: &[Change]) -> Result<Batch, CommitError> {
    let count = store::entries(snapshot).count();
    let mut manifest = match Manifest::of(snapshot) {
        Some(manifest) if count as u64 == u64::from(manifest.count) => manifest.next(),
        Some(_) => return Err(CommitError::Incomplete),
        None if count > 0 => return Err(CommitError::NoManifest),
        None => Manifest::first(new_vault(changes).ok_or(CommitError::NoManifest)?),
    };
    let mut put: Vec<(String, String)> = Vec::new();
    for change in changes {
        let (name, stored) = match change {
            Change::Put(name, stored) => (name, stored.as_str()),
            Change::Remove(name) => (name, ""),
        };
        // The last word on a name counts.
        put.retain(|(other, _)| other != name);
        put.push((name.clone(), stored.to_owned()));
    }
    for (name, stored) in &put {
        manifest.exchange(name, snapshot.get(name).map_or("", String::as_str), stored);
    }
    Ok(Batch::new(snapshot, put, &manifest))
}

impl Manifest {
    /// The manifest in a store, if there is one that reads.
    #[must_use]
    pub fn of(snapshot: &StoreSnapshot) -> Option<Self> {
        Self::decode(&text::decode(snapshot.get(NAME)?, MAX_LENGTH).ok()?)
    }

    /// Does the store hold exactly what this says?
    #[must_use]
    pub fn describes(&self, snapshot: &StoreSnapshot) -> bool {
        let mut found = Self::first(self.vault_id);
        for (name, stored) in store::entries(snapshot) {
            found.exchange(name, "", stored);
        }
        (found.count, found.sum) == (self.count, self.sum)
    }

    /// What to remember of it elsewhere.
    #[must_use]
    pub const fn seen(&self) -> Seen {
        Seen {
            vault_id: self.vault_id,
            line: self.line,
            counter: self.counter,
        }
    }

    /// The manifest of a vault that has nothing yet.
    pub(crate) const fn first(vault_id: [u8; 16]) -> Self {
        Self {
            vault_id,
            line: [0; 8],
            counter: 1,
            count: 0,
            sum: [0; 16],
            ancestors: Vec::new(),
        }
    }

    /// One write later, with the same entries.
    pub(crate) fn next(mut self) -> Self {
        self.ancestors.insert(0, self.mark());
        self.ancestors.truncate(MAX_ANCESTORS);
        self.counter = self.counter.saturating_add(1);
        self
    }

    /// The text under a name changes; empty text is no entry.
    pub(crate) fn exchange(&mut self, name: &str, from: &str, to: &str) {
        if !store::is_entry(name) {
            return;
        }
        for (stored, sign) in [(from, -1), (to, 1)] {
            if !stored.is_empty() {
                self.count = self.count.saturating_add_signed(sign);
                let digest = digest_of(name, stored);
                self.sum
                    .iter_mut()
                    .zip(digest)
                    .for_each(|(to, one)| *to ^= one);
            }
        }
    }

    /// Names this manifest among others of its vault.
    pub(crate) fn mark(&self) -> [u8; 8] {
        short(&self.body())
    }

    /// Was this manifest written before that one, on the way to it?
    pub(crate) fn precedes(&self, other: &Self, seen: Option<Seen>) -> bool {
        let passed = |seen: Seen| {
            self.line == seen.line
                && other.line == seen.line
                && self.counter < seen.counter
                && seen.counter <= other.counter
        };
        self == other || other.ancestors.contains(&self.mark()) || seen.is_some_and(passed)
    }

    /// As text for a storage area.
    pub(crate) fn to_text(&self) -> String {
        let mut bytes = MAGIC.to_vec();
        let ancestors = u8::try_from(self.ancestors.len()).unwrap_or(u8::MAX);
        bytes.extend([VERSION, ancestors, 0, 0]);
        bytes.extend(self.body());
        self.ancestors.iter().for_each(|mark| bytes.extend(mark));
        bytes.extend(short::<DIGEST>(&bytes));
        text::encode(&bytes)
    }

    fn body(&self) -> Vec<u8> {
        let mut bytes = self.vault_id.to_vec();
        bytes.extend(self.line);
        bytes.extend(self.counter.to_be_bytes());
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(self.sum);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (rest, digest) = bytes.split_last_chunk::<DIGEST>()?;
        if *digest != short(rest) {
            return None;
        }
        let mut fields = Fields(rest);
        let magic: [u8; 4] = fields.take().ok()?;
        let [version, ancestors, 0, 0] = fields.take().ok()? else {
            return None;
        };
        if magic != MAGIC || version != VERSION || usize::from(ancestors) > MAX_ANCESTORS {
            return None;
        }
        let manifest = Self {
            vault_id: fields.take().ok()?,
            line: fields.take().ok()?,
            counter: u64::from_be_bytes(fields.take().ok()?),
            count: u32::from_be_bytes(fields.take().ok()?),
            sum: fields.take().ok()?,
            ancestors: (0..ancestors)
                .map(|_| fields.take().ok())
                .collect::<Option<_>>()?,
        };
        fields.0.is_empty().then_some(manifest)
    }
}

impl Seen {
    /// As text, for the place where it is kept.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut bytes = self.vault_id.to_vec();
        bytes.extend(self.line);
        bytes.extend(self.counter.to_be_bytes());
        text::encode(&bytes)
    }

    /// Reads what [`Seen::to_text`] wrote.
    #[must_use]
    pub fn from_text(stored: &str) -> Option<Self> {
        let bytes: [u8; 32] = text::decode_exact(stored)?;
        let mut fields = Fields(&bytes);
        Some(Self {
            vault_id: fields.take().ok()?,
            line: fields.take().ok()?,
            counter: u64::from_be_bytes(fields.take().ok()?),
        })
    }
}

impl Batch {
    /// A batch that writes `put` and this manifest over a store.
    pub(crate) fn new(
        snapshot: &StoreSnapshot,
        mut put: Vec<(String, String)>,
        manifest: &Manifest,
    ) -> Self {
        let remove = put
            .iter()
            .filter(|(_, stored)| stored.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        put.push((NAME.to_owned(), manifest.to_text()));
        let replaces = put.iter().map(|(name, _)| held(snapshot, name)).collect();
        Self {
            put,
            remove,
            seen: manifest.seen(),
            replaces,
        }
    }

    /// Does another copy hold, under the names of this batch, what the first one held before? Only then
    /// the batch may be written to it as well; else the two must be compared as a whole.
    ///
    /// `copy` needs to hold the names of [`Batch::put`] only.
    #[must_use]
    pub fn fits(&self, copy: &StoreSnapshot) -> bool {
        let names = self.put.iter().map(|(name, _)| name);
        names
            .zip(&self.replaces)
            .all(|(name, before)| held(copy, name) == *before)
    }

    /// Did everything that was put arrive? `stored` is the store as it reads after the write.
    #[must_use]
    pub fn arrived(&self, stored: &StoreSnapshot) -> bool {
        arrived(&self.put, stored)
    }

    /// What the store holds once the batch is written: for a cache of it, and for a model in a test.
    pub fn apply(&self, to: &mut StoreSnapshot) {
        to.extend(self.put.iter().cloned());
        for name in &self.remove {
            to.remove(name);
        }
    }
}

/// Does the store, as it reads after a write, hold all that was put? Empty text is no entry.
#[must_use]
pub fn arrived(put: &[(String, String)], stored: &StoreSnapshot) -> bool {
    put.iter()
        .all(|(name, text)| stored.get(name).map_or("", String::as_str) == text)
}

/// The first 16 bytes of SHA-256 over name and text of an entry.
pub(crate) fn digest_of(name: &str, stored: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([0])
        .chain_update(stored)
        .finalize();
    first(&digest)
}

fn held(snapshot: &StoreSnapshot, name: &str) -> Option<[u8; 16]> {
    let stored = snapshot.get(name).filter(|stored| !stored.is_empty())?;
    Some(digest_of(name, stored))
}

/// The id of the vault that these changes make.
fn new_vault(changes: &[Change]) -> Option<[u8; 16]> {
    changes.iter().find_map(|change| match change {
        Change::Put(name, stored) if name == store::HEADER => {
            Header::from_text(stored).ok().map(|header| header.vault_id)
        }
        _ => None,
    })
}

fn short<const N: usize>(bytes: &[u8]) -> [u8; N] {
    first(&Sha256::digest(bytes))
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut short = [0; N];
    short
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    short
}
