//! How well pairs are told apart: precision, recall and F1 on the labelled development sets at the default threshold, the best F1 and
//! where it lies, and the recall of perturbed UN names.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use interdict_matching::{Comparison, Settings};
use interdict_model::entity_from_value;
use serde_json::Value as Json;

use crate::data::Setting;
use crate::table;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let data = setting.data.as_path();
    let settings = Settings::default();
    let mut rows = Vec::new();
    for set in ["name_pairs", "entity_pairs", "cross_script_pairs", "popular_name_pairs"] {
        let path = data.join("eval").join(format!("{set}.jsonl"));
        let pairs = read(&path, "a", "b")?;
        let begin = Instant::now();
        let mut scored = Vec::new();
        for (left, right, label) in &pairs {
            let comparison =
                Comparison::of_entities(&entity_from_value(left.clone())?, &entity_from_value(right.clone())?, &settings)?;
            scored.push((comparison.score, label == &Json::Bool(true)));
        }
        let microseconds = begin.elapsed().as_secs_f64() * 1e6 / scored.len() as f64;
        let (precision, recall, f1) = figures(&scored, settings.threshold);
        let (best, at) = (0..=100)
            .map(|step| (figures(&scored, f64::from(step) / 100.0).2, step))
            .fold((0.0, 0), |held, found| if found.0 > held.0 { found } else { held });
        rows.push(vec![
            set.to_owned(),
            scored.len().to_string(),
            format!("{precision:.3}"),
            format!("{recall:.3}"),
            format!("{f1:.3}"),
            format!("{best:.3} at 0.{at:02}"),
            format!("{microseconds:.0} µs"),
        ]);
    }
    table::print(
        &format!("Labelled pairs, development part, threshold {:.2}", settings.threshold),
        &["set", "pairs", "precision", "recall", "F1", "best F1", "reading and comparing a pair"],
        &rows,
    );
    let queries = read(&data.join("eval/un_retrieval.jsonl"), "query", "target")?;
    let mut found = 0;
    for (query, target, _) in &queries {
        let comparison =
            Comparison::of_entities(&entity_from_value(query.clone())?, &entity_from_value(target.clone())?, &settings)?;
        found += usize::from(comparison.score >= settings.threshold);
    }
    table::say(&format!(
        "UN names with typing errors, recall at {:.2}: {found} of {} ({:.3})",
        settings.threshold,
        queries.len(),
        found as f64 / queries.len() as f64
    ));
    Ok(())
}

fn read(path: &Path, left: &str, right: &str) -> Result<Vec<(Json, Json, Json)>> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    text.lines()
        .map(|line| {
            let mut row: Json = serde_json::from_str(line)?;
            Ok((row[left].take(), row[right].take(), row["match"].take()))
        })
        .collect()
}

/// Precision, recall and F1 at a threshold.
fn figures(scored: &[(f64, bool)], threshold: f64) -> (f64, f64, f64) {
    let count = |hit: bool, label: bool| {
        scored.iter().filter(|(score, is)| (*score >= threshold) == hit && *is == label).count() as f64
    };
    let (true_hits, false_hits, missed) = (count(true, true), count(true, false), count(false, true));
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    (
        share(true_hits, true_hits + false_hits),
        share(true_hits, true_hits + missed),
        share(2.0 * true_hits, 2.0 * true_hits + false_hits + missed),
    )
}
