//! Two mirrors of lists that give little more than names.
//!
//! `parse_names`: one JSON array of `{"id", "full_name", "source", "aliases"}`. The `id` is the position in that file and no more, so a
//! party's key is a hash of the list's name and its own; entries with the same name are one party, as nothing tells them apart. The
//! parties of one file are held in memory, as an entry may come again at the end. What kind of thing a party is the file does not say:
//! all are `Thing`, which is comparable with people, organisations and ships.
//!
//! `parse_ofac`: one JSON object with the SDN list's names, programmes and other names by OFAC's own uid, and its own totals, with which
//! what was parsed is compared. It is streamed.

use std::fmt;
use std::io::BufRead;

use interdict_model::{AliasKind, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::FxHashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

use crate::error::SourceError;
use crate::facts::key;
use crate::json_stream::{Each, document};
use crate::listing::{Designation, Listing, Name, Place, not_empty};
use crate::pieces::{folded, tidy};
use crate::report::Report;

/// A member as text: a string, or a number as it is written.
fn text(entry: &Json, member: &str) -> String {
    match entry.get(member) {
        Some(Json::String(text)) => tidy(text),
        Some(Json::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The strings of a member that is an array of them; the second value counts what is none.
fn texts(entry: &Json, member: &str) -> (Vec<String>, usize) {
    match entry.get(member) {
        None | Some(Json::Null) => (Vec::new(), 0),
        Some(Json::Array(values)) => {
            let found: Vec<String> = values.iter().filter_map(Json::as_str).map(tidy).collect();
            let others = values.len() - found.len();
            (found.into_iter().filter(|text| !text.is_empty()).collect(), others)
        }
        Some(_) => (Vec::new(), 1),
    }
}

/// Members that are not known go to the notes.
fn keep_unknown(listing: &mut Listing<'_>, at: Place<'_>, party: &mut Entity, entry: &Json, known: &[&str]) {
    for (member, value) in entry.as_object().into_iter().flatten() {
        if !known.contains(&member.as_str()) {
            listing.issue(at, member, "a member that is not known; kept as a note");
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            party.add_from("notes", format!("{member}: {value}"), at.record);
        }
    }
}

pub(crate) fn parse_names(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    let mut parties: Vec<(Entity, String)> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut number = 0_u64;
    document(
        file,
        input,
        Each(|entry: Json| {
            number += 1;
            listing.count("records", 1);
            let record = format!("entry {number}");
            let at = Place { line: 0, record: &record };
            let (name, source) = (text(&entry, "full_name"), text(&entry, "source"));
            if name.is_empty() {
                listing.reject(at, "full_name", "an entry without a name; it was left out", &entry.to_string());
                return;
            }
            let id = format!("names-{}", key([&folded(&source), &name_key(&name)], 12));
            let position = *places.entry(id.clone()).or_insert_with(|| {
                let mut party = Entity::new(&id, Schema::Thing);
                party.caption = Some(name.clone());
                party.target = Some(true);
                party.add("topics", "sanction");
                parties.push((party, record.clone()));
                parties.len() - 1
            });
            let party = &mut parties[position].0;
            if party.first("name").is_some() {
                listing.count("records_of_the_same_name", 1);
            }
            let mut add = |text: String, kind| {
                Name { text, kind, weak: false, script: "", parts: Vec::new(), record: &record }.attach(party);
            };
            add(name, AliasKind::Name);
            let (aliases, broken) = texts(&entry, "aliases");
            listing.count("aliases", aliases.len() as u64);
            for alias in aliases {
                add(alias, AliasKind::AlsoKnownAs);
            }
            if broken > 0 {
                listing.issue(at, "aliases", format!("{broken} aliases are no text; they were left out"));
            }
            party.add("program", source);
            keep_unknown(&mut listing, at, party, &entry, &["id", "full_name", "source", "aliases"]);
        }),
    )?;
    listing.count("parties", parties.len() as u64);
    let count = parties.len() as u64;
    for (party, record) in parties {
        listing.emit(party, &record);
    }
    not_empty(file, count, "parties")
}

/// What a name is known by: its folded form, or the name itself when it has no letter or digit.
fn name_key(name: &str) -> String {
    let folded = folded(name);
    if folded.is_empty() { name.to_owned() } else { folded }
}

pub(crate) fn parse_ofac(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut mirror = Mirror { listing: Listing::new(report, sink), stated: Vec::new(), number: 0 };
    document(file, input, &mut mirror)?;
    mirror.reconcile();
    not_empty(file, mirror.listing.report.count("parties"), "parties")
}

/// The mirror of the SDN list.
struct Mirror<'a> {
    listing: Listing<'a>,
    /// The file's own totals: its words, the count that must be equal, the number.
    stated: Vec<(String, &'static str, u64)>,
    number: u64,
}

impl<'de> DeserializeSeed<'de> for &mut Mirror<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Mirror<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `entries`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "entries" => members.next_value_seed(Each(|entry: Json| self.entry(&entry)))?,
                "published" | "description" | "counts" | "typeCounts" => {
                    let value = members.next_value::<Json>()?;
                    self.head(&member, &value);
                }
                // Words on the mirror, and on where the list came from.
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Totals of the file and the count that each must be equal to.
const TOTALS: [(&str, &str); 7] = [
    ("entries", "parties"),
    ("alternateNames", "aliases"),
    ("totalNames", "names"),
    ("entity", "entities"),
    ("individual", "individuals"),
    ("vessel", "vessels"),
    ("aircraft", "aircraft"),
];

impl Mirror<'_> {
    fn head(&mut self, member: &str, value: &Json) {
        if matches!(member, "published" | "description") {
            let text = value.as_str().unwrap_or_default();
            let date = text.split_once("Published ").map_or(text, |(_, behind)| behind).get(..10).unwrap_or_default();
            if self.listing.report.issue_date.is_empty()
                && date.parse::<interdict_model::PartialDate>().is_ok_and(interdict_model::PartialDate::is_full)
            {
                date.clone_into(&mut self.listing.report.issue_date);
            }
            return;
        }
        for (word, number) in value.as_object().into_iter().flatten() {
            let Some(number) = number.as_u64() else { continue };
            if let Some((_, what)) = TOTALS.iter().find(|(total, _)| total == word) {
                self.stated.push((word.clone(), what, number));
            } else {
                let at = Place { line: 0, record: member };
                self.listing.issue(at, word, "a total that is not known; it was not compared");
            }
            if word == "entries" {
                self.listing.count("records_stated", number);
            }
        }
    }

    fn entry(&mut self, entry: &Json) {
        self.number += 1;
        self.listing.count("records", 1);
        let (uid, name, kind) = (text(entry, "uid"), text(entry, "name"), text(entry, "type"));
        let record = if uid.is_empty() { format!("entry {}", self.number) } else { format!("uid {uid}") };
        let at = Place { line: 0, record: &record };
        if !(1..=10).contains(&uid.len()) || !uid.bytes().all(|byte| byte.is_ascii_digit()) {
            self.listing.reject(at, "uid", "an entry without OFAC's number; it was left out", &entry.to_string());
            return;
        }
        if name.is_empty() {
            self.listing.reject(at, "name", "an entry without a name; it was left out", &entry.to_string());
            return;
        }
        let mut key = uid;
        for again in 2.. {
            if self.listing.is_new_id(at, &format!("ofac-{key}")) {
                break;
            }
            // Which of the two the number means is not known: neither name may be lost.
            key = format!("{}-{again}", key.split('-').next().unwrap_or_default());
            self.listing.issue(at, "uid", format!("a second entry of that number; it is kept as `ofac-{key}`"));
        }
        let id = format!("ofac-{key}");
        let (schema, counted) = match kind.as_str() {
            "individual" => (Schema::Person, "individuals"),
            "entity" => (Schema::Organization, "entities"),
            "vessel" => (Schema::Vessel, "vessels"),
            "aircraft" => (Schema::Airplane, "aircraft"),
            other => {
                self.listing.issue(at, "type", format!("`{other}` is not a known type of party; kept as a LegalEntity"));
                (Schema::LegalEntity, "of_unknown_type")
            }
        };
        let mut party = Entity::new(&id, schema);
        let (aliases, broken) = texts(entry, "alternateNames");
        let (programs, broken_programs) = texts(entry, "programs");
        for (field, broken) in [("alternateNames", broken), ("programs", broken_programs)] {
            if broken > 0 {
                self.listing.issue(at, field, format!("{broken} values are no text; they were left out"));
            }
        }
        for (what, count) in [("parties", 1), (counted, 1), ("aliases", aliases.len()), ("names", aliases.len() + 1)] {
            self.listing.count(what, count as u64);
        }
        let names =
            std::iter::once((AliasKind::Name, name)).chain(aliases.into_iter().map(|alias| (AliasKind::AlsoKnownAs, alias)));
        for (kind, text) in names {
            let (text, pieces) = if schema == Schema::Person { natural_order(&text) } else { (text, Vec::new()) };
            Name { text, kind, weak: false, script: "", parts: pieces, record: &record }.attach(&mut party);
        }
        party.caption = party.first("name").map(ToOwned::to_owned);
        party.target = Some(true);
        party.add("topics", "sanction");
        keep_unknown(&mut self.listing, at, &mut party, entry, &["uid", "name", "type", "programs", "alternateNames"]);
        let designation =
            Designation { authority: "Office of Foreign Assets Control", programs, country: "us", ..Designation::default() };
        let sanction = designation.attach(&mut party, &format!("ofac-sanction-{key}"), &record);
        self.listing.emit(party, &record);
        self.listing.emit(sanction, &record);
    }

    /// Compares the file's own totals with what was parsed.
    fn reconcile(&mut self) {
        let at = Place { line: 0, record: "counts" };
        for (word, what, stated) in std::mem::take(&mut self.stated) {
            let found = self.listing.report.count(what);
            if found != stated {
                self.listing.issue(at, &word, format!("the file states {stated}, and {found} were read"));
            }
        }
        if self.listing.report.count("records_stated") == 0 {
            self.listing.issue(at, "counts", "the file does not say how many entries it has");
        }
        if self.listing.report.issue_date.is_empty() {
            self.listing.issue(at, "published", "the file does not say when the list was published");
        }
    }
}

/// `FAMILY, Given` as it is said, with its parts. What stands behind a second comma ("Jr.") ends the name.
fn natural_order(text: &str) -> (String, Vec<NamePart>) {
    let mut pieces = text.split(',').map(str::trim);
    let (family, given) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default());
    if family.is_empty() || given.is_empty() {
        return (text.to_owned(), Vec::new());
    }
    let rest = pieces.filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ");
    let parts = [(NamePartKind::Given, given), (NamePartKind::Family, family)];
    let parts = parts.map(|(kind, text)| NamePart { kind, text: text.to_owned() }).to_vec();
    (tidy(&format!("{given} {family} {rest}")), parts)
}
