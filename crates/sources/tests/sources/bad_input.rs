//! Broken and hostile files. Each is refused as a whole with a message that names the file, the position and the reason, and none
//! makes the program panic or fill the memory.

use std::io::{Cursor, Write};
use std::path::Path;

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use interdict_sources::{Limits, SourceSpec, load_file};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{MINI, bz2, gz, load, refusal, spec, try_load_with, zip};

/// Asserts the whole message.
#[track_caller]
fn check(bytes: &[u8], expected: &str) {
    assert_eq!(refusal(bytes), expected);
}

/// As [`check`] for packed content. Where in it damage is noticed depends on the buffers of the decompressor, and damage may make
/// more of the content than there was, so that position is asserted to be plausible and becomes `N`.
#[track_caller]
fn check_packed(bytes: &[u8], expected: &str) {
    let message = refusal(bytes);
    let (head, rest) = message.split_once(" after ").unwrap_or_else(|| panic!("{message}"));
    let digits = rest.find(' ').unwrap();
    let offset: usize = rest[..digits].parse().unwrap();
    assert!(offset <= 2 * MINI.len(), "{message}");
    assert_eq!(format!("{head} after N{}", &rest[digits..]), expected);
}

/// The invented list with one text replaced.
#[track_caller]
fn with(from: &str, to: &str) -> Vec<u8> {
    assert!(MINI.contains(from), "{from}");
    MINI.replacen(from, to, 1).into_bytes()
}

/// The invented list with something behind it.
fn followed_by(end: &str) -> Vec<u8> {
    [MINI.as_bytes(), end.as_bytes()].concat()
}

/// Asserts that the content is refused behind the first `place`, which the message names by byte and line.
#[track_caller]
fn check_at(bytes: &[u8], place: &str, reason: &str) {
    let start = bytes.windows(place.len()).position(|window| window == place.as_bytes()).unwrap();
    let end = start + place.len();
    let line = bytes[..end].split(|byte| *byte == b'\n').count();
    check(bytes, &format!("list.dat: byte {end}, line {line}: {reason}"));
}

#[test]
fn damaged_bzip2() {
    const CUT: &str = "list.dat: cannot be read after N bytes of content: decompression not finished but EOF reached";
    let packed = bz2(MINI.as_bytes());
    for length in [4, 10, packed.len() / 2, packed.len() - 1] {
        check_packed(&packed[..length], CUT);
    }
    let mut flipped = packed.clone();
    flipped[packed.len() / 2] ^= 0x55;
    check_packed(&flipped, "list.dat: cannot be read after N bytes of content: bzip2: invalid data");
    let trailing = [&packed[..], b"trailing garbage"].concat();
    check_packed(&trailing, "list.dat: cannot be read after N bytes of content: bzip2: bz2 header missing");
}

#[test]
fn damaged_gzip() {
    let packed = gz(MINI.as_bytes());
    for (length, reason) in [
        (2, "unexpected end of file"),
        (packed.len() / 2, "incomplete deflate stream"),
        // The content is whole; its checksum is not.
        (packed.len() - 4, "unexpected end of file"),
    ] {
        check_packed(&packed[..length], &format!("list.dat: cannot be read after N bytes of content: {reason}"));
    }
    let mut flipped = packed.clone();
    flipped[packed.len() - 6] ^= 1;
    check_packed(
        &flipped,
        "list.dat: cannot be read after N bytes of content: corrupt gzip stream does not have a matching checksum",
    );
    let trailing = [&packed[..], b"trailing garbage"].concat();
    check_packed(&trailing, "list.dat: cannot be read after N bytes of content: invalid gzip header");
}

#[test]
fn zip_archives_that_are_no_list() {
    check(
        &zip(&[("README.txt", b"x")]),
        "list.dat: zip archive: 0 files end in .xml, .json or .jsonl, or else in .csv or .tsv; there must be one",
    );
    check(&zip(&[]), "list.dat: zip archive: 0 files end in .xml, .json or .jsonl, or else in .csv or .tsv; there must be one");
    check(
        &zip(&[("a.xml", MINI.as_bytes()), ("b.XML", MINI.as_bytes())]),
        "list.dat: zip archive: 2 files end in .xml, .json or .jsonl, or else in .csv or .tsv; there must be one",
    );
    check(&zip(&[("a.xml", b"")]), "list.dat: not a list format that is known: the file is empty");
    check(b"PK\x03\x04", "list.dat: zip archive: invalid Zip archive: Could not find EOCD");
}

#[test]
fn damaged_zip() {
    let whole = zip(&[("a.xml", MINI.as_bytes())]);
    // Where the entry of the central directory begins; the fields after it are at fixed places of the format.
    let entry = whole.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let changed = |changes: &[(usize, u8)]| {
        let mut bytes = whole.clone();
        for (place, value) in changes {
            bytes[*place] = *value;
        }
        bytes
    };
    check(
        &changed(&[(6, 1), (entry + 8, 1)]),
        "list.dat: zip archive: unsupported Zip archive: Password required to decrypt file",
    );
    check_packed(
        &changed(&[(entry + 16, whole[entry + 16] ^ 1)]),
        "list.dat: cannot be read after N bytes of content: Invalid checksum",
    );
    check_packed(
        &changed(&[(8, 12), (entry + 10, 12)]),
        "list.dat: cannot be read after N bytes of content: compression method not supported: 12",
    );
    let message = refusal(&whole[..whole.len() - 10]);
    assert!(message.starts_with("list.dat: zip archive: invalid Zip archive: "), "{message}");
    let message = refusal(&changed(&[(2000, whole[2000] ^ 0x55)]));
    assert!(message.starts_with("list.dat: cannot be read after "), "{message}");
}

#[test]
fn xml_that_is_cut_off() {
    let cut = |place: &str| {
        let end = MINI.find(place).unwrap() + place.len();
        &MINI.as_bytes()[..end]
    };
    // Behind a tag, inside a tag, inside a text, before the last tag.
    check_at(
        cut("<Profile ID=\"7002\" PartySubTypeID=\"21\">"),
        "<Profile ID=\"7002\" PartySubTypeID=\"21\">",
        "the file ends inside 4 open elements; it is cut off",
    );
    check_at(
        cut("<Profile ID=\"7002\" Par"),
        "<Profile ID=\"7002\" Par",
        "syntax error: tag not closed: `>` not found before end of input",
    );
    check_at(cut(">SAMPLE ST"), ">SAMPLE ST", "the file ends inside 9 open elements; it is cut off");
    check_at(cut("</PublicationNotes>"), "</PublicationNotes>", "the file ends inside 1 open elements; it is cut off");
}

#[test]
fn xml_that_is_broken() {
    check_at(
        &with("</AliasTypeValues>", "</AliasTypes>"),
        "</AliasTypes>",
        "ill-formed document: expected `</AliasTypeValues>`, but `</AliasTypes>` was found",
    );
    check(
        &with("</Sanctions>", "</Sanctions></Sanctions>"),
        &format!(
            "list.dat: byte {}, line {}: ill-formed document: close tag `</Sanctions>` does not match any open tag",
            MINI.trim_end().len() + "</Sanctions>".len(),
            MINI.lines().count()
        ),
    );
    // Two lists in one file: the second would never be screened against.
    check_at(
        &followed_by("<Sanctions>"),
        &format!("{}<Sanctions>", &MINI[MINI.len() - 20..]),
        "something follows the end of the root element",
    );
    check_at(
        &followed_by("more"),
        &format!("{}more", &MINI[MINI.len() - 20..]),
        "something follows the end of the root element",
    );
}

/// A second list behind the first would be one that nobody screens against.
#[test]
fn nothing_may_follow_the_root_element_of_any_list() {
    for (name, list) in [
        ("mini_advanced.xml", MINI),
        ("mini_enhanced.xml", include_str!("../data/mini_enhanced.xml")),
        ("mini_legacy.xml", include_str!("../data/mini_legacy.xml")),
        ("mini_un.xml", include_str!("../data/mini_un.xml")),
        ("mini_eu.xml", include_str!("../data/mini_eu.xml")),
        ("mini_uk.xml", include_str!("../data/mini_uk.xml")),
        ("mini_seco.xml", include_str!("../data/mini_seco.xml")),
        ("canada.xml", include_str!("../data/canada.xml")),
        ("mini_gleif_lei.xml", include_str!("../data/mini_gleif_lei.xml")),
        ("mini_gleif_rr.xml", include_str!("../data/mini_gleif_rr.xml")),
        ("mini_gleif_repex.xml", include_str!("../data/mini_gleif_repex.xml")),
    ] {
        load(list.as_bytes());
        for more in [list.split_once("?>").map_or(list, |(_, document)| document), "<x/>", "more"] {
            let message = refusal(format!("{list}{more}").as_bytes());
            assert!(message.ends_with("something follows the end of the root element"), "{name}: {message}");
        }
    }
}

#[test]
fn xml_that_is_no_list_of_this_format() {
    check(
        b"<?xml version=\"1.0\"?>\n<sdn xmlns=\"http://tempuri.org/sdnList.xsd\"/>",
        "list.dat: not a list format that is known: \
         the root element is `sdn`",
    );
    check(b"<?xml version=\"1.0\"?>\n<!-- nothing -->", "list.dat: not a list format that is known: no root element");
    // A file of changes read as the list would lose nearly all of it, and bring back what was removed.
    check(
        &with(" Version=\"3\"", " Version=\"4\" DeltaBaseVersion=\"3\""),
        "list.dat: not a list format that is known: \
         `Sanctions` has a `DeltaBaseVersion`: a file of changes, not the whole list",
    );
    check(b"<Sanctions><DistinctParties/></Sanctions>", "list.dat: no parties in the file; an empty list is never accepted");
}

#[test]
fn entities_and_document_types() {
    let bomb = "<!DOCTYPE Sanctions [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    check_at(
        &with("<!-- Invented", &format!("{bomb}<!-- Invented")),
        bomb,
        "a document type declaration, which no official list has; refused against entity expansion",
    );
    // An error page of a publisher instead of the list.
    check(
        b"<!DOCTYPE html><html><body>503</body></html>",
        "list.dat: byte 15, line 1: \
         a document type declaration, which no official list has; refused against entity expansion",
    );
    for reference in ["&star;", "&nbsp;", "&#0;", "&#xD800;", "&#x110000;", "&#;"] {
        check_at(
            &with(">SAMPLE STAR<", &format!(">SAMPLE {reference}<")),
            reference,
            &format!("entity `{reference}` is not one of XML's own; refused"),
        );
    }
    let bare = refusal(&with(">SAMPLE STAR<", ">SAMPLE & STAR<"));
    assert!(bare.ends_with("ill-formed document: entity or character reference not closed: `;` not found before end of input"));
}

#[test]
fn encodings() {
    let mut bytes = MINI.as_bytes().to_vec();
    let place = MINI.find("SAMPLE STAR").unwrap();
    bytes[place + 3] = 0xff;
    let (end, line) = (place + "SAMPLE STAR".len(), 1 + MINI[..place].matches('\n').count());
    check(
        &bytes,
        &format!(
            "list.dat: byte {end}, line {line}: \
             cannot decode input using UTF-8: invalid utf-8 sequence of 1 bytes from index 3"
        ),
    );
    check(
        &with("utf-8", "klingon"),
        "list.dat: not a list format that is known: XML in the encoding `klingon`, which is not known",
    );
    // Other encodings are read as what they say they are.
    let latin: Vec<u8> = with("utf-8", "ISO-8859-1").into_iter().filter(u8::is_ascii).collect();
    let utf_16: Vec<u8> = format!("\u{feff}{MINI}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let names = |bytes: &[u8]| load(bytes).report.count("names");
    assert_eq!((names(&latin), names(&utf_16)), (names(MINI.as_bytes()), names(MINI.as_bytes())));
}

#[test]
fn deep_nesting() {
    let nested = |depth: usize| {
        with("<PublicationNotes>", &format!("{}{}<PublicationNotes>", "<a>".repeat(depth), "</a>".repeat(depth)))
    };
    // The root is the first of the 64 levels.
    load(&nested(63));
    for depth in [64, 100_000] {
        let bytes = nested(depth);
        let place = format!("  {}", "<a>".repeat(64));
        check_at(&bytes, &place, "more than 64 nested elements; refused");
    }
}

#[test]
fn huge_texts() {
    const REASON: &str = "a tag, text or comment of more than 1048576 bytes; refused";
    let huge = "A".repeat(20 << 20);
    for (what, bytes) in [
        ("text", with(">SAMPLE STAR<", &format!(">{huge}<"))),
        ("comment", with("<!-- Invented", &format!("<!-- {huge}"))),
        ("attribute", with("FixedRef=\"9004\"", &format!("FixedRef=\"{huge}\""))),
        ("element name", with("<PublicationNotes>", &format!("<{huge}>"))),
        ("CDATA", with(">SAMPLE STAR<", &format!("><![CDATA[{huge}]]><"))),
        ("many pieces", with(">SAMPLE STAR<", &format!(">{}<", "A&amp;".repeat(600_000)))),
    ] {
        let message = refusal(&bytes);
        assert!(message.ends_with(REASON), "{what}: {message}");
        // The memory is safe only if it is noticed early: one buffer of 64 KiB beyond the limit.
        let offset = message.trim_start_matches("list.dat: byte ").split(',').next().unwrap();
        let offset: usize = offset.parse().unwrap();
        assert!(what == "many pieces" || offset < MINI.len() + (1 << 20) + (2 << 16), "{what}: {message}");
    }
    // A long text within the limit is kept whole.
    let long = "A".repeat(100_000);
    let loaded = load(&with(">SAMPLE STAR<", &format!(">{long}<")));
    assert_eq!(loaded.texts("ofac-9004", "name"), [long]);
}

/// Compressible content of the wanted size, in pieces that a parser accepts.
fn write_bomb(mut output: impl Write, mib: usize) {
    output.write_all(b"<Sanctions>").unwrap();
    let piece = format!("<!--{}-->", "A".repeat(1017)).repeat(1024);
    assert_eq!(piece.len(), 1 << 20);
    for _ in 0..mib {
        output.write_all(piece.as_bytes()).unwrap();
    }
    output.write_all(b"</Sanctions>").unwrap();
}

#[test]
fn decompression_bombs() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("list.xml", SimpleFileOptions::default()).unwrap();
    write_bomb(&mut archive, 200);
    let zip = archive.finish().unwrap().into_inner();
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::default());
    write_bomb(&mut gzip, 64);
    let gzip = gzip.finish().unwrap();
    let mut bzip = BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    write_bomb(&mut bzip, 40);
    let bzip = bzip.finish().unwrap();
    // One line of JSON that never ends.
    let mut json = GzEncoder::new(Vec::new(), flate2::Compression::default());
    json.write_all(b"{\"id\":\"").unwrap();
    json.write_all(&vec![b'A'; 64 << 20]).unwrap();
    let json = json.finish().unwrap();
    for (what, bytes) in [("zip", zip), ("gzip", gzip), ("bzip2", bzip), ("json", json)] {
        assert!(bytes.len() < 1 << 20, "{what} is no bomb: {} bytes", bytes.len());
        let message = refusal(&bytes);
        let offset = message
            .strip_prefix("list.dat: it is more than 250 times the size of the file after ")
            .and_then(|rest| rest.strip_suffix(" bytes of content; refused as a possible decompression bomb"))
            .unwrap_or_else(|| panic!("{what}: {message}"));
        // Early: where the ratio is first looked at, or where it is first exceeded.
        let earliest = (16 << 20).max(250 * bytes.len());
        assert!(offset.parse::<usize>().unwrap() < earliest + (1 << 20), "{what}: {message}");
    }
}

#[test]
fn limits_of_a_source() {
    let limits = Limits { max_bytes: 10_000, ..Limits::default() };
    let small = SourceSpec { limits, ..spec() };
    for bytes in [MINI.as_bytes().to_vec(), gz(MINI.as_bytes()), bz2(MINI.as_bytes())] {
        let message = try_load_with(&small, &bytes).unwrap_err().to_string();
        let (head, tail) =
            ("list.dat: more than 10000 bytes after ", " bytes of content; refused as a possible decompression bomb");
        assert!(message.starts_with(head) && message.ends_with(tail), "{message}");
    }
    let tiny = SourceSpec { limits: Limits { max_bytes: 100, ..Limits::default() }, ..spec() };
    let message = try_load_with(&tiny, &zip(&[("a.xml", MINI.as_bytes())])).unwrap_err().to_string();
    assert_eq!(message, "list.dat: more than 100 bytes after 0 bytes of content; refused as a possible decompression bomb");
}

#[test]
fn files_of_no_format() {
    check(b"", "list.dat: not a list format that is known: the file is empty");
    check(b"  \n ", "list.dat: not a list format that is known: it begins with \"  \\n \"");
    check(
        b"%PDF-1.7 and so on and so on and so on and so on",
        "list.dat: not a list format that is known: it begins with \"%PDF-1.7 and so on and so on and so on a\"",
    );
    check(
        b"36,\"SAMPLE AIRLINES\",-0- ,\"CUBA\"",
        "list.dat: not a list format that is known: it begins with \"36,\\\"SAMPLE AIRLINES\\\",-0- ,\\\"CUBA\\\"\"",
    );
    // Packed, they are recognised only when unpacked.
    check(&gz(b""), "list.dat: not a list format that is known: the file is empty");
    check(&gz(&gz(b"x")), &refusal(&gz(b"x")).replace("\"x\"", &format!("{:?}", String::from_utf8_lossy(&gz(b"x")))));
}

#[test]
fn files_that_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.xml");
    let error = load_file(&spec(), &missing, None, &mut |_| ()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}: cannot be opened: ", missing.display())), "{error}");
    let error = load_file(&spec(), folder.path(), None, &mut |_| ()).unwrap_err().to_string();
    assert!(error.starts_with(&folder.path().display().to_string()), "{error}");
    assert!(load_file(&spec(), Path::new(""), None, &mut |_| ()).is_err());
}

/// The message of a file names its whole path, as the user gave it.
#[test]
fn the_message_names_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.xml");
    std::fs::write(&path, b"").unwrap();
    let error = load_file(&spec(), &path, None, &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, format!("{}: not a list format that is known: the file is empty", path.display()));
}
