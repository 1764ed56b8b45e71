//! Queries: an object of JSON goes in, as the lines of `interdict screen` have it; out comes its line of the answer, with the same members
//! as the command's. Each query ends as a hit, as clear, or as an error that says what was wrong with it.

use std::cell::RefCell;
use std::fmt;

use interdict_matching::{
    Comparison, Explanation, Feature, Hit, Matcher, Query, QueryError, Scratch, Settings, compare, compare_explained,
};
use interdict_model::{Entity, FtmError, Schema, entity_from_value};
use interdict_snapshot::EntityRef;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use crate::app::App;
use crate::engine::Engine;
use crate::record::Recording;

/// What is wrong with a query, and in which of its fields; none for the query as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    field: String,
    reason: String,
}

impl Fault {
    pub(crate) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }

    pub(crate) fn whole(reason: impl Into<String>) -> Self {
        Self::field("", reason)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, reason } = self;
        if field.is_empty() { f.write_str(reason) } else { write!(f, "{field}: {reason}") }
    }
}

/// What came out for a query.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResultLine {
    /// Id of the query.
    id: String,
    /// Line of the stream, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// `hit`, `clear` or `error`.
    status: &'static str,
    /// Id of the snapshot.
    snapshot: String,
    /// Version of the engine.
    engine: &'static str,
    /// Id of the settings.
    settings: String,
    /// The findings, best first.
    hits: Vec<HitLine>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    /// What was wrong with the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A listed party that the query may be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HitLine {
    id: String,
    caption: String,
    schema: String,
    /// From 0 to 1.
    score: f64,
    /// From 0 to 100, as OFAC's search page scores names.
    ofac: Option<u8>,
    /// The listed name that agreed best.
    name: Option<String>,
    datasets: Vec<String>,
    programs: Vec<String>,
    /// What the score is made of.
    #[schema(value_type = Object)]
    features: Map<String, Json>,
    /// The same as a tree, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    explanation: Option<Tree>,
}

/// An explanation.
#[derive(Debug, Serialize)]
pub(crate) struct Tree {
    value: f64,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Tree>,
}

impl Tree {
    fn new(explanation: Explanation) -> Self {
        Self {
            value: rounded(explanation.value),
            description: explanation.description,
            children: explanation.children.into_iter().map(Self::new).collect(),
        }
    }
}

/// What came out for a pair.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ComparisonLine {
    /// Id of the pair, as given.
    #[schema(value_type = Json)]
    id: Json,
    /// From 0 to 1; none where the pair could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    /// From 0 to 100; none when no names were compared.
    ofac: Option<u8>,
    #[schema(value_type = Object)]
    features: Map<String, Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    explanation: Option<Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A score as it is written out: rounded to four places.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}

fn feature_values(features: &[Feature]) -> Map<String, Json> {
    let mut values = Map::new();
    for feature in features {
        let value = rounded(feature.value);
        let held = values.entry(feature.name).or_insert(Json::Null);
        if held.as_f64().is_none_or(|held| held < value) {
            *held = value.into();
        }
    }
    values
}

/// Programmes under which a party is sanctioned, as its sanctions say; as it says itself when there are none.
fn programs(party: EntityRef<'_>) -> Vec<String> {
    let mut programs: Vec<String> = Vec::new();
    let sanctions =
        party.referrers().filter(|link| link.property == "entity" && link.entity.schema() == Some(Schema::Sanction));
    for program in sanctions.flat_map(|link| link.entity.texts("program")) {
        if !programs.iter().any(|held| held == program) {
            programs.push(program.to_owned());
        }
    }
    if programs.is_empty() { party.texts("program").map(str::to_owned).collect() } else { programs }
}

impl HitLine {
    fn new(hit: Hit<'_>) -> Self {
        Self {
            id: hit.entity.id().to_owned(),
            caption: hit.entity.caption().to_owned(),
            schema: hit.entity.schema_name().to_owned(),
            score: rounded(hit.score),
            ofac: hit.ofac,
            name: hit.name.map(|name| name.text().to_owned()),
            datasets: hit.entity.datasets(),
            programs: programs(hit.entity),
            features: feature_values(&hit.features),
            explanation: hit.explanation.map(Tree::new),
        }
    }
}

/// How queries are screened that say nothing of their own.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    pub(crate) settings: Settings,
    pub(crate) settings_id: String,
    pub(crate) explain: bool,
    /// Where queries are kept, if they are.
    pub(crate) recording: Option<Recording>,
}

thread_local! {
    /// Buffers of this thread, which remember what they learnt.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl ResultLine {
    pub(crate) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// A query that is none.
    pub(crate) fn none(engine: &Engine, manner: &Manner, id: String, fault: &Fault) -> Self {
        Self {
            id,
            line: None,
            status: "error",
            snapshot: engine.snapshot.id().to_owned(),
            engine: env!("CARGO_PKG_VERSION"),
            settings: manner.settings_id.clone(),
            hits: Vec::new(),
            warnings: Vec::new(),
            error: Some(fault.to_string()),
        }
    }

    pub(crate) fn at_line(self, line: u64) -> Self {
        Self { line: Some(line), ..self }
    }

    /// Screens a query; `otherwise` is its id where it has none.
    pub(crate) fn screen(
        app: &App,
        engine: &Engine,
        matcher: &Matcher<'_>,
        manner: &Manner,
        mut json: Json,
        otherwise: impl FnOnce() -> String,
    ) -> Self {
        app.meter().screened.increment(1);
        let id = match json.get("id") {
            Some(Json::String(id)) if !id.is_empty() => id.clone(),
            Some(Json::Number(id)) => id.to_string(),
            _ => otherwise(),
        };
        let own = json.as_object_mut().and_then(|object| object.shift_remove("settings")).filter(|own| !own.is_null());
        let mut line = Self { error: None, status: "clear", ..Self::none(engine, manner, id, &Fault::whole("")) };
        if let Err(fault) = line.fill(app, engine, matcher, manner, json, own) {
            line.status = "error";
            line.error = Some(fault.to_string());
        }
        line
    }

    fn fill(
        &mut self,
        app: &App,
        engine: &Engine,
        matcher: &Matcher<'_>,
        manner: &Manner,
        json: Json,
        own: Option<Json>,
    ) -> Result<(), Fault> {
        let entity = entity_from_value(json).map_err(|error| ftm_fault(&error))?;
        let entity = (app.options().meaning)(entity, &mut self.warnings);
        let query = Query::from_entity(&entity).map_err(|error| query_fault(&error))?;
        if let Some(recording) = &manner.recording {
            recording.keep(&entity);
        }
        self.warnings.extend_from_slice(query.warnings());
        let own = match own {
            Some(own) => {
                let settings = with_own(&manner.settings, &own)?;
                self.settings = settings.id();
                Some(Matcher::new(&engine.snapshot, settings).explaining(manner.explain))
            }
            None => None,
        };
        let matcher = own.as_ref().unwrap_or(matcher);
        if !matcher.settings().use_identifiers && query.has_identifier() {
            // A number that was not looked up must not look like one that is on no list.
            if !query.has_name() {
                return Err(Fault::whole("nothing to screen: the settings leave identifiers out, and there is no name"));
            }
            self.warnings.push("identifiers were not compared: the settings leave them out".to_owned());
        }
        self.hits = SCRATCH.with_borrow_mut(|scratch| matcher.screen(&query, scratch).into_iter().map(HitLine::new).collect());
        if !self.hits.is_empty() {
            self.status = "hit";
        }
        Ok(())
    }
}

impl ComparisonLine {
    /// Compares a pair.
    pub(crate) fn new(app: &App, settings: &Settings, explain: bool, mut json: Json) -> Self {
        let id = match json.get("id") {
            Some(id @ (Json::String(_) | Json::Number(_))) => id.clone(),
            _ => Json::Null,
        };
        let mut side = |name: &str| -> Result<Query, Fault> {
            let entity = match json.get_mut(name) {
                None | Some(Json::Null) => return Err(Fault::field(name, "is missing")),
                Some(entity) => entity_from_value(entity.take()).map_err(|error| {
                    let fault = ftm_fault(&error);
                    let field = if fault.field.is_empty() { name.to_owned() } else { format!("{name}.{}", fault.field) };
                    Fault { field, ..fault }
                })?,
            };
            let entity: Entity = (app.options().meaning)(entity, &mut Vec::new());
            Query::from_entity(&entity).map_err(|error| Fault::field(name, error.to_string()))
        };
        let sides = side("a").and_then(|a| Ok((a, side("b")?)));
        let by = if explain { compare_explained } else { compare };
        match sides.map(|(a, b)| by(&a, &b, settings)) {
            Ok(Comparison { score, ofac, features, explanation, .. }) => Self {
                id,
                score: Some(rounded(score)),
                ofac,
                features: feature_values(&features),
                explanation: explanation.filter(|_| explain).map(Tree::new),
                error: None,
            },
            Err(fault) => {
                Self { id, score: None, ofac: None, features: Map::new(), explanation: None, error: Some(fault.to_string()) }
            }
        }
    }

    pub(crate) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }
}

fn ftm_fault(error: &FtmError) -> Fault {
    match error {
        FtmError::Type { field, expected } => Fault::field(field, format!("must be {expected}")),
        FtmError::Missing(field) => Fault::field(*field, "is missing"),
        other => Fault::whole(other.to_string()),
    }
}

fn query_fault(error: &QueryError) -> Fault {
    let field = match error {
        QueryError::Nothing => "name",
        QueryError::BlankName { property } | QueryError::NameTooLong { property, .. } => property,
        QueryError::UnknownSchema(_) => "schema",
        _ => "",
    };
    let reason = error.to_string();
    let own = format!("`{field}`: ");
    Fault::field(field, reason.strip_prefix(&own).unwrap_or(&reason))
}

/// The settings with some of their fields changed by a member `settings`.
pub(crate) fn with_own(settings: &Settings, own: &Json) -> Result<Settings, Fault> {
    let Json::Object(own) = own else { return Err(Fault::field("settings", "must be an object")) };
    let of = |field: &str, reason: &str| Fault::field(format!("settings.{field}"), reason);
    let mut values = serde_json::to_value(settings).map_err(|error| Fault::whole(error.to_string()))?;
    for (field, value) in own {
        let held = values.get_mut(field).ok_or_else(|| of(field, "is not a setting"))?;
        let expected = match held {
            Json::Bool(_) => (!value.is_boolean()).then_some("must be true or false"),
            Json::Number(number) if number.is_u64() => {
                let fits = value.as_u64().is_some_and(|value| usize::try_from(value).is_ok());
                (!fits).then_some(Settings::LIMIT_EXPECTED)
            }
            _ => (!value.is_number()).then_some(Settings::SHARE_EXPECTED),
        };
        if let Some(expected) = expected {
            return Err(of(field, expected));
        }
        held.clone_from(value);
    }
    let settings: Settings = serde_json::from_value(values).map_err(|error| Fault::whole(error.to_string()))?;
    settings.validate().map_err(|error| of(error.field, error.reason))?;
    Ok(settings)
}
