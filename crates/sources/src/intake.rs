//! The way in for an update: what in a folder is an issue of which list, when it is from, and whether it can be believed. Nothing is taken
//! on trust of a file's name but what only the name can tell: which of OFAC's two lists it is, and the date where the file states none.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use interdict_model::Entity;
use jiff::civil::Date;

use crate::catalogue::{Catalogue, Source};
use crate::error::SourceError;
use crate::input::Limits;
use crate::ledger::{Issue, IssueFile};
use crate::load::{Format, SourceSpec, load_file, load_set, recognise_file, set_digest};
use crate::plausible::{Before, Emitted, doubts, shrunk};
use crate::report::Report;
use crate::store::{Status, Store, StoreError};

/// What says of an issue that it lay in a folder.
const FOLDER: &str = "folder";
/// What says of an issue that it was fetched.
const PUBLISHER: &str = "publisher";

/// Depth of folders that are looked into.
const MAX_DEPTH: usize = 8;

/// Files that may be an issue of a list.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The list.
    pub source: Source,
    /// What it is, by its content.
    pub format: Format,
    /// Its files.
    pub paths: Vec<PathBuf>,
    /// When it is from in the words of who delivered it, ISO 8601, should the files not say it themselves.
    pub dated: Option<(String, DatedBy)>,
    /// How it came: `publisher`, `folder`, `bundle`.
    pub from: &'static str,
    /// What the server called the version of each file, where the files were fetched.
    pub versions: Vec<Version>,
}

/// Who says from when an issue is, where its files do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatedBy {
    /// The publisher's server.
    Server,
    /// The maker of a signed bundle.
    Bundle,
}

impl DatedBy {
    fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Bundle => "bundle",
        }
    }
}

/// What a server calls the version of a file.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
}

/// A file that is no issue of a list.
#[derive(Clone, Debug)]
pub struct PassedOver {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
    /// Whether it should have been one: it is damaged, or begins like a list.
    pub is_suspect: bool,
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What may be issues.
    pub candidates: Vec<Candidate>,
    /// What is not.
    pub passed_over: Vec<PassedOver>,
}

/// Looks through a folder and the folders in it. Files come in the order of their paths; links to folders and hidden files are passed over.
pub fn scan(folder: &Path, catalogue: &Catalogue, limits: Limits) -> Result<Found, StoreError> {
    let (mut paths, mut found) = (Vec::new(), Found::default());
    walk(folder, 0, &mut paths, &mut found.passed_over)?;
    let mut sets: BTreeMap<(PathBuf, String, Set), ByDate> = BTreeMap::new();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut pass = |reason: String, is_suspect| {
            found.passed_over.push(PassedOver { path: path.clone(), reason, is_suspect });
        };
        let mut sources = catalogue.candidates(Format::Table, &name);
        let format = match recognise_file(&path, limits) {
            // What a table of your own looks like says nothing.
            Ok(_) | Err(SourceError::UnknownFormat { .. }) if !sources.is_empty() => Format::Table,
            Ok(format) => {
                sources = catalogue.candidates(format, &name);
                format
            }
            Err(SourceError::UnknownFormat { found: reason, .. } | SourceError::Archive { reason, .. }) => {
                pass(format!("not a list: {reason}"), catalogue.expects(&name));
                continue;
            }
            Err(error) => {
                pass(error.to_string(), true);
                continue;
            }
        };
        let source = match &sources[..] {
            [source] => (*source).clone(),
            [] => {
                // Any JSON may be entities; the others are lists by all that can be told.
                let is_suspect = format != Format::FtmLines && !format.is_delta();
                pass(format!("`{}`, and no source of the catalogue takes a file of this name", format.name()), is_suspect);
                continue;
            }
            more => {
                let ids: Vec<&str> = more.iter().map(|source| source.id.as_str()).collect();
                pass(format!("`{}`, and {} would take it", format.name(), ids.join(" and ")), true);
                continue;
            }
        };
        let candidate =
            Candidate { source, format, paths: vec![path.clone()], dated: None, from: FOLDER, versions: Vec::new() };
        match Set::of(format) {
            None => found.candidates.push(candidate),
            Some(set) => {
                let folder = path.parent().map(Path::to_owned).unwrap_or_default();
                let key = (folder, candidate.source.id.clone(), set);
                sets.entry(key).or_default().entry(date_in(&name)).or_default().push(candidate);
            }
        }
    }
    for ((_, _, set), by_date) in sets {
        found.candidates.extend(set.issues(by_date));
    }
    Ok(found)
}

/// Files, each a candidate of its own so far, by the date in their names.
type ByDate = BTreeMap<Option<String>, Vec<Candidate>>;

/// Formats of which the files of one folder are one issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    /// OFAC's CSV files.
    OfacCsv,
    /// The UK's XML and CSV.
    Uk,
    /// Records of a register, in any number of files.
    Register(Format),
}

impl Set {
    fn of(format: Format) -> Option<Self> {
        match format {
            Format::OfacCsv => Some(Self::OfacCsv),
            Format::UkXml | Format::UkCsv => Some(Self::Uk),
            Format::UkPsc | Format::UkCompanies | Format::Bods => Some(Self::Register(format)),
            _ => None,
        }
    }

    /// Puts the files of one folder together to issues. Those with different dates in their names are different issues; those without
    /// one belong to the others, where these are of one date.
    fn issues(self, mut by_date: ByDate) -> Vec<Candidate> {
        if by_date.len() == 2
            && let Some(undated) = by_date.remove(&None)
        {
            for dated in by_date.values_mut() {
                dated.extend(undated.clone());
            }
        }
        by_date.into_values().flat_map(|files| self.together(files)).collect()
    }

    fn together(self, mut files: Vec<Candidate>) -> Vec<Candidate> {
        let several = |format| files.iter().filter(|file| file.format == format).count() > 1;
        // Two whole lists in one format are two issues. Which of them the file in the other format goes with, nothing says.
        if self == Self::Uk && (several(Format::UkXml) || several(Format::UkCsv)) {
            return files;
        }
        files.sort_by(|a, b| a.paths.cmp(&b.paths));
        let paths = files.iter().flat_map(|file| file.paths.clone()).collect();
        files.into_iter().next().map(|first| Candidate { paths, ..first }).into_iter().collect()
    }
}

/// Finds the files. What is neither a file nor a folder that is looked into is said; a folder within that cannot be read does not keep the
/// others from being.
fn walk(folder: &Path, depth: usize, paths: &mut Vec<PathBuf>, passed_over: &mut Vec<PassedOver>) -> Result<(), StoreError> {
    let failed = |reason: io::Error| StoreError::Io { path: folder.to_owned(), reason };
    let mut entries = fs::read_dir(folder).map_err(failed)?.collect::<io::Result<Vec<_>>>().map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut within = Vec::new();
    let mut pass = |path: PathBuf, reason: &str| {
        passed_over.push(PassedOver { path, reason: reason.to_owned(), is_suspect: true });
    };
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_file() || (kind.is_symlink() && path.is_file()) {
            paths.push(path);
        } else if kind.is_dir() && depth < MAX_DEPTH {
            within.push(path);
        } else if kind.is_dir() {
            pass(path, "a folder that lies too deep; it was not looked into");
        } else if kind.is_symlink() && path.is_dir() {
            pass(path, "a link to a folder; it was not followed");
        } else if kind.is_symlink() {
            pass(path, "a link to nothing");
        } else {
            pass(path, "not a file");
        }
    }
    for path in within {
        let before = paths.len();
        if let Err(error) = walk(&path, depth + 1, paths, passed_over) {
            // It cannot be listed, so nothing of it was taken.
            paths.truncate(before);
            passed_over.push(PassedOver { path, reason: error.to_string(), is_suspect: true });
        }
    }
    Ok(())
}

/// What reading an issue gave.
#[derive(Debug)]
pub struct Examined {
    /// The issue, as the ledger keeps it.
    pub issue: Issue,
    /// What the parser said; nothing when it refused the file.
    pub report: Option<Report>,
    /// Why it cannot be read.
    pub refusal: Option<SourceError>,
    /// Why it cannot be believed.
    pub doubts: Vec<String>,
}

/// The digest that identifies an issue: that of its file, or that of the digests of its files.
#[must_use]
pub fn issue_digest(files: &[IssueFile]) -> String {
    match files {
        [file] => file.sha256.clone(),
        files => set_digest(files.iter().map(|file| file.sha256.as_str())),
    }
}

/// Keeps the files of a candidate and says which issue it is, without reading what they hold.
pub fn keep(store: &Store, candidate: &Candidate) -> Result<Issue, StoreError> {
    let mut files = candidate.paths.iter().map(|path| store.keep(path)).collect::<Result<Vec<_>, _>>()?;
    for (file, version) in files.iter_mut().zip(&candidate.versions) {
        file.etag.clone_from(&version.etag);
        file.last_modified.clone_from(&version.last_modified);
    }
    Ok(Issue {
        source: candidate.source.id.clone(),
        format: candidate.format.name().to_owned(),
        sha256: issue_digest(&files),
        files,
        from: candidate.from.to_owned(),
        ..Issue::default()
    })
}

/// Reads an issue to its end, so that what is wrong with it is known before anything relies on it. `each` sees every entity of it.
#[must_use]
pub fn examine(candidate: &Candidate, mut issue: Issue, limits: Limits, each: &mut dyn FnMut(&Entity)) -> Examined {
    let source = &candidate.source;
    let spec = SourceSpec { limits, columns: source.columns.clone(), ..SourceSpec::new(&*source.id) };
    let mut emitted = Emitted::default();
    let mut sink = |entity: Entity| {
        emitted.count(&entity);
        each(&entity);
    };
    let loaded = match &candidate.paths[..] {
        [path] => load_file(&spec, path, None, &mut sink),
        paths => load_set(&spec, paths, None, &mut sink),
    };
    let by_name = || issue.files.iter().find_map(|file| date_in(&file.file));
    match loaded {
        Ok(report) => {
            (issue.issue_date, issue.dated_by) = if report.issue_date.is_empty() {
                let named = by_name().map(|date| (date, "file name".to_owned()));
                let told = candidate.dated.clone().map(|(date, by)| (date, by.word().to_owned()));
                named.or(told).unwrap_or_default()
            } else {
                (report.issue_date.clone(), "file".to_owned())
            };
            report.format.clone_into(&mut issue.format);
            issue.entities = report.entities;
            issue.counts = report.counts.iter().map(|count| (count.what.to_owned(), count.count)).collect();
            issue.problems = report.issues.len() as u64;
            let doubts = doubts(&report, emitted, &source.at_least);
            Examined { issue, report: Some(report), refusal: None, doubts }
        }
        Err(error) => {
            if let Some(date) = by_name() {
                (issue.issue_date, issue.dated_by) = (date, "file name".to_owned());
            }
            Examined { issue, report: None, refusal: Some(error), doubts: Vec::new() }
        }
    }
}

/// Adds to the doubts of an issue what it lost since the one before it, and that its date has not come yet: an issue with a date like that
/// would stay in force whatever came after it. `today` is the date now.
pub fn compare(examined: &mut Examined, source: &Source, before: Option<&Issue>, today: Date) {
    let Some(report) = &examined.report else { return };
    let dated = examined.issue.issue_date.get(..10).and_then(|date| date.parse::<Date>().ok());
    // Where the list is published it may be tomorrow already.
    if let Some(date) = dated.filter(|date| today.tomorrow().is_ok_and(|tomorrow| *date > tomorrow)) {
        examined.doubts.push(format!("it is dated {date}, and today is {today}"));
    }
    let Some(before) = before else { return };
    let before = Before { format: &before.format, entities: before.entities, counts: &before.counts };
    examined.doubts.extend(shrunk(before, report, source.max_shrink));
}

/// The issue of a list that is to be in force: of those that were accepted, the newest; between two of one date the one in the better format,
/// then the one that came last. An issue without a date is older than any with one.
#[must_use]
pub fn newest<'s>(source: &Source, accepted: &[&'s Issue]) -> Option<&'s Issue> {
    let rank = |issue: &Issue| {
        let preference = Format::from_name(&issue.format).and_then(|format| source.preference(format));
        (issue.issue_date.clone(), std::cmp::Reverse(preference.unwrap_or(usize::MAX)))
    };
    // `max_by_key` gives the last of equals.
    accepted.iter().copied().max_by_key(|issue| rank(issue))
}

/// What is to be recorded of an accepted issue that was delivered again: it, where its publisher has gone back to it from another of the
/// same date, or where more is known of it now than when it lay in a folder. `None` where nothing is new. Folders hold issues of all times,
/// so what lies in one says nothing of what the publisher has now.
#[must_use]
pub fn came_again(store: &Store, candidate: &Candidate, delivered: &Issue) -> Option<Issue> {
    let source = &candidate.source;
    let (held, Status::Accepted) = store.find(&source.id, &delivered.sha256)? else { return None };
    if delivered.from == FOLDER {
        return None;
    }
    let mut issue = Issue { files: delivered.files.clone(), from: delivered.from.clone(), ..held.clone() };
    let says_itself = held.dated_by.starts_with("file");
    if let Some((date, by)) = candidate.dated.clone().filter(|_| !says_itself) {
        (issue.issue_date, issue.dated_by) = (date, by.word().to_owned());
    }
    let newest_held = newest(source, &store.accepted(&source.id))?;
    let goes_back = newest_held.sha256 != issue.sha256
        && newest(source, &[newest_held, &issue]).is_some_and(|newest| newest.sha256 == issue.sha256);
    let is_fetched = issue.from == PUBLISHER && held.from != PUBLISHER;
    (goes_back || is_fetched).then_some(issue)
}

/// A date of the form 2025-03-20 or 20250320 in a name.
fn date_in(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).find_map(|at| {
        let dashed = (at..at + 10).all(|i| if i == at + 4 || i == at + 7 { bytes.get(i) == Some(&b'-') } else { digit(i) });
        let joined = (at..at + 8).all(digit);
        let ends = |end: usize| !digit(end) && (at == 0 || !digit(at - 1));
        let text = match (dashed && ends(at + 10), joined && ends(at + 8)) {
            (true, _) => name.get(at..at + 10)?.to_owned(),
            (_, true) => format!("{}-{}-{}", name.get(at..at + 4)?, name.get(at + 4..at + 6)?, name.get(at + 6..at + 8)?),
            _ => return None,
        };
        text.parse::<Date>().ok().filter(|date| date.year() >= 1990).map(|date| date.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_names() {
        for (name, expected) in [
            ("sema_2025-03-20.xml.gz", Some("2025-03-20")),
            ("BasicCompanyData-2026-11-01-part1.csv", Some("2026-11-01")),
            ("list20260811.csv", Some("2026-08-11")),
            ("list_12026081.csv", None),
            ("list_2025-13-20.xml", None),
            ("sdn.csv", None),
        ] {
            assert_eq!(date_in(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn the_newest_issue_is_in_force() {
        let source = Catalogue::built_in().unwrap().get("us_ofac_sdn").unwrap();
        let issue = |date: &str, format: &str, sha256: &str| Issue {
            issue_date: date.into(),
            format: format.into(),
            sha256: sha256.into(),
            ..Issue::default()
        };
        let issues = [
            issue("2025-01-01", "ofac_csv", "a"),
            issue("2025-01-01", "ofac_sdn_advanced", "b"),
            issue("", "ofac_sdn_advanced", "c"),
            issue("2025-01-01", "ofac_sdn_advanced", "d"),
            issue("2024-12-31", "ofac_sdn_advanced", "e"),
        ];
        let all: Vec<&Issue> = issues.iter().collect();
        // Two issues of one day: the one that came last.
        assert_eq!(newest(&source, &all).unwrap().sha256, "d");
        assert_eq!(newest(&source, &all[..1]).unwrap().sha256, "a");
        assert!(newest(&source, &[]).is_none());
    }

    #[test]
    fn files_of_one_folder_that_are_one_issue() {
        let source = Catalogue::built_in().unwrap().get("gb_fcdo_sanctions").unwrap();
        let issues = |set: Set, names: &[&str]| -> Vec<usize> {
            let mut by_date = ByDate::new();
            for name in names {
                let format = if name.ends_with("xml") { Format::UkXml } else { Format::UkCsv };
                let (source, paths) = (source.clone(), vec![PathBuf::from(name)]);
                let candidate = Candidate { source, format, paths, dated: None, from: FOLDER, versions: Vec::new() };
                by_date.entry(date_in(name)).or_default().push(candidate);
            }
            set.issues(by_date).iter().map(|candidate| candidate.paths.len()).collect()
        };
        for (names, expected) in [
            (&["uk.csv", "uk.xml"][..], &[2][..]),
            (&["uk_2026-01-01.xml", "uk_2026-02-01.xml"], &[1, 1]),
            (&["uk_2026-01-01.csv", "uk_2026-01-01.xml", "uk_2026-02-01.xml"], &[2, 1]),
            (&["old.xml", "new.xml", "uk.csv"], &[1, 1, 1]),
            (&["uk_2026-01-01.xml", "uk.csv"], &[2]),
            (&["uk_2026-01-01.xml", "uk_2026-02-01.xml", "uk.csv"], &[1, 1, 1]),
        ] {
            assert_eq!(issues(Set::Uk, names), expected, "{names:?}");
        }
        assert_eq!(issues(Set::OfacCsv, &["sdn.csv", "add.csv", "alt.csv"]), [3]);
    }
}
