//! The desk: where screening meets casework. Customers of a store are screened against a snapshot; what is found becomes alerts, who was screened
//! stands in the coverage ledger, and what is listed no more becomes a duty to release. A decision can be run again, and settings tried before
//! they are taken.
//!
//! These calls work as long as the customers are many, and keep their thread for that time: run them on a thread that may block.

mod finding;
mod replay;
mod trial;

use std::collections::BTreeMap;
use std::fmt;

use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::entity_from_value;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde_json::Value;

pub use self::replay::{Difference, Missing, Replay, Verdict, replay};
pub use self::trial::{Adopted, Changed, Judged, MOST_SHOWN, Traffic, Trial, adopt, adopted, traffic, trial};
use crate::alerts::Priority;
use crate::archive::{Archive, Archived};
use crate::cases::{Hit, Opened};
use crate::customers::{BATCH, Customer};
use crate::error::Error;
use crate::monitor::{Change, CustomerIndex, Monitor, MonitorError};
use crate::releases::Cleared;
use crate::screenings::{Against, Checked, Outcome, Scope, Screening};
use crate::store::{By, Store};

/// Customers that are read and screened at a time.
const PAGE: usize = 2000;

/// Screens the customers of a store against a snapshot, with settings.
pub struct Desk<'a> {
    store: &'a Store,
    snapshot: &'a Snapshot,
    settings: &'a Settings,
    archive: &'a Archive,
    queue: Option<String>,
    told: Option<Told<'a>>,
}

/// Hears after each page how many customers were gone through; the screening ends, and covers nobody, when it says no.
pub type Told<'a> = &'a (dyn Fn(u64) -> bool + Sync);

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Desk").field("snapshot", &self.snapshot.id()).field("queue", &self.queue).finish_non_exhaustive()
    }
}

/// Whom to screen so that everybody is covered.
#[derive(Debug)]
pub enum Plan {
    /// Everybody; where that was not asked for, with the reason why nothing less will do.
    Everybody(Option<String>),
    /// Those whom what changed in the lists can concern, and those whom the screening before does not cover.
    Changed {
        /// The screening before.
        base: Box<Screening>,
        /// What it was against; none for the very snapshot of now.
        old: Option<Box<Snapshot>>,
    },
}

/// What a screening came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Screened {
    /// The screening, as it stands in the ledger.
    pub screening: Screening,
    /// Customers whose names and numbers were compared with the lists. A screening that rests on another compares those alone whom the change
    /// of the lists can concern.
    pub compared: u64,
    /// Hits of all of them.
    pub hits: u64,
    /// What became of the hits.
    pub outcomes: Counts,
    /// Alerts that were opened, opened again, or have another finding, with what became of each.
    pub alerts: Vec<Opened>,
    /// Customers who could not be screened, and why.
    pub skipped: Vec<Checked>,
    /// Duties to release that were raised.
    pub releases: Vec<String>,
    /// Whitelistings that ended because the listed party changed.
    pub expired: Vec<String>,
    /// The hits with what became of each, where some customers were screened by their ids.
    #[serde(skip)]
    pub found: Vec<(Hit, Opened)>,
    /// What of those customers was not compared, and why.
    #[serde(skip)]
    pub warnings: Vec<String>,
}

/// How many hits became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New alerts.
    pub opened: u64,
    /// Alerts that were closed, and are open again.
    pub reopened: u64,
    /// Open alerts with another finding.
    pub refreshed: u64,
    /// Open alerts as they were.
    pub already_open: u64,
    /// Decided before, on the same facts.
    pub decided: u64,
    /// Whitelisted on the same facts.
    pub suppressed: u64,
    /// Of customers who changed meanwhile.
    pub stale: u64,
}

/// What one customer's screening gave: hits with what was not compared, or why there was none to be had.
type Matched = Result<(Vec<Hit>, Vec<String>), String>;

impl<'a> Desk<'a> {
    /// A desk. Snapshots are kept in the archive before anything is found on them.
    #[must_use]
    pub fn new(store: &'a Store, snapshot: &'a Snapshot, settings: &'a Settings, archive: &'a Archive) -> Self {
        Self { store, snapshot, settings, archive, queue: None, told: None }
    }

    /// New alerts go to this queue.
    #[must_use]
    pub fn in_queue(mut self, queue: &str) -> Self {
        self.queue = Some(queue.to_owned());
        self
    }

    /// Tells how far it is.
    #[must_use]
    pub fn telling(mut self, told: Told<'a>) -> Self {
        self.told = Some(told);
        self
    }

    /// Looks whom to screen: what changed since the newest screening of all with these settings, if what that was against is in the archive.
    pub async fn plan(&self, by: By<'_>) -> Result<Plan, Error> {
        let against = self.against();
        let last = self.store.last_complete(by, &against.settings, &against.engine).await?;
        let Some(base) = last else {
            return Ok(Plan::Everybody(Some("nobody was screened with these settings yet".to_owned())));
        };
        if base.snapshot == against.snapshot {
            return Ok(Plan::Changed { base: Box::new(base), old: None });
        }
        Ok(match self.archive.find(&base.snapshot)? {
            Archived::There(old) => Plan::Changed { base: Box::new(base), old: Some(old) },
            Archived::Absent => {
                Plan::Everybody(Some(format!("the archive has no snapshot {}, which was used last", base.snapshot)))
            }
            Archived::Unusable(error) => Plan::Everybody(Some(error.to_string())),
        })
    }

    /// Begins a screening by a plan; the ledger has it from now on.
    pub async fn begin(&self, by: By<'_>, plan: &Plan) -> Result<Screening, Error> {
        self.archive.keep(self.snapshot)?;
        let base = match plan {
            Plan::Everybody(_) => None,
            Plan::Changed { base, .. } => Some(base.id.as_str()),
        };
        self.store.begin_screening(by, Scope::All, &self.against(), base).await
    }

    /// Screens by a plan, to the end. When it fails half-way, the ledger says that it covers nobody; alerts that were opened stay.
    pub async fn run(&self, by: By<'_>, screening: Screening, plan: &Plan) -> Result<Screened, Error> {
        let worked = match plan {
            Plan::Everybody(_) => self.all(by, &screening).await,
            Plan::Changed { base, old } => self.changed(by, &screening, base, old.as_deref().unwrap_or(self.snapshot)).await,
        };
        self.end(by, screening, worked).await
    }

    /// Screens all customers.
    pub async fn screen_all(&self, by: By<'_>) -> Result<Screened, Error> {
        let plan = Plan::Everybody(None);
        let screening = self.begin(by, &plan).await?;
        self.run(by, screening, &plan).await
    }

    /// Screens some customers, by their ids.
    pub async fn screen_some(&self, by: By<'_>, ids: &[&str]) -> Result<Screened, Error> {
        self.archive.keep(self.snapshot)?;
        let screening = self.store.begin_screening(by, Scope::Some, &self.against(), None).await?;
        let worked = self.some(by, &screening, ids).await;
        self.end(by, screening, worked).await
    }

    fn against(&self) -> Against {
        Against::of(self.snapshot, self.settings)
    }

    fn tell(&self, done: u64) -> Result<(), Error> {
        if self.told.is_some_and(|told| !told(done)) {
            return Err(Error::Conflict("the screening was stopped".to_owned()));
        }
        Ok(())
    }

    async fn end(&self, by: By<'_>, screening: Screening, worked: Result<Work, Error>) -> Result<Screened, Error> {
        match worked {
            Ok(work) => {
                let screening = self.store.finish_screening(by, &screening.id, true).await?;
                let Work { compared, hits, outcomes, alerts, skipped, releases, expired, found, warnings, keep: _ } = work;
                Ok(Screened { screening, compared, hits, outcomes, alerts, skipped, releases, expired, found, warnings })
            }
            Err(error) => {
                // Where that cannot be written either, the screening stays running, which covers nobody as well.
                if let Err(other) = self.store.finish_screening(by, &screening.id, false).await {
                    tracing::warn!(error = %other, screening = screening.id, "a screening that failed could not be ended");
                }
                Err(error)
            }
        }
    }

    async fn all(&self, by: By<'_>, screening: &Screening) -> Result<Work, Error> {
        let matcher = self.matcher();
        let mut work = Work::default();
        let mut after = String::new();
        loop {
            let page = self.store.customers_after(by, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(&last.id);
            self.page(by, screening, &matcher, &page, false, &mut work).await?;
            self.tell(work.compared)?;
        }
        self.release(by, screening, &mut work, Vec::new()).await?;
        Ok(work)
    }

    async fn some(&self, by: By<'_>, screening: &Screening, ids: &[&str]) -> Result<Work, Error> {
        let matcher = self.matcher();
        let mut work = Work { keep: true, ..Work::default() };
        for ids in ids.chunks(PAGE) {
            let page = self.store.customers_of(by, ids).await?;
            self.page(by, screening, &matcher, &page, true, &mut work).await?;
        }
        Ok(work)
    }

    async fn changed(&self, by: By<'_>, screening: &Screening, base: &Screening, old: &Snapshot) -> Result<Work, Error> {
        let matcher = self.matcher();
        let mut work = Work::default();
        let mut whole: FxHashSet<String> = FxHashSet::default();
        let mut after = String::new();
        loop {
            let ids = self.store.not_covered_by(by, &base.id, &after).await?;
            let Some(last) = ids.last() else { break };
            after.clone_from(last);
            whole.extend(ids);
        }
        let mut index = CustomerIndex::new();
        let mut done = 0;
        after.clear();
        loop {
            let page = self.store.customers_after(by, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(&last.id);
            done += page.len() as u64;
            let (whole, held): (Vec<_>, Vec<_>) = page.into_iter().partition(|(customer, _)| whole.contains(&customer.id));
            self.page(by, screening, &matcher, &whole, true, &mut work).await?;
            let queries: Vec<_> = held.par_iter().map(|(customer, entity)| (customer, query(entity))).collect();
            for (customer, query) in queries {
                match query {
                    Ok(query) => {
                        index.add(&customer.id, &query).map_err(|error| failed(&error))?;
                    }
                    // The base covers him with these facts, and so he could be screened.
                    Err(reason) => return Err(Error::Damaged(format!("customer `{}`: {reason}", customer.id))),
                }
            }
            self.tell(done)?;
        }
        index.settle();
        let monitor = Monitor::new(self.settings.clone());
        let concerned = monitor.concerned_by(Some(old), self.snapshot, &index).map_err(|error| failed(&error))?;
        let mut queries: FxHashMap<u32, Query> = FxHashMap::default();
        for numbers in concerned.chunks(PAGE) {
            let ids: Vec<&str> = numbers.iter().map(|number| index.id(*number)).collect();
            let by_id: BTreeMap<&str, u32> = ids.iter().copied().zip(numbers.iter().copied()).collect();
            for (customer, entity) in self.store.customers_of(by, &ids).await? {
                let Some(number) = by_id.get(customer.id.as_str()) else { continue };
                // One who changed since the watermark is not covered by this screening, whatever comes out.
                if let Ok(query) = query(&entity) {
                    queries.insert(*number, query);
                }
            }
        }
        // Those who are gone meanwhile are not covered either.
        let there: Vec<u32> = concerned.into_iter().filter(|number| queries.contains_key(number)).collect();
        let read = |number: u32, _: &str| queries.get(&number).cloned().ok_or("was read before");
        let outcome = monitor.rescreen_these(Some(old), self.snapshot, &index, &there, read).map_err(|error| failed(&error))?;
        work.compared += there.len() as u64;
        // Whitelistings end before the hits come, so that what is found on other facts is not held back.
        let now = |id: &str| self.snapshot.entity(id).map(|entity| crate::canonical::facts_hash(&finding::entity_json(entity)));
        let entities: Vec<(String, Option<String>)> = outcome.entities.iter().map(|(id, _)| (id.clone(), now(id))).collect();
        for entities in entities.chunks(BATCH) {
            work.expired.extend(self.store.entities_changed(by, entities).await?);
        }
        let mut cleared = Vec::new();
        let mut again: Vec<&str> = Vec::new();
        for found in &outcome.findings {
            match found.change {
                Change::New | Change::Changed => again.push(&found.customer),
                Change::Gone => cleared.push(Cleared {
                    customer: found.customer.clone(),
                    entity: found.party.clone(),
                    because: "the party is listed otherwise, and no longer found",
                }),
                // Told from the lists themselves, below.
                Change::Delisted => {}
            }
        }
        again.dedup();
        for ids in again.chunks(PAGE) {
            let page = self.store.customers_of(by, ids).await?;
            let counted = work.compared;
            self.page(by, screening, &matcher, &page, true, &mut work).await?;
            work.compared = counted;
        }
        self.release(by, screening, &mut work, cleared).await?;
        Ok(work)
    }

    fn matcher(&self) -> Matcher<'_> {
        Matcher::new(self.snapshot, self.settings.clone()).explaining(true)
    }

    /// Screens customers and writes down what came out: of `each`, or of those alone who were not clear.
    async fn page(
        &self,
        by: By<'_>,
        screening: &Screening,
        matcher: &Matcher<'_>,
        page: &[(Customer, Value)],
        each: bool,
        work: &mut Work,
    ) -> Result<(), Error> {
        let basis = finding::basis(self.snapshot, self.settings)?;
        let found: Vec<Matched> = page
            .par_iter()
            .map_init(Scratch::default, |scratch, (customer, entity)| {
                let query = query(entity)?;
                if !self.settings.use_identifiers && !query.has_name() {
                    return Err("nothing to screen: the settings leave identifiers out, and there is no name".to_owned());
                }
                let hits = matcher.screen(&query, scratch);
                let warnings = query.warnings().iter().map(|warning| format!("{}: {warning}", customer.id)).collect();
                Ok((hits.iter().map(|hit| self.hit(customer, hit, &basis, screening)).collect(), warnings))
            })
            .collect();
        work.compared += page.len() as u64;
        let mut checked = Vec::new();
        let mut hits = Vec::new();
        for ((customer, _), found) in page.iter().zip(found) {
            let (outcome, reason) = match found {
                Ok((found, warnings)) => {
                    if work.keep {
                        work.warnings.extend(warnings);
                    }
                    let outcome = if found.is_empty() { Outcome::Clear } else { Outcome::Hit };
                    hits.extend(found);
                    (outcome, String::new())
                }
                // The ledger takes reasons of so many letters.
                Err(reason) => (Outcome::Skipped, reason.chars().filter(|letter| !letter.is_control()).take(240).collect()),
            };
            if each || outcome != Outcome::Clear {
                let one = Checked { customer: customer.id.clone(), facts_hash: customer.facts_hash.clone(), outcome, reason };
                if outcome == Outcome::Skipped {
                    work.skipped.push(one.clone());
                }
                checked.push(one);
            }
        }
        work.hits += hits.len() as u64;
        for hits in hits.chunks(BATCH) {
            let opened = self.store.open_alerts(by, hits).await?;
            if work.keep {
                work.found.extend(hits.iter().cloned().zip(opened.iter().cloned()));
            }
            for opened in opened {
                work.count(opened);
            }
            let pairs: Vec<(String, String)> = hits.iter().map(|hit| (hit.customer.clone(), id_of(&hit.entity))).collect();
            self.store.void_releases(by, &pairs).await?;
        }
        for checked in checked.chunks(BATCH) {
            self.store.record_coverage(by, &screening.id, checked).await?;
        }
        Ok(())
    }

    fn hit(&self, customer: &Customer, hit: &interdict_matching::Hit<'_>, basis: &finding::Made, screening: &Screening) -> Hit {
        Hit {
            customer: customer.id.clone(),
            customer_hash: customer.facts_hash.clone(),
            entity: finding::entity_json(hit.entity),
            score: hit.score,
            explanation: finding::explanation(hit, basis),
            snapshot: screening.snapshot.clone(),
            settings: screening.settings.clone(),
            engine: screening.engine.clone(),
            screening: Some(screening.id.clone()),
            queue: self.queue.clone(),
            priority: priority(hit),
        }
    }

    /// Raises duties for what was cleared, and for every pair whose party the snapshot has no more.
    async fn release(&self, by: By<'_>, screening: &Screening, work: &mut Work, cleared: Vec<Cleared>) -> Result<(), Error> {
        let mut cleared = cleared;
        let mut after = String::new();
        loop {
            let held = self.store.held(by, &after).await?;
            let Some(last) = held.last() else { break };
            after.clone_from(&last.id);
            let delisted = held.into_iter().filter(|alert| self.snapshot.entity(&alert.entity).is_none());
            cleared.extend(delisted.map(|alert| Cleared {
                customer: alert.customer,
                entity: alert.entity,
                because: "the party is listed no more",
            }));
        }
        for cleared in cleared.chunks(BATCH) {
            work.releases.extend(self.store.raise_releases(by, &screening.snapshot, cleared).await?);
        }
        Ok(())
    }
}

/// An identifier that is on a list decides more than a name that is like one.
fn priority(hit: &interdict_matching::Hit<'_>) -> Priority {
    if hit.identifiers.is_empty() { Priority::Normal } else { Priority::High }
}

fn id_of(entity: &Value) -> String {
    entity.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A customer as a query, or why it cannot be one.
fn query(entity: &Value) -> Result<Query, String> {
    let entity = entity_from_value(entity.clone()).map_err(|error| error.to_string())?;
    Query::from_entity(&entity).map_err(|error| error.to_string())
}

fn failed(error: &MonitorError) -> Error {
    Error::Damaged(error.to_string())
}

/// What was done so far.
#[derive(Default)]
struct Work {
    compared: u64,
    hits: u64,
    outcomes: Counts,
    alerts: Vec<Opened>,
    skipped: Vec<Checked>,
    releases: Vec<String>,
    expired: Vec<String>,
    found: Vec<(Hit, Opened)>,
    warnings: Vec<String>,
    /// Whether hits are kept, and not only counted.
    keep: bool,
}

impl Work {
    fn count(&mut self, opened: Opened) {
        let counts = &mut self.outcomes;
        let (count, keep) = match &opened {
            Opened::Opened(_) => (&mut counts.opened, true),
            Opened::Reopened(_) => (&mut counts.reopened, true),
            Opened::Refreshed(_) => (&mut counts.refreshed, true),
            Opened::AlreadyOpen(_) => (&mut counts.already_open, false),
            Opened::Decided(_) => (&mut counts.decided, false),
            Opened::Suppressed(_) => (&mut counts.suppressed, false),
            Opened::Stale(_) => (&mut counts.stale, false),
        };
        *count += 1;
        if keep {
            self.alerts.push(opened);
        }
    }
}
