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
