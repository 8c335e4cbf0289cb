//! The core of Token Keeper, a browser extension that walks a person through the reset of a
//! Salesforce security token, catches the new token and keeps it sealed.
//!
//! The rooms, in the order in which a fact from a page travels through them:
//!
//! | room | answers | may use |
//! |---|---|---|
//! | [`wire`] | what crosses a context boundary? messages, senders, views, answers of tools, errors | nothing of ours |
//! | [`recognise`] | what is this? hosts, pages, mails, tokens, codes | `wire` |
//! | [`guide`] | what comes next? state + event → state + effects | `recognise`, `vault`, `wire` |
//! | [`handover`] | how is it put to work? formats, probe, clock, uses, rotation, advice | `recognise`, `vault`, `wire` |
//! | [`moving`] | what comes from elsewhere, what goes there? backups, files of other tools, plain export (tools program) | `recognise`, `vault`, `wire` |
//! | [`vault`] | how is it kept? secrets, envelopes, keys, records | `wire` |
//! | `browser` | the extension APIs and the runner of effects (wasm only) | all of the above |
//! | [`tools`] | heavy work that is done seldom: a program of its own, started for one task | the pure rooms |
//! | `ui` | the app page (wasm only) | `wire`, and tables and limits of `recognise` and `vault` |
//!
//! Everything but `browser` and `ui` is pure: no browser types, no clock and no randomness of its
//! own. Time (milliseconds since 1970) and random bytes come in as arguments, so `cargo test` on
//! the host proves these rooms.

pub mod browser;
pub mod guide;
pub mod handover;
pub mod moving;
pub mod recognise;
pub mod tools;
pub mod vault;
pub mod wire;

#[cfg(all(target_arch = "wasm32", feature = "ui"))]
pub mod ui;
