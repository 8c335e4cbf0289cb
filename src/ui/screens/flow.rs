//! The guided flow: where we are, and what comes next.

use leptos::prelude::*;

use crate::ui::parts::fault::line;
use crate::ui::parts::icon::Icon;
use crate::ui::screens::ask;
use crate::ui::state::app;
use crate::ui::strings::{coded, help, isolate, t, t1};
use crate::ui::times;
use crate::wire::views::{Ask, FlowView, StepState, StepView};

/// The card of the running flow.
#[component]
pub fn Flow() -> impl IntoView {
    let app = app();
    let username = app.part(|view| view.flow.as_ref().map(|f| f.username.clone()));
    let flow = app.part(|view| view.flow.as_ref().map(steps_of).unwrap_or_default());
    // What a person types into the card of a step stays until the step asks for something else.
    let now_asked = app.part(|view| view.flow.as_ref().map(|f| f.ask));
    let trouble = app.part(|view| view.flow.as_ref().and_then(|f| f.trouble.clone()));
    let ends_at = app.part(|view| view.flow.as_ref().filter(|f| f.ask != Ask::Done).map(|f| f.ends_at));
    view! {
        <section class="card flow" aria-labelledby="flow-title">
            <div class="flow-head">
                <h2 id="flow-title">{t("flow_title")}</h2>
                <p class="host"><bdi>{move || username.get()}</bdi></p>
            </div>
            <ol class="steps" aria-label=t("steps")>
                {move || flow.get().iter().map(step).collect_view()}
            </ol>
            <p class="unseen" role="status">{move || spoken(&flow.get())}</p>
            <div class="ask">
                <div role="alert">{move || trouble.get().map(|code| line("warn", coded("trouble", &code)))}</div>
                {move || now_asked.get().map(|asked| ask::card(app, asked))}
                <p class="hint">{move || ends_at.get().map(|at| t1("flow_ends", &isolate(&times::clock(at))))}</p>
            </div>
        </section>
    }
    .into_any()
}

fn steps_of(flow: &FlowView) -> Vec<StepView> {
    flow.steps.clone()
}

fn step(step: &StepView) -> AnyView {
    let (class, icon, word) = match step.state {
        StepState::Done => ("done", Some(Icon::Check), Some(t("step_done"))),
        StepState::Present => ("present", None, None),
        StepState::Todo => ("todo", None, None),
    };
    let present = step.state == StepState::Present;
    let about = present.then(|| help("step", &step.id)).flatten();
    view! {
        <li class=class aria-current=present.then_some("step")>
            <span class="dot" aria-hidden="true">{icon.map(Icon::draw)}</span>
            <span class="what">
                <span class="name">{coded("step", &step.id)}</span>
                {word.map(|word| view! { <span class="unseen">{word}</span> })}
                {about.map(|about| view! { <span class="hint">{about}</span> })}
            </span>
        </li>
    }
    .into_any()
}

/// For ears: the list itself says nothing when it changes.
fn spoken(steps: &[StepView]) -> Option<String> {
    let present = steps.iter().find(|step| step.state == StepState::Present)?;
    Some(t1("step_spoken", &coded("step", &present.id)))
}
