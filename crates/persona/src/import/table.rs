//! Rows out of CSV as people export it: comma, semicolon or tab, with a byte order mark or without, columns in any order and found by
//! their headings whatever their case, spaces and underscores. A row that has other cells than the header costs itself.

use std::cell::Cell;
use std::io::{self, BufRead, Read};

use super::protected::is_protected;
use super::slashed::Slashed;
use crate::people::{Builder, FileId, Source};
use crate::problem::ProblemKind;

/// The header of a table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Header {
    /// As they stand.
    pub(super) names: Vec<String>,
    /// In lower case, letters and digits only.
    plain: Vec<String>,
    /// Which columns were asked for.
    asked: Vec<Cell<bool>>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    header: &'a Header,
    cells: &'a csv::StringRecord,
}

/// Letters and digits of a heading in lower case.
pub(super) fn plain(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Header {
    /// The place of the first of these columns, by plain headings.
    pub(super) fn find(&self, plain_names: &[&str]) -> Option<usize> {
        let found = plain_names.iter().find_map(|name| self.plain.iter().position(|column| column == name))?;
        self.asked[found].set(true);
        Some(found)
    }

    /// Says of columns, by plain headings, that they are known and hold nothing that is kept.
    pub(super) fn pass(&self, plain_names: &[&str]) {
        for (column, asked) in self.plain.iter().zip(&self.asked) {
            asked.set(asked.get() || plain_names.contains(&column.as_str()));
        }
    }

    /// The headings in lower case, letters and digits only.
    pub(super) fn plain(&self) -> &[String] {
        &self.plain
    }

    /// Whether there is one of these columns.
    pub(super) fn has(&self, plain_name: &str) -> bool {
        self.plain.iter().any(|column| column == plain_name)
    }
}

impl<'a> Row<'a> {
    /// The header.
    pub(super) fn header(self) -> &'a Header {
        self.header
    }

    /// The cell of the first of these columns that there is, trimmed; empty when there is none. Names are plain headings.
    pub(super) fn get(self, plain_names: &[&str]) -> &'a str {
        self.header.find(plain_names).map_or("", |index| self.at(index))
    }

    /// The cell at a place, trimmed.
    pub(super) fn at(self, index: usize) -> &'a str {
        self.cells.get(index).unwrap_or_default().trim()
    }

    /// The cell at a place of [`Header::find`]; empty when there is none.
    pub(super) fn of(self, index: Option<usize>) -> &'a str {
        index.map_or("", |index| self.at(index))
    }
}

/// The header that the first line of a text is, with its delimiter.
pub(crate) fn header_of(head: &[u8]) -> (Header, u8) {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut quoted = false;
    let mut counts = [0_usize; 256];
    for byte in line {
        quoted ^= *byte == b'"';
        counts[usize::from(*byte)] += usize::from(!quoted);
    }
    let count = |delimiter: u8| counts[usize::from(delimiter)];
    let delimiter = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(line);
    let mut record = csv::ByteRecord::new();
    let names = match reader.read_byte_record(&mut record) {
        Ok(true) => record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    let names: Vec<String> = names;
    let asked = vec![Cell::new(false); names.len()];
    (Header { plain: names.iter().map(|name| plain(name)).collect(), names, asked }, delimiter)
}

/// A text of bytes of which some are no UTF-8: these are read as ISO 8859-1, as older programs write.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk.invalid().iter().map(|byte| if *byte < 0xa0 { char::REPLACEMENT_CHARACTER } else { char::from(*byte) }),
        );
    }
    text
}

/// Hands every row to `take`, with its line. A row that cannot be read costs itself. Columns that hold something and that nobody asked for are
/// told at the end; dates with slashes are handed out as `2026-05-28` where their column, or the policy, tells their order.
pub(super) fn rows(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    let mut left = Vec::new();
    with_dates(input, file, to, Some(&mut left), take)?;
    for (source, name) in left {
        let kind = if is_protected(&name) { ProblemKind::Protected(name) } else { ProblemKind::UnknownColumn(name) };
        to.problem(source, kind);
    }
    Ok(())
}

/// The same for whoever tells himself what is not read.
pub(super) fn rows_dated(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    with_dates(input, file, to, None, take)
}

/// Looks through the begin of a table for dates with slashes before it is read; columns that nobody asked for are put to `left`.
fn with_dates(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    left: Option<&mut Vec<(Source, String)>>,
    take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    let mut begin = Vec::new();
    Read::take(&mut *input, MOST_LOOKED_AT).read_to_end(&mut begin)?;
    let slashed = Slashed::of(&begin, to.slashed_dates());
    rows_with(&mut begin.as_slice().chain(input), file, to, &slashed, left, take)
}

/// The same with the dates as they stand.
pub(super) fn rows_plain(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    rows_with(input, file, to, &Slashed::default(), None, take)
}

fn rows_with(
    input: &mut dyn BufRead,
    file: FileId,
    to: &mut Builder,
    slashed: &Slashed,
    mut left: Option<&mut Vec<(Source, String)>>,
    mut take: impl FnMut(Row<'_>, Source, &mut Builder),
) -> io::Result<()> {
    let mut first = Vec::new();
    input.read_until(b'\n', &mut first)?;
    let mut header_line = 1;
    let head = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
    if head.starts_with(b"sep=") {
        // Spreadsheets take the delimiter from here; it is seen in the header as well.
        first.clear();
        input.read_until(b'\n', &mut first)?;
        header_line = 2;
    }
    let (header, delimiter) = header_of(&first);
    let head = Source { file, line: header_line };
    // Columns in which nothing was seen yet.
    let mut empty: Vec<usize> = (0..header.names.len()).collect();
    let last = Cell::new(b'\n');
    let taken = Cell::new(0);
    let watched = Watched { input, last: &last, taken: &taken };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(watched);
    let mut bytes = csv::ByteRecord::new();
    // A short row is only known to be cut off when nothing follows.
    let mut short: Option<(Source, usize)> = None;
    loop {
        let read = reader.read_byte_record(&mut bytes);
        let ended = matches!(read, Ok(false));
        if let Some((source, cells)) = short.take() {
            let cut = ended && last.get() != b'\n' && cells < header.names.len();
            let ragged = || ProblemKind::Row(format!("it has {cells} cells where the header has {}", header.names.len()));
            to.problem(source, if cut { ProblemKind::CutOff } else { ragged() });
        }
        match read {
            Ok(true) => {}
            Ok(false) => {
                let tells_all = left.is_some();
                for (index, name) in header.names.iter().enumerate() {
                    let is_read = header.asked[index].get() || !tells_all;
                    // What is protected is told by its name alone.
                    let holds = !empty.contains(&index) || is_protected(name);
                    match &mut left {
                        Some(left) if !is_read && holds && !name.is_empty() => left.push((head, name.clone())),
                        _ => {}
                    }
                    if is_read && slashed.is_open(index) {
                        to.problem(head, ProblemKind::SlashedDates(name.clone()));
                    }
                }
                return Ok(());
            }
            Err(error) => match error.into_kind() {
                csv::ErrorKind::Io(error) => return Err(error),
                other => {
                    to.problem(Source { file, line: 0 }, ProblemKind::Row(format!("{other:?}")));
                    continue;
                }
            },
        }
        // The reader knows the line where a row ends; its own position of a row is before the empty lines that come first.
        let inside = memchr::memchr_iter(b'\n', bytes.as_slice()).count() as u64;
        let unended = last.get() != b'\n' && reader.position().byte() == taken.get();
        let end = reader.position().line() - u64::from(!unended);
        let line = end.saturating_sub(inside) as u32 + header_line;
        let source = Source { file, line };
        if bytes.iter().all(|cell| cell.trim_ascii().is_empty()) {
            continue;
        }
        if bytes.len() != header.names.len() {
            short = Some((source, bytes.len()));
            continue;
        }
        let mut cells = csv::StringRecord::from_byte_record(std::mem::take(&mut bytes)).unwrap_or_else(|error| {
            to.problem(source, ProblemKind::Encoding);
            error.into_byte_record().iter().map(text_of).collect()
        });
        empty.retain(|index| cells[*index].trim_ascii().is_empty());
        if slashed.has_order() {
            cells = cells.iter().enumerate().map(|(index, cell)| slashed.read(index, cell)).collect();
        }
        take(Row { header: &header, cells: &cells }, source, to);
        bytes = cells.into_byte_record();
    }
}

/// Bytes of a table that are looked at for the order of its dates: what people export by hand is shorter.
const MOST_LOOKED_AT: u64 = 64 << 20;

/// A stream of which the last byte that was read is known, and how many were.
struct Watched<'a> {
    input: &'a mut dyn BufRead,
    last: &'a Cell<u8>,
    taken: &'a Cell<u64>,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if let Some(byte) = buffer[..read].last() {
            self.last.set(*byte);
            self.taken.set(self.taken.get() + read as u64);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::{header_of, rows};
    use crate::key::TenantKey;
    use crate::people::{Builder, Limits};

    /// Reads two columns of a table: `line:first|second` of each row, then `! line: problem`.
    #[track_caller]
    fn check(table: &str, expected: &[&str]) {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = to.file("f");
        let mut found = Vec::new();
        let mut input = BufReader::with_capacity(5, table.as_bytes());
        rows(&mut input, file, &mut to, |row, source, _| {
            let second = row.header().find(&["shippedat"]);
            found.push(format!("{}:{}|{}", source.line, row.get(&["employeeid", "employee"]), row.of(second)));
        })
        .unwrap();
        found.extend(to.problems().told().iter().map(|problem| format!("! {}: {problem}", problem.source.line)));
        assert_eq!(found, expected, "{table}");
    }

    #[test]
    fn columns_are_found_by_their_headings() {
        check("employee_id,shipped_at\nE1,2026-03-01\n", &["2:E1|2026-03-01"]);
        check(
            "\u{feff}Shipped At;x;Employee ID\r\n2026-03-01;;E1\r\n2026-03-02;; E2 ",
            &["2:E1|2026-03-01", "3:E2|2026-03-02"],
        );
        check("EMPLOYEE\tshipped-at\nE1\ta, b; c\n", &["2:E1|a, b; c"]);
        check("\"Employee, Id\";\"Shipped At\"\n\"E;1\";x\n", &["2:E;1|x"]);
        check("employee|shipped_at\nE1|x\n", &["2:E1|x"]);
        check("sep=;\nemployee;shipped_at\nE1;x,y,z\n", &["3:E1|x,y,z"]);
        check("employee\nE1\n", &["2:E1|"]);
    }

    #[test]
    fn columns_that_nobody_asks_for_are_told_by_name() {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = to.file("f");
        let table = "employee,desk,empty,carrier,gender\nE1,,,x,y\nE2,4,,x,y\n";
        rows(&mut table.as_bytes(), file, &mut to, |row, _, _| {
            row.header().pass(&["carrier"]);
            row.get(&["employee"]);
        })
        .unwrap();
        let told: Vec<String> = to.problems().told().iter().map(|problem| problem.kind.to_string()).collect();
        assert_eq!(told, ["`desk` is not read", "`gender` is not read: it is about a protected characteristic of a person"]);
    }

    #[test]
    fn lines_are_those_of_the_file() {
        check("employee,shipped_at\n\nE1,\"two\nlines\"\n,\nE2,x\n", &["3:E1|two\nlines", "6:E2|x"]);
    }

    #[test]
    fn ragged_rows_cost_themselves() {
        check(
            "employee,shipped_at\nE1\nE2,x,y\nE3,z\n",
            &[
                "4:E3|z",
                "! 2: the row is left out: it has 1 cells where the header has 2",
                "! 3: the row is left out: it has 3 cells where the header has 2",
            ],
        );
        check("employee,shipped_at\nE1\n", &["! 2: the row is left out: it has 1 cells where the header has 2"]);
        check(
            "employee,shipped_at\nE1,x\nE",
            &["2:E1|x", "! 3: the file ends in the middle of a record: what stands before is taken"],
        );
        check("employee,shipped_at\n\"E1", &["! 2: the file ends in the middle of a record: what stands before is taken"]);
    }

    #[test]
    fn nothing_and_noise_are_no_rows() {
        check("", &[]);
        check("\n\n", &[]);
        check("employee,shipped_at", &[]);
        check("employee,shipped_at\n\n\n", &[]);
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_latin_1() {
        let mut to = Builder::new(TenantKey::new(&[7; 32]).unwrap(), Limits::default());
        let file = to.file("f");
        let mut found = Vec::new();
        rows(&mut &b"employee\nJ\xf6rg\n\x80J\xc3\xb6rg\n"[..], file, &mut to, |row, _, _| found.push(row.at(0).to_owned()))
            .unwrap();
        assert_eq!(found, ["Jörg", "\u{fffd}Jörg"]);
        let told: Vec<String> = to.problems().told().iter().map(|problem| problem.kind.to_string()).collect();
        assert_eq!(told.iter().filter(|text| text.contains("ISO 8859-1")).count(), 2);
        assert_eq!(told.last().unwrap(), "`employee` is not read", "nobody asked for it by its name");
    }

    #[test]
    fn the_delimiter_is_the_most_frequent() {
        for (head, delimiter) in [("a,b;c,d", b','), ("a;b;c,d", b';'), ("a\tb", b'\t'), ("a|b|c", b'|'), ("a", b',')] {
            assert_eq!(header_of(head.as_bytes()).1, delimiter, "{head}");
        }
    }
}
