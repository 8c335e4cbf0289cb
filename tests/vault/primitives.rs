//! Published vectors for what the vault is made of.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Kem, OpModeR, OpModeS, Serializable, setup_receiver, setup_sender_with_rng};
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

/// All of Wycheproof's cases. A case that is refused must leave no plaintext behind: RUSTSEC-2023-0096
/// was a sibling of this cipher that did.
#[test]
fn xchacha20_poly1305_wycheproof() {
    type Row = (u32, bool, String, [String; 6]);
    let rows: Vec<Row> = rows("wycheproof-xchacha20-poly1305.json", 315);
    let mut outcomes = [0; 3];
    for (number, valid, what, texts) in rows {
        let told = format!("{number}: {what}");
        let [key, nonce, aad, message, ciphertext, tag] = texts.map(|text| hex(&text));
        let Ok(nonce) = XNonce::try_from(&nonce[..]) else {
            // A nonce of another length does not even have our type.
            assert!(!valid, "{told}");
            outcomes[0] += 1;
            continue;
        };
        let cipher = XChaCha20Poly1305::new(key[..].try_into().unwrap());
        let tag = Tag::try_from(&tag[..]).unwrap();
        let open = |tag: &Tag| {
            let mut body = ciphertext.clone();
            let opened =
                cipher.decrypt_inout_detached(&nonce, &aad, body.as_mut_slice().into(), tag);
            (opened.is_ok(), body)
        };
        if valid {
            assert_eq!(open(&tag), (true, message.clone()), "{told}");
            let mut body = message;
            let made = cipher.encrypt_inout_detached(&nonce, &aad, body.as_mut_slice().into());
            assert_eq!((&body, made.unwrap()), (&ciphertext, tag), "{told}");
            for bit in [0, 63, 64, 127] {
                let mut wrong = tag;
                wrong[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(open(&wrong), (false, ciphertext.clone()), "{told}");
            }
            outcomes[1] += 1;
        } else {
            assert_eq!(open(&tag), (false, ciphertext.clone()), "{told}");
            outcomes[2] += 1;
        }
    }
    assert_eq!(outcomes, [9, 246, 60]);
}

/// All of Wycheproof's cases.
#[test]
fn hkdf_sha256_wycheproof() {
    type Row = (u32, bool, String, [String; 3], usize, String);
    let rows: Vec<Row> = rows("wycheproof-hkdf-sha256.json", 86);
    let mut valid_ones = 0;
    for (number, valid, what, texts, size, output) in rows {
        let told = format!("{number}: {what}");
        let [input, salt, info] = texts.map(|text| hex(&text));
        let mut made = vec![0; size];
        let outcome = Hkdf::<Sha256>::new(Some(&salt), &input).expand(&info, &mut made);
        assert_eq!(outcome.is_ok(), valid, "{told}");
        if valid {
            assert_eq!(made, hex(&output), "{told}");
            valid_ones += 1;
        }
    }
    assert_eq!(valid_ones, 83);
}

/// RFC 9180 A.2.1: the suite of the inbox in base mode, both sides, all six messages and three exports.
#[test]
fn hpke_rfc_9180() {
    let info = b"Ode on a Grecian Urn";
    let message = b"Beauty is truth, truth beauty";
    let ikm_e = "909a9b35d3dc4713a5e72a4da274b55d3d3821a37e5d099e74a647db583a904b";
    let ikm_r = "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df";
    let (private, public) = X25519HkdfSha256::derive_keypair(&hex(ikm_r));
    assert_eq!(
        to_hex(&public.to_bytes()),
        "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"
    );
    let mut once = Once(hex(ikm_e));
    let (encapped, mut sender) = setup_sender_with_rng::<
        ChaCha20Poly1305,
        HkdfSha256,
        X25519HkdfSha256,
    >(&OpModeS::Base, &public, info, &mut once)
    .unwrap();
    assert_eq!(
        to_hex(&encapped.to_bytes()),
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
    );
    let mut receiver = setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private,
        &encapped,
        info,
    )
    .unwrap();
    let published = [
        (
            0,
            "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28",
        ),
        (
            1,
            "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c",
        ),
        (
            2,
            "71146bd6795ccc9c49ce25dda112a48f202ad220559502cef1f34271e0cb4b02b4f10ecac6f48c32f878fae86b",
        ),
        (
            4,
            "63357a2aa291f5a4e5f27db6baa2af8cf77427c7c1a909e0b37214dd47db122bb153495ff0b02e9e54a50dbe16",
        ),
        (
            255,
            "18ab939d63ddec9f6ac2b60d61d36a7375d2070c9b683861110757062c52b8880a5f6b3936da9cd6c23ef2a95c",
        ),
        (
            256,
            "7a4a13e9ef23978e2c520fd4d2e757514ae160cd0cd05e556ef692370ca53076214c0c40d4c728d6ed9e727a5b",
        ),
    ];
    let mut compared = 0;
    for number in 0..=256 {
        let aad = format!("Count-{number}");
        let mut sealed = sender.seal(message, aad.as_bytes()).unwrap();
        if let Some((_, expected)) = published.iter().find(|(at, _)| *at == number) {
            assert_eq!(to_hex(&sealed), *expected, "{number}");
            compared += 1;
        }
        assert_eq!(
            receiver.open(&sealed, aad.as_bytes()).as_deref(),
            Ok(&message[..])
        );
        sealed[0] ^= 1;
        assert!(receiver.open(&sealed, aad.as_bytes()).is_err());
    }
    assert_eq!(compared, published.len());
    let exports: [(&[u8], &str); 3] = [
        (
            b"",
            "4bbd6243b8bb54cec311fac9df81841b6fd61f56538a775e7c80a9f40160606e",
        ),
        (
            b"\0",
            "8c1df14732580e5501b00f82b10a1647b40713191b7c1240ac80e2b68808ba69",
        ),
        (
            b"TestContext",
            "5acb09211139c43b3090489a9da433e8a30ee7188ba8b0a9a1ccf0c229283e53",
        ),
    ];
    for (context, expected) in exports {
        let mut made = [0; 32];
        receiver.export(context, &mut made).unwrap();
        assert_eq!(to_hex(&made), expected);
    }
}

/// Gives its bytes once, as one draw.
struct Once(Vec<u8>);

impl TryRng for Once {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        panic!("the vector has one draw of 32 bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        panic!("the vector has one draw of 32 bytes")
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), Self::Error> {
        into.copy_from_slice(&std::mem::take(&mut self.0));
        Ok(())
    }
}

impl TryCryptoRng for Once {}

/// The rows of a file of vectors, of which there must be so many.
fn rows<T: serde::de::DeserializeOwned>(file: &str, count: usize) -> Vec<T> {
    #[derive(serde::Deserialize)]
    struct File<T> {
        rows: Vec<T>,
    }
    let bytes = std::fs::read(crate::vectors().join(file)).unwrap();
    let file: File<T> = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(file.rows.len(), count);
    file.rows
}
