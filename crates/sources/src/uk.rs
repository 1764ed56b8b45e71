//! The UK Sanctions List of the Foreign, Commonwealth & Development Office, as XML (`UK-Sanctions-List.xml`) and as CSV
//! (`UK-Sanctions-List.csv`), both at <https://www.gov.uk/government/publications/the-uk-sanctions-list>.
//!
//! In: either file. Both are read into the same [`Designee`], field by field ([`FIELDS`] names each field in both), and one function
//! makes entities of it. So the two files give the same entities under the same ids (`gb-AFG0006`, made of the `Unique ID`), and what one
//! of them has and the other has not is added when both are loaded. Out: a `Person`, `Organization` or `Vessel` a designation, its
//! `Sanction`, its addresses and documents, and the companies that it names (owners and operators of ships, parents, subsidiaries) as
//! entities of their own that are not listed, linked by `Ownership` (`UnknownLink` for former owners of ships).
//!
//! Ids of what the list gives no number to are made of content. Everything that has no property is a note. Passed over is
//! `SanctionsImposedIndicators` where it says what `SanctionsImposed` says already.

use interdict_model::{AliasKind, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::FxHashSet;

use crate::fields::{Number, content_id, one_line, put, safe_id, says_nothing, script_of, slug};
use crate::listing::{Address, Designation, Listing, Name, Place, country};

mod table;
mod xml;

pub(crate) use table::parse_csv;
pub(crate) use xml::parse_xml;

const AUTHORITY: &str = "Foreign, Commonwealth & Development Office";

/// A field that holds texts and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Field {
    OfsiGroup,
    UnReference,
    LastUpdated,
    Designated,
    Regime,
    Source,
    Imposed,
    Information,
    Reasons,
    Title,
    Phone,
    Website,
    Email,
    Born,
    Nationality,
    Position,
    Gender,
    EntityType,
    Subsidiary,
    Parent,
    Registration,
    Imo,
    Owner,
    PreviousOwner,
    Flag,
    PreviousFlag,
    ShipType,
    Tonnage,
    Length,
    Built,
    Hull,
}

/// Each field, the XML element that holds it, and its column in the CSV.
const FIELDS: [(Field, &str, &str); 31] = [
    (Field::OfsiGroup, "OFSIGroupID", "OFSI Group ID"),
    (Field::UnReference, "UNReferenceNumber", "UN Reference Number"),
    (Field::LastUpdated, "LastUpdated", "Last Updated"),
    (Field::Designated, "DateDesignated", "Date Designated"),
    (Field::Regime, "RegimeName", "Regime Name"),
    (Field::Source, "DesignationSource", "Designation source"),
    (Field::Imposed, "SanctionsImposed", "Sanctions Imposed"),
    (Field::Information, "OtherInformation", "Other Information"),
    (Field::Reasons, "UKStatementofReasons", "UK Statement of Reasons"),
    (Field::Title, "Title", "Title"),
    (Field::Phone, "PhoneNumber", "Phone number"),
    (Field::Website, "Website", "Website"),
    (Field::Email, "EmailAddress", "Email address"),
    (Field::Born, "DOB", "D.O.B"),
    (Field::Nationality, "Nationality", "Nationality(/ies)"),
    (Field::Position, "Position", "Position"),
    (Field::Gender, "Gender", "Gender"),
    (Field::EntityType, "TypeOfEntity", "Type of entity"),
    (Field::Subsidiary, "Subsidiary", "Subsidiaries"),
    (Field::Parent, "ParentCompany", "Parent company"),
    (Field::Registration, "BusinessRegistrationNumber", "Business registration number (s)"),
    (Field::Imo, "IMONumber", "IMO number"),
    (Field::Owner, "CurrentOwnerOperator", "Current owner/operator (s)"),
    (Field::PreviousOwner, "PreviousOwnerOperator", "Previous owner/operator (s)"),
    (Field::Flag, "CurrentBelievedFlagOfShip", "Current believed flag of ship"),
    (Field::PreviousFlag, "PreviousFlag", "Previous flags"),
    (Field::ShipType, "TypeOfShip", "Type of ship"),
    (Field::Tonnage, "TonnageOfShip", "Tonnage of ship"),
    (Field::Length, "LengthOfShip", "Length of ship"),
    (Field::Built, "YearBuilt", "Year Built"),
    (Field::Hull, "HullIdentificationNumber", "Hull identification number (HIN)"),
];

impl Field {
    /// The field's name for notes and issues: its column.
    fn label(self) -> &'static str {
        FIELDS.iter().find(|(field, ..)| *field == self).map_or("", |(_, _, column)| column)
    }
}

/// A name in its parts, `Name 1` to `Name 6`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct RawName {
    parts: [String; 6],
    kind: String,
    strength: String,
}

impl RawName {
    fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| says_nothing(part))
    }
}

/// A name in letters other than Latin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Original {
    text: String,
    script: String,
    language: String,
}

/// A number and what is said of it.
type Document = (String, String);

/// All that a file says of one designation.
#[derive(Clone, Debug, Default)]
struct Designee {
    /// `Unique ID`.
    id: String,
    /// `Individual`, `Entity` or `Ship`.
    kind: String,
    line: u64,
    names: Vec<RawName>,
    originals: Vec<Original>,
    /// Six lines, postal code, country.
    addresses: Vec<[String; 8]>,
    /// Town and country.
    birth_places: Vec<[String; 2]>,
    passports: Vec<Document>,
    national_ids: Vec<Document>,
    values: Vec<(Field, Vec<String>)>,
    /// Measures that stand as flags, in the words of their elements.
    indicators: Vec<String>,
    notes: Vec<String>,
    /// The whole as text, for rejects.
    text: String,
}

fn push_unique<T: PartialEq>(held: &mut Vec<T>, value: T) {
    if !held.contains(&value) {
        held.push(value);
    }
}

impl Designee {
    fn add(&mut self, field: Field, text: &str) {
        let text = text.trim();
        if says_nothing(text) {
            return;
        }
        match self.values.iter_mut().find(|(held, _)| *held == field) {
            Some((_, texts)) => push_unique(texts, text.to_owned()),
            None => self.values.push((field, vec![text.to_owned()])),
        }
    }

    fn texts(&self, field: Field) -> &[String] {
        self.values.iter().find(|(held, _)| *held == field).map_or(&[], |(_, texts)| texts)
    }
}

/// Ids that designations of a file have.
#[derive(Debug, Default)]
struct Ids(FxHashSet<String>);

/// Companies that a designation names, by what they are to it.
#[derive(Clone, Copy)]
enum Relation {
    Owner,
    PreviousOwner,
    Parent,
    Subsidiary,
}

impl Relation {
    fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::PreviousOwner => "previous-owner",
            Self::Parent => "parent",
            Self::Subsidiary => "subsidiary",
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Owner => "owner or operator",
            Self::PreviousOwner => "previous owner or operator",
            Self::Parent => "parent company",
            Self::Subsidiary => "subsidiary",
        }
    }
}

/// A designation on its way to entities.
struct Maker<'m, 'l> {
    listing: &'m mut Listing<'l>,
    line: u64,
    record: String,
    party: Entity,
    hanging: Vec<Entity>,
}

/// Makes entities of a designation and hands them out.
fn emit(listing: &mut Listing<'_>, ids: &mut Ids, designee: &Designee) {
    let record = format!("Designation {}", if designee.id.is_empty() { "without a number" } else { &designee.id });
    let at = Place { line: designee.line, record: &record };
    listing.count("parties", 1);
    if designee.id.is_empty() {
        listing.reject(at, "Unique ID", "a designation without its number", &designee.text);
        return;
    }
    if designee.names.iter().all(RawName::is_empty) && designee.originals.is_empty() {
        listing.reject(at, "Names", "a designation without a name", &designee.text);
        return;
    }
    let schema = match designee.kind.trim().to_ascii_lowercase().as_str() {
        "individual" => Schema::Person,
        "entity" => Schema::Organization,
        "ship" => Schema::Vessel,
        _ => {
            let message = format!("`{}` is not known; kept as a LegalEntity", designee.kind);
            listing.issue(at, "Designation Type", message);
            Schema::LegalEntity
        }
    };
    listing.count(
        match schema {
            Schema::Person => "individuals",
            Schema::Vessel => "ships",
            _ => "entities",
        },
        1,
    );
    let mut id = format!("gb-{}", safe_id(&designee.id));
    if !ids.0.insert(id.clone()) {
        let mut number = 2_u32;
        while !ids.0.insert(format!("{id}-{number}")) {
            number += 1;
        }
        id = format!("{id}-{number}");
        listing.issue(at, "Unique ID", format!("`{}` stands for another designation, too; the id is `{id}`", designee.id));
    }
    let mut maker =
        Maker { listing, line: designee.line, record: record.clone(), party: Entity::new(id, schema), hanging: Vec::new() };
    maker.names(designee);
    maker.contacts(designee);
    match schema {
        Schema::Person => maker.person(designee),
        Schema::Vessel => maker.ship(designee),
        _ => {}
    }
    maker.rest(designee, schema);
    maker.relations(designee);
    let sanction = maker.sanction(designee);
    let Maker { mut party, hanging, .. } = maker;
    party.target = Some(true);
    listing.emit(party, &record);
    listing.emit(sanction, &record);
    for entity in hanging {
        listing.emit(entity, &record);
    }
}

impl Maker<'_, '_> {
    fn issue(&mut self, field: &str, message: String) {
        let at = Place { line: self.line, record: &self.record };
        self.listing.issue(at, field, message);
    }

    fn note(&mut self, field: &str, text: &str) {
        let text = one_line(text);
        if !says_nothing(&text) {
            self.party.add_from("notes", format!("{field}: {text}"), &self.record);
        }
    }

    fn put(&mut self, property: &str, field: Field, text: &str) {
        put(&mut self.party, property, field.label(), text, &self.record);
    }

    fn date(&mut self, field: Field, text: &str) -> Option<String> {
        let at = Place { line: self.line, record: &self.record };
        let date = self.listing.date(at, field.label(), text);
        if date.is_none() {
            self.note(field.label(), text);
        }
        date
    }

    fn names(&mut self, designee: &Designee) {
        let rank = |name: &&RawName| !name.kind.trim().eq_ignore_ascii_case("primary name");
        let mut names: Vec<&RawName> = designee.names.iter().filter(|name| !name.is_empty()).collect();
        names.sort_by_key(rank);
        let person = self.party.schema.known() == Some(Schema::Person);
        for name in names {
            let (kind, weak) = self.kind_of(name);
            let texts = name.parts.clone().map(|part| if says_nothing(&part) { String::new() } else { one_line(&part) });
            let text = texts.iter().filter(|text| !text.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
            let parts = if person { parts_of(&texts, &text) } else { vec![part(NamePartKind::Whole, &text)] };
            let script = script_of(&text);
            Name { text, kind, weak, script, parts, record: &self.record }.attach(&mut self.party);
        }
        if !self.party.names.iter().any(|name| name.kind == AliasKind::Name) {
            self.issue("Name type", "a designation without a primary name".to_owned());
        }
        for original in &designee.originals {
            for text in pieces(&original.text, &[';', '|']) {
                // Labels of scripts are often wrong; the letters are not.
                let script = match script_of(&text) {
                    "" => original.script.as_str(),
                    script => script,
                };
                let name =
                    Name { text, kind: AliasKind::AlsoKnownAs, weak: false, script, parts: Vec::new(), record: &self.record };
                name.attach(&mut self.party);
            }
            self.note("Non-latin script type", &original.script);
            self.note("Non-latin script language", &original.language);
        }
    }

    /// What a name is to its party, and whether it is weak.
    fn kind_of(&mut self, name: &RawName) -> (AliasKind, bool) {
        let (kind, strength) = (one_line(&name.kind).to_ascii_lowercase(), one_line(&name.strength).to_ascii_lowercase());
        let weak = match strength.as_str() {
            "" => false,
            text if text.starts_with("good") || text.starts_with("strong") => false,
            text if text.starts_with("low") || text.starts_with("weak") => true,
            _ => {
                self.issue("Alias strength", format!("`{strength}` is not known; the name was kept as a good one"));
                false
            }
        };
        let kind = match kind.as_str() {
            "primary name" => AliasKind::Name,
            "primary name variation" | "alias" | "a.k.a" | "a.k.a." | "aka" => AliasKind::AlsoKnownAs,
            "f.k.a" | "f.k.a." | "fka" => AliasKind::FormerlyKnownAs,
            _ => {
                self.issue("Name type", format!("`{}` is not known; kept as also known as", name.kind));
                AliasKind::AlsoKnownAs
            }
        };
        (kind, weak && kind != AliasKind::Name)
    }

    fn contacts(&mut self, designee: &Designee) {
        for lines in &designee.addresses {
            let lines = lines.clone().map(|line| if says_nothing(&line) { String::new() } else { one_line(&line) });
            let [street, street2, third, fourth, fifth, city, postal_code, country] = lines;
            let street3 = [third, fourth, fifth].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
            let address = Address { street, street2, street3, city, postal_code, country, ..Address::default() };
            if address.is_empty() {
                continue;
            }
            let id = format!("{}-addr-{}", self.party.id, content_id(&[&address.line()]));
            if let Some(address) = address.attach(&mut self.party, &id, &self.record) {
                self.hang(address);
            }
        }
        for text in designee.texts(Field::Phone) {
            let many = pieces(text, &[';', '|', '\n', ',']);
            let whole = many.iter().all(|piece| piece.bytes().filter(u8::is_ascii_digit).count() >= 5);
            for phone in if whole { many } else { pieces(text, &['|', '\n']) } {
                self.put("phone", Field::Phone, &phone);
            }
        }
        for text in designee.texts(Field::Email) {
            for piece in words(text) {
                if piece.contains('@') {
                    self.put("email", Field::Email, piece);
                } else {
                    self.note(Field::Email.label(), piece);
                }
            }
        }
        for text in designee.texts(Field::Website) {
            for piece in words(text) {
                if piece.contains('.') {
                    self.put("website", Field::Website, piece);
                } else {
                    self.note(Field::Website.label(), piece);
                }
            }
        }
    }

    fn person(&mut self, designee: &Designee) {
        for text in designee.texts(Field::Born) {
            for piece in pieces(text, &[';', '|', '\n']) {
                let at = Place { line: self.line, record: &self.record };
                self.listing.add_date(at, &mut self.party, "birthDate", Field::Born.label(), &piece);
            }
        }
        for [town, state] in &designee.birth_places {
            let [town, state] = [town, state].map(|text| if says_nothing(text) { String::new() } else { one_line(text) });
            let text = [town.as_str(), &state].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
            if !text.is_empty() {
                self.party.add_from("birthPlace", text, &self.record);
            }
            if !state.is_empty() {
                self.party.add_from("birthCountry", country(&state), &self.record);
            }
        }
        for text in designee.texts(Field::Nationality) {
            for piece in pieces(text, &[';', '|', '\n']) {
                self.party.add_from("nationality", country(&piece), &self.record);
            }
        }
        for text in designee.texts(Field::Gender) {
            self.party.add_from("gender", text.to_lowercase(), &self.record);
        }
    }

    fn ship(&mut self, designee: &Designee) {
        for (field, property) in [(Field::Flag, "flag"), (Field::PreviousFlag, "pastFlags")] {
            for text in designee.texts(field) {
                for piece in pieces(text, &[';', '|', '\n', ',', '/']) {
                    self.party.add_from(property, country(&piece), &self.record);
                }
            }
        }
        for text in designee.texts(Field::Tonnage) {
            let number: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
            if number.parse::<f64>().is_ok_and(f64::is_finite) {
                self.party.add_from("tonnage", number, &self.record);
            } else {
                self.note(Field::Tonnage.label(), text);
            }
        }
        for text in designee.texts(Field::Built) {
            if let Some(date) = self.date(Field::Built, text) {
                self.party.add_from("buildDate", date, &self.record);
            }
        }
        for text in designee.texts(Field::Hull) {
            // Vessels have no property of their own for it.
            self.put("registrationNumber", Field::Hull, text);
            self.note(Field::Hull.label(), text);
        }
    }

    /// Fields that parties of more than one kind may have, and those that stand with one that does not have them.
    fn rest(&mut self, designee: &Designee, schema: Schema) {
        for (number, remark) in &designee.passports {
            self.document(Schema::Passport, "passportNumber", "Passport number", number, remark);
        }
        for (number, remark) in &designee.national_ids {
            self.document(Schema::Identification, "idNumber", "National Identifier number", number, remark);
        }
        for text in designee.texts(Field::Title) {
            self.put("title", Field::Title, text);
        }
        for text in designee.texts(Field::Position) {
            for piece in pieces(text, &['|', '\n']) {
                self.put("position", Field::Position, &piece);
            }
        }
        for text in designee.texts(Field::EntityType) {
            for piece in pieces(text, &['|', '\n']) {
                self.put("classification", Field::EntityType, &piece);
            }
        }
        for text in designee.texts(Field::ShipType) {
            self.put("type", Field::ShipType, text);
        }
        for text in designee.texts(Field::Registration) {
            self.registration(text);
        }
        for text in designee.texts(Field::Imo) {
            for piece in pieces(text, &[';', '|', '\n', ',', '/']) {
                let number = piece.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | ':' | '.'));
                if number.len() == 7 && number.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.put("imoNumber", Field::Imo, number);
                } else {
                    self.issue(
                        Field::Imo.label(),
                        format!("`{piece}` is no IMO number of seven digits; it was kept as a note"),
                    );
                    self.note(Field::Imo.label(), &piece);
                }
            }
        }
        for text in designee.texts(Field::Length) {
            self.note(Field::Length.label(), text);
        }
        for text in designee.texts(Field::OfsiGroup) {
            self.note(Field::OfsiGroup.label(), text);
        }
        for text in designee.texts(Field::UnReference) {
            self.note(Field::UnReference.label(), text);
        }
        for text in designee.texts(Field::Information) {
            self.party.add_from("notes", one_line(text), &self.record);
        }
        for text in &designee.notes {
            self.party.add_from("notes", text.as_str(), &self.record);
        }
        let elsewhere: &[Field] = &[Field::Born, Field::Nationality, Field::Gender];
        let of_ships: &[Field] = &[Field::Flag, Field::PreviousFlag, Field::Tonnage, Field::Built, Field::Hull];
        let misplaced = match schema {
            Schema::Person => vec![of_ships],
            Schema::Vessel => vec![elsewhere],
            _ => vec![elsewhere, of_ships],
        };
        for field in misplaced.into_iter().flatten() {
            for text in designee.texts(*field) {
                self.note(field.label(), text);
            }
        }
        if schema != Schema::Person {
            for place in &designee.birth_places {
                self.note("Place of birth", place.join(", ").trim_matches([',', ' ']));
            }
        }
    }

    fn document(&mut self, schema: Schema, property: &str, field: &str, text: &str, remark: &str) {
        if says_nothing(text) {
            self.note(field, remark);
            return;
        }
        for piece in pieces(text, &[';', '|', '\n']) {
            let found = Number::parse(&piece);
            let place = found.country.map(interdict_model::Country::code).unwrap_or_default();
            let id = format!("{}-doc-{}", self.party.id, content_id(&[property, &found.text]));
            let mut document = Entity::new(id, schema);
            document.add("holder", self.party.id.as_str());
            document.add("number", found.text.as_str());
            if schema == Schema::Passport {
                document.add("passportNumber", found.text.as_str());
            }
            document.add("type", field.trim_end_matches(" number"));
            document.add("country", place);
            document.add("description", found.words);
            document.add("description", found.remark);
            if !says_nothing(remark) {
                document.add("description", one_line(remark));
            }
            put(&mut self.party, property, field, &found.text, &self.record);
            self.hang(document);
        }
    }

    /// Registration numbers, many of them with the register's abbreviation before them.
    fn registration(&mut self, text: &str) {
        let whole = pieces(text, &[';', '|', '\n']);
        for piece in whole {
            let parts: Vec<&str> = piece.split(',').map(str::trim).collect();
            let many = parts.len() > 1 && parts.iter().all(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 5);
            for part in if many { parts } else { vec![piece.as_str()] } {
                let (words, number) = labelled(part);
                if !number.bytes().any(|byte| byte.is_ascii_digit()) {
                    self.note(Field::Registration.label(), part);
                    continue;
                }
                let property = register(&words, &number);
                let fits = self.party.property_type(property).is_some();
                self.put(if fits { property } else { "registrationNumber" }, Field::Registration, &number);
                if number != part {
                    self.note(Field::Registration.label(), part);
                }
            }
        }
    }

    fn relations(&mut self, designee: &Designee) {
        for (field, relation) in [
            (Field::Owner, Relation::Owner),
            (Field::PreviousOwner, Relation::PreviousOwner),
            (Field::Parent, Relation::Parent),
            (Field::Subsidiary, Relation::Subsidiary),
        ] {
            for text in designee.texts(field) {
                for name in pieces(text, &[';', '|', '\n']) {
                    self.relation(field, relation, &name);
                }
            }
        }
    }

    /// A company that the list names and does not list: an entity of its own, so that what it owns can be found, and the link to it.
    fn relation(&mut self, field: Field, relation: Relation, name: &str) {
        let says_who = name.chars().any(char::is_alphabetic) && !name.eq_ignore_ascii_case("unknown");
        if !says_who {
            self.note(field.label(), name);
            return;
        }
        let id = format!("{}-{}-{}", self.party.id, relation.code(), slug(name));
        if let Some(held) = self.hanging.iter_mut().find(|held| held.id == id) {
            // The same but for its punctuation.
            let kind = if held.texts("name").any(|held| held == name) { AliasKind::Name } else { AliasKind::AlsoKnownAs };
            let text = name.to_owned();
            Name { text, kind, weak: false, script: script_of(name), parts: Vec::new(), record: &self.record }.attach(held);
            return;
        }
        let mut company = Entity::new(id.as_str(), Schema::LegalEntity);
        company.target = Some(false);
        Name {
            text: name.to_owned(),
            kind: AliasKind::Name,
            weak: false,
            script: script_of(name),
            parts: Vec::new(),
            record: &self.record,
        }
        .attach(&mut company);
        let can_be_owned =
            self.party.schema.known().is_some_and(|schema| schema.is_a(Schema::Asset) || schema.is_a(Schema::Organization));
        let party = self.party.id.as_str();
        let (schema, [source, target]) = match relation {
            Relation::Owner | Relation::Parent if can_be_owned => {
                (Schema::Ownership, [("owner", id.as_str()), ("asset", party)])
            }
            Relation::Subsidiary => (Schema::Ownership, [("owner", party), ("asset", id.as_str())]),
            _ => (Schema::UnknownLink, [("subject", id.as_str()), ("object", party)]),
        };
        let mut link = Entity::new(format!("{id}-link"), schema);
        link.add(source.0, source.1);
        link.add(target.0, target.1);
        link.add("role", relation.role());
        if matches!(relation, Relation::PreviousOwner) {
            link.add("status", "former");
        }
        self.hanging.push(company);
        self.hanging.push(link);
    }

    fn sanction(&mut self, designee: &Designee) -> Entity {
        let mut provisions: Vec<String> = Vec::new();
        for text in designee.texts(Field::Imposed) {
            for measure in text.split('|').map(one_line).filter(|text| !text.is_empty()) {
                push_unique(&mut provisions, measure);
            }
        }
        for indicator in &designee.indicators {
            let is_said = provisions.iter().any(|held| letters(held).eq(letters(indicator)));
            if !is_said {
                provisions.push(spaced(indicator));
            }
        }
        let designated: Vec<String> =
            designee.texts(Field::Designated).iter().filter_map(|text| self.date(Field::Designated, text)).collect();
        let modified: Vec<String> =
            designee.texts(Field::LastUpdated).iter().filter_map(|text| self.date(Field::LastUpdated, text)).collect();
        let programs: Vec<String> = designee.texts(Field::Regime).iter().map(|text| one_line(text)).collect();
        if programs.is_empty() {
            self.issue(Field::Regime.label(), "no regime".to_owned());
        }
        let id = format!("{}-sanction", self.party.id);
        self.party.add("topics", "sanction");
        let record = self.record.clone();
        let designation = Designation {
            authority: AUTHORITY,
            programs,
            program_ids: program_id(&designee.id).into_iter().collect(),
            authority_id: designee.id.clone(),
            provisions,
            reasons: designee.texts(Field::Reasons).iter().map(|text| one_line(text)).collect(),
            modified,
            country: "gb",
            ..Designation::default()
        };
        let mut sanction = designation.attach(&mut self.party, &id, &record);
        for date in designated {
            sanction.add("listingDate", date);
        }
        for text in designee.texts(Field::UnReference) {
            for reference in pieces(text, &[';', ',', '|', '\n']) {
                sanction.add("unscId", reference);
            }
        }
        for text in designee.texts(Field::OfsiGroup) {
            sanction.add("recordId", text.as_str());
        }
        for text in designee.texts(Field::Source) {
            sanction.add("description", format!("{}: {}", Field::Source.label(), one_line(text)));
        }
        sanction
    }

    /// Keeps an entity that belongs to the party; the same content twice is one that says what both say.
    fn hang(&mut self, entity: Entity) {
        match self.hanging.iter_mut().find(|held| held.id == entity.id) {
            Some(held) => {
                for (property, values) in entity.properties() {
                    for value in values {
                        held.add(property, value.clone());
                    }
                }
            }
            None => self.hanging.push(entity),
        }
    }
}

fn part(kind: NamePartKind, text: &str) -> NamePart {
    NamePart { kind, text: text.to_owned() }
}

/// `Name 1` is a given name, `Name 6` the family name, those between are middle names. A name that stands whole in `Name 6` has no parts.
fn parts_of(texts: &[String; 6], whole: &str) -> Vec<NamePart> {
    let [first, middle @ .., family] = texts;
    if first.is_empty() && middle.iter().all(String::is_empty) {
        return vec![part(NamePartKind::Whole, whole)];
    }
    let given = std::iter::once((NamePartKind::Given, first));
    let middle = middle.iter().map(|text| (NamePartKind::Middle, text));
    let parts = given.chain(middle).chain([(NamePartKind::Family, family)]);
    parts.filter(|(_, text)| !text.is_empty()).map(|(kind, text)| part(kind, text)).collect()
}

/// The programme's id, by the letters with which the `Unique ID` begins: they stand for the regime (`AFG0006` is `GB-AFG`).
fn program_id(id: &str) -> Option<String> {
    let letters: String = id.chars().take_while(char::is_ascii_uppercase).collect();
    (letters.len() >= 2 && letters.len() < id.len()).then(|| format!("GB-{letters}"))
}

/// The pieces of a field that holds more than one text: counted (`(1) ... (2) ...`), or between separators.
fn pieces(text: &str, separators: &[char]) -> Vec<String> {
    let counted = counted(text);
    counted.iter().flat_map(|text| text.split(separators)).map(one_line).filter(|text| !says_nothing(text)).collect()
}

/// The parts of a text that counts them from one.
fn counted(text: &str) -> Vec<&str> {
    let mut rest = text.trim();
    let Some(first) = rest.strip_prefix("(1)") else { return vec![rest] };
    rest = first;
    let mut parts = Vec::new();
    for number in 2_u32.. {
        match rest.split_once(&format!("({number})")) {
            Some((before, after)) => {
                parts.push(before);
                rest = after;
            }
            None => break,
        }
    }
    parts.push(rest);
    parts
}

/// Addresses of mail and of sites: no blanks within.
fn words(text: &str) -> impl Iterator<Item = &str> {
    counted(text)
        .into_iter()
        .flat_map(|text| text.split([' ', '\n', '\t', '\r', ';', ',', '|']))
        .filter(|word| !word.is_empty())
}

/// Abbreviations of registers that stand before a number, also without a colon, and the property of a number of so many digits.
const REGISTERS: [(&str, &str, &[usize]); 12] = [
    ("OGRNIP", "ogrnCode", &[15]),
    ("OGRN", "ogrnCode", &[13, 15]),
    ("INN", "innCode", &[10, 12]),
    ("KPP", "kppCode", &[9]),
    ("OKPO", "okpoCode", &[8, 10]),
    ("LEI", "leiCode", &[]),
    ("SWIFT/BIC", "swiftBic", &[]),
    ("SWIFT", "swiftBic", &[]),
    ("IMO", "imoNumber", &[7]),
    ("VAT", "vatCode", &[]),
    ("TIN", "taxNumber", &[]),
    ("TAX", "taxNumber", &[]),
];

/// The words before a registration number, and the number.
fn labelled(text: &str) -> (String, String) {
    for (label, ..) in REGISTERS {
        let Some(rest) =
            text.get(..label.len()).filter(|start| start.eq_ignore_ascii_case(label)).map(|_| &text[label.len()..])
        else {
            continue;
        };
        let number = rest.trim_start_matches([' ', ':', '-', '.']);
        if rest.len() > number.len() && number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains(' ') {
            return (label.to_owned(), number.to_owned());
        }
    }
    let found = Number::parse(text);
    (found.words, found.text)
}

/// The property for a number of the register that `words` name.
fn register(words: &str, number: &str) -> &'static str {
    let words = words.to_ascii_uppercase();
    let is_word = |label: &str| words.split([' ', ':', '(', ')', '.']).any(|word| word == label);
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let found = REGISTERS
        .iter()
        .find(|(label, _, lengths)| is_word(label) && (lengths.is_empty() || digits && lengths.contains(&number.len())));
    found.map_or("registrationNumber", |(_, property, _)| property)
}

/// The letters of a text in lower case, by which words are compared that are written together in one place and apart in another.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase)
}

/// The words of an element's name: `AssetFreeze` is `Asset freeze`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push(' ');
            text.extend(c.to_lowercase());
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_more_than_one_text() {
        assert_eq!(pieces("(1) A Ltd (2) B, Inc. (3) C; D", &[';']), ["A Ltd", "B, Inc.", "C", "D"]);
        assert_eq!(pieces("A (1) B", &[';']), ["A (1) B"]);
        assert_eq!(pieces(" - ; n/a", &[';']), [""; 0]);
    }

    #[test]
    fn registration_numbers() {
        for (text, words, number, property) in [
            ("INN: 7700000000", "INN", "7700000000", "innCode"),
            ("INN 770000000", "INN", "770000000", "registrationNumber"),
            ("OGRN1027700000000", "", "OGRN1027700000000", "registrationNumber"),
            ("OGRN: 1027700000000", "OGRN", "1027700000000", "ogrnCode"),
            ("Tax Identification Number: 12345", "Tax Identification Number", "12345", "taxNumber"),
            ("HE 123456", "", "HE 123456", "registrationNumber"),
        ] {
            let found = labelled(text);
            assert_eq!((found.0.as_str(), found.1.as_str()), (words, number), "{text}");
            assert_eq!(register(words, number), property, "{text}");
        }
    }

    #[test]
    fn words_of_elements_and_regimes() {
        assert_eq!(spaced("ProhibitionOfPortEntry"), "Prohibition of port entry");
        assert_eq!(program_id("AFG0006").as_deref(), Some("GB-AFG"));
        assert_eq!(program_id("0006"), None);
    }
}
