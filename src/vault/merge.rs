//! Two histories of one account become one.
//!
//! Histories part when two copies of the store were written to without each other. Nothing that either
//! knows is dropped, and a token that one of them knows to be dead is dead.

use std::collections::VecDeque;

use crate::vault::history::{Dead, EarlierPassword, Generation, KeptPassword, Why, forget_oldest};
use crate::vault::keyring::KeyRing;
use crate::vault::records::{Account, MAX_HOSTS};
use crate::vault::secret::SecretText;
use crate::vault::slot::{Random, drawn};
use crate::vault::store::{self, Change, Entry, StoreError, StoreSnapshot};

/// How far our clock and that of a mail may be apart, in milliseconds.
const CLOCKS_APART: u64 = 2 * 60 * 1000;

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
            && died_since(newest, dead)
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

/// When a token came into the world, as far as it is known.
fn time(token: &Generation) -> u64 {
    token.sent_at.unwrap_or(token.caught_at)
}

/// Did the account's token die after this one was made? A mail's clock is not ours: that near it is not
/// told.
fn died_since(token: &Generation, dead: Dead) -> bool {
    match token.sent_at {
        Some(sent) => sent.saturating_add(CLOCKS_APART) < dead.at,
        None => token.caught_at < dead.at,
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

/// Both histories in one row. A token that both know holds its place in both; what only one of them knows
/// before it comes before it, in the order of time.
fn merged(ours: Vec<Generation>, theirs: Vec<Generation>) -> Vec<Generation> {
    let mut ours = VecDeque::from(ours);
    let mut theirs = VecDeque::from(theirs);
    let mut all: Vec<Generation> = Vec::new();
    loop {
        let has = |list: &VecDeque<Generation>, token: &Generation| {
            list.iter().any(|one| one.token == token.token)
        };
        let ours_first = match (ours.front(), theirs.front()) {
            (None, None) => break,
            (own, None) => own.is_some(),
            (None, Some(_)) => false,
            (Some(own), Some(other)) => match (has(&theirs, own), has(&ours, other)) {
                (true, false) => false,
                (false, true) | (true, true) => true,
                (false, false) => time(own) <= time(other),
            },
        };
        let next = if ours_first {
            ours.pop_front()
        } else {
            theirs.pop_front()
        };
        let Some(mut token) = next else { break };
        for list in [&mut ours, &mut theirs] {
            let same = list.iter().position(|one| one.token == token.token);
            if let Some(same) = same.and_then(|at| list.remove(at)) {
                token.dead = token.dead.or(same.dead);
            }
        }
        all.push(token);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::history::Source;
    use crate::wire::views::{Environment, Realm};

    /// `A@9` catches A in minute 9, `A<5@9` with a mail of minute 5, `reset@9` and the like kill.
    fn run(steps: &str) -> Account {
        let mut account =
            Account::new("ada@example.com", Realm::Live, Environment::Developer).unwrap();
        for step in steps.split_whitespace() {
            let (what, at) = step.split_once('@').unwrap();
            let minute = |text: &str| text.parse::<u64>().unwrap() * 60_000;
            let now = minute(at);
            match what.split_once('<') {
                Some((token, sent)) => {
                    let sent = Some(minute(sent));
                    account.capture_sent(token.into(), Source::Mail, sent, now);
                }
                None if what == "reset" => drop(account.mark_dead(Why::Reset, now)),
                None if what == "said" => drop(account.mark_dead(Why::Said, now)),
                None if what == "keep" => account.keep_password(format!("p{at}").into(), now),
                None if what == "confirm" => drop(account.confirm_password(now)),
                None => drop(account.capture(what.into(), Source::Page, now)),
            }
        }
        account
    }

    fn told(account: &Account) -> String {
        let tell = |token: &Generation| {
            let why = token.dead.map_or("-", |dead| dead.why.code());
            format!("{}{}:{why}", token.number, token.token.expose())
        };
        let tokens: Vec<String> = account.tokens.iter().map(tell).collect();
        tokens.join(" ")
    }

    #[test]
    fn what_two_histories_become() {
        let table = [
            ("", "", ""),
            ("A@1", "", "1A:-"),
            ("", "A@1", "1A:-"),
            ("A@1", "A@1", "1A:-"),
            ("A@1 B@5", "A@1 C@3", "1A:newer 2C:newer 3B:-"),
            ("A@1 C@3", "A@1 B@5", "1A:newer 2C:newer 3B:-"),
            ("A@1 B@2 C@3", "A@1", "1A:newer 2B:newer 3C:-"),
            ("A@1", "A@1 B@2 C@3", "1A:newer 2B:newer 3C:-"),
            ("A@1", "B@2", "1A:newer 2B:-"),
            // A death that one of them knows holds for what was made before it.
            ("A@1", "A@1 reset@5", "1A:reset"),
            ("A@1 reset@5", "A@1", "1A:reset"),
            ("A@1 B@3", "A@1 reset@5", "1A:newer 2B:reset"),
            ("A@1 B@7", "A@1 reset@5", "1A:newer 2B:-"),
            ("B@3", "reset@5", "1B:reset"),
            ("B@7", "reset@5", "1B:-"),
            // The mail tells when the token was made.
            ("A@1 B<3@9", "A@1 reset@8", "1A:newer 2B:reset"),
            ("A@1 B<7@9", "A@1 reset@8", "1A:newer 2B:-"),
            ("A@1 B<3@9", "A@1 C<4@5", "1A:newer 2B:newer 3C:-"),
        ];
        for (ours, theirs, expected) in table {
            let mut account = run(ours);
            let writes = account.writes;
            let (before, other) = (told(&account), run(theirs));
            let most = writes.max(other.writes);
            let changed = account.absorb(other);
            assert_eq!(told(&account), expected, "{ours} + {theirs}");
            assert_eq!(changed, told(&account) != before, "{ours} + {theirs}");
            assert_eq!(account.writes, if changed { most + 1 } else { writes });
            // Once more changes nothing.
            assert!(!account.absorb(run(theirs)), "{ours} + {theirs}");
            assert_eq!(told(&account), expected, "{ours} + {theirs}");
        }
    }

    /// A token that one of them filed below an older one keeps its place, whenever it was caught.
    #[test]
    fn the_order_of_each_history_stays() {
        let mut ours = run("A@10");
        let mut filed = run("B@20 A@21");
        filed.tokens[1].caught_at = 10 * 60_000;
        ours.absorb(filed);
        assert_eq!(told(&ours), "1B:newer 2A:-");
    }

    #[test]
    fn everything_else_is_kept_too() {
        let mut ours = run("keep@1 confirm@2");
        ours.saw_host("one.my.salesforce.com");
        let mut theirs = run("keep@1 confirm@2 keep@5");
        theirs.saw_host("other.my.salesforce.com");
        theirs.set_label("their label").unwrap();
        assert!(ours.absorb(theirs));
        assert_eq!((ours.hosts.len(), ours.label.as_str()), (2, "their label"));
        let kept = ours.password.as_ref().unwrap();
        assert_eq!(kept.password.expose(), "p5");
        assert_eq!(kept.previous().unwrap().password.expose(), "p1");
        // Ours stays where both say something.
        let mut other = run("");
        other.set_label("another").unwrap();
        assert!(!ours.absorb(other));
        assert_eq!(ours.label, "their label");
    }

    #[test]
    fn a_full_history_keeps_its_newest() {
        let steps = |from: u32, to: u32, letter: char| -> String {
            (from..to).map(|at| format!("{letter}{at}@{at} ")).collect()
        };
        let mut ours = run(&steps(1, 51, 'T'));
        ours.absorb(run(&steps(60, 80, 'U')));
        assert_eq!(ours.tokens.len(), 50);
        assert_eq!(ours.live_token().unwrap().expose(), "U79");
        let key = crate::vault::secret::Key::new([7; 32]);
        assert!(ours.seal(&key, [9; 24]).is_ok());
    }
}
