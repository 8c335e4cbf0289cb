//! The one button.

use leptos::prelude::*;

use crate::ui::parts::icon::Icon;
use crate::ui::state::app;

/// How much weight a button has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// The thing to do here; at most one in sight per card.
    Main,
    /// An ordinary choice.
    #[default]
    Plain,
    /// Hardly there until needed.
    Quiet,
    /// Destroys something.
    Danger,
}

impl Weight {
    fn class(self) -> &'static str {
        match self {
            Self::Main => "button main",
            Self::Plain => "button plain",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A button. While an intent is under way it rests, but keeps the focus (`aria-disabled`, not
/// `disabled`), so that a keyboard does not lose its place. Without `press` it submits its form.
#[component]
pub fn Button(
    /// What it says; this is its accessible name too, unless `name` is given.
    #[prop(into)]
    label: Signal<String>,
    /// Weight.
    #[prop(optional)]
    weight: Weight,
    /// Icon before the word.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Accessible name, where the word alone would be ambiguous.
    #[prop(optional, into)]
    name: Option<String>,
    /// Id of the element that says what the button is about.
    #[prop(optional, into)]
    about: Option<String>,
    /// For a button that unfolds something: is it unfolded?
    #[prop(optional, into)]
    unfolded: Option<Signal<bool>>,
    /// What to do. Runs inside the click, as permission questions need it.
    #[prop(optional, into)]
    press: Option<Callback<()>>,
) -> impl IntoView {
    let app = app();
    let kind = if press.is_some() { "button" } else { "submit" };
    let click = move |_| {
        if let Some(press) = press
            && !app.busy.with_untracked(Option::is_some)
        {
            press.run(());
        }
    };
    view! {
        <button
            type=kind
            class=weight.class()
            aria-label=name
            aria-describedby=about
            aria-expanded=move || unfolded.map(|u| if u.get() { "true" } else { "false" })
            aria-disabled=move || app.is_busy().then_some("true")
            on:click=click
        >
            {icon.map(Icon::draw)}
            <span>{move || label.get()}</span>
        </button>
    }
    .into_any()
}
