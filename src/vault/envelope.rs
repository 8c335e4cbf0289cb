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
pub fn seal(key: &Key, binding: &Binding, plaintext: &[u8], nonce: [u8; 24]) -> Result<Vec<u8>, SealError> {
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
        .encrypt_inout_detached(&XNonce::from(nonce), &[&sealed, beside].concat(), body.as_mut_slice().into())
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
    let Claim { generation, preamble, rest } = preamble::check(MAGIC, expected, subkey::key_check(key), bytes)?;
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
    };
    XChaCha20Poly1305::new(subkey::derive(key, purpose).expose().into())
}
