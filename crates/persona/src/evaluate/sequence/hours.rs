//! At what hours a person is active, and what offset the records state: events and the stated time zone go in; a day that is shifted
//! against that of the zone, and offsets that are not those of the zone, come out.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use interdict_model::Country;

use super::line::{DAY, Kinds, Line, counted, has_hour, local_shown, offset, offset_shown, share};
use crate::evaluate::record::geography;
use crate::evaluate::{Evidence, Fired, Outcome};
use crate::people::{Person, Zone};
use crate::time::Time;
use crate::vocabulary::EventKind;

/// Hours of a night.
const NIGHT: usize = 8;
/// The middle of a night by the clock of the zone where one lives.
const MIDDLE: f64 = 3.0;
/// The most of all activity that a quiet third of the day holds.
const QUIET: f64 = 0.06;
/// The least resultant length of the activity: below, it has no time of day.
const RESULTANT: f64 = 0.25;

/// Active hours of days, by the hour of the day; each hour of a day counts once.
#[derive(Debug, Default, Clone, Copy)]
struct Clock {
    hours: [u32; 24],
    total: u32,
    days: u32,
    last_hour: Option<i64>,
    last_day: Option<i64>,
}

impl Clock {
    fn add(&mut self, local_seconds: i64) {
        let hour = local_seconds.div_euclid(3600);
        if self.last_hour.replace(hour) == Some(hour) {
            return;
        }
        self.hours[hour.rem_euclid(24) as usize] += 1;
        self.total += 1;
        let day = hour.div_euclid(24);
        self.days += u32::from(self.last_day.replace(day) != Some(day));
    }

    /// How concentrated the activity is: 0 for all hours alike, 1 for one hour.
    fn resultant(&self) -> f64 {
        let (mut x, mut y) = (0.0, 0.0);
        for (hour, count) in self.hours.iter().enumerate() {
            let angle = hour as f64 * std::f64::consts::TAU / 24.0;
            x += f64::from(*count) * angle.cos();
            y += f64::from(*count) * angle.sin();
        }
        x.hypot(y) / f64::from(self.total.max(1))
    }

    /// The middle of the quiet third of the day that lies nearest to the middle of the night, as hours after it, and the activity in it;
    /// `None` when no third is quiet. The nearest, so that an evening or a late morning is not held against anybody.
    fn quiet(&self) -> Option<(f64, u32)> {
        let most = f64::from(self.total) * QUIET;
        let windows = (0..24).map(|start| (start, (start..start + NIGHT).map(|hour| self.hours[hour % 24]).sum::<u32>()));
        windows
            .filter(|(_, sum)| f64::from(*sum) <= most)
            .map(|(start, sum)| (after_night((start + NIGHT / 2) as f64), sum))
            .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))
    }
}

/// Hours from the middle of the night to an hour, from -12 to 12.
fn after_night(hour: f64) -> f64 {
    (hour - MIDDLE + 12.0).rem_euclid(24.0) - 12.0
}

fn stated_evidence(line: &Line<'_>, name: &str) -> Evidence {
    Evidence::new(line.person, "stated time zone or country", name, None, line.person.source())
}

/// Of the clocks of the stated country that by which the person's day is shifted least: nobody is held to a part of the country that he
/// did not name.
fn kindest(line: &Line<'_>, times: impl Iterator<Item = Time>) -> Option<Zone> {
    let (country, (least, most)) = clocks_of(line.person)?;
    let mut clock = Clock::default();
    times.for_each(|time| clock.add(time.seconds()));
    let (shift, _) = clock.quiet()?;
    let moved = |minutes: i16| ((shift + f64::from(minutes) / 60.0 + 12.0).rem_euclid(24.0) - 12.0).abs();
    let best = (least..=most).step_by(30).min_by(|one, other| moved(*one).total_cmp(&moved(*other)))?;
    Zone::fixed(name_of_clocks(country), best)
}

/// The country that a person states, with the least and the most offset of its clocks.
fn clocks_of(person: Person<'_>) -> Option<(Country, (i16, i16))> {
    let country = person.country()?;
    Some((country, geography::clocks(geography::code(country)?, None)?))
}

fn name_of_clocks(country: Country) -> String {
    format!("the clocks of {}", country.name())
}

/// Hours of activity that fit another zone than the stated one.
pub(super) fn hours_shift(line: &Line<'_>, events: &[EventKind], hours: u32, days: u32) -> Outcome {
    const FEW: Outcome = Outcome::NotChecked("activity with times on enough days");
    if line.person.zone().is_none() && line.person.country().is_none() {
        return Outcome::NotChecked("a stated time zone or country");
    }
    let kinds = Kinds::of(events);
    if !line.may_have(kinds) || line.rows.len() < days as usize {
        return FEW;
    }
    let of_time = || line.of(kinds).map(|(_, row)| row).filter(|row| has_hour(row));
    let Some(first) = of_time().next() else { return FEW };
    let bound = f64::from(hours);
    let of_country = if line.person.zone().is_none() { kindest(line, of_time().map(|row| row.time)) } else { None };
    let Some(zone) = line.person.zone().or(of_country.as_ref()) else {
        return Outcome::NotChecked("a quiet part of the day");
    };
    // With the offset of the first day the summer is an hour off: enough to see who is far from the bound.
    let about = i64::from(zone.offset_at(first.time)) * 60;
    let mut clock = Clock::default();
    of_time().for_each(|row| clock.add(row.time.seconds() + about));
    if clock.days < days {
        return FEW;
    }
    if clock.quiet().is_some_and(|(shift, _)| shift.abs() + 2.0 < bound) {
        return Outcome::Clear;
    }
    let mut clock = Clock::default();
    of_time().for_each(|row| clock.add(row.time.seconds() + i64::from(zone.offset_at(row.time)) * 60));
    let resultant = clock.resultant();
    let Some((shift, still)) = clock.quiet().filter(|(shift, _)| shift.abs() >= bound && resultant >= RESULTANT) else {
        return Outcome::Clear;
    };
    let middle = (MIDDLE + shift).rem_euclid(24.0);
    let night: u32 = (23..31).map(|hour| clock.hours[hour % 24]).sum();
    let note = format!(
        "quiet about {middle:02.0}:00 by {} instead of about 03:00, a shift of {:.0} hours; {still} of {} active hours on {} days lie in \
         that quiet third, {night} between 23:00 and 07:00; night work looks alike",
        zone.name(),
        shift.abs(),
        clock.total,
        clock.days,
    );
    let mut evidence = vec![stated_evidence(line, zone.name())];
    let nightly = of_time().filter_map(|row| {
        let offset = zone.offset_at(row.time);
        let hour = (row.time.seconds() + i64::from(offset) * 60).div_euclid(3600).rem_euclid(24);
        let what = format!("local time of the {}", row.kind.label());
        (!(7..23).contains(&hour)).then(|| line.evidence(row, what, local_shown(row.time, offset)))
    });
    evidence.extend(nightly.take(5));
    if evidence.len() == 1 {
        evidence.push(line.evidence(first, "first activity, local time", local_shown(first.time, zone.offset_at(first.time))));
    }
    // A working night is shifted by eight hours at most and has its own day; more shift and more days are clearer.
    let far = ((shift.abs() - bound) / (12.0 - bound).max(1.0)).clamp(0.0, 1.0);
    let long = (f64::from(clock.days) / f64::from(days.max(1)) - 1.0).clamp(0.0, 1.0);
    let clearness = (0.25 + 0.45 * far + 0.15 * long) * (0.6 + 0.4 * resultant) / 0.85;
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// Minutes by which an offset may differ: a clock that does not follow the summer time.
const SUMMER: i16 = 60;

/// By which clocks a person says to live: those of the stated zone, or else of any part of the stated country.
enum Stated<'a> {
    Zone(&'a Zone),
    Country(Country, (i16, i16)),
}

impl<'a> Stated<'a> {
    fn of(person: Person<'a>) -> Option<Self> {
        let country = || clocks_of(person).map(|(country, clocks)| Self::Country(country, clocks));
        person.zone().map(Self::Zone).or_else(country)
    }

    /// The least and the most offset at a moment.
    fn at(&self, time: Time) -> RangeInclusive<i16> {
        match self {
            Self::Zone(zone) => {
                let offset = zone.offset_at(time);
                offset..=offset
            }
            Self::Country(_, (least, most)) => *least..=*most,
        }
    }

    fn agrees(&self, time: Time, offset: i16) -> bool {
        within_summer(&self.at(time), offset)
    }

    fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Zone(zone) => zone.name().into(),
            Self::Country(country, _) => name_of_clocks(*country).into(),
        }
    }

    fn shown(&self, time: Time) -> String {
        let (least, most) = self.at(time).into_inner();
        if least == most { offset_shown(least) } else { format!("{} to {}", offset_shown(least), offset_shown(most)) }
    }
}

fn within_summer(clocks: &RangeInclusive<i16>, offset: i16) -> bool {
    (clocks.start() - SUMMER..=clocks.end() + SUMMER).contains(&offset)
}

/// Records with another offset from which they count in full; fewer may be those of a journey.
const IN_FULL: f64 = 20.0;

/// Offsets of records that are not those of the stated zone or country.
pub(super) fn offset_differs(line: &Line<'_>, events: &[EventKind], least: f64, at_least: u32) -> Outcome {
    const FEW: Outcome = Outcome::NotChecked("enough events that state an offset other than UTC");
    let kinds = Kinds::of(events);
    if !line.may_have(kinds) {
        return FEW;
    }
    let Some(home) = Stated::of(line.person) else { return Outcome::NotChecked("a stated time zone or country") };
    // Machines and containers write +00:00, wherever the person is; it counts only where it is the time of the zone for half of the year.
    let half_year_on = |time: Time| Time::from_seconds(time.seconds() + 182 * DAY).unwrap_or(time);
    let near_utc =
        line.rows.first().is_some_and(|row| [row.time, half_year_on(row.time)].iter().any(|time| home.at(*time).contains(&0)));
    let with_offset = || line.of(kinds).filter_map(|(_, row)| Some((row, offset(row)?)));
    let stated = || with_offset().filter(|(_, offset)| *offset != 0 || near_utc);
    let mut known = None;
    let mut agrees = |time, offset: i16| {
        // The offset of one season is within the hour that is allowed in the other.
        if known == Some(offset) {
            return true;
        }
        let clocks = home.at(time);
        if clocks.contains(&offset) {
            known = Some(offset);
        }
        within_summer(&clocks, offset)
    };
    let (mut total, mut differing) = (0_u32, 0_u32);
    for (row, offset) in stated() {
        total += 1;
        differing += u32::from(!agrees(row.time, offset));
    }
    if total == 0 || total < at_least {
        return FEW;
    }
    let part = f64::from(differing) / f64::from(total);
    if differing == 0 || differing < at_least || part < least {
        return Outcome::Clear;
    }
    let differ: Vec<_> = stated().filter(|(row, offset)| !home.agrees(row.time, *offset)).collect();
    let mut days: Vec<u32> = differ.iter().map(|(row, _)| row.time.day()).collect();
    days.dedup();
    let mut offsets: Vec<i16> = differ.iter().map(|(_, offset)| *offset).collect();
    offsets.sort_unstable();
    let Some(most) = offsets.chunk_by(|a, b| a == b).max_by_key(|equal| equal.len()) else { return Outcome::Clear };
    let note = format!(
        "{differing} of {total} events on {} state another offset than {} had; {} of them {}",
        counted(days.len(), "day"),
        home.name(),
        most.len(),
        offset_shown(most[0]),
    );
    let mut evidence = vec![stated_evidence(line, &home.name())];
    evidence.extend(differ.iter().filter(|(_, offset)| *offset == most[0]).take(4).map(|(row, offset)| {
        let value = format!("{} instead of {}", offset_shown(*offset), home.shown(row.time));
        line.evidence(row, format!("offset of the {}", row.kind.label()), value)
    }));
    // Travellers have many offsets on few days.
    let steady = most.len() as f64 / f64::from(differing);
    let enough = (f64::from(differing) / IN_FULL).clamp(0.5, 1.0);
    let clearness = part * (0.4 + 0.6 * steady) * if days.len() < 3 { 0.5 } else { enough };
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::sequence::testing::{check, daily, note_of, share_of};
    use crate::indicators::Test;
    use crate::vocabulary::EventKind;

    fn shift() -> Test {
        Test::HoursShift { events: vec![EventKind::Login, EventKind::Commit], hours: 5, days: 15 }
    }

    /// Log-ins on each of some days at these hours UTC.
    fn at(zone: &str, hours: impl IntoIterator<Item = u32>, days: u32, step: u32) -> Vec<String> {
        let mut rows = vec![format!("person zone={zone}")];
        for (index, hour) in hours.into_iter().enumerate() {
            rows.extend(daily("2026-01-02", days, step, hour * 60 + index as u32, "login {day}"));
        }
        rows
    }

    #[test]
    fn hours_of_another_zone() {
        // Nine to midnight in Shanghai is eight in the evening to eleven in the morning in New York.
        let fired = check(&shift(), &at("America/New_York", [1, 3, 5, 7, 9, 11, 13, 15], 30, 1), "fires");
        assert!(note_of(&fired).contains("on 31 days") && note_of(&fired).contains("America/New_York"), "{}", note_of(&fired));
        let more = check(&shift(), &at("America/New_York", [1, 3, 5, 7, 9, 10], 60, 1), "fires");
        assert!(share_of(&more) > 0.0);
        // A night owl who sleeps from four to one is at the bound: little.
        let owl = check(&shift(), &at("Europe/Berlin", [12, 14, 16, 18, 20, 22, 24, 26], 30, 1), "fires");
        assert!(share_of(&owl) < 0.45 && share_of(&owl) < share_of(&fired), "{} {}", share_of(&owl), share_of(&fired));
        // The same by a fixed offset, and over the change to summer time.
        check(&shift(), &at("-05:00", [1, 3, 5, 7, 9, 11, 13, 15], 60, 2), "fires");
        check(&shift(), &at("America/New_York", [1, 3, 5, 7, 9, 11, 13, 15], 60, 2), "fires");
    }

    #[test]
    fn honest_hours() {
        for (rows, why) in [
            (at("Europe/Berlin", 8..17, 30, 1), "an office day"),
            (at("Europe/Berlin", 8..17, 60, 3), "an office day in winter and summer"),
            (at("Europe/Berlin", 17..23, 30, 1), "evenings beside another job"),
            (at("Europe/Berlin", [11, 13, 15, 17, 19, 21, 23, 25], 30, 1), "a night owl who sleeps from three to noon"),
            (at("America/New_York", [14, 16, 18, 20], 30, 1), "an office day"),
            (at("Asia/Kolkata", [9, 11, 13, 15, 17, 19], 30, 1), "from half past two to one at night, for a customer abroad"),
            (at("Europe/Berlin", 0..24, 30, 1), "no time of day at all"),
            (at("Europe/Berlin", [3], 30, 1), "one hour early"),
        ] {
            assert!(!rows.is_empty(), "{why}");
            check(&shift(), &rows, "clear");
        }
    }

    #[test]
    fn hours_that_cannot_be_checked() {
        let rows = at("America/New_York", [1, 3, 5, 7, 9, 11, 13, 15], 30, 1);
        check(&shift(), &rows[1..], "not checked");
        check(&shift(), &rows[..1], "not checked");
        check(&shift(), &at("America/New_York", [1, 3, 5, 7, 9, 11, 13, 15], 9, 1), "not checked");
        // Days alone have no hour, and all at one time is one day.
        let mut days = vec!["person zone=America/New_York".to_owned()];
        days.extend((1..29).map(|day| format!("login 2026-03-{day:02}")));
        check(&shift(), &days, "not checked");
        let mut once = vec!["person zone=America/New_York".to_owned()];
        once.extend((0..50).map(|number| format!("login 2026-03-01T08:00:00Z ip=198.18.0.{number}")));
        check(&shift(), &once, "not checked");
        check(&shift(), &["person zone=America/New_York", "login 2026-03-01T08:00:00Z"], "not checked");
        // Clocks that are off.
        let future: Vec<String> = rows.iter().map(|row| row.replace("2026-", "2027-")).collect();
        check(&shift(), &future, "not checked");
    }

    fn offsets() -> Test {
        Test::OffsetDiffers { events: vec![EventKind::Commit], share: 0.5, at_least: 10 }
    }

    fn commits(zone: &str, from: &str, days: u32, step: u32, offset: &str) -> Vec<String> {
        let mut rows = vec![format!("person zone={zone}")];
        rows.extend(daily(from, days, step, 600, &format!("commit {{day}} offset={offset}")));
        rows
    }

    #[test]
    fn offsets_of_another_zone() {
        let fired = check(&offsets(), &commits("America/New_York", "2026-01-02", 20, 1, "480"), "fires");
        assert!(
            note_of(&fired).contains("20 of 20 events on 20 days") && note_of(&fired).contains("+08:00"),
            "{}",
            note_of(&fired)
        );
        // Half hours and quarters.
        check(&offsets(), &commits("America/New_York", "2026-01-02", 20, 1, "345"), "fires");
        let mut mixed = commits("America/New_York", "2026-01-02", 12, 1, "480");
        mixed.extend(commits("America/New_York", "2026-02-02", 12, 1, "-300").split_off(1));
        let half = check(&offsets(), &mixed, "fires");
        assert!(share_of(&half) < share_of(&fired));
        let few = check(&offsets(), &commits("America/New_York", "2026-01-02", 12, 1, "480"), "fires");
        assert!((share_of(&few) - 0.6).abs() < 1e-9 && (share_of(&fired) - 1.0).abs() < 1e-9, "{}", share_of(&few));
    }

    #[test]
    fn offsets_of_another_country() {
        let of = |country: &str, offset: &str| {
            let mut rows = commits("Europe/Berlin", "2026-01-02", 20, 1, offset);
            rows[0] = format!("person country={country}");
            rows
        };
        let fired = check(&offsets(), &of("us", "540"), "fires");
        assert!(note_of(&fired).contains("another offset than the clocks of United States"), "{}", note_of(&fired));
        // Any part of a wide country, in summer and winter.
        for offset in ["-600", "-480", "-240"] {
            check(&offsets(), &of("us", offset), "clear");
        }
        check(&offsets(), &of("kr", "540"), "clear");
        check(&offsets(), &of("us", "0"), "not checked");
    }

    #[test]
    fn honest_offsets() {
        let berlin = |offset: &str| commits("Europe/Berlin", "2026-01-02", 50, 3, offset);
        check(&offsets(), &berlin("60"), "clear");
        check(&offsets(), &berlin("120"), "clear");
        // Machines write UTC.
        check(&offsets(), &berlin("0"), "not checked");
        check(&offsets(), &berlin(""), "not checked");
        check(&offsets(), &berlin("60")[1..], "not checked");
        check(&offsets(), &berlin("60")[..9], "not checked");
        check(&offsets(), &["person zone=Europe/Berlin"], "not checked");
        // In London it is the time of winter.
        let mut london = commits("Europe/London", "2025-07-02", 40, 6, "0");
        check(&offsets(), &london, "clear");
        london.extend(daily("2026-04-01", 14, 1, 700, "commit {day} offset=-420"));
        check(&offsets(), &london, "clear");
        // Two weeks of travel.
        let mut travel = berlin("60");
        travel.extend(daily("2026-04-01", 14, 1, 700, "commit {day} offset=-420"));
        check(&offsets(), &travel, "clear");
        // Without zone it is no offset.
        let mut bare = vec!["person zone=Europe/Berlin".to_owned()];
        bare.extend((1..29).map(|day| format!("commit 2026-03-{day:02}T10:00:00")));
        check(&offsets(), &bare, "not checked");
    }
}
