//! When is a new token due, when to remind, and what ends a token before its time
//! (`facts/token-and-mail.md` §B5, §D2; `facts/peers.md` §5: 90 days is the custom of the trade, and off is our default).

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::recognise::host::Host;

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
    let due_at = ask
        .since
        .filter(|_| period_days > 0)
        .map(|since| since.saturating_add(u64::from(period_days) * DAY));
    let password_expires_at = match (ask.password_set_at, ask.password_days) {
        (Some(at), Some(days)) if days > 0 => Some(at.saturating_add(u64::from(days) * DAY)),
        _ => None,
    };
    let (remind_now, next_reminder_at) = due_at.map_or((false, None), |due| {
        (
            last_reminder(due, ask.now).is_some_and(|at| at > ask.reminded_at),
            Some(next_reminder(due, ask.now)),
        )
    });
    let (same_org, same_user) = neighbours(ask.own.as_ref(), ask.others);
    Ok(Plan {
        period_days,
        due_at,
        days_left: due_at.map(|due| whole_days(due, ask.now)),
        remind_now,
        next_reminder_at,
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

/// What a sandbox refresh does to an address (§B5).
#[must_use]
pub fn is_invalid_address(address: &str) -> bool {
    address.trim().to_ascii_lowercase().ends_with(".invalid")
}

/// The shorter one of those that are on.
fn stricter(own: u32, policy: u32) -> u32 {
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
