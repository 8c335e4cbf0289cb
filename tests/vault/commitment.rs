//! One ciphertext, two keys. Neither cipher of the vault commits to its key; the envelope does.

use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use token_keeper::vault::envelope::{self, Expect, Namespace, OpenError};
use token_keeper::vault::secret::Key;

use crate::{hex, raw};

/// The cipher alone opens it under both keys, so the attack is real; the envelope only under the one
/// that it names, whichever it names.
#[test]
fn an_envelope_for_two_keys_opens_under_one() {
    let file = crate::vectors().join("two-keys.json");
    let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let part = |name: &str| hex(vector[name].as_str().unwrap());
    let keys: Vec<[u8; 32]> = (0..2)
        .map(|at| {
            hex(vector["keys"][at].as_str().unwrap())
                .try_into()
                .unwrap()
        })
        .collect();
    let (preamble, nonce, ciphertext) = (part("preamble"), part("nonce"), part("ciphertext"));
    let tag: [u8; 16] = part("tag").try_into().unwrap();
    let nonce: [u8; 24] = nonce.try_into().unwrap();
    let mut plaintexts = Vec::new();
    for key in &keys {
        let sealing: [u8; 32] = raw::derived(*key, "token-keeper 1 seal account");
        let mut body = ciphertext.clone();
        XChaCha20Poly1305::new(&sealing.into())
            .decrypt_inout_detached(
                &XNonce::from(nonce),
                &preamble,
                body.as_mut_slice().into(),
                &Tag::from(tag),
            )
            .unwrap();
        plaintexts.push(body);
    }
    assert_ne!(plaintexts[0], plaintexts[1]);

    let id: [u8; 16] = part("id").try_into().unwrap();
    let expected = Expect::any(Namespace::Account, id);
    let bytes = [&preamble[..], &nonce, &ciphertext, &tag].concat();
    let open = |key: [u8; 32], bytes: &[u8]| envelope::open(&Key::new(key), &expected, bytes);
    let (generation, opened) = open(keys[0], &bytes).unwrap();
    assert_eq!(generation, 4);
    assert!(opened.expose().starts_with(b"opens under two keys"));
    assert_eq!(open(keys[1], &bytes).unwrap_err(), OpenError::WrongKey);

    // With the other key's check in front, neither opens it: the check is associated data.
    let mut renamed = bytes;
    renamed[32..48].copy_from_slice(&raw::derived::<16>(keys[1], "token-keeper 1 key check"));
    assert_eq!(open(keys[0], &renamed).unwrap_err(), OpenError::WrongKey);
    assert_eq!(open(keys[1], &renamed).unwrap_err(), OpenError::Damaged);
}
