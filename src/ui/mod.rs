//! The app page.
