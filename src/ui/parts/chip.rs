//! Small marks of state and kind: always a word, never colour alone.

use leptos::prelude::*;

use crate::ui::codes::environment_code;
use crate::ui::parts::icon::Icon;
use crate::ui::strings::{coded, t};
use crate::wire::views::{Environment, TokenState};

/// An icon and a word in a tone (`good`, `bad`, `calm`, `warn`).
#[must_use]
pub fn chip(tone: &'static str, icon: Icon, word: String) -> AnyView {
    view! { <span class=format!("chip {tone}")>{icon.draw()}{word}</span> }.into_any()
}

/// Does the newest token work?
#[must_use]
pub fn token_chip(state: TokenState) -> AnyView {
    match state {
        TokenState::Live => chip("good", Icon::Check, t("state_live")),
        TokenState::Dead => chip("bad", Icon::Cross, t("state_dead")),
        TokenState::None => chip("calm", Icon::Dash, t("state_none")),
    }
}

/// What kind of org it is.
#[must_use]
pub fn environment_badge(environment: Environment) -> AnyView {
    let code = environment_code(environment);
    view! { <span class=format!("badge env-{code}")>{coded("env", code)}</span> }.into_any()
}
