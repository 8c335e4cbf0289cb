//! Verification codes (`facts/token-and-mail.md` §B3): five or six digits in a mail, or a
//! temporary code of ten letters and digits that an administrator hands out.

use crate::recognise::text::username_at_end;

/// A code and the user name that the mail states for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCode {
    /// Five or six digits, or ten characters.
    pub code: String,
    /// User name on a line of its own in the same text.
    pub username: Option<String>,
}

/// Finds the one code of a text (already cleaned). `None` if there is none or more than one.
///
/// In a mail a code is the last word of a line after a colon; a person may also paste just the code.
#[must_use]
pub fn find(text: &str) -> Option<FoundCode> {
    let whole = text.trim();
    if is_code(whole) || is_temporary(whole) {
        return Some(FoundCode {
            code: whole.to_owned(),
            username: None,
        });
    }
    let mut code: Option<&str> = None;
    for line in text.lines() {
        let Some((_, value)) = line.rsplit_once([':', '：']) else {
            continue;
        };
        let value = value.trim();
        if is_code(value) && code.replace(value).is_some_and(|earlier| earlier != value) {
            return None;
        }
    }
    let username = text
        .lines()
        .filter(|line| line.contains([':', '：']))
        .find_map(username_at_end);
    code.map(|code| FoundCode {
        code: code.to_owned(),
        username,
    })
}

fn is_code(word: &str) -> bool {
    (5..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_temporary(word: &str) -> bool {
    word.len() == 10
        && word.bytes().all(|b| b.is_ascii_alphanumeric())
        && word.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let mail = "You recently logged in\n\nUsername: ada@acme.example\n\nVerification Code: 481516\n\nBye";
        let table = [
            (mail, Some(("481516", Some("ada@acme.example")))),
            ("Verification Code: 48151", Some(("48151", None))),
            ("481516", Some(("481516", None))),
            (" 48151 \n", Some(("48151", None))),
            ("ab12cd34ef", Some(("ab12cd34ef", None))),
            ("確認コード：481516", Some(("481516", None))),
            ("Code: 481516\nCode: 234224", None),
            ("Code: 481516\nAgain: 481516", Some(("481516", None))),
            ("Invoice 481516 of today", None),
            ("Total: 4815167", None),
            ("abcdefghij", None),
            ("", None),
        ];
        for (text, expected) in table {
            let got = find(text);
            assert_eq!(
                got.as_ref()
                    .map(|f| (f.code.as_str(), f.username.as_deref())),
                expected,
                "{text}"
            );
        }
    }
}
