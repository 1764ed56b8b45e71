//! Where a person was: log-ins, sessions and deliveries with their places go in; journeys that nobody makes, one account in two places at
//! once, and places that never meet come out.

use interdict_model::Country;
use rustc_hash::FxHashSet;

use super::line::{DAY, HOUR, Kinds, LOGINS, Line, Point, counted, excess, has_hour, share};
use crate::evaluate::{Evidence, Fired, MAX_EVIDENCE, Outcome};
use crate::networks::NetClass;
use crate::people::{EventRow, NONE};
use crate::vocabulary::{EventKind, Field};

/// Kilometres by which the place of an address may be wrong: that of a whole city.
const CITY_KM: f64 = 100.0;
/// Kilometres below which two addresses may be one place.
const APART_KM: f64 = 300.0;
/// Seconds by which the clocks of two systems may differ.
const CLOCKS: i64 = 300;
/// Speed of an airliner with the way to and from the airport left out.
const AIRLINER_KMH: f64 = 900.0;

/// Kilometres an hour between two records, with what geolocation and clocks may be wrong taken off.
fn speed(distance: f64, seconds: i64) -> f64 {
    (distance - CITY_KM).max(0.0) / (seconds.max(CLOCKS) as f64 / HOUR as f64)
}

/// Two log-ins that no journey connects.
pub(super) fn impossible_speed(line: &Line<'_>, kmh: u32, at_least: u32) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("two log-ins with coordinates, outside VPN, mobile and office networks");
    // Most persons stay about one place. Equal writings of coordinates are read once.
    let mut first: Option<Point> = None;
    let mut texts = None;
    let (mut usable, mut far, mut stated) = (0_usize, false, false);
    for (_, row) in line.of(LOGINS) {
        let (Some(lat), Some(lon)) = (line.fact(row, Field::Lat), line.fact(row, Field::Lon)) else { continue };
        let (point, is_far) = match texts {
            Some((same, point, is_far)) if same == (lat, lon) => (point, is_far),
            _ => {
                let point = line.point(row);
                let from = first.or(point);
                let is_far = from.zip(point).is_some_and(|(from, to)| from.distance(to) > APART_KM / 2.0);
                texts = Some(((lat, lon), point, is_far));
                (point, is_far)
            }
        };
        stated |= point.is_some();
        if point.is_none() || !has_hour(row) || usable >= 2 && !is_far || !line.network(row).is_place() {
            continue;
        }
        usable += 1;
        far |= first.is_some() && is_far;
        first = first.or(point);
    }
    if !stated {
        return Outcome::NotChecked("log-ins with coordinates");
    }
    if !far {
        return if usable < 2 { MISSING } else { Outcome::Clear };
    }
    let mut before: Option<(&EventRow, Point, NetClass)> = None;
    let mut steps = 0_usize;
    let mut pairs: Vec<(f64, f64, &EventRow, &EventRow)> = Vec::new();
    let mut clear = 0.0;
    for (_, row) in line.of(LOGINS) {
        let Some(point) = line.point(row).filter(|_| has_hour(row)) else { continue };
        let network = line.network(row);
        if !network.is_place() {
            continue;
        }
        if let Some((from, from_point, from_network)) = before.replace((row, point, network)) {
            steps += 1;
            // One address in two places is a quarrel of two sources, and no journey.
            if from.ip != NONE && from.ip == row.ip {
                continue;
            }
            let distance = from_point.distance(point);
            let pace = speed(distance, row.time.since(from.time));
            if distance >= APART_KM && pace > f64::from(kmh) {
                pairs.push((pace, distance, from, row));
                clear += match (from_network, network) {
                    (NetClass::Residential, NetClass::Residential) => 1.0,
                    // A relay that nobody has marked as one looks alike, all the more with somebody who uses relays.
                    _ if line.any_relay() => 0.3,
                    _ => 0.6,
                };
            }
        }
    }
    if steps == 0 {
        return MISSING;
    }
    if pairs.is_empty() || pairs.len() < at_least as usize {
        return Outcome::Clear;
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (_, distance, from, to) = pairs[0];
    let note = format!(
        "{} of {} between log-ins would need more than {kmh} km/h; the fastest: {distance:.0} km in {}",
        pairs.len(),
        counted(steps, "move"),
        span(to.time.since(from.time)),
    );
    let evidence = pairs.iter().flat_map(|(_, _, from, to)| both(line, from, to)).take(MAX_EVIDENCE).collect();
    let clearness = clear / pairs.len() as f64 * (0.7 + 0.3 * excess(pairs.len(), at_least));
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

fn both(line: &Line<'_>, from: &EventRow, to: &EventRow) -> [Evidence; 2] {
    [from, to].map(|row| line.evidence(row, format!("place of the {}", row.kind.label()), line.place_shown(row)))
}

/// "25 minutes", "3.5 hours", "4 days".
pub(super) fn span(seconds: i64) -> String {
    match seconds.abs() {
        seconds if seconds < 2 * HOUR => counted((seconds / 60) as usize, "minute"),
        seconds if seconds < 2 * DAY => format!("{:.1} hours", seconds as f64 / HOUR as f64),
        seconds => format!("{} days", seconds / DAY),
    }
}

/// Seconds for which the begin of a session shows that somebody is there; sessions are left open.
const PRESENT: i64 = 12 * HOUR;
/// Sessions before one that it is compared with.
const OPEN_AT_ONCE: usize = 8;
/// Seconds between log-ins that alternate.
const ALTERNATE: i64 = 30 * 60;

struct Stay<'r> {
    row: &'r EventRow,
    network: NetClass,
    subnet: u64,
    /// Seconds since 1970 until which the session shows somebody; the begin when no end is stated.
    until: i64,
}

/// One account at the same time in two places, with two devices.
pub(super) fn concurrent_sessions(line: &Line<'_>, at_least: u32) -> Outcome {
    const PLACELESS: Outcome =
        Outcome::NotChecked("sessions or log-ins with addresses, outside VPN, mobile and office networks");
    let mut known: Option<&EventRow> = None;
    let (mut seen, mut usable) = (0_usize, 0_usize);
    let mut likely = false;
    for (_, row) in line.of(LOGINS).filter(|(_, row)| row.ip != NONE && has_hour(row)) {
        seen += 1;
        if usable < 2 && line.ip(row).is_some() && line.network(row).is_place() {
            usable += 1;
        }
        likely |= known.is_some_and(|known| known.ip != row.ip && row.time.since(known.time) < PRESENT);
        known = Some(row);
    }
    if seen < 2 {
        return Outcome::NotChecked("sessions or log-ins with addresses");
    }
    if usable < 2 {
        return PLACELESS;
    }
    if !likely {
        return Outcome::Clear;
    }
    let mut stays: Vec<Stay<'_>> = Vec::new();
    let mut pairs: Vec<(f64, &EventRow, &EventRow)> = Vec::new();
    for (_, row) in line.of(LOGINS).filter(|(_, row)| has_hour(row)) {
        let network = line.network(row);
        let Some(subnet) = line.subnet(row).filter(|_| network.is_place()) else { continue };
        let start = row.time.seconds();
        let until = line.end(row).map_or(start, |end| end.seconds().min(start + PRESENT));
        let stay = Stay { row, network, subnet, until };
        let overlap = stays.iter().rev().take(OPEN_AT_ONCE).find_map(|other| {
            let open = start < other.until && until > start;
            open.then(|| apart(line, other, &stay).map(|weight| (weight, other.row, row))).flatten()
        });
        let pair = overlap.or_else(|| match stays.as_slice() {
            [.., first, middle] if alternates(first, middle, &stay) => {
                let weight = apart(line, first, middle)?.min(apart(line, middle, &stay)?);
                Some((0.8 * weight, middle.row, row))
            }
            _ => None,
        });
        pairs.extend(pair);
        stays.push(stay);
    }
    if stays.len() < 2 {
        return PLACELESS;
    }
    if pairs.is_empty() || pairs.len() < at_least as usize {
        return Outcome::Clear;
    }
    let days: FxHashSet<u32> = pairs.iter().map(|(_, _, row)| row.time.day()).collect();
    let clear = pairs.iter().map(|(weight, ..)| weight).sum::<f64>() / pairs.len() as f64;
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let note = format!(
        "{} at the same time from two places, on {}, among {} sessions and log-ins",
        counted(pairs.len(), "pair"),
        counted(days.len(), "day"),
        stays.len(),
    );
    let evidence = pairs.iter().flat_map(|(_, from, to)| both(line, from, to)).take(MAX_EVIDENCE).collect();
    let clearness = clear * (0.7 + 0.3 * excess(pairs.len(), at_least));
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

/// Whether three log-ins go to another network and back within minutes.
fn alternates(first: &Stay<'_>, middle: &Stay<'_>, last: &Stay<'_>) -> bool {
    first.subnet == last.subnet
        && first.subnet != middle.subnet
        && middle.row.time.since(first.row.time) <= ALTERNATE
        && last.row.time.since(middle.row.time) <= ALTERNATE
}

/// How clearly two stays are those of two persons; `None` where one person explains them: one address, one device behind a relay that
/// nobody has marked, or places between which one travels.
fn apart(line: &Line<'_>, a: &Stay<'_>, b: &Stay<'_>) -> Option<f64> {
    if a.subnet == b.subnet {
        return None;
    }
    let devices = match (a.row.device, b.row.device) {
        (NONE, _) | (_, NONE) => false,
        (a, b) if a == b => return None,
        _ => true,
    };
    let clear = if devices { 1.0 } else { 0.5 };
    let seconds = b.row.time.since(a.row.time);
    let distance = line.point(a.row).zip(line.point(b.row)).map(|(a, b)| a.distance(b));
    match distance {
        Some(distance) if distance >= APART_KM => return (speed(distance, seconds) > AIRLINER_KMH).then_some(clear),
        Some(_) => {}
        None => {
            if let (Some(from), Some(to)) = (line.country(a.row), line.country(b.row))
                && from != to
                && seconds <= ALTERNATE
            {
                return Some(clear);
            }
        }
    }
    // Two homes of one town: a visit, unless it begins at once.
    (devices && a.network == NetClass::Residential && b.network == NetClass::Residential && seconds <= CLOCKS).then_some(0.3)
}

/// Days after a delivery in which the first contact is looked for.
const CONTACT_DAYS: i64 = 60;
const DELIVERED: Kinds = Kinds::of(&[EventKind::ParcelDelivered]);
const CONTACT: Kinds =
    Kinds::of(&[EventKind::Enrolment, EventKind::FirstBoot, EventKind::DeviceSeen, EventKind::Login, EventKind::Session]);
/// The first contact of a device comes from another country than that of its delivery.
pub(super) fn first_contact_elsewhere(line: &Line<'_>) -> Outcome {
    if !line.may_have(DELIVERED) {
        return Outcome::NotChecked("deliveries");
    }
    let mut outcome = Outcome::NotChecked("a delivery with a country");
    for (index, parcel) in line.of(DELIVERED) {
        let Some(delivered) = line.country(parcel) else { continue };
        if !matches!(outcome, Outcome::Clear) {
            outcome = Outcome::NotChecked("a first contact of the device with a country, outside VPN and office networks");
        }
        let of_parcel = |row: &EventRow| match (parcel.device, row.device) {
            (NONE, NONE) => !LOGINS.has(row.kind),
            // A device that was there before came in no parcel of today.
            (NONE, device) => !line.rows[..index].iter().any(|before| before.device == device),
            (sent, device) => sent == device,
        };
        let mut contacts = (line.of(CONTACT))
            .filter(|(at, row)| *at > index && of_parcel(row) && line.network(row).has_country())
            .take_while(|(_, row)| row.time.since(parcel.time) <= CONTACT_DAYS * DAY)
            .filter_map(|(_, row)| line.country(row).map(|country| (row, country)));
        let Some((first, country)) = contacts.next() else { continue };
        if same_country(delivered, country) {
            outcome = Outcome::Clear;
            continue;
        }
        let (mut later, mut back) = (0, 0);
        for (_, country) in contacts {
            later += 1;
            back += usize::from(same_country(delivered, country));
        }
        let note = format!(
            "first contact {} after the delivery; of {} within {CONTACT_DAYS} days {back} from the country of the delivery",
            span(first.time.since(parcel.time)),
            counted(later, "later contact"),
        );
        let evidence = vec![
            line.evidence(parcel, "country of the delivery", delivered.name()),
            line.evidence(first, format!("country of the {}", first.kind.label()), country.name()),
        ];
        // Somebody who was abroad when it came goes home to it.
        let clear = match (later, back) {
            (0, _) => 0.6,
            (_, 0) => 1.0,
            _ => 0.4,
        };
        return Outcome::Fired(Fired { share: clear, ..Fired::new(evidence, note) });
    }
    outcome
}

/// Whether two are one country or parts of one.
fn same_country(a: Country, b: Country) -> bool {
    a == b || a.alpha2().is_some() && a.alpha2() == b.alpha2()
}

/// Days that are near each other, and the same where one side is an application, which comes weeks before the first log-in.
const NEAR_DAYS: i64 = 2;
const NEAR_APPLICATION_DAYS: i64 = 90;
/// Places of the other kind that one is compared with.
const COMPARED: usize = 64;

struct Spot<'r> {
    row: &'r EventRow,
    country: Option<Country>,
    subnet: Option<u64>,
    asn: Option<u32>,
}

/// Countries or networks of two kinds of events that never agree on days near each other.
pub(super) fn never_meet(line: &Line<'_>, a: EventKind, b: EventKind, days: u32) -> Outcome {
    const FEW: Outcome = Outcome::NotChecked("places of both kinds of events on enough days, outside VPN and office networks");
    let (first, second) = (Kinds::of(&[a]), Kinds::of(&[b]));
    if !line.may_have(first) {
        return Outcome::NotChecked(a.label());
    }
    if !line.may_have(second) {
        return Outcome::NotChecked(b.label());
    }
    let applied = a == EventKind::Application || b == EventKind::Application;
    let near = if applied { NEAR_APPLICATION_DAYS } else { NEAR_DAYS } * DAY;
    // Most persons meet at once: one address of both kinds on days near each other.
    let mut last: [Option<&EventRow>; 2] = [None, None];
    let mut with_place = [(0_u32, u32::MAX); 2];
    for (_, row) in line.of(first.with(b)) {
        let side = usize::from(row.kind == b);
        let (count, day) = &mut with_place[side];
        if *day != row.time.day() && (row.ip != NONE || line.fact(row, Field::Country).is_some()) {
            (*count, *day) = (*count + 1, row.time.day());
        }
        if row.ip == NONE {
            continue;
        }
        let meets = last[1 - side].is_some_and(|other| other.ip == row.ip && row.time.since(other.time) <= near);
        if meets && line.ip(row).is_some() && line.network(row).is_place() {
            return Outcome::Clear;
        }
        last[side] = Some(row);
    }
    if with_place.iter().any(|(count, _)| *count < days.max(1)) {
        return FEW;
    }
    let spots = |kinds: Kinds| -> Vec<Spot<'_>> {
        (line.of(kinds))
            .filter_map(|(_, row)| {
                let network = line.network(row);
                if !network.has_country() {
                    return None;
                }
                let fixed = network.is_place();
                let country = line.country(row);
                let subnet = line.subnet(row).filter(|_| fixed);
                let asn = line.fact(row, Field::Asn).filter(|_| fixed);
                (country.is_some() || subnet.is_some() || asn.is_some()).then_some(Spot { row, country, subnet, asn })
            })
            .collect()
    };
    let (ones, others) = (spots(first), spots(second));
    let days_of = |spots: &[Spot<'_>]| {
        let mut days: Vec<u32> = spots.iter().map(|spot| spot.row.time.day()).collect();
        days.dedup();
        days.len()
    };
    let (one_days, other_days) = (days_of(&ones), days_of(&others));
    if one_days.min(other_days) < days.max(1) as usize {
        return FEW;
    }
    let mut countries = Meeting::default();
    let mut subnets = Meeting::default();
    let mut start = 0;
    let mut nearest: Option<(i64, &EventRow, &EventRow)> = None;
    for one in &ones {
        while others.get(start).is_some_and(|other| one.row.time.since(other.row.time) > near) {
            start += 1;
        }
        let beside = others[start..].iter().take_while(|other| other.row.time.since(one.row.time) <= near).take(COMPARED);
        for other in beside {
            if let (Some(from), Some(to)) = (one.country, other.country) {
                countries.add(same_country(from, to), one.row, other.row);
                if !same_country(from, to) {
                    let between = other.row.time.since(one.row.time).abs();
                    if nearest.is_none_or(|(known, ..)| between < known) {
                        nearest = Some((between, one.row, other.row));
                    }
                }
            }
            let asn = one.asn.zip(other.asn).map(|(one, other)| one == other);
            let subnet = one.subnet.zip(other.subnet).map(|(one, other)| one == other);
            if let Some(same) = asn.max(subnet) {
                subnets.add(same, one.row, other.row);
            }
        }
    }
    if countries.pairs + subnets.pairs == 0 {
        return Outcome::NotChecked("places of both kinds of events on days near each other");
    }
    // A network in common says more than the countries that somebody looked up for it. One country with networks that nobody compared is
    // one place.
    if subnets.met || countries.met && subnets.pairs == 0 {
        return Outcome::Clear;
    }
    let (what, clear) = if countries.pairs > 0 && !countries.met { ("countries", 1.0) } else { ("networks", 0.25) };
    let pair = if what == "countries" { nearest.map(|(_, one, other)| (one, other)) } else { subnets.first };
    let Some((one, other)) = pair else { return Outcome::Clear };
    let compared = if what == "countries" { countries.pairs } else { subnets.pairs };
    let note = format!(
        "the {what} of {} and {} never agree: {one_days} and {other_days} days with places, {compared} compared within {} days",
        a.label(),
        b.label(),
        near / DAY,
    );
    let evidence = both(line, one, other).to_vec();
    let clearness = clear * if compared < 3 { 0.6 } else { 1.0 };
    Outcome::Fired(Fired { share: share(clearness), ..Fired::new(evidence, note) })
}

#[derive(Default)]
struct Meeting<'r> {
    pairs: usize,
    met: bool,
    first: Option<(&'r EventRow, &'r EventRow)>,
}

impl<'r> Meeting<'r> {
    fn add(&mut self, same: bool, one: &'r EventRow, other: &'r EventRow) {
        self.pairs += 1;
        self.met |= same;
        self.first = self.first.or(Some((one, other)));
    }
}

#[cfg(test)]
mod tests {
    use super::Point;
    use crate::evaluate::sequence::testing::{check, check_with, daily, note_of, share_of};
    use crate::indicators::Test;
    use crate::policy::Policy;
    use crate::vocabulary::EventKind;

    const SPEED: Test = Test::ImpossibleSpeed { kmh: 900, at_least: 1 };
    const BERLIN: &str = "ip=198.18.0.1 lat=52.52 lon=13.40";
    const NEW_YORK: &str = "ip=198.18.9.1 lat=40.71 lon=-74.00";

    fn office() -> Policy {
        Policy { office_networks: vec!["198.18.9.0/24".parse().unwrap()], ..Policy::default() }
    }

    fn logins(rows: &[(&str, &str)]) -> Vec<String> {
        rows.iter().map(|(time, rest)| format!("login 2026-03-{time} {rest}")).collect()
    }

    #[test]
    fn distances() {
        let at = |lat, lon| Point::new(lat, lon).unwrap();
        for (from, to, kilometres) in [
            (at(52.52, 13.40), at(40.71, -74.0), 6385.0),
            (at(0.0, 179.9), at(0.0, -179.9), 22.0),
            (at(90.0, 0.0), at(90.0, 120.0), 0.0),
            (at(90.0, 0.0), at(-90.0, 77.0), 20_015.0),
            (at(10.0, 20.0), at(-10.0, -160.0), 20_015.0),
        ] {
            assert!((from.distance(to) - kilometres).abs() < 10.0, "{from:?} {to:?} {}", from.distance(to));
            assert!((from.distance(to) - to.distance(from)).abs() < 1e-6);
        }
        for (lat, lon) in [(0.0, 0.0), (91.0, 0.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)] {
            assert_eq!(Point::new(lat, lon), None, "{lat} {lon}");
        }
    }

    #[test]
    fn impossible_speed_fires() {
        let fired = check(&SPEED, &logins(&[("01T10:00:00Z", BERLIN), ("01T11:00:00Z", NEW_YORK)]), "fires");
        assert!(note_of(&fired).contains("1 of 1 move"), "{}", note_of(&fired));
        // A relay between them is no place, and hides none.
        let vpn = "ip=198.18.5.1 lat=35 lon=139 network=vpn";
        let with_vpn =
            check(&SPEED, &logins(&[("01T10:00:00Z", BERLIN), ("01T10:30:00Z", vpn), ("01T11:00:00Z", NEW_YORK)]), "fires");
        assert!(share_of(&with_vpn) < share_of(&fired), "who is known to use relays is less clear");
        let homes = [BERLIN, NEW_YORK].map(|place| format!("{place} network=residential"));
        let homes = check(&SPEED, &logins(&[("01T10:00:00Z", &homes[0]), ("01T11:00:00Z", &homes[1])]), "fires");
        assert!(share_of(&homes) > share_of(&fired), "two homes are clearer");
        check(&SPEED, &logins(&[("01T10:00:00Z", BERLIN), ("01T10:00:00Z", NEW_YORK)]), "fires");
    }

    #[test]
    fn impossible_speed_is_clear_or_not_checked() {
        let near_pole = ["ip=198.18.1.1 lat=89.9 lon=0", "ip=198.18.2.1 lat=89.9 lon=180"];
        let date_line = ["ip=198.18.1.1 lat=-17 lon=179.5", "ip=198.18.2.1 lat=-17 lon=-179.5"];
        let (vpn, mobile) = (format!("{NEW_YORK} network=vpn"), format!("{NEW_YORK} network=mobile"));
        for (from, to, expected) in [
            (("01T10:00:00Z", BERLIN), ("01T20:00:00Z", NEW_YORK), "clear"),
            (("01T10:00:00Z", BERLIN), ("01T10:05:00Z", "ip=198.18.2.1 lat=53.55 lon=10.00"), "clear"),
            (("01T10:00:00Z", near_pole[0]), ("01T10:05:00Z", near_pole[1]), "clear"),
            (("01T10:00:00Z", date_line[0]), ("01T10:05:00Z", date_line[1]), "clear"),
            // One address, of which two systems think differently.
            (("01T10:00:00Z", BERLIN), ("01T10:05:00Z", "ip=198.18.0.1 lat=40.71 lon=-74.00"), "clear"),
            (("01T10:00:00Z", BERLIN), ("01T11:00:00Z", vpn.as_str()), "not checked"),
            (("01T10:00:00Z", BERLIN), ("01T11:00:00Z", mobile.as_str()), "not checked"),
            (("01T10:00:00Z", BERLIN), ("01T11:00:00Z", "ip=100.64.3.3 lat=40.71 lon=-74.00"), "not checked"),
            (("01T10:00:00Z", BERLIN), ("01T11:00:00Z", "ip=198.18.2.1 lat=0 lon=0"), "not checked"),
            (("01T10:00:00Z", BERLIN), ("01T11:00:00Z", "ip=198.18.2.1 country=US"), "not checked"),
            // Days alone have no speed.
            (("01", BERLIN), ("01", NEW_YORK), "not checked"),
        ] {
            check(&SPEED, &logins(&[from, to]), expected);
        }
        check(&SPEED, &logins(&[("01T10:00:00Z", BERLIN)]), "not checked");
        check(&SPEED, &["commit 2026-03-01T10:00:00Z"], "not checked");
        check::<&str>(&SPEED, &[], "not checked");
        let rows = logins(&[("01T10:00:00Z", BERLIN), ("01T11:00:00Z", NEW_YORK)]);
        check_with(&SPEED, &rows, &office(), "not checked");
        check(&Test::ImpossibleSpeed { kmh: 900, at_least: 2 }, &rows, "clear");
        // What one record says of an address holds for the others.
        let mut known = rows;
        known.push(format!("login 2026-03-20T10:00:00Z {vpn}"));
        check(&SPEED, &known, "not checked");
        // A clock that is off by a year.
        let future = [
            "login 2026-06-30T10:00:00Z ip=198.18.0.1 lat=52.52 lon=13.40",
            "login 2026-06-30T10:30:00Z ip=198.18.0.1 lat=52.52 lon=13.40",
        ];
        let late = "login 2027-06-30T10:31:00Z ip=198.18.9.1 lat=40.71 lon=-74.00";
        check(
            &SPEED,
            &[future[0], future[1], late, &late.replace("10:31", "10:35").replace("198.18.9.1 lat=40", "198.18.8.1 lat=4")],
            "clear",
        );
    }

    const TWO: Test = Test::ConcurrentSessions { at_least: 1 };

    fn sessions(rows: &[(&str, &str, &str)]) -> Vec<String> {
        rows.iter().map(|(from, to, rest)| format!("session 2026-03-{from}Z end=2026-03-{to}Z {rest}")).collect()
    }

    #[test]
    fn concurrent_sessions_fire() {
        let rows = |first: &str, second: &str| {
            sessions(&[("01T10:00:00", "01T12:00:00", first), ("01T10:10:00", "01T11:00:00", second)])
        };
        let devices = check(&TWO, &rows("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d2 country=US"), "fires");
        let unknown = check(&TWO, &rows("ip=198.18.0.1 country=DE", "ip=198.18.9.1 country=US"), "fires");
        assert!(share_of(&devices) > share_of(&unknown));
        let coordinates = rows(&format!("{BERLIN} device=d1"), &format!("{NEW_YORK} device=d2"));
        check(&TWO, &coordinates, "fires");
        let homes = ["ip=198.18.0.1 device=d1 network=residential", "ip=198.18.9.1 device=d2 network=residential"];
        check(&TWO, &sessions(&[("01T10:00:00", "01T12:00:00", homes[0]), ("01T10:04:00", "01T11:00:00", homes[1])]), "fires");
        // Log-ins that go to and fro.
        let fro = logins(&[
            ("01T10:00:00Z", "ip=198.18.0.1 device=d1 country=DE"),
            ("01T10:05:00Z", "ip=198.18.9.1 device=d2 country=US"),
            ("01T10:09:00Z", "ip=198.18.0.2 device=d1 country=DE"),
        ]);
        check(&TWO, &fro, "fires");
        check(&TWO, &fro[..2], "clear");
    }

    #[test]
    fn concurrent_sessions_of_honest_people() {
        for (first, second, expected) in [
            // A telephone and a laptop at one address, or one of them on the mobile network.
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.0.1 device=d2 country=DE", "clear"),
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.0.9 device=d2 country=DE", "clear"),
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d2 country=DE", "clear"),
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d2 country=US network=mobile", "not checked"),
            // One laptop whose relay goes on and off.
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d1 country=US", "clear"),
            ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d2 country=US network=vpn", "not checked"),
            ("ip=10.0.0.1 device=d1 country=DE", "ip=10.9.0.1 device=d2 country=US", "not checked"),
            ("device=d1", "device=d2", "not checked"),
        ] {
            let rows = sessions(&[("01T10:00:00", "01T12:00:00", first), ("01T10:10:00", "01T11:00:00", second)]);
            check(&TWO, &rows, expected);
        }
        let (home, away) = ("ip=198.18.0.1 device=d1 country=DE", "ip=198.18.9.1 device=d2 country=US");
        // One after the other; and a session that was left open by a traveller.
        check(&TWO, &sessions(&[("01T10:00:00", "01T10:05:00", home), ("01T10:10:00", "01T11:00:00", away)]), "clear");
        check(&TWO, &sessions(&[("01T06:00:00", "05T12:00:00", home), ("01T17:00:00", "01T18:00:00", away)]), "clear");
        check(&TWO, &sessions(&[("01T06:00:00", "05T12:00:00", home), ("03T17:00:00", "03T18:00:00", away)]), "clear");
        let rows = sessions(&[("01T10:00:00", "01T12:00:00", home), ("01T10:10:00", "01T11:00:00", away)]);
        check_with(&TWO, &rows, &office(), "not checked");
        check(&Test::ConcurrentSessions { at_least: 2 }, &rows, "clear");
        check(&TWO, &rows[..1], "not checked");
        let relay = "ip=198.18.0.1 device=d1 network=vpn";
        check(&TWO, &sessions(&[("01T10:00:00", "01T12:00:00", relay), ("02T10:00:00", "02T11:00:00", relay)]), "not checked");
        check(&TWO, &sessions(&[("01T10:00:00", "01T12:00:00", home), ("02T10:00:00", "02T11:00:00", home)]), "clear");
        // An end before the begin is no end.
        check(&TWO, &sessions(&[("01T10:00:00", "01T09:00:00", home), ("01T10:10:00", "01T10:10:00", away)]), "clear");
    }

    #[test]
    fn first_contact() {
        const FIRST: Test = Test::FirstContactElsewhere {};
        let parcel = "parcel_delivered 2026-03-01T10:00:00Z country=US";
        for (rows, expected) in [
            (vec![parcel, "enrolment 2026-03-03T10:00:00Z country=CN"], "fires"),
            (vec![parcel, "enrolment 2026-03-03T10:00:00Z country=United~States"], "clear"),
            (vec![parcel, "enrolment 2026-03-03T10:00:00Z country=CN network=vpn"], "not checked"),
            (vec![parcel, "enrolment 2026-03-03T10:00:00Z"], "not checked"),
            (vec![parcel, "enrolment 2026-02-03T10:00:00Z country=CN"], "not checked"),
            (vec![parcel, "enrolment 2026-05-30T10:00:00Z country=CN"], "not checked"),
            (vec!["parcel_delivered 2026-03-01T10:00:00Z", "enrolment 2026-03-03T10:00:00Z country=CN"], "not checked"),
            (vec!["enrolment 2026-03-03T10:00:00Z country=CN"], "not checked"),
            // The person's own laptop was there before.
            (
                vec![
                    "login 2026-02-01T10:00:00Z country=CN device=own",
                    parcel,
                    "login 2026-03-02T10:00:00Z country=CN device=own",
                    "login 2026-03-03T10:00:00Z country=US device=new",
                ],
                "clear",
            ),
            (vec![parcel, "login 2026-03-02T10:00:00Z country=CN"], "not checked"),
            (vec![parcel, "login 2026-03-02T10:00:00Z country=CN device=new"], "fires"),
            (
                vec![
                    "parcel_delivered 2026-03-01T10:00:00Z country=US device=x",
                    "device_seen 2026-03-02T10:00:00Z country=CN device=y",
                    "device_seen 2026-03-02T11:00:00Z country=US device=x",
                ],
                "clear",
            ),
        ] {
            check(&FIRST, &rows, expected);
        }
        let stays = check(
            &FIRST,
            &[parcel, "enrolment 2026-03-03T10:00:00Z country=CN", "device_seen 2026-03-09T10:00:00Z country=CN"],
            "fires",
        );
        let home = check(
            &FIRST,
            &[parcel, "enrolment 2026-03-03T10:00:00Z country=CN", "device_seen 2026-03-09T10:00:00Z country=US"],
            "fires",
        );
        assert!(share_of(&stays) > share_of(&home), "a traveller comes home");
    }

    #[test]
    fn places_that_never_meet() {
        let test = Test::NeverMeet { a: EventKind::DeviceSeen, b: EventKind::Login, days: 5 };
        let rows = |device: &str, login: &str| {
            let mut rows = daily("2026-03-01", 8, 1, 600, &format!("device_seen {{day}} {device}"));
            rows.extend(daily("2026-03-01", 8, 1, 660, &format!("login {{day}} {login}")));
            rows
        };
        let far = check(&test, &rows("ip=198.18.0.1 country=US", "ip=198.18.9.1 country=DE"), "fires");
        assert!(note_of(&far).contains("countries") && note_of(&far).contains("8 and 8 days"), "{}", note_of(&far));
        let near = check(&test, &rows("ip=198.18.0.1 country=US", "ip=198.18.9.1 country=US"), "fires");
        assert!(share_of(&near) < 0.3, "two networks of one country are little");
        for (device, login, expected) in [
            ("ip=198.18.0.1 country=US", "ip=198.18.0.1 country=US", "clear"),
            ("ip=198.18.0.1 country=US", "ip=198.18.0.77 country=DE", "clear"),
            ("ip=198.18.0.1 country=US asn=64500", "ip=198.18.9.1 country=US asn=64500", "clear"),
            ("country=US", "country=US", "clear"),
            ("ip=198.18.0.1 country=US", "ip=198.18.9.1 country=DE network=vpn", "not checked"),
            ("ip=10.0.0.1", "ip=198.18.9.1", "not checked"),
            ("ip=10.0.0.1", "ip=10.0.0.1", "not checked"),
            ("", "ip=198.18.9.1 country=DE", "not checked"),
        ] {
            check(&test, &rows(device, login), expected);
        }
        let (device, login) = ("ip=198.18.0.1 country=US", "ip=198.18.9.1 country=DE");
        check_with(&test, &rows(device, login), &office(), "not checked");
        check(&test, &rows(device, login)[..8], "not checked");
        check(&Test::NeverMeet { a: EventKind::DeviceSeen, b: EventKind::Login, days: 9 }, &rows(device, login), "not checked");
        // Once a week apart: no days are near each other.
        let mut apart = daily("2026-01-01", 8, 7, 600, &format!("device_seen {{day}} {device}"));
        apart.extend(daily("2026-01-04", 8, 7, 600, &format!("login {{day}} {login}")));
        check(&test, &apart, "not checked");
        // A visit home among the others.
        let mut visit = rows(device, login);
        visit.push("login 2026-03-05T12:00:00Z ip=198.18.0.1 country=US".to_owned());
        check(&test, &visit, "clear");
        // The application comes weeks before the first log-in.
        let test = Test::NeverMeet { a: EventKind::Application, b: EventKind::Login, days: 1 };
        let application = "application 2026-03-01T10:00:00Z ip=198.18.0.1 country=US";
        check(&test, &[application, "login 2026-04-20T10:00:00Z ip=198.18.9.1 country=DE"], "fires");
        check(&test, &[application, "login 2026-06-20T10:00:00Z ip=198.18.9.1 country=DE"], "not checked");
    }
}
