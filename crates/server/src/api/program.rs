//! What the commands of the program answer, over HTTP: documents, payments, people, wallets, vessels, networks, what changed on the lists,
//! and fetching the lists anew.

use std::collections::BTreeMap;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

use super::{Fields, ProblemDetails, invalid, json, small, written};
use crate::access::Identity;
use crate::app::App;
use crate::problem::Problem;
use crate::program::{Job, Printed};

/// What a command answered.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what is written as it was printed")]
pub(crate) struct Answered {
    /// What the command prints with `--format json`.
    #[schema(value_type = Value)]
    results: Json,
    /// What it warned of.
    messages: Vec<String>,
}

fn answer(printed: &Printed) -> Result<Response, Problem> {
    let messages = serde_json::to_vec(&printed.said).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::internal()
    })?;
    Ok(written([b"{\"results\":", &*printed.json, b",\"messages\":", &*messages, b"}"].concat()))
}

async fn run(app: &App, job: Job) -> Result<Response, Problem> {
    answer(&app.command(job).await?)
}

/// How a document is scanned.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scanned {
    /// Name of the file, whose ending may say what it is.
    name: String,
    /// Report mentions with at least this score, 0 to 1.
    threshold: Option<f64>,
    /// Report at most so many mentions of a part.
    limit: Option<u32>,
    /// `false` to leave out how the parties are linked.
    network: Option<bool>,
}

/// Finds every listed party in a document: a mail, a PDF, an office file, a page, an archive, plain text.
///
/// The answer is that of `interdict scan`. A document that could not be read is not checked, and says why; it is never clear.
#[utoipa::path(
    post, path = "/api/v1/documents", tag = "documents", params(Scanned),
    request_body(content = String, content_type = "application/octet-stream", description = "The document."),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn documents(
    State(app): State<App>,
    Fields(asked): Fields<Scanned>,
    body: Bytes,
) -> Result<Response, Problem> {
    let job = Job::new(&["scan"])
        .option("threshold", asked.threshold)
        .option("limit", asked.limit)
        .switch("no-network", asked.network == Some(false))
        .file(&asked.name, body.into())
        .operand("name", &asked.name);
    run(&app, job).await
}

/// How payments are screened.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paid {
    /// Name of the file; it comes back with each payment.
    name: Option<String>,
    /// The day on which rules and listings are looked at; today where it is not given.
    date: Option<String>,
    /// `true` for the payments that pass as well.
    all: Option<bool>,
}

/// Screens a file of payments: ISO 20022, SWIFT MT, NACHA, or payouts as CSV. Each is passed, held or blocked, with the reasons.
#[utoipa::path(
    post, path = "/api/v1/payments", tag = "payments", params(Paid),
    request_body(content = String, content_type = "application/octet-stream", description = "The file."),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn payments(State(app): State<App>, Fields(asked): Fields<Paid>, body: Bytes) -> Result<Response, Problem> {
    let name = asked.name.as_deref().unwrap_or("payments");
    let job = Job::new(&["pay"])
        .option("date", asked.date)
        .switch("all", asked.all == Some(true))
        .file(name, body.into())
        .operand("name", name);
    run(&app, job).await
}

/// Files about people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the member is called what it has")]
pub(crate) struct Files {
    /// Files of text by their names, such as `person.csv` and `okta.jsonl`; in a folder `cvs`, letters and CVs.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Other files by their names, such as `cvs/C-1__cv.pdf`, in Base64.
    #[serde(default)]
    base64: BTreeMap<String, String>,
    /// What they are looked at for, such as the number of a case; it is recorded with who looks.
    purpose: String,
}

/// How people are assessed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assessed {
    /// The time of which is spoken; now where it is not given.
    as_of: Option<String>,
    /// Only this person, by an id of the tables.
    person: Option<String>,
    /// `true` for people without findings as well.
    all: Option<bool>,
    /// Give at most so many people, the highest scores first.
    limit: Option<u32>,
}

/// How rings are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Linked {
    /// The time of which is spoken; now where it is not given.
    as_of: Option<String>,
    /// The least weight of the evidence that links two people.
    threshold: Option<f64>,
    /// Give at most so many rings.
    limit: Option<u32>,
}

/// The folder of what is known of people, in a job.
const PEOPLE: &str = "people";

fn people(who: &Identity, words: &[&'static str], body: &[u8], add: impl FnOnce(Job) -> Job) -> Result<Job, Problem> {
    let given: Files = serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => invalid(error.to_string()),
        _ => json(body).err().unwrap_or_else(|| invalid(error.to_string())),
    })?;
    if given.purpose.trim().is_empty() {
        return Err(invalid("purpose: is empty"));
    }
    if given.files.is_empty() && given.base64.is_empty() {
        return Err(invalid("files: there are none"));
    }
    let mut job = add(Job::new(words)).option("actor", Some(&who.actor)).option("purpose", Some(given.purpose.trim()));
    for (name, text) in given.files {
        job = job.file(&name, text.into_bytes());
    }
    for (name, coded) in given.base64 {
        let bytes = STANDARD.decode(coded).map_err(|error| invalid(format!("base64: {name}: {error}")))?;
        job = job.file(&name, bytes);
    }
    Ok(job.within(PEOPLE).operand("files", PEOPLE))
}

/// Assesses people: what fired of the published indicators, with the two values and records of each. Never a decision.
///
/// The answer is that of `interdict people assess`. The files are not kept.
#[utoipa::path(
    post, path = "/api/v1/people/assess", operation_id = "people_assess", tag = "people", params(Assessed), request_body = Files,
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn assess(
    State(app): State<App>,
    Extension(who): Extension<Arc<Identity>>,
    Fields(asked): Fields<Assessed>,
    body: Bytes,
) -> Result<Response, Problem> {
    let job = people(&who, &["people", "assess"], &body, |job| {
        job.option("as-of", asked.as_of)
            .option("person", asked.person)
            .option("limit", asked.limit)
            .switch("all", asked.all == Some(true))
    })?;
    run(&app, job).await
}

/// Looks for rings: people whom evidence of two kinds at least links, with what they share and the weakest link; and for farms of devices.
///
/// The answer is that of `interdict people rings`. The files are not kept.
#[utoipa::path(
    post, path = "/api/v1/people/rings", operation_id = "people_rings", tag = "people", params(Linked), request_body = Files,
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn rings(
    State(app): State<App>,
    Extension(who): Extension<Arc<Identity>>,
    Fields(asked): Fields<Linked>,
    body: Bytes,
) -> Result<Response, Problem> {
    let job = people(&who, &["people", "rings"], &body, |job| {
        job.option("as-of", asked.as_of).option("threshold", asked.threshold).option("limit", asked.limit)
    })?;
    run(&app, job).await
}

/// Lists the indicators that people are assessed by, each with its source.
#[utoipa::path(
    get, path = "/api/v1/people/indicators", operation_id = "people_indicators", tag = "people",
    responses((status = 200, body = Answered))
)]
pub(crate) async fn indicators(State(app): State<App>) -> Result<Response, Problem> {
    run(&app, Job::new(&["people", "indicators"])).await
}

/// Looks up a wallet address: whose it is, and what that means.
///
/// A text that is no address of a known family is answered with a `status` of `error`.
#[utoipa::path(
    get, path = "/api/v1/wallets/{address}", tag = "wallets",
    params(("address" = String, Path, description = "The address")),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn wallet(State(app): State<App>, Path(address): Path<String>) -> Result<Response, Problem> {
    run(&app, Job::new(&["wallet"]).operand("address", &address)).await
}

/// How funds are followed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Followed {
    /// `haircut` or `poison`.
    method: Option<String>,
    /// Transfers that funds are followed over at most.
    hops: Option<u32>,
}

/// Follows funds through a file of transfers: what of each address came from listed ones or went to them.
///
/// The file is CSV or JSON lines with `from`, `to`, `asset`, `amount`, `time` and `tx`; the answer is that of `interdict wallet --transfers`.
#[utoipa::path(
    post, path = "/api/v1/transfers", tag = "wallets", params(Followed),
    request_body(content = String, content_type = "application/octet-stream", description = "The file."),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn transfers(
    State(app): State<App>,
    Fields(asked): Fields<Followed>,
    body: Bytes,
) -> Result<Response, Problem> {
    const NAME: &str = "transfers";
    let job = Job::new(&["wallet"])
        .option("transfers", Some(NAME))
        .option("method", asked.method)
        .option("hops", asked.hops)
        .file(NAME, body.into());
    run(&app, job).await
}

/// On which day, and by whose law.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lawful {
    /// The day; today where it is not given.
    date: Option<String>,
    /// One regime, such as `us`; all where it is not given.
    regime: Option<String>,
}

/// Looks up a vessel or aircraft by its number or name: names, flags, owners, operators, and whether sanctions reach it.
#[utoipa::path(
    get, path = "/api/v1/vessels/{number}", tag = "vessels",
    params(("number" = String, Path, description = "IMO number, MMSI, call sign, tail number or name"), Lawful),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn vessel(
    State(app): State<App>,
    Path(number): Path<String>,
    Fields(asked): Fields<Lawful>,
) -> Result<Response, Problem> {
    let job = Job::new(&["vessel"]).option("date", asked.date).option("regime", asked.regime).operand("number", &number);
    run(&app, job).await
}

/// Which ways.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ways {
    /// Id or name of the other party; the nearest listed one where it is not given.
    to: Option<String>,
    /// Links of a way at most.
    depth: Option<u32>,
    /// `true` for all ways and not the best alone.
    all: Option<bool>,
    /// Give at most so many ways.
    limit: Option<u32>,
    /// The day on which links hold; today where it is not given.
    date: Option<String>,
}

/// Shows how a party is linked with another, or with the nearest listed one.
#[utoipa::path(
    get, path = "/api/v1/network/{id}/path", operation_id = "network_path", tag = "network",
    params(("id" = String, Path, description = "Id or name of the party"), Ways),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn path(
    State(app): State<App>,
    Path(id): Path<String>,
    Fields(asked): Fields<Ways>,
) -> Result<Response, Problem> {
    let mut job = Job::new(&["network", "path"])
        .option("depth", asked.depth)
        .option("limit", asked.limit)
        .option("date", asked.date)
        .switch("all", asked.all == Some(true))
        .operand("id", &id);
    if let Some(to) = asked.to {
        job = job.operand("to", &to);
    }
    run(&app, job).await
}

/// How far owners are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owned {
    /// Links of a chain at most.
    depth: Option<u32>,
    /// Give at most so many owners.
    limit: Option<u32>,
    /// The day on which shares hold; today where it is not given.
    date: Option<String>,
}

/// Shows who owns a party, directly and through others, with the share of each.
#[utoipa::path(
    get, path = "/api/v1/network/{id}/owners", operation_id = "network_owners", tag = "network",
    params(("id" = String, Path, description = "Id or name of the party"), Owned),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn owners(
    State(app): State<App>,
    Path(id): Path<String>,
    Fields(asked): Fields<Owned>,
) -> Result<Response, Problem> {
    let job = Job::new(&["network", "owners"])
        .option("depth", asked.depth)
        .option("limit", asked.limit)
        .option("date", asked.date)
        .operand("id", &id);
    run(&app, job).await
}

/// Says whether sanctions reach a party through those who own or control it, by the law of each regime.
#[utoipa::path(
    get, path = "/api/v1/network/{id}/verdict", operation_id = "network_verdict", tag = "network",
    params(("id" = String, Path, description = "Id or name of the party"), Lawful),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn verdict(
    State(app): State<App>,
    Path(id): Path<String>,
    Fields(asked): Fields<Lawful>,
) -> Result<Response, Problem> {
    let job = Job::new(&["network", "verdict"]).option("date", asked.date).option("regime", asked.regime).operand("id", &id);
    run(&app, job).await
}

/// Which communities.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Communities {
    /// Only that of this party, by its id or name.
    of: Option<String>,
    /// Members of a community at least.
    min_size: Option<u32>,
    /// Give at most so many.
    limit: Option<u32>,
}

/// Shows the communities of the network: parties that are linked with each other more than with others.
#[utoipa::path(get, path = "/api/v1/communities", tag = "network", params(Communities), responses((status = 200, body = Answered)))]
pub(crate) async fn communities(State(app): State<App>, Fields(asked): Fields<Communities>) -> Result<Response, Problem> {
    let job = Job::new(&["network", "communities"])
        .option("of", asked.of)
        .option("min-size", asked.min_size)
        .option("limit", asked.limit);
    run(&app, job).await
}

/// How fronts are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fronts {
    /// Form of the file: `csv`, `jsonl` or `txt`.
    form: String,
    /// Report findings with at least this score, 0 to 1.
    threshold: Option<f64>,
    /// Report at most so many findings a row.
    limit: Option<u32>,
}

/// Finds fronts among vendors or customers: who shares an address, number, wallet or person with a listed party.
#[utoipa::path(
    post, path = "/api/v1/fronts", tag = "network", params(Fronts),
    request_body(content = String, content_type = "application/octet-stream", description = "The file."),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn fronts(State(app): State<App>, Fields(asked): Fields<Fronts>, body: Bytes) -> Result<Response, Problem> {
    const NAME: &str = "parties";
    let job = Job::new(&["network", "fronts"])
        .option("input", Some(NAME))
        .option("input-format", Some(asked.form))
        .option("threshold", asked.threshold)
        .option("limit", asked.limit)
        .file(NAME, body.into());
    run(&app, job).await
}

/// Shows all listings of the party that a listing is of, and the evidence for it.
#[utoipa::path(
    get, path = "/api/v1/clusters/{id}", tag = "lists", params(("id" = String, Path, description = "Id of a listing")),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn cluster(State(app): State<App>, Path(id): Path<String>) -> Result<Response, Problem> {
    run(&app, Job::new(&["cluster", "show"]).operand("id", &id)).await
}

/// Shows the catalogue of lists: what is loaded, from when it is, how old it is.
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "lists", responses((status = 200, body = Answered)))]
pub(crate) async fn catalogue(State(app): State<App>) -> Result<Response, Problem> {
    run(&app, Job::new(&["sources"])).await
}

/// Between which issues of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Between {
    /// The list, such as `us_ofac_sdn`.
    source: String,
    /// Day of the older issue, of those that the data folder keeps.
    old: String,
    /// Day of the newer issue.
    new: String,
    /// Only parties of programmes with this text.
    program: Option<String>,
    /// Only parties of this schema.
    schema: Option<String>,
}

/// Shows what changed from one issue of a list to another, fact by fact.
#[utoipa::path(
    get, path = "/api/v1/deltas", tag = "lists", params(Between),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn delta(State(app): State<App>, Fields(asked): Fields<Between>) -> Result<Response, Problem> {
    // Issues alone: the command would take a path for a file.
    let plain =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    for (name, text) in [("source", &asked.source), ("old", &asked.old), ("new", &asked.new)] {
        if !plain(text) {
            return Err(invalid(format!("{name}: must have letters, digits, `_` and `-` alone")));
        }
    }
    let job = Job::new(&["delta"])
        .option("program", asked.program)
        .option("schema", asked.schema)
        .operand("old", &format!("{}@{}", asked.source, asked.old))
        .operand("new", &format!("{}@{}", asked.source, asked.new));
    run(&app, job).await
}

/// What a bulletin is about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    /// First day, of issues that the data folder keeps.
    since: String,
    /// Last day; today where it is not given.
    until: Option<String>,
    /// Only this list.
    only: Option<String>,
    /// Only parties of programmes with this text.
    program: Option<String>,
}

/// Writes a bulletin of what changed on the lists: who was designated, under what, and how they are linked.
#[utoipa::path(
    get, path = "/api/v1/bulletin", tag = "lists", params(About),
    responses((status = 200, body = Answered), (status = 422, body = ProblemDetails, content_type = "application/problem+json"))
)]
pub(crate) async fn bulletin(State(app): State<App>, Fields(asked): Fields<About>) -> Result<Response, Problem> {
    let job = Job::new(&["brief"])
        .option("since", Some(asked.since))
        .option("until", asked.until)
        .option("only", asked.only)
        .option("program", asked.program);
    run(&app, job).await
}

/// Which lists are fetched.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fetched {
    /// Only this list.
    only: Option<String>,
}

/// How fetching the lists goes.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct Updating {
    /// `never`, `running`, `done` or `failed`.
    pub(crate) state: UpdateState,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) begun: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) ended: Option<Timestamp>,
    /// What `interdict update` prints with `--format json`.
    #[schema(value_type = Option<Value>)]
    pub(crate) results: Option<Json>,
    /// What it warned of, or why it failed.
    pub(crate) messages: Vec<String>,
}

/// Where fetching the lists stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UpdateState {
    /// Not since the server began.
    #[default]
    Never,
    /// It runs.
    Running,
    /// The last one did what it was to do.
    Done,
    /// The last one did not.
    Failed,
}

/// Begins to fetch the lists and to build a snapshot of them, as `interdict update` does. The snapshot comes into use by itself.
#[utoipa::path(
    post, path = "/api/v1/update", operation_id = "update_begin", tag = "lists", params(Fetched),
    responses(
        (status = 202, body = Updating),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json")
    )
)]
pub(crate) async fn update(State(app): State<App>, Fields(asked): Fields<Fetched>) -> Result<Response, Problem> {
    let updating = app.update(Job::new(&["update"]).option("only", asked.only))?;
    Ok(small(StatusCode::ACCEPTED, updating))
}

/// Shows how fetching the lists went, or goes.
#[utoipa::path(get, path = "/api/v1/update", operation_id = "update_state", tag = "lists", responses((status = 200, body = Updating)))]
pub(crate) async fn updated(State(app): State<App>) -> Response {
    small(StatusCode::OK, app.updating())
}
