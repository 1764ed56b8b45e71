//! What casework writes, described for the `OpenAPI` document: the rows themselves are of the crate `casework`, which knows nothing of it.

#![expect(dead_code, reason = "these describe what is written by others")]

use serde_json::Value as Json;
use utoipa::ToSchema;

/// Somebody under monitoring.
#[derive(ToSchema)]
pub(super) struct Customer {
    id: String,
    schema: String,
    caption: String,
    /// Digest of what is stated of them.
    facts_hash: String,
    /// Whether they are monitored.
    active: bool,
    changed_seq: i64,
    created_at: String,
    updated_at: String,
}

/// A page of customers.
#[derive(ToSchema)]
pub(super) struct Customers {
    customers: Vec<Customer>,
    /// What to give as `after` for the next page; none on the last.
    next: Option<String>,
}

/// A customer with what is stated of them.
#[derive(ToSchema)]
pub(super) struct CustomerShown {
    customer: Customer,
    #[schema(value_type = Object)]
    entity: Json,
}

/// What became of customers that were put in.
#[derive(ToSchema)]
pub(super) struct Imported {
    added: u64,
    changed: u64,
    unchanged: u64,
    /// Whitelistings that ended because facts changed.
    expired: Vec<String>,
}

/// A screening.
#[derive(ToSchema)]
pub(super) struct Screening {
    id: String,
    /// `all` or `some`.
    scope: String,
    /// `running`, `complete` or `failed`.
    state: String,
    base: Option<String>,
    snapshot: String,
    #[schema(value_type = Vec<Object>)]
    sources: Json,
    settings: String,
    engine: String,
    watermark: i64,
    customers: i64,
    exceptions: i64,
    actor: String,
    started_at: String,
    finished_at: Option<String>,
}

/// Screenings.
#[derive(ToSchema)]
pub(super) struct Screenings {
    screenings: Vec<Screening>,
}

/// A customer that was not screened.
#[derive(ToSchema)]
pub(super) struct Uncovered {
    customer: String,
    reason: String,
}

/// A page of customers that were not screened.
#[derive(ToSchema)]
pub(super) struct UncoveredPage {
    snapshot: String,
    uncovered: Vec<Uncovered>,
    next: Option<String>,
}

/// What became of a finding.
#[derive(ToSchema)]
pub(super) struct Became {
    /// `opened`, `reopened`, `refreshed`, `already_open`, `decided`, `suppressed` or `stale`.
    outcome: String,
    /// The alert, the whitelisting, or the customer.
    id: String,
}

/// A finding of a customer that was screened.
#[derive(ToSchema)]
pub(super) struct FoundNow {
    /// Id of the listed party.
    entity: String,
    caption: String,
    /// From 0 to 1.
    score: f64,
    became: Became,
}

/// A customer that was screened.
#[derive(ToSchema)]
pub(super) struct ScreenedNow {
    screening: Screening,
    findings: Vec<FoundNow>,
    warnings: Vec<String>,
}

/// A customer and a listed party that may be one.
#[derive(ToSchema)]
pub(super) struct Alert {
    id: String,
    customer: String,
    entity: String,
    caption: String,
    finding: String,
    score_ppm: i64,
    /// `new`, `in_review`, `proposed`, `escalated` or `closed`.
    state: String,
    escalated: bool,
    /// `true_match`, `false_positive`, `unsure`, `escalated` or `possible_victim`.
    disposition: Option<String>,
    decision: Option<String>,
    queue: String,
    /// `low`, `normal`, `high` or `urgent`.
    priority: String,
    assignee: Option<String>,
    because: String,
    due_on: String,
    opened_at: String,
    updated_at: String,
    closed_at: Option<String>,
}

/// A page of alerts.
#[derive(ToSchema)]
#[expect(clippy::struct_field_names, reason = "that is how the member is called")]
pub(super) struct Alerts {
    alerts: Vec<Alert>,
    /// How many there are.
    total: i64,
    /// Where the next page begins; none on the last.
    next: Option<u32>,
}

/// What a screening found of a pair.
#[derive(ToSchema)]
pub(super) struct Finding {
    id: String,
    alert: String,
    customer_hash: String,
    entity_hash: String,
    score_ppm: i64,
    #[schema(value_type = Object)]
    explanation: Json,
    snapshot: String,
    settings: String,
    engine: String,
    screening: Option<String>,
    found_at: String,
}

/// A disposition that somebody proposed; approved, a decision.
#[derive(ToSchema)]
pub(super) struct Proposal {
    id: String,
    alert: String,
    finding: String,
    disposition: String,
    reason: String,
    proposer: String,
    proposed_at: String,
    /// `pending`, `approved`, `rejected`, `withdrawn` or `void`.
    outcome: String,
    reviewer: Option<String>,
    review_reason: String,
    reviewed_at: Option<String>,
}

/// Proposals.
#[derive(ToSchema)]
pub(super) struct Proposals {
    proposals: Vec<Proposal>,
}

/// A decision with the finding that it was made on.
#[derive(ToSchema)]
pub(super) struct Decision {
    decision: Proposal,
    finding: Finding,
}

/// A note.
#[derive(ToSchema)]
pub(super) struct Note {
    id: String,
    alert: String,
    author: String,
    written_at: String,
    text: String,
}

/// A file that is attached.
#[derive(ToSchema)]
pub(super) struct Attachment {
    id: String,
    alert: String,
    author: String,
    attached_at: String,
    name: String,
    media_type: String,
    sha256: String,
    bytes: i64,
}

/// Two alerts that belong together.
#[derive(ToSchema)]
pub(super) struct Link {
    one: String,
    other: String,
    reason: String,
    author: String,
    linked_at: String,
}

/// An alert with all that is known of it.
#[derive(ToSchema)]
pub(super) struct Case {
    alert: Alert,
    customer: Customer,
    findings: Vec<Finding>,
    proposals: Vec<Proposal>,
    notes: Vec<Note>,
    attachments: Vec<Attachment>,
    links: Vec<Link>,
    #[schema(value_type = Object)]
    customer_facts: Json,
    #[schema(value_type = Object)]
    entity_facts: Json,
}

/// A queue with open alerts.
#[derive(ToSchema)]
pub(super) struct Queue {
    name: String,
    open: i64,
    /// Of them, those past the day when they were due.
    overdue: i64,
}

/// Queues.
#[derive(ToSchema)]
pub(super) struct Queues {
    queues: Vec<Queue>,
}

/// A pair that was found to be two parties.
#[derive(ToSchema)]
pub(super) struct Whitelisting {
    id: String,
    customer: String,
    customer_hash: String,
    entity: String,
    entity_hash: String,
    alert: String,
    decision: String,
    /// `active`, `expired` or `revoked`.
    state: String,
    since: String,
    ended_at: Option<String>,
    ended_because: String,
}

/// A page of whitelistings that hold.
#[derive(ToSchema)]
pub(super) struct Whitelistings {
    whitelistings: Vec<Whitelisting>,
    next: Option<String>,
}

/// A person or a program.
#[derive(ToSchema)]
pub(super) struct Actor {
    id: String,
    name: String,
    roles: Vec<String>,
    active: bool,
    created_at: String,
    updated_at: String,
}

/// Actors.
#[derive(ToSchema)]
pub(super) struct Actors {
    actors: Vec<Actor>,
}

/// A row of the audit.
#[derive(ToSchema)]
pub(super) struct Entry {
    seq: i64,
    /// Microseconds since 1970.
    at: i64,
    actor: String,
    action: String,
    subject: String,
    #[schema(value_type = Object)]
    payload: Json,
    #[schema(value_type = Vec<Object>)]
    changes: Json,
    prev: String,
    hash: String,
}

/// Rows of the audit.
#[derive(ToSchema)]
pub(super) struct History {
    entries: Vec<Entry>,
    /// How many there are.
    total: usize,
    next: Option<usize>,
}

/// All rows of the audit up to one, under a signature.
#[derive(ToSchema)]
pub(super) struct Checkpoint {
    seq: i64,
    hash: String,
    at: i64,
    signature: String,
}

/// Something that is wrong.
#[derive(ToSchema)]
pub(super) struct Trouble {
    place: String,
    what: String,
}

/// What a check of the store found.
#[derive(ToSchema)]
pub(super) struct Report {
    rows: u64,
    last: i64,
    hash: String,
    checkpoints: u64,
    signed_through: Option<i64>,
    compared: u64,
    clock_went_back: u64,
    /// How many things are wrong.
    wrong: u64,
    troubles: Vec<Trouble>,
}
