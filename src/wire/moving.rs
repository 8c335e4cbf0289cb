//! What crosses when accounts move in: what a file would change, and what became of it. Made by the tools program and the
//! background as JSON, read by the app field by field. Nothing in it is secret.

use serde::Serialize;

use crate::wire::views::Realm;

/// The fields of an entry, in the order in which a mapping names their columns (`column_<code>`).
pub const FIELDS: [&str; 6] = ["username", "token", "password", "url", "label", "notes"];

/// What a file would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The kind of the file (`kind_<code>`).
    pub kind: String,
    /// What is still wanted of the person: `passphrase`, `columns`, or nothing.
    pub needs: String,
    /// Accounts, those that change first; the list is cut, the counts are not.
    pub accounts: Vec<Change>,
    /// How many accounts are new.
    pub fresh: u32,
    /// How many gain something.
    pub more: u32,
    /// How many stay as they are.
    pub same: u32,
    /// Entries that are not about Salesforce.
    pub left_out: u32,
    /// Entries that are, and that cannot be taken in, or not whole; the list is cut.
    pub bad: Vec<Bad>,
    /// All of these, counted.
    pub bad_count: u32,
    /// The columns of a table, by the name in its first row or by number; empty for other kinds.
    pub columns: Vec<String>,
    /// Which column holds what, in the order of [`FIELDS`]; -1 for none.
    pub mapping: Vec<i32>,
}

/// What happens to one account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// User name.
    pub username: String,
    /// Realm.
    pub realm: Realm,
    /// The person's name for it.
    pub label: String,
    /// `new`, `more` or `same`.
    pub state: String,
    /// What it gains, or what was not taken (`gain_<code>`).
    pub gains: Vec<String>,
}

/// An entry about Salesforce that cannot be taken in as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bad {
    /// Line of a CSV file, else number of the entry; counted from 1.
    pub row: u32,
    /// Why (`bad_<code>`).
    pub code: String,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Accounts and items to review that were written and read back.
    pub written: u32,
    /// For how many there was no time: the app asks once more.
    pub left: u32,
    /// What could not be written.
    pub failed: Vec<Failed>,
}

/// An account that could not be written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Failed {
    /// User name.
    pub username: String,
    /// Why (`fault_<code>`).
    pub code: String,
}
