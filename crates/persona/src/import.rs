//! Exports of the services that companies and platforms use become people. Each importer reads a stream, record by record; what a record
//! lacks or has wrong is a problem with its place, and the rest goes on.
//!
//! [`recognise`] says what a file is, [`import`] reads it. Papers and pictures are about one person each, whom [`owner`] finds by the name
//! of the file: they are read by [`import_paper`] and [`import_picture`]. Columns and custom fields that no importer knows are read by a
//! [`ColumnMap`] that the user writes.

use std::io::{self, BufRead};

use crate::people::{Builder, FileId};

mod ashby;
mod ats;
mod console;
mod crypto;
mod deel;
mod entra;
mod fake_analyzer;
mod fedex;
mod files;
mod freelance;
mod git_log;
mod github_audit;
mod github_users;
mod greenhouse;
mod hris;
mod intune;
mod jamf;
mod json;
mod lever;
mod mapped;
mod okta;
mod once;
mod parcels;
mod payoneer;
mod payouts;
mod picture;
mod protected;
mod recognise;
mod slashed;
mod table;
mod ups;
mod wise;
mod zscaler;

#[cfg(test)]
mod cases;

pub(crate) use json::exact;
pub(crate) use table::{header_of, text_of};

pub use files::{MAX_PAPER_BYTES, Owner, Paper, Reading, import_paper, owner};
pub use mapped::{ColumnMap, MapError};
pub use picture::{Picture, PictureError, PictureLimits, import_picture};
pub use recognise::recognise;

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $code:literal / $label:literal,)+) => {
        /// What an export is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $($(#[$doc])* $variant,)+
        }

        impl Format {
            /// Every format, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable word in commands and reports.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The words for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }

            /// What a word stands for; `None` for any other.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

formats! {
    /// Greenhouse Harvest, `/v1/candidates`.
    Greenhouse = "greenhouse" / "Greenhouse candidates",
    /// Greenhouse Harvest, `/v1/applications`.
    GreenhouseApplications = "greenhouse_applications" / "Greenhouse applications",
    /// Ashby, `candidate.list`, `candidate.info`, `application.list`, `application.info`.
    Ashby = "ashby" / "Ashby candidates and applications",
    /// Lever, `/v1/opportunities`.
    Lever = "lever" / "Lever opportunities",
    /// CSV or JSON of an HR system, such as Workday and `BambooHR`.
    Hris = "hris" / "HR records",
    /// Okta System Log.
    Okta = "okta" / "Okta System Log",
    /// Entra ID sign-in log.
    Entra = "entra" / "Entra ID sign-ins",
    /// Intune managed devices and programs.
    Intune = "intune" / "Intune managed devices",
    /// Jamf Pro inventory.
    Jamf = "jamf" / "Jamf Pro inventory",
    /// Zscaler web log.
    Zscaler = "zscaler" / "Zscaler web log",
    /// CSV of parcels.
    ParcelsCsv = "parcels" / "table of parcels",
    /// UPS Track.
    Ups = "ups" / "UPS tracking",
    /// `FedEx` Track.
    FedEx = "fedex" / "FedEx tracking",
    /// Wise recipients and transfers.
    Wise = "wise" / "Wise recipients and transfers",
    /// Deel contracts and payments.
    Deel = "deel" / "Deel contracts and payments",
    /// Payoneer payouts.
    Payoneer = "payoneer" / "Payoneer payouts",
    /// CSV of payouts.
    PayoutsCsv = "payouts" / "table of payouts",
    /// CSV of pay in virtual currency.
    CryptoPayroll = "crypto_payroll" / "table of pay in virtual currency",
    /// Output of `git log` with tabs.
    GitLog = "git_log" / "git log",
    /// GitHub users and commits of the REST interface.
    GithubUsers = "github_users" / "GitHub users",
    /// Audit log of a GitHub organisation.
    GithubAudit = "github_audit" / "GitHub audit log",
    /// Report of gh-fake-analyzer.
    FakeAnalyzer = "fake_analyzer" / "gh-fake-analyzer report",
    /// CSV of a freelance platform.
    Freelance = "freelance" / "freelance platform",
    /// CSV with a map of its columns.
    Mapped = "mapped" / "table with a map of its columns",
    /// Curriculum vitae or letter: PDF, DOCX, RTF, HTML, text.
    Cv = "cv" / "CV or letter",
    /// Picture: JPEG, PNG, WebP, GIF.
    Picture = "picture" / "picture",
}

impl Format {
    /// Whether a file of this format is about one person, who is not named in it: it is read by [`import_paper`] or [`import_picture`].
    #[must_use]
    pub const fn is_of_one_person(self) -> bool {
        matches!(self, Self::Cv | Self::Picture)
    }
}

/// Why a file is not imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A table with columns of the user needs a map of them.
    #[error("a table with columns of your own needs a map of them")]
    NoMap,
    /// The map says nothing of whose row it is.
    #[error("the map names no column as `person.id`")]
    NoPersonColumn,
    /// A paper or picture says nothing of whose it is.
    #[error("a {} is about one person: its name must say whose it is", .0.label())]
    OfOnePerson(Format),
}

/// Reads an export of a format.
pub fn import(format: Format, input: &mut dyn BufRead, file: FileId, to: &mut Builder) -> Result<(), ImportError> {
    import_with(format, input, file, None, to)
}

/// The same with a map: of the columns for [`Format::Mapped`], of the custom fields for Greenhouse, Ashby and HR records. Custom fields
/// that no map names are not read.
pub fn import_with(
    format: Format,
    input: &mut dyn BufRead,
    file: FileId,
    map: Option<&ColumnMap>,
    to: &mut Builder,
) -> Result<(), ImportError> {
    match format {
        Format::Greenhouse => greenhouse::candidates(input, file, map, to)?,
        Format::GreenhouseApplications => greenhouse::applications(input, file, map, to)?,
        Format::Ashby => ashby::read(input, file, map, to)?,
        Format::Lever => lever::read(input, file, to)?,
        Format::Hris => hris::read(input, file, map, to)?,
        Format::Mapped => mapped::read(input, file, map.ok_or(ImportError::NoMap)?, to)?,
        Format::Cv | Format::Picture => return Err(ImportError::OfOnePerson(format)),
        Format::CryptoPayroll => crypto::read(input, file, to)?,
        Format::Deel => deel::read(input, file, to)?,
        Format::Entra => entra::read(input, file, to)?,
        Format::FakeAnalyzer => fake_analyzer::read(input, file, to)?,
        Format::FedEx => fedex::read(input, file, to)?,
        Format::Freelance => freelance::read(input, file, to)?,
        Format::GitLog => git_log::read(input, file, to)?,
        Format::GithubAudit => github_audit::read(input, file, to)?,
        Format::GithubUsers => github_users::read(input, file, to)?,
        Format::Intune => intune::read(input, file, to)?,
        Format::Jamf => jamf::read(input, file, to)?,
        Format::Okta => okta::read(input, file, to)?,
        Format::ParcelsCsv => parcels::read(input, file, to)?,
        Format::Payoneer => payoneer::read(input, file, to)?,
        Format::PayoutsCsv => payouts::read(input, file, to)?,
        Format::Ups => ups::read(input, file, to)?,
        Format::Wise => wise::read(input, file, to)?,
        Format::Zscaler => zscaler::read(input, file, to)?,
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod testing {
    //! What the tests of all importers need: a builder, and what came out as lines of text.

    use std::fmt::Write as _;

    use super::{ColumnMap, Format, import_with};
    use crate::key::TenantKey;
    use crate::people::{Builder, Limits, People};
    use crate::problem::Problems;
    use crate::time::Time;

    /// An empty builder with a key for tests.
    pub(crate) fn builder() -> Builder {
        Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default())
    }

    /// The people and problems of a builder.
    pub(crate) fn finish(builder: Builder) -> (People, Problems) {
        builder.finish(Time::parse("2026-06-01").unwrap().time)
    }

    /// Imports texts of formats into one builder, `export-1`, `export-2` and so on.
    pub(crate) fn imported(texts: &[(Format, &str)], map: Option<&ColumnMap>) -> (People, Problems) {
        let mut to = builder();
        for (number, (format, text)) in texts.iter().enumerate() {
            let file = to.file(&format!("export-{}", number + 1));
            import_with(*format, &mut text.as_bytes(), file, map, &mut to).unwrap();
        }
        finish(to)
    }

    /// Everything that is known of the people, one fact a line, and the problems with their lines.
    pub(crate) fn lines(people: &People, problems: &Problems) -> String {
        let mut out = String::new();
        for person in people.all() {
            let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
            let _ = writeln!(
                out,
                "{} | {} | {} | {} | {} to {}",
                person.key(),
                or(person.name().map(str::to_owned)),
                or(person.country().map(|country| country.code().to_uppercase())),
                or(person.role().map(str::to_owned)),
                or(person.start().map(|time| time.to_string()[..10].to_owned())),
                or(person.end().map(|time| time.to_string()[..10].to_owned())),
            );
            for also in person.also() {
                let _ = writeln!(out, "  also {also}");
            }
            for identifier in person.identifiers() {
                let value = identifier.value().map_or_else(|| "keyed".to_owned(), str::to_owned);
                let _ = writeln!(out, "  {} {value}", identifier.kind().code());
            }
            for event in person.events() {
                let facts = event.facts().map(|fact| format!(" {}={}", fact.field().code(), fact.text()));
                let facts = facts.collect::<Vec<_>>().concat();
                let ip = event.ip().map(|ip| format!(" ip={ip}")).unwrap_or_default();
                let _ = writeln!(out, "  @{} {}{ip}{facts}", event.time(), event.kind().code());
            }
            for document in person.documents() {
                let facts = document.facts().map(|fact| format!(" {}.{}={}", fact.group(), fact.field().code(), fact.text()));
                let facts = facts.collect::<Vec<_>>().concat();
                let time = document.time().map(|time| format!(" {time}")).unwrap_or_default();
                let text = document.text().map(|text| format!(" {text:?}")).unwrap_or_default();
                let _ = writeln!(out, "  {}{time}{text}{facts}", document.kind().code());
            }
            for relation in person.relations() {
                let _ = writeln!(out, "  {} {}", relation.kind().code(), relation.b().key());
            }
        }
        // By place, then by words: the order of members of an object is not ours.
        let mut told: Vec<_> = problems.told().iter().map(|problem| (problem.source, problem.to_string())).collect();
        told.sort();
        for (source, problem) in told {
            let _ = writeln!(out, "! {}: {problem}", people.place(source));
        }
        out
    }

    /// Imports one text and compares what came out.
    #[track_caller]
    pub(crate) fn check(format: Format, text: &str, expected: &str) {
        let (people, problems) = imported(&[(format, text)], None);
        similar(&lines(&people, &problems), expected);
    }

    /// Compares lines, whatever their common indent.
    #[track_caller]
    pub(crate) fn similar(got: &str, expected: &str) {
        let trimmed: Vec<&str> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
        let indent = trimmed.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        let expected = trimmed.iter().map(|line| format!("{}\n", &line[indent..])).collect::<Vec<_>>().concat();
        assert_eq!(got, expected, "got:\n{got}\nexpected:\n{expected}");
    }
}

#[cfg(test)]
mod tests {
    use super::testing::builder;
    use super::{Format, ImportError, import};

    #[test]
    fn codes_are_unique_and_read_back() {
        for format in Format::ALL {
            assert_eq!(Format::from_code(format.code()), Some(*format));
            assert!(!format.label().is_empty());
        }
        assert_eq!(Format::from_code("nothing"), None);
    }

    #[test]
    fn what_says_not_whose_it_is_is_refused() {
        let mut to = builder();
        let file = to.file("a.pdf");
        for format in [Format::Cv, Format::Picture] {
            assert!(matches!(import(format, &mut &b""[..], file, &mut to), Err(ImportError::OfOnePerson(_))));
        }
        assert!(matches!(import(Format::Mapped, &mut &b""[..], file, &mut to), Err(ImportError::NoMap)));
    }
}
