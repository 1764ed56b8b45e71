//! From evidence to a score: what meets at one party of the circle counts together. Evidence goes in; the party at which most of it meets comes
//! out, with the score there and the evidence that makes it.

use std::collections::BTreeMap;

use super::circle::Circle;
use super::evidence::{Evidence, Shared};
use super::weights::{EvidenceGroup, EvidenceKind, FrontSettings};

/// A row with its score.
#[derive(Clone, Debug)]
pub(super) struct Scored {
    /// From 0 to 1.
    pub(super) score: f64,
    /// Party of the circle at which the evidence meets.
    pub(super) anchor: u32,
    /// The listed party that is nearest to it.
    pub(super) listed: u32,
    /// The evidence that counts.
    pub(super) evidence: Vec<Evidence>,
}

/// The best score of a row's evidence; `None` when there is none.
pub(super) fn score(evidence: &[Evidence], circle: &Circle, settings: &FrontSettings) -> Option<Scored> {
    let mut at: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (number, one) in evidence.iter().enumerate() {
        let holder = match one.shared {
            Shared::Party { entity, .. } => entity,
            Shared::Row { anchor, .. } => anchor,
        };
        for anchor in circle.anchors(holder) {
            at.entry(anchor).or_default().push(number);
        }
    }
    let mut best: Option<(f64, u8, u32)> = None;
    for (anchor, numbers) in &at {
        let score = combine(numbers.iter().map(|number| &evidence[*number]), settings);
        let distance = circle.get(*anchor).map_or(u8::MAX, |member| member.distance);
        // Between equals the party nearest to the listed, then the first.
        if best
            .is_none_or(|(held, held_distance, _)| score > held + 1e-12 || (score > held - 1e-12 && distance < held_distance))
        {
            best = Some((score, distance, *anchor));
        }
    }
    let (score, _, anchor) = best?;
    let evidence = at.get(&anchor)?.iter().map(|number| evidence[*number].clone()).collect();
    Some(Scored { score, anchor, listed: circle.get(anchor)?.listed, evidence: strongest(evidence) })
}

/// What pieces of evidence make together: of each group the best, people as one coincidence each up to a cap, and then one less the product of
/// what each leaves open.
pub(super) fn combine<'e>(evidence: impl Iterator<Item = &'e Evidence>, settings: &FrontSettings) -> f64 {
    let mut groups = [0.0_f64; EvidenceGroup::COUNT];
    let (mut sure, mut people) = (0.0_f64, BTreeMap::<&str, f64>::new());
    for one in evidence {
        let group = one.kind.weight().group;
        if one.kind == EvidenceKind::Person {
            // The same person may be two parties of the snapshot, by two lists.
            let held = people.entry(one.value.as_str()).or_default();
            *held = held.max(one.weight);
            if one.weight > EvidenceKind::Person.weight().weight {
                sure = sure.max(one.weight);
            }
        } else {
            let held = &mut groups[group as usize];
            *held = held.max(one.weight);
        }
    }
    let by_name = (1.0 - people.values().map(|weight| 1.0 - weight).product::<f64>()).min(settings.people_cap);
    groups[EvidenceGroup::People as usize] = by_name.max(sure);
    (1.0 - groups.iter().map(|weight| 1.0 - weight).product::<f64>()).min(settings.score_cap)
}

/// Of the same value under several kinds or parties, the weightiest.
fn strongest(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.kind.cmp(&b.kind)));
    let mut kept: Vec<Evidence> = Vec::new();
    for one in evidence {
        let group = one.kind.weight().group;
        let told = kept.iter().any(|held| held.kind.weight().group == group && held.value == one.value);
        if !told {
            kept.push(one);
        }
    }
    kept
}
