//! What comes next?
