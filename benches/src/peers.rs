//! Other programs on the same task in the same run, through `python/peers.py`: nomenklatura's logic-v2 and rapidfuzz's token sort ratio
//! on the labelled pairs, and rapidfuzz as a search over every listed name. Times are given beside ours with their ratio, because the
//! same machine at the same time is the only fair clock.

use std::time::Instant;

use anyhow::{Context, Result};
use interdict_matching::{Comparison, Matcher, Scratch, Settings};
use interdict_model::Schema;
use serde_json::{Map, Value as Json, json};

use crate::accuracy::{SETS, best, entities, figures};
use crate::data::{Setting, ask, quantile, run_python};
use crate::speed::with_slips;
use crate::table::{self, progress};

/// Queries of the search over every name, which takes milliseconds each.
const QUERIES: u32 = 200;
/// Passes over a set of pairs, of which the median counts.
const PASSES: usize = 3;

/// One program on one set.
struct Measured {
    scores: Vec<f64>,
    microseconds: f64,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let snapshot = setting.sdn()?;
    let settings = Settings::default();
    let mut pairs = Map::new();
    for (set, _) in SETS {
        pairs.insert(set.to_owned(), setting.labelled(set)?.into());
    }
    let names: Vec<&str> = (0..snapshot.name_count()).filter_map(|index| Some(snapshot.name_at(index)?.text())).collect();
    let listed: Vec<&str> = names.iter().copied().step_by((snapshot.name_count() / QUERIES).max(1) as usize).collect();
    let slipped: Vec<String> = listed.iter().enumerate().map(|(seed, name)| with_slips(name, seed)).collect();
    let task = json!({ "pairs": pairs, "names": names, "queries": { "as listed": listed, "with slips": slipped } });
    progress("measuring nomenklatura and rapidfuzz");
    let Some(answer) = run_python("peers.py", task.to_string())? else {
        table::say("skipped: peers, because there is no Python environment; `make bench` creates it");
        return Ok(());
    };
    let answer: Json = serde_json::from_slice(&answer).context("reading what python/peers.py printed")?;
    let mut rows = Vec::new();
    for (set, _) in SETS {
        let pairs = pairs[set].as_array().context("a set of pairs")?;
        let same: Vec<bool> = pairs.iter().map(|row| row["match"] == json!(true)).collect();
        let ours = compare_all(pairs, &settings)?;
        rows.push(row(set, "interdict", &ours, &same, ours.microseconds));
        for (key, label) in [("nomenklatura", "nomenklatura, logic-v2"), ("rapidfuzz", "rapidfuzz, token_sort_ratio")] {
            if let Some(peer) = measured(&answer[key]["sets"][set]) {
                rows.push(row(set, label, &peer, &same, ours.microseconds));
            }
        }
    }
    table::print(
        "Labelled pairs side by side: reading and comparing, one core, threshold 0.70",
        &["set", "program", "precision", "recall", "F1", "best F1", "a pair", "times ours"],
        &rows,
    );
    let matcher = Matcher::new(&snapshot, settings);
    let asked: [(&str, Vec<&str>); 2] =
        [("as listed", listed.clone()), ("with slips", slipped.iter().map(String::as_str).collect())];
    let mut rows = Vec::new();
    for (set, names) in &asked {
        let times = search_all(&matcher, names);
        let theirs = &answer["rapidfuzz"]["searches"][*set];
        for (what, share) in [("p50", 0.5), ("p95", 0.95)] {
            let ours = quantile(&times, share).unwrap_or_default();
            let peer = theirs[what].as_f64();
            rows.push(vec![
                (*set).to_owned(),
                what.to_owned(),
                format!("{ours:.0} µs"),
                peer.map_or_else(|| "–".to_owned(), |peer| format!("{peer:.0} µs")),
                peer.map_or_else(|| "–".to_owned(), |peer| format!("{:.0}", peer / ours)),
            ]);
        }
    }
    table::print(
        &format!("One name against {} names of the SDN list, one core, reading the query included", snapshot.name_count()),
        &["query", "", "interdict", "rapidfuzz, token_sort_ratio over every name", "times ours"],
        &rows,
    );
    for (program, answer) in answer.as_object().into_iter().flatten() {
        if let Some(reason) = answer["skipped"].as_str() {
            table::say(&format!("skipped: {program}: {reason}"));
        }
    }
    Ok(())
}

fn measured(answer: &Json) -> Option<Measured> {
    let scores = answer["scores"].as_array()?.iter().filter_map(Json::as_f64).collect();
    Some(Measured { scores, microseconds: answer["microseconds"].as_f64()? })
}

/// Our scores, and the median time a pair over a few passes. Making entities of parsed JSON is in the time, as making proxies of it is
/// in nomenklatura's.
fn compare_all(pairs: &[Json], settings: &Settings) -> Result<Measured> {
    let mut scores = Vec::new();
    let mut passes = Vec::new();
    for _ in 0..PASSES {
        let begin = Instant::now();
        scores.clear();
        for row in pairs {
            let (left, right) = entities(row)?;
            scores.push(Comparison::of_entities(&left, &right, settings)?.score);
        }
        passes.push(begin.elapsed().as_secs_f64() * 1e6 / pairs.len() as f64);
    }
    passes.sort_by(f64::total_cmp);
    Ok(Measured { scores, microseconds: quantile(&passes, 0.5).unwrap_or_default() })
}

/// Microseconds of each search, ascending.
fn search_all(matcher: &Matcher<'_>, names: &[&str]) -> Vec<f64> {
    let mut scratch = Scratch::default();
    let mut times = Vec::new();
    // The first pass brings the list into the caches of the processor, as the peer's preparation does.
    for _ in 0..2 {
        times.clear();
        for name in names {
            let begin = Instant::now();
            let hits = ask(Schema::Thing, name).map(|query| matcher.screen(&query, &mut scratch).len());
            times.push(begin.elapsed().as_secs_f64() * 1e6);
            debug_assert!(hits.is_none_or(|hits| hits <= matcher.settings().limit));
        }
    }
    times.sort_by(f64::total_cmp);
    times
}

fn row(set: &str, program: &str, measured: &Measured, same: &[bool], ours: f64) -> Vec<String> {
    let scores: Vec<(f64, bool)> = measured.scores.iter().copied().zip(same.iter().copied()).collect();
    let answers: Vec<(bool, bool)> = scores.iter().map(|(score, same)| (*score >= 0.70, *same)).collect();
    let [precision, recall, f1] = figures(&answers);
    let (highest, at) = best(&scores);
    let three = |figure: f64| if figure.is_nan() { "–".to_owned() } else { format!("{figure:.3}") };
    vec![
        set.to_owned(),
        program.to_owned(),
        three(precision),
        three(recall),
        three(f1),
        format!("{highest:.3} at {at:.2}"),
        format!("{:.1} µs", measured.microseconds),
        format!("{:.1}", measured.microseconds / ours),
    ]
}
