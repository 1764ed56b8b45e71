//! Tables of payouts: a header and rows go in, a payment for each row comes out. What a column holds is told by its heading, whatever its
//! case and punctuation; a column whose heading says nothing is kept as free text. Rows are read one by one, separated by comma, semicolon,
//! tab or bar, as UTF-8 or, where they are none, as windows-1252.

mod columns;
mod rows;

use std::io::BufRead;

use self::columns::{Column, What, Whose, columns};
use self::rows::{Content, Row, Rows, cells};
use super::amounts::{Separators, currency, decimal, iso_day};
use super::lines::{Lines, RECORD_BYTES, Seen, add_account, add_bic, add_id, decode, field, problem};
use super::{Item, PaymentError, ReadLimits, Source};
use crate::message::{Field, IdKind, MessageKind, Money, Party, PartyKind, Payment, RefKind, Reference, Role, Text, TextKind};

/// Columns of a table at most.
const COLUMNS: usize = 1000;

/// Reads a table of payouts.
pub(crate) fn open<'a>(input: impl BufRead + Send + 'a, limits: ReadLimits) -> Box<dyn Source + Send + 'a> {
    let limit = limits.payment_bytes.min(RECORD_BYTES);
    Box::new(Payouts {
        rows: Rows::new(Lines::new(input, limit), limit),
        limit,
        columns: None,
        number: 0,
        passed_over: false,
        seen: Seen::default(),
        ended: false,
    })
}

struct Payouts<R> {
    rows: Rows<R>,
    limit: usize,
    /// Not known before the header.
    columns: Option<Vec<Column>>,
    /// Payments so far.
    number: u64,
    /// Whether a row was too long.
    passed_over: bool,
    seen: Seen,
    ended: bool,
}

impl<R: BufRead> Source for Payouts<R> {
    fn next(&mut self) -> Result<Option<Item>, PaymentError> {
        while !self.ended {
            if self.columns.is_none() {
                if let Some(wrong) = self.header().inspect_err(|_| self.ended = true)? {
                    self.ended = true;
                    return Ok(Some(wrong));
                }
                continue;
            }
            let Some(row) = self.rows.next().inspect_err(|_| self.ended = true)? else { break };
            match row.content {
                Content::TooLong => {
                    self.passed_over = true;
                    let reason = format!("a row of more than {} bytes is passed over", self.limit);
                    return Ok(Some(problem(row.line, "", reason)));
                }
                Content::Cells(ref cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Content::Cells(_) => return Ok(Some(self.payment(&row))),
            }
        }
        let is_empty = !self.ended && self.number == 0 && !self.passed_over;
        self.ended = true;
        Ok(is_empty.then(|| problem(1, "", "the table has a header and no rows")))
    }
}

impl<R: BufRead> Payouts<R> {
    /// Reads the header; gives what is wrong with it.
    fn header(&mut self) -> std::io::Result<Option<Item>> {
        let Some(line) = self.rows.first()? else { return Ok(Some(problem(1, "", "the table has no header"))) };
        if line.cut {
            return Ok(Some(problem(line.number, "", format!("the header has more than {} bytes", self.limit))));
        }
        if line.bytes.starts_with(&[0xff, 0xfe]) || line.bytes.starts_with(&[0xfe, 0xff]) || line.bytes.contains(&0) {
            return Ok(Some(problem(line.number, "", "the table is UTF-16 or no text; save it as UTF-8")));
        }
        let (text, _) = decode(&line.bytes);
        let text = text.trim_start_matches('\u{feff}');
        // A line that spreadsheets write to say which character parts the cells.
        if let Some([separator]) = text.trim_end().strip_prefix("sep=").map(str::as_bytes) {
            self.rows.separator = Some(*separator);
            return Ok(None);
        }
        let candidates: &[u8] = match &self.rows.separator {
            Some(said) => std::slice::from_ref(said),
            None => b",;\t|",
        };
        let mut best: (usize, usize, u8, Vec<Column>) = (0, 0, b',', Vec::new());
        for separator in candidates {
            let found = columns(&cells(text, *separator));
            let known = found.iter().filter(|column| column.what != What::Unknown).count();
            if (known, found.len()) > (best.0, best.1) {
                best = (known, found.len(), *separator, found);
            }
        }
        let (_, _, separator, found) = best;
        if found.len() > COLUMNS {
            return Ok(Some(problem(line.number, "", format!("the header has {} columns, more than {COLUMNS}", found.len()))));
        }
        if !found.iter().any(|column| column.what.names_somebody()) {
            let begin: String = text.chars().take(80).collect();
            let reason = format!("no column of the header names a payee, an account or a wallet, so no row is read: {begin:?}");
            return Ok(Some(problem(line.number, "", reason)));
        }
        self.rows.begin(separator, found.len());
        self.columns = Some(found);
        Ok(None)
    }

    fn payment(&mut self, row: &Row) -> Item {
        self.number += 1;
        let mut payment = Payment::new(MessageKind::Payout, "payouts", self.number, row.line);
        payment.warnings.extend(row.warnings.iter().cloned());
        let columns = self.columns.as_deref().unwrap_or_default();
        let Content::Cells(cells) = &row.content else { return problem(row.line, "", "the row has no cells") };
        if cells.len() < columns.len() {
            payment.warnings.push(format!("the row has {} cells, the header {}", cells.len(), columns.len()));
        }
        let mut draft = Draft { payment, names: Vec::new(), sum: None, currency: None };
        for (column, cell) in columns.iter().zip(cells) {
            let cell = cell.trim();
            if !cell.is_empty() {
                draft.take(column, cell);
            }
        }
        if let Some(more) = cells.get(columns.len()..) {
            let more: Vec<&str> = more.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
            if !more.is_empty() {
                draft.warn(format!(
                    "the row has {} cells, the header {}; the rest is screened as free text",
                    cells.len(),
                    columns.len()
                ));
                draft.write(TextKind::Other, &format!("column {}-", columns.len() + 1), &more.join("\n"));
            }
        }
        let mut payment = draft.finish();
        let own = [RefKind::Transaction, RefKind::EndToEnd].into_iter().find_map(|kind| payment.reference(kind));
        if let Some(own) = own.map(str::to_owned)
            && !self.seen.is_new(&own)
        {
            payment.warnings.push(format!("the reference {own:?} occurs before in the file"));
        }
        Item::Payment(Box::new(payment))
    }
}

/// A payment that is being put together.
struct Draft {
    payment: Payment,
    /// Parts of names: whose, which part, the cell.
    names: Vec<(Role, What, Field)>,
    sum: Option<Field>,
    currency: Option<Field>,
}

impl Draft {
    fn warn(&mut self, warning: String) {
        self.payment.warnings.push(warning);
    }

    fn write(&mut self, kind: TextKind, path: &str, value: &str) {
        self.payment.texts.push(Text { kind, field: field(path, value) });
    }

    fn refer(&mut self, kind: RefKind, path: &str, value: &str) {
        self.payment.references.push(Reference { kind, field: field(path, value) });
    }

    /// The party of a role, which its first cell begins.
    fn party(&mut self, role: Role, path: &str) -> (&mut Party, &mut Vec<String>) {
        let Payment { parties, warnings, .. } = &mut self.payment;
        let at = parties.iter().position(|party| party.role == role).unwrap_or(parties.len());
        if at == parties.len() {
            parties.push(Party::new(role, path));
        }
        (&mut parties[at], warnings)
    }

    fn take(&mut self, column: &Column, cell: &str) {
        let path = column.path.as_str();
        let (role, bank) = match column.whose {
            Whose::Creditor | Whose::Nobody => (Role::Creditor, Role::CreditorAgent),
            Whose::Debtor => (Role::Debtor, Role::DebtorAgent),
            Whose::Intermediary => (Role::IntermediaryAgent, Role::IntermediaryAgent),
            Whose::UltimateCreditor => (Role::UltimateCreditor, Role::CreditorAgent),
            Whose::UltimateDebtor => (Role::UltimateDebtor, Role::DebtorAgent),
        };
        let role = if column.bank { bank } else { role };
        let value = field(path, cell);
        let id = match column.what {
            What::Clearing => Some((bank, IdKind::Clearing)),
            What::Passport => Some((role, IdKind::Passport)),
            What::NationalId => Some((role, IdKind::National)),
            What::TaxId => Some((role, IdKind::Tax)),
            What::Register => Some((role, IdKind::Register)),
            What::Lei => Some((role, IdKind::Lei)),
            What::Phone => Some((role, IdKind::Phone)),
            What::Email => Some((role, IdKind::Email)),
            What::Wallet => Some((role, IdKind::Wallet)),
            What::Id if column.whose != Whose::Nobody => Some((role, IdKind::Other)),
            _ => None,
        };
        if let Some((role, kind)) = id {
            let (party, _) = self.party(role, path);
            add_id(party, kind, path, cell, None);
            if matches!(kind, IdKind::Passport | IdKind::National) && !column.bank && party.kind == PartyKind::Unknown {
                party.kind = PartyKind::Person;
            }
            return;
        }
        match column.what {
            What::Name => self.party(role, path).0.names.push(value),
            What::Company => {
                let (party, _) = self.party(role, path);
                party.names.push(value);
                if party.kind == PartyKind::Unknown {
                    party.kind = PartyKind::Organization;
                }
            }
            What::FirstName | What::MiddleName | What::LastName => self.names.push((role, column.what, value)),
            What::BankName => self.party(bank, path).0.names.push(value),
            What::Account => {
                let (party, warnings) = self.party(if column.bank { bank } else { role }, path);
                add_account(party, path, cell, warnings);
            }
            What::Bic => {
                let (party, warnings) = self.party(bank, path);
                add_bic(party, path, cell, warnings);
            }
            What::Street => self.party(role, path).0.address.street.push(value),
            What::City => self.party(role, path).0.address.town.push(value),
            What::PostCode | What::State | What::Country => {
                let party = self.party(role, path).0;
                let place = match column.what {
                    What::PostCode => &mut party.address.post_code,
                    What::State => &mut party.address.subdivision,
                    _ => &mut party.address.country,
                };
                match place {
                    None => *place = Some(value),
                    Some(_) if column.what == What::Country => party.countries.push(value),
                    Some(_) => party.address.lines.push(value),
                }
            }
            What::Residence => self.party(role, path).0.countries.push(value),
            What::BirthDate => {
                let day = iso_day(cell);
                if let Err(error) = &day {
                    self.warn(format!("column {path:?}: the date {cell:?} cannot be read as year-month-day: {error}"));
                }
                let party = self.party(role, path).0;
                party.birth_date = Some(Field { value: day.unwrap_or_else(|_| cell.to_owned()), ..value });
                if party.kind == PartyKind::Unknown {
                    party.kind = PartyKind::Person;
                }
            }
            What::BirthPlace => self.party(role, path).0.birth_place = Some(value),
            What::Amount if self.sum.is_none() => self.sum = Some(value),
            What::Currency if self.currency.is_none() => self.currency = Some(value),
            What::Date if self.payment.date.is_none() => {
                let day = iso_day(cell);
                if let Err(error) = &day {
                    self.warn(format!("column {path:?}: the date {cell:?} cannot be read as year-month-day: {error}"));
                    self.write(TextKind::Other, path, cell);
                }
                self.payment.date = day.ok().map(|day| Field { value: day, ..value });
            }
            What::Reference => self.refer(RefKind::EndToEnd, path, cell),
            What::Id => self.refer(RefKind::Transaction, path, cell),
            What::Invoice => self.refer(RefKind::Document, path, cell),
            What::Remittance => self.write(TextKind::Remittance, path, cell),
            What::Purpose => self.write(TextKind::Purpose, path, cell),
            _ => self.write(TextKind::Other, path, cell),
        }
    }

    fn finish(mut self) -> Payment {
        self.join_names();
        self.amount();
        let named =
            self.payment.parties.iter().any(|party| !(party.role.is_agent() || party.names.is_empty() && party.ids.is_empty()));
        if !named {
            self.warn("the row names nobody".to_owned());
        }
        self.payment
    }

    /// First, middle and last names of a party are one name, in this order.
    fn join_names(&mut self) {
        while let Some(role) = self.names.first().map(|(role, ..)| *role) {
            let (mut own, others): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.names).into_iter().partition(|(other, ..)| *other == role);
            self.names = others;
            own.sort_by_key(|(_, what, _)| *what);
            let join = |of: fn(&Field) -> &str, by: &str| own.iter().map(|(.., field)| of(field)).collect::<Vec<_>>().join(by);
            let name = field(join(|field| &field.path, "+"), join(|field| &field.value, " "));
            let path = name.path.clone();
            let party = self.party(role, &path).0;
            party.names.push(name);
        }
    }

    /// The amount, with a currency of its column or beside the number.
    fn amount(&mut self) {
        let mut code = String::new();
        if let Some(stated) = self.currency.take() {
            match currency(&stated.value) {
                Ok(stated) => code = stated,
                Err(error) => {
                    self.warn(format!("column {:?}: the currency {:?} cannot be read: {error}", stated.path, stated.value));
                    self.write(TextKind::Other, &stated.path, &stated.value);
                }
            }
        }
        let Some(sum) = self.sum.take() else {
            self.warn("the row has no amount".to_owned());
            return;
        };
        let is_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | ',' | '\'');
        let number = sum.value.trim_matches(|c| !is_number(c));
        let beside: String = sum.value.chars().filter(|c| c.is_alphabetic()).collect();
        let is_sign = |c: char| c.is_alphabetic() || c.is_whitespace() || "$€£¥₹₽₩+".contains(c);
        let around = sum.value.split_once(number).filter(|(before, after)| before.chars().chain(after.chars()).all(is_sign));
        let read = around.filter(|_| !number.is_empty()).map(|_| decimal(number, Separators::Any));
        match read {
            Some(Ok(micros)) => {
                if !beside.is_empty() {
                    match currency(&beside) {
                        Ok(own) if code.is_empty() || code == own => code = own,
                        _ => {
                            self.warn(format!("column {:?}: {beside:?} beside the amount is not its currency", sum.path));
                            self.write(TextKind::Other, &sum.path, &sum.value);
                        }
                    }
                }
                if code.is_empty() {
                    self.warn(format!("column {:?}: the amount has no currency", sum.path));
                }
                if micros <= 0 {
                    self.warn(format!("column {:?}: the amount {:?} is not above zero", sum.path, sum.value));
                }
                self.payment.amount = Some(Money { path: sum.path, micros, currency: code });
            }
            read => {
                let error = read.and_then(Result::err).map_or("it is no number".to_owned(), |error| error.to_string());
                self.warn(format!("column {:?}: the amount {:?} cannot be read: {error}", sum.path, sum.value));
                self.write(TextKind::Other, &sum.path, &sum.value);
            }
        }
    }
}
