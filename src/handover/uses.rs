//! Where is the token used? A register for each account, which turns into a checklist after every rotation
//! (`facts/token-and-mail.md` §E 1).

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
pub use crate::vault::work::{MAX_NAME, MAX_USES, MAX_WHERE, Use, UseKind as Kind};

/// Is a use still to be given the token that lives since `since`?
#[must_use]
pub const fn is_open(entry: &Use, since: u64) -> bool {
    entry.updated < since
}

/// Asks about a register, or for a change of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ask {
    uses: Vec<Use>,
    /// When the live token was caught, milliseconds since 1970. With no live token every use is open.
    #[serde(default)]
    since: Option<u64>,
    now: u64,
    /// Index of a use that the person has just updated.
    #[serde(default)]
    tick: Option<usize>,
}

/// A register with what is open.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// The register, with the tick if one was asked for.
    pub uses: Vec<Use>,
    /// Indexes of the uses that still hold a dead token.
    pub open: Vec<usize>,
    /// Every use is up to date, and there are some.
    pub complete: bool,
    /// What a reset breaks: kinds with their numbers, jobs first, as they fail unseen and lock the user out.
    pub breaks: Vec<Breaks>,
}

/// How many uses of one kind a reset breaks.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Breaks {
    /// The sentence is `use_<kind>`.
    pub kind: Kind,
    /// How many.
    pub count: usize,
}

/// Checks a register.
///
/// # Errors
/// `uses_too_many`; `uses_bad` for a use without a name, or with a name, place or control character out of bounds;
/// `uses_gone` for a tick at no use.
pub fn check(ask: Ask) -> Result<Checked, Refusal> {
    let mut uses = ask.uses;
    if uses.len() > MAX_USES {
        return Err(Refusal::new("uses_too_many"));
    }
    if !uses.iter().all(is_fit) {
        return Err(Refusal::new("uses_bad"));
    }
    if let Some(index) = ask.tick {
        uses.get_mut(index)
            .ok_or(Refusal::new("uses_gone"))?
            .updated = ask.now;
    }
    let since = ask.since.unwrap_or(u64::MAX);
    let open: Vec<usize> = uses
        .iter()
        .enumerate()
        .filter(|(_, entry)| is_open(entry, since))
        .map(|(index, _)| index)
        .collect();
    let breaks = [Kind::Job, Kind::Variable, Kind::File, Kind::Person]
        .into_iter()
        .map(|kind| Breaks {
            kind,
            count: uses.iter().filter(|entry| entry.kind == kind).count(),
        })
        .filter(|breaks| breaks.count > 0)
        .collect();
    Ok(Checked {
        complete: open.is_empty() && !uses.is_empty(),
        uses,
        open,
        breaks,
    })
}

fn is_fit(entry: &Use) -> bool {
    let fits =
        |text: &str, most| text.chars().count() <= most && !text.chars().any(char::is_control);
    !entry.name.trim().is_empty() && fits(&entry.name, MAX_NAME) && fits(&entry.place, MAX_WHERE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(kind: Kind, updated: u64) -> Use {
        Use {
            name: "nightly import".into(),
            kind,
            place: "ci.example / SALESFORCE_PASSWORD".into(),
            updated,
        }
    }

    #[test]
    fn a_rotation_opens_every_use_until_it_is_ticked() {
        let uses = vec![
            entry(Kind::File, 5),
            entry(Kind::Job, 5),
            entry(Kind::Job, 15),
        ];
        let ask = |uses: &Vec<Use>, since, tick| Ask {
            uses: uses.clone(),
            since,
            now: 20,
            tick,
        };
        let table = [
            (Some(5), None, vec![], true),
            (Some(10), None, vec![0, 1], false),
            (Some(10), Some(1), vec![0], false),
            (None, None, vec![0, 1, 2], false),
        ];
        for (since, tick, open, complete) in table {
            let checked = check(ask(&uses, since, tick)).unwrap();
            assert_eq!((checked.open, checked.complete), (open, complete));
        }
        let ticked = check(ask(&uses, Some(10), Some(0))).unwrap();
        let ticked = check(ask(&ticked.uses, Some(10), Some(1))).unwrap();
        assert!(ticked.complete);
        assert_eq!(
            ticked.breaks,
            [
                Breaks {
                    kind: Kind::Job,
                    count: 2
                },
                Breaks {
                    kind: Kind::File,
                    count: 1
                }
            ]
        );
        assert_eq!(
            check(ask(&uses, None, Some(3))),
            Err(Refusal::new("uses_gone"))
        );
        assert!(!check(ask(&vec![], Some(1), None)).unwrap().complete);
    }

    #[test]
    fn bounds() {
        let table = [
            ("a".repeat(MAX_NAME), String::new(), true),
            ("a".repeat(MAX_NAME + 1), String::new(), false),
            (" ".into(), String::new(), false),
            ("a\nb".into(), String::new(), false),
            ("a".into(), "ä".repeat(MAX_WHERE), true),
            ("a".into(), "ä".repeat(MAX_WHERE + 1), false),
        ];
        for (name, place, fits) in table {
            let uses = vec![Use {
                name,
                place,
                ..entry(Kind::File, 0)
            }];
            let checked = check(Ask {
                uses,
                since: None,
                now: 0,
                tick: None,
            });
            assert_eq!(checked.is_ok(), fits);
        }
        let uses = vec![entry(Kind::File, 0); MAX_USES + 1];
        let checked = check(Ask {
            uses,
            since: None,
            now: 0,
            tick: None,
        });
        assert_eq!(checked, Err(Refusal::new("uses_too_many")));
    }
}
