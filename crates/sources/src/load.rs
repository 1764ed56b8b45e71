//! The way in: a source id and its files (or bytes) become entities. The format is recognised by the content, never by the name. Most lists
//! are one file; some come in parts that belong together (OFAC's four CSV files, the UK's XML and CSV, a folder of register records).

use std::cell::{Cell, RefCell};
use std::io::{BufRead, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use interdict_model::Entity;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::error::SourceError;
use crate::input::{Delivered, Limits, hex, peek_file, with_file, with_reader};
use crate::ofac_csv::{Companions, Part};
use crate::recognise::{HEAD, foreign_root, recognise};
use crate::report::{FileDigest, Issue, Report};
use crate::table::ColumnMap;
use crate::{
    australia, bis, bods, canada, csl, eu, ftm_lines, gleif, names_only, ofac_advanced, ofac_csv, ofac_enhanced, ofac_legacy,
    owners, seco, table, text, uk, uk_companies, un,
};

/// A format that can be parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Format {
    /// OFAC `SDN_ADVANCED.XML` or `CONS_ADVANCED.XML`, the UN/Wolfsberg Advanced Sanctions Data Model.
    OfacAdvanced,
    /// OFAC `SDN_ENHANCED.XML` or `CONS_ENHANCED.XML`.
    OfacEnhanced,
    /// OFAC `SDN.XML` or `CONSOLIDATED.XML`.
    OfacLegacy,
    /// OFAC's CSV files: `SDN.CSV`, `ADD.CSV`, `ALT.CSV`, `SDN_COMMENTS.CSV`, or those of the consolidated list, together.
    OfacCsv,
    /// A delta file of OFAC's Sanctions List Service: changes, not a list.
    OfacDelta,
    /// Consolidated XML of the UN Security Council.
    UnXml,
    /// EU financial sanctions files, XML 1.1.
    EuXml,
    /// EU financial sanctions files, CSV.
    EuCsv,
    /// UK Sanctions List, XML.
    UkXml,
    /// UK Sanctions List, CSV.
    UkCsv,
    /// Swiss SECO list, XML.
    SecoXml,
    /// Canadian autonomous sanctions list, XML.
    CanadaXml,
    /// Australian consolidated list, XLSX.
    AustraliaXlsx,
    /// US Consolidated Screening List, CSV.
    CslCsv,
    /// US Consolidated Screening List, JSON.
    CslJson,
    /// US BIS denied persons list, tab-separated.
    BisDenied,
    /// GLEIF LEI-CDF level 1, XML.
    GleifLei,
    /// GLEIF RR-CDF level 2, XML.
    GleifRelationships,
    /// GLEIF reporting exceptions, XML.
    GleifExceptions,
    /// UK Companies House basic company data.
    UkCompanies,
    /// UK register of people with significant control, JSON.
    UkPsc,
    /// Beneficial Ownership Data Standard 0.4, JSON.
    Bods,
    /// A table of your own of owners and officers, CSV or TSV.
    Owners,
    /// `FollowTheMoney` JSON lines.
    FtmLines,
    /// Delta of `OpenSanctions`: changes, not a list.
    FtmDelta,
    /// Names and aliases only, one JSON array.
    NamesJson,
    /// Names, programmes and aliases of the SDN list by uid, one JSON object.
    OfacNamesJson,
    /// A table of your own (CSV, JSON lines or XLSX), read by a column map.
    Table,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 28] = [
        Self::OfacAdvanced,
        Self::OfacEnhanced,
        Self::OfacLegacy,
        Self::OfacCsv,
        Self::OfacDelta,
        Self::UnXml,
        Self::EuXml,
        Self::EuCsv,
        Self::UkXml,
        Self::UkCsv,
        Self::SecoXml,
        Self::CanadaXml,
        Self::AustraliaXlsx,
        Self::CslCsv,
        Self::CslJson,
        Self::BisDenied,
        Self::GleifLei,
        Self::GleifRelationships,
        Self::GleifExceptions,
        Self::UkCompanies,
        Self::UkPsc,
        Self::Bods,
        Self::Owners,
        Self::FtmLines,
        Self::FtmDelta,
        Self::NamesJson,
        Self::OfacNamesJson,
        Self::Table,
    ];

    /// The name in reports and in the catalogue, such as `ofac_sdn_advanced`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OfacAdvanced => "ofac_sdn_advanced",
            Self::OfacEnhanced => "ofac_enhanced",
            Self::OfacLegacy => "ofac_legacy_xml",
            Self::OfacCsv => "ofac_csv",
            Self::OfacDelta => "ofac_delta",
            Self::UnXml => "un_xml",
            Self::EuXml => "eu_fsf_xml",
            Self::EuCsv => "eu_fsf_csv",
            Self::UkXml => "uk_xml",
            Self::UkCsv => "uk_csv",
            Self::SecoXml => "ch_seco_xml",
            Self::CanadaXml => "ca_sema_xml",
            Self::AustraliaXlsx => "au_dfat_xlsx",
            Self::CslCsv => "us_csl_csv",
            Self::CslJson => "us_csl_json",
            Self::BisDenied => "us_bis_dpl",
            Self::GleifLei => "gleif_lei_xml",
            Self::GleifRelationships => "gleif_rr_xml",
            Self::GleifExceptions => "gleif_repex_xml",
            Self::UkCompanies => "uk_companies",
            Self::UkPsc => "uk_psc_json",
            Self::Bods => "bods_json",
            Self::Owners => "owners",
            Self::FtmLines => "ftm_json_lines",
            Self::FtmDelta => "ftm_delta",
            Self::NamesJson => "names_json",
            Self::OfacNamesJson => "ofac_names_json",
            Self::Table => "table",
        }
    }

    /// The format of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether a file of it holds changes to a list and not the list.
    #[must_use]
    pub fn is_delta(self) -> bool {
        matches!(self, Self::OfacDelta | Self::FtmDelta)
    }
}

/// A source to load: its id in the catalogue, bounds on reading it, and what its parser must be told.
#[derive(Clone, Debug)]
pub struct SourceSpec {
    /// Id of the source, such as `us_ofac_sdn`: lower-case letters, digits, `_`, `-` and `/`.
    pub id: String,
    /// Bounds on what is read.
    pub limits: Limits,
    /// For a table of your own: which column is what. A file is then read as a table whatever it looks like.
    pub columns: Option<ColumnMap>,
    /// Whether the lists that a collection repeats are loaded from files of their own: then their rows in the collection (OFAC's in the US
    /// Consolidated Screening List) are counted and left out.
    pub skip_repeated: bool,
}

impl SourceSpec {
    /// A source with default limits.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), limits: Limits::default(), columns: None, skip_repeated: false }
    }
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
    let file = file_name(path);
    let (mut report, delivered) = with_file(path, spec.limits, on_progress, |content| parse(spec, &name, file, content, sink))?;
    report.set_delivered(delivered);
    Ok(report)
}

/// Loads bytes, such as a file compiled into the program. `file` is the name to report.
pub fn load_bytes(spec: &SourceSpec, file: &str, bytes: &[u8], sink: &mut dyn FnMut(Entity)) -> Result<Report, SourceError> {
    let (mut report, delivered) = with_reader(file, bytes, bytes.len() as u64, spec.limits, None, |content| {
        parse(spec, file, file.to_owned(), content, sink)
    })?;
    report.set_delivered(delivered);
    Ok(report)
}

/// Loads from a reader of `size` bytes, such as a stored file that is unpacked on the way. `file` is the name to report.
pub(crate) fn load_reader(
    spec: &SourceSpec,
    file: &str,
    reader: impl Read,
    size: u64,
    on_progress: Option<Progress>,
    sink: &mut dyn FnMut(Entity),
) -> Result<Report, SourceError> {
    let (mut report, delivered) =
        with_reader(file, reader, size, spec.limits, on_progress, |content| parse(spec, file, file.to_owned(), content, sink))?;
    report.set_delivered(delivered);
    Ok(report)
}

/// Loads the files of one source that belong together, in any order:
///
/// - OFAC's CSV files: the primary file, and what of its three companions is there. That one is missing is an issue.
/// - the UK's list as XML and as CSV: what both state of one designation is merged.
/// - files of one format, each a part of the list: one after the other, in the order given.
///
/// Anything else is refused. One file alone is loaded as [`load_file`] does. With several files, an issue's record begins with the
/// file's name.
pub fn load_set(
    spec: &SourceSpec,
    paths: &[PathBuf],
    on_progress: Option<Progress>,
    sink: &mut dyn FnMut(Entity),
) -> Result<Report, SourceError> {
    match paths {
        [] => return Err(SourceError::Set { id: spec.id.clone(), reason: "there are none".to_owned() }),
        [path] => return load_file(spec, path, on_progress, sink),
        _ => {}
    }
    let mut set = Set { spec, progress: SharedProgress::new(on_progress), delivered: vec![None; paths.len()], report: None };
    if spec.columns.is_some() {
        set.one_by_one(paths, sink)?;
    } else {
        let formats = set.formats(paths)?;
        let all = |of: &[Format]| formats.iter().all(|format| of.contains(format));
        if all(&[Format::OfacCsv]) {
            set.ofac_csv(paths, sink)?;
        } else if formats.contains(&Format::UkXml) && all(&[Format::UkXml, Format::UkCsv]) {
            set.merged(paths, &formats, sink)?;
        } else if all(&formats[..1]) {
            set.one_by_one(paths, sink)?;
        } else {
            let mut named: Vec<String> =
                paths.iter().zip(&formats).map(|(path, format)| format!("{} is {}", file_name(path), format.name())).collect();
            named.truncate(10);
            return Err(set.refusal(named.join(", ")));
        }
    }
    set.finish(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |file| file.to_string_lossy().into_owned())
}

/// One progress for several files: the bytes of those before are added.
struct SharedProgress {
    on_progress: Option<Rc<RefCell<Progress>>>,
    read: Rc<Cell<u64>>,
}

impl SharedProgress {
    fn new(on_progress: Option<Progress>) -> Self {
        Self { on_progress: on_progress.map(|progress| Rc::new(RefCell::new(progress))), read: Rc::new(Cell::new(0)) }
    }

    /// The progress of the next file.
    fn next(&self) -> Option<Progress> {
        let on_progress = Rc::clone(self.on_progress.as_ref()?);
        let (read, before) = (Rc::clone(&self.read), self.read.get());
        Some(Box::new(move |bytes| {
            read.set(before + bytes);
            on_progress.borrow_mut()(before + bytes);
        }))
    }
}

/// The files of one source while they are loaded.
struct Set<'s> {
    spec: &'s SourceSpec,
    progress: SharedProgress,
    /// What each file was, in the order of the paths.
    delivered: Vec<Option<Delivered>>,
    /// What was said of the files so far.
    report: Option<Report>,
}

impl Set<'_> {
    fn refusal(&self, reason: impl Into<String>) -> SourceError {
        SourceError::Set { id: self.spec.id.clone(), reason: reason.into() }
    }

    /// The formats of the files. An empty file among OFAC's CSV files is one of them: there may be no comments.
    fn formats(&self, paths: &[PathBuf]) -> Result<Vec<Format>, SourceError> {
        let recognised: Vec<Result<Format, SourceError>> =
            paths.iter().map(|path| recognise_file(path, self.spec.limits)).collect();
        let is_ofac = recognised.iter().any(|format| matches!(format, Ok(Format::OfacCsv)));
        let mut formats = Vec::with_capacity(paths.len());
        for (path, format) in paths.iter().zip(recognised) {
            formats.push(match format {
                Err(SourceError::UnknownFormat { .. }) if is_ofac && self.is_empty(path)? => Format::OfacCsv,
                format => format?,
            });
        }
        Ok(formats)
    }

    fn is_empty(&self, path: &Path) -> Result<bool, SourceError> {
        let name = path.display().to_string();
        peek_file(path, self.spec.limits, |content| {
            let head = content.fill_buf().map_err(|reason| crate::input::read_error(&name, 0, reason))?;
            Ok(head.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1a))
        })
    }

    /// Reads one file with a parser of its own, and adds what was said of it. Only one file's report is needed at a time.
    fn read<T>(
        &mut self,
        paths: &[PathBuf],
        index: usize,
        read: impl FnOnce(&str, &mut dyn BufRead, &mut Report) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let path = &paths[index];
        let (name, file) = (path.display().to_string(), file_name(path));
        let mut report = Report::new(&self.spec.id, Format::Table, file);
        let (result, delivered) =
            with_file(path, self.spec.limits, self.progress.next(), |content| read(&name, content, &mut report))?;
        self.delivered[index] = Some(delivered);
        self.add(report);
        Ok(result)
    }

    /// Adds the report of one file to that of the set.
    fn add(&mut self, mut report: Report) {
        let named = |record: &mut String| {
            *record = if record.is_empty() { report.file.clone() } else { format!("{}: {record}", report.file) };
        };
        report.issues.iter_mut().for_each(|issue| named(&mut issue.record));
        report.rejected.iter_mut().for_each(|rejected| named(&mut rejected.issue.record));
        let Some(held) = &mut self.report else {
            self.report = Some(report);
            return;
        };
        held.format = report.format;
        held.entities += report.entities;
        // ISO dates: the later one is the set's.
        held.issue_date = held.issue_date.clone().max(report.issue_date);
        for count in report.counts {
            match held.counts.iter_mut().find(|held| held.what == count.what) {
                Some(held) => held.count += count.count,
                None => held.counts.push(count),
            }
        }
        held.issues.extend(report.issues);
        held.rejected.extend(report.rejected);
    }

    fn one_by_one(&mut self, paths: &[PathBuf], sink: &mut dyn FnMut(Entity)) -> Result<(), SourceError> {
        let spec = self.spec;
        for (index, path) in paths.iter().enumerate() {
            self.read(paths, index, |name, content, report| {
                *report = parse(spec, name, file_name(path), content, sink)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The XML first, then what the CSV has beside it. The list is small enough to be held.
    fn merged(&mut self, paths: &[PathBuf], formats: &[Format], sink: &mut dyn FnMut(Entity)) -> Result<(), SourceError> {
        let spec = self.spec;
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_by_key(|index| formats[*index] != Format::UkXml);
        if let Some(format) =
            [Format::UkXml, Format::UkCsv].into_iter().find(|format| formats.iter().filter(|f| *f == format).count() > 1)
        {
            return Err(self.refusal(format!("several of them are {}, and each of these is a whole list", format.name())));
        }
        let (mut entities, mut places): (Vec<Entity>, FxHashMap<String, usize>) = (Vec::new(), FxHashMap::default());
        let mut dates: Vec<String> = Vec::new();
        for index in order {
            let mut failed = Vec::new();
            self.read(paths, index, |name, content, report| {
                *report = parse(spec, name, file_name(&paths[index]), content, &mut |entity| {
                    let Some(place) = places.get(&entity.id) else {
                        places.insert(entity.id.clone(), entities.len());
                        entities.push(entity);
                        return;
                    };
                    let record = entity.origin.as_ref().map(|origin| origin.record.clone()).unwrap_or_default();
                    if let Err(error) = entities[*place].merge(entity) {
                        let message = format!("{error}; what this file says of it was left out");
                        failed.push(Issue { line: 0, record, field: "schema".to_owned(), message });
                    }
                })?;
                report.issues.append(&mut failed);
                dates.push(report.issue_date.clone());
                if let [first, .., date] = &dates[..]
                    && first != date
                    && !first.is_empty()
                    && !date.is_empty()
                {
                    let message =
                        format!("this file is of {date}, and the other of {first}; what either states is in the list");
                    report.issues.push(Issue { line: 0, record: String::new(), field: String::new(), message });
                }
                Ok(())
            })?;
        }
        if let Some(report) = &mut self.report {
            report.entities = entities.len() as u64;
            report.format = Format::UkXml.name();
        }
        entities.into_iter().for_each(sink);
        Ok(())
    }

    fn ofac_csv(&mut self, paths: &[PathBuf], sink: &mut dyn FnMut(Entity)) -> Result<(), SourceError> {
        let parts = self.ofac_parts(paths)?;
        let mut companions = Companions::default();
        for part in [Part::Addresses, Part::Aliases, Part::Comments] {
            for index in (0..paths.len()).filter(|index| parts[*index] == Some(part)) {
                self.read(paths, index, |name, content, report| {
                    let mut content = text::decoded(name, content)?;
                    companions.read(name, part, &mut content, report)
                })?;
            }
        }
        // An empty file can only be the one that is not there otherwise; most often there are no long remarks.
        let missing: Vec<Part> = Part::ALL.into_iter().filter(|part| !parts.contains(&Some(*part))).collect();
        for index in (0..paths.len()).filter(|index| parts[*index].is_none()) {
            self.read(paths, index, |_, _, report| {
                let message = "the file is empty".to_owned();
                report.issues.push(Issue { line: 0, record: String::new(), field: String::new(), message });
                Ok(())
            })?;
            if let [part] = missing[..] {
                companions.give(&file_name(&paths[index]), part);
            }
        }
        let primary = parts.iter().position(|part| *part == Some(Part::Primary)).unwrap_or_default();
        self.read(paths, primary, |name, content, report| {
            report.format = Format::OfacCsv.name();
            let mut content = text::decoded(name, content)?;
            ofac_csv::parse_primary(name, &mut content, companions, report, sink)
        })
    }

    /// Which of OFAC's CSV files each is; `None` for an empty one.
    fn ofac_parts(&self, paths: &[PathBuf]) -> Result<Vec<Option<Part>>, SourceError> {
        let mut parts: Vec<Option<Part>> = Vec::with_capacity(paths.len());
        for path in paths {
            let name = path.display().to_string();
            let part = peek_file(path, self.spec.limits, |content| {
                let mut content = text::decoded(&name, content)?;
                let head = content.fill_buf().map_err(|reason| crate::input::read_error(&name, 0, reason))?;
                Ok(Part::of(head))
            })?;
            let part = if self.is_empty(path)? { None } else { part };
            if let Some(part) = part
                && let Some(other) = parts.iter().position(|held| *held == Some(part))
            {
                let (other, this) = (file_name(&paths[other]), file_name(path));
                return Err(self.refusal(format!("{other} and {this} both are {}", part.name())));
            }
            parts.push(part);
        }
        if !parts.contains(&Some(Part::Primary)) {
            return Err(self.refusal(format!("{} is missing", Part::Primary.name())));
        }
        Ok(parts)
    }

    fn finish(self, paths: &[PathBuf]) -> Result<Report, SourceError> {
        let refusal = self.refusal("none was read");
        let mut report = self.report.ok_or(refusal)?;
        report.file = paths.iter().map(|path| file_name(path)).collect::<Vec<_>>().join(", ");
        let delivered = paths.iter().zip(self.delivered).filter_map(|(path, delivered)| Some((path, delivered?)));
        report.files =
            delivered.map(|(path, Delivered { sha256, bytes })| FileDigest { file: file_name(path), sha256, bytes }).collect();
        report.sha256 = set_digest(report.files.iter().map(|file| file.sha256.as_str()));
        report.bytes = report.files.iter().map(|file| file.bytes).sum();
        Ok(report)
    }
}

/// The digest of a set of files: that of their digests, whatever their order.
pub(crate) fn set_digest<'d>(digests: impl Iterator<Item = &'d str>) -> String {
    let mut digests: Vec<&str> = digests.collect();
    digests.sort_unstable();
    hex(&Sha256::digest(digests.join("\n")))
}

fn parse(
    spec: &SourceSpec,
    name: &str,
    file: String,
    content: &mut dyn BufRead,
    sink: &mut dyn FnMut(Entity),
) -> Result<Report, SourceError> {
    let mut report = Report::new(&spec.id, Format::Table, file);
    if let Some(columns) = &spec.columns {
        table::parse(name, content, columns, &mut report, sink)?;
        return Ok(report);
    }
    let mut content = text::decoded(name, content)?;
    let head = head(name, &mut content)?;
    let format =
        recognise(&head).ok_or_else(|| SourceError::UnknownFormat { file: name.to_owned(), found: describe(&head) })?;
    let mut content = head.as_slice().chain(content);
    report.format = format.name();
    let parser = match format {
        Format::OfacAdvanced => ofac_advanced::parse,
        Format::OfacEnhanced => ofac_enhanced::parse,
        Format::OfacLegacy => ofac_legacy::parse,
        Format::OfacCsv => ofac_csv::parse,
        Format::UnXml => un::parse,
        Format::EuXml => eu::parse_xml,
        Format::EuCsv => eu::parse_csv,
        Format::UkXml => uk::parse_xml,
        Format::UkCsv => uk::parse_csv,
        Format::SecoXml => seco::parse,
        Format::CanadaXml => canada::parse,
        Format::AustraliaXlsx => australia::parse,
        Format::BisDenied => bis::parse,
        Format::GleifLei => gleif::parse_lei,
        Format::GleifRelationships => gleif::parse_relationships,
        Format::GleifExceptions => gleif::parse_exceptions,
        Format::UkCompanies => uk_companies::parse_companies,
        Format::UkPsc => uk_companies::parse_psc,
        Format::Bods => bods::parse,
        Format::Owners => owners::parse,
        Format::FtmLines => ftm_lines::parse,
        Format::NamesJson => names_only::parse_names,
        Format::OfacNamesJson => names_only::parse_ofac,
        Format::CslCsv | Format::CslJson => {
            csl::parse(name, &mut content, format, spec.skip_repeated, &mut report, sink)?;
            return Ok(report);
        }
        Format::OfacDelta | Format::FtmDelta => {
            let found = format!("`{}`, a file of changes and not the whole list", format.name());
            return Err(SourceError::UnknownFormat { file: name.to_owned(), found });
        }
        // Only a column map makes a table.
        Format::Table => return Err(SourceError::UnknownFormat { file: name.to_owned(), found: "a table".to_owned() }),
    };
    parser(name, &mut content, &mut report, sink)?;
    Ok(report)
}

/// The format of a file, by its content.
pub fn recognise_file(path: &Path, limits: Limits) -> Result<Format, SourceError> {
    let name = path.display().to_string();
    peek_file(path, limits, |content| {
        let mut content = text::decoded(&name, content)?;
        let head = head(&name, &mut content)?;
        let unknown = |found| SourceError::UnknownFormat { file: name.clone(), found };
        match foreign_root(&head) {
            Some(root) => Err(unknown(format!("XML with the root element `{root}`"))),
            None => recognise(&head).ok_or_else(|| unknown(describe(&head))),
        }
    })
}

/// The beginning of the content, as far as the format is told by it. Decoders hand out little at a time.
pub(crate) fn head(name: &str, content: &mut impl Read) -> Result<Vec<u8>, SourceError> {
    let mut head = Vec::with_capacity(HEAD);
    content.take(HEAD as u64).read_to_end(&mut head).map_err(|reason| crate::input::read_error(name, 0, reason))?;
    Ok(head)
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
