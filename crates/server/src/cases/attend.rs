//! What is done beside the requests: actors follow the keys, a change of the lists is recorded, webhooks are told, old answers are forgotten.

use std::time::Duration;

use interdict_casework::{Against, Error};
use jiff::Timestamp;
use serde_json::json;
use tokio::task::JoinSet;

use super::Cases;
use crate::app::App;

/// How often all is looked at, when nothing happens and nothing else is said.
const OFTEN: Duration = Duration::from_mins(1);
/// How often old answers are forgotten.
const TIDY: Duration = Duration::from_hours(1);

impl App {
    /// Makes the actors of all stores those who have keys, and records a change of the lists.
    pub async fn look_after_cases(&self, now: Timestamp) -> Result<(), String> {
        let Some(cases) = self.cases() else { return Ok(()) };
        let people = self.people(now);
        let mut troubles = Vec::new();
        for person in &people {
            // The store of a tenant that is new.
            if let Err(reason) = cases.opened(&person.tenant, now).await {
                troubles.push(format!("tenant `{}`: {reason}", person.tenant));
            }
        }
        let engine = self.current().get();
        let against = Against::of(&engine.snapshot, &engine.settings);
        for desk in cases.desks().await {
            let looked = async {
                desk.staff_as(&people, now).await?;
                desk.store.note_lists(&against.snapshot, &json!(against.sources), now).await?;
                Ok::<(), Error>(())
            };
            if let Err(error) = looked.await {
                troubles.push(format!("tenant `{}`: {error}", desk.tenant));
            }
        }
        troubles.dedup();
        if troubles.is_empty() { Ok(()) } else { Err(troubles.join("; ")) }
    }
}

impl Cases {
    async fn tidy(&self, now: Timestamp) {
        for desk in self.desks().await {
            if let Err(error) = desk.store.forget_old_requests(now).await {
                tracing::warn!(%error, tenant = desk.tenant, "old answers could not be forgotten");
            }
        }
    }
}

/// Looks after the cases until it is dropped.
pub(crate) async fn attend(app: App) {
    let Some(cases) = app.cases().cloned() else { return };
    let often = if app.options().watch.is_zero() { OFTEN } else { app.options().watch.min(OFTEN) };
    let mut telling = JoinSet::new();
    // What was said last: a trouble that stays is said once.
    let mut said = String::new();
    let mut tidied: Option<std::time::Instant> = None;
    loop {
        let now = Timestamp::now();
        let trouble = app.look_after_cases(now).await.err().unwrap_or_default();
        if trouble != said {
            if trouble.is_empty() {
                tracing::info!("the cases are looked after again");
            } else {
                tracing::warn!(trouble, "the cases cannot be looked after");
            }
            said = trouble;
        }
        if tidied.is_none_or(|tidied| tidied.elapsed() >= TIDY) {
            cases.tidy(now).await;
            tidied = Some(std::time::Instant::now());
        }
        let next = cases.begin_deliveries(&mut telling).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "webhooks cannot be told");
            None
        });
        let due = next.and_then(|next| Duration::try_from(next.duration_since(Timestamp::now())).ok());
        tokio::select! {
            () = cases.0.wake.notified() => {}
            () = tokio::time::sleep(due.map_or(often, |due| due.min(often))) => {}
            Some(_) = telling.join_next() => {}
        }
    }
}
