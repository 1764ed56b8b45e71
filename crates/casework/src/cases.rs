//! Alerts and the work on them: a hit goes in; it is suppressed by a whitelisting, known already, or becomes an alert with a queue, a priority and
//! a day when it is due. Notes, attachments and links are of an alert.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::actors::{Action, Actor};
use crate::alerts::{Disposition, Event, Priority, State, transition};
use crate::calendar;
use crate::canonical::sha256;
use crate::customers::{BATCH, Customer, caption_of, id_of};
use crate::database::Cell;
use crate::decisions::{Proposal, Review};
use crate::error::{Error, invalid, not_found, plain, text};
use crate::record::record;
use crate::store::{By, Store, Writing, select};
use crate::whitelist::{Standing, active, end};

/// The queue of alerts for which none is named.
pub const QUEUE: &str = "screening";
/// The longest attachment, in bytes.
pub const LONGEST_ATTACHMENT: usize = 32 << 20;
/// The longest note or reason, in bytes.
pub(crate) const LONGEST_TEXT: usize = 20_000;
const LONGEST_EXPLANATION: usize = 4 << 20;

record! {
    /// A customer and a listed party that may be one.
    Alert in "alert" by (id) {
        /// Its id.
        id: String,
        /// The customer.
        customer: String,
        /// Id of the listed party.
        entity: String,
        /// Name of the listed party.
        caption: String,
        /// What was found last.
        finding: String,
        /// Its score, in millionths.
        score_ppm: i64,
        /// Where it stands.
        state: State,
        /// Whether it was handed up since it was opened.
        escalated: bool,
        /// What the last approved decision found.
        disposition: Option<Disposition>,
        /// The approved proposal that closed it.
        decision: Option<String>,
        /// The queue that it is in.
        queue: String,
        /// How urgent it is.
        priority: Priority,
        /// Who has it.
        assignee: Option<String>,
        /// Why it was opened, or opened again.
        because: String,
        /// The last day to decide, ISO 8601.
        due_on: String,
        /// When it was opened, or opened again.
        #[serde(with = "crate::record::time")]
        opened_at: Timestamp,
        /// When something was last done to it.
        #[serde(with = "crate::record::time")]
        updated_at: Timestamp,
        /// When it was closed.
        #[serde(with = "crate::record::time::option")]
        closed_at: Option<Timestamp>,
    }
}

record! {
    /// What a screening found of a pair: enough to run it again.
    Finding in "finding" by (id) {
        /// Its id.
        id: String,
        /// The alert.
        alert: String,
        /// Facts of the customer.
        customer_hash: String,
        /// Facts of the listed party.
        entity_hash: String,
        /// The score, in millionths.
        score_ppm: i64,
        /// Why, as the engine explains it.
        explanation: Value,
        /// Id of the snapshot.
        snapshot: String,
        /// Id of the settings.
        settings: String,
        /// Version of the engine.
        engine: String,
        /// The screening.
        screening: Option<String>,
        /// When.
        #[serde(with = "crate::record::time")]
        found_at: Timestamp,
    }
}

record! {
    /// A note.
    Note in "note" by (id) {
        /// Its id.
        id: String,
        /// The alert.
        alert: String,
        /// Who wrote it.
        author: String,
        /// When.
        #[serde(with = "crate::record::time")]
        written_at: Timestamp,
        /// It.
        text: String,
    }
}

record! {
    /// A file that is attached.
    Attachment in "attachment" by (id) {
        /// Its id.
        id: String,
        /// The alert.
        alert: String,
        /// Who attached it.
        author: String,
        /// When.
        #[serde(with = "crate::record::time")]
        attached_at: Timestamp,
        /// Its name.
        name: String,
        /// Its media type.
        media_type: String,
        /// Digest of its bytes.
        sha256: String,
        /// How many.
        bytes: i64,
    }
}

record! {
    /// Two alerts that belong together.
    Link in "link" by (one, other) {
        /// One of them, the smaller id.
        one: String,
        /// The other.
        other: String,
        /// Why.
        reason: String,
        /// Who says so.
        author: String,
        /// When.
        #[serde(with = "crate::record::time")]
        linked_at: Timestamp,
    }
}

/// A hit, as it comes out of a screening.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The customer.
    pub customer: String,
    /// The facts of the customer that were matched.
    pub customer_hash: String,
    /// The listed party: `{"id", "schema", "properties", "caption"}`.
    pub entity: Value,
    /// The score, 0 to 1.
    pub score: f64,
    /// Why, as the engine explains it.
    pub explanation: Value,
    /// Id of the snapshot.
    pub snapshot: String,
    /// Id of the settings.
    pub settings: String,
    /// Version of the engine.
    pub engine: String,
    /// The screening, if it was one.
    pub screening: Option<String>,
    /// The queue; without one, [`QUEUE`].
    pub queue: Option<String>,
    /// How urgent.
    pub priority: Priority,
}

/// What became of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", content = "id", rename_all = "snake_case")]
pub enum Opened {
    /// A new alert.
    Opened(String),
    /// A closed alert of the pair is open again: facts changed since.
    Reopened(String),
    /// An open alert of the pair has the new finding; a proposal that waited is void.
    Refreshed(String),
    /// The pair has an open alert with the same facts and score.
    AlreadyOpen(String),
    /// The pair was decided with the same facts, and not as a false positive.
    Decided(String),
    /// A whitelisting holds for the pair and these facts.
    Suppressed(String),
    /// The customer has other facts by now, or is gone: it is to be screened again.
    Stale(String),
}

/// Which alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Not closed.
    pub open: bool,
    /// In this queue.
    pub queue: Option<String>,
    /// That this actor has.
    pub assignee: Option<String>,
    /// Of this customer.
    pub customer: Option<String>,
    /// Of this listed party.
    pub entity: Option<String>,
    /// Due on this day or before.
    pub due_by: Option<Date>,
    /// Skip so many.
    pub offset: u32,
    /// At most so many; 0 is 100, and more than 1000 are never given.
    pub limit: u32,
}

/// An alert with all that is known of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// It.
    pub alert: Alert,
    /// The customer.
    pub customer: Customer,
    /// What was found, oldest first.
    pub findings: Vec<Finding>,
    /// What was proposed and decided, oldest first.
    pub proposals: Vec<Proposal>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// What is attached, without the bytes.
    pub attachments: Vec<Attachment>,
    /// Alerts that it is linked with.
    pub links: Vec<Link>,
    /// Facts of the customer in the last finding.
    pub customer_facts: Value,
    /// Facts of the listed party in the last finding.
    pub entity_facts: Value,
}

fn ppm(score: f64) -> Result<i64, Error> {
    if (0.0..=1.0).contains(&score) {
        Ok((score * 1e6).round() as i64)
    } else {
        Err(invalid("score", format!("{score} is not between 0 and 1")))
    }
}

/// The day in Washington: the law counts days there.
pub(crate) fn day(now: Timestamp) -> Date {
    let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
    now.to_zoned_datetime(zone).date()
}

fn due(now: Timestamp) -> String {
    calendar::after(day(now), calendar::DUE_AFTER).to_string()
}

impl Alert {
    fn event(&mut self, event: Event, now: Timestamp) -> Result<(), Error> {
        self.state = transition(self.state, event, self.escalated, self.assignee.is_some())?;
        self.updated_at = now;
        Ok(())
    }

    /// Moves it, by the one function of states.
    pub(crate) fn moves(&mut self, event: Event, now: Timestamp) -> Result<(), Error> {
        self.event(event, now)
    }

    fn reopen(&mut self, because: &str, now: Timestamp) -> Result<(), Error> {
        self.event(Event::Reopen, now)?;
        because.clone_into(&mut self.because);
        self.escalated = false;
        self.assignee = None;
        self.closed_at = None;
        self.decision = None;
        self.opened_at = now;
        self.due_on = due(now);
        Ok(())
    }
}

impl Store {
    /// Takes hits, each by itself; all of them or none, at most [`BATCH`]. Gives what became of each, in their order.
    pub async fn open_alerts(&self, by: By<'_>, hits: &[Hit]) -> Result<Vec<Opened>, Error> {
        if hits.len() > BATCH {
            return Err(invalid("hits", format!("{} at once; at most {BATCH} are taken", hits.len())));
        }
        let mut writing = self.write(by, Action::Screen).await?;
        let before = writing.head().0;
        let mut all = Vec::with_capacity(hits.len());
        for hit in hits {
            all.push(take(&mut writing, hit).await?);
        }
        if writing.head().0 > before {
            writing.commit().await?;
        }
        Ok(all)
    }

    /// An alert with all that is known of it; that it was seen is recorded.
    pub async fn see_alert(&self, by: By<'_>, id: &str) -> Result<Case, Error> {
        let mut writing = self.write(by, Action::Read).await?;
        let alert: Alert = writing.get("alert", id).await?;
        let key = [Cell::from(id)];
        let tx = &mut writing.tx;
        let findings: Vec<Finding> = select(tx, "WHERE alert = $1 ORDER BY found_at, LENGTH(id), id", &key).await?;
        let last = findings.iter().find(|finding| finding.id == alert.finding);
        let mut facts = Vec::with_capacity(2);
        for hash in last.map(|last| [&last.customer_hash, &last.entity_hash]).into_iter().flatten() {
            let row = tx.row("SELECT body FROM facts WHERE hash = $1", &[hash.into()]).await?;
            let body = row.and_then(|row| row.into_iter().next()).ok_or_else(|| not_found("facts", hash))?.text()?;
            facts.push(serde_json::from_str::<Value>(&body).map_err(|error| Error::Damaged(error.to_string()))?);
        }
        let entity_facts = facts.pop().unwrap_or_default();
        let customer_facts = facts.pop().unwrap_or_default();
        let case = Case {
            customer: crate::store::find(tx, &alert.customer).await?.ok_or_else(|| not_found("customer", &alert.customer))?,
            proposals: select(tx, "WHERE alert = $1 ORDER BY proposed_at, LENGTH(id), id", &key).await?,
            notes: select(tx, "WHERE alert = $1 ORDER BY written_at, LENGTH(id), id", &key).await?,
            attachments: select(tx, "WHERE alert = $1 ORDER BY attached_at, LENGTH(id), id", &key).await?,
            links: select(tx, "WHERE one = $1 OR other = $1 ORDER BY one, other", &key).await?,
            alert,
            findings,
            customer_facts,
            entity_facts,
        };
        writing.entry("alert.seen", id, &json!({"finding": case.alert.finding})).await?;
        writing.commit().await?;
        Ok(case)
    }

    /// An alert's row; not recorded, for programs.
    pub async fn alert(&self, by: By<'_>, id: &str) -> Result<Alert, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        crate::store::find(&mut tx, id).await?.ok_or_else(|| not_found("alert", id))
    }

    /// All alerts after an id, in order of ids; not recorded, for programs.
    pub(crate) async fn alerts_after(&self, by: By<'_>, after: &str) -> Result<Vec<Alert>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let limit = i64::try_from(BATCH).unwrap_or(0);
        select(&mut tx, "WHERE id > $1 ORDER BY id LIMIT $2", &[after.into(), limit.into()]).await
    }

    /// Alerts, the most urgent first, then by the day when they are due; and how many there are in all. That they were listed is recorded.
    pub async fn list_alerts(&self, by: By<'_>, filter: &Filter) -> Result<(Vec<Alert>, i64), Error> {
        const WHERE: &str = "WHERE ($1 = '' OR state = $1) AND ($2 = 0 OR closed_at = 0) AND ($3 = '' OR queue = $3) \
            AND ($4 = '' OR assignee = $4) AND ($5 = '' OR customer = $5) AND ($6 = '' OR entity = $6) AND ($7 = '' OR due_on <= $7)";
        const ORDER: &str = "ORDER BY CASE priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'normal' THEN 2 ELSE 3 END, due_on, opened_at, id";
        let mut writing = self.write(by, Action::Read).await?;
        let or_empty = |text: &Option<String>| Cell::Text(text.clone().unwrap_or_default());
        let mut cells = vec![
            filter.state.map_or("", State::word).into(),
            Cell::Int(i64::from(filter.open)),
            or_empty(&filter.queue),
            or_empty(&filter.assignee),
            or_empty(&filter.customer),
            or_empty(&filter.entity),
            filter.due_by.map(|day| day.to_string()).unwrap_or_default().into(),
        ];
        let total = writing.tx.count(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM alert {WHERE}")), &cells).await?;
        let limit = if filter.limit == 0 { 100 } else { filter.limit.min(1000) };
        cells.extend([Cell::Int(i64::from(limit)), Cell::Int(i64::from(filter.offset))]);
        let rest = format!("{WHERE} {ORDER} LIMIT $8 OFFSET $9");
        let alerts: Vec<Alert> = select(&mut writing.tx, &rest, &cells).await?;
        let payload = json!({
            "state": filter.state, "open": filter.open, "queue": filter.queue, "assignee": filter.assignee, "customer": filter.customer,
            "entity": filter.entity, "offset": filter.offset, "shown": alerts.len(),
        });
        writing.entry("alerts.listed", "alerts", &payload).await?;
        writing.commit().await?;
        Ok((alerts, total))
    }

    /// Gives an alert to somebody, or to nobody. Whoever works on alerts may take and give back for himself; the rest needs the right to assign.
    pub async fn assign(&self, by: By<'_>, id: &str, assignee: Option<&str>) -> Result<Alert, Error> {
        let mut writing = self.write(by, Action::Work).await?;
        let mut alert: Alert = writing.get("alert", id).await?;
        let own = assignee.is_none_or(|assignee| assignee == by.actor)
            && alert.assignee.as_deref().is_none_or(|assignee| assignee == by.actor);
        if !own {
            crate::store::allowed(&mut writing.tx, by.actor, Action::Assign).await?;
        }
        if let Some(assignee) = assignee {
            let actor: Option<Actor> = writing.find(assignee).await?;
            if !actor.is_some_and(|actor| actor.active && actor.roles.permit(Action::Work)) {
                return Err(invalid("assignee", format!("`{assignee}` does not work on alerts")));
            }
        }
        let before = alert.assignee.take();
        alert.assignee = assignee.map(str::to_owned);
        alert.moves(if assignee.is_some() { Event::Assign } else { Event::Unassign }, by.now)?;
        writing.save(&alert).await?;
        writing.entry("alert.assigned", id, &json!({"to": assignee, "before": before})).await?;
        writing.commit().await?;
        Ok(alert)
    }

    /// Moves an open alert to another queue, priority or day when it is due; what is `None` stays.
    pub async fn triage(
        &self,
        by: By<'_>,
        id: &str,
        queue: Option<&str>,
        priority: Option<Priority>,
        due_on: Option<Date>,
        reason: &str,
    ) -> Result<Alert, Error> {
        let reason = text("reason", reason, LONGEST_TEXT)?;
        let mut writing = self.write(by, Action::Assign).await?;
        let mut alert: Alert = writing.get("alert", id).await?;
        if alert.state == State::Closed {
            return Err(Error::Conflict(format!("alert `{id}` is closed")));
        }
        let before = json!({"queue": alert.queue, "priority": alert.priority, "due_on": alert.due_on});
        if let Some(queue) = queue {
            alert.queue = text("queue", queue, 100)?;
        }
        alert.priority = priority.unwrap_or(alert.priority);
        if let Some(due_on) = due_on {
            alert.due_on = due_on.to_string();
        }
        alert.updated_at = by.now;
        writing.save(&alert).await?;
        let payload = json!({"before": before, "queue": alert.queue, "priority": alert.priority, "due_on": alert.due_on, "reason": reason});
        writing.entry("alert.triaged", id, &payload).await?;
        writing.commit().await?;
        Ok(alert)
    }

    /// Opens a closed alert again; its whitelisting, if there is one, ends.
    pub async fn reopen(&self, by: By<'_>, id: &str, reason: &str) -> Result<Alert, Error> {
        let reason = text("reason", reason, LONGEST_TEXT)?;
        let mut writing = self.write(by, Action::Reopen).await?;
        let mut alert: Alert = writing.get("alert", id).await?;
        let open = "SELECT COUNT(*) FROM alert WHERE customer = $1 AND entity = $2 AND closed_at = 0 AND id <> $3";
        if writing.tx.count(open, &[(&alert.customer).into(), (&alert.entity).into(), id.into()]).await? > 0 {
            return Err(Error::Conflict("the pair has another alert that is open".to_owned()));
        }
        alert.reopen(&reason, by.now)?;
        writing.save(&alert).await?;
        if let Some(one) = active(&mut writing.tx, &alert.customer, &alert.entity).await? {
            end(&mut writing, one, Standing::Revoked, &reason).await?;
        }
        writing.entry("alert.reopened", id, &json!({"reason": reason})).await?;
        writing.commit().await?;
        Ok(alert)
    }

    /// Writes a note; on a closed alert as well.
    pub async fn add_note(&self, by: By<'_>, alert: &str, note: &str) -> Result<Note, Error> {
        let note = text("note", note, LONGEST_TEXT)?;
        let mut writing = self.write(by, Action::Work).await?;
        let alert: Alert = writing.get("alert", alert).await?;
        let note = Note { id: writing.id("N"), alert: alert.id, author: by.actor.to_owned(), written_at: by.now, text: note };
        writing.save(&note).await?;
        let digest = sha256(note.text.as_bytes());
        writing.entry("note.written", &note.alert, &json!({"note": note.id, "sha256": digest})).await?;
        writing.commit().await?;
        Ok(note)
    }

    /// Attaches a file. Equal bytes are kept once.
    pub async fn attach(
        &self,
        by: By<'_>,
        alert: &str,
        name: &str,
        media_type: &str,
        bytes: Vec<u8>,
    ) -> Result<Attachment, Error> {
        let name = text("name", name, 255)?;
        let media_type = text("media_type", media_type, 255)?;
        if bytes.is_empty() || bytes.len() > LONGEST_ATTACHMENT {
            return Err(invalid("attachment", format!("{} bytes; from 1 to {LONGEST_ATTACHMENT} are taken", bytes.len())));
        }
        let mut writing = self.write(by, Action::Work).await?;
        let alert: Alert = writing.get("alert", alert).await?;
        let digest = sha256(&bytes);
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let sql = "INSERT INTO blob (sha256, body) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING";
        writing.tx.execute(sql, &[digest.as_str().into(), Cell::Bytes(bytes)]).await?;
        let attachment = Attachment {
            id: writing.id("F"),
            alert: alert.id,
            author: by.actor.to_owned(),
            attached_at: by.now,
            name,
            media_type,
            sha256: digest,
            bytes: size,
        };
        writing.save(&attachment).await?;
        let payload = json!({"attachment": attachment.id, "name": attachment.name, "sha256": attachment.sha256, "bytes": size});
        writing.entry("file.attached", &attachment.alert, &payload).await?;
        writing.commit().await?;
        Ok(attachment)
    }

    /// What is attached, with its bytes; that it was taken is recorded.
    pub async fn see_attachment(&self, by: By<'_>, id: &str) -> Result<(Attachment, Vec<u8>), Error> {
        let mut writing = self.write(by, Action::Read).await?;
        let attachment: Attachment = writing.get("attachment", id).await?;
        let row = writing.tx.row("SELECT body FROM blob WHERE sha256 = $1", &[(&attachment.sha256).into()]).await?;
        let bytes =
            row.and_then(|row| row.into_iter().next()).ok_or_else(|| Error::Damaged(format!("attachment {id}")))?.bytes()?;
        if sha256(&bytes) != attachment.sha256 {
            return Err(Error::Damaged(format!("the bytes of attachment {id} are not those that were attached")));
        }
        writing.entry("file.seen", &attachment.alert, &json!({"attachment": id})).await?;
        writing.commit().await?;
        Ok((attachment, bytes))
    }

    /// Says that two alerts belong together.
    pub async fn link(&self, by: By<'_>, one: &str, other: &str, reason: &str) -> Result<Link, Error> {
        let reason = text("reason", reason, LONGEST_TEXT)?;
        if one == other {
            return Err(invalid("other", "an alert is not linked with itself"));
        }
        let mut writing = self.write(by, Action::Work).await?;
        for id in [one, other] {
            writing.get::<Alert>("alert", id).await?;
        }
        let (one, other) = if one < other { (one, other) } else { (other, one) };
        let link =
            Link { one: one.to_owned(), other: other.to_owned(), reason, author: by.actor.to_owned(), linked_at: by.now };
        if !select::<Link>(&mut writing.tx, "WHERE one = $1 AND other = $2", &[one.into(), other.into()]).await?.is_empty() {
            return Err(Error::Conflict(format!("`{one}` and `{other}` are linked")));
        }
        writing.save(&link).await?;
        writing.entry("alerts.linked", one, &json!({"other": other, "reason": link.reason})).await?;
        writing.commit().await?;
        Ok(link)
    }

    /// The queues with open alerts: name, how many, how many of them are past the day when they were due.
    pub async fn queues(&self, by: By<'_>) -> Result<Vec<(String, i64, i64)>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let sql = "SELECT queue, COUNT(*), COUNT(CASE WHEN due_on < $1 THEN 1 END) FROM alert WHERE closed_at = 0 GROUP BY queue ORDER BY queue";
        let rows = tx.rows(sql, &[day(by.now).to_string().into()]).await?;
        rows.into_iter()
            .map(|row| {
                let mut cells = row.into_iter();
                let mut next = || cells.next().unwrap_or(Cell::Null);
                Ok((next().text()?, next().int()?, next().int()?))
            })
            .collect()
    }
}

/// One hit.
async fn take(writing: &mut Writing, hit: &Hit) -> Result<Opened, Error> {
    let score_ppm = ppm(hit.score)?;
    let entity = id_of(&hit.entity, "entity")?;
    if hit.explanation.to_string().len() > LONGEST_EXPLANATION {
        return Err(invalid("explanation", format!("of `{}` and `{entity}` is too long", hit.customer)));
    }
    let customer: Option<Customer> = writing.find(&hit.customer).await?;
    let Some(customer) = customer else { return Err(not_found("customer", &hit.customer)) };
    if !customer.active || customer.facts_hash != hit.customer_hash {
        return Ok(Opened::Stale(customer.id));
    }
    let entity_hash = crate::canonical::facts_hash(&hit.entity);
    let whitelisted = active(&mut writing.tx, &customer.id, &entity).await?;
    if let Some(one) = &whitelisted
        && one.customer_hash == hit.customer_hash
        && one.entity_hash == entity_hash
    {
        return Ok(Opened::Suppressed(one.id.clone()));
    }
    let pair = [Cell::from(&customer.id), Cell::from(&entity)];
    let last = "WHERE customer = $1 AND entity = $2 ORDER BY CASE WHEN closed_at = 0 THEN 0 ELSE 1 END, closed_at DESC, id DESC LIMIT 1";
    let before = select::<Alert>(&mut writing.tx, last, &pair).await?.into_iter().next();
    let mut same = false;
    let mut because = "a screening found it";
    if let Some(before) = &before {
        let found: Finding = writing.get("finding", &before.finding).await?;
        let (same_customer, same_entity) = (found.customer_hash == hit.customer_hash, found.entity_hash == entity_hash);
        same = same_customer && same_entity;
        if before.state != State::Closed
            && same
            && found.score_ppm == score_ppm
            && found.settings == hit.settings
            && found.engine == hit.engine
        {
            return Ok(Opened::AlreadyOpen(before.id.clone()));
        }
        // A false positive whose whitelisting a person ended is to be looked at again; other decisions hold for as long as the facts do.
        if before.state == State::Closed && same && before.disposition != Some(Disposition::FalsePositive) {
            return Ok(Opened::Decided(before.id.clone()));
        }
        because = match (same_customer, same_entity) {
            (true, true) => "its whitelisting was ended",
            (false, true) => "the facts of the customer changed",
            (true, false) => "the facts of the listed party changed",
            (false, false) => "the facts of both sides changed",
        };
    }
    if let Some(one) = whitelisted {
        end(writing, one, Standing::Expired, "the facts of the listed party changed").await?;
    }
    let customer_hash = hit.customer_hash.clone();
    let entity_hash = writing.facts(&hit.entity).await?;
    let caption = caption_of(&hit.entity, &entity);
    let finding_id = writing.id("H");
    let now = writing.now;
    let (alert, action, opened) = match before {
        Some(mut alert) if alert.state == State::Closed => {
            alert.reopen(because, now)?;
            let id = alert.id.clone();
            (alert, "alert.reopened", Opened::Reopened(id))
        }
        Some(mut alert) => {
            let pending = "WHERE alert = $1 AND outcome = 'pending'";
            for mut proposal in select::<Proposal>(&mut writing.tx, pending, &[(&alert.id).into()]).await? {
                proposal.outcome = Review::Void;
                proposal.review_reason = if same { "another score was found" } else { because }.to_owned();
                proposal.reviewed_at = Some(now);
                writing.save(&proposal).await?;
            }
            alert.moves(Event::Refresh, now)?;
            let id = alert.id.clone();
            (alert, "alert.refreshed", Opened::Refreshed(id))
        }
        None => {
            let id = writing.id("A");
            let alert = Alert {
                id: id.clone(),
                customer: customer.id.clone(),
                entity,
                caption: String::new(),
                finding: String::new(),
                score_ppm,
                state: State::New,
                escalated: false,
                disposition: None,
                decision: None,
                queue: text("queue", hit.queue.as_deref().unwrap_or(QUEUE), 100)?,
                priority: hit.priority,
                assignee: None,
                because: because.to_owned(),
                due_on: due(now),
                opened_at: now,
                updated_at: now,
                closed_at: None,
            };
            (alert, "alert.opened", Opened::Opened(id))
        }
    };
    let alert = Alert { caption, finding: finding_id.clone(), score_ppm, priority: alert.priority.max(hit.priority), ..alert };
    let finding = Finding {
        id: finding_id,
        alert: alert.id.clone(),
        customer_hash,
        entity_hash,
        score_ppm,
        explanation: hit.explanation.clone(),
        snapshot: plain("snapshot", &hit.snapshot, 200)?,
        settings: plain("settings", &hit.settings, 200)?,
        engine: plain("engine", &hit.engine, 200)?,
        screening: hit.screening.clone(),
        found_at: now,
    };
    writing.save(&alert).await?;
    writing.save(&finding).await?;
    let payload = json!({
        "customer": alert.customer, "entity": alert.entity, "finding": finding.id, "score_ppm": score_ppm, "snapshot": finding.snapshot,
        "settings": finding.settings, "engine": finding.engine, "because": because,
    });
    writing.entry(action, &alert.id, &payload).await?;
    Ok(opened)
}
