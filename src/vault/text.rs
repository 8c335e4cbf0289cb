//! Bytes as text: base64url without padding, in exactly one spelling.
//!
//! A storage area holds text, and two spellings of one thing would make "is it what I wrote?" a
//! matter of taste; so what is not canonical is refused, as age does (`facts/security.md` §1.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why text is not ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// A character outside the alphabet, padding, white space, or stray bits at the end.
    #[error("not canonical base64url")]
    NotCanonical,
    /// More bytes than the reader allows.
    #[error("text is too long")]
    TooLong,
}

/// The one spelling of these bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads [`encode`]'s spelling and no other.
///
/// # Errors
/// [`TextError::TooLong`] if it would give more than `limit` bytes (checked before decoding),
/// [`TextError::NotCanonical`] for any other spelling.
pub fn decode(text: &str, limit: usize) -> Result<Vec<u8>, TextError> {
    if text.len() > limit.saturating_add(2) / 3 * 4 {
        return Err(TextError::TooLong);
    }
    // The engine itself refuses padding and trailing bits.
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| TextError::NotCanonical)?;
    if bytes.len() > limit {
        Err(TextError::TooLong)
    } else {
        Ok(bytes)
    }
}

/// Reads exactly `N` bytes.
#[must_use]
pub fn decode_exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text, N).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        let table: [(&str, Result<&[u8], TextError>); 9] = [
            ("", Ok(b"")),
            ("AQ", Ok(&[1])),
            ("AQI", Ok(&[1, 2])),
            ("-_8", Ok(&[0xfb, 0xff])),
            ("AR", Err(TextError::NotCanonical)),
            ("AQ==", Err(TextError::NotCanonical)),
            ("A Q", Err(TextError::NotCanonical)),
            ("+/8", Err(TextError::NotCanonical)),
            ("AQIDBAUGBwgJ", Err(TextError::TooLong)),
        ];
        for (text, expected) in table {
            assert_eq!(
                decode(text, 4).as_deref(),
                expected.as_ref().map(|b| *b),
                "{text}"
            );
        }
        assert_eq!(decode("AQIDBAU", 4), Err(TextError::TooLong));
        assert_eq!(decode_exact::<2>("AQI"), Some([1, 2]));
        assert_eq!(decode_exact::<3>("AQI"), None);
    }
}
