//! One component file per screen. [`shell`] decides which of them are in sight, by the view alone.

pub mod account;
pub mod accounts;
pub mod ask;
pub mod bar;
pub mod catch;
pub mod flow;
pub mod help;
pub mod link;
pub mod lookalike;
pub mod missing;
pub mod moving;
pub mod page;
pub mod probe;
pub mod review;
pub mod rotation;
pub mod settings;
pub mod setup;
pub mod shell;
pub mod start;
pub mod sync;
pub mod tool;
pub mod unlock;
pub mod uses;
pub mod wayout;
pub mod ways;
pub mod work;
