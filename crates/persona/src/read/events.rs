//! Events. Persons, devices and details of a block are each looked at once, as the events of one person mostly stand together.

use std::io;
use std::net::IpAddr;

use rustc_hash::FxHashMap;

use super::blocks::{Blocks, Rows, Span, in_turns, push, text_of_cell};
use super::facts;
use crate::key::{KeyedHash, TenantKey};
use crate::people::{Builder, FactRow, FileId, NONE, PersonId, Source};
use crate::problem::ProblemKind;
use crate::text::{Interner, TextId};
use crate::time::{Time, TimeError};
use crate::value::{ValueError, normalise, parse_ip};
use crate::vocabulary::{EventKind, Field, IdKind};

/// A row of which all but the numbers of the builder is known.
#[derive(Debug)]
struct RawEvent {
    line: u32,
    kind: Result<EventKind, Span>,
    time: Result<crate::time::Read, TimeError>,
    /// Whether the time is written as UTC, which says nothing of where the person was.
    zulu: bool,
    /// The offset of the column; `Some(None)` for one that is none.
    #[expect(clippy::option_option, reason = "no cell, and a cell that is no offset, are told apart")]
    offset: Option<Option<i16>>,
    ip: Option<Result<u32, Span>>,
    /// Numbers in the block; [`NONE`] when not stated.
    person: u32,
    device: u32,
    detail: u32,
    record: Span,
}

#[derive(Debug)]
enum Raw {
    Event(RawEvent),
    Wrong { line: u32, problem: ProblemKind },
}

/// The facts of a distinct cell of details.
#[derive(Debug)]
struct Detail {
    /// Begin and end of its facts.
    facts: std::ops::Range<u32>,
    /// What is wrong with it is told once, wherever it stands again: such a cell is remembered.
    told: bool,
    problems: Vec<ProblemKind>,
}

#[derive(Debug, Clone, Copy)]
enum Value {
    /// Number in the block.
    Text(u32),
    Keyed(IdKind, Result<KeyedHash, ValueError>),
}

/// A block taken apart. Texts that stand in it often have a number in it, under which they are looked up among all only once.
#[derive(Debug, Default)]
struct Parsed {
    text: String,
    rows: Vec<Raw>,
    persons: Interner,
    ips: Vec<IpAddr>,
    ip_of: FxHashMap<IpAddr, u32>,
    device_texts: Interner,
    devices: Vec<Result<KeyedHash, ValueError>>,
    cells: Interner,
    details: Vec<Detail>,
    facts: Vec<(Field, u8, Value)>,
    words: Interner,
}

/// What numbers of a block are among all.
#[derive(Debug, Default)]
struct Known {
    persons: Vec<Option<PersonId>>,
    ips: Vec<Option<u32>>,
    devices: Vec<Option<u32>>,
    sets: Vec<Option<u32>>,
    words: Vec<Option<u32>>,
    rows: Vec<FactRow>,
}

pub(super) fn read<B: Blocks>(blocks: B, file: FileId, to: &mut Builder) -> io::Result<B> {
    let (key, most_facts) = (to.key().clone(), to.most_facts());
    let mut known = Known::default();
    in_turns(
        blocks,
        to,
        |block, parsed: &mut Parsed| parsed.take(block, &key, most_facts),
        |_, _| {},
        |parsed, to| parsed.put(file, to, &mut known),
    )
}

fn keyed(key: &TenantKey, kind: IdKind, text: &str) -> Result<KeyedHash, ValueError> {
    normalise(kind, text, None).map(|value| key.hash(kind, &value))
}

impl Parsed {
    fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.persons.clear();
        self.ips.clear();
        self.ip_of.clear();
        self.device_texts.clear();
        self.devices.clear();
        self.cells.clear();
        self.details.clear();
        self.facts.clear();
        self.words.clear();
    }

    /// Takes a block apart.
    fn take(&mut self, block: &impl Rows, key: &TenantKey, most_facts: usize) {
        self.clear();
        block.each(|line, row| {
            let cells = match row {
                Ok(cells) => cells,
                Err(problem) => {
                    self.rows.push(Raw::Wrong { line, problem });
                    return;
                }
            };
            let cells = cells.map(text_of_cell);
            let [person, kind, time, offset, ip, device, detail, record] = cells.each_ref().map(|cell| cell.trim());
            let ip = match (ip, parse_ip(ip)) {
                ("", _) => None,
                (_, Some(ip)) => Some(Ok(self.ip(ip))),
                (text, None) => Some(Err(push(&mut self.text, text.as_bytes()))),
            };
            let kind = EventKind::from_code(kind).ok_or_else(|| push(&mut self.text, kind.as_bytes()));
            let zulu = crate::people::ends_in_z(time);
            let time = Time::parse(time);
            let device = match device {
                "" => NONE,
                device => {
                    let number = self.device_texts.intern(device).0;
                    if number as usize == self.devices.len() {
                        self.devices.push(keyed(key, IdKind::Device, device));
                    }
                    number
                }
            };
            let person = if person.is_empty() { NONE } else { self.persons.intern(person).0 };
            let detail = if detail.is_empty() { NONE } else { self.detail(detail, key, most_facts) };
            let record = push(&mut self.text, record.as_bytes());
            let offset = (!offset.is_empty()).then(|| crate::people::offset(offset));
            self.rows.push(Raw::Event(RawEvent { line, kind, time, zulu, offset, ip, person, device, detail, record }));
        });
    }

    /// The number of an address in the block.
    fn ip(&mut self, ip: IpAddr) -> u32 {
        *self.ip_of.entry(ip).or_insert_with(|| {
            self.ips.push(ip);
            self.ips.len() as u32 - 1
        })
    }

    /// The number of a cell of details in the block; its facts are read at first sight.
    fn detail(&mut self, cell: &str, key: &TenantKey, most_facts: usize) -> u32 {
        let number = self.cells.intern(cell).0;
        if (number as usize) < self.details.len() {
            return number;
        }
        let mut problems = Vec::new();
        let begin = self.facts.len();
        let mut told = false;
        for (field, group, text) in facts::take_apart(cell, false, &mut |problem| problems.push(problem)) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let value = match field.keyed_as() {
                Some(kind) => {
                    let hash = keyed(key, kind, text);
                    told |= hash.is_err();
                    Value::Keyed(kind, hash)
                }
                None => Value::Text(self.words.intern(text).0),
            };
            self.facts.push((field, group, value));
        }
        told |= !problems.is_empty() || self.facts.len() - begin > most_facts;
        self.details.push(Detail { facts: begin as u32..self.facts.len() as u32, told, problems });
        number
    }

    /// The set of facts of a cell of details.
    fn set(&self, number: u32, source: Source, to: &mut Builder, known: &mut Known) -> u32 {
        let detail = &self.details[number as usize];
        let cell = self.cells.get(TextId(number));
        if detail.told {
            if let Some(known) = to.known_details(cell) {
                return known;
            }
            detail.problems.iter().for_each(|problem| to.problem(source, problem.clone()));
        }
        known.rows.clear();
        for (field, group, value) in &self.facts[detail.facts.start as usize..detail.facts.end as usize] {
            if known.rows.len() == to.most_facts() {
                to.problem(source, ProblemKind::TooManyFacts(to.most_facts()));
                break;
            }
            let value = match *value {
                Value::Text(word) => {
                    *known.words[word as usize].get_or_insert_with(|| to.text_number(self.words.get(TextId(word))))
                }
                Value::Keyed(_, Ok(hash)) => to.keyed_id(hash),
                Value::Keyed(kind, Err(error)) => {
                    to.problem(source, ProblemKind::Value { kind, error });
                    continue;
                }
            };
            known.rows.push(FactRow { field: *field, group: *group, value });
        }
        let set = to.fact_set_of(&known.rows);
        if detail.told {
            to.keep_details(cell, set);
        }
        set
    }

    /// Puts the rows in, in order.
    fn put(&self, file: FileId, to: &mut Builder, known: &mut Known) {
        let text = |span: Span| span.of(&self.text);
        known.start(self);
        for row in &self.rows {
            let event = match row {
                Raw::Event(event) => event,
                Raw::Wrong { line, problem } => {
                    to.problem(Source { file, line: *line }, problem.clone());
                    continue;
                }
            };
            let here = Source { file, line: event.line };
            let source = match text(event.record) {
                "" => here,
                record => to.source(record),
            };
            let kind = match event.kind {
                Ok(kind) => kind,
                Err(word) if text(word).is_empty() => {
                    to.problem(here, ProblemKind::Missing("kind"));
                    continue;
                }
                Err(word) => {
                    to.problem(here, ProblemKind::UnknownKind { word: text(word).to_owned(), of: "event" });
                    continue;
                }
            };
            if event.person == NONE {
                to.problem(here, ProblemKind::Missing("person"));
                continue;
            }
            let read = match event.time {
                Ok(read) => read,
                Err(error) => {
                    to.problem(here, ProblemKind::Time { field: "time", error });
                    continue;
                }
            };
            let person = *known.persons[event.person as usize]
                .get_or_insert_with(|| to.person(self.persons.get(TextId(event.person)), source));
            if event.offset == Some(None) {
                to.problem(here, ProblemKind::Zone);
            }
            let column = event.offset.flatten();
            if read.offset.is_none() && column.is_none() && !read.day_only {
                to.problem(here, ProblemKind::NoZone);
            }
            let offset = column.or(read.offset.filter(|_| !event.zulu));
            let ip = match event.ip {
                None => NONE,
                Some(Ok(ip)) => *known.ips[ip as usize].get_or_insert_with(|| to.known_ip(self.ips[ip as usize])),
                Some(Err(span)) => {
                    to.problem(here, ProblemKind::Ip(text(span).chars().take(64).collect()));
                    NONE
                }
            };
            let device = match event.device {
                NONE => NONE,
                number => *known.devices[number as usize]
                    .get_or_insert_with(|| self.devices[number as usize].map_or(NONE, |hash| to.keyed_id(hash))),
            };
            let set = match event.detail {
                NONE => NONE,
                number => match known.sets[number as usize] {
                    Some(set) => set,
                    None => {
                        let set = self.set(number, here, to, known);
                        known.sets[number as usize] = Some(set);
                        set
                    }
                },
            };
            to.push_event(person, kind, read.time, offset, ip, device, set, source);
        }
    }
}

impl Known {
    /// Of the numbers of a block nothing is known yet.
    fn start(&mut self, parsed: &Parsed) {
        fn none<T: Clone>(all: &mut Vec<Option<T>>, count: usize) {
            all.clear();
            all.resize(count, None);
        }
        none(&mut self.persons, parsed.persons.len());
        none(&mut self.ips, parsed.ips.len());
        none(&mut self.devices, parsed.devices.len());
        none(&mut self.sets, parsed.details.len());
        none(&mut self.words, parsed.words.len());
    }
}
