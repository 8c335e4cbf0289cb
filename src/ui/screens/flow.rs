//! The guided flow: where we are, and what comes next.

use crate::ui::parts::dom::{El, el, live};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{alerts, bdi, buttons, hint, line};
use crate::ui::screens::{ask, help, missing};
use crate::ui::state::App;
use crate::ui::strings::{coded, help, isolate, t, t1};
use crate::ui::times;
use crate::wire::views::{Ask, StepState, StepView};

/// The card of the running flow.
#[must_use]
pub fn flow(app: App) -> El {
    let username = app.part(|view| view.flow.as_ref().map(|flow| flow.username.clone()));
    let steps = app.part(|view| {
        view.flow
            .as_ref()
            .map(|flow| flow.steps.clone())
            .unwrap_or_default()
    });
    // What a person types into the card of a step stays until the step asks for something else.
    let asked = app.part(|view| view.flow.as_ref().map(|flow| flow.ask));
    let trouble = app.part(|view| view.flow.as_ref().and_then(|flow| flow.trouble.clone()));
    let no_button = app.part(missing::stops);
    // Whether there is anything that can go wrong, and what it would look like.
    let symptom = app.part(|view| {
        let flow = view.flow.as_ref()?;
        let calm = matches!(flow.ask, Ask::Done | Ask::Unlock);
        Some((help::symptom_of(flow), !calm))
    });
    let ends_at = app.part(|view| {
        view.flow
            .as_ref()
            .filter(|flow| flow.ask != Ask::Done)
            .map(|flow| flow.ends_at)
    });
    let head = el("div")
        .class("flow-head")
        .put(el("h2").set("id", "flow-title").put(t("flow_title")))
        .put(
            el("p")
                .class("host")
                .put(live(move || username.get().map(bdi))),
        );
    let list = el("ol")
        .class("steps")
        .set("aria-label", t("steps"))
        .put(live(move || {
            steps.get().iter().map(step).collect::<Vec<_>>()
        }));
    let spoken = el("p")
        .class("unseen")
        .set("role", "status")
        .put(live(move || spoken(&steps.get())));
    let ask = el("div")
        .class("ask")
        .put(alerts(live(move || {
            trouble
                .get()
                .map(|code| line("warn", coded("trouble", &code)))
        })))
        .put(live(move || no_button.get().then(|| missing::missing(app))))
        .put(live(move || asked.get().map(|asked| ask::card(app, asked))))
        .put(live(move || {
            let (symptom, stops) = symptom.get()?;
            // Where the button is missing, its card has the way to help.
            (symptom != Some("menu_missing"))
                .then(|| buttons().put(help::way_in(app, symptom, None)))
                .filter(|_| stops)
        }))
        .put(live(move || {
            ends_at
                .get()
                .map(|at| hint(t1("flow_ends", &isolate(&times::clock(at)))))
        }));
    el("section")
        .class("card flow")
        .set("aria-labelledby", "flow-title")
        .put(head)
        // What to do now stands above how far we are: a popup shows little at once.
        .put(ask)
        .put(spoken)
        .put(list)
}

fn step(step: &StepView) -> El {
    let class = match step.state {
        StepState::Done => "done",
        StepState::Present => "present",
        StepState::Todo => "todo",
    };
    let done = step.state == StepState::Done;
    let present = step.state == StepState::Present;
    let about = present.then(|| help("step", &step.id)).flatten();
    let dot = el("span")
        .class("dot")
        .set("aria-hidden", "true")
        .put(done.then(|| Icon::Check.draw()));
    let what = el("span")
        .class("what")
        .put(el("span").class("name").put(coded("step", &step.id)))
        .put(done.then(|| el("span").class("unseen").put(t("step_done"))))
        .put(about.map(|about| el("span").class("hint").put(about)));
    el("li")
        .class(class)
        .maybe("aria-current", present.then(|| "step".to_owned()))
        .put(dot)
        .put(what)
}

/// For ears: the list itself says nothing when it changes.
fn spoken(steps: &[StepView]) -> Option<String> {
    let present = steps.iter().find(|step| step.state == StepState::Present)?;
    Some(t1("step_spoken", &coded("step", &present.id)))
}
