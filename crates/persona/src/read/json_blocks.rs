//! JSON lines in blocks of rows.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::blocks::{MAX_ROW_BYTES, too_long};
use super::cutter::{Lines, Piece};
use super::{Cells, Table, facts};
use crate::problem::ProblemKind;

/// Lines of which each has a row of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonLines(pub(super) Table);

impl Lines for JsonLines {
    fn last_row_end(bytes: &[u8]) -> Option<usize> {
        memchr::memrchr(b'\n', bytes).map(|at| at + 1)
    }

    fn each(self, piece: &Piece<Self>, mut take: impl FnMut(u32, Result<Cells<'_>, ProblemKind>)) {
        let mut rest = piece.bytes.as_slice();
        let mut inside = piece.inside;
        let mut next_line = piece.line;
        while !rest.is_empty() {
            let number = next_line;
            next_line = next_line.saturating_add(1);
            let end = memchr::memchr(b'\n', rest);
            let (line, next) = rest.split_at(end.unwrap_or(rest.len()));
            rest = next.get(1..).unwrap_or_default();
            // What is left of a line that was told of.
            if std::mem::take(&mut inside) {
                continue;
            }
            if line.len() > MAX_ROW_BYTES || end.is_none() && !piece.cut {
                take(number, Err(too_long()));
                continue;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let members = match serde_json::from_slice::<Map<String, Value>>(line) {
                Ok(members) => members,
                Err(error) if error.is_eof() && end.is_none() => {
                    take(number, Err(ProblemKind::CutOff));
                    continue;
                }
                Err(error) => {
                    take(number, Err(ProblemKind::Row(format!("it is no JSON object: {error}"))));
                    continue;
                }
            };
            let mut cells: [Cow<'_, str>; 8] = std::array::from_fn(|_| "".into());
            for (name, value) in &members {
                match self.0.columns().iter().position(|column| column == name) {
                    Some(place) => {
                        cells[place] = facts::as_text(value);
                        if value.is_number() && cells[place].is_empty() {
                            take(number, Err(ProblemKind::Inexact(name.clone())));
                        }
                    }
                    None => take(number, Err(ProblemKind::UnknownColumn(name.clone()))),
                }
            }
            take(number, Ok(cells.each_ref().map(|cell| &**cell)));
        }
    }
}
