//! Reading files of payments as streams. What a file is, is told by its first bytes. A payment that cannot be read is a [`Problem`] with
//! its line, and the rest of the file goes on.

mod amounts;
mod csv;
mod iso20022;
mod lines;
mod mt;
mod nacha;

use std::io::BufRead;

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
        let start = input.fill_buf()?;
        let source = match start {
            [b'{' | b'$' | 1, ..] => mt::open(input, limits),
            [b'1', b'0', b'1', ..] => nacha::open(input, limits),
            [] | [b'<', ..] => {
                return Err(PaymentError::UnknownFormat(String::from_utf8_lossy(&start[..start.len().min(20)]).into_owned()));
            }
            _ => csv::open(input, limits),
        };
        Ok(Self { source })
    }

    /// The next payment or problem; `None` at the end.
    pub fn next_item(&mut self) -> Result<Option<Item>, PaymentError> {
        self.source.next()
    }
}
