//! The API of interdict: what it answers, how it pages, and what its answers carry.

use crate::common::{ORVANTIS, Plan, Running, figure, holding, options};
use interdict_server::Options;
use serde_json::{Value, json};

#[tokio::test]
async fn one_query_and_a_batch() {
    let server = Running::start();
    let one = server.post("/api/v1/screen", ORVANTIS).await.json();
    assert_eq!((one["status"].as_str(), one["id"].as_str()), (Some("hit"), Some("Orvantis Brellmoor")));
    assert_eq!(one["hits"].as_array().unwrap().len(), 3);
    assert_eq!(one["hits"][0]["score"], 1.0);
    assert!(one["snapshot"].is_string() && one["settings"].is_string() && one["engine"].is_string());
    let clear = server.post("/api/v1/screen", r#"{"name":"Nobody Atall"}"#).await.json();
    assert_eq!((clear["status"].as_str(), clear["hits"].as_array().map(Vec::len)), (Some("clear"), Some(0)));
    let batch = json!({"limit": 1, "explain": true, "queries": [
        {"id": "x", "schema": "Person", "properties": {"name": ["Orvantis Brellmoor"]}},
        {"schema": "Person", "properties": {}},
        7,
        {"id": 9, "schema": "Company", "properties": {"name": ["Zyphera Glassworks"]}, "settings": {"threshold": 0.99}},
    ]});
    let batch = server.post("/api/v1/screen", batch.to_string()).await.json();
    let results = batch["results"].as_array().unwrap();
    let of = |member: &str| results.iter().map(|result| result[member].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("id"), ["x", "query-2", "query-3", "9"]);
    assert_eq!(of("status"), ["hit", "error", "error", "hit"]);
    assert_eq!(results[0]["hits"].as_array().unwrap().len(), 1);
    assert!(results[0]["hits"][0]["explanation"]["children"].is_array());
    assert!(results[1]["error"].is_string() && results[0]["error"].is_null());
    assert_ne!(results[3]["settings"], results[0]["settings"]);
    // What is said of the whole is said of a query alone too.
    let none = server.post("/api/v1/screen", r#"{"name":"Orvantis Brelmor","threshold":1}"#).await.json();
    assert_eq!(none["status"], "clear");
}

#[tokio::test]
async fn pairs() {
    let server = Running::start();
    let side = |name: &str| json!({"schema": "Person", "properties": {"name": [name]}});
    let pair = json!({"id": "p", "a": side("Ada Example"), "b": side("Ada Example")});
    let one = server.post("/api/v1/compare", pair.to_string()).await.json();
    assert_eq!((&one["id"], &one["score"]), (&json!("p"), &json!(1.0)));
    let batch = json!({"pairs": [pair, {"a": side("Ada Example")}, "x"]});
    let batch = server.post("/api/v1/compare", batch.to_string()).await.json();
    let results = batch["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert!(results[1]["error"].as_str().unwrap().starts_with("b: "));
    assert!(results[2]["error"].is_string());
}

#[tokio::test]
async fn entities_lists_and_settings_come_in_pages_with_tags() {
    let server = Running::start();
    let firm = server.get("/api/v1/entities/a-firm").await;
    let shown = firm.json();
    assert_eq!((&shown["entity"]["id"], &shown["total"]), (&json!("a-firm"), &json!(2)));
    let first = server.get("/api/v1/entities/a-firm?limit=1").await.json();
    assert_eq!((first["related"].as_array().map(Vec::len), &first["next"]), (Some(1), &json!(1)));
    let second = server.get("/api/v1/entities/a-firm?limit=1&offset=1").await.json();
    assert_eq!((second["related"].as_array().map(Vec::len), &second["next"]), (Some(1), &Value::Null));
    assert_ne!(first["related"], second["related"]);
    let beyond = server.get("/api/v1/entities/a-firm?offset=18446744073709551615").await.json();
    assert_eq!(beyond["related"], json!([]));
    for (path, bad) in [
        ("/api/v1/entities/a-firm", "limit=0"),
        ("/api/v1/entities/a-firm", "limit=501"),
        ("/api/v1/entities/a-firm", "limit=x"),
        ("/api/v1/entities/a-firm", "offset=-1"),
        ("/api/v1/entities/a-firm", "ofset=1"),
        ("/api/v1/sources", "limit=0"),
        ("/api/v1/network/a-firm", "depth=0"),
        ("/api/v1/network/a-firm", "depth=5"),
        ("/api/v1/network/a-firm", "depth=256"),
        ("/api/v1/network/a-firm", "limit=501"),
    ] {
        server.get(&format!("{path}?{bad}")).await.problem(422, "invalid");
    }
    assert_eq!(server.get("/api/v1/sources").await.json()["sources"][0]["id"], "list_a");
    assert_eq!(server.get("/api/v1/network/a-firm").await.json()["parties"][1]["id"], "a-0");
    let settings = server.get("/api/v1/settings").await.json();
    assert!(settings["settings"].as_array().unwrap().iter().any(|setting| setting["name"] == "threshold"));
    for path in
        ["/api/v1/entities/a-firm", "/api/v1/sources", "/api/v1/settings", "/api/v1/network/a-0", "/openapi.json", "/docs"]
    {
        let answer = server.get(path).await;
        let tag = answer.header("etag").unwrap();
        for given in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = server.ask("GET", path, &[("if-none-match", &given)], b"").await;
            assert_eq!((again.status, again.header("etag"), again.body.len()), (304, Some(tag), 0), "{path} {given}");
            again.secure();
        }
        assert_eq!(server.ask("GET", path, &[("if-none-match", "\"x\"")], b"").await.status, 200);
        // HEAD is GET without the body.
        let head = server.ask("HEAD", path, &[], b"").await;
        assert_eq!((head.status, head.header("etag")), (200, Some(tag)));
        assert_eq!(head.header("content-length"), Some(answer.body.len().to_string().as_str()), "{path}");
    }
}

#[tokio::test]
async fn the_state_of_the_server() {
    let server = Running::start();
    assert_eq!(server.get("/healthz").await.json(), json!({"status": "ok"}));
    let ready = server.get("/readyz").await.json();
    assert_eq!((&ready["status"], &ready["refused"]), (&json!("ok"), &json!([])));
    let status = server.get("/api/v1/status").await.json();
    assert_eq!(status["snapshot"], ready["snapshot"]);
    assert_eq!((&status["entities"], &status["file"], &status["sources"]), (&json!(5), &json!("begin.snapshot"), &json!(1)));
    status["started"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
}

#[tokio::test]
async fn requests_have_ids() {
    let server = Running::start();
    let given = server.ask("GET", "/healthz", &[("x-request-id", "abc-1.2_3")], b"").await;
    assert_eq!(given.header("x-request-id"), Some("abc-1.2_3"));
    let mut seen = std::collections::BTreeSet::new();
    let long = "x".repeat(65);
    for odd in ["", "a b", "a;b", "<script>", &long, "\u{e9}"] {
        let answer = server.ask("GET", "/healthz", &[("x-request-id", odd)], b"").await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert!(seen.insert(id), "an id came twice");
    }
    // An error has one too, by which it is found in the log.
    assert_eq!(server.ask("GET", "/nope", &[("x-request-id", "me")], b"").await.header("x-request-id"), Some("me"));
}

#[tokio::test]
async fn figures_count_what_happened() {
    let server = Running::start();
    server.post("/api/v1/screen", ORVANTIS).await;
    server.post("/api/v1/screen", ORVANTIS).await;
    server.post("/api/v1/screen", "{").await;
    server.get("/nope").await;
    server.get("/api/v1/entities/nope").await;
    let count = |route: &str, class: &str| format!("interdict_http_requests_total{{route=\"{route}\",status=\"{class}\"}}");
    assert_eq!(figure(&server, &count("POST /api/v1/screen", "2xx")).await, 2);
    assert_eq!(figure(&server, &count("POST /api/v1/screen", "4xx")).await, 1);
    assert_eq!(figure(&server, &count("GET /api/v1/entities/{id}", "4xx")).await, 1);
    assert_eq!(figure(&server, &count("none", "4xx")).await, 1);
    assert_eq!(figure(&server, "interdict_screened_total").await, 2);
    assert_eq!(figure(&server, "interdict_snapshot_entities").await, 5);
    assert_eq!(figure(&server, "interdict_http_request_seconds_count{route=\"POST /api/v1/screen\"}").await, 3);
    assert_eq!(figure(&server, "interdict_requests_inside").await, 0);
    // Each line is a comment, or a name with labels and a number.
    let text = server.get("/metrics").await.text();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        value.parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
        let bare = name.split('{').next().unwrap();
        assert!(bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'), "{line}");
        assert!(!bare.contains('{') || name.ends_with('}'), "{line}");
    }
    for name in ["interdict_turned_away_total", "interdict_snapshot_swaps_total", "interdict_snapshot_refused_total"] {
        assert!(text.contains(&format!("# TYPE {name} counter")), "{name}");
    }
}

#[tokio::test]
async fn a_panic_is_an_error_without_details_and_the_server_goes_on() {
    for inline in [0, 4096] {
        let server = Plan::new(Options { inline, meaning: holding, ..options() }).start();
        for _ in 0..20 {
            let answer = server.post("/api/v1/screen", r#"{"name":"Panic"}"#).await;
            answer.problem(500, "internal");
            assert!(!answer.text().contains("secret"));
        }
        assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.json()["status"], "hit");
        assert_eq!(figure(&server, "interdict_requests_inside").await, 0);
    }
}
