//! Any bytes, read as events in Parquet: an error, or rows that are numbered in their order and as many as are told. Bytes made at random
//! never have the ends of such a file, so the input is also read between right ones, with its last part as the footer.
#![no_main]

use std::panic::{self, AssertUnwindSafe};

use bytes::Bytes;
use interdict_persona::Table;
use interdict_persona::parquet::{self, ParquetProblem};
use libfuzzer_sys::fuzz_target;

/// What a file begins and ends with.
const MARK: &[u8] = b"PAR1";
/// Rows after which a run ends: a few bytes can state any number of them.
const MOST_ROWS: u32 = 1 << 16;

/// Says that a run has ended so.
struct Enough;

fuzz_target!(|bytes: &[u8]| {
    read(Bytes::copy_from_slice(bytes));
    // The first two bytes say how long the footer is.
    if let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let footer = usize::from(u16::from_le_bytes(*length)).min(rest.len()) as u32;
        read(Bytes::from([MARK, rest, footer.to_le_bytes().as_slice(), MARK].concat()));
    }
});

fn read(file: Bytes) {
    let columns = Table::Event.columns();
    let mut handed_on = 0_u32;
    // A panic of the library over a damaged file is an error of the reader; the hook of the fuzzer would end the process before.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let read = panic::catch_unwind(AssertUnwindSafe(|| {
        parquet::rows(file, columns, &mut |row, cells| {
            handed_on += 1;
            assert_eq!(row, handed_on, "rows are numbered in their order");
            assert_eq!(cells.len(), columns.len());
            if handed_on == MOST_ROWS {
                panic::resume_unwind(Box::new(Enough));
            }
        })
    }));
    panic::set_hook(hook);
    match read {
        Ok(Ok(unknown)) => assert_eq!(unknown.rows, handed_on, "{unknown:?}"),
        Ok(Err(error)) => {
            assert!(!error.to_string().is_empty(), "{error:?}");
            match error {
                ParquetProblem::Damaged { rows, reason } => assert_eq!(rows, handed_on, "{reason}"),
                ParquetProblem::NoParquet | ParquetProblem::CutOff | ParquetProblem::Codec { .. } => assert_eq!(handed_on, 0),
                ParquetProblem::Io(error) => panic!("bytes in memory have no disk that fails: {error}"),
            }
        }
        Err(payload) if payload.is::<Enough>() => {}
        Err(payload) => {
            let words = payload.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| payload.downcast_ref::<&str>().copied());
            panic!("the reader itself stopped: {}", words.unwrap_or("without words"));
        }
    }
}
