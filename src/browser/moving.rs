//! Backup and moving house: all accounts go to a tool as JSON, and what it makes of them is written here.
//!
//! The tool ([`crate::moving`]) reads the file, merges, and tells what would change; it keeps nothing. So the same question
//! is asked twice, first to look and then to write, and once more for what there was no time to write: what is written
//! already is no change any more.

use serde::Deserialize;

use crate::browser::keeper::{Keeper, Taken, long_enough};
use crate::browser::shell::Shell;
use crate::vault::backup::MAX_FILE;
use crate::vault::records::{Account, to_json};
use crate::vault::review::Caught;
use crate::wire::errors::Fault;
use crate::wire::json::{self, Raw};
use crate::wire::messages::Reply;
use crate::wire::moving::{Done, Failed};

/// How long one event writes, in milliseconds; an event that takes too long counts as lost.
const WRITING: u64 = 8_000;
/// Most characters of base64 that a file may have.
const LONGEST: usize = MAX_FILE.div_ceil(3) * 4;

/// What a tool of the moving room answers.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    fault: Option<Fault>,
    shown: Raw,
    accounts: Vec<Account>,
    reviews: Vec<Caught>,
}

/// Everything that is kept, as an age file under this passphrase.
///
/// # Errors
/// As [`Keeper::ring`]; `passphrase_short`, `move_failed`, and the tool's own.
pub async fn backup<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    passphrase: &str,
) -> Result<Reply, Fault> {
    keeper.ring()?;
    long_enough(passphrase)?;
    show(ask(keeper, "backup", &[("passphrase", passphrase)], false).await?)
}

/// Everything that is kept, in clear. The app asked twice.
///
/// # Errors
/// As [`backup`].
pub async fn plain_export<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    form: &str,
) -> Result<Reply, Fault> {
    show(ask(keeper, "plain_export", &[("form", form)], false).await?)
}

/// What a file would change; with `apply` it is written.
///
/// # Errors
/// As [`Keeper::ring`]; `import_too_large`, `move_failed`, and the tool's own. What cannot be written is no error of the
/// whole: it is named in the answer, and the rest stays written.
pub async fn move_in<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    data: &str,
    passphrase: &str,
    columns: &str,
    apply: bool,
) -> Result<Reply, Fault> {
    keeper.ring()?;
    if data.len() > LONGEST {
        return Err(Fault::new("import_too_large"));
    }
    let fields = [
        ("data", data),
        ("passphrase", passphrase),
        ("columns", columns),
    ];
    let answer = ask(keeper, "move_in", &fields, apply).await?;
    if !apply {
        return show(answer);
    }
    let until = keeper.shell.now() + WRITING;
    let mut done = Done::default();
    for account in answer.accounts {
        if keeper.shell.now() > until {
            done.left += 1;
            continue;
        }
        let (username, realm) = (account.username.clone(), account.realm);
        let mut merged = Some(account);
        // The tool merged what lies there now: nothing else writes in between.
        let written = keeper
            .change(&username, realm, &mut |kept, _| {
                if let Some(merged) = merged.take() {
                    *kept = merged;
                }
            })
            .await;
        done.count(username, written.map(|()| true));
    }
    for caught in answer.reviews {
        if keeper.shell.now() > until {
            done.left += 1;
            continue;
        }
        let username = caught.username.clone().unwrap_or_default();
        let taken = keeper.take(caught).await;
        done.count(username, taken.map(|taken| taken == Taken::Review));
    }
    let text = serde_json::to_string(&done).unwrap_or_default();
    Ok(Reply::Answer { text })
}

impl Done {
    fn count(&mut self, username: String, written: Result<bool, Fault>) {
        match written {
            Ok(new) => self.written += u32::from(new),
            Err(fault) => self.failed.push(Failed {
                username,
                code: fault.code.into_owned(),
            }),
        }
    }
}

fn show(answer: Answer) -> Result<Reply, Fault> {
    Ok(Reply::Answer {
        text: answer.shown.0,
    })
}

/// Asks a tool, with all accounts and the tokens that wait for a person already.
async fn ask<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    name: &'static str,
    fields: &[(&str, &str)],
    apply: bool,
) -> Result<Answer, Fault> {
    let failed = || Fault::new("move_failed");
    let written = |text: &str| serde_json::to_string(text).map_err(|_| failed());
    let now = keeper.shell.now();
    let opened = keeper.open_all().await?;
    let mut input = [
        "{\"now\":",
        &now.to_string(),
        if apply { ",\"apply\":true" } else { "" },
    ]
    .concat();
    for (field, text) in fields {
        input.push_str(&[",\"", field, "\":", &written(text)?].concat());
    }
    input.push_str(",\"waiting\":[");
    let mut comma = "";
    for review in &opened.reviews {
        input.push_str(comma);
        input.push_str(&written(review.token.expose())?);
        comma = ",";
    }
    input.push_str("],\"accounts\":[");
    comma = "";
    for (_, account) in &opened.accounts {
        input.push_str(comma);
        let json = to_json(account)?;
        input.push_str(std::str::from_utf8(json.expose()).map_err(|_| failed())?);
        comma = ",";
    }
    input.push_str("]}");
    let output = keeper.shell.tool(name, &input).await.ok_or_else(failed)?;
    let answer: Answer = json::from_str(&output).map_err(|_| failed())?;
    match answer.fault {
        Some(fault) => Err(fault),
        None => Ok(answer),
    }
}
