//! Clocks of browsers and devices against the place of the address that they come from.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::geography::{LastCode, clocks, code, code_of, name};
use super::past;
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::networks::NetClass;
use crate::people::{Person, Zone};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field};

/// Time zone, country and longitude of an event, by the numbers of their texts, and its week.
type Key = (u32, u32, u32, u32);

thread_local! {
    /// Zones that were read, by their text: there are some hundreds.
    static ZONES: RefCell<FxHashMap<Box<str>, Option<Zone>>> = RefCell::new(FxHashMap::default());
}

fn offset_of(zone: &str, time: Time) -> Option<i16> {
    ZONES.with_borrow_mut(|known| {
        if let Some(found) = known.get(zone) {
            return found.as_ref().map(|zone| zone.offset_at(time));
        }
        // What is no zone is any text: it shall not fill the memory.
        if known.len() > 4096 {
            known.clear();
        }
        known.entry(zone.into()).or_insert(Zone::parse(zone).ok()).as_ref().map(|zone| zone.offset_at(time))
    })
}

/// Minutes between a clock and the nearest of a place's, round the day.
fn gap(offset: i16, (least, most): (i16, i16)) -> i16 {
    let gap = if offset < least { least - offset } else { (offset - most).max(0) };
    gap.min(1440 - gap)
}

/// Whether the clock of the browser or device is off from that of the address by so many hours on so many days. Exits of a VPN count only
/// where the house forbids VPN: everybody's clock differs there.
pub(super) fn browser(hours: u32, days: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("log-ins with a time zone and a country on enough days");
    let people = context.people;
    let is_detour = |class| class == NetClass::Office || class == NetClass::Vpn && !context.policy.vpn_forbidden;
    let bound = i16::try_from(hours.saturating_mul(60)).unwrap_or(i16::MAX).max(1);
    let (mut all_days, mut off_days, mut at_home) = (0_u32, 0_u32, 0_u32);
    let (mut first, mut last, mut largest) = (None, None, 0);
    let zone_name = person.zone().map(Zone::name);
    let home = person.country().and_then(code);
    let mut codes = LastCode::default();
    for kind in [EventKind::Login, EventKind::Session, EventKind::DeviceSeen] {
        let mut known: Option<(Key, Option<i16>)> = None;
        // The last day that was counted, and whether it was counted as off.
        let mut day: Option<(u32, bool)> = None;
        for event in past(person, kind, context.as_of) {
            let (mut zone, mut country, mut lon) = (u32::MAX, u32::MAX, u32::MAX);
            for row in people.facts.get(event.facts_set()) {
                match row.field {
                    Field::Tz => zone = row.value,
                    Field::Country => country = row.value,
                    Field::Lon => lon = row.value,
                    _ => {}
                }
            }
            if zone == u32::MAX || country == u32::MAX || is_detour(context.class_of(event)) {
                continue;
            }
            let key = (zone, country, lon, event.time().day() / 7);
            let at_claimed = zone_name.is_some_and(|own| own == people.text(TextId(zone))) && codes.of(people, country) == home;
            let off = match known {
                // As claimed, in both: most log-ins of most people.
                _ if at_claimed && home.is_some() => Some(0),
                Some((held, off)) if held == key => off,
                _ => {
                    let lon = (lon != u32::MAX).then(|| people.text(TextId(lon)).parse().ok()).flatten();
                    let range = codes.of(people, country).and_then(|country| clocks(country, lon));
                    let off = range.and_then(|range| Some(gap(offset_of(people.text(TextId(zone)), event.time())?, range)));
                    known = Some((key, off));
                    off
                }
            };
            let Some(off) = off else { continue };
            let (today, is_off) = (event.time().day(), off >= bound);
            match &mut day {
                Some((number, was_off)) if *number == today => {
                    off_days += u32::from(is_off && !*was_off);
                    *was_off |= is_off;
                }
                _ => {
                    all_days += 1;
                    off_days += u32::from(is_off);
                    day = Some((today, is_off));
                }
            }
            if is_off {
                let own = person.zone().map(|own| own.offset_at(event.time()));
                at_home += u32::from(own.is_some() && own == offset_of(people.text(TextId(zone)), event.time()));
                largest = largest.max(off);
                first = first.or(Some(event));
                last = Some(event);
            }
        }
    }
    if all_days == 0 || all_days < days {
        return MISSING;
    }
    let (Some(first), Some(last)) = (first, last) else { return Outcome::Clear };
    if off_days < days.max(1) {
        return Outcome::Clear;
    }
    let mut evidence = Vec::new();
    for event in if first.source() == last.source() { vec![first] } else { vec![first, last] } {
        for field in [Field::Tz, Field::Country] {
            let Some(fact) = event.fact(field) else { continue };
            let (what, value) = match field {
                Field::Tz => ("time zone of the browser or device", fact.text().to_owned()),
                _ => ("country of the address", code_of(fact.text()).map_or_else(|| fact.text().to_owned(), name)),
            };
            evidence.push(Evidence::new(person, what, value, Some(event.time()), event.source()));
        }
    }
    let part = f64::from(off_days) / f64::from(all_days);
    // A traveller's clock stays at home.
    let share = if at_home >= off_days { part * 0.5 } else { part };
    let note = format!(
        "on {off_days} of {all_days} days the clock is {hours} hours or more from that of the address, up to {} h {} min",
        largest / 60,
        largest % 60
    );
    Outcome::Fired(Fired { share: share.clamp(0.1, 1.0), ..Fired::new(evidence, note) })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::Test;
    use crate::policy::Policy;

    #[test]
    fn clocks_of_browsers() {
        let test = Test::BrowserZone { hours: 3, days: 3 };
        let rows = |facts: &str| {
            let logins = (1..=4).map(|day| format!("login 2026-03-{day:02}T10:00:00Z {facts}\n"));
            format!("person country=us; zone=America/New_York\n{}", logins.collect::<String>())
        };
        check(&test, &rows("tz=Asia/Shanghai; country=us"), "1.00");
        check(&test, &rows("tz=+08:00; country=us"), "1.00");
        check(&test, &rows("tz=America/Los_Angeles; country=us; lon=-74"), "clear");
        check(&test, &rows("tz=Asia/Tokyo; country=us; lon=-74"), "1.00");
        check(&test, &rows("tz=America/New_York; country=us"), "clear");
        check(&test, &rows("tz=Europe/Moscow; country=de"), "clear");
        // A traveller whose clock stays at home.
        check(&test, &rows("tz=America/New_York; country=jp"), "0.50");
        check(&test, &rows("tz=Asia/Shanghai; country=us; network=vpn"), "not checked");
        let forbidden = Policy { vpn_forbidden: true, ..Policy::default() };
        assert_eq!(word_under(&forbidden, &test, &rows("tz=Asia/Shanghai; country=us; network=vpn")), "1.00");
        check(&test, &rows("tz=Asia/Shanghai; country=us; network=residential_proxy"), "1.00");
        check(&test, &rows("tz=Middle/Earth; country=us"), "not checked");
        check(&test, &rows("country=us"), "not checked");
        check(&test, "login 2026-03-01 tz=Asia/Shanghai; country=us", "not checked");
        let one_day = rows("tz=America/New_York; country=us") + "login 2026-03-09 tz=Asia/Shanghai; country=us";
        check(&test, &one_day, "clear");
    }
}
