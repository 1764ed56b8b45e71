//! `/reconcile/{dataset}`, as `OpenRefine` uses it.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::common::{Reply, assert_refused, get, ids, invented, send};

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

async fn form(path: &str, name: &str, json: &str) -> Reply {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!("{name}={}", encode(json))))
        .unwrap();
    send(&invented(), request).await
}

#[tokio::test]
async fn the_manifest() {
    let router = invented();
    let request = Request::get("/reconcile/list_a?api_key=x").header("host", "example.org:8000").body(Body::empty()).unwrap();
    let reply = send(&router, request).await;
    assert_eq!(reply.status, 200);
    let manifest = reply.json;
    assert_eq!(manifest["versions"], json!(["0.2"]));
    assert_eq!(manifest["view"]["url"], "http://example.org:8000/entities/{{id}}");
    assert_eq!(manifest["suggest"]["entity"]["service_url"], "http://example.org:8000/reconcile/list_a");
    assert_eq!(manifest["suggest"]["entity"]["service_path"], "/suggest/entity?api_key=x");
    let kinds: Vec<&str> = ids(&manifest["defaultTypes"]);
    assert!(kinds.contains(&"Person") && kinds.contains(&"LegalEntity") && !kinds.contains(&"Sanction"), "{kinds:?}");
    for member in ["name", "identifierSpace", "schemaSpace", "extend"] {
        assert!(manifest.get(member).is_some(), "{member}");
    }
}

#[tokio::test]
async fn queries() {
    let queries = json!({
        "q0": { "query": "Orvantis Brellmoor", "type": "Person", "limit": 1,
                "properties": [{ "pid": "Person:birthDate", "v": "1980" }, { "pid": "nationality", "v": { "id": "lv" } }] },
        "q1": { "query": "Zyphera Glassworks", "type": ["Company", "Person"] },
        "q2": { "query": "" },
        "q3": { "query": "Marvella Quistgaard" }
    });
    let reply = form("/reconcile/default", "queries", &queries.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!(reply.headers["x-batch-size"], "4");
    let first = reply.json["q0"]["result"].as_array().unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["name"], "Orvantis Brellmoor");
    assert_eq!(first[0]["type"][0], json!({ "id": "Person", "name": "People", "description": "Person" }));
    assert_eq!(first[0]["match"], true);
    assert!(first[0]["score"].as_f64().unwrap() > 0.7);
    assert_eq!(reply.json["q1"]["result"][0]["id"], "inv-3");
    assert_eq!(reply.json["q2"]["result"], json!([]));
    assert_eq!(reply.json["q3"]["result"], json!([]));
    let by_get = get(&invented(), &format!("/reconcile/default?queries={}", encode(&queries.to_string()))).await;
    assert_eq!(by_get.json, reply.json);
    let inside = form("/reconcile/list_b", "queries", r#"{"q":{"query":"Orvantis Brellmoor"}}"#).await;
    assert_eq!(ids(&inside.json["q"]["result"]), ["inv-2"]);
}

#[tokio::test]
async fn queries_that_cannot_be_read() {
    for bad in ["", "{", "[]", "7", r#"{"q":7}"#, r#"{"q":{"query":"x","limit":"many"}}"#, r#"{"q":{"query":"x","type":[[]]}}"#]
    {
        assert_refused(&form("/reconcile/default", "queries", bad).await, 400, "Cannot decode query");
    }
    assert_refused(&form("/reconcile/default", "other", "{}").await, 400, "Cannot decode query");
    assert_refused(&form("/reconcile/default", "queries", r#"{"q":{"query":"x","type":"Nope"}}"#).await, 400, "No such schema");
    let many: serde_json::Map<String, Value> = (0..101).map(|at| (at.to_string(), json!({ "query": "x" }))).collect();
    assert_refused(&form("/reconcile/default", "queries", &Value::from(many).to_string()).await, 400, "Too many queries");
    for bad in ["{", "[]", r#"{"ids":["a"]}"#, r#"{"ids":[],"properties":[{}]}"#] {
        assert_refused(&form("/reconcile/default", "extend", bad).await, 400, "Cannot decode extension request");
    }
    assert_refused(&form("/reconcile/nope", "extend", r#"{"ids":[],"properties":[]}"#).await, 404, "No such dataset");
}

#[tokio::test]
async fn rows_are_extended() {
    let query = json!({ "ids": ["inv-3", "nope", "inv-3"],
        "properties": [{ "id": "jurisdiction" }, { "id": "Thing:name", "settings": { "limit": "1" } }] });
    let reply = form("/reconcile/default", "extend", &query.to_string()).await;
    assert_eq!(reply.json["meta"][0], json!({ "id": "jurisdiction", "name": "Jurisdiction" }));
    assert_eq!(reply.json["rows"]["inv-3"]["jurisdiction"], json!([{ "str": "Estonia" }]));
    assert_eq!(reply.json["rows"]["inv-3"]["Thing:name"], json!([{ "str": "Zyphera Glassworks" }]));
    assert_eq!(reply.json["rows"]["nope"], json!({}));
    let proposed = get(&invented(), "/reconcile/default/extend/property?type=Person&limit=500").await.json;
    assert!(ids(&proposed["properties"]).contains(&"birthDate"));
}

#[tokio::test]
async fn suggestions() {
    let router = invented();
    let reply = get(&router, "/reconcile/default/suggest/entity?prefix=orvantis+brel").await;
    assert_eq!(reply.json["prefix"], "orvantis brel");
    assert_eq!(ids(&reply.json["result"]), ["inv-1", "inv-2"]);
    assert_eq!(reply.json["result"][0]["type"][0]["id"], "Person");
    let limited = get(&router, "/reconcile/list_b/suggest/entity?prefix=orvantis&limit=1").await;
    assert_eq!(ids(&limited.json["result"]), ["inv-2"]);
    let reply = get(&router, "/reconcile/default/suggest/property?prefix=birth").await;
    let found = ids(&reply.json["result"]);
    assert!(found.contains(&"Person:birthDate") && found.contains(&"Person:birthPlace"), "{found:?}");
    let reply = get(&router, "/reconcile/default/suggest/type?prefix=pers").await;
    assert_eq!(ids(&reply.json["result"]), ["Person"]);
    for odd in ["%22", "*", "%F0%9F%A6%80", "%27--"] {
        let reply = get(&router, &format!("/reconcile/default/suggest/entity?prefix={odd}")).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json["result"], json!([]), "{odd}");
    }
}
