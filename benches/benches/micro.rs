//! The steps of matching one by one, for who changes one of them: `cargo bench -p interdict-benches`. The SDN list serves where it
//! stands beside the project, else the built-in dataset, which is small enough to serve a test run too.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use interdict_matching::{Matcher, Query, Scratch, Settings, compare};
use interdict_model::{Entity, Schema, entity_from_json};
use interdict_names::{NameKind, address_keys, parse_name};
use interdict_snapshot::{Builder, Snapshot};
use interdict_sources::{SourceSpec, load_file};

/// Names of the kinds that take different ways through the code.
const NAMES: [&str; 6] = [
    "Vladimir Vladimirovich PUTIN",
    "Sovkomflot Shipping Company LLC",
    "Kim Jong Un",
    "김정은",
    "Публичное акционерное общество Газпром нефть",
    "محمد عبد الله الحسيني",
];

/// Pairs to compare: equal but for a slip, across scripts, and different.
const PAIRS: [(&str, &str); 3] =
    [("Vladimr Putin", "Vladimir Vladimirovich PUTIN"), ("Владимир Путин", "Vladimir PUTIN"), ("Ann Example", "Kim Jong Un")];

#[expect(clippy::expect_used, reason = "a benchmark without a list has nothing to measure")]
static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| snapshot().expect("a list to screen against"));

fn snapshot() -> Option<Snapshot> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sdn = here.join("../../shared/data/ofac/advanced/sdn_advanced_2025-11-19.xml.bz2");
    let mut builder = Builder::new();
    // `cargo test` runs each of these once, and the whole list would take it longer than all of them.
    if sdn.is_file() && std::env::args().any(|argument| argument == "--bench") {
        let spec = SourceSpec::new("us_ofac_sdn");
        load_file(&spec, &sdn, None, &mut |entity| builder.add(&entity)).ok()?;
    } else {
        let text = fs::read_to_string(here.join("../data/dprk_it_workers.ftm.jsonl")).ok()?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            builder.add(&entity_from_json(line).ok()?);
        }
    }
    builder.finish().ok()?.open().ok()
}

#[expect(clippy::expect_used, reason = "the names stand above")]
fn query(schema: Schema, name: &str) -> Query {
    let mut entity = Entity::new("", schema);
    entity.add("name", name);
    Query::from_entity(&entity).expect("a name with letters in it")
}

/// Addresses in plain letters and in others, as lists have them.
const ADDRESSES: [&str; 4] = [
    "Room 2105, 29-31 Example Street, Chai Wan, Hong Kong, China",
    "1209 N Example St., Wilmington, Delaware, 19801-1120, United States",
    "ул. Примерная, д. 12, корп. 3, Москва, 125130, Россия",
    "Testville, Middle District, France",
];

#[divan::bench(args = ADDRESSES)]
fn address(address: &str) {
    black_box(address_keys(black_box(address), None));
}

#[divan::bench(args = NAMES)]
fn normalise(name: &str) {
    black_box(parse_name(black_box(name), NameKind::Unknown));
}

#[divan::bench(args = NAMES)]
fn read_query(name: &str) -> Query {
    query(Schema::Thing, black_box(name))
}

#[divan::bench(args = NAMES)]
fn screen(bencher: Bencher<'_, '_>, name: &str) {
    let matcher = Matcher::new(&SNAPSHOT, Settings::default());
    let query = query(Schema::Thing, name);
    let mut scratch = Scratch::default();
    bencher.bench_local(|| matcher.screen(black_box(&query), &mut scratch).len());
}

#[divan::bench(args = PAIRS.iter().map(|(left, right)| format!("{left} / {right}")))]
fn compare_read(bencher: Bencher<'_, '_>, pair: &str) {
    let Some((left, right)) = pair.split_once(" / ") else { return };
    let (left, right) = (query(Schema::Person, left), query(Schema::Person, right));
    let settings = Settings::default();
    bencher.bench_local(|| compare(black_box(&left), black_box(&right), &settings).score);
}

fn main() {
    divan::main();
}
