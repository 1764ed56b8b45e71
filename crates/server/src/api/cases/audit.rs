//! The audit: what was done to something, all of it as a file, signatures over it, and the check of the store against it.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::mpsc as blocking;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use interdict_casework::{Action, By, Error};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::super::{Fields, ProblemDetails, invalid, small};
use super::{limited, shapes};
use crate::app::App;
use crate::cases::{Seat, problem};
use crate::problem::Problem;

/// Bytes of an export that are sent together.
const PIECE: usize = 64 << 10;
/// Pieces that are written ahead of whoever reads them.
const AHEAD: usize = 8;

/// Of what the history is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct About {
    /// Id of an alert, a customer, a screening or an actor.
    subject: String,
    /// Members to pass over.
    offset: Option<usize>,
    /// Members to give, 1 to 1000.
    limit: Option<u32>,
}

/// Lists what was done to something, oldest first; reading it is recorded.
#[utoipa::path(get, operation_id = "audit_history", path = "/api/v1/audit/history", tag = "audit", params(About), responses((status = 200, body = shapes::History)))]
pub(crate) async fn history(seat: Seat, Fields(asked): Fields<About>) -> Result<Response, Problem> {
    let (limit, offset) = (limited(asked.limit)?, asked.offset.unwrap_or_default());
    if asked.subject.is_empty() {
        return Err(invalid("subject: must not be empty"));
    }
    let entries = seat.store().history(seat.by(), &asked.subject).await.map_err(problem)?;
    let total = entries.len();
    let end = offset.saturating_add(limit);
    // Lines of an export are JSON by their making.
    let page = entries.iter().skip(offset).take(limit);
    let entries: Vec<Value> = page.map(|entry| serde_json::from_str(&entry.line()).unwrap_or_default()).collect();
    Ok(small(StatusCode::OK, json!({"entries": entries, "total": total, "next": (end < total).then_some(end)})))
}

/// Gives the whole audit as JSON lines, which `interdict verify` checks without the server; that it was exported is recorded.
#[utoipa::path(
    get,
    operation_id = "audit_export",
    path = "/api/v1/audit/export",
    tag = "audit",
    responses((status = 200, body = String, content_type = "application/x-ndjson"))
)]
pub(crate) async fn export(State(app): State<App>, seat: Seat) -> Result<Response, Problem> {
    let room = app.stream()?;
    let (sender, mut pieces) = mpsc::unbounded_channel();
    let (credit, credits) = blocking::sync_channel(AHEAD);
    let mut out = Pieces { held: Vec::with_capacity(PIECE), sender, credit };
    let runtime = tokio::runtime::Handle::current();
    // The store writes where writing may wait: for whoever reads.
    let writing = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let by = By::new(&seat.who.actor, Timestamp::now());
            seat.store().export_audit(by, seat.cases.audit_key(), &mut out).await
        })
    });
    // What is refused is refused before the first line.
    let Some(first) = pieces.recv().await else {
        let ended = writing.await.map_err(|error| {
            tracing::error!(%error, "an export did not end");
            Problem::internal()
        })?;
        ended.map_err(problem)?;
        return Err(Problem::internal());
    };
    let body = Body::new(Export { first: Some(first), pieces, credits, writing: Some(writing), _room: room });
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = HeaderValue::from_static("attachment; filename=\"audit.jsonl\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Takes what is written, and sends it on piece by piece; waits while too many are not read.
struct Pieces {
    held: Vec<u8>,
    sender: mpsc::UnboundedSender<Bytes>,
    credit: blocking::SyncSender<()>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let gone = || io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads the export any more");
        if !self.held.is_empty() {
            self.credit.send(()).map_err(|_| gone())?;
            let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE));
            self.sender.send(piece.into()).map_err(|_| gone())?;
        }
        Ok(())
    }
}

/// The pieces as a body. One that ends in the middle ends with an error, by which it is known that it is not whole.
struct Export {
    first: Option<Bytes>,
    pieces: mpsc::UnboundedReceiver<Bytes>,
    credits: blocking::Receiver<()>,
    writing: Option<tokio::task::JoinHandle<Result<u64, Error>>>,
    _room: OwnedSemaphorePermit,
}

impl HttpBody for Export {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let piece = match self.first.take() {
            Some(first) => Some(first),
            None => ready!(self.pieces.poll_recv(context)),
        };
        if let Some(piece) = piece {
            // One was sent for it before.
            let _ = self.credits.try_recv();
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        let Some(writing) = &mut self.writing else { return Poll::Ready(None) };
        let ended = ready!(Pin::new(writing).poll(context));
        self.writing = None;
        match ended {
            Ok(Ok(_)) => Poll::Ready(None),
            Ok(Err(error)) => {
                tracing::warn!(%error, "an export broke off");
                Poll::Ready(Some(Err(io::Error::other("the export broke off"))))
            }
            Err(error) => Poll::Ready(Some(Err(io::Error::other(error)))),
        }
    }
}

/// Signs all rows of the audit until now, with the key that the server was given.
#[utoipa::path(
    post,
    operation_id = "audit_checkpoint",
    path = "/api/v1/audit/checkpoint",
    tag = "audit",
    responses((status = 200, body = shapes::Checkpoint), (status = 409, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn checkpoint(seat: Seat) -> Result<Response, Problem> {
    let Some(key) = seat.cases.audit_key() else {
        let detail = "this server has no key to sign with: it was started without `--audit-key`";
        return Err(Problem::new(StatusCode::CONFLICT, "no_audit_key", "No key", detail));
    };
    let checkpoint = seat.store().checkpoint(seat.by(), key).await.map_err(problem)?;
    Ok(small(StatusCode::OK, checkpoint))
}

/// Compares the whole store with its audit.
#[utoipa::path(get, operation_id = "audit_verify", path = "/api/v1/audit/verify", tag = "audit", responses((status = 200, body = shapes::Report)))]
pub(crate) async fn verify(seat: Seat) -> Result<Response, Problem> {
    let actor = seat.store().actor(&seat.who.actor).await.map_err(problem)?;
    if !actor.active || !actor.roles.permit(Action::ReadAudit) {
        return Err(problem(Error::Forbidden { actor: actor.id, action: Action::ReadAudit.word() }));
    }
    let key = seat.cases.audit_key().map(interdict_casework::SigningKey::verifying);
    let mut report = seat.store().verify(key.as_ref(), &[]).await.map_err(problem)?;
    if key.is_some() && report.checkpoints == 0 {
        // Nothing was signed yet, which is no trouble of the store.
        report = seat.store().verify(None, &[]).await.map_err(problem)?;
    }
    Ok(small(StatusCode::OK, report))
}
