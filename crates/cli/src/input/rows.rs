//! Rows to screen, whatever the kind of file: each is an entity with an id, or the reason why it is none.

use std::io;

use interdict_model::{Entity, FtmError, Schema, SchemaName, entity_from_value};
use serde_json::Value as Json;

use super::{CsvRecord, CsvRows, Input, Lines, Problem};
use crate::args::InputFormat;
use crate::columns::{Columns, Role, schema_of_kind};
use crate::failure::Failure;

/// Bytes of a line that may serve as the id of its row.
const MAX_ID: usize = 200;

/// A row of the input.
#[derive(Debug)]
pub(crate) struct Row {
    /// Line on which it begins, from 1.
    pub(crate) line: u64,
    /// The id given, else the text of the line in a plain list, else the line number.
    pub(crate) id: String,
    /// The text as it stood.
    pub(crate) text: String,
    /// What to screen.
    pub(crate) entity: Result<Entity, Problem>,
    /// What was read otherwise than it stood.
    pub(crate) warnings: Vec<String>,
}

enum Reader {
    One(Option<Box<Row>>),
    Csv { rows: Box<CsvRows>, columns: Columns },
    Jsonl { lines: Lines, schema: Option<Schema> },
    Text { lines: Lines, schema: Schema },
}

/// Reads rows.
pub(crate) struct Rows {
    /// The file's name for messages.
    pub(crate) name: String,
    reader: Reader,
}

impl Rows {
    /// One name or identifier, as typed.
    pub(crate) fn one(name: &str, schema: Option<Schema>) -> Self {
        let row = text_row(1, name, schema.unwrap_or(Schema::Thing));
        Self { name: "NAME".to_owned(), reader: Reader::One(Some(Box::new(row))) }
    }

    /// The rows of a file.
    pub(crate) fn open(input: Input, kind: InputFormat, map: &[String], schema: Option<Schema>) -> anyhow::Result<Self> {
        let Input { name, mut bytes } = input;
        if kind == InputFormat::Jsonl && bytes.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            let message = format!("{name}: line 1: the file is a JSON array");
            return Err(Failure::new(message, "write one object a line, as `jq -c '.[]'` does").into());
        }
        let lines = Lines::new(bytes);
        let reader = match kind {
            InputFormat::Txt => Reader::Text { lines, schema: schema.unwrap_or(Schema::Thing) },
            InputFormat::Jsonl => Reader::Jsonl { lines, schema },
            InputFormat::Csv => {
                let Some((rows, header)) = CsvRows::open(lines)? else {
                    return Err(anyhow::anyhow!("{name}: the file is empty; a header is expected"));
                };
                let header = header.fields.map_err(|problem| {
                    anyhow::anyhow!("{name}:{}: the header cannot be read: {}", header.line, problem.reason)
                })?;
                Reader::Csv { rows: Box::new(rows), columns: Columns::recognise(&name, header, map, schema)? }
            }
        };
        Ok(Self { name, reader })
    }

    /// How the columns of a CSV file were understood.
    pub(crate) fn columns(&self) -> Option<String> {
        match &self.reader {
            Reader::Csv { columns, .. } => Some(columns.describe()),
            _ => None,
        }
    }

    /// The next row; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row>> {
        match &mut self.reader {
            Reader::One(row) => Ok(row.take().map(|row| *row)),
            Reader::Csv { rows, columns } => Ok(rows.next()?.map(|record| csv_row(record, columns))),
            Reader::Jsonl { lines, schema } => {
                while let Some(line) = lines.next()? {
                    if !line.is_blank() {
                        let text = line.lossy();
                        return Ok(Some(match line.text() {
                            Ok(text) => json_row(line.number, text, *schema),
                            Err(problem) => bad_row(line.number, text, problem),
                        }));
                    }
                }
                Ok(None)
            }
            Reader::Text { lines, schema } => {
                while let Some(line) = lines.next()? {
                    if !line.is_blank() && !line.bytes.starts_with(b"#") {
                        let text = line.lossy();
                        return Ok(Some(match line.text() {
                            Ok(text) => text_row(line.number, text, *schema),
                            Err(problem) => bad_row(line.number, text, problem),
                        }));
                    }
                }
                Ok(None)
            }
        }
    }
}

fn bad_row(line: u64, text: String, problem: Problem) -> Row {
    Row { line, id: line.to_string(), text, entity: Err(problem), warnings: Vec::new() }
}

fn text_row(line: u64, text: &str, schema: Schema) -> Row {
    let name = text.trim();
    let id = if name.is_empty() || name.len() > MAX_ID { line.to_string() } else { name.to_owned() };
    let mut entity = Entity::new(id.clone(), schema);
    entity.add("name", name);
    Row { line, id, text: text.to_owned(), entity: Ok(entity), warnings: Vec::new() }
}

fn json_row(line: u64, text: &str, schema: Option<Schema>) -> Row {
    let mut json: Json = match serde_json::from_str(text) {
        Ok(json) => json,
        Err(error) => return bad_row(line, text.to_owned(), Problem::row(json_reason(&error))),
    };
    if let (Some(object), Some(schema)) = (json.as_object_mut(), schema)
        && !object.contains_key("schema")
    {
        object.insert("schema".to_owned(), schema.name().into());
    }
    let given = match json.get("id") {
        Some(Json::String(id)) if !id.is_empty() => Some(id.clone()),
        Some(Json::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let id = given.unwrap_or_else(|| line.to_string());
    let entity = entity_from_value(json).map_err(|error| ftm_problem(&error));
    Row { line, id, text: text.to_owned(), entity, warnings: Vec::new() }
}

/// Why a text is not JSON. The parser's own line number is always 1 here and would mislead.
pub(super) fn json_reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    format!("not JSON: {reason} at byte {} of the line", error.column())
}

/// What is wrong with an entity, with the field apart.
pub(super) fn ftm_problem(error: &FtmError) -> Problem {
    match error {
        FtmError::Type { field, expected } => Problem::field(field, format!("must be {expected}")),
        FtmError::Missing(field) => Problem::field(*field, "is missing"),
        other => Problem::row(other.to_string()),
    }
}

fn csv_row(record: CsvRecord, columns: &Columns) -> Row {
    let CsvRecord { line, text, fields } = record;
    let fields = match fields {
        Ok(fields) => fields,
        Err(problem) => return bad_row(line, text, problem),
    };
    let mut entity = Entity::new("", columns.schema);
    let mut warnings = Vec::new();
    for ((value, role), header) in fields.iter().zip(&columns.roles).zip(&columns.header) {
        match role {
            _ if value.is_empty() => {}
            None => {}
            Some(Role::Id) => entity.id.clone_from(value),
            Some(Role::Schema) => entity.schema = SchemaName::from(value.as_str()),
            Some(Role::Kind) => match schema_of_kind(value) {
                Some(schema) => entity.schema = schema.into(),
                None => warnings.push(format!("`{header}`: `{value}` is not a known kind; screened as {}", columns.schema)),
            },
            Some(Role::Property(property)) => entity.add(property, value.as_str()),
        }
    }
    if entity.id.is_empty() {
        entity.id = line.to_string();
    }
    Row { line, id: entity.id.clone(), text, entity: Ok(entity), warnings }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// Each row as `line id schema` with its first properties, or with its problem.
    fn rows(kind: InputFormat, text: &str, schema: Option<Schema>) -> Vec<String> {
        let input = Input { name: "in".to_owned(), bytes: Box::new(Cursor::new(text.as_bytes().to_vec())) };
        let mut rows = Rows::open(input, kind, &[], schema).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let what = match &row.entity {
                Ok(entity) => {
                    let properties: Vec<String> =
                        entity.properties().map(|(name, values)| format!("{name}={}", values[0].text)).collect();
                    format!("{} {}", entity.schema, properties.join(" "))
                }
                Err(problem) => format!("! {} {}", problem.field, problem.reason),
            };
            found.push(format!("{} {} {what}", row.line, row.id));
        }
        found
    }

    #[test]
    fn csv() {
        assert_eq!(
            rows(InputFormat::Csv, "id,type,name\nq1,individual,Ada\n,Vessel,Argo\nq3,invoice,X\nq4\n", None),
            ["2 q1 Person name=Ada", "3 3 Vessel name=Argo", "4 q3 Thing name=X", "5 5 !  3 columns expected, 1 found"]
        );
    }

    #[test]
    fn json_lines() {
        let text = "{\"id\":\"q1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada\"]}}\n\n{\"id\":7,\n{\"id\":8}\n\
                    {\"id\":\"q5\",\"schema\":\"Person\",\"properties\":{\"name\":{}}}\n[]\n";
        assert_eq!(
            rows(InputFormat::Jsonl, text, None),
            [
                "1 q1 Person name=Ada",
                "3 3 !  not JSON: EOF while parsing a value at byte 8 of the line",
                "4 8 ! schema is missing",
                "5 q5 ! properties.name must be an array of strings",
                "6 6 !  not a JSON object"
            ]
        );
        assert_eq!(
            rows(InputFormat::Jsonl, "{\"properties\":{\"name\":[\"Ada\"]}}", Some(Schema::Person)),
            ["1 1 Person name=Ada"]
        );
    }

    #[test]
    fn plain_lists() {
        assert_eq!(
            rows(InputFormat::Txt, "# comment\nAda Example \n\n0xdead\n", None),
            ["2 Ada Example Thing name=Ada Example", "4 0xdead Thing name=0xdead"]
        );
    }
}
