//! Look-ups of wallet addresses, and exposure over transfers. In go the addresses of the SDN list, texts made from them and beside them,
//! and made transfers; out come look-ups and transfers a second on one core, beside a plain hash map and a pass over the rows.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context, Result};
use interdict_model::{WalletFamily, parse_wallet};
use interdict_network::{ExposureMethod, ExposureOptions, Exposures, Lookup, RawTransfer, Transfers, WalletIndex};

use crate::data::{Dice, Setting, quantile};
use crate::table::{self, Bar};

/// Look-ups a second on one core that are promised.
const LOOK_UPS: f64 = 1_000_000.0;

/// Texts of one pass.
const TEXTS: usize = 400_000;

/// Passes, of which the median counts.
const PASSES: usize = 7;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let index = WalletIndex::new(&setting.sdn()?);
    look_ups(setting, &index)?;
    exposures(setting, &index)
}

/// A kind of text: what it is, and how many of a hundred in the mix.
const KINDS: [(&str, usize); 5] =
    [("as listed", 10), ("listed, in other letters", 5), ("not listed", 70), ("a slip of the pen", 10), ("no address", 5)];

fn look_ups(setting: &Setting, index: &WalletIndex) -> Result<()> {
    let count = TEXTS / setting.stride();
    let mut dice = Dice(5);
    let kinds: Vec<Vec<String>> = (0..KINDS.len())
        .map(|kind| (0..count).map(|_| text(kind, index, &mut dice)).collect::<Option<_>>())
        .collect::<Option<_>>()
        .context("a text of each kind")?;
    let mix: Vec<String> = (0..count)
        .map(|at| {
            let mut roll = dice.roll(100);
            let kind = KINDS.iter().position(|(_, share)| {
                let here = roll < *share;
                roll = roll.saturating_sub(*share);
                here
            });
            kinds[kind.unwrap_or_default()][at].clone()
        })
        .collect();
    let plain: HashMap<String, usize> =
        index.wallets().iter().enumerate().map(|(at, wallet)| (wallet.shown.clone(), at)).collect();
    let mut rows = Vec::new();
    let names = KINDS.iter().map(|(name, share)| format!("{name} ({share} % of the mix)"));
    let sets = names.zip(&kinds).chain([("the mix".to_owned(), &mix)]);
    for (name, texts) in sets {
        let hits = texts.iter().filter(|text| !index.look_up(text).hits().is_empty()).count();
        // Both ways must find the same, or there is nothing to compare.
        let found = texts.iter().filter(|text| index.find(text).is_some_and(|found| !found.hits().is_empty())).count();
        anyhow::ensure!(hits == found, "{name}: the quick look-up finds {found}, the validating one {hits}");
        let reference = rate(texts, |text| plain.contains_key(text));
        let quick = rate(texts, |text| index.find(text).is_some());
        let validated = rate(texts, |text| matches!(index.look_up(text), Lookup::Listed { .. }));
        let [bar, verdict] = Bar::AtLeast(LOOK_UPS).columns(quick, millions);
        rows.push(vec![
            name,
            table::percent(hits, texts.len()),
            millions(quick),
            bar,
            verdict,
            millions(validated),
            millions(reference),
            format!("{:.2}", reference / quick),
        ]);
    }
    let title = format!(
        "Wallet look-ups a second on one core: raw texts against {} listed addresses of the SDN list, medians of {PASSES} passes",
        index.wallets().len()
    );
    let header = [
        "texts",
        "listed",
        "look-up",
        "bar",
        "",
        "look-up and validation of all",
        "HashMap<String, _>::get",
        "times a plain get",
    ];
    table::print(&title, &header, &rows);
    Ok(())
}

/// A text of a kind.
fn text(kind: usize, index: &WalletIndex, dice: &mut Dice) -> Option<String> {
    let wallets = index.wallets();
    let listed = &wallets.get(dice.roll(wallets.len()))?.shown;
    Some(match kind {
        0 => listed.clone(),
        1 => {
            if dice.roll(2) == 0 {
                listed.to_uppercase()
            } else {
                listed.to_lowercase()
            }
        }
        2 => loop {
            if let Some(made) = made_like(listed, dice) {
                break made;
            }
            let listed = &wallets.get(dice.roll(wallets.len()))?.shown;
            if let Some(made) = made_like(listed, dice) {
                break made;
            }
        },
        3 => {
            let mut bytes = listed.clone().into_bytes();
            let at = dice.roll(bytes.len());
            bytes[at] = b"23456789"[dice.roll(8)];
            String::from_utf8(bytes).ok()?
        }
        _ => ["Example Trading Ltd", "+44 20 7946 0018", "payments@example.com", "0xdeadbeef", "INV-2026-000123"][dice.roll(5)]
            .to_owned(),
    })
}

/// A right address of the same kind that is not listed: the same version and random bytes.
fn made_like(listed: &str, dice: &mut Dice) -> Option<String> {
    let address = parse_wallet(listed).ok()?;
    let byte = |dice: &mut Dice| dice.roll(256) as u8;
    match address.family {
        WalletFamily::Evm => {
            let hex: String = (0..40).filter_map(|_| char::from_digit(dice.roll(16) as u32, 16)).collect();
            let address = parse_wallet(&format!("0x{hex}")).ok()?;
            // Explorers export small letters, wallets copy those of EIP-55.
            Some(if dice.roll(2) == 0 { address.key } else { address.shown })
        }
        WalletFamily::Solana => {
            let bytes: Vec<u8> = (0..32).map(|_| byte(dice)).collect();
            Some(bs58::encode(bytes).into_string())
        }
        _ => {
            let mut bytes = bs58::decode(listed).with_check(None).into_vec().ok()?;
            let version = bytes.len().checked_sub(20)?;
            for held in bytes.iter_mut().skip(version) {
                *held = byte(dice);
            }
            Some(bs58::encode(bytes).with_check().into_string())
        }
    }
}

/// Texts a second: the median of the passes.
fn rate(texts: &[String], look_up: impl Fn(&str) -> bool) -> f64 {
    let mut rates: Vec<f64> = (0..PASSES)
        .map(|_| {
            let begin = Instant::now();
            let found = texts.iter().filter(|text| look_up(text)).count();
            black_box(found);
            texts.len() as f64 / begin.elapsed().as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    quantile(&rates, 0.5).unwrap_or_default()
}

fn millions(rate: f64) -> String {
    format!("{:.2} M/s", rate / 1e6)
}

/// Transfers of one hub: every other one goes through it, the rest between others. One in a thousand comes from a listed address.
fn made_transfers(index: &WalletIndex, count: usize) -> Result<Vec<[String; 4]>> {
    let mut dice = Dice(7);
    let listed: Vec<&str> = index
        .wallets()
        .iter()
        .filter(|wallet| wallet.family == Some(WalletFamily::Evm))
        .map(|wallet| wallet.shown.as_str())
        .collect();
    anyhow::ensure!(!listed.is_empty(), "a listed EVM address");
    let address = |n: usize| format!("0x{n:040x}");
    let hub = address(1);
    let mut rows = Vec::with_capacity(count);
    for at in 0..count {
        let (one, other) = (2 + dice.roll(count / 4), 2 + dice.roll(count / 4));
        let (from, to) = match dice.roll(1000) {
            0 => (listed[dice.roll(listed.len())].to_owned(), address(one)),
            1..=250 => (address(one), hub.clone()),
            251..=500 => (hub.clone(), address(one)),
            _ => (address(one), address(other)),
        };
        let amount = format!("{}.{:06}", 1 + dice.roll(10_000), dice.roll(1_000_000));
        rows.push([from, to, amount, (1_700_000_000 + at * 3).to_string()]);
    }
    Ok(rows)
}

fn exposures(setting: &Setting, index: &WalletIndex) -> Result<()> {
    let mut rows = Vec::new();
    for count in [125_000, 250_000, 500_000, 1_000_000] {
        let made = made_transfers(index, count / setting.stride())?;
        let begin = Instant::now();
        let mut transfers = Transfers::default();
        for (at, [from, to, amount, time]) in made.iter().enumerate() {
            let tx = format!("0x{at:064x}");
            let line = at as u64 + 2;
            let raw = RawTransfer { from, to, asset: Some("USDT"), amount, time, tx: Some(&tx), line };
            transfers.add(index, &raw)?;
        }
        let reading = begin.elapsed().as_secs_f64();
        let mut row = vec![made.len().to_string(), transfers.address_count().to_string(), format!("{reading:.2} s")];
        for method in [ExposureMethod::Haircut, ExposureMethod::Poison] {
            let begin = Instant::now();
            let exposures = Exposures::trace(&transfers, ExposureOptions { method, ..ExposureOptions::default() });
            let took = begin.elapsed().as_secs_f64();
            row.push(format!("{took:.2} s"));
            row.push(format!("{:.2} M/s", made.len() as f64 / took / 1e6));
            black_box(exposures.taint_totals());
        }
        rows.push(row);
    }
    let header = ["transfers", "addresses", "taken in", "haircut, both ways", "", "poison, both ways", ""];
    table::print("Exposure over made transfers, half of them through one hub, five hops", &header, &rows);
    Ok(())
}
