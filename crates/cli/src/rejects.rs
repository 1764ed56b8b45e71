//! The rejects file: rows, lines and records that were left out, each with the place, the field and the reason, one JSON object a
//! line. Nothing is left out in silence: without such a file the first few are said on stderr.

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::files::Target;
use crate::messages::Messages;

/// How many are said on stderr.
const SHOWN: u64 = 5;
/// Characters of a rejected text that are kept.
const MAX_TEXT: usize = 10_000;

/// One thing that was left out.
#[derive(Debug, Serialize)]
pub(crate) struct Reject<'a> {
    /// The file as the user named it.
    pub(crate) file: &'a str,
    /// Line number, from 1.
    pub(crate) line: u64,
    /// The record: an id, or `line 17` or `line-17` when it has none.
    pub(crate) record: &'a str,
    /// The field; empty when it is the whole record.
    pub(crate) field: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
    /// The text as it stood.
    pub(crate) text: &'a str,
}

/// Collects what is left out.
pub(crate) struct Rejects {
    target: Option<Target>,
    messages: Messages,
    count: u64,
}

impl Rejects {
    /// Writes to the file at `path`, if one is asked for.
    pub(crate) fn open(path: Option<&Path>, messages: Messages) -> anyhow::Result<Self> {
        let target = path.map(|path| Target::open(Some(path))).transpose()?;
        Ok(Self { target, messages, count: 0 })
    }

    /// Takes one and says it, if it is among the first.
    pub(crate) fn add(&mut self, reject: &Reject<'_>) -> anyhow::Result<()> {
        self.count += 1;
        if self.count <= SHOWN {
            Messages::warning(&describe(reject.file, reject.line, reject.record, reject.field, reject.reason));
        }
        self.write(reject)
    }

    /// Takes one that was said already.
    pub(crate) fn write(&mut self, reject: &Reject<'_>) -> anyhow::Result<()> {
        if let Some(target) = &mut self.target {
            let text: String = reject.text.chars().take(MAX_TEXT).collect();
            serde_json::to_writer(&mut *target, &Reject { text: &text, ..*reject })?;
            target.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Finishes the file and says how many there were.
    pub(crate) fn finish(self, what: &str, total: u64) -> anyhow::Result<()> {
        if self.count > SHOWN {
            Messages::warning(&format!("{} more like these", self.count - SHOWN));
        }
        if self.count > 0 {
            Messages::warning(&format!("{} of {total} {what} rejected", self.count));
            if self.target.is_none() {
                self.messages.quiet_hint("`--rejects FILE` writes all of them to a file");
            }
        }
        self.target.map_or(Ok(()), Target::finish)
    }
}

/// Place, field and reason in one line.
pub(crate) fn describe(file: &str, line: u64, record: &str, field: &str, reason: &str) -> String {
    // A record that is called by its line is placed already.
    let own = record.is_empty() || [format!("line {line}"), format!("line-{line}")].iter().any(|own| own == record);
    let record = if own { String::new() } else { format!(" {record}:") };
    let place = if line == 0 { file.to_owned() } else { format!("{file}:{line}") };
    let field = if field.is_empty() { String::new() } else { format!(" {field}:") };
    format!("{place}:{record}{field} {reason}")
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn a_record_without_an_id_is_placed_once() {
        for (line, record, field, expected) in [
            (3, "line-3", "name", "f:3: name: why"),
            (3, "line 3", "", "f:3: why"),
            (3, "3", "", "f:3: 3: why"),
            (3, "line-4", "", "f:3: line-4: why"),
            (3, "lin\u{e9}", "", "f:3: lin\u{e9}: why"),
            (0, "", "", "f: why"),
        ] {
            assert_eq!(describe("f", line, record, field, "why"), expected);
        }
    }
}
