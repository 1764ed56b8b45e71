//! OFAC's `SDN_ENHANCED.XML` and `CONS_ENHANCED.XML` (XSD: `ENHANCED_XML.xsd` of the Sanctions List Service). In goes the XML as a
//! stream; out go parties, their addresses, wallets and documents, their listings and relations: the same entities under the same ids as
//! from the advanced format, so that a list may be taken from either. Elements are read by local name, as the namespace has changed before.
//!
//! `entity@id` is the party's uid in all of OFAC's formats (`generalInfo/identityId` is not). The ids of translations of names, of
//! addresses, documents and relationships are those of the advanced format's `DocumentedName`, `Location`, `IDRegDocument` and
//! `ProfileRelationship`; the ids of its `SanctionsEntry` are made of uid and list (`data/ofac_lists.tsv`).
//!
//! Held in memory are the file's dictionary, one party at a time, what each party is, and the relations until all parties are known.

pub(crate) mod party;
pub(crate) mod tree;

use std::io::BufRead;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::listing::{Listing, Place, not_empty};
use crate::report::Report;
use crate::xml::Xml;
use party::{Dictionary, Parties, Reference};
use tree::Node;

/// The parts of a file, all of which the schema asks for.
const PARTS: [&str; 4] = ["publicationInfo", "referenceValues", "featureTypes", "entities"];

/// What a file says of itself and of its codes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    /// Reference id and name of the lists that the file is of; none when it does not say.
    pub(crate) lists: Vec<(u32, String)>,
    pub(crate) dictionary: Dictionary,
    /// Number of the publication, where a delta file states it.
    pub(crate) publication_id: Option<u64>,
    /// When a delta file was published, as it states it.
    pub(crate) date_published: String,
    /// The kind of publication that a delta file states, such as `Standard Action`.
    pub(crate) publication_type: String,
    /// Programmes to which the file is confined.
    programs: Vec<String>,
    parts: Vec<String>,
}

/// Parses the whole file.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut listing = Listing::new(report, sink);
    let mut parties = Parties::default();
    scan(file, input, &mut listing, false, &mut |listing, head, node| parties.read(&head.dictionary, &node, listing))?;
    not_empty(file, parties.count, "parties")?;
    parties.relations(&mut listing);
    Ok(())
}

/// Reads a file of the list, or a delta file, which has the same form; `on_party` gets every `entity`. A delta file is refused as a list
/// (it holds only what changed, some of it as removed), and a list as a delta.
pub(crate) fn scan(
    file: &str,
    input: &mut dyn BufRead,
    listing: &mut Listing<'_>,
    delta: bool,
    on_party: &mut dyn FnMut(&mut Listing<'_>, &Head, Node),
) -> Result<Head, SourceError> {
    let unknown = |found: String| SourceError::UnknownFormat { file: file.to_owned(), found };
    let mut xml = Xml::at_root(file, input, &["sanctionsData", "sanctionsDelta"])?;
    let mut head = Head::default();
    xml.children(|xml| {
        head.parts.push(xml.name().to_owned());
        match xml.name() {
            "publicationInfo" => {
                let node = Node::read(xml)?;
                head.publication(&node, listing, delta);
                if !delta && node.child("datePublished").is_some() {
                    return Err(unknown(
                        "`publicationInfo` has a `datePublished`: a file of changes, not the whole list".to_owned(),
                    ));
                }
                Ok(())
            }
            "referenceValues" => xml.children(|xml| {
                head.reference(&Node::read(xml)?, listing);
                Ok(())
            }),
            "featureTypes" => xml.children(|xml| {
                let node = Node::read(xml)?;
                if let Some(id) = node.number("featureTypeId") {
                    head.dictionary.features.insert(id, node.text_of("type").to_owned());
                }
                Ok(())
            }),
            "entities" => xml.children(|xml| {
                if xml.name() != "entity" {
                    let (line, name) = (xml.line(), xml.name().to_owned());
                    listing.issue(Place { line, record: "entities" }, &name, "an element that is not known; it was left out");
                    return xml.skip();
                }
                let node = Node::read(xml)?;
                if !delta && node.is_acted() {
                    let found = format!("line {}: an `action`, as only a file of changes has, not the whole list", node.line());
                    return Err(unknown(found));
                }
                on_party(listing, &head, node);
                Ok(())
            }),
            name => {
                let name = name.to_owned();
                listing.issue(
                    Place { line: xml.line(), record: &name },
                    "",
                    "a part of the file that is not known; it was left out",
                );
                xml.skip()
            }
        }
    })?;
    xml.end()?;
    let parts = PARTS.iter().filter(|part| !delta || ["publicationInfo", "entities"].contains(part));
    for part in parts.filter(|part| !head.parts.iter().any(|read| read == *part)) {
        listing.issue(Place { line: 0, record: part }, "", "the file has no such part");
    }
    if listing.report.issue_date.is_empty() {
        let field = if delta { "datePublished" } else { "dataAsOf" };
        listing.issue(Place { line: 0, record: "publicationInfo" }, field, "the file does not say when it was issued");
    }
    Ok(head)
}

impl Head {
    fn publication(&mut self, node: &Node, listing: &mut Listing<'_>, delta: bool) {
        let record = "publicationInfo";
        for part in node.children() {
            let at = Place { line: part.line(), record };
            match part.name() {
                "dataAsOf" | "datePublished" => {
                    // A date with a time, and perhaps a time zone: the day is the publisher's.
                    let day = part.text().get(..10).unwrap_or(part.text());
                    listing.report.issue_date = listing.date(at, part.name(), day).unwrap_or_default();
                    if part.name() == "datePublished" {
                        part.text().clone_into(&mut self.date_published);
                    }
                }
                "publicationType" if delta => part.text().clone_into(&mut self.publication_type),
                "publicationID" | "publicationId" if delta => self.publication_id = part.text().parse().ok(),
                "filters" => {
                    for list in part.child("sanctionsLists").map_or(&[][..], Node::children) {
                        self.lists.push((list.number("refId").unwrap_or_default(), list.text().to_owned()));
                    }
                    let programs = part.child("sanctionsPrograms").map_or(&[][..], Node::children);
                    self.programs.extend(programs.iter().map(|program| program.text().to_owned()));
                    if !self.programs.is_empty() {
                        let message = format!(
                            "the file is confined to the programmes {}: it is not the whole list",
                            self.programs.join(", ")
                        );
                        listing.issue(at, "sanctionsPrograms", message);
                    }
                }
                name => listing.issue(at, name, "an element that is not known; it was left out"),
            }
        }
    }

    fn reference(&mut self, node: &Node, listing: &mut Listing<'_>) {
        let Some(id) = node.number("refId") else {
            listing.issue(Place { line: node.line(), record: "referenceValue" }, "refId", "a reference value without an id");
            return;
        };
        // Codes of programmes and ISO codes of countries stand in `code` and `isoCode`.
        let reference = Reference {
            text: node.text_of("value").to_owned(),
            iso: node.text_of("isoCode").to_owned(),
            offset: node.text_of("advancedXmlOffset").parse().ok(),
        };
        self.dictionary.references.insert(id, reference);
    }
}
