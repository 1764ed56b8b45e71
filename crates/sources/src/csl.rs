//! The US Consolidated Screening List of the International Trade Administration, which brings together the lists of Commerce, State and
//! the Treasury: `consolidated.csv` and `consolidated.json` (<https://www.trade.gov/consolidated-screening-list>, fields as in its data
//! dictionary). In goes either file as a stream, row by row; out go parties, their addresses, documents, wallets and one sanction a
//! list.
//!
//! What a listing does depends on the list (`data/us_csl_lists.tsv`): the list's name is the programme of the sanction, its effect the
//! topic of the party. Rows of OFAC's lists carry OFAC's number and become the party `ofac-<number>`, as in OFAC's own files, which say
//! more (weak aliases, scripts, relations). With `skip_repeated` they are left out and counted as `repeated_ofac`: use it when OFAC's
//! lists are loaded from their own files. Without it they are held until the file ends, because one party may stand on several of OFAC's
//! lists, in rows far apart; then the rows of a number are one party with several sanctions. All other rows become `csl-<id>` and are
//! handed out at once.
//!
//! The CSV writes each address and each document as one text. What cannot be told from it is not guessed: addresses stay whole but for a
//! country code at their end, and a document with one date has it in its description. Nothing else differs between the two files.

mod csv;
mod json;
mod party;
mod row;

use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::Entity;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::SourceError;
use crate::facts::{Distinct, rows};
use crate::listing::{Listing, Place, not_empty};
use crate::load::Format;
use crate::report::Report;

use party::Party;
use row::Row;

const LISTS: &str = include_str!("../../../data/us_csl_lists.tsv");

/// One of the lists that the collection brings together.
#[derive(Clone, Copy, Debug)]
struct List {
    pattern: &'static str,
    code: &'static str,
    authority: &'static str,
    topic: &'static str,
    ofac: bool,
}

static KNOWN_LISTS: LazyLock<Vec<List>> = LazyLock::new(|| {
    rows(LISTS)
        .filter_map(|row| {
            let [pattern, code, authority, topic, ofac, _] = row[..] else { return None };
            Some(List { pattern, code, authority, topic, ofac: ofac == "yes" })
        })
        .collect()
});

impl List {
    /// The list of a row's `source`.
    fn of(source: &str) -> Option<Self> {
        KNOWN_LISTS.iter().find(|list| source.contains(list.pattern)).copied()
    }
}

/// Parses the whole file.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    format: Format,
    skip_repeated: bool,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut parser = Parser {
        listing: Listing::new(report, sink),
        skip_repeated,
        held: Vec::new(),
        held_at: FxHashMap::default(),
        ids: Distinct::default(),
        unknown_lists: FxHashSet::default(),
    };
    if format == Format::CslJson {
        json::read(file, input, &mut parser)?;
    } else {
        csv::read(file, input, &mut parser)?;
    }
    for party in std::mem::take(&mut parser.held) {
        party.emit(&mut parser.listing);
    }
    let listing = &parser.listing;
    not_empty(file, listing.report.count("parties") + listing.report.count("repeated_ofac"), "parties")
}

struct Parser<'a> {
    listing: Listing<'a>,
    skip_repeated: bool,
    /// Parties on OFAC's lists, in the order of their first rows.
    held: Vec<Party>,
    /// Where the party of an id is in `held`.
    held_at: FxHashMap<String, usize>,
    ids: Distinct,
    /// Names of lists that have been said to be unknown.
    unknown_lists: FxHashSet<String>,
}

impl Parser<'_> {
    fn row(&mut self, row: &Row) {
        self.listing.count("rows", 1);
        let id = row.get("id");
        let record = if id.is_empty() { format!("line {}", row.line) } else { format!("row {id}") };
        let at = Place { line: row.line, record: &record };
        let source = row.get("source");
        let list = List::of(source);
        if list.is_none() && self.unknown_lists.insert(source.to_owned()) {
            let message = format!("the list `{source}` is not known; its parties are kept as listed, without a topic");
            self.listing.issue(at, "source", message);
        }
        let number = row.get("entity_number");
        let is_ofac = list.is_some_and(|list| list.ofac) && !number.is_empty();
        if is_ofac && self.skip_repeated {
            self.listing.count("repeated_ofac", 1);
            return;
        }
        let id = match (is_ofac, id.is_empty()) {
            (true, _) => format!("ofac-{number}"),
            (false, false) => format!("csl-{id}"),
            (false, true) => return self.listing.reject(at, "id", "a row without an id; it was left out", &row.text()),
        };
        if row.get("name").is_empty() {
            return self.listing.reject(at, "name", "a row without a name; it was left out", &row.text());
        }
        if is_ofac {
            let party = Party::read(&mut self.listing, at, id.clone(), row, list);
            match self.held_at.get(&id).and_then(|index| self.held.get_mut(*index)) {
                Some(held) => {
                    self.listing.count("rows_of_parties_read_before", 1);
                    held.merge(&mut self.listing, at, party);
                }
                None => {
                    self.listing.count("parties", 1);
                    self.held_at.insert(id, self.held.len());
                    self.held.push(party);
                }
            }
            return;
        }
        let id = self.ids.take_listing(&mut self.listing, at, id);
        self.listing.count("parties", 1);
        Party::read(&mut self.listing, at, id, row, list).emit(&mut self.listing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_lists_is_whole() {
        assert_eq!(KNOWN_LISTS.len(), rows(LISTS).count());
        for (source, code) in [
            ("Specially Designated Nationals (SDN) - Treasury Department", "sdn"),
            ("Non-SDN Menu-Based Sanctions List (NS-MBS List) - Treasury Department", "mbs"),
            ("Entity List (EL) - Bureau of Industry and Security", "el"),
            ("Military End User (MEU) List - Bureau of Industry and Security", "meu"),
            ("Capta List (CAP) - Treasury Department", "cap"),
        ] {
            assert_eq!(List::of(source).map(|list| list.code), Some(code), "{source}");
        }
        assert!(List::of("Library of Samples").is_none());
    }
}
