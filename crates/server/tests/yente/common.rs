//! A server over the built-in dataset, and over a small list of invented parties.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use interdict_matching::Settings;
use interdict_model::entity_from_json;
use interdict_server::{Current, Engine, yente};
use interdict_snapshot::{Builder, SourceMeta};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const BUILT_IN: &str = include_str!("../../../../data/dprk_it_workers.ftm.jsonl");

/// Invented parties in two lists, with what the built-in dataset lacks: merged ids, times, two lists for one party, awkward texts.
const INVENTED: &str = r#"
{"id":"inv-1","caption":"Orvantis Brellmoor","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"birthDate":["1971-02-03"],"nationality":["lv"],"topics":["sanction"],"notes":["Said to deal in glass; \"quoted\" & <b>marked</b>."]},"datasets":["list_a"],"target":true,"referents":["old-1","inv-1"],"first_seen":"2020-01-01T00:00:00","last_seen":"2026-01-01T00:00:00","last_change":"2025-06-01T00:00:00"}
{"id":"inv-2","caption":"Orvantis Brellmoor","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"birthDate":["1980"],"topics":["role.pep"]},"datasets":["list_b"],"target":false,"referents":[],"first_seen":"2021-01-01T00:00:00","last_change":"2021-01-01T00:00:00"}
{"id":"inv-3","caption":"Zyphera Glassworks","schema":"Company","properties":{"name":["Zyphera Glassworks"],"jurisdiction":["ee"],"registrationNumber":["7733441"],"address":["Glass Street 4, Tartu"],"topics":["sanction"]},"datasets":["list_a","list_b"],"target":true,"last_change":"2024-01-01T00:00:00"}
{"id":"inv-own","schema":"Ownership","properties":{"owner":["inv-1"],"asset":["inv-3"],"percentage":["60"]},"datasets":["list_a"],"target":false}
{"id":"inv-sanction","schema":"Sanction","properties":{"entity":["inv-1"],"authority":["Office of Invented Sanctions"],"program":["INV"]},"datasets":["list_a"],"target":false}
{"id":"../odd/ид?x=1","caption":"Квелмор Устрицын","schema":"Person","properties":{"name":["Квелмор Устрицын"],"parent":["not-held"]},"datasets":["list_b"],"target":true}
"#;

pub(crate) fn engine(name: &str, lines: &str) -> Engine {
    let mut builder = Builder::new();
    let mut entities = 0;
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        builder.add(&entity_from_json(line).unwrap());
        entities += 1;
    }
    builder.add_source(SourceMeta {
        id: name.to_owned(),
        format: "ftm".to_owned(),
        issue_date: "2026-01-15".to_owned(),
        sha256: String::new(),
        bytes: lines.len() as u64,
        entities,
        counts: Vec::new(),
    });
    let snapshot = builder.finish().unwrap().open().unwrap();
    Engine { snapshot, settings: Settings::default() }
}

pub(crate) fn current(name: &str, lines: &str) -> Current {
    Current::new(engine(name, lines))
}

pub(crate) fn built_in() -> Router {
    yente::router::<Current>().with_state(current("dprk_it_workers", BUILT_IN))
}

pub(crate) fn invented() -> Router {
    yente::router::<Current>().with_state(current("invented", INVENTED))
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let json = if bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)))
    };
    Reply { status: parts.status, headers: parts.headers, json }
}

pub(crate) async fn get(router: &Router, path: &str) -> Reply {
    send(router, Request::get(path).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post(router: &Router, path: &str, body: impl Into<Body>) -> Reply {
    let request = Request::post(path).header("content-type", "application/json").body(body.into()).unwrap();
    send(router, request).await
}

/// The response to one query.
pub(crate) async fn match_one(router: &Router, path: &str, query: Value) -> Value {
    let reply = post(router, path, json!({ "queries": { "q": query } }).to_string()).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    reply.json["responses"]["q"].clone()
}

pub(crate) fn person(name: &str) -> Value {
    json!({ "schema": "Person", "properties": { "name": [name] } })
}

pub(crate) fn ids(results: &Value) -> Vec<&str> {
    results.as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect()
}

/// Refuses with a status and a detail in words that has `words` in it.
pub(crate) fn assert_refused(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.json);
    assert_eq!(reply.headers["content-type"], "application/json");
    let detail = reply.json["detail"].as_str().unwrap_or_else(|| panic!("{}", reply.json));
    assert!(detail.contains(words), "{detail}");
}

/// Refuses input of the wrong shape, and says that it is at `place`.
pub(crate) fn assert_invalid(reply: &Reply, kind: &str, place: &[&str]) {
    assert_eq!(reply.status, 422, "{}", reply.json);
    let items = reply.json["detail"].as_array().unwrap();
    let found = items.iter().any(|item| item["type"] == kind && item["loc"] == json!(place) && item["msg"].is_string());
    assert!(found, "{kind} at {place:?}: {}", reply.json);
}
