//! The first 48 bytes of everything sealed: what it is, whose, and for which key.
//!
//! | bytes | field |
//! |---|---|
//! | 0..4 | magic: `TKEV` (envelope) or `TKIN` (inbox item) |
//! | 4 | version, 1 |
//! | 5 | suite, 1 |
//! | 6 | [`Namespace`] |
//! | 7 | reserved, 0 |
//! | 8..24 | id of the record |
//! | 24..32 | generation, big-endian |
//! | 32..48 | check: names the key without telling it |
//!
//! All of it is associated data of the sealing, so none of it can be edited or moved to another
//! record. It is also why the errors can be told apart before anything is decrypted.

use subtle::ConstantTimeEq;

use crate::vault::text::{self, TextError};

/// Length of the preamble in bytes.
pub const LENGTH: usize = 48;

/// The only version there is.
pub const VERSION: u8 = 1;

/// The only suite there is: XChaCha20-Poly1305 for an envelope; DHKEM(X25519, HKDF-SHA256),
/// HKDF-SHA256, ChaCha20-Poly1305 for an inbox item.
pub const SUITE: u8 = 1;

/// What kind of record is sealed. The numbers are part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Namespace {
    /// The vault key under a wrapping key.
    KeyWrap = 1,
    /// An account.
    Account = 2,
    /// A capture that waits for a person.
    Review = 3,
    /// A token caught while the vault was locked.
    Inbox = 4,
    /// Other state.
    State = 5,
    /// That an account was deleted.
    Tombstone = 6,
    /// What one item of the sync area says of an account.
    Synced = 7,
}

/// What a sealed record is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// What kind of record.
    pub namespace: Namespace,
    /// Which one.
    pub id: [u8; 16],
    /// How often it was written; "newer" is decided by this, never by a clock.
    pub generation: u64,
}

/// What a reader demands of a sealed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expect {
    /// What kind of record.
    pub namespace: Namespace,
    /// Which one.
    pub id: [u8; 16],
    /// The lowest generation that is accepted; 0 accepts all.
    pub at_least: u64,
}

impl Expect {
    /// Any generation of this record.
    #[must_use]
    pub const fn any(namespace: Namespace, id: [u8; 16]) -> Self {
        Self {
            namespace,
            id,
            at_least: 0,
        }
    }
}

/// Why something sealed does not open. Nothing of its content is in the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Fewer bytes than the smallest of its kind.
    #[error("sealed record is too short")]
    TooShort,
    /// More bytes than the largest that is ever written.
    #[error("sealed record is too long")]
    TooLong,
    /// Text that is not canonical base64url, a reserved byte in use, or a length between two blocks.
    #[error("sealed record is not in its canonical form")]
    NotCanonical,
    /// Not a sealed record of this kind.
    #[error("not a sealed record")]
    BadMagic,
    /// Written by a newer program.
    #[error("sealed record has an unknown version")]
    UnknownVersion,
    /// Sealed with other algorithms.
    #[error("sealed record has an unknown suite")]
    UnknownSuite,
    /// Another kind of record in the place of this one.
    #[error("sealed record is of another kind")]
    WrongNamespace,
    /// Another record in the place of this one.
    #[error("sealed record belongs elsewhere")]
    WrongId,
    /// Sealed for another key.
    #[error("sealed record belongs to another key")]
    WrongKey,
    /// The key is right, and the bytes are not what was sealed.
    #[error("sealed record is damaged")]
    Damaged,
    /// Authentic, but not padded as we pad.
    #[error("sealed record is padded wrongly")]
    BadPadding,
    /// Authentic, but older than one that was seen.
    #[error("sealed record is older than expected")]
    Stale,
}

impl OpenError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NotCanonical => "not_canonical",
            Self::BadMagic => "bad_magic",
            Self::UnknownVersion => "unknown_version",
            Self::UnknownSuite => "unknown_suite",
            Self::WrongNamespace => "wrong_namespace",
            Self::WrongId => "wrong_id",
            Self::WrongKey => "wrong_key",
            Self::Damaged => "damaged",
            Self::BadPadding => "bad_padding",
            Self::Stale => "stale",
        }
    }
}

impl From<TextError> for OpenError {
    fn from(error: TextError) -> Self {
        match error {
            TextError::NotCanonical => Self::NotCanonical,
            TextError::TooLong => Self::TooLong,
        }
    }
}

/// Why something cannot be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The plaintext is longer than a reader would accept.
    #[error("record is too large to seal")]
    TooLong,
    /// The primitive refused: an unusable public key, or too few random bytes.
    #[error("record could not be sealed")]
    Refused,
}

impl SealError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "record_too_large",
            Self::Refused => "seal_failed",
        }
    }
}

/// The preamble of one sealed thing.
#[must_use]
pub(crate) fn encode(magic: [u8; 4], binding: &Binding, check: [u8; 16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend(magic);
    bytes.extend([VERSION, SUITE, binding.namespace as u8, 0]);
    bytes.extend(binding.id);
    bytes.extend(binding.generation.to_be_bytes());
    bytes.extend(check);
    bytes
}

/// Compares a preamble with what is expected, in the order that tells the most, and gives the
/// generation it claims (not yet authenticated) and the bytes after it.
pub(crate) fn check<'a>(
    magic: [u8; 4],
    expected: &Expect,
    key_check: [u8; 16],
    bytes: &'a [u8],
) -> Result<Claim<'a>, OpenError> {
    let (preamble, rest) = bytes.split_at_checked(LENGTH).ok_or(OpenError::TooShort)?;
    let mut fields = Fields(preamble);
    if fields.take()? != magic {
        return Err(OpenError::BadMagic);
    }
    let [version, suite, namespace, reserved] = fields.take()?;
    if version != VERSION {
        return Err(OpenError::UnknownVersion);
    }
    if suite != SUITE {
        return Err(OpenError::UnknownSuite);
    }
    if namespace != expected.namespace as u8 {
        return Err(OpenError::WrongNamespace);
    }
    if reserved != 0 {
        return Err(OpenError::NotCanonical);
    }
    if fields.take::<16>()? != expected.id {
        return Err(OpenError::WrongId);
    }
    let generation = u64::from_be_bytes(fields.take()?);
    if !bool::from(fields.take::<16>()?.ct_eq(&key_check)) {
        return Err(OpenError::WrongKey);
    }
    Ok(Claim {
        generation,
        preamble,
        rest,
    })
}

/// What text claims to be, read from its first 64 letters: cheap, and no key is needed. Any version.
pub(crate) fn peek(stored: &str) -> Option<Peek> {
    // 48 bytes are 64 letters of base64 exactly.
    let bytes: [u8; LENGTH] = text::decode_exact(stored.get(..LENGTH / 3 * 4)?)?;
    let mut fields = Fields(&bytes);
    let magic = fields.take().ok()?;
    let [_, _, namespace, _] = fields.take().ok()?;
    Some(Peek {
        magic,
        namespace,
        id: fields.take().ok()?,
        generation: u64::from_be_bytes(fields.take().ok()?),
        check: fields.take().ok()?,
    })
}

/// What [`peek`] saw; nothing of it is authenticated.
pub(crate) struct Peek {
    pub magic: [u8; 4],
    pub namespace: u8,
    pub id: [u8; 16],
    pub generation: u64,
    pub check: [u8; 16],
}

/// A preamble that fits, not yet authenticated.
pub(crate) struct Claim<'a> {
    /// The generation it claims.
    pub generation: u64,
    /// The preamble itself, for the associated data.
    pub preamble: &'a [u8],
    /// What follows.
    pub rest: &'a [u8],
}

/// Takes fields of fixed length from the front.
pub(crate) struct Fields<'a>(pub &'a [u8]);

impl<'a> Fields<'a> {
    /// The next `length` bytes.
    pub(crate) fn take_slice(&mut self, length: usize) -> Result<&'a [u8], OpenError> {
        let (field, rest) = self.0.split_at_checked(length).ok_or(OpenError::TooShort)?;
        self.0 = rest;
        Ok(field)
    }

    /// The next `N` bytes.
    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], OpenError> {
        let (field, rest) = self.0.split_first_chunk().ok_or(OpenError::TooShort)?;
        self.0 = rest;
        Ok(*field)
    }
}
