//! The verbs for each page, and the only addresses that the guide ever opens.

use crate::recognise::host::Host;
use crate::wire::messages::{Act, Verb};

/// A document that was seen and recognised; what a plan is made for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// Frame in the flow's tab, 0 for the top document.
    pub frame: i64,
    /// Origin, e.g. `https://login.salesforce.com`.
    pub origin: String,
    /// The nonce of its agent.
    pub nonce: String,
}

/// The page on which the token can be reset. Nothing happens on a visit: the person presses in our
/// app, and the guide then presses that page's own button (`facts/salesforce-pages.md` §5.1).
#[must_use]
pub fn reset_page(host: &Host) -> String {
    format!(
        "https://{}/_ui/system/security/ResetApiTokenEdit",
        host.classic_host()
    )
}

/// The log-in page of a host.
#[must_use]
pub fn login_page(host: &Host) -> String {
    format!("https://{}/", host.classic_host())
}

/// Presses one button or link.
#[must_use]
pub fn press(document: &Document, mark: &str) -> Act {
    act(
        document,
        vec![Verb::Press {
            mark: mark.to_owned(),
        }],
    )
}

/// Writes one value and presses a button.
#[must_use]
pub fn fill_and_press(document: &Document, field: &str, value: &str, button: &str) -> Act {
    act(
        document,
        vec![
            fill(field, value),
            Verb::Press {
                mark: button.to_owned(),
            },
        ],
    )
}

/// Writes one value and presses nothing.
#[must_use]
pub fn fill_only(document: &Document, field: &str, value: &str) -> Act {
    act(document, vec![fill(field, value)])
}

/// Writes the new password into both fields of a form and presses its button.
#[must_use]
pub fn new_password(document: &Document, fields: [&str; 2], value: &str, button: &str) -> Act {
    let [first, second] = fields;
    act(
        document,
        vec![
            fill(first, value),
            fill(second, value),
            Verb::Press {
                mark: button.to_owned(),
            },
        ],
    )
}

fn act(document: &Document, steps: Vec<Verb>) -> Act {
    Act {
        nonce: document.nonce.clone(),
        origin: document.origin.clone(),
        steps,
    }
}

fn fill(mark: &str, value: &str) -> Verb {
    Verb::Fill {
        mark: mark.to_owned(),
        value: value.to_owned(),
    }
}
