//! How well pairs are told apart on the labelled development sets: precision, recall and F1 at the default threshold with their
//! bootstrap intervals, the best F1 and where it lies, by script and by country; and how near the twin of OFAC's search score comes to
//! the scores that its search page showed.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use interdict_matching::{Comparison, OfacName, Settings, ofac_score};
use interdict_model::{Entity, entity_from_value};
use serde_json::{Value as Json, json};

use crate::data::{Dice, Setting, quantile};
use crate::table::{self, Bar, progress, share};

/// Resamples of a set, and where their pseudo-random numbers begin.
const RESAMPLES: usize = 1000;
const SEED: u64 = 20_251_119;

/// The sets, and the F1 that each is held to.
pub(crate) const SETS: [(&str, Option<f64>); 4] =
    [("name_pairs", Some(0.88)), ("entity_pairs", Some(0.95)), ("cross_script_pairs", None), ("popular_name_pairs", None)];

/// A pair with what was made of it.
struct Scored {
    /// Group, script or country; whatever the set tells its pairs apart by.
    class: String,
    schema: String,
    score: f64,
    same: bool,
    pair: Json,
}

impl Scored {
    fn is_person(&self) -> bool {
        self.schema == "Person"
    }
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let settings = Settings::default();
    let mut rows = Vec::new();
    let mut failures: BTreeMap<(&str, String), [usize; 3]> = BTreeMap::new();
    let mut sets = BTreeMap::new();
    for (set, bar) in SETS {
        progress(&format!("comparing {set}"));
        let scored = score(setting, set, &settings)?;
        rows.push(overall(set, bar, &scored, settings.threshold));
        for pair in &scored {
            let class = if pair.class.is_empty() { pair.schema.clone() } else { format!("{}, {}", pair.class, pair.schema) };
            let counts = failures.entry((set, class)).or_default();
            counts[0] += 1;
            counts[1] += usize::from(pair.same && pair.score < settings.threshold);
            counts[2] += usize::from(!pair.same && pair.score >= settings.threshold);
        }
        if let Some(path) = &setting.dump {
            let failed = scored.iter().filter(|pair| pair.same != (pair.score >= settings.threshold));
            table::dump(path, failed.map(|pair| shown(set, pair)))?;
        }
        sets.insert(set, scored);
    }
    table::print(
        &format!("Labelled pairs, development part, threshold {:.2}, with 95 % bootstrap intervals", settings.threshold),
        &["set", "pairs", "precision", "recall", "F1", "best F1", "bar for F1", ""],
        &rows,
    );
    by_script(&sets["cross_script_pairs"], settings.threshold);
    by_country(&sets["popular_name_pairs"], settings.threshold);
    twin(setting)?;
    let rows: Vec<Vec<String>> = failures
        .iter()
        .filter(|(_, counts)| counts[1] + counts[2] > 0)
        .map(|((set, class), [pairs, missed, wrong])| {
            vec![(*set).to_owned(), class.clone(), pairs.to_string(), missed.to_string(), wrong.to_string()]
        })
        .collect();
    table::print("Pairs that are told wrongly", &["set", "class", "pairs", "missed", "false hits"], &rows);
    Ok(())
}

/// The entities of a pair.
pub(crate) fn entities(row: &Json) -> Result<(Entity, Entity)> {
    Ok((entity_from_value(row["a"].clone())?, entity_from_value(row["b"].clone())?))
}

fn score(setting: &Setting, set: &str, settings: &Settings) -> Result<Vec<Scored>> {
    let mut scored = Vec::new();
    for row in setting.labelled(set)? {
        let (left, right) = entities(&row)?;
        let class = ["group", "script", "country"].iter().find_map(|key| row[*key].as_str()).unwrap_or_default();
        scored.push(Scored {
            class: class.to_owned(),
            schema: row["a"]["schema"].as_str().unwrap_or_default().to_owned(),
            score: Comparison::of_entities(&left, &right, settings).with_context(|| row["id"].to_string())?.score,
            same: row["match"] == json!(true),
            pair: row,
        });
    }
    Ok(scored)
}

fn shown(set: &str, pair: &Scored) -> Json {
    json!({
        "failure": if pair.same { "pair missed" } else { "pair false hit" },
        "class": format!("{set} {} {}", pair.class, pair.schema),
        "score": pair.score, "pair": pair.pair,
    })
}

/// Precision, recall and F1; what is a share of nothing is no number.
pub(crate) fn figures<'a>(scored: impl IntoIterator<Item = &'a (bool, bool)>) -> [f64; 3] {
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for (hit, same) in scored {
        match (hit, same) {
            (true, true) => right += 1,
            (true, false) => wrong += 1,
            (false, true) => missed += 1,
            (false, false) => {}
        }
    }
    let share = |part, whole| if whole == 0 { f64::NAN } else { share(part, whole) };
    [share(right, right + wrong), share(right, right + missed), share(2 * right, 2 * right + wrong + missed)]
}

/// The same with the bounds between which 95 % of resamples lie.
fn with_intervals(answers: &[(bool, bool)]) -> [(f64, String); 3] {
    let mut dice = Dice(SEED);
    let mut drawn: [Vec<f64>; 3] = Default::default();
    for _ in 0..RESAMPLES {
        let sample = (0..answers.len()).map(|_| &answers[dice.roll(answers.len())]);
        for (held, figure) in drawn.iter_mut().zip(figures(sample)) {
            if !figure.is_nan() {
                held.push(figure);
            }
        }
    }
    let measured = figures(answers);
    std::array::from_fn(|at| {
        drawn[at].sort_by(f64::total_cmp);
        let bound = |share| quantile(&drawn[at], share).unwrap_or_default();
        if measured[at].is_nan() {
            return (f64::NAN, "–".to_owned());
        }
        (measured[at], format!("{:.3} ({:.3}–{:.3})", measured[at], bound(0.025), bound(0.975)))
    })
}

fn answers<'a>(scored: impl Iterator<Item = &'a Scored>, threshold: f64) -> Vec<(bool, bool)> {
    scored.map(|pair| (pair.score >= threshold, pair.same)).collect()
}

/// The best F1 over thresholds in steps of a hundredth, and its threshold.
pub(crate) fn best(scores: &[(f64, bool)]) -> (f64, f64) {
    (1..=100)
        .map(|step| {
            let threshold = f64::from(step) / 100.0;
            let answers: Vec<_> = scores.iter().map(|(score, same)| (*score >= threshold, *same)).collect();
            (figures(&answers)[2], threshold)
        })
        .fold((0.0, 0.0), |held, found| if found.0 > held.0 { found } else { held })
}

fn three(value: f64) -> String {
    format!("{value:.3}")
}

/// The columns for a bar that not every row has.
fn columns(bar: Option<f64>, measured: f64) -> [String; 2] {
    bar.map_or_else(|| ["–".to_owned(), String::new()], |bar| Bar::AtLeast(bar).columns(measured, three))
}

fn overall(set: &str, bar: Option<f64>, scored: &[Scored], threshold: f64) -> Vec<String> {
    let [precision, recall, f1] = with_intervals(&answers(scored.iter(), threshold));
    let labelled: Vec<_> = scored.iter().map(|pair| (pair.score, pair.same)).collect();
    let (best, at) = best(&labelled);
    let [bar, verdict] = columns(bar, f1.0);
    vec![set.to_owned(), scored.len().to_string(), precision.1, recall.1, f1.1, format!("{best:.3} at {at:.2}"), bar, verdict]
}

/// Recall with its bar, then precision with its own.
fn recall_row(labels: [&str; 2], chosen: &[&Scored], threshold: f64, bars: [Option<f64>; 2]) -> Vec<String> {
    let [precision, recall, _] = with_intervals(&answers(chosen.iter().copied(), threshold));
    let [recall_bar, recall_verdict] = columns(bars[0], recall.0);
    let [precision_bar, precision_verdict] = columns(bars[1], precision.0);
    let mut row: Vec<String> = labels.iter().filter(|label| !label.is_empty()).map(|label| (*label).to_owned()).collect();
    row.extend([chosen.len().to_string(), recall.1, recall_bar, recall_verdict, precision.1, precision_bar, precision_verdict]);
    row
}

fn by_script(scored: &[Scored], threshold: f64) {
    // What a script of the set counts towards. Simplified and traditional characters are held to one bar.
    let group = |class: &str| if class.starts_with("Chinese") { "Chinese".to_owned() } else { class.to_owned() };
    let bar = |script: &str| match script {
        "Cyrillic" => Some(0.98),
        "Arabic" => Some(0.90),
        "Korean" => Some(0.93),
        "Chinese" => Some(0.85),
        _ => None,
    };
    let mut scripts: BTreeMap<String, Vec<&Scored>> = BTreeMap::new();
    for pair in scored {
        scripts.entry(group(&pair.class)).or_default().push(pair);
        scripts.entry("all".to_owned()).or_default().push(pair);
    }
    let mut rows = Vec::new();
    for (script, pairs) in &scripts {
        let precision = (script == "all" || bar(script).is_some()).then_some(0.99);
        let people: Vec<&Scored> = pairs.iter().copied().filter(|pair| pair.is_person()).collect();
        let others: Vec<&Scored> = pairs.iter().copied().filter(|pair| !pair.is_person()).collect();
        rows.push(recall_row([script, "everybody"], pairs, threshold, [bar(script), precision]));
        if !people.is_empty() && !others.is_empty() {
            rows.push(recall_row([script, "people"], &people, threshold, [precision.map(|_| 0.95), None]));
            rows.push(recall_row([script, "organisations, vessels"], &others, threshold, [None, None]));
        }
    }
    table::print(
        "cross_script_pairs by script",
        &["script", "who", "pairs", "recall", "bar", "", "precision", "bar", ""],
        &rows,
    );
}

fn by_country(scored: &[Scored], threshold: f64) {
    let bar = |country: &str| match country {
        "KR" | "NP" | "all" => Some(0.95),
        "CN" => Some(0.97),
        "TW" => Some(0.90),
        "JP" => Some(0.60),
        _ => None,
    };
    let mut countries: BTreeMap<&str, Vec<&Scored>> = BTreeMap::new();
    for pair in scored {
        countries.entry(&pair.class).or_default().push(pair);
        countries.entry("all").or_default().push(pair);
    }
    let rows: Vec<Vec<String>> =
        countries.iter().map(|(country, pairs)| recall_row([country, ""], pairs, threshold, [bar(country), None])).collect();
    table::print("popular_name_pairs by country", &["country", "pairs", "recall", "bar", "", "precision", "bar", ""], &rows);
}

fn twin(setting: &Setting) -> Result<()> {
    let rows = setting.labelled("ofac_scores")?;
    let mut near = 0;
    for row in &rows {
        let query = row["query"].as_str().context("a row of ofac_scores without `query`")?;
        let listed = row["result"].as_str().context("a row of ofac_scores without `result`")?;
        // -1 marks a listed name that the page did not find.
        let observed = row["score"].as_i64().context("a row of ofac_scores without `score`")?.max(0);
        let computed = i64::from(ofac_score(&OfacName::new(query), &OfacName::new(listed)));
        near += usize::from((computed - observed).abs() <= 5);
    }
    let measured = share(near, rows.len());
    let [bar, verdict] = Bar::AtLeast(0.97).columns(measured, three);
    table::print(
        "Twin of OFAC's search score, against scores that the search page showed",
        &["rows", "within five points", "share", "bar", ""],
        &[vec![rows.len().to_string(), near.to_string(), three(measured), bar, verdict]],
    );
    Ok(())
}
