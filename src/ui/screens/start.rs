//! Begin a guided reset: whose token, and which way.

use leptos::prelude::*;

use crate::ui::parts::button::{Button, Weight};
use crate::ui::parts::fault::fault_line;
use crate::ui::parts::field::TextField;
use crate::ui::parts::icon::Icon;
use crate::ui::state::{App, app};
use crate::ui::strings::t;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;
use crate::wire::views::{View, Way};

/// The form that starts a flow.
#[component]
pub fn Start(
    /// The tab in which it starts.
    tab: i32,
) -> impl IntoView {
    let app = app();
    let form = Form {
        username: RwSignal::new(String::new()),
        touched: RwSignal::new(false),
        way: RwSignal::new(first_way(app)),
        fault: RwSignal::new(None),
    };
    follow_page(app, form);
    let known = app.part(usernames);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.submit(app, tab);
    };
    view! {
        <form class="start" on:submit=submit>
            <TextField
                id="start-user"
                label=t("user_name")
                value=form.username
                suggestions=known
                touched=form.touched
            />
            <fieldset>
                <legend>{t("way_question")}</legend>
                {choice(form.way, Way::SignedIn, "way_signed_in")}
                {choice(form.way, Way::Forgot, "way_forgot")}
            </fieldset>
            {fault_line(form.fault)}
            <Button label=t("start_reset") weight=Weight::Main icon=Icon::Key />
        </form>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Form {
    username: RwSignal<String>,
    touched: RwSignal<bool>,
    way: RwSignal<Way>,
    fault: RwSignal<Option<Fault>>,
}

impl Form {
    fn submit(self, app: App, tab: i32) {
        let username = self.username.get_untracked().trim().to_owned();
        if username.is_empty() {
            self.fault.set(Some(Fault::new("username_missing")));
            return;
        }
        if !app.busy.with_untracked(Option::is_some) {
            self.fault.set(None);
            app.send(Intent::Start { tab, username, way: self.way.get_untracked() });
        }
    }
}

/// The way that breaks less comes first, unless the person is already on the other one.
fn first_way(app: App) -> Way {
    let kind = app.view.with_untracked(|view| view.as_ref()?.page.as_ref()?.kind.clone());
    match kind.as_deref() {
        Some("forgot" | "check_mail" | "link_expired" | "new_password") => Way::Forgot,
        _ => Way::SignedIn,
    }
}

/// The field shows what the page says until the person types.
fn follow_page(app: App, form: Form) {
    let said = app.part(|view| {
        let page = view.page.as_ref()?;
        let only_one = || match usernames(view).as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        page.username.clone().or_else(only_one)
    });
    Effect::new(move |_| {
        if let Some(said) = said.get()
            && !form.touched.get_untracked()
        {
            form.username.set(said);
        }
    });
}

/// The user names kept for this page; if there are none, all of its cloud.
fn usernames(view: &View) -> Vec<String> {
    let Some(page) = &view.page else { return vec![] };
    let here: Vec<_> = view.accounts.iter().filter(|a| a.here).map(|a| a.username.clone()).collect();
    if here.is_empty() {
        view.accounts.iter().filter(|a| a.realm == page.realm).map(|a| a.username.clone()).collect()
    } else {
        here
    }
}

fn choice(chosen: RwSignal<Way>, way: Way, id: &'static str) -> AnyView {
    let about = format!("{id}-about");
    view! {
        <label class="choice" for=id>
            <input
                type="radio"
                name="way"
                id=id
                aria-label=t(id)
                aria-describedby=about.clone()
                prop:checked=move || chosen.get() == way
                on:change=move |_| chosen.set(way)
            />
            <span>
                <strong>{t(id)}</strong>
                <span class="hint" id=about>{t(&format!("{id}_about"))}</span>
            </span>
        </label>
    }
    .into_any()
}
