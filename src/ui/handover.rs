//! Questions to the handover room ([`crate::handover`]), which runs in the tools program behind the background.

use serde::Serialize;
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use crate::ui::answers::Link;
use crate::ui::api;
use crate::ui::port;
use crate::ui::read::{Read, field};
use crate::ui::state::App;
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};

/// What an account's trouble may come from.
#[derive(Clone, PartialEq)]
pub struct Cause {
    /// Code (`cause_<code>`, `cause_<code>_help`).
    pub code: String,
    /// What the app offers.
    pub action: String,
    /// Only an administrator can change it.
    pub admin: bool,
    /// What is known says that it is this.
    pub certain: bool,
    /// Where it is seen or changed.
    pub link: Option<Link>,
}

/// A sentence of a message by its id.
pub struct Line {
    /// Id of the sentence.
    pub id: String,
    /// Its argument.
    pub argument: Option<String>,
}

impl Read for Cause {
    fn read(value: &JsValue) -> Self {
        Self {
            code: field(value, "code"),
            action: field(value, "action"),
            admin: field(value, "admin"),
            certain: field(value, "certain"),
            link: field(value, "link"),
        }
    }
}

impl Read for Line {
    fn read(value: &JsValue) -> Self {
        Self {
            id: field(value, "id"),
            argument: field(value, "argument"),
        }
    }
}

/// Asks a function that needs nothing from the vault; its answer is to be read by [`field`].
///
/// # Errors
/// The refusal of the function, or the background's fault.
pub async fn ask(tool: &str, input: &impl Serialize) -> Result<JsValue, Fault> {
    Ok(answered(
        port::ask(question(String::new(), tool, input)).await,
    )?)
}

/// Asks something of an account.
///
/// # Errors
/// As [`ask`].
pub async fn of(account: String, tool: &str, input: &impl Serialize) -> Result<JsValue, Fault> {
    Ok(answered(port::ask(question(account, tool, input)).await)?)
}

/// Changes something that is kept with an account; the view follows.
///
/// # Errors
/// As [`ask`]; nothing was changed then.
pub async fn tell(
    app: App,
    account: String,
    tool: &str,
    input: &impl Serialize,
) -> Result<JsValue, Fault> {
    Ok(answered(app.run(question(account, tool, input)).await)?)
}

fn question(account: String, tool: &str, input: &impl Serialize) -> Intent {
    // What is asked here can always be written; an empty text is refused as any other nonsense.
    let input = api::plain(input).and_then(|input| js_sys::JSON::stringify(&input).ok());
    Intent::Handover {
        account,
        tool: tool.to_owned(),
        input: input.map(String::from).unwrap_or_default(),
    }
}

/// Why a tool gave no answer: a fault, and the word and the place in what the person wrote that it is about.
pub struct Refused {
    /// The fault.
    pub fault: Fault,
    /// A word of the person's, or the name of a field.
    pub detail: Option<String>,
    /// A position in characters from 1.
    pub at: Option<u32>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            detail: None,
            at: None,
        }
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        refused.fault
    }
}

/// What a tool answered, to be read by [`field`].
///
/// # Errors
/// Its refusal, or the background's fault.
pub fn answered(reply: Result<Reply, Fault>) -> Result<JsValue, Refused> {
    let silent = || Fault::new("background_silent");
    let Reply::Answer { text } = reply? else {
        return Err(silent().into());
    };
    // It may hold secrets: what was asked for in full does.
    let text = Zeroizing::new(text);
    let answer = js_sys::JSON::parse(&text).map_err(|_| silent())?;
    match field::<Option<JsValue>>(&answer, "fault") {
        Some(fault) => Err(Refused {
            fault: Fault::read(&fault),
            detail: field(&fault, "detail"),
            at: field(&fault, "at"),
        }),
        None => Ok(answer),
    }
}
