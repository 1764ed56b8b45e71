//! Which files there are and what each is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use interdict_persona::{ColumnMap, Form, Format, Owner, Table, owner, recognise};

use super::head;
use super::map::Maps;
use crate::failure::Failure;
use crate::messages::Messages;

/// The subfolder of a folder that holds feeds.
const FEEDS: &str = "feeds";

/// A file and what it is read as.
pub(in crate::commands::people) struct Item {
    pub(in crate::commands::people) path: PathBuf,
    /// The path from the folder that was named, with `/`.
    pub(in crate::commands::people) name: String,
    pub(in crate::commands::people) kind: Kind,
    /// The map beside it.
    pub(super) map: Option<ColumnMap>,
}

/// What a file is.
pub(in crate::commands::people) enum Kind {
    Table(Table, Form),
    Export(Format),
    Paper(Owner),
    Picture(Owner),
}

impl Kind {
    /// In which order files are read: what says most of persons first, as it is what others meet.
    pub(super) fn rank(&self) -> (u8, u8) {
        match self {
            Self::Table(table, _) => (0, *table as u8),
            Self::Export(format) => (1, rank(*format)),
            Self::Paper(_) => (2, 0),
            Self::Picture(_) => (2, 1),
        }
    }

    pub(super) fn label(&self) -> String {
        match self {
            Self::Table(table, form) => {
                let form = match form {
                    Form::Csv => "CSV",
                    Form::JsonLines => "JSON lines",
                    Form::Parquet => "Parquet",
                };
                format!("table `{}` as {form}", table.name())
            }
            Self::Export(format) => format.label().to_owned(),
            Self::Paper(owner) => format!("CV or letter of {}", owner.person),
            Self::Picture(owner) => format!("picture of {}", owner.person),
        }
    }
}

fn rank(format: Format) -> u8 {
    match format {
        Format::Hris => 0,
        Format::Mapped => 1,
        Format::Freelance => 2,
        Format::Greenhouse => 3,
        Format::GreenhouseApplications => 4,
        Format::Ashby => 5,
        Format::Lever => 6,
        Format::Okta => 7,
        Format::Entra => 8,
        Format::Intune => 9,
        Format::Jamf => 10,
        Format::Zscaler => 11,
        Format::Deel => 12,
        Format::Wise => 13,
        Format::Payoneer => 14,
        Format::PayoutsCsv => 15,
        Format::CryptoPayroll => 16,
        Format::ParcelsCsv => 17,
        Format::Ups => 18,
        Format::FedEx => 19,
        Format::GithubUsers => 20,
        Format::GithubAudit => 21,
        Format::FakeAnalyzer => 22,
        Format::GitLog => 23,
        _ => u8::MAX,
    }
}

/// What of a folder is not read.
pub(in crate::commands::people) struct PassedOver {
    pub(in crate::commands::people) name: String,
    /// The file; `None` for what cannot be looked into, such as a link to another folder.
    pub(in crate::commands::people) file: Option<PathBuf>,
}

/// The files that were found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) items: Vec<Item>,
    /// Feeds, with the names by which they are shown.
    pub(super) feeds: Vec<(PathBuf, String)>,
    /// What of folders is not read.
    pub(super) passed_over: Vec<PassedOver>,
}

impl Found {
    /// A file that the command line names: one that cannot be read is an error.
    pub(super) fn file(&mut self, path: &Path, maps: &Maps) -> anyhow::Result<()> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        match known(path, &name, maps)? {
            Ok((kind, map)) => self.items.push(Item { path: path.to_owned(), name, kind, map }),
            Err(reason) => {
                let hint =
                    "`--map FILE` says what the columns of a table are; a CV or picture is called ID__cv.pdf, by its person";
                return Err(Failure::new(format!("{}: {reason}", path.display()), hint).into());
            }
        }
        Ok(())
    }

    /// All files of a folder: one that cannot be read is told and passed over.
    pub(super) fn folder(&mut self, root: &Path, maps: &Maps) -> anyhow::Result<()> {
        let Below { files, others } = files_below(root)?;
        for Other { path, name, reason } in others.into_iter().filter(|other| !is_about(&other.name)) {
            Messages::warning(&format!("{}: not read: {reason}", path.display()));
            self.passed_over.push(PassedOver { name, file: None });
        }
        for (path, name) in files {
            if name.split('/').next() == Some(FEEDS) && name.contains('/') {
                if !is_about(&name) {
                    self.feeds.push((path, name));
                }
                continue;
            }
            if is_about(&name) {
                continue;
            }
            match known(&path, &name, maps)? {
                Ok((kind, map)) => self.items.push(Item { path, name, kind, map }),
                Err(reason) => {
                    Messages::warning(&format!("{}: not read: {reason}", path.display()));
                    self.passed_over.push(PassedOver { name, file: Some(path) });
                }
            }
        }
        Ok(())
    }
}

/// What is in a folder and those in it.
pub(in crate::commands::people) struct Below {
    /// Files, also those that links lead to, with their paths from the folder, in the order of their names.
    pub(in crate::commands::people) files: Vec<(PathBuf, String)>,
    /// What is neither a file nor a folder.
    others: Vec<Other>,
}

/// What is neither a file nor a folder.
struct Other {
    path: PathBuf,
    name: String,
    /// Why it is not read.
    reason: String,
}

/// All that is in a folder and those in it. Links to folders are not followed: they may lead to this one.
pub(in crate::commands::people) fn files_below(root: &Path) -> anyhow::Result<Below> {
    let (mut files, mut others) = (Vec::new(), Vec::new());
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let context = || format!("{}: cannot be read", folder.display());
        for entry in fs::read_dir(&folder).with_context(context)? {
            let entry = entry.with_context(context)?;
            let path = entry.path();
            if entry.file_type().with_context(context)?.is_dir() {
                folders.push(path);
                continue;
            }
            let steps = path.strip_prefix(root).unwrap_or(&path).components();
            let name: Vec<String> = steps.map(|step| step.as_os_str().to_string_lossy().into_owned()).collect();
            let name = name.join("/");
            let reason = match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    files.push((path, name));
                    continue;
                }
                Ok(metadata) if metadata.is_dir() => {
                    "it is a link to a folder, which is not followed: name that folder too".to_owned()
                }
                Ok(_) => "it is no file".to_owned(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => "it is a link to what is not there".to_owned(),
                Err(error) => format!("it cannot be looked at: {error}"),
            };
            others.push(Other { path, name, reason });
        }
    }
    files.sort_by(|one, other| one.1.cmp(&other.1));
    others.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Below { files, others })
}

/// Whether a file is about the data, and no data: hidden, a note, a policy, a map, a key.
fn is_about(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    let ending = |ending: &str| Path::new(file).extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    file.starts_with('.') || ending("md") && !file.contains("__") || ending("toml") || ending("key")
}

/// What a file is, with the map beside it, or why it is not read.
fn known(path: &Path, name: &str, maps: &Maps) -> anyhow::Result<Result<(Kind, Option<ColumnMap>), &'static str>> {
    if let Some((table, form)) = Table::of_file(name) {
        return Ok(Ok((Kind::Table(table, form), None)));
    }
    let beside = Maps::beside(path)?;
    let format = match recognise(name, &head(path)?) {
        // The user says what the columns are, whatever they look like.
        _ if beside.as_ref().is_some_and(|(_, is_of_columns)| *is_of_columns) => Some(Format::Mapped),
        Some(Format::Cv) if maps.has_columns() && is_table(name) => Some(Format::Mapped),
        None if maps.has_columns() && is_table(name) => Some(Format::Mapped),
        format => format,
    };
    let map = beside.map(|(map, _)| map);
    Ok(match format {
        None => Err("it is no table of people, no known export, and no CV or picture"),
        Some(format @ (Format::Cv | Format::Picture)) => match owner(name) {
            Some(owner) if format == Format::Cv => Ok((Kind::Paper(owner), None)),
            Some(owner) => Ok((Kind::Picture(owner), None)),
            None => Err("its name does not say whose CV or picture it is"),
        },
        Some(format) => Ok((Kind::Export(format), map)),
    })
}

fn is_table(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    ["csv", "tsv", "txt", "tab"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}
