//! What of a folder was not read, and whose it may be: files that were passed over, and rows that were left out. Whoever is named there may have
//! records that nobody has seen, so that no date is the last and no erasure is complete.

use std::collections::{HashMap, HashSet};
use std::fs;

use anyhow::Context as _;
use interdict_persona::{Form, IdKind, Person, ProblemKind, owner};

use super::input::{Kind, Loaded, PassedOver};

/// What was not read.
pub(super) struct Unread {
    files: Vec<UnreadFile>,
}

struct UnreadFile {
    name: String,
    /// The words in it, or in the rows of it that were left out; `None` when they cannot be looked at.
    words: Option<HashSet<String>>,
}

impl Unread {
    /// Looks through the files that were passed over, and the rows that were left out of the others.
    pub(super) fn of(loaded: &Loaded) -> anyhow::Result<Self> {
        Self::with(loaded, &left_out(loaded))
    }

    /// The same of what an erasure leaves: it takes rows out whose date or kind was not taken, but not those that cannot be taken apart.
    pub(super) fn after_erasing(loaded: &Loaded) -> anyhow::Result<Self> {
        Self::with(loaded, &lines_with(loaded, is_torn))
    }

    fn with(loaded: &Loaded, of_tables: &HashMap<String, Lines>) -> anyhow::Result<Self> {
        let left_out = left_out(loaded);
        let mut files = Vec::new();
        for PassedOver { name, file } in &loaded.passed_over {
            let words = match file {
                Some(path) => {
                    let bytes = fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
                    words_of(&bytes, &Lines::All)
                }
                None => None,
            };
            // Of what is packed, or cannot be looked into, the name may say whose it is.
            let by_name = || name.contains("__").then(|| owner(name)).flatten().map(|owner| owner.person.to_lowercase());
            let words = words.or_else(|| by_name().map(|person| HashSet::from([person])));
            files.push(UnreadFile { name: name.clone(), words });
        }
        for item in &loaded.items {
            let lines = match item.kind {
                Kind::Table(_, Form::Csv | Form::JsonLines) => of_tables.get(&item.name),
                Kind::Table(..) | Kind::Export(_) => left_out.get(&item.name).map(|_| &Lines::All),
                // Whose a paper is says its name.
                Kind::Paper(_) | Kind::Picture(_) => None,
            };
            let Some(lines) = lines else { continue };
            let bytes = fs::read(&item.path).with_context(|| format!("{}: cannot be read", item.path.display()))?;
            let words = match item.kind {
                Kind::Table(_, Form::Parquet) => None,
                _ => words_of(&bytes, lines),
            };
            files.push(UnreadFile { name: item.name.clone(), words });
        }
        Ok(Self { files })
    }

    /// Whether something of a person may be among it.
    pub(super) fn may_hold(&self, person: Person<'_>) -> bool {
        self.holding(person).next().is_some()
    }

    /// The files in which something of a person may be that was not read.
    pub(super) fn holding<'a>(&'a self, person: Person<'a>) -> impl Iterator<Item = &'a str> {
        let named = if self.files.is_empty() { Vec::new() } else { names_of(person) };
        let files = self.files.iter();
        files
            .filter(move |file| file.words.as_ref().is_none_or(|words| named.iter().any(|name| words.contains(name))))
            .map(|file| file.name.as_str())
    }
}

/// Whether the bytes of a file name one of several persons.
pub(super) fn names<'a>(bytes: &[u8], mut persons: impl Iterator<Item = Person<'a>>) -> bool {
    let words = words_of(bytes, &Lines::All).unwrap_or_default();
    persons.any(|person| names_of(person).iter().any(|name| words.contains(name)))
}

/// Whether a row could not be taken apart, so that it is not known whose it is.
fn is_torn(kind: &ProblemKind) -> bool {
    matches!(kind, ProblemKind::Row(_) | ProblemKind::OpenQuote | ProblemKind::CutOff)
}

/// The lines of each file of which rows were left out.
fn left_out(loaded: &Loaded) -> HashMap<String, Lines> {
    lines_with(loaded, |kind| {
        is_torn(kind) || matches!(kind, ProblemKind::Missing(_) | ProblemKind::UnknownKind { .. } | ProblemKind::Time { .. })
    })
}

/// The lines of each file that have certain problems. Where not all of them were told, they may be any.
fn lines_with(loaded: &Loaded, is_one: impl Fn(&ProblemKind) -> bool) -> HashMap<String, Lines> {
    let problems = &loaded.problems;
    let mut all: HashMap<String, Lines> = HashMap::new();
    for problem in problems.told().iter().filter(|problem| is_one(&problem.kind)) {
        let place = loaded.people.place(problem.source);
        let line = problem.source.line;
        let file = if line == 0 { place.as_str() } else { place.rsplit_once(':').map_or(place.as_str(), |(file, _)| file) };
        if line == 0 || problem.kind == ProblemKind::OpenQuote || !problems.are_told(problem) {
            all.insert(file.to_owned(), Lines::All);
        } else if let Lines::Some(lines) = all.entry(file.to_owned()).or_insert_with(|| Lines::Some(HashSet::new())) {
            lines.insert(line);
        }
    }
    all
}

/// Lines of a file.
enum Lines {
    /// All.
    All,
    /// Those with these numbers.
    Some(HashSet<u32>),
}

/// By what a person is named in files: ids, those of accounts without the system, too, and addresses of e-mail.
fn names_of(person: Person<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for id in std::iter::once(person.key()).chain(person.also()) {
        names.push(id.to_lowercase());
        // A short number stands everywhere.
        names.extend(id.split_once(':').map(|(_, own)| own.to_lowercase()).filter(|own| own.len() > 3));
    }
    for email in person.identifiers_of(IdKind::Email) {
        names.push(email.shown().to_string().to_lowercase());
        names.extend(email.value().map(str::to_lowercase));
    }
    names
}

/// The words of lines, in small letters: what stands between delimiters, quotes and brackets, whole and by its parts between spaces. `None` for
/// what is packed.
fn words_of(bytes: &[u8], lines: &Lines) -> Option<HashSet<String>> {
    const PACKED: [&[u8]; 4] = [b"\x1f\x8b", b"PK\x03\x04", b"PAR1", b"\x28\xb5\x2f\xfd"];
    if PACKED.iter().any(|begin| bytes.starts_with(begin)) {
        return None;
    }
    let mut words = HashSet::new();
    for (line, number) in bytes.split(|byte| *byte == b'\n').zip(1_u32..) {
        if matches!(lines, Lines::Some(numbers) if !numbers.contains(&number)) {
            continue;
        }
        // Characters of two bytes have zeros between them.
        let line: Vec<u8> = line.iter().copied().filter(|byte| *byte != 0).collect();
        let line = String::from_utf8_lossy(&line).to_lowercase();
        for cell in line.split(|letter: char| letter.is_control() || ",;|\"'{}[]<>()=\u{fffd}".contains(letter)) {
            let cell = cell.trim().trim_matches(':').trim();
            words.insert(cell.to_owned());
            words.extend(cell.split_whitespace().map(|word| word.trim_matches([':', '.', '!', '?']).to_owned()));
        }
    }
    words.remove("");
    Some(words)
}
