//! CVs, letters and pictures: a file whose name says whose it is goes in; a document of that person comes out. PDF is read in a process of
//! its own, under limits.

use std::fs::File;
use std::io::{self, Read as _};
use std::time::{Duration, Instant};

use interdict_documents::Limits;
use interdict_persona::{
    Builder, DocKind, FileId, MAX_PAPER_BYTES, Owner, Paper, PersonId, PictureLimits, ProblemKind, Reading, Source,
    import_paper, import_picture,
};

use crate::commands::scan::ProcessPdf;

/// Seconds for one paper.
const SECONDS: u64 = 30;

/// Whose it is. A person whom nothing else names is made where papers are all there is, or where the name of the file says so; the name
/// of a folder may be anything.
fn person(owner: &Owner, name_of_file: bool, is_alone: bool, source: Source, to: &mut Builder) -> Option<PersonId> {
    if is_alone {
        return Some(to.known_person(&owner.person, source));
    }
    if name_of_file || to.knows(&owner.person) {
        return Some(to.person(&owner.person, source));
    }
    to.problem(source, ProblemKind::File(format!("nobody has the id `{}`", owner.person)));
    None
}

/// At most so many bytes, and one more of what is longer.
fn bytes(file: File, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn paper(opened: File, name: &str, owner: &Owner, is_alone: bool, file: FileId, to: &mut Builder) -> io::Result<()> {
    let source = Source { file, line: 0 };
    let Some(person) = person(owner, says(name), is_alone, source, to) else { return Ok(()) };
    let bytes = bytes(opened, MAX_PAPER_BYTES)?;
    let deadline = Instant::now() + Duration::from_secs(SECONDS);
    let reading = Reading {
        limits: &Limits { file_bytes: MAX_PAPER_BYTES as u64, ..Limits::default() },
        pdf: &ProcessPdf { deadline, seconds: SECONDS },
        stop: &|| Instant::now() >= deadline,
    };
    let paper = Paper { name, bytes: &bytes, kind: owner.kind.unwrap_or(DocKind::Cv), time: "" };
    import_paper(person, &paper, &reading, source, to);
    Ok(())
}

pub(super) fn picture(
    opened: File,
    name: &str,
    owner: &Owner,
    is_alone: bool,
    file: FileId,
    to: &mut Builder,
) -> io::Result<()> {
    let source = Source { file, line: 0 };
    let Some(person) = person(owner, says(name), is_alone, source, to) else { return Ok(()) };
    let limits = PictureLimits::default();
    let bytes = bytes(opened, limits.file_bytes)?;
    import_picture(person, (owner.kind.unwrap_or(DocKind::Photo), ""), &bytes, &limits, source, to);
    Ok(())
}

/// Whether the name of the file itself says whose it is.
fn says(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or(name).contains("__")
}
