//! The XML file: `Designations` with `DateGenerated` and a `Designation` each. A designation is read whole, then walked; its fields
//! are known by their own names, as the elements around them (`Names`, `DOBs`) say nothing more.

use std::io::BufRead;
use std::sync::LazyLock;

use interdict_model::Entity;
use rustc_hash::FxHashMap;

use super::{Designee, FIELDS, Field, Ids, Original, RawName, emit, push_unique};
use crate::error::SourceError;
use crate::fields::{Element, says_nothing};
use crate::listing::{Listing, Place, not_empty};
use crate::report::Report;
use crate::xml::Xml;

/// Elements that hold others of a kind, and no text.
const CONTAINERS: [&str; 30] = [
    "Names",
    "NonLatinNames",
    "Titles",
    "Addresses",
    "PhoneNumbers",
    "EmailAddresses",
    "Websites",
    "IndividualDetails",
    "Individual",
    "DOBs",
    "BirthDetails",
    "Nationalities",
    "Genders",
    "Positions",
    "PassportDetails",
    "NationalIdentifierDetails",
    "EntityDetails",
    "Entity",
    "BusinessRegistrationNumbers",
    "TypeOfEntities",
    "ParentCompanies",
    "Subsidiaries",
    "ShipDetails",
    "Ship",
    "IMONumbers",
    "CurrentOwnerOperators",
    "PreviousOwnerOperators",
    "CurrentBelievedFlagOfShips",
    "PreviousFlags",
    "TypeOfShipDetails",
];

/// As [`CONTAINERS`], for the measures of a ship.
const SHIP_CONTAINERS: [&str; 4] = ["TonnageOfShipDetails", "LengthOfShipDetails", "YearsBuilt", "HullIdentificationNumbers"];

/// What an element holds: texts of a field, or other elements.
static HOLDS: LazyLock<FxHashMap<&'static str, Option<Field>>> = LazyLock::new(|| {
    let fields = FIELDS.iter().map(|(field, element, _)| (*element, Some(*field)));
    // What is both is a container.
    fields.chain(CONTAINERS.iter().chain(&SHIP_CONTAINERS).map(|element| (*element, None))).collect()
});

const NAME_PARTS: [&str; 6] = ["Name1", "Name2", "Name3", "Name4", "Name5", "Name6"];
const ADDRESS_PARTS: [&str; 8] = [
    "AddressLine1",
    "AddressLine2",
    "AddressLine3",
    "AddressLine4",
    "AddressLine5",
    "AddressLine6",
    "AddressPostalCode",
    "AddressCountry",
];

pub(crate) fn parse_xml(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["Designations"])?;
    let mut listing = Listing::new(report, sink);
    let mut ids = Ids::default();
    xml.children(|xml| match xml.name() {
        "DateGenerated" => {
            let line = xml.line();
            let text = xml.leaf()?;
            let at = Place { line, record: "Designations" };
            listing.report.issue_date = listing.date(at, "DateGenerated", &text).unwrap_or_default();
            Ok(())
        }
        "Designation" => {
            let element = Element::read(xml)?;
            let designee = read(&mut listing, &element);
            emit(&mut listing, &mut ids, &designee);
            Ok(())
        }
        name => {
            let message = format!("element {name} is not known; it was left out");
            listing.issue(Place { line: xml.line(), record: "Designations" }, name, message);
            xml.skip()
        }
    })?;
    xml.end()?;
    not_empty(file, listing.report.count("parties"), "designations")
}

fn read(listing: &mut Listing<'_>, element: &Element) -> Designee {
    let mut designee = Designee { line: element.line, ..Designee::default() };
    for part in &element.children {
        walk(listing, &mut designee, part);
    }
    // Only what is left out whole needs its text.
    if designee.id.is_empty() || designee.names.is_empty() {
        designee.text = element.flat();
    }
    designee
}

fn walk(listing: &mut Listing<'_>, designee: &mut Designee, element: &Element) {
    let name = &*element.name;
    let count = |listing: &mut Listing<'_>, what: &'static str| {
        if element.is_filled() {
            listing.count(what, 1);
        }
    };
    match name {
        "UniqueID" => element.text.clone_into(&mut designee.id),
        "IndividualEntityShip" => element.text.clone_into(&mut designee.kind),
        "Name" => {
            count(listing, "names");
            let parts = NAME_PARTS.map(|part| element.get(part).to_owned());
            let mut name =
                RawName { parts, kind: element.get("NameType").to_owned(), strength: element.get("AliasStrength").to_owned() };
            // Some issues had the whole name as text.
            if name.is_empty() && !element.text.is_empty() {
                element.text.clone_into(&mut name.parts[5]);
            }
            if name.is_empty() {
                listing.count("names_empty", 1);
            } else {
                push_unique(&mut designee.names, name);
            }
            unknown(listing, designee, element, &[&NAME_PARTS[..], &["NameType", "AliasStrength"]].concat());
        }
        "NonLatinName" => {
            count(listing, "names_original_script");
            let known = ["NameNonLatinScript", "NonLatinScriptType", "NonLatinScriptLanguage"];
            let [text, script, language] = known.map(|part| element.get(part).to_owned());
            if !says_nothing(&text) {
                push_unique(&mut designee.originals, Original { text, script, language });
            }
            unknown(listing, designee, element, &known);
        }
        "Address" => {
            count(listing, "addresses");
            push_unique(&mut designee.addresses, ADDRESS_PARTS.map(|part| element.get(part).to_owned()));
            unknown(listing, designee, element, &ADDRESS_PARTS);
        }
        "Location" => {
            count(listing, "birth_places");
            let known = ["TownOfBirth", "CountryOfBirth"];
            push_unique(&mut designee.birth_places, known.map(|part| element.get(part).to_owned()));
            unknown(listing, designee, element, &known);
        }
        "Passport" => {
            count(listing, "passports");
            let known = ["PassportNumber", "PassportAdditionalInformation"];
            let [number, remark] = known.map(|part| element.get(part).to_owned());
            push_unique(&mut designee.passports, (number, remark));
            unknown(listing, designee, element, &known);
        }
        "NationalIdentifier" => {
            count(listing, "national_identifiers");
            let known = ["NationalIdentifierNumber", "NationalIdentifierAdditionalInformation"];
            let [number, remark] = known.map(|part| element.get(part).to_owned());
            push_unique(&mut designee.national_ids, (number, remark));
            unknown(listing, designee, element, &known);
        }
        "SanctionsImposedIndicators" => {
            for indicator in &element.children {
                match indicator.text.to_ascii_lowercase().as_str() {
                    "true" | "1" | "yes" => push_unique(&mut designee.indicators, indicator.name.to_string()),
                    "" | "false" | "0" | "no" => {}
                    other => {
                        issue(listing, designee, indicator, &format!("`{other}` is neither true nor false; it was left out"));
                    }
                }
            }
        }
        _ => match HOLDS.get(name) {
            Some(None) => {
                for child in &element.children {
                    walk(listing, designee, child);
                }
            }
            Some(Some(field)) => {
                match name {
                    "DOB" => count(listing, "birth_dates"),
                    "IMONumber" => count(listing, "imo_numbers"),
                    _ => {}
                }
                designee.add(*field, &element.text);
                unknown(listing, designee, element, &[]);
            }
            None => {
                issue(listing, designee, element, "an element that is not known; it was kept as a note");
                if element.is_filled() {
                    designee.notes.push(element.flat());
                }
            }
        },
    }
}

fn issue(listing: &mut Listing<'_>, designee: &Designee, element: &Element, message: &str) {
    let record = format!("Designation {}", designee.id);
    listing.issue(Place { line: element.line, record: &record }, &element.name, message);
}

/// Says and keeps what stands in an element under names that are not known.
fn unknown(listing: &mut Listing<'_>, designee: &mut Designee, element: &Element, known: &[&str]) {
    for child in element.children.iter().filter(|child| !known.contains(&&*child.name)) {
        issue(listing, designee, child, "an element that is not known; it was kept as a note");
        if child.is_filled() {
            designee.notes.push(child.flat());
        }
    }
}
