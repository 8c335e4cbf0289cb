//! Several machines: the vault through a storage area that the browser's maker carries between them.
//!
//! # What lies in the sync area
//!
//! | name | text |
//! |---|---|
//! | `vault` | the header, without what only one device opens ([`Header::shared`]) |
//! | `<id>` | what is known of one account: an [`envelope`] of namespace `Synced` |
//!
//! | bytes of an item | field |
//! |---|---|
//! | 0 | version, 1 |
//! | 1..3 | length n of the tombstone, big-endian; 0: none |
//! | 3..3+n | that the account was deleted ([`tombstone`](crate::vault::tombstone)) |
//! | 3+n.. | the account as its record has it ([`records`](crate::vault::records)); nothing: none |
//!
//! A deleted account and a kept one have the same kind of name and of envelope; the id is an HMAC. Whoever carries the area
//! learns how many there are, how long each is in steps of 64 bytes, how often and when each was written. Reviews and what
//! waits in the inbox stay where they are.
//!
//! # What is promised
//!
//! The area is treated as an enemy's. [`plan`] is a function of state: of the store, of the area as it reads, and of a
//! [`Note`] of what was seen there. It may be interrupted anywhere and asked again, and with nothing new it plans nothing.
//!
//! * What the store knows stays: an item is merged into it ([`merge`](crate::vault::merge)), never written over it. An item
//!   that is replayed, older, swapped, cut or gone changes nothing, is told once, and is put right.
//! * An account that was deleted stays deleted, unless a copy turns up with a token that was not known at the deletion.
//! * What cannot be understood because it is newer is left alone, here and there.
//! * A header counts only if the vault key signed it. Another vault's, or one with another key, ends the matter until a
//!   person has decided; so does an area that was emptied. Nothing is written in either place meanwhile.
//! * Everything is measured before it is written. What does not fit stays out, whole, and is told: [`SYNC_FULL`].
//!
//! A new vault key ends sync on the machine that made it; the others see another key and stop ([`SYNC_NEW_KEY`]).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::vault::envelope::{self, Binding, Expect, Namespace, OpenError};
use crate::vault::keys::{Header, HeaderError};
use crate::vault::preamble::Fields;
use crate::vault::records::{Account, RecordError, from_json, to_json};
use crate::vault::secret::{Key, SecretBytes};
use crate::vault::slot::{Random, drawn};
use crate::vault::store::{self, Change, Entry, HEADER, StoreSnapshot};
use crate::vault::text;
use crate::vault::tombstone::Tombstone;
use crate::wire::errors::Fault;

/// Most bytes in the area: names and values as JSON (`facts/security.md` §4).
pub const TOTAL: usize = 102_400;
/// Most bytes of one item, counted in the same way.
pub const ITEM: usize = 8_192;
/// Most items.
pub const ITEMS: usize = 512;
/// Most tombstones without an account that are kept in the store; the oldest go first.
pub const MOST_KEPT: usize = 500;
/// Most of them in the area, once they are older than [`SENT_FOR`].
pub const MOST_SENT: usize = 100;
/// How long a tombstone lies in the area at least, in milliseconds: 90 days. A machine that was away for longer may bring
/// back an account whose deletion it never saw; whoever knows of the deletion then says so again.
pub const SENT_FOR: u64 = 90 * 24 * 60 * 60 * 1000;

/// Not everything fits into the area.
pub const SYNC_FULL: &str = "sync_full";
/// Another vault lies in the area.
pub const SYNC_OTHER_VAULT: &str = "sync_other_vault";
/// Another machine made a new vault key.
pub const SYNC_NEW_KEY: &str = "sync_new_key";
/// The area still has this vault under a key before the present one.
pub const SYNC_OLD_KEY: &str = "sync_old_key";
/// The area was emptied.
pub const SYNC_CLEARED: &str = "sync_cleared";
/// Only this device opens the vault: no other machine could.
pub const SYNC_DEVICE_ONLY: &str = "sync_device_only";
/// The area holds something that a newer program wrote.
pub const SYNC_TOO_NEW: &str = "sync_too_new";
/// The area gave back something older than what had been in it.
pub const SYNC_OLDER: &str = "sync_older";
/// Something in the area does not open.
pub const SYNC_DAMAGED: &str = "sync_damaged";
/// Something is gone from the area.
pub const SYNC_MISSING: &str = "sync_missing";
/// Another machine changed the ways into the vault at the same time, and its change counts.
pub const SYNC_WAYS: &str = "sync_ways";

/// Every code that this room puts into a [`Note`]; `_locales` needs `fault_<code>` for each.
pub const ALL: [&str; 11] = [
    SYNC_FULL,
    SYNC_OTHER_VAULT,
    SYNC_NEW_KEY,
    SYNC_OLD_KEY,
    SYNC_CLEARED,
    SYNC_DEVICE_ONLY,
    SYNC_TOO_NEW,
    SYNC_OLDER,
    SYNC_DAMAGED,
    SYNC_MISSING,
    SYNC_WAYS,
];

const VERSION: u8 = 1;

/// What was seen of the area, kept where the area is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Note {
    /// When both sides were compared last, milliseconds since 1970.
    pub at: u64,
    /// Why not everything is done: one of [`ALL`], or the code of another fault.
    pub code: Option<String>,
    /// How many accounts do not fit.
    pub left: u32,
    /// What was put right last.
    pub told: Option<String>,
    /// When that was, milliseconds since 1970.
    pub told_at: u64,
    /// The highest generation of a header that was seen there.
    pub header: u64,
    /// The highest generation of each item that was seen there.
    pub seen: BTreeMap<String, u64>,
    /// Items that did not open and were left alone, with a digest, so that each is told once.
    pub left_alone: BTreeMap<String, String>,
}

/// What a plan is made of.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The header of the open vault.
    pub header: &'a Header,
    /// Its key.
    pub key: &'a Key,
    /// The whole store.
    pub store: &'a StoreSnapshot,
    /// The whole sync area.
    pub area: &'a StoreSnapshot,
    /// What was seen there before.
    pub note: &'a Note,
    /// A person said: this vault is the one that counts. What does not open in the area goes.
    pub replace: bool,
    /// When (milliseconds since 1970).
    pub now: u64,
}

/// What to do, in this order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// To be committed to the store.
    pub changes: Vec<Change>,
    /// To be removed from the area, in one call.
    pub remove: Vec<String>,
    /// To be written to the area, in one call. It fits.
    pub put: Vec<(String, String)>,
    /// To be kept once all of that is written.
    pub note: Note,
}

/// What one side knows of an account.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    tombstone: Option<Tombstone>,
    account: Option<Account>,
}

/// How an item of the area reads.
enum Item {
    Missing,
    Known(Box<Known>),
    /// A newer program wrote it.
    TooNew,
    /// It does not open.
    Damaged,
}

/// Compares the store with the area and plans what makes both say the same.
///
/// # Errors
/// [`Fault`] if a record that did open cannot be sealed.
pub fn plan(given: &Given, random: Random) -> Result<Plan, Fault> {
    let clean = Note::default();
    let mut work = Work {
        given: Given {
            // A new beginning.
            note: if given.replace { &clean } else { given.note },
            ..*given
        },
        plan: Plan::default(),
        sizes: given
            .area
            .iter()
            .map(|(name, text)| (name.clone(), weight(name, text)))
            .collect(),
        put: Vec::new(),
        graves: BTreeSet::new(),
        told: None,
    };
    work.plan.note = work.given.note.clone();
    work.plan.note.at = given.now;
    work.plan.note.code = None;
    work.plan.note.left = 0;
    match work.run(random) {
        Ok(()) => Ok(work.plan),
        Err(Stop::Told(code)) => Ok(Plan {
            note: Note {
                at: given.now,
                code: Some(code.to_owned()),
                ..given.note.clone()
            },
            ..Plan::default()
        }),
        Err(Stop::Fault(fault)) => Err(fault),
    }
}

/// Is it something of ours in the area?
#[must_use]
pub fn is_ours(name: &str) -> bool {
    name == HEADER || item_id(name).is_some()
}

/// The header of a vault in the area that a passphrase opens: a machine without a vault may be asked to join it.
#[must_use]
pub fn can_join(header: &str) -> bool {
    Header::from_text(header)
        .is_ok_and(|header| header.slots.iter().any(|slot| slot.params().is_some()))
}

/// What an account's deletion writes, besides its removal: the tombstone.
///
/// # Errors
/// Whatever keeps what lies there from opening.
pub fn bury(
    key: &Key,
    store: &StoreSnapshot,
    account: &Account,
    now: u64,
    random: Random,
) -> Result<Change, RecordError> {
    let id = account.id(key);
    let name = Entry::Tombstone(id).name();
    let mut tombstone = Tombstone::of(account, now);
    // One that does not open tells nothing any more.
    let earlier = text_of(store, &name)
        .and_then(|text| Tombstone::open(key, &id, &envelope::from_text(text).ok()?).ok());
    if let Some(earlier) = earlier {
        tombstone = tombstone.joined_with(&earlier);
    }
    let sealed = tombstone.seal(key, id, drawn(random))?;
    Ok(Change::Put(name, envelope::to_text(&sealed)))
}

/// Why nothing more is done.
enum Stop {
    Told(&'static str),
    Fault(Fault),
}

impl From<RecordError> for Stop {
    fn from(error: RecordError) -> Self {
        Self::Fault(error.into())
    }
}

struct Work<'a> {
    given: Given<'a>,
    plan: Plan,
    /// What each name in the area weighs after the plan, so far.
    sizes: BTreeMap<String, usize>,
    /// What should be written to the area, with its generation.
    put: Vec<(String, String, u64)>,
    /// The names of what is deleted.
    graves: BTreeSet<String>,
    told: Option<&'static str>,
}

impl Work<'_> {
    fn run(&mut self, random: Random) -> Result<(), Stop> {
        self.header()?;
        self.accounts(random)?;
        self.fit();
        if let Some(code) = self.told {
            self.plan.note.told = Some(code.to_owned());
            self.plan.note.told_at = self.given.now;
        }
        Ok(())
    }

    /// The worst that happened is what is told.
    fn tell(&mut self, code: &'static str) {
        let rank = |code| {
            [SYNC_WAYS, SYNC_MISSING, SYNC_DAMAGED, SYNC_OLDER]
                .iter()
                .position(|known| *known == code)
        };
        if self.told.is_none_or(|told| rank(told) < rank(code)) {
            self.told = Some(code);
        }
    }

    fn header(&mut self) -> Result<(), Stop> {
        let Given {
            header,
            key,
            area,
            note,
            replace,
            ..
        } = self.given;
        if header.is_rotating() {
            return Err(Stop::Told(crate::vault::faults::ROTATION_UNFINISHED));
        }
        let own = header.shared(key).ok_or(Stop::Told(SYNC_DEVICE_ONLY))?;
        let theirs = match text_of(area, HEADER).map(Header::from_text) {
            _ if replace => None,
            Some(Ok(theirs)) => Some(theirs),
            Some(Err(HeaderError::UnknownVersion | HeaderError::UnknownSlot)) => {
                return Err(Stop::Told(SYNC_TOO_NEW));
            }
            Some(Err(_)) => {
                self.tell(SYNC_DAMAGED);
                None
            }
            None if note.header > 0 => return Err(Stop::Told(SYNC_CLEARED)),
            None if self.holds_foreign() => return Err(Stop::Told(SYNC_OTHER_VAULT)),
            None => None,
        };
        let mut write = true;
        if let Some(theirs) = theirs {
            if theirs.vault_id != own.vault_id {
                return Err(Stop::Told(SYNC_OTHER_VAULT));
            }
            if theirs.public_key != own.public_key {
                // It cannot be told from a forged one: only its own key could.
                return Err(Stop::Told(if theirs.generation > own.generation {
                    SYNC_NEW_KEY
                } else {
                    SYNC_OLD_KEY
                }));
            }
            if theirs.belongs_to(key) {
                let rank = |header: &Header| (header.generation, header.encode());
                write = rank(&theirs) < rank(&own);
                if theirs.generation < note.header {
                    self.tell(SYNC_OLDER);
                }
                if rank(&theirs) > rank(&own) {
                    self.adopt(&theirs)?;
                }
                self.plan.note.header = note.header.max(theirs.generation);
            } else {
                self.tell(SYNC_DAMAGED);
            }
        }
        if write {
            self.put
                .push((HEADER.to_owned(), own.to_text(), own.generation));
        }
        Ok(())
    }

    fn adopt(&mut self, theirs: &Header) -> Result<(), Stop> {
        let Given { header, key, .. } = self.given;
        if theirs.generation == header.generation {
            self.tell(SYNC_WAYS);
        }
        let adopted = header
            .adopting(key, theirs)
            .map_err(|error| Stop::Fault(error.into()))?;
        let change = Change::Put(HEADER.to_owned(), adopted.to_text());
        self.plan.changes.push(change);
        Ok(())
    }

    /// Is there an item that is none of this vault's?
    fn holds_foreign(&self) -> bool {
        let Given { key, area, .. } = self.given;
        let names = area.keys().filter_map(|name| Some((name, item_id(name)?)));
        names
            .filter_map(|(name, id)| Some((id, text_of(area, name)?)))
            .any(|(id, text)| {
                matches!(
                    opened(key, &id, text),
                    Err(RecordError::Open(OpenError::WrongKey))
                )
            })
    }

    fn accounts(&mut self, random: Random) -> Result<(), Stop> {
        let Given { store, area, .. } = self.given;
        let mut ids: BTreeSet<[u8; 16]> = area.keys().filter_map(|name| item_id(name)).collect();
        ids.extend(
            store::entries(store).filter_map(|(name, _)| match Entry::parse(name) {
                Some(Entry::Account(id) | Entry::Tombstone(id)) => Some(id),
                _ => None,
            }),
        );
        let mut graves: Vec<Grave> = Vec::new();
        for id in ids {
            graves.extend(self.account(id, random)?);
        }
        // Every machine drops the same ones, whatever it knew before.
        graves.sort_unstable_by_key(|grave| std::cmp::Reverse((grave.at, grave.id)));
        for (place, grave) in graves.into_iter().enumerate() {
            let name = text::encode(&grave.id);
            let is_old = self.given.now > grave.at.saturating_add(SENT_FOR);
            if place < MOST_SENT || !is_old {
                self.put.extend(grave.put);
            } else if self.sizes.remove(&name).is_some() {
                self.plan.remove.push(name.clone());
            }
            self.graves.insert(name);
            if place < MOST_KEPT {
                self.plan.changes.extend(grave.change);
            } else {
                let name = Entry::Tombstone(grave.id).name();
                if text_of(store, &name).is_some() {
                    self.plan.changes.push(Change::Remove(name));
                }
            }
        }
        Ok(())
    }

    /// Makes both sides say the same of one account. Of one that is deleted, what to write is given back.
    fn account(&mut self, id: [u8; 16], random: Random) -> Result<Option<Grave>, Stop> {
        let Given {
            key,
            store,
            area,
            note,
            replace,
            now,
            header: _,
        } = self.given;
        let name = text::encode(&id);
        let (Ok(mut own), text) = (kept(key, store, &id), text_of(area, &name)) else {
            // What does not open here is left alone, in both places.
            return Ok(None);
        };
        let item = match text.map(|text| opened(key, &id, text)) {
            None => Item::Missing,
            Some(Ok(known)) => Item::Known(Box::new(known)),
            Some(Err(
                RecordError::TooNew
                | RecordError::Open(OpenError::UnknownVersion | OpenError::UnknownSuite),
            )) if !replace => Item::TooNew,
            Some(Err(_)) => Item::Damaged,
        };
        let seen = note.seen.get(&name).copied();
        let mut changed = own.revived();
        let mut write = true;
        let mut missing = false;
        match &item {
            Item::Missing => {
                missing = seen.is_some();
                if missing && own.account.is_some() {
                    self.tell(SYNC_MISSING);
                }
            }
            Item::TooNew => {
                self.plan.note.code = Some(SYNC_TOO_NEW.to_owned());
                return Ok(None);
            }
            Item::Damaged => {
                let left = text::encode(&crate::vault::manifest::digest_of(
                    &name,
                    text.unwrap_or_default(),
                ));
                if own == Known::default() {
                    if replace {
                        self.sizes.remove(&name);
                        self.plan.remove.push(name);
                    } else if self.plan.note.left_alone.get(&name) != Some(&left) {
                        self.tell(SYNC_DAMAGED);
                        self.plan.note.left_alone.insert(name, left);
                    }
                    return Ok(None);
                }
                if !replace {
                    self.tell(SYNC_DAMAGED);
                }
            }
            Item::Known(theirs) => {
                let news = own.join(theirs, || {
                    let again = text.map(|text| opened(key, &id, text));
                    again.and_then(|known| known.ok()?.account)
                });
                changed |= news;
                if let (None, Some(tombstone), Some(_)) =
                    (&own.account, &mut own.tombstone, &theirs.account)
                    && now > tombstone.at.saturating_add(SENT_FOR)
                {
                    // Somebody who was away has to learn of it.
                    tombstone.at = now;
                    changed = true;
                }
                write = own != **theirs;
                if !news && seen.is_some_and(|seen| theirs.generation() < seen) {
                    self.tell(SYNC_OLDER);
                }
                self.saw(&name, theirs.generation());
            }
        }
        self.plan.note.left_alone.remove(&name);
        if own == Known::default() {
            return Ok(None);
        }
        let mut grave_change = None;
        if changed {
            let (account, tombstone) = (Entry::Account(id).name(), Entry::Tombstone(id).name());
            match &own.account {
                Some(kept) => {
                    let (name, stored) = store::sealed_entry(key, kept, drawn(random))
                        .map_err(|error| Stop::Fault(error.into()))?;
                    self.plan.changes.push(Change::Put(name, stored));
                }
                None if text_of(store, &account).is_some() => {
                    self.plan.changes.push(Change::Remove(account));
                }
                None => {}
            }
            if let Some(kept) = &own.tombstone {
                let sealed = kept.seal(key, id, drawn(random))?;
                let change = Change::Put(tombstone, envelope::to_text(&sealed));
                if own.account.is_some() {
                    self.plan.changes.push(change);
                } else {
                    grave_change = Some(change);
                }
            }
        }
        // A tombstone that was there and was dropped is not sent again until somebody needs it.
        let put = if write && !(missing && own.account.is_none()) {
            let sealed = sealed(key, &id, &own, drawn(random))?;
            Some((name, sealed, own.generation()))
        } else {
            None
        };
        match (&own.account, &own.tombstone) {
            (None, Some(tombstone)) => Ok(Some(Grave {
                id,
                at: tombstone.at,
                put,
                change: grave_change,
            })),
            _ => {
                self.put.extend(put);
                Ok(None)
            }
        }
    }

    fn saw(&mut self, name: &str, generation: u64) {
        let place = self.plan.note.seen.entry(name.to_owned()).or_default();
        *place = (*place).max(generation);
    }

    /// Takes of what should be written what fits: first the header, then what is shorter.
    fn fit(&mut self) {
        let mut put = std::mem::take(&mut self.put);
        put.sort_unstable_by_key(|(name, text, _)| (name != HEADER, text.len(), name.clone()));
        let mut total: usize = self.sizes.values().sum();
        for (name, text, generation) in put {
            let size = weight(&name, &text);
            let before = self.sizes.get(&name).copied();
            let items = self.sizes.len() + usize::from(before.is_none());
            let after = total + size - before.unwrap_or(0);
            if size > ITEM || after > TOTAL || items > ITEMS {
                self.plan.note.left = self.plan.note.left.saturating_add(1);
                self.plan.note.code = Some(SYNC_FULL.to_owned());
                if name == HEADER {
                    // Nobody could open the rest.
                    self.plan.put.clear();
                    return;
                }
                continue;
            }
            total = after;
            self.sizes.insert(name.clone(), size);
            if name == HEADER {
                self.plan.note.header = self.plan.note.header.max(generation);
            } else {
                self.saw(&name, generation);
            }
            self.plan.put.push((name, text));
        }
        let (sizes, graves) = (&self.sizes, &self.graves);
        let note = &mut self.plan.note;
        note.seen
            .retain(|name, _| sizes.contains_key(name) || graves.contains(name));
        note.left_alone.retain(|name, _| sizes.contains_key(name));
    }
}

/// A deleted account, and what is to be written of it.
struct Grave {
    id: [u8; 16],
    at: u64,
    put: Option<(String, String, u64)>,
    change: Option<Change>,
}

impl Known {
    fn generation(&self) -> u64 {
        let ended = self.tombstone.as_ref().map_or(0, Tombstone::generation);
        self.account
            .as_ref()
            .map_or(ended, |kept| kept.writes.max(ended))
    }

    /// An account that lies beside its own tombstone was made anew after it, for they are written together; its count says
    /// so from now on. Did anything change?
    fn revived(&mut self) -> bool {
        match (&mut self.account, &self.tombstone) {
            (Some(account), Some(tombstone)) if tombstone.ends(account) => {
                account.writes = tombstone.generation().saturating_add(1);
                true
            }
            _ => false,
        }
    }

    /// Takes in what the other side knows. Did anything change?
    fn join(&mut self, other: &Self, again: impl FnOnce() -> Option<Account>) -> bool {
        let joined = match (&self.tombstone, &other.tombstone) {
            (Some(a), Some(b)) => Some(a.joined_with(b)),
            (a, b) => a.as_ref().or(b.as_ref()).cloned(),
        };
        let mut changed = joined != self.tombstone;
        self.tombstone = joined;
        let tombstone = self.tombstone.as_ref();
        let ended = |account: &Account| tombstone.is_some_and(|tombstone| tombstone.ends(account));
        if self.account.as_ref().is_some_and(ended) {
            self.account = None;
            changed = true;
        }
        match (&mut self.account, &other.account) {
            (_, Some(theirs)) if ended(theirs) => {}
            (Some(own), Some(theirs)) => changed |= own.merge(theirs),
            (None, Some(_)) => {
                self.account = again();
                changed |= self.account.is_some();
            }
            (_, None) => {}
        }
        changed
    }
}

fn text_of<'a>(area: &'a StoreSnapshot, name: &str) -> Option<&'a str> {
    area.get(name)
        .map(String::as_str)
        .filter(|text| !text.is_empty())
}

/// The id in the name of an item.
fn item_id(name: &str) -> Option<[u8; 16]> {
    text::decode_exact(name)
}

/// What the browser counts: the name, and the value as JSON. Ours needs no escapes.
fn weight(name: &str, text: &str) -> usize {
    name.len() + text.len() + 2
}

/// What the store knows of an account.
fn kept(key: &Key, store: &StoreSnapshot, id: &[u8; 16]) -> Result<Known, RecordError> {
    let text = |entry: Entry| text_of(store, &entry.name()).map(envelope::from_text);
    let account = text(Entry::Account(*id)).transpose()?;
    let tombstone = text(Entry::Tombstone(*id)).transpose()?;
    Ok(Known {
        account: account
            .map(|bytes| Account::open(key, id, &bytes))
            .transpose()?,
        tombstone: tombstone
            .map(|bytes| Tombstone::open(key, id, &bytes))
            .transpose()?,
    })
}

fn sealed(key: &Key, id: &[u8; 16], known: &Known, nonce: [u8; 24]) -> Result<String, RecordError> {
    let tombstone = known.tombstone.as_ref().map(Tombstone::encode);
    let tombstone = tombstone.unwrap_or_default();
    let account = match &known.account {
        Some(account) => {
            account.check()?;
            to_json(account)?
        }
        None => SecretBytes::new(Vec::new()),
    };
    // In its final size: growing would leave copies of secrets behind.
    let length = 3 + tombstone.len() + account.expose().len();
    let mut plain = SecretBytes::new(Vec::with_capacity(length));
    let bytes = plain.expose_mut();
    bytes.push(VERSION);
    let length = u16::try_from(tombstone.len()).map_err(|_| RecordError::TooLarge("tombstone"))?;
    bytes.extend(length.to_be_bytes());
    bytes.extend(&tombstone);
    bytes.extend(account.expose());
    let binding = Binding {
        namespace: Namespace::Synced,
        id: *id,
        generation: known.generation(),
    };
    let sealed = envelope::seal(key, &binding, plain.expose(), nonce)?;
    Ok(envelope::to_text(&sealed))
}

fn opened(key: &Key, id: &[u8; 16], text: &str) -> Result<Known, RecordError> {
    let bytes = envelope::from_text(text)?;
    let expected = Expect::any(Namespace::Synced, *id);
    let (generation, plain) = envelope::open(key, &expected, &bytes)?;
    let short = |_| RecordError::Malformed;
    let mut fields = Fields(plain.expose());
    let [version] = fields.take().map_err(short)?;
    if version > VERSION {
        return Err(RecordError::TooNew);
    }
    let length = usize::from(u16::from_be_bytes(fields.take().map_err(short)?));
    let tombstone = fields.take_slice(length).map_err(short)?;
    let tombstone = (length > 0)
        .then(|| Tombstone::decode(tombstone))
        .transpose()?;
    let account = if fields.0.is_empty() {
        None
    } else {
        let account: Account = from_json(&SecretBytes::new(fields.0.to_vec()))?;
        account.check()?;
        Some(account)
    };
    let known = Known { tombstone, account };
    let strange = version != VERSION
        || known == Known::default()
        || known.generation() != generation
        || known
            .account
            .as_ref()
            .is_some_and(|kept| kept.id(key) != *id);
    if strange {
        Err(RecordError::Malformed)
    } else {
        Ok(known)
    }
}
