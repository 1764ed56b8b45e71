//! What the listings of a party mean for a payment on a day: regime, effect, dataset, programmes. Found once for each party and
//! remembered.

use std::collections::BTreeSet;

use interdict_model::DateValue;
use interdict_network::{Role, designations};
use interdict_snapshot::{Day, EntityRef, Snapshot};
use rustc_hash::FxHashMap;

use super::Effect;

/// Effects by party, of one snapshot and day.
#[derive(Debug, Default)]
pub(super) struct Effects {
    known: FxHashMap<u32, Vec<Effect>>,
    /// The snapshot and day that they are of.
    owner: (String, String),
}

impl Effects {
    /// What the listings of a party mean on a day (ISO 8601); those that mean nothing by themselves are left out.
    pub(super) fn of(&mut self, snapshot: &Snapshot, entity: EntityRef<'_>, day: &str) -> Vec<Effect> {
        if self.owner.0 != snapshot.id() || self.owner.1 != day {
            self.known.clear();
            self.owner = (snapshot.id().to_owned(), day.to_owned());
        }
        if let Some(known) = self.known.get(&entity.index()) {
            return known.clone();
        }
        let on = DateValue::parse(day).map_or(Day::LAST, |date| Day::earliest(&date));
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
            };
            if !effects.contains(&effect) {
                effects.push(effect);
            }
        }
        self.known.insert(entity.index(), effects.clone());
        effects
    }
}
