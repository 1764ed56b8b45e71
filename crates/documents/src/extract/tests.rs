//! What the readers' tests share, and the tests of the whole.

use super::*;

struct NoPdf;

impl PdfText for NoPdf {
    fn pages(&self, _bytes: &[u8]) -> Result<Vec<String>, PdfError> {
        Err(PdfError::Damaged("no reader".to_owned()))
    }
}

/// Reads a file with the usual limits.
pub(super) fn all(name: &str, bytes: &[u8]) -> Vec<Part> {
    under(name, bytes, &Limits::default())
}

/// Reads a file.
pub(super) fn under(name: &str, bytes: &[u8], limits: &Limits) -> Vec<Part> {
    extract(name, bytes, limits, &NoPdf, &|| false).parts
}

/// The one part of a file in which there is no other.
pub(super) fn one(name: &str, bytes: &[u8]) -> Part {
    let mut parts = all(name, bytes);
    assert_eq!(parts.len(), 1, "{parts:?}");
    parts.remove(0)
}

mod formats;
mod mails;

use std::cell::Cell;
use std::io::{Cursor, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A ZIP archive.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

/// Path and status of each part.
fn outline(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| format!("{}: {}", part.path, part.status.code())).collect()
}

#[track_caller]
fn kind(name: &str, bytes: &[u8], expected: FileKind) {
    assert_eq!(recognise::recognise(name, bytes).kind, expected, "{name}");
}

#[test]
fn bytes_say_what_a_file_is() {
    let types =
        |kind: &str| format!("<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.{kind}\"/></Types>");
    let office = |kind: &str| zip(&[("[Content_Types].xml", types(kind).as_bytes())]);
    kind("a.pdf", &office("wordprocessingml.document.main+xml"), FileKind::Docx);
    kind("a", &office("spreadsheetml.sheet.main+xml"), FileKind::Sheet);
    kind("a.zip", &office("presentationml.presentation.main+xml"), FileKind::Pptx);
    kind("a", &zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")]), FileKind::Sheet);
    kind("a", &zip(&[("word/document.xml", b"<x/>")]), FileKind::Docx);
    kind("a", &zip(&[("x.txt", b"x")]), FileKind::Archive);
    kind("a.txt", &gzip(b"x"), FileKind::Archive);
    kind("a.txt", b"%PDF-1.7\n", FileKind::Pdf);
    kind("a.pdf", b"junk before it\n%PDF-1.4\n", FileKind::Pdf);
    kind("a.doc", b"{\\rtf1\\ansi x}", FileKind::Rtf);
    kind("a.txt", b"\x89PNG\r\n\x1a\n\0\0", FileKind::Image);
    kind("a", b"\xff\xd8\xff\xe0\0", FileKind::Image);
    kind("a", b"RIFF\x10\0\0\0WEBPVP8 ", FileKind::Image);
    kind("a", b"BMW is a firm, and no picture", FileKind::Text);
    kind("a.txt", b"{\"name\": \"Ann\"}", FileKind::Json);
    kind("a", b"{\"a\":1}\n{\"a\":2}\n", FileKind::Json);
    kind("a", b"[1] A footnote, and no JSON", FileKind::Text);
    kind("a", b"[Draft] of a letter", FileKind::Text);
    kind("a", b"{curly} words", FileKind::Text);
    kind("a", "[".repeat(200_000).as_bytes(), FileKind::Json);
    kind("a", b"<!-- x -->\n<!DOCTYPE html><p>x", FileKind::Html);
    kind("a.txt", b"<div>x</div>", FileKind::Html);
    kind("a", b"<?xml version=\"1.0\"?><html><p>x</p></html>", FileKind::Html);
    kind("a", b"<?xml version=\"1.0\"?><Document/>", FileKind::Xml);
    kind("a", b"<Document><Nm>x</Nm></Document>", FileKind::Xml);
    kind("a", b"<Ann> wrote that", FileKind::Text);
    kind("a", b"\xff\xfe<\0?\0x\0m\0l\0 \0?\0>\0<\0a\0/\0>\0", FileKind::Xml);
    kind("a", b"Received: from x\r\nFrom: a@example.com\r\nTo: b@example.com\r\n\r\nx", FileKind::Mail);
    kind("a.eml", b"Subject: x\n\ny", FileKind::Mail);
    kind("memo.txt", b"From: Ann\nTo: Bob\nSubject: x\nAmount: 5\n\ny", FileKind::Text);
    kind("a.md", b"# x", FileKind::Markdown);
    kind("a.csv", b"a,b\n1,2\n", FileKind::Csv);
    kind("a.xls", b"a\tb\n1\t2\n", FileKind::Csv);
    kind("a.docx", b"plain words", FileKind::Text);
}

#[test]
fn a_name_that_says_otherwise_is_noted() {
    let part = one("invoice.pdf", b"{\"payee\":\"Ann Example\"}");
    assert_eq!(
        (part.kind, part.notes.as_slice()),
        (FileKind::Json, &["its name ends in .pdf, its bytes say json".to_owned()][..])
    );
    assert!(one("a.txt", b"x").notes.is_empty());
}

#[test]
fn what_is_not_read_says_so() {
    let status = |name: &str, bytes: &[u8]| one(name, bytes).status;
    assert_eq!(status("a.txt", b""), Status::NoText);
    assert_eq!(status("a.csv", b" \n\n"), Status::NoText);
    assert_eq!(one("a.png", b"\x89PNG\r\n\x1a\n").notes, ["a picture: its text was not read"]);
    assert_eq!(status("a.7z", b"7z\xbc\xaf\x27\x1c\0\0"), Status::Unsupported("a 7z archive".to_owned()));
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(matches!(status("a.bin", &noise), Status::Unsupported(_)));
    assert!(matches!(status("a.docx", &noise), Status::Damaged(_)));
    assert!(matches!(status("a.zip", b"PK\x03\x04 cut off"), Status::Damaged(_)));
    assert!(matches!(status("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off"), Status::Damaged(_)));
}

#[test]
fn archives_in_archives() {
    let inner = zip(&[("deep/letter.txt", b"Dear Ann Example")]);
    let bytes = zip(&[
        ("../../etc/list.csv", b"name,country\nBob Example,KP\n"),
        ("inner.zip", &inner),
        ("log.txt.gz", &gzip(b"Eve Example")),
    ]);
    let parts = all("all.zip", &bytes);
    let expected = [
        "all.zip: read",
        "all.zip > ../../etc/list.csv: read",
        "all.zip > inner.zip: read",
        "all.zip > inner.zip > deep/letter.txt: read",
        "all.zip > log.txt.gz: read",
        "all.zip > log.txt.gz > log.txt: read",
    ];
    assert_eq!(outline(&parts), expected);
    // The names of files may be the names of people.
    assert_eq!(parts[0].text, "../../etc/list.csv\ninner.zip\nlog.txt.gz\n");
    assert_eq!(parts[3].text, "Dear Ann Example");
    assert_eq!(parts[5].text, "Eve Example");
}

#[test]
fn depth_ends_with_a_word() {
    let mut bytes = zip(&[("a.txt", b"Ann Example")]);
    for _ in 0..3 {
        bytes = zip(&[("b.zip", &bytes)]);
    }
    assert_eq!(all("b.zip", &bytes).last().unwrap().text, "Ann Example");
    let parts = under("b.zip", &bytes, &Limits { depth: 3, ..Limits::default() });
    assert_eq!(parts.last().unwrap().status, Status::TooLarge("more than 3 files inside each other".to_owned()));
    let parts = under("b.zip", &bytes, &Limits { depth: 0, ..Limits::default() });
    assert_eq!(outline(&parts), ["b.zip: partly", "b.zip > b.zip: too_large"]);
}

#[test]
fn bombs_are_named() {
    let zeros = vec![b'0'; 30 << 20];
    let bomb = zip(&[("a.txt", b"Ann Example"), ("bomb.txt", &zeros), ("z.txt", b"Bob Example")]);
    let parts = under("x.zip", &bomb, &Limits { ratio: 100, ..Limits::default() });
    assert_eq!(parts[1].text, "Ann Example");
    assert_eq!(parts[2].status, Status::TooLarge("more than 100 bytes decompressed for each byte of the file".to_owned()));
    let parts = under("x.zip", &bomb, &Limits { ratio: 10_000, file_bytes: 1 << 20, ..Limits::default() });
    assert_eq!(parts[2].status, Status::TooLarge("more than 1048576 bytes in one file".to_owned()));
    assert_eq!(parts[3].text, "Bob Example");
    let parts = under("x.gz", &gzip(&zeros), &Limits { ratio: 100, ..Limits::default() });
    assert_eq!(parts[1].status.code(), "too_large");
}

#[test]
fn the_text_and_the_files_of_a_whole_are_bounded() {
    let long = "word ".repeat(1000);
    let bytes = zip(&[("a.txt", long.as_bytes()), ("b.txt", b"Bob"), ("c.txt", b"Cid")]);
    let parts = under("x.zip", &bytes, &Limits { text_bytes: 1000, ..Limits::default() });
    assert_eq!(
        outline(&parts),
        ["x.zip: partly", "x.zip > a.txt: partly", "x.zip > b.txt: too_large", "x.zip > c.txt: too_large"]
    );
    assert_eq!(parts.iter().map(|part| part.text.len()).sum::<usize>(), 1000);
    let parts = under("x.zip", &bytes, &Limits { files: 2, ..Limits::default() });
    assert_eq!(outline(&parts), ["x.zip: partly", "x.zip > a.txt: read", "x.zip > b.txt: read"]);
    assert_eq!(parts[0].status, Status::Partly(vec!["more than 2 files inside: 1 were not read".to_owned()]));
}

#[test]
fn passwords_and_cut_off_archives() {
    // The flag of a password in both headers of the one member.
    let mut bytes = zip(&[("secret.txt", b"Ann Example")]);
    let central = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    assert_eq!(outline(&all("x.zip", &bytes)), ["x.zip: partly", "x.zip > secret.txt: encrypted"]);
    let lines = (0..20_000_u32).map(|i| format!("{}\n", i.wrapping_mul(2_654_435_761))).collect::<Vec<_>>().concat();
    let packed = gzip(lines.as_bytes());
    let parts = all("x.log.gz", &packed[..packed.len() / 2]);
    assert_eq!((parts[1].path.as_str(), parts[1].status.code()), ("x.log.gz > x.log", "partly"));
    assert!(parts[1].text.len() > 10_000);
}

#[test]
fn office_with_a_password() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap().write_all(&[7; 5000]).unwrap();
    file.flush().unwrap();
    let part = one("a.docx", &file.into_inner().into_inner());
    assert_eq!((part.kind, part.status), (FileKind::Docx, Status::Encrypted));
}

#[test]
fn it_stops_when_it_is_told() {
    let bytes = zip(&[("a.txt", b"Ann"), ("b.txt", b"Bob")]);
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 4
    };
    let parts = extract("x.zip", &bytes, &Limits::default(), &NoPdf, &stop).parts;
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[2].status, Status::Stopped);
    let text = "<p>word</p>".repeat(10_000);
    let parts = extract("x.html", text.as_bytes(), &Limits::default(), &NoPdf, &|| asked.replace(asked.get() + 1) > 6).parts;
    assert!(matches!(parts[0].status, Status::Partly(_) | Status::Stopped), "{:?}", parts[0].status);
}

/// What every extraction promises.
#[track_caller]
fn promises(name: &str, bytes: &[u8]) {
    let limits = Limits { text_bytes: 3000, file_bytes: 1 << 20, files: 20, ..Limits::default() };
    let parts = under(name, bytes, &limits);
    assert_eq!(parts[0].path, name);
    assert!(parts.iter().map(|part| part.text.len()).sum::<usize>() <= 3000);
    for part in &parts {
        assert_ne!(part.status, Status::Damaged(walk::FAILED.to_owned()), "{}", part.path);
        assert!(!(part.status == Status::Read && part.text.trim().is_empty()), "{part:?}");
        assert!(part.places.is_sorted_by_key(|place| place.at), "{:?}", part.places);
        assert!(part.places.iter().all(|place| part.text.is_char_boundary(place.at)), "{:?}", part.places);
    }
}

const NAMES: [&str; 12] =
    ["a", "a.txt", "a.md", "a.html", "a.eml", "a.msg", "a.csv", "a.json", "a.xml", "a.zip", "a.gz", "a.docx"];

proptest! {
    #[test]
    fn any_bytes_under_any_name(name in prop::sample::select(&NAMES[..]), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        promises(name, &bytes);
    }

    #[test]
    fn any_pieces_of_formats(
        name in prop::sample::select(&NAMES[..]),
        pieces in prop::collection::vec(prop::sample::select(&[
            "<", ">", "</p>", "<div class='menu'>", "<!--", "-->", "<script>", "</script>", "&amp;", "&#x41;", "<a href=\"mailto:x", "\"",
            "{", "}", "[", "]", ":", ",", "\\", "\"a\"", "1", "\n", "\r\n", ";", "\t", "From: Ann <a@example.com>\n", "MIME-Version: 1.0\n",
            "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: message/rfc822\n", "Content-Type: text/html\n", "--b\n", "--b--\n",
            "Content-Transfer-Encoding: base64\n", "QW5uIEV4YW1wbGU=", "<?xml version=\"1.0\"?>", "<!DOCTYPE a [", "<![CDATA[", "]]>", "&x;",
            "**", "[x](y)", "```\n", "Ким", "名", "\u{feff}", "\0", "<td>", "<pre>", "<title>", " ",
        ][..]), 0..60),
    ) {
        promises(name, pieces.concat().as_bytes());
    }

    #[test]
    fn any_change_to_an_archive(at in 0_usize..400, byte in any::<u8>()) {
        let mut bytes = zip(&[("a.txt", b"Ann Example"), ("b.json", b"{\"a\":[1,2]}")]);
        let at = at % bytes.len();
        bytes[at] = byte;
        promises("a.zip", &bytes);
    }
}
