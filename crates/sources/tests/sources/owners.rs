//! Tables of owners and officers: an invented one that holds every case, the example of the documentation, and what is refused.

use interdict_model::Schema;

use crate::registers::{counts, fixture, golden, is_sound, survives};
use crate::support::{load, refusal};

#[test]
fn every_case() {
    let loaded = golden("mini_owners.csv");
    assert_eq!(loaded.report.format, "owners");
    // A party of a list is only named: what it is, the list says.
    loaded.check("ofac-52264", "Thing", &[("weakAlias", &["Listed Holder"]), ("name", &[])]);
    loaded.check("gb-coh-01234567", "LegalEntity", &[("name", &["Wavecrest Bulk Ltd"])]);
    assert_eq!(counts(&loaded), [("rows", 31), ("relations", 32), ("parties", 24)]);
    assert_eq!(
        loaded.issues(),
        [
            "1: header: Remark: the column `Remark` is not known, or stands twice; its values are notes of the relations",
            "17: row 17: relation: `sings with` is not known; kept as a link",
            "18: row 18: owner_type: `robot` is not a known type of party; left open",
            "18: row 18: owner_country: `Ruritania` is not a known country; kept as it stands",
            "18: row 18: owner_birth_date: a date cannot be read: 1970-02 has no day 31",
            "18: row 18: lei: the LEI has 6 characters instead of 20",
            "18: row 18: percentage: `approx. 50`: the share is only approximate, so that nothing follows from the figure; \
             kept as it stands",
            "18: row 18: shares: `many` is not a number of shares; kept as it stands",
            "18: row 18: votes: `150`: a share cannot be more than 100 %; kept as it stands",
            "18: row 18: to: it ends on 2023-01-01, before it begins on 2024-01-01; kept as it stands",
            "19: row 19: percentage: `-5`: a share cannot be negative; kept as it stands",
            "24: row 24: owner: a row without an owner; it was left out",
            "25: row 25: asset: a row without an asset; it was left out",
            "26: row 26: : the row has 26 cells, the header 24; it was left out",
            "27: row 27: : the row has 14 cells, the header 24",
            "27: row 27: nominee_for: a nominee, and the row does not say for whom",
            "32: row 32: type: `mini-W-1` is Vessel in a row before, and Person here; kept as Vessel",
            "30: row 30: name: 2 parties of the file have this name, and the row does not say which is meant; \
             kept as another one",
            "23: row 23: asset: owner and asset are one party; kept as it stands",
            "22: row 22: percentage: with this row the shares of `mini-a79dc400b6d5` sum to at least 140 %; all are kept",
        ]
    );
    assert_eq!(loaded.report.rejected.len(), 3);
}

#[test]
fn the_example_is_clean() {
    let loaded = load(include_bytes!("../../../../examples/owners.csv"));
    is_sound(&loaded);
    assert_eq!(loaded.issues(), [""; 0]);
    assert_eq!(counts(&loaded), [("rows", 9), ("relations", 11), ("parties", 9)]);
}

#[test]
fn a_party_of_a_list_takes_the_schema_of_the_list() {
    let row = b"owner,owner_id,owner_type,asset,asset_id,asset_type\nX,ofac-1,company,Y,ofac-2,company\n";
    for schema in [Schema::Person, Schema::Vessel, Schema::Organization, Schema::Airplane] {
        let loaded = load(row);
        for id in ["ofac-1", "ofac-2"] {
            let mut listed = interdict_model::Entity::new(id, schema);
            listed.merge(loaded.entity(id).clone()).unwrap();
            assert_eq!(listed.schema.as_str(), schema.name());
            let mut own = loaded.entity(id).clone();
            own.merge(interdict_model::Entity::new(id, schema)).unwrap();
            assert_eq!(own.schema.as_str(), schema.name());
        }
    }
}

#[test]
fn other_writings_say_the_same() {
    let plain = "owner,asset,share,from\nOrrin Halvaraqué,Tessellate Ltd,50,2020\n";
    let expected = load(plain.as_bytes()).lines();
    let crlf = plain.replace('\n', "\r\n");
    let tabs = plain.replace(',', "\t");
    let marked = format!("\u{feff}{plain}");
    let names = plain.replace("owner,asset,share,from", "Shareholder,Company Name,PERCENTAGE,Start-Date");
    for other in [crlf, tabs, marked, names] {
        assert_eq!(load(other.as_bytes()).lines(), expected, "{other:?}");
    }
    let latin: Vec<u8> = plain.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let loaded = load(&latin);
    assert_eq!(loaded.lines(), expected);
    assert_eq!(loaded.issues(), ["2: row 2: owner: not UTF-8; read as Windows-1252"]);
}

#[test]
fn an_id_outlives_a_change_of_share() {
    let ids = |text: &[u8]| load(text).entities.iter().map(|entity| entity.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(b"owner,asset,share\nA,B,50\n"), ids(b"owner,asset,share\nA,B,40\n"));
}

#[test]
fn a_subsidiary_is_owned_by_the_other_side() {
    let ends = |text: &[u8]| {
        let loaded = load(text);
        let edge = loaded.entities.iter().find(|entity| entity.schema.as_str() == "Ownership").unwrap();
        ["owner", "asset", "percentage"].map(|property| edge.first(property).unwrap().to_owned())
    };
    let above = ends(b"owner_id,asset_id,relation,share\nP,S,parent,60\n");
    assert_eq!(above, ["mini-P", "mini-S", "60"]);
    assert_eq!(ends(b"owner_id,asset_id,relation,share\nS,P,subsidiary of,60\n"), above);
}

#[test]
fn what_is_refused() {
    assert!(refusal(b"owner,asset\n").contains("no rows with an owner and an asset"));
    assert!(refusal(b"owner,colour\nx,y\n").contains("it begins with"));
    survives(&fixture("mini_owners.csv"));
    survives(include_bytes!("../../../../examples/owners.csv"));
}
