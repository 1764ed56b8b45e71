//! Tables for people, and the same cells as CSV: headers and rows of text go in, lines go out.

use std::io::{self, IsTerminal, Write};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use crate::messages::harmless;

/// Width of a table that does not go to a terminal, in columns.
const PIPED_WIDTH: u16 = 140;

/// A line under the header and nothing else: rows of one line stay close together.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
/// Width up to which the first column, which says what a row is about, is not broken: a wallet address fits.
const FIRST_COLUMN: u16 = 46;

/// Writes a table. Columns whose number is in `right` are aligned to the right.
pub(crate) fn write_table(
    out: &mut dyn Write,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    right: &[usize],
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
    if !io::stdout().is_terminal() {
        table.force_no_tty().set_width(PIPED_WIDTH);
    }
    for row in rows {
        // A line break inside a cell is ours: everything from files is made harmless line by line.
        table.add_row(row.iter().map(|cell| cell.split('\n').map(harmless).collect::<Vec<_>>().join("\n")).collect::<Vec<_>>());
    }
    let first = table.column_max_content_widths().first().map(|width| (width + 2).min(FIRST_COLUMN));
    if let (Some(width), Some(column)) = (first, table.column_mut(0)) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    for column in right {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    writeln!(out, "{}", table.trim_fmt())
}

/// Writes CSV with a header.
pub(crate) fn write_csv(
    out: &mut dyn Write,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> anyhow::Result<()> {
    write_csv_header(out, header)?;
    write_csv_rows(out, rows)
}

/// Writes the header of a CSV file.
pub(crate) fn write_csv_header(out: &mut dyn Write, header: &[&str]) -> anyhow::Result<()> {
    write_csv_rows(out, [header.iter().map(|name| (*name).to_owned()).collect()])
}

/// Writes rows of a CSV file.
pub(crate) fn write_csv_rows(out: &mut dyn Write, rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    for row in rows {
        csv.write_record(row)?;
    }
    csv.flush()?;
    Ok(())
}

/// Writes rows of a CSV file that people open: what a spreadsheet would take for a formula is text there.
pub(crate) fn write_inert_csv_rows(out: &mut dyn Write, rows: impl IntoIterator<Item = Vec<String>>) -> anyhow::Result<()> {
    write_csv_rows(out, rows.into_iter().map(|row| row.into_iter().map(inert).collect()))
}

/// The same with a header.
pub(crate) fn write_inert_csv(
    out: &mut dyn Write,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> anyhow::Result<()> {
    write_csv_header(out, header)?;
    write_inert_csv_rows(out, rows)
}

/// A cell that no spreadsheet takes for a formula: an apostrophe leads one that begins as formulas do, as OWASP advises.
fn inert(cell: String) -> String {
    const BEGINS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if cell.starts_with(BEGINS) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{write_csv, write_inert_csv};

    #[test]
    fn formulas_are_text_where_people_open_the_file() {
        let rows =
            ["=1+1", "+44 1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "a=b", "'x", "", "3.20"].map(|cell| vec![cell.to_owned()]);
        let mut out = Vec::new();
        write_inert_csv(&mut out, &["cell"], rows.clone()).unwrap();
        let expected = ["cell", "'=1+1", "'+44 1", "'-1", "'@SUM(A1)", "'\tx", "\"'\rx\"", "'＝1", "a=b", "'x", "\"\"", "3.20"];
        assert_eq!(String::from_utf8(out).unwrap(), expected.join("\n") + "\n");
        let mut plain = Vec::new();
        write_csv(&mut plain, &["cell"], rows).unwrap();
        assert!(String::from_utf8(plain).unwrap().starts_with("cell\n=1+1\n"));
    }
}
