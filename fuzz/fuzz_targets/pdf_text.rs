//! The text of a PDF in this process: no bytes make it panic, and what it gives comes back whole from what a process of its own writes.

#![no_main]

use interdict_documents::{InProcessPdf, PdfText, decode_pages, encode_pages};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let pages = InProcessPdf.pages(bytes);
    assert_eq!(decode_pages(&encode_pages(&pages)), pages);
});
