//! Bitwarden's JSON export: `{"encrypted": false, "items": [{"type": 1, "name", "notes", "fields": [{"name", "value"}],
//! "login": {"username", "password", "uris": [{"uri"}]}}]}`. Other managers write the same form.

use serde_json::Value;

use crate::moving::MoveError;
use crate::moving::columns::plain_name;
use crate::moving::rows::Row;

/// Most items.
const MOST_ITEMS: usize = 20_000;
/// The type of a login.
const LOGIN: i64 = 1;

/// The items as rows; one that is no login has no user name and is left out later. `None`: it is no such export.
///
/// # Errors
/// [`MoveError::TooLarge`].
pub fn read(value: &Value) -> Result<Option<Vec<Row>>, MoveError> {
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return Ok(None);
    };
    let is_item = |item: &Value| item.get("type").is_some_and(Value::is_number);
    if !items.iter().all(is_item) {
        return Ok(None);
    }
    if items.len() > MOST_ITEMS {
        return Err(MoveError::TooLarge);
    }
    Ok(Some(
        (1..)
            .zip(items)
            .map(|(number, item)| row(number, item))
            .collect(),
    ))
}

fn row(number: u32, item: &Value) -> Row {
    let mut row = Row {
        number,
        ..Row::default()
    };
    if item.get("type").and_then(Value::as_i64) != Some(LOGIN) {
        return row;
    }
    row.label = text(item, "name");
    let login = item.get("login").unwrap_or(&Value::Null);
    row.username = text(login, "username");
    row.password = text(login, "password");
    row.urls = list(login, "uris").map(|uri| text(uri, "uri")).collect();
    for field in list(item, "fields") {
        let (name, value) = (plain_name(&text(field, "name")), text(field, "value"));
        // The field that calls itself a token is believed before the notes are searched.
        if name.contains("token") && row.token.is_empty() {
            row.token = value;
        } else {
            row.notes.push(value);
        }
    }
    row.notes.push(text(item, "notes"));
    row
}

fn text(value: &Value, name: &str) -> String {
    value
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
