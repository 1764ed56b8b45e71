//! Embargoed places and goods of double use, found in texts, countries and BICs as payments have them.

use std::collections::BTreeSet;

use interdict_network::Regime;
use interdict_payments::{Decision, PlaceFinding, PlaceKind, Rules};

const DAY: &str = "2026-01-15";

/// The places found, each once, in the order of the text.
fn names(found: &[PlaceFinding<'_>]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for finding in found {
        if names.last() != Some(&finding.rule.name.as_str()) {
            names.push(&finding.rule.name);
        }
    }
    names.join(", ")
}

#[track_caller]
fn check(rules: &Rules, text: &str, expected: &str) {
    let found = rules.places_in(text);
    assert_eq!(names(&found), expected, "{text:?}");
    for finding in found {
        assert!(text.get(finding.span.clone()).is_some_and(|part| !part.is_empty()), "{text:?}: {:?}", finding.span);
    }
}

#[test]
fn places_stand_in_texts() {
    let rules = Rules::on(DAY);
    for (text, expected) in [
        // The country, as it is written.
        ("Payment for goods to North Korea", "North Korea"),
        ("NORTH\nKOREA", "North Korea"),
        ("North\r\nKorea", "North Korea"),
        ("north  korea", "North Korea"),
        ("North-Korea", "North Korea"),
        ("NorthKorea trade", "North Korea"),
        ("N. Korea", "North Korea"),
        ("N Korea", "North Korea"),
        ("Korea, North", "North Korea"),
        ("KOREA (NORTH)", "North Korea"),
        ("the North Korean embassy", "North Korea"),
        ("DPRK", "North Korea"),
        ("D.P.R.K.", "North Korea"),
        ("DPR of Korea", "North Korea"),
        ("Democratic People's Republic of Korea", "North Korea"),
        ("DEMOCRATIC PEOPLES REPUBLIC\nOF KOREA", "North Korea"),
        ("Democratic People’s Republic of Korea", "North Korea"),
        ("Dem. People's Rep. of Korea", "North Korea"),
        ("Corée du Nord", "North Korea"),
        ("COREE DU NORD", "North Korea"),
        ("Nordkorea", "North Korea"),
        ("Corea del Norte", "North Korea"),
        ("КНДР", "North Korea"),
        ("в Северной Корее", "North Korea"),
        ("向朝鲜付款", "North Korea"),
        ("北朝鮮への送金", "North Korea"),
        ("북한으로 송금", "North Korea"),
        ("조선민주주의인민공화국", "North Korea"),
        ("ＮＯＲＴＨ　ＫＯＲＥＡ", "North Korea"),
        ("Nоrth Kоrеа", "North Korea"),
        ("No\u{200b}rth Ko\u{ad}rea", "North Korea"),
        // Not the country.
        ("South Korea", ""),
        ("Republic of Korea", ""),
        ("REPUBLIC\nOF KOREA", ""),
        ("Korea", ""),
        ("Korea North America sales", ""),
        ("the office in the north. Korea is next", ""),
        ("朝鲜族自治州", ""),
        ("조선일보", ""),
        ("현대조선해양", ""),
        ("원산지증명서", ""),
        ("평양냉면 두 그릇", ""),
        // Towns and ports.
        ("Kim Il Sung Sq, Pyongyang", "Pyongyang"),
        ("PYONG-\nYANG", "Pyongyang"),
        ("Pyong-yang", "Pyongyang"),
        ("PYONG\nYANG", "Pyongyang"),
        ("Pyong Yang", "Pyongyang"),
        ("P'yŏngyang", "Pyongyang"),
        ("Phyongyang's port", "Pyongyang"),
        ("Pyongyangs", ""),
        ("평양시 중구역", "Pyongyang"),
        ("平壤", "Pyongyang"),
        ("Пхеньян", "Pyongyang"),
        ("Port of loading: NAMPO", "Nampo"),
        ("Namp'o", "Nampo"),
        ("KPNAM", "Nampo"),
        ("Nampo-dong, Busan", ""),
        ("NAMPO Harvest Day stand fee", ""),
        ("Rason Smith", ""),
        ("RASON, DPRK", "Rason, North Korea"),
        ("Rason, KP", "Rason"),
        ("Rason, kp", ""),
        ("North Korea, in the province of Rason", "North Korea, Rason"),
        ("North Korea and then many other words that tell nothing of Rason", "North Korea"),
        ("Mr Choi Haeju", ""),
        ("Haeju port", "Haeju"),
        // Iran.
        ("Iran", "Iran"),
        ("Iran's oil", "Iran"),
        ("l'Iran et d’Iran", "Iran"),
        ("Iranian restaurant", ""),
        ("crude oil of Iranian origin", "Iran"),
        ("IRANI FAMILY TRUST", ""),
        ("Bandar-Abbas", "Bandar Abbas"),
        ("BANDAR ABBAS, IRAN", "Bandar Abbas, Iran"),
        ("بندر عباس", "Bandar Abbas"),
        ("a case of Shiraz wine", ""),
        ("Shiraz, Iran", "Shiraz, Iran"),
        ("152 Teheran-ro, Gangnam-gu, Seoul", ""),
        ("테헤란로 152", ""),
        ("Tehran", "Tehran"),
        // Cuba, Syria.
        ("Habana Vieja, Cuba", "Cuba"),
        ("Havana, Cuba", "Havana, Cuba"),
        ("Havana Club rum", ""),
        ("Cuba Gooding Jr", ""),
        ("12 Cuba Street, Wellington", ""),
        ("Cuba, MO 65453", ""),
        ("cubase licence", ""),
        ("Jakub Kuba Nowak", ""),
        ("Tartous, Syrian Arab Republic", "Tartus, Syria"),
        ("Latakia tobacco", ""),
        ("Port of Latakia", "Latakia"),
        // Ukraine, Russia, Belarus.
        ("Simferopol", "Simferopol"),
        ("Yalta Street 5, Athens", ""),
        ("Yalta, Crimea", "Yalta, Crimea"),
        ("Yalta, Ukraine", "Yalta"),
        ("12 Boulevard de Sébastopol, 75001 Paris", ""),
        ("Sevastopol", "Sevastopol"),
        ("the Crimean War", ""),
        ("Республика Крым, г. Керчь", "Crimea, Kerch"),
        ("Donetsk", "Donetsk"),
        ("Donetsk, Rostov oblast", ""),
        ("DNR fees, State of Wisconsin", ""),
        ("DNR, Ukraine", "Donetsk People's Republic"),
        ("Luhansk People's Republic", "Luhansk People's Republic"),
        ("Kyiv, Ukraine", ""),
        ("Russian Federation", "Russia"),
        ("White Russian", ""),
        ("Minsk, Belarus", "Belarus"),
        // None of these.
        ("P.O. Box 1234, Georgia", ""),
        ("Tbilisi, Georgia", ""),
        ("", ""),
        ("PAID BY CARD CU 99", ""),
    ] {
        check(&rules, text, expected);
    }
}

#[test]
fn a_place_comes_with_the_rule_of_each_regime() {
    use Decision::{Block, Hold};
    use Regime::{Bis, Ca, Ch, Eu, Uk, Us};
    let rules = Rules::on(DAY);
    let decisions = |text: &str| -> Vec<(Regime, Decision)> {
        rules.places_in(text).iter().map(|finding| (finding.rule.regime, finding.rule.decision)).collect()
    };
    let north = [(Us, Block), (Eu, Block), (Uk, Block), (Ch, Block), (Ca, Block), (Bis, Hold)];
    assert_eq!(decisions("DPRK"), north);
    assert_eq!(decisions("Wonsan"), north);
    assert_eq!(decisions("Cuba"), [(Us, Block), (Bis, Hold)]);
    assert_eq!(decisions("Simferopol")[..2], [(Us, Block), (Eu, Hold)]);
    // The town has a namesake in Russia: no regime blocks for it.
    assert!(decisions("Donetsk").iter().all(|(_, decision)| *decision == Hold));
    assert!(decisions("Russia").iter().all(|(_, decision)| *decision == Hold));
    let finding = &rules.places_in("via Wonsan port")[0];
    assert_eq!(finding.span, 4..15);
    assert_eq!((finding.rule.kind, finding.rule.country.as_str()), (PlaceKind::Port, "KP"));
    assert!(finding.rule.source.starts_with("https://www.ecfr.gov/") && finding.rule.measure.contains("EO 13722"));
}

#[test]
fn rules_hold_from_day_to_day() {
    let us = |day: &str, text: &str| -> Vec<Decision> {
        let rules = Rules::on(day);
        rules.places_in(text).iter().filter(|f| f.rule.regime == Regime::Us).map(|f| f.rule.decision).collect()
    };
    for (day, text, expected) in [
        ("2025-06-30", "Syria", &[Decision::Block][..]),
        ("2025-07-01", "Syria", &[Decision::Hold]),
        ("2025-06-30", "Tartus", &[Decision::Block]),
        ("2025-07-01", "Tartus", &[Decision::Hold]),
        ("2011-08-17", "Syria", &[]),
        ("2014-12-18", "Crimea", &[]),
        ("2014-12-19", "Crimea", &[Decision::Block]),
        ("2022-02-20", "Luhansk", &[]),
        ("2022-02-21", "Luhansk", &[Decision::Block]),
        ("1950-01-01", "North Korea", &[]),
    ] {
        assert_eq!(us(day, text), expected, "{day}: {text}");
    }
}

#[test]
fn countries_are_read_from_codes_and_names() {
    let rules = Rules::on(DAY);
    for (text, expected) in [
        ("KP", "North Korea"),
        ("kp", "North Korea"),
        ("PRK", "North Korea"),
        ("Korea, Democratic People's Republic of", "North Korea"),
        ("Nordkorea", "North Korea"),
        ("조선", "North Korea"),
        ("NORTH KOREA (DPRK)", "North Korea"),
        ("IR", "Iran"),
        ("Iran (Islamic Republic of)", "Iran"),
        ("CU", "Cuba"),
        ("SYR", "Syria"),
        ("RU", "Russia"),
        ("BLR", "Belarus"),
        ("ua-cri", "Crimea"),
        ("Crimea, Ukraine", "Crimea"),
        ("UA", ""),
        ("KR", ""),
        ("Korea", ""),
        ("Republic of Korea", ""),
        ("GE", ""),
        ("US", ""),
        ("", ""),
        ("??", ""),
        // A town in the field of a country is found as well.
        ("Pyongyang", "Pyongyang"),
    ] {
        let found = rules.country(text);
        assert_eq!(names(&found), expected, "{text:?}");
        assert!(found.iter().all(|finding| finding.span == (0..text.len())), "{text:?}");
    }
}

#[test]
fn banks_are_read_from_their_codes() {
    let rules = Rules::on(DAY);
    for (bic, expected) in [
        ("FTBDKPPY", "North Korea"),
        ("ftbdkppyxxx", "North Korea"),
        (" FTBDKPPYXXX ", "North Korea"),
        ("MELIIRTH", "Iran"),
        ("BNACCUHH", "Cuba"),
        ("SABRRUMM", "Russia"),
        ("DEUTDEFF", ""),
        ("SHBKKRSE", ""),
        ("KP", ""),
        ("", ""),
        ("ABCDК Р", ""),
        ("12345678", ""),
    ] {
        assert_eq!(names(&rules.bic(bic)), expected, "{bic:?}");
    }
    assert_eq!(rules.bic(" FTBDKPPY ")[0].span, 1..9);
}

#[test]
fn a_text_that_repeats_a_place_stays_small() {
    let rules = Rules::on(DAY);
    let found = rules.places_in(&"Iran, Yalta ".repeat(20_000));
    assert_eq!(found.len(), 16 * 6);
    // What hides others does not use up their findings.
    let hidden = format!("{}Cuba", "Cuba Street ".repeat(5_000));
    assert_eq!(names(&rules.places_in(&hidden)), "Cuba");
}

#[track_caller]
fn check_goods(rules: &Rules, text: &str, expected: &str) {
    let found: Vec<&str> = rules.goods_in(text).iter().map(|finding| finding.rule.phrase.as_str()).collect();
    assert_eq!(found.join(", "), expected, "{text:?}");
}

#[test]
fn goods_stand_in_texts() {
    let rules = Rules::on(DAY);
    for (text, expected) in [
        ("50 KG MARAGING STEEL", "maraging steel"),
        ("Maraging-steel tubes", "maraging steel"),
        ("vacuum induction furnaces", "vacuum induction furnace"),
        ("VACUUM\nINDUCTION FURNACE", "vacuum induction furnace"),
        ("carbon fiber T700", "carbon fibre t700"),
        ("carbon fibres T-700", "carbon fibre t700"),
        ("Toray T700 roving", "toray t700"),
        ("gyroscopes", "gyroscope"),
        ("fiber-optic gyroscope", "fibre optic gyroscope"),
        ("frequency converters, 2 pcs", "frequency converter"),
        ("pressure transducer", "pressure transducer"),
        ("triggered spark gaps", "triggered spark gap"),
        ("triggered spark-gap", "triggered spark gap"),
        ("triggered sparkgap", "triggered sparkgap"),
        ("Xilinx Virtex FPGA", "xilinx virtex"),
        ("field-programmable gate arrays", "field programmable gate array"),
        ("thermal imaging cameras", "thermal imaging camera"),
        ("night vision goggles", "night vision goggle"),
        ("ammonium perchlorate", "ammonium perchlorate"),
        ("five-axis CNC", "five axis cnc"),
        ("5-axis machining center", "5 axis machining centre"),
        ("turbo jet engine", ""),
        ("turbojet engines", "turbojet engine"),
        ("krytrons", "krytron"),
        ("thionyl chloride 200 l", "thionyl chloride"),
        ("7075-T6 tube", "7075 t6 tube"),
        ("inertial measurement units (IMU)", "inertial measurement unit"),
        ("ship-to-ship transfer off the coast", "ship to ship transfer"),
        ("rolex watches", "rolex watch"),
        ("high-strength aluminum tubes", "high strength aluminium tube"),
        ("triggered. Spark gap", ""),
        ("uranium hexafluoride (UF6)", "uranium hexafluoride, uf6"),
        ("HS 8542.31", "hs 854231"),
        ("HS 854231", "hs 854231"),
        ("HS8542.31", "hs 854231"),
        ("HTS code: 8542.31.0000", "hs 854231"),
        ("HS CODE 8542310000, 8542.32", "hs 854231, hs 854232"),
        ("H.S. 8542.31", ""),
        ("tariff no. 8526.91", "hs 852691"),
        ("HS 8542 31", "hs 854231"),
        ("HS 0901.21 coffee", ""),
        ("invoice 854231", ""),
        ("call 8542 31", ""),
        ("water pump", ""),
        ("steel bars and computers", ""),
        ("salary July", ""),
        ("carbon copy, fibre cement", ""),
        ("Riverside Golf Club dues", ""),
        ("switches and boxes", ""),
        ("", ""),
    ] {
        check_goods(&rules, text, expected);
    }
    let finding = &rules.goods_in("2 krytrons")[0];
    assert_eq!(finding.span, 2..10);
    assert!(finding.rule.category.contains("3A228") && finding.rule.source.starts_with("https://"));
}

#[test]
fn the_tables_are_whole() {
    for (table, text, columns) in [
        ("places", include_str!("../../../data/embargoed_places.tsv"), 13),
        ("goods", include_str!("../../../data/dual_use_goods.tsv"), 6),
    ] {
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert_eq!(line.split('\t').count(), columns, "{table}: {line}");
        }
    }
    let lines = include_str!("../../../data/embargoed_places.tsv").lines();
    let rows: Vec<Vec<&str>> =
        lines.filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect()).collect();
    let mut names: std::collections::BTreeMap<String, (String, String)> = std::collections::BTreeMap::new();
    for row in &rows {
        let [kind, name, more, country, within, regime, decision, measure, from, until, sure, ..] = row[..] else {
            panic!("{row:?}")
        };
        assert!(matches!(kind, "country" | "region" | "town" | "port" | "other"), "{row:?}");
        assert!(matches!(sure, "page" | "check" | "memory"), "{row:?}");
        if decision == "none" {
            assert!([within, regime, measure, from, until].iter().all(|field| field.is_empty()), "{row:?}");
        } else if within.is_empty() {
            assert!(Regime::from_code(regime).is_some() && !measure.is_empty(), "{row:?}");
            assert!(matches!(decision, "hold" | "block") && from.len() == 10, "{row:?}");
            assert!(until.is_empty() || from < until, "{row:?}");
        } else {
            assert!(rows.iter().any(|other| other[1] == within && other[4].is_empty()), "{row:?}");
            assert!(matches!(decision, "" | "hold" | "block") && regime.is_empty(), "{row:?}");
        }
        for code in country.split('|').filter(|code| !code.is_empty()) {
            assert!(interdict_model::Country::from_code(code).is_some_and(|c| c.code() == code.to_lowercase()), "{row:?}");
        }
        // A name means one place.
        for name in std::iter::once(name).chain(more.split('|')).filter(|name| !name.is_empty()) {
            let folded = interdict_names::fold(name.trim_start_matches('~'));
            let place = (kind.to_owned(), row[1].to_owned());
            let before = names.entry(folded).or_insert_with(|| place.clone());
            assert_eq!(*before, place, "{name}");
        }
    }
    let rules = Rules::on(DAY);
    assert!(rules.places().len() > 400, "{}", rules.places().len());
    assert!(rules.goods().len() > 500, "{}", rules.goods().len());
    let places: BTreeSet<&str> = rules.places().iter().map(|rule| rule.name.as_str()).collect();
    assert!(places.len() > 110, "{}", places.len());
    // Each rule is found by its own name, in a sentence that says the country where the name alone says too little.
    for rule in rules.places() {
        let text = format!("to {}, {}", rule.name, rule.country);
        assert!(rules.places_in(&text).iter().any(|finding| finding.rule == rule), "{text}");
    }
    for rule in rules.goods() {
        let text = format!("for {} delivered", rule.phrase);
        let found = rules.goods_in(&text);
        assert!(
            found.iter().any(|finding| text[finding.span.clone()].contains(&rule.phrase) || finding.rule == rule),
            "{text}"
        );
    }
}
