//! Everything under the previous vault key is sealed anew under the present one.
//!
//! The header goes first ([`Header::rotate`](crate::vault::keys::Header::rotate)): it gives both keys.
//! From that moment on every record opens, whichever of the two it lies under, so the rest may be done
//! in any number of steps, be interrupted anywhere, and need not fit into the storage area twice. The
//! last step is a header without the previous key, written only when nothing lies under it any more.
//!
//! | moment | header | records | opens with |
//! |---|---|---|---|
//! | before | old | under the old key | the old key |
//! | header written | new, with the old key sealed in it | under the old key | the new key |
//! | any number of batches | same | under either | the new key |
//! | the end | new | under the new key | the new key |
//!
//! There is no state but the store itself: [`plan`] is asked again after each batch, under the same
//! lock as every write, and again after a crash as long as the header says that it is rotating.
//!
//! Reviews and inbox items are sealed anew as they are, unread, under the same names. The name of an
//! account is a function of the key, so it moves. Tombstones go: they end copies under the old key, which nobody reads
//! any more.

use crate::vault::envelope::{self, Binding, Expect, Namespace, OpenError};
use crate::vault::inbox;
use crate::vault::keyring::KeyRing;
use crate::vault::keys::Header;
use crate::vault::preamble;
use crate::vault::records::{Account, RecordError};
use crate::vault::secret::Key;
use crate::vault::slot::{Random, drawn};
use crate::vault::store::{self, Change, Entry, StoreError, StoreSnapshot};
use crate::vault::subkey;

/// The next writes of a rotation.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RotationPlan {
    /// To be committed together or one by one, in this order. Good for this very snapshot only.
    pub changes: Vec<Change>,
    /// How many entries are left after these.
    pub left: usize,
    /// What lies under the previous key and cannot be sealed anew, with stable codes. While there is
    /// any, the rotation does not end and the previous key is kept.
    pub stuck: Vec<(String, &'static str)>,
    /// Is the rotation over once these are written?
    pub ends: bool,
}

/// The next writes, for `at_most` entries. Nothing to do for a header that is not rotating.
///
/// # Errors
/// [`StoreError`] if a record that did open cannot be sealed.
pub fn plan(
    header: &Header,
    ring: &KeyRing,
    snapshot: &StoreSnapshot,
    at_most: usize,
    random: Random,
) -> Result<RotationPlan, StoreError> {
    let mut plan = RotationPlan::default();
    let Some(previous) = ring.previous().filter(|_| header.is_rotating()) else {
        return Ok(plan);
    };
    let checks = [
        subkey::key_check(previous),
        inbox::recipient_check(&inbox::public_key(previous)),
    ];
    let mut done = 0;
    for (name, stored) in store::entries(snapshot) {
        let under_previous =
            preamble::peek(stored).is_some_and(|seen| checks.contains(&seen.check));
        let Some(entry) = Entry::parse(name).filter(|_| under_previous) else {
            continue;
        };
        if done >= at_most {
            plan.left += 1;
            continue;
        }
        match resealed(ring, previous, (name, entry, stored), snapshot, random) {
            Ok(changes) => {
                done += 1;
                plan.changes.extend(changes);
            }
            Err(Failure::Stuck(code)) => plan.stuck.push((name.to_owned(), code)),
            Err(Failure::Refused(error)) => return Err(error),
        }
    }
    if plan.left == 0 && plan.stuck.is_empty() {
        let end = header.rotated(ring.present()).to_text();
        plan.changes.push(Change::Put(Entry::Header.name(), end));
        plan.ends = true;
    }
    Ok(plan)
}

/// Why an entry was not sealed anew.
enum Failure {
    /// It does not open.
    Stuck(&'static str),
    /// It opens, and could not be sealed.
    Refused(StoreError),
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Stuck(error.code())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

fn resealed(
    ring: &KeyRing,
    previous: &Key,
    (name, entry, stored): (&str, Entry, &str),
    snapshot: &StoreSnapshot,
    random: Random,
) -> Result<Vec<Change>, Failure> {
    let bytes = envelope::from_text(stored)?;
    let unsealed = |error| Failure::Refused(RecordError::Seal(error).into());
    let put = |bytes: Vec<u8>| vec![Change::Put(name.to_owned(), envelope::to_text(&bytes))];
    match entry {
        Entry::Account(id) => account_moved(ring, previous, &id, &bytes, snapshot, random),
        Entry::Aside(id, mark) => {
            let account = opened(previous, &id, &bytes)?;
            let (_, stored) = store::sealed_entry(ring.present(), &account, drawn(random))?;
            let moved = Entry::Aside(account.id(ring.present()), mark).name();
            Ok(vec![
                Change::Put(moved, stored),
                Change::Remove(name.to_owned()),
            ])
        }
        Entry::Review(id) => {
            let expected = Expect::any(Namespace::Review, id);
            let (generation, plaintext) = envelope::open(previous, &expected, &bytes)?;
            let binding = Binding {
                namespace: Namespace::Review,
                id,
                generation,
            };
            envelope::seal(ring.present(), &binding, plaintext.expose(), drawn(random))
                .map(put)
                .map_err(unsealed)
        }
        Entry::Inbox(id) => {
            let expected = Expect::any(Namespace::Inbox, id);
            let (generation, plaintext) = inbox::open(previous, &expected, &bytes)?;
            let binding = Binding {
                namespace: Namespace::Inbox,
                id,
                generation,
            };
            let public_key = inbox::public_key(ring.present());
            inbox::seal(&public_key, &binding, plaintext.expose(), drawn(random))
                .map(put)
                .map_err(unsealed)
        }
        // Its id is a function of the old key, and so is everything that it could end.
        Entry::Tombstone(_) => Ok(vec![Change::Remove(name.to_owned())]),
        Entry::Header | Entry::OldHeader(_) => Ok(Vec::new()),
    }
}

/// The account under its new name. If it lies there already (a step was interrupted, or it was written
/// meanwhile), both become one.
fn account_moved(
    ring: &KeyRing,
    previous: &Key,
    id: &[u8; 16],
    bytes: &[u8],
    snapshot: &StoreSnapshot,
    random: Random,
) -> Result<Vec<Change>, Failure> {
    let old = opened(previous, id, bytes)?;
    let new_id = old.id(ring.present());
    let there = snapshot
        .get(&Entry::Account(new_id).name())
        .filter(|stored| !stored.is_empty());
    let account = match there {
        None => Some(old),
        Some(stored) => {
            let mut new = opened(ring.present(), &new_id, &envelope::from_text(stored)?)?;
            new.merge(&old).then_some(new)
        }
    };
    let mut changes = Vec::new();
    if let Some(account) = account {
        let (name, stored) = store::sealed_entry(ring.present(), &account, drawn(random))?;
        changes.push(Change::Put(name, stored));
    }
    changes.push(Change::Remove(Entry::Account(*id).name()));
    Ok(changes)
}

fn opened(key: &Key, id: &[u8; 16], bytes: &[u8]) -> Result<Account, Failure> {
    Account::open(key, id, bytes).map_err(|error| Failure::Stuck(error.code()))
}
