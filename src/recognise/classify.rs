//! Which page is this? Host family, then path, then marks, then visibility (`facts/salesforce-pages.md` §9).

use serde::{Deserialize, Serialize};

use crate::recognise::host::{Host, Purpose};
use crate::recognise::markers::{On, RULES, Rule};
use crate::wire::messages::PageFacts;

/// Every kind of page that means something to the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// User name and password together.
    Login,
    /// First of two steps: the user name.
    LoginUsername,
    /// Second of two steps: the password.
    LoginPassword,
    /// Saved identities stand in front of the form.
    IdentityChooser,
    /// One field whose label the org chose (My Domain Login Discovery): what it wants, only a person can read.
    LoginDiscovery,
    /// Log-in by e-mail address; a mailed code comes before any password.
    LoginEmail,
    /// After the log-in by e-mail address: which of the orgs?
    EnvironmentSwitcher,
    /// Only buttons of identity providers, no form of Salesforce's own.
    LoginSso,
    /// "Forgot your password": asks for the user name.
    Forgot,
    /// "Check your mail". Says nothing about whether a mail really comes.
    CheckMail,
    /// The mailed link was too old or used; the forgot form is shown again.
    LinkExpired,
    /// A security question before a new password.
    SecurityQuestion,
    /// Behind the mailed link: one button, so that mail scanners do not burn the link.
    Interstitial,
    /// Verification by a mailed code.
    VerifyEmail,
    /// Verification by a text message.
    VerifySms,
    /// Verification by an authenticator app.
    VerifyApp,
    /// Verification by a push to a phone.
    VerifyPush,
    /// Verification without a code: mostly a passkey or a security key, whose page nobody has recorded.
    VerifyPasskey,
    /// Verification by a code of another kind.
    VerifyOther,
    /// Something of the identity pages is to be set up first, mostly a second factor.
    MfaSetup,
    /// The new-password form of the log-in flow.
    NewPassword,
    /// The change-password form of the personal settings.
    ChangePasswordSettings,
    /// The page with the button that resets the token.
    TokenReset,
    /// The same address without the button: a reset is not possible for this user.
    TokenResetMissing,
    /// The token was reset.
    TokenDone,
    /// "Add your phone number".
    PhoneNag,
    /// Maintenance in place of any page.
    Maintenance,
    /// Signing in through an identity provider failed.
    SsoError,
    /// An error page in place of any page.
    ErrorPage,
    /// A log-in page that a customer wrote: recognised, left alone.
    SiteLogin,
}

impl PageKind {
    /// The stable code (`page_<code>` in `_locales`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginUsername => "login_username",
            Self::LoginPassword => "login_password",
            Self::IdentityChooser => "identity_chooser",
            Self::LoginDiscovery => "login_discovery",
            Self::LoginEmail => "login_email",
            Self::EnvironmentSwitcher => "environment_switcher",
            Self::LoginSso => "login_sso",
            Self::Forgot => "forgot",
            Self::CheckMail => "check_mail",
            Self::LinkExpired => "link_expired",
            Self::SecurityQuestion => "security_question",
            Self::Interstitial => "interstitial",
            Self::VerifyEmail => "verify_email",
            Self::VerifySms => "verify_sms",
            Self::VerifyApp => "verify_app",
            Self::VerifyPush => "verify_push",
            Self::VerifyPasskey => "verify_passkey",
            Self::VerifyOther => "verify_other",
            Self::MfaSetup => "mfa_setup",
            Self::NewPassword => "new_password",
            Self::ChangePasswordSettings => "change_password_settings",
            Self::TokenReset => "token_reset",
            Self::TokenResetMissing => "token_reset_missing",
            Self::TokenDone => "token_done",
            Self::PhoneNag => "phone_nag",
            Self::Maintenance => "maintenance",
            Self::SsoError => "sso_error",
            Self::ErrorPage => "error_page",
            Self::SiteLogin => "site_login",
        }
    }

    /// Is this a page on which a person signs in?
    #[must_use]
    pub fn is_login(self) -> bool {
        matches!(
            self,
            Self::Login
                | Self::LoginUsername
                | Self::LoginPassword
                | Self::IdentityChooser
                | Self::LoginDiscovery
                | Self::LoginEmail
                | Self::EnvironmentSwitcher
                | Self::LoginSso
        )
    }

    /// After a new password was sent: is it taken, now that this page is shown?
    #[must_use]
    pub fn proves_change(self) -> bool {
        !self.is_login()
            && !self.is_in_the_way()
            && !matches!(
                self,
                Self::Forgot
                    | Self::CheckMail
                    | Self::LinkExpired
                    | Self::SecurityQuestion
                    | Self::Interstitial
                    | Self::NewPassword
                    | Self::ChangePasswordSettings
            )
    }

    /// Does it stand where another page should be, and decide nothing about that one?
    #[must_use]
    pub fn is_in_the_way(self) -> bool {
        matches!(self, Self::Maintenance | Self::SsoError | Self::ErrorPage)
    }
}

/// Why a page is not one of the kinds (`why_<code>` in `_locales`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// The host shows help, marketing or the app itself, never one of these pages.
    OtherHost,
    /// Customers write this host's pages.
    CustomerHost,
    /// Something is still changing; ask again.
    NotSettled,
    /// Known marks, but in no known arrangement.
    Unfamiliar,
    /// None of the known marks.
    NoMarks,
}

impl Unknown {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherHost => "other_host",
            Self::CustomerHost => "customer_host",
            Self::NotSettled => "not_settled",
            Self::Unfamiliar => "unfamiliar",
            Self::NoMarks => "no_marks",
        }
    }
}

/// Tells what a page of a genuine host is, or why it cannot be told.
///
/// # Errors
/// [`Unknown`] with the reason; such a page is never acted on.
pub fn classify(host: &Host, facts: &PageFacts) -> Result<PageKind, Unknown> {
    let mut not_settled = false;
    for rule in RULES.iter().filter(|rule| is_on(host, rule.on, facts)) {
        if fits(rule, facts) {
            if rule.settled && !facts.settled {
                not_settled = true;
                continue;
            }
            return Ok(rule.kind);
        }
    }
    Err(match host.purpose {
        Purpose::Customer => Unknown::CustomerHost,
        Purpose::Other | Purpose::Lightning => Unknown::OtherHost,
        _ if not_settled => Unknown::NotSettled,
        _ if facts.marks.is_empty() => Unknown::NoMarks,
        _ => Unknown::Unfamiliar,
    })
}

fn is_on(host: &Host, on: On, facts: &PageFacts) -> bool {
    match on {
        On::Login => host.shows_login(),
        On::Welcome => {
            host.purpose == Purpose::Login
                && (host.name.starts_with("welcome.")
                    || ["/welcome", "/discovery"]
                        .iter()
                        .any(|start| facts.path.starts_with(start)))
        }
        On::Security => host.shows_security(),
        On::Customer => host.purpose == Purpose::Customer,
    }
}

fn fits(rule: &Rule, facts: &PageFacts) -> bool {
    let mark = |name: &&str| facts.marks.get(*name);
    let seen = |name: &&str| mark(name).is_some_and(|m| m.seen);
    rule.path.fits(&facts.path)
        && rule.seen.iter().all(seen)
        && (rule.any.is_empty() || rule.any.iter().any(seen))
        && !rule.unseen.iter().any(seen)
        && !rule
            .absent
            .iter()
            .any(|name| mark(name).is_some_and(|m| m.n > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_in_form_is_one_at_any_address() {
        use crate::wire::messages::Mark;
        let paths = [
            "/_ui/system/security/ResetApiTokenEdit",
            "/_ui/system/security/ResetApiTokenConfirm",
            "/secur/forgotpassword.jsp",
            "/_ui/identity/verification/method/ToopherVerificationFinishUi/e",
            "/_ui/identity/verification/method/PasskeyUi/e",
            "/_ui/identity/phone/AddPhoneNumber",
            "/home/home.jsp",
        ];
        let Some(host) = Host::recognise("acme.my.salesforce.com") else {
            return;
        };
        for path in paths {
            // The agent's pattern for the reset button fits the log-in button, too.
            let marks = ["username", "password", "login", "resetButton"].map(|name| {
                (
                    name.to_owned(),
                    Mark {
                        n: 1,
                        seen: true,
                        on: true,
                        full: false,
                    },
                )
            });
            let facts = PageFacts {
                path: path.to_owned(),
                settled: true,
                marks: marks.into(),
                ..PageFacts::default()
            };
            assert_eq!(classify(&host, &facts), Ok(PageKind::Login), "{path}");
        }
    }

    #[test]
    fn codes_are_the_serialised_names() {
        for rule in RULES {
            assert_eq!(
                serde_json::to_value(rule.kind).ok(),
                Some(rule.kind.code().into())
            );
        }
    }
}
