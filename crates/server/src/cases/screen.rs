//! Screening of customers: facts of customers and the engine in use go in; findings, coverage and alerts come out. One customer is screened at
//! once; all of them one page after the other, beside the requests.

use std::cell::RefCell;
use std::sync::Arc;

use interdict_casework::monitor::Basis;
use interdict_casework::{
    Against, BATCH, By, Checked, Customer, Error, Hit, Opened, Outcome, Priority, Scope, Screening, Source,
};
use interdict_matching::{Explanation, Matcher, Query, Scratch};
use interdict_model::{entity_from_value, entity_to_json};
use interdict_snapshot::NameRef;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::seat::{Seat, problem};
use crate::app::App;
use crate::engine::Engine;
use crate::problem::Problem;

/// Customers of a page.
const PAGE: usize = 500;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// How far a screening of all customers is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Tally {
    /// Customers that there are to screen.
    pub(crate) customers: i64,
    /// Customers that were gone through.
    pub(crate) done: i64,
    /// Of them, those that could not be screened.
    pub(crate) skipped: i64,
    /// Findings.
    pub(crate) hits: i64,
    /// Alerts that were opened or opened again.
    pub(crate) opened: i64,
    /// Whether it runs.
    pub(crate) running: bool,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<String>,
}

/// What came out for a customer.
#[derive(Debug)]
pub(crate) struct Screened {
    pub(crate) screening: Screening,
    /// The findings, best first, each with what became of it.
    pub(crate) findings: Vec<(Hit, Opened)>,
    pub(crate) warnings: Vec<String>,
}

/// What customers are screened with now.
pub(crate) fn against(engine: &Engine) -> Against {
    let source = |source: &interdict_snapshot::SourceMeta| Source {
        id: source.id.clone(),
        issue_date: source.issue_date.clone(),
        sha256: source.sha256.clone(),
    };
    Against {
        snapshot: engine.snapshot.id().to_owned(),
        sources: engine.snapshot.meta().sources.iter().map(source).collect(),
        settings: engine.settings.id(),
        engine: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Keeps the snapshot in the archive before anything is found on it, so that what is decided can be run again.
async fn archived(app: &App, seat: &Seat, engine: &Arc<Engine>) -> Result<(), Problem> {
    let (archive, engine) = (seat.cases.archive().clone(), Arc::clone(engine));
    app.heavy(move || archive.keep(&engine.snapshot)).await?.map(|_| ()).map_err(problem)
}

fn tree(explanation: &Explanation) -> Value {
    let children: Vec<Value> = explanation.children.iter().map(tree).collect();
    json!({"value": explanation.value, "description": explanation.description, "children": children})
}

/// The findings of a customer, or why there cannot be any.
fn matched(
    app: &App,
    against: &Against,
    matcher: &Matcher<'_>,
    screening: &str,
    customer: &Customer,
    entity: Value,
) -> Result<(Vec<Hit>, Vec<String>), String> {
    // What a finding is made again from, in the form of the desk of casework, which does that.
    let basis = Basis::of(matcher.snapshot(), matcher.settings());
    app.meter().screened.increment(1);
    let mut warnings = Vec::new();
    let entity = entity_from_value(entity).map_err(|error| error.to_string())?;
    let entity = (app.options().meaning)(entity, &mut warnings);
    let query = Query::from_entity(&entity).map_err(|error| error.to_string())?;
    warnings.extend_from_slice(query.warnings());
    if !matcher.settings().use_identifiers && query.has_identifier() {
        if !query.has_name() {
            return Err("nothing to screen: the settings leave identifiers out, and there is no name".to_owned());
        }
        warnings.push("identifiers were not compared: the settings leave them out".to_owned());
    }
    let found = SCRATCH.with_borrow_mut(|scratch| matcher.screen(&query, scratch));
    let hit = |found: interdict_matching::Hit<'_>| {
        let features = found.features.iter();
        let features: Vec<Value> =
            features.map(|feature| json!({"name": feature.name, "value": feature.value, "detail": feature.detail})).collect();
        let identifiers = found.identifiers.iter();
        let identifiers: Vec<Value> = identifiers
            .map(|found| {
                json!({
                    "property": found.property, "query": found.query, "listed": found.listed, "stated_by": found.stated_by,
                    "exact": found.exact,
                })
            })
            .collect();
        Hit {
            customer: customer.id.clone(),
            customer_hash: customer.facts_hash.clone(),
            entity: entity_to_json(&found.entity.to_entity()),
            score: found.score,
            explanation: json!({
                "basis": basis,
                "settings": matcher.settings(),
                "result": {
                    "party": found.entity.id(), "score": found.score, "ofac": found.ofac, "name": found.name.map(NameRef::text),
                    "identifiers": identifiers, "features": features, "tree": found.explanation.as_ref().map(tree),
                },
            }),
            snapshot: against.snapshot.clone(),
            settings: against.settings.clone(),
            engine: against.engine.clone(),
            screening: Some(screening.to_owned()),
            queue: None,
            // An identifier that is on a list decides more than a name that is like one.
            priority: if found.identifiers.is_empty() { Priority::Normal } else { Priority::High },
        }
    };
    Ok((found.into_iter().map(hit).collect(), warnings))
}

fn checked(customer: &Customer, outcome: Outcome, reason: &str) -> Checked {
    // The store takes reasons of so many bytes.
    let reason = reason.chars().filter(|letter| !letter.is_control()).take(240).collect();
    Checked { customer: customer.id.clone(), facts_hash: customer.facts_hash.clone(), outcome, reason }
}

/// Screens a customer now, records that it was, and opens alerts.
pub(crate) async fn screen_customer(app: &App, seat: &Seat, id: &str) -> Result<Screened, Problem> {
    let engine = app.current().get();
    let against = against(&engine);
    let store = seat.store();
    let customer = store.customer(seat.by(), id).await.map_err(problem)?;
    if !customer.active {
        return Err(problem(Error::Conflict(format!("customer `{id}` is not monitored"))));
    }
    let facts = store.facts(seat.by(), &customer.facts_hash).await.map_err(problem)?;
    let entity = json!({
        "id": customer.id, "schema": customer.schema, "caption": customer.caption, "properties": facts["properties"],
    });
    archived(app, seat, &engine).await?;
    let screening = store.begin_screening(seat.by(), Scope::Some, &against, None).await.map_err(problem)?;
    let (worker, subject, number) = (app.clone(), customer.clone(), screening.id.clone());
    let found = app
        .heavy(move || {
            let matcher = engine.matcher().explaining(true);
            matched(&worker, &against, &matcher, &number, &subject, entity)
        })
        .await?;
    let (hits, warnings) = match found {
        Ok(found) => found,
        Err(reason) => {
            let skipped = [checked(&customer, Outcome::Skipped, &reason)];
            store.record_coverage(seat.by(), &screening.id, &skipped).await.map_err(problem)?;
            store.finish_screening(seat.by(), &screening.id, true).await.map_err(problem)?;
            let detail = format!("customer `{id}` cannot be screened: {reason}");
            return Err(Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "not_screened", "Not screened", detail));
        }
    };
    let mut opened = Vec::with_capacity(hits.len());
    for hits in hits.chunks(BATCH) {
        opened.extend(store.open_alerts(seat.by(), hits).await.map_err(problem)?);
    }
    let outcome = if hits.is_empty() { Outcome::Clear } else { Outcome::Hit };
    store.record_coverage(seat.by(), &screening.id, &[checked(&customer, outcome, "")]).await.map_err(problem)?;
    let screening = store.finish_screening(seat.by(), &screening.id, true).await.map_err(problem)?;
    Ok(Screened { screening, findings: hits.into_iter().zip(opened).collect(), warnings })
}

/// Begins to screen all customers of the tenant against the engine of now; it goes on beside the requests.
pub(crate) async fn rescreen(app: &App, seat: &Seat) -> Result<Screening, Problem> {
    let engine = app.current().get();
    let against = against(&engine);
    archived(app, seat, &engine).await?;
    let (customers, _) = seat.store().count_customers().await.map_err(problem)?;
    // Held from the look to the entry, so that of two who ask at once one is told.
    let edits = seat.desk.edits.lock().await;
    if let Some((id, _)) = seat.desk.running().iter().find(|(_, tally)| tally.running) {
        return Err(problem(Error::Conflict(format!("screening `{id}` of all customers runs"))));
    }
    let screening = seat.store().begin_screening(seat.by(), Scope::All, &against, None).await.map_err(problem)?;
    {
        let mut running = seat.desk.running();
        // Those that are over are known by what the store has of them.
        while running.len() >= 100 {
            running.pop_first();
        }
        running.insert(screening.id.clone(), Tally { customers, running: true, ..Tally::default() });
    }
    drop(edits);
    let (app, seat, id) = (app.clone(), seat.clone(), screening.id.clone());
    tokio::spawn(async move {
        let ran = all(&app, &seat, &engine, &against, &id).await;
        let complete = ran.is_ok();
        let ended = seat.store().finish_screening(seat.by(), &id, complete).await.map_err(|error| error.to_string());
        let trouble = ran.err().or(ended.err());
        if let Some(trouble) = &trouble {
            tracing::warn!(screening = id, trouble, "a screening of all customers failed");
        }
        if let Some(tally) = seat.desk.running().get_mut(&id) {
            tally.running = false;
            tally.trouble = trouble.map(|_| "it failed; the log of the server says why".to_owned());
        }
        seat.cases.wake();
    });
    Ok(screening)
}

async fn all(app: &App, seat: &Seat, engine: &Arc<Engine>, against: &Against, id: &str) -> Result<(), String> {
    let store = seat.store();
    let text = |error: Error| error.to_string();
    let by = || By::new(&seat.who.actor, Timestamp::now());
    let mut after = String::new();
    loop {
        if app.is_draining() {
            return Err("the server ended".to_owned());
        }
        let page = store.customers_after(by(), &after, PAGE).await.map_err(text)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        let count = i64::try_from(page.len()).unwrap_or_default();
        let (worker, engine, against, number) = (app.clone(), Arc::clone(engine), against.clone(), id.to_owned());
        let work = move || {
            let matcher = engine.matcher().explaining(true);
            let one = |(customer, entity): (Customer, Value)| {
                let found = matched(&worker, &against, &matcher, &number, &customer, entity);
                (customer, found)
            };
            page.into_iter().map(one).collect::<Vec<_>>()
        };
        let found = app.heavy(work).await.map_err(|problem| problem.detail)?;
        let (mut hits, mut results, mut skipped) = (Vec::new(), Vec::new(), 0);
        for (customer, found) in found {
            match found {
                Ok((found, _)) if found.is_empty() => {}
                Ok((found, _)) => {
                    results.push(checked(&customer, Outcome::Hit, ""));
                    hits.extend(found);
                }
                Err(reason) => {
                    skipped += 1;
                    results.push(checked(&customer, Outcome::Skipped, &reason));
                }
            }
        }
        let mut opened = 0;
        for hits in hits.chunks(BATCH) {
            let became = store.open_alerts(by(), hits).await.map_err(text)?;
            opened += became.iter().filter(|one| matches!(one, Opened::Opened(_) | Opened::Reopened(_))).count();
        }
        if !results.is_empty() {
            store.record_coverage(by(), id, &results).await.map_err(text)?;
        }
        if let Some(tally) = seat.desk.running().get_mut(id) {
            tally.done += count;
            tally.skipped += skipped;
            tally.hits += i64::try_from(hits.len()).unwrap_or_default();
            tally.opened += i64::try_from(opened).unwrap_or_default();
        }
        seat.cases.wake();
    }
}
