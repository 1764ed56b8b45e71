//! What changed from one issue of a list to another: parties added, removed and changed, and for those which facts, with what they said
//! before and after. In go two issues (`ListIssue`), out comes a [`Delta`]; no order, no provenance and no id of an address or a document
//! is a change, only what the list says.
//!
//! A party is known by its id, which lists keep from issue to issue. Where a list does not, that is said and not guessed around: a party
//! that is gone while another with its name and date of birth is new may be the same under another id (`possibly_renumbered`), and an id
//! that stands for a party with neither a name nor an identifier of the old one is one party removed and one added (`id_reused`).

mod changes;
mod facts;
mod filter;
mod issue;
mod pack;
mod pairs;

use std::collections::BTreeSet;

use interdict_model::{Entity, PropertyType};
use rustc_hash::FxHashMap;

pub use changes::{EntityChange, Operation, entity_changes};
pub use facts::Fact;
pub use filter::{Relevance, programme_countries};
pub use issue::{IssueRef, ListIssue, ListIssueBuilder, SourceIssue};

use facts::{NAMES, facts};
use pairs::changes_of;

/// A party that is new or gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyRecord {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub caption: String,
    /// Its schema.
    pub schema: String,
    /// Programmes under which it is listed, sorted.
    pub programs: Vec<String>,
    /// Days on which it was listed, sorted.
    pub listed: Vec<String>,
    /// All that the issue says of it.
    pub facts: Vec<Fact>,
    /// Whether its id stands for another party in the other issue.
    pub id_reused: bool,
    /// The id under which the other issue may have it: same name, and no date of birth that says otherwise.
    pub possibly_renumbered: Option<String>,
}

/// A fact that is new, gone or different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactChange {
    /// The kind of fact; see [`Fact::kind`].
    pub kind: String,
    /// What the old issue says; none when the fact is new.
    pub old: Option<String>,
    /// What the new issue says; none when the fact is gone.
    pub new: Option<String>,
    /// The record that states it, in the new issue unless it is gone.
    pub record: String,
}

/// A party that both issues have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyChange {
    /// Its id.
    pub id: String,
    /// The name to show, from the new issue.
    pub caption: String,
    /// Its schema, from the new issue.
    pub schema: String,
    /// Programmes under which it is listed in the new issue, sorted.
    pub programs: Vec<String>,
    /// What is new, gone or different; never empty.
    pub facts: Vec<FactChange>,
}

/// What changed from one issue to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The older issue.
    pub old: IssueRef,
    /// The newer issue.
    pub new: IssueRef,
    /// Parties that only the new issue has, in its order.
    pub added: Vec<PartyRecord>,
    /// Parties that only the old issue has, in its order.
    pub removed: Vec<PartyRecord>,
    /// Parties of both of which something else is said, in the new issue's order.
    pub changed: Vec<PartyChange>,
    /// Parties of both of which the same is said.
    pub unchanged: u64,
}

impl Delta {
    /// What changed from `old` to `new`.
    #[must_use]
    pub fn between(old: &ListIssue, new: &ListIssue) -> Self {
        let mut delta = Self {
            old: old.reference().clone(),
            new: new.reference().clone(),
            added: Vec::new(),
            removed: Vec::new(),
            changed: Vec::new(),
            unchanged: 0,
        };
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for row in new.party_rows() {
            let Some(entity) = new.unpacked(row) else { continue };
            let Some(before) = old.row(&entity.id).filter(|row| old.is_party(*row)) else {
                come.push((entity, false));
                continue;
            };
            if old.hash(before) == new.hash(row) && old.party_hashes(before) == new.party_hashes(row) {
                delta.unchanged += 1;
                continue;
            }
            let Some(held) = old.unpacked(before) else { continue };
            let (satellites, now) = (old.satellites_of(before), new.satellites_of(row));
            if !same_party(&held, &satellites, &entity, &now) {
                gone.push((before, held, true));
                come.push((entity, true));
                continue;
            }
            let facts = changes_of(facts(old, &held, &satellites), facts(new, &entity, &now));
            if facts.is_empty() {
                delta.unchanged += 1;
                continue;
            }
            delta.changed.push(PartyChange {
                caption: entity.display_name().to_owned(),
                schema: entity.schema.as_str().to_owned(),
                programs: programs(&entity, &now),
                facts,
                id: entity.id,
            });
        }
        for row in old.party_rows() {
            let Some(entity) = old.unpacked(row) else { continue };
            if new.row(&entity.id).is_none_or(|row| !new.is_party(row)) {
                gone.push((row, entity, false));
            }
        }
        gone.sort_by_key(|(row, _, _)| *row);
        let gone: Vec<(Entity, bool)> = gone.into_iter().map(|(_, entity, reused)| (entity, reused)).collect();
        let (renumbered_to, renumbered_from) = renumbered(&gone, &come);
        delta.removed = gone.iter().map(|(entity, reused)| record(old, entity, *reused, &renumbered_to)).collect();
        delta.added = come.iter().map(|(entity, reused)| record(new, entity, *reused, &renumbered_from)).collect();
        delta
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

fn record(issue: &ListIssue, party: &Entity, id_reused: bool, renumbered: &FxHashMap<String, String>) -> PartyRecord {
    let satellites = issue.satellites(&party.id);
    PartyRecord {
        id: party.id.clone(),
        caption: party.display_name().to_owned(),
        schema: party.schema.as_str().to_owned(),
        programs: programs(party, &satellites),
        listed: listed(&satellites),
        facts: facts(issue, party, &satellites),
        id_reused,
        possibly_renumbered: renumbered.get(&party.id).cloned(),
    }
}

impl ListIssue {
    /// All that the issue says of a party, as facts in the order of telling; none when it does not have it.
    #[must_use]
    pub fn facts(&self, id: &str) -> Vec<Fact> {
        self.entity(id).map(|party| facts(self, &party, &self.satellites(id))).unwrap_or_default()
    }

    /// The programmes under which a party is listed, by its own word and that of its designations, sorted.
    #[must_use]
    pub fn programs(&self, id: &str) -> Vec<String> {
        self.entity(id).map(|party| programs(&party, &self.satellites(id))).unwrap_or_default()
    }
}

/// The programmes of a party, by its own word and that of its designations.
fn programs(party: &Entity, satellites: &[Entity]) -> Vec<String> {
    let of = |entity: &Entity| -> Vec<String> {
        let mut texts: Vec<String> = entity.texts("program").map(str::to_owned).collect();
        if texts.is_empty() {
            texts.extend(entity.texts("programId").map(str::to_owned));
        }
        texts
    };
    let sanctions = satellites.iter().filter(|entity| entity.schema.as_str() == "Sanction");
    let all: BTreeSet<String> = of(party).into_iter().chain(sanctions.flat_map(of)).collect();
    all.into_iter().collect()
}

/// The days of listing.
fn listed(satellites: &[Entity]) -> Vec<String> {
    let dates: BTreeSet<String> = satellites
        .iter()
        .filter(|entity| entity.schema.as_str() == "Sanction")
        .filter_map(|entity| entity.first("listingDate").or_else(|| entity.first("startDate")))
        .map(str::to_owned)
        .collect();
    dates.into_iter().collect()
}

/// A name without case, marks and spaces between its words' letters.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>()
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = folded(name).split_whitespace().map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// All names of a party, each as its sorted words.
fn names(party: &Entity) -> BTreeSet<Vec<String>> {
    NAMES.iter().flat_map(|property| party.texts(property)).map(words).filter(|words| !words.is_empty()).collect()
}

/// The numbers that tell a party from others: its own and those of its documents and wallets.
fn identifiers(party: &Entity, satellites: &[Entity]) -> BTreeSet<String> {
    let of = |entity: &Entity| -> Vec<String> {
        entity
            .values_of(PropertyType::Identifier)
            .filter(|(property, _)| !["programId", "authorityId", "unscId"].contains(property))
            .map(|(_, value)| value.text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase())
            .filter(|text| !text.is_empty())
            .collect()
    };
    let hanging = satellites.iter().filter(|entity| !entity.is_link() && entity.schema.as_str() != "Sanction");
    of(party).into_iter().chain(hanging.flat_map(of)).collect()
}

/// Whether two parties under one id can be one: a name, an identifier or a day of birth in common, or names that are alike. Where either
/// side has nothing to compare, the id is believed.
fn same_party(old: &Entity, old_satellites: &[Entity], new: &Entity, new_satellites: &[Entity]) -> bool {
    let (before, after) = (names(old), names(new));
    if before.is_empty() || after.is_empty() {
        return true;
    }
    let dates = |entity: &Entity| -> BTreeSet<String> {
        entity.texts("birthDate").filter(|date| date.len() >= 10).map(str::to_owned).collect()
    };
    !before.is_disjoint(&after)
        || !identifiers(old, old_satellites).is_disjoint(&identifiers(new, new_satellites))
        || !dates(old).is_disjoint(&dates(new))
        || before.iter().any(|name| after.iter().any(|other| alike(name, other)))
}

/// Whether more than half of the words of the longer name stand in the other, give or take a letter in four.
fn alike(one: &[String], other: &[String]) -> bool {
    let found =
        |one: &[String], other: &[String]| one.iter().filter(|word| other.iter().any(|other| near(word, other))).count();
    found(one, other).min(found(other, one)) * 2 > one.len().max(other.len())
}

/// Whether one word is the other but for a letter in four: another, one more or less, or two neighbours that changed places.
fn near(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let allowed = one.len().max(other.len()) / 4;
    if allowed == 0 || one.len().abs_diff(other.len()) > allowed {
        return false;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut cost = (rows[i][j] + usize::from(a != b)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                cost = cost.min(rows[i - 1][j - 1] + 1);
            }
            row.push(cost);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()] <= allowed
}

/// Which party that is gone may be which new one: the ids of each by those of the other. Each is taken once.
fn renumbered(gone: &[(Entity, bool)], come: &[(Entity, bool)]) -> (FxHashMap<String, String>, FxHashMap<String, String>) {
    let mut by_name: FxHashMap<Vec<String>, Vec<usize>> = FxHashMap::default();
    for (at, (entity, _)) in come.iter().enumerate() {
        for name in entity.texts("name").map(words).filter(|words| !words.is_empty()).collect::<BTreeSet<_>>() {
            by_name.entry(name).or_default().push(at);
        }
    }
    let (mut to, mut from) = (FxHashMap::default(), FxHashMap::default());
    let mut taken = vec![false; come.len()];
    for (entity, _) in gone {
        let candidates = entity.texts("name").map(words).filter_map(|name| by_name.get(&name)).flatten();
        let found = candidates.copied().find(|at| !taken[*at] && come[*at].0.id != entity.id && agree(entity, &come[*at].0));
        if let Some(at) = found {
            taken[at] = true;
            to.insert(entity.id.clone(), come[at].0.id.clone());
            from.insert(come[at].0.id.clone(), entity.id.clone());
        }
    }
    (to, from)
}

/// Whether nothing says that two parties of one name are two: kinds that go together, and no dates of birth without one in common.
fn agree(old: &Entity, new: &Entity) -> bool {
    let kinds = match (old.schema.known(), new.schema.known()) {
        (Some(old), Some(new)) => old.comparable(new),
        _ => old.schema == new.schema,
    };
    let dates = |entity: &Entity| -> BTreeSet<String> {
        ["birthDate", "incorporationDate", "imoNumber"]
            .iter()
            .flat_map(|property| entity.texts(property))
            .map(str::to_owned)
            .collect()
    };
    let (before, after) = (dates(old), dates(new));
    kinds && (before.is_empty() || after.is_empty() || !before.is_disjoint(&after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_alike() {
        for (one, other, expected) in [
            ("Mohamad ALI", "Mohammad Ali", true),
            ("ALI, Mohamad", "Mohamad Ali", true),
            ("Ada Sampel", "Ada Sample", true),
            ("a b", "b b", false),
            ("EXAMPLE TRADING", "EXAMPLE SHIPPING", false),
            ("Example Shipping Co", "EXAMPLE SHIPPING COMPANY", true),
            ("Kim", "Kum", false),
            ("", "", false),
        ] {
            assert_eq!(alike(&words(one), &words(other)), expected, "{one} {other}");
        }
    }
}
