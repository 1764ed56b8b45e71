//! The document of the API: it is a golden file, it holds together, and it says of every route what the server does.

use std::collections::BTreeSet;
use std::path::Path;

use interdict_server::{RULES, document};
use serde_json::Value;

use crate::common::Running;

/// Holds a text against a file beside this one; `UPDATE_EXPECT=1` writes the file.
#[track_caller]
pub(crate) fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core/golden").join(name);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    let line = held.lines().zip(text.lines()).position(|(one, other)| one != other);
    assert!(
        held == text,
        "{name} is not what the server says, from line {} on; if the change is meant, run the tests with UPDATE_EXPECT=1",
        line.unwrap_or_else(|| held.lines().count().min(text.lines().count())) + 1
    );
}

/// Routes that the document leaves out: itself, the page that shows it, and a second name for `/catalog`.
const UNDESCRIBED: [&str; 5] = ["/openapi.json", "/docs", "/docs/page.js", "/docs/page.css", "/manifest"];

/// A path whose parameters have no names.
fn nameless(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}

fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    });
    operations.collect()
}

#[test]
fn the_document_is_the_golden_one() {
    golden("openapi.json", &(serde_json::to_string_pretty(&document()).unwrap() + "\n"));
}

#[test]
fn the_document_has_every_rule_and_no_other() {
    let document = document();
    let described: BTreeSet<(String, String)> =
        operations(&document).into_iter().map(|(method, path, _)| (method, nameless(&path))).collect();
    let ruled: BTreeSet<(String, String)> = RULES
        .iter()
        .filter(|rule| !UNDESCRIBED.contains(&rule.path))
        .map(|rule| (rule.method.to_owned(), nameless(rule.path)))
        .collect();
    assert_eq!(described.difference(&ruled).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "described, and in no rule");
    assert_eq!(
        ruled.difference(&described).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "in a rule, and not described"
    );
    for path in UNDESCRIBED {
        assert!(RULES.iter().any(|rule| rule.path == path), "{path} is in no rule");
    }
}

fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_document_holds_together() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20, "{}", found.len());
    for reference in found {
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference} leads nowhere");
    }
    let mut ids = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let place = format!("{method} {path}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap_or_default().to_owned()), "{place}: no id of its own");
        assert!(operation["summary"].is_string(), "{place}: no summary");
        assert!(operation["tags"][0].is_string(), "{place}: no tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with(['2', '3'])), "{place}: no success");
        let problem = &responses["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(problem, "#/components/schemas/ProblemDetails", "{place}");
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let named: BTreeSet<&str> =
            parameters.iter().filter(|one| one["in"] == "path").map(|one| one["name"].as_str().unwrap()).collect();
        let in_path: BTreeSet<&str> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(named, in_path, "{place}: its parameters");
        for parameter in &parameters {
            assert!(parameter["schema"].is_object(), "{place}: {parameter}");
            assert!(parameter["description"].is_string(), "{place}: {parameter} has no description");
        }
    }
    assert!(document["components"]["securitySchemes"]["key"].is_object());
}

#[tokio::test]
async fn the_document_and_the_page_are_served() {
    let server = Running::start();
    let answer = server.get("/openapi.json").await;
    assert_eq!(answer.secure().json(), document());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    for (path, kind) in [
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/page.js", "text/javascript; charset=utf-8"),
        ("/docs/page.css", "text/css; charset=utf-8"),
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)));
        let policy = answer.secure().header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        // It comes whole from this server.
        assert!(!answer.text().contains("http://") && !answer.text().contains("https://"), "{path} names another server");
    }
    let page = server.get("/docs").await.text();
    for part in ["/docs/page.js", "/docs/page.css"] {
        assert!(page.contains(part));
    }
}
