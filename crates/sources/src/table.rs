//! TODO: table.

use std::io::BufRead;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::report::Report;

/// Which column of a table is what.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ColumnMap {}

pub(crate) fn parse(
    file: &str,
    _input: &mut dyn BufRead,
    _columns: &ColumnMap,
    _report: &mut Report,
    _sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    Err(SourceError::Empty { file: file.to_owned(), what: "parser" })
}
