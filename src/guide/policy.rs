//! What a page demands of a new password (`facts/salesforce-pages.md` §4.1), and what ours will be.
//!
//! A page tells it by ids and numbers: the ticks of `ul.passwordul` and the fields' `minlength` and `maxlength`. The
//! sentences beside them are in the person's language and are not read. What a page does not tell (history, classes
//! of characters that an org adds) our passwords meet anyhow, or the page refuses them and says so.

use crate::guide::password;
use crate::wire::views::PolicyView;

/// More than this is no demand of a person's password, but a number that stood there for another reason.
const MOST_DEMANDED: u32 = 128;

/// The demands of one form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// Fewest characters; 0 if the page does not say.
    pub least: u32,
    /// Most characters; 0 if the page does not say.
    pub most: u32,
    /// Does it speak of a length?
    pub length: bool,
    /// Of letters?
    pub letters: bool,
    /// Of numbers?
    pub numbers: bool,
}

impl Policy {
    /// Reads what the agent reports ([`crate::wire::messages::PageFacts::rules`]). The ids are those of 2017; one that is
    /// none of them is not understood and means nothing, and `numbersicon` and the like only say whether a demand is met.
    #[must_use]
    pub fn read(rules: &[String]) -> Self {
        let mut policy = Self::default();
        for rule in rules {
            let mut words = rule.split(' ');
            let id = words.next();
            let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
            match id {
                Some("charcount") => policy.demand(number()),
                Some("letters") => policy.letters = true,
                Some("numbers") => policy.numbers = true,
                Some("") => {
                    let (least, most) = (number(), number());
                    if least > 0 {
                        policy.demand(least);
                    }
                    if most > 0 && (policy.most == 0 || most < policy.most) {
                        policy.most = most;
                    }
                }
                _ => {}
            }
        }
        policy
    }

    fn demand(&mut self, least: u32) {
        self.length = true;
        if least <= MOST_DEMANDED {
            self.least = self.least.max(least);
        }
    }

    /// How long our password will be: as long as usual, longer if demanded, never longer than the field takes.
    #[must_use]
    pub fn characters(self) -> usize {
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
    pub fn view(self) -> PolicyView {
        let length = self.characters();
        PolicyView {
            length: length.try_into().unwrap_or(0),
            bits: password::bits(length),
            rules: [
                (self.length, "length"),
                (self.letters, "letters"),
                (self.numbers, "numbers"),
            ]
            .into_iter()
            .filter(|(demanded, _)| *demanded)
            .map(|(_, code)| code.to_owned())
            .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_tells() {
        type Row<'a> = (&'a [&'a str], (u32, u32), usize, &'a str);
        let rows: &[Row<'_>] = &[
            (&[], (0, 0), 20, ""),
            (&[" -1 -1"], (0, 0), 20, ""),
            (
                &[
                    "charcount 12",
                    "charcounticon null",
                    "letters null",
                    "lettersicon null",
                    "numbers 1",
                    " -1 -1",
                ],
                (12, 0),
                20,
                "length letters numbers",
            ),
            (&["charcount 24"], (24, 0), 24, "length"),
            (&["charcount null"], (0, 0), 20, "length"),
            (&[" 30 255"], (30, 255), 30, "length"),
            (&[" 8 16"], (8, 16), 16, "length"),
            (&[" 8 40", " 10 32"], (10, 32), 20, "length"),
            (&["charcount 864"], (0, 0), 20, "length"),
            (&["charcount 30", " -1 24"], (30, 24), 24, "length"),
            (
                &["surprise 9", "", " ", "  ", " 99999999999 x", "9"],
                (0, 0),
                20,
                "",
            ),
        ];
        for (rules, lengths, length, codes) in rows {
            let told: Vec<String> = rules.iter().map(|&rule| rule.to_owned()).collect();
            let policy = Policy::read(&told);
            assert_eq!((policy.least, policy.most), *lengths, "{rules:?}");
            assert_eq!(policy.characters(), *length, "{rules:?}");
            assert_eq!(policy.view().rules.join(" "), *codes, "{rules:?}");
        }
    }
}
