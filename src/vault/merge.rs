//! Two histories of one account become one.
//!
//! Histories part when two copies of the store were written to without each other. Nothing that either
//! knows is dropped, and a token that one of them knows to be dead is dead.

use crate::vault::history::{Dead, EarlierPassword, Generation, KeptPassword, Why, forget_oldest};
use crate::vault::keyring::KeyRing;
use crate::vault::records::{Account, MAX_HOSTS};
use crate::vault::secret::SecretText;
use crate::vault::slot::{Random, drawn};
use crate::vault::store::{self, Change, Entry, StoreError, StoreSnapshot};

/// Merges every account that was kept aside into the one that is in use.
///
/// # Errors
/// Whatever keeps the account in use from opening, or the merged one from being sealed.
pub fn merge_asides(
    ring: &KeyRing,
    snapshot: &StoreSnapshot,
    random: Random,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    let mut work = snapshot.clone();
    let asides: Vec<String> = store::entries(snapshot)
        .filter(|(name, _)| matches!(Entry::parse(name), Some(Entry::Aside(..))))
        .map(|(name, _)| name.to_owned())
        .collect();
    let only: StoreSnapshot = asides
        .iter()
        .filter_map(|name| Some((name.clone(), snapshot.get(name)?.clone())))
        .collect();
    for (name, other) in store::open_ring(ring, &only).asides {
        let merged = match store::account(ring, &work, &other.username, other.realm)? {
            Some(mut account) => account.absorb(other).then_some(account),
            None => Some(other),
        };
        let mut more = match merged {
            Some(account) => store::put_account(ring, &work, &account, drawn(random))?,
            None => Vec::new(),
        };
        more.push(Change::Remove(name));
        for change in &more {
            match change {
                Change::Put(name, stored) => drop(work.insert(name.clone(), stored.clone())),
                Change::Remove(name) => drop(work.remove(name)),
            }
        }
        changes.extend(more);
    }
    Ok(changes)
}

impl Account {
    /// Takes in everything that another history of the same account knows. Says whether anything
    /// changed.
    ///
    /// Tokens keep the order of each history, and between the two the order in which they were caught.
    /// The newest one is live only if neither history knows of a death since it was caught.
    pub fn absorb(&mut self, other: Self) -> bool {
        let tokens = std::mem::take(&mut self.tokens);
        let password = self.password.take();
        let died = self.died.take();
        let known: Vec<(SecretText, Option<Dead>)> = tokens
            .iter()
            .map(|token| (token.token.clone(), token.dead))
            .collect();
        let passwords = count(password.as_ref());
        let hosts = self.hosts.len();
        let death = deaths(&tokens, died)
            .chain(deaths(&other.tokens, other.died))
            .max_by_key(|dead| dead.at);
        self.tokens = merged(tokens, other.tokens);
        self.died = died.or(other.died).filter(|_| self.tokens.is_empty());
        if let (Some(dead), Some(newest)) = (death, self.tokens.last_mut())
            && dead.at > newest.caught_at
        {
            newest.dead.get_or_insert(dead);
        }
        self.forget_oldest_dead();
        self.password = newest_password(password, other.password);
        for host in other.hosts {
            if !self.hosts.contains(&host) {
                self.hosts.push(host);
            }
        }
        self.hosts.truncate(MAX_HOSTS);
        let label = self.label.is_empty() && !other.label.is_empty();
        if label {
            self.label = other.label;
        }
        let tokens_are_same = self.tokens.len() == known.len()
            && self
                .tokens
                .iter()
                .zip(&known)
                .all(|(now, (token, dead))| now.token == *token && now.dead == *dead);
        let changed = !tokens_are_same
            || self.died != died
            || count(self.password.as_ref()) != passwords
            || self.hosts.len() != hosts
            || label;
        if changed {
            self.writes = self.writes.max(other.writes);
            self.changed();
        }
        changed
    }
}

/// Deaths that are not merely the arrival of a newer token.
fn deaths(tokens: &[Generation], died: Option<Dead>) -> impl Iterator<Item = Dead> {
    tokens
        .iter()
        .filter_map(|token| token.dead)
        .chain(died)
        .filter(|dead| dead.why != Why::Newer)
}

/// How many passwords, and how many of them confirmed.
fn count(kept: Option<&KeptPassword>) -> (usize, usize) {
    kept.map_or((0, 0), |kept| {
        let confirmed = kept.earlier.iter().map(|one| one.confirmed_at);
        let confirmed = confirmed.chain([kept.confirmed_at]).flatten().count();
        (1 + kept.earlier.len(), confirmed)
    })
}

fn merged(ours: Vec<Generation>, theirs: Vec<Generation>) -> Vec<Generation> {
    let mut ours = ours.into_iter().peekable();
    let mut theirs = theirs.into_iter().peekable();
    let mut all: Vec<Generation> = Vec::new();
    loop {
        let next = match (ours.peek(), theirs.peek()) {
            (Some(own), Some(other)) if other.caught_at < own.caught_at => theirs.next(),
            (Some(_), _) => ours.next(),
            (None, _) => theirs.next(),
        };
        let Some(token) = next else { break };
        match all.iter_mut().find(|known| known.token == token.token) {
            Some(known) => known.dead = known.dead.or(token.dead),
            None => all.push(token),
        }
    }
    let mut number = 0;
    let count = all.len();
    let newer: Vec<u64> = all.iter().skip(1).map(|token| token.caught_at).collect();
    for (place, token) in all.iter_mut().enumerate() {
        number = token.number.max(number + 1);
        token.number = number;
        if place + 1 < count {
            token.dead.get_or_insert(Dead {
                why: Why::Newer,
                at: newer.get(place).copied().unwrap_or(token.caught_at),
            });
        }
    }
    all
}

fn newest_password(
    ours: Option<KeptPassword>,
    theirs: Option<KeptPassword>,
) -> Option<KeptPassword> {
    let mut all: Vec<EarlierPassword> = Vec::new();
    for kept in [ours, theirs].into_iter().flatten() {
        let newest = EarlierPassword {
            password: kept.password,
            made_at: kept.made_at,
            confirmed_at: kept.confirmed_at,
        };
        for one in std::iter::once(newest).chain(kept.earlier) {
            match all.iter_mut().find(|known| known.password == one.password) {
                Some(known) => known.confirmed_at = known.confirmed_at.or(one.confirmed_at),
                None => all.push(one),
            }
        }
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.made_at));
    let mut all = all.into_iter();
    let newest = all.next()?;
    let mut earlier: Vec<EarlierPassword> = all.collect();
    forget_oldest(&mut earlier);
    Some(KeptPassword {
        password: newest.password,
        made_at: newest.made_at,
        confirmed_at: newest.confirmed_at,
        earlier,
    })
}
