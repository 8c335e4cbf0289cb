//! The only writer of state: the vault on disk, its key in memory, and the session.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::browser::disk::{Disk, FRESH, Store};
use crate::browser::session::{Counts, Session};
use crate::browser::shell::{
    ALARM_CLIPBOARD, ALARM_LOCK, ALARM_REMIND, Area, Badge, Shell, unreadable,
};
use crate::guide::flow::{Change as Changing, Reset, Step};
use crate::handover::rotation::{self, Dates};
use crate::recognise::capture::Reason;
use crate::recognise::host::Host;
use crate::recognise::reset;
use crate::vault::copies::is_header;
use crate::vault::history::{Capture, Source, Why};
use crate::vault::keyring::KeyRing;
use crate::vault::keys::Header;
use crate::vault::records::Account;
use crate::vault::review::{Caught, Death, Pending};
use crate::vault::secret::{Key, SecretText};
use crate::vault::slot::Slot;
use crate::vault::store::{self, Change as Writing, Entry, HEADER, Opened};
use crate::vault::text;
use crate::vault::tools::{Enter, Make, Opening, Reseal, Resealed, Ways};
use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::messages::Secret;
use crate::wire::views::{Ask, Environment, Realm, VaultView, WayView};

/// Key of the vault key in `storage.session`, apart from the rest so that a lock removes it by name.
const KEY: &str = "key";
/// Key of the [`Session`].
const SESSION: &str = "session";
/// Key of the settings in `storage.local`; nothing in them is secret.
const SETTINGS: &str = "settings";
/// Key of this device's own way into the vault, in `storage.local`. A thief of the profile has it; the person was told.
const DEVICE: &str = "device";
/// Minutes until an unused vault locks, unless the person chose another number.
const LOCK_MINUTES: u32 = 15;
/// Shortest passphrase, in characters.
pub const SHORTEST_PASSPHRASE: usize = 12;
/// Most items that wait in memory or in the inbox; a page that floods us does not fill the disk.
const MOST_WAITING: usize = 100;

/// Settings on disk. A value that cannot be read counts as not set.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Minutes until an unused vault locks; 0 = only with the browser.
    pub lock_minutes: u32,
    /// Does it lock when the screen locks or nobody is at the computer?
    pub lock_away: bool,
    /// Do the person's other computers have this vault, through the browser's own sync?
    pub sync: bool,
    /// The soonest moment at which some account wants its reminder (milliseconds since 1970), so that it can be given while
    /// the vault is locked. It tells neither whose nor how many.
    pub remind_at: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_minutes: LOCK_MINUTES,
            lock_away: true,
            sync: false,
            remind_at: None,
        }
    }
}

/// The vault, as far as it can be read.
pub enum Vault {
    /// None was made yet.
    Missing,
    /// The store is there but cannot be understood; nothing is ever written over it.
    Damaged(Fault),
    /// Closed.
    Locked(Header),
    /// Open.
    Open(Header, KeyRing),
}

impl Vault {
    /// As [`Keeper::ring`].
    fn ring(&self) -> Result<&KeyRing, Fault> {
        Ok(self.open()?.1)
    }

    fn open(&self) -> Result<(&Header, &KeyRing), Fault> {
        match self {
            Self::Open(header, ring) => Ok((header, ring)),
            Self::Locked(_) => Err(Fault::new("vault_locked")),
            Self::Missing => Err(Fault::new("vault_missing")),
            Self::Damaged(fault) => Err(fault.clone()),
        }
    }
}

/// What [`Keeper::change`] does to an account at a time. A trait object, because every closure of its own
/// type would bring a copy of the whole write path.
pub type Change<'a> = &'a mut dyn FnMut(&mut Account, u64);

/// Storage as it was read for one event, and what the event changes in it.
pub struct Keeper<'s, S: Shell> {
    /// The browser.
    pub shell: &'s S,
    /// The session; written back by [`Keeper::save_session`].
    pub session: Session,
    /// The vault.
    pub vault: Vault,
    /// What is on disk.
    pub(super) disk: Disk<'s, S>,
    /// What the person chose.
    pub settings: Settings,
    /// What is to be written together with the next change of the vault.
    along: Vec<Writing>,
    /// Did anything change that an open app page would show?
    changed: bool,
}

impl<'s, S: Shell> Keeper<'s, S> {
    /// Reads storage.
    ///
    /// # Errors
    /// `store_unreadable` if the browser refuses to read; nothing is touched then.
    pub async fn load(shell: &'s S) -> Result<Self, Fault> {
        let mut memory = shell.read(Area::Session).await.map_err(unreadable)?;
        let mut disk = Disk::new(shell);
        let first = [HEADER.to_owned(), SETTINGS.to_owned()];
        disk.fetch(&first).await.map_err(unreadable)?;
        let settings: Settings = disk
            .get(SETTINGS)
            .await
            .map_err(unreadable)?
            .and_then(|text| json::from_str(&text).ok())
            .unwrap_or_default();
        // A session that cannot be read is from another version: forget it, nothing in it is the only copy
        // of something that was acknowledged.
        let mut session: Session = memory
            .get(SESSION)
            .and_then(|text| json::from_str(text).ok())
            .unwrap_or_default();
        let mut header = disk.get(HEADER).await.map_err(unreadable)?;
        // Once for each session of the browser, and when the header is not what was found then.
        let looked = !session
            .store
            .as_ref()
            .is_some_and(|store| is_as_found(store, header.as_deref()));
        if looked {
            session.store = Some(disk.compare(false).await?);
            header = disk.get(HEADER).await.map_err(unreadable)?;
        }
        let fault = session
            .store
            .as_ref()
            .filter(|store| !store.usable)
            .and_then(|store| store.fault.clone());
        let key = memory
            .remove(KEY)
            .and_then(|text| Key::from_text(&SecretText::new(text)));
        let vault = match (fault, header) {
            (Some(fault), _) => Vault::Damaged(fault),
            (_, Some(text)) if !text.is_empty() => match Header::from_text(&text) {
                Err(error) => Vault::Damaged(error.into()),
                Ok(header) => match key.map(|key| header.key_ring(key)) {
                    Some(Ok(ring)) => Vault::Open(header, ring),
                    _ => Vault::Locked(header),
                },
            },
            _ => Vault::Missing,
        };
        let mut keeper = Self {
            shell,
            session,
            vault,
            disk,
            settings,
            along: vec![],
            changed: looked,
        };
        let now = shell.now();
        if keeper
            .session
            .offered
            .as_ref()
            .is_some_and(|link| now.saturating_sub(link.at) >= reset::LINK_LIFE)
        {
            keeper.session.offered = None;
            keeper.touch();
        }
        keeper.lock_if_due().await;
        Ok(keeper)
    }

    /// Writes the session, shows the badge and tells open pages, if anything changed.
    pub async fn finish(&mut self) {
        if self.changed {
            self.changed = false;
            self.save_session().await;
            let waiting = self.session.waiting.len() + self.counts().await.reviews;
            self.shell
                .badge(badge(&self.session, self.is_open(), waiting, self.is_due()))
                .await;
            self.shell.changed().await;
        }
    }

    /// Marks that something changed; [`Keeper::finish`] then writes and tells.
    pub fn touch(&mut self) {
        self.changed = true;
    }

    /// Writes the session now, before something irreversible happens on a page. Did it work?
    pub async fn save_session(&mut self) -> bool {
        let Ok(json) = serde_json::to_string(&self.session) else {
            return false;
        };
        self.shell
            .write(Area::Session, &[(SESSION.to_owned(), json)])
            .await
            .is_ok()
    }

    /// Says something in the app.
    pub fn notice(&mut self, code: &str) {
        self.session.notice = Some(code.to_owned());
        self.touch();
    }

    /// Is the vault open?
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.vault, Vault::Open(..))
    }

    /// The keys of the open vault.
    ///
    /// # Errors
    /// `vault_missing`, `vault_locked` or the code of the damage.
    pub fn ring(&self) -> Result<&KeyRing, Fault> {
        self.vault.ring()
    }

    /// Writes changes of the vault, and what was to go along with them.
    ///
    /// # Errors
    /// `write_failed` or the code of the damage; nothing changed then.
    pub async fn commit(&mut self, mut changes: Vec<Writing>) -> Result<(), Fault> {
        changes.append(&mut self.along);
        let in_both = self.disk.commit(&changes).await?;
        self.session.counts = None;
        if let Some(store) = &mut self.session.store {
            store.in_both = in_both;
        }
        self.sync_later().await;
        self.touch();
        Ok(())
    }

    /// How the vault shows in the app.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn vault_view(&self) -> VaultView {
        match &self.vault {
            Vault::Missing => VaultView::Missing,
            Vault::Damaged(fault) => VaultView::Damaged {
                code: fault.code.to_string(),
            },
            Vault::Locked(_) => VaultView::Locked,
            Vault::Open(..) => VaultView::Open {
                locks_at: self.session.locks_at.map(|at| at as f64),
            },
        }
    }

    /// The ways into the vault, as the app may see them: what a browser needs to ask a passkey is no secret.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn way_views(&self) -> Vec<WayView> {
        let (Vault::Locked(header) | Vault::Open(header, _)) = &self.vault else {
            return vec![];
        };
        let view = |slot: &Slot| match slot {
            Slot::Passphrase { .. } => WayView {
                kind: "passphrase".to_owned(),
                ..WayView::default()
            },
            Slot::Passkey { passkey, .. } => WayView {
                kind: "passkey".to_owned(),
                added_at: passkey.added_at as f64,
                rp_id: passkey.rp_id.clone(),
                credential: text::encode(&passkey.credential),
                salt: text::encode(&passkey.salt),
            },
            Slot::Device { added_at, .. } => WayView {
                kind: "device".to_owned(),
                added_at: *added_at as f64,
                ..WayView::default()
            },
        };
        header.slots.iter().map(view).collect()
    }

    /// Everything in the open vault.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `store_unreadable`.
    pub async fn open_all(&mut self) -> Result<Opened, Fault> {
        let ring = self.vault.ring()?;
        let all = self.disk.all().await.map_err(unreadable)?;
        Ok(store::open_ring(ring, all))
    }

    /// How many items wait for a person, and how many lie sealed in the inbox until the next unlock.
    pub async fn counts(&mut self) -> Counts {
        if let Some(counts) = self.session.counts {
            return counts;
        }
        let mut names = self.disk.names().await.unwrap_or_default();
        names.retain(|name| matches!(Entry::parse(name), Some(Entry::Review(_) | Entry::Inbox(_))));
        // Few, and read because what was emptied is none any more.
        let _ = self.disk.fetch(&names).await;
        let entries = self.disk.entries();
        let is_there = |name: &&String| entries.get(*name).is_some_and(|text| !text.is_empty());
        let mut counts = Counts::default();
        for name in names.iter().filter(is_there) {
            match Entry::parse(name) {
                Some(Entry::Review(_)) => counts.reviews += 1,
                _ => counts.sealed += 1,
            }
        }
        self.session.counts = Some(counts);
        counts
    }

    /// The realms in which the open vault has an account of this user.
    pub async fn realms_of(&mut self, username: &str) -> Vec<Realm> {
        if self.fetch(username, Realm::ALL).await.is_err() {
            return vec![];
        }
        let mut realms = vec![];
        for &realm in Realm::ALL {
            if self.has(username, realm).await {
                realms.push(realm);
            }
        }
        realms
    }

    /// Does the open vault keep an account of this user? Nothing is opened.
    async fn has(&mut self, username: &str, realm: Realm) -> bool {
        self.fetch(username, &[realm]).await.is_ok()
            && self
                .ring()
                .is_ok_and(|ring| store::knows(ring, self.disk.entries(), username, realm))
    }

    /// Reads, in one call, what lies under the names of this user's accounts.
    async fn fetch(&mut self, username: &str, realms: &[Realm]) -> Result<(), Fault> {
        let ring = self.vault.ring()?;
        let ids = realms
            .iter()
            .flat_map(|&realm| ring.account_ids(username, realm));
        let names: Vec<String> = ids.map(|id| Entry::Account(id).name()).collect();
        self.disk.fetch(&names).await.map_err(unreadable)
    }

    /// The account of this user.
    async fn stored(&mut self, username: &str, realm: Realm) -> Result<Option<Account>, Fault> {
        self.fetch(username, &[realm]).await?;
        Ok(store::account(
            self.ring()?,
            self.disk.entries(),
            username,
            realm,
        )?)
    }

    // --- opening and closing ---

    /// Makes a vault and opens it, and takes in what waited for it.
    ///
    /// # Errors
    /// `vault_exists`, `passphrase_short`, `store_damaged`, `write_failed`.
    pub async fn create(&mut self, with: Secret) -> Result<(), Fault> {
        match &self.vault {
            Vault::Missing => {}
            Vault::Damaged(fault) => return Err(fault.clone()),
            Vault::Locked(_) | Vault::Open(..) => return Err(Fault::new("vault_exists")),
        }
        fit(&with)?;
        let make = Make {
            device: self.device_for(&with, true).await?,
            with,
            now: self.shell.now(),
            seed: self.seed(),
        };
        let opening = self.opening("vault_create", &make).await?;
        self.write_header(opening.header.as_deref()).await?;
        self.session.store = Some(Store::made());
        self.opened(opening).await
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// `wrong_passphrase` with a growing wait; `vault_missing`, `key_unknown`, `store_damaged`.
    pub async fn unlock(&mut self, with: Secret) -> Result<(), Fault> {
        self.unlock_new(with, false).await
    }

    /// [`Keeper::unlock`]; a header that is new here is written once it is opened.
    pub(super) async fn unlock_new(&mut self, with: Secret, is_new: bool) -> Result<(), Fault> {
        let header = match &self.vault {
            Vault::Locked(header) => header.to_text(),
            Vault::Open(..) => return Ok(()),
            Vault::Missing => return Err(Fault::new("vault_missing")),
            Vault::Damaged(fault) => return Err(fault.clone()),
        };
        self.may_try()?;
        let text = header.clone();
        let enter = Enter {
            header,
            device: self.device_for(&with, false).await?,
            with,
            seed: self.seed(),
        };
        let opening = self.opening("vault_unlock", &enter).await;
        let opening = self.tried(opening).await?;
        let raised = opening.header.as_deref();
        if is_new || raised.is_some() {
            let written = self.write_header(raised.or(Some(&text))).await;
            // One that was here opens with the old costs as well: raising them can wait.
            if is_new {
                written?;
            }
        }
        self.opened(opening).await
    }

    /// Adds a way into the open vault.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `passphrase_short`, `way_exists`, `too_many_ways`, `write_failed`.
    pub async fn add_way(&mut self, with: Secret) -> Result<(), Fault> {
        fit(&with)?;
        let ways = Ways {
            device: self.device_for(&with, true).await?,
            add: Some(with),
            ..self.ways()?
        };
        self.change_ways(&ways).await
    }

    /// Takes a way into the open vault away.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `way_gone`, `last_way`, `write_failed`.
    pub async fn remove_way(&mut self, place: u32) -> Result<(), Fault> {
        let ways = Ways {
            remove: Some(place as usize),
            ..self.ways()?
        };
        self.change_ways(&ways).await?;
        let (header, _) = self.vault.open()?;
        let is_device = |slot: &Slot| matches!(slot, Slot::Device { .. });
        if !header.slots.iter().any(is_device) {
            // Nothing opens with it any more.
            self.disk.remove(DEVICE).await?;
        }
        Ok(())
    }

    /// Another passphrase in the place of this one.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `wrong_passphrase` with a growing wait, `passphrase_short`, `write_failed`.
    pub async fn change_passphrase(&mut self, old: String, new: String) -> Result<(), Fault> {
        long_enough(&new)?;
        self.may_try()?;
        let ways = Ways {
            replace: Some((old, new)),
            ..self.ways()?
        };
        let changed = self.change_ways(&ways).await;
        self.tried(changed).await
    }

    /// A new vault key, and everything sealed anew. Kept are the ways that this secret and this device open. Says how many
    /// others there were.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `wrong_passphrase` with a growing wait, `rotation_unfinished`, `write_failed`.
    pub async fn rotate_key(&mut self, with: Secret) -> Result<usize, Fault> {
        self.may_try()?;
        let device = self.device_for(&Secret::Device, false).await.ok().flatten();
        let mut kept = vec![with];
        if device.is_some() {
            kept.push(Secret::Device);
        }
        let ways = Ways {
            device,
            rotate: Some(kept),
            ..self.ways()?
        };
        let opening = self.opening("vault_ways", &ways).await;
        let opening = self.tried(opening).await?;
        let dropped = opening.dropped;
        // From here on the old key alone opens nothing new: the header goes first, then the key in memory.
        self.write_header(opening.header.as_deref()).await?;
        self.opened(opening).await?;
        self.sync_ends().await;
        Ok(dropped)
    }

    /// What [`Keeper::change_ways`] needs besides the change itself.
    fn ways(&self) -> Result<Ways, Fault> {
        let (header, ring) = self.vault.open()?;
        Ok(Ways {
            header: header.to_text(),
            key: ring.present().to_text().expose().to_owned(),
            now: self.shell.now(),
            seed: self.seed(),
            ..Ways::default()
        })
    }

    async fn change_ways(&mut self, ways: &Ways) -> Result<(), Fault> {
        let opening = self.opening("vault_ways", ways).await?;
        self.write_header(opening.header.as_deref()).await
    }

    /// Asks a tool of the vault.
    async fn opening(&self, tool: &'static str, input: &impl Serialize) -> Result<Opening, Fault> {
        let opening: Opening = self.ask_tool(tool, input).await?;
        match opening.fault {
            Some(fault) => Err(fault),
            None => Ok(opening),
        }
    }

    async fn ask_tool<T: serde::de::DeserializeOwned>(
        &self,
        tool: &'static str,
        input: &impl Serialize,
    ) -> Result<T, Fault> {
        let input = SecretText::new(serde_json::to_string(input).unwrap_or_default());
        let output = self
            .shell
            .tool(tool, input.expose())
            .await
            .map(SecretText::new);
        output
            .and_then(|output| json::from_str(output.expose()).ok())
            .ok_or_else(|| Fault::new("core_missing"))
    }

    /// Writes a header that a tool made, and goes on with it.
    async fn write_header(&mut self, header: Option<&str>) -> Result<(), Fault> {
        let text = header.ok_or_else(|| Fault::new("core_missing"))?;
        let header = Header::from_text(text)?;
        self.commit(vec![Writing::Put(HEADER.to_owned(), text.to_owned())])
            .await?;
        match &mut self.vault {
            Vault::Open(now, _) | Vault::Locked(now) => *now = header,
            vault => *vault = Vault::Locked(header),
        }
        Ok(())
    }

    /// The key of this device, if the secret in hand is that; a new one is made only where a way is added.
    async fn device_for(&mut self, with: &Secret, make: bool) -> Result<Option<String>, Fault> {
        if !matches!(with, Secret::Device) {
            return Ok(None);
        }
        if let Some(key) = self.disk.get(DEVICE).await.map_err(unreadable)? {
            return Ok(Some(key));
        }
        if !make {
            return Err(Fault::new("key_unknown"));
        }
        let key = self.seed();
        self.disk.put(DEVICE, key.clone()).await?;
        Ok(Some(key))
    }

    /// 32 random bytes as a tool takes them.
    fn seed(&self) -> String {
        text::encode(&self.random::<32>())
    }

    /// May a passphrase be tried now, or is there a wait after a wrong one?
    fn may_try(&self) -> Result<(), Fault> {
        let (wrong, at) = self.session.wrong;
        // A clock that was set back makes nobody wait longer.
        let wait = (at + delay(wrong))
            .saturating_sub(self.shell.now())
            .min(delay(wrong));
        if wrong > 0 && wait > 0 {
            return Err(Fault {
                wait_ms: Some(wait),
                ..Fault::new("wrong_passphrase")
            });
        }
        Ok(())
    }

    /// Counts wrong passphrases; a right one ends the count.
    async fn tried<T>(&mut self, outcome: Result<T, Fault>) -> Result<T, Fault> {
        match outcome {
            Err(fault) if fault.code == "wrong_passphrase" => {
                let wrong = self.session.wrong.0.saturating_add(1);
                self.session.wrong = (wrong, self.shell.now());
                self.save_session().await;
                Err(Fault {
                    wait_ms: Some(delay(wrong)),
                    ..fault
                })
            }
            Ok(done) => {
                self.session.wrong = (0, 0);
                Ok(done)
            }
            other => other,
        }
    }

    async fn opened(&mut self, opening: Opening) -> Result<(), Fault> {
        let (Vault::Locked(header) | Vault::Open(header, _)) = &self.vault else {
            return Err(Fault::new("vault_missing"));
        };
        let text = SecretText::new(opening.key.unwrap_or_default());
        let key = Key::from_text(&text).ok_or_else(|| Fault::new("core_missing"))?;
        let ring = header.key_ring(key)?;
        let header = header.clone();
        let entry = (KEY.to_owned(), text.expose().to_owned());
        self.shell
            .write(Area::Session, &[entry])
            .await
            .map_err(|_| Fault::new("write_failed"))?;
        self.vault = Vault::Open(header, ring);
        self.used().await;
        self.touch();
        self.session.seen.clear();
        self.go_on().await?;
        self.sync_soon().await;
        self.take_in().await
    }

    /// Goes on with what takes several writes: histories that were kept aside, and a change of the vault key.
    ///
    /// # Errors
    /// `write_failed` or the code of the damage. What was done stays; the rest is tried at the next unlock.
    async fn go_on(&mut self) -> Result<(), Fault> {
        let names = self.disk.names().await.map_err(unreadable)?;
        if names
            .iter()
            .any(|name| matches!(Entry::parse(name), Some(Entry::Aside(..))))
        {
            self.step("vault_join", Reseal::default()).await?;
        }
        while matches!(&self.vault, Vault::Open(header, _) if header.is_rotating()) {
            if !self.step("vault_reseal", Reseal::default()).await?.more {
                break;
            }
        }
        Ok(())
    }

    /// One step of a work that a tool plans over the whole store: what is to be committed is, and the rest is given back.
    pub(super) async fn step(
        &mut self,
        tool: &'static str,
        more: Reseal,
    ) -> Result<Resealed, Fault> {
        let Ways {
            header,
            key,
            seed,
            now,
            ..
        } = self.ways()?;
        let reseal = Reseal {
            header,
            key,
            store: self.disk.all().await.map_err(unreadable)?.clone(),
            now,
            seed,
            ..more
        };
        let mut planned: Resealed = self.ask_tool(tool, &reseal).await?;
        if let Some(fault) = planned.fault {
            return Err(fault);
        }
        let changes = std::mem::take(&mut planned.changes);
        planned.more &= !changes.is_empty();
        self.write_all(changes).await?;
        Ok(planned)
    }

    /// Commits what a tool planned, a new header too.
    async fn write_all(&mut self, changes: Vec<(String, Option<String>)>) -> Result<(), Fault> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut header = None;
        let mut writings = vec![];
        for (name, stored) in changes {
            writings.push(match stored {
                Some(stored) => {
                    if name == HEADER {
                        header = Some(Header::from_text(&stored)?);
                    }
                    Writing::Put(name, stored)
                }
                None => Writing::Remove(name),
            });
        }
        self.commit(writings).await?;
        if let (Some(after), Vault::Open(header, ring)) = (header, &mut self.vault) {
            *ring = after.key_ring(ring.present().duplicate())?;
            *header = after;
        }
        Ok(())
    }

    /// Goes on with a store that is older than what was seen: the person said so.
    ///
    /// # Errors
    /// The code of what is still wrong.
    pub async fn accept_store(&mut self) -> Result<(), Fault> {
        let store = self.disk.compare(true).await?;
        let fault = store.fault.clone().filter(|_| !store.usable);
        self.session.store = Some(store);
        self.save_session().await;
        match fault {
            Some(fault) => Err(fault),
            None => {
                let header = self.disk.get(HEADER).await.map_err(unreadable)?;
                self.vault = match header {
                    Some(text) => Vault::Locked(Header::from_text(&text)?),
                    None => Vault::Missing,
                };
                self.touch();
                Ok(())
            }
        }
    }

    /// Removes the vault with all that is in it, and what the session holds of it.
    ///
    /// # Errors
    /// `write_failed`; what is left then is whole.
    pub async fn remove_vault(&mut self) -> Result<(), Fault> {
        self.disk.remove_vault().await?;
        let _ = self.shell.remove(Area::Session, &[KEY.to_owned()]).await;
        self.vault = Vault::Missing;
        self.session = Session {
            store: Some(Store::default()),
            // It was never in the vault.
            waiting: std::mem::take(&mut self.session.waiting),
            ..Session::default()
        };
        self.settings = Settings::default();
        self.touch();
        Ok(())
    }

    /// Forgets the key. What is running goes on, but asks for the passphrase where it needs the vault.
    pub async fn lock(&mut self) {
        if self
            .shell
            .remove(Area::Session, &[KEY.to_owned()])
            .await
            .is_err()
        {
            // What cannot be removed can perhaps be written over.
            let _ = self
                .shell
                .write(Area::Session, &[(KEY.to_owned(), String::new())])
                .await;
        }
        self.session.locks_at = None;
        self.session.offered = None;
        if let Vault::Open(header, _) | Vault::Locked(header) = &self.vault {
            let public_key = header.public_key;
            self.vault = Vault::Locked(header.clone());
            self.touch();
            // What waits in memory is a secret as well. What cannot be sealed now is not thrown away for that.
            for pending in std::mem::take(&mut self.session.waiting) {
                let _ = self.seal_to_inbox(&public_key, pending).await;
            }
        }
    }

    /// Locks if the vault was not used for long enough, or if the clock was set back and nobody knows.
    pub async fn lock_if_due(&mut self) {
        let now = self.shell.now();
        let longest = u64::from(self.settings.lock_minutes) * 60_000;
        if self.is_open()
            && self
                .session
                .locks_at
                .is_some_and(|at| now >= at || at - now > longest)
        {
            self.lock().await;
        }
    }

    /// The person used the vault: the timer starts anew.
    pub async fn used(&mut self) {
        if self.is_open() {
            let after = u64::from(self.settings.lock_minutes) * 60_000;
            self.session.locks_at = (after > 0).then(|| self.shell.now() + after);
            if after > 0 {
                self.shell.alarm(ALARM_LOCK, after).await;
            }
        }
    }

    /// Changes the settings that are given (the lock timer is at most a day).
    ///
    /// # Errors
    /// `write_failed`.
    pub async fn set(
        &mut self,
        lock_minutes: Option<u32>,
        lock_away: Option<bool>,
    ) -> Result<(), Fault> {
        let now = &mut self.settings;
        now.lock_minutes = lock_minutes.unwrap_or(now.lock_minutes).min(24 * 60);
        now.lock_away = lock_away.unwrap_or(now.lock_away);
        self.write_settings().await?;
        self.used().await;
        self.touch();
        Ok(())
    }

    pub(super) async fn write_settings(&mut self) -> Result<(), Fault> {
        let text = serde_json::to_string(&self.settings).unwrap_or_default();
        self.disk.put(SETTINGS, text).await
    }

    // --- reminders ---

    /// When each account's new token is due; remembers the soonest reminder.
    pub async fn date(
        &mut self,
        accounts: &[([u8; 16], Account)],
        policy: u32,
    ) -> Vec<Option<Dates>> {
        let now = self.shell.now();
        let date = |(_, account): &([u8; 16], Account)| {
            let own = account.work.period_days.map_or(0, |said| said.value);
            let reminded = account.work.reminded_at.unwrap_or(0);
            let since = rotation::live_since(account);
            rotation::dates(rotation::stricter(own, policy), since, reminded, now)
        };
        let dates: Vec<Option<Dates>> = accounts.iter().map(date).collect();
        let soonest = dates.iter().flatten().map(|dates| dates.remind_at).min();
        if self.settings.remind_at != soonest {
            self.settings.remind_at = soonest;
            // What could not be written is found out again by the next view.
            let _ = self.write_settings().await;
            self.await_reminder().await;
            self.touch();
        }
        dates
    }

    /// Sets the alarm for a reminder that is still to come; one that is due rings soon.
    pub async fn await_reminder(&self) {
        if let Some(at) = self.settings.remind_at {
            let wait = at.saturating_sub(self.shell.now());
            self.shell.alarm(ALARM_REMIND, wait).await;
        }
    }

    fn is_due(&self) -> bool {
        let at = self.settings.remind_at;
        at.is_some_and(|at| at <= self.shell.now())
    }

    /// The badge says that a new token is due, and once a notification does.
    pub async fn remind(&mut self) {
        if self.is_due() {
            if self.session.rang != self.settings.remind_at {
                self.session.rang = self.settings.remind_at;
                self.shell.notify().await;
            }
            self.touch();
        } else {
            // It came early, or another one is to come.
            self.await_reminder().await;
        }
    }

    /// The screen was locked, or nobody is at the computer.
    pub async fn away(&mut self) {
        if self.settings.lock_away {
            self.lock().await;
        }
    }

    // --- accounts ---

    /// Changes one account, made if it is new, and writes it: seal → write → read back and open.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `store_damaged` if the stored record cannot be opened (it is left alone);
    /// `write_failed` (nothing changed).
    pub async fn change(
        &mut self,
        username: &str,
        realm: Realm,
        change: Change<'_>,
    ) -> Result<(), Fault> {
        let now = self.shell.now();
        let (mut account, known) = match self.stored(username, realm).await? {
            Some(account) => (account, true),
            None => (Account::new(username, realm, environment_of(realm))?, false),
        };
        let writes = account.writes;
        change(&mut account, now);
        if known && account.writes == writes {
            return Ok(());
        }
        let changes =
            store::put_account(self.ring()?, self.disk.entries(), &account, self.random())?;
        self.commit(changes).await?;
        let name = Entry::Account(account.id(self.ring()?.present())).name();
        let stored = self.disk.get(&name).await.map_err(unreadable)?;
        let stored = stored.as_deref().unwrap_or_default();
        store::read_back(self.ring()?.present(), &name, stored, &account)
            .map_err(|_| Fault::new("write_failed"))
    }

    /// An account by the id that the app knows.
    ///
    /// # Errors
    /// As [`Keeper::ring`]; `account_gone`.
    pub async fn account(&mut self, id: &str) -> Result<Account, Fault> {
        self.ring()?;
        let gone = || Fault::new("account_gone");
        let id = text::decode_exact::<16>(id).ok_or_else(gone)?;
        let name = Entry::Account(id).name();
        let text = self.disk.get(&name).await.map_err(unreadable)?;
        let text = text.filter(|text| !text.is_empty()).ok_or_else(gone)?;
        Ok(store::account_under(self.ring()?, &id, &text)?)
    }

    /// Removes an account.
    ///
    /// # Errors
    /// As [`Keeper::account`]; `write_failed`.
    pub async fn delete_account(&mut self, id: &str) -> Result<(), Fault> {
        let account = self.account(id).await?;
        if self.settings.sync {
            // The other computers must not bring it back.
            let bury = Reseal {
                account: id.to_owned(),
                ..Reseal::default()
            };
            return self.step("vault_bury", bury).await.map(|_| ());
        }
        // Also what another copy of it says, which waits to be joined.
        self.disk.all().await.map_err(unreadable)?;
        let gone = store::remove_account(
            self.ring()?,
            self.disk.entries(),
            &account.username,
            account.realm,
        );
        self.commit(gone).await
    }

    // --- what was caught ---

    /// Takes a token in: kept at once, put to review, sealed to the inbox, or held in memory, depending
    /// on its evidence and on the state of the vault. Never overwrites anything.
    ///
    /// # Errors
    /// `write_failed`, `store_damaged`; the token is then in memory (`waiting`), not lost.
    pub async fn take(&mut self, token: Caught) -> Result<Taken, Fault> {
        match &self.vault {
            Vault::Open(..) => match self.keep_or_review(&token, false).await {
                Ok(taken) => Ok(taken),
                Err(fault) => {
                    self.wait(Pending::Token(token));
                    Err(fault)
                }
            },
            Vault::Locked(header) => {
                let public_key = header.public_key;
                self.seal_to_inbox(&public_key, Pending::Token(token)).await
            }
            Vault::Missing | Vault::Damaged(_) => {
                self.wait(Pending::Token(token));
                Ok(Taken::Waiting)
            }
        }
    }

    /// Marks the live token of a user dead, now or at the next unlock.
    ///
    /// # Errors
    /// As [`Keeper::take`].
    pub async fn token_died(
        &mut self,
        username: &str,
        realm: Realm,
        why: Why,
    ) -> Result<(), Fault> {
        let at = self.shell.now();
        let pending = Pending::Death(Death {
            username: username.to_owned(),
            realm,
            why,
            at,
        });
        match &self.vault {
            Vault::Open(..) => self.apply_death(username, realm, why, at).await?,
            Vault::Locked(header) => {
                let public_key = header.public_key;
                self.seal_to_inbox(&public_key, pending).await?;
            }
            Vault::Missing | Vault::Damaged(_) => self.wait(pending),
        }
        // Whoever died now would tell it again, and kill the token that is caught in between.
        self.save_session().await;
        Ok(())
    }

    /// Does the open vault hold a token of this user that is believed to work?
    pub async fn has_live_token(&mut self, username: &str, realm: Realm) -> bool {
        matches!(self.stored(username, realm).await, Ok(Some(account)) if account.live_token().is_some())
    }

    async fn apply_death(
        &mut self,
        username: &str,
        realm: Realm,
        why: Why,
        at: u64,
    ) -> Result<(), Fault> {
        self.ring()?;
        // A user whom we do not keep has no token that could die.
        if !self.has(username, realm).await {
            return Ok(());
        }
        self.change(username, realm, &mut |account, _| {
            account.mark_dead(why, at);
        })
        .await
    }

    /// Did the guide do, for this user, what makes Salesforce mail a new token? One that has ended counts for what was
    /// sealed meanwhile.
    fn awaits(&self, username: &str, realm: Realm, even_ended: bool) -> bool {
        self.session.flow.as_ref().is_some_and(|flow| {
            flow.username == username
                && flow.realm == realm
                && (flow.reset != Reset::Open || flow.change != Changing::Open)
                && (even_ended || flow.step != Step::Done)
        })
    }

    /// Can nobody say whether this token is newer than one that is believed to work?
    async fn may_be_older(&mut self, token: &Caught, username: &str, unlocking: bool) -> bool {
        if token.source == Source::Page
            || token.sent_at.is_some()
            || self.awaits(username, token.realm, unlocking)
        {
            return false;
        }
        matches!(self.stored(username, token.realm).await, Ok(Some(account)) if account.live_token().is_some()
            && account.tokens.iter().all(|known| known.token != token.token))
    }

    async fn keep_or_review(&mut self, token: &Caught, unlocking: bool) -> Result<Taken, Fault> {
        let mut reasons = token.reasons.clone();
        if let Some(username) = &token.username
            && !token.expected
            && reasons.is_empty()
            && !self.has(username, token.realm).await
        {
            reasons.push(Reason::UnknownUser.code().to_owned());
        }
        if let Some(username) = &token.username
            && reasons.is_empty()
            && self.may_be_older(token, username, unlocking).await
        {
            reasons.push(Reason::MaybeOlder.code().to_owned());
        }
        match &token.username {
            Some(username) if reasons.is_empty() => {
                let username = username.clone();
                let mut capture = Capture::Same;
                self.change(&username, token.realm, &mut |account, _| {
                    seen_on(account, &token.origin);
                    capture = account.capture_sent(
                        token.token.clone(),
                        token.source,
                        token.sent_at,
                        token.at,
                    );
                })
                .await?;
                Ok(match capture {
                    Capture::New => Taken::Kept(username),
                    Capture::Same => Taken::Known(username),
                    Capture::Older => Taken::Older,
                })
            }
            _ => self.put_to_review(token, reasons).await,
        }
    }

    async fn put_to_review(
        &mut self,
        token: &Caught,
        reasons: Vec<String>,
    ) -> Result<Taken, Fault> {
        let opened = self.open_all().await?;
        if opened
            .reviews
            .iter()
            .any(|review| review.token == token.token)
            || opened.accounts.iter().any(|(_, account)| {
                account
                    .tokens
                    .iter()
                    .any(|known| known.token == token.token)
            })
        {
            return Ok(Taken::Again);
        }
        let review = Caught {
            reasons,
            ..token.clone()
        }
        .into_review(self.random());
        let (name, stored) = store::review_entry(self.ring()?.present(), &review, self.random())?;
        self.commit(vec![Writing::Put(name, stored)]).await?;
        Ok(Taken::Review)
    }

    /// Keeps an item of *to review* for the user whom the person named.
    ///
    /// # Errors
    /// `review_gone`, `username_missing`, or as [`Keeper::change`]; the item then stays.
    pub async fn keep_review(
        &mut self,
        id: &str,
        username: &str,
        realm: Realm,
    ) -> Result<Capture, Fault> {
        let username = username.trim().to_lowercase();
        if !crate::recognise::text::is_username(&username) {
            return Err(Fault::new("username_missing"));
        }
        let review = self.review(id).await?;
        let mut capture = Capture::Same;
        self.change(&username, realm, &mut |account, _| {
            seen_on(account, &review.origin);
            capture = account.capture_sent(
                review.token.clone(),
                review.source,
                review.sent_at,
                review.at,
            );
        })
        .await?;
        self.remove(Entry::Review(review.id)).await?;
        Ok(capture)
    }

    /// Throws an item of *to review* away.
    ///
    /// # Errors
    /// `review_gone`, `write_failed`.
    pub async fn discard_review(&mut self, id: &str) -> Result<(), Fault> {
        let review = self.review(id).await?;
        self.remove(Entry::Review(review.id)).await
    }

    async fn review(&mut self, id: &str) -> Result<crate::vault::review::Review, Fault> {
        let gone = || Fault::new("review_gone");
        let id = text::decode_exact::<16>(id).ok_or_else(gone)?;
        self.open_all()
            .await?
            .reviews
            .into_iter()
            .find(|review| review.id == id)
            .ok_or_else(gone)
    }

    async fn seal_to_inbox(
        &mut self,
        public_key: &[u8; 32],
        pending: Pending,
    ) -> Result<Taken, Fault> {
        // A mail that is reported again and again is sealed once. Better evidence for the same token is another report.
        let digest = match &pending {
            Pending::Token(token) => Some(self.digest_of(token)),
            Pending::Death(_) => None,
        };
        if digest
            .as_ref()
            .is_some_and(|digest| self.session.seen.contains(digest))
        {
            return Ok(Taken::Sealed);
        }
        if self.counts().await.sealed >= MOST_WAITING {
            self.wait(pending);
            return Err(Fault::new("store_full"));
        }
        let written = match store::inbox_entry(public_key, self.random(), &pending, self.random()) {
            // It cannot be opened while locked; that the bytes came back unchanged is the proof there is.
            Ok((name, stored)) => self.commit(vec![Writing::Put(name, stored)]).await,
            Err(error) => Err(error.into()),
        };
        match written {
            Ok(()) => {
                if let Some(digest) = digest {
                    self.session.note_seen(digest);
                }
                self.touch();
                Ok(Taken::Sealed)
            }
            Err(fault) => {
                self.wait(pending);
                Err(fault)
            }
        }
    }

    fn wait(&mut self, pending: Pending) {
        let known =
            match &pending {
                Pending::Token(token) => self.session.waiting.iter().any(
                    |other| matches!(other, Pending::Token(other) if other.token == token.token),
                ),
                Pending::Death(_) => self.session.waiting.contains(&pending),
            };
        if !known && self.session.waiting.len() < MOST_WAITING {
            self.session.waiting.push(pending);
            self.touch();
        }
    }

    /// Moves what waited (in memory, in the inbox) into records. An item that cannot be moved stays.
    async fn take_in(&mut self) -> Result<(), Fault> {
        // What does not open stays, and shows as damaged.
        let sealed = self
            .open_all()
            .await?
            .inbox
            .into_iter()
            .map(|(id, item)| (Some(Entry::Inbox(id).name()), item));
        let held = std::mem::take(&mut self.session.waiting)
            .into_iter()
            .map(|item| (None, item));
        let mut pending: Vec<(Option<String>, Pending)> = sealed.chain(held).collect();
        pending.sort_unstable_by_key(|(_, item)| item.at());
        let mut failed = None;
        for (entry_key, item) in pending {
            // The account and the end of the item are one write: nothing is taken in twice, or lost between.
            self.along = entry_key.iter().cloned().map(Writing::Remove).collect();
            let done = match &item {
                Pending::Token(token) => self.keep_or_review(token, true).await.map(|_| ()),
                Pending::Death(death) => {
                    self.apply_death(&death.username, death.realm, death.why, death.at)
                        .await
                }
            };
            let unwritten = std::mem::take(&mut self.along);
            match (done, entry_key) {
                (Ok(()), Some(_)) if unwritten.is_empty() => {}
                (Ok(()), Some(_)) => failed = self.commit(unwritten).await.err().or(failed),
                (Ok(()), None) => {}
                (Err(fault), Some(_)) => failed = Some(fault),
                (Err(fault), None) => {
                    self.session.waiting.push(item);
                    failed = Some(fault);
                }
            }
        }
        failed.map_or(Ok(()), Err)
    }

    // --- the clipboard ---

    /// Remembers what was copied, to clear it in a minute.
    pub async fn copied(&mut self, sha256: &str) {
        if sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
            self.session.clipboard = Some(sha256.to_ascii_lowercase());
            self.shell.alarm(ALARM_CLIPBOARD, 60_000).await;
            self.touch();
        }
    }

    /// Clears the clipboard if it still holds what we put there.
    pub async fn clear_clipboard(&mut self) {
        if let Some(sha256) = self.session.clipboard.take() {
            self.shell.clear_clipboard(&sha256).await;
            self.touch();
        }
    }

    // --- what was dealt with already ---

    /// A digest of a text that tells nothing without the session's own key.
    pub fn digest(&mut self, text: &str) -> String {
        if self.session.salt.is_none() {
            self.session.salt = Some(text::encode(&self.random::<32>()));
            self.touch();
        }
        let salt = self.session.salt.as_deref().unwrap_or_default();
        let digest = Sha256::new().chain_update(salt).chain_update(text);
        text::encode(&digest.finalize())
    }

    fn digest_of(&mut self, token: &Caught) -> String {
        let sure = if token.reasons.is_empty() { "!" } else { "?" };
        let username = token.username.as_deref().unwrap_or_default();
        let told = SecretText::new([sure, username, "\n", token.token.expose()].concat());
        self.digest(told.expose())
    }

    // --- bytes ---

    /// Fresh random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.shell.random(&mut bytes);
        bytes
    }

    async fn remove(&mut self, entry: Entry) -> Result<(), Fault> {
        self.commit(vec![Writing::Remove(entry.name())]).await
    }
}

/// Is the header, as far as it shows before it is opened, what the comparison of the copies found?
fn is_as_found(store: &Store, header: Option<&str>) -> bool {
    let is_fresh = store.finding == FRESH;
    match header.filter(|text| !text.is_empty()) {
        None => is_fresh,
        Some(text) => store.usable && !is_fresh && is_header(text),
    }
}

/// Where a token went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Into the account of this user.
    Kept(String),
    /// This user's account had it already.
    Known(String),
    /// Into the history of its user as dead: its mail is older than what is known.
    Older,
    /// A person must look.
    Review,
    /// It is known, but nothing new.
    Again,
    /// Sealed, to be moved at the next unlock.
    Sealed,
    /// In memory, until a vault exists.
    Waiting,
}

/// Is a new passphrase as long as one has to be?
///
/// # Errors
/// `passphrase_short`.
pub fn long_enough(passphrase: &str) -> Result<(), Fault> {
    if passphrase.chars().count() < SHORTEST_PASSPHRASE {
        return Err(Fault::new("passphrase_short"));
    }
    Ok(())
}

/// [`long_enough`] for whatever way in is to be made.
fn fit(with: &Secret) -> Result<(), Fault> {
    match with {
        Secret::Passphrase(passphrase) => long_enough(passphrase),
        Secret::Passkey(_) | Secret::Device => Ok(()),
    }
}

/// Remembers the host, if it is one of Salesforce's, and what it tells about the org.
pub fn seen_on(account: &mut Account, host: &str) {
    if let Some(host) = Host::recognise(host) {
        account.saw_host(&host.name);
        if host.org.is_some() {
            account.set_environment(host.environment);
        }
    }
}

/// What is known of an org before a host tells more.
#[must_use]
pub fn environment_of(realm: Realm) -> Environment {
    match realm {
        Realm::Test | Realm::ChinaTest => Environment::Sandbox,
        Realm::Live | Realm::Government | Realm::China => Environment::Production,
    }
}

/// The wait after so many wrong passphrases in a row: none for three, then doubling up to a minute.
fn delay(wrong: u32) -> u64 {
    match wrong {
        0..=3 => 0,
        more => (1000 << (more - 4).min(6)).min(60_000),
    }
}

fn badge(session: &Session, open: bool, waiting: usize, due: bool) -> Badge {
    if waiting > 0 {
        return Badge::Review(waiting);
    }
    match &session.flow {
        Some(flow) if flow.step != Step::Done => match flow.view(open).ask {
            Ask::PressReset | Ask::ChangePassword | Ask::Unlock => Badge::Press,
            _ => Badge::Running,
        },
        _ if due => Badge::Due,
        _ if session.news => Badge::News,
        _ => Badge::None,
    }
}
