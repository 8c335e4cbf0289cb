//! What the app shows: one [`View`], computed by the background, without a single secret in it.

use serde::{Deserialize, Serialize};

/// The two clouds of user names: a user name is unique within one of them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum Realm {
    /// `login.salesforce.com` and every org that logs in there (production, developer, trailhead).
    #[default]
    Live,
    /// `test.salesforce.com` and every org that logs in there (sandbox, scratch).
    Test,
    /// Government cloud.
    Government,
    /// Operated in China.
    China,
    /// The sandboxes of the Chinese cloud.
    ChinaTest,
}

impl Realm {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Live,
        Self::Test,
        Self::Government,
        Self::China,
        Self::ChinaTest,
    ];
}

/// What kind of org a host belongs to; shown as a word beside an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Environment {
    /// A paying org, or one whose kind the host does not tell.
    #[default]
    Production,
    /// A sandbox.
    Sandbox,
    /// A Developer Edition org.
    Developer,
    /// A scratch org.
    Scratch,
    /// A demo org.
    Demo,
    /// A Trailhead playground.
    Trailhead,
    /// A trial (`free`) or patch org.
    Trial,
}

/// The two ways to a new token (`facts/walkthrough.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Way {
    /// The article's way: forgot password, mailed link, new password, reset.
    Forgot,
    /// The short way: sign in (or be signed in), then Settings → Reset My Security Token.
    SignedIn,
}

/// Everything the app shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct View {
    /// Time of this view, milliseconds since 1970; ages are counted from here.
    pub now: f64,
    /// Locked, open, missing, damaged.
    pub vault: VaultView,
    /// The ways into the vault, by their places.
    pub ways: Vec<WayView>,
    /// What was found wrong with the store when the browser started, as a code (`fault_<code>`); the vault may be used.
    pub store_fault: Option<String>,
    /// Is the vault in one place only, because the second copy cannot be written?
    pub one_copy: bool,
    /// The page in front, if the app stands before one.
    pub page: Option<PageView>,
    /// The accounts, newest capture first; those of the page in front come first of all.
    pub accounts: Vec<AccountView>,
    /// Captures that need a person's look.
    pub review: Vec<ReviewView>,
    /// The guided flow, if one runs.
    pub flow: Option<FlowView>,
    /// Captures that wait in memory for a vault, or sealed for the next unlock.
    pub waiting: u32,
    /// Stored items that could not be opened. They are left alone.
    pub damaged: u32,
    /// The link of a password-reset mail that was recognised: offered, never opened by itself.
    pub reset_link: Option<LinkView>,
    /// What was caught or noticed last, as a code for `_locales` (`notice_<code>`).
    pub notice: Option<String>,
    /// Webmail providers that the person allowed, by the name in the mail reader's table.
    pub mail_allowed: Vec<String>,
    /// Minutes without use after which the vault locks; 0 = only when the browser closes.
    pub lock_minutes: u32,
    /// Does the vault lock when the screen locks or nobody is at the computer?
    pub lock_away: bool,
    /// May the clipboard be read, so that it can be cleared only if it still holds ours?
    pub clipboard_allowed: bool,
    /// Longest period of rotation that the company allows, in days; 0 = no rule.
    pub policy_days: u32,
    /// The vault on the person's other computers.
    pub sync: SyncView,
}

/// What the app reads of a [`Note`](crate::vault::sync::Note).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SyncNote {
    /// When both sides were compared last (milliseconds since 1970); 0 = not yet.
    pub at: f64,
    /// Why not everything is done, as a code (`fault_<code>`).
    pub code: Option<String>,
    /// How many accounts do not fit.
    pub left: u32,
    /// What was put right last (`fault_<code>`).
    pub told: Option<String>,
    /// When that was (milliseconds since 1970).
    pub told_at: f64,
}

/// How the vault is shared with the person's other computers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncView {
    /// Is it?
    pub on: bool,
    /// Why it did not work the last time, or why it is over, as a code (`fault_<code>`).
    pub code: Option<String>,
    /// What was seen of the sync area: JSON, see [`SyncNote`].
    pub note: Option<String>,
    /// There is no vault here, and another computer shares one.
    pub joinable: bool,
}

/// The link of a password-reset mail, without its secret part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkView {
    /// The genuine host that it leads to.
    pub host: String,
    /// The user name that the mail names.
    pub username: Option<String>,
    /// When it was seen (milliseconds since 1970).
    pub at: f64,
}

/// What a mail file says of its own authenticity, for a person to see. It is information: nothing of it was checked here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuthView {
    /// `dkim`, `spf`, `dmarc`; or `signature` for a DKIM signature that nobody reports to have checked.
    pub method: String,
    /// `pass`, `fail`, `none`, …
    pub result: String,
    /// The domain that it is about.
    pub domain: String,
}

/// The state of the vault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs, reason = "the variants' docs name their fields")]
pub enum VaultView {
    /// No vault yet: choose a passphrase.
    #[default]
    Missing,
    /// Closed.
    Locked,
    /// Open; locks at this time (milliseconds since 1970) unless used.
    Open { locks_at: Option<f64> },
    /// The store cannot be read; the code says how (`fault_<code>`).
    Damaged { code: String },
}

/// A way into the vault.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WayView {
    /// Code: `passphrase`, `passkey`, `device`.
    pub kind: String,
    /// When it was added (milliseconds since 1970); 0 for a passphrase.
    pub added_at: f64,
    /// Relying party of a passkey.
    pub rp_id: String,
    /// Its credential, base64url.
    pub credential: String,
    /// What its PRF is asked with, base64url.
    pub salt: String,
}

/// The page in front of the app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageView {
    /// The tab.
    pub tab: i32,
    /// Host name as the browser gives it; empty if the browser does not tell.
    pub host: String,
    /// Is it one of Salesforce's own hosts?
    pub genuine: bool,
    /// Environment of a genuine host.
    pub environment: Environment,
    /// Realm of a genuine host.
    pub realm: Realm,
    /// My Domain name, e.g. `acme` or `acme--dev`.
    pub my_domain: Option<String>,
    /// The page kind as a code (`page_<code>` in `_locales`), e.g. `login`; `unknown` or absent.
    pub kind: Option<String>,
    /// Why an unknown page is unknown (`why_<code>`).
    pub why: Option<String>,
    /// The host imitates Salesforce: reasons as codes (`lookalike_<code>`), the weightiest first.
    pub lookalike: Vec<String>,
    /// How much it looks like an imitation, 0 to 100.
    pub lookalike_score: u32,
    /// Did the person dismiss the warning about this host?
    pub dismissed: bool,
    /// The user name that was typed or shown on this tab, if known.
    pub username: Option<String>,
    /// May a guided reset start here?
    pub can_start: bool,
}

/// One account, without secrets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountView {
    /// Opaque id.
    pub id: String,
    /// The person's own name for it; may be empty.
    pub label: String,
    /// Salesforce user name.
    pub username: String,
    /// Realm.
    pub realm: Realm,
    /// Environment.
    pub environment: Environment,
    /// Hosts on which it was seen.
    pub hosts: Vec<String>,
    /// Does it belong to the page in front?
    pub here: bool,
    /// Has it a token at all, and does that token work?
    pub state: TokenState,
    /// When the newest token was caught (milliseconds since 1970).
    pub caught_at: Option<f64>,
    /// Why and when it died, as a code (`dead_<code>`).
    pub dead: Option<DeadView>,
    /// Earlier tokens, newest first.
    pub history: Vec<GenerationView>,
    /// Is a generated password kept?
    pub password: PasswordView,
    /// Where its token is used.
    pub uses: Vec<UseView>,
    /// The person's period of rotation in days; 0 is off.
    pub period_days: u32,
    /// Days after which the org lets passwords expire, as far as the person said; 0 is never.
    pub password_days: Option<u32>,
    /// When a new token is due (milliseconds since 1970).
    pub due_at: Option<f64>,
    /// Is it time to remind of that?
    pub remind: bool,
}

/// One place where a token is used.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UseView {
    /// Name.
    pub name: String,
    /// Kind as a code (`use_<code>`).
    pub kind: String,
    /// Where the token stands there; may be empty.
    pub place: String,
    /// When it was last said to be up to date (milliseconds since 1970).
    pub updated: f64,
    /// Does it still hold an older token than the live one?
    pub open: bool,
}

/// Is there a token, and does it work as far as we know?
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TokenState {
    /// No token was caught yet.
    #[default]
    None,
    /// The newest token is believed to work.
    Live,
    /// The newest token is dead and no newer one was caught.
    Dead,
}

/// Why a token died.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadView {
    /// Code: `reset`, `password`, `newer`, `said`.
    pub why: String,
    /// Milliseconds since 1970.
    pub at: f64,
}

/// One earlier token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GenerationView {
    /// 1 for the first token of the account.
    pub number: u32,
    /// When it was caught.
    pub caught_at: f64,
    /// Where from, as a code (`source_<code>`): `page`, `mail`, `scan`, `paste`.
    pub source: String,
    /// Why it died; absent for a live one.
    pub dead: Option<DeadView>,
}

/// What is kept of a generated password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PasswordView {
    /// Nothing.
    #[default]
    None,
    /// Generated and sealed; the page has not confirmed it yet.
    Pending,
    /// The page took it.
    Confirmed,
}

/// A capture that needs a person's look. The token itself is not in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewView {
    /// Opaque id.
    pub id: String,
    /// First and last two characters, the rest as dots.
    pub masked: String,
    /// User name that the text names, if any.
    pub username: Option<String>,
    /// Where it came from: a host name, `paste`, …
    pub origin: String,
    /// Who sent the mail, if it was one.
    pub sender: Option<String>,
    /// When (milliseconds since 1970).
    pub at: f64,
    /// Why it was not kept at once, as codes (`reason_<code>`).
    pub reasons: Vec<String>,
    /// A guess of the realm.
    pub realm: Realm,
    /// What a mail file says of its own authenticity.
    pub auth: Vec<AuthView>,
}

/// A guided flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowView {
    /// Whose token.
    pub username: String,
    /// Which way.
    pub way: Way,
    /// The tab that it is bound to.
    pub tab: i32,
    /// All steps of this way in order.
    pub steps: Vec<StepView>,
    /// What the present step needs from the person.
    pub ask: Ask,
    /// Something that stands in the way right now, as a code (`trouble_<code>`).
    pub trouble: Option<String>,
    /// When it ends by itself (milliseconds since 1970).
    pub ends_at: f64,
    /// The password that the guide will make for the page in front; there while [`Ask::ChangePassword`] is asked.
    #[serde(default)]
    pub password: Option<PolicyView>,
}

/// What the page in front demands of a new password, and what ours will be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyView {
    /// Characters of the password that will be made.
    pub length: u32,
    /// Its strength in bits.
    pub bits: u32,
    /// What the page demands, as codes (`policy_<code>`): `length`, `letters`, `numbers`. No page is known that tells more.
    pub rules: Vec<String>,
}

/// One step of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Code (`step_<code>` title, `step_<code>_help` explanation in `_locales`).
    pub id: String,
    /// Done, present or to come.
    pub state: StepState,
}

/// Progress of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Behind us.
    Done,
    /// The present one.
    Present,
    /// To come.
    Todo,
}

/// What the present step needs from the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ask {
    /// Nothing: the guide is working.
    Wait,
    /// A press of "Change password now", after the statement of what will break.
    ChangePassword,
    /// A press of "Press reset now", after the statement of what will break.
    PressReset,
    /// Open the mail with the link and click it.
    OpenMail,
    /// Fetch the code from the mail (scan, paste, or type it on the page).
    MailCode,
    /// Fetch the token mail (scan, paste, or wait for the webmail reader).
    MailToken,
    /// Do what the page asks (captcha, security question, passkey, app code); then "Go on".
    OnPage,
    /// Sign in on the page; then "Go on".
    SignIn,
    /// Unlock the vault first.
    Unlock,
    /// Nothing more: the token is kept.
    Done,
}
