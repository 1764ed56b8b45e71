//! Checks on real list data, where the optional folder of reference data stands beside the checkout.

use std::path::PathBuf;

use interdict_names::{NameKind, NameNote, Token, TokenKind, parse_name};

/// The lines of a reference file, or `None` with a word on standard error when it is not there.
#[expect(clippy::unwrap_used, reason = "a broken line must fail the test that reads it")]
fn lines(path: &str) -> Option<Vec<serde_json::Value>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    let Ok(text) = std::fs::read_to_string(&file) else {
        #[expect(clippy::print_stderr, reason = "a skipped test must say so")]
        {
            eprintln!("skipped: no reference data at {}", file.display());
        }
        return None;
    };
    Some(text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Whether two tokens are the same word as spelled, as read in Korean, or by their consonants.
fn meet(a: &Token, b: &Token) -> bool {
    a.text == b.text || a.skeleton == b.skeleton || a.korean.iter().any(|key| b.korean.contains(key))
}

/// Share of the true pairs of persons in which every word of the shorter name meets one of the other.
fn share_met(file: &str, field: &str, value: &str) -> Option<(usize, usize)> {
    let (mut met, mut all) = (0, 0);
    for row in lines(file)? {
        if row[field] != value || row["match"] != true || row["a"]["schema"] != "Person" {
            continue;
        }
        let tokens = |side: &str| {
            let name = row[side]["properties"]["name"][0].as_str().unwrap_or_default();
            let tokens = parse_name(name, NameKind::Person).tokens;
            tokens.into_iter().filter(|token| token.kind != TokenKind::Particle).collect::<Vec<_>>()
        };
        let (a, b) = (tokens("a"), tokens("b"));
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        all += 1;
        met += usize::from(short.iter().all(|x| long.iter().any(|y| meet(x, y))));
    }
    Some((met, all))
}

#[test]
fn names_in_other_scripts_meet_their_latin_spelling() {
    for (file, field, value, percent) in [
        ("eval/cross_script_pairs.jsonl", "script", "Korean", 100),
        ("eval/cross_script_pairs.jsonl", "script", "Cyrillic", 80),
        ("eval/popular_name_pairs.jsonl", "country", "AM", 95),
        ("eval/popular_name_pairs.jsonl", "country", "GE", 85),
        ("eval/popular_name_pairs.jsonl", "country", "GR", 85),
        ("eval/popular_name_pairs.jsonl", "country", "RS", 90),
        ("eval/popular_name_pairs.jsonl", "country", "KR", 85),
    ] {
        let Some((met, all)) = share_met(file, field, value) else { return };
        assert!(all > 0, "{value}");
        assert!(met * 100 >= all * percent, "{value}: {met} of {all}");
    }
}

#[test]
fn every_listed_name_gives_tokens() {
    let Some(rows) = lines("dprk_facts.jsonl") else { return };
    for row in rows {
        let aliases = row["aliases"].as_array().into_iter().flatten().filter_map(|alias| alias["name"].as_str());
        for name in row["name"].as_str().into_iter().chain(aliases) {
            for kind in [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Unknown] {
                let parsed = parse_name(name, kind);
                assert!(!parsed.tokens.is_empty(), "{name}");
                assert!(!parsed.notes.contains(&NameNote::Truncated), "{name}");
            }
        }
    }
}
