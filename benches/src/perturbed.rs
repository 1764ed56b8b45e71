//! Names of listed people as others write them, and people who are not meant: recall by class of perturbation and false alerts, at the
//! default threshold and at the one where a hundredth of people who are on no list alert. The cases come from a public benchmark,
//! `sanctions-screening-benchmark`, through `python/perturb.py`.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use anyhow::{Result, bail};
use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::Schema;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::data::{Setting, ask, listed_names, run_python, sameness};
use crate::table::{self, Bar, percent, progress, share};

/// The share of people on no list that may alert where recall is held to its bar.
const FALSE_ALERTS: f64 = 0.01;
/// The threshold from which that share is looked for.
const LOWEST: f64 = 0.40;
/// One case in so many serves for the curve, which screens each at ten thresholds.
const CURVE_STRIDE: usize = 8;

/// A perturbed name.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    /// The name as somebody writes it.
    pub(crate) query: String,
    /// Id of the party that is meant; `None` where nobody on the list is.
    pub(crate) expected: Option<String>,
    /// What was done to the name.
    pub(crate) class: String,
    /// Whether that is innocent, deliberate or damage; or that the name is a near miss.
    pub(crate) family: String,
    /// The name, or the names, that it was made of.
    pub(crate) source: String,
}

/// What screening made of a query: the best hit, and the score of the party that is meant.
#[derive(Clone, Debug, Default)]
struct Outcome {
    best: f64,
    best_party: u32,
    expected: Option<f64>,
}

impl Outcome {
    /// Nobody scores higher than the party that is meant. Two parties may bear the very same name.
    fn is_first(&self) -> bool {
        self.expected.is_some_and(|score| score >= self.best)
    }
}

/// A score is at or above a threshold also where the last bit of the sum differs.
const EPSILON: f64 = 1e-9;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let snapshot = setting.sdn()?;
    let listed = listed_names(&snapshot);
    let default = Settings::default();
    let people = people(setting, &listed)?;
    let Some(one_percent) = false_alerts(setting, &snapshot, &listed, &people)? else { return Ok(()) };
    let Some(cases) = cases(setting, &snapshot)? else { return Ok(()) };
    let (positives, near_misses): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.expected.is_some());
    let near_misses: Vec<&Case> = near_misses.into_iter().filter(|case| !listed.contains(&sameness(&case.query))).collect();
    progress(&format!("screening {} perturbed names and {} near misses", positives.len(), near_misses.len()));
    recall(setting, &snapshot, &positives, one_percent)?;
    near_miss(setting, &snapshot, &near_misses, one_percent)?;
    curve(&snapshot, &positives, &near_misses, &people, default.threshold);
    Ok(())
}

/// People on no list, but for those who bear a listed name.
fn people(setting: &Setting, listed: &HashSet<String>) -> Result<Vec<String>> {
    let rows = setting.unlisted("persons_synthetic.csv.gz")?;
    Ok(fresh(rows.iter().filter_map(|row| row.get(0)), listed))
}

/// Distinct names that are not listed.
fn fresh<'a>(names: impl Iterator<Item = &'a str>, listed: &HashSet<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .map(str::trim)
        .filter(|name| !name.is_empty() && !listed.contains(&sameness(name)) && seen.insert(*name))
        .map(ToOwned::to_owned)
        .collect()
}

/// Screens names in parallel; the answers stand in the order of the names. `expected` is an id or empty.
fn screen_all<'a>(snapshot: &Snapshot, settings: &Settings, schema: Schema, names: &[(&'a str, &'a str)]) -> Vec<Outcome> {
    let matcher = Matcher::new(snapshot, Settings { limit: usize::MAX, ..settings.clone() });
    names
        .par_iter()
        .map_init(Scratch::default, |scratch, (name, expected)| {
            ask(schema, name).map_or_else(Outcome::default, |query| outcome(&matcher, &query, expected, scratch))
        })
        .collect()
}

fn outcome(matcher: &Matcher<'_>, query: &Query, expected: &str, scratch: &mut Scratch) -> Outcome {
    let hits = matcher.screen(query, scratch);
    Outcome {
        best: hits.first().map_or(0.0, |hit| hit.score),
        best_party: hits.first().map_or(u32::MAX, |hit| hit.entity.index()),
        expected: (!expected.is_empty())
            .then(|| hits.iter().find(|hit| hit.entity.id() == expected).map(|hit| hit.score))
            .flatten(),
    }
}

fn alone(names: &[String]) -> Vec<(&str, &str)> {
    names.iter().map(|name| (name.as_str(), "")).collect()
}

fn alerts(outcomes: &[Outcome], threshold: f64) -> usize {
    outcomes.iter().filter(|outcome| outcome.best + EPSILON >= threshold).count()
}

/// Screens who is on no list. Returns the lowest threshold at which at most a hundredth of the people alert.
fn false_alerts(setting: &Setting, snapshot: &Snapshot, listed: &HashSet<String>, people: &[String]) -> Result<Option<f64>> {
    let default = Settings::default();
    let low = Settings { threshold: LOWEST, ..default.clone() };
    let mut best: Vec<f64> =
        screen_all(snapshot, &low, Schema::Person, &alone(people)).iter().map(|outcome| outcome.best).collect();
    best.sort_by(|a, b| b.total_cmp(a));
    let allowed = (best.len() as f64 * FALSE_ALERTS).floor() as usize;
    let Some(first_refused) = best.get(allowed) else { return Ok(None) };
    let one_percent = (first_refused + 10.0 * EPSILON).max(LOWEST);

    let generated = setting.unlisted("persons_generated.tsv.gz")?;
    let companies = setting.unlisted("companies_gleif.tsv.gz")?;
    let column = |rows: &[csv::StringRecord], at: usize| {
        fresh(rows.iter().step_by(setting.stride()).filter_map(|row| row.get(at)), listed)
    };
    let sets = [
        ("persons_synthetic", Schema::Person, people.to_vec()),
        ("persons_generated, romanised", Schema::Person, column(&generated, 0)),
        ("persons_generated, own script", Schema::Person, column(&generated, 1)),
        ("companies_gleif", Schema::Company, column(&companies, 1)),
    ];
    let mut rows = Vec::new();
    for (set, schema, names) in &sets {
        progress(&format!("screening {} names of {set}", names.len()));
        let outcomes = screen_all(snapshot, &default, *schema, &alone(names));
        let at_default = alerts(&outcomes, default.threshold);
        let low = Settings { threshold: one_percent.min(default.threshold), ..default.clone() };
        let at_one = if one_percent >= default.threshold {
            alerts(&outcomes, one_percent)
        } else {
            alerts(&screen_all(snapshot, &low, *schema, &alone(names)), one_percent)
        };
        rows.push(vec![
            (*set).to_owned(),
            names.len().to_string(),
            format!("{at_default} ({})", percent(at_default, names.len())),
            format!("{at_one} ({})", percent(at_one, names.len())),
        ]);
        dump(
            setting,
            snapshot,
            names
                .iter()
                .zip(&outcomes)
                .filter(|(_, outcome)| outcome.best > 0.0)
                .map(|(name, outcome)| ("false alert", *set, name.as_str(), "", "", outcome)),
        )?;
    }
    table::print(
        "False alerts: distinct names that are on no list, against the SDN list",
        &["who", "names", &format!("alert at {:.2}", default.threshold), &format!("alert at {one_percent:.3}")],
        &rows,
    );
    table::say(&format!("At {one_percent:.3}, {:.0} % of persons_synthetic alert at most.", FALSE_ALERTS * 100.0));
    Ok(Some(one_percent))
}

/// The cases, made by the Python script; `None`, with a word about it, when it cannot run.
pub(crate) fn cases(setting: &Setting, snapshot: &Snapshot) -> Result<Option<Vec<Case>>> {
    let path = setting.folder.path().join("cases.jsonl");
    if !path.exists() {
        progress("making perturbed names");
        let Some(made) = run_python("perturb.py", parties(snapshot))? else {
            table::say(
                "skipped: perturbed names, because there is no Python environment with `sanctions-screening-benchmark`; `make bench` \
                 creates it",
            );
            return Ok(None);
        };
        fs::write(&path, made)?;
    }
    let text = fs::read_to_string(&path)?;
    let cases: Vec<Case> =
        text.lines().step_by(setting.stride()).map(|line| Ok(serde_json::from_str(line)?)).collect::<Result<_>>()?;
    if cases.is_empty() {
        bail!("python/perturb.py made no cases");
    }
    Ok(Some(cases))
}

/// Listed people whose primary name has two words or more, one JSON object a line.
fn parties(snapshot: &Snapshot) -> String {
    let mut lines = String::new();
    for entity in snapshot.entities().filter(|entity| entity.schema() == Some(Schema::Person)) {
        let name = entity.caption();
        if name.split_whitespace().count() < 2 {
            continue;
        }
        let names: Vec<&str> = entity.names().map(interdict_snapshot::NameRef::text).collect();
        lines.push_str(&json!({ "id": entity.id(), "name": name, "names": names, "schema": "Person" }).to_string());
        lines.push('\n');
    }
    lines
}

/// Counts of one class.
#[derive(Clone, Debug, Default)]
struct Tally {
    cases: usize,
    found: usize,
    first: usize,
    found_one: usize,
    first_one: usize,
}

fn recall(setting: &Setting, snapshot: &Snapshot, cases: &[&Case], one_percent: f64) -> Result<()> {
    let default = Settings::default();
    let names: Vec<(&str, &str)> =
        cases.iter().map(|case| (case.query.as_str(), case.expected.as_deref().unwrap_or_default())).collect();
    let at_default = screen_all(snapshot, &default, Schema::Person, &names);
    let at_one = screen_all(snapshot, &Settings { threshold: one_percent, ..default.clone() }, Schema::Person, &names);
    let mut classes: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    let mut whole = Tally::default();
    for ((case, outcome), one) in cases.iter().zip(&at_default).zip(&at_one) {
        for tally in [classes.entry((&case.family, &case.class)).or_default(), &mut whole] {
            tally.cases += 1;
            tally.found += usize::from(outcome.expected.is_some());
            tally.first += usize::from(outcome.is_first());
            tally.found_one += usize::from(one.expected.is_some());
            tally.first_one += usize::from(one.is_first());
        }
    }
    let bar = Bar::AtLeast(0.97);
    let line = |family: &str, class: &str, tally: &Tally| {
        let of = |part: usize| format!("{:.4}", share(part, tally.cases));
        let [bar, verdict] = bar.columns(share(tally.found_one, tally.cases), |value| format!("{value:.4}"));
        vec![
            family.to_owned(),
            class.to_owned(),
            tally.cases.to_string(),
            of(tally.found),
            of(tally.first),
            of(tally.found_one),
            of(tally.first_one),
            bar,
            verdict,
        ]
    };
    let mut rows: Vec<Vec<String>> = classes.iter().map(|((family, class), tally)| line(family, class, tally)).collect();
    rows.push(line("all", "", &whole));
    let (low, high) = (format!("recall at {:.2}", default.threshold), format!("recall at {one_percent:.3}"));
    table::print(
        "Perturbed names of listed people (sanctions-screening-benchmark), asked for as people, against the SDN list",
        &["family", "class", "cases", &low, "ranked first", &high, "ranked first", "bar, at 1 % false alerts", ""],
        &rows,
    );
    dump(
        setting,
        snapshot,
        cases.iter().zip(&at_default).filter(|(_, outcome)| outcome.expected.is_none()).map(|(case, outcome)| {
            (
                "missed",
                case.class.as_str(),
                case.query.as_str(),
                case.source.as_str(),
                case.expected.as_deref().unwrap_or(""),
                outcome,
            )
        }),
    )
}

fn near_miss(setting: &Setting, snapshot: &Snapshot, cases: &[&Case], one_percent: f64) -> Result<()> {
    let default = Settings::default();
    let names: Vec<(&str, &str)> = cases.iter().map(|case| (case.query.as_str(), "")).collect();
    let at_default = screen_all(snapshot, &default, Schema::Person, &names);
    let at_one = screen_all(snapshot, &Settings { threshold: one_percent, ..default.clone() }, Schema::Person, &names);
    let mut classes: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for ((case, outcome), one) in cases.iter().zip(&at_default).zip(&at_one) {
        for class in [case.class.as_str(), "all"] {
            let counts = classes.entry(class).or_default();
            counts[0] += 1;
            counts[1] += usize::from(outcome.best > 0.0);
            counts[2] += usize::from(one.best > 0.0);
        }
    }
    let rows: Vec<Vec<String>> = classes
        .iter()
        .map(|(class, [cases, low, one])| {
            let [bar, verdict] = Bar::AtMost(0.04).columns(share(*one, *cases), |value| format!("{:.2} %", value * 100.0));
            vec![(*class).to_owned(), cases.to_string(), percent(*low, *cases), percent(*one, *cases), bar, verdict]
        })
        .collect();
    let (low, high) = (format!("alert at {:.2}", default.threshold), format!("alert at {one_percent:.3}"));
    table::print(
        "Near misses: names made of parts of listed names, which are on no list",
        &["class", "cases", &low, &high, "bar, at 1 % false alerts", ""],
        &rows,
    );
    dump(
        setting,
        snapshot,
        cases.iter().zip(&at_default).filter(|(_, outcome)| outcome.best > 0.0).map(|(case, outcome)| {
            ("near miss alerts", case.class.as_str(), case.query.as_str(), case.source.as_str(), "", outcome)
        }),
    )
}

/// Precision and recall from threshold to threshold, each screened with its own settings, because candidates depend on them too.
fn curve(snapshot: &Snapshot, positives: &[&Case], near_misses: &[&Case], people: &[String], default: f64) {
    let names: Vec<(&str, &str)> = positives
        .iter()
        .step_by(CURVE_STRIDE)
        .map(|case| (case.query.as_str(), case.expected.as_deref().unwrap_or_default()))
        .collect();
    let others: Vec<(&str, &str)> = near_misses.iter().step_by(CURVE_STRIDE).map(|case| (case.query.as_str(), "")).collect();
    let people = alone(people);
    let mut rows = Vec::new();
    for step in 10..=19 {
        let threshold = f64::from(step) / 20.0;
        progress(&format!("precision and recall at {threshold:.2}"));
        let settings = Settings { threshold, ..Settings::default() };
        let found =
            screen_all(snapshot, &settings, Schema::Person, &names).iter().filter(|outcome| outcome.expected.is_some()).count();
        let count = |names: &[(&str, &str)]| {
            screen_all(snapshot, &settings, Schema::Person, names).iter().filter(|outcome| outcome.best > 0.0).count()
        };
        let (near, alerting) = (count(&others), count(&people));
        let (precision, recall) = (share(found, found + near), share(found, names.len()));
        let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
        rows.push(vec![
            format!("{threshold:.2}{}", if (threshold - default).abs() < EPSILON { " (default)" } else { "" }),
            format!("{recall:.4}"),
            percent(near, others.len()),
            percent(alerting, people.len()),
            format!("{precision:.4}"),
            format!("{f1:.4}"),
        ]);
    }
    table::print(
        &format!("From threshold to threshold: {} perturbed names, {} near misses", names.len(), others.len()),
        &["threshold", "recall", "near misses that alert", "people that alert", "precision over names and near misses", "F1"],
        &rows,
    );
}

/// Writes failed cases: what kind of failure, class, query, what the name was made of, the id expected, the outcome.
fn dump<'a>(
    setting: &Setting,
    snapshot: &Snapshot,
    cases: impl Iterator<Item = (&'a str, &'a str, &'a str, &'a str, &'a str, &'a Outcome)>,
) -> Result<()> {
    let Some(path) = &setting.dump else { return Ok(()) };
    let settings = Settings::default();
    let cases = cases.map(|(failure, class, query, source, expected, outcome)| -> Json {
        let best = snapshot.entity_at(outcome.best_party);
        let due = snapshot.entity(expected);
        let score = due.and_then(|due| {
            let asked = ask(Schema::Person, query)?;
            let listed = Query::from_entity(&due.to_entity()).ok()?;
            Some(interdict_matching::compare(&asked, &listed, &settings).score)
        });
        json!({
            "failure": failure, "class": class, "query": query, "source": source,
            "expected": due.map(|due| json!({ "id": due.id(), "name": due.caption(), "compare": score })),
            "best": best.map(|best| json!({
                "id": best.id(), "name": best.caption(), "score": outcome.best,
                "names": best.names().map(interdict_snapshot::NameRef::text).collect::<Vec<_>>(),
            })),
        })
    });
    table::dump(path, cases)
}
