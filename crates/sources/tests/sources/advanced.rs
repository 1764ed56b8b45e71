//! OFAC's advanced model, all of it, by an invented list. Beside the golden file stand the facts that matter, so that a careless
//! `UPDATE_EXPECT=1` cannot lose them.

use interdict_model::{AliasKind, NamePartKind};
use interdict_sources::load_file;
use sha2::{Digest, Sha256};
use std::fmt::Write;

use crate::helpers::golden_text;
use crate::support::{Loaded, MINI, bz2, gz, load, spec, zip};

fn sha256(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn mini() -> Loaded {
    load(MINI.as_bytes())
}

#[test]
pub(crate) fn golden_entities() {
    golden_text("mini_advanced.expected.jsonl", &(mini().lines().join("\n") + "\n"));
}

#[test]
fn report() {
    let report = mini().report;
    assert_eq!((report.source.as_str(), report.format), ("mini", "ofac_sdn_advanced"));
    assert_eq!((report.issue_date.as_str(), report.file.as_str()), ("2025-02-03", "list.dat"));
    assert_eq!(report.bytes, MINI.len() as u64);
    let counts: Vec<(&str, u64)> = report.counts.iter().map(|count| (count.what, count.count)).collect();
    assert_eq!(
        counts,
        [
            ("parties", 8),
            ("names", 23),
            ("names_not_latin", 4),
            ("names_low_quality", 3),
            ("id_documents", 15),
            ("locations", 9),
            ("relationships", 25),
            ("wallet_addresses", 3),
            ("sanctions_entries", 5),
        ]
    );
    assert_eq!(report.count("parties"), 8);
    assert_eq!(report.count("unicorns"), 0);
    assert!(report.rejected.is_empty());
}

#[test]
fn every_issue_is_said_once_and_nothing_else() {
    // `DistinctParty 9002` and its like stand for what no publisher should do, and some may.
    let expected = [
        "181: PartyMood: ID: a reference value without an id",
        "220: Location 807: Country: `Ruritania` is not a known country",
        "225: Location 808: Country: reference value Country 999 is not in the file",
        "226: Location 808: LocPartType: reference value LocPartType 599 is not in the file",
        "242: Location 811: LocationMood: an element that is not known; it was left out",
        "249: Location: ID: a location without an id; it was left out",
        "261: IDRegDocument 903: DocumentDate: a date of unknown kind `Renewal Date`; it was left out",
        "284: IDRegDocument 910: IDRegistrationNo: a document without a number",
        "288: IDRegDocument 912: IDRegDocType: reference value IDRegDocType 499 is not in the file",
        "288: IDRegDocument 912: IssuedIn-LocationID: location 899 is not in the file",
        "293: IDRegDocument 913: IdentityID: a document without a holder; it was left out",
        "298: IDRegDocument 915: DocumentDate: a date cannot be read in full: 2019-02 has no day 30",
        "334: DistinctParty 9002: AliasType: `Stage Name` is not known; kept as also known as",
        "335: DistinctParty 9002: AliasType: reference value AliasType 99 is not in the file",
        "337: DistinctParty 9002: NamePartType: `Battle Name` is not known; kept as a whole name",
        "337: DistinctParty 9002: NamePartType: reference value NamePartType 698 is not in the file",
        "338: DistinctParty 9002: IdentityMood: an element that is not known; it was left out",
        "345: DistinctParty 9002: Birthdate: a date cannot be read in full: the month 13 is not between 1 and 12",
        "346: DistinctParty 9002: Birthdate: a date cannot be read in full: \
         the span ends (1974-02-01) before it begins (1975-02-01)",
        "347: DistinctParty 9002: Birthdate: a period without a date",
        "348: DistinctParty 9002: Birthdate: a date of the calendar `Lunar` was read as a Gregorian one",
        "348: DistinctParty 9002: Birthdate: a date cannot be read in full: element `Comment` of a period was left out",
        "350: DistinctParty 9002: DetailReference: reference value DetailReference 299 is not in the file",
        "351: DistinctParty 9002: Nationality Country: location 898 names no country",
        "353: DistinctParty 9002: Citizenship Country: location 812 names no country",
        "354: DistinctParty 9002: FeatureType: reference value FeatureType 399 is not in the file",
        "355: DistinctParty 9002: Title: Feature 1116 says nothing",
        "356: DistinctParty 9002: Location: location 801 is not in the file, or stands twice",
        "358: DistinctParty 9002: Reliability: reference value Reliability 9 is not in the file",
        "361: DistinctParty 9002: DocumentedName: DocumentedName 12 has no text; it was left out",
        "411: DistinctParty 9006: PartyMood: an element that is not known; it was left out",
        "412: DistinctParty 9006: PartySubTypeID: unknown type of party; kept as a LegalEntity",
        "419: DistinctParty 9007: Identity: the list calls this identity false; its names were kept",
        "431: DistinctParty 9008: Alias: a party without a name",
        "432: DistinctParty: FixedRef: a party without an id; it was left out",
        "453: ProfileRelationship 19: RelationType: relation `Sings in the choir of` is not known; kept as an UnknownLink",
        "454: ProfileRelationship 20: : a relationship without two ends; it was left out",
        "455: ProfileRelationship 21: : profile 7001 or 7999 is not in the file; the relationship was left out",
        "456: ProfileRelationship 22: RelationType: reference value RelationType 799 is not in the file",
        "458: ProfileRelationship 24: RelationQuality: reference value RelationQuality 9 is not in the file",
        "475: SanctionsEntry 3: EntryEvent: an event without a date",
        "476: SanctionsEntry 3: SanctionsMeasure: a programme without a tag",
        "480: SanctionsEntry 4: ProfileID: the profile is not in the file; the entry was left out",
        "483: SanctionsEntry 5: List: reference value List 9 is not in the file",
        "484: SanctionsEntry 5: LegalBasis: reference value LegalBasis 98 is not in the file",
        "485: SanctionsEntry 5: SanctionsType: reference value SanctionsType 97 is not in the file",
        "486: SanctionsEntry 5: SupportingInfo: an element that is not known; it was left out",
        "490: SanctionsEntryLinks: SanctionsEntryLink: an element that is not known; it was left out",
        "492: PublicationNotes: : a part of the file that is not known; it was left out",
        "0: IDRegDocuments: IdentityID: 1 documents belong to no party of the file; they were left out",
    ];
    assert_eq!(mini().issues(), expected);
}

#[test]
fn kinds_of_parties() {
    let loaded = mini();
    for (id, schema) in [
        ("ofac-9001", "Person"),
        ("ofac-9002", "Person"),
        ("ofac-9003", "Organization"),
        ("ofac-9004", "Vessel"),
        ("ofac-9005", "Airplane"),
        ("ofac-9006", "LegalEntity"),
        ("ofac-9007", "Vehicle"),
        ("ofac-9008", "Organization"),
    ] {
        let entity = loaded.entity(id);
        assert_eq!(entity.schema.as_str(), schema, "{id}");
        assert_eq!((entity.target, entity.first("topics")), (Some(true), Some("sanction")), "{id}");
        assert_eq!(entity.datasets, ["mini"]);
        let origin = entity.origin.as_ref().unwrap();
        assert_eq!((origin.source.as_str(), origin.issue.as_str()), ("mini", "2025-02-03"));
        assert_eq!(origin.record, format!("DistinctParty {}", id.trim_start_matches("ofac-")));
    }
}

#[test]
fn names_of_a_korean_stand_family_name_first_in_every_script() {
    let loaded = mini();
    loaded.check(
        "ofac-9001",
        "Person",
        &[
            ("name", &["HONG Gil Dong", "홍길동", "洪吉童"]),
            ("alias", &["HONG Kil-tong"]),
            ("weakAlias", &["The Hawk"]),
            ("lastName", &["HONG"]),
            ("firstName", &["Gil Dong"]),
        ],
    );
    let names = &loaded.entity("ofac-9001").names;
    let scripts: Vec<(&str, bool)> = names.iter().map(|name| (name.script.as_str(), name.weak)).collect();
    assert_eq!(
        scripts,
        [("Latin", false), ("Korean", false), ("Chinese Traditional", false), ("Latin", false), ("Latin", true)]
    );
    let kinds: Vec<NamePartKind> = names[1].parts.iter().map(|part| part.kind).collect();
    assert_eq!(kinds, [NamePartKind::Family, NamePartKind::Given]);
    assert_eq!(names[4].parts[0].kind, NamePartKind::Nickname);
    assert_eq!(names[0].record, "DocumentedName 1");
}

#[test]
fn kinds_of_aliases_and_of_name_parts() {
    let loaded = mini();
    loaded.check(
        "ofac-9002",
        "Person",
        &[
            ("name", &["Erika Anna Petrovna MUSTER BEISPIEL VORLAGE", "Эрика МУСТЕР"]),
            ("previousName", &["Erika VORLAGE"]),
            ("alias", &["Erika PROBE", "ERI"]),
            ("weakAlias", &["E.M."]),
            ("firstName", &["Erika"]),
            ("middleName", &["Anna"]),
            ("fatherName", &["Petrovna"]),
            ("lastName", &["MUSTER"]),
            ("motherName", &["BEISPIEL"]),
            ("maidenName", &["VORLAGE"]),
        ],
    );
    let kinds: Vec<AliasKind> = loaded.entity("ofac-9002").names.iter().map(|name| name.kind).collect();
    assert_eq!(
        kinds,
        [
            AliasKind::Name,
            AliasKind::Name,
            AliasKind::FormerlyKnownAs,
            AliasKind::NowKnownAs,
            AliasKind::AlsoKnownAs,
            AliasKind::AlsoKnownAs,
        ]
    );
    assert_eq!(loaded.entity("ofac-9002").caption.as_deref(), Some("Erika Anna Petrovna MUSTER BEISPIEL VORLAGE"));
    loaded.check(
        "ofac-9003",
        "Organization",
        &[
            ("name", &["SAMPLE TRADING CORP.", "표본무역회사"]),
            ("previousName", &["OLD SAMPLE TRADING"]),
            ("alias", &["NEW SAMPLE TRADING"]),
            ("weakAlias", &["STC"]),
        ],
    );
}

#[test]
fn every_shape_of_a_date() {
    let loaded = mini();
    loaded.check("ofac-9001", "Person", &[("birthDate", &["1979-01-05", "1980~"])]);
    loaded.check(
        "ofac-9002",
        "Person",
        &[("birthDate", &["1968", "1971-04", "1955/1957", "1960~/1962~", "1983-02-03/1983-02-09", "1976"])],
    );
    loaded.check("ofac-9003", "Organization", &[("incorporationDate", &["2011"])]);
    loaded.check("ofac-9005", "Airplane", &[("buildDate", &["1999-12-31"])]);
}

#[test]
fn features_of_people() {
    mini().check(
        "ofac-9001",
        "Person",
        &[
            ("gender", &["male"]),
            ("nationality", &["kp"]),
            ("citizenship", &["pa"]),
            ("birthPlace", &["Testyang, Korea, North"]),
            ("position", &["Deputy Director & Secretary"]),
            ("email", &["hong@example.com"]),
            ("phone", &["+1 202 555 0142"]),
            ("website", &["https://www.example.org/hong"]),
            (
                "notes",
                &[
                    "Works for the Sample Bureau.",
                    "Citizenship Country: reported as false",
                    "Secondary sanctions risk: Sample Act section 1",
                    "Favourite Colour: teal",
                    "Location: Last known in 2020",
                ],
            ),
        ],
    );
    let loaded = mini();
    let notes = ["a feature of a type that is not in the file", "A note on the profile."];
    loaded.check("ofac-9002", "Person", &[("nationality", &["Ruritania"]), ("gender", &["female"]), ("notes", &notes)]);
    let record = loaded.entity("ofac-9001").values("email")[0].record.as_deref();
    assert_eq!(record, Some("Feature 1008"), "a value names the record that states it");
}

#[test]
fn features_of_organisations_vessels_and_aircraft() {
    let loaded = mini();
    loaded.check(
        "ofac-9003",
        "Organization",
        &[
            ("sector", &["State-Owned Enterprise"]),
            ("classification", &["State-Owned Enterprise"]),
            ("swiftBic", &["ZZZZKPPYXXX"]),
            ("jurisdiction", &["pa"]),
            ("website", &["www.example.com"]),
        ],
    );
    loaded.check(
        "ofac-9004",
        "Vessel",
        &[
            ("type", &["Crude Oil Tanker"]),
            ("flag", &["pa"]),
            ("pastFlags", &["kp"]),
            ("callSign", &["H9XX"]),
            ("tonnage", &["98,765"]),
            ("grossRegisteredTonnage", &["54,321"]),
            ("buildDate", &["1994"]),
            ("notes", &["Vessel Owner: Sample Shipping Ltd"]),
            ("imoNumber", &["9074729"]),
            ("mmsi", &["351999999"]),
            ("registrationNumber", &["FLAG-REG-12"]),
        ],
    );
    loaded.check(
        "ofac-9005",
        "Airplane",
        &[
            ("model", &["Sample 747"]),
            ("registrationNumber", &["P4-XYZ"]),
            ("serialNumber", &["MSN-9", "SN-550"]),
            ("icaoCode", &["4B1234"]),
        ],
    );
}

#[test]
fn a_wallet_under_two_symbols_is_one_wallet() {
    let loaded = mini();
    let wallets: Vec<_> = loaded.entities.iter().filter(|entity| entity.schema.as_str() == "CryptoWallet").collect();
    assert_eq!(wallets.len(), 2);
    loaded.check(
        "ofac-9001-wallet-0x000000000000000000000000000000000000dEaD",
        "CryptoWallet",
        &[
            ("publicKey", &["0x000000000000000000000000000000000000dEaD"]),
            ("currency", &["XBT", "ETH"]),
            ("holder", &["ofac-9001"]),
            ("topics", &["sanction"]),
        ],
    );
}

#[test]
fn documents() {
    let loaded = mini();
    loaded.check(
        "ofac-doc-901",
        "Passport",
        &[
            ("holder", &["ofac-9001"]),
            ("number", &["000123456"]),
            ("type", &["Passport"]),
            ("country", &["kp"]),
            ("authority", &["Ministry of Samples"]),
            ("startDate", &["2015-06-01"]),
            ("endDate", &["2020-05-31"]),
            ("description", &["Expired", "issued in Panama City, Panama"]),
        ],
    );
    loaded.check("ofac-doc-902", "Passport", &[("country", &["pa"]), ("description", &["reported as fraudulent"])]);
    loaded.check("ofac-doc-903", "Identification", &[("type", &["Library Card"]), ("startDate", &[]), ("endDate", &[])]);
    loaded.check("ofac-9001", "Person", &[("passportNumber", &["000123456", "FAKE-1"]), ("idNumber", &["LC-77"])]);
    loaded.check("ofac-9002", "Person", &[("idNumber", &["Z-1"]), ("taxNumber", &["TX-1"])]);
    // OFAC files the IMO number of a company under its company number; a trade mark identifies no company.
    let organization = [("imoNumber", &["1234567"][..]), ("registrationNumber", &["C-4711"])];
    loaded.check("ofac-9003", "Organization", &organization);
    for lost in ["ofac-doc-913", "ofac-doc-914"] {
        assert!(loaded.entities.iter().all(|entity| entity.id != lost), "{lost} has no holder");
    }
}

#[test]
fn addresses() {
    let loaded = mini();
    loaded.check(
        "ofac-addr-801",
        "Address",
        &[
            ("street", &["No. 1 Sample Road"]),
            ("city", &["Exampleyang"]),
            ("state", &["Liaoning"]),
            ("postalCode", &["110000"]),
            ("country", &["cn"]),
            // In the order of an address, not of the file, and once more as it is written on the spot.
            ("full", &["No. 1 Sample Road, Exampleyang, Liaoning, 110000, China", "样本路1号, 示例阳, 辽宁省"]),
        ],
    );
    loaded.check(
        "ofac-addr-802",
        "Address",
        &[
            ("street", &["Sample-dong"]),
            ("street2", &["Block 2"]),
            ("street3", &["Floor 3"]),
            ("region", &["North Side"]),
            // By the area code, whose id is that of another country.
            ("country", &["kp"]),
        ],
    );
    loaded.check("ofac-addr-803", "Address", &[("full", &["Nowhere"]), ("country", &[])]);
    loaded.check("ofac-addr-806", "Address", &[("full", &["Gaza, Palestine"]), ("country", &["ps"])]);
    loaded.check("ofac-addr-807", "Address", &[("full", &["Strelsau, Ruritania"]), ("country", &[])]);
    loaded.check("ofac-addr-808", "Address", &[("remarks", &["A part of a type that is not in the file", "Landmark"])]);
    loaded.check("ofac-9003", "Organization", &[("country", &["ps", "pa"])]);
    let ids: Vec<&str> = loaded.texts("ofac-9003", "addressEntity");
    assert_eq!(ids, ["ofac-addr-803", "ofac-addr-806", "ofac-addr-808", "ofac-addr-810"], "812 is undetermined: no address");
}

#[test]
fn relations_have_their_type_and_direction() {
    // The profiles' ids (7001...) are not the parties' (9001...): links must join entities.
    let (person, other, company, vessel, aircraft, place) =
        ("ofac-9001", "ofac-9002", "ofac-9003", "ofac-9004", "ofac-9005", "ofac-9006");
    let loaded = mini();
    for (id, schema, source, target, words) in [
        (1, "Ownership", person, company, "Owned or Controlled By"),
        (2, "Ownership", person, company, "Owned or Controlled By"),
        (3, "UnknownLink", person, other, "Owned or Controlled By"),
        (4, "Ownership", person, company, "Owns, controls, or operates"),
        (5, "Ownership", company, vessel, "Owns, controls, or operates"),
        (6, "Ownership", company, vessel, "Property in the interest of"),
        (7, "Ownership", company, aircraft, "Property in the interest of"),
        (8, "Directorship", person, company, "Leader or official of"),
        (9, "Directorship", other, company, "Principal Executive Officer"),
        (10, "Representation", person, company, "Acting for or on behalf of"),
        (11, "UnknownLink", vessel, company, "Acting for or on behalf of"),
        (12, "Family", person, other, "Family member of"),
        (13, "UnknownLink", person, company, "Family member of"),
        (14, "Associate", person, company, "Associate Of"),
        (15, "Associate", person, company, "Associate Of"),
        (16, "UnknownLink", company, company, "Associate Of"),
        (17, "UnknownLink", company, person, "Providing support to"),
        (18, "UnknownLink", company, place, "playing a significant role in"),
        (19, "UnknownLink", person, company, "Sings in the choir of"),
        (24, "Directorship", person, company, "Leader or official of"),
        (25, "UnknownLink", person, vessel, "Leader or official of"),
    ] {
        let id = format!("ofac-rel-{id}");
        let entity = loaded.entity(&id);
        let (source_property, target_property) = entity.schema.known().and_then(interdict_model::Schema::edge).unwrap();
        let words_property = if matches!(schema, "Family" | "Associate") { "relationship" } else { "role" };
        loaded.check(&id, schema, &[(source_property, &[source]), (target_property, &[target]), (words_property, &[words])]);
    }
    loaded.check("ofac-rel-22", "UnknownLink", &[("subject", &[person]), ("object", &[company]), ("role", &[])]);
    for left_out in ["ofac-rel-20", "ofac-rel-21"] {
        assert!(loaded.entities.iter().all(|entity| entity.id != left_out));
    }
}

#[test]
fn relations_keep_their_time_quality_and_comment() {
    let loaded = mini();
    loaded.check("ofac-rel-4", "Ownership", &[("description", &["relation quality: High"])]);
    loaded.check("ofac-rel-8", "Directorship", &[("startDate", &["2015-01"]), ("endDate", &["2020-04-14"])]);
    loaded.check("ofac-rel-10", "Representation", &[("description", &["relation quality: Low"])]);
    loaded.check("ofac-rel-12", "Family", &[("description", &["former", "cousin"])]);
    loaded.check("ofac-rel-15", "Associate", &[("description", &["former"])]);
    loaded.check("ofac-rel-17", "UnknownLink", &[("status", &["former"])]);
    loaded.check("ofac-rel-23", "Directorship", &[("startDate", &["2019-09-19"]), ("endDate", &[])]);
}

#[test]
fn sanctions_entries() {
    let loaded = mini();
    loaded.check(
        "ofac-sanction-1",
        "Sanction",
        &[
            ("entity", &["ofac-9001"]),
            ("authority", &["Office of Foreign Assets Control"]),
            ("country", &["us"]),
            ("status", &[]),
            ("program", &["DPRK3", "NPWMD"]),
            ("provisions", &["Block"]),
            ("reason", &["Executive Order 13722 (North Korea)"]),
            ("listingDate", &["2016-03-16"]),
        ],
    );
    loaded.check(
        "ofac-sanction-2",
        "Sanction",
        &[
            ("program", &["DPRK4"]),
            ("reason", &[]),
            // An amendment dates no listing.
            ("listingDate", &["2017-05-01"]),
            ("summary", &["SDN List", "See also the press release.", "Federal notice 1", "Amended: 2018-06-02"]),
        ],
    );
    loaded.check(
        "ofac-sanction-3",
        "Sanction",
        &[("provisions", &["Directive 1: Sample debt", "Directive 1"]), ("startDate", &["2022-01-01"])],
    );
    loaded.check("ofac-sanction-5", "Sanction", &[("summary", &[]), ("provisions", &["ODD"])]);
    assert!(loaded.entities.iter().all(|entity| entity.id != "ofac-sanction-4"));
}

#[test]
fn every_reference_between_entities_resolves() {
    let loaded = mini();
    let ids: std::collections::HashSet<&str> = loaded.entities.iter().map(|entity| entity.id.as_str()).collect();
    assert_eq!(ids.len(), loaded.entities.len(), "ids are unique");
    for entity in &loaded.entities {
        for (property, value) in entity.values_of(interdict_model::PropertyType::Entity) {
            assert!(ids.contains(value.text.as_str()), "{} {property} {}", entity.id, value.text);
        }
    }
}

#[test]
fn namespaces_do_not_matter() {
    const NEW: &str = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ADVANCED_XML";
    assert!(MINI.contains(NEW));
    let expected = mini().lines();
    let old = MINI.replace(NEW, "http://www.un.org/sanctions/1.0");
    assert_eq!(load(old.as_bytes()).lines(), expected);
    assert_eq!(load(MINI.replace(&format!(" xmlns=\"{NEW}\""), "").as_bytes()).lines(), expected);
    // Every element with a prefix; a `<` before anything but a letter or `/` is no tag.
    let mut prefixed = String::new();
    for piece in MINI.split_inclusive('<') {
        let rest = piece.strip_prefix('/').map(|rest| ("/", rest));
        let (slash, rest) = rest.unwrap_or(("", piece));
        prefixed.push_str(slash);
        if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            prefixed.push_str("un:");
        }
        prefixed.push_str(rest);
    }
    let prefixed = prefixed.replace(" xmlns=", " xmlns:un=");
    assert!(prefixed.contains("<un:Sanctions xmlns:un=") && prefixed.contains("</un:Sanctions>"));
    assert_eq!(load(prefixed.as_bytes()).lines(), expected);
}

#[test]
fn spelling_of_the_xml_does_not_matter() {
    let expected = mini().lines();
    for (what, text) in [
        ("a byte order mark", format!("\u{feff}{MINI}")),
        ("CRLF", MINI.replace('\n', "\r\n")),
        ("white space behind the root", format!("{MINI}\n\n  \n")),
        ("a comment behind the root", format!("{MINI}<!-- end -->")),
        ("CDATA", MINI.replace(">SAMPLE TRADING CORP.<", "><![CDATA[SAMPLE TRADING CORP.]]><")),
        ("character references", MINI.replace(">SAMPLE STAR<", ">S&#65;MPLE&#x20;STAR<")),
        ("a processing instruction", MINI.replace("  <Locations>", "  <?pause?><Locations>")),
        ("flags as numbers", MINI.replace("LowQuality=\"true\"", "LowQuality=\"1\"")),
    ] {
        assert_eq!(load(text.as_bytes()).lines(), expected, "{what}");
    }
}

#[test]
fn packed_files_give_the_same_entities_and_the_hash_of_what_was_delivered() {
    let expected = mini().lines();
    let folder = tempfile::tempdir().unwrap();
    let notes: (&str, &[u8]) = ("README.txt", b"not a list");
    for (name, bytes) in [
        ("plain.xml", MINI.as_bytes().to_vec()),
        ("list.xml.gz", gz(MINI.as_bytes())),
        ("list.xml.bz2", bz2(MINI.as_bytes())),
        ("SDN_ADVANCED.ZIP", zip(&[("SDN_ADVANCED.XML", MINI.as_bytes()), notes])),
        // The content decides, not the name.
        ("list.json", gz(MINI.as_bytes())),
        ("two-members.gz", [gz(&MINI.as_bytes()[..1000]), gz(&MINI.as_bytes()[1000..])].concat()),
        ("two-streams.bz2", [bz2(&MINI.as_bytes()[..1000]), bz2(&MINI.as_bytes()[1000..])].concat()),
    ] {
        let hash = sha256(&bytes);
        let loaded = load(&bytes);
        assert_eq!(loaded.lines(), expected, "{name}");
        assert_eq!((loaded.report.sha256.as_str(), loaded.report.bytes), (hash.as_str(), bytes.len() as u64), "{name}");

        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        let read = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let seen = std::sync::Arc::clone(&read);
        let progress = Box::new(move |bytes| seen.store(bytes, std::sync::atomic::Ordering::Relaxed));
        let mut count = 0;
        let report = load_file(&spec(), &path, Some(progress), &mut |_| count += 1).unwrap();
        assert_eq!((report.file.as_str(), count), (name, expected.len()));
        assert_eq!((report.sha256, report.bytes), (hash, bytes.len() as u64), "{name}");
        assert_eq!(read.load(std::sync::atomic::Ordering::Relaxed), MINI.len() as u64, "progress counts content");
    }
}

/// A part that the schema asks for and that is not there is said; a list without it is still a list.
#[test]
fn missing_parts_are_issues() {
    let without = |from: &str, to: &str| {
        let (start, end) = (MINI.find(from).unwrap(), MINI.find(to).unwrap() + to.len());
        load([&MINI.as_bytes()[..start], &MINI.as_bytes()[end..]].concat().as_slice())
    };
    let loaded = without("<SanctionsEntries>", "</SanctionsEntries>");
    assert!(loaded.issues().contains(&"0: SanctionsEntries: : the file has no such part".to_owned()));
    assert_eq!(loaded.report.count("sanctions_entries"), 0);
    let loaded = without("<DateOfIssue", "</DateOfIssue>");
    assert!(loaded.issues().contains(&"0: Sanctions: DateOfIssue: the file does not say when it was issued".to_owned()));
    assert_eq!(loaded.report.issue_date, "");
}
