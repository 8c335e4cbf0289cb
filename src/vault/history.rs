//! What happens to the tokens and passwords of one account.
//!
//! The rule behind all of it: nothing that was caught is overwritten. A new token is a new
//! generation and the older one is dead, not gone; a new password keeps the confirmed one beside it,
//! because the page may still refuse the new one. "Newer" is decided by when the mails were sent, where
//! that is known, and else by the order of capture.

use serde::{Deserialize, Serialize};

use crate::vault::records::Account;
use crate::vault::secret::{SecretText, sealed};

/// Most tokens kept for one account; beyond that the oldest dead one goes.
pub const MAX_TOKENS: usize = 50;
/// How far our clock and that of a mail may be apart (milliseconds): a webmail tells whole minutes, and the servers' clocks
/// are not ours.
pub const CLOCKS_APART: u64 = 2 * 60 * 1000;
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
    /// A person gave us the mail as a file. (5 stays unused: a committed vector has it as unknown.)
    File = 6,
    /// A person selected it on a page, and kept it by the context menu.
    Selection = 7,
    /// It stood in a file that another tool exported; nobody knows how old it is.
    Import = 8,
}

impl Source {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Page,
        Self::Mail,
        Self::Scan,
        Self::Paste,
        Self::File,
        Self::Selection,
        Self::Import,
    ];

    /// Code for `_locales` (`source_<code>`).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Mail => "mail",
            Self::Scan => "scan",
            Self::Paste => "paste",
            Self::File => "file",
            Self::Selection => "selection",
            Self::Import => "import",
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
        Self::ALL
            .iter()
            .copied()
            .find(|&source| source as u8 == number)
            .ok_or("unknown source")
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
    /// All of them.
    pub const ALL: &[Self] = &[Self::Reset, Self::Password, Self::Newer, Self::Said];

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
        Self::ALL
            .iter()
            .copied()
            .find(|&why| why as u8 == number)
            .ok_or("unknown reason")
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
        self.earlier
            .iter()
            .find(|earlier| earlier.confirmed_at.is_some())
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
    /// Its mail is older than what we know: it went into the history as dead, and the newest one stays.
    Older,
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
    ///
    /// A mail that was sent before the newest token, or before the reset or the change of password that is known to have
    /// killed it, brings no new token: what it holds is filed below the newest one, as dead. The newest one then counts one
    /// higher.
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
        let superseded = sent_at.is_some_and(|sent| self.supersedes(sent, now));
        let newer = Dead {
            why: Why::Newer,
            at: now,
        };
        let mut caught = Generation {
            number: self
                .tokens
                .last()
                .map_or(1, |newest| newest.number.saturating_add(1)),
            token,
            caught_at: now,
            source,
            sent_at,
            dead: None,
        };
        match self.tokens.pop() {
            Some(mut newest) if superseded => {
                std::mem::swap(&mut caught.number, &mut newest.number);
                caught.dead = Some(newer);
                self.tokens.extend([caught, newest]);
            }
            newest => {
                self.tokens.extend(newest);
                for older in &mut self.tokens {
                    older.dead.get_or_insert(newer);
                }
                // Without a token before it, only a death can be known that came later than the mail.
                caught.dead = self.died.take().filter(|_| superseded);
                self.tokens.push(caught);
            }
        }
        self.forget_oldest_dead();
        self.changed();
        if superseded {
            Capture::Older
        } else {
            Capture::New
        }
    }

    /// Does what we know make a token dead whose mail was sent at this time? What lies in the future was noted by a clock
    /// that was wrong, and tells nothing.
    fn supersedes(&self, sent: u64, now: u64) -> bool {
        let before = |at: u64| at <= now && sent.saturating_add(CLOCKS_APART) < at;
        let newest = self.newest();
        // That somebody said so, or that a newer one came, tells nothing about when it died.
        let died = newest
            .map_or(self.died, |newest| newest.dead)
            .filter(|dead| matches!(dead.why, Why::Reset | Why::Password))
            .is_some_and(|dead| before(dead.at));
        let older = newest.is_some_and(|newest| match newest.sent_at {
            Some(other) => sent < other,
            None => before(newest.caught_at),
        });
        died || older
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
            let KeptPassword {
                password,
                made_at,
                confirmed_at,
                earlier: before,
            } = kept;
            earlier.push(EarlierPassword {
                password,
                made_at,
                confirmed_at,
            });
            earlier.extend(before);
        }
        forget_oldest(&mut earlier);
        self.password = Some(KeptPassword {
            password,
            made_at: now,
            confirmed_at: None,
            earlier,
        });
        self.changed();
    }

    /// Learns that the page took the pending password. Says whether anything changed.
    ///
    /// The token dies with it ([`Why::Password`]), but only at the first confirmation: a second one
    /// must not kill a token that was caught in between.
    pub fn confirm_password(&mut self, now: u64) -> bool {
        let Some(pending) = self
            .password
            .as_mut()
            .filter(|kept| kept.confirmed_at.is_none())
        else {
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
        self.newest()
            .filter(|newest| newest.dead.is_none())
            .map(|newest| &newest.token)
    }

    pub(crate) fn forget_oldest_dead(&mut self) {
        while self.tokens.len() > MAX_TOKENS {
            let Some(oldest) = self.tokens.iter().position(|token| token.dead.is_some()) else {
                return;
            };
            self.tokens.remove(oldest);
        }
    }
}

/// Keeps [`MAX_PASSWORDS`], and among them always the newest confirmed one.
pub(crate) fn forget_oldest(earlier: &mut Vec<EarlierPassword>) {
    while earlier.len() > MAX_PASSWORDS {
        let precious = earlier.iter().position(|one| one.confirmed_at.is_some());
        let last = earlier.len() - 1;
        earlier.remove(if precious == Some(last) {
            last - 1
        } else {
            last
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::views::{Environment, Realm};

    fn account() -> Account {
        Account::new("ada@example.com", Realm::Live, Environment::Developer).unwrap()
    }

    /// `number token why` of every generation, `-` for a live one.
    fn told(account: &Account) -> Vec<String> {
        let tell = |token: &Generation| {
            let why = token.dead.map_or("-", |dead| dead.why.code());
            format!("{} {} {why}", token.number, token.token.expose())
        };
        account.tokens.iter().map(tell).collect()
    }

    fn run(steps: &str) -> (Account, Vec<String>) {
        let mut account = account();
        for (now, step) in (1..).zip(steps.split_whitespace()) {
            match step {
                "reset" => drop(account.mark_dead(Why::Reset, now)),
                "said" => drop(account.mark_dead(Why::Said, now)),
                "confirm" => drop(account.confirm_password(now)),
                "keep" => account.keep_password(format!("p{now}").into(), now),
                token => drop(account.capture(token.into(), Source::Page, now)),
            }
        }
        let told = told(&account);
        (account, told)
    }

    #[test]
    fn what_steps_lead_to() {
        let table: [(&str, &[&str]); 11] = [
            ("", &[]),
            ("A", &["1 A -"]),
            ("A A", &["1 A -"]),
            ("A B", &["1 A newer", "2 B -"]),
            ("A B A", &["1 A newer", "2 B -"]),
            ("A reset B", &["1 A reset", "2 B -"]),
            ("A reset said", &["1 A reset"]),
            ("A reset A", &["1 A reset"]),
            ("A keep", &["1 A -"]),
            ("A keep confirm", &["1 A password"]),
            // The second confirmation is late news about the first.
            ("A keep confirm B confirm", &["1 A password", "2 B -"]),
        ];
        for (steps, expected) in table {
            assert_eq!(run(steps).1, expected, "{steps}");
        }
    }

    #[test]
    fn only_a_change_counts_as_a_write() {
        let mut account = account();
        let mut writes = 0;
        let mut changed = |account: &Account| {
            let before = std::mem::replace(&mut writes, account.writes);
            account.writes > before
        };
        assert_eq!(account.capture("A".into(), Source::Mail, 1), Capture::New);
        assert!(changed(&account));
        assert_eq!(account.capture("A".into(), Source::Page, 2), Capture::Same);
        assert!(!changed(&account));
        assert!(account.mark_dead(Why::Said, 3));
        assert!(changed(&account));
        assert!(!account.mark_dead(Why::Reset, 4));
        assert!(!changed(&account));
        assert!(!account.confirm_password(5));
        assert!(!changed(&account));
        account.keep_password("p".into(), 6);
        assert!(changed(&account));
        account.keep_password("p".into(), 7);
        assert!(!changed(&account));
        assert!(account.confirm_password(8));
        assert!(changed(&account));
    }

    #[test]
    fn the_same_token_again_leaves_every_detail() {
        let mut account = account();
        account.capture_sent("A".into(), Source::Mail, Some(5), 10);
        account.capture_sent("A".into(), Source::Page, Some(6), 20);
        let newest = account.newest().unwrap();
        assert_eq!(
            (newest.source, newest.caught_at, newest.sent_at),
            (Source::Mail, 10, Some(5))
        );
    }

    /// A token and when its mail was sent (`A@9`), `reset` and the like at that time, each in the minute of its place.
    fn run_sent(steps: &str) -> Vec<String> {
        let mut account = account();
        for (place, step) in (1..).zip(steps.split_whitespace()) {
            let (what, sent) = step.split_once('@').map_or((step, None), |(what, sent)| {
                (what, Some(sent.parse::<u64>().unwrap() * 60_000))
            });
            let now = place * 10 * 60_000;
            match what {
                "reset" => drop(account.mark_dead(Why::Reset, sent.unwrap_or(now))),
                "said" => drop(account.mark_dead(Why::Said, sent.unwrap_or(now))),
                token => drop(account.capture_sent(token.into(), Source::Mail, sent, now)),
            }
        }
        told(&account)
    }

    #[test]
    fn the_mail_that_was_sent_last_wins() {
        let table: [(&str, &[&str]); 15] = [
            ("A@5 B@7", &["1 A newer", "2 B -"]),
            ("A@7 B@5", &["1 B newer", "2 A -"]),
            (
                "A@7 B@5 C@6 D@8",
                &["1 B newer", "2 C newer", "3 A newer", "4 D -"],
            ),
            ("A@7 B@7", &["1 A newer", "2 B -"]),
            ("A@7 B@5 B@5", &["1 B newer", "2 A -"]),
            // Caught in minute 10, its own mail does not tell when it was sent.
            ("A B@5", &["1 B newer", "2 A -"]),
            ("A B@9", &["1 A newer", "2 B -"]),
            ("A B", &["1 A newer", "2 B -"]),
            // Reset in minute 20; a mail may be a little older by another clock.
            ("A@5 reset B@6", &["1 B newer", "2 A reset"]),
            ("A@5 reset B@19", &["1 A reset", "2 B -"]),
            ("A@5 reset B@25", &["1 A reset", "2 B -"]),
            ("A@5 said B@6", &["1 A said", "2 B -"]),
            ("A@5 said B@4", &["1 B newer", "2 A said"]),
            ("reset A@5", &["1 A reset"]),
            ("reset A@15", &["1 A -"]),
        ];
        for (steps, expected) in table {
            assert_eq!(run_sent(steps), expected, "{steps}");
        }
    }

    #[test]
    fn an_older_one_takes_no_place_from_the_newest() {
        let mut account = account();
        account.capture_sent("A".into(), Source::Mail, Some(1_000_000), 1_000_000);
        for late in 0..70 {
            let caught = account.capture_sent(
                format!("T{late}").into(),
                Source::Mail,
                Some(late),
                2_000_000,
            );
            assert_eq!(caught, Capture::Older);
        }
        assert_eq!(account.tokens.len(), MAX_TOKENS);
        assert_eq!(account.live_token().map(SecretText::expose), Some("A"));
        assert!(account.tokens.is_sorted_by(|a, b| a.number < b.number));
    }

    #[test]
    fn a_death_without_a_token_is_kept_until_one_is_caught() {
        let (mut account, _) = run("reset said");
        assert_eq!(
            account.died,
            Some(Dead {
                why: Why::Reset,
                at: 1
            })
        );
        account.capture("A".into(), Source::Page, 3);
        assert_eq!(account.died, None);
        assert_eq!(account.live_token().map(SecretText::expose), Some("A"));
    }

    #[test]
    fn the_oldest_dead_token_goes_and_the_live_one_stays() {
        let mut account = account();
        for now in 1..=70 {
            account.capture(format!("T{now}").into(), Source::Page, now);
        }
        assert_eq!(account.tokens.len(), MAX_TOKENS);
        assert_eq!(account.tokens.first().map(|oldest| oldest.number), Some(21));
        assert_eq!(account.live_token().map(SecretText::expose), Some("T70"));
    }

    #[test]
    fn a_pending_password_keeps_the_confirmed_one_beside_it() {
        let earlier = |account: &Account| -> Vec<String> {
            let earlier = &account.password.as_ref().unwrap().earlier;
            earlier
                .iter()
                .map(|one| one.password.expose().to_owned())
                .collect()
        };
        let (account, _) = run("keep confirm keep keep");
        assert_eq!(earlier(&account), ["p3", "p1"]);
        let kept = account.password.as_ref().unwrap();
        assert_eq!(kept.confirmed_at, None);
        assert_eq!(kept.previous().unwrap().password.expose(), "p1");
        // Any number of refused attempts later the one that works is still there.
        let (account, _) = run("keep confirm keep keep keep keep keep keep keep keep");
        assert_eq!(earlier(&account), ["p9", "p8", "p7", "p6", "p1"]);
        // A newer confirmed one takes its place.
        let (account, _) = run("keep confirm keep confirm keep");
        assert_eq!(
            account
                .password
                .unwrap()
                .previous()
                .unwrap()
                .password
                .expose(),
            "p3"
        );
    }

    #[test]
    fn numbers_are_frozen() {
        let sources = [
            (Source::Page, 1),
            (Source::Mail, 2),
            (Source::Scan, 3),
            (Source::Paste, 4),
            (Source::File, 6),
            (Source::Selection, 7),
            (Source::Import, 8),
        ];
        for (source, number) in sources {
            assert_eq!(
                (u8::from(source), Source::try_from(number)),
                (number, Ok(source))
            );
        }
        let whys = [
            (Why::Reset, 1),
            (Why::Password, 2),
            (Why::Newer, 3),
            (Why::Said, 4),
        ];
        for (why, number) in whys {
            assert_eq!((u8::from(why), Why::try_from(number)), (number, Ok(why)));
        }
        assert!(Source::try_from(0).is_err() && Source::try_from(5).is_err());
        assert!(Source::try_from(9).is_err() && Why::try_from(5).is_err());
    }
}
