//! The people that are looked at, in memory: persons with their identifiers, events, documents and relations, each row with the line of
//! the file that it comes from. Rows go in through a [`Builder`](crate::Builder) in any order; they come out by person and time.
//!
//! A row is some thirty bytes, its texts are kept once, numbers of papers, accounts and devices only as keyed hashes, so that thirty
//! million events fit in a gigabyte.

mod builder;
mod by_person;
mod kept;
mod zone;

use std::net::IpAddr;
use std::ops::Range;

use interdict_model::Country;

pub use builder::{Builder, Describe, Limits, NewDocument, NewEvent, Seen, SlashedDates};
pub(crate) use builder::{ReadyValue, SYSTEM_OF_HR, ends_in_z, offset};
pub use zone::{Zone, ZoneError};

use crate::chunks::Chunks;
use crate::key::KeyedHash;
use crate::text::{Interner, TextId};
use crate::time::Time;
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// A person of a [`People`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub(crate) u32);

impl PersonId {
    /// Its place in the order of first sight.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A file that rows came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u16);

/// Where a row stands: the file, and the line or record in it, counted from 1; 0 when the file as a whole states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The file.
    pub file: FileId,
    /// Line or record.
    pub line: u32,
}

/// A value of an identifier: equal identifiers of one kind have equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ValueId(pub(crate) u32);

/// A value to show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shown {
    /// As it is.
    Text(String),
    /// Only its keyed hash is known.
    Keyed(IdKind, KeyedHash),
}

impl std::fmt::Display for Shown {
    /// The text, or the begin of the keyed hash: `document number #3f9a1c2b`.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => out.write_str(text),
            Self::Keyed(kind, hash) => {
                let [a, b, c, d, ..] = hash.0;
                write!(out, "{} #{a:02x}{b:02x}{c:02x}{d:02x}", kind.label())
            }
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct PersonRow {
    pub(crate) id: TextId,
    pub(crate) name: Option<TextId>,
    pub(crate) country: Option<Country>,
    pub(crate) zone: Option<zone::ZoneId>,
    pub(crate) role: Option<TextId>,
    pub(crate) start: Option<Time>,
    pub(crate) end: Option<Time>,
    /// What system the account is of; `None` for a row of the neutral tables.
    pub(crate) system: Option<TextId>,
    pub(crate) source: Source,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct IdRow {
    pub(crate) person: PersonId,
    pub(crate) kind: IdKind,
    pub(crate) value: ValueId,
    /// As it was given; `u32::MAX` for what is kept as keyed hash only.
    pub(crate) shown: u32,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    pub(crate) source: Source,
}

impl IdRow {
    /// What makes two rows one identifier.
    const fn identity(&self) -> (PersonId, IdKind, ValueId) {
        (self.person, self.kind, self.value)
    }
}

/// No offset is stated.
pub(crate) const NO_OFFSET: i8 = i8::MIN;
/// No such part of a row.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(crate) struct EventRow {
    pub(crate) person: PersonId,
    pub(crate) time: Time,
    pub(crate) ip: u32,
    pub(crate) device: u32,
    pub(crate) facts: u32,
    pub(crate) line: u32,
    pub(crate) file: u16,
    pub(crate) kind: EventKind,
    /// Quarters of an hour east of UTC.
    pub(crate) offset: i8,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct DocRow {
    pub(crate) person: PersonId,
    pub(crate) kind: DocKind,
    pub(crate) time: Option<Time>,
    pub(crate) facts: u32,
    /// Number of its text; [`NONE`] without text.
    pub(crate) text: u32,
    pub(crate) source: Source,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct RelRow {
    pub(crate) a: PersonId,
    pub(crate) kind: RelKind,
    pub(crate) b: PersonId,
    pub(crate) time: Option<Time>,
    pub(crate) source: Source,
}

/// One fact of an event or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FactRow {
    pub(crate) field: Field,
    /// Facts of one position or school have one group, from 1; 0 for the others.
    pub(crate) group: u8,
    pub(crate) value: u32,
}

/// Sets of facts, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// In pieces that no set goes over.
    pieces: Vec<Vec<FactRow>>,
    /// Where each set ends: rows of the pieces before and in its own, each taken for full.
    ends: Chunks<u32>,
}

/// Rows of a piece of facts; a set has at most as many.
const FACTS_OF_PIECE: usize = 1 << 16;

impl Facts {
    pub(crate) fn get(&self, set: u32) -> &[FactRow] {
        if set == NONE {
            return &[];
        }
        let index = set as usize;
        let before = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        let end = self.ends[index] as usize;
        // The end of a full piece is the begin of the next.
        let piece = (end - 1) / FACTS_OF_PIECE;
        let begin = piece * FACTS_OF_PIECE;
        &self.pieces[piece][before.max(begin) - begin..end - begin]
    }

    /// How many sets there are.
    pub(crate) const fn len(&self) -> usize {
        self.ends.len()
    }

    /// All rows.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &FactRow> {
        self.pieces.iter().flatten()
    }

    /// Adds a set, which is not empty.
    fn push(&mut self, rows: &[FactRow]) {
        let rows = &rows[..rows.len().min(FACTS_OF_PIECE)];
        if self.pieces.last().is_none_or(|piece| piece.len() + rows.len() > FACTS_OF_PIECE) {
            // The first piece grows: most tables are small.
            self.pieces.push(if self.pieces.is_empty() { Vec::new() } else { Vec::with_capacity(FACTS_OF_PIECE) });
        }
        let begin = (self.pieces.len() - 1) * FACTS_OF_PIECE;
        if let Some(piece) = self.pieces.last_mut() {
            piece.extend_from_slice(rows);
            self.ends.push((begin + piece.len()) as u32);
        }
    }
}

/// Everything that is known of the people of a company or platform.
#[derive(Debug)]
pub struct People {
    pub(crate) texts: Interner,
    pub(crate) keyed: Chunks<KeyedHash>,
    pub(crate) ips: Vec<IpAddr>,
    pub(crate) zones: Vec<Zone>,
    pub(crate) files: Vec<String>,
    pub(crate) persons: Vec<PersonRow>,
    /// Other ids under which a person was put in, by person.
    pub(crate) also: Vec<(PersonId, TextId, Source)>,
    pub(crate) ids: by_person::ByPerson<IdRow>,
    /// Each row of identifiers that several records state, by person, kind and value, where they were to be kept.
    repeated: Vec<IdRow>,
    pub(crate) events: by_person::ByPerson<EventRow>,
    pub(crate) event_kinds: Vec<u64>,
    pub(crate) docs: Vec<DocRow>,
    pub(crate) docs_of: Vec<u32>,
    pub(crate) kept: kept::Kept,
    pub(crate) facts: Facts,
    /// By `a`.
    pub(crate) rels: Vec<RelRow>,
    pub(crate) rels_of: Vec<u32>,
    /// Rows of `rels` by `b`.
    pub(crate) rels_to: Vec<u32>,
    pub(crate) rels_to_of: Vec<u32>,
    /// Keys of addresses by the text: building key first, with the unit where one is named.
    pub(crate) address_keys: rustc_hash::FxHashMap<u32, AddressKey>,
    /// Ids of persons of whom a date was not taken.
    undated: rustc_hash::FxHashSet<TextId>,
    /// Which offsets log-ins, sessions and devices state.
    pub(crate) offsets: StatedOffsets,
}

/// How many people have log-ins, sessions and devices that state each offset, by what they claim; and how many there are in all.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatedOffsets {
    pub(crate) people: u32,
    pub(crate) by_claim: rustc_hash::FxHashMap<(Option<Country>, Option<zone::ZoneId>, i8), u32>,
}

/// The offsets that log-ins, sessions and devices of people state, counted in the order of the people.
#[derive(Debug, Default)]
pub(crate) struct CountOffsets {
    stated: Vec<(PersonId, i8)>,
}

impl CountOffsets {
    /// Takes the next event.
    pub(crate) fn add(&mut self, row: &EventRow) {
        if row.offset == NO_OFFSET || !matches!(row.kind, EventKind::Login | EventKind::Session | EventKind::DeviceSeen) {
            return;
        }
        let mut known = self.stated.iter().rev().take_while(|(person, _)| *person == row.person);
        if known.all(|(_, offset)| *offset != row.offset) {
            self.stated.push((row.person, row.offset));
        }
    }

    pub(crate) fn finish(self, persons: &[PersonRow]) -> StatedOffsets {
        let mut all = StatedOffsets::default();
        for of_person in self.stated.chunk_by(|one, other| one.0 == other.0) {
            all.people += 1;
            for (person, offset) in of_person {
                let PersonRow { country, zone, .. } = &persons[person.index()];
                *all.by_claim.entry((*country, *zone, *offset)).or_default() += 1;
            }
        }
        all
    }
}

/// Under what an address meets others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AddressKey {
    /// The building.
    pub(crate) place: ValueId,
    /// The flat, where one is named.
    pub(crate) unit: Option<ValueId>,
}

fn range(starts: &[u32], index: usize) -> Range<usize> {
    match (starts.get(index), starts.get(index + 1)) {
        (Some(start), Some(end)) => *start as usize..*end as usize,
        _ => 0..0,
    }
}

impl People {
    /// How many persons there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.persons.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty()
    }

    /// How many events there are.
    #[must_use]
    pub fn events_len(&self) -> usize {
        self.events.len()
    }

    /// How many rows of all tables there are.
    #[must_use]
    pub fn rows_len(&self) -> usize {
        self.persons.len() + self.ids.len() + self.events.len() + self.docs.len() + self.rels.len()
    }

    /// Every person, in the order of first sight.
    #[must_use]
    pub fn all(&self) -> impl ExactSizeIterator<Item = Person<'_>> {
        (0..self.persons.len() as u32).map(|index| self.person(PersonId(index)))
    }

    /// One person.
    #[must_use]
    pub fn person(&self, id: PersonId) -> Person<'_> {
        Person { people: self, id }
    }

    /// The person with an id of the tables, also one under which it was put in besides.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<PersonId> {
        let text = self.texts.find(id)?;
        let own = self.persons.iter().position(|row| row.id == text).map(|index| PersonId(index as u32));
        own.or_else(|| self.also.iter().find(|(_, other, _)| *other == text).map(|(person, ..)| *person))
    }

    /// `file:line` of a row, or the file alone where a line would say nothing.
    #[must_use]
    pub fn place(&self, source: Source) -> String {
        let file = self.files.get(usize::from(source.file.0)).map_or("", String::as_str);
        if source.line == 0 { file.to_owned() } else { format!("{file}:{}", source.line) }
    }

    /// All values of which only the keyed hash is known, by kind, in the order of first sight in the tables.
    #[must_use]
    pub fn keyed_values(&self) -> Vec<Shown> {
        let mut seen = rustc_hash::FxHashSet::default();
        let mut values = Vec::new();
        let mut add = |kind: IdKind, value: u32| {
            if seen.insert((kind, value)) {
                values.push(Shown::Keyed(kind, self.keyed[value as usize]));
            }
        };
        for row in self.ids.iter().filter(|row| row.kind.is_keyed()) {
            add(row.kind, row.value.0);
        }
        for row in self.facts.rows() {
            if let Some(kind) = row.field.keyed_as() {
                add(kind, row.value);
            }
        }
        for row in self.events.iter().filter(|row| row.device != NONE) {
            add(IdKind::Device, row.device);
        }
        values
    }

    /// The document of a row.
    pub(crate) fn document(&self, row: u32) -> Document<'_> {
        Document { people: self, row: &self.docs[row as usize] }
    }

    pub(crate) fn text(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// A value of an identifier, as it is compared.
    pub(crate) fn value(&self, kind: IdKind, value: ValueId) -> Shown {
        if kind.is_keyed() {
            Shown::Keyed(kind, self.keyed[value.0 as usize])
        } else if kind == IdKind::Ip {
            Shown::Text(self.ips[value.0 as usize].to_string())
        } else {
            Shown::Text(self.texts.get(TextId(value.0)).to_owned())
        }
    }

    /// Under what an address meets others, as it is written.
    pub(crate) fn address_key(&self, text: &str) -> Option<AddressKey> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.address_keys.get(&self.texts.find(&text)?.0).copied()
    }

    pub(crate) fn fact(&self, row: FactRow) -> Fact<'_> {
        Fact { people: self, row }
    }
}

/// A person with all rows of it.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    people: &'a People,
    id: PersonId,
}

impl<'a> Person<'a> {
    /// Which person it is.
    #[must_use]
    pub const fn id(self) -> PersonId {
        self.id
    }

    pub(crate) const fn people(self) -> &'a People {
        self.people
    }

    fn row(self) -> &'a PersonRow {
        &self.people.persons[self.id.index()]
    }

    /// The id of the tables.
    #[must_use]
    pub fn key(self) -> &'a str {
        self.people.text(self.row().id)
    }

    /// The other ids under which it was put in: accounts of other systems that are openly the same person.
    pub fn also(self) -> impl Iterator<Item = &'a str> {
        let people = self.people;
        let start = people.also.partition_point(|(person, ..)| *person < self.id);
        people.also[start..].iter().take_while(move |(person, ..)| *person == self.id).map(|(_, id, _)| people.text(*id))
    }

    /// The name that the person goes by.
    #[must_use]
    pub fn name(self) -> Option<&'a str> {
        self.row().name.map(|name| self.people.text(name))
    }

    /// The country where the person says to live.
    #[must_use]
    pub fn country(self) -> Option<Country> {
        self.row().country
    }

    /// The time zone where the person says to live.
    #[must_use]
    pub fn zone(self) -> Option<&'a Zone> {
        self.row().zone.map(|zone| &self.people.zones[zone.0 as usize])
    }

    /// The role or post.
    #[must_use]
    pub fn role(self) -> Option<&'a str> {
        self.row().role.map(|role| self.people.text(role))
    }

    /// When the person began.
    #[must_use]
    pub fn start(self) -> Option<Time> {
        self.row().start
    }

    /// When the person left.
    #[must_use]
    pub fn end(self) -> Option<Time> {
        self.row().end
    }

    /// Whether a date in the person's records is not taken, so that the person may have been there at moments that are not known.
    #[must_use]
    pub fn has_unread_dates(self) -> bool {
        let undated = &self.people.undated;
        let is_undated = |id: &str| self.people.texts.find(id).is_some_and(|id| undated.contains(&id));
        !undated.is_empty() && (undated.contains(&self.row().id) || self.also().any(is_undated))
    }

    /// The row of the person itself.
    #[must_use]
    pub fn source(self) -> Source {
        self.row().source
    }

    pub(crate) fn id_rows(self) -> &'a [IdRow] {
        self.people.ids.of(self.id)
    }

    /// The identifiers, by kind, then by value.
    pub fn identifiers(self) -> impl Iterator<Item = Identifier<'a>> {
        self.id_rows().iter().map(move |row| Identifier { people: self.people, row })
    }

    /// The identifiers of a kind.
    pub fn identifiers_of(self, kind: IdKind) -> impl Iterator<Item = Identifier<'a>> {
        self.identifiers().filter(move |identifier| identifier.kind() == kind)
    }

    /// All names of the holder of an account that the person's records state.
    pub(crate) fn holders_of(self, account: ValueId) -> Vec<&'a str> {
        let mut holders: Vec<&str> = Vec::new();
        let mut add = |facts: &mut dyn Iterator<Item = Fact<'a>>| {
            let (mut is_of_it, mut holder) = (false, None);
            for fact in facts {
                is_of_it |= fact.keyed() == Some((IdKind::Payee, account));
                if fact.field() == Field::Holder {
                    holder = Some(fact.text_id());
                }
            }
            holders.extend(holder.filter(|_| is_of_it).map(|holder| self.people.texts.get(TextId(holder))));
        };
        self.events().for_each(|event| add(&mut event.facts()));
        self.documents().for_each(|document| add(&mut document.facts()));
        holders
    }

    pub(crate) fn event_rows(self) -> &'a [EventRow] {
        self.people.events.of(self.id)
    }

    /// The events in the order of time.
    #[must_use]
    pub fn events(self) -> impl DoubleEndedIterator<Item = Event<'a>> {
        self.event_rows().iter().map(move |row| Event { people: self.people, row })
    }

    /// The events of a kind in the order of time; costs nothing when there is none.
    #[must_use]
    pub fn events_of(self, kind: EventKind) -> impl DoubleEndedIterator<Item = Event<'a>> {
        let rows = if self.has_event(kind) { self.event_rows() } else { &[] };
        rows.iter().filter(move |row| row.kind == kind).map(move |row| Event { people: self.people, row })
    }

    /// Whether there is an event of a kind.
    #[must_use]
    pub fn has_event(self, kind: EventKind) -> bool {
        self.people.event_kinds[self.id.index()] & (1 << kind.index()) != 0
    }

    pub(crate) fn doc_rows(self) -> &'a [DocRow] {
        &self.people.docs[range(&self.people.docs_of, self.id.index())]
    }

    /// The documents, by kind, then by time.
    #[must_use]
    pub fn documents(self) -> impl DoubleEndedIterator<Item = Document<'a>> {
        self.doc_rows().iter().map(move |row| Document { people: self.people, row })
    }

    /// The documents of a kind in the order of time.
    #[must_use]
    pub fn documents_of(self, kind: DocKind) -> impl DoubleEndedIterator<Item = Document<'a>> {
        self.documents().filter(move |document| document.kind() == kind)
    }

    /// Relations from this person.
    pub fn relations(self) -> impl Iterator<Item = Relation<'a>> {
        let rows = &self.people.rels[range(&self.people.rels_of, self.id.index())];
        rows.iter().map(move |row| Relation { people: self.people, row })
    }

    /// Relations to this person.
    pub fn relations_to(self) -> impl Iterator<Item = Relation<'a>> {
        let rows = &self.people.rels_to[range(&self.people.rels_to_of, self.id.index())];
        rows.iter().map(move |row| Relation { people: self.people, row: &self.people.rels[*row as usize] })
    }
}

/// A value that belongs to a person.
#[derive(Debug, Clone, Copy)]
pub struct Identifier<'a> {
    people: &'a People,
    row: &'a IdRow,
}

impl<'a> Identifier<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> IdKind {
        self.row.kind
    }

    pub(crate) fn value_id(self) -> ValueId {
        self.row.value
    }

    /// The form in which it is compared; `None` for what is kept as keyed hash.
    #[must_use]
    pub fn value(self) -> Option<&'a str> {
        match self.row.kind {
            kind if kind.is_keyed() => None,
            IdKind::Ip => None,
            _ => Some(self.people.texts.get(TextId(self.row.value.0))),
        }
    }

    /// The address, for an identifier of kind [`IdKind::Ip`].
    #[must_use]
    pub fn ip(self) -> Option<IpAddr> {
        (self.row.kind == IdKind::Ip).then(|| self.people.ips[self.row.value.0 as usize])
    }

    /// Each record that states it, in the order of the files. Where not each was kept ([`Limits::each_record`]) it is the first alone.
    pub fn records(self) -> impl Iterator<Item = Self> {
        let repeated = &self.people.repeated;
        let start = repeated.partition_point(|row| row.identity() < self.row.identity());
        let rows = &repeated[start..];
        let end = rows.partition_point(|row| row.identity() == self.row.identity());
        let rows = if end == 0 { std::slice::from_ref(self.row) } else { &rows[..end] };
        rows.iter().map(move |row| Self { people: self.people, row })
    }

    /// As it is shown to people.
    #[must_use]
    pub fn shown(self) -> Shown {
        if self.row.shown == NONE {
            self.people.value(self.row.kind, self.row.value)
        } else {
            Shown::Text(self.people.texts.get(TextId(self.row.shown)).to_owned())
        }
    }

    /// When it was first seen.
    #[must_use]
    pub fn first(self) -> Option<Time> {
        self.row.first
    }

    /// When it was last seen.
    #[must_use]
    pub fn last(self) -> Option<Time> {
        self.row.last
    }

    /// Its row.
    #[must_use]
    pub fn source(self) -> Source {
        self.row.source
    }
}

/// A fact of an event or document.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    people: &'a People,
    row: FactRow,
}

impl<'a> Fact<'a> {
    /// Its name.
    #[must_use]
    pub fn field(self) -> Field {
        self.row.field
    }

    /// Facts of one position or school have one group, from 1; 0 for the others.
    #[must_use]
    pub fn group(self) -> u8 {
        self.row.group
    }

    /// Its text; empty for what is kept as keyed hash.
    #[must_use]
    pub fn text(self) -> &'a str {
        if self.row.field.keyed_as().is_some() { "" } else { self.people.texts.get(TextId(self.row.value)) }
    }

    /// The number of its text, or of its keyed hash.
    pub(crate) fn text_id(self) -> u32 {
        self.row.value
    }

    /// The value of an identifier that the fact is, for those kept as keyed hash.
    pub(crate) fn keyed(self) -> Option<(IdKind, ValueId)> {
        self.row.field.keyed_as().map(|kind| (kind, ValueId(self.row.value)))
    }

    /// As it is shown to people.
    #[must_use]
    pub fn shown(self) -> Shown {
        match self.keyed() {
            Some((kind, value)) => self.people.value(kind, value),
            None => Shown::Text(self.text().to_owned()),
        }
    }

    /// As a number.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        self.text().parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// As a country.
    #[must_use]
    pub fn country(self) -> Option<Country> {
        Country::parse(self.text())
    }

    /// As a moment.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        Time::parse(self.text()).ok().map(|read| read.time)
    }

    /// As yes or no.
    #[must_use]
    pub fn yes(self) -> Option<bool> {
        match self.text() {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    people: &'a People,
    row: &'a EventRow,
}

impl<'a> Event<'a> {
    pub(crate) const fn row(self) -> &'a EventRow {
        self.row
    }

    /// What happened.
    #[must_use]
    pub fn kind(self) -> EventKind {
        self.row.kind
    }

    /// When.
    #[must_use]
    pub fn time(self) -> Time {
        self.row.time
    }

    /// The offset from UTC in minutes that the record states.
    #[must_use]
    pub fn offset(self) -> Option<i16> {
        (self.row.offset != NO_OFFSET).then(|| i16::from(self.row.offset) * 15)
    }

    /// From which address.
    #[must_use]
    pub fn ip(self) -> Option<IpAddr> {
        (self.row.ip != NONE).then(|| self.people.ips[self.row.ip as usize])
    }

    /// The number of the address, the same for equal addresses.
    pub(crate) fn ip_value(self) -> Option<ValueId> {
        (self.row.ip != NONE).then_some(ValueId(self.row.ip))
    }

    /// With which device, by its keyed hash.
    pub(crate) fn device_value(self) -> Option<ValueId> {
        (self.row.device != NONE).then_some(ValueId(self.row.device))
    }

    /// With which device.
    #[must_use]
    pub fn device(self) -> Option<Shown> {
        self.device_value().map(|device| self.people.value(IdKind::Device, device))
    }

    /// The facts.
    pub fn facts(self) -> impl Iterator<Item = Fact<'a>> {
        let people = self.people;
        people.facts.get(self.row.facts).iter().map(move |row| people.fact(*row))
    }

    /// The number of the set of facts: events with the same one have the same facts.
    pub(crate) fn facts_set(self) -> u32 {
        self.row.facts
    }

    /// The first fact of a name.
    #[must_use]
    pub fn fact(self, field: Field) -> Option<Fact<'a>> {
        self.facts().find(|fact| fact.field() == field)
    }

    /// Its row.
    #[must_use]
    pub fn source(self) -> Source {
        Source { file: FileId(self.row.file), line: self.row.line }
    }
}

/// A paper or record that states facts of a person.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    people: &'a People,
    row: &'a DocRow,
}

impl<'a> Document<'a> {
    /// Whose it is.
    #[must_use]
    pub const fn person_id(self) -> PersonId {
        self.row.person
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> DocKind {
        self.row.kind
    }

    /// When it was made or handed in.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        self.row.time
    }

    /// The facts.
    pub fn facts(self) -> impl Iterator<Item = Fact<'a>> {
        let people = self.people;
        people.facts.get(self.row.facts).iter().map(move |row| people.fact(*row))
    }

    /// The first fact of a name.
    #[must_use]
    pub fn fact(self, field: Field) -> Option<Fact<'a>> {
        self.facts().find(|fact| fact.field() == field)
    }

    /// The text; `None` when there is none or it was not kept.
    #[must_use]
    pub fn text(self) -> Option<String> {
        self.people.kept.read(self.row.text)
    }

    /// The number of its text.
    pub(crate) const fn text_number(self) -> u32 {
        self.row.text
    }

    /// What its text is compared by.
    pub(crate) fn sketch(self) -> Option<crate::sketch::Outline<'a>> {
        self.people.kept.outline(self.row.text)
    }

    /// Its row.
    #[must_use]
    pub fn source(self) -> Source {
        self.row.source
    }
}

/// How two persons are related.
#[derive(Debug, Clone, Copy)]
pub struct Relation<'a> {
    people: &'a People,
    row: &'a RelRow,
}

impl<'a> Relation<'a> {
    /// What it is.
    #[must_use]
    pub fn kind(self) -> RelKind {
        self.row.kind
    }

    /// From whom.
    #[must_use]
    pub fn a(self) -> Person<'a> {
        self.people.person(self.row.a)
    }

    /// To whom.
    #[must_use]
    pub fn b(self) -> Person<'a> {
        self.people.person(self.row.b)
    }

    /// When.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        self.row.time
    }

    /// Its row.
    #[must_use]
    pub fn source(self) -> Source {
        self.row.source
    }
}
