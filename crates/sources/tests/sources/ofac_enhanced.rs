//! OFAC's enhanced format, all of it, by an invented list; what is wrong by another one; and the real files, against the advanced format,
//! the legacy format and counts by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use interdict_model::{AliasKind, DateValue, Entity, PropertyType};
use interdict_sources::{Format, Limits, SourceSpec, by_party, load_file, mismatches, recognise_file};

use crate::helpers::golden_text;
use crate::support::{Loaded, load, refusal, try_load};

pub(crate) const MINI_ENHANCED: &str = include_str!("../data/mini_enhanced.xml");
const BAD: &str = include_str!("../data/bad_enhanced.xml");

#[test]
fn golden_entities() {
    golden_text("mini_enhanced.expected.jsonl", &(load(MINI_ENHANCED.as_bytes()).lines().join("\n") + "\n"));
}

#[test]
fn report() {
    let report = load(MINI_ENHANCED.as_bytes()).report;
    assert_eq!((report.format, report.issue_date.as_str()), ("ofac_enhanced", "2026-02-03"));
    let counts: Vec<(&str, u64)> = report.counts.iter().map(|count| (count.what, count.count)).collect();
    assert_eq!(
        counts,
        [
            ("parties", 5),
            ("names", 13),
            ("names_not_latin", 2),
            ("names_low_quality", 1),
            ("locations", 4),
            ("wallet_addresses", 3),
            ("features", 21),
            ("relationships", 5),
            ("id_documents", 4),
            ("sanctions_entries", 8),
            ("relationships_to_other_lists", 1),
        ]
    );
    assert!(report.rejected.is_empty());
}

/// What matters in the golden file, so that a careless `UPDATE_EXPECT=1` cannot lose it.
#[test]
fn facts_of_the_invented_list() {
    let loaded = load(MINI_ENHANCED.as_bytes());
    loaded.check(
        "ofac-9001",
        "Person",
        &[
            ("name", &["EXAMPLE Ada Maria Bertovna Cecilia SAMPLE Adi", "Пример Ада", "例子"]),
            ("lastName", &["EXAMPLE"]),
            ("weakAlias", &["The Sample"]),
            ("previousName", &["SAMPLE Ada"]),
            ("birthDate", &["1979-01-05", "1980", "1981~", "1982/1984"]),
            ("nationality", &["af"]),
            ("citizenship", &["us", "Ruritania"]),
            ("gender", &["male"]),
            ("position", &["Minister of Invented Affairs"]),
            ("passportNumber", &["X0000001"]),
            ("topics", &["sanction"]),
        ],
    );
    assert_eq!(loaded.entity("ofac-9001").target, Some(true));
    let weak: Vec<&str> =
        loaded.entity("ofac-9001").names.iter().filter(|name| name.weak).map(|name| name.text.as_str()).collect();
    assert_eq!(weak, ["The Sample"]);
    let new = loaded.entity("ofac-9001").names.iter().find(|name| name.kind == AliasKind::NowKnownAs).unwrap();
    assert_eq!((new.text.as_str(), new.record.as_str()), ("EXAMPLE-NEW Ada", "translation 5105"));
    loaded.check("ofac-9001-wallet-0xexample", "CryptoWallet", &[("holder", &["ofac-9001"]), ("currency", &["ETH", "USDT"])]);
    let sanction: [(&str, &[&str]); 4] = [
        ("listingDate", &["2025-01-16"]),
        ("program", &["INVENTED1", "INVENTED2"]),
        ("provisions", &["Block", "Reject"]),
        ("reason", &["Executive Order 99999 (Invented)"]),
    ];
    loaded.check("ofac-sanction-9001", "Sanction", &sanction);
    // The ids of other lists' entries: by the table, by the file's own word, and by list where neither knows it.
    for (id, list) in [
        ("ofac-sanction-50009001", "Sectoral Sanctions Identifications List"),
        ("ofac-sanction-900009001", "Invented List"),
        ("ofac-sanction-9001-99002", "Unheard-of List"),
    ] {
        loaded.check(id, "Sanction", &[("summary", &[list]), ("entity", &["ofac-9001"])]);
    }
    // Whatever the order of the parties in the file; the other end may be on another list.
    loaded.check("ofac-rel-24", "Ownership", &[("owner", &["ofac-9001"]), ("asset", &["ofac-9002"])]);
    loaded.check("ofac-rel-23", "Representation", &[("agent", &["ofac-9001"]), ("client", &["ofac-4"])]);
    loaded.check("ofac-rel-21", "Directorship", &[("startDate", &["2015-01"]), ("endDate", &["2020-04-14"])]);
    // Names of which only the formatted texts are there.
    loaded.check("ofac-9006", "Person", &[("name", &["Bert EXAMPLE", "Bertram EXAMPEL", "EXAMPLA"])]);
}

#[test]
fn what_is_wrong_is_said_and_the_rest_is_kept() {
    let loaded = load(BAD.as_bytes());
    golden_text("bad_enhanced.issues.txt", &(loaded.issues().join("\n") + "\n"));
    let rejected: Vec<&str> = loaded.report.rejected.iter().map(|rejected| rejected.issue.message.as_str()).collect();
    assert_eq!(
        rejected,
        ["a party without an id; it was left out", "its id stands twice in the file; the second was left out"]
    );
    assert!(loaded.report.rejected[1].text.contains("<formattedFullName>Second</formattedFullName>"));
    // The parties of the good file are all there, and say the same.
    let good = load(MINI_ENHANCED.as_bytes());
    for entity in &good.entities {
        assert_eq!(loaded.entity(&entity.id), entity);
    }
    loaded.check("ofac-9005", "LegalEntity", &[("alias", &["Broken Spirit", "Untyped"]), ("address", &["Ruritania"])]);
    loaded.check(
        "ofac-9008",
        "Person",
        &[
            ("name", &["Dora DOUBT"]),
            ("birthDate", &["1960", "1962~", "1963", "1965"]),
            ("notes", &["Birthdate: 31 Feb 1961", "Birthdate: 1964"]),
        ],
    );
}

#[test]
fn files_that_are_no_list() {
    let body = "<entities><entity id='1'><generalInfo><entityType>Entity</entityType></generalInfo></entity></entities>";
    for (text, reason) in [
        (
            "<sanctionsData><publicationInfo><dataAsOf>2026-01-01</dataAsOf></publicationInfo></sanctionsData>".to_owned(),
            "no parties",
        ),
        (format!("<sanctionsData>{body}</sanctionsData><x/>"), "something follows the end"),
        (format!("<sanctionsData>{body}"), "cut off"),
        (
            "<sanctionsData><entities><entity id='1'><names action='add'/></entity></entities></sanctionsData>".to_owned(),
            "a file of changes",
        ),
        (
            "<sanctionsData><publicationInfo><datePublished>2026-01-01</datePublished></publicationInfo></sanctionsData>"
                .to_owned(),
            "changes",
        ),
        ("<sanctionsData xmlns='https://www.treasury.gov/ofac/DeltaFile/1.0'/>".to_owned(), "a file of changes"),
        (format!("<sanctionsData><entities><entity>{}", "<a>".repeat(70)), "nested"),
    ] {
        let refusal = refusal(text.as_bytes());
        assert!(refusal.contains(reason), "{text}: {refusal}");
    }
    // A file that SLS confined to some programmes is said to be so.
    let filters = "<publicationInfo><dataAsOf>2026-01-01</dataAsOf><filters><sanctionsPrograms><sanctionsProgram>IRAN</sanctionsProgram>\
                   </sanctionsPrograms></filters></publicationInfo>";
    let loaded = load(format!("<sanctionsData>{filters}{body}</sanctionsData>").as_bytes());
    assert!(loaded.issues().iter().any(|issue| issue.contains("it is not the whole list")), "{:?}", loaded.issues());
}

/// Every cut and many changed bytes give an error or a list, and never a panic.
#[test]
fn damaged_files() {
    for text in [MINI_ENHANCED, BAD] {
        let bytes = text.as_bytes();
        for end in (0..bytes.len()).step_by(37) {
            assert!(try_load(&bytes[..end]).is_err(), "cut at {end}");
        }
        let mut state = 1_u64;
        for _ in 0..400 {
            let mut changed = bytes.to_vec();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = usize::try_from(state >> 33).unwrap() % changed.len();
                changed[place] = [b'<', b'>', b'"', b'9', b' ', b'-', 0xff, b'&'][usize::try_from(state >> 8 & 7).unwrap()];
            }
            let _ = try_load(&changed);
        }
    }
}

/// The path of a list, or `None` with a word on the standard error when the folder is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn list(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: {name}: no folder ../shared/data beside the checkout");
        return None;
    }
    Some(folder.join("ofac").join(name))
}

fn load_real(path: &Path) -> Loaded {
    let mut entities = Vec::new();
    let report = load_file(&SourceSpec::new("us_ofac"), path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

fn text_of(path: &Path) -> String {
    let mut text = String::new();
    let file = File::open(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "gz") {
        MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    } else {
        zip::ZipArchive::new(file).unwrap().by_index(0).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

/// Counts by the publisher's tags, one a line, with nothing of the parser.
fn counted_by_hand(text: &str) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    let (mut in_names, mut in_parties, mut weak) = (false, false, false);
    for line in text.lines().map(str::trim_start) {
        let mut add = |what: &'static str, condition: bool| *counts.entry(what).or_default() += u64::from(condition);
        in_parties |= line.starts_with("<entities>");
        match line.split([' ', '>']).next().unwrap_or_default() {
            _ if !in_parties => {}
            "<entity" => add("parties", true),
            "<names" => in_names = true,
            "</names" => in_names = false,
            "<isLowQuality" => weak = line.contains(">true<"),
            "<translation" => {
                add("names", in_names);
                add("names_low_quality", in_names && weak);
            }
            "<script" => add("names_not_latin", in_names && !line.contains(">Latin<")),
            "<address" => add("locations", true),
            "<feature" => add("features", true),
            "<identityDocument" => add("id_documents", true),
            "<relationship" => add("relationships", true),
            "<sanctionsList" => add("sanctions_entries", true),
            "<type" => add("wallet_addresses", line.contains(">Digital Currency Address - ")),
            _ => {}
        }
    }
    counts
}

#[test]
fn real_files() {
    for (name, issue_date, parties, elsewhere) in [
        ("nonsdn/cons_enhanced_2026-01-08.xml.gz", "2026-01-08", 442, 1),
        ("nonsdn/CONS_ENHANCED_2025-01-10.ZIP", "2025-01-10", 443, 1),
    ] {
        let Some(path) = list(name) else { return };
        assert_eq!(recognise_file(&path, Limits::default()).unwrap(), Format::OfacEnhanced);
        let loaded = load_real(&path);
        assert_eq!(loaded.issues(), [""; 0]);
        assert!(loaded.report.rejected.is_empty());
        assert_eq!((loaded.report.issue_date.as_str(), loaded.report.count("parties")), (issue_date, parties));
        assert_eq!(loaded.report.count("relationships_to_other_lists"), elsewhere);
        let by_hand = counted_by_hand(&text_of(&path));
        for (what, count) in &by_hand {
            assert_eq!(loaded.report.count(what), *count, "{what}");
        }
        assert_eq!(by_hand.len() + 1, loaded.report.counts.len());
        // Nothing that was counted is lost on the way to an entity.
        let of_schema =
            |names: &[&str]| loaded.entities.iter().filter(|entity| names.contains(&entity.schema.as_str())).count() as u64;
        assert_eq!(of_schema(&["Person", "Organization"]), parties);
        assert_eq!(of_schema(&["Passport", "Identification"]), by_hand["id_documents"]);
        assert_eq!(of_schema(&["Sanction"]), by_hand["sanctions_entries"]);
        let links = ["Ownership", "Directorship", "Representation", "Family", "Associate", "UnknownLink"];
        assert_eq!(of_schema(&links), by_hand["relationships"]);
        assert_eq!(loaded.entities.iter().map(|entity| entity.names.len() as u64).sum::<u64>(), by_hand["names"]);
        let ids: BTreeSet<&str> = loaded.entities.iter().map(|entity| entity.id.as_str()).collect();
        assert_eq!(ids.len(), loaded.entities.len(), "ids are unique");
        let (mut outside, mut dates) = (0, 0);
        for entity in &loaded.entities {
            outside += entity.values_of(PropertyType::Entity).filter(|(_, value)| !ids.contains(value.text.as_str())).count();
            for (property, value) in entity.values_of(PropertyType::Date) {
                assert!(value.text.parse::<DateValue>().is_ok(), "{} {property} {}", entity.id, value.text);
                dates += 1;
            }
        }
        assert_eq!(outside as u64, elsewhere);
        assert!(dates > 2000);
    }
}

/// One party is the same whether read from the enhanced or from the advanced format: of the 88 that are in both files, of 50 days apart, all
/// but the two that OFAC changed in between. Relations are looked at apart: most of the advanced file's are with parties that the other
/// file does not have.
#[test]
fn the_same_as_from_the_advanced_format() {
    let (Some(enhanced), Some(advanced)) =
        (list("nonsdn/cons_enhanced_2026-01-08.xml.gz"), list("advanced/sdn_advanced_2025-11-19.xml.bz2"))
    else {
        return;
    };
    let (enhanced, advanced) = (load_real(&enhanced).entities, load_real(&advanced).entities);
    let relations = |entities: &[Entity]| -> BTreeMap<String, String> {
        let words = |entity: &Entity| {
            let mut text = entity.schema.as_str().to_owned();
            for (property, values) in entity.properties().filter(|(property, _)| *property != "description") {
                write!(text, " {property}={:?}", values.iter().map(|value| &value.text).collect::<BTreeSet<_>>()).unwrap();
            }
            text
        };
        entities.iter().filter(|entity| entity.is_link()).map(|entity| (entity.id.clone(), words(entity))).collect()
    };
    let (ours, theirs) = (relations(&enhanced), relations(&advanced));
    let mut same = 0;
    for (id, relation) in &ours {
        if let Some(other) = theirs.get(id) {
            assert_eq!(relation, other, "{id}");
            same += 1;
        }
    }
    assert_eq!(same, 76);
    let without = |entities: Vec<Entity>| by_party(entities.into_iter().filter(|entity| !entity.is_link()));
    let (mut ours, mut theirs) = (without(enhanced), without(advanced));
    ours.retain(|id, _| theirs.contains_key(id));
    theirs.retain(|id, _| ours.contains_key(id));
    assert_eq!((ours.len(), theirs.len()), (88, 88));
    assert_eq!(mismatches(&ours, &theirs), ["ofac-17018", "ofac-18721"]);
}

/// The uid of the legacy format is `entity@id` and not `identityId`: the same parties have the same uids and names.
#[test]
fn the_same_uids_as_in_the_legacy_format() {
    let (Some(enhanced), Some(legacy)) =
        (list("nonsdn/CONS_ENHANCED_2025-01-10.ZIP"), list("nonsdn/consolidated_legacy_2025-03-28.xml.gz"))
    else {
        return;
    };
    let between = |text: &str, open: &str, close: &str| -> Option<String> {
        let start = text.find(open)? + open.len();
        text[start..].split(close).next().map(|text| text.trim().to_owned())
    };
    let legacy: BTreeMap<String, String> = text_of(&legacy)
        .split("<sdnEntry>")
        .skip(1)
        .map(|entry| (between(entry, "<uid>", "<").unwrap(), between(entry, "<lastName>", "<").unwrap()))
        .collect();
    let text = text_of(&enhanced);
    let enhanced: BTreeMap<String, String> = text
        .split("<entity ")
        .skip(1)
        .map(|entity| (between(entity, "id=\"", "\"").unwrap(), between(entity, "<formattedLastName>", "<").unwrap()))
        .collect();
    assert_eq!((legacy.len(), enhanced.len()), (443, 443));
    assert_eq!(legacy.keys().collect::<Vec<_>>(), enhanced.keys().collect::<Vec<_>>());
    let other_names: Vec<_> = legacy.iter().filter(|(uid, name)| enhanced[*uid] != **name).collect();
    assert_eq!(other_names.len(), 0, "{other_names:?}");
    let identities: BTreeSet<String> =
        text.split("<identityId>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert!(identities.iter().filter(|id| legacy.contains_key(*id)).count() < 20);
}
