//! What is on disk, as far as this event has asked for it.
//!
//! A vault can hold thousands of accounts, and most events concern one of them: values are fetched by name, all of them
//! only for the app's list.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::browser::shell::{Area, Shell, StorageFailed, unreadable};
use crate::vault::copies::Finding;
use crate::vault::manifest::{self, Batch, CommitError};
use crate::vault::store::{self, Change, StoreSnapshot};
use crate::vault::tools::{Compare, Compared, Writes};
use crate::wire::errors::Fault;
use crate::wire::json;

/// What was seen of the vault last, in [`Area::Witness`].
const SEEN: &str = "seen";
/// Stands for a text that nobody needed yet; anything that is not empty does.
const UNREAD: &str = "?";
/// The finding where there was never a vault.
pub const FRESH: &str = Finding::Fresh.code();

/// `storage.local`, read as needed and kept in step with every write, and the second copy of the vault behind it.
pub struct Disk<'s, S: Shell> {
    shell: &'s S,
    /// What was read, by name.
    entries: BTreeMap<String, String>,
    /// What was asked for and is not there.
    missing: BTreeSet<String>,
    /// Was everything read?
    whole: bool,
}

impl<'s, S: Shell> Disk<'s, S> {
    /// Nothing is read yet.
    pub fn new(shell: &'s S) -> Self {
        Self {
            shell,
            entries: BTreeMap::new(),
            missing: BTreeSet::new(),
            whole: false,
        }
    }

    /// Reads these names, in one call for those that were not read before.
    ///
    /// # Errors
    /// The browser refused to read.
    pub async fn fetch(&mut self, names: &[String]) -> Result<(), StorageFailed> {
        let mut wanted: Vec<String> = names.to_vec();
        wanted.retain(|name| {
            !self.whole && !self.entries.contains_key(name) && !self.missing.contains(name)
        });
        if wanted.is_empty() {
            return Ok(());
        }
        let read = self.shell.get(Area::Local, &wanted).await?;
        self.missing
            .extend(wanted.into_iter().filter(|name| !read.contains_key(name)));
        self.entries.extend(read);
        Ok(())
    }

    /// What was read so far.
    pub fn entries(&self) -> &StoreSnapshot {
        &self.entries
    }

    /// The value of a name.
    ///
    /// # Errors
    /// As [`Disk::fetch`].
    pub async fn get(&mut self, name: &str) -> Result<Option<String>, StorageFailed> {
        self.fetch(&[name.to_owned()]).await?;
        Ok(self.entries.get(name).cloned())
    }

    /// Everything.
    ///
    /// # Errors
    /// As [`Disk::fetch`].
    pub async fn all(&mut self) -> Result<&BTreeMap<String, String>, StorageFailed> {
        if !self.whole {
            self.entries = self.shell.read(Area::Local).await?;
            self.missing.clear();
            self.whole = true;
        }
        Ok(&self.entries)
    }

    /// All names.
    ///
    /// # Errors
    /// As [`Disk::fetch`].
    pub async fn names(&self) -> Result<Vec<String>, StorageFailed> {
        if self.whole {
            return Ok(self.entries.keys().cloned().collect());
        }
        self.shell.names(Area::Local).await
    }

    /// Writes one entry that is none of the vault's, and reads it back: an answer that only looks like success is none.
    ///
    /// # Errors
    /// `write_failed`.
    pub async fn put(&mut self, name: &str, text: String) -> Result<(), Fault> {
        let entries = [(name.to_owned(), text)];
        self.write(&entries).await?;
        self.entries.extend(entries);
        self.missing.remove(name);
        Ok(())
    }

    /// Removes one entry that is none of the vault's.
    ///
    /// # Errors
    /// `write_failed`.
    pub async fn remove(&mut self, name: &str) -> Result<(), Fault> {
        let names = [name.to_owned()];
        let gone = self.shell.remove(Area::Local, &names).await;
        gone.map_err(|_| Fault::new("write_failed"))?;
        self.entries.remove(name);
        Ok(())
    }

    /// Writes changes of the vault, in all places or none: all at once into the first copy, read back, and only then into the
    /// second (`crate::vault`, "How a caller uses it"). Says whether they are in both.
    ///
    /// # Errors
    /// `write_failed` (nothing changed); the code of the damage if the store lacks something that neither copy has.
    pub async fn commit(&mut self, changes: &[Change]) -> Result<bool, Fault> {
        let batch = match self.batch(changes).await? {
            Ok(batch) => batch,
            Err(_) => {
                // Something went since it was looked at. With everything read, what was only emptied counts no more.
                self.compare(false).await?;
                self.all().await.map_err(unreadable)?;
                self.batch(changes).await??
            }
        };
        self.write(&batch.put).await?;
        batch.apply(&mut self.entries);
        self.missing.extend(batch.remove.iter().cloned());
        // What was emptied is gone already, whether or not its name stays.
        let _ = self.shell.remove(Area::Local, &batch.remove).await;
        let in_both = self.copied(&batch).await;
        if in_both {
            self.remember(batch.seen.to_text()).await;
        }
        Ok(in_both)
    }

    /// The changes as one write. What was not read counts by its name.
    async fn batch(&mut self, changes: &[Change]) -> Result<Result<Batch, CommitError>, Fault> {
        let mut touched = vec![manifest::NAME.to_owned()];
        touched.extend(changes.iter().map(|change| match change {
            Change::Put(name, _) | Change::Remove(name) => name.clone(),
        }));
        self.fetch(&touched).await.map_err(unreadable)?;
        if self.whole {
            return Ok(manifest::commit(&self.entries, changes));
        }
        let names = self.names().await.map_err(unreadable)?;
        let mut snapshot: StoreSnapshot = names
            .into_iter()
            .map(|name| (name, UNREAD.to_owned()))
            .collect();
        snapshot.retain(|name, _| !self.missing.contains(name));
        snapshot.extend(self.entries.clone());
        Ok(manifest::commit(&snapshot, changes))
    }

    /// Writes into the first copy and reads back.
    async fn write(&mut self, put: &[(String, String)]) -> Result<(), Fault> {
        let failed = |_| Fault::new("write_failed");
        self.shell.write(Area::Local, put).await.map_err(failed)?;
        let names: Vec<String> = put.iter().map(|(name, _)| name.clone()).collect();
        let stored = self.shell.get(Area::Local, &names).await.map_err(failed)?;
        if manifest::arrived(put, &stored) {
            return Ok(());
        }
        // Nobody knows what is there now.
        self.whole = false;
        self.entries.retain(|name, _| !names.contains(name));
        self.missing.retain(|name| !names.contains(name));
        Err(Fault::new("write_failed"))
    }

    /// The next read asks the browser again.
    fn forget(&mut self) {
        self.whole = false;
        self.entries.clear();
        self.missing.clear();
    }

    /// Brings the second copy as far as the first. Is it?
    async fn copied(&mut self, batch: &Batch) -> bool {
        let names: Vec<String> = batch.put.iter().map(|(name, _)| name.clone()).collect();
        let Ok(held) = self.shell.get(Area::Copy, &names).await else {
            return false;
        };
        if !batch.fits(&held) {
            // It is behind, or parted: only a comparison of everything may write over it.
            return self
                .compare(false)
                .await
                .is_ok_and(|compared| compared.in_both);
        }
        self.shell.write(Area::Copy, &batch.put).await.is_ok()
            && self.shell.remove(Area::Copy, &batch.remove).await.is_ok()
    }

    async fn remember(&self, seen: String) {
        // Without it one kind of loss is noticed later; that is no reason to call a token unsaved.
        let entry = [(SEEN.to_owned(), seen)];
        let _ = self.shell.write(Area::Witness, &entry).await;
    }

    /// Looks at both copies and at what was seen last, and mends what can be mended. `accept`: a person said that an older
    /// state is to be gone on with.
    ///
    /// # Errors
    /// `core_missing` if the tool that compares did not start; nothing is written then.
    pub async fn compare(&mut self, accept: bool) -> Result<Store, Fault> {
        let primary = self.read_twice(Area::Local).await;
        let copy = self.read_twice(Area::Copy).await;
        let seen = [SEEN.to_owned()];
        let seen = self
            .shell
            .get(Area::Witness, &seen)
            .await
            .unwrap_or_default()
            .remove(SEEN);
        let is_empty = |copy: &Option<StoreSnapshot>| copy.as_ref().is_some_and(store::is_empty);
        if seen.is_none() && is_empty(&primary) && is_empty(&copy) {
            return Ok(Store::default());
        }
        let reads = copy.is_some();
        let question = Compare {
            primary,
            copy,
            seen,
            accept,
        };
        let question = serde_json::to_string(&question).unwrap_or_default();
        let answer = self.shell.tool("vault_compare", &question).await;
        let found: Compared = answer
            .and_then(|answer| json::from_str(&answer).ok())
            .ok_or_else(|| Fault::new("core_missing"))?;
        let mut written = true;
        for (area, writes) in [
            (Area::Local, &found.to_primary),
            (Area::Copy, &found.to_copy),
        ] {
            if let Some(Writes { put, remove }) = writes {
                // The second copy never gets ahead of the first.
                written = written
                    && self.shell.write(area, put).await.is_ok()
                    && self.shell.remove(area, remove).await.is_ok();
            }
        }
        self.forget();
        if let (true, Some(seen)) = (written, found.seen) {
            self.remember(seen).await;
        }
        Ok(Store {
            finding: found.finding,
            fault: found.fault,
            usable: found.usable,
            in_both: written && reads,
        })
    }

    /// A read that fails may do the second time (`facts/security.md` §0, finding 2).
    async fn read_twice(&self, area: Area) -> Option<StoreSnapshot> {
        match self.shell.read(area).await {
            Ok(all) => Some(all),
            Err(_) => self.shell.read(area).await.ok(),
        }
    }

    /// Removes the vault from every place. In any other order it would come back.
    ///
    /// # Errors
    /// `write_failed`; what is left then is whole.
    pub async fn remove_vault(&mut self) -> Result<(), Fault> {
        let failed = |_| Fault::new("write_failed");
        for area in [Area::Copy, Area::Witness, Area::Local] {
            let names = match area {
                Area::Witness => vec![SEEN.to_owned()],
                _ => self.shell.names(area).await.map_err(failed)?,
            };
            self.shell.remove(area, &names).await.map_err(failed)?;
        }
        self.forget();
        Ok(())
    }
}

/// How the store was found, for the rest of the browser's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// [`Finding::code`](crate::vault::copies::Finding::code).
    pub finding: String,
    /// What a person is told.
    pub fault: Option<Fault>,
    /// May the vault be used, or made?
    pub usable: bool,
    /// Do both copies hold the same?
    pub in_both: bool,
}

impl Store {
    /// A vault was made where there was none.
    #[must_use]
    pub fn made() -> Self {
        Self {
            finding: Finding::Healthy.code().to_owned(),
            ..Self::default()
        }
    }
}

impl Default for Store {
    /// There was never a vault.
    fn default() -> Self {
        Self {
            finding: FRESH.to_owned(),
            fault: None,
            usable: true,
            in_both: true,
        }
    }
}
