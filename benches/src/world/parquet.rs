//! The tables of a world as Parquet: moments as such, all else as text, as a data platform writes them.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use arrow_array::builder::{StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use interdict_persona::{Table, Time};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

/// Rows that are written at once.
const ROWS: usize = 65_536;

/// A column while its rows come.
enum Column {
    Text(StringBuilder),
    Moment(TimestampMicrosecondBuilder),
}

impl Column {
    fn named(name: &str) -> Self {
        match name {
            "time" => Self::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    fn add(&mut self, cell: &str) -> Result<()> {
        match self {
            Self::Text(texts) => texts.append_option(Some(cell).filter(|cell| !cell.is_empty())),
            Self::Moment(moments) => {
                let seconds = Time::parse(cell).with_context(|| format!("`{cell}` is no moment"))?.time.seconds();
                moments.append_value(seconds * 1_000_000);
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(texts) => Arc::new(texts.finish()),
            Self::Moment(moments) => Arc::new(moments.finish()),
        }
    }
}

/// Writes each table of a folder of CSV files beside it as Parquet.
pub(crate) fn write_beside(folder: &Path) -> Result<()> {
    for table in Table::ALL {
        let path = |extension: &str| folder.join(format!("{}.{extension}", table.name()));
        let mut reader = csv::Reader::from_path(path("csv"))?;
        let names = reader.headers()?.clone();
        let mut columns: Vec<Column> = names.iter().map(Column::named).collect();
        let batch = |columns: &mut [Column]| {
            let arrays = names.iter().zip(columns).map(|(name, column)| (name, column.finish(), true));
            RecordBatch::try_from_iter_with_nullable(arrays)
        };
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let schema = batch(&mut columns)?.schema();
        let mut writer = ArrowWriter::try_new(File::create(path("parquet"))?, schema, Some(properties))?;
        let mut record = csv::StringRecord::new();
        let mut rows = 0;
        while reader.read_record(&mut record)? {
            columns.iter_mut().zip(&record).try_for_each(|(column, cell)| column.add(cell))?;
            rows += 1;
            if rows % ROWS == 0 {
                writer.write(&batch(&mut columns)?)?;
            }
        }
        writer.write(&batch(&mut columns)?)?;
        writer.close()?;
    }
    Ok(())
}
