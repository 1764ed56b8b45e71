//! Integration tests of the crate, in one binary: the formats by a small file that holds everything, broken and hostile input,
//! properties, and the real lists where they are at hand.

#![expect(clippy::unwrap_used, reason = "in a test, what should not fail ends it; the helpers are tests, too")]

mod advanced;
mod australia;
mod bad_input;
mod bis;
mod bods;
mod bundle;
mod canada;
mod csl;
mod delta;
mod eu;
mod fetch;
mod ftm;
mod ftm_delta;
mod gleif;
mod helpers;
mod names_only;
mod ofac_csv;
mod ofac_delta;
mod ofac_enhanced;
mod ofac_legacy;
mod owners;
mod properties;
mod real_lists;
mod registers;
mod seco;
mod server;
mod support;
mod table;
mod uk;
mod uk_companies;
mod un;
mod workbook;
