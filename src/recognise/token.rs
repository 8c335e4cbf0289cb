//! The shape of a security token, measured on 41 published ones (`facts/token-and-mail.md` §A1):
//! 24 or 25 letters and digits, both cases, no prefix, no checksum.

use crate::recognise::bytes;
use crate::recognise::text::{is_invisible, is_unspaced, username_at_end};

/// Lengths that genuine tokens have.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=25;
/// Lengths that a future token might have; accepted only with a person's word.
const ODD_LENGTHS: std::ops::RangeInclusive<usize> = 20..=30;
/// Fewer distinct characters than this is a placeholder (§A4). A random token of 24 has under 12
/// about once in 10^8.
const LEAST_DISTINCT: usize = 12;

/// How sure the shape alone makes us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// 20–30 characters: only beside the label line, and only with a person's word.
    Odd,
    /// Exactly what was measured.
    Strict,
}

/// The shape of one word, if it can be a token at all.
#[must_use]
pub fn shape(word: &str) -> Option<Shape> {
    if !ODD_LENGTHS.contains(&word.len()) || !word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    // Ids and keys in one case only (ObjectId, cuid, hex) are not tokens; the chance that a genuine
    // one has only one case is about 1e-6 (§A1). A digit is not required: 1.5 % have none.
    let both_cases = word.bytes().any(|b| b.is_ascii_lowercase())
        && word.bytes().any(|b| b.is_ascii_uppercase());
    if !both_cases
        || distinct(word) < LEAST_DISTINCT
        || is_sequence(word)
        || has_foreign_prefix(word)
    {
        return None;
    }
    Some(if LENGTHS.contains(&word.len()) {
        Shape::Strict
    } else {
        Shape::Odd
    })
}

fn distinct(word: &str) -> usize {
    let mut seen = [false; 128];
    for b in word.bytes() {
        if let Some(slot) = seen.get_mut(usize::from(b)) {
            *slot = true;
        }
    }
    seen.iter().filter(|&&s| s).count()
}

/// `AbCdEfGh…`, `abcdefghijklmnopqrstuvwxYZ`: most neighbours follow one another in the alphabet.
fn is_sequence(word: &str) -> bool {
    let lower: Vec<u8> = word.bytes().map(|b| b.to_ascii_lowercase()).collect();
    let steps = lower
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if *b == a.wrapping_add(1)))
        .count();
    steps * 2 > lower.len()
}

/// Beginnings of other Salesforce secrets (§A4), cut out of a longer word by a blank or a line break.
fn has_foreign_prefix(word: &str) -> bool {
    ["3MVG9", "5AEP861"]
        .iter()
        .any(|prefix| word.starts_with(prefix))
}

/// A possible token and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The word.
    pub token: String,
    /// Its shape.
    pub shape: Shape,
    /// Is it the last word of a line that has a colon before it?
    pub after_colon: bool,
    /// The user name at the end of the line directly above, if there is one.
    pub username_above: Option<String>,
}

/// Most words of the right shape that are looked at, and how much of a line before each (bytes): a text made of nothing
/// else must not cost the square of its length.
const MOST_WORDS: usize = 200;
const LOOK_BACK: usize = 4096;

/// Can there be a token in this text, before it is cleaned? A quick no for nearly every text.
#[must_use]
pub fn may_hold(text: &str) -> bool {
    let all = text.as_bytes();
    // What nobody sees may stand between the letters.
    runs(all, bytes::WORD | bytes::FIRST | bytes::FURTHER).any(|(from, to)| {
        let run = all.get(from..to).unwrap_or_default();
        // The end of a character whose first byte is of another class.
        let cut = run
            .iter()
            .take_while(|byte| matches!(byte, 0x80..=0xBF))
            .count();
        let Some(run) = text.get(from + cut..to) else {
            return true;
        };
        if !run.is_ascii() {
            return holds_word(run);
        }
        let (before, after) = (text.get(..from + cut), text.get(to..));
        ODD_LENGTHS.contains(&run.len())
            && stands_alone(before.unwrap_or_default(), after.unwrap_or_default())
            && shape(run).is_some()
    })
}

/// Without its invisible characters, has this run a word as long as a token?
fn holds_word(run: &str) -> bool {
    let letters = run.bytes().filter(u8::is_ascii).count();
    let mut length = 0;
    letters >= *ODD_LENGTHS.start()
        && run.chars().any(|c| {
            if c.is_ascii() {
                length += 1;
            } else if !is_invisible(c) {
                length = 0;
            }
            length >= *ODD_LENGTHS.start()
        })
}

/// All maximal runs of bytes of these classes that are as long as a token or longer. Looks at every byte only inside of
/// them: elsewhere one byte tells about the twenty before it.
fn runs(text: &[u8], classes: u8) -> impl Iterator<Item = (usize, usize)> {
    let outside = move |byte: &u8| !bytes::is(*byte, classes);
    // No run that begins before it is left unseen.
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let window = text.get(from..from + ODD_LENGTHS.start())?;
            let sign = window
                .split_last_chunk()
                .and_then(|(front, last)| Some(front.len() + bytes::last_sign(*last)?));
            if let Some(gap) = sign.or_else(|| window.iter().rposition(outside)) {
                from += gap + 1;
                continue;
            }
            let start = from;
            let behind = text.get(start + window.len()..).unwrap_or_default();
            let more = behind.iter().position(outside);
            let end = start + window.len() + more.unwrap_or(behind.len());
            from = end;
            return Some((start, end));
        }
    })
}

/// All possible tokens of a text (already [`crate::recognise::text::clean`]), each distinct one once.
#[must_use]
pub fn candidates(text: &str) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let alone = runs(text.as_bytes(), bytes::WORD).filter_map(|(start, end)| {
        let (earlier, word, after) = (text.get(..start)?, text.get(start..end)?, text.get(end..)?);
        let shape = Some(word)
            .filter(|_| stands_alone(earlier, after))
            .and_then(shape)?;
        let line = earlier.rfind('\n').map_or(0, |at| at + 1);
        let before = tail(earlier.get(line..)?, LOOK_BACK);
        let above = earlier.get(..line)?;
        let previous = above.strip_suffix('\n').unwrap_or(above);
        let is_rest = before.is_empty() && ends_in_long_secret(previous);
        let alone = !in_address(before) && !is_rest;
        alone.then_some((word, shape, above, before, after))
    });
    for (word, shape, above, before, after) in alone.take(MOST_WORDS) {
        let rest = after.trim_start_matches(' ');
        let ends_line = rest.is_empty() || rest.starts_with('\n');
        let above = above.trim_end_matches(['\n', ' ']).rsplit('\n').next();
        let candidate = Candidate {
            token: word.to_owned(),
            shape,
            after_colon: ends_line && before.contains([':', '：', '\u{FE55}', '=']),
            username_above: above.and_then(username_at_end),
        };
        match found
            .iter_mut()
            .find(|known| known.token == candidate.token)
        {
            Some(known) => {
                known.after_colon |= candidate.after_colon;
                if known.username_above.is_none() {
                    known.username_above = candidate.username_above;
                }
            }
            None => found.push(candidate),
        }
    }
    found
}

/// The last bytes of a text, whole characters.
fn tail(text: &str, most: usize) -> &str {
    let from = text.len().saturating_sub(most);
    (from..=text.len())
        .find_map(|at| text.get(at..))
        .unwrap_or("")
}

/// Is the word a word of its own, rather than a piece of an address, a longer secret or base64?
fn stands_alone(before: &str, after: &str) -> bool {
    let left = before.chars().next_back();
    let mut right = after.chars();
    let next = right.next();
    let next_but_one = right.next();
    let left_ok = left.is_none_or(|c| {
        !is_letter(c)
            && !matches!(
                c,
                '…' | '+' | '/' | '_' | '-' | '!' | '@' | '.' | '#' | '&' | '%' | '?' | '~' | '\\'
            )
    });
    let right_ok = match next {
        None => true,
        // The end of a sentence, not a dotted name.
        Some('.' | '!' | '?') => next_but_one.is_none_or(char::is_whitespace),
        Some(c) => {
            !is_letter(c)
                && !matches!(
                    c,
                    '…' | '+' | '/' | '=' | '_' | '-' | '@' | ':' | '%' | '&' | '~' | '\\'
                )
        }
    };
    left_ok && right_ok
}

/// Does an address or a query begin before the word and run up to it? `https://host/?c=…` ends a line
/// behind a colon as a token does.
fn in_address(before: &str) -> bool {
    let glued = before.rsplit(char::is_whitespace).next().unwrap_or("");
    glued.contains("://") || glued.contains(['?', '&'])
}

/// Does the line end in a run longer than any token? Then what begins the next line is the rest of it.
fn ends_in_long_secret(line: &str) -> bool {
    line.bytes()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'))
        .count()
        > *ODD_LENGTHS.end()
}

/// Can this character belong to the word beside it? An accent over a letter makes it another letter.
fn is_letter(c: char) -> bool {
    let combining = matches!(u32::from(c), 0x0300..=0x036F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0xFE20..=0xFE2F);
    combining || (c.is_alphanumeric() && !is_unspaced(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const T25: &str = "Qx7LmV2tRb9KsWp4HnYc8ZdEf";
    const T24: &str = "hTgRkWzPqLvNxBcMdJfSyAeu";

    #[test]
    fn shapes() {
        let table = [
            (T25, Some(Shape::Strict)),
            (T24, Some(Shape::Strict)),
            ("Qx7LmV2tRb9KsWp4HnYc8Z", Some(Shape::Odd)),
            ("0050x000001abcDAAQ", None),
            ("507f1f77bcf86cd799439011", None),
            ("cjld2cjxh0000qzrmn831i7rn", None),
            ("xxxxxxxxxxxxxxxxxxxxxxxxX", None),
            ("AbCdEfGhIjKlMnOpQrStUvWx", None),
            // Twelve different characters and eleven; half of them in the order of the alphabet, and one more.
            ("Qx7LmV2tRb9KQx7LmV2tRb9K", Some(Shape::Strict)),
            ("Qx7LmV2tRb9QQx7LmV2tRb9Q", None),
            ("abcdefghijklmZQx7PwV2tRb", Some(Shape::Strict)),
            ("abcdefghijklmNQx7PwV2tRb", None),
            // Mixed case and long enough: only what stands around it can tell.
            ("yourSecurityTokenHere", Some(Shape::Odd)),
            ("3MVG9abcdEFGHijkLMNopqRST", None),
            ("Qx7LmV2tRb9KsWp4HnYc8Zd+f", None),
            ("", None),
        ];
        for (word, expected) in table {
            assert_eq!(shape(word), expected, "{word}");
        }
    }

    #[test]
    fn the_quick_no() {
        let table = [
            (T25.to_owned(), true),
            (format!("a\u{200B}{T25}"), true),
            (format!("{}\u{AD}{}", &T25[..9], &T25[9..]), true),
            (format!("語{T25}"), true),
            ("the meeting on Thursday was moved\n".repeat(9), false),
            ("会議は木曜日に変更されました。".repeat(9), false),
            ("あabcdefghijいklmnopqrstう".to_owned(), false),
            (format!("é{T25}"), false),
            (format!("{T25}="), false),
            (format!("{T24}{T24}"), false),
            ("cjld2cjxh0000qzrmn831i7rn".to_owned(), false),
            (String::new(), false),
        ];
        for (text, may) in table {
            assert_eq!(may_hold(&text), may, "{text}");
        }
    }

    #[test]
    fn every_run_is_found_wherever_it_stands() {
        for sign in [" ", "~", "\n", ":", "é", "。", "a b", "~~"] {
            for before in 0..45 {
                for length in 17..33 {
                    let text = format!(
                        "{}{sign}{}{sign}{}",
                        "x".repeat(before),
                        "0".repeat(length),
                        "z".repeat(before)
                    );
                    let found = runs(text.as_bytes(), bytes::WORD)
                        .filter_map(|(from, to)| text.get(from..to));
                    let words = text
                        .split(|c: char| !c.is_ascii_alphanumeric())
                        .filter(|word| word.len() >= 20);
                    assert!(found.eq(words), "{text}");
                }
            }
        }
    }

    #[test]
    fn neighbourhoods() {
        let table = [
            (format!("Security token (case-sensitive): {T25}"), 1),
            (
                format!("セキュリティトークン (大文字と小文字を区別)：{T25}"),
                1,
            ),
            (format!("Your token is {T25}."), 1),
            (format!("({T25})"), 1),
            (format!("\"{T25}\""), 1),
            // Glued to the next sentence: 28 characters, so never strict, and its end cannot be told.
            (format!("{T25}For more information"), 0),
            (format!("https://x.example/{T25}"), 0),
            (format!("{T25}@mail.example"), 0),
            (format!("{T25}="), 0),
            (format!("a_{T25}"), 0),
            (format!("{T25}.example.com"), 0),
            (format!("{T25} and again {T25}"), 1),
            (format!("{T25} or {T24}"), 2),
            (format!("语{T25}"), 1),
            (format!("トークンは{T25}です。"), 1),
            (format!("토큰은 {T25}입니다."), 1),
            // Letters that imitate Latin ones, and wide ones, are glue.
            (format!("{T25}\u{301} is it"), 0),
            (format!("ລະຫັດ{T25}"), 1),
            (format!("ｱｲｳ{T25}ｴｵ"), 1),
            (format!("а{T25}"), 0),
            (format!("Ａ{T25}"), 0),
            (format!("{T25}…"), 0),
            (format!("Token:\t{T25}\t"), 1),
            (format!("https://login.example/?c={T25}"), 0),
            (format!("login.example/x?c={T25}"), 0),
            (format!("SF_TOKEN={T25}"), 1),
            (format!("see https://login.example/ {T25}"), 1),
            (format!("3MVG9{T25}.{T24}\n{T25}"), 0),
            // The rest of a run of 31, but not of one of 30.
            (format!("{T25}abcdef\n{T24}"), 0),
            (format!("{T25}abcde\n{T24}"), 1),
        ];
        for (text, count) in table {
            assert_eq!(
                candidates(&text)
                    .iter()
                    .filter(|c| c.shape == Shape::Strict)
                    .count(),
                count,
                "{text}"
            );
        }
    }

    #[test]
    fn what_stands_around() {
        let candidate = |after_colon, username: Option<&str>| Candidate {
            token: T25.to_owned(),
            shape: Shape::Strict,
            after_colon,
            username_above: username.map(str::to_owned),
        };
        let ada = Some("ada@acme.example");
        let table = [
            (
                format!(
                    "Hello\n\nUsername: Ada@acme.example\nSecurity token (case-sensitive): {T25}\n\nBye"
                ),
                candidate(true, ada),
            ),
            (format!("Token: {T25}  \n"), candidate(true, None)),
            (format!("Token: {T25} or so"), candidate(false, None)),
            (format!("Token {T25}"), candidate(false, None)),
            // What stands around any of its places counts, and the first user name.
            (
                format!("{T25} is new\nAda@acme.example\nToken: {T25}\neve@acme.example\n{T25}"),
                candidate(true, ada),
            ),
            (
                format!("Token: {T25}\nada@acme.example\n{T25}"),
                candidate(true, ada),
            ),
        ];
        for (text, expected) in table {
            assert_eq!(candidates(&text), [expected], "{text}");
        }
    }
}
