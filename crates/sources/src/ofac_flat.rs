//! What OFAC's flat forms share, the XML of 2004 (`ofac_legacy`) and the CSV files (`ofac_csv`): a party with its names, features,
//! documents, addresses, wallets and programmes, put together in the shape in which `ofac_advanced` hands it out, under the same ids;
//! and the links by name ("Linked To: ..."), which can be told only when every party's name is known.
//!
//! Parties with such links are held until the end of the list; in the largest issue that is one party in five.

mod remarks;

use std::sync::LazyLock;

use interdict_model::{AliasKind, Country, Entity, NamePart, NamePartKind, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

use remarks::fold;

pub(crate) use remarks::Remarks;

use crate::facts::rows;
use crate::listing::{Address, Designation, Listing, Name, Place};
use crate::ofac_advanced::Document;
use crate::ofac_advanced::party::{add_feature, family_name_first, identification, note, wallet, written_name};
use crate::ofac_advanced::tables::{WALLET_FEATURE, plain};

const LABELS: &str = include_str!("../../../data/ofac_flat_labels.tsv");

/// What a statement under a label is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LabelKind {
    Feature,
    Document,
    Alias,
    Wallet,
    Link,
    Phrase,
}

impl LabelKind {
    fn from_table(text: &str) -> Option<Self> {
        Some(match text {
            "feature" => Self::Feature,
            "document" => Self::Document,
            "alias" => Self::Alias,
            "wallet" => Self::Wallet,
            "link" => Self::Link,
            "phrase" => Self::Phrase,
            _ => return None,
        })
    }
}

/// The words that begin a statement.
#[derive(Debug)]
struct Label {
    /// The words before the placeholder, or all of them.
    head: &'static str,
    /// The words after the placeholder.
    tail: Option<&'static str>,
    kind: LabelKind,
    /// The feature's name where it is not the label.
    feature: Option<&'static str>,
}

/// Longest text that a placeholder in a label stands for.
const PLACEHOLDER: usize = 40;

static TABLE: LazyLock<Vec<Label>> = LazyLock::new(|| {
    rows(LABELS)
        .filter_map(|row| {
            let [label, kind, feature, _source] = row[..] else { return None };
            let (head, tail) = label.split_once('*').map_or((label, None), |(head, tail)| (head, Some(tail)));
            Some(Label { head, tail, kind: LabelKind::from_table(kind)?, feature: (feature != "-").then_some(feature) })
        })
        .collect()
});

/// The places in the table of the labels that begin with each letter, in either case.
static BY_LETTER: LazyLock<[Vec<usize>; 128]> = LazyLock::new(|| {
    let mut places = std::array::from_fn(|_| Vec::new());
    for (place, label) in TABLE.iter().enumerate() {
        let letter = label.head.bytes().next().unwrap_or_default();
        for letter in [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()] {
            let of_letter: &mut Vec<usize> = &mut places[usize::from(letter & 127)];
            if of_letter.last() != Some(&place) {
                of_letter.push(place);
            }
        }
    }
    places
});

impl Label {
    /// How many bytes of `text` are the label.
    fn length(&self, text: &str) -> Option<usize> {
        let start = text.get(..self.head.len())?;
        let begins = if self.kind == LabelKind::Phrase { start.eq_ignore_ascii_case(self.head) } else { start == self.head };
        if !begins {
            return None;
        }
        let length = match self.tail {
            None => self.head.len(),
            Some(tail) => {
                let rest = &text[self.head.len()..];
                let at = rest.find(tail).filter(|at| (1..=PLACEHOLDER).contains(at))?;
                // Beyond brackets it is a number, and so one word.
                if !self.head.ends_with('(') && rest[..at].contains(' ') {
                    return None;
                }
                self.head.len() + at + tail.len()
            }
        };
        let ends = text[length..].chars().next().is_none_or(|next| !next.is_alphanumeric());
        ends.then_some(length)
    }
}

/// The longest label with which `text` begins, as it stands there, and what follows it.
fn label(text: &str) -> Option<(&'static Label, &str, &str)> {
    let first = text.bytes().next().filter(u8::is_ascii)?;
    let candidates = BY_LETTER[usize::from(first)].iter().map(|place| &TABLE[*place]);
    let (label, length) =
        candidates.filter_map(|label| Some((label, label.length(text)?))).max_by_key(|(_, length)| *length)?;
    Some((label, &text[..length], &text[length..]))
}

/// Words by which a type that is not in the table is seen to be a document's.
const DOCUMENT_WORDS: [&str; 12] =
    ["no.", "no", "number", "#", "id", "card", "passport", "license", "certificate", "code", "registration", "document"];

/// A name as a flat list has it: the family name or the whole, and the rest.
#[derive(Clone, Debug)]
struct Listed {
    last: String,
    first: String,
    kind: AliasKind,
    weak: bool,
    record: String,
}

/// A document as a flat list has it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paper<'p> {
    pub(crate) kind: &'p str,
    pub(crate) number: &'p str,
    pub(crate) country: &'p str,
    pub(crate) issued: &'p str,
    pub(crate) expires: &'p str,
    pub(crate) comment: String,
}

/// A party that is being read.
pub(crate) struct Party {
    uid: u64,
    record: String,
    schema: Schema,
    facts: Entity,
    names: Vec<Listed>,
    addresses: Vec<(Address, String, String)>,
    /// Document, id, record.
    documents: Vec<(Document, String, String)>,
    /// Address, currency symbols, record.
    wallets: Vec<(String, Vec<String>, String)>,
    programs: Vec<String>,
    links: Vec<String>,
}

impl Party {
    pub(crate) fn new(uid: u64, record: String, schema: Schema) -> Self {
        Self {
            uid,
            record,
            schema,
            facts: Entity::new(format!("ofac-{uid}"), schema),
            names: Vec::new(),
            addresses: Vec::new(),
            documents: Vec::new(),
            wallets: Vec::new(),
            programs: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The schema of a type in the words of either form; an empty one is an entity's.
    pub(crate) fn schema_of(kind: &str) -> Option<Schema> {
        Some(match kind.to_ascii_lowercase().as_str() {
            "individual" => Schema::Person,
            "entity" | "" => Schema::Organization,
            "vessel" => Schema::Vessel,
            "aircraft" => Schema::Airplane,
            _ => return None,
        })
    }

    pub(crate) fn record(&self) -> &str {
        &self.record
    }

    pub(crate) fn is_person(&self) -> bool {
        self.schema.is_a(Schema::Person)
    }

    /// Adds a name in its two parts.
    pub(crate) fn name(&mut self, listing: &mut Listing<'_>, names: [&str; 2], kind: AliasKind, weak: bool, record: &str) {
        let [last, first] = names.map(|name| name.trim().to_owned());
        listing.count("names", 1);
        if weak {
            listing.count("names_low_quality", 1);
        }
        self.names.push(Listed { last, first, kind, weak, record: record.to_owned() });
    }

    /// Adds a name that stands as "LAST, First".
    pub(crate) fn listed_name(&mut self, listing: &mut Listing<'_>, name: &str, kind: AliasKind, weak: bool, record: &str) {
        let names = match name.split_once(", ") {
            Some((last, first)) if self.is_person() => [last, first],
            _ => [name, ""],
        };
        self.name(listing, names, kind, weak, record);
    }

    pub(crate) fn note(&mut self, text: &str, record: &str) {
        self.facts.add_from("notes", text, record);
    }

    /// Adds an office or rank; several are one text, divided by semicolons, as in the advanced model.
    pub(crate) fn title(&mut self, title: &str, record: &str) {
        if !title.is_empty() {
            let _ = add_feature(&mut self.facts, "Title", title.to_owned(), record);
        }
    }

    pub(crate) fn program(&mut self, program: &str) {
        let program = program.trim();
        if !program.is_empty() && !self.programs.iter().any(|held| held == program) {
            self.programs.push(program.to_owned());
        }
    }

    /// Adds what a feature says; a text that is no date where there should be one is an issue and kept as a note.
    pub(crate) fn feature(&mut self, listing: &mut Listing<'_>, at: Place<'_>, name: &str, text: &str, record: &str) {
        let text = text.trim();
        if text.is_empty() {
            listing.issue(at, name, "says nothing");
        } else if let Err(error) = add_feature(&mut self.facts, name, text.to_owned(), record) {
            listing.issue(at, name, format!("a date cannot be read: {error}; it was kept as a note"));
        }
    }

    pub(crate) fn wallet(&mut self, listing: &mut Listing<'_>, currency: &str, key: &str, record: &str) {
        listing.count("wallet_addresses", 1);
        let (currency, key) = (currency.trim(), key.trim());
        match self.wallets.iter_mut().find(|wallet| wallet.0 == key) {
            Some(wallet) if wallet.1.iter().any(|held| held == currency) => {}
            Some(wallet) => wallet.1.push(currency.to_owned()),
            None => self.wallets.push((key.to_owned(), vec![currency.to_owned()], record.to_owned())),
        }
    }

    /// Adds a document. The flat files without ids of their own for documents get one made of the type, the number and the country.
    pub(crate) fn document(
        &mut self,
        listing: &mut Listing<'_>,
        at: Place<'_>,
        paper: &Paper<'_>,
        uid: Option<&str>,
        record: &str,
    ) {
        listing.count("id_documents", 1);
        if paper.number.is_empty() {
            listing.issue(at, paper.kind, "a document without a number");
        }
        let mut document = Document {
            kind: paper.kind.to_owned(),
            number: paper.number.to_owned(),
            country: Country::parse(paper.country),
            comment: paper.comment.clone(),
            ..Document::default()
        };
        let mut more = Vec::new();
        if document.country.is_none() && !paper.country.is_empty() && paper.country != "undetermined" {
            listing.issue(at, paper.kind, format!("`{}` is not a known country", paper.country));
            more.push(format!("country: {}", paper.country));
        }
        for (what, text, date) in
            [("issued", paper.issued, &mut document.issued), ("expires", paper.expires, &mut document.expires)]
        {
            *date = listing.date(at, paper.kind, text);
            if date.is_none() && !text.trim().is_empty() {
                more.push(format!("{what}: {text}"));
            }
        }
        if !more.is_empty() {
            more.insert(0, document.comment);
            document.comment = more.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        }
        let id = match uid {
            Some(uid) => format!("ofac-doc-{uid}"),
            None => {
                let country = document.country.map_or("", Country::code);
                let id = format!("ofac-{}-doc-{}", self.uid, slug(&[paper.kind, paper.number, country]));
                let mut same = 0;
                for (held, held_id, _) in &self.documents {
                    if *held_id == id || held_id.starts_with(&format!("{id}--")) {
                        same += 1;
                        // The same document again, word for word.
                        if held.issued == document.issued
                            && held.expires == document.expires
                            && held.comment == document.comment
                        {
                            return;
                        }
                    }
                }
                if same == 0 { id } else { format!("{id}--{}", same + 1) }
            }
        };
        self.documents.push((document, id, record.to_owned()));
    }

    /// Adds what an `id` element says: a document, a wallet, or a feature; a type that is not known is said.
    pub(crate) fn typed(
        &mut self,
        listing: &mut Listing<'_>,
        at: Place<'_>,
        paper: &Paper<'_>,
        uid: Option<&str>,
        record: &str,
    ) {
        if let Some(currency) = paper.kind.strip_prefix(WALLET_FEATURE) {
            return self.wallet(listing, currency, paper.number, record);
        }
        let known = label(paper.kind).filter(|(_, words, _)| *words == plain(paper.kind) || *words == paper.kind);
        let is_document = match known {
            Some((label, _, _)) => label.kind == LabelKind::Document,
            None => {
                let dated = [paper.country, paper.issued, paper.expires].iter().any(|text| !text.is_empty());
                let is_document =
                    dated || paper.kind.to_lowercase().split_whitespace().any(|word| DOCUMENT_WORDS.contains(&word));
                let kept = if is_document { "a document" } else { "a note" };
                listing.issue(at, "idType", format!("`{}` is not known; kept as {kept}", paper.kind));
                is_document
            }
        };
        if is_document {
            return self.document(listing, at, paper, uid, record);
        }
        listing.count("features", 1);
        let name = known.and_then(|(label, _, _)| label.feature).unwrap_or(plain(paper.kind));
        self.feature(listing, at, name, paper.number, record);
        for (what, text) in [("country", paper.country), ("issued", paper.issued), ("expires", paper.expires)] {
            if !text.is_empty() {
                self.note(&note(name, &format!("{what} {text}")), record);
            }
        }
    }

    pub(crate) fn address(&mut self, mut address: Address, uid: &str, record: String) {
        // The place of the country also has regions that are none: "Region: Gaza".
        if let Some(region) = address.country.trim().strip_prefix("Region: ").map(str::to_owned) {
            address.country = if Country::parse(&region).is_some() { region.clone() } else { String::new() };
            address.region = region;
        }
        self.addresses.push((address, format!("ofac-addr-{uid}"), record));
    }

    pub(crate) fn link(&mut self, name: &str) {
        if !self.links.iter().any(|held| held == name) {
            self.links.push(name.to_owned());
        }
    }

    /// The name under which others of the list link to this party.
    fn link_name(&self) -> Option<String> {
        let name = self.names.iter().find(|name| name.kind == AliasKind::Name)?;
        let whole = if name.first.is_empty() { name.last.clone() } else { format!("{}, {}", name.last, name.first) };
        Some(fold(&whole))
    }

    /// Puts the party together and hands it out, or holds it until the names of all parties are known.
    pub(crate) fn finish(mut self, listing: &mut Listing<'_>, links: &mut Links) {
        if let Some(name) = self.link_name() {
            links.names.entry(name).and_modify(|uid| *uid = None).or_insert(Some(self.uid));
        }
        let (wanted, uid, record) = (std::mem::take(&mut self.links), self.uid, self.record.clone());
        let (entity, hanging) = self.assemble();
        if wanted.is_empty() {
            emit(listing, entity, &record, hanging);
        } else {
            links.held.push(Held { uid, record, entity, hanging, wanted });
        }
    }

    fn assemble(self) -> (Entity, Vec<(Entity, String)>) {
        let Self { uid, record, schema, facts, names, addresses, documents, wallets, programs, .. } = self;
        let mut entity = Entity::new(facts.id.clone(), schema);
        let of_addresses: Vec<Country> =
            addresses.iter().filter_map(|(address, _, _)| Country::parse(address.country.trim())).collect();
        let countries = ["nationality", "citizenship", "birthCountry"]
            .iter()
            .flat_map(|property| facts.texts(property))
            .chain(of_addresses.iter().map(|country| country.code()));
        let family_first = family_name_first(countries);
        for name in names {
            // Names of a person have a family part, also where it is all there is; those of others are whole.
            let kind = if schema.is_a(Schema::Person) { NamePartKind::Family } else { NamePartKind::Whole };
            let parts = [(kind, name.last), (NamePartKind::Given, name.first)];
            let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
            let (text, parts) = written_name(parts.map(|(kind, text)| NamePart { kind, text }).collect(), "", family_first);
            Name { text, kind: name.kind, weak: name.weak, script: "", parts, record: &name.record }.attach(&mut entity);
        }
        for (property, values) in facts.properties() {
            for value in values {
                entity.add(property, value.clone());
            }
        }
        entity.caption = entity.first("name").map(ToOwned::to_owned);
        entity.target = Some(true);
        entity.add("topics", "sanction");
        let mut hanging = Vec::new();
        for (address, id, record) in &addresses {
            hanging.extend(address.attach(&mut entity, id, record).map(|address| (address, record.clone())));
        }
        for (document, id, record) in &documents {
            hanging.push((identification(&mut entity, schema, document, id, record), record.clone()));
        }
        for (key, currencies, record) in &wallets {
            hanging.push((wallet(&entity.id, key, currencies, record), record.clone()));
        }
        let designation = Designation {
            authority: "Office of Foreign Assets Control",
            programs,
            authority_id: uid.to_string(),
            country: "us",
            ..Designation::default()
        };
        hanging.push((designation.attach(&mut entity, &format!("ofac-sanction-{uid}"), &record), record));
        (entity, hanging)
    }
}

fn emit(listing: &mut Listing<'_>, entity: Entity, record: &str, hanging: Vec<(Entity, String)>) {
    listing.emit(entity, record);
    for (entity, record) in hanging {
        listing.emit(entity, &record);
    }
}

/// A part of an id: lower-case letters and digits of the texts, joined by hyphens.
fn slug(texts: &[&str]) -> String {
    let mut slug = String::new();
    for text in texts {
        let mut new = !slug.is_empty();
        for character in text.chars() {
            if character.is_alphanumeric() {
                if new && !slug.is_empty() {
                    slug.push('-');
                }
                new = false;
                slug.extend(character.to_lowercase());
            } else {
                new = true;
            }
        }
    }
    slug
}

/// A party whose links are not told yet.
struct Held {
    uid: u64,
    record: String,
    entity: Entity,
    hanging: Vec<(Entity, String)>,
    wanted: Vec<String>,
}

/// The names of all parties, and the parties that are linked with others by name.
#[derive(Default)]
pub(crate) struct Links {
    /// Folded names; `None` for one that several parties have.
    names: FxHashMap<String, Option<u64>>,
    held: Vec<Held>,
}

impl Links {
    /// Hands out the parties that were held, and their links. A name that no party of the list has, or several, stays as a note.
    pub(crate) fn finish(self, listing: &mut Listing<'_>) {
        for Held { uid, record, mut entity, hanging, wanted } in self.held {
            let mut seen = FxHashSet::default();
            let mut links = Vec::new();
            for name in wanted {
                listing.count("linked_names", 1);
                // The stop behind the last name of a Remarks field may be the name's own.
                let found = [fold(&name), fold(&format!("{name}."))].iter().find_map(|name| *self.names.get(name)?);
                match found.filter(|other| *other != uid) {
                    Some(other) if seen.insert(other) => {
                        let mut link = Entity::new(format!("ofac-{uid}-linked-{other}"), Schema::UnknownLink);
                        link.add("subject", entity.id.as_str());
                        link.add("object", format!("ofac-{other}"));
                        link.add("role", "Linked To");
                        links.push((link, record.clone()));
                    }
                    Some(_) => {}
                    None => entity.add_from("notes", format!("Linked To: {name}"), &record),
                }
            }
            listing.count("relationships", links.len() as u64);
            emit(listing, entity, &record, hanging);
            for (link, record) in links {
                listing.emit(link, &record);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.len(), rows(LABELS).count());
    }

    #[test]
    fn labels_of_statements() {
        for (text, expected) in [
            ("DOB 1962", Some((LabelKind::Feature, "DOB", " 1962"))),
            ("DOBBS, John", None),
            (
                "National ID No. 660000 73767 (Belgium)",
                Some((LabelKind::Document, "National ID No.", " 660000 73767 (Belgium)")),
            ),
            ("Linked To: SAMPLE", Some((LabelKind::Link, "Linked To", ": SAMPLE"))),
            ("Listing Date (EO 1 Directive 2): x", Some((LabelKind::Feature, "Listing Date (EO 1 Directive 2)", ": x"))),
            (
                "Executive Order 14024 Directive Information x",
                Some((LabelKind::Feature, "Executive Order 14024 Directive Information", " x")),
            ),
            ("Executive Order 14024 Directive - For more information", None),
            ("Executive Order 13846 information: x", Some((LabelKind::Feature, "Executive Order 13846 information", ": x"))),
            ("Registration Number 1", Some((LabelKind::Document, "Registration Number", " 1"))),
            ("all offices worldwide", Some((LabelKind::Phrase, "all offices worldwide", ""))),
            ("Führer", None),
            ("", None),
        ] {
            let found = label(text).map(|(label, words, rest)| (label.kind, words, rest));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn slugs() {
        assert_eq!(slug(&["Tax ID No.", "12-34 (X)", "ru"]), "tax-id-no-12-34-x-ru");
        assert_eq!(slug(&["Passport", "", ""]), "passport");
    }
}
