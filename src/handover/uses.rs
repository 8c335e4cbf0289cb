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

/// A use by what makes it one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    name: String,
    kind: Kind,
    #[serde(default)]
    place: String,
}

impl Entry {
    fn is(&self, entry: &Use) -> bool {
        (&self.name, self.kind, &self.place) == (&entry.name, entry.kind, &entry.place)
    }
}

/// A change of a register. With both `remove` and `put` it is one use that got another name, kind or place.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    /// What goes.
    remove: Option<Entry>,
    /// What comes. It counts as up to date: whoever names a place has just put the token there.
    put: Option<Entry>,
    /// What was given the live token just now.
    tick: Option<Entry>,
}

/// Changes a register.
///
/// # Errors
/// As [`check`]; `uses_gone` for a use that is not there.
pub fn change(mut uses: Vec<Use>, change: Change, now: u64) -> Result<Vec<Use>, Refusal> {
    let find = |uses: &[Use], wanted: &Entry| {
        let at = uses.iter().position(|entry| wanted.is(entry));
        at.ok_or(Refusal::new("uses_gone"))
    };
    let removed = match &change.remove {
        Some(wanted) => Some(uses.remove(find(&uses, wanted)?)),
        None => None,
    };
    if let Some(Entry { name, kind, place }) = change.put {
        uses.push(Use {
            name: name.trim().to_owned(),
            kind,
            place: place.trim().to_owned(),
            updated: removed.map_or(now, |removed| removed.updated),
        });
    }
    if let Some(wanted) = &change.tick {
        let at = find(&uses, wanted)?;
        if let Some(entry) = uses.get_mut(at) {
            entry.updated = now;
        }
    }
    let ask = Ask {
        uses,
        since: None,
        now,
        tick: None,
    };
    Ok(check(ask)?.uses)
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
    fn a_register_is_changed_one_use_at_a_time() {
        let named = |name: &str| Entry {
            name: name.into(),
            kind: Kind::Job,
            place: String::new(),
        };
        let names = |uses: &[Use]| -> Vec<(String, u64)> {
            uses.iter()
                .map(|entry| (entry.name.clone(), entry.updated))
                .collect()
        };
        let put = |name: &str| Change {
            put: Some(named(name)),
            ..Change::default()
        };
        let one = change(vec![], put(" a "), 5).unwrap();
        assert_eq!(names(&one), [("a".into(), 5)]);
        let renamed = Change {
            remove: Some(named("a")),
            put: Some(named("b")),
            tick: None,
        };
        let one = change(one, renamed, 9).unwrap();
        assert_eq!(names(&one), [("b".into(), 5)]);
        let tick = Change {
            tick: Some(named("b")),
            ..Change::default()
        };
        let one = change(one, tick, 10).unwrap();
        assert_eq!(names(&one), [("b".into(), 10)]);
        for gone in [
            Change {
                remove: Some(named("a")),
                ..Change::default()
            },
            Change {
                tick: Some(named("a")),
                ..Change::default()
            },
        ] {
            assert_eq!(
                change(one.clone(), gone, 11),
                Err(Refusal::new("uses_gone"))
            );
        }
        assert_eq!(
            change(one.clone(), put(""), 11),
            Err(Refusal::new("uses_bad"))
        );
        let remove = Change {
            remove: Some(named("b")),
            ..Change::default()
        };
        assert_eq!(change(one, remove, 11), Ok(vec![]));
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
