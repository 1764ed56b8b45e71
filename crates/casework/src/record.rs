//! Rows that are under proof: each table of state is described once, as a structure; from that come its SQL, how it is read, and the digest
//! of a row's state, which the audit keeps.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::canonical::{canonical, hex, sha256};
use crate::database::{Cell, Cells};
use crate::error::Error;

/// A value that is stored in one column.
pub(crate) trait Column: Sized {
    fn to_cell(&self) -> Cell;
    fn from_cell(cell: Cell) -> Result<Self, Error>;
}

impl Column for String {
    fn to_cell(&self) -> Cell {
        Cell::Text(self.clone())
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        cell.text()
    }
}

impl Column for i64 {
    fn to_cell(&self) -> Cell {
        Cell::Int(*self)
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        cell.int()
    }
}

impl Column for bool {
    fn to_cell(&self) -> Cell {
        Cell::Int(i64::from(*self))
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        Ok(cell.int()? != 0)
    }
}

impl Column for Timestamp {
    fn to_cell(&self) -> Cell {
        Cell::Int(self.as_microsecond())
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        Self::from_microsecond(cell.int()?).map_err(|error| Error::Damaged(error.to_string()))
    }
}

/// JSON, as the text that it was given as.
impl Column for Value {
    fn to_cell(&self) -> Cell {
        Cell::Text(self.to_string())
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        serde_json::from_str(&cell.text()?).map_err(|error| Error::Damaged(format!("JSON: {error}")))
    }
}

/// Nothing is stored as the empty text or as NULL: a text is NULL, a time 0.
impl Column for Option<String> {
    fn to_cell(&self) -> Cell {
        self.as_ref().map_or(Cell::Null, |text| Cell::Text(text.clone()))
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        if cell == Cell::Null { Ok(None) } else { cell.text().map(Some) }
    }
}

impl Column for Option<Timestamp> {
    fn to_cell(&self) -> Cell {
        Cell::Int(self.map_or(0, Timestamp::as_microsecond))
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        match cell {
            Cell::Int(0) => Ok(None),
            cell => Timestamp::from_cell(cell).map(Some),
        }
    }
}

/// A table of state.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns of the primary key, all texts.
    pub(crate) key: &'static [&'static str],
    pub(crate) columns: &'static [&'static str],
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> usize {
        self.columns.iter().position(|column| *column == name).unwrap_or_default()
    }

    /// The key of a row: the texts of its key, joined.
    pub(crate) fn key_of(&self, cells: &[Cell]) -> String {
        let part = |name: &&str| match cells.get(self.column(name)) {
            Some(Cell::Text(text)) => text.clone(),
            Some(Cell::Int(number)) => number.to_string(),
            _ => String::new(),
        };
        self.key.iter().map(part).collect::<Vec<_>>().join("\u{1f}")
    }

    /// The digest of a row: SHA-256 of the canonical JSON of its columns.
    pub(crate) fn digest(&self, cells: &[Cell]) -> String {
        let mut state = Map::new();
        for (name, cell) in self.columns.iter().zip(cells) {
            let value = match cell {
                Cell::Null => Value::Null,
                Cell::Int(number) => Value::from(*number),
                Cell::Text(text) => Value::String(text.clone()),
                Cell::Bytes(bytes) => Value::String(hex(bytes)),
            };
            state.insert((*name).to_owned(), value);
        }
        sha256(canonical(&Value::Object(state)).as_bytes())
    }

    pub(crate) fn list(&self) -> String {
        self.columns.join(", ")
    }

    fn places(from: usize, count: usize) -> String {
        (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn insert(&self) -> String {
        self.insert_many(1)
    }

    fn insert_many(&self, rows: usize) -> String {
        let columns = self.columns.len();
        let places =
            (0..rows).map(|row| format!("({})", Self::places(1 + row * columns, columns))).collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES {places}", self.name, self.list())
    }

    /// Writes rows, whether they are new or not; no two of them may have one key.
    pub(crate) fn upsert(&self, rows: usize) -> String {
        let others = self.columns.iter().filter(|column| !self.key.contains(column));
        let set = others.map(|column| format!("{column} = excluded.{column}")).collect::<Vec<_>>().join(", ");
        format!("{} ON CONFLICT ({}) DO UPDATE SET {set}", self.insert_many(rows), self.key.join(", "))
    }

    /// Writes rows that are not there yet.
    pub(crate) fn insert_missing(&self, rows: usize) -> String {
        format!("{} ON CONFLICT ({}) DO NOTHING", self.insert_many(rows), self.key.join(", "))
    }

    /// The next rows after a key, in order of keys.
    pub(crate) fn page(&self, rows: usize) -> String {
        let key = self.key.join(", ");
        let after = Self::places(1, self.key.len());
        format!("SELECT {} FROM {} WHERE ({key}) > ({after}) ORDER BY {key} LIMIT {rows}", self.list(), self.name)
    }

    pub(crate) fn select(&self, rest: &str) -> String {
        format!("SELECT {} FROM {} {rest}", self.list(), self.name)
    }
}

/// A row of a table of state.
pub(crate) trait Record: Sized {
    const TABLE: Table;
    fn cells(&self) -> Cells;
    fn read(cells: Cells) -> Result<Self, Error>;
}

/// A structure that is a row of a table of state: its fields are the columns, in their order.
macro_rules! record {
    (
        $(#[$about:meta])*
        $name:ident in $table:literal by ($($key:ident),+) {
            $($(#[$field_about:meta])* $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub struct $name {
            $($(#[$field_about])* pub $field: $type,)+
        }

        impl $crate::record::Record for $name {
            const TABLE: $crate::record::Table = $crate::record::Table {
                name: $table,
                key: &[$(stringify!($key)),+],
                columns: &[$(stringify!($field)),+],
            };

            fn cells(&self) -> $crate::database::Cells {
                vec![$($crate::record::Column::to_cell(&self.$field)),+]
            }

            fn read(cells: $crate::database::Cells) -> Result<Self, $crate::error::Error> {
                let mut cells = cells.into_iter();
                let mut next = || cells.next().ok_or_else(|| $crate::error::Error::Damaged(concat!("columns of ", $table).to_owned()));
                Ok(Self { $($field: $crate::record::Column::from_cell(next()?)?,)+ })
            }
        }
    };
}
pub(crate) use record;

/// An enumeration that is stored, and written in JSON, as a word.
macro_rules! words {
    (
        $(#[$about:meta])*
        $name:ident { $($(#[$variant_about:meta])* $variant:ident = $word:literal,)+ }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_about])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that it is stored as.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.word() == text).ok_or_else(|| $crate::error::Error::Invalid {
                    field: stringify!($name),
                    reason: format!("`{text}` is none of {}", Self::ALL.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ")),
                })
            }
        }

        impl $crate::record::Column for $name {
            fn to_cell(&self) -> $crate::database::Cell {
                $crate::database::Cell::Text(self.word().to_owned())
            }
            fn from_cell(cell: $crate::database::Cell) -> Result<Self, $crate::error::Error> {
                let text = cell.text()?;
                text.parse().map_err(|error: $crate::error::Error| $crate::error::Error::Damaged(error.to_string()))
            }
        }

        impl $crate::record::Column for Option<$name> {
            fn to_cell(&self) -> $crate::database::Cell {
                self.map_or($crate::database::Cell::Null, |one| $crate::record::Column::to_cell(&one))
            }
            fn from_cell(cell: $crate::database::Cell) -> Result<Self, $crate::error::Error> {
                if cell == $crate::database::Cell::Null { return Ok(None); }
                <$name as $crate::record::Column>::from_cell(cell).map(Some)
            }
        }
    };
}
pub(crate) use words;

/// Times in JSON: ISO 8601, UTC.
pub(crate) mod time {
    use jiff::Timestamp;
    use serde::Serializer;

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields out by reference")]
    pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    /// Times that may be missing.
    pub(crate) mod option {
        use jiff::Timestamp;
        use serde::Serializer;

        #[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands fields out by reference")]
        pub(crate) fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
            match time {
                Some(time) => to.collect_str(time),
                None => to.serialize_none(),
            }
        }
    }
}
