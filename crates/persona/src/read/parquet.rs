//! Rows of Parquet files: a file and the names of columns go in; every row comes out as texts in the order of those names, batch by batch,
//! so that memory is bounded by the size of a batch whatever the size of the file. Only the columns asked for are decoded. A damaged file
//! is an error that says so; the rows before the damage have been handed on.

use std::fmt::Write as _;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BinaryArray, BooleanArray, FixedSizeBinaryArray, FixedSizeListArray, LargeListArray, LargeStringArray, ListArray,
    MapArray, PrimitiveArray, RecordBatch, StringArray, StructArray,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::ChunkReader;

use super::thrift::{self, Flaw};

/// The most rows of a batch.
const MAX_BATCH_ROWS: usize = 8192;
/// What a batch should hold at most, in bytes of the columns that are read.
const BATCH_BYTES: u64 = 4 << 20;
/// How much of a file is looked at at once for headers of pages, and the longest header.
const WINDOW_BYTES: u64 = 64 << 10;
const MAX_HEADER_BYTES: u64 = 16 << 20;
/// How deep lists and groups may be nested.
const MAX_DEPTH: usize = 16;

/// Why a file is not read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ParquetProblem {
    /// It has no Parquet in it.
    #[error("it is no Parquet file: it does not begin with `PAR1`")]
    NoParquet,
    /// It begins as Parquet and ends as something else.
    #[error("the Parquet file is cut off: its end, which says what is in it, is missing")]
    CutOff,
    /// Compressed in a way that is not read.
    #[error("the column `{column}` is compressed with {codec}, which is not read: write it with ZSTD, SNAPPY or uncompressed")]
    Codec {
        /// The column.
        column: String,
        /// How it is compressed.
        codec: String,
    },
    /// Its parts contradict each other or cannot be decoded.
    #[error("the Parquet file is damaged after row {rows}: {reason}")]
    Damaged {
        /// Rows that were read before.
        rows: u32,
        /// What was wrong.
        reason: String,
    },
    /// The disk failed, not the file.
    #[error("{0}")]
    Io(#[source] std::io::Error),
}

/// What of a file was not handed on, and what was.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// Columns of the file that were not asked for.
    pub columns: Vec<String>,
    /// Columns that were asked for and are of a type that is no text, number, moment, list or group: their values count as missing.
    pub unread: Vec<String>,
    /// Rows that were handed on.
    pub rows: u32,
}

/// The names of the columns of a file, in their order.
pub fn columns<R: ChunkReader + 'static>(input: R) -> Result<Vec<String>, ParquetProblem> {
    check_ends(&input)?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let builder = guard(|| ParquetRecordBatchReaderBuilder::try_new_with_options(input, options))
        .and_then(|made| made)
        .map_err(|error| ParquetProblem::Damaged { rows: 0, reason: reason(&error.to_string()) })?;
    Ok(builder.schema().fields().iter().map(|field| field.name().clone()).collect())
}

/// Hands every row to `take`, with its number from 1 and its values in the order of `columns`. A value is `None` where the file has none
/// or has no such column. Columns are found by name whatever its case; the first of two equal ones is read.
///
/// Numbers are written in decimal digits, truth values as `yes` and `no`, dates and moments as in RFC 3339 (without `Z` where the file
/// states no zone), lists and groups as JSON, bytes that are no UTF-8 in hexadecimal digits.
pub fn rows<R: ChunkReader + 'static>(
    input: R,
    columns: &[&str],
    take: &mut dyn FnMut(u32, &[Option<&str>]),
) -> Result<Unknown, ParquetProblem> {
    let mut batches = Batches::open(input, columns)?;
    while batches.next(take)? {}
    Ok(batches.into_unknown())
}

/// A file that is read batch by batch.
pub(super) struct Batches {
    reader: ParquetRecordBatchReader,
    names: Vec<String>,
    /// Columns that are read, by their places in the file.
    roots: Vec<usize>,
    /// Where each column that was asked for stands in the file.
    wanted: Vec<Option<usize>>,
    texts: Vec<Texts>,
    unknown: Unknown,
}

impl Batches {
    pub(super) fn open<R: ChunkReader + 'static>(input: R, columns: &[&str]) -> Result<Self, ParquetProblem> {
        check_ends(&input)?;
        // What the writer had in memory does not matter, and may be anything: types are those of the file itself.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let loaded = guard(|| ArrowReaderMetadata::load(&input, options))
            .and_then(|loaded| loaded)
            .map_err(|error| damaged(error, 0))?;

        let names: Vec<String> = loaded.schema().fields().iter().map(|field| field.name().clone()).collect();
        let find = |wanted: &str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(wanted));
        let wanted: Vec<Option<usize>> = columns.iter().map(|name| find(name)).collect();
        let unknown = Unknown {
            columns: (names.iter().enumerate())
                .filter(|(index, _)| !wanted.contains(&Some(*index)))
                .map(|(_, name)| name.clone())
                .collect(),
            ..Unknown::default()
        };
        let mut roots: Vec<usize> = wanted.iter().flatten().copied().collect();
        roots.sort_unstable();
        roots.dedup();

        let metadata = loaded.metadata().clone();
        check_codecs(&metadata, &roots)?;
        check_pages(&input, &metadata, &roots)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, loaded);
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots.iter().copied());
        let reader = guard(|| builder.with_batch_size(batch_rows(&metadata, &roots)).with_projection(mask).build());
        let reader = reader.and_then(|made| made).map_err(|error| damaged(error, 0))?;
        let texts = roots.iter().map(|_| Texts::default()).collect();
        Ok(Self { reader, names, roots, wanted, texts, unknown })
    }

    /// Hands the rows of the next batch on; false at the end.
    pub(super) fn next(&mut self, take: &mut dyn FnMut(u32, &[Option<&str>])) -> Result<bool, ParquetProblem> {
        // Without any of the columns there is nothing to read, however many rows the file says to have.
        if self.roots.is_empty() {
            return Ok(false);
        }
        let Self { reader, names, roots, wanted, texts, unknown } = self;
        let batch = match guard(|| reader.next()) {
            Ok(None) => return Ok(false),
            Ok(Some(Ok(batch))) => batch,
            Ok(Some(Err(error))) => {
                return Err(ParquetProblem::Damaged { rows: unknown.rows, reason: reason(&error.to_string()) });
            }
            Err(error) => return Err(damaged(error, unknown.rows)),
        };
        for (index, root) in roots.iter().enumerate() {
            let readable = index < batch.num_columns() && texts[index].fill(batch.column(index).as_ref());
            if !readable && !unknown.unread.contains(&names[*root]) {
                unknown.unread.push(names[*root].clone());
            }
        }
        hand_on(&batch, roots, wanted, texts, &mut unknown.rows, take);
        Ok(true)
    }

    /// What was read, and what was not.
    pub(super) fn into_unknown(self) -> Unknown {
        self.unknown
    }
}

fn damaged(error: ParquetError, rows: u32) -> ParquetProblem {
    match error {
        ParquetError::External(error) => match error.downcast::<std::io::Error>() {
            Ok(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => ParquetProblem::Io(*error),
            Ok(error) => ParquetProblem::Damaged { rows, reason: error.to_string() },
            Err(error) => ParquetProblem::Damaged { rows, reason: error.to_string() },
        },
        error => ParquetProblem::Damaged { rows, reason: reason(&error.to_string()) },
    }
}

/// Hands the rows of a batch on.
fn hand_on(
    batch: &RecordBatch,
    roots: &[usize],
    wanted: &[Option<usize>],
    texts: &[Texts],
    row: &mut u32,
    take: &mut dyn FnMut(u32, &[Option<&str>]),
) {
    let sources: Vec<Option<Cells<'_>>> = wanted
        .iter()
        .map(|root| {
            let index = roots.binary_search(&(*root)?).ok()?;
            // Texts are handed on where they lie; all else was written out.
            match batch.column(index).as_string_opt::<i32>() {
                Some(strings) => Some(Cells::Strings(strings)),
                None => Some(Cells::Texts(&texts[index])),
            }
        })
        .collect();
    let mut cells: Vec<Option<&str>> = vec![None; wanted.len()];
    for index in 0..batch.num_rows() {
        for (cell, source) in cells.iter_mut().zip(&sources) {
            *cell = source.as_ref().and_then(|source| source.get(index));
        }
        *row = row.saturating_add(1);
        take(*row, &cells);
    }
}

/// Runs code of the library; where it stops in a panic over a damaged file, that is an error as any other.
fn guard<T>(run: impl FnOnce() -> T) -> Result<T, ParquetError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
        .map_err(|_| ParquetError::General("its parts contradict each other".to_owned()))
}

fn reason(text: &str) -> String {
    text.chars().take(300).collect()
}

/// Looks at the first and last four bytes, which are `PAR1` in every Parquet file, and at the footer.
fn check_ends<R: ChunkReader>(input: &R) -> Result<(), ParquetProblem> {
    let length = input.len();
    let at = |start: u64, count: usize| input.get_bytes(start, count).map_err(|error| damaged(error, 0));
    if length < 4 || at(0, 4)?.as_ref() != b"PAR1" {
        return Err(ParquetProblem::NoParquet);
    }
    if length < 12 || at(length - 4, 4)?.as_ref() != b"PAR1" {
        return Err(ParquetProblem::CutOff);
    }
    let footer = at(length - 8, 4)?.iter().rev().fold(0, |size, byte| size << 8 | u64::from(*byte));
    // A size that cannot be is told by the library.
    match length.checked_sub(8 + footer) {
        Some(start) if !thrift::is_bounded(&at(start, footer as usize)?) => {
            Err(ParquetProblem::Damaged { rows: 0, reason: "its footer contradicts the format".to_owned() })
        }
        _ => Ok(()),
    }
}

/// The chunks of the columns at these places of the schema.
fn chunks<'m>(
    metadata: &'m ParquetMetaData,
    roots: &'m [usize],
) -> impl Iterator<Item = &'m parquet::file::metadata::ColumnChunkMetaData> {
    let schema = metadata.file_metadata().schema_descr();
    metadata.row_groups().iter().flat_map(move |group| {
        let columns = group.columns().iter().enumerate();
        columns
            .filter(move |(leaf, _)| *leaf < schema.num_columns() && roots.contains(&schema.get_column_root_idx(*leaf)))
            .map(|(_, column)| column)
    })
}

fn check_codecs(metadata: &ParquetMetaData, roots: &[usize]) -> Result<(), ParquetProblem> {
    for chunk in chunks(metadata, roots) {
        match chunk.compression() {
            Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) => {}
            codec => {
                return Err(ParquetProblem::Codec { column: chunk.column_path().string(), codec: codec.to_string() });
            }
        }
    }
    Ok(())
}

/// Looks at the headers of the pages of what is read, one after the other as the library does. Only what would keep it busy without end is
/// refused here: what else is wrong it tells itself, when all before has been read.
fn check_pages<R: ChunkReader>(input: &R, metadata: &ParquetMetaData, roots: &[usize]) -> Result<(), ParquetProblem> {
    let mut window = Window { input, start: 0, bytes: Vec::new() };
    for chunk in chunks(metadata, roots) {
        let begin = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
        let (Ok(mut at), Ok(size)) = (u64::try_from(begin), u64::try_from(chunk.compressed_size())) else { continue };
        let end = at.saturating_add(size).min(input.len());
        while at < end {
            match window.page_size(at)? {
                Ok(size) => at = at.saturating_add(size),
                Err(Flaw::Endless) => {
                    let reason = "the header of a page contradicts the format".to_owned();
                    return Err(ParquetProblem::Damaged { rows: 0, reason });
                }
                Err(Flaw::Short | Flaw::Malformed) => break,
            }
        }
    }
    Ok(())
}

/// A part of a file, in which headers are looked for.
struct Window<'f, R> {
    input: &'f R,
    start: u64,
    bytes: Vec<u8>,
}

impl<R: ChunkReader> Window<'_, R> {
    /// How many bytes the page takes whose header stands there. A header may be longer than its chunk, as the library sees only when it has
    /// read it.
    fn page_size(&mut self, at: u64) -> Result<Result<u64, Flaw>, ParquetProblem> {
        let left = self.input.len() - at;
        for wanted in [0, WINDOW_BYTES, MAX_HEADER_BYTES] {
            if wanted > 0 {
                let bytes = self.input.get_bytes(at, wanted.min(left) as usize).map_err(|error| damaged(error, 0))?;
                (self.start, self.bytes) = (at, bytes.to_vec());
            }
            let passed = at.checked_sub(self.start).and_then(|passed| usize::try_from(passed).ok());
            let seen = passed.and_then(|passed| self.bytes.get(passed..)).unwrap_or_default();
            match thrift::page_size(seen) {
                Err(Flaw::Short) => {}
                found => return Ok(found),
            }
        }
        Ok(Err(if left > MAX_HEADER_BYTES { Flaw::Endless } else { Flaw::Short }))
    }
}

/// How many rows a batch may have: fewer where rows are long, as with texts of documents.
fn batch_rows(metadata: &ParquetMetaData, roots: &[usize]) -> usize {
    let bytes: u64 = chunks(metadata, roots).map(|chunk| u64::try_from(chunk.uncompressed_size()).unwrap_or(0)).sum();
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(0).max(1);
    let a_row = (bytes / rows).max(1);
    usize::try_from(BATCH_BYTES / a_row).unwrap_or(MAX_BATCH_ROWS).clamp(1, MAX_BATCH_ROWS)
}

/// Where the values of a column lie.
#[derive(Debug)]
enum Cells<'b> {
    Strings(&'b StringArray),
    Texts(&'b Texts),
}

impl<'b> Cells<'b> {
    fn get(&self, index: usize) -> Option<&'b str> {
        match self {
            Self::Strings(strings) => strings.is_valid(index).then(|| strings.value(index)),
            Self::Texts(texts) => texts.get(index),
        }
    }
}

/// The values of one column of a batch as texts. Its memory is used again for the next batch.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    /// End of each value, and whether it is there.
    ends: Vec<(usize, bool)>,
}

impl Texts {
    fn get(&self, index: usize) -> Option<&str> {
        let (end, there) = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1].0 };
        if there { self.text.get(start..end) } else { None }
    }

    /// Writes the values out, but for texts, which are read where they lie. False for a type that is not read.
    fn fill(&mut self, array: &dyn Array) -> bool {
        self.text.clear();
        self.ends.clear();
        if array.as_any().is::<StringArray>() {
            return true;
        }
        let Some(value) = Value::of(array, 0) else { return array.null_count() == array.len() };
        for index in 0..array.len() {
            let there = array.is_valid(index) && value.write(index, &mut self.text);
            self.ends.push((self.text.len(), there));
        }
        true
    }
}

/// An array of a type that is read. Nothing is looked up by type for each value.
enum Value<'a> {
    Text(&'a StringArray),
    LargeText(&'a LargeStringArray),
    Truth(&'a BooleanArray),
    Bytes(&'a BinaryArray),
    FixedBytes(&'a FixedSizeBinaryArray),
    Integer(&'a dyn Integers),
    Float(&'a dyn Floats),
    Decimal(&'a dyn Decimals),
    /// Values, units in a second, whether the zone is UTC.
    Moment(&'a dyn Integers, i64, bool),
    Date(&'a PrimitiveArray<Date32Type>),
    /// Values, units in a second.
    Clock(&'a dyn Integers, i64),
    List(&'a ListArray),
    LargeList(&'a LargeListArray),
    FixedList(&'a FixedSizeListArray),
    Map(&'a MapArray),
    Group(&'a StructArray, Vec<(&'a str, Option<Value<'a>>)>),
}

trait Integers {
    fn at(&self, index: usize) -> i128;
}

macro_rules! integers {
    ($($kind:ty),+) => { $(impl Integers for PrimitiveArray<$kind> {
        fn at(&self, index: usize) -> i128 {
            self.value(index).into()
        }
    })+ };
}

integers!(
    Int8Type,
    Int16Type,
    Int32Type,
    Int64Type,
    UInt8Type,
    UInt16Type,
    UInt32Type,
    UInt64Type,
    TimestampSecondType,
    TimestampMillisecondType,
    TimestampMicrosecondType,
    TimestampNanosecondType,
    Time32SecondType,
    Time32MillisecondType,
    Time64MicrosecondType,
    Time64NanosecondType,
    Date64Type
);

trait Floats {
    fn at(&self, index: usize) -> f64;
    /// Whether the values have the short precision, which is written with as few digits as tell it apart.
    fn short(&self) -> bool;
}

impl Floats for PrimitiveArray<Float16Type> {
    fn at(&self, index: usize) -> f64 {
        self.value(index).to_f64()
    }

    fn short(&self) -> bool {
        true
    }
}

impl Floats for PrimitiveArray<Float32Type> {
    fn at(&self, index: usize) -> f64 {
        self.value(index).into()
    }

    fn short(&self) -> bool {
        true
    }
}

impl Floats for PrimitiveArray<Float64Type> {
    fn at(&self, index: usize) -> f64 {
        self.value(index)
    }

    fn short(&self) -> bool {
        false
    }
}

trait Decimals {
    fn at(&self, index: usize) -> String;
}

macro_rules! decimals {
    ($($kind:ty),+) => { $(impl Decimals for PrimitiveArray<$kind> {
        fn at(&self, index: usize) -> String {
            self.value_as_string(index)
        }
    })+ };
}

decimals!(Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type);

impl<'a> Value<'a> {
    /// `None` for a type that is not read.
    fn of(array: &'a dyn Array, depth: usize) -> Option<Self> {
        fn integer<K: ArrowPrimitiveType>(array: &dyn Array) -> Option<&dyn Integers>
        where
            PrimitiveArray<K>: Integers,
        {
            array.as_primitive_opt::<K>().map(|array| array as &dyn Integers)
        }
        fn moment<K: ArrowPrimitiveType>(array: &dyn Array, units: i64) -> Option<Value<'_>>
        where
            PrimitiveArray<K>: Integers,
        {
            // The type without zone is the one that stands for all of its unit.
            integer::<K>(array).map(|values| Value::Moment(values, units, *array.data_type() != K::DATA_TYPE))
        }
        if depth > MAX_DEPTH {
            return None;
        }
        let any = array.as_any();
        let integers = None
            .or_else(|| integer::<Int64Type>(array))
            .or_else(|| integer::<Int32Type>(array))
            .or_else(|| integer::<Int16Type>(array))
            .or_else(|| integer::<Int8Type>(array))
            .or_else(|| integer::<UInt64Type>(array))
            .or_else(|| integer::<UInt32Type>(array))
            .or_else(|| integer::<UInt16Type>(array))
            .or_else(|| integer::<UInt8Type>(array));
        if let Some(values) = integers {
            return Some(Self::Integer(values));
        }
        let moments = None
            .or_else(|| moment::<TimestampMicrosecondType>(array, 1_000_000))
            .or_else(|| moment::<TimestampMillisecondType>(array, 1000))
            .or_else(|| moment::<TimestampNanosecondType>(array, 1_000_000_000))
            .or_else(|| moment::<TimestampSecondType>(array, 1))
            .or_else(|| integer::<Date64Type>(array).map(|values| Self::Moment(values, 1000, false)))
            .or_else(|| integer::<Time32SecondType>(array).map(|values| Self::Clock(values, 1)))
            .or_else(|| integer::<Time32MillisecondType>(array).map(|values| Self::Clock(values, 1000)))
            .or_else(|| integer::<Time64MicrosecondType>(array).map(|values| Self::Clock(values, 1_000_000)))
            .or_else(|| integer::<Time64NanosecondType>(array).map(|values| Self::Clock(values, 1_000_000_000)));
        if moments.is_some() {
            return moments;
        }
        let floats = None
            .or_else(|| array.as_primitive_opt::<Float64Type>().map(|values| values as &dyn Floats))
            .or_else(|| array.as_primitive_opt::<Float32Type>().map(|values| values as &dyn Floats))
            .or_else(|| array.as_primitive_opt::<Float16Type>().map(|values| values as &dyn Floats));
        if let Some(values) = floats {
            return Some(Self::Float(values));
        }
        let decimals = None
            .or_else(|| array.as_primitive_opt::<Decimal128Type>().map(|values| values as &dyn Decimals))
            .or_else(|| array.as_primitive_opt::<Decimal64Type>().map(|values| values as &dyn Decimals))
            .or_else(|| array.as_primitive_opt::<Decimal32Type>().map(|values| values as &dyn Decimals))
            .or_else(|| array.as_primitive_opt::<Decimal256Type>().map(|values| values as &dyn Decimals));
        if let Some(values) = decimals {
            return Some(Self::Decimal(values));
        }
        if let Some(group) = any.downcast_ref::<StructArray>() {
            let members = group.column_names().into_iter().zip(group.columns());
            return Some(Self::Group(
                group,
                members.map(|(name, array)| (name, Self::of(array.as_ref(), depth + 1))).collect(),
            ));
        }
        None.or_else(|| any.downcast_ref::<StringArray>().map(Self::Text))
            .or_else(|| any.downcast_ref::<LargeStringArray>().map(Self::LargeText))
            .or_else(|| any.downcast_ref::<BooleanArray>().map(Self::Truth))
            .or_else(|| any.downcast_ref::<BinaryArray>().map(Self::Bytes))
            .or_else(|| any.downcast_ref::<FixedSizeBinaryArray>().map(Self::FixedBytes))
            .or_else(|| array.as_primitive_opt::<Date32Type>().map(Self::Date))
            .or_else(|| any.downcast_ref::<ListArray>().map(Self::List))
            .or_else(|| any.downcast_ref::<LargeListArray>().map(Self::LargeList))
            .or_else(|| any.downcast_ref::<FixedSizeListArray>().map(Self::FixedList))
            .or_else(|| any.downcast_ref::<MapArray>().map(Self::Map))
    }

    /// Writes one value as text. False when it is none: a number that is not finite.
    fn write(&self, index: usize, out: &mut String) -> bool {
        match self {
            Self::Text(texts) => out.push_str(texts.value(index)),
            Self::LargeText(texts) => out.push_str(texts.value(index)),
            Self::Truth(values) => out.push_str(if values.value(index) { "yes" } else { "no" }),
            Self::Bytes(values) => bytes(values.value(index), out),
            Self::FixedBytes(values) => hexadecimal(values.value(index), out),
            Self::Integer(values) => number(values.at(index), out),
            Self::Float(values) => return float(*values, index, out),
            Self::Decimal(values) => out.push_str(&values.at(index)),
            Self::Moment(values, units, utc) => moment(values.at(index), *units, *utc, out),
            Self::Date(values) => date(values.value(index).into(), out),
            Self::Clock(values, units) => clock(values.at(index), *units, out),
            Self::List(_) | Self::LargeList(_) | Self::FixedList(_) | Self::Map(_) | Self::Group(..) => {
                self.json(index, 0, out);
            }
        }
        true
    }

    /// Writes one value as JSON.
    fn json(&self, index: usize, depth: usize, out: &mut String) {
        match self {
            Self::List(lists) => list(lists.value(index).as_ref(), depth, out),
            Self::LargeList(lists) => list(lists.value(index).as_ref(), depth, out),
            Self::FixedList(lists) => list(lists.value(index).as_ref(), depth, out),
            Self::Map(maps) => map(&maps.value(index), depth, out),
            Self::Group(group, members) => {
                out.push('{');
                let mut first = true;
                for ((name, value), array) in members.iter().zip(group.columns()) {
                    // What is missing in a group is left out, as in JSON that people write.
                    let Some(value) = value.as_ref().filter(|_| array.is_valid(index)) else { continue };
                    if !std::mem::take(&mut first) {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.json(index, depth + 1, out);
                }
                out.push('}');
            }
            Self::Integer(values) => number(values.at(index), out),
            Self::Float(values) => {
                if !float(*values, index, out) {
                    out.push_str("null");
                }
            }
            Self::Truth(values) => out.push_str(if values.value(index) { "true" } else { "false" }),
            Self::Text(texts) => quote(texts.value(index), out),
            Self::LargeText(texts) => quote(texts.value(index), out),
            Self::Decimal(values) => out.push_str(&values.at(index)),
            Self::Bytes(_) | Self::FixedBytes(_) | Self::Moment(..) | Self::Date(_) | Self::Clock(..) => {
                let mut text = String::new();
                self.write(index, &mut text);
                quote(&text, out);
            }
        }
    }
}

fn list(items: &dyn Array, depth: usize, out: &mut String) {
    out.push('[');
    if let Some(value) = Value::of(items, depth + 1) {
        for index in 0..items.len() {
            if index > 0 {
                out.push(',');
            }
            if items.is_valid(index) { value.json(index, depth + 1, out) } else { out.push_str("null") }
        }
    }
    out.push(']');
}

/// A map becomes an object, its keys texts.
fn map(entries: &StructArray, depth: usize, out: &mut String) {
    out.push('{');
    let columns = entries.columns();
    if let [keys, values] = columns
        && let (Some(key), Some(value)) = (Value::of(keys.as_ref(), depth + 1), Value::of(values.as_ref(), depth + 1))
    {
        let mut first = true;
        let mut name = String::new();
        for index in 0..entries.len() {
            name.clear();
            if values.is_null(index) || keys.is_null(index) || !key.write(index, &mut name) {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            quote(&name, out);
            out.push(':');
            value.json(index, depth + 1, out);
        }
    }
    out.push('}');
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                out.push_str("\\u00");
                digits(u32::from(c) >> 4, out);
                digits(u32::from(c) & 15, out);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn digits(nibble: u32, out: &mut String) {
    out.push(char::from_digit(nibble, 16).unwrap_or('0'));
}

fn bytes(value: &[u8], out: &mut String) {
    match std::str::from_utf8(value) {
        Ok(text) => out.push_str(text),
        Err(_) => hexadecimal(value, out),
    }
}

fn hexadecimal(value: &[u8], out: &mut String) {
    for byte in value {
        digits(u32::from(byte >> 4), out);
        digits(u32::from(byte & 15), out);
    }
}

fn number(value: i128, out: &mut String) {
    // Writing into a String does not fail.
    let _ = match i64::try_from(value) {
        Ok(value) => write!(out, "{value}"),
        Err(_) => write!(out, "{value}"),
    };
}

fn float(values: &dyn Floats, index: usize, out: &mut String) -> bool {
    let value = values.at(index);
    if !value.is_finite() {
        return false;
    }
    let _ = if values.short() { write!(out, "{}", value as f32) } else { write!(out, "{value}") };
    true
}

/// At least two digits.
fn pair(value: i64, out: &mut String) {
    if value < 10 {
        out.push('0');
    }
    number(value.into(), out);
}

/// A day since 1970 as `2026-03-01`.
fn date(day: i64, out: &mut String) {
    // Days from civil, backwards: years begin in March, 400 of them have 146,097 days.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if (0..1000).contains(&year) {
        let _ = write!(out, "{year:04}");
    } else {
        number(year.into(), out);
    }
    out.push('-');
    pair(month, out);
    out.push('-');
    pair(day_of_month, out);
}

/// Units of a second since midnight as `12:30:00`.
fn clock(value: i128, units: i64, out: &mut String) {
    let seconds = (value.div_euclid(i128::from(units))).rem_euclid(86_400) as i64;
    pair(seconds / 3600, out);
    out.push(':');
    pair(seconds / 60 % 60, out);
    out.push(':');
    pair(seconds % 60, out);
}

/// Units of a second since 1970 as `2026-03-01T12:30:00`, with `Z` where the zone is stated. Parts of a second are left out.
fn moment(value: i128, units: i64, utc: bool, out: &mut String) {
    let seconds = value.div_euclid(i128::from(units)) as i64;
    date(seconds.div_euclid(86_400), out);
    out.push('T');
    clock(i128::from(seconds), 1, out);
    if utc {
        out.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::sync::Arc;

    use arrow_array::builder::{Int32Builder, ListBuilder, MapBuilder, StringBuilder};
    use arrow_array::types::Int32Type;
    use arrow_array::{
        ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, FixedSizeBinaryArray, Float32Array,
        Float64Array, Int64Array, RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, TimestampMillisecondArray,
        UInt64Array,
    };
    use parquet::arrow::ArrowWriter;
    use parquet::basic::{Compression, ZstdLevel};
    use parquet::file::properties::WriterProperties;

    use super::{ParquetProblem, Unknown, rows};

    fn file(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn plain() -> WriterProperties {
        WriterProperties::builder().set_dictionary_enabled(false).set_compression(Compression::UNCOMPRESSED).build()
    }

    type Read = (Vec<Vec<Option<String>>>, Result<Unknown, ParquetProblem>);

    fn read(bytes: impl AsRef<[u8]>, columns: &[&str]) -> Read {
        let mut all = Vec::new();
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(bytes.as_ref()).unwrap();
        let result = rows(input, columns, &mut |row, cells| {
            assert_eq!(row as usize, all.len() + 1);
            all.push(cells.iter().map(|cell| cell.map(str::to_owned)).collect());
        });
        (all, result)
    }

    /// Every value of one column.
    #[track_caller]
    fn check(array: ArrayRef, expected: &[Option<&str>]) {
        let (rows, result) = read(file(vec![("x", array)], plain()), &["x"]);
        assert_eq!(result.unwrap(), Unknown { rows: expected.len() as u32, ..Unknown::default() });
        let values: Vec<Option<&str>> = rows.iter().map(|row| row[0].as_deref()).collect();
        assert_eq!(values, expected);
    }

    #[test]
    fn values_become_texts() {
        check(Arc::new(StringArray::from(vec![Some("a"), None, Some("")])), &[Some("a"), None, Some("")]);
        check(
            Arc::new(Int64Array::from(vec![Some(i64::MIN), Some(0), None])),
            &[Some("-9223372036854775808"), Some("0"), None],
        );
        check(Arc::new(UInt64Array::from(vec![u64::MAX])), &[Some("18446744073709551615")]);
        check(Arc::new(Float64Array::from(vec![1e3, 0.1, f64::NAN])), &[Some("1000"), Some("0.1"), None]);
        check(Arc::new(Float32Array::from(vec![0.1])), &[Some("0.1")]);
        check(Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])), &[Some("yes"), Some("no"), None]);
        check(Arc::new(Decimal128Array::from(vec![-12_345]).with_precision_and_scale(10, 2).unwrap()), &[Some("-123.45")]);
        check(Arc::new(BinaryArray::from(vec![b"abc".as_slice(), b"\xff\x00\x10"])), &[Some("abc"), Some("ff0010")]);
        check(Arc::new(FixedSizeBinaryArray::try_from_iter([[0_u8, 0xab]].into_iter()).unwrap()), &[Some("00ab")]);
    }

    #[test]
    fn moments_become_rfc_3339_and_say_whether_a_zone_is_stated() {
        check(
            Arc::new(Date32Array::from(vec![0, -1, 11_016, 20_513, 19_782])),
            &[Some("1970-01-01"), Some("1969-12-31"), Some("2000-02-29"), Some("2026-03-01"), Some("2024-02-29")],
        );
        let micros = TimestampMicrosecondArray::from(vec![1_772_368_245_999_999, -1]);
        check(Arc::new(micros.clone()), &[Some("2026-03-01T12:30:45"), Some("1969-12-31T23:59:59")]);
        check(Arc::new(micros.with_timezone("+09:00")), &[Some("2026-03-01T12:30:45Z"), Some("1969-12-31T23:59:59Z")]);
        check(
            Arc::new(TimestampMillisecondArray::from(vec![1_772_368_245_000]).with_timezone("UTC")),
            &[Some("2026-03-01T12:30:45Z")],
        );
    }

    #[test]
    fn lists_groups_and_maps_become_json() {
        let mut lists = ListBuilder::new(StringBuilder::new());
        lists.append_value([Some("a\"b\\"), None, Some("c\u{1}\n")]);
        lists.append_value(Vec::<Option<&str>>::new());
        lists.append_null();
        check(Arc::new(lists.finish()), &[Some(r#"["a\"b\\",null,"c\u0001\n"]"#), Some("[]"), None]);

        let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
        maps.keys().append_value("port");
        maps.values().append_value(8080);
        maps.keys().append_value("none");
        maps.values().append_null();
        maps.append(true).unwrap();
        check(Arc::new(maps.finish()), &[Some(r#"{"port":8080}"#)]);

        let inner: ArrayRef = Arc::new(Float64Array::from(vec![Some(37.5), None]));
        let truth: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
        let group = StructArray::try_from(vec![("lat", inner), ("managed", truth)]).unwrap();
        check(Arc::new(group), &[Some(r#"{"lat":37.5,"managed":true}"#), Some("{}")]);
    }

    #[test]
    fn columns_are_found_by_name_and_others_are_named() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("Kind", Arc::new(StringArray::from(vec!["login", "commit"]))),
            ("extra", Arc::new(Int64Array::from(vec![1, 2]))),
            ("person", Arc::new(Int64Array::from(vec![7, 8]))),
        ];
        let (rows, result) = read(file(columns, plain()), &["person", "absent", "kind"]);
        assert_eq!(result.unwrap(), Unknown { columns: vec!["extra".into()], unread: vec![], rows: 2 });
        let texts = |row: &[&str]| vec![Some(row[0].to_owned()), None, Some(row[1].to_owned())];
        assert_eq!(rows, [texts(&["7", "login"]), texts(&["8", "commit"])]);
    }

    /// Files of every way of writing, with more rows than a batch and several groups of rows.
    #[test]
    fn every_way_of_writing_reads_the_same() {
        let count = 20_000;
        let kinds = ["login", "commit", "payout"];
        let dictionary: DictionaryArray<Int32Type> = (0..count).map(|row| kinds[row % 3]).collect();
        let persons: StringArray = (0..count).map(|row| (row % 7 != 0).then(|| format!("p{row}"))).collect();
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::try_new(3).unwrap())] {
            for dictionaries in [false, true] {
                let properties = WriterProperties::builder()
                    .set_dictionary_enabled(dictionaries)
                    .set_compression(compression)
                    .set_max_row_group_row_count(Some(7000))
                    .build();
                let columns: Vec<(&str, ArrayRef)> =
                    vec![("kind", Arc::new(dictionary.clone())), ("person", Arc::new(persons.clone()))];
                let (rows, result) = read(file(columns, properties), &["kind", "person"]);
                assert_eq!(result.unwrap().rows as usize, count, "{compression} {dictionaries}");
                for (row, cells) in rows.iter().enumerate() {
                    assert_eq!(cells[0].as_deref(), Some(kinds[row % 3]));
                    assert_eq!(cells[1], (row % 7 != 0).then(|| format!("p{row}")));
                }
            }
        }
    }

    fn small() -> Vec<u8> {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in 0..50 {
            lists.append_value([Some("a"), None, Some("b")].into_iter().take(row % 4));
        }
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("person", Arc::new(StringArray::from_iter_values((0..50).map(|row| format!("p{}", row % 5))))),
            ("time", Arc::new(TimestampMicrosecondArray::from_iter_values(0..50))),
            ("detail", Arc::new(lists.finish())),
        ];
        let zstd = Compression::ZSTD(ZstdLevel::try_new(1).unwrap());
        file(columns, WriterProperties::builder().set_compression(zstd).build())
    }

    #[test]
    fn what_is_no_whole_parquet_says_so() {
        let whole = small();
        for length in [0, 3, 4, 11, whole.len() / 2, whole.len() - 1] {
            let (rows, result) = read(&whole[..length], &["person"]);
            assert!(rows.is_empty());
            let error = result.unwrap_err();
            let cut = matches!(error, ParquetProblem::CutOff);
            assert!(if length < 4 { matches!(error, ParquetProblem::NoParquet) } else { cut }, "{length}: {error}");
        }
        assert!(matches!(read(b"person,kind\na,b\n", &["person"]).1, Err(ParquetProblem::NoParquet)));
        // A middle that is missing: both ends are there.
        let mut hole = whole.clone();
        hole.drain(10..60);
        assert!(matches!(read(hole, &["person", "time", "detail"]).1, Err(ParquetProblem::Damaged { .. })));
    }

    /// Every byte of a file in turn is another one: never a panic that escapes, and errors are ours.
    #[test]
    fn damage_never_stops_the_program() {
        let whole = small();
        let mut refused = 0;
        for at in 4..whole.len() - 4 {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= flip;
                let (_, result) = read(damaged, &["person", "time", "detail"]);
                refused += usize::from(result.is_err());
            }
        }
        assert!(refused > whole.len(), "{refused} of {}", whole.len() * 3);
    }

    #[test]
    fn compression_that_is_not_read_is_named() {
        let bytes = small();
        assert!(read(&bytes, &["person"]).1.is_ok());
        // In the footer, the codec of a chunk is a field with a number, written as twice the number: 0x15, and 12 for ZSTD.
        let length = u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
        let footer = bytes.len() - 8 - length;
        let named = (footer..bytes.len() - 9).filter(|at| bytes[*at..*at + 2] == [0x15, 12]).any(|at| {
            let mut other = bytes.clone();
            other[at + 1] = 4;
            let result = read(&other, &["person"]).1;
            result.is_err_and(|error| matches!(error, ParquetProblem::Codec { column, codec } if column == "person" && codec.contains("GZIP")))
        });
        assert!(named);
    }

    #[test]
    fn a_footer_of_billions_of_truth_values_is_refused_at_once() {
        // A list that states 2,147,483,647 of them.
        let footer = [0x19_u8, 0xf1, 0xff, 0xff, 0xff, 0xff, 7, 0];
        let file = [b"PAR1".as_slice(), &footer, &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat();
        let (_, found) = read(file, &["person"]);
        assert_eq!(
            found.unwrap_err().to_string(),
            "the Parquet file is damaged after row 0: its footer contradicts the format"
        );
    }

    /// The header of the first page, or of a later one, is another structure of as many bytes.
    #[test]
    fn a_page_of_billions_of_truth_values_is_refused_at_once() {
        let array = || -> ArrayRef { Arc::new(StringArray::from_iter_values((0..900).map(|row| format!("person {row}")))) };
        let small_pages = WriterProperties::builder()
            .set_dictionary_enabled(false)
            .set_compression(Compression::UNCOMPRESSED)
            .set_data_page_row_count_limit(100)
            .set_write_batch_size(100);
        let whole = file(vec![("person", array())], small_pages.build());
        assert!(read(&whole, &["person"]).1.is_ok());
        let mut at = 4;
        for _ in 0..2 {
            let mut other = whole.clone();
            other[at..at + 7].copy_from_slice(&[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 7]);
            let (rows, found) = read(other, &["person"]);
            let told = found.unwrap_err().to_string();
            assert_eq!(told, "the Parquet file is damaged after row 0: the header of a page contradicts the format");
            assert!(rows.is_empty());
            at += super::thrift::page_size(&whole[at..]).unwrap() as usize;
        }
    }

    #[test]
    fn batches_of_long_rows_are_short() {
        let rows_of = |length: usize| {
            let text = "x".repeat(length);
            let array: ArrayRef = Arc::new(StringArray::from_iter_values((0..40).map(|_| text.as_str())));
            let mut input = tempfile::tempfile().unwrap();
            input.write_all(&file(vec![("text", array)], plain())).unwrap();
            let metadata = super::ParquetRecordBatchReaderBuilder::try_new(input).unwrap().metadata().clone();
            super::batch_rows(&metadata, &[0])
        };
        assert_eq!(rows_of(10), super::MAX_BATCH_ROWS);
        assert!((19..=20).contains(&rows_of(200 << 10)), "{}", rows_of(200 << 10));
    }
}
