//! The app page: what a person sees in the toolbar popup, the side panel or a full tab.
//!
//! It shows a [`View`](crate::wire::views::View) and sends an
//! [`Intent`](crate::wire::messages::Intent) for every button; it decides nothing about pages and
//! keeps nothing. In the order in which a question travels:
//!
//! * [`screens`]: one component file per screen; [`parts`]: what they are made of
//! * [`state`]: the last view, and the rule when to ask for the next; [`part`]: a part of it that a screen follows
//! * [`port`]: intent out, reply in; [`handover`]: questions to the tools; [`api`]: the bindings under it; [`files`]: mail
//!   files
//! * [`strings`], [`times`], [`codes`], [`punycode`]: how codes become words
//!
//! No text is ever parsed as HTML: everything a page or a person wrote becomes a text node, and names
//! that could reorder the line around them stand in `<bdi>`.

pub mod api;
pub mod clipboard;
pub mod codes;
pub mod files;
pub mod handover;
pub mod part;
pub mod parts;
pub mod port;
pub mod punycode;
pub mod read;
pub mod screens;
pub mod state;
pub mod strength;
pub mod strings;
pub mod surface;
pub mod times;

use leptos::mount::mount_to;
use wasm_bindgen::JsCast;

use crate::ui::surface::Surface;

/// Puts the app in place of the skeleton that `app.html` paints while the program loads.
pub fn run() {
    let place = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.get_element_by_id("app"));
    let Some(place) = place.and_then(|p| p.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return;
    };
    place.set_text_content(None);
    let surface = Surface::read();
    mount_to(place, move || screens::shell::shell(surface)).forget();
}
