//! Which column holds what: by its name, else by what stands in it, else by the person's word.

use crate::moving::rows::{Row, is_place, is_token};
use crate::moving::table::Table;
use crate::recognise::text::is_username;

/// Names of columns as they are compared (small letters and digits alone), the best first. The one-letter names are those
/// of ORGanizer-like exports (`p` password, `t` token); the rest are the headers of Bitwarden's, KeePass', browsers' and
/// other managers' CSV files, and of the clients of `facts/token-and-mail.md` §D6.
const NAMES: [&[&str]; 6] = [
    &[
        "username",
        "salesforceusername",
        "sfusername",
        "sfdcusername",
        "loginname",
        "loginusername",
        "userid",
        "user",
        "un",
        "u",
        "login",
        "email",
        "benutzername",
        "utilisateur",
        "usuario",
    ],
    &[
        "securitytoken",
        "salesforcesecuritytoken",
        "sfsecuritytoken",
        "token",
        "sectoken",
        "salesforcetoken",
        "sftoken",
        "st",
        "t",
    ],
    &[
        "password",
        "salesforcepassword",
        "sfpassword",
        "loginpassword",
        "pass",
        "pwd",
        "pw",
        "p",
        "passwort",
        "kennwort",
        "motdepasse",
        "contrasena",
    ],
    &[
        "url",
        "loginurl",
        "loginuri",
        "website",
        "websites",
        "uri",
        "instanceurl",
        "instance",
        "domain",
        "salesforcedomain",
        "host",
        "server",
        "endpoint",
        "address",
        "d",
    ],
    &[
        "title", "label", "name", "alias", "account", "orgname", "org", "n", "a",
    ],
    &[
        "notes",
        "note",
        "comments",
        "comment",
        "extra",
        "description",
    ],
];

/// Which column holds which field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Columns {
    places: [Option<usize>; 6],
    /// A second column of free text: Bitwarden's custom fields in its CSV.
    fields: Option<usize>,
}

impl Columns {
    /// What names and contents tell.
    #[must_use]
    pub fn guess(table: &Table) -> Self {
        let names: Vec<String> = table.columns.iter().map(|name| plain_name(name)).collect();
        let mut columns = Self::default();
        let mut taken = vec![];
        for (place, known) in columns.places.iter_mut().zip(NAMES) {
            *place = known.iter().find_map(|name| {
                let found = names.iter().position(|other| other == name);
                found.filter(|at| !taken.contains(at))
            });
            taken.extend(*place);
        }
        columns.fields = names.iter().position(|name| name == "fields");
        let tells: [fn(&str) -> bool; 6] = [
            is_username,
            is_token,
            |_| false,
            is_place,
            |_| false,
            |_| false,
        ];
        for (place, tells) in columns.places.iter_mut().zip(tells) {
            if place.is_none() {
                let free = (0..table.columns.len()).filter(|at| !taken.contains(at));
                *place = free.into_iter().find(|at| mostly(table, *at, tells));
                taken.extend(*place);
            }
        }
        columns
    }

    /// The person's word: the number of a column for each of [`crate::wire::moving::FIELDS`], counted from 0, with commas between and nothing
    /// for none. `None` where it is no such thing.
    #[must_use]
    pub fn parse(word: &str, width: usize) -> Option<Self> {
        let mut columns = Self::default();
        let mut parts = word.split(',');
        for place in &mut columns.places {
            *place = match parts.next()? {
                "" => None,
                number => Some(number.parse().ok().filter(|at| *at < width)?),
            };
        }
        parts.next().is_none().then_some(columns)
    }

    /// As numbers, -1 for none.
    #[must_use]
    pub fn numbers(&self) -> Vec<i32> {
        let number =
            |place: &Option<usize>| place.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1);
        self.places.iter().map(number).collect()
    }

    /// Is there a user name, and something that can make a row one of Salesforce's?
    #[must_use]
    pub fn is_clear(&self) -> bool {
        let [username, token, _, url, _, notes] = self.places;
        username.is_some() && (token.is_some() || url.is_some() || notes.is_some())
    }

    /// The rows of a table, read by these columns.
    pub fn rows<'t>(&'t self, table: &'t Table) -> impl Iterator<Item = Row> + 't {
        table.rows.iter().map(move |(number, cells)| {
            let cell = |place: Option<usize>| place.and_then(|at| cells.get(at)).cloned();
            let [username, token, password, url, label, notes] = self.places;
            Row {
                number: *number,
                username: cell(username).unwrap_or_default(),
                token: cell(token).unwrap_or_default(),
                password: cell(password).unwrap_or_default(),
                urls: cell(url).into_iter().collect(),
                label: cell(label).unwrap_or_default(),
                notes: [cell(notes), cell(self.fields)]
                    .into_iter()
                    .flatten()
                    .collect(),
            }
        })
    }
}

/// A name as it is compared: small letters and digits alone.
#[must_use]
pub fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Do most cells of a column that are not empty tell the same? Looked at in the first thousand rows.
fn mostly(table: &Table, column: usize, tells: fn(&str) -> bool) -> bool {
    let cells = table.rows.iter().take(1_000);
    let cells = cells
        .filter_map(|(_, cells)| cells.get(column))
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty());
    let (mut all, mut yes) = (0usize, 0usize);
    for cell in cells {
        all += 1;
        yes += usize::from(tells(cell));
    }
    yes * 2 > all
}
