//! What is no account yet: a capture that waits for a person ([`Review`]), and what happened while no
//! record could be written ([`Pending`]): a token was caught, or one died.
//!
//! Both are JSON `{"v":1,"r":{…}}` with one-letter names; secrets as in [`records`].

use serde::{Deserialize, Serialize};

use crate::vault::codes;
use crate::vault::envelope::{self, Binding, Expect, Namespace};
use crate::vault::history::{Source, Why};
use crate::vault::inbox;
use crate::vault::records::{self, RecordError, VERSION, check_secret, within};
use crate::vault::secret::{Key, SecretText, sealed};
use crate::vault::text;
use crate::wire::views::{AuthView, Environment, Realm, ReviewView};

/// Longest origin or sender in bytes.
pub const MAX_ORIGIN: usize = 320;
/// Most reasons.
pub const MAX_REASONS: usize = 20;
/// Longest reason in bytes; they are codes.
pub const MAX_REASON: usize = 64;
/// Longest text about the authenticity of a mail file in bytes.
pub const MAX_AUTH: usize = 4096;

/// Both are written once.
const GENERATION: u64 = 1;

/// A capture that needs a person's look before it is kept.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Its id: random, part of its storage name, bound to its envelope and so not in the JSON.
    #[serde(skip)]
    pub id: [u8; 16],
    /// The token.
    #[serde(rename = "t", with = "sealed")]
    pub token: SecretText,
    /// User name that the text names, if any.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Where it came from: a host name, `paste`, …
    #[serde(rename = "o")]
    pub origin: String,
    /// Who sent the mail, if it was one.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// When it was caught, milliseconds since 1970.
    #[serde(rename = "a")]
    pub at: u64,
    /// Why it was not kept at once, as codes (`reason_<code>`).
    #[serde(rename = "y")]
    pub reasons: Vec<String>,
    /// A guess of the realm.
    #[serde(rename = "r", with = "codes::numbered")]
    pub realm: Realm,
    /// Where it was caught.
    #[serde(rename = "s")]
    pub source: Source,
    /// When its mail says it was sent, milliseconds since 1970.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<u64>,
    /// What its mail file says of its own authenticity: lines of method, result and domain.
    #[serde(rename = "k", default, skip_serializing_if = "String::is_empty")]
    pub auth: String,
}

/// Something that happened while no record could be written. Sealed to the inbox of a locked vault, or
/// held in memory until there is a vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Pending {
    /// A token was caught.
    #[serde(rename = "t")]
    Token(Caught),
    /// A token died.
    #[serde(rename = "d")]
    Death(Death),
}

/// The news that an account's newest token no longer works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Death {
    /// Whose (lower case).
    #[serde(rename = "u")]
    pub username: String,
    /// Realm.
    #[serde(rename = "r", with = "codes::numbered")]
    pub realm: Realm,
    /// Why.
    #[serde(rename = "w")]
    pub why: Why,
    /// When, milliseconds since 1970.
    #[serde(rename = "a")]
    pub at: u64,
}

/// A token that was caught, with all that is needed to file it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caught {
    /// The token.
    #[serde(rename = "t", with = "sealed")]
    pub token: SecretText,
    /// User name, if it was known.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Realm.
    #[serde(rename = "r", with = "codes::numbered")]
    pub realm: Realm,
    /// Environment.
    #[serde(rename = "e", with = "codes::numbered")]
    pub environment: Environment,
    /// Where it came from: a host name, `paste`, …
    #[serde(rename = "o")]
    pub origin: String,
    /// Who sent the mail, if it was one.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    /// When it was caught, milliseconds since 1970.
    #[serde(rename = "a")]
    pub at: u64,
    /// When its mail says it was sent, milliseconds since 1970.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<u64>,
    /// Was this user expected (by the guide, or signed in on the page), not only named by the text?
    #[serde(rename = "x")]
    pub expected: bool,
    /// Why a person must look at it first, as codes; empty if it may be kept at once.
    #[serde(rename = "y")]
    pub reasons: Vec<String>,
    /// Where it was caught.
    #[serde(rename = "s")]
    pub source: Source,
    /// What its mail file says of its own authenticity: lines of method, result and domain.
    #[serde(rename = "k", default, skip_serializing_if = "String::is_empty")]
    pub auth: String,
}

impl Review {
    /// The review as the app may see it: the token masked.
    #[must_use]
    pub fn view(&self) -> ReviewView {
        ReviewView {
            id: text::encode(&self.id),
            masked: masked(&self.token),
            username: self.username.clone(),
            origin: self.origin.clone(),
            sender: self.sender.clone(),
            at: records::number(self.at),
            reasons: self.reasons.clone(),
            realm: self.realm,
            auth: self.auth.lines().map(auth_view).collect(),
        }
    }

    /// Seals the review.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] or [`RecordError::Malformed`] for one that could not be read again.
    pub fn seal(&self, key: &Key, nonce: [u8; 24]) -> Result<Vec<u8>, RecordError> {
        self.check()?;
        let binding = Binding {
            namespace: Namespace::Review,
            id: self.id,
            generation: GENERATION,
        };
        let json = records::to_json(&Versioned {
            v: VERSION,
            r: self,
        })?;
        Ok(envelope::seal(key, &binding, json.expose(), nonce)?)
    }

    /// Opens the envelope of the review with this id.
    ///
    /// # Errors
    /// Every error of [`envelope::open`], [`RecordError::TooNew`], [`RecordError::Malformed`].
    pub fn open(key: &Key, id: &[u8; 16], bytes: &[u8]) -> Result<Self, RecordError> {
        let (_, json) = envelope::open(key, &Expect::any(Namespace::Review, *id), bytes)?;
        let Versioned { r, .. } = records::from_json::<Versioned<Self>>(&json)?;
        let review = Self { id: *id, ..r };
        review.check()?;
        Ok(review)
    }

    fn check(&self) -> Result<(), RecordError> {
        check(
            &self.token,
            self.username.as_deref(),
            &self.origin,
            self.sender.as_deref(),
            &self.reasons,
            &self.auth,
        )
    }
}

impl Pending {
    /// When it happened, milliseconds since 1970.
    #[must_use]
    pub fn at(&self) -> u64 {
        match self {
            Self::Token(caught) => caught.at,
            Self::Death(death) => death.at,
        }
    }

    /// Seals it to the public key of the vault. The seed is 32 random bytes for this call.
    ///
    /// # Errors
    /// [`RecordError::TooLarge`] or [`RecordError::Malformed`] for one that could not be read again,
    /// [`RecordError::Seal`] for an unusable public key.
    pub fn seal(
        &self,
        public_key: &[u8; 32],
        id: [u8; 16],
        seed: [u8; 32],
    ) -> Result<Vec<u8>, RecordError> {
        self.check()?;
        let binding = Binding {
            namespace: Namespace::Inbox,
            id,
            generation: GENERATION,
        };
        let json = records::to_json(&Versioned {
            v: VERSION,
            r: self,
        })?;
        Ok(inbox::seal(public_key, &binding, json.expose(), seed)?)
    }

    /// Opens the inbox item with this id.
    ///
    /// # Errors
    /// Every error of [`inbox::open`], [`RecordError::TooNew`], [`RecordError::Malformed`].
    pub fn open(key: &Key, id: &[u8; 16], bytes: &[u8]) -> Result<Self, RecordError> {
        let (_, json) = inbox::open(key, &Expect::any(Namespace::Inbox, *id), bytes)?;
        let Versioned { r, .. } = records::from_json::<Versioned<Self>>(&json)?;
        r.check()?;
        Ok(r)
    }

    fn check(&self) -> Result<(), RecordError> {
        match self {
            Self::Token(caught) => caught.check(),
            Self::Death(death) => within(death.username.len(), records::MAX_USERNAME, "username"),
        }
    }
}

impl Caught {
    /// The same capture as a review, for a person to decide.
    #[must_use]
    pub fn into_review(self, id: [u8; 16]) -> Review {
        let Self {
            token,
            username,
            origin,
            sender,
            at,
            reasons,
            realm,
            source,
            sent_at,
            auth,
            ..
        } = self;
        Review {
            id,
            token,
            username,
            origin,
            sender,
            at,
            reasons,
            realm,
            source,
            sent_at,
            auth,
        }
    }

    fn check(&self) -> Result<(), RecordError> {
        check(
            &self.token,
            self.username.as_deref(),
            &self.origin,
            self.sender.as_deref(),
            &self.reasons,
            &self.auth,
        )
    }
}

/// A record behind its version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versioned<T> {
    v: u32,
    r: T,
}

fn auth_view(line: &str) -> AuthView {
    let mut words = line.split(' ').map(str::to_owned);
    let mut word = || words.next().unwrap_or_default();
    AuthView {
        method: word(),
        result: word(),
        domain: word(),
    }
}

/// First and last two characters, the rest as dots; a short one shows nothing.
fn masked(token: &SecretText) -> String {
    const SHOWN: usize = 2;
    let count = token.expose().chars().count();
    let hide_all = count < 4 * SHOWN;
    let mask = |(at, letter)| {
        let shown = !hide_all && (at < SHOWN || at + SHOWN >= count);
        if shown { letter } else { '•' }
    };
    token.expose().chars().enumerate().map(mask).collect()
}

fn check(
    token: &SecretText,
    username: Option<&str>,
    origin: &str,
    sender: Option<&str>,
    reasons: &[String],
    auth: &str,
) -> Result<(), RecordError> {
    check_secret(token, "token")?;
    within(
        username.map_or(0, str::len),
        records::MAX_USERNAME,
        "username",
    )?;
    within(origin.len(), MAX_ORIGIN, "origin")?;
    within(sender.map_or(0, str::len), MAX_ORIGIN, "sender")?;
    within(reasons.len(), MAX_REASONS, "reasons")?;
    within(auth.len(), MAX_AUTH, "auth")?;
    reasons
        .iter()
        .try_for_each(|reason| within(reason.len(), MAX_REASON, "reason"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Spoil;

    fn caught() -> Caught {
        Caught {
            token: "Invented0Token0Number1AA".into(),
            username: Some("ada@example.com".into()),
            realm: Realm::Test,
            environment: Environment::Sandbox,
            origin: "mail.example.com".into(),
            sender: Some("support@example.com".into()),
            at: 10,
            sent_at: Some(5),
            expected: true,
            reasons: vec!["two_tokens".into()],
            source: Source::File,
            auth: "dkim pass example.com\nspf none ".into(),
        }
    }

    #[test]
    fn opens_to_what_was_sealed() {
        let key = Key::new([7; 32]);
        let death = Death {
            username: "ada@example.com".into(),
            realm: Realm::Live,
            why: Why::Reset,
            at: 3,
        };
        for pending in [Pending::Token(caught()), Pending::Death(death)] {
            let bytes = pending
                .seal(&inbox::public_key(&key), [1; 16], [3; 32])
                .unwrap();
            assert_eq!(Pending::open(&key, &[1; 16], &bytes), Ok(pending));
        }
        let review = caught().into_review([2; 16]);
        let bytes = review.seal(&key, [9; 24]).unwrap();
        assert_eq!(Review::open(&key, &[2; 16], &bytes), Ok(review));
    }

    #[test]
    fn a_newer_version_is_left_alone() {
        let key = Key::new([7; 32]);
        let binding = Binding {
            namespace: Namespace::Review,
            id: [2; 16],
            generation: 1,
        };
        let table = [
            (r#"{"v":2,"r":{}}"#, RecordError::TooNew),
            (r#"{"v":1,"r":{}}"#, RecordError::Malformed),
            (r#"{"r":{}}"#, RecordError::Malformed),
        ];
        for (json, expected) in table {
            let bytes = envelope::seal(&key, &binding, json.as_bytes(), [9; 24]).unwrap();
            assert_eq!(
                Review::open(&key, &[2; 16], &bytes),
                Err(expected),
                "{json}"
            );
        }
    }

    #[test]
    fn bounds_hold() {
        let key = Key::new([7; 32]);
        let table: [(Spoil<Review>, &str); 7] = [
            (|r| r.token = "t".repeat(513).into(), "token"),
            (|r| r.username = Some("u".repeat(255)), "username"),
            (|r| r.origin = "o".repeat(321), "origin"),
            (|r| r.sender = Some("s".repeat(321)), "sender"),
            (|r| r.reasons = vec![String::new(); 21], "reasons"),
            (|r| r.reasons = vec!["r".repeat(65)], "reason"),
            (|r| r.auth = "a".repeat(4097), "auth"),
        ];
        for (spoil, what) in table {
            let mut review = caught().into_review([2; 16]);
            spoil(&mut review);
            assert_eq!(review.seal(&key, [9; 24]), Err(RecordError::TooLarge(what)));
        }
    }

    #[test]
    fn the_token_is_masked() {
        let table = [
            ("AbCdEfGhIj", "Ab••••••Ij"),
            ("AbCdEfGh", "Ab••••Gh"),
            ("AbCdEfG", "•••••••"),
            ("", ""),
        ];
        for (token, expected) in table {
            assert_eq!(masked(&token.into()), expected);
        }
        let review = caught().into_review([2; 16]);
        assert_eq!(review.sent_at, Some(5));
        let auth = review.view().auth;
        assert_eq!((auth.len(), auth[0].domain.as_str()), (2, "example.com"));
        assert_eq!(
            (auth[1].result.as_str(), auth[1].domain.as_str()),
            ("none", "")
        );
        let shown = format!("{:?} {review:?}", review.view());
        assert!(!shown.contains("vented0"), "{shown}");
    }
}
