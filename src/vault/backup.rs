//! The backup: a standard age file (`facts/habits.md` §3.5), sealed with a passphrase of its own, that the `age` and
//! `rage` commands open. Inside is JSON that a person can read without this program.
//!
//! ```text
//! { "format": "token-keeper-backup", "version": 2, "made_at": 1764000000000, "accounts": [ {
//!     "username": "ada@acme.example", "realm": "live", "environment": "production", "label": "", "hosts": [],
//!     "tokens": [ { "token": "…", "caught_at": 1, "sent_at": 1, "source": "mail", "dead": "reset", "dead_at": 2 } ],
//!     "passwords": [ { "password": "…", "made_at": 1, "confirmed_at": 2 } ],
//!     "died": "reset", "died_at": 2, "work": { … } } ] }
//! ```
//!
//! `work` is in the few letters of the record ([`crate::vault::work`]) and only there if something is kept. Times are
//! milliseconds since 1970; tokens stand oldest first, passwords newest first. What is read back is merged
//! ([`Account::merge`]), so nothing is ever overwritten by an older backup.
//!
//! Version 1 knew neither `work` nor imported tokens; it is read as version 2. A file of each version is committed
//! (`tests/vectors/backup-v*.age`) and opens for ever.
//!
//! This file is linked into the tools program only; the randomness of the file key is the age library's own.

use age::secrecy::SecretString;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::vault::history::{Dead, EarlierPassword, Generation, KeptPassword, Source, Why};
use crate::vault::records::{Account, RecordError, VERSION};
use crate::vault::secret::SecretText;
use crate::vault::work::Work;
use crate::wire::views::{Environment, Realm};

/// Cost of the stretch of a new backup (scrypt, 2^18: about a second, the age tool's own default).
pub const WORK_FACTOR: u8 = 18;
/// Most that is paid for reading one: a hostile file could ask for minutes and gigabytes.
const MOST_WORK: u8 = 20;
/// Largest backup that is read, in bytes.
pub const MAX_FILE: usize = 32 * 1024 * 1024;

const FORMAT: &str = "token-keeper-backup";
const FORMAT_VERSION: u32 = 2;

/// Why a backup was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// Another passphrase than the one that it was made with.
    #[error("the passphrase does not open this backup")]
    WrongPassphrase,
    /// Not an age file, or one that is cut off or changed.
    #[error("the file is not a whole age file")]
    NotAge,
    /// An age file for a key, not for a passphrase.
    #[error("the file is sealed to a key, not with a passphrase")]
    NotPassphrase,
    /// Opening it would cost more than any backup of ours.
    #[error("opening the file would cost too much")]
    TooExpensive,
    /// It opens, and is no backup of this program.
    #[error("the file is not a backup of Token Keeper")]
    NotBackup,
    /// Made by a newer version of this program.
    #[error("the backup was made by a newer version")]
    TooNew,
    /// It could not be made.
    #[error("the backup could not be made")]
    NotMade,
}

impl BackupError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPassphrase => "backup_wrong_passphrase",
            Self::NotAge => "backup_not_age",
            Self::NotPassphrase => "backup_not_passphrase",
            Self::TooExpensive => "backup_too_expensive",
            Self::NotBackup => "backup_not_ours",
            Self::TooNew => "backup_too_new",
            Self::NotMade => "backup_not_made",
        }
    }
}

/// Makes a backup file of these accounts.
///
/// `work` is [`WORK_FACTOR`] but in tests.
///
/// # Errors
/// [`BackupError::NotMade`].
pub fn make(
    accounts: &[Account],
    passphrase: &SecretText,
    work: u8,
    now: u64,
) -> Result<Vec<u8>, BackupError> {
    let json = content(accounts, now)?;
    let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(work);
    age::encrypt(&recipient, &json).map_err(|_| BackupError::NotMade)
}

/// What a backup of these accounts says, before it is sealed.
///
/// # Errors
/// [`BackupError::NotMade`].
pub fn content(accounts: &[Account], now: u64) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    let backup = Backup {
        format: FORMAT.to_owned(),
        version: FORMAT_VERSION,
        made_at: now,
        accounts: accounts.iter().map(Kept::of).collect(),
    };
    serde_json::to_vec_pretty(&backup)
        .map(Zeroizing::new)
        .map_err(|_| BackupError::NotMade)
}

/// Is this an age file? Told by its first line.
#[must_use]
pub fn is_sealed(file: &[u8]) -> bool {
    file.starts_with(b"age-encryption.org/")
}

/// Is this the content of a backup, without its seal?
#[must_use]
pub fn is_plain(file: &[u8]) -> bool {
    let start = file.get(..200).unwrap_or(file);
    let name = FORMAT.as_bytes();
    file.starts_with(b"{") && start.windows(name.len()).any(|part| part == name)
}

/// Opens a backup file. The accounts are whole records; merge them into those that are there.
///
/// # Errors
/// Every [`BackupError`] but `NotMade`. A single account that breaks the rules of a record fails the whole: a backup
/// that is read in part would look like one that was read.
pub fn open(file: &[u8], passphrase: &SecretText) -> Result<Vec<Account>, BackupError> {
    if file.len() > MAX_FILE {
        return Err(BackupError::NotAge);
    }
    let mut identity = age::scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(MOST_WORK);
    let json = age::decrypt(&identity, file).map_err(|error| match error {
        age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
            BackupError::WrongPassphrase
        }
        age::DecryptError::ExcessiveWork { .. } => BackupError::TooExpensive,
        age::DecryptError::NoMatchingKeys => BackupError::NotPassphrase,
        _ => BackupError::NotAge,
    })?;
    read(&Zeroizing::new(json))
}

/// Reads the content of a backup, as [`content`] makes it.
///
/// # Errors
/// [`BackupError::NotBackup`], [`BackupError::TooNew`].
pub fn read(json: &[u8]) -> Result<Vec<Account>, BackupError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u32,
    }
    let head: Head = serde_json::from_slice(json).map_err(|_| BackupError::NotBackup)?;
    if head.format != FORMAT {
        return Err(BackupError::NotBackup);
    }
    if head.version > FORMAT_VERSION {
        return Err(BackupError::TooNew);
    }
    let backup: Backup = serde_json::from_slice(json).map_err(|_| BackupError::NotBackup)?;
    backup
        .accounts
        .into_iter()
        .map(Kept::into_account)
        .collect::<Result<_, _>>()
        .map_err(|_| BackupError::NotBackup)
}

fn secret(passphrase: &SecretText) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Backup {
    format: String,
    version: u32,
    made_at: u64,
    accounts: Vec<Kept>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    username: String,
    realm: Realm,
    environment: Environment,
    label: String,
    hosts: Vec<String>,
    tokens: Vec<KeptToken>,
    passwords: Vec<KeptSecret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    died: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    died_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Work::is_empty")]
    work: Work,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptToken {
    token: String,
    caught_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent_at: Option<u64>,
    source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dead: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dead_at: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptSecret {
    password: String,
    made_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<u64>,
}

impl Kept {
    fn of(account: &Account) -> Self {
        let newest = account.password.iter().map(|kept| KeptSecret {
            password: kept.password.expose().to_owned(),
            made_at: kept.made_at,
            confirmed_at: kept.confirmed_at,
        });
        let earlier = account.password.iter().flat_map(|kept| &kept.earlier);
        let earlier = earlier.map(|kept| KeptSecret {
            password: kept.password.expose().to_owned(),
            made_at: kept.made_at,
            confirmed_at: kept.confirmed_at,
        });
        Self {
            username: account.username.clone(),
            realm: account.realm,
            environment: account.environment,
            label: account.label.clone(),
            hosts: account.hosts.clone(),
            tokens: account.tokens.iter().map(KeptToken::of).collect(),
            passwords: newest.chain(earlier).collect(),
            died: account.died.map(|dead| dead.why.code().to_owned()),
            died_at: account.died.map(|dead| dead.at),
            work: account.work.clone(),
        }
    }

    fn into_account(self) -> Result<Account, RecordError> {
        let mut account = Account::new(&self.username, self.realm, self.environment)?;
        account.version = VERSION;
        account.set_label(&self.label)?;
        account.hosts = self.hosts;
        account.died = dead(self.died.as_deref(), self.died_at)?;
        account.work = self.work;
        account.tokens = (1..)
            .zip(self.tokens)
            .map(|(number, token)| token.into_generation(number))
            .collect::<Result<_, _>>()?;
        let mut passwords = self.passwords.into_iter().map(|kept| EarlierPassword {
            password: SecretText::new(kept.password),
            made_at: kept.made_at,
            confirmed_at: kept.confirmed_at,
        });
        account.password = passwords.next().map(|newest| KeptPassword {
            password: newest.password,
            made_at: newest.made_at,
            confirmed_at: newest.confirmed_at,
            earlier: passwords.collect(),
        });
        account.changed();
        account.check()?;
        Ok(account)
    }
}

impl KeptToken {
    fn of(token: &Generation) -> Self {
        Self {
            token: token.token.expose().to_owned(),
            caught_at: token.caught_at,
            sent_at: token.sent_at,
            source: token.source.code().to_owned(),
            dead: token.dead.map(|dead| dead.why.code().to_owned()),
            dead_at: token.dead.map(|dead| dead.at),
        }
    }

    fn into_generation(self, number: u32) -> Result<Generation, RecordError> {
        Ok(Generation {
            number,
            token: SecretText::new(self.token),
            caught_at: self.caught_at,
            source: Source::ALL
                .iter()
                .copied()
                .find(|source| source.code() == self.source)
                .ok_or(RecordError::Malformed)?,
            sent_at: self.sent_at,
            dead: dead(self.dead.as_deref(), self.dead_at)?,
        })
    }
}

fn dead(why: Option<&str>, at: Option<u64>) -> Result<Option<Dead>, RecordError> {
    match (why, at) {
        (None, None) => Ok(None),
        (Some(why), Some(at)) => Why::ALL
            .iter()
            .copied()
            .find(|known| known.code() == why)
            .map(|why| Some(Dead { why, at }))
            .ok_or(RecordError::Malformed),
        _ => Err(RecordError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "words for a test backup";

    fn account() -> Account {
        let mut account =
            Account::new("ada@acme.example", Realm::Test, Environment::Sandbox).unwrap();
        account.saw_host("acme--dev.sandbox.my.salesforce.com");
        account.set_label("Ada's \"dev\" org").unwrap();
        account.capture("Invented0Token0Number1AA".into(), Source::Import, 10);
        account.mark_dead(Why::Reset, 15);
        account.capture_sent(
            "Invented0Token0Number2BB".into(),
            Source::Page,
            Some(19),
            20,
        );
        account.keep_password("inv\"ented\\1".into(), 30);
        account.confirm_password(40);
        account.keep_password("invented2".into(), 50);
        account.set_work(crate::vault::work::tests::full()).unwrap();
        account
    }

    fn file() -> Vec<u8> {
        make(&[account()], &PASSPHRASE.into(), 2, 60).unwrap()
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let mut read = open(&file(), &PASSPHRASE.into()).unwrap();
        assert_eq!(read.len(), 1);
        let mut read = read.remove(0);
        read.writes = account().writes;
        assert_eq!(read, account());
        // And nothing of it is news to the account itself.
        let mut same = account();
        same.merge(&read);
        same.writes = account().writes;
        assert_eq!(same, account());
    }

    #[test]
    fn what_is_no_backup_is_refused_for_its_own_reason() {
        use BackupError::*;
        let spoil = |at: usize| {
            let mut bytes = file();
            bytes[at] ^= 1;
            bytes
        };
        let sealed = |json: &str| {
            let mut recipient = age::scrypt::Recipient::new(secret(&PASSPHRASE.into()));
            recipient.set_work_factor(2);
            age::encrypt(&recipient, json.as_bytes()).unwrap()
        };
        let length = file().len();
        let table = [
            ("empty", vec![], NotAge),
            ("text", b"token,user".to_vec(), NotAge),
            ("cut", file()[..length - 1].to_vec(), NotAge),
            ("last byte", spoil(length - 1), NotAge),
            ("magic", spoil(3), NotAge),
            ("other JSON", sealed("{}"), NotBackup),
            ("not JSON", sealed("x"), NotBackup),
            (
                "other format",
                sealed(r#"{"format":"x","version":1}"#),
                NotBackup,
            ),
            (
                "newer",
                sealed(r#"{"format":"token-keeper-backup","version":3}"#),
                TooNew,
            ),
            (
                "a field too many",
                sealed(
                    r#"{"format":"token-keeper-backup","version":2,"made_at":1,"accounts":[],"x":1}"#,
                ),
                NotBackup,
            ),
        ];
        for (name, bytes, expected) in table {
            assert_eq!(
                open(&bytes, &PASSPHRASE.into()).unwrap_err(),
                expected,
                "{name}"
            );
        }
        assert_eq!(
            open(&file(), &"another passphrase".into()).unwrap_err(),
            WrongPassphrase
        );
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_is_not_opened() {
        let text = String::from_utf8_lossy(&file()).into_owned();
        let header_end = text.find("\n---").unwrap();
        let costly = [
            text[..header_end].replacen(" 2\n", " 30\n", 1).into_bytes(),
            file()[header_end..].to_vec(),
        ]
        .concat();
        assert_eq!(
            open(&costly, &PASSPHRASE.into()).unwrap_err(),
            BackupError::TooExpensive
        );
    }
}
