//! Every way in which a browser may hand back a store that is not what was written.

use token_keeper::vault::copies::{self, Comparison, Condition, Finding, Reading};
use token_keeper::vault::manifest::{self, CommitError, Manifest, Seen};
use token_keeper::vault::merge;
use token_keeper::vault::store::{self, Change, StoreSnapshot};
use token_keeper::wire::views::Realm;

use crate::model::{self, Disk, Draw, captured, tokens, vault};

fn compare(disk: &Disk) -> Comparison {
    copies::compare(
        Reading::Read(&disk.primary),
        Reading::Read(&disk.copy),
        disk.seen,
    )
}

/// Writes what the comparison says; once more finds nothing to do.
fn mended(mut disk: Disk) -> Disk {
    let Comparison {
        to_primary,
        to_copy,
        seen,
        ..
    } = compare(&disk);
    if let Some(batch) = to_primary {
        batch.apply(&mut disk.primary);
    }
    if let Some(batch) = to_copy {
        batch.apply(&mut disk.copy);
    }
    disk.seen = seen.or(disk.seen);
    assert_eq!(disk.primary, disk.copy);
    assert_eq!(compare(&disk).finding, Finding::Healthy);
    disk
}

/// Removes an entry as a browser does: without a word.
fn drop_entry(store: &mut StoreSnapshot, which: usize) {
    let names: Vec<_> = store
        .keys()
        .filter(|name| name.starts_with("a."))
        .cloned()
        .collect();
    store.remove(&names[which]);
}

/// The six variants of `facts/security.md` §0.2 and their kin. Before: three accounts in both copies,
/// and one write (eve) that came last.
#[test]
fn what_is_found_and_what_is_mended() {
    use Condition::{Empty, HeaderMissing, Holed, NoManifest, Whole};
    use Finding::{Damaged, Healthy, Incomplete, Mended};
    let (before, _, ring) = vault(&["ada", "bob"]);
    let mut whole = before.clone();
    model::capture(&mut whole, &ring, "eve", "Token-of-eve", 9);

    type Spoil<'a> = &'a dyn Fn(&mut Disk);
    let older = &before.primary;
    let table: [(&str, Spoil, Condition, Condition, Finding); 23] = [
        ("nothing happened", &|_| {}, Whole, Whole, Healthy),
        (
            "the first emptied",
            &|d| d.primary.clear(),
            Empty,
            Whole,
            Mended,
        ),
        (
            "the first emptied but for settings",
            &|d| d.primary = [("settings".to_owned(), "{}".to_owned())].into(),
            Empty,
            Whole,
            Mended,
        ),
        (
            "the log of the first cut off",
            &|d| d.primary.clone_from(older),
            Whole,
            Whole,
            Mended,
        ),
        (
            "the log of the first cut off in the middle of a write",
            &|d| {
                drop(
                    d.primary
                        .insert(manifest::NAME.into(), older[manifest::NAME].clone()),
                )
            },
            Holed,
            Whole,
            Mended,
        ),
        (
            "an account of the first dropped",
            &|d| drop_entry(&mut d.primary, 1),
            Holed,
            Whole,
            Mended,
        ),
        (
            "two accounts of the first dropped",
            &|d| {
                drop_entry(&mut d.primary, 1);
                drop_entry(&mut d.primary, 0);
            },
            Holed,
            Whole,
            Mended,
        ),
        (
            "the manifest of the first dropped",
            &|d| drop(d.primary.remove(manifest::NAME)),
            NoManifest,
            Whole,
            Mended,
        ),
        (
            "the manifest of the first garbled",
            &|d| drop(d.primary.insert(manifest::NAME.into(), "AAAA".into())),
            NoManifest,
            Whole,
            Mended,
        ),
        (
            "the header of the first gone",
            &|d| drop(d.primary.remove("vault")),
            HeaderMissing,
            Whole,
            Mended,
        ),
        (
            "the header of the first garbled",
            &|d| drop(d.primary.insert("vault".into(), "VEtWSA".into())),
            HeaderMissing,
            Whole,
            Mended,
        ),
        (
            "an account of the first garbled",
            &|d| {
                let name = d
                    .primary
                    .keys()
                    .find(|name| name.starts_with("a."))
                    .unwrap()
                    .clone();
                d.primary.insert(name, "TKEV".into());
            },
            Holed,
            Whole,
            Mended,
        ),
        (
            "the second missing",
            &|d| d.copy.clear(),
            Whole,
            Empty,
            Mended,
        ),
        (
            "the second behind",
            &|d| d.copy.clone_from(older),
            Whole,
            Whole,
            Mended,
        ),
        (
            "the second holed",
            &|d| drop_entry(&mut d.copy, 0),
            Whole,
            Holed,
            Mended,
        ),
        (
            "the second without its header",
            &|d| drop(d.copy.remove("vault")),
            Whole,
            HeaderMissing,
            Mended,
        ),
        (
            "both holed in different places",
            &|d| {
                drop_entry(&mut d.primary, 0);
                drop_entry(&mut d.copy, 2);
            },
            Holed,
            Holed,
            Mended,
        ),
        (
            "the first holed and the second behind",
            &|d| {
                drop_entry(&mut d.primary, 0);
                d.copy.clone_from(older);
            },
            Holed,
            Whole,
            // The account that is gone may have been the one that came last: only the sum can tell.
            Mended,
        ),
        (
            "both without the same account",
            &|d| {
                drop_entry(&mut d.primary, 0);
                drop_entry(&mut d.copy, 0);
            },
            Holed,
            Holed,
            Incomplete,
        ),
        (
            "the first emptied and the second holed",
            &|d| {
                d.primary.clear();
                drop_entry(&mut d.copy, 0);
            },
            Empty,
            Holed,
            Incomplete,
        ),
        (
            "both emptied",
            &|d| {
                d.primary.clear();
                d.copy.clear();
            },
            Empty,
            Empty,
            Damaged,
        ),
        (
            "both without a header",
            &|d| {
                d.primary.remove("vault");
                d.copy.remove("vault");
            },
            HeaderMissing,
            HeaderMissing,
            Damaged,
        ),
        (
            "both with a rotten header",
            &|d| {
                d.primary.insert("vault".into(), "AAAA".into());
                d.copy.insert("vault".into(), "AAAA".into());
            },
            HeaderMissing,
            HeaderMissing,
            Damaged,
        ),
    ];
    for (what, spoil, primary, copy, finding) in table {
        let mut disk = whole.clone();
        spoil(&mut disk);
        let found = compare(&disk);
        assert_eq!(
            (found.primary, found.copy, found.finding),
            (primary, copy, finding),
            "{what}"
        );
        match finding {
            Healthy | Damaged => {
                assert_eq!(
                    (&found.to_primary, &found.to_copy),
                    (&None, &None),
                    "{what}"
                );
            }
            Mended => {
                let settings = disk.primary.remove("settings");
                let after = mended(disk);
                // A manifest that was written anew may have another counter; the entries are the same.
                let entries = |store: &StoreSnapshot| {
                    let mut entries = store.clone();
                    entries.remove(manifest::NAME);
                    entries
                };
                assert_eq!(entries(&after.primary), entries(&whole.primary), "{what}");
                assert_eq!(settings.is_some(), what.contains("settings"));
            }
            _ => {
                let after = mended(disk);
                let left = store::open_ring(&ring, &after.primary);
                assert_eq!((left.accounts.len(), left.damaged.len()), (2, 0), "{what}");
            }
        }
    }
}

#[test]
fn empty_is_fresh_only_if_nobody_remembers() {
    let nothing = StoreSnapshot::new();
    let (disk, _, _) = vault(&["ada"]);
    let seen = disk.seen;
    let whole = &disk.primary;
    let (read, unreadable) = (Reading::Read, Reading::Unreadable);
    let table = [
        (read(&nothing), read(&nothing), None, Finding::Fresh),
        (read(&nothing), read(&nothing), seen, Finding::Damaged),
        (read(&nothing), unreadable, None, Finding::Unreadable),
        (read(&nothing), unreadable, seen, Finding::Unreadable),
        (unreadable, read(&nothing), None, Finding::Unreadable),
        (unreadable, read(whole), seen, Finding::Unreadable),
        (unreadable, unreadable, None, Finding::Unreadable),
        (read(whole), unreadable, seen, Finding::Healthy),
        (read(whole), unreadable, None, Finding::Healthy),
        (read(whole), read(&nothing), None, Finding::Mended),
    ];
    for (place, (primary, copy, seen, finding)) in table.into_iter().enumerate() {
        let found = copies::compare(primary, copy, seen);
        assert_eq!(found.finding, finding, "row {place}");
        assert_eq!(found.to_primary, None, "row {place}");
        assert_eq!(found.to_copy.is_some(), place == 9, "row {place}");
        let usable = matches!(finding, Finding::Healthy | Finding::Mended);
        assert_eq!(finding.is_usable(), usable);
    }
}

/// An older program wrote entries and no manifest. It is taken at its word once.
#[test]
fn a_store_of_an_older_program_is_adopted() {
    let (mut disk, _, ring) = vault(&["ada"]);
    disk.primary.remove(manifest::NAME);
    disk.copy.clear();
    let refused = manifest::commit(&disk.primary, &[]);
    assert_eq!(refused.unwrap_err(), CommitError::NoManifest);
    let seen = disk.seen.take();
    assert_eq!(compare(&disk).finding, Finding::Mended);
    let adopted = mended(disk.clone());
    assert_eq!(tokens(&adopted.primary, &ring, "ada"), ["Token-of-ada"]);
    // If somebody remembers a manifest, then one was lost.
    disk.seen = seen;
    assert_eq!(compare(&disk).finding, Finding::RolledBack);
}

#[test]
fn an_older_state_than_was_seen_is_reported_and_left_alone() {
    let (older, _, ring) = vault(&["ada", "bob"]);
    let mut newer = older.clone();
    model::capture(&mut newer, &ring, "ada", "Second", 9);
    let seen = newer.seen;
    let mut disk = Disk {
        seen,
        ..older.clone()
    };
    let found = compare(&disk);
    assert_eq!(found.finding, Finding::RolledBack);
    assert_eq!(
        (found.to_primary, found.to_copy, found.seen),
        (None, None, None)
    );
    // One of the two is as it was seen: then it is mended from that one.
    disk.copy.clone_from(&newer.copy);
    assert_eq!(compare(&disk).finding, Finding::Mended);
    assert_eq!(mended(disk), newer);
    // The person goes on with the older one, and writes.
    let mut disk = Disk { seen, ..older };
    let batch = copies::accept(&disk.primary, disk.seen).unwrap();
    assert!(batch.seen.counter > seen.unwrap().counter);
    batch.apply(&mut disk.primary);
    disk.seen = Some(batch.seen);
    let mut disk = mended(disk);
    model::capture(&mut disk, &ring, "ada", "Third", 11);
    // Then the newer one turns up after all: nothing of either is lost.
    disk.copy.clone_from(&newer.copy);
    assert_eq!(compare(&disk).finding, Finding::Mended);
    let mut disk = mended(disk);
    let mut draw = Draw::new(3);
    let changes = merge::merge_asides(&ring, &disk.primary, &mut |into| draw.fill(into)).unwrap();
    disk.commit(&changes);
    assert_eq!(
        tokens(&disk.primary, &ring, "ada"),
        ["Token-of-ada", "Second", "Third"]
    );
    let opened = store::open_ring(&ring, &disk.primary);
    assert_eq!((opened.asides.len(), opened.damaged.len()), (0, 0));
}

/// Each copy was written to while the other could not be: neither may be written over.
#[test]
fn copies_that_parted_keep_everything_of_both() {
    let (disk, _, ring) = vault(&["ada", "bob"]);
    let (mut one, mut other) = (disk.clone(), disk.clone());
    model::capture(&mut one, &ring, "ada", "One", 9);
    model::capture(&mut one, &ring, "new", "Only-in-one", 10);
    model::capture(&mut other, &ring, "ada", "Other", 11);
    model::capture(&mut other, &ring, "bob", "Other", 12);
    let parted = Disk {
        primary: one.primary,
        copy: other.primary,
        seen: one.seen,
    };
    let mut disk = mended(parted);
    assert_eq!(store::open_ring(&ring, &disk.primary).asides.len(), 2);
    let mut draw = Draw::new(3);
    let changes = merge::merge_asides(&ring, &disk.primary, &mut |into| draw.fill(into)).unwrap();
    disk.commit(&changes);
    let table: [(&str, &[&str]); 3] = [
        ("ada", &["Token-of-ada", "One", "Other"]),
        ("bob", &["Token-of-bob", "Other"]),
        ("new", &["Only-in-one"]),
    ];
    for (name, expected) in table {
        assert_eq!(tokens(&disk.primary, &ring, name), expected);
        let account = store::account(&ring, &disk.primary, name, Realm::Live)
            .unwrap()
            .unwrap();
        assert_eq!(
            account.live_token().unwrap().expose(),
            *expected.last().unwrap()
        );
    }
}

#[test]
fn two_vaults_are_never_mixed() {
    let (disk, _, _) = vault(&["ada"]);
    let mut other = disk.clone();
    let mut manifest = Manifest::of(&other.copy).unwrap();
    manifest.vault_id = [9; 16];
    assert_ne!(disk.seen, Some(manifest.seen()));
    // What was seen was another vault.
    other.seen = Some(Seen {
        vault_id: [9; 16],
        line: [0; 8],
        counter: 1,
    });
    let found = compare(&other);
    assert_eq!(found.finding, Finding::OtherVault);
    assert_eq!((found.to_primary, found.to_copy), (None, None));
    // The second copy is another vault's, as after a new vault was made and the copy was not removed.
    let mut draw = Draw::new(5);
    let device = token_keeper::vault::secret::Key::new(model::DEVICE);
    let (header, _) = token_keeper::vault::keys::Header::create_with(
        token_keeper::vault::slot::NewWay::Device(&device, 1),
        token_keeper::vault::secret::Key::new([8; 32]),
        [9; 16],
        &mut |into| draw.fill(into),
    )
    .unwrap();
    let mut second = Disk::default();
    second.commit(&[Change::Put("vault".to_owned(), header.to_text())]);
    let mixed = Disk {
        copy: second.copy,
        ..disk
    };
    let found = compare(&mixed);
    assert_eq!(found.finding, Finding::OtherVault);
    assert_eq!((found.to_primary, found.to_copy), (None, None));
}

/// An entry that the browser drops in the middle of a session is noticed before anything is written in
/// its place; and a copy that holds something else than the first one held is not written over.
#[test]
fn a_write_over_a_holed_store_is_refused() {
    let (disk, _, ring) = vault(&["ada", "bob"]);
    let mut holed = disk.clone();
    let name = disk
        .primary
        .keys()
        .find(|name| name.starts_with("a."))
        .unwrap();
    holed.primary.remove(name);
    let changes = captured(&holed.primary, &ring, "eve", "T", 9);
    assert_eq!(
        manifest::commit(&holed.primary, &changes).unwrap_err(),
        CommitError::Incomplete
    );
    let changes = captured(&disk.primary, &ring, "ada", "T", 9);
    let batch = manifest::commit(&disk.primary, &changes).unwrap();
    assert!(batch.fits(&disk.copy));
    let mut behind = disk.clone();
    model::capture(&mut behind, &ring, "eve", "T", 9);
    assert!(!batch.fits(&behind.copy));
    let mut holed = disk.copy;
    holed.remove(&changes_name(&changes[0]));
    assert!(!batch.fits(&holed));
}

fn changes_name(change: &Change) -> String {
    match change {
        Change::Put(name, _) | Change::Remove(name) => name.clone(),
    }
}

/// What goes is emptied together with its manifest and removed after that; if that never happens, the
/// store is whole all the same, and the next comparison tidies up.
#[test]
fn a_removal_is_whole_at_every_step() {
    let (mut disk, _, ring) = vault(&["ada", "bob"]);
    let changes = store::remove_account(&ring, &disk.primary, "ada", Realm::Live);
    assert_eq!(changes.len(), 1);
    let batch = manifest::commit(&disk.primary, &changes).unwrap();
    disk.primary.extend(batch.put.iter().cloned());
    assert!(
        Manifest::of(&disk.primary)
            .unwrap()
            .describes(&disk.primary)
    );
    assert_eq!(store::open_ring(&ring, &disk.primary).accounts.len(), 1);
    assert!(!store::knows(&ring, &disk.primary, "ada", Realm::Live));
    assert_eq!(compare(&disk).primary, Condition::Whole);
    let disk = mended(disk);
    assert_eq!(
        disk.primary
            .keys()
            .filter(|name| name.starts_with("a."))
            .count(),
        1
    );
    assert!(disk.primary.values().all(|stored| !stored.is_empty()));
}

/// Mending may itself be cut off after any single write, and then ends the same.
#[test]
fn mending_may_stop_anywhere() {
    let (before, _, ring) = vault(&["ada", "bob", "eve"]);
    let mut whole = before.clone();
    model::capture(&mut whole, &ring, "eve", "Second", 9);
    let gone = store::remove_account(&ring, &whole.primary, "bob", Realm::Live);
    whole.commit(&gone);
    let mut spoilt = Vec::new();
    for (first, second) in [(&before, &whole), (&whole, &before)] {
        spoilt.push(Disk {
            primary: first.primary.clone(),
            copy: second.copy.clone(),
            seen: whole.seen,
        });
    }
    let mut emptied = whole.clone();
    emptied.primary.clear();
    spoilt.push(emptied);
    for disk in spoilt {
        let found = compare(&disk);
        let batch = found.to_primary.clone().or(found.to_copy.clone()).unwrap();
        let first = found.to_primary.is_some();
        // An area may also keep single entries of a write, though it promises not to.
        for count in 0..=batch.put.len() {
            let mut cut = disk.clone();
            let side = if first {
                &mut cut.primary
            } else {
                &mut cut.copy
            };
            side.extend(batch.put.iter().take(count).cloned());
            let after = mended(cut);
            assert_eq!(
                tokens(&after.primary, &ring, "eve"),
                ["Token-of-eve", "Second"]
            );
            assert_eq!(tokens(&after.primary, &ring, "ada"), ["Token-of-ada"]);
        }
    }
}

#[test]
fn what_was_seen_survives_as_text() {
    let seen = Seen {
        vault_id: [0x1d; 16],
        line: [0x11; 8],
        counter: 0x0102_0304_0506_0708,
    };
    assert_eq!(Seen::from_text(&seen.to_text()), Some(seen));
    for bad in ["", "AAAA", "!"] {
        assert_eq!(Seen::from_text(bad), None);
    }
}
