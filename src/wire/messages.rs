//! The whole protocol in one file: what the page agent, the mail reader and the app may say to the
//! background, and what the background may say to a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::wire::errors::Fault;
use crate::wire::views::{Realm, View, Way};

/// Most characters of page or mail text that the background reads from one message.
///
/// A token mail has under 2,000; the agents cut at this length and say so with `cut`.
pub const TEXT_LIMIT: usize = 200_000;

/// A message from a content script. Which of its variants a sender may use is decided by
/// [`crate::wire::senders`] before the message is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FromContent {
    /// The page agent describes a page that carries at least one mark.
    Facts(PageFacts),
    /// A person submitted a form that held a user name (never a password).
    #[serde(rename_all = "camelCase")]
    Submitted {
        /// The nonce of the document in which it happened.
        nonce: String,
        /// What stood in the user-name field.
        username: String,
    },
    /// The mail reader shows the opened message of an allowed provider, sent by Salesforce.
    Mail(MailReading),
}

/// What the page agent sees: names from one fixed table, never values of secret fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageFacts {
    /// Drawn by the agent when its document loaded; a verb without it is refused.
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
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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

/// What the app asks of the background. Buttons map onto these one to one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Intent {
    /// Show the present state. `tab` is the tab in front of which the app stands, if any.
    View { tab: Option<i32> },
    /// First run: make a vault under a passphrase.
    CreateVault { passphrase: String },
    /// Open the vault.
    Unlock { passphrase: String },
    /// Forget the key now.
    Lock,
    /// Begin a guided reset in `tab` for this user name.
    Start { tab: i32, username: String, way: Way },
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
    /// Read the tab in front once (needs `activeTab` and `scripting`).
    Scan { tab: i32 },
    /// Keep an item of *to review* for this user name.
    Keep { review: String, username: String, realm: Realm },
    /// Throw an item of *to review* away.
    Discard { review: String },
    /// The token of an account, to show or to copy; the live one unless an older one is named.
    Token { account: String, number: Option<u32> },
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
    /// A webmail permission was granted or taken back; register or remove the reader.
    MailChanged,
}

impl Intent {
    /// The name of the variant, fit for a log or an error: it holds nothing that a person typed.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::View { .. } => "view",
            Self::CreateVault { .. } => "createVault",
            Self::Unlock { .. } => "unlock",
            Self::Lock => "lock",
            Self::Start { .. } => "start",
            Self::ChangePassword => "changePassword",
            Self::PressReset => "pressReset",
            Self::GoOn => "goOn",
            Self::Cancel => "cancel",
            Self::Paste { .. } => "paste",
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
            Self::MailChanged => "mailChanged",
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
    /// The intent failed and nothing was changed.
    Error(Fault),
}
