//! Events as CSV. The file is cut into blocks at line ends; blocks are taken apart on all processors, and put in in the order of the file.

use std::io::{self, BufRead, Read};
use std::net::IpAddr;

use rayon::prelude::*;

use super::{Table, facts, places, rows};
use crate::people::{Builder, FileId, NONE, Source};
use crate::problem::ProblemKind;
use crate::time::{Time, TimeError};
use crate::value::parse_ip;
use crate::vocabulary::EventKind;

/// Bytes of a block; a row that is longer makes its block longer.
pub(super) const BLOCK_BYTES: usize = 2 << 20;
/// The longest row, in bytes.
const MAX_ROW_BYTES: usize = 64 << 20;

/// Where a cell stands in the text of its block.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

/// A row whose kind, moment and address are read already.
#[derive(Debug)]
struct RawEvent {
    line: u32,
    kind: Result<EventKind, Span>,
    time: Result<crate::time::Read, TimeError>,
    /// Whether the time is written as UTC, which says nothing of where the person was.
    zulu: bool,
    offset: Span,
    person: Span,
    ip: Option<Result<IpAddr, Span>>,
    device: Span,
    detail: Span,
    record: Span,
}

#[derive(Debug)]
enum Raw {
    Event(RawEvent),
    Ragged { line: u32, cells: usize, last: bool },
}

/// A block taken apart.
#[derive(Debug, Default)]
struct Parsed {
    text: String,
    rows: Vec<Raw>,
}

pub(super) fn read(input: &mut (dyn BufRead + Send), file: FileId, to: &mut Builder) -> io::Result<()> {
    super::skip_mark(input)?;
    let mut header = Vec::new();
    input.read_until(b'\n', &mut header)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(header.as_slice());
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).map_err(super::csv_error)? {
        return Ok(());
    }
    let header = csv::StringRecord::from_byte_record_lossy(record);
    let names: Vec<&str> = header.iter().collect();
    let places = places(Table::Event, &names, file, to);
    let shape = Shape { columns: names.len(), places: std::array::from_fn(|index| places[index]) };

    let mut cutter = Cutter { input, rest: Vec::new(), line: 2, ended: false };
    let batch = rayon::current_num_threads().clamp(2, 32) * 2;
    let mut parsed: Vec<Parsed> = Vec::new();
    loop {
        let blocks = cutter.batch(batch)?;
        let ended = blocks.is_empty();
        // While one batch is put in, the next is taken apart.
        let (next, ()) = rayon::join(
            || blocks.par_iter().map(|block| shape.parse(block)).collect(),
            || parsed.iter().for_each(|parsed| parsed.put(file, to, &shape)),
        );
        parsed = next;
        if ended {
            return Ok(());
        }
    }
}

/// Some whole rows of the file.
#[derive(Debug)]
struct Block {
    bytes: Vec<u8>,
    /// The line of the file on which it begins.
    line: u32,
    /// Whether the file ends with it, without a line end.
    cut: bool,
}

/// Cuts the file into blocks at ends of rows: line ends outside quotes.
struct Cutter<'a> {
    input: &'a mut (dyn BufRead + Send),
    rest: Vec<u8>,
    line: u32,
    ended: bool,
}

impl Cutter<'_> {
    fn batch(&mut self, count: usize) -> io::Result<Vec<Block>> {
        let mut blocks = Vec::new();
        while blocks.len() < count {
            match self.block()? {
                Some(block) => blocks.push(block),
                None => break,
            }
        }
        Ok(blocks)
    }

    fn block(&mut self) -> io::Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.rest);
        loop {
            if !self.ended {
                let wanted = BLOCK_BYTES.saturating_sub(bytes.len()).max(BLOCK_BYTES / 4);
                self.ended = Read::take(&mut *self.input, wanted as u64).read_to_end(&mut bytes)? < wanted;
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            let end = if self.ended { Some(bytes.len()) } else { last_row_end(&bytes) };
            // A quote that is never closed would make one row of all that follows.
            let end = end.or_else(|| {
                (bytes.len() > MAX_ROW_BYTES).then(|| memchr::memrchr(b'\n', &bytes).map_or(bytes.len(), |at| at + 1))
            });
            if let Some(end) = end {
                self.rest = bytes.split_off(end);
                let line = self.line;
                self.line = line.saturating_add(memchr::memchr_iter(b'\n', &bytes).count() as u32);
                let cut = self.ended && self.rest.is_empty() && bytes.last() != Some(&b'\n');
                return Ok(Some(Block { bytes, line, cut }));
            }
        }
    }
}

/// Where the last whole row ends, in bytes that begin with a row: after the last line end that has an even number of quotes before it.
fn last_row_end(bytes: &[u8]) -> Option<usize> {
    let mut end = None;
    let mut quoted = false;
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes[at] == b'"' {
            quoted = !quoted;
        } else if !quoted {
            end = Some(at + 1);
        }
    }
    end
}

/// Where the columns of the table stand in the file.
#[derive(Debug, Clone, Copy)]
struct Shape {
    columns: usize,
    places: [Option<usize>; 8],
}

impl Shape {
    fn parse(&self, block: &Block) -> Parsed {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(block.bytes.as_slice());
        let mut record = csv::ByteRecord::new();
        let mut parsed =
            Parsed { text: String::with_capacity(block.bytes.len()), rows: Vec::with_capacity(block.bytes.len() / 64) };
        let (mut line, mut counted) = (block.line, 0);
        // Reading from memory: the only error would be one of reading.
        while let Ok(true) = reader.read_byte_record(&mut record) {
            // The reader's place of a row is before the line ends that come first.
            let start = record.position().map_or(0, |position| position.byte() as usize);
            let gap = block.bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            line += memchr::memchr_iter(b'\n', &block.bytes[counted..start + gap]).count() as u32;
            counted = start + gap;
            if record.len() != self.columns {
                parsed.rows.push(Raw::Ragged { line, cells: record.len(), last: false });
                continue;
            }
            let [person, kind, time, offset, ip, device, detail, record_cell] = self.places;
            let cell = |place: Option<usize>| place.map_or(&b""[..], |place| record[place].trim_ascii());
            let ip_cell = cell(ip);
            let ip = match std::str::from_utf8(ip_cell) {
                Ok("") => None,
                Ok(text) => Some(parse_ip(text).ok_or_else(|| push(&mut parsed.text, ip_cell))),
                Err(_) => Some(Err(push(&mut parsed.text, ip_cell))),
            };
            let kind = std::str::from_utf8(cell(kind))
                .ok()
                .and_then(EventKind::from_code)
                .ok_or_else(|| push(&mut parsed.text, cell(kind)));
            let time_text = std::str::from_utf8(cell(time));
            let zulu = time_text.is_ok_and(crate::people::ends_in_z);
            let time = time_text.map_err(|_| TimeError::Unknown).and_then(Time::parse);
            parsed.rows.push(Raw::Event(RawEvent {
                line,
                kind,
                time,
                ip,
                zulu,
                offset: push(&mut parsed.text, cell(offset)),
                person: push(&mut parsed.text, cell(person)),
                device: push(&mut parsed.text, cell(device)),
                detail: push(&mut parsed.text, cell(detail)),
                record: push(&mut parsed.text, cell(record_cell)),
            }));
        }
        if let (true, Some(Raw::Ragged { cells, last, .. })) = (block.cut, parsed.rows.last_mut()) {
            *last = *cells < self.columns;
        }
        parsed
    }
}

fn push(text: &mut String, cell: &[u8]) -> Span {
    let start = text.len() as u32;
    match std::str::from_utf8(cell) {
        Ok(cell) => text.push_str(cell),
        Err(_) => text.push_str(&String::from_utf8_lossy(cell)),
    }
    Span { start, end: text.len() as u32 }
}

impl Parsed {
    /// Puts the rows in, in order.
    fn put(&self, file: FileId, to: &mut Builder, shape: &Shape) {
        let text = |span: Span| &self.text[span.start as usize..span.end as usize];
        for row in &self.rows {
            let event = match row {
                Raw::Event(event) => event,
                Raw::Ragged { line, cells, last } => {
                    let kind = if *last {
                        ProblemKind::CutOff
                    } else {
                        ProblemKind::Row(format!("it has {cells} cells where the header has {}", shape.columns))
                    };
                    to.problem(Source { file, line: *line }, kind);
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
            if text(event.person).is_empty() {
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
            let person = to.person(text(event.person), source);
            let column = rows::offset_cell(text(event.offset), here, to);
            if read.offset.is_none() && column.is_none() && !read.day_only {
                to.problem(here, ProblemKind::NoZone);
            }
            let offset = column.or(read.offset.filter(|_| !event.zulu));
            let ip = match event.ip {
                None => NONE,
                Some(Ok(ip)) => to.known_ip(ip),
                Some(Err(span)) => {
                    to.problem(here, ProblemKind::Ip(text(span).chars().take(64).collect()));
                    NONE
                }
            };
            let device = match text(event.device) {
                "" => NONE,
                device => to.device_number(device),
            };
            let set = facts::set(text(event.detail), here, to);
            to.push_event(person, kind, read.time, offset, ip, device, set, source);
        }
    }
}
