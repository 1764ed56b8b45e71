//! Office files that are made here, whole, damaged and hostile, and what must come out of them.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::{Budget, Limits, Read, Status};
use super::*;

const W: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="r" xmlns:mc="mc" xmlns:wps="wps" xmlns:v="v""#;

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn package(members: &[(&str, &str)]) -> Vec<u8> {
    zipped(&members.iter().map(|(name, content)| (*name, content.as_bytes())).collect::<Vec<_>>())
}

fn with(limits: &Limits, read: impl Fn(&Budget) -> Read) -> Read {
    let stop = || false;
    read(&Budget {
        limits,
        text_left: limits.text_bytes,
        files_left: limits.files,
        bytes_left: limits.file_bytes,
        depth: limits.depth,
        stop: &stop,
    })
}

fn read(bytes: &[u8], reader: Reader) -> Read {
    with(&Limits::default(), |budget| reader(bytes, budget))
}

fn place(read: &Read, of: &str) -> String {
    let at = read.text.find(of).unwrap_or_else(|| panic!("no {of} in {:?}", read.text));
    let after = read.places.partition_point(|place| place.at <= at);
    read.places[after - 1].label.clone()
}

fn word(body: &str) -> String {
    format!("<w:document {W}><w:body>{body}</w:body></w:document>")
}

#[track_caller]
fn check_body(body: &str, expected: &str) {
    let read = read(&package(&[("word/document.xml", &word(body))]), docx);
    assert_eq!((read.status, read.text.as_str()), (Status::Read, expected), "{body}");
}

#[test]
fn runs_are_joined_as_they_stand() {
    let cases = [
        (
            "<w:p><w:r><w:t>Ki</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>m Ch</w:t></w:r><w:r><w:t>ol</w:t></w:r></w:p>",
            "Kim Chol",
        ),
        (
            "<w:p><w:r><w:t xml:space=\"preserve\">Kim </w:t></w:r><w:r><w:t>Chol</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>Two</w:t></w:r></w:p>",
            "Kim Chol\n\nTwo",
        ),
        (
            "<w:p><w:pPr><w:tabs><w:tab w:pos=\"1\"/></w:tabs></w:pPr><w:r><w:t>A</w:t><w:tab/><w:t>B</w:t><w:br/><w:t>C</w:t></w:r></w:p>",
            "A\tB\nC",
        ),
        ("<w:p><w:r><w:t>Tom &amp; J&#233;r&#xF4;me &lt;1&gt;</w:t></w:r></w:p>", "Tom & Jérôme <1>"),
        (
            "<w:p><w:r><w:t>Jean</w:t><w:noBreakHyphen/><w:t>Luc soft</w:t><w:softHyphen/><w:t>ware</w:t></w:r></w:p>",
            "Jean-Luc software",
        ),
        ("<w:p><w:r><w:t>Kim</w:t><w:footnoteReference w:id=\"1\"/></w:r><w:r><w:t> Chol</w:t></w:r></w:p>", "Kim Chol"),
        (
            "<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:r><w:t>Filled in</w:t></w:r></w:sdtContent></w:sdt></w:p>",
            "Filled in",
        ),
        ("<w:p><w:smartTag><w:r><w:t>김철</w:t></w:r></w:smartTag></w:p>", "김철"),
    ];
    for (body, expected) in cases {
        check_body(body, expected);
    }
}

#[test]
fn cells_are_apart_and_rows_are_lines() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |cells: &str| format!("<w:tr>{cells}</w:tr>");
    let table =
        format!("<w:tbl>{}{}</w:tbl>", row(&(cell("Payee") + &cell("Amount"))), row(&(cell("Kim Chol") + &cell("100"))));
    let body = format!("<w:p><w:r><w:t>Before</w:t></w:r></w:p>{table}<w:p><w:r><w:t>After</w:t></w:r></w:p>{table}");
    check_body(&body, "Before\n\nPayee\tAmount\nKim Chol\t100\n\nAfter\n\nPayee\tAmount\nKim Chol\t100");
    let read = read(&package(&[("word/document.xml", &word(&body))]), docx);
    let labels: Vec<_> = read.places.iter().map(|place| place.label.as_str()).collect();
    assert_eq!(labels, ["body", "table 1", "body", "table 2"]);
    // A table in a cell.
    let nested = format!("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Outer</w:t></w:r></w:p>{table}<w:p/></w:tc></w:tr></w:tbl>");
    check_body(&nested, "Outer\nPayee\tAmount\nKim Chol\t100");
}

#[test]
fn text_boxes_come_behind_their_paragraph_and_once() {
    let text_box = "<w:txbxContent><w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent>";
    let both = format!(
        "<w:p><w:r><w:t>Kim </w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wps:txbx>{text_box}</wps:txbx></mc:Choice>\
         <mc:Fallback><v:textbox>{text_box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Chol</w:t></w:r></w:p>"
    );
    check_body(&both, "Kim Chol\n\nIn the box");
    // A second form that says something else is evidence.
    check_body(&both.replacen("In the box", "Ri Yong", 1), "Kim Chol\n\nRi Yong\n\nIn the box");
    let runs = "<w:p><w:r><w:t>A </w:t><mc:AlternateContent><mc:Choice><w:t>same</w:t></mc:Choice><mc:Fallback><w:t>same</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>";
    check_body(runs, "A same");
}

#[test]
fn tracked_changes_give_both_readings() {
    let body = "<w:p><w:r><w:t xml:space=\"preserve\">Pay </w:t></w:r><w:del w:author=\"Jane Example\"><w:r><w:delText>Kim Chol</w:delText></w:r></w:del>\
                <w:ins w:author=\"Jane Example\"><w:r><w:t>Acme Ltd</w:t></w:r></w:ins><w:r><w:t xml:space=\"preserve\"> now</w:t></w:r></w:p>\
                <w:p><w:ins w:author=\"B\"><w:r><w:t>New line</w:t></w:r></w:ins></w:p>";
    let read = read(&package(&[("word/document.xml", &word(body))]), docx);
    assert_eq!(
        read.text,
        "Pay Acme Ltd now\n\nPay Kim Chol now\n\nNew line\n\nChanges or comments by: B\nChanges or comments by: Jane Example"
    );
    assert_eq!(read.status, Status::Read);
    assert_eq!(read.notes.len(), 2, "{:?}", read.notes);
}

fn whole_docx() -> Vec<u8> {
    let note = |root: &str, text: &str| format!("<w:{root} {W}><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{root}>");
    let rels = r#"<Relationships><Relationship Id="rId1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink" Target="https://example.org/kim" TargetMode="External"/>
        <Relationship Id="rId2" Type="x/header" Target="odd.xml"/></Relationships>"#;
    let body = "<w:p><w:hyperlink r:id=\"rId1\"><w:r><w:t>The body</w:t></w:r></w:hyperlink></w:p>\
        <w:p><w:r><w:instrText> HYPERLINK &quot;https://example.com/field&quot; </w:instrText></w:r><w:r><w:t>Field</w:t></w:r></w:p>";
    let core = "<cp:coreProperties><dc:creator>Kim Author</dc:creator><cp:lastModifiedBy>Ri Editor</cp:lastModifiedBy><dc:title>Contract</dc:title></cp:coreProperties>";
    let app = "<Properties><Company>Acme Example Ltd</Company><Application>Word</Application></Properties>";
    let custom = r#"<Properties><property name="Client"><vt:lpwstr>Client Example</vt:lpwstr></property></Properties>"#;
    package(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument" Target="/word/main.xml"/></Relationships>"#,
        ),
        ("word/main.xml", &word(body)),
        ("word/_rels/main.xml.rels", rels),
        ("word/odd.xml", &note("hdr", "Head")),
        ("word/footer7.xml", &note("ftr", "Foot")),
        ("word/footnotes.xml", &note("footnotes", "Footnote")),
        ("word/endnotes.xml", &note("endnotes", "Endnote")),
        (
            "word/comments.xml",
            &format!(
                "<w:comments {W}><w:comment w:author=\"Cho Example\"><w:p><w:r><w:t>Remark</w:t></w:r></w:p></w:comment></w:comments>"
            ),
        ),
        ("word/diagrams/data1.xml", "<d><a:p><a:r><a:t>Diagram</a:t></a:r></a:p></d>"),
        ("word/media/image1.png", "picture"),
        ("word/embeddings/sheet1.xlsx", "embedded"),
        ("docProps/core.xml", core),
        ("docProps/app.xml", app),
        ("docProps/custom.xml", custom),
    ])
}

#[test]
fn every_part_of_a_word_document_is_read() {
    let read = read(&whole_docx(), docx);
    assert_eq!(read.status, Status::Read);
    let expected = [
        ("The body", "body"),
        ("https://example.org/kim", "body"),
        ("https://example.com/field", "body"),
        ("Head", "headers"),
        ("Foot\n", "footers"),
        ("Footnote", "footnotes"),
        ("Endnote", "endnotes"),
        ("Remark", "comments"),
        ("Diagram", "diagrams"),
        ("Author: Kim Author", "properties"),
        ("Last modified by: Ri Editor", "properties"),
        ("Company: Acme Example Ltd", "properties"),
        ("Client: Client Example", "properties"),
        ("Changes or comments by: Cho Example", "properties"),
    ];
    for (text, label) in expected {
        assert_eq!(place(&read, text), label, "{text}");
    }
    assert_eq!(read.notes, ["pictures that were not read: 1"]);
    assert_eq!(read.inside, [("sheet1.xlsx".to_owned(), b"embedded".to_vec())]);
}

fn presentation() -> Vec<u8> {
    let slide =
        |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r><a:br/><a:r><a:t>below</a:t></a:r></a:p></p:sld>");
    package(&[
        (
            "ppt/presentation.xml",
            r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>"#,
        ),
        (
            "ppt/_rels/presentation.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Type="x/slide" Target="slides/slide1.xml"/><Relationship Id="rId2" Type="x/slide" Target="slides/slide2.xml"/></Relationships>"#,
        ),
        ("ppt/slides/slide1.xml", &slide("One")),
        ("ppt/slides/slide2.xml", &slide("Two").replace("<p:sld>", "<p:sld show=\"0\">")),
        ("ppt/slides/slide10.xml", &slide("Lost")),
        (
            "ppt/slides/_rels/slide1.xml.rels",
            r#"<Relationships><Relationship Id="n" Type="x/notesSlide" Target="../notesSlides/notesSlide1.xml"/><Relationship Id="c" Type="x/comments" Target="../comments/comment1.xml"/></Relationships>"#,
        ),
        ("ppt/notesSlides/notesSlide1.xml", &slide("Said")),
        ("ppt/comments/comment1.xml", "<p:cmLst><p:cm><p:text>Check Kim Chol</p:text></p:cm></p:cmLst>"),
        ("ppt/commentAuthors.xml", "<p:cmAuthorLst><p:cmAuthor name=\"Jane Example\"/></p:cmAuthorLst>"),
    ])
}

#[test]
fn slides_come_in_the_order_in_which_they_are_shown() {
    let read = read(&presentation(), pptx);
    assert_eq!(
        read.text,
        "Two\nbelow\n\nOne\nbelow\n\nSaid\nbelow\n\nCheck Kim Chol\n\nLost\nbelow\n\nChanges or comments by: Jane Example"
    );
    assert_eq!(read.status, Status::Read);
    let labels: Vec<_> = read.places.iter().map(|place| place.label.as_str()).collect();
    assert_eq!(labels, ["slide 1", "slide 2", "slide 2, notes", "slide 2, comments", "slide 3", "properties"]);
    assert_eq!(read.notes, ["slide 1 is hidden"]);
}

fn workbook() -> Vec<u8> {
    let text = |cell: &str, text: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let payees = format!(
        "<worksheet><sheetData><row r=\"1\">{}{}{}</row><row r=\"4\"><c r=\"A4\" t=\"s\"><v>0</v></c><c r=\"B4\"><v>1234.5</v></c><c r=\"C4\" s=\"1\"><v>45292</v></c><c r=\"D4\" t=\"b\"><v>1</v></c></row></sheetData><headerFooter><oddHeader>Confidential</oddHeader></headerFooter></worksheet>",
        text("A1", "Payee name"),
        text("B1", "Amount"),
        text("C1", "Paid on"),
    );
    let names = format!(
        "<worksheet><sheetData><row r=\"1\">{}{}</row><row r=\"2\">{}</row></sheetData></worksheet>",
        text("A1", "Kim Chol"),
        text("B1", "Pyongyang"),
        text("A2", "Ri Yong")
    );
    package(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Payees" sheetId="1" r:id="rId1"/><sheet name="Names" sheetId="2" state="hidden" r:id="rId2"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", "<sst><si><r><t xml:space=\"preserve\">Kim </t></r><r><t>Jong Example</t></r></si></sst>"),
        ("xl/styles.xml", r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#),
        ("xl/worksheets/sheet1.xml", &payees),
        ("xl/worksheets/sheet2.xml", &names),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            r#"<Relationships><Relationship Id="l" Type="x/hyperlink" Target="https://example.org/pay" TargetMode="External"/></Relationships>"#,
        ),
        (
            "xl/comments1.xml",
            "<comments><authors><author>Jane Example</author></authors><commentList><comment ref=\"B2\"><text><r><t>Ask </t></r><r><t>Cho Example</t></r></text></comment></commentList></comments>",
        ),
        ("docProps/core.xml", "<c><dc:creator>Kim Author</dc:creator></c>"),
        ("docProps/app.xml", "<Properties/>"),
    ])
}

#[test]
fn workbooks_give_rows_with_headings() {
    let read = read(&workbook(), sheet);
    assert_eq!(read.status, Status::Read);
    assert_eq!(
        read.text,
        "Payee name\tAmount\tPaid on\nPayee name: Kim Jong Example\tAmount: 1234.5\tPaid on: 2024-01-01\tTRUE\n\nKim Chol\tPyongyang\nRi Yong\n\
         Confidential\nhttps://example.org/pay\n\nJane Example\nB2: Ask Cho Example\n\nAuthor: Kim Author"
    );
    assert_eq!(read.status, Status::Read);
    assert_eq!(place(&read, "Kim Jong"), "sheet Payees, row 4");
    assert_eq!(place(&read, "Ri Yong"), "sheet Names, row 2");
    assert_eq!(place(&read, "Ask"), "comments");
    assert_eq!(read.notes, ["sheet Names is hidden"]);
}

#[test]
fn texts_of_a_workbook_that_does_not_open_are_kept() {
    let kind = "http://schemas.microsoft.com/office/2006/relationships/any";
    let bytes = package(&[
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#),
        (
            "xl/_rels/workbook.xml.rels",
            &format!("<Relationships><Relationship Id=\"rId1\" Type=\"{kind}\" Target=\"sheet1.xml\"/></Relationships>"),
        ),
        ("xl/sharedStrings.xml", "<sst><si><t>Kim Chol</t></si><si><r><t>Ri </t></r><r><t>Yong</t></r></si></sst>"),
    ]);
    let found = read(&bytes, sheet);
    assert_eq!(found.text, "Kim Chol\nRi Yong");
    assert!(matches!(&found.status, Status::Partly(reasons) if reasons[0].contains("cannot be opened")), "{:?}", found.status);
}

#[test]
fn open_document_workbooks_are_read() {
    let content = r#"<office:document-content><office:body><office:spreadsheet><table:table table:name="Payees">
        <table:table-row><table:table-cell office:value-type="string"><text:p>Name</text:p></table:table-cell><table:table-cell><text:p>Date</text:p></table:table-cell></table:table-row>
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
        <table:table-row><table:table-cell office:value-type="string"><office:annotation><dc:creator>Jane Example</dc:creator><text:p>Ask him</text:p></office:annotation><text:p>Kim<text:s/>Chol</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-01-31"><text:p>31/01/24</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    let meta = "<m><meta:initial-creator>Kim Author</meta:initial-creator></m>";
    let found = read(&package(&[("content.xml", content), ("meta.xml", meta)]), sheet);
    assert_eq!(found.text, "Name\tDate\nName: Kim Chol\tDate: 2024-01-31\n\nJane Example\nAsk him\n\nAuthor: Kim Author");
    assert_eq!((place(&found, "Kim Chol"), found.status), ("sheet Payees, row 1000002".to_owned(), Status::Read));
    let manifest =
        "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    assert_eq!(read(&package(&[("content.xml", "x"), ("META-INF/manifest.xml", manifest)]), sheet).status, Status::Encrypted);
}

fn compound_file(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        file.create_stream(name).unwrap().write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// An XLS (BIFF8) of one sheet with texts at rows and columns.
fn xls(cells: &[(u16, u16, &str)]) -> Vec<u8> {
    let bof = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let bound_sheet = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 4, 0], b"Main"].concat());
    let mut globals = bof(5);
    let length = globals.len() + bound_sheet(0).len() + record(0x0a, &[]).len();
    globals.extend(bound_sheet(length as u32));
    globals.extend(record(0x0a, &[]));
    globals.extend(bof(0x10));
    for (row, column, text) in cells {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let count = (text.encode_utf16().count() as u16).to_le_bytes();
        globals
            .extend(record(0x0204, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], &count, &[1], &units].concat()));
    }
    globals.extend(record(0x0a, &[]));
    compound_file(&[("/Workbook", &globals)])
}

#[test]
fn old_workbooks_are_read_unless_their_cells_are_far_apart() {
    let found = read(&xls(&[(0, 0, "Kim Chol"), (2, 3, "Пак Ён")]), sheet);
    assert_eq!(found.text, "Kim Chol\nПак Ён");
    assert_eq!((place(&found, "Пак"), found.status), ("sheet Main, row 3".to_owned(), Status::Read));
    let limits = Limits { file_bytes: 1 << 20, ..Limits::default() };
    let far = xls(&[(0, 0, "Kim Chol"), (65_535, 255, "x")]);
    assert!(matches!(with(&limits, |budget| sheet(&far, budget)).status, Status::TooLarge(_)));
}

#[test]
fn what_has_a_password_or_is_old_is_told() {
    let encrypted = compound_file(&[("/EncryptionInfo", b"x"), ("/EncryptedPackage", b"y")]);
    for reader in [docx, pptx, sheet] {
        assert_eq!(read(&encrypted, reader).status, Status::Encrypted);
        assert!(matches!(read(&encrypted[..600], reader).status, Status::Damaged(_)));
    }
    let with_pass = compound_file(&[("/Workbook", &record(0x002f, &[1, 0]))]);
    assert_eq!(read(&with_pass, sheet).status, Status::Encrypted);
    let advice = |stream: &str| match read(&compound_file(&[(stream, b"x")]), docx).status {
        Status::Unsupported(reason) => reason,
        status => panic!("{status:?}"),
    };
    assert!(advice("/WordDocument").contains("save it as DOCX"));
    assert!(advice("/PowerPoint Document").contains("save it as PPTX"));
}

#[track_caller]
fn check_rtf(source: &str, expected: &str) {
    let read = read(source.as_bytes(), rtf);
    assert_eq!((read.status, read.text.as_str()), (Status::Read, expected), "{source}");
}

#[test]
fn rich_text_is_read_in_its_code_pages() {
    let cases = [
        (r"{\rtf1\ansi Kim {\b Ch}ol\par Two}", "Kim Chol\n\nTwo"),
        (r"{\rtf1\ansi\ansicpg1251\'cf\'e0\'ea}", "Пак"),
        (r"{\rtf1\ansi\ansicpg949 \'b1\'e8\'c3\'b6}", "김철"),
        (r"{\rtf1{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}}\f1\'cf\f0\'e9}", "Пé"),
        (r"{\rtf1\uc1\u1055?\u1072 ?k}", "Паk"),
        (r"{\rtf1\uc2\u-21280\'3f\'3f x}", "고 x"),
        (r"{\rtf1\uc0\u-10179 \u-8704 !}", "\u{1f600}!"),
        (r"{\rtf1{\*\unknown secret}{\stylesheet{Normal;}}{\pict 00ff}shown\~here}", "shown\u{a0}here"),
        (r"{\rtf1 A\cell B\cell\row C\tab D\line E \{x\}\\}", "A\tB\n\nC\tD\nE {x}\\"),
        (r"{\rtf1 Kim{\footnote Note} Chol\par}", "Note\n\nKim Chol"),
        (r"{\rtf1{\info{\author Kim Author}{\operator Ri}}Body}", "Author: Kim Author\n\nLast modified by: Ri\n\nBody"),
        (r#"{\rtf1{\field{\*\fldinst{HYPERLINK "https://example.org/"}}{\fldrslt Shown}}}"#, "https://example.org/\n\nShown"),
        (r"{\rtf1 a\bin3 }}}b}", "ab"),
    ];
    for (source, expected) in cases {
        let picture = source.contains("pict");
        let found = read(source.as_bytes(), rtf);
        assert_eq!(found.notes.len(), usize::from(picture), "{:?}", found.notes);
        check_rtf(source, expected);
    }
}

#[test]
fn damaged_rich_text_says_so() {
    assert!(matches!(read(b"{\\rtf1 Kim Chol", rtf).status, Status::Partly(_)));
    assert!(matches!(read(b"", rtf).status, Status::Damaged(_)));
    assert_eq!(read(b"{\\rtf1 \\par}", rtf).status, Status::NoText);
    let deep = format!("{{\\rtf1 Kim {}", "{".repeat(5000));
    assert!(matches!(read(deep.as_bytes(), rtf).status, Status::Partly(_)));
}

#[test]
fn limits_are_named() {
    let text = format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", "Kim Chol ".repeat(10_000));
    let bytes = package(&[("word/document.xml", &word(&text))]);
    let short = with(&Limits { text_bytes: 100, ..Limits::default() }, |budget| docx(&bytes, budget));
    assert_eq!(short.text.len(), 100);
    assert_eq!(short.status, Status::Partly(vec!["the limit of 100 bytes of text".to_owned()]));
    let small = with(&Limits { file_bytes: 1000, ..Limits::default() }, |budget| docx(&bytes, budget));
    assert!(matches!(&small.status, Status::TooLarge(reason) if reason.contains("1000")), "{:?}", small.status);
    // Four mebibytes of blanks become some kilobytes: a bomb.
    let blanks = word(&" ".repeat(4 << 20));
    let bomb = package(&[("word/document.xml", &blanks)]);
    let status = with(&Limits { ratio: 10, ..Limits::default() }, |budget| docx(&bomb, budget)).status;
    assert!(
        matches!(&status, Status::TooLarge(reason) if reason.contains("10 decompressed bytes for each byte")),
        "{status:?}"
    );
    let in_book = package(&[("xl/workbook.xml", &blanks)]);
    assert!(matches!(
        with(&Limits { ratio: 10, ..Limits::default() }, |budget| sheet(&in_book, budget)).status,
        Status::TooLarge(_)
    ));
    let deep = package(&[(
        "word/document.xml",
        &format!("<w:document {W}><w:p><w:r><w:t>Kim</w:t></w:r></w:p>{}", "<w:a>".repeat(2000)),
    )]);
    assert!(matches!(read(&deep, docx).status, Status::Partly(_)));
    let stop = || true;
    let limits = Limits::default();
    let budget = Budget { limits: &limits, text_left: 1000, files_left: 1, bytes_left: 1 << 20, depth: 1, stop: &stop };
    assert_eq!(docx(&bytes, &budget).status, Status::Stopped);
}

#[test]
fn entities_are_not_expanded() {
    let bomb = format!(
        "<!DOCTYPE d [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>{}",
        word("<w:p><w:r><w:t>Kim &b; Chol</w:t></w:r></w:p>")
    );
    let read = read(&package(&[("word/document.xml", &bomb)]), docx);
    assert_eq!(read.text, "Kim &b; Chol");
}

#[test]
fn no_text_is_never_read() {
    let picture = ("word/media/image1.png", "picture");
    let empty = word("<w:p/>");
    let statuses = [
        (read(&package(&[("word/document.xml", &empty), picture]), docx).status.code(), "no_text"),
        (
            read(
                &package(&[
                    ("word/document.xml", &empty),
                    picture,
                    ("docProps/core.xml", "<c><dc:creator>Kim</dc:creator></c>"),
                ]),
                docx,
            )
            .status
            .code(),
            "partly",
        ),
        (read(&package(&[picture]), docx).status.code(), "damaged"),
        (read(&package(&[picture]), pptx).status.code(), "damaged"),
        (read(&package(&[picture]), sheet).status.code(), "damaged"),
        (read(b"PK\x03\x04", docx).status.code(), "damaged"),
        (read(b"", sheet).status.code(), "damaged"),
        (read(&package(&[("word/document.xml", &word("<w:p><w:r><w:t>Kim</w:t></w:r>"))]), docx).status.code(), "partly"),
    ];
    for (found, expected) in statuses {
        assert_eq!(found, expected);
    }
    let slideless = package(&[
        ("ppt/presentation.xml", r#"<p><sldId r:id="a"/></p>"#),
        ("ppt/_rels/presentation.xml.rels", r#"<R><Relationship Id="a" Target="slides/slide1.xml"/></R>"#),
    ]);
    assert_eq!(read(&slideless, pptx).status.code(), "damaged");
}

type Reader = fn(&[u8], &Budget) -> Read;

fn sample(which: usize) -> (Vec<u8>, Reader) {
    match which {
        0 => (whole_docx(), docx),
        1 => (workbook(), sheet),
        2 => (xls(&[(0, 0, "Kim Chol"), (2, 3, "Ri")]), sheet),
        3 => (presentation(), pptx),
        _ => (
            br"{\rtf1\ansi\ansicpg949{\fonttbl{\f1\fcharset204 A;}}\uc1\u1055?{\footnote \f1\'cf}\'b1\'e8\'c3\'b6\par Kim}"
                .to_vec(),
            rtf,
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn changed_files_never_panic(which in 0..5_usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (mut bytes, reader) = sample(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let found = read(&bytes, reader);
        prop_assert!(found.places.iter().all(|place| found.text.is_char_boundary(place.at)));
        prop_assert!(found.status != Status::Read || !found.text.trim().is_empty());
    }

    #[test]
    fn files_cut_off_are_never_read(which in 0..5_usize, at in any::<prop::sample::Index>()) {
        let (mut bytes, reader) = sample(which);
        // The last byte of a compound file or a ZIP may say nothing.
        let at = at.index(bytes.len() - 1);
        bytes.truncate(at);
        let found = read(&bytes, reader);
        if which != 2 {
            prop_assert_ne!(found.status, Status::Read);
        }
    }

    #[test]
    fn any_rich_text_is_read_or_refused(words in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "\\u-1", "\\'", "\\'8", "\\'ff", "\\uc9", "\\bin99", "\\*", "\\info", "\\author", "\\footnote", "\\fonttbl", "\\f1", "\\fcharset129",
        "\\ansicpg932", "\\ansicpg7", "\\fldinst", " ", "a", "\\par", "\\", "\\u55296", "\\u56320", "\\pict", "HYPERLINK \"", "\\bin-1", "\\u99999999999",
    ]), 0..60)) {
        let source = format!("{{\\rtf1{}", words.concat());
        let found = read(source.as_bytes(), rtf);
        prop_assert!(found.status != Status::Read || !found.text.trim().is_empty());
    }
}
