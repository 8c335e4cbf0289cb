//! Heavy work that is done seldom, behind one function: text in, text out, both JSON.
//!
//! The background must be small, since it is compiled on every wake of the worker. What needs big tables or parsers
//! (mail files, letters that look alike, backup files, keys) is linked into a program of its own (`src/bin/tools.rs`)
//! that is started for one task. On the host the background calls [`run`] directly.

/// Runs the tool of this name on its input. `None`: no such tool, or the input is not what it takes.
#[must_use]
pub fn run(name: &str, input: &str) -> Option<String> {
    crate::handover::run(name, input)
}
