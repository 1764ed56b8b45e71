//! Traces: which request of which caller a request belongs to, by W3C Trace Context, and spans for a collector of OpenTelemetry by
//! OTLP over HTTP in JSON. What cannot be sent in time is dropped and counted; no request waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use ureq::Agent;

use crate::app::App;
use crate::error::ServerError;

const PARENT: HeaderName = HeaderName::from_static("traceparent");
/// The header of the answer, by level 2 of Trace Context.
pub(crate) const RESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// Which trace a request belongs to, and which part of it it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace {
    id: u128,
    span: u64,
    parent: Option<u64>,
    sampled: bool,
}

impl Trace {
    /// That of the caller, where he names one, else a new one.
    pub(crate) fn of(app: &App, headers: &HeaderMap) -> Self {
        let mut given = headers.get_all(PARENT).iter();
        let parent = match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
            (Some(text), None) => parsed(text),
            // Two of them name none.
            _ => None,
        };
        let span = app.next_id().max(1);
        match parent {
            Some((id, parent, sampled)) => Self { id, span, parent: Some(parent), sampled },
            None => Self { id: u128::from(app.next_id().max(1)) << 64 | u128::from(span), span, parent: None, sampled: true },
        }
    }

    /// The id of the trace.
    pub(crate) fn id(&self) -> String {
        format!("{:032x}", self.id)
    }

    /// What the answer says of it.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&format!("00-{:032x}-{:016x}-{:02x}", self.id, self.span, u8::from(self.sampled))).ok()
    }

    /// The request as a span, where somebody takes it.
    pub(crate) fn span(&self, method: &Method, route: &str, status: u16, began: SystemTime, took: Duration) -> Option<Span> {
        let span = Span {
            trace: *self,
            method: method.as_str().to_owned(),
            route: route.to_owned(),
            status,
            began: began.duration_since(UNIX_EPOCH).unwrap_or_default(),
            took,
        };
        self.sampled.then_some(span)
    }
}

/// The ids of the caller in a `traceparent`: version, trace, span, flags.
fn parsed(text: &str) -> Option<(u128, u64, bool)> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let fits =
        [(version, 2), (trace, 32), (span, 16), (flags, 2)].iter().all(|(part, length)| part.len() == *length && is_hex(part));
    // Later versions may say more; this one does not.
    if !fits || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let (trace, span) = (u128::from_str_radix(trace, 16).ok()?, u64::from_str_radix(span, 16).ok()?);
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (trace != 0 && span != 0).then_some((trace, span, flags & 1 == 1))
}

/// A request that was answered. What it asked for is not in it.
#[derive(Debug)]
pub(crate) struct Span {
    trace: Trace,
    method: String,
    route: String,
    status: u16,
    began: Duration,
    took: Duration,
}

impl Span {
    fn json(&self) -> Value {
        let nanoseconds = |time: Duration| time.as_nanos().to_string();
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let mut span = json!({
            "traceId": self.trace.id(),
            "spanId": format!("{:016x}", self.trace.span),
            "name": format!("{} {}", self.method, self.route),
            // A server's.
            "kind": 2,
            "startTimeUnixNano": nanoseconds(self.began),
            "endTimeUnixNano": nanoseconds(self.began + self.took),
            "attributes": [
                text("http.request.method", &self.method),
                text("http.route", &self.route),
                {"key": "http.response.status_code", "value": {"intValue": self.status.to_string()}},
            ],
            // Only what the server did wrong is an error of the server.
            "status": if self.status >= 500 { json!({"code": 2}) } else { json!({}) },
        });
        if let (Some(parent), Some(members)) = (self.trace.parent, span.as_object_mut()) {
            members.insert("parentSpanId".to_owned(), json!(format!("{parent:016x}")));
        }
        span
    }
}

fn batch(spans: &[Span]) -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let attributes = [text("service.name", "interdict"), text("service.version", env!("CARGO_PKG_VERSION"))];
    let spans: Vec<Value> = spans.iter().map(Span::json).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes},
        "scopeSpans": [{"scope": {"name": "interdict"}, "spans": spans}],
    }]})
}

/// Where spans go, and how many at a time.
#[derive(Debug, Clone)]
pub struct SpansOptions {
    /// Address of the collector; without a path, `/v1/traces` is added.
    pub endpoint: String,
    /// Spans that wait to be sent; one more is dropped.
    pub queue: usize,
    /// Spans that are sent at once.
    pub batch: usize,
    /// Time after which those that wait are sent, however few.
    pub every: Duration,
    /// Time in which the collector must answer.
    pub patience: Duration,
}

impl Default for SpansOptions {
    fn default() -> Self {
        Self {
            endpoint: "http://127.0.0.1:4318".to_owned(),
            queue: 4096,
            batch: 512,
            every: Duration::from_secs(2),
            patience: Duration::from_secs(5),
        }
    }
}

/// The way to a collector, on a thread of its own.
pub struct Spans {
    sender: SyncSender<Option<Span>>,
    counts: Arc<Counts>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    dropped: AtomicU64,
    ending: AtomicBool,
}

impl std::fmt::Debug for Spans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spans").field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Spans {
    /// Begins to send spans to a collector, whether it is there or not.
    pub fn start(options: SpansOptions) -> Result<Self, ServerError> {
        let refused =
            || ServerError::Setup("the collector's address must begin with http:// or https://, without a password".to_owned());
        let address: ureq::http::Uri = options.endpoint.parse().map_err(|_| refused())?;
        if !matches!(address.scheme_str(), Some("http" | "https"))
            || address.authority().is_none_or(|host| host.as_str().contains('@'))
        {
            return Err(refused());
        }
        let address = match address.path() {
            "" | "/" => format!("{}/v1/traces", options.endpoint.trim_end_matches('/')),
            _ => options.endpoint.clone(),
        };
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(options.patience))
            .build()
            .new_agent();
        let (sender, receiver) = sync_channel(options.queue);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let work = move || send(&agent, &address, &receiver, &options, &counted);
        let worker = std::thread::Builder::new().name("spans".to_owned()).spawn(work);
        let worker = worker.map_err(|error| ServerError::Setup(error.to_string()))?;
        Ok(Self { sender, counts, worker: Mutex::new(Some(worker)) })
    }

    /// Sends a span when there is room; drops it when there is none.
    pub(crate) fn put(&self, span: Span) {
        if self.sender.try_send(Some(span)).is_err() {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Spans that were dropped, or that the collector did not take.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }

    /// Spans that the collector took.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.counts.sent.load(Ordering::Relaxed)
    }
}

impl Spans {
    /// Sends what waits, as long as the collector takes it, and ends.
    pub fn end(&self) {
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            self.counts.ending.store(true, Ordering::Relaxed);
            // It wakes the thread. When there is no room for it, the thread is awake.
            let _ = self.sender.try_send(None);
            let _ = worker.join();
        }
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        self.end();
    }
}

fn send(agent: &Agent, address: &str, receiver: &Receiver<Option<Span>>, options: &SpansOptions, counts: &Counts) {
    let (mut waiting, mut down) = (Vec::new(), false);
    loop {
        let ending = counts.ending.load(Ordering::Relaxed);
        if ending && down {
            // Nobody waits for an end that a collector which is not there would put off batch by batch.
            let rest = receiver.try_iter().flatten().count();
            counts.dropped.fetch_add(rest as u64, Ordering::Relaxed);
            return;
        }
        let end = Instant::now() + if ending { Duration::ZERO } else { options.every };
        while waiting.len() < options.batch {
            match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Some(span)) => waiting.push(span),
                Ok(None) | Err(_) => break,
            }
        }
        if waiting.is_empty() {
            if ending {
                return;
            }
            continue;
        }
        let sent = deliver(agent, address, &waiting);
        let count = if sent.is_ok() { &counts.sent } else { &counts.dropped };
        count.fetch_add(waiting.len() as u64, Ordering::Relaxed);
        waiting.clear();
        let was_down = std::mem::replace(&mut down, sent.is_err());
        match sent {
            Ok(()) if was_down => tracing::info!("the collector of traces takes spans again"),
            Err(reason) if !was_down => tracing::warn!(reason, "the collector of traces takes no spans; they are dropped"),
            _ => {}
        }
    }
}

fn deliver(agent: &Agent, address: &str, spans: &[Span]) -> Result<(), String> {
    let body = batch(spans).to_string();
    let answer = agent.post(address).content_type("application/json").send(&body).map_err(|error| error.to_string())?;
    match answer.status().as_u16() {
        200..=299 => Ok(()),
        status => Err(format!("it answers with status {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parents_are_continued() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let ids = (0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, 0x00f0_67aa_0ba9_02b7);
        assert_eq!(parsed(&format!("00-{trace}-{span}-01")), Some((ids.0, ids.1, true)));
        assert_eq!(parsed(&format!("00-{trace}-{span}-00")), Some((ids.0, ids.1, false)));
        assert_eq!(parsed(&format!("cc-{trace}-{span}-03-what-comes-later")), Some((ids.0, ids.1, true)));
        for wrong in [
            String::new(),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{trace}-{span}-1"),
            format!("00-+{}-{span}-01", &trace[1..]),
            format!("00-{trace}\u{e9}-{span}-01"),
        ] {
            assert_eq!(parsed(&wrong), None, "{wrong}");
        }
    }
}
