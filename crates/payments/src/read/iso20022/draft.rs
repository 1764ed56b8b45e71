//! What a part of a message says: its references, amount, day, parties and texts. Elements with their path and text go in, as they come; a
//! draft comes out that the parts inside it inherit.

use super::tags::{Tag, id_kind_of_scheme};
use crate::message::{Field, IdKind, Money, Party, PartyId, PartyKind, Payment, RefKind, Reference, Role, Text, TextKind};
use crate::read::amounts::{self, Separators};

/// An element that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) tag: Tag,
    /// Length of the path before the element.
    pub(super) path: usize,
    /// Where its children begin in the list of names seen.
    pub(super) seen: usize,
    pub(super) has_children: bool,
}

/// What was read of one part of a message: its header, a batch, an entry, a transaction.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) references: Vec<Reference>,
    pub(super) amount: Option<Money>,
    amount_rank: u8,
    pub(super) date: Option<Field>,
    date_rank: u8,
    pub(super) parties: Vec<Party>,
    pub(super) texts: Vec<Text>,
    pub(super) warnings: Vec<String>,
    /// Bytes held, about.
    pub(super) bytes: usize,
    /// The parties whose elements are open: how deep the element is, and which one.
    open: Vec<(usize, usize)>,
    /// The scheme that was named before the identifier that it is of.
    scheme: Option<String>,
}

/// How many of each list of a draft were given already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    references: usize,
    parties: usize,
    texts: usize,
    warnings: usize,
}

impl Draft {
    /// An element begins. `frames` ends with it.
    pub(super) fn start(&mut self, frames: &[Frame], path: &str) {
        let [.., frame] = frames else { return };
        let tag = frame.tag;
        if tag == Tag::PrvtId || tag == Tag::OrgId || tag == Tag::FinInstnId || tag == Tag::DtAndPlcOfBirth {
            if let Some(party) = self.party() {
                match tag {
                    Tag::FinInstnId => party.kind = PartyKind::Bank,
                    Tag::OrgId => party.kind = PartyKind::Organization,
                    _ => party.kind = PartyKind::Person,
                }
            }
            return;
        }
        if let Some(role) = tag.role() {
            // Newer versions wrap a party: `Dbtr/Pty/Nm`. An account's owner is who the account is of.
            let wraps = matches!(tag, Tag::Pty | Tag::Agt | Tag::Ownr | Tag::RmtLctnPstlAdr) && !self.open.is_empty();
            if !wraps {
                let in_tax = frames.iter().any(|frame| matches!(frame.tag, Tag::TaxRmt | Tag::Tax));
                self.open_party(if in_tax { Role::Other } else { role }, frames.len(), path);
                if matches!(tag, Tag::Agt | Tag::ChrgsAcctAgt | Tag::IssgAgt)
                    && let Some(party) = self.party()
                {
                    party.kind = PartyKind::Bank;
                }
            }
        } else if let Some(role) = tag.account_of() {
            let owner = without_account(path);
            match owner.and_then(|owner| self.parties.iter().rposition(|party| party.path == owner)) {
                Some(at) => self.open.push((frames.len(), at)),
                None => self.open_party(role, frames.len(), owner.filter(|_| role != Role::Other).unwrap_or(path)),
            }
        }
    }

    /// An element without children ends, or a text that stands between its children.
    pub(super) fn leaf(&mut self, frames: &[Frame], path: &str, value: &str) {
        let [.., frame] = frames else { return };
        let above =
            |n: usize| frames.len().checked_sub(n + 1).and_then(|at| frames.get(at)).map_or(Tag::Unknown, |frame| frame.tag);
        let (tag, parent) = (frame.tag, above(1));
        self.bytes += path.len() + value.len() + 100;
        if parent == Tag::CtctDtls && tag == Tag::Nm {
            // Who answers for a firm is not the firm.
            let owner = path.strip_suffix("/Nm").unwrap_or(path);
            let mut person = Party::new(Role::Other, owner);
            person.names.push(field(path, value));
            self.parties.push(person);
            return;
        }
        if self.party_leaf(tag, parent, above(2), path, value) || self.reference(tag, parent, path, value) {
            return;
        }
        let original =
            || frames.iter().any(|frame| matches!(frame.tag, Tag::OrgnlTxRef | Tag::OrgnlGrpInf | Tag::UndrlygCstmrCdtTrf));
        if let Some(rank) = date_rank(tag, parent) {
            let rank = if original() { 1 } else { rank };
            if rank > self.date_rank {
                self.date_rank = rank;
                self.date = Some(self.day(path, value));
            }
            return;
        }
        let kind = match tag {
            Tag::Ustrd | Tag::AddtlRmtInf => TextKind::Remittance,
            Tag::Desc if frames.iter().any(|frame| frame.tag == Tag::LineDtls) => TextKind::Goods,
            Tag::InstrInf | Tag::InstrForCdtrAgt | Tag::InstrForNxtAgt | Tag::InstrForDbtrAgt | Tag::InstrForRmbrsmntAgt => {
                TextKind::Instruction
            }
            Tag::Cd | Tag::Prtry | Tag::Purp if parent == Tag::Purp || tag == Tag::Purp => TextKind::Purpose,
            Tag::Prtry if parent == Tag::CtgyPurp => TextKind::Purpose,
            // A code with a space in it, or a long one, is none.
            _ if tag.is_quiet() && is_code(value) => return,
            _ => frames
                .iter()
                .find_map(|frame| match frame.tag {
                    Tag::RmtInf => Some(TextKind::Remittance),
                    Tag::RgltryRptg => Some(TextKind::Regulatory),
                    _ => None,
                })
                .unwrap_or(TextKind::Other),
        };
        self.text(kind, path, value);
    }

    /// An amount ends: an element with the attribute `Ccy`.
    pub(super) fn money(&mut self, frames: &[Frame], path: &str, value: &str, currency: Option<&str>) -> bool {
        let [.., parent, frame] = frames else { return false };
        let mut rank = match (parent.tag, frame.tag) {
            (_, Tag::IntrBkSttlmAmt | Tag::RtrdIntrBkSttlmAmt) => 5,
            (Tag::CdtTrfTxInf | Tag::CdtTrfTx | Tag::TxInf | Tag::Amt | Tag::UndrlygCstmrCdtTrf, Tag::InstdAmt) => 4,
            (Tag::EqvtAmt | Tag::TxAmt, Tag::Amt) => 4,
            (Tag::TxDtls | Tag::Ntry, Tag::Amt) => 3,
            (Tag::InstdAmt, Tag::Amt) => 2,
            _ => return false,
        };
        if frames.iter().any(|frame| matches!(frame.tag, Tag::OrgnlTxRef | Tag::UndrlygCstmrCdtTrf)) {
            rank = 1;
        }
        if rank <= self.amount_rank {
            self.words(path, value);
            return true;
        }
        self.amount_rank = rank;
        self.amount = None;
        let code = currency.ok_or_else(|| "no currency is stated".to_owned());
        let code = code.and_then(|code| amounts::currency(code).map_err(|error| error.to_string()));
        let read = amounts::decimal(value, Separators::Point).map_err(|error| error.to_string());
        match (read, code) {
            (Ok(micros), Ok(currency)) => self.amount = Some(Money { path: path.to_owned(), micros, currency }),
            (read, code) => {
                for reason in read.err().into_iter().chain(code.err()) {
                    self.warnings.push(format!("{path}: {reason}"));
                }
                self.words(path, value);
            }
        }
        true
    }

    /// An element ends, after its leaf.
    pub(super) fn end(&mut self, depth: usize) {
        if self.open.last().is_some_and(|(held, _)| *held == depth) {
            self.open.pop();
            self.scheme = None;
            if self.parties.last().is_some_and(Party::is_empty) && self.open.iter().all(|(_, at)| at + 1 != self.parties.len())
            {
                self.parties.pop();
            }
        }
    }

    pub(super) fn text(&mut self, kind: TextKind, path: &str, value: &str) {
        if let Some(last) = self.texts.last_mut()
            && last.kind == kind
            && same_but_numbers(&last.field.path, path)
        {
            last.field.value.push('\n');
            last.field.value.push_str(value);
            return;
        }
        self.texts.push(Text { kind, field: field(path, value) });
    }

    /// Keeps words that stand where a number belongs.
    fn words(&mut self, path: &str, value: &str) {
        if !is_code(value) {
            self.bytes += path.len() + value.len() + 100;
            self.text(TextKind::Other, path, value);
        }
    }

    fn open_party(&mut self, role: Role, depth: usize, path: &str) {
        self.bytes += 100 + path.len();
        self.open.push((depth, self.parties.len()));
        self.parties.push(Party::new(role, path));
    }

    fn party(&mut self) -> Option<&mut Party> {
        self.open.last().and_then(|(_, at)| self.parties.get_mut(*at))
    }

    /// The day that a text states; the text itself, with a warning, when it states none.
    fn day(&mut self, path: &str, value: &str) -> Field {
        match amounts::iso_day(value) {
            Ok(day) => field(path, &day),
            Err(error) => {
                self.warnings.push(format!("{path}: {error}"));
                self.words(path, value);
                field(path, value)
            }
        }
    }

    /// Takes what is said of a party. `false` when it is nothing of the kind.
    fn party_leaf(&mut self, tag: Tag, parent: Tag, above: Tag, path: &str, value: &str) -> bool {
        if tag == Tag::BirthDt {
            let day = self.day(path, value);
            if let Some(party) = self.party() {
                party.birth_date = Some(day);
                return true;
            }
            return false;
        }
        if matches!(tag, Tag::Ctry | Tag::CtryOfRes | Tag::CtryOfBirth) && self.open.is_empty() {
            let mut place = Party::new(Role::Other, path);
            place.countries.push(field(path, value));
            self.parties.push(place);
            return true;
        }
        // The system or scheme that stands before the identifier.
        match (above, parent, tag) {
            (_, Tag::ClrSysId, Tag::Cd | Tag::Prtry) | (Tag::Prxy, Tag::Tp, Tag::Cd | Tag::Prtry) => {
                self.scheme = Some(value.to_owned());
                return true;
            }
            _ => {}
        }
        let scheme = if matches!((parent, tag), (Tag::ClrSysMmbId, Tag::MmbId) | (Tag::Prxy, Tag::Id)) {
            self.scheme.take()
        } else {
            None
        };
        let Some(party) = self.party() else { return false };
        let id = |kind, scheme| PartyId { kind, field: field(path, value), scheme };
        if let Some(kind) = tag.id_kind() {
            if kind == IdKind::Lei && party.kind == PartyKind::Unknown {
                party.kind = PartyKind::Organization;
            }
            party.ids.push(id(kind, None));
            return true;
        }
        match tag {
            Tag::Nm if parent != Tag::SchmeNm => party.names.push(field(path, value)),
            Tag::AdrLine | Tag::CareOf | Tag::Dept | Tag::SubDept => party.address.lines.push(field(path, value)),
            Tag::StrtNm | Tag::BldgNb | Tag::BldgNm | Tag::Flr | Tag::UnitNb | Tag::PstBx | Tag::Room => {
                party.address.street.push(field(path, value));
            }
            Tag::TwnNm | Tag::TwnLctnNm | Tag::DstrctNm => party.address.town.push(field(path, value)),
            Tag::PstCd => set_or_line(&mut party.address.post_code, &mut party.address.lines, field(path, value)),
            Tag::CtrySubDvsn => set_or_line(&mut party.address.subdivision, &mut party.address.lines, field(path, value)),
            Tag::Ctry if matches!(parent, Tag::PstlAdr | Tag::Adr | Tag::RmtLctnPstlAdr) && party.address.country.is_none() => {
                party.address.country = Some(field(path, value));
            }
            Tag::Ctry | Tag::CtryOfRes | Tag::CtryOfBirth => party.countries.push(field(path, value)),
            // The province stands before the town.
            Tag::PrvcOfBirth => party.birth_place = Some(field(path, value)),
            Tag::CityOfBirth => {
                let province = party.birth_place.take();
                let place = province.map_or_else(|| value.to_owned(), |province| format!("{value}, {}", province.value));
                party.birth_place = Some(field(path, &place));
            }
            Tag::MmbId => party.ids.push(id(IdKind::Clearing, scheme)),
            Tag::ElctrncAdr | Tag::RmtLctnElctrncAdr => {
                party.ids.push(id(if value.contains('@') { IdKind::Email } else { IdKind::Other }, None));
            }
            Tag::Id => {
                let kind = match (above, parent) {
                    (_, Tag::Prxy) => match scheme.as_deref() {
                        Some("EMAL") => IdKind::Email,
                        Some("TELE" | "MBNO") => IdKind::Phone,
                        None if value.contains('@') => IdKind::Email,
                        None if value.starts_with('+') => IdKind::Phone,
                        _ => IdKind::Other,
                    },
                    (Tag::OrgId | Tag::PrvtId | Tag::FinInstnId | Tag::CtctDtls, _) | (_, Tag::BrnchId) => IdKind::Other,
                    (Tag::Id, Tag::Othr) | (_, Tag::PrtryAcct) => IdKind::Account,
                    _ => IdKind::Other,
                };
                party.ids.push(id(kind, scheme));
            }
            Tag::Cd | Tag::Prtry | Tag::SchmeNm | Tag::SchmeTp | Tag::IdTp
                if matches!(parent, Tag::SchmeNm | Tag::SchmeTp) || matches!(tag, Tag::SchmeNm | Tag::SchmeTp | Tag::IdTp) =>
            {
                let Some(last) = party.ids.last_mut() else { return false };
                if last.kind == IdKind::Other {
                    last.kind = id_kind_of_scheme(value).unwrap_or(IdKind::Other);
                } else if last.kind == IdKind::Account && is_of_wallets(value) {
                    last.kind = IdKind::Wallet;
                }
                last.scheme = Some(value.to_owned());
                // A scheme of the parties' own is a text that somebody wrote.
                return tag == Tag::Cd && value.len() <= 4;
            }
            _ => return false,
        }
        true
    }

    /// Takes a reference. `false` when it is none.
    fn reference(&mut self, tag: Tag, parent: Tag, path: &str, value: &str) -> bool {
        let kind = match tag {
            Tag::MsgId if matches!(parent, Tag::Refs | Tag::Btch) => RefKind::Related,
            Tag::MsgId | Tag::BizMsgIdr => RefKind::Message,
            Tag::Id if matches!(parent, Tag::Stmt | Tag::Ntfctn) => RefKind::Message,
            Tag::PmtInfId if parent == Tag::PmtInf => RefKind::Message,
            Tag::InstrId => RefKind::Instruction,
            Tag::EndToEndId => RefKind::EndToEnd,
            Tag::TxId | Tag::AcctSvcrRef | Tag::RtrId => RefKind::Transaction,
            Tag::UETR => RefKind::Uetr,
            Tag::ClrSysRef | Tag::AcctSvcrTxId | Tag::MktInfrstrctrTxId | Tag::PrcgId => RefKind::Clearing,
            Tag::PmtInfId | Tag::RltdRef | Tag::OrgnlMsgId | Tag::OrgnlInstrId | Tag::OrgnlEndToEndId | Tag::OrgnlTxId => {
                RefKind::Related
            }
            Tag::OrgnlUETR | Tag::OrgnlClrSysRef | Tag::OrgnlPmtInfId | Tag::NtryRef | Tag::AcctOwnrTxId => RefKind::Related,
            Tag::RmtId | Tag::ChqNb | Tag::MndtId | Tag::RefNb => RefKind::Document,
            Tag::Nb if parent == Tag::RfrdDocInf || parent == Tag::Id => RefKind::Document,
            Tag::Ref if parent == Tag::CdtrRefInf => RefKind::Document,
            _ => return false,
        };
        self.references.push(Reference { kind, field: field(path, value) });
        true
    }

    /// Moves everything to a payment.
    pub(super) fn into_payment(self, payment: &mut Payment) {
        let Self { references, amount, date, parties, texts, warnings, .. } = self;
        payment.references = references;
        payment.amount = amount;
        payment.date = date;
        payment.parties = parties;
        payment.texts = texts;
        payment.warnings = warnings;
    }

    /// Copies everything that is inherited to a payment.
    pub(super) fn inherit(&self, payment: &mut Payment) {
        if payment.amount.is_none() && !payment.warnings.iter().any(|warning| warning.contains("Amt: ")) {
            payment.amount.clone_from(&self.amount);
        }
        if payment.date.is_none() {
            payment.date.clone_from(&self.date);
        }
        self.give_since(Marks::default(), payment);
    }

    /// Copies what came after the marks to a payment.
    pub(super) fn give_since(&self, marks: Marks, payment: &mut Payment) {
        payment.references.extend_from_slice(self.references.get(marks.references..).unwrap_or_default());
        let parties = self.parties.get(marks.parties..).unwrap_or_default();
        payment.parties.extend(parties.iter().filter(|party| !party.is_empty()).cloned());
        payment.texts.extend_from_slice(self.texts.get(marks.texts..).unwrap_or_default());
        payment.warnings.extend_from_slice(self.warnings.get(marks.warnings..).unwrap_or_default());
    }

    /// Takes what a part inside says, which has no transaction.
    pub(super) fn append(&mut self, inner: &Self) {
        self.references.extend_from_slice(&inner.references);
        self.parties.extend_from_slice(&inner.parties);
        self.texts.extend_from_slice(&inner.texts);
        self.warnings.extend_from_slice(&inner.warnings);
        self.bytes += inner.bytes;
    }

    /// How much there is now.
    pub(super) fn marks(&self) -> Marks {
        Marks {
            references: self.references.len(),
            parties: self.parties.len(),
            texts: self.texts.len(),
            warnings: self.warnings.len(),
        }
    }

    /// Forgets what came after the marks.
    pub(super) fn forget_since(&mut self, marks: Marks) {
        self.references.truncate(marks.references);
        self.parties.truncate(marks.parties);
        self.texts.truncate(marks.texts);
        self.warnings.truncate(marks.warnings);
    }
}

fn field(path: &str, value: &str) -> Field {
    Field { path: path.to_owned(), value: value.to_owned() }
}

/// Keeps the first value where one belongs; another one is kept as a line, so that it is read all the same.
fn set_or_line(place: &mut Option<Field>, lines: &mut Vec<Field>, value: Field) {
    if place.is_none() {
        *place = Some(value);
    } else {
        lines.push(value);
    }
}

/// The path of the party whose account has this path: `…/DbtrAcct` is of `…/Dbtr`.
fn without_account(path: &str) -> Option<&str> {
    path.strip_suffix("Acct").filter(|owner| !owner.ends_with('/'))
}

/// Whether two paths differ by the numbers of repeated elements at most.
fn same_but_numbers(a: &str, b: &str) -> bool {
    fn next(rest: &mut &str) -> Option<u8> {
        if rest.starts_with('[') {
            *rest = rest.split_once(']').map_or("", |(_, after)| after);
        }
        let first = rest.bytes().next();
        *rest = rest.get(1..).unwrap_or_default();
        first
    }
    if a.is_ascii() && b.is_ascii() {
        let (mut a, mut b) = (a, b);
        loop {
            match (next(&mut a), next(&mut b)) {
                (None, None) => return true,
                (one, other) if one == other => {}
                _ => return false,
            }
        }
    }
    a == b
}

/// Whether the scheme of an account says that it is an address of a digital currency.
fn is_of_wallets(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    ["wallet", "crypto", "blockchain", "dlt", "digital asset"].iter().any(|word| scheme.contains(word))
}

/// Whether a value is a code, a number or a time: words that somebody wrote are longer, or have spaces and no digits.
fn is_code(value: &str) -> bool {
    value.len() <= 35
        && !value.contains(char::is_whitespace)
        && (value.len() <= 5 || value.bytes().any(|byte| byte.is_ascii_digit()))
}

/// How well an element says the day of the payment.
fn date_rank(tag: Tag, parent: Tag) -> Option<u8> {
    let of = |tag| match tag {
        Tag::IntrBkSttlmDt | Tag::ReqdExctnDt => Some(5),
        Tag::ValDt => Some(3),
        Tag::BookgDt => Some(2),
        _ => None,
    };
    of(tag).or_else(|| if matches!(tag, Tag::Dt | Tag::DtTm) { of(parent) } else { None })
}
