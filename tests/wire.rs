//! What crosses from the background to the app is spelled as the app reads it (`src/ui/read.rs`): every name of a
//! field or of a choice in camel case. A field in another spelling would be read as nothing, without a word.

use token_keeper::wire::errors::Fault;
use token_keeper::wire::messages::Reply;
use token_keeper::wire::moving::{Bad, Change, Done, Failed, Preview};
use token_keeper::wire::views::{
    AccountView, Ask, AuthView, DeadView, Environment, FlowView, GenerationView, LinkView,
    PageView, PasswordView, PolicyView, Realm, ReviewView, StepState, StepView, SyncView,
    TokenState, UseView, VaultView, View, Way, WayView,
};

/// Everything filled, nothing left to a default: a new field has to be named here, too.
fn whole(vault: VaultView, ask: Ask) -> View {
    let text = || "text".to_owned();
    let dead = || DeadView {
        why: text(),
        at: 1.0,
    };
    View {
        now: 1.0,
        vault,
        ways: vec![WayView {
            kind: text(),
            added_at: 1.0,
            rp_id: text(),
            credential: text(),
            salt: text(),
        }],
        store_fault: Some(text()),
        one_copy: true,
        page: Some(PageView {
            tab: 1,
            host: text(),
            genuine: true,
            environment: Environment::Trailhead,
            realm: Realm::ChinaTest,
            my_domain: Some(text()),
            kind: Some(text()),
            why: Some(text()),
            lookalike: vec![text()],
            lookalike_score: 1,
            dismissed: true,
            username: Some(text()),
            can_start: true,
        }),
        accounts: vec![AccountView {
            id: text(),
            label: text(),
            username: text(),
            realm: Realm::Live,
            environment: Environment::Scratch,
            hosts: vec![text()],
            here: true,
            state: TokenState::Live,
            caught_at: Some(1.0),
            dead: Some(dead()),
            history: vec![GenerationView {
                number: 1,
                caught_at: 1.0,
                source: text(),
                dead: Some(dead()),
            }],
            password: PasswordView::Confirmed,
            uses: vec![UseView {
                name: text(),
                kind: text(),
                place: text(),
                updated: 1.0,
                open: true,
            }],
            period_days: 1,
            password_days: Some(1),
            due_at: Some(1.0),
            remind: true,
        }],
        review: vec![ReviewView {
            id: text(),
            masked: text(),
            username: Some(text()),
            origin: text(),
            sender: Some(text()),
            at: 1.0,
            reasons: vec![text()],
            realm: Realm::Test,
            auth: vec![AuthView {
                method: text(),
                result: text(),
                domain: text(),
            }],
        }],
        flow: Some(FlowView {
            username: text(),
            way: Way::SignedIn,
            tab: 1,
            steps: vec![StepView {
                id: text(),
                state: StepState::Present,
            }],
            ask,
            trouble: Some(text()),
            ends_at: 1.0,
            password: Some(PolicyView {
                length: 1,
                bits: 1,
                rules: vec![text()],
            }),
        }),
        waiting: 1,
        damaged: 1,
        reset_link: Some(LinkView {
            host: text(),
            username: Some(text()),
            at: 1.0,
        }),
        notice: Some(text()),
        mail_allowed: vec![text()],
        lock_minutes: 1,
        lock_away: true,
        clipboard_allowed: true,
        policy_days: 1,
        sync: SyncView {
            on: true,
            code: Some(text()),
            note: Some(text()),
            joinable: true,
        },
    }
}

#[test]
fn every_name_in_a_reply_is_in_camel_case() {
    let open = VaultView::Open {
        locks_at: Some(1.0),
    };
    let damaged = VaultView::Damaged {
        code: "text".to_owned(),
    };
    let asks = [
        Ask::ChangePassword,
        Ask::PressReset,
        Ask::OpenMail,
        Ask::MailCode,
        Ask::MailToken,
        Ask::OnPage,
        Ask::SignIn,
    ];
    let mut replies: Vec<Reply> = asks
        .into_iter()
        .map(|ask| Reply::View(Box::new(whole(open.clone(), ask))))
        .collect();
    replies.push(Reply::View(Box::new(whole(damaged, Ask::Done))));
    replies.push(Reply::Answer {
        text: "text".to_owned(),
    });
    replies.push(Reply::Error(Fault {
        wait_ms: Some(1),
        ..Fault::new("text")
    }));
    for reply in replies {
        let json = serde_json::to_string(&reply).unwrap_or_default();
        assert!(json.contains("\"kind\"") && !json.contains('_'), "{json}");
    }
}

#[test]
fn what_a_file_changes_is_in_camel_case_too() {
    let text = || "text".to_owned();
    let preview = Preview {
        kind: text(),
        needs: text(),
        accounts: vec![Change {
            username: text(),
            realm: Realm::ChinaTest,
            label: text(),
            state: text(),
            gains: vec![text()],
        }],
        fresh: 1,
        more: 1,
        same: 1,
        left_out: 1,
        bad: vec![Bad {
            row: 1,
            code: text(),
        }],
        bad_count: 1,
        columns: vec![text()],
        mapping: vec![1],
    };
    let done = Done {
        written: 1,
        left: 1,
        failed: vec![Failed {
            username: text(),
            code: text(),
        }],
    };
    for json in [
        serde_json::to_string(&preview),
        serde_json::to_string(&done),
    ] {
        let json = json.unwrap_or_default();
        assert!(!json.is_empty() && !json.contains('_'), "{json}");
    }
}
