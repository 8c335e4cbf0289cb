//! Rows and columns: CSV as password managers and spreadsheets write it, and lists of objects in JSON.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::moving::MoveError;
use crate::moving::columns::plain_name;
use crate::moving::rows::{is_place, is_token};
use crate::recognise::text::is_username;

/// Most rows of a file.
const MOST_ROWS: usize = 20_000;
/// Most columns of a file.
const MOST_COLUMNS: usize = 100;
/// How deep a list of entries may lie in a JSON document.
const DEEPEST: usize = 6;
/// Longest name of a column that is shown, in characters.
const LONGEST_NAME: usize = 60;

/// A file as a table.
#[derive(Default)]
pub struct Table {
    /// Names of the columns, fit to be shown; numbers where the file names none.
    pub columns: Vec<String>,
    /// Line of the file (CSV) or number of the entry (JSON), counted from 1, and the cells; a row may have fewer than there
    /// are columns.
    pub rows: Vec<(u32, Vec<String>)>,
}

impl Table {
    /// Has it the header of KeePass 1 or KeePassXC?
    #[must_use]
    pub fn is_keepass(&self) -> bool {
        let names: Vec<String> = self.columns.iter().map(|name| plain_name(name)).collect();
        [
            &["group", "title", "username", "password", "url", "notes"][..],
            &["account", "loginname", "password", "website", "comments"][..],
        ]
        .iter()
        .any(|known| {
            names
                .iter()
                .map(String::as_str)
                .take(known.len())
                .eq(known.iter().copied())
        })
    }
}

/// Reads CSV: comma, semicolon or tab, whichever the first line has most of.
///
/// # Errors
/// [`MoveError::TooLarge`], [`MoveError::Empty`], [`MoveError::Unknown`] for a text of one column.
pub fn csv(text: &str) -> Result<Table, MoveError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows: Vec<(u32, Vec<String>)> = vec![];
    for record in reader.records() {
        // Of a text, every line is a record; the reader complains about bytes alone.
        let record = record.map_err(|_| MoveError::Unknown)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > MOST_COLUMNS || rows.len() > MOST_ROWS {
            return Err(MoveError::TooLarge);
        }
        let cells = record.iter().map(str::to_owned).collect();
        let line = record.position().map_or(0, csv::Position::line);
        rows.push((u32::try_from(line).unwrap_or(u32::MAX), cells));
    }
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
    // One column alone is a text, not a table; nothing could be mapped in it.
    if width < 2 {
        return Err(if rows.is_empty() {
            MoveError::Empty
        } else {
            MoveError::Unknown
        });
    }
    let is_header = rows.first().is_some_and(|(_, cells)| is_header(cells));
    let header = if is_header { rows.remove(0).1 } else { vec![] };
    if rows.is_empty() {
        return Err(MoveError::Empty);
    }
    let name = |at: usize| match header.get(at).map(|name| shown(name)) {
        Some(name) if !name.is_empty() => name,
        _ => (at + 1).to_string(),
    };
    Ok(Table {
        columns: (0..width).map(name).collect(),
        rows,
    })
}

/// The first row names the columns unless it holds what belongs below: a user name, a token, an address.
fn is_header(cells: &[String]) -> bool {
    !cells.iter().any(|cell| {
        let cell = cell.trim();
        is_username(cell) || is_token(cell) || (cell.contains('.') && is_place(cell))
    })
}

fn delimiter(text: &str) -> u8 {
    let mut counts = [(0usize, b','), (0, b';'), (0, b'\t')];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            byte => {
                for (count, sign) in &mut counts {
                    *count += usize::from(*sign == byte);
                }
            }
        }
    }
    // The first of the most: a comma where there is no sign at all.
    let most = counts.iter().map(|(count, _)| *count).max().unwrap_or(0);
    counts
        .iter()
        .find(|(count, _)| *count == most)
        .map_or(b',', |(_, sign)| *sign)
}

/// The lists of objects of a JSON document, wherever they lie in it: each object is a row, each name a column.
///
/// # Errors
/// [`MoveError::Unknown`] where there is none, [`MoveError::TooLarge`].
pub fn objects(value: &Value) -> Result<Table, MoveError> {
    let mut found = vec![];
    collect(value, 0, &mut found)?;
    let mut table = Table::default();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, object) in (1..).zip(found) {
        let mut cells: Vec<String> = vec![];
        for (name, value) in object {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            let place = match places.get(name.as_str()) {
                Some(place) => *place,
                None if places.len() >= MOST_COLUMNS => return Err(MoveError::TooLarge),
                None => {
                    table.columns.push(shown(name));
                    places.insert(name, places.len());
                    places.len() - 1
                }
            };
            cells.resize(cells.len().max(place + 1), String::new());
            if let Some(cell) = cells.get_mut(place) {
                *cell = text;
            }
        }
        if !cells.is_empty() {
            table.rows.push((number, cells));
        }
    }
    if table.rows.is_empty() {
        return Err(MoveError::Unknown);
    }
    Ok(table)
}

type Object = serde_json::Map<String, Value>;

/// Objects that hold a text of their own, from the outside in. One that has entries below it is a folder, not an entry.
fn collect<'v>(
    value: &'v Value,
    depth: usize,
    found: &mut Vec<&'v Object>,
) -> Result<(), MoveError> {
    if depth > DEEPEST {
        return Ok(());
    }
    match value {
        Value::Array(list) => {
            for one in list {
                collect(one, depth + 1, found)?;
            }
        }
        Value::Object(object) => {
            let before = found.len();
            for inner in object
                .values()
                .filter(|inner| inner.is_array() || inner.is_object())
            {
                collect(inner, depth + 1, found)?;
            }
            let has_text = object.values().filter(|value| value.is_string()).count() > 1;
            if found.len() == before && has_text {
                if found.len() >= MOST_ROWS {
                    return Err(MoveError::TooLarge);
                }
                found.push(object);
            }
        }
        _ => {}
    }
    Ok(())
}

/// A name from a file, fit to be shown in one line.
fn shown(name: &str) -> String {
    name.trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_NAME)
        .collect()
}
