//! OFAC's `SDN.XML` and `CONSOLIDATED.XML`, the oldest of its XML forms (XSD: `XML.xsd` of the Sanctions List Service). In goes the XML as
//! a stream; out go parties, their addresses, wallets, documents and sanctions in the shape and under the ids of `ofac_advanced`, and
//! links by name from the remarks ("(Linked To: ...)"), whose parties are held until the end.
//!
//! The form has one place, `id`, for documents, wallets and features alike; the type decides, by `data/ofac_flat_labels.tsv`. It has no
//! other script than Latin, no relations beside those links, and no dates of listing.

use std::io::BufRead;

use interdict_model::{AliasKind, Entity, Schema};

use crate::error::SourceError;
use crate::listing::{Address, Listing, Place, not_empty};
use crate::ofac_flat::{Links, Paper, Party, Remarks};
use crate::report::Report;
use crate::xml::Xml;

/// Parses the whole file.
pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &["sdnList"])?;
    let mut parser = Parser { listing: Listing::new(report, sink), links: Links::default(), stated: None, parties: 0 };
    xml.children(|xml| match xml.name() {
        "publshInformation" => parser.published(xml),
        "sdnEntry" => parser.entry(xml),
        _ => parser.pass_over(xml, "sdnList"),
    })?;
    xml.end()?;
    let Parser { mut listing, links, stated, parties } = parser;
    not_empty(file, parties, "parties")?;
    links.finish(&mut listing);
    let at = Place { line: 0, record: "publshInformation" };
    match stated {
        Some(stated) if stated != parties => {
            listing.issue(at, "Record_Count", format!("the file says that it has {stated} records; it has {parties}"));
        }
        Some(_) => {}
        None => listing.issue(at, "Record_Count", "the file does not say how many records it has"),
    }
    if listing.report.issue_date.is_empty() {
        listing.issue(at, "Publish_Date", "the file does not say when it was issued");
    }
    Ok(())
}

struct Parser<'a> {
    listing: Listing<'a>,
    links: Links,
    stated: Option<u64>,
    parties: u64,
}

/// An entry as it stands in the file. The uid, type and name of a party stand before and among what depends on them.
#[derive(Default)]
struct Entry {
    uid: String,
    first_name: String,
    last_name: String,
    title: String,
    kind: String,
    remarks: String,
    programs: Vec<String>,
    ids: Vec<Id>,
    akas: Vec<Aka>,
    addresses: Vec<(String, Address)>,
    /// The feature's name, the element, its uid, the text.
    facts: Vec<(&'static str, &'static str, String, String)>,
}

#[derive(Default)]
struct Id {
    uid: String,
    kind: String,
    number: String,
    country: String,
    issued: String,
    expires: String,
}

#[derive(Default)]
struct Aka {
    uid: String,
    kind: String,
    category: String,
    first_name: String,
    last_name: String,
}

impl Parser<'_> {
    fn pass_over(&mut self, xml: &mut Xml<'_>, record: &str) -> Result<(), SourceError> {
        let name = xml.name().to_owned();
        self.listing.issue(Place { line: xml.line(), record }, &name, "an element that is not known; it was left out");
        xml.skip()
    }

    fn published(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let record = "publshInformation";
        xml.children(|xml| match xml.name() {
            "Publish_Date" => {
                let text = xml.leaf()?;
                match american_date(&text) {
                    Some(date) => self.listing.report.issue_date = date,
                    None if text.is_empty() => {}
                    None => {
                        let at = Place { line: xml.line(), record };
                        self.listing.issue(at, "Publish_Date", format!("`{text}` is no date of the form MM/DD/YYYY"));
                    }
                }
                Ok(())
            }
            "Record_Count" => {
                let text = xml.leaf()?;
                self.stated = text.parse().ok();
                match self.stated {
                    Some(stated) => self.listing.count("records_stated", stated),
                    None => {
                        let at = Place { line: xml.line(), record };
                        self.listing.issue(at, "Record_Count", format!("`{text}` is no number"));
                    }
                }
                Ok(())
            }
            _ => self.pass_over(xml, record),
        })
    }

    fn entry(&mut self, xml: &mut Xml<'_>) -> Result<(), SourceError> {
        let line = xml.line();
        let mut entry = Entry::default();
        xml.children(|xml| match xml.name() {
            "uid" => set(xml, &mut entry.uid),
            "firstName" => set(xml, &mut entry.first_name),
            "lastName" => set(xml, &mut entry.last_name),
            "title" => set(xml, &mut entry.title),
            "sdnType" => set(xml, &mut entry.kind),
            "remarks" => set(xml, &mut entry.remarks),
            "programList" => self.list(xml, "program", |_, xml| {
                entry.programs.push(xml.leaf()?);
                Ok(())
            }),
            "idList" => self.list(xml, "id", |parser, xml| {
                entry.ids.push(parser.id(xml)?);
                Ok(())
            }),
            "akaList" => self.list(xml, "aka", |parser, xml| {
                entry.akas.push(parser.aka(xml)?);
                Ok(())
            }),
            "addressList" => self.list(xml, "address", |parser, xml| {
                entry.addresses.push(parser.address(xml)?);
                Ok(())
            }),
            "nationalityList" => self.facts(xml, ["nationality", "country"], "Nationality Country", &mut entry.facts),
            "citizenshipList" => self.facts(xml, ["citizenship", "country"], "Citizenship Country", &mut entry.facts),
            "dateOfBirthList" => self.facts(xml, ["dateOfBirthItem", "dateOfBirth"], "Birthdate", &mut entry.facts),
            "placeOfBirthList" => self.facts(xml, ["placeOfBirthItem", "placeOfBirth"], "Place of Birth", &mut entry.facts),
            "vesselInfo" => self.vessel(xml, &mut entry.facts),
            _ => self.pass_over(xml, "sdnEntry"),
        })?;
        self.parties += 1;
        self.listing.count("parties", 1);
        self.finish(line, entry);
        Ok(())
    }

    /// The children of a list element, which are all of one name.
    fn list(
        &mut self,
        xml: &mut Xml<'_>,
        element: &str,
        mut child: impl FnMut(&mut Self, &mut Xml<'_>) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        xml.children(|xml| if xml.name() == element { child(self, xml) } else { self.pass_over(xml, "sdnEntry") })
    }

    fn id(&mut self, xml: &mut Xml<'_>) -> Result<Id, SourceError> {
        let mut id = Id::default();
        xml.children(|xml| match xml.name() {
            "uid" => set(xml, &mut id.uid),
            "idType" => set(xml, &mut id.kind),
            "idNumber" => set(xml, &mut id.number),
            "idCountry" => set(xml, &mut id.country),
            "issueDate" => set(xml, &mut id.issued),
            "expirationDate" => set(xml, &mut id.expires),
            _ => self.pass_over(xml, "id"),
        })?;
        Ok(id)
    }

    fn aka(&mut self, xml: &mut Xml<'_>) -> Result<Aka, SourceError> {
        let mut aka = Aka::default();
        xml.children(|xml| match xml.name() {
            "uid" => set(xml, &mut aka.uid),
            "type" => set(xml, &mut aka.kind),
            "category" => set(xml, &mut aka.category),
            "lastName" => set(xml, &mut aka.last_name),
            "firstName" => set(xml, &mut aka.first_name),
            _ => self.pass_over(xml, "aka"),
        })?;
        Ok(aka)
    }

    fn address(&mut self, xml: &mut Xml<'_>) -> Result<(String, Address), SourceError> {
        let (mut uid, mut address) = (String::new(), Address::default());
        xml.children(|xml| match xml.name() {
            "uid" => set(xml, &mut uid),
            "address1" => set(xml, &mut address.street),
            "address2" => set(xml, &mut address.street2),
            "address3" => set(xml, &mut address.street3),
            "city" => set(xml, &mut address.city),
            "stateOrProvince" => set(xml, &mut address.state),
            "postalCode" => set(xml, &mut address.postal_code),
            "country" => set(xml, &mut address.country),
            "region" => set(xml, &mut address.region),
            _ => self.pass_over(xml, "address"),
        })?;
        Ok((uid, address))
    }

    /// A list of items of one text each. `mainEntry` says which stands first; the file's order does, too.
    fn facts(
        &mut self,
        xml: &mut Xml<'_>,
        [item, value]: [&'static str; 2],
        feature: &'static str,
        facts: &mut Vec<(&'static str, &'static str, String, String)>,
    ) -> Result<(), SourceError> {
        self.list(xml, item, |parser, xml| {
            let (mut uid, mut text) = (String::new(), String::new());
            xml.children(|xml| match xml.name() {
                "uid" => set(xml, &mut uid),
                "mainEntry" => xml.skip(),
                name if name == value => set(xml, &mut text),
                _ => parser.pass_over(xml, item),
            })?;
            facts.push((feature, item, uid, text));
            Ok(())
        })
    }

    fn vessel(
        &mut self,
        xml: &mut Xml<'_>,
        facts: &mut Vec<(&'static str, &'static str, String, String)>,
    ) -> Result<(), SourceError> {
        xml.children(|xml| {
            let feature = match xml.name() {
                "callSign" => "Vessel Call Sign",
                "vesselType" => "VESSEL TYPE",
                "vesselFlag" => "Vessel Flag",
                "vesselOwner" => "Vessel Owner",
                "tonnage" => "Vessel Tonnage",
                "grossRegisteredTonnage" => "Vessel Gross Registered Tonnage",
                _ => return self.pass_over(xml, "vesselInfo"),
            };
            let text = xml.leaf()?;
            // An empty element of this place says that nothing is known.
            if !text.is_empty() {
                facts.push((feature, "vesselInfo", String::new(), text));
            }
            Ok(())
        })
    }

    fn finish(&mut self, line: u64, entry: Entry) {
        let listing = &mut self.listing;
        let record = format!("sdnEntry {}", entry.uid);
        let at = Place { line, record: &record };
        let text = || [entry.uid.as_str(), &entry.last_name, &entry.first_name, &entry.remarks].join(" | ");
        let Ok(uid) = entry.uid.parse::<u64>() else {
            return listing.reject(at, "uid", "a party without an id; it was left out", &text());
        };
        if entry.last_name.is_empty() {
            return listing.reject(at, "lastName", "a party without a name; it was left out", &text());
        }
        // What stands twice is said and kept: the builder merges entities of one id.
        listing.is_new_id(at, &format!("ofac-{uid}"));
        let schema = Some(&entry.kind).filter(|kind| !kind.is_empty()).and_then(|kind| Party::schema_of(kind));
        let schema = schema.unwrap_or_else(|| {
            listing.issue(at, "sdnType", format!("`{}` is not known; kept as a LegalEntity", entry.kind));
            Schema::LegalEntity
        });
        let mut party = Party::new(uid, record.clone(), schema);
        party.name(listing, [&entry.last_name, &entry.first_name], AliasKind::Name, false, &record);
        for aka in &entry.akas {
            add_aka(listing, at, &mut party, aka);
        }
        for (feature, element, uid, text) in &entry.facts {
            listing.count(element, 1);
            let record = if uid.is_empty() { record.clone() } else { format!("{element} {uid}") };
            party.feature(listing, at, feature, text, &record);
        }
        party.title(&entry.title, &record);
        for id in &entry.ids {
            listing.count("ids", 1);
            let paper = Paper {
                kind: &id.kind,
                number: &id.number,
                country: &id.country,
                issued: &id.issued,
                expires: &id.expires,
                comment: String::new(),
            };
            let uid = Some(id.uid.as_str()).filter(|uid| !uid.is_empty());
            party.typed(listing, at, &paper, uid, &format!("id {}", id.uid));
        }
        for program in &entry.programs {
            listing.count("programs", 1);
            party.program(program);
        }
        for (index, (uid, address)) in entry.addresses.into_iter().enumerate() {
            listing.count("addresses", 1);
            if uid.is_empty() {
                party.address(address, &format!("{}-{}", entry.uid, index + 1), record.clone());
            } else {
                party.address(address, &uid, format!("address {uid}"));
            }
        }
        Remarks { text: &entry.remarks, stopped: false, cut: false, title: "" }.read(&mut party, listing, at);
        party.finish(listing, &mut self.links);
    }
}

fn add_aka(listing: &mut Listing<'_>, at: Place<'_>, party: &mut Party, aka: &Aka) {
    let record = format!("aka {}", aka.uid);
    let kind = match aka.kind.as_str() {
        "a.k.a." => AliasKind::AlsoKnownAs,
        "f.k.a." => AliasKind::FormerlyKnownAs,
        "n.k.a." => AliasKind::NowKnownAs,
        other => {
            listing.issue(at, "type", format!("`{other}` is not known; {record} was kept as also known as"));
            AliasKind::AlsoKnownAs
        }
    };
    let weak = match aka.category.as_str() {
        "weak" => true,
        "strong" => false,
        other => {
            listing.issue(at, "category", format!("`{other}` is not known; {record} was kept as strong"));
            false
        }
    };
    // The form has names of one word as first names, too.
    let names = if aka.last_name.is_empty() { [aka.first_name.as_str(), ""] } else { [&*aka.last_name, &aka.first_name] };
    if names[0].is_empty() {
        return listing.issue(at, "aka", format!("{record} has no text; it was left out"));
    }
    // Some names of people stand whole in the last name: "LAST, First".
    if names[1].is_empty() {
        return party.listed_name(listing, names[0], kind, weak, &record);
    }
    party.name(listing, names, kind, weak, &record);
}

fn set(xml: &mut Xml<'_>, text: &mut String) -> Result<(), SourceError> {
    *text = xml.leaf()?;
    Ok(())
}

/// A date of the form MM/DD/YYYY as ISO text.
fn american_date(text: &str) -> Option<String> {
    let mut numbers = text.trim().split('/').map(str::parse::<u16>);
    let (month, day, year) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
    let small = |number: u16| u8::try_from(number).ok();
    let date = interdict_model::PartialDate::from_ymd(year, small(month)?, small(day)?).ok()?;
    numbers.next().is_none().then(|| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_publication() {
        for (text, expected) in [
            ("03/28/2025", Some("2025-03-28")),
            ("03/04/2025", Some("2025-03-04")),
            ("13/04/2025", None),
            ("2025-03-28", None),
            ("03/28/2025/1", None),
            ("", None),
        ] {
            assert_eq!(american_date(text).as_deref(), expected, "{text}");
        }
    }
}
