//! A vault's life at random: captures, deaths, edits, removals, locks, new keys, new ways in, kills at
//! any write, and copies that come back emptied, older or holed. Each seed is one life.
//!
//! What must hold after every restart: nothing that was acknowledged is lost, no token that is known to
//! be dead shows as live, every way in that was acknowledged opens, and none that was removed does.
//!
//! `TOKEN_KEEPER_SEEDS` sets the number of lives, `TOKEN_KEEPER_SEED` the first one.

use std::collections::{BTreeMap, BTreeSet};

use token_keeper::vault::copies::{self, Finding, Reading};
use token_keeper::vault::history::{Source, Why};
use token_keeper::vault::kdf::Params;
use token_keeper::vault::keyring::KeyRing;
use token_keeper::vault::keys::Header;
use token_keeper::vault::manifest::{self, Batch};
use token_keeper::vault::merge;
use token_keeper::vault::records::Account;
use token_keeper::vault::review::{Caught, Pending};
use token_keeper::vault::rotation;
use token_keeper::vault::secret::{Key, SecretText};
use token_keeper::vault::slot::{NewWay, Passkey, Way};
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

use crate::model::{Disk, Draw};

/// Lives in an ordinary run.
const LIVES: u64 = 200;
/// Things that happen in one life.
const EVENTS: usize = 60;
const NAMES: [&str; 5] = ["ada", "bob", "eve", "mallory", "trent"];

#[test]
fn nothing_acknowledged_is_ever_lost() {
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().unwrap());
    let first = number("TOKEN_KEEPER_SEED", 1);
    let mut happened = BTreeMap::new();
    for seed in first..first + number("TOKEN_KEEPER_SEEDS", LIVES) {
        let life = std::panic::catch_unwind(|| live(seed));
        let counts = life.unwrap_or_else(|_| panic!("the life of seed {seed} broke a promise"));
        for (what, count) in counts {
            *happened.entry(what).or_insert(0) += count;
        }
    }
    // A run in which something never happened proves nothing about it.
    if number("TOKEN_KEEPER_SEEDS", LIVES) >= LIVES {
        for what in [
            "killed",
            "emptied",
            "older",
            "holed",
            "headless",
            "copy gone",
            "copy older",
            "copy holed",
            "both holed",
            "rolled back",
            "rotated",
            "locked capture",
            "way added",
            "way removed",
            "passphrase changed",
            "mending killed",
            "deleted",
        ] {
            assert!(
                happened.get(what).copied().unwrap_or(0) >= 20,
                "{what}: {happened:?}"
            );
        }
    }
}

fn live(seed: u64) -> BTreeMap<&'static str, u32> {
    let mut life = Life::begin(seed);
    for _ in 0..EVENTS {
        if life.event().is_err() {
            life.note("killed");
            life.restart();
        }
    }
    life.restart();
    life.counts
}

/// The program was killed in the middle of a write.
struct Killed;

/// A secret that opens the vault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Secret {
    Device([u8; 32]),
    Passkey([u8; 16], [u8; 32]),
    Passphrase(String),
}

/// What is true once it is acknowledged, and undecided if the write was cut off.
#[derive(Debug, Clone)]
enum Effect {
    Captured(&'static str, String),
    Died(&'static str),
    Deleted(&'static str),
    Added(Secret),
    Removed(Secret),
    Exchanged(Secret, Secret),
    Nothing,
}

/// What the person was told.
#[derive(Debug, Default)]
struct Truth {
    /// Acknowledged tokens of each account, in the order in which they were caught.
    tokens: BTreeMap<&'static str, Vec<String>>,
    /// Tokens of which a death was acknowledged, or that were caught before a newer one.
    dead: BTreeSet<String>,
    ways: BTreeSet<Secret>,
    gone_ways: BTreeSet<Secret>,
}

impl Truth {
    fn learn(&mut self, effect: Effect) {
        match effect {
            Effect::Captured(name, token) => {
                let tokens = self.tokens.entry(name).or_default();
                self.dead.extend(tokens.iter().cloned());
                tokens.push(token);
            }
            Effect::Died(name) => {
                let newest = self.tokens.get(name).and_then(|tokens| tokens.last());
                self.dead.extend(newest.cloned());
            }
            Effect::Deleted(name) => drop(self.tokens.remove(name)),
            Effect::Added(secret) => drop(self.ways.insert(secret)),
            Effect::Removed(secret) => {
                self.ways.remove(&secret);
                self.gone_ways.insert(secret);
            }
            Effect::Exchanged(old, new) => {
                self.learn(Effect::Added(new));
                self.learn(Effect::Removed(old));
            }
            Effect::Nothing => {}
        }
    }
}

struct Life {
    draw: Draw,
    now: u64,
    disk: Disk,
    /// Every state of the first copy, for the day on which its log is cut off.
    log: Vec<StoreSnapshot>,
    ring: Option<KeyRing>,
    truth: Truth,
    /// The effect of the write that was cut off.
    undecided: Effect,
    /// Was a write cut off since the copies were last the same?
    cut: bool,
    counts: BTreeMap<&'static str, u32>,
}

impl Life {
    fn begin(seed: u64) -> Self {
        let mut draw = Draw::new(seed.wrapping_mul(0x1234_5677) ^ 0xabcd);
        // A stretch takes longer than all the rest: one life in ten begins with a passphrase.
        let secret = if draw.chance(10) {
            Secret::Passphrase(format!("pass {seed}"))
        } else {
            Secret::Device(draw.bytes())
        };
        let (key, id) = (Key::new(draw.bytes()), draw.bytes());
        let mut made = None;
        secret.as_new(1, |way| {
            let mut fill = |into: &mut [u8]| draw.fill(into);
            made = Some(Header::create_with(way, key, id, &mut fill).unwrap());
        });
        let (header, key) = made.unwrap();
        let mut disk = Disk::default();
        disk.commit(&[Change::Put("vault".to_owned(), header.to_text())]);
        let mut life = Self {
            ring: Some(header.key_ring(key).unwrap()),
            log: vec![disk.primary.clone()],
            draw,
            now: 1_000,
            disk,
            truth: Truth::default(),
            undecided: Effect::Nothing,
            cut: false,
            counts: BTreeMap::new(),
        };
        life.truth.learn(Effect::Added(secret));
        life
    }

    fn note(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn header(&self) -> Header {
        store::header(&self.disk.primary).unwrap().unwrap()
    }

    // --- what happens ---

    fn event(&mut self) -> Result<(), Killed> {
        self.now += 10;
        let what = self.draw.below(100);
        if self.ring.is_none() {
            return match what {
                0..60 => self.capture_locked(),
                60..90 => self.unlock(),
                _ => {
                    self.restart();
                    Ok(())
                }
            };
        }
        match what {
            0..40 => self.capture(),
            40..50 => self.death(),
            50..55 => self.label(),
            55..60 => self.delete(),
            60..68 => {
                self.ring = None;
                Ok(())
            }
            68..75 => self.rotate(),
            75..80 => self.continue_rotation(2),
            80..84 => self.add_way(),
            84..88 => self.remove_way(),
            88..91 => self.change_passphrase(),
            _ => {
                self.restart();
                Ok(())
            }
        }
    }

    fn capture(&mut self) -> Result<(), Killed> {
        let name = self.name();
        let token = format!("Token{}", self.now);
        self.change(
            name,
            Effect::Captured(name, token.clone()),
            |account, now| {
                account.capture(token.as_str().into(), Source::Page, now);
            },
        )
    }

    fn death(&mut self) -> Result<(), Killed> {
        let name = self.name();
        if !self.truth.tokens.contains_key(name) {
            return Ok(());
        }
        self.change(name, Effect::Died(name), |account, now| {
            account.mark_dead(Why::Reset, now);
        })
    }

    fn label(&mut self) -> Result<(), Killed> {
        let name = self.name();
        if !self.truth.tokens.contains_key(name) {
            return Ok(());
        }
        self.change(name, Effect::Nothing, |account, now| {
            account.set_label(&format!("label {now}")).unwrap();
        })
    }

    fn delete(&mut self) -> Result<(), Killed> {
        let name = self.name();
        let ring = self.ring.as_ref().unwrap();
        let changes = store::remove_account(ring, &self.disk.primary, name, Realm::Live);
        if changes.is_empty() {
            return Ok(());
        }
        self.note("deleted");
        self.commit(&changes, Effect::Deleted(name))
    }

    fn capture_locked(&mut self) -> Result<(), Killed> {
        self.note("locked capture");
        let name = self.name();
        let token = format!("Token{}", self.now);
        let pending = Pending::Token(Caught {
            token: token.as_str().into(),
            username: Some(name.to_owned()),
            realm: Realm::Live,
            environment: Environment::Production,
            origin: "login.salesforce.com".into(),
            sender: None,
            at: self.now,
            sent_at: None,
            auth: String::new(),
            expected: true,
            reasons: Vec::new(),
            source: Source::Page,
        });
        let public_key = self.header().public_key;
        let (id, seed) = (self.draw.bytes(), self.draw.bytes());
        let (entry, stored) = store::inbox_entry(&public_key, id, &pending, seed).unwrap();
        self.commit(&[Change::Put(entry, stored)], Effect::Captured(name, token))
    }

    /// Unlocks, merges what was kept aside, and takes the inbox in.
    fn unlock(&mut self) -> Result<(), Killed> {
        let ways: Vec<Secret> = self.truth.ways.iter().cloned().collect();
        // A stretch takes longer than all the rest: three times in four another way is taken.
        let cheap = self.draw.chance(75);
        let cheap = ways
            .iter()
            .find(|way| cheap && !matches!(way, Secret::Passphrase(_)));
        let secret = cheap.unwrap_or(&ways[self.draw.below(ways.len())]);
        let header = self.header();
        let (key, _) = secret.as_way(|way| header.unlock_with(way)).unwrap();
        self.ring = Some(header.key_ring(key).unwrap());
        let (ring, draw) = (self.ring.as_ref().unwrap(), &mut self.draw);
        let mut fill = |into: &mut [u8]| draw.fill(into);
        let changes = merge::merge_asides(ring, &self.disk.primary, &mut fill).unwrap();
        if !changes.is_empty() {
            self.commit(&changes, Effect::Nothing)?;
        }
        let ring = self.ring.as_ref().unwrap();
        let mut inbox = store::open_ring(ring, &self.disk.primary).inbox;
        inbox.sort_by_key(|(_, pending)| pending.at());
        for (id, pending) in inbox {
            let Pending::Token(caught) = pending else {
                unreachable!()
            };
            let ring = self.ring.as_ref().unwrap();
            let mut account = self.account(ring, caught.username.as_deref().unwrap());
            account.capture(caught.token.clone(), caught.source, caught.at);
            let nonce = self.draw.bytes();
            let ring = self.ring.as_ref().unwrap();
            let mut changes =
                store::put_account(ring, &self.disk.primary, &account, nonce).unwrap();
            changes.push(Change::Remove(store::Entry::Inbox(id).name()));
            self.commit(&changes, Effect::Nothing)?;
        }
        Ok(())
    }

    fn rotate(&mut self) -> Result<(), Killed> {
        let header = self.header();
        if header.is_rotating() {
            return self.continue_rotation(usize::MAX);
        }
        self.note("rotated");
        let ways: Vec<Secret> = self.truth.ways.iter().cloned().collect();
        let ring = self.ring.as_ref().unwrap();
        let draw = &mut self.draw;
        let mut fill = |into: &mut [u8]| draw.fill(into);
        let rotated = Secret::as_ways(&ways, &mut Vec::new(), &mut |ways| {
            header
                .rotate(ring.present(), ways, Params::FLOOR, &mut fill)
                .unwrap()
        });
        assert_eq!(rotated.dropped, [0; 0]);
        self.ring = Some(rotated.ring);
        self.put_header(&rotated.header, Effect::Nothing)?;
        let at_most = 1 + self.draw.below(3);
        self.continue_rotation(at_most)
    }

    fn continue_rotation(&mut self, at_most: usize) -> Result<(), Killed> {
        let header = self.header();
        let (ring, draw) = (self.ring.as_ref().unwrap(), &mut self.draw);
        let mut fill = |into: &mut [u8]| draw.fill(into);
        let plan = rotation::plan(&header, ring, &self.disk.primary, at_most, &mut fill).unwrap();
        assert_eq!(plan.stuck, []);
        if plan.changes.is_empty() {
            return Ok(());
        }
        self.commit(&plan.changes, Effect::Nothing)?;
        if plan.ends {
            let (header, ring) = (self.header(), self.ring.take().unwrap());
            self.ring = Some(header.key_ring(ring.present().duplicate()).unwrap());
        }
        Ok(())
    }

    fn add_way(&mut self) -> Result<(), Killed> {
        if self.truth.ways.len() >= 5 {
            return Ok(());
        }
        let secret = match self.draw.below(20) {
            0 => Secret::Passphrase(format!("pass {}", self.now)),
            1..10 => Secret::Device(self.draw.bytes()),
            _ => Secret::Passkey(self.draw.bytes(), self.draw.bytes()),
        };
        self.note("way added");
        let (header, now) = (self.header(), self.now);
        let (ring, draw) = (self.ring.as_ref().unwrap(), &mut self.draw);
        let mut fill = |into: &mut [u8]| draw.fill(into);
        let mut changed = None;
        secret.as_new(now, |way| {
            changed = Some(header.add(ring.present(), way, &mut fill).unwrap());
        });
        self.put_header(&changed.unwrap(), Effect::Added(secret))
    }

    fn remove_way(&mut self) -> Result<(), Killed> {
        let ways: Vec<Secret> = self.truth.ways.iter().cloned().collect();
        let secret = ways[self.draw.below(ways.len())].clone();
        let header = self.header();
        let ring = self.ring.as_ref().unwrap();
        let (_, place) = secret.as_way(|way| header.unlock_with(way)).unwrap();
        let changed = header.remove(ring.present(), place);
        if ways.len() == 1 {
            assert_eq!(changed.unwrap_err().code(), "last_way");
            return Ok(());
        }
        self.note("way removed");
        self.put_header(&changed.unwrap(), Effect::Removed(secret))
    }

    fn change_passphrase(&mut self) -> Result<(), Killed> {
        let old = self.truth.ways.iter().find_map(|way| match way {
            Secret::Passphrase(text) => Some(text.clone()),
            _ => None,
        });
        let Some(old) = old else { return Ok(()) };
        let new = format!("changed {}", self.now);
        self.note("passphrase changed");
        let header = self.header();
        let (ring, draw) = (self.ring.as_ref().unwrap(), &mut self.draw);
        let mut fill = |into: &mut [u8]| draw.fill(into);
        let (old_text, new_text) = (old.as_str().into(), new.as_str().into());
        let changed = header
            .change_passphrase(
                ring.present(),
                &old_text,
                &new_text,
                Params::FLOOR,
                &mut fill,
            )
            .unwrap();
        let effect = Effect::Exchanged(Secret::Passphrase(old), Secret::Passphrase(new));
        self.put_header(&changed, effect)
    }

    // --- writing ---

    fn name(&mut self) -> &'static str {
        NAMES[self.draw.below(NAMES.len())]
    }

    fn account(&self, ring: &KeyRing, name: &str) -> Account {
        store::account(ring, &self.disk.primary, name, Realm::Live)
            .unwrap()
            .unwrap_or_else(|| Account::new(name, Realm::Live, Environment::Production).unwrap())
    }

    fn change(
        &mut self,
        name: &'static str,
        effect: Effect,
        change: impl FnOnce(&mut Account, u64),
    ) -> Result<(), Killed> {
        let mut account = self.account(self.ring.as_ref().unwrap(), name);
        let writes = account.writes;
        change(&mut account, self.now);
        if account.writes == writes {
            self.truth.learn(effect);
            return Ok(());
        }
        let nonce = self.draw.bytes();
        let ring = self.ring.as_ref().unwrap();
        let changes = store::put_account(ring, &self.disk.primary, &account, nonce).unwrap();
        self.commit(&changes, effect)
    }

    fn put_header(&mut self, header: &Header, effect: Effect) -> Result<(), Killed> {
        let change = Change::Put("vault".to_owned(), header.to_text());
        self.commit(&[change], effect)
    }

    /// First copy, second copy, what was seen; acknowledged after that.
    fn commit(&mut self, changes: &[Change], effect: Effect) -> Result<(), Killed> {
        let batch = manifest::commit(&self.disk.primary, changes).unwrap();
        let last = if self.draw.chance(15) {
            self.draw.below(5)
        } else {
            usize::MAX
        };
        self.undecided = effect;
        for step in 0..4 {
            if step == last {
                self.cut = true;
                return Err(Killed);
            }
            match step {
                0 => self.disk.primary.extend(batch.put.iter().cloned()),
                1 => self
                    .disk
                    .primary
                    .retain(|name, _| !batch.remove.contains(name)),
                2 if batch.fits(&self.disk.copy) => batch.apply(&mut self.disk.copy),
                2 => panic!("the copies parted while both were written"),
                _ => self.disk.seen = Some(batch.seen),
            }
            if step < 2 {
                self.log.push(self.disk.primary.clone());
            }
        }
        let effect = std::mem::replace(&mut self.undecided, Effect::Nothing);
        self.truth.learn(effect);
        Ok(())
    }

    // --- the next start ---

    /// The browser comes up again, perhaps with less than it had; the copies are compared, the vault is
    /// unlocked, and what was promised is looked for.
    fn restart(&mut self) {
        self.ring = None;
        if self.draw.chance(50) {
            self.spoil();
        }
        self.mend();
        self.check_ways();
        // A kill while the inbox is taken in is one more start.
        while self.unlock().is_err() {
            self.ring = None;
            self.mend();
        }
        self.decide();
        self.check();
        if self.draw.chance(50) {
            self.ring = None;
        }
    }

    fn spoil(&mut self) {
        let entries: Vec<String> = self
            .disk
            .primary
            .keys()
            .filter(|name| self.disk.copy.contains_key(*name))
            .cloned()
            .collect();
        // What the first copy holds alone was not acknowledged: two holes may fall on it.
        let one = entries[self.draw.below(entries.len())].clone();
        let older = self.log[self.draw.below(self.log.len())].clone();
        match self.draw.below(10) {
            0 => {
                self.note("emptied");
                self.disk.primary.clear();
            }
            1 | 2 => {
                self.note("older");
                self.disk.primary = older;
            }
            3 => {
                self.note("holed");
                self.disk.primary.remove(&one);
            }
            4 => {
                self.note("headless");
                self.disk.primary.remove("vault");
            }
            5 => {
                self.note("copy gone");
                self.disk.copy.clear();
            }
            6 => {
                self.note("copy older");
                self.disk.copy = older;
            }
            7 => {
                self.note("copy holed");
                self.disk.copy.remove(&one);
            }
            8 => {
                self.note("both holed");
                let other = entries[self.draw.below(entries.len())].clone();
                self.disk.primary.remove(&one);
                if other != one {
                    self.disk.copy.remove(&other);
                }
            }
            _ => self.roll_back(older),
        }
    }

    /// Both copies come back older: that is told, and nothing is written. Then the person finds the right
    /// profile again.
    fn roll_back(&mut self, older: StoreSnapshot) {
        let counter = |store| manifest::Manifest::of(store).unwrap().counter;
        if counter(&older) >= self.disk.seen.unwrap().counter {
            return;
        }
        self.note("rolled back");
        let read = Reading::Read(&older);
        let found = copies::compare(read, read, self.disk.seen);
        assert_eq!(found.finding, Finding::RolledBack);
        assert_eq!((found.to_primary, found.to_copy), (None, None));
    }

    /// Compares and writes, and may be killed while it does.
    fn mend(&mut self) {
        loop {
            let found = copies::compare(
                Reading::Read(&self.disk.primary),
                Reading::Read(&self.disk.copy),
                self.disk.seen,
            );
            // An entry that is gone again before it was acknowledged is told as missing, and rightly.
            let told = found.finding == Finding::Incomplete && self.cut;
            assert!(
                told || matches!(found.finding, Finding::Healthy | Finding::Mended),
                "{found:?}"
            );
            let killed = self.draw.chance(20);
            if let Some(batch) = &found.to_primary {
                if killed {
                    self.note("mending killed");
                    let count = self.draw.below(batch.put.len() + 1);
                    cut_off(batch, count, &mut self.disk.primary);
                    continue;
                }
                batch.apply(&mut self.disk.primary);
            }
            if let Some(batch) = &found.to_copy {
                if killed {
                    self.note("mending killed");
                    let count = self.draw.below(batch.put.len() + 1);
                    cut_off(batch, count, &mut self.disk.copy);
                    continue;
                }
                batch.apply(&mut self.disk.copy);
            }
            self.disk.seen = found.seen.or(self.disk.seen);
            self.log.push(self.disk.primary.clone());
            if found.finding == Finding::Healthy {
                assert_eq!(self.disk.primary, self.disk.copy);
                self.cut = false;
                return;
            }
        }
    }

    /// Every way opens that should, and none that should not. A write that was cut off is looked at here.
    fn check_ways(&mut self) {
        let header = self.header();
        let opens = |secret: &Secret| secret.as_way(|way| header.unlock_with(way)).is_ok();
        let happened = match &self.undecided {
            Effect::Added(secret) => opens(secret),
            Effect::Removed(secret) => !opens(secret),
            Effect::Exchanged(_, new) => opens(new),
            _ => false,
        };
        if happened {
            let effect = std::mem::replace(&mut self.undecided, Effect::Nothing);
            self.truth.learn(effect);
        }
        let cheap = |secret: &&Secret| !matches!(secret, Secret::Passphrase(_));
        for secret in self.truth.ways.iter().filter(cheap) {
            assert!(opens(secret), "{secret:?} was lost");
        }
        for secret in self.truth.gone_ways.iter().filter(cheap) {
            assert!(!opens(secret), "{secret:?} came back");
        }
    }

    /// Did the write that was cut off arrive, or not? Either is right.
    fn decide(&mut self) {
        let effect = std::mem::replace(&mut self.undecided, Effect::Nothing);
        let ring = self.ring.as_ref().unwrap();
        let account = |name: &str| store::account(ring, &self.disk.primary, name, Realm::Live);
        let happened = match &effect {
            Effect::Captured(name, token) => account(name).unwrap().is_some_and(|account| {
                account.tokens.iter().any(|one| one.token.expose() == token)
            }),
            Effect::Died(name) => account(name)
                .unwrap()
                .is_some_and(|account| account.live_token().is_none()),
            Effect::Deleted(name) => account(name).unwrap().is_none(),
            _ => false,
        };
        if happened {
            self.truth.learn(effect);
        }
    }

    fn check(&self) {
        let ring = self.ring.as_ref().unwrap();
        let opened = store::open_ring(ring, &self.disk.primary);
        assert_eq!(opened.damaged, []);
        assert_eq!((opened.asides.len(), opened.inbox.len()), (0, 0));
        for (name, tokens) in &self.truth.tokens {
            let account = store::account(ring, &self.disk.primary, name, Realm::Live)
                .unwrap()
                .unwrap_or_else(|| panic!("{name} was lost"));
            let kept: Vec<&str> = account
                .tokens
                .iter()
                .map(|one| one.token.expose())
                .collect();
            for token in tokens {
                assert!(
                    kept.contains(&token.as_str()),
                    "{token} of {name} was lost: {kept:?}"
                );
            }
            if let Some(live) = account.live_token() {
                assert!(
                    !self.truth.dead.contains(live.expose()),
                    "{name} shows a dead token"
                );
            }
        }
        let names: BTreeSet<_> = opened
            .accounts
            .iter()
            .map(|(_, one)| &one.username)
            .collect();
        assert_eq!(names.len(), opened.accounts.len(), "an account shows twice");
        for text in self.disk.primary.values().chain(self.disk.copy.values()) {
            assert!(!text.contains("Token"));
        }
    }
}

/// The first so many entries of a write that promised to be all or nothing.
fn cut_off(batch: &Batch, count: usize, store: &mut StoreSnapshot) {
    store.extend(batch.put.iter().take(count).cloned());
}

impl Secret {
    fn as_way<T>(&self, run: impl FnOnce(&Way) -> T) -> T {
        match self {
            Self::Device(bytes) => run(&Way::Device(&Key::new(*bytes))),
            Self::Passkey(credential, bytes) => run(&Way::Passkey {
                credential,
                secret: &Key::new(*bytes),
            }),
            Self::Passphrase(text) => run(&Way::Passphrase(&text.as_str().into())),
        }
    }

    /// Lends all of them at once.
    fn as_ways<T>(secrets: &[Self], lent: &mut Vec<Way>, run: &mut dyn FnMut(&[Way]) -> T) -> T {
        let Some((first, rest)) = secrets.split_first() else {
            return run(lent);
        };
        first.as_way(|way| {
            let mut lent = lent.clone();
            lent.push(*way);
            Self::as_ways(rest, &mut lent, run)
        })
    }

    fn as_new(&self, now: u64, run: impl FnOnce(NewWay)) {
        match self {
            Self::Device(bytes) => run(NewWay::Device(&Key::new(*bytes), now)),
            Self::Passkey(credential, bytes) => run(NewWay::Passkey(
                Passkey {
                    credential: credential.to_vec(),
                    rp_id: "rp.example".into(),
                    salt: [5; 32],
                    added_at: now,
                },
                &Key::new(*bytes),
            )),
            Self::Passphrase(text) => {
                let text: SecretText = text.as_str().into();
                run(NewWay::Passphrase(&text, Params::FLOOR));
            }
        }
    }
}
