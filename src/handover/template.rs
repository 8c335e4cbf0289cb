//! Text with placeholders: the engine behind every built-in format and behind a person's own.
//!
//! `{name}` is replaced by a value as it is, `{name|filter}` by the value as the filter's reader needs it
//! ([`Escape::ALL`]). A brace that no lower-case letter follows is text, so JSON and code need no care; `{{` is a brace
//! in front of a letter. Filters bring the quotes of their target along: `{password|json}` gives `"…"`.

use crate::handover::account::Account;
use crate::handover::escape::{Escape, Unfit};
use crate::vault::secret::SecretText;

/// Longest template in bytes.
pub const MAX_TEMPLATE: usize = 16 * 1024;

/// Every placeholder.
pub const NAMES: [&str; 13] = [
    "username",
    "password",
    "token",
    "password+token",
    "domain",
    "host",
    "login_url",
    "sandbox",
    "client_id",
    "client_secret",
    "encrypted",
    "cloud",
    "audience",
];

/// Why there is no text. Positions count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Longer than [`MAX_TEMPLATE`].
    #[error("the template is too long")]
    TooLong,
    /// A placeholder without its closing brace.
    #[error("the placeholder at {0} is not closed")]
    Unclosed(usize),
    /// Not one of [`NAMES`].
    #[error("no placeholder is called {name} (at {at})")]
    UnknownName {
        /// As written in the template, which is no secret.
        name: String,
        /// Where its brace stands.
        at: usize,
    },
    /// Not one of [`Escape::ALL`].
    #[error("no filter is called {name} (at {at})")]
    UnknownFilter {
        /// As written in the template.
        name: String,
        /// Where the placeholder's brace stands.
        at: usize,
    },
    /// The target of the filter has no spelling for this value; the placeholder's name.
    #[error("the value of {0} cannot be written in this format")]
    Unfit(&'static str),
}

impl TemplateError {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "template_too_long",
            Self::Unclosed(_) => "template_unclosed",
            Self::UnknownName { .. } => "template_unknown_name",
            Self::UnknownFilter { .. } => "template_unknown_filter",
            Self::Unfit(_) => "format_unfit",
        }
    }

    /// What the sentence needs besides the code: a word of the template. Never a value.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::UnknownName { name, .. } | Self::UnknownFilter { name, .. } => Some(name),
            Self::Unfit(name) => Some(name),
            Self::TooLong | Self::Unclosed(_) => None,
        }
    }

    /// Where in the template, in characters from 1.
    #[must_use]
    pub const fn at(&self) -> Option<usize> {
        match self {
            Self::Unclosed(at) | Self::UnknownName { at, .. } | Self::UnknownFilter { at, .. } => {
                Some(*at)
            }
            Self::TooLong | Self::Unfit(_) => None,
        }
    }
}

/// The values for the placeholders.
pub struct Values<'a> {
    /// The account.
    pub account: &'a Account,
    /// Consumer key of the app that the client logs in through; what stands for it if none is given.
    pub client_id: &'a str,
    /// Consumer secret of that app.
    pub client_secret: &'a str,
    /// The password that only Data Loader reads ([`crate::handover::dataloader`]); no other format has one.
    pub encrypted: Option<&'a str>,
    /// Secrets are replaced by dots.
    pub redacted: bool,
}

/// Dots of one length, whatever the secret: its length is nobody's business.
const DOTS: &str = "••••••••";
// What a secret is while a preview is rendered: letters that every way of writing leaves alone, so that the preview
// shows exactly the form of the real text.
const STAND_IN: &str = "TokenKeeperShowsNoSecretHere";

/// Fills a template in.
///
/// # Errors
/// [`TemplateError`].
pub fn render(template: &str, values: &Values<'_>) -> Result<SecretText, TemplateError> {
    let parts = parse(template)?;
    // Growing would leave copies of secrets behind; twice the template and all values is more than any text takes.
    let mut out = String::with_capacity(template.len() * 2 + 8 * 1024);
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Value(name, way) => {
                let value = value_of(name, values).ok_or(TemplateError::Unfit(name))?;
                let written = way
                    .write(value.expose())
                    .map_err(|Unfit| TemplateError::Unfit(name))?;
                out.push_str(SecretText::new(written).expose());
            }
        }
    }
    Ok(SecretText::new(if values.redacted {
        out.replace(&[STAND_IN, STAND_IN].concat(), DOTS)
            .replace(STAND_IN, DOTS)
    } else {
        out
    }))
}

/// Does a text use the password?
#[must_use]
pub fn needs_password(template: &str) -> bool {
    uses(template, |name| name.starts_with("password"))
}

/// Does a text use a consumer key or secret?
#[must_use]
pub fn needs_app(template: &str) -> bool {
    uses(template, |name| name.starts_with("client_"))
}

fn uses(template: &str, wanted: fn(&str) -> bool) -> bool {
    parse(template).is_ok_and(|parts| {
        parts
            .iter()
            .any(|part| matches!(part, Part::Value(name, _) if wanted(name)))
    })
}

enum Part<'a> {
    Text(&'a str),
    Value(&'static str, Escape),
}

fn parse(template: &str) -> Result<Vec<Part<'_>>, TemplateError> {
    if template.len() > MAX_TEMPLATE {
        return Err(TemplateError::TooLong);
    }
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, behind)) = rest.split_once('{') {
        parts.push(Part::Text(text));
        let at = || character(template, template.len() - behind.len() - 1);
        if let Some(after) = behind.strip_prefix('{') {
            parts.push(Part::Text("{"));
            rest = after;
        } else if behind.starts_with(|c: char| c.is_ascii_lowercase()) {
            let (inside, after) = behind
                .split_once('}')
                .ok_or_else(|| TemplateError::Unclosed(at()))?;
            parts.push(placeholder(inside, at)?);
            rest = after;
        } else {
            parts.push(Part::Text("{"));
            rest = behind;
        }
    }
    parts.push(Part::Text(rest));
    Ok(parts)
}

fn placeholder<'a>(inside: &str, at: impl Fn() -> usize) -> Result<Part<'a>, TemplateError> {
    let (name, filter) = inside.split_once('|').unwrap_or((inside, "raw"));
    let known = NAMES.into_iter().find(|known| *known == name);
    let known = known.ok_or_else(|| TemplateError::UnknownName {
        name: short(name),
        at: at(),
    })?;
    let way = Escape::named(filter).ok_or_else(|| TemplateError::UnknownFilter {
        name: short(filter),
        at: at(),
    })?;
    Ok(Part::Value(known, way))
}

/// Enough of a word to find it again.
fn short(word: &str) -> String {
    word.chars().take(40).collect()
}

/// The number of the character at a byte, from 1.
fn character(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(0, |front| front.chars().count()) + 1
}

fn value_of(name: &str, values: &Values<'_>) -> Option<SecretText> {
    let account = values.account;
    let secret = |text: &SecretText| {
        if values.redacted {
            SecretText::from(STAND_IN)
        } else {
            text.clone()
        }
    };
    Some(match name {
        "username" => account.username.as_str().into(),
        "password" => secret(&account.password),
        "token" => secret(&account.token),
        "password+token" => secret(&account.joined()),
        "domain" => account.domain()?.into(),
        "host" => account.host.as_str().into(),
        "login_url" => account.login_url().into(),
        "sandbox" => (if account.sandbox { "true" } else { "false" }).into(),
        "client_id" => values.client_id.into(),
        "client_secret" if values.client_secret.is_empty() => "".into(),
        "client_secret" if values.redacted => SecretText::from(STAND_IN),
        "client_secret" => values.client_secret.into(),
        "cloud" => account.cloud()?.into(),
        "audience" => account.audience()?.into(),
        "encrypted" if values.redacted => SecretText::from(STAND_IN),
        "encrypted" => values.encrypted?.into(),
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::handover::account::AccountIn;

    fn account() -> Account {
        Account::check(AccountIn {
            username: "ada@example.com".into(),
            password: "p&\"1".into(),
            token: "InventedTokenNumber00001A".into(),
            host: "acme--dev.sandbox.my.salesforce.com".into(),
            sandbox: true,
        })
        .unwrap()
    }

    fn filled(template: &str, redacted: bool) -> Result<String, TemplateError> {
        let account = account();
        let values = Values {
            account: &account,
            client_id: "ID",
            client_secret: "SECRET",
            encrypted: None,
            redacted,
        };
        render(template, &values).map(|text| text.expose().to_owned())
    }

    #[test]
    fn placeholders_are_filled_in() {
        let table = [
            ("", ""),
            ("no placeholder", "no placeholder"),
            ("{username}", "ada@example.com"),
            ("{password}|{token}", "p&\"1|InventedTokenNumber00001A"),
            (
                "{password+token|xml}",
                "p&amp;&quot;1InventedTokenNumber00001A",
            ),
            ("{password|uri}", "p%26%221"),
            ("{\"p\": {password|json}}", "{\"p\": \"p&\\\"1\"}"),
            (
                "{domain} {host}",
                "acme--dev.sandbox.my acme--dev.sandbox.my.salesforce.com",
            ),
            (
                "{login_url} {sandbox}",
                "https://acme--dev.sandbox.my.salesforce.com true",
            ),
            ("{{username} {{", "{username} {"),
            ("} { } {1}", "} { } {1}"),
            ("${username}", "$ada@example.com"),
            ("{client_id}:{client_secret}", "ID:SECRET"),
        ];
        for (template, expected) in table {
            assert_eq!(
                filled(template, false).as_deref(),
                Ok(expected),
                "{template}"
            );
        }
    }

    #[test]
    fn a_preview_shows_the_form_and_no_secret() {
        let table = [
            ("{username} {password}{token}", "ada@example.com ••••••••"),
            ("{password} {token}", "•••••••• ••••••••"),
            ("{password+token|json}", "\"••••••••\""),
            ("{password|uri}@{client_secret}", "••••••••@••••••••"),
        ];
        for (template, expected) in table {
            assert_eq!(
                filled(template, true).as_deref(),
                Ok(expected),
                "{template}"
            );
        }
    }

    #[test]
    fn errors_say_what_and_where() {
        let table = [
            ("a {usr}", "template_unknown_name", Some("usr"), Some(3)),
            (
                "ä{token|html}",
                "template_unknown_filter",
                Some("html"),
                Some(2),
            ),
            ("{token|}", "template_unknown_filter", Some(""), Some(1)),
            ("{username", "template_unclosed", None, Some(1)),
            (
                "{username\n}",
                "template_unknown_name",
                Some("username\n"),
                Some(1),
            ),
        ];
        for (template, code, detail, at) in table {
            let error = filled(template, false).unwrap_err();
            assert_eq!(
                (error.code(), error.detail(), error.at()),
                (code, detail, at)
            );
        }
        let long = "x".repeat(MAX_TEMPLATE + 1);
        assert_eq!(filled(&long, false), Err(TemplateError::TooLong));
        let unfit = filled("{password|dotenv} ", false).unwrap();
        assert_eq!(unfit, "'p&\"1' ");
    }

    #[test]
    fn what_a_text_needs() {
        assert!(needs_password("{password+token|xml}") && !needs_password("{token}"));
        assert!(needs_app("{client_id}") && !needs_app("client_id"));
    }
}
