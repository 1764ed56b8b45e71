//! Pairs of entities to compare, one JSON object a line, labelled or not.

use std::io;

use interdict_matching::Query;
use interdict_model::entity_from_value;
use serde_json::Value as Json;

use super::rows::{ftm_problem, json_reason};
use super::{Input, Lines, Problem};

/// A pair of the input.
#[derive(Debug)]
pub(crate) struct Pair {
    /// Line number, from 1.
    pub(crate) line: u64,
    /// The id as given; `null` when there is none.
    pub(crate) id: Json,
    /// The text as it stood.
    pub(crate) text: String,
    /// Both sides, read and ready to be compared.
    pub(crate) sides: Result<Sides, Problem>,
}

/// The text of a line, or what is there and what is wrong with it.
pub(crate) type LineText = Result<String, (String, Problem)>;

/// The two sides of a pair, and what else its line says.
#[derive(Debug)]
pub(crate) struct Sides {
    pub(crate) a: Query,
    pub(crate) b: Query,
    /// The label, if there is one.
    pub(crate) is_match: Option<bool>,
    /// `group`, `script` and `country`, where given.
    pub(crate) groups: Vec<(&'static str, String)>,
}

/// Fields by which figures are broken down.
pub(crate) const GROUP_FIELDS: [&str; 3] = ["group", "script", "country"];

/// Reads pairs.
pub(crate) struct Pairs {
    /// The file's name for messages.
    pub(crate) name: String,
    lines: Lines,
}

impl Pairs {
    pub(crate) fn new(input: Input) -> Self {
        Self { name: input.name, lines: Lines::new(input.bytes) }
    }

    /// The next pair as text; `None` at the end. Reading the text is [`Pair::read`]'s, which may run on any thread.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, LineText)>> {
        while let Some(line) = self.lines.next()? {
            if !line.is_blank() {
                let text = line.text().map(str::to_owned).map_err(|problem| (line.lossy(), problem));
                return Ok(Some((line.number, text)));
            }
        }
        Ok(None)
    }
}

impl Pair {
    /// Reads a line.
    pub(crate) fn read(line: u64, text: LineText) -> Self {
        let text = match text {
            Ok(text) => text,
            Err((text, problem)) => return Self { line, id: Json::Null, text, sides: Err(problem) },
        };
        let mut json: Json = match serde_json::from_str(&text) {
            Ok(json) => json,
            Err(error) => return Self { line, id: Json::Null, text, sides: Err(Problem::row(json_reason(&error))) },
        };
        let id = match json.get("id") {
            Some(id @ (Json::String(_) | Json::Number(_))) => id.clone(),
            _ => Json::Null,
        };
        Self { line, id, text, sides: read_sides(&mut json) }
    }
}

fn read_sides(json: &mut Json) -> Result<Sides, Problem> {
    if !json.is_object() {
        return Err(Problem::row("not a JSON object"));
    }
    let is_match = match json.get("match") {
        None | Some(Json::Null) => None,
        Some(Json::Bool(label)) => Some(*label),
        Some(_) => return Err(Problem::field("match", "must be true or false")),
    };
    let groups = GROUP_FIELDS
        .iter()
        .filter_map(|field| match json.get(*field)? {
            Json::String(text) => Some((*field, text.clone())),
            Json::Null => None,
            other => Some((*field, other.to_string())),
        })
        .collect();
    let (a, b) = (read_side(json, "a")?, read_side(json, "b")?);
    Ok(Sides { a, b, is_match, groups })
}

fn read_side(json: &mut Json, side: &str) -> Result<Query, Problem> {
    let entity = match json.get_mut(side) {
        None | Some(Json::Null) => return Err(Problem::field(side, "is missing")),
        Some(entity) => entity_from_value(entity.take()).map_err(|error| {
            let problem = ftm_problem(&error);
            let field = if problem.field.is_empty() { side.to_owned() } else { format!("{side}.{}", problem.field) };
            Problem { field, ..problem }
        })?,
    };
    Query::from_entity(&entity).map_err(|error| Problem::field(side, error.to_string()))
}
