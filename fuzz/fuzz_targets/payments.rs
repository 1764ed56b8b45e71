//! Any bytes, read as a file of payments to its end: payments and problems, numbered in their order, or an error.
#![no_main]

use interdict_payments::{Item, ReadLimits, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Small limits, so that inputs of a fuzzer's size reach them.
    let limits = ReadLimits { payment_bytes: 1 << 12, depth: 16 };
    for limits in [limits, ReadLimits::default()] {
        let Ok(mut reader) = Reader::open(bytes, limits) else { continue };
        let mut number = 0;
        while let Ok(Some(item)) = reader.next_item() {
            match item {
                Item::Payment(payment) => {
                    assert!(payment.number > number, "payments are numbered in their order");
                    number = payment.number;
                }
                Item::Problem(problem) => assert!(problem.line > 0 && !problem.reason.is_empty(), "{problem:?}"),
            }
        }
    }
});
