//! What each answer of the SOAP log-in means, and what to do about it (`facts/token-and-mail.md` §D1, §D3).

use serde::{Deserialize, Serialize};

/// What the person can do next; the app offers it as a button or a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// Nothing: it works.
    Nothing,
    /// Look at user name, password and token, and at the org's log-in history.
    CheckLogin,
    /// Get a new token.
    ResetToken,
    /// Wait for the mail, or look for it.
    FindMail,
    /// Set a new password, then get a new token.
    ChangePassword,
    /// Only an administrator can change it.
    AskAdmin,
    /// Turn SOAP `login()` on in this org, or leave it for JWT.
    EnableSoap,
    /// Get the permission "Use Any API Auth", or leave SOAP for JWT.
    GetPermission,
    /// SOAP `login()` is over: JWT bearer.
    MoveToJwt,
    /// Use another address for the log-in.
    FixHost,
    /// Wait, then try once.
    Wait,
}

/// What an answer says about the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenVerdict {
    /// Accepted, if it was looked at: from a trusted network it may not have been.
    AcceptedOrUnchecked,
    /// It was not sent, and the log-in worked: this network is trusted.
    NotNeeded,
    /// Missing, wrong or dead.
    Refused,
    /// The answer does not tell.
    Unknown,
}

/// What an answer says about SOAP `login()` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoapVerdict {
    /// It answered as it should; whether it let the person in is another matter.
    Alive,
    /// Switched off in this org.
    Disabled,
    /// The user may not use it.
    NeedsPermission,
    /// This API version does not have it.
    VersionRefused,
    /// The answer does not tell.
    Unknown,
}

/// One way in which a log-in can be refused.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Salesforce's exception code.
    pub api: &'static str,
    /// A part of the message that tells two meanings of one code apart; empty for the rest.
    pub says: &'static str,
    /// Our stable code; the sentences are `probe_<code>` and `probe_<code>_help`.
    pub code: &'static str,
    /// What to do.
    pub next: Next,
    /// What it says about the token.
    pub token: TokenVerdict,
    /// What it says about SOAP `login()`.
    pub soap: SoapVerdict,
    /// Does the attempt count toward the lock-out? Said of every refused password; where the fact sheet does not tell,
    /// the careful answer stands.
    pub counts: bool,
}

use Next::{
    AskAdmin, ChangePassword, CheckLogin, EnableSoap, FindMail, FixHost, GetPermission, MoveToJwt,
    ResetToken, Wait,
};
use SoapVerdict as Soap;
use TokenVerdict as Token;

/// Every fault of §D3. What the words alone decide comes first, and of a code with two meanings the one with a message.
pub const FAULTS: &[Fault] = &[
    // Login History says "Login Rate Exceeded", while the API uses its general code; the words decide.
    row(
        "",
        "rate exceeded",
        "login_rate",
        Wait,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "INVALID_LOGIN",
        "",
        "invalid_login",
        CheckLogin,
        Token::Unknown,
        Soap::Alive,
        true,
    ),
    row(
        "LOGIN_MUST_USE_SECURITY_TOKEN",
        "",
        "token_required",
        ResetToken,
        Token::Refused,
        Soap::Alive,
        true,
    ),
    row(
        "LOGIN_CHALLENGE_PENDING",
        "",
        "challenge_pending",
        ResetToken,
        Token::Refused,
        Soap::Alive,
        true,
    ),
    row(
        "LOGIN_CHALLENGE_ISSUED",
        "",
        "challenge_issued",
        FindMail,
        Token::Refused,
        Soap::Alive,
        true,
    ),
    row(
        "LOGIN_DURING_RESTRICTED_DOMAIN",
        "",
        "restricted_network",
        AskAdmin,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "LOGIN_DURING_RESTRICTED_TIME",
        "",
        "restricted_time",
        Wait,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "PASSWORD_LOCKOUT",
        "",
        "locked_out",
        Wait,
        Token::Unknown,
        Soap::Alive,
        true,
    ),
    row(
        "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
        "",
        "password_expired",
        ChangePassword,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "INVALID_OPERATION",
        "disabled",
        "soap_disabled",
        EnableSoap,
        Token::Unknown,
        Soap::Disabled,
        false,
    ),
    row(
        "INVALID_OPERATION",
        "",
        "invalid_operation",
        MoveToJwt,
        Token::Unknown,
        Soap::Unknown,
        false,
    ),
    row(
        "INSUFFICIENT_ACCESS",
        "",
        "needs_permission",
        GetPermission,
        Token::Unknown,
        Soap::NeedsPermission,
        false,
    ),
    row(
        "API_DISABLED_FOR_ORG",
        "",
        "api_disabled_for_org",
        AskAdmin,
        Token::Unknown,
        Soap::Unknown,
        false,
    ),
    row(
        "API_CURRENTLY_DISABLED",
        "",
        "api_disabled_now",
        AskAdmin,
        Token::Unknown,
        Soap::Unknown,
        false,
    ),
    row(
        "REQUEST_LIMIT_EXCEEDED",
        "",
        "request_limit",
        Wait,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "LOGIN_RATE_EXCEEDED",
        "",
        "login_rate",
        Wait,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "ORG_LOCKED",
        "",
        "org_locked",
        AskAdmin,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "TRIAL_EXPIRED",
        "",
        "trial_expired",
        AskAdmin,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "SSO_SERVICE_DOWN",
        "",
        "sso_down",
        Wait,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "INVALID_SSO_GATEWAY_URL",
        "",
        "sso_gateway",
        AskAdmin,
        Token::Unknown,
        Soap::Alive,
        false,
    ),
    row(
        "UNSUPPORTED_API_VERSION",
        "",
        "version_refused",
        MoveToJwt,
        Token::Unknown,
        Soap::VersionRefused,
        false,
    ),
];

/// Answers that are no SOAP answer at all, and successes: our code and what to do.
pub const OTHERS: &[(&str, Next)] = &[
    ("works", Next::Nothing),
    ("works_without_token", Next::Nothing),
    ("works_restricted", ChangePassword),
    ("html", FixHost),
    ("redirected", FixHost),
    ("timeout", Wait),
    ("network", Wait),
    ("wrong_type", FixHost),
    ("too_long", FixHost),
    ("malformed", FixHost),
    ("empty", Wait),
    ("unknown_fault", CheckLogin),
    ("server_error", Wait),
    ("not_found", FixHost),
];

/// The row of an exception code with its message.
#[must_use]
pub fn find(api: &str, message: &str) -> Option<&'static Fault> {
    let lower = message.to_ascii_lowercase();
    let fits = |fault: &&Fault| {
        let named = fault.api.is_empty() || fault.api == api;
        named && (fault.says.is_empty() || lower.contains(fault.says))
    };
    FAULTS.iter().find(fits)
}

const fn row(
    api: &'static str,
    says: &'static str,
    code: &'static str,
    next: Next,
    token: TokenVerdict,
    soap: SoapVerdict,
    counts: bool,
) -> Fault {
    Fault {
        api,
        says,
        code,
        next,
        token,
        soap,
        counts,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_of_the_fact_sheet_has_its_row() {
        let table = [
            (
                "INVALID_LOGIN",
                "Invalid username, password, security token; or user locked out.",
                "invalid_login",
            ),
            (
                "LOGIN_MUST_USE_SECURITY_TOKEN",
                "Invalid username, password, security token; …",
                "token_required",
            ),
            ("LOGIN_CHALLENGE_PENDING", "", "challenge_pending"),
            ("LOGIN_CHALLENGE_ISSUED", "", "challenge_issued"),
            ("LOGIN_DURING_RESTRICTED_DOMAIN", "", "restricted_network"),
            ("LOGIN_DURING_RESTRICTED_TIME", "", "restricted_time"),
            ("PASSWORD_LOCKOUT", "", "locked_out"),
            (
                "INVALID_OPERATION",
                "SOAP API login() is disabled by default in this org.",
                "soap_disabled",
            ),
            ("INVALID_OPERATION", "something else", "invalid_operation"),
            ("INSUFFICIENT_ACCESS", "", "needs_permission"),
            (
                "INVALID_OPERATION_WITH_EXPIRED_PASSWORD",
                "",
                "password_expired",
            ),
            ("API_DISABLED_FOR_ORG", "", "api_disabled_for_org"),
            ("API_CURRENTLY_DISABLED", "", "api_disabled_now"),
            (
                "REQUEST_LIMIT_EXCEEDED",
                "TotalRequests Limit exceeded.",
                "request_limit",
            ),
            (
                "REQUEST_LIMIT_EXCEEDED",
                "Login Rate Exceeded",
                "login_rate",
            ),
            ("LOGIN_RATE_EXCEEDED", "", "login_rate"),
            ("ORG_LOCKED", "", "org_locked"),
            ("TRIAL_EXPIRED", "", "trial_expired"),
            ("SSO_SERVICE_DOWN", "", "sso_down"),
            ("INVALID_SSO_GATEWAY_URL", "", "sso_gateway"),
            ("UNSUPPORTED_API_VERSION", "", "version_refused"),
        ];
        for (api, message, code) in table {
            assert_eq!(find(api, message).unwrap().code, code, "{api} {message}");
        }
        assert_eq!(find("SOMETHING_NEW", "no idea"), None);
    }
}
