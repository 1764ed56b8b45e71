//! NACHA files: records of 94 characters with or without line ends go in; a payment for each entry with its addenda comes out, of an
//! international one (IAT) with the parties and banks of its seven mandatory addenda, and a problem for what breaks the order of the file.
//!
//! Followed are the record formats of the NACHA Operating Rules: positions from memory, those of the IAT batch header, entry detail and
//! addenda 10, 14, 15 and 18 compared with the documented fields of the public library moov-io/ach. Counts, hashes and totals can be
//! checked only when the control records come, after the entries have been given out: what does not add up is a problem of its own.

mod entry;
mod record;

use std::collections::VecDeque;
use std::io::BufRead;

use self::entry::Entry;
use self::record::{Record, Records};
use super::lines::{RECORD_BYTES, Seen, problem};
use super::{Item, PaymentError, ReadLimits, Source};

/// Reads a NACHA file.
pub(crate) fn open<'a>(input: impl BufRead + Send + 'a, limits: ReadLimits) -> Box<dyn Source + Send + 'a> {
    Box::new(Entries {
        records: Records::new(input),
        limit: limits.payment_bytes.min(RECORD_BYTES),
        number: 0,
        seen: Seen::default(),
        ready: VecDeque::new(),
        file: File::default(),
        batch: None,
        entry: None,
        ended: false,
    })
}

/// What control records add up.
#[derive(Clone, Copy, Default)]
struct Tally {
    /// Entries and addenda.
    records: u64,
    /// Sum of the first eight digits of the routing numbers.
    hash: u64,
    /// Cents.
    debit: u64,
    /// Cents.
    credit: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.records = self.records.saturating_add(other.records);
        self.hash = self.hash.wrapping_add(other.hash) % 10_000_000_000;
        self.debit = self.debit.saturating_add(other.debit);
        self.credit = self.credit.saturating_add(other.credit);
    }
}

#[derive(Default)]
struct File {
    header: Option<Record>,
    tally: Tally,
    batches: u64,
    /// Records so far, without those that fill the last block.
    records: u64,
    closed: bool,
}

struct Batch {
    header: Record,
    tally: Tally,
    /// Trace number of the last entry.
    trace: String,
}

struct Entries<R> {
    records: Records<R>,
    limit: usize,
    /// Payments so far.
    number: u64,
    seen: Seen,
    ready: VecDeque<Item>,
    file: File,
    batch: Option<Batch>,
    entry: Option<Entry>,
    ended: bool,
}

impl<R: BufRead> Source for Entries<R> {
    fn next(&mut self) -> Result<Option<Item>, PaymentError> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            if self.ended {
                return Ok(None);
            }
            match self.records.next().inspect_err(|_| self.ended = true)? {
                Some(record) => self.take(record),
                None => {
                    self.ended = true;
                    self.end_entry();
                    self.close_batch(self.records.line());
                    if !self.file.closed {
                        self.problem(self.records.line(), "9", "the file ends without its control record: it may be cut off");
                    }
                }
            }
        }
    }
}

impl<R: BufRead> Entries<R> {
    fn problem(&mut self, line: u64, field: &str, reason: impl Into<String>) {
        self.ready.push_back(problem(line, field, reason));
    }

    fn take(&mut self, record: Record) {
        if record.is_blank() {
            return;
        }
        let is_fill = record.is_fill();
        if !is_fill {
            self.file.records += 1;
        }
        // An entry is looked at when all of its addenda are there; its own warnings say what is wrong with their form.
        let kind = record.kind();
        if !matches!(kind, '6' | '7')
            && !is_fill
            && let Some(wrong) = record.wrong()
        {
            self.problem(record.line, &kind.to_string(), format!("{wrong}: {:?}", record.begin()));
        }
        match kind {
            '7' => match &mut self.entry {
                Some(entry) => entry.add(record, self.limit),
                None => self.orphan(&record, "an addenda record without an entry"),
            },
            '6' => {
                self.end_entry();
                if self.batch.is_some() {
                    self.entry = Some(Entry::new(record));
                } else {
                    self.orphan(&record, "an entry outside of a batch");
                }
            }
            '5' => {
                self.end_entry();
                self.close_batch(record.line);
                if self.file.header.is_none() || self.file.closed {
                    self.problem(record.line, "5", "a batch without a file header before it");
                }
                self.batch = Some(Batch { header: record, tally: Tally::default(), trace: String::new() });
            }
            '8' => {
                self.end_entry();
                match self.batch.take() {
                    Some(batch) => self.end_batch(&batch, &record),
                    None => self.orphan(&record, "a batch control without a batch"),
                }
            }
            '9' if is_fill => {}
            '9' => {
                self.end_entry();
                self.close_batch(record.line);
                self.end_file(&record);
            }
            '1' => {
                self.end_entry();
                self.close_batch(record.line);
                if self.file.header.is_some() && !self.file.closed {
                    self.problem(record.line, "1", "a file header before the control record of the file before");
                }
                self.file = File { records: 1, header: Some(record), ..File::default() };
            }
            _ => self.orphan(&record, "no record of a NACHA file"),
        }
    }

    /// A record that belongs to nothing: its content is in the words, since no payment will have it.
    fn orphan(&mut self, record: &Record, what: &str) {
        self.problem(record.line, &record.kind().to_string(), format!("{what}: {:?}", record.text()));
    }

    fn end_entry(&mut self) {
        let (Some(entry), Some(batch)) = (self.entry.take(), &mut self.batch) else { return };
        let tally = entry.tally();
        batch.tally.add(tally);
        let line = entry.detail.line;
        if entry.too_long {
            self.problem(line, "6", format!("an entry of more than {} bytes with its addenda is passed over", self.limit));
            return;
        }
        if batch.header.cut(51, 53) == "ADV" {
            self.problem(line, "5:51-53", "entries of automated accounting advice (ADV) are not read");
            return;
        }
        self.number += 1;
        let mut payment = entry.payment(self.file.header.as_ref(), &batch.header, self.number);
        let trace = entry.detail.cut(80, 94);
        if !trace.is_empty() {
            if trace <= batch.trace {
                payment
                    .warnings
                    .push(format!("6:80-94: the trace number {trace} is not above the one before, {}", batch.trace));
            }
            if !self.seen.is_new(&format!("{} {trace}", batch.header.cut(88, 94))) {
                payment.warnings.push(format!("6:80-94: the trace number {trace} occurs before in the file"));
            }
            batch.trace = trace;
        }
        self.ready.push_back(Item::Payment(Box::new(payment)));
    }

    /// Ends a batch that has no control record.
    fn close_batch(&mut self, line: u64) {
        if let Some(batch) = self.batch.take() {
            self.file.tally.add(batch.tally);
            self.file.batches += 1;
            let number = batch.header.cut(88, 94);
            self.problem(line, "8", format!("batch {number} of line {} has no control record", batch.header.line));
        }
    }

    fn end_batch(&mut self, batch: &Batch, control: &Record) {
        let Tally { records, hash, debit, credit } = batch.tally;
        self.file.tally.add(batch.tally);
        self.file.batches += 1;
        self.compare(control, (5, 10), "entries and addenda of the batch", records);
        self.compare(control, (11, 20), "hash of the batch", hash);
        self.compare(control, (21, 32), "debits of the batch in cents", debit);
        self.compare(control, (33, 44), "credits of the batch in cents", credit);
        for (from, to, what) in [(80, 87, "originating bank"), (88, 94, "number")] {
            let (said, begun) = (control.cut(from, to), batch.header.cut(from, to));
            if said != begun {
                self.problem(
                    control.line,
                    &format!("8:{from}-{to}"),
                    format!("the {what} of the batch is {said:?} here and {begun:?} in its header"),
                );
            }
        }
    }

    fn end_file(&mut self, control: &Record) {
        if self.file.closed || self.file.header.is_none() {
            self.problem(control.line, "9", "a file control without a file header before it");
        }
        let Tally { records, hash, debit, credit } = self.file.tally;
        self.compare(control, (2, 7), "batches", self.file.batches);
        self.compare(control, (8, 13), "blocks of ten records", self.file.records.div_ceil(10));
        self.compare(control, (14, 21), "entries and addenda of the file", records);
        self.compare(control, (22, 31), "hash of the file", hash);
        self.compare(control, (32, 43), "debits of the file in cents", debit);
        self.compare(control, (44, 55), "credits of the file in cents", credit);
        self.file.closed = true;
    }

    fn compare(&mut self, control: &Record, (from, to): (usize, usize), what: &str, found: u64) {
        let said = control.cut(from, to);
        if said.parse() != Ok(found) {
            let field = format!("{}:{from}-{to}", control.kind());
            self.problem(control.line, &field, format!("{what}: {said:?} is said, {found} is found"));
        }
    }
}
