//! The real lists, where they are at hand: a folder `shared/data` beside the checkout. Everything must parse without an issue, and
//! the counts must reconcile. One issue is read in every run; the others with the environment variable `INTERDICT_SLOW=1`.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use interdict_model::{DateValue, PropertyType};
use interdict_sources::{SourceSpec, load_file, reference_counts};

use crate::support::Loaded;

/// The path of a list, or `None` with a word on the standard error when the folder is not there.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
pub(crate) fn list(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: {name}: no folder ../shared/data beside the checkout");
        return None;
    }
    Some(folder.join("ofac").join(name))
}

fn load(path: &Path) -> Loaded {
    let spec = SourceSpec::new("us_ofac_sdn");
    let mut entities = Vec::new();
    let report = load_file(&spec, path, None, &mut |entity| entities.push(entity)).unwrap();
    Loaded { entities, report }
}

/// Counts elements line by line, with nothing of the parser: the publisher writes one tag a line.
fn counted_by_hand(content: impl Read) -> HashMap<&'static str, u64> {
    let (mut counts, mut weak, mut not_latin) = (HashMap::new(), false, false);
    let (mut location, mut wallets, mut latin) = (String::new(), Vec::new(), String::new());
    let attribute = |line: &str, name: &str| {
        let start = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        line[start..].split('"').next().unwrap().to_owned()
    };
    for line in BufReader::new(content).lines() {
        let line = line.unwrap();
        let line = line.trim_start();
        let mut add = |what: &'static str, condition: bool| *counts.entry(what).or_default() += u64::from(condition);
        let tag = line.split([' ', '>']).next().unwrap_or_default();
        match tag {
            "<FeatureType" if line.contains(">Digital Currency Address - ") => wallets.push(attribute(line, "ID")),
            "<FeatureType" if line.contains(">Location<") => location = attribute(line, "ID"),
            "<Script" if line.contains(">Latin<") => latin = attribute(line, "ID"),
            "<DistinctParty" => add("parties", true),
            "<Alias" => weak = attribute(line, "LowQuality") == "true",
            "<DocumentedName" => {
                not_latin = false;
                add("names", true);
                add("names_low_quality", weak);
            }
            "<NamePartValue" => not_latin |= attribute(line, "ScriptID") != latin,
            "</DocumentedName" => add("names_not_latin", not_latin),
            "<IDRegDocument" => add("id_documents", true),
            "<ProfileRelationship" => add("relationships", true),
            "<SanctionsEntry" => add("sanctions_entries", true),
            "<Feature" => {
                let kind = attribute(line, "FeatureTypeID");
                add("locations", kind == location);
                add("wallet_addresses", wallets.contains(&kind));
            }
            _ => {}
        }
    }
    counts
}

/// What holds of every real list.
#[track_caller]
fn check_whole(loaded: &Loaded, issue_date: &str) {
    assert_eq!(loaded.issues(), [""; 0]);
    assert!(loaded.report.rejected.is_empty());
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("ofac_sdn_advanced", issue_date));
    let ids: HashSet<&str> = loaded.entities.iter().map(|entity| entity.id.as_str()).collect();
    assert_eq!(ids.len(), loaded.entities.len(), "ids are unique");
    for entity in &loaded.entities {
        assert!(entity.properties().next().is_some(), "{} is empty", entity.id);
        for (property, value) in entity.values_of(PropertyType::Entity) {
            assert!(ids.contains(value.text.as_str()), "{} {property} {} is in the list", entity.id, value.text);
        }
        for (property, value) in entity.values_of(PropertyType::Date) {
            assert!(value.text.parse::<DateValue>().is_ok(), "{} {property} {}", entity.id, value.text);
        }
    }
}

#[track_caller]
fn check_counts(loaded: &Loaded, content: impl Read) {
    let by_hand = counted_by_hand(content);
    assert_eq!(by_hand.len(), loaded.report.counts.len());
    for count in &loaded.report.counts {
        assert_eq!(Some(&count.count), by_hand.get(count.what), "{}", count.what);
    }
}

#[test]
fn sdn_advanced_2025_11_19() {
    let Some(path) = list("advanced/sdn_advanced_2025-11-19.xml.bz2") else { return };
    let loaded = load(&path);
    check_whole(&loaded, "2025-11-19");
    for (what, count) in [
        ("parties", 18_367),
        ("names", 48_482),
        ("names_not_latin", 5_530),
        ("names_low_quality", 4_454),
        ("id_documents", 21_078),
        ("locations", 22_074),
        ("relationships", 8_194),
        ("wallet_addresses", 761),
    ] {
        assert_eq!(loaded.report.count(what), count, "{what}");
    }
    let references = reference_counts(loaded.report.format, &loaded.report.issue_date);
    assert_eq!(references.len(), 8);
    for reference in references {
        assert_eq!(loaded.report.count(reference.what), reference.count, "{}", reference.what);
    }
    // Nothing that was counted is lost on the way to an entity.
    let of_schema =
        |names: &[&str]| loaded.entities.iter().filter(|entity| names.contains(&entity.schema.as_str())).count() as u64;
    assert_eq!(of_schema(&["Person", "Organization", "Vessel", "Airplane"]), 18_367);
    assert_eq!(of_schema(&["Passport", "Identification"]), 21_078);
    let links = ["Ownership", "Directorship", "Representation", "Family", "Associate", "UnknownLink"];
    assert_eq!(of_schema(&links), 8_194);
    assert_eq!(of_schema(&["Sanction"]), loaded.report.count("sanctions_entries"));
    assert_eq!(loaded.entities.iter().map(|entity| entity.names.len() as u64).sum::<u64>(), 48_482);
    facts(&loaded);
}

/// Facts that a reader of the published list can look up.
fn facts(loaded: &Loaded) {
    loaded.check(
        "ofac-52262",
        "Organization",
        &[
            ("name", &["Department 53 of the Ministry of the People's Armed Forces"]),
            ("alias", &["Korea Pongnaesan Trading Corporation", "조선봉래산무역회사"]),
            ("weakAlias", &["Department 53", "Bureau 53"]),
            ("country", &["kp", "ru"]),
            ("classification", &["Government Entity"]),
        ],
    );
    let korean = loaded.entity("ofac-52262").names.iter().find(|name| name.text == "조선봉래산무역회사").unwrap();
    assert_eq!((korean.script.as_str(), korean.weak), ("Korean", false));
    loaded.check(
        "ofac-sanction-52262",
        "Sanction",
        &[
            ("entity", &["ofac-52262"]),
            ("program", &["DPRK2"]),
            ("reason", &["Executive Order 13687 (North Korea)"]),
            ("listingDate", &["2025-01-16"]),
            ("provisions", &["Block"]),
        ],
    );
    // Jong In Chol acts for Chonsurim Trading Corporation, not the other way round.
    loaded.check("ofac-52289", "Person", &[("name", &["Jong In Chol"]), ("birthDate", &["1979-01-05"])]);
    loaded.check("ofac-52283", "Organization", &[("name", &["Chonsurim Trading Corporation"])]);
    loaded.check(
        "ofac-rel-21506",
        "Representation",
        &[("agent", &["ofac-52289"]), ("client", &["ofac-52283"]), ("role", &["Acting for or on behalf of"])],
    );
    loaded.check(
        "ofac-43377",
        "Person",
        &[
            ("name", &["Kim Sang Man", "김상만"]),
            ("alias", &["Kim Sangman"]),
            ("lastName", &["Kim"]),
            ("firstName", &["Sang Man"]),
            ("birthDate", &["1965-04-25"]),
            ("nationality", &["kp"]),
            ("gender", &["male"]),
            ("passportNumber", &["109420132", "827220538", "563220082"]),
        ],
    );
    let wallets: Vec<&str> = loaded
        .entities
        .iter()
        .filter(|entity| entity.schema.as_str() == "CryptoWallet" && entity.first("holder") == Some("ofac-43377"))
        .flat_map(|entity| entity.texts("publicKey"))
        .collect();
    assert_eq!(
        wallets,
        [
            "1D6gG9iKEhPitTcWRJiniuj1jYM2hNeAfJ",
            "0x97b1043abd9e6fc31681635166d430a458d14f9c",
            "0xb6f5ec1a0a9cd1526536d3f0426c429529471f40",
            "1FCNgfZWpYMeYhy9t18AAkTBu8AsdoAc1Z",
        ]
    );
    loaded.check(
        "ofac-doc-32976",
        "Passport",
        &[
            ("holder", &["ofac-43377"]),
            ("number", &["109420132"]),
            ("country", &["kp"]),
            ("startDate", &["2019-10-16"]),
            ("endDate", &["2024-10-16"]),
        ],
    );
    loaded.check(
        "ofac-17069",
        "Vessel",
        &[("name", &["Chong Chon Gang"]), ("imoNumber", &["7937317"]), ("flag", &["kp"]), ("type", &["General Cargo"])],
    );
    loaded.check(
        "ofac-15432",
        "Airplane",
        &[("name", &["EP-GOL"]), ("model", &["IL-76TD"]), ("buildDate", &["1991"]), ("serialNumber", &["8305", "1013409297"])],
    );
    loaded.check("ofac-7848", "Person", &[("birthDate", &["1942~"]), ("nationality", &["iq"])]);
    // An office held for a time, a forged passport with its place of issue, an address in its own script.
    loaded.check("ofac-rel-11912", "Directorship", &[("startDate", &["2015-01"]), ("endDate", &["2020-04-14"])]);
    let forged = ["issued in Faisalabad, Punjab, Pakistan", "reported as fraudulent"];
    loaded.check("ofac-doc-8264", "Passport", &[("number", &["KE381676"]), ("description", &forged)]);
    let full = loaded.texts("ofac-addr-82977", "full");
    assert_eq!(full[1], "布垅工业区一横路5号一楼, 凤岗镇雁田村, 东莞市, 广东省, 523000");
}

/// The namespace of 2020 (`http://www.un.org/sanctions/1.0`), and a list of parties that are not blocked.
#[test]
fn cons_advanced_2020_03_17() {
    let Some(path) = list("nonsdn/cons_advanced_2020-03-17_old_namespace.xml.gz") else { return };
    let loaded = load(&path);
    check_whole(&loaded, "2020-03-17");
    check_counts(&loaded, MultiGzDecoder::new(std::fs::File::open(&path).unwrap()));
    assert_eq!((loaded.report.count("parties"), loaded.report.count("relationships")), (375, 276));
    loaded.check("ofac-9639", "Person", &[("lastName", &["HANIYA"]), ("birthDate", &["1962"]), ("birthPlace", &["Shati"])]);
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn every_other_issue() {
    if std::env::var_os("INTERDICT_SLOW").is_none() {
        eprintln!("skipped: INTERDICT_SLOW=1 reads every issue at hand");
        return;
    }
    for (date, parties) in
        [("2024-12-19", 16_983), ("2025-02-11", 17_587), ("2025-08-14", 17_782), ("2025-08-27", 17_815), ("2025-11-19", 18_367)]
    {
        let Some(path) = list(&format!("advanced/sdn_advanced_{date}.xml.bz2")) else { return };
        let loaded = load(&path);
        check_whole(&loaded, date);
        assert_eq!(loaded.report.count("parties"), parties, "{date}");
        check_counts(&loaded, MultiBzDecoder::new(std::fs::File::open(&path).unwrap()));
    }
}
