//! Which format a file has, from its first bytes and never from its name: the root element of an XML file, the header of a table, the
//! first members of JSON.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::load::Format;
use crate::owners::Header;

/// Bytes of the content that are looked at.
pub(crate) const HEAD: usize = 1 << 16;

/// Formats of XML by the local name of their root element.
const ROOTS: [(&str, Format); 12] = [
    ("Sanctions", Format::OfacAdvanced),
    ("sanctionsData", Format::OfacEnhanced),
    ("sdnList", Format::OfacLegacy),
    ("sanctionsDelta", Format::OfacDelta),
    ("CONSOLIDATED_LIST", Format::UnXml),
    ("export", Format::EuXml),
    ("Designations", Format::UkXml),
    ("swiss-sanctions-list", Format::SecoXml),
    ("data-set", Format::CanadaXml),
    ("LEIData", Format::GleifLei),
    ("RelationshipData", Format::GleifRelationships),
    ("ReportingExceptionData", Format::GleifExceptions),
];

/// Formats of tables by words that their header, or the metadata line above it, has.
const HEADERS: [(&[&str], Format); 5] = [
    (&["Unique ID", "OFSI Group ID"], Format::UkCsv),
    (&["Entity_LogicalId"], Format::EuCsv),
    (&["entity_number", "federal_register_notice"], Format::CslCsv),
    (&["Standard_Order", "FR_Citation"], Format::BisDenied),
    (&["CompanyName", "CompanyNumber"], Format::UkCompanies),
];

/// Formats of JSON by members that stand near the beginning.
const MEMBERS: [(&[&str], Format); 9] = [
    (&["statementId", "recordDetails"], Format::Bods),
    (&["statementId", "recordType"], Format::Bods),
    // Older versions, which the parser refuses with their number.
    (&["statementID", "statementType"], Format::Bods),
    (&["company_number", "data"], Format::UkPsc),
    (&["CompanyName", "CompanyNumber"], Format::UkCompanies),
    (&["results", "source"], Format::CslJson),
    (&["op", "entity"], Format::FtmDelta),
    (&["full_name", "aliases"], Format::NamesJson),
    (&["sourceUrl", "totalNames"], Format::OfacNamesJson),
];

/// The format of content that begins with `head`; `None` when it is of none that is known.
pub(crate) fn recognise(head: &[u8]) -> Option<Format> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if head.starts_with(b"PK\x03\x04") {
        return Some(Format::AustraliaXlsx);
    }
    match head.iter().find(|byte| !byte.is_ascii_whitespace())? {
        // A root element that is not known, or not to be seen: the parser says what it found, and where.
        b'<' => Some(root(head).unwrap_or(Format::OfacAdvanced)),
        b'{' => Some(members(head).unwrap_or(Format::FtmLines)),
        b'[' => members(head),
        _ => table(head),
    }
}

/// The root element of XML that is no list of any kind.
pub(crate) fn foreign_root(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if *head.iter().find(|byte| !byte.is_ascii_whitespace())? != b'<' || root(head).is_some() {
        return None;
    }
    let mut reader = Reader::from_reader(head);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start) | Event::Empty(start)) => return Some(start.local_name().into_inner().to_owned()),
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// The format of the root element; `None` when it is not known, or stands behind the head.
fn root(head: &[u8]) -> Option<Format> {
    let mut reader = Reader::from_reader(head);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let name = start.local_name();
                let format = ROOTS.iter().find(|(root, _)| *root == name.into_inner()).map(|(_, format)| *format);
                // OFAC's changes have the root element of its list; the namespace tells them apart, and what comes first in them.
                let is_delta = || start.attributes().with_checks(false).flatten().any(|a| a.value.contains("/DeltaFile/"));
                let delta = format == Some(Format::OfacEnhanced) && (is_delta() || holds_changes(&mut reader));
                return if delta { Some(Format::OfacDelta) } else { format };
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// Whether what stands in OFAC's root element is changes: they have a `datePublished`, where the list has a `dataAsOf`, or an `entity`
/// that says what becomes of it.
fn holds_changes(reader: &mut Reader<&[u8]>) -> bool {
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(start) | Event::Empty(start)) => match start.local_name().into_inner() {
                "datePublished" => return true,
                "dataAsOf" => return false,
                "entity" => {
                    return start
                        .attributes()
                        .with_checks(false)
                        .flatten()
                        .any(|a| a.key.local_name().into_inner() == "action");
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

fn members(head: &[u8]) -> Option<Format> {
    let has = |member: &&str| {
        let quoted = format!("\"{member}\"");
        head.windows(quoted.len()).any(|window| window == quoted.as_bytes())
    };
    MEMBERS.iter().find(|(members, _)| members.iter().all(has)).map(|(_, format)| *format)
}

fn table(head: &[u8]) -> Option<Format> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next()?;
    let header = [first, lines.next().unwrap_or_default()].map(String::from_utf8_lossy).join("\n");
    let named = HEADERS.iter().find(|(words, _)| words.iter().all(|word| header.contains(word)));
    named.map(|(_, format)| *format).or_else(|| Header::read(first).map(|_| Format::Owners)).or_else(|| ofac_csv(first))
}

/// OFAC's CSV files have no header: a number, then as many columns as the kind of file has.
fn ofac_csv(line: &[u8]) -> Option<Format> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line);
    let record = reader.byte_records().next()?.ok()?;
    let number = record.get(0)?;
    let numbered = !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    (numbered && [2, 5, 6, 12].contains(&record.len())).then_some(Format::OfacCsv)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_that_is_no_list() {
        assert_eq!(foreign_root(b"<?xml version='1.0'?><x:schema>").as_deref(), Some("schema"));
        assert_eq!(foreign_root(b"<CONSOLIDATED_LIST>"), None);
        assert_eq!(foreign_root(b"name,address"), None);
    }

    #[test]
    fn formats_by_their_beginning() {
        for (text, expected) in [
            ("<?xml version='1.0'?><!-- a --><x:Sanctions xmlns:x='u'>", Some(Format::OfacAdvanced)),
            ("\u{feff}<CONSOLIDATED_LIST dateGenerated='x'/>", Some(Format::UnXml)),
            ("<html>", Some(Format::OfacAdvanced)),
            ("[{\"id\":\"x\"}]", None),
            ("<sanctionsData xmlns='u'><publicationInfo><dataAsOf>x", Some(Format::OfacEnhanced)),
            ("<sanctionsData xmlns='https://www.treasury.gov/ofac/DeltaFile/1.0'>", Some(Format::OfacDelta)),
            ("<sanctionsData><publicationInfo><datePublished>x", Some(Format::OfacDelta)),
            ("<d:sanctionsData><d:entities><d:entity id='1' action='add'>", Some(Format::OfacDelta)),
            ("<sanctionsData><entities><entity id='1'><x action='add'/>", Some(Format::OfacEnhanced)),
            ("{\"id\":\"x\",\"schema\":\"Person\"}", Some(Format::FtmLines)),
            ("[\n{\"statementId\":\"x\",\"recordType\":\"person\"}]", Some(Format::Bods)),
            ("36,\"AERO\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n", Some(Format::OfacCsv)),
            ("Report Date: 1\nLast Updated,Unique ID,OFSI Group ID\n", Some(Format::UkCsv)),
            ("Owner;Asset;Percentage\n", Some(Format::Owners)),
            ("name,address\nx,y\n", None),
            ("", None),
        ] {
            assert_eq!(recognise(text.as_bytes()), expected, "{text}");
        }
    }
}
