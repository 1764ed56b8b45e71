//! The audit as a file, and its check without the store: JSON lines go in, a report of what is proved and what is wrong comes out.

use std::io::{BufRead, Read, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::{BEGINNING, CHECKPOINT, Checkpoint, Entry, SigningKey, VerifyingKey, page};
use crate::actors::Action;
use crate::canonical::canonical;
use crate::error::Error;
use crate::store::{By, Store};

const FORMAT: &str = "interdict-audit";
const VERSION: i64 = 1;
/// No line of an export is longer: a batch of customers is the longest.
const LONGEST: u64 = 64 << 20;
/// Of troubles no more are listed; all are counted.
const LISTED: usize = 1000;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Where: a row of the audit, `table key`, or a line of a file.
    pub place: String,
    /// What.
    pub what: String,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows of the audit that were read.
    pub rows: u64,
    /// Number of the last.
    pub last: i64,
    /// Digest of the last.
    pub hash: String,
    /// Checkpoints among them.
    pub checkpoints: u64,
    /// The last row under a signature that was checked with a key; none without a key.
    pub signed_through: Option<i64>,
    /// Rows of state that were compared; none in an export.
    pub compared: u64,
    /// Rows whose time is before that of the row before: a clock was set back. No trouble by itself.
    pub clock_went_back: u64,
    /// How many things are wrong.
    pub wrong: u64,
    /// The first thousand of them.
    pub troubles: Vec<Trouble>,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.wrong == 0
    }

    pub(crate) fn trouble(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.wrong += 1;
        if self.troubles.len() < LISTED {
            self.troubles.push(Trouble { place: place.into(), what: what.into() });
        }
    }
}

/// Walks a chain row by row.
pub(crate) struct Walk<'a> {
    pub(crate) report: Report,
    key: Option<&'a VerifyingKey>,
    known: &'a [Checkpoint],
    at: i64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(key: Option<&'a VerifyingKey>, known: &'a [Checkpoint]) -> Self {
        Self { report: Report { hash: BEGINNING.to_owned(), ..Report::default() }, key, known, at: i64::MIN }
    }

    pub(crate) fn step(&mut self, entry: &Entry) {
        let place = format!("row {}", entry.seq);
        let report = &mut self.report;
        if entry.seq != report.last + 1 {
            report.trouble(&place, format!("follows row {}: rows are missing, added or in another order", report.last));
        }
        if entry.prev != report.hash {
            report.trouble(&place, "does not follow the row before: that one was changed, or rows are missing or added");
        }
        if entry.hash != entry.digest() {
            report.trouble(&place, "was changed: its digest is another");
        }
        if entry.at < self.at {
            report.clock_went_back += 1;
        }
        if entry.action == CHECKPOINT {
            report.checkpoints += 1;
            match serde_json::from_str::<Checkpoint>(&entry.payload) {
                // A checkpoint stands right behind what it signs.
                Ok(checkpoint) if checkpoint.seq == entry.seq - 1 && checkpoint.hash == entry.prev => {
                    if let Some(key) = self.key {
                        match checkpoint.check(key) {
                            Ok(()) => report.signed_through = Some(checkpoint.seq),
                            Err(error) => report.trouble(&place, format!("a checkpoint that this key did not sign: {error}")),
                        }
                    }
                }
                Ok(_) => report.trouble(&place, "a checkpoint of another row than the one before it"),
                Err(error) => report.trouble(&place, format!("a checkpoint that cannot be read: {error}")),
            }
        }
        for checkpoint in self.known.iter().filter(|checkpoint| checkpoint.seq == entry.seq) {
            if checkpoint.hash == entry.hash {
                report.signed_through = report.signed_through.max(Some(checkpoint.seq));
            } else {
                report.trouble(&place, "is another than the one that was signed: the audit was rewritten");
            }
        }
        self.at = entry.at;
        report.rows += 1;
        report.last = entry.seq;
        report.hash.clone_from(&entry.hash);
    }

    pub(crate) fn end(mut self) -> Report {
        let last = self.report.last;
        for checkpoint in self.known {
            if let Some(key) = self.key
                && let Err(error) = checkpoint.check(key)
            {
                self.report.trouble(format!("checkpoint {}", checkpoint.seq), format!("is not of this key: {error}"));
            }
            if checkpoint.seq > last {
                self.report.trouble(
                    format!("row {last}"),
                    format!("is the last, and row {} was signed: the end is cut off", checkpoint.seq),
                );
            }
        }
        if self.key.is_some() && self.report.signed_through.is_none() {
            self.report.trouble(format!("row {last}"), "nothing up to here is under a signature of this key");
        }
        self.report
    }
}

impl Store {
    /// Writes the audit as JSON lines, a first line about it and then every row; that it was exported is the last row of them. With a key,
    /// the first line has a signature over all.
    pub async fn export_audit(
        &self,
        by: By<'_>,
        key: Option<&SigningKey>,
        out: &mut (impl Write + Send),
    ) -> Result<u64, Error> {
        let mut writing = self.write(by, Action::ReadAudit).await?;
        writing.entry("audit.exported", "audit", &json!({"signed": key.is_some()})).await?;
        let (last, hash) = writing.head();
        let signed = key.map(|key| Checkpoint::sign(key, last, hash, by.now.as_microsecond())).transpose()?;
        let head = json!({
            "format": FORMAT, "version": VERSION, "last": last, "hash": hash, "at": by.now.as_microsecond(),
            "signature": signed.map(|signed| signed.signature),
        });
        writing.commit().await?;
        writeln!(out, "{}", canonical(&head))?;
        let mut after = 0;
        let mut rows = 0;
        loop {
            // Rows never change: pages of several transactions are one text.
            let mut tx = self.db.read().await?;
            let entries = page(&mut tx, after, last).await?;
            let Some(end) = entries.last() else { break };
            after = end.seq;
            for entry in &entries {
                writeln!(out, "{}", entry.line())?;
                rows += 1;
            }
        }
        out.flush()?;
        Ok(rows)
    }
}

fn whole(value: &Value, name: &str) -> Option<i64> {
    value.get(name)?.as_i64()
}

fn words(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn parse(line: &str) -> Result<Entry, String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let entry = || {
        Some(Entry {
            seq: whole(&value, "seq")?,
            at: whole(&value, "at")?,
            actor: words(&value, "actor")?,
            action: words(&value, "action")?,
            subject: words(&value, "subject")?,
            payload: canonical(value.get("payload")?),
            changes: canonical(value.get("changes")?),
            prev: words(&value, "prev")?,
            hash: words(&value, "hash")?,
        })
    };
    let entry = entry().ok_or("a field is missing, or of another type")?;
    // Whatever else stands in the line, twice or beside it, is no part of the row.
    if entry.line() != line {
        return Err("is not in the canonical form: something was changed or added".to_owned());
    }
    Ok(entry)
}

/// Checks an export without the store. It finds every row that was changed, taken out, put in or moved; with the public key, whether the chain
/// was made again from some row on before the last checkpoint; and, by `known` checkpoints that were kept elsewhere and by the first line of the
/// file, whether its end was cut off. Errors are of reading alone.
pub fn verify_export(mut reader: impl BufRead, key: Option<&VerifyingKey>, known: &[Checkpoint]) -> Result<Report, Error> {
    let mut walk = Walk::new(key, known);
    let mut head: Option<Value> = None;
    let mut number = 0u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut reader).take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        number += 1;
        let place = format!("line {number}");
        if line.pop_if(|byte| *byte == b'\n').is_none() {
            walk.report.trouble(&place, "does not end: the file is cut off");
        }
        let Ok(text) = std::str::from_utf8(&line) else {
            walk.report.trouble(&place, "is not UTF-8");
            continue;
        };
        if number == 1 {
            match serde_json::from_str::<Value>(text) {
                Ok(value) if value["format"] == FORMAT && value["version"] == VERSION => head = Some(value),
                _ => {
                    walk.report.trouble(&place, format!("is not the beginning of an export of version {VERSION}"));
                    return Ok(walk.end());
                }
            }
            continue;
        }
        match parse(text) {
            Ok(entry) => walk.step(&entry),
            Err(what) => walk.report.trouble(&place, what),
        }
    }
    let Some(head) = head else {
        walk.report.trouble("line 1", "the file is empty");
        return Ok(walk.end());
    };
    let (last, hash) = (whole(&head, "last").unwrap_or_default(), words(&head, "hash").unwrap_or_default());
    if last != walk.report.last || hash != walk.report.hash {
        let what =
            format!("says that row {last} is the last, and row {} is: the end is cut off, or was added to", walk.report.last);
        walk.report.trouble("line 1", what);
    }
    if let (Some(key), Some(signature)) = (key, words(&head, "signature")) {
        let signed = Checkpoint { seq: last, hash, at: whole(&head, "at").unwrap_or_default(), signature };
        match signed.check(key) {
            Ok(()) if last == walk.report.last => walk.report.signed_through = Some(last),
            Ok(()) => {}
            Err(error) => walk.report.trouble("line 1", format!("this key did not sign it: {error}")),
        }
    }
    Ok(walk.end())
}
