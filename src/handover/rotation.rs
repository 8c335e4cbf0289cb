//! When is a new token due, when to remind, and what ends a token before its time
//! (`facts/token-and-mail.md` §B5, §D2; `facts/peers.md` §5: 90 days is the custom of the trade, and off is our default).

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::handover::account::own_host;
use crate::recognise::host::Host;
use crate::vault::history::Why;
use crate::vault::records::Account;
use crate::vault::work::{Said, Work};

/// Longest period in days.
pub const MAX_PERIOD: u32 = 3650;
/// Most other accounts in one question.
pub const MAX_OTHERS: usize = 1000;

/// A day in milliseconds.
pub(crate) const DAY: u64 = 24 * 60 * 60 * 1000;
/// Reminders before the day, in days, and then one a week.
const BEFORE: [u64; 4] = [14, 7, 1, 0];
const AFTER: u64 = 7;
/// What Salesforce lets an org choose for the age of a password, in days; its default is 90. 0 is "never".
const PASSWORD_DAYS: [u32; 6] = [0, 30, 60, 90, 180, 365];

/// Asks for the plan of one account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    /// Period of the account in days; 0 is off.
    #[serde(default)]
    period_days: u32,
    /// Period that the company sets, which is the longest that an account may have; 0 is none.
    #[serde(default)]
    policy_days: u32,
    /// When the live token was caught; left out if there is none.
    #[serde(default)]
    since: Option<u64>,
    /// When the last reminder was shown; 0 for never.
    #[serde(default)]
    reminded_at: u64,
    /// When the password was set, if that was seen.
    #[serde(default)]
    password_set_at: Option<u64>,
    /// Days after which this org lets passwords expire, if the person knows; 0 is never.
    #[serde(default)]
    password_days: Option<u32>,
    /// The e-mail address of the user record, if it is known.
    #[serde(default)]
    address: Option<String>,
    /// This account's host and user name, for finding the others of its org.
    #[serde(default)]
    own: Option<Other>,
    /// The other accounts.
    #[serde(default)]
    others: Vec<Other>,
    now: u64,
}

/// An account by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Other {
    /// User name.
    pub username: String,
    /// A genuine host of it.
    pub host: String,
}

/// The plan.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The period that counts, in days; 0 is off.
    pub period_days: u32,
    /// When a new token is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<u64>,
    /// Whole days until then; negative when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i64>,
    /// Show a reminder now.
    pub remind_now: bool,
    /// When to look again; for an alarm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_reminder_at: Option<u64>,
    /// When the password expires, if that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_expires_at: Option<u64>,
    /// The password expires before the token is due: the change that it forces kills the token on the way.
    pub password_first: bool,
    /// No mail will arrive at this address: a sandbox refresh made it undeliverable.
    pub address_invalid: bool,
    /// Users of the same org: a reset of this one leaves them alone.
    pub same_org: Vec<String>,
    /// Accounts with the same user name on other hosts: a reset may be theirs as well.
    pub same_user: Vec<Other>,
}

/// Makes the plan.
///
/// # Errors
/// `rotation_bad_period` for a period above [`MAX_PERIOD`] or a password age that Salesforce does not offer;
/// `handover_bad_value` for too many others.
pub fn plan(ask: Ask) -> Result<Plan, Refusal> {
    let bad_age = ask
        .password_days
        .is_some_and(|days| !PASSWORD_DAYS.contains(&days));
    if ask.period_days > MAX_PERIOD || ask.policy_days > MAX_PERIOD || bad_age {
        return Err(Refusal::new("rotation_bad_period"));
    }
    if ask.others.len() > MAX_OTHERS {
        return Err(Refusal::new("handover_bad_value"));
    }
    let period_days = stricter(ask.period_days, ask.policy_days);
    let dates = dates(period_days, ask.since, ask.reminded_at, ask.now);
    let due_at = dates.map(|dates| dates.due_at);
    let password_expires_at = match (ask.password_set_at, ask.password_days) {
        (Some(at), Some(days)) if days > 0 => Some(at.saturating_add(u64::from(days) * DAY)),
        _ => None,
    };
    let (same_org, same_user) = neighbours(ask.own.as_ref(), ask.others);
    Ok(Plan {
        period_days,
        due_at,
        days_left: due_at.map(|due| whole_days(due, ask.now)),
        remind_now: dates.is_some_and(|dates| dates.remind_now),
        next_reminder_at: due_at.map(|due| next_reminder(due, ask.now)),
        password_expires_at,
        password_first: match (password_expires_at, due_at) {
            (Some(password), Some(due)) => password < due,
            (password, None) => password.is_some(),
            (None, Some(_)) => false,
        },
        address_invalid: ask.address.as_deref().is_some_and(is_invalid_address),
        same_org,
        same_user,
    })
}

/// When one token is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dates {
    /// When a new one is due.
    pub due_at: u64,
    /// Show a reminder now.
    pub remind_now: bool,
    /// When that reminder was to be shown; with none to show, when the next one is.
    pub remind_at: u64,
}

/// The dates of a token that was caught at `since`; `None` for a period that is off, and without a live token. Small enough
/// for the background, which has to know when to ring.
#[must_use]
pub fn dates(period_days: u32, since: Option<u64>, reminded_at: u64, now: u64) -> Option<Dates> {
    let since = since.filter(|_| period_days > 0)?;
    let due_at = since.saturating_add(u64::from(period_days) * DAY);
    let missed = last_reminder(due_at, now).filter(|at| *at > reminded_at);
    Some(Dates {
        due_at,
        remind_now: missed.is_some(),
        remind_at: missed.unwrap_or_else(|| next_reminder(due_at, now)),
    })
}

/// What the app says and asks of the rotation of one account.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Care {
    /// The person sets the period in days; 0 is off.
    period_days: Option<u32>,
    /// The person says after how many days the org lets passwords expire; 0 is never.
    password_days: Option<u32>,
    /// The person saw the reminder.
    reminded: bool,
    /// Period that the company sets; 0 is none.
    policy_days: u32,
    /// The other accounts.
    others: Vec<Other>,
}

/// Makes the plan of a kept account, and changes what is kept of it.
///
/// # Errors
/// As [`plan`].
pub fn care(account: &Account, care: Care, now: u64) -> Result<(Plan, Work), Refusal> {
    let mut work = account.work.clone();
    let said = |value| Some(Said { at: now, value });
    if let Some(days) = care.period_days {
        work.period_days = said(days);
    }
    if let Some(days) = care.password_days {
        work.password_days = said(days);
    }
    if care.reminded {
        work.reminded_at = Some(now);
    }
    let plan = plan(Ask {
        period_days: work.period_days.map_or(0, |said| said.value),
        policy_days: care.policy_days,
        since: live_since(account),
        reminded_at: work.reminded_at.unwrap_or(0),
        password_set_at: password_set_at(account),
        password_days: work.password_days.map(|said| said.value),
        address: None,
        own: own_host(account).map(|host| Other {
            username: account.username.clone(),
            host,
        }),
        others: care.others,
        now,
    })?;
    Ok((plan, work))
}

/// When the live token was caught.
#[must_use]
pub fn live_since(account: &Account) -> Option<u64> {
    let newest = account.newest().filter(|newest| newest.dead.is_none());
    newest.map(|newest| newest.caught_at)
}

/// When a new password was last seen to be taken.
fn password_set_at(account: &Account) -> Option<u64> {
    let deaths = account.tokens.iter().filter_map(|token| token.dead);
    let deaths = deaths.chain(account.died);
    let changes = deaths
        .filter(|dead| dead.why == Why::Password)
        .map(|dead| dead.at);
    let ours = account.password.as_ref().and_then(|kept| kept.confirmed_at);
    changes.chain(ours).max()
}

/// What a sandbox refresh does to an address (§B5).
#[must_use]
pub fn is_invalid_address(address: &str) -> bool {
    address.trim().to_ascii_lowercase().ends_with(".invalid")
}

/// The shorter one of those that are on.
#[must_use]
pub fn stricter(own: u32, policy: u32) -> u32 {
    match (own, policy) {
        (0, other) | (other, 0) => other,
        (own, policy) => own.min(policy),
    }
}

/// The latest moment at or before `now` at which a reminder was to be shown.
fn last_reminder(due: u64, now: u64) -> Option<u64> {
    if now >= due {
        let weeks = (now - due) / (AFTER * DAY);
        return Some(due + weeks * AFTER * DAY);
    }
    BEFORE
        .iter()
        .map(|days| due.saturating_sub(days * DAY))
        .filter(|at| *at <= now)
        .max()
}

/// The next moment after `now`.
fn next_reminder(due: u64, now: u64) -> u64 {
    if now >= due {
        let weeks = (now - due) / (AFTER * DAY) + 1;
        return due.saturating_add(weeks * AFTER * DAY);
    }
    BEFORE
        .iter()
        .map(|days| due.saturating_sub(days * DAY))
        .filter(|at| *at > now)
        .min()
        .unwrap_or(due)
}

/// Whole days from `now` to `due`, rounded away from zero when it is over, so that "−1" is "since yesterday or today".
fn whole_days(due: u64, now: u64) -> i64 {
    let days = |span: u64| i64::try_from(span / DAY).unwrap_or(i64::MAX);
    if due >= now {
        days(due - now)
    } else {
        -1 - days(now - due - 1)
    }
}

fn neighbours(own: Option<&Other>, others: Vec<Other>) -> (Vec<String>, Vec<Other>) {
    let Some(own) = own else {
        return (Vec::new(), Vec::new());
    };
    let org = org_of(&own.host);
    let mut same_org = Vec::new();
    let mut same_user = Vec::new();
    for other in others {
        if other.username.eq_ignore_ascii_case(&own.username) {
            if other.host != own.host {
                same_user.push(other);
            }
        } else if org.is_some() && org_of(&other.host) == org {
            same_org.push(other.username);
        }
    }
    (same_org, same_user)
}

fn org_of(host: &str) -> Option<String> {
    Host::recognise(host)?.org
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ask(period_days: u32, now: u64) -> Ask {
        Ask {
            period_days,
            policy_days: 0,
            since: Some(0),
            reminded_at: 0,
            password_set_at: None,
            password_days: None,
            address: None,
            own: None,
            others: Vec::new(),
            now,
        }
    }

    #[test]
    fn reminders_come_before_the_day_and_then_weekly() {
        // Period of 90 days; now, last reminded, remind?, next look, days left.
        let table = [
            (0, 0, false, 76, 90),
            (75, 0, false, 76, 15),
            (76, 0, true, 83, 14),
            (76, 76, false, 83, 14),
            (84, 76, true, 89, 6),
            (89, 83, true, 90, 1),
            (90, 89, true, 97, 0),
            (96, 90, false, 97, -6),
            (97, 90, true, 104, -7),
        ];
        for (now, reminded, remind, next, left) in table {
            let plan = plan(Ask {
                reminded_at: reminded * DAY,
                ..ask(90, now * DAY)
            })
            .unwrap();
            assert_eq!(plan.due_at, Some(90 * DAY));
            assert_eq!(plan.remind_now, remind, "day {now}");
            assert_eq!(plan.next_reminder_at, Some(next * DAY), "day {now}");
            assert_eq!(plan.days_left, Some(left), "day {now}");
        }
    }

    #[test]
    fn a_reminder_stays_due_until_it_was_seen() {
        // Now, last reminded, due now, its moment or the next one.
        let table = [
            (1, 0, false, 76),
            (76, 0, true, 76),
            (80, 0, true, 76),
            (80, 76, false, 83),
            (300, 90, true, 300),
        ];
        for (now, reminded, remind_now, at) in table {
            let dates = dates(90, Some(0), reminded * DAY, now * DAY).unwrap();
            assert_eq!(dates.remind_now, remind_now, "day {now}");
            assert_eq!(dates.remind_at, at * DAY, "day {now}");
        }
        assert_eq!(dates(0, Some(0), 0, 1), None);
        assert_eq!(dates(90, None, 0, 1), None);
    }

    #[test]
    fn an_account_is_cared_for() {
        use crate::vault::history::Source;
        use crate::wire::views::{Environment, Realm};
        let mut account =
            Account::new("ada@example.com", Realm::Live, Environment::Production).unwrap();
        account.saw_host("acme.my.salesforce.com");
        account.capture("Invented0Token0Number1AA".into(), Source::Mail, DAY);
        account.mark_dead(Why::Password, 2 * DAY);
        account.capture("Invented0Token0Number2BB".into(), Source::Mail, 3 * DAY);
        let said = Care {
            period_days: Some(90),
            password_days: Some(60),
            others: vec![Other {
                username: "bob@example.com".into(),
                host: "acme.my.salesforce.com".into(),
            }],
            ..Care::default()
        };
        let (plan, work) = care(&account, said, 80 * DAY).unwrap();
        assert_eq!(plan.due_at, Some(93 * DAY));
        assert_eq!(plan.password_expires_at, Some(62 * DAY));
        assert!(plan.password_first && plan.remind_now);
        assert_eq!(plan.same_org, ["bob@example.com"]);
        account.set_work(work).unwrap();
        let seen = Care {
            reminded: true,
            ..Care::default()
        };
        let (plan, work) = care(&account, seen, 80 * DAY).unwrap();
        assert!(!plan.remind_now);
        assert_eq!(work.reminded_at, Some(80 * DAY));
        let bad = Care {
            password_days: Some(45),
            ..Care::default()
        };
        assert!(care(&account, bad, 0).is_err());
    }

    #[test]
    fn periods() {
        let table = [
            (0, 0, 0),
            (90, 0, 90),
            (0, 30, 30),
            (90, 30, 30),
            (30, 90, 30),
        ];
        for (own, policy, counts) in table {
            let plan = plan(Ask {
                policy_days: policy,
                ..ask(own, 1)
            })
            .unwrap();
            assert_eq!(plan.period_days, counts);
            assert_eq!(plan.due_at.is_some(), counts > 0);
        }
        assert!(plan(ask(MAX_PERIOD, 0)).is_ok());
        assert!(plan(ask(MAX_PERIOD + 1, 0)).is_err());
        assert!(
            plan(Ask {
                password_days: Some(45),
                ..ask(0, 0)
            })
            .is_err()
        );
        let none = plan(Ask {
            since: None,
            ..ask(90, 0)
        })
        .unwrap();
        assert_eq!((none.due_at, none.remind_now), (None, false));
    }

    #[test]
    fn what_if_the_password_expires() {
        let table = [
            (90, Some(0), Some(60), Some(60), true),
            (30, Some(0), Some(60), Some(60), false),
            (0, Some(0), Some(60), Some(60), true),
            (90, Some(0), Some(0), None, false),
            (90, None, Some(60), None, false),
        ];
        for (period, set, days, expires, first) in table {
            let plan = plan(Ask {
                password_set_at: set,
                password_days: days,
                ..ask(period, 0)
            })
            .unwrap();
            assert_eq!(
                plan.password_expires_at,
                expires.map(|days: u64| days * DAY)
            );
            assert_eq!(plan.password_first, first);
        }
    }

    #[test]
    fn neighbours_and_addresses() {
        let other = |username: &str, host: &str| Other {
            username: username.into(),
            host: host.into(),
        };
        let own = other("ada@example.com", "acme.my.salesforce.com");
        let others = vec![
            other("bob@example.com", "acme.lightning.force.com"),
            other("eve@example.com", "globex.my.salesforce.com"),
            other("Ada@example.com", "login.salesforce.com"),
            own.clone(),
            other("joe@example.com", "login.salesforce.com"),
        ];
        let plan = plan(Ask {
            own: Some(own),
            others,
            address: Some("ada@example.com.invalid ".into()),
            ..ask(0, 0)
        })
        .unwrap();
        assert_eq!(plan.same_org, ["bob@example.com"]);
        assert_eq!(
            plan.same_user,
            [other("Ada@example.com", "login.salesforce.com")]
        );
        assert!(plan.address_invalid);
        assert!(!is_invalid_address("ada@invalid.example"));
    }
}
