//! All rows of a file, one after another, Parquet among the kinds: where a file is gone through once and row by row.

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use interdict_model::Schema;
use interdict_persona::parquet;

use super::rows::csv_row;
use super::{CsvRecord, Input, Row, Rows};
use crate::args::InputFormat;
use crate::columns::Columns;
use crate::failure::Usage;
use crate::messages::Messages;

/// How a file of rows is read.
pub(crate) struct Shape<'a> {
    /// As the user says; else by the ending of the name.
    pub(crate) kind: Option<InputFormat>,
    /// Which column is what.
    pub(crate) map: &'a [String],
    /// Schema of rows that state none.
    pub(crate) schema: Option<Schema>,
}

/// Hands every row of a file on, in order. A row that has no id of its own has `line-` and its number.
pub(crate) fn each_row(
    path: &Path,
    shape: &Shape<'_>,
    messages: Messages,
    each: &mut dyn FnMut(Row) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let is_parquet = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
    if is_parquet && shape.kind.is_none() {
        return parquet_rows(path, shape, messages, each);
    }
    let mut input = Input::open(path)?;
    let kind = input.kind(shape.kind, path)?;
    let mut rows = Rows::open(input, kind, shape.map, shape.schema)?;
    say(&rows.name, rows.columns(), rows.doubled_columns(), messages);
    let name = rows.name.clone();
    while let Some(row) = rows.next().with_context(|| format!("{name}: cannot be read"))? {
        each(row)?;
    }
    Ok(())
}

fn say(name: &str, columns: Option<String>, doubled: &[String], messages: Messages) {
    if let Some(columns) = columns {
        messages.note(&format!("{name}: {columns}"));
    }
    for doubled in doubled {
        Messages::warning(&format!("{name}: {doubled}"));
    }
}

fn parquet_rows(
    path: &Path,
    shape: &Shape<'_>,
    messages: Messages,
    each: &mut dyn FnMut(Row) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let name = path.display().to_string();
    let open = || File::open(path).with_context(|| format!("{name}: cannot be opened"));
    let wrong = |error: parquet::ParquetProblem| anyhow::anyhow!("{name}: {error}");
    let header = parquet::columns(open()?).map_err(wrong)?;
    if header.is_empty() {
        return Err(Usage(format!("{name}: the file has no columns")).into());
    }
    let columns = Columns::recognise(&name, header.clone(), shape.map, shape.schema)?;
    say(&name, Some(columns.describe()), &columns.doubled, messages);
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut stopped = None;
    let read = parquet::rows(open()?, &names, &mut |row, cells| {
        if stopped.is_none() {
            let fields: Vec<String> = cells.iter().map(|cell| cell.unwrap_or_default().to_owned()).collect();
            let text = fields.join(",");
            let record = CsvRecord { line: row.into(), text, fields: Ok(fields), readable: Vec::new() };
            stopped = each(csv_row(record, &columns)).err();
        }
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    for column in read.map_err(wrong)?.unread {
        Messages::warning(&format!("{name}: column `{column}` is of a type that is not read"));
    }
    Ok(())
}
