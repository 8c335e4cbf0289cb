//! The whole protocol in one file: what the page agent, the mail reader and the app may say to the
//! background, and what the background may say to a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::views::{Realm, View, Way};

/// Most characters of page or mail text that the background reads from one message.
///
/// A token mail has under 2,000; the agents cut at this length and say so with `cut`.
pub const TEXT_LIMIT: usize = 200_000;

/// Most links that are taken from one mail or scan.
pub const LINKS_LIMIT: usize = 5;

/// A message from a content script. Which of its variants a sender may use is decided by
/// [`crate::wire::senders`] before the message is read.
///
/// The `kind` is read first and the rest by its own type: serde's tagged enums buffer the whole message,
/// which made the core a tenth larger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromContent {
    /// The page agent describes a page that carries at least one mark.
    Facts(PageFacts),
    /// A person submitted a form that held a user name, or one that takes a new password (which is not sent).
    Submitted(Submitted),
    /// The mail reader shows the opened message of an allowed provider, sent by Salesforce.
    Mail(MailReading),
}

impl FromContent {
    /// Reads a message; `None` for anything that is not exactly one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Tag {
            kind: String,
        }
        let Tag { kind } = json::from_str(text).ok()?;
        match kind.as_str() {
            "facts" => json::from_str(text).ok().map(Self::Facts),
            "submitted" => json::from_str(text).ok().map(Self::Submitted),
            "mail" => json::from_str(text).ok().map(Self::Mail),
            _ => None,
        }
    }
}

/// A form left a page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Submitted {
    /// What stood in its user-name field; empty for a form that takes a new password.
    pub username: String,
}

/// What the page agent sees: names from one fixed table, never values of secret fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageFacts {
    /// Drawn by the agent when its document loaded; a verb without it is refused. Begins with `~` when the
    /// document came back out of the browser's back/forward cache.
    pub nonce: String,
    /// `location.pathname`, without query or fragment (they can carry secrets).
    pub path: String,
    /// Is this document inside a frame?
    pub framed: bool,
    /// Have the marks stayed the same long enough (2.7 s) to trust that something is absent?
    pub settled: bool,
    /// Marks that are present, by their name in the agent's table.
    pub marks: BTreeMap<String, Mark>,
    /// The user name that the page shows as text (identity card, personal settings), if it does.
    pub person: Option<String>,
    /// What a form for a new password demands: `<id> <number>` for each id in its list of demands (`null` for no number),
    /// and ` <least> <most>` for the length of each of its fields (negative for no limit).
    pub rules: Vec<String>,
    /// The page's own words, reported only on the pages that can show a token.
    pub shown: Option<ShownText>,
}

/// One known element of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Mark {
    /// How many elements match.
    pub n: u32,
    /// Can a person see the first visible one (the agent's visibility rules)?
    pub seen: bool,
    /// Is it enabled?
    pub on: bool,
    /// Does the field hold any text?
    pub full: bool,
}

/// Text as a person sees it, and as the document holds it. Where the two disagree, a person decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShownText {
    /// `innerText`: line breaks kept, hidden parts left out.
    pub visible: String,
    /// All text of the same nodes, hidden parts included.
    pub full: String,
    /// Was it cut at [`TEXT_LIMIT`]?
    pub cut: bool,
}

/// An opened message, or any text that a person asked us to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailReading {
    /// Name of the provider in the mail reader's table; absent for a page that is no known webmail.
    pub provider: Option<String>,
    /// Sender address from the provider's own header cell, never from the body.
    pub sender: Option<String>,
    /// Subject line.
    pub subject: Option<String>,
    /// The provider's id of the message, so that the same one is not read twice.
    pub id: Option<String>,
    /// The body.
    pub text: ShownText,
    /// When the message was sent (milliseconds since 1970), where the provider's page tells it in a form that does not
    /// depend on a language.
    pub sent_at: Option<u64>,
    /// Addresses of its links that can be those of a password-reset mail; at most [`LINKS_LIMIT`].
    pub links: Vec<String>,
    /// What a mail file says of its own authenticity: lines of method, result and domain. Only a mail file has any; from a
    /// page it is not read.
    pub auth: String,
}

/// What the background may ask of a page agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum ToPage {
    /// Describe the page again, marks or not. The reply is [`PageFacts`].
    Look,
    /// Carry out a plan. The reply is an [`Outcome`].
    Act(Act),
}

/// A plan for one document. Refused as a whole unless origin and nonce are those of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// The nonce that the document's agent reported.
    pub nonce: String,
    /// The origin that the plan was made for, e.g. `https://login.salesforce.com`.
    pub origin: String,
    /// In order; the first that is refused ends the plan.
    pub steps: Vec<Verb>,
}

/// One thing to do with one mark.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verb", rename_all = "camelCase")]
pub enum Verb {
    /// Write a value into a field that a person can see.
    Fill {
        /// Name of the mark.
        mark: String,
        /// What to write. May be a secret, so this type's `Debug` hides it.
        value: String,
    },
    /// Press a button or link; waits up to 3 s for it to be enabled. At most one press per page view.
    Press {
        /// Name of the mark.
        mark: String,
    },
}

impl std::fmt::Debug for Verb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fill { mark, .. } => write!(f, "Fill({mark}, …)"),
            Self::Press { mark } => write!(f, "Press({mark})"),
        }
    }
}

/// What became of an [`Act`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Outcome {
    /// How many steps were carried out.
    pub done: u32,
    /// Why the next one was not.
    pub refused: Option<Refusal>,
}

/// Why the agent did not do what it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// The document is not the one that the plan was made for.
    Moved,
    /// The mark is not there.
    Missing,
    /// More than one element could be meant.
    Ambiguous,
    /// A person could not see it.
    Hidden,
    /// It stayed disabled.
    Disabled,
    /// Something was already pressed in this page view.
    Again,
    /// The field did not keep the value.
    NotKept,
    /// The verb itself is malformed, e.g. an empty value.
    Malformed,
    /// The page did not answer (it closed, navigated or was reloaded).
    Silent,
}

/// What opens a vault, in the person's hand. It has no `Debug`: nothing of it may be printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Secret {
    /// A passphrase as typed.
    Passphrase(String),
    /// What a passkey answered.
    Passkey(PasskeyAnswer),
    /// The key that lies on this device; the background has it.
    Device,
}

/// What the browser tells of a passkey (WebAuthn PRF, `facts/security.md` §0, finding 11). Bytes are base64url.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasskeyAnswer {
    /// Id of the credential.
    pub credential: String,
    /// Relying party that it was made for.
    pub rp_id: String,
    /// What the PRF was asked with, 32 bytes.
    pub salt: String,
    /// What it answered, 32 bytes.
    pub secret: String,
}

/// What the app asks of the background. Buttons map onto these one to one.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[allow(missing_docs, reason = "the variants' docs name their fields")]
pub enum Intent {
    /// Show the present state. `tab` is the tab in front of which the app stands, if any.
    View { tab: Option<i32> },
    /// First run: make a vault with this way in.
    CreateVault { with: Secret },
    /// Open the vault.
    Unlock { with: Secret },
    /// One way more into the open vault.
    AddWay { with: Secret },
    /// One way less: the place of it in the view's list. The last one stays.
    RemoveWay { place: u32 },
    /// Another passphrase in the place of this one.
    ChangePassphrase { old: String, new: String },
    /// A new vault key, for a passphrase or a device that was lost. Only the ways that this secret and this device open stay.
    RotateKey { with: Secret },
    /// The store is older than what was seen: go on with it all the same.
    AcceptStore,
    /// Remove the vault with all that is in it, from every place.
    RemoveVault,
    /// Forget the key now.
    Lock,
    /// Begin a guided reset in `tab` for this user name.
    Start {
        tab: i32,
        username: String,
        way: Way,
    },
    /// The person's word for this very step: change the password on the page in front.
    ChangePassword,
    /// The person's word for this very step: press the page's reset button.
    PressReset,
    /// The person did what the present step asked for; look again and go on.
    GoOn,
    /// End the guided flow. Nothing that was caught is lost.
    Cancel,
    /// Look for a token (or a code that the flow waits for) in text that the person pasted.
    Paste { text: String },
    /// Look for a token (or a code, or a reset link) in a mail file that the person dropped or chose; base64 of its bytes.
    MailFile { data: String },
    /// Open the link of the password-reset mail that was recognised, in the flow's tab or a new one.
    OpenLink,
    /// The person was warned of this look-alike host and wants to hear no more of it while the browser runs.
    Dismiss { host: String },
    /// Read the tab in front once (needs `activeTab` and `scripting`).
    Scan { tab: i32 },
    /// Keep an item of *to review* for this user name.
    Keep {
        review: String,
        username: String,
        realm: Realm,
    },
    /// Throw an item of *to review* away.
    Discard { review: String },
    /// The token of an account, to show or to copy; the live one unless an older one is named.
    Token {
        account: String,
        number: Option<u32>,
    },
    /// The password that the guide generated for an account.
    Password { account: String },
    /// The app put a secret on the clipboard: clear it in 60 s if it still holds that.
    Copied { sha256: String },
    /// Give an account a name.
    Label { account: String, label: String },
    /// The person says that a token no longer works.
    MarkDead { account: String },
    /// Remove an account with all its generations.
    Delete { account: String },
    /// Change settings.
    Settings { lock_minutes: u32 },
    /// Lock when the screen locks or nobody is at the computer for a while, or do not.
    LockAway { on: bool },
    /// Share the vault with the person's other computers through the browser's own sync, or compare both sides now.
    Sync,
    /// The same, and what lies there and is not this vault's goes.
    SyncReplace,
    /// Share it no more. What lies there stays.
    SyncOff,
    /// Share it no more, and remove what lies there.
    SyncClear,
    /// There is no vault here: open the one that another computer shares.
    JoinVault { with: Secret },
    /// A webmail permission was granted or taken back; register or remove the reader.
    MailChanged,
    /// Make a backup of everything under a passphrase of its own. The answer holds the file.
    Backup { passphrase: String },
    /// What a backup or a file of another tool (base64) would change; `on`: take it in. `passphrase` is that of a backup,
    /// `columns` the person's word about a table; each may be empty.
    MoveIn {
        data: String,
        passphrase: String,
        columns: String,
        on: bool,
    },
    /// Everything in clear, as `json` or `csv`. The app warned and asked twice.
    PlainExport { form: String },
    /// Ask for an account in the form of a client, or for what else its use needs ([`crate::handover::desk`]). `input` is
    /// JSON, and may hold a password that the person typed. Without an account (an empty id): what needs nothing from the
    /// vault ([`crate::handover::desk::FREE`]).
    Handover {
        account: String,
        tool: String,
        input: String,
    },
    /// The person's word for one log-in with the account's token, to its own host. `input` as above.
    Probe { account: String, input: String },
    /// Clear the cookies of this one host, in the cookie store of the tab (needs `cookies`).
    ClearCookies { host: String, tab: Option<i32> },
}

/// All fields of all intents, each at most once: one small reader instead of one for every variant.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IntentFields {
    kind: String,
    tab: Option<i32>,
    with: Option<Secret>,
    passphrase: Option<String>,
    place: Option<u32>,
    old: Option<String>,
    new: Option<String>,
    username: Option<String>,
    way: Option<Way>,
    text: Option<String>,
    review: Option<String>,
    realm: Option<Realm>,
    account: Option<String>,
    number: Option<u32>,
    sha256: Option<String>,
    label: Option<String>,
    lock_minutes: Option<u32>,
    data: Option<String>,
    host: Option<String>,
    on: Option<bool>,
    tool: Option<String>,
    input: Option<String>,
    columns: Option<String>,
    form: Option<String>,
}

impl Intent {
    /// Reads what the app serialised; `None` for an unknown intent or a missing field.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let f: IntentFields = json::from_str(text).ok()?;
        Some(match f.kind.as_str() {
            "view" => Self::View { tab: f.tab },
            "createVault" => Self::CreateVault { with: f.with? },
            "unlock" => Self::Unlock { with: f.with? },
            "addWay" => Self::AddWay { with: f.with? },
            "removeWay" => Self::RemoveWay { place: f.place? },
            "changePassphrase" => Self::ChangePassphrase {
                old: f.old?,
                new: f.new?,
            },
            "rotateKey" => Self::RotateKey { with: f.with? },
            "acceptStore" => Self::AcceptStore,
            "removeVault" => Self::RemoveVault,
            "lock" => Self::Lock,
            "start" => Self::Start {
                tab: f.tab?,
                username: f.username?,
                way: f.way?,
            },
            "changePassword" => Self::ChangePassword,
            "pressReset" => Self::PressReset,
            "goOn" => Self::GoOn,
            "cancel" => Self::Cancel,
            "paste" => Self::Paste { text: f.text? },
            "mailFile" => Self::MailFile { data: f.data? },
            "openLink" => Self::OpenLink,
            "dismiss" => Self::Dismiss { host: f.host? },
            "scan" => Self::Scan { tab: f.tab? },
            "keep" => Self::Keep {
                review: f.review?,
                username: f.username?,
                realm: f.realm?,
            },
            "discard" => Self::Discard { review: f.review? },
            "token" => Self::Token {
                account: f.account?,
                number: f.number,
            },
            "password" => Self::Password {
                account: f.account?,
            },
            "copied" => Self::Copied { sha256: f.sha256? },
            "label" => Self::Label {
                account: f.account?,
                label: f.label?,
            },
            "markDead" => Self::MarkDead {
                account: f.account?,
            },
            "delete" => Self::Delete {
                account: f.account?,
            },
            "settings" => Self::Settings {
                lock_minutes: f.lock_minutes?,
            },
            "lockAway" => Self::LockAway { on: f.on? },
            "sync" => Self::Sync,
            "syncReplace" => Self::SyncReplace,
            "syncOff" => Self::SyncOff,
            "syncClear" => Self::SyncClear,
            "joinVault" => Self::JoinVault { with: f.with? },
            "mailChanged" => Self::MailChanged,
            "backup" => Self::Backup {
                passphrase: f.passphrase?,
            },
            "moveIn" => Self::MoveIn {
                data: f.data?,
                passphrase: f.passphrase?,
                columns: f.columns?,
                on: f.on?,
            },
            "plainExport" => Self::PlainExport { form: f.form? },
            "handover" => Self::Handover {
                account: f.account?,
                tool: f.tool?,
                input: f.input?,
            },
            "probe" => Self::Probe {
                account: f.account?,
                input: f.input?,
            },
            "clearCookies" => Self::ClearCookies {
                host: f.host?,
                tab: f.tab,
            },
            _ => return None,
        })
    }

    /// The name of the variant, fit for a log or an error: it holds nothing that a person typed.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::View { .. } => "view",
            Self::CreateVault { .. } => "createVault",
            Self::Unlock { .. } => "unlock",
            Self::AddWay { .. } => "addWay",
            Self::RemoveWay { .. } => "removeWay",
            Self::ChangePassphrase { .. } => "changePassphrase",
            Self::RotateKey { .. } => "rotateKey",
            Self::AcceptStore => "acceptStore",
            Self::RemoveVault => "removeVault",
            Self::Lock => "lock",
            Self::Start { .. } => "start",
            Self::ChangePassword => "changePassword",
            Self::PressReset => "pressReset",
            Self::GoOn => "goOn",
            Self::Cancel => "cancel",
            Self::Paste { .. } => "paste",
            Self::MailFile { .. } => "mailFile",
            Self::OpenLink => "openLink",
            Self::Dismiss { .. } => "dismiss",
            Self::Scan { .. } => "scan",
            Self::Keep { .. } => "keep",
            Self::Discard { .. } => "discard",
            Self::Token { .. } => "token",
            Self::Password { .. } => "password",
            Self::Copied { .. } => "copied",
            Self::Label { .. } => "label",
            Self::MarkDead { .. } => "markDead",
            Self::Delete { .. } => "delete",
            Self::Settings { .. } => "settings",
            Self::LockAway { .. } => "lockAway",
            Self::Sync => "sync",
            Self::SyncReplace => "syncReplace",
            Self::SyncOff => "syncOff",
            Self::SyncClear => "syncClear",
            Self::JoinVault { .. } => "joinVault",
            Self::MailChanged => "mailChanged",
            Self::Backup { .. } => "backup",
            Self::MoveIn { .. } => "moveIn",
            Self::PlainExport { .. } => "plainExport",
            Self::Handover { .. } => "handover",
            Self::Probe { .. } => "probe",
            Self::ClearCookies { .. } => "clearCookies",
        }
    }
}

impl std::fmt::Debug for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Intent({})", self.name())
    }
}

/// The background's answer to an [`Intent`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Reply {
    /// The state after the intent was carried out.
    View(Box<View>),
    /// A secret that was asked for by [`Intent::Token`] or [`Intent::Password`].
    Secret {
        /// In clear: show or copy it, keep it nowhere.
        text: String,
    },
    /// What an [`Intent::Handover`] or an [`Intent::Probe`] asked for, or how many cookies [`Intent::ClearCookies`] removed; a
    /// backup (`{"data": base64}`), a plain export (`{"text"}`), or what a file changes ([`crate::wire::moving`]).
    Answer {
        /// JSON. It holds a secret only where the app asked for the whole text or file.
        text: String,
    },
    /// The intent failed and nothing was changed.
    Error(Fault),
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn every_intent_is_read_as_it_was_written() {
        let text = || "x".to_owned();
        let all = [
            Intent::View { tab: None },
            Intent::View { tab: Some(7) },
            Intent::CreateVault {
                with: Secret::Passphrase(text()),
            },
            Intent::Unlock {
                with: Secret::Device,
            },
            Intent::AddWay {
                with: Secret::Passkey(PasskeyAnswer {
                    credential: text(),
                    rp_id: text(),
                    salt: text(),
                    secret: text(),
                }),
            },
            Intent::RemoveWay { place: 1 },
            Intent::ChangePassphrase {
                old: text(),
                new: text(),
            },
            Intent::RotateKey {
                with: Secret::Passphrase(text()),
            },
            Intent::AcceptStore,
            Intent::RemoveVault,
            Intent::Lock,
            Intent::Start {
                tab: 7,
                username: text(),
                way: Way::SignedIn,
            },
            Intent::ChangePassword,
            Intent::PressReset,
            Intent::GoOn,
            Intent::Cancel,
            Intent::Paste { text: text() },
            Intent::Scan { tab: 7 },
            Intent::MailFile { data: text() },
            Intent::OpenLink,
            Intent::Dismiss { host: text() },
            Intent::Keep {
                review: text(),
                username: text(),
                realm: Realm::Test,
            },
            Intent::Discard { review: text() },
            Intent::Token {
                account: text(),
                number: Some(2),
            },
            Intent::Token {
                account: text(),
                number: None,
            },
            Intent::Password { account: text() },
            Intent::Copied { sha256: text() },
            Intent::Label {
                account: text(),
                label: text(),
            },
            Intent::MarkDead { account: text() },
            Intent::Delete { account: text() },
            Intent::Settings { lock_minutes: 5 },
            Intent::LockAway { on: true },
            Intent::Sync,
            Intent::SyncReplace,
            Intent::SyncOff,
            Intent::SyncClear,
            Intent::JoinVault {
                with: Secret::Passphrase(text()),
            },
            Intent::MailChanged,
            Intent::Backup { passphrase: text() },
            Intent::MoveIn {
                data: text(),
                passphrase: text(),
                columns: text(),
                on: true,
            },
            Intent::PlainExport { form: text() },
            Intent::Handover {
                account: text(),
                tool: text(),
                input: text(),
            },
            Intent::Probe {
                account: text(),
                input: text(),
            },
            Intent::ClearCookies {
                host: text(),
                tab: Some(7),
            },
            Intent::ClearCookies {
                host: text(),
                tab: None,
            },
        ];
        for intent in all {
            let json = serde_json::to_string(&intent).unwrap_or_default();
            assert!(Intent::parse(&json) == Some(intent.clone()), "{json}");
            assert!(
                json.contains(&format!("\"kind\":\"{}\"", intent.name())),
                "{json}"
            );
        }
    }

    #[test]
    fn malformed_messages_are_nothing() {
        for json in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"kind":"start"}"#,
            r#"{"kind":"nothing"}"#,
            r#"{"kind":"lock","tab":"x"}"#,
            r#""lock""#,
        ] {
            assert!(Intent::parse(json).is_none(), "{json}");
            assert!(FromContent::parse(json).is_none(), "{json}");
        }
    }

    #[test]
    fn a_page_reports() {
        let json = r#"{"kind":"facts","nonce":"n","path":"/","marks":{"username":{"n":1,"seen":true,"on":true,"full":false}},"settled":true}"#;
        let Some(FromContent::Facts(facts)) = FromContent::parse(json) else {
            panic!("not read")
        };
        assert!(facts.settled && facts.marks.contains_key("username"));
    }

    #[test]
    fn printing_a_message_shows_no_secret() {
        let fill = Verb::Fill {
            mark: "newpassword".to_owned(),
            value: "Hidden7Word".to_owned(),
        };
        let unlock = Intent::Unlock {
            with: Secret::Passphrase("Hidden7Word".to_owned()),
        };
        assert!(!format!("{fill:?}{unlock:?}").contains("Hidden7Word"));
    }
}
