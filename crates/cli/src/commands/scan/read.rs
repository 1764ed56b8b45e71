//! One document: a file goes in; its parts come out with the mentions of each and the listings that these are of. What a mention belongs to
//! beyond its listing is found later (`finish.rs`), since it takes the whole document.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use interdict_documents::{
    FileKind, Found, Limits, Mention, Part, ScanScratch, Scanner, Status, UnlistedKind, extract, sentences, unlisted,
};
use interdict_exchange::{ScanMention, ScanPart, ScanResult, UnlistedName, excerpts};
use interdict_snapshot::EntityRef;
use rustc_hash::FxHashMap;

use super::files::Item;
use super::pdf::ProcessPdf;
use crate::commands::screen::programs;
use crate::output::rounded;

/// Bytes of a sentence up to which it is written out whole.
const SENTENCE: usize = 600;

/// A document that was read.
pub(super) struct ReadDocument {
    pub(super) file: String,
    /// Its parts; the party of no mention is filled in.
    pub(super) parts: Vec<ScanPart>,
    /// The listing of each mention, part by part.
    pub(super) listings: Vec<Vec<u32>>,
    /// Why the file could not be opened or read at all.
    pub(super) failed: Option<String>,
}

/// What documents are read with.
pub(super) struct Reading<'a> {
    pub(super) scanner: &'a Scanner<'a>,
    pub(super) limits: Limits,
    /// Seconds for one file.
    pub(super) seconds: u64,
    /// Mentions of a part that are written out at most, and names on no list.
    pub(super) mentions: usize,
    /// Whether names on no list are looked for.
    pub(super) unlisted: bool,
    /// Whether the text is kept for a page.
    pub(super) excerpts: bool,
}

impl Reading<'_> {
    pub(super) fn read(&self, item: Item, scratch: &mut ScanScratch) -> ReadDocument {
        let (file, bytes) = match item {
            Item::Stdin => ("stdin".to_owned(), self.bytes(io::stdin().lock())),
            Item::File(path) => (path.display().to_string(), self.open(&path)),
            Item::Unreadable(path, reason) => (path.display().to_string(), Err(reason)),
        };
        match bytes {
            Ok(bytes) if bytes.len() as u64 > self.limits.file_bytes => {
                let reason = format!("larger than {} bytes (--max-bytes)", self.limits.file_bytes);
                ReadDocument { parts: vec![unread(&file, "too_large", reason)], listings: vec![Vec::new()], failed: None, file }
            }
            Ok(bytes) => self.extract(file, &bytes, scratch),
            Err(reason) => ReadDocument {
                parts: vec![unread(&file, "unreadable", reason.clone())],
                listings: vec![Vec::new()],
                failed: Some(reason),
                file,
            },
        }
    }

    fn open(&self, path: &Path) -> Result<Vec<u8>, String> {
        File::open(path).map_err(|error| format!("cannot be opened: {error}")).and_then(|file| self.bytes(file))
    }

    /// All bytes; of more than are allowed, one more than that.
    fn bytes(&self, input: impl Read) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let most = self.limits.file_bytes.saturating_add(1);
        input.take(most).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
        Ok(bytes)
    }

    fn extract(&self, file: String, bytes: &[u8], scratch: &mut ScanScratch) -> ReadDocument {
        let deadline = Instant::now() + Duration::from_secs(self.seconds);
        let pdf = ProcessPdf { deadline, seconds: self.seconds };
        let stop = || Instant::now() >= deadline;
        let extraction = extract(&file, bytes, &self.limits, &pdf, &stop);
        let mut document = ReadDocument { file, parts: Vec::new(), listings: Vec::new(), failed: None };
        for part in extraction.parts {
            let (part, listings) = self.part(part, scratch);
            document.parts.push(part);
            document.listings.push(listings);
        }
        document
    }

    fn part(&self, part: Part, scratch: &mut ScanScratch) -> (ScanPart, Vec<u32>) {
        let mut found = self.scanner.scan(&part.text, scratch);
        let spans: Vec<Range<usize>> = found.iter().map(|mention| mention.span.clone()).collect();
        let mentions_left_out = found.len().saturating_sub(self.mentions);
        found.truncate(self.mentions);
        let names = if self.unlisted { unlisted(&part.text, &spans) } else { Vec::new() };
        let listings = found.iter().map(|mention| mention.entity.index()).collect();
        let reasons = reasons(&part, self.seconds);
        let result = if !found.is_empty() {
            ScanResult::Hit
        } else if reasons.is_empty() {
            ScanResult::Clear
        } else {
            ScanResult::NotChecked
        };
        let scanned = ScanPart {
            kind: part.kind.code().to_owned(),
            status: part.status.code().to_owned(),
            result,
            reasons,
            text_bytes: part.text.len(),
            mentions: mentions(&part, found),
            mentions_left_out,
            unlisted_left_out: names.len().saturating_sub(self.mentions),
            unlisted: names_of(&part.text, names, self.mentions),
            excerpts: if self.excerpts { excerpts(&part.text, &spans) } else { Vec::new() },
            path: part.path,
            notes: part.notes,
        };
        (scanned, listings)
    }
}

/// A file of which nothing was read.
fn unread(file: &str, status: &str, reason: String) -> ScanPart {
    ScanPart {
        path: file.to_owned(),
        kind: FileKind::Unknown.code().to_owned(),
        status: status.to_owned(),
        result: ScanResult::NotChecked,
        reasons: vec![reason],
        notes: Vec::new(),
        text_bytes: 0,
        mentions: Vec::new(),
        mentions_left_out: 0,
        unlisted: Vec::new(),
        unlisted_left_out: 0,
        excerpts: Vec::new(),
    }
}

/// What was not read of a part, and why; nothing only when all was.
fn reasons(part: &Part, seconds: u64) -> Vec<String> {
    match &part.status {
        // What only holds other files has no text of its own.
        Status::Read if part.text.trim().is_empty() && part.kind != FileKind::Archive => vec!["it has no text".to_owned()],
        Status::Read => Vec::new(),
        Status::Partly(reasons) if reasons.is_empty() => vec!["it was read in part".to_owned()],
        Status::Partly(reasons) => reasons.iter().map(|reason| format!("read in part: {reason}")).collect(),
        Status::NoText => vec!["no text: it may be a picture or a scan, which is not read".to_owned()],
        Status::Encrypted => vec!["it needs a password".to_owned()],
        Status::Damaged(reason) => vec![format!("damaged: {reason}")],
        Status::Unsupported(reason) => vec![format!("a kind that is not read: {reason}")],
        Status::TooLarge(reason) => vec![format!("too large: {reason}")],
        Status::Stopped => vec![format!("stopped after {seconds} s (--timeout)")],
        other => vec![other.code().replace('_', " ")],
    }
}

/// What is written of a listing with each of its mentions.
#[derive(Clone)]
struct Listing {
    datasets: Vec<String>,
    programs: Vec<String>,
}

fn mentions(part: &Part, found: Vec<Mention<'_>>) -> Vec<ScanMention> {
    if found.is_empty() {
        return Vec::new();
    }
    let text = part.text.as_str();
    let sentences = sentences(text);
    let mut known: FxHashMap<u32, Listing> = FxHashMap::default();
    let mut place = Position::default();
    let written = found.into_iter().map(|mention| {
        place.advance(text, mention.span.start);
        let listing = known.entry(mention.entity.index()).or_insert_with(|| listing(mention.entity)).clone();
        let (how, by_context, listed) = how(&mention.found);
        ScanMention {
            line: place.line,
            column: place.column,
            place: part.place(mention.span.start).map(str::to_owned),
            words: one_line(text.get(mention.span.clone()).unwrap_or_default()),
            sentence: sentence(text, &sentences, &mention.span),
            id: mention.entity.id().to_owned(),
            caption: mention.entity.caption().to_owned(),
            schema: mention.entity.schema_name().to_owned(),
            score: rounded(mention.score),
            how,
            by_context,
            listed,
            datasets: listing.datasets,
            programs: listing.programs,
            party: String::new(),
            span: mention.span.into(),
        }
    });
    written.collect()
}

fn listing(entity: EntityRef<'_>) -> Listing {
    Listing { datasets: entity.datasets(), programs: programs(entity) }
}

/// What of the listing was found: in a word, whether by context, and as listed.
fn how(found: &Found<'_>) -> (&'static str, bool, String) {
    match found {
        Found::Name { name, by_context } => {
            let how = match name.property() {
                "name" => "name",
                "weakAlias" => "weak_alias",
                _ => "alias",
            };
            (how, *by_context, name.text().to_owned())
        }
        Found::Identifier { listed, .. } => ("identifier", false, listed.clone()),
    }
}

fn names_of(text: &str, names: Vec<interdict_documents::Unlisted>, most: usize) -> Vec<UnlistedName> {
    let mut place = Position::default();
    let written = names.into_iter().take(most).map(|name| {
        let first = name.spans.first().map_or(0, |span| span.start);
        // They come in the order of the first occurrence.
        place.advance(text, first);
        UnlistedName {
            kind: match name.kind {
                UnlistedKind::Person => "person",
                UnlistedKind::Organization => "organization",
            },
            reason: name.reason,
            line: place.line,
            spans: name.spans.into_iter().map(Into::into).collect(),
            name: name.name,
        }
    });
    written.collect()
}

/// A place in a text, as line and character, which goes on through it.
struct Position {
    at: usize,
    line: usize,
    column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self { at: 0, line: 1, column: 1 }
    }
}

impl Position {
    /// Goes on to an offset; one that lies before changes nothing.
    fn advance(&mut self, text: &str, to: usize) {
        let Some(passed) = text.get(self.at..to) else { return };
        match passed.rfind('\n') {
            Some(end) => {
                self.line += passed.bytes().filter(|byte| *byte == b'\n').count();
                self.column = passed[end + 1..].chars().count() + 1;
            }
            None => self.column += passed.chars().count(),
        }
        self.at = to;
    }
}

/// The sentence, or sentences, around a span; the line where there is none.
fn sentence(text: &str, sentences: &[Range<usize>], span: &Range<usize>) -> String {
    let first = sentences.partition_point(|sentence| sentence.end <= span.start);
    let within: Vec<&Range<usize>> = sentences.iter().skip(first).take_while(|sentence| sentence.start < span.end).collect();
    let around = match (within.first(), within.last()) {
        (Some(first), Some(last)) => first.start.min(span.start)..last.end.max(span.end),
        _ => {
            let start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
            let end = text.get(span.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| span.end + at);
            start..end
        }
    };
    if around.len() <= SENTENCE {
        return one_line(text.get(around).unwrap_or_default());
    }
    let start = text.ceil_char_boundary(span.start.saturating_sub(SENTENCE / 3).max(around.start));
    let end = text.floor_char_boundary(span.end.saturating_add(SENTENCE / 3).min(around.end));
    let before = if start > around.start { "… " } else { "" };
    let after = if end < around.end { " …" } else { "" };
    format!("{before}{}{after}", one_line(text.get(start..end).unwrap_or_default()))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_lines_and_characters() {
        let text = "é a\nbc\n\nd é f";
        let mut place = Position::default();
        for (to, expected) in [(0, (1, 1)), (3, (1, 3)), (5, (2, 1)), (5, (2, 1)), (9, (4, 1)), (14, (4, 5)), (3, (4, 5))] {
            place.advance(text, to);
            assert_eq!((place.line, place.column), expected, "{to}");
        }
    }

    #[test]
    fn sentences_are_those_around_the_words() {
        let text = "One is here.  Two\nis there. Three.";
        let held = [0..12, 14..27, 28..34];
        for (span, expected) in
            [(4..6, "One is here."), (14..20, "Two is there."), (8..17, "One is here. Two is there."), (28..33, "Three.")]
        {
            assert_eq!(sentence(text, &held, &span), expected);
        }
        assert_eq!(sentence(text, &[], &(18..20)), "is there. Three.");
        let long = "é ".repeat(1_000);
        let cut = sentence(&long, &[0..3_000, 3_000..3_001], &(1_500..1_502));
        assert!(cut.starts_with("… é") && cut.ends_with("é …") && cut.len() < SENTENCE, "{cut}");
    }

    #[test]
    fn without_text_nothing_is_clear() {
        let part = |kind, status, text: &str| Part {
            path: "a".to_owned(),
            kind,
            status,
            text: text.to_owned(),
            places: Vec::new(),
            notes: Vec::new(),
        };
        for (kind, status, text, clear) in [
            (FileKind::Text, Status::Read, "a", true),
            (FileKind::Text, Status::Read, " \n", false),
            (FileKind::Archive, Status::Read, "", true),
            (FileKind::Pdf, Status::NoText, "", false),
            (FileKind::Pdf, Status::Partly(Vec::new()), "a", false),
            (FileKind::Pdf, Status::Encrypted, "", false),
            (FileKind::Docx, Status::Damaged("x".to_owned()), "", false),
            (FileKind::Unknown, Status::Unsupported("x".to_owned()), "", false),
            (FileKind::Archive, Status::TooLarge("x".to_owned()), "", false),
            (FileKind::Text, Status::Stopped, "", false),
        ] {
            let part = part(kind, status, text);
            assert_eq!(reasons(&part, 5).is_empty(), clear, "{part:?}");
        }
    }
}
