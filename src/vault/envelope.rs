//! The sealed record.
//!
//! | bytes | field |
//! |---|---|
//! | 0..48 | [`preamble`], magic `TKEV`; its check is the key check |
//! | 48..72 | nonce, 24 random bytes |
//! | 72..n-16 | ciphertext of the padded plaintext: a multiple of 64 bytes, at least 64 |
//! | n-16..n | Poly1305 tag |
//!
//! * Cipher: XChaCha20-Poly1305. Its nonce is long enough to be drawn at random for ever.
//! * Key: HKDF-SHA256 of the given key with a label for the namespace ([`subkey`]), so that records
//!   of two kinds never share one.
//! * Key check: HKDF-SHA256 of the given key with its own label, 16 bytes, compared in constant time
//!   before decryption. The cipher alone does not commit to a key: one ciphertext could be made that
//!   opens under two (`facts/security.md` §1.2).
//! * Associated data: bytes 0..48, and behind them whatever else the caller binds (a key wrap binds
//!   the kind, salt and costs of its slot).
//!
//! Canonical or rejected: there is exactly one accepted spelling of every field, and nothing may
//! follow.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::vault::preamble::{self, Claim, Fields};
use crate::vault::secret::{Key, SecretBytes};
use crate::vault::subkey::{self, Use};
use crate::vault::{pad, text};

pub use crate::vault::preamble::{Binding, Expect, Namespace, OpenError, SealError};

/// Magic of an envelope.
pub const MAGIC: [u8; 4] = *b"TKEV";

/// Longest plaintext in bytes. The fullest account that [`crate::vault::records`] allows stays
/// well below.
pub const MAX_PLAINTEXT: usize = 256 * 1024;

/// Length of the Poly1305 tag.
pub(crate) const TAG: usize = 16;

/// Longest padded plaintext with its tag.
const MAX_BODY: usize = MAX_PLAINTEXT + pad::BLOCK + TAG;

/// Seals a plaintext. The nonce must be random and never used before.
///
/// # Errors
/// [`SealError::TooLong`] above [`MAX_PLAINTEXT`].
pub fn seal(
    key: &Key,
    binding: &Binding,
    plaintext: &[u8],
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    seal_beside(key, binding, &[], plaintext, nonce)
}

/// Opens an envelope and gives its generation and plaintext.
///
/// # Errors
/// One [`OpenError`] for each rule. On failure no plaintext remains anywhere.
pub fn open(key: &Key, expected: &Expect, bytes: &[u8]) -> Result<(u64, SecretBytes), OpenError> {
    open_beside(key, expected, &[], bytes)
}

/// An envelope as text for a storage area.
#[must_use]
pub fn to_text(bytes: &[u8]) -> String {
    text::encode(bytes)
}

/// Reads [`to_text`]'s spelling.
///
/// # Errors
/// [`OpenError::NotCanonical`] or [`OpenError::TooLong`].
pub fn from_text(stored: &str) -> Result<Vec<u8>, OpenError> {
    Ok(text::decode(stored, preamble::LENGTH + 32 + MAX_BODY)?)
}

/// [`seal`], with more associated data that the reader must know.
pub(crate) fn seal_beside(
    key: &Key,
    binding: &Binding,
    beside: &[u8],
    plaintext: &[u8],
    nonce: [u8; 24],
) -> Result<Vec<u8>, SealError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealError::TooLong);
    }
    let mut body = Zeroizing::new(pad::padded(plaintext));
    let mut sealed = preamble::encode(MAGIC, binding, subkey::key_check(key));
    let tag = cipher(key, binding.namespace)
        .encrypt_inout_detached(
            &XNonce::from(nonce),
            &[&sealed, beside].concat(),
            body.as_mut_slice().into(),
        )
        .map_err(|_| SealError::Refused)?;
    sealed.extend(nonce);
    sealed.extend_from_slice(&body);
    sealed.extend(tag);
    Ok(sealed)
}

/// [`open`], with more associated data.
pub(crate) fn open_beside(
    key: &Key,
    expected: &Expect,
    beside: &[u8],
    bytes: &[u8],
) -> Result<(u64, SecretBytes), OpenError> {
    let Claim {
        generation,
        preamble,
        rest,
    } = preamble::check(MAGIC, expected, subkey::key_check(key), bytes)?;
    let mut fields = Fields(rest);
    let nonce = XNonce::from(fields.take::<24>()?);
    let (body, tag) = body_and_tag(fields.0)?;
    let mut plaintext = SecretBytes::new(body.to_vec());
    cipher(key, expected.namespace)
        .decrypt_inout_detached(
            &nonce,
            &[preamble, beside].concat(),
            plaintext.expose_mut().as_mut_slice().into(),
            &Tag::from(tag),
        )
        .map_err(|_| OpenError::Damaged)?;
    finish(generation, expected, plaintext)
}

/// Splits a body of canonical length from its tag.
pub(crate) fn body_and_tag(bytes: &[u8]) -> Result<(&[u8], [u8; TAG]), OpenError> {
    let (body, tag) = bytes.split_last_chunk::<TAG>().ok_or(OpenError::TooShort)?;
    if body.is_empty() {
        return Err(OpenError::TooShort);
    }
    if bytes.len() > MAX_BODY {
        return Err(OpenError::TooLong);
    }
    if !body.len().is_multiple_of(pad::BLOCK) {
        return Err(OpenError::NotCanonical);
    }
    Ok((body, *tag))
}

/// What is left to check once the bytes are authentic.
pub(crate) fn finish(
    generation: u64,
    expected: &Expect,
    mut plaintext: SecretBytes,
) -> Result<(u64, SecretBytes), OpenError> {
    let length = pad::unpadded_len(plaintext.expose()).ok_or(OpenError::BadPadding)?;
    if generation < expected.at_least {
        return Err(OpenError::Stale);
    }
    plaintext.expose_mut().truncate(length);
    Ok((generation, plaintext))
}

fn cipher(key: &Key, namespace: Namespace) -> XChaCha20Poly1305 {
    let purpose = match namespace {
        Namespace::KeyWrap => Use::SealKeyWrap,
        Namespace::Account => Use::SealAccount,
        Namespace::Review => Use::SealReview,
        Namespace::Inbox => Use::SealInbox,
        Namespace::State => Use::SealState,
        Namespace::Tombstone => Use::SealTombstone,
        Namespace::Synced => Use::SealSynced,
    };
    XChaCha20Poly1305::new(subkey::derive(key, purpose).expose().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Spoil;

    const ID: [u8; 16] = [0x1d; 16];
    const BINDING: Binding = Binding {
        namespace: Namespace::Account,
        id: ID,
        generation: 3,
    };
    const EXPECT: Expect = Expect::any(Namespace::Account, ID);

    fn key() -> Key {
        Key::new([7; 32])
    }

    fn sealed() -> Vec<u8> {
        seal(&key(), &BINDING, b"plain words", [9; 24]).unwrap()
    }

    fn refusal(expected: &Expect, bytes: &[u8]) -> OpenError {
        open(&key(), expected, bytes).unwrap_err()
    }

    #[test]
    fn opens_to_what_was_sealed() {
        for length in [0, 1, 63, 64, 65, 1000, MAX_PLAINTEXT] {
            let plaintext = vec![0x80; length];
            let bytes = seal(&key(), &BINDING, &plaintext, [9; 24]).unwrap();
            assert_eq!(
                bytes.len() % pad::BLOCK,
                (preamble::LENGTH + 24 + TAG) % pad::BLOCK
            );
            let stored = from_text(&to_text(&bytes)).unwrap();
            let (generation, opened) = open(&key(), &EXPECT, &stored).unwrap();
            assert_eq!((generation, opened.expose()), (3, &plaintext[..]));
        }
    }

    #[test]
    fn every_rule_has_its_error() {
        let table: [(&str, Spoil<Vec<u8>>, OpenError); 17] = [
            ("nothing", |b| b.clear(), OpenError::TooShort),
            (
                "cut in the preamble",
                |b| b.truncate(47),
                OpenError::TooShort,
            ),
            ("cut in the nonce", |b| b.truncate(71), OpenError::TooShort),
            ("no block", |b| b.truncate(88), OpenError::TooShort),
            (
                "cut in the block",
                |b| b.truncate(151),
                OpenError::NotCanonical,
            ),
            ("one byte more", |b| b.push(0), OpenError::NotCanonical),
            ("one block more", |b| b.extend([0; 64]), OpenError::Damaged),
            (
                "far too long",
                |b| b.resize(MAX_BODY + 73 + 63, 0),
                OpenError::TooLong,
            ),
            ("magic", |b| b[0] = b'X', OpenError::BadMagic),
            ("version", |b| b[4] = 2, OpenError::UnknownVersion),
            ("suite", |b| b[5] = 2, OpenError::UnknownSuite),
            ("namespace", |b| b[6] = 3, OpenError::WrongNamespace),
            ("reserved", |b| b[7] = 1, OpenError::NotCanonical),
            ("id", |b| b[8] ^= 1, OpenError::WrongId),
            ("generation", |b| b[31] ^= 1, OpenError::Damaged),
            ("key check", |b| b[32] ^= 1, OpenError::WrongKey),
            ("nonce", |b| b[48] ^= 1, OpenError::Damaged),
        ];
        for (rule, spoil, expected) in table {
            let mut bytes = sealed();
            spoil(&mut bytes);
            assert_eq!(refusal(&EXPECT, &bytes), expected, "{rule}");
        }
    }

    #[test]
    fn expectations_are_enforced() {
        let bytes = sealed();
        let table = [
            (
                Expect {
                    namespace: Namespace::Review,
                    ..EXPECT
                },
                OpenError::WrongNamespace,
            ),
            (
                Expect {
                    id: [0; 16],
                    ..EXPECT
                },
                OpenError::WrongId,
            ),
            (
                Expect {
                    at_least: 4,
                    ..EXPECT
                },
                OpenError::Stale,
            ),
        ];
        for (expected, error) in table {
            assert_eq!(refusal(&expected, &bytes), error);
        }
        assert!(
            open(
                &key(),
                &Expect {
                    at_least: 3,
                    ..EXPECT
                },
                &bytes
            )
            .is_ok()
        );
        let other = open(&Key::new([8; 32]), &EXPECT, &bytes);
        assert_eq!(other.unwrap_err(), OpenError::WrongKey);
    }

    /// Two namespaces have two keys: rewriting the namespace byte is not all that stands between them.
    #[test]
    fn a_record_of_another_kind_is_damaged_even_if_it_claims_otherwise() {
        let mut bytes = sealed();
        bytes[6] = Namespace::State as u8;
        let expected = Expect {
            namespace: Namespace::State,
            ..EXPECT
        };
        assert_eq!(refusal(&expected, &bytes), OpenError::Damaged);
    }

    #[test]
    fn what_is_bound_beside_must_be_known() {
        let bytes = seal_beside(&key(), &BINDING, b"salt", b"x", [9; 24]).unwrap();
        assert!(open_beside(&key(), &EXPECT, b"salt", &bytes).is_ok());
        for beside in [&b""[..], b"sal", b"salt2"] {
            assert_eq!(
                open_beside(&key(), &EXPECT, beside, &bytes).unwrap_err(),
                OpenError::Damaged
            );
        }
    }

    /// RUSTSEC-2023-0096 was a sibling of our cipher that left unverified plaintext in the buffer.
    #[test]
    fn a_refused_body_was_never_decrypted() {
        let mut buffer = pad::padded(b"plain words");
        let nonce = XNonce::from([9; 24]);
        let cipher = cipher(&key(), Namespace::Account);
        let mut tag = cipher
            .encrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into())
            .unwrap();
        let ciphertext = buffer.clone();
        tag[0] ^= 1;
        let refused =
            cipher.decrypt_inout_detached(&nonce, b"", buffer.as_mut_slice().into(), &tag);
        assert!(refused.is_err());
        assert_eq!(buffer, ciphertext);
    }

    #[test]
    fn too_much_is_not_sealed() {
        let refused = seal(&key(), &BINDING, &vec![0; MAX_PLAINTEXT + 1], [9; 24]);
        assert_eq!(refused, Err(SealError::TooLong));
    }

    #[test]
    fn text_is_canonical_and_bounded() {
        assert_eq!(from_text("AR"), Err(OpenError::NotCanonical));
        assert_eq!(
            from_text(&"A".repeat(2 * MAX_PLAINTEXT)),
            Err(OpenError::TooLong)
        );
    }
}
