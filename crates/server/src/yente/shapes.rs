//! What requests and responses look like, for the description of the API. Small ones are serialised from here; those of the routes that are
//! used most are written directly, and the tests hold them to these shapes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteError)]
pub(super) struct ErrorResponse {
    /// What is wrong.
    pub(super) detail: String,
}

/// Input of the wrong shape.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteInvalid)]
pub(super) struct InvalidResponse {
    /// Everything that is wrong.
    pub(super) detail: Vec<InvalidItem>,
}

/// One thing that is wrong with the input.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteInvalidItem)]
pub(super) struct InvalidItem {
    /// The rule that was broken.
    pub(super) r#type: String,
    /// Where: `query` or `body`, then the names on the way.
    pub(super) loc: Vec<String>,
    /// What is wrong, in words.
    pub(super) msg: String,
    /// What was given.
    #[schema(value_type = Value)]
    pub(super) input: Value,
}

/// That all is well.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteStatus)]
pub(super) struct StatusResponse {
    /// `ok`.
    pub(super) status: &'static str,
}

/// How many there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteTotal)]
pub(super) struct Total {
    /// The number.
    pub(super) value: usize,
    /// `eq`, or `gte` where there may be more.
    pub(super) relation: String,
}

/// An entity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteEntity)]
pub(super) struct EntityResponse {
    /// Its id.
    pub(super) id: String,
    /// The name to show.
    pub(super) caption: String,
    /// Its schema of `FollowTheMoney`.
    pub(super) schema: String,
    /// Texts, and in nested answers entities, by property.
    #[schema(value_type = Object)]
    pub(super) properties: BTreeMap<String, Value>,
    /// The lists that it is in.
    pub(super) datasets: Vec<String>,
    /// Ids that were merged into it.
    pub(super) referents: Vec<String>,
    /// Whether it is listed itself.
    pub(super) target: bool,
    /// As far as the list says.
    pub(super) first_seen: Option<String>,
    /// As far as the list says.
    pub(super) last_seen: Option<String>,
    /// As far as the list says.
    pub(super) last_change: Option<String>,
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteScoredEntity)]
pub(super) struct ScoredEntity {
    #[serde(flatten)]
    pub(super) entity: EntityResponse,
    /// From 0 to 1.
    pub(super) score: f64,
    /// What the score is made of.
    pub(super) features: BTreeMap<String, f64>,
    /// The same with the reason in words.
    #[schema(value_type = Object)]
    pub(super) explanations: BTreeMap<String, Value>,
    /// Whether the score reaches the threshold.
    pub(super) r#match: bool,
}

/// A party that is looked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteExample)]
pub(super) struct Example {
    /// An id of the client's own.
    pub(super) id: Option<String>,
    /// Its schema of `FollowTheMoney`.
    pub(super) schema: String,
    /// A text or a list by property.
    #[schema(value_type = Object)]
    pub(super) properties: BTreeMap<String, Value>,
}

/// Parties that are looked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteMatchRequest)]
pub(super) struct MatchRequest {
    /// Queries by names of the client's own; at most 100.
    pub(super) queries: BTreeMap<String, Example>,
    /// Weights of features.
    #[schema(required = false)]
    pub(super) weights: BTreeMap<String, f64>,
    /// Parameters of the algorithm.
    #[schema(required = false, value_type = Object)]
    pub(super) config: BTreeMap<String, Value>,
}

/// The findings of one query.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteMatches)]
pub(super) struct Matches {
    /// 200, or 400 where nothing in the query can be screened.
    pub(super) status: u16,
    /// The findings, best first.
    pub(super) results: Vec<ScoredEntity>,
    /// Those that reach the threshold.
    pub(super) total: Total,
    /// The query as it was read.
    pub(super) query: Example,
    /// Why the query was not screened.
    pub(super) error: Option<String>,
    /// What was repaired or ignored.
    #[schema(required = false)]
    pub(super) warnings: Vec<String>,
}

/// The findings of all queries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteMatchResponse)]
pub(super) struct MatchResponse {
    /// By the names of the queries.
    pub(super) responses: BTreeMap<String, Matches>,
    /// The features of the algorithm.
    #[schema(value_type = Object)]
    pub(super) matcher: Value,
    /// Findings for a query at most.
    pub(super) limit: usize,
}

/// A value and how often it was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteFacetItem)]
pub(super) struct FacetItem {
    /// The value.
    pub(super) name: String,
    /// The value in words.
    pub(super) label: String,
    /// Entities with it.
    pub(super) count: usize,
}

/// Counts of a field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteFacet)]
pub(super) struct Facet {
    /// The field in words.
    pub(super) label: String,
    /// The most frequent first.
    pub(super) values: Vec<FacetItem>,
}

/// A page of what was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteSearchResponse)]
pub(super) struct SearchResponse {
    /// Entities on the page at most.
    pub(super) limit: usize,
    /// Where the page begins.
    pub(super) offset: usize,
    /// All that was found.
    pub(super) total: Total,
    /// The page.
    pub(super) results: Vec<EntityResponse>,
    /// Counts over all that was found.
    pub(super) facets: BTreeMap<String, Facet>,
}

/// A page of entities around one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteAdjacentPage)]
pub(super) struct AdjacentPage {
    /// The page; ids where the snapshot does not hold the entity.
    #[schema(value_type = Vec<Object>)]
    pub(super) results: Vec<Value>,
    /// All of them.
    pub(super) total: Total,
    /// Entities on the page at most.
    pub(super) limit: usize,
    /// Where the page begins.
    pub(super) offset: usize,
}

/// An entity and those around it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteAdjacent)]
pub(super) struct AdjacentResponse {
    /// The entity.
    pub(super) entity: EntityResponse,
    /// Those around it by property.
    pub(super) adjacent: BTreeMap<String, AdjacentPage>,
}

/// A list of the snapshot, or a name for all of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteDataset)]
pub(super) struct Dataset {
    /// The name in paths.
    pub(super) name: String,
    /// The name in words.
    pub(super) title: String,
    /// Always true: all that is named can be searched.
    pub(super) load: bool,
    /// Date of the issue, or the beginning of the snapshot's id.
    pub(super) version: String,
    /// The same.
    pub(super) index_version: String,
    /// Always true.
    pub(super) index_current: bool,
    /// Entities in it.
    pub(super) entity_count: u64,
    /// Of those, the ones that are no relations, sanctions or documents.
    pub(super) thing_count: u64,
    /// Date of the issue.
    pub(super) updated_at: Option<String>,
    /// The lists in it.
    pub(super) children: Vec<String>,
}

/// The lists of the snapshot.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteCatalog)]
pub(super) struct Catalog {
    /// All of them.
    pub(super) datasets: Vec<Dataset>,
    /// Names of those that are in use.
    pub(super) current: Vec<String>,
    /// Always empty.
    pub(super) outdated: Vec<String>,
    /// Always false.
    pub(super) index_stale: bool,
}

/// An algorithm.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = YenteAlgorithm)]
pub(super) struct Algorithm {
    /// The name.
    pub(super) name: &'static str,
    /// What stands behind it.
    pub(super) description: &'static str,
    /// Its features.
    #[schema(value_type = Object)]
    pub(super) features: Value,
    /// The same with the description.
    #[schema(value_type = Object)]
    pub(super) docs: Value,
}

/// All algorithms.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the name in yente's API")]
#[schema(as = YenteAlgorithms)]
pub(super) struct Algorithms {
    /// All of them.
    pub(super) algorithms: Vec<Algorithm>,
    /// The one that is used where none is named.
    pub(super) default: &'static str,
    /// What `best` stands for.
    pub(super) best: &'static str,
}

/// What a reconciliation service can do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationManifest)]
pub(super) struct Manifest {
    /// Versions of the API.
    pub(super) versions: Vec<String>,
    /// The name of the service.
    pub(super) name: String,
    /// Addresses and kinds.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub(super) others: BTreeMap<String, Value>,
}

/// Candidates for a query.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationResult)]
pub(super) struct ReconcileResult {
    /// The best first.
    #[schema(value_type = Vec<Object>)]
    pub(super) result: Vec<Value>,
}

/// Suggestions for what is being typed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationSuggestions)]
pub(super) struct Suggestions {
    /// What was typed.
    pub(super) prefix: String,
    /// The suggestions.
    #[schema(value_type = Vec<Object>)]
    pub(super) result: Vec<Value>,
}
