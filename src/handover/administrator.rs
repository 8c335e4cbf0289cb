//! A message to the administrator, ready to copy.
//!
//! It is a list of sentences by their ids, so that it can be written in the administrator's language; each has at most
//! one argument. No secret is ever an argument.

use serde::{Deserialize, Serialize};

use crate::handover::Refusal;
use crate::handover::advice;
use crate::handover::setup;

/// Asks for a message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// A cause of [`advice`] that only an administrator can change.
    cause: String,
    username: String,
    /// A genuine host of the account.
    host: String,
}

/// One sentence.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Id of the sentence.
    pub id: String,
    /// Its argument.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument: Option<String>,
}

/// A message, one paragraph a line.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Subject line.
    pub subject: Line,
    /// The paragraphs.
    pub lines: Vec<Line>,
}

/// Writes the message for a cause.
///
/// # Errors
/// `admin_no_message` for a cause that no administrator can help with; `handover_bad_value` for a user name that cannot
/// stand in a message.
pub fn message(ask: Ask) -> Result<Message, Refusal> {
    let (cause, _) = advice::causes()
        .into_iter()
        .find(|(cause, admin)| *admin && *cause == ask.cause)
        .ok_or(Refusal::new("admin_no_message"))?;
    let username = ask.username.trim();
    if username.is_empty() || username.len() > 254 || username.chars().any(char::is_control) {
        return Err(Refusal::new("handover_bad_value"));
    }
    let mut lines = vec![
        line("admin_hello", None),
        line("admin_user", Some(username)),
        line(&format!("admin_{cause}"), None),
    ];
    let page = advice::page_of(cause);
    if let Some(link) = page.and_then(|page| setup::link(&ask.host, page)) {
        lines.push(line("admin_page", Some(&link.url)));
    }
    lines.push(line("admin_no_secret", None));
    Ok(Message {
        subject: line("admin_subject", Some(username)),
        lines,
    })
}

fn line(id: &str, argument: Option<&str>) -> Line {
    Line {
        id: id.to_owned(),
        argument: argument.map(str::to_owned),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ask(cause: &str, host: &str) -> Ask {
        Ask {
            cause: cause.into(),
            username: "ada@example.com".into(),
            host: host.into(),
        }
    }

    #[test]
    fn a_message_names_user_cause_and_page() {
        let message = message(ask("ip_ranges", "acme.lightning.force.com")).unwrap();
        let ids: Vec<_> = message.lines.iter().map(|line| line.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "admin_hello",
                "admin_user",
                "admin_ip_ranges",
                "admin_page",
                "admin_no_secret"
            ]
        );
        let page = message.lines.get(3).unwrap().argument.as_deref();
        assert_eq!(
            page,
            Some("https://acme.my.salesforce.com/lightning/setup/EnhancedProfiles/home")
        );
    }

    #[test]
    fn every_cause_for_the_administrator_has_a_message_and_no_other() {
        for (cause, admin) in advice::causes() {
            let given = message(ask(cause, "login.salesforce.com"));
            assert_eq!(given.is_ok(), admin, "{cause}");
        }
        assert!(message(ask("nonsense", "login.salesforce.com")).is_err());
    }
}
