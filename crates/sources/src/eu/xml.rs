//! The XML file of the EU's list: one element an entity in, one row of the shared reader out.

use std::borrow::Cow;
use std::io::BufRead;

use super::facts::{ENTITY, Fact, Kind, REGULATION, Sanctioned, Texts, push_new};
use super::{party, set_issue_date};
use crate::error::SourceError;
use crate::facts::Distinct;
use crate::listing::{Listing, Place};
use crate::xml::Xml;

pub(super) fn read(file: &str, input: &mut dyn BufRead, listing: &mut Listing<'_>) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["export"])?;
    let at = Place { line: xml.line(), record: "export" };
    match xml.attribute("generationDate").map(Cow::into_owned) {
        Some(generated) => set_issue_date(listing, at, "generationDate", &generated),
        None => listing.issue(at, "generationDate", "the file does not say when it was made"),
    }
    let mut ids = Distinct::default();
    xml.children(|xml| {
        if xml.name() != "sanctionEntity" {
            return pass_over(xml, listing, "export");
        }
        let sanctioned = entity(xml, listing)?;
        party::emit(listing, &mut ids, &sanctioned);
        Ok(())
    })?;
    xml.end()
}

fn attribute(xml: &Xml<'_>, name: &str) -> Option<String> {
    xml.attribute(name).map(Cow::into_owned)
}

fn set(xml: &Xml<'_>, texts: &mut Texts, field: &'static str, others: &[&str]) {
    if let Some(text) = std::iter::once(&field).chain(others).find_map(|name| attribute(xml, name)) {
        texts.set(field, &text);
    }
}

/// Fields that say nothing of the party, or are an element in this file: each attribute that is asked for costs a search.
const KEPT_OUT: [&str; 3] = ["regulationLanguage", "nameLanguage", "contactInfo"];

/// Other spellings of attributes that have been seen.
fn spellings(field: &str) -> &'static [&'static str] {
    match field {
        "dayOfMonth" => &["day"],
        "monthOfYear" => &["month"],
        "issuedDate" => &["issueDate"],
        _ => &[],
    }
}

fn entity(xml: &mut Xml<'_>, listing: &mut Listing<'_>) -> Result<Sanctioned, SourceError> {
    let mut sanctioned = Sanctioned { line: xml.line(), ..Sanctioned::default() };
    for (field, _) in &ENTITY[..5] {
        set(xml, &mut sanctioned.texts, field, &[]);
    }
    xml.children(|xml| {
        if let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.element() == xml.name()) {
            let fact = fact(xml, listing, kind, &sanctioned)?;
            listing.count(kind.counted_as(), 1);
            sanctioned.facts.push(fact);
            return Ok(());
        }
        match xml.name() {
            "remark" => {
                push_new(&mut sanctioned.remarks, Some(xml.leaf()?).filter(|text| !text.is_empty()));
                Ok(())
            }
            "subjectType" => {
                for (field, _) in &ENTITY[5..] {
                    set(xml, &mut sanctioned.texts, field, &[]);
                }
                xml.skip()
            }
            "regulation" => {
                listing.count("regulations", 1);
                let mut texts = Texts::default();
                for (field, _) in &REGULATION {
                    set(xml, &mut texts, field, &[]);
                }
                xml.children(|xml| match xml.name() {
                    "publicationUrl" => {
                        let url = xml.leaf()?;
                        if texts.get("publicationUrl").is_empty() {
                            texts.set("publicationUrl", &url);
                        }
                        Ok(())
                    }
                    _ => pass_over(xml, listing, &sanctioned.record()),
                })?;
                push_new(&mut sanctioned.regulations, Some(texts).filter(|texts| !texts.is_empty()));
                Ok(())
            }
            _ => pass_over(xml, listing, &sanctioned.record()),
        }
    })?;
    Ok(sanctioned)
}

fn fact(xml: &mut Xml<'_>, listing: &mut Listing<'_>, kind: Kind, sanctioned: &Sanctioned) -> Result<Fact, SourceError> {
    let mut fact = Fact::new(kind, xml.line());
    for (field, _) in kind.fields().iter().filter(|(field, _)| !KEPT_OUT.contains(field)) {
        set(xml, &mut fact.texts, field, spellings(field));
    }
    xml.children(|xml| match xml.name() {
        "remark" => {
            push_new(&mut fact.remarks, Some(xml.leaf()?).filter(|text| !text.is_empty()));
            Ok(())
        }
        "regulationSummary" => {
            push_new(&mut fact.acts, attribute(xml, "numberTitle").filter(|text| !text.is_empty()));
            xml.skip()
        }
        "contactInfo" => {
            let contact = ["key", "value"].map(|name| attribute(xml, name).unwrap_or_default().trim().to_owned());
            let text = xml.leaf()?;
            let [key, value] = contact;
            let value = if value.is_empty() { text } else { value };
            push_new(&mut fact.contacts, Some((key, value)).filter(|(_, value)| !value.is_empty()));
            Ok(())
        }
        _ => pass_over(xml, listing, &sanctioned.record()),
    })?;
    Ok(fact)
}

/// An element that the format does not have.
fn pass_over(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<(), SourceError> {
    let name = xml.name().to_owned();
    listing.issue(Place { line: xml.line(), record }, &name, "an element that is not known; it was passed over");
    xml.skip()
}
