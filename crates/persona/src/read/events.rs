//! Events. Persons, devices and details of a block are each looked at once, as the events of one person mostly stand together.

use std::io;
use std::net::IpAddr;

use super::blocks::{Blocks, Rows, Span, in_turns, push};
use super::fact_cells::{FactCell, FactCells, keyed};
use crate::conceal::FactsOf;
use crate::key::{KeyedHash, TenantKey};
use crate::people::{Builder, FileId, NONE, PersonId, Source};
use crate::problem::ProblemKind;
use crate::text::{Interner, TextId, trimmed};
use crate::time::{Time, TimeError};
use crate::value::{ValueError, parse_ip};
use crate::vocabulary::{EventKind, IdKind};

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
    /// Numbers in the block; [`NONE`] when not stated.
    ip: u32,
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

/// A block taken apart. Texts that stand in it often have a number in it, under which they are looked up among all only once.
#[derive(Debug, Default)]
struct Parsed {
    text: String,
    rows: Vec<Raw>,
    persons: Interner,
    ip_texts: Interner,
    /// `None` for a text that is no address.
    ips: Vec<Option<IpAddr>>,
    device_texts: Interner,
    devices: Vec<Result<KeyedHash, ValueError>>,
    cells: Interner,
    /// The facts of each distinct cell. What is wrong with one is told once, wherever it stands again: such a cell is remembered.
    details: Vec<FactCell>,
    facts: FactCells,
    known: Known,
}

/// What numbers of a block are among all; `None` where that is not known yet.
#[derive(Debug, Default)]
struct Known {
    persons: Vec<Option<PersonId>>,
    ips: Vec<Option<u32>>,
    devices: Vec<Option<u32>>,
    sets: Vec<Option<u32>>,
}

pub(super) fn read<B: Blocks>(blocks: B, file: FileId, to: &mut Builder) -> io::Result<B> {
    let key = to.key().clone();
    in_turns(
        blocks,
        to,
        |block, parsed: &mut Parsed| parsed.take(block, &key),
        Parsed::settle,
        |parsed, to| parsed.put(file, to),
    )
}

impl Parsed {
    fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
        self.persons.clear();
        self.ips.clear();
        self.ip_texts.clear();
        self.device_texts.clear();
        self.devices.clear();
        self.cells.clear();
        self.details.clear();
        self.facts.clear();
    }

    /// Takes a block apart.
    fn take(&mut self, block: &impl Rows, key: &TenantKey) {
        self.clear();
        let mut last = NONE;
        block.each(|line, row| {
            let cells = match row {
                Ok(cells) => cells,
                Err(problem) => {
                    self.rows.push(Raw::Wrong { line, problem });
                    return;
                }
            };
            let [person, kind, time, offset, ip, device, detail, record] = cells.map(trimmed);
            let ip = if ip.is_empty() { NONE } else { self.ip(ip) };
            let kind = EventKind::from_code(kind).ok_or_else(|| push(&mut self.text, kind));
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
            let person = match person {
                "" => NONE,
                // Rows of one person mostly stand together.
                person if last != NONE && self.persons.get(TextId(last)) == person => last,
                person => self.persons.intern(person).0,
            };
            last = person;
            let detail = match kind {
                _ if detail.is_empty() => NONE,
                Ok(EventKind::PayeeChanged) => self.detail_of_payee_change(detail, key),
                _ => self.detail(detail, FactsOf::Record, key),
            };
            let record = push(&mut self.text, record);
            let offset = (!offset.is_empty()).then(|| crate::people::offset(offset));
            self.rows.push(Raw::Event(RawEvent { line, kind, time, zulu, offset, ip, person, device, detail, record }));
        });
    }

    /// The number of the text of an address in the block.
    fn ip(&mut self, text: &str) -> u32 {
        let number = self.ip_texts.intern(text).0;
        if number as usize == self.ips.len() {
            self.ips.push(parse_ip(text));
        }
        number
    }

    /// The number of a cell of details in the block; its facts are read at first sight.
    fn detail(&mut self, cell: &str, of: FactsOf, key: &TenantKey) -> u32 {
        let number = self.cells.intern(cell).0;
        if number as usize == self.details.len() {
            self.details.push(self.facts.add(cell, of, key));
        }
        number
    }

    /// The same of a change of the payout account, in which a cell says something else than in other events. Cells are trimmed: with a space
    /// before it, it stands under a text of its own.
    fn detail_of_payee_change(&mut self, cell: &str, key: &TenantKey) -> u32 {
        self.detail(&format!(" {cell}"), FactsOf::PayeeChange, key)
    }

    /// Looks up what stood in blocks before. That is most of what a block holds, and nearly all of the time of a look goes by waiting for
    /// memory, which many looks in a row and on all processors share.
    fn settle(&mut self, to: &Builder) {
        let Self { persons, ips, devices, details, facts, known, .. } = self;
        known.persons.clear();
        known.persons.extend((0..persons.len() as u32).map(|number| to.find_person(persons.get(TextId(number)))));
        known.ips.clear();
        known.ips.extend(ips.iter().map(|ip| ip.and_then(|ip| to.find_ip(ip))));
        known.devices.clear();
        known.devices.extend(devices.iter().map(|device| to.find_keyed((*device).ok()?)));
        facts.settle(to);
        known.sets.clear();
        let most = to.most_facts();
        known.sets.extend(details.iter().map(|detail| if detail.is_told(most) { None } else { facts.find(detail, to) }));
    }

    /// Puts the rows in, in order.
    fn put(&mut self, file: FileId, to: &mut Builder) {
        let Self { text, rows, persons, ip_texts, ips, devices, cells, details, facts, known, .. } = self;
        let text = |span: Span| span.of(text);
        for row in rows.iter() {
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
                    to.undated(persons.get(TextId(event.person)));
                    to.problem(here, ProblemKind::Time { field: "time", error });
                    continue;
                }
            };
            let person = *known.persons[event.person as usize]
                .get_or_insert_with(|| to.person(persons.get(TextId(event.person)), source));
            if event.offset == Some(None) {
                to.problem(here, ProblemKind::Zone);
            }
            let column = event.offset.flatten();
            if read.offset.is_none() && !read.day_only {
                to.problem(here, ProblemKind::NoZone);
            }
            let offset = column.or(read.offset.filter(|_| !event.zulu));
            let ip = match event.ip {
                NONE => NONE,
                number => match ips[number as usize] {
                    Some(ip) => *known.ips[number as usize].get_or_insert_with(|| to.known_ip(ip)),
                    None => {
                        let text = ip_texts.get(TextId(number));
                        to.problem(here, ProblemKind::Ip(text.chars().take(64).collect()));
                        NONE
                    }
                },
            };
            let device = match event.device {
                NONE => NONE,
                number => *known.devices[number as usize]
                    .get_or_insert_with(|| devices[number as usize].map_or(NONE, |hash| to.keyed_id(hash))),
            };
            let set = match event.detail {
                NONE => NONE,
                number => match known.sets[number as usize] {
                    Some(set) => set,
                    None => {
                        let detail = &details[number as usize];
                        let set = set_of(cells.get(TextId(number)), detail, facts, here, to);
                        known.sets[number as usize] = Some(set);
                        set
                    }
                },
            };
            to.push_event(person, kind, read.time, offset, ip, device, set, source);
        }
    }
}

/// The set of facts of a cell of details that was not in blocks before.
fn set_of(cell: &str, detail: &FactCell, facts: &mut FactCells, source: Source, to: &mut Builder) -> u32 {
    let told = detail.is_told(to.most_facts());
    if told {
        if let Some(known) = to.known_details(cell) {
            return known;
        }
        detail.problems().iter().for_each(|problem| to.problem(source, problem.clone()));
    }
    let set = facts.put(detail, source, to);
    if told {
        to.keep_details(cell, set);
    }
    set
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io;

    use super::read;
    use crate::key::TenantKey;
    use crate::people::{Builder, Limits};
    use crate::problem::ProblemKind;
    use crate::read::Cells;
    use crate::read::blocks::{Blocks, Rows};
    use crate::time::Time;

    /// Rows as they stand in a block.
    struct Block(Vec<(u32, [String; 8])>);

    impl Rows for Block {
        fn each(&self, mut take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
            self.0.iter().for_each(|(line, cells)| take(*line, Ok(cells.each_ref().map(String::as_str))));
        }
    }

    struct Batches(VecDeque<Vec<Block>>);

    impl Blocks for Batches {
        type Block = Block;

        fn batch(&mut self) -> io::Result<Vec<Block>> {
            Ok(self.0.pop_front().unwrap_or_default())
        }

        fn give_back(&mut self, _: Vec<Block>) {}
    }

    /// Everything that is read of rows in blocks of so many, so many of which are read at once.
    fn said(rows: &[[String; 8]], of_block: usize, at_once: usize) -> Vec<String> {
        let numbered: Vec<(u32, [String; 8])> = (1..).zip(rows.iter().cloned()).collect();
        let mut blocks: VecDeque<Block> = numbered.chunks(of_block).map(|rows| Block(rows.to_vec())).collect();
        let mut batches = VecDeque::new();
        while !blocks.is_empty() {
            batches.push_back(blocks.drain(..at_once.min(blocks.len())).collect());
        }
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = to.file("event");
        read(Batches(batches), file, &mut to).unwrap();
        let (people, problems) = to.finish(Time::parse("2026-11-27").unwrap().time);
        let mut all: Vec<String> =
            problems.told().iter().map(|problem| format!("{}: {problem}", people.place(problem.source))).collect();
        for person in people.all() {
            for event in person.events() {
                let facts: Vec<String> =
                    event.facts().map(|fact| format!("{:?} {} {}", fact.field(), fact.group(), fact.shown())).collect();
                all.push(format!(
                    "{} {:?} {:?} {} {:?} {:?} {facts:?} {}",
                    person.key(),
                    event.kind(),
                    event.time(),
                    event.device().map(|device| device.to_string()).unwrap_or_default(),
                    event.ip(),
                    event.offset(),
                    people.place(event.source()),
                ));
            }
        }
        all
    }

    /// What stood in blocks before is looked up away from the builder, which changes nothing.
    #[test]
    fn blocks_before_do_not_show() {
        let details = [
            "",
            r#"{"country":"GB","network":"mobile"}"#,
            r#"{"country":"GB","network":"mobile","payee":"GB00 TEST 0001 2345"}"#,
            r#"{"payee":"n/a","country":"GB"}"#,
            r#"{"nonsense":1,"country":"FR"}"#,
            "country=FR;city=Lyon",
            r#"{"country":"#,
        ];
        let ips = ["", "198.51.100.7", "198.51.100.7:443", "2001:db8::7", "300.1.1.1"];
        let devices = ["", "D-1", "d-1", "n/a", "D-2"];
        let rows: Vec<[String; 8]> = (0..300_usize)
            .map(|row| {
                let own = format!(r#"{{"sha":"{:040x}","city":"Town {}"}}"#, row / 2, row % 90);
                let detail = if row % 3 == 0 { &own } else { details[row * 7 % 11 % details.len()] };
                let person = if row % 41 == 40 { String::new() } else { format!("p{}", row / 9 % 23) };
                let kind = ["login", "commit", "payout", "dance"][row % 13 % 4];
                let time = format!("2026-0{}-{:02}T10:00:00{}", 1 + row % 7, 1 + row % 29, ["Z", "+09:00", ""][row % 3]);
                let [ip, device] = [ips[row * 3 % ips.len()], devices[row * 5 % 7 % devices.len()]].map(str::to_owned);
                [person, kind.to_owned(), time, String::new(), ip, device, detail.to_owned(), String::new()]
            })
            .collect();
        let whole = said(&rows, rows.len(), 1);
        assert!(whole.len() > 200 && whole.iter().any(|line| line.contains("Payee")), "{whole:#?}");
        for (of_block, at_once) in [(1, 1), (1, 4), (7, 1), (7, 3), (50, 2)] {
            assert_eq!(said(&rows, of_block, at_once), whole, "{of_block} rows a block, {at_once} blocks at once");
        }
    }
}
