//! TODO: bis.

use std::io::BufRead;

use interdict_model::Entity;

use crate::error::SourceError;
use crate::report::Report;

pub(crate) fn parse(
    file: &str,
    _input: &mut dyn BufRead,
    _report: &mut Report,
    _sink: &mut dyn FnMut(Entity),
) -> Result<(), SourceError> {
    Err(SourceError::Empty { file: file.to_owned(), what: "parser" })
}
