//! The header of the vault: everything that has to be known before anything can be opened.
//!
//! | bytes | field |
//! |---|---|
//! | 0..4 | magic `TKVH` |
//! | 4 | version, 1 or 2 |
//! | 5 | number of slots, 1 to 8 |
//! | 6 | version 2: number of previous keys, 0 or 1; version 1: reserved, 0 |
//! | 7 | reserved, 0 |
//! | 8..24 | id of the vault, random |
//! | 24..32 | generation, big-endian: one more at every change |
//! | 32..64 | public key of the inbox |
//! | 64.. | the slots, see [`slot`](crate::vault::slot) |
//! | +152 | version 2, while the vault key is being rotated: the key before, sealed under the present one: an [`envelope`](crate::vault::envelope) of namespace `KeyWrap`, id of the vault, with the label `previous key` as further associated data |
//! | last 40..8 | HMAC-SHA256 of everything before, under a key derived from the vault key |
//! | last 8 | the first 8 bytes of SHA-256 of everything before |
//!
//! Version 1 knows passphrase slots only. It opens for ever, stays as it is while it is only read, and
//! becomes version 2 with the first change of the header (one step: the slots are the same bytes).
//! A program that knows version 1 only refuses a version 2 as too new and leaves it alone.
//!
//! The MAC stops whoever can write to the storage area; it can be checked only at unlock. The digest
//! stops nobody: it tells rot from a wrong passphrase, so that a person is not left guessing at a
//! passphrase that is right, and the second copy of the header can be taken instead.
//!
//! How a header is changed stands in [`ways`](crate::vault::ways).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::vault::codes::Numbered;
use crate::vault::inbox;
use crate::vault::kdf::{KdfError, Params};
use crate::vault::keyring::KeyRing;
use crate::vault::preamble::{Fields, OpenError};
use crate::vault::secret::{Key, SecretText};
use crate::vault::slot::{self, NewWay, Opening, ParseError, Slot, Way};
use crate::vault::subkey::{self, Use};
use crate::vault::text;
use crate::vault::ways::ChangeError;
use crate::wire::views::Realm;

/// Magic of a header.
pub const MAGIC: [u8; 4] = *b"TKVH";
/// The version that is written.
pub const VERSION: u8 = 2;
/// Most slots in one header.
pub const MAX_SLOTS: usize = 8;

/// The version before: passphrase slots only, no previous key.
const VERSION_1: u8 = 1;
/// Length of the MAC.
const MAC: usize = 32;
/// Length of the digest.
const DIGEST: usize = 8;
/// Longest header in bytes: eight of the largest slots stay below.
const MAX_LENGTH: usize = 16 * 1024;

/// The header of a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Version of its layout.
    version: u8,
    /// Names the vault; random, no secret.
    pub vault_id: [u8; 16],
    /// One more at every change. A store that shows a lower one than was seen was rolled back.
    pub generation: u64,
    /// Public key of the [`inbox`].
    pub public_key: [u8; 32],
    /// The ways in.
    pub slots: Vec<Slot>,
    /// The vault key before this one, sealed under this one.
    previous: Option<Vec<u8>>,
    /// MAC over all of the above.
    mac: [u8; MAC],
}

/// What a header says before it is signed.
pub(crate) struct Draft {
    pub vault_id: [u8; 16],
    pub generation: u64,
    pub slots: Vec<Slot>,
    pub previous: Option<Vec<u8>>,
}

/// Random bytes for a new vault with a passphrase, each drawn for this one call. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CreateRandom {
    /// The vault key itself.
    pub vault_key: [u8; 32],
    /// Id of the vault.
    pub vault_id: [u8; 16],
    /// Salt of the passphrase slot.
    pub salt: [u8; 16],
    /// Nonce of the wrap.
    pub nonce: [u8; 24],
}

/// Why bytes are no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not a header at all.
    #[error("not a vault header")]
    BadMagic,
    /// Written by a newer program.
    #[error("the vault was written by a newer version")]
    UnknownVersion,
    /// A way in that this version does not know.
    #[error("the vault has a way in that this version does not know")]
    UnknownSlot,
    /// Rotten: the digest does not match.
    #[error("the vault header is damaged")]
    Damaged,
    /// The digest matches, and the header is still not in its one canonical form.
    #[error("the vault header is not in its canonical form")]
    NotCanonical,
    /// Costs out of bounds: those of one slot, or all of them together.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

impl HeaderError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadMagic => "header_bad_magic",
            Self::UnknownVersion => "header_unknown_version",
            Self::UnknownSlot => "header_unknown_slot",
            Self::Damaged => "header_damaged",
            Self::NotCanonical => "header_not_canonical",
            Self::Kdf(error) => error.code(),
        }
    }
}

/// Why a vault stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// No slot opens with this passphrase.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// No slot opens with this passkey, or with the key of this device.
    #[error("not a key of this vault")]
    WrongKey,
    /// The secret is right, and the header is not what was written; or a wrap is broken.
    #[error("the vault header is damaged")]
    Damaged,
    /// The passphrase could not be stretched.
    #[error(transparent)]
    Kdf(#[from] KdfError),
}

impl UnlockError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassphrase => "wrong_passphrase",
            Self::WrongKey => "wrong_key",
            Self::Damaged => "header_damaged",
            Self::Kdf(error) => error.code(),
        }
    }
}

impl Header {
    /// A new vault with one passphrase slot, and its key.
    ///
    /// # Errors
    /// Costs out of bounds, an empty passphrase, no memory.
    pub fn create(
        passphrase: &SecretText,
        params: Params,
        random: &CreateRandom,
    ) -> Result<(Self, Key), ChangeError> {
        let CreateRandom {
            vault_key,
            vault_id,
            salt,
            nonce,
        } = random;
        // The slot draws a salt and then a nonce; they differ in length.
        let mut drawn = |into: &mut [u8]| {
            let from: &[u8] = if into.len() == salt.len() {
                salt
            } else {
                nonce
            };
            into.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        };
        let way = NewWay::Passphrase(passphrase, params);
        Self::create_with(way, Key::new(*vault_key), *vault_id, &mut drawn)
    }

    /// A new vault with one slot of any kind, and its key. Key and id are random.
    ///
    /// # Errors
    /// As [`Slot`]'s making: costs out of bounds, an empty passphrase, no memory, a malformed passkey.
    pub fn create_with(
        way: NewWay,
        vault_key: Key,
        vault_id: [u8; 16],
        random: slot::Random,
    ) -> Result<(Self, Key), ChangeError> {
        let draft = Draft {
            vault_id,
            generation: 1,
            slots: vec![Slot::make(way, (&vault_id, 1), &vault_key, random)?],
            previous: None,
        };
        Ok((Self::signed(draft, &vault_key), vault_key))
    }

    /// The vault key, if the passphrase opens a slot and the whole header is what that key signed.
    ///
    /// # Errors
    /// [`UnlockError::WrongPassphrase`] only if nothing else is wrong.
    pub fn unlock(&self, passphrase: &SecretText) -> Result<Key, UnlockError> {
        Ok(self.unlock_with(&Way::Passphrase(passphrase))?.0)
    }

    /// [`Header::unlock`] for any way in; gives the place of the slot, too.
    ///
    /// # Errors
    /// [`UnlockError::WrongPassphrase`] or [`UnlockError::WrongKey`] only if nothing else is wrong.
    pub fn unlock_with(&self, way: &Way) -> Result<(Key, usize), UnlockError> {
        let mut refusal = match way {
            Way::Passphrase(_) => UnlockError::WrongPassphrase,
            Way::Passkey { .. } | Way::Device(_) => UnlockError::WrongKey,
        };
        for (place, slot) in self.slots.iter().enumerate() {
            match slot.open(way, &self.vault_id) {
                Ok(key) if self.belongs_to(&key) => return Ok((key, place)),
                Err(Opening::NotMeant | Opening::Envelope(OpenError::WrongKey)) => {}
                Err(Opening::Kdf(error)) => refusal = error.into(),
                Ok(_) | Err(Opening::Envelope(_)) => refusal = UnlockError::Damaged,
            }
        }
        Err(refusal)
    }

    /// Did this vault key sign this header, and is the public key its own?
    #[must_use]
    pub fn belongs_to(&self, key: &Key) -> bool {
        let signed = self.mac.ct_eq(&mac(key, &self.signed_part()));
        (signed & self.public_key.ct_eq(&inbox::public_key(key))).into()
    }

    /// Every key that a record of this vault may be sealed with: the vault key, and the one before
    /// while a rotation is under way.
    ///
    /// # Errors
    /// [`UnlockError::Damaged`] if the key is not this vault's, or the previous key does not open.
    pub fn key_ring(&self, key: Key) -> Result<KeyRing, UnlockError> {
        if !self.belongs_to(&key) {
            return Err(UnlockError::Damaged);
        }
        let previous = match &self.previous {
            None => None,
            Some(wrapped) => Some(
                slot::unwrap(&key, &self.vault_id, PREVIOUS, wrapped)
                    .map_err(|_| UnlockError::Damaged)?,
            ),
        };
        Ok(KeyRing::new(key, previous))
    }

    /// Is the vault key being rotated, so that records under the previous one may be left?
    #[must_use]
    pub fn is_rotating(&self) -> bool {
        self.previous.is_some()
    }

    /// Was any passphrase slot made with lower costs than today's? Then wrap anew at this unlock.
    #[must_use]
    pub fn needs_stronger_kdf(&self) -> bool {
        self.slots
            .iter()
            .filter_map(Slot::params)
            .any(|params| params.below(Params::PRESENT))
    }

    /// The header as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.signed_part();
        bytes.extend(self.mac);
        bytes.extend(digest(&bytes));
        bytes
    }

    /// Reads [`Header::encode`]'s bytes and no others.
    ///
    /// # Errors
    /// One [`HeaderError`] for each rule; costs are checked here, before anything is computed.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let (magic, _) = bytes.split_first_chunk::<4>().ok_or(HeaderError::Damaged)?;
        if *magic != MAGIC {
            return Err(HeaderError::BadMagic);
        }
        if bytes.get(4).is_some_and(|&version| version > VERSION) {
            return Err(HeaderError::UnknownVersion);
        }
        let (rest, stored) = bytes
            .split_last_chunk::<DIGEST>()
            .ok_or(HeaderError::Damaged)?;
        if *stored != digest(rest) {
            return Err(HeaderError::Damaged);
        }
        let (signed, mac) = rest
            .split_last_chunk::<MAC>()
            .ok_or(HeaderError::NotCanonical)?;
        let header = read(signed, *mac)?;
        if !affordable(&header.slots) {
            return Err(KdfError::TooCostly.into());
        }
        // Whatever was read leniently shows here.
        if header.encode() == bytes {
            Ok(header)
        } else {
            Err(HeaderError::NotCanonical)
        }
    }

    /// The header as text for a storage area.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::encode(&self.encode())
    }

    /// Reads [`Header::to_text`]'s spelling.
    ///
    /// # Errors
    /// [`HeaderError::Damaged`] for text that is not ours, else as [`Header::decode`].
    pub fn from_text(stored: &str) -> Result<Self, HeaderError> {
        Self::decode(&text::decode(stored, MAX_LENGTH).map_err(|_| HeaderError::Damaged)?)
    }

    /// A header of the present version, signed by the vault key.
    pub(crate) fn signed(draft: Draft, key: &Key) -> Self {
        let Draft {
            vault_id,
            generation,
            slots,
            previous,
        } = draft;
        let mut header = Self {
            version: VERSION,
            vault_id,
            generation,
            public_key: inbox::public_key(key),
            slots,
            previous,
            mac: [0; MAC],
        };
        header.mac = mac(key, &header.signed_part());
        header
    }

    /// The same header, to be changed: one generation later.
    pub(crate) fn next(&self) -> Draft {
        Draft {
            vault_id: self.vault_id,
            generation: self.generation.saturating_add(1),
            slots: self.slots.clone(),
            previous: self.previous.clone(),
        }
    }

    fn signed_part(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(MAGIC);
        bytes.extend([
            self.version,
            u8::try_from(self.slots.len()).unwrap_or(u8::MAX),
            u8::from(self.previous.is_some()),
            0,
        ]);
        bytes.extend(self.vault_id);
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.public_key);
        self.slots.iter().for_each(|slot| slot.write(&mut bytes));
        bytes.extend(self.previous.iter().flatten());
        bytes
    }
}

/// Further associated data of the previous key's envelope, so that it can never stand for a slot's.
pub(crate) const PREVIOUS: &[u8] = b"previous key";

/// Names an account without telling whose it is: the same everywhere for the same vault key, user
/// name (spaces around it and upper case do not count) and realm.
///
/// HMAC-SHA256 under a derived key, shortened to 16 bytes.
#[must_use]
pub fn account_id(key: &Key, username: &str, realm: Realm) -> [u8; 16] {
    let mut message = vec![realm.number()];
    message.extend(username.trim().to_lowercase().into_bytes());
    let derived = subkey::derive(key, Use::AccountId);
    shortened(hmac(&derived, &message))
}

/// Each slot may cost what one may; all of them together no more than the dearest one, for a wrong
/// passphrase is tried on each.
pub(crate) fn affordable(slots: &[Slot]) -> bool {
    let work = slots.iter().filter_map(Slot::params).map(Params::work);
    work.sum::<u64>() <= Params::CEILING.work()
}

fn read(signed: &[u8], mac: [u8; MAC]) -> Result<Header, HeaderError> {
    let mut fields = Fields(signed);
    let shape = |_| HeaderError::NotCanonical;
    let _magic: [u8; 4] = fields.take().map_err(shape)?;
    let [version, count, previous, _] = fields.take().map_err(shape)?;
    let previous = match (version, previous) {
        (VERSION_1 | VERSION, 0) => false,
        (VERSION, 1) => true,
        _ => return Err(HeaderError::NotCanonical),
    };
    if !(1..=MAX_SLOTS).contains(&usize::from(count)) {
        return Err(HeaderError::NotCanonical);
    }
    let vault_id = fields.take().map_err(shape)?;
    let generation = u64::from_be_bytes(fields.take().map_err(shape)?);
    let public_key = fields.take().map_err(shape)?;
    let slots = (0..count)
        .map(|_| Slot::read(&mut fields))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| match error {
            ParseError::Shape => HeaderError::NotCanonical,
            ParseError::UnknownKind => HeaderError::UnknownSlot,
            ParseError::Kdf(error) => HeaderError::Kdf(error),
        })?;
    if version == VERSION_1 && slots.iter().any(Slot::is_new_kind) {
        return Err(HeaderError::UnknownSlot);
    }
    let previous = if previous {
        Some(fields.take::<{ slot::WRAP }>().map_err(shape)?.to_vec())
    } else {
        None
    };
    Ok(Header {
        version,
        vault_id,
        generation,
        public_key,
        slots,
        previous,
        mac,
    })
}

fn mac(vault_key: &Key, signed: &[u8]) -> [u8; MAC] {
    hmac(&subkey::derive(vault_key, Use::HeaderMac), signed)
}

fn hmac(key: &Key, message: &[u8]) -> [u8; 32] {
    // HMAC pads a short key with zeros to the block of the hash (RFC 2104 §2).
    let mut block = zeroize::Zeroizing::new([0; 64]);
    block
        .iter_mut()
        .zip(key.expose())
        .for_each(|(to, from)| *to = *from);
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    hmac.update(message);
    hmac.finalize().into_bytes().into()
}

fn digest(bytes: &[u8]) -> [u8; DIGEST] {
    shortened(Sha256::digest(bytes).into())
}

fn shortened<const N: usize>(bytes: [u8; 32]) -> [u8; N] {
    const { assert!(N <= 32) }
    let mut short = [0; N];
    short
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = from);
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Spoil;

    fn random() -> CreateRandom {
        CreateRandom {
            vault_key: [1; 32],
            vault_id: [2; 16],
            salt: [3; 16],
            nonce: [4; 24],
        }
    }

    fn made() -> (Header, Key) {
        Header::create(&"correct horse".into(), Params::FLOOR, &random()).unwrap()
    }

    /// A header whose digest is right again after it was spoilt: the work of a person, not of rot.
    fn forged(spoil: impl FnOnce(&mut Vec<u8>)) -> Result<Header, HeaderError> {
        let mut bytes = made().0.encode();
        bytes.truncate(bytes.len() - DIGEST);
        spoil(&mut bytes);
        bytes.extend(digest(&bytes));
        Header::decode(&bytes)
    }

    #[test]
    fn unlock_gives_the_vault_key_to_the_passphrase_only() {
        let (header, key) = made();
        let stored = Header::from_text(&header.to_text()).unwrap();
        assert_eq!(stored, header);
        assert!(stored.unlock(&"correct horse".into()).unwrap() == key);
        let table = [
            ("correct horsf", UnlockError::WrongPassphrase),
            ("Correct horse", UnlockError::WrongPassphrase),
            ("", UnlockError::Kdf(KdfError::EmptyPassphrase)),
        ];
        for (wrong, expected) in table {
            assert_eq!(stored.unlock(&wrong.into()), Err(expected), "{wrong}");
        }
    }

    #[test]
    fn rot_is_damage_and_never_a_wrong_passphrase() {
        let bytes = made().0.encode();
        for at in 0..bytes.len() {
            let mut rotten = bytes.clone();
            rotten[at] ^= 0x40;
            let expected = match at {
                0..4 => HeaderError::BadMagic,
                4 => HeaderError::UnknownVersion,
                _ => HeaderError::Damaged,
            };
            assert_eq!(Header::decode(&rotten), Err(expected), "byte {at}");
        }
        for length in 0..bytes.len() {
            assert_eq!(
                Header::decode(&bytes[..length]),
                Err(HeaderError::Damaged),
                "{length}"
            );
        }
    }

    #[test]
    fn a_forged_header_is_refused() {
        let right = SecretText::from("correct horse");
        // Offsets: 24 generation, 32 public key, 64 slot (kind, length, salt, costs, wrap).
        let parsed: [(&str, Spoil<Vec<u8>>, UnlockError); 5] = [
            ("vault id", |b| b[8] ^= 1, UnlockError::Damaged),
            ("generation", |b| b[31] ^= 1, UnlockError::Damaged),
            ("public key", |b| b[32] ^= 1, UnlockError::Damaged),
            ("wrap", |b| b[64 + 31 + 100] ^= 1, UnlockError::Damaged),
            ("salt", |b| b[64 + 3] ^= 1, UnlockError::WrongPassphrase),
        ];
        for (rule, spoil, expected) in parsed {
            assert_eq!(
                forged(spoil).unwrap().unlock(&right),
                Err(expected),
                "{rule}"
            );
        }
        let unparsed: [(&str, Spoil<Vec<u8>>, HeaderError); 9] = [
            ("no slot", |b| b[5] = 0, HeaderError::NotCanonical),
            (
                "a slot more than there is",
                |b| b[5] = 2,
                HeaderError::NotCanonical,
            ),
            ("nine slots", |b| b[5] = 9, HeaderError::NotCanonical),
            ("reserved", |b| b[6] = 1, HeaderError::NotCanonical),
            (
                "bytes behind the slots",
                |b| b.insert(64 + 183, 0),
                HeaderError::NotCanonical,
            ),
            ("a slot of kind 4", |b| b[64] = 4, HeaderError::UnknownSlot),
            ("slot length", |b| b[66] = 181, HeaderError::NotCanonical),
            (
                "cheap costs",
                |b| b[64 + 19 + 7] = 1,
                HeaderError::Kdf(KdfError::TooWeak),
            ),
            (
                "4 TiB",
                |b| b[64 + 19] = 0xff,
                HeaderError::Kdf(KdfError::TooCostly),
            ),
        ];
        for (rule, spoil, expected) in unparsed {
            assert_eq!(forged(spoil), Err(expected), "{rule}");
        }
    }

    #[test]
    fn other_costs_in_front_of_a_wrap_do_not_open_it() {
        let costlier = forged(|b| b[64 + 19 + 7] = 3).unwrap();
        let refused = costlier.unlock(&"correct horse".into());
        assert_eq!(refused, Err(UnlockError::WrongPassphrase));
    }

    #[test]
    fn an_old_vault_asks_for_todays_costs() {
        assert!(made().0.needs_stronger_kdf());
        let present = Header::create(&"x".into(), Params::PRESENT, &random())
            .unwrap()
            .0;
        assert!(!present.needs_stronger_kdf());
    }

    #[test]
    fn a_vault_is_not_made_out_of_bounds() {
        let weak = Params {
            passes: 1,
            ..Params::FLOOR
        };
        let table = [
            ("x", weak, "kdf_too_weak"),
            ("", Params::FLOOR, "passphrase_empty"),
        ];
        for (passphrase, params, code) in table {
            let refused = Header::create(&passphrase.into(), params, &random()).unwrap_err();
            assert_eq!(refused.code(), code);
        }
    }

    #[test]
    fn an_account_has_one_id() {
        let id = |key: u8, name: &str, realm| account_id(&Key::new([key; 32]), name, realm);
        let one = id(1, "ada@example.com", Realm::Live);
        for same in ["ADA@example.com", " ada@Example.com "] {
            assert_eq!(id(1, same, Realm::Live), one, "{same}");
        }
        assert_ne!(id(1, "ada@example.com", Realm::Test), one);
        assert_ne!(id(1, "ada@example.co", Realm::Live), one);
        assert_ne!(id(2, "ada@example.com", Realm::Live), one);
    }

    /// RFC 4231, test case 2: our padding of the key against the published value.
    #[test]
    fn hmac_vector() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = hmac(&Key::new(key), b"what do ya want for nothing?");
        assert_eq!(mac[..8], [0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e]);
    }
}
