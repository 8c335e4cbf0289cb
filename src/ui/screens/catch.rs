//! "Here is the mail": paste it, give its file, or have the page in front read.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlTextAreaElement;

use crate::recognise::eml::LARGEST;
use crate::ui::files::{self, File};
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, by_id, el, live};
use crate::ui::parts::drop::drop_place;
use crate::ui::parts::field::{hands_off, labelled};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, card, fault_line, hint};
use crate::ui::screens::bar;
use crate::ui::screens::page::scan_button;
use crate::ui::state::App;
use crate::ui::strings::t;
use crate::ui::surface::Surface;
use crate::wire::errors::Fault;
use crate::wire::messages::Intent;

const PASTE: &str = "paste";
const FILE: &str = "mail-file";

/// The paste box as a card of its own, for a token that turned up outside of a flow.
#[must_use]
pub fn catch_card(app: App) -> El {
    // On an ordinary page, the card of the page has the scan button already.
    let scan =
        app.part(|view| view.flow.is_some() || view.page.as_ref().is_some_and(|page| page.genuine));
    card("catch_title").put(live(move || catch(app, scan.get())))
}

/// The paste box and the place for a mail file, with or without "Scan this page".
#[must_use]
pub fn catch(app: App, scan: bool) -> El {
    let fault = RwSignal::new(None);
    let area = hands_off(el("textarea")).set("id", PASTE).set("rows", "2");
    let scan = live(move || {
        let tab = app.front.get().filter(|_| scan)?.id;
        Some(scan_button(app, tab))
    });
    el("form")
        .on_submit(move || look_at(app, fault))
        .put(labelled(PASTE, t("paste_label")).put(area))
        .put(buttons().put(button(t("look_for_token"))).put(scan))
        .put(fault_line(fault))
        .put(if app.surface == Surface::Popup {
            file_elsewhere(app)
        } else {
            file_place(app, fault)
        })
}

fn look_at(app: App, fault: RwSignal<Option<Fault>>) {
    let Some(area) = by_id::<HtmlTextAreaElement>(PASTE) else {
        return;
    };
    let text = area.value();
    if text.trim().is_empty() || app.busy.with_untracked(Option::is_some) {
        return;
    }
    fault.set(None);
    spawn_local(async move {
        match app.run(Intent::Paste { text }).await {
            // A pasted mail holds the token: it does not stay in sight longer than it is needed.
            Ok(_) => area.set_value(""),
            Err(why) => {
                fault.try_set(Some(why));
            }
        }
    });
}

/// A popup closes as soon as a file is dragged or the browser's file window opens.
fn file_elsewhere(app: App) -> El {
    let open = button(t("mail_file_in_tab"))
        .quiet()
        .icon(Icon::Tab)
        .about("mail-file-about")
        .press(move || bar::to_tab(app, "app.html?surface=tab"));
    el("div")
        .class("elsewhere")
        .put(hint(t("mail_file_popup")).set("id", "mail-file-about"))
        .put(open)
}

/// Drop a mail file here, or choose it.
fn file_place(app: App, fault: RwSignal<Option<Fault>>) -> El {
    let choose = button(t("choose_mail_file")).icon(Icon::Mail);
    drop_place(
        FILE,
        ".eml,message/rfc822",
        choose,
        t("mail_file_drop"),
        move |files| read(app, fault, files),
    )
}

/// Hands files over one by one; the first that fails ends it.
fn read(app: App, fault: RwSignal<Option<Fault>>, files: Vec<File>) {
    if files.is_empty() || app.busy.with_untracked(Option::is_some) {
        return;
    }
    fault.set(None);
    spawn_local(async move {
        for file in files {
            let read = match files::base64(&file, LARGEST).await {
                Ok(data) => app.run(Intent::MailFile { data }).await.map(|_| ()),
                Err(why) => Err(why),
            };
            if let Err(why) = read {
                fault.try_set(Some(why));
                return;
            }
        }
    });
}
