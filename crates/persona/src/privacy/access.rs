//! The log of who read whose record: one JSON line for each reading, each with the hash of the line before it, so that a line that was
//! changed, taken out or put in shows. Lines that were cut off at the end show only against a head that was kept elsewhere.

use std::io::{self, BufRead};

use sha2::{Digest, Sha256};

/// One reading of a person's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When, RFC 3339.
    pub time: String,
    /// Who read.
    pub actor: String,
    /// Whose record, by the id of the tables.
    pub person: String,
    /// What for.
    pub purpose: String,
    /// With which command.
    pub command: String,
}

/// A line as it must be: nothing is missing and nothing was added.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    previous: String,
    #[serde(rename = "time")]
    _time: String,
    #[serde(rename = "actor")]
    _actor: String,
    #[serde(rename = "person")]
    _person: String,
    #[serde(rename = "purpose")]
    _purpose: String,
    #[serde(rename = "command")]
    _command: String,
}

/// The hash before the first line.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The end of a log, to which lines are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLog {
    head: String,
}

/// A log that holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many lines it has.
    pub lines: u64,
    /// Hash of its last line: kept elsewhere, it shows whether lines were cut off.
    pub head: String,
}

/// Where a log does not hold together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The line is none of a log.
    #[error("line {0} is no line of an access log")]
    Line(u64),
    /// The line does not follow from the one before: one of the two was changed, or lines between them were taken out or put in.
    #[error("line {0} does not follow from the line before it")]
    Broken(u64),
    /// The last line has no end: the log was cut off, or writing was.
    #[error("line {0} breaks off")]
    CutOff(u64),
    /// The log does not end as it did when the head was kept, and has no line with that hash.
    #[error("the log has no line with the hash that was kept: lines are missing")]
    Head,
}

fn hash(line: &[u8]) -> String {
    let digest = Sha256::digest(line);
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

impl Default for AccessLog {
    fn default() -> Self {
        Self { head: START.to_owned() }
    }
}

impl AccessLog {
    /// The end of a log that is there already, after checking it.
    pub fn resume(log: &mut dyn BufRead) -> Result<Self, ChainError> {
        verify(log, None).map(|verified| Self { head: verified.head })
    }

    /// The line for a reading, with its line end. It is to be written before the record is shown.
    #[must_use]
    pub fn line(&mut self, access: &Access) -> String {
        let mut text = serde_json::json!({
            "time": access.time,
            "actor": access.actor,
            "person": access.person,
            "purpose": access.purpose,
            "command": access.command,
            "previous": self.head,
        })
        .to_string();
        self.head = hash(text.as_bytes());
        text.push('\n');
        text
    }

    /// Hash of the last line, to be kept elsewhere.
    #[must_use]
    pub fn head(&self) -> &str {
        &self.head
    }
}

/// Checks a log, also against the head that was kept at an earlier time, if one was.
pub fn verify(log: &mut dyn BufRead, kept: Option<&str>) -> Result<Verified, ChainError> {
    let mut head = START.to_owned();
    let mut found = kept.is_none_or(|kept| kept == head);
    let mut lines = 0;
    let mut text = Vec::new();
    loop {
        text.clear();
        if log.read_until(b'\n', &mut text)? == 0 {
            break;
        }
        lines += 1;
        let Some(line) = text.strip_suffix(b"\n") else { return Err(ChainError::CutOff(lines)) };
        let read: Line = serde_json::from_slice(line).map_err(|_| ChainError::Line(lines))?;
        if read.previous != head {
            return Err(ChainError::Broken(lines));
        }
        head = hash(line);
        found |= kept == Some(head.as_str());
    }
    if found { Ok(Verified { lines, head }) } else { Err(ChainError::Head) }
}

#[cfg(test)]
mod tests {
    use super::{Access, AccessLog, ChainError, verify};

    fn access(person: &str) -> Access {
        Access {
            time: "2026-06-01T10:00:00Z".to_owned(),
            actor: "reviewer \"7\"\n".to_owned(),
            person: person.to_owned(),
            purpose: "case R-7".to_owned(),
            command: "people show".to_owned(),
        }
    }

    fn log() -> (Vec<String>, AccessLog) {
        let mut log = AccessLog::default();
        let lines = ["p1", "p2", "p3", "p4"].map(|person| log.line(&access(person))).to_vec();
        (lines, log)
    }

    #[test]
    fn a_log_holds_together_and_goes_on() {
        let (lines, log) = log();
        let text = lines.concat();
        assert_eq!(text.lines().count(), 4);
        let verified = verify(&mut text.as_bytes(), None).unwrap();
        assert_eq!((verified.lines, verified.head.as_str()), (4, log.head()));
        let mut again = AccessLog::resume(&mut text.as_bytes()).unwrap();
        assert_eq!(again, log);
        let more = text + &again.line(&access("p5"));
        // A head that was kept earlier is still there.
        assert_eq!(verify(&mut more.as_bytes(), Some(log.head())).unwrap().lines, 5);
        assert_eq!(verify(&mut "".as_bytes(), None).unwrap().lines, 0);
    }

    /// `printf '%s' LINE | sha256sum`, by another program.
    #[test]
    fn is_sha_256() {
        assert_eq!(super::hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[track_caller]
    fn check(change: impl Fn(&mut Vec<String>), expected: &str) {
        let (mut lines, log) = log();
        change(&mut lines);
        let error = verify(&mut lines.concat().as_bytes(), Some(log.head())).unwrap_err();
        let shown = match error {
            ChainError::Io(_) => "io".to_owned(),
            ChainError::Line(line) => format!("line {line}"),
            ChainError::Broken(line) => format!("broken {line}"),
            ChainError::CutOff(line) => format!("cut {line}"),
            ChainError::Head => "head".to_owned(),
        };
        assert_eq!(shown, expected);
    }

    #[test]
    fn tampering_shows() {
        check(|lines| lines[1] = lines[1].replace("p2", "p9"), "broken 3");
        check(|lines| lines[1] = lines[1].replace("\":", "\": "), "broken 3");
        check(|lines| drop(lines.remove(1)), "broken 2");
        check(|lines| drop(lines.remove(0)), "broken 1");
        check(|lines| lines.swap(1, 2), "broken 2");
        check(|lines| lines.insert(1, lines[1].clone()), "broken 3");
        check(|lines| lines[2] = "{}\n".to_owned(), "line 3");
        check(|lines| lines[2] = lines[2].replace("\"time\"", "\"x\":1,\"time\""), "line 3");
        check(|lines| lines.push("\n".to_owned()), "line 5");
        // The end: a change of the last line and missing lines show against the head.
        check(|lines| lines[3] = lines[3].replace("p4", "p9"), "head");
        check(|lines| drop(lines.pop()), "head");
        check(Vec::clear, "head");
        check(|lines| lines[3] = lines[3].trim_end().to_owned(), "cut 4");
    }
}
