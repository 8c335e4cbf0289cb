//! Begin a guided reset: whose token, and which way.

use leptos::prelude::*;

use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, el};
use crate::ui::parts::field::suggesting_field;
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::fault_line;
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;
use crate::wire::views::{View, Way};

/// The form that starts a flow in this tab.
#[must_use]
pub fn start(app: App, tab: i32) -> El {
    let form = Form {
        username: RwSignal::new(String::new()),
        touched: RwSignal::new(false),
        way: RwSignal::new(first_way(app)),
        fault: RwSignal::new(None),
    };
    follow_page(app, form);
    let known = app.part(usernames);
    let ways = el("fieldset")
        .put(el("legend").put(t("way_question")))
        .put(choice(form.way, Way::SignedIn, "way_signed_in"))
        .put(choice(form.way, Way::Forgot, "way_forgot"));
    el("form")
        .on_submit(move || form.submit(app, tab))
        .put(suggesting_field(
            "start-user",
            t("user_name"),
            form.username,
            form.touched,
            known,
        ))
        .put(ways)
        .put(fault_line(form.fault))
        .put(button(t("start_reset")).main().icon(Icon::Key))
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
        } else if !app.busy.with_untracked(Option::is_some) {
            self.fault.set(None);
            app.send(Intent::Start {
                tab,
                username,
                way: self.way.get_untracked(),
            });
        }
    }
}

/// The way that breaks less comes first, unless the person is already on the other one.
fn first_way(app: App) -> Way {
    let kind = app
        .view
        .with_untracked(|view| view.as_ref()?.page.as_ref()?.kind.clone());
    match kind.as_deref() {
        Some("forgot" | "check_mail" | "link_expired" | "interstitial" | "new_password") => {
            Way::Forgot
        }
        _ => Way::SignedIn,
    }
}

/// The field shows what the page says until the person types.
fn follow_page(app: App, form: Form) {
    let said = app.part(|view| {
        let page = view.page.as_ref()?;
        page.username
            .clone()
            .or_else(|| match usernames(view).as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            })
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
    let Some(page) = &view.page else {
        return vec![];
    };
    let here: Vec<_> = view
        .accounts
        .iter()
        .filter(|a| a.here)
        .map(|a| a.username.clone())
        .collect();
    if here.is_empty() {
        view.accounts
            .iter()
            .filter(|a| a.realm == page.realm)
            .map(|a| a.username.clone())
            .collect()
    } else {
        here
    }
}

fn choice(chosen: RwSignal<Way>, way: Way, id: &'static str) -> El {
    let about = format!("{id}_about");
    let radio = el("input")
        .set("type", "radio")
        .set("name", "way")
        .set("id", id)
        .set("aria-label", t(id))
        .set("aria-describedby", about.clone())
        .maybe("checked", (chosen.get_untracked() == way).then(String::new))
        .on("change", move |_| chosen.set(way));
    let words = el("span").put(el("strong").put(t(id))).put(
        el("span")
            .class("hint")
            .set("id", about.clone())
            .put(t(&about)),
    );
    el("label")
        .class("choice")
        .set("for", id)
        .put(radio)
        .put(words)
}
