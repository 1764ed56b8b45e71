//! Erasure: a neutral table and the ids of persons go in; the same table without their rows comes out, every other row byte for byte as it
//! was. Rows whose owner cannot be told are kept and counted, so that nobody takes an erasure for complete that is not.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::BuildHasher;
use std::io::{self, BufRead, Write};

use super::records::{End, Records, delimiter_of};
use crate::read::Table;

impl Table {
    /// The columns that say whose a row is: a relation goes with either of the two.
    #[must_use]
    pub const fn owners(self) -> &'static [&'static str] {
        match self {
            Self::Person => &["id"],
            Self::Identifier | Self::Event | Self::Document => &["person"],
            Self::Relation => &["a", "b"],
        }
    }
}

/// How many lines are told that could not be read.
const TOLD: usize = 100;

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Erased {
    /// Rows that went.
    pub erased: u64,
    /// Rows that stayed, those that could not be read among them.
    pub kept: u64,
    /// Rows whose owner cannot be told. They stayed: somebody must look.
    pub unread: u64,
    /// The lines of the first hundred of them.
    pub unread_lines: Vec<u32>,
}

impl Erased {
    fn unread(&mut self, line: u32) {
        self.kept += 1;
        self.unread += 1;
        if self.unread_lines.len() < TOLD {
            self.unread_lines.push(line);
        }
    }
}

/// Why a table was not worked on. What was written until then is no table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EraseError {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The header does not have the column that says whose a row is.
    #[error("the table has no column `{0}`")]
    NoColumn(&'static str),
    /// A quote is not closed, or stands inside a cell: the rows that it takes in may be those of others.
    #[error(
        "line {0}: a quote is not closed, or stands inside a cell, so that rows of others cannot be told apart: mend the line first"
    )]
    Quote(u32),
}

/// Rewrites a table in CSV. `persons` must hold every id of a person, [`Person::also`](crate::Person::also) included.
pub fn erase_csv<S: BuildHasher>(
    table: Table,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    persons: &HashSet<String, S>,
) -> Result<Erased, EraseError> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut erased = Erased::default();
    let buffer = input.fill_buf()?;
    let marked = buffer.starts_with(MARK);
    let delimiter = delimiter_of(buffer.split(|byte| *byte == b'\n').next().unwrap_or_default());
    if marked {
        output.write_all(MARK)?;
        input.consume(MARK.len());
    }
    let mut records = Records::new(input, delimiter, usize::MAX);
    let mut owners: Option<(Vec<usize>, usize)> = None;
    while let Some(end) = records.next()? {
        if end == End::Open || records.swallows() {
            return Err(EraseError::Quote(records.line()));
        }
        if records.is_blank() {
            output.write_all(records.raw())?;
            continue;
        }
        let Some((columns, width)) = &owners else {
            let mut columns = Vec::new();
            for owner in table.owners() {
                let found = (0..records.len()).find(|index| records.text(*index).eq_ignore_ascii_case(owner));
                columns.push(found.ok_or(EraseError::NoColumn(owner))?);
            }
            owners = Some((columns, records.len()));
            output.write_all(records.raw())?;
            continue;
        };
        let theirs = columns.iter().any(|column| persons.contains(&*records.text(*column)));
        if records.len() == *width {
            if theirs {
                erased.erased += 1;
                continue;
            }
            erased.kept += 1;
        } else {
            erased.unread(records.line());
        }
        output.write_all(records.raw())?;
    }
    Ok(erased)
}

/// What of a row in JSON says whose it is. Everything else is passed over.
#[derive(serde::Deserialize)]
struct Owners<'t> {
    #[serde(borrow, default)]
    id: Option<Owner<'t>>,
    #[serde(borrow, default)]
    person: Option<Owner<'t>>,
    #[serde(borrow, default)]
    a: Option<Owner<'t>>,
    #[serde(borrow, default)]
    b: Option<Owner<'t>>,
}

/// An id, as text or as number.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Owner<'t> {
    Text(#[serde(borrow)] Cow<'t, str>),
    Number(serde_json::Number),
}

impl Owner<'_> {
    fn is_in<S: BuildHasher>(&self, persons: &HashSet<String, S>) -> bool {
        match self {
            Self::Text(text) => persons.contains(text.trim()),
            Self::Number(number) => persons.contains(&number.to_string()),
        }
    }
}

/// Rewrites a table in JSON, one row a line; `persons` as for [`erase_csv`].
pub fn erase_jsonl<S: BuildHasher>(
    table: Table,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    persons: &HashSet<String, S>,
) -> Result<Erased, EraseError> {
    let mut erased = Erased::default();
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(erased);
        }
        number += 1;
        let row = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line).trim_ascii();
        if row.is_empty() {
            output.write_all(&line)?;
            continue;
        }
        let stated = serde_json::from_slice::<Owners<'_>>(row).ok().and_then(|owners| match table {
            Table::Person => Some([owners.id?, Owner::Text("".into())]),
            Table::Identifier | Table::Event | Table::Document => Some([owners.person?, Owner::Text("".into())]),
            Table::Relation => Some([owners.a?, owners.b?]),
        });
        match stated {
            Some(owners) if owners.iter().any(|owner| owner.is_in(persons)) => {
                erased.erased += 1;
                continue;
            }
            Some(_) => erased.kept += 1,
            None => erased.unread(number),
        }
        output.write_all(&line)?;
    }
}

#[cfg(test)]
mod tests {
    use rustc_hash::FxHashSet;

    use super::{EraseError, Erased, Table, erase_csv, erase_jsonl};

    fn persons() -> FxHashSet<String> {
        ["p2".to_owned(), "7".to_owned(), "o'neil, \"x\"".to_owned()].into_iter().collect()
    }

    #[track_caller]
    fn csv(table: Table, text: &str, expected: &str, counts: (u64, u64, &[u32])) {
        for capacity in [1, 7, 8192] {
            let mut out = Vec::new();
            let mut input = std::io::BufReader::with_capacity(capacity.max(64), text.as_bytes());
            let erased = erase_csv(table, &mut input, &mut out, &persons()).unwrap();
            assert_eq!(String::from_utf8_lossy(&out), expected);
            assert_eq!((erased.erased, erased.kept, erased.unread_lines.as_slice()), counts);
        }
    }

    #[test]
    fn other_rows_stay_byte_for_byte() {
        csv(
            Table::Document,
            "\u{feff}kind,Person,text\r\ncv,p1,\"two\r\nlines, \"\"p2\"\"\"\r\ncv,p2,\"gone\nwith, it\"\r\n\r\ncv,\"p2\",x\r\nletter, p1 ,p2\ncv,p22,",
            "\u{feff}kind,Person,text\r\ncv,p1,\"two\r\nlines, \"\"p2\"\"\"\r\n\r\nletter, p1 ,p2\ncv,p22,",
            (2, 3, &[]),
        );
        csv(Table::Person, "id;name\np1;a,b\n \"p2\";x\np2 ;y\n7;z\n", "id;name\np1;a,b\n \"p2\";x\n", (2, 2, &[]));
        csv(
            Table::Identifier,
            "person,kind,value\n\"o'neil, \"\"x\"\"\",email,a\np1,email,b",
            "person,kind,value\np1,email,b",
            (1, 1, &[]),
        );
        csv(Table::Event, "", "", (0, 0, &[]));
        csv(Table::Event, "person,kind\n", "person,kind\n", (0, 0, &[]));
    }

    #[test]
    fn relations_go_with_either_side() {
        csv(
            Table::Relation,
            "a,kind,b\np1,referred,p2\np2,referred,p3\np1,referred,p3\n",
            "a,kind,b\np1,referred,p3\n",
            (2, 1, &[]),
        );
    }

    #[test]
    fn what_cannot_be_read_stays_and_is_told() {
        csv(
            Table::Event,
            "person,kind,time\np2,login\np1,login,1,2\np2,login,3\np1,login,4\n",
            "person,kind,time\np2,login\np1,login,1,2\np1,login,4\n",
            (1, 3, &[2, 3]),
        );
        let none = erase_csv(Table::Event, &mut "who,kind\n".as_bytes(), &mut Vec::new(), &persons());
        assert!(matches!(none, Err(EraseError::NoColumn("person"))));
    }

    /// Rows that a quote takes in are those of others.
    #[test]
    fn a_quote_that_takes_in_lines_stops_the_work() {
        for (text, line) in [
            ("person,kind,time\np2,login,\"open\np1,login,3\n", 2),
            ("person,kind,time\np1,login,1\np2,\"log,1\np3,login,2\np4,\"in\",3\n", 3),
        ] {
            let stopped = erase_csv(Table::Event, &mut text.as_bytes(), &mut Vec::new(), &persons());
            assert!(matches!(stopped, Err(EraseError::Quote(at)) if at == line), "{stopped:?}");
        }
    }

    /// Texts of the characters that matter to CSV: without anybody to erase, and with one who is nowhere, nothing changes.
    #[test]
    fn nothing_changes_where_nobody_goes() {
        let mut seed = 5_u64;
        let mut draw = |below: usize| {
            seed = seed * 48_271 % 2_147_483_647;
            seed as usize % below
        };
        for _ in 0..2000 {
            let mut text = b"person,kind\n".to_vec();
            for _ in 0..draw(40) {
                text.push(b"\",\r\n;a1 \xe4\""[draw(10)]);
            }
            let mut out = Vec::new();
            let mut input = std::io::BufReader::with_capacity(16, text.as_slice());
            match erase_csv(Table::Event, &mut input, &mut out, &persons()) {
                Ok(erased) => assert_eq!((&out, erased.erased), (&text, 0)),
                Err(error) => assert!(matches!(error, EraseError::Quote(_)), "{error}"),
            }
            let mut out = Vec::new();
            erase_jsonl(Table::Event, &mut text.as_slice(), &mut out, &persons()).unwrap();
            assert_eq!(out, text);
        }
    }

    #[test]
    fn json_lines() {
        let text = concat!(
            "{\"person\": \"p1\", \"detail\": {\"person\": \"p2\"}, \"x\": 1.50}\r\n",
            "{\"kind\":\"login\",\"person\":\"p\\u0032\"}\n",
            "\n",
            "{\"person\":7}\n",
            "{\"person\":\"p2\",\n",
            "{\"kind\":\"login\"}\n",
            "{ \"person\" :\"p3\"}",
        );
        let mut out = Vec::new();
        let erased = erase_jsonl(Table::Event, &mut text.as_bytes(), &mut out, &persons()).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            concat!(
                "{\"person\": \"p1\", \"detail\": {\"person\": \"p2\"}, \"x\": 1.50}\r\n",
                "\n",
                "{\"person\":\"p2\",\n",
                "{\"kind\":\"login\"}\n",
                "{ \"person\" :\"p3\"}",
            )
        );
        assert_eq!(erased, Erased { erased: 2, kept: 4, unread: 2, unread_lines: vec![5, 6] });
        let mut out = Vec::new();
        let relations = "{\"a\":\"p1\",\"b\":\"p2\"}\n{\"a\":\"p1\",\"b\":\"p3\"}\n{\"a\":\"p2\",\"b\":\"p3\"}\n";
        let erased = erase_jsonl(Table::Relation, &mut relations.as_bytes(), &mut out, &persons()).unwrap();
        assert_eq!((erased.erased, out.as_slice()), (2, "{\"a\":\"p1\",\"b\":\"p3\"}\n".as_bytes()));
    }
}
