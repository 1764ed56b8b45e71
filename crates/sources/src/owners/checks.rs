//! Whether the shares of a company sum to more than the whole: holdings in, an issue for each company and class out.

use interdict_model::{DateValue, PartialDate, Share, ShareRange};
use rustc_hash::FxHashMap;

use super::Row;
use crate::listing::{Listing, Place};

/// A holding, by what it is a part of.
#[derive(Debug)]
pub(super) struct Holding {
    asset: String,
    /// The class of the shares; votes are a class of their own.
    class: String,
    joint: String,
    /// Millionths of a percent at least.
    units: u64,
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    line: u64,
}

impl Holding {
    pub(super) fn of(row: &Row, asset: &str, votes: bool) -> Self {
        let share = ShareRange::parse(if votes { &row.votes } else { &row.percentage });
        Self {
            asset: asset.to_owned(),
            class: if votes { "votes".to_owned() } else { format!("shares {}", row.class).trim().to_lowercase() },
            joint: row.joint.clone(),
            units: share.map_or(0, |share| u64::from(share.min().units())),
            // What is certain to be held at once: from the last day on which it may begin to the first on which it may end.
            from: DateValue::parse(&row.from).ok().map(|date| date.latest()),
            to: DateValue::parse(&row.to).ok().map(|date| date.earliest()),
            line: row.line,
        }
    }
}

/// All holdings of a file by asset and class, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Sums {
    groups: Vec<Vec<Holding>>,
    places: FxHashMap<(String, String), usize>,
    /// The holding of a joint arrangement, by its group and its label.
    joint: FxHashMap<(usize, String), usize>,
}

impl Sums {
    pub(super) fn add(&mut self, holding: Holding) {
        if holding.units == 0 || holding.to.is_some() && holding.from >= holding.to {
            return;
        }
        let place = *self.places.entry((holding.asset.clone(), holding.class.clone())).or_insert_with(|| {
            self.groups.push(Vec::new());
            self.groups.len() - 1
        });
        // Those who hold jointly may each state the whole of it.
        let group = &mut self.groups[place];
        if !holding.joint.is_empty() {
            let at = *self.joint.entry((place, holding.joint.clone())).or_insert(group.len());
            if let Some(held) = group.get_mut(at) {
                held.units = held.units.max(holding.units);
                return;
            }
        }
        group.push(holding);
    }

    /// Says of each asset and class once when its shares sum to more than the whole on some day.
    pub(super) fn check(self, listing: &mut Listing<'_>) {
        for group in self.groups {
            let Some((line, units)) = beyond(&group) else { continue };
            let record = format!("row {line}");
            let (asset, class) = (&group[0].asset, &group[0].class);
            let percent = Share::WHOLE.percent() * units as f64 / f64::from(Share::WHOLE.units());
            let message = format!("with this row the {class} of `{asset}` sum to at least {percent} %; all are kept");
            listing.issue(Place { line, record: &record }, "percentage", message);
        }
    }
}

/// The line of the holding with which the sum on some day first exceeds the whole, and the sum.
fn beyond(group: &[Holding]) -> Option<(u64, u64)> {
    let mut events: Vec<(Option<PartialDate>, bool, usize)> = Vec::with_capacity(2 * group.len());
    for (place, holding) in group.iter().enumerate() {
        events.push((holding.from, true, place));
        if let Some(to) = holding.to {
            events.push((Some(to), false, place));
        }
    }
    // No date is before all dates; on one day, what ends goes before what begins.
    events.sort_unstable();
    let mut sum = 0;
    for (_, begins, place) in events {
        if !begins {
            sum -= group[place].units;
            continue;
        }
        sum += group[place].units;
        if sum > u64::from(Share::WHOLE.units()) {
            return Some((group[place].line, sum));
        }
    }
    None
}
