//! Elements by hand: [`el`] in place of the `view!` macro.
//!
//! The macro gives every piece of a page a type of its own, and with it its own copy of the code that
//! builds, changes and removes it: 560 KB for this app. Here every element is one type, [`El`], and
//! every changing part is one other ([`live`]); Leptos still owns signals, effects, keyed rows and
//! the tree. There is no way in here to have text read as HTML.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event};

use crate::ui::part::Part;

/// Begins an element.
#[must_use]
#[inline(never)]
pub fn el(tag: &'static str) -> El {
    El(Box::new(Plan {
        tag,
        deeds: vec![],
        kids: vec![],
    }))
}

/// An element to be. Boxed, because it travels by value through every chain of calls that makes one.
pub struct El(Box<Plan>);

/// What to set on it, and what stands in it.
struct Plan {
    tag: &'static str,
    deeds: Vec<Deed>,
    kids: Vec<AnyView>,
}

enum Deed {
    Attribute(&'static str, String),
    LiveAttribute(&'static str, Box<dyn Fn() -> Option<String> + Send>),
    LiveValue(Box<dyn Fn() -> String + Send>),
    On(&'static str, Box<dyn FnMut(Event) + Send>),
}

impl El {
    /// Sets an attribute.
    #[must_use]
    pub fn set(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.with(Deed::Attribute(name, value.as_ref().to_owned()))
    }

    /// Sets the class attribute.
    #[must_use]
    pub fn class(self, names: &str) -> Self {
        self.set("class", names)
    }

    /// Sets an attribute if there is a value for it.
    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// An attribute that follows signals; absent while `None`.
    #[must_use]
    pub fn live(
        self,
        name: &'static str,
        value: impl Fn() -> Option<String> + Send + 'static,
    ) -> Self {
        self.with(Deed::LiveAttribute(name, Box::new(value)))
    }

    /// An attribute that says "true" or "false", as ARIA states want it.
    #[must_use]
    pub fn says(self, name: &'static str, value: impl Fn() -> bool + Send + 'static) -> Self {
        self.live(name, move || Some(value().to_string()))
    }

    /// The value of a field, following a signal.
    #[must_use]
    pub fn value(self, value: impl Fn() -> String + Send + 'static) -> Self {
        self.with(Deed::LiveValue(Box::new(value)))
    }

    /// Listens to an event.
    #[must_use]
    pub fn on(self, event: &'static str, heard: impl FnMut(Event) + Send + 'static) -> Self {
        self.with(Deed::On(event, Box::new(heard)))
    }

    /// Listens to the submission of a form, in place of the browser's own doing.
    #[must_use]
    pub fn on_submit(self, mut heard: impl FnMut() + Send + 'static) -> Self {
        self.on("submit", move |event| {
            event.prevent_default();
            heard();
        })
    }

    /// Puts something into the element: an element, a text, a live part, or a list or option of them.
    #[must_use]
    #[inline(never)]
    pub fn put(mut self, kid: impl Kid) -> Self {
        kid.add_to(&mut self.0.kids);
        self
    }

    // Not inlined, like `put`: they stand some hundred times in this app.
    #[inline(never)]
    fn with(mut self, deed: Deed) -> Self {
        self.0.deeds.push(deed);
        self
    }
}

/// What can stand in an element.
pub trait Kid: Sized {
    /// Adds itself to what is there already.
    fn add_to(self, kids: &mut Vec<AnyView>);

    /// As one view.
    fn one(self) -> AnyView {
        let mut kids = vec![];
        self.add_to(&mut kids);
        match (kids.pop(), kids.is_empty()) {
            (None, _) => ().into_any(),
            (Some(only), true) => only,
            (Some(last), false) => {
                kids.push(last);
                kids.into_any()
            }
        }
    }
}

impl Kid for El {
    #[inline(never)]
    fn add_to(self, kids: &mut Vec<AnyView>) {
        kids.push(self.into_any());
    }
}

impl Kid for AnyView {
    fn add_to(self, kids: &mut Vec<AnyView>) {
        kids.push(self);
    }
}

impl Kid for String {
    #[inline(never)]
    fn add_to(self, kids: &mut Vec<AnyView>) {
        kids.push(self.into_any());
    }
}

impl<K: Kid> Kid for Option<K> {
    fn add_to(self, kids: &mut Vec<AnyView>) {
        if let Some(kid) = self {
            kid.add_to(kids);
        }
    }
}

impl<K: Kid> Kid for Vec<K> {
    fn add_to(self, kids: &mut Vec<AnyView>) {
        for kid in self {
            kid.add_to(kids);
        }
    }
}

/// A part of the page that follows signals. It is built anew whenever one of them changes, so a field
/// in it must depend on as little as possible.
#[must_use]
pub fn live<K: Kid>(mut part: impl FnMut() -> K + Send + 'static) -> AnyView {
    follow(Arc::new(Mutex::new(move || part().one())))
}

fn follow(part: Arc<Mutex<dyn FnMut() -> AnyView + Send>>) -> AnyView {
    part.into_any()
}

/// Rows by id: a row whose id stays is left alone, with whatever is unfolded in it.
#[must_use]
pub fn rows(ids: Part<Vec<String>>, row: fn(String) -> AnyView) -> AnyView {
    view! { <For each=move || ids.get() key=Clone::clone children=row /> }.into_any()
}

/// The element with this id, if it is there and of this kind.
#[must_use]
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    web_sys::window()?
        .document()?
        .get_element_by_id(id)?
        .dyn_into()
        .ok()
}

/// An element on the page, with what keeps it alive.
pub struct Built {
    element: Element,
    kids: Vec<AnyViewState>,
    // Dropping these ends them.
    _effects: Vec<RenderEffect<()>>,
    _listeners: Vec<Closure<dyn FnMut(Event)>>,
}

impl Render for El {
    type State = Built;

    fn build(self) -> Built {
        let element = make(self.0.tag);
        let mut effects = vec![];
        let mut listeners = vec![];
        for deed in self.0.deeds {
            let on = element.clone();
            match deed {
                Deed::Attribute(name, value) => set(&on, name, Some(&value)),
                Deed::LiveAttribute(name, value) => {
                    effects.push(RenderEffect::new(move |_| {
                        set(&on, name, value().as_deref())
                    }));
                }
                Deed::LiveValue(value) => {
                    effects.push(RenderEffect::new(move |_| {
                        // Every field has a `value`; setting it cannot fail.
                        let _ = js_sys::Reflect::set(&on, &"value".into(), &value().into());
                    }));
                }
                Deed::On(event, heard) => {
                    let heard: Box<dyn FnMut(Event)> = heard;
                    let listener = Closure::wrap(heard);
                    let _ = on
                        .add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
                    listeners.push(listener);
                }
            }
        }
        let mut kids: Vec<_> = self.0.kids.into_iter().map(Render::build).collect();
        for kid in &mut kids {
            kid.mount(&element, None);
        }
        Built {
            element,
            kids,
            _effects: effects,
            _listeners: listeners,
        }
    }

    /// All elements are of one type, so "the same type" says nothing: the old one goes.
    fn rebuild(self, state: &mut Built) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl Mountable for Built {
    fn unmount(&mut self) {
        for kid in &mut self.kids {
            kid.unmount();
        }
        self.element.remove();
    }

    fn mount(&mut self, parent: &types::Element, marker: Option<&types::Node>) {
        // The marker is a child of this parent by Leptos' own care.
        let _ = parent.insert_before(&self.element, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.element.parent_element() {
            Some(parent) => {
                child.mount(&parent, Some(&self.element));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<types::Element> {
        vec![self.element.clone()]
    }
}

fn make(tag: &'static str) -> Element {
    let document = document();
    let made = match tag {
        "svg" | "path" => document.create_element_ns(Some("http://www.w3.org/2000/svg"), tag),
        _ => document.create_element(tag),
    };
    // Fails only for a malformed name, and all names here are constants.
    made.unwrap_or_else(JsCast::unchecked_into)
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    // Fails only for a malformed name, and all names here are constants.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Leptos asks every view to know how a server would write it; this app has no server.
impl RenderHtml for El {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        _: &mut String,
        _: &mut Position,
        _: bool,
        _: bool,
        _: Vec<AnyAttribute>,
    ) {
    }

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Built {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for El {
    type Output<SomeNewAttr: Attribute> = Self;

    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}
