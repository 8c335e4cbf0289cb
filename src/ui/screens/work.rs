//! An account put to work: three rooms behind three buttons, one of them open at a time.

use leptos::prelude::*;

use crate::ui::files;
use crate::ui::part::Part;
use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::field::{hands_off, labelled};
use crate::ui::parts::lines::{alerts, hint, line};
use crate::ui::screens::{probe, tool, wayout};
use crate::ui::state::App;
use crate::ui::strings::{coded, t};
use crate::wire::views::{AccountView, PasswordView};

/// A room, with the string id of its button.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Tool,
    Probe,
    WayOut,
}

const ROOMS: [(Room, &str); 3] = [
    (Room::Tool, "work_tool"),
    (Room::Probe, "work_probe"),
    (Room::WayOut, "work_way_out"),
];

/// What the rooms have to know of the account.
#[derive(Clone)]
pub struct Place {
    /// The app.
    pub app: App,
    /// Id of the account.
    pub id: String,
    /// Id of the element that says whose account it is.
    pub about: String,
    /// The account as the present view has it.
    pub account: Part<AccountView>,
}

impl Place {
    /// An id for an element of this account.
    #[must_use]
    pub fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.id)
    }

    /// Which password is kept.
    #[must_use]
    pub fn kept(&self) -> PasswordView {
        self.account.get_untracked().password
    }
}

/// The three buttons and the open room.
#[must_use]
pub fn work(place: Place) -> El {
    let open: RwSignal<Option<Room>> = RwSignal::new(None);
    let inside = place.name("room");
    let buttons: Vec<_> = ROOMS
        .iter()
        .map(|&(room, name)| {
            el("button")
                .set("type", "button")
                .class("button plain")
                .set("aria-describedby", &place.about)
                .set("aria-controls", &inside)
                .says("aria-expanded", move || open.get() == Some(room))
                .on("click", move |_| {
                    open.update(|open| *open = (*open != Some(room)).then_some(room));
                })
                .put(t(name))
        })
        .collect();
    let room = live(move || {
        open.get().map(|room| match room {
            Room::Tool => tool::tool(place.clone()),
            Room::Probe => probe::probe(place.clone()),
            Room::WayOut => wayout::way_out(place.clone()),
        })
    });
    el("div")
        .class("work")
        .put(el("h4").put(t("work")))
        .put(el("div").class("row").put(buttons))
        .put(el("div").set("id", inside).put(room))
}

/// A field for the password, or what is known of the kept one.
#[must_use]
pub fn password(place: &Place, id: &str) -> El {
    match place.kept() {
        PasswordView::None => labelled(id, t("work_password"))
            .put(
                hands_off(el("input"))
                    .set("id", id)
                    .set("type", "password")
                    .set("aria-describedby", format!("{id}-about")),
            )
            .put(hint(t("work_password_about")).set("id", format!("{id}-about"))),
        PasswordView::Pending => line("warn", t("work_password_pending")),
        PasswordView::Confirmed => hint(t("work_password_kept")),
    }
}

/// Why something was not done. Announced at once.
#[must_use]
pub fn refusal(why: RwSignal<Option<String>>) -> El {
    alerts(live(move || why.get().map(|why| line("bad", why))))
}

/// Saves a file, and says if the browser did not.
pub fn save(name: &str, bytes: &[u8], refused: RwSignal<Option<String>>) {
    let why = (!files::save(name, bytes)).then(|| coded("fault", "not_saved"));
    refused.try_set(why);
}
