//! Does the token work? One SOAP `login()`, and what its answer means (`facts/token-and-mail.md` §D3).
//!
//! The background sends the request once, on a press, to the account's own host, without cookies and without following
//! redirects. Every failure counts toward the lock-out, so nothing here is ever repeated by itself. An answer that
//! lets us in opens a session; its id is not read.

use roxmltree::{Document, Node, ParsingOptions};
use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::handover::account::{Account, AccountIn};
use crate::handover::clock::{LAST_VERSION, is_login_version};
use crate::handover::escape::xml;
use crate::handover::faults::{self, Next, SoapVerdict, TokenVerdict};

/// Longest answer that is read, in bytes. A real one has about 3,000.
pub const MAX_ANSWER: usize = 64 * 1024;
/// How long to wait for an answer, in milliseconds. The background does nothing else meanwhile.
pub const TIMEOUT_MS: u32 = 15_000;

/// Name space of the partner API.
const PARTNER: &str = "urn:partner.soap.sforce.com";

/// Asks for a request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    pub(crate) account: AccountIn,
    /// API version times ten, e.g. 640; the newest that still has `login()` if it is left out.
    #[serde(default)]
    pub(crate) version: Option<u16>,
}

/// What to send: POST, credentials omitted, redirects not followed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    url: String,
    headers: [(&'static str, &'static str); 2],
    /// Holds password and token.
    body: String,
    timeout_ms: u32,
    max_answer: usize,
}

/// Builds the one request.
///
/// # Errors
/// Codes of [`crate::handover::account::AccountError`]; `probe_no_password`; `probe_bad_version` for a version without
/// `login()`.
pub fn request(ask: Ask) -> Result<Request, Refusal> {
    let account = Account::check(ask.account)?;
    if account.password.is_empty() {
        return Err(Refusal::new("probe_no_password"));
    }
    let version = ask.version.unwrap_or(LAST_VERSION);
    if !is_login_version(version) {
        return Err(Refusal::new("probe_bad_version"));
    }
    Ok(Request {
        url: format!(
            "{}/services/Soap/u/{}.{}",
            account.login_url(),
            version / 10,
            version % 10
        ),
        // The header must be there; an empty quoted text is what the WSDL asks for.
        headers: [
            ("Content-Type", "text/xml; charset=UTF-8"),
            ("SOAPAction", "\"\""),
        ],
        body: envelope(&account),
        timeout_ms: TIMEOUT_MS,
        max_answer: MAX_ANSWER,
    })
}

fn envelope(account: &Account) -> String {
    [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><se:Envelope xmlns:se=\"http://schemas.xmlsoap.org/soap/envelope/\">",
        "<se:Body><login xmlns=\"",
        PARTNER,
        "\"><username>",
        &xml(&account.username),
        "</username><password>",
        &xml(account.joined().expose()),
        "</password></login></se:Body></se:Envelope>",
    ]
    .concat()
}

/// What came back, as the background saw it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Got {
    /// Status; 0 if there was none.
    #[serde(default)]
    pub status: u16,
    /// The `Content-Type` header.
    #[serde(default)]
    pub content_type: String,
    /// The answer, cut off one byte behind [`MAX_ANSWER`] if it is longer.
    #[serde(default)]
    pub body: String,
    /// The server answered with a redirect, which was not followed.
    #[serde(default)]
    pub redirected: bool,
    /// No answer in time.
    #[serde(default)]
    pub timed_out: bool,
    /// No connection.
    #[serde(default)]
    pub unreachable: bool,
    /// Was a token sent?
    #[serde(default)]
    pub with_token: bool,
    /// Is the account known as one of a sandbox?
    #[serde(default)]
    pub sandbox: Option<bool>,
}

/// What it means. Nothing in it is secret.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meaning {
    /// Stable code; the sentences are `probe_<code>` and `probe_<code>_help`.
    pub code: &'static str,
    /// What to do.
    pub next: Next,
    /// What it says about the token.
    pub token: TokenVerdict,
    /// What it says about SOAP `login()`.
    pub soap: SoapVerdict,
    /// The attempt counts toward the lock-out.
    pub counts: bool,
    /// Salesforce's own code, for a support case; letters, digits and underscores only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// The host that the org works on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_host: Option<String>,
    /// Id of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Id of the org.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// Is it a sandbox?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<bool>,
    /// The org is of another kind than the account says.
    pub other_environment: bool,
}

/// Reads an answer. There is a meaning for every one, also for none.
#[must_use]
pub fn read(got: &Got) -> Meaning {
    if got.timed_out {
        return other("timeout");
    }
    if got.redirected || (300..400).contains(&got.status) {
        return other("redirected");
    }
    if got.unreachable || got.status == 0 {
        return other("network");
    }
    if got.body.len() > MAX_ANSWER {
        return other("too_long");
    }
    let body = got
        .body
        .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if body.is_empty() {
        return other(by_status(got.status).unwrap_or("empty"));
    }
    let lower = got.content_type.to_ascii_lowercase();
    if lower.contains("html") || is_html(body) {
        return other(by_status(got.status).unwrap_or("html"));
    }
    if !lower.is_empty() && !lower.contains("xml") {
        return other(by_status(got.status).unwrap_or("wrong_type"));
    }
    // No document type: it is what entity tricks need, and a SOAP answer has none.
    let options = ParsingOptions {
        allow_dtd: false,
        ..ParsingOptions::default()
    };
    let Ok(document) = Document::parse_with_options(body, options) else {
        return other(by_status(got.status).unwrap_or("malformed"));
    };
    if let Some(fault) = element(document.root(), "Fault") {
        return refused(fault);
    }
    match element(document.root(), "loginResponse") {
        Some(response) if got.status == 200 => accepted(response, got),
        _ => other(by_status(got.status).unwrap_or("malformed")),
    }
}

fn by_status(status: u16) -> Option<&'static str> {
    match status {
        404 | 410 => Some("not_found"),
        502..=504 => Some("server_error"),
        _ => None,
    }
}

fn is_html(body: &str) -> bool {
    let front: String = body
        .chars()
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    front.starts_with("<!doctype html") || front.starts_with("<html")
}

fn accepted(response: Node<'_, '_>, got: &Got) -> Meaning {
    let flag = |name| text(response, name).map(|value| value == "true");
    let Some(server_url) = text(response, "serverUrl") else {
        return other("malformed");
    };
    let server_host = server_url
        .strip_prefix("https://")
        .and_then(|rest| rest.split(['/', ':']).next())
        .filter(|host| crate::recognise::host::Host::recognise(host).is_some());
    let code = if flag("passwordExpired") == Some(true) {
        "works_restricted"
    } else if got.with_token {
        "works"
    } else {
        "works_without_token"
    };
    let sandbox = flag("sandbox");
    Meaning {
        token: if got.with_token {
            TokenVerdict::AcceptedOrUnchecked
        } else {
            TokenVerdict::NotNeeded
        },
        soap: SoapVerdict::Alive,
        server_host: server_host.map(str::to_owned),
        user_id: record_id(text(response, "userId"), "005"),
        org_id: record_id(text(response, "organizationId"), "00D"),
        sandbox,
        other_environment: matches!((sandbox, got.sandbox), (Some(is), Some(known)) if is != known),
        ..other(code)
    }
}

fn refused(fault: Node<'_, '_>) -> Meaning {
    let api = text(fault, "exceptionCode")
        .or_else(|| text(fault, "faultcode").map(|code| code.rsplit(':').next().unwrap_or(code)))
        .unwrap_or_default();
    let message = text(fault, "exceptionMessage")
        .or_else(|| text(fault, "faultstring"))
        .unwrap_or_default();
    let named = is_code(api);
    match faults::find(api, message) {
        Some(known) => Meaning {
            next: known.next,
            token: known.token,
            soap: known.soap,
            counts: known.counts,
            exception: named.then(|| api.to_owned()),
            ..other(known.code)
        },
        None => Meaning {
            // Not knowing why it was refused, say that it may count.
            counts: true,
            exception: named.then(|| api.to_owned()),
            ..other("unknown_fault")
        },
    }
}

/// A meaning that says nothing but its code and what to do.
fn other(code: &'static str) -> Meaning {
    let next = faults::OTHERS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or(Next::CheckLogin, |&(_, next)| next);
    Meaning {
        code,
        next,
        token: TokenVerdict::Unknown,
        soap: SoapVerdict::Unknown,
        counts: false,
        exception: None,
        server_host: None,
        user_id: None,
        org_id: None,
        sandbox: None,
        other_environment: false,
    }
}

/// The first element of this local name at or below a node.
fn element<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.descendants()
        .find(|node| node.is_element() && node.tag_name().name() == name)
}

fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    element(node, name)?.text().map(str::trim)
}

/// An exception code as Salesforce writes them; anything else is not passed on.
fn is_code(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    (1..=80).contains(&text.len()) && text.bytes().all(plain)
}

/// A record id of 15 or 18 characters with this key prefix.
fn record_id(text: Option<&str>, prefix: &str) -> Option<String> {
    let id = text?;
    let fits = matches!(id.len(), 15 | 18)
        && id.starts_with(prefix)
        && id.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| id.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn soap(content: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:sf=\"urn:fault.partner.soap.sforce.com\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>{content}</soapenv:Body></soapenv:Envelope>"
        )
    }

    fn success(expired: bool) -> String {
        soap(&format!(
            "<loginResponse xmlns=\"{PARTNER}\"><result><metadataServerUrl>https://acme.my.salesforce.com/services/Soap/m/64.0/x</metadataServerUrl><passwordExpired>{expired}</passwordExpired><sandbox>false</sandbox><serverUrl>https://acme.my.salesforce.com/services/Soap/u/64.0/00D000000000001</serverUrl><sessionId>00D!invented</sessionId><userId>005000000000001AAA</userId><userInfo><organizationId>00D000000000001EAA</organizationId></userInfo></result></loginResponse>"
        ))
    }

    fn fault(code: &str, message: &str) -> String {
        soap(&format!(
            "<soapenv:Fault><faultcode>sf:{code}</faultcode><faultstring>{code}: {message}</faultstring><detail><sf:LoginFault xsi:type=\"sf:LoginFault\"><sf:exceptionCode>{code}</sf:exceptionCode><sf:exceptionMessage>{message}</sf:exceptionMessage></sf:LoginFault></detail></soapenv:Fault>"
        ))
    }

    fn got(status: u16, content_type: &str, body: &str) -> Got {
        Got {
            status,
            content_type: content_type.into(),
            body: body.into(),
            with_token: true,
            sandbox: Some(false),
            ..Got::default()
        }
    }

    #[test]
    fn every_answer_has_its_code() {
        const XML: &str = "text/xml;charset=UTF-8";
        let long = "x".repeat(MAX_ANSWER + 1);
        let doctype = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", success(false));
        let bare = soap(
            "<soapenv:Fault><faultcode>sf:PASSWORD_LOCKOUT</faultcode><faultstring>…</faultstring></soapenv:Fault>",
        );
        let table = [
            (got(200, XML, &success(false)), "works", Next::Nothing),
            (
                got(200, XML, &success(true)),
                "works_restricted",
                Next::ChangePassword,
            ),
            (
                Got {
                    with_token: false,
                    ..got(200, XML, &success(false))
                },
                "works_without_token",
                Next::Nothing,
            ),
            (
                got(500, XML, &fault("INVALID_LOGIN", "Invalid username")),
                "invalid_login",
                Next::CheckLogin,
            ),
            (
                got(
                    500,
                    XML,
                    &fault(
                        "INVALID_OPERATION",
                        "SOAP API login() is disabled by default",
                    ),
                ),
                "soap_disabled",
                Next::EnableSoap,
            ),
            (
                got(500, XML, &fault("NEVER_SEEN", "")),
                "unknown_fault",
                Next::CheckLogin,
            ),
            (got(500, XML, &bare), "locked_out", Next::Wait),
            (
                got(200, "text/html; charset=utf-8", "<p>hello"),
                "html",
                Next::FixHost,
            ),
            (got(200, XML, " <!DOCTYPE HTML><p>"), "html", Next::FixHost),
            (
                got(503, "text/html", "<html>down"),
                "server_error",
                Next::Wait,
            ),
            (got(404, "text/html", "<html>"), "not_found", Next::FixHost),
            (
                got(200, "application/json", "{}"),
                "wrong_type",
                Next::FixHost,
            ),
            (got(200, XML, "<a>"), "malformed", Next::FixHost),
            (got(200, XML, "<a/>"), "malformed", Next::FixHost),
            (got(200, XML, &doctype), "malformed", Next::FixHost),
            (got(500, XML, &success(false)), "malformed", Next::FixHost),
            (got(200, XML, &long), "too_long", Next::FixHost),
            (got(200, XML, ""), "empty", Next::Wait),
            (got(302, "", ""), "redirected", Next::FixHost),
            (
                Got {
                    redirected: true,
                    ..Got::default()
                },
                "redirected",
                Next::FixHost,
            ),
            (
                Got {
                    timed_out: true,
                    ..Got::default()
                },
                "timeout",
                Next::Wait,
            ),
            (
                Got {
                    unreachable: true,
                    ..Got::default()
                },
                "network",
                Next::Wait,
            ),
            (Got::default(), "network", Next::Wait),
        ];
        for (got, code, next) in table {
            let meaning = read(&got);
            assert_eq!((meaning.code, meaning.next), (code, next), "{}", got.body);
        }
    }

    #[test]
    fn a_success_tells_the_org_but_not_the_session() {
        let meaning = read(&got(200, "text/xml", &success(false)));
        assert_eq!(
            meaning.server_host.as_deref(),
            Some("acme.my.salesforce.com")
        );
        assert_eq!(meaning.user_id.as_deref(), Some("005000000000001AAA"));
        assert_eq!(meaning.org_id.as_deref(), Some("00D000000000001EAA"));
        assert_eq!(meaning.token, TokenVerdict::AcceptedOrUnchecked);
        assert!(!meaning.other_environment);
        assert!(
            !serde_json::to_string(&meaning)
                .unwrap()
                .contains("invented")
        );
        let sandbox = Got {
            sandbox: Some(true),
            ..got(200, "text/xml", &success(false))
        };
        assert!(read(&sandbox).other_environment);
        let foreign = success(false).replace("acme.my.salesforce.com", "evil.example");
        assert_eq!(read(&got(200, "text/xml", &foreign)).server_host, None);
    }

    #[test]
    fn the_request_is_escaped_and_goes_to_the_log_in_host_only() {
        let ask = |host: &str, version| Ask {
            account: AccountIn {
                username: "ada@example.com".into(),
                password: "p<&>\"'".into(),
                token: "T".into(),
                host: host.into(),
                sandbox: false,
            },
            version,
        };
        let sent = request(ask("acme.lightning.force.com", None)).unwrap();
        assert_eq!(
            sent.url,
            "https://acme.my.salesforce.com/services/Soap/u/64.0"
        );
        assert!(
            sent.body
                .contains("<password>p&lt;&amp;&gt;&quot;&#39;T</password>")
        );
        assert!(Document::parse(&sent.body).is_ok());
        assert_eq!(
            request(ask("login.salesforce.com", Some(310))).unwrap().url,
            "https://login.salesforce.com/services/Soap/u/31.0"
        );
        let refused = |host, version| request(ask(host, version)).err().unwrap().code;
        assert_eq!(
            refused("login.salesforce.com", Some(650)),
            "probe_bad_version"
        );
        assert_eq!(
            refused("login.salesforce.com", Some(300)),
            "probe_bad_version"
        );
        assert_eq!(
            refused("login.salesforce.com", Some(645)),
            "probe_bad_version"
        );
        assert_eq!(refused("acme.my.site.com", None), "handover_bad_host");
        assert_eq!(
            refused("login.salesforce.com.evil.example", None),
            "handover_bad_host"
        );
    }
}
