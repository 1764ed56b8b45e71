//! The text of a PDF: its bytes go in; the text of its pages comes out, a place for each, and what was not read. Reading the format is
//! behind the seam [`PdfText`]; [`InProcessPdf`] is the reader at hand. What its text lacks is repaired here: ligatures, control
//! characters, runs of empty lines.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use pdf_extract::{
    Dictionary, Document, MediaBox, Object, ObjectId, OutputDev, OutputError, Transform, output_doc, output_doc_page,
};
use serde_json::{Value, json};

use super::{Budget, PdfError, PdfText, Place, Read, Status};

/// What a last "page" begins with that holds the properties of the document and is no page. No text of a page has control characters.
const PROPERTIES: char = '\u{1}';

/// What a last "page" begins with that holds reasons why text is missing, one a line.
const MISSING: char = '\u{2}';

/// Bytes of text beyond which a PDF is given up: 256 MiB, the most that any limit for text should allow.
const MAX_TEXT: usize = 256 << 20;

/// Pages that are read one by one after a damaged one; each takes time that grows with the number of pages.
const MAX_SINGLE_PAGES: usize = 2000;

/// Levels of the page tree that a page looks up; the library would follow a circle for ever.
const MAX_LEVELS: usize = 64;

/// Notes and form fields of a page that are read.
const MAX_ANNOTATIONS: usize = 10_000;

/// Of the characters of a page, the share without meaning from which on the page counts as not read: one in so many.
const UNKNOWN_SHARE: usize = 10;

/// Reads PDF in this process, with `pdf-extract`. A panic of the library is caught and becomes [`PdfError::Damaged`]; endless loops and
/// exhausted memory or stack are not, so files from outside are read in a process under limits (see [`encode_pages`]).
///
/// A page's text is followed by its notes, form fields and link targets. Behind the pages come at most two texts that are no pages, for
/// the properties of the document and for what could not be read; they begin with a control character, which no text of a page has.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcessPdf;

impl PdfText for InProcessPdf {
    fn pages(&self, bytes: &[u8]) -> Result<Vec<String>, PdfError> {
        match catch_unwind(AssertUnwindSafe(|| read_pages(bytes))) {
            Ok(pages) => pages,
            Err(panic) => Err(PdfError::Damaged(format!("the PDF cannot be read: {}", panic_reason(&*panic)))),
        }
    }
}

/// What a process that reads PDF writes for the one that asked: JSON, `{"pages":[...]}`, `{"encrypted":true}`, `{"damaged":"reason"}` or
/// `{"limit":"reason"}`.
#[must_use]
pub fn encode_pages(pages: &Result<Vec<String>, PdfError>) -> Vec<u8> {
    let value = match pages {
        Ok(pages) => json!({ "pages": pages }),
        Err(PdfError::Encrypted) => json!({ "encrypted": true }),
        Err(PdfError::Damaged(reason)) => json!({ "damaged": reason }),
        Err(PdfError::Limit(reason)) => json!({ "limit": reason }),
    };
    value.to_string().into_bytes()
}

/// What [`encode_pages`] wrote. Anything else, such as the output of a process that was ended early, is [`PdfError::Damaged`].
pub fn decode_pages(bytes: &[u8]) -> Result<Vec<String>, PdfError> {
    let broken = || PdfError::Damaged("the process that reads PDF ended without an answer".to_owned());
    let mut value: Value = serde_json::from_slice(bytes).map_err(|_| broken())?;
    if let Some(Value::Array(pages)) = value.get_mut("pages") {
        let texts = pages.iter_mut().map(|page| match page.take() {
            Value::String(text) => Ok(text),
            _ => Err(broken()),
        });
        return texts.collect();
    }
    let reason = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if value.get("encrypted") == Some(&Value::Bool(true)) {
        Err(PdfError::Encrypted)
    } else if let Some(reason) = reason("limit") {
        Err(PdfError::Limit(reason))
    } else {
        Err(reason("damaged").map_or_else(broken, PdfError::Damaged))
    }
}

/// Reads a PDF with `reader`.
pub(super) fn pdf(bytes: &[u8], reader: &dyn PdfText, budget: &Budget) -> Read {
    let mut read =
        Read { status: Status::NoText, text: String::new(), places: Vec::new(), notes: Vec::new(), inside: Vec::new() };
    if (budget.stop)() {
        read.status = Status::Stopped;
        return read;
    }
    let pages = match reader.pages(bytes) {
        Ok(pages) => pages,
        Err(error) => {
            read.status = match error {
                PdfError::Encrypted => Status::Encrypted,
                PdfError::Damaged(reason) => Status::Damaged(reason),
                PdfError::Limit(reason) => Status::TooLarge(reason),
            };
            return read;
        }
    };
    let limit = usize::try_from(budget.text_left).unwrap_or(usize::MAX);
    let mut missing = Vec::new();
    let mut empty = Vec::new();
    let mut has_pages = false;
    let mut damaged = Vec::new();
    for (number, page) in pages.iter().enumerate() {
        let (label, page) = if let Some(properties) = page.strip_prefix(PROPERTIES) {
            ("properties".to_owned(), properties)
        } else if let Some(reasons) = page.strip_prefix(MISSING) {
            damaged.extend(reasons.lines().filter(|line| !line.is_empty()).map(str::to_owned));
            continue;
        } else {
            (format!("page {}", number + 1), page.as_str())
        };
        let (text, unknown) = tidy(page);
        if unknown > 0 && unknown == text.chars().filter(|character| !character.is_whitespace()).count() {
            missing.push(format!("{label}: none of its {unknown} characters has a meaning in its font"));
            continue;
        }
        if text.is_empty() {
            if label != "properties" {
                empty.push(number + 1);
            }
            continue;
        }
        has_pages |= label != "properties";
        if unknown > 0 && unknown >= text.chars().count() / UNKNOWN_SHARE {
            missing.push(format!("{label}: {unknown} characters have no meaning in its font"));
        }
        if !read.text.is_empty() {
            read.text.push_str("\n\n");
        }
        read.places.push(Place { at: read.text.len(), label });
        let left = limit.saturating_sub(read.text.len());
        if text.len() > left {
            read.text.push_str(&text[..text.floor_char_boundary(left)]);
            missing.push(format!("from page {} on: the limit of {} bytes of text", number + 1, budget.limits.text_bytes));
            break;
        }
        read.text.push_str(&text);
    }
    if !has_pages && damaged.is_empty() && missing.is_empty() {
        // Properties alone are kept for the reader of the report; they do not make a scanned document a read one.
        read.status = Status::NoText;
        return read;
    }
    missing.extend(damaged);
    if !empty.is_empty() {
        missing.push(without_text(&empty));
    }
    read.status = if missing.is_empty() {
        Status::Read
    } else if read.text.is_empty() {
        Status::Damaged(missing.join("; "))
    } else {
        Status::Partly(missing)
    };
    read
}

/// `pages 3, 5 to 7 have no text: pictures?`
fn without_text(pages: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *page => *last = *page,
            _ => ranges.push((*page, *page)),
        }
    }
    let words = ranges.iter().map(|(from, to)| if from == to { from.to_string() } else { format!("{from} to {to}") });
    let words = words.collect::<Vec<_>>().join(", ");
    if pages.len() == 1 {
        format!("page {words} has no text: a picture?")
    } else {
        format!("pages {words} have no text: pictures?")
    }
}

/// A page's text with ligatures as letters, without control characters, trailing blanks and more than one empty line in a row; and how
/// many of its characters have no meaning. A word cut by a hyphen at the end of a line stays so.
fn tidy(page: &str) -> (String, usize) {
    let mut text = String::with_capacity(page.len());
    let mut unknown = 0;
    let mut breaks = 0;
    let mut blanks = String::new();
    for character in page.chars() {
        match character {
            '\n' | '\u{c}' => {
                breaks += 1;
                blanks.clear();
                continue;
            }
            ' ' | '\t' => {
                blanks.push(character);
                continue;
            }
            _ if character.is_control() => continue,
            '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => unknown += 1,
            _ => {}
        }
        if breaks > 0 {
            // A soft hyphen at the end of a line is the hyphen that is seen.
            if text.ends_with('\u{ad}') {
                text.pop();
                text.push('-');
            }
            if !text.is_empty() {
                text.push_str(if breaks > 1 { "\n\n" } else { "\n" });
            }
            breaks = 0;
        }
        if !text.is_empty() {
            text.push_str(&blanks);
        }
        blanks.clear();
        match ligature(character) {
            Some(letters) => text.push_str(letters),
            None => text.push(character),
        }
    }
    (text, unknown)
}

/// The letters of a Latin ligature (Unicode block Alphabetic Presentation Forms).
fn ligature(character: char) -> Option<&'static str> {
    Some(match character {
        '\u{fb00}' => "ff",
        '\u{fb01}' => "fi",
        '\u{fb02}' => "fl",
        '\u{fb03}' => "ffi",
        '\u{fb04}' => "ffl",
        '\u{fb05}' | '\u{fb06}' => "st",
        _ => return None,
    })
}

fn panic_reason(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    words.map_or_else(|| "for a reason that is not told".to_owned(), |words| words.chars().take(200).collect())
}

fn read_pages(bytes: &[u8]) -> Result<Vec<String>, PdfError> {
    let mut document = Document::load_mem(bytes).map_err(|error| open_error(bytes, &error))?;
    if document.trailer.get(b"Encrypt").is_ok() && !document.was_encrypted() {
        // Documents whose password is empty were decrypted when they were opened.
        document.decrypt("").map_err(|_| PdfError::Encrypted)?;
    }
    let numbered = document.get_pages();
    add_media_boxes(&mut document, numbered.values());
    if numbered.is_empty() {
        return Err(PdfError::Damaged("the PDF has no pages".to_owned()));
    }
    let mut failed: Vec<(u32, String)> = Vec::new();
    let mut pages: Vec<String> = Vec::with_capacity(numbered.len());
    let circle = numbered.values().any(|id| has_circle(&document, *id));
    let mut layout = Layout::default();
    let whole = if circle {
        Err("the tree of its pages is a circle".to_owned())
    } else {
        caught(|| output_doc(&document, &mut layout))
    };
    if let Err(reason) = whole {
        // The page that failed keeps what came before; those after it are read one by one.
        let at = layout.whole + 1;
        pages.append(&mut layout.pages);
        pages.resize(at, String::new());
        failed.push((at as u32, reason));
        for (number, id) in numbered.iter().skip(at).take(MAX_SINGLE_PAGES) {
            let mut single = Layout { written: layout.written, ..Layout::default() };
            let outcome = if has_circle(&document, *id) {
                Err("the tree of its pages is a circle".to_owned())
            } else {
                caught(|| output_doc_page(&document, &mut single, *number))
            };
            layout.written = single.written;
            pages.push(single.pages.pop().unwrap_or_default());
            if let Err(reason) = outcome {
                failed.push((*number, reason));
            }
        }
        if pages.len() < numbered.len() {
            failed.push((pages.len() as u32 + 1, "it and those after it were given up after too many damaged ones".to_owned()));
        }
    } else {
        pages = layout.pages;
    }
    let mut attached = 0_usize;
    for (page, id) in pages.iter_mut().zip(numbered.values()) {
        annotations(&document, *id, page);
    }
    for object in document.objects.values() {
        attached += usize::from(object.as_dict().is_ok_and(|dict| dict.has(b"EF")));
    }
    let mut reasons = String::new();
    for (page, reason) in &failed {
        let _ = writeln!(reasons, "page {page} cannot be read to its end: {}", reason.replace(['\n', '\r'], " "));
    }
    if attached > 0 {
        let _ = writeln!(reasons, "files attached inside the PDF were not read: {attached}");
    }
    if pages.iter().all(|page| page.trim().is_empty())
        && let Some((page, reason)) = failed.first()
    {
        return Err(PdfError::Damaged(format!("page {page} cannot be read: {reason}")));
    }
    if let Some(properties) = properties(&document) {
        pages.push(format!("{PROPERTIES}{properties}"));
    }
    if !reasons.is_empty() {
        pages.push(format!("{MISSING}{reasons}"));
    }
    Ok(pages)
}

fn open_error(bytes: &[u8], error: &pdf_extract::Error) -> PdfError {
    match error {
        pdf_extract::Error::Decryption(_) | pdf_extract::Error::InvalidPassword => PdfError::Encrypted,
        _ => {
            let tail = &bytes[bytes.len().saturating_sub(2048)..];
            let cut =
                if tail.windows(5).any(|window| window == b"%%EOF") { "" } else { "; it is cut off: its end mark is missing" };
            PdfError::Damaged(format!("the PDF cannot be opened: {error}{cut}"))
        }
    }
}

/// Whether what a page inherits from goes in a circle, or deeper than any page tree.
fn has_circle(document: &Document, page: ObjectId) -> bool {
    let mut at = document.get_dictionary(page).ok();
    for _ in 0..MAX_LEVELS {
        let Some(parent) = at.and_then(|dict| dict.get(b"Parent").and_then(Object::as_reference).ok()) else { return false };
        at = document.get_dictionary(parent).ok();
    }
    true
}

/// Gives pages without a size one, as programs that show them do; the library panics.
fn add_media_boxes<'p>(document: &mut Document, pages: impl Iterator<Item = &'p ObjectId>) {
    for page in pages {
        let mut at = document.get_dictionary(*page).ok();
        let mut has_box = false;
        for _ in 0..MAX_LEVELS {
            let Some(dict) = at else { break };
            has_box |= dict.has(b"MediaBox");
            let parent = dict.get(b"Parent").and_then(Object::as_reference).ok();
            at = parent.and_then(|parent| document.get_dictionary(parent).ok());
        }
        if !has_box && let Ok(dict) = document.get_dictionary_mut(*page) {
            dict.set("MediaBox", [0, 0, 612, 792].map(Object::Integer).to_vec());
        }
    }
}

fn caught(read: impl FnOnce() -> Result<(), OutputError>) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(panic) => Err(panic_reason(&*panic)),
    }
}

/// Puts the characters that the library places on a page into lines: text goes on after small gaps, which are blanks, and a move down is
/// a line or, from two lines on, a paragraph. It holds in every direction of writing, as stamps and margins are written sideways.
#[derive(Default)]
struct Layout {
    pages: Vec<String>,
    written: usize,
    /// Pages that were read to their end.
    whole: usize,
    /// Whether the next character begins a piece of text, whose distance to the last one counts.
    begins: bool,
    /// Unit vector of the last character's direction.
    direction: (f64, f64),
    /// Where the last piece of text began.
    start: (f64, f64),
    /// Where the last character ended.
    end: (f64, f64),
    /// The last piece of text.
    piece: String,
    /// A piece that begins where the last one did: bold print is made by printing twice, which is no text.
    again: Option<String>,
}

impl Layout {
    fn push(&mut self, text: &str) -> Result<(), OutputError> {
        self.written += text.len();
        if self.written > MAX_TEXT {
            return Err(OutputError::FormatError(std::fmt::Error));
        }
        if let Some(again) = &mut self.again {
            again.push_str(text);
        } else if let Some(page) = self.pages.last_mut() {
            page.extend(text.chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')));
        }
        Ok(())
    }
}

impl OutputDev for Layout {
    fn begin_page(&mut self, _: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.pages.push(String::new());
        self.begins = false;
        self.again = None;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.whole = self.pages.len();
        Ok(())
    }

    fn output_character(&mut self, at: &Transform, width: f64, _: f64, font_size: f64, text: &str) -> Result<(), OutputError> {
        let stretch = at.m11.hypot(at.m12);
        let direction = if stretch > 0.0 { (at.m11 / stretch, at.m12 / stretch) } else { (1.0, 0.0) };
        let size = font_size.abs() * (at.m11 * at.m22 - at.m12 * at.m21).abs().sqrt();
        if self.begins && self.pages.last().is_some_and(|page| !page.is_empty()) {
            let (x, y) = (at.m31 - self.end.0, at.m32 - self.end.1);
            let along = x * direction.0 + y * direction.1;
            let across = (y * direction.0 - x * direction.1).abs();
            let turned = direction.0 * self.direction.0 + direction.1 * self.direction.1 < 0.9;
            if turned || across > size * 2.2 {
                self.push("\n\n")?;
            } else if across > size * 0.5 {
                self.push("\n")?;
            } else if along > size * 3.0 {
                self.push("\t")?;
            } else {
                // Widths may be missing in the file, so a piece that begins inside the last one goes on with it; one that begins before
                // it stands apart.
                let back = (at.m31 - self.start.0) * direction.0 + (at.m32 - self.start.1) * direction.1;
                if along > size * 0.15 || back < -size * 0.15 {
                    self.push(" ")?;
                } else if back < size * 0.15 && across < size * 0.15 {
                    self.again = Some(String::new());
                }
            }
        }
        if self.begins && self.again.is_none() {
            self.piece.clear();
            self.start = (at.m31, at.m32);
        }
        // The library gives nothing for a character of which the font does not say what it means.
        let text = if text.is_empty() { "\u{fffd}" } else { text };
        self.push(text)?;
        if self.again.is_none() {
            self.piece.push_str(text);
        }
        self.begins = false;
        self.direction = direction;
        let advance = width * font_size.abs() * stretch;
        self.end = (at.m31 + advance * direction.0, at.m32 + advance * direction.1);
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.begins = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        match self.again.take() {
            Some(again) if again != self.piece => {
                self.piece.clone_from(&again);
                self.push(&again)
            }
            _ => Ok(()),
        }
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

fn entry<'d>(document: &'d Document, dict: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
    document.dereference(dict.get(key).ok()?).ok().map(|(_, object)| object)
}

/// Appends the notes, the values of form fields and the link targets of a page, which are not in the stream of its text.
fn annotations(document: &Document, page: ObjectId, text: &mut String) {
    let Some(Object::Array(list)) = document.get_dictionary(page).ok().and_then(|dict| entry(document, dict, b"Annots")) else {
        return;
    };
    let mut seen = BTreeSet::new();
    for annotation in list.iter().take(MAX_ANNOTATIONS) {
        let Some(dict) = document.dereference(annotation).ok().and_then(|(_, object)| object.as_dict().ok()) else { continue };
        let parent = entry(document, dict, b"Parent").and_then(|object| object.as_dict().ok());
        let action = entry(document, dict, b"A").and_then(|object| object.as_dict().ok());
        let values = [
            entry(document, dict, b"V"),
            parent.and_then(|parent| entry(document, parent, b"V")),
            entry(document, dict, b"Contents"),
            entry(document, dict, b"T"),
            action.and_then(|action| entry(document, action, b"URI")),
        ];
        for value in values.into_iter().flatten() {
            let parts = if let Object::Array(parts) = value { parts.as_slice() } else { std::slice::from_ref(value) };
            for part in parts.iter().take(MAX_ANNOTATIONS) {
                if let Object::String(bytes, _) = part {
                    seen.insert(decode_text(bytes));
                }
            }
        }
    }
    for line in seen {
        if !line.trim().is_empty() && !text.contains(line.trim()) {
            text.push_str("\n\n");
            text.push_str(line.trim());
        }
    }
}

/// The properties of the document that may name somebody, one a line.
fn properties(document: &Document) -> Option<String> {
    let info = entry(document, &document.trailer, b"Info")?.as_dict().ok()?;
    let mut text = String::new();
    for (key, value) in info.iter().take(100) {
        let key = String::from_utf8_lossy(key);
        let passed =
            matches!(&*key, "Creator" | "Producer" | "CreationDate" | "ModDate" | "Trapped") || key.starts_with("PTEX");
        if let (false, Ok((_, Object::String(bytes, _)))) = (passed, document.dereference(value)) {
            let value = decode_text(bytes);
            if !value.trim().is_empty() {
                let _ = writeln!(text, "{key}: {}", value.trim());
            }
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A text string outside page content (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 by its mark, else `PDFDocEncoding`, of which Windows-1252 is
/// near enough for letters.
fn decode_text(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0,
        [0xff, 0xfe, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        _ => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    text.replace('\r', "\n").chars().filter(|character| !character.is_control() || matches!(character, '\n' | '\t')).collect()
}

#[cfg(test)]
mod tests;
