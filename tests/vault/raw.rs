//! The formats once more, written from their documentation and with nothing of `src/vault`: to make
//! what the vault itself would never make, and to notice if code and documentation part.

use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

pub fn derived<const N: usize>(key: [u8; 32], label: &str) -> [u8; N] {
    let mut bytes = [0; N];
    Hkdf::<Sha256>::new(None, &key)
        .expand(label.as_bytes(), &mut bytes)
        .unwrap();
    bytes
}

/// An envelope around a plaintext that is padded already, rightly or wrongly.
pub fn envelope(
    key: [u8; 32],
    (namespace, label): (u8, &str),
    id: [u8; 16],
    generation: u64,
    nonce: [u8; 24],
    padded: &[u8],
) -> Vec<u8> {
    let mut bytes = b"TKEV\x01\x01".to_vec();
    bytes.extend([namespace, 0]);
    bytes.extend(id);
    bytes.extend(generation.to_be_bytes());
    bytes.extend(derived::<16>(key, "token-keeper 1 key check"));
    let mut body = padded.to_vec();
    let sealing: [u8; 32] = derived(key, &format!("token-keeper 1 seal {label}"));
    let tag = XChaCha20Poly1305::new(&sealing.into())
        .encrypt_inout_detached(&nonce.into(), &bytes, body.as_mut_slice().into())
        .unwrap();
    bytes.extend(nonce);
    bytes.extend(body);
    bytes.extend(tag);
    bytes
}

pub fn padded(plaintext: &[u8]) -> Vec<u8> {
    let mut bytes = plaintext.to_vec();
    bytes.push(0x80);
    while !bytes.len().is_multiple_of(64) {
        bytes.push(0);
    }
    bytes
}

/// Puts the right digest behind a spoilt header.
pub fn with_digest(header: &[u8]) -> Vec<u8> {
    let rest = &header[..header.len() - 8];
    [rest, &Sha256::digest(rest)[..8]].concat()
}
