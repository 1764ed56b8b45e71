//! What is refused, with which status, and in which words. Nothing here is an error of the server.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::common::{assert_invalid, assert_refused, built_in, get, invented, person, post, send};

#[tokio::test]
async fn unknown_datasets() {
    let router = invented();
    let body = json!({ "queries": { "q": person("Ada Example") } }).to_string();
    for name in ["nope", "..%2F..%2Fetc%2Fpasswd", "%27%3B%20DROP%20TABLE", "list_a%00", "%FF", "List_A"] {
        assert_refused(&post(&router, &format!("/match/{name}"), body.clone()).await, 404, "No such dataset");
        for path in [
            format!("/search/{name}?q=a"),
            format!("/reconcile/{name}"),
            format!("/reconcile/{name}/suggest/entity?prefix=a"),
            format!("/reconcile/{name}/suggest/property?prefix=a"),
            format!("/reconcile/{name}/suggest/type?prefix=a"),
            format!("/reconcile/{name}/extend/property"),
        ] {
            assert_refused(&get(&router, &path).await, 404, "No such dataset");
        }
    }
    let reply = post(&router, "/match/default?include_dataset=nope", body).await;
    assert_refused(&reply, 404, "No such dataset: nope");
}

#[tokio::test]
async fn bodies_of_the_wrong_shape() {
    let router = invented();
    let cases: [(&str, &str, &[&str]); 13] = [
        ("[]", "model_attributes_type", &["body"]),
        ("{}", "missing", &["body", "queries"]),
        (r#"{"queries":[]}"#, "dict_type", &["body", "queries"]),
        (r#"{"queries":{"q":"x"}}"#, "dict_type", &["body", "queries", "q"]),
        (r#"{"queries":{"q":{"properties":{}}}}"#, "missing", &["body", "queries", "q", "schema"]),
        (r#"{"queries":{"q":{"schema":7,"properties":{}}}}"#, "string_type", &["body", "queries", "q", "schema"]),
        (r#"{"queries":{"q":{"schema":"Person"}}}"#, "missing", &["body", "queries", "q", "properties"]),
        (r#"{"queries":{"q":{"schema":"Person","properties":[]}}}"#, "dict_type", &["body", "queries", "q", "properties"]),
        (
            r#"{"queries":{"q":{"schema":"Person","properties":{"name":7}}}}"#,
            "list_type",
            &["body", "queries", "q", "properties", "name"],
        ),
        (r#"{"queries":{"q":{"id":7,"schema":"Person","properties":{}}}}"#, "string_type", &["body", "queries", "q", "id"]),
        (r#"{"queries":{},"weights":{"a":"x"}}"#, "float_type", &["body", "weights", "a"]),
        (r#"{"queries":{},"weights":[]}"#, "dict_type", &["body", "weights"]),
        (r#"{"queries":{},"config":[]}"#, "dict_type", &["body", "config"]),
    ];
    for (body, kind, place) in cases {
        assert_invalid(&post(&router, "/match/default", body).await, kind, place);
    }
    let deep = "[".repeat(5000);
    let deep = format!(r#"{{"queries":{{"q":{{"schema":"Person","properties":{{"name":{deep}"#);
    for body in ["", "{", "nonsense", "{\"queries\":{\"q\":", "\u{feff}{}", &deep] {
        let reply = post(&router, "/match/default", body.to_owned()).await;
        assert_eq!(reply.status, 422, "{body}");
        assert_eq!(reply.json["detail"][0]["type"], "json_invalid", "{}", reply.json);
    }
    let reply = post(&router, "/match/default", vec![0xff, 0xfe, b'{', b'}']).await;
    assert_eq!(reply.status, 422);
    // Lists in lists are no values.
    let reply = post(&router, "/match/default", r#"{"queries":{"q":{"schema":"Person","properties":{"name":[["x"]]}}}}"#).await;
    assert_eq!(reply.status, 422);
}

#[tokio::test]
async fn batches_that_are_none_or_too_many() {
    let router = invented();
    assert_refused(&post(&router, "/match/default", r#"{"queries":{}}"#).await, 400, "No queries provided.");
    assert_refused(&post(&router, "/match/default", r#"{"queries":{"q":null}}"#).await, 400, "No queries provided.");
    let many: serde_json::Map<_, _> = (0..101).map(|at| (at.to_string(), person("Ada Example"))).collect();
    let reply = post(&router, "/match/default", json!({ "queries": many }).to_string()).await;
    assert_refused(&reply, 400, "Too many queries in one batch (limit: 100)");
}

#[tokio::test]
async fn a_batch_with_something_that_is_no_query_is_refused_as_a_whole() {
    let router = invented();
    for (schema, words) in [("Persn", "No such schema"), ("", "No such schema"), ("Sanction", "cannot be matched")] {
        let body = json!({ "queries": { "good": person("Ada Example"), "bad": { "schema": schema, "properties": {} } } });
        let reply = post(&router, "/match/default", body.to_string()).await;
        assert_refused(&reply, 400, words);
        assert_refused(&reply, 400, "Cannot parse example entity");
        assert_refused(&reply, 400, "\"bad\"");
    }
}

#[tokio::test]
async fn parameters_out_of_range_or_of_another_type() {
    let router = invented();
    let body = json!({ "queries": { "q": person("Ada Example") } }).to_string();
    let cases = [
        ("limit=0", "greater_than_equal", "limit"),
        ("limit=-1", "greater_than_equal", "limit"),
        ("limit=501", "less_than_equal", "limit"),
        ("limit=999999999999999999999999", "less_than_equal", "limit"),
        ("limit=five", "int_parsing", "limit"),
        ("limit=", "int_parsing", "limit"),
        ("threshold=high", "float_parsing", "threshold"),
        ("cutoff=inf", "finite_number", "cutoff"),
        ("changed_since=yesterday", "string_pattern_mismatch", "changed_since"),
        ("fuzzy=perhaps", "bool_parsing", "fuzzy"),
    ];
    for (parameter, kind, name) in cases {
        let reply = post(&router, &format!("/match/default?{parameter}"), body.clone()).await;
        assert_invalid(&reply, kind, &["query", name]);
    }
    let many = (0..51).map(|at| format!("exclude_entity_ids={at}")).collect::<Vec<_>>().join("&");
    assert_invalid(
        &post(&router, &format!("/match/default?{many}"), body.clone()).await,
        "too_long",
        &["query", "exclude_entity_ids"],
    );
    assert_refused(&post(&router, "/match/default?algorithm=magic", body).await, 400, "Unknown algorithm: magic");
    let cases = [
        ("limit=501", "less_than_equal", "limit"),
        ("offset=9500", "less_than_equal", "offset"),
        ("offset=-1", "greater_than_equal", "offset"),
        ("facets=nope", "enum", "facets"),
        ("filter_op=XOR", "enum", "filter_op"),
        ("target=perhaps", "bool_parsing", "target"),
    ];
    for (parameter, kind, name) in cases {
        assert_invalid(&get(&router, &format!("/search/default?{parameter}")).await, kind, &["query", name]);
    }
    assert_refused(&get(&router, "/search/default?schema=Nope").await, 400, "Invalid schema");
    assert_refused(&get(&router, "/search/default?filter=nope").await, 400, "Invalid filter");
    assert_invalid(&get(&router, "/entities/inv-1?nested=perhaps").await, "bool_parsing", &["query", "nested"]);
    for path in ["/entities/inv-1/adjacent", "/entities/inv-1/adjacent/sanctions"] {
        assert_invalid(&get(&router, &format!("{path}?limit=501")).await, "less_than_equal", &["query", "limit"]);
        assert_invalid(&get(&router, &format!("{path}?offset=10000")).await, "less_than_equal", &["query", "offset"]);
    }
    for part in ["entity", "property", "type"] {
        let path = format!("/reconcile/default/suggest/{part}");
        assert_invalid(&get(&router, &path).await, "missing", &["query", "prefix"]);
        assert_invalid(&get(&router, &format!("{path}?prefix=")).await, "string_too_short", &["query", "prefix"]);
    }
}

#[tokio::test]
async fn ids_that_are_none() {
    let router = built_in();
    for id in ["nope", "..%2F..%2Fetc%2Fpasswd", "%2e%2e", "%00", "%FF", "'%20OR%201=1--", "%F0%9F%A6%80"] {
        for rest in ["", "/adjacent", "/adjacent/sanctions"] {
            assert_refused(&get(&router, &format!("/entities/{id}{rest}")).await, 404, "No such entity!");
        }
    }
    let reply = get(&router, "/entities/ofac-9346/adjacent/naem").await;
    assert_refused(&reply, 404, "No such property!");
}

#[tokio::test]
async fn other_methods_and_bodies_that_are_too_large() {
    let router = invented();
    assert_refused(&get(&router, "/match/default").await, 405, "Method Not Allowed");
    assert_refused(&get(&router, "/updatez").await, 405, "Method Not Allowed");
    let request = Request::delete("/entities/inv-1").body(Body::empty()).unwrap();
    assert_refused(&send(&router, request).await, 405, "Method Not Allowed");
    let reply = post(&router, "/match/default", " ".repeat(3 * 1024 * 1024)).await;
    assert_refused(&reply, 413, "");
}

#[tokio::test]
async fn long_names_are_errors_of_their_query() {
    let router = invented();
    let found = crate::common::match_one(&router, "/match/default", person(&"x".repeat(5000))).await;
    assert_eq!(found["status"], 400);
    assert!(found["error"].as_str().unwrap().contains("limit"));
}
