//! The link of a password-reset mail (`facts/salesforce-pages.md` §2.3, `facts/token-and-mail.md` §B4).
//!
//! Whoever has the link can set the user's password, so it is treated as a secret: offered to the person, opened on a
//! press, and never shown.

use crate::recognise::host::{Host, Origin};
use crate::recognise::mail::usernames;

/// How long a mailed link works (a day in milliseconds; `facts/salesforce-pages.md` §2.3).
pub const LINK_LIFE: u64 = 86_400_000;

/// Longest address that is looked at, in bytes.
const LONGEST: usize = 2048;
/// Most addresses of one text that are looked at.
const MOST: usize = 50;

/// The forms of the mailed link: path, and the parameter that carries its secret.
const FORMS: &[(&str, &str)] = &[
    (
        "/_nc_external/identity/ui/login/ForgotPasswordInterstitial",
        "r",
    ),
    ("/secur/forgotpassword.jsp", "r"),
    ("/", "c"),
];

/// A link that leads to a page for a new password.
#[derive(Clone, PartialEq, Eq)]
pub struct ResetLink {
    /// The whole address. Secret.
    pub url: String,
    /// The genuine host that it leads to.
    pub host: Host,
    /// The user name that the mail names (lower case).
    pub username: Option<String>,
}

impl std::fmt::Debug for ResetLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ResetLink({}, …)", self.host.name)
    }
}

/// The one link of a mail that leads to a new password: among the addresses of its links, or in its text (already
/// [`crate::recognise::text::clean`]).
///
/// `None` if there is none, if there are several, or if the text names several users, none of whom is `expected`: then
/// nobody can tell whose password it is.
#[must_use]
pub fn find(links: &[String], text: &str, expected: Option<&str>) -> Option<ResetLink> {
    let mut found: Option<(String, Host)> = None;
    let in_links = links.iter().take(MOST).map(String::as_str);
    for link in in_links.chain(addresses(text).take(MOST)) {
        // As it stands in the source of a page.
        let link = link.replace("&amp;", "&");
        let Some(host) = host_of(&link) else { continue };
        match &found {
            Some((known, _)) if *known != link => return None,
            _ => found = Some((link, host)),
        }
    }
    let (url, host) = found?;
    let mut names: Vec<String> = vec![];
    for name in usernames(text).take(MOST) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let username = match names.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => Some(
            several
                .iter()
                .find(|&name| Some(name.as_str()) == expected)?
                .clone(),
        ),
    };
    Some(ResetLink {
        url,
        host,
        username,
    })
}

/// The genuine host of a mailed link for a new password; `None` for every other address.
///
/// Only https, no port, no user, no fragment, one of the three forms, on a host that shows Salesforce's own log-in. An
/// address that in any spelling names the page which resets a token is refused: opening it would reset one
/// (`facts/salesforce-pages.md` §5.1).
#[must_use]
pub fn host_of(url: &str) -> Option<Host> {
    if url.len() > LONGEST || !url.bytes().all(is_of_address) || url.contains('#') {
        return None;
    }
    let host = Host::recognise(Origin::of_url(url)?.host()).filter(Host::shows_login)?;
    let rest = url.strip_prefix("https://")?.strip_prefix(&host.name)?;
    let (path, query) = rest.split_once('?')?;
    let (_, secret) = FORMS.iter().find(|(form, _)| *form == path)?;
    let carries_it = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .any(|(name, value)| name == *secret && !value.is_empty());
    (carries_it && !names_token_reset(query)).then_some(host)
}

/// What an address consists of (RFC 3986).
fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// Does a query name a page of the token reset, however often it is percent-encoded?
fn names_token_reset(query: &str) -> bool {
    let mut bytes = query.as_bytes().to_ascii_lowercase();
    loop {
        if bytes.windows(13).any(|window| window == b"resetapitoken") {
            return true;
        }
        let decoded = percent_decoded(&bytes);
        if decoded.len() == bytes.len() {
            return false;
        }
        bytes = decoded.to_ascii_lowercase();
    }
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let decoded = match (first, tail) {
            (b'%', [high, low, after @ ..]) => digit(high)
                .zip(digit(low))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
                .map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = decoded.unwrap_or((first, tail));
        out.push(byte);
        rest = after;
    }
    out
}

/// The addresses that stand in a text. What ends a sentence is no part of one.
fn addresses(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("https://").filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let end = rest
            .bytes()
            .position(|byte| !is_of_address(byte))
            .unwrap_or(rest.len());
        let address = rest.get(..end)?;
        Some(address.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '*']))
    })
}

#[cfg(test)]
#[allow(clippy::type_complexity, clippy::unwrap_used)]
mod tests {
    use super::*;

    const PATH: &str = "_nc_external/identity/ui/login/ForgotPasswordInterstitial";

    #[test]
    fn addresses_that_lead_to_a_new_password() {
        let genuine = [
            format!("https://acme.my.salesforce.com/{PATH}?r=aB1%2Bc&display=page&fpot=x"),
            format!("https://acme--dev.sandbox.my.salesforce.com/{PATH}?display=page&r=aB1"),
            format!("https://login.salesforce.com/{PATH}?r=aB1"),
            "https://na12.salesforce.com/secur/forgotpassword.jsp?r=aB1&display=page".to_owned(),
            "https://test.salesforce.com/?c=aB1".to_owned(),
            format!("{:a<LONGEST$}", "https://test.salesforce.com/?c="),
        ];
        for url in genuine {
            assert!(host_of(&url).is_some(), "{url}");
        }
        let others = [
            format!("http://acme.my.salesforce.com/{PATH}?r=a"),
            format!("https://acme.my.salesforce.com:8443/{PATH}?r=a"),
            format!("https://eve@acme.my.salesforce.com/{PATH}?r=a"),
            format!("https://acme.my.salesforce.com./{PATH}?r=a"),
            format!("https://acme.my.salesforce.com\\@evil.example/{PATH}?r=a"),
            format!("https://acme.my.salesforce.com.evil.example/{PATH}?r=a"),
            format!("https://evil.example/https://acme.my.salesforce.com/{PATH}?r=a"),
            format!("https://acme.my.site.com/{PATH}?r=a"),
            format!("https://acme.lightning.force.com/{PATH}?r=a"),
            format!("https://help.salesforce.com/{PATH}?r=a"),
            format!("https://acme.my.salesforce.com/{PATH}?r="),
            format!("https://acme.my.salesforce.com/{PATH}?display=page"),
            format!("https://acme.my.salesforce.com/{PATH}"),
            format!("https://acme.my.salesforce.com/{PATH}?r=a#x"),
            format!("https://acme.my.salesforce.com/{PATH}/?r=a"),
            format!("https://acme.my.salesforce.com/x/../{PATH}?r=a"),
            format!("https://acme.my.salesforce.com//{PATH}?r=a"),
            format!("https://acme.my.salesforce.com/{PATH}?r=a b"),
            format!("https://acme.my.salesforce.com/{PATH}?r=ä"),
            format!("{:a<1$}", "https://test.salesforce.com/?c=", LONGEST + 1),
            "https://login.salesforce.com/?un=ada@acme.example".to_owned(),
            "https://acme.my.salesforce.com/_ui/system/security/ResetApiTokenConfirm?r=a"
                .to_owned(),
            "https://login.salesforce.com/?c=a&retURL=/_ui/system/security/ResetApiTokenConfirm"
                .to_owned(),
            "https://login.salesforce.com/?c=a&retURL=%2F_ui%2Fsystem%2Fsecurity%2FResetApiToken%43onfirm".to_owned(),
            "https://login.salesforce.com/?c=a&startURL=%252Freset%2541pi%2554okenconfirm".to_owned(),
            "javascript:alert(1)//https://login.salesforce.com/?c=a".to_owned(),
            String::new(),
        ];
        for url in others {
            assert_eq!(host_of(&url), None, "{url}");
        }
    }

    #[test]
    fn the_link_of_a_mail() {
        let one = "https://acme.my.salesforce.com/?c=aB1";
        let two = "https://acme.my.salesforce.com/?c=aB2";
        let ada = "ada@acme.example";
        let both = format!("{ada}\neve@acme.example\n{one}");
        let table: [(&[&str], String, Option<&str>, Option<Option<&str>>); 10] = [
            (&[one], String::new(), None, Some(None)),
            (&[one], format!("Username: {ada}"), None, Some(Some(ada))),
            (&[], format!("{ada}\n<{one}>."), None, Some(Some(ada))),
            (&[], format!("{ada}\nKlick: {one}."), None, Some(Some(ada))),
            (&[one, one], format!("{one} {one}"), None, Some(None)),
            (&[one, two], String::new(), None, None),
            (&[one], two.to_owned(), None, None),
            (&[], both.clone(), None, None),
            (&[], both.clone(), Some(ada), Some(Some(ada))),
            (&[], both, Some("bob@acme.example"), None),
        ];
        for (links, text, expected, username) in table {
            let links: Vec<String> = links.iter().map(|&link| link.to_owned()).collect();
            let found = find(&links, &text, expected);
            let got = found.as_ref().map(|link| link.username.as_deref());
            assert_eq!(got, username, "{text}");
            if let Some(link) = found {
                assert_eq!(link.url, one);
                let printed = "ResetLink(acme.my.salesforce.com, …)";
                assert_eq!(format!("{link:?}"), printed);
            }
        }
    }

    #[test]
    fn an_address_in_the_source_of_a_page_is_read_as_the_browser_does() {
        let url = format!("https://acme.my.salesforce.com/{PATH}?r=aB1&amp;display=page");
        let link = find(&[], &format!("<a href=\"{url}\">"), None).unwrap();
        assert!(link.url.ends_with("?r=aB1&display=page"));
    }
}
