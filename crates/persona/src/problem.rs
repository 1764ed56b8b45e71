//! What was wrong with the input: never a reason to stop, always said.

use std::fmt;

use crate::people::{FileId, Source};
use crate::time::TimeError;
use crate::value::ValueError;
use crate::vocabulary::IdKind;

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The row cannot be read; it is left out.
    #[error("the row is left out: {0}")]
    Row(String),
    /// A quote that is not closed, or that stands inside a cell, so that following lines were taken into the row; it is left out.
    #[error(
        "the row is left out: a quote is not closed, or stands inside a cell; what follows up to the next quote is not read"
    )]
    OpenQuote,
    /// A required column or member is missing; the row is left out.
    #[error("the row is left out: `{0}` is missing")]
    Missing(&'static str),
    /// A word outside its vocabulary; the row is left out.
    #[error("the row is left out: `{word}` is no kind of {of}")]
    UnknownKind {
        /// The word.
        word: String,
        /// What it should be a kind of.
        of: &'static str,
    },
    /// A value is not taken; the rest of the row is.
    #[error("the {} is not taken: {error}", .kind.label())]
    Value {
        /// What it should be.
        kind: IdKind,
        /// Why not.
        error: ValueError,
    },
    /// A telephone number in national writing of somebody whose country no record states.
    #[error(
        "the telephone number is not taken: it has no country code, and no record states the country of the person (policy: `default_country`)"
    )]
    NationalPhone,
    /// Accounts of two systems with one e-mail address that are two persons all the same.
    #[error("`{one}` and `{other}` have one e-mail address and stay two persons: {why}")]
    NotOne {
        /// The one.
        one: String,
        /// The other.
        other: String,
        /// Why.
        why: &'static str,
    },
    /// Dates of a column with slashes, of which none tells whether the day or the month comes first.
    #[error(
        "the dates of `{0}` are not read: whether the day or the month comes first cannot be told (policy: `slashed_dates`)"
    )]
    SlashedDates(String),
    /// A keyed hash is not 64 hexadecimal digits.
    #[error("`value_hash` is not taken: it is not 64 hexadecimal digits")]
    Hash,
    /// A moment is not taken; an event without one is left out.
    #[error("`{field}` is not taken: {error}")]
    Time {
        /// The column.
        field: &'static str,
        /// Why not.
        error: TimeError,
    },
    /// No time zone is stated; UTC was taken.
    #[error("no time zone is stated: taken as UTC")]
    NoZone,
    /// The moment lies after that of the assessment: a clock is off. The event is kept and read by no rule of time.
    #[error("the time lies in the future: the clock is off")]
    Future,
    /// A time zone that is none.
    #[error("the time zone is not taken: it is neither an IANA name nor an offset")]
    Zone,
    /// A country that is none.
    #[error("the country is not taken: `{0}` is neither a code nor a name")]
    Country(String),
    /// An address of the Internet that is none.
    #[error("the IP address is not taken: `{0}`")]
    Ip(String),
    /// The id was there before with other facts; the first ones stay.
    #[error("the id was there before: its first row stays, what it lacks is taken")]
    DuplicateId,
    /// A text was cut.
    #[error("the text is longer than {0} bytes: the rest is not read")]
    TextCut(usize),
    /// More facts than are kept.
    #[error("more than {0} facts in one row: the rest is not read")]
    TooManyFacts(usize),
    /// A column or member that is not known.
    #[error("`{0}` is not read")]
    UnknownColumn(String),
    /// A column that is there more than once.
    #[error("the column `{0}` is there twice: the first is read")]
    SecondColumn(String),
    /// The cells of a table are separated by something else than commas.
    #[error("its cells are separated by {0}, and it is read so")]
    Separator(&'static str),
    /// An answer of an interface that says that others follow it, by the member that says so.
    #[error("it is one page of a longer list (`{0}`): what the next pages hold is missing, unless they are read, too")]
    Page(String),
    /// A number in JSON of which readers keep only the first digits.
    #[error("`{0}` is a number of more digits than are exact: it must be a text")]
    Inexact(String),
    /// Text in another encoding.
    #[error("bytes that are no UTF-8 are read as ISO 8859-1 (Latin-1)")]
    Encoding,
    /// A column, member or question about a protected characteristic of a person; its content was not looked at.
    #[error("`{0}` is not read: it is about a protected characteristic of a person")]
    Protected(String),
    /// A column that the map names and the table lacks.
    #[error("the table has no column `{0}`, which the map names")]
    NoColumn(String),
    /// A paper or picture that was not read, or not in full.
    #[error("the file is not read in full: {0}")]
    File(String),
    /// A person that is in no person table; it was made.
    #[error("no row of persons has this id")]
    UnknownPerson,
    /// The file ends in the middle of a record; what stands before was taken.
    #[error("the file ends in the middle of a record: what stands before is taken")]
    CutOff,
}

impl ProblemKind {
    /// The column that is not read; `None` for what is wrong with rows.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::UnknownColumn(name) | Self::Protected(name) | Self::SlashedDates(name) => Some(name),
            _ => None,
        }
    }
}

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub source: Source,
    /// What.
    pub kind: ProblemKind,
}

/// How many problems of one kind in one file are told one by one, unless more are asked for; the others are counted.
pub(crate) const TOLD: u64 = 20;

/// The same of columns: each of them is named, and no table has more.
const COLUMNS_TOLD: u64 = 1000;

/// All problems, bounded: of each kind in each file the first are kept, and how many there were.
#[derive(Debug)]
pub struct Problems {
    most: u64,
    first: Vec<Problem>,
    counts: rustc_hash::FxHashMap<(FileId, std::mem::Discriminant<ProblemKind>), u64>,
}

impl Default for Problems {
    fn default() -> Self {
        Self::keeping(TOLD)
    }
}

impl Problems {
    /// Problems of which so many of each kind in each file are kept.
    pub(crate) fn keeping(most: u64) -> Self {
        Self { most, first: Vec::new(), counts: rustc_hash::FxHashMap::default() }
    }

    pub(crate) fn add(&mut self, source: Source, kind: ProblemKind) {
        let count = self.counts.entry((source.file, std::mem::discriminant(&kind))).or_default();
        *count += 1;
        if *count <= self.most_of(&kind) {
            self.first.push(Problem { source, kind });
        }
    }

    /// How many of a kind in one file are kept.
    fn most_of(&self, kind: &ProblemKind) -> u64 {
        if kind.column().is_some() { self.most.max(COLUMNS_TOLD) } else { self.most }
    }

    /// Those that are told one by one, in the order in which they were met.
    #[must_use]
    pub fn told(&self) -> &[Problem] {
        &self.first
    }

    /// How many there were in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Whether all of the kind of a problem in its file are told one by one.
    #[must_use]
    pub fn are_told(&self, problem: &Problem) -> bool {
        self.like(problem) <= self.most_of(&problem.kind)
    }

    /// How many there were of the kind of a problem in its file.
    #[must_use]
    pub fn like(&self, problem: &Problem) -> u64 {
        self.counts.get(&(problem.source.file, std::mem::discriminant(&problem.kind))).copied().unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(out)
    }
}

/// Reads a document of TOML; else the line, and what is wrong there.
pub(crate) fn from_toml<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        format!("line {}: {}", before.matches('\n').count() + 1, error.message().trim_end().replace('\n', "; "))
    })
}
