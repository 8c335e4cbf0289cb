//! Who is asking? The raw sender of a message, narrowed before the message itself is read.
//!
//! `sender.id` is ours for content scripts as well, and `sender.url` can mislead (a sandboxed frame
//! keeps the URL but has origin `"null"`), so the origin decides (`facts/security.md` §0.7).

use serde::Deserialize;

/// The browser's own description of a sender, as far as we look at it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RawSender {
    /// Extension id of the sender.
    pub id: Option<String>,
    /// Origin of the sending document.
    pub origin: Option<String>,
    /// The tab, for a document in a tab.
    pub tab: Option<RawTab>,
    /// 0 for the top document of a tab.
    pub frame_id: Option<i64>,
    /// `active`, `prerender`, `cached`, …; absent in Firefox.
    pub document_lifecycle: Option<String>,
}

/// The tab of a sender. `url` is there only where we hold a permission for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RawTab {
    /// Tab id.
    pub id: Option<i32>,
    /// Address of the top document.
    pub url: Option<String>,
}

/// A sender that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Our own app page.
    App,
    /// One of our content scripts in a web document.
    Content(ContentSender),
}

/// A content script in a document with a real web origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentSender {
    /// Tab id.
    pub tab: i32,
    /// Frame id, 0 for the top document.
    pub frame: i64,
    /// Origin of the document, never `null`.
    pub origin: String,
    /// Address of the top document, where the browser tells it.
    pub top_url: Option<String>,
}

/// Narrows a raw sender, or refuses it (`None`): foreign extensions, opaque origins, documents that
/// are not active, content scripts without a tab.
///
/// `own_id` is `runtime.id`, `own_origin` the origin of our pages without a trailing slash.
#[must_use]
pub fn narrow(raw: &RawSender, own_id: &str, own_origin: &str) -> Option<Sender> {
    if raw.id.as_deref() != Some(own_id) {
        return None;
    }
    let origin = raw.origin.as_deref()?;
    if origin == own_origin {
        return Some(Sender::App);
    }
    if !origin.starts_with("https://")
        || raw
            .document_lifecycle
            .as_deref()
            .is_some_and(|state| state != "active")
    {
        return None;
    }
    let tab = raw.tab.as_ref()?;
    Some(Sender::Content(ContentSender {
        tab: tab.id?,
        frame: raw.frame_id?,
        origin: origin.to_owned(),
        top_url: tab.url.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "abcdefgh";
    const OWN: &str = "chrome-extension://abcdefgh";

    fn raw(
        id: &str,
        origin: Option<&str>,
        tab: Option<i32>,
        frame: Option<i64>,
        life: Option<&str>,
    ) -> RawSender {
        RawSender {
            id: Some(id.to_owned()),
            origin: origin.map(str::to_owned),
            tab: tab.map(|id| RawTab {
                id: Some(id),
                url: None,
            }),
            frame_id: frame,
            document_lifecycle: life.map(str::to_owned),
        }
    }

    #[test]
    fn every_kind_of_sender() {
        let page = "https://login.salesforce.com";
        let table = [
            (
                "our page",
                raw(ID, Some(OWN), None, None, None),
                Some("app"),
            ),
            (
                "our page in a tab",
                raw(ID, Some(OWN), Some(3), Some(0), Some("active")),
                Some("app"),
            ),
            (
                "content script",
                raw(ID, Some(page), Some(3), Some(0), Some("active")),
                Some("content"),
            ),
            (
                "content script in Firefox",
                raw(ID, Some(page), Some(3), Some(0), None),
                Some("content"),
            ),
            (
                "foreign extension",
                raw("other", Some(OWN), None, None, None),
                None,
            ),
            (
                "foreign extension's page",
                raw("other", Some("chrome-extension://other"), None, None, None),
                None,
            ),
            (
                "sandboxed frame",
                raw(ID, Some("null"), Some(3), Some(4), Some("active")),
                None,
            ),
            (
                "plain http",
                raw(
                    ID,
                    Some("http://login.salesforce.com"),
                    Some(3),
                    Some(0),
                    Some("active"),
                ),
                None,
            ),
            (
                "prerendered",
                raw(ID, Some(page), Some(3), Some(0), Some("prerender")),
                None,
            ),
            (
                "cached",
                raw(ID, Some(page), Some(3), Some(0), Some("cached")),
                None,
            ),
            (
                "no tab",
                raw(ID, Some(page), None, None, Some("active")),
                None,
            ),
            (
                "no origin",
                raw(ID, None, Some(3), Some(0), Some("active")),
                None,
            ),
        ];
        for (name, raw, expected) in table {
            let got = narrow(&raw, ID, OWN).map(|sender| match sender {
                Sender::App => "app",
                Sender::Content(_) => "content",
            });
            assert_eq!(got, expected, "{name}");
        }
    }
}
