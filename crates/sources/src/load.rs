//! The way in: a source id and its files (or bytes) become entities. The format is recognised by the content, never by the name. Most lists
//! are one file; some come in parts that belong together (OFAC's four CSV files, the UK's XML and CSV, a folder of register records).

use std::io::{BufRead, Read};
use std::path::Path;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::input::{Limits, peek_file, with_file, with_reader};
use crate::recognise::recognise;
use crate::report::Report;
use crate::table::ColumnMap;
use crate::{
    australia, bis, bods, canada, csl, eu, ftm_lines, gleif, names_only, ofac_advanced, ofac_csv, ofac_enhanced, ofac_legacy, seco,
    table, text, uk, uk_companies, un,
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
    pub const ALL: [Self; 27] = [
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
    let mut report = Report {
        source: spec.id.clone(),
        format: Format::Table.name(),
        issue_date: String::new(),
        file,
        sha256: String::new(),
        bytes: 0,
        entities: 0,
        counts: Vec::new(),
        issues: Vec::new(),
        rejected: Vec::new(),
    };
    if let Some(columns) = &spec.columns {
        table::parse(name, content, columns, &mut report, sink)?;
        return Ok(report);
    }
    let mut content = text::decoded(name, content)?;
    let head = content.fill_buf().map_err(|reason| crate::input::read_error(name, 0, reason))?;
    let format =
        recognise(head).ok_or_else(|| SourceError::UnknownFormat { file: name.to_owned(), found: describe(head) })?;
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
        let head = content.fill_buf().map_err(|reason| crate::input::read_error(&name, 0, reason))?;
        recognise(head).ok_or_else(|| SourceError::UnknownFormat { file: name.clone(), found: describe(head) })
    })
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
