//! Any bytes, read as a neutral table of people, as CSV and as JSON lines: whoever comes out can be walked over, and every problem has
//! words. The first byte, `0` to `4`, chooses the table.
#![no_main]

use interdict_fuzz::people::{builder, walk};
use interdict_persona::{Form, Limits, Table, read_table};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((chooser, rows)) = bytes.split_first() else { return };
    let table = Table::ALL[usize::from(chooser.wrapping_sub(b'0')) % Table::ALL.len()];
    // Small limits, so that inputs of a fuzzer's size reach them.
    let limits = Limits { text_bytes: 64, kept_bytes: 256, facts: 4, ..Limits::default() };
    for limits in [limits, Limits::default()] {
        for form in [Form::Csv, Form::JsonLines] {
            let mut to = builder(limits);
            let file = to.file(table.name());
            let mut input = rows;
            if let Err(error) = read_table(table, form, &mut input, file, &mut to) {
                panic!("{table:?} as {form:?}: bytes in memory can be read: {error}");
            }
            walk(to);
        }
    }
});
