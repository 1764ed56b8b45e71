//! Every route by every role, and by those who have no key that is good for anything.

use std::fmt::Write as _;

use interdict_server::{Permission, RULES, Role, Rule, Takes};

use crate::common::{Connection, KeyRing, Plan, options};

/// What each role may, written out a second time: the table of the server is held against this one.
const MAY: [(Role, &[&str]); 6] = [
    (Role::Viewer, &["read"]),
    (Role::Analyst, &["read", "screen"]),
    (Role::Approver, &["read", "screen"]),
    (Role::Admin, &["read", "screen", "metrics", "admin"]),
    (Role::Auditor, &["read", "metrics"]),
    (Role::Service, &["read", "screen", "metrics"]),
];

/// The word by which a permission stands in this file.
fn word(permission: Permission) -> String {
    match permission {
        Permission::Public => "public".to_owned(),
        Permission::Read => "read".to_owned(),
        Permission::Screen => "screen".to_owned(),
        Permission::Metrics => "metrics".to_owned(),
        Permission::Admin => "admin".to_owned(),
        Permission::Cases(action) => format!("cases: {action:?}"),
    }
}

fn may(role: Role, permission: Permission) -> bool {
    match permission {
        Permission::Public => true,
        // Casework has a table of its own, with tests of its own.
        Permission::Cases(action) => interdict_casework::permits(role, action),
        other => MAY.iter().any(|(held, words)| *held == role && words.contains(&word(other).as_str())),
    }
}

/// A path of the rule, of a list, entity or property that is not there.
fn path(rule: &Rule) -> String {
    rule.path.split('/').map(|part| if part.starts_with('{') { "nope" } else { part }).collect::<Vec<_>>().join("/")
}

/// Asks for a rule's route with what it takes; status and code of the answer.
async fn ask(connection: &mut Connection<tokio::net::TcpStream>, rule: &Rule, key: Option<&str>) -> (u16, String) {
    let (kind, body): (_, &[u8]) = match rule.takes {
        Takes::Nothing => (None, b""),
        Takes::Json => (Some("application/json"), b"{}"),
        Takes::Form => (Some("application/x-www-form-urlencoded"), b"queries={}"),
        Takes::Stream => (Some("application/x-ndjson"), b"{}\n"),
        Takes::Bulk => (Some("application/json"), b"[]"),
        Takes::File => (Some("application/octet-stream"), b"?"),
    };
    let authorization = key.map(|key| format!("Bearer {key}"));
    let headers: Vec<(&str, &str)> = authorization
        .iter()
        .map(|value| ("authorization", value.as_str()))
        .chain(kind.map(|kind| ("content-type", kind)))
        .collect();
    connection.send(rule.method, &path(rule), &headers, body).await;
    let answer = connection.answer(rule.method).await.unwrap();
    answer.secure();
    let code = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    (answer.status, code["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn every_route_by_every_role() {
    let mut ring = KeyRing::new();
    let keys: Vec<(Role, String)> = MAY.map(|(role, _)| (role, ring.key(role, |_| {}))).to_vec();
    let server = Plan::with_keys(ring.open()).start();
    let mut connection = server.connect().await;
    for rule in RULES {
        for (role, key) in &keys {
            let (status, code) = ask(&mut connection, rule, Some(key)).await;
            let place = format!("{} {} by {role:?}: {status} {code}", rule.method, rule.path);
            if may(*role, rule.permission) {
                assert!(code != "unauthorized" && code != "forbidden" && code != "closed" && status != 405, "{place}");
                assert!(status < 500, "{place}");
            } else {
                assert_eq!((status, code.as_str()), (403, "forbidden"), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn every_route_without_a_key_that_is_good() {
    let mut ring = KeyRing::new();
    let good = ring.key(Role::Admin, |_| {});
    let expired = ring.key(Role::Admin, |key| key.expires = key.created);
    let revoked = ring.key(Role::Admin, |key| key.revoked = key.created);
    let mut wrong = good.clone();
    let last = if wrong.pop() == Some('0') { '1' } else { '0' };
    wrong.push(last);
    for rule in RULES {
        // Each has a server of its own: one that was tried too often with wrong keys says that instead.
        let server = Plan::with_keys(ring.open()).start();
        let mut connection = server.connect().await;
        for key in
            [None, Some(wrong.as_str()), Some(expired.as_str()), Some(revoked.as_str()), Some(""), Some("itd_"), Some("\u{e9}")]
        {
            let (status, code) = ask(&mut connection, rule, key).await;
            let place = format!("{} {} with {key:?}: {status} {code}", rule.method, rule.path);
            if rule.permission == Permission::Public {
                assert!(status < 500 && !["unauthorized", "forbidden"].contains(&code.as_str()), "{place}");
            } else {
                assert_eq!((status, code.as_str()), (401, "unauthorized"), "{place}");
            }
        }
    }
    let server = Plan::with_keys(ring.open()).start();
    let answer = server.get("/api/v1/status").await;
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    for scheme in ["Bearer", "bearer", "ApiKey"] {
        let header = format!("{scheme} {good}");
        assert_eq!(server.ask("GET", "/api/v1/status", &[("authorization", &header)], b"").await.status, 200, "{scheme}");
    }
    for header in [good.clone(), format!("Basic {good}"), format!("Bearer{good}"), "Bearer".to_owned()] {
        server.ask("GET", "/api/v1/status", &[("authorization", &header)], b"").await.problem(401, "unauthorized");
    }
    // A key in the address would stand in the logs of whatever is on the way.
    server.get(&format!("/api/v1/status?api_key={good}")).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_key_can_be_narrowed_and_is_never_widened() {
    let mut ring = KeyRing::new();
    let scopes = ["read", "screen", "metrics", "admin", "cases"];
    let keys: Vec<(Role, &str, String)> = MAY
        .iter()
        .flat_map(|(role, _)| scopes.map(|scope| (*role, scope)))
        .map(|(role, scope)| (role, scope, ring.key(role, |key| key.scopes = vec![scope.to_owned()])))
        .collect();
    let server = Plan::with_keys(ring.open()).start();
    let mut connection = server.connect().await;
    for rule in RULES.iter().filter(|rule| rule.permission != Permission::Public) {
        let needs = match rule.permission {
            Permission::Cases(_) => "cases".to_owned(),
            other => word(other),
        };
        for (role, scope, key) in &keys {
            let (status, code) = ask(&mut connection, rule, Some(key)).await;
            let place = format!("{} {} by {role:?} narrowed to {scope}: {status} {code}", rule.method, rule.path);
            if may(*role, rule.permission) && needs == *scope {
                assert!(code != "forbidden" && code != "unauthorized" && status < 500, "{place}");
            } else {
                assert_eq!((status, code.as_str()), (403, "forbidden"), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_that_is_revoked_ends_when_the_file_is_read_again() {
    let mut ring = KeyRing::new();
    let key = ring.key(Role::Viewer, |_| {});
    let server = Plan::with_keys(ring.open()).start();
    let header = format!("Bearer {key}");
    assert_eq!(server.ask("GET", "/api/v1/status", &[("authorization", &header)], b"").await.status, 200);
    ring.revoke_all();
    assert!(server.app.keys().unwrap().look().unwrap());
    server.ask("GET", "/api/v1/status", &[("authorization", &header)], b"").await.problem(401, "unauthorized");
}

/// The table of rules as a text that a reader of a change sees: who adds or opens a route changes this file too.
#[test]
fn the_table_of_rules() {
    let mut table = String::new();
    for rule in RULES {
        let roles: Vec<&str> =
            MAY.iter().filter(|(role, _)| rule.permission.is_given_by(*role)).map(|(role, _)| role.word()).collect();
        let who = if rule.permission == Permission::Public { "anybody".to_owned() } else { roles.join(" ") };
        writeln!(table, "{} {} | {} | {:?} | {who}", rule.method, rule.path, word(rule.permission), rule.takes).unwrap();
    }
    crate::document::golden("rules.txt", &table);
}

#[tokio::test]
async fn without_keys_this_machine_alone_is_answered() {
    let server = Plan::new(options()).start();
    for host in ["localhost", "localhost:8053", "LOCALHOST", "127.0.0.1", "127.0.0.1:80", "127.9.9.9", "[::1]", "[::1]:8053"] {
        let answer = server.ask("GET", "/api/v1/status", &[("host", host)], b"").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    // A page of another site that a browser was led to by a name that it owns.
    for host in
        ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]", "", "localhost@evil.example"]
    {
        for path in ["/api/v1/status", "/healthz", "/docs"] {
            server.ask("GET", path, &[("host", host)], b"").await.problem(421, "misdirected");
        }
    }
    // A form of another site cannot send what is taken here.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let answer = server.ask("POST", "/api/v1/screen", &[("content-type", kind)], br#"{"name":"x"}"#).await;
        answer.problem(415, "unsupported_media_type");
    }
}

#[tokio::test]
async fn an_address_that_others_reach_needs_a_key_that_is_good() {
    use interdict_server::{App, Known, Server, ServerError};
    let everywhere = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    let app = |keys| {
        let engine = crate::common::engine(&crate::common::snapshot("a", 1, "2026-01-15"));
        App::new(engine, "a", options(), keys, false).unwrap()
    };
    assert!(matches!(Server::bind(everywhere, app(None), None, None), Err(ServerError::Open(_))));
    let mut ring = KeyRing::new();
    ring.key(Role::Admin, |key| key.revoked = key.created);
    ring.key(Role::Admin, |key| key.expires = key.created);
    assert!(matches!(Server::bind(everywhere, app(Some(ring.open())), None, None), Err(ServerError::Open(_))));
    ring.key(Role::Viewer, |_| {});
    // And TLS, or a proxy that ends it.
    assert!(matches!(Server::bind(everywhere, app(Some(ring.open())), None, None), Err(ServerError::Clear(_))));
    let known = Known { keys: Some(ring.open()), behind_proxy: true, ..Known::default() };
    let engine = crate::common::engine(&crate::common::snapshot("a", 1, "2026-01-15"));
    Server::bind(everywhere, App::new(engine, "a", options(), known, false).unwrap(), None, None).unwrap();
}
