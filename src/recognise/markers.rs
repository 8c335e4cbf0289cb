//! The rules by which pages are told apart, as data. The first rule that fits wins.
//!
//! Each names marks of the page agent's table (`extension/page/facts.js`; a test holds the two
//! together) and the section of `facts/salesforce-pages.md` that it comes from. A rule never looks
//! at a text, a title or a label.

use crate::recognise::classify::PageKind;

/// Which hosts may show a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Hosts with Salesforce's own log-in form.
    Login,
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
        path: Path::Has("/ForgotPasswordInterstitial"),
        seen: &["interstitialSave"],
        unseen: &["newpassword"],
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
    Rule {
        kind: PageKind::LoginUsername,
        on: On::Login,
        seen: &["username", "login"],
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
        kind: PageKind::SiteLogin,
        on: On::Customer,
        any: &["username", "password", "sitesUser", "sitesPassword"],
        fact: "§1.2 Experience Cloud",
        ..BASE
    },
];
