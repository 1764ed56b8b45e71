//! Tables and XML: bytes go in; text in which each value stands behind the name of its column or element comes out, so that a row reads
//! as a sentence. Rows are places by their line, elements of XML by their path.

use std::ops::ControlFlow;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::json::PLACES;
use super::markup::unescape;
use super::text::{decoded, line_at};
use super::{Budget, Place, Read, Status};

/// Rows or elements between two questions whether to stop.
const STEP: usize = 1024;
/// Rows that are looked at to tell what parts the cells.
const SAMPLE: usize = 50;
/// Bytes of a name that stands before a value, and of a path.
const LABEL: usize = 120;

/// Why something is missing, and what the status is where nothing is there.
type Lost = (String, fn(String) -> Status);

/// Reads comma-, semicolon-, tab- or bar-separated values.
pub(super) fn csv(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, None, usize::MAX / 4, "", |text| {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Excel may say what parts the cells.
        let (delimiter, text) = match text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')) {
            Some((sign, rest)) if sign.len() == 1 => (sign.as_bytes().first().copied().unwrap_or(b','), rest),
            _ => (delimiter(text), text),
        };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut table = Table { head: None, out: String::with_capacity(text.len()), places: Vec::new() };
        let mut record = csv::StringRecord::new();
        let mut reason: Option<Lost> = None;
        let mut number = 0_usize;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    reason = Some((error.to_string(), Status::Damaged));
                    break;
                }
            }
            number += 1;
            table.row(number, &record);
            if table.out.len() > budget.text_left() {
                reason = Some((budget.text_reason(), Status::TooLarge));
                break;
            }
            if number.is_multiple_of(STEP) && budget.stop() {
                reason = Some(("the reading was stopped".to_owned(), |_| Status::Stopped));
                break;
            }
        }
        let mut read = Read::text(table.out);
        read.places = table.places;
        if let Some((reason, otherwise)) = reason {
            read.missing(reason, otherwise);
        }
        read
    })
}

struct Table {
    head: Option<Vec<String>>,
    out: String,
    places: Vec<Place>,
}

impl Table {
    fn row(&mut self, number: usize, record: &csv::StringRecord) {
        let at = self.out.len();
        let mut first = true;
        for (column, cell) in record.iter().enumerate() {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            if !first {
                self.out.push_str("; ");
            }
            first = false;
            if let Some(name) = self.head.as_ref().and_then(|head| head.get(column)).filter(|name| !name.is_empty()) {
                self.out.push_str(name);
                self.out.push_str(": ");
            }
            self.out.push_str(cell);
        }
        if first {
            return;
        }
        self.out.push('\n');
        if self.places.len() < PLACES {
            self.places.push(Place { at, label: format!("row {number}") });
        }
        if self.head.is_none() {
            self.head = Some(head(record));
        }
    }
}

/// The names of the columns, if the first row has some: words, each once, none of them long or a number.
fn head(record: &csv::StringRecord) -> Vec<String> {
    let names: Vec<&str> = record.iter().map(str::trim).collect();
    let mut sorted: Vec<&str> = names.iter().copied().filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    let once = sorted.windows(2).all(|two| two.first() != two.last());
    let words = sorted.iter().all(|name| name.len() <= 60 && !name.contains('\n') && !name.contains('@'));
    let numbers =
        sorted.iter().any(|name| name.bytes().any(|b| b.is_ascii_digit()) && !name.bytes().any(|b| b.is_ascii_alphabetic()));
    if sorted.len() > 1 && once && words && !numbers { names.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

/// What parts the cells: the sign that comes equally often, outside quotation marks, in most of the first lines.
fn delimiter(text: &str) -> u8 {
    const SIGNS: [u8; 4] = *b",;\t|";
    let mut counts: Vec<[usize; 4]> = Vec::new();
    let mut line = [0; 4];
    let mut quoted = false;
    for byte in text.bytes().take(1 << 20) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                counts.push(line);
                line = [0; 4];
                if counts.len() == SAMPLE {
                    break;
                }
            }
            _ if !quoted => {
                if let Some(count) = SIGNS.iter().position(|&sign| sign == byte).and_then(|sign| line.get_mut(sign)) {
                    *count += 1;
                }
            }
            _ => {}
        }
    }
    counts.push(line);
    let agreeing = |sign: usize| {
        let of = |line: &[usize; 4]| line.get(sign).copied().unwrap_or(0);
        let first = counts.first().map_or(0, of);
        if first == 0 { 0 } else { counts.iter().filter(|line| of(line) == first).count() * 64 + first.min(63) }
    };
    let best = (0..SIGNS.len()).max_by_key(|&sign| (agreeing(sign), SIGNS.len() - sign)).unwrap_or(0);
    SIGNS.get(best).copied().unwrap_or(b',')
}

/// Reads XML: each element that has text gives a line, with its name before it; so does each attribute. Elements inside running text do
/// not part it. A document type is not followed: its entities are not expanded.
pub(super) fn xml(bytes: &[u8], budget: &Budget<'_>) -> Read {
    decoded(bytes, declared(bytes), usize::MAX / 4, "", |text| {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        let mut lines =
            Lines { out: String::new(), places: Vec::new(), path: Vec::new(), line: String::new(), owner: 0, leaf: true };
        let mut notes = Vec::new();
        let mut reason: Option<Lost> = None;
        for number in 1_usize.. {
            if number.is_multiple_of(STEP) && budget.stop() {
                reason = Some(("the reading was stopped".to_owned(), |_| Status::Stopped));
                break;
            }
            if lines.out.len() + lines.line.len() > budget.text_left() {
                reason = Some((budget.text_reason(), Status::TooLarge));
                break;
            }
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Eof) => {
                    if !lines.path.is_empty() {
                        reason = Some((format!("it ends inside {} open elements", lines.path.len()), Status::Damaged));
                    }
                    break;
                }
                Ok(event) => {
                    if let ControlFlow::Break(lost) = lines.event(&event, &mut notes) {
                        reason = reason.or(Some((lost, Status::Damaged)));
                    }
                }
                Err(error) => {
                    let line = line_at(text, at);
                    lines.flush();
                    lines.out.push_str(text.get(text.floor_char_boundary(at)..).unwrap_or_default());
                    reason = Some((format!("line {line}: {error}; from there on it was read as plain text"), Status::Damaged));
                    break;
                }
            }
        }
        lines.flush();
        let mut read = Read::text(lines.out);
        read.places = lines.places;
        read.notes = notes;
        if let Some((reason, otherwise)) = reason {
            read.missing(reason, otherwise);
        }
        read
    })
}

/// The character set that the declaration of an XML text says it has.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..256).unwrap_or(bytes);
    let end = head.windows(2).position(|two| two == b"?>")?;
    let head = head.get(..end)?;
    let at = head.windows(8).position(|eight| eight == b"encoding")?;
    let mut quoted = head.get(at..)?.split(|byte| matches!(byte, b'"' | b'\''));
    Encoding::for_label(quoted.nth(1)?)
}

struct Lines {
    out: String,
    places: Vec<Place>,
    /// Names of the open elements.
    path: Vec<String>,
    line: String,
    /// How deep the element lies whose text the line is.
    owner: usize,
    /// It is still the element that the line began in, not the one around it.
    leaf: bool,
}

impl Lines {
    fn event(&mut self, event: &Event<'_>, notes: &mut Vec<String>) -> ControlFlow<String> {
        match event {
            Event::Start(start) => {
                self.begin(start);
                self.path.push(local(start));
            }
            Event::Empty(start) => self.begin(start),
            Event::End(_) => {
                self.path.pop();
                // The element around may go on with the line, and only that one.
                let left = self.owner.saturating_sub(self.path.len());
                if left > 1 || (left == 1 && !self.leaf) {
                    self.flush();
                }
            }
            Event::Text(text) => self.text(text),
            Event::CData(data) => self.text(data),
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &**reference);
                let mut resolved = String::new();
                unescape(&written, &mut resolved);
                self.text(&resolved);
                if resolved == written {
                    return ControlFlow::Break(format!("{written} stands for a text that is not given, or not followed"));
                }
            }
            Event::DocType(declaration) => {
                self.flush();
                self.text(declaration);
                self.flush();
                notes.push("it has a document type, whose entities were not expanded".to_owned());
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => {}
        }
        ControlFlow::Continue(())
    }

    fn text(&mut self, text: &str) {
        let inside = self.path.len() >= self.owner;
        if text.trim().is_empty() {
            if inside && !self.line.is_empty() {
                self.line.push(' ');
            }
            return;
        }
        if self.line.is_empty() {
            self.begin_line();
        } else if !inside && self.leaf && self.path.len() + 1 == self.owner {
            self.owner = self.path.len();
            self.leaf = false;
        } else if !inside {
            self.flush();
            self.begin_line();
        }
        self.line.push_str(text);
    }

    /// Writes the name of the innermost element before its text.
    fn begin_line(&mut self) {
        self.owner = self.path.len();
        self.leaf = true;
        if self.places.len() < PLACES {
            let mut label = String::new();
            for name in &self.path {
                if label.len() > LABEL {
                    label.push_str("/...");
                    break;
                }
                label.push('/');
                label.push_str(name);
            }
            self.places.push(Place { at: self.out.len(), label });
        }
        if let Some(name) = self.path.last() {
            self.line.push_str(name);
            self.line.push_str(": ");
        }
    }

    /// An element begins: its attributes become lines, if it does not stand in running text.
    fn begin(&mut self, start: &BytesStart<'_>) {
        let running = !self.line.is_empty() && self.path.len() >= self.owner;
        if !running {
            self.flush();
        }
        let mut said = String::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let key: &str = attribute.key.as_ref();
            if key == "xmlns" || key.starts_with("xmlns:") || attribute.value.trim().is_empty() {
                continue;
            }
            said.push_str(key.get(..key.floor_char_boundary(LABEL)).unwrap_or_default());
            said.push_str(": ");
            unescape(attribute.value.trim(), &mut said);
            said.push('\n');
        }
        if said.is_empty() {
            return;
        }
        if running {
            // Beside the running text, which it must not part.
            self.out.push_str(&said);
            if let Some(place) = self.places.last_mut() {
                place.at = self.out.len();
            }
        } else {
            self.path.push(local(start));
            self.begin_line();
            self.line.clear();
            self.path.pop();
            self.out.push_str(&said);
        }
    }

    fn flush(&mut self) {
        let line = self.line.trim();
        if !line.is_empty() {
            self.out.push_str(line);
            self.out.push('\n');
        }
        self.line.clear();
    }
}

/// The name of an element without its prefix, as long as names are.
fn local(start: &BytesStart<'_>) -> String {
    let name = start.local_name();
    let name: &str = name.as_ref();
    name.get(..name.floor_char_boundary(LABEL)).unwrap_or_default().to_owned()
}
