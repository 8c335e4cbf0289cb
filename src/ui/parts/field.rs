//! Text fields: a visible label that is also the accessible name, and no stranger's autofill.

use leptos::html::Input;
use leptos::prelude::*;
use zeroize::Zeroizing;

use crate::ui::parts::icon::Icon;
use crate::ui::strings::t;

/// A plain text field bound to a signal. For nothing secret.
#[component]
pub fn TextField(
    /// Unique in the page.
    #[prop(into)]
    id: String,
    /// Its label.
    label: String,
    /// Its value.
    value: RwSignal<String>,
    /// Values to choose from.
    #[prop(optional, into)]
    suggestions: Option<Signal<Vec<String>>>,
    /// The person typed; the value is theirs now.
    #[prop(optional)]
    touched: Option<RwSignal<bool>>,
) -> impl IntoView {
    let list = suggestions.map(|suggestions| {
        let list_id = format!("{id}-list");
        let options = move || {
            suggestions.get().into_iter().map(|value| view! { <option value=value></option> }).collect_view()
        };
        (list_id.clone(), view! { <datalist id=list_id>{options}</datalist> })
    });
    let (list_id, list) = list.unzip();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                data-1p-ignore=""
                data-lpignore="true"
                data-bwignore=""
                list=list_id
                prop:value=move || value.get()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    if let Some(touched) = touched {
                        touched.set(true);
                    }
                }
            />
            {list}
        </div>
    }
    .into_any()
}

/// A passphrase field. Its text lives in the element alone: it is read once, when it is needed.
#[component]
pub fn PassphraseField(
    /// Unique in the page.
    id: &'static str,
    /// Its label.
    label: String,
    /// The element, to read from.
    node: NodeRef<Input>,
    /// Is the text shown? Two fields of one form share this.
    shown: RwSignal<bool>,
    /// Has this field the show toggle?
    #[prop(optional)]
    toggle: bool,
    /// Called with what stands there after every keystroke; for the strength meter.
    #[prop(optional, into)]
    typed: Option<Callback<String>>,
    /// Id of the element that explains the field.
    #[prop(optional, into)]
    about: Option<String>,
) -> impl IntoView {
    let show = toggle.then(|| {
        let word = move || if shown.get() { t("hide") } else { t("show") };
        view! {
            <button type="button" class="button quiet inset" aria-controls=id on:click=move |_| shown.update(|s| *s = !*s)>
                {Icon::Eye.draw()}
                <span>{word}</span>
            </button>
        }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="with-inset">
                <input
                    id=id
                    node_ref=node
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    data-1p-ignore=""
                    data-lpignore="true"
                    data-bwignore=""
                    aria-describedby=about
                    on:input=move |event| {
                        if let Some(typed) = typed {
                            typed.run(event_target_value(&event));
                        }
                    }
                />
                {show}
            </div>
        </div>
    }
    .into_any()
}

/// What stands in a field.
#[must_use]
pub fn read(node: NodeRef<Input>) -> Zeroizing<String> {
    Zeroizing::new(node.get_untracked().map(|input| input.value()).unwrap_or_default())
}

/// Empties a field.
pub fn clear(node: NodeRef<Input>) {
    if let Some(input) = node.get_untracked() {
        input.set_value("");
    }
}

/// Puts the cursor into a field as soon as it is there.
pub fn focus_first(node: NodeRef<Input>) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        node.get().is_some_and(|input| input.focus().is_ok())
    });
}
