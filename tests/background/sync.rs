//! The vault on several machines: two browsers, and the sync area carried between them by hand.

use token_keeper::vault::sync::Note;

use super::*;

/// What the browser's maker does: one browser's area becomes the other's, which is told.
fn carry(from: &Twin, to: &Twin) {
    let area = from.areas()[Area::Sync].clone();
    to.0.borrow_mut().areas[Area::Sync] = area;
    to.wake(Waking::Synced).unwrap();
    ring(to);
}

/// The alarm goes off, if one is set.
fn ring(twin: &Twin) {
    if twin.0.borrow_mut().alarms.remove(ALARM_SYNC).is_some() {
        twin.later(MINUTE);
        let name = ALARM_SYNC.to_owned();
        twin.wake(Waking::Alarm { name }).unwrap();
    }
}

fn area(twin: &Twin) -> BTreeMap<String, String> {
    twin.areas()[Area::Sync].clone()
}

fn note(view: &View) -> Note {
    let note = view.sync.note.as_deref();
    note.map_or_else(Note::default, |note| serde_json::from_str(note).unwrap())
}

fn code(view: &View) -> Option<String> {
    view.sync.code.clone().or_else(|| note(view).code)
}

/// A browser that keeps Ada's token and shares it, and one that joined.
fn two() -> (Twin, Twin) {
    let one = with_ada();
    let view = one.ask(&Intent::Sync);
    assert!(view.sync.on && code(&view).is_none() && note(&view).at > 0);
    let two = empty();
    two.later(MINUTE);
    carry(&one, &two);
    assert!(two.view().sync.joinable);
    let view = two.ask(&Intent::JoinVault {
        with: typed(PASSPHRASE),
    });
    assert!(matches!(view.vault, VaultView::Open { .. }) && view.sync.on);
    (one, two)
}

/// Ada's token was reset, and the mail with the new one was pasted.
fn catch(twin: &Twin, token: &str) {
    twin.later(10 * MINUTE);
    mail(twin, &token_mail(ADA, token));
    twin.ask(&Intent::Paste {
        text: token_mail(ADA, token).text.visible,
    });
    if !twin.view().review.is_empty() {
        keep(twin, ADA);
    }
    assert_eq!(token_of(twin, ADA), token);
}

#[test]
fn another_machine_joins_and_both_keep_both_tokens() {
    let (one, two) = two();
    assert_eq!(token_of(&two, ADA), TOKENS[0]);
    assert!(!two.view().sync.joinable);
    two.disk_is_clean();
    catch(&two, TOKENS[1]);
    ring(&two);
    carry(&two, &one);
    assert_eq!(token_of(&one, ADA), TOKENS[1]);
    let history = account(&one.view(), ADA).history;
    assert!(history.len() == 1 && history[0].dead.is_some());
    // Nobody has anything more to say.
    let before = area(&one);
    carry(&one, &two);
    assert_eq!(area(&two), before);
    one.disk_is_clean();
    // What was written is in both copies.
    for twin in [&one, &two] {
        let areas = twin.areas();
        let mut local = areas[Area::Local].clone();
        local.retain(|name, _| areas[Area::Copy].contains_key(name));
        assert_eq!(local, areas[Area::Copy]);
    }
}

#[test]
fn only_who_knows_the_passphrase_joins() {
    let one = with_ada();
    one.ask(&Intent::Sync);
    let two = empty();
    carry(&one, &two);
    for _ in 0..4 {
        let wrong = Intent::JoinVault {
            with: typed("seven other words for a test"),
        };
        assert_eq!(two.refused(&wrong).0, "wrong_passphrase");
    }
    let right = Intent::JoinVault {
        with: typed(PASSPHRASE),
    };
    // There is a wait now, as for every wrong passphrase.
    assert!(two.refused(&right).1.is_some());
    assert_eq!(two.view().vault, VaultView::Missing);
    two.later(MINUTE);
    two.ask(&right);
    assert_eq!(two.refused(&right).0, "vault_exists");
    assert_eq!(empty().refused(&right).0, "sync_nothing");
    // A header that is none is not offered.
    let three = empty();
    let rot = ("vault".to_owned(), "rot".to_owned());
    three.0.borrow_mut().areas[Area::Sync].extend([rot]);
    assert!(!three.view().sync.joinable);
}

#[test]
fn a_burst_of_changes_is_one_write() {
    let (one, _) = two();
    let before = area(&one);
    for label in ["a", "b", "c"] {
        let account = account(&one.view(), ADA).id;
        one.ask(&Intent::Label {
            account,
            label: label.to_owned(),
        });
    }
    // The timer of an earlier alarm comes too early, and nothing happens.
    let name = ALARM_SYNC.to_owned();
    one.wake(Waking::Alarm { name }).unwrap();
    assert_eq!(area(&one), before);
    ring(&one);
    assert_eq!(area(&one).len(), before.len());
    assert_ne!(area(&one), before);
    assert!(!one.0.borrow().alarms.contains_key(ALARM_SYNC));
}

#[test]
fn what_comes_while_locked_is_taken_in_at_the_unlock() {
    let (one, two) = two();
    two.ask(&Intent::Lock);
    catch(&one, TOKENS[1]);
    ring(&one);
    carry(&one, &two);
    assert!(!two.0.borrow().alarms.contains_key(ALARM_SYNC));
    unlock(&two);
    ring(&two);
    assert_eq!(token_of(&two, ADA), TOKENS[1]);
}

#[test]
fn a_deleted_account_is_deleted_everywhere_and_no_old_area_brings_it_back() {
    let (one, two) = two();
    let old = area(&one);
    let id = account(&one.view(), ADA).id;
    one.ask(&Intent::Delete { account: id });
    ring(&one);
    carry(&one, &two);
    assert!(two.view().accounts.is_empty());
    for twin in [&one, &two] {
        twin.0.borrow_mut().areas[Area::Sync] = old.clone();
        twin.wake(Waking::Synced).unwrap();
        ring(twin);
        let view = twin.view();
        assert!(view.accounts.is_empty() && view.damaged == 0);
        assert_eq!(note(&view).told.as_deref(), Some("sync_older"));
    }
}

#[test]
fn a_browser_that_refuses_is_said_and_asked_again() {
    let twin = with_ada();
    twin.fault(Fault::ReadFails(Area::Sync));
    assert_eq!(twin.refused(&Intent::Sync).0, "sync_unsupported");
    assert!(!twin.view().sync.on);
    twin.healthy();
    twin.fault(Fault::WriteFails(Area::Sync));
    assert_eq!(twin.refused(&Intent::Sync).0, "sync_not_written");
    let view = twin.view();
    assert_eq!(code(&view).as_deref(), Some("sync_not_written"));
    twin.healthy();
    twin.later(5 * MINUTE);
    ring(&twin);
    assert!(code(&twin.view()).is_none());
    assert_eq!(area(&twin).len(), 2);
    twin.fault(Fault::RemoveFails(Area::Sync));
    assert_eq!(twin.refused(&Intent::SyncClear).0, "sync_not_written");
    assert!(twin.view().sync.on);
    twin.healthy();
    assert!(!twin.ask(&Intent::SyncClear).sync.on);
    assert!(area(&twin).is_empty());
}

#[test]
fn turned_off_it_leaves_the_area_alone() {
    let (one, two) = two();
    let before = area(&one);
    assert!(!one.ask(&Intent::SyncOff).sync.on);
    catch(&one, TOKENS[1]);
    ring(&one);
    assert_eq!(area(&one), before);
    carry(&two, &one);
    assert_eq!(token_of(&one, ADA), TOKENS[1]);
    // On again, both sides are joined.
    one.ask(&Intent::Sync);
    carry(&one, &two);
    assert_eq!(token_of(&two, ADA), TOKENS[1]);
}

#[test]
fn a_new_key_ends_it_and_the_other_machine_loses_nothing() {
    let (one, two) = two();
    one.ask(&Intent::RotateKey {
        with: typed(PASSPHRASE),
    });
    let view = one.view();
    assert_eq!(code(&view).as_deref(), Some("sync_off_new_key"));
    assert!(!view.sync.on && area(&one).is_empty());
    assert_eq!(token_of(&one, ADA), TOKENS[0]);
    catch(&two, TOKENS[1]);
    carry(&one, &two);
    let told = |twin: &Twin| code(&twin.view());
    assert_eq!(told(&two).as_deref(), Some("sync_cleared"));
    assert!(area(&two).is_empty());
    assert_eq!(token_of(&two, ADA), TOKENS[1]);
    // It begins anew with the new key, and the other one stops.
    one.ask(&Intent::Sync);
    carry(&one, &two);
    assert_eq!(told(&two).as_deref(), Some("sync_new_key"));
    assert_eq!(area(&two), area(&one));
    assert_eq!(token_of(&two, ADA), TOKENS[1]);
    // Or the other one's counts: then this one stops.
    two.ask(&Intent::SyncReplace);
    assert_eq!(told(&two), None);
    carry(&two, &one);
    assert_eq!(told(&one).as_deref(), Some("sync_old_key"));
    assert_eq!(token_of(&one, ADA), TOKENS[0]);
}

#[test]
fn another_vault_is_left_alone() {
    let one = with_ada();
    one.ask(&Intent::Sync);
    let two = empty();
    two.ask(&Intent::CreateVault {
        with: Secret::Device,
    });
    carry(&one, &two);
    let view = two.ask(&Intent::Sync);
    assert_eq!(code(&view).as_deref(), Some("sync_device_only"));
    let two = empty();
    two.0.borrow_mut().seeded_anew();
    two.ask(&Intent::CreateVault {
        with: typed(PASSPHRASE),
    });
    carry(&one, &two);
    let view = two.ask(&Intent::Sync);
    assert_eq!(code(&view).as_deref(), Some("sync_other_vault"));
    assert_eq!(area(&two), area(&one));
    assert!(view.accounts.is_empty());
    let view = two.ask(&Intent::SyncReplace);
    assert_eq!(code(&view), None);
    assert_eq!(area(&two).len(), 1);
}

/// The worker dies at every call of a comparison that has to write to both sides.
#[test]
fn it_may_die_anywhere() {
    let (one, two) = two();
    catch(&one, TOKENS[1]);
    ring(&one);
    let other = two.ask(&Intent::Paste {
        text: token_mail(EVE, TOKENS[2]).text.visible,
    });
    assert_eq!(other.review.len(), 1);
    keep(&two, EVE);
    two.0.borrow_mut().areas[Area::Sync] = area(&one);
    let start = two.areas();
    for call in 1.. {
        let twin = Twin::new(call);
        twin.0.borrow_mut().now = two.0.borrow().now;
        twin.0.borrow_mut().areas = start.clone();
        twin.die_at(call);
        let died = twin.intent(&Intent::Sync).is_err();
        twin.spare();
        twin.ask(&Intent::Sync);
        assert_eq!(token_of(&twin, ADA), TOKENS[1], "{call}");
        assert_eq!(token_of(&twin, EVE), TOKENS[2], "{call}");
        assert_eq!(area(&twin).len(), 3, "{call}");
        let settled = area(&twin);
        twin.ask(&Intent::Sync);
        assert_eq!(area(&twin), settled, "{call}");
        if !died {
            break;
        }
    }
}
