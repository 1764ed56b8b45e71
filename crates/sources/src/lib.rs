//! From a list's official file to entities: opening (plain, gzip, bzip2, zip, with limits), recognising the format, and one
//! streaming parser a format. Parsers hand out entities as they go and return a report of what they counted and what was wrong;
//! they never hold a document tree of the whole file.

mod error;
mod ftm_lines;
mod input;
mod load;
mod ofac_advanced;
mod reference;
mod report;
mod xml;

pub use error::SourceError;
pub use input::Limits;
pub use load::{Format, Progress, SourceSpec, load_bytes, load_file};
pub use reference::{ReferenceCount, reference_counts};
pub use report::{Count, Issue, Rejected, Report};
