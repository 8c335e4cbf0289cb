//! Published vectors for what the vault is made of. (HPKE's, RFC 9180 A.2.1, needs the suite as the
//! inbox sets it up and stands beside it.)

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use token_keeper::vault::kdf::{self, Params};

use crate::{hex, to_hex};

/// RFC 9106 §5.3: Argon2id with secret and associated data.
#[test]
fn argon2id_rfc_9106() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let mut tag = [0; 32];
    Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params)
        .unwrap()
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(
        to_hex(&tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

/// Our own costs; the values come from the reference implementation (argon2-cffi 25.1).
#[test]
fn argon2id_at_our_costs() {
    let table = [
        (
            Params::FLOOR,
            "26ec2bfbfd9ff9a66f929f7993d65029f96ccc42645dc853a2d24964323a19ba",
        ),
        (
            Params::PRESENT,
            "bcaa9093718ee688fb3a9b0eaa8bc80d002a3f0b119f9080c26ae1e0504285ed",
        ),
        (
            Params {
                memory_kib: 19 * 1024,
                passes: 2,
                lanes: 4,
            },
            "16c41960170b1ee26646632f67ea96512d4c7c01d7c33df26ed1faa9aaa77810",
        ),
    ];
    for (params, expected) in table {
        let key = kdf::derive(&"correct horse ☕".into(), b"sixteen byte slt", params).unwrap();
        assert_eq!(to_hex(key.expose()), expected, "{params:?}");
    }
}

/// RFC 5869 A.3: HKDF-SHA256 without salt and info, as the vault uses it but for the info.
#[test]
fn hkdf_rfc_5869() {
    let mut okm = [0; 42];
    Hkdf::<Sha256>::new(None, &[0x0b; 22])
        .expand(b"", &mut okm)
        .unwrap();
    assert_eq!(
        to_hex(&okm),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    );
}

/// draft-irtf-cfrg-xchacha A.3.1 and rows of Wycheproof's `xchacha20_poly1305_test.json`, each also
/// with every bit of its tag flipped (Wycheproof's `ModifiedTag`).
#[test]
fn xchacha20_poly1305() {
    let file = crate::vectors().join("xchacha20-poly1305.json");
    let rows: Vec<[String; 7]> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert!(rows.len() >= 5);
    for [name, key, nonce, aad, message, ciphertext, tag] in rows {
        let key: [u8; 32] = hex(&key).try_into().unwrap();
        let nonce: [u8; 24] = hex(&nonce).try_into().unwrap();
        let tag: [u8; 16] = hex(&tag).try_into().unwrap();
        let (cipher, nonce) = (XChaCha20Poly1305::new(&key.into()), XNonce::from(nonce));
        let open = |tag: [u8; 16]| {
            let mut body = hex(&ciphertext);
            let opened = cipher.decrypt_inout_detached(
                &nonce,
                &hex(&aad),
                body.as_mut_slice().into(),
                &Tag::from(tag),
            );
            opened.map(|()| body)
        };
        assert_eq!(open(tag).as_deref(), Ok(&hex(&message)[..]), "{name}");
        let mut body = hex(&message);
        let made = cipher.encrypt_inout_detached(&nonce, &hex(&aad), body.as_mut_slice().into());
        assert_eq!(
            (body, made.unwrap()),
            (hex(&ciphertext), Tag::from(tag)),
            "{name}"
        );
        for bit in 0..128 {
            let mut wrong = tag;
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(open(wrong).is_err(), "{name}, bit {bit}");
        }
    }
}
