//! The one button.

use leptos::prelude::*;

use crate::ui::parts::dom::{Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::state::app;
use crate::ui::strings::t;

/// A button that says `word`, which is its accessible name too.
#[must_use]
pub fn button(word: String) -> Button {
    Button::new(word.one())
}

/// A button whose word follows signals.
#[must_use]
pub fn live_button(word: impl Fn() -> String + Send + 'static) -> Button {
    Button::new(live(word))
}

/// A button that says another word while the intent of this name is under way; both by their string ids.
#[must_use]
pub fn busy_button(intent: &'static str, meanwhile: &'static str, id: &'static str) -> Button {
    let app = app();
    live_button(move || {
        t(if app.busy.get() == Some(intent) {
            meanwhile
        } else {
            id
        })
    })
}

/// A button to be. While an intent is under way it rests, but keeps the focus (`aria-disabled`, not
/// `disabled`), so that a keyboard does not lose its place. Without `press` it submits its form.
pub struct Button {
    word: AnyView,
    class: &'static str,
    icon: Option<Icon>,
    about: Option<String>,
    press: Option<Box<dyn Fn() + Send>>,
}

impl Button {
    fn new(word: AnyView) -> Self {
        Self {
            word,
            class: "button plain",
            icon: None,
            about: None,
            press: None,
        }
    }

    /// The thing to do here; at most one in sight per card.
    #[must_use]
    pub fn main(mut self) -> Self {
        self.class = "button main";
        self
    }

    /// Hardly there until needed.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.class = "button quiet";
        self
    }

    /// Destroys something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.class = "button danger";
        self
    }

    /// An icon before the word.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Id of the element that says what the button is about.
    #[must_use]
    pub fn about(mut self, id: &str) -> Self {
        self.about = Some(id.to_owned());
        self
    }

    /// What to do. Runs inside the click, as permission questions need it.
    #[must_use]
    pub fn press(mut self, press: impl Fn() + Send + 'static) -> Self {
        self.press = Some(Box::new(press));
        self
    }
}

impl Kid for Button {
    fn add_to(self, kids: &mut Vec<AnyView>) {
        let app = app();
        let kind = if self.press.is_some() {
            "button"
        } else {
            "submit"
        };
        let mut made = el("button")
            .set("type", kind)
            .class(self.class)
            .maybe("aria-describedby", self.about)
            .live("aria-disabled", move || {
                app.is_busy().then(|| "true".to_owned())
            })
            .put(self.icon.map(Icon::draw))
            .put(el("span").put(self.word));
        if let Some(press) = self.press {
            made = made.on("click", move |_| {
                if !app.busy.with_untracked(Option::is_some) {
                    press();
                }
            });
        }
        made.add_to(kids);
    }
}
