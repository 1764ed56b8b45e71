//! The invented list that most tests build from, and how they build it.

use interdict_model::{AliasKind, Entity, NameDetail, NamePart, NamePartKind, Origin, Schema};
use interdict_snapshot::{Builder, Built, Snapshot, SourceMeta};
use serde_json::json;

/// A wallet address with an EIP-55 checksum: the example of the standard.
pub(crate) const EVM_WALLET: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
/// A `Base58Check` wallet address, much used as an example.
pub(crate) const BASE58_WALLET: &str = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";

/// A source, as a parser reports it.
pub(crate) fn source() -> SourceMeta {
    SourceMeta {
        id: "invented".to_owned(),
        format: "ftm_json_lines".to_owned(),
        issue_date: "2025-11-19".to_owned(),
        sha256: "00".repeat(32),
        bytes: 4096,
        entities: 11,
        counts: vec![("parties".to_owned(), 4), ("names".to_owned(), 9)],
    }
}

/// Parties, documents, wallets, relations and things that no schema knows, so that every section has rows.
pub(crate) fn entities() -> Vec<Entity> {
    let mut person = Entity::new("inv-1", Schema::Person);
    person.caption = Some("KIM, Chol Su".to_owned());
    person.datasets = vec!["invented".to_owned(), "invented_too".to_owned()];
    person.target = Some(true);
    person.origin =
        Some(Origin { source: "invented".to_owned(), issue: "2025-11-19".to_owned(), record: "DistinctParty 1".to_owned() });
    person.extra.insert("first_seen".to_owned(), json!("2023-04-20T00:00:00"));
    person.extra.insert("referents".to_owned(), json!(["other-1", {"nested": [1, null, true]}]));
    person.extra.insert("last_change".to_owned(), json!(null));
    person.add_from("name", "KIM, Chol Su", "DocumentedName 11");
    person.add_from("alias", "Kim Cheol-su", "DocumentedName 12");
    person.add("alias", "김철수");
    person.add_from("weakAlias", "Ironwater", "DocumentedName 13");
    person.add_from("birthDate", "1984-02", "Feature 21");
    person.add("nationality", "kp");
    person.add("passportNumber", "PX 0000123");
    person.add("shoeSize", "38");
    person.names = vec![
        NameDetail {
            text: "KIM, Chol Su".to_owned(),
            kind: AliasKind::Name,
            weak: false,
            script: "Latin".to_owned(),
            parts: vec![
                NamePart { kind: NamePartKind::Family, text: "KIM".to_owned() },
                NamePart { kind: NamePartKind::Given, text: "Chol Su".to_owned() },
            ],
            record: "DocumentedName 11".to_owned(),
        },
        NameDetail {
            text: "Ironwater".to_owned(),
            kind: AliasKind::FormerlyKnownAs,
            weak: true,
            script: String::new(),
            parts: Vec::new(),
            record: String::new(),
        },
    ];

    let mut company = Entity::new("inv-2", Schema::Company);
    company.add("name", "Paektu Example Shipping Co., Ltd.");
    company.add("alias", "백두해운회사");
    company.add("previousName", "Мореходная компания Пример");
    company.add("registrationNumber", "REG-77-001");
    company.add("email", "Office@Example.ORG");
    company.add("phone", "+1 202 555 0142");
    company.add("website", "https://www.example.com/about");
    company.add("topics", "sanction");

    // The same number as on the holder, and one more.
    let mut passport = Entity::new("inv-3", Schema::Passport);
    passport.add("holder", "inv-1");
    passport.add("number", "PX0000123");
    passport.add_from("number", "PX0000999", "IDRegDocument 31");
    passport.add("country", "kp");

    let mut wallet = Entity::new("inv-4", Schema::CryptoWallet);
    wallet.add("holder", "inv-1");
    wallet.add_from("publicKey", EVM_WALLET, "Feature 41");
    wallet.add("publicKey", BASE58_WALLET);
    wallet.add("currency", "ETH");

    let mut ownership = Entity::new("inv-5", Schema::Ownership);
    ownership.add("owner", "inv-1");
    ownership.add("asset", "inv-2");
    ownership.add("percentage", "51");

    let mut vessel = Entity::new("inv-6", Schema::Vessel);
    vessel.target = Some(false);
    vessel.add("name", "M/V Example Star 9");
    vessel.add("imoNumber", "IMO 1234567");
    // Its check digit is wrong; a list's mistake must be found by the same mistake.
    vessel.add("imoNumber", "IMO 7654321");

    let mut unknown = Entity::new("inv-7", "HyperText");
    unknown.extra.insert("first_seen".to_owned(), json!("2024-01-01"));
    // Our own member names, used by somebody else for something else.
    unknown.extra.insert("origin".to_owned(), json!("web"));
    unknown.extra.insert("names".to_owned(), json!(["short", 7]));
    unknown.add("bodyText", "kept as it is");
    unknown.add("name", "not a party that this engine knows");
    unknown.add("tab\tand\nline", "\u{0}\u{1f}\u{202e}");

    let mut address = Entity::new("inv-8", Schema::Address);
    address.add("full", "1 Example Street, Pyongyang");
    address.add("country", "kp");

    let mut sanction = Entity::new("inv-9", Schema::Sanction);
    sanction.add("entity", "inv-1");
    sanction.add("program", "DPRK2");
    sanction.add("startDate", "2025-01-02");

    // The holder is not in the list.
    let mut lonely = Entity::new("inv-10", Schema::CryptoWallet);
    lonely.add("holder", "gone-1");
    lonely.add("publicKey", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");

    let bare = Entity::new("inv-11", Schema::Organization);
    vec![person, company, passport, wallet, ownership, vessel, unknown, address, sanction, lonely, bare]
}

/// Builds from entities, with one source.
pub(crate) fn build(entities: &[Entity]) -> Built {
    let mut builder = Builder::new();
    for entity in entities {
        builder.add(entity);
    }
    builder.add_source(source());
    builder.finish().expect("builds")
}

/// The invented list, built.
pub(crate) fn built() -> Built {
    build(&entities())
}

/// The invented list, opened.
pub(crate) fn snapshot() -> Snapshot {
    built().open().expect("opens")
}
