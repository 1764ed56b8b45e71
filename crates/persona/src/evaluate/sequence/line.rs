//! The time line of one person, as tests read it: the rows of a person go in; those up to a day after the assessment come out, each once,
//! with the place, the class of network and the facts of each.

use std::net::IpAddr;

use interdict_model::Country;

use crate::evaluate::{Context, Evidence};
use crate::networks::{NetClass, Networks};
use crate::people::{EventRow, FileId, NO_OFFSET, NONE, People, Person, Source};
use crate::text::TextId;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field};

pub(in crate::evaluate) const HOUR: i64 = 3600;
pub(in crate::evaluate) const DAY: i64 = 86_400;

/// A set of kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::evaluate) struct Kinds(u64);

impl Kinds {
    pub(in crate::evaluate) const fn of(kinds: &[EventKind]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < kinds.len() {
            bits |= 1 << kinds[index].index();
            index += 1;
        }
        Self(bits)
    }

    pub(in crate::evaluate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(in crate::evaluate) const fn has(self, kind: EventKind) -> bool {
        self.0 & (1 << kind.index()) != 0
    }

    pub(in crate::evaluate) const fn with(self, kind: EventKind) -> Self {
        Self(self.0 | 1 << kind.index())
    }

    pub(in crate::evaluate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Events by which a person enters.
pub(in crate::evaluate) const LOGINS: Kinds = Kinds::of(&[EventKind::Login, EventKind::Session]);

/// Events that a person does, not a program or somebody else.
pub(in crate::evaluate) const ACTIVITY: Kinds = Kinds::of(&[
    EventKind::Application,
    EventKind::Login,
    EventKind::Session,
    EventKind::Commit,
    EventKind::Clone,
    EventKind::Download,
    EventKind::Push,
    EventKind::AccessRequest,
    EventKind::Bid,
    EventKind::Meeting,
    EventKind::Message,
    EventKind::PullRequest,
    EventKind::Issue,
    EventKind::Referral,
]);

/// A point on the Earth in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::evaluate) struct Point {
    lat: f64,
    lon: f64,
}

impl Point {
    /// `None` for what lies off the Earth, and for 0, 0, which programs write for "not known".
    pub(in crate::evaluate) fn new(lat: f64, lon: f64) -> Option<Self> {
        let known = lat.abs() > 1e-6 || lon.abs() > 1e-6;
        (lat.abs() <= 90.0 && lon.abs() <= 360.0 && known).then_some(Self { lat, lon })
    }

    /// Kilometres along the great circle.
    pub(in crate::evaluate) fn distance(self, other: Self) -> f64 {
        let (from, to) = (self.lat.to_radians(), other.lat.to_radians());
        let east = (other.lon - self.lon).to_radians();
        let half = ((to - from) / 2.0).sin().powi(2) + from.cos() * to.cos() * (east / 2.0).sin().powi(2);
        2.0 * 6371.0 * half.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// The events of one person that count, in the order of time.
#[derive(Debug, Clone, Copy)]
pub(in crate::evaluate) struct Line<'a> {
    pub(in crate::evaluate) person: Person<'a>,
    people: &'a People,
    networks: &'a Networks,
    pub(in crate::evaluate) rows: &'a [EventRow],
    kinds: Kinds,
}

impl<'a> Line<'a> {
    /// Without what lies more than a day after the assessment: there a clock is off.
    pub(in crate::evaluate) fn new(person: Person<'a>, context: &Context<'a>) -> Self {
        Self::until(person, context.networks, context.as_of)
    }

    /// The same for a moment of assessment.
    pub(in crate::evaluate) fn until(person: Person<'a>, networks: &'a Networks, as_of: Time) -> Self {
        let people = person.people();
        let mut rows = person.event_rows();
        let late = |row: &EventRow| row.time.since(as_of) > DAY;
        if rows.last().is_some_and(late) {
            rows = &rows[..rows.partition_point(|row| !late(row))];
        }
        Self { person, people, networks, rows, kinds: Kinds::from_bits(people.event_kinds[person.id().index()]) }
    }

    /// Whether there is an event of one of the kinds; costs nothing.
    pub(in crate::evaluate) const fn may_have(&self, kinds: Kinds) -> bool {
        self.kinds.meets(kinds)
    }

    /// The rows of some kinds with their place in the line, each once.
    pub(in crate::evaluate) fn of(&self, kinds: Kinds) -> impl Iterator<Item = (usize, &'a EventRow)> + use<'a> {
        let rows = if self.may_have(kinds) { self.rows } else { &[] };
        rows.iter().enumerate().filter(move |(index, row)| kinds.has(row.kind) && !repeats(rows, *index))
    }

    pub(in crate::evaluate) fn text(&self, text: u32) -> &'a str {
        self.people.text(TextId(text))
    }

    /// The number of the text of a fact.
    pub(in crate::evaluate) fn fact(&self, row: &EventRow, field: Field) -> Option<u32> {
        if row.facts == NONE {
            return None;
        }
        self.people.facts.get(row.facts).iter().find(|fact| fact.field == field).map(|fact| fact.value)
    }

    pub(in crate::evaluate) fn fact_text(&self, row: &EventRow, field: Field) -> Option<&'a str> {
        self.fact(row, field).map(|text| self.text(text))
    }

    pub(in crate::evaluate) fn number(&self, row: &EventRow, field: Field) -> Option<f64> {
        self.fact_text(row, field)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    pub(in crate::evaluate) fn yes(&self, row: &EventRow, field: Field) -> Option<bool> {
        match self.fact_text(row, field)? {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        }
    }

    pub(in crate::evaluate) fn country(&self, row: &EventRow) -> Option<Country> {
        Country::parse(self.fact_text(row, Field::Country)?)
    }

    /// When a session ended; never before its begin.
    pub(in crate::evaluate) fn end(&self, row: &EventRow) -> Option<Time> {
        let end = Time::parse(self.fact_text(row, Field::End)?).ok().filter(|read| !read.day_only)?;
        (end.time >= row.time).then_some(end.time)
    }

    pub(in crate::evaluate) fn point(&self, row: &EventRow) -> Option<Point> {
        Point::new(self.number(row, Field::Lat)?, self.number(row, Field::Lon)?)
    }

    /// The address, where it is one of the open Internet.
    pub(in crate::evaluate) fn ip(&self, row: &EventRow) -> Option<IpAddr> {
        if row.ip == NONE {
            return None;
        }
        let ip = self.people.ips[row.ip as usize];
        let inside = match ip {
            IpAddr::V4(ip) => ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified(),
            IpAddr::V6(ip) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local() || ip.is_unicast_link_local(),
        };
        (!inside).then_some(ip)
    }

    /// The network of the address: a /24, or a /48 of IPv6.
    pub(in crate::evaluate) fn subnet(&self, row: &EventRow) -> Option<u64> {
        Some(match self.ip(row)? {
            IpAddr::V4(ip) => u64::from(ip.to_bits() >> 8),
            IpAddr::V6(ip) => (ip.to_bits() >> 80) as u64 | 1 << 63,
        })
    }

    /// What the address of a row is, by whichever record knows it.
    pub(in crate::evaluate) fn network(&self, row: &EventRow) -> NetClass {
        self.networks.of_event(row)
    }

    /// Whether the person is known to use relays.
    pub(in crate::evaluate) fn any_relay(&self) -> bool {
        self.rows.iter().any(|row| self.network(row).is_relay())
    }

    /// A value of a record, as evidence.
    pub(in crate::evaluate) fn evidence(&self, row: &EventRow, what: impl Into<String>, value: impl Into<String>) -> Evidence {
        let source = Source { file: FileId(row.file), line: row.line };
        Evidence::new(self.person, what, value, Some(row.time), source)
    }

    /// Where a record says that the person was: city, country, address and coordinates, as far as they are stated.
    pub(in crate::evaluate) fn place_shown(&self, row: &EventRow) -> String {
        let mut shown = String::new();
        let mut add = |text: &str| {
            if !shown.is_empty() {
                shown.push_str(", ");
            }
            shown.push_str(text);
        };
        for field in [Field::City, Field::Country] {
            self.fact_text(row, field).into_iter().for_each(&mut add);
        }
        if let (Some(lat), Some(lon)) = (self.fact_text(row, Field::Lat), self.fact_text(row, Field::Lon)) {
            add(&format!("{lat} {lon}"));
        }
        if row.ip != NONE {
            add(&self.people.ips[row.ip as usize].to_string());
        }
        if let Some(asn) = self.fact_text(row, Field::Asn) {
            add(&format!("AS{}", asn.trim_start_matches("AS")));
        }
        shown
    }
}

/// How many rows of one moment are looked through for an equal one.
const LOOK_BACK: usize = 512;

/// Whether a row tells again what one before it told: same moment, kind and address, and no two devices; where no address is stated, the
/// same facts.
pub(in crate::evaluate) fn repeats(rows: &[EventRow], index: usize) -> bool {
    let row = &rows[index];
    (rows[..index].iter().rev().take(LOOK_BACK)).take_while(|before| before.time == row.time && before.kind == row.kind).any(
        |before| {
            before.ip == row.ip
                && (before.device == row.device || row.ip != NONE && (before.device == NONE || row.device == NONE))
                && (row.ip != NONE || before.facts == row.facts)
        },
    )
}

/// Whether the row states more than a day: a midnight to the second without zone is how a day alone is kept.
pub(in crate::evaluate) fn has_hour(row: &EventRow) -> bool {
    row.offset != NO_OFFSET || row.time.seconds() % DAY != 0
}

/// The offset that the record states, in minutes.
pub(in crate::evaluate) fn offset(row: &EventRow) -> Option<i16> {
    (row.offset != NO_OFFSET).then(|| i16::from(row.offset) * 15)
}

/// Time of day and day by an offset: `2026-03-01 03:12`.
pub(in crate::evaluate) fn local_shown(time: Time, offset: i16) -> String {
    let local = Time::from_seconds(time.seconds() + i64::from(offset) * 60).unwrap_or(time).to_string();
    match (local.get(..10), local.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute}"),
        _ => local,
    }
}

/// `+09:00`.
pub(in crate::evaluate) fn offset_shown(minutes: i16) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// "1 day", "3 days".
pub(in crate::evaluate) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// How much more than asked for was found: 0 at the bound, 1 at three times of it.
pub(in crate::evaluate) fn excess(found: usize, at_least: u32) -> f64 {
    let at_least = f64::from(at_least.max(1));
    ((found as f64 - at_least) / (2.0 * at_least)).clamp(0.0, 1.0)
}

/// A share of the weight: never nothing, never more than all.
pub(in crate::evaluate) fn share(value: f64) -> f64 {
    if value.is_finite() { value.clamp(0.05, 1.0) } else { 0.05 }
}
