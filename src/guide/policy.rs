//! What a page demands of a new password (`facts/salesforce-pages.md` §4.1), and what ours will be.
//!
//! A page tells it by ids and numbers: the ticks of `ul.passwordul` and the fields' `minlength` and `maxlength`. The
//! sentences beside them are in the person's language and are not read. What a page does not tell (history, classes
//! of characters that an org adds) our passwords meet anyhow, or the page refuses them and says so.

use serde::{Deserialize, Serialize};

use crate::guide::password;
use crate::wire::views::PolicyView;

/// More than this is no demand of a person's password, but a number that stood there for another reason.
const MOST_DEMANDED: u32 = 128;

/// The demands of one form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Fewest characters; 0 if the page does not say.
    pub least: u32,
    /// Most characters; 0 if the page does not say.
    pub most: u32,
    /// Does it speak of a length, of letters, of numbers ([`RULES`])?
    pub rules: [bool; 3],
}

/// Codes of the demands (`policy_<code>`), and the ids of the ticks of 2017 that show them. An id that is none of these
/// is not understood and shows nothing: `numbersicon` and the like only say whether a demand is met.
const RULES: [(&str, &str); 3] = [
    ("length", "charcount"),
    ("letters", "letters"),
    ("numbers", "numbers"),
];

impl Policy {
    /// Reads the ids of the page's ticks, each with the number that stands beside it (0 for none), and the least and
    /// most lengths of its fields (negative for none).
    #[must_use]
    pub fn read(ticks: &[(String, u32)], limits: &[(i32, i32)]) -> Self {
        let mut policy = Self::default();
        for (id, number) in ticks {
            if id == "charcount" && *number <= MOST_DEMANDED {
                policy.least = policy.least.max(*number);
            }
            for (rule, (_, tick)) in policy.rules.iter_mut().zip(RULES) {
                *rule |= tick == id;
            }
        }
        for &(least, most) in limits {
            let least = u32::try_from(least).unwrap_or(0);
            if (1..=MOST_DEMANDED).contains(&least) {
                policy.least = policy.least.max(least);
                policy.rules[0] = true;
            }
            let most = u32::try_from(most).unwrap_or(0);
            if most > 0 && (policy.most == 0 || most < policy.most) {
                policy.most = most;
            }
        }
        policy
    }

    /// How long our password will be: as long as usual, longer if demanded, never longer than the field takes.
    #[must_use]
    pub fn length(&self) -> usize {
        let wanted = self.least.max(password::LENGTH);
        let length = if self.most == 0 {
            wanted
        } else {
            wanted.min(self.most)
        };
        length.try_into().unwrap_or(0)
    }

    /// For the app.
    #[must_use]
    pub fn view(&self) -> PolicyView {
        let length = self.length();
        PolicyView {
            length: length.try_into().unwrap_or(0),
            bits: password::bits(length),
            rules: RULES
                .iter()
                .zip(self.rules)
                .filter(|(_, demanded)| *demanded)
                .map(|((code, _), _)| (*code).to_owned())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_tells() {
        let tick = |id: &str, number| (id.to_owned(), number);
        let practice = [
            tick("charcount", 12),
            tick("charcounticon", 0),
            tick("letters", 0),
            tick("lettersicon", 0),
            tick("numbers", 1),
        ];
        type Row<'a> = (
            &'a [(String, u32)],
            &'a [(i32, i32)],
            (u32, u32),
            usize,
            &'a str,
        );
        let rows: &[Row<'_>] = &[
            (&[], &[], (0, 0), 20, ""),
            (&[], &[(-1, -1)], (0, 0), 20, ""),
            (
                &practice,
                &[(-1, -1)],
                (12, 0),
                20,
                "length letters numbers",
            ),
            (&[tick("charcount", 24)], &[], (24, 0), 24, "length"),
            (&[], &[(30, 255)], (30, 255), 30, "length"),
            (&[], &[(8, 16)], (8, 16), 16, "length"),
            (&[], &[(8, 40), (10, 32)], (10, 32), 20, "length"),
            (&[tick("charcount", 864)], &[], (0, 0), 20, "length"),
            (
                &[tick("charcount", 30)],
                &[(-1, 24)],
                (30, 24),
                24,
                "length",
            ),
            (&[tick("surprise", 9)], &[(0, 0)], (0, 0), 20, ""),
        ];
        for (ticks, limits, lengths, length, rules) in rows {
            let policy = Policy::read(ticks, limits);
            assert_eq!(
                (policy.least, policy.most),
                *lengths,
                "{ticks:?} {limits:?}"
            );
            assert_eq!(policy.length(), *length, "{ticks:?} {limits:?}");
            assert_eq!(
                policy.view().rules.join(" "),
                *rules,
                "{ticks:?} {limits:?}"
            );
        }
    }
}
