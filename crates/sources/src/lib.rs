//! From a list's official file to entities: opening (plain, gzip, bzip2, zip, with limits), recognising the format, and one
//! streaming parser a format. Parsers hand out entities as they go and return a report of what they counted and what was wrong;
//! they never hold a document tree of the whole file.

mod australia;
mod bis;
mod bods;
mod bundle;
mod canada;
mod catalogue;
mod companies_house;
mod csl;
mod delta;
mod error;
mod eu;
mod facts;
mod fetch;
mod fields;
mod ftm_delta;
mod ftm_lines;
mod gleif;
mod input;
mod intake;
mod json_records;
mod json_stream;
mod ledger;
mod listing;
mod load;
mod names_only;
mod ofac_advanced;
mod ofac_csv;
mod ofac_delta;
mod ofac_enhanced;
mod ofac_flat;
mod ofac_legacy;
mod owners;
mod pieces;
mod plausible;
mod recognise;
mod reference;
mod report;
mod seco;
mod store;
mod table;
mod text;
mod uk;
mod uk_companies;
mod un;
mod xlsx;
mod xml;

pub use bundle::{
    BundleError, BundleIssue, BundleKeys, BundleLimits, Manifest, ManifestFile, ManifestIssue, SigningKey, VerifyingKey,
    generate_keypair, read_bundle, verify_bundle, write_bundle,
};
pub use catalogue::{Catalogue, CatalogueError, Effect, Source, SourceKind};
pub use delta::{
    Delta, EntityChange, Fact, FactChange, IssueRef, ListIssue, ListIssueBuilder, Operation, PartyChange, PartyRecord,
    Relevance, SourceIssue, entity_changes, programme_countries,
};
pub use error::SourceError;
pub use fetch::{Backoff, Conditional, FetchError, FetchErrorKind, FetchOptions, FetchRequest, Fetched, Proxies, fetch};
pub use ftm_delta::{FtmChange, FtmDeltaIndex, FtmOperation, load_ftm_delta, load_ftm_delta_bytes, write_ftm_delta};
pub use input::Limits;
pub use intake::{
    Candidate, DatedBy, Examined, Found, PassedOver, Version, came_again, compare, examine, issue_digest, keep, newest, scan,
};
pub use ledger::{Entry, Event, Issue as StoredIssue, IssueFile, Ledger, LedgerError};
pub use load::{Format, Progress, SourceSpec, load_bytes, load_file, load_set, recognise_file};
pub use ofac_delta::{
    Applied, Change, ChangeKind, OfacDelta, OfacList, OutOfOrder, by_party, load_ofac_delta, load_ofac_delta_bytes, mismatches,
};
pub use plausible::{Before, Emitted, doubts, gap, shrunk};
pub use reference::{ReferenceCount, reference_counts};
pub use report::{Count, FileDigest, Issue, Rejected, Report};
pub use store::{Status, Store, StoreError};
pub use table::ColumnMap;
