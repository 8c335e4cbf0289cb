//! What a file would change: every account that is kept, merged with what the file knows of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::moving::MOST_SHOWN;
use crate::moving::rows::{Found, Judged, Row, judge};
use crate::vault::history::{Generation, KeptPassword, Source};
use crate::vault::records::Account;
use crate::vault::review::Caught;
use crate::vault::secret::SecretText;
use crate::vault::work::Work;
use crate::wire::moving::{Bad, Change, Preview};
use crate::wire::views::{Environment, Realm};

/// Why a token of another tool's file waits for a person (`reason_<code>`).
pub const REASON: &str = "imported";
/// Where it came from (`source_<code>`).
pub const ORIGIN: &str = "import";

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
    work: Work,
}

/// All accounts, and what the file does to them.
pub struct Plan {
    going: BTreeMap<Whose, Going>,
    reviews: Vec<Caught>,
    /// Tokens that wait for a person already.
    waiting: Vec<SecretText>,
    left_out: usize,
    bad: Vec<Bad>,
    now: u64,
}

impl Plan {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(present: Vec<Account>, waiting: Vec<String>, now: u64) -> Self {
        let going = present.into_iter().map(|account| {
            let before = Some(Before::of(&account));
            (whose(&account), Going::new(account, before))
        });
        Self {
            going: going.collect(),
            reviews: vec![],
            waiting: waiting.into_iter().map(SecretText::new).collect(),
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
        let bad = |code: &str| Bad {
            row: number,
            code: code.to_owned(),
        };
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
        let realm = found
            .realm
            .unwrap_or_else(|| self.realm_of(&found.username));
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
        let Ok(bare) = Account::new(&found.username, realm, environment) else {
            return false;
        };
        let now = self.now;
        let going = self
            .going
            .entry(whose(&given))
            .or_insert_with(|| Going::bare(bare));
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
            } else if !self.waiting.contains(&token) {
                going.gains.insert("review");
                self.waiting.push(token.clone());
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
    pub fn tell(&self, shown: &mut Preview) {
        let mut changes: Vec<Change> = self
            .going
            .values()
            .filter(|going| going.named)
            .map(Going::tell)
            .collect();
        let count = |state| {
            number(
                changes
                    .iter()
                    .filter(|change| change.state == state)
                    .count(),
            )
        };
        (shown.fresh, shown.more, shown.same) = (count("new"), count("more"), count("same"));
        // What changes is what a person has to look at; the order of names stays within each.
        changes.sort_by_key(|change| match change.state.as_str() {
            "new" => 0,
            "more" => 1,
            _ => 2,
        });
        changes.truncate(MOST_SHOWN);
        shown.accounts = changes;
        shown.left_out = number(self.left_out);
        shown.bad_count = number(self.bad.len());
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
    const fn bare(account: Account) -> Self {
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
        gain(
            after.label != before.label && self.before.is_some(),
            "label",
        );
        gain(after.work != before.work, "work");
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
            state: state.to_owned(),
            gains: gains.into_iter().map(str::to_owned).collect(),
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
            work: account.work.clone(),
        }
    }

    fn none() -> Self {
        Self {
            tokens: 0,
            live: None,
            passwords: 0,
            hosts: 0,
            label: String::new(),
            work: Work::default(),
        }
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn whose(account: &Account) -> Whose {
    (account.username.to_lowercase(), account.realm)
}
