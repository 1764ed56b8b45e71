//! The report on documents: the whole page against a golden file, and what it promises of hostile texts and of what was not checked.

use interdict_exchange::{
    Excerpt, NamedParty, PartyLink, PartyListing, ScanDocument, ScanMention, ScanPart, ScanReport, ScanResult, Span,
    UnlistedName, excerpts,
};

use crate::golden;

fn mention(text: &str, words: &str, id: &str, caption: &str, score: f64) -> ScanMention {
    let start = text.find(words).unwrap();
    ScanMention {
        span: (start..start + words.len()).into(),
        line: text[..start].matches('\n').count() + 1,
        column: 1,
        place: None,
        words: words.replace('\n', " "),
        sentence: text.lines().next().unwrap_or_default().to_owned(),
        id: id.to_owned(),
        caption: caption.to_owned(),
        schema: "Company".to_owned(),
        score,
        how: "name",
        by_context: false,
        listed: caption.to_owned(),
        datasets: vec!["sample_list".to_owned()],
        programs: vec!["TEST1".to_owned()],
        party: id.to_owned(),
    }
}

fn party(id: &str, caption: &str, mentions: usize, score: f64) -> NamedParty {
    let listing = PartyListing {
        id: id.to_owned(),
        caption: caption.to_owned(),
        datasets: vec!["sample_list".to_owned()],
        programs: vec!["TEST1".to_owned()],
    };
    NamedParty {
        id: id.to_owned(),
        caption: caption.to_owned(),
        schema: "Company".to_owned(),
        mentions,
        score,
        programs: vec!["TEST1".to_owned()],
        listings: vec![listing],
    }
}

fn part(path: &str, status: &str, text: &str, mentions: Vec<ScanMention>, reasons: &[&str]) -> ScanPart {
    ScanPart {
        path: path.to_owned(),
        kind: "text".to_owned(),
        status: status.to_owned(),
        result: match (mentions.is_empty(), reasons.is_empty()) {
            (false, _) => ScanResult::Hit,
            (true, true) => ScanResult::Clear,
            (true, false) => ScanResult::NotChecked,
        },
        reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        notes: Vec::new(),
        text_bytes: text.len(),
        mentions,
        mentions_left_out: 0,
        unlisted: Vec::new(),
        unlisted_left_out: 0,
        excerpts: excerpts(text, &[]),
    }
}

fn document(file: &str, parts: Vec<ScanPart>, parties: Vec<NamedParty>) -> ScanDocument {
    ScanDocument {
        file: file.to_owned(),
        result: ScanDocument::result_of(&parts),
        parties,
        links: Vec::new(),
        pairs_left_out: 0,
        parts,
        drawing: None,
    }
}

fn report(documents: Vec<ScanDocument>) -> ScanReport {
    ScanReport {
        generated: "2030-02-02".to_owned(),
        snapshot: "0".repeat(64),
        engine: "0.0.0".to_owned(),
        settings: "s".to_owned(),
        lists: vec!["sample_list of 2030-02-01".to_owned()],
        threshold: 0.85,
        documents,
    }
}

/// A mail with two parties in it and a scanned page beside, and a clear text.
fn sample() -> ScanReport {
    let text = "Goods went to Zorvan\nTrading and to <Quill & Sons>, said Emily Hartwell.\n\nZorvan Trading paid. شركة زوروان";
    let mut mentions = vec![
        mention(text, "Zorvan\nTrading", "z-1", "Zorvan Trading Corporation", 0.97),
        mention(text, "Zorvan\nTrading", "z-2", "Zorvan Trade House", 0.9),
        mention(text, "Quill & Sons", "q-1", "Quill & Sons", 0.88),
        mention(text, "Zorvan Trading", "z-1", "Zorvan Trading Corporation", 1.0),
    ];
    mentions[2].by_context = true;
    let mut body = part("mail.eml", "read", text, mentions, &[]);
    body.notes = vec!["a header was repaired".to_owned()];
    let start = text.find("Emily").unwrap();
    body.unlisted = vec![UnlistedName {
        name: "Emily Hartwell".to_owned(),
        kind: "person",
        reason: "given name".to_owned(),
        spans: vec![(start..start + 14).into()],
        line: 2,
    }];
    let scanned = part("mail.eml > page.pdf", "no_text", "", Vec::new(), &["no text: it may be a picture"]);
    let parties = vec![
        party("z-1", "Zorvan Trading Corporation", 2, 1.0),
        party("z-2", "Zorvan Trade House", 1, 0.9),
        party("q-1", "Quill & Sons", 1, 0.88),
    ];
    let mut mail = document("mail.eml", vec![body, scanned], parties);
    let link = |through: &[&str], words: &str| PartyLink {
        from: "z-1".to_owned(),
        to: "q-1".to_owned(),
        through: through.iter().map(|id| (*id).to_owned()).collect(),
        cost: 1.0,
        words: vec![words.to_owned()],
        hops: Vec::new(),
    };
    mail.links = vec![link(&[], "Zorvan —[owner of]→ Quill & Sons"), link(&["z-2"], "said already")];
    mail.pairs_left_out = 1;
    mail.drawing = Some("<svg xmlns=\"http://www.w3.org/2000/svg\"><title>é</title></svg>\n".to_owned());
    let clear = document("notes.txt", vec![part("notes.txt", "read", "Nothing here.\n", Vec::new(), &[])], Vec::new());
    report(vec![mail, clear])
}

#[test]
fn the_whole_report() {
    golden("scan.html", &sample().to_html());
}

#[test]
fn what_was_not_checked_comes_first_and_is_not_clear() {
    let html = sample().to_html();
    let (head, main) = html.split_once("<main>").unwrap();
    assert!(head.contains("Not checked") && head.contains("mail.eml &gt; page.pdf") && head.contains("no text"), "{head}");
    let page = main.split_once("<h3>mail.eml &gt; page.pdf").unwrap().1.split("</article>").next().unwrap();
    assert!(page.contains("not checked") && !page.contains("clear"), "{page}");
}

#[test]
fn a_text_cannot_steer_the_page() {
    let text = "<script>alert(1)</script> \u{202e}Zorvan Trading\u{7} \" onmouseover='x' &amp; é<mark>";
    let mut hostile = mention(text, "Zorvan Trading", "z\"><i>", "Zorvan\"><b>\u{202e}", 0.9);
    hostile.programs = vec!["<b>".to_owned()];
    let mut one = part("a<b>\u{202e}.txt", "read", text, vec![hostile], &["<i>why</i>"]);
    one.unlisted = vec![UnlistedName {
        name: "<b>".to_owned(),
        kind: "person",
        reason: "\"><b>".to_owned(),
        // Spans that lie over each other, behind the text and within a letter.
        spans: vec![(0..30).into(), (60..9_999).into(), (70..71).into(), Span { start: 5, end: 2 }],
        line: 1,
    }];
    let mut parties = vec![party("z\"><i>", "<b>", 1, 0.9)];
    parties[0].listings[0].datasets = vec!["<b>".to_owned()];
    let mut document = document("a<b>.txt", vec![one], parties);
    document.drawing = Some("\"><script>alert(2)</script>".to_owned());
    let html = report(vec![document]).to_html();
    let body = html.split_once("</style>").unwrap().1;
    for refused in ["<script", "<b>", "<i>", "onmouseover='", "\u{202e}", "\u{7}", "\"><"] {
        assert!(!body.contains(refused) || refused == "\"><" && !body.contains("z\"><"), "{refused}: {body}");
    }
    assert!(body.contains("&lt;script&gt;alert(1)") && body.contains("%22%3E%3Cscript%3E"), "{body}");
    assert_eq!(html.matches("<mark ").count(), 1);
}

/// Whatever the marks, the text on the page is the text that was read.
#[test]
fn the_text_is_shown_as_it_is() {
    let text = "Aa Bb\n\nCc Dd Ee";
    let spans = [0..2, 3..5, 3..5, 4..9, 8..10, 11..13];
    let mentions = spans.iter().map(|span| {
        let mut mention = mention(text, "Aa", "x", "X", 0.9);
        mention.span = span.clone().into();
        mention
    });
    let part = part("a", "read", text, mentions.collect(), &[]);
    let html = report(vec![document("a", vec![part], Vec::new())]).to_html();
    let shown = html.split_once("aria-label=\"a\">").unwrap().1.split_once("</div>").unwrap().0;
    let mut plain = String::new();
    let mut rest = shown;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        // What a mark adds behind its words is not of the text.
        rest = match after.strip_prefix("sup>") {
            Some(sup) => sup.split_once("</sup>").unwrap().1,
            None => after.split_once('>').unwrap().1,
        };
    }
    plain.push_str(rest);
    assert_eq!(plain.trim(), text);
    assert_eq!(shown.matches("<mark ").count(), 4);
}

#[test]
fn long_texts_say_what_is_left_out() {
    let text = "word ".repeat(20_000);
    let mut long = part("a", "read", &text, Vec::new(), &[]);
    long.excerpts = excerpts(&text, &[50_000..50_004, 50_001..50_003]);
    assert!(long.excerpts.len() == 2 && long.excerpts[1] == Excerpt { at: 49_600, text: text[49_600..50_404].to_owned() });
    let html = report(vec![document("a", vec![long], Vec::new())]).to_html();
    assert!(html.contains("[… 49200 bytes …]") && html.contains("[… 49596 bytes …]"), "{html}");
}

/// Every start tag that is not void has its end, in order, and headings skip no level.
#[test]
fn the_page_is_well_formed() {
    let html = sample().to_html();
    let body = html.split_once("</style>").unwrap().1;
    let mut open = vec!["html", "head"];
    for tag in body.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0) {
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if name != "img" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let levels: Vec<u32> = html.match_indices("<h").filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "headings skip no level: {levels:?}");
    let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(distinct.contains(target), "{target} is nowhere in {ids:?}");
    }
}
