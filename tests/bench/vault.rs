//! How fast the vault is with 10,000 accounts, and how large.
//!
//! The passphrase stretch is measured apart: it is slow on purpose, and the same for every vault.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench speaks to whoever started it"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use token_keeper::vault::copies::{self, Reading};
use token_keeper::vault::history::Source;
use token_keeper::vault::kdf::{self, Params};
use token_keeper::vault::keyring::KeyRing;
use token_keeper::vault::keys::Header;
use token_keeper::vault::manifest;
use token_keeper::vault::records::Account;
use token_keeper::vault::rotation;
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::{NewWay, Way};
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

const ACCOUNTS: usize = 10_000;

/// A typical account: one host, a label, and so many tokens.
fn account(number: usize, tokens: u64) -> Account {
    let name = format!("firstname.lastname{number}@customer-company.com");
    let mut account = Account::new(&name, Realm::Live, Environment::Production).unwrap();
    account.saw_host("customer-company.my.salesforce.com");
    account.set_label("Customer, production").unwrap();
    for at in 0..tokens {
        let token = format!("Invented{number:06}Token{at:05}");
        account.capture(token.as_str().into(), Source::Page, 1_700_000_000_000 + at);
    }
    account
}

fn counting() -> impl FnMut(&mut [u8]) {
    let mut next = 0_u64;
    move |into: &mut [u8]| {
        next += 1;
        let fresh = next.to_le_bytes();
        into.iter_mut()
            .zip(fresh.iter().cycle())
            .for_each(|(to, byte)| *to = *byte);
    }
}

fn vault() -> (Header, KeyRing, StoreSnapshot) {
    let device = Key::new([0xde; 32]);
    let mut random = counting();
    let way = NewWay::Device(&device, 1);
    let (header, key) =
        Header::create_with(way, Key::new([7; 32]), [0x1d; 16], &mut random).unwrap();
    let mut changes = vec![Change::Put("vault".to_owned(), header.to_text())];
    for number in 0..ACCOUNTS {
        let mut nonce = [0; 24];
        random(&mut nonce);
        let (name, stored) = store::sealed_entry(&key, &account(number, 1), nonce).unwrap();
        changes.push(Change::Put(name, stored));
    }
    let mut snapshot = StoreSnapshot::new();
    manifest::commit(&snapshot, &changes)
        .unwrap()
        .apply(&mut snapshot);
    let ring = header.key_ring(key).unwrap();
    (header, ring, snapshot)
}

/// Name and text of one account, in bytes.
fn tell_sizes() {
    for (tokens, password) in [
        (0, false),
        (1, false),
        (1, true),
        (2, false),
        (5, false),
        (10, false),
        (50, false),
    ] {
        let mut account = account(1, tokens);
        if password {
            account.keep_password("invented-Password-0123456789".into(), 1_700_000_000_000);
            account.confirm_password(1_700_000_000_001);
        }
        let (name, stored) = store::sealed_entry(&Key::new([7; 32]), &account, [9; 24]).unwrap();
        let password = if password { " and a password" } else { "" };
        println!(
            "size: {tokens} tokens{password}: {} bytes",
            name.len() + stored.len()
        );
    }
}

fn run(criterion: &mut Criterion) {
    tell_sizes();
    let (header, ring, snapshot) = vault();
    let bytes: usize = snapshot
        .iter()
        .map(|(name, stored)| name.len() + stored.len())
        .sum();
    println!(
        "size: {ACCOUNTS} accounts: {bytes} bytes, {} each",
        bytes / ACCOUNTS
    );

    let mut group = criterion.benchmark_group("vault of 10,000");
    group.sample_size(10);
    let device = Key::new([0xde; 32]);
    group.bench_function("unlock and open all, without a stretch", |bench| {
        bench.iter(|| {
            let (key, _) = header.unlock_with(&Way::Device(&device)).unwrap();
            let ring = header.key_ring(key).unwrap();
            black_box(store::open_ring(&ring, &snapshot).accounts.len())
        });
    });
    group.bench_function("compare both copies", |bench| {
        bench.iter(|| {
            let read = Reading::Read(&snapshot);
            black_box(copies::compare(read, read, None).finding)
        });
    });
    let changed = {
        let stored = snapshot.clone();
        move || stored.clone()
    };
    group.bench_function("capture: find, open, seal, commit, read back", |bench| {
        bench.iter_batched_ref(
            &changed,
            |stored| {
                let name = "firstname.lastname77@customer-company.com";
                let mut account = store::account(&ring, stored, name, Realm::Live)
                    .unwrap()
                    .unwrap();
                account.capture("InventedTokenOfTheBench01".into(), Source::Page, 1);
                let changes = store::put_account(&ring, stored, &account, [3; 24]).unwrap();
                let batch = manifest::commit(stored, &changes).unwrap();
                batch.apply(stored);
                assert!(batch.arrived(stored));
                let found = store::account(&ring, stored, name, Realm::Live).unwrap();
                assert_eq!(found, Some(account));
            },
            BatchSize::PerIteration,
        );
    });
    group.bench_function("find one account", |bench| {
        let name = "firstname.lastname77@customer-company.com";
        bench.iter(|| store::account(&ring, &snapshot, name, Realm::Live).unwrap());
    });
    group.bench_function("is a user known?", |bench| {
        let name = "firstname.lastname77@customer-company.com";
        bench.iter(|| store::knows(&ring, &snapshot, name, Realm::Live));
    });
    group.bench_function("new vault key, every record", |bench| {
        let mut random = counting();
        let ways = [Way::Device(&device)];
        let rotated = header
            .rotate(ring.present(), &ways, Params::FLOOR, &mut random)
            .unwrap();
        bench.iter(|| {
            let plan = rotation::plan(
                &rotated.header,
                &rotated.ring,
                &snapshot,
                usize::MAX,
                &mut random,
            );
            black_box(plan.unwrap().changes.len())
        });
    });
    group.finish();

    let mut group = criterion.benchmark_group("stretch");
    group.sample_size(10);
    for (name, params) in [("present", Params::PRESENT), ("floor", Params::FLOOR)] {
        group.bench_function(name, |bench| {
            bench.iter(|| kdf::derive(&"invented words".into(), &[1; 16], params).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
