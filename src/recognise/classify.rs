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
    /// Verification by something else (passkey, security key, a choice of methods).
    VerifyOther,
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
    /// Maintenance or an error page in place of another.
    Maintenance,
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
            Self::Forgot => "forgot",
            Self::CheckMail => "check_mail",
            Self::LinkExpired => "link_expired",
            Self::SecurityQuestion => "security_question",
            Self::Interstitial => "interstitial",
            Self::VerifyEmail => "verify_email",
            Self::VerifySms => "verify_sms",
            Self::VerifyApp => "verify_app",
            Self::VerifyPush => "verify_push",
            Self::VerifyOther => "verify_other",
            Self::NewPassword => "new_password",
            Self::ChangePasswordSettings => "change_password_settings",
            Self::TokenReset => "token_reset",
            Self::TokenResetMissing => "token_reset_missing",
            Self::TokenDone => "token_done",
            Self::PhoneNag => "phone_nag",
            Self::Maintenance => "maintenance",
            Self::SiteLogin => "site_login",
        }
    }

    /// Is this a form on which a person signs in?
    #[must_use]
    pub fn is_login(self) -> bool {
        matches!(
            self,
            Self::Login | Self::LoginUsername | Self::LoginPassword | Self::IdentityChooser
        )
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
    for rule in RULES.iter().filter(|rule| is_on(host, rule.on)) {
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

fn is_on(host: &Host, on: On) -> bool {
    match on {
        On::Login => host.shows_login(),
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
