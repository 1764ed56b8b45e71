//! Lines in, lines out: as many as come, in their order, in little memory. A client that does not read its answers stops being read; a
//! line that is no query becomes a line with an error.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::Extension;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use interdict_matching::Matcher;
use serde_json::{Map, Value as Json};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;

use super::Fields;
use super::screen::manner;
use crate::app::App;
use crate::engine::Engine;
use crate::gate::{next_piece, shallow};
use crate::problem::Problem;
use crate::query::{Fault, Manner, ResultLine};
use crate::record::Recording;

/// Lines, and bytes of them, that are screened together.
const CHUNK_LINES: usize = 64;
const CHUNK_BYTES: usize = 256 << 10;
/// Chunks that are screened or wait to be sent.
const CHUNKS: usize = 4;

/// How a stream is screened.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manners {
    /// Report findings with at least this score, 0 to 1.
    threshold: Option<f64>,
    /// Report at most so many findings a query.
    limit: Option<u32>,
    /// Show how each score is made.
    explain: Option<bool>,
}

/// Screens lines of queries as they come, and answers with a line for each, in their order.
///
/// The lines are those of `interdict screen --format jsonl`. A line that is no query is answered with a line whose `status` is `error`.
#[utoipa::path(
    post,
    path = "/api/v1/screen/stream",
    tag = "screening",
    params(Manners),
    request_body(content = String, content_type = "application/x-ndjson", description = "A query a line."),
    responses((status = 200, body = ResultLine, content_type = "application/x-ndjson", description = "A result a line."))
)]
pub(crate) async fn screen_stream(
    State(app): State<App>,
    recording: Option<Extension<Recording>>,
    Fields(asked): Fields<Manners>,
    request: Request,
) -> Result<Response, Problem> {
    let engine = app.current().get();
    let mut fields = Map::new();
    fields.extend(asked.threshold.map(|threshold| ("threshold".to_owned(), threshold.into())));
    fields.extend(asked.limit.map(|limit| ("limit".to_owned(), limit.into())));
    fields.extend(asked.explain.map(|explain| ("explain".to_owned(), explain.into())));
    let recording = recording.map(|Extension(recording)| recording);
    let manner = Arc::new(Manner { recording, ..manner(&app, &engine, &mut fields, false)? });
    let room = app.stream()?;
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let whole = Arc::new(AtomicBool::new(false));
    let answer = Answer { receiver, waiting: None, whole: Arc::clone(&whole) };
    let reader = Reader { app, engine, manner, sender, whole, lines: Vec::new(), bytes: 0, next: 1 };
    tokio::spawn(reader.run(Box::pin(request.into_body()), room));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::new(answer)).into_response())
}

/// A line of the stream, or that it was longer than lines may be.
type Line = Option<Vec<u8>>;

struct Reader {
    app: App,
    engine: Arc<Engine>,
    manner: Arc<Manner>,
    sender: mpsc::Sender<JoinHandle<Result<Bytes, Problem>>>,
    /// Whether every line that came has its place in the answer.
    whole: Arc<AtomicBool>,
    lines: Vec<(u64, Line)>,
    bytes: usize,
    next: u64,
}

impl Reader {
    /// Reads the body to its end, or until nobody reads the answer.
    async fn run(mut self, mut body: Pin<Box<Body>>, _room: OwnedSemaphorePermit) {
        let most = self.app.options().body;
        let wait = self.app.options().body_time;
        let (mut begun, mut too_long) = (Vec::new(), false);
        loop {
            // What is there already is screened together; nothing waits for more to come.
            let piece = match tokio::time::timeout(wait, next_piece(&mut body)).await {
                Ok(Some(Ok(piece))) => piece,
                Ok(None) => break,
                Ok(Some(Err(_))) | Err(_) => {
                    // The client has gone, or sends nothing.
                    self.flush().await;
                    return;
                }
            };
            let mut rest = &piece[..];
            while let Some(at) = rest.iter().position(|byte| *byte == b'\n') {
                begun.extend_from_slice(&rest[..at]);
                rest = &rest[at + 1..];
                let whole = std::mem::take(&mut begun);
                let long = std::mem::take(&mut too_long) || whole.len() > most;
                if !self.push(if long { None } else { Some(whole) }).await {
                    return;
                }
            }
            begun.extend_from_slice(rest);
            if begun.len() > most {
                too_long = true;
                begun = Vec::new();
            }
            if !self.flush().await {
                return;
            }
        }
        if (too_long || !begun.is_empty()) && !self.push(if too_long { None } else { Some(begun) }).await {
            return;
        }
        if self.flush().await {
            self.whole.store(true, Ordering::Release);
        }
    }

    async fn push(&mut self, line: Line) -> bool {
        let number = self.next;
        self.next += 1;
        if line.as_ref().is_some_and(|line| line.iter().all(u8::is_ascii_whitespace)) {
            return true;
        }
        self.bytes += line.as_ref().map_or(0, Vec::len);
        self.lines.push((number, line));
        if self.lines.len() < CHUNK_LINES && self.bytes < CHUNK_BYTES { true } else { self.flush().await }
    }

    /// Has the lines screened; whether somebody still reads the answer.
    async fn flush(&mut self) -> bool {
        if self.lines.is_empty() {
            return true;
        }
        self.bytes = 0;
        let lines = std::mem::take(&mut self.lines);
        let (app, engine, manner) = (self.app.clone(), Arc::clone(&self.engine), Arc::clone(&self.manner));
        // Room first: work is begun only when its result has a place.
        let Ok(Ok(place)) = tokio::time::timeout(self.app.options().body_time, self.sender.reserve()).await else {
            return false;
        };
        place.send(tokio::spawn(async move {
            let pool = app.clone();
            pool.heavy(move || chunk(&app, &engine, &manner, lines)).await
        }));
        true
    }
}

fn chunk(app: &App, engine: &Engine, manner: &Manner, lines: Vec<(u64, Line)>) -> Bytes {
    let matcher = Matcher::new(&engine.snapshot, manner.settings.clone()).explaining(manner.explain);
    let mut out = Vec::new();
    for (number, line) in lines {
        let otherwise = || format!("line-{number}");
        let fault = |fault: &Fault| ResultLine::none(engine, manner, otherwise(), fault);
        let result = match line {
            None => fault(&Fault::whole(format!("the line has more than {} bytes", app.options().body))),
            Some(line) => match shallow(&line, app.options().depth) {
                Err(problem) => fault(&Fault::whole(problem.detail)),
                Ok(()) => match serde_json::from_slice::<Json>(&line) {
                    Ok(json) => ResultLine::screen(app, engine, &matcher, manner, json, otherwise),
                    Err(error) => {
                        let reason = error.to_string();
                        let reason = reason.split(" at line ").next().unwrap_or_default();
                        fault(&Fault::whole(format!("not JSON: {reason} at byte {} of the line", error.column())))
                    }
                },
            },
        };
        // Writing to memory does not fail, nor does a structure of texts and numbers.
        let _ = serde_json::to_writer(&mut out, &result.at_line(number));
        out.push(b'\n');
    }
    out.into()
}

/// The answer: chunks in their order, each when it is done. It ends as an answer does when every line has been answered; else it breaks
/// off, so that nobody takes a part of it for the whole.
struct Answer {
    receiver: mpsc::Receiver<JoinHandle<Result<Bytes, Problem>>>,
    waiting: Option<JoinHandle<Result<Bytes, Problem>>>,
    whole: Arc<AtomicBool>,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.waiting.is_none() {
            self.waiting = ready!(self.receiver.poll_recv(context));
        }
        let Some(waiting) = &mut self.waiting else {
            let whole = self.whole.load(Ordering::Acquire);
            return Poll::Ready((!whole).then(|| Err(std::io::Error::other("the stream broke off"))));
        };
        let done = ready!(Pin::new(waiting).poll(context));
        self.waiting = None;
        let chunk =
            done.map_err(std::io::Error::other).and_then(|done| done.map_err(|problem| std::io::Error::other(problem.title)));
        Poll::Ready(Some(chunk.map(Frame::data)))
    }
}
