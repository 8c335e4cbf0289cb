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
    let mut random = Seed {
        bytes: seed,
        used: false,
        dry: false,
    };
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
    let Claim {
        generation,
        preamble,
        rest,
    } = preamble::check(MAGIC, expected, check, bytes)?;
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
pub(crate) fn recipient_check(public_key: &[u8; 32]) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(b"token-keeper 1 inbox recipient")
        .chain_update(public_key);
    let mut check = [0; 16];
    check
        .iter_mut()
        .zip(digest.finalize())
        .for_each(|(to, from)| *to = from);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Spoil;
    use crate::vault::envelope::Namespace;

    const BINDING: Binding = Binding {
        namespace: Namespace::Inbox,
        id: [0x1d; 16],
        generation: 1,
    };
    const EXPECT: Expect = Expect::any(Namespace::Inbox, [0x1d; 16]);

    fn key() -> Key {
        Key::new([7; 32])
    }

    fn sealed() -> Vec<u8> {
        seal(&public_key(&key()), &BINDING, b"caught", [3; 32]).unwrap()
    }

    #[test]
    fn opens_to_what_was_sealed() {
        for length in [0, 1, 63, 64, 1000] {
            let plaintext = vec![0x80; length];
            let bytes = seal(&public_key(&key()), &BINDING, &plaintext, [3; 32]).unwrap();
            let (generation, opened) = open(&key(), &EXPECT, &bytes).unwrap();
            assert_eq!((generation, opened.expose()), (1, &plaintext[..]));
        }
    }

    #[test]
    fn every_rule_has_its_error() {
        let table: [(&str, Spoil<Vec<u8>>, OpenError); 14] = [
            ("nothing", |b| b.clear(), OpenError::TooShort),
            (
                "cut in the encapsulated key",
                |b| b.truncate(79),
                OpenError::TooShort,
            ),
            ("no block", |b| b.truncate(96), OpenError::TooShort),
            ("one byte more", |b| b.push(0), OpenError::NotCanonical),
            (
                "magic of an envelope",
                |b| b[2..4].copy_from_slice(b"EV"),
                OpenError::BadMagic,
            ),
            ("version", |b| b[4] = 2, OpenError::UnknownVersion),
            ("suite", |b| b[5] = 2, OpenError::UnknownSuite),
            ("namespace", |b| b[6] = 2, OpenError::WrongNamespace),
            ("reserved", |b| b[7] = 1, OpenError::NotCanonical),
            ("id", |b| b[8] ^= 1, OpenError::WrongId),
            ("generation", |b| b[31] ^= 1, OpenError::Damaged),
            ("recipient", |b| b[32] ^= 1, OpenError::WrongKey),
            ("encapsulated key", |b| b[48] ^= 1, OpenError::Damaged),
            // A low-order point would make the exchange give zeros.
            (
                "encapsulated zero",
                |b| b[48..80].fill(0),
                OpenError::Damaged,
            ),
        ];
        for (rule, spoil, expected) in table {
            let mut bytes = sealed();
            spoil(&mut bytes);
            assert_eq!(
                open(&key(), &EXPECT, &bytes).unwrap_err(),
                expected,
                "{rule}"
            );
        }
        let other = open(&Key::new([8; 32]), &EXPECT, &sealed());
        assert_eq!(other.unwrap_err(), OpenError::WrongKey);
    }

    #[test]
    fn a_key_that_cannot_exchange_is_refused() {
        assert_eq!(
            seal(&[0; 32], &BINDING, b"x", [3; 32]),
            Err(SealError::Refused)
        );
    }

    #[test]
    fn seeds_make_the_difference() {
        let public = public_key(&key());
        let seal = |seed| seal(&public, &BINDING, b"x", [seed; 32]).unwrap();
        assert_eq!(seal(1), seal(1));
        assert_ne!(seal(1)[48..80], seal(2)[48..80]);
    }

    #[test]
    fn the_seed_is_given_once() {
        let mut seed = Seed {
            bytes: [3; 32],
            used: false,
            dry: false,
        };
        let mut bytes = [0; 32];
        seed.try_fill_bytes(&mut bytes).unwrap();
        assert_eq!((bytes, seed.dry), ([3; 32], false));
        seed.try_fill_bytes(&mut bytes).unwrap();
        assert!(seed.dry);
    }

    /// RFC 9180 A.2.1, first message: the same suite, and the seed in the place of `ikmE`.
    #[test]
    fn rfc_9180_base_vector() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
                .collect()
        };
        let public = Public::from_bytes(&hex(
            "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
        ));
        let ikm_e = hex("909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b");
        let mut seed = Seed {
            bytes: ikm_e.try_into().unwrap(),
            used: false,
            dry: false,
        };
        let mut body = b"Beauty is truth, truth beauty".to_vec();
        let (encapped, tag) = single_shot_seal_inout_detached_with_rng::<
            ChaCha20Poly1305,
            HkdfSha256,
            X25519HkdfSha256,
        >(
            &OpModeS::Base,
            &public.unwrap(),
            b"Ode on a Grecian Urn",
            body.as_mut_slice().into(),
            b"Count-0",
            &mut seed,
        )
        .unwrap();
        body.extend(tag.to_bytes());
        assert_eq!(
            encapped.to_bytes().to_vec(),
            hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
        );
        assert_eq!(
            body,
            hex(
                "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
            )
        );
        assert!(!seed.dry);
        // The recipient's half, from `ikmR`. (The crate clamps private keys when it derives them and
        // the RFC prints them unclamped, so only public keys compare.)
        let (_, derived) = X25519HkdfSha256::derive_keypair(&hex(
            "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
        ));
        assert_eq!(
            derived.to_bytes().to_vec(),
            hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
        );
    }
}
