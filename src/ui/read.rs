//! Reads what the background answers into our types.
//!
//! Field by field and by name, with no word on what might be wrong: the background is ours and of the same version.
//! A derived reader carries, for every field, what to do when it is doubled, missing or of another type, and brings
//! the printing of floats along; that made this app 70 KB larger. Whatever is absent or of another type is read as
//! the type's own nothing. The compiler knows when a field or a type is forgotten here.

use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

use crate::wire::errors::Fault;
use crate::wire::moving::{Bad, Change, Done, Failed, Preview};
use crate::wire::views::{
    AccountView, Ask, AuthView, DeadView, Environment, FlowView, GenerationView, LinkView,
    PageView, PasswordView, PolicyView, Realm, ReviewView, StepState, StepView, SyncNote, SyncView,
    TokenState, UseView, VaultView, View, Way, WayView,
};

/// What can be read.
pub trait Read: Sized {
    /// Reads a value.
    fn read(value: &JsValue) -> Self;
}

/// Reads the field with this name, in snake case as Rust spells it.
pub fn field<T: Read>(object: &JsValue, name: &str) -> T {
    T::read(&raw(object, name))
}

/// Reads what a tool answered as JSON.
pub fn json<T: Read>(text: &str) -> T {
    T::read(&js_sys::JSON::parse(text).unwrap_or_default())
}

/// A text in what a tool answered as JSON.
pub fn text_in(text: &str, name: &str) -> String {
    field(&js_sys::JSON::parse(text).unwrap_or_default(), name)
}

#[inline(never)]
fn raw(object: &JsValue, name: &str) -> JsValue {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else {
            camel.push(if upper { c.to_ascii_uppercase() } else { c });
            upper = false;
        }
    }
    // A text or a number has no such field; `undefined` and `null` throw.
    Reflect::get(object, &JsValue::from_str(&camel)).unwrap_or_default()
}

macro_rules! record {
    ($($name:ident: $($field:ident)+;)+) => {$(
        impl Read for $name {
            #[inline(never)]
            fn read(value: &JsValue) -> Self {
                Self { $($field: field(value, stringify!($field)),)+ }
            }
        }
    )+};
}

pub(crate) use record;

record! {
    View: now vault ways store_fault one_copy page accounts review flow waiting damaged reset_link notice mail_allowed
        lock_minutes lock_away clipboard_allowed policy_days sync;
    SyncView: on code note joinable;
    SyncNote: at code left told told_at;
    WayView: kind added_at rp_id credential salt;
    LinkView: host username at;
    AuthView: method result domain;
    PageView: tab host genuine environment realm my_domain kind why lookalike lookalike_score dismissed username
        can_start;
    AccountView: id label username realm environment hosts here state caught_at dead history password uses period_days
        password_days due_at remind;
    UseView: name kind place updated open;
    DeadView: why at;
    GenerationView: number caught_at source dead;
    ReviewView: id masked username origin sender at reasons realm auth;
    FlowView: username way tab steps ask trouble ends_at password;
    PolicyView: length bits rules;
    StepView: id state;
    Preview: kind needs accounts fresh more same left_out bad bad_count columns mapping;
    Change: username realm label state gains;
    Bad: row code;
    Done: written left failed;
    Failed: username code;
}

/// Enums of names alone; the first stands for a name that is not known.
macro_rules! names {
    ($($name:ident: $first:ident $($other:ident)+;)+) => {$(
        impl Read for $name {
            #[inline(never)]
            fn read(value: &JsValue) -> Self {
                // Does not compile while a variant is missing below.
                let _ = |one: Self| match one { Self::$first $(| Self::$other)+ => {} };
                let text = String::read(value);
                $(if is(&text, stringify!($other)) { return Self::$other; })+
                Self::$first
            }
        }
    )+};
}

/// Is `text` this name in camel case?
#[inline(never)]
fn is(text: &str, name: &str) -> bool {
    match (text.split_at_checked(1), name.split_at_checked(1)) {
        (Some((a, rest_a)), Some((b, rest_b))) => a.eq_ignore_ascii_case(b) && rest_a == rest_b,
        _ => false,
    }
}

names! {
    Realm: Live Test Government China ChinaTest;
    Environment: Production Sandbox Developer Scratch Demo Trailhead Trial;
    Way: Forgot SignedIn;
    TokenState: None Live Dead;
    PasswordView: None Pending Confirmed;
    StepState: Todo Done Present;
    Ask: Wait ChangePassword PressReset OpenMail MailCode MailToken OnPage SignIn Unlock Done;
}

impl Read for VaultView {
    fn read(value: &JsValue) -> Self {
        match field::<String>(value, "state").as_str() {
            "missing" => Self::Missing,
            "locked" => Self::Locked,
            "open" => Self::Open {
                locks_at: field(value, "locks_at"),
            },
            // A state that is not known is no empty place to make a vault in.
            _ => Self::Damaged {
                code: field(value, "code"),
            },
        }
    }
}

impl Read for Fault {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a wait is a small whole number; anything else is cut to the range"
    )]
    fn read(value: &JsValue) -> Self {
        Self {
            code: field::<String>(value, "code").into(),
            wait_ms: field::<Option<f64>>(value, "wait_ms").map(|wait| wait as u64),
        }
    }
}

impl Read for String {
    #[inline(never)]
    fn read(value: &JsValue) -> Self {
        value.as_string().unwrap_or_default()
    }
}

impl Read for bool {
    fn read(value: &JsValue) -> Self {
        value.is_truthy()
    }
}

impl Read for f64 {
    fn read(value: &JsValue) -> Self {
        value.as_f64().unwrap_or_default()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
impl Read for u32 {
    fn read(value: &JsValue) -> Self {
        f64::read(value) as Self
    }
}

#[allow(clippy::cast_possible_truncation)]
impl Read for i32 {
    fn read(value: &JsValue) -> Self {
        f64::read(value) as Self
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &JsValue) -> Self {
        (!value.is_null() && !value.is_undefined()).then(|| T::read(value))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &JsValue) -> Self {
        if !Array::is_array(value) {
            return vec![];
        }
        Array::from(value).iter().map(|one| T::read(&one)).collect()
    }
}
