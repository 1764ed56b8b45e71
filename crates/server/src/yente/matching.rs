//! `POST /match/{dataset}`: parties by example, each compared with all of the list.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use interdict_matching::{Hit, Matcher, Query, Settings};
use interdict_model::Entity;
use interdict_snapshot::NameRef;
use rayon::prelude::*;

use super::algorithms::{Algorithm, DEFAULT, Method, apply_config, apply_weights};
use super::dataset::{Cache, Filter, Index};
use super::error::{Answer, Failure};
use super::json::{Out, open_entity, rounded};
use super::params::{MAX_PAGE, Params};
use super::query::{Body, write_query};
use super::work::{on_pool, with_scratch};
use super::{body_of, path_of, shapes};
use crate::record::Recording;
use crate::{Current, Engine};

/// Queries in one request at most.
pub(super) const MAX_BATCH: usize = 100;
/// Findings for a query where no number is asked for.
pub(super) const MATCH_PAGE: usize = 5;
/// Score from which a finding is a match.
const THRESHOLD: f64 = 0.7;
/// Score below which findings are not reported, unless the threshold is lower still.
const CUTOFF: f64 = 0.7;
/// No finding is looked for below this score, whatever cutoff is asked for: everything would be one.
const LEAST: f64 = 0.3;
/// Bodies up to this size are answered on the thread of the request.
const SMALL: usize = 2 * 1024;

/// What all queries of a request are screened with.
pub(super) struct Screening<'a> {
    pub(super) matcher: Matcher<'a>,
    pub(super) algorithm: &'static Algorithm,
    pub(super) filter: &'a Filter,
    pub(super) threshold: f64,
    pub(super) cutoff: f64,
    pub(super) limit: usize,
}

/// What was found for a query.
#[derive(Debug)]
pub(super) struct Found<'s> {
    /// The findings with their scores, best first.
    pub(super) hits: Vec<(f64, Hit<'s>)>,
    /// How many reach the threshold.
    pub(super) matches: usize,
    /// Whether there may be more that do.
    pub(super) more: bool,
    /// What was repaired or ignored in the query.
    pub(super) warnings: Vec<String>,
}

impl<'a> Screening<'a> {
    /// Settings for findings from `cutoff` on.
    pub(super) fn new(
        engine: &'a Engine,
        settings: &Settings,
        algorithm: &'static Algorithm,
        filter: &'a Filter,
        (threshold, cutoff, limit): (f64, f64, usize),
    ) -> Self {
        // OFAC's score may be high where ours is low, so that more is looked at; a filter takes some of what was found away.
        let least = if algorithm.method == Method::Ofac { cutoff.min(0.4) } else { cutoff };
        let wanted = if filter.is_open() && algorithm.method != Method::Ofac { limit } else { (limit * 4).max(40) };
        let settings = Settings { threshold: least.clamp(LEAST, 1.0), limit: wanted, ..settings.clone() };
        let matcher = Matcher::new(&engine.snapshot, settings).with_ofac(algorithm.method == Method::Ofac);
        Self { matcher, algorithm, filter, threshold, cutoff, limit }
    }

    /// Screens an entity. The error says why that cannot be done.
    pub(super) fn screen(&self, entity: &Entity) -> Result<Found<'a>, String> {
        let query = Query::from_entity(entity).map_err(|error| error.to_string())?;
        if !self.matcher.settings().use_identifiers && !query.has_name() {
            return Err("nothing to screen: identifiers are not compared, and there is no name".to_owned());
        }
        let mut found = with_scratch(|scratch| self.matcher.screen(&query, scratch));
        let mut limit = self.matcher.settings().limit;
        let mut full = found.len() >= limit;
        let mut hits = self.admitted(found);
        // What the filter took away is made up for by looking further, until enough are left or no more are found.
        while full && hits.len() < self.limit && !self.filter.is_open() {
            limit = limit.saturating_mul(8);
            let settings = Settings { limit, ..self.matcher.settings().clone() };
            let wider = Matcher::new(self.matcher.snapshot(), settings).with_ofac(self.algorithm.method == Method::Ofac);
            found = with_scratch(|scratch| wider.screen(&query, scratch));
            full = found.len() >= limit;
            hits = self.admitted(found);
        }
        let matches = hits.iter().filter(|(score, _)| *score >= self.threshold).count();
        let more = full && hits.last().is_none_or(|(score, _)| *score >= self.threshold);
        hits.truncate(self.limit);
        Ok(Found { hits, matches, more, warnings: query.warnings().to_vec() })
    }

    fn admitted(&self, found: Vec<Hit<'a>>) -> Vec<(f64, Hit<'a>)> {
        let mut hits: Vec<(f64, Hit<'a>)> = found
            .into_iter()
            .filter(|hit| self.filter.admits(hit.entity))
            .map(|hit| (self.algorithm.score(&hit), hit))
            .filter(|(score, _)| *score >= self.cutoff)
            .collect();
        if self.algorithm.method == Method::Ofac {
            hits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.entity.index().cmp(&b.1.entity.index())));
        }
        hits
    }
}

/// Matches parties by example.
///
/// Each query has a schema and properties; for each the best findings of the list come back with their scores, what these are made of, and
/// whether they reach the threshold.
#[utoipa::path(
    post,
    path = "/match/{dataset}",
    tag = "yente",
    params(
        ("dataset" = String, Path, description = "A list of the snapshot, or `default`, `all` or `sanctions` for all of it"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500, description = "Findings for a query at most; 5 by default"),
        ("threshold" = Option<f64>, Query, description = "Score from which `match` is true; 0.7 by default"),
        ("cutoff" = Option<f64>, Query, description = "Score below which nothing is reported; 0.7 by default, and never above the threshold"),
        ("algorithm" = Option<String>, Query, description = "`best`, or a name of `/algorithms`"),
        ("topics" = Option<Vec<String>>, Query, description = "Only entities with one of these topics"),
        ("include_dataset" = Option<Vec<String>>, Query, description = "Only entities of these lists; beside a list in the path, these too"),
        ("exclude_dataset" = Option<Vec<String>>, Query, description = "No entities that are in these lists alone"),
        ("exclude_schema" = Option<Vec<String>>, Query, description = "No entities of these schemata"),
        ("exclude_entity_ids" = Option<Vec<String>>, Query, description = "Not these entities; at most 50"),
        ("changed_since" = Option<String>, Query, description = "Only entities changed since this day or time"),
        ("fuzzy" = Option<bool>, Query, description = "Accepted and without effect: matching is always fuzzy"),
    ),
    request_body = shapes::MatchRequest,
    responses(
        (status = 200, description = "Findings for each query", body = shapes::MatchResponse),
        (status = 400, description = "A query that cannot be screened", body = shapes::ErrorResponse),
        (status = 404, description = "No such dataset", body = shapes::ErrorResponse),
        (status = 413, description = "The body is too large", body = shapes::ErrorResponse),
        (status = 422, description = "Input of the wrong shape", body = shapes::InvalidResponse),
    )
)]
pub(super) async fn post_match(
    State(current): State<Current>,
    Extension(cache): Extension<Arc<Cache>>,
    recording: Option<Extension<Recording>>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let dataset = path_of(path)?;
    let body = body_of(body)?;
    let engine = current.get();
    let index = cache.get(&engine);
    let small = body.len() <= SMALL;
    let asked = move |pooled| {
        let recording = recording.as_ref().map(|Extension(recording)| recording);
        answer((&engine, &index), (&dataset, query.as_deref()), &body, recording, pooled)
    };
    if small { asked(false) } else { on_pool(move || asked(true)).await? }
}

fn answer(
    (engine, index): (&Engine, &Index),
    (dataset, query): (&str, Option<&str>),
    body: &[u8],
    recording: Option<&Recording>,
    pooled: bool,
) -> Answer {
    let mut params = Params::parse(query.unwrap_or_default());
    let mut filter = Filter::read(&mut params, &engine.snapshot, index, dataset)?;
    filter.topics = params.list("topics");
    let limit = params.count("limit", MATCH_PAGE, 1, MAX_PAGE);
    let threshold = params.number("threshold", THRESHOLD);
    let cutoff = params.number("cutoff", CUTOFF).min(threshold);
    params.flag("fuzzy");
    let algorithm = Algorithm::find(params.text("algorithm").unwrap_or(DEFAULT));
    params.finish()?;
    let algorithm = algorithm?;
    let body = Body::read(body)?;
    if body.len() > MAX_BATCH {
        return Err(Failure::bad(format!("Too many queries in one batch (limit: {MAX_BATCH})")));
    }
    let mut settings = algorithm.settings(&engine.settings);
    apply_weights(&mut settings, &body.weights);
    if !body.config.is_empty() {
        settings = apply_config(settings, &body.config, algorithm.name)?;
    }
    // All are read before any is screened: a batch with one that is no query is refused as a whole.
    let queries: Vec<(&str, Entity, Vec<&str>)> = body
        .queries()
        .map(|(name, example)| {
            let (entity, unknown) = example.entity().map_err(|failure| match failure {
                Failure::Plain(status, detail) => Failure::Plain(status, format!("{detail} (query {name:?})")),
                other @ Failure::Invalid(_) => other,
            })?;
            Ok((name, entity, unknown))
        })
        .collect::<Answer<_>>()?;
    if queries.is_empty() {
        return Err(Failure::bad("No queries provided."));
    }
    if let Some(recording) = recording {
        for (_, entity, _) in &queries {
            recording.keep(entity);
        }
    }
    let screening = Screening::new(engine, &settings, algorithm, &filter, (threshold, cutoff, limit));
    let mut out = Out::with_capacity(4096 * queries.len());
    out.raw("{\"responses\":{");
    if pooled && queries.len() > 1 {
        let parts: Vec<Out> = queries
            .par_iter()
            .map(|(_, entity, unknown)| {
                let mut part = Out::default();
                write_matches(&mut part, &screening, entity, unknown);
                part
            })
            .collect();
        for ((name, ..), part) in queries.iter().zip(&parts) {
            out.key(name).append(part);
        }
    } else {
        for (name, entity, unknown) in &queries {
            out.key(name);
            write_matches(&mut out, &screening, entity, unknown);
        }
    }
    out.raw("},\"matcher\":");
    algorithm.write_features(&mut out, &settings);
    out.raw(",\"limit\":").value(&limit).raw("}");
    let mut response = out.take_response();
    response.headers_mut().insert("x-batch-size", HeaderValue::from(queries.len()));
    Ok(response)
}

/// The findings of one query. A query in which nothing can be screened is an error of its own, and not a query without findings.
fn write_matches(out: &mut Out, screening: &Screening<'_>, entity: &Entity, unknown: &[&str]) {
    let found = screening.screen(entity);
    let status = if found.is_ok() { 200 } else { 400 };
    out.raw("{\"status\":").value(&status).raw(",\"results\":[");
    let mut warnings: Vec<String> = unknown.iter().map(|name| format!("`{name}` is no property of the schema")).collect();
    match &found {
        Ok(found) => {
            for (score, hit) in &found.hits {
                out.comma();
                write_hit(out, *score, hit, screening);
            }
            warnings.extend(found.warnings.iter().cloned());
            out.raw("],\"total\":{\"value\":").value(&found.matches);
            out.raw(if found.more { ",\"relation\":\"gte\"}" } else { ",\"relation\":\"eq\"}" });
        }
        Err(_) => {
            out.raw("],\"total\":{\"value\":0,\"relation\":\"eq\"}");
        }
    }
    out.raw(",\"query\":");
    write_query(out, entity);
    if let Err(error) = &found {
        out.raw(",\"error\":").value(error);
    }
    if !warnings.is_empty() {
        out.raw(",\"warnings\":").value(&warnings);
    }
    out.raw("}");
}

fn write_hit(out: &mut Out, score: f64, hit: &Hit<'_>, screening: &Screening<'_>) {
    open_entity(out, hit.entity);
    out.raw(",\"score\":").value(&rounded(score));
    // A feature may stand there more than once, such as two identifiers: what agrees best counts.
    let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for feature in &hit.features {
        let held = best.entry(feature.name).or_insert((feature.value, &feature.detail));
        if held.0 < feature.value {
            *held = (feature.value, &feature.detail);
        }
    }
    if screening.algorithm.method == Method::Ofac {
        best = BTreeMap::from([("name", (score, best.get("name").map_or("", |held| held.1)))]);
    }
    out.raw(",\"features\":{");
    for (name, (value, _)) in &best {
        out.key(name).value(&rounded(*value));
    }
    out.raw("},\"explanations\":{");
    for (name, (value, detail)) in &best {
        out.key(name).raw("{\"score\":").value(&rounded(*value)).raw(",\"detail\":").value(detail);
        let candidate = if *name == "name" {
            hit.name.map(NameRef::text)
        } else if *name == "identifier" {
            hit.identifiers.first().map(|found| found.listed.as_str())
        } else {
            None
        };
        out.raw(",\"query\":null,\"candidate\":").value(&candidate).raw(",\"weight\":null}");
    }
    out.raw("},\"match\":").value(&(score >= screening.threshold)).raw("}");
}
