//! How long recognition takes in wasm, compiled as it is shipped: `./build.sh bench recognition`. Runs under Node.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::classify::classify;
use token_keeper::recognise::host::Host;
use token_keeper::wire::json;
use token_keeper::wire::messages::{PageFacts, ShownText};
use wasm_bindgen_test::{console_log, wasm_bindgen_test};

#[path = "bench/specimens.rs"]
mod specimens;

const ROUNDS: usize = 9;

/// Milliseconds of processor time, so that a busy machine does not count.
fn now() -> f64 {
    js_sys::eval("(({ user, system }) => (user + system) / 1000)(process.cpuUsage())")
        .unwrap()
        .as_f64()
        .unwrap()
}

/// Milliseconds of one call: the median of some rounds, after one that warms up.
fn median(calls: u32, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..=ROUNDS)
        .map(|_| {
            let start = now();
            for _ in 0..calls {
                work();
            }
            (now() - start) / f64::from(calls)
        })
        .skip(1)
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

#[wasm_bindgen_test]
fn pages() {
    let host = Host::recognise("acme.my.salesforce.com").unwrap();
    for (name, facts) in specimens::REPORTS {
        let read: PageFacts = json::from_str(facts).unwrap();
        let classified = median(20_000, || {
            let _ = black_box(classify(black_box(&host), black_box(&read)));
        });
        let parsed = median(5_000, || {
            black_box(json::from_str::<PageFacts>(black_box(facts)).unwrap());
        });
        console_log!(
            "wasm: {name:<16} classify {:>8.3} µs   read facts {:>8.3} µs",
            classified * 1000.0,
            parsed * 1000.0
        );
    }
}

#[wasm_bindgen_test]
fn texts() {
    for (name, text) in specimens::texts() {
        #[allow(clippy::cast_precision_loss)]
        let megabytes = text.len() as f64 / 1e6;
        let shown = ShownText {
            visible: text.clone(),
            full: text,
            cut: false,
        };
        let ms = median(1, || {
            black_box(judge(&Source::Other, black_box(&shown), &Known::default()));
        });
        console_log!(
            "wasm: {name:<16} scan {:>8.1} MB/s ({ms:.1} ms for {megabytes:.0} MB)",
            megabytes / ms * 1000.0
        );
    }
}
