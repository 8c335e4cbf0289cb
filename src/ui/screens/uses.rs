//! Where a token is used: a register, and after a new token the list of what to update.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;

use crate::handover::uses::Kind;
use crate::ui::handover;
use crate::ui::part::Part;
use crate::ui::parts::button::{button, live_button};
use crate::ui::parts::chip::chip;
use crate::ui::parts::dom::{El, Kid, el, live};
use crate::ui::parts::field::{labelled, text_field};
use crate::ui::parts::icon::Icon;
use crate::ui::parts::lines::{bdi, buttons, fault_line, hint, line, p};
use crate::ui::screens::help;
use crate::ui::state::App;
use crate::ui::strings::{coded, t, t1};
use crate::ui::times;
use crate::wire::errors::Fault;
use crate::wire::views::{AccountView, TokenState, UseView, VaultView, View};

const KINDS: [Kind; 4] = [Kind::Job, Kind::Variable, Kind::File, Kind::Person];

/// A change as [`crate::handover::uses::Change`] reads it.
#[derive(Clone, Default, Serialize)]
struct Change {
    remove: Option<Entry>,
    put: Option<Entry>,
    tick: Option<Entry>,
}

#[derive(Clone, PartialEq, Serialize)]
struct Entry {
    name: String,
    kind: String,
    place: String,
}

impl Entry {
    fn of(one: &UseView) -> Self {
        Self {
            name: one.name.clone(),
            kind: one.kind.clone(),
            place: one.place.clone(),
        }
    }
}

/// What still has to be given the live token; nothing while there is none, or when all have it.
#[must_use]
pub fn checklist(app: App, account: Part<AccountView>, id: String) -> AnyView {
    let open = Part::new(move || {
        account.with(|account| match account.state {
            TokenState::Live => open(account),
            _ => vec![],
        })
    });
    let fault = RwSignal::new(None);
    let list = live(move || {
        let rows: Vec<_> = open
            .get()
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let name = format!("open-{at}-{id}");
                let (account, tick) = (id.clone(), Some(Entry::of(one)));
                let done = button(t("uses_tick"))
                    .icon(Icon::Check)
                    .about(&name)
                    .press(move || {
                        let tick = tick.clone();
                        let change = Change {
                            tick,
                            ..Change::default()
                        };
                        send(app, account.clone(), change, fault, || {});
                    });
                el("li").put(named(one).set("id", &name)).put(done)
            })
            .collect();
        (!rows.is_empty()).then(|| {
            el("div")
                .class("checklist")
                .put(line("warn", t("uses_left")))
                .put(el("ul").set("aria-label", t("uses_left")).put(rows))
        })
    });
    vec![list, fault_line(fault).one()].one()
}

fn open(account: &AccountView) -> Vec<UseView> {
    let open = account.uses.iter().filter(|one| one.open);
    open.cloned().collect()
}

/// The register: everything, and a form for more.
#[must_use]
pub fn register(app: App, account: Part<AccountView>, id: String) -> Vec<AnyView> {
    let form = Form {
        name: RwSignal::new(String::new()),
        place: RwSignal::new(String::new()),
        kind: RwSignal::new(code(Kind::Job)),
        shown: RwSignal::new(false),
        editing: RwSignal::new(None),
        fault: RwSignal::new(None),
    };
    let uses = Part::new(move || account.with(|account| (account.state, account.uses.clone())));
    let owner = id.clone();
    let list = live(move || {
        let (state, uses) = uses.get();
        if uses.is_empty() {
            return hint(t("uses_none")).one();
        }
        let standing = match state {
            _ if uses.iter().all(|one| !one.open) => hint(t("uses_done")).one(),
            TokenState::Live => ().into_any(),
            _ => hint(t("uses_waits")).one(),
        };
        let rows: Vec<_> = uses
            .iter()
            .enumerate()
            .map(|(at, one)| row(app, form, one, &owner, at))
            .collect();
        vec![standing, el("ul").class("uses").put(rows).one()].one()
    });
    let title = el("h4").put(t("uses"));
    let more = live(move || {
        if form.shown.get() {
            return form.draw(app, id.clone()).one();
        }
        let add = button(t("uses_add")).press(move || form.show(None));
        vec![fault_line(form.fault), buttons().put(add)].one()
    });
    vec![title.one(), list, more]
}

#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    place: RwSignal<String>,
    kind: RwSignal<String>,
    /// Is the form in sight?
    shown: RwSignal<bool>,
    /// The use that is being changed; none while one is added.
    editing: RwSignal<Option<Entry>>,
    fault: RwSignal<Option<Fault>>,
}

impl Form {
    fn draw(self, app: App, id: String) -> El {
        let kinds: Vec<_> = KINDS
            .into_iter()
            .map(code)
            .map(|kind| el("option").set("value", &kind).put(coded("use", &kind)))
            .collect();
        let select = el("select")
            .set("id", format!("use-kind-{id}"))
            .put(kinds)
            .value(move || self.kind.get())
            .on("change", move |event| {
                self.kind.set(event_target_value(&event))
            });
        let word = move || {
            t(if self.editing.with(Option::is_some) {
                "uses_save"
            } else {
                "uses_save_new"
            })
        };
        let field = |what: &str, name: &str, value| {
            text_field(&format!("use-{what}-{id}"), t(name), value, None)
        };
        let cancel = button(t("uses_cancel")).quiet().press(move || self.hide());
        el("form")
            .put(field("name", "uses_name", self.name))
            .put(labelled(&format!("use-kind-{id}"), t("uses_kind")).put(select))
            .put(field("place", "uses_place", self.place))
            .put(fault_line(self.fault))
            .put(buttons().put(live_button(word)).put(cancel))
            .on_submit(move || self.submit(app, id.clone()))
    }

    fn submit(self, app: App, id: String) {
        let change = Change {
            remove: self.editing.get_untracked(),
            put: Some(Entry {
                name: self.name.get_untracked(),
                kind: self.kind.get_untracked(),
                place: self.place.get_untracked(),
            }),
            tick: None,
        };
        send(app, id, change, self.fault, move || self.hide());
    }

    fn hide(self) {
        self.shown.try_set(false);
    }

    fn show(self, one: Option<Entry>) {
        let shown = one.clone().unwrap_or(Entry {
            name: String::new(),
            kind: code(Kind::Job),
            place: String::new(),
        });
        self.name.try_set(shown.name);
        self.kind.try_set(shown.kind);
        self.place.try_set(shown.place);
        self.editing.try_set(one);
        self.fault.try_set(None);
        self.shown.try_set(true);
    }
}

fn row(app: App, form: Form, one: &UseView, account: &str, at: usize) -> El {
    let name = format!("use-{at}-{account}");
    let state = if one.open {
        chip("warn", Icon::Warn, t("uses_stale"))
    } else {
        chip("good", Icon::Check, t("uses_current"))
    };
    let (edited, removed, account) = (Entry::of(one), Entry::of(one), account.to_owned());
    let edit = button(t("uses_edit"))
        .quiet()
        .about(&name)
        .press(move || form.show(Some(edited.clone())));
    let remove = button(t("uses_remove"))
        .quiet()
        .about(&name)
        .press(move || {
            let change = Change {
                remove: Some(removed.clone()),
                ..Change::default()
            };
            send(app, account.clone(), change, form.fault, || {});
        });
    let age = (one.updated > 0.0).then(|| t1("uses_updated", &times::age(app.now(), one.updated)));
    el("li")
        .put(
            el("div")
                .class("title-row")
                .put(named(one).set("id", &name))
                .put(el("span").class("tags").put(state)),
        )
        .put(age.map(hint))
        .put(buttons().put(edit).put(remove))
}

/// Name, kind and place. The person wrote them, and can have written anything.
fn named(one: &UseView) -> El {
    let place = (!one.place.is_empty()).then(|| {
        let kind = format!("{} · ", coded("use", &one.kind));
        el("span")
            .class("hint")
            .put(kind)
            .put(bdi(one.place.clone()))
    });
    let kind = one
        .place
        .is_empty()
        .then(|| el("span").class("hint").put(coded("use", &one.kind)));
    el("p")
        .class("use")
        .put(el("strong").put(bdi(one.name.clone())))
        .put(place)
        .put(kind)
}

fn code(kind: Kind) -> String {
    kind.code().to_owned()
}

fn send(
    app: App,
    account: String,
    change: Change,
    fault: RwSignal<Option<Fault>>,
    done: impl FnOnce() + 'static,
) {
    fault.set(None);
    spawn_local(async move {
        match handover::tell(app, account, "uses", &change).await {
            Ok(_) => done(),
            Err(why) => drop(fault.try_set(Some(why))),
        }
    });
}

/// What the next press stops: the uses of the flow's account, or that nobody can tell while the vault is locked.
#[must_use]
pub fn breaks(app: App) -> AnyView {
    #[derive(Clone, Default, PartialEq)]
    struct Broken {
        locked: bool,
        uses: Vec<UseView>,
    }
    let broken = app.part(|view: &View| Broken {
        locked: view.vault == VaultView::Locked,
        uses: help::account_of(view, &help::whose(view, None))
            .map(|account| account.uses.clone())
            .unwrap_or_default(),
    });
    live(move || {
        let Broken { locked, uses } = broken.get();
        if locked {
            return line("warn", t("uses_break_locked")).one();
        }
        if uses.is_empty() {
            return ().into_any();
        }
        let rows: Vec<_> = uses.iter().map(|one| el("li").put(named(one))).collect();
        let list = el("ul").class("uses").put(rows);
        vec![p(t("uses_break")), list].one()
    })
}
