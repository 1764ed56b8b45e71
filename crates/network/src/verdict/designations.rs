//! Who is designated, by which regime, since when: what the sanctions of a snapshot mean by `data/listing_effects.tsv`.

use std::sync::LazyLock;

use interdict_model::{DateValue, Schema};
use interdict_snapshot::{Day, EntityRef, Snapshot};
use rustc_hash::FxHashMap;

use super::rules::Regime;

const EFFECTS_TSV: &str = include_str!("../../../../data/listing_effects.tsv");

/// Begins a dataset of the table that is an authority instead, for lists under ids of the user's own.
const BY_AUTHORITY: &str = "authority:";

/// What a listing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// All property is blocked, all funds are frozen.
    Blocked,
    /// Some dealings are restricted.
    Restricted,
    /// Exports need a licence.
    Licence,
    /// Nothing by itself in this regime; it says that a listing there is to be expected.
    None,
}

/// A party's listing, as a regime sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Designation {
    /// The regime.
    pub regime: Regime,
    /// What it means.
    pub role: Role,
    /// Whether it reaches what the party owns.
    pub propagates: bool,
    /// Since this day at the latest.
    pub from: Day,
    /// Until this day, not included.
    pub until: Day,
    /// The sanction that says so; the party itself where it has none of its own.
    pub statement: u32,
}

impl Designation {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    /// Whether it makes its party one whose holdings count.
    #[must_use]
    pub fn seeds(&self) -> bool {
        self.propagates
            && match self.regime {
                Regime::Bis => self.role == Role::Licence,
                _ => self.role == Role::Blocked,
            }
    }

    /// Whether it makes its party itself what a verdict finds.
    #[must_use]
    pub fn decides(&self) -> bool {
        match self.regime {
            Regime::Bis => self.role == Role::Licence,
            _ => self.role == Role::Blocked,
        }
    }
}

/// A row of the table.
struct Effect {
    dataset: &'static str,
    programme: &'static str,
    list: &'static str,
    regime: Regime,
    role: Role,
    propagates: bool,
}

static EFFECTS: LazyLock<Vec<Effect>> = LazyLock::new(|| rows().filter_map(effect).collect());

fn rows() -> impl Iterator<Item = &'static str> {
    EFFECTS_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
}

/// A row; `None` when it is not well-formed, which a test excludes.
fn effect(line: &'static str) -> Option<Effect> {
    let fields: Vec<&'static str> = line.split('\t').collect();
    let [dataset, programme, list, regime, role, propagates, _sure, _source, _note] = fields[..] else { return None };
    Some(Effect {
        dataset,
        programme,
        list,
        regime: Regime::from_code(regime)?,
        role: match role {
            "blocked" => Role::Blocked,
            "restricted" => Role::Restricted,
            "licence" => Role::Licence,
            "none" => Role::None,
            _ => return None,
        },
        propagates: match propagates {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
    })
}

/// Whether a pattern with `*` for anything at its end fits.
fn fits(pattern: &str, dataset: &str) -> bool {
    // An id such as `opensanctions/us_ofac_sdn` names the list after the last stroke; a text with an authority is no id.
    let list = if dataset.starts_with(BY_AUTHORITY) { dataset } else { dataset.rsplit('/').next().unwrap_or(dataset) };
    [dataset, list]
        .into_iter()
        .any(|dataset| pattern.strip_suffix('*').map_or(pattern == dataset, |prefix| dataset.starts_with(prefix)))
}

/// What a listing means to each regime: the row that says most, for every dataset, programme and list that it names.
fn effects(datasets: &[&str], programmes: &[&str], lists: &[&str]) -> Vec<(Regime, Role, bool)> {
    let any =
        |values: &[&str], beginning: &str| beginning.is_empty() || values.iter().any(|value| value.starts_with(beginning));
    let mut found = Vec::new();
    for regime in Regime::ALL {
        let best = EFFECTS
            .iter()
            .filter(|row| {
                let named = datasets.iter().any(|dataset| fits(row.dataset, dataset));
                row.regime == regime && named && any(programmes, row.programme) && any(lists, row.list)
            })
            // A row by dataset says more than one by authority.
            .max_by_key(|row| {
                let by_dataset = !row.dataset.starts_with(BY_AUTHORITY);
                (by_dataset, row.dataset.len(), row.list.len(), row.programme.len(), row.role == Role::Blocked)
            });
        found.extend(best.map(|row| (regime, row.role, row.propagates)));
    }
    found
}

/// The designations that a sanction makes.
fn of_sanction(sanction: EntityRef<'_>, party_datasets: &[String], found: &mut Vec<Designation>) {
    let origin = sanction.origin();
    let authorities: Vec<String> = sanction.texts("authority").map(|name| format!("{BY_AUTHORITY}{name}")).collect();
    // The source of the record; in a file of several lists, such as one of FollowTheMoney, what the sanction says of its list, or its party.
    let own_datasets = sanction.datasets();
    let is_known = |name: &&str| EFFECTS.iter().any(|row| !row.dataset.starts_with(BY_AUTHORITY) && fits(row.dataset, name));
    let mut datasets: Vec<&str> = [origin.source.as_str()].into_iter().filter(is_known).collect();
    for of_file in [own_datasets.as_slice(), party_datasets] {
        if datasets.is_empty() {
            datasets.extend(of_file.iter().map(String::as_str).filter(is_known));
        }
    }
    datasets.extend(authorities.iter().map(String::as_str));
    let programmes: Vec<&str> = sanction.texts("program").chain(sanction.texts("programId")).collect();
    let lists: Vec<&str> = sanction.texts("summary").collect();
    let day = |property: &str| {
        sanction.texts(property).filter_map(|text| DateValue::parse(text).ok()).map(|date| Day::earliest(&date)).min()
    };
    let from = day("startDate").or_else(|| day("listingDate")).unwrap_or(Day::FIRST);
    let until = day("endDate").unwrap_or(Day::LAST);
    let statement = sanction.index();
    let effects = effects(&datasets, &programmes, &lists);
    found.extend(effects.into_iter().map(|(regime, role, propagates)| Designation {
        regime,
        role,
        propagates,
        from,
        until,
        statement,
    }));
}

/// The designations of one entity, by the sanctions that name it. An entity of a list that states no sanctions of its own, only that it is a
/// target, is designated since ever.
#[must_use]
pub fn designations(entity: EntityRef<'_>) -> Vec<Designation> {
    let mut found = Vec::new();
    let mut sanctions = 0;
    for link in entity.referrers() {
        if link.property == "entity" && link.entity.schema().is_some_and(|schema| schema.is_a(Schema::Sanction)) {
            sanctions += 1;
            of_sanction(link.entity, &entity.datasets(), &mut found);
        }
    }
    let is_target = || {
        let target = entity.members().get("target").and_then(serde_json::Value::as_bool);
        target == Some(true) || entity.texts("topics").any(|topic| topic == "sanction")
    };
    if sanctions == 0 && entity.schema().is_some_and(|schema| schema.is_a(Schema::Thing)) && is_target() {
        let datasets = entity.datasets();
        let programmes: Vec<&str> = entity.texts("programId").chain(entity.texts("program")).collect();
        let source = entity.origin().source;
        let names: Vec<&str> =
            datasets.iter().map(String::as_str).chain([source.as_str()]).filter(|name| !name.is_empty()).collect();
        found.extend(effects(&names, &programmes, &[]).into_iter().map(|(regime, role, propagates)| Designation {
            regime,
            role,
            propagates,
            from: Day::FIRST,
            until: Day::LAST,
            statement: entity.index(),
        }));
    }
    found
}

/// The designations of every entity that has any.
#[must_use]
pub fn all_designations(snapshot: &Snapshot) -> FxHashMap<u32, Vec<Designation>> {
    snapshot
        .entities()
        .map(|entity| (entity.index(), designations(entity)))
        .filter(|(_, designations)| !designations.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(EFFECTS.len(), rows().count());
        for row in EFFECTS.iter() {
            assert!(!row.dataset.is_empty() && !row.dataset.trim_end_matches('*').contains('*'), "{}", row.dataset);
        }
    }

    #[test]
    fn the_row_that_says_most_decides() {
        let us = |dataset: &str, programme: &str, list: &str| {
            effects(&[dataset], &[programme], &[list])
                .into_iter()
                .find(|found| found.0 == Regime::Us)
                .map(|found| (found.1, found.2))
        };
        assert_eq!(us("us_ofac_sdn", "DPRK2", "SDN List"), Some((Role::Blocked, true)));
        assert_eq!(us("us_ofac_cons", "CMIC-EO13959", "Consolidated List"), Some((Role::Restricted, false)));
        assert_eq!(us("gb_fcdo_sanctions", "", ""), None);
    }
}
