//! What crosses a context boundary, and nothing else: data types without behaviour beyond checks.
//!
//! Every message is JSON-shaped (objects, arrays, strings, numbers below 2^53, booleans), because
//! Chromium drops maps, byte arrays and `undefined` on the way (`facts/browsers.md` §1).

pub mod answer;
pub mod errors;
pub mod json;
pub mod messages;
pub mod moving;
pub mod senders;
pub mod views;
