//! The guided flow: its state, what can happen to it, what it wants done.

use serde::{Deserialize, Serialize};

use crate::guide::plan::{self, Document};
use crate::guide::policy::Policy;
use crate::recognise::classify::PageKind;
use crate::recognise::host::{Host, Purpose};
use crate::recognise::reset::LINK_LIFE;
use crate::vault::secret::SecretText;
use crate::wire::messages::{Act, Outcome, Refusal};
use crate::wire::views::{Ask, FlowView, Realm, StepState, StepView, Way};

/// How long a flow lives (milliseconds): as long as a mailed link.
pub const LIFE: u64 = LINK_LIFE;
/// After this long (milliseconds) the same document still standing there means that a press, or the opening of another
/// page, had no effect.
const STUCK: u64 = 10_000;
/// On how many documents the guide presses the same button of a step before it leaves that to the person
/// (`facts/salesforce-pages.md` §9: one retry).
const MOST_DOCUMENTS: usize = 2;
/// How often it does so on one of them: the worker may have died before the first. The agent itself presses once.
const MOST_TRIES: usize = 2;
/// How often the guide opens the reset page by itself.
const MOST_OPENS: u8 = 3;
/// A code in a mail is not offered to a page twice.
const MOST_CODES: u8 = 3;

/// One step, in the order of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Way Forgot: the log-in page, press its forgot link.
    Login,
    /// Write the user name into the forgot form.
    Username,
    /// A mail with a link is on its way.
    CheckMail,
    /// The page behind the link.
    Link,
    /// Way SignedIn: the person signs in.
    SignIn,
    /// Prove who you are with a code.
    Verify,
    /// The new password.
    Password,
    /// The page with the reset button.
    Reset,
    /// The token was reset; catch the new one.
    Token,
    /// The token is kept.
    Done,
}

impl Step {
    /// The stable code (`step_<code>` in `_locales`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Username => "username",
            Self::CheckMail => "check_mail",
            Self::Link => "link",
            Self::SignIn => "sign_in",
            Self::Verify => "verify",
            Self::Password => "password",
            Self::Reset => "reset",
            Self::Token => "token",
            Self::Done => "done",
        }
    }

    fn of_way(way: Way) -> &'static [Self] {
        match way {
            Way::Forgot => &[
                Self::Login,
                Self::Username,
                Self::CheckMail,
                Self::Link,
                Self::Verify,
                Self::Password,
                Self::Reset,
                Self::Token,
            ],
            Way::SignedIn => &[Self::SignIn, Self::Reset, Self::Token],
        }
    }
}

/// What stands in the way (`trouble_<code>` in `_locales`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The page is none that the guide understands.
    PageUnknown,
    /// The mailed link was too old or used.
    LinkExpired,
    /// A security question only the person can answer.
    SecurityQuestion,
    /// A captcha.
    Captcha,
    /// The code was wrong or too old.
    CodeWrong,
    /// The page did not take the new password.
    PasswordRefused,
    /// The form also wants the current password; the person types it.
    CurrentPassword,
    /// The page belongs to another user name.
    OtherUser,
    /// The reset page shows no button.
    ResetMissing,
    /// Salesforce shows a maintenance page.
    Maintenance,
    /// The page shows an error to the person.
    PageError,
    /// The page did not let itself be filled or pressed.
    Refused,
    /// The tab was closed.
    TabClosed,
    /// The page that the press was meant for is gone.
    PageGone,
    /// A log-in page whose fields only the person understands.
    LoginByHand,
    /// A log-in page with identity providers only: there is no password to forget.
    SsoOnly,
    /// Signing in through an identity provider failed.
    SsoFailed,
    /// A second factor (or the like) is to be set up first.
    MfaSetup,
    /// The page behind the mailed link is gone, and the link works only once.
    LinkNeeded,
    /// The person left the forgot form: back at the log-in page.
    BackAtLogin,
}

impl Trouble {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PageUnknown => "page_unknown",
            Self::LinkExpired => "link_expired",
            Self::SecurityQuestion => "security_question",
            Self::Captcha => "captcha",
            Self::CodeWrong => "code_wrong",
            Self::PasswordRefused => "password_refused",
            Self::CurrentPassword => "current_password",
            Self::OtherUser => "other_user",
            Self::ResetMissing => "reset_missing",
            Self::Maintenance => "maintenance",
            Self::PageError => "page_error",
            Self::Refused => "refused",
            Self::TabClosed => "tab_closed",
            Self::PageGone => "page_gone",
            Self::LoginByHand => "login_by_hand",
            Self::SsoOnly => "sso_only",
            Self::SsoFailed => "sso_failed",
            Self::MfaSetup => "mfa_setup",
            Self::LinkNeeded => "link_needed",
            Self::BackAtLogin => "back_at_login",
        }
    }
}

/// How far the one reset of this flow has come. It only ever goes forward, save that a press which
/// surely did not happen is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reset {
    /// Not pressed.
    #[default]
    Open,
    /// Pressed at this time, or the worker died while pressing.
    Pressed {
        /// Milliseconds since 1970.
        at: u64,
    },
    /// The page's own button was clicked for sure; its answer was not seen yet.
    Sent,
    /// The page confirmed it.
    Confirmed,
}

/// How far the one change of password has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Not pressed.
    #[default]
    Open,
    /// The form was sent at this time; the next page tells whether it was taken.
    Sent {
        /// Milliseconds since 1970.
        at: u64,
    },
    /// The page took it.
    Taken,
}

/// A guided flow: bound to one account, one host family and one tab. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Whose token (lower case).
    pub username: String,
    /// Which cloud of user names.
    pub realm: Realm,
    /// Which way.
    pub way: Way,
    /// The tab it is bound to.
    pub tab: i32,
    /// The genuine host last seen in that tab.
    pub host: String,
    /// Start (milliseconds since 1970).
    pub started: u64,
    /// Present step.
    pub step: Step,
    /// Present trouble.
    pub trouble: Option<Trouble>,
    /// The page that the present step is about, as far as it is still there.
    pub page: Option<(PageKind, Document)>,
    /// The mark of that page's box for a mailed code.
    pub code_mark: Option<String>,
    /// The one reset.
    pub reset: Reset,
    /// The one change of password.
    pub change: Change,
    /// What the present step did: `<mark> <nonce of the document>`, once for every time.
    pub tried: Vec<String>,
    /// The last time (milliseconds since 1970).
    pub tried_at: u64,
    /// Did the page refuse the last thing?
    pub refused: bool,
    /// How often a page was opened.
    pub opens: u8,
    /// Since when (milliseconds since 1970) a page that was opened is on its way.
    pub opening: Option<u64>,
    /// The document that is being left for it, by its nonce.
    pub left: String,
    /// Codes that were tried.
    pub codes: u8,
    /// What the form for the new password demands, as the agent reports it ([`Policy::read`]).
    pub rules: Vec<String>,
}

/// A page of a genuine host, classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSeen {
    /// The tab.
    pub tab: i32,
    /// The host.
    pub host: Host,
    /// The kind; `None` for a page that is none of ours (the org's home, the Lightning app, an unknown one).
    pub kind: Option<PageKind>,
    /// Where plans for it go.
    pub document: Document,
    /// Is it the Lightning page around the framed reset page? The frame reports for itself.
    pub wraps_reset: bool,
    /// Is a captcha visible?
    pub captcha: bool,
    /// Is an error visible?
    pub error: bool,
    /// The user name that the page shows.
    pub person: Option<String>,
    /// Marks that a person can see, for the few decisions that rest on one element.
    pub seen: Vec<String>,
    /// Those of them that hold text.
    pub full: Vec<String>,
    /// What its form for a new password demands, as the agent reports it.
    pub rules: Vec<String>,
}

/// What can happen to a flow.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "an event lives for one call")]
pub enum Event {
    /// A page was seen.
    Page(PageSeen),
    /// A plan was carried out, or refused.
    Acted {
        /// What the agent answered.
        outcome: Outcome,
    },
    /// A code was found for this user.
    Code(String),
    /// A token of this user was kept.
    TokenKept,
    /// The person pressed "Change password now"; the new password comes along.
    ChangePassword(SecretText),
    /// The person pressed "Press reset now".
    PressReset,
    /// The person pressed "Go on"; the page in the tab now is the event [`Event::Page`] that follows.
    GoOn,
    /// The tab was closed.
    TabClosed,
    /// The person changed the password on the page without the guide, and the page took it.
    ChangedByHand,
}

/// What a flow wants done. The runner carries them out in order and stops at the first that fails.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Seal the generated password; nothing is written into a page before that has succeeded.
    KeepPassword(SecretText),
    /// Carry out a plan in the flow's tab, and tell the flow what became of it.
    Act {
        /// Frame.
        frame: i64,
        /// The plan.
        act: Act,
    },
    /// Lead the flow's tab to an address.
    Open(String),
    /// Look at the tab again soon, several times: the page is about to change. Planned before what changes it,
    /// as the worker may die in between.
    LookAgain,
    /// The page took the password: it is now the account's, and the token is dead.
    PasswordTaken,
    /// The token was reset: the one in the vault is dead.
    TokenReset,
}

impl Flow {
    /// Begins a flow on a page of a genuine host.
    #[must_use]
    pub fn start(username: &str, way: Way, tab: i32, host: &Host, now: u64) -> (Self, Vec<Effect>) {
        let step = match way {
            Way::Forgot => Step::Login,
            Way::SignedIn => Step::SignIn,
        };
        let mut flow = Self {
            username: username.to_lowercase(),
            realm: host.realm,
            way,
            tab,
            host: host.name.clone(),
            started: now,
            step,
            trouble: None,
            page: None,
            code_mark: None,
            reset: Reset::Open,
            change: Change::Open,
            tried: vec![],
            tried_at: 0,
            refused: false,
            opens: 0,
            opening: None,
            left: String::new(),
            codes: 0,
            rules: vec![],
        };
        let effects = match way {
            // The page in front is reported anew by the runner; a page that is no log-in page is left for one.
            Way::Forgot => vec![Effect::LookAgain],
            // Not signed in, Salesforce shows the log-in form and comes back here afterwards.
            Way::SignedIn => flow.open_reset_page(host, now),
        };
        (flow, effects)
    }

    /// When the flow ends by itself.
    #[must_use]
    pub fn ends(&self) -> u64 {
        self.started.saturating_add(LIFE)
    }

    /// Did the page say that whatever token there was before is dead?
    #[must_use]
    pub fn old_token_died(&self) -> bool {
        self.reset == Reset::Confirmed
            || (self.reset == Reset::Open && self.change == Change::Taken)
    }

    /// May a page in another tab take this flow over? Only what a mailed link opens, while one is awaited.
    #[must_use]
    pub fn adopts(&self, page: &PageSeen, now: u64) -> bool {
        let awaited = self.way == Way::Forgot
            && matches!(
                self.step,
                Step::Username | Step::CheckMail | Step::Link | Step::Verify
            );
        let expected = matches!(
            page.kind,
            Some(PageKind::Interstitial | PageKind::NewPassword | PageKind::SecurityQuestion)
        ) || matches!(
            page.kind,
            Some(
                PageKind::VerifyEmail
                    | PageKind::VerifySms
                    | PageKind::VerifyApp
                    | PageKind::LinkExpired
            )
        );
        let same_person = page
            .person
            .as_ref()
            .is_none_or(|person| person.to_lowercase() == self.username);
        awaited && expected && same_person && page.host.realm == self.realm && now < self.ends()
    }

    /// One step of the machine at this time (milliseconds since 1970).
    pub fn handle(&mut self, event: Event, now: u64) -> Vec<Effect> {
        match event {
            Event::Page(page) => self.on_page(&page, now),
            Event::Acted { outcome } => self.on_acted(&outcome),
            Event::Code(code) => self.on_code(&code),
            Event::TokenKept => {
                // Before the reset an old mail may turn up, and its token is about to die. A change of the
                // password, though, mails a new one by itself, and then nothing is left to do.
                if self.step == Step::Token
                    || (self.step == Step::Reset && self.change == Change::Taken)
                {
                    self.go(Step::Done);
                }
                vec![]
            }
            Event::ChangePassword(password) => self.on_change_password(password, now),
            Event::PressReset => self.on_press_reset(now),
            Event::GoOn => self.on_go_on(now),
            Event::TabClosed => {
                self.page = None;
                if !matches!(self.step, Step::CheckMail | Step::Token | Step::Done) {
                    // Behind the mailed link everything is gone with its tab.
                    let linked = self.way == Way::Forgot
                        && self.change == Change::Open
                        && matches!(self.step, Step::Verify | Step::Password);
                    self.trouble = Some(if linked {
                        Trouble::LinkNeeded
                    } else {
                        Trouble::TabClosed
                    });
                }
                vec![]
            }
            Event::ChangedByHand => {
                if self.change == Change::Open {
                    self.change = Change::Taken;
                    self.go(Step::Reset);
                }
                vec![]
            }
        }
    }

    /// What the app shows of it.
    #[must_use]
    pub fn view(&self, vault_open: bool) -> FlowView {
        let steps = Step::of_way(self.way);
        let present = steps
            .iter()
            .position(|&step| step >= self.step && self.step != Step::Done)
            .unwrap_or(steps.len());
        let present = match (self.way, self.step) {
            // Way SignedIn has no verify and password steps of its own: a page of theirs belongs to signing in.
            (Way::SignedIn, Step::Verify | Step::Password) => 0,
            // Way Forgot asks for a sign-in only after the new password.
            (Way::Forgot, Step::SignIn) => steps
                .iter()
                .position(|&step| step == Step::Reset)
                .unwrap_or(present),
            _ => present,
        };
        let ask = self.ask(vault_open);
        FlowView {
            username: self.username.clone(),
            way: self.way,
            tab: self.tab,
            steps: steps
                .iter()
                .enumerate()
                .map(|(at, step)| StepView {
                    id: step.code().to_owned(),
                    state: match at.cmp(&present) {
                        std::cmp::Ordering::Less => StepState::Done,
                        std::cmp::Ordering::Equal => StepState::Present,
                        std::cmp::Ordering::Greater => StepState::Todo,
                    },
                })
                .collect(),
            ask,
            trouble: self.trouble.map(|trouble| trouble.code().to_owned()),
            ends_at: ms(self.ends()),
            password: (ask == Ask::ChangePassword).then(|| self.policy().view()),
        }
    }

    /// What the form for the new password demands.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy::read(&self.rules)
    }

    fn ask(&self, vault_open: bool) -> Ask {
        let kind = self.page.as_ref().map(|(kind, _)| *kind);
        match self.step {
            Step::Done => Ask::Done,
            Step::Token => Ask::MailToken,
            Step::Reset if kind == Some(PageKind::TokenReset) && self.reset == Reset::Open => {
                Ask::PressReset
            }
            Step::Password
                if matches!(
                    kind,
                    Some(PageKind::NewPassword | PageKind::ChangePasswordSettings)
                ) && self.change == Change::Open =>
            {
                if vault_open {
                    Ask::ChangePassword
                } else {
                    Ask::Unlock
                }
            }
            Step::Verify if kind == Some(PageKind::VerifyEmail) => Ask::MailCode,
            Step::Verify => Ask::OnPage,
            Step::CheckMail => Ask::OpenMail,
            Step::SignIn if self.trouble.is_none() => Ask::SignIn,
            _ if self.trouble.is_some() => Ask::OnPage,
            _ => Ask::Wait,
        }
    }

    fn go(&mut self, step: Step) {
        if self.step != step {
            self.step = step;
            self.tried.clear();
        }
        self.trouble = None;
    }

    /// The person says that the way is free, or that a page is to be opened again.
    fn on_go_on(&mut self, now: u64) -> Vec<Effect> {
        self.tried.clear();
        self.opens = 0;
        self.opening = None;
        let trouble = self.trouble.take();
        let closed = trouble == Some(Trouble::TabClosed);
        let again = match (trouble, self.step) {
            (Some(Trouble::BackAtLogin), _) => {
                self.go(Step::Login);
                false
            }
            // Its mail is still there.
            (Some(Trouble::TabClosed), Step::Link) => {
                self.go(Step::CheckMail);
                false
            }
            (Some(Trouble::LinkNeeded), _)
            | (Some(Trouble::LinkExpired), Step::Link)
            | (Some(Trouble::TabClosed), Step::Login | Step::Username) => {
                self.go(Step::Login);
                true
            }
            // Where a form was sent, the next page tells what became of it.
            (Some(Trouble::TabClosed), Step::Verify | Step::Password)
                if !matches!(self.change, Change::Sent { .. }) =>
            {
                self.go(Step::SignIn);
                true
            }
            _ => closed,
        };
        match Host::recognise(&self.host) {
            _ if again && self.step == Step::Login => self.open_login_page(now),
            Some(host) if again => self.open_reset_page(&host, now),
            _ => vec![Effect::LookAgain],
        }
    }

    fn on_page(&mut self, page: &PageSeen, now: u64) -> Vec<Effect> {
        if self.step == Step::Done || self.is_left(page, now) {
            return vec![];
        }
        self.tab = page.tab;
        // A sandbox has users of its own, by the same names.
        if page.host.realm != self.realm && page.host.purpose != Purpose::Other {
            self.page = None;
            self.trouble = Some(Trouble::PageUnknown);
            return vec![];
        }
        // Pages are opened on that host later, so help and marketing do not count.
        if !matches!(page.host.purpose, Purpose::Other | Purpose::Customer) {
            self.host.clone_from(&page.host.name);
        }
        if page
            .person
            .as_ref()
            .is_some_and(|person| person.to_lowercase() != self.username)
            && !page.kind.is_some_and(PageKind::is_login)
        {
            self.page = None;
            self.trouble = Some(Trouble::OtherUser);
            return vec![];
        }
        let mut effects = self.settle_change(page, now);
        self.settle_reset(page, now);
        if page.wraps_reset
            && (self.step >= Step::Reset || matches!(self.step, Step::SignIn | Step::Verify))
        {
            effects.extend(self.on_wrapped(page, now));
            return effects;
        }
        if page.kind.is_some() {
            self.opening = None;
        }
        self.page = page.kind.map(|kind| (kind, page.document.clone()));
        if page.captcha {
            self.trouble = Some(Trouble::Captcha);
            return effects;
        }
        effects.extend(match page.kind {
            Some(kind) => self.on_known_page(kind, page, now),
            None => self.on_other_page(page, now),
        });
        effects
    }

    /// Is it the document from which another page was just opened? It is about to go, and says nothing about the step.
    fn is_left(&self, page: &PageSeen, now: u64) -> bool {
        !self.left.is_empty() && self.left == page.document.nonce && self.is_opening(now)
    }

    fn is_opening(&self, now: u64) -> bool {
        self.opening.is_some_and(|since| now < since + STUCK)
    }

    /// Lightning around the reset page. The frame in it reports for itself, a little later.
    fn on_wrapped(&mut self, page: &PageSeen, now: u64) -> Vec<Effect> {
        if self.step < Step::Reset {
            self.go(Step::Reset);
            self.page = None;
        }
        let reported = self.page.as_ref().is_some_and(|(kind, _)| {
            matches!(kind, PageKind::TokenReset | PageKind::TokenResetMissing)
        });
        if self.step != Step::Reset || reported {
            return vec![];
        }
        if self.opens == 0 {
            return self.open_reset_page(&page.host, now);
        }
        if self.opening.is_none() {
            self.opening = Some(now);
        } else if !self.is_opening(now) {
            self.trouble = Some(Trouble::PageUnknown);
        }
        vec![]
    }

    /// After the password form was sent, the next page tells whether the password was taken.
    fn settle_change(&mut self, page: &PageSeen, now: u64) -> Vec<Effect> {
        let Change::Sent { at } = self.change else {
            return vec![];
        };
        match page.kind {
            Some(PageKind::NewPassword | PageKind::ChangePasswordSettings) => {
                // The form with a message, the form anew, or the same document long after the press.
                if page.error || !self.is_same_document(page) || now > at + STUCK {
                    self.change = Change::Open;
                    self.trouble = Some(Trouble::PasswordRefused);
                }
                vec![]
            }
            Some(kind) if kind.is_in_the_way() || kind == PageKind::SecurityQuestion => vec![],
            // Back before the form nothing is proven: the password stays marked as pending.
            Some(kind) if !kind.proves_change() => {
                self.change = Change::Open;
                if kind.is_login() {
                    self.go(Step::SignIn);
                }
                vec![]
            }
            _ => {
                self.change = Change::Taken;
                self.go(Step::Reset);
                vec![Effect::PasswordTaken]
            }
        }
    }

    /// The same document long after the press: the press never reached the page, because the worker
    /// died before it. Offering it again is safe, since the document's own agent presses only once.
    fn settle_reset(&mut self, page: &PageSeen, now: u64) {
        if let Reset::Pressed { at } = self.reset
            && page.kind == Some(PageKind::TokenReset)
            && self.is_same_document(page)
            && now > at + STUCK
        {
            self.reset = Reset::Open;
        }
    }

    fn is_same_document(&self, page: &PageSeen) -> bool {
        self.page
            .as_ref()
            .is_some_and(|(_, document)| document.nonce == page.document.nonce)
    }

    fn on_known_page(&mut self, kind: PageKind, page: &PageSeen, now: u64) -> Vec<Effect> {
        use PageKind as K;
        match kind {
            K::Login
            | K::LoginUsername
            | K::LoginPassword
            | K::IdentityChooser
            | K::LoginDiscovery
            | K::LoginEmail
            | K::EnvironmentSwitcher
            | K::LoginSso => self.on_login(kind, page, now),
            K::Forgot | K::LinkExpired if self.way == Way::SignedIn => vec![],
            K::LinkExpired if !has(page, "un") => {
                self.go(Step::Link);
                self.trouble = Some(Trouble::LinkExpired);
                vec![]
            }
            K::Forgot | K::LinkExpired => {
                if self.step > Step::Username {
                    // The mailed link led back to the form; another mail is asked for on "Go on".
                    self.go(Step::Username);
                    self.trouble = Some(Trouble::LinkExpired);
                }
                if self.trouble == Some(Trouble::LinkExpired) {
                    return vec![];
                }
                self.go(Step::Username);
                let act = plan::fill_and_press(&page.document, "un", &self.username, "continue");
                self.press_once(page, "continue", act, now)
            }
            K::CheckMail => {
                self.go(Step::CheckMail);
                vec![]
            }
            K::SecurityQuestion => {
                self.go(Step::Link);
                self.trouble = Some(Trouble::SecurityQuestion);
                vec![]
            }
            K::Interstitial => {
                self.go(Step::Link);
                let act = plan::press(&page.document, "interstitialSave");
                self.press_once(page, "interstitialSave", act, now)
            }
            K::VerifyEmail
            | K::VerifySms
            | K::VerifyApp
            | K::VerifyPush
            | K::VerifyPasskey
            | K::VerifyOther => {
                self.go(Step::Verify);
                self.code_mark = ["emc", "codeBox"]
                    .into_iter()
                    .find(|mark| has(page, mark))
                    .map(str::to_owned);
                if page.error {
                    self.trouble = Some(Trouble::CodeWrong);
                }
                vec![]
            }
            K::NewPassword | K::ChangePasswordSettings => {
                if matches!(self.change, Change::Sent { .. }) {
                    return vec![];
                }
                let trouble = self
                    .trouble
                    .filter(|trouble| *trouble == Trouble::PasswordRefused);
                self.go(Step::Password);
                self.rules.clone_from(&page.rules);
                self.trouble = trouble.or_else(|| {
                    let waits = ["currentpassword", "p4"]
                        .iter()
                        .any(|mark| has(page, mark) && !page.full.iter().any(|full| full == mark));
                    waits.then_some(Trouble::CurrentPassword)
                });
                vec![]
            }
            K::PhoneNag => self.on_other_page(page, now),
            K::TokenReset => {
                if self.reset == Reset::Open {
                    self.go(Step::Reset);
                } else if self.step < Step::Token {
                    self.go(Step::Token);
                }
                vec![]
            }
            K::TokenResetMissing => {
                self.go(Step::Reset);
                self.trouble = Some(Trouble::ResetMissing);
                vec![]
            }
            K::TokenDone => {
                let first = self.reset != Reset::Confirmed;
                self.reset = Reset::Confirmed;
                self.go(Step::Token);
                if first {
                    vec![Effect::TokenReset]
                } else {
                    vec![]
                }
            }
            K::Maintenance => {
                self.trouble = Some(Trouble::Maintenance);
                vec![]
            }
            K::MfaSetup => {
                self.go(self.step.max(Step::Verify));
                self.trouble = Some(Trouble::MfaSetup);
                vec![]
            }
            K::SsoError => {
                self.trouble = Some(Trouble::SsoFailed);
                vec![]
            }
            K::ErrorPage => {
                self.trouble = Some(Trouble::PageError);
                vec![]
            }
            K::SiteLogin => {
                self.trouble = Some(Trouble::PageUnknown);
                vec![]
            }
        }
    }

    fn on_login(&mut self, kind: PageKind, page: &PageSeen, now: u64) -> Vec<Effect> {
        if self.way == Way::Forgot && self.step == Step::Login {
            if has(page, "forgot") {
                return self.press_once(page, "forgot", plan::press(&page.document, "forgot"), now);
            }
            if kind == PageKind::IdentityChooser {
                return self.press_identity(page, now);
            }
            self.trouble = Some(match kind {
                PageKind::LoginSso => Trouble::SsoOnly,
                _ => Trouble::LoginByHand,
            });
            return vec![];
        }
        if self.way == Way::Forgot {
            match self.step {
                Step::Username => {
                    self.trouble = Some(Trouble::BackAtLogin);
                    return vec![];
                }
                // Waiting for the mail goes on.
                Step::CheckMail => return vec![],
                // A link that was used silently leads back here (§2.3).
                Step::Link => {
                    self.trouble = Some(Trouble::LinkExpired);
                    return vec![];
                }
                _ => {}
            }
        }
        self.go(Step::SignIn);
        if page.error {
            self.trouble = Some(Trouble::PageError);
            return vec![];
        }
        // A saved card of somebody else would sign that one in, and reset the wrong token.
        if page
            .person
            .as_ref()
            .is_some_and(|person| person.to_lowercase() != self.username)
        {
            return self.press_identity(page, now);
        }
        match kind {
            // The password is the person's own; only the user name is written, and the two-step form advanced once.
            PageKind::Login
                if !page.full.iter().any(|mark| mark == "username")
                    // Once in each document: what the person deletes is not written again.
                    && self.times(&tried("username", page)) == 0 =>
            {
                self.tried.push(tried("username", page));
                vec![Effect::Act {
                    frame: page.document.frame,
                    act: plan::fill_only(&page.document, "username", &self.username),
                }]
            }
            PageKind::LoginUsername => {
                let act = plan::fill_and_press(&page.document, "username", &self.username, "login");
                self.press_once(page, "login", act, now)
            }
            _ => vec![],
        }
    }

    fn press_identity(&mut self, page: &PageSeen, now: u64) -> Vec<Effect> {
        match ["newIdentity", "clearIdentity"]
            .into_iter()
            .find(|mark| has(page, mark))
        {
            Some(mark) => self.press_once(page, mark, plan::press(&page.document, mark), now),
            None => {
                self.trouble = Some(Trouble::PageUnknown);
                vec![]
            }
        }
    }

    /// The org's home, the Lightning app, an unknown page: somebody is signed in, or nobody knows.
    fn on_other_page(&mut self, page: &PageSeen, now: u64) -> Vec<Effect> {
        let inside = matches!(
            page.host.purpose,
            Purpose::MyDomain | Purpose::Instance | Purpose::Lightning | Purpose::Setup
        );
        match self.step {
            // The page that was there before, or one on the way.
            _ if self.is_opening(now) => vec![],
            Step::Reset | Step::SignIn | Step::Verify if inside => {
                self.open_reset_page(&page.host, now)
            }
            Step::Login if self.opens == 0 => self.open_login_page(now),
            Step::Login
            | Step::Username
            | Step::Link
            | Step::Verify
            | Step::Password
            | Step::Reset
            | Step::SignIn => {
                self.trouble = Some(Trouble::PageUnknown);
                vec![]
            }
            Step::CheckMail | Step::Token | Step::Done => vec![],
        }
    }

    fn open_reset_page(&mut self, host: &Host, now: u64) -> Vec<Effect> {
        if self.opens >= MOST_OPENS {
            self.trouble = Some(Trouble::PageUnknown);
            return vec![];
        }
        self.open(plan::reset_page(host), now)
    }

    fn open_login_page(&mut self, now: u64) -> Vec<Effect> {
        match Host::recognise(&self.host) {
            Some(host) => self.open(plan::login_page(&host), now),
            None => vec![],
        }
    }

    fn open(&mut self, url: String, now: u64) -> Vec<Effect> {
        self.opens += 1;
        self.opening = Some(now);
        if let Some((_, document)) = &self.page {
            self.left.clone_from(&document.nonce);
        }
        vec![Effect::LookAgain, Effect::Open(url)]
    }

    /// Presses a button once on every document, and on few documents in a row.
    fn press_once(&mut self, page: &PageSeen, mark: &str, act: Act, now: u64) -> Vec<Effect> {
        let own = tried(mark, page);
        let of_mark = |one: &&String| one.split(' ').next() == Some(mark);
        let mut others: Vec<&String> = self.tried.iter().filter(of_mark).collect();
        others.retain(|other| **other != own);
        others.dedup();
        let spent = self.times(&own) >= MOST_TRIES;
        let waiting = now < self.tried_at + STUCK && !self.refused;
        if spent || others.len() >= MOST_DOCUMENTS {
            if !(spent && waiting) {
                self.trouble = Some(Trouble::Refused);
            }
            return vec![];
        }
        self.tried.push(own);
        self.tried_at = now;
        vec![
            Effect::LookAgain,
            Effect::Act {
                frame: page.document.frame,
                act,
            },
        ]
    }

    fn times(&self, own: &str) -> usize {
        self.tried.iter().filter(|one| *one == own).count()
    }

    fn on_acted(&mut self, outcome: &Outcome) -> Vec<Effect> {
        self.refused = outcome
            .refused
            .is_some_and(|refusal| refusal != Refusal::Again);
        let Some(refusal) = outcome.refused else {
            if self.resetting() {
                self.reset = Reset::Sent;
            }
            return vec![];
        };
        match refusal {
            // The page went away while we were about to write: whatever comes next is reported anew. Only
            // a press that may have gone through is not taken back.
            Refusal::Moved | Refusal::Silent => {
                if refusal == Refusal::Moved {
                    self.take_back_press();
                }
            }
            // Pressed before in this view: the page is already on its way.
            Refusal::Again => {}
            Refusal::Missing
            | Refusal::Ambiguous
            | Refusal::Hidden
            | Refusal::Disabled
            | Refusal::NotKept
            | Refusal::Malformed => {
                // The form frees its button when it likes the new password.
                let disliked =
                    refusal == Refusal::Disabled && matches!(self.change, Change::Sent { .. });
                self.take_back_press();
                self.trouble = Some(if disliked {
                    Trouble::PasswordRefused
                } else {
                    Trouble::Refused
                });
            }
        }
        vec![]
    }

    /// The press surely did not happen.
    fn take_back_press(&mut self) {
        if matches!(self.change, Change::Sent { .. }) {
            self.change = Change::Open;
            self.trouble = Some(Trouble::PageGone);
        }
        if self.resetting() {
            self.reset = Reset::Open;
            self.go(Step::Reset);
            self.trouble = Some(Trouble::PageGone);
        }
    }

    /// Was the reset the last thing that was pressed? The step has moved on for every later one.
    fn resetting(&self) -> bool {
        self.step == Step::Token && matches!(self.reset, Reset::Pressed { .. })
    }

    fn on_code(&mut self, code: &str) -> Vec<Effect> {
        let Some((PageKind::VerifyEmail, document)) = self.page.clone() else {
            return vec![];
        };
        let Some(mark) = self.code_mark.clone() else {
            return vec![];
        };
        if self.step != Step::Verify || self.codes >= MOST_CODES {
            return vec![];
        }
        self.codes += 1;
        self.trouble = None;
        vec![
            Effect::LookAgain,
            Effect::Act {
                frame: document.frame,
                act: plan::fill_and_press(&document, &mark, code, "save"),
            },
        ]
    }

    fn on_change_password(&mut self, password: SecretText, now: u64) -> Vec<Effect> {
        let (fields, button, document) = match &self.page {
            Some((PageKind::NewPassword, document)) => (
                ["newpassword", "confirmpassword"],
                "passwordButton",
                document.clone(),
            ),
            Some((PageKind::ChangePasswordSettings, document)) => {
                (["p5", "p6"], "settingsSave", document.clone())
            }
            _ => return self.page_gone(),
        };
        if self.step != Step::Password || self.change != Change::Open {
            return vec![];
        }
        self.change = Change::Sent { at: now };
        self.trouble = None;
        let act = plan::new_password(&document, fields, password.expose(), button);
        vec![
            Effect::KeepPassword(password),
            Effect::LookAgain,
            Effect::Act {
                frame: document.frame,
                act,
            },
        ]
    }

    /// There is nothing to press; that it is somebody else's page says more.
    fn page_gone(&mut self) -> Vec<Effect> {
        if self.trouble != Some(Trouble::OtherUser) {
            self.trouble = Some(Trouble::PageGone);
        }
        vec![]
    }

    fn on_press_reset(&mut self, now: u64) -> Vec<Effect> {
        let Some((PageKind::TokenReset, document)) = self.page.clone() else {
            return self.page_gone();
        };
        if self.reset != Reset::Open {
            return vec![];
        }
        self.reset = Reset::Pressed { at: now };
        self.go(Step::Token);
        vec![
            Effect::LookAgain,
            Effect::Act {
                frame: document.frame,
                act: plan::press(&document, "resetButton"),
            },
        ]
    }
}

/// An entry of [`Flow::tried`].
fn tried(mark: &str, page: &PageSeen) -> String {
    [mark, &page.document.nonce].join(" ")
}

fn has(page: &PageSeen, mark: &str) -> bool {
    page.seen.iter().any(|seen| seen == mark)
}

/// Milliseconds as the number type of JSON; exact until the year 287396.
#[allow(clippy::cast_precision_loss)]
fn ms(value: u64) -> f64 {
    value as f64
}
