//! What the account's record keeps for putting its token to work: where it is used, what is known of SOAP `login()`,
//! when a new one is due, and the key that replaces it.
//!
//! What these mean is the business of `handover`; here they are held, bounded and merged. Everything is optional, and
//! nothing of it stands in a record that does not use it.
//!
//! | name | work | | name | use | | name | said |
//! |---|---|---|---|---|---|---|---|
//! | `u` | uses, in order | | `n` | name | | `v` | value |
//! | `p` | period: said | | `k` | kind | | `a` | said at |
//! | `e` | password expiry: said | | `w` | where | | | |
//! | `r` | reminded at | | `u` | updated at | | | |
//! | `k` | known: sealed text, below | | | | | | |
//!
//! What only the tools program understands stands in it as one text, so that the background, which is compiled on every
//! wake, carries no reader for it:
//!
//! | name | known | | name | clock | | name | key | | name | tried |
//! |---|---|---|---|---|---|---|---|---|---|---|
//! | `c` | clock | | `s` | state | | `k` | PKCS #8 | | `c` | code |
//! | `t` | tried last | | `v` | API version | | `c` | certificate | | `a` | at |
//! | `o` | org is new | | `a` | learned at | | `m` | made at | | | |
//! | `j` | keys, newest first | | | | | `i` | id of the app | | | |

use serde::{Deserialize, Serialize};

use crate::vault::codes::{Numbered, numbered};
use crate::vault::records::{Account, RecordError, to_json, within};
use crate::vault::secret::{SecretText, sealed, sealed_long};
use crate::wire::json;

/// Most uses of one account.
pub const MAX_USES: usize = 50;
/// Longest name of a use in characters.
pub const MAX_NAME: usize = 100;
/// Longest place of a use in characters: a path, an address, a sentence.
pub const MAX_WHERE: usize = 300;
/// Most keys kept for one account: the one in use and the one that it replaces.
pub const MAX_KEYS: usize = 2;
/// Longest key or certificate in bytes of text; RSA with 4096 bits has about 3,200.
pub const MAX_KEY: usize = 4096;
/// Longest consumer key of an app in bytes; a real one has 85.
pub const MAX_APP: usize = 512;
/// Longest code in bytes.
const MAX_CODE: usize = 64;

/// What is kept for putting the token to work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Where the token is used, in ascending order, each once ([`Work::set_uses`]).
    #[serde(rename = "u", default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// The person's period of rotation in days; 0 is off.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub period_days: Option<Said>,
    /// Days after which the org lets passwords expire, as the person says; 0 is never.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub password_days: Option<Said>,
    /// When the last reminder was shown, milliseconds since 1970.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<u64>,
    /// [`Known`] as JSON; empty for nothing.
    #[serde(
        rename = "k",
        default,
        skip_serializing_if = "SecretText::is_empty",
        with = "sealed_long"
    )]
    known: SecretText,
}

/// What is known of the way in which the account's tools log in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// What is known of SOAP `login()`.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// What the last log-in with this account's token said.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
    /// Was the org made in or after Winter '26, as far as the person says?
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub new_org: Option<bool>,
    /// Keys for JWT bearer, newest first.
    #[serde(rename = "j", default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<JwtKey>,
}

/// What uses the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UseKind {
    /// A scheduled job or a service.
    Job,
    /// A variable in a build or hosting service.
    Variable,
    /// A file on a machine.
    File,
    /// A person, or a program on somebody's desk.
    Person,
}

impl UseKind {
    /// Code for `_locales` (`use_<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Variable => "variable",
            Self::File => "file",
            Self::Person => "person",
        }
    }
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// Name, e.g. "nightly import".
    #[serde(rename = "n")]
    pub name: String,
    /// Kind: 1 job, 2 variable, 3 file, 4 person. Numbers are never given twice.
    #[serde(rename = "k", with = "numbered")]
    pub kind: UseKind,
    /// Where the token stands there; may be empty. Never the token itself.
    #[serde(rename = "w")]
    pub place: String,
    /// When the person last said that it is up to date, milliseconds since 1970; 0 for never.
    #[serde(rename = "u")]
    pub updated: u64,
}

/// What is known of SOAP `login()` in an account's org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoapState {
    /// Never tried.
    #[default]
    Unknown,
    /// It answers.
    Alive,
    /// Switched off in this org; off by default in orgs made from Winter '26 on.
    Disabled,
    /// The user lacks "Use Any API Auth", which new orgs want since Summer '26.
    NeedsPermission,
    /// Its time is over.
    Gone,
}

/// What was learned of SOAP `login()`, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// When it was learned, milliseconds since 1970; 0 for never.
    #[serde(rename = "a")]
    pub at: u64,
    /// State: 0 unknown, 1 alive, 2 disabled, 3 needs permission, 4 gone. Numbers are never given twice.
    #[serde(rename = "s", with = "numbered")]
    pub state: SoapState,
    /// API version that was asked, times ten; 0 for none.
    #[serde(rename = "v")]
    pub version: u16,
}

/// What a log-in said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// When, milliseconds since 1970. It was about the token that was live then.
    #[serde(rename = "a")]
    pub at: u64,
    /// The code of the answer (`probe_<code>`).
    #[serde(rename = "c")]
    pub code: String,
}

/// A number that the person gave, and when; of two the one that was given later counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// When, milliseconds since 1970.
    #[serde(rename = "a")]
    pub at: u64,
    /// The number.
    #[serde(rename = "v")]
    pub value: u32,
}

/// A key for JWT bearer with its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtKey {
    /// PKCS #8 in base64url.
    #[serde(rename = "k", with = "sealed")]
    pub pkcs8: SecretText,
    /// The certificate as PEM.
    #[serde(rename = "c")]
    pub certificate: String,
    /// When it was made, milliseconds since 1970.
    #[serde(rename = "m")]
    pub made_at: u64,
    /// Consumer key of the app to which the certificate was given; empty while nobody told.
    #[serde(rename = "i", default, skip_serializing_if = "String::is_empty")]
    pub app: String,
}

impl Work {
    /// Is nothing kept?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts a register in order: each name, kind and place once, with its newest date.
    pub fn set_uses(&mut self, uses: Vec<Use>) {
        self.uses = union(uses);
    }

    /// What the tools program reads of it.
    ///
    /// # Errors
    /// [`RecordError::Malformed`].
    pub fn known(&self) -> Result<Known, RecordError> {
        if self.known.is_empty() {
            return Ok(Known::default());
        }
        json::from_str(self.known.expose()).map_err(|_| RecordError::Malformed)
    }

    /// Every secret in it. What cannot be read counts as one.
    pub(crate) fn secrets(&self) -> Vec<SecretText> {
        match self.known() {
            Ok(known) => known.keys.into_iter().map(|key| key.pkcs8).collect(),
            Err(_) => vec![self.known.clone()],
        }
    }

    /// Puts it back.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], or [`RecordError::Malformed`] for keys that are empty or out of order.
    pub fn set_known(&mut self, known: &Known) -> Result<(), RecordError> {
        known.check()?;
        self.known = if *known == Known::default() {
            SecretText::default()
        } else {
            let text = std::str::from_utf8(to_json(known)?.expose()).map(SecretText::from);
            text.map_err(|_| RecordError::Malformed)?
        };
        Ok(())
    }

    /// What both copies know. The order of the two does not matter.
    pub(crate) fn joined_with(&self, other: &Self) -> Self {
        let all = self.uses.iter().chain(&other.uses).cloned().collect();
        let mut uses = union(all);
        if uses.len() > MAX_USES {
            // What was never updated goes first.
            uses.sort_by(|a, b| (b.updated, a).cmp(&(a.updated, b)));
            uses.truncate(MAX_USES);
            uses.sort();
        }
        let mut both = Self {
            uses,
            // `Some` is more than `None`, and time stands in front everywhere.
            period_days: self.period_days.max(other.period_days),
            password_days: self.password_days.max(other.password_days),
            reminded_at: self.reminded_at.max(other.reminded_at),
            known: SecretText::default(),
        };
        let joined = match (self.known(), other.known()) {
            (Ok(a), Ok(b)) => both.set_known(&a.joined_with(&b)).is_ok(),
            _ => false,
        };
        if !joined {
            // Neither is thrown away for what nobody can read: the one that both machines agree on.
            let longer = (self.known.len(), self.known.expose())
                >= (other.known.len(), other.known.expose());
            both.known = (if longer { self } else { other }).known.clone();
        }
        both
    }

    /// The rules, the same for reading and writing.
    pub(crate) fn check(&self) -> Result<(), RecordError> {
        within(self.uses.len(), MAX_USES, "uses")?;
        for entry in &self.uses {
            within(entry.name.chars().count(), MAX_NAME, "use")?;
            within(entry.place.chars().count(), MAX_WHERE, "place")?;
        }
        within(self.known.len(), sealed_long::LIMIT, "known")?;
        let plain = |text: &str| !text.chars().any(char::is_control);
        let uses = self.uses.iter().all(|entry| {
            !entry.name.trim().is_empty() && plain(&entry.name) && plain(&entry.place)
        });
        if uses && self.uses.is_sorted_by(|one, next| same(one) < same(next)) {
            Ok(())
        } else {
            Err(RecordError::Malformed)
        }
    }
}

impl Known {
    /// Puts a new key in front; beyond [`MAX_KEYS`] the oldest goes.
    pub fn add_key(&mut self, key: JwtKey) {
        self.keys.push(key);
        self.keys = keys(std::mem::take(&mut self.keys));
    }

    fn joined_with(&self, other: &Self) -> Self {
        Self {
            clock: self.clock.max(other.clock),
            tried: self.tried.clone().max(other.tried.clone()),
            new_org: self.new_org.max(other.new_org),
            keys: keys(self.keys.iter().chain(&other.keys).cloned().collect()),
        }
    }

    fn check(&self) -> Result<(), RecordError> {
        within(self.keys.len(), MAX_KEYS, "keys")?;
        for key in &self.keys {
            within(key.pkcs8.len(), MAX_KEY, "key")?;
            within(key.certificate.len(), MAX_KEY, "certificate")?;
            within(key.app.len(), MAX_APP, "app")?;
        }
        if let Some(tried) = &self.tried {
            within(tried.code.len(), MAX_CODE, "code")?;
        }
        let newest_first = self
            .keys
            .is_sorted_by(|one, next| one.made_at >= next.made_at);
        if newest_first && self.keys.iter().all(|key| !key.pkcs8.is_empty()) {
            Ok(())
        } else {
            Err(RecordError::Malformed)
        }
    }
}

impl Account {
    /// Takes over what is kept for putting the token to work. Says whether anything changed.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`], or [`RecordError::Malformed`] for a use without a name, with a control character or out
    /// of order, or keys out of order; nothing is changed then.
    pub fn set_work(&mut self, work: Work) -> Result<bool, RecordError> {
        work.check()?;
        if self.work == work {
            return Ok(false);
        }
        self.work = work;
        self.changed();
        Ok(true)
    }
}

/// What makes two uses one.
fn same(entry: &Use) -> (&str, UseKind, &str) {
    (&entry.name, entry.kind, &entry.place)
}

fn union(mut uses: Vec<Use>) -> Vec<Use> {
    // The date stands last in the order, so of those that are one the newest stands last.
    uses.sort();
    uses.reverse();
    uses.dedup_by(|older, newer| same(older) == same(newer));
    uses.reverse();
    uses
}

/// Newest first, each once; compared in place, so that no copy of a key is left behind.
fn keys(mut all: Vec<JwtKey>) -> Vec<JwtKey> {
    all.sort_by(|a, b| {
        (b.made_at, b.pkcs8.expose(), &b.app, &b.certificate).cmp(&(
            a.made_at,
            a.pkcs8.expose(),
            &a.app,
            &a.certificate,
        ))
    });
    all.dedup_by(|more, kept| more.made_at == kept.made_at && more.pkcs8 == kept.pkcs8);
    all.truncate(MAX_KEYS);
    all
}

impl Numbered for UseKind {
    const ALL: &'static [(Self, u8)] = &[
        (Self::Job, 1),
        (Self::Variable, 2),
        (Self::File, 3),
        (Self::Person, 4),
    ];
}

impl Numbered for SoapState {
    const ALL: &'static [(Self, u8)] = &[
        (Self::Unknown, 0),
        (Self::Alive, 1),
        (Self::Disabled, 2),
        (Self::NeedsPermission, 3),
        (Self::Gone, 4),
    ];
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::vault::Spoil;
    use crate::wire::json;
    use proptest::prelude::*;

    fn entry(name: &str, kind: UseKind, updated: u64) -> Use {
        Use {
            name: name.into(),
            kind,
            place: "ci.example / SALESFORCE_PASSWORD".into(),
            updated,
        }
    }

    fn key(pkcs8: &str, made_at: u64) -> JwtKey {
        JwtKey {
            pkcs8: pkcs8.into(),
            certificate: "-----BEGIN CERTIFICATE-----".into(),
            made_at,
            app: String::new(),
        }
    }

    /// Every field in use.
    pub(crate) fn full() -> Work {
        let mut work = Work {
            period_days: Some(Said { at: 7, value: 90 }),
            password_days: Some(Said { at: 8, value: 0 }),
            reminded_at: Some(9),
            ..Work::default()
        };
        work.set_uses(vec![
            entry("nightly import", UseKind::Job, 3),
            entry("a script", UseKind::File, 0),
        ]);
        work.set_known(&known()).unwrap();
        work
    }

    fn known() -> Known {
        let mut known = Known {
            clock: Some(Clock {
                at: 5,
                state: SoapState::Alive,
                version: 640,
            }),
            tried: Some(Tried {
                at: 6,
                code: "works".into(),
            }),
            new_org: Some(false),
            keys: vec![],
        };
        known.add_key(key("SW52ZW50ZWQ", 10));
        known
    }

    #[test]
    fn it_stands_in_few_letters_and_opens_again() {
        let inside = r#"{"c":{"a":5,"s":1,"v":640},"t":{"a":6,"c":"works"},"o":false,"j":[{"k":"U1c1MlpXNTBaV1E","c":"-----BEGIN CERTIFICATE-----","m":10}]}"#;
        assert_eq!(full().known.expose(), inside);
        assert_eq!(full().known(), Ok(known()));
        let json = serde_json::to_string(&full()).unwrap();
        let sealed = crate::vault::text::encode(inside.as_bytes());
        assert_eq!(
            json,
            format!(
                r#"{{"u":[{{"n":"a script","k":3,"w":"ci.example / SALESFORCE_PASSWORD","u":0}},{{"n":"nightly import","k":1,"w":"ci.example / SALESFORCE_PASSWORD","u":3}}],"p":{{"a":7,"v":90}},"e":{{"a":8,"v":0}},"r":9,"k":"{sealed}"}}"#
            )
        );
        assert_eq!(json::from_str::<Work>(&json).unwrap(), full());
        assert_eq!(serde_json::to_string(&Work::default()).unwrap(), "{}");
        for bad in [r#"{"u":[{"n":"a","k":0,"w":"","u":7}]}"#, r#"{"z":1}"#] {
            assert!(json::from_str::<Work>(bad).is_err(), "{bad}");
        }
        for bad in [r#"{"c":{"a":5,"s":5,"v":640}}"#, r#"{"z":1}"#, "x"] {
            let mut work = full();
            work.known = bad.into();
            assert_eq!(work.known(), Err(RecordError::Malformed), "{bad}");
        }
        assert!(!format!("{:?} {:?}", full(), known()).contains("SW52ZW50ZWQ"));
    }

    #[test]
    fn rules() {
        let large: &[(Spoil<Work>, &str)] = &[
            (
                |w| w.uses = vec![entry("a", UseKind::Job, 0); MAX_USES + 1],
                "uses",
            ),
            (|w| w.uses[0].name = "é".repeat(MAX_NAME + 1), "use"),
            (|w| w.uses[0].place = "é".repeat(MAX_WHERE + 1), "place"),
            (
                |w| w.known = "k".repeat(sealed_long::LIMIT + 1).into(),
                "known",
            ),
        ];
        for (spoil, what) in large {
            let mut work = full();
            spoil(&mut work);
            assert_eq!(work.check(), Err(RecordError::TooLarge(what)));
        }
        let large: &[(Spoil<Known>, &str)] = &[
            (|k| k.keys = vec![key("a", 1); MAX_KEYS + 1], "keys"),
            (|k| k.keys[0].pkcs8 = "k".repeat(MAX_KEY + 1).into(), "key"),
            (
                |k| k.keys[0].certificate = "c".repeat(MAX_KEY + 1),
                "certificate",
            ),
            (|k| k.keys[0].app = "i".repeat(MAX_APP + 1), "app"),
            (|k| k.tried.as_mut().unwrap().code = "x".repeat(65), "code"),
        ];
        for (spoil, what) in large {
            let mut bad = known();
            spoil(&mut bad);
            assert_eq!(full().set_known(&bad), Err(RecordError::TooLarge(what)));
        }
        let bad: &[Spoil<Work>] = &[
            |w| w.uses[0].name = " ".into(),
            |w| w.uses[0].name = "a\nb".into(),
            |w| w.uses[0].place = "a\u{85}b".into(),
            |w| w.uses.reverse(),
            |w| w.uses = vec![entry("a", UseKind::Job, 0), entry("a", UseKind::Job, 1)],
        ];
        for spoil in bad {
            let mut work = full();
            spoil(&mut work);
            assert_eq!(work.check(), Err(RecordError::Malformed), "{work:?}");
        }
        let bad: &[Spoil<Known>] = &[
            |k| k.keys = vec![key("a", 1), key("b", 2)],
            |k| k.keys[0].pkcs8 = "".into(),
        ];
        for spoil in bad {
            let mut known = known();
            spoil(&mut known);
            assert_eq!(full().set_known(&known), Err(RecordError::Malformed));
        }
        assert_eq!(full().check(), Ok(()));
    }

    #[test]
    fn the_later_word_counts() {
        let (mut a, mut b) = (full(), full());
        let (mut known_a, mut known_b) = (known(), known());
        known_a.clock = Some(Clock {
            at: 20,
            state: SoapState::Unknown,
            version: 0,
        });
        known_b.keys = vec![key("other", 11)];
        a.set_known(&known_a).unwrap();
        b.set_known(&known_b).unwrap();
        b.period_days = Some(Said { at: 20, value: 0 });
        b.set_uses(vec![
            entry("nightly import", UseKind::Job, 7),
            entry("another", UseKind::Person, 1),
        ]);
        let both = a.joined_with(&b);
        let known = both.known().unwrap();
        assert_eq!(known.clock, known_a.clock);
        assert_eq!(both.period_days, b.period_days);
        let told: Vec<_> = both.uses.iter().map(|u| (&*u.name, u.updated)).collect();
        assert_eq!(
            told,
            [("a script", 0), ("another", 1), ("nightly import", 7)]
        );
        let made: Vec<_> = known.keys.iter().map(|key| key.made_at).collect();
        assert_eq!(made, [11, 10]);
        // What cannot be read is not thrown away.
        b.known = "a newer program's own words, and many of them: "
            .repeat(20)
            .into();
        assert_eq!(a.joined_with(&b).known, b.known);
        assert_eq!(b.joined_with(&a).known, b.known);
    }

    #[test]
    fn a_full_register_keeps_what_was_updated_last() {
        let uses = |from: u64, to: u64| -> Vec<Use> {
            (from..to)
                .map(|at| entry(&format!("use {at:03}"), UseKind::Job, at))
                .collect()
        };
        let (mut a, mut b) = (Work::default(), Work::default());
        a.set_uses(uses(0, 50));
        b.set_uses(uses(30, 80));
        let both = a.joined_with(&b);
        assert_eq!(both.uses, uses(30, 80));
        assert_eq!(both.check(), Ok(()));
    }

    pub(crate) fn any_work() -> impl Strategy<Value = Work> {
        let said =
            || prop::option::of((0u64..3, 0u32..3).prop_map(|(at, value)| Said { at, value }));
        let uses = prop::collection::vec(
            ("[ab]{1,2}", 0u64..4).prop_map(|(name, updated)| entry(&name, UseKind::File, updated)),
            0..5,
        );
        let keys = prop::collection::vec(
            ("[kl]", 1u64..3, "[ij]{0,1}").prop_map(|(pkcs8, made_at, app)| JwtKey {
                app,
                ..key(&pkcs8, made_at)
            }),
            0..3,
        );
        let time = prop::option::of(0u64..3);
        (uses, keys, said(), said(), time, any::<Option<bool>>()).prop_map(
            |(uses, keys, period_days, password_days, time, new_org)| {
                let mut work = Work {
                    period_days,
                    password_days,
                    reminded_at: time,
                    ..Work::default()
                };
                work.set_uses(uses);
                let mut known = Known {
                    clock: time.map(|at| Clock {
                        at,
                        state: SoapState::Alive,
                        version: 640,
                    }),
                    tried: time.map(|at| Tried {
                        at,
                        code: "works".into(),
                    }),
                    new_org,
                    keys: vec![],
                };
                for key in keys {
                    known.add_key(key);
                }
                work.set_known(&known).unwrap();
                work
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_order_of_copies_does_not_matter(a in any_work(), b in any_work(), c in any_work()) {
            let ab = a.joined_with(&b);
            prop_assert_eq!(&ab, &b.joined_with(&a));
            prop_assert_eq!(ab.check(), Ok(()));
            prop_assert_eq!(&ab.joined_with(&c), &a.joined_with(&b.joined_with(&c)));
            prop_assert_eq!(&ab.joined_with(&a), &ab);
            for entry in a.uses.iter().chain(&b.uses) {
                let now = ab.uses.iter().find(|now| same(now) == same(entry)).unwrap();
                prop_assert!(now.updated >= entry.updated);
            }
        }
    }
}
