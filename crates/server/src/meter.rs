//! Figures of the server in the form of Prometheus. What a request costs here is two additions: all counters are made beforehand.

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::access::RULES;
use crate::error::ServerError;

/// Upper bounds of the classes of durations, in seconds.
const BUCKETS: [f64; 12] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];
const CLASSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// The figures.
pub(crate) struct Meter {
    handle: PrometheusHandle,
    requests: Vec<[Counter; 4]>,
    seconds: Vec<Histogram>,
    inside: Gauge,
    memory: Gauge,
    entities: Gauge,
    /// Queries that were screened.
    pub(crate) screened: Counter,
    /// Requests turned away because the server was full.
    pub(crate) turned_away: Counter,
    /// Snapshots that took the place of another.
    pub(crate) swaps: Counter,
    /// Snapshots that were refused.
    pub(crate) refused: Counter,
    /// Spans that no collector took.
    pub(crate) spans_dropped: Counter,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meter").finish_non_exhaustive()
    }
}

impl Meter {
    pub(crate) fn new() -> Result<Self, ServerError> {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).map_err(|error| ServerError::Setup(error.to_string()))?;
        let recorder = builder.build_recorder();
        let metadata = Metadata::new("interdict", Level::INFO, None);
        let counter = |name: &'static str| recorder.register_counter(&Key::from_name(name), &metadata);
        let gauge = |name: &'static str| recorder.register_gauge(&Key::from_name(name), &metadata);
        let routes: Vec<String> =
            RULES.iter().map(|rule| format!("{} {}", rule.method, rule.path)).chain(["none".to_owned()]).collect();
        let requests = routes.iter().map(|route| {
            CLASSES.map(|class| {
                let labels = vec![Label::new("route", route.clone()), Label::new("status", class)];
                recorder.register_counter(&Key::from_parts("interdict_http_requests_total", labels), &metadata)
            })
        });
        let seconds = routes.iter().map(|route| {
            let labels = vec![Label::new("route", route.clone())];
            recorder.register_histogram(&Key::from_parts("interdict_http_request_seconds", labels), &metadata)
        });
        Ok(Self {
            requests: requests.collect(),
            seconds: seconds.collect(),
            inside: gauge("interdict_requests_inside"),
            memory: gauge("process_resident_memory_bytes"),
            entities: gauge("interdict_snapshot_entities"),
            screened: counter("interdict_screened_total"),
            turned_away: counter("interdict_turned_away_total"),
            swaps: counter("interdict_snapshot_swaps_total"),
            refused: counter("interdict_snapshot_refused_total"),
            spans_dropped: counter("interdict_spans_dropped_total"),
            handle: recorder.handle(),
        })
    }

    /// Counts an answered request of a route.
    pub(crate) fn answered(&self, rule: Option<usize>, status: u16, took: Duration) {
        let at = rule.unwrap_or(RULES.len());
        let class = usize::from(status / 100).saturating_sub(2).min(CLASSES.len() - 1);
        if let Some(counters) = self.requests.get(at) {
            counters[class].increment(1);
        }
        if let Some(seconds) = self.seconds.get(at) {
            seconds.record(took.as_secs_f64());
        }
    }

    /// Sorts what was recorded into its classes, which is put off until somebody asks or some time has passed.
    pub(crate) fn tidy(&self) {
        self.handle.run_upkeep();
    }

    /// The figures as text.
    pub(crate) fn render(&self, inside: usize, entities: u32) -> String {
        self.inside.set(inside as f64);
        self.entities.set(f64::from(entities));
        if let Some(bytes) = resident_bytes() {
            self.memory.set(bytes as f64);
        }
        self.tidy();
        self.handle.render()
    }
}

/// Memory of the process, where the system tells.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}
