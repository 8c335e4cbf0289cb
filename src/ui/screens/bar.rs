//! The header: name, lock state, "Lock", menu.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::api;
use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::chip::chip;
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, Screen, app};
use crate::ui::strings::t;
use crate::ui::surface::Surface;
use crate::wire::messages::Intent;
use crate::wire::views::VaultView;

/// The header.
#[component]
pub fn Bar() -> impl IntoView {
    let app = app();
    let open = Memo::new(move |_| {
        app.view.with(|view| view.as_ref().map(|view| matches!(view.vault, VaultView::Open { .. })))
    });
    let locked = app.part(|view| view.vault == VaultView::Locked);
    let state = move || {
        if open.get() == Some(true) {
            Some(view! { <Button label=t("lock") icon=Icon::Lock press=move |()| app.send(Intent::Lock) /> }.into_any())
        } else {
            locked.get().then(|| chip("calm", Icon::Lock, t("vault_locked")))
        }
    };
    view! {
        <header class="bar">
            <h1>
                <span class="mark">{Icon::Key.draw()}</span>
                {t("app_name")}
            </h1>
            {state}
            {menu(app)}
        </header>
    }
    .into_any()
}

fn menu(app: App) -> AnyView {
    let unfolded = RwSignal::new(false);
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && unfolded.get_untracked() {
            // In the popup, Escape would close everything.
            event.prevent_default();
            unfolded.set(false);
        }
    };
    let list = move || {
        unfolded.get().then(|| {
            view! {
                <div class="veil" on:click=move |_| unfolded.set(false)></div>
                <div class="menu-list">{choices(app, unfolded)}</div>
            }
        })
    };
    view! {
        <div class="menu" on:keydown=escape>
            <button
                type="button"
                class="button quiet bare"
                aria-label=t("menu")
                aria-expanded=move || if unfolded.get() { "true" } else { "false" }
                on:click=move |_| unfolded.update(|u| *u = !*u)
            >
                {Icon::More.draw()}
            </button>
            {list}
        </div>
    }
    .into_any()
}

fn choices(app: App, unfolded: RwSignal<bool>) -> AnyView {
    let to_panel = (app.surface == Surface::Popup && api::has_side_panel()).then(|| {
        let open = move |()| {
            unfolded.set(false);
            let opened = app.front.get_untracked().and_then(|front| api::open_side_panel(front.window));
            spawn_local(async move { leave_popup(app, opened.is_some()) });
        };
        view! { <Button label=t("open_panel") weight=Weight::Quiet icon=Icon::Panel press=open /> }
    });
    let to_tab = (app.surface != Surface::Tab).then(|| {
        let open = move |()| {
            unfolded.set(false);
            spawn_local(async move {
                let opened = api::open_page("app.html?surface=tab").await;
                leave_popup(app, opened);
            });
        };
        view! { <Button label=t("open_tab") weight=Weight::Quiet icon=Icon::Tab press=open /> }
    });
    let settings = move |()| {
        unfolded.set(false);
        app.screen.set(Screen::Settings);
    };
    view! {
        {to_panel}
        {to_tab}
        <Button label=t("settings") weight=Weight::Quiet icon=Icon::Sliders press=settings />
    }
    .into_any()
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
