//! Several machines and one sync area: in any order of events they end with the same accounts, and whatever the area gives
//! back, no machine loses what it acknowledged, nor shows a token as live that it knows to be dead.

use std::collections::{BTreeMap, BTreeSet};

use token_keeper::vault::history::{Source, Why};
use token_keeper::vault::keyring::KeyRing;
use token_keeper::vault::keys::Header;
use token_keeper::vault::manifest;
use token_keeper::vault::records::Account;
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::{NewWay, Passkey, Way};
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::vault::sync::{self, Given, ITEM, Note, Plan, TOTAL};
use token_keeper::vault::text;
use token_keeper::wire::views::{Environment, Realm};

use crate::model::Draw;

const NAMES: [&str; 4] = ["ada", "bob", "eve", "trent"];
const SECRET: [u8; 32] = [0xbe; 32];

fn passkey(number: u8) -> Passkey {
    Passkey {
        credential: vec![number; 16],
        rp_id: "example".into(),
        salt: [number; 32],
        added_at: 1,
    }
}

fn made(vault_key: u8, vault_id: u8) -> (Header, KeyRing) {
    let mut draw = Draw::new(3);
    let secret = Key::new(SECRET);
    let way = NewWay::Passkey(passkey(1), &secret);
    let (header, key) = Header::create_with(
        way,
        Key::new([vault_key; 32]),
        [vault_id; 16],
        &mut |into| {
            draw.fill(into);
        },
    )
    .unwrap();
    let ring = header.key_ring(key).unwrap();
    (header, ring)
}

/// One machine with the vault open.
struct Machine {
    store: StoreSnapshot,
    ring: KeyRing,
    note: Note,
    draw: Draw,
    now: u64,
}

impl Machine {
    fn new(seed: u64) -> Self {
        let (header, ring) = made(7, 0x1d);
        let mut machine = Self {
            store: StoreSnapshot::new(),
            ring,
            note: Note::default(),
            draw: Draw::new(seed),
            now: 1_000_000 * (seed + 1),
        };
        machine.commit(&[Change::Put("vault".to_owned(), header.to_text())]);
        machine
    }

    fn commit(&mut self, changes: &[Change]) {
        let batch = manifest::commit(&self.store, changes).unwrap();
        batch.apply(&mut self.store);
    }

    fn header(&self) -> Header {
        store::header(&self.store).unwrap().unwrap()
    }

    fn account(&self, name: &str) -> Option<Account> {
        store::account(&self.ring, &self.store, name, Realm::Live).unwrap()
    }

    fn change(&mut self, name: &str, change: impl FnOnce(&mut Account, u64)) {
        self.now += 180_000;
        let mut account = self
            .account(name)
            .unwrap_or_else(|| Account::new(name, Realm::Live, Environment::Production).unwrap());
        change(&mut account, self.now);
        let nonce = self.draw.bytes();
        let changes = store::put_account(&self.ring, &self.store, &account, nonce).unwrap();
        self.commit(&changes);
    }

    fn capture(&mut self, name: &str, token: &str) {
        self.change(name, |account, now| {
            account.capture(token.into(), Source::Page, now);
        });
    }

    fn delete(&mut self, name: &str) {
        let Some(account) = self.account(name) else {
            return;
        };
        self.now += 1;
        let (key, draw) = (self.ring.present(), &mut self.draw);
        let tombstone = sync::bury(key, &self.store, &account, self.now, &mut |into| {
            draw.fill(into)
        });
        let mut changes = store::remove_account(&self.ring, &self.store, name, Realm::Live);
        changes.push(tombstone.unwrap());
        self.commit(&changes);
    }

    fn plan(&mut self, area: &StoreSnapshot, replace: bool) -> Plan {
        let given = Given {
            header: &self.header(),
            key: self.ring.present(),
            store: &self.store,
            area,
            note: &self.note,
            replace,
            now: self.now,
        };
        let draw = &mut self.draw;
        sync::plan(&given, &mut |into| draw.fill(into)).unwrap()
    }

    /// Reads the area as it was then, and writes to it as it is now; `steps` of the four are taken.
    fn sync_from(&mut self, read: &StoreSnapshot, area: &mut StoreSnapshot, steps: usize) -> Plan {
        let plan = self.plan(read, false);
        self.carry_out(&plan, area, steps);
        plan
    }

    fn sync(&mut self, area: &mut StoreSnapshot) -> Plan {
        let read = area.clone();
        self.sync_from(&read, area, 4)
    }

    fn carry_out(&mut self, plan: &Plan, area: &mut StoreSnapshot, steps: usize) {
        if steps > 0 && !plan.changes.is_empty() {
            self.commit(&plan.changes);
        }
        if steps > 1 {
            area.retain(|name, _| !plan.remove.contains(name));
        }
        if steps > 2 {
            area.extend(plan.put.iter().cloned());
        }
        if steps > 3 {
            self.note = plan.note.clone();
        }
    }

    /// Every token, and whether it is dead.
    fn tokens(&self) -> BTreeMap<(String, String), bool> {
        let opened = store::open_ring(&self.ring, &self.store);
        assert_eq!(opened.damaged, []);
        let all = opened.accounts.iter().flat_map(|(_, account)| {
            account.tokens.iter().map(|token| {
                let name = (account.username.clone(), token.token.expose().to_owned());
                (name, token.dead.is_some())
            })
        });
        all.collect()
    }

    /// All that the machine knows, in words that can be compared.
    fn told(&self) -> Vec<Account> {
        let opened = store::open_ring(&self.ring, &self.store);
        opened
            .accounts
            .into_iter()
            .map(|(_, account)| account)
            .collect()
    }
}

/// What a person did: on which machine each token was acknowledged, and which were deleted with an account.
#[derive(Default)]
struct Memory {
    acknowledged: Vec<BTreeSet<(String, String)>>,
    deleted: BTreeSet<(String, String)>,
    count: usize,
}

impl Memory {
    fn event(&mut self, machines: &mut [Machine], which: usize, draw: &mut Draw) {
        let name = NAMES[draw.below(NAMES.len())];
        let machine = &mut machines[which];
        match draw.below(8) {
            0..=3 => {
                self.count += 1;
                let token = format!("Token-{}", self.count);
                machine.capture(name, &token);
                self.acknowledged[which].insert((name.to_owned(), token));
            }
            4 => machine.change(name, |account, now| {
                account.mark_dead([Why::Reset, Why::Said][(now % 2) as usize], now);
            }),
            5 => machine.change(name, |account, now| {
                account.set_label(&format!("label {now}")).unwrap();
            }),
            6 => {
                let tokens = machine.tokens();
                let gone = tokens.into_keys().filter(|(user, _)| user == name);
                self.deleted.extend(gone);
                machine.delete(name);
            }
            _ => machine.change(name, |account, now| {
                account.keep_password(format!("password {now}").into(), now);
            }),
        }
    }

    /// What this machine acknowledged is there, and nothing that it knew to be dead came to life.
    fn check(&self, machine: &Machine, which: usize, before: &BTreeMap<(String, String), bool>) {
        let tokens = machine.tokens();
        for token in self.acknowledged[which].difference(&self.deleted) {
            assert!(tokens.contains_key(token), "{token:?} is lost");
        }
        for (token, dead) in before {
            let now = tokens.get(token);
            assert!(!dead || now != Some(&false), "{token:?} came to life");
        }
        for account in machine.told() {
            let live = account.tokens.iter().filter(|token| token.dead.is_none());
            assert!(live.count() <= 1);
        }
    }
}

/// Everybody syncs until nobody has anything to say, and then all say the same.
fn settle(machines: &mut [Machine], area: &mut StoreSnapshot, memory: &Memory) {
    for _ in 0..4 {
        for machine in machines.iter_mut() {
            machine.sync(area);
        }
    }
    for machine in machines.iter_mut() {
        let plan = machine.sync(area);
        assert_eq!((plan.changes, plan.put, plan.remove), Default::default());
        assert_eq!(plan.note.code, None);
    }
    let first = machines[0].told();
    for machine in &machines[1..] {
        assert_eq!(machine.told(), first);
        assert_eq!(machine.header(), machines[0].header());
    }
    let tokens = machines[0].tokens();
    for token in memory.acknowledged.iter().flatten() {
        assert!(
            tokens.contains_key(token) || memory.deleted.contains(token),
            "{token:?} is lost"
        );
    }
}

/// Two and three machines, some of which read an old state of the area or are killed in the middle.
#[test]
fn machines_converge_in_any_order_of_events() {
    for seed in 0..150 {
        let mut draw = Draw::new(seed);
        let mut machines: Vec<Machine> = (0..2 + seed % 2).map(Machine::new).collect();
        let mut memory = Memory::default();
        memory.acknowledged.resize(machines.len(), BTreeSet::new());
        let mut area = StoreSnapshot::new();
        let mut earlier = area.clone();
        for _ in 0..40 {
            let which = draw.below(machines.len());
            if draw.chance(60) {
                memory.event(&mut machines, which, &mut draw);
                continue;
            }
            let before = machines[which].tokens();
            let read = if draw.chance(30) { &earlier } else { &area }.clone();
            let steps = if draw.chance(30) { draw.below(4) } else { 4 };
            machines[which].sync_from(&read, &mut area, steps);
            memory.check(&machines[which], which, &before);
            if draw.chance(50) {
                earlier.clone_from(&area);
            }
        }
        settle(&mut machines, &mut area, &memory);
    }
}

/// The area of somebody who drops, replays, reorders, swaps, cuts, doubles and spoils what is in it.
struct Enemy {
    /// Every text that ever lay there.
    seen: Vec<(String, String)>,
}

impl Enemy {
    fn remember(&mut self, area: &StoreSnapshot) {
        for (name, text) in area {
            let entry = (name.clone(), text.clone());
            if !self.seen.contains(&entry) {
                self.seen.push(entry);
            }
        }
    }

    fn strike(&self, area: &mut StoreSnapshot, draw: &mut Draw) -> &'static str {
        let names: Vec<String> = area.keys().cloned().collect();
        if names.is_empty() {
            return "nothing";
        }
        let one = names[draw.below(names.len())].clone();
        let other = names[draw.below(names.len())].clone();
        let text = area[&one].clone();
        match draw.below(8) {
            0 => {
                area.remove(&one);
                "drop"
            }
            1 | 2 => {
                let old: Vec<_> = self.seen.iter().filter(|(name, _)| *name == one).collect();
                let Some((name, text)) = old.get(draw.below(old.len())).copied().cloned() else {
                    return "nothing";
                };
                area.insert(name, text);
                "replay"
            }
            3 => {
                let theirs = area.insert(other, text).unwrap();
                area.insert(one, theirs);
                "swap"
            }
            4 => {
                area.insert(one, text[..draw.below(text.len())].to_owned());
                "truncate"
            }
            5 => {
                area.insert(text::encode(&draw.bytes::<16>()), text);
                "duplicate"
            }
            6 => {
                let mut bytes = text::decode(&text, 20_000).unwrap_or_default();
                if bytes.is_empty() {
                    return "nothing";
                }
                let at = draw.below(bytes.len());
                bytes[at] ^= 1 << draw.below(8);
                area.insert(one, text::encode(&bytes));
                "spoil"
            }
            _ => {
                // Everything as it once was.
                let mut old = StoreSnapshot::new();
                if self.seen.is_empty() {
                    return "nothing";
                }
                let until = draw.below(self.seen.len());
                old.extend(self.seen[..=until].iter().cloned());
                *area = old;
                "roll back"
            }
        }
    }
}

#[test]
fn an_enemy_loses_nothing_and_wakes_nothing() {
    let mut happened: BTreeMap<&str, usize> = BTreeMap::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for seed in 0..150 {
        let mut draw = Draw::new(1_000 + seed);
        let mut machines: Vec<Machine> = (0..2 + seed % 2).map(Machine::new).collect();
        let mut memory = Memory::default();
        memory.acknowledged.resize(machines.len(), BTreeSet::new());
        let mut area = StoreSnapshot::new();
        let mut enemy = Enemy { seen: vec![] };
        for _ in 0..60 {
            let which = draw.below(machines.len());
            match draw.below(3) {
                0 => memory.event(&mut machines, which, &mut draw),
                1 => {
                    *happened
                        .entry(enemy.strike(&mut area, &mut draw))
                        .or_default() += 1
                }
                _ => {
                    let before = machines[which].tokens();
                    let header = machines[which].header();
                    let plan = machines[which].sync(&mut area);
                    told.extend(plan.note.code);
                    told.extend(plan.note.told);
                    memory.check(&machines[which], which, &before);
                    assert_eq!(machines[which].header(), header);
                    enemy.remember(&area);
                }
            }
        }
        // The person has the last word, and from then on the area is honest.
        let plan = machines[0].plan(&area, true);
        machines[0].carry_out(&plan, &mut area, 4);
        settle(&mut machines, &mut area, &memory);
    }
    for strike in [
        "drop",
        "replay",
        "swap",
        "truncate",
        "duplicate",
        "spoil",
        "roll back",
    ] {
        assert!(happened.contains_key(strike), "{strike} never happened");
    }
    for code in [
        sync::SYNC_OLDER,
        sync::SYNC_DAMAGED,
        sync::SYNC_MISSING,
        sync::SYNC_CLEARED,
    ] {
        assert!(told.contains(code), "{code} was never told");
    }
}

fn pair() -> (Machine, Machine, StoreSnapshot) {
    let (mut one, mut two) = (Machine::new(1), Machine::new(2));
    let mut area = StoreSnapshot::new();
    one.capture("ada", "First");
    one.sync(&mut area);
    two.sync(&mut area);
    assert_eq!(two.tokens().len(), 1);
    (one, two, area)
}

#[test]
fn a_deleted_account_stays_deleted_whatever_is_replayed() {
    let (mut one, mut two, mut area) = pair();
    let before = area.clone();
    one.delete("ada");
    one.sync(&mut area);
    two.sync(&mut area);
    assert_eq!((one.tokens().len(), two.tokens().len()), (0, 0));
    for machine in [&mut one, &mut two] {
        let mut replayed = before.clone();
        let plan = machine.sync(&mut replayed);
        assert_eq!(machine.tokens().len(), 0);
        assert_eq!(plan.note.told.as_deref(), Some(sync::SYNC_OLDER));
        // It was put right: it is told once.
        let again = machine.sync(&mut replayed);
        assert_eq!((again.put, again.changes), (vec![], vec![]));
    }
    // The same token, kept once more on purpose, lives everywhere.
    two.capture("ada", "First");
    two.sync(&mut area);
    one.sync(&mut area);
    assert_eq!(one.tokens().len(), 1);
    // And the replay of the deletion ends it nowhere.
    let mut deleted = area.clone();
    let mut third = Machine::new(3);
    third.sync(&mut deleted);
    assert_eq!(third.tokens().len(), 1);
}

#[test]
fn a_token_that_the_deletion_did_not_know_keeps_the_account() {
    let (mut one, mut two, mut area) = pair();
    // One changes a lot and deletes; the other catches a token meanwhile.
    for label in ["a", "b", "c", "d"] {
        one.change("ada", |account, _| {
            account.set_label(label).unwrap();
        });
    }
    one.delete("ada");
    two.capture("ada", "Second");
    one.sync(&mut area);
    two.sync(&mut area);
    one.sync(&mut area);
    for machine in [&one, &two] {
        let account = machine.account("ada").unwrap();
        assert_eq!(account.live_token().unwrap().expose(), "Second");
    }
}

#[test]
fn nothing_of_a_record_shows() {
    let (_, _, area) = pair();
    assert_eq!(area.len(), 2);
    for (name, stored) in &area {
        assert!(name == "vault" || name.len() == 22, "{name}");
        let bytes = text::decode(stored, 20_000).unwrap();
        for word in ["ada", "First"] {
            assert!(
                !bytes
                    .windows(word.len())
                    .any(|part| part == word.as_bytes())
            );
        }
    }
    // A deleted account has the same kind of name.
    let (mut one, _, mut area) = pair();
    let names: Vec<String> = area.keys().cloned().collect();
    one.delete("ada");
    one.sync(&mut area);
    assert!(area.keys().eq(&names));
}

// --- headers ---

#[test]
fn a_changed_way_in_goes_to_the_other_machine_and_its_device_stays() {
    let (mut one, mut two, mut area) = pair();
    let mut draw = Draw::new(9);
    let mut random = |into: &mut [u8]| draw.fill(into);
    let device = Key::new([0xde; 32]);
    let with_device = two
        .header()
        .add(two.ring.present(), NewWay::Device(&device, 1), &mut random)
        .unwrap();
    two.commit(&[Change::Put("vault".to_owned(), with_device.to_text())]);
    two.sync(&mut area);
    // It is not sent.
    let sent = Header::from_text(&area["vault"]).unwrap();
    assert!(sent.unlock_with(&Way::Device(&device)).is_err());
    one.sync(&mut area);
    assert_eq!(one.header(), sent);
    let secret = Key::new([0x5e; 32]);
    let second = NewWay::Passkey(passkey(2), &secret);
    let changed = one
        .header()
        .add(one.ring.present(), second, &mut random)
        .unwrap();
    one.commit(&[Change::Put("vault".to_owned(), changed.to_text())]);
    one.sync(&mut area);
    two.sync(&mut area);
    let now = two.header();
    assert!(now.unlock_with(&Way::Device(&device)).is_ok());
    let way = Way::Passkey {
        credential: &[2; 16],
        secret: &secret,
    };
    assert!(now.unlock_with(&way).is_ok());
    assert_eq!(two.sync(&mut area).put, []);
}

#[test]
fn what_ends_the_matter_until_a_person_decides() {
    let foreign = |vault_key, vault_id| made(vault_key, vault_id).0;
    let mut rotated = made(8, 0x1d).0;
    rotated.generation = 9;
    let other_key = foreign(8, 0x1d);
    type Spoil = Box<dyn Fn(&mut StoreSnapshot)>;
    let put = |header: Header| -> Spoil {
        Box::new(move |area| drop(area.insert("vault".to_owned(), header.to_text())))
    };
    let table: [(&str, Spoil); 5] = [
        (sync::SYNC_OTHER_VAULT, put(foreign(8, 0x1e))),
        (sync::SYNC_NEW_KEY, put(rotated)),
        (sync::SYNC_OLD_KEY, put(other_key)),
        (
            sync::SYNC_CLEARED,
            Box::new(|area| drop(area.remove("vault"))),
        ),
        (sync::SYNC_CLEARED, Box::new(StoreSnapshot::clear)),
    ];
    for (code, spoil) in table {
        let (mut one, _, mut area) = pair();
        one.capture("bob", "Second");
        spoil(&mut area);
        let before = area.clone();
        for _ in 0..2 {
            let plan = one.sync(&mut area);
            assert_eq!(plan.note.code.as_deref(), Some(code));
        }
        assert_eq!(area, before);
        assert_eq!(one.tokens().len(), 2);
        let plan = one.plan(&area, true);
        one.carry_out(&plan, &mut area, 4);
        assert_eq!(one.sync(&mut area).note.code, None);
        let mut third = Machine::new(3);
        third.sync(&mut area);
        assert_eq!(third.tokens(), one.tokens());
    }
}

#[test]
fn only_what_a_machine_without_the_vault_can_open_is_sent() {
    let mut draw = Draw::new(1);
    let device = Key::new([0xde; 32]);
    let way = NewWay::Device(&device, 1);
    let (header, key) =
        Header::create_with(way, Key::new([7; 32]), [1; 16], &mut |into| draw.fill(into)).unwrap();
    let given = Given {
        header: &header,
        key: &key,
        store: &StoreSnapshot::new(),
        area: &StoreSnapshot::new(),
        note: &Note::default(),
        replace: false,
        now: 1,
    };
    let plan = sync::plan(&given, &mut |into| draw.fill(into)).unwrap();
    assert_eq!(plan.note.code.as_deref(), Some(sync::SYNC_DEVICE_ONLY));
    assert!(plan.put.is_empty() && !sync::can_join(&header.to_text()));
}

// --- what fits ---

fn weight(area: &StoreSnapshot) -> usize {
    area.iter()
        .map(|(name, text)| name.len() + text.len() + 2)
        .sum()
}

#[test]
fn what_does_not_fit_stays_out_and_is_told() {
    // (accounts, tokens of each, does all of it fit?)
    for (accounts, tokens, fits) in [
        (1, 1, true),
        (100, 1, true),
        (170, 1, true),
        (300, 1, false),
        (1, 50, true),
        (20, 50, false),
    ] {
        let mut one = Machine::new(1);
        for account in 0..accounts {
            let name = format!("user{account}@example.com");
            one.change(&name, |account, now| {
                for number in 0..tokens {
                    let token = format!("Invented0Token0Nr{number:07}");
                    account.capture(token.into(), Source::Page, now);
                }
            });
        }
        let mut area = StoreSnapshot::new();
        let plan = one.sync(&mut area);
        let told = format!(
            "{accounts} of {tokens}: {} left, {} bytes",
            plan.note.left,
            weight(&area)
        );
        assert_eq!(plan.note.left == 0, fits, "{told}");
        assert_eq!(
            plan.note.code.as_deref(),
            (!fits).then_some(sync::SYNC_FULL),
            "{told}"
        );
        assert_eq!(area.len() - 1 + plan.note.left as usize, accounts, "{told}");
        assert!(weight(&area) <= TOTAL, "{told}");
        for (name, text) in &area {
            assert!(name.len() + text.len() + 2 <= ITEM, "{told}");
        }
        // Asked again, it writes nothing and says the same.
        let again = one.sync(&mut area);
        assert_eq!(
            (again.put, again.remove, again.note.left),
            (vec![], vec![], plan.note.left)
        );
        // What fits is whole on the other side.
        let mut two = Machine::new(2);
        two.sync(&mut area);
        assert_eq!(two.told().len(), accounts - plan.note.left as usize);
    }
}

#[test]
fn a_record_that_outgrew_its_place_keeps_its_older_item() {
    let mut one = Machine::new(1);
    one.capture("ada", "First");
    let mut area = StoreSnapshot::new();
    one.sync(&mut area);
    let before = area.clone();
    let long = |number: usize| format!("{number:0512}");
    one.change("ada", |account, now| {
        for number in 0..20 {
            account.capture(long(number).into(), Source::Paste, now);
        }
    });
    let plan = one.sync(&mut area);
    assert_eq!(
        (plan.note.left, plan.note.code.as_deref()),
        (1, Some(sync::SYNC_FULL))
    );
    assert_eq!(area, before);
}

#[test]
fn tombstones_are_bounded() {
    let mut one = Machine::new(1);
    let mut area = StoreSnapshot::new();
    let count = sync::MOST_SENT + 5;
    for number in 0..count {
        one.capture(&format!("user{number}"), "Token");
    }
    one.sync(&mut area);
    let mut two = Machine::new(2);
    two.sync(&mut area);
    for number in 0..count {
        one.delete(&format!("user{number}"));
    }
    one.sync(&mut area);
    assert_eq!(area.len(), 1 + count);
    let full = area.clone();
    // Later, most of them go; the machine that made them still knows all of them.
    one.now += 2 * sync::SENT_FOR;
    one.sync(&mut area);
    assert_eq!(area.len(), 1 + sync::MOST_SENT);
    assert_eq!(one.sync(&mut area).put, []);
    // One whose clock stands still does not bring them back.
    let mut third = Machine::new(3);
    third.sync(&mut full.clone());
    let plan = third.sync(&mut area);
    assert_eq!((plan.put, plan.remove), (vec![], vec![]));
    // Somebody who was away for long enough brings accounts, and learns that they are gone.
    two.sync(&mut area);
    assert_eq!(area.len(), 1 + count);
    one.sync(&mut area);
    one.sync(&mut area);
    two.sync(&mut area);
    assert_eq!((one.tokens().len(), two.tokens().len()), (0, 0));
    assert_eq!(one.sync(&mut area).note.code, None);
}

// --- the format, frozen ---

/// An account, a deleted one, and one that came back after its deletion.
fn frozen() -> (StoreSnapshot, StoreSnapshot) {
    let mut one = Machine::new(1);
    for name in ["ada", "bob", "eve"] {
        one.capture(name, &format!("Token-of-{name}"));
    }
    one.delete("bob");
    one.delete("eve");
    one.capture("eve", "Token-after");
    let mut area = StoreSnapshot::new();
    one.sync(&mut area);
    let graves = one.store.iter().filter(|(name, _)| name.starts_with("d."));
    let graves = graves.map(|(name, text)| (name.clone(), text.clone()));
    (area, graves.collect())
}

/// `tests/vectors/sync-v1.json` reads for ever.
#[test]
fn version_1_of_the_area_reads_for_ever() {
    let file = std::fs::read(crate::vectors().join("sync-v1.json")).unwrap();
    let vector: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let mut area: StoreSnapshot = serde_json::from_value(vector["area"].clone()).unwrap();
    let graves: StoreSnapshot = serde_json::from_value(vector["tombstones"].clone()).unwrap();
    let before = area.clone();
    let mut two = Machine::new(2);
    two.capture("bob", "Token-of-bob");
    let changes = graves
        .iter()
        .map(|(name, text)| Change::Put(name.clone(), text.clone()));
    let changes: Vec<Change> = changes.collect();
    two.commit(&changes);
    two.sync(&mut area);
    let told = |name: &str| {
        let account = two.account(name)?;
        Some(account.live_token().unwrap().expose().to_owned())
    };
    assert_eq!(told("ada").as_deref(), Some("Token-of-ada"));
    assert_eq!(told("eve").as_deref(), Some("Token-after"));
    // It lies beside its tombstone, so it was made after it.
    assert_eq!(told("bob").as_deref(), Some("Token-of-bob"));
    let changed = area
        .iter()
        .filter(|(name, text)| before.get(*name) != Some(text));
    assert_eq!(changed.count(), 1);
}

/// While version 1 is what we write: the same again, byte for byte.
#[test]
fn version_1_of_the_area_is_what_we_write() {
    let file = std::fs::read(crate::vectors().join("sync-v1.json")).unwrap();
    let vector: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let (area, tombstones) = frozen();
    assert_eq!(
        serde_json::json!({ "area": area, "tombstones": tombstones }),
        vector
    );
}

#[test]
fn of_two_changes_of_the_ways_at_once_both_machines_take_the_same() {
    let (mut one, mut two, mut area) = pair();
    let mut draw = Draw::new(9);
    for (number, machine) in [(2, &mut one), (3, &mut two)] {
        let secret = Key::new([number; 32]);
        let way = NewWay::Passkey(passkey(number), &secret);
        let header = machine.header();
        let header = header
            .add(machine.ring.present(), way, &mut |into| draw.fill(into))
            .unwrap();
        machine.commit(&[Change::Put("vault".to_owned(), header.to_text())]);
    }
    one.sync(&mut area);
    let told = [two.sync(&mut area), one.sync(&mut area)].map(|plan| plan.note.told);
    assert_eq!(one.header(), two.header());
    let losers = told
        .iter()
        .flatten()
        .filter(|code| *code == sync::SYNC_WAYS);
    assert_eq!(losers.count(), 1);
}

#[test]
fn every_code_has_a_sentence() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("extension/_locales/en/messages.json");
    let sentences: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for code in sync::ALL {
        assert!(sentences.get(format!("fault_{code}")).is_some(), "{code}");
    }
}
