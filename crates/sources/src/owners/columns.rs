//! The columns of a table of owners and officers: a header in, which column is what out. Case, and whether words are parted by spaces,
//! hyphens or underscores, make no difference.

use csv::ReaderBuilder;

use crate::pieces::folded;
use crate::text;

/// Delimiters that are tried; of equals the first.
const DELIMITERS: [u8; 4] = *b",\t;|";

macro_rules! columns {
    ($($column:ident = $names:expr,)+) => {
        /// What a column says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub(crate) enum Column { $($column,)+ }

        /// The names of each column, the one of the documentation first.
        const NAMES: &[(Column, &[&str])] = &[$((Column::$column, &$names),)+];
    };
}

columns! {
    Owner = ["owner", "owner name", "holder", "shareholder", "officer", "director"],
    OwnerId = ["owner id"],
    OwnerType = ["owner type", "owner schema"],
    OwnerCountry = ["owner country"],
    OwnerBirthDate = ["owner birth date", "owner date of birth", "owner born"],
    OwnerRegistration = ["owner registration", "owner registration number"],
    OwnerLei = ["owner lei"],
    Asset = ["asset", "asset name", "company", "company name", "entity", "entity name", "subsidiary"],
    AssetId = ["asset id", "company id", "entity id", "subsidiary id"],
    AssetType = ["asset type", "asset schema", "company type", "entity type"],
    AssetCountry = ["asset country", "company country", "entity country", "subsidiary country"],
    AssetRegistration = ["asset registration", "asset registration number", "company registration", "registration number"],
    AssetLei = ["asset lei", "company lei", "entity lei", "lei"],
    AssetImo = ["asset imo", "imo", "imo number"],
    Relation = ["relation", "role", "relationship"],
    Percentage = ["percentage", "percent", "share", "ownership percentage"],
    Shares = ["shares", "shares count", "number of shares"],
    ShareClass = ["share class", "class"],
    Votes = ["votes", "voting rights", "votes percentage"],
    From = ["from", "start date", "since"],
    To = ["to", "end date", "until"],
    NomineeFor = ["nominee for", "on behalf of"],
    Joint = ["joint", "joint arrangement"],
    Source = ["source", "source url"],
}

/// Number of columns.
pub(crate) const COLUMNS: usize = NAMES.len();

impl Column {
    fn of(cell: &str) -> Option<Self> {
        let cell = folded(cell);
        NAMES.iter().find(|(_, names)| names.contains(&cell.as_str())).map(|(column, _)| *column)
    }

    /// The name of the documentation.
    pub(crate) fn name(self) -> String {
        NAMES[self as usize].1[0].replace(' ', "_")
    }
}

/// A header: what each cell is, and the delimiter between them.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) delimiter: u8,
    /// What each column is; `None` for one that is not known, or that stands twice.
    pub(crate) columns: Vec<Option<Column>>,
    /// The cells as they stand.
    pub(crate) cells: Vec<String>,
}

impl Header {
    /// Reads the first line of a table; `None` when it does not name owners and what they own.
    pub(crate) fn read(line: &[u8]) -> Option<Self> {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let mut best: Option<(usize, Self)> = None;
        for delimiter in DELIMITERS {
            let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(line);
            let Some(Ok(cells)) = reader.byte_records().next() else { continue };
            let header = Self::of(delimiter, cells.iter().map(|cell| text::decode(cell).0.trim().to_owned()));
            let known = header.columns.iter().flatten().count();
            if header.has([Column::Owner, Column::OwnerId])
                && header.has([Column::Asset, Column::AssetId])
                && best.as_ref().is_none_or(|(held, _)| known > *held)
            {
                best = Some((known, header));
            }
        }
        best.map(|(_, header)| header)
    }

    fn of(delimiter: u8, cells: impl Iterator<Item = String>) -> Self {
        let mut header = Self { delimiter, columns: Vec::new(), cells: Vec::new() };
        for cell in cells {
            let column = Column::of(&cell).filter(|column| !header.columns.contains(&Some(*column)));
            header.columns.push(column);
            header.cells.push(cell);
        }
        header
    }

    /// The cells that are no column, with those that stand twice.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = &str> {
        let cells = self.columns.iter().zip(&self.cells).filter(|(column, cell)| column.is_none() && !cell.is_empty());
        cells.map(|(_, cell)| cell.as_str())
    }

    fn has(&self, columns: [Column; 2]) -> bool {
        self.columns.iter().flatten().any(|column| columns.contains(column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_their_own_place() {
        for (place, (column, names)) in NAMES.iter().enumerate() {
            assert_eq!(*column as usize, place);
            assert!(names.iter().all(|name| folded(name) == *name), "{names:?}");
        }
        let mut names: Vec<&str> = NAMES.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "two columns have one name");
    }

    #[test]
    fn headers() {
        for (line, expected) in [
            ("owner,asset,percentage", Some((b',', 3))),
            ("\u{feff}Owner-ID;Company Name;Share\r\n", Some((b';', 3))),
            ("Shareholder\tEntity\tColour", Some((b'\t', 2))),
            ("owner,colour", None),
            ("asset,percentage", None),
            ("name,address", None),
            ("", None),
        ] {
            let found = Header::read(line.as_bytes());
            let found = found.map(|header| (header.delimiter, header.columns.iter().flatten().count()));
            assert_eq!(found, expected, "{line}");
        }
        let header = Header::read(b"owner,owner name,asset,colour").unwrap();
        assert_eq!(header.unknown().collect::<Vec<_>>(), ["owner name", "colour"]);
    }
}
