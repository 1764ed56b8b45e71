//! `interdict eval`: labelled pairs in; precision, recall and F1 at the threshold out, where F1 is best, and the same by group.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use interdict_matching::{Settings, compare};
use serde::Serialize;
use serde_json::Value as Json;

use super::parallel;
use crate::args::{Eval, Format, Global};
use crate::failure::Outcome;
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Input, Pair, Pairs, Problem};
use crate::messages::Messages;
use crate::output::{self, rounded};
use crate::rejects::{Reject, Rejects};
use crate::settings::Choice;
use crate::table::{write_csv, write_table};

/// Precision, recall and F1, each none where it has no meaning (nothing was found, or there was nothing to find).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Figures {
    pairs: u64,
    matches: u64,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Best {
    f1: f64,
    threshold: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    file: String,
    engine: &'static str,
    settings: String,
    threshold: f64,
    #[serde(flatten)]
    all: Figures,
    best: Option<Best>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    by: BTreeMap<&'static str, BTreeMap<String, Figures>>,
    errors: u64,
}

/// Counts of right and wrong judgements.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    true_positive: u64,
    false_positive: u64,
    true_negative: u64,
    false_negative: u64,
}

impl Counts {
    fn add(&mut self, judged: bool, is_match: bool) {
        *match (judged, is_match) {
            (true, true) => &mut self.true_positive,
            (true, false) => &mut self.false_positive,
            (false, false) => &mut self.true_negative,
            (false, true) => &mut self.false_negative,
        } += 1;
    }

    fn figures(self) -> Figures {
        let Self { true_positive: tp, false_positive: fp, true_negative: tn, false_negative: fn_ } = self;
        let ratio = |part: u64, whole: u64| (whole > 0).then(|| rounded(part as f64 / whole as f64));
        Figures {
            pairs: tp + fp + tn + fn_,
            matches: tp + fn_,
            precision: ratio(tp, tp + fp),
            recall: ratio(tp, tp + fn_),
            f1: ratio(2 * tp, 2 * tp + fp + fn_),
        }
    }
}

/// The threshold with the greatest F1: the lowest score that is judged a match there. Of equals, the highest threshold.
fn best(scores: &mut [(f64, bool)]) -> Option<Best> {
    let matches = scores.iter().filter(|(_, is_match)| *is_match).count();
    if matches == 0 {
        return None;
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut best: Option<Best> = None;
    let mut found = 0;
    for (at, (score, is_match)) in scores.iter().enumerate() {
        found += usize::from(*is_match);
        // A threshold lies between different scores only.
        if scores.get(at + 1).is_some_and(|next| next.0 >= *score) {
            continue;
        }
        let f1 = 2.0 * found as f64 / (at + 1 + matches) as f64;
        if best.as_ref().is_none_or(|held| held.f1 < f1) {
            best = Some(Best { f1, threshold: *score });
        }
    }
    best.map(|best| Best { f1: rounded(best.f1), threshold: best.threshold })
}

/// A pair that was judged wrongly, as it is written out.
#[derive(Serialize)]
struct Wrong<'a> {
    score: f64,
    judged: bool,
    #[serde(flatten)]
    pair: &'a Json,
}

struct Judged {
    pair: Pair,
    /// The score, rounded as `compare` writes it, and the label.
    result: Result<(f64, bool), Problem>,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Eval, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = global.snapshot.as_deref().map(|path| ("--snapshot", path));
    let settings = args.settings.settings.as_deref().map(|path| ("--settings", path));
    let inputs: Vec<(&str, &Path)> =
        input_file(&args.file).map(|path| ("the input", path)).into_iter().chain(snapshot).chain(settings).collect();
    keep_apart(&[("--errors", args.errors.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)?;
    let Choice { settings, .. } = Choice::read(&args.settings, args.threshold, None)?;
    let mut pairs = Pairs::new(Input::open(&args.file)?);
    let file = pairs.name.clone();
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut wrong = args.errors.as_deref().map(|path| Target::open(Some(path))).transpose()?;
    let mut all = Counts::default();
    let mut by: BTreeMap<&'static str, BTreeMap<String, Counts>> = BTreeMap::new();
    let mut scores = Vec::new();
    let mut errors = 0_u64;
    parallel::in_order(
        args.threads,
        || pairs.next(),
        || (),
        |(), (line, text)| judge(Pair::read(line, text), &settings),
        |chunk| {
            for Judged { pair, result } in &chunk {
                let (score, is_match) = match result {
                    Ok(judged) => *judged,
                    Err(Problem { field, reason }) => {
                        errors += 1;
                        let record = format!("line {}", pair.line);
                        rejects.add(&Reject {
                            file: &file,
                            line: pair.line,
                            record: &record,
                            field,
                            reason,
                            text: &pair.text,
                        })?;
                        continue;
                    }
                };
                let judged = score >= settings.threshold;
                all.add(judged, is_match);
                scores.push((score, is_match));
                for (field, group) in pair.sides.iter().flat_map(|sides| &sides.groups) {
                    by.entry(field).or_default().entry(group.clone()).or_default().add(judged, is_match);
                }
                if let Some(wrong) = wrong.as_mut().filter(|_| judged != is_match) {
                    let pair: Json = serde_json::from_str(&pair.text)?;
                    output::write_jsonl(wrong, &Wrong { score, judged, pair: &pair })?;
                }
            }
            Ok(())
        },
    )?;
    wrong.map_or(Ok(()), Target::finish)?;
    rejects.finish("lines", scores.len() as u64 + errors)?;
    if scores.is_empty() {
        anyhow::bail!("{file}: no labelled pair that can be read");
    }
    let by = by
        .into_iter()
        .map(|(field, groups)| (field, groups.into_iter().map(|(group, counts)| (group, counts.figures())).collect()));
    let report = Report {
        file,
        engine: env!("CARGO_PKG_VERSION"),
        settings: settings.id(),
        threshold: settings.threshold,
        all: all.figures(),
        best: best(&mut scores),
        by: by.collect(),
        errors,
    };
    let mut target = Target::open(None)?;
    write(&mut target, output::choose(global.format, None, Format::Table), &report)?;
    target.finish()?;
    Ok(Outcome::Done)
}

fn judge(pair: Pair, settings: &Settings) -> Judged {
    let result = match &pair.sides {
        Ok(sides) => match sides.is_match {
            Some(is_match) => Ok((rounded(compare(&sides.a, &sides.b, settings).score), is_match)),
            None => Err(Problem::field("match", "is missing")),
        },
        Err(problem) => Err(problem.clone()),
    };
    Judged { pair, result }
}

fn write(out: &mut dyn Write, format: Format, report: &Report) -> anyhow::Result<()> {
    match format {
        Format::Json => return output::write_json(out, report),
        Format::Jsonl => return output::write_jsonl(out, report),
        Format::Table | Format::Csv => {}
    }
    let number = |value: Option<f64>| value.map(|value| format!("{value:.4}")).unwrap_or_default();
    let row = |what: String, figures: &Figures| {
        let Figures { pairs, matches, precision, recall, f1 } = figures;
        vec![what, pairs.to_string(), matches.to_string(), number(*precision), number(*recall), number(*f1)]
    };
    let groups = report
        .by
        .iter()
        .flat_map(|(field, groups)| groups.iter().map(move |(group, figures)| (format!("{field} {group}"), figures)));
    let rows = std::iter::once(row("all".to_owned(), &report.all)).chain(groups.map(|(what, figures)| row(what, figures)));
    if format == Format::Csv {
        return write_csv(out, &["what", "pairs", "matches", "precision", "recall", "f1"], rows);
    }
    writeln!(out, "threshold {}", report.threshold)?;
    write_table(out, &["what", "pairs", "matches", "precision", "recall", "F1"], rows, &[1, 2, 3, 4, 5])?;
    if let Some(best) = &report.best {
        writeln!(out, "best F1 {:.4} at threshold {}", best.f1, best.threshold)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_their_meaning() {
        let mut counts = Counts::default();
        assert_eq!(counts.figures(), Figures { pairs: 0, matches: 0, precision: None, recall: None, f1: None });
        for (judged, is_match) in [(true, true), (true, true), (true, false), (false, true), (false, false)] {
            counts.add(judged, is_match);
        }
        let figures = counts.figures();
        assert_eq!((figures.pairs, figures.matches), (5, 3));
        assert_eq!((figures.precision, figures.recall, figures.f1), (Some(0.6667), Some(0.6667), Some(0.6667)));
    }

    #[test]
    fn the_best_threshold_is_a_score_and_never_splits_equal_scores() {
        for (mut scores, expected) in [
            (vec![(0.9, true), (0.8, true), (0.4, false)], Some(Best { f1: 1.0, threshold: 0.8 })),
            (vec![(0.9, false), (0.9, true), (0.5, true)], Some(Best { f1: 0.8, threshold: 0.5 })),
            (vec![(0.9, false)], None),
            (vec![], None),
        ] {
            assert_eq!(best(&mut scores), expected);
        }
    }
}
