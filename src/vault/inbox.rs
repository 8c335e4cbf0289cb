//! Sealing without being able to open: a token caught while the vault is locked.
//!
//! HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305.
//! The key pair comes from the vault key by DeriveKeyPair, so nothing more has to be stored; its
//! public half lies in the header and is compared at unlock.
//!
//! | bytes | field |
//! |---|---|
//! | 0..48 | [`preamble`], magic `TKIN`; its check names the public key |
//! | 48..80 | encapsulated key |
//! | 80..n-16 | ciphertext of the padded plaintext: a multiple of 64 bytes, at least 64 |
//! | n-16..n | Poly1305 tag |
//!
//! Info is a fixed label, associated data is the preamble; the encapsulated key is bound by HPKE.
//!
//! Limit: base mode does not say *who* sealed. Whoever can write to the storage area can plant an
//! item, and whoever can change the header while the vault is locked can have tokens sealed to a key
//! of his own until the next unlock notices. Neither can read what is already sealed.

use std::convert::Infallible;

use hpke::aead::{AeadTag, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open_inout_detached,
    single_shot_seal_inout_detached_with_rng,
};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::vault::envelope::{self, Binding, Expect, MAX_PLAINTEXT, OpenError, SealError};
use crate::vault::pad;
use crate::vault::preamble::{self, Claim, Fields};
use crate::vault::secret::{Key, SecretBytes};
use crate::vault::subkey::{self, Use};

/// Magic of an inbox item.
pub const MAGIC: [u8; 4] = *b"TKIN";

/// HPKE's info: what the exchange is for.
const INFO: &[u8] = b"token-keeper 1 inbox";

type Private = <X25519HkdfSha256 as Kem>::PrivateKey;
type Public = <X25519HkdfSha256 as Kem>::PublicKey;
type Encapped = <X25519HkdfSha256 as Kem>::EncappedKey;

/// The public key that belongs to this vault key.
#[must_use]
pub fn public_key(key: &Key) -> [u8; 32] {
    key_pair(key).1.to_bytes().into()
}

/// Seals a plaintext to a public key. The seed is 32 random bytes, never used before.
///
/// # Errors
/// [`SealError::TooLong`] above [`MAX_PLAINTEXT`]; [`SealError::Refused`] for a public key that
/// cannot take part in an exchange (e.g. all zeros).
pub fn seal(
    public_key: &[u8; 32],
    binding: &Binding,
    plaintext: &[u8],
    seed: [u8; 32],
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLong);
    }
    let recipient = Public::from_bytes(public_key).map_err(|_| SealError::Refused)?;
    let mut body = Zeroizing::new(pad::padded(plaintext));
    let mut sealed = preamble::encode(MAGIC, binding, recipient_check(public_key));
    let mut random = Seed { bytes: seed, used: false, dry: false };
    let (encapped, tag) =
        single_shot_seal_inout_detached_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &recipient,
            INFO,
            body.as_mut_slice().into(),
            &sealed,
            &mut random,
        )
        .map_err(|_| SealError::Refused)?;
    if random.dry {
        return Err(SealError::Refused);
    }
    sealed.extend(encapped.to_bytes());
    sealed.extend_from_slice(&body);
    sealed.extend(tag.to_bytes());
    Ok(sealed)
}

/// Opens an item with the vault key and gives its generation and plaintext.
///
/// # Errors
/// One [`OpenError`] for each rule. On failure no plaintext remains anywhere.
pub fn open(key: &Key, expected: &Expect, bytes: &[u8]) -> Result<(u64, SecretBytes), OpenError> {
    let (private, public) = key_pair(key);
    let check = recipient_check(&public.to_bytes().into());
    let Claim { generation, preamble, rest } = preamble::check(MAGIC, expected, check, bytes)?;
    let mut fields = Fields(rest);
    let encapped = Encapped::from_bytes(&fields.take::<32>()?).map_err(|_| OpenError::Damaged)?;
    let (body, tag) = envelope::body_and_tag(fields.0)?;
    let tag = AeadTag::from_bytes(&tag).map_err(|_| OpenError::Damaged)?;
    let mut plaintext = SecretBytes::new(body.to_vec());
    single_shot_open_inout_detached::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &encapped,
        INFO,
        plaintext.expose_mut().as_mut_slice().into(),
        preamble,
        &tag,
    )
    .map_err(|_| OpenError::Damaged)?;
    envelope::finish(generation, expected, plaintext)
}

fn key_pair(key: &Key) -> (Private, Public) {
    X25519HkdfSha256::derive_keypair(subkey::derive(key, Use::InboxKeyPair).expose())
}

/// 16 bytes that name a public key, so that "another vault's" and "damaged" can be told apart.
fn recipient_check(public_key: &[u8; 32]) -> [u8; 16] {
    let digest = Sha256::new().chain_update(b"token-keeper 1 inbox recipient").chain_update(public_key);
    let mut check = [0; 16];
    check.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    check
}

/// A source of exactly 32 given bytes, all that DHKEM draws (its `ikmE`, RFC 9180 §7.1.3).
///
/// If it were ever asked for more, the sealing is thrown away instead of running on bytes that
/// somebody could guess.
struct Seed {
    bytes: [u8; 32],
    used: bool,
    dry: bool,
}

impl TryRng for Seed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.dry = true;
        Ok(0)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.dry = true;
        Ok(0)
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Infallible> {
        if self.used || into.len() != self.bytes.len() {
            self.dry = true;
        } else {
            into.copy_from_slice(&self.bytes);
            self.used = true;
        }
        Ok(())
    }
}

impl TryCryptoRng for Seed {}

impl Drop for Seed {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
