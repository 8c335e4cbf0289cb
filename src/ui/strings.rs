//! Every visible sentence, by its id in `_locales/<language>/messages.json`.
//!
//! Views carry codes; a code and its group name make an id (`page` + `login` → `page_login`). A code
//! that has no sentence yet shows its group's general sentence with the code in it, so that nothing
//! is ever an empty label.

use crate::ui::api;

/// The sentence with this id.
#[must_use]
#[inline(never)]
pub fn t(id: &str) -> String {
    api::message(id, &[]).unwrap_or_else(|| id.to_owned())
}

/// The sentence with this id and one argument in it. Text that a person or a page wrote goes
/// through [`isolate`] first.
#[must_use]
#[inline(never)]
pub fn t1(id: &str, argument: &str) -> String {
    api::message(id, &[argument]).unwrap_or_else(|| format!("{id}: {argument}"))
}

/// The sentence with this id and two arguments in it.
#[must_use]
pub fn t2(id: &str, first: &str, second: &str) -> String {
    api::message(id, &[first, second]).unwrap_or_else(|| format!("{id}: {first}, {second}"))
}

/// The sentence for a code of a group.
#[must_use]
#[inline(never)]
pub fn coded(group: &str, code: &str) -> String {
    api::message(&format!("{group}_{code}"), &[])
        .unwrap_or_else(|| t1(&format!("{group}_other"), code))
}

/// The second sentence for a code of a group, if there is one: `step` + `login` → `step_login_help`.
#[must_use]
#[inline(never)]
pub fn help(group: &str, code: &str) -> Option<String> {
    api::message(&format!("{group}_{code}_help"), &[])
}

/// Keeps foreign text from reordering the sentence around it (first-strong isolate).
#[must_use]
#[inline(never)]
pub fn isolate(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}
