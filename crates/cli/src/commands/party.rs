//! A party of the snapshot, as a person names it: by its id or by its name.

use interdict_matching::{Hit, Matcher, Query, Scratch, Settings};
use interdict_model::{Entity, Schema, Value};
use interdict_snapshot::{EntityRef, Snapshot};

use super::cluster::NAMES_ONLY;
use crate::failure::Failure;

/// Score from which a name is taken for a party's.
const ENOUGH: f64 = 0.7;

/// How much better than the next party the best must be to be taken without asking.
const CLEAR: f64 = 0.03;

/// Parties that an ambiguous name is shown with.
const SHOWN: usize = 5;

/// The party of an id or a name. A name that fits several parties about equally well, or none, is an error that names the nearest.
pub(super) fn find<'s>(snapshot: &'s Snapshot, asked: &str, schema: Schema) -> anyhow::Result<EntityRef<'s>> {
    let asked = asked.trim();
    if let Some(entity) = snapshot.entity(asked) {
        return Ok(entity);
    }
    let mut entity = Entity::new("", schema.name());
    entity.add("name", Value::from(asked));
    let query = Query::from_entity(&entity)
        .map_err(|error| Failure::new(format!("`{asked}`: {error}"), "give the id or the name of a party of the snapshot"))?;
    let settings = Settings { threshold: ENOUGH, limit: SHOWN, ..Settings::default() };
    let mut hits = Matcher::new(snapshot, settings).screen(&query, &mut Scratch::default());
    // A list of bare names says nothing of whom it means: its entries give way to a party of any other source.
    let names_only = |hit: &Hit<'_>| {
        let source = hit.entity.origin().source;
        snapshot.meta().sources.iter().any(|held| held.id == source && held.format == NAMES_ONLY)
    };
    if hits.iter().any(|hit| !names_only(hit)) {
        hits.retain(|hit| !names_only(hit));
    }
    let near =
        || hits.iter().map(|hit| format!("{} ({})", hit.entity.id(), hit.entity.caption())).collect::<Vec<_>>().join(", ");
    match &hits[..] {
        [] => {
            let hint = "`interdict screen` shows what is near; parties of registers need a snapshot that holds the register";
            Err(Failure::new(format!("`{asked}` is neither an id nor the name of a party of the snapshot"), hint).into())
        }
        [only] => Ok(only.entity),
        [best, next, ..] if best.score - next.score >= CLEAR => Ok(best.entity),
        _ => Err(Failure::new(format!("`{asked}` may be any of {}", near()), "name one of them by its id").into()),
    }
}
