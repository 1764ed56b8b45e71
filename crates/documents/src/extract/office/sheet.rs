//! Workbooks: an XLSX, XLSM, XLSB, XLS or ODS goes in; the rows of all its sheets come out, hidden ones too, a place for each row, with
//! the column's heading beside a value where the first row is one. Comments, headers of the document and embedded files come with it.
//! `calamine` reads the cells; since it has no limits of its own, sizes are checked before it sees the file.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Cell, Data, DataRef, ExcelDateTime, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::super::{Budget, Read};
use super::package::{COMPOUND, Package, compound, has_extension};
use super::xml::{Node, walk};
use super::{Out, Trouble, ods};

/// Bytes of a cell in the library's table of a sheet, which it fills from the first to the last cell of an XLS.
const CELL_BYTES: u64 = 32;

/// Sheets that are read of a workbook.
const MAX_SHEETS: usize = 2000;

/// Words that a heading of a column is or ends in. A first row counts as headings only with one of them: a list that begins with a name
/// must not put that name beside all others.
const HEADINGS: [&str; 44] = [
    "account",
    "address",
    "alias",
    "amount",
    "bank",
    "beneficiary",
    "bic",
    "birth",
    "city",
    "code",
    "company",
    "country",
    "currency",
    "customer",
    "date",
    "description",
    "dob",
    "email",
    "e-mail",
    "employee",
    "iban",
    "id",
    "identifier",
    "imo",
    "mobile",
    "name",
    "nationality",
    "no",
    "number",
    "owner",
    "party",
    "payee",
    "payer",
    "phone",
    "purpose",
    "reference",
    "remarks",
    "role",
    "supplier",
    "swift",
    "title",
    "type",
    "vendor",
    "vessel",
];

/// Reads a workbook.
pub(in super::super) fn sheet(bytes: &[u8], budget: &Budget) -> Read {
    let mut out = Out::new(budget);
    if bytes.starts_with(&COMPOUND) {
        return match old_workbook(bytes, budget) {
            Ok(()) => old(bytes, out),
            Err(trouble) => out.failed(trouble),
        };
    }
    let mut package = match Package::open(bytes, "workbook", budget) {
        Ok(package) => package,
        Err(trouble) => return out.failed(trouble),
    };
    if package.find("content.xml").is_some() {
        return ods::read(package, out);
    }
    let is_binary = package.find("xl/workbook.bin").is_some();
    if !is_binary && package.find("xl/workbook.xml").is_none() && package.main_part("", &mut out).is_empty() {
        return out
            .failed(Trouble::Damaged("its package has no part xl/workbook.xml: it is no workbook, or damaged".to_owned()));
    }
    if let Err(trouble) = package.measure() {
        return out.failed(trouble);
    }
    let outcome =
        if is_binary { caught(&mut out, |out| binary(bytes, out)) } else { caught(&mut out, |out| modern(bytes, out)) };
    let is_lost = outcome.is_err() && out.text.is_empty();
    if let Err(trouble) = outcome {
        out.trouble(trouble);
    }
    // The measure took the budget once; the parts read below are a part of that.
    let mut package = match Package::open(bytes, "workbook", budget) {
        Ok(package) => package,
        Err(trouble) => return out.failed(trouble),
    };
    if is_lost {
        // No cell came out, but what they say stands in parts of their own.
        for name in package.names().to_vec() {
            let lower = name.to_ascii_lowercase();
            if lower == "xl/sharedstrings.xml" || (lower.starts_with("xl/worksheets/") && has_extension(&lower, "xml")) {
                texts(&mut package, &name, "texts of cells", &mut out);
            }
        }
    }
    other_texts(&mut package, &mut out);
    package.properties(&mut out);
    let pictures = package.embedded(&mut out);
    out.finish(pictures)
}

/// Calls a reader of the library, which may panic on a damaged file.
fn caught(out: &mut Out, read: impl FnOnce(&mut Out) -> Result<(), String>) -> Result<(), Trouble> {
    match catch_unwind(AssertUnwindSafe(|| read(out))) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(reason)) => Err(Trouble::Damaged(reason)),
        Err(panic) => Err(Trouble::Damaged(format!("the workbook cannot be read: {}", reason(&*panic)))),
    }
}

fn reason(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    words.map_or_else(|| "for a reason that is not told".to_owned(), |words| words.chars().take(200).collect())
}

fn hidden(sheets: &[Sheet], out: &mut Out) {
    if sheets.is_empty() {
        out.trouble(Trouble::Damaged("the workbook has no sheets".to_owned()));
    }
    for sheet in sheets.iter().filter(|sheet| sheet.visible != SheetVisible::Visible) {
        out.note(format!("sheet {} is hidden", sheet.name));
    }
}

/// The sheets that have cells; the others are told.
fn cells_of<'s>(sheets: &'s [Sheet], out: &mut Out) -> Vec<&'s Sheet> {
    let has_cells = |sheet: &Sheet| matches!(sheet.typ, SheetType::WorkSheet | SheetType::MacroSheet);
    for sheet in sheets.iter().filter(|sheet| !has_cells(sheet)) {
        out.note(format!("sheet {} is a chart, dialog or module without cells", sheet.name));
    }
    if sheets.len() > MAX_SHEETS {
        out.trouble(Trouble::TooLarge(format!("more than {MAX_SHEETS} sheets")));
    }
    sheets.iter().filter(|sheet| has_cells(sheet)).take(MAX_SHEETS).collect()
}

fn modern(bytes: &[u8], out: &mut Out) -> Result<(), String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| format!("the workbook cannot be opened: {error}"))?;
    let sheets = book.sheets_metadata().to_vec();
    hidden(&sheets, out);
    for sheet in cells_of(&sheets, out) {
        match book.worksheet_cells_reader(&sheet.name) {
            Err(error) => out.trouble(broken(&sheet.name, &error)),
            Ok(mut cells) => {
                let owned = |cell: Cell<DataRef<'_>>| (cell.get_position(), Data::from(cell.get_value().clone()));
                if !take_cells(&sheet.name, || cells.next_cell().map(|cell| cell.map(owned)), out) {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn binary(bytes: &[u8], out: &mut Out) -> Result<(), String> {
    let mut book: Xlsb<_> = Xlsb::new(Cursor::new(bytes)).map_err(|error| format!("the workbook cannot be opened: {error}"))?;
    let sheets = book.sheets_metadata().to_vec();
    hidden(&sheets, out);
    for sheet in cells_of(&sheets, out) {
        match book.worksheet_cells_reader(&sheet.name) {
            Err(error) => out.trouble(broken(&sheet.name, &error)),
            Ok(mut cells) => {
                let owned = |cell: Cell<DataRef<'_>>| (cell.get_position(), Data::from(cell.get_value().clone()));
                if !take_cells(&sheet.name, || cells.next_cell().map(|cell| cell.map(owned)), out) {
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

fn broken(sheet: &str, error: &dyn std::fmt::Display) -> Trouble {
    Trouble::Damaged(format!("sheet {sheet}: {error}"))
}

/// Takes the cells of a sheet one by one. Says whether the reading goes on.
fn take_cells<E: std::fmt::Display>(
    sheet: &str,
    mut next: impl FnMut() -> Result<Option<((u32, u32), Data)>, E>,
    out: &mut Out,
) -> bool {
    let mut rows = Rows::new(sheet);
    loop {
        match next() {
            Ok(Some(((row, column), value))) => {
                if !rows.cell(row, column, &value, out) {
                    return false;
                }
            }
            Ok(None) => break,
            Err(error) => {
                out.trouble(broken(sheet, &error));
                break;
            }
        }
    }
    rows.flush(out);
    true
}

fn old(bytes: &[u8], mut out: Out) -> Read {
    let outcome = caught(&mut out, |out| {
        let mut book: Xls<_> =
            Xls::new(Cursor::new(bytes)).map_err(|error| format!("the workbook cannot be opened: {error}"))?;
        let sheets = book.sheets_metadata().to_vec();
        hidden(&sheets, out);
        for sheet in cells_of(&sheets, out) {
            let mut rows = Rows::new(&sheet.name);
            match book.worksheet_range(&sheet.name) {
                Err(error) => out.trouble(broken(&sheet.name, &error)),
                Ok(range) => {
                    let (top, left) = range.start().unwrap_or_default();
                    for (row, column, value) in range.used_cells() {
                        if !rows.cell(top + row as u32, left + column as u32, value, out) {
                            return Ok(());
                        }
                    }
                }
            }
            rows.flush(out);
        }
        Ok(())
    });
    if let Err(trouble) = outcome {
        out.trouble(trouble);
    }
    out.note("comments of a workbook of the form before 2007 were not read");
    out.finish(0)
}

/// Checks an XLS before the library reads it: whether it needs a password, and how large its sheets would become, since two cells far
/// apart are a table of everything between (\[MS-XLS\], 2.4).
fn old_workbook(bytes: &[u8], budget: &Budget) -> Result<(), Trouble> {
    let damaged = |reason: &str| Trouble::Damaged(reason.to_owned());
    let mut file =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| damaged("a compound file that is damaged or cut off"))?;
    let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name)) else {
        return Err(compound(bytes, "workbook"));
    };
    let stream = file.open_stream(name).map_err(|_| damaged("its stream of cells cannot be read"))?;
    let mut records = Vec::new();
    let outcome = stream.take(budget.bytes_left.min(budget.limits.file_bytes)).read_to_end(&mut records);
    outcome.map_err(|error| Trouble::Damaged(format!("its stream of cells is cut off: {error}")))?;
    let mut at = 0;
    let mut needed = 0_u64;
    let mut bounds: Option<[u16; 4]> = None;
    let area = |bounds: Option<[u16; 4]>| {
        bounds.map_or(0, |[top, left, bottom, right]| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
    };
    while let Some([k0, k1, l0, l1]) = records.get(at..at + 4) {
        let (kind, length) = (u16::from_le_bytes([*k0, *k1]), usize::from(u16::from_le_bytes([*l0, *l1])));
        let data = records.get(at + 4..at + 4 + length).unwrap_or_default();
        match kind {
            // FILEPASS.
            0x002f => return Err(Trouble::Encrypted),
            // BOF and EOF of a sheet.
            0x0809 | 0x000a => needed = needed.saturating_add(area(bounds.take())),
            // FORMULA, RK, MULRK, MULBLANK, RSTRING, BLANK, NUMBER, LABEL, BOOLERR, LABELSST: row and column first.
            0x0006 | 0x007e | 0x00bd | 0x00be | 0x00d6 | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x00fd => {
                if let [r0, r1, c0, c1, ..] = data {
                    let (row, mut last) = (u16::from_le_bytes([*r0, *r1]), u16::from_le_bytes([*c0, *c1]));
                    let column = last;
                    // The last column of several cells in one record stands at its end.
                    if let (0x00bd | 0x00be, [.., e0, e1]) = (kind, data) {
                        last = last.max(u16::from_le_bytes([*e0, *e1]));
                    }
                    let [top, left, bottom, right] = bounds.unwrap_or([row, column, row, last]);
                    bounds = Some([top.min(row), left.min(column), bottom.max(row), right.max(last)]);
                }
            }
            _ => {}
        }
        at += 4 + length;
    }
    needed = needed.saturating_add(area(bounds)).saturating_mul(CELL_BYTES);
    if needed > budget.limits.file_bytes.saturating_mul(2) {
        return Err(Trouble::TooLarge(format!("its cells lie so far apart that its sheets would take {needed} bytes")));
    }
    Ok(())
}

/// The rows of a sheet on their way to the text.
pub(super) struct Rows {
    sheet: String,
    row: Option<u32>,
    cells: Vec<(u32, String, bool)>,
    headings: Option<BTreeMap<u32, String>>,
    is_first: bool,
}

impl Rows {
    pub(super) fn new(sheet: &str) -> Self {
        Self { sheet: one_line(sheet), row: None, cells: Vec::new(), headings: None, is_first: true }
    }

    fn cell(&mut self, row: u32, column: u32, value: &Data, out: &mut Out) -> bool {
        let (text, is_text) = shown(value);
        self.text(row, column, &text, is_text, out)
    }

    /// A cell; its row and column count from nought. Says whether the reading goes on.
    pub(super) fn text(&mut self, row: u32, column: u32, text: &str, is_text: bool, out: &mut Out) -> bool {
        if self.row != Some(row) {
            self.flush(out);
            self.row = Some(row);
        }
        if !out.step() {
            return false;
        }
        let text = text.trim();
        if !text.is_empty() {
            self.cells.push((column, text.to_owned(), is_text));
        }
        !out.ended
    }

    /// Ends a row.
    pub(super) fn flush(&mut self, out: &mut Out) {
        let cells = std::mem::take(&mut self.cells);
        let Some(row) = self.row.take().filter(|_| !cells.is_empty()) else { return };
        out.label(&format!("sheet {}, row {}", self.sheet, u64::from(row) + 1));
        if std::mem::take(&mut self.is_first) {
            out.owed = 2;
            if are_headings(&cells) {
                self.headings = Some(cells.iter().map(|(column, text, _)| (*column, text.clone())).collect());
                let line = cells.iter().map(|(_, text, _)| text.as_str()).collect::<Vec<_>>().join("\t");
                out.line(&line);
                return;
            }
        }
        let beside =
            |(column, text, _): &(u32, String, bool)| match self.headings.as_ref().and_then(|headings| headings.get(column)) {
                Some(heading) => format!("{heading}: {text}"),
                None => text.clone(),
            };
        out.line(&cells.iter().map(beside).collect::<Vec<_>>().join("\t"));
    }
}

fn one_line(text: &str) -> String {
    text.replace(|character: char| character.is_control(), " ")
}

fn are_headings(cells: &[(u32, String, bool)]) -> bool {
    let is_short = |(_, text, is_text): &(u32, String, bool)| {
        *is_text && text.chars().count() <= 40 && !text.contains(|c: char| c.is_ascii_digit())
    };
    let is_known = |text: &str| {
        let last = text.rsplit([' ', '_']).next().unwrap_or_default().trim_end_matches(['.', ':', '*']).to_ascii_lowercase();
        HEADINGS.contains(&last.as_str())
    };
    cells.len() > 1 && cells.iter().all(is_short) && cells.iter().any(|(_, text, _)| is_known(text))
}

/// A value as text, and whether it is text in the file.
fn shown(value: &Data) -> (String, bool) {
    match value {
        Data::String(text) => (text.clone(), true),
        Data::Int(number) => (number.to_string(), false),
        Data::Float(number) => (number.to_string(), false),
        Data::Bool(true) => ("TRUE".to_owned(), false),
        Data::Bool(false) => ("FALSE".to_owned(), false),
        Data::DateTime(moment) => (date(moment), false),
        Data::DateTimeIso(text) | Data::DurationIso(text) => (text.clone(), false),
        Data::Error(error) => (error.to_string(), false),
        Data::Empty => (String::new(), false),
    }
}

/// ISO 8601: a date, with the time of day where it has one; what is only a time or a length of time as its number of days.
fn date(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    // Before 1900 and after 9999 there is no date.
    if !moment.is_datetime() || !(1.0..2_958_466.0).contains(&days) {
        return days.to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
}

/// Comments, text boxes, link targets and the texts of headers and footers of an XLSX or XLSB, which the library does not give.
fn other_texts(package: &mut Package, out: &mut Out) {
    for name in package.names().to_vec() {
        if out.ended {
            return;
        }
        let lower = name.to_ascii_lowercase();
        let is_comments = lower.starts_with("xl/comments")
            || lower.starts_with("xl/threadedcomments/")
            || lower.contains("/comments/comment");
        let is_drawing = lower.starts_with("xl/drawings/drawing")
            || lower.starts_with("xl/diagrams/data")
            || lower.starts_with("xl/charts/chart");
        if lower.starts_with("xl/worksheets/_rels/") && has_extension(&lower, "rels") {
            links(package, &name, out);
        } else if lower.starts_with("xl/worksheets/") && has_extension(&lower, "xml") {
            page_headers(package, &name, out);
        } else if (is_comments || lower.starts_with("xl/persons/")) && has_extension(&lower, "bin") {
            out.trouble(Trouble::Unsupported(format!("{name}: comments in the binary form are not read")));
        } else if (is_comments || is_drawing || lower.starts_with("xl/persons/")) && has_extension(&lower, "xml") {
            texts(package, &name, if is_comments { "comments" } else { "drawings" }, out);
        }
    }
}

fn texts(package: &mut Package, name: &str, label: &str, out: &mut Out) {
    let Some(bytes) = package.part(name, out) else { return };
    out.label(label);
    out.owed = 2;
    let mut text = String::new();
    let mut in_text = 0_usize;
    let outcome = walk(&bytes, name, |node| {
        match node {
            Node::Open("t" | "text" | "author", _) => in_text += 1,
            Node::Open("comment" | "threadedComment", tag) => {
                if let Some(cell) = tag.attribute("ref") {
                    text = format!("{cell}: ");
                }
            }
            Node::Open("person", tag) => {
                out.label("comments");
                return tag.attribute("displayName").is_none_or(|person| out.line(&format!("Comments by: {person}")));
            }
            Node::Close("t") => in_text = in_text.saturating_sub(1),
            Node::Close(end @ ("text" | "author" | "comment" | "p" | "threadedComment" | "si" | "is")) => {
                if matches!(end, "text" | "author") {
                    in_text = in_text.saturating_sub(1);
                }
                let done = std::mem::take(&mut text);
                if !done.trim().is_empty() {
                    return out.line(&done);
                }
            }
            Node::Text(piece) if in_text > 0 => text.push_str(piece),
            _ => {}
        }
        true
    });
    if let Err(trouble) = outcome {
        out.trouble(trouble);
    }
}

fn page_headers(package: &mut Package, name: &str, out: &mut Out) {
    // Damage was told when the cells were read.
    let Ok(Some(bytes)) = package.read(name) else { return };
    let mut inside = false;
    let _: Result<(), Trouble> = walk(&bytes, name, |node| {
        match node {
            Node::Open("oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter", _) => {
                inside = true;
            }
            Node::Close("oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter") => {
                inside = false;
            }
            Node::Text(text) if inside && text.chars().any(char::is_alphabetic) => {
                out.label("page headers");
                return out.line(text);
            }
            _ => {}
        }
        true
    });
}

fn links(package: &mut Package, rels: &str, out: &mut Out) {
    let part = rels.replace("_rels/", "");
    let part = part.strip_suffix(".rels").unwrap_or(&part);
    for relation in package.relations(part).unwrap_or_default() {
        if relation.is_external && relation.kind == "hyperlink" {
            out.label("links");
            out.line(&relation.target);
        }
    }
}
