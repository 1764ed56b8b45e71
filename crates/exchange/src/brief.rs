//! The bulletin as values: in go two issues of each list, out comes what a newsletter on sanctions tells, in its order. Who was designated
//! on which day and under what, how they are connected, by what they are known, what is said otherwise of parties that were listed
//! before, who is off the list, which customers it concerns, and which files say so.

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::{Entity, Schema};
use interdict_sources::{Delta, Fact, FactChange, IssueRef, ListIssue, PartyChange, PartyRecord, Relevance};
use serde::Serialize;
use thiserror::Error;

use crate::customers::{Customers, affected};

/// Why there is no bulletin.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BriefError {
    /// The parties that changed cannot be screened against.
    #[error("customers cannot be screened against what changed: {0}")]
    Screening(#[from] interdict_snapshot::SnapshotError),
}

/// Two issues of one list.
#[derive(Debug)]
pub struct IssuePair {
    /// The older issue.
    pub old: ListIssue,
    /// The newer issue.
    pub new: ListIssue,
}

/// What a bulletin is to be about.
#[derive(Clone, Debug, Default)]
pub struct BriefOptions {
    /// Day of writing, ISO 8601.
    pub generated: String,
    /// First day of the time it is about; none for that of the oldest issue.
    pub since: Option<String>,
    /// Last day of the time it is about; none for that of the newest issue.
    pub until: Option<String>,
    /// Only parties that have to do with this programme.
    pub program: Option<String>,
    /// Version of the engine.
    pub engine: String,
}

/// The bulletin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief {
    /// Its title.
    pub title: String,
    /// Day of writing.
    pub generated: String,
    /// Version of the engine.
    pub engine: String,
    /// First day of the time it is about; empty when no issue states its day.
    pub since: String,
    /// Last day of that time.
    pub until: String,
    /// The programme it is limited to.
    pub program: Option<String>,
    /// How many parties are told of.
    pub counts: Counts,
    /// What a reader must know of what is not in it.
    pub notices: Vec<String>,
    /// Designations by day, oldest first.
    pub events: Vec<Event>,
    /// How the parties told of are connected, among themselves and with others.
    pub connections: Vec<Connection>,
    /// Parties that are new.
    pub added: Vec<ListedParty>,
    /// Parties of which something else is said.
    pub changed: Vec<ChangedParty>,
    /// Parties that are gone.
    pub removed: Vec<ListedParty>,
    /// Customers whom it concerns; none when no customers were given.
    pub customers: Option<CustomerSection>,
    /// The issues compared.
    pub sources: Vec<SourceLine>,
}

/// How many parties are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New ones.
    pub added: usize,
    /// Those that are gone.
    pub removed: usize,
    /// Those of which something else is said.
    pub changed: usize,
    /// Of the changed ones, those that came under a programme beside those before.
    pub further_programme: usize,
}

/// What was designated on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The day; none when the list states none.
    pub date: Option<String>,
    /// By whom and under what.
    pub groups: Vec<EventGroup>,
}

/// Parties designated on one day by one authority under the same programmes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventGroup {
    /// Who designated.
    pub authority: String,
    /// Under which programmes.
    pub programs: Vec<String>,
    /// On what legal basis or for what reason, in the list's words.
    pub legal_basis: Vec<String>,
    /// Ids of the parties.
    pub parties: Vec<String>,
}

/// A relation as the list states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Connection {
    /// The first party.
    pub from: String,
    /// Its id.
    pub from_id: String,
    /// What it is to the other, in words: `acts for`.
    pub relation: String,
    /// The other party.
    pub to: String,
    /// Its id.
    pub to_id: String,
    /// The list's own words for the relation.
    pub in_words_of_list: Vec<String>,
    /// The record that states it.
    pub record: String,
}

impl Connection {
    /// The relation as a sentence without its full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        let words: Vec<String> = self.in_words_of_list.iter().map(|words| format!("“{words}”")).collect();
        let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
        format!("{} {} {}{words}", self.from, self.relation, self.to)
    }
}

/// A name of a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Name {
    /// The name.
    pub text: String,
    /// `name`, `alias`, `former name` or `weak alias`.
    pub kind: String,
    /// Whether the list itself calls it weak.
    pub weak: bool,
    /// Its script, when that is not Latin.
    pub script: Option<String>,
}

/// A designation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Designation {
    /// The day of listing.
    pub date: Option<String>,
    /// Who designated.
    pub authority: String,
    /// Under which programmes.
    pub programs: Vec<String>,
    /// On what legal basis or for what reason, in the list's words.
    pub legal_basis: Vec<String>,
    /// What follows from it, in the list's words.
    pub provisions: Vec<String>,
    /// The record that states it.
    pub record: String,
}

/// A party that is new or gone, with all that its issue says of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedParty {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub caption: String,
    /// What kind of party.
    pub schema: String,
    /// The list.
    pub source: String,
    /// Why it is told of, when the bulletin is limited to a programme.
    pub why: Vec<String>,
    /// Its designations.
    pub designations: Vec<Designation>,
    /// Its names.
    pub names: Vec<Name>,
    /// Numbers and documents.
    pub identifiers: Vec<String>,
    /// Wallets and bank accounts.
    pub wallets: Vec<String>,
    /// Addresses.
    pub addresses: Vec<String>,
    /// Relations from its side: `acts for Example Trading (x-7)`.
    pub relations: Vec<String>,
    /// Free text.
    pub notes: Vec<String>,
    /// All else, by kind in words, in the order of telling.
    pub details: Vec<(String, Vec<String>)>,
    /// Whether its id stands for another party in the other issue.
    pub id_reused: bool,
    /// The id under which the other issue may have it.
    pub possibly_renumbered: Option<String>,
    /// The record that states it.
    pub record: String,
}

/// A party of which something else is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedParty {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub caption: String,
    /// What kind of party.
    pub schema: String,
    /// The list.
    pub source: String,
    /// Why it is told of, when the bulletin is limited to a programme.
    pub why: Vec<String>,
    /// Programmes under which it is listed now.
    pub programs: Vec<String>,
    /// Those among them under which it was not listed before.
    pub further_programs: Vec<String>,
    /// What is said otherwise.
    pub facts: Vec<ChangedFact>,
}

/// A fact that is new, gone or different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangedFact {
    /// Its kind, a code.
    pub kind: String,
    /// Its kind in words.
    pub words: String,
    /// What was said.
    pub old: Option<String>,
    /// What is said now.
    pub new: Option<String>,
    /// The record that states it.
    pub record: String,
}

/// What the changes mean for customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CustomerSection {
    /// The file of customers.
    pub file: String,
    /// How many were screened.
    pub screened: usize,
    /// Score from which a customer is named.
    pub threshold: f64,
    /// Id of the settings.
    pub settings: String,
    /// Those whom a change concerns, in the file's order.
    pub affected: Vec<AffectedCustomer>,
    /// Those that could not be read: they were not checked.
    pub unread: Vec<Unread>,
}

/// A customer that was not checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Its id in the file.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// A customer whom a change concerns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AffectedCustomer {
    /// The customer's id.
    pub customer: String,
    /// The customer's name.
    pub name: String,
    /// `added`, `changed` or `removed`.
    pub change: &'static str,
    /// The party.
    pub party: String,
    /// The party's name.
    pub caption: String,
    /// The list.
    pub source: String,
    /// From 0 to 1.
    pub score: f64,
    /// What agreed: a name of the list, or an identifier.
    pub matched: Vec<String>,
}

/// The two issues of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceLine {
    /// Id of the list.
    pub source: String,
    /// The older issue.
    pub old: IssueLine,
    /// The newer issue.
    pub new: IssueLine,
    /// Parties of the newer issue that the older one does not have, on the whole list.
    pub added: usize,
    /// Parties of the older issue that the newer one does not have, on the whole list.
    pub removed: usize,
    /// Parties of which something else is said, on the whole list.
    pub changed: usize,
    /// Parties of which the same is said.
    pub unchanged: u64,
}

/// One issue of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssueLine {
    /// Its date; none when it states none.
    pub date: Option<String>,
    /// The file, without its folder.
    pub file: String,
    /// Format of the file.
    pub format: String,
    /// SHA-256 of the file as delivered.
    pub sha256: String,
    /// Parties in it.
    pub parties: u64,
}

/// Of issues given by their dates in any order, the last on or before `since` and the last on or before `until`; none when there are not
/// two.
#[must_use]
pub fn choose_issues(dates: &[&str], since: &str, until: &str) -> Option<(usize, usize)> {
    let last = |day: &str| {
        let held = dates.iter().enumerate().filter(|(_, date)| !date.is_empty() && **date <= day);
        held.max_by_key(|(_, date)| **date).map(|(at, _)| at)
    };
    let (old, new) = (last(since)?, last(until)?);
    (old != new).then_some((old, new))
}

/// Writes the bulletin of what changed between the issues of each pair.
pub fn brief(pairs: &[IssuePair], options: &BriefOptions, customers: Option<&Customers>) -> Result<Brief, BriefError> {
    let mut told = Brief {
        title: match &options.program {
            Some(program) => format!("Sanctions bulletin: {program}"),
            None => "Sanctions bulletin".to_owned(),
        },
        generated: options.generated.clone(),
        engine: options.engine.clone(),
        since: String::new(),
        until: String::new(),
        program: options.program.clone(),
        counts: Counts::default(),
        notices: Vec::new(),
        events: Vec::new(),
        connections: Vec::new(),
        added: Vec::new(),
        changed: Vec::new(),
        removed: Vec::new(),
        customers: None,
        sources: Vec::new(),
    };
    let mut section = customers.map(Customers::section);
    let mut connections = BTreeSet::new();
    for pair in pairs {
        let delta = Delta::between(&pair.old, &pair.new);
        let relevance =
            options.program.as_deref().map(|program| (Relevance::of(&pair.old, program), Relevance::of(&pair.new, program)));
        let why = |id: &str| match &relevance {
            None => Some(Vec::new()),
            Some((old, new)) => Some(Relevance::either(new, old, id).to_vec()).filter(|why| !why.is_empty()),
        };
        notices(&delta, options, &mut told.notices);
        told.sources.push(source_line(&delta));
        let added: Vec<&PartyRecord> = delta.added.iter().filter(|party| why(&party.id).is_some()).collect();
        let removed: Vec<&PartyRecord> = delta.removed.iter().filter(|party| why(&party.id).is_some()).collect();
        let changed: Vec<&PartyChange> = delta.changed.iter().filter(|party| why(&party.id).is_some()).collect();
        for party in &added {
            told.added.push(listed(&pair.new, party, why(&party.id).unwrap_or_default()));
            connections.extend(connections_of(&pair.new, &party.id, None));
        }
        for party in &changed {
            told.changed.push(changed_party(pair, party, why(&party.id).unwrap_or_default()));
            connections.extend(connections_of(&pair.new, &party.id, Some(&pair.old)));
        }
        for party in &removed {
            told.removed.push(listed(&pair.old, party, why(&party.id).unwrap_or_default()));
        }
        if let (Some(customers), Some(section)) = (customers, &mut section) {
            let ids = |parties: &[&PartyRecord]| parties.iter().map(|party| party.id.clone()).collect::<Vec<_>>();
            let changed: Vec<String> = changed.iter().map(|party| party.id.clone()).collect();
            let sides =
                [(&pair.new, ids(&added), "added"), (&pair.new, changed, "changed"), (&pair.old, ids(&removed), "removed")];
            for (issue, ids, change) in sides {
                section.affected.extend(affected(customers, issue, &ids, change)?);
            }
        }
    }
    if let (Some(customers), Some(section)) = (customers, &mut section) {
        customers.sort(&mut section.affected);
    }
    let dates = |side: fn(&SourceLine) -> &IssueLine| told.sources.iter().filter_map(move |line| side(line).date.clone());
    told.since = options.since.clone().or_else(|| dates(|line| &line.old).min()).unwrap_or_default();
    told.until = options.until.clone().or_else(|| dates(|line| &line.new).max()).unwrap_or_default();
    told.events = events(&told.added);
    told.connections = connections.into_iter().collect();
    told.customers = section;
    told.counts = Counts {
        added: told.added.len(),
        removed: told.removed.len(),
        changed: told.changed.len(),
        further_programme: told.changed.iter().filter(|party| !party.further_programs.is_empty()).count(),
    };
    Ok(told)
}

/// Says where the issues do not cover the time that was asked for: what is not in a bulletin must not pass for what did not happen.
fn notices(delta: &Delta, options: &BriefOptions, notices: &mut Vec<String>) {
    let (list, old, new) = (list(&delta.new), delta.old.date(), delta.new.date());
    if let Some(since) = options.since.as_deref().filter(|since| !old.is_empty() && old > *since) {
        notices.push(format!(
            "{list}: the older issue is of {old}; what changed from {since} to that day is not in this bulletin."
        ));
    }
    if let Some(since) = options.since.as_deref().filter(|since| !old.is_empty() && old < *since) {
        notices.push(format!(
            "{list}: the older issue is of {old}; what changed from that day to {since} is in this bulletin, too."
        ));
    }
    if let Some(until) = options.until.as_deref().filter(|until| !new.is_empty() && new > *until) {
        notices.push(format!("{list}: the newer issue is of {new}; what changed after {until} is in this bulletin, too."));
    }
    if let Some(until) = options.until.as_deref().filter(|until| !new.is_empty() && new < *until) {
        notices.push(format!(
            "{list}: the newer issue is of {new}; what changed from that day to {until} is not in this bulletin."
        ));
    }
    if old.is_empty() || new.is_empty() {
        notices.push(format!("{list}: an issue does not state its date."));
    }
    if old > new && !new.is_empty() {
        notices.push(format!("{list}: the issue taken as the newer one, of {new}, is older than the other, of {old}."));
    }
}

/// The lists of an issue, by their ids.
fn list(issue: &IssueRef) -> String {
    issue.sources.iter().map(|source| source.source.as_str()).collect::<Vec<_>>().join(", ")
}

fn source_line(delta: &Delta) -> SourceLine {
    let line = |issue: &IssueRef| {
        let joined = |part: fn(&interdict_sources::SourceIssue) -> &str| {
            issue.sources.iter().map(part).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        };
        IssueLine {
            date: Some(issue.date().to_owned()).filter(|date| !date.is_empty()),
            file: issue.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned(),
            format: joined(|source| &source.format),
            sha256: joined(|source| &source.sha256),
            parties: issue.parties,
        }
    };
    SourceLine {
        source: list(&delta.new),
        old: line(&delta.old),
        new: line(&delta.new),
        added: delta.added.len(),
        removed: delta.removed.len(),
        changed: delta.changed.len(),
        unchanged: delta.unchanged,
    }
}

/// The list that states a party: its origin's, else that of the issue.
fn source_of(issue: &ListIssue, id: &str) -> (String, String) {
    let origin = issue.entity(id).and_then(|entity| entity.origin).unwrap_or_default();
    let source = if origin.source.is_empty() { list(issue.reference()) } else { origin.source };
    (source, origin.record)
}

/// Details of a fact under one property.
fn details_of(fact: &Fact, property: &str) -> Vec<String> {
    fact.details.iter().filter(|(name, _)| name == property).map(|(_, text)| text.clone()).collect()
}

fn listed(issue: &ListIssue, party: &PartyRecord, why: Vec<String>) -> ListedParty {
    let (source, record) = source_of(issue, &party.id);
    let mut told = ListedParty {
        id: party.id.clone(),
        caption: party.caption.clone(),
        schema: party.schema.clone(),
        source,
        why,
        designations: designations(&issue.satellites(&party.id)),
        names: Vec::new(),
        identifiers: Vec::new(),
        wallets: Vec::new(),
        addresses: Vec::new(),
        relations: Vec::new(),
        notes: Vec::new(),
        details: Vec::new(),
        id_reused: party.id_reused,
        possibly_renumbered: party.possibly_renumbered.clone(),
        record,
    };
    let schema = Schema::from_name(&party.schema);
    for fact in &party.facts {
        match fact.kind.as_str() {
            // Told beside the name, and by the designations.
            "schema" | "designation" | "topics" => {}
            "name" | "alias" | "previousName" | "weakAlias" => told.names.push(Name {
                text: fact.text.clone(),
                kind: Fact::words(&fact.kind),
                weak: fact.kind == "weakAlias",
                script: details_of(fact, "script").into_iter().next(),
            }),
            "passport" => told.identifiers.push(format!("Passport {}", fact.full())),
            "identification" => told.identifiers.push(fact.full()),
            "wallet" | "bank_account" => told.wallets.push(fact.full()),
            "address" => told.addresses.push(fact.full()),
            "notes" => told.notes.push(fact.full()),
            kind if fact.other.is_some() => told.relations.push(format!("{} {}", Fact::words(kind), fact.full())),
            kind => {
                let is_number =
                    schema.and_then(|schema| schema.property(kind)) == Some(interdict_model::PropertyType::Identifier);
                if is_number && !["program", "programId"].contains(&kind) {
                    told.identifiers.push(format!("{} {}", capital(&Fact::words(kind)), fact.full()));
                    continue;
                }
                let words = Fact::words(kind);
                match told.details.last_mut() {
                    Some((held, texts)) if *held == words => texts.push(fact.full()),
                    _ => told.details.push((words, vec![fact.full()])),
                }
            }
        }
    }
    told
}

/// The words with a capital letter at the beginning.
pub(crate) fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn designations(satellites: &[Entity]) -> Vec<Designation> {
    let texts = |entity: &Entity, property: &str| -> Vec<String> {
        let mut texts: Vec<String> = entity.texts(property).map(str::to_owned).collect();
        texts.sort_unstable();
        texts
    };
    let mut all: Vec<Designation> = satellites
        .iter()
        .filter(|entity| entity.schema.as_str() == "Sanction")
        .map(|entity| {
            let mut programs = texts(entity, "program");
            if programs.is_empty() {
                programs = texts(entity, "programId");
            }
            Designation {
                date: entity.first("listingDate").or_else(|| entity.first("startDate")).map(str::to_owned),
                authority: texts(entity, "authority").join(", "),
                programs,
                legal_basis: texts(entity, "reason"),
                provisions: texts(entity, "provisions"),
                record: entity.origin.as_ref().map(|origin| origin.record.clone()).unwrap_or_default(),
            }
        })
        .collect();
    all.sort_by(|a, b| (&a.date, &a.programs, &a.authority).cmp(&(&b.date, &b.programs, &b.authority)));
    all
}

fn changed_party(pair: &IssuePair, party: &PartyChange, why: Vec<String>) -> ChangedParty {
    let before = pair.old.programs(&party.id);
    let fact = |change: &FactChange| ChangedFact {
        kind: change.kind.clone(),
        words: Fact::words(&change.kind),
        old: change.old.clone(),
        new: change.new.clone(),
        record: change.record.clone(),
    };
    ChangedParty {
        id: party.id.clone(),
        caption: party.caption.clone(),
        schema: party.schema.clone(),
        source: source_of(&pair.new, &party.id).0,
        why,
        programs: party.programs.clone(),
        further_programs: party.programs.iter().filter(|program| !before.contains(program)).cloned().collect(),
        facts: party.facts.iter().map(fact).collect(),
    }
}

/// What the first party of a relation is to the second.
fn verb(schema: Schema) -> &'static str {
    match schema {
        Schema::Ownership => "is owner of",
        Schema::Directorship => "leads",
        Schema::Employment => "employs",
        Schema::Membership => "is a member of",
        Schema::Representation => "acts for",
        Schema::Succession => "is succeeded by",
        Schema::Family => "is family of",
        Schema::Associate => "is an associate of",
        Schema::Occupancy => "holds",
        _ => "is linked to",
    }
}

/// The relations of a party; of one that was listed before, those that are new.
fn connections_of(issue: &ListIssue, id: &str, before: Option<&ListIssue>) -> Vec<Connection> {
    let of = |issue: &ListIssue| -> Vec<Connection> {
        issue.satellites(id).iter().flat_map(|link| connections(issue, link)).collect()
    };
    // Names may have changed, and records: what is told apart by is who is what to whom.
    let key = |connection: &Connection| {
        let Connection { from_id, relation, to_id, in_words_of_list, .. } = connection;
        (from_id.clone(), relation.clone(), to_id.clone(), in_words_of_list.clone())
    };
    let held: BTreeSet<_> = before.map(of).unwrap_or_default().iter().map(key).collect();
    of(issue).into_iter().filter(|connection| !held.contains(&key(connection))).collect()
}

fn connections(issue: &ListIssue, link: &Entity) -> Vec<Connection> {
    let Some(schema) = link.schema.known() else { return Vec::new() };
    let Some((source, target)) = schema.edge() else { return Vec::new() };
    let words: Vec<String> = ["role", "relationship", "status"]
        .iter()
        .flat_map(|property| link.texts(property))
        .chain(link.texts("percentage").filter(|_| schema == Schema::Ownership))
        .map(str::to_owned)
        .collect();
    let record = link.origin.as_ref().map(|origin| origin.record.clone()).unwrap_or_default();
    let mut all = Vec::new();
    for from in link.texts(source) {
        for to in link.texts(target) {
            all.push(Connection {
                from: issue.caption(from),
                from_id: from.to_owned(),
                relation: verb(schema).to_owned(),
                to: issue.caption(to),
                to_id: to.to_owned(),
                in_words_of_list: words.clone(),
                record: record.clone(),
            });
        }
    }
    all
}

/// The designations of parties that are new, by day and by what they were made under.
fn events(added: &[ListedParty]) -> Vec<Event> {
    type Group = (String, Vec<String>, Vec<String>);
    let mut days: BTreeMap<Option<String>, BTreeMap<Group, Vec<String>>> = BTreeMap::new();
    for party in added {
        let none = Designation {
            date: None,
            authority: String::new(),
            programs: Vec::new(),
            legal_basis: Vec::new(),
            provisions: Vec::new(),
            record: String::new(),
        };
        let designations = if party.designations.is_empty() { vec![none] } else { party.designations.clone() };
        for Designation { date, authority, programs, legal_basis, .. } in designations {
            let parties = days.entry(date).or_default().entry((authority, programs, legal_basis)).or_default();
            if !parties.contains(&party.id) {
                parties.push(party.id.clone());
            }
        }
    }
    // A party without a day comes last.
    let mut events: Vec<Event> = days
        .into_iter()
        .map(|(date, groups)| Event {
            date,
            groups: groups
                .into_iter()
                .map(|((authority, programs, legal_basis), parties)| EventGroup { authority, programs, legal_basis, parties })
                .collect(),
        })
        .collect();
    events.sort_by_key(|event| event.date.is_none());
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issues_of_a_time() {
        let dates = ["2025-02-11", "2024-12-19", "", "2025-08-14"];
        for (since, until, expected) in [
            ("2025-01-01", "2025-03-01", Some((1, 0))),
            ("2024-12-19", "2025-08-14", Some((1, 3))),
            ("2024-12-01", "2025-08-14", None),
            ("2025-03-01", "2025-04-01", None),
        ] {
            assert_eq!(choose_issues(&dates, since, until), expected, "{since} {until}");
        }
    }
}
