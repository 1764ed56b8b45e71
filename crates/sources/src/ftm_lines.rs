//! `FollowTheMoney` JSON lines, as `OpenSanctions` and others publish them: one entity a line. A broken line is rejected with its
//! number and reason, and the rest of the file goes on.

use std::io::BufRead;

use interdict_model::{Entity, MAX_LINE_BYTES, Origin, entity_from_json};

use crate::error::SourceError;
use crate::input::read_error;
use crate::report::{Issue, Rejected, Report};

/// Characters of a rejected line that are kept for the rejects file.
const MAX_REJECTED_CHARS: usize = 10_000;

pub(crate) fn parse(
    file: &str,
    input: &mut dyn BufRead,
    report: &mut Report,
    sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    let mut line = Vec::new();
    let (mut number, mut offset) = (0_u64, 0_u64);
    loop {
        line.clear();
        let read = read_line(input, &mut line).map_err(|reason| read_error(file, offset, reason))?;
        if read == 0 {
            break;
        }
        number += 1;
        offset += read;
        match entity_of_line(&line, read, number, report) {
            Ok(Some(entity)) => {
                report.entities += 1;
                sink(entity);
            }
            Ok(None) => {}
            Err(message) => {
                let issue = Issue { line: number, record: format!("line {number}"), field: String::new(), message };
                let text = String::from_utf8_lossy(&line).chars().take(MAX_REJECTED_CHARS).collect();
                report.issues.push(issue.clone());
                report.rejected.push(Rejected { issue, text });
            }
        }
    }
    if report.entities == 0 {
        return Err(SourceError::Empty { file: file.to_owned(), what: "entities" });
    }
    Ok(())
}

/// Reads to the end of the line, keeping at most [`MAX_LINE_BYTES`] of it; returns how many bytes the line really had.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> std::io::Result<u64> {
    let mut read = 0_u64;
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let (used, ended) = match available.iter().position(|byte| *byte == b'\n') {
            Some(end) => (end + 1, true),
            None => (available.len(), available.is_empty()),
        };
        let room = MAX_LINE_BYTES.saturating_sub(line.len());
        line.extend_from_slice(&available[..used.min(room)]);
        input.consume(used);
        read += used as u64;
        if ended {
            return Ok(read);
        }
    }
}

fn entity_of_line(line: &[u8], read: u64, number: u64, report: &Report) -> Result<Option<Entity>, String> {
    if read > MAX_LINE_BYTES as u64 {
        return Err(format!("the line has {read} bytes; the limit is {MAX_LINE_BYTES}"));
    }
    let text = std::str::from_utf8(line)
        .map_err(|error| format!("not UTF-8: byte {} of the line", error.valid_up_to() + 1))?
        .trim_start_matches('\u{feff}')
        .trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut entity = entity_from_json(text).map_err(|error| error.to_string())?;
    if entity.id.is_empty() {
        return Err("`id` is missing".to_owned());
    }
    if entity.datasets.is_empty() {
        entity.datasets.push(report.source.clone());
    }
    if entity.origin.is_none() {
        entity.origin =
            Some(Origin { source: report.source.clone(), issue: report.issue_date.clone(), record: format!("line {number}") });
    }
    Ok(Some(entity))
}
