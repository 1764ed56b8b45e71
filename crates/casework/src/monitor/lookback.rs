//! Would we have alerted: customers of today, or of a file, against the snapshot of a day, by settings that are stated.

use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Basis, Found, MonitorError};

/// Customers who are screened at a time.
const CHUNK: usize = 4096;

/// What a look-back says of a customer who would have alerted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LookbackRow {
    /// The customer's id.
    pub customer: String,
    /// The findings, best first.
    pub found: Vec<Found>,
}

/// The answer of a look-back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lookback {
    /// The day, ISO 8601.
    pub day: String,
    /// What it was made with.
    pub basis: Basis,
    /// Customers who were screened.
    pub screened: u64,
    /// Those who would have alerted, in the order in which they came.
    pub alerts: Vec<LookbackRow>,
}

/// Screens a stream of customers as if on a day, against the snapshot of that day. An issue of a list that is later than the day is
/// refused: it would give answers that nobody could have had. Issues that state no date are taken as they are.
pub fn lookback(
    customers: impl IntoIterator<Item = (String, Query)>,
    day: &str,
    snapshot: &Snapshot,
    settings: &Settings,
) -> Result<Lookback, MonitorError> {
    let basis = Basis::of(snapshot, settings);
    // Dates of the same form are in the order of their letters; a longer one is of a moment of its day.
    if let Some(list) = basis.lists.iter().find(|list| list.issue_date.get(..day.len()).unwrap_or(&list.issue_date) > day) {
        let (source_id, issue) = (list.id.clone(), list.issue_date.clone());
        return Err(MonitorError::LaterIssue { source_id, issue, day: day.to_owned() });
    }
    let matcher = Matcher::new(snapshot, settings.clone());
    let mut customers = customers.into_iter();
    let (mut screened, mut alerts) = (0, Vec::new());
    loop {
        let chunk: Vec<(String, Query)> = customers.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        screened += chunk.len() as u64;
        let found: Vec<LookbackRow> = chunk
            .into_par_iter()
            .map_init(Scratch::default, |scratch, (customer, query)| {
                let found = matcher.screen(&query, scratch).iter().map(Found::from).collect();
                LookbackRow { customer, found }
            })
            .filter(|row| !row.found.is_empty())
            .collect();
        alerts.extend(found);
    }
    Ok(Lookback { day: day.to_owned(), basis, screened, alerts })
}
