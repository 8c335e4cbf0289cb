//! A new vault key, stopped after any write.

use token_keeper::vault::history::Source;
use token_keeper::vault::kdf::Params;
use token_keeper::vault::keyring::KeyRing;
use token_keeper::vault::keys::Header;
use token_keeper::vault::review::{Caught, Pending};
use token_keeper::vault::rotation::{self, RotationPlan};
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::Way;
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::{Environment, Realm};

use crate::model::{self, DEVICE, Disk, Draw, tokens, vault};

fn caught(token: &str) -> Caught {
    Caught {
        token: token.into(),
        username: None,
        realm: Realm::Live,
        environment: Environment::Production,
        origin: "paste".into(),
        sender: None,
        at: 1,
        sent_at: None,
        auth: String::new(),
        expected: false,
        reasons: Vec::new(),
        source: Source::Paste,
    }
}

/// Three accounts, two reviews and two inbox items.
fn filled() -> (Disk, Header, KeyRing) {
    let (mut disk, header, ring) = vault(&["ada", "bob", "eve"]);
    let key = ring.present();
    let put = |(name, stored)| Change::Put(name, stored);
    let mut changes = Vec::new();
    for (number, token) in (1..).zip(["Review-1", "Review-2"]) {
        let review = caught(token).into_review([number; 16]);
        changes.push(put(store::review_entry(key, &review, [number; 24]).unwrap()));
    }
    for (number, token) in (3..).zip(["Inbox-1", "Inbox-2"]) {
        let pending = Pending::Token(caught(token));
        let id = [number; 16];
        let entry = store::inbox_entry(&header.public_key, id, &pending, [number; 32]).unwrap();
        changes.push(put(entry));
    }
    disk.commit(&changes);
    (disk, header, ring)
}

fn opened(snapshot: &StoreSnapshot) -> (Header, KeyRing) {
    let header = store::header(snapshot).unwrap().unwrap();
    let (key, _) = header.unlock_with(&Way::Device(&Key::new(DEVICE))).unwrap();
    let ring = header.key_ring(key).unwrap();
    (header, ring)
}

/// Everything there is, in words.
fn told(snapshot: &StoreSnapshot) -> Vec<String> {
    let (_, ring) = opened(snapshot);
    let opened = store::open_ring(&ring, snapshot);
    assert_eq!(opened.damaged, []);
    let accounts = opened.accounts.iter().map(|(_, account)| {
        let live = account.live_token().map(|token| token.expose().to_owned());
        format!("{} {live:?}", account.username)
    });
    let reviews = opened
        .reviews
        .iter()
        .map(|review| review.token.expose().to_owned());
    let inbox = opened.inbox.iter().map(|(_, pending)| match pending {
        Pending::Token(caught) => caught.token.expose().to_owned(),
        Pending::Death(death) => death.username.clone(),
    });
    let mut told: Vec<String> = accounts.chain(reviews).chain(inbox).collect();
    told.sort();
    told
}

fn plan(snapshot: &StoreSnapshot, at_most: usize, draw: &mut Draw) -> RotationPlan {
    let (header, ring) = opened(snapshot);
    rotation::plan(&header, &ring, snapshot, at_most, &mut |into| {
        draw.fill(into)
    })
    .unwrap()
}

fn apply(change: &Change, to: &mut StoreSnapshot) {
    match change {
        Change::Put(name, stored) => drop(to.insert(name.clone(), stored.clone())),
        Change::Remove(name) => drop(to.remove(name)),
    }
}

fn rotated(header: &Header, key: &Key, draw: &mut Draw) -> Header {
    let device = Key::new(DEVICE);
    let rotated = header
        .rotate(
            key,
            &[Way::Device(&device)],
            Params::FLOOR,
            &mut |into: &mut [u8]| draw.fill(into),
        )
        .unwrap();
    rotated.header
}

/// The complete plan, its writes one by one, stopped after each; then planned anew and brought to its
/// end, in batches of every size.
#[test]
fn it_may_stop_after_any_write() {
    let (disk, header, old_ring) = filled();
    let expected = told(&disk.primary);
    assert_eq!(expected.len(), 7);
    let mut draw = Draw::new(7);
    let mut store = disk.primary;
    // Stopped before the header was written: the old vault.
    assert_eq!(told(&store), expected);
    let new_header = rotated(&header, old_ring.present(), &mut draw);
    store.insert("vault".to_owned(), new_header.to_text());
    let whole = plan(&store, usize::MAX, &mut draw);
    assert_eq!((whole.left, whole.stuck.len(), whole.ends), (0, 0, true));
    // Three accounts move, four items are sealed anew, the header ends it.
    assert_eq!(whole.changes.len(), 3 * 2 + 4 + 1);
    for stop in 0..=whole.changes.len() {
        for at_most in [1, 2, 3, usize::MAX] {
            let mut stopped = store.clone();
            for change in &whole.changes[..stop] {
                apply(change, &mut stopped);
            }
            assert_eq!(told(&stopped), expected, "stopped after {stop}");
            let mut rounds = 0;
            loop {
                let next = plan(&stopped, at_most, &mut draw);
                for change in &next.changes {
                    apply(change, &mut stopped);
                    assert_eq!(told(&stopped), expected);
                }
                rounds += 1;
                if next.ends || next.changes.is_empty() {
                    break;
                }
                assert!(rounds < 20);
            }
            let (header, ring) = opened(&stopped);
            assert!(!header.is_rotating() && ring.previous().is_none());
            assert!(ring.present() != old_ring.present());
            // The old key opens nothing of it any more.
            let by_old = store::open_all(old_ring.present(), &stopped);
            assert_eq!((by_old.accounts.len(), by_old.damaged.len()), (0, 7));
            assert_eq!(plan(&stopped, 9, &mut draw), RotationPlan::default());
        }
    }
}

/// Between two batches a token is caught, a locked vault takes one in, and an account is removed.
#[test]
fn life_goes_on_meanwhile() {
    let (mut disk, header, ring) = filled();
    let mut draw = Draw::new(8);
    let new_header = rotated(&header, ring.present(), &mut draw);
    disk.commit(&[Change::Put("vault".to_owned(), new_header.to_text())]);
    let (_, ring) = opened(&disk.primary);
    model::capture(&mut disk, &ring, "bob", "Second", 50);
    // It lies under the present key only.
    assert_eq!(store::open_ring(&ring, &disk.primary).accounts.len(), 3);
    let entry = store::inbox_entry(
        &new_header.public_key,
        [9; 16],
        &Pending::Token(caught("Inbox-3")),
        [9; 32],
    );
    let (name, stored) = entry.unwrap();
    disk.commit(&[Change::Put(name, stored)]);
    let gone = store::remove_account(&ring, &disk.primary, "eve", Realm::Live);
    disk.commit(&gone);
    loop {
        let next = plan(&disk.primary, 1, &mut draw);
        disk.commit(&next.changes);
        if next.ends {
            break;
        }
    }
    assert_eq!(
        told(&disk.primary),
        [
            "Inbox-1",
            "Inbox-2",
            "Inbox-3",
            "Review-1",
            "Review-2",
            "ada Some(\"Token-of-ada\")",
            "bob Some(\"Second\")"
        ]
    );
    let (_, ring) = opened(&disk.primary);
    assert_eq!(
        tokens(&disk.primary, &ring, "bob"),
        ["Token-of-bob", "Second"]
    );
}

/// What lies under the previous key and does not open keeps that key: it may be mended from a copy.
#[test]
fn a_damaged_record_holds_the_end_back() {
    let (disk, header, ring) = filled();
    let mut draw = Draw::new(9);
    let mut store = disk.primary;
    let name = store
        .keys()
        .find(|name| name.starts_with("a."))
        .unwrap()
        .clone();
    let good = store[&name].clone();
    let new_header = rotated(&header, ring.present(), &mut draw);
    store.insert("vault".to_owned(), new_header.to_text());
    let mut damaged = good.clone();
    damaged.replace_range(200..204, "AAAA");
    store.insert(name.clone(), damaged);
    for _ in 0..3 {
        let next = plan(&store, usize::MAX, &mut draw);
        assert_eq!(next.stuck, [(name.clone(), "damaged")]);
        assert!(!next.ends);
        next.changes
            .iter()
            .for_each(|change| apply(change, &mut store));
    }
    store.insert(name, good);
    let next = plan(&store, usize::MAX, &mut draw);
    assert!(next.ends && next.stuck.is_empty());
    next.changes
        .iter()
        .for_each(|change| apply(change, &mut store));
    assert_eq!(told(&store).len(), 7);
}
