//! What the service says of itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::Request;
use axum::{Extension, Router};
use interdict_server::{Current, yente};
use serde_json::{Value, json};

use crate::common::{assert_refused, built_in, current, get, ids, invented, post, send};

#[tokio::test]
async fn the_catalog() {
    let router = invented();
    let reply = get(&router, "/catalog").await;
    let named = |name: &str| {
        let datasets = reply.json["datasets"].as_array().unwrap();
        datasets.iter().find(|dataset| dataset["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
    };
    for name in ["default", "all", "sanctions"] {
        assert_eq!(named(name)["entity_count"], 6);
        assert_eq!(named(name)["thing_count"], 4);
        assert!(named(name)["children"].as_array().unwrap().contains(&json!("list_a")));
    }
    assert_eq!(named("list_a")["entity_count"], 4);
    assert_eq!(named("list_a")["children"], json!([]));
    assert_eq!(named("list_b")["thing_count"], 3);
    assert_eq!(named("invented")["version"], "2026-01-15");
    assert!(reply.json["current"].as_array().unwrap().contains(&json!("list_b")));
    assert_eq!(reply.json["outdated"], json!([]));
    assert_eq!(reply.json["index_stale"], false);
    assert_eq!(get(&router, "/manifest").await.json, reply.json);
    let tag = reply.headers["etag"].clone();
    let request = Request::get("/catalog").header("if-none-match", tag).body(Body::empty()).unwrap();
    assert_eq!(send(&router, request).await.status, 304);
}

#[tokio::test]
async fn the_algorithms() {
    let reply = get(&built_in(), "/algorithms").await;
    assert_eq!(reply.json["default"], "logic-v2");
    assert_eq!(reply.json["best"], "logic-v2");
    let algorithms = reply.json["algorithms"].as_array().unwrap();
    for algorithm in algorithms {
        assert!(algorithm["description"].is_string());
        assert!(algorithm["features"]["name"]["description"].is_string());
        assert_eq!(algorithm["docs"]["features"], algorithm["features"]);
    }
    let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm["name"].as_str().unwrap()).collect();
    for name in ["logic-v2", "logic-v1", "name-based", "name-qualified", "ofac-249"] {
        assert!(names.contains(&name), "{name}");
    }
}

#[tokio::test]
async fn updates_need_their_token() {
    let router = built_in();
    for path in ["/updatez", "/updatez?token=", "/updatez?token=unsafe-default"] {
        assert_refused(&post(&router, path, "").await, 403, "Invalid token.");
    }
    let runs = Arc::new(AtomicUsize::new(0));
    let with = |token: &str, fails: bool| {
        let runs = Arc::clone(&runs);
        let update = yente::Update::new(token, move || {
            runs.fetch_add(1, Ordering::SeqCst);
            if fails { Err("a path that clients need not see".to_owned()) } else { Ok(()) }
        });
        built_in().layer(Extension(update))
    };
    let router = with("sesame", false);
    for token in ["", "sesam", "sesame2", "%73esame%00"] {
        assert_refused(&post(&router, &format!("/updatez?token={token}&sync=1"), "").await, 403, "Invalid token.");
    }
    assert_refused(&post(&with("", false), "/updatez?token=", "").await, 403, "Invalid token.");
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    let reply = post(&router, "/updatez?token=sesame&sync=true", "").await;
    assert_eq!((reply.status.as_u16(), reply.json), (200, json!({ "status": "ok" })));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    let reply = post(&with("sesame", true), "/updatez?token=sesame&sync=true", "").await;
    assert_eq!(reply.status, 500);
    assert!(!reply.json.to_string().contains("path"), "{}", reply.json);
    assert_eq!(post(&router, "/updatez?token=sesame", "").await.status, 200);
}

#[tokio::test]
async fn another_snapshot_takes_its_place() {
    let state =
        current("first", r#"{"id":"a","schema":"Person","properties":{"name":["Orvantis Brellmoor"]},"datasets":["one"]}"#);
    let router: Router = yente::router::<Current>().with_state(state.clone());
    let names = async |router: &Router| {
        let reply = get(router, "/catalog").await;
        let names = reply.json["current"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert!(names(&router).await.contains(&"one".to_owned()));
    let next = current(
        "second",
        r#"{"id":"b","schema":"Person","properties":{"name":["Marvella Quistgaard"]},"datasets":["two"],"referents":["a"]}"#,
    );
    let engine = Arc::into_inner({
        let held = next.get();
        drop(next);
        held
    })
    .unwrap();
    state.swap(engine);
    let after = names(&router).await;
    assert!(after.contains(&"two".to_owned()) && !after.contains(&"one".to_owned()), "{after:?}");
    assert_eq!(get(&router, "/entities/a").await.status, 308);
    assert_eq!(ids(&get(&router, "/search/two").await.json["results"]), ["b"]);
    assert_refused(&get(&router, "/search/one").await, 404, "No such dataset");
}

#[test]
fn every_route_is_described() {
    let description: Value = serde_json::to_value(yente::openapi()).unwrap();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = description["paths"].as_object().unwrap();
    for (path, method) in [
        ("/match/{dataset}", "post"),
        ("/search/{dataset}", "get"),
        ("/search/{dataset}", "post"),
        ("/entities/{entity_id}", "get"),
        ("/entities/{entity_id}/adjacent", "get"),
        ("/entities/{entity_id}/adjacent/{property_name}", "get"),
        ("/catalog", "get"),
        ("/algorithms", "get"),
        ("/reconcile/{dataset}", "get"),
        ("/reconcile/{dataset}", "post"),
        ("/reconcile/{dataset}/suggest/entity", "get"),
        ("/reconcile/{dataset}/suggest/property", "get"),
        ("/reconcile/{dataset}/suggest/type", "get"),
        ("/reconcile/{dataset}/extend/property", "get"),
        ("/updatez", "post"),
    ] {
        assert!(paths[path][method]["responses"].is_object(), "{method} {path}");
    }
    // Whatever is referred to is there.
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let place = reference.strip_prefix('#').unwrap();
        assert!(description.pointer(place).is_some(), "{reference}");
    }
}
