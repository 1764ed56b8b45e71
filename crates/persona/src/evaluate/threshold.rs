//! Tests against a bound: documents and events of one person go in; numbers that pass the bound come out, each with the records that it is
//! made of.

mod baselines;
mod measure;

use interdict_model::Country;

pub(crate) use baselines::Baselines;

use super::sequence::line::{ACTIVITY, DAY, HOUR, Kinds, LOGINS, Line, counted, excess, has_hour, share};
use super::{Context, Fired, MAX_EVIDENCE, Outcome};
use crate::indicators::Test;
use crate::people::{EventRow, Person};
use crate::time::Time;
use crate::vocabulary::{EventKind, Field};

/// What a test against a bound finds of a person; `None` for another test.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
    let line = || Line::new(person, context);
    Some(match test {
        Test::Measure { measure, at_least, at_most } => measure::measure(&line(), context, *measure, *at_least, *at_most),
        Test::Burst { events, at_least, days, after_start } => burst(&line(), context, events, *at_least, *days, *after_start),
        Test::CountriesInWindow { at_least, days } => countries_in_window(&line(), *at_least, *days),
        Test::LongActivity { session_hours, day_hours, days } => long_activity(&line(), *session_hours, *day_hours, *days),
        Test::RoundPayments { at_least, days } => round_payments(&line(), *at_least, *days),
        _ => return None,
    })
}

/// When the person began: as stated, else the day of hiring.
fn start(line: &Line<'_>) -> Option<Time> {
    line.person.start().or_else(|| hired(line).map(|row| row.time))
}

/// The first record of hiring.
fn hired<'a>(line: &Line<'a>) -> Option<&'a EventRow> {
    const HIRED: Kinds = Kinds::of(&[EventKind::Hired]);
    line.of(HIRED).next().map(|(_, row)| row)
}

/// The most that one record counts for.
const MOST: f64 = 10_000.0;

/// For how many one record stands.
fn weight(line: &Line<'_>, row: &EventRow) -> usize {
    line.number(row, Field::Count).filter(|count| *count >= 1.0).map_or(1, |count| count.min(MOST) as usize)
}

/// So many events within a period.
fn burst(
    line: &Line<'_>,
    context: &Context<'_>,
    events: &[EventKind],
    at_least: u32,
    days: u32,
    after_start: Option<u32>,
) -> Outcome {
    let kinds = Kinds::of(events);
    if !line.may_have(kinds) {
        // Where nobody has one, none is recorded.
        let recorded = events.iter().any(|kind| context.baselines.recorded(*kind));
        return if recorded {
            Outcome::Clear
        } else {
            Outcome::NotChecked(events.first().map_or("events", |kind| kind.label()))
        };
    }
    let (from, to) = match after_start {
        None => (Time::default(), None),
        Some(days) => {
            let Some(start) = start(line) else { return Outcome::NotChecked("a start date") };
            // A start is a day, not a moment.
            let start = Time::from_seconds(i64::from(start.day()) * DAY).unwrap_or(start);
            (start, Some(i64::from(days) * DAY))
        }
    };
    let within = i64::from(days.max(1)) * DAY;
    let rows = || {
        let in_time = move |row: &EventRow| row.time >= from && to.is_none_or(|to| row.time.since(from) <= to);
        line.of(kinds).map(|(_, row)| row).filter(move |row| in_time(row)).map(|row| (row, weight(line, row)))
    };
    let needed = at_least.max(1) as usize;
    if rows().map(|(_, weight)| weight).sum::<usize>() < needed {
        return Outcome::Clear;
    }
    let rows: Vec<(&EventRow, usize)> = rows().collect();
    let (mut first, mut sum) = (0, 0);
    let (mut most, mut found) = (0, 0..0);
    for (last, (row, weight)) in rows.iter().enumerate() {
        sum += weight;
        while row.time.since(rows[first].0.time) > within {
            sum -= rows[first].1;
            first += 1;
        }
        if sum > most {
            (most, found) = (sum, first..last + 1);
        }
    }
    if most < needed {
        return Outcome::Clear;
    }
    let found = &rows[found];
    let (begin, end) = (found[0].0, found[found.len() - 1].0);
    let names: Vec<&str> = events.iter().map(|kind| kind.label()).collect();
    let mut note = format!("{most} of {} within {}", names.join(" and "), within_shown(begin.time, end.time));
    if let Some(start) = after_start.and_then(|_| start(line)) {
        let day = begin.time.since(start).max(0) / DAY;
        note.extend([", from day ", &day.to_string(), " after the start"]);
    }
    let shown = |row: &EventRow, weight: usize| {
        if weight > 1 { format!("{}, {weight} at once", row.time) } else { row.time.to_string() }
    };
    let evidence = sample(found).map(|(row, weight)| line.evidence(row, row.kind.label(), shown(row, *weight))).collect();
    Outcome::Fired(Fired { share: share(0.6 + 0.4 * excess(most, at_least)), ..Fired::new(evidence, note) })
}

/// The first ones and the last.
fn sample<T>(found: &[T]) -> impl Iterator<Item = &T> {
    let head = found.len().min(MAX_EVIDENCE / 2);
    let tail = found.len().saturating_sub(1).max(head);
    found[..head].iter().chain(&found[tail..])
}

/// "a day", "9 days".
fn within_shown(from: Time, to: Time) -> String {
    let days = (to.since(from) + DAY - 1) / DAY;
    if days <= 1 { "a day".to_owned() } else { format!("{days} days") }
}

/// Different texts of a country that are compared before any is read.
const TEXTS: usize = 16;

/// Different countries of log-in within a period.
fn countries_in_window(line: &Line<'_>, at_least: u32, days: u32) -> Outcome {
    let needed = at_least.max(2) as usize;
    let mut texts = [0_u32; TEXTS];
    let (mut different, mut stated) = (0, false);
    for (_, row) in line.of(LOGINS) {
        let Some(text) = line.fact(row, Field::Country) else { continue };
        stated = true;
        if different < TEXTS && !texts[..different].contains(&text) {
            texts[different] = text;
            different += 1;
        }
    }
    if !stated {
        return Outcome::NotChecked("log-ins with a country");
    }
    let only_relays =
        || line.of(LOGINS).all(|(_, row)| line.fact(row, Field::Country).is_none() || !line.network(row).has_country());
    if different < needed.min(TEXTS) {
        return if only_relays() {
            Outcome::NotChecked("log-ins with a country, outside VPN and office networks")
        } else {
            Outcome::Clear
        };
    }
    let rows: Vec<(&EventRow, Country)> = (line.of(LOGINS))
        .filter(|(_, row)| line.network(row).has_country())
        .filter_map(|(_, row)| Some((row, line.country(row)?)))
        .collect();
    if rows.is_empty() {
        return Outcome::NotChecked("log-ins with a country, outside VPN and office networks");
    }
    let within = i64::from(days.max(1)) * DAY;
    let mut held: Vec<(Country, usize)> = Vec::new();
    let (mut first, mut most, mut found) = (0, 0, 0..0);
    for (last, (row, country)) in rows.iter().enumerate() {
        match held.iter_mut().find(|(known, _)| known == country) {
            Some((_, count)) => *count += 1,
            None => held.push((*country, 1)),
        }
        while row.time.since(rows[first].0.time) > within {
            if let Some(at) = held.iter().position(|(known, _)| *known == rows[first].1) {
                held[at].1 -= 1;
                if held[at].1 == 0 {
                    held.swap_remove(at);
                }
            }
            first += 1;
        }
        if held.len() > most || held.len() == most && last + 1 - first > found.len() {
            (most, found) = (held.len(), first..last + 1);
        }
    }
    if most < needed {
        return Outcome::Clear;
    }
    let found = &rows[found];
    let changes = found.windows(2).filter(|pair| pair[0].1 != pair[1].1).count();
    let begin = found[0].0.time;
    let end = found[found.len() - 1].0.time;
    let note = format!(
        "log-ins from {most} countries within {}, with {} between them",
        within_shown(begin, end),
        counted(changes, "change"),
    );
    let mut shown: Vec<Country> = Vec::new();
    let mut evidence = Vec::new();
    for (row, country) in found {
        if !shown.contains(country) && evidence.len() < MAX_EVIDENCE {
            shown.push(*country);
            evidence.push(line.evidence(row, "country of the log-in", country.name()));
        }
    }
    // A journey goes from one to the next and home; several persons, and relays, go to and fro.
    let to_and_fro = (changes as f64 / most as f64 - 1.0).clamp(0.0, 1.0);
    let relays = if line.any_relay() { 0.7 } else { 1.0 };
    let clearness = (0.35 + 0.35 * to_and_fro + 0.3 * excess(most, at_least)) * relays;
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// Sessions, or hours of activity a day, that no single person keeps up.
fn long_activity(line: &Line<'_>, session_hours: u32, day_hours: u32, days: u32) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("sessions with an end, or activity with times");
    if !line.may_have(ACTIVITY) {
        return MISSING;
    }
    let needed = days.max(1);
    let (mut timed, mut ended) = (false, false);
    let mut open: Vec<(&EventRow, Time)> = Vec::new();
    let mut busy: Vec<(&EventRow, u32, &EventRow)> = Vec::new();
    let mut today: Option<(u32, u32, &EventRow, &EventRow)> = None;
    let full = |hours: u32| day_hours > 0 && hours.count_ones() >= day_hours;
    for (_, row) in line.of(ACTIVITY).filter(|(_, row)| has_hour(row)) {
        timed = true;
        if LOGINS.has(row.kind)
            && let Some(end) = line.end(row)
        {
            ended = true;
            if session_hours > 0 && end.since(row.time) >= i64::from(session_hours) * HOUR {
                open.push((row, end));
            }
        }
        let (day, hour) = (row.time.day(), 1 << (row.time.seconds() % DAY / HOUR));
        today = match today {
            Some((known, hours, first, _)) if known == day => Some((day, hours | hour, first, row)),
            other => {
                if let Some((_, hours, first, last)) = other
                    && full(hours)
                {
                    busy.push((first, hours.count_ones(), last));
                }
                Some((day, hour, row, row))
            }
        };
    }
    if let Some((_, hours, first, last)) = today
        && full(hours)
    {
        busy.push((first, hours.count_ones(), last));
    }
    if !timed && !ended {
        return MISSING;
    }
    if busy.len() >= needed as usize {
        let most = busy.iter().map(|(_, hours, _)| *hours).max().unwrap_or_default();
        let note =
            format!("active in {day_hours} or more hours of the day on {}, up to {most} hours", counted(busy.len(), "day"));
        let evidence = sample(&busy)
            .flat_map(|(first, hours, last)| {
                [
                    line.evidence(first, format!("first of {hours} active hours"), first.time.to_string()),
                    line.evidence(last, format!("last of {hours} active hours"), last.time.to_string()),
                ]
            })
            .take(MAX_EVIDENCE)
            .collect();
        return Outcome::Fired(Fired { share: share(0.7 + 0.3 * excess(busy.len(), days)), ..Fired::new(evidence, note) });
    }
    let mut session_days: Vec<u32> = open.iter().map(|(row, _)| row.time.day()).collect();
    session_days.dedup();
    if session_days.is_empty() || session_days.len() < needed as usize {
        return Outcome::Clear;
    }
    let longest = open.iter().map(|(row, end)| end.since(row.time)).max().unwrap_or_default() / HOUR;
    let note = format!(
        "sessions of {session_hours} hours or more begun on {}, the longest of {longest} hours; a session may be left open",
        counted(session_days.len(), "day"),
    );
    let evidence = sample(&open)
        .flat_map(|(row, end)| {
            [
                line.evidence(row, "begin of the session", row.time.to_string()),
                line.evidence(row, "end of the session", end.to_string()),
            ]
        })
        .take(MAX_EVIDENCE)
        .collect();
    Outcome::Fired(Fired { share: share(0.3 + 0.2 * excess(session_days.len(), days)), ..Fired::new(evidence, note) })
}

const PAYOUTS: Kinds = Kinds::of(&[EventKind::Payout]);
/// Bounds from which banks and services ask or report, in the common currencies.
const BOUNDS: [f64; 3] = [10_000.0, 3_000.0, 1_000.0];
/// How near below a bound a payment is meant to stay below it.
const BELOW: f64 = 0.95;

/// Equal round payments, or payments just below a bound, so close to each other that they are one sum in pieces. Wages are equal and round
/// as well, also where they are paid irregularly, but never come so often.
fn round_payments(line: &Line<'_>, at_least: u32, days: u32) -> Outcome {
    let needed = at_least.max(2) as usize;
    let payments = || {
        line.of(PAYOUTS)
            .filter_map(|(_, row)| Some((row, line.number(row, Field::Amount)?)))
            .filter(|(_, amount)| *amount > 0.0)
    };
    match payments().take(needed).count() {
        0 => return Outcome::NotChecked("payouts with amounts"),
        some if some < needed => return Outcome::Clear,
        _ => {}
    }
    // Equal sums of one currency, and sums just below one bound: what is alike stands together.
    let mut groups: Vec<(u64, Option<u32>, &EventRow, f64)> = Vec::new();
    for (row, amount) in payments() {
        let currency = line.fact(row, Field::Currency);
        if let Some(bound) = BOUNDS.iter().find(|bound| amount >= *bound * BELOW && amount < **bound) {
            groups.push((bound.to_bits() | 1 << 63, currency, row, amount));
        }
        if amount >= 100.0 && amount % 100.0 == 0.0 {
            groups.push((amount.to_bits(), currency, row, amount));
        }
    }
    groups.sort_by_key(|(what, currency, row, _)| (*what, *currency, row.time));
    let alike = (groups.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)))
        .filter_map(|group| closest(group, needed, i64::from(days.max(1)) * DAY))
        .max_by_key(|group| group.len());
    let Some(group) = alike else { return Outcome::Clear };
    let below = group[0].0 >> 63 == 1;
    let bound = f64::from_bits(group[0].0 & !(1 << 63));
    let mut on: Vec<u32> = group.iter().map(|(_, _, row, _)| row.time.day()).collect();
    on.dedup();
    let currency = group[0].1.map_or("", |text| line.text(text));
    let note = format!(
        "{} of {} {} {bound} {currency}, on {}, within {}",
        group.len(),
        counted(payments().count(), "payment"),
        if below { "just below" } else { "of exactly" },
        counted(on.len(), "day"),
        within_shown(group[0].2.time, group[group.len() - 1].2.time),
    );
    let evidence =
        sample(group).map(|(_, _, row, amount)| line.evidence(row, "payment", format!("{amount} {currency}"))).collect();
    // Several on one day are one sum in pieces.
    let split = on.len() * 2 <= group.len();
    let clearness = if below { 0.5 } else { 0.3 } + if split { 0.3 } else { 0.0 } + 0.2 * excess(group.len(), at_least);
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// A payment with what it is alike in, its currency and its amount.
type Alike<'a> = (u64, Option<u32>, &'a EventRow, f64);

/// The most payments, in the order of time, of which no two of so many neighbours are further apart than the period.
fn closest<'a, 'b>(group: &'b [Alike<'a>], needed: usize, within: i64) -> Option<&'b [Alike<'a>]> {
    let (mut first, mut found) = (0, 0..0);
    for (last, (_, _, row, _)) in group.iter().enumerate() {
        while row.time.since(group[first].2.time) > within {
            first += 1;
        }
        if last + 1 - first > found.len() {
            found = first..last + 1;
        }
    }
    (found.len() >= needed).then(|| &group[found])
}

#[cfg(test)]
mod tests {
    use crate::evaluate::sequence::testing::{check, check_with, daily, note_of, share_of};
    use crate::indicators::Test;
    use crate::policy::Policy;
    use crate::vocabulary::EventKind;

    #[test]
    fn bursts() {
        let test = Test::Burst { events: vec![EventKind::PayeeChanged], at_least: 2, days: 90, after_start: None };
        let at = |day: &str| format!("payee_changed 2026-{day}");
        let fired = check(&test, &[at("01-05"), at("02-05")], "fires");
        assert!(note_of(&fired).starts_with("2 of payout account changed within 31 days"), "{}", note_of(&fired));
        check(&test, &[at("01-01"), at("04-01")], "fires");
        check(&test, &[at("01-01"), at("04-02")], "clear");
        check(&test, &[at("01-05")], "clear");
        // Two exports of one log.
        check(&test, &[at("01-05"), at("01-05")], "clear");
        check(&test, &["login 2026-01-01T10:00:00Z"], "not checked");
        check(&test, &["@b payee_changed 2026-01-05"], "clear");
        check(&test, &["payee_changed 2027-01-05", "payee_changed 2027-01-06"], "clear");

        let first = Test::Burst {
            events: vec![EventKind::AccessRequest, EventKind::MemberAdded],
            at_least: 3,
            days: 30,
            after_start: Some(30),
        };
        let requests = |month: &str| -> Vec<String> {
            (1..4).map(|day| format!("access_request 2026-{month}-0{day}T10:00:00Z")).collect()
        };
        let with = |start: &str, month: &str| [vec![format!("person start={start}")], requests(month)].concat();
        let fired = check(&first, &with("2026-03-01", "03"), "fires");
        assert!(note_of(&fired).contains("day 0 after the start"), "{}", note_of(&fired));
        check(&first, &with("2026-01-01", "03"), "clear");
        check(&first, &with("2026-04-01", "03"), "clear");
        check(&first, &requests("03"), "not checked");
        check(&first, &[vec!["hired 2026-03-01".to_owned()], requests("03")].concat(), "fires");
        // One record of many.
        let bulk = Test::Burst { events: vec![EventKind::Download], at_least: 100, days: 1, after_start: None };
        check(&bulk, &["download 2026-03-01T10:00:00Z count=250"], "fires");
        check(&bulk, &["download 2026-03-01T10:00:00Z count=-250"], "clear");
        let many: Vec<String> = (0..400).map(|number| format!("download 2026-03-01T10:00:00Z repo=r{number}")).collect();
        let many = check(&bulk, &many, "fires");
        assert!(share_of(&many) > 0.9);
    }

    #[test]
    fn countries() {
        let test = Test::CountriesInWindow { at_least: 3, days: 7 };
        let logins = |places: &[(&str, &str)]| -> Vec<String> {
            places.iter().map(|(time, place)| format!("login 2026-03-{time}T10:00:00Z {place}")).collect()
        };
        let journey = check(&test, &logins(&[("01", "country=DE"), ("03", "country=FR"), ("05", "country=ES")]), "fires");
        let rows = logins(&[
            ("01", "country=DE"),
            ("02", "country=FR"),
            ("03", "country=DE"),
            ("04", "country=ES"),
            ("05", "country=FR"),
            ("06", "country=DE"),
            ("07", "country=ES"),
        ]);
        let fro = check(&test, &rows, "fires");
        assert!(share_of(&fro) > share_of(&journey), "to and fro is no journey");
        assert!(note_of(&fro).contains("3 countries within 6 days"), "{}", note_of(&fro));
        for (places, expected) in [
            (vec![("01", "country=DE"), ("03", "country=FR"), ("05", "country=Germany")], "clear"),
            (vec![("01", "country=DE"), ("03", "country=FR"), ("09", "country=ES")], "clear"),
            (vec![("01", "country=DE"), ("03", "country=FR"), ("05", "country=ES network=vpn")], "clear"),
            (
                vec![("01", "country=DE network=vpn"), ("03", "country=FR network=vpn"), ("05", "country=ES network=vpn")],
                "not checked",
            ),
            (vec![("01", "country=DE network=vpn")], "not checked"),
            (vec![("01", "country=Nowhere"), ("03", "country=Elsewhere"), ("05", "country=Anywhere")], "not checked"),
            (vec![("01", "ip=198.18.0.1")], "not checked"),
            (vec![("01", "country=DE")], "clear"),
        ] {
            check(&test, &logins(&places), expected);
        }
        let office = Policy { office_networks: vec!["198.18.0.0/24".parse().unwrap()], ..Policy::default() };
        let rows = ["DE", "FR", "ES"].map(|country| format!("login 2026-03-01T10:00:00Z ip=198.18.0.1 country={country}"));
        check_with(&test, &rows[..1], &office, "not checked");
        // More countries than are compared by their writing.
        let all =
            ["DE", "FR", "ES", "IT", "PL", "CZ", "AT", "CH", "NL", "BE", "DK", "SE", "NO", "FI", "PT", "IE", "GB", "US", "CA"];
        let rows: Vec<String> = (all.iter().enumerate())
            .map(|(hour, country)| format!("login 2026-03-01T{hour:02}:00:00Z country={country}"))
            .collect();
        check(&Test::CountriesInWindow { at_least: 18, days: 7 }, &rows, "fires");
        check(&Test::CountriesInWindow { at_least: 20, days: 7 }, &rows, "clear");
    }

    #[test]
    fn activity_that_nobody_keeps_up() {
        let test = Test::LongActivity { session_hours: 24, day_hours: 20, days: 3 };
        let hours = |days: u32, hours: u32| -> Vec<String> {
            (0..hours).flat_map(|hour| daily("2026-03-01", days, 1, hour * 60 + 30, "commit {day}")).collect()
        };
        let active = check(&test, &hours(3, 20), "fires");
        assert!(note_of(&active).contains("on 3 days, up to 20 hours"), "{}", note_of(&active));
        check(&test, &hours(2, 24), "clear");
        check(&test, &hours(9, 16), "clear");
        let sessions = |days: u32, end: u32| -> Vec<String> {
            (1..=days).map(|day| format!("session 2026-03-{day:02}T10:00:00Z end=2026-03-{:02}T11:00:00Z", day + end)).collect()
        };
        let open = check(&test, &sessions(3, 1), "fires");
        assert!(share_of(&open) < share_of(&active), "a session may be left open");
        check(&test, &sessions(2, 1), "clear");
        check(&test, &sessions(5, 0), "clear");
        // What machines do, and days without hours.
        let machine: Vec<String> = hours(3, 24).iter().map(|row| row.replace("commit", "device_seen")).collect();
        check(&test, &machine, "not checked");
        check(&test, &["bid 2026-03-01", "bid 2026-03-02"], "not checked");
        let at_once: Vec<String> = (0..100).map(|number| format!("commit 2026-03-01T10:00:00Z sha={number:07}")).collect();
        check(&test, &at_once, "clear");
        check(&test, &["commit 2026-03-01T10:00:00Z"], "clear");
    }

    #[test]
    fn payments() {
        let test = Test::RoundPayments { at_least: 4, days: 7 };
        let pay = |days: &[&str], amount: &str| -> Vec<String> {
            days.iter().map(|day| format!("payout 2026-{day}T10:00:00Z amount={amount} currency=USD")).collect()
        };
        let close = ["01-02", "01-03", "01-05", "01-08", "04-01"];
        let round = check(&test, &pay(&close, "2000"), "fires");
        assert!(
            note_of(&round).contains("4 of 5 payments of exactly 2000 USD, on 4 days, within 6 days"),
            "{}",
            note_of(&round)
        );
        let below = check(&test, &pay(&close, "9900"), "fires");
        assert!(share_of(&below) > share_of(&round));
        let mut one_day = pay(&["01-02"], "2900.50");
        for minute in 1..4 {
            one_day.push(one_day[0].replace("10:00:00", &format!("10:0{minute}:00")));
        }
        let split = check(&test, &one_day, "fires");
        assert!(share_of(&split) > share_of(&below) || share_of(&split) > 0.7, "one sum in pieces");
        for (rows, expected) in [
            // Wages are equal, and often round, also where they are paid irregularly.
            (pay(&["01-31", "02-27", "03-31", "04-30", "05-29"], "5000"), "clear"),
            (pay(&["01-02", "01-05", "02-20", "02-21", "04-01"], "5000"), "clear"),
            (pay(&["01-31", "02-27", "04-30", "05-29", "06-29"], "9800"), "clear"),
            (pay(&["01-02", "01-09", "01-16", "01-23", "01-30"], "1000"), "clear"),
            (pay(&close, "2013.55"), "clear"),
            (pay(&close[..3], "2000"), "clear"),
            (pay(&["01-02", "01-03", "01-02", "01-03"], "2000"), "clear"),
            (pay(&close, "-2000"), "not checked"),
            (pay(&close, "two~thousand"), "not checked"),
            (vec!["login 2026-01-01T10:00:00Z".to_owned()], "not checked"),
        ] {
            check(&test, &rows, expected);
        }
    }
}
