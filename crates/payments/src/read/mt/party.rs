//! The parties of MT fields 41, 42 and 50 to 59 by their options: the lines of a field go in, a party with names, address and numbers
//! comes out. Paths end in the number that a line has, its own in option F and its place among name and address elsewhere.

use interdict_model::{Country, PartialDate};

use super::super::lines::{add_account, add_bic, add_id, field};
use crate::message::{IdKind, Party, PartyKind, Role};

/// Characters of a line of name and address.
pub(super) const WIDTH: usize = 35;

/// Characters of a line of option F, without its number and stroke.
const NUMBERED_WIDTH: usize = 33;

/// Codes of the party identifier of option F.
const CODES: [(&str, IdKind); 8] = [
    ("ARNU", IdKind::National),
    ("CCPT", IdKind::Passport),
    ("CUST", IdKind::Register),
    ("DRLC", IdKind::National),
    ("EMPL", IdKind::Register),
    ("NIDN", IdKind::National),
    ("SOSE", IdKind::National),
    ("TXID", IdKind::Tax),
];

/// Reads a party. `bank` says that it is a bank whatever its role.
pub(super) fn read(role: Role, bank: bool, prefix: &str, tag: &str, lines: &[&str], warnings: &mut Vec<String>) -> Party {
    let path = format!("{prefix}{tag}");
    let mut party = Party::new(role, &*path);
    if bank {
        party.kind = PartyKind::Bank;
    }
    let mut rest = lines;
    // An account or a code of a clearing system, or one after the other.
    for _ in 0..2 {
        match rest.split_first() {
            Some((first, after)) if first.starts_with('/') => {
                number(&mut party, &path, first, warnings);
                rest = after;
            }
            _ => break,
        }
    }
    let number = tag.get(..2).unwrap_or_default();
    match (number, tag.get(2..).unwrap_or_default()) {
        (_, "A" | "G") | ("50", "C") => {
            match rest.split_first() {
                Some((first, after)) => {
                    add_bic(&mut party, &format!("{path}/bic"), first, warnings);
                    rest = after;
                }
                None => warnings.push(format!("field {path} has no BIC")),
            }
            if !rest.is_empty() && !matches!(number, "41" | "42") {
                warnings.push(format!("field {path} has more lines than its option allows"));
            }
            add_lines(&mut party, &path, rest, 1);
        }
        (_, "B") => add_lines(&mut party, &path, rest, 1),
        (_, "C") => {
            if !rest.is_empty() {
                warnings.push(format!("field {path} has more lines than its option allows"));
            }
            unstructured(&mut party, &path, rest);
        }
        (_, "F") => numbered(&mut party, &path, rest, warnings),
        (_, option) => {
            let is_known = matches!((number, option), (_, "" | "D") | ("50", "K" | "H" | "L"));
            if !is_known || option.is_empty() && !matches!(number, "50" | "59") {
                warnings.push(format!("field {path} has an option that is not known; it is read as name and address"));
            }
            if rest.first().is_some_and(|line| line.starts_with("1/")) {
                warnings.push(format!("field {path} has the lines of option F; they are read so"));
                numbered(&mut party, &path, rest, warnings);
            } else {
                unstructured(&mut party, &path, rest);
            }
        }
    }
    if party.is_empty() {
        warnings.push(format!("field {path} is empty"));
    }
    party
}

/// A line that begins with a stroke: `/account`, `/C/account`, `//` and the code of a clearing system.
fn number(party: &mut Party, path: &str, line: &str, warnings: &mut Vec<String>) {
    if let Some(code) = line.strip_prefix("//") {
        let scheme = code.get(..2).filter(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphabetic()));
        if scheme.is_none() {
            warnings.push(format!("field {path}: {line:?} names no clearing system"));
        }
        // `//RT` and `//FW` may stand without a number.
        let number = scheme.and_then(|_| code.get(2..)).filter(|number| !number.trim().is_empty()).unwrap_or(code);
        add_id(party, IdKind::Clearing, format!("{path}/clearing"), number, scheme);
        return;
    }
    let account = line.strip_prefix('/').unwrap_or(line);
    // Debit or credit, of the account of a bank.
    let account = match account.split_once('/') {
        Some(("C" | "D", account)) => account,
        _ if matches!(account, "C" | "D") => return,
        _ => account,
    };
    add_account(party, &format!("{path}/account"), account, warnings);
}

/// A name, and the lines of an address whose last one may be a country.
fn unstructured(party: &mut Party, path: &str, lines: &[&str]) {
    let Some((name, rest)) = lines.split_first() else { return };
    party.names.push(field(format!("{path}/1"), name.trim()));
    if let Some(second) = rest.first() {
        continued(party, &format!("{path}/1"), name, second, WIDTH);
    }
    add_lines(party, path, rest, 2);
    if let Some(last) = rest.last() {
        let last = last.trim();
        let code = last.split_once('/').map(|(code, _)| code).filter(|code| code.len() == 2);
        let country = match code {
            Some(code) => Country::from_code(code).map(|_| code),
            None => Country::parse(last).map(|_| last),
        };
        party.address.country = country.map(|country| field(format!("{path}/{}", lines.len()), country));
    }
}

/// A name that fills its line may go on in the next one, in a new word or in the middle of one.
fn continued(party: &mut Party, path: &str, line: &str, next: &str, width: usize) {
    if line.chars().count() >= width {
        party.names.push(field(path, format!("{} {}", line.trim(), next.trim())));
        if line.chars().last().is_some_and(char::is_alphanumeric) && next.chars().next().is_some_and(char::is_alphanumeric) {
            party.names.push(field(path, format!("{}{}", line.trim(), next.trim())));
        }
    }
}

fn add_lines(party: &mut Party, path: &str, lines: &[&str], first: usize) {
    for (at, line) in lines.iter().enumerate() {
        party.address.lines.push(field(format!("{path}/{}", first + at), line.trim()));
    }
}

/// Option F: perhaps `CODE/country/number`, then lines that begin with their number.
fn numbered(party: &mut Party, path: &str, lines: &[&str], warnings: &mut Vec<String>) {
    let mut names: Vec<&str> = Vec::new();
    // Which identifier a line of number 8 completes.
    let mut open_id: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let Some((number, text)) = line.split_once('/').filter(|(number, _)| matches!(number.as_bytes(), [b'1'..=b'8'])) else {
            if at == 0 && coded(party, path, line, warnings) {
                open_id = party.ids.len().checked_sub(1);
            } else {
                warnings.push(format!("field {path}: the line {line:?} has no number of 1 to 8"));
                if names.is_empty() {
                    names.push(line.trim());
                } else {
                    party.address.lines.push(field(path, line.trim()));
                }
            }
            continue;
        };
        let path = format!("{path}/{number}");
        let text = text.trim();
        if text.is_empty() {
            warnings.push(format!("field {path} is empty"));
            continue;
        }
        let parted =
            text.split_once('/').filter(|(code, _)| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic()));
        match number {
            "1" => names.push(text),
            "2" => party.address.street.push(field(path, text)),
            "3" => match parted {
                Some((country, town)) if party.address.country.is_none() => {
                    party.address.country = Some(field(&*path, country));
                    party.address.town.extend(Some(town.trim()).filter(|town| !town.is_empty()).map(|town| field(path, town)));
                }
                _ => {
                    // A line of two letters is the country without a town; further lines go on with the town.
                    if party.address.country.is_none() && text.len() == 2 {
                        party.address.country = Some(field(path, text));
                    } else {
                        if party.address.country.is_none() {
                            warnings.push(format!("field {path} does not begin with a country"));
                        }
                        party.address.town.push(field(path, text));
                    }
                }
            },
            "4" => {
                party.kind = PartyKind::Person;
                let day = birth_date(text).unwrap_or_else(|| {
                    warnings.push(format!("field {path}: {text:?} is no day of the form YYYYMMDD"));
                    text.to_owned()
                });
                party.birth_date = Some(field(path, day));
            }
            "5" => {
                party.kind = PartyKind::Person;
                let (country, town) = parted.unwrap_or_else(|| {
                    warnings.push(format!("field {path} does not begin with a country"));
                    ("", text)
                });
                party
                    .countries
                    .extend(Some(country).filter(|country| !country.is_empty()).map(|country| field(&*path, country)));
                party.birth_place = Some(field(path, town.trim()));
            }
            "6" => {
                // Country, issuer, number.
                let (scheme, id) = text.rsplit_once('/').unwrap_or(("", text));
                add_id(party, IdKind::Register, path, id, Some(scheme).filter(|scheme| !scheme.is_empty()));
                open_id = party.ids.len().checked_sub(1);
            }
            "7" => {
                let (country, id) = parted.unwrap_or(("", text));
                add_id(party, IdKind::National, path, id, Some(country).filter(|country| !country.is_empty()));
                open_id = party.ids.len().checked_sub(1);
            }
            _ => match open_id.and_then(|at| party.ids.get_mut(at)) {
                Some(id) => id.field.value.push_str(text),
                None => {
                    warnings.push(format!("field {path} completes nothing"));
                    party.address.lines.push(field(path, text));
                }
            },
        }
    }
    add_names(party, &format!("{path}/1"), &names);
}

/// The lines of number 1 are one name. Where a line ends before its width the next may also be the name of somebody else.
fn add_names(party: &mut Party, path: &str, lines: &[&str]) {
    let Some((first, rest)) = lines.split_first() else { return };
    party.names.push(field(path, lines.join(" ")));
    if rest.is_empty() {
        return;
    }
    party.names.push(field(path, *first));
    let mut before = *first;
    for text in rest {
        if before.chars().count() < NUMBERED_WIDTH && text.split_whitespace().nth(1).is_some() {
            party.names.push(field(path, *text));
        }
        before = text;
    }
    if let [first, second] = lines
        && first.chars().count() >= NUMBERED_WIDTH
    {
        party.names.push(field(path, format!("{first}{second}")));
    }
}

/// The party identifier of option F that is no account: code, country, perhaps the issuer, number. False when the line is none.
fn coded(party: &mut Party, path: &str, line: &str, warnings: &mut Vec<String>) -> bool {
    let mut pieces = line.splitn(3, '/');
    let (Some(code), Some(country), Some(rest)) = (pieces.next(), pieces.next(), pieces.next()) else { return false };
    if code.len() != 4 || country.len() != 2 || rest.trim().is_empty() {
        return false;
    }
    let kind = CODES.iter().find(|(known, _)| *known == code).map_or(IdKind::Other, |(_, kind)| *kind);
    if kind == IdKind::Other {
        warnings.push(format!("field {path}: {code:?} is no code of a party identifier"));
    }
    // Customer and employer numbers and driving licences name their issuer.
    let (issuer, number) = match code {
        "CUST" | "DRLC" | "EMPL" => rest.rsplit_once('/').unwrap_or(("", rest)),
        _ => ("", rest),
    };
    let scheme = [code, country, issuer].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    add_id(party, kind, format!("{path}/{code}"), if number.trim().is_empty() { rest } else { number }, Some(&scheme));
    if matches!(code, "ARNU" | "CCPT" | "DRLC" | "SOSE") && party.kind == PartyKind::Unknown {
        party.kind = PartyKind::Person;
    }
    true
}

fn birth_date(text: &str) -> Option<String> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    PartialDate::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(format!("{year}-{month}-{day}"))
}
