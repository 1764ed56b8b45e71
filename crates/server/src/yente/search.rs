//! `/search/{dataset}`: entities by words, for a person at a search box. Words are looked for in names, romanised, and in all other values
//! as they stand; facets count what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use interdict_matching::{Matcher, Query, Settings};
use interdict_model::{Entity, PropertyType, Schema, Value};
use interdict_names::{NameKind, parse_name};
use interdict_snapshot::{EntityRef, Snapshot, TokenRef};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::dataset::{Cache, Filter, Index, Members};
use super::error::{Answer, Failure};
use super::json::{Out, write_entity};
use super::params::{DEFAULT_PAGE, MAX_OFFSET, MAX_PAGE, Params};
use super::work::{on_pool, with_scratch};
use super::{body_of, path_of, shapes, vocabulary};
use crate::{Current, Engine};

/// Entities that a fuzzy search adds at most, and the score that they need.
const FUZZY_LIMIT: usize = 200;
const FUZZY_SCORE: f64 = 0.6;

/// Words of one query at most.
const MOST_TERMS: usize = 64;

const FACETS: [&str; 7] = ["datasets", "schema", "countries", "names", "identifiers", "topics", "genders"];
const DEFAULT_FACETS: [&str; 3] = ["countries", "topics", "datasets"];

/// A word or phrase of a query.
#[derive(Debug, PartialEq)]
struct Term {
    /// Romanised, as names are compared.
    tokens: Vec<String>,
    /// In lower case, as written.
    text: String,
    /// Whether it is the beginning of a word.
    prefix: bool,
    /// The property to look in; any where there is none.
    field: Option<String>,
}

/// A part of a query: one of its terms must be found, or, negated, none.
#[derive(Debug, PartialEq)]
struct Clause {
    terms: Vec<Term>,
    negated: bool,
}

/// Splits at blanks outside quotation marks. What was quoted is kept with its marks.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                piece.push(c);
            }
            c if c.is_whitespace() && !quoted => {
                if !piece.is_empty() {
                    pieces.push(std::mem::take(&mut piece));
                }
            }
            c => piece.push(c),
        }
    }
    if !piece.is_empty() {
        pieces.push(piece);
    }
    pieces
}

/// Reads a query: words that must all be found, `"phrases"`, `word*`, `-word` or `NOT word`, `one OR other`, `property:word`.
fn parse(text: &str) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let (mut negated, mut alternative) = (false, false);
    for piece in pieces(text).into_iter().take(MOST_TERMS) {
        match piece.as_str() {
            "AND" | "&&" | "+" => continue,
            "OR" | "||" | "|" => {
                alternative = !clauses.is_empty();
                continue;
            }
            "NOT" | "-" | "!" => {
                negated = true;
                continue;
            }
            _ => {}
        }
        let bare = piece.trim_matches(['(', ')']);
        let (minus, bare) = match bare.strip_prefix(['-', '!']) {
            Some(rest) => (true, rest),
            None => (false, bare.strip_prefix('+').unwrap_or(bare)),
        };
        let (field, bare) = match bare.split_once(':') {
            Some((field, value)) if is_field(field) && !value.is_empty() => (Some(property_of(field)), value),
            _ => (None, bare),
        };
        // How far a word may differ is not taken from the query.
        let bare = bare.rsplit_once('~').filter(|(_, rest)| rest.chars().all(|c| c.is_ascii_digit())).map_or(bare, |cut| cut.0);
        let prefix = bare.ends_with('*');
        let plain = bare.trim_matches(['"', '*', '?']).trim();
        let tokens: Vec<String> = parse_name(plain, NameKind::Unknown).tokens.into_iter().map(|token| token.text).collect();
        if !plain.chars().any(char::is_alphanumeric) {
            continue;
        }
        let term = Term { tokens, text: plain.to_lowercase(), prefix, field };
        let negated = std::mem::take(&mut negated) || minus;
        match clauses.last_mut().filter(|clause| alternative && clause.negated == negated) {
            Some(clause) => clause.terms.push(term),
            None => clauses.push(Clause { terms: vec![term], negated }),
        }
        alternative = false;
    }
    clauses
}

fn is_field(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_') && !text.starts_with("http")
}

/// The property of a field as an index of yente calls it.
fn property_of(field: &str) -> String {
    field.strip_prefix("properties.").unwrap_or(field).to_owned()
}

/// Whether a word stands in a text: from its beginning to its end, or with any end.
fn has_word(text: &str, word: &str, prefix: bool) -> bool {
    let bounded = |text: &str| {
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| rest.find(word)) {
            let (begin, end) = (from + found, from + found + word.len());
            let before = text[..begin].chars().next_back().is_some_and(char::is_alphanumeric);
            let after = text[end..].chars().next().is_some_and(char::is_alphanumeric);
            if !before && (prefix || !after) {
                return true;
            }
            from = begin + text[begin..].chars().next().map_or(1, char::len_utf8);
        }
        false
    };
    if text.len() < word.len() {
        return false;
    }
    let first = word.as_bytes()[0];
    // Most texts do not even have the first letter; the others are folded.
    if text.is_ascii() && !text.bytes().any(|byte| byte.to_ascii_lowercase() == first) {
        return false;
    }
    bounded(&text.to_lowercase())
}

impl Term {
    /// How well an entity fits, above 0 if it does.
    fn score(&self, entity: EntityRef<'_>) -> f64 {
        let named = |property: &str| self.field.as_deref().is_none_or(|field| field == property || field == "names");
        let mut best: f64 = 0.0;
        if !self.tokens.is_empty() {
            for name in entity.names().filter(|name| named(name.property())) {
                let tokens: Vec<&str> = name.tokens().map(TokenRef::text).collect();
                let fits = |window: &[&str]| {
                    let last = window.len() - 1;
                    window.iter().zip(&self.tokens).enumerate().all(|(at, (held, asked))| {
                        *held == asked.as_str() || (self.prefix && at == last && held.starts_with(asked.as_str()))
                    })
                };
                if tokens.windows(self.tokens.len()).any(fits) {
                    best = best.max(2.0 + self.tokens.len() as f64 / tokens.len() as f64);
                }
            }
        }
        if best > 0.0 {
            return best;
        }
        if self.field.as_deref().is_none_or(|field| field == "id") && entity.id().eq_ignore_ascii_case(&self.text) {
            return 4.0;
        }
        let found = match self.field.as_deref() {
            Some("schema") => entity.schema_name().eq_ignore_ascii_case(&self.text),
            Some("datasets") => Members::of(entity).datasets.iter().any(|name| name.eq_ignore_ascii_case(&self.text)),
            Some("countries") => typed(entity, PropertyType::Country).any(|code| code.eq_ignore_ascii_case(&self.text)),
            Some("identifiers") => typed(entity, PropertyType::Identifier).any(|id| id.eq_ignore_ascii_case(&self.text)),
            field => entity.properties().any(|(property, value, _)| {
                field.is_none_or(|field| field == property) && has_word(value, &self.text, self.prefix)
            }),
        };
        if found { 1.0 } else { 0.0 }
    }
}

/// How well an entity fits all clauses; `None` if it does not.
fn fit(clauses: &[Clause], entity: EntityRef<'_>) -> Option<f64> {
    let mut sum = 0.0;
    for clause in clauses {
        let best = clause.terms.iter().map(|term| term.score(entity)).fold(0.0, f64::max);
        if (best > 0.0) == clause.negated {
            return None;
        }
        sum += best;
    }
    Some(sum)
}

/// Values of all properties of a type.
pub(super) fn typed(entity: EntityRef<'_>, kind: PropertyType) -> impl Iterator<Item = &str> {
    let schema = entity.schema();
    entity
        .properties()
        .filter(move |(property, ..)| schema.and_then(|schema| schema.property(property)) == Some(kind))
        .map(|(_, value, _)| value)
}

/// A filter on one field: its values, of which one or all must be there.
#[derive(Debug)]
struct FieldFilter {
    field: String,
    values: Vec<String>,
}

impl FieldFilter {
    fn admits(&self, entity: EntityRef<'_>, all: bool) -> bool {
        let held = values_of(entity, &self.field);
        let has = |value: &String| held.iter().any(|held| held.eq_ignore_ascii_case(value));
        if all { self.values.iter().all(has) } else { self.values.iter().any(has) }
    }
}

/// Values of a field: a property, a group of properties of one type, or a member.
fn values_of(entity: EntityRef<'_>, field: &str) -> Vec<String> {
    let owned = |values: &mut dyn Iterator<Item = &str>| values.map(str::to_owned).collect::<Vec<_>>();
    let mut values = match field {
        "countries" => owned(&mut typed(entity, PropertyType::Country)),
        "names" => owned(&mut typed(entity, PropertyType::Name)),
        "identifiers" => owned(&mut typed(entity, PropertyType::Identifier)),
        "genders" => owned(&mut typed(entity, PropertyType::Gender)),
        "dates" => owned(&mut typed(entity, PropertyType::Date)),
        "schema" => vec![entity.schema_name().to_owned()],
        "schemata" => entity.schema().into_iter().flat_map(Schema::lineage).map(|kind| kind.name().to_owned()).collect(),
        "datasets" => Members::of(entity).datasets,
        "referents" => Members::of(entity).referents,
        "target" => vec![Members::of(entity).target.to_string()],
        "id" | "canonical_id" => vec![entity.id().to_owned()],
        "caption" => vec![entity.caption().to_owned()],
        "first_seen" => Members::of(entity).first_seen.into_iter().collect(),
        "last_seen" => Members::of(entity).last_seen.into_iter().collect(),
        "last_change" => Members::of(entity).last_change.into_iter().collect(),
        other => owned(&mut entity.texts(&property_of(other))),
    };
    values.sort_unstable();
    values.dedup();
    values
}

/// Orders entities by `field:asc` and `field:desc`; those without a value come last. Entities that are equal stay as they are.
pub(super) fn sort(entities: &mut Vec<EntityRef<'_>>, sorts: &[String]) {
    for sort in sorts.iter().rev() {
        let (field, descending) = match sort.rsplit_once(':') {
            Some((field, order)) => (field, order.eq_ignore_ascii_case("desc")),
            None => (sort.as_str(), false),
        };
        if field == "_score" || field == "_doc" {
            continue;
        }
        let mut keyed: Vec<(Option<String>, EntityRef<'_>)> = entities
            .iter()
            .map(|entity| {
                let mut values = values_of(*entity, field);
                (if descending { values.pop() } else { values.drain(..).next() }, *entity)
            })
            .collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) if descending => b.cmp(a),
            (Some(a), Some(b)) => a.cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        *entities = keyed.into_iter().map(|(_, entity)| entity).collect();
    }
}

/// What a search asks for.
#[derive(Debug)]
struct Search {
    clauses: Vec<Clause>,
    text: String,
    schema: Schema,
    filter: Filter,
    fields: Vec<FieldFilter>,
    all: bool,
    limit: usize,
    offset: usize,
    sorts: Vec<String>,
    facets: Vec<&'static str>,
    fuzzy: bool,
}

impl Search {
    fn read(params: &mut Params, snapshot: &Snapshot, index: &Index, dataset: &str) -> Answer<Self> {
        let filter = Filter::read(params, snapshot, index, dataset)?;
        let mut fields: Vec<FieldFilter> = ["countries", "topics", "datasets"]
            .into_iter()
            .map(|name| FieldFilter { field: name.to_owned(), values: params.list(name) })
            .filter(|filter| !filter.values.is_empty())
            .collect();
        for text in params.list("filter") {
            let Some((field, value)) = text.split_once(':').filter(|(field, value)| !field.is_empty() && !value.is_empty())
            else {
                return Err(Failure::bad(format!("Invalid filter: {text:?}")));
            };
            match fields.iter_mut().find(|held| held.field == field) {
                Some(held) => held.values.push(value.to_owned()),
                None => fields.push(FieldFilter { field: field.to_owned(), values: vec![value.to_owned()] }),
            }
        }
        if let Some(target) = params.flag("target") {
            fields.push(FieldFilter { field: "target".to_owned(), values: vec![target.to_string()] });
        }
        let chosen = params.choices("facets", &FACETS);
        let facets = if params.text("facets").is_some() { chosen } else { DEFAULT_FACETS.to_vec() };
        params.flag("simple");
        let name = params.text("schema").unwrap_or(Schema::Thing.name());
        let schema = Schema::from_name(name).ok_or_else(|| Failure::bad("Invalid schema"))?;
        let text = params.text("q").unwrap_or_default().to_owned();
        Ok(Self {
            clauses: parse(&text),
            schema,
            filter,
            fields,
            all: params.choices("filter_op", &["OR", "AND"]).last() == Some(&"AND"),
            limit: params.count("limit", DEFAULT_PAGE, 0, MAX_PAGE),
            offset: params.count("offset", 0, 0, MAX_OFFSET),
            sorts: params.list("sort"),
            facets,
            fuzzy: params.flag("fuzzy").unwrap_or_default(),
            text,
        })
    }

    fn admits(&self, entity: EntityRef<'_>) -> bool {
        entity.schema().is_some_and(|schema| schema.is_a(self.schema))
            && self.filter.admits(entity)
            && self.fields.iter().all(|field| field.admits(entity, self.all))
    }

    /// All entities that fit, the best first.
    fn find<'s>(&self, engine: &'s Engine) -> Vec<EntityRef<'s>> {
        let snapshot = &engine.snapshot;
        // Something was typed, and there is no word in it: that is found nowhere.
        if self.clauses.is_empty() && self.text.chars().any(|c| !c.is_whitespace() && c != '*') {
            return Vec::new();
        }
        let mut scores: FxHashMap<u32, f64> = (0..snapshot.entity_count())
            .into_par_iter()
            .filter_map(|index| {
                let entity = snapshot.entity_at(index)?;
                let fits = entity.schema().is_some_and(|schema| schema.is_a(self.schema));
                let score = fits.then(|| fit(&self.clauses, entity)).flatten()?;
                self.admits(entity).then_some((index, score))
            })
            .collect();
        if self.fuzzy {
            for (entity, score) in fuzzy(engine, &self.text, self.schema) {
                if self.admits(entity) {
                    // Behind what has the words themselves.
                    scores.entry(entity.index()).or_insert(score);
                }
            }
        }
        let mut found: Vec<(u32, f64)> = scores.into_iter().collect();
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut entities: Vec<EntityRef<'s>> = found.into_iter().filter_map(|(index, _)| snapshot.entity_at(index)).collect();
        sort(&mut entities, &self.sorts);
        entities
    }
}

/// Entities whose names are like a text.
pub(super) fn fuzzy<'s>(engine: &'s Engine, text: &str, schema: Schema) -> Vec<(EntityRef<'s>, f64)> {
    let schema = if schema.is_a(Schema::Thing) { schema } else { Schema::Thing };
    let mut entity = Entity::new("", schema);
    entity.add("name", Value::from(text.replace(['"', '*', '~'], " ")));
    let Ok(query) = Query::from_entity(&entity) else { return Vec::new() };
    let settings = Settings { threshold: FUZZY_SCORE, limit: FUZZY_LIMIT, ..engine.settings.clone() };
    let matcher = Matcher::new(&engine.snapshot, settings);
    let hits = with_scratch(|scratch| matcher.screen(&query, scratch));
    hits.into_iter().map(|hit| (hit.entity, hit.score)).collect()
}

/// Counts the values of a field among what was found.
fn write_facet(out: &mut Out, field: &str, entities: &[EntityRef<'_>]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for value in entities.iter().flat_map(|entity| values_of(*entity, field)) {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(1000);
    let title = match field {
        "datasets" => "Data sources",
        "schema" => "Entity types",
        "countries" => "Countries",
        "names" => "Names",
        "identifiers" => "Identifiers",
        "topics" => "Topics",
        _ => "Genders",
    };
    out.key(field).raw("{\"label\":").value(title).raw(",\"values\":[");
    for (value, count) in &counts {
        let label = match field {
            "schema" => Schema::from_name(value).map_or(value.as_str(), |schema| vocabulary::plural(schema)),
            "countries" => vocabulary::country(value),
            "topics" => vocabulary::topic(value),
            _ => value,
        };
        out.comma().raw("{\"name\":").value(value.as_str()).raw(",\"label\":").value(label);
        out.raw(",\"count\":").value(count).raw("}");
    }
    out.raw("]}");
}

/// Searches entities by words.
#[utoipa::path(
    get,
    path = "/search/{dataset}",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "A list of the snapshot, or `default`, `all` or `sanctions` for all of it"),
        ("q" = Option<String>, Query, description = "Words that must all be found; also \"phrases\", `word*`, `-word`, `a OR b`, `property:word`"),
        ("schema" = Option<String>, Query, description = "Kind of entity; `Thing` by default"),
        ("countries" = Option<Vec<String>>, Query, description = "Country codes"),
        ("topics" = Option<Vec<String>>, Query, description = "Topics"),
        ("datasets" = Option<Vec<String>>, Query, description = "Lists"),
        ("filter" = Option<Vec<String>>, Query, description = "`field:value`"),
        ("filter_op" = Option<String>, Query, description = "`OR` (default) or `AND`: whether one or all values of a filter must be there"),
        ("include_dataset" = Option<Vec<String>>, Query, description = "As for `/match`"),
        ("exclude_dataset" = Option<Vec<String>>, Query, description = "As for `/match`"),
        ("exclude_schema" = Option<Vec<String>>, Query, description = "As for `/match`"),
        ("changed_since" = Option<String>, Query, description = "As for `/match`"),
        ("target" = Option<bool>, Query, description = "Only entities that are targets themselves, or only others"),
        ("limit" = Option<usize>, Query, minimum = 0, maximum = 500, description = "Entities on a page; 10 by default"),
        ("offset" = Option<usize>, Query, minimum = 0, maximum = 9499, description = "Where the page begins"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
        ("facets" = Option<Vec<String>>, Query, description = "What to count; countries, topics and datasets by default"),
        ("fuzzy" = Option<bool>, Query, description = "Adds entities whose names are like the query"),
        ("simple" = Option<bool>, Query, description = "Accepted and without effect: no query is an error of syntax"),
    ),
    responses(
        (status = 200, description = "A page of entities", body = shapes::SearchResponse),
        (status = 400, description = "A query that cannot be searched", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn get_search(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Answer {
    search(&current, &cache, path_of(path)?, query.unwrap_or_default()).await
}

/// The same with the parameters as a form, or as an object, in the body.
#[utoipa::path(
    post,
    path = "/search/{dataset}",
    tag = "yente",
    params(("dataset" = String, Path, description = "As for GET")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded", description = "The parameters of GET; or the same as a JSON object"),
    responses(
        (status = 200, description = "A page of entities", body = shapes::SearchResponse),
        (status = 400, description = "A query that cannot be searched", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn post_search(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let dataset = path_of(path)?;
    let body = body_of(body)?;
    let mut pairs = query.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let text = text.trim();
    pairs.push('&');
    if text.starts_with('{') {
        let members: serde_json::Map<String, Json> = serde_json::from_str(text).map_err(|error| super::not_json(&error))?;
        for (name, value) in &members {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for item in items.iter().filter(|item| !item.is_null()) {
                let item = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                let _ = write!(pairs, "&{}={}", encode(name), encode(&item));
            }
        }
    } else {
        pairs.push_str(text);
    }
    search(&current, &cache, dataset, pairs).await
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

async fn search(current: &Current, cache: &Cache, dataset: String, pairs: String) -> Answer {
    let engine = current.get();
    let index = cache.get(&engine);
    let mut params = Params::parse(&pairs);
    let search = Search::read(&mut params, &engine.snapshot, &index, &dataset);
    params.finish()?;
    let search = search?;
    on_pool(move || {
        let found = search.find(&engine);
        let mut out = Out::with_capacity(4096);
        out.raw("{\"limit\":").value(&search.limit).raw(",\"offset\":").value(&search.offset);
        out.raw(",\"total\":{\"value\":").value(&found.len()).raw(",\"relation\":\"eq\"},\"results\":[");
        for entity in found.iter().skip(search.offset).take(search.limit) {
            out.comma();
            write_entity(&mut out, *entity);
        }
        out.raw("],\"facets\":{");
        for facet in &search.facets {
            write_facet(&mut out, facet, &found);
        }
        out.raw("}}").take_response()
    })
    .await
}

/// Entities of a dataset of which a name has a word that begins with a text, for suggestions.
pub(super) fn suggest<'s>(engine: &'s Engine, filter: &Filter, prefix: &str, limit: usize) -> Vec<EntityRef<'s>> {
    let mut clauses = parse(prefix);
    if let Some(clause) = clauses.last_mut() {
        // The last word is still being typed.
        for term in &mut clause.terms {
            term.prefix = true;
        }
    }
    if clauses.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(f64, EntityRef<'s>)> = engine
        .snapshot
        .entities()
        .filter(|entity| entity.names().next().is_some())
        .filter_map(|entity| Some((fit(&clauses, entity)?, entity)))
        .filter(|(_, entity)| filter.admits(*entity))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.index().cmp(&b.1.index())));
    found.into_iter().take(limit).map(|(_, entity)| entity).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read() {
        let shown = |text: &str| {
            parse(text)
                .into_iter()
                .map(|clause| {
                    let terms: Vec<String> = clause
                        .terms
                        .iter()
                        .map(|term| {
                            let field = term.field.as_ref().map(|field| format!("{field}=")).unwrap_or_default();
                            format!("{field}{}{}", term.text, if term.prefix { "*" } else { "" })
                        })
                        .collect();
                    format!("{}{}", if clause.negated { "-" } else { "" }, terms.join("|"))
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(shown("Kim AND Bank"), ["kim", "bank"]);
        assert_eq!(shown("\"foreign trade\" kor* -bank"), ["foreign trade", "kor*", "-bank"]);
        assert_eq!(shown("kim OR park lee"), ["kim|park", "lee"]);
        assert_eq!(shown("properties.country:kp NOT topics:x fuzz~2"), ["country=kp", "-topics=x", "fuzz"]);
        assert_eq!(shown("(kim)"), ["kim"]);
        for nothing in ["", "  ", "***", "-", "OR", "\"\"", "::", "~"] {
            assert!(shown(nothing).is_empty(), "{nothing}");
        }
        assert_eq!(parse(&"x ".repeat(5000)).len(), MOST_TERMS);
    }

    #[test]
    fn words_have_ends() {
        assert!(has_word("Pyongyang, North Korea", "north", false));
        assert!(!has_word("Pyongyang, North Korea", "nort", false));
        assert!(has_word("Pyongyang, North Korea", "nort", true));
        assert!(has_word("Straße ÄRGER", "ärger", false));
        assert!(!has_word("abc", "abcd", false));
        assert!(has_word("banana an", "an", false));
        assert!(has_word("İstanbul", "stanbul", true) || !has_word("İstanbul", "stanbul", false));
    }
}
