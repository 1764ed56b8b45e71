//! People with the same stations of life: employers and schools with the same dates. Stations that many share are a large employer's intake or
//! a year of a school, and link nobody.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{CareerPair, LinkKind, TextEnd};
use crate::people::{Document, People};
use crate::vocabulary::{DocKind, Field};

/// People from which a station says nothing.
const MOST: usize = 15;

/// A station as it is compared and as it is shown; `None` without dates, as the name alone is shared by all who worked there.
fn stations(document: Document<'_>) -> Vec<(String, String)> {
    let mut groups: BTreeMap<u8, [&str; 3]> = BTreeMap::new();
    for fact in document.facts().filter(|fact| fact.group() > 0) {
        let place = match fact.field() {
            Field::Employer | Field::School => 0,
            Field::From => 1,
            Field::To => 2,
            _ => continue,
        };
        groups.entry(fact.group()).or_default()[place] = fact.text();
    }
    let dated = groups.into_values().filter(|[name, from, _]| !name.is_empty() && from.len() >= 4);
    let as_compared = |[name, from, to]: [&str; 3]| {
        let folded: String = interdict_names::fold(name).to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let shown = if to.is_empty() { format!("{name}, {from} on") } else { format!("{name}, {from} to {to}") };
        (format!("{folded}|{}|{}", month(from), month(to)), shown)
    };
    dated.map(as_compared).collect()
}

/// Year and month of a date; the day is left out.
fn month(date: &str) -> &str {
    date.get(..7).unwrap_or(date)
}

pub(super) fn pairs(people: &People) -> Vec<CareerPair> {
    let mut by_station: FxHashMap<String, Vec<(TextEnd, String)>> = FxHashMap::default();
    for person in people.all() {
        for document in person.documents_of(DocKind::Cv).chain(person.documents_of(DocKind::Profile)) {
            for (key, shown) in stations(document) {
                let holders = by_station.entry(key).or_default();
                if holders.len() <= MOST && holders.last().is_none_or(|(end, _)| end.person != person.id()) {
                    holders.push((TextEnd::of(document), shown));
                }
            }
        }
    }
    let mut common: BTreeMap<(TextEnd, TextEnd), Vec<String>> = BTreeMap::new();
    let mut holders_most: FxHashMap<(TextEnd, TextEnd), usize> = FxHashMap::default();
    let mut keys: Vec<&String> = by_station.keys().collect();
    keys.sort_unstable();
    for key in keys {
        let holders = &by_station[key];
        if !(2..=MOST).contains(&holders.len()) {
            continue;
        }
        for (index, (a, shown)) in holders.iter().enumerate() {
            for (b, _) in &holders[index + 1..] {
                common.entry((*a, *b)).or_default().push(shown.clone());
                let most = holders_most.entry((*a, *b)).or_default();
                *most = (*most).max(holders.len());
            }
        }
    }
    let weigh = |((a, b), stations): ((TextEnd, TextEnd), Vec<String>)| {
        let share = match stations.len() {
            0 | 1 => return None,
            2 => 0.5,
            _ => 1.0,
        };
        let weight = LinkKind::Career.weight(holders_most[&(a, b)]) * share;
        (weight > 0.0).then_some(CareerPair { a, b, stations, weight })
    };
    common.into_iter().filter_map(weigh).collect()
}
