//! A target as it stands in the file.

use super::names::{Part, Variant};
use super::{attribute, country_element, pass_over};
use crate::error::SourceError;
use crate::listing::Listing;
use crate::xml::Xml;

/// What kind of thing a target is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    Individual,
    Entity,
    /// With the type, such as `vessel`.
    Object(String),
    /// None of these is in the target.
    #[default]
    Missing,
}

#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) line: u64,
    pub(super) ssid: String,
    /// Whether the identity is the main one.
    pub(super) main: bool,
    pub(super) kind: String,
    pub(super) quality: String,
    pub(super) parts: Vec<Part>,
}

impl Name {
    /// Whether it makes a name: a title alone does not.
    pub(super) fn has_text(&self) -> bool {
        self.parts.iter().any(|part| part.kind != "title" && !(part.value.is_empty() && part.variants.is_empty()))
    }
}

/// An address, or a place of birth.
#[derive(Clone, Debug, Default)]
pub(super) struct Located {
    pub(super) line: u64,
    pub(super) ssid: String,
    pub(super) place: String,
    pub(super) quality: String,
    pub(super) details: String,
    pub(super) post_box: String,
    pub(super) zip_code: String,
    pub(super) care_of: String,
    pub(super) location: String,
    pub(super) area: String,
    pub(super) country: String,
    pub(super) remarks: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Dated {
    pub(super) line: u64,
    pub(super) ssid: String,
    pub(super) day: String,
    pub(super) month: String,
    pub(super) year: String,
    pub(super) calendar: String,
    pub(super) quality: String,
    pub(super) circa: bool,
    pub(super) remark: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Document {
    pub(super) line: u64,
    pub(super) ssid: String,
    pub(super) kind: String,
    pub(super) number: String,
    pub(super) issuer: String,
    pub(super) issued: String,
    pub(super) expires: String,
    pub(super) remarks: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Modification {
    pub(super) kind: String,
    pub(super) published: String,
    pub(super) enacted: String,
    pub(super) effective: String,
}

impl Modification {
    /// The day by which modifications are put in order: ISO 8601, so that texts sort by time.
    pub(super) fn day(&self) -> &str {
        [&self.published, &self.effective, &self.enacted].into_iter().find(|day| !day.is_empty()).map_or("", String::as_str)
    }
}

/// A relation as its source states it.
#[derive(Clone, Debug, Default)]
pub(super) struct Stated {
    pub(super) line: u64,
    pub(super) ssid: String,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) remark: String,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) line: u64,
    pub(super) ssid: String,
    pub(super) sets: Vec<String>,
    pub(super) foreign_ids: Vec<String>,
    pub(super) kind: Kind,
    pub(super) sex: String,
    pub(super) names: Vec<Name>,
    pub(super) addresses: Vec<Located>,
    pub(super) birth_places: Vec<Located>,
    pub(super) days: Vec<Dated>,
    pub(super) nationalities: Vec<String>,
    pub(super) documents: Vec<Document>,
    pub(super) justifications: Vec<String>,
    pub(super) information: Vec<String>,
    /// Name and text.
    pub(super) attributes: Vec<(String, String)>,
    pub(super) relations: Vec<Stated>,
    pub(super) modifications: Vec<Modification>,
}

impl Target {
    pub(super) fn record(&self) -> String {
        format!("target {}", if self.ssid.is_empty() { "without an id" } else { &self.ssid })
    }

    /// The last modification: by day, and where days are the same the one that stands first, as the file has the latest first.
    pub(super) fn last_modification(&self) -> Option<&Modification> {
        self.modifications.iter().rev().max_by_key(|modification| modification.day())
    }

    pub(super) fn is_delisted(&self) -> bool {
        self.last_modification().is_some_and(|last| last.kind == "de-listed")
    }

    /// Ids of places that it refers to.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        self.addresses.iter().chain(&self.birth_places).map(|located| located.place.as_str()).filter(|id| !id.is_empty())
    }

    pub(super) fn read(xml: &mut Xml<'_>, listing: &mut Listing<'_>) -> Result<Self, SourceError> {
        let mut target = Self { line: xml.line(), ssid: attribute(xml, "ssid"), ..Self::default() };
        let record = target.record();
        target.sets.extend(Some(attribute(xml, "sanctions-set-id")).filter(|id| !id.is_empty()));
        xml.children(|xml| {
            match xml.name() {
                "sanctions-set-id" => target.sets.push(xml.leaf()?),
                "foreign-identifier" => target.foreign_ids.push(xml.leaf()?),
                "individual" => {
                    target.kind = Kind::Individual;
                    target.sex = attribute(xml, "sex");
                    target.subject(xml, listing, &record)?;
                }
                "entity" => {
                    target.kind = Kind::Entity;
                    target.subject(xml, listing, &record)?;
                }
                "object" => {
                    target.kind = Kind::Object(attribute(xml, "object-type"));
                    target.subject(xml, listing, &record)?;
                }
                "generic-attribute" => target.attributes.push((attribute(xml, "name"), xml.leaf()?)),
                "modification" => {
                    target.modifications.push(Modification {
                        kind: attribute(xml, "modification-type"),
                        published: attribute(xml, "publication-date"),
                        enacted: attribute(xml, "enactment-date"),
                        effective: attribute(xml, "effective-date"),
                    });
                    // The states before and after.
                    xml.skip()?;
                }
                _ => pass_over(xml, listing, &record)?,
            }
            Ok(())
        })?;
        Ok(target)
    }

    /// The content of `individual`, `entity` or `object`.
    fn subject(&mut self, xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<(), SourceError> {
        xml.children(|xml| {
            match xml.name() {
                "identity" => self.identity(xml, listing, record)?,
                "justification" => self.justifications.push(xml.leaf()?),
                "other-information" => self.information.push(xml.leaf()?),
                "generic-attribute" => self.attributes.push((attribute(xml, "name"), xml.leaf()?)),
                "relation" => {
                    let mut relation = Stated {
                        line: xml.line(),
                        ssid: attribute(xml, "ssid"),
                        to: attribute(xml, "target-id"),
                        kind: attribute(xml, "relation-type"),
                        remark: String::new(),
                    };
                    xml.children(|xml| match xml.name() {
                        "remark" => {
                            relation.remark = xml.leaf()?;
                            Ok(())
                        }
                        _ => pass_over(xml, listing, record),
                    })?;
                    self.relations.push(relation);
                }
                _ => pass_over(xml, listing, record)?,
            }
            Ok(())
        })
    }

    fn identity(&mut self, xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<(), SourceError> {
        let main = attribute(xml, "main") != "false";
        xml.children(|xml| {
            match xml.name() {
                "name" => self.names.push(name(xml, listing, record, main)?),
                "address" => self.addresses.push(located(xml, listing, record)?),
                "place-of-birth" => self.birth_places.push(located(xml, listing, record)?),
                "day-month-year" => {
                    let mut day = Dated {
                        line: xml.line(),
                        ssid: attribute(xml, "ssid"),
                        day: attribute(xml, "day"),
                        month: attribute(xml, "month"),
                        year: attribute(xml, "year"),
                        calendar: attribute(xml, "calendar"),
                        quality: attribute(xml, "quality"),
                        circa: xml.flag("circa"),
                        remark: String::new(),
                    };
                    day.remark = xml.leaf()?;
                    self.days.push(day);
                }
                "nationality" => xml.children(|xml| match xml.name() {
                    "country" => {
                        self.nationalities.push(country_element(xml)?);
                        Ok(())
                    }
                    _ => pass_over(xml, listing, record),
                })?,
                "identification-document" => self.documents.push(document(xml, listing, record)?),
                _ => pass_over(xml, listing, record)?,
            }
            Ok(())
        })
    }
}

fn name(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str, main: bool) -> Result<Name, SourceError> {
    let mut name = Name {
        line: xml.line(),
        ssid: attribute(xml, "ssid"),
        main,
        kind: attribute(xml, "name-type"),
        quality: attribute(xml, "quality"),
        parts: Vec::new(),
    };
    xml.children(|xml| {
        if xml.name() != "name-part" {
            return pass_over(xml, listing, record);
        }
        let mut part =
            Part { order: xml.id("order").unwrap_or(u32::MAX), kind: attribute(xml, "name-part-type"), ..Part::default() };
        xml.children(|xml| {
            match xml.name() {
                "value" => part.value = xml.leaf()?,
                "spelling-variant" => {
                    let (language, script) = (attribute(xml, "lang"), attribute(xml, "script"));
                    let text = xml.leaf()?;
                    if !text.is_empty() {
                        part.variants.push(Variant { language, script, text });
                    }
                }
                _ => pass_over(xml, listing, record)?,
            }
            Ok(())
        })?;
        name.parts.push(part);
        Ok(())
    })?;
    Ok(name)
}

fn located(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<Located, SourceError> {
    let mut located = Located {
        line: xml.line(),
        ssid: attribute(xml, "ssid"),
        place: attribute(xml, "place-id"),
        quality: attribute(xml, "quality"),
        ..Located::default()
    };
    xml.children(|xml| {
        match xml.name() {
            "address-details" => located.details = xml.leaf()?,
            "p-o-box" => located.post_box = xml.leaf()?,
            "zip-code" => located.zip_code = xml.leaf()?,
            "c-o" => located.care_of = xml.leaf()?,
            "location" => located.location = xml.leaf()?,
            "area" => located.area = xml.leaf()?,
            "country" => located.country = country_element(xml)?,
            "remarks" | "remark" => located.remarks.push(xml.leaf()?),
            _ => pass_over(xml, listing, record)?,
        }
        Ok(())
    })?;
    Ok(located)
}

fn document(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<Document, SourceError> {
    let mut document = Document {
        line: xml.line(),
        ssid: attribute(xml, "ssid"),
        kind: attribute(xml, "document-type"),
        ..Document::default()
    };
    xml.children(|xml| {
        match xml.name() {
            "number" => document.number = xml.leaf()?,
            "issuer" => {
                let code = attribute(xml, "code");
                let text = xml.leaf()?;
                document.issuer = if text.is_empty() { code } else { text };
            }
            "date-of-issue" => document.issued = xml.leaf()?,
            "expiry-date" => document.expires = xml.leaf()?,
            "remark" | "remarks" => document.remarks.push(xml.leaf()?),
            _ => pass_over(xml, listing, record)?,
        }
        Ok(())
    })?;
    Ok(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_modification_decides() {
        let modification =
            |kind: &str, published: &str| Modification { kind: kind.into(), published: published.into(), ..Default::default() };
        for (modifications, expected) in [
            (vec![], false),
            (vec![modification("listed", "2020-01-01"), modification("de-listed", "2021-01-01")], true),
            (vec![modification("de-listed", "2020-01-01"), modification("listed", "2021-01-01")], false),
            (vec![modification("de-listed", "2021-01-01"), modification("amended", "2021-01-01")], true),
            (vec![modification("amended", "2021-01-01"), modification("de-listed", "2021-01-01")], false),
        ] {
            let target = Target { modifications, ..Target::default() };
            assert_eq!(target.is_delisted(), expected, "{target:?}");
        }
    }
}
