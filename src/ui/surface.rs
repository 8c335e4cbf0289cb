//! Where the app stands: toolbar popup, side panel or a tab of its own.

/// The surface, from `app.html?surface=…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Under the toolbar icon; closes when it loses focus.
    Popup,
    /// Beside the page; follows the tab in front.
    Panel,
    /// A tab of its own; there is no page in front of it.
    Tab,
}

impl Surface {
    /// Reads the address of this page. Anything unknown is a tab: it needs nothing from a page.
    #[must_use]
    pub fn read() -> Self {
        match asked("surface").as_deref() {
            Some("popup") => Self::Popup,
            Some("panel") => Self::Panel,
            _ => Self::Tab,
        }
    }

    /// Is there a page in front of the app?
    #[must_use]
    pub fn faces_page(self) -> bool {
        self != Self::Tab
    }
}

/// What the address of this page says under this name.
#[must_use]
pub fn asked(name: &str) -> Option<String> {
    let query = web_sys::window()?.location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&query)
        .ok()?
        .get(name)
}
