//! The way in: a source id and a file (or bytes) become entities. The format is recognised by the content, never by the name.

use std::io::{BufRead, Read};
use std::path::Path;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::input::{Limits, with_file, with_reader};
use crate::report::Report;
use crate::{ftm_lines, ofac_advanced};

/// A format that can be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// OFAC `SDN_ADVANCED.XML` or `CONS_ADVANCED.XML`, the UN/Wolfsberg Advanced Sanctions Data Model.
    OfacAdvanced,
    /// `FollowTheMoney` JSON lines.
    FtmLines,
}

impl Format {
    /// The name in reports, such as `ofac_sdn_advanced`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OfacAdvanced => "ofac_sdn_advanced",
            Self::FtmLines => "ftm_json_lines",
        }
    }
}

/// A source to load: its id in the catalogue and bounds on reading it.
#[derive(Clone, Debug)]
pub struct SourceSpec {
    /// Id of the source, such as `us_ofac_sdn`: lower-case letters, digits, `_`, `-` and `/`.
    pub id: String,
    /// Bounds on what is read.
    pub limits: Limits,
}

/// Called with the number of decompressed bytes read so far.
pub type Progress = Box<dyn FnMut(u64)>;

/// Loads a file. Every entity goes to `sink` in file order; what was counted and what was wrong comes back.
pub fn load_file(
    spec: &SourceSpec,
    path: &Path,
    on_progress: Option<Progress>,
    sink: &mut dyn FnMut(Entity),
) -> Result<Report, SourceError> {
    let name = path.display().to_string();
    let file = path.file_name().map_or_else(|| name.clone(), |file| file.to_string_lossy().into_owned());
    let (mut report, delivered) = with_file(path, spec.limits, on_progress, |content| parse(spec, &name, file, content, sink))?;
    (report.sha256, report.bytes) = (delivered.sha256, delivered.bytes);
    Ok(report)
}

/// Loads bytes, such as a file compiled into the program. `file` is the name to report.
pub fn load_bytes(spec: &SourceSpec, file: &str, bytes: &[u8], sink: &mut dyn FnMut(Entity)) -> Result<Report, SourceError> {
    let (mut report, delivered) = with_reader(file, bytes, bytes.len() as u64, spec.limits, None, |content| {
        parse(spec, file, file.to_owned(), content, sink)
    })?;
    (report.sha256, report.bytes) = (delivered.sha256, delivered.bytes);
    Ok(report)
}

fn parse(
    spec: &SourceSpec,
    name: &str,
    file: String,
    content: &mut dyn BufRead,
    sink: &mut dyn FnMut(Entity),
) -> Result<Report, SourceError> {
    let head = content.fill_buf().map_err(|reason| crate::input::read_error(name, 0, reason))?;
    let format = recognise(head).ok_or_else(|| SourceError::UnknownFormat { file: name.to_owned(), found: describe(head) })?;
    let mut report = Report {
        source: spec.id.clone(),
        format: format.name(),
        issue_date: String::new(),
        file,
        sha256: String::new(),
        bytes: 0,
        entities: 0,
        counts: Vec::new(),
        issues: Vec::new(),
        rejected: Vec::new(),
    };
    match format {
        Format::OfacAdvanced => ofac_advanced::parse(name, content, &mut report, sink)?,
        Format::FtmLines => ftm_lines::parse(name, content, &mut report, sink)?,
    }
    Ok(report)
}

/// The format by the first bytes of the content. For XML the root element decides, and that is checked by the parser, which can say
/// what it found instead.
fn recognise(head: &[u8]) -> Option<Format> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    match head.iter().find(|byte| !byte.is_ascii_whitespace())? {
        b'<' => Some(Format::OfacAdvanced),
        b'{' => Some(Format::FtmLines),
        _ => None,
    }
}

fn describe(head: &[u8]) -> String {
    if head.is_empty() {
        return "the file is empty".to_owned();
    }
    let mut start = Vec::new();
    // Reading from a slice cannot fail.
    let _ = head.take(40).read_to_end(&mut start);
    format!("it begins with {:?}", String::from_utf8_lossy(&start))
}
