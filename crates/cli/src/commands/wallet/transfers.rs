//! A file of transfers: CSV (comma, semicolon, tab) or JSON lines goes in; the transfers come out. A row that is none goes to the rejects
//! with its line, field and reason, and the others are read.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context;
use interdict_network::{RawTransfer, Transfers, WalletIndex};
use serde_json::value::RawValue;

use crate::failure::{Failure, Usage};
use crate::input::{CsvRows, Input, Lines};
use crate::messages::Messages;
use crate::rejects::{Reject, Rejects};

/// Warnings about addresses that are said; the others are counted.
const SHOWN: u64 = 5;

/// The fields, whether a file must have them, and the usual names of their columns, the best first: those of exports of block explorers
/// and exchanges, in small letters without spaces and marks.
const FIELDS: [(&str, bool, &[&str]); 6] = [
    ("from", true, &["from", "fromaddress", "addressfrom", "sender", "senderaddress", "source", "sourceaddress", "src"]),
    ("to", true, &["to", "toaddress", "addressto", "recipient", "receiver", "destination", "destinationaddress", "dst"]),
    ("asset", false, &["asset", "token", "tokensymbol", "symbol", "currency", "coin", "ticker"]),
    ("amount", true, &["amount", "value", "tokenvalue", "quantity", "qty"]),
    (
        "time",
        true,
        &[
            "time",
            "timestamp",
            "unixtimestamp",
            "datetime",
            "datetimeutc",
            "blocktime",
            "blocktimestamp",
            "timeutc",
            "date",
            "dateutc",
        ],
    ),
    ("tx", false, &["tx", "txid", "txhash", "transaction", "transactionid", "transactionhash", "hash"]),
];

/// What was read of the file.
pub(super) struct Read {
    pub(super) transfers: Transfers,
    /// Rows, good and bad.
    pub(super) rows: u64,
}

/// Reads the file.
pub(super) fn read(
    path: &Path,
    columns: &[String],
    index: &WalletIndex,
    rejects: &mut Rejects,
    messages: Messages,
) -> anyhow::Result<Read> {
    let chosen = chosen(columns)?;
    let Input { name, mut bytes } = Input::open(path)?;
    let head = bytes.fill_buf().with_context(|| format!("{name}: cannot be read"))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    if first == Some(b'[') {
        let message = format!("{name}: line 1: the file is a JSON array");
        return Err(Failure::new(message, "write one object a line, as `jq -c '.[]'` does").into());
    }
    let is_json = first == Some(b'{');
    let lines = Lines::new(bytes);
    let mut reading = Reading { name, index, rejects, read: Read { transfers: Transfers::default(), rows: 0 }, warned: 0 };
    if is_json {
        reading.json(lines, &chosen)?;
    } else {
        reading.csv(lines, &chosen, messages)?;
    }
    let Reading { name, read, warned, .. } = reading;
    if warned > SHOWN {
        Messages::warning(&format!("{name}: {} more warnings about addresses like these", warned - SHOWN));
    }
    let Read { transfers, rows } = &read;
    if *rows == 0 {
        Messages::warning(&format!("{name}: the file has no transfers"));
    }
    let own = match transfers.own_count() {
        0 => String::new(),
        own => format!(", {own} of them of an address to itself"),
    };
    let (taken, addresses, listed) = (transfers.len(), transfers.address_count(), transfers.listed_count());
    messages.note(&format!("{name}: {taken} transfers{own}, between {addresses} addresses, {listed} of them listed"));
    Ok(read)
}

/// The columns that the user named.
fn chosen(columns: &[String]) -> Result<HashMap<&str, &str>, Usage> {
    let mut chosen = HashMap::new();
    for pair in columns {
        let (field, column) = pair.split_once('=').ok_or_else(|| Usage(format!("--columns: `{pair}` is not FIELD=COLUMN")))?;
        if !FIELDS.iter().any(|(known, ..)| *known == field) {
            let known = FIELDS.map(|(known, ..)| known).join(", ");
            return Err(Usage(format!("--columns: `{field}` is no field of a transfer; there are {known}")));
        }
        if chosen.insert(field, column).is_some() {
            return Err(Usage(format!("--columns: `{field}` is given twice")));
        }
    }
    Ok(chosen)
}

/// A name of a column in small letters, without spaces and marks.
fn joined(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where a field stands among the names: as chosen, else by the best of its usual names.
fn place(at: usize, names: &[String], chosen: &HashMap<&str, &str>) -> Option<usize> {
    let (field, _, usual) = FIELDS[at];
    if let Some(column) = chosen.get(field) {
        return names
            .iter()
            .position(|name| name == column)
            .or_else(|| names.iter().position(|name| joined(name) == joined(column)));
    }
    let joined: Vec<String> = names.iter().map(|name| joined(name)).collect();
    usual.iter().find_map(|usual| joined.iter().position(|name| name == usual))
}

struct Reading<'a> {
    name: String,
    index: &'a WalletIndex,
    rejects: &'a mut Rejects,
    read: Read,
    warned: u64,
}

impl Reading<'_> {
    fn csv(&mut self, lines: Lines, chosen: &HashMap<&str, &str>, messages: Messages) -> anyhow::Result<()> {
        let name = self.name.clone();
        let Some((mut rows, header)) = CsvRows::open(lines)? else {
            return Err(anyhow::anyhow!("{name}: the file is empty; a header is expected"));
        };
        let names = header
            .fields
            .map_err(|problem| anyhow::anyhow!("{name}:{}: the header cannot be read: {}", header.line, problem.reason))?;
        let places: Vec<Option<usize>> = (0..FIELDS.len()).map(|at| place(at, &names, chosen)).collect();
        for ((field, needed, _), place) in FIELDS.iter().zip(&places) {
            if place.is_none() && (*needed || chosen.contains_key(field)) {
                let message = format!("{name}: no column holds `{field}`; its columns are {}", names.join(", "));
                return Err(Failure::new(message, format!("say which does: `--columns {field}=COLUMN`")).into());
            }
        }
        let read_as = FIELDS.iter().zip(&places).filter_map(|((field, ..), place)| {
            let column = &names[(*place)?];
            Some(if column == field { column.clone() } else { format!("{field} from {column}") })
        });
        messages.note(&format!("{name}: columns: {}", read_as.collect::<Vec<_>>().join(", ")));
        while let Some(record) = rows.next()? {
            let fields = match record.fields {
                Ok(fields) => fields,
                Err(problem) => {
                    self.reject(record.line, &problem.field, &problem.reason, &record.text)?;
                    continue;
                }
            };
            let values: Vec<Option<&str>> = places.iter().map(|place| fields.get((*place)?).map(String::as_str)).collect();
            self.take(record.line, &values, &record.text)?;
        }
        Ok(())
    }

    fn json(&mut self, mut lines: Lines, chosen: &HashMap<&str, &str>) -> anyhow::Result<()> {
        while let Some(line) = lines.next()? {
            if line.is_blank() {
                continue;
            }
            let text = match line.text() {
                Ok(text) => text,
                Err(problem) => {
                    self.reject(line.number, "", &problem.reason, &line.lossy())?;
                    continue;
                }
            };
            // Numbers are read as they are written: as floating point they would lose digits.
            let members = match serde_json::from_str::<HashMap<String, Box<RawValue>>>(text) {
                Ok(members) => members,
                Err(error) => {
                    let reason = error.to_string();
                    let reason = reason.split(" at line ").next().unwrap_or_default();
                    self.reject(line.number, "", &format!("not a JSON object: {reason} at byte {}", error.column()), text)?;
                    continue;
                }
            };
            let mut names: Vec<String> = members.keys().cloned().collect();
            names.sort();
            let values: Vec<Option<String>> =
                (0..FIELDS.len()).map(|at| plain(members.get(&names[place(at, &names, chosen)?])?.get())).collect();
            let values: Vec<Option<&str>> = values.iter().map(Option::as_deref).collect();
            self.take(line.number, &values, text)?;
        }
        Ok(())
    }

    /// Takes the values of a row, in the order of [`FIELDS`].
    fn take(&mut self, line: u64, values: &[Option<&str>], text: &str) -> anyhow::Result<()> {
        let value = |at: usize| values.get(at).copied().flatten();
        let needed = |at: usize| value(at).unwrap_or_default();
        let raw = RawTransfer {
            from: needed(0),
            to: needed(1),
            asset: value(2),
            amount: needed(3),
            time: needed(4),
            tx: value(5),
            line,
        };
        match self.read.transfers.add(self.index, &raw) {
            Ok(added) => {
                self.read.rows += 1;
                for warning in added.warnings {
                    self.warned += 1;
                    if self.warned <= SHOWN {
                        Messages::warning(&format!("{}:{line}: {warning}", self.name));
                    }
                }
                Ok(())
            }
            Err(problem) => self.reject(line, problem.field, &problem.reason, text),
        }
    }

    fn reject(&mut self, line: u64, field: &str, reason: &str, text: &str) -> anyhow::Result<()> {
        self.read.rows += 1;
        let record = format!("line-{line}");
        self.rejects.add(&Reject { file: &self.name, line, record: &record, field, reason, text })
    }
}

/// The text of a JSON string or number; none of anything else.
fn plain(json: &str) -> Option<String> {
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str(json).ok(),
        b'-' | b'0'..=b'9' => Some(json.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_usual_names() {
        for (header, expected) in [
            ("from,to,asset,amount,time,tx", [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)]),
            // As block explorers export token transfers.
            (
                "Transaction Hash,Blockno,UnixTimestamp,DateTime (UTC),From,To,TokenValue,TokenSymbol",
                [Some(4), Some(5), Some(7), Some(6), Some(2), Some(0)],
            ),
            ("Sender;Recipient;Qty;Date", [Some(0), Some(1), None, Some(2), Some(3), None]),
        ] {
            let names: Vec<String> = header.split([',', ';']).map(str::to_owned).collect();
            let found: Vec<Option<usize>> = (0..FIELDS.len()).map(|at| place(at, &names, &HashMap::new())).collect();
            assert_eq!(found, expected, "{header}");
        }
    }

    #[test]
    fn usual_names_are_in_the_form_in_which_they_are_looked_for() {
        for (field, _, usual) in FIELDS {
            assert!(usual.contains(&field));
            for name in usual {
                assert_eq!(joined(name), *name);
            }
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(plain("0.123456789012345678").as_deref(), Some("0.123456789012345678"));
        assert_eq!(plain("\"1\\u002e5\"").as_deref(), Some("1.5"));
        assert_eq!((plain("null"), plain("{}"), plain("true")), (None, None, None));
    }
}
