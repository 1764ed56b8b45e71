//! Text out of office files: the bytes of a DOCX, PPTX, workbook or RTF go in; their text comes out with its places, what was missed and
//! the files inside. It has what the readers share: the text as it grows under its limits, and how a reading ended.

mod flow;
mod ods;
mod package;
mod rtf;
mod sheet;
mod slides;
mod word;
mod xml;

use super::{Budget, Place, Read, Status};

pub(super) use rtf::rtf;
pub(super) use sheet::sheet;
pub(super) use slides::pptx;
pub(super) use word::docx;

/// Why text is missing. Where there is no text at all, the first of them is how the reading ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    Damaged(String),
    Encrypted,
    Unsupported(String),
    TooLarge(String),
    Stopped,
}

impl Trouble {
    fn words(&self) -> String {
        match self {
            Self::Damaged(reason) | Self::Unsupported(reason) | Self::TooLarge(reason) => reason.clone(),
            Self::Encrypted => "a part needs a password".to_owned(),
            Self::Stopped => "the reading was stopped".to_owned(),
        }
    }

    fn status(self) -> Status {
        match self {
            Self::Damaged(reason) => Status::Damaged(reason),
            Self::Encrypted => Status::Encrypted,
            Self::Unsupported(reason) => Status::Unsupported(reason),
            Self::TooLarge(reason) => Status::TooLarge(reason),
            Self::Stopped => Status::Stopped,
        }
    }
}

/// The text of a file as it grows, with its places.
struct Out<'b, 'l> {
    budget: &'b Budget<'l>,
    text: String,
    places: Vec<Place>,
    notes: Vec<String>,
    troubles: Vec<Trouble>,
    inside: Vec<(String, Vec<u8>)>,
    /// The place that text which comes next is in.
    label: String,
    /// Line feeds owed before the next text.
    owed: usize,
    /// Whether all text so far is of the file's properties.
    only_properties: bool,
    /// Cells that were looked at.
    steps: u64,
    /// A limit or [`super::Stop`] ended the reading.
    ended: bool,
}

/// Reasons, and notes, that are kept of a file. The first tell what the matter is.
const MAX_REASONS: usize = 200;

/// Cells that are looked at, empty ones too: a made-up workbook has one sheet under many names.
const MAX_STEPS: u64 = 100_000_000;

const PROPERTIES: &str = "properties";

impl<'b, 'l> Out<'b, 'l> {
    fn new(budget: &'b Budget<'l>) -> Self {
        Self {
            budget,
            text: String::new(),
            places: Vec::new(),
            notes: Vec::new(),
            troubles: Vec::new(),
            inside: Vec::new(),
            label: String::new(),
            owed: 0,
            only_properties: true,
            steps: 0,
            ended: false,
        }
    }

    fn label(&mut self, label: &str) {
        if self.label != label {
            label.clone_into(&mut self.label);
        }
    }

    /// Appends a piece of text, after the line feeds owed. Says whether the reading goes on.
    fn push(&mut self, text: &str) -> bool {
        if self.ended || text.is_empty() {
            return !self.ended;
        }
        if (self.budget.stop)() {
            self.trouble(Trouble::Stopped);
            self.ended = true;
            return false;
        }
        if !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', self.owed));
        }
        self.owed = 0;
        if self.places.last().is_none_or(|place| place.label != self.label) && !self.label.is_empty() {
            self.places.push(Place { at: self.text.len(), label: self.label.clone() });
        }
        self.only_properties &= self.label == PROPERTIES;
        let left = usize::try_from(self.budget.text_left).unwrap_or(usize::MAX).saturating_sub(self.text.len());
        if text.len() > left {
            self.text.push_str(&text[..text.floor_char_boundary(left)]);
            self.trouble(Trouble::TooLarge(format!("the limit of {} bytes of text", self.budget.limits.text_bytes)));
            self.ended = true;
            return false;
        }
        self.text.push_str(text);
        true
    }

    /// A line of text; what comes next begins a line of its own.
    fn line(&mut self, text: &str) -> bool {
        let goes_on = self.push(text.trim_matches(['\n', '\r', ' ']));
        self.owed = self.owed.max(1);
        goes_on
    }

    /// A paragraph: what comes next has an empty line before it.
    fn paragraph(&mut self, text: &str) -> bool {
        self.owed = 2;
        let goes_on = self.push(text.trim_matches(['\n', '\r', ' ']));
        self.owed = 2;
        goes_on
    }

    fn trouble(&mut self, trouble: Trouble) {
        if self.troubles.len() < MAX_REASONS && !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }

    fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() < MAX_REASONS && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Counts a step that may give no text. Says whether the reading goes on.
    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps > MAX_STEPS && !self.ended {
            self.trouble(Trouble::TooLarge(format!("more than {MAX_STEPS} cells")));
            self.ended = true;
        } else if self.steps.is_multiple_of(1024) && !self.ended && (self.budget.stop)() {
            self.trouble(Trouble::Stopped);
            self.ended = true;
        }
        !self.ended
    }

    /// What was read. `pictures` are those that hold text perhaps.
    fn finish(mut self, pictures: usize) -> Read {
        if pictures > 0 {
            self.note(format!("pictures that were not read: {pictures}"));
        }
        let status = if self.text.trim().is_empty() {
            self.troubles.into_iter().next().map_or(Status::NoText, Trouble::status)
        } else if !self.troubles.is_empty() {
            Status::Partly(self.troubles.iter().map(Trouble::words).collect())
        } else if self.only_properties {
            Status::Partly(vec!["it has no text but that of its properties: pictures?".to_owned()])
        } else {
            Status::Read
        };
        Read { status, text: self.text, places: self.places, notes: self.notes, inside: self.inside }
    }

    fn failed(mut self, trouble: Trouble) -> Read {
        self.trouble(trouble);
        self.finish(0)
    }
}

#[cfg(test)]
mod tests;
