//! Screening of customers: the desk of casework does it, on a thread that may block, with the engine in use; one customer at once, all of them
//! beside the requests.

use std::sync::Arc;

use interdict_casework::desk::{Desk, Plan, Screened, adopted};
use interdict_casework::{By, Error, Screening};
use interdict_matching::Settings;
use jiff::Timestamp;
use serde::Serialize;
use tokio::runtime::Handle;
use utoipa::ToSchema;

use super::seat::{Seat, problem};
use super::whole;
use crate::app::App;
use crate::engine::Engine;
use crate::problem::Problem;

/// How far a screening of all customers is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Tally {
    /// Customers that there are.
    pub(crate) customers: i64,
    /// Customers that were gone through.
    pub(crate) done: u64,
    /// Customers whose facts were compared with the lists; of a screening that rests on another, those whom the change can concern.
    pub(crate) compared: u64,
    /// Customers that could not be screened.
    pub(crate) skipped: usize,
    /// Findings.
    pub(crate) hits: u64,
    /// Alerts that were opened or opened again.
    pub(crate) opened: u64,
    /// Duties to release that were raised.
    pub(crate) releases: usize,
    /// Whether it runs.
    pub(crate) running: bool,
    /// Why everybody is screened, where less would have done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<String>,
}

/// The settings of a tenant's screenings: those that its store has, else those of the server.
pub(crate) async fn settings(seat: &Seat, engine: &Engine) -> Result<Settings, Error> {
    Ok(adopted(seat.store()).await?.map_or_else(|| engine.settings.clone(), |adopted| adopted.settings))
}

/// Does work of the desk, which keeps its thread.
pub(crate) async fn at_desk<T: Send + 'static>(
    app: &App,
    work: impl AsyncFnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let handle = Handle::current();
    app.heavy(move || handle.block_on(work())).await?.map_err(problem)
}

/// Screens a customer now, records that it was, and opens alerts.
pub(crate) async fn screen_customer(app: &App, seat: &Seat, id: &str) -> Result<Screened, Problem> {
    let engine = app.current().get();
    let customer = seat.store().customer(seat.by(), id).await.map_err(problem)?;
    if !customer.active {
        return Err(problem(Error::Conflict(format!("customer `{id}` is not monitored"))));
    }
    app.meter().screened.increment(1);
    let (seat, id) = (seat.clone(), id.to_owned());
    let screened = at_desk(app, async move || {
        let settings = settings(&seat, &engine).await?;
        let desk = Desk::new(seat.store(), &engine.snapshot, &settings, seat.cases.archive());
        desk.screen_some(seat.by(), &[&id]).await
    })
    .await?;
    if let Some(skipped) = screened.skipped.first() {
        let detail = format!("customer `{}` cannot be screened: {}", skipped.customer, skipped.reason);
        return Err(Problem::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "not_screened", "Not screened", detail));
    }
    Ok(screened)
}

/// Begins to screen so that all customers of the tenant are covered against the engine of now; it goes on beside the requests. Unless `full`, those
/// alone are compared whom what changed in the lists can concern.
pub(crate) async fn rescreen(app: &App, seat: &Seat, full: bool) -> Result<Screening, Problem> {
    let engine = app.current().get();
    let (customers, _) = seat.store().count_customers().await.map_err(problem)?;
    // Held from the look to the entry, so that of two who ask at once one is told.
    let edits = seat.desk.edits.lock().await;
    if let Some((id, _)) = seat.desk.running().iter().find(|(_, tally)| tally.running) {
        return Err(problem(Error::Conflict(format!("screening `{id}` of all customers runs"))));
    }
    let (theirs, lists) = (seat.clone(), Arc::clone(&engine));
    let (settings, plan, screening) = at_desk(app, async move || {
        let settings = settings(&theirs, &lists).await?;
        let desk = Desk::new(theirs.store(), &lists.snapshot, &settings, theirs.cases.archive());
        let plan = if full { Plan::Everybody(None) } else { desk.plan(theirs.by()).await? };
        let screening = desk.begin(theirs.by(), &plan).await?;
        Ok((settings, plan, screening))
    })
    .await?;
    {
        let because = match &plan {
            Plan::Everybody(why) => why.clone(),
            Plan::Changed { .. } => None,
        };
        let mut running = seat.desk.running();
        // Those that are over are known by what the store has of them.
        while running.len() >= 100 {
            running.pop_first();
        }
        running.insert(screening.id.clone(), Tally { customers, because, running: true, ..Tally::default() });
    }
    drop(edits);
    let (app, seat, begun) = (app.clone(), seat.clone(), screening.clone());
    let handle = Handle::current();
    // Beside the work of requests, which must not wait for it.
    tokio::task::spawn_blocking(move || {
        let id = begun.id.clone();
        let told = |done: u64| {
            if let Some(tally) = seat.desk.running().get_mut(&id) {
                tally.done = done;
            }
            seat.cases.wake();
            !app.is_draining()
        };
        let by = By::new(&seat.who.actor, whole(Timestamp::now()));
        let desk = Desk::new(seat.store(), &engine.snapshot, &settings, seat.cases.archive()).telling(&told);
        let ran = handle.block_on(desk.run(by, begun, &plan));
        if let Err(trouble) = &ran {
            tracing::warn!(screening = id, %trouble, "a screening of all customers failed");
        }
        if let Some(tally) = seat.desk.running().get_mut(&id) {
            tally.running = false;
            match ran {
                Ok(screened) => {
                    tally.compared = screened.compared;
                    tally.skipped = screened.skipped.len();
                    tally.hits = screened.hits;
                    tally.opened = screened.outcomes.opened + screened.outcomes.reopened;
                    tally.releases = screened.releases.len();
                }
                Err(_) => tally.trouble = Some("it failed; the log of the server says why".to_owned()),
            }
        }
        seat.cases.wake();
    });
    Ok(screening)
}
