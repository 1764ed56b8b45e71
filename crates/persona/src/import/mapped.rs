//! Tables with columns of the user. A map in TOML says what each column is; rows become people by it. The map is checked before any row
//! is read: a word outside the vocabularies and a column about a protected characteristic are errors that name the column.
//!
//! ```toml
//! system = "contractors"     # accounts of this system; without it the ids are those of the neutral tables
//! dates = "day/month/year"   # only where dates are not written as 2026-03-01
//!
//! [columns]
//! "Worker no." = "person.id"
//! "Worker" = "person.display_name"
//! "Worker E-mail" = "identifier.email"
//! "Last sign-in" = "event.login.time"
//! "Sign-in IP" = "event.login.ip"
//! "Profile text" = "document.cv.text"
//! "Last employer" = "document.cv.1.employer"
//! "Recommended by" = "relation.referred.from"
//! ```
//!
//! The same form, with `[custom_fields]` for `[columns]` and without `person.id`, says what custom fields of an ATS or HR system are.

use std::borrow::Cow;
use std::io::BufRead;

use super::ImportError;
use super::protected::is_protected;
use super::table;
use crate::people::{Builder, Describe, FileId, NewDocument, NewEvent, PersonId, Seen, Source};
use crate::problem::{ProblemKind, from_toml};
use crate::vocabulary::{DocKind, EventKind, Field, IdKind, RelKind};

/// The most columns of a map.
const MAX_COLUMNS: usize = 500;

/// Why a map is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// Not TOML, or not of the form of a map.
    #[error("the map cannot be read: {0}")]
    Form(String),
    /// A column about a protected characteristic.
    #[error("`{0}`: it is about a protected characteristic of a person, which is never read")]
    Protected(String),
    /// A target that is none.
    #[error("`{column}` = `{target}`: {reason}")]
    Target {
        /// The column.
        column: String,
        /// What the map says that it is.
        target: String,
        /// What is wrong.
        reason: String,
    },
    /// Two columns are one thing that a person or record has once.
    #[error("`{column}` = `{target}`: `{other}` is that already")]
    Twice {
        /// The second column.
        column: String,
        /// The first one.
        other: String,
        /// The target.
        target: String,
    },
    /// No column says whose row it is.
    #[error("no column is `person.id`: a row must say whose it is")]
    NoPerson,
    /// Custom fields stand in a record of a person, who has an id.
    #[error("`{0}` = `person.id`: the person of a custom field is that of its record")]
    Person(String),
    /// An event without a time.
    #[error("no column is `event.{0}.time`: an event needs a moment")]
    NoTime(&'static str),
    /// More columns than are taken.
    #[error("it names more than {MAX_COLUMNS} columns")]
    TooMany,
}

/// How days are written in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Dates {
    /// `2026-03-01`.
    #[default]
    Iso,
    /// `1/3/2026`, `01.03.2026`.
    DayFirst,
    /// `3/1/2026`.
    MonthFirst,
}

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Id,
    Name,
    FirstName,
    LastName,
    Country,
    Zone,
    Role,
    Start,
    End,
    Identifier(IdKind),
    EventTime(EventKind),
    EventOffset(EventKind),
    EventIp(EventKind),
    EventDevice(EventKind),
    EventFact(EventKind, Field),
    DocTime(DocKind),
    DocText(DocKind),
    DocFact(DocKind, u8, Field),
    /// The person of the row is `a`.
    RelationTo(RelKind),
    /// The person of the row is `b`.
    RelationFrom(RelKind),
}

impl Target {
    fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('.').collect();
        let event = |code: &str| EventKind::from_code(code).ok_or_else(|| format!("`{code}` is no kind of event"));
        let document = |code: &str| DocKind::from_code(code).ok_or_else(|| format!("`{code}` is no kind of document"));
        let relation = |code: &str| RelKind::from_code(code).ok_or_else(|| format!("`{code}` is no kind of relation"));
        let field = |code: &str| Field::from_code(code).ok_or_else(|| format!("`{code}` is no fact of an event or document"));
        Ok(match parts.as_slice() {
            ["person", member] => match *member {
                "id" => Self::Id,
                "display_name" | "name" => Self::Name,
                "first_name" => Self::FirstName,
                "last_name" => Self::LastName,
                "claimed_country" | "country" => Self::Country,
                "claimed_tz" | "tz" => Self::Zone,
                "role" => Self::Role,
                "start" => Self::Start,
                "end" => Self::End,
                other => return Err(format!("a person has no `{other}`")),
            },
            ["identifier", kind] => {
                Self::Identifier(IdKind::from_code(kind).ok_or_else(|| format!("`{kind}` is no kind of identifier"))?)
            }
            ["event", kind, "time"] => Self::EventTime(event(kind)?),
            ["event", kind, "tz_offset"] => Self::EventOffset(event(kind)?),
            ["event", kind, "ip"] => Self::EventIp(event(kind)?),
            ["event", kind, "device"] => Self::EventDevice(event(kind)?),
            ["event", kind, fact] => Self::EventFact(event(kind)?, field(fact)?),
            ["document", kind, "time"] => Self::DocTime(document(kind)?),
            ["document", kind, "text"] => Self::DocText(document(kind)?),
            ["document", kind, fact] => Self::DocFact(document(kind)?, 0, field(fact)?),
            ["document", kind, group, fact] => {
                let group = group.parse::<u8>().ok().filter(|group| *group > 0);
                let group = group.ok_or("positions and schools are counted from 1 to 255")?;
                Self::DocFact(document(kind)?, group, field(fact)?)
            }
            ["relation", kind] => Self::RelationTo(relation(kind)?),
            ["relation", kind, "from"] => Self::RelationFrom(relation(kind)?),
            _ => {
                return Err("it is none of `person.`, `identifier.`, `event.`, `document.`, `relation.` with what these have"
                    .to_owned());
            }
        })
    }

    /// Whether several columns may be it: a person has any number of e-mail addresses.
    const fn is_many(self) -> bool {
        matches!(self, Self::Identifier(_) | Self::RelationTo(_) | Self::RelationFrom(_))
    }
}

/// What the columns of a table, or the custom fields of a system, are.
#[derive(Debug, Clone, Default)]
pub struct ColumnMap {
    system: Option<String>,
    dates: Dates,
    /// In the order of names.
    columns: Vec<(String, Target)>,
    events: Vec<EventKind>,
    documents: Vec<DocKind>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    system: Option<String>,
    dates: Option<String>,
    #[serde(default)]
    columns: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    custom_fields: std::collections::BTreeMap<String, String>,
}

impl ColumnMap {
    /// Reads and checks a map of the columns of a table.
    pub fn columns(text: &str) -> Result<Self, MapError> {
        let form = form(text)?;
        if !form.custom_fields.is_empty() {
            return Err(MapError::Form("`custom_fields` are those of a system, a table has `columns`".to_owned()));
        }
        let map = Self::checked(form.system, form.dates.as_deref(), form.columns)?;
        if map.columns.iter().all(|(_, target)| *target != Target::Id) {
            return Err(MapError::NoPerson);
        }
        Ok(map)
    }

    /// Reads and checks a map of custom fields.
    pub fn custom_fields(text: &str) -> Result<Self, MapError> {
        let form = form(text)?;
        if !form.columns.is_empty() {
            return Err(MapError::Form("`columns` are those of a table, a system has `custom_fields`".to_owned()));
        }
        let map = Self::checked(form.system, form.dates.as_deref(), form.custom_fields)?;
        match map.columns.iter().find(|(_, target)| *target == Target::Id) {
            Some((name, _)) => Err(MapError::Person(name.clone())),
            None => Ok(map),
        }
    }

    fn checked(
        system: Option<String>,
        dates: Option<&str>,
        columns: std::collections::BTreeMap<String, String>,
    ) -> Result<Self, MapError> {
        let dates = match dates {
            None | Some("year-month-day") => Dates::Iso,
            Some("day/month/year") => Dates::DayFirst,
            Some("month/day/year") => Dates::MonthFirst,
            Some(other) => {
                return Err(MapError::Form(format!(
                    "`dates` is `{other}`, and can be `year-month-day`, `day/month/year` or `month/day/year`"
                )));
            }
        };
        if columns.len() > MAX_COLUMNS {
            return Err(MapError::TooMany);
        }
        let mut map = Self { system, dates, ..Self::default() };
        for (column, target) in columns {
            if is_protected(&column) {
                return Err(MapError::Protected(column));
            }
            let parsed = match Target::parse(target.trim()) {
                Ok(parsed) => parsed,
                Err(reason) => return Err(MapError::Target { column, target, reason }),
            };
            if let Some((other, _)) = map.columns.iter().find(|(_, known)| *known == parsed && !parsed.is_many()) {
                return Err(MapError::Twice { column, other: other.clone(), target });
            }
            map.columns.push((column, parsed));
        }
        for (_, target) in &map.columns {
            match target {
                Target::EventTime(kind)
                | Target::EventOffset(kind)
                | Target::EventIp(kind)
                | Target::EventDevice(kind)
                | Target::EventFact(kind, _) => map.events.push(*kind),
                Target::DocTime(kind) | Target::DocText(kind) | Target::DocFact(kind, ..) => map.documents.push(*kind),
                _ => {}
            }
        }
        map.events.sort_unstable();
        map.events.dedup();
        map.documents.sort_unstable();
        map.documents.dedup();
        let timed = |kind: EventKind| map.columns.iter().any(|(_, target)| *target == Target::EventTime(kind));
        match map.events.iter().find(|kind| !timed(**kind)) {
            Some(kind) => Err(MapError::NoTime(kind.code())),
            None => Ok(map),
        }
    }

    /// Whether a custom field is in the map.
    pub(super) fn names(&self, field: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == field)
    }

    /// Whether it says how dates are written.
    pub(super) fn says_dates(&self) -> bool {
        self.dates != Dates::Iso
    }

    /// A moment in the form that is read everywhere.
    pub(super) fn moment<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.dates == Dates::Iso {
            return text.into();
        }
        let (day, rest) = text.split_at(text.find(|c: char| c.is_whitespace() || c == 'T').unwrap_or(text.len()));
        let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
        let [first, second, year] = parts.as_slice() else { return text.into() };
        let (day, month) = if self.dates == Dates::DayFirst { (first, second) } else { (second, first) };
        if year.len() != 4 || day.len() > 2 || month.len() > 2 {
            return text.into();
        }
        format!("{year}-{month:0>2}-{day:0>2}{rest}").into()
    }

    /// Puts in what the columns say of a person. `cell` gives the content of a column by its place in the map; empty when there is none.
    pub(super) fn apply(&self, person: PersonId, cell: &dyn Fn(usize) -> String, source: Source, to: &mut Builder) {
        let cells: Vec<String> = (0..self.columns.len()).map(cell).collect();
        let one = |wanted: Target| -> &str {
            self.columns.iter().position(|(_, target)| *target == wanted).map_or("", |index| cells[index].trim())
        };
        let both = format!("{} {}", one(Target::FirstName), one(Target::LastName));
        let name = if one(Target::Name).is_empty() { both.trim() } else { one(Target::Name) };
        to.describe(
            person,
            Describe {
                name,
                country: one(Target::Country),
                zone: one(Target::Zone),
                role: one(Target::Role),
                start: &self.moment(one(Target::Start)),
                end: &self.moment(one(Target::End)),
            },
            source,
        );
        for ((_, target), text) in self.columns.iter().zip(&cells) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match target {
                Target::Identifier(kind) => to.identifier(person, *kind, text, Seen::default(), source),
                Target::RelationTo(kind) => {
                    let other = self.person(text, source, to);
                    to.relation(person, *kind, other, "", source);
                }
                Target::RelationFrom(kind) => {
                    let other = self.person(text, source, to);
                    to.relation(other, *kind, person, "", source);
                }
                _ => {}
            }
        }
        for kind in &self.events {
            let facts: Vec<(Field, &str)> = (self.columns.iter().zip(&cells))
                .filter_map(|((_, target), text)| match target {
                    Target::EventFact(of, field) if of == kind => Some((*field, text.trim())),
                    _ => None,
                })
                .collect();
            let time = one(Target::EventTime(*kind));
            let (ip, device) = (one(Target::EventIp(*kind)), one(Target::EventDevice(*kind)));
            if time.is_empty() && ip.is_empty() && device.is_empty() && facts.iter().all(|(_, text)| text.is_empty()) {
                continue;
            }
            let offset = crate::time::parse_offset(one(Target::EventOffset(*kind)));
            to.event(person, &NewEvent { kind: *kind, time: &self.moment(time), offset, ip, device, facts: &facts }, source);
        }
        for kind in &self.documents {
            let facts: Vec<(Field, u8, &str)> = (self.columns.iter().zip(&cells))
                .filter_map(|((_, target), text)| match target {
                    Target::DocFact(of, group, field) if of == kind => Some((*field, *group, text.trim())),
                    _ => None,
                })
                .collect();
            let text = one(Target::DocText(*kind));
            if text.is_empty() && facts.iter().all(|(_, _, text)| text.is_empty()) {
                continue;
            }
            let time = self.moment(one(Target::DocTime(*kind)));
            to.document(person, &NewDocument { time: &time, text, facts: &facts, ..NewDocument::new(*kind) }, source);
        }
    }

    /// Puts in what custom fields say: `held` gives the names and values of a record.
    pub(super) fn apply_fields(&self, person: PersonId, held: &[(Cow<'_, str>, String)], source: Source, to: &mut Builder) {
        if held.is_empty() {
            return;
        }
        let cell = |index: usize| {
            let name = &self.columns[index].0;
            held.iter().find(|(held, _)| held == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        self.apply(person, &cell, source, to);
    }

    fn person(&self, id: &str, source: Source, to: &mut Builder) -> PersonId {
        match &self.system {
            Some(system) => to.account(system, id, source),
            None => to.known_person(id, source),
        }
    }
}

fn form(text: &str) -> Result<Form, MapError> {
    from_toml(text).map_err(MapError::Form)
}

/// Reads a table by a map.
pub(super) fn read(input: &mut dyn BufRead, file: FileId, map: &ColumnMap, to: &mut Builder) -> Result<(), ImportError> {
    let Some(id) = map.columns.iter().position(|(_, target)| *target == Target::Id) else {
        return Err(ImportError::NoPersonColumn);
    };
    let mut places: Option<Vec<Option<usize>>> = None;
    table::rows_plain(input, file, to, |row, source, to| {
        let places = places.get_or_insert_with(|| {
            let header = row.header();
            let place = |name: &String| {
                let exact = header.names.iter().position(|held| held == name);
                exact.or_else(|| header.find(&[&table::plain(name)]))
            };
            let places: Vec<Option<usize>> = map.columns.iter().map(|(name, _)| place(name)).collect();
            for ((name, _), _) in map.columns.iter().zip(&places).filter(|(_, place)| place.is_none()) {
                to.problem(Source { file, line: 1 }, ProblemKind::NoColumn(name.clone()));
            }
            places
        });
        let cell = |index: usize| places[index].map(|place| row.at(place)).unwrap_or_default();
        if cell(id).is_empty() {
            return to.problem(source, ProblemKind::Missing("person.id"));
        }
        let person = map.person(cell(id), source, to);
        map.apply(person, &|index| cell(index).to_owned(), source, to);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ColumnMap, MapError};
    use crate::import::Format;
    use crate::import::testing::{imported, lines, similar};

    #[track_caller]
    fn check(map: &str, table: &str, expected: &str) {
        let map = ColumnMap::columns(map).unwrap();
        let (people, problems) = imported(&[(Format::Mapped, table)], Some(&map));
        similar(&lines(&people, &problems), expected);
    }

    #[track_caller]
    fn refused(map: &str, expected: &str) {
        let error = ColumnMap::columns(map).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }

    #[test]
    fn a_table_by_its_map() {
        check(
            r#"
            system = "crew"
            dates = "day/month/year"
            [columns]
            "No." = "person.id"
            "First" = "person.first_name"
            "Last" = "person.last_name"
            "Lives in" = "person.country"
            "Mail" = "identifier.email"
            "Mail 2" = "identifier.email"
            "Seen" = "event.login.time"
            "From IP" = "event.login.ip"
            "VPN" = "event.login.network"
            "About" = "document.cv.text"
            "Last firm" = "document.cv.1.employer"
            "Until" = "document.cv.1.to"
            "Named by" = "relation.referred.from"
            "#,
            "No.;First;Last;Lives in;Mail;Mail 2;Seen;From IP;VPN;About;Last firm;Until;Named by\n\
             1;Ada;Example;DE;ada@example.com;a@example.org;1/3/2026 12:00:00Z;203.0.113.7;vpn;Ten years of work;Firm Ltd;2025;2\n\
             2;Bob;Example;;nobody;;;;;;;;\n\
             ;Cid;Example;;;;;;;;;;\n\
             4;Dan\n\
             1;Ada;Other;;;;31/31/2026;203.0.113.8;;;;;1\n",
            "
            crew:1 | Ada Example | DE | - | - to -
              email ada@example.com
              email a@example.org
              @2026-03-01T12:00:00Z login ip=203.0.113.7 network=vpn
              cv \"Ten years of work\" 1.employer=Firm Ltd 1.to=2025
            crew:2 | Bob Example | - | - | - to -
              referred crew:1
            ! export-1:3: the e-mail address is not taken: it is no e-mail address
            ! export-1:4: the row is left out: `person.id` is missing
            ! export-1:5: the row is left out: it has 2 cells where the header has 13
            ! export-1:6: `time` is not taken: it is no date or time (RFC 3339, `2026-03-01 12:00:00`, a date, or seconds or milliseconds since 1970)
            ",
        );
    }

    #[test]
    fn columns_that_the_table_lacks_are_told_once() {
        check(
            "[columns]\n'Id' = 'person.id'\n'Absent' = 'identifier.phone'\n'work mail' = 'identifier.email'",
            "id,Work_Mail\n1,a@example.com\n2,b@example.com\n",
            "
            1 | - | - | - | - to -
              email a@example.com
            2 | - | - | - | - to -
              email b@example.com
            ! export-1:1: the table has no column `Absent`, which the map names
            ",
        );
    }

    #[test]
    fn a_map_is_checked_before_a_row_is_read() {
        refused("[columns]\n'Mail' = 'identifier.email'", "no column is `person.id`");
        refused(
            "[columns]\n'Id' = 'person.id'\n'Nationality' = 'person.country'",
            "`Nationality`: it is about a protected characteristic",
        );
        refused("[columns]\n'Id' = 'person.id'\n'Place of birth' = 'document.cv.city'", "`Place of birth`");
        refused(
            "[columns]\n'Id' = 'person.id'\n'X' = 'person.nationality'",
            "`X` = `person.nationality`: a person has no `nationality`",
        );
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'identifier.face'", "`face` is no kind of identifier");
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'event.login.gender'", "`gender` is no fact");
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'event.party.time'", "`party` is no kind of event");
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'document.cv.0.employer'", "from 1 to 255");
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'somewhere'", "it is none of");
        refused("[columns]\n'Id' = 'person.id'\n'X' = 'event.login.ip'", "no column is `event.login.time`");
        refused(
            "[columns]\n'Id' = 'person.id'\n'X' = 'person.role'\n'Y' = 'person.role'",
            "`Y` = `person.role`: `X` is that already",
        );
        refused("[colums]\n'Id' = 'person.id'", "unknown field");
        refused("dates = 'y/m/d'\n[columns]\n'Id' = 'person.id'", "`dates` is `y/m/d`");
        refused("not toml", "cannot be read");
        let person = ColumnMap::custom_fields("[custom_fields]\n'Id' = 'person.id'").unwrap_err();
        assert_eq!(person, MapError::Person("Id".to_owned()));
    }

    #[test]
    fn dates_of_both_orders() {
        for (dates, text, expected) in [
            ("day/month/year", "1/3/2026", "2026-03-01"),
            ("month/day/year", "3/1/2026 10:00", "2026-03-01 10:00"),
            ("day/month/year", "01.03.2026", "2026-03-01"),
            ("day/month/year", "2026-03-01", "2026-03-01"),
            ("year-month-day", "1/3/2026", "1/3/2026"),
        ] {
            let map = ColumnMap::columns(&format!("dates = '{dates}'\n[columns]\n'Id' = 'person.id'")).unwrap();
            assert_eq!(map.moment(text), expected);
        }
    }
}
