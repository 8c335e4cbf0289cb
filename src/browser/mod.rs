//! The background: what happens on each event, and how it reaches the extension APIs.
//!
//! Everything but `extension` is written against the [`shell::Shell`] trait, so that the whole
//! background runs in `cargo test` on an in-memory twin. Nothing is remembered between two events:
//! each reads storage, takes one step, and writes storage before it acts on a page, so the worker
//! may die at any moment.

pub mod capture;
pub mod disk;
pub mod flows;
pub mod frames;
pub mod handover;
pub mod intents;
pub mod keeper;
pub mod link;
pub mod moving;
pub mod pages;
pub mod session;
pub mod shell;
pub mod sync;
pub mod view;

#[cfg(target_arch = "wasm32")]
pub mod extension;

use serde::Deserialize;

use crate::browser::keeper::Keeper;
use crate::browser::shell::Shell;
use crate::wire::errors::Fault;
use crate::wire::json::Raw;
use crate::wire::messages::{FromContent, Intent, Reply};
use crate::wire::senders::{self, RawSender, Sender};

/// What wakes the background.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Waking {
    /// `runtime.onMessage`.
    Message {
        /// The message as JSON, read only after its sender was checked.
        message: Raw,
        /// The browser's description of the sender.
        sender: RawSender,
    },
    /// `alarms.onAlarm`, or a timer that came first.
    Alarm {
        /// One of the names in [`shell`].
        name: String,
    },
    /// `tabs.onRemoved`.
    TabRemoved {
        /// The tab.
        tab: i32,
    },
    /// Install, update, browser start, or permissions that changed.
    Started,
    /// "Keep as security token" in the context menu.
    Selected {
        /// The selected text.
        text: String,
        /// Host of the page, as far as the browser tells.
        host: String,
    },
    /// The screen was locked, or nobody was at the computer for a while.
    Away,
    /// The keyboard shortcut that locks.
    LockCommand,
    /// `storage.onChanged`: something came into the sync area, or was written there by us.
    Synced,
}

/// Handles one event. The caller holds the lock that makes this background the only writer.
pub async fn wake<S: Shell>(shell: &S, waking: Waking) -> Option<Reply> {
    let mut keeper = match Keeper::load(shell).await {
        Ok(keeper) => keeper,
        Err(fault) => return Some(Reply::Error(fault)),
    };
    let reply = match waking {
        Waking::Message { message, sender } => on_message(&mut keeper, &message.0, &sender).await,
        Waking::Alarm { name } => {
            on_alarm(&mut keeper, &name).await;
            None
        }
        Waking::TabRemoved { tab } => {
            flows::tab_closed(&mut keeper, tab).await;
            None
        }
        Waking::Started => {
            keeper.shell.register_mail_reader().await;
            // Badge and alarms are the browser's, and need not outlive it.
            keeper.await_reminder().await;
            keeper.touch();
            None
        }
        Waking::Selected { text, host } => {
            intents::selected(&mut keeper, text, &host).await;
            None
        }
        Waking::Away => {
            keeper.away().await;
            None
        }
        Waking::LockCommand => {
            keeper.lock().await;
            None
        }
        Waking::Synced => {
            keeper.sync_soon().await;
            None
        }
    };
    keeper.finish().await;
    reply
}

async fn on_message<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    message: &str,
    raw: &RawSender,
) -> Option<Reply> {
    let (id, origin) = keeper.shell.identity();
    match senders::narrow(raw, &id, &origin)? {
        Sender::App => Some(match Intent::parse(message) {
            Some(intent) => intents::handle(keeper, intent)
                .await
                .unwrap_or_else(Reply::Error),
            None => Reply::Error(Fault::new("bad_request")),
        }),
        Sender::Content(sender) => {
            // A malformed message from a page is dropped: there is nobody to tell.
            match FromContent::parse(message)? {
                FromContent::Facts(facts) => pages::on_facts(keeper, &sender, facts).await,
                FromContent::Submitted(form) => {
                    pages::on_submitted(keeper, &sender, &form.username).await
                }
                FromContent::Mail(reading) => pages::on_mail(keeper, &sender, reading).await,
            }
            None
        }
    }
}

async fn on_alarm<S: Shell>(keeper: &mut Keeper<'_, S>, name: &str) {
    match name {
        shell::ALARM_LOCK => keeper.lock_if_due().await,
        shell::ALARM_SYNC => keeper.sync_if_due().await,
        shell::ALARM_LOOK => flows::look_if_due(keeper).await,
        shell::ALARM_REMIND => {
            // An open vault knows better than the time that was kept for a locked one.
            if let Ok(opened) = keeper.open_all().await {
                let policy = keeper.shell.policy_days().await;
                keeper.date(&opened.accounts, policy).await;
            }
            keeper.remind().await;
        }
        shell::ALARM_CLIPBOARD => keeper.clear_clipboard().await,
        _ => {}
    }
}
