//! Feeds as tables and as bare lists: rows go in; sightings come out. Lines that begin with `#` are remarks; in a bare list
//! `# date: 2026-01-31`, `# source: name`, `# tlp: amber` and `# confidence: 80` hold for the lines below.

use std::io::{self, BufRead, Read};

use super::{Feeds, Format, MAX_NOTE_BYTES, Meta, Tlp, confidence, cut, form};
use crate::people::{FileId, Source};
use crate::privacy::records::{End, Records, delimiter_of};
use crate::problem::ProblemKind;

/// The longest row, in bytes.
const MAX_ROW_BYTES: usize = 64 << 10;

/// A column that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Kind,
    Value,
    Hmac,
    Source,
    First,
    Last,
    Until,
    Confidence,
    Victim,
    Tlp,
    Note,
}

fn column(heading: &str) -> Option<Column> {
    let plain: String = heading.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    Some(match plain.as_str() {
        "kind" | "type" | "indicatortype" | "ioctype" => Column::Kind,
        "value" | "indicator" | "ioc" | "address" | "identifier" => Column::Value,
        "hmac" | "valuehash" | "keyedhash" => Column::Hmac,
        "source" | "feed" | "provider" | "origin" => Column::Source,
        "first" | "firstseen" | "validfrom" => Column::First,
        "last" | "lastseen" | "date" | "seen" | "reported" => Column::Last,
        "until" | "validuntil" | "expires" => Column::Until,
        "confidence" => Column::Confidence,
        "possiblevictim" | "victim" => Column::Victim,
        "tlp" => Column::Tlp,
        "note" | "comment" | "description" => Column::Note,
        _ => return None,
    })
}

/// How names of bare lists end.
const LIST_ENDINGS: [&str; 8] = ["txt", "csv", "tsv", "lst", "list", "ioc", "netset", "ipset"];

fn first_row(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && line[0] != b'#')
        .unwrap_or_default()
}

/// Whether the begin of a text is a table or a list.
pub(super) fn recognise(name: &str, head: &[u8]) -> Option<Format> {
    let line = first_row(head);
    let text = std::str::from_utf8(line).ok()?;
    let headings: Vec<&str> = text.split(char::from(delimiter_of(line))).map(|cell| cell.trim().trim_matches('"')).collect();
    let columns: Vec<Column> = headings.iter().filter_map(|heading| column(heading)).collect();
    let has = |wanted: Column| columns.contains(&wanted);
    let values = has(Column::Hmac)
        || has(Column::Value) && has(Column::Kind)
        || headings.iter().any(|heading| ["indicator", "ioc"].iter().any(|word| heading.eq_ignore_ascii_case(word)));
    if values {
        // Tables of people and of payments have kinds and values too: the first say whose they are, the others have more beside.
        let of_people = headings.iter().any(|heading| heading.eq_ignore_ascii_case("person"));
        return (!of_people && columns.len() * 2 >= headings.len()).then_some(Format::Csv);
    }
    // Other files may well begin with an address too.
    let ending =
        name.rsplit(['/', '\\']).next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending.to_ascii_lowercase());
    let may_list = ending.is_none_or(|ending| LIST_ENDINGS.contains(&ending.as_str()));
    (may_list && form::kind(&form::refang(token(text))).is_some()).then_some(Format::List)
}

fn skip_mark(input: &mut dyn BufRead) -> io::Result<()> {
    if input.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        input.consume(3);
    }
    Ok(())
}

/// Reads a table.
pub(super) fn read_table(feeds: &mut Feeds, file: FileId, feed: &str, input: &mut dyn BufRead) -> io::Result<()> {
    skip_mark(input)?;
    let delimiter = delimiter_of(first_row(input.fill_buf()?));
    let mut records = Records::new(input, delimiter, MAX_ROW_BYTES);
    let mut header: Option<Vec<Option<Column>>> = None;
    while let Some(end) = records.next()? {
        let source = Source { file, line: records.line() };
        if end == End::Open {
            feeds.refuse(source, "a quote is never closed");
            continue;
        }
        if records.is_blank() || records.raw().starts_with(b"#") {
            continue;
        }
        let Some(columns) = &header else {
            let mut columns = Vec::with_capacity(records.len());
            for index in 0..records.len() {
                let heading = records.text(index);
                let known = column(&heading);
                if known.is_none() {
                    feeds.problem(source, ProblemKind::UnknownColumn(cut(&heading, 64).to_owned()));
                }
                // The first of two columns for one thing is read.
                columns.push(known.filter(|known| !columns.contains(&Some(*known))));
            }
            if !columns.iter().any(|column| matches!(column, Some(Column::Value | Column::Hmac))) {
                feeds.problem(source, ProblemKind::Missing("value"));
                return Ok(());
            }
            header = Some(columns);
            continue;
        };
        if records.len() != columns.len() {
            feeds.refuse(source, format!("it has {} cells where the header has {}", records.len(), columns.len()));
            continue;
        }
        let cell = |wanted: Column| {
            columns
                .iter()
                .position(|column| *column == Some(wanted))
                .map_or(std::borrow::Cow::Borrowed(""), |at| records.text(at))
        };
        row(feeds, feed, cell, source);
    }
    Ok(())
}

fn row<'c>(feeds: &mut Feeds, feed: &str, cell: impl Fn(Column) -> std::borrow::Cow<'c, str>, source: Source) {
    let (value, hmac, word) = (form::refang(&cell(Column::Value)), cell(Column::Hmac), cell(Column::Kind));
    if value.is_empty() && hmac.is_empty() {
        feeds.problem(source, ProblemKind::Missing("value"));
        return;
    }
    let typed = if word.is_empty() { form::kind(&value).map(|kind| form::Typed { kind, site: "" }) } else { form::word(&word) };
    let Some(typed) = typed else {
        if word.is_empty() {
            feeds.refuse(source, "the form of the value does not tell its kind");
        } else {
            feeds.problem(source, ProblemKind::UnknownKind { word: cut(&word, 64).to_owned(), of: "indicator" });
        }
        return;
    };
    let named = cell(Column::Source);
    let mut meta = Meta::new(feeds.name(if named.is_empty() { feed } else { &named }));
    meta.first = feeds.moment("first", &cell(Column::First), source);
    meta.last = feeds.moment("last", &cell(Column::Last), source);
    meta.until = feeds.moment("until", &cell(Column::Until), source);
    meta.confidence = confidence(&cell(Column::Confidence));
    meta.victim = matches!(cell(Column::Victim).to_ascii_lowercase().as_str(), "yes" | "true" | "1" | "y");
    meta.tlp = Tlp::parse(&cell(Column::Tlp));
    meta.note = cut(&cell(Column::Note), MAX_NOTE_BYTES).into();
    if value.is_empty() {
        feeds.put_shared(typed.kind, &hmac, meta, source);
    } else {
        feeds.put(typed.kind, &form::with_site(typed.site, &value), meta, source);
    }
}

/// The value at the begin of a line.
fn token(line: &str) -> &str {
    let line = line.trim();
    let end = if line.starts_with('+') {
        line.find([',', ';', '\t', '#'])
    } else {
        line.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';'))
    };
    line[..end.unwrap_or(line.len())].trim().trim_matches('"')
}

/// Reads one value a line.
pub(super) fn read_list(feeds: &mut Feeds, file: FileId, feed: &str, input: &mut dyn BufRead) -> io::Result<()> {
    skip_mark(input)?;
    let mut meta = Meta::new(feeds.name(feed));
    let mut line = Vec::new();
    let mut number = 0;
    // Whether what comes is the rest of a line that was too long.
    let mut inside = false;
    loop {
        line.clear();
        if Read::take(&mut *input, MAX_ROW_BYTES as u64).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let begins = !inside;
        inside = !line.ends_with(b"\n") && line.len() == MAX_ROW_BYTES;
        if !begins {
            continue;
        }
        number += 1;
        let source = Source { file, line: number };
        if inside {
            feeds.refuse(source, format!("it is longer than {MAX_ROW_BYTES} bytes"));
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        if let Some(remark) = text.strip_prefix('#') {
            if let Some((name, value)) = remark.split_once(':') {
                match name.trim().to_ascii_lowercase().as_str() {
                    "date" => meta.last = feeds.moment("date", value, source),
                    "source" => meta.feed = feeds.name(value.trim()),
                    "tlp" => meta.tlp = Tlp::parse(value),
                    "confidence" => meta.confidence = confidence(value),
                    _ => {}
                }
            }
            continue;
        }
        let value = form::refang(token(text));
        match form::kind(&value) {
            Some(kind) => {
                feeds.put(kind, &value, meta.clone(), source);
            }
            None => feeds.refuse(source, "the form of the value does not tell its kind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, time};
    use super::super::{Feeds, Format, Listed};
    use crate::key::TenantKey;
    use crate::vocabulary::IdKind;

    #[test]
    fn a_table() {
        let feeds = read(
            Format::Csv,
            "# a remark\r\nType;Indicator;Provider;First Seen;Last Seen;Confidence;TLP;Comment;Colour\r\n\
             email;a[at]example[.]com;CERT;2026-01-01;2026-02-01;80;amber;\"two\r\nlines; one\"\r\n\
             email;a@example.com;CERT;2026-01-01;2026-02-01;80;amber;\"two\r\nlines; one\";red\r\n\
             github-username;Ada;;;;high;;;\r\n;198.51.100.0/24;;;;;;;\r\n",
        );
        let rows = feeds.sightings();
        assert_eq!(rows.len(), 3);
        assert_eq!((&*rows[0].feed, rows[0].confidence, &*rows[0].note), ("CERT", Some(80), "two\r\nlines; one"));
        assert_eq!((rows[0].first, rows[0].last), (Some(time("2026-01-01")), Some(time("2026-02-01"))));
        assert_eq!(feeds.place(rows[0].source).unwrap(), "f:5");
        assert_eq!((&rows[1].value, &*rows[1].feed), (&Listed::Text("github:ada".into()), "feed"));
        assert!(rows[0].possible_victim && !rows[2].possible_victim);
        // The column and the row of too few cells.
        assert_eq!(feeds.problems().total(), 2);
    }

    #[test]
    fn bad_rows_cost_themselves() {
        let feeds = read(
            Format::Csv,
            "kind,value,date\nemail,nobody,2026-01-01\nip,999.1.1.1,\nfavourite,x,\nemail,\"open,\nemail,,\nip,10.0.0.1,\n\
             ip,0.0.0.0/0,\nemail,a@example.com,someday\n,12345,\nemail,\u{0}\u{1},\nemail,b@example.com,2026-01-01\n",
        );
        let texts: Vec<_> = feeds.sightings().iter().map(|row| row.value.clone()).collect();
        assert_eq!(texts, [Listed::Text("a@example.com".into()), Listed::Text("b@example.com".into())]);
        let lines: Vec<u32> = feeds.problems().told().iter().map(|problem| problem.source.line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn without_values_nothing_is_read() {
        let feeds = read(Format::Csv, "kind,date\nemail,2026-01-01\n");
        assert!(feeds.is_empty() && feeds.problems().told().len() == 1, "{:?}", feeds.problems());
        assert!(read(Format::Csv, "").is_empty());
    }

    #[test]
    fn a_list() {
        let long = "x".repeat(200_000);
        let feeds = read(
            Format::List,
            &format!(
                "\u{feff}# date: 2026-05-01\n# source: the list\n+1 555 0100 123, seen twice\n{long}\nb@example.com  # a remark\nhuh\n"
            ),
        );
        let rows = feeds.sightings();
        assert_eq!(rows.len(), 2);
        assert_eq!((&*rows[0].feed, rows[0].last), ("the list", Some(time("2026-05-01"))));
        assert_eq!((rows[1].source.line, feeds.problems().total()), (5, 2));
    }

    #[test]
    fn keyed_hashes_meet_under_the_key_that_made_them() {
        let (key, other) = (TenantKey::new(&[1; 32]).unwrap(), TenantKey::new(&[2; 32]).unwrap());
        let text = format!(
            "kind,hmac,source,date\nemail,{},CERT,2026-01-01\nip,{},,\nemail,abc,,\n",
            key.hash(IdKind::Email, "a@example.com").hex(),
            key.hash_parts("ip", "198.51.100.7").hex(),
        );
        for (sharing, hits) in [(Some(key), 1), (Some(other), 0), (None, 0)] {
            let mut feeds = Feeds::new(time("2026-06-01"));
            if let Some(sharing) = sharing {
                feeds = feeds.with_sharing_key(sharing);
            }
            feeds.read("f", "", Format::Csv, &mut text.as_bytes()).unwrap();
            assert_eq!((feeds.sightings().len(), feeds.problems().total()), (2, 1));
            assert_eq!(feeds.look_up(IdKind::RecoveryEmail, "A@example.com").len(), hits);
            assert_eq!(feeds.look_up_ip("198.51.100.7".parse().unwrap()).len(), hits);
            assert_eq!(feeds.look_up(IdKind::Phone, "+15550100123").len(), 0);
        }
    }
}
