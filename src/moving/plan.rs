//! What a file would change: every account that is kept, merged with what the file knows of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::moving::rows::{Bad, Found, Judged, Row, judge};
use crate::moving::{MOST_SHOWN, Shown};
use crate::vault::history::{Generation, KeptPassword, Source};
use crate::vault::records::Account;
use crate::vault::review::Caught;
use crate::vault::secret::SecretText;
use crate::wire::views::{Environment, Realm};

/// Why a token of another tool's file waits for a person (`reason_<code>`).
pub const REASON: &str = "imported";
/// Where it came from (`source_<code>`).
pub const ORIGIN: &str = "import";

/// What happens to one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// User name.
    pub username: String,
    /// Realm.
    pub realm: Realm,
    /// Name.
    pub label: String,
    /// `new`, `more` or `same`.
    pub state: &'static str,
    /// What it gains, or what was not taken (`move_gain_<code>`).
    pub gains: Vec<&'static str>,
}

/// By whom an account is known: user name in small letters, and realm.
type Whose = (String, Realm);

/// An account on its way.
struct Going {
    account: Account,
    /// What it was before; `None` for a new one.
    before: Option<Before>,
    changed: bool,
    /// Does the file name it?
    named: bool,
    gains: BTreeSet<&'static str>,
}

/// Enough of an account to tell what it gained.
struct Before {
    tokens: usize,
    live: Option<SecretText>,
    passwords: usize,
    hosts: usize,
    label: String,
}

/// All accounts, and what the file does to them.
pub struct Plan {
    going: BTreeMap<Whose, Going>,
    reviews: Vec<Caught>,
    left_out: usize,
    bad: Vec<Bad>,
    now: u64,
}

impl Plan {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(present: Vec<Account>, now: u64) -> Self {
        let going = present.into_iter().map(|account| {
            let before = Some(Before::of(&account));
            (whose(&account), Going::new(account, before))
        });
        Self {
            going: going.collect(),
            reviews: vec![],
            left_out: 0,
            bad: vec![],
            now,
        }
    }

    /// Takes in an account of a backup: a whole record with times, merged.
    pub fn merge(&mut self, other: Account) {
        match self.going.get_mut(&whose(&other)) {
            Some(going) => {
                going.changed |= going.account.merge(&other);
                going.named = true;
            }
            None => {
                let mut going = Going::new(other, None);
                (going.changed, going.named) = (true, true);
                self.going.insert(whose(&going.account), going);
            }
        }
    }

    /// Takes in a row of another tool's file.
    pub fn take(&mut self, row: Row) {
        let number = row.number;
        let bad = |code| Bad { row: number, code };
        match judge(row) {
            Judged::LeftOut => self.left_out += 1,
            Judged::Bad(code) => self.bad.push(bad(code)),
            Judged::Account(found) => {
                self.bad.extend(found.lacks.map(bad));
                if !self.found(*found) {
                    self.bad.push(bad("username"));
                }
            }
        }
    }

    /// Merges what a row holds. `false`: no record can hold it.
    fn found(&mut self, found: Found) -> bool {
        let realm = found.realm.unwrap_or_else(|| self.realm_of(&found.username));
        let environment = found.environment.unwrap_or(match realm {
            Realm::Test | Realm::ChinaTest => Environment::Sandbox,
            Realm::Live | Realm::Government | Realm::China => Environment::Production,
        });
        let Ok(mut given) = Account::new(&found.username, realm, environment) else {
            return false;
        };
        for host in found.hosts.iter().rev() {
            given.saw_host(host);
        }
        // Cut to fit before.
        let _ = given.set_label(&found.label);
        // It only adds: what the kept account says of itself stays.
        given.writes = 0;
        let now = self.now;
        let going = self
            .going
            .entry(whose(&given))
            .or_insert_with_key(|_| Going::bare(&given));
        going.named = true;
        if let Some(password) = found.password {
            match &going.account.password {
                Some(kept) if kept.password == password => {}
                Some(_) => drop(going.gains.insert("password_kept")),
                None => {
                    given.password = Some(KeptPassword {
                        password,
                        made_at: now,
                        confirmed_at: Some(now),
                        earlier: vec![],
                    });
                }
            }
        }
        if let Some(token) = found.token {
            let kept = &going.account;
            if kept.tokens.iter().any(|known| known.token == token) {
                // Nothing new.
            } else if kept.tokens.is_empty() && kept.died.is_none() {
                given.tokens.push(Generation {
                    number: 1,
                    token,
                    caught_at: now,
                    source: Source::Import,
                    sent_at: None,
                    dead: None,
                });
            } else if !self.reviews.iter().any(|other| other.token == token) {
                going.gains.insert("review");
                self.reviews.push(Caught {
                    token,
                    username: Some(given.username.clone()),
                    realm,
                    environment,
                    source: Source::Import,
                    origin: ORIGIN.to_owned(),
                    sender: None,
                    expected: false,
                    reasons: vec![REASON.to_owned()],
                    at: now,
                    sent_at: None,
                    auth: String::new(),
                });
            }
        }
        going.changed |= going.account.merge(&given);
        true
    }

    /// The realm of a user whom no address places: that of the one kept account of this name, else the largest.
    fn realm_of(&self, username: &str) -> Realm {
        let mut known = self.going.keys().filter(|(name, _)| name == username);
        match (known.next(), known.next()) {
            (Some((_, realm)), None) => *realm,
            _ => Realm::Live,
        }
    }

    /// Says what would change.
    pub fn tell(&self, shown: &mut Shown) {
        let mut changes: Vec<Change> = self
            .going
            .values()
            .filter(|going| going.named)
            .map(Going::tell)
            .collect();
        let count = |state| changes.iter().filter(|change| change.state == state).count();
        (shown.fresh, shown.more, shown.same) = (count("new"), count("more"), count("same"));
        // What changes is what a person has to look at; the order of names stays within each.
        changes.sort_by_key(|change| match change.state {
            "new" => 0,
            "more" => 1,
            _ => 2,
        });
        changes.truncate(MOST_SHOWN);
        shown.accounts = changes;
        shown.left_out = self.left_out;
        shown.bad_count = self.bad.len();
        shown.bad = self.bad.iter().take(MOST_SHOWN).cloned().collect();
    }

    /// The accounts that change, whole, and what waits for review.
    #[must_use]
    pub fn writes(self) -> (Vec<Account>, Vec<Caught>) {
        let changed = self.going.into_values().filter(|going| going.changed);
        (changed.map(|going| going.account).collect(), self.reviews)
    }
}

impl Going {
    const fn new(account: Account, before: Option<Before>) -> Self {
        Self {
            account,
            before,
            changed: false,
            named: false,
            gains: BTreeSet::new(),
        }
    }

    /// A new account, of which the first row that names it says the rest.
    fn bare(given: &Account) -> Self {
        let account = Account {
            version: given.version,
            username: given.username.clone(),
            realm: given.realm,
            environment: given.environment,
            hosts: vec![],
            label: String::new(),
            tokens: vec![],
            password: None,
            died: None,
            writes: 0,
        };
        let mut going = Self::new(account, None);
        going.changed = true;
        going
    }

    fn tell(&self) -> Change {
        let account = &self.account;
        let mut gains = self.gains.clone();
        let none = Before::none();
        let before = self.before.as_ref().unwrap_or(&none);
        let after = Before::of(account);
        let mut gain = |is: bool, what| {
            if is {
                gains.insert(what);
            }
        };
        if after.live.is_some() && after.live != before.live {
            gain(true, "live_token");
        } else {
            gain(after.tokens > before.tokens, "old_tokens");
        }
        gain(before.live.is_some() && after.live.is_none(), "token_dies");
        gain(after.passwords > before.passwords, "password");
        gain(after.hosts > before.hosts && self.before.is_some(), "hosts");
        gain(after.label != before.label && self.before.is_some(), "label");
        if self.changed && self.before.is_some() && gains.is_empty() {
            gains.insert("details");
        }
        let state = match (&self.before, self.changed || gains.contains("review")) {
            (None, _) => "new",
            (Some(_), true) => "more",
            (Some(_), false) => "same",
        };
        Change {
            username: account.username.clone(),
            realm: account.realm,
            label: account.label.clone(),
            state,
            gains: gains.into_iter().collect(),
        }
    }
}

impl Before {
    fn of(account: &Account) -> Self {
        let passwords = account.password.as_ref();
        Self {
            tokens: account.tokens.len(),
            live: account.live_token().cloned(),
            passwords: passwords.map_or(0, |kept| 1 + kept.earlier.len()),
            hosts: account.hosts.len(),
            label: account.label.clone(),
        }
    }

    fn none() -> Self {
        Self {
            tokens: 0,
            live: None,
            passwords: 0,
            hosts: 0,
            label: String::new(),
        }
    }
}

fn whose(account: &Account) -> Whose {
    (account.username.to_lowercase(), account.realm)
}
