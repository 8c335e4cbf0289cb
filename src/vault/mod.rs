//! Keep it: secrets, envelopes, keys, records.
//!
//! # The construction
//!
//! ```text
//! passphrase ──Argon2id(salt, params)──▶ wrapping key ──opens──▶ vault key (random, 32 bytes)
//!                                                                   │ HKDF, one label per use
//!        ┌──────────────┬───────────────┬──────────────┬────────────┤
//!   header MAC    account ids     inbox key pair   key check   one key per namespace
//!                                   (HPKE)                    (XChaCha20-Poly1305)
//! ```
//!
//! A record is sealed whole in an [`envelope`]; what kind of record it is, whose, and how often it
//! was written are bound to it, so that two sealed records can never be swapped. While the vault is
//! locked its public key still takes tokens into the [`inbox`]. [`store`] maps all of that onto a
//! storage area of names and text.
//!
//! There may be several ways in: passphrases, passkeys and this device, each of which wraps the same
//! vault key ([`slot`], [`ways`]). The store lies in two places, and each tells when the other lost
//! something ([`manifest`], [`copies`]).
//!
//! # Where to look
//!
//! | file | answers |
//! |---|---|
//! | [`secret`] | how is a secret held? redacted, wiped, compared in constant time |
//! | [`kdf`] | how does a passphrase become a key, and which costs are accepted? |
//! | [`subkey`] | which labels split the vault key? |
//! | [`text`], [`pad`], [`preamble`] | the three pieces that every sealed thing is made of |
//! | [`envelope`] | the sealed record |
//! | [`keys`], [`slot`] | the header of the vault and its slots: bytes, create, unlock |
//! | [`ways`] | ways in: add, remove, change the passphrase, raise its costs, a new vault key |
//! | [`keyring`], [`rotation`] | both keys while the vault key changes, and the records' way from one to the other |
//! | [`inbox`] | sealing without being able to open |
//! | [`codes`] | the numbers that stand for names inside a record |
//! | [`history`], [`records`], [`review`] | what a record says, and what may happen to it |
//! | [`work`] | what a record keeps for the tools that use the token |
//! | [`merge`] | two histories of one account become one |
//! | [`backup`] | everything as a standard age file, and back |
//! | [`store`] | storage names, one account, opening everything, reading back |
//! | [`manifest`] | what a store should hold, and how a change is written |
//! | [`copies`] | two copies and what was seen: what was lost, and what to write where |
//! | [`tombstone`], [`sync`] | several machines: what was deleted, and what goes to and comes from the sync area |
//! | [`tools`] | what of all this is heavy and seldom, for the tools program |
//! | [`faults`] | what a person is told when any of it fails |
//!
//! # How a caller uses it
//!
//! Each line is one step; the caller reads and writes the areas, always under its lock. The background is that caller
//! (`src/browser/keeper.rs`, `disk.rs`); what is heavy it asks of [`tools`].
//!
//! *At every start of the program*
//! 1. Read the first copy (again, if that failed: the second read may do), the second copy, and the text
//!    of [`manifest::Seen`] from a third place: [`copies::compare`].
//! 2. Write `to_primary`, then `to_copy`, each as *Writing* 3 to 5 says; keep `seen`. Show
//!    [`copies::Finding::fault`]. Unless the finding [is usable](copies::Finding::is_usable), write
//!    nothing; make a new vault only on [`Finding::Fresh`](copies::Finding::Fresh). After
//!    [`RolledBack`](copies::Finding::RolledBack) a person may choose to go on with the older state:
//!    [`copies::accept`], then compare again.
//!
//! *Making a vault*: [`keys::Header::create`] (passphrase) or [`keys::Header::create_with`] (passkey, or
//! this device only), and commit `Change::Put("vault", header.to_text())`.
//!
//! *Unlocking*
//! 1. [`keys::Header::unlock_raising`] for a passphrase (commit the header it gives, if any), else
//!    [`keys::Header::unlock_with`]. For a passkey the browser is asked with what [`slot::Passkey`]
//!    holds, for every slot of that kind at once.
//! 2. [`keys::Header::key_ring`] gives all keys; `storage.session` needs to hold the present one only.
//! 3. Commit what [`merge::merge_asides`] gives, take the inbox in (each item: the account and the removal
//!    of the item in one commit), and if the header [is rotating](keys::Header::is_rotating) go on with
//!    that.
//!
//! *Reading*: [`store::account`] and [`store::knows`] touch one record; [`store::open_ring`] opens all.
//!
//! *Writing*
//! 1. Changes come from [`store::put_account`], [`store::remove_account`], [`store::review_entry`],
//!    [`store::inbox_entry`] (also while locked), [`merge`], [`rotation`], or are a new header.
//! 2. [`manifest::commit`] makes a [`manifest::Batch`] of them. If it refuses, compare the copies first.
//! 3. First copy: all of `put` in **one** call, read back ([`manifest::Batch::arrived`],
//!    [`store::read_back`]), then `remove`.
//! 4. Second copy: if the batch [fits](manifest::Batch::fits) what lies there under the same names, write
//!    it in one transaction; if not, compare.
//! 5. Keep `seen`. Only now it is saved. (If the second copy cannot be written at all, the change is saved
//!    in one place; say so. The next comparison brings the second copy up to date.)
//!
//! *Ways in*: [`keys::Header::add`], [`remove`](keys::Header::remove),
//! [`change_passphrase`](keys::Header::change_passphrase); commit the new header.
//!
//! *A new vault key*: [`keys::Header::rotate`] with every secret in hand, commit its header and keep its
//! ring; then commit what [`rotation::plan`] gives until it [ends](rotation::RotationPlan::ends), and ask
//! the header for the ring once more. What is not in hand is `dropped`: say so before.
//!
//! *Several machines*: with the store, the whole sync area and the [`sync::Note`] in hand, [`sync::plan`]; commit its changes,
//! then remove and put in the area, then keep the note. Whatever fails: ask again later. While the vault is synced, the
//! deletion of an account writes [`sync::bury`] as well; a new vault key ends sync. A machine without a vault unlocks the
//! header of the area as its own, commits it, and plans.
//!
//! *Removing the vault*: the second copy first, then what was seen, then the first copy. In any other
//! order it comes back.
//!
//! Everything here is pure: time (`now`, milliseconds since 1970) and random bytes come in as
//! arguments. What is *not* promised: secrets that crossed to JavaScript cannot be wiped, a deleted
//! or withheld record is not noticed by its absence, and in wasm nobody guarantees constant time.

// Table tests speak plainly; the same lints hold for this code in every build that is not a test.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod backup;
pub mod codes;
pub mod copies;
pub mod envelope;
pub mod faults;
pub mod history;
pub mod inbox;
pub mod kdf;
pub mod keyring;
pub mod keys;
pub mod manifest;
pub mod merge;
pub mod pad;
pub mod preamble;
pub mod records;
pub mod review;
pub mod rotation;
pub mod secret;
pub mod slot;
pub mod store;
pub mod subkey;
pub mod sync;
pub mod text;
pub mod tombstone;
pub mod tools;
pub mod ways;
pub mod work;

/// How a row of a test table spoils a good value.
#[cfg(test)]
type Spoil<T> = fn(&mut T);
