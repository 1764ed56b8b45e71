//! OFAC's delta files: invented changes to the invented list of the enhanced format.

use std::fmt::Write as _;
use std::path::Path;

use interdict_sources::{
    Applied, ChangeKind, Format, Limits, OfacDelta, OfacList, Report, SourceError, SourceSpec, load_file, load_ofac_delta,
    load_ofac_delta_bytes, mismatches, recognise_file,
};

use crate::helpers::{golden_text, real};
use crate::ofac_enhanced::MINI_ENHANCED;
use crate::support::{Loaded, load, refusal, spec};

const MINI_DELTA: &str = include_str!("../data/mini_delta.xml");

fn try_delta(text: &str) -> Result<(OfacDelta, Report), SourceError> {
    load_ofac_delta_bytes(&spec(), "delta.xml", text.as_bytes())
}

#[track_caller]
fn delta(text: &str) -> OfacDelta {
    try_delta(text).unwrap_or_else(|error| panic!("{error}")).0
}

/// A delta of a day with the given entities.
fn delta_of(date: &str, entities: &str) -> OfacDelta {
    delta(&format!(
        "<sanctionsData xmlns='https://www.treasury.gov/ofac/DeltaFile/1.0'><publicationInfo><datePublished>{date}</datePublished>\
         </publicationInfo><entities>{entities}</entities></sanctionsData>"
    ))
}

fn mini_list() -> OfacList {
    OfacList::load_bytes(&spec(), "list.xml", MINI_ENHANCED.as_bytes()).unwrap().0
}

fn entities(list: &OfacList) -> Loaded {
    let mut entities = Vec::new();
    let report = list.entities(&mut |entity| entities.push(entity));
    Loaded { entities, report }
}

fn messages(applied: &Applied) -> Vec<String> {
    applied.issues.iter().map(|issue| format!("{}: {}: {}: {}", issue.line, issue.record, issue.field, issue.message)).collect()
}

#[test]
fn what_is_read() {
    let (delta, report) = try_delta(MINI_DELTA).unwrap();
    assert_eq!((report.format, report.issue_date.as_str()), ("ofac_delta", "2026-02-05"));
    assert_eq!((delta.date_published.as_str(), delta.publication_type.as_str()), ("2026-02-05", "Standard Action"));
    assert_eq!(delta.publication_id, None);
    assert_eq!((report.issues.len(), report.rejected.len(), report.bytes), (0, 0, MINI_DELTA.len() as u64));
    let changes: Vec<(&str, ChangeKind)> = delta.changes.iter().map(|change| (change.id.as_str(), change.kind)).collect();
    assert_eq!(
        changes,
        [
            ("ofac-9010", ChangeKind::Add),
            ("ofac-9001", ChangeKind::Modify),
            ("ofac-9002", ChangeKind::Modify),
            ("ofac-9003", ChangeKind::Remove),
            ("ofac-9004", ChangeKind::Modify),
            ("ofac-9020", ChangeKind::Add),
        ]
    );
    let counts = ["changes", "changes_add", "changes_modify", "changes_remove"].map(|what| report.count(what));
    assert_eq!(counts, [6, 2, 3, 1]);
}

/// A delta is no list, and a list no delta, whatever the namespace.
#[test]
fn taken_for_what_it_is() {
    assert!(refusal(MINI_DELTA.as_bytes()).contains("a file of changes and not the whole list"));
    let bare = MINI_DELTA.replace(" xmlns=\"https://www.treasury.gov/ofac/DeltaFile/1.0\"", "");
    assert!(refusal(bare.as_bytes()).contains("a file of changes"));
    assert_eq!(delta(&bare).changes.len(), 6);
    assert!(try_delta(MINI_ENHANCED).unwrap_err().to_string().contains("`ofac_enhanced`, not `ofac_delta`"));
    let error = OfacList::load_bytes(&spec(), "list.xml", MINI_DELTA.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("`ofac_delta`, not `ofac_enhanced`"), "{error}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    assert_eq!(recognise_file(&folder.join("mini_delta.xml"), Limits::default()).unwrap(), Format::OfacDelta);
    assert_eq!(load_ofac_delta(&spec(), &folder.join("mini_delta.xml")).unwrap().1.file, "mini_delta.xml");
    // No change at all is nothing to apply.
    let empty = "<sanctionsData><publicationInfo><datePublished>2026-02-05</datePublished></publicationInfo><entities/></sanctionsData>";
    assert!(matches!(try_delta(empty), Err(SourceError::Empty { .. })));
}

/// The list that was only loaded gives what the parser of the format gives.
/// A decoder hands out little at a time; what the file is must not depend on that.
#[test]
fn other_encodings() {
    let utf_16: Vec<u8> = format!("\u{feff}{MINI_DELTA}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (decoded, report) = load_ofac_delta_bytes(&spec(), "delta.xml", &utf_16).unwrap();
    assert_eq!(decoded.changes.len(), delta(MINI_DELTA).changes.len());
    assert_eq!(report.files.len(), 1);
}

#[test]
fn a_list_without_deltas() {
    let loaded = entities(&mini_list());
    assert_eq!(loaded.entities, load(MINI_ENHANCED.as_bytes()).entities);
    assert_eq!((mini_list().len(), mini_list().is_empty(), mini_list().issue_date()), (5, false, "2026-02-03"));
}

#[test]
fn changes_of_every_kind() {
    let mut list = mini_list();
    let applied = list.apply(&delta(MINI_DELTA)).unwrap();
    assert_eq!(messages(&applied), [""; 0]);
    let counts = (applied.added, applied.modified, applied.removed, applied.of_other_lists, applied.needs_whole_file);
    assert_eq!(counts, (1, 2, 2, 1, false));
    assert_eq!((list.len(), list.issue_date()), (4, "2026-02-05"));
    let loaded = entities(&list);
    golden_text("mini_delta.expected.jsonl", &(loaded.lines().join("\n") + "\n"));
    // With the Chinese name goes the reason to write the family name first.
    loaded.check(
        "ofac-9001",
        "Person",
        &[
            ("name", &["Ada Maria Bertovna EXEMPLAR Cecilia SAMPLE Adi", "Ада Пример"]),
            ("lastName", &["EXEMPLAR"]),
            ("alias", &["Ada EXAMPEL", "Ada EXAMPLE-NEW"]),
            ("weakAlias", &["The New Sample"]),
            ("position", &[]),
            ("birthDate", &["1979-01-05", "1981~", "1982/1984"]),
            ("email", &["ada@example.net"]),
            ("addressEntity", &["ofac-addr-302", "ofac-addr-305"]),
            ("passportNumber", &["X0000001"]),
            ("idNumber", &[]),
        ],
    );
    assert!(loaded.texts("ofac-9001", "notes").contains(&"A new remark."));
    assert!(!loaded.texts("ofac-9001", "notes").contains(&"An invented remark & more."));
    // What two features say, or said, of the same thing goes only with the one that is removed.
    assert!(loaded.texts("ofac-9001", "notes").iter().all(|note| !note.contains("an invented comment")));
    loaded.check("ofac-sanction-9001", "Sanction", &[("program", &["INVENTED1", "INVENTED3"])]);
    loaded.check("ofac-9010", "Person", &[("name", &["Nina NEWCOMER"]), ("birthDate", &["1972-03-03"])]);
    loaded.check("ofac-rel-61", "Representation", &[("agent", &["ofac-9010"]), ("client", &["ofac-9002"])]);
    // The whole record replaces what there was.
    loaded.check("ofac-9002", "Organization", &[("name", &["SAMPLE TRADING RENAMED"]), ("swiftBic", &[])]);
    let gone = ["ofac-9003", "ofac-9004", "ofac-9020", "ofac-addr-301", "ofac-doc-802", "ofac-rel-22", "ofac-rel-24"];
    for id in gone {
        assert!(loaded.entities.iter().all(|entity| entity.id != id), "{id} is gone");
    }
    assert!(loaded.entities.iter().all(|entity| entity.origin.as_ref().is_some_and(|origin| origin.issue == "2026-02-05")));
}

#[test]
fn order_of_publications() {
    let mut list = mini_list();
    let add = |uid: u32| {
        format!(
            "<entity id='{uid}' action='add'><generalInfo><entityType>Entity</entityType></generalInfo><names><name><isPrimary>true\
             </isPrimary><translations><translation><formattedFullName>Numbered {uid}</formattedFullName></translation></translations>\
             </name></names></entity>"
        )
    };
    let numbered = |date: &str, number: u64, uid: u32| {
        let mut delta = delta_of(date, &add(uid));
        delta.publication_id = Some(number);
        delta
    };
    let error = list.apply(&delta_of("2026-02-02", &add(1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the delta of 2026-02-02 was published before of 2026-02-03, which the list holds already; nothing was changed"
            .replace("before of", "before that of")
    );
    assert_eq!(list.len(), 5);
    list.apply(&numbered("2026-02-05", 41, 2)).unwrap();
    // The second publication of a day, and no publication twice.
    list.apply(&numbered("2026-02-05", 42, 3)).unwrap();
    let error = list.apply(&numbered("2026-02-05", 42, 4)).unwrap_err();
    assert!(error.to_string().contains("42 of 2026-02-05"), "{error}");
    assert!(list.apply(&numbered("2026-02-06", 41, 4)).is_err());
    // Without a number the date decides.
    assert!(list.apply(&delta_of("2026-02-04", &add(5))).is_err());
    list.apply(&delta_of("2026-02-05", &add(5))).unwrap();
    assert_eq!(list.len(), 8);
}

#[test]
fn what_does_not_fit_is_said() {
    let mut list = mini_list();
    let entity = |uid: u32, action: &str, rest: &str| format!("<entity id='{uid}'{action}>{rest}</entity>\n");
    let whole = "<generalInfo><entityType>Entity</entityType></generalInfo><names><name id='1'><isPrimary>true</isPrimary><translations>\
                 <translation id='1'><formattedFullName>WHOLE</formattedFullName></translation></translations></name></names>";
    let other_list = "<sanctionsLists><sanctionsList refId='99002' id='1'>Unheard-of List</sanctionsList></sanctionsLists>";
    let entities_of_delta = [
        entity(9006, " action='add'", whole),
        entity(7001, " action='remove'", ""),
        entity(7002, " action='remove'", other_list),
        entity(7003, "", "<names><name id='5' action='remove'/></names>"),
        entity(7004, " action='modify'", whole),
        entity(9002, " action='remove'", other_list),
        entity(
            9001,
            " action='change'",
            "<generalInfo><remarks action='update' oldValue='Something else.'>New.</remarks></generalInfo>\
             <names><name id='77' action='remove'/><name id='102' action='add'><isPrimary>false</isPrimary>\
             <aliasType>A.K.A.</aliasType><translations><translation id='5102'><formattedFullName>AGAIN</formattedFullName></translation>\
             </translations></name></names>\
             <features><feature id='6999' action='update'><type>Website</type><value>https://example.org</value></feature>\
             <feature id='610' action='fold'><value>https://example.net</value></feature></features>\
             <moods><mood id='1' action='remove'/></moods>",
        ),
    ];
    let delta = delta_of("2026-02-05", &entities_of_delta.concat());
    let applied = list.apply(&delta).unwrap();
    assert_eq!(
        messages(&applied),
        [
            "1: entity 9006: action: a party is to be added that is in the list already; it was replaced",
            "2: entity 7001: action: a party is to be removed that is not in the list",
            "4: entity 7003: action: a party is to be changed that is not in the list; it was left out",
            "5: entity 7004: action: a party is to be changed that is not in the list; its record is whole and was added",
            "6: entity 9002: sanctionsLists: another list adds or removes a party that this list has; it was kept as it is",
            "7: entity 9001: remarks: the list says `An invented remark & more.` where the delta file expects `Something else.`",
            "7: entity 9001: name: it is to be removed, and is not in the list",
            "7: entity 9001: name: it is to be added, and is in the list already; it was replaced",
            "7: entity 9001: feature: it is to be updated, and is not in the list; it was added",
            "7: entity 9001: feature: the action `fold` is not known; taken as an update",
            "7: entity 9001: mood: it is to be removed, and is not in the list",
        ]
    );
    let counts = (applied.added, applied.modified, applied.removed, applied.of_other_lists, applied.needs_whole_file);
    assert_eq!(counts, (1, 2, 0, 2, true));
    let loaded = entities(&list);
    loaded.check("ofac-9001", "Person", &[("website", &["https://example.net", "https://example.org"])]);
    assert_eq!(loaded.texts("ofac-9001", "alias"), ["AGAIN", "EXAMPLE-NEW Ada"]);
    loaded.check("ofac-9006", "Organization", &[("name", &["WHOLE"])]);
    loaded.check("ofac-7004", "Organization", &[("name", &["WHOLE"])]);
    loaded.check("ofac-9002", "Organization", &[("name", &["Sample Trading"])]);
}

#[test]
fn records_that_are_wrong() {
    let text = "<sanctionsData xmlns='https://www.treasury.gov/ofac/DeltaFile/1.0'><publicationInfo><datePublished>soon</datePublished>\
                <mood/></publicationInfo><entities><entity action='add'/><entity id='1' action='fold'/><entity id='2' action='remove'/>\
                <entity id='2' action='DELETE'/></entities></sanctionsData>";
    let (delta, report) = try_delta(text).unwrap();
    let issues: Vec<String> =
        report.issues.iter().map(|issue| format!("{}: {}: {}", issue.record, issue.field, issue.message)).collect();
    assert_eq!(
        issues,
        [
            "publicationInfo: datePublished: a date cannot be read: \"soon\" is not the name of a month",
            "publicationInfo: mood: an element that is not known; it was left out",
            "entity: id: a change of a party without an id; it was left out",
            "entity 1: action: the action `fold` is not known; it was left out",
            "entity 2: id: the party stands twice in the file; the changes are applied in their order",
            "publicationInfo: datePublished: the file does not say when it was issued",
        ]
    );
    assert_eq!((delta.changes.len(), report.rejected.len()), (2, 2));
    assert!(delta.changes.iter().all(|change| change.kind == ChangeKind::Remove));
}

#[test]
fn the_check_against_the_next_whole_file() {
    let before = mini_list();
    let mut list = before.clone();
    assert_eq!(mismatches(&list.parties(), &before.parties()), [""; 0]);
    let email = "<features><feature id='609'><value action='update'>ada@example.org</value></feature></features>";
    let change = format!("<entity id='9001'>{email}</entity><entity id='9003' action='remove'/>");
    list.apply(&delta_of("2026-02-05", &change)).unwrap();
    assert_eq!(mismatches(&list.parties(), &before.parties()), ["ofac-9001", "ofac-9003"]);
    // The next whole file says the same as the list and its delta: nothing is amiss, whatever its order.
    let (start, rest) = MINI_ENHANCED.split_once("    <entity id=\"9003\">").unwrap();
    let (_, rest) = rest.split_once("    </entity>\n").unwrap();
    let next = format!("{start}{rest}").replace("ada@example.com", "ada@example.org").replace("2026-02-03", "2026-02-06");
    let next = OfacList::load_bytes(&spec(), "next.xml", next.as_bytes()).unwrap().0;
    assert_eq!(mismatches(&list.parties(), &next.parties()), [""; 0]);
}

/// Every cut and many changed bytes give an error or a delta that can be applied, and never a panic.
#[test]
fn damaged_files() {
    let bytes = MINI_DELTA.as_bytes();
    for end in (0..bytes.len()).step_by(23) {
        assert!(load_ofac_delta_bytes(&spec(), "delta.xml", &bytes[..end]).is_err(), "cut at {end}");
    }
    let (list, mut state) = (mini_list(), 7_u64);
    for _ in 0..300 {
        let mut changed = bytes.to_vec();
        for _ in 0..3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(state >> 33).unwrap() % changed.len();
            changed[place] = [b'<', b'>', b'"', b'9', b' ', b'-', 0xff, b'&'][usize::try_from(state >> 8 & 7).unwrap()];
        }
        if let Ok((delta, _)) = load_ofac_delta_bytes(&spec(), "delta.xml", &changed) {
            let mut list = list.clone();
            let _ = list.apply(&delta).map(|_| list.parties());
        }
    }
}

/// A delta of the whole records that changed brings one real issue to the next.
#[test]
fn from_one_real_issue_to_the_next() {
    let (Some(before), Some(after)) =
        (real("ofac/nonsdn/CONS_ENHANCED_2025-01-10.ZIP"), real("ofac/nonsdn/cons_enhanced_2026-01-08.xml.gz"))
    else {
        return;
    };
    let spec = SourceSpec::new("us_ofac_cons");
    let (mut list, report) = OfacList::load(&spec, &before).unwrap();
    assert_eq!((list.len(), report.count("parties"), report.issues.len()), (443, 443, 0));
    let mut loaded = Vec::new();
    load_file(&spec, &before, None, &mut |entity| loaded.push(entity)).unwrap();
    assert_eq!(entities(&list).entities.len(), loaded.len());
    let (next, _) = OfacList::load(&spec, &after).unwrap();
    let mut changed = mismatches(&list.parties(), &next.parties());
    assert!(changed.len() > 5 && changed.len() < 100, "{changed:?}");
    changed.sort_by_key(|id| id.trim_start_matches("ofac-").parse::<u32>().unwrap());
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(std::fs::File::open(&after).unwrap()), &mut text)
        .unwrap();
    let mut records = String::new();
    for id in &changed {
        let uid = id.trim_start_matches("ofac-");
        match text.split_once(&format!("<entity id=\"{uid}\">")) {
            Some((_, rest)) => {
                let body = rest.split("</entity>").next().unwrap();
                write!(records, "<entity id=\"{uid}\" action=\"modify\">{body}</entity>").unwrap();
            }
            None => write!(records, "<entity id=\"{uid}\" action=\"remove\"/>").unwrap(),
        }
    }
    list.apply(&delta_of("2026-01-08", &records)).unwrap();
    assert_eq!(mismatches(&list.parties(), &next.parties()), [""; 0]);
}
