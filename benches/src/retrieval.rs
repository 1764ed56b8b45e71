//! Whether UN parties are found under names with typing errors, and whom else the UN list would raise: its parties become a snapshot of
//! their own, and what is screened states dates of birth and nationalities as the list does.

use std::collections::HashSet;

use anyhow::{Context, Result};
use interdict_matching::{Matcher, Query, Scratch, Settings, compare};
use interdict_model::{Entity, Schema, entity_from_value};
use interdict_snapshot::Builder;
use rayon::prelude::*;
use serde_json::json;

use crate::data::{Setting, ask, listed_names, named, sameness};
use crate::table::{self, Bar, interval, progress, rate, share};

/// The share of people on no list that may alert.
const FALSE_ALERTS: f64 = 0.0005;

pub(crate) fn run(setting: &Setting) -> Result<()> {
    progress("screening against the UN list");
    let rows = setting.labelled("un_retrieval")?;
    let mut builder = Builder::new();
    let mut queries = Vec::new();
    for row in &rows {
        let id = row["id"].as_str().context("a row of un_retrieval without `id`")?;
        let mut target = entity_from_value(row["target"].clone())?;
        id.clone_into(&mut target.id);
        builder.add(&target);
        queries.push((id, Query::from_entity(&entity_from_value(row["query"].clone())?)?, target));
    }
    let snapshot = builder.finish()?.open()?;
    let settings = Settings { limit: usize::MAX, ..Settings::default() };
    let matcher = Matcher::new(&snapshot, settings.clone());
    let mut scratch = Scratch::default();
    let (mut found, mut first) = (0, 0);
    let mut missed = Vec::new();
    for (id, query, target) in &queries {
        let hits = matcher.screen(query, &mut scratch);
        let hit = hits.iter().find(|hit| hit.entity.id() == *id);
        found += usize::from(hit.is_some());
        first += usize::from(hit.zip(hits.first()).is_some_and(|(hit, best)| hit.score >= best.score));
        if hit.is_none() {
            let score = compare(query, &Query::from_entity(target)?, &settings).score;
            let row = rows.iter().find(|row| row["id"] == *id);
            missed.push(json!({ "failure": "UN party missed", "class": "un_retrieval", "score": score, "pair": row }));
        }
    }
    let listed = listed_names(&snapshot);
    let people = people(setting, &listed)?;
    let alerting: Vec<&(String, Query)> = people
        .par_iter()
        .map_init(Scratch::default, |scratch, one| (!matcher.screen(&one.1, scratch).is_empty()).then_some(one))
        .flatten()
        .collect();
    let generated: Vec<Query> = setting
        .unlisted("persons_generated.tsv.gz")?
        .iter()
        .filter_map(|row| ask(Schema::Person, row.get(0).filter(|name| !listed.contains(&sameness(name)))?))
        .collect();
    let by_name_alone = generated
        .par_iter()
        .map_init(Scratch::default, |scratch, query| usize::from(!matcher.screen(query, scratch).is_empty()))
        .sum();
    let recall = share(found, queries.len());
    let [recall_bar, recall_verdict] = Bar::AtLeast(0.995).columns(recall, |value| format!("{value:.4}"));
    let alerts = share(alerting.len(), people.len());
    let [alert_bar, mut alert_verdict] = Bar::AtMost(FALSE_ALERTS).columns(alerts, |value| format!("{:.3} %", value * 100.0));
    if alerts <= FALSE_ALERTS && interval(alerting.len(), people.len())[1] > FALSE_ALERTS {
        // Without a single alert, a few thousand people cannot show that fewer than one in as many would.
        alert_verdict.push_str(", but too few people to show it");
    }
    let line = |what: &str, of: usize, measured: String, bar: String, verdict: String| {
        vec![what.to_owned(), of.to_string(), measured, bar, verdict]
    };
    table::print(
        &format!("UN list ({} parties), threshold {:.2}; shares with 95 % intervals", rows.len(), settings.threshold),
        &["what", "queries", "measured", "bar", ""],
        &[
            line("recall of names with typing errors", queries.len(), format!("{recall:.4}"), recall_bar, recall_verdict),
            line(
                "of these ranked first",
                queries.len(),
                format!("{:.4}", share(first, queries.len())),
                "–".to_owned(),
                String::new(),
            ),
            line(
                "people who are on no list and alert, with date of birth and nationality (persons_synthetic)",
                people.len(),
                rate(alerting.len(), people.len()),
                alert_bar,
                alert_verdict,
            ),
            line(
                "the same by name alone (persons_generated, romanised)",
                generated.len(),
                rate(by_name_alone, generated.len()),
                "–".to_owned(),
                String::new(),
            ),
        ],
    );
    if let Some(path) = &setting.dump {
        table::dump(path, missed)?;
        table::dump(
            path,
            alerting.into_iter().map(|(name, query)| {
                let best = matcher.screen(query, &mut scratch).into_iter().next();
                json!({
                    "failure": "false alert", "class": "UN list", "query": name,
                    "best": best.map(|hit| json!({ "id": hit.entity.id(), "name": hit.entity.caption(), "score": hit.score })),
                })
            }),
        )?;
    }
    Ok(())
}

/// People on no list, with what a customer file has of them.
fn people(setting: &Setting, listed: &HashSet<String>) -> Result<Vec<(String, Query)>> {
    let rows = setting.unlisted("persons_synthetic.csv.gz")?;
    let mut people = Vec::new();
    for row in &rows {
        let [Some(name), Some(born), Some(nationality)] = [row.get(0), row.get(5), row.get(7)] else { continue };
        if listed.contains(&sameness(name)) {
            continue;
        }
        let mut entity: Entity = named(Schema::Person, name);
        entity.add("birthDate", born);
        entity.add("nationality", nationality);
        people.push((name.to_owned(), Query::from_entity(&entity)?));
    }
    Ok(people)
}
