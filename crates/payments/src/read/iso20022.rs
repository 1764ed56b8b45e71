//! Reads ISO 20022 messages of any version as a stream. XML in any character set goes in, one message or many, bare or in the envelopes of
//! Fedwire, SWIFT and others; payments come out, one for each transaction, with what the message says of all its transactions. Elements are
//! known by their local names; text in elements that are not known is kept as [`TextKind::Other`](crate::message::TextKind::Other).
//!
//! A transaction is given when the next one ends, or the message does: what a message says behind its transactions goes to the last one.

mod draft;
mod faults;
mod input;
mod names;
mod state;
mod tags;

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use self::input::Utf8;
use self::state::{State, Step};
use super::amounts::excerpt;
use super::{Item, PaymentError, ReadLimits, Source};

/// Opens a file of ISO 20022 messages.
pub(crate) fn open<'a>(input: impl BufRead + Send + 'a, limits: ReadLimits) -> Box<dyn Source + Send + 'a> {
    Box::new(Messages {
        xml: Some(reader(Utf8::new(input, limits.payment_bytes))),
        buffer: Vec::new(),
        failure: None,
        state: State::new(limits),
    })
}

fn reader<R: BufRead>(input: R) -> Reader<R> {
    let mut reader = Reader::from_reader(input);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = true;
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    reader
}

struct Messages<R> {
    /// `None` after the end of the file.
    xml: Option<Reader<Utf8<R>>>,
    buffer: Vec<u8>,
    /// Why the file could not be read to its end.
    failure: Option<PaymentError>,
    state: State,
}

impl<R: BufRead> Source for Messages<R> {
    fn next(&mut self) -> Result<Option<Item>, PaymentError> {
        loop {
            if let Some(item) = self.state.items.pop_front() {
                return Ok(Some(item));
            }
            if self.xml.is_none() {
                return self.failure.take().map_or(Ok(None), Err);
            }
            self.step();
        }
    }
}

impl<R: BufRead> Messages<R> {
    /// Reads one event.
    fn step(&mut self) {
        let Self { xml: slot, buffer, failure, state } = self;
        let Some(xml) = slot else { return };
        buffer.clear();
        // One large text is not to hold its memory for the rest of the file.
        if buffer.capacity() > 1 << 20 {
            *buffer = Vec::new();
        }
        let mut line = xml.get_ref().line();
        if state.skip.is_some() || state.levels.is_empty() {
            xml.get_mut().begin_piece();
        }
        let step = match xml.read_event_into(buffer) {
            Ok(Event::Start(start)) => state.start(&start, line),
            Ok(Event::End(_)) => Step::End,
            Ok(Event::Text(text)) => {
                if state.frames.is_empty() {
                    line += text.chars().take_while(|c| c.is_whitespace()).filter(|c| *c == '\n').count() as u64;
                }
                state.more_text(&text)
            }
            Ok(Event::CData(text)) => state.more_text(&text),
            Ok(Event::GeneralRef(reference)) => {
                state.refer(&reference);
                Step::Nothing
            }
            Ok(Event::DocType(_)) => Step::DocType,
            Ok(Event::Eof) => Step::Eof,
            Ok(Event::Decl(_) | Event::Empty(_) | Event::Comment(_) | Event::PI(_)) => Step::Nothing,
            Err(quick_xml::Error::Io(_)) if xml.get_ref().is_exceeded() => {
                let in_markup = buffer.first() == Some(&b'<');
                // A tag that begins where a payment is passed over, or outside of any message, is too large by itself.
                let is_itself = in_markup && (state.skip.is_some() || state.levels.is_empty());
                let passes = !is_itself && state.pass_over(line);
                // The parser ends at an error. A new one goes on where it stood, since what is open is known here too.
                let Some(xml) = slot.take() else { return };
                let mut input = xml.into_inner();
                if passes && in_markup {
                    input.give_back(buffer);
                } else if buffer.is_empty() {
                    input.give_back_bracket();
                }
                input.begin_piece();
                *slot = Some(reader(input));
                if passes {
                    return;
                }
                Step::Refused(format!(
                    "a tag, a comment or a character section of more than {} bytes",
                    state.limits.payment_bytes
                ))
            }
            Err(quick_xml::Error::Io(error)) => {
                state.release();
                *failure = Some(PaymentError::Io(std::io::Error::new(error.kind(), error.to_string())));
                *slot = None;
                return;
            }
            Err(error) => {
                let cut = if xml.get_mut().is_at_end() { "; the file ends there, it is cut off" } else { "" };
                Step::Refused(format!("not well-formed XML: {}{cut}", said(&error)))
            }
        };
        let Some(xml) = slot else { return };
        if let Some(complaint) = xml.get_mut().take_complaint() {
            state.problem(1, "", complaint);
        }
        match step {
            Step::Nothing => {}
            Step::Unit => xml.get_mut().begin_piece(),
            Step::End => {
                let input = xml.get_mut();
                if state.end(input.has_replaced(), input.line()) {
                    input.begin_piece();
                }
            }
            Step::DocType if !state.frames.is_empty() => {
                state.release();
                state.problem(line, "", "a document type declaration inside a message, which is passed over");
                state.abandon();
            }
            Step::DocType => {
                state.problem(line, "", "a document type declaration, which no message has: the document is refused");
                state.refuse_root = true;
            }
            Step::Eof => {
                state.finish(xml.get_ref().line());
                *slot = None;
            }
            Step::Refused(reason) => {
                state.refuse(line, &reason);
                let Some(mut input) = slot.take().map(Reader::into_inner) else { return };
                match input.find_message() {
                    Ok(true) => {
                        input.begin_piece();
                        state.recovered = true;
                        *slot = Some(reader(input));
                    }
                    Ok(false) => {}
                    Err(error) => *failure = Some(error.into()),
                }
            }
        }
    }
}

/// The character of a reference: by its number, or one of the five entities that XML itself defines.
fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character),
        Err(_) => None,
        Ok(None) => match &**reference {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => None,
        },
    }
}

/// What the parser says of an error, short: names in it may be megabytes long.
fn said(error: &quick_xml::Error) -> String {
    let text = error.to_string();
    text.char_indices().nth(200).map_or_else(|| text.clone(), |(end, _)| format!("{}…", &text[..end]))
}
