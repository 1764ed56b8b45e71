//! PDF files that are made here by hand, whole, damaged and hostile, and what must come out of them.

use proptest::prelude::*;

use super::super::{Limits, PdfText};
use super::*;

/// A PDF of numbered objects, from 1 on, of which the first is the catalogue; with a table of where they are.
fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", number + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<</Size {}/Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}

fn stream(content: &[u8]) -> Vec<u8> {
    [format!("<</Length {}>>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat()
}

/// Objects of a document with a page for each stream: 1 catalogue, 2 tree, 3 font of Windows letters, 4 font with a map to Unicode, 5 its
/// map, 6 its descendant, then a page and its stream in turn.
fn objects(pages: &[&[u8]], page_entries: &str) -> Vec<Vec<u8>> {
    let kids: Vec<String> = (0..pages.len()).map(|page| format!("{} 0 R", 7 + 2 * page)).collect();
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
               5 beginbfchar <0001> <041F> <0002> <0430> <0003> <043A> <0004> <AE40> <0005> <CCA0> endbfchar\nendcmap end end";
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Kids[{}]/Count {}/MediaBox[0 0 600 800]>>", kids.join(" "), pages.len()).into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
        b"<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 5 0 R>>".to_vec(),
        stream(map.as_bytes()),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/Any/Flags 4>>>>".to_vec(),
    ];
    for (page, content) in pages.iter().enumerate() {
        let entries = format!(
            "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents {} 0 R{page_entries}>>",
            8 + 2 * page
        );
        objects.push(entries.into_bytes());
        objects.push(stream(content));
    }
    objects
}

fn document(pages: &[&[u8]]) -> Vec<u8> {
    pdf_of(&objects(pages, ""), "")
}

fn line(text: &str) -> String {
    format!("BT /F1 12 Tf 72 700 Td ({text}) Tj ET\n")
}

fn read_with(bytes: &[u8], limits: &Limits) -> Read {
    let stop = || false;
    let budget =
        Budget { limits, text_left: limits.text_bytes, files_left: 10, bytes_left: limits.file_bytes, depth: 4, stop: &stop };
    pdf(bytes, &InProcessPdf, &budget)
}

fn read(bytes: &[u8]) -> Read {
    read_with(bytes, &Limits::default())
}

#[track_caller]
fn check_page(content: &[u8], expected: &str) {
    let read = read(&document(&[content]));
    assert_eq!((read.text.as_str(), read.status), (expected, Status::Read), "{}", String::from_utf8_lossy(content));
}

#[test]
fn text_is_put_into_lines() {
    check_page(line("Kim Chol").as_bytes(), "Kim Chol");
    check_page(
        b"BT /F1 12 Tf 72 700 Td [(Ki) -10 (m) -600 (Chol)] TJ 0 -14 Td (next line) Tj 0 -40 Td (far below) Tj ET",
        "Kim Chol\nnext line\n\nfar below",
    );
    check_page(b"BT /F1 12 Tf 72 700 Td (Payee) Tj 200 0 Td (Amount) Tj ET", "Payee\tAmount");
    // What begins inside the last piece goes on with it: its widths may be wrong. What begins before it stands apart.
    check_page(b"BT /F1 12 Tf 72 700 Td (Kim C) Tj 20 0 Td (hol) Tj ET BT /F1 12 Tf 20 700 Td (Left) Tj ET", "Kim Chol Left");
    // Bold by printing twice.
    check_page(b"BT /F1 12 Tf 72 700 Td (Kim) Tj 0.3 0 Td (Kim) Tj 26 0 Td (Chol) Tj ET", "Kim Chol");
    // Sideways, as a stamp in the margin.
    check_page(b"BT /F1 12 Tf 0 1 -1 0 72 300 Tm (Kim) Tj ET BT /F1 12 Tf 0 1 -1 0 72 325 Tm (Chol) Tj ET", "Kim Chol");
    // Windows letters.
    check_page(b"BT /F1 12 Tf 72 700 Td (J\xe9r\xf4me \x8cuvre) Tj ET", "Jérôme Œuvre");
    // A word cut at the end of a line stays so.
    check_page(b"BT /F1 12 Tf 72 700 Td (Kore-) Tj 0 -14 Td (an) Tj ET", "Kore-\nan");
}

#[test]
fn other_scripts_come_by_the_map_of_their_font() {
    check_page(b"BT /F2 12 Tf 72 700 Td <000100020003> Tj 0 -14 Td <00040005> Tj ET", "Пак\n김철");
}

#[test]
fn pages_are_places_and_those_without_text_are_told() {
    let (one, four) = (line("One"), line("Four"));
    let found = read(&document(&[one.as_bytes(), b"", b"0 0 m 10 10 l S", four.as_bytes()]));
    assert_eq!(found.text, "One\n\nFour");
    assert_eq!(found.places, [Place { at: 0, label: "page 1".to_owned() }, Place { at: 5, label: "page 4".to_owned() }]);
    assert_eq!(found.status, Status::Partly(vec!["pages 2 to 3 have no text: pictures?".to_owned()]));
    let found = read(&document(&[one.as_bytes(), b""]));
    assert_eq!(found.status, Status::Partly(vec!["page 2 has no text: a picture?".to_owned()]));
    assert_eq!(read(&document(&[b"", b""])).status, Status::NoText);
}

#[test]
fn notes_forms_links_and_properties_are_read() {
    let one = line("One");
    let mut all = objects(&[one.as_bytes()], "/Annots[9 0 R 10 0 R 11 0 R]");
    all.push(b"<</Subtype/Widget/T(payee)/V(\xfe\xff\x04\x1f\x04\x30\x04\x3a)>>".to_vec());
    all.push(b"<</Subtype/Text/Contents(Ask Cho Example)>>".to_vec());
    all.push(b"<</Subtype/Link/A<</S/URI/URI(https://example.org/)>>>>".to_vec());
    all.push(b"<</Author(Kim Author)/Producer(Any)>>".to_vec());
    let found = read(&pdf_of(&all, "/Info 12 0 R"));
    assert_eq!(found.status, Status::Read);
    assert_eq!(found.text, "One\n\nAsk Cho Example\n\nhttps://example.org/\n\npayee\n\nПак\n\nAuthor: Kim Author");
    assert_eq!(found.places.last().unwrap().label, "properties");
    all.push(b"<</Type/Filespec/F(a.txt)/EF<</F 5 0 R>>>>".to_vec());
    let found = read(&pdf_of(&all, "/Info 12 0 R"));
    assert_eq!(found.status, Status::Partly(vec!["files attached inside the PDF were not read: 1".to_owned()]));
    // Properties do not make a scanned document a read one.
    let mut scanned = objects(&[b""], "");
    scanned.push(b"<</Author(Kim Author)>>".to_vec());
    let found = read(&pdf_of(&scanned, "/Info 9 0 R"));
    assert_eq!((found.status, found.text.as_str()), (Status::NoText, "Author: Kim Author"));
}

#[test]
fn characters_without_meaning_are_never_read() {
    // No map of the font has these codes.
    let unknown = b"BT /F2 12 Tf 72 700 Td <00110012> Tj ET";
    assert!(
        matches!(read(&document(&[unknown])).status, Status::Damaged(reason) if reason.contains("none of its 2 characters"))
    );
    let one = line("One");
    assert!(matches!(read(&document(&[one.as_bytes(), unknown])).status, Status::Partly(_)));
    // One among many, such as the dot of a list, takes no text away.
    check_page(
        &[line("One that is longer").as_bytes(), b"BT /F2 12 Tf 72 100 Td <0011> Tj ET"].concat(),
        "One that is longer\n\n\u{fffd}",
    );
}

#[test]
fn pages_without_a_size_are_read() {
    let (one, two) = (line("One"), line("Two"));
    let mut all = objects(&[one.as_bytes(), two.as_bytes()], "");
    all[1] = b"<</Type/Pages/Kids[7 0 R 9 0 R]/Count 2>>".to_vec();
    let found = read(&pdf_of(&all, ""));
    assert_eq!((found.text.as_str(), found.status), ("One\n\nTwo", Status::Read));
    // One that is wrong names its page.
    all[8] = b"<</Type/Page/Parent 2 0 R/MediaBox[1]/Resources<</Font<</F1 3 0 R>>>>/Contents 10 0 R>>".to_vec();
    let found = read(&pdf_of(&all, ""));
    assert_eq!(found.text, "One");
    assert!(
        matches!(&found.status, Status::Partly(reasons) if reasons[0].starts_with("page 2 cannot be read")),
        "{:?}",
        found.status
    );
}

#[test]
fn a_password_is_told() {
    let one = line("One");
    let mut all = objects(&[one.as_bytes()], "");
    let zeros = "00".repeat(32);
    all.push(format!("<</Filter/Standard/V 1/R 2/O<{zeros}>/U<{zeros}>/P -4>>").into_bytes());
    let trailer = "/Encrypt 9 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]";
    let found = read(&pdf_of(&all, trailer));
    assert_eq!((found.status, found.text.as_str()), (Status::Encrypted, ""));
    let direct = trailer.replace("9 0 R", &format!("<</Filter/Standard/V 1/R 2/O<{zeros}>/U<{zeros}>/P -4>>"));
    assert_eq!(read(&pdf_of(&all, &direct)).status, Status::Encrypted);
}

/// Bytes of hexadecimal digits.
fn bytes_of(digits: &str) -> Vec<u8> {
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap()).collect()
}

#[test]
fn a_document_whose_password_is_empty_is_read() {
    // RC4 with 40 bits (ISO 32000-1, 7.6.3.3, algorithms 2 and 4), worked out outside for an empty password; the content is that of
    // object 8, `BT /F1 12 Tf 72 700 Td (Kim Chol) Tj ET`.
    let content = bytes_of("6fa86253fbc5613627032d777ba1e506ae9e04a37cde14d014d7b7955167f9035099136b8ae6fd");
    let mut all = objects(&[&content], "");
    let zeros = "00".repeat(32);
    all.push(
        format!(
            "<</Filter/Standard/V 1/R 2/O<{zeros}>/U<0f7c78f5577a6ad27e167808a0f9acb13d9d62b4d412b49c505bd4f0ce7f5d8d>/P -4>>"
        )
        .into_bytes(),
    );
    let found = read(&pdf_of(&all, "/Encrypt 9 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"));
    assert_eq!((found.status, found.text.as_str()), (Status::Read, "Kim Chol"));
}

#[test]
fn what_is_damaged_is_told() {
    let (one, two) = (line("One"), line("Two"));
    let whole = document(&[one.as_bytes(), two.as_bytes()]);
    let cut = read(&whole[..whole.len() / 2]);
    assert!(matches!(&cut.status, Status::Damaged(reason) if reason.contains("cut off")), "{:?}", cut.status);
    for bytes in [&b""[..], b"%PDF-1.4", b"%PDF-1.7\n%%EOF", b"nothing at all"] {
        assert!(matches!(read(bytes).status, Status::Damaged(_)));
    }
    // A page tree that goes in a circle.
    let mut circle = objects(&[one.as_bytes()], "");
    circle[1] = b"<</Type/Pages/Kids[7 0 R]/Count 1/Parent 2 0 R>>".to_vec();
    assert!(matches!(read(&pdf_of(&circle, "")).status, Status::Damaged(_)));
    // A page whose font is missing makes the library panic; the others are read.
    let broken = document(&[one.as_bytes(), b"BT /F9 12 Tf (lost) Tj ET", two.as_bytes()]);
    let found = read(&broken);
    assert_eq!(found.text, "One\n\nTwo");
    assert!(
        matches!(&found.status, Status::Partly(reasons) if reasons[0].starts_with("page 2 cannot be read")),
        "{:?}",
        found.status
    );
}

#[test]
fn many_objects_and_limits() {
    let one = line("One");
    let mut many = objects(&[one.as_bytes()], "");
    many.extend(std::iter::repeat_n(b"<</A[1 2 3]>>".to_vec(), 20_000));
    assert_eq!(read(&pdf_of(&many, "")).text, "One");
    let short = read_with(
        &document(&[line("김 Kim Chol").replace('김', "").as_bytes(), one.as_bytes()]),
        &Limits { text_bytes: 5, ..Limits::default() },
    );
    assert_eq!(short.text.len(), 5);
    assert_eq!(short.status, Status::Partly(vec!["from page 1 on: the limit of 5 bytes of text".to_owned()]));
}

struct Fixed(Vec<&'static str>);

impl PdfText for Fixed {
    fn pages(&self, _: &[u8]) -> Result<Vec<String>, PdfError> {
        Ok(self.0.iter().map(|page| (*page).to_owned()).collect())
    }
}

#[test]
fn text_is_repaired() {
    let limits = Limits::default();
    let stop = || false;
    let budget = Budget { limits: &limits, text_left: 1 << 20, files_left: 10, bytes_left: 1 << 20, depth: 4, stop: &stop };
    let cases = [
        ("O\u{fb03}ce of \u{fb01}nance  \n\n\n\n\0two\u{7} \t\n", "Office of finance\n\ntwo"),
        ("Kore\u{ad}\nan", "Kore-\nan"),
        ("Kore-\nan", "Kore-\nan"),
    ];
    for (page, expected) in cases {
        let found = pdf(b"", &Fixed(vec![page]), &budget);
        assert_eq!((found.text.as_str(), found.status), (expected, Status::Read));
    }
    let found = pdf(b"", &Fixed(vec!["\u{fffd}\u{e001}ab"]), &budget);
    assert_eq!(found.status, Status::Partly(vec!["page 1: 2 characters have no meaning in its font".to_owned()]));
}

#[test]
fn pages_go_from_process_to_process() {
    let cases = [
        Ok(vec![]),
        Ok(vec!["One\n\"\u{1}".to_owned(), "김철".to_owned()]),
        Err(PdfError::Encrypted),
        Err(PdfError::Damaged("why".to_owned())),
        Err(PdfError::Limit("time".to_owned())),
    ];
    for case in cases {
        assert_eq!(decode_pages(&encode_pages(&case)), case);
    }
    for broken in [&b""[..], b"{", b"{\"pages\":[1]}", b"[]", b"{}", b"{\"pages\":[\"a\"", b"null"] {
        assert!(matches!(decode_pages(broken), Err(PdfError::Damaged(_))));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn changed_files_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = document(&[line("One").as_bytes(), line("Two").as_bytes()]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let found = read(&bytes);
        prop_assert!(found.status != Status::Read || !found.text.is_empty());
    }

    #[test]
    fn files_cut_off_are_never_read(at in any::<prop::sample::Index>()) {
        let bytes = document(&[line("One").as_bytes(), line("Two").as_bytes()]);
        // Behind the end mark is nothing that counts.
        let at = at.index(bytes.len() - 8);
        prop_assert_ne!(read(&bytes[..at]).status, Status::Read);
    }
}
