//! What goes to other people: the bulletin of what changed on the lists, as Markdown, as one self-contained HTML page, and as JSON; and the
//! report on documents that were scanned. Every word of it comes from the data; the same data, day and options give the same bytes.

mod brief;
mod customers;
mod html;
mod markdown;
mod scan_report;
mod text;

pub use brief::{
    AffectedCustomer, Brief, BriefError, BriefOptions, ChangedParty, Connection, Counts, CustomerSection, Designation, Event,
    EventGroup, IssueLine, IssuePair, ListedParty, Name, SourceLine, Unread, brief, choose_issues,
};
pub use customers::{Customer, Customers};
pub use scan_report::{
    Excerpt, NamedParty, PartyLink, PartyListing, ScanDocument, ScanMention, ScanPart, ScanReport, ScanResult, Span,
    UnlistedName, excerpts,
};
