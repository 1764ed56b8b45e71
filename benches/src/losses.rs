//! What the candidate step loses against scoring everything: a party whose score reaches the threshold and which is yet not among the
//! hits. Asked for are names of the list as listed and with slips, and perturbed names; for some of them every party is scored.

use std::time::Instant;

use anyhow::Result;
use interdict_matching::{Matcher, Query, Scratch, Settings, compare};
use interdict_model::Schema;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use serde_json::{Value as Json, json};

use crate::data::{Setting, ask};
use crate::perturbed;
use crate::speed::with_slips;
use crate::table::{self, Bar, percent, progress, share};

/// Names of the list, evenly spread.
const NAMES: usize = 4000;
/// Ways in which slips are made in each.
const SEEDS: usize = 4;
/// Perturbed names, evenly spread over their classes.
const CASES: usize = 10_000;
/// Queries for which every party is scored.
const BRUTE: usize = 400;

/// A query, how it was made, and the party that it was made of.
struct Asked {
    class: String,
    text: String,
    party: u32,
    query: Query,
}

/// A party that was due and is not among the hits.
struct Lost<'a> {
    asked: &'a Asked,
    party: u32,
    score: f64,
}

pub(crate) fn run(setting: &Setting) -> Result<()> {
    let snapshot = setting.sdn()?;
    let settings = Settings::default();
    progress("reading every party of the list");
    let parties: Vec<Option<Query>> = (0..snapshot.entity_count())
        .into_par_iter()
        .map(|index| {
            let party = snapshot.entity_at(index)?;
            party.names().next()?;
            Query::from_entity(&party.to_entity()).ok()
        })
        .collect();
    let asked = asked(setting, &snapshot)?;
    progress(&format!("asking {} names", asked.len()));
    let matcher = Matcher::new(&snapshot, Settings { limit: usize::MAX, ..settings.clone() });
    let targets: Vec<(bool, bool, bool, Option<Lost<'_>>)> = asked
        .par_iter()
        .map_init(Scratch::default, |scratch, one| {
            let Some(party) = parties[one.party as usize].as_ref() else { return (false, false, false, None) };
            let score = compare(&one.query, party, &settings).score;
            let hits = matcher.screen(&one.query, scratch);
            let hit = hits.iter().find(|hit| hit.entity.index() == one.party);
            let due = score >= settings.threshold;
            let differs = hit.is_some_and(|hit| (hit.score - score).abs() > 1e-9);
            let lost = (due && hit.is_none()).then_some(Lost { asked: one, party: one.party, score });
            (due, hit.is_some(), differs, lost)
        })
        .collect();
    let classes = ["as listed", "one or two slips", "perturbed"];
    let mut rows = Vec::new();
    let line = |what: &str, queries: usize, due: usize, lost: usize| {
        let [bar, verdict] = Bar::AtMost(0.001).columns(share(lost, due), |value| format!("{:.3} %", value * 100.0));
        vec![what.to_owned(), queries.to_string(), due.to_string(), lost.to_string(), percent(lost, due), bar, verdict]
    };
    for class in classes.iter().copied().chain(["all"]) {
        let of: Vec<_> = asked
            .iter()
            .zip(&targets)
            .filter(|(one, _)| class == "all" || family(&one.class) == class)
            .map(|(_, answer)| answer)
            .collect();
        let due = of.iter().filter(|answer| answer.0).count();
        let lost = of.iter().filter(|answer| answer.3.is_some()).count();
        rows.push(line(&format!("the party meant; {class}"), of.len(), due, lost));
    }
    let mut losses: Vec<Lost<'_>> = Vec::new();
    let differing = targets.iter().filter(|answer| answer.2).count();
    let compared = targets.iter().filter(|answer| answer.1).count();
    losses.extend(targets.into_iter().filter_map(|answer| answer.3));

    let every = (asked.len() / (BRUTE / setting.stride())).max(1);
    // A prime step walks through all classes, which stand one after the other for each name.
    let chosen: Vec<&Asked> = asked.iter().step_by(every | 1).collect();
    progress(&format!("scoring every party for {} names", chosen.len()));
    let begin = Instant::now();
    let mut due_of_all = 0;
    let mut lost_of_all = 0;
    let mut scratch = Scratch::default();
    for one in &chosen {
        let hits: FxHashSet<u32> = matcher.screen(&one.query, &mut scratch).iter().map(|hit| hit.entity.index()).collect();
        let due: Vec<(u32, f64)> = parties
            .par_iter()
            .enumerate()
            .filter_map(|(index, party)| {
                let score = compare(&one.query, party.as_ref()?, &settings).score;
                (score >= settings.threshold).then_some((index as u32, score))
            })
            .collect();
        due_of_all += due.len();
        for (party, score) in due.into_iter().filter(|(party, _)| !hits.contains(party)) {
            lost_of_all += 1;
            losses.push(Lost { asked: one, party, score });
        }
    }
    let brute = begin.elapsed().as_secs_f64();
    rows.push(line("any party, against scoring every one", chosen.len(), due_of_all, lost_of_all));
    table::print(
        &format!("Parties that score {:.2} and are not among the hits", settings.threshold),
        &["what", "queries", "parties due", "lost", "share", "bar", ""],
        &rows,
    );
    table::say(&format!(
        "`screen` and `compare` give different scores to {differing} of {compared} parties that both found. Scoring every party took \
         {:.0} ms a name on all cores.",
        brute * 1e3 / chosen.len() as f64
    ));
    if let Some(path) = &setting.dump {
        table::dump(path, losses.iter().map(|lost| shown(lost, &snapshot)))?;
    }
    Ok(())
}

/// Perturbed names are told apart by class in the dump and stand in one row of the table.
fn family(class: &str) -> &str {
    if matches!(class, "as listed" | "one or two slips") { class } else { "perturbed" }
}

fn asked(setting: &Setting, snapshot: &Snapshot) -> Result<Vec<Asked>> {
    let step = (snapshot.name_count() as usize / NAMES).max(1) * setting.stride();
    let mut asked = Vec::new();
    let mut add = |class: &str, text: String, party: u32, schema: Schema| {
        if let Some(query) = ask(schema, &text) {
            asked.push(Asked { class: class.to_owned(), text, party, query });
        }
    };
    for (at, index) in (0..snapshot.name_count()).step_by(step).enumerate() {
        let Some(name) = snapshot.name_at(index) else { continue };
        let party = name.entity().index();
        add("as listed", name.text().to_owned(), party, Schema::Thing);
        for seed in 0..SEEDS {
            add("one or two slips", with_slips(name.text(), at * SEEDS + seed), party, Schema::Thing);
        }
    }
    if let Some(cases) = perturbed::cases(setting, snapshot)? {
        let meant: Vec<_> = cases.iter().filter_map(|case| Some((case, snapshot.entity(case.expected.as_ref()?)?))).collect();
        let step = (meant.len() * setting.stride() / CASES).max(1);
        for (case, party) in meant.into_iter().step_by(step) {
            add(&case.class, case.query.clone(), party.index(), Schema::Person);
        }
    }
    Ok(asked)
}

fn shown(lost: &Lost<'_>, snapshot: &Snapshot) -> Json {
    let party = snapshot.entity_at(lost.party);
    json!({
        "failure": "lost", "class": lost.asked.class, "query": lost.asked.text, "score": lost.score,
        "expected": party.map(|party| json!({
            "id": party.id(), "name": party.caption(), "names": party.names().map(interdict_snapshot::NameRef::text).collect::<Vec<_>>(),
        })),
    })
}
