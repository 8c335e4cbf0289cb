//! Data Loader's encrypted password: what its own `encrypt` tool would write.
//!
//! The command-line Data Loader takes a password only in this form (`facts/token-and-mail.md` §D6): AES-128 in CBC mode
//! with PKCS #7 padding, the initialisation vector in front, as text. The key is a file of 16 raw bytes. The text is
//! almost hexadecimal: a byte from 0x80 up is written as 383 minus its value (0xff becomes `80`), because the tool
//! turns Java's signed bytes around in its own way. Read in its source, which has not changed since 2015. A person may
//! go on with a key file of his own or get a new one.

use aes::Aes128;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};

use crate::vault::secret::SecretText;

/// Length of the key in bytes; of a longer key file Data Loader reads just these.
pub const KEY_LENGTH: usize = 16;
/// Length of the initialisation vector in bytes.
pub const IV_LENGTH: usize = 16;

/// Encrypts for `sfdc.password`. The vector must be fresh random bytes.
///
/// CBC without a check value would be no choice of ours: whoever can change the file can change the password in it. It
/// is the only form that Data Loader reads.
#[must_use]
pub fn encrypt(plain: &SecretText, key: &[u8; KEY_LENGTH], iv: &[u8; IV_LENGTH]) -> String {
    let encrypted = Encryptor::<Aes128>::new(key.into(), iv.into())
        .encrypt_padded_vec::<Pkcs7>(plain.expose().as_bytes());
    to_text(&[iv.as_slice(), &encrypted].concat())
}

fn to_text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|&byte| {
            let number = if byte < 0x80 {
                u16::from(byte)
            } else {
                383 - u16::from(byte)
            };
            format!("{number:02x}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_as_the_tool_writes_them() {
        let table = [
            (0x00, "00"),
            (0x0a, "0a"),
            (0x7f, "7f"),
            (0x80, "ff"),
            (0x81, "fe"),
            (0xff, "80"),
        ];
        for (byte, text) in table {
            assert_eq!(to_text(&[byte]), text);
        }
    }

    #[test]
    fn a_text_starts_with_its_vector_and_is_padded() {
        let text = encrypt(
            &"sixteen letters!".into(),
            &[1; KEY_LENGTH],
            &[2; IV_LENGTH],
        );
        assert!(text.starts_with(&"02".repeat(16)));
        assert_eq!(text.len(), 2 * (16 + 32));
    }
}
