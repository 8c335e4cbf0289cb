//! What is asked of one account beyond the view ([`crate::handover::desk`]), and how the answers are read.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::ui::handover::{self, answered};
use crate::ui::parts::lines::fault_text;
use crate::ui::read::{Read, field, record};
use crate::ui::state::App;
use crate::ui::strings::{isolate, t1, t2};
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};

/// Every format there is.
#[derive(Clone, Default, PartialEq)]
pub struct Formats {
    /// The formats, in their order.
    pub formats: Vec<Format>,
    /// What a template may name.
    pub placeholders: Vec<String>,
    /// How a template may write it.
    pub filters: Vec<String>,
}

/// One format.
#[derive(Clone, Default, PartialEq)]
pub struct Format {
    /// Id; its sentence is `format_<id>`.
    pub id: String,
    /// Proper name of the client; may be empty.
    pub client: String,
    /// How the client logs in: `any`, `soap`, `oauthPassword`.
    pub login: String,
    /// Does it hold the password?
    pub needs_password: bool,
    /// Does it hold a consumer key and secret?
    pub needs_app: bool,
}

/// A finished text.
#[derive(Default)]
pub struct Rendered {
    /// The text; with secrets only if it was asked for so.
    pub text: String,
    /// Name of the file.
    pub file: String,
    /// A second file.
    pub extra: Option<Extra>,
}

impl Drop for Rendered {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// A second file.
#[derive(Default)]
pub struct Extra {
    /// Its name.
    pub file: String,
    /// Its bytes in base64url.
    pub bytes: String,
}

/// What is known of SOAP log-in.
#[derive(Clone, Default, PartialEq)]
pub struct Standing {
    /// The clock.
    pub clock: Clock,
    /// Did the person say that the org is one of those in which it is off from the start?
    pub new_org: bool,
    /// What was tried last.
    pub tried: Option<Tried>,
    /// Where a test log-in goes.
    pub host: Option<String>,
}

/// The clock of SOAP log-in.
#[derive(Clone, Default, PartialEq)]
pub struct Clock {
    /// `clock_<state>`.
    pub state: String,
    /// `clock_<stage>`.
    pub stage: String,
    /// Whole days that are left, about.
    pub days_left: u32,
    /// Nothing is known, and the org is new.
    pub probably_off: bool,
}

/// The last test log-in.
#[derive(Clone, Default, PartialEq)]
pub struct Tried {
    /// Milliseconds since 1970.
    pub at: f64,
    /// `probe_<code>`.
    pub code: String,
    /// Was it with an older token?
    pub older: bool,
}

/// What a test log-in said.
#[derive(Clone, Default, PartialEq)]
pub struct Meaning {
    /// `probe_<code>`, `probe_<code>_help`.
    pub code: String,
    /// What to do.
    pub next: String,
    /// What it says about the token.
    pub token: String,
    /// Does it count toward the lock-out?
    pub counts: bool,
    /// Salesforce's own code.
    pub exception: Option<String>,
    /// Sandbox and production are mixed up.
    pub other_environment: bool,
}

/// Pages of an org's Setup.
#[derive(Clone, Default, PartialEq)]
pub struct Links {
    /// All of them.
    pub links: Vec<Link>,
}

/// One page.
#[derive(Clone, Default, PartialEq)]
pub struct Link {
    /// `link_<id>`.
    pub id: String,
    /// Its address on the org's own host.
    pub url: String,
}

/// The way to JWT bearer.
#[derive(Clone, Default, PartialEq)]
pub struct WayOut {
    /// Consumer key, if it is known.
    pub client_id: String,
    /// The key that was made.
    pub key: Option<KeyRow>,
    /// Steps and texts.
    pub way: Way,
}

/// A key without its secret.
#[derive(Clone, Default, PartialEq)]
pub struct KeyRow {
    /// Milliseconds since 1970.
    pub made_at: f64,
    /// PEM.
    pub certificate: String,
    /// What it holds.
    pub described: Option<Described>,
}

/// What a certificate holds.
#[derive(Clone, Default, PartialEq)]
pub struct Described {
    /// SHA-256 in hexadecimal.
    pub fingerprint: String,
    /// Milliseconds since 1970.
    pub not_after: f64,
}

/// Steps and texts.
#[derive(Clone, Default, PartialEq)]
pub struct Way {
    /// A text for each client.
    pub configs: Vec<Config>,
    /// In order.
    pub steps: Vec<Step>,
}

/// A text for one client.
#[derive(Clone, Default, PartialEq)]
pub struct Config {
    /// Proper name of the client.
    pub client: String,
    /// Name of the file.
    pub file: String,
    /// The text; nothing in it is secret.
    pub text: String,
}

/// One step.
#[derive(Clone, Default, PartialEq)]
pub struct Step {
    /// `jwt_<id>`.
    pub id: String,
    /// The page on which it is done.
    pub link: Option<Link>,
}

record! {
    Formats: formats placeholders filters;
    Format: id client login needs_password needs_app;
    Rendered: text file extra;
    Extra: file bytes;
    Standing: clock new_org tried host;
    Clock: state stage days_left probably_off;
    Tried: at code older;
    Meaning: code next token counts exception other_environment;
    Links: links;
    Link: id url;
    WayOut: client_id key way;
    KeyRow: made_at certificate described;
    Described: fingerprint not_after;
    Way: configs steps;
    Config: client file text;
    Step: id link;
}

/// What is said beside a question, as JSON.
pub struct Input(Object);

impl Input {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Object::new())
    }

    /// A text; an empty one is not said.
    #[must_use]
    pub fn text(self, name: &str, text: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        self.set(name, &text.into())
    }

    /// Yes or no.
    #[must_use]
    pub fn flag(self, name: &str, on: bool) -> Self {
        self.set(name, &on.into())
    }

    fn set(self, name: &str, value: &JsValue) -> Self {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&self.0, &name.into(), value);
        self
    }

    fn json(&self) -> String {
        JSON::stringify(&self.0)
            .map(String::from)
            .unwrap_or_default()
    }
}

impl Default for Input {
    fn default() -> Self {
        Self::new()
    }
}

/// Why there is no answer, in words.
pub type Refused = String;

/// Asks something of an account.
///
/// # Errors
/// Why not.
pub async fn ask<T: Read>(
    app: App,
    account: &str,
    tool: &str,
    input: &Input,
) -> Result<T, Refused> {
    read(
        app.run(Intent::Handover {
            account: account.to_owned(),
            tool: tool.to_owned(),
            input: input.json(),
        })
        .await,
    )
}

/// Tries the token: one log-in.
///
/// # Errors
/// Why nothing was sent.
pub async fn probe(app: App, account: &str, input: &Input) -> Result<Meaning, Refused> {
    read(
        app.run(Intent::Probe {
            account: account.to_owned(),
            input: input.json(),
        })
        .await,
    )
}

fn read<T: Read>(reply: Result<Reply, Fault>) -> Result<T, Refused> {
    match answered(reply) {
        Ok(answer) => Ok(T::read(&answer)),
        Err(why) => Err(in_words(&why)),
    }
}

/// A refusal with the word and the place that it is about.
fn in_words(why: &handover::Refused) -> Refused {
    let sentence = fault_text(&why.fault);
    let place = match (&why.detail, why.at) {
        (Some(word), Some(at)) => t2("refused_at", &isolate(word), &at.to_string()),
        (None, Some(at)) => t1("refused_place", &at.to_string()),
        (Some(word), None) => t1("refused_word", &isolate(word)),
        (None, None) => return sentence,
    };
    [sentence, place].join(" ")
}

impl Read for JsValue {
    fn read(value: &JsValue) -> Self {
        value.clone()
    }
}
