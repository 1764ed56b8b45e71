//! The Swiss sanctions list of the State Secretariat for Economic Affairs (SECO), "whole list" in XML
//! (`swiss-sanctions-list`, XSD version 3.1). In goes the XML as a stream; out go the listed targets with their names, addresses,
//! documents, one sanction each, and the relations between them.
//!
//! A target that was de-listed stays in the file with its history. Its last modification decides: by publication date, and in the order
//! of the file, which puts the latest first, where that is the same. De-listed targets are counted and left out. The states before and
//! after a modification (`added`, `removed`) are history and are passed over.
//!
//! A name has parts, each with spelling variants by language and script. The variants of one language and script are combined, part by
//! part; a part without such a variant keeps its value ([`names`]).
//!
//! Programmes and places are referred to by id. They stand before the targets; a target that refers to a place that has not come yet is
//! held until it has, so the order of the file does not matter. Relations are held until the end, when it is known who is listed.
//!
//! Kept out on purpose: the name and key of a programme in other languages when there is English, the language of a name (its script is
//! kept), `list-type` and version dates, and relations to targets that are de-listed (counted).

mod names;
mod party;
mod target;

use std::io::BufRead;

use interdict_model::{Entity, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::SourceError;
use crate::facts::{Distinct, key, rows};
use crate::listing::{Listing, Place, not_empty};
use crate::report::Report;
use crate::xml::Xml;

use target::Target;

const RELATIONS: &str = include_str!("../../../data/seco_relations.tsv");

/// A programme, as a sanctions set belongs to it.
#[derive(Clone, Debug, Default)]
struct Program {
    ssid: String,
    key: String,
    name: String,
    set: String,
    origin: String,
}

/// A place that addresses refer to.
#[derive(Clone, Debug, Default)]
struct Whereabouts {
    location: String,
    area: String,
    country: String,
    /// Other spellings.
    variants: Vec<String>,
}

/// A relation, held until it is known who is listed.
#[derive(Debug)]
struct Relation {
    line: u64,
    ssid: String,
    from: String,
    to: String,
    kind: String,
    remark: String,
}

/// Parses the whole file.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["swiss-sanctions-list"])?;
    // A list of modifications holds only what changed: taken for the list, everything else would be lost.
    if let Some(kind) = xml.attribute("list-type").filter(|kind| kind != "whole-list") {
        let found = format!("`list-type` is `{kind}`, not the whole list");
        return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
    }
    let mut parser = Parser {
        listing: Listing::new(report, sink),
        programs: FxHashMap::default(),
        places: FxHashMap::default(),
        waiting: Vec::new(),
        schemas: FxHashMap::default(),
        relations: Vec::new(),
        ids: Distinct::default(),
    };
    let at = Place { line: xml.line(), record: "swiss-sanctions-list" };
    let date = attribute(&xml, "date");
    if date.is_empty() {
        parser.listing.issue(at, "date", "the file does not say when it was made");
    } else if let Some(date) = parser.listing.date(at, "date", &date) {
        parser.listing.report.issue_date = date;
    }
    xml.children(|xml| match xml.name() {
        "sanctions-program" => parser.program(xml),
        "place" => parser.place(xml),
        "target" => {
            let target = Target::read(xml, &mut parser.listing)?;
            parser.target(target);
            Ok(())
        }
        _ => pass_over(xml, &mut parser.listing, "swiss-sanctions-list"),
    })?;
    xml.end()?;
    for target in std::mem::take(&mut parser.waiting) {
        parser.emit(target);
    }
    parser.links();
    not_empty(file, parser.listing.report.count("parties"), "parties")
}

/// An attribute, empty when it is not there.
fn attribute(xml: &Xml<'_>, name: &str) -> String {
    xml.attribute(name).unwrap_or_default().trim().to_owned()
}

/// An element that the format does not have.
fn pass_over(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<(), SourceError> {
    let name = xml.name().to_owned();
    listing.issue(Place { line: xml.line(), record }, &name, "an element that is not known; it was passed over");
    xml.skip()
}

/// Sets a text that exists in several languages: English wins, else the first.
fn set_in_english(held: &mut String, english: &mut bool, language: &str, text: String) {
    let is_english = language.eq_ignore_ascii_case("eng") || language.eq_ignore_ascii_case("en");
    if held.is_empty() || is_english && !*english {
        *held = text;
        *english = is_english;
    }
}

struct Parser<'a> {
    listing: Listing<'a>,
    /// By the id of the sanctions set.
    programs: FxHashMap<String, Program>,
    places: FxHashMap<String, Whereabouts>,
    /// Targets that refer to places that have not come yet.
    waiting: Vec<Target>,
    /// Targets that have been read; those that are not listed have no schema.
    schemas: FxHashMap<String, Option<Schema>>,
    relations: Vec<Relation>,
    ids: Distinct,
}

impl Parser<'_> {
    fn program(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let mut program = Program { ssid: attribute(xml, "ssid"), ..Program::default() };
        let record = format!("sanctions-program {}", program.ssid);
        let (mut key_in_english, mut name_in_english) = (false, false);
        // Id, text, whether that is English.
        let mut sets: Vec<(String, String, bool)> = Vec::new();
        xml.children(|xml| {
            let language = attribute(xml, "lang");
            match xml.name() {
                "program-key" => set_in_english(&mut program.key, &mut key_in_english, &language, xml.leaf()?),
                "program-name" => set_in_english(&mut program.name, &mut name_in_english, &language, xml.leaf()?),
                "origin" => program.origin = xml.leaf()?,
                "sanctions-set" => {
                    let id = attribute(xml, "ssid");
                    let text = xml.leaf()?;
                    match sets.iter_mut().find(|(held, _, _)| *held == id) {
                        Some((_, held, english)) => set_in_english(held, english, &language, text),
                        None => {
                            let mut set = (id, String::new(), false);
                            set_in_english(&mut set.1, &mut set.2, &language, text);
                            sets.push(set);
                        }
                    }
                }
                _ => pass_over(xml, &mut self.listing, &record)?,
            }
            Ok(())
        })?;
        for (id, set, _) in sets {
            self.programs.insert(id, Program { set, ..program.clone() });
        }
        Ok(())
    }

    fn place(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let id = attribute(xml, "ssid");
        let record = format!("place {id}");
        let mut place = Whereabouts::default();
        xml.children(|xml| {
            match xml.name() {
                "location" => place.location = xml.leaf()?,
                "area" => place.area = xml.leaf()?,
                "country" => place.country = country_element(xml)?,
                "location-variant" | "area-variant" => place.variants.push(xml.leaf()?),
                _ => pass_over(xml, &mut self.listing, &record)?,
            }
            Ok(())
        })?;
        self.places.insert(id, place);
        Ok(())
    }

    fn target(&mut self, target: Target) {
        self.listing.count("targets", 1);
        let record = target.record();
        let at = Place { line: target.line, record: &record };
        if target.ssid.is_empty() {
            return self.listing.reject(at, "ssid", "a target without an id; it was left out", &format!("{target:#?}"));
        }
        if target.is_delisted() {
            self.schemas.entry(target.ssid).or_insert(None);
            return self.listing.count("de_listed", 1);
        }
        if target.places().all(|id| self.places.contains_key(id)) {
            self.emit(target);
        } else {
            self.waiting.push(target);
        }
    }

    fn links(&mut self) {
        let schemas: FxHashMap<&str, &str> = rows(RELATIONS).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect();
        let mut unknown: FxHashSet<String> = FxHashSet::default();
        for relation in std::mem::take(&mut self.relations) {
            let record = format!("relation {}", relation.ssid);
            let at = Place { line: relation.line, record: record.trim() };
            self.listing.count("relations", 1);
            match self.schemas.get(&relation.to) {
                None => {
                    let message = format!("target {} is not in the file; the relation was left out", relation.to);
                    self.listing.issue(at, "target-id", message);
                    continue;
                }
                Some(None) => {
                    self.listing.count("relations_to_de_listed", 1);
                    continue;
                }
                Some(Some(_)) => {}
            }
            let schema = schemas.get(relation.kind.as_str()).and_then(|name| Schema::from_name(name));
            if schema.is_none() && unknown.insert(relation.kind.clone()) {
                self.listing.issue(at, "relation-type", format!("`{}` is not known; kept as an UnknownLink", relation.kind));
            }
            let schema = schema.unwrap_or(Schema::UnknownLink);
            let Some((source, target)) = schema.edge() else { continue };
            let id = match relation.ssid.as_str() {
                "" => format!("ch-link-{}", key([&relation.from, &relation.to, &relation.kind], 12)),
                ssid => format!("ch-link-{ssid}"),
            };
            if !self.listing.is_new_id(at, &id) {
                continue;
            }
            let mut link = Entity::new(id, schema);
            link.add(source, format!("ch-{}", relation.from));
            link.add(target, format!("ch-{}", relation.to));
            link.add(if schema.property("role").is_some() { "role" } else { "relationship" }, relation.kind);
            link.add("description", relation.remark);
            self.listing.emit(link, at.record);
        }
    }
}

/// A `country` element: its code, or its text.
fn country_element(xml: &mut Xml<'_>) -> Result<String, SourceError> {
    let code = attribute(xml, "iso-code");
    let text = xml.leaf()?;
    Ok(if code.is_empty() { text } else { code })
}
