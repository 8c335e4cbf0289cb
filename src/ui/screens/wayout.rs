//! "Move to JWT": how long the token still serves, and the steps to a key in its place.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::answers::{Config, Input, KeyRow, Rendered, Standing, WayOut, ask};
use crate::ui::clipboard;
use crate::ui::parts::button::{Button, button};
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::{labelled, text_field};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{buttons, fact, facts, hint, line, p, says};
use crate::ui::screens::probe::{learn, outside, standing_lines};
use crate::ui::screens::work::{Place, refusal, save};
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;

/// What the room knows.
#[derive(Clone, Copy)]
struct Room {
    way: RwSignal<Option<WayOut>>,
    refused: RwSignal<Option<String>>,
    said: RwSignal<Option<String>>,
}

/// The room.
#[must_use]
pub fn way_out(place: Place) -> El {
    let room = Room {
        way: RwSignal::new(None),
        refused: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    let standing: RwSignal<Option<Standing>> = RwSignal::new(None);
    learn(&place, standing, room.refused);
    find(&place, room, Input::new());
    let app = place.app;
    let known = live(move || {
        standing
            .get()
            .map(|known| standing_lines(app.now(), &known))
    });
    let way = live(move || room.way.get().map(|way| steps(&place, room, &way)));
    el("div")
        .class("room")
        .put(known)
        .put(refusal(room.refused))
        .put(way)
        .put(says(live(move || {
            room.said.get().map(|said| line("good", said))
        })))
}

fn find(place: &Place, room: Room, input: Input) {
    let place = place.clone();
    spawn_local(async move {
        match ask::<WayOut>(place.app, &place.id, "way_out", &input).await {
            Ok(way) => {
                room.refused.try_set(None);
                room.way.try_set(Some(way));
            }
            Err(why) => drop(room.refused.try_set(Some(why))),
        }
    });
}

fn steps(place: &Place, room: Room, way: &WayOut) -> El {
    let steps: Vec<_> = way
        .way
        .steps
        .iter()
        .map(|step| {
            let inside: Option<AnyView> = match step.id.as_str() {
                "make_key" => Some(key(place, room, way.key.as_ref()).one()),
                "upload_certificate" => way.key.as_ref().map(|key| {
                    buttons()
                        .put(save_certificate(room, &key.certificate))
                        .one()
                }),
                "copy_consumer_key" => Some(consumer_key(place, room, &way.client_id).one()),
                "configure_client" => Some(configs(place, room, way).one()),
                _ => None,
            };
            el("li")
                .put(p(coded("jwt", &step.id)))
                .put(step.link.as_ref().map(outside))
                .put(inside)
        })
        .collect();
    el("ol").class("way").put(steps)
}

/// The key that was made, or the button that makes one.
fn key(place: &Place, room: Room, key: Option<&KeyRow>) -> Vec<El> {
    let of = place.clone();
    let make = move || {
        let place = of.clone();
        spawn_local(async move {
            room.said.set(None);
            match ask::<KeyRow>(place.app, &place.id, "jwt_key", &Input::new()).await {
                Ok(_) => {
                    room.said.try_set(Some(t("work_key_made")));
                    find(&place, room, Input::new());
                }
                Err(why) => drop(room.refused.try_set(Some(why))),
            }
        });
    };
    let Some(key) = key else {
        return vec![buttons().put(button(t("work_make_key")).main().press(make))];
    };
    let mut told = vec![fact("work_key_at", times::moment(key.made_at))];
    if let Some(described) = &key.described {
        told.push(fact("work_key_until", times::moment(described.not_after)));
        told.push(fact("work_fingerprint", described.fingerprint.clone()));
    }
    vec![
        facts(told),
        buttons().put(button(t("work_make_key_again")).quiet().press(make)),
    ]
}

fn save_certificate(room: Room, certificate: &str) -> Button {
    let certificate = certificate.to_owned();
    button(t("work_save_certificate")).press(move || {
        save("token-keeper.crt", certificate.as_bytes(), room.refused);
    })
}

fn consumer_key(place: &Place, room: Room, known: &str) -> El {
    let value = RwSignal::new(known.to_owned());
    let of = place.clone();
    el("form")
        .class("inline")
        .on_submit(move || {
            let input = Input::new().text("clientId", &value.get_untracked());
            find(&of, room, input);
        })
        .put(text_field(
            &place.name("consumer-key"),
            t("work_client_id"),
            value,
            None,
        ))
        .put(button(t("work_fill_in")))
}

/// The key as a file, and a text for each client.
fn configs(place: &Place, room: Room, way: &WayOut) -> Vec<El> {
    let of = place.clone();
    let save_key = way.key.as_ref().map(|_| {
        button(t("work_save_key")).press(move || {
            let place = of.clone();
            spawn_local(async move {
                let file = ask::<Rendered>(place.app, &place.id, "jwt_file", &Input::new()).await;
                match file {
                    Ok(key) => save(&key.file, key.text.as_bytes(), room.refused),
                    Err(why) => drop(room.refused.try_set(Some(why))),
                }
            });
        })
    });
    let chosen = RwSignal::new(0_usize);
    let id = place.name("way-client");
    let options: Vec<_> = way
        .way
        .configs
        .iter()
        .enumerate()
        .map(|(at, config)| {
            el("option")
                .set("value", at.to_string())
                .put(config.client.clone())
        })
        .collect();
    let select = el("select")
        .set("id", &id)
        .put(options)
        .on("change", move |event| {
            chosen.set(event_target_value(&event).parse().unwrap_or_default());
        });
    let all = way.way.configs.clone();
    let text = live(move || all.get(chosen.get()).map(|config| text(room, config)));
    vec![
        hint(t("work_key_plain")),
        buttons().put(save_key),
        labelled(&id, t("work_client")).put(select),
        el("div").class("room").put(text),
    ]
}

fn text(room: Room, config: &Config) -> Vec<El> {
    let (to_copy, to_save) = (config.text.clone(), config.clone());
    let copy = button(t("work_copy_text")).icon(Icon::Copy).press(move || {
        let text = to_copy.clone();
        spawn_local(async move {
            match clipboard::put(&text).await {
                Ok(()) => drop(room.said.try_set(Some(t("work_text_copied")))),
                Err(fault) => drop(room.refused.try_set(Some(coded("fault", &fault.code)))),
            }
        });
    });
    let to_file = button(t("work_save_text"))
        .press(move || save(&to_save.file, to_save.text.as_bytes(), room.refused));
    vec![
        el("pre")
            .class("preview")
            .set("dir", "ltr")
            .set("tabindex", "0")
            .set("role", "region")
            .set("aria-label", t1("work_preview_of", &config.file))
            .put(config.text.clone()),
        buttons().put(copy).put(to_file),
    ]
}
