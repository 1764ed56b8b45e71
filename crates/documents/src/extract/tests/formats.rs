//! Tests of plain text in its encodings, Markdown, HTML, tables and XML.

use encoding_rs::{BIG5, EUC_KR, SHIFT_JIS, WINDOWS_1251};

use super::super::*;
use super::one;

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &str) -> Part {
    let part = one(name, bytes);
    assert_eq!((part.text.as_str(), part.status.code()), (expected, "read"), "{part:?}");
    part
}

#[test]
fn encodings() {
    let russian = "Компания платит за товар, который поставлен в срок. Директор подписал договор.";
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert!(check("a.txt", russian.as_bytes(), russian).notes.is_empty());
    check("a.txt", &[b"\xef\xbb\xbf", russian.as_bytes()].concat(), russian);
    check("a.txt", &[&b"\xff\xfe"[..], &utf_16(russian)].concat(), russian);
    let big: Vec<u8> = russian.encode_utf16().flat_map(u16::to_be_bytes).collect();
    check("a.txt", &[&b"\xfe\xff"[..], &big].concat(), russian);
    assert_eq!(check("a.txt", &big, russian).notes, ["taken for UTF-16BE, which it does not say"]);
    assert_eq!(check("a.txt", &utf_16("Ann Example, Seoul"), "Ann Example, Seoul").notes.len(), 1);
    let part = check("a.txt", &WINDOWS_1251.encode(russian).0, russian);
    assert_eq!(part.notes, ["taken for windows-1251, a guess from its bytes"]);
    let korean = "조선민주주의인민공화국 국방과학원은 평양에 있다. 회사는 계약서를 썼다.";
    check("a.txt", &EUC_KR.encode(korean).0, korean);
    let japanese = "株式会社の取締役は契約書に署名した。これは例文です。";
    check("a.txt", &SHIFT_JIS.encode(japanese).0, japanese);
    let chinese = "公司的董事簽署了合約，貨物已經運到港口。這是一個例子。";
    check("a.txt", &BIG5.encode(chinese).0, chinese);
    let utf_32: Vec<u8> = "\u{feff}Ann Ж".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    check("a.txt", &utf_32, "Ann Ж");
    let part = check(
        "a.txt",
        "Müller, Größe, für, Übung, Straße, schön, Söhne, Öl, Ähre\u{0}".replace('\0', "").as_bytes(),
        "Müller, Größe, für, Übung, Straße, schön, Söhne, Öl, Ähre",
    );
    assert!(part.notes.is_empty());
    let broken = [&"Übung ".repeat(20).into_bytes()[..], b"\xff"].concat();
    assert_eq!(one("a.txt", &broken).notes, ["1 characters are not valid UTF-8"]);
}

#[test]
fn lines_end_alike() {
    check("a.txt", b"a\r\nb\rc\nd\x0ce", "a\nb\nc\nd\ne");
}

#[test]
fn markdown_loses_its_signs() {
    let text = "# Title #\n\n> **Ann** _Example_ of `example_firm_x`\n- [Bob Example](https://example.com/bob \"his page\")\n\
        ![a seal](seal.png)\n\\*no sign\\* snake_case_word ~~gone~~\n***\n\n```rust\nlet a_b = *c;\n```\n<https://example.org> <b>Eve</b> a < b\n\
        [ref]: https://example.net\n| Ann | KP |\n|-----|:---:|\n";
    let expected = "Title\n\nAnn Example of example_firm_x\nBob Example (https://example.com/bob \"his page\")\n\
        a seal (seal.png)\n*no sign* snake_case_word gone\n\n\nrust\nlet a_b = *c;\n\n https://example.org  Eve a < b\n\
        ref: https://example.net\n| Ann | KP |\n\n";
    check("a.md", text.as_bytes(), expected);
}

#[test]
fn markdown_in_linear_time() {
    for piece in ["<a", "<a@", "[", "](", "<a>", "> ", "*", "\\"] {
        let part = one("a.md", format!("Ann {}", piece.repeat(50_000)).as_bytes());
        assert!(part.text.starts_with("Ann"), "{piece}");
    }
}

#[test]
fn the_main_text_comes_first_and_nothing_is_lost() {
    let article = "Ann Example, a director of Example Trading, signed the contract in Seoul. ".repeat(4);
    let page = format!(
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>A &amp; B</title><meta name=description content='What &eacute;'>\
         <meta property='og:author' content='Cid Example'><style>p {{}}</style><script>var x = '<p>no</p>';</script>\
         <script type='application/ld+json'>{{\"name\":\"Dee Example\"}}</script></head><body>\
         <nav><ul><li><a href=/>Home</a><li><a href=/x>Contact</a></ul></nav>\
         <main><h1>Head</h1><p>{article}<p>K<b>i</b>m <em>Ex</em>ample<br>next<img src=x alt='a seal'></p>\
         <p>Ki<span style='display: none'>hidden words</span>m</p></main>\
         <div class='cookie-banner'>We use cookies</div><footer>Eve Example Ltd <a href='mailto:eve@example.com'>mail</a></footer></body>"
    );
    let part = one("a.html", page.as_bytes());
    let expected = format!(
        "A & B\n\nWhat é\n\nHead\n\n{}\n\nKim Example\nnext a seal\n\nKim\n\nHome\nContact\n\nWe use cookies\n\nEve Example Ltd mail\n\n\
         Cid Example\n{{\"name\":\"Dee Example\"}}\neve@example.com\n\nhidden words",
        article.trim()
    );
    assert_eq!(part.text, expected);
    let place = |of: &str| part.place(part.text.find(of).unwrap()).unwrap();
    assert_eq!(
        [place("Head"), place("Home"), place("Eve"), place("hidden")],
        ["main text", "beside the main text", "beside the main text", "hidden text"]
    );
    assert_eq!(part.notes, ["it has text that is not shown, which was kept"]);
}

#[test]
fn tables_and_characters_of_html() {
    let part = check(
        "a.html",
        b"<table><tr><th>Name<th>Country<tr><td>Ann&nbsp;Example</td><td>KP</td></tr></table>a\n  b<pre>x\n  y</pre>",
        "Name | Country\nAnn\u{a0}Example | KP\n\na b\n\nx\n  y",
    );
    assert!(part.places.is_empty());
    let russian = "<html><meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>Ким</p>";
    check("a.html", &WINDOWS_1251.encode(russian).0, "Ким");
}

#[test]
fn html_in_linear_time() {
    for piece in
        ["<div>", "<div a=b>", "</span>", "<b><p>", "<script>", "<!--", "<a ", "a<", "&", "<td>", "<![CDATA[", "<svg><title>"]
    {
        let text = format!("<p>Ann Example</p>{}Bob", piece.repeat(100_000));
        let part = one("a.html", text.as_bytes());
        assert!(part.text.contains("Ann Example"), "{piece}");
    }
    // Each attribute is another one.
    let attributes = (0..200_000).map(|i| format!(" a{i}=x")).collect::<Vec<_>>().concat();
    check("a.html", format!("<p{attributes}>Ann Example").as_bytes(), "Ann Example");
    let ends = format!("{}{}<p>Ann", "<div>".repeat(100_000), "</span>".repeat(100_000));
    check("a.html", ends.as_bytes(), "Ann");
}

#[test]
fn tables_read_as_sentences() {
    let part = check(
        "a.csv",
        b"name;country;note\r\nAnn Example;KP;\"first;\nsecond\"\r\n\r\nBob Example;;x;more\r\n",
        "name; country; note\nname: Ann Example; country: KP; note: first;\nsecond\nname: Bob Example; note: x; more\n",
    );
    assert_eq!(part.place(part.text.find("Ann").unwrap()), Some("row 2"));
    assert_eq!(part.place(part.text.find("Bob").unwrap()), Some("row 3"));
    check("a.csv", b"Ann,5\nBob,6\n", "Ann; 5\nBob; 6\n");
    check("a.tsv", b"a\tb\n1,5\t2,5\n", "a; b\na: 1,5; b: 2,5\n");
    check("a.csv", b"sep=|\nname|x\nAnn|1,2\n", "name; x\nname: Ann; x: 1,2\n");
    check("a.csv", b"only one column\nAnn Example\n", "only one column\nAnn Example\n");
}

#[test]
fn xml_keeps_running_text_whole() {
    let part = check(
        "a.xml",
        b"<?xml version=\"1.0\"?><d:Doc xmlns:d=\"u\"><Dbtr><Nm>Ann &amp; &#66;ob</Nm><Id scheme=\"LEI\">5493</Id></Dbtr>\
          <p>K<b>i</b>m <i>Example</i> x</p><p><b>Ann</b> Example</p><![CDATA[a <b]]><!-- gone --></d:Doc>",
        "Nm: Ann & Bob\nscheme: LEI\nId: 5493\np: Kim Example x\nb: Ann Example\nDoc: a <b\n",
    );
    assert_eq!(part.place(part.text.find("Ann").unwrap()), Some("/Doc/Dbtr/Nm"));
    let russian = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>Ким</a>";
    check("a.xml", &WINDOWS_1251.encode(russian).0, "a: Ким\n");
}

#[test]
fn xml_that_is_broken_or_made_up() {
    let part = one("a.xml", b"<a><b>Ann</b>");
    assert_eq!((part.text.as_str(), part.status.code()), ("b: Ann\n", "partly"));
    let part = one("a.xml", b"<a><b>Ann</b>\n<c <!-- Bob Example");
    assert!(part.status.code() == "partly" && part.text.contains("Bob Example"), "{part:?}");
    let laughs = b"<!DOCTYPE a [<!ENTITY x \"Ann\"><!ENTITY y \"&x;&x;&x;\">]><a>&y; Bob</a>";
    let part = one("a.xml", laughs);
    assert_eq!(part.status, Status::Partly(vec!["&y; stands for a text that is not given, or not followed".to_owned()]));
    assert!(part.text.contains("ENTITY x \"Ann\"") && part.text.contains("&y; Bob"), "{part:?}");
    let deep = format!("{}Ann", "<a>".repeat(300_000));
    let part = one("a.xml", deep.as_bytes());
    assert_eq!((part.text.as_str(), part.status.code()), ("a: Ann\n", "partly"));
    let attributes = (0..200_000).map(|i| format!(" a{i}='x'")).collect::<Vec<_>>().concat();
    assert_eq!(one("a.xml", format!("<a{attributes}>Ann</a>").as_bytes()).status, Status::Read);
}
