//! Long texts are read by their bytes, and eight at a time where those say nothing.

/// Letters and digits of ASCII.
pub const WORD: u8 = 1;
/// First bytes in UTF-8 of characters that nobody sees, and of blanks. Others share them, but Cyrillic, Hangul, most of
/// Han and of what is between have first bytes of their own.
pub const FIRST: u8 = 2;
/// All further bytes of characters.
pub const FURTHER: u8 = 4;
/// The blanks and breaks of ASCII but for the space and the line feed.
pub const BLANK: u8 = 8;

#[allow(
    clippy::indexing_slicing,
    reason = "a constant is checked when it is built"
)]
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte {
            0x30..=0x39 | 0x41..=0x5A | 0x61..=0x7A => WORD,
            0xC2 | 0xCD | 0xD8 | 0xE1..=0xE3 | 0xEF | 0xF0 | 0xF3 => FIRST,
            0x80..=0xBF => FURTHER,
            0x09 | 0x0B..=0x0D => BLANK,
            _ => 0,
        };
        byte += 1;
    }
    class
};

/// Is the byte of one of these classes?
#[must_use]
pub fn is(byte: u8, classes: u8) -> bool {
    CLASS
        .get(usize::from(byte))
        .is_some_and(|class| class & classes != 0)
}

const EACH: u64 = u64::from_le_bytes([1; 8]);
const HIGHEST_BITS: u64 = 0x80 * EACH;

/// Is none of these [`FIRST`], [`FURTHER`] or [`BLANK`]? Says no to line feeds as well.
#[must_use]
pub fn are_plain(eight: [u8; 8]) -> bool {
    let eight = u64::from_le_bytes(eight);
    // Less than 14 is less than nothing afterwards.
    (eight | eight.wrapping_sub(14 * EACH)) & HIGHEST_BITS == 0
}

/// Where the last byte stands that is less than `0`: a space, a break, or one of most other signs of ASCII.
#[must_use]
pub fn last_sign(eight: [u8; 8]) -> Option<usize> {
    let eight = u64::from_le_bytes(eight);
    // From `0` on this sets the highest bit of a byte, and it carries nothing into the next one.
    let from_zero = (eight & !HIGHEST_BITS) + (0x80 - 0x30) * EACH;
    let signs = !(from_zero | eight) & HIGHEST_BITS;
    Some(signs.checked_ilog2()? as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_say_what_each_of_them_says() {
        for other in [b'a', b'0', b' ', b'\n', 0, 0x7F, 0x80, 0xFF] {
            for byte in 0..=255 {
                for at in 0..8 {
                    let mut eight = [other; 8];
                    if let Some(place) = eight.get_mut(at) {
                        *place = byte;
                    }
                    let plain = |byte: &u8| byte.is_ascii() && *byte >= 14;
                    assert_eq!(are_plain(eight), eight.iter().all(plain), "{eight:?}");
                    let last = eight.iter().rposition(|byte| *byte < b'0');
                    assert_eq!(last_sign(eight), last, "{eight:?}");
                }
            }
        }
    }
}
