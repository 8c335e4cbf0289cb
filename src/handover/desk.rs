//! What the app may ask of one account of the vault.
//!
//! The background adds the account's record to the question and stores what comes back to be kept; what a question means,
//! and which secrets an answer may hold, is decided here. A question that is not in [`ALLOWED`] is none.
//!
//! | question | answers | secret |
//! |---|---|---|
//! | `formats` | every format | no |
//! | `format` | the account in a format, redacted unless asked otherwise | only if not redacted |
//! | `clock` | what is known of SOAP `login()`, and what was tried last | no |
//! | `links` | pages of this org's Setup | no |
//! | `way_out` | steps and configurations for JWT bearer, and the certificate that was made; keeps the consumer key | no |
//! | `jwt_key` | makes and keeps a key with its certificate | no |
//! | `jwt_file` | the key as a file | yes |
//! | `uses` | keeps a change of the register | no |
//! | `rotation` | when a new token is due; keeps what the person says of it | no |
//!
//! What needs nothing from the vault ([`FREE`]) is asked of the functions of [`super::run`] themselves.
//!
//! Two more are the background's own, as they come before and after a request that only it sends ([`BEHIND`]):
//! `probe_request` (holds password and token) and `probe_answer` (which keeps what was learned).

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::handover::account::{AccountError, AccountIn, own_host};
use crate::handover::clock::{self, Clock, Learn};
use crate::handover::{Refusal, formats, jwt, probe, rotation, setup, uses, wayout};
use crate::vault::records::{self, Account};
use crate::vault::secret::SecretBytes;
use crate::vault::text::encode;
use crate::vault::work::{JwtKey, Known, Tried, Work};
use crate::wire::answer::told;
use crate::wire::json;
use crate::wire::views::{Environment, Realm};

/// What the app may ask.
pub const ALLOWED: [&str; 9] = [
    "formats", "format", "clock", "links", "way_out", "jwt_key", "jwt_file", "uses", "rotation",
];
/// What the app may ask without an account.
pub const FREE: [&str; 4] = ["advise", "mail_forecast", "admin_message", "links"];
/// What only the background asks.
pub const BEHIND: [&str; 2] = ["probe_request", "probe_answer"];

/// How long a certificate is valid if nobody says otherwise, in days.
const CERTIFICATE_DAYS: u32 = 3 * 365;

/// A question as the background passes it on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    name: String,
    /// The account's record, JSON.
    record: String,
    /// What the app says, JSON.
    ask: String,
    /// Milliseconds since 1970.
    now: u64,
    /// 48 random bytes in base64url.
    random: String,
}

/// An answer: `{"answer":…}`, and `"work":…` if something is to be kept with the account.
///
/// `None`: no such question, or one that cannot be read.
#[must_use]
pub fn run(input: &str) -> Option<String> {
    let question: Question = json::from_str(input).ok()?;
    if !ALLOWED.contains(&question.name.as_str()) && !BEHIND.contains(&question.name.as_str()) {
        return None;
    }
    let record = SecretBytes::new(question.record.into_bytes());
    let mut desk = Desk {
        account: records::from_json(&record).ok()?,
        ask: question.ask,
        now: question.now,
        random: question.random,
        work: None,
    };
    let answer = match question.name.as_str() {
        "formats" => told(Ok::<_, Refusal>(formats::list())),
        "format" => desk.answer(Desk::format),
        "clock" => desk.answer(Desk::clock),
        "links" => desk.answer(Desk::links),
        "way_out" => desk.answer(Desk::way_out),
        "jwt_key" => desk.answer(Desk::jwt_key),
        "jwt_file" => desk.answer(Desk::jwt_file),
        "uses" => desk.answer(Desk::uses),
        "rotation" => desk.answer(Desk::rotation),
        "probe_request" => desk.answer(Desk::probe_request),
        "probe_answer" => desk.answer(Desk::probe_answer),
        _ => None,
    }?;
    let kept = match &desk.work {
        Some(work) => [",\"work\":", &serde_json::to_string(work).ok()?].concat(),
        None => String::new(),
    };
    Some(["{\"answer\":", &answer, &kept, "}"].concat())
}

/// One account in front of one question.
struct Desk {
    account: Account,
    ask: String,
    now: u64,
    random: String,
    /// What is to be kept.
    work: Option<Work>,
}

/// Nothing needs to be said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FormatAsk {
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    template: Option<String>,
    /// What the person typed; the kept one if it is left out.
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default)]
    key_file: Option<String>,
    redacted: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockAsk {
    /// The person says whether the org was made in or after Winter '26.
    #[serde(default)]
    new_org: Option<bool>,
}

/// What is known of SOAP `login()`, and what was tried last.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Standing {
    clock: clock::Report,
    /// What the person said of the org's age.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_org: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tried: Option<TriedView>,
    /// The host that a test log-in would go to.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
}

#[derive(Serialize)]
struct TriedView {
    at: u64,
    code: String,
    /// Was it before the token that is live now was caught?
    older: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WayOutAsk {
    #[serde(default)]
    client_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WayOutView {
    /// Consumer key of the app, if it is known.
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<KeyView>,
    way: wayout::WayOut,
}

/// A key without its secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyView {
    made_at: u64,
    certificate: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    described: Option<jwt::Described>,
}

#[derive(Serialize)]
struct File {
    text: String,
    file: &'static str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProbeAsk {
    /// What the person typed; the kept one if it is left out.
    #[serde(default)]
    password: Option<String>,
}

impl Desk {
    fn answer<I: DeserializeOwned, O: Serialize>(
        &mut self,
        work: impl FnOnce(&mut Self, I) -> Result<O, Refusal>,
    ) -> Option<String> {
        let ask = json::from_str(&std::mem::take(&mut self.ask)).ok()?;
        told(work(self, ask))
    }

    fn known(&self) -> Result<Known, Refusal> {
        let known = self.account.work.known();
        known.map_err(|error| Refusal::new(error.code()))
    }

    fn keep(&mut self, known: &Known) -> Result<(), Refusal> {
        let mut work = self.account.work.clone();
        let kept = work.set_known(known);
        kept.map_err(|error| Refusal::new(error.code()))?;
        self.work = Some(work);
        Ok(())
    }

    /// The account as the formats want it; without its secrets unless they are asked for.
    fn account(&self, password: Option<String>, secrets: bool) -> Result<AccountIn, Refusal> {
        let host = own_host(&self.account).ok_or(AccountError::BadHost)?;
        let kept = || {
            self.account
                .password
                .as_ref()
                .map(|kept| kept.password.expose().to_owned())
        };
        let token = || {
            self.account
                .newest()
                .map(|newest| newest.token.expose().to_owned())
        };
        let (password, token) = if secrets {
            let typed = password.filter(|typed| !typed.is_empty());
            (typed.or_else(kept), token())
        } else {
            (None, None)
        };
        Ok(AccountIn {
            username: self.account.username.clone(),
            password: password.unwrap_or_default(),
            token: token.unwrap_or_default(),
            host,
            sandbox: self.is_sandbox(),
        })
    }

    fn is_sandbox(&self) -> bool {
        matches!(self.account.realm, Realm::Test | Realm::ChinaTest)
            || matches!(
                self.account.environment,
                Environment::Sandbox | Environment::Scratch
            )
    }

    fn format(&mut self, ask: FormatAsk) -> Result<formats::Rendered, Refusal> {
        let random: [u8; 48] = self.random()?;
        let random = random.first_chunk::<32>().map(|front| encode(front));
        formats::render(formats::Ask {
            account: self.account(ask.password, !ask.redacted)?,
            format: ask.format,
            template: ask.template,
            client_id: ask.client_id,
            client_secret: ask.client_secret,
            // The first 32 of the 48 bytes; 4 letters hold 3 bytes.
            random,
            key_file: ask.key_file,
            redacted: ask.redacted,
        })
    }

    fn random<const N: usize>(&self) -> Result<[u8; N], Refusal> {
        super::decode_array(Some(&self.random)).ok_or(Refusal::new("handover_bad_value"))
    }

    fn clock(&mut self, ask: ClockAsk) -> Result<Standing, Refusal> {
        let mut known = self.known()?;
        if ask.new_org.is_some() && known.new_org != ask.new_org {
            known.new_org = ask.new_org;
            self.keep(&known)?;
        }
        let caught_at = self.account.newest().map(|newest| newest.caught_at);
        Ok(Standing {
            clock: clock::report(&clock::Ask {
                known: known.clock.unwrap_or_default(),
                now: self.now,
                new_org: known.new_org,
            }),
            new_org: known.new_org,
            tried: known.tried.map(|tried| TriedView {
                older: caught_at.is_some_and(|caught_at| caught_at > tried.at),
                at: tried.at,
                code: tried.code,
            }),
            host: own_host(&self.account),
        })
    }

    fn links(&mut self, _: Nothing) -> Result<setup::Links, Refusal> {
        let host = own_host(&self.account).ok_or(AccountError::BadHost)?;
        setup::links(setup::Ask { host })
    }

    fn way_out(&mut self, ask: WayOutAsk) -> Result<WayOutView, Refusal> {
        let mut kept = self.known()?;
        let newest = kept.keys.first();
        let known = newest.map(|key| key.app.clone()).unwrap_or_default();
        let client_id = ask
            .client_id
            .map_or(known.clone(), |id| id.trim().to_owned());
        let way = wayout::configure(wayout::Ask {
            account: self.account(None, false)?,
            client_id: Some(client_id.clone()),
        })?;
        let key = newest.map(key_view);
        // Without a key there is nothing to which it would belong; the app has it in its field.
        if let Some(key) = kept.keys.first_mut().filter(|key| key.app != client_id) {
            key.app.clone_from(&client_id);
            self.keep(&kept)?;
        }
        Ok(WayOutView {
            client_id,
            key,
            way,
        })
    }

    fn jwt_key(&mut self, _: Nothing) -> Result<KeyView, Refusal> {
        let made = jwt::make(jwt::Make {
            random: std::mem::take(&mut self.random),
            pkcs8: None,
            name: self.account.username.clone(),
            now: self.now,
            days: CERTIFICATE_DAYS,
        })?;
        let key = JwtKey {
            pkcs8: made.pkcs8.into(),
            certificate: made.certificate_pem,
            made_at: self.now,
            app: String::new(),
        };
        let view = key_view(&key);
        let mut known = self.known()?;
        known.add_key(key);
        self.keep(&known)?;
        Ok(view)
    }

    fn jwt_file(&mut self, _: Nothing) -> Result<File, Refusal> {
        let known = self.known()?;
        let key = known.keys.first().ok_or(Refusal::new("jwt_no_key"))?;
        Ok(File {
            text: jwt::key_file(key.pkcs8.expose())?.expose().to_owned(),
            file: wayout::KEY_FILE,
        })
    }

    fn uses(&mut self, change: uses::Change) -> Result<(), Refusal> {
        let mut work = self.account.work.clone();
        let uses = std::mem::take(&mut work.uses);
        work.set_uses(uses::change(uses, change, self.now)?);
        self.work = Some(work);
        Ok(())
    }

    fn rotation(&mut self, care: rotation::Care) -> Result<rotation::Plan, Refusal> {
        let (plan, work) = rotation::care(&self.account, care, self.now)?;
        if work != self.account.work {
            self.work = Some(work);
        }
        Ok(plan)
    }

    fn probe_request(&mut self, ask: ProbeAsk) -> Result<probe::Request, Refusal> {
        probe::request(probe::Ask {
            account: self.account(ask.password, true)?,
            version: None,
        })
    }

    fn probe_answer(&mut self, mut got: probe::Got) -> Result<probe::Meaning, Refusal> {
        got.with_token = self.account.newest().is_some();
        got.sandbox = Some(self.is_sandbox());
        let meaning = probe::read(&got);
        let mut kept = self.known()?;
        let known = kept.clock.unwrap_or_default();
        let learned = clock::learn(&Learn {
            known,
            soap: meaning.soap,
            version: clock::LAST_VERSION,
            now: self.now,
        });
        if learned != Clock::default() {
            kept.clock = Some(learned);
        }
        kept.tried = Some(Tried {
            at: self.now,
            code: meaning.code.to_owned(),
        });
        self.keep(&kept)?;
        Ok(meaning)
    }
}

fn key_view(key: &JwtKey) -> KeyView {
    KeyView {
        made_at: key.made_at,
        certificate: key.certificate.clone(),
        described: jwt::describe(&key.certificate),
    }
}
