//! From a list's official file to entities: opening (plain, gzip, bzip2, zip, with limits), recognising the format, and one
//! streaming parser a format. Parsers hand out entities as they go and return a report of what they counted and what was wrong;
//! they never hold a document tree of the whole file.

mod australia;
mod bis;
mod bods;
mod canada;
mod csl;
mod delta;
mod error;
mod eu;
mod ftm_lines;
mod gleif;
mod input;
mod listing;
mod load;
mod names_only;
mod ofac_advanced;
mod ofac_csv;
mod ofac_enhanced;
mod ofac_legacy;
mod recognise;
mod reference;
mod report;
mod seco;
mod table;
mod text;
mod uk;
mod uk_companies;
mod un;
mod xml;

pub use delta::{
    Delta, EntityChange, Fact, FactChange, IssueRef, ListIssue, ListIssueBuilder, Operation, PartyChange, PartyRecord,
    Relevance, SourceIssue, entity_changes, programme_countries,
};
pub use error::SourceError;
pub use input::Limits;
pub use load::{Format, Progress, SourceSpec, load_bytes, load_file, recognise_file};
pub use reference::{ReferenceCount, reference_counts};
pub use report::{Count, Issue, Rejected, Report};
pub use table::ColumnMap;
