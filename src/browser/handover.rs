//! Puts an account to work: passes a question on to the tools program with the account's record beside it
//! ([`desk`]), keeps what comes back to be kept, and sends the one request that tells whether a token works.

use serde::{Deserialize, Serialize};

use crate::browser::keeper::Keeper;
use crate::browser::shell::Shell;
use crate::handover::account::own_host;
use crate::handover::desk;
use crate::recognise::host::Origin;
use crate::vault::records::{self, Account};
use crate::vault::text::encode;
use crate::vault::work::Work;
use crate::wire::errors::Fault;
use crate::wire::json::{self, Raw};
use crate::wire::messages::Reply;

/// The path of the only request; its last part is the API version.
const SOAP: &str = "/services/Soap/u/";

/// A question of the app, about an account or (with an empty id) about none.
///
/// # Errors
/// `handover_unknown` for a question that the app may not ask or that cannot be read; as [`Keeper::account`];
/// `write_failed`.
pub async fn ask<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    id: &str,
    name: &str,
    ask: &str,
) -> Result<Reply, Fault> {
    if id.is_empty() {
        let free = desk::FREE.into_iter().find(|free| *free == name);
        let text = keeper.shell.tool(free.ok_or_else(unknown)?, ask).await;
        let text = text.ok_or_else(unknown)?;
        return Ok(Reply::Answer { text });
    }
    if !desk::ALLOWED.contains(&name) {
        return Err(unknown());
    }
    let account = keeper.account(id).await?;
    let text = pass_on(keeper, &account, name, ask).await?;
    Ok(Reply::Answer { text })
}

/// The person's press: one log-in with the account's token, to the account's own host. `ask` is JSON and may hold the
/// password. Nothing of it is repeated, whatever comes back.
///
/// # Errors
/// As [`ask`]; `probe_foreign` if the request would go anywhere else.
pub async fn probe<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    id: &str,
    ask: &str,
) -> Result<Reply, Fault> {
    #[derive(Deserialize)]
    struct Address {
        url: Option<String>,
    }
    let account = keeper.account(id).await?;
    let request = pass_on(keeper, &account, "probe_request", ask).await?;
    let Address { url } = json::from_str(&request).map_err(|_| unknown())?;
    // Refused: the app says why.
    let Some(url) = url else {
        return Ok(Reply::Answer { text: request });
    };
    if !is_own(&account, &url) {
        return Err(Fault::new("probe_foreign"));
    }
    let got = keeper.shell.post(&request).await;
    // Nothing came back at all: what was sent may have been counted.
    let got = got.unwrap_or_else(|| "{\"timedOut\":true}".to_owned());
    let text = pass_on(keeper, &account, "probe_answer", &got).await?;
    keeper.touch();
    Ok(Reply::Answer { text })
}

/// Is this the SOAP log-in of the host on which this account logs in, over https? Asked here once more, so that no
/// mistake of the tools program sends a password elsewhere.
fn is_own(account: &Account, url: &str) -> bool {
    let Some(origin) = Origin::of_url(url) else {
        return false;
    };
    let start = [&origin.to_string(), SOAP].concat();
    let version = url.strip_prefix(&start);
    let plain = |version: &str| version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    version.is_some_and(plain) && own_host(account).as_deref() == Some(origin.host())
}

async fn pass_on<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    account: &Account,
    name: &str,
    ask: &str,
) -> Result<String, Fault> {
    #[derive(Serialize)]
    struct Question<'a> {
        name: &'a str,
        record: &'a str,
        ask: &'a str,
        now: u64,
        random: &'a str,
    }
    #[derive(Deserialize)]
    struct Answer {
        answer: Raw,
        work: Option<Work>,
    }
    let record = records::to_json(account)?;
    let random: [u8; 48] = keeper.random();
    let question = serde_json::to_string(&Question {
        name,
        record: std::str::from_utf8(record.expose()).unwrap_or_default(),
        ask,
        now: keeper.shell.now(),
        random: &encode(&random),
    });
    let question = zeroize::Zeroizing::new(question.unwrap_or_default());
    let output = keeper.shell.tool("desk", &question).await;
    let Answer {
        answer: Raw(answer),
        work,
    } = output
        .and_then(|output| json::from_str(&output).ok())
        .ok_or_else(unknown)?;
    if let Some(mut work) = work {
        let mut kept = Ok(false);
        keeper
            .change(&account.username, account.realm, &mut |account, _| {
                kept = account.set_work(std::mem::take(&mut work));
            })
            .await?;
        kept?;
    }
    Ok(answer)
}

fn unknown() -> Fault {
    Fault::new("handover_unknown")
}
