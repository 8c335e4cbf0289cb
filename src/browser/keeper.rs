//! The only writer of state: the vault on disk, its key in memory, and the session.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::browser::disk::Disk;
use crate::browser::session::{Counts, Session};
use crate::browser::shell::{
    ALARM_CLIPBOARD, ALARM_LOCK, ALARM_REMIND, Area, Badge, Shell, StorageFailed,
};
use crate::guide::flow::{Change as Changing, Reset, Step};
use crate::handover::rotation;
use crate::recognise::capture::Reason;
use crate::recognise::host::Host;
use crate::recognise::reset;
use crate::vault::envelope;
use crate::vault::history::{Capture, Source, Why};
use crate::vault::kdf;
use crate::vault::keys::{CreateRandom, Header, UnlockError, account_id};
use crate::vault::records::Account;
use crate::vault::review::{Caught, Death, Pending};
use crate::vault::secret::{Key, SecretText};
use crate::vault::store::{self, Entry, Opened, StoreError};
use crate::vault::text;
use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::views::{AccountView, Ask, Environment, Realm, VaultView};

/// Key of the vault key in `storage.session`, apart from the rest so that a lock removes it by name.
const KEY: &str = "key";
/// Key of the [`Session`].
const SESSION: &str = "session";
/// Key of the settings in `storage.local`; nothing in them is secret.
const SETTINGS: &str = "settings";
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
    /// The soonest moment at which some account wants its reminder (milliseconds since 1970), so that it can be given while
    /// the vault is locked. It tells neither whose nor how many.
    pub remind_at: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_minutes: LOCK_MINUTES,
            lock_away: true,
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
    Open(Header, Key),
}

impl Vault {
    /// As [`Keeper::key`].
    fn key(&self) -> Result<&Key, Fault> {
        match self {
            Self::Open(_, key) => Ok(key),
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
    disk: Disk<'s, S>,
    /// What the person chose.
    pub settings: Settings,
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
        let first = [Entry::Header.name(), SETTINGS.to_owned()];
        disk.fetch(&first).await.map_err(unreadable)?;
        let settings: Settings = disk
            .get(SETTINGS)
            .await
            .map_err(unreadable)?
            .and_then(|text| json::from_str(&text).ok())
            .unwrap_or_default();
        let header = match disk.get(&Entry::Header.name()).await.map_err(unreadable)? {
            Some(text) => Header::from_text(&text).map(Some).map_err(StoreError::from),
            // Records without a header are a damaged vault, not a missing one.
            None => store::header(disk.all().await.map_err(unreadable)?),
        };
        // A session that cannot be read is from another version: forget it, nothing in it is the only copy
        // of something that was acknowledged.
        let session = memory
            .get(SESSION)
            .and_then(|text| json::from_str(text).ok())
            .unwrap_or_default();
        let key = memory
            .remove(KEY)
            .and_then(|text| Key::from_text(&SecretText::new(text)));
        let vault = match (header, key) {
            (Err(error), _) => Vault::Damaged(error.into()),
            (Ok(None), _) => Vault::Missing,
            (Ok(Some(header)), Some(key)) if header.belongs_to(&key) => Vault::Open(header, key),
            (Ok(Some(header)), _) => Vault::Locked(header),
        };
        let mut keeper = Self {
            shell,
            session,
            vault,
            disk,
            settings,
            changed: false,
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

    /// The key of the open vault.
    ///
    /// # Errors
    /// `vault_missing`, `vault_locked` or the code of the damage.
    pub fn key(&self) -> Result<&Key, Fault> {
        self.vault.key()
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

    /// Everything in the open vault.
    ///
    /// # Errors
    /// As [`Keeper::key`]; `store_unreadable`.
    pub async fn open_all(&mut self) -> Result<Opened, Fault> {
        let key = self.vault.key()?;
        let all = self.disk.all().await.map_err(unreadable)?;
        Ok(store::open_all(key, all))
    }

    /// How many items wait for a person, and how many lie sealed in the inbox until the next unlock.
    pub async fn counts(&mut self) -> Counts {
        if let Some(counts) = self.session.counts {
            return counts;
        }
        let mut counts = Counts::default();
        for name in self.disk.names().await.unwrap_or_default() {
            match Entry::parse(&name) {
                Some(Entry::Review(_)) => counts.reviews += 1,
                Some(Entry::Inbox(_)) => counts.sealed += 1,
                _ => {}
            }
        }
        self.session.counts = Some(counts);
        counts
    }

    /// The realms in which the open vault has an account of this user.
    pub async fn realms_of(&mut self, username: &str) -> Vec<Realm> {
        let names: Result<Vec<String>, Fault> = Realm::ALL
            .iter()
            .map(|&realm| self.account_name(username, realm))
            .collect();
        let Ok(names) = names else { return vec![] };
        if self.disk.fetch(&names).await.is_err() {
            return vec![];
        }
        let mut realms = vec![];
        for (&realm, name) in Realm::ALL.iter().zip(&names) {
            if self.has(name).await {
                realms.push(realm);
            }
        }
        realms
    }

    async fn has(&mut self, name: &str) -> bool {
        self.disk.get(name).await.is_ok_and(|text| text.is_some())
    }

    // --- opening and closing ---

    /// Makes a vault and opens it, and takes in what waited for it.
    ///
    /// # Errors
    /// `vault_exists`, `passphrase_short`, `store_damaged`, `write_failed`.
    pub async fn create(&mut self, passphrase: &SecretText) -> Result<(), Fault> {
        match &self.vault {
            Vault::Missing => {}
            Vault::Damaged(fault) => return Err(fault.clone()),
            Vault::Locked(_) | Vault::Open(..) => return Err(Fault::new("vault_exists")),
        }
        if passphrase.expose().chars().count() < SHORTEST_PASSPHRASE {
            return Err(Fault::new("passphrase_short"));
        }
        let random = CreateRandom {
            vault_key: self.random(),
            vault_id: self.random(),
            salt: self.random(),
            nonce: self.random(),
        };
        let (header, key) = Header::create(passphrase, kdf::Params::PRESENT, &random)?;
        let entry = (Entry::Header.name(), header.to_text());
        self.disk.put(entry).await?;
        self.opened(header, key).await
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// `wrong_passphrase` with a growing wait; `vault_missing`, `store_damaged`.
    pub async fn unlock(&mut self, passphrase: &SecretText) -> Result<(), Fault> {
        let header = match &self.vault {
            Vault::Locked(header) => header.clone(),
            Vault::Open(..) => return Ok(()),
            Vault::Missing => return Err(Fault::new("vault_missing")),
            Vault::Damaged(fault) => return Err(fault.clone()),
        };
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
        match header.unlock(passphrase) {
            Ok(key) => {
                self.session.wrong = (0, 0);
                self.opened(header, key).await
            }
            Err(UnlockError::WrongPassphrase) => {
                self.session.wrong = (wrong.saturating_add(1), self.shell.now());
                self.save_session().await;
                Err(Fault {
                    wait_ms: Some(delay(wrong.saturating_add(1))),
                    ..Fault::new("wrong_passphrase")
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn opened(&mut self, header: Header, key: Key) -> Result<(), Fault> {
        let entry = (KEY.to_owned(), key.to_text().expose().to_owned());
        self.shell
            .write(Area::Session, &[entry])
            .await
            .map_err(|_| Fault::new("write_failed"))?;
        self.vault = Vault::Open(header, key);
        self.used().await;
        self.touch();
        self.session.seen.clear();
        self.take_in().await
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

    async fn write_settings(&mut self) -> Result<(), Fault> {
        let text = serde_json::to_string(&self.settings).unwrap_or_default();
        Ok(self.disk.put((SETTINGS.to_owned(), text)).await?)
    }

    // --- reminders ---

    /// Fills in when each account's new token is due, and remembers the soonest reminder.
    #[allow(clippy::cast_precision_loss)]
    pub async fn date(
        &mut self,
        accounts: &[([u8; 16], Account)],
        views: &mut [AccountView],
        policy: u32,
    ) {
        let now = self.shell.now();
        let mut soonest: Option<u64> = None;
        for ((_, account), view) in accounts.iter().zip(views) {
            let period = rotation::stricter(view.period_days, policy);
            let reminded = account.work.reminded_at.unwrap_or(0);
            let since = rotation::live_since(account);
            let Some(dates) = rotation::dates(period, since, reminded, now) else {
                continue;
            };
            view.due_at = Some(dates.due_at as f64);
            view.remind = dates.remind_now;
            soonest = Some(soonest.map_or(dates.remind_at, |at| at.min(dates.remind_at)));
        }
        if self.settings.remind_at != soonest {
            self.settings.remind_at = soonest;
            // What could not be written is found out again by the next view.
            let _ = self.write_settings().await;
            self.await_reminder().await;
            self.touch();
        }
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
    /// As [`Keeper::key`]; `store_damaged` if the stored record cannot be opened (it is left alone);
    /// `write_failed` (nothing changed).
    pub async fn change(
        &mut self,
        username: &str,
        realm: Realm,
        change: Change<'_>,
    ) -> Result<(), Fault> {
        let now = self.shell.now();
        let name = self.account_name(username, realm)?;
        let (mut account, known) = match self.stored(&name).await? {
            Some(account) => (account, true),
            None => (Account::new(username, realm, environment_of(realm))?, false),
        };
        let writes = account.writes;
        change(&mut account, now);
        if known && account.writes == writes {
            return Ok(());
        }
        let entry = store::sealed_entry(self.key()?, &account, self.random())?;
        self.disk.put(entry).await?;
        let stored = self.disk.get(&name).await.map_err(unreadable)?;
        store::read_back(
            self.key()?,
            &name,
            stored.as_deref().unwrap_or_default(),
            &account,
        )
        .map_err(|_| Fault::new("write_failed"))?;
        self.touch();
        Ok(())
    }

    fn account_name(&self, username: &str, realm: Realm) -> Result<String, Fault> {
        Ok(Entry::Account(account_id(self.key()?, username, realm)).name())
    }

    /// The account under a storage name.
    async fn stored(&mut self, name: &str) -> Result<Option<Account>, Fault> {
        let text = self.disk.get(name).await.map_err(unreadable)?;
        match (text, Entry::parse(name)) {
            (Some(text), Some(Entry::Account(id))) => {
                open_account(self.key()?, &id, &text).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// An account by the id that the app knows.
    ///
    /// # Errors
    /// As [`Keeper::key`]; `account_gone`.
    pub async fn account(&mut self, id: &str) -> Result<Account, Fault> {
        self.key()?;
        let gone = || Fault::new("account_gone");
        let id = text::decode_exact::<16>(id).ok_or_else(gone)?;
        self.stored(&Entry::Account(id).name())
            .await?
            .ok_or_else(gone)
    }

    /// Removes an account.
    ///
    /// # Errors
    /// As [`Keeper::account`]; `write_failed`.
    pub async fn delete_account(&mut self, id: &str) -> Result<(), Fault> {
        let account = self.account(id).await?;
        let name = self.account_name(&account.username, account.realm)?;
        self.remove(name).await
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
        let Ok(name) = self.account_name(username, realm) else {
            return false;
        };
        matches!(self.stored(&name).await, Ok(Some(account)) if account.live_token().is_some())
    }

    async fn apply_death(
        &mut self,
        username: &str,
        realm: Realm,
        why: Why,
        at: u64,
    ) -> Result<(), Fault> {
        let name = self.account_name(username, realm)?;
        // A user whom we do not keep has no token that could die.
        if !self.has(&name).await {
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
        let Ok(name) = self.account_name(username, token.realm) else {
            return false;
        };
        matches!(self.stored(&name).await, Ok(Some(account)) if account.live_token().is_some()
            && account.tokens.iter().all(|known| known.token != token.token))
    }

    async fn keep_or_review(&mut self, token: &Caught, unlocking: bool) -> Result<Taken, Fault> {
        let mut reasons = token.reasons.clone();
        if let Some(username) = &token.username
            && !token.expected
            && reasons.is_empty()
            && {
                let name = self.account_name(username, token.realm)?;
                !self.has(&name).await
            }
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
        let entry = store::review_entry(self.key()?, &review, self.random())?;
        self.session.counts = None;
        self.disk.put(entry).await?;
        self.touch();
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
        self.remove(Entry::Review(review.id).name()).await?;
        Ok(capture)
    }

    /// Throws an item of *to review* away.
    ///
    /// # Errors
    /// `review_gone`, `write_failed`.
    pub async fn discard_review(&mut self, id: &str) -> Result<(), Fault> {
        let review = self.review(id).await?;
        self.remove(Entry::Review(review.id).name()).await
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
            Ok(entry) => {
                self.session.counts = None;
                self.disk.put(entry).await
            }
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
            let done = match &item {
                Pending::Token(token) => self.keep_or_review(token, true).await.map(|_| ()),
                Pending::Death(death) => {
                    self.apply_death(&death.username, death.realm, death.why, death.at)
                        .await
                }
            };
            match (done, entry_key) {
                (Ok(()), Some(entry_key)) => failed = self.remove(entry_key).await.err().or(failed),
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

    async fn remove(&mut self, name: String) -> Result<(), Fault> {
        self.session.counts = None;
        self.disk.remove(name).await?;
        self.touch();
        Ok(())
    }
}

fn unreadable(_: StorageFailed) -> Fault {
    Fault::new("store_unreadable")
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

fn open_account(key: &Key, id: &[u8; 16], text: &str) -> Result<Account, Fault> {
    Ok(Account::open(key, id, &envelope::from_text(text)?)?)
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
