//! One way into the vault: a wrapping key, and the vault key sealed under it.
//!
//! Every slot begins with its kind (one byte) and the length of the rest (two bytes, big-endian).
//!
//! | bytes of the rest | kind 1, a passphrase |
//! |---|---|
//! | 0..16 | salt |
//! | 16..28 | Argon2id costs: memory in KiB, passes, lanes, big-endian words |
//! | 28..180 | wrap |
//!
//! | bytes of the rest | kind 2, a passkey (WebAuthn PRF); header version 2 |
//! |---|---|
//! | 0..8 | when it was added, milliseconds since 1970, big-endian |
//! | 8..40 | input of the PRF: what the browser's `prf.eval.first` is called with |
//! | 40 | length r of the RP ID, 1 to 253 |
//! | 41..41+r | RP ID: lower-case letters, digits, `-`, `.` |
//! | +2 | length c of the credential ID, 1 to 1023 |
//! | +c | credential ID |
//! | +152 | wrap |
//!
//! | bytes of the rest | kind 3, this device only; header version 2 |
//! |---|---|
//! | 0..8 | when it was added, as above |
//! | 8..160 | wrap |
//!
//! The wrap is an [`envelope`] of the vault key: namespace `KeyWrap`, id of the vault. Kind and all
//! fields before the wrap are associated data of it (the lengths of kind and rest are not), so a
//! cheaper cost cannot be written in front of an existing wrap.
//!
//! The wrapping key is Argon2id of a passphrase, and HKDF-SHA256 (its own label for each kind) of the
//! 32 bytes that a passkey or a device gives: those cannot be guessed, so stretching buys nothing.
//!
//! A device key lies in the browser's profile beside the vault. It stops nobody who takes the profile;
//! it only saves the person a passphrase (`facts/security.md` §0, finding 4).

use crate::vault::envelope::{self, Binding, Expect, Namespace, OpenError, SealError};
use crate::vault::kdf::{self, KdfError, Params};
use crate::vault::preamble::Fields;
use crate::vault::secret::{Key, SecretText};
use crate::vault::subkey::{self, Use};

/// Number of a passphrase slot.
pub const PASSPHRASE: u8 = 1;
/// Number of a slot opened by a passkey (WebAuthn PRF).
pub const PASSKEY: u8 = 2;
/// Number of a slot that only this device opens, without a secret of the person's.
pub const DEVICE: u8 = 3;

/// Longest credential ID in bytes (WebAuthn).
pub const MAX_CREDENTIAL: usize = 1023;
/// Longest RP ID in bytes (DNS).
pub const MAX_RP_ID: usize = 253;

/// Length of the wrap: preamble 48, nonce 24, one padded block 64, tag 16.
pub(crate) const WRAP: usize = 152;

/// One way into the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// By a passkey.
    Passkey {
        /// What the browser needs to ask for it.
        passkey: Passkey,
        /// The vault key, sealed.
        wrapped: Vec<u8>,
    },
    /// By a key that lies on this device. Whoever takes the browser's profile has it.
    Device {
        /// When it was added, milliseconds since 1970.
        added_at: u64,
        /// The vault key, sealed.
        wrapped: Vec<u8>,
    },
}

/// What the browser needs to ask for a passkey's secret. In clear: nothing can be open yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// For `allowCredentials`.
    pub credential: Vec<u8>,
    /// For `rpId`.
    pub rp_id: String,
    /// For `extensions.prf.eval.first`.
    pub salt: [u8; 32],
    /// When it was added, milliseconds since 1970: tells two passkeys apart for a person.
    pub added_at: u64,
}

/// A secret in hand, for opening.
#[derive(Debug, Clone, Copy)]
pub enum Way<'a> {
    /// A passphrase as typed.
    Passphrase(&'a SecretText),
    /// What a passkey answered.
    Passkey {
        /// Which passkey answered.
        credential: &'a [u8],
        /// `prf.results.first`.
        secret: &'a Key,
    },
    /// The key of this device.
    Device(&'a Key),
}

/// A new way in, to be made.
#[derive(Debug)]
pub enum NewWay<'a> {
    /// A passphrase, with the costs of its stretch.
    Passphrase(&'a SecretText, Params),
    /// A passkey, and what it answered to its salt.
    Passkey(Passkey, &'a Key),
    /// A key that the browser side keeps on this device: 32 random bytes, and when it was added.
    Device(&'a Key, u64),
}

/// A source of random bytes that fills its argument. Every byte must be fresh and unpredictable.
pub type Random<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Why a slot cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The passphrase could not be stretched.
    #[error(transparent)]
    Kdf(#[from] KdfError),
    /// The vault key could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A credential ID or an RP ID that no browser gives.
    #[error("the passkey is not described as a browser describes one")]
    BadPasskey,
}

/// Why a slot cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// Bytes are missing, or lengths disagree.
    Shape,
    /// A kind that this version of the header does not have.
    UnknownKind,
    /// Costs out of bounds.
    Kdf(KdfError),
}

impl From<OpenError> for ParseError {
    fn from(_: OpenError) -> Self {
        Self::Shape
    }
}

/// Why a slot did not give the vault key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// The slot is of another kind, or for another passkey.
    NotMeant,
    /// The passphrase could not be stretched.
    Kdf(KdfError),
    /// The wrap did not open.
    Envelope(OpenError),
}

impl Slot {
    /// Wraps the vault key under a new way in.
    pub(crate) fn make(
        way: NewWay,
        vault: (&[u8; 16], u64),
        vault_key: &Key,
        random: Random,
    ) -> Result<Self, SlotError> {
        let mut slot = match &way {
            NewWay::Passphrase(_, params) => Self::Passphrase {
                salt: drawn(random),
                params: *params,
                wrapped: Vec::new(),
            },
            NewWay::Passkey(passkey, _) if !passkey.is_well_formed() => {
                return Err(SlotError::BadPasskey);
            }
            NewWay::Passkey(passkey, _) => Self::Passkey {
                passkey: passkey.clone(),
                wrapped: Vec::new(),
            },
            NewWay::Device(_, added_at) => Self::Device {
                added_at: *added_at,
                wrapped: Vec::new(),
            },
        };
        let way = match &way {
            NewWay::Passphrase(passphrase, _) => Way::Passphrase(passphrase),
            NewWay::Passkey(passkey, secret) => Way::Passkey {
                credential: &passkey.credential,
                secret,
            },
            NewWay::Device(secret, _) => Way::Device(secret),
        };
        slot.rewrap(&way, vault, vault_key, random)?;
        Ok(slot)
    }

    /// Puts another vault key behind the same way in. The costs and the salt stay.
    fn rewrap(
        &mut self,
        way: &Way,
        (id, generation): (&[u8; 16], u64),
        vault_key: &Key,
        random: Random,
    ) -> Result<(), SlotError> {
        let wrapping = match self.wrapping_key(way) {
            Ok(wrapping) => wrapping,
            Err(Opening::Kdf(error)) => return Err(error.into()),
            Err(_) => return Err(SealError::Refused.into()),
        };
        let binding = Binding {
            namespace: Namespace::KeyWrap,
            id: *id,
            generation,
        };
        let sealed = envelope::seal_beside(
            &wrapping,
            &binding,
            &self.beside(),
            vault_key.expose(),
            drawn(random),
        )?;
        match self {
            Self::Passphrase { wrapped, .. }
            | Self::Passkey { wrapped, .. }
            | Self::Device { wrapped, .. } => *wrapped = sealed,
        }
        Ok(())
    }

    /// The same way in, to another vault key: a passphrase is stretched anew, at no lower costs.
    pub(crate) fn renewed(
        &self,
        way: &Way,
        vault: (&[u8; 16], u64),
        vault_key: &Key,
        least: Params,
        random: Random,
    ) -> Result<Self, SlotError> {
        let mut slot = self.clone();
        if let Self::Passphrase { salt, params, .. } = &mut slot {
            *salt = drawn(random);
            *params = params.at_least(least);
        }
        slot.rewrap(way, vault, vault_key, random)?;
        Ok(slot)
    }

    /// The vault key, if this way opens this slot.
    pub(crate) fn open(&self, way: &Way, vault_id: &[u8; 16]) -> Result<Key, Opening> {
        let wrapping = self.wrapping_key(way)?;
        unwrap(&wrapping, vault_id, &self.beside(), self.wrapped()).map_err(Opening::Envelope)
    }

    /// The costs of a passphrase slot.
    #[must_use]
    pub fn params(&self) -> Option<Params> {
        match self {
            Self::Passphrase { params, .. } => Some(*params),
            Self::Passkey { .. } | Self::Device { .. } => None,
        }
    }

    /// Is it a kind that only version 2 of the header has?
    pub(crate) fn is_new_kind(&self) -> bool {
        self.params().is_none()
    }

    /// Appends the slot.
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        let beside = self.beside();
        let (kind, fields) = beside.split_at(1);
        let length = fields.len() + self.wrapped().len();
        to.extend(kind);
        to.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        to.extend(fields);
        to.extend(self.wrapped());
    }

    /// Takes one slot from the front.
    pub(crate) fn read(from: &mut Fields) -> Result<Self, ParseError> {
        let [kind] = from.take()?;
        let length = usize::from(u16::from_be_bytes(from.take()?));
        if ![PASSPHRASE, PASSKEY, DEVICE].contains(&kind) {
            return Err(ParseError::UnknownKind);
        }
        let mut rest = Fields(from.take_slice(length)?);
        let slot = match kind {
            PASSPHRASE => {
                let salt = rest.take()?;
                let params = Params::from_bytes(rest.take()?);
                Self::Passphrase {
                    salt,
                    params,
                    wrapped: rest.take::<WRAP>()?.to_vec(),
                }
            }
            PASSKEY => {
                let added_at = u64::from_be_bytes(rest.take()?);
                let salt = rest.take()?;
                let [length] = rest.take()?;
                let rp_id = rest.take_slice(usize::from(length))?.to_vec();
                let length = u16::from_be_bytes(rest.take()?);
                let credential = rest.take_slice(usize::from(length))?.to_vec();
                Self::Passkey {
                    passkey: Passkey {
                        credential,
                        rp_id: String::from_utf8(rp_id).map_err(|_| ParseError::Shape)?,
                        salt,
                        added_at,
                    },
                    wrapped: rest.take::<WRAP>()?.to_vec(),
                }
            }
            _ => Self::Device {
                added_at: u64::from_be_bytes(rest.take()?),
                wrapped: rest.take::<WRAP>()?.to_vec(),
            },
        };
        match &slot {
            _ if !rest.0.is_empty() => Err(ParseError::Shape),
            Self::Passkey { passkey, .. } if !passkey.is_well_formed() => Err(ParseError::Shape),
            Self::Passphrase { params, .. } => {
                params.check().map_err(ParseError::Kdf)?;
                Ok(slot)
            }
            Self::Passkey { .. } | Self::Device { .. } => Ok(slot),
        }
    }

    /// The key that this way gives for this slot.
    fn wrapping_key(&self, way: &Way) -> Result<Key, Opening> {
        match (self, way) {
            (Self::Passphrase { salt, params, .. }, Way::Passphrase(passphrase)) => {
                kdf::derive(passphrase, salt, *params).map_err(Opening::Kdf)
            }
            (Self::Passkey { passkey, .. }, Way::Passkey { credential, secret })
                if passkey.credential == *credential =>
            {
                Ok(subkey::derive(secret, Use::WrapByPasskey))
            }
            (Self::Device { .. }, Way::Device(secret)) => {
                Ok(subkey::derive(secret, Use::WrapByDevice))
            }
            _ => Err(Opening::NotMeant),
        }
    }

    fn wrapped(&self) -> &[u8] {
        match self {
            Self::Passphrase { wrapped, .. }
            | Self::Passkey { wrapped, .. }
            | Self::Device { wrapped, .. } => wrapped,
        }
    }

    /// What the wrap binds besides its own preamble: the kind, and every field before the wrap.
    fn beside(&self) -> Vec<u8> {
        match self {
            Self::Passphrase { salt, params, .. } => {
                let mut bytes = vec![PASSPHRASE];
                bytes.extend(salt);
                bytes.extend(params.to_bytes());
                bytes
            }
            Self::Passkey { passkey, .. } => {
                let mut bytes = vec![PASSKEY];
                bytes.extend(passkey.added_at.to_be_bytes());
                bytes.extend(passkey.salt);
                bytes.push(u8::try_from(passkey.rp_id.len()).unwrap_or(u8::MAX));
                bytes.extend(passkey.rp_id.bytes());
                let length = u16::try_from(passkey.credential.len()).unwrap_or(u16::MAX);
                bytes.extend(length.to_be_bytes());
                bytes.extend(&passkey.credential);
                bytes
            }
            Self::Device { added_at, .. } => {
                let mut bytes = vec![DEVICE];
                bytes.extend(added_at.to_be_bytes());
                bytes
            }
        }
    }
}

impl Passkey {
    /// Could a browser have given this?
    fn is_well_formed(&self) -> bool {
        (1..=MAX_CREDENTIAL).contains(&self.credential.len())
            && (1..=MAX_RP_ID).contains(&self.rp_id.len())
            && self
                .rp_id
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
    }
}

/// Opens an envelope that holds a vault key.
pub(crate) fn unwrap(
    wrapping: &Key,
    vault_id: &[u8; 16],
    beside: &[u8],
    wrapped: &[u8],
) -> Result<Key, OpenError> {
    let expected = Expect::any(Namespace::KeyWrap, *vault_id);
    let (_, bytes) = envelope::open_beside(wrapping, &expected, beside, wrapped)?;
    let bytes: &[u8; 32] = bytes.expose().try_into().map_err(|_| OpenError::Damaged)?;
    Ok(Key::new(*bytes))
}

/// As many fresh random bytes as are asked for.
pub(crate) fn drawn<const N: usize>(random: Random) -> [u8; N] {
    let mut bytes = [0; N];
    random(&mut bytes);
    bytes
}
