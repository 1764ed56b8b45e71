//! GLEIF's golden copy files: legal entities (LEI-CDF, level 1), relationships (RR-CDF, level 2) and reporting exceptions. In goes the XML
//! as a stream, one record in memory at a time; out come companies under `lei-<LEI>` with their addresses and successions, ownerships and
//! links between such ids, and notes on entities that report no parent. The three files speak of the same ids, so an end of a relationship
//! need not be in the same file. Elements are read by local name. Sources: `lei-cdf_v3.1.xsd`, `rr-cdf_v2.1.xsd` and
//! `repex_v2.1.xsd` of the Global Legal Entity Identifier Foundation.
//!
//! They are registers: nobody in them is listed. A consolidation of accounts is evidence of control and never proof of a share of one
//! half or more, so an ownership made of it has a percentage only where the record states one.
//!
//! The header's `RecordCount` is that of the publication (`records_stated`), beside the number of records that were parsed (`records`).

use std::borrow::Cow;
use std::io::BufRead;

use interdict_model::{AliasKind, Country, Entity, Identifier, IdentifierKind, Schema};

use crate::error::SourceError;
use crate::json_records::Seen;
use crate::listing::{Address, Listing, Name, Place, country, not_empty};
use crate::report::Report;
use crate::xml::Xml;

/// What the `role` of an ownership says of its worth.
const NO_PROOF: &str = "consolidation of accounts: evidence of control, no proof of a share of 50 % or more";

/// The registration authority code for "none".
const NO_AUTHORITY: &str = "RA999999";

/// Elements of a level 1 record that are left out on purpose: they say how the record is kept, not whose it is; `Extension` holds
/// places computed from the addresses.
const LEFT_OUT: [&str; 8] = [
    "NextRenewalDate",
    "ManagingLOU",
    "ValidationAuthority",
    "OtherValidationAuthorities",
    "ValidationDocuments",
    "ValidationReference",
    "Extension",
    "NextVersion",
];

pub(crate) fn parse_lei(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    parse(file, input, report, sink, "LEIData", "LEIRecord", lei_record)
}

pub(crate) fn parse_relationships(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    parse(file, input, report, sink, "RelationshipData", "RelationshipRecord", relationship)
}

pub(crate) fn parse_exceptions(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    parse(file, input, report, sink, "ReportingExceptionData", "Exception", exception)
}

type RecordParser = fn(&mut Xml<'_>, &mut Listing<'_>, &mut Seen) -> Result<(), SourceError>;

/// What the three formats share: root, header, a list of records.
fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
    root: &str,
    record: &str,
    parser: RecordParser,
) -> Result<(), SourceError> {
    let mut xml = Xml::at_root(file, input, &[root])?;
    let mut listing = Listing::new(report, sink);
    let mut seen = Seen::default();
    let mut records = 0;
    xml.children(|xml| match xml.name() {
        "LEIHeader" | "Header" => header(file, xml, &mut listing),
        // LEIRecords, RelationshipRecords, ReportingExceptions (or the list of the older exceptions file)
        _ => xml.children(|xml| {
            if xml.name() != record {
                let place = Place { line: xml.line(), record: root };
                listing.issue(place, xml.name(), "an element that is not known; it was left out");
                return xml.skip();
            }
            records += 1;
            parser(xml, &mut listing, &mut seen)
        }),
    })?;
    xml.end()?;
    listing.count("records", records);
    not_empty(file, records, "records")
}

fn header(file: &str, xml: &mut Xml<'_>, listing: &mut Listing<'_>) -> Result<(), SourceError> {
    xml.children(|xml| match xml.name() {
        "ContentDate" => {
            let line = xml.line();
            let text = xml.leaf()?;
            let date = listing.date(Place { line, record: "header" }, "ContentDate", &text);
            listing.report.issue_date = date.unwrap_or_default();
            Ok(())
        }
        // A file of changes, taken for the register, would lose all that did not change.
        "FileContent" => {
            let content = xml.leaf()?;
            if content.contains("DELTA") {
                let found = format!("`FileContent` is `{content}`: a file of changes, not the whole register");
                return Err(SourceError::UnknownFormat { file: file.to_owned(), found });
            }
            Ok(())
        }
        "RecordCount" => {
            let line = xml.line();
            let text = xml.leaf()?;
            match text.parse() {
                Ok(stated) => listing.count("records_stated", stated),
                Err(_) => listing.issue(Place { line, record: "header" }, "RecordCount", format!("`{text}` is no number")),
            }
            Ok(())
        }
        _ => xml.skip(),
    })
}

/// Says that an element is not known, and keeps its text where it has one.
fn unknown(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str) -> Result<Option<String>, SourceError> {
    let name = xml.name().to_owned();
    listing.issue(Place { line: xml.line(), record }, &name, "an element that is not known; its text was kept as a note");
    let text = xml.leaf()?;
    Ok(Some(text).filter(|text| !text.is_empty()).map(|text| format!("{name}: {text}")))
}

/// A code as words: `IN_PROGRESS` is `in progress`.
fn words(code: &str) -> String {
    code.replace('_', " ").to_lowercase()
}

/// The day of a date with a time, which is what counts for a party.
fn day(text: &str) -> &str {
    let text = text.trim();
    match text.as_bytes().get(10) {
        Some(b'T') => &text[..10],
        _ => text,
    }
}

// ---------------------------------------------------------------------------------------------------------------- level 1

/// An address and what the record calls it.
struct Located {
    kind: String,
    address: Address,
}

/// What a level 1 record says, until its end: the id is known by then.
struct LegalEntity {
    lei: String,
    entity: Entity,
    names: Vec<(AliasKind, String, String)>,
    addresses: Vec<Located>,
    successors: Vec<String>,
    /// LEI, kind of association.
    associated: Vec<(String, String)>,
}

fn lei_record(xml: &mut Xml<'_>, listing: &mut Listing<'_>, seen: &mut Seen) -> Result<(), SourceError> {
    let line = xml.line();
    let mut read = LegalEntity {
        lei: String::new(),
        entity: Entity::new("", Schema::LegalEntity),
        names: Vec::new(),
        addresses: Vec::new(),
        successors: Vec::new(),
        associated: Vec::new(),
    };
    xml.children(|xml| match xml.name() {
        "LEI" => {
            read.lei = xml.leaf()?;
            Ok(())
        }
        "Entity" => entity(xml, listing, &mut read),
        "Registration" => registration(xml, listing, &mut read),
        name if LEFT_OUT.contains(&name) => xml.skip(),
        _ => {
            read.entity.add("notes", unknown(xml, listing, "LEIRecord")?.unwrap_or_default());
            Ok(())
        }
    })?;
    finish_lei(line, read, listing, seen);
    Ok(())
}

fn finish_lei(line: u64, read: LegalEntity, listing: &mut Listing<'_>, seen: &mut Seen) {
    let LegalEntity { lei, mut entity, names, addresses, successors, associated } = read;
    let record = format!("LEIRecord {lei}");
    let at = Place { line, record: &record };
    if lei.is_empty() {
        let name = names.first().map_or("", |(_, name, _)| name);
        listing.reject(at, "LEI", "a record without an LEI", name);
        return;
    }
    if !names.iter().any(|(kind, name, _)| *kind == AliasKind::Name && !name.is_empty()) {
        listing.reject(at, "LegalName", "a record without a legal name", &lei);
        return;
    }
    if !seen.is_new(&lei) {
        listing.issue(at, "LEI", format!("`{lei}` stands twice in the file"));
    }
    check_lei(listing, at, "LEI", &lei);
    entity.id = id_of(&lei);
    entity.add("leiCode", lei.as_str());
    listing.count("names", names.len() as u64);
    for (kind, text, source) in names {
        Name { text, kind, weak: false, script: "", parts: Vec::new(), record: &source }.attach(&mut entity);
    }
    listing.count("addresses", addresses.len() as u64);
    let mut places: Vec<(String, Entity)> = Vec::new();
    for (number, Located { kind, address }) in addresses.into_iter().enumerate() {
        // The legal address is often the one of the headquarters, too.
        let line = address.line();
        if let Some((_, place)) = places.iter_mut().find(|(held, _)| *held == line) {
            place.add("remarks", kind.as_str());
            continue;
        }
        let id = match kind.as_str() {
            "legal address" => format!("{}-addr-legal", entity.id),
            "headquarters address" => format!("{}-addr-hq", entity.id),
            _ => format!("{}-addr-{}", entity.id, number + 1),
        };
        if let Some(mut place) = address.attach(&mut entity, &id, &kind) {
            place.add("remarks", kind.as_str());
            places.push((line, place));
        }
    }
    let mut links = Vec::new();
    for successor in successors {
        check_lei(listing, at, "SuccessorLEI", &successor);
        let mut relation = Entity::new(format!("{}-successor-{successor}", entity.id), Schema::Succession);
        relation.add("predecessor", entity.id.as_str());
        relation.add("successor", id_of(&successor));
        listing.count("successors", 1);
        links.push(relation);
    }
    for (other, kind) in associated {
        check_lei(listing, at, "AssociatedLEI", &other);
        let mut relation = Entity::new(format!("{}-associated-{other}", entity.id), Schema::UnknownLink);
        relation.add("subject", entity.id.as_str());
        relation.add("object", id_of(&other));
        relation.add(
            "role",
            if kind.is_empty() { "associated entity".to_owned() } else { format!("associated entity: {}", words(&kind)) },
        );
        listing.count("associated", 1);
        links.push(relation);
    }
    listing.emit(entity, &record);
    for (_, place) in places {
        listing.emit(place, &record);
    }
    for link in links {
        listing.emit(link, &record);
    }
}

fn id_of(lei: &str) -> String {
    format!("lei-{lei}")
}

fn check_lei(listing: &mut Listing<'_>, at: Place<'_>, field: &str, lei: &str) {
    if let Err(error) = Identifier::parse(IdentifierKind::Lei, lei, None) {
        listing.issue(at, field, format!("`{lei}` is not a valid LEI: {error}; it was kept"));
    }
}

/// The schema of an `EntityCategory`.
fn schema_of(category: &str) -> Option<Schema> {
    Some(match category {
        "GENERAL" | "BRANCH" | "FUND" => Schema::Company,
        "RESIDENT_GOVERNMENT_ENTITY" => Schema::PublicBody,
        "INTERNATIONAL_ORGANIZATION" => Schema::Organization,
        // A trader under their own name is a person as much as a firm.
        "SOLE_PROPRIETOR" | "TRUST" => Schema::LegalEntity,
        _ => return None,
    })
}

fn entity(xml: &mut Xml<'_>, listing: &mut Listing<'_>, read: &mut LegalEntity) -> Result<(), SourceError> {
    let record = format!("LEIRecord {}", read.lei);
    xml.children(|xml| match xml.name() {
        "LegalName" => {
            let (source, text) = named(xml)?;
            read.names.push((AliasKind::Name, text, source));
            Ok(())
        }
        "OtherEntityNames" | "TransliteratedOtherEntityNames" => xml.children(|xml| {
            let kind = match xml.attribute("type").as_deref() {
                Some("ALTERNATIVE_LANGUAGE_LEGAL_NAME") => AliasKind::Name,
                Some("PREVIOUS_LEGAL_NAME") => AliasKind::FormerlyKnownAs,
                Some(
                    "TRADING_OR_OPERATING_NAME"
                    | "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME"
                    | "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME",
                ) => AliasKind::AlsoKnownAs,
                other => {
                    let message = format!("`{}` is not known; kept as also known as", other.unwrap_or_default());
                    listing.issue(Place { line: xml.line(), record: &record }, "type of a name", message);
                    AliasKind::AlsoKnownAs
                }
            };
            let (source, text) = named(xml)?;
            read.names.push((kind, text, source));
            Ok(())
        }),
        "LegalAddress" => {
            read.addresses.push(located(xml, listing, &record, "legal address".to_owned())?);
            Ok(())
        }
        "HeadquartersAddress" => {
            read.addresses.push(located(xml, listing, &record, "headquarters address".to_owned())?);
            Ok(())
        }
        "OtherAddresses" | "TransliteratedOtherAddresses" => xml.children(|xml| {
            let kind = xml.attribute("type").map_or_else(|| "other address".to_owned(), |kind| words(&kind));
            read.addresses.push(located(xml, listing, &record, kind)?);
            Ok(())
        }),
        "RegistrationAuthority" => registration_authority(xml, listing, read, &record),
        "LegalJurisdiction" => {
            let text = xml.leaf()?;
            jurisdiction(&mut read.entity, &text);
            Ok(())
        }
        "EntityCategory" => {
            let line = xml.line();
            let category = xml.leaf()?;
            let schema = schema_of(&category).unwrap_or_else(|| {
                let message = format!("`{category}` is not known; kept as a LegalEntity");
                listing.issue(Place { line, record: &record }, "EntityCategory", message);
                Schema::LegalEntity
            });
            read.entity.schema = schema.into();
            read.entity.add_from("classification", category, "EntityCategory");
            Ok(())
        }
        "EntitySubCategory" => add_leaf(xml, &mut read.entity, "classification"),
        "LegalForm" => xml.children(|xml| match xml.name() {
            "EntityLegalFormCode" => {
                // ISO 20275, the entity legal forms list.
                let code = xml.leaf()?;
                if !code.is_empty() {
                    read.entity.add_from("legalForm", format!("ELF {code}"), "EntityLegalFormCode");
                }
                Ok(())
            }
            "OtherLegalForm" => add_leaf(xml, &mut read.entity, "legalForm"),
            _ => add_unknown(xml, listing, &mut read.entity, &record),
        }),
        "AssociatedEntity" => {
            let kind = xml.attribute("type").map(Cow::into_owned).unwrap_or_default();
            xml.children(|xml| match xml.name() {
                "AssociatedLEI" => {
                    read.associated.push((xml.leaf()?, kind.clone()));
                    Ok(())
                }
                "AssociatedEntityName" => {
                    let name = xml.leaf()?;
                    read.entity.add("notes", format!("Associated entity ({}): {name}", words(&kind)));
                    Ok(())
                }
                _ => add_unknown(xml, listing, &mut read.entity, &record),
            })
        }
        "EntityStatus" => add_leaf(xml, &mut read.entity, "status"),
        "EntityCreationDate" => add_date(xml, listing, &mut read.entity, "incorporationDate", &record),
        "EntityExpirationDate" => add_date(xml, listing, &mut read.entity, "dissolutionDate", &record),
        "EntityExpirationReason" => {
            let reason = xml.leaf()?;
            read.entity.add("notes", format!("Reason of expiration: {}", words(&reason)));
            Ok(())
        }
        "SuccessorEntity" => xml.children(|xml| match xml.name() {
            "SuccessorLEI" => {
                read.successors.push(xml.leaf()?);
                Ok(())
            }
            "SuccessorEntityName" => {
                let name = xml.leaf()?;
                read.entity.add("notes", format!("Successor: {name}"));
                Ok(())
            }
            _ => add_unknown(xml, listing, &mut read.entity, &record),
        }),
        "LegalEntityEvents" => xml.children(|xml| event(xml, listing, &mut read.entity, &record)),
        name if LEFT_OUT.contains(&name) => xml.skip(),
        _ => add_unknown(xml, listing, &mut read.entity, &record),
    })
}

fn add_leaf(xml: &mut Xml<'_>, entity: &mut Entity, property: &str) -> Result<(), SourceError> {
    let source = xml.name().to_owned();
    let text = xml.leaf()?;
    entity.add_from(property, text, &source);
    Ok(())
}

fn add_date(
    xml: &mut Xml<'_>,
    listing: &mut Listing<'_>,
    entity: &mut Entity,
    property: &str,
    record: &str,
) -> Result<(), SourceError> {
    let (line, field) = (xml.line(), xml.name().to_owned());
    let text = xml.leaf()?;
    listing.add_date(Place { line, record }, entity, property, &field, day(&text));
    Ok(())
}

fn add_unknown(xml: &mut Xml<'_>, listing: &mut Listing<'_>, entity: &mut Entity, record: &str) -> Result<(), SourceError> {
    entity.add("notes", unknown(xml, listing, record)?.unwrap_or_default());
    Ok(())
}

/// Where a name stands (element, type, language), and the name.
fn named(xml: &mut Xml<'_>) -> Result<(String, String), SourceError> {
    let mut source = xml.name().to_owned();
    for attribute in ["type", "lang"] {
        if let Some(value) = xml.attribute(attribute) {
            source.push(' ');
            source.push_str(&value);
        }
    }
    Ok((source, xml.leaf()?))
}

fn located(xml: &mut Xml<'_>, listing: &mut Listing<'_>, record: &str, kind: String) -> Result<Located, SourceError> {
    let mut address = Address::default();
    let mut remarks = Vec::new();
    xml.children(|xml| {
        let slot = match xml.name() {
            "FirstAddressLine" => &mut address.street,
            "AdditionalAddressLine" if address.street2.is_empty() => &mut address.street2,
            "AdditionalAddressLine" => {
                let text = xml.leaf()?;
                if !address.street3.is_empty() {
                    address.street3.push_str(", ");
                }
                address.street3.push_str(&text);
                return Ok(());
            }
            "City" => &mut address.city,
            "Region" => &mut address.region,
            "Country" => &mut address.country,
            "PostalCode" => &mut address.postal_code,
            name @ ("MailRouting" | "AddressNumber" | "AddressNumberWithinBuilding") => {
                let what = match name {
                    "MailRouting" => "mail routing",
                    "AddressNumber" => "number",
                    _ => "number within the building",
                };
                let text = xml.leaf()?;
                remarks.push(format!("{what}: {text}"));
                return Ok(());
            }
            _ => {
                remarks.extend(unknown(xml, listing, record)?);
                return Ok(());
            }
        };
        *slot = xml.leaf()?;
        Ok(())
    })?;
    address.remarks = remarks.join("; ");
    Ok(Located { kind, address })
}

fn registration_authority(
    xml: &mut Xml<'_>,
    listing: &mut Listing<'_>,
    read: &mut LegalEntity,
    record: &str,
) -> Result<(), SourceError> {
    let (mut authority, mut number) = (String::new(), String::new());
    xml.children(|xml| match xml.name() {
        "RegistrationAuthorityID" => {
            authority = xml.leaf()?;
            Ok(())
        }
        "OtherRegistrationAuthorityID" => {
            let other = xml.leaf()?;
            read.entity.add("notes", format!("Registration authority: {other}"));
            Ok(())
        }
        "RegistrationAuthorityEntityID" => {
            number = xml.leaf()?;
            Ok(())
        }
        _ => add_unknown(xml, listing, &mut read.entity, record),
    })?;
    read.entity.add_from("registrationNumber", number, &format!("RegistrationAuthority {authority}"));
    if !authority.is_empty() && authority != NO_AUTHORITY {
        read.entity.add("notes", format!("Registration authority: {authority}"));
    }
    Ok(())
}

/// A country, or a part of one by ISO 3166-2 (`US-MA`), which is kept as a note beside its country.
fn jurisdiction(entity: &mut Entity, code: &str) {
    if let Some(country) = Country::from_code(code) {
        entity.add_from("jurisdiction", country.code(), "LegalJurisdiction");
        return;
    }
    match code.split_once('-').and_then(|(country, _)| Country::from_code(country)) {
        Some(country) => {
            entity.add_from("jurisdiction", country.code(), "LegalJurisdiction");
            entity.add("notes", format!("Legal jurisdiction: {code}"));
        }
        None => entity.add_from("jurisdiction", country(code), "LegalJurisdiction"),
    }
}

fn event(xml: &mut Xml<'_>, listing: &mut Listing<'_>, entity: &mut Entity, record: &str) -> Result<(), SourceError> {
    let line = xml.line();
    let mut details = Vec::new();
    for (name, what) in [("group_type", ""), ("group_id", "group "), ("group_sequence_no", "number in the group ")] {
        if let Some(value) = xml.attribute(name) {
            details.push(format!("{what}{}", words(&value)));
        }
    }
    let status = xml.attribute("event_status").map(|value| words(&value)).unwrap_or_default();
    let (mut kind, mut effective) = (String::new(), String::new());
    xml.children(|xml| match xml.name() {
        "LegalEntityEventType" => {
            kind = xml.leaf()?;
            Ok(())
        }
        "LegalEntityEventEffectiveDate" => {
            day(&xml.leaf()?).clone_into(&mut effective);
            Ok(())
        }
        "LegalEntityEventRecordedDate" => {
            let recorded = xml.leaf()?;
            details.push(format!("recorded {}", day(&recorded)));
            Ok(())
        }
        "AffectedFields" => xml.children(|xml| {
            let field = xml.attribute("field_xpath").map(Cow::into_owned).unwrap_or_default();
            let value = xml.leaf()?;
            details.push(format!("affected {}", format!("{field} {value}").trim()));
            Ok(())
        }),
        name if LEFT_OUT.contains(&name) => xml.skip(),
        _ => {
            details.extend(unknown(xml, listing, record)?);
            Ok(())
        }
    })?;
    listing.count("events", 1);
    if kind == "DISSOLUTION" && status == "completed" {
        listing.add_date(Place { line, record }, entity, "dissolutionDate", "LegalEntityEventEffectiveDate", &effective);
    }
    let mut note = format!("Event: {}", words(&kind));
    for part in [status, effective].into_iter().filter(|part| !part.is_empty()).chain(details) {
        note.push_str(", ");
        note.push_str(&part);
    }
    entity.add("notes", note);
    Ok(())
}

fn registration(xml: &mut Xml<'_>, listing: &mut Listing<'_>, read: &mut LegalEntity) -> Result<(), SourceError> {
    let record = format!("LEIRecord {}", read.lei);
    xml.children(|xml| match xml.name() {
        "InitialRegistrationDate" => add_date(xml, listing, &mut read.entity, "createdAt", &record),
        "LastUpdateDate" => add_date(xml, listing, &mut read.entity, "modifiedAt", &record),
        "RegistrationStatus" => {
            let status = xml.leaf()?;
            read.entity.add_from("status", format!("LEI registration {status}"), "RegistrationStatus");
            Ok(())
        }
        "ValidationSources" => {
            let sources = xml.leaf()?;
            read.entity.add("notes", format!("Validation of the record: {}", words(&sources)));
            Ok(())
        }
        name if LEFT_OUT.contains(&name) => xml.skip(),
        _ => add_unknown(xml, listing, &mut read.entity, &record),
    })
}

// ---------------------------------------------------------------------------------------------------------------- level 2

/// What a level 2 record says.
#[derive(Default)]
struct Relationship {
    start: Option<String>,
    end: Option<String>,
    kind: String,
    status: String,
    start_date: String,
    end_date: String,
    percentage: Option<String>,
    modified: String,
    reference: String,
    description: Vec<String>,
}

fn relationship(xml: &mut Xml<'_>, listing: &mut Listing<'_>, seen: &mut Seen) -> Result<(), SourceError> {
    let line = xml.line();
    let mut read = Relationship::default();
    xml.children(|xml| match xml.name() {
        "Relationship" => xml.children(|xml| relationship_part(xml, listing, &mut read)),
        "Registration" => xml.children(|xml| {
            match xml.name() {
                "LastUpdateDate" => read.modified = xml.leaf()?,
                "ValidationReference" => read.reference = xml.leaf()?,
                name @ ("RegistrationStatus" | "ValidationSources" | "ValidationDocuments") => {
                    let what = match name {
                        "RegistrationStatus" => "Registration",
                        "ValidationSources" => "Validation",
                        _ => "Documents",
                    };
                    let text = xml.leaf()?;
                    read.description.push(format!("{what}: {}", words(&text)));
                }
                "InitialRegistrationDate" | "NextRenewalDate" | "ManagingLOU" => xml.skip()?,
                _ => read.description.extend(unknown(xml, listing, "RelationshipRecord")?),
            }
            Ok(())
        }),
        name if LEFT_OUT.contains(&name) => xml.skip(),
        _ => {
            read.description.extend(unknown(xml, listing, "RelationshipRecord")?);
            Ok(())
        }
    })?;
    finish_relationship(line, read, listing, seen);
    Ok(())
}

fn relationship_part(xml: &mut Xml<'_>, listing: &mut Listing<'_>, read: &mut Relationship) -> Result<(), SourceError> {
    match xml.name() {
        "StartNode" => read.start = node(xml)?,
        "EndNode" => read.end = node(xml)?,
        "RelationshipType" => read.kind = xml.leaf()?,
        "RelationshipStatus" => read.status = xml.leaf()?,
        "RelationshipPeriods" => xml.children(|xml| {
            let (mut start, mut end, mut kind) = (String::new(), String::new(), String::new());
            xml.children(|xml| {
                match xml.name() {
                    "StartDate" => day(&xml.leaf()?).clone_into(&mut start),
                    "EndDate" => day(&xml.leaf()?).clone_into(&mut end),
                    "PeriodType" => kind = xml.leaf()?,
                    _ => read.description.extend(unknown(xml, listing, "RelationshipRecord")?),
                }
                Ok(())
            })?;
            if kind == "RELATIONSHIP_PERIOD" {
                (read.start_date, read.end_date) = (start, end);
            } else {
                read.description.push(format!("{}: {start} to {end}", capitalised(&words(&kind))));
            }
            Ok(())
        })?,
        "RelationshipQualifiers" => xml.children(|xml| {
            let (mut dimension, mut category) = (String::new(), String::new());
            xml.children(|xml| {
                match xml.name() {
                    "QualifierDimension" => dimension = words(&xml.leaf()?),
                    "QualifierCategory" => category = xml.leaf()?,
                    _ => read.description.extend(unknown(xml, listing, "RelationshipRecord")?),
                }
                Ok(())
            })?;
            if !category.is_empty() {
                read.description.push(format!("{}: {category}", capitalised(&dimension)));
            }
            Ok(())
        })?,
        "RelationshipQuantifiers" => xml.children(|xml| {
            let (mut method, mut amount, mut units) = (String::new(), String::new(), String::new());
            xml.children(|xml| {
                match xml.name() {
                    "MeasurementMethod" => method = words(&xml.leaf()?),
                    "QuantifierAmount" => amount = xml.leaf()?,
                    "QuantifierUnits" => units = xml.leaf()?,
                    _ => read.description.extend(unknown(xml, listing, "RelationshipRecord")?),
                }
                Ok(())
            })?;
            // Up to 1 it may as well be a fraction, and nothing is guessed.
            let stated = amount.parse::<f64>().is_ok_and(|amount| amount > 1.0 && amount <= 100.0);
            if units == "PERCENTAGE" && stated {
                read.percentage = Some(amount.clone());
            }
            read.description.push(format!("Quantity ({method}): {amount} {}", words(&units)));
            Ok(())
        })?,
        _ => read.description.extend(unknown(xml, listing, "RelationshipRecord")?),
    }
    Ok(())
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The id of an end of a relationship.
fn node(xml: &mut Xml<'_>) -> Result<Option<String>, SourceError> {
    let (mut id, mut kind) = (String::new(), String::new());
    xml.children(|xml| {
        match xml.name() {
            "NodeID" => id = xml.leaf()?,
            "NodeIDType" => kind = xml.leaf()?,
            _ => xml.skip()?,
        }
        Ok(())
    })?;
    Ok(match (id.as_str(), kind.as_str()) {
        ("", _) => None,
        (id, "LEI" | "") => Some(id_of(id)),
        (id, kind) => Some(format!("{}-{id}", kind.to_lowercase())),
    })
}

fn finish_relationship(line: u64, read: Relationship, listing: &mut Listing<'_>, seen: &mut Seen) {
    let ends = [&read.start, &read.end].map(|end| end.as_deref().unwrap_or_default());
    let [start, end] = ends.map(|end| end.strip_prefix("lei-").unwrap_or(end));
    let record = format!("RelationshipRecord {start} {} {end}", read.kind);
    let at = Place { line, record: &record };
    let missing = [("StartNode", start), ("EndNode", end), ("RelationshipType", read.kind.as_str())];
    if let Some((field, _)) = missing.into_iter().find(|(_, text)| text.is_empty()) {
        listing.reject(at, field, "a relationship without it", &record);
        return;
    }
    let mut id = format!("lei-rr-{start}-{}-{end}", read.kind.to_lowercase());
    // A relationship that ended and began again is a second record of the same kind.
    if !seen.is_new(&id) {
        id = format!("{id}-{}", if read.start_date.is_empty() { "again" } else { &read.start_date });
        if !seen.is_new(&id) {
            listing.issue(at, "Relationship", "the relationship stands twice in the file");
        }
    }
    let (subject, object) = (ends[0], ends[1]);
    let mut relation = match read.kind.as_str() {
        "IS_DIRECTLY_CONSOLIDATED_BY" => consolidation(id, subject, object, "direct parent"),
        "IS_ULTIMATELY_CONSOLIDATED_BY" => consolidation(id, subject, object, "ultimate parent"),
        kind => {
            let role = match kind {
                "IS_INTERNATIONAL_BRANCH_OF" => {
                    "international branch of (a branch is a part of the same legal person)".to_owned()
                }
                "IS_FUND-MANAGED_BY" => "fund managed by".to_owned(),
                "IS_SUBFUND_OF" => "sub-fund of".to_owned(),
                "IS_FEEDER_TO" => "feeder fund to".to_owned(),
                other => {
                    listing.issue(at, "RelationshipType", format!("`{other}` is not known; kept as a link"));
                    words(other)
                }
            };
            let mut relation = Entity::new(id, Schema::UnknownLink);
            relation.add("subject", subject);
            relation.add("object", object);
            relation.add("role", role);
            relation
        }
    };
    for (property, field, text) in [
        ("startDate", "StartDate", &read.start_date),
        ("endDate", "EndDate", &read.end_date),
        ("modifiedAt", "LastUpdateDate", &read.modified),
    ] {
        match listing.date(at, field, day(text)) {
            Some(date) => relation.add(property, date),
            None if !text.is_empty() => relation.add("description", format!("{field}: {text}")),
            None => {}
        }
    }
    if relation.schema == Schema::Ownership.into() {
        relation.add("percentage", read.percentage.unwrap_or_default());
    }
    relation.add("status", read.status);
    relation.add("sourceUrl", read.reference);
    for text in read.description {
        relation.add("description", text);
    }
    listing.emit(relation, &record);
}

/// The ownership of a company whose accounts are consolidated into those of a parent.
fn consolidation(id: String, child: &str, parent: &str, which: &str) -> Entity {
    let mut ownership = Entity::new(id, Schema::Ownership);
    ownership.add("owner", parent);
    ownership.add("asset", child);
    ownership.add("ownershipType", "accounting consolidation");
    ownership.add("role", format!("{which} by {NO_PROOF}"));
    ownership
}

// ------------------------------------------------------------------------------------------------------- reporting exceptions

fn exception(xml: &mut Xml<'_>, listing: &mut Listing<'_>, seen: &mut Seen) -> Result<(), SourceError> {
    let line = xml.line();
    let (mut lei, mut category) = (String::new(), String::new());
    let (mut reasons, mut references, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    xml.children(|xml| {
        match xml.name() {
            "LEI" => lei = xml.leaf()?,
            "ExceptionCategory" => category = xml.leaf()?,
            "ExceptionReason" => reasons.push(xml.leaf()?),
            "ExceptionReference" => references.push(xml.leaf()?),
            "Extension" | "NextVersion" => xml.skip()?,
            _ => notes.extend(unknown(xml, listing, "Exception")?),
        }
        Ok(())
    })?;
    let record = format!("Exception {lei} {category}");
    let at = Place { line, record: &record };
    if lei.is_empty() {
        listing.reject(at, "LEI", "a record without an LEI", &record);
        return Ok(());
    }
    check_lei(listing, at, "LEI", &lei);
    if !seen.is_new(&record) {
        listing.issue(at, "LEI", "the exception stands twice in the file");
    }
    listing.count("reasons", reasons.len() as u64);
    let parent = match category.as_str() {
        "DIRECT_ACCOUNTING_CONSOLIDATION_PARENT" => "direct parent by accounting consolidation".to_owned(),
        "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT" => "ultimate parent by accounting consolidation".to_owned(),
        other => {
            listing.issue(at, "ExceptionCategory", format!("`{other}` is not known; kept as it stands"));
            words(other)
        }
    };
    let mut entity = Entity::new(id_of(&lei), Schema::LegalEntity);
    entity.add("leiCode", lei);
    let reasons: Vec<String> = reasons.iter().map(|reason| words(reason)).collect();
    entity.add("notes", format!("No {parent} is reported: {}", reasons.join("; ")));
    for reference in references {
        entity.add("notes", format!("Reference of the exception: {reference}"));
    }
    for note in notes {
        entity.add("notes", note);
    }
    listing.emit(entity, &record);
    Ok(())
}
