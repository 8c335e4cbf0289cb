//! One way into the vault: a wrapping key, and the vault key sealed under it.
//!
//! | bytes | field of a slot |
//! |---|---|
//! | 0 | kind: 1 passphrase. 2 (passkey) and 3 (this device) are kept free and not read yet |
//! | 1..3 | length of the rest, big-endian: 180 for kind 1 |
//! | 3..19 | salt |
//! | 19..31 | Argon2id costs: memory in KiB, passes, lanes, big-endian words |
//! | 31..183 | [`envelope`] of the vault key: namespace `KeyWrap`, id of the vault |
//!
//! Kind, salt and costs are associated data of that envelope, so a cheaper cost cannot be written in
//! front of an existing wrap.

use crate::vault::envelope::{self, Binding, Expect, Namespace, OpenError, SealError};
use crate::vault::kdf::{self, KdfError, Params};
use crate::vault::preamble::Fields;
use crate::vault::secret::{Key, SecretText};

/// Number of a passphrase slot.
pub const PASSPHRASE: u8 = 1;
/// Number kept for a slot opened by a passkey (WebAuthn PRF).
pub const PASSKEY: u8 = 2;
/// Number kept for a slot that only this device opens, without a secret of the person's.
pub const DEVICE: u8 = 3;

/// Length of the wrap: preamble 48, nonce 24, one padded block 64, tag 16.
const WRAP: usize = 152;
/// Length of the body of a passphrase slot.
const BODY: usize = 16 + 12 + WRAP;

/// One way into the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Slot {
    /// By a passphrase.
    Passphrase {
        /// Salt of the stretch.
        salt: [u8; 16],
        /// Costs of the stretch, within bounds since it was read or made.
        params: Params,
        /// The vault key, sealed.
        wrapped: Vec<u8>,
    },
}

/// Why a slot cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The passphrase could not be stretched.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The vault key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Why a slot cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// Bytes are missing, or lengths disagree.
    Shape,
    /// A kind that this version does not know.
    UnknownKind,
    /// Costs out of bounds.
    Kdf(KdfError),
}

impl Slot {
    /// Wraps the vault key under a passphrase.
    pub(crate) fn passphrase(
        passphrase: &SecretText,
        params: Params,
        salt: [u8; 16],
        nonce: [u8; 24],
        vault: (&[u8; 16], u64),
        vault_key: &Key,
    ) -> Result<Self, SlotError> {
        let wrapping = kdf::derive(passphrase, &salt, params)?;
        let (id, generation) = vault;
        let binding = Binding {
            namespace: Namespace::KeyWrap,
            id: *id,
            generation,
        };
        let beside = beside(&salt, params);
        let wrapped =
            envelope::seal_beside(&wrapping, &binding, &beside, vault_key.expose(), nonce)?;
        Ok(Self::Passphrase {
            salt,
            params,
            wrapped,
        })
    }

    /// The vault key, if this passphrase opens this slot.
    pub(crate) fn open(
        &self,
        passphrase: &SecretText,
        vault_id: &[u8; 16],
    ) -> Result<Key, Opening> {
        let Self::Passphrase {
            salt,
            params,
            wrapped,
        } = self;
        let wrapping = kdf::derive(passphrase, salt, *params).map_err(Opening::Kdf)?;
        let expected = Expect::any(Namespace::KeyWrap, *vault_id);
        let (_, bytes) =
            envelope::open_beside(&wrapping, &expected, &beside(salt, *params), wrapped)
                .map_err(Opening::Envelope)?;
        let bytes: &[u8; 32] = bytes
            .expose()
            .try_into()
            .map_err(|_| Opening::Envelope(OpenError::Damaged))?;
        Ok(Key::new(*bytes))
    }

    /// The costs of a passphrase slot.
    #[must_use]
    pub fn params(&self) -> Option<Params> {
        let Self::Passphrase { params, .. } = self;
        Some(*params)
    }

    /// Appends the slot.
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        let Self::Passphrase {
            salt,
            params,
            wrapped,
        } = self;
        let length = u16::try_from(salt.len() + 12 + wrapped.len()).unwrap_or(u16::MAX);
        to.push(PASSPHRASE);
        to.extend(length.to_be_bytes());
        to.extend(salt);
        to.extend(params.to_bytes());
        to.extend_from_slice(wrapped);
    }

    /// Takes one slot from the front.
    pub(crate) fn read(from: &mut Fields) -> Result<Self, ParseError> {
        let [kind] = from.take().map_err(|_| ParseError::Shape)?;
        let length = usize::from(u16::from_be_bytes(
            from.take().map_err(|_| ParseError::Shape)?,
        ));
        if kind != PASSPHRASE {
            return Err(ParseError::UnknownKind);
        }
        if length != BODY {
            return Err(ParseError::Shape);
        }
        let salt = from.take().map_err(|_| ParseError::Shape)?;
        let params = Params::from_bytes(from.take().map_err(|_| ParseError::Shape)?);
        let wrapped = from.take::<WRAP>().map_err(|_| ParseError::Shape)?.to_vec();
        params.check().map_err(ParseError::Kdf)?;
        Ok(Self::Passphrase {
            salt,
            params,
            wrapped,
        })
    }
}

/// Why a slot did not give the vault key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// The passphrase could not be stretched.
    Kdf(KdfError),
    /// The wrap did not open.
    Envelope(OpenError),
}

/// What the wrap binds besides its own preamble.
fn beside(salt: &[u8; 16], params: Params) -> Vec<u8> {
    let mut bytes = vec![PASSPHRASE];
    bytes.extend(salt);
    bytes.extend(params.to_bytes());
    bytes
}
