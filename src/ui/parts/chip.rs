//! Small marks of state and kind: always a word, never colour alone.

use crate::ui::codes::environment_code;
use crate::ui::parts::dom::{El, el};
use crate::ui::parts::icon::Icon;
use crate::ui::strings::{coded, t};
use crate::wire::views::{Environment, TokenState};

/// An icon and a word in a tone (`good`, `bad`, `calm`, `warn`).
#[must_use]
pub fn chip(tone: &str, icon: Icon, word: String) -> El {
    el("span")
        .class(&format!("chip {tone}"))
        .put(icon.draw())
        .put(word)
}

/// Does the newest token work?
#[must_use]
pub fn token_chip(state: TokenState) -> El {
    match state {
        TokenState::Live => chip("good", Icon::Check, t("state_live")),
        TokenState::Dead => chip("bad", Icon::Cross, t("state_dead")),
        TokenState::None => chip("calm", Icon::Dash, t("state_none")),
    }
}

/// What kind of org it is.
#[must_use]
pub fn environment_badge(environment: Environment) -> El {
    let code = environment_code(environment);
    el("span")
        .class(&format!("badge env-{code}"))
        .put(coded("env", code))
}
