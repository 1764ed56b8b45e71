//! Whose clock the offset of a log-in is: that of the device from which it came, or that by which the log is written. People go in, once for a
//! run; the offsets that are the log's come out.

use rustc_hash::FxHashMap;

use super::record::geography::{clocks, code};
use super::sequence::line::offset;
use crate::people::{EventRow, People, Zone};
use crate::time::Time;

/// People with an offset from which it can be told whose it is.
const ENOUGH: u32 = 10;
/// Share of people, in percent, from which an offset may be a log's, and from which it is taken for one without a further look.
const MANY: u32 = 5;
const MOST: u32 = 60;
/// Share of its people, in percent, who say to live by an offset, from which it is theirs.
const THEIRS: u32 = 80;
/// Minutes by which a clock may be off that does not follow the summer time.
const SUMMER: i16 = 60;

/// Which of the offsets that log-ins state are those of devices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clocks {
    enough: bool,
    /// In quarters of an hour, those of a log.
    of_logs: Vec<i8>,
}

impl Clocks {
    /// A log that is written by one clock, as that of a head office, states it of people of all countries. Where an offset is a device's, most of
    /// those who have it say to live by it; and what nearly all have is taken for a log's, as those who live elsewhere are then too few to tell.
    pub(super) fn of(people: &People, as_of: Time) -> Self {
        let stated = &people.offsets;
        let mut by_offset: FxHashMap<i8, (u32, u32, u32)> = FxHashMap::default();
        for ((country, zone, quarters), count) in &stated.by_claim {
            let (all, claiming, theirs) = by_offset.entry(*quarters).or_default();
            *all += count;
            let zone = zone.map(|zone| &people.zones[zone.0 as usize]);
            let land = country.and_then(code).and_then(|code| clocks(code, None));
            let Some((least, most)) = zone.map(|zone| both_seasons(zone, as_of)).or(land) else { continue };
            *claiming += count;
            if (least - SUMMER..=most + SUMMER).contains(&(i16::from(*quarters) * 15)) {
                *theirs += count;
            }
        }
        let of_logs = by_offset.into_iter().filter_map(|(quarters, (all, claiming, theirs))| {
            let is_of_log =
                all * 100 >= stated.people * MOST || all * 100 >= stated.people * MANY && theirs * 100 < claiming * THEIRS;
            is_of_log.then_some(quarters)
        });
        Self { enough: stated.people >= ENOUGH, of_logs: of_logs.collect() }
    }

    /// The clock that an event's offset tells of.
    pub(super) fn of_event(&self, row: &EventRow) -> Clock {
        match offset(row) {
            Some(minutes) if self.enough => {
                if self.of_logs.contains(&row.offset) {
                    Clock::Log
                } else {
                    Clock::Device(minutes)
                }
            }
            _ => Clock::Unstated,
        }
    }
}

/// Whose clock an offset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// None is stated, or it cannot be told whose it is.
    Unstated,
    /// That of the log, or one that is as everybody's.
    Log,
    /// That of the device, in minutes east of UTC.
    Device(i16),
}

/// The least and the most offset of a zone in a year.
fn both_seasons(zone: &Zone, as_of: Time) -> (i16, i16) {
    let half = Time::from_seconds(as_of.seconds() - 182 * 86_400).unwrap_or(as_of);
    let (one, other) = (zone.offset_at(as_of), zone.offset_at(half));
    (one.min(other), one.max(other))
}
