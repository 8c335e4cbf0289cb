//! Moving house: a backup that is made and read back, what other tools exported, and a plain export.
//!
//! All of it runs in the tools program, like the handover room. What is refused comes back as `{"fault":{"code":…}}` with
//! a sentence under `fault_<code>`; an input that is not what the function takes gives nothing at all.
//!
//! | function | input | answer |
//! |---|---|---|
//! | `backup` | `{"passphrase", "now", "accounts"}` | `{"shown":{"data": base64 of an age file}}` |
//! | `move_in` | [`Ask`] | [`Answer`]: what the file would change, and on the person's word what to write |
//! | `plain_export` | `{"form": "json" or "csv", "now", "accounts"}` | `{"shown":{"text": …}}` |
//!
//! # Rules
//!
//! * The kind of a file is told by its content ([`kind`]), never by its name.
//! * Nothing that is kept is overwritten. A backup is merged account by account ([`Account::merge`]): of two tokens the
//!   newer one is in use, as the times in the backup tell.
//! * A file of another tool does not say how old its token is. So it becomes the token in use only where nothing at all is
//!   known of the user's tokens; where a token is kept, alive or dead, or one is known to have died, it waits under *To
//!   review*, as every capture of unknown age does. A password goes into an account only if none is kept.
//! * The preview ([`Preview`]) holds no secret.
//!
//! | file | answers |
//! |---|---|
//! | [`kind`] | what is this file, and is it text? |
//! | [`table`] | rows and columns: CSV of any tool, lists of objects in JSON |
//! | [`columns`] | which column holds the user name, the token, …? |
//! | [`bitwarden`] | the items of a Bitwarden export |
//! | [`rows`] | is this row an account of Salesforce, and whose? |
//! | [`plan`] | what would change, and what is to be written? |
//! | [`plain`] | everything in clear, for other programs |

// Table tests speak plainly; the same lints hold for this code in every build that is not a test.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod bitwarden;
pub mod columns;
pub mod kind;
pub mod plain;
pub mod plan;
pub mod rows;
pub mod table;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::moving::columns::Columns;
use crate::moving::kind::Content;
use crate::moving::plan::Plan;
use crate::moving::table::Table;
use crate::vault::backup::{self, BackupError};
use crate::vault::records::Account;
use crate::vault::review::Caught;
use crate::vault::secret::SecretText;
use crate::wire::answer::{answer, told};
use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::moving::Preview;

/// Largest file of another tool, in bytes; ten thousand entries have about two million.
pub const MAX_IMPORT: usize = 8 * 1024 * 1024;
/// Most accounts and most bad rows that a preview names; the counts are always whole.
pub const MOST_SHOWN: usize = 200;

/// Why a file is not taken in. No text of the file is ever part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// The backup was not opened.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Larger than [`MAX_IMPORT`], or too many rows or columns.
    #[error("the file is too large")]
    TooLarge,
    /// It is nothing that is known here.
    #[error("the kind of the file is not known")]
    Unknown,
    /// Sealed by the tool that made it.
    #[error("the file was encrypted by another tool")]
    Encrypted,
    /// The database of a password manager itself, not an export of it.
    #[error("the file is a database")]
    Database,
    /// JSON that breaks off or is none.
    #[error("the file is not JSON")]
    NotJson,
    /// There is not one row in it.
    #[error("the file is empty")]
    Empty,
    /// The answer of the person about the columns is none.
    #[error("the columns are not named")]
    Columns,
}

impl MoveError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Backup(error) => error.code(),
            Self::TooLarge => "import_too_large",
            Self::Unknown => "import_unknown",
            Self::Encrypted => "import_encrypted",
            Self::Database => "import_database",
            Self::NotJson => "import_not_json",
            Self::Empty => "import_empty",
            Self::Columns => "import_columns",
        }
    }
}

impl From<MoveError> for Fault {
    fn from(error: MoveError) -> Self {
        Self::new(error.code())
    }
}

/// What [`run`] is asked with a file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Ask {
    /// The file, base64.
    pub data: String,
    /// The passphrase of a backup; empty while it was not asked for.
    pub passphrase: String,
    /// The person's word about the columns ([`Columns::parse`]); empty for none.
    pub columns: String,
    /// Does the person want it taken in? Otherwise only what would change is told.
    pub apply: bool,
    /// Milliseconds since 1970.
    pub now: u64,
    /// All accounts that are kept.
    pub accounts: Vec<Account>,
    /// Tokens that wait for a person already.
    pub waiting: Vec<String>,
}

/// The answer to an [`Ask`].
#[derive(Serialize)]
pub struct Answer {
    /// For the person.
    pub shown: Preview,
    /// Whole accounts to write, in place of those of the same user; only if it was asked to apply.
    pub accounts: Vec<Account>,
    /// Tokens for *To review*; only if it was asked to apply.
    pub reviews: Vec<Caught>,
}

/// Runs one function. `None`: no such function, or the input is not what it takes.
#[must_use]
pub fn run(name: &str, input: &str) -> Option<String> {
    match name {
        "backup" => make(input),
        "move_in" => answer(input, |ask| move_in(ask).map_err(Fault::from)),
        "plain_export" => plain(input),
        _ => None,
    }
}

fn make(input: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Wish {
        passphrase: String,
        now: u64,
        accounts: Vec<Account>,
    }
    #[derive(Serialize)]
    struct File {
        data: String,
    }
    answer(input, |wish: Wish| {
        let passphrase = SecretText::new(wish.passphrase);
        let file = backup::make(&wish.accounts, &passphrase, backup::WORK_FACTOR, wish.now);
        let data = STANDARD.encode(file.map_err(MoveError::from)?);
        Ok::<_, Fault>(Only {
            shown: File { data },
        })
    })
}

fn plain(input: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Wish {
        form: String,
        now: u64,
        accounts: Vec<Account>,
    }
    #[derive(Serialize)]
    struct File {
        text: String,
    }
    let wish: Wish = json::from_str(input).ok()?;
    let text = match wish.form.as_str() {
        "json" => plain::json(&wish.accounts, wish.now),
        "csv" => plain::csv(&wish.accounts),
        _ => return None,
    };
    let shown = text.map(|text| Only {
        shown: File { text },
    });
    told(shown.map_err(Fault::from))
}

/// An answer with nothing to write.
#[derive(Serialize)]
struct Only<T> {
    shown: T,
}

/// Reads a file and tells what it would change.
///
/// # Errors
/// Every [`MoveError`] but `Columns`, which comes only of an answer that no app gives.
pub fn move_in(ask: Ask) -> Result<Answer, MoveError> {
    // Four characters for three bytes, and what fills up the last ones.
    if ask.data.len() > backup::MAX_FILE.div_ceil(3) * 4 {
        return Err(MoveError::TooLarge);
    }
    let file = STANDARD.decode(&ask.data).map_err(|_| MoveError::Unknown)?;
    let file = zeroize::Zeroizing::new(file);
    let mut plan = Plan::new(ask.accounts, ask.waiting, ask.now);
    let (kind, content) = kind::read(&file)?;
    let mut shown = Preview {
        kind: kind.code().to_owned(),
        ..Preview::default()
    };
    match content {
        Content::Sealed if ask.passphrase.is_empty() => shown.needs = "passphrase".to_owned(),
        Content::Sealed => {
            let passphrase = SecretText::new(ask.passphrase);
            for account in backup::open(&file, &passphrase)? {
                plan.merge(account);
            }
        }
        Content::Ours(text) => {
            for account in backup::read(text.as_bytes())? {
                plan.merge(account);
            }
        }
        Content::Items(items) => {
            for row in items {
                plan.take(row);
            }
        }
        Content::Table(table) => with_table(&table, &ask.columns, &mut plan, &mut shown)?,
    }
    plan.tell(&mut shown);
    let (accounts, reviews) = if ask.apply && shown.needs.is_empty() {
        plan.writes()
    } else {
        (vec![], vec![])
    };
    Ok(Answer {
        shown,
        accounts,
        reviews,
    })
}

fn with_table(
    table: &Table,
    word: &str,
    plan: &mut Plan,
    shown: &mut Preview,
) -> Result<(), MoveError> {
    let columns = if word.is_empty() {
        Columns::guess(table)
    } else {
        Columns::parse(word, table.columns.len()).ok_or(MoveError::Columns)?
    };
    shown.columns.clone_from(&table.columns);
    shown.mapping = columns.numbers();
    if !columns.is_clear() {
        shown.needs = "columns".to_owned();
        return Ok(());
    }
    for row in columns.rows(table) {
        plan.take(row);
    }
    Ok(())
}
