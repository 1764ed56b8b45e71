//! Facts before and facts after become changes: what both say falls away, and of the rest what belongs together is told as one change,
//! old and new. Nothing is paired on a guess: two facts of which neither follows from the other stay one that is gone and one that is new.

use super::facts::{Fact, NAMES, rank, with_details};
use super::{FactChange, alike, words};

/// Kinds of which a party may have any number: that one is gone and one is new makes them no pair.
const MANY: [&str; 9] =
    ["alias", "previousName", "weakAlias", "passport", "identification", "wallet", "bank_account", "address", "notes"];

/// What changed.
pub(super) fn changes_of(old: Vec<Fact>, new: Vec<Fact>) -> Vec<FactChange> {
    let mut gone: Vec<Option<Fact>> = Vec::new();
    let mut come: Vec<Option<Fact>> = new.into_iter().map(Some).collect();
    for fact in old {
        match come.iter_mut().find(|other| other.as_ref().is_some_and(|other| fact.same(other))) {
            Some(other) => *other = None,
            None => gone.push(Some(fact)),
        }
    }
    come.retain(Option::is_some);
    let mut changes = Vec::new();
    // The same in name, with other details.
    pair(&mut gone, &mut come, &mut changes, |old, new| old.kind == new.kind && old.key == new.key);
    // A name that stands under another kind: an alias that is called weak now.
    pair(&mut gone, &mut come, &mut changes, |old, new| old.key == new.key && is_name(old) && is_name(new));
    // The list's own id of the thing says that it is the same.
    pair(&mut gone, &mut come, &mut changes, |old, new| {
        !old.id.is_empty() && old.id == new.id && (old.kind == new.kind || (old.other.is_some() && old.other == new.other))
    });
    // A relation of another kind to the same party.
    pair(&mut gone, &mut come, &mut changes, |old, new| old.other.is_some() && old.other == new.other);
    // Names that differ by little.
    pair(&mut gone, &mut come, &mut changes, |old, new| {
        old.kind == new.kind && is_name(old) && alike(&words(&old.text), &words(&new.text))
    });
    // The only one of its kind on either side, where a party has but one.
    let count = |facts: &[Option<Fact>], kind: &str| facts.iter().flatten().filter(|fact| fact.kind == kind).count();
    let kinds: Vec<String> = gone.iter().flatten().map(|fact| fact.kind.clone()).collect();
    for kind in kinds {
        let related = gone.iter().chain(&come).flatten().any(|fact| fact.kind == kind && fact.other.is_some());
        if !related && !MANY.contains(&kind.as_str()) && count(&gone, &kind) == 1 && count(&come, &kind) == 1 {
            pair(&mut gone, &mut come, &mut changes, |old, new| old.kind == kind && new.kind == kind);
        }
    }
    for fact in gone.into_iter().flatten() {
        changes.push(FactChange { old: Some(fact.full()), new: None, record: fact.record, kind: fact.kind });
    }
    for fact in come.into_iter().flatten() {
        changes.push(FactChange { old: None, new: Some(fact.full()), record: fact.record, kind: fact.kind });
    }
    changes.sort_by(|a, b| {
        let key = |change: &FactChange| (rank(&change.kind), change.kind.clone(), change.old.clone(), change.new.clone());
        key(a).cmp(&key(b))
    });
    changes
}

fn is_name(fact: &Fact) -> bool {
    NAMES.contains(&fact.kind.as_str())
}

/// Takes out the pairs for which `belong` holds, first with first.
fn pair(
    gone: &mut [Option<Fact>],
    come: &mut [Option<Fact>],
    changes: &mut Vec<FactChange>,
    belong: impl Fn(&Fact, &Fact) -> bool,
) {
    for slot in gone {
        let Some(old) = slot.as_ref() else { continue };
        let Some(other) = come.iter_mut().find(|new| new.as_ref().is_some_and(|new| belong(old, new))) else { continue };
        if let (Some(old), Some(new)) = (slot.take(), other.take()) {
            changes.push(change(&old, new));
        }
    }
}

/// A pair as one change: each side with those details that the other does not have.
fn change(old: &Fact, new: Fact) -> FactChange {
    let only = |fact: &Fact, other: &Fact| -> String {
        let text =
            if fact.kind == other.kind { fact.text.clone() } else { format!("{} ({})", fact.text, Fact::words(&fact.kind)) };
        // Where the name itself is another, its parts say nothing beyond it.
        let parts_told = is_name(fact) && fact.text != other.text;
        let details = fact.details.iter().filter(|detail| !other.details.contains(detail));
        with_details(&text, details.filter(|(property, _)| !parts_told || property == "script"))
    };
    let (before, after) = (only(old, &new), only(&new, old));
    FactChange { kind: new.kind, old: Some(before), new: Some(after), record: new.record }
}
