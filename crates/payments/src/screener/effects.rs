//! What the listings of a party mean for a payment on a day: regime, effect, dataset, programmes; and what follows for a party that no list
//! blocks from who owns or controls it. Found once for each party and remembered.

use std::collections::BTreeSet;

use interdict_model::{DateValue, Schema};
use interdict_network::{Basis, Identity, Outcome, Ownership, Regime, Role, Verdict, designations, same_party};
use interdict_snapshot::{Day, EntityRef, Snapshot};
use rustc_hash::FxHashMap;

use super::Effect;

/// The regimes whose rules of ownership block what is owned.
const BY_OWNERSHIP: [Regime; 3] = [Regime::Us, Regime::Eu, Regime::Uk];

/// What a party of the snapshot is on a day.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    /// What its listings mean, and its owners.
    pub(super) effects: Vec<Effect>,
    /// Whether a list designates it on the day, whatever that means. One of a list that is not known here means nothing that could be said.
    pub(super) designated: bool,
}

/// Standings by party, of one snapshot and day.
#[derive(Debug, Default)]
pub(super) struct Effects {
    known: FxHashMap<u32, Standing>,
    /// The snapshot and day that they are of.
    owner: (String, String),
}

impl Effects {
    /// What a party is on a day (ISO 8601); listings that mean nothing by themselves have no effect and designate all the same.
    pub(super) fn of(&mut self, snapshot: &Snapshot, entity: EntityRef<'_>, day: &str) -> Standing {
        if self.owner.0 != snapshot.id() || self.owner.1 != day {
            self.known.clear();
            self.owner = (snapshot.id().to_owned(), day.to_owned());
        }
        self.known.entry(entity.index()).or_insert_with(|| standing(snapshot, entity, day)).clone()
    }
}

fn standing(snapshot: &Snapshot, entity: EntityRef<'_>, day: &str) -> Standing {
    // Of what is no day, the last there is: a listing without an end holds then.
    let on = DateValue::parse(day).map_or(Day::LAST.before(), |date| Day::earliest(&date));
    let mut effects: Vec<Effect> = Vec::new();
    for designation in designations(entity) {
        if !designation.holds(on) || designation.role == Role::None {
            continue;
        }
        let statement = snapshot.entity_at(designation.statement).unwrap_or(entity);
        let mut dataset = statement.origin().source;
        if dataset.is_empty() {
            dataset = entity.datasets().into_iter().next().unwrap_or_default();
        }
        let programs: BTreeSet<&str> = statement.texts("programId").chain(statement.texts("program")).collect();
        let effect = Effect {
            regime: designation.regime,
            role: designation.role,
            dataset,
            programs: programs.into_iter().map(str::to_owned).collect(),
            note: None,
        };
        if !effects.contains(&effect) {
            effects.push(effect);
        }
    }
    if !effects.iter().any(|effect| effect.role == Role::Blocked) {
        effects.extend(owned(snapshot, entity, on));
    }
    Standing { designated: designated(entity, on), effects }
}

/// Whether a list designates a party on a day.
fn designated(entity: EntityRef<'_>, on: Day) -> bool {
    let is_sanction = |other: EntityRef<'_>| other.schema().is_some_and(|schema| schema.is_a(Schema::Sanction));
    let mut sanctions = entity
        .referrers()
        .filter(|link| link.property == "entity" && is_sanction(link.entity))
        .map(|link| link.entity)
        .peekable();
    if sanctions.peek().is_none() {
        let target = entity.members().get("target").and_then(serde_json::Value::as_bool);
        return target == Some(true) || entity.texts("topics").any(|topic| topic == "sanction");
    }
    sanctions.any(|sanction| {
        let day = |property: &str| {
            sanction.texts(property).filter_map(|text| DateValue::parse(text).ok()).map(|date| Day::earliest(&date)).min()
        };
        let from = day("startDate").or_else(|| day("listingDate")).unwrap_or(Day::FIRST);
        from <= on && on < day("endDate").unwrap_or(Day::LAST)
    })
}

/// The effects that follow from who owns or controls a party.
fn owned(snapshot: &Snapshot, entity: EntityRef<'_>, on: Day) -> Vec<Effect> {
    let ask = |identity: &Identity| {
        Ownership::new(snapshot.relations(), identity, snapshot, on).verdicts(entity.index(), &BY_OWNERSHIP)
    };
    let mut assessment = ask(&Identity::default());
    // One owner may be in the snapshot several times: in a register, and on a list with the same number.
    let pairs: Vec<(u32, u32)> = assessment
        .looked_at
        .iter()
        .filter_map(|above| snapshot.entity_at(*above))
        .flat_map(|above| same_party(snapshot, above).into_iter().map(move |other| (above.index(), other)))
        .collect();
    if !pairs.is_empty() {
        assessment = ask(&Identity::new(pairs));
    }
    let verdicts = assessment.verdicts.iter();
    verdicts
        .filter(|verdict| matches!(verdict.outcome, Outcome::Blocked | Outcome::Listed))
        .map(|one| effect(snapshot, one))
        .collect()
}

fn effect(snapshot: &Snapshot, verdict: &Verdict) -> Effect {
    let way: Vec<EntityRef<'_>> = verdict.chain.iter().filter_map(|step| snapshot.entity_at(step.entity)).collect();
    let names: Vec<String> = way.iter().map(|party| format!("{} ({})", party.caption(), party.id())).collect();
    // The programmes of the parties on the way that are designated.
    let listed = verdict.chain.iter().filter_map(|step| match &step.basis {
        Basis::Listed(sanctions) => Some(sanctions),
        _ => None,
    });
    let statements: Vec<EntityRef<'_>> = listed.flatten().filter_map(|sanction| snapshot.entity_at(*sanction)).collect();
    let programs: BTreeSet<&str> =
        statements.iter().flat_map(|statement| statement.texts("programId").chain(statement.texts("program"))).collect();
    let note = match verdict.outcome {
        Outcome::Listed => format!("a number that no other has makes it one with a listed party: {}", names.join(", ")),
        _ => format!("follows from ownership or control: {}", names.join(" → ")),
    };
    Effect {
        regime: verdict.regime,
        role: Role::Blocked,
        dataset: statements.first().or(way.first()).map(|party| party.origin().source).unwrap_or_default(),
        programs: programs.into_iter().map(str::to_owned).collect(),
        note: Some(note),
    }
}
