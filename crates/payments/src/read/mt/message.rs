//! Payments out of an MT message: its text goes in; a payment, of an MT101 one for each sequence B, or a problem comes out. Each field is
//! read by the definition of its message type, and one that the type does not have is kept as free text, so that nothing that a person can
//! write goes unscreened.

use rustc_hash::FxHashSet;

use super::super::Item;
use super::super::amounts::{Separators, currency, decimal, yymmdd};
use super::super::lines::{Seen, add_bic, field, problem};
use super::blocks::{self, Blocks, Header, Tagged, short};
use super::party::{self, WIDTH};
use crate::message::{MessageKind, Money, Party, Payment, RefKind, Reference, Role, Text, TextKind};

/// Warnings of one payment that are kept.
const WARNINGS: usize = 100;

/// Characters of a line of a letter of credit, and of field 77T.
const WIDE: usize = 65;

/// Which fields stand where: a message type, or a sequence of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Mt103,
    Mt202,
    /// Sequence B of MT202 COV: the customer transfer that is covered.
    Mt202Cover,
    /// Sequence A of MT101: what holds for all.
    Mt101All,
    /// Sequence B of MT101: one transfer.
    Mt101One,
    Mt700,
    /// The continuation of MT700.
    Mt701,
}

impl Form {
    /// Tags that it may have.
    fn tags(self) -> &'static str {
        match self {
            Self::Mt103 => {
                "20 13C 23B 23E 26T 32A 33B 36 50A 50F 50K 51A 52A 52D 53A 53B 53D 54A 54B 54D 55A 55B 55D 56A 56C 56D \
                 57A 57B 57C 57D 59 59A 59F 70 71A 71F 71G 72 77B 77T"
            }
            Self::Mt202 => "20 21 13C 32A 52A 52D 53A 53B 53D 54A 54B 54D 56A 56D 57A 57B 57D 58A 58D 72",
            Self::Mt202Cover => "50A 50F 50K 52A 52D 56A 56C 56D 57A 57B 57C 57D 59 59A 59F 70 72 33B",
            Self::Mt101All => "20 21R 28D 50C 50L 50F 50G 50H 52A 52C 51A 30 25",
            Self::Mt101One => {
                "21 21F 23E 32B 50C 50L 50F 50G 50H 52A 52C 56A 56C 56D 57A 57C 57D 59 59A 59F 70 77B 33B 71A 25A 36"
            }
            Self::Mt700 => {
                "27 40A 20 23 31C 40E 31D 51A 51D 50 59 32B 39A 39B 39C 41A 41D 42C 42A 42D 42M 42P 43P 43T 44A 44B 44C 44D 44E 44F \
                 45A 46A 47A 49G 49H 71B 71D 48 49 52A 52D 53A 53D 57A 57B 57D 58A 58D 72 72Z 78"
            }
            Self::Mt701 => "27 20 45A 45B 46A 46B 47A 47B 49G 49H",
        }
    }

    /// Tags that it must have; the letter of a party's option is left out.
    fn mandatory(self) -> &'static [&'static str] {
        match self {
            Self::Mt103 => &["20", "23B", "32A", "50", "59", "71A"],
            Self::Mt202 => &["20", "21", "32A", "58"],
            Self::Mt202Cover => &["50", "59"],
            Self::Mt101All => &["20", "28D", "30"],
            Self::Mt101One => &["21", "32B", "59", "71A"],
            Self::Mt700 => &["27", "40A", "20", "31C", "40E", "31D", "50", "59", "32B", "41", "49"],
            Self::Mt701 => &["27", "20"],
        }
    }

    fn repeats(tag: &str) -> bool {
        matches!(tag, "13C" | "23E" | "71F")
    }

    /// What stands before a tag in paths.
    fn prefix(self) -> &'static str {
        if matches!(self, Self::Mt202Cover | Self::Mt101One) { "B/" } else { "" }
    }

    fn is_credit(self) -> bool {
        matches!(self, Self::Mt700 | Self::Mt701)
    }

    /// The part that the party of a field plays, and whether it is a bank for being in this message.
    fn role(self, tag: &str) -> Option<(Role, bool)> {
        let (number, option) = (tag.get(..2)?, tag.get(2..)?);
        // 42C, 42M and 42P are terms of drafts.
        Some(match number {
            "50" if matches!(self, Self::Mt101All | Self::Mt101One) && matches!(option, "C" | "L") => {
                (Role::InitiatingParty, false)
            }
            "50" => (Role::Debtor, false),
            "51" if self.is_credit() => (Role::DebtorAgent, true),
            "51" => (Role::InstructingAgent, true),
            "52" if self == Self::Mt202 => (Role::Debtor, true),
            "52" => (Role::DebtorAgent, true),
            "53" | "54" | "55" => (Role::ReimbursementAgent, true),
            "56" => (Role::IntermediaryAgent, true),
            "57" => (Role::CreditorAgent, true),
            "58" if self.is_credit() => (Role::IntermediaryAgent, true),
            "58" => (Role::Creditor, true),
            "59" => (Role::Creditor, false),
            "41" | "42" if matches!(option, "A" | "D") => (Role::IntermediaryAgent, true),
            _ => return None,
        })
    }
}

/// Reads a message that begins on a line of the file; `number` counts the payments.
pub(super) fn read(text: &str, line: u64, undecoded: Option<String>, number: &mut u64, seen: &mut Seen) -> Vec<Item> {
    let mut blocks = Blocks::read(text, line);
    blocks.warnings.extend(undecoded);
    let header = match blocks::header(&mut blocks) {
        Ok(header) => header,
        Err((block, reason)) => return vec![problem(line, block, format!("{reason}; it begins with {:?}", short(text)))],
    };
    let (kind, form) = match header.message_type {
        "103" => (MessageKind::Mt103, Form::Mt103),
        "202" => (MessageKind::Mt202, Form::Mt202),
        "101" => (MessageKind::Mt101, Form::Mt101All),
        "700" => (MessageKind::Mt700, Form::Mt700),
        "701" => (MessageKind::Mt700, Form::Mt701),
        other => return vec![problem(line, "block 2", format!("messages of type MT{other} are not read"))],
    };
    let Some(fields) = blocks.four.take() else {
        return vec![problem(line, "block 4", format!("the MT{} has no text", header.message_type))];
    };
    if fields.is_empty() {
        return vec![problem(line, "block 4", format!("the text of the MT{} has no field", header.message_type))];
    }
    let mut payment = Payment::new(kind, format!("MT{}", header.message_type), 0, line);
    payment.warnings.append(&mut blocks.warnings);
    envelope(&mut payment, &header, &mut blocks);
    for wrong in [character_warning(&fields), undecoded_length(text)] {
        payment.warnings.extend(wrong);
    }

    let mut payments = match form {
        Form::Mt101All => requests(payment, &fields),
        Form::Mt202 => vec![transfer_between_banks(payment, &fields)],
        _ => {
            take(&mut payment, form, &fields);
            vec![payment]
        }
    };
    for payment in &mut payments {
        *number += 1;
        payment.number = *number;
        if form != Form::Mt701 {
            duplicate(payment, &header.sender, seen);
        }
        let more = payment.warnings.len().saturating_sub(WARNINGS);
        if more > 0 {
            payment.warnings.truncate(WARNINGS);
            payment.warnings.push(format!("and {more} more"));
        }
    }
    payments.into_iter().map(|payment| Item::Payment(Box::new(payment))).collect()
}

/// What the blocks around the text say.
fn envelope(payment: &mut Payment, header: &Header, blocks: &mut Blocks) {
    for (role, block, bic) in
        [(Role::InstructingAgent, "sender", &header.sender), (Role::InstructedAgent, "receiver", &header.receiver)]
    {
        let mut party = Party::new(role, block);
        add_bic(&mut party, &format!("{block}/bic"), bic, &mut payment.warnings);
        if party.is_empty() {
            payment.warnings.push(format!("the headers name no {block}"));
        } else {
            payment.parties.push(party);
        }
    }
    for (tag, value) in std::mem::take(&mut blocks.three) {
        let path = format!("block 3/{tag}");
        match tag {
            "121" => {
                if !is_uetr(value) {
                    payment.warnings.push(format!("{path}: {value:?} is no UUID of version 4"));
                }
                refer(payment, RefKind::Uetr, &path, value);
            }
            "108" => refer(payment, RefKind::Message, &path, value),
            "119" if matches!(value, "COV" | "STP" | "REMIT") => payment.definition = format!("{} {value}", payment.definition),
            // Service identifiers of fixed form: the service, its type, the priority of the bank, the mandatory cut-off.
            "103" | "111" | "113" if value.len() <= 4 => {}
            _ => {
                if tag == "433" && !value.starts_with("/AOK/") {
                    payment.warnings.push(format!(
                        "{path}: the sanctions screening of the network did not find it clear: {:?}",
                        short(value)
                    ));
                }
                write(payment, TextKind::Other, &path, value);
            }
        }
    }
    for (tag, value) in std::mem::take(&mut blocks.five) {
        match tag {
            "PDE" | "PDM" => payment.warnings.push(format!("block 5/{tag}: the message may have been sent before")),
            "TNG" => payment.warnings.push("block 5/TNG: a message for training".to_owned()),
            "CHK" | "MAC" if value.len() <= 16 && value.bytes().all(|byte| byte.is_ascii_hexdigit()) => {}
            _ => write(payment, TextKind::Other, &format!("block 5/{tag}"), value),
        }
    }
    payment.texts.extend(blocks.stray.drain(..).map(|field| Text { kind: TextKind::Other, field }));
}

fn is_uetr(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte.to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'),
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A character outside of SWIFT's sets x and z, if there is one.
fn character_warning(fields: &[Tagged]) -> Option<String> {
    let is_in_set = |c: char| c.is_ascii_alphanumeric() || " /-?:().,'+=!\"%&*<>;@#_{".contains(c);
    fields.iter().find_map(|field| {
        let found = field.lines.iter().flat_map(|line| line.chars()).find(|c| !is_in_set(*c))?;
        Some(format!("field {}: {found:?} is outside of the character sets of SWIFT", field.tag))
    })
}

fn undecoded_length(text: &str) -> Option<String> {
    (text.len() > super::MESSAGE_BYTES / 10)
        .then(|| format!("the message has {} bytes, more than the 10,000 of SWIFT", text.len()))
}

/// MT202: with a sequence B, which begins with field 50, it is a cover.
fn transfer_between_banks(mut payment: Payment, fields: &[Tagged]) -> Payment {
    let cover = fields.iter().position(|field| field.tag.starts_with("50"));
    let (all, covered) = fields.split_at(cover.unwrap_or(fields.len()));
    take(&mut payment, Form::Mt202, all);
    let is_said = payment.definition.ends_with(" COV");
    if !covered.is_empty() {
        if !is_said {
            payment.definition.push_str(" COV");
            payment.warnings.push("block 3 has no 119 with COV, and the message covers a customer transfer".to_owned());
        }
        take(&mut payment, Form::Mt202Cover, covered);
    } else if is_said {
        payment.warnings.push("the message is a cover and has no sequence B, which names the customers".to_owned());
    }
    payment
}

/// MT101: each sequence B, which begins with field 21, is a payment with what sequence A says of all.
fn requests(mut all: Payment, fields: &[Tagged]) -> Vec<Payment> {
    let mut sequences = Vec::new();
    let mut rest = fields;
    while let Some(last) = rest.iter().rposition(|field| field.tag == "21") {
        let (before, sequence) = rest.split_at(last);
        sequences.push(sequence);
        rest = before;
    }
    take(&mut all, Form::Mt101All, rest);
    if sequences.is_empty() {
        all.warnings.push("field 21 is missing, with which a sequence B begins: there is no transfer".to_owned());
        return vec![all];
    }
    let transfer = |sequence: &&[Tagged]| {
        let mut payment = all.clone();
        let inherited = payment.parties.len();
        payment.line = sequence.first().map_or(payment.line, |field| field.line);
        take(&mut payment, Form::Mt101One, sequence);
        // A party stands in one of the sequences. Where it stands in both, none hides the other.
        let (before, own) = payment.parties.split_at(inherited);
        let twice = own.iter().filter(|party| before.iter().any(|other| other.role == party.role));
        let twice: Vec<String> =
            twice.map(|party| format!("field {} stands in sequence A, too; both are read", party.path)).collect();
        payment.warnings.extend(twice);
        if payment.parties_in(Role::Debtor).next().is_none() {
            payment.warnings.push("field 50 is missing, in sequence A as in B".to_owned());
        }
        payment
    };
    sequences.iter().rev().map(transfer).collect()
}

fn duplicate(payment: &mut Payment, sender: &str, seen: &mut Seen) {
    let own = payment.references.iter().filter(|reference| matches!(reference.field.path.as_str(), "20" | "B/21"));
    let own: Vec<&str> = own.map(|reference| reference.field.value.as_str()).collect();
    let Some(last) = own.last() else { return };
    if !seen.is_new(&format!("{sender} {} {}", payment.kind, own.join("\n"))) {
        payment.warnings.push(format!("the reference {last:?} occurs before in the file"));
    }
}

fn refer(payment: &mut Payment, kind: RefKind, path: &str, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        payment.references.push(Reference { kind, field: field(path, value) });
    }
}

fn write(payment: &mut Payment, kind: TextKind, path: &str, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        payment.texts.push(Text { kind, field: field(path, value) });
    }
}

/// Reads the fields of a message or sequence.
fn take(payment: &mut Payment, form: Form, fields: &[Tagged]) {
    let mut tags = FxHashSet::default();
    for tagged in fields {
        let path = format!("{}{}", form.prefix(), tagged.tag);
        let is_known = form.tags().split_whitespace().any(|tag| tag == tagged.tag);
        let has_role = form.role(tagged.tag);
        if !is_known {
            let kept = if has_role.is_some() { "it is read all the same" } else { "it is screened as free text" };
            payment.warnings.push(format!("field {path} does not belong to this message; {kept}"));
        } else if !tags.insert(tagged.tag) && !Form::repeats(tagged.tag) {
            payment.warnings.push(format!("field {path} occurs twice"));
        }
        if tagged.lines.is_empty() {
            payment.warnings.push(format!("field {path} is empty"));
            continue;
        }
        let width = if form.is_credit() && has_role.is_none() || tagged.tag == "77T" { WIDE } else { WIDTH };
        if let Some(long) = tagged.lines.iter().find(|line| line.chars().count() > width) {
            payment.warnings.push(format!("field {path}: the line {:?} is longer than {width} characters", short(long)));
        }
        match has_role {
            Some((role, bank)) => {
                let mut lines = tagged.lines.as_slice();
                // "Available with ... by ..." has its last line for how.
                if tagged.tag.starts_with("41")
                    && let Some((how, bank)) = lines.split_last()
                    && how.starts_with("BY ")
                {
                    write(payment, TextKind::Other, &path, how);
                    lines = bank;
                }
                let party = party::read(role, bank, form.prefix(), tagged.tag, lines, &mut payment.warnings);
                if !party.is_empty() {
                    payment.parties.push(party);
                }
            }
            None => take_one(payment, form, tagged, &path),
        }
    }
    for tag in form.mandatory() {
        let is_party = tag.len() == 2 && form.role(tag).is_some() || *tag == "41";
        if !fields.iter().any(|field| if is_party { field.tag.starts_with(tag) } else { field.tag == *tag }) {
            payment.warnings.push(format!("field {}{tag} is missing", form.prefix()));
        }
    }
}

/// A field that is no party.
fn take_one(payment: &mut Payment, form: Form, tagged: &Tagged, path: &str) {
    let all = tagged.lines.join("\n");
    let first = tagged.lines.first().copied().unwrap_or_default().trim();
    let is_list = form == Form::Mt101All || form == Form::Mt101One;
    // Fields of one line, whose further lines are free text.
    let is_single = match tagged.tag {
        "20" => {
            refer(payment, if is_list { RefKind::Message } else { RefKind::Instruction }, path, first);
            if form.is_credit() {
                refer(payment, RefKind::Document, path, first);
            }
            true
        }
        "21" if form == Form::Mt101One => {
            refer(payment, RefKind::Instruction, path, first);
            true
        }
        "21R" if is_list => {
            refer(payment, RefKind::Message, path, first);
            true
        }
        "21" | "21F" | "23" => {
            refer(payment, RefKind::Related, path, first);
            true
        }
        "32A" => {
            let amount = first.get(6..).unwrap_or_default();
            take_date(payment, path, first.get(..6).unwrap_or(first));
            take_amount(payment, form, path, amount);
            true
        }
        "32B" => {
            take_amount(payment, form, path, first);
            true
        }
        "30" | "31C" => {
            take_date(payment, path, first);
            true
        }
        "23B" => matches!(first, "CRED" | "CRTS" | "SPAY" | "SPRI" | "SSTD"),
        "71A" => matches!(first, "OUR" | "SHA" | "BEN"),
        // Number and total, as 1/1.
        "27" | "28D" => first.split_once('/').is_some_and(|(number, total)| [number, total].iter().all(|part| is_digits(part))),
        _ => false,
    };
    if is_single {
        if let Some(rest) = tagged.lines.get(1..).filter(|rest| !rest.is_empty()) {
            payment.warnings.push(format!("field {path} has more than one line; the rest is screened as free text"));
            write(payment, TextKind::Other, path, &rest.join("\n"));
        }
        return;
    }
    if matches!(tagged.tag, "23B" | "71A" | "27" | "28D") {
        payment.warnings.push(format!("field {path}: {:?} is not one of its codes", short(&all)));
    }
    if tagged.tag == "33B" && amount(first).is_err() {
        payment.warnings.push(format!("field {path}: {:?} is no currency and amount", short(&all)));
    }
    let kind = match tagged.tag {
        "70" | "77T" => TextKind::Remittance,
        "72" | "72Z" | "23E" | "78" | "47A" | "47B" => TextKind::Instruction,
        "77B" => TextKind::Regulatory,
        "26T" => TextKind::Purpose,
        "45A" | "45B" | "46A" | "46B" => TextKind::Goods,
        "44A" | "44B" | "44C" | "44D" | "44E" | "44F" => TextKind::Transport,
        _ => TextKind::Other,
    };
    // The conditions of a letter of credit are of goods as well as its documents are.
    let kind = if form.is_credit() && matches!(tagged.tag, "47A" | "47B") { TextKind::Goods } else { kind };
    write(payment, kind, path, &all);
    match tagged.tag {
        "70" => {
            for (code, document) in coded(&tagged.lines, &["INV", "ROC", "RFB"], true) {
                refer(payment, RefKind::Document, &format!("{path}/{code}"), &document);
            }
        }
        "72" => {
            for (code, bank) in coded(&tagged.lines, &["INS"], false) {
                let path = format!("{path}/{code}");
                let mut party = Party::new(Role::PreviousAgent, &*path);
                add_bic(&mut party, &path, &bank, &mut payment.warnings);
                payment.parties.push(party);
            }
        }
        "77B" => {
            for (code, text) in coded(&tagged.lines, &["ORDERRES", "BENEFRES"], false) {
                let role = if code == "ORDERRES" { Role::Debtor } else { Role::Creditor };
                let country = text.get(..2).filter(|country| country.bytes().all(|byte| byte.is_ascii_uppercase()));
                // The customer is the last one of the role: in a cover the first is a bank.
                let party = payment.parties.iter_mut().rev().find(|party| party.role == role);
                match (country, party) {
                    (Some(country), Some(party)) => party.countries.push(field(format!("{path}/{code}"), country)),
                    _ => payment.warnings.push(format!("field {path}: {code} names no country, or no party is there for it")),
                }
            }
        }
        _ => {}
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn take_date(payment: &mut Payment, path: &str, text: &str) {
    match yymmdd(text) {
        Ok(_) if payment.date.is_some() => write(payment, TextKind::Other, path, text),
        Ok(day) => payment.date = Some(field(path, day)),
        Err(error) => {
            payment.warnings.push(format!("field {path}: the date {:?} cannot be read: {error}", short(text)));
            write(payment, TextKind::Other, path, text);
        }
    }
}

fn take_amount(payment: &mut Payment, form: Form, path: &str, text: &str) {
    match amount(text) {
        Ok(_) if payment.amount.is_some() => write(payment, TextKind::Other, path, text),
        Ok((code, micros)) => {
            if micros == 0 && form != Form::Mt101One {
                payment.warnings.push(format!("field {path}: the amount is zero"));
            }
            if !text.contains(',') {
                payment.warnings.push(format!("field {path}: the amount has no decimal comma"));
            }
            payment.amount = Some(Money { path: path.to_owned(), micros, currency: code });
        }
        Err(error) => {
            payment.warnings.push(format!("field {path}: the amount {:?} cannot be read: {error}", short(text)));
            write(payment, TextKind::Other, path, text);
        }
    }
}

/// Currency and amount: `EUR1234,56`.
fn amount(text: &str) -> Result<(String, i128), String> {
    let code = currency(text.get(..3).unwrap_or(text)).map_err(|error| error.to_string())?;
    let number = text.get(3..).unwrap_or_default();
    if number.chars().count() > 15 {
        return Err("it has more than 15 digits".to_owned());
    }
    Ok((code, decimal(number, Separators::Comma).map_err(|error| error.to_string())?))
}

/// What follows the given codes in a text of `/CODE/value` lines, up to `//`, the next code or the end of the line. With `many` a value
/// after `//` is another one of the code before, as in field 70.
fn coded<'c>(lines: &[&str], codes: &[&'c str], many: bool) -> Vec<(&'c str, String)> {
    let mut found: Vec<(&'c str, String)> = Vec::new();
    let mut active: Option<&'c str> = None;
    for line in lines {
        if !line.starts_with("//") {
            active = None;
        }
        for piece in line.split("//") {
            let mut rest = piece;
            // Up to the next code the text belongs to the code before.
            loop {
                let next = rest.match_indices('/').find_map(|(at, _)| {
                    let after = rest.get(at + 1..)?;
                    let code =
                        codes.iter().find(|code| after.strip_prefix(**code).is_some_and(|after| after.starts_with('/')))?;
                    Some((at, *code))
                });
                let text = rest.get(..next.map_or(rest.len(), |(at, _)| at)).unwrap_or_default().trim();
                if text.starts_with('/') {
                    active = None;
                }
                if let Some(code) = active.filter(|_| !text.is_empty()) {
                    found.push((code, text.to_owned()));
                    active = active.filter(|_| many);
                }
                let Some((at, code)) = next else { break };
                active = Some(code);
                rest = rest.get(at + code.len() + 2..).unwrap_or_default();
            }
        }
    }
    found
}
