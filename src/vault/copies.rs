//! Two copies of the store, each the other's witness: what is missing, and what to write where.
//!
//! The first copy is the storage area that every read goes to, the second lies elsewhere (IndexedDB).
//! Both hold the same entries and a [`manifest`]. [`compare`] looks at both, once when the
//! program starts and again whenever a write was refused, and says what happened and what to write.
//!
//! | what happened | finding | what is written |
//! |---|---|---|
//! | nothing was ever there, and nobody remembers otherwise | [`Finding::Fresh`] | nothing |
//! | both hold the same | [`Finding::Healthy`] | nothing |
//! | the first was emptied, or its header is gone | [`Finding::Mended`] | the first, from the second |
//! | the end of its log was cut off: it is older | [`Finding::Mended`] | the first, from the second |
//! | single entries were dropped | [`Finding::Mended`] | the first, from the second |
//! | the second is missing, holed or behind | [`Finding::Mended`] | the second, from the first |
//! | both are holed, in different places | [`Finding::Mended`] | both, each from the other |
//! | the same entry is gone from both | [`Finding::Incomplete`] | what can be |
//! | both parted: each was written to without the other | [`Finding::Mended`] | both; nothing goes |
//! | there are entries, and a header in neither | [`Finding::Damaged`] | nothing |
//! | both are empty, and somebody remembers a vault | [`Finding::Damaged`] | nothing |
//! | one does not read, and the other is empty | [`Finding::Unreadable`] | nothing |
//! | the newest of both is older than what was seen | [`Finding::RolledBack`] | nothing |
//! | they belong to two vaults | [`Finding::OtherVault`] | nothing |
//!
//! Where nothing is written, a person decides. Nothing here ever takes the only copy of an entry away.
//! The sum in the manifest proves that what was mended is all there.
//!
//! The cost is one digest of each entry of both copies, and no key is needed.

use std::collections::BTreeMap;

use crate::vault::envelope;
use crate::vault::inbox;
use crate::vault::keys::{Header, HeaderError};
use crate::vault::manifest::{self, Batch, Manifest, Seen, digest_of};
use crate::vault::preamble::{self, Namespace};
use crate::vault::store::{self, Entry, StoreSnapshot};

/// One copy, as far as it could be read. (A read that failed may work the second time, with an entry
/// less: read again before you call it unreadable.)
#[derive(Debug, Clone, Copy)]
pub enum Reading<'a> {
    /// The browser refused.
    Unreadable,
    /// Everything in it.
    Read(&'a StoreSnapshot),
}

/// What came out of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// There was never a vault. Only now a new one may be made without asking.
    Fresh,
    /// All is as it should be.
    Healthy,
    /// Something was missing or behind, and once the batches are written nothing is.
    Mended,
    /// Something may be missing from both copies. The batches bring back what there is.
    Incomplete,
    /// There is, or was, a vault, and no header to open it with.
    Damaged,
    /// It cannot be told, because the first copy, or the only one that could witness, does not read.
    Unreadable,
    /// Both copies are older than what was seen of this vault.
    RolledBack,
    /// The copies, or the copies and what was seen, belong to different vaults.
    OtherVault,
}

impl Finding {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fresh => "store_fresh",
            Self::Healthy => "store_healthy",
            Self::Mended => "store_mended",
            Self::Incomplete => "store_incomplete",
            Self::Damaged => "store_damaged",
            Self::Unreadable => "store_unreadable",
            Self::RolledBack => "store_rolled_back",
            Self::OtherVault => "store_other_vault",
        }
    }

    /// May the vault be used once the batches are written?
    #[must_use]
    pub const fn is_usable(self) -> bool {
        matches!(self, Self::Healthy | Self::Mended | Self::Incomplete)
    }
}

/// What is wrong with one copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// It does not read.
    Unreadable,
    /// There is nothing of a vault in it.
    Empty,
    /// It has entries, and no header that reads.
    HeaderMissing,
    /// It has no manifest that reads: an older program wrote it, or the manifest was lost.
    NoManifest,
    /// It does not hold what its manifest says.
    Holed,
    /// It holds what its manifest says. (It may still be behind the other.)
    Whole,
}

impl Condition {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "copy_unreadable",
            Self::Empty => "copy_empty",
            Self::HeaderMissing => "copy_header_missing",
            Self::NoManifest => "copy_no_manifest",
            Self::Holed => "copy_holed",
            Self::Whole => "copy_whole",
        }
    }
}

/// The outcome, and what to write. Write the first copy, read it back, then the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What happened.
    pub finding: Finding,
    /// How the first copy was found.
    pub primary: Condition,
    /// How the second copy was found.
    pub copy: Condition,
    /// What to write to the first copy, if anything.
    pub to_primary: Option<Batch>,
    /// What to write to the second copy, if anything.
    pub to_copy: Option<Batch>,
    /// What to remember as seen, once that is written.
    pub seen: Option<Seen>,
}

/// Compares both copies with each other and with what was seen last.
#[must_use]
pub fn compare(primary: Reading, copy: Reading, seen: Option<Seen>) -> Comparison {
    let first = Side::of(primary);
    let second = Side::of(copy);
    let mut comparison = Comparison {
        finding: Finding::Unreadable,
        primary: first.condition,
        copy: second.condition,
        to_primary: None,
        to_copy: None,
        seen: None,
    };
    let nothing = |condition| matches!(condition, Condition::Empty | Condition::Unreadable);
    match (first.condition, second.condition) {
        (Condition::Unreadable, _) => return comparison,
        (Condition::Empty, Condition::Empty) if seen.is_none() => {
            comparison.finding = Finding::Fresh;
            return comparison;
        }
        (Condition::Empty, Condition::Unreadable) => return comparison,
        (one, other) if nothing(one) && nothing(other) => {
            comparison.finding = Finding::Damaged;
            return comparison;
        }
        _ => {}
    }
    let (Some(vault_id), true) = (
        first.vault_id.or(second.vault_id),
        first.vault_id.is_none() || second.vault_id.is_none() || first.vault_id == second.vault_id,
    ) else {
        comparison.finding = if first.vault_id.is_some() {
            Finding::OtherVault
        } else {
            Finding::Damaged
        };
        return comparison;
    };
    if seen.is_some_and(|seen| seen.vault_id != vault_id) {
        comparison.finding = Finding::OtherVault;
        return comparison;
    }
    let target = Target::of(&first, &second, vault_id, seen);
    if !target
        .entries
        .get(store::HEADER)
        .is_some_and(|stored| is_header(stored))
    {
        comparison.finding = Finding::Damaged;
        return comparison;
    }
    if seen.is_some_and(|seen| target.newest < seen.counter) {
        comparison.finding = Finding::RolledBack;
        return comparison;
    }
    comparison.to_primary = first.towards(&target);
    if second.condition != Condition::Unreadable {
        comparison.to_copy = second.towards(&target);
    }
    comparison.seen = Some(target.manifest.seen());
    comparison.finding = match (&comparison.to_primary, &comparison.to_copy) {
        _ if !target.complete => Finding::Incomplete,
        (None, None) => Finding::Healthy,
        _ => Finding::Mended,
    };
    comparison
}

/// The person says: go on with what is there. A manifest over exactly that, newer than anything that was
/// seen, for the first copy. Compare again afterwards: the second copy is then merged, not written over.
///
/// `None` without a header that reads: then there is nothing to go on with.
#[must_use]
pub fn accept(snapshot: &StoreSnapshot, seen: Option<Seen>) -> Option<Batch> {
    let header = store::header(snapshot).ok()??;
    let mut manifest = Manifest::first(header.vault_id);
    for (name, stored) in store::entries(snapshot) {
        manifest.exchange(name, "", stored);
    }
    let before = Manifest::of(snapshot);
    let newest = before.as_ref().map_or(0, |before| before.counter);
    manifest.counter = newest
        .max(seen.map_or(0, |seen| seen.counter))
        .saturating_add(1);
    manifest.ancestors = before.map_or(Vec::new(), |before| before.next().ancestors);
    // Whatever comes of it is another history than the one that was seen.
    manifest.line = manifest.mark();
    Some(Batch::new(snapshot, Vec::new(), &manifest))
}

/// One copy, looked at.
struct Side<'a> {
    condition: Condition,
    entries: BTreeMap<&'a str, &'a str>,
    /// Everything, entries or not.
    snapshot: Option<&'a StoreSnapshot>,
    manifest: Option<Manifest>,
    vault_id: Option<[u8; 16]>,
}

impl<'a> Side<'a> {
    fn of(reading: Reading<'a>) -> Self {
        let Reading::Read(snapshot) = reading else {
            return Self {
                condition: Condition::Unreadable,
                entries: BTreeMap::new(),
                snapshot: None,
                manifest: None,
                vault_id: None,
            };
        };
        let entries: BTreeMap<&str, &str> = store::entries(snapshot).collect();
        let manifest = Manifest::of(snapshot);
        let header = entries.get(store::HEADER);
        let condition = match (&header, &manifest) {
            (None, None) if entries.is_empty() && !snapshot.contains_key(manifest::NAME) => {
                Condition::Empty
            }
            (None, _) => Condition::HeaderMissing,
            (Some(stored), _) if !is_header(stored) => Condition::HeaderMissing,
            (_, None) => Condition::NoManifest,
            (_, Some(manifest)) if manifest.describes(snapshot) => Condition::Whole,
            _ => Condition::Holed,
        };
        let named = header.and_then(|stored| Some(Header::from_text(stored).ok()?.vault_id));
        Self {
            condition,
            vault_id: manifest
                .as_ref()
                .map(|manifest| manifest.vault_id)
                .or(named),
            entries,
            snapshot: Some(snapshot),
            manifest,
        }
    }

    fn is_whole(&self) -> bool {
        self.condition == Condition::Whole
    }

    fn counter(&self) -> u64 {
        self.manifest
            .as_ref()
            .map_or(0, |manifest| manifest.counter)
    }

    /// Is this copy, by its manifest, on the way to the other's?
    fn precedes(&self, other: &Self, seen: Option<Seen>) -> bool {
        match (&self.manifest, &other.manifest) {
            (Some(own), Some(others)) => own.precedes(others, seen),
            // Nothing at all is on the way to anything.
            (None, Some(_)) => self.condition == Condition::Empty,
            _ => false,
        }
    }

    /// The single entry of the other copy, if there is one, with which this copy is what its own
    /// manifest says: an entry was dropped, and it was not changed since the other copy was written.
    fn completed_by(&self, other: &Self) -> Option<(String, String)> {
        let manifest = self.manifest.as_ref()?;
        let mut sum = Manifest::first(manifest.vault_id);
        for (name, stored) in &self.entries {
            sum.exchange(name, "", stored);
        }
        let missing = |(name, stored): (&&str, &&str)| {
            let digest = digest_of(name, stored);
            sum.sum
                .iter()
                .zip(digest)
                .zip(manifest.sum)
                .all(|((found, one), wanted)| found ^ one == wanted)
                && !self.entries.contains_key(*name)
        };
        (sum.count.saturating_add(1) == manifest.count).then_some(())?;
        let (name, stored) = other.entries.iter().find(|&one| missing(one))?;
        Some(((*name).to_owned(), (*stored).to_owned()))
    }

    /// What turns this copy into the target.
    fn towards(&self, target: &Target) -> Option<Batch> {
        let empty = StoreSnapshot::new();
        let snapshot = self.snapshot.unwrap_or(&empty);
        let mut put: Vec<(String, String)> = target
            .entries
            .iter()
            .filter(|(name, stored)| snapshot.get(*name) != Some(stored))
            .map(|(name, stored)| (name.clone(), stored.clone()))
            .collect();
        // What goes, and what was emptied and never removed.
        let gone = snapshot
            .keys()
            .filter(|name| store::is_entry(name) && !target.entries.contains_key(*name));
        put.extend(gone.map(|name| (name.clone(), String::new())));
        let same = put.is_empty() && self.manifest.as_ref() == Some(&target.manifest);
        (!same).then(|| Batch::new(snapshot, put, &target.manifest))
    }
}

/// What both copies should hold.
struct Target {
    entries: BTreeMap<String, String>,
    manifest: Manifest,
    /// Is it proven that nothing is missing?
    complete: bool,
    /// The highest counter in either copy.
    newest: u64,
}

impl Target {
    fn of(first: &Side, second: &Side, vault_id: [u8; 16], seen: Option<Seen>) -> Self {
        let newest = first.counter().max(second.counter());
        for (side, other) in [(first, second), (second, first)] {
            let Some(manifest) = side
                .manifest
                .as_ref()
                .filter(|_| other.precedes(side, seen))
            else {
                continue;
            };
            let completed = if side.is_whole() {
                Some(None)
            } else {
                side.completed_by(other).map(Some)
            };
            if let Some(more) = completed {
                let mut entries = owned(&side.entries);
                entries.extend(more);
                return Self {
                    entries,
                    manifest: manifest.clone(),
                    complete: true,
                    newest,
                };
            }
        }
        Self::merged(first, second, vault_id, seen, newest)
    }

    /// Everything of both. Of two texts under one name the one that was written more often stays; the
    /// other is kept aside, unless it is known to be on the way to the first.
    fn merged(
        first: &Side,
        second: &Side,
        vault_id: [u8; 16],
        seen: Option<Seen>,
        newest: u64,
    ) -> Self {
        let parted = !first.precedes(second, seen) && !second.precedes(first, seen);
        let mut entries = owned(&first.entries);
        for (name, theirs) in &second.entries {
            let Some(ours) = first.entries.get(name).filter(|ours| *ours != theirs) else {
                entries
                    .entry((*name).to_owned())
                    .or_insert_with(|| (*theirs).to_owned());
                continue;
            };
            let (better, other) = if glance(name, theirs) > glance(name, ours) {
                (theirs, ours)
            } else {
                (ours, theirs)
            };
            entries.insert((*name).to_owned(), (*better).to_owned());
            if parted && let Some(aside) = aside(name, other) {
                entries.insert(aside, (*other).to_owned());
            }
        }
        let mut manifest = Manifest::first(vault_id);
        for (name, stored) in &entries {
            manifest.exchange(name, "", stored);
        }
        let both = [first, second];
        let proven = both
            .iter()
            .filter_map(|side| side.manifest.as_ref())
            .find(|known| (known.count, known.sum) == (manifest.count, manifest.sum))
            .filter(|known| known.counter == newest);
        if let Some(known) = proven {
            return Self {
                entries,
                manifest: known.clone(),
                complete: true,
                newest,
            };
        }
        manifest.counter = newest
            .max(seen.map_or(0, |seen| seen.counter))
            .saturating_add(1);
        manifest.ancestors = ancestors(&both);
        let ahead = if second.counter() > first.counter() {
            second
        } else {
            first
        };
        manifest.line = ahead.manifest.as_ref().map_or([0; 8], |known| known.line);
        // A store that an older program wrote has no manifest, and no copy: it is taken at its word.
        let adopted = seen.is_none()
            && first.condition == Condition::NoManifest
            && matches!(second.condition, Condition::Empty | Condition::Unreadable)
            && first
                .snapshot
                .is_some_and(|all| !all.contains_key(manifest::NAME));
        let complete = adopted || (parted && first.is_whole() && second.is_whole());
        Self {
            entries,
            manifest,
            complete,
            newest,
        }
    }
}

/// The marks of both and of what came before them, in turn, newest first.
fn ancestors(sides: &[&Side; 2]) -> Vec<[u8; 8]> {
    let lines = sides.map(|side| {
        side.manifest
            .clone()
            .map_or(Vec::new(), |manifest| manifest.next().ancestors)
    });
    let mut marks = Vec::new();
    for place in 0..manifest::MAX_ANCESTORS {
        for mark in lines.iter().filter_map(|line| line.get(place)) {
            if !marks.contains(mark) {
                marks.push(*mark);
            }
        }
    }
    marks.truncate(manifest::MAX_ANCESTORS);
    marks
}

fn owned(entries: &BTreeMap<&str, &str>) -> BTreeMap<String, String> {
    entries
        .iter()
        .map(|(name, stored)| ((*name).to_owned(), (*stored).to_owned()))
        .collect()
}

/// Is it a header that reads? A newer program's is one.
#[must_use]
pub fn is_header(stored: &str) -> bool {
    glance(store::HEADER, stored).is_some()
}

/// How often an entry was written, by its own word; `None` if it is not what its name says.
fn glance(name: &str, stored: &str) -> Option<u64> {
    let (magic, namespace, id) = match Entry::parse(name)? {
        Entry::Header => {
            return match Header::from_text(stored) {
                Ok(header) => Some(header.generation),
                // A newer program's: it knows better.
                Err(HeaderError::UnknownVersion | HeaderError::UnknownSlot) => Some(u64::MAX),
                Err(_) => None,
            };
        }
        Entry::OldHeader(_) => return Some(0),
        Entry::Account(id) | Entry::Aside(id, _) => (envelope::MAGIC, Namespace::Account, id),
        Entry::Review(id) => (envelope::MAGIC, Namespace::Review, id),
        Entry::Inbox(id) => (inbox::MAGIC, Namespace::Inbox, id),
        Entry::Tombstone(id) => (envelope::MAGIC, Namespace::Tombstone, id),
    };
    let seen = preamble::peek(stored)?;
    let fits = seen.magic == magic && seen.namespace == namespace as u8 && seen.id == id;
    fits.then_some(seen.generation)
}

/// The name under which the other text of an entry is kept. A review or an inbox item is written once,
/// so two texts of it say the same.
fn aside(name: &str, stored: &str) -> Option<String> {
    glance(name, stored)?;
    let [a, b, c, d, e, f, g, h, ..] = digest_of(name, stored);
    let mark = [a, b, c, d, e, f, g, h];
    match Entry::parse(name)? {
        Entry::Account(id) => Some(Entry::Aside(id, mark).name()),
        Entry::Header => Some(Entry::OldHeader(mark).name()),
        // The sync area has what the other text of a tombstone says.
        Entry::Tombstone(_)
        | Entry::Review(_)
        | Entry::Inbox(_)
        | Entry::Aside(..)
        | Entry::OldHeader(_) => None,
    }
}
