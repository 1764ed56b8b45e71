//! What all requests share, and the router with the gate before every route.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::http::StatusCode;
use axum::middleware;
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::ToSchema;

use crate::admission::{Admission, Rates, full};
use crate::api::{self, UpdateState, Updating};
use crate::cases::{Cases, once};
use crate::engine::{Current, Engine};
use crate::error::ServerError;
use crate::gate;
use crate::identity::{Auth, Known};
use crate::keys::Keys;
use crate::meter::Meter;
use crate::options::Options;
use crate::problem::Problem;
use crate::program::{Job, Printed, Program};
use crate::record::Recorder;
use crate::trace::Spans;
use crate::yente;

/// Time that fetching the lists may take.
const LONGEST_UPDATE: Duration = Duration::from_hours(1);

/// What all requests share.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    current: Current,
    options: Options,
    settings: String,
    auth: Auth,
    cases: OnceLock<Cases>,
    admission: Admission,
    rates: Rates,
    meter: Meter,
    pool: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    file: Mutex<String>,
    refusals: Mutex<Vec<Refusal>>,
    draining: AtomicBool,
    ids: AtomicU64,
    spans: OnceLock<Spans>,
    program: OnceLock<Program>,
    recorder: OnceLock<Recorder>,
    updating: Mutex<Updating>,
    secure: bool,
    started: Timestamp,
}

/// A snapshot that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Refusal {
    /// Name of the file.
    pub(crate) file: String,
    /// Why.
    pub(crate) reason: String,
}

impl App {
    /// An engine with the options of the server; who is known to it, of which keys are enough; and `secure` where the connections are
    /// under TLS.
    pub fn new(
        engine: Engine,
        file: &str,
        options: Options,
        known: impl Into<Known>,
        secure: bool,
    ) -> Result<Self, ServerError> {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(|error| ServerError::Setup(format!("no random bytes: {error}")))?;
        Ok(Self(Arc::new(Inner {
            settings: engine.settings.id(),
            admission: Admission::new(options.workers, options.queue),
            rates: Rates::new(options.rate),
            meter: Meter::new()?,
            pool: Arc::new(Semaphore::new(options.workers.div_ceil(2))),
            streams: Arc::new(Semaphore::new(options.streams)),
            file: Mutex::new(file.to_owned()),
            refusals: Mutex::default(),
            draining: AtomicBool::new(false),
            ids: AtomicU64::new(u64::from_le_bytes(seed)),
            current: Current::new(engine),
            options,
            auth: Auth::new(known.into(), secure)?,
            cases: OnceLock::new(),
            spans: OnceLock::new(),
            program: OnceLock::new(),
            recorder: OnceLock::new(),
            updating: Mutex::default(),
            secure,
            started: Timestamp::now(),
        })))
    }

    /// The engine in use.
    #[must_use]
    pub fn current(&self) -> &Current {
        &self.0.current
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Id of the settings of a query that has none of its own.
    pub(crate) fn settings_id(&self) -> &str {
        &self.0.settings
    }

    /// The keys; none where none are in use.
    #[must_use]
    pub fn keys(&self) -> Option<&Keys> {
        self.0.auth.known.keys.as_ref()
    }

    /// Who is known, and the sessions.
    pub(crate) fn auth(&self) -> &Auth {
        &self.0.auth
    }

    /// The stores of casework; none where the server keeps no cases.
    #[must_use]
    pub fn cases(&self) -> Option<&Cases> {
        self.0.cases.get()
    }

    /// Has the server keep cases; those that it has already stay.
    pub(crate) fn keep_cases(&self, cases: Cases) {
        // Nobody opens them twice.
        let _ = self.0.cases.set(cases);
    }

    pub(crate) fn admission(&self) -> &Admission {
        &self.0.admission
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// Sends a span of every request from now on. Only the first way that is given is taken.
    pub fn trace_to(&self, spans: Spans) {
        let _ = self.0.spans.set(spans);
    }

    /// The way of spans to a collector, where there is one.
    #[must_use]
    pub fn spans(&self) -> Option<&Spans> {
        self.0.spans.get()
    }

    /// Keeps the queries that are screened from now on. Only the first way that is given is taken.
    pub fn record_to(&self, recorder: Recorder) {
        let _ = self.0.recorder.set(recorder);
    }

    /// Where queries are kept; nowhere where they are not.
    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.0.recorder.get()
    }

    /// Has the commands of a program answer what the server does not answer itself. Only the first that is given is taken.
    pub fn answer_with(&self, program: Program) {
        let _ = self.0.program.set(program);
    }

    fn program(&self) -> Result<&Program, Problem> {
        self.0.program.get().ok_or_else(|| {
            let detail = "this server runs without the program whose commands answer this";
            Problem::new(StatusCode::NOT_FOUND, "no_program", "Not found", detail)
        })
    }

    /// Runs a command of the program, as many at a time as there are processors.
    pub(crate) async fn command(&self, job: Job) -> Result<Printed, Problem> {
        let program = self.program()?;
        let _permit = self.0.pool.acquire().await.map_err(|_| Problem::internal())?;
        program.run(job, &self.file(), self.options().work_time).await
    }

    /// Begins to fetch the lists, unless that runs already.
    pub(crate) fn update(&self, job: Job) -> Result<Updating, Problem> {
        let program = self.program()?.clone();
        if program.data.is_none() || program.snapshot.is_some() {
            let detail = "the server was started on one snapshot for good, and has no data folder to update";
            return Err(Problem::new(StatusCode::CONFLICT, "no_data_folder", "Conflict", detail));
        }
        let begun = {
            let mut updating = self.0.updating.lock().unwrap_or_else(PoisonError::into_inner);
            if updating.state == UpdateState::Running {
                return Err(Problem::new(StatusCode::CONFLICT, "conflict", "Conflict", "the lists are being fetched already"));
            }
            *updating = Updating { state: UpdateState::Running, begun: Some(Timestamp::now()), ..Updating::default() };
            updating.clone()
        };
        let app = self.clone();
        tokio::spawn(async move {
            let done = program.run(job, &app.file(), LONGEST_UPDATE).await;
            let mut updating = app.0.updating.lock().unwrap_or_else(PoisonError::into_inner);
            updating.ended = Some(Timestamp::now());
            match done {
                Ok(Printed { json, said, whole }) => {
                    updating.state = if whole { UpdateState::Done } else { UpdateState::Failed };
                    updating.results = serde_json::from_slice(&json).ok();
                    updating.messages = said;
                }
                Err(problem) => {
                    updating.state = UpdateState::Failed;
                    updating.messages = vec![problem.detail];
                }
            }
        });
        Ok(begun)
    }

    /// How fetching the lists goes.
    pub(crate) fn updating(&self) -> Updating {
        self.0.updating.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.0.secure
    }

    pub(crate) fn started(&self) -> Timestamp {
        self.0.started
    }

    /// A number for a request, which no other has had.
    pub(crate) fn next_id(&self) -> u64 {
        // An odd constant spreads the numbers, and each still comes once.
        self.0.ids.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    /// Puts another engine in the place of the one in use; requests that run keep theirs.
    pub fn swap(&self, engine: Engine, file: String) {
        tracing::info!(file, snapshot = engine.snapshot.id(), entities = engine.snapshot.entity_count(), "snapshot in use");
        *self.0.file.lock().unwrap_or_else(PoisonError::into_inner) = file;
        self.0.current.swap(engine);
        self.0.meter.swaps.increment(1);
        if let Some(cases) = self.cases() {
            cases.wake();
        }
    }

    /// Name of the file of the snapshot in use.
    pub(crate) fn file(&self) -> String {
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that a snapshot was refused.
    pub fn refuse(&self, file: String, reason: String) {
        tracing::warn!(file, reason, "snapshot refused; the one in use stays");
        self.0.meter.refused.increment(1);
        let mut refusals = self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.retain(|refusal| refusal.file != file);
        refusals.push(Refusal { file, reason });
    }

    pub(crate) fn forget_refusal(&self, file: &str) {
        self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner).retain(|refusal| refusal.file != file);
    }

    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the server is not ready: it ends what it has begun.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// Does work that takes long on a thread of its own, as many at a time as there are processors.
    pub(crate) async fn heavy<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let permit = Arc::clone(&self.0.pool).acquire_owned().await.map_err(|_| Problem::internal())?;
        // The permit goes with the work, which goes on also when nobody waits for its result any more.
        let done = tokio::task::spawn_blocking(move || (work(), permit)).await;
        done.map(|(result, _)| result).map_err(|error| {
            tracing::error!(%error, "work did not end");
            Problem::internal()
        })
    }

    /// Room for a stream.
    pub(crate) fn stream(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0.streams).try_acquire_owned().map_err(|_| full("as many streams run as the server takes on"))
    }
}

impl FromRef<App> for Current {
    fn from_ref(app: &App) -> Self {
        app.0.current.clone()
    }
}

/// All routes, with nothing before them.
fn routes() -> Router<App> {
    let (api, _) = api::routes().split_for_parts();
    api.merge(api::pages()).merge(yente::router())
}

/// All routes behind the gate.
pub fn router(app: App) -> Router {
    routes()
        .fallback(|| async { Problem::no_route() })
        .layer(middleware::from_fn_with_state(app.clone(), once))
        .layer(CatchPanicLayer::custom(gate::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), gate::gate))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::Body;
    use axum::http::Request;
    use interdict_matching::Settings;
    use interdict_snapshot::{Builder, SourceMeta};
    use tower::ServiceExt;

    use super::*;
    use crate::access::RULES;

    /// The paths of a router, as its text for programmers has them: there is no other way to learn them.
    fn paths(router: &Router<App>) -> Vec<String> {
        let text = format!("{router:?}");
        let table = text.split_once("paths: {").unwrap().1;
        table.split('"').skip(1).step_by(2).take_while(|path| path.starts_with('/')).map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn the_table_has_every_route_and_the_router_every_rule() {
        let mut builder = Builder::new();
        let line = r#"{"id":"x-1","schema":"Person","properties":{"name":["Ada Example"]}}"#;
        builder.add(&interdict_model::entity_from_json(line).unwrap());
        builder.add_source(SourceMeta {
            id: "list".to_owned(),
            format: "ftm".to_owned(),
            issue_date: String::new(),
            sha256: String::new(),
            bytes: 0,
            entities: 1,
            counts: Vec::new(),
        });
        let snapshot = builder.finish().unwrap().open().unwrap();
        let engine = Engine { snapshot, settings: Settings::default() };
        let app = App::new(engine, "", Options::default(), None, false).unwrap();
        let bare = routes();
        let paths = paths(&bare);
        assert!(paths.len() > 20, "{paths:?}");
        let bare = bare.with_state(app);
        let mut routed = BTreeSet::new();
        for path in &paths {
            let asked =
                path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"] {
                let request = Request::builder().method(method).uri(&asked).body(Body::empty()).unwrap();
                let answer = bare.clone().oneshot(request).await.unwrap();
                // What the router itself says of a path that it has not got is empty.
                let none = answer.status() == StatusCode::NOT_FOUND && !answer.headers().contains_key("content-type");
                if !none && answer.status() != StatusCode::METHOD_NOT_ALLOWED {
                    routed.insert((method, nameless(path)));
                }
            }
        }
        let ruled: BTreeSet<_> = RULES.iter().map(|rule| (rule.method, nameless(rule.path))).collect();
        assert_eq!(routed.difference(&ruled).collect::<Vec<_>>(), Vec::<&(&str, String)>::new(), "routes that no rule opens");
        assert_eq!(ruled.difference(&routed).collect::<Vec<_>>(), Vec::<&(&str, String)>::new(), "rules that no route serves");
    }

    fn nameless(path: &str) -> String {
        path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    }
}
