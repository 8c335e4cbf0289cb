//! Errors as they cross a boundary: a stable code for machines and strings files, never a secret.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A failure that the app can show. The sentence for it lies in `_locales` under `fault_<code>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}")]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Stable code in snake_case, e.g. `wrong_passphrase`.
    pub code: Cow<'static, str>,
    /// How long to wait before trying again makes sense, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u64>,
}

impl Fault {
    /// A fault with this stable code.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self {
            code: Cow::Borrowed(code),
            wait_ms: None,
        }
    }
}
