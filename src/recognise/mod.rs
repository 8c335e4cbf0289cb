//! What is this? Hosts, pages, mails, tokens and codes, decided from reported facts alone.
//!
//! Language never matters: ids, names, paths and shapes decide (`facts/salesforce-pages.md` §9,
//! `facts/token-and-mail.md` §B2). An unknown page says why it is unknown, and nothing is done to it.

pub mod bytes;
pub mod capture;
pub mod classify;
pub mod code;
pub mod confusable;
pub mod eml;
pub mod host;
pub mod html;
pub mod lookalike;
pub mod mail;
pub mod markers;
pub mod reset;
pub mod text;
pub mod token;
