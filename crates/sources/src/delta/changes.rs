//! The difference of two issues entity by entity, as publishers of `FollowTheMoney` data give it out: each entity that is new, other or
//! gone. Applied to the old issue, by id, the changes give the new one. Where an entity came from, and the order of its values, are no
//! change.

use interdict_model::{Entity, entity_to_json};
use serde_json::{Value as Json, json};

use super::issue::ListIssue;

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It is new.
    Add,
    /// It says something else.
    Modify,
    /// It is gone.
    Delete,
}

impl Operation {
    /// The code in files of changes: `ADD`, `MOD`, `DEL`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Modify => "MOD",
            Self::Delete => "DEL",
        }
    }
}

/// A change of one entity.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityChange {
    /// What happened.
    pub operation: Operation,
    /// The entity as it is now; of one that is gone, as it was.
    pub entity: Entity,
}

impl EntityChange {
    /// The change as one line of a file of changes has it: `{"op":"ADD","entity":{...}}`; of an entity that is gone, only the id.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let entity = match self.operation {
            Operation::Delete => json!({ "id": self.entity.id }),
            Operation::Add | Operation::Modify => entity_to_json(&self.entity),
        };
        json!({ "op": self.operation.code(), "entity": entity })
    }
}

/// Hands out what changed: what is new or other in the new issue's order, then what is gone in the old one's.
pub fn entity_changes<'i>(old: &'i ListIssue, new: &'i ListIssue) -> impl Iterator<Item = EntityChange> + 'i {
    let come = new.rows().filter_map(move |row| {
        let entity = new.unpacked(row)?;
        let operation = match old.row(&entity.id) {
            None => Operation::Add,
            Some(before) if old.hash(before) != new.hash(row) => Operation::Modify,
            Some(_) => return None,
        };
        Some(EntityChange { operation, entity })
    });
    let gone = old.rows().filter_map(move |row| {
        let entity = old.unpacked(row)?;
        new.row(&entity.id).is_none().then_some(EntityChange { operation: Operation::Delete, entity })
    });
    come.chain(gone)
}
