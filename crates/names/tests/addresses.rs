//! Addresses and the other attributes that two parties can share: which writings meet, which must not, and what is too coarse.

use interdict_model::{Country, Entity};
use interdict_names::{AddressKeys, AttributeKind, address_keys, attribute_keys};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn keys(text: &str) -> AddressKeys {
    address_keys(text, None)
}

fn place(text: &str) -> Option<String> {
    keys(text).place
}

#[test]
fn writings_of_one_address_meet() {
    let groups: &[&[&str]] = &[
        &[
            "41 Ulitsa Klary Tsetkin, Moscow, Russia",
            "ул. Клары Цеткин, 41, Москва, Россия",
            "Russia, 125130, Moskva, Klary Tsetkin st., d. 41",
            "KLARY TSETKIN STREET 41; MOSCOW; RUSSIAN FEDERATION",
        ],
        &["1209 N Orange St., Wilmington, Delaware, 19801-1120, USA", "1209 North Orange St, Wilmington, DE 19801, US"],
        &[
            "1209 Orange Street, Wilmington, DE 19801, US",
            "1209 Orange St Wilmington Delaware 19801, US",
            "Orange St. 1209, Wilmington, USA",
        ],
        &[
            "No. 34-7, Zhenba Street, Zhenxing District, Dandong, 118001, China",
            "34-7 Zhen Ba Jie, Dandong City, Liaoning Province, China",
            "34/7 ZHENBA ST., DANDONG, LIAONING, CHINA",
        ],
        &[
            "冯家寨村320号, 冯家寨乡, 广宗县, 邢台市, 河北省, 中国",
            "No. 320 Fengjiazhai Village, Guangzong County, Xingtai City, Hebei Province, China",
        ],
        &[
            "40 Example Place, Apt 17, Denver, CO 80201",
            "40 EXAMPLE PLACE, #17, DENVER, CO 80201",
            "40 Example Pl #17, Denver CO 80201-1234",
            "40 Example Pl., Unit 17, Denver, Colorado",
        ],
        &["Musterstraße 5, 10115 Berlin, Germany", "Musterstr. 5, Berlin, Germany", "5 Muster Strasse, Berlin 10115, Germany"],
        &[
            "Calle Ejemplo No. 12, Bogotá, Colombia",
            "Calle Ejemplo 12, Bogota, Colombia",
            "C/ Ejemplo núm. 12, Bogotá, Colombia",
        ],
        &[
            "10 Example Road, London, EC2R 7HD, United Kingdom",
            "10, Example Rd, LONDON EC2R7HD, England, UK",
            "10 Example Rd., London, UK",
        ],
        &[
            "P.O. Box 3321, Road Town, Tortola, British Virgin Islands",
            "PO Box 3321; Road Town; Tortola; British Virgin Islands",
        ],
    ];
    for group in groups {
        let first = place(group[0]);
        assert!(first.is_some(), "{:?} has no key", group[0]);
        for other in &group[1..] {
            assert_eq!(place(other), first, "{:?} and {other:?}", group[0]);
        }
    }
}

#[test]
fn other_numbers_and_other_streets_do_not_meet() {
    let pairs = [
        ("1 Example Street, Testville, US", "2 Example Street, Testville, US"),
        ("12 5th Street, Testville, US", "5 12th Street, Testville, US"),
        ("Foo Street 12, Bar Street 34, Testville, US", "Foo Street 34, Bar Street 12, Testville, US"),
        ("ул. Ленина, д. 12, корп. 3, Москва, Россия", "ул. Ленина, д. 3, корп. 12, Москва, Россия"),
        ("12 Example Street, Testville, US", "12 Example Road, Testville, US"),
        ("12 Example Street, Testville, US", "12 Example Street, Otherville, US"),
        ("12 Example Street, Testville, US", "12a Example Street, Testville, US"),
        ("12-34 Example Street, Testville, US", "1234 Example Street, Testville, US"),
    ];
    for (left, right) in pairs {
        assert!(place(left).is_some() && place(right).is_some(), "{left:?} {right:?}");
        assert_ne!(place(left), place(right), "{left:?} {right:?}");
    }
}

#[test]
fn what_names_no_building_has_no_key() {
    for text in [
        "",
        "Pyongyang, North Korea",
        "North Korea",
        "Dandong, Liaoning, China",
        "Central District, Pyongyang, North Korea",
        "Minsk Oblast, Belarus",
        "London, EC2R 7HD, United Kingdom",
        "118001, Dandong, China",
        "Example Street, Testville, United States",
        "평양시, 조선",
        "12",
        "(); -",
    ] {
        let keys = keys(text);
        assert_eq!((keys.place, keys.unit), (None, None), "{text:?}");
    }
    // A numbered quarter is a weak link and no building.
    let quarter = keys("Haeun 2-dong, Pyongchon District, Pyongyang, North Korea");
    assert_eq!(quarter.place, None);
    assert_eq!(quarter.loose.len(), 1);
}

#[test]
fn rooms_are_told_apart_within_one_building() {
    let (left, right) =
        ("Room 2105, 29-31 Example Street, Chai Wan, Hong Kong", "29-31 Example St, Chai Wan, Hong Kong, China");
    assert_eq!(place(left), place(right));
    assert_eq!(keys(left).unit.as_deref(), Some("hk|chaiwan example|29-31|u2105"));
    assert_eq!(keys(right).unit, None);
    for other in ["Rm2105, 29-31 Example Street, Chai Wan, Hong Kong", "Flat 2105 29-31 Example Street, Chai Wan, HK"] {
        assert_eq!(keys(other).unit, keys(left).unit, "{other:?}");
    }
    for other in ["40 Example Place, #17, Denver, US", "40 Example Pl #17, Denver, US", "Apt 17, 40 Example Place, Denver, US"]
    {
        assert_eq!(keys(other).unit.as_deref(), Some("us|denver example place|40|u17"), "{other:?}");
    }
    // Where a street has a number, the mark stands before the house's.
    for house in ["Calle 10 # 20-30, Bogota, Colombia", "Calle 10 # 20-30, Bogota", "Calle Norte #20, Puebla, Mexico"] {
        assert_eq!(keys(house).unit, None, "{house:?}");
    }
    for floor in [
        "3rd Floor, 10 Example Road",
        "3/F, 10 Example Road",
        "Floor 3, 10 Example Road",
        "3F, 10 Example Rd",
        "Third floor, 10 Example Rd",
    ] {
        let keys = keys(&format!("{floor}, London, United Kingdom"));
        assert_eq!(keys.unit.as_deref(), Some("gb|example london road|10|f3"), "{floor:?}");
    }
}

#[test]
fn loose_keys_meet_without_the_town_or_the_street() {
    let full = keys("12 Example Street, Testville, 75001, France");
    let other_town = keys("12 Example St, Testville-sur-Mer, 75001, France");
    assert_ne!(full.place, other_town.place);
    assert_eq!(full.loose, ["fr|pc:75001|12", "fr|st:example|12"]);
    assert_eq!(full.loose, other_town.loose);
}

#[test]
fn the_text_names_the_country_before_the_hint() {
    let hint = Country::from_code("cn");
    assert_eq!(address_keys("12 Example Street, Testville, France", hint).place.as_deref(), Some("fr|example testville|12"));
    assert_eq!(address_keys("12 Example Street, Testville", hint).place.as_deref(), Some("cn|example testville|12"));
    assert_eq!(place("12 Example Street, Testville").as_deref(), Some("??|example testville|12"));
}

#[test]
fn attributes_of_an_entity() {
    let mut entity = Entity::new("x", "Company");
    entity.add_from("address", "Room 5, 12 Example Street, Testville, 75001, France", "row 1");
    entity.add("country", "fr");
    entity.add("phone", "+1 202 555 0123");
    entity.add("phone", "12");
    entity.add("email", "Sales@Example.com");
    entity.add("email", "example@gmail.com");
    entity.add("website", "https://www.example.com/about");
    entity.add("iban", "GB29 NWBK 6016 1331 9268 19");
    let found = attribute_keys(&entity);
    let found: Vec<(AttributeKind, &str)> = found.iter().map(|attribute| (attribute.kind, attribute.key.as_str())).collect();
    assert_eq!(
        found,
        [
            (AttributeKind::Address, "fr|example testville|12"),
            (AttributeKind::AddressUnit, "fr|example testville|12|u5"),
            (AttributeKind::AddressLoose, "fr|pc:75001|12"),
            (AttributeKind::AddressLoose, "fr|st:example|12"),
            (AttributeKind::Phone, "+12025550123"),
            (AttributeKind::Email, "sales@example.com"),
            (AttributeKind::MailDomain, "example.com"),
            (AttributeKind::Email, "example@gmail.com"),
            (AttributeKind::Website, "example.com"),
            (AttributeKind::BankAccount, "GB29NWBK60161331926819"),
        ]
    );
    assert_eq!(attribute_keys(&entity)[0].record, Some("row 1"));

    let mut parts = Entity::new("a", "Address");
    for (property, text) in [("street", "12 Example St"), ("city", "Testville"), ("postalCode", "75001"), ("country", "fr")] {
        parts.add(property, text);
    }
    assert_eq!(attribute_keys(&parts)[0].key, "fr|example testville|12");

    let mut account = Entity::new("b", "BankAccount");
    account.add("accountNumber", "12-3456 78");
    assert_eq!(attribute_keys(&account), []);
    account.add("bic", "SABRRUMMXXX");
    assert_eq!(attribute_keys(&account)[0].key, "SABRRUMM/12345678");

    let mut wallet = Entity::new("w", "CryptoWallet");
    wallet.add("publicKey", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    assert_eq!(attribute_keys(&wallet)[0].key, "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed");
}

#[test]
fn kinds_have_their_numbers_and_codes() {
    for (number, kind) in AttributeKind::ALL.iter().enumerate() {
        assert_eq!(AttributeKind::from_number(u8::try_from(number).unwrap()), Some(*kind));
        assert_eq!(*kind as usize, number);
        assert_eq!(AttributeKind::from_code(kind.code()), Some(*kind));
        assert!(!kind.label().is_empty());
    }
    assert_eq!(AttributeKind::from_number(255), None);
}

/// Digits of a text, each run once.
fn runs(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect()
}

proptest! {
    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = keys(&text);
    }

    #[test]
    fn never_panics_on_near_addresses(
        text in "((No\\.?|rm|st|d\\.|корп|Floor|P\\.O\\. Box|号|室|路|区|동|층|[a-z]|[0-9]{1,6}|Example|Überall|北京|평양|,|;|/|-|#| ){1,3} ?){0,14}",
        country in 0..Country::all().len(),
    ) {
        let _ = address_keys(&text, Country::all().nth(country));
    }

    #[test]
    fn case_and_normal_form_do_not_matter(text in "[A-Za-zÀ-ÿ0-9а-яА-Я가-힣, ./-]{0,40}") {
        let expected = keys(&text);
        prop_assert_eq!(&keys(&text.nfc().collect::<String>()), &expected);
        prop_assert_eq!(&keys(&text.nfd().collect::<String>()), &expected);
        if text.is_ascii() {
            prop_assert_eq!(&keys(&text.to_uppercase()), &expected);
        }
    }

    #[test]
    fn the_quick_way_and_the_way_of_other_scripts_agree(text in "[A-Za-z0-9 ,.;:#/()'\"-]{0,60}") {
        // An invisible character changes nothing but that the text is not plain any more.
        prop_assert_eq!(keys(&format!("{text}\u{200b}")), keys(&text));
    }

    #[test]
    fn order_of_parts_does_not_matter(
        house in 1_u32..999,
        room in 1_u32..999,
        order in Just(vec![0_usize, 1, 2, 3, 4]).prop_shuffle(),
    ) {
        let parts = [format!("{house} Example Street"), format!("Room {room}"), "Testville".into(), "Middle District".into(), "France".into()];
        let text = |order: &[usize]| order.iter().map(|at| parts[*at].as_str()).collect::<Vec<_>>().join(", ");
        prop_assert_eq!(keys(&text(&order)), keys(&text(&[0, 1, 2, 3, 4])));
    }

    #[test]
    fn no_number_is_lost(numbers in prop::collection::vec(1_u32..9999, 1..4), room in 1_u32..999) {
        let streets: Vec<String> = numbers.iter().enumerate().map(|(at, number)| format!("{} Road {number}", ["Foo", "Bar", "Baz", "Qux"][at])).collect();
        let text = format!("{}, Room {room}, Testville, Peru", streets.join(", "));
        let unit = keys(&text).unit.unwrap();
        for number in runs(&text) {
            prop_assert!(runs(&unit).contains(&number), "{} is not in {}", number, unit);
        }
    }
}
