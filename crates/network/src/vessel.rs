//! Vessels and aircraft. In goes a number as it is painted on the hull or typed in a register, and a snapshot; out come the parties that bear it,
//! what is wrong with the number, and what lists and registers say of a vessel: names, flags, measures, who holds and runs it.
//!
//! Ships and the companies that own or manage them have IMO numbers of the same form with different check digits (IMO resolutions A.1117(30) and
//! MSC.160(78)); both are looked up, and which one a number is, is told.

use std::sync::LazyLock;

use interdict_model::{Country, Identifier, IdentifierError, IdentifierKind, RelationKind, Schema, ShareRange};
use interdict_snapshot::{EntityRef, NOTHING, RelationRow, Snapshot};
use rustc_hash::FxHashMap;

const MID_TSV: &str = include_str!("../../../data/mid_countries.tsv");

/// Properties by whose numbers a vessel, an aircraft or the company behind one is found.
const NUMBERS: [&str; 7] = ["imoNumber", "mmsi", "callSign", "registrationNumber", "serialNumber", "icaoCode", "crsNumber"];

/// Properties that are names.
const NAMES: [&str; 4] = ["name", "previousName", "alias", "weakAlias"];

/// Beginnings of notes that name a party which holds or runs the vessel, and what that party is.
const NOTED: [(&str, &str); 3] =
    [("Vessel Owner:", "owner"), ("Aircraft Operator:", "operator"), ("Vessel Operator:", "operator")];

/// Beginnings of notes on the flag.
const FLAG_NOTES: [&str; 2] = ["Vessel Flag:", "Nationality of Registration:"];

/// What a text is as an IMO number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imo {
    /// A ship's, with a right check digit: seven digits.
    Ship(String),
    /// A company's or registered owner's, with a right check digit: seven digits.
    Company(String),
    /// Seven digits whose check digit is right for neither.
    Wrong {
        /// The digits as written.
        digits: String,
        /// The last digit that a ship's number would have.
        ship: char,
        /// The last digit that a company's number would have.
        company: char,
    },
}

impl Imo {
    /// Reads an IMO number, with or without the letters, spaces or a label; `None` when the text has not the form of one.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let digits = imo_digits(text)?;
        let sum = |weights: [u32; 6]| -> u32 {
            digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum()
        };
        Some(match Identifier::parse(IdentifierKind::Imo, &digits, None) {
            Ok(_) => Self::Ship(digits),
            Err(IdentifierError::ImoCompany) => Self::Company(digits),
            Err(_) => Self::Wrong {
                ship: digit(sum([7, 6, 5, 4, 3, 2]) % 10),
                company: digit((11 - sum([8, 6, 4, 2, 9, 7]) % 11) % 10),
                digits,
            },
        })
    }

    /// The seven digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        match self {
            Self::Ship(digits) | Self::Company(digits) | Self::Wrong { digits, .. } => digits,
        }
    }
}

fn digit(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

/// The seven digits of a text that has the form of an IMO number.
fn imo_digits(text: &str) -> Option<String> {
    let upper = text.trim().to_ascii_uppercase();
    let upper = upper.strip_prefix("COMPANY ").unwrap_or(&upper);
    let rest = upper.strip_prefix("IMO").unwrap_or(upper).trim_start_matches([' ', ':', '#', '-']);
    let rest = ["COMPANY ", "SHIP "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let rest = ["NUMBER", "NO.", "NO", "NR."].iter().find_map(|label| rest.strip_prefix(label)).unwrap_or(rest);
    let plain = |c: &char| !(c.is_whitespace() || matches!(c, ':' | '#' | '-' | '.'));
    let digits: String = rest.chars().filter(plain).collect();
    (digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

static MIDS: LazyLock<FxHashMap<&'static str, Country>> = LazyLock::new(|| {
    let rows = MID_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1);
    rows.filter_map(|line| {
        let mut fields = line.split('\t');
        Some((fields.next()?, Country::from_code(fields.next()?)?))
    })
    .collect()
});

/// The country whose administration assigned the MMSI of a ship: by the maritime identification digits that it begins with. `None` for numbers of
/// coast stations, groups, craft and devices, for digits that are not assigned, and for what is no MMSI.
#[must_use]
pub fn mmsi_country(text: &str) -> Option<Country> {
    let mmsi = Identifier::parse(IdentifierKind::Mmsi, text, None).ok()?;
    let first = mmsi.key().as_bytes().first()?;
    matches!(first, b'2'..=b'7').then(|| MIDS.get(mmsi.key().get(..3)?).copied()).flatten()
}

/// A number by which a party was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBy {
    /// The property that holds it, such as `imoNumber`.
    pub property: String,
    /// The number as the list has it.
    pub listed: String,
    /// The number as it was asked.
    pub asked: String,
}

/// The vessels and aircraft that bear a number, and the companies that bear it as their IMO number, in the order of the snapshot. `property` says
/// what the number is; without it, it may be any.
#[must_use]
pub fn by_number<'s>(snapshot: &'s Snapshot, text: &str, property: Option<&str>) -> Vec<(EntityRef<'s>, FoundBy)> {
    let mut keys = vec![Identifier::unverified_key(IdentifierKind::Other, text)];
    if let Some(digits) = imo_digits(text) {
        keys.extend([format!("IMO{digits}"), digits]);
    }
    let label = ["MMSI", "MSN", "CALLSIGN", "ICAO"].iter().find_map(|label| keys[0].strip_prefix(label).map(str::to_owned));
    keys.extend(label.filter(|rest| rest.len() > 2));
    keys.sort();
    keys.dedup();
    let mut found: Vec<(EntityRef<'s>, FoundBy)> = Vec::new();
    for hit in keys.iter().filter(|key| !key.is_empty()).flat_map(|key| snapshot.identifiers(key)) {
        let entity = hit.entity();
        let stated = if hit.kind() == IdentifierKind::Other.name() && is_vehicle(entity) { "number" } else { hit.property() };
        let fits = match property {
            Some(property) => stated == property,
            None => NUMBERS.contains(&stated),
        };
        // A company is found by its IMO number alone: other numbers of companies are no vessel's.
        if !fits || !(is_vehicle(entity) || stated == "imoNumber") {
            continue;
        }
        if found.iter().all(|(held, _)| held.index() != entity.index()) {
            let by = FoundBy { property: stated.to_owned(), listed: hit.shown().to_owned(), asked: text.trim().to_owned() };
            found.push((entity, by));
        }
    }
    found.sort_by_key(|(entity, _)| entity.index());
    found
}

/// Whether an entity is a vessel, an aircraft or another vehicle.
#[must_use]
pub fn is_vehicle(entity: EntityRef<'_>) -> bool {
    entity.schema().is_some_and(|schema| schema.is_a(Schema::Vehicle))
}

/// A fact with the record that states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The property.
    pub property: String,
    /// The value.
    pub value: String,
    /// The record; empty when it is the entity's own.
    pub record: String,
}

/// Who has power over a vessel, or over one who has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The entity; `None` when a list names it in words only, or it is not in the snapshot.
    pub entity: Option<u32>,
    /// Its name.
    pub name: String,
    /// What it is: the words of the source, else those of the kind of relation.
    pub role: String,
    /// The kind of relation; `None` of a note.
    pub kind: Option<RelationKind>,
    /// How much it holds.
    pub share: Option<ShareRange>,
    /// Since when, as the source has it; empty when it says nothing.
    pub since: String,
    /// Until when.
    pub until: String,
    /// The entity that states it.
    pub statement: Option<u32>,
    /// Who is above it, one step further.
    pub above: Vec<Self>,
}

/// What lists and registers say of a vessel or an aircraft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vessel {
    /// The entity.
    pub entity: u32,
    /// Its names, present ones first.
    pub names: Vec<Fact>,
    /// Its numbers.
    pub numbers: Vec<Fact>,
    /// Present flags: codes of countries.
    pub flags: Vec<Fact>,
    /// Former flags.
    pub past_flags: Vec<Fact>,
    /// Words on the flag that are no country: "reported as false".
    pub flag_notes: Vec<String>,
    /// Type, tonnage, build date, model and the like.
    pub particulars: Vec<Fact>,
    /// Owners, operators, managers.
    pub holders: Vec<Holder>,
    /// Other parties that it is linked with: what it is to them, and who.
    pub linked: Vec<(String, u32)>,
    /// Other vessels and aircraft of the same holders.
    pub sisters: Vec<u32>,
}

impl Vessel {
    /// Reads a vessel, an aircraft, or a company with an IMO number.
    #[must_use]
    pub fn read(snapshot: &Snapshot, entity: EntityRef<'_>) -> Self {
        let facts = |wanted: &[&str]| -> Vec<Fact> {
            let mut facts = Vec::new();
            for property in wanted {
                for (name, value, record) in entity.properties() {
                    if name == *property {
                        facts.push(Fact { property: name.into(), value: value.into(), record: record.into() });
                    }
                }
            }
            facts
        };
        let relations = snapshot.relations();
        let mut holders: Vec<Holder> =
            relations.over(entity.index()).iter().filter(|row| row.from != NOTHING).map(|row| holder(snapshot, row)).collect();
        for holder in &mut holders {
            let Some(at) = holder.entity else { continue };
            let above = relations.over(at).iter().filter(|row| row.from != entity.index() && row.from != NOTHING);
            holder.above =
                above.filter(|row| crate::graph::is_power(row.kind())).map(|row| self::holder(snapshot, row)).collect();
        }
        holders.extend(noted(entity));
        let mut sisters: Vec<u32> = holders
            .iter()
            .filter_map(|holder| holder.entity)
            .flat_map(|holder| relations.by(holder))
            .map(|row| row.to)
            .filter(|to| *to != entity.index() && snapshot.entity_at(*to).is_some_and(is_vehicle))
            .collect();
        sisters.sort_unstable();
        sisters.dedup();
        let linked =
            relations.by(entity.index()).filter(|row| row.to != NOTHING).map(|row| (role(snapshot, row), row.to)).collect();
        let flag_notes = entity.texts("notes").filter(|note| FLAG_NOTES.iter().any(|start| note.starts_with(start)));
        Self {
            entity: entity.index(),
            names: facts(&NAMES),
            numbers: facts(&NUMBERS),
            flags: facts(&["flag"]),
            past_flags: facts(&["pastFlags"]),
            flag_notes: flag_notes.map(str::to_owned).collect(),
            particulars: facts(&[
                "type",
                "pastTypes",
                "model",
                "manufacturer",
                "buildDate",
                "tonnage",
                "grossRegisteredTonnage",
                "deadweightTonnage",
                "registrationPort",
                "nameChangeDate",
            ]),
            holders,
            linked,
            sisters,
        }
    }

    /// Whether one of its names is this, case and marks aside.
    #[must_use]
    pub fn is_named(&self, name: &str) -> Option<&Fact> {
        let key = |text: &str| Identifier::unverified_key(IdentifierKind::Other, text);
        let wanted = key(name);
        self.names.iter().find(|fact| key(&fact.value) == wanted)
    }
}

/// The words of the source on a relation, else those of its kind.
fn role(snapshot: &Snapshot, row: &RelationRow) -> String {
    let statement = snapshot.entity_at(row.statement);
    let words: Vec<&str> = statement.iter().flat_map(|statement| statement.texts("role")).collect();
    if words.is_empty() { row.kind().label().to_owned() } else { words.join("; ") }
}

fn holder(snapshot: &Snapshot, row: &RelationRow) -> Holder {
    let statement = snapshot.entity_at(row.statement);
    let text = |property: &str| {
        statement.and_then(|statement| statement.texts(property).next()).map(str::to_owned).unwrap_or_default()
    };
    Holder {
        entity: Some(row.from),
        name: snapshot.entity_at(row.from).map(|from| from.caption().to_owned()).unwrap_or_default(),
        role: role(snapshot, row),
        kind: Some(row.kind()),
        share: Some(row.range()).filter(|range| *range != ShareRange::UNKNOWN),
        since: text("startDate"),
        until: text("endDate"),
        statement: Some(row.statement),
        above: Vec::new(),
    }
}

/// Holders that a list names in words only.
fn noted(entity: EntityRef<'_>) -> Vec<Holder> {
    let mut holders = Vec::new();
    for note in entity.texts("notes") {
        for (start, role) in NOTED {
            if let Some(name) = note.strip_prefix(start) {
                holders.push(Holder {
                    entity: None,
                    name: name.trim().to_owned(),
                    role: role.to_owned(),
                    kind: None,
                    share: None,
                    since: String::new(),
                    until: String::new(),
                    statement: Some(entity.index()),
                    above: Vec::new(),
                });
            }
        }
    }
    holders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_digits_is_whole() {
        let rows: Vec<&str> = MID_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1).collect();
        assert_eq!(MIDS.len(), rows.len());
        for row in rows {
            let fields: Vec<&str> = row.split('\t').collect();
            assert!(fields.len() == 3 && fields.iter().all(|field| !field.is_empty()), "{row}");
            assert!((201..=775).contains(&fields[0].parse::<u16>().unwrap()), "{row}");
        }
    }
}
