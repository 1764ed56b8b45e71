//! The place of a request at the cases of its tenant: who asks, and the store that it asks. What the store refuses becomes a problem.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use interdict_casework::{By, Error, Kind, Store};
use jiff::Timestamp;

use super::{Cases, Desk, none_kept, whole};
use crate::access::Identity;
use crate::app::App;
use crate::problem::Problem;

/// Seconds after which to try again when the database is away.
const AWAY: u32 = 5;

/// Who asks, and the cases of the tenant.
#[derive(Debug, Clone)]
pub(crate) struct Seat {
    pub(crate) cases: Cases,
    pub(crate) desk: Arc<Desk>,
    pub(crate) who: Arc<Identity>,
}

impl Seat {
    /// The place of an identity.
    pub(crate) async fn of(app: &App, who: Arc<Identity>) -> Result<Self, Problem> {
        let cases = app.cases().ok_or_else(none_kept)?.clone();
        let now = Timestamp::now();
        let desk = cases.desk(&who.tenant, now).await?;
        let admitted = desk.let_in(&who, now).await.map_err(problem)?;
        admitted.map_err(|reason| {
            let detail = format!("this key cannot be used for cases: {reason}");
            Problem::new(StatusCode::FORBIDDEN, "key_refused", "Forbidden", detail)
        })?;
        Ok(Self { cases, desk, who })
    }

    pub(crate) fn store(&self) -> &Store {
        &self.desk.store
    }

    /// Who asks, now.
    pub(crate) fn by(&self) -> By<'_> {
        By::new(&self.who.actor, whole(Timestamp::now()))
    }
}

impl FromRequestParts<App> for Seat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let who = parts.extensions.get::<Arc<Identity>>().cloned().ok_or_else(Problem::internal)?;
        Self::of(app, who).await
    }
}

/// The database is away.
pub(crate) fn unavailable() -> Problem {
    let detail = "the store of the cases is away or busy; nothing was changed";
    let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Unavailable", detail);
    problem.retry_after = Some(AWAY);
    problem
}

/// What the store refused, as clients see it.
#[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped with")]
pub(crate) fn problem(error: Error) -> Problem {
    let of = |status, code, title| Problem::new(status, code, title, error.to_string());
    match error.kind() {
        Kind::NotFound => of(StatusCode::NOT_FOUND, "not_found", "Not found"),
        Kind::Forbidden => {
            let code = match &error {
                Error::FourEyes { .. } => "four_eyes",
                Error::Duties(_) => "duties",
                _ => "forbidden",
            };
            of(StatusCode::FORBIDDEN, code, "Forbidden")
        }
        Kind::Conflict if matches!(error, Error::Database(_)) => {
            let detail = "somebody else was faster";
            Problem::new(StatusCode::CONFLICT, "conflict", "Conflict", detail)
        }
        Kind::Conflict => of(StatusCode::CONFLICT, "conflict", "Conflict"),
        Kind::Invalid => of(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request"),
        Kind::Unavailable => {
            tracing::warn!(%error, "the store of the cases does not answer");
            unavailable()
        }
        Kind::Damaged => {
            tracing::error!(%error, "the store of the cases");
            Problem::internal()
        }
    }
}
