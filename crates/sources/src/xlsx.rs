//! Rows of an XLSX workbook as text, cell by cell: a sheet is never laid out as a rectangle, so that one cell far out costs nothing. The
//! workbook itself is held in memory, as its directory stands at its end; its size was bounded when it was opened.

use std::io::{BufRead, Cursor, Read};

use calamine::{Data, Reader, Xlsx};

use crate::error::SourceError;
use crate::input::read_error;
use crate::pieces::tidy;

/// Bytes of a workbook at most: 256 MiB. The largest official one has some megabytes.
const MAX_BYTES: u64 = 256 << 20;

/// Columns at most. The widest official table has 19.
const MAX_COLUMNS: u32 = 1024;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    /// The text; a date is ISO 8601, a number is as short as it can be.
    pub(crate) text: String,
    /// Whether it is an error value such as `#REF!`, which its text names.
    pub(crate) broken: bool,
}

pub(crate) struct Workbook<'w> {
    file: &'w str,
    workbook: Xlsx<Cursor<Vec<u8>>>,
}

impl<'w> Workbook<'w> {
    pub(crate) fn open(file: &'w str, input: &mut dyn BufRead) -> Result<Self, SourceError> {
        let mut bytes = Vec::new();
        let read = input.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|reason| read_error(file, 0, reason))?;
        if read as u64 > MAX_BYTES {
            let what = format!("a workbook of more than {MAX_BYTES} bytes");
            return Err(SourceError::TooLarge { file: file.to_owned(), what, offset: read as u64 });
        }
        let workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(file, "workbook", &error))?;
        Ok(Self { file, workbook })
    }

    pub(crate) fn sheets(&self) -> Vec<String> {
        self.workbook.sheet_names()
    }

    /// Calls `row` with the number (from 1) and the cells of every row that holds something, in order, until it says `false`.
    pub(crate) fn rows(
        &mut self,
        sheet: &str,
        mut row: impl FnMut(u64, Vec<Cell>) -> Result<bool, SourceError>,
    ) -> Result<(), SourceError> {
        let what = format!("sheet `{sheet}`");
        let mut reader = self.workbook.worksheet_cells_reader(sheet).map_err(|error| broken(self.file, &what, &error))?;
        let (mut number, mut cells) = (0_u32, Vec::new());
        while let Some(cell) = reader.next_cell().map_err(|error| broken(self.file, &what, &error))? {
            let (at, column) = cell.get_position();
            if column >= MAX_COLUMNS || at < number {
                let reason = if at < number {
                    format!("{what}: row {} stands behind row {}", u64::from(at) + 1, u64::from(number) + 1)
                } else {
                    format!("{what}: more than {MAX_COLUMNS} columns")
                };
                return Err(SourceError::Archive { file: self.file.to_owned(), reason });
            }
            if at > number {
                let done = std::mem::take(&mut cells);
                if holds_something(&done) && !row(u64::from(number) + 1, done)? {
                    return Ok(());
                }
                number = at;
            }
            let column = column as usize;
            if cells.len() <= column {
                cells.resize(column + 1, Cell::default());
            }
            cells[column] = text_of(&Data::from(cell.get_value().clone()));
        }
        if holds_something(&cells) {
            row(u64::from(number) + 1, cells)?;
        }
        Ok(())
    }
}

fn holds_something(cells: &[Cell]) -> bool {
    cells.iter().any(|cell| !cell.text.trim().is_empty())
}

fn broken(file: &str, what: &str, error: &dyn std::fmt::Display) -> SourceError {
    SourceError::Archive { file: file.to_owned(), reason: format!("{what}: {error}") }
}

fn text_of(data: &Data) -> Cell {
    let text = match data {
        Data::Empty => String::new(),
        Data::String(text) => text.replace("_x000D_", "\n"),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTime(duration) => duration.as_f64().to_string(),
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => return Cell { text: tidy(&error.to_string()), broken: true },
    };
    Cell { text, broken: false }
}
