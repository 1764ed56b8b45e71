//! The CSV file: semicolons, one row a fact, entities by `Entity_LogicalId`. Columns are found by their names.

use std::io::BufRead;

use ::csv::{ByteRecord, ReaderBuilder};
use rustc_hash::FxHashMap;

use super::facts::{ENTITY, Fact, Kind, REGULATION, Sanctioned, Texts, push_new};
use super::{party, set_issue_date};
use crate::error::SourceError;
use crate::facts::Distinct;
use crate::input::read_error;
use crate::listing::{Listing, Place};
use crate::text::decode;

/// What a column holds.
#[derive(Clone, Debug)]
enum Column {
    Generated,
    Entity(&'static str),
    EntityRemark,
    Regulation(&'static str),
    Fact(Kind, &'static str),
    FactRemark(Kind),
    /// The number of the act that states the fact.
    FactAct(Kind),
    /// Other fields of that act.
    Dropped,
    Unknown(String),
}

impl Column {
    fn of(name: &str) -> Self {
        let field = |fields: &[(&'static str, &'static str)], rest: &str| {
            fields.iter().find(|(_, column)| column.eq_ignore_ascii_case(rest)).map(|(attribute, _)| *attribute)
        };
        if name.eq_ignore_ascii_case("fileGenerationDate") {
            return Self::Generated;
        }
        let Some((prefix, rest)) = name.split_once('_') else { return Self::Unknown(name.to_owned()) };
        let act = rest.strip_prefix("Regulation_");
        let column = if prefix == "Entity" {
            match act {
                Some(rest) => field(&REGULATION, rest).map(Self::Regulation),
                None if rest == "Remark" => Some(Self::EntityRemark),
                None => field(&ENTITY, rest).map(Self::Entity),
            }
        } else {
            Kind::ALL.into_iter().find(|kind| kind.prefix() == prefix).and_then(|kind| match act {
                Some("NumberTitle") => Some(Self::FactAct(kind)),
                Some(rest) => field(&REGULATION, rest).map(|_| Self::Dropped),
                None if rest == "Remark" => Some(Self::FactRemark(kind)),
                None => field(kind.fields(), rest).map(|field| Self::Fact(kind, field)),
            })
        };
        column.unwrap_or_else(|| Self::Unknown(name.to_owned()))
    }
}

pub(super) fn read(file: &str, input: &mut dyn BufRead, listing: &mut Listing<'_>) -> Result<(), SourceError> {
    let mut reader = ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(input);
    let mut record = ByteRecord::new();
    let mut columns: Vec<Column> = Vec::new();
    let mut entities: Vec<Sanctioned> = Vec::new();
    let mut by_id: FxHashMap<String, usize> = FxHashMap::default();
    loop {
        let offset = reader.position().byte();
        if !reader.read_byte_record(&mut record).map_err(|error| read_error(file, offset, error.into()))? {
            break;
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        let name = format!("line {line}");
        let at = Place { line, record: &name };
        let texts: Vec<String> = record
            .iter()
            .map(|field| {
                let (text, guessed) = decode(field);
                if guessed {
                    listing.issue(at, "", "a field is not UTF-8; read as Windows-1252");
                }
                text.trim().to_owned()
            })
            .collect();
        if columns.is_empty() {
            columns = header(&texts, at, listing);
            continue;
        }
        if texts.iter().all(String::is_empty) {
            continue;
        }
        listing.count("rows", 1);
        if texts.len() != columns.len() {
            let message = format!("{} fields under {} columns; read from the left", texts.len(), columns.len());
            listing.issue(at, "", message);
        }
        let row = row(listing, at, &columns, &texts);
        let id = ["logicalId", "euReferenceNumber"].into_iter().map(|field| row.texts.get(field)).find(|id| !id.is_empty());
        let Some(id) = id.map(str::to_owned) else {
            listing.reject(at, "Entity_LogicalId", "a row without an id; it was left out", &texts.join(";"));
            continue;
        };
        match by_id.get(&id).and_then(|index| entities.get_mut(*index)) {
            Some(held) => add_row(listing, at, held, row),
            None => {
                by_id.insert(id, entities.len());
                entities.push(row);
            }
        }
    }
    let mut ids = Distinct::default();
    for sanctioned in entities {
        for fact in &sanctioned.facts {
            listing.count(fact.kind.counted_as(), 1);
        }
        listing.count("regulations", sanctioned.regulations.len() as u64);
        party::emit(listing, &mut ids, &sanctioned);
    }
    Ok(())
}

fn header(names: &[String], at: Place<'_>, listing: &mut Listing<'_>) -> Vec<Column> {
    let columns: Vec<Column> = names.iter().map(|name| Column::of(name.trim_start_matches('\u{feff}').trim())).collect();
    for column in &columns {
        if let Column::Unknown(name) = column {
            listing.issue(at, name, "a column that is not known; kept as notes");
        }
    }
    columns
}

/// One row as an entity with the facts that it has.
fn row(listing: &mut Listing<'_>, at: Place<'_>, columns: &[Column], texts: &[String]) -> Sanctioned {
    let mut sanctioned = Sanctioned { line: at.line, ..Sanctioned::default() };
    // In the order of the kinds, so that a kind is its own index.
    let mut facts = Kind::ALL.map(|kind| Fact::new(kind, at.line));
    let mut regulation = Texts::default();
    let beyond = Column::Unknown("a field beyond the header".to_owned());
    for (index, text) in texts.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        match columns.get(index).unwrap_or(&beyond) {
            Column::Generated if listing.report.issue_date.is_empty() => {
                set_issue_date(listing, at, "fileGenerationDate", text);
            }
            Column::Generated | Column::Dropped => {}
            Column::Entity(field) => sanctioned.texts.set(field, text),
            Column::EntityRemark => sanctioned.remarks.push(text.clone()),
            Column::Regulation(field) => regulation.set(field, text),
            Column::Fact(kind, field) => facts[*kind as usize].texts.set(field, text),
            Column::FactRemark(kind) => facts[*kind as usize].remarks.push(text.clone()),
            Column::FactAct(kind) => facts[*kind as usize].acts.push(text.clone()),
            Column::Unknown(name) => sanctioned.others.push(format!("{name}: {text}")),
        }
    }
    if !regulation.is_empty() {
        sanctioned.regulations.push(regulation);
    }
    for fact in facts.into_iter().filter(|fact| !fact.texts.says_nothing() || !fact.remarks.is_empty()) {
        sanctioned.add(fact);
    }
    sanctioned
}

/// Adds a further row of an entity. Where it contradicts the first, both stay: the other is said and kept as a note.
fn add_row(listing: &mut Listing<'_>, at: Place<'_>, held: &mut Sanctioned, row: Sanctioned) {
    for (field, column) in ENTITY {
        let (ours, theirs) = (held.texts.get(field), row.texts.get(field));
        if ours.is_empty() {
            held.texts.set(field, theirs);
        } else if !theirs.is_empty() && ours != theirs {
            listing.issue(at, column, format!("`{theirs}`, but a row before has `{ours}`; kept as a note"));
            push_new(&mut held.others, [format!("{column}: {theirs}")]);
        }
    }
    push_new(&mut held.remarks, row.remarks);
    push_new(&mut held.regulations, row.regulations);
    push_new(&mut held.others, row.others);
    for fact in row.facts {
        held.add(fact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name() {
        assert!(matches!(Column::of("Entity_EU_ReferenceNumber"), Column::Entity("euReferenceNumber")));
        assert!(matches!(Column::of("Entity_Regulation_Programme"), Column::Regulation("programme")));
        assert!(matches!(Column::of("BirthDate_BirthDate"), Column::Fact(Kind::Birth, "birthdate")));
        assert!(matches!(Column::of("Address_Regulation_NumberTitle"), Column::FactAct(Kind::Address)));
        assert!(matches!(Column::of("Address_Regulation_Programme"), Column::Dropped));
        assert!(matches!(Column::of("Address_Colour"), Column::Unknown(_)));
    }
}
