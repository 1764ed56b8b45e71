//! From a file to its parts: what it is decides who reads it, and each file inside it is read in turn, under one budget for all. The
//! parts come in the order of the file, each file before what is inside it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::archive::{Archive, unpacked};
use super::recognise::{Seen, recognise};
use super::{
    Budget, Extraction, FileKind, Limits, Part, PdfText, Read, Status, Stop, data, html, json, mail, missing, office, outlook,
    pdf, text,
};

/// What stands between the name of a file and the name of one inside it.
const INSIDE: &str = " > ";
/// A first mebibyte comes out of any file, however small.
const FIRST_BYTES: u64 = 1 << 20;
/// Why a file whose reader failed gives no text.
pub(super) const FAILED: &str = "its reader failed on it";

/// See [`super::extract`].
pub(super) fn walk(name: &str, bytes: &[u8], limits: &Limits, pdf: &dyn PdfText, stop: Stop<'_>) -> Extraction {
    let mut budget = Budget {
        limits,
        text_left: limits.text_bytes,
        files_left: limits.files,
        bytes_left: decompressed(limits, bytes.len()),
        depth: limits.depth,
        stop,
    };
    let mut parts = Vec::new();
    one(name.to_owned(), name, bytes, &mut budget, pdf, &mut parts);
    Extraction { parts }
}

/// Bytes that may come out of a file of `len` bytes.
fn decompressed(limits: &Limits, len: usize) -> u64 {
    limits.ratio.saturating_mul(len as u64).saturating_add(FIRST_BYTES)
}

/// Reads one file and what is inside it. `path` is for display, `name` for what the file is. The recursion is as deep as
/// `Limits::depth` says.
fn one(path: String, name: &str, bytes: &[u8], budget: &mut Budget<'_>, reader: &dyn PdfText, parts: &mut Vec<Part>) {
    if budget.stop() {
        return without(path, Status::Stopped, parts);
    }
    if bytes.len() as u64 > budget.limits.file_bytes {
        return without(path, Status::TooLarge(budget.file_reason()), parts);
    }
    let Seen { kind, status, note } = recognise(name, bytes);
    let at = parts.len();
    if kind == FileKind::Archive && status.is_none() {
        let mut archive = Archive::open(name, bytes);
        push(path, kind, archive.read(budget), note, budget, parts);
        for member in 0..archive.len() {
            let inner = archive.name(member).to_owned();
            if !enter(at, archive.len() - member, budget, parts) {
                break;
            }
            let path = below(at, &inner, parts);
            // Once there is no room for text nothing is unpacked for nothing.
            if budget.text_left == 0 {
                without(path, Status::TooLarge(budget.text_reason()), parts);
                continue;
            }
            match archive.unpack(member, budget) {
                Ok((bytes, broken)) => {
                    let at = parts.len();
                    deeper(path, &inner, &bytes, budget, reader, parts);
                    if let (Some(reason), Some(part)) = (broken, parts.get_mut(at)) {
                        missing(&mut part.status, !part.text.trim().is_empty(), &mut part.notes, reason, Status::Damaged);
                    }
                }
                Err(status) => without(path, status, parts),
            }
        }
        // What an archive has is its members: it was not read where one of them was not.
        let unread = parts[at + 1..].iter().filter(|part| part.status != Status::Read && part.status != Status::NoText).count();
        if unread > 0
            && let Some(part) = parts.get_mut(at)
        {
            missing(
                &mut part.status,
                !part.text.trim().is_empty(),
                &mut part.notes,
                format!("{unread} of the files in it were not read, or not wholly"),
                Status::Damaged,
            );
        }
        return;
    }
    let read = match status {
        Some(status) => Read::without(status),
        None if budget.text_left == 0 => Read::without(Status::TooLarge(budget.text_reason())),
        None => read(kind, bytes, budget, reader),
    };
    let inside = push(path, kind, read, note, budget, parts);
    let all = inside.len();
    for (member, (inner, bytes)) in inside.into_iter().enumerate() {
        if !enter(at, all - member, budget, parts) {
            break;
        }
        let path = below(at, &inner, parts);
        deeper(path, &inner, &bytes, budget, reader, parts);
    }
}

/// Reads one file. Libraries read here what was made to break them: a failure of theirs costs one file.
fn read(kind: FileKind, bytes: &[u8], budget: &mut Budget<'_>, reader: &dyn PdfText) -> Read {
    // What an office file unpacks counts against what the whole may.
    let left = budget.bytes_left;
    let office = matches!(kind, FileKind::Docx | FileKind::Pptx | FileKind::Sheet);
    if office {
        budget.bytes_left = left.min(decompressed(budget.limits, bytes.len()));
    }
    let read = catch_unwind(AssertUnwindSafe(|| match kind {
        FileKind::Markdown => text::markdown(bytes, budget),
        FileKind::Html => html::html(bytes, budget),
        FileKind::Pdf => pdf::pdf(bytes, reader, budget),
        FileKind::Docx => office::docx(bytes, budget),
        FileKind::Sheet => office::sheet(bytes, budget),
        FileKind::Pptx => office::pptx(bytes, budget),
        FileKind::Rtf => office::rtf(bytes, budget),
        FileKind::Mail => mail::eml(bytes, budget),
        FileKind::OutlookMail => outlook::msg(bytes, budget),
        FileKind::Csv => data::csv(bytes, budget),
        FileKind::Json => json::json(bytes, budget),
        FileKind::Xml => data::xml(bytes, budget),
        FileKind::Image => {
            let mut read = Read::without(Status::NoText);
            read.notes.push("a picture: its text was not read".to_owned());
            read
        }
        FileKind::Text | FileKind::Archive | FileKind::Unknown => text::text(bytes, budget),
    }))
    .unwrap_or_else(|_| Read::without(Status::Damaged(FAILED.to_owned())));
    budget.bytes_left = left;
    if office {
        budget.bytes_left = left.saturating_sub(unpacked(bytes).min(decompressed(budget.limits, bytes.len())));
    }
    read
}

/// Adds a part, cut to the text that may still come, and hands back what is inside it.
fn push(
    path: String,
    kind: FileKind,
    mut read: Read,
    note: Option<String>,
    budget: &mut Budget<'_>,
    parts: &mut Vec<Part>,
) -> Vec<(String, Vec<u8>)> {
    let left = budget.text_left();
    if read.text.len() > left {
        let end = read.text.floor_char_boundary(left);
        read.text.truncate(end);
        read.places.retain(|place| place.at < end);
        read.missing(budget.text_reason(), Status::TooLarge);
    }
    budget.text_left -= (read.text.len() as u64).min(budget.text_left);
    read.notes.splice(0..0, note);
    let Read { status, text, places, notes, inside } = read;
    parts.push(Part { path, kind, status, text, places, notes });
    inside
}

/// Counts one more file inside. When there were enough, the part at `at` says how many were not read.
fn enter(at: usize, remaining: usize, budget: &mut Budget<'_>, parts: &mut [Part]) -> bool {
    if let Some(left) = budget.files_left.checked_sub(1) {
        budget.files_left = left;
        return true;
    }
    if let Some(part) = parts.get_mut(at) {
        let reason = format!("more than {} files inside: {remaining} were not read", budget.limits.files);
        missing(&mut part.status, !part.text.trim().is_empty(), &mut part.notes, reason, Status::TooLarge);
    }
    false
}

/// Reads a file that is inside another one.
fn deeper(path: String, name: &str, bytes: &[u8], budget: &mut Budget<'_>, reader: &dyn PdfText, parts: &mut Vec<Part>) {
    let Some(depth) = budget.depth.checked_sub(1) else {
        let reason = format!("more than {} files inside each other", budget.limits.depth);
        return without(path, Status::TooLarge(reason), parts);
    };
    budget.depth = depth;
    one(path, name, bytes, budget, reader, parts);
    budget.depth = depth + 1;
}

/// The path of a file inside the part at `at`.
fn below(at: usize, name: &str, parts: &[Part]) -> String {
    let path = parts.get(at).map_or("", |part| part.path.as_str());
    format!("{path}{INSIDE}{name}")
}

/// Adds a part without text.
fn without(path: String, status: Status, parts: &mut Vec<Part>) {
    parts.push(Part { path, kind: FileKind::Unknown, status, text: String::new(), places: Vec::new(), notes: Vec::new() });
}
