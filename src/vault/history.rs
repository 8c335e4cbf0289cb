//! What happens to the tokens and passwords of one account.
//!
//! The rule behind all of it: nothing that was caught is overwritten. A new token is a new
//! generation and the older one is dead, not gone; a new password keeps the confirmed one beside it,
//! because the page may still refuse the new one. "Newer" is decided by the order of capture.

use serde::{Deserialize, Serialize};

use crate::vault::records::Account;
use crate::vault::secret::{SecretText, sealed};

/// Most tokens kept for one account; beyond that the oldest dead one goes.
pub const MAX_TOKENS: usize = 50;
/// Most earlier passwords kept for one account.
pub const MAX_PASSWORDS: usize = 5;

/// Where a token was caught. The numbers are part of the record format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[repr(u8)]
pub enum Source {
    /// A Salesforce page showed it.
    Page = 1,
    /// The webmail reader saw the mail open.
    Mail = 2,
    /// A person asked to scan the page in front.
    Scan = 3,
    /// A person pasted it.
    Paste = 4,
}

impl Source {
    /// Code for `_locales` (`source_<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Mail => "mail",
            Self::Scan => "scan",
            Self::Paste => "paste",
        }
    }
}

impl From<Source> for u8 {
    fn from(source: Source) -> Self {
        source as Self
    }
}

impl TryFrom<u8> for Source {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let all = [Self::Page, Self::Mail, Self::Scan, Self::Paste];
        all.into_iter().find(|&source| source as u8 == number).ok_or("unknown source")
    }
}

/// Why a token died. The numbers are part of the record format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[repr(u8)]
pub enum Why {
    /// It was reset.
    Reset = 1,
    /// The password was changed, which replaces the token too.
    Password = 2,
    /// A newer one was caught.
    Newer = 3,
    /// The person said so.
    Said = 4,
}

impl Why {
    /// Code for `_locales` (`dead_<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Password => "password",
            Self::Newer => "newer",
            Self::Said => "said",
        }
    }
}

impl From<Why> for u8 {
    fn from(why: Why) -> Self {
        why as Self
    }
}

impl TryFrom<u8> for Why {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        let all = [Self::Reset, Self::Password, Self::Newer, Self::Said];
        all.into_iter().find(|&why| why as u8 == number).ok_or("unknown reason")
    }
}

/// That a token died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dead {
    /// Why.
    #[serde(rename = "y")]
    pub why: Why,
    /// When we learned it, milliseconds since 1970.
    #[serde(rename = "a")]
    pub at: u64,
}

/// One token of an account.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generation {
    /// 1 for the first token of the account, one more for each.
    #[serde(rename = "n")]
    pub number: u32,
    /// The token.
    #[serde(rename = "t", with = "sealed")]
    pub token: SecretText,
    /// When it was caught, milliseconds since 1970.
    #[serde(rename = "c")]
    pub caught_at: u64,
    /// Where it was caught.
    #[serde(rename = "s")]
    pub source: Source,
    /// When its mail says it was sent, milliseconds since 1970.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<u64>,
    /// That it died; absent while it is believed to work.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub dead: Option<Dead>,
}

/// The generated password of an account, and those before it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPassword {
    /// The newest one.
    #[serde(rename = "t", with = "sealed")]
    pub password: SecretText,
    /// When it was generated, milliseconds since 1970.
    #[serde(rename = "m")]
    pub made_at: u64,
    /// When the page took it, milliseconds since 1970; absent while that is pending.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<u64>,
    /// Those before it, newest first, confirmed or not: a page may have taken one without our
    /// noticing.
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierPassword>,
}

impl KeptPassword {
    /// The one to sign in with if the pending one was refused: the newest confirmed one before it.
    #[must_use]
    pub fn previous(&self) -> Option<&EarlierPassword> {
        self.earlier.iter().find(|earlier| earlier.confirmed_at.is_some())
    }
}

/// A password that was replaced by a newer one.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierPassword {
    /// The password.
    #[serde(rename = "t", with = "sealed")]
    pub password: SecretText,
    /// When it was generated, milliseconds since 1970.
    #[serde(rename = "m")]
    pub made_at: u64,
    /// When the page took it; absent if we never learned that it did.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<u64>,
}

/// What a capture did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    /// A new generation; the older ones are dead.
    New,
    /// This very token was caught before. Nothing changed, so nothing needs to be written.
    Same,
}

impl Account {
    /// Keeps a token that was just caught.
    ///
    /// It becomes the newest generation, and older live ones die of [`Why::Newer`]. A token that is
    /// already there, as the newest or as an older entry, changes nothing.
    pub fn capture(&mut self, token: SecretText, source: Source, now: u64) -> Capture {
        self.capture_sent(token, source, None, now)
    }

    /// [`Account::capture`], with the time at which the mail was sent.
    pub fn capture_sent(
        &mut self,
        token: SecretText,
        source: Source,
        sent_at: Option<u64>,
        now: u64,
    ) -> Capture {
        if self.tokens.iter().any(|known| known.token == token) {
            return Capture::Same;
        }
        for older in &mut self.tokens {
            older.dead.get_or_insert(Dead { why: Why::Newer, at: now });
        }
        let number = self.tokens.last().map_or(1, |newest| newest.number.saturating_add(1));
        self.tokens.push(Generation { number, token, caught_at: now, source, sent_at, dead: None });
        self.forget_oldest_dead();
        self.died = None;
        self.changed();
        Capture::New
    }

    /// Learns that the newest token no longer works. Says whether anything changed.
    ///
    /// A token that is dead already keeps its first cause. For an account without any token the
    /// cause is kept in [`Account::died`].
    pub fn mark_dead(&mut self, why: Why, now: u64) -> bool {
        let place = match self.tokens.last_mut() {
            Some(newest) => &mut newest.dead,
            None => &mut self.died,
        };
        if place.is_some() {
            return false;
        }
        *place = Some(Dead { why, at: now });
        self.changed();
        true
    }

    /// Keeps a generated password, pending until [`Account::confirm_password`].
    ///
    /// Call it, and store the record, **before** the password is written into a page. The same
    /// password once more changes nothing; else the one before it moves to the earlier ones.
    pub fn keep_password(&mut self, password: SecretText, now: u64) {
        let mut earlier = Vec::new();
        if let Some(kept) = self.password.take() {
            if kept.password == password {
                self.password = Some(kept);
                return;
            }
            let KeptPassword { password, made_at, confirmed_at, earlier: before } = kept;
            earlier.push(EarlierPassword { password, made_at, confirmed_at });
            earlier.extend(before);
        }
        forget_oldest(&mut earlier);
        self.password = Some(KeptPassword { password, made_at: now, confirmed_at: None, earlier });
        self.changed();
    }

    /// Learns that the page took the pending password. Says whether anything changed.
    ///
    /// The token dies with it ([`Why::Password`]), but only at the first confirmation: a second one
    /// must not kill a token that was caught in between.
    pub fn confirm_password(&mut self, now: u64) -> bool {
        let Some(pending) = self.password.as_mut().filter(|kept| kept.confirmed_at.is_none()) else {
            return false;
        };
        pending.confirmed_at = Some(now);
        self.mark_dead(Why::Password, now);
        self.changed();
        true
    }

    /// The newest token, dead or alive.
    #[must_use]
    pub fn newest(&self) -> Option<&Generation> {
        self.tokens.last()
    }

    /// The token that is believed to work.
    #[must_use]
    pub fn live_token(&self) -> Option<&SecretText> {
        self.newest().filter(|newest| newest.dead.is_none()).map(|newest| &newest.token)
    }

    fn forget_oldest_dead(&mut self) {
        while self.tokens.len() > MAX_TOKENS {
            let Some(oldest) = self.tokens.iter().position(|token| token.dead.is_some()) else {
                return;
            };
            self.tokens.remove(oldest);
        }
    }
}

/// Keeps [`MAX_PASSWORDS`], and among them always the newest confirmed one.
fn forget_oldest(earlier: &mut Vec<EarlierPassword>) {
    while earlier.len() > MAX_PASSWORDS {
        let precious = earlier.iter().position(|one| one.confirmed_at.is_some());
        let last = earlier.len() - 1;
        earlier.remove(if precious == Some(last) { last - 1 } else { last });
    }
}
