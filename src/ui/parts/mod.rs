//! What screens are made of.

pub mod button;
pub mod chip;
pub mod dom;
pub mod drop;
pub mod field;
pub mod icon;
pub mod lines;
pub mod meter;
pub mod passphrase;
pub mod secret;
