//! What screens are made of.

pub mod button;
pub mod chip;
pub mod fault;
pub mod field;
pub mod icon;
pub mod secret;
