//! What is this?
