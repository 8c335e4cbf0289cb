//! One row of another tool's file: is it an account of Salesforce, whose, and with what?

use crate::recognise::host::{Host, Purpose};
use crate::recognise::text::{clean, is_username};
use crate::recognise::token::{Shape, candidates, shape};
use crate::vault::records::{MAX_LABEL, MAX_SECRET};
use crate::vault::secret::SecretText;
use crate::wire::views::{Environment, Realm};

/// Longest text that is searched for a token, in bytes.
const LONGEST_NOTE: usize = 20_000;

/// A row as it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Line or entry, counted from 1.
    pub number: u32,
    /// User name.
    pub username: String,
    /// Where a token should stand.
    pub token: String,
    /// Password.
    pub password: String,
    /// Addresses.
    pub urls: Vec<String>,
    /// The person's name for it.
    pub label: String,
    /// Free texts in which a token may stand.
    pub notes: Vec<String>,
}

/// What a row is.
pub enum Judged {
    /// Nothing about Salesforce.
    LeftOut,
    /// Of Salesforce, but not to be used: why (`bad_<code>`).
    Bad(&'static str),
    /// An account.
    Account(Box<Found>),
}

/// An account in a row.
pub struct Found {
    /// User name, in small letters.
    pub username: String,
    /// Where its addresses say that it lives; `None` if they say nothing.
    pub realm: Option<Realm>,
    /// Kind of org, if a host tells it.
    pub environment: Option<Environment>,
    /// Hosts of Salesforce among its addresses.
    pub hosts: Vec<String>,
    /// Name; cut to what a record holds.
    pub label: String,
    /// Token, of the shape that was measured.
    pub token: Option<SecretText>,
    /// Password.
    pub password: Option<SecretText>,
    /// Something in the row that was not taken, while the rest is (`bad_<code>`).
    pub lacks: Option<&'static str>,
}

/// Has a cell the shape of a token?
#[must_use]
pub fn is_token(cell: &str) -> bool {
    shape(cell) == Some(Shape::Strict)
}

/// Does a cell name a host of Salesforce, or an environment?
#[must_use]
pub fn is_place(cell: &str) -> bool {
    matches!(place(cell), Place::Ours(_) | Place::Realm(_))
}

/// What a cell for an address says.
enum Place {
    /// A host where people of Salesforce log in.
    Ours(Box<Host>),
    /// An environment without a host.
    Realm(Realm),
    /// The address of something else.
    Foreign,
    /// Nothing.
    Unsaid,
}

/// Judges a row.
#[must_use]
pub fn judge(row: Row) -> Judged {
    let mut realm = None;
    let mut environment = None;
    let mut hosts: Vec<String> = vec![];
    let (mut ours, mut foreign) = (false, false);
    for url in &row.urls {
        match place(url) {
            Place::Ours(host) => {
                ours = true;
                realm = realm.or(Some(host.realm));
                if host.org.is_some() {
                    environment = environment.or(Some(host.environment));
                }
                if !hosts.contains(&host.name) {
                    hosts.push(host.name);
                }
            }
            Place::Realm(named) => {
                ours = true;
                realm = realm.or(Some(named));
            }
            Place::Foreign => foreign = true,
            Place::Unsaid => {}
        }
    }
    let username = clean(row.username.trim()).to_lowercase();
    let given = clean(row.token.trim()).into_owned();
    let has_token = is_token(&given);
    if !ours && (foreign || !has_token) {
        return Judged::LeftOut;
    }
    if !is_username(&username) {
        return Judged::Bad("username");
    }
    let mut lacks = None;
    let token = if given.is_empty() {
        match noted(&row.notes) {
            Ok(token) => token,
            Err(code) => {
                lacks = Some(code);
                None
            }
        }
    } else if has_token {
        Some(given)
    } else {
        lacks = Some("token");
        None
    };
    // A password's own blanks count, so it is not trimmed.
    let password = Some(row.password).filter(|password| !password.is_empty());
    let too_long = password
        .as_ref()
        .is_some_and(|password| password.len() > MAX_SECRET);
    if too_long {
        lacks = lacks.or(Some("password"));
    }
    Judged::Account(Box::new(Found {
        username,
        realm,
        environment,
        hosts,
        label: row
            .label
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_LABEL)
            .collect(),
        token: token.map(SecretText::new),
        password: password.filter(|_| !too_long).map(SecretText::new),
        lacks,
    }))
}

/// The one token in free texts. Two are one too many: nobody can say which is meant.
fn noted(notes: &[String]) -> Result<Option<String>, &'static str> {
    let mut found: Vec<String> = vec![];
    for note in notes {
        let end = (0..=note.len().min(LONGEST_NOTE))
            .rev()
            .find(|end| note.is_char_boundary(*end));
        let note = note.get(..end.unwrap_or(0)).unwrap_or_default();
        for candidate in candidates(&clean(note)) {
            if candidate.shape == Shape::Strict && !found.contains(&candidate.token) {
                found.push(candidate.token);
            }
        }
    }
    if found.len() > 1 {
        return Err("tokens");
    }
    Ok(found.pop())
}

/// Reads an address, a bare host, the `domain` of simple-salesforce (`login`, `test`, `acme.my`), or an environment.
fn place(cell: &str) -> Place {
    let cell = cell.trim().to_lowercase();
    match cell.as_str() {
        "" => return Place::Unsaid,
        "login" | "production" | "prod" | "live" => return Place::Realm(Realm::Live),
        "test" | "sandbox" => return Place::Realm(Realm::Test),
        _ => {}
    }
    let (scheme, rest) = cell.split_once("://").unwrap_or(("", &cell));
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    // A user name in front of the host, or another scheme: an address that imitates.
    let is_web = matches!(scheme, "" | "https" | "http") && !authority.contains('@');
    let name = authority.split(':').next().unwrap_or_default();
    let host = Host::recognise(name).or_else(|| {
        let is_short = scheme.is_empty() && name == cell && !name.ends_with("salesforce.com");
        Host::recognise(&format!("{name}.salesforce.com")).filter(|_| is_short)
    });
    match host {
        Some(host) if is_web && !matches!(host.purpose, Purpose::Customer | Purpose::Other) => {
            Place::Ours(Box::new(host))
        }
        Some(_) => Place::Foreign,
        None if name.contains('.') || !scheme.is_empty() => Place::Foreign,
        None => Place::Unsaid,
    }
}
