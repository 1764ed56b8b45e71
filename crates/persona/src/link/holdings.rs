//! Who holds what: identifiers, and the addresses, devices, accounts and papers that events and documents name. Values that several people
//! hold come out.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::factors::{Factor, Reckoned, Told, Why};
use super::pairs::{self, Openly};
use super::{Family, LinkKind, Shared};
use crate::assess::Tests;
use crate::evaluate::Evidence;
use crate::networks::{NetClass, Networks};
use crate::people::{FileId, NONE, People, Person, PersonId, Shown, Source, ValueId};
use crate::time::Time;
use crate::value::{address_keys, normalise};
use crate::vocabulary::{DocKind, EventKind, Field, IdKind};

/// Somebody who holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Holding {
    pub(crate) space: Space,
    /// Number of the value in its space.
    pub(crate) value: u32,
    pub(crate) person: PersonId,
    /// As what.
    pub(crate) kind: IdKind,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    /// Days on which it was seen; 1 for a statement.
    pub(crate) days: u16,
    /// The text as it was given; [`NONE`] where the value says it all.
    pub(crate) shown: u32,
    pub(crate) source: Source,
}

/// In what values are compared with each other: a home and a delivery address may be one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Space {
    Mail,
    Telephone,
    Messenger,
    Handle,
    Document,
    Tax,
    Payee,
    Card,
    Wallet,
    Device,
    Serial,
    Usb,
    Ip,
    Place,
    Url,
    Author,
    Bssid,
    Gateway,
    Lan,
    SigningKey,
    Commit,
    HtmlHash,
    Analytics,
    Favicon,
    /// Where pay is moved on to.
    PaidOn,
}

impl Space {
    fn of(kind: IdKind) -> Option<Self> {
        Some(match kind {
            IdKind::Email | IdKind::RecoveryEmail | IdKind::ReferenceEmail => Self::Mail,
            IdKind::Phone | IdKind::ReferencePhone => Self::Telephone,
            IdKind::Messenger => Self::Messenger,
            IdKind::Handle => Self::Handle,
            IdKind::Doc => Self::Document,
            IdKind::Tax => Self::Tax,
            IdKind::Payee => Self::Payee,
            IdKind::Card => Self::Card,
            IdKind::Wallet => Self::Wallet,
            IdKind::Device => Self::Device,
            IdKind::Serial => Self::Serial,
            IdKind::Usb => Self::Usb,
            IdKind::Ip => Self::Ip,
            IdKind::Address | IdKind::ShipTo => Self::Place,
            IdKind::Url => Self::Url,
            // Compared by distance, as pictures.
            IdKind::PhotoHash => return None,
            IdKind::DocAuthor => Self::Author,
            IdKind::Bssid => Self::Bssid,
            IdKind::Gateway => Self::Gateway,
            IdKind::Lan => Self::Lan,
            IdKind::SigningKey => Self::SigningKey,
            IdKind::Commit => Self::Commit,
            IdKind::HtmlHash => Self::HtmlHash,
            IdKind::Analytics => Self::Analytics,
            IdKind::Favicon => Self::Favicon,
        })
    }
}

/// A value that facts name: the space in which it is compared, its kind, its number, and the text as it was given.
type NamedValue = (Space, IdKind, u32, u32);

/// What a set of facts names that identifies.
fn named_by_facts(people: &People, set: u32, texts: &FxHashMap<(IdKind, u32), u32>) -> Vec<NamedValue> {
    let mut named = Vec::new();
    for row in people.facts.get(set) {
        let fact = people.fact(*row);
        if let Some((kind, value)) = fact.keyed() {
            named.extend(Space::of(kind).map(|space| (space, kind, value.0, NONE)));
            continue;
        }
        let Some((space, kind)) = of_text(fact.field()) else { continue };
        if let Some(value) = texts.get(&(kind, row.value)) {
            named.push((space, kind, *value, row.value));
        }
    }
    named
}

/// In what the text of a fact is compared, and as what it is read.
const fn of_text(field: Field) -> Option<(Space, IdKind)> {
    Some(match field {
        Field::ShipTo => (Space::Place, IdKind::ShipTo),
        Field::Wallet => (Space::Wallet, IdKind::Wallet),
        Field::Counterparty => (Space::PaidOn, IdKind::Wallet),
        Field::Sha => (Space::Commit, IdKind::Commit),
        Field::Author => (Space::Author, IdKind::DocAuthor),
        _ => return None,
    })
}

/// What sets of facts name that identifies, by set.
struct Named {
    rows: Vec<NamedValue>,
    ends: Vec<u32>,
}

impl Named {
    fn of(people: &People, texts: &FxHashMap<(IdKind, u32), u32>) -> Self {
        let mut named = Self { rows: Vec::new(), ends: Vec::with_capacity(people.facts.len()) };
        // Some at a time: most name nothing.
        for begin in (0..people.facts.len() as u32).step_by(1 << 18) {
            let sets = begin..(begin + (1 << 18)).min(people.facts.len() as u32);
            let rows: Vec<Vec<NamedValue>> = sets.into_par_iter().map(|set| named_by_facts(people, set, texts)).collect();
            for rows in rows {
                named.rows.extend(rows);
                named.ends.push(named.rows.len() as u32);
            }
        }
        named
    }

    fn get(&self, set: u32) -> &[NamedValue] {
        let index = set as usize;
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.rows[start..self.ends[index] as usize]
    }
}

/// Everything that people hold.
#[derive(Debug)]
pub(super) struct Held {
    /// By space, value and person.
    pub(super) holdings: Vec<Holding>,
    /// Values that only facts name, with their numbers, which come after those of all texts.
    pub(super) fresh: FxHashMap<String, u32>,
}

/// The values that several people hold, in the order of kinds and values.
pub(super) fn shared(tests: &Tests<'_>, networks: &Networks) -> Found {
    let holdings = held_of(tests, networks, true).holdings;
    let mut found = Found { shared: Vec::new(), holdings: Vec::new(), wide: Vec::new() };
    for group in holdings.chunk_by(|a, b| (a.space, a.value) == (b.space, b.value)) {
        found.group(group, networks);
    }
    found.wide.sort_unstable_by_key(|wide| (std::cmp::Reverse(wide.holders), wide.kind, wide.value));
    found.wide.truncate(WIDE_TOLD);
    found
}

/// All values with their holders.
pub(super) fn held(tests: &Tests<'_>, networks: &Networks) -> Held {
    held_of(tests, networks, false)
}

/// All values with their holders, or, where only what several hold is wanted, without most of those that one person holds: they are nearly
/// all, and sorting them would cost more than looking at everybody twice.
fn held_of(tests: &Tests<'_>, networks: &Networks, of_several: bool) -> Held {
    let (people, as_of) = (tests.people, tests.as_of);
    let known: FxHashSet<(Space, u32)> = known_contacts(tests);
    // Texts of facts that are values of identifiers, normalised; a value that no identifier has gets a number after all texts.
    let mut fresh: FxHashMap<String, u32> = FxHashMap::default();
    let mut written: FxHashMap<(IdKind, u32), u32> = FxHashMap::default();
    for row in people.facts.rows() {
        let Some((_, kind)) = of_text(row.field) else { continue };
        if written.contains_key(&(kind, row.value)) {
            continue;
        }
        let raw = people.fact(*row).text();
        let Ok(value) = normalise(kind, raw, None) else { continue };
        let number = match people.texts.find(&value) {
            Some(text) => text.0,
            None => {
                let next = people.texts.len() as u32 + fresh.len() as u32;
                *fresh.entry(value).or_insert(next)
            }
        };
        written.insert((kind, row.value), number);
    }
    let place = |value: u32| people.address_keys.get(&value).map_or(value, |key| key.unit.unwrap_or(key.place).0);
    let by_set = Named::of(people, &written);

    let all = (0..people.len() as u32).into_par_iter().map(|index| people.person(PersonId(index)));
    let seen = of_several.then(|| {
        let seen = SeenTwice::new(people.ids.len() + people.len());
        all.clone().for_each_init(Vec::new, |rows, person| {
            rows.clear();
            of_person(person, networks, &by_set, place, as_of, rows);
            for row in rows.iter() {
                seen.add(row);
            }
        });
        seen
    });
    let parts: Vec<Vec<Holding>> = all
        .fold(
            || (Vec::new(), Vec::new()),
            |(mut all, mut rows), person| {
                rows.clear();
                of_person(person, networks, &by_set, place, as_of, &mut rows);
                all.extend(rows.iter().filter(|row| {
                    seen.as_ref().is_none_or(|seen| seen.twice(row)) && !known.contains(&(row.space, row.value))
                }));
                (all, rows)
            },
        )
        .map(|(all, _)| all)
        .collect();
    drop(seen);
    let mut holdings: Vec<Holding> = Vec::with_capacity(parts.iter().map(Vec::len).sum());
    for mut part in parts {
        holdings.append(&mut part);
    }
    holdings.par_sort_unstable();
    Held { holdings, fresh }
}

/// Which values were seen at least twice: nearly, as some have one place with others.
struct SeenTwice {
    once: Vec<AtomicU64>,
    twice: Vec<AtomicU64>,
}

impl SeenTwice {
    /// With room for so many values, of which one in ten then shares a place.
    fn new(values: usize) -> Self {
        let words = (values * 10 / 64).next_power_of_two();
        let empty = || (0..words).map(|_| AtomicU64::new(0)).collect();
        Self { once: empty(), twice: empty() }
    }

    fn place(&self, holding: &Holding) -> (usize, u64) {
        let hash = (u64::from(holding.value) << 8 | holding.space as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((hash >> 32) as usize & (self.once.len() - 1), 1 << (hash >> 26 & 63))
    }

    fn add(&self, holding: &Holding) {
        let (word, bit) = self.place(holding);
        if self.once[word].fetch_or(bit, Relaxed) & bit != 0 {
            self.twice[word].fetch_or(bit, Relaxed);
        }
    }

    fn twice(&self, holding: &Holding) -> bool {
        let (word, bit) = self.place(holding);
        self.twice[word].load(Relaxed) & bit != 0
    }
}

/// How many values that link nobody, as very many hold them, are told.
const WIDE_TOLD: usize = 20;

/// Shared values and their holders.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) shared: Vec<Shared>,
    pub(super) holdings: Vec<Holding>,
    pub(super) wide: Vec<Wide>,
}

/// A value that links nobody, as too many hold it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    pub(crate) kind: IdKind,
    pub(crate) value: u32,
    pub(crate) holders: u32,
}

impl Found {
    /// Takes the weight from values that are openly a staffing firm's own, and from places that are known to be no home; and leaves out wallets
    /// to which half of those move pay on who have them as their own, as these are one thing.
    pub(super) fn settle(&mut self, openly: &Openly) {
        let holdings = &self.holdings;
        let holders = |shared: &Shared| &holdings[shared.start as usize..shared.end as usize];
        let paid_on: FxHashSet<u32> =
            self.shared.iter().filter(|shared| shared.space == Space::PaidOn).map(|shared| shared.value).collect();
        let owners: FxHashSet<(u32, PersonId)> = (self.shared.iter())
            .filter(|shared| shared.space == Space::Wallet && paid_on.contains(&shared.value))
            .flat_map(|shared| holders(shared).iter().map(|holder| (shared.value, holder.person)))
            .collect();
        self.shared.retain(|shared| {
            let holders = holders(shared);
            let own = holders.iter().filter(|holder| owners.contains(&(shared.value, holder.person))).count();
            if shared.space == Space::PaidOn && own * 2 >= holders.len() {
                return false;
            }
            let firms_own = matches!(shared.kind.row().family, Family::Money | Family::Contact | Family::Text)
                && openly.is_firms(holders.iter().map(|holder| holder.person));
            !(firms_own || shared.space == Space::Place && openly.is_public(shared.value))
        });
    }

    /// Holders of one value, sorted by person.
    pub(super) fn group(&mut self, group: &[Holding], networks: &Networks) {
        let persons = group.chunk_by(|a, b| a.person == b.person).count();
        if persons < 2 {
            return;
        }
        let is_reference = |kind| matches!(kind, IdKind::ReferenceEmail | IdKind::ReferencePhone);
        let own =
            group.chunk_by(|a, b| a.person == b.person).filter(|rows| rows.iter().any(|row| !is_reference(row.kind))).count();
        if own >= 2 {
            let kind = match group[0].space {
                Space::Place if group.iter().any(|row| row.kind == IdKind::ShipTo) => LinkKind::ShipTo,
                Space::PaidOn => LinkKind::PaidOn,
                _ => LinkKind::of_identifier(
                    group.iter().map(|row| row.kind).find(|kind| !is_reference(*kind)).unwrap_or(group[0].kind),
                )
                .unwrap_or(LinkKind::Shares),
            };
            self.add(kind, group.iter().filter(|row| !is_reference(row.kind)), own, networks);
        }
        if own < persons {
            self.add(LinkKind::Reference, group.iter(), persons, networks);
        }
    }

    fn add<'h>(&mut self, kind: LinkKind, rows: impl Iterator<Item = &'h Holding>, persons: usize, networks: &Networks) {
        let start = self.holdings.len();
        let links = kind.weight(persons) > 0.0;
        let mut last: Option<PersonId> = None;
        let mut first_row: Option<Holding> = None;
        for row in rows {
            first_row.get_or_insert(*row);
            if !links {
                continue;
            }
            match last {
                // One row a person: the one that says most, which is the delivery address.
                Some(person) if person == row.person => {
                    if let Some(kept) = self.holdings.last_mut() {
                        let days = kept.days.max(row.days);
                        let (first, until) = (earliest(kept.first, row.first), kept.last.max(row.last));
                        if row.kind == IdKind::ShipTo && kept.kind != IdKind::ShipTo {
                            *kept = *row;
                        }
                        (kept.days, kept.first, kept.last) = (days, first, until);
                    }
                }
                _ => {
                    self.holdings.push(*row);
                    last = Some(row.person);
                }
            }
        }
        let Some(row) = first_row else { return };
        if !links {
            self.wide.push(Wide { kind: row.kind, value: row.value, holders: persons as u32 });
            if self.wide.len() > 4096 {
                self.wide.sort_unstable_by_key(|wide| std::cmp::Reverse(wide.holders));
                self.wide.truncate(WIDE_TOLD);
            }
            return;
        }
        let weight = reckoned(kind, persons, row.space, row.value, networks);
        self.shared.push(Shared {
            kind,
            space: row.space,
            value: row.value,
            start: start as u32,
            end: self.holdings.len() as u32,
            weight,
        });
    }
}

/// What a value weighs that so many hold, between any two of them.
pub(super) fn reckoned<T: Told>(kind: LinkKind, holders: usize, space: Space, value: u32, networks: &Networks) -> Reckoned<T> {
    let reckoned = Reckoned::of(kind.row(), holders);
    match space {
        Space::Ip if networks.class(value) == NetClass::Hosting => reckoned.times(Factor::new(Why::Hosting, 0.5)),
        _ => reckoned,
    }
}

pub(super) fn earliest(a: Option<Time>, b: Option<Time>) -> Option<Time> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn of_person(
    person: Person<'_>,
    networks: &Networks,
    by_set: &Named,
    place: impl Fn(u32) -> u32,
    as_of: Time,
    all: &mut Vec<Holding>,
) {
    let begin = all.len();
    for row in person.id_rows() {
        let Some(space) = Space::of(row.kind) else { continue };
        if space == Space::Author && writes_own(person, row.value.0) {
            continue;
        }
        let value = match space {
            Space::Place => place(row.value.0),
            Space::Ip if !networks.class(row.value.0).links() => continue,
            Space::Ip => networks.line(row.value.0),
            _ => row.value.0,
        };
        all.push(Holding {
            space,
            value,
            person: person.id(),
            kind: row.kind,
            first: row.first,
            last: row.last,
            days: 1,
            shown: if space == Space::Ip { row.value.0 } else { row.shown },
            source: row.source,
        });
    }
    let mut add = |space, kind, value, shown, time: Option<Time>, source| {
        all.push(Holding { space, value, person: person.id(), kind, first: time, last: time, days: 1, shown, source });
    };
    for event in person.event_rows() {
        if event.time.since(as_of) > 86_400 {
            continue;
        }
        let source = Source { file: FileId(event.file), line: event.line };
        if event.ip != NONE && networks.class(event.ip).links() && uses_line(event.kind) {
            add(Space::Ip, IdKind::Ip, networks.line(event.ip), event.ip, Some(event.time), source);
        }
        if event.device != NONE {
            add(Space::Device, IdKind::Device, event.device, NONE, Some(event.time), source);
        }
        if event.facts != NONE {
            for (space, kind, value, shown) in by_set.get(event.facts) {
                // The account that a change came from is the old one, and is the person's all the same.
                let forked = *kind == IdKind::Commit && is_fork(person.people(), event.facts);
                if !forked {
                    let value = if *space == Space::Place { place(*value) } else { *value };
                    add(*space, *kind, value, *shown, Some(event.time), source);
                }
            }
        }
    }
    for doc in person.doc_rows() {
        if doc.facts == NONE || matches!(doc.kind, DocKind::AddressLookup | DocKind::Company) {
            continue;
        }
        for (space, kind, value, shown) in by_set.get(doc.facts) {
            // A number belongs to a document of identity or account; elsewhere it may be of anything.
            let is_own = match kind {
                IdKind::Doc => doc.kind == DocKind::IdentityDocument,
                _ => true,
            };
            if is_own && !(*space == Space::Author && writes_own(person, *shown)) {
                let value = if *space == Space::Place { place(*value) } else { *value };
                add(*space, *kind, value, *shown, doc.time, doc.source);
            }
        }
    }
    // Many events name one value: one row each, with its days.
    let rows = &mut all[begin..];
    rows.sort_unstable_by_key(|row| (row.space, row.value, row.kind, row.first, row.source));
    let mut kept = begin;
    for index in begin..all.len() {
        let row = all[index];
        if kept > begin {
            let before = &mut all[kept - 1];
            if (before.space, before.value, before.kind) == (row.space, row.value, row.kind) {
                // What is stated without a day is no day of its own.
                let new_day = before.last.is_some_and(|last| row.first.is_some_and(|first| first.day() != last.day()));
                before.days = before.days.saturating_add(u16::from(new_day));
                before.first = earliest(before.first, row.first);
                before.last = before.last.max(row.last);
                continue;
            }
        }
        all[kept] = row;
        kept += 1;
    }
    all.truncate(kept);
}

/// Whether the author of a file is the person, as far as names tell: then namesakes share it. Somebody without a name may be its bearer, too.
fn writes_own(person: Person<'_>, author: u32) -> bool {
    let name = pairs::words(person);
    let author = pairs::words_of(person.people().texts.get(crate::text::TextId(author)));
    name.is_empty() || author.iter().any(|word| name.contains(word))
}

/// Whether an event comes from the line of the person: the address of a port scan or a payment provider does not.
fn uses_line(kind: EventKind) -> bool {
    !matches!(kind, EventKind::Port | EventKind::Payout | EventKind::Transfer | EventKind::Malware)
}

pub(super) fn is_fork(people: &People, set: u32) -> bool {
    people.facts.get(set).iter().any(|row| row.field == Field::Fork && people.fact(*row).yes() == Some(true))
}

/// Values that link nobody: those of the policy, and work places.
fn known_contacts(tests: &Tests<'_>) -> FxHashSet<(Space, u32)> {
    let (people, policy) = (tests.people, tests.policy);
    let places = tests.baselines.workplaces.all().filter_map(|place| people.texts.find(place));
    let mut known: FxHashSet<(Space, u32)> = places.map(|place| (Space::Place, place.0)).collect();
    for contact in &policy.known_contacts {
        for (space, kind) in [(Space::Mail, IdKind::Email), (Space::Telephone, IdKind::Phone)] {
            if let Some(text) = normalise(kind, contact, None).ok().and_then(|value| people.texts.find(&value)) {
                known.insert((space, text.0));
            }
        }
    }
    for address in &policy.known_addresses {
        let keys = address_keys(address, None);
        for key in [keys.place, keys.unit].into_iter().flatten().chain([address.trim().to_owned()]) {
            if let Some(text) = people.texts.find(&key) {
                known.insert((Space::Place, text.0));
            }
        }
    }
    known
}

impl Holding {
    /// The value as it is shown.
    pub(crate) fn shown(&self, people: &People) -> Shown {
        match self.space {
            Space::Ip => Shown::Text(people.ips[if self.shown == NONE { self.value } else { self.shown } as usize].to_string()),
            _ if self.shown != NONE => Shown::Text(people.texts.get(crate::text::TextId(self.shown)).to_owned()),
            _ => people.value(self.kind, ValueId(self.value)),
        }
    }

    /// The evidence that it is.
    pub(crate) fn evidence(&self, people: &People) -> Evidence {
        Evidence {
            person: self.person,
            what: self.kind.label().to_owned(),
            value: self.shown(people),
            time: self.first,
            source: self.source,
        }
    }
}
