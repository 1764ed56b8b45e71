//! What listings mean to each regime: `tests/listings.toml` against designations read from a snapshot.

use std::collections::BTreeMap;

use interdict_model::{Entity, Origin, Schema};
use interdict_network::{Role, designations};
use interdict_snapshot::Builder;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    listing: Vec<Listing>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listing {
    name: String,
    dataset: String,
    programmes: Vec<String>,
    list: String,
    expect: BTreeMap<String, String>,
}

#[test]
fn listings_mean_what_the_table_says() {
    let file: File = toml::from_str(include_str!("../listings.toml")).unwrap();
    assert!(file.listing.len() > 20);
    for listing in file.listing {
        let mut party = Entity::new("party", Schema::Organization);
        party.add("name", "Riverbend Trading");
        let mut sanction = Entity::new("sanction", Schema::Sanction);
        sanction.add("entity", "party");
        for programme in &listing.programmes {
            sanction.add("program", programme.as_str());
        }
        sanction.add("summary", listing.list.as_str());
        sanction.origin = Some(Origin { source: listing.dataset.clone(), issue: String::new(), record: "1".to_owned() });
        let mut builder = Builder::new();
        builder.add(&party);
        builder.add(&sanction);
        let snapshot = builder.finish().unwrap().open().unwrap();
        let found: BTreeMap<String, String> = designations(snapshot.entity("party").unwrap())
            .into_iter()
            .map(|one| {
                let role = match one.role {
                    Role::Blocked => "blocked",
                    Role::Restricted => "restricted",
                    Role::Licence => "licence",
                    Role::None => "none",
                };
                (one.regime.code().to_owned(), format!("{role} {}", if one.propagates { "yes" } else { "no" }))
            })
            .collect();
        assert_eq!(found, listing.expect, "{}", listing.name);
    }
}

/// What a sanction says under an id of the user's own.
fn own(authority: &str, list: &str, programme: &str, datasets: &[&str], source: &str) -> Vec<String> {
    let mut party = Entity::new("party", Schema::Organization);
    party.add("name", "Riverbend Trading");
    let mut sanction = Entity::new("sanction", Schema::Sanction);
    sanction.add("entity", "party");
    for (property, text) in [("authority", authority), ("summary", list), ("program", programme)] {
        sanction.add(property, text);
    }
    sanction.datasets = datasets.iter().map(|name| (*name).to_owned()).collect();
    sanction.origin = Some(Origin { source: source.to_owned(), issue: String::new(), record: "1".to_owned() });
    let mut builder = Builder::new();
    builder.add(&party);
    builder.add(&sanction);
    let snapshot = builder.finish().unwrap().open().unwrap();
    let found = designations(snapshot.entity("party").unwrap());
    found.into_iter().map(|one| format!("{} {:?} {}", one.regime.code(), one.role, one.propagates)).collect()
}

#[test]
fn lists_under_ids_of_the_users_own_go_by_their_authority() {
    let of = |authority: &str, list: &str, programme: &str| own(authority, list, programme, &[], "mine").join(", ");
    let treasury = "Office of Foreign Assets Control";
    let commerce = "Bureau of Industry and Security, US Department of Commerce";
    assert_eq!(of(treasury, "SDN List", "DPRK4"), "us Blocked true");
    assert_eq!(of(treasury, "SDN List", "NPWMD"), "us Blocked true, bis Licence true");
    assert_eq!(of(treasury, "Sectoral Sanctions Identifications List", ""), "us Restricted true");
    assert_eq!(of(treasury, "Consolidated List", "CMIC-EO13959"), "us Restricted false");
    assert_eq!(of(treasury, "", "DPRK4"), "us Blocked true");
    assert_eq!(of(treasury, "", "CMIC-EO13959"), "us Restricted false");
    assert_eq!(of("European Union", "", ""), "eu Blocked true");
    assert_eq!(of("Foreign, Commonwealth & Development Office", "", ""), "uk Blocked true");
    assert_eq!(of("State Secretariat for Economic Affairs", "", ""), "ch Blocked true");
    assert_eq!(of("Global Affairs Canada", "", ""), "ca Blocked true");
    assert_eq!(of(commerce, "", "Entity List (EL) - Bureau of Industry and Security"), "bis Licence true");
    assert_eq!(of("Ministry of Tides", "", ""), "");
}

#[test]
fn a_file_of_several_lists_goes_by_the_datasets_of_its_sanctions() {
    assert_eq!(own("", "", "", &["eu_fsf"], "my_file"), ["eu Blocked true"]);
    assert_eq!(own("", "", "", &["my_file", "gb_fcdo_sanctions"], "my_file"), ["uk Blocked true"]);
    assert_eq!(own("", "", "", &["my_file"], "my_file"), Vec::<String>::new());
}
