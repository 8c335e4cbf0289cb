//! "Use it in a tool": the account in the form of a client. What is in sight never holds a secret; the whole text is
//! fetched for one press and goes to the clipboard or into a file.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use zeroize::Zeroizing;

use crate::recognise::eml::LARGEST;
use crate::ui::answers::{Format, Formats, Input, Rendered, ask};
use crate::ui::clipboard;
use crate::ui::files;
use crate::ui::parts::button::button;
use crate::ui::parts::dom::{El, Kid, by_id, el, live};
use crate::ui::parts::field::{hands_off, labelled, read};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, hint, line, says};
use crate::ui::parts::secret::{copied_line, say_copied};
use crate::ui::screens::work::{Place, password, refusal, save};
use crate::ui::strings::{coded, t, t1};
use crate::ui::surface::Surface;
use crate::vault::text;

/// What the list says for a template of one's own.
const OWN: &str = "own";
/// The only format with a key of its own.
const DATA_LOADER: &str = "data_loader";
/// How the clients of a group log in.
const GROUPS: [&str; 3] = ["any", "soap", "oauthPassword"];

/// What the room knows.
#[derive(Clone, Copy)]
struct Room {
    formats: RwSignal<Formats>,
    chosen: RwSignal<Option<String>>,
    /// The text without its secrets.
    preview: RwSignal<Option<String>>,
    /// Name of the file that the preview is of.
    file: RwSignal<String>,
    refused: RwSignal<Option<String>>,
    copied: RwSignal<u32>,
    /// Base64url of a key file that the person chose.
    key: RwSignal<Option<String>>,
}

/// The room.
#[must_use]
pub fn tool(place: Place) -> El {
    let room = Room {
        formats: RwSignal::new(Formats::default()),
        chosen: RwSignal::new(None),
        preview: RwSignal::new(None),
        file: RwSignal::new(String::new()),
        refused: RwSignal::new(None),
        copied: RwSignal::new(0),
        key: RwSignal::new(None),
    };
    {
        let place = place.clone();
        spawn_local(async move {
            match ask(place.app, &place.id, "formats", &Input::new()).await {
                Ok(formats) => drop(room.formats.try_set(formats)),
                Err(why) => drop(room.refused.try_set(Some(why))),
            }
        });
    }
    let list = {
        let place = place.clone();
        live(move || {
            let formats = room.formats.get();
            (!formats.formats.is_empty()).then(|| choice(&place, room, &formats))
        })
    };
    let fields = {
        let place = place.clone();
        live(move || room.chosen.get().map(|id| fields(&place, room, &id)))
    };
    let shown = {
        let place = place.clone();
        live(move || room.preview.get().map(|text| shown(&place, room, text)))
    };
    let app = place.app;
    el("div")
        .class("room")
        .put(list)
        .put(fields)
        .put(refusal(room.refused))
        .put(shown)
        .put(says(live(move || {
            (room.copied.get() > 0).then(|| copied_line(app))
        })))
}

fn choice(place: &Place, room: Room, formats: &Formats) -> El {
    let id = place.name("format");
    let group = |login: &str| {
        let options: Vec<_> = formats
            .formats
            .iter()
            .filter(|format| format.login == login)
            .map(|format| option(&format.id, title(format)))
            .collect();
        el("optgroup")
            .set("label", coded("tools", login))
            .put(options)
    };
    let groups: Vec<_> = GROUPS.iter().map(|login| group(login)).collect();
    let place = place.clone();
    let select = el("select")
        .set("id", &id)
        .put(option("", t("work_choose")))
        .put(groups)
        .put(option(OWN, t("work_own")))
        .on("change", move |event| {
            let chosen = event_target_value(&event);
            room.preview.set(None);
            room.refused.set(None);
            room.key.set(None);
            room.chosen
                .set((!chosen.is_empty()).then_some(chosen.clone()));
            if !chosen.is_empty() && chosen != OWN {
                look(&place, room);
            }
        });
    labelled(&id, t("work_client")).put(select)
}

fn option(value: &str, text: String) -> El {
    el("option").set("value", value).put(text)
}

fn title(format: &Format) -> String {
    if format.client.is_empty() {
        coded("format", &format.id)
    } else {
        format.client.clone()
    }
}

/// What the chosen format wants to know.
fn fields(place: &Place, room: Room, id: &str) -> Vec<AnyView> {
    let all = room.formats.get_untracked();
    if id == OWN {
        return vec![template(place, room, &all).one()];
    }
    let Some(format) = all.formats.into_iter().find(|format| format.id == id) else {
        return vec![];
    };
    let mut fields = vec![hint(coded("format", id)).one()];
    if format.login != "any" {
        fields.push(line("calm", coded("tools_until", &format.login)).one());
    }
    if format.needs_password {
        fields.push(password(place, &place.name("tool-password")).one());
    }
    if format.needs_app {
        fields.push(app_fields(place).one());
    }
    if id == DATA_LOADER {
        fields.push(key_field(place, room).one());
    }
    fields
}

fn app_fields(place: &Place) -> Vec<El> {
    let field = |name: &str, kind: &str, label: &str| {
        let id = place.name(name);
        let input = hands_off(el("input")).set("id", &id).set("type", kind);
        labelled(&id, t(label)).put(input)
    };
    vec![
        field("tool-client-id", "text", "work_client_id"),
        field("tool-client-secret", "password", "work_client_secret"),
    ]
}

/// Data Loader's own key file, where the browser lets us ask for a file.
fn key_field(place: &Place, room: Room) -> El {
    let explained = hint(t("work_key_about"));
    if place.app.surface == Surface::Popup {
        return explained;
    }
    let id = place.name("tool-key");
    let input = el("input")
        .set("id", &id)
        .set("type", "file")
        .on("change", move |event| {
            let Some(file) = event
                .target()
                .and_then(|field| files::of(&field).into_iter().next())
            else {
                return room.key.set(None);
            };
            spawn_local(async move {
                match files::base64(&file, LARGEST).await {
                    Ok(bytes) => room.key.set(Some(to_url(&bytes))),
                    Err(fault) => room.refused.set(Some(coded("fault", &fault.code))),
                }
            });
        });
    labelled(&id, t("work_key")).put(input).put(explained)
}

/// The other alphabet of base64, without its padding.
fn to_url(base64: &str) -> String {
    base64
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            c => c,
        })
        .collect()
}

/// A template of one's own, and what it may name.
fn template(place: &Place, room: Room, all: &Formats) -> El {
    let id = place.name("template");
    let about = format!("{id}-about");
    let field = hands_off(el("textarea"))
        .set("id", &id)
        .set("rows", "4")
        .set("dir", "ltr")
        .set("aria-describedby", &about)
        .put("{username}\n{password+token}\n".to_owned());
    let names = |names: &[String]| names.join("  ");
    let placeholders: Vec<_> = all
        .placeholders
        .iter()
        .map(|name| format!("{{{name}}}"))
        .collect();
    let place_to_look = place.clone();
    el("form")
        .on_submit(move || look(&place_to_look, room))
        .put(labelled(&id, t("work_template")).put(field))
        .put(
            el("div")
                .set("id", about)
                .class("names")
                .put(hint(t("work_template_about")))
                .put(el("code").set("dir", "ltr").put(names(&placeholders)))
                .put(hint(t("work_filters_about")))
                .put(el("code").set("dir", "ltr").put(names(&all.filters))),
        )
        .put(password(place, &place.name("tool-password")))
        .put(app_fields(place))
        .put(buttons().put(button(t("work_preview"))))
}

/// What to ask for: the chosen format with what stands in the fields.
fn input(place: &Place, room: Room, redacted: bool) -> Input {
    let chosen = room.chosen.get_untracked().unwrap_or_default();
    let about = if chosen == OWN {
        let own = by_id::<HtmlTextAreaElement>(&place.name("template"));
        Input::new().text(
            "template",
            &own.map(|field| field.value()).unwrap_or_default(),
        )
    } else {
        Input::new().text("format", &chosen)
    };
    let about = about
        .flag("redacted", redacted)
        .text("clientId", &read(&place.name("tool-client-id")));
    if redacted {
        // What is only looked at is asked for without any secret.
        return about;
    }
    about
        .text("password", &read(&place.name("tool-password")))
        .text("clientSecret", &read(&place.name("tool-client-secret")))
        .text("keyFile", &room.key.get_untracked().unwrap_or_default())
}

fn look(place: &Place, room: Room) {
    let place = place.clone();
    spawn_local(async move {
        let about = input(&place, room, true);
        match ask::<Rendered>(place.app, &place.id, "format", &about).await {
            Ok(rendered) => {
                room.refused.try_set(None);
                room.file.try_set(rendered.file.clone());
                room.preview.try_set(Some(rendered.text.clone()));
            }
            Err(why) => {
                room.preview.try_set(None);
                room.refused.try_set(Some(why));
            }
        }
    });
}

fn shown(place: &Place, room: Room, text: String) -> El {
    let (to_copy, to_save) = (place.clone(), place.clone());
    let copy = button(t("work_copy"))
        .icon(Icon::Copy)
        .about(&place.about)
        .main()
        .press(move || {
            let place = to_copy.clone();
            spawn_local(async move {
                let Some(rendered) = whole(&place, room).await else {
                    return;
                };
                match clipboard::copy_text(place.app, &rendered.text).await {
                    Ok(()) => {
                        save_extra(room, &rendered);
                        say_copied(room.copied).await;
                    }
                    Err(fault) => drop(room.refused.try_set(Some(coded("fault", &fault.code)))),
                }
            });
        });
    let to_file = button(t("work_save")).about(&place.about).press(move || {
        let place = to_save.clone();
        spawn_local(async move {
            if let Some(rendered) = whole(&place, room).await {
                save(&rendered.file, rendered.text.as_bytes(), room.refused);
                save_extra(room, &rendered);
            }
        });
    });
    let name = t1("work_preview_of", &room.file.get_untracked());
    let preview = el("pre")
        .class("preview")
        .set("dir", "ltr")
        .set("tabindex", "0")
        .set("role", "region")
        .set("aria-label", name)
        .put(text);
    el("div")
        .class("room")
        .put(preview)
        .put(hint(t("work_redacted")))
        .put(buttons().put(copy).put(to_file))
        .put(line("warn", t("work_plain")))
}

/// The text with its secrets, for one press.
async fn whole(place: &Place, room: Room) -> Option<Rendered> {
    room.refused.try_set(None);
    match ask::<Rendered>(place.app, &place.id, "format", &input(place, room, false)).await {
        Ok(rendered) => Some(rendered),
        Err(why) => {
            room.refused.try_set(Some(why));
            // The password is what is mostly missing.
            if let Some(field) = by_id::<HtmlInputElement>(&place.name("tool-password")) {
                let _ = field.focus();
            }
            None
        }
    }
}

/// The second file, which the first is of no use without.
fn save_extra(room: Room, rendered: &Rendered) {
    if let Some(extra) = &rendered.extra
        && let Ok(bytes) = text::decode(&extra.bytes, 1024)
    {
        save(&extra.file, &Zeroizing::new(bytes), room.refused);
    }
}
