//! What is in the list is found under every key it should have.

use interdict_model::{Entity, Identifier, IdentifierKind, PropertyType, Schema};
use interdict_names::{NameKind, Token, TokenKind, is_chinese_key, parse_name};
use interdict_snapshot::{
    Builder, EntityRef, KeyKind, NameRef, Snapshot, TokenRef, bare, deletions, ends, letters, shape, skeleton_code,
    skeleton_deletions, token_class,
};

use crate::fixture::{BASE58_WALLET, EVM_WALLET, entities, snapshot};

fn token_texts(snapshot: &Snapshot, kind: KeyKind, key: &str) -> Vec<String> {
    snapshot.tokens_by_key(kind, key).map(|token| token.text().to_owned()).collect()
}

fn name_texts<'s>(names: impl Iterator<Item = NameRef<'s>>) -> Vec<&'s str> {
    names.map(NameRef::text).collect()
}

/// The rules by which names of the schema are read.
fn name_kind(schema: Schema) -> NameKind {
    match schema {
        Schema::Person => NameKind::Person,
        Schema::Company | Schema::Organization => NameKind::Organization,
        Schema::Vessel => NameKind::Object,
        other => panic!("no rule for names of {}", other.name()),
    }
}

/// Whether the dictionary holds the token as the parser gives it. The class of a legal form is its text.
fn is_same(held: TokenRef<'_>, parsed: &Token) -> bool {
    let kind = match parsed.kind {
        TokenKind::LegalForm(_) => TokenKind::LegalForm(""),
        kind => kind,
    };
    held.text() == parsed.text
        && held.text_bytes() == parsed.text.as_bytes()
        && held.letters() == letters(parsed.text.as_bytes())
        && held.skeleton_code() == skeleton_code(&parsed.skeleton)
        && held.common() == parsed.common
        && held.readings_bytes() == parsed.readings.join(" ").as_bytes()
        && held.native_bytes() == held.native().as_bytes()
        && held.korean_bytes() == held.korean_joined().as_bytes()
        && held.canon_bytes() == held.canon().as_bytes()
        && held.native() == parsed.native.as_deref().unwrap_or_default()
        && held.skeleton() == parsed.skeleton
        && held.korean().eq(parsed.korean.iter().map(String::as_str))
        && held.canon() == parsed.canon.unwrap_or_default()
        && held.kind() == kind
}

#[test]
fn every_token_of_every_name_is_found_under_all_its_keys() {
    let snapshot = snapshot();
    let mut checked = 0;
    for entity in entities() {
        let Some(schema) = entity.schema.known().filter(|schema| schema.is_a(Schema::Thing) && *schema != Schema::Address)
        else {
            assert_eq!(snapshot.entity(&entity.id).unwrap().names().count(), 0, "{}", entity.id);
            continue;
        };
        let values: Vec<_> = entity.values_of(PropertyType::Name).collect();
        let names: Vec<NameRef<'_>> = snapshot.entity(&entity.id).unwrap().names().collect();
        assert_eq!(names.len(), values.len(), "{}", entity.id);
        for (name, (property, value)) in names.into_iter().zip(values) {
            let text = value.text.as_str();
            let parsed = parse_name(text, name_kind(schema));
            assert_eq!((name.text(), name.property()), (text, property));
            assert_eq!(name.record(), value.record.as_deref().unwrap_or_default());
            assert_eq!(name.entity().id(), entity.id);
            assert_eq!(name.comma_after(), parsed.comma_after, "{text}");
            assert_eq!(snapshot.name_at(name.index()).map(NameRef::text), Some(text));
            assert_eq!((name.entity_index(), name.schema()), (name.entity().index(), Some(schema)), "{text}");
            assert_eq!(snapshot.schemata().nth(name.schema_index()), Some(Some(schema)), "{text}");
            let mut classes = [0; 12];
            for token in &parsed.tokens {
                classes[token_class(token.kind, token.common)] += 1;
            }
            assert_eq!(*name.classes(), classes, "{text}");
            assert_eq!(name.tokens().count(), parsed.tokens.len(), "{text}");
            for (held, token) in name.tokens().zip(&parsed.tokens) {
                assert!(is_same(held, token), "{text}: {held:?} is not {token:?}");
                assert!(held.postings().contains(&name.index()), "{text}: {}", held.text());
                let found = |kind, key: &str| snapshot.tokens_by_key(kind, key).any(|other| other.index() == held.index());
                assert!(found(KeyKind::Text, &token.text), "{text}: {}", token.text);
                assert_eq!(found(KeyKind::Native, held.native()), token.native.is_some(), "{text}: {}", token.text);
                for key in &token.korean {
                    assert!(found(KeyKind::Korean, key), "{text}: {key}");
                }
                if let Some(canon) = token.canon {
                    assert!(found(KeyKind::Text, canon), "{text}: {canon}");
                }
                for reading in &token.readings {
                    assert!(found(KeyKind::Text, reading), "{text}: {reading}");
                }
                let is_word = matches!(token.kind, TokenKind::Word | TokenKind::Generic);
                assert_eq!(found(KeyKind::Skeleton, &token.skeleton), is_word, "{text}: {}", token.skeleton);
                if let Some(ends) = ends(&token.text) {
                    assert_eq!(found(KeyKind::Ends, &ends), is_word, "{text}: {ends}");
                }
                assert_eq!(found(KeyKind::Near, &token.text), is_word, "{text}: {}", token.text);
                for deletion in deletions(&token.text) {
                    assert_eq!(found(KeyKind::Near, &deletion), is_word, "{text}: {deletion}");
                }
                for deletion in skeleton_deletions(&token.skeleton) {
                    assert_eq!(found(KeyKind::SkeletonDeletion, &deletion), is_word, "{text}: {deletion}");
                }
                // A word that is its own shape, or has no vowel to leave out, is found under its text.
                let shape = shape(&token.text);
                assert_eq!(found(KeyKind::Shape, &shape), is_word && shape != token.text, "{text}: {shape}");
                if let Some(bare) = bare(&token.text) {
                    assert_eq!(found(KeyKind::Bare, &bare), is_word && bare != token.text, "{text}: {bare}");
                }
                checked += 1;
            }
        }
    }
    assert!(checked > 20, "{checked} tokens checked");
}

#[test]
fn postings_ascend_and_are_complete() {
    let snapshot = snapshot();
    for token in (0..snapshot.token_count()).filter_map(|at| snapshot.token_at(at)) {
        assert!(token.postings().is_sorted_by(|one, next| one < next), "{}: {:?}", token.text(), token.postings());
        let names = (0..snapshot.name_count()).filter_map(|at| snapshot.name_at(at));
        let with: Vec<u32> = names.filter(|name| name.token_indexes().contains(&token.index())).map(NameRef::index).collect();
        assert_eq!(token.postings(), with, "{}", token.text());
    }
}

#[test]
fn tokens_by_kind_of_key() {
    let snapshot = snapshot();
    for (kind, key, expected) in [
        (KeyKind::Text, "kim", "kim"),
        (KeyKind::Text, "paektu", "paektu"),
        (KeyKind::Text, "paektv", ""),
        // `ironwatr` has lost a letter; `ironvater` and the list's token meet where both lose the letter in which they differ.
        (KeyKind::Near, "ironwatr", "ironwater"),
        (KeyKind::Near, "ironater", "ironwater"),
        // `ironwaters` has a letter too many, and meets the token where it loses it: under the token's own text.
        (KeyKind::Near, "ironwater", "ironwater"),
        // Two letters lost are more than one slip.
        (KeyKind::Near, "ironatr", ""),
        (KeyKind::Near, "primr", "primer"),
        // The text in its own script has no key of this kind.
        (KeyKind::Near, "пример", ""),
        (KeyKind::Shape, "lronwater", "ironwater"),
        (KeyKind::Shape, "prlmer", "primer"),
        (KeyKind::Shape, "klm", "kim"),
        (KeyKind::Shape, "ironwater", ""),
        // What looks like nothing else has no shape beside its text.
        (KeyKind::Shape, "paektu", ""),
        (KeyKind::Bare, "irnwtr", "ironwater"),
        (KeyKind::Bare, "km", "kim"),
        (KeyKind::Bare, "pkt", "paektu"),
        (KeyKind::Bare, "ironwater", ""),
        (KeyKind::Bare, "rnwtr", ""),
        (KeyKind::Ends, "irer", "ironwater"),
        (KeyKind::Ends, "ironwater", ""),
        (KeyKind::Native, "пример", "primer"),
        (KeyKind::Native, "primer", ""),
        (KeyKind::Id, "kim", ""),
        (KeyKind::Identifier, "kim", ""),
    ] {
        let found = token_texts(&snapshot, kind, key);
        if expected.is_empty() {
            assert_eq!(found, Vec::<String>::new(), "{kind:?} {key}");
        } else {
            assert!(found.iter().any(|text| text == expected), "{kind:?} {key}: {found:?}");
        }
    }
}

#[test]
fn romanisations_of_one_korean_name_share_keys() {
    let snapshot = snapshot();
    for spelling in ["Kim Chol Su", "Kim Cheol-su", "Gim Cheolsu", "김철수"] {
        let parsed = parse_name(spelling, NameKind::Person);
        let family = &parsed.tokens[0];
        let found = family.korean.iter().flat_map(|key| snapshot.tokens_by_key(KeyKind::Korean, key));
        let names: Vec<u32> = found.flat_map(|token| token.postings().iter().copied()).collect();
        let listed = snapshot.entity("inv-1").unwrap().names().filter(|name| name.text() != "Ironwater");
        for name in listed {
            assert!(names.contains(&name.index()), "{spelling} and {}", name.text());
        }
    }
}

#[test]
fn neighbours_are_found_written_as_one() {
    let snapshot = snapshot();
    assert!(name_texts(snapshot.names_by_joined("cholsu")).contains(&"KIM, Chol Su"));
    assert!(name_texts(snapshot.names_by_joined("examplestar")).contains(&"M/V Example Star 9"));
    for apart in ["kimsu", "suchol", "chol", "star9", ""] {
        assert_eq!(name_texts(snapshot.names_by_joined(apart)), Vec::<&str>::new(), "{apart}");
    }
}

#[test]
fn neighbours_are_found_by_their_korean_keys() {
    let snapshot = snapshot();
    for given in ["Cholsu", "Cheolsu", "Cheolsoo"] {
        let parsed = parse_name(given, NameKind::Person);
        let found: Vec<&str> =
            parsed.tokens[0].korean.iter().flat_map(|key| name_texts(snapshot.names_by_korean_pair(key))).collect();
        assert!(found.contains(&"KIM, Chol Su"), "{given}: {found:?}");
    }
    assert_eq!(snapshot.names_by_korean_pair("").count(), 0);
}

/// A list of one person who has these names.
fn person_named(names: &[&str]) -> Snapshot {
    let mut person = Entity::new("one", Schema::Person);
    for name in names {
        person.add("name", *name);
    }
    let mut builder = Builder::new();
    builder.add(&person);
    builder.finish().unwrap().open().unwrap()
}

#[test]
fn a_token_is_found_under_each_of_its_readings() {
    let snapshot = person_named(&["黃秀英"]);
    let name = snapshot.name_at(0).unwrap();
    let family = name.tokens().next().unwrap();
    assert_eq!(family.text(), "huang");
    let readings = std::str::from_utf8(family.readings_bytes()).unwrap();
    assert!(readings.split(' ').any(|reading| reading == "wong"), "{readings}");
    for reading in readings.split(' ') {
        let found: Vec<u32> = snapshot.tokens_by_key(KeyKind::Text, reading).map(TokenRef::index).collect();
        assert!(found.contains(&family.index()), "{reading}");
        // Readings are looked up as they are: what is near to one is not near to the token.
        assert_eq!(token_texts(&snapshot, KeyKind::Near, reading), Vec::<String>::new(), "{reading}");
    }
}

#[test]
fn neighbours_are_found_by_their_chinese_keys() {
    let snapshot = person_named(&["Wang Xiu Ying"]);
    for given in ["Xiuying", "Hsiuying"] {
        let parsed = parse_name(&format!("Wang {given}"), NameKind::Person);
        let keys = parsed.tokens.iter().flat_map(|token| &token.korean).filter(|key| is_chinese_key(key));
        let found: Vec<&str> = keys.flat_map(|key| name_texts(snapshot.names_by_korean_pair(key))).collect();
        assert!(found.contains(&"Wang Xiu Ying"), "{given}: {:?}", parsed.tokens);
    }
}

#[test]
fn tokens_of_any_length_are_held_whole() {
    // Around what stands in a token's row, and around what its length can say.
    for length in [1, 2, 19, 20, 21, 60, 254, 255, 256] {
        let word: String = ('a'..='z').cycle().take(length).collect();
        let snapshot = person_named(&[&word]);
        let token = snapshot.token_at(0).unwrap();
        let parsed = parse_name(&word, NameKind::Person);
        assert!(is_same(token, &parsed.tokens[0]), "{length}: {token:?}");
        assert_eq!((token.text(), token.text_bytes()), (word.as_str(), word.as_bytes()));
    }
}

/// Under a key: who is identified, who states it, by which property, of what kind, as written how, by which record.
#[track_caller]
fn identifies(key: &str, expected: &[[&str; 6]]) {
    let snapshot = snapshot();
    let found: Vec<[&str; 6]> = snapshot
        .identifiers(key)
        .inspect(|hit| assert_eq!(hit.key(), key))
        .map(|hit| [hit.entity().id(), hit.stated_by().id(), hit.property(), hit.kind(), hit.shown(), hit.record()])
        .collect();
    assert_eq!(found, expected, "{key}");
}

fn key(kind: IdentifierKind, text: &str) -> String {
    Identifier::parse(kind, text, None).unwrap().lookup_key().into_owned()
}

#[test]
fn numbers_on_the_party() {
    let registration = key(IdentifierKind::RegistrationNumber, "reg 77 001");
    identifies(&registration, &[["inv-2", "inv-2", "registrationNumber", "registration-number", "REG-77-001", ""]]);
    identifies("office@example.org", &[["inv-2", "inv-2", "email", "email", "Office@Example.ORG", ""]]);
    identifies("+12025550142", &[["inv-2", "inv-2", "phone", "phone", "+1 202 555 0142", ""]]);
    identifies("example.com", &[["inv-2", "inv-2", "website", "website", "https://www.example.com/about", ""]]);
    identifies("IMO1234567", &[["inv-6", "inv-6", "imoNumber", "imo", "IMO 1234567", ""]]);
    identifies("IMO0000000", &[]);
    identifies("", &[]);
}

#[test]
fn numbers_on_a_document_identify_its_holder() {
    let own = key(IdentifierKind::Passport, "PX0000999");
    identifies(&own, &[["inv-1", "inv-3", "number", "passport", "PX0000999", "IDRegDocument 31"]]);
    // The number that stands on both is one finding, and the party's own statement of it.
    let both = key(IdentifierKind::Passport, "PX0000123");
    identifies(&both, &[["inv-1", "inv-1", "passportNumber", "passport", "PX 0000123", ""]]);
}

#[test]
fn a_wallet_identifies_its_holder_in_any_case() {
    for spelling in [EVM_WALLET.to_owned(), EVM_WALLET.to_lowercase(), EVM_WALLET.replace("5aAeb6", "5AaEB6")] {
        let key = key(IdentifierKind::Wallet, &spelling);
        identifies(&key, &[["inv-1", "inv-4", "publicKey", "wallet", EVM_WALLET, "Feature 41"]]);
    }
    for spelling in [BASE58_WALLET.to_owned(), BASE58_WALLET.to_lowercase(), BASE58_WALLET.to_uppercase()] {
        let key = key(IdentifierKind::Wallet, &spelling);
        identifies(&key, &[["inv-1", "inv-4", "publicKey", "wallet", BASE58_WALLET, ""]]);
    }
}

#[test]
fn a_document_whose_holder_is_gone_identifies_itself() {
    let address = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    let key = key(IdentifierKind::Wallet, address);
    identifies(&key, &[["inv-10", "inv-10", "publicKey", "wallet", address, ""]]);
}

#[test]
fn a_number_with_a_wrong_check_digit_is_found_as_it_is_written() {
    assert!(Identifier::parse(IdentifierKind::Imo, "IMO 7654321", None).is_err());
    let key = Identifier::unverified_key(IdentifierKind::Imo, "imo-7654321");
    identifies(&key, &[["inv-6", "inv-6", "imoNumber", "imo", "IMO 7654321", ""]]);
}

#[test]
fn ids_are_exact() {
    let snapshot = snapshot();
    for id in ["inv-1", "inv-11"] {
        assert_eq!(snapshot.entity(id).map(EntityRef::id), Some(id));
    }
    for id in ["", "inv-", "INV-1", "inv-1 ", "inv-12", "gone-1", "kim"] {
        assert!(snapshot.entity(id).is_none(), "{id}");
    }
}
