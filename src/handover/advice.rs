//! When it does not work: from what a person sees to what it may be and what to do
//! (`facts/walkthrough.md`; `facts/token-and-mail.md` §B4, §B5, §D2; `facts/salesforce-pages.md` §5.3).

use serde::{Deserialize, Serialize};

use crate::handover::rotation::is_invalid_address;
use crate::handover::setup::{self, Link};

/// What a person sees. The sentence is `symptom_<symptom>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symptom {
    /// A token was reset, and no mail came.
    NoTokenMail,
    /// The password was changed, and no token mail came.
    NoMailAfterPassword,
    /// The mail with the link to a new password did not come.
    NoResetMail,
    /// The mailed link is said to be used or expired.
    LinkDead,
    /// "Reset My Security Token" is not in the menu, or its page has no button.
    MenuMissing,
    /// The code is not accepted.
    CodeRefused,
    /// A phone, an app or a passkey is asked for that the person does not have.
    SecondFactor,
    /// The person signs in through the company's own page.
    SingleSignOn,
    /// The user is locked out.
    Locked,
    /// The mailbox cannot be reached.
    MailboxLost,
    /// A tool says that user name, password or token is wrong.
    LoginRefused,
    /// A tool says that SOAP login is disabled or wants a permission.
    SoapRefused,
    /// A page stays blank, turns in circles or shows old things.
    PageStuck,
    /// The old password is still asked for, or the log-in goes to the wrong org.
    WrongOrg,
    /// Two token mails came.
    TwoMails,
}

/// What it may be and what helps. The sentences are `cause_<code>` and `cause_<code>_help`.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    symptom: Symptom,
    cause: &'static str,
    /// What the app offers.
    action: Action,
    /// Page of the org's Setup on which it is seen or changed.
    page: Option<&'static str>,
    /// Only an administrator can change it.
    admin: bool,
}

/// What the app offers for a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read the sentence; there is nothing to press.
    Read,
    /// Start the guided reset.
    StartReset,
    /// Start the guided way through "Forgot Your Password?".
    StartForgot,
    /// Show and copy the message to the administrator.
    TellAdmin,
    /// Clear the cookies of this one host.
    ClearCookies,
    /// Ask Salesforce whether the token works.
    Probe,
    /// Show the way out of SOAP.
    WayOut,
    /// Paste the mail or the token.
    Paste,
}

use Action::{ClearCookies, Paste, Probe, Read, StartForgot, StartReset, TellAdmin, WayOut};
use Symptom::{
    CodeRefused, LinkDead, Locked, LoginRefused, MailboxLost, MenuMissing, NoMailAfterPassword,
    NoResetMail, NoTokenMail, PageStuck, SecondFactor, SingleSignOn, SoapRefused, TwoMails,
    WrongOrg,
};

/// The decision table; for each symptom the likeliest and cheapest to check comes first.
const ROWS: &[Row] = &[
    row(NoTokenMail, "spam", Read, None, false),
    row(
        NoTokenMail,
        "other_address",
        Read,
        Some("my_information"),
        false,
    ),
    row(
        NoTokenMail,
        "address_invalid",
        TellAdmin,
        Some("users"),
        true,
    ),
    row(
        NoTokenMail,
        "deliverability",
        TellAdmin,
        Some("mail_deliverability"),
        true,
    ),
    row(NoTokenMail, "mail_delay", Read, None, false),
    row(NoMailAfterPassword, "first_reset", StartReset, None, false),
    row(
        NoMailAfterPassword,
        "ip_ranges",
        TellAdmin,
        Some("profiles"),
        true,
    ),
    row(
        NoMailAfterPassword,
        "mfa_for_api",
        TellAdmin,
        Some("permission_sets"),
        true,
    ),
    row(NoMailAfterPassword, "spam", Read, None, false),
    row(
        NoMailAfterPassword,
        "address_invalid",
        TellAdmin,
        Some("users"),
        true,
    ),
    row(
        NoMailAfterPassword,
        "deliverability",
        TellAdmin,
        Some("mail_deliverability"),
        true,
    ),
    row(NoResetMail, "unknown_user", Read, None, false),
    row(NoResetMail, "wrong_login_host", Read, None, false),
    row(NoResetMail, "spam", Read, None, false),
    row(
        NoResetMail,
        "address_invalid",
        TellAdmin,
        Some("users"),
        true,
    ),
    row(
        NoResetMail,
        "sso_only",
        TellAdmin,
        Some("single_sign_on"),
        true,
    ),
    row(
        NoResetMail,
        "deliverability",
        TellAdmin,
        Some("mail_deliverability"),
        true,
    ),
    row(LinkDead, "link_used", StartForgot, None, false),
    row(LinkDead, "link_old", StartForgot, None, false),
    row(LinkDead, "link_newer", Read, None, false),
    row(MenuMissing, "ip_ranges", TellAdmin, Some("profiles"), true),
    row(MenuMissing, "api_only", TellAdmin, Some("users"), true),
    row(
        MenuMissing,
        "mfa_for_api",
        TellAdmin,
        Some("permission_sets"),
        true,
    ),
    row(MenuMissing, "login_as", Read, None, false),
    row(MenuMissing, "org_feature", TellAdmin, None, true),
    row(CodeRefused, "code_old", Read, None, false),
    row(CodeRefused, "code_newer", Read, None, false),
    row(CodeRefused, "code_other_user", Read, None, false),
    row(
        SecondFactor,
        "verifier_lost",
        TellAdmin,
        Some("users"),
        true,
    ),
    row(SecondFactor, "passkey_required", Read, None, false),
    row(
        SingleSignOn,
        "sso_only",
        TellAdmin,
        Some("single_sign_on"),
        true,
    ),
    row(
        SingleSignOn,
        "sso_beside_password",
        StartForgot,
        None,
        false,
    ),
    row(
        Locked,
        "locked_minutes",
        Read,
        Some("password_policies"),
        false,
    ),
    row(Locked, "job_retries", Read, Some("login_history"), false),
    row(Locked, "locked_forever", TellAdmin, Some("users"), true),
    row(Locked, "frozen", TellAdmin, Some("users"), true),
    row(MailboxLost, "mailbox_lost", TellAdmin, Some("users"), true),
    row(
        LoginRefused,
        "token_dead",
        StartReset,
        Some("login_history"),
        false,
    ),
    row(LoginRefused, "not_joined", Read, None, false),
    row(LoginRefused, "wrong_login_host", Read, None, false),
    row(
        LoginRefused,
        "untested",
        Probe,
        Some("login_history"),
        false,
    ),
    row(
        LoginRefused,
        "locked_minutes",
        Read,
        Some("password_policies"),
        false,
    ),
    row(LoginRefused, "not_access_token", Read, None, false),
    row(
        SoapRefused,
        "soap_disabled",
        WayOut,
        Some("user_interface"),
        true,
    ),
    row(
        SoapRefused,
        "needs_permission",
        TellAdmin,
        Some("permission_sets"),
        true,
    ),
    row(
        SoapRefused,
        "soap_ends",
        WayOut,
        Some("release_updates"),
        false,
    ),
    row(PageStuck, "cookies", ClearCookies, None, false),
    row(PageStuck, "other_browser", Read, None, false),
    row(PageStuck, "maintenance", Read, None, false),
    row(WrongOrg, "wrong_login_host", Read, None, false),
    row(WrongOrg, "cookies", ClearCookies, None, false),
    row(TwoMails, "newest_counts", Paste, None, false),
];

const fn row(
    symptom: Symptom,
    cause: &'static str,
    action: Action,
    page: Option<&'static str>,
    admin: bool,
) -> Row {
    Row {
        symptom,
        cause,
        action,
        page,
        admin,
    }
}

/// Every symptom, in the order in which the app offers them.
pub const SYMPTOMS: [Symptom; 15] = [
    NoTokenMail,
    NoMailAfterPassword,
    NoResetMail,
    LinkDead,
    MenuMissing,
    CodeRefused,
    SecondFactor,
    SingleSignOn,
    Locked,
    MailboxLost,
    LoginRefused,
    SoapRefused,
    PageStuck,
    WrongOrg,
    TwoMails,
];

/// What is known of an account; what is not known is left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Known {
    /// A token was once reset by hand.
    pub ever_reset: Option<bool>,
    /// The mail is to come from a password change, not from a reset.
    pub by_password_change: bool,
    /// E-mail address of the user record.
    pub address: Option<String>,
    /// It is a sandbox that was refreshed since the address was last seen to work.
    pub refreshed: Option<bool>,
    /// The profile has login IP ranges.
    pub ip_ranges: Option<bool>,
    /// The user has "API Only User".
    pub api_only: Option<bool>,
    /// The user has "Multi-Factor Authentication for API Logins".
    pub mfa_for_api: Option<bool>,
    /// The org lets no mail out ("No access" in Deliverability).
    pub mail_off: Option<bool>,
    /// An administrator is logged in as this user.
    pub login_as: Option<bool>,
}

/// Asks for advice.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    symptom: Symptom,
    /// A genuine host of the account, for links.
    #[serde(default)]
    host: String,
    #[serde(default)]
    known: Known,
}

/// A cause.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The sentences are `cause_<code>` and `cause_<code>_help`.
    pub code: &'static str,
    /// What the app offers.
    pub action: Action,
    /// Only an administrator can change it; there is a message for it ([`crate::handover::administrator`]).
    pub admin: bool,
    /// What is known says that it is this.
    pub certain: bool,
    /// Where it is seen or changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
}

/// Causes, likeliest first.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// Certain ones first; those that what is known rules out are left out.
    pub causes: Vec<Cause>,
}

/// Looks a symptom up.
#[must_use]
pub fn advise(ask: &Ask) -> Advice {
    let mut causes: Vec<Cause> = ROWS
        .iter()
        .filter(|row| row.symptom == ask.symptom)
        .filter_map(|row| {
            let known = holds(row.cause, &ask.known);
            (known != Some(false)).then(|| Cause {
                code: row.cause,
                action: row.action,
                admin: row.admin,
                certain: known == Some(true),
                link: row.page.and_then(|page| setup::link(&ask.host, page)),
            })
        })
        .collect();
    causes.sort_by_key(|cause| !cause.certain);
    Advice { causes }
}

/// Is a cause known to hold, or known not to?
fn holds(cause: &str, known: &Known) -> Option<bool> {
    match cause {
        "first_reset" => known.ever_reset.map(|ever| !ever),
        "ip_ranges" => known.ip_ranges,
        "api_only" => known.api_only,
        "mfa_for_api" => known.mfa_for_api,
        "deliverability" => known.mail_off,
        "login_as" => known.login_as,
        "address_invalid" => known.address.as_deref().map(is_invalid_address),
        _ => None,
    }
}

/// Will a token mail come at all?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As far as anybody can tell.
    Will,
    /// No: one of the reasons is certain.
    Wont,
    /// It depends on what is not known.
    Unsure,
}

/// What keeps a token mail from coming.
const AGAINST: [&str; 7] = [
    "ip_ranges",
    "api_only",
    "mfa_for_api",
    "login_as",
    "deliverability",
    "first_reset",
    "address_invalid",
];

/// A forecast. The sentences are `forecast_<verdict>`, and `cause_<reason>` for the reasons.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Will it come?
    pub verdict: Verdict,
    /// Why not, or what it depends on.
    pub reasons: Vec<&'static str>,
}

/// Says before anything is pressed whether a token mail can be expected (`facts/peers.md` §3.3).
#[must_use]
pub fn forecast(known: &Known) -> Forecast {
    // Whether not knowing a reason leaves a doubt: nobody knows most of them of a usual account, and a warning that always
    // stands there is read by nobody. What only a special setting brings counts when it is known.
    let against = AGAINST.map(|cause| {
        let doubtful = match cause {
            "first_reset" => known.by_password_change,
            "address_invalid" => known.refreshed == Some(true),
            _ => false,
        };
        let counts = cause != "first_reset" || known.by_password_change;
        let holds = holds(cause, known).filter(|_| counts);
        (cause, holds.or((!doubtful).then_some(false)))
    });
    let with = |wanted: Option<bool>| -> Vec<&'static str> {
        against
            .iter()
            .filter(|(_, holds)| *holds == wanted)
            .map(|&(cause, _)| cause)
            .collect()
    };
    let (certain, open) = (with(Some(true)), with(None));
    let (verdict, reasons) = if !certain.is_empty() {
        (Verdict::Wont, certain)
    } else if !open.is_empty() {
        (Verdict::Unsure, open)
    } else {
        (Verdict::Will, Vec::new())
    };
    Forecast { verdict, reasons }
}

/// The page of Setup on which an administrator changes a cause.
#[must_use]
pub fn page_of(cause: &str) -> Option<&'static str> {
    ROWS.iter()
        .find(|row| row.cause == cause && row.page.is_some())?
        .page
}

/// Every cause once, for the tests of the sentences.
#[must_use]
pub fn causes() -> Vec<(&'static str, bool)> {
    let mut all: Vec<_> = ROWS.iter().map(|row| (row.cause, row.admin)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn codes(symptom: Symptom, known: Known) -> Vec<&'static str> {
        let ask = Ask {
            symptom,
            host: "acme.my.salesforce.com".into(),
            known,
        };
        advise(&ask).causes.iter().map(|cause| cause.code).collect()
    }

    #[test]
    fn every_symptom_has_a_cause_and_a_cause_has_one_kind_of_help() {
        for symptom in SYMPTOMS {
            assert!(!codes(symptom, Known::default()).is_empty(), "{symptom:?}");
        }
        for row in ROWS {
            assert!(SYMPTOMS.contains(&row.symptom));
            // A cause that stands under several symptoms is changed on one page.
            assert!(row.page.is_none() || row.page == page_of(row.cause));
            assert_eq!(
                row.action == TellAdmin,
                row.admin && row.action != WayOut,
                "{row:?}"
            );
            if let Some(page) = row.page {
                assert!(
                    setup::link("acme.my.salesforce.com", page).is_some(),
                    "{page}"
                );
            }
        }
    }

    #[test]
    fn what_is_known_moves_a_cause_up_or_out() {
        let known = Known {
            ever_reset: Some(true),
            ..Known::default()
        };
        assert!(!codes(NoMailAfterPassword, known).contains(&"first_reset"));
        let known = Known {
            address: Some("a@b.invalid".into()),
            ..Known::default()
        };
        assert_eq!(codes(NoTokenMail, known).first(), Some(&"address_invalid"));
        let known = Known {
            mfa_for_api: Some(true),
            ip_ranges: Some(false),
            ..Known::default()
        };
        let causes = codes(MenuMissing, known);
        assert_eq!(causes.first(), Some(&"mfa_for_api"));
        assert!(!causes.contains(&"ip_ranges"));
    }

    #[test]
    fn the_three_official_reasons_for_a_missing_menu_come_first() {
        let causes = codes(MenuMissing, Known::default());
        assert_eq!(
            causes.get(..3).unwrap(),
            ["ip_ranges", "api_only", "mfa_for_api"]
        );
    }

    #[test]
    fn forecasts() {
        let base = Known::default;
        let table = [
            (base(), Verdict::Will, vec![]),
            (
                Known {
                    by_password_change: true,
                    ..base()
                },
                Verdict::Unsure,
                vec!["first_reset"],
            ),
            (
                Known {
                    by_password_change: true,
                    ever_reset: Some(false),
                    ..base()
                },
                Verdict::Wont,
                vec!["first_reset"],
            ),
            (
                Known {
                    by_password_change: true,
                    ever_reset: Some(true),
                    ..base()
                },
                Verdict::Will,
                vec![],
            ),
            (
                Known {
                    ever_reset: Some(false),
                    ..base()
                },
                Verdict::Will,
                vec![],
            ),
            (
                Known {
                    ip_ranges: Some(true),
                    ..base()
                },
                Verdict::Wont,
                vec!["ip_ranges"],
            ),
            (
                Known {
                    api_only: Some(true),
                    mfa_for_api: Some(true),
                    ..base()
                },
                Verdict::Wont,
                vec!["api_only", "mfa_for_api"],
            ),
            (
                Known {
                    login_as: Some(true),
                    ..base()
                },
                Verdict::Wont,
                vec!["login_as"],
            ),
            (
                Known {
                    mail_off: Some(true),
                    ..base()
                },
                Verdict::Wont,
                vec!["deliverability"],
            ),
            (
                Known {
                    refreshed: Some(true),
                    ..base()
                },
                Verdict::Unsure,
                vec!["address_invalid"],
            ),
            (
                Known {
                    refreshed: Some(true),
                    address: Some("a@b.example".into()),
                    ..base()
                },
                Verdict::Will,
                vec![],
            ),
            (
                Known {
                    address: Some("a@b.example.invalid".into()),
                    ..base()
                },
                Verdict::Wont,
                vec!["address_invalid"],
            ),
        ];
        for (known, verdict, reasons) in table {
            assert_eq!(forecast(&known), Forecast { verdict, reasons }, "{known:?}");
        }
    }
}
