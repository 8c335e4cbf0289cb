//! Moments and ages in words, in the language of the messages (not of the browser: a German date in
//! an English sentence reads like a mistake).

use js_sys::Intl::{DateTimeFormat, RelativeTimeFormat};
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::ui::strings::t;

const MINUTE: f64 = 60_000.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
const MONTH: f64 = 30.44 * DAY;
const YEAR: f64 = 365.25 * DAY;

/// `then` as seen from `now`: "3 days ago". Both in milliseconds since 1970.
#[must_use]
pub fn age(now: f64, then: f64) -> String {
    let passed = (now - then).max(0.0);
    if passed < MINUTE {
        return t("age_now");
    }
    let (unit, length) = match passed {
        p if p < HOUR => ("minute", MINUTE),
        p if p < DAY => ("hour", HOUR),
        p if p < MONTH => ("day", DAY),
        p if p < YEAR => ("month", MONTH),
        _ => ("year", YEAR),
    };
    AGE.with(|age| String::from(age.format(-(passed / length).floor(), unit)))
}

/// A moment to come as seen from `now`, in whole days: "in 3 days"; one that is over as [`age`] has it.
#[must_use]
pub fn distance(now: f64, then: f64) -> String {
    if then <= now {
        return age(now, then);
    }
    let days = ((then - now) / DAY).ceil();
    AGE.with(|age| String::from(age.format(days, "day")))
}

/// A moment as date and time.
#[must_use]
pub fn moment(at: f64) -> String {
    MOMENT.with(|moment| written(moment, at))
}

/// A moment of today as time only.
#[must_use]
pub fn clock(at: f64) -> String {
    CLOCK.with(|clock| written(clock, at))
}

// Made once: making one costs as much as drawing a row.
thread_local! {
    static AGE: RelativeTimeFormat = RelativeTimeFormat::new(&languages(), &Object::new());
    static MOMENT: DateTimeFormat = format(&[("dateStyle", "medium"), ("timeStyle", "short")]);
    static CLOCK: DateTimeFormat = format(&[("timeStyle", "short")]);
}

fn format(style: &[(&str, &str)]) -> DateTimeFormat {
    let options = Object::new();
    for (key, value) in style {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    DateTimeFormat::new(&languages(), &options)
}

fn written(format: &DateTimeFormat, at: f64) -> String {
    let written = format.format().call1(&JsValue::UNDEFINED, &at.into());
    written.unwrap_or_default().as_string().unwrap_or_default()
}

fn languages() -> Array {
    Array::of1(&JsValue::from_str(&t("language_tag")))
}
