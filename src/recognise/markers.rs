//! The rules by which pages are told apart, as data. The first rule that fits wins.
//!
//! Each names marks of the page agent's table (`extension/page/facts.js`; a test holds the two
//! together) and the section of `facts/salesforce-pages.md` that it comes from. A rule never looks
//! at a text, a title or a label.
//!
//! Some pages have no id that anybody recorded. Their rules rest on a path and on what is missing, so they can be
//! wrong; the guide answers to each of them with words for the person and never with a verb.

use crate::recognise::classify::PageKind;

/// Which hosts may show a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Hosts with Salesforce's own log-in form.
    Login,
    /// Where people log in by e-mail address: the welcome host, and the paths of that name on the shared log-in hosts.
    Welcome,
    /// Hosts with Salesforce's own security pages (log-in hosts and Setup).
    Security,
    /// Pages that customers write.
    Customer,
}

/// A test of `location.pathname`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Any path: the log-in form appears everywhere.
    Any,
    /// The whole path.
    Is(&'static str),
    /// The end of the path (an Experience site may stand before it).
    Ends(&'static str),
    /// A piece of the path.
    Has(&'static str),
}

impl Path {
    /// Does this path pass?
    #[must_use]
    pub fn fits(self, path: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(whole) => path == whole,
            Self::Ends(end) => path.ends_with(end),
            Self::Has(piece) => path.contains(piece),
        }
    }
}

/// One rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What the page is if the rule fits.
    pub kind: PageKind,
    /// Where it may be.
    pub on: On,
    /// Its path.
    pub path: Path,
    /// Marks that a person must be able to see, all of them.
    pub seen: &'static [&'static str],
    /// At least one of these must be seen (unless empty).
    pub any: &'static [&'static str],
    /// None of these may be seen.
    pub unseen: &'static [&'static str],
    /// None of these may be in the document at all.
    pub absent: &'static [&'static str],
    /// Wait until the marks have stayed the same: the rule rests on something that is missing.
    pub settled: bool,
    /// The section of `facts/salesforce-pages.md` behind it.
    pub fact: &'static str,
}

const BASE: Rule = Rule {
    kind: PageKind::Maintenance,
    on: On::Security,
    path: Path::Any,
    seen: &[],
    any: &[],
    unseen: &[],
    absent: &[],
    settled: false,
    fact: "",
};

const FORGOT: Path = Path::Ends("/secur/forgotpassword.jsp");
const VERIFY: Path = Path::Has("/_ui/identity/verification/");
const CHANGE: Path = Path::Has("/_ui/system/security/ChangePassword");

/// Beside the verification and the phone number: what has to be set up first. Its pages are not recorded.
const IDENTITY: Path = Path::Has("/_ui/identity/");
const INTERSTITIAL: Path = Path::Has("/ForgotPasswordInterstitial");

const EDIT: Path = Path::Is("/_ui/system/security/ResetApiTokenEdit");

/// The address whose mere visit resets the token: recognised when a person is there, never opened.
const CONFIRM: Path = Path::Is("/_ui/system/security/ResetApiTokenConfirm");

/// All rules, in order.
pub const RULES: &[Rule] = &[
    Rule {
        kind: PageKind::Maintenance,
        path: Path::Has("/msg/maintenance"),
        fact: "§8.11",
        ..BASE
    },
    Rule {
        kind: PageKind::SsoError,
        path: Path::Has("/_nc_external/identity/saml/SamlError"),
        unseen: &["username", "password"],
        absent: &["login"],
        fact: "§8.11",
        ..BASE
    },
    // It can stand in for any page, so it comes before the rules that rest on a path alone. Any field or button that
    // the guide knows makes it a page with a message on it.
    Rule {
        kind: PageKind::ErrorPage,
        seen: &["errorTitle"],
        unseen: &[
            "username",
            "password",
            "identifier",
            "un",
            "answer",
            "save",
            "codeBox",
            "newpassword",
            "p5",
            "interstitialSave",
            "resetButton",
        ],
        absent: &["login"],
        fact: "§8.11, §9 errors",
        ..BASE
    },
    // Salesforce shows the log-in form at whatever address was asked for (§1.1): no rule that rests on its path may take
    // that form for its own page. The form's button is the only submit button at the address of the reset page as well.
    Rule {
        kind: PageKind::TokenDone,
        path: CONFIRM,
        unseen: &["username", "password", "error"],
        absent: &["login"],
        fact: "§9 token reset done, §1.1",
        ..BASE
    },
    Rule {
        kind: PageKind::TokenReset,
        path: EDIT,
        seen: &["resetButton"],
        unseen: &["username", "password"],
        absent: &["login"],
        fact: "§9 token reset, §1.1",
        ..BASE
    },
    Rule {
        kind: PageKind::TokenResetMissing,
        path: EDIT,
        unseen: &["username", "password"],
        absent: &["resetButton", "login"],
        settled: true,
        fact: "§5.3",
        ..BASE
    },
    Rule {
        kind: PageKind::Interstitial,
        path: INTERSTITIAL,
        seen: &["interstitialSave"],
        unseen: &["newpassword"],
        fact: "§2.3",
        ..BASE
    },
    // "URL No Longer Exists", or any other end of a link that leaves nothing to press.
    Rule {
        kind: PageKind::LinkExpired,
        path: INTERSTITIAL,
        unseen: &[
            "username", "password", "un", "answer", "codeBox", "emc", "smc", "tc",
        ],
        absent: &["interstitialSave", "newpassword", "login"],
        settled: true,
        fact: "§2.3",
        ..BASE
    },
    Rule {
        kind: PageKind::SecurityQuestion,
        path: FORGOT,
        seen: &["answer", "continue"],
        unseen: &["un"],
        fact: "§9 security question",
        ..BASE
    },
    Rule {
        kind: PageKind::LinkExpired,
        path: FORGOT,
        seen: &["un", "continue", "error"],
        fact: "§2.3",
        ..BASE
    },
    Rule {
        kind: PageKind::Forgot,
        path: FORGOT,
        seen: &["un", "continue"],
        fact: "§9 forgot",
        ..BASE
    },
    Rule {
        kind: PageKind::CheckMail,
        path: FORGOT,
        absent: &["un", "answer", "login"],
        settled: true,
        fact: "§9 check your mail",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyEmail,
        path: VERIFY,
        seen: &["emc", "save"],
        fact: "§3",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifySms,
        path: VERIFY,
        seen: &["smc", "save"],
        fact: "§3",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyApp,
        path: VERIFY,
        seen: &["tc", "save"],
        fact: "§3",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyPush,
        path: Path::Has("/_ui/identity/verification/method/Toopher"),
        absent: &["login"],
        fact: "§3",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyEmail,
        path: Path::Has("/_ui/identity/verification/method/EmailVerification"),
        seen: &["codeBox", "save"],
        fact: "§9 verify",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyPasskey,
        path: VERIFY,
        absent: &["login", "emc", "smc", "tc", "codeBox"],
        settled: true,
        fact: "§3, §8.6",
        ..BASE
    },
    Rule {
        kind: PageKind::VerifyOther,
        path: VERIFY,
        absent: &["login"],
        settled: true,
        fact: "§3",
        ..BASE
    },
    Rule {
        kind: PageKind::NewPassword,
        path: CHANGE,
        seen: &["newpassword", "confirmpassword"],
        fact: "§4.1",
        ..BASE
    },
    Rule {
        kind: PageKind::ChangePasswordSettings,
        path: CHANGE,
        seen: &["p5", "p6"],
        fact: "§4.2",
        ..BASE
    },
    Rule {
        kind: PageKind::PhoneNag,
        path: Path::Has("/_ui/identity/phone/AddPhoneNumber"),
        absent: &["login"],
        fact: "§1.3",
        ..BASE
    },
    Rule {
        kind: PageKind::MfaSetup,
        path: IDENTITY,
        unseen: &["username", "password"],
        absent: &["login"],
        settled: true,
        fact: "§3",
        ..BASE
    },
    // The address after the forgot page is not recorded.
    Rule {
        kind: PageKind::SecurityQuestion,
        seen: &["answer", "continue"],
        unseen: &["un", "username", "password", "newpassword"],
        absent: &["login"],
        fact: "§2.3, §9 security question",
        ..BASE
    },
    Rule {
        kind: PageKind::Login,
        on: On::Login,
        seen: &["username", "password", "login"],
        fact: "§9 login, one page",
        ..BASE
    },
    Rule {
        kind: PageKind::LoginPassword,
        on: On::Login,
        seen: &["password", "login"],
        unseen: &["username"],
        fact: "§9 login, step 2",
        ..BASE
    },
    // What looks like the first step is here a field for an e-mail address.
    Rule {
        kind: PageKind::LoginEmail,
        on: On::Welcome,
        any: &["username", "identifier"],
        unseen: &["un", "emc", "codeBox"],
        absent: &["password"],
        settled: true,
        fact: "§1.1, §1.2 Log In with Email",
        ..BASE
    },
    Rule {
        kind: PageKind::EnvironmentSwitcher,
        on: On::Welcome,
        unseen: &["sso", "chooser", "identity", "captcha"],
        absent: &[
            "username",
            "password",
            "login",
            "identifier",
            "un",
            "answer",
            "emc",
            "smc",
            "tc",
            "codeBox",
            "newpassword",
        ],
        settled: true,
        fact: "§1.2 Log In with Email",
        ..BASE
    },
    Rule {
        kind: PageKind::LoginUsername,
        on: On::Login,
        seen: &["username", "login"],
        unseen: &["identifier"],
        absent: &["password"],
        settled: true,
        fact: "§1.2, §9 login, step 1",
        ..BASE
    },
    Rule {
        kind: PageKind::IdentityChooser,
        on: On::Login,
        any: &["chooser", "identity"],
        unseen: &["username", "password"],
        fact: "§9 saved-identity chooser",
        ..BASE
    },
    Rule {
        kind: PageKind::LoginDiscovery,
        on: On::Login,
        seen: &["identifier"],
        unseen: &["un", "answer", "emc", "codeBox"],
        absent: &["password"],
        settled: true,
        fact: "§1.2 Login Discovery",
        ..BASE
    },
    Rule {
        kind: PageKind::LoginSso,
        on: On::Login,
        seen: &["sso"],
        unseen: &["username", "password", "identifier", "chooser", "identity"],
        settled: true,
        fact: "§1.3 SSO buttons",
        ..BASE
    },
    Rule {
        kind: PageKind::SiteLogin,
        on: On::Customer,
        any: &["username", "password", "sitesUser", "sitesPassword"],
        fact: "§1.2 Experience Cloud",
        ..BASE
    },
];
