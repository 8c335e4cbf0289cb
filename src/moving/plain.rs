//! Everything in clear, for other programs. Made only after a warning and a second press.

use crate::moving::MoveError;
use crate::vault::backup;
use crate::vault::records::Account;

/// The content of a backup without its seal; it can be taken in again.
///
/// # Errors
/// [`MoveError::Backup`] if it could not be made.
pub fn json(accounts: &[Account], now: u64) -> Result<String, MoveError> {
    let bytes = backup::content(accounts, now)?;
    std::str::from_utf8(&bytes)
        .map(str::to_owned)
        .map_err(|_| MoveError::Unknown)
}

/// The first row of [`csv`].
pub const HEADER: [&str; 7] = [
    "username",
    "password",
    "security_token",
    "token_works",
    "url",
    "label",
    "realm",
];

/// One row an account: its newest token and password. Fields that have to be exact are; a label that a spreadsheet would
/// take for a formula gets an apostrophe in front.
///
/// # Errors
/// [`MoveError::Unknown`], which no account leads to.
pub fn csv(accounts: &[Account]) -> Result<String, MoveError> {
    let mut writer = csv::Writer::from_writer(vec![]);
    let failed = |_| MoveError::Unknown;
    writer.write_record(HEADER).map_err(failed)?;
    for account in accounts {
        let newest = account.newest();
        let works = match newest {
            None => "",
            Some(token) if token.dead.is_none() => "yes",
            Some(_) => "no",
        };
        let url = account.hosts.first().map(|host| format!("https://{host}/"));
        let label = match account.label.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{}", account.label),
            _ => account.label.clone(),
        };
        let realm = serde_json::to_value(account.realm).map_err(|_| MoveError::Unknown)?;
        let password = account.password.as_ref();
        writer
            .write_record([
                account.username.as_str(),
                password.map_or("", |kept| kept.password.expose()),
                newest.map_or("", |token| token.token.expose()),
                works,
                url.as_deref().unwrap_or_default(),
                label.as_str(),
                realm.as_str().unwrap_or_default(),
            ])
            .map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|_| MoveError::Unknown)?;
    String::from_utf8(bytes).map_err(|_| MoveError::Unknown)
}
