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
//! # Where to look
//!
//! | file | answers |
//! |---|---|
//! | [`secret`] | how is a secret held? redacted, wiped, compared in constant time |
//! | [`kdf`] | how does a passphrase become a key, and which costs are accepted? |
//! | [`subkey`] | which labels split the vault key? |
//! | [`text`], [`pad`], [`preamble`] | the three pieces that every sealed thing is made of |
//! | [`envelope`] | the sealed record |
//! | [`keys`], [`slot`] | the header of the vault: create, unlock, change the passphrase |
//! | [`inbox`] | sealing without being able to open |
//! | [`codes`] | the numbers that stand for names inside a record |
//! | [`history`], [`records`], [`review`] | what a record says, and what may happen to it |
//! | [`store`] | storage names, opening everything, reading back |
//! | [`faults`] | what a person is told when any of it fails |
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
pub mod text;
pub mod ways;

/// How a row of a test table spoils a good value.
#[cfg(test)]
type Spoil<T> = fn(&mut T);
