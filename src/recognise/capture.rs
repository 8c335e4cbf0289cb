//! The one function in which every source of a token ends: *captured*, *needs a look*, or *nothing*.
//!
//! What counts as strong evidence is fixed in one place here, so that no source can be kinder than
//! another: the confirmation page of a genuine host, or a mail whose sender stands in the provider's
//! own header cell; one candidate; a user name that is expected or known; and visible and full text
//! that agree.

use serde::{Deserialize, Serialize};

use crate::recognise::mail::{TokenText, is_salesforce_sender, sends_tokens};
use crate::recognise::text::clean;
use crate::recognise::token::{Shape, may_hold};
use crate::wire::messages::ShownText;

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source<'a> {
    /// The page that confirms a reset or a password change, on a host that Salesforce itself writes.
    ConfirmationPage,
    /// The opened message of a known webmail, with the sender from its header cell.
    Webmail {
        /// Address of the sender.
        sender: &'a str,
    },
    /// A message of a mail file: its headers are what the file says, and nothing of it was checked.
    MailFile {
        /// Address of the sender, if there is exactly one.
        sender: Option<&'a str>,
    },
    /// Everything else: a page in front, a selection, pasted text.
    Other,
}

/// Why a capture was not kept at once. Codes are stable (`reason_<code>` in `_locales`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The text does not come from a place that proves where the token is from.
    UnprovenSource,
    /// The mail is not from Salesforce.
    ForeignSender,
    /// The text names no user.
    NoUser,
    /// The user name is neither in the vault nor expected.
    UnknownUser,
    /// The user name is another than the one that the guide waits for.
    OtherUser,
    /// Several words could be the token.
    SeveralTokens,
    /// The length is none that was ever seen.
    OddShape,
    /// Parts of the text are hidden, and they change the token.
    HiddenText,
    /// The text was too long and its end was not read.
    CutText,
    /// It does not say when it was sent, and the user's token is believed to work: this one may be older.
    MaybeOlder,
}

impl Reason {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnprovenSource => "unproven_source",
            Self::ForeignSender => "foreign_sender",
            Self::NoUser => "no_user",
            Self::UnknownUser => "unknown_user",
            Self::OtherUser => "other_user",
            Self::SeveralTokens => "several_tokens",
            Self::OddShape => "odd_shape",
            Self::HiddenText => "hidden_text",
            Self::CutText => "cut_text",
            Self::MaybeOlder => "maybe_older",
        }
    }
}

/// What we know already: whose token is expected, whose are known.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The user name that the running guide waits for, or that signed in on this tab.
    pub expected: Option<&'a str>,
    /// User names in the vault (lower case).
    pub users: &'a [String],
    /// Does a vault hold names that cannot be read right now? Then unknown is not the same as foreign.
    pub sealed: bool,
}

/// A token to keep, or to look at.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// The token.
    pub token: String,
    /// Whose it is, as far as the text or the situation tells (lower case).
    pub username: Option<String>,
    /// Empty: keep at once. Else a person decides.
    pub reasons: Vec<Reason>,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found")
            .field("token", &"…")
            .field("username", &self.username)
            .field("reasons", &self.reasons)
            .finish()
    }
}

/// Judges a text. An empty answer means: no token in it. Several candidates are all returned, each
/// with [`Reason::SeveralTokens`]; at most five, since a longer list helps nobody.
#[must_use]
pub fn judge(source: &Source<'_>, text: &ShownText, known: &Known<'_>) -> Vec<Found> {
    let same = text.full.is_empty() || text.full == text.visible;
    if !may_hold(&text.visible) && (same || !may_hold(&text.full)) {
        return vec![];
    }
    let visible = TokenText::read(&clean(&text.visible));
    let full = if same {
        visible.clone()
    } else {
        TokenText::read(&clean(&text.full))
    };
    let hidden = tokens(&visible) != tokens(&full);
    let reading = if visible.candidates.is_empty() {
        &full
    } else {
        &visible
    };

    let username = reading.username.clone();
    let mut reasons = match source {
        Source::ConfirmationPage => vec![],
        Source::Webmail { sender } if !is_salesforce_sender(sender) => vec![Reason::ForeignSender],
        Source::Webmail { sender } if sends_tokens(sender) && reading.score(Some(sender)) >= 3 => {
            vec![]
        }
        Source::MailFile {
            sender: Some(sender),
        } if !is_salesforce_sender(sender) => {
            vec![Reason::UnprovenSource, Reason::ForeignSender]
        }
        Source::Webmail { .. } | Source::MailFile { .. } | Source::Other => {
            vec![Reason::UnprovenSource]
        }
    };
    let expected = known.expected.map(str::to_lowercase);
    // On the confirmation page the session itself says whose token it is; the page often does not.
    let username = match (source, &expected) {
        (Source::ConfirmationPage, Some(expected)) => username.or_else(|| Some(expected.clone())),
        _ => username,
    };
    match (&username, &expected) {
        (None, _) => reasons.push(Reason::NoUser),
        (Some(name), Some(expected)) if name != expected && !known.users.contains(name) => {
            reasons.push(Reason::OtherUser)
        }
        (Some(name), _)
            if expected.as_ref() != Some(name) && !known.users.contains(name) && !known.sealed =>
        {
            reasons.push(Reason::UnknownUser);
        }
        _ => {}
    }
    if hidden {
        reasons.push(Reason::HiddenText);
    }
    if text.cut {
        reasons.push(Reason::CutText);
    }
    if reading.candidates.len() > 1 {
        reasons.push(Reason::SeveralTokens);
    }
    reading
        .candidates
        .iter()
        .take(5)
        .map(|candidate| {
            let mut reasons = reasons.clone();
            if candidate.shape == Shape::Odd {
                reasons.push(Reason::OddShape);
            }
            Found {
                token: candidate.token.clone(),
                username: candidate
                    .username_above
                    .clone()
                    .or_else(|| username.clone()),
                reasons,
            }
        })
        .collect()
}

fn tokens(text: &TokenText) -> Vec<&str> {
    text.candidates.iter().map(|c| c.token.as_str()).collect()
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    const T: &str = "Qx7LmV2tRb9KsWp4HnYc8ZdEf";
    const U: &str = "hTgRkWzPqLvNxBcMdJfSyAeu";
    const SENDER: Source<'_> = Source::Webmail {
        sender: "support@salesforce.com",
    };

    fn mail(user: &str, token: &str) -> String {
        format!(
            "We are sending you a new token.\n\nUsername: {user}\nSecurity token (case-sensitive): {token}\n\nhelp.salesforce.com/?id=user_security_token"
        )
    }

    fn shown(text: &str) -> ShownText {
        ShownText {
            visible: text.to_owned(),
            full: text.to_owned(),
            cut: false,
        }
    }

    #[test]
    fn judgements() {
        use Reason::*;
        let users = ["grace@globex.example".to_owned()];
        let ada = Some("ada@acme.example");
        type Row<'a> = (
            &'a str,
            Source<'a>,
            ShownText,
            Option<&'a str>,
            &'a [Reason],
        );
        let table: &[Row<'_>] = &[
            (
                "expected mail",
                SENDER,
                shown(&mail("ada@acme.example", T)),
                ada,
                &[],
            ),
            (
                "mail of a known user",
                SENDER,
                shown(&mail("grace@globex.example", T)),
                None,
                &[],
            ),
            (
                "known user while another is expected",
                SENDER,
                shown(&mail("grace@globex.example", T)),
                ada,
                &[],
            ),
            (
                "unknown user",
                SENDER,
                shown(&mail("eve@evil.example", T)),
                None,
                &[UnknownUser],
            ),
            (
                "another user than expected",
                SENDER,
                shown(&mail("eve@evil.example", T)),
                ada,
                &[OtherUser],
            ),
            (
                "foreign sender",
                Source::Webmail {
                    sender: "support@salesforce.com.evil.example",
                },
                shown(&mail("ada@acme.example", T)),
                ada,
                &[ForeignSender],
            ),
            (
                "pasted",
                Source::Other,
                shown(&mail("ada@acme.example", T)),
                ada,
                &[UnprovenSource],
            ),
            (
                "pasted bare",
                Source::Other,
                shown(T),
                ada,
                &[UnprovenSource, NoUser],
            ),
            (
                "page with the token",
                Source::ConfirmationPage,
                shown(&format!("Your new token: {T}")),
                ada,
                &[],
            ),
            (
                "page, nobody known",
                Source::ConfirmationPage,
                shown(&format!("Your new token: {T}")),
                None,
                &[NoUser],
            ),
            (
                "hidden part",
                SENDER,
                ShownText {
                    visible: mail("ada@acme.example", T),
                    full: mail("ada@acme.example", U),
                    cut: false,
                },
                ada,
                &[HiddenText],
            ),
            (
                "without the full text",
                SENDER,
                ShownText {
                    full: String::new(),
                    ..shown(&mail("ada@acme.example", T))
                },
                ada,
                &[],
            ),
            (
                "cut",
                SENDER,
                ShownText {
                    cut: true,
                    ..shown(&mail("ada@acme.example", T))
                },
                ada,
                &[CutText],
            ),
            (
                "odd length",
                SENDER,
                shown(&mail("ada@acme.example", "Qx7LmV2tRb9KsWp4HnYc8Z")),
                ada,
                &[OddShape],
            ),
            (
                "salesforce mail that only mentions something like a token",
                SENDER,
                shown(&format!("Case {T} was closed")),
                ada,
                &[UnprovenSource, NoUser],
            ),
        ];
        for (name, source, text, expected, reasons) in table {
            let found = judge(
                source,
                text,
                &Known {
                    expected: *expected,
                    users: &users,
                    sealed: false,
                },
            );
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(&found[0].reasons, reasons, "{name}");
        }
    }

    #[test]
    fn two_tokens_are_never_kept_at_once() {
        let text = shown(&format!(
            "{}\n{}",
            mail("ada@acme.example", T),
            mail("ada@acme.example", U)
        ));
        let found = judge(
            &SENDER,
            &text,
            &Known {
                expected: Some("ada@acme.example"),
                ..Known::default()
            },
        );
        assert_eq!(found.len(), 2);
        assert!(
            found
                .iter()
                .all(|f| f.reasons.contains(&Reason::SeveralTokens))
        );
    }

    #[test]
    fn invisible_splits_are_joined() {
        let split = format!("{}\u{200B}{}\u{00AD}{}", &T[..5], &T[5..12], &T[12..]);
        let found = judge(
            &SENDER,
            &shown(&mail("ada@acme.example", &split)),
            &Known {
                expected: Some("ada@acme.example"),
                ..Known::default()
            },
        );
        assert_eq!(found[0].token, T);
        assert!(found[0].reasons.is_empty());
    }

    #[test]
    fn while_the_vault_is_sealed_an_unknown_user_of_a_proven_mail_is_taken() {
        let found = judge(
            &SENDER,
            &shown(&mail("ada@acme.example", T)),
            &Known {
                sealed: true,
                ..Known::default()
            },
        );
        assert!(found[0].reasons.is_empty());
    }

    #[test]
    fn nothing_in_nothing() {
        for text in [
            "",
            "hello",
            "Username: ada@acme.example",
            "ticket 0050x000001abcDAAQ",
        ] {
            assert!(
                judge(&SENDER, &shown(text), &Known::default()).is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn debug_hides_the_token() {
        let found = judge(
            &SENDER,
            &shown(&mail("ada@acme.example", T)),
            &Known::default(),
        );
        assert_eq!(
            format!("{:?}", found[0]),
            "Found { token: \"…\", username: Some(\"ada@acme.example\"), reasons: [UnknownUser] }"
        );
    }
}
