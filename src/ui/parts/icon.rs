//! The few line icons, drawn on a 20 × 20 grid. They only repeat what a word beside them says.

use crate::ui::parts::dom::{El, el};

/// An icon, by what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// The product.
    Key,
    /// Done, works.
    Check,
    /// Dead, wrong.
    Cross,
    /// Nothing there.
    Dash,
    /// Locked.
    Lock,
    /// Open.
    Unlock,
    /// Look out.
    Warn,
    /// Good to know.
    Info,
    /// More choices.
    More,
    /// Show.
    Eye,
    /// Copy.
    Copy,
    /// Unfolds.
    Chevron,
    /// Side panel.
    Panel,
    /// Full tab.
    Tab,
    /// Settings.
    Sliders,
    /// Back.
    Back,
    /// Look at the page.
    Scan,
    /// Mail.
    Mail,
    /// Time.
    Clock,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Key => {
                "M12.6 11.8a4.4 4.4 0 1 0-4.1-2.9L3 14.4V17h2.6l.9-.9v-1.5H8l1-1v-1.4h1.4l.7-.7c.5.2 1 .3 1.5.3ZM13.6 6.4h.01"
            }
            Self::Check => "m4 10.6 4 4 8-9",
            Self::Cross => "m5 5 10 10M15 5 5 15",
            Self::Dash => "M5 10h10",
            Self::Lock => "M4.5 9h11v8h-11zM7 9V6.2a3 3 0 0 1 6 0V9",
            Self::Unlock => "M4.5 9h11v8h-11zM7 9V6.2a3 3 0 0 1 5.7-1.3",
            Self::Warn => "m10 3 8 14H2zM10 8.2v4M10 14.6h.01",
            Self::Info => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9.2v4.3M10 6.5h.01",
            Self::More => "M4.5 10h.01M10 10h.01M15.5 10h.01",
            Self::Eye => {
                "M1.8 10S4.8 4.8 10 4.8 18.2 10 18.2 10 15.2 15.2 10 15.2 1.8 10 1.8 10ZM10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8Z"
            }
            Self::Copy => "M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7",
            Self::Chevron => "m5.5 7.8 4.5 4.5 4.5-4.5",
            Self::Panel => "M2.5 4h15v12h-15zM12 4v12",
            Self::Tab => "M11.5 3.5h5v5M16.5 3.5 9.5 10.5M8.5 5H3.5v11.5H15v-5",
            Self::Sliders => "M3 6.5h7M14 6.5h3M3 13.5h2.5M9.5 13.5H17M12 4.5v4M7.5 11.5v4",
            Self::Back => "m12 4.5-5.5 5.5 5.5 5.5",
            Self::Scan => "M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4M6 10h8",
            Self::Mail => "M2.5 4.5h15v11h-15zM3 5.5l7 5.5 7-5.5",
            Self::Clock => "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4.3l2.800 1.7",
        }
    }

    /// Draws it. Hidden from assistive technology: the word beside it says the same.
    #[must_use]
    pub fn draw(self) -> El {
        el("svg")
            .class("icon")
            .set("viewBox", "0 0 20 20")
            .set("aria-hidden", "true")
            .set("focusable", "false")
            .put(el("path").set("d", self.path()))
    }
}
