//! What becomes of a payment for a party of the snapshot that takes part in it: score, features and standing go in, a decision comes out.

use interdict_matching::Feature;
use interdict_model::Schema;
use interdict_network::Role;
use interdict_snapshot::EntityRef;

use super::Decision;
use super::effects::Standing;
use crate::policy::Thresholds;

/// From this value on two dates of birth do not differ.
const SAME_BIRTH: f64 = 0.9;

/// From this value on the names of two parties are not strange to each other.
const ALIKE: f64 = 0.7;

/// What speaks for it that a party is the one of the snapshot.
pub(super) struct Evidence<'a> {
    /// From 0 to 1.
    pub(super) score: f64,
    /// What the score is made of.
    pub(super) features: &'a [Feature],
    /// A number that nobody else has agrees: a BIC, an LEI, a wallet.
    pub(super) unique: bool,
    /// A number of a document or register agrees, which others may have elsewhere.
    pub(super) number: bool,
}

/// What becomes of a payment for a party of the snapshot.
///
/// It is blocked where a listing that blocks property is met for certain: by a number of the party's own (one that others may have elsewhere
/// needs a name beside it), by the name of an organisation or vessel that nothing contradicts, or by the name of a person with the date of
/// birth. A person's name alone holds it: others bear it. A party that no list designates on the day, and that no rule of ownership blocks,
/// stops nothing.
pub(super) fn decide(evidence: &Evidence<'_>, entity: EntityRef<'_>, standing: &Standing, thresholds: Thresholds) -> Decision {
    if !standing.designated && standing.effects.is_empty() {
        return Decision::Pass;
    }
    let blocks = standing.effects.iter().any(|effect| effect.role == Role::Blocked);
    let values =
        |name: &'static str| evidence.features.iter().filter(move |feature| feature.name == name).map(|feature| feature.value);
    let best = |name: &'static str| values(name).reduce(f64::max);
    let contradicts = |name: &'static str| best(name) == Some(0.0);
    let person = entity.schema().is_none_or(|schema| !schema.is_a(Schema::Organization) && !schema.is_a(Schema::Vehicle));
    let born = best("birthDate").is_some_and(|value| value >= SAME_BIRTH);
    let named = best("name").is_some_and(|value| value >= ALIKE);
    let by_number = evidence.unique || (evidence.number && named);
    // Numbers that differ may be a second account or document, and human beings live elsewhere than they were born: neither contradicts.
    let by_name =
        named && if person { born && !contradicts("gender") } else { !contradicts("birthDate") && !contradicts("country") };
    if blocks && (by_number || by_name) && evidence.score >= thresholds.block {
        Decision::Block
    } else if evidence.score >= thresholds.hold {
        Decision::Hold
    } else {
        Decision::Pass
    }
}
