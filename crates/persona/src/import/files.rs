//! CVs, letters and other papers as files. The bytes of a PDF, DOCX, RTF, HTML or text go in, with the person whose paper it is; a document
//! with its text and what the file says of its making comes out: author, company, program, when it was made and changed. The language of a
//! file is not read. What a file holds of its making in places that are packed (PDF object streams) is not found, but for the author.

use std::borrow::Cow;
use std::io::{Cursor, Read as _};

use interdict_documents::{Extraction, PdfText, Status, Stop, extract};
use memchr::memmem;

use crate::people::{Builder, NewDocument, PersonId, Seen, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::{DocKind, Field, IdKind};

/// The longest file that is read, in bytes. CVs of designers with pictures have some tens of megabytes.
pub const MAX_PAPER_BYTES: usize = 32 << 20;

/// Bytes of a member with properties that are unpacked; they have some kilobytes.
const MAX_PROPERTIES: u64 = 256 << 10;

/// Characters of a property.
const MAX_PROPERTY: usize = 256;

/// How papers are read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What is taken of a file at most.
    pub limits: &'a interdict_documents::Limits,
    /// Reads PDF; files from outside should be read in a process under limits.
    pub pdf: &'a dyn PdfText,
    /// What is asked whether to stop.
    pub stop: Stop<'a>,
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Reading").field("limits", self.limits).finish_non_exhaustive()
    }
}

/// A paper of a person.
#[derive(Debug, Clone, Copy)]
pub struct Paper<'a> {
    /// Its name, by which it is shown and, where bytes cannot tell, read.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// What it is.
    pub kind: DocKind,
    /// When it was handed in; empty when that is not known.
    pub time: &'a str,
}

/// Whose a file is by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The id of the person. `%3A` in a name stands for the colon in the id of an account.
    pub person: String,
    /// What the name says that it is; `None` when it says nothing.
    pub kind: Option<DocKind>,
}

/// Whose a file is, by its path from the folder that is imported: `<person id>__cv.pdf`, or `<person id>/cv.pdf` in a folder of the
/// person. `None` when the path names nobody.
#[must_use]
pub fn owner(path: &str) -> Option<Owner> {
    let mut steps: Vec<&str> = path.split(['/', '\\']).filter(|step| !matches!(*step, "" | ".")).collect();
    let name = steps.pop()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (person, what) = match stem.split_once("__") {
        Some((person, what)) if !person.is_empty() => (person, what),
        _ => (*steps.last()?, stem),
    };
    if person == ".." {
        return None;
    }
    Some(Owner { person: person.replace("%3A", ":").replace("%3a", ":"), kind: kind(what) })
}

/// What a name says that a paper is: a kind by its code, or a usual word.
fn kind(what: &str) -> Option<DocKind> {
    let lower = what.to_lowercase();
    let code = lower.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ' ' | '(' | ')'));
    if let Some(kind) = DocKind::from_code(code) {
        return Some(kind);
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let any = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    if any(&["cv", "resume", "résumé", "lebenslauf", "curriculum"]) {
        Some(DocKind::Cv)
    } else if any(&["letter", "cover", "anschreiben", "motivation"]) {
        Some(DocKind::Letter)
    } else if any(&["passport", "id", "licence", "license", "ausweis", "identity"]) {
        Some(DocKind::IdentityDocument)
    } else if any(&["photo", "picture", "selfie", "avatar", "headshot"]) {
        Some(DocKind::Photo)
    } else {
        None
    }
}

/// Reads a paper of a person. What cannot be read, or not in full, is a problem.
pub fn import_paper(person: PersonId, paper: &Paper<'_>, reading: &Reading<'_>, source: Source, to: &mut Builder) {
    if paper.bytes.len() > MAX_PAPER_BYTES {
        return to.problem(source, ProblemKind::File(format!("it has more than {MAX_PAPER_BYTES} bytes")));
    }
    let Extraction { parts } = extract(paper.name, paper.bytes, reading.limits, reading.pdf, reading.stop);
    let mut text = String::new();
    let mut properties = String::new();
    for part in &parts {
        let inside = if part.path == paper.name { String::new() } else { format!("{}: ", part.path) };
        let reason = match &part.status {
            Status::Read => None,
            Status::Partly(reasons) => Some(reasons.join("; ")),
            // A picture inside a CV is none of its text.
            Status::NoText if inside.is_empty() => Some("it has no text: a scan?".to_owned()),
            Status::NoText => None,
            Status::Encrypted => Some("it needs a password".to_owned()),
            Status::Damaged(reason) | Status::TooLarge(reason) => Some(reason.clone()),
            Status::Unsupported(_) if !inside.is_empty() => None,
            Status::Unsupported(reason) => Some(reason.clone()),
            Status::Stopped => Some("the reading was stopped".to_owned()),
            other => Some(other.code().to_owned()),
        };
        if let Some(reason) = reason {
            to.problem(source, ProblemKind::File(format!("{inside}{reason}")));
        }
        for (index, place) in part.places.iter().enumerate() {
            let end = part.places.get(index + 1).map_or(part.text.len(), |next| next.at);
            let piece = part.text.get(place.at..end).unwrap_or_default().trim();
            let into = if place.label == "properties" { &mut properties } else { &mut text };
            add(into, piece);
        }
        let begin = part.places.first().map_or(part.text.len(), |place| place.at);
        if begin > 0 {
            let mut whole = part.text.get(..begin).unwrap_or_default().trim().to_owned();
            add(&mut whole, &text);
            text = whole;
        }
    }
    let making = Making::of(paper.bytes, &properties);
    let facts: Vec<(Field, u8, &str)> = making.facts().collect();
    if text.trim().is_empty() && facts.is_empty() {
        return;
    }
    to.document(person, &NewDocument { time: paper.time, text: &text, facts: &facts, ..NewDocument::new(paper.kind) }, source);
    // `Microsoft Office User` and the like name nobody, which is no mistake of the file.
    if crate::value::normalise(IdKind::DocAuthor, &making.author, None).is_ok() {
        to.identifier(
            person,
            IdKind::DocAuthor,
            &making.author,
            Seen { first: &making.created, last: &making.modified },
            source,
        );
    }
}

fn add(text: &mut String, piece: &str) {
    if !text.is_empty() && !piece.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(piece);
}

/// What a file says of its making.
#[derive(Debug, Default, PartialEq, Eq)]
struct Making {
    author: String,
    company: String,
    producer: String,
    created: String,
    modified: String,
}

impl Making {
    /// Reads what the bytes say; `properties` are the lines that the reader of texts gave, `Author: name`.
    fn of(bytes: &[u8], properties: &str) -> Self {
        let mut making = if bytes.starts_with(b"PK\x03\x04") {
            Self::of_package(bytes)
        } else if memmem::find(bytes.get(..1024).unwrap_or(bytes), b"%PDF-").is_some() {
            Self::of_pdf(bytes)
        } else if bytes.trim_ascii_start().starts_with(b"{\\rt") {
            Self { created: rtf_time(bytes, b"\\creatim"), modified: rtf_time(bytes, b"\\revtim"), ..Self::default() }
        } else {
            Self::of_page(bytes)
        };
        let line = |name: &str| -> String {
            let found = properties.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            short(found.unwrap_or_default())
        };
        if making.author.is_empty() {
            making.author = line("Author");
        }
        if making.company.is_empty() {
            making.company = line("Company");
        }
        // A moment that is none would only be told as a mistake of the file.
        for time in [&mut making.created, &mut making.modified] {
            if crate::time::Time::parse(time).is_err() {
                time.clear();
            }
        }
        making
    }

    fn facts(&self) -> impl Iterator<Item = (Field, u8, &str)> {
        let facts = [
            (Field::Author, self.author.as_str()),
            (Field::Company, &self.company),
            (Field::Producer, &self.producer),
            (Field::Created, &self.created),
            (Field::Modified, &self.modified),
        ];
        facts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(field, text)| (field, 0, text))
    }

    fn of_package(bytes: &[u8]) -> Self {
        let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Self::default() };
        let mut member = |name: &str| -> String {
            let mut text = Vec::new();
            match archive.by_name(name) {
                // A member that is cut gives what it has.
                Ok(member) => drop(member.take(MAX_PROPERTIES).read_to_end(&mut text)),
                Err(_) => return String::new(),
            }
            String::from_utf8_lossy(&text).into_owned()
        };
        let core = member("docProps/core.xml");
        let app = member("docProps/app.xml");
        Self {
            author: element(&core, "creator"),
            company: element(&app, "Company"),
            producer: element(&app, "Application"),
            created: element(&core, "created"),
            modified: element(&core, "modified"),
        }
    }

    fn of_pdf(bytes: &[u8]) -> Self {
        let mut making = Self::default();
        // Under a password the texts of the dictionary are no texts.
        if memmem::find(bytes, b"/Encrypt").is_none() {
            let program = [entry(bytes, b"/Creator"), entry(bytes, b"/Producer")];
            making = Self {
                author: entry(bytes, b"/Author"),
                company: entry(bytes, b"/Company"),
                producer: program.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", "),
                created: pdf_time(&entry(bytes, b"/CreationDate")),
                modified: pdf_time(&entry(bytes, b"/ModDate")),
            };
        }
        let Some(start) = memmem::rfind(bytes, b"<x:xmpmeta") else { return making };
        let packet = bytes.get(start..).unwrap_or_default();
        let packet = packet.get(..MAX_PROPERTIES as usize).unwrap_or(packet);
        let packet = String::from_utf8_lossy(packet);
        let parts: [(&mut String, &[&str]); 4] = [
            (&mut making.author, &["dc:creator"]),
            (&mut making.producer, &["xmp:CreatorTool", "pdf:Producer"]),
            (&mut making.created, &["xmp:CreateDate"]),
            (&mut making.modified, &["xmp:ModifyDate"]),
        ];
        for (part, names) in parts {
            let mut found = names.iter().map(|name| xmp(&packet, name)).filter(|text| !text.is_empty());
            if part.is_empty() {
                *part = found.next().unwrap_or_default();
            }
        }
        making
    }

    /// The author and program that a page names in its head.
    fn of_page(bytes: &[u8]) -> Self {
        let head = String::from_utf8_lossy(bytes.get(..64 << 10).unwrap_or(bytes));
        let mut making = Self::default();
        for tag in head.split("<meta ").skip(1).filter_map(|rest| rest.split('>').next()) {
            let content = attribute(tag, "content");
            match attribute(tag, "name").to_ascii_lowercase().as_str() {
                "author" => making.author = content,
                "generator" => making.producer = content,
                _ => {}
            }
        }
        making
    }
}

/// The begin of a property on one line.
fn short(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_PROPERTY).collect()
}

/// The text inside the first element of a local name, without the tags in it.
fn element(xml: &str, local: &str) -> String {
    let mut at = 0;
    while let Some(open) = xml[at..].find('<') {
        let start = at + open + 1;
        let Some(length) = xml[start..].find('>') else { break };
        let tag = &xml[start..start + length];
        at = start + length + 1;
        let name = tag.split([' ', '\t', '\n', '\r', '/']).next().unwrap_or_default();
        if name.rsplit(':').next() != Some(local) || tag.starts_with('/') || tag.ends_with('/') {
            continue;
        }
        let close = format!("</{name}>");
        let inside = xml[at..].find(&close).map_or("", |end| &xml[at..at + end]);
        let mut text = String::new();
        for piece in inside.split('<') {
            text.push_str(piece.rsplit('>').next().unwrap_or(piece));
            text.push(' ');
        }
        return short(&unescaped(&text));
    }
    String::new()
}

/// A property of an XMP packet, an element or an attribute.
pub(super) fn xmp(packet: &str, name: &str) -> String {
    let local = name.rsplit(':').next().unwrap_or(name);
    let text = element(packet, local);
    if text.is_empty() { attribute(packet, name) } else { text }
}

/// The value of an attribute in a tag.
fn attribute(tag: &str, name: &str) -> String {
    let mut at = 0;
    while let Some(found) = tag[at..].find(name) {
        let start = at + found;
        at = start + name.len();
        let begins =
            tag[..start].chars().next_back().is_none_or(|before| before.is_whitespace() || matches!(before, '"' | '\''));
        let rest = tag[at..].trim_start();
        if let (true, Some(rest)) = (begins, rest.strip_prefix('=')) {
            let rest = rest.trim_start();
            let value = match rest.chars().next() {
                Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
                _ => rest.split([' ', '\t', '\n', '/']).next().unwrap_or_default(),
            };
            return short(&unescaped(value));
        }
    }
    String::new()
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    quick(text).into()
}

fn quick(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = rest.find(';').filter(|end| *end < 12).and_then(|end| {
            let name = &rest[1..end];
            let character = match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)
                }
            };
            character.map(|character| (character, end + 1))
        });
        let (character, length) = known.unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// The text of the last entry of a name in a PDF: later versions of a dictionary stand behind earlier ones.
fn entry(bytes: &[u8], name: &[u8]) -> String {
    let mut end = bytes.len();
    while let Some(at) = memmem::rfind(&bytes[..end], name) {
        end = at;
        let rest = bytes[at + name.len()..].trim_ascii_start();
        match rest.first() {
            Some(b'(') => return short(&decoded(&literal(&rest[1..]))),
            Some(b'<') if rest.get(1) != Some(&b'<') => return short(&decoded(&hexadecimal(&rest[1..]))),
            // A name that is only the begin of another, or an entry that points elsewhere.
            _ => {}
        }
    }
    String::new()
}

/// A text in parentheses, with its escapes resolved (ISO 32000-1, 7.3.4.2).
fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        if out.len() > 4 * MAX_PROPERTY {
            break;
        }
        match byte {
            b'(' => {
                depth += 1;
                out.push(*byte);
            }
            b')' if depth == 0 => break,
            b')' => {
                depth -= 1;
                out.push(*byte);
            }
            b'\\' => {
                let Some(escaped) = bytes.get(at) else { break };
                at += 1;
                match escaped {
                    b'n' | b'r' | b't' => out.push(b' '),
                    b'b' | b'f' | b'\n' => {}
                    b'0'..=b'7' => {
                        let digits = bytes[at - 1..].iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7'));
                        let digits: Vec<u8> = digits.copied().collect();
                        at += digits.len() - 1;
                        let code = digits.iter().fold(0_u32, |sum, digit| sum * 8 + u32::from(digit - b'0'));
                        out.push(code as u8);
                    }
                    other => out.push(*other),
                }
            }
            other => out.push(*other),
        }
    }
    out
}

fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let digits = bytes.iter().take_while(|byte| **byte != b'>').filter_map(|byte| char::from(*byte).to_digit(16));
    let digits: Vec<u32> = digits.take(8 * MAX_PROPERTY).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair.get(1).copied().unwrap_or(0)) as u8).collect()
}

/// UTF-16 with its mark, UTF-8 with its mark or where it is, else Latin letters.
fn decoded(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(b"\xfe\xff") {
        let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return char::decode_utf16(units).map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// `D:20260301120000+09'00'` as RFC 3339.
fn pdf_time(text: &str) -> String {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits: String = text.chars().take_while(char::is_ascii_digit).take(14).collect();
    if digits.len() < 8 {
        return String::new();
    }
    let day = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]);
    if digits.len() < 12 {
        return day;
    }
    let second = digits.get(12..14).unwrap_or("00");
    let zone: String = text[digits.len()..].chars().filter(|c| !matches!(c, '\'')).collect();
    let zone = match zone.as_bytes() {
        [b'+' | b'-', a, b, c, d, ..] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()) => {
            format!("{}:{}", &zone[..3], &zone[3..5])
        }
        [b'Z', ..] => "Z".to_owned(),
        _ => String::new(),
    };
    format!("{day}T{}:{}:{second}{zone}", &digits[8..10], &digits[10..12])
}

/// `{\creatim\yr2026\mo3\dy1\hr12\min5}` as a moment.
fn rtf_time(bytes: &[u8], word: &[u8]) -> String {
    let Some(at) = memmem::find(bytes, word) else { return String::new() };
    let group = bytes[at + word.len()..].split(|byte| *byte == b'}').next().unwrap_or_default();
    let group = String::from_utf8_lossy(group.get(..100).unwrap_or(group));
    let number = |name: &str| {
        let found = group.split('\\').find_map(|part| part.strip_prefix(name)?.trim().parse::<u32>().ok());
        found.unwrap_or(0)
    };
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", number("yr"), number("mo"), number("dy"), number("hr"), number("min"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::{Cursor, Write as _};

    use interdict_documents::{InProcessPdf, Limits};

    use super::{MAX_PAPER_BYTES, Making, Owner, Paper, Reading, import_paper, owner, pdf_time};
    use crate::import::testing::{builder, finish, lines, similar};
    use crate::vocabulary::DocKind;

    fn read(name: &str, bytes: &[u8], limits: &Limits) -> String {
        let mut to = builder();
        let file = to.file(name);
        let source = crate::people::Source { file, line: 0 };
        let person = to.known_person("p", source);
        let reading = Reading { limits, pdf: &InProcessPdf, stop: &|| false };
        let paper = Paper { name, bytes, kind: DocKind::Cv, time: "2026-03-02" };
        import_paper(person, &paper, &reading, source, &mut to);
        let (people, problems) = finish(to);
        lines(&people, &problems)
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8], expected: &str) {
        similar(&read(name, bytes, &Limits::default()), expected);
    }

    fn package(members: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn docx() -> Vec<u8> {
        package(&[
            (
                "word/document.xml",
                "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>Ada Example, engineer</w:t></w:r></w:p>\
                 <w:p><w:r><w:t>Ten years at Firm Ltd</w:t></w:r></w:p></w:body></w:document>",
            ),
            (
                "docProps/core.xml",
                "<cp:coreProperties><dc:creator>Bob &amp; Example</dc:creator><cp:lastModifiedBy>Cid</cp:lastModifiedBy>\
                 <dc:language>xx-XX</dc:language><dcterms:created xsi:type='x'>2026-02-01T08:00:00Z</dcterms:created>\
                 <dcterms:modified>2026-02-02T08:00:00Z</dcterms:modified></cp:coreProperties>",
            ),
            (
                "docProps/app.xml",
                "<Properties><Application>Some Office</Application><Company>Example Trading</Company></Properties>",
            ),
        ])
    }

    fn pdf(info: &str) -> Vec<u8> {
        let content = "BT /F1 12 Tf 72 700 Td (Ada Example engineer) Tj ET";
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
            format!("<< {info} >>"),
        ];
        let mut out = String::from("%PDF-1.4\n");
        let mut starts = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            starts.push(out.len());
            writeln!(out, "{} 0 obj\n{object}\nendobj", number + 1).unwrap();
        }
        let table = out.len();
        writeln!(out, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1).unwrap();
        for start in starts {
            writeln!(out, "{start:010} 00000 n ").unwrap();
        }
        writeln!(out, "trailer\n<< /Size {} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{table}\n%%EOF", objects.len() + 1).unwrap();
        out.into_bytes()
    }

    #[test]
    fn a_docx_gives_its_text_and_its_making() {
        check(
            "cv.docx",
            &docx(),
            r#"
            p | - | - | - | - to -
              doc_author bob & example
              cv 2026-03-02T00:00:00Z "Ada Example, engineer\n\nTen years at Firm Ltd" 0.author=Bob & Example 0.company=Example Trading 0.producer=Some Office 0.created=2026-02-01T08:00:00Z 0.modified=2026-02-02T08:00:00Z
            "#,
        );
    }

    #[test]
    fn a_pdf_gives_its_text_and_its_making() {
        check(
            "cv.pdf",
            &pdf(
                "/Author (Bob \\(B\\) Ex\\141mple) /Creator <536F6D65> /Producer (Maker 1) /CreationDate (D:20260301210000+09'00') /ModDate (D:20260302)",
            ),
            r#"
            p | - | - | - | - to -
              doc_author bob (b) example
              cv 2026-03-02T00:00:00Z "Ada Example engineer" 0.author=Bob (B) Example 0.producer=Some, Maker 1 0.created=2026-03-01T21:00:00+09:00 0.modified=2026-03-02
            "#,
        );
    }

    #[test]
    fn other_forms() {
        check(
            "cv.rtf",
            br"{\rtf1\ansi{\info{\author Bob Example}{\company Firm}{\creatim\yr2026\mo3\dy1\hr12\min5}}\pard Ada Example, engineer\par}",
            r#"
            p | - | - | - | - to -
              doc_author bob example
              cv 2026-03-02T00:00:00Z "Ada Example, engineer" 0.author=Bob Example 0.company=Firm 0.created=2026-03-01T12:05
            "#,
        );
        check(
            "cv.html",
            b"<!doctype html><html><head><meta name=\"author\" content=\"Bob Example\"><meta content='Site Maker' name='generator'></head><body><p>Ada Example</p></body></html>",
            r#"
            p | - | - | - | - to -
              doc_author bob example
              cv 2026-03-02T00:00:00Z "Ada Example\n\nBob Example" 0.author=Bob Example 0.producer=Site Maker
            "#,
        );
        check(
            "cv.txt",
            b"Ada Example\nEngineer",
            r#"
            p | - | - | - | - to -
              cv 2026-03-02T00:00:00Z "Ada Example\nEngineer"
            "#,
        );
    }

    #[test]
    fn properties_in_xmp() {
        let packet = "%PDF-1.7 <x:xmpmeta><rdf:Description xmp:CreateDate=\"2026-03-01T10:00:00Z\"><dc:creator><rdf:Seq><rdf:li>Bob</rdf:li>\
                      </rdf:Seq></dc:creator><xmp:CreatorTool>Tool</xmp:CreatorTool></rdf:Description></x:xmpmeta>";
        let making = Making::of(packet.as_bytes(), "");
        assert_eq!(
            making,
            Making {
                author: "Bob".to_owned(),
                producer: "Tool".to_owned(),
                created: "2026-03-01T10:00:00Z".to_owned(),
                ..Making::default()
            }
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let whole = docx();
        for (name, bytes) in [
            ("cut.docx", &whole[..whole.len() / 2]),
            ("cut.pdf", &pdf("/Author (Bob)")[..40]),
            ("empty.txt", b"".as_slice()),
            ("picture.png", b"\x89PNG\r\n\x1a\n....".as_slice()),
        ] {
            let got = read(name, bytes, &Limits::default());
            assert!(got.contains("the file is not read in full"), "{name}: {got}");
            assert!(!got.contains("\n  cv"), "{name}: {got}");
        }
    }

    #[test]
    fn a_large_paper_is_bounded_and_told() {
        let large = vec![b'a'; MAX_PAPER_BYTES + 1];
        let got = read("large.txt", &large, &Limits::default());
        assert!(got.contains(&format!("more than {MAX_PAPER_BYTES} bytes")) && !got.contains("\n  cv"), "{got}");
        // Half of that is read, and its text is cut where the tables cut texts.
        let words = "word and word ".repeat(200_000);
        let got = read("long.txt", words.as_bytes(), &Limits::default());
        assert!(got.contains("\n  cv"));
        assert!(got.contains("! long.txt: the text is longer than 1048576 bytes"));
    }

    #[test]
    fn a_package_that_swells_is_bounded() {
        let swollen =
            "<cp:coreProperties>".to_owned() + &" ".repeat(8 << 20) + "<dc:creator>Bob</dc:creator></cp:coreProperties>";
        let bytes = package(&[("docProps/core.xml", &swollen)]);
        assert_eq!(Making::of(&bytes, ""), Making::default());
    }

    #[test]
    fn whose_a_file_is() {
        let some = |person: &str, kind| Some(Owner { person: person.to_owned(), kind });
        assert_eq!(owner("7__cv.pdf"), some("7", Some(DocKind::Cv)));
        assert_eq!(owner("in/greenhouse%3A7__cover letter.docx"), some("greenhouse:7", Some(DocKind::Letter)));
        assert_eq!(owner("7__identity_document-2.jpg"), some("7", Some(DocKind::IdentityDocument)));
        assert_eq!(owner("p7/My Resume (1).pdf"), some("p7", Some(DocKind::Cv)));
        assert_eq!(owner("p7\\photo.png"), some("p7", Some(DocKind::Photo)));
        assert_eq!(owner("p7/scan.pdf"), some("p7", None));
        assert_eq!(owner("scan.pdf"), None);
        assert_eq!(owner("../scan.pdf"), None);
        assert_eq!(owner(""), None);
    }

    #[test]
    fn times_of_pdf() {
        assert_eq!(pdf_time("D:20260301120000Z"), "2026-03-01T12:00:00Z");
        assert_eq!(pdf_time("D:20260301120000-08'00"), "2026-03-01T12:00:00-08:00");
        assert_eq!(pdf_time("20260301"), "2026-03-01");
        assert_eq!(pdf_time("yesterday"), "");
    }
}
