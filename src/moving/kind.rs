//! What is this file? Told by its first bytes, and for JSON by the names in it.

use std::borrow::Cow;

use serde_json::Value;

use crate::moving::rows::Row;
use crate::moving::table::{self, Table};
use crate::moving::{MAX_IMPORT, MoveError, bitwarden};
use crate::vault::backup;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A backup of ours, sealed.
    Backup,
    /// A plain export of ours.
    Plain,
    /// Bitwarden's JSON export.
    Bitwarden,
    /// Another JSON file with a list of entries, as ORGanizer and its like write it.
    Json,
    /// CSV of KeePass or KeePassXC.
    Keepass,
    /// Another CSV file.
    Csv,
}

impl Kind {
    /// Code (`move_kind_<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Backup => "backup",
            Self::Plain => "plain",
            Self::Bitwarden => "bitwarden",
            Self::Json => "json",
            Self::Keepass => "keepass",
            Self::Csv => "csv",
        }
    }
}

/// What was read of it.
pub enum Content<'a> {
    /// An age file, still closed.
    Sealed,
    /// The text of a plain export of ours.
    Ours(Cow<'a, str>),
    /// Entries whose fields need no asking.
    Items(Vec<Row>),
    /// Rows and columns.
    Table(Table),
}

/// Beginnings of files that are no text, and why they are refused.
const DATABASES: [(&[u8], MoveError); 4] = [
    // KeePass 1 and 2 have the first four bytes in common.
    (&[0x03, 0xD9, 0xA2, 0x9A], MoveError::Database),
    (b"SQLite format 3\0", MoveError::Database),
    (b"PK\x03\x04", MoveError::Unknown),
    (b"\x1F\x8B", MoveError::Unknown),
];

/// Reads a file as what it is.
///
/// # Errors
/// [`MoveError`], for every reason but the passphrase and the columns.
pub fn read(file: &[u8]) -> Result<(Kind, Content<'_>), MoveError> {
    if backup::is_sealed(file) {
        return Ok((Kind::Backup, Content::Sealed));
    }
    if let Some((_, why)) = DATABASES.iter().find(|(magic, _)| file.starts_with(magic)) {
        return Err(*why);
    }
    // A plain export of ours may be as large as a backup.
    let most = if backup::is_plain(file) {
        backup::MAX_FILE
    } else {
        MAX_IMPORT
    };
    if file.len() > most {
        return Err(MoveError::TooLarge);
    }
    let text = text_of(file)?;
    let start = text.trim_start();
    if start.is_empty() {
        return Err(MoveError::Empty);
    }
    if start.starts_with(['{', '[']) {
        return json(text);
    }
    if start.starts_with('<') {
        return Err(MoveError::Unknown);
    }
    let table = table::csv(&text)?;
    let kind = if table.is_keepass() {
        Kind::Keepass
    } else {
        Kind::Csv
    };
    Ok((kind, Content::Table(table)))
}

fn json(text: Cow<'_, str>) -> Result<(Kind, Content<'_>), MoveError> {
    if backup::is_plain(text.as_bytes()) {
        return Ok((Kind::Plain, Content::Ours(text)));
    }
    let value: Value = serde_json::from_str(&text).map_err(|_| MoveError::NotJson)?;
    drop(text);
    if value.get("encrypted") == Some(&Value::Bool(true)) {
        return Err(MoveError::Encrypted);
    }
    if let Some(items) = bitwarden::read(&value)? {
        return Ok((Kind::Bitwarden, Content::Items(items)));
    }
    Ok((Kind::Json, Content::Table(table::objects(&value)?)))
}

/// UTF-8, or UTF-16 with its mark, as spreadsheets write "Unicode text".
fn text_of(file: &[u8]) -> Result<Cow<'_, str>, MoveError> {
    let wide = |bytes: &[u8], number: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| number(*pair)).collect();
        let text = String::from_utf16(&units).ok().filter(|_| rest.is_empty());
        text.map(Cow::Owned).ok_or(MoveError::Unknown)
    };
    let text = match file {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        all => utf8(all)?,
    };
    // No export has this byte; a program or a picture has.
    if text.contains('\0') {
        return Err(MoveError::Unknown);
    }
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, MoveError> {
    std::str::from_utf8(bytes)
        .map(Cow::Borrowed)
        .map_err(|_| MoveError::Unknown)
}
