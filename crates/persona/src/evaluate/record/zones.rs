//! Clocks of browsers and devices against the place of the address that they come from.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::geography::{LastCode, clocks, code, code_of, name};
use super::past;
use crate::evaluate::clocks::Clock;
use crate::evaluate::sequence::line::offset_shown;
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::networks::NetClass;
use crate::people::{NO_OFFSET, Person, Zone};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field};

/// What an event states of clock and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    /// Time zone, country and longitude, by the numbers of their texts.
    zone: u32,
    country: u32,
    lon: u32,
    /// The offset of its time.
    offset: i8,
    week: u32,
    over_vpn: bool,
}

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

/// Whether a zone is one that browsers state which hide theirs, and no place's.
fn hides(zone: &str) -> bool {
    !zone.contains('/') || zone.starts_with("Etc/")
}

/// Minutes between a clock and the nearest of a place's, round the day.
fn gap(offset: i16, (least, most): (i16, i16)) -> i16 {
    let gap = if offset < least { least - offset } else { (offset - most).max(0) };
    gap.min(1440 - gap)
}

/// Whether the clock of the browser or device is off from that of the address by so many hours on so many days. Everybody's clock differs from
/// that of a VPN's exit: there, but where the house forbids VPN, only one counts that is off from what the person claims as well.
pub(super) fn browser(hours: u32, days: u32, person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("log-ins with a time zone and a country on enough days");
    let people = context.people;
    let bound = i16::try_from(hours.saturating_mul(60)).unwrap_or(i16::MAX).max(1);
    let (mut all_days, mut off_days, mut at_home) = (0_u32, 0_u32, 0_u32);
    let (mut first, mut last, mut largest, mut off_over_vpn) = (None, None, 0, false);
    let zone_name = person.zone().map(Zone::name);
    let home = person.country().and_then(code);
    let claims = |time: Time| {
        let own = person.zone().map(|own| own.offset_at(time));
        [own.map(|own| (own, own)), home.and_then(|home| clocks(home, None))].into_iter().flatten()
    };
    let has_claim = person.zone().is_some() || home.is_some();
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
            let stated = context.baselines.clocks.of_event(event.row());
            if zone == u32::MAX && stated == Clock::Unstated || country == u32::MAX {
                continue;
            }
            let over_vpn = match context.class_of(event) {
                NetClass::Office => continue,
                NetClass::Vpn if !context.policy.vpn_forbidden => true,
                _ => false,
            };
            if over_vpn && !has_claim {
                continue;
            }
            let (offset, week) = (if zone == u32::MAX { event.row().offset } else { NO_OFFSET }, event.time().day() / 7);
            let key = Key { zone, country, lon, offset, week, over_vpn };
            let clock = || match (zone, stated) {
                (u32::MAX, Clock::Device(minutes)) => Some(minutes),
                (u32::MAX, _) => None,
                (zone, _) => offset_of(people.text(TextId(zone)), event.time()),
            };
            // A browser that hides the zone says UTC.
            let is_hidden = |clock| clock == 0 && (zone == u32::MAX || hides(people.text(TextId(zone))));
            let at_claimed = zone != u32::MAX
                && zone_name.is_some_and(|own| own == people.text(TextId(zone)))
                && codes.of(people, country) == home;
            let off = match known {
                // As claimed, in both: most log-ins of most people.
                _ if at_claimed && home.is_some() || zone == u32::MAX && stated == Clock::Log => Some(0),
                Some((held, off)) if held == key => off,
                _ => {
                    let lon = (lon != u32::MAX).then(|| people.text(TextId(lon)).parse().ok()).flatten();
                    let range = codes.of(people, country).and_then(|country| clocks(country, lon));
                    let off = clock().zip(range).map(|(clock, range)| {
                        let claimed = claims(event.time()).filter(|_| over_vpn);
                        let off = claimed.map(|claimed| gap(clock, claimed)).fold(gap(clock, range), i16::min);
                        if is_hidden(clock) { 0 } else { off }
                    });
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
                off_over_vpn |= over_vpn;
                at_home += u32::from(clock().is_some_and(|clock| claims(event.time()).any(|claimed| gap(clock, claimed) == 0)));
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
        if let (None, Some(offset)) = (event.fact(Field::Tz), event.offset()) {
            let what = "offset of the clock of the browser or device";
            evidence.push(Evidence::new(person, what, offset_shown(offset), Some(event.time()), event.source()));
        }
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
        "on {off_days} of {all_days} days the clock is {hours} hours or more from that of the address{}, up to {} h {} min",
        if off_over_vpn { " and of the place that is claimed" } else { "" },
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
        let of_country = |rows: String| rows.replace("; zone=America/New_York", "");
        check(&test, &of_country(rows("tz=America/Los_Angeles; country=jp")), "0.50");
        check(&test, &of_country(rows("tz=Asia/Shanghai; country=us")), "1.00");
        // Over a VPN everybody's clock is another than the exit's; whose is that of neither exit nor claim hides where he is.
        check(&test, &rows("tz=America/New_York; country=jp; network=vpn"), "clear");
        check(&test, &rows("tz=America/Chicago; country=jp; network=vpn"), "clear");
        check(&test, &rows("tz=Asia/Shanghai; country=us; network=vpn"), "1.00");
        check(&test, &rows("tz=Asia/Shanghai; country=jp; network=vpn"), "clear");
        let unclaimed = |rows: String| rows.replace("person country=us; zone=America/New_York", "person name=Sam Invented");
        check(&test, &unclaimed(rows("tz=Asia/Shanghai; country=us; network=vpn")), "not checked");
        // What browsers state that hide the zone, and what a place has.
        check(&test, &rows("tz=UTC; country=us"), "clear");
        check(&test, &rows("tz=Etc/UTC; country=jp"), "clear");
        check(&test, &rows("tz=Africa/Abidjan; country=jp"), "1.00");
        let forbidden = Policy { vpn_forbidden: true, ..Policy::default() };
        assert_eq!(word_under(&forbidden, &test, &rows("tz=Asia/Shanghai; country=us; network=vpn")), "1.00");
        check(&test, &rows("tz=Asia/Shanghai; country=us; network=residential_proxy"), "1.00");
        check(&test, &rows("tz=Middle/Earth; country=us"), "not checked");
        check(&test, &rows("country=us"), "not checked");
        check(&test, "login 2026-03-01 tz=Asia/Shanghai; country=us", "not checked");
        let one_day = rows("tz=America/New_York; country=us") + "login 2026-03-09 tz=Asia/Shanghai; country=us";
        check(&test, &one_day, "clear");
    }

    /// The offset of a log-in is a clock where it is that by which people say to live, and no log's.
    #[test]
    fn offsets_of_log_ins() {
        let test = Test::BrowserZone { hours: 3, days: 2 };
        let person = |number: usize, land: &str, offset: &str, ip_land: &str| -> String {
            let login = |day| format!("p{number}: login 2026-03-{day:02}T10:00:00Z offset={offset}; country={ip_land}\n");
            format!("p{number}: person country={land}\n{}", (1..=3).map(login).collect::<String>())
        };
        let of = |first: &str, others: &dyn Fn(usize) -> (&'static str, &'static str)| -> String {
            let others = (2..=30).map(|number| {
                let (land, offset) = others(number);
                person(number, land, offset, land)
            });
            first.to_owned() + &others.collect::<String>()
        };
        let mixed = |number: usize| [("us", "-300"), ("de", "60"), ("in", "330")][number % 3];
        check(&test, &of(&person(1, "us", "480", "us"), &mixed), "1.00");
        check(&test, &of(&person(1, "us", "330", "us"), &mixed), "1.00");
        check(&test, &of(&person(1, "us", "-240", "us"), &mixed), "clear");
        check(&test, &of(&person(1, "us", "0", "us"), &mixed), "clear");
        // Germany's clocks for all: the log of a head office there, with people of other countries who are few or many.
        check(&test, &of(&person(1, "in", "60", "in"), &|number| (["us", "de", "in"][number % 3], "60")), "clear");
        check(&test, &of(&person(1, "in", "60", "in"), &|_| ("de", "60")), "clear");
        check(&test, &of(&person(1, "de", "480", "de"), &|_| ("de", "60")), "1.00");
        // Of a part of them the log states the head office's clock, of others theirs.
        let two_logs = |number: usize| [("us", "60"), ("de", "60"), ("in", "330")][number % 3];
        check(&test, &of(&person(1, "us", "60", "us"), &two_logs), "clear");
        // Too few to tell whose it is.
        check(&test, &person(1, "us", "480", "us"), "not checked");
    }
}
