//! Maps of columns and of custom fields: those of the command line, and `NAME.map.toml` beside a file.

use std::path::{Path, PathBuf};

use interdict_persona::{ColumnMap, Format};

use super::MOST_TEXT;
use crate::failure::{Failure, Usage};
use crate::files::small_text;

/// The maps of the command line, one of each kind.
#[derive(Default)]
pub(super) struct Maps {
    columns: Option<ColumnMap>,
    custom_fields: Option<ColumnMap>,
}

impl Maps {
    pub(super) fn read(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut maps = Self::default();
        for path in paths {
            let (map, is_of_columns) = read(path)?;
            let slot = if is_of_columns { &mut maps.columns } else { &mut maps.custom_fields };
            if slot.replace(map).is_some() {
                let what = if is_of_columns { "columns" } else { "custom fields" };
                return Err(Usage(format!(
                    "--map: there are two maps of {what}; call them NAME.map.toml and put each beside its file"
                ))
                .into());
            }
        }
        Ok(maps)
    }

    pub(super) fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// The map that a format is read with.
    pub(super) fn for_format(&self, format: Format) -> Option<&ColumnMap> {
        match format {
            Format::Mapped => self.columns.as_ref(),
            _ => self.custom_fields.as_ref(),
        }
    }

    /// The map beside a file, `workers.csv.map.toml` or `workers.map.toml`, and whether it is one of columns.
    pub(super) fn beside(path: &Path) -> anyhow::Result<Option<(ColumnMap, bool)>> {
        let mut whole = path.as_os_str().to_owned();
        whole.push(".map.toml");
        let whole = PathBuf::from(whole);
        match [whole, path.with_extension("map.toml")].into_iter().find(|map| map.is_file()) {
            Some(map) => read(&map).map(Some),
            None => Ok(None),
        }
    }
}

fn read(path: &Path) -> anyhow::Result<(ColumnMap, bool)> {
    let text = small_text(path, MOST_TEXT, "no map of columns is")?;
    // What is no TOML is told by the reader of columns.
    let is_of_columns = !toml::from_str::<toml::Table>(&text).is_ok_and(|table| table.contains_key("custom_fields"));
    let map = if is_of_columns { ColumnMap::columns(&text) } else { ColumnMap::custom_fields(&text) };
    let map = map.map_err(|error| {
        let hint = "a map has `[columns]` with lines as `\"Worker no.\" = \"person.id\"`, or `[custom_fields]`";
        Failure::new(format!("{}: {error}", path.display()), hint)
    })?;
    Ok((map, is_of_columns))
}
