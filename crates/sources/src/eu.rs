//! The EU's financial sanctions files (FSF) in version 1.1, `xmlFullSanctionsList_1_1` and `csvFullSanctionsList_1_1`, the consolidated
//! list of persons, groups and entities of the European Commission's financial sanctions database (namespace
//! `http://eu.europa.ec/fpi/fsd/export`). In goes either file; out go parties, their addresses and documents, and one sanction a party.
//!
//! Both files come from one database. They are read into the same facts ([`facts`]) and become entities in one place ([`party`]), under
//! the same ids: `eu-` and the EU reference number (`eu-EU.27.28`), or the logical id where there is none. The CSV does not say which
//! names are weak (the attribute `strong`), unless their remark does.
//!
//! The XML is read entity by entity. The CSV has one row a fact, and nothing promises that the rows of an entity stand together, so its
//! entities are held until the file ends; empty fields take no room.
//!
//! Kept out on purpose: `regulationLanguage` and `nameLanguage` (the script of a name is seen in the name), the logical ids of regulations,
//! and the web addresses of the acts that stated single facts (their numbers are in the sanction's summary; the acts of the entity itself
//! keep theirs).

mod csv;
mod facts;
mod party;
mod xml;

use std::io::BufRead;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::listing::{Listing, Place, not_empty};
use crate::report::Report;

/// Parses the whole XML file.
pub(crate) fn parse_xml(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    xml::read(file, input, &mut listing)?;
    not_empty(file, listing.report.count("parties"), "parties")
}

/// Parses the whole CSV file.
pub(crate) fn parse_csv(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    csv::read(file, input, &mut listing)?;
    not_empty(file, listing.report.count("parties"), "parties")
}

/// Sets the date of issue from the moment of generation, of which only the day counts.
fn set_issue_date(listing: &mut Listing<'_>, at: Place<'_>, field: &str, generated: &str) {
    let day = generated.split(['T', ' ']).next().unwrap_or_default();
    if let Some(date) = listing.date(at, field, day) {
        listing.report.issue_date = date;
    }
}
