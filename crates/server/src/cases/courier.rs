//! Webhooks are told what happened: rows of the audit, in their order, each at least once. How far each has got is in the store; a webhook that does
//! not take something is tried again later and later, and given up after three days.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use interdict_casework::{Delivery, Entry, Error, Kept};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Cases, Desk, whole};

/// What webhooks are kept as.
pub(crate) const KIND: &str = "webhook";
/// Events, and the action of the audit that each is.
pub(crate) const EVENTS: [(&str, &str); 5] = [
    ("alert.opened", "alert.opened"),
    ("alert.reopened", "alert.reopened"),
    ("alert.refreshed", "alert.refreshed"),
    ("decision.made", "decision.approved"),
    ("list.changed", "lists.changed"),
];
/// The pause after the first failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_hours(6);
/// How long a webhook is tried before it is given up.
const GIVEN_UP: Duration = Duration::from_hours(72);
/// Rows of other events after which it is kept that they were passed.
const PASSED: i64 = 1000;

/// A webhook, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) description: String,
    pub(crate) secret: String,
}

impl Webhook {
    pub(crate) fn read(kept: &Kept) -> Option<Self> {
        serde_json::from_value(kept.body.clone()).ok()
    }

    fn actions(&self) -> Vec<&'static str> {
        EVENTS.iter().filter(|(event, _)| self.events.iter().any(|own| own == event)).map(|(_, action)| *action).collect()
    }
}

/// What a webhook is told of a row of the audit.
fn body(entry: &Entry, tenant: &str) -> String {
    let event = EVENTS.iter().find(|(_, action)| *action == entry.action).map_or("", |(event, _)| event);
    let data: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
    let at = entry.time().map(|time| time.to_string());
    let body = json!({
        "id": format!("evt-{}", entry.seq), "event": event, "at": at, "tenant": tenant, "subject": entry.subject, "actor": entry.actor,
        "data": data,
    });
    body.to_string()
}

/// What is sent to try a webhook.
pub(crate) fn trial(tenant: &str, now: Timestamp) -> String {
    json!({"id": "evt-test", "event": "test", "at": now.to_string(), "tenant": tenant, "data": {}}).to_string()
}

/// The pause after so many failures, up to a fifth shorter or longer, by a number between 0 and 255.
fn pause(failures: u32, chance: u8) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST_PAUSE);
    doubled.mul_f64(0.8 + 0.4 * f64::from(chance) / 255.0)
}

fn later(time: Timestamp, pause: Duration) -> Timestamp {
    whole(time.saturating_add(pause).unwrap_or(Timestamp::MAX))
}

fn chance() -> u8 {
    let mut byte = [128];
    // Without random bytes all wait the same.
    let _ = getrandom::fill(&mut byte);
    byte[0]
}

/// The time of a round: that of the clock, unless it is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock(Option<Timestamp>);

impl Clock {
    fn now(self) -> Timestamp {
        self.0.unwrap_or_else(Timestamp::now)
    }
}

/// A webhook is told of one thing at a time.
struct Busy {
    desk: Arc<Desk>,
    id: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.desk.busy().remove(&self.id);
    }
}

impl Cases {
    /// Tells all webhooks what there is to tell, as if it were `now`, and waits for their answers. Gives when something is to be tried again.
    pub async fn deliver(&self, now: Timestamp) -> Result<Option<Timestamp>, String> {
        let mut telling = JoinSet::new();
        let mut next = self.round(Clock(Some(now)), &mut telling).await.map_err(|error| error.to_string())?;
        while let Some(told) = telling.join_next().await {
            let again = told.map_err(|error| error.to_string())?;
            next = [next, again].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Begins to tell the webhooks that are due; gives when the first of the others is.
    pub(super) async fn begin_deliveries(&self, telling: &mut JoinSet<Option<Timestamp>>) -> Result<Option<Timestamp>, Error> {
        self.round(Clock(None), telling).await
    }

    async fn round(&self, clock: Clock, telling: &mut JoinSet<Option<Timestamp>>) -> Result<Option<Timestamp>, Error> {
        let mut next: Option<Timestamp> = None;
        for desk in self.desks().await {
            let kept = desk.store.kept(KIND).await?;
            let mut held: BTreeMap<String, Delivery> = BTreeMap::new();
            for delivery in desk.store.deliveries().await? {
                if kept.iter().any(|kept| kept.id == delivery.webhook) {
                    held.insert(delivery.webhook.clone(), delivery);
                } else {
                    desk.store.forget_delivery(&delivery.webhook).await?;
                }
            }
            for kept in kept {
                let Some(webhook) = Webhook::read(&kept) else { continue };
                let delivery = match held.remove(&kept.id) {
                    Some(delivery) => delivery,
                    None => {
                        // It was kept, and the server ended before its place was.
                        let delivery = Delivery::after(&kept.id, desk.store.last_entry().await?);
                        desk.store.save_delivery(&delivery).await?;
                        delivery
                    }
                };
                if delivery.disabled {
                    continue;
                }
                if let Some(due) = delivery.next_at.filter(|due| clock.now() < *due) {
                    next = Some(next.map_or(due, |next| next.min(due)));
                    continue;
                }
                if desk.busy().insert(kept.id.clone()) {
                    let busy = Busy { desk: Arc::clone(&desk), id: kept.id };
                    telling.spawn(tell(self.clone(), busy, webhook, clock));
                }
            }
        }
        Ok(next)
    }
}

/// Tells a webhook what there is, until nothing is left or something fails; gives when to try again.
async fn tell(cases: Cases, busy: Busy, webhook: Webhook, clock: Clock) -> Option<Timestamp> {
    match told(&cases, &busy, &webhook, clock).await {
        Ok(next) => next,
        Err(error) => {
            tracing::warn!(webhook = busy.id, %error, "a webhook could not be served");
            Some(later(clock.now(), FIRST_PAUSE))
        }
    }
}

async fn told(cases: &Cases, busy: &Busy, webhook: &Webhook, clock: Clock) -> Result<Option<Timestamp>, Error> {
    let Busy { desk, id } = busy;
    let actions = webhook.actions();
    // Read now that nobody else tells it anything.
    let held = desk.store.deliveries().await?.into_iter().find(|delivery| delivery.webhook == *id);
    let Some(mut delivery) = held.filter(|held| !held.disabled && held.next_at.is_none_or(|due| due <= clock.now())) else {
        return Ok(None);
    };
    loop {
        let (entries, looked) = desk.store.entries_after(delivery.seq, &actions).await?;
        if entries.is_empty() {
            if looked - delivery.seq >= PASSED {
                delivery.seq = looked;
                desk.store.save_delivery(&delivery).await?;
            }
            return Ok(None);
        }
        for entry in entries {
            let begun = clock.now();
            let sent = cases.caller().post(&webhook.url, &webhook.secret, begun.as_second(), body(&entry, &desk.tenant)).await;
            // Its owner may have taken it away meanwhile.
            if !desk.store.kept(KIND).await?.iter().any(|kept| kept.id == delivery.webhook) {
                return Ok(None);
            }
            match sent {
                Ok(()) => {
                    delivery = Delivery { delivered_at: Some(begun), ..Delivery::after(&delivery.webhook, entry.seq) };
                    desk.store.save_delivery(&delivery).await?;
                }
                Err(trouble) => {
                    failed(&mut delivery, trouble, begun, clock.now());
                    desk.store.save_delivery(&delivery).await?;
                    return Ok(delivery.next_at);
                }
            }
        }
    }
}

/// Notes that an attempt failed.
fn failed(delivery: &mut Delivery, trouble: String, begun: Timestamp, now: Timestamp) {
    delivery.failures = delivery.failures.saturating_add(1);
    let since = *delivery.failing_since.get_or_insert(begun);
    delivery.trouble = trouble;
    if later(since, GIVEN_UP) <= now {
        delivery.disabled = true;
        delivery.next_at = None;
        tracing::warn!(
            webhook = delivery.webhook,
            trouble = delivery.trouble,
            "a webhook is given up: it took nothing for three days"
        );
    } else {
        delivery.next_at = Some(later(now, pause(delivery.failures, chance())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_six_hours() {
        let seconds = |failures, chance| pause(failures, chance).as_secs();
        assert_eq!([1, 2, 3, 4].map(|failures| seconds(failures, 0)), [8, 16, 32, 64]);
        assert_eq!([1, 2, 3].map(|failures| seconds(failures, 255)), [12, 24, 48]);
        assert_eq!(seconds(u32::MAX, 0), 17_280);
        assert_eq!(seconds(12, 255), 25_920 * 20_480 / 21_600);
    }

    #[test]
    fn after_three_days_a_webhook_is_given_up() {
        let at = |hours: i64| Timestamp::from_second(1_800_000_000 + hours * 3600).unwrap();
        let mut delivery = Delivery::after("w", 3);
        failed(&mut delivery, "status 500".to_owned(), at(0), at(0));
        assert!(!delivery.disabled && delivery.next_at.unwrap() > at(0));
        failed(&mut delivery, "status 500".to_owned(), at(71), at(71));
        assert_eq!((delivery.failures, delivery.disabled, delivery.failing_since), (2, false, Some(at(0))));
        failed(&mut delivery, "status 502".to_owned(), at(72), at(72));
        assert_eq!((delivery.disabled, delivery.next_at, delivery.trouble.as_str()), (true, None, "status 502"));
    }
}
