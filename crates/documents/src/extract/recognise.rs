//! What a file is: its name and its bytes go in; its kind comes out, by its bytes first and by its name where bytes cannot tell. What
//! needs a password or is of a kind that is not read is told here too.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::{FileKind, Status};

/// Bytes at the beginning that tell one text format from another.
const BEGINNING: usize = 64 << 10;

/// What a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its kind.
    pub kind: FileKind,
    /// Why it is not read.
    pub status: Option<Status>,
    /// What its name says that its bytes do not.
    pub note: Option<String>,
}

impl From<FileKind> for Seen {
    fn from(kind: FileKind) -> Self {
        Self { kind, status: None, note: None }
    }
}

impl Seen {
    fn unsupported(what: &str) -> Self {
        Self { kind: FileKind::Unknown, status: Some(Status::Unsupported(what.to_owned())), note: None }
    }
}

/// Says what a file is.
pub(super) fn recognise(name: &str, bytes: &[u8]) -> Seen {
    let ending = ending(name);
    let named = by_ending(&ending);
    let mut seen = match by_magic(bytes, named) {
        Some(seen) => seen,
        None => by_text(bytes, &ending, named),
    };
    if let Some(named) = named
        && named != seen.kind
        && seen.note.is_none()
        && !bytes.is_empty()
        && !(named == FileKind::Text && matches!(seen.kind, FileKind::Markdown | FileKind::Csv))
    {
        seen.note = Some(format!("its name ends in .{ending}, its bytes say {}", seen.kind.code()));
    }
    seen
}

/// The ending of a name, in small letters; empty where it has none.
fn ending(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.trim().to_ascii_lowercase())
}

fn by_ending(ending: &str) -> Option<FileKind> {
    Some(match ending {
        "txt" | "text" | "log" => FileKind::Text,
        "md" | "markdown" => FileKind::Markdown,
        "html" | "htm" | "xhtml" | "shtml" => FileKind::Html,
        "pdf" => FileKind::Pdf,
        "docx" | "docm" | "dotx" => FileKind::Docx,
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => FileKind::Sheet,
        "pptx" | "pptm" | "ppsx" => FileKind::Pptx,
        "eml" | "mht" | "mhtml" => FileKind::Mail,
        "msg" => FileKind::OutlookMail,
        "csv" | "tsv" | "tab" => FileKind::Csv,
        "json" | "jsonl" | "ndjson" | "geojson" => FileKind::Json,
        "xml" => FileKind::Xml,
        "rtf" => FileKind::Rtf,
        "zip" | "gz" | "gzip" => FileKind::Archive,
        "png" | "jpg" | "jpeg" | "gif" | "tif" | "tiff" | "bmp" | "webp" | "heic" => FileKind::Image,
        _ => return None,
    })
}

/// By the first bytes, which are signs of a format and no text.
fn by_magic(bytes: &[u8], named: Option<FileKind>) -> Option<Seen> {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    let trimmed = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let pdf_inside = || head.windows(5).any(|five| five == b"%PDF-");
    if trimmed.starts_with(b"%PDF-") || (named == Some(FileKind::Pdf) && pdf_inside()) {
        return Some(FileKind::Pdf.into());
    }
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return Some(zip(bytes, named));
    }
    if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(compound(bytes, named));
    }
    if begins(b"\x1f\x8b") {
        return Some(FileKind::Archive.into());
    }
    if trimmed.starts_with(b"{\\rt") {
        return Some(FileKind::Rtf.into());
    }
    let webp = begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let bmp = begins(b"BM") && bytes.get(6..10) == Some(&[0; 4]);
    let heic = bytes.get(4..8) == Some(b"ftyp")
        && bytes.get(8..12).is_some_and(|brand| matches!(brand, b"heic" | b"heix" | b"mif1" | b"avif"));
    if begins(b"\x89PNG\r\n\x1a\n")
        || begins(b"\xff\xd8\xff")
        || begins(b"GIF87a")
        || begins(b"GIF89a")
        || begins(b"II*\0")
        || begins(b"MM\0*")
        || webp
        || bmp
        || heic
    {
        return Some(FileKind::Image.into());
    }
    let what = if begins(b"7z\xbc\xaf\x27\x1c") {
        "a 7z archive"
    } else if begins(b"Rar!\x1a\x07") {
        "a RAR archive"
    } else if bytes.get(257..262) == Some(b"ustar") {
        "a tar archive"
    } else if begins(b"BZh") && bytes.get(4..10) == Some(b"1AY&SY") {
        "a bzip2 archive"
    } else if begins(b"\xfd7zXZ\0") {
        "an xz archive"
    } else if begins(b"\x28\xb5\x2f\xfd") {
        "a zstd archive"
    } else if begins(b"\x7fELF") || (begins(b"MZ") && head.contains(&0)) {
        "a program"
    } else {
        return None;
    };
    Some(Seen::unsupported(what))
}

/// Which of the formats that are ZIP archives.
fn zip(bytes: &[u8], named: Option<FileKind>) -> Seen {
    let office = named.filter(|kind| matches!(kind, FileKind::Docx | FileKind::Sheet | FileKind::Pptx));
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        // Cut off, so that the list at its end is missing: the reader says so.
        return office.unwrap_or(FileKind::Archive).into();
    };
    if let Some(mimetype) = member(&mut archive, "mimetype") {
        return if mimetype.starts_with(b"application/vnd.oasis.opendocument.spreadsheet") {
            FileKind::Sheet.into()
        } else {
            Seen { note: Some("read as an archive, member by member".to_owned()), ..FileKind::Archive.into() }
        };
    }
    if let Some(types) = member(&mut archive, "[Content_Types].xml") {
        let has = |what: &[u8]| types.windows(what.len()).any(|window| window == what);
        if has(b"wordprocessingml.document.main+xml")
            || has(b"ms-word.document.macroEnabled.main+xml")
            || has(b"wordprocessingml.template.main+xml")
        {
            return FileKind::Docx.into();
        }
        if has(b"spreadsheetml.sheet.main+xml") || has(b"ms-excel.sheet") || has(b"spreadsheetml.template.main+xml") {
            return FileKind::Sheet.into();
        }
        if has(b"presentationml.presentation.main+xml")
            || has(b"presentationml.slideshow.main+xml")
            || has(b"ms-powerpoint.presentation.macroEnabled.main+xml")
        {
            return FileKind::Pptx.into();
        }
    }
    for (path, kind) in [
        ("word/document.xml", FileKind::Docx),
        ("xl/workbook.xml", FileKind::Sheet),
        ("xl/workbook.bin", FileKind::Sheet),
        ("ppt/presentation.xml", FileKind::Pptx),
    ] {
        if archive.index_for_name(path).is_some() {
            return kind.into();
        }
    }
    FileKind::Archive.into()
}

/// The beginning of a member.
fn member(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Vec::new();
    file.take(4 * BEGINNING as u64).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Which of the formats that are compound files: old Office, Outlook, and Office with a password around it.
fn compound(bytes: &[u8], named: Option<FileKind>) -> Seen {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        let kind = named.filter(|kind| matches!(kind, FileKind::OutlookMail | FileKind::Sheet)).unwrap_or(FileKind::Unknown);
        return Seen {
            kind,
            status: Some(Status::Damaged("a compound file that is broken or cut off".to_owned())),
            note: None,
        };
    };
    if file.is_stream("/EncryptedPackage") || file.is_stream("/EncryptionInfo") {
        let kind = named.unwrap_or(FileKind::Unknown);
        return Seen { kind, status: Some(Status::Encrypted), note: None };
    }
    if file.is_stream("/__properties_version1.0") {
        return FileKind::OutlookMail.into();
    }
    if file.is_stream("/Workbook") || file.is_stream("/Book") {
        return FileKind::Sheet.into();
    }
    if file.is_stream("/WordDocument") {
        return Seen::unsupported("a Word document of the form before 2007 (DOC)");
    }
    if file.is_stream("/PowerPoint Document") {
        return Seen::unsupported("a presentation of the form before 2007 (PPT)");
    }
    Seen::unsupported("a compound file of an unknown kind")
}

/// By what a text begins with, else by its name.
fn by_text(bytes: &[u8], ending: &str, named: Option<FileKind>) -> Seen {
    let beginning = bytes.get(..BEGINNING).unwrap_or(bytes);
    let Some(decoded) = super::text::decode(beginning, None, BEGINNING) else {
        return match named {
            Some(FileKind::Text | FileKind::Markdown | FileKind::Csv) | None => Seen::unsupported("its bytes are no text"),
            Some(kind) => Seen {
                kind: FileKind::Unknown,
                status: Some(Status::Damaged(format!("its bytes are not those of a {} file", kind.code()))),
                note: None,
            },
        };
    };
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return named.filter(|kind| is_text(*kind)).unwrap_or(FileKind::Text).into();
    }
    if text.starts_with(['{', '[']) && json(text, bytes.len() > BEGINNING, named) {
        return FileKind::Json.into();
    }
    if text.starts_with('<')
        && let Some(kind) = markup(text, named)
    {
        return kind.into();
    }
    if mail(text, named) {
        return FileKind::Mail.into();
    }
    match named {
        Some(kind @ (FileKind::Markdown | FileKind::Csv | FileKind::Html)) => kind.into(),
        // Programs write tables as text under the name of a workbook.
        Some(FileKind::Sheet) if ending == "xls" => FileKind::Csv.into(),
        _ => FileKind::Text.into(),
    }
}

/// Whether a file of this kind is text.
fn is_text(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Text | FileKind::Markdown | FileKind::Html | FileKind::Mail | FileKind::Csv | FileKind::Json | FileKind::Xml
    )
}

/// Whether a text that begins as JSON goes on as JSON.
fn json(text: &str, cut: bool, named: Option<FileKind>) -> bool {
    if named == Some(FileKind::Json) {
        return true;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    match values.next() {
        None => false,
        // A footnote `[1] See ...` begins as JSON and does not go on as such.
        Some(Ok(_)) => text.get(values.byte_offset()..).is_none_or(|rest| {
            let rest = rest.trim_start_matches([' ', '\t']);
            rest.is_empty() || rest.starts_with(['\n', ',', '{', '['])
        }),
        Some(Err(error)) => {
            (error.is_eof() && (cut || text.starts_with("{\"") || text.starts_with("[{")))
                || error.to_string().starts_with("recursion limit")
        }
    }
}

/// HTML or XML, if a text that begins with `<` is one of them.
fn markup(text: &str, named: Option<FileKind>) -> Option<FileKind> {
    const ELEMENTS: [&str; 34] = [
        "a", "article", "b", "body", "br", "center", "div", "font", "form", "h1", "h2", "h3", "h4", "head", "html", "i", "img",
        "link", "main", "meta", "nav", "ol", "p", "pre", "script", "section", "span", "strong", "style", "table", "td",
        "title", "tr", "ul",
    ];
    let mut rest = text;
    let mut declared = false;
    // What may stand before the first element.
    for _ in 0..64 {
        rest = rest.trim_start();
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            declared |= rest.starts_with("<?xml");
            rest.find("?>").map(|at| at + 2)
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            if rest
                .get(9..)
                .is_some_and(|kind| kind.trim_start().get(..4).is_some_and(|kind| kind.eq_ignore_ascii_case("html")))
            {
                return Some(FileKind::Html);
            }
            declared = true;
            break;
        } else {
            break;
        };
        match end.and_then(|end| rest.get(end..)) {
            Some(after) => rest = after,
            None => break,
        }
    }
    let element: String =
        rest.chars().skip(1).take(32).take_while(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    let html = ELEMENTS.contains(&element.as_str());
    if html && (!declared || element == "html") && named != Some(FileKind::Xml) {
        return Some(FileKind::Html);
    }
    if named == Some(FileKind::Html) {
        return named;
    }
    let begins = rest.chars().nth(1).is_some_and(|c| c.is_alphabetic() || c == '_');
    (declared || named == Some(FileKind::Xml) || (begins && text.contains("</") && text.trim_end().ends_with('>')))
        .then_some(FileKind::Xml)
}

/// Whether a text begins with the header of a mail. A memorandum has `From:` and `To:` too, so without the name of a mail one line of
/// those that only programs write must be there.
fn mail(text: &str, named: Option<FileKind>) -> bool {
    const KNOWN: [&str; 8] = ["from", "to", "cc", "subject", "date", "reply-to", "sender", "bcc"];
    const PROGRAMS: [&str; 9] = [
        "received",
        "message-id",
        "mime-version",
        "return-path",
        "content-type",
        "dkim-signature",
        "delivered-to",
        "content-transfer-encoding",
        "x-mailer",
    ];
    let (mut known, mut programs) = (0, 0);
    for (number, line) in text.lines().take(400).enumerate() {
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) || (number == 0 && line.starts_with("From ")) {
            continue;
        }
        let Some((field, _)) = line.split_once(':') else {
            return false;
        };
        let field = field.trim_end().to_ascii_lowercase();
        if field.is_empty() || !field.bytes().all(|byte| byte.is_ascii_graphic()) {
            return false;
        }
        known += usize::from(KNOWN.contains(&field.as_str()));
        programs += usize::from(PROGRAMS.contains(&field.as_str()));
    }
    if named == Some(FileKind::Mail) { known + programs > 0 } else { programs > 0 && known > 1 }
}
