//! Moments and ages in words, in the language of the messages (not of the browser: a German date in
//! an English sentence reads like a mistake).

use js_sys::Intl::RelativeTimeFormat;
use js_sys::{Array, Date, Object, Reflect};
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
    let format = RelativeTimeFormat::new(&languages(), &Object::new());
    String::from(format.format(-(passed / length).floor(), unit))
}

/// A moment as date and time.
#[must_use]
pub fn moment(at: f64) -> String {
    written(at, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// A moment of today as time only.
#[must_use]
pub fn clock(at: f64) -> String {
    written(at, &[("timeStyle", "short")])
}

fn written(at: f64, style: &[(&str, &str)]) -> String {
    let options = Object::new();
    for (key, value) in style {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    String::from(Date::new(&JsValue::from_f64(at)).to_locale_string(&t("language_tag"), &options))
}

fn languages() -> Array {
    Array::of1(&JsValue::from_str(&t("language_tag")))
}
