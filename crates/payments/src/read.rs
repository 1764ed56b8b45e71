//! Reading files of payments as streams. What a file is, is told by its first bytes. A payment that cannot be read is a [`Problem`] with
//! its line, and the rest of the file goes on.

mod amounts;
mod csv;
mod iso20022;
mod lines;
mod mt;
mod nacha;

use std::io::{self, BufRead, Read as _};

use thiserror::Error;

use crate::message::Payment;

/// What is taken at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Bytes of one payment: an element of a transaction, an MT message, a row, a batch entry with its addenda. A larger one is a problem and
    /// is passed over.
    pub payment_bytes: usize,
    /// Elements inside each other.
    pub depth: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { payment_bytes: 64 << 20, depth: 64 }
    }
}

/// Why a file cannot be read any further.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PaymentError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is none of the formats that are read; what it begins with.
    #[error("not a file of payments that is read here: {0}")]
    UnknownFormat(String),
}

/// Something wrong with a file that costs a payment, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: u64,
    /// Path of the element, tag of the field, or the column; empty when it concerns the message.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

/// What a file gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A payment.
    Payment(Box<Payment>),
    /// A payment that could not be read, or a part of the file that no payment came from.
    Problem(Problem),
}

/// Gives what one format has, item by item; `None` at the end of the file. After the first error there is nothing more.
pub(crate) trait Source {
    fn next(&mut self) -> Result<Option<Item>, PaymentError>;
}

/// Reads a file of payments.
pub struct Reader<'a> {
    source: Box<dyn Source + Send + 'a>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// Opens a file; its first bytes tell what it is.
    pub fn open(mut input: impl BufRead + Send + 'a, limits: ReadLimits) -> Result<Self, PaymentError> {
        let mut head = Vec::new();
        while head.len() < HEAD {
            let available = match input.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            if available.is_empty() {
                break;
            }
            let taken = available.len().min(HEAD - head.len());
            head.extend_from_slice(&available[..taken]);
            input.consume(taken);
        }
        let format = Format::of(&head);
        let said = format.is_none().then(|| beginning(&head));
        let input = io::Cursor::new(head).chain(input);
        let source = match format {
            Some(Format::Iso20022) => iso20022::open(input, limits),
            Some(Format::Mt) => mt::open(input, limits),
            Some(Format::Nacha) => nacha::open(input, limits),
            Some(Format::Csv) => csv::open(input, limits),
            None => return Err(PaymentError::UnknownFormat(said.unwrap_or_default())),
        };
        Ok(Self { source })
    }

    /// The next payment or problem; `None` at the end.
    pub fn next_item(&mut self) -> Result<Option<Item>, PaymentError> {
        self.source.next()
    }
}

/// Bytes that tell the format.
const HEAD: usize = 1 << 12;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Iso20022,
    Mt,
    Nacha,
    Csv,
}

/// Bytes in which the first MT message begins.
const MT_WITHIN: usize = 256;

impl Format {
    /// The format of a file that begins with these bytes.
    fn of(head: &[u8]) -> Option<Self> {
        if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]) {
            // UTF-16: a table that Excel wrote, or a message.
            let bytes: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
            let text = bytes.strip_prefix(&[0xff, 0xfe]).or_else(|| bytes.strip_prefix(&[0xfe, 0xff])).unwrap_or(&bytes);
            return if text.trim_ascii_start().first() == Some(&b'<') { Some(Self::Iso20022) } else { csv_header(text) };
        }
        let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(head);
        // A batch of MT messages may be parted by control characters.
        let text = text
            .iter()
            .position(|byte| !matches!(byte, 0 | 1 | 3 | b' ' | b'\t' | b'\r' | b'\n'))
            .and_then(|at| text.get(at..))?;
        if text.starts_with(b"<") {
            return Some(Self::Iso20022);
        }
        // Something of the system that sent it may stand before the first message.
        if text.windows(3).take(MT_WITHIN).any(|bytes| bytes == b"{1:") {
            return Some(Self::Mt);
        }
        // A file header of NACHA: 94 characters, record type 1, priority code 01. A file without line ends is one line.
        let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        if text.starts_with(b"101 ") && line.len() >= 90 {
            return Some(Self::Nacha);
        }
        csv_header(text)
    }
}

/// Whether the first line is the header of a table: cells parted by one of the delimiters, letters in it, no control characters.
fn csv_header(text: &[u8]) -> Option<Format> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let delimited = line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t' | b'|'));
    let is_text = line.iter().all(|byte| *byte >= b' ' || *byte == b'\t') && line.iter().any(u8::is_ascii_alphabetic);
    let is_other = matches!(line.first(), Some(b'{' | b'[' | b'%' | b'<'));
    (delimited && is_text && !is_other).then_some(Format::Csv)
}

/// What a file begins with, for a message.
fn beginning(head: &[u8]) -> String {
    if head.is_empty() {
        return "it is empty".to_owned();
    }
    let shown = head.get(..20).unwrap_or(head);
    format!("it begins with `{}`", String::from_utf8_lossy(shown).escape_debug())
}
