//! Companies House: every kind of record by invented ones, the real samples, and what is refused.

use interdict_sources::{SourceSpec, load_file};

use crate::registers::{counts, fixture, golden, is_sound, samples, survives};
use crate::support::{Loaded, load, refusal};

#[test]
fn people_with_significant_control() {
    let loaded = golden("mini_uk_psc.jsonl");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("uk_psc_json", "2025-02-02"));
    loaded.check(
        "gb-psc-99000001-Aa1",
        "Person",
        &[
            ("name", &["Erika Anna Muster"]),
            ("title", &["Dr"]),
            ("firstName", &["Erika"]),
            ("middleName", &["Anna"]),
            ("lastName", &["Muster"]),
            ("birthDate", &["1961-03-05"]),
            ("nationality", &["gb", "Ruritanian"]),
            ("topics", &[]),
        ],
    );
    loaded.check(
        "gb-psc-99000001-Aa1-ownership-of-shares-25-to-50-percent",
        "Ownership",
        &[
            ("owner", &["gb-psc-99000001-Aa1"]),
            ("asset", &["gb-coh-99000001"]),
            ("ownershipType", &["shares"]),
            ("percentage", &[">25-50"]),
            ("startDate", &["2016-04-06"]),
        ],
    );
    loaded.check(
        "gb-psc-99000001-Aa1-voting-rights-50-to-75-percent-as-trust",
        "Ownership",
        &[("ownershipType", &["voting rights (trust)"]), ("percentage", &[">50-<75"])],
    );
    loaded.check(
        "gb-psc-99000001-Aa1-right-to-appoint-and-remove-directors-as-firm",
        "UnknownLink",
        &[("subject", &["gb-psc-99000001-Aa1"]), ("object", &["gb-coh-99000001"])],
    );
    loaded.check("gb-psc-99000001-Aa2-control", "UnknownLink", &[("status", &["ceased"]), ("endDate", &["2020-02-02"])]);
    assert!(loaded.entity("gb-psc-99000004-Ff1").names.is_empty());
    assert_eq!(
        counts(&loaded),
        [
            ("parties", 11),
            ("addresses", 4),
            ("natures", 15),
            ("statements", 1),
            ("exemptions", 1),
            ("records_stated", 17),
            ("records", 17),
        ]
    );
    assert_eq!(
        loaded.issues().iter().map(|issue| issue.split_once(": ").unwrap().1).collect::<Vec<_>>(),
        [
            "/company/99000001/persons-with-significant-control/individual/Aa1: ceased_on: a date cannot be read: \
             the month 13 is not between 1 and 12",
            "/company/99000001/persons-with-significant-control/individual/Aa1: natures_of_control: \
             `charm-over-directors` is not known; kept as a link",
            "/company/99000001/persons-with-significant-control/individual/Aa2: date_of_birth: a date cannot be read: \
             \"unknown\" is not the name of a month",
            "line 6: : not JSON: EOF while parsing a string at line 1 column 48",
            "line 7: : not a JSON object",
            "/company/99000007/persons-with-significant-control/robot/Hh1: kind: \
             `robot-person-with-significant-control` is not known; kept as a LegalEntity",
            "/company/99000002/persons-with-significant-control/corporate-entity/Cc1: links.self: \
             `gb-psc-99000002-Cc1` stands twice in the file",
            "line 16: links.self: a party without a link, of which its id is made",
            "/company/99000008/persons-with-significant-control/individual/Ii1: name: a party without a name",
            "/company/99000008/s/Jj1: statement: a statement without its text",
            "line 19: exemptions: exemptions that state none",
            "line 20: company_number: `company_number` is missing",
            "line 21: data: `data` is missing",
        ]
    );
}

#[test]
fn a_corporate_party_is_the_company_of_its_number() {
    let record = |place: &str, number: &str| {
        let data = format!(
            r#"{{"company_number":"99000001","data":{{"kind":"corporate-entity-person-with-significant-control","name":"Parent Ltd",
            "identification":{{"place_registered":"{place}","country_registered":"","registration_number":"{number}"}},
            "address":{{"locality":"Sampleton"}},"natures_of_control":["ownership-of-shares-75-to-100-percent"],
            "links":{{"self":"/company/99000001/persons-with-significant-control/corporate-entity/Zz1"}}}}}}"#
        );
        load(data.replace('\n', " ").as_bytes())
    };
    let link = "gb-psc-99000001-Zz1-ownership-of-shares-75-to-100-percent";
    let joined = record("Companies House", "9000077");
    joined.check(
        "gb-coh-09000077",
        "Company",
        &[("name", &["Parent Ltd"]), ("addressEntity", &["gb-psc-99000001-Zz1-addr-1"])],
    );
    joined.check(link, "Ownership", &[("owner", &["gb-coh-09000077"]), ("asset", &["gb-coh-99000001"])]);
    is_sound(&joined);
    // Another register; and the controlled company's own number, which is a mistake.
    for (place, number) in [("Jersey Registry", "9000077"), ("Companies House", "99000001"), ("Companies House", "none")] {
        let apart = record(place, number);
        apart.check(link, "Ownership", &[("owner", &["gb-psc-99000001-Zz1"])]);
    }
}

#[test]
fn companies() {
    let loaded = golden("mini_uk_companies.csv");
    assert_eq!((loaded.report.format, loaded.report.issue_date.as_str()), ("uk_companies", ""));
    loaded.check("gb-coh-99000003", "Company", &[("name", &["CAFÉ LIMITED"])]);
    loaded.check(
        "gb-coh-SL990002",
        "Company",
        &[("notes", &["IncorporationDate: 31/02/2018", "General partners: 1", "Limited partners: 12"])],
    );
    assert_eq!(counts(&loaded), [("names", 7), ("addresses", 1), ("records", 7)]);
    assert_eq!(
        loaded.issues(),
        [
            "2: company 99000001: CONDATE: a date cannot be read: \"soon\" is not the name of a month",
            "3: company SL990002: IncorporationDate: a date cannot be read: 2018-02 has no day 31",
            "4: line 4: CompanyName: not UTF-8; read as Windows-1252",
            "5: company 99000001: CompanyNumber: `99000001` stands twice in the file",
            "6: company 99000004: CompanyName: a company without it",
            "7: line 7: CompanyNumber: a company without it",
            "8: line 8: : 2 columns; the header has 56",
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 2);
}

#[test]
fn what_is_refused() {
    assert!(refusal(b"CompanyName,CompanyNumber\n").contains("no companies in the file"));
    assert!(refusal(b"[{\"company_number\":\"1\",\"data\":{\"kind\":\"x\"").contains("cut off"));
    let totals = br#"{"company_number":"","data":{"kind":"totals#x"}}"#;
    assert!(refusal(totals).contains("no records of people with significant control"));
    survives(&fixture("mini_uk_psc.jsonl"));
    survives(&fixture("mini_uk_companies.csv"));
}

#[test]
fn an_array_says_the_same_as_lines() {
    let lines = String::from_utf8(fixture("mini_uk_psc.jsonl")).unwrap();
    // What is no JSON in a line breaks an array.
    let good: Vec<&str> = lines.lines().filter(|line| line.ends_with('}')).collect();
    let array = load(format!("[\n{}\n]", good.join(",\n")).as_bytes());
    assert_eq!(array.lines(), load(good.join("\n").as_bytes()).lines());
}

#[test]
fn real_samples() {
    for path in samples("uk_psc") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut entities = Vec::new();
        let report = load_file(&SourceSpec::new("gb"), &path, None, &mut |entity| entities.push(entity)).unwrap();
        let loaded = Loaded { entities, report };
        assert_eq!(loaded.issues(), [""; 0], "{}", path.display());
        is_sound(&loaded);
        let report = &loaded.report;
        let of = |what: &str| text.matches(what).count() as u64;
        if report.format == "uk_companies" {
            assert_eq!(report.count("records"), of("\"CompanyNumber\""));
            continue;
        }
        assert_eq!(report.count("records"), of("\"company_number\""), "{}", path.display());
        assert_eq!(report.count("parties"), of("\"name\"") + of("\"super-secure-person-with"), "{}", path.display());
        assert_eq!(report.count("statements"), of("-with-significant-control-statement\""), "{}", path.display());
        let natures = ["ownership-of-", "voting-rights-", "right-to-", "\"significant-influence-"];
        assert_eq!(report.count("natures"), natures.iter().map(|nature| of(nature)).sum::<u64>(), "{}", path.display());
        assert_eq!(report.count("records_stated"), 12_799_821 + 774_422 + 77);
        assert_eq!(report.issue_date, "2024-12-19");
    }
}
