//! A payment out of an entry: its detail record, its addenda and the headers of its batch and file go in; parties by who pays whom, banks,
//! amount, references and texts come out. Fields that the rules leave blank are kept as free text when they are not.

use super::super::amounts::{currency, yymmdd};
use super::super::lines::{add_account, add_bic, add_id, field};
use super::Tally;
use super::record::Record;
use crate::message::{Field, IdKind, MessageKind, Money, Party, PartyKind, Payment, RefKind, Reference, Role, Text, TextKind};

/// Warnings of one payment that are kept.
const WARNINGS: usize = 100;

/// Addenda that an international entry must have.
const MANDATORY: [&str; 7] = ["10", "11", "12", "13", "14", "15", "16"];

/// An entry and its addenda.
pub(super) struct Entry {
    pub(super) detail: Record,
    addenda: Vec<Record>,
    /// Addenda, also those that are not kept.
    count: u64,
    bytes: usize,
    /// Whether there are more addenda than are kept.
    pub(super) too_long: bool,
}

/// The parts of both sides: money goes from the originator to the receiver, or the other way when the entry is a debit.
struct Sides {
    originator: Role,
    receiver: Role,
    originator_bank: Role,
    receiver_bank: Role,
}

impl Entry {
    pub(super) fn new(detail: Record) -> Self {
        let bytes = detail.bytes();
        Self { detail, addenda: Vec::new(), count: 0, bytes, too_long: false }
    }

    pub(super) fn add(&mut self, record: Record, limit: usize) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(record.bytes());
        if self.bytes > limit {
            self.too_long = true;
            self.addenda = Vec::new();
        } else {
            self.addenda.push(record);
        }
    }

    /// What it adds to the control records.
    pub(super) fn tally(&self) -> Tally {
        let cents = self.detail.cut(30, 39).parse().unwrap_or(0);
        let (debit, credit) = if self.is_debit() { (cents, 0) } else { (0, cents) };
        Tally { records: 1 + self.count, hash: self.detail.cut(4, 11).parse().unwrap_or(0), debit, credit }
    }

    /// Whether the receiver pays: the second digit of the transaction code is above 4.
    fn is_debit(&self) -> bool {
        matches!(self.detail.cut(3, 3).as_str(), "5" | "6" | "7" | "8" | "9")
    }

    pub(super) fn payment(&self, file: Option<&Record>, batch: &Record, number: u64) -> Payment {
        let class = batch.cut(51, 53);
        let is_said = class == "IAT" || batch.cut(5, 20) == "IATCOR";
        let is_iat = is_said || self.addenda.iter().any(|record| MANDATORY.contains(&&*record.cut(2, 3)));
        let definition = if is_iat { "NACHA IAT".to_owned() } else { format!("NACHA {class}") };
        let mut payment = Payment::new(MessageKind::NachaIat, definition, number, self.detail.line);
        if is_iat && !is_said {
            payment
                .warnings
                .push(format!("5:51-53: the batch is of {class:?}, and the entry has addenda of IAT; it is read as IAT"));
        }
        let mut draft = Draft { payment, sides: self.sides() };
        if let Some(file) = file {
            draft.file(file);
        }
        draft.batch(batch, is_iat);
        draft.detail(&self.detail, &class, is_iat);
        draft.addenda(self, is_iat);
        if is_iat {
            draft.mandatory(self);
        }
        draft.count(self, &class, is_iat);
        draft.finish()
    }

    fn sides(&self) -> Sides {
        if self.is_debit() {
            Sides {
                originator: Role::Creditor,
                receiver: Role::Debtor,
                originator_bank: Role::CreditorAgent,
                receiver_bank: Role::DebtorAgent,
            }
        } else {
            Sides {
                originator: Role::Debtor,
                receiver: Role::Creditor,
                originator_bank: Role::DebtorAgent,
                receiver_bank: Role::CreditorAgent,
            }
        }
    }
}

/// A payment that is being put together.
struct Draft {
    payment: Payment,
    sides: Sides,
}

/// A field by its positions; `None` when it is blank.
fn cut(record: &Record, name: &str, from: usize, to: usize) -> Option<Field> {
    let value = record.cut(from, to);
    (!value.is_empty()).then(|| field(format!("{name}:{from}-{to}"), value))
}

impl Draft {
    fn warn(&mut self, warning: impl Into<String>) {
        self.payment.warnings.push(warning.into());
    }

    fn text(&mut self, kind: TextKind, record: &Record, name: &str, from: usize, to: usize) {
        self.payment.texts.extend(cut(record, name, from, to).map(|field| Text { kind, field }));
    }

    /// Positions that the rules leave blank.
    fn reserved(&mut self, record: &Record, name: &str, from: usize, to: usize) {
        if cut(record, name, from, to).is_some() {
            self.warn(format!("{name}:{from}-{to}: positions that are to be blank are not; they are screened as free text"));
            self.text(TextKind::Other, record, name, from, to);
        }
    }

    fn refer(&mut self, kind: RefKind, record: &Record, name: &str, from: usize, to: usize) {
        let all_zero = record.cut(from, to).bytes().all(|byte| byte == b'0');
        self.payment
            .references
            .extend(cut(record, name, from, to).filter(|_| !all_zero).map(|field| Reference { kind, field }));
    }

    /// The party of a role, which the first record that speaks of it begins.
    fn party(&mut self, role: Role, path: &str) -> &mut Party {
        let parties = &mut self.payment.parties;
        let at = parties.iter().position(|party| party.role == role).unwrap_or(parties.len());
        if at == parties.len() {
            parties.push(Party::new(role, path));
        }
        &mut parties[at]
    }

    /// Takes what is wrong with the form of a record. One of another length may have its fields elsewhere, so all of it is kept as free text.
    fn form(&mut self, record: &Record, name: &str) {
        if let Some(wrong) = record.wrong() {
            self.warn(format!("{name}: {wrong}; all of it is screened as free text, too"));
            self.text(TextKind::Other, record, name, 4, record.bytes());
        }
    }

    fn file(&mut self, file: &Record) {
        for (role, (from, to), (first, last)) in
            [(Role::InstructingAgent, (64, 86), (14, 23)), (Role::InstructedAgent, (41, 63), (4, 13))]
        {
            let mut party = Party::new(role, format!("1:{from}-{to}"));
            party.kind = PartyKind::Unknown;
            party.names.extend(cut(file, "1", from, to));
            add_id(&mut party, IdKind::Clearing, format!("1:{first}-{last}"), &file.cut(first, last), None);
            if !party.is_empty() {
                self.payment.parties.push(party);
            }
        }
        self.refer(RefKind::Message, file, "1", 87, 94);
    }

    fn batch(&mut self, batch: &Record, is_iat: bool) {
        let role = self.sides.originator;
        let id = batch.cut(41, 50);
        let scheme = (!is_iat).then_some("company identification");
        let name = cut(batch, "5", 5, 20);
        let party = self.party(role, "5");
        if !is_iat {
            party.names.extend(name.clone());
        }
        add_id(party, IdKind::Other, "5:41-50", &id, scheme);
        if is_iat {
            let country = cut(batch, "5", 39, 40);
            let bank = self.sides.receiver_bank;
            self.party(bank, "5:39-40").countries.extend(country);
            for (from, to) in [(5, 20), (24, 38)] {
                self.text(TextKind::Other, batch, "5", from, to);
            }
        } else {
            self.text(TextKind::Other, batch, "5", 21, 40);
            if name.is_none() {
                self.warn("5:5-20: the batch does not name the originator");
            }
        }
        self.text(TextKind::Purpose, batch, "5", 54, 63);
        if !is_iat {
            self.text(TextKind::Other, batch, "5", 64, 69);
        }
        if let Some(day) = cut(batch, "5", 70, 75) {
            match yymmdd(&day.value) {
                Ok(value) => self.payment.date = Some(Field { value, ..day }),
                Err(error) => {
                    self.warn(format!("5:70-75: the date {:?} cannot be read: {error}", day.value));
                    self.text(TextKind::Other, batch, "5", 70, 75);
                }
            }
        }
        // Of an international entry that comes in, this bank is the gateway, and the bank of the originator is in addenda 13.
        let role = if is_iat { Role::InstructingAgent } else { self.sides.originator_bank };
        let mut party = Party::new(role, "5:80-87");
        add_id(&mut party, IdKind::Clearing, "5:80-87", &batch.cut(80, 87), Some("USABA"));
        self.payment.parties.extend(Some(party).filter(|party| !party.is_empty()));
        let destination = batch.cut(67, 69);
        if is_iat && currency(&destination).is_err() {
            self.warn(format!("5:67-69: {destination:?} is no currency"));
            self.text(TextKind::Other, batch, "5", 67, 69);
        }
    }

    fn detail(&mut self, detail: &Record, class: &str, is_iat: bool) {
        self.form(detail, "6");
        let code = detail.cut(2, 3);
        if code.len() != 2 || !matches!(code.as_bytes(), [b'2'..=b'5', b'0'..=b'9']) {
            self.warn(format!("6:2-3: {code:?} is no transaction code, so who pays is not sure"));
        }
        let routing = detail.cut(4, 12);
        if !has_right_check_digit(&routing) {
            self.warn(format!("6:4-12: the routing number {routing:?} is wrong by its check digit"));
        }
        let role = if is_iat { Role::InstructedAgent } else { self.sides.receiver_bank };
        let mut bank = Party::new(role, "6:4-12");
        add_id(&mut bank, IdKind::Clearing, "6:4-12", &routing, Some("USABA"));
        self.payment.parties.extend(Some(bank).filter(|party| !party.is_empty()));

        let cents = detail.cut(30, 39);
        match cents.parse::<u64>() {
            Ok(cents) => {
                let micros = i128::from(cents) * 10_000;
                self.payment.amount = Some(Money { path: "6:30-39".to_owned(), micros, currency: "USD".to_owned() });
            }
            Err(_) => {
                self.warn(format!("6:30-39: the amount {cents:?} is no number"));
                self.text(TextKind::Other, detail, "6", 30, 39);
            }
        }

        let receiver = self.sides.receiver;
        let mut warnings = Vec::new();
        let party = self.party(receiver, "6");
        if is_iat {
            add_account(party, "6:40-74", &detail.cut(40, 74), &mut warnings);
        } else {
            add_account(party, "6:13-29", &detail.cut(13, 29), &mut warnings);
            // The name and the number of the receiver stand the other way round in two classes; corporate exchanges have a count between.
            let (name, id) = match class {
                "CIE" | "MTE" => ((40, 54), (55, 76)),
                "CTX" | "TRX" => ((59, 76), (40, 54)),
                _ => ((55, 76), (40, 54)),
            };
            party.names.extend(cut(detail, "6", name.0, name.1));
            add_id(party, IdKind::Other, format!("6:{}-{}", id.0, id.1), &detail.cut(id.0, id.1), None);
            if party.names.is_empty() {
                warnings.push(format!("6:{}-{}: the entry does not name the receiver", name.0, name.1));
            }
        }
        self.payment.warnings.append(&mut warnings);
        if is_iat {
            self.reserved(detail, "6", 17, 29);
            self.reserved(detail, "6", 75, 76);
            for (at, who) in [(77, "the gateway"), (78, "the second one to screen")] {
                match detail.cut(at, at).as_str() {
                    "" | "0" => {}
                    "1" => self.warn(format!("6:{at}: {who} screened it against the lists of OFAC and says that it is a hit")),
                    other => self.warn(format!("6:{at}: {other:?} is no indicator of OFAC screening")),
                }
            }
        } else {
            self.text(TextKind::Other, detail, "6", 77, 78);
        }
        self.refer(RefKind::Transaction, detail, "6", 80, 94);
        if self.payment.reference(RefKind::Transaction).is_none() {
            self.warn("6:80-94: the trace number is missing");
        }
    }

    fn addenda(&mut self, entry: &Entry, is_iat: bool) {
        let trace = entry.detail.cut(80, 94);
        let sequence = trace.get(8..).unwrap_or_default();
        let mut last = String::new();
        let mut in_order = [0_u64; 3];
        for record in &entry.addenda {
            let code = record.cut(2, 3);
            let name = format!("7{code}");
            self.form(record, &name);
            if is_iat && code < last {
                self.warn(format!("{name}: addenda {code} comes after addenda {last}"));
            }
            let Draft { sides, .. } = &self;
            let (originator, originator_bank, receiver_bank) = (sides.originator, sides.originator_bank, sides.receiver_bank);
            let receiver = sides.receiver;
            match code.as_str() {
                "10" => {
                    self.text(TextKind::Purpose, record, &name, 4, 6);
                    if record.cut(7, 24).bytes().any(|byte| byte != b'0') {
                        self.text(TextKind::Other, record, &name, 7, 24);
                    }
                    self.refer(RefKind::Related, record, &name, 25, 46);
                    self.name(receiver, record, &name, 47, 81);
                    self.reserved(record, &name, 82, 87);
                }
                "11" => {
                    self.name(originator, record, &name, 4, 38);
                    self.street(originator, record, &name, 39, 73);
                    self.reserved(record, &name, 74, 87);
                }
                "12" | "16" => {
                    self.place(if code == "12" { originator } else { receiver }, record, &name);
                    self.reserved(record, &name, 74, 87);
                }
                "13" | "14" => {
                    self.bank(if code == "13" { originator_bank } else { receiver_bank }, false, record, &name);
                    self.reserved(record, &name, 78, 87);
                }
                "15" => {
                    let id = record.cut(4, 18);
                    let party = self.party(receiver, &name);
                    add_id(party, IdKind::Other, format!("{name}:4-18"), &id, None);
                    self.street(receiver, record, &name, 19, 53);
                    self.reserved(record, &name, 54, 87);
                }
                "18" => {
                    self.bank(Role::IntermediaryAgent, true, record, &name);
                    self.reserved(record, &name, 78, 83);
                }
                "17" | "05" => self.text(TextKind::Remittance, record, &name, 4, 83),
                "99" | "98" => self.back(record, &code, is_iat),
                _ => {
                    if code != "02" {
                        self.warn(format!("{name}: addenda {code:?} are not known; they are screened as free text"));
                    }
                    self.text(TextKind::Other, record, &name, 4, 87);
                }
            }
            if let Some(place) = ["17", "18", "05"].iter().position(|known| *known == code) {
                in_order[place] += 1;
                let said = record.cut(84, 87);
                if said.parse() != Ok(in_order[place]) {
                    self.warn(format!("{name}:84-87: the sequence number is {said:?} instead of {}", in_order[place]));
                }
            }
            let said = record.cut(88, 94);
            if !matches!(code.as_str(), "98" | "99" | "02") && said != sequence {
                self.warn(format!("{name}:88-94: the sequence number {said:?} is not that of the entry, {sequence:?}"));
            }
            last = code;
        }
    }

    fn name(&mut self, role: Role, record: &Record, name: &str, from: usize, to: usize) {
        match cut(record, name, from, to) {
            Some(field) => self.party(role, name).names.push(field),
            None => self.warn(format!("{name}:{from}-{to}: the name is missing")),
        }
    }

    fn street(&mut self, role: Role, record: &Record, name: &str, from: usize, to: usize) {
        match cut(record, name, from, to) {
            Some(field) => self.party(role, name).address.street.push(field),
            None => self.warn(format!("{name}:{from}-{to}: the street is missing")),
        }
    }

    /// Town and state, country and post code: each pair is parted by `*` and ends with `\`.
    fn place(&mut self, role: Role, record: &Record, name: &str) {
        for (from, to, what) in [(4, 38, "town and state"), (39, 73, "country and post code")] {
            let path = format!("{name}:{from}-{to}");
            let value = record.cut(from, to);
            let (pair, after) = value.split_once('\\').unwrap_or((&value, ""));
            if value.is_empty() || !value.contains('*') || !value.contains('\\') {
                self.warn(format!("{path}: {what} are not written as one*other\\: {value:?}"));
            }
            let (one, other) = pair.split_once('*').unwrap_or((pair, ""));
            let part = |value: &str| Some(value.trim()).filter(|value| !value.is_empty()).map(|value| field(&*path, value));
            let address = &mut self.party(role, name).address;
            if from == 4 {
                address.town.extend(part(one));
                address.subdivision = address.subdivision.take().or(part(other));
            } else {
                let held = address.country.is_some();
                address.country = address.country.take().or(part(one));
                address.post_code = address.post_code.take().or(part(other));
                // A second record of the kind is not to hide behind the first.
                address.lines.extend(part(pair).filter(|_| held));
            }
            address.lines.extend(part(after));
        }
    }

    /// A bank: name, how it is identified, by what, country of the branch.
    fn bank(&mut self, role: Role, is_new: bool, record: &Record, name: &str) {
        if is_new {
            self.payment.parties.push(Party::new(role, name));
        }
        let (title, country) = (cut(record, name, 4, 38), cut(record, name, 75, 77));
        let (qualifier, id) = (record.cut(39, 40), record.cut(41, 74));
        let path = format!("{name}:41-74");
        let mut warnings = Vec::new();
        if title.is_none() {
            warnings.push(format!("{name}:4-38: the name is missing"));
        }
        if !is_new {
            self.party(role, name);
        }
        let parties = &mut self.payment.parties;
        if let Some(party) = parties.iter_mut().rev().find(|party| party.role == role) {
            party.names.extend(title);
            match qualifier.as_str() {
                "01" => add_id(party, IdKind::Clearing, path, &id, None),
                "02" => add_bic(party, &path, &id, &mut warnings),
                "03" => add_account(party, &path, &id, &mut warnings),
                other => {
                    warnings.push(format!("{name}:39-40: {other:?} does not say what identifies the bank"));
                    add_id(party, IdKind::Clearing, path, &id, None);
                }
            }
            match (&party.address.country, country) {
                (None, country) => party.address.country = country,
                (Some(_), country) => party.address.lines.extend(country),
            }
        }
        self.payment.warnings.append(&mut warnings);
    }

    /// A return (addenda 99) or a notice of change (98).
    fn back(&mut self, record: &Record, code: &str, is_iat: bool) {
        let name = format!("7{code}");
        let (what, reason) = (if code == "99" { "return" } else { "notice of change" }, record.cut(4, 6));
        self.payment.definition.push(' ');
        self.payment.definition.push_str(what);
        self.warn(format!("{name}:4-6: the entry is a {what} with the reason {reason}"));
        self.refer(RefKind::Related, record, &name, 7, 21);
        let texts: &[(usize, usize)] = match code {
            "98" => &[(22, 27), (36, 64), (65, 79)],
            // Of an international return the amount stands before the text.
            _ if is_iat => &[(46, 79)],
            _ => &[(36, 79)],
        };
        for (from, to) in texts {
            self.text(TextKind::Other, record, &name, *from, *to);
        }
    }

    fn mandatory(&mut self, entry: &Entry) {
        let codes: Vec<String> = entry.addenda.iter().map(|record| record.cut(2, 3)).collect();
        let occurs = |code: &str| codes.iter().filter(|found| *found == code).count();
        if occurs("98") > 0 {
            return;
        }
        for code in MANDATORY {
            match occurs(code) {
                1 => {}
                0 => self.warn(format!("7{code}: the mandatory addenda {code} is missing")),
                times => self.warn(format!("7{code}: addenda {code} occurs {times} times")),
            }
        }
        for (code, most) in [("17", 2), ("18", 5)] {
            if occurs(code) > most {
                self.warn(format!("7{code}: addenda {code} occurs {} times, and {most} are allowed", occurs(code)));
            }
        }
    }

    fn count(&mut self, entry: &Entry, class: &str, is_iat: bool) {
        let (from, to) = if is_iat { (13, 16) } else { (55, 58) };
        if is_iat || matches!(class, "CTX" | "TRX") {
            let said = entry.detail.cut(from, to);
            if said.parse() != Ok(entry.count) {
                self.warn(format!("6:{from}-{to}: {said:?} addenda are said, {} are found", entry.count));
            }
        }
        let said = entry.detail.cut(79, 79);
        if said != if entry.count > 0 { "1" } else { "0" } {
            self.warn(format!("6:79: the addenda indicator is {said:?}, and {} addenda are found", entry.count));
        }
    }

    fn finish(mut self) -> Payment {
        self.payment.parties.retain(|party| !party.is_empty());
        let more = self.payment.warnings.len().saturating_sub(WARNINGS);
        if more > 0 {
            self.payment.warnings.truncate(WARNINGS);
            self.warn(format!("and {more} more"));
        }
        self.payment
    }
}

/// The ninth digit of a routing number makes the sum of the digits, weighted 3, 7 and 1 in turn, a multiple of ten.
fn has_right_check_digit(routing: &str) -> bool {
    let digits = routing.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
    routing.len() == 9
        && routing.bytes().all(|byte| byte.is_ascii_digit())
        && digits.zip([3, 7, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum::<u32>().is_multiple_of(10)
}
