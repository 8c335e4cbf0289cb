//! The vault on several machines: the store and the sync area of the browser go to a tool ([`crate::vault::sync`]), and what
//! it plans is written here, in the order that may stop anywhere: the store, the area, what was seen there.
//!
//! The key is needed, so all of it happens while the vault is open. What comes while it is locked waits for the unlock.

use crate::browser::disk::Store;
use crate::browser::keeper::{Keeper, Vault};
use crate::browser::shell::{ALARM_SYNC, Area, Shell};
use crate::vault::keys::Header;
use crate::vault::store::HEADER;
use crate::vault::sync::{can_join, is_ours};
use crate::vault::tools::Reseal;
use crate::wire::errors::Fault;
use crate::wire::messages::Secret;
use crate::wire::views::SyncView;

/// Key of what was seen of the sync area, in `storage.local`. It holds names and counts, nothing secret.
const NOTE: &str = "synced";
/// How long after a change it goes to the area (milliseconds): a burst of changes is one write, and two writes a minute are
/// far below the browsers' quotas (`facts/security.md` §4).
const AFTER_CHANGE: u64 = 30_000;
/// How long after something came, or after an unlock, both sides are compared (milliseconds).
const AFTER_NEWS: u64 = 2_000;
/// How long after a write that the browser refused it is tried again (milliseconds).
const AFTER_REFUSAL: u64 = 5 * 60_000;

/// The browser has no sync area, or refuses to read it.
const UNSUPPORTED: &str = "sync_unsupported";
/// The browser refused to write to the sync area.
const NOT_WRITTEN: &str = "sync_not_written";
/// A new vault key was made, which ended sync.
const OFF_NEW_KEY: &str = "sync_off_new_key";

impl<S: Shell> Keeper<'_, S> {
    /// Turns sync on, or compares both sides now. `replace`: what lies in the area and is not this vault's goes.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `sync_unsupported`, `sync_not_written`, `write_failed`, `core_missing`.
    pub async fn sync_on(&mut self, replace: bool) -> Result<(), Fault> {
        self.ring()?;
        let area = self.shell.read(Area::Sync).await;
        area.map_err(|_| Fault::new(UNSUPPORTED))?;
        if !self.settings.sync {
            self.settings.sync = true;
            self.write_settings().await?;
        }
        self.sync(replace).await
    }

    /// Turns sync off. `clear`: what this extension has in the area goes from there, and so from the person's account at the
    /// browser's maker.
    ///
    /// # Errors
    /// `sync_not_written` (it stays on then), `write_failed`.
    pub async fn sync_off(&mut self, clear: bool) -> Result<(), Fault> {
        if clear {
            let refused = |_| Fault::new(NOT_WRITTEN);
            let mut names = self.shell.names(Area::Sync).await.map_err(refused)?;
            names.retain(|name| is_ours(name));
            let gone = self.shell.remove(Area::Sync, &names).await;
            gone.map_err(refused)?;
        }
        self.settings.sync = false;
        self.write_settings().await?;
        self.disk.remove(NOTE).await?;
        self.session.sync_at = None;
        self.session.sync_fault = None;
        self.touch();
        Ok(())
    }

    /// A new vault key: the other machines cannot read what is sealed with it. What lies in the area is of no use to anybody.
    pub(super) async fn sync_ends(&mut self) {
        if self.settings.sync {
            // The others stop when they find it empty, and also when they find the old key there.
            if self.sync_off(true).await.is_err() {
                let _ = self.sync_off(false).await;
            }
            self.session.sync_fault = Some(OFF_NEW_KEY.to_owned());
        }
    }

    /// The machine has no vault, and the area has one: opens that and makes it this machine's.
    ///
    /// # Errors
    /// `vault_exists`; `sync_unsupported`, `sync_nothing`; else as [`Keeper::unlock`].
    pub async fn join(&mut self, with: Secret) -> Result<(), Fault> {
        match &self.vault {
            Vault::Missing => {}
            Vault::Damaged(fault) => return Err(fault.clone()),
            Vault::Locked(_) | Vault::Open(..) => return Err(Fault::new("vault_exists")),
        }
        let header = self
            .offered_header()
            .await
            .ok_or_else(|| Fault::new("sync_nothing"))?;
        self.vault = Vault::Locked(Header::from_text(&header)?);
        // It is written as soon as the passphrase opened it.
        if let Err(fault) = self.unlock_new(with, true).await {
            self.vault = Vault::Missing;
            return Err(fault);
        }
        self.session.store = Some(Store::made());
        self.settings.sync = true;
        self.write_settings().await?;
        self.sync(false).await
    }

    /// The header of a vault that this machine may join.
    async fn offered_header(&self) -> Option<String> {
        let name = [HEADER.to_owned()];
        let mut there = self.shell.get(Area::Sync, &name).await.ok()?;
        there.remove(HEADER).filter(|header| can_join(header))
    }

    /// Compares both sides, if that is due.
    pub async fn sync_if_due(&mut self) {
        let now = self.shell.now();
        // A clock that was set back makes nobody wait longer.
        let due = |at: u64| now >= at || at - now > AFTER_REFUSAL;
        if self.session.sync_at.is_some_and(due) {
            // What went wrong is in the view.
            let _ = self.sync(false).await;
        }
    }

    /// Something came into the area, or the vault was opened.
    pub async fn sync_soon(&mut self) {
        self.sync_within(AFTER_NEWS).await;
    }

    /// Something changed here.
    pub(super) async fn sync_later(&mut self) {
        self.sync_within(AFTER_CHANGE).await;
    }

    async fn sync_within(&mut self, wait: u64) {
        if !self.settings.sync || !self.is_open() {
            return;
        }
        let at = self.shell.now() + wait;
        if self.session.sync_at.is_none_or(|other| at < other) {
            self.session.sync_at = Some(at);
            self.shell.alarm(ALARM_SYNC, wait).await;
            self.touch();
        }
    }

    /// Compares both sides, and writes what makes them say the same.
    async fn sync(&mut self, replace: bool) -> Result<(), Fault> {
        if !self.settings.sync || !self.is_open() {
            return Ok(());
        }
        let done = self.sync_once(replace).await;
        // What was changed on the way came from there.
        self.session.sync_at = None;
        self.session.sync_fault = done.as_ref().err().map(|fault| fault.code.to_string());
        if done.is_err() {
            self.sync_within(AFTER_REFUSAL).await;
        }
        self.touch();
        done
    }

    async fn sync_once(&mut self, replace: bool) -> Result<(), Fault> {
        let area = self.shell.read(Area::Sync).await;
        let area = area.map_err(|_| Fault::new(UNSUPPORTED))?;
        let note = self.disk.get(NOTE).await.unwrap_or_default();
        let question = Reseal {
            area,
            note: note.clone(),
            replace,
            ..Reseal::default()
        };
        let plan = self.step("vault_sync", question).await?;
        let refused = |_| Fault::new(NOT_WRITTEN);
        if !plan.remove.is_empty() {
            let gone = self.shell.remove(Area::Sync, &plan.remove).await;
            gone.map_err(refused)?;
        }
        if !plan.put.is_empty() {
            let written = self.shell.write(Area::Sync, &plan.put).await;
            written.map_err(refused)?;
        }
        match plan.note {
            Some(kept) if note.as_ref() != Some(&kept) => self.disk.put(NOTE, kept).await,
            _ => Ok(()),
        }
    }

    /// How sync shows in the app.
    pub async fn sync_view(&mut self) -> SyncView {
        let on = self.settings.sync;
        let missing = matches!(self.vault, Vault::Missing);
        SyncView {
            on,
            code: self.session.sync_fault.clone(),
            note: match on {
                true => self.disk.get(NOTE).await.unwrap_or_default(),
                false => None,
            },
            joinable: missing && self.offered_header().await.is_some(),
        }
    }
}
