//! The mail that brings a token, recognised without a word of its language (`facts/token-and-mail.md` §B1, §B2).

use crate::recognise::text::username_at_end;
use crate::recognise::token::{self, Candidate, Shape};

/// Is this the address of Salesforce itself: `salesforce.com` or a host below it?
#[must_use]
pub fn is_salesforce_sender(address: &str) -> bool {
    let Some((local, host)) = address.trim().split_once('@') else {
        return false;
    };
    let host = host.to_ascii_lowercase();
    let plain = host.split('.').all(|label| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    !local.is_empty()
        && !local.contains([' ', '<', '>', '"'])
        && plain
        && (host == "salesforce.com" || host.ends_with(".salesforce.com"))
}

/// Is this an address from which Salesforce sends tokens: `support@` of any of its hosts (§B1 knows a
/// regional one), or its `noreply@`? Other addresses of its hosts carry what users write, such as
/// Chatter's.
#[must_use]
pub fn sends_tokens(address: &str) -> bool {
    let Some((local, _)) = address.trim().rsplit_once('@') else {
        return false;
    };
    is_salesforce_sender(address)
        && (local.eq_ignore_ascii_case("support")
            || address
                .trim()
                .eq_ignore_ascii_case("noreply@salesforce.com"))
}

/// Webmail providers whose opened message we can read: name in the mail reader's table
/// (`extension/page/mail.js`) and hosts (`facts/token-and-mail.md` §C).
pub const PROVIDERS: &[(&str, &[&str])] = &[
    ("gmail", &["mail.google.com"]),
    (
        "outlook",
        &[
            "outlook.live.com",
            "outlook.office.com",
            "outlook.office365.com",
            "outlook.cloud.microsoft",
        ],
    ),
];

/// The provider that a host belongs to.
#[must_use]
pub fn provider_of(host: &str) -> Option<&'static str> {
    PROVIDERS
        .iter()
        .find(|(_, hosts)| hosts.contains(&host))
        .map(|(name, _)| *name)
}

/// What a text says about a token. Without any possible token nothing else is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenText {
    /// The possible tokens: strict ones if there are any, else odd ones beside a user name.
    pub candidates: Vec<Candidate>,
    /// The user name that goes with the first of them.
    pub username: Option<String>,
    /// Does a help link name the security token? (§B2 d)
    pub help_link: bool,
}

impl TokenText {
    /// Reads a cleaned text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let all = token::candidates(text);
        if all.is_empty() {
            return Self::default();
        }
        let strict: Vec<Candidate> = all
            .iter()
            .filter(|c| c.shape == Shape::Strict)
            .cloned()
            .collect();
        let candidates = if strict.is_empty() {
            all.into_iter()
                .filter(|c| c.after_colon && c.username_above.is_some())
                .collect()
        } else {
            strict
        };
        let username = candidates
            .first()
            .and_then(|c| c.username_above.clone())
            .or_else(|| only_username(text));
        Self {
            candidates,
            username,
            help_link: text.contains("user_security_token"),
        }
    }

    /// How many of the four language-neutral tests of §B2 hold, for a mail from this sender.
    #[must_use]
    pub fn score(&self, sender: Option<&str>) -> u8 {
        let one = match self.candidates.as_slice() {
            [only] => Some(only),
            _ => None,
        };
        [
            sender.is_some_and(is_salesforce_sender),
            one.is_some_and(|c| c.after_colon),
            one.is_some_and(|c| c.username_above.is_some()),
            self.help_link,
        ]
        .into_iter()
        .map(u8::from)
        .sum()
    }
}

/// The one user name that ends a labelled line, if all such lines name the same one.
fn only_username(text: &str) -> Option<String> {
    let mut names = usernames(text);
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

/// The user names that end the lines of a cleaned text, in their order. Salesforce's own addresses are none.
pub fn usernames(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.contains('@'))
        .filter_map(username_at_end)
        .filter(|name| !is_salesforce_sender(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders() {
        let table = [
            ("support@salesforce.com", true),
            ("support@emea.salesforce.com", true),
            ("NoReply@Salesforce.COM", true),
            ("support@salesforce.com.evil.example", false),
            ("support@evilsalesforce.com", false),
            ("support@salesforce.com@evil.example", false),
            ("evil@evil.example@salesforce.com", false),
            ("support@evil.example/.salesforce.com", false),
            ("support@.salesforce.com", false),
            ("@salesforce.com", false),
            ("evil <support@salesforce.com", false),
            ("salesforce.com", false),
            ("", false),
        ];
        for (address, genuine) in table {
            assert_eq!(is_salesforce_sender(address), genuine, "{address}");
        }
    }
}
