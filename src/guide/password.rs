//! New passwords that fit Salesforce's strictest built-in policy.

use crate::vault::secret::SecretText;

/// Length of a generated password; Salesforce's own command line makes 20 as well (`facts/peers.md` §5).
pub const LENGTH: usize = 20;
/// How many random bytes [`generate`] wants. Far more than it needs on average, so that running out
/// is not a case to think about.
pub const RANDOM_BYTES: usize = 256;

// Without look-alikes (0 O 1 l I), so that it can be typed from paper. The special characters are
// those that Salesforce accepts and that need no escaping in a URL form or a shell word.
const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGIT: &[u8] = b"23456789";
const SPECIAL: &[u8] = b"_-%+=";

/// Makes a password with at least one character of every class, from random bytes.
///
/// `None` if the bytes were used up, which for uniform bytes does not happen (less than 1 in 2^100).
#[must_use]
pub fn generate(random: &[u8; RANDOM_BYTES]) -> Option<SecretText> {
    let mut bytes = random.iter().copied();
    let all: Vec<u8> = [LOWER, UPPER, DIGIT, SPECIAL].concat();
    let mut chosen = Vec::with_capacity(LENGTH);
    for class in [LOWER, UPPER, DIGIT, SPECIAL] {
        chosen.push(pick(class, &mut bytes)?);
    }
    while chosen.len() < LENGTH {
        chosen.push(pick(&all, &mut bytes)?);
    }
    for last in (1..LENGTH).rev() {
        let other = below(last + 1, &mut bytes)?;
        chosen.swap(last, other);
    }
    // A password that starts with a special character is refused by some tools' parsers.
    let first = chosen.iter().position(u8::is_ascii_alphabetic)?;
    chosen.swap(0, first);
    Some(SecretText::new(
        chosen.into_iter().map(char::from).collect(),
    ))
}

fn pick(from: &[u8], bytes: &mut impl Iterator<Item = u8>) -> Option<u8> {
    from.get(below(from.len(), bytes)?).copied()
}

/// A uniform number below `n` (≤ 256) by rejection, so that no character is likelier than another.
fn below(n: usize, bytes: &mut impl Iterator<Item = u8>) -> Option<usize> {
    let limit = 256 - 256 % n;
    bytes.map(usize::from).find(|&b| b < limit).map(|b| b % n)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_class_and_the_right_length() {
        let mut seed = 1u32;
        for _ in 0..1000 {
            let random = std::array::from_fn(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from(seed >> 24).unwrap()
            });
            let password = generate(&random).unwrap();
            let password = password.expose();
            assert_eq!(password.len(), LENGTH);
            for class in [LOWER, UPPER, DIGIT, SPECIAL] {
                assert!(password.bytes().any(|b| class.contains(&b)), "{password}");
            }
            assert!(password.starts_with(|c: char| c.is_ascii_alphabetic()));
        }
    }
}
