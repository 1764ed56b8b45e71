//! The bulletin over an invented list, whole and limited to a programme, held against golden files; what it promises of hostile names; and
//! its laws: the same data give the same bytes, and nothing that was told is lost in a form.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod scan_report;

use std::fs;
use std::path::Path;

use interdict_exchange::{Brief, BriefOptions, Customer, Customers, IssuePair, brief};
use interdict_matching::Settings;
use interdict_model::{Entity, Schema, entity_from_json};
use interdict_sources::{IssueRef, ListIssue, ListIssueBuilder, SourceIssue, SourceSpec};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap_or_default()
}

fn issue(text: &str, file: &str, date: &str) -> ListIssue {
    let mut builder = ListIssueBuilder::new();
    text.lines().for_each(|line| builder.add(&entity_from_json(line).unwrap()));
    let source = SourceIssue {
        source: "sample_list".to_owned(),
        format: "ftm_json_lines".to_owned(),
        issue_date: date.to_owned(),
        sha256: if date < "2030-02" { "0".repeat(64) } else { "1".repeat(64) },
        bytes: 7,
    };
    builder.finish(IssueRef { file: format!("some/folder/{file}"), sources: vec![source], ..IssueRef::default() })
}

fn pair() -> IssuePair {
    IssuePair {
        old: issue(&read("old.jsonl"), "old.jsonl", "2030-01-01"),
        new: issue(&read("new.jsonl"), "new.jsonl", "2030-02-01"),
    }
}

fn customers() -> Customers {
    let mut customers = Customers::new("customers.csv", Settings::default());
    let mut add = |id: &str, schema: Schema, name: &str| {
        let mut entity = Entity::new(id, schema);
        entity.add("name", name);
        customers.add(&Customer { id: id.to_owned(), entity });
    };
    add("c-1", Schema::Person, "Zorvan Elquist");
    add("c-2", Schema::Person, "Emily Hartwell");
    add("c-3", Schema::Company, "Sample Holding");
    add("c-4", Schema::Person, "Quillon Vardek");
    customers.unread("c-5", "line 6: not a JSON object");
    customers
}

fn told(program: Option<&str>, customers: Option<&Customers>) -> Brief {
    let options = BriefOptions {
        generated: "2030-02-02".to_owned(),
        since: Some("2030-01-10".to_owned()),
        program: program.map(str::to_owned),
        engine: "0.0.0".to_owned(),
        ..BriefOptions::default()
    };
    brief(&[pair()], &options, customers).unwrap()
}

/// Compares with a file under `tests/data`; with the environment variable `UPDATE_EXPECT` it writes the file instead.
#[track_caller]
fn golden(name: &str, found: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name), found).unwrap();
    }
    let expected = read(name);
    for (number, (expected, found)) in expected.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {} of {name}; UPDATE_EXPECT=1 rewrites it", number + 1);
    }
    assert_eq!(expected, found, "{name}; UPDATE_EXPECT=1 rewrites it");
}

#[test]
fn the_whole_bulletin() {
    let told = told(None, Some(&customers()));
    golden("whole.md", &told.to_markdown());
    golden("whole.html", &told.to_html());
    golden("whole.json", &(serde_json::to_string_pretty(&told).unwrap() + "\n"));
}

#[test]
fn limited_to_a_programme() {
    let told = told(Some("DPRK"), None);
    golden("dprk.md", &told.to_markdown());
    let why = |id: &str| {
        let party = told.added.iter().find(|party| party.id == id);
        party.map(|party| party.why.join("; ")).unwrap_or_default()
    };
    assert!(why("x-4").starts_with("programme DPRK9; "));
    // No tag of the programme: found by nationality, and by who owns it.
    assert!(why("x-5").contains("nationality North Korea"));
    assert!(why("x-6").starts_with("linked to Test Bureau 9 (x-4): programme DPRK9"));
    assert_eq!(why("x-7"), "");
    assert_eq!(told.changed[0].further_programs, ["DPRK9"]);
    assert_eq!((told.counts.added, told.counts.changed, told.counts.removed), (3, 1, 0));
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let one = told(None, Some(&customers()));
    let other = told(None, Some(&customers()));
    assert_eq!(one.to_html(), other.to_html());
    assert_eq!(one.to_markdown(), other.to_markdown());
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&other).unwrap());
}

#[test]
fn names_cannot_steer_the_document() {
    let told = told(None, None);
    let html = told.to_html();
    assert!(html.contains("Bureau &lt;b&gt;Nine&lt;/b&gt; &amp; *Sons* | [x](y)"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<b>") && html.contains("<bdi>زوروان</bdi>"));
    let markdown = told.to_markdown();
    assert!(markdown.contains("Bureau &lt;b&gt;Nine&lt;/b&gt; &amp; \\*Sons\\* \\| \\[x\\](y)"), "{markdown}");
    let evil = "{\"id\":\"e\\u202e\\\"><i>\",\"schema\":\"Person\",\"properties\":{\"name\":[\"# evil\\u202egpj\\n\\n## Sources\\u0007\"]}}";
    let pair = IssuePair { old: issue(&read("old.jsonl"), "a", "2030-01-01"), new: issue(evil, "b", "2030-02-01") };
    let told = brief(&[pair], &BriefOptions::default(), None).unwrap();
    for text in [told.to_html(), told.to_markdown()] {
        assert!(!text.contains('\u{202e}') && !text.contains('\u{7}') && text.contains("\\u{202e}"), "{text}");
        assert!(!text.contains("\n## Sources\\u{7}"), "{text}");
    }
    assert!(!told.to_html().contains("<i>"));
    // In a code span a tag is text.
    assert_eq!(told.to_markdown().matches("<i>").count(), told.to_markdown().matches("`e\\u{202e}\"><i>`").count());
}

/// Every start tag of the page that is not void has its end, in order.
#[test]
fn the_page_is_well_formed() {
    let html = told(Some("DPRK"), Some(&customers())).to_html();
    let body = html.split_once("</style>").unwrap().1;
    let mut open = vec!["html", "head"];
    for tag in body.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0) {
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let levels: Vec<u32> = html.match_indices("<h").filter_map(|(at, _)| html[at + 2..].chars().next()?.to_digit(10)).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "headings skip no level: {levels:?}");
}

#[test]
fn nothing_changed_is_said() {
    let same = || issue(&read("old.jsonl"), "old.jsonl", "2030-01-01");
    let options = BriefOptions { until: Some("2030-03-01".to_owned()), ..BriefOptions::default() };
    let told = brief(&[IssuePair { old: same(), new: same() }], &options, Some(&customers())).unwrap();
    let markdown = told.to_markdown();
    assert!(markdown.contains("**0 parties added, 0 removed, 0 changed on sample\\_list**"), "{markdown}");
    assert!(
        markdown.contains("4 customers of customers.csv")
            && markdown.contains("0 concerned; 1 could not be read and was not checked")
    );
    assert_eq!(
        told.notices,
        ["sample_list: the newer issue is of 2030-01-01; what changed from that day to 2030-03-01 is not in this bulletin."]
    );
}

/// Two weeks of the SDN list: a network of workers abroad, tagged and not, and how it hangs together.
#[test]
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn designations_of_2025_08_27() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ofac/advanced");
    if !folder.is_dir() {
        eprintln!("skipped: SDN lists of 2025-08: no folder ../shared/data beside the checkout");
        return;
    }
    let path = |date: &str| folder.join(format!("sdn_advanced_{date}.xml.bz2"));
    let (old, new) = ListIssue::load_pair(&SourceSpec::new("us_ofac_sdn"), &path("2025-08-14"), &path("2025-08-27"));
    let pair = IssuePair { old: old.unwrap().0, new: new.unwrap().0 };
    let options = BriefOptions { program: Some("DPRK".to_owned()), ..BriefOptions::default() };
    let told = brief(&[pair], &options, None).unwrap();
    assert_eq!((told.since.as_str(), told.until.as_str()), ("2025-08-14", "2025-08-27"));
    assert_eq!((told.counts.added, told.counts.removed, told.counts.changed), (4, 0, 1));
    let [event] = &told.events[..] else { panic!("{:?}", told.events) };
    assert_eq!((event.date.as_deref(), event.groups.len()), (Some("2025-08-27"), 1));
    assert_eq!(event.groups[0].programs, ["DPRK2"]);
    assert_eq!(event.groups[0].legal_basis, ["Executive Order 13687 (North Korea)"]);
    let sentences: Vec<String> = told.connections.iter().map(interdict_exchange::Connection::sentence).collect();
    let expected = "Chinyong Information Technology Cooperation Company is owner of Shenyang Geumpungri Network Technology Co., Ltd \
                    (“Owned or Controlled By”)";
    assert!(sentences.iter().any(|sentence| sentence == expected), "{sentences:?}");
    assert_eq!(told.changed[0].id, "ofac-43379");
}
