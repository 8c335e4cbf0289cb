//! How long SOAP `login()` will live, for each account (`facts/token-and-mail.md` §D1).
//!
//! A token is good for little else. What is known comes from probes ([`crate::handover::probe`]); a small record of it
//! is kept with the account.
//!
//! ```text
//! unknown ──works, or any refusal of the person──▶ alive ──disabled──▶ disabled ──works──▶ alive
//!                                                    │ └──no permission──▶ needs_permission ──works──▶ alive
//!                                                    └──version refused, on or after the last day──▶ gone
//! ```

use serde::{Deserialize, Serialize};

use crate::handover::faults::SoapVerdict;
use crate::handover::rotation::DAY;
pub use crate::vault::work::{Clock, SoapState as State};

/// Oldest API version with `login()`, times ten. Older ones are retired altogether.
pub const FIRST_VERSION: u16 = 310;
/// Newest API version with `login()`, times ten. It is gone in 65.0.
pub const LAST_VERSION: u16 = 640;
/// The first day on which `login()` may be gone: 1 June 2027, in milliseconds since 1970.
///
/// Official is "with the Summer '27 release"; the day is quoted by one consultancy from the customer notice of 21 April
/// 2026 (§D1), and orgs get a release on different days. So the app says "about".
pub const END: u64 = 1_811_808_000_000;

/// From here on the app asks for a plan, and then insists, in days.
const PLAN_DAYS: u64 = 270;
const SOON_DAYS: u64 = 60;

/// Is this a version, times ten, in which `login()` lives? Versions are whole numbers.
#[must_use]
pub const fn is_login_version(version: u16) -> bool {
    FIRST_VERSION <= version && version <= LAST_VERSION && version.is_multiple_of(10)
}

/// What a probe taught.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Learn {
    #[serde(default)]
    pub(crate) known: Clock,
    /// `soap` of the probe's meaning.
    pub(crate) soap: SoapVerdict,
    /// API version of the request, times ten.
    #[serde(default)]
    pub(crate) version: u16,
    pub(crate) now: u64,
}

/// The record after a probe. An answer that says nothing about SOAP changes nothing.
#[must_use]
pub fn learn(learn: &Learn) -> Clock {
    let state = match learn.soap {
        SoapVerdict::Alive => State::Alive,
        SoapVerdict::Disabled if learn.now >= END => State::Gone,
        SoapVerdict::Disabled => State::Disabled,
        SoapVerdict::NeedsPermission => State::NeedsPermission,
        SoapVerdict::VersionRefused if learn.now >= END => State::Gone,
        SoapVerdict::VersionRefused | SoapVerdict::Unknown => return learn.known,
    };
    Clock {
        state,
        at: learn.now,
        version: learn.version,
    }
}

/// Asks how things stand.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    #[serde(default)]
    pub(crate) known: Clock,
    pub(crate) now: u64,
    /// Was the org made in or after Winter '26, as far as the person says?
    #[serde(default)]
    pub(crate) new_org: Option<bool>,
}

/// How urgent it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// More than nine months.
    Calm,
    /// Time to plan the way out.
    Plan,
    /// Two months or less.
    Soon,
    /// It may be gone any day, or is.
    Over,
}

/// How things stand. The sentences are `clock_<state>`, `clock_<state>_help` and `clock_<stage>`.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// What is known.
    pub state: State,
    /// When that was learned; 0 for never.
    pub checked_at: u64,
    /// API version that was asked, times ten; 0 for none.
    pub version: u16,
    /// [`END`].
    pub ends_at: u64,
    /// Whole days until then.
    pub days_left: u64,
    /// How urgent it is.
    pub stage: Stage,
    /// Nothing is known, and the org is so new that `login()` is probably off and wants a permission.
    pub probably_off: bool,
}

/// Tells how things stand.
#[must_use]
pub fn report(ask: &Ask) -> Report {
    let left = END.saturating_sub(ask.now);
    let days_left = left / DAY;
    let stage = match days_left {
        _ if left == 0 || ask.known.state == State::Gone => Stage::Over,
        days if days <= SOON_DAYS => Stage::Soon,
        days if days <= PLAN_DAYS => Stage::Plan,
        _ => Stage::Calm,
    };
    Report {
        state: ask.known.state,
        checked_at: ask.known.at,
        version: ask.known.version,
        ends_at: END,
        days_left,
        stage,
        probably_off: ask.known.state == State::Unknown && ask.new_org == Some(true),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 25 November 2026.
    const NOW: u64 = 1_795_564_800_000;

    #[test]
    fn probes_move_the_state() {
        use SoapVerdict as Soap;
        let table = [
            (State::Unknown, Soap::Alive, NOW, State::Alive),
            (State::Unknown, Soap::Unknown, NOW, State::Unknown),
            (State::Alive, Soap::Unknown, NOW, State::Alive),
            (State::Alive, Soap::Disabled, NOW, State::Disabled),
            (State::Disabled, Soap::Alive, NOW, State::Alive),
            (
                State::Alive,
                Soap::NeedsPermission,
                NOW,
                State::NeedsPermission,
            ),
            (State::NeedsPermission, Soap::Alive, NOW, State::Alive),
            (State::Alive, Soap::VersionRefused, NOW, State::Alive),
            (State::Alive, Soap::VersionRefused, END, State::Gone),
            (State::Alive, Soap::Disabled, END, State::Gone),
            (State::Gone, Soap::Alive, END, State::Alive),
        ];
        for (before, soap, now, after) in table {
            let known = Clock {
                state: before,
                at: 1,
                version: 640,
            };
            let next = learn(&Learn {
                known,
                soap,
                version: 640,
                now,
            });
            assert_eq!(next.state, after, "{before:?} {soap:?}");
            let changed =
                !matches!(soap, Soap::Unknown) && after != before || matches!(soap, Soap::Alive);
            assert_eq!(
                next.at,
                if changed { now } else { 1 },
                "{before:?} {soap:?}"
            );
        }
    }

    #[test]
    fn days_left() {
        let ask = |now, state| Ask {
            known: Clock {
                state,
                at: 0,
                version: 0,
            },
            now,
            new_org: Some(true),
        };
        let table = [
            (NOW, State::Alive, 188, Stage::Plan),
            (END - 300 * DAY, State::Alive, 300, Stage::Calm),
            (END - 60 * DAY, State::Alive, 60, Stage::Soon),
            (END - 1, State::Alive, 0, Stage::Soon),
            (END, State::Alive, 0, Stage::Over),
            (END + DAY, State::Unknown, 0, Stage::Over),
            (NOW, State::Gone, 188, Stage::Over),
        ];
        for (now, state, days, stage) in table {
            let report = report(&ask(now, state));
            assert_eq!((report.days_left, report.stage), (days, stage), "{now}");
        }
        assert!(report(&ask(NOW, State::Unknown)).probably_off);
        assert!(!report(&ask(NOW, State::Alive)).probably_off);
    }
}
