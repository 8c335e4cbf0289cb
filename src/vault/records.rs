//! What a sealed record says: the account.
//!
//! JSON with one-letter names, sealed whole: nothing of it, not even the user name, lies in clear.
//! The version is looked at first and alone; a newer one is refused and so is never sealed again
//! with fields missing. Unknown fields in a known version are refused for the same reason.
//!
//! | name | account | | name | token | | name | password |
//! |---|---|---|---|---|---|---|---|
//! | `v` | version, 1 | | `n` | number | | `t` | password |
//! | `u` | user name | | `t` | token | | `m` | made at |
//! | `r` | realm ([`codes`]) | | `c` | caught at | | `c` | confirmed at |
//! | `e` | environment ([`codes`]) | | `s` | source | | `b` | those before |
//! | `h` | hosts, newest first | | `m` | mail sent at | | | |
//! | `l` | label | | `d` | dead: `y` why, `a` at | | | |
//! | `t` | tokens, oldest first | | | | | | |
//! | `p` | password | | | | | | |
//! | `d` | dead, while no token is kept | | | | | | |
//! | `x` | what its use needs ([`work`](crate::vault::work)) | | | | | | |
//! | `w` | writes | | | | | | |
//!
//! Secrets stand as base64url of UTF-8; times are milliseconds since 1970.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::vault::codes;
use crate::vault::envelope::{self, Binding, Expect, Namespace, OpenError, SealError};
use crate::vault::history::{Dead, Generation, KeptPassword, MAX_PASSWORDS, MAX_TOKENS};
use crate::vault::keys;
use crate::vault::secret::{Key, SecretBytes, SecretText};
use crate::vault::work::{Use, Work};
use crate::wire::json;
use crate::wire::views::{
    AccountView, DeadView, Environment, GenerationView, PasswordView, Realm, TokenState, UseView,
};

/// The only version of a record there is.
pub const VERSION: u32 = 1;
/// Longest user name in bytes.
pub const MAX_USERNAME: usize = 254;
/// Longest label in characters.
pub const MAX_LABEL: usize = 100;
/// Most hosts of one account.
pub const MAX_HOSTS: usize = 20;
/// Longest host name in bytes (DNS).
pub const MAX_HOST: usize = 253;
/// Longest token or password in bytes; a real token has 24 or 25 characters.
pub const MAX_SECRET: usize = 512;

/// One account: a user name in a realm, and all that was caught for it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Version of this layout, [`VERSION`].
    #[serde(rename = "v")]
    pub version: u32,
    /// Salesforce user name as it was seen.
    #[serde(rename = "u")]
    pub username: String,
    /// Realm: a user name is unique within one.
    #[serde(rename = "r", with = "codes::numbered")]
    pub realm: Realm,
    /// Kind of org.
    #[serde(rename = "e", with = "codes::numbered")]
    pub environment: Environment,
    /// Hosts on which it was seen, newest first.
    #[serde(rename = "h")]
    pub hosts: Vec<String>,
    /// The person's own name for it; may be empty.
    #[serde(rename = "l")]
    pub label: String,
    /// Tokens, oldest first. At most the last one is live.
    #[serde(rename = "t")]
    pub tokens: Vec<Generation>,
    /// A generated password, if one is kept.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub password: Option<KeptPassword>,
    /// That a token died which we never caught; only while there are no tokens.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub died: Option<Dead>,
    /// What is kept for putting the token to work.
    #[serde(rename = "x", default, skip_serializing_if = "Work::is_empty")]
    pub work: Work,
    /// How often the record was changed; the generation of its envelope.
    #[serde(rename = "w")]
    pub writes: u64,
}

/// Why a record cannot be read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Written by a newer program. It is left alone.
    #[error("the record was written by a newer version")]
    TooNew,
    /// Authentic, but not a record as we write them.
    #[error("the record is malformed")]
    Malformed,
    /// A field is larger than its bound; the name of the field, never its content.
    #[error("{0} is too large")]
    TooLarge(&'static str),
    /// It does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl RecordError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooNew => "record_too_new",
            Self::Malformed => "record_malformed",
            Self::TooLarge(_) => "record_too_large",
            Self::Open(error) => error.code(),
            Self::Seal(error) => error.code(),
        }
    }
}

impl Account {
    /// An account without tokens.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] for a user name above [`MAX_USERNAME`],
    /// [`RecordError::Malformed`] for an empty one.
    pub fn new(
        username: &str,
        realm: Realm,
        environment: Environment,
    ) -> Result<Self, RecordError> {
        let account = Self {
            version: VERSION,
            username: username.trim().to_owned(),
            realm,
            environment,
            hosts: Vec::new(),
            label: String::new(),
            tokens: Vec::new(),
            password: None,
            died: None,
            work: Work::default(),
            writes: 0,
        };
        account.check()?;
        Ok(account)
    }

    /// The id under which this vault keeps the account.
    #[must_use]
    pub fn id(&self, key: &Key) -> [u8; 16] {
        keys::account_id(key, &self.username, self.realm)
    }

    /// Remembers a host. Says whether anything changed; beyond [`MAX_HOSTS`] the oldest one goes.
    pub fn saw_host(&mut self, host: &str) -> bool {
        if host.is_empty() || host.len() > MAX_HOST || self.hosts.iter().any(|known| known == host)
        {
            return false;
        }
        self.hosts.insert(0, host.to_owned());
        self.hosts.truncate(MAX_HOSTS);
        self.changed();
        true
    }

    /// Gives the account a name. Says whether anything changed.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] above [`MAX_LABEL`] characters; the old name stays.
    pub fn set_label(&mut self, label: &str) -> Result<bool, RecordError> {
        let label = label.trim();
        if label.chars().count() > MAX_LABEL {
            return Err(RecordError::TooLarge("label"));
        }
        if self.label == label {
            return Ok(false);
        }
        label.clone_into(&mut self.label);
        self.changed();
        Ok(true)
    }

    /// Learns the kind of org. Says whether anything changed.
    pub fn set_environment(&mut self, environment: Environment) -> bool {
        if self.environment == environment {
            return false;
        }
        self.environment = environment;
        self.changed();
        true
    }

    /// The account as the app may see it: no secret. `here`: does it belong to the page in front?
    #[must_use]
    pub fn view(&self, id: &[u8; 16], here: bool) -> AccountView {
        let newest = self.newest();
        let earlier = self.tokens.len().saturating_sub(1);
        AccountView {
            id: crate::vault::text::encode(id),
            label: self.label.clone(),
            username: self.username.clone(),
            realm: self.realm,
            environment: self.environment,
            hosts: self.hosts.clone(),
            here,
            state: match newest {
                None => TokenState::None,
                Some(Generation { dead: None, .. }) => TokenState::Live,
                Some(_) => TokenState::Dead,
            },
            caught_at: newest.map(|newest| number(newest.caught_at)),
            dead: newest
                .map_or(self.died, |newest| newest.dead)
                .map(dead_view),
            history: self
                .tokens
                .iter()
                .take(earlier)
                .rev()
                .map(generation_view)
                .collect(),
            password: match &self.password {
                None => PasswordView::None,
                Some(KeptPassword {
                    confirmed_at: None, ..
                }) => PasswordView::Pending,
                Some(_) => PasswordView::Confirmed,
            },
            uses: self.uses_view(),
            period_days: self.work.period_days.map_or(0, |said| said.value),
            password_days: self.work.password_days.map(|said| said.value),
            // Whoever knows the time fills these in.
            due_at: None,
            remind: false,
        }
    }

    /// Every use, and whether it still has to be given the live token; without a live one, all have.
    fn uses_view(&self) -> Vec<UseView> {
        let live = self.newest().filter(|newest| newest.dead.is_none());
        let since = live.map_or(u64::MAX, |live| live.caught_at);
        let view = |entry: &Use| UseView {
            name: entry.name.clone(),
            kind: entry.kind.code().to_owned(),
            place: entry.place.clone(),
            updated: number(entry.updated),
            open: entry.updated < since,
        };
        self.work.uses.iter().map(view).collect()
    }

    /// Seals the record as it stands; gives its id and the envelope.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] or [`RecordError::Malformed`] for a record that could not be read
    /// again.
    pub fn seal(&self, key: &Key, nonce: [u8; 24]) -> Result<([u8; 16], Vec<u8>), RecordError> {
        self.check()?;
        let id = self.id(key);
        let binding = Binding {
            namespace: Namespace::Account,
            id,
            generation: self.writes,
        };
        Ok((
            id,
            envelope::seal(key, &binding, to_json(self)?.expose(), nonce)?,
        ))
    }

    /// Opens the envelope of the account with this id.
    ///
    /// # Errors
    /// Every error of [`envelope::open`]; [`RecordError::TooNew`]; [`RecordError::Malformed`] for
    /// content that breaks a rule of this module, names another account or another generation.
    pub fn open(key: &Key, id: &[u8; 16], bytes: &[u8]) -> Result<Self, RecordError> {
        let (generation, json) = envelope::open(key, &Expect::any(Namespace::Account, *id), bytes)?;
        let account: Self = from_json(&json)?;
        account.check()?;
        if account.writes != generation || account.id(key) != *id {
            return Err(RecordError::Malformed);
        }
        Ok(account)
    }

    /// Counts a change. Every operation that changes something calls it once or more.
    pub(crate) fn changed(&mut self) {
        self.writes = self.writes.saturating_add(1);
    }

    /// The rules of a record, the same for reading and writing.
    pub(crate) fn check(&self) -> Result<(), RecordError> {
        if self.version != VERSION || self.username.is_empty() {
            return Err(RecordError::Malformed);
        }
        within(self.username.len(), MAX_USERNAME, "username")?;
        within(self.label.chars().count(), MAX_LABEL, "label")?;
        within(self.hosts.len(), MAX_HOSTS, "hosts")?;
        within(self.tokens.len(), MAX_TOKENS, "tokens")?;
        for host in &self.hosts {
            within(host.len(), MAX_HOST, "host")?;
        }
        for token in &self.tokens {
            check_secret(&token.token, "token")?;
        }
        if let Some(kept) = &self.password {
            within(kept.earlier.len(), MAX_PASSWORDS, "passwords")?;
            let earlier = kept.earlier.iter().map(|earlier| &earlier.password);
            for password in earlier.chain([&kept.password]) {
                check_secret(password, "password")?;
            }
        }
        self.work.check()?;
        let ascending = self
            .tokens
            .iter()
            .is_sorted_by(|older, newer| older.number < newer.number);
        let older_are_dead = self
            .tokens
            .iter()
            .rev()
            .skip(1)
            .all(|older| older.dead.is_some());
        if ascending && older_are_dead {
            Ok(())
        } else {
            Err(RecordError::Malformed)
        }
    }
}

/// Is a secret within bounds, and is there one?
pub(crate) fn check_secret(secret: &SecretText, what: &'static str) -> Result<(), RecordError> {
    if secret.is_empty() {
        return Err(RecordError::Malformed);
    }
    within(secret.len(), MAX_SECRET, what)
}

/// Is a size within its bound?
pub(crate) fn within(size: usize, most: usize, what: &'static str) -> Result<(), RecordError> {
    if size > most {
        Err(RecordError::TooLarge(what))
    } else {
        Ok(())
    }
}

/// JSON in a buffer of its final size: growing would leave copies of secrets behind.
pub(crate) fn to_json(record: &impl Serialize) -> Result<SecretBytes, RecordError> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, record).map_err(|_| RecordError::Malformed)?;
    let mut bytes = SecretBytes::new(Vec::with_capacity(length.0));
    serde_json::to_writer(bytes.expose_mut(), record).map_err(|_| RecordError::Malformed)?;
    Ok(bytes)
}

/// Reads the version first, and the rest only if it is ours. What the parser complains about is
/// dropped: its message may quote the record.
pub(crate) fn from_json<T: DeserializeOwned>(bytes: &SecretBytes) -> Result<T, RecordError> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let text = std::str::from_utf8(bytes.expose()).map_err(|_| RecordError::Malformed)?;
    let Version { v } = json::from_str(text).map_err(|_| RecordError::Malformed)?;
    if v > VERSION {
        return Err(RecordError::TooNew);
    }
    json::from_str(text).map_err(|_| RecordError::Malformed)
}

/// Counts what is written to it.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Milliseconds as a number that JavaScript holds exactly until the year 287396.
pub(crate) fn number(milliseconds: u64) -> f64 {
    milliseconds as f64
}

fn dead_view(dead: Dead) -> DeadView {
    DeadView {
        why: dead.why.code().to_owned(),
        at: number(dead.at),
    }
}

fn generation_view(generation: &Generation) -> GenerationView {
    GenerationView {
        number: generation.number,
        caught_at: number(generation.caught_at),
        source: generation.source.code().to_owned(),
        dead: generation.dead.map(dead_view),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Spoil;
    use crate::vault::history::{Source, Why};
    use crate::vault::work::{
        self, JwtKey, MAX_KEY, MAX_KEYS, MAX_NAME, MAX_USES, MAX_WHERE, UseKind,
    };

    fn key() -> Key {
        Key::new([7; 32])
    }

    fn full() -> Account {
        let mut account =
            Account::new("Ada@example.com", Realm::Test, Environment::Sandbox).unwrap();
        account.saw_host("acme--dev.sandbox.my.salesforce.com");
        account.set_label("Ada's \"dev\" org ☕").unwrap();
        account.capture_sent("Invented0Token0Number1AA".into(), Source::Mail, Some(5), 10);
        account.capture("Invented0Token0Number2BB".into(), Source::Page, 20);
        account.keep_password("in\"vented\\1".into(), 30);
        account.confirm_password(40);
        account.keep_password("invented2".into(), 50);
        account.set_work(work::tests::full()).unwrap();
        account
    }

    /// Seals JSON as if a program of ours had written it.
    fn sealed(account: &Account, json: &str) -> Vec<u8> {
        let id = account.id(&key());
        let binding = Binding {
            namespace: Namespace::Account,
            id,
            generation: account.writes,
        };
        envelope::seal(&key(), &binding, json.as_bytes(), [9; 24]).unwrap()
    }

    #[test]
    fn opens_to_what_was_sealed() {
        let bare = Account::new("ada@example.com", Realm::Live, Environment::Production).unwrap();
        for account in [full(), bare] {
            let (id, bytes) = account.seal(&key(), [9; 24]).unwrap();
            assert_eq!(Account::open(&key(), &id, &bytes), Ok(account));
        }
    }

    #[test]
    fn neither_debug_nor_the_view_tells_a_secret() {
        let account = full();
        let view = serde_json::to_string(&account.view(&[1; 16], true)).unwrap();
        for shown in [format!("{account:?}"), format!("{account:#?}"), view] {
            assert!(
                !shown.contains("Invented0") && !shown.contains("vented\\"),
                "{shown}"
            );
            assert!(!shown.contains("invented2"), "{shown}");
            assert!(!shown.contains("SW52ZW50ZWQ"), "{shown}");
        }
    }

    #[test]
    fn a_json_buffer_never_grows() {
        let json = to_json(&full()).unwrap();
        let text = std::str::from_utf8(json.expose()).unwrap();
        assert!(
            text.starts_with(r#"{"v":1,"u":"Ada@example.com","r":2,"e":2,"h":["#),
            "{text}"
        );
        assert!(!text.contains("Invented0"));
        let mut length = Length(0);
        serde_json::to_writer(&mut length, &full()).unwrap();
        assert_eq!(length.0, json.expose().len());
    }

    #[test]
    fn content_that_breaks_a_rule_is_refused() {
        let account = full();
        let id = account.id(&key());
        let good = String::from_utf8(to_json(&account).unwrap().expose().to_vec()).unwrap();
        let unknown_host = format!("\"h\":[{}\"x\"],", "\"y\",".repeat(MAX_HOSTS));
        let hosts = good
            .split_once("\"h\":")
            .unwrap()
            .1
            .split_once(",\"l\"")
            .unwrap()
            .0
            .to_owned();
        let table = [
            (good.replacen("\"v\":1", "\"v\":2", 1), RecordError::TooNew),
            (
                good.replacen("\"v\":1", "\"v\":2,\"later\":{}", 1),
                RecordError::TooNew,
            ),
            (
                good.replacen("\"v\":1", "\"v\":0", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen("\"v\":1", "\"v\":1,\"later\":1", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen("\"r\":2", "\"r\":9", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen("\"r\":2", "\"r\":1", 1),
                RecordError::Malformed,
            ),
            (good.replacen("Ada@", "Bob@", 1), RecordError::Malformed),
            (
                good.replacen("\"n\":2", "\"n\":1", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen("{\"y\":3,\"a\":20}", "null", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen(&format!("\"w\":{}", account.writes), "\"w\":1", 1),
                RecordError::Malformed,
            ),
            (
                good.replacen(&format!("\"h\":{hosts},"), &unknown_host, 1),
                RecordError::TooLarge("hosts"),
            ),
            ("{}".to_owned(), RecordError::Malformed),
            (format!("{good} {good}"), RecordError::Malformed),
        ];
        for (json, expected) in table {
            assert_ne!(json, good);
            assert_eq!(
                Account::open(&key(), &id, &sealed(&account, &json)),
                Err(expected),
                "{json}"
            );
        }
        assert_eq!(
            Account::open(&key(), &id, &sealed(&account, &good)),
            Ok(account)
        );
    }

    #[test]
    fn bounds_hold_when_writing() {
        let table: [(Spoil<Account>, &str); 6] = [
            (|a| a.work.uses[0].name = "é".repeat(101), "use"),
            (|a| a.label = "é".repeat(101), "label"),
            (|a| a.hosts = vec!["h".to_owned(); 21], "hosts"),
            (|a| a.hosts = vec!["h".repeat(254)], "host"),
            (|a| a.tokens[1].token = "t".repeat(513).into(), "token"),
            (|a| a.username = "u".repeat(255), "username"),
        ];
        for (spoil, what) in table {
            let mut account = full();
            spoil(&mut account);
            assert_eq!(
                account.seal(&key(), [9; 24]),
                Err(RecordError::TooLarge(what))
            );
        }
        let mut account = full();
        account.capture(SecretText::default(), Source::Page, 60);
        assert_eq!(account.seal(&key(), [9; 24]), Err(RecordError::Malformed));
    }

    #[test]
    fn the_fullest_account_fits() {
        let worst = "\u{1}"; // six bytes as JSON
        let name = worst.repeat(MAX_USERNAME - 1) + "a";
        let mut account = Account::new(&name, Realm::Live, Environment::Trial).unwrap();
        account.label = "\u{10ffff}".repeat(MAX_LABEL);
        account.hosts = vec![worst.repeat(MAX_HOST); MAX_HOSTS];
        for now in 0..60 {
            let token = format!("{now:03}{}", "t".repeat(MAX_SECRET - 3));
            account.capture_sent(token.into(), Source::Page, Some(u64::MAX), u64::MAX);
            account.keep_password(
                format!("{now:03}{}", "p".repeat(MAX_SECRET - 3)).into(),
                u64::MAX,
            );
        }
        let worst = "\u{10ffff}";
        account.work.set_uses(
            (0..MAX_USES)
                .map(|at| Use {
                    name: format!("{at:02}{}", worst.repeat(MAX_NAME - 2)),
                    kind: UseKind::Variable,
                    place: worst.repeat(MAX_WHERE),
                    updated: u64::MAX,
                })
                .collect(),
        );
        for at in 0..MAX_KEYS {
            account.work.add_key(JwtKey {
                pkcs8: format!("{at}{}", "k".repeat(MAX_KEY - 1)).into(),
                certificate: "c".repeat(MAX_KEY),
                made_at: u64::MAX,
                app: "\"".repeat(work::MAX_APP),
            });
        }
        assert!(account.seal(&key(), [9; 24]).is_ok());
        assert!(to_json(&account).unwrap().expose().len() < envelope::MAX_PLAINTEXT / 4 * 3);
    }

    #[test]
    fn names_have_bounds() {
        let new = |name: &str| Account::new(name, Realm::Live, Environment::Production).map(drop);
        assert_eq!(new(&"u".repeat(254)), Ok(()));
        assert_eq!(
            new(&"u".repeat(255)),
            Err(RecordError::TooLarge("username"))
        );
        assert_eq!(new("  "), Err(RecordError::Malformed));
        let mut account = full();
        assert_eq!(account.set_label(&"é".repeat(100)), Ok(true));
        assert_eq!(account.set_label(&"é".repeat(100)), Ok(false));
        assert_eq!(
            account.set_label(&"é".repeat(101)),
            Err(RecordError::TooLarge("label"))
        );
        for host in 0..30 {
            assert!(account.saw_host(&format!("h{host}")));
        }
        assert!(!account.saw_host("h29"));
        assert!(!account.saw_host(&"h".repeat(254)));
        assert_eq!(
            (account.hosts.len(), &*account.hosts[0]),
            (MAX_HOSTS, "h29")
        );
    }

    #[test]
    fn the_view_tells_state_and_history() {
        let mut account = full();
        let view = account.view(&[0xff; 16], true);
        assert_eq!(view.id, "_____________________w");
        assert_eq!(
            (view.state, view.caught_at, view.here),
            (TokenState::Dead, Some(20.0), true)
        );
        assert_eq!(
            view.dead,
            Some(DeadView {
                why: "password".into(),
                at: 40.0
            })
        );
        assert_eq!(view.password, PasswordView::Pending);
        let history: Vec<_> = view
            .history
            .iter()
            .map(|one| (one.number, &*one.source))
            .collect();
        assert_eq!(history, [(1, "mail")]);
        account.capture("C".into(), Source::Scan, 60);
        let view = account.view(&[0; 16], false);
        assert_eq!(
            (view.state, view.dead, view.here),
            (TokenState::Live, None, false)
        );
        let history: Vec<_> = view.history.iter().map(|one| one.number).collect();
        assert_eq!(history, [2, 1]);
        let mut bare = Account::new("a", Realm::Live, Environment::Production).unwrap();
        assert_eq!(bare.view(&[0; 16], false).state, TokenState::None);
        bare.mark_dead(Why::Reset, 3);
        let view = bare.view(&[0; 16], false);
        assert_eq!(
            (view.state, view.dead.unwrap().why),
            (TokenState::None, "reset".into())
        );
    }
}
