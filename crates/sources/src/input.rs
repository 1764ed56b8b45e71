//! Opening a list file: plain, gzip, bzip2 or zip, recognised by the first bytes and not by the name. Out comes a buffered reader of
//! the decompressed content that stops at the limits, and afterwards the SHA-256 and size of the file as it was delivered.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::Path;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::error::SourceError;

/// Bounds on what is read, against decompression bombs and mistaken files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Decompressed bytes at most. Default 4 GiB: the largest list today is 0.12 GiB.
    pub max_bytes: u64,
    /// Decompressed bytes for each byte of the file at most, looked at beyond `ratio_floor`. Default 250: official files compress
    /// 30 to 60 times.
    pub max_ratio: u64,
    /// Below this many decompressed bytes the ratio is not looked at. Default 16 MiB.
    pub ratio_floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 4 << 30, max_ratio: 250, ratio_floor: 16 << 20 }
    }
}

/// What a file was, as delivered.
#[derive(Clone, Debug)]
pub(crate) struct Delivered {
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
}

/// Hashes and counts what passes through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.hash.update(&buf[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

impl<R> Hashing<R> {
    fn delivered(self) -> Delivered {
        Delivered { sha256: hex(&self.hash.finalize()), bytes: self.bytes }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Copies to the end: the SHA-256 and the number of bytes.
pub(crate) fn copy_hashed(mut from: impl Read, mut to: impl Write) -> io::Result<(String, u64)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; CHUNK]);
    loop {
        let n = match from.read(&mut buffer) {
            Ok(0) => return Ok((hex(&hash.finalize()), bytes)),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&buffer[..n]);
        to.write_all(&buffer[..n])?;
        bytes += n as u64;
    }
}

/// The error inside `io::Error` that says that a limit was reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct LimitReached(String);

/// Passes content on until a limit is reached.
struct Limited<R> {
    inner: R,
    limits: Limits,
    /// Size of the delivered file, for the ratio.
    compressed: u64,
    read: u64,
    on_progress: Option<Box<dyn FnMut(u64)>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.read += n as u64;
        if let Some(on_progress) = &mut self.on_progress {
            on_progress(self.read);
        }
        let ratio_reached = self.read > self.limits.ratio_floor && self.read / self.compressed.max(1) > self.limits.max_ratio;
        let reached = if self.read > self.limits.max_bytes {
            Some(format!("more than {} bytes", self.limits.max_bytes))
        } else if ratio_reached {
            Some(format!("it is more than {} times the size of the file", self.limits.max_ratio))
        } else {
            None
        };
        match reached {
            Some(what) => Err(io::Error::other(LimitReached(what))),
            None => Ok(n),
        }
    }
}

/// Turns a reading error into ours, telling limits from damage.
pub(crate) fn read_error(file: &str, offset: u64, reason: io::Error) -> SourceError {
    limit_error(file, offset, &reason).unwrap_or_else(|| SourceError::Read { file: file.to_owned(), offset, reason })
}

/// The error to report if `reason` says that a limit was reached.
pub(crate) fn limit_error(file: &str, offset: u64, reason: &io::Error) -> Option<SourceError> {
    let limit = reason.get_ref()?.downcast_ref::<LimitReached>()?;
    Some(SourceError::TooLarge { file: file.to_owned(), what: limit.0.clone(), offset })
}

const CHUNK: usize = 1 << 16;

/// Stands for the packed size of a file that is not packed; no ratio is reached with it.
const NOT_PACKED: u64 = u64::MAX;

/// Opens `path`, gives the decompressed content to `parse`, reads what it left, and says what the file was.
pub(crate) fn with_file<T>(
    path: &Path,
    limits: Limits,
    on_progress: Option<Box<dyn FnMut(u64)>>,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<(T, Delivered), SourceError> {
    let open = |reason| SourceError::Open { path: path.to_owned(), reason };
    let file = File::open(path).map_err(open)?;
    let size = file.metadata().map_err(open)?.len();
    with_reader(&path.display().to_string(), file, size, limits, on_progress, parse)
}

/// Opens `path` and gives the beginning of its decompressed content to `look`. Nothing is said of the rest.
pub(crate) fn peek_file<T>(
    path: &Path,
    limits: Limits,
    look: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let open = |reason| SourceError::Open { path: path.to_owned(), reason };
    let file = File::open(path).map_err(open)?;
    let size = file.metadata().map_err(open)?.len();
    let name = path.display().to_string();
    let mut raw = BufReader::with_capacity(CHUNK, file);
    let magic = raw.fill_buf().map_err(|reason| read_error(&name, 0, reason))?;
    let limited = |inner| Limited { inner, limits, compressed: size, read: 0, on_progress: None };
    match Packing::of(magic) {
        Packing::Gzip => {
            look(&mut BufReader::with_capacity(CHUNK, limited(Box::new(MultiGzDecoder::new(raw)) as Box<dyn Read>)))
        }
        Packing::Bzip2 => {
            look(&mut BufReader::with_capacity(CHUNK, limited(Box::new(MultiBzDecoder::new(raw)) as Box<dyn Read>)))
        }
        // The directory of an archive is at its end.
        Packing::Zip => {
            let result = with_file(path, limits, None, look)?;
            Ok(result.0)
        }
        Packing::None => look(&mut raw),
    }
}

/// How a file is packed, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Bzip2,
    Zip,
    None,
}

impl Packing {
    pub(crate) fn of(magic: &[u8]) -> Self {
        if magic.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if magic.starts_with(b"BZh") {
            Self::Bzip2
        } else if magic.starts_with(b"PK\x03\x04") || magic.starts_with(b"PK\x05\x06") {
            Self::Zip
        } else {
            Self::None
        }
    }
}

/// As [`with_file`], for any reader of known size.
pub(crate) fn with_reader<T>(
    name: &str,
    reader: impl Read,
    size: u64,
    limits: Limits,
    on_progress: Option<Box<dyn FnMut(u64)>>,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<(T, Delivered), SourceError> {
    let hashing = Hashing { inner: reader, hash: Sha256::new(), bytes: 0 };
    let mut raw = BufReader::with_capacity(CHUNK, hashing);
    let magic = raw.fill_buf().map_err(|reason| read_error(name, 0, reason))?;
    let result = match Packing::of(magic) {
        Packing::Gzip => run(name, MultiGzDecoder::new(&mut raw), size, limits, on_progress, parse)?,
        Packing::Bzip2 => run(name, MultiBzDecoder::new(&mut raw), size, limits, on_progress, parse)?,
        Packing::Zip => {
            // The directory of a zip stands at its end, so the archive is held; lists' archives are a few MB.
            let mut bytes = Vec::new();
            let max = limits.max_bytes;
            let n = (&mut raw).take(max).read_to_end(&mut bytes).map_err(|reason| read_error(name, 0, reason))?;
            if n as u64 == max {
                return Err(SourceError::TooLarge { file: name.to_owned(), what: format!("more than {max} bytes"), offset: 0 });
            }
            zip_member(name, &bytes, limits, on_progress, parse)?
        }
        Packing::None => run(name, &mut raw, NOT_PACKED, limits, on_progress, parse)?,
    };
    // Bytes after a compressed stream, or after the parser's last look, belong to the file and its hash.
    io::copy(&mut raw, &mut io::sink()).map_err(|reason| read_error(name, size, reason))?;
    Ok((result, raw.into_inner().delivered()))
}

/// Endings of the files in an archive that may be a list.
const MEMBERS: [&str; 3] = [".xml", ".json", ".jsonl"];
/// Endings of the files that are looked at when there is none of those.
const TABLES: [&str; 2] = [".csv", ".tsv"];
/// The member that makes an archive an XLSX workbook.
const WORKBOOK: &str = "xl/workbook.xml";

/// A workbook goes to its parser as it is, once all its members have been unpacked within the limits: the parser's own reader has none.
fn workbook<T>(
    name: &str,
    bytes: &[u8],
    mut archive: zip::ZipArchive<Cursor<&[u8]>>,
    limits: Limits,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let mut left = limits;
    for index in 0..archive.len() {
        let member = archive
            .by_index(index)
            .map_err(|error| SourceError::Archive { file: name.to_owned(), reason: error.to_string() })?;
        let mut limited = Limited { inner: member, limits: left, compressed: bytes.len() as u64, read: 0, on_progress: None };
        let read = io::copy(&mut limited, &mut io::sink()).map_err(|reason| read_error(name, 0, reason))?;
        left.max_bytes = left.max_bytes.saturating_sub(read);
    }
    parse(&mut &*bytes)
}

fn zip_member<T>(
    name: &str,
    bytes: &[u8],
    limits: Limits,
    on_progress: Option<Box<dyn FnMut(u64)>>,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let broken = |reason: String| SourceError::Archive { file: name.to_owned(), reason };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let (mut members, mut tables, mut is_workbook) = (Vec::new(), Vec::new(), false);
    for index in 0..archive.len() {
        let member = archive.by_index_raw(index).map_err(|error| broken(error.to_string()))?;
        let path = member.name().map_err(|error| broken(error.to_string()))?.to_ascii_lowercase();
        is_workbook |= path == WORKBOOK;
        let ends = |endings: &[&str]| member.is_file() && endings.iter().any(|ending| path.ends_with(ending));
        if ends(&MEMBERS) {
            members.push((index, member.compressed_size()));
        } else if ends(&TABLES) {
            tables.push((index, member.compressed_size()));
        }
    }
    if is_workbook {
        return workbook(name, bytes, archive, limits, parse);
    }
    if members.is_empty() {
        members = tables;
    }
    let [(index, compressed)] = members[..] else {
        return Err(broken(format!(
            "{} files end in .xml, .json or .jsonl, or else in .csv or .tsv; there must be one",
            members.len()
        )));
    };
    let member = archive.by_index(index).map_err(|error| broken(error.to_string()))?;
    // The member's stated size is part of the archive and may lie: the bytes that come out are what counts.
    run(name, member, compressed.min(bytes.len() as u64), limits, on_progress, parse)
}

fn run<T>(
    name: &str,
    reader: impl Read,
    compressed: u64,
    limits: Limits,
    on_progress: Option<Box<dyn FnMut(u64)>>,
    parse: impl FnOnce(&mut dyn BufRead) -> Result<T, SourceError>,
) -> Result<T, SourceError> {
    let limited = Limited { inner: reader, limits, compressed, read: 0, on_progress };
    let mut content = BufReader::with_capacity(CHUNK, limited);
    let result = match parse(&mut content) {
        Ok(result) => result,
        // What a damaged archive gives until its checksum is reached may look like a broken list; the damage is the reason.
        Err(error) if compressed != NOT_PACKED && !matches!(error, SourceError::Read { .. } | SourceError::TooLarge { .. }) => {
            let rest = io::copy(&mut content, &mut io::sink());
            let offset = content.get_ref().read;
            return Err(rest.err().map_or(error, |reason| read_error(name, offset, reason)));
        }
        Err(error) => return Err(error),
    };
    // The rest is read so that damage behind the last record is found, too.
    let rest = io::copy(&mut content, &mut io::sink());
    let offset = content.get_ref().read;
    rest.map_err(|reason| read_error(name, offset, reason))?;
    Ok(result)
}
