//! Properties of name parsing that hold for every input.

use interdict_names::{
    KEY_LEN, MAX_READINGS, MAX_SYLLABLES, MAX_TOKENS, NameKind, ParsedName, TokenKind, chinese_keys, fold, is_chinese_key,
    is_korean_key, korean_keys, parse_name, romanise, script_of, skeleton,
};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

const KINDS: [NameKind; 4] = [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Unknown];

/// Text from the blocks that names come from, mixed with marks, controls and separators.
fn name_text() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        4 => "[a-zA-Z]{1,8}",
        2 => "[À-ɏ]{1,6}",
        2 => "[Ѐ-ԯ]{1,8}",
        1 => "[Ͱ-Ͽ]{1,6}",
        2 => "[؀-ۿ]{1,8}",
        1 => "[֐-״]{1,6}",
        2 => "[가-힣]{1,6}",
        1 => "[ᄀ-ᇿ]{1,4}",
        2 => "[一-鿿]{1,6}",
        1 => "[ぁ-ヿ]{1,6}",
        1 => "[ऀ-ൿ]{1,6}",
        1 => "[\u{300}-\u{36f}]{1,3}",
        1 => "[\u{200b}-\u{202e}\u{2060}-\u{2069}]{1,2}",
        3 => "[ ,.'&/#()0-9-]{1,3}",
    ];
    proptest::collection::vec(block, 0..12).prop_map(|parts| parts.concat())
}

/// Characters of all of Unicode at random, controls and those of no meaning yet among them, alone and between letters of names.
fn unicode_text() -> impl Strategy<Value = String> {
    let any_of = prop_oneof![
        4 => proptest::char::range('\0', '\u{ffff}'),
        2 => proptest::char::range('\u{10000}', '\u{1ffff}'),
        1 => proptest::char::range('\u{20000}', char::MAX),
        2 => any::<char>(),
    ];
    let part = prop_oneof![
        3 => proptest::collection::vec(any_of, 1..6).prop_map(|chars| chars.into_iter().collect::<String>()),
        1 => name_text(),
        1 => Just(" ".to_owned()),
    ];
    proptest::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

fn check_tokens(name: &ParsedName) -> Result<(), TestCaseError> {
    prop_assert!(name.tokens.len() <= MAX_TOKENS);
    for token in &name.tokens {
        prop_assert!(!token.text.is_empty());
        prop_assert!(token.text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{}", token.text);
        prop_assert!(!token.skeleton.is_empty());
        prop_assert!(token.native.as_ref().is_none_or(|native| !native.is_empty()));
        for key in &token.korean {
            prop_assert!(key.len().is_multiple_of(KEY_LEN) && key.len() <= KEY_LEN * MAX_SYLLABLES);
            prop_assert!(is_korean_key(key) != is_chinese_key(key), "{key}");
        }
        prop_assert!(token.readings.len() <= MAX_READINGS);
        for reading in &token.readings {
            prop_assert!(!reading.is_empty() && *reading != token.text);
            prop_assert!(reading.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{reading}");
        }
        if token.kind == TokenKind::Number {
            prop_assert!(token.text == "0" || !token.text.starts_with('0'));
        }
    }
    if let Some(at) = name.comma_after {
        prop_assert!(at + 1 < name.tokens.len());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_text_gives_well_formed_tokens(raw in any::<String>()) {
        for kind in KINDS {
            check_tokens(&parse_name(&raw, kind))?;
        }
        let _ = (fold(&raw), romanise(&raw), script_of(&raw), korean_keys(&raw), skeleton(&raw));
    }

    #[test]
    fn names_in_any_script_give_well_formed_tokens(raw in name_text()) {
        for kind in KINDS {
            check_tokens(&parse_name(&raw, kind))?;
        }
        let latin = romanise(&raw);
        prop_assert!(latin.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' '), "{latin}");
        let folded = fold(&raw);
        prop_assert!(!folded.contains("  ") && folded.trim() == folded);
    }

    #[test]
    fn normal_forms_of_one_text_parse_alike(raw in name_text()) {
        let (composed, decomposed): (String, String) = (raw.nfc().collect(), raw.nfd().collect());
        for kind in KINDS {
            prop_assert_eq!(parse_name(&composed, kind), parse_name(&decomposed, kind));
        }
    }

    #[test]
    fn any_characters_give_well_formed_tokens_in_either_normal_form(raw in unicode_text()) {
        let (composed, decomposed): (String, String) = (raw.nfc().collect(), raw.nfd().collect());
        for kind in KINDS {
            let name = parse_name(&raw, kind);
            check_tokens(&name)?;
            prop_assert_eq!(&parse_name(&composed, kind), &name);
            prop_assert_eq!(&parse_name(&decomposed, kind), &name);
        }
        let _ = (fold(&raw), romanise(&raw), script_of(&raw), korean_keys(&raw), chinese_keys(&raw), skeleton(&raw));
    }

    #[test]
    fn long_names_are_cut(words in proptest::collection::vec("[a-z]{1,6}|[가-힣]{1,3}|[а-я]{1,6}|[一-鿿]{1,3}", 0..200)) {
        let raw = words.join(" ");
        for kind in KINDS {
            check_tokens(&parse_name(&raw, kind))?;
        }
    }

    #[test]
    fn case_of_latin_text_does_not_matter(raw in "[a-zA-Z0-9À-ÖØ-öø-ž .,'-]{0,40}") {
        for kind in KINDS {
            prop_assert_eq!(parse_name(&raw.to_uppercase(), kind), parse_name(&raw.to_lowercase(), kind));
        }
    }

    #[test]
    fn parsing_is_stable(raw in "[a-zA-Z -]{0,40}") {
        // The tokens of a person's name parse to themselves.
        let name = parse_name(&raw, NameKind::Person);
        let again: String = name.tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
        let texts = |name: &ParsedName| name.tokens.iter().map(|token| token.text.clone()).collect::<Vec<_>>();
        prop_assert_eq!(texts(&parse_name(&again, NameKind::Person)), texts(&name));
    }

    #[test]
    fn korean_keys_of_hangul_concatenate(a in "[가-힣]", b in "[가-힣]") {
        let joined = korean_keys(&format!("{a}{b}"));
        let parts = format!("{}{}", korean_keys(&a)[0], korean_keys(&b)[0]);
        prop_assert!(joined.contains(&parts));
    }
}

/// Chance seldom meets the few characters that are written as two in odd ways, so every one has its turn.
#[test]
fn every_character_that_can_be_taken_apart_folds_alike() {
    let mut checked = 0;
    for c in ('\0'..=char::MAX).filter(|c| !('가'..='힣').contains(c)) {
        let (composed, decomposed): (String, String) = (std::iter::once(c).nfc().collect(), std::iter::once(c).nfd().collect());
        if decomposed.chars().eq([c]) {
            continue;
        }
        for (before, after) in [("", ""), ("a", "b"), ("и", "к"), (" ", " ")] {
            let raw = format!("{before}{c}{after}");
            assert_eq!(fold(&format!("{before}{composed}{after}")), fold(&raw), "{raw:?}");
            assert_eq!(fold(&format!("{before}{decomposed}{after}")), fold(&raw), "{raw:?}");
        }
        checked += 1;
    }
    assert!(checked > 1500, "{checked}");
}
