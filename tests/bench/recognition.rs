//! How long recognition takes on the host: one page, one report of the agent, a long text.
//! `tests/bench_wasm.rs` measures the same in wasm, as it is shipped.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::classify::classify;
use token_keeper::recognise::host::Host;
use token_keeper::wire::json;
use token_keeper::wire::messages::{PageFacts, ShownText};

#[path = "specimens.rs"]
mod specimens;

fn pages(c: &mut Criterion) {
    let host = Host::recognise("acme.my.salesforce.com").unwrap();
    for (name, facts) in specimens::REPORTS {
        let read: PageFacts = json::from_str(facts).unwrap();
        c.bench_function(&format!("classify/{name}"), |b| {
            b.iter(|| classify(black_box(&host), black_box(&read)));
        });
        c.bench_function(&format!("read_facts/{name}"), |b| {
            b.iter(|| json::from_str::<PageFacts>(black_box(facts)).unwrap());
        });
    }
    c.bench_function("recognise_host", |b| {
        b.iter(|| Host::recognise(black_box("acme--dev.sandbox.my.salesforce.com")));
    });
}

fn texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("scan");
    group.sample_size(20);
    for (name, text) in specimens::texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        let shown = ShownText {
            visible: text.clone(),
            full: text,
            cut: false,
        };
        group.bench_function(name, |b| {
            b.iter(|| judge(&Source::Other, black_box(&shown), &Known::default()));
        });
    }
}

criterion_group!(recognition, pages, texts);
criterion_main!(recognition);
