//! What is on disk, as far as this event has asked for it.
//!
//! A vault can hold thousands of accounts, and most events concern one of them: values are fetched by name, all of them
//! only for the app's list.

use std::collections::{BTreeMap, BTreeSet};

use crate::browser::shell::{Area, Shell, StorageFailed};
use crate::wire::errors::Fault;

/// `storage.local`, read as needed and kept in step with every write.
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

    /// Writes one entry and reads it back: an answer that only looks like success is none.
    ///
    /// # Errors
    /// `write_failed`.
    pub async fn put(&mut self, (name, text): (String, String)) -> Result<(), Fault> {
        let failed = |_| Fault::new("write_failed");
        let entry = [(name.clone(), text)];
        self.shell
            .write(Area::Local, &entry)
            .await
            .map_err(failed)?;
        let mut stored = self
            .shell
            .get(Area::Local, std::slice::from_ref(&name))
            .await
            .map_err(failed)?;
        let [(_, text)] = entry;
        if stored.remove(&name).as_ref() != Some(&text) {
            return Err(Fault::new("write_failed"));
        }
        self.missing.remove(&name);
        self.entries.insert(name, text);
        Ok(())
    }

    /// Removes one entry.
    ///
    /// # Errors
    /// `write_failed`.
    pub async fn remove(&mut self, name: String) -> Result<(), Fault> {
        self.shell
            .remove(Area::Local, std::slice::from_ref(&name))
            .await
            .map_err(|_| Fault::new("write_failed"))?;
        self.entries.remove(&name);
        self.missing.insert(name);
        Ok(())
    }
}
