//! Any text, read as a date: an error, or a date whose written form is read as the same date.
#![no_main]

use interdict_model::DateValue;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(date) = DateValue::parse(text) else { return };
    let written = date.to_string();
    let again = DateValue::parse(&written).unwrap_or_else(|error| panic!("{text:?}: {written:?}: {error}"));
    assert_eq!(again, date, "{text:?}: {written:?}");
    assert!(date.earliest() <= date.latest());
    let _ = date.relation(&again);
});
