//! Puts a token to work, and says when it is over.
//!
//! All of it runs in the tools program (`src/bin/tools.rs`): each function of [`run`] takes one JSON text and gives one.
//! What is refused comes back as `{"fault":{"code":…}}` with a sentence under `fault_<code>`; an input that is not what
//! the function takes gives nothing at all.
//!
//! The app asks through the background, which adds the account's record: that is `desk` ([`desk`]).
//!
//! | function | answers | in |
//! |---|---|---|
//! | `formats` | which clients are there, which placeholders? | [`formats`] |
//! | `format` | the account in the form of one client, or of a template; redacted or in full | [`formats`], [`template`], [`escape`], [`dataloader`] |
//! | `probe_request` | what to send to ask Salesforce whether the token works | [`probe`] |
//! | `probe_answer` | what the answer means and what to do | [`probe`], [`faults`] |
//! | `clock_learn`, `clock` | how long will SOAP `login()` live for this account? | [`clock`] |
//! | `jwt_key` | a new key with its certificate | [`jwt`] |
//! | `jwt_sign` | a signed assertion | [`jwt`] |
//! | `jwt_config` | configuration of clients for JWT bearer, and the steps in Setup | [`wayout`], [`setup`] |
//! | `links` | the pages of this org's Setup that matter here | [`setup`] |
//! | `uses` | where is the token used, what breaks, what is still to update? | [`uses`] |
//! | `rotation` | when is a new token due, when to remind? | [`rotation`] |
//! | `advise` | from a symptom to causes and next actions | [`advice`] |
//! | `mail_forecast` | will a token mail come at all? | [`advice`] |
//! | `admin_message` | a message to the administrator, as ids of sentences | [`administrator`] |

pub mod account;
pub mod administrator;
pub mod advice;
pub mod clock;
pub mod dataloader;
pub mod desk;
pub mod escape;
pub mod faults;
pub mod formats;
pub mod jwt;
pub mod probe;
pub mod rotation;
pub mod setup;
pub mod template;
pub mod uses;
pub mod wayout;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::vault::text;
use crate::wire::answer;

/// The groups of sentences that the codes of this room belong to, besides `fault`: a code makes an id with its group in
/// front, `probe` + `works` → `probe_works`.
pub const SENTENCES: [&str; 10] = [
    "admin", "cause", "clock", "forecast", "format", "jwt", "link", "probe", "symptom", "use",
];

/// Why a function gives no result. Never a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Stable code; its sentence lies under `fault_<code>`.
    pub code: &'static str,
    /// A word of what the person wrote, or the name of a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A position in what the person wrote, in characters from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<usize>,
}

impl Refusal {
    /// A refusal with nothing but its code.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self {
            code,
            detail: None,
            at: None,
        }
    }
}

impl From<account::AccountError> for Refusal {
    fn from(error: account::AccountError) -> Self {
        Self {
            code: error.code(),
            detail: match error {
                account::AccountError::BadValue(field) => Some(field.to_owned()),
                account::AccountError::BadHost => None,
            },
            at: None,
        }
    }
}

/// Runs one function. `None`: no such function, or the input is not what it takes.
#[must_use]
pub fn run(name: &str, input: &str) -> Option<String> {
    match name {
        "desk" => desk::run(input),
        "formats" => answer::told(Ok::<_, Refusal>(formats::list())),
        "format" => answer(input, formats::render),
        "probe_request" => answer(input, probe::request),
        "probe_answer" => answer(input, |got| Ok(probe::read(&got))),
        "clock_learn" => answer(input, |learn| Ok(clock::learn(&learn))),
        "clock" => answer(input, |ask| Ok(clock::report(&ask))),
        "jwt_key" => answer(input, jwt::make),
        "jwt_sign" => answer(input, jwt::sign),
        "jwt_config" => answer(input, wayout::configure),
        "links" => answer(input, setup::links),
        "uses" => answer(input, uses::check),
        "rotation" => answer(input, rotation::plan),
        "advise" => answer(input, |ask| Ok(advice::advise(&ask))),
        "mail_forecast" => answer(input, |known| Ok(advice::forecast(&known))),
        "admin_message" => answer(input, administrator::message),
        _ => None,
    }
}

fn answer<I: DeserializeOwned, O: Serialize>(
    input: &str,
    work: impl FnOnce(I) -> Result<O, Refusal>,
) -> Option<String> {
    answer::answer(input, work)
}

/// Exactly `N` bytes of base64url.
fn decode_array<const N: usize>(given: Option<&str>) -> Option<[u8; N]> {
    text::decode_exact(given?)
}
