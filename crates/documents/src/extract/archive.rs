//! ZIP and gzip: an archive's bytes go in; the names of its members come out, and each one's bytes when they are asked for, under the
//! limits of the whole. The names are for display alone: nothing is ever written anywhere.

use std::io::{Cursor, Read as _};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Budget, Read, Status};

/// Bytes unpacked between two questions whether to stop.
const STEP: u64 = 256 << 10;

/// An archive.
#[derive(Debug)]
pub(super) struct Archive<'b> {
    form: Form<'b>,
    /// Members that are files: number in the archive and name.
    members: Vec<(usize, String)>,
    /// Members that the list of the archive has and that cannot be reached, because another has the same name.
    hidden: usize,
}

#[derive(Debug)]
enum Form<'b> {
    Zip(Box<ZipArchive<Cursor<&'b [u8]>>>),
    Gzip(&'b [u8]),
    Broken(String),
}

impl<'b> Archive<'b> {
    /// Opens an archive. `name` names what is in a gzip file that does not say.
    pub(super) fn open(name: &str, bytes: &'b [u8]) -> Self {
        if bytes.starts_with(b"\x1f\x8b") {
            let header = MultiGzDecoder::new(bytes).header().and_then(|header| header.filename().map(<[u8]>::to_vec));
            let inner = match header {
                Some(inner) => String::from_utf8_lossy(&inner).into_owned(),
                None => without_ending(name).to_owned(),
            };
            return Self { form: Form::Gzip(bytes), members: vec![(0, inner)], hidden: 0 };
        }
        let zip = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => zip,
            Err(error) => return Self { form: Form::Broken(error.to_string()), members: Vec::new(), hidden: 0 },
        };
        let members = (0..zip.len())
            .filter_map(|index| {
                let name = match zip.name_for_index(index)? {
                    Ok(name) => name.into_owned(),
                    Err(_) => format!("member {}", index + 1),
                };
                (!name.ends_with(['/', '\\'])).then_some((index, name))
            })
            .collect();
        let hidden = listed(bytes).map_or(0, |listed| listed.saturating_sub(zip.len()));
        Self { form: Form::Zip(Box::new(zip)), members, hidden }
    }

    /// How many files are in it.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// The name of a member.
    pub(super) fn name(&self, member: usize) -> &str {
        self.members.get(member).map_or("", |(_, name)| name.as_str())
    }

    /// The archive itself as text: the names of its members, a line each, for a name may be in the name of a file.
    pub(super) fn read(&self, budget: &Budget<'_>) -> Read {
        if let Form::Broken(reason) = &self.form {
            return Read::without(Status::Damaged(reason.clone()));
        }
        let mut text = String::new();
        let mut cut = false;
        for (_, name) in &self.members {
            if text.len() > budget.text_left() {
                cut = true;
                break;
            }
            text.push_str(name);
            text.push('\n');
        }
        let mut read = Read::text(text);
        if cut {
            read.missing(budget.text_reason(), Status::TooLarge);
        }
        if self.hidden > 0 {
            read.missing(format!("{} members have the name of another one and were not read", self.hidden), Status::Damaged);
        }
        read
    }

    /// The bytes of a member; with them the reason, if it broke off.
    pub(super) fn unpack(&mut self, member: usize, budget: &mut Budget<'_>) -> Result<(Vec<u8>, Option<String>), Status> {
        match &mut self.form {
            Form::Gzip(bytes) => unpack(MultiGzDecoder::new(*bytes), budget),
            Form::Zip(zip) => {
                let Some(&(index, _)) = self.members.get(member) else {
                    return Err(Status::Damaged("the archive does not have it".to_owned()));
                };
                match zip.by_index(index) {
                    Ok(file) => unpack(file, budget),
                    Err(ZipError::UnsupportedArchive(reason)) if reason == ZipError::PASSWORD_REQUIRED => {
                        Err(Status::Encrypted)
                    }
                    Err(ZipError::InvalidPassword) => Err(Status::Encrypted),
                    Err(error @ (ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_))) => {
                        Err(Status::Unsupported(error.to_string()))
                    }
                    Err(error) => Err(Status::Damaged(error.to_string())),
                }
            }
            Form::Broken(reason) => Err(Status::Damaged(reason.clone())),
        }
    }
}

/// Bytes that a ZIP archive says to hold once unpacked; 0 for what is none.
pub(super) fn unpacked(bytes: &[u8]) -> u64 {
    let declared = ZipArchive::new(Cursor::new(bytes)).ok().and_then(|zip| zip.decompressed_size());
    declared.map_or(0, |declared| u64::try_from(declared).unwrap_or(u64::MAX))
}

/// Reads to the end under the limits.
fn unpack(mut from: impl std::io::Read, budget: &mut Budget<'_>) -> Result<(Vec<u8>, Option<String>), Status> {
    let mut bytes = Vec::new();
    loop {
        if budget.stop() {
            return Err(Status::Stopped);
        }
        // One byte more than allowed tells a file that fills the limit from one that goes beyond it.
        let file_left = budget.limits.file_bytes.saturating_sub(bytes.len() as u64);
        let left = file_left.min(budget.bytes_left);
        let step = STEP.min(left.saturating_add(1));
        let before = bytes.len();
        let result = (&mut from).take(step).read_to_end(&mut bytes);
        let came = (bytes.len() - before) as u64;
        if came > left {
            budget.bytes_left = budget.bytes_left.saturating_sub(came);
            return Err(Status::TooLarge(if file_left <= left { budget.file_reason() } else { budget.ratio_reason() }));
        }
        budget.bytes_left -= came;
        match result {
            Ok(0) => return Ok((bytes, None)),
            Ok(_) => {}
            Err(error) if bytes.is_empty() => return Err(Status::Damaged(error.to_string())),
            Err(error) => return Ok((bytes, Some(format!("its compressed form is broken or cut off: {error}")))),
        }
    }
}

/// The number of members that a ZIP archive says to have, from the record at its end.
fn listed(bytes: &[u8]) -> Option<usize> {
    const RECORD: usize = 22;
    let start = bytes.len().checked_sub(RECORD)?;
    let first = start.saturating_sub(usize::from(u16::MAX));
    let at = (first..=start).rev().find(|&at| bytes.get(at..at + 4) == Some(b"PK\x05\x06"))?;
    let count = u16::from_le_bytes([*bytes.get(at + 10)?, *bytes.get(at + 11)?]);
    (count != u16::MAX).then_some(usize::from(count))
}

/// A name without its last ending, which says how it is packed.
fn without_ending(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        Some(_) | None => "content",
    }
}
