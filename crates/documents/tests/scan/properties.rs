//! What holds of any text.

use interdict_documents::{Mention, ScanScratch, is_ordinary};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{list, scan, scanner};

/// A mention as something to compare.
fn facts(mentions: &[Mention<'_>]) -> Vec<(usize, usize, u32, u64)> {
    mentions.iter().map(|m| (m.span.start, m.span.end, m.entity.index(), m.score.to_bits())).collect()
}

/// Spans lie on borders of characters, in order, and overlap only where they are the same.
fn well_formed(text: &str, mentions: &[Mention<'_>]) -> Result<(), TestCaseError> {
    for mention in mentions {
        prop_assert!(mention.span.start < mention.span.end, "{:?}", mention.span);
        prop_assert!(text.get(mention.span.clone()).is_some(), "{:?} of {text:?}", mention.span);
        prop_assert!((0.0..=1.0).contains(&mention.score), "{}", mention.score);
    }
    for pair in mentions.windows(2) {
        let apart = pair[0].span.end <= pair[1].span.start;
        prop_assert!(apart || pair[0].span == pair[1].span, "{:?} {:?} of {text:?}", pair[0].span, pair[1].span);
    }
    Ok(())
}

/// A piece of text: names and identifiers of the list, whole or cut, between words, signs and anything at all.
fn piece() -> impl Strategy<Value = String> {
    let names: Vec<String> = names().into_iter().map(|(text, _)| text).collect();
    let other = list().name_count();
    prop_oneof![
        4 => proptest::sample::select(names.clone()),
        2 => (0..other).prop_map(|index| list().name_at(index).map(|name| name.text().to_lowercase()).unwrap_or_default()),
        2 => (proptest::sample::select(names), any::<proptest::sample::Index>()).prop_map(|(name, at)| {
            let characters: Vec<char> = name.chars().collect();
            characters[..at.index(characters.len())].iter().collect()
        }),
        2 => proptest::sample::select(vec![
            "passport 109484100", "IMO 9074729", "kdb@co.chesin.com", "FTBDKPPY", "DE61 5001 0517 0000 5551 01", "vessel", "Iran",
            "TGXE9dGWawjfd3xqFSho1h1bRbRv9wUGrF", "Department 53", "华北远航贸易有限公司", "심현섭은", "وحسن",
        ]).prop_map(str::to_owned),
        3 => proptest::sample::select(vec![
            " ", "  ", "\n", "\n\n", "-\n", "\t", ". ", ", ", "; ", "'s ", "’s ", "\u{ad}", "\u{200b}", "-", "(", ")", "\"", "@", "/",
            "\r\n", "\u{301}", "\u{2028}", "_", "+",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[A-Za-z]{1,9}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// Names of the list of two or more words that no ordinary text has, each with its party; no weak aliases.
fn names() -> Vec<(String, u32)> {
    (0..list().name_count())
        .filter_map(|index| list().name_at(index))
        .filter(|name| name.property() != "weakAlias")
        // One company is listed with Latin letters in its Cyrillic name.
        .filter(|name| !name.text().starts_with("Общество c O"))
        .filter(|name| {
            let text = name.text();
            let distinct = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| word.chars().count() > 2 && !is_ordinary(&word.to_lowercase()));
            distinct.count() >= 2
        })
        .map(|name| (name.text().to_owned(), name.entity().index()))
        .collect()
}

/// Each listed name, between ordinary sentences, is found as it stands, as its own party.
#[test]
fn every_distinctive_name_is_found() {
    let names = names();
    assert!(names.len() > 80, "{}", names.len());
    let mut failures = Vec::new();
    for (name, party) in &names {
        for text in [
            format!("The notice came out in the morning. It names {name} and says why. Nobody was there."),
            format!("The notice came out in the morning. It names {}, too.", name.to_uppercase()),
            format!("Name: {name}\n"),
        ] {
            let held = scan(&text);
            let as_it_stands = |m: &&Mention<'_>| m.entity.index() == *party && m.span.len() + 3 >= name.len();
            if !held.iter().any(|m| as_it_stands(&m)) {
                let what: Vec<_> = held.iter().map(|m| (&text[m.span.clone()], m.entity.id(), m.score)).collect();
                failures.push(format!("{text:?} {what:?}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), names.len() * 3, failures.join("\n"));
}

/// The same texts in every run; many others each time with `INTERDICT_SLOW=1`.
fn config() -> ProptestConfig {
    let slow = std::env::var_os("INTERDICT_SLOW").is_some();
    ProptestConfig {
        cases: if slow { 20_000 } else { 150 },
        rng_seed: if slow { RngSeed::Random } else { RngSeed::Fixed(1) },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn spans_are_well_formed_and_the_same_twice(text in text(), before in text()) {
        let first = scan(&text);
        well_formed(&text, &first)?;
        let mut scratch = ScanScratch::default();
        well_formed(&before, &scanner().scan(&before, &mut scratch))?;
        let second = scanner().scan(&text, &mut scratch);
        prop_assert_eq!(facts(&first), facts(&second));
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let text = String::from_utf8_lossy(&bytes);
        well_formed(&text, &scan(&text))?;
    }

    /// Another text behind a blank line takes away nothing that is certain.
    #[test]
    fn two_texts_have_the_mentions_of_both(first in text(), second in text()) {
        let both = format!("{first}\n\n{second}");
        let held = scan(&both);
        let offset = first.len() + 2;
        for (text, offset) in [(&first, 0), (&second, offset)] {
            for mention in scan(text) {
                let span = mention.span.start + offset..mention.span.end + offset;
                prop_assert!(
                    held.iter().any(|m| m.entity.index() == mention.entity.index() && m.span == span),
                    "{:?} of {both:?}", &both[span]
                );
            }
        }
    }
}
