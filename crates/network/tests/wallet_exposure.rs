//! Exposure over transfers: small files worked out by hand, rows that are none, and the laws that hold for any file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use interdict_model::parse_wallet;
use interdict_network::{
    Amount, ExposureMethod, ExposureOptions, Exposures, ListedWallet, RawTransfer, Side, Transfers, WalletExposure, WalletIndex,
};
use proptest::prelude::*;

/// An invented address for a small number.
fn address(n: u8) -> String {
    let digits = format!("0x{n:02x}{}", "5e".repeat(19));
    parse_wallet(&digits).unwrap().shown
}

/// Addresses from 200 on are listed.
fn index() -> WalletIndex {
    let listed = (200..=209).map(|n| {
        let address = parse_wallet(&address(n)).unwrap();
        ListedWallet { key: address.key, shown: address.shown, family: Some(address.family), listings: Vec::new() }
    });
    WalletIndex::from_listed(listed.collect())
}

/// From, to, asset, amount, seconds.
type Given<'a> = (u8, u8, &'a str, &'a str, u32);

fn transfers(rows: &[Given<'_>]) -> Transfers {
    let index = index();
    let mut transfers = Transfers::default();
    for (at, (from, to, asset, amount, second)) in rows.iter().enumerate() {
        let (from, to) = (address(*from), address(*to));
        let time = (1_700_000_000 + u64::from(*second)).to_string();
        let tx = format!("tx{at}");
        let line = at as u64 + 2;
        let row = RawTransfer { from: &from, to: &to, asset: Some(asset), amount, time: &time, tx: Some(&tx), line };
        transfers.add(&index, &row).unwrap();
    }
    transfers
}

fn exposure(rows: &[Given<'_>], options: ExposureOptions, of: u8) -> WalletExposure {
    let transfers = transfers(rows);
    Exposures::trace(&transfers, options).of(&index(), &address(of)).unwrap()
}

/// The sums of a side by hops, then beyond, and its total.
fn sums(side: &Side) -> (Vec<String>, String, String) {
    let by_hops = side.by_hops.iter().map(ToString::to_string).collect();
    (by_hops, side.beyond.to_string(), side.total.to_string())
}

#[track_caller]
fn check(side: &Side, by_hops: &[&str], beyond: &str, total: &str) {
    let by_hops: Vec<String> = by_hops.iter().map(|sum| (*sum).to_owned()).collect();
    assert_eq!(sums(side), (by_hops, beyond.to_owned(), total.to_owned()));
}

fn hops(hops: usize) -> ExposureOptions {
    ExposureOptions { hops, method: ExposureMethod::Haircut }
}

fn poison(hops: usize) -> ExposureOptions {
    ExposureOptions { hops, method: ExposureMethod::Poison }
}

#[test]
fn direct_and_indirect_by_hand() {
    // 200 is listed. 1 gets 30 of it and 70 of others, and sends half of its 100 to 2: 15 of that is from 200. 2 has 50 and 10 of
    // others, and sends 30 of its 60 to 3: 7.5 are from 200.
    let rows = [
        (200, 1, "USDT", "30", 1),
        (9, 1, "USDT", "70", 2),
        (1, 2, "usdt", "50", 3),
        (9, 2, "USDT", "10", 4),
        (2, 3, "USDT", "30", 5),
    ];
    let one = exposure(&rows, hops(3), 1);
    check(&one.assets[0].received, &["30", "0", "0"], "0", "100");
    assert!((one.assets[0].received.share() - 0.3).abs() < 1e-12);
    assert_eq!(one.assets[0].received.direct[0].key, address(200).to_lowercase());
    let two = exposure(&rows, hops(3), 2);
    check(&two.assets[0].received, &["0", "15", "0"], "0", "60");
    let three = exposure(&rows, hops(3), 3);
    check(&three.assets[0].received, &["0", "0", "7.5"], "0", "30");
    let path: Vec<(String, u64)> =
        three.assets[0].received.path.iter().map(|step| (format!("{} {}", step.tx, step.amount), step.line)).collect();
    assert_eq!(path, [("tx0 30".to_owned(), 2), ("tx2 50".to_owned(), 4), ("tx4 30".to_owned(), 6)]);
    assert_eq!(three.assets[0].received.path_amount.to_string(), "7.5");
    // With two hops, the third is beyond.
    check(&exposure(&rows, hops(2), 3).assets[0].received, &["0", "0"], "7.5", "30");
    assert!(!exposure(&rows, hops(2), 3).is_exposed());
    // Poison: all that comes from 2 is from 200.
    check(&exposure(&rows, poison(3), 3).assets[0].received, &["0", "0", "30"], "0", "30");
    check(&exposure(&rows, poison(3), 2).assets[0].received, &["0", "50", "0"], "0", "60");
}

#[test]
fn what_is_sent_is_followed_against_the_time() {
    // 3 sends 40 to 2, who sends 10 of it to others and, of what 3 and 9 gave, 60 to the listed 200.
    let rows = [
        (3, 2, "ETH", "40", 1),
        (9, 2, "ETH", "30", 2),
        (2, 8, "ETH", "10", 3),
        (2, 200, "ETH", "60", 4),
        (3, 200, "ETH", "1", 5),
    ];
    let three = exposure(&rows, hops(2), 3);
    // Of the 70 that 2 had, 60 went to 200: 6/7 of the 40. What was divided is rounded down for 9, and the rest is 3's.
    let sent = &three.assets[0].sent;
    check(sent, &["1", "34.285714285714285715"], "0", "41");
    assert_eq!(sent.path.iter().map(|step| step.tx.as_str()).collect::<Vec<_>>(), ["tx0", "tx3"]);
    check(&exposure(&rows, hops(2), 2).assets[0].sent, &["60", "0"], "0", "70");
    check(&exposure(&rows, hops(2), 8).assets[0].sent, &["0", "0"], "0", "0");
    // What comes after is not sent there: 2 gets 5 more after its last transfer to 200.
    let mut later = rows.to_vec();
    later.push((7, 2, "ETH", "5", 6));
    assert!(!exposure(&later, hops(2), 7).is_exposed());
}

#[test]
fn only_what_came_before_counts() {
    // 1 sends to 2 before it receives from 200, and of what it sends without having received it the origin is unknown.
    let rows = [(1, 2, "BTC", "5", 1), (200, 1, "BTC", "1", 2), (1, 3, "BTC", "4", 3)];
    assert!(!exposure(&rows, hops(5), 2).is_exposed());
    check(&exposure(&rows, hops(2), 3).assets[0].received, &["0", "1"], "0", "4");
    // Transfers of one moment go in the order of the file.
    let rows = [(200, 1, "BTC", "1", 1), (1, 3, "BTC", "1", 1)];
    check(&exposure(&rows, hops(2), 3).assets[0].received, &["0", "1"], "0", "1");
    let rows = [(1, 3, "BTC", "1", 1), (200, 1, "BTC", "1", 1)];
    assert!(!exposure(&rows, hops(2), 3).is_exposed());
}

#[test]
fn assets_are_apart() {
    let rows = [(200, 1, "BTC", "5", 1), (1, 2, "ETH", "5", 2), (1, 2, "BTC", "1", 3)];
    let two = exposure(&rows, hops(2), 2);
    let assets: Vec<&str> = two.assets.iter().map(|asset| asset.asset.as_str()).collect();
    assert_eq!(assets, ["BTC", "ETH"]);
    check(&two.assets[0].received, &["0", "1"], "0", "1");
    check(&two.assets[1].received, &["0", "0"], "0", "5");
}

#[test]
fn rings_end_and_own_transfers_change_nothing() {
    // 1, 2 and 3 pass the same 10 around a hundred times.
    let mut rows = vec![(200, 1, "X", "10", 0)];
    for round in 0..100 {
        rows.extend([
            (1, 2, "X", "10", 3 * round + 1),
            (2, 3, "X", "10", 3 * round + 2),
            (3, 1, "X", "10", 3 * round + 3),
            (1, 1, "X", "10", 3 * round + 3),
        ]);
    }
    let two = exposure(&rows, hops(5), 2);
    check(&two.assets[0].received, &["0", "10", "0", "0", "10"], "980", "1000");
    let one = exposure(&rows, hops(5), 1);
    assert_eq!(one.assets[0].received.total.to_string(), "1010");
    let transfers = transfers(&rows);
    assert_eq!((transfers.own_count(), transfers.len(), transfers.address_count(), transfers.listed_count()), (100, 401, 4, 1));
}

#[test]
fn listed_addresses_are_sources_and_ends() {
    let rows = [(200, 201, "X", "4", 1), (200, 1, "X", "4", 2), (1, 201, "X", "3", 3), (201, 2, "X", "1", 4)];
    let transfers = transfers(&rows);
    let exposures = Exposures::trace(&transfers, hops(3));
    let listed = exposures.of(&index(), &address(201)).unwrap();
    assert!(listed.is_listed && !listed.is_exposed());
    let one = exposures.of(&index(), &address(1)).unwrap();
    check(&one.assets[0].received, &["4", "0", "0"], "0", "4");
    check(&one.assets[0].sent, &["3", "0", "0"], "0", "3");
    // What comes from 201 is direct, whatever it had before.
    check(&exposures.of(&index(), &address(2)).unwrap().assets[0].received, &["1", "0", "0"], "0", "1");
    let all: Vec<bool> = exposures.exposed().map(|found| found.is_listed).collect();
    assert_eq!(all, [true, true, false, false]);
    assert!(exposures.of(&index(), &address(99)).is_none());
}

#[test]
fn addresses_meet_however_they_are_written() {
    let index = index();
    let mut transfers = Transfers::default();
    let (listed, other) = (address(200), address(1));
    let mut add = |from: &str, to: &str, amount: &str, line| {
        let row = RawTransfer { from, to, asset: None, amount, time: "2026-03-01", tx: None, line };
        transfers.add(&index, &row)
    };
    assert_eq!(add(&listed.to_uppercase(), &other, "1", 1).unwrap().warnings, Vec::<String>::new());
    assert!(add(&format!(" {listed} "), &other.to_lowercase(), "1", 2).unwrap().warnings.is_empty());
    // No family, or a checksum that fails: taken as it stands, and said once.
    assert_eq!(add(&other, "Example Exchange", "2", 3).unwrap().warnings.len(), 1);
    assert!(add(&other, "Example Exchange", "2", 4).unwrap().warnings.is_empty());
    let found = add("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", &other, "1", 5).unwrap();
    assert!(found.warnings[0].contains("checksum"), "{found:?}");
    // A look-alike of a listed address is said.
    let like = format!("{}{}{}", &listed[..6].to_lowercase(), "7".repeat(32), &listed[38..].to_lowercase());
    assert!(add(&like, &other, "1", 6).unwrap().warnings[0].contains("looks like the listed"));
    assert_eq!(transfers.address_count(), 5);
    assert_eq!(transfers.listed_count(), 1);
}

#[test]
fn rows_that_are_none_say_field_and_reason() {
    let (from, to) = (address(1), address(2));
    let good = RawTransfer {
        from: &from,
        to: &to,
        asset: Some("USDT"),
        amount: "1",
        time: "2026-03-01T00:00:00Z",
        tx: Some("a"),
        line: 2,
    };
    let index = index();
    let mut transfers = Transfers::default();
    transfers.add(&index, &good).unwrap();
    let long = "x".repeat(600);
    for (row, expected) in [
        (RawTransfer { amount: "-1", ..good }, "amount: `-1` is negative"),
        (RawTransfer { amount: "0.0", ..good }, "amount: is zero: nothing moved"),
        (RawTransfer { amount: "much", ..good }, "amount: `much` is no decimal number"),
        (RawTransfer { amount: "", ..good }, "amount: is empty"),
        (RawTransfer { amount: "340282366920938463464", ..good }, "amount: `340282366920938463464` is too large"),
        (
            RawTransfer { amount: "340282366920938463463", ..good },
            "amount: makes the sum of all amounts of the asset too large",
        ),
        (
            RawTransfer { time: "now", ..good },
            "time: `now` is no time; write it as 2026-03-01T12:00:00Z or in seconds since 1970",
        ),
        (RawTransfer { time: "", ..good }, "time: is empty"),
        (RawTransfer { time: "1", ..good }, "time: `1` is before the first block of any chain (2009-01-03)"),
        (RawTransfer { asset: Some(" "), ..good }, "asset: is empty"),
        (RawTransfer { asset: Some(&long), ..good }, "asset: has 600 bytes; the limit is 200"),
        (RawTransfer { from: "", ..good }, "from: the wallet address is empty"),
        (RawTransfer { to: &long, ..good }, "to: a text of 600 bytes is no wallet address"),
        (RawTransfer { tx: Some(&long), ..good }, "tx: has 600 bytes; the limit is 200"),
        (RawTransfer { line: 9, ..good }, "tx: the row repeats line 2 in all fields"),
    ] {
        assert_eq!(transfers.add(&index, &row).unwrap_err().to_string(), expected);
    }
    // The same but for one field is another transfer, and without a transaction nothing can be told.
    transfers.add(&index, &RawTransfer { amount: "2", ..good }).unwrap();
    transfers.add(&index, &RawTransfer { tx: None, ..good }).unwrap();
    transfers.add(&index, &RawTransfer { tx: None, ..good }).unwrap();
    assert_eq!(transfers.len(), 4);
}

#[test]
fn a_hub_costs_what_its_transfers_cost() {
    // Sixty thousand go into a hub and out of it again, with a listed address among them.
    let mut rows = Vec::new();
    for n in 0..60_000 {
        let from = if n % 1000 == 0 { 200 } else { (n % 100) as u8 };
        rows.push((from, 150, "USDT", "1.000001", 2 * n));
        rows.push((150, 100 + (n % 50) as u8, "USDT", "1.000001", 2 * n + 1));
    }
    let hub = exposure(&rows, hops(5), 150);
    check(&hub.assets[0].received, &["60.00006", "0", "0", "0", "0"], "0", "60000.06");
}

/// Any file of few addresses and assets, with distinct times.
fn any_rows() -> impl Strategy<Value = Vec<(u8, u8, &'static str, String, u32)>> {
    let node = prop_oneof![0..8_u8, 200..203_u8];
    let amount = prop_oneof![
        (1..1000_u32).prop_map(|amount| amount.to_string()),
        (1..9_u32).prop_map(|amount| format!("0.00000000000000000{amount}")),
        (1..1_000_000_000_000_u64).prop_map(|amount| format!("{amount}.{amount:012}")),
    ];
    let row = (node.clone(), node, prop_oneof![Just("A"), Just("B")], amount);
    prop::collection::vec(row, 1..60).prop_map(|rows| {
        rows.into_iter().enumerate().map(|(at, (from, to, asset, amount))| (from, to, asset, amount, at as u32)).collect()
    })
}

fn borrowed<'a>(rows: &'a [(u8, u8, &'static str, String, u32)]) -> Vec<Given<'a>> {
    rows.iter().map(|(from, to, asset, amount, second)| (*from, *to, *asset, amount.as_str(), *second)).collect()
}

/// All exposures by address, without what names rows.
fn everything(transfers: &Transfers, options: ExposureOptions) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let exposures = Exposures::trace(transfers, options);
    for mut exposure in exposures.exposed() {
        for side in exposure.assets.iter_mut().flat_map(|asset| [&mut asset.received, &mut asset.sent]) {
            for step in &mut side.path {
                step.line = 0;
                step.tx.clear();
            }
        }
        found.insert(exposure.key.clone(), format!("{exposure:?}"));
    }
    found
}

proptest! {
    #[test]
    fn shares_are_shares_and_nothing_is_lost(rows in any_rows(), hops in 1..7_usize) {
        let transfers = transfers(&borrowed(&rows));
        for method in [ExposureMethod::Haircut, ExposureMethod::Poison] {
            let exposures = Exposures::trace(&transfers, ExposureOptions { hops, method });
            for found in exposures.exposed() {
                for side in found.assets.iter().flat_map(|asset| [&asset.received, &asset.sent]) {
                    prop_assert!((0.0..=1.0).contains(&side.share()));
                    let reached = side.exposed().checked_add(side.beyond).unwrap();
                    prop_assert!(reached <= side.total, "{:?}", side);
                    prop_assert!(side.path_amount <= side.exposed());
                    prop_assert_eq!(side.path.is_empty(), side.exposed().is_zero());
                    prop_assert!(side.path.len() <= hops && side.path.is_sorted_by_key(|step| step.time));
                    let direct = side.direct.iter().fold(Amount::ZERO, |sum, one| {
                        sum.checked_add(one.amount).unwrap()
                    });
                    prop_assert!(found.is_listed || direct == side.direct_amount());
                }
            }
            if method == ExposureMethod::Haircut {
                for (_, totals) in exposures.taint_totals() {
                    prop_assert_eq!(totals.held.checked_add(totals.absorbed).unwrap(), totals.emitted);
                }
            }
        }
    }

    #[test]
    fn the_haircut_is_never_more_than_the_poison(rows in any_rows()) {
        let transfers = transfers(&borrowed(&rows));
        // With so many hops that nothing is beyond for files of this length.
        let haircut = Exposures::trace(&transfers, hops(20));
        let poison = Exposures::trace(&transfers, poison(20));
        for found in haircut.exposed() {
            let bound = poison.of(&index(), &found.address).unwrap();
            for (asset, bound) in found.assets.iter().zip(&bound.assets) {
                for (side, bound) in [(&asset.received, &bound.received), (&asset.sent, &bound.sent)] {
                    let all = |side: &Side| side.exposed().checked_add(side.beyond).unwrap();
                    prop_assert!(all(side) <= all(bound));
                }
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter((rows, shuffled) in any_rows().prop_flat_map(|rows| {
        (Just(rows.clone()), Just(rows).prop_shuffle())
    })) {
        let (one, other) = (transfers(&borrowed(&rows)), transfers(&borrowed(&shuffled)));
        for options in [hops(3), poison(3)] {
            prop_assert_eq!(everything(&one, options), everything(&other, options));
        }
    }

    #[test]
    fn backwards_is_forwards_of_the_mirrored_file(rows in any_rows()) {
        let mirrored: Vec<_> = rows.iter().map(|(from, to, asset, amount, second)| {
            (*to, *from, *asset, amount.clone(), 10_000 - second)
        }).collect();
        let (one, other) = (transfers(&borrowed(&rows)), transfers(&borrowed(&mirrored)));
        let (one, other) = (Exposures::trace(&one, hops(3)), Exposures::trace(&other, hops(3)));
        for found in one.exposed() {
            let mirror = other.of(&index(), &found.address).unwrap();
            for (asset, mirror) in found.assets.iter().zip(&mirror.assets) {
                prop_assert_eq!(sums(&asset.sent), sums(&mirror.received));
                prop_assert_eq!(sums(&asset.received), sums(&mirror.sent));
            }
        }
    }
}
