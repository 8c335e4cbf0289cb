//! The header: name, lock state, "Lock", menu.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use crate::ui::api;
use crate::ui::parts::button::button;
use crate::ui::parts::chip::chip;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, Plight, Screen};
use crate::ui::strings::t;
use crate::ui::surface::Surface;
use crate::wire::messages::Intent;
use crate::wire::views::VaultView;

/// The header.
#[must_use]
pub fn bar(app: App) -> El {
    let open = app.part(|view| matches!(view.vault, VaultView::Open { .. }));
    let locked = app.part(|view| view.vault == VaultView::Locked);
    let state = live(move || {
        if open.get() {
            button(t("lock"))
                .icon(Icon::Lock)
                .press(move || {
                    // What comes next is to unlock it.
                    app.screen.set(Screen::Main);
                    app.send(Intent::Lock);
                })
                .one()
        } else {
            locked
                .get()
                .then(|| chip("calm", Icon::Lock, t("vault_locked")))
                .one()
        }
    });
    let mark = el("span").class("mark").put(Icon::Key.draw());
    el("header")
        .class("bar")
        .put(el("h1").put(mark).put(t("app_name")))
        .put(state)
        .put(menu(app))
}

fn menu(app: App) -> El {
    let open = RwSignal::new(false);
    let list = live(move || {
        open.get().then(|| {
            let veil = el("div")
                .class("veil")
                .on("click", move |_| open.set(false));
            vec![veil, el("div").class("menu-list").put(choices(app, open))]
        })
    });
    let dots = el("button")
        .set("type", "button")
        .class("button quiet bare")
        .set("aria-label", t("menu"))
        .says("aria-expanded", move || open.get())
        .on("click", move |_| open.update(|open| *open = !*open))
        .put(Icon::More.draw());
    el("div")
        .class("menu")
        .on("keydown", move |event| {
            let escape = event.unchecked_ref::<web_sys::KeyboardEvent>().key() == "Escape";
            if escape && open.get_untracked() {
                // In the popup, Escape would close everything.
                event.prevent_default();
                open.set(false);
            }
        })
        .put(dots)
        .put(list)
}

fn choices(app: App, open: RwSignal<bool>) -> AnyView {
    let to_panel = (app.surface == Surface::Popup && api::has_side_panel()).then(|| {
        button(t("open_panel"))
            .quiet()
            .icon(Icon::Panel)
            .press(move || {
                open.set(false);
                let opened = app
                    .front
                    .get_untracked()
                    .and_then(|front| api::open_side_panel(front.window));
                spawn_local(async move {
                    let opened = api::settled(opened).await;
                    leave_popup(app, opened);
                });
            })
    });
    let full = (app.surface != Surface::Tab).then(|| {
        button(t("open_tab"))
            .quiet()
            .icon(Icon::Tab)
            .press(move || {
                open.set(false);
                to_tab(app, "app.html?surface=tab");
            })
    });
    let settings = button(t("settings"))
        .quiet()
        .icon(Icon::Sliders)
        .press(move || {
            open.set(false);
            app.screen.set(Screen::Settings);
        });
    let help = button(t("help_title"))
        .quiet()
        .icon(Icon::Info)
        .press(move || {
            open.set(false);
            app.plight.set(Plight::default());
            app.screen.set(Screen::Help);
        });
    vec![to_panel.one(), full.one(), settings.one(), help.one()].one()
}

/// Shows a page of the app in a full tab.
pub fn to_tab(app: App, page: &'static str) {
    spawn_local(async move {
        let opened = api::open_page(page).await;
        leave_popup(app, opened);
    });
}

/// A popup would hide what was just opened.
fn leave_popup(app: App, opened: bool) {
    if opened
        && app.surface == Surface::Popup
        && let Some(window) = web_sys::window()
    {
        // The browser may refuse to close a page; then it simply stays.
        let _ = window.close();
    }
}
