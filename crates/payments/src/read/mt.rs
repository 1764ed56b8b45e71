//! SWIFT MT out of a file: messages of blocks 1 to 5 go in, one after the other or with SOH, ETX, `$` or white space between; payments of
//! MT103 (also STP and REMIT), MT202 (also COV), MT101, MT700 and MT701 come out, and a problem for every other message.
//!
//! Followed are the published definitions of the FIN user header and of the Standards MT of categories 1, 2 and 7, from memory. A message
//! begins where block 1 does: between messages anywhere, inside block 4 at the begin of a line, so that a message whose block 4 is not
//! closed does not take the next one with it.

mod blocks;
mod message;
mod party;

use std::collections::VecDeque;
use std::io::BufRead;

use super::lines::{Seen, decode, fill, problem};
use super::{Item, PaymentError, ReadLimits, Source};

/// Bytes of one message at most: ten times the 10,000 characters that SWIFT takes.
const MESSAGE_BYTES: usize = 100_000;

/// Reads a file of MT messages.
pub(crate) fn open<'a>(input: impl BufRead + Send + 'a, limits: ReadLimits) -> Box<dyn Source + Send + 'a> {
    let limit = limits.payment_bytes.min(MESSAGE_BYTES);
    let frames = Frames { input, limit, line: 1, current: Frame::default(), state: State::default(), ended: false };
    Box::new(Messages { frames, number: 0, seen: Seen::default(), ready: VecDeque::new() })
}

struct Messages<R> {
    frames: Frames<R>,
    /// Payments so far.
    number: u64,
    seen: Seen,
    ready: VecDeque<Item>,
}

impl<R: BufRead> Source for Messages<R> {
    fn next(&mut self) -> Result<Option<Item>, PaymentError> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            let Some(frame) = self.frames.next()? else { return Ok(None) };
            if frame.too_long {
                let limit = self.frames.limit;
                return Ok(Some(problem(frame.line, "", format!("a message of more than {limit} bytes is passed over"))));
            }
            let (text, warning) = decode(&frame.bytes);
            self.ready = message::read(&text, frame.line, warning, &mut self.number, &mut self.seen).into();
        }
    }
}

/// The bytes of a message, from its block 1 to the next.
#[derive(Default)]
struct Frame {
    line: u64,
    bytes: Vec<u8>,
    too_long: bool,
}

/// Where in a message the next byte is.
#[derive(Default)]
struct State {
    /// The last four bytes.
    last: [u8; 4],
    /// Whether it is in the text of block 4.
    text: bool,
    /// Whether block 4 has begun.
    four: bool,
}

/// Parts a stream into messages.
struct Frames<R> {
    input: R,
    limit: usize,
    line: u64,
    current: Frame,
    state: State,
    ended: bool,
}

/// Bytes that stand between messages.
fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'$' | 0x00 | 0x01 | 0x03 | 0x1a)
}

impl<R: BufRead> Frames<R> {
    /// The next message; `None` at the end. After an error there is nothing more.
    fn next(&mut self) -> std::io::Result<Option<Frame>> {
        while !self.ended {
            let buffer = fill(&mut self.input).inspect_err(|_| self.ended = true)?;
            if buffer.is_empty() {
                self.ended = true;
                break;
            }
            let mut used = 0;
            let mut whole = None;
            for byte in buffer {
                used += 1;
                whole = self.current.push(*byte, self.line, self.limit, &mut self.state);
                self.line += u64::from(*byte == b'\n');
                if whole.is_some() {
                    break;
                }
            }
            self.input.consume(used);
            if whole.is_some() {
                return Ok(whole);
            }
        }
        let rest = std::mem::take(&mut self.current);
        Ok(Some(rest).filter(|rest| !rest.bytes.is_empty()))
    }
}

impl Frame {
    /// Takes a byte; gives the message before when a new one begins with it.
    fn push(&mut self, byte: u8, line: u64, limit: usize, state: &mut State) -> Option<Self> {
        if self.bytes.is_empty() {
            if is_between(byte) {
                return None;
            }
            self.line = line;
            *state = State::default();
        }
        if self.bytes.len() < limit {
            self.bytes.push(byte);
        } else {
            self.too_long = true;
        }
        let [_, before, open, id] = state.last;
        state.last = [before, open, id, byte];
        let at_line_start = matches!(before, 0 | b'\n' | b'\r' | b'}' | b'$' | 0x01 | 0x03);
        let begins_block = open == b'{' && byte == b':';
        if begins_block && (id == b'1' && (!state.text || at_line_start) || id == b'2' && state.four && !state.text) {
            let start = [b'{', id, b':'];
            // All of a message that was cut at the limit is gone; otherwise the begin of the new one is at its end.
            let rest = if self.too_long { self.bytes.len() } else { self.bytes.len().saturating_sub(start.len()) };
            self.bytes.truncate(rest);
            let began = Self { line, bytes: start.to_vec(), too_long: start.len() > limit };
            *state = State { last: [0, b'{', id, b':'], text: false, four: false };
            let before = std::mem::replace(self, began);
            return Some(before).filter(|before| !before.bytes.is_empty());
        }
        if begins_block && id == b'4' && !state.text {
            state.four = true;
            state.text = true;
        } else if state.text && (id == b'-' && byte == b'}' || open == b'4' && id == b':' && byte == b'{') {
            // The text ends; or block 4 holds blocks, as messages of the network do.
            state.text = false;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, limit: usize, expected: &[(u64, &str, bool)]) {
        for capacity in [1, 2, 3, 7, 1000] {
            let input = std::io::BufReader::with_capacity(capacity, text.as_bytes());
            let mut frames = Frames { input, limit, line: 1, current: Frame::default(), state: State::default(), ended: false };
            let mut found = Vec::new();
            while let Some(frame) = frames.next().unwrap() {
                found.push((frame.line, String::from_utf8(frame.bytes).unwrap(), frame.too_long));
            }
            let found: Vec<_> = found.iter().map(|(line, text, long)| (*line, text.as_str(), *long)).collect();
            assert_eq!(found, expected, "{text:?}, {capacity} bytes at a time");
        }
    }

    #[test]
    fn messages_are_parted() {
        check("", 100, &[]);
        check(" \r\n\u{1}\u{3}$", 100, &[]);
        check("{1:A}{2:B}{4:\n:20:X\n-}{1:C}", 100, &[(1, "{1:A}{2:B}{4:\n:20:X\n-}", false), (3, "{1:C}", false)]);
        check(
            "\u{1}{1:A}{4:\n-}\u{3}\n\u{1}{1:C}\u{3}",
            100,
            &[(1, "{1:A}{4:\n-}\u{3}\n\u{1}", false), (3, "{1:C}\u{3}", false)],
        );
        check("{1:A}{4:\n-}$\n{1:C}", 100, &[(1, "{1:A}{4:\n-}$\n", false), (3, "{1:C}", false)]);
        check("noise\n{1:A}", 100, &[(1, "noise\n", false), (2, "{1:A}", false)]);
        // Without block 1, block 2 begins a message, but only after a block 4.
        check("{2:A}{4:\n-}{2:B}{4:\n-}", 100, &[(1, "{2:A}{4:\n-}", false), (2, "{2:B}{4:\n-}", false)]);
        // An acknowledgement has blocks in block 4, and the message follows it at once.
        check("{1:F21}{4:{177:1}{451:0}}{1:A}", 100, &[(1, "{1:F21}{4:{177:1}{451:0}}", false), (1, "{1:A}", false)]);
    }

    #[test]
    fn an_open_text_ends_at_the_next_message_and_not_inside_a_line() {
        check("{1:A}{4:\n:70:X\n{1:C}", 100, &[(1, "{1:A}{4:\n:70:X\n", false), (3, "{1:C}", false)]);
        check("{1:A}{4:\n:70:X {1:C}\n-}", 100, &[(1, "{1:A}{4:\n:70:X {1:C}\n-}", false)]);
    }

    #[test]
    fn a_message_over_the_limit_does_not_take_the_next() {
        check("{1:A}{4:\n:70:XXXXXXXX\n-}\n{1:C}", 16, &[(1, "{1:A}{4:\n:70:XXX", true), (4, "{1:C}", false)]);
    }
}
