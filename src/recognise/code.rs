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
    code.map(|code| FoundCode {
        code: code.to_owned(),
        username: named(text),
    })
}

/// [`find`] in a text that a person gave us: a temporary code may also stand behind a colon, as an administrator writes
/// it. In mail nothing of that kind is believed: ten letters and digits can be anything.
#[must_use]
pub fn find_given(text: &str) -> Option<FoundCode> {
    let mut temporary = text
        .lines()
        .filter_map(|line| line.rsplit_once([':', '：']))
        .map(|(_, value)| value.trim())
        .filter(|value| is_temporary(value) && value.bytes().any(|b| b.is_ascii_alphabetic()));
    find(text).or_else(|| {
        let code = temporary.next()?;
        let alone = temporary.all(|other| other == code);
        alone.then(|| FoundCode {
            code: code.to_owned(),
            username: named(text),
        })
    })
}

impl FoundCode {
    /// Is it of the kind that Salesforce mails: digits only?
    #[must_use]
    pub fn is_mailed(&self) -> bool {
        is_code(&self.code)
    }
}

/// The first user name at the end of a labelled line.
fn named(text: &str) -> Option<String> {
    text.lines()
        .filter(|line| line.contains([':', '：']))
        .find_map(username_at_end)
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
            assert_eq!(find_given(text), got, "{text}");
        }
    }

    #[test]
    fn temporary_codes_that_a_person_gives() {
        let table = [
            ("Temporary code: ab12cd34ef", Some(("ab12cd34ef", None))),
            (
                "Username: ada@acme.example\nCode：ab12cd34ef",
                Some(("ab12cd34ef", Some("ada@acme.example"))),
            ),
            ("Code: ab12cd34ef\nCode: gh12cd34ef", None),
            ("Phone: 0123456789", None),
            ("Word: abcdefghij", None),
            (
                "Code: 481516\nTemporary: ab12cd34ef",
                Some(("481516", None)),
            ),
        ];
        for (text, expected) in table {
            let got = find_given(text);
            assert_eq!(
                got.as_ref()
                    .map(|f| (f.code.as_str(), f.username.as_deref())),
                expected,
                "{text}"
            );
        }
        assert!(find("481516").is_some_and(|code| code.is_mailed()));
        assert!(find("ab12cd34ef").is_some_and(|code| !code.is_mailed()));
    }
}
