//! Secrets as types: they print as "…", are wiped when dropped, and are read only through `expose`.
//!
//! None of them has serde. A [`SecretText`] reaches JSON only through `sealed`, which the sealed
//! record types name field by field; so a message type that holds a secret does not compile.

use std::cell::OnceCell;
use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::vault::text;

/// What every secret prints as.
const REDACTED: &str = "…";

/// Text that nobody else may read: a token, a password, a passphrase.
///
/// It has `Clone` because effects and records hold it by value; every copy wipes itself.
#[derive(Clone, Default)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over; the caller's `String` is moved, not copied.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself. Every call is a place where a secret leaves its wrapper.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Length in bytes of UTF-8.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there nothing in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

/// Constant time in the content; the lengths are compared first and may show.
impl PartialEq for SecretText {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretText {}

impl Drop for SecretText {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Bytes that nobody else may read: an opened record.
#[derive(Default)]
pub struct SecretBytes(Vec<u8>);

impl SecretBytes {
    /// Takes the bytes over; the caller's `Vec` is moved, not copied.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes for work in place (decryption, removal of padding).
    pub(crate) fn expose_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for SecretBytes {
    fn drop(&mut self) {
        // Wipes the whole capacity, so a shortened tail goes too.
        self.0.zeroize();
    }
}

/// A 256-bit key.
///
/// It lives on the heap so that moving the value does not leave copies on the stack, and it has no
/// `Clone`: a second copy is asked for by name. Keys that are derived from it for every single record
/// are remembered beside it, and wiped with it.
pub struct Key(Box<Held>);

struct Held {
    bytes: [u8; 32],
    derived: [OnceCell<[u8; 32]>; DERIVED],
}

/// How many derived keys are remembered.
pub(crate) const DERIVED: usize = 3;

impl Key {
    /// Takes the bytes over and wipes the argument.
    #[must_use]
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self::of(&bytes);
        bytes.zeroize();
        key
    }

    /// The bytes themselves.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0.bytes
    }

    /// A second copy.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::of(self.expose())
    }

    /// Where the derived key with this number is remembered.
    pub(crate) fn derived(&self, number: usize) -> Option<&OnceCell<[u8; 32]>> {
        self.0.derived.get(number)
    }

    fn of(bytes: &[u8; 32]) -> Self {
        Self(Box::new(Held {
            bytes: *bytes,
            derived: [const { OnceCell::new() }; DERIVED],
        }))
    }

    /// The key as text for `storage.session`, the only place where an open vault's key may lie.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        SecretText::new(text::encode(self.expose()))
    }

    /// Reads what [`Key::to_text`] wrote; anything else is `None`.
    #[must_use]
    pub fn from_text(stored: &SecretText) -> Option<Self> {
        let bytes = SecretBytes::new(text::decode(stored.expose(), 32).ok()?);
        let array: &[u8; 32] = bytes.expose().try_into().ok()?;
        Some(Self::of(array))
    }
}

/// Constant time.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.expose().ct_eq(other.expose()).into()
    }
}

impl Eq for Key {}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.bytes.zeroize();
        for derived in self.0.derived.iter_mut().filter_map(OnceCell::get_mut) {
            derived.zeroize();
        }
    }
}

/// Writes the two ways of printing a secret, which are one.
macro_rules! redacted {
    ($($secret:ty),+) => {$(
        impl fmt::Debug for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(REDACTED)
            }
        }

        impl fmt::Display for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(REDACTED)
            }
        }
    )+};
}

redacted!(SecretText, SecretBytes, Key);

/// serde for a [`SecretText`] inside a sealed record, as `#[serde(with = "sealed")]`.
///
/// The text stands as base64url: it then never needs an escape, and the JSON reader would unescape
/// into a buffer of its own that nobody wipes.
pub(crate) mod sealed {
    use super::{SecretText, Zeroizing, text};
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};
    use zeroize::Zeroize;

    /// Longest base64url text of one secret, in bytes decoded.
    const LIMIT: usize = 4096;

    pub(crate) fn serialize<S: Serializer>(secret: &SecretText, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&Zeroizing::new(text::encode(secret.expose().as_bytes())))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretText, D::Error> {
        from.deserialize_str(Reader(LIMIT))
    }

    /// At most so many bytes decoded.
    pub(super) struct Reader(pub(super) usize);

    impl Visitor<'_> for Reader {
        type Value = SecretText;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("sealed text")
        }

        fn visit_str<E: Error>(self, encoded: &str) -> Result<SecretText, E> {
            // Never `invalid_value`: it would put the secret into the message.
            let bytes = text::decode(encoded, self.0).map_err(|_| E::custom("not sealed text"))?;
            match String::from_utf8(bytes) {
                Ok(plain) => Ok(SecretText::new(plain)),
                Err(refused) => {
                    refused.into_bytes().zeroize();
                    Err(E::custom("not sealed text"))
                }
            }
        }
    }
}

/// [`sealed`] for text that holds several secrets.
pub(crate) mod sealed_long {
    use super::SecretText;
    use super::sealed::Reader;
    use serde::Deserializer;

    pub(crate) use super::sealed::serialize;

    /// Longest text in bytes decoded.
    pub(crate) const LIMIT: usize = 24 * 1024;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretText, D::Error> {
        from.deserialize_str(Reader(LIMIT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORD: &str = "Hidden7Word";

    #[test]
    fn no_secret_prints_itself() {
        let text = SecretText::from(WORD);
        let bytes = SecretBytes::new(WORD.as_bytes().to_vec());
        let key = Key::new([0x48; 32]);
        for printed in [
            format!("{text:?}"),
            format!("{text}"),
            format!("{bytes:?}"),
            format!("{bytes}"),
            format!("{key:?}"),
            format!("{key}"),
            format!("{text:#?}"),
        ] {
            assert_eq!(printed, REDACTED);
        }
        assert_eq!(format!("{:?}", Some(&text)), "Some(…)");
    }

    #[test]
    fn equality_is_by_content() {
        let table = [
            ("a", "a", true),
            ("a", "b", false),
            ("a", "aa", false),
            ("", "", true),
        ];
        for (left, right, same) in table {
            assert_eq!(
                SecretText::from(left) == SecretText::from(right),
                same,
                "{left} {right}"
            );
        }
        assert!(Key::new([1; 32]) == Key::new([1; 32]));
        assert!(Key::new([1; 32]) != Key::new([2; 32]));
    }

    #[test]
    fn a_key_survives_the_way_through_session_storage() {
        let key = Key::new([7; 32]);
        assert!(Key::from_text(&key.to_text()) == Some(key.duplicate()));
        for bad in ["", "AAAA", "not base64!"] {
            assert!(Key::from_text(&SecretText::from(bad)).is_none(), "{bad}");
        }
        let long = SecretText::new(format!("{}AAAA", key.to_text().expose()));
        assert!(Key::from_text(&long).is_none());
    }

    #[test]
    fn a_refused_secret_is_not_in_the_message() {
        #[derive(Debug, serde::Deserialize)]
        #[allow(dead_code)]
        struct Holder(#[serde(with = "sealed")] SecretText);
        let shown = format!(
            "{}",
            serde_json::from_str::<Holder>("\"Hidden7Word!\"").unwrap_err()
        );
        assert!(!shown.contains("Hidden"), "{shown}");
    }
}
