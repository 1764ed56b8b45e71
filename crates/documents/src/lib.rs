//! Screening where the facts are: text comes out of files of many forms, and every listed name in a text comes out with its span, its
//! sentence and its score. No clock, no network, no process: what takes time is asked now and then whether to stop.
//!
//! [`extract`] reads a file and gives its parts, each with a status; what could not be read is said, and nothing without text is ever
//! "clean". [`Scanner`] finds names, identifiers and wallets in a text; [`sentences`] cuts a text into sentences by script; [`unlisted`]
//! gives the names in a text that look like people or organisations and are on no list.

mod extract;
mod ordinary;
mod scanner;
mod sentences;
mod unlisted;

pub use extract::{
    Extraction, FileKind, InProcessPdf, Limits, Part, PdfError, PdfText, Place, Status, Stop, decode_pages, encode_pages,
    extract,
};
pub use ordinary::is_ordinary;
pub use scanner::{Found, Mention, ScanScratch, ScanSettings, Scanner};
pub use sentences::sentences;
pub use unlisted::{Unlisted, UnlistedKind, unlisted};
