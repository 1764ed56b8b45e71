//! Customers held against what changed, with the scorer of `screen`: parties that are new or changed by the newer issue, parties that are
//! gone by the older one. Nobody is screened against the rest of the list here.

use std::collections::{BTreeMap, BTreeSet};

use interdict_matching::{Matcher, Query, Scratch, Settings};
use interdict_model::Entity;
use interdict_snapshot::{Builder, Snapshot, SnapshotError};
use interdict_sources::ListIssue;

use crate::brief::{AffectedCustomer, CustomerSection, Unread};

/// One customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Id in the file.
    pub id: String,
    /// Who it is.
    pub entity: Entity,
}

/// Customers and how to screen them.
#[derive(Clone, Debug)]
pub struct Customers {
    file: String,
    settings: Settings,
    queries: Vec<(String, String, Query)>,
    unread: Vec<Unread>,
}

impl Customers {
    /// No customers yet.
    #[must_use]
    pub fn new(file: impl Into<String>, settings: Settings) -> Self {
        Self { file: file.into(), settings, queries: Vec::new(), unread: Vec::new() }
    }

    /// Takes a customer in; one that cannot be screened is told of as not checked.
    pub fn add(&mut self, customer: &Customer) {
        match Query::from_entity(&customer.entity) {
            Ok(query) => {
                self.queries.push((customer.id.clone(), customer.entity.display_name().to_owned(), query));
            }
            Err(error) => self.unread(customer.id.clone(), error.to_string()),
        }
    }

    /// Tells of a customer that could not be read.
    pub fn unread(&mut self, id: impl Into<String>, reason: impl Into<String>) {
        self.unread.push(Unread { id: id.into(), reason: reason.into() });
    }

    pub(crate) fn section(&self) -> CustomerSection {
        CustomerSection {
            file: self.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            screened: self.queries.len(),
            threshold: self.settings.threshold,
            settings: self.settings.id(),
            affected: Vec::new(),
            unread: self.unread.clone(),
        }
    }

    /// Puts those affected in the order of the file, the best finding of each first.
    pub(crate) fn sort(&self, affected: &mut [AffectedCustomer]) {
        let places: BTreeMap<&str, usize> =
            self.queries.iter().enumerate().rev().map(|(at, (id, _, _))| (id.as_str(), at)).collect();
        affected.sort_by(|a, b| {
            let place = |customer: &AffectedCustomer| places.get(customer.customer.as_str()).copied();
            place(a)
                .cmp(&place(b))
                .then_with(|| b.score.total_cmp(&a.score))
                .then_with(|| (a.change, &a.party).cmp(&(b.change, &b.party)))
        });
    }
}

/// The customers whom a change of these parties concerns.
pub(crate) fn affected(
    customers: &Customers,
    issue: &ListIssue,
    ids: &[String],
    change: &'static str,
) -> Result<Vec<AffectedCustomer>, SnapshotError> {
    if ids.is_empty() || customers.queries.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = snapshot_of(issue, ids)?;
    let screening = Matcher::new(&snapshot, customers.settings.clone());
    let mut scratch = Scratch::default();
    let mut found = Vec::new();
    for (id, name, query) in &customers.queries {
        for hit in screening.screen(query, &mut scratch) {
            let mut matched: Vec<String> = hit.name.iter().map(|name| name.text().to_owned()).collect();
            matched.extend(hit.identifiers.iter().map(|identifier| identifier.listed.clone()));
            let origin = hit.entity.origin().source;
            found.push(AffectedCustomer {
                customer: id.clone(),
                name: name.clone(),
                change,
                party: hit.entity.id().to_owned(),
                caption: hit.entity.caption().to_owned(),
                source: if origin.is_empty() { hit.entity.datasets().join(", ") } else { origin },
                score: (hit.score * 10_000.0).round() / 10_000.0,
                matched,
            });
        }
    }
    Ok(found)
}

/// The parties with what hangs on them, as a list of their own.
fn snapshot_of(issue: &ListIssue, ids: &[String]) -> Result<Snapshot, SnapshotError> {
    let mut builder = Builder::new();
    let mut taken = BTreeSet::new();
    for id in ids {
        let satellites = issue.satellites(id).into_iter().filter(|entity| !entity.is_link());
        for entity in issue.entity(id).into_iter().chain(satellites) {
            // An address may be that of several parties.
            if taken.insert(entity.id.clone()) {
                builder.add(&entity);
            }
        }
    }
    builder.finish()?.open()
}
