//! Facts out of the columns `detail` and `metadata`: a flat JSON object, or `name=value;name=value`. Positions and education are arrays of
//! objects, each of which is a group.

use std::borrow::Cow;

use serde_json::Value;

use crate::people::{Builder, NONE, Source};
use crate::problem::ProblemKind;
use crate::vocabulary::Field;

/// A fact with its group.
pub(crate) type Fact<'a> = (Field, u8, Cow<'a, str>);

/// The text of a value of one cell: texts as they are, numbers and booleans as text, objects and arrays as JSON.
pub(super) fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) => text.as_str().into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string().into(),
    }
}

/// The set of facts of a cell `detail`. Cells that are written alike, as those of most log-ins of a person, are read once.
pub(super) fn set(cell: &str, source: Source, to: &mut Builder) -> u32 {
    if cell.is_empty() {
        return NONE;
    }
    if let Some(known) = to.known_details(cell) {
        return known;
    }
    let facts = read(cell, false, source, to);
    let set = to.fact_set(facts.iter().map(|(field, group, text)| (*field, *group, &**text)), source);
    to.keep_details(cell, set);
    set
}

/// Hands out the facts of a cell. `checklist` says that names are questions.
pub(super) fn read(cell: &str, checklist: bool, source: Source, to: &mut Builder) -> Vec<Fact<'static>> {
    let cell = cell.trim();
    let mut facts = Vec::new();
    if cell.is_empty() {
        return facts;
    }
    if !cell.starts_with('{') {
        for pair in cell.split(';').filter(|pair| !pair.trim().is_empty()) {
            match pair.split_once('=') {
                Some((name, value)) => one(name.trim(), 0, value.trim().to_owned(), source, to, &mut facts),
                None => to.problem(source, ProblemKind::Row(format!("`{}` is neither JSON nor `name=value`", short(pair)))),
            }
        }
        return facts;
    }
    let members: serde_json::Map<String, Value> = match serde_json::from_str(cell) {
        Ok(members) => members,
        Err(error) => {
            to.problem(source, ProblemKind::Row(format!("its facts are no JSON object: {error}")));
            return facts;
        }
    };
    let mut group = 0_u8;
    for (name, value) in &members {
        if checklist {
            group = group.saturating_add(1);
            facts.push((Field::What, group, name.clone().into()));
            facts.push((Field::Answer, group, as_text(value).into_owned().to_lowercase().into()));
            continue;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Object(inside) => {
                            group = group.saturating_add(1);
                            for (name, value) in inside {
                                one(name, group, as_text(value).into_owned(), source, to, &mut facts);
                            }
                        }
                        other => one(name, 0, as_text(other).into_owned(), source, to, &mut facts),
                    }
                }
            }
            Value::Object(inside) => {
                for (name, value) in inside {
                    one(name, 0, as_text(value).into_owned(), source, to, &mut facts);
                }
            }
            other => one(name, 0, as_text(other).into_owned(), source, to, &mut facts),
        }
    }
    facts
}

fn one(name: &str, group: u8, value: String, source: Source, to: &mut Builder, facts: &mut Vec<Fact<'static>>) {
    match Field::from_code(name) {
        Some(field) => facts.push((field, group, value.into())),
        None => to.problem(source, ProblemKind::UnknownColumn(name.to_owned())),
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
