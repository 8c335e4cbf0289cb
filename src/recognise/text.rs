//! Text as it comes from pages and mails, made safe to look at: invisible characters dropped, lines kept.

use std::borrow::Cow;

use crate::recognise::bytes;

/// Characters that a person cannot see and that split or hide a token (`facts/security.md` §2,
/// "unicode splits"): Unicode's default-ignorable code points and format characters.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// The text without invisible characters, with one kind of line break and of blank. Borrowed where there is nothing
/// to change.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    // What stands before it is in `out`.
    let mut done = 0;
    let mut at = 0;
    loop {
        at += plain_length(text.as_bytes().get(at..).unwrap_or_default());
        let rest = text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { break };
        let instead = match c {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{0085}' | '\u{000B}' | '\u{000C}' => Some("\n"),
            c if is_invisible(c) => Some(""),
            c if c.is_whitespace() => Some(" "),
            _ => None,
        };
        let mut end = at + c.len_utf8();
        if let Some(instead) = instead {
            // Of a Windows line break both halves.
            end += usize::from(rest.starts_with("\r\n"));
            out.reserve(text.len() - out.len());
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str(instead);
            done = end;
        }
        at = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// How many bytes at the beginning are of no character that [`clean`] may have to change.
fn plain_length(text: &[u8]) -> usize {
    // Kana and their full stops share the first byte with some of those.
    let is_kana = |at: usize| {
        let c = text.get(at..at + 3);
        matches!(c, Some([0xE3, 0x81..=0x83, _] | [0xE3, 0x80, 0x81..=0xBF]))
    };
    let odd =
        |&(at, byte): &(usize, &u8)| bytes::is(*byte, bytes::FIRST | bytes::BLANK) && !is_kana(at);
    let mut length = 0;
    for eight in text.chunks(8) {
        if !eight.try_into().is_ok_and(bytes::are_plain)
            && let Some((at, _)) = (length..).zip(eight).find(odd)
        {
            return at;
        }
        length += eight.len();
    }
    length
}

/// Cuts a text to at most so many bytes, between two characters. Was it longer?
pub fn cut(text: &mut String, most: usize) -> bool {
    let longer = text.len() > most;
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    text.truncate(end);
    longer
}

/// The last word of a text, if it has the shape of a Salesforce user name: `something@dotted.host`.
///
/// A label may stand before it with any kind of colon. Reports it in lower case, as Salesforce
/// compares user names without case.
#[must_use]
pub fn username_at_end(line: &str) -> Option<String> {
    let line = line.trim_end_matches([
        ' ', '>', ')', ']', '"', '\'', ',', ';', '*', '。', '」', '』', '】', '）', '»', '”', '’',
    ]);
    // Scripts that put no blank between words set a label right before the name, with or without a colon.
    let word = line
        .rsplit(|c| {
            matches!(
                c,
                ' ' | ':' | '\u{FE55}' | '<' | '(' | '[' | '"' | '=' | '«' | '“' | '„'
            ) || is_unspaced(c)
                || c >= '\u{2E80}'
        })
        .next()?;
    // An apostrophe can be part of the name: it is a quotation mark only in front.
    let word = word.trim_start_matches(['\'', '*', '‘']);
    is_username(word).then(|| word.to_lowercase())
}

/// Is this a letter or mark of a script that puts no blank between a foreign word and its own: Thai, Lao, Burmese,
/// Khmer, kana, Han, Hangul? It cannot be mistaken for a part of a token.
#[must_use]
pub fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005..=0x3007 | 0x3040..=0x312F | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9D | 0x2_0000..=0x3_FFFF)
}

/// Has this word the shape of a user name? At most 254 characters, one `@`, a dot after it.
#[must_use]
pub fn is_username(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else {
        return false;
    };
    let plain = |c: char| {
        c.is_alphanumeric()
            || matches!(
                c,
                '.' | '-'
                    | '_'
                    | '+'
                    | '\''
                    | '!'
                    | '#'
                    | '$'
                    | '%'
                    | '&'
                    | '*'
                    | '/'
                    | '='
                    | '?'
                    | '^'
                    | '`'
                    | '{'
                    | '|'
                    | '}'
                    | '~'
            )
    };
    word.len() <= 254
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning() {
        let table = [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("Ab\u{200B}C\u{00AD}d\u{2060}E", "AbCdE"),
            ("x\u{00A0}y\u{3000}z", "x y z"),
            ("a\tb\u{2003}c\u{2009}d\u{1680}e", "a b c d e"),
            ("\u{202E}abc\u{202C}", "abc"),
            ("ユーザ名", "ユーザ名"),
            ("a\r\n\r\nb\n\rc", "a\n\nb\n\nc"),
            ("a\r\u{200B}\nb", "a\n\nb"),
            ("", ""),
        ];
        for (dirty, cleaned) in table {
            assert_eq!(clean(dirty), cleaned);
        }
    }

    #[test]
    fn cutting() {
        let table = [
            ("abc", 3, "abc", false),
            ("abcd", 3, "abc", true),
            ("aé", 2, "a", true),
            ("aé", 3, "aé", false),
            ("語", 2, "", true),
            ("a", 0, "", true),
            ("", 0, "", false),
        ];
        for (text, most, rest, longer) in table {
            let mut left = text.to_owned();
            assert_eq!(cut(&mut left, most), longer, "{text}");
            assert_eq!(left, rest, "{text}");
        }
    }

    #[test]
    fn user_names() {
        let long = format!("{}@acme.example", "a".repeat(241));
        let table = [
            ("ada@acme.example", true),
            ("!#$%&'*+-/=?^_`{|}~.1@acme.example", true),
            ("ådä@acmé.example", true),
            ("ada@ac_me-1.example", true),
            (&long, true),
            (&format!("a{long}"), false),
            ("a,b@acme.example", false),
            ("a b@acme.example", false),
            ("ada@ac me.example", false),
            ("ada@ac+me.example", false),
            ("ada@acme", false),
            ("ada@acme..example", false),
            ("ada@acme.example.", false),
            ("ada@.example", false),
            ("ada@eve@acme.example", false),
            ("@acme.example", false),
            ("ada", false),
            ("", false),
        ];
        for (word, is) in table {
            assert_eq!(is_username(word), is, "{word}");
        }
    }

    #[test]
    fn user_names_at_the_end_of_a_line() {
        let table = [
            (
                "Username: ada.byron@acme.example",
                Some("ada.byron@acme.example"),
            ),
            ("ユーザ名：Ada@ACME.example  ", Some("ada@acme.example")),
            ("ada@acme.example.dev", Some("ada@acme.example.dev")),
            ("Username: ada@localhost", None),
            ("Username: @acme.example", None),
            ("ada@acme@example.com", None),
            ("Username: o'hara@acme.example", Some("o'hara@acme.example")),
            ("Username: 'ada@acme.example'", Some("ada@acme.example")),
            ("ユーザ名ada@acme.example", Some("ada@acme.example")),
            ("用户名【ada@acme.example】", Some("ada@acme.example")),
            ("ชื่อผู้ใช้ada@acme.example", Some("ada@acme.example")),
            ("Username: *ada@acme.example*", Some("ada@acme.example")),
            (
                "Nom d’utilisateur : « ada@acme.example »",
                Some("ada@acme.example"),
            ),
            ("[ada@acme.example]", Some("ada@acme.example")),
            ("（ada@acme.example）。", Some("ada@acme.example")),
            ("사용자 이름：ada@acme.example", Some("ada@acme.example")),
            ("Username: <ada@acme.example>,", Some("ada@acme.example")),
            ("nothing here", None),
            ("", None),
        ];
        for (line, expected) in table {
            assert_eq!(username_at_end(line).as_deref(), expected, "{line}");
        }
    }
}
