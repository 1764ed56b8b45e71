//! Users with passwords, and the sessions of their browsers.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use interdict_server::{Known, hash_password};
use serde_json::json;

use crate::common::{Browser, PASSWORD, Place, json_request, send};

#[tokio::test]
async fn who_signs_in_gets_a_cookie_that_pages_cannot_read() {
    let place = Place::new();
    let reply = place.sign_in("ada", PASSWORD).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let cookie = &reply.cookies()[0];
    let (value, attributes) = cookie.strip_prefix("interdict=").unwrap().split_once(';').unwrap();
    assert_eq!((value.len(), attributes), (64, " Path=/; HttpOnly; SameSite=Strict"));
    let session = reply.json();
    assert_eq!((&session["actor"], &session["roles"], &session["tenant"]), (&json!("ada"), &json!(["analyst"]), &json!("")));
    let csrf = session["csrf"].as_str().unwrap();
    assert!(csrf.len() == 64 && csrf != value && session["id"] != json!(value));
    let browser = Browser::of(&place.router, &reply);
    let again = browser.get("/api/v1/session").await;
    assert_eq!((again.json()["csrf"].as_str(), &again.json()["id"]), (Some(csrf), &session["id"]));
    assert_eq!(again.header("cache-control"), "no-store");
    assert_eq!(browser.get("/api/v1/status").await.status, 200);
    browser.get("/metrics").await.refused(403, "forbidden");
}

#[tokio::test]
async fn over_tls_the_cookie_is_bound_to_the_host() {
    for (known, secure) in [(Known::default(), true), (Known { behind_proxy: true, ..Known::default() }, false)] {
        let place = Place::with(known, secure);
        let cookie = place.sign_in("ada", PASSWORD).await.cookies().remove(0);
        assert!(cookie.starts_with("__Host-interdict="), "{cookie}");
        assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure") && !cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn only_json_signs_in() {
    let place = Place::new();
    let form = Request::post("/api/v1/session").header("content-type", "application/x-www-form-urlencoded");
    let form = form.body(Body::from(format!("user=ada&password={PASSWORD}"))).unwrap();
    send(&place.router, form).await.refused(415, "unsupported_media_type");
    for body in [
        json!({"user": "ada"}),
        json!({"user": "ada", "password": 12_345_678}),
        json!([]),
        json!({"user": "ada", "password": PASSWORD, "x": 1}),
    ] {
        let refused = send(&place.router, json_request("/api/v1/session", &body)).await;
        refused.refused(422, "invalid");
        assert!(!refused.text.contains("12345678"), "{}", refused.text);
    }
    let mut foreign = crate::common::sign_in("ada", PASSWORD);
    foreign.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
    send(&place.router, foreign).await.refused(403, "csrf");
}

#[tokio::test]
async fn what_changes_something_must_be_meant() {
    let place = Place::new();
    let browser = place.browser().await;
    let other = place.browser().await;
    let asking = || browser.ask("POST", "/api/v1/screen");
    let meant = || asking().header("x-csrf-token", &browser.csrf);
    browser.send(asking()).await.refused(403, "csrf");
    for wrong in ["", "0", &other.csrf, browser.secret()] {
        browser.send(asking().header("x-csrf-token", wrong)).await.refused(403, "csrf");
    }
    for (name, value) in [
        ("origin", "http://evil.example"),
        ("origin", "http://localhost:8054"),
        ("origin", "https://localhost:8053"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        browser.send(meant().header(name, value)).await.refused(403, "csrf");
    }
    let passed = browser.send(meant().header("origin", "http://localhost:8053").header("sec-fetch-site", "same-origin")).await;
    assert!(!["csrf", "unauthorized", "forbidden"].contains(&passed.code().as_str()), "{}", passed.text);
    assert_eq!(browser.send(browser.ask("DELETE", "/api/v1/session")).await.code(), "csrf");
    // To read changes nothing.
    assert_eq!(browser.get("/api/v1/status").await.status, 200);
}

#[tokio::test]
async fn the_own_origin_can_be_told() {
    let known = Known { origin: Some("https://screen.example.com".to_owned()), behind_proxy: true, ..Known::default() };
    let place = Place::with(known, false);
    let browser = place.browser().await;
    let asking = |origin| browser.ask("POST", "/api/v1/screen").header("x-csrf-token", &browser.csrf).header("origin", origin);
    assert_ne!(browser.send(asking("https://screen.example.com")).await.status, 403);
    browser.send(asking("https://localhost:8053")).await.refused(403, "csrf");
}

#[tokio::test]
async fn a_session_ends_by_signing_out_by_idleness_and_by_age() {
    let place = Place::new();
    let browser = place.browser().await;
    let out = browser.send(browser.ask("DELETE", "/api/v1/session").header("x-csrf-token", &browser.csrf)).await;
    assert_eq!(out.status, 204);
    assert!(out.cookies()[0].starts_with("interdict=;") && out.cookies()[0].ends_with("Max-Age=0"), "{:?}", out.cookies());
    browser.get("/api/v1/status").await.refused(401, "unauthorized");

    let browser = place.browser().await;
    place.clock.forward(Duration::from_mins(29));
    assert_eq!(browser.get("/api/v1/status").await.status, 200);
    place.clock.forward(Duration::from_mins(30));
    browser.get("/api/v1/status").await.refused(401, "unauthorized");

    let browser = place.browser().await;
    for _ in 0..35 {
        place.clock.forward(Duration::from_mins(20));
        assert_eq!(browser.get("/api/v1/status").await.status, 200);
    }
    place.clock.forward(Duration::from_mins(20));
    browser.get("/api/v1/status").await.refused(401, "unauthorized");
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let place = Place::new();
    let browser = place.browser().await;
    let mut again = crate::common::sign_in("ada", PASSWORD);
    again.headers_mut().insert("cookie", browser.cookie.parse().unwrap());
    let next = Browser::of(&place.router, &send(&place.router, again).await);
    assert_ne!(next.cookie, browser.cookie, "a cookie from before is never taken over");
    browser.get("/api/v1/status").await.refused(401, "unauthorized");
    assert_eq!(next.get("/api/v1/status").await.status, 200);
}

#[tokio::test]
async fn a_changed_user_has_no_session_with_the_next_request() {
    let place = Place::new();
    for change in ["disabled", "roles", "password", "removed"] {
        let browser = place.browser().await;
        assert_eq!(browser.get("/api/v1/status").await.status, 200, "{change}");
        let mut before = None;
        place.change(|file| {
            before = Some(file.clone());
            match change {
                "disabled" => file.users[0].disabled = true,
                "roles" => file.users[0].roles = vec!["viewer".to_owned()],
                "password" => file.users[0].password = hash_password("ada", "another long password").unwrap(),
                _ => file.users.clear(),
            }
        });
        browser.get("/api/v1/status").await.refused(401, "unauthorized");
        if change != "roles" {
            place.sign_in("ada", PASSWORD).await.refused(401, "wrong_password");
        }
        place.change(|file| *file = before.unwrap());
        browser.get("/api/v1/status").await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_broken_file_of_users_leaves_those_before() {
    let place = Place::new();
    let browser = place.browser().await;
    place.change(|file| file.users[0].roles = vec!["king".to_owned()]);
    assert_eq!(browser.get("/api/v1/status").await.status, 200);
}

#[tokio::test]
async fn five_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour() {
    let place = Place::new();
    let browser = place.browser().await;
    for _ in 0..5 {
        place.sign_in("ada", "not the password").await.refused(401, "wrong_password");
    }
    let locked = place.sign_in("ada", PASSWORD).await;
    locked.refused(429, "too_many_failures");
    assert!((899..=900).contains(&locked.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(browser.get("/api/v1/status").await.status, 200, "who is in stays in");
    place.clock.forward(Duration::from_mins(15));
    assert_eq!(place.sign_in("ada", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn nothing_tells_whether_an_account_exists() {
    let place = Place::new();
    place.change(|file| {
        let mut ben = file.users[0].clone();
        (ben.name, ben.disabled) = ("ben".to_owned(), true);
        file.users.push(ben);
    });
    let mut answers = Vec::new();
    for user in ["ada", "ben", "nobody"] {
        let mut answer = Vec::new();
        for _ in 0..6 {
            let reply = place.sign_in(user, "not the password").await;
            // The seconds to wait are those of the clock, which goes on.
            let text = reply.text.replace("899", "900");
            answer.push((reply.status, text, reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>()));
        }
        answers.push(answer);
        // Else the address would have had too many failures.
        place.clock.forward(Duration::from_mins(1));
    }
    assert_eq!(answers[0], answers[1], "a disabled account");
    assert_eq!(answers[0], answers[2], "no account");
    assert_eq!((answers[0][4].0, answers[0][5].0), (401, 429));
}

#[tokio::test]
async fn an_address_that_tries_many_accounts_is_slowed_down() {
    let place = Place::new();
    for at in 0..20 {
        place.sign_in(&format!("user{at}"), "not the password").await.refused(401, "wrong_password");
    }
    place.sign_in("ada", PASSWORD).await.refused(429, "too_many_failures");
    place.clock.forward(Duration::from_secs(6));
    assert_eq!(place.sign_in("ada", PASSWORD).await.status, 200);
    assert_eq!(place.sign_in("ada", PASSWORD).await.status, 200, "what is right costs nothing");
}

#[tokio::test]
async fn a_server_without_users_signs_nobody_in() {
    let router = interdict_server::router(crate::common::app(None, false));
    send(&router, crate::common::sign_in("ada", PASSWORD)).await.refused(404, "no_users");
    let local = send(&router, Request::get("/api/v1/session").header("host", "localhost").body(Body::empty()).unwrap()).await;
    assert_eq!((local.status, &local.json()["actor"], &local.json()["csrf"]), (200, &json!("local"), &json!(null)));
}

#[tokio::test]
async fn a_wrong_header_is_not_saved_by_a_cookie() {
    let place = Place::new();
    let browser = place.browser().await;
    let asking = browser.ask("GET", "/api/v1/status").header("authorization", "Bearer wrong");
    browser.send(asking).await.refused(401, "unauthorized");
}
