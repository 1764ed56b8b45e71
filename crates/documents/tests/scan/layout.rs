//! Long texts, texts without line ends, names at borders, many mentions.

use crate::{check, found, scan, scanner};
use interdict_documents::ScanScratch;

/// Sentences that name nobody.
const FILLER: &str = "The sea was calm and the price was low, so that nobody wanted to go home before dinner. ";

/// Ordinary text of exactly so many bytes, without an end of a line, that ends in a space.
fn filler(bytes: usize) -> String {
    let mut text = FILLER.repeat(bytes / FILLER.len() + 1);
    text.truncate(bytes.saturating_sub(1));
    text.push(' ');
    text
}

#[test]
fn at_the_start_and_the_end() {
    let body = filler(400);
    let name = ("Tarquin Ravensworth", "p-miles");
    check(&[
        (&format!("Tarquin Ravensworth {body}"), &[name]),
        (&format!("{body}Tarquin Ravensworth"), &[name]),
        (&format!("Tarquin Ravensworth {body}Tarquin Ravensworth"), &[name, name]),
        ("", &[]),
        (" ", &[]),
        ("\n\n\n", &[]),
    ]);
}

/// A name across every place where a text may be cut.
#[test]
fn across_the_border_of_a_piece() {
    let name = "Velmora Petrochemical Trading LLC";
    for separator in [" ", "\n"] {
        let name = name.replace(' ', separator);
        for shift in [0, 1, 5, 8, 14, 21, 26, 33, 34, 40] {
            let before = filler(65_536 - shift);
            let text = format!("{before}{name} {}", filler(1000));
            assert_eq!(
                found(&text),
                [(name.clone(), "c-velmora".to_owned())],
                "with {separator:?}, {shift} bytes before the border"
            );
        }
    }
}

/// Other people remain other people at the border.
#[test]
fn a_border_makes_no_names() {
    for shift in [3, 4, 10, 11, 12, 20] {
        let text = format!("{}Omar Ali Hassan Karimi {}", filler(65_536 - shift), filler(1000));
        assert_eq!(found(&text), [], "{shift} bytes before the border");
    }
}

#[test]
fn one_line_of_a_mebibyte() {
    let part = filler(9_973);
    let mut text = String::new();
    let mut names = 0;
    while text.len() < 1 << 20 {
        text.push_str(&part);
        text.push_str("Tarquin Ravensworth ");
        names += 1;
    }
    let found = found(&text);
    assert_eq!(found.len(), names);
    assert!(found.iter().all(|(span, id)| span == "Tarquin Ravensworth" && id == "p-miles"));
}

/// Not one white space for many pieces: a wallet and a Chinese name in the middle of a text without any.
#[test]
fn no_white_space_at_all() {
    for at in [262_140, 262_144 - 15, 300_000] {
        let text = format!("{}华北远航贸易有限公司{}", "海".repeat(at / 3), "山".repeat(60_000));
        assert_eq!(found(&text), [("华北远航贸易有限公司".to_owned(), "c-farhorizon".to_owned())], "at {at}");
    }
    let wallet = "0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c";
    for at in [262_143, 262_120] {
        let text = format!("{},{wallet},{}", "ab,".repeat(at / 3), "cd,".repeat(60_000));
        assert_eq!(found(&text), [(wallet.to_owned(), "ofac-42498".to_owned())], "at {at}");
    }
}

#[test]
fn ten_thousand_identifiers() {
    let text = "0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c, passport 109484100; kdb@co.chesin.com\n".repeat(3_400);
    let found = found(&text);
    assert_eq!(found.len(), 3 * 3_400);
    assert_eq!(found[10_199], ("kdb@co.chesin.com".to_owned(), "ofac-12312".to_owned()));
}

#[test]
fn ten_thousand_mentions() {
    let text = "Tarquin Ravensworth met Sim Hyon Sop. ".repeat(5_000);
    let mentions = scan(&text);
    assert_eq!(mentions.len(), 10_000);
    for (at, mention) in mentions.iter().enumerate() {
        let expected = if at % 2 == 0 { "Tarquin Ravensworth" } else { "Sim Hyon Sop" };
        assert_eq!(&text[mention.span.clone()], expected);
    }
}

/// What a scanner has learnt from texts before changes nothing.
#[test]
fn scratch_used_before_changes_nothing() {
    let texts = [
        "Department 53 sells through Korea Osong Shipping Corporation.",
        "Сделка с Дмитрием Сорокиным отменена.",
        "他是华北远航贸易有限公司的董事",
        "DEPARTMENT 53, department 53, Department 53",
        "sim hyon sop, SIM HYON SOP, Sim Hyon Sop's, Sim Hyon-\nsop",
        "passport 109484100, IMO 9074729, kdb@co.chesin.com",
        "hope, Hope and HOPE on the vessel Hope",
    ];
    let mut scratch = ScanScratch::default();
    for round in 0..3 {
        for text in texts {
            let used: Vec<_> =
                scanner().scan(text, &mut scratch).iter().map(|m| (m.span.clone(), m.entity.id(), m.score)).collect();
            let fresh: Vec<_> = scan(text).iter().map(|m| (m.span.clone(), m.entity.id(), m.score)).collect();
            assert_eq!(used, fresh, "round {round}, {text:?}");
            assert!(!fresh.is_empty() || text.starts_with("DEPARTMENT"), "{text:?}");
        }
    }
}
