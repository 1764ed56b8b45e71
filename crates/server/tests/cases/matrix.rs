//! Every route and every role.

use axum::body::Body;
use interdict_server::{Permission, RULES, Role, Takes, rule_for};

use crate::common::World;
use crate::place::Place;

/// Every route of casework stands in the document, and each that stands in it is in the table.
#[test]
fn every_route_is_described() {
    let document = interdict_server::document();
    let paths = document["paths"].as_object().unwrap();
    let described = |method: &str, path: &str| paths.get(path).is_some_and(|path| path.get(method.to_lowercase()).is_some());
    for rule in RULES.iter().filter(|rule| matches!(rule.permission, Permission::Cases(_))) {
        assert!(described(rule.method, rule.path), "{} {}", rule.method, rule.path);
    }
    for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/api/v1/")) {
        for method in ["get", "post", "put", "patch", "delete"].iter().filter(|method| methods.get(**method).is_some()) {
            assert!(rule_for(&method.to_uppercase(), path).is_some(), "{method} {path}");
        }
    }
}

pub(crate) async fn every_route_asks_for_its_role(place: Place) {
    let world = World::new(place).await;
    let roles = [
        ("vi", Role::Viewer),
        ("ann", Role::Analyst),
        ("bob", Role::Approver),
        ("adm", Role::Admin),
        ("aud", Role::Auditor),
        ("svc", Role::Service),
    ];
    let (mut asked, mut refused) = (0, 0);
    for rule in RULES.iter().filter(|rule| rule.permission != Permission::Public) {
        let path = rule.path.replace("{dataset}", "default").replace("{property}", "name");
        let path = path.replace("{id}", "x-1").replace("{file}", "F-1");
        let kind = match rule.takes {
            Takes::Nothing => None,
            Takes::Json | Takes::Form | Takes::Bulk => Some("application/json"),
            Takes::Stream => Some("application/x-ndjson"),
            Takes::File => Some("text/plain"),
        };
        let nobody = axum::http::Request::builder().method(rule.method).uri(&path).body(Body::empty()).unwrap();
        world.send(nobody).await.is(401);
        for (who, role) in roles {
            let mut request = world.request(who, rule.method, &path);
            if let Some(kind) = kind {
                request = request.header("content-type", kind);
            }
            let body = if kind.is_some() { Body::from("{}") } else { Body::empty() };
            let reply = world.send(request.body(body).unwrap()).await;
            let what = format!("{who}: {} {path}: {}", rule.method, reply.json);
            assert_ne!(reply.json["code"], "no_route", "{what}");
            if rule.permission.is_given_by(role) {
                assert!(![401, 403, 405, 500, 503].contains(&reply.status.as_u16()), "{} {what}", reply.status);
            } else {
                assert_eq!(reply.status, 403, "{what}");
                refused += 1;
            }
            asked += 1;
        }
    }
    assert!(asked > 300 && refused > 100, "{asked} {refused}");
    world.sound().await;
}
