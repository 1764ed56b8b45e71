//! Any text, read as a name of every kind: what comes out keeps the promises that the index and the matcher build on.
#![no_main]

use interdict_names::{
    MAX_READINGS, MAX_TOKENS, NameKind, TokenKind, chinese_keys, fold, is_chinese_key, is_korean_key, korean_keys, nicknames,
    parse_name, romanise, skeleton,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for kind in [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Unknown] {
        let name = parse_name(text, kind);
        assert!(name.tokens.len() <= MAX_TOKENS);
        for token in &name.tokens {
            assert!(
                !token.text.is_empty() && token.text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
                "{token:?}"
            );
            assert!(!token.skeleton.is_empty(), "{token:?}");
            assert!(token.native.as_ref().is_none_or(|native| !native.is_empty()), "{token:?}");
            assert!(token.korean.iter().all(|key| !key.is_empty() && !key.contains(' ')), "{token:?}");
            for key in &token.korean {
                assert!(is_korean_key(key) != is_chinese_key(key), "{token:?}");
            }
            assert!(token.readings.len() <= MAX_READINGS);
            for reading in &token.readings {
                assert!(
                    !reading.is_empty() && reading.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()),
                    "{token:?}"
                );
            }
            // Only words are common or rare.
            assert!(token.common <= 2 && (token.common == 0 || token.kind == TokenKind::Word), "{token:?}");
            let _ = nicknames(&token.text);
        }
        if let Some(at) = name.comma_after {
            assert!(at + 1 < name.tokens.len());
        }
        assert_eq!(parse_name(text, kind), name);
    }
    let _ = (fold(text), romanise(text), korean_keys(text), chinese_keys(text), skeleton(text));
});
