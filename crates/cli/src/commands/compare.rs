//! `interdict compare`: pairs of entities in, one score a pair out, with the scorer of `screen`.

use std::io::Write;
use std::path::Path;

use interdict_matching::{Comparison, Explanation, compare, compare_explained};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::parallel;
use super::screen::{Tree, feature_values};
use crate::args::{Compare, Format, Global};
use crate::failure::Outcome;
use crate::files::{Target, input_file, keep_apart};
use crate::input::{Input, Pair, Pairs, Problem};
use crate::messages::{Messages, harmless};
use crate::output::{self, JsonObjects, rounded};
use crate::rejects::{Reject, Rejects};
use crate::settings::Choice;
use crate::table::{write_csv_header, write_csv_rows, write_table};

#[derive(Serialize)]
struct Line<'a> {
    id: &'a Json,
    score: f64,
    ofac: Option<u8>,
    features: Map<String, Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Tree<'a>>,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a Json,
    error: String,
}

struct Compared {
    pair: Pair,
    result: Result<Comparison, Problem>,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Compare, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = global.snapshot.as_deref().map(|path| ("--snapshot", path));
    let settings = args.settings.settings.as_deref().map(|path| ("--settings", path));
    let inputs: Vec<(&str, &Path)> =
        input_file(&args.input).map(|path| ("--input", path)).into_iter().chain(snapshot).chain(settings).collect();
    keep_apart(&[("--output", args.output.as_deref()), ("--rejects", args.rejects.as_deref())], &inputs)?;
    let Choice { settings, .. } = Choice::read(&args.settings, None, None)?;
    let mut pairs = Pairs::new(Input::open(&args.input)?);
    let format = output::choose(global.format, args.output.as_deref(), Format::Jsonl);
    let file = pairs.name.clone();
    let mut rejects = Rejects::open(args.rejects.as_deref(), messages)?;
    let mut target = Target::open(args.output.as_deref())?;
    let mut objects = JsonObjects::new(format == Format::Json);
    let (mut total, mut errors) = (0_u64, 0_u64);
    parallel::in_order(
        args.threads,
        || pairs.next(),
        || (),
        |(), (line, text)| {
            let pair = Pair::read(line, text);
            let compare = if args.explain { compare_explained } else { compare };
            let result = pair.sides.as_ref().map(|sides| compare(&sides.a, &sides.b, &settings)).map_err(Problem::clone);
            Compared { pair, result }
        },
        |chunk| {
            for compared in &chunk {
                total += 1;
                if let Err(Problem { field, reason }) = &compared.result {
                    errors += 1;
                    let Pair { line, id, text, .. } = &compared.pair;
                    let record = id_text(id).unwrap_or_else(|| format!("line {line}"));
                    rejects.add(&Reject { file: &file, line: *line, record: &record, field, reason, text })?;
                }
            }
            match format {
                Format::Json | Format::Jsonl => {
                    chunk.iter().try_for_each(|compared| write_object(&mut objects, &mut target, compared, args.explain))
                }
                Format::Csv => {
                    if total == chunk.len() as u64 {
                        write_csv_header(&mut target, &["id", "score", "ofac", "features", "error"])?;
                    }
                    write_csv_rows(&mut target, chunk.iter().map(cells))
                }
                Format::Table if args.explain => {
                    Ok(chunk.iter().try_for_each(|compared| write_explained(&mut target, compared))?)
                }
                Format::Table if chunk.is_empty() => Ok(()),
                Format::Table => Ok(write_table(
                    &mut target,
                    &["id", "score", "OFAC", "features", "error"],
                    chunk.iter().map(cells),
                    &[1, 2],
                )?),
            }
        },
    )?;
    if matches!(format, Format::Json | Format::Jsonl) {
        objects.finish(&mut target)?;
    }
    target.finish()?;
    rejects.finish("lines", total)?;
    if total == 0 {
        Messages::warning("the input has no lines: nothing was compared");
    }
    messages.note(&format!("{} compared, {errors} {}", total - errors, if errors == 1 { "error" } else { "errors" }));
    Ok(if errors > 0 && errors == total { Outcome::NothingWorked } else { Outcome::Done })
}

fn id_text(id: &Json) -> Option<String> {
    match id {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn describe(problem: &Problem) -> String {
    if problem.field.is_empty() { problem.reason.clone() } else { format!("{}: {}", problem.field, problem.reason) }
}

fn write_object(objects: &mut JsonObjects, out: &mut dyn Write, compared: &Compared, explain: bool) -> anyhow::Result<()> {
    let id = &compared.pair.id;
    match &compared.result {
        Ok(comparison) => {
            let line = Line {
                id,
                score: rounded(comparison.score),
                ofac: comparison.ofac,
                features: feature_values(&comparison.features),
                explanation: comparison.explanation.as_ref().filter(|_| explain).map(Tree::new),
            };
            objects.write(out, &line)
        }
        Err(problem) => objects.write(out, &ErrorLine { id, error: describe(problem) }),
    }
}

fn cells(compared: &Compared) -> Vec<String> {
    let id = id_text(&compared.pair.id).unwrap_or_default();
    match &compared.result {
        Ok(comparison) => {
            let features = feature_values(&comparison.features);
            let features: Vec<String> = features.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let ofac = comparison.ofac.map(|score| score.to_string()).unwrap_or_default();
            vec![id, rounded(comparison.score).to_string(), ofac, features.join("; "), String::new()]
        }
        Err(problem) => vec![id, String::new(), String::new(), String::new(), describe(problem)],
    }
}

fn write_explained(out: &mut dyn Write, compared: &Compared) -> std::io::Result<()> {
    let id = id_text(&compared.pair.id).unwrap_or_else(|| format!("line {}", compared.pair.line));
    match &compared.result {
        Ok(comparison) => {
            writeln!(out, "{}", harmless(&id))?;
            comparison
                .explanation
                .iter()
                .flat_map(Explanation::to_lines)
                .try_for_each(|line| writeln!(out, "  {}", harmless(&line)))
        }
        Err(problem) => writeln!(out, "{}  [error: {}]", harmless(&id), harmless(&describe(problem))),
    }
}
