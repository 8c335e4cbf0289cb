//! Two copies of one account become one: a backup that is read back, another machine's record, an older copy of the store.
//!
//! The rule: what either copy knows is known afterwards. Tokens and passwords are joined, never replaced; a death that
//! one copy learned holds for both. The order of the copies does not matter, and merging the same copy again changes
//! nothing, so machines that exchange records in any order end with the same account.

use std::collections::BTreeMap;

use crate::vault::history::{
    CLOCKS_APART, Dead, EarlierPassword, Generation, KeptPassword, MAX_TOKENS, Why, forget_oldest,
};
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
            Some(mut account) => account.merge(&other).then_some(account),
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
    /// Takes in what another copy of this account knows. Says whether anything changed.
    ///
    /// A copy of another account (user name or realm) changes nothing.
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.realm != other.realm
            || self.username.to_lowercase() != other.username.to_lowercase()
        {
            return false;
        }
        let mut merged = self.joined_with(other);
        let most = self.writes.max(other.writes);
        // A count stands for one content: it goes on unless the copy that counted furthest says all of this already.
        let told = [&*self, other]
            .into_iter()
            .filter(|copy| copy.writes == most)
            .all(|copy| {
                merged.writes = most;
                merged == *copy
            });
        merged.writes = most;
        if !told {
            merged.changed();
        }
        let changed = merged != *self;
        *self = merged;
        changed
    }

    /// What both know, with no count yet.
    fn joined_with(&self, other: &Self) -> Self {
        // For what has one value: the copy that was changed more often, and then any that both machines agree on.
        let key = |account: &Self| {
            (
                account.writes,
                account.label.clone(),
                account.hosts.clone(),
                account.username.clone(),
            )
        };
        let (first, second) = if key(self) >= key(other) {
            (self, other)
        } else {
            (other, self)
        };
        let mut hosts = first.hosts.clone();
        hosts.extend(
            second
                .hosts
                .iter()
                .filter(|host| !first.hosts.contains(host))
                .cloned(),
        );
        hosts.truncate(MAX_HOSTS);
        let tokens = tokens(self, other);
        let died = match (self.died, other.died) {
            _ if !tokens.is_empty() => None,
            (Some(a), Some(b)) => Some(sooner(a, b)),
            (a, b) => a.or(b),
        };
        Self {
            version: first.version,
            username: first.username.clone(),
            realm: first.realm,
            environment: first.environment,
            hosts,
            label: if first.label.is_empty() {
                second.label.clone()
            } else {
                first.label.clone()
            },
            tokens,
            password: passwords(self, other),
            died,
            work: self.work.joined_with(&other.work),
            writes: 0,
        }
    }
}

/// All tokens of both, oldest first. Each copy's own order stays, whatever its clock said; between the two the age
/// decides, and a mail's own date is better evidence of that than the moment somebody saw it.
fn tokens(a: &Account, b: &Account) -> Vec<Generation> {
    let mut tokens: Vec<Generation> = vec![];
    let (mut first, mut second) = (a.tokens.as_slice(), b.tokens.as_slice());
    loop {
        let has = |list: &[Generation], token: &Generation| {
            list.iter().any(|one| one.token == token.token)
        };
        let from_first = match (first.first(), second.first()) {
            (Some(x), Some(y)) => match (has(second, x), has(first, y)) {
                // What the other copy has further on waits for what it has before that.
                (true, false) => false,
                (false, true) => true,
                _ => (age(x), x.token.expose()) <= (age(y), y.token.expose()),
            },
            (x, _) => x.is_some(),
        };
        let list = if from_first { &mut first } else { &mut second };
        let Some((token, rest)) = list.split_first() else {
            break;
        };
        *list = rest;
        match tokens.iter_mut().find(|known| known.token == token.token) {
            Some(known) => join(known, token),
            None => tokens.push(copy_of(token)),
        }
    }
    // A death by a newer token is told by the order itself; every other cause is news that somebody learned.
    let mut next: Option<u64> = None;
    for token in tokens.iter_mut().rev() {
        let by_newer = token.dead.is_none_or(|dead| dead.why == Why::Newer);
        if let Some(at) = next
            && by_newer
        {
            token.dead = Some(Dead {
                why: Why::Newer,
                at,
            });
        }
        next = Some(token.caught_at);
    }
    // A copy that noticed a reset or a new password without knowing the token of that time knew that it died.
    if let Some(newest) = tokens.last_mut()
        && newest.dead.is_none()
    {
        newest.dead = [a, b]
            .iter()
            .flat_map(|copy| {
                let deaths = copy.tokens.iter().filter_map(|token| token.dead);
                deaths.chain(copy.died)
            })
            .filter(|dead| matches!(dead.why, Why::Reset | Why::Password))
            .filter(|dead| match newest.sent_at {
                // The clock of the mail is not the clock of the machine.
                Some(sent) => dead.at > sent.saturating_add(CLOCKS_APART),
                None => dead.at > newest.caught_at,
            })
            .reduce(sooner);
    }
    let dropped = |account: &Account| account.tokens.first().map_or(0, |first| first.number - 1);
    let surplus = tokens.len().saturating_sub(MAX_TOKENS);
    let forgotten = u32::try_from(surplus).unwrap_or(u32::MAX);
    tokens.drain(..surplus);
    let first = dropped(a).max(dropped(b)).saturating_add(forgotten);
    for (number, token) in (first.saturating_add(1)..).zip(&mut tokens) {
        token.number = number;
    }
    tokens
}

fn age(token: &Generation) -> (u64, u64) {
    (token.sent_at.unwrap_or(token.caught_at), token.caught_at)
}

fn join(known: &mut Generation, other: &Generation) {
    let earlier = (known.caught_at, known.source as u8) > (other.caught_at, other.source as u8);
    if earlier {
        known.caught_at = other.caught_at;
        known.source = other.source;
    }
    known.sent_at = match (known.sent_at, other.sent_at) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    known.dead = match (known.dead, other.dead) {
        (Some(a), Some(b)) => Some(sooner(a, b)),
        (a, b) => a.or(b),
    };
}

/// Of two causes the one that was learned; of two of the same kind the sooner.
fn sooner(a: Dead, b: Dead) -> Dead {
    let key = |dead: &Dead| (dead.why == Why::Newer, dead.at, dead.why as u8);
    if key(&a) <= key(&b) { a } else { b }
}

fn copy_of(token: &Generation) -> Generation {
    Generation {
        number: token.number,
        token: token.token.clone(),
        caught_at: token.caught_at,
        source: token.source,
        sent_at: token.sent_at,
        dead: token.dead,
    }
}

/// All passwords of both, the one that was made last in front.
fn passwords(a: &Account, b: &Account) -> Option<KeptPassword> {
    type Known<'a> = BTreeMap<(std::cmp::Reverse<u64>, &'a str), Option<u64>>;
    let mut all = Known::new();
    let mut add = |password, made_at, confirmed_at| {
        let place = all
            .entry((std::cmp::Reverse(made_at), SecretText::expose(password)))
            .or_insert(confirmed_at);
        *place = match (*place, confirmed_at) {
            (Some(x), Some(y)) => Some(x.min(y)),
            (x, y) => x.or(y),
        };
    };
    for kept in [&a.password, &b.password].into_iter().flatten() {
        add(&kept.password, kept.made_at, kept.confirmed_at);
        for earlier in &kept.earlier {
            add(&earlier.password, earlier.made_at, earlier.confirmed_at);
        }
    }
    let mut all = all
        .into_iter()
        .map(
            |((std::cmp::Reverse(made_at), password), confirmed_at)| EarlierPassword {
                password: password.into(),
                made_at,
                confirmed_at,
            },
        );
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
    use crate::vault::work::tests::any_work;
    use crate::wire::views::{Environment, Realm};
    use proptest::prelude::*;

    /// Steps at rising times: a capital is a token, `r` a reset, `p` a password made, `c` confirmed, `l` a label, `h` a host.
    fn account(steps: &str, start: u64) -> Account {
        let mut account =
            Account::new("ada@acme.example", Realm::Live, Environment::Production).unwrap();
        for (now, step) in (start..).zip(steps.chars()) {
            match step {
                'r' => drop(account.mark_dead(Why::Reset, now)),
                'p' => account.keep_password(format!("p{now}").into(), now),
                'c' => drop(account.confirm_password(now)),
                'l' => drop(account.set_label(&format!("label {now}"))),
                'h' => drop(account.saw_host(&format!("h{now}.my.salesforce.com"))),
                token => {
                    account.capture(token.to_string().as_str().into(), Source::Page, now);
                }
            }
        }
        account
    }

    fn merged(a: &Account, b: &Account) -> Account {
        let mut account = account("", 0);
        account.merge(a);
        account.merge(b);
        account
    }

    fn told(account: &Account) -> Vec<String> {
        let tell = |token: &Generation| {
            let why = token.dead.map_or("-", |dead| dead.why.code());
            format!("{} {why}", token.token.expose())
        };
        account.tokens.iter().map(tell).collect()
    }

    #[test]
    fn both_are_kept() {
        let table: &[(&str, &str, &[&str])] = &[
            ("A", "", &["A -"]),
            ("A", "A", &["A -"]),
            ("A", "B", &["A newer", "B -"]),
            ("AB", "A", &["A newer", "B -"]),
            ("AB", "AC", &["A newer", "B newer", "C -"]),
            ("A", "Ar", &["A reset"]),
            ("Ar", "AB", &["A reset", "B -"]),
            ("ABr", "B", &["A newer", "B reset"]),
        ];
        for (first, second, expected) in table {
            let (a, b) = (account(first, 10), account(second, 10));
            // A record of nothing but the other's tokens has no times of its own to quarrel about.
            assert_eq!(told(&merged(&a, &b)), *expected, "{first} {second}");
            assert_eq!(told(&merged(&b, &a)), *expected, "{second} {first}");
        }
    }

    #[test]
    fn a_reset_that_one_copy_noticed_kills_the_token_that_the_other_caught_before_it() {
        let table: &[(&str, u64, &str, u64, &[&str])] = &[
            ("A", 10, "r", 20, &["A reset"]),
            ("A", 30, "r", 20, &["A -"]),
            ("A", 10, "Br", 5, &["B reset", "A -"]),
            ("A", 10, "Br", 9, &["B reset", "A -"]),
            ("A", 10, "Bhhr", 8, &["B reset", "A reset"]),
            ("AB", 10, "Apc", 10, &["A password", "B password"]),
        ];
        for (first, at, second, then, expected) in table {
            let (a, b) = (account(first, *at), account(second, *then));
            assert_eq!(told(&merged(&a, &b)), *expected, "{first} {second}");
            assert_eq!(told(&merged(&b, &a)), *expected, "{second} {first}");
        }
    }

    /// `A@9` catches A in minute 9, `A<5@9` with a mail of minute 5, `reset@9` and the like kill.
    fn history(steps: &str) -> Account {
        let mut account = account("", 0);
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
                None => {
                    account.capture(what.into(), Source::Page, now);
                }
            }
        }
        account
    }

    #[test]
    fn what_two_histories_become() {
        let table: &[(&str, &str, &[&str])] = &[
            ("A@1 B@5", "A@1 C@3", &["A newer", "C newer", "B -"]),
            ("A@1 B@2 C@3", "A@1", &["A newer", "B newer", "C -"]),
            ("A@1 B@3", "A@1 reset@5", &["A reset", "B reset"]),
            ("A@1 B@7", "A@1 reset@5", &["A reset", "B -"]),
            // The mail tells when the token was made.
            ("A@1 B<3@9", "A@1 reset@8", &["A reset", "B reset"]),
            ("A@1 B<7@9", "A@1 reset@8", &["A reset", "B -"]),
        ];
        for (first, second, expected) in table {
            let (a, b) = (history(first), history(second));
            assert_eq!(told(&merged(&a, &b)), *expected, "{first} + {second}");
            assert_eq!(told(&merged(&b, &a)), *expected, "{second} + {first}");
        }
    }

    /// A token that one of them filed below an older one keeps its place, whatever its clock said.
    #[test]
    fn the_order_of_each_history_stays() {
        let mut ours = history("A@10");
        let mut filed = history("B@20 A@21");
        filed.tokens[1].caught_at = 10 * 60_000;
        ours.merge(&filed);
        assert_eq!(told(&ours), ["B newer", "A -"]);
    }

    #[test]
    fn a_full_history_keeps_its_newest() {
        let steps = |from: u32, to: u32, letter: char| -> String {
            (from..to).map(|at| format!("{letter}{at}@{at} ")).collect()
        };
        let mut ours = history(&steps(1, 51, 'T'));
        ours.merge(&history(&steps(60, 80, 'U')));
        assert_eq!(ours.tokens.len(), 50);
        assert_eq!(ours.live_token().unwrap().expose(), "U79");
        assert!(ours.check().is_ok());
    }

    #[test]
    fn another_account_is_left_alone() {
        let mut ada = account("A", 1);
        let mut eve =
            Account::new("eve@acme.example", Realm::Live, Environment::Production).unwrap();
        eve.capture("E".into(), Source::Page, 5);
        assert!(!ada.merge(&eve));
        let mut test = Account::new("ada@acme.example", Realm::Test, Environment::Sandbox).unwrap();
        test.capture("E".into(), Source::Page, 5);
        assert!(!ada.merge(&test));
        assert_eq!(told(&ada), ["A -"]);
    }

    fn any_account() -> impl Strategy<Value = Account> {
        (
            "[ABCDEFrclh]{0,3}p?[ABCDEFrclh]{0,3}p?c?[ABCDEFrlh]{0,3}",
            1u64..20,
            any_work(),
        )
            .prop_map(|(steps, start, work)| {
                let mut account = account(&steps, start);
                account.set_work(work).unwrap();
                account
            })
    }

    fn pair(mut a: Account, b: &Account) -> Account {
        a.merge(b);
        a
    }

    fn copied(account: &Account) -> Account {
        let mut copy = super::tests::account("", 0);
        copy.merge(account);
        copy
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_is_lost_and_the_order_does_not_matter(a in any_account(), b in any_account()) {
            let ab = pair(copied(&a), &b);
            let ba = pair(copied(&b), &a);
            prop_assert_eq!(&ab, &ba);
            for token in a.tokens.iter().chain(&b.tokens) {
                let now = ab.tokens.iter().find(|known| known.token == token.token).unwrap();
                // Who was dead stays dead.
                prop_assert!(token.dead.is_none() || now.dead.is_some());
            }
            prop_assert!(ab.tokens.iter().rev().skip(1).all(|older| older.dead.is_some()));
            for kept in [&a.password, &b.password].into_iter().flatten() {
                let all = ab.password.as_ref().unwrap();
                prop_assert!(all.password == kept.password || all.earlier.iter().any(|one| one.password == kept.password));
            }
            // The same again changes nothing.
            let mut again = copied(&ab);
            again.merge(&a);
            again.merge(&b);
            again.writes = ab.writes;
            prop_assert_eq!(&again, &ab);
        }

        /// The count is the generation of the envelope: it never falls, and rises when the content does.
        #[test]
        fn the_count_never_falls(a in any_account(), b in any_account()) {
            let mut ab = copied(&a);
            let changed = ab.merge(&b);
            prop_assert!(ab.writes >= a.writes.max(b.writes));
            let mut same = copied(&a);
            same.writes = ab.writes;
            prop_assert!(same == ab || ab.writes > a.writes);
            prop_assert!(changed || ab == a);
        }

        #[test]
        fn three_machines_agree(a in any_account(), b in any_account(), c in any_account()) {
            // Whatever each saw first, after everybody has seen everybody's last record they hold the same.
            let mut machines = [pair(copied(&a), &b), pair(copied(&b), &c), pair(copied(&c), &a)];
            for _ in 0..3 {
                for from in 0..3 {
                    for to in 0..3 {
                        let other = copied(&machines[from]);
                        machines[to].merge(&other);
                    }
                }
            }
            prop_assert_eq!(&machines[0], &machines[1]);
            prop_assert_eq!(&machines[1], &machines[2]);
        }
    }
}
