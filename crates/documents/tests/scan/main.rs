//! Tests of the scanner through the public interface: tables of texts with the mentions that they have, texts that have none, long texts,
//! and any text at all. The list is the built-in dataset and invented parties (`parties.ftm.jsonl`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod context;
mod identifiers;
mod layout;
mod names;
mod not_mentions;
mod properties;
mod scripts;

use std::sync::LazyLock;

use interdict_documents::{Mention, ScanScratch, ScanSettings, Scanner};
use interdict_matching::Settings;
use interdict_snapshot::{Builder, Snapshot};
use interdict_sources::{SourceSpec, load_bytes};

/// A text, and the words of it that are mentions with the party each means, in order.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)]);

/// The built-in dataset with the invented parties, built once.
fn list() -> &'static Snapshot {
    static LIST: LazyLock<Snapshot> = LazyLock::new(|| {
        let mut builder = Builder::new();
        let files: [(&str, &[u8]); 2] = [
            ("dprk_it_workers", include_bytes!("../../../../data/dprk_it_workers.ftm.jsonl")),
            ("invented", include_bytes!("parties.ftm.jsonl")),
        ];
        for (name, bytes) in files {
            load_bytes(&SourceSpec::new(name), &format!("{name}.ftm.jsonl"), bytes, &mut |entity| builder.add(&entity))
                .unwrap();
        }
        builder.finish().unwrap().open().unwrap()
    });
    &LIST
}

fn scanner() -> &'static Scanner<'static> {
    static SCANNER: LazyLock<Scanner<'static>> =
        LazyLock::new(|| Scanner::new(list(), Settings::default(), ScanSettings::default()));
    &SCANNER
}

fn scan(text: &str) -> Vec<Mention<'static>> {
    scanner().scan(text, &mut ScanScratch::default())
}

/// Whether a party is a record of a document or account, or an act of listing: it comes beside the party that holds it.
fn is_record(mention: &Mention<'_>) -> bool {
    mention.entity.id().starts_with("ofac-doc-")
        || mention.entity.schema().is_some_and(|schema| matches!(schema.name(), "Passport" | "Identification"))
}

/// What stands in a text: words and party, in order; records of documents, which come beside their holders, are left out.
fn found(text: &str) -> Vec<(String, String)> {
    let mentions = scan(text);
    mentions.iter().filter(|m| !is_record(m)).map(|m| (text[m.span.clone()].to_owned(), m.entity.id().to_owned())).collect()
}

/// Every case of a table has exactly its mentions; all that fail are shown.
#[track_caller]
fn check(cases: &[Case<'_>]) {
    let mut failures = Vec::new();
    for (text, expected) in cases {
        let found = found(text);
        let mut wanted: Vec<(String, String)> =
            expected.iter().map(|(span, id)| ((*span).to_owned(), (*id).to_owned())).collect();
        let mut got = found.clone();
        wanted.sort();
        got.sort();
        if wanted != got {
            failures.push(format!("{text:?}\n   wanted {expected:?}\n   found  {found:?}"));
        }
    }
    assert!(failures.is_empty(), "{} of {} texts:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// No text of a table has a mention.
#[track_caller]
fn check_none(texts: &[&str]) {
    let cases: Vec<Case<'_>> = texts.iter().map(|text| (*text, &[][..])).collect();
    check(&cases);
}
