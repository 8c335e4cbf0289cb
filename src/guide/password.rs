//! New passwords that fit Salesforce's strictest built-in policy and what the page in front demands.

use crate::vault::secret::SecretText;

/// Characters of a generated password; Salesforce's own command line makes 20 as well (`facts/peers.md` §5).
pub const LENGTH: u32 = 20;
/// How many random bytes [`generate`] wants. Several times what the longest password needs, so that
/// running out is not a case to think about.
pub const RANDOM_BYTES: usize = 1024;
/// So many characters in a row of a password are never in a row in the user name as well.
const PART: usize = 3;

// Without look-alikes (0 O 1 l I), so that it can be typed from paper. The special characters are
// those that Salesforce accepts and that need no escaping in a URL form or a shell word.
const LOWER: &[u8] = b"abcdefghijkmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGIT: &[u8] = b"23456789";
const SPECIAL: &[u8] = b"_-%+=";
const ALL: &[u8] = b"abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789_-%+=";
const CLASSES: [&[u8]; 4] = [LOWER, UPPER, DIGIT, SPECIAL];

/// Makes a password of that many characters from random bytes, with at least one of every class (a letter first), and
/// without any part of the user name in whatever letters. Of less than four characters it has as many classes as fit.
///
/// `None` if the bytes were used up, which does not happen for uniform bytes and the lengths of
/// [`crate::guide::policy::Policy`].
#[must_use]
pub fn generate(length: usize, username: &str, random: &[u8; RANDOM_BYTES]) -> Option<SecretText> {
    let mut bytes = random.iter().copied();
    let mut places: Vec<&[u8]> = CLASSES.into_iter().take(length).collect();
    places.resize(length, ALL);
    for last in (1..length).rev() {
        places.swap(last, below(last + 1, &mut bytes)?);
    }
    // A password that starts with a special character is refused by some tools' parsers.
    let letter = places
        .iter()
        .position(|place| *place == LOWER || *place == UPPER)?;
    places.swap(0, letter);

    let mut made = String::with_capacity(length);
    for place in places {
        loop {
            made.push(char::from(pick(place, &mut bytes)?));
            if !ends_in_part_of(&made, username) {
                break;
            }
            made.pop();
        }
    }
    Some(SecretText::new(made))
}

/// How hard a password of that many characters is to guess, in bits, rounded down. Where the characters of each class
/// stand is not counted.
#[must_use]
pub fn bits(length: usize) -> u32 {
    // Hundredths of a bit for one character of all, and for one of each class.
    let rest = u32::try_from(length.saturating_sub(CLASSES.len())).unwrap_or(0);
    let classes = [458, 458, 300, 232];
    (rest.saturating_mul(595) + classes.iter().take(length).sum::<u32>()) / 100
}

/// Do its last characters stand in the user name in the same order?
fn ends_in_part_of(made: &str, username: &str) -> bool {
    made.as_bytes().last_chunk::<PART>().is_some_and(|end| {
        username
            .as_bytes()
            .windows(PART)
            .any(|part| part.eq_ignore_ascii_case(end))
    })
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

    fn random(seed: u32) -> [u8; RANDOM_BYTES] {
        let mut state = seed;
        std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).unwrap()
        })
    }

    #[test]
    fn every_class_and_the_right_length() {
        for seed in 0..1000 {
            for length in [4, 8, 20, 128] {
                let password = generate(length, "ada@acme.example", &random(seed)).unwrap();
                let password = password.expose();
                assert_eq!(password.len(), length);
                for class in CLASSES {
                    assert!(password.bytes().any(|b| class.contains(&b)), "{password}");
                }
                assert!(password.starts_with(|c: char| c.is_ascii_alphabetic()));
            }
        }
    }

    #[test]
    fn all_is_the_classes_together_and_worth_what_is_said() {
        assert_eq!(ALL, CLASSES.concat());
        let log2 = |n: usize| f64::from(u32::try_from(n).unwrap()).log2();
        for length in [4, 8, 20, 24, 128] {
            let exact = CLASSES.iter().map(|class| log2(class.len())).sum::<f64>()
                + f64::from(u32::try_from(length - 4).unwrap()) * log2(ALL.len());
            let said = f64::from(bits(length));
            assert!(
                said <= exact && exact - said < 1.5,
                "{length}: {said} {exact}"
            );
        }
    }

    #[test]
    fn bytes_that_run_out_make_nothing() {
        assert!(generate(20, "", &[255; RANDOM_BYTES]).is_none());
    }
}
