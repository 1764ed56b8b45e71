//! Keys: roles, scopes, expiry and revocation.

use std::fs;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use interdict_server::{App, Clock, KeyEntry, KeyFile, Keys, Known, Permission, RULES, Role, Takes, new_key, router};
use jiff::{Timestamp, ToSpan};

use crate::common::{app, send, with_key};

struct Kept {
    app: App,
    router: Router,
    clock: Clock,
    file: KeyFile,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

fn kept(entries: Vec<KeyEntry>) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let file = KeyFile { keys: entries };
    write(&path, &file);
    let clock = Clock::default();
    let known = Known { keys: Some(Keys::open(&path).unwrap()), clock: clock.clone(), ..Known::default() };
    let app = app(known, false);
    Kept { router: router(app.clone()), app, clock, file, path, _folder: folder }
}

fn write(path: &Path, file: &KeyFile) {
    fs::write(path, file.to_text().unwrap()).unwrap();
}

#[tokio::test]
async fn a_key_may_what_its_role_and_its_scopes_both_give() {
    let now = Timestamp::now();
    let (analyst, one) = new_key("Ada Example", Role::Analyst, now).unwrap();
    let (reader, mut two) = new_key("Ben Example", Role::Analyst, now).unwrap();
    two.scopes = vec!["read".to_owned()];
    let (viewer, three) = new_key("Cleo Example", Role::Viewer, now).unwrap();
    let (service, mut four) = new_key("A program", Role::Service, now).unwrap();
    four.scopes = vec!["metrics".to_owned(), "screen".to_owned()];
    let kept = kept(vec![one, two, three, four]);
    for (key, status, screen, metrics) in
        [(&analyst, 200, 422, 403), (&reader, 200, 403, 403), (&viewer, 200, 403, 403), (&service, 403, 422, 200)]
    {
        let answered = [
            with_key(&kept.router, "GET", "/api/v1/status", key).await.status,
            with_key(&kept.router, "POST", "/api/v1/screen", key).await.status,
            with_key(&kept.router, "GET", "/metrics", key).await.status,
        ];
        // 422 is what comes after the gate: an empty query.
        let answered = answered.map(|status| if status == 400 { 422 } else { status });
        assert_eq!(answered, [status, screen, metrics]);
    }
    let who = with_key(&kept.router, "GET", "/api/v1/session", &analyst).await.json();
    assert_eq!((&who["roles"][0], &who["csrf"], &who["expires"]), (&"analyst".into(), &().into(), &().into()));
    with_key(&kept.router, "DELETE", "/api/v1/session", &analyst).await.refused(404, "no_session");
}

#[tokio::test]
async fn a_key_is_of_no_use_when_it_expired_or_was_revoked() {
    let now = Timestamp::now();
    let (short, mut one) = new_key("Ada Example", Role::Viewer, now).unwrap();
    one.expires = Some(now + 1.hour());
    let (long, two) = new_key("Ben Example", Role::Viewer, now).unwrap();
    let mut kept = kept(vec![one, two]);
    for key in [&short, &long] {
        assert_eq!(with_key(&kept.router, "GET", "/api/v1/status", key).await.status, 200);
    }
    kept.clock.forward(Duration::from_hours(1));
    with_key(&kept.router, "GET", "/api/v1/status", &short).await.refused(401, "unauthorized");
    assert_eq!(with_key(&kept.router, "GET", "/api/v1/status", &long).await.status, 200);
    kept.file.keys[1].revoked = Some(now);
    write(&kept.path, &kept.file);
    assert!(kept.app.keys().unwrap().look().unwrap());
    let refused = with_key(&kept.router, "GET", "/api/v1/status", &long).await;
    refused.refused(401, "unauthorized");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn wrong_keys_are_slowed_down_and_right_ones_are_not() {
    let (key, entry) = new_key("Ada Example", Role::Viewer, Timestamp::now()).unwrap();
    let kept = kept(vec![entry]);
    let wrong = format!("{}0", &key[..key.len() - 1]);
    let status = async |key: &str| with_key(&kept.router, "GET", "/api/v1/status", key).await;
    // The last digit may have been 0 already.
    let wrong = if wrong == key { format!("{}1", &key[..key.len() - 1]) } else { wrong };
    for _ in 0..20 {
        status(&wrong).await.refused(401, "unauthorized");
    }
    let slowed = status(&wrong).await;
    slowed.refused(429, "too_many_failures");
    assert!((1..=6).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(status(&key).await.status, 200, "others behind the same address go on");
    // Who shows nothing has not failed.
    let nothing = Request::get("/api/v1/status").body(Body::empty()).unwrap();
    send(&kept.router, nothing).await.refused(401, "unauthorized");
    kept.clock.forward(Duration::from_secs(6));
    status(&wrong).await.refused(401, "unauthorized");
    status(&wrong).await.refused(429, "too_many_failures");
}

#[tokio::test]
async fn every_route_but_the_public_ones_is_closed_to_who_shows_nothing() {
    let kept = kept(Vec::new());
    for rule in RULES {
        let path = rule.path.replace("{property}", "owner").replace(['{', '}'], "");
        let mut request = Request::builder().method(rule.method).uri(&path).header("host", "localhost");
        if rule.takes != Takes::Nothing {
            request = request.header("content-type", "application/json");
        }
        let reply = send(&kept.router, request.body("{}".into()).unwrap()).await;
        if rule.permission == Permission::Public {
            assert!(![401, 403].contains(&reply.status) || path == "/updatez", "{} {path}: {}", rule.method, reply.text);
        } else {
            assert_eq!(reply.status, 401, "{} {path}: {}", rule.method, reply.text);
        }
    }
}
