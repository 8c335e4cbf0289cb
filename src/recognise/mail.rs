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

/// Webmail providers: name in the mail reader's table (`extension/page/mail.js`) and hosts, `*.` before
/// a site whose hosts are many (`facts/token-and-mail.md` §C; a test of `tests/page` holds the two tables
/// together). `gmx` (GMX, WEB.DE, mail.com) and `icloud` name the hosts of the frame that the body stands
/// in: their sender stands in another site's, so they are read only when a person scans the tab, and
/// prove no sender.
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
    ("yahoo", &["mail.yahoo.com", "mail.aol.com"]),
    ("proton", &["mail.proton.me"]),
    ("zoho", &["mail.zoho.com", "mail.zoho.eu", "mail.zoho.in"]),
    ("fastmail", &["app.fastmail.com"]),
    ("gmx", &["*.mailbody-ui.de"]),
    ("icloud", &["www-mail.icloud-sandbox.com"]),
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
        // Is it Salesforce's own, and does it send tokens?
        let table = [
            ("support@salesforce.com", true, true),
            ("support@emea.salesforce.com", true, true),
            ("Support@na-1.Salesforce.com ", true, true),
            ("NoReply@Salesforce.COM", true, true),
            ("noreply@emea.salesforce.com", true, false),
            ("chatter@salesforce.com", true, false),
            ("support@salesforce.com.evil.example", false, false),
            ("support@evilsalesforce.com", false, false),
            ("support@evil_.salesforce.com", false, false),
            ("support@salesforce.com@evil.example", false, false),
            ("evil@evil.example@salesforce.com", false, false),
            ("support@evil.example/.salesforce.com", false, false),
            ("support@.salesforce.com", false, false),
            ("@salesforce.com", false, false),
            ("evil <support@salesforce.com", false, false),
            ("support@acme.example", false, false),
            ("salesforce.com", false, false),
            ("", false, false),
        ];
        for (address, genuine, sends) in table {
            assert_eq!(is_salesforce_sender(address), genuine, "{address}");
            assert_eq!(sends_tokens(address), sends, "{address}");
        }
    }

    #[test]
    fn providers() {
        let table = [
            ("mail.google.com", Some("gmail")),
            ("outlook.cloud.microsoft", Some("outlook")),
            ("mail.aol.com", Some("yahoo")),
            ("google.com", None),
            ("evil.mail.google.com", None),
            ("", None),
        ];
        for (host, provider) in table {
            assert_eq!(provider_of(host), provider, "{host}");
        }
    }

    #[test]
    fn each_of_the_four_tests_counts_one() {
        const ADA: &str = "Username: ada@acme.example";
        const T: &str = "Token: Qx7LmV2tRb9KsWp4HnYc8ZdEf";
        const U: &str = "Token: hTgRkWzPqLvNxBcMdJfSyAeu";
        const HELP: &str = "https://help.salesforce.com/?id=user_security_token";
        let genuine = Some("support@salesforce.com");
        let table = [
            (format!("{ADA}\n{T}\n{HELP}"), genuine, 4),
            (format!("{ADA}\n{T}\n{HELP}"), None, 3),
            (format!("{ADA}\n{T}"), Some("eve@evil.example"), 2),
            (format!("{T}\n{ADA}"), genuine, 2),
            (format!("{ADA}\n{T} or so"), None, 1),
            // Of several nobody knows which is meant.
            (format!("{ADA}\n{T}\n{ADA}\n{U}\n{HELP}"), genuine, 2),
            (HELP.to_owned(), genuine, 1),
            (String::new(), None, 0),
        ];
        for (text, sender, score) in table {
            assert_eq!(TokenText::read(&text).score(sender), score, "{text}");
        }
    }

    #[test]
    fn whose_token_it_is() {
        const T: &str = "Qx7LmV2tRb9KsWp4HnYc8ZdEf";
        const ODD: &str = "Qx7LmV2tRb9KsWp4HnYc8Z";
        let ada = Some("ada@acme.example");
        let table = [
            (format!("to: ada@acme.example\n\nToken: {T}"), 1, ada),
            (
                format!("Token: {T}\nfor ada@acme.example\nADA@acme.example"),
                1,
                ada,
            ),
            (
                format!("Token: {T}\nfor ada@acme.example\neve@acme.example"),
                1,
                None,
            ),
            (
                format!("Token: {T}\nfrom support@salesforce.com\nada@acme.example"),
                1,
                ada,
            ),
            // An odd one counts only behind a colon and below a user name, and beside a strict one not at all.
            (format!("ada@acme.example\nToken: {ODD}"), 1, ada),
            (format!("ada@acme.example\nToken {ODD}"), 0, ada),
            (format!("ada@acme.example\n\nand\nToken: {ODD}"), 0, ada),
            (
                format!("ada@acme.example\nToken: {ODD}\nToken: {T}"),
                1,
                ada,
            ),
            (format!("Token: {T}"), 1, None),
        ];
        for (text, count, username) in table {
            let read = TokenText::read(&text);
            assert_eq!(read.candidates.len(), count, "{text}");
            assert_eq!(read.username.as_deref(), username, "{text}");
        }
    }
}
