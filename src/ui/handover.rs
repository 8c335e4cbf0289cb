//! Questions to the handover room ([`crate::handover`]), which runs in the tools program behind the background.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::ui::api;
use crate::ui::port;
use crate::ui::read::{Read, field};
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

/// A page of the org's Setup.
#[derive(Clone, PartialEq)]
pub struct Link {
    /// Id (`link_<id>`).
    pub id: String,
    /// Address.
    pub url: String,
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

impl Read for Link {
    fn read(value: &JsValue) -> Self {
        Self {
            id: field(value, "id"),
            url: field(value, "url"),
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

/// Asks a function; its answer is to be read by [`field`].
///
/// # Errors
/// The refusal of the function, or the background's fault.
pub async fn ask(name: &str, input: &impl Serialize) -> Result<JsValue, Fault> {
    ask_text(name, api::plain(input).unwrap_or_default()).await
}

async fn ask_text(name: &str, input: JsValue) -> Result<JsValue, Fault> {
    let silent = || Fault::new("background_silent");
    let input = js_sys::JSON::stringify(&input).map_err(|_| silent())?;
    let intent = Intent::Handover {
        account: None,
        tool: name.to_owned(),
        input: input.into(),
    };
    let Reply::Answer { text } = port::ask(intent).await? else {
        return Err(silent());
    };
    let answer = js_sys::JSON::parse(&text).map_err(|_| silent())?;
    match field::<Option<Fault>>(&answer, "fault") {
        Some(fault) => Err(fault),
        None => Ok(answer),
    }
}
