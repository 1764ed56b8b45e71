//! Where the parser stands in a file of messages: which elements are open, in which part of a message, and what was read of it. Elements and
//! text go in as they come; payments and problems come out.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;

use quick_xml::events::{BytesRef, BytesStart};

use super::draft::{Draft, Frame, Marks};
use super::faults::Faults;
use super::names::{self, Namespaces};
use super::tags::Tag;
use crate::message::{MessageKind, Payment, TextKind};
use crate::read::amounts::excerpt;
use crate::read::{Item, Problem, ReadLimits};

/// Bytes of what a message says of all its transactions, when it has more than one: each of them gets a copy.
const SHARED_BYTES: usize = 1 << 16;

/// Payments of one entry that wait for what the entry says behind them.
const HELD: usize = 64;

/// Names of elements that are counted in one element, so that repeated ones can be told apart.
const SEEN: usize = 64;

/// A part of a message that other parts may be inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// The business application header before a message.
    Header,
    Message,
    /// Payment information, statement, notification.
    Batch,
    Entry,
    Transaction,
}

pub(super) struct Level {
    unit: Unit,
    /// Elements that are open with its own.
    depth: usize,
    /// Where paths begin.
    base: usize,
    line: u64,
    draft: Draft,
    /// Transactions inside it so far.
    given: u64,
    /// What every transaction gets; what follows is given once.
    shared: Marks,
}

struct Held {
    payment: Payment,
    /// Whether it is of the entry of a statement.
    entry: bool,
}

/// What is known where the parser stands.
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts of where the reading stands")]
pub(super) struct State {
    pub(super) limits: ReadLimits,
    pub(super) frames: Vec<Frame>,
    path: String,
    /// Name and count of the children so far of each open element.
    seen: Vec<(u32, u32)>,
    text: String,
    /// The attribute `Ccy` of the element that began last.
    currency: Option<String>,
    /// Elements that are open around the one that is passed over.
    pub(super) skip: Option<usize>,
    namespaces: Namespaces,
    application_header: Option<Draft>,
    pub(super) levels: Vec<Level>,
    held: VecDeque<Held>,
    pub(super) items: VecDeque<Item>,
    number: u64,
    faults: Faults,
    /// Whether any element was seen.
    began: bool,
    /// Whether the present root element had a message in it.
    found: bool,
    pub(super) refuse_root: bool,
    /// Whether reading began again inside a document: ends of elements that were never seen to begin are no fault then.
    pub(super) recovered: bool,
}

/// What a step of the parser gave, without a hold on the buffer.
pub(super) enum Step {
    Nothing,
    /// A part of a message begins.
    Unit,
    End,
    Eof,
    DocType,
    Refused(String),
}

impl State {
    pub(super) fn new(limits: ReadLimits) -> Self {
        Self {
            limits,
            frames: Vec::new(),
            path: String::new(),
            seen: Vec::new(),
            text: String::new(),
            currency: None,
            skip: None,
            namespaces: Namespaces::default(),
            application_header: None,
            levels: Vec::new(),
            held: VecDeque::new(),
            items: VecDeque::new(),
            number: 0,
            faults: Faults::default(),
            began: false,
            found: false,
            refuse_root: false,
            recovered: false,
        }
    }

    pub(super) fn start(&mut self, start: &BytesStart<'_>, line: u64) -> Step {
        self.began = true;
        if self.frames.len() >= self.limits.depth {
            return Step::Refused(format!("more than {} elements inside each other", self.limits.depth));
        }
        let local = start.local_name();
        let name = local.as_ref();
        let (tag, hash) = Tag::of(name);
        let parent = self.frames.last().copied();
        if self.skip.is_some() {
            self.frames.push(Frame { tag, path: self.path.len(), seen: self.seen.len(), has_children: false });
            return Step::Nothing;
        }
        if let Some(frame) = self.frames.last_mut() {
            // Text before the first child, or between two.
            if !self.levels.is_empty() && !self.text.trim().is_empty() {
                stray(&mut self.levels, &self.path, &self.text);
            }
            frame.has_children = true;
        }
        self.text.clear();
        let nth = self.count(parent.map_or(0, |frame| frame.seen), hash);
        let frame = Frame { tag, path: self.path.len(), seen: self.seen.len(), has_children: false };
        self.frames.push(frame);
        let depth = self.frames.len();
        if self.levels.is_empty() {
            self.path.push('/');
            self.path.push_str(shown(name));
            return self.outside(start, tag, name, line);
        }
        let unit = self.unit_of(tag, parent.map_or(Tag::Unknown, |frame| frame.tag));
        if self.levels.last().is_some_and(|level| self.path.len() > level.base) {
            self.path.push('/');
        }
        let base = self.path.len();
        self.path.push_str(shown(name));
        if let Some(unit) = unit {
            self.begin(unit, base, line);
            return Step::Unit;
        }
        if nth > 1 {
            use std::fmt::Write as _;
            let _ = write!(self.path, "[{nth}]");
        }
        if matches!(tag, Tag::Signature | Tag::Sgntr) && self.levels.first().is_some_and(|level| level.unit == Unit::Header) {
            self.skip = Some(depth - 1);
            return Step::Nothing;
        }
        let Some(level) = self.levels.last_mut() else { return Step::Nothing };
        let path = self.path.get(level.base..).unwrap_or_default();
        level.draft.start(&self.frames, path);
        self.currency = None;
        if start.len() > start.name().as_ref().len() {
            for attribute in start.attributes().with_checks(false).flatten() {
                let key = attribute.key.as_ref();
                let value =
                    quick_xml::escape::unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
                if key == "Ccy" {
                    self.currency = Some(value);
                } else if !key.starts_with("xmlns") && !key.starts_with("xsi:") && !value.trim().is_empty() {
                    level.draft.bytes += value.len() + path.len();
                    level.draft.text(TextKind::Other, &format!("{path}/@{key}"), value.trim());
                }
            }
        }
        Step::Nothing
    }

    /// An element begins that is in no message.
    fn outside(&mut self, start: &BytesStart<'_>, tag: Tag, name: &str, line: u64) -> Step {
        let depth = self.frames.len();
        if depth == 1 {
            self.found = false;
            if mem::take(&mut self.refuse_root) {
                self.found = true;
                self.skip = Some(0);
                return Step::Nothing;
            }
        }
        let declares = self.namespaces.declare(start);
        if tag == Tag::AppHdr {
            self.found = true;
            self.lone_header(line);
            self.path.clear();
            self.path.push_str(shown(name));
            self.begin(Unit::Header, 0, line);
            return Step::Nothing;
        }
        let in_document = depth >= 2 && self.frames.get(depth - 2).is_some_and(|frame| frame.tag == Tag::Document);
        let own = self.namespaces.definition_of(start.name().as_ref());
        if tag == Tag::Document {
            self.namespaces.set_document(own);
            return Step::Nothing;
        }
        let (kind, definition) = match names::message_of(tag, name) {
            Some((kind, Some(definition))) => (kind, definition),
            Some((kind, None)) => (kind, self.namespaces.definition(own).unwrap_or_else(|| kind.code().to_owned())),
            None if in_document || declares && !own.as_deref().is_some_and(names::is_read) => {
                let definition = self
                    .namespaces
                    .definition(own)
                    .map_or_else(String::new, |definition| format!(" ({})", excerpt(&definition)));
                let reason = format!(
                    "the message `{}`{definition} is of a type that is not read here; it is passed over",
                    excerpt(name)
                );
                self.problem(line, excerpt(name), reason);
                self.found = true;
                self.application_header = None;
                self.skip = Some(depth - 1);
                return Step::Nothing;
            }
            // An envelope.
            None => return Step::Nothing,
        };
        self.found = true;
        self.path.clear();
        self.begin(Unit::Message, 0, line);
        if !definition.starts_with(kind.code())
            && let Some(level) = self.levels.last_mut()
        {
            let reason = format!("the namespace says {} and the element {} says {kind}", excerpt(&definition), excerpt(name));
            level.draft.warnings.push(reason);
        }
        self.namespaces.message = Some((kind, definition));
        if let Some(header) = self.application_header.take() {
            // What the application header says is said of the message.
            if let Some(level) = self.levels.last_mut() {
                let warnings = mem::take(&mut level.draft.warnings);
                level.draft = header;
                level.draft.warnings.extend(warnings);
            }
        }
        Step::Nothing
    }

    /// The part of a message that an element begins.
    fn unit_of(&self, tag: Tag, parent: Tag) -> Option<Unit> {
        let level = self.levels.last()?;
        let direct = level.depth + 1 == self.frames.len();
        match (level.unit, tag) {
            (Unit::Message, Tag::PmtInf | Tag::Stmt | Tag::Ntfctn) if direct => Some(Unit::Batch),
            (Unit::Message | Unit::Batch, Tag::CdtTrfTxInf | Tag::CdtTrfTx | Tag::TxInf) if direct => Some(Unit::Transaction),
            (Unit::Batch, Tag::Ntry) if direct => Some(Unit::Entry),
            (Unit::Entry, Tag::TxDtls) if parent == Tag::NtryDtls => Some(Unit::Transaction),
            _ => None,
        }
    }

    fn begin(&mut self, unit: Unit, base: usize, line: u64) {
        self.levels.push(Level {
            unit,
            depth: self.frames.len(),
            base,
            line,
            draft: Draft::default(),
            given: 0,
            shared: Marks::default(),
        });
    }

    /// Which child of its name an element is, from 1.
    fn count(&mut self, from: usize, hash: u32) -> u32 {
        let own = self.seen.get_mut(from..).unwrap_or_default();
        if let Some((_, count)) = own.iter_mut().find(|(held, _)| *held == hash) {
            *count += 1;
            return *count;
        }
        if own.len() < SEEN {
            self.seen.push((hash, 1));
        }
        1
    }

    pub(super) fn more_text(&mut self, text: &str) -> Step {
        if self.skip.is_some() {
            return Step::Nothing;
        }
        if self.frames.is_empty() {
            let rest = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1a}' | '\u{feff}'));
            if !rest.is_empty() {
                return Step::Refused(format!("`{}` stands outside of any element", excerpt(rest)));
            }
            return Step::Nothing;
        }
        if !self.levels.is_empty() {
            self.text.push_str(text);
        }
        Step::Nothing
    }

    /// A character by its number, or one of the five entities that XML itself defines. What is neither stays as it is written.
    pub(super) fn refer(&mut self, reference: &BytesRef<'_>) {
        if self.skip.is_some() {
            return;
        }
        let Some(level) = self.levels.last_mut() else { return };
        if let Some(character) = super::resolve(reference) {
            self.text.push(character);
            return;
        }
        self.text.push('&');
        self.text.push_str(reference);
        self.text.push(';');
        let path = self.path.get(level.base..).unwrap_or_default();
        // More of them say no more.
        if level.draft.warnings.len() < 20 {
            level.draft.warnings.push(format!("{path}: `&{};` is no character; it is kept as written", excerpt(reference)));
        }
    }

    /// The innermost element ends. Whether the bytes of a payment are counted anew.
    pub(super) fn end(&mut self, replaced: bool, line: u64) -> bool {
        let depth = self.frames.len();
        let Some(frame) = self.frames.last().copied() else {
            if !mem::take(&mut self.recovered) {
                self.problem(line, "", "an element ends that did not begin");
            }
            self.recovered = true;
            return false;
        };
        let mut fresh = false;
        if let Some(outer) = self.skip {
            if depth == outer + 1 {
                self.skip = None;
                fresh = true;
                if self.levels.last().is_some_and(|level| level.depth == depth) {
                    self.levels.pop();
                }
                self.text.clear();
            }
        } else if !self.levels.is_empty() {
            fresh = self.end_inside(frame, replaced, line);
        }
        self.frames.pop();
        self.seen.truncate(frame.seen);
        self.path.truncate(frame.path);
        if self.frames.is_empty() {
            if !self.found {
                self.problem(line, "", "no message is in this document");
            }
            self.namespaces.clear();
            self.path.clear();
        }
        fresh
    }

    fn end_inside(&mut self, frame: Frame, replaced: bool, line: u64) -> bool {
        let depth = self.frames.len();
        let Some(level) = self.levels.last_mut() else { return false };
        let path = self.path.get(level.base..).unwrap_or_default();
        let value = self.text.trim();
        if !value.is_empty() {
            if replaced && value.contains('\u{fffd}') {
                level.draft.warnings.push(format!("{path}: bytes that are none of the character set stand as U+FFFD"));
            }
            let is_money = !frame.has_children && level.draft.money(&self.frames, path, value, self.currency.as_deref());
            if !is_money {
                if frame.has_children {
                    level.draft.text(TextKind::Other, path, value);
                    level.draft.bytes += value.len();
                } else {
                    level.draft.leaf(&self.frames, path, value);
                }
            }
        }
        self.text.clear();
        self.currency = None;
        if self.text.capacity() > 1 << 20 {
            self.text = String::new();
        }
        level.draft.end(depth);
        if level.depth != depth {
            // Many small values take more memory than they have bytes in the file.
            if level.draft.bytes > self.limits.payment_bytes {
                self.pass_over(line);
            }
            return false;
        }
        let Some(level) = self.levels.pop() else { return false };
        match level.unit {
            Unit::Header => {
                self.application_header = Some(level.draft);
                false
            }
            Unit::Transaction => self.give(level, line),
            Unit::Entry if level.given == 0 => self.give(level, line),
            Unit::Entry | Unit::Batch => {
                self.trail(&level);
                true
            }
            Unit::Message => {
                if level.given == 0 {
                    self.give_empty(level);
                } else {
                    self.trail(&level);
                }
                self.release();
                self.namespaces.message = None;
                true
            }
        }
    }

    /// Makes a payment of a transaction, or of an entry without any.
    fn give(&mut self, level: Level, line: u64) -> bool {
        let entry = level.unit == Unit::Entry || self.levels.last().is_some_and(|outer| outer.unit == Unit::Entry);
        let first_of_entry = level.unit == Unit::Entry || self.levels.last().is_some_and(|outer| outer.given == 0);
        if !entry || first_of_entry || self.held.len() >= HELD {
            self.release();
        }
        let mut payment = self.payment(level);
        let mut too_large = false;
        for outer in self.levels.iter_mut().rev() {
            outer.given += 1;
            if outer.given == 1 {
                outer.shared = outer.draft.marks();
                outer.draft.inherit(&mut payment);
            } else {
                too_large |= outer.draft.bytes > SHARED_BYTES;
                outer.draft.inherit(&mut payment);
                // What stands between two transactions is said once.
                outer.draft.forget_since(outer.shared);
            }
        }
        if too_large {
            let reason = format!(
                "what is said of all transactions has more than {SHARED_BYTES} bytes; the rest of the message is passed over"
            );
            self.number -= 1;
            self.release();
            self.problem(line, "", reason);
            self.abandon();
            return true;
        }
        self.faults.check(&mut payment);
        self.held.push_back(Held { payment, entry });
        true
    }

    fn payment(&mut self, level: Level) -> Payment {
        self.number += 1;
        let (kind, definition) = self.namespaces.message.clone().unwrap_or((MessageKind::Pacs008, String::new()));
        let mut payment = Payment::new(kind, definition, self.number, level.line);
        level.draft.into_payment(&mut payment);
        payment.parties.retain(|party| !party.is_empty());
        payment
    }

    /// A message without any transaction is screened for what else it says.
    fn give_empty(&mut self, level: Level) {
        let line = level.line;
        let mut payment = self.payment(level);
        if payment.parties.is_empty() && payment.texts.is_empty() {
            self.number -= 1;
            self.problem(line, "", format!("the {} message has no transaction", payment.kind));
            return;
        }
        payment.warnings.push("the message has no transaction".to_owned());
        self.held.push_back(Held { payment, entry: false });
    }

    /// What a part says behind its transactions goes to those that are still held.
    fn trail(&mut self, level: &Level) {
        if level.given == 0 {
            // A batch or a statement without any transaction: what it says is said of the message.
            if let Some(outer) = self.levels.last_mut() {
                outer.draft.append(&level.draft);
            }
            return;
        }
        let all = level.unit == Unit::Entry && level.draft.bytes <= SHARED_BYTES;
        let from = if all { 0 } else { self.held.len().saturating_sub(1) };
        for held in self.held.iter_mut().skip(from) {
            if level.unit != Unit::Entry || held.entry {
                level.draft.give_since(level.shared, &mut held.payment);
            }
        }
    }

    /// Gives all that is held.
    pub(super) fn release(&mut self) {
        self.items.extend(self.held.drain(..).map(|held| Item::Payment(Box::new(held.payment))));
    }

    pub(super) fn problem(&mut self, line: u64, field: impl Into<String>, reason: impl Into<String>) {
        self.items.push_back(Item::Problem(Problem { line, field: field.into(), reason: reason.into() }));
    }

    /// Passes over the transaction that has too many bytes, or the whole message when it is none. `false` when nothing is open.
    pub(super) fn pass_over(&mut self, line: u64) -> bool {
        if self.skip.is_some() || self.levels.is_empty() {
            return !self.frames.is_empty();
        }
        let Some(level) = self.levels.last() else { return false };
        let (line, unit) = (level.line.min(line), level.unit);
        let path = excerpt(self.path.get(level.base..).unwrap_or_default());
        self.release();
        self.text = String::new();
        let what = if unit == Unit::Transaction { "the transaction" } else { "the message" };
        self.problem(line, path, format!("{what} has more than {} bytes; it is passed over", self.limits.payment_bytes));
        if unit == Unit::Transaction {
            let depth = self.levels.last().map_or(1, |level| level.depth);
            self.skip = Some(depth - 1);
            for level in self.levels.iter_mut().rev().skip(1) {
                level.given += 1;
                if level.given == 1 {
                    level.shared = level.draft.marks();
                }
            }
        } else {
            self.abandon();
        }
        true
    }

    /// Passes over what is left of the message.
    pub(super) fn abandon(&mut self) {
        let depth = self.levels.first().map_or(1, |level| level.depth);
        self.levels.clear();
        self.namespaces.message = None;
        self.skip = Some(depth - 1);
    }

    /// Says why the file cannot be read where the parser stands, and forgets everything that is open.
    pub(super) fn refuse(&mut self, line: u64, reason: &str) {
        self.release();
        let lost = if self.frames.is_empty() { "" } else { "; what follows is passed over up to the next message" };
        let path = excerpt(&self.path);
        self.problem(line, path, format!("{reason}{lost}"));
        self.forget();
    }

    /// Forgets everything that is open.
    fn forget(&mut self) {
        self.frames.clear();
        self.seen.clear();
        self.path.clear();
        self.text.clear();
        self.levels.clear();
        self.skip = None;
        self.application_header = None;
        self.namespaces.clear();
    }

    /// Says that an application header came without its message.
    fn lone_header(&mut self, line: u64) {
        if self.application_header.take().is_some() {
            self.problem(line, "AppHdr", "the business application header before has no message");
        }
    }

    /// The file ends.
    pub(super) fn finish(&mut self, line: u64) {
        self.release();
        if !self.frames.is_empty() {
            let path = excerpt(&self.path);
            self.problem(line, path, format!("the file ends inside {} open elements; it is cut off", self.frames.len()));
        } else if self.refuse_root || !self.began {
            self.problem(line, "", "no message is in this file");
        } else {
            self.lone_header(line);
        }
        self.forget();
    }
}

/// The name of an element as paths have it: the standard's are short, and each value keeps a copy.
fn shown(name: &str) -> &str {
    name.get(..name.floor_char_boundary(64)).unwrap_or(name)
}

/// Keeps text that stands between elements.
fn stray(levels: &mut [Level], path: &str, text: &str) {
    if let Some(level) = levels.last_mut() {
        let path = path.get(level.base..).unwrap_or_default();
        level.draft.bytes += text.len() + path.len();
        level.draft.text(TextKind::Other, path, text.trim());
    }
}
