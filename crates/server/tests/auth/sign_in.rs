//! Browsers that sign in at an issuer, by an authorization code.

use std::collections::HashMap;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use interdict_server::{Clock, Known, OidcClient, router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::common::{Browser, Reply, app, send};
use crate::issuer::{Issuer, Key, encoded};

pub(crate) const CLIENT: &str = "interdict-web";
pub(crate) const SECRET: &str = "client+secret/of the test";

pub(crate) struct Away {
    pub(crate) issuer: Issuer,
    pub(crate) key: Key,
    pub(crate) router: Router,
    clock: Clock,
}

/// What the server sent a browser away with.
pub(crate) struct Sent {
    pub(crate) fields: HashMap<String, String>,
    pub(crate) cookie: String,
}

impl Away {
    pub(crate) fn new() -> Self {
        let key = Key::ec();
        let issuer = Issuer::new(vec![key.public("one")]);
        let mut options = issuer.options();
        options.client = Some(OidcClient { id: CLIENT.to_owned(), secret: Some(SECRET.to_owned()) });
        let clock = Clock::default();
        let known = Known {
            origin: Some("https://screen.example.com".to_owned()),
            behind_proxy: true,
            ..Issuer::known(options, &clock)
        };
        Self { issuer, key, router: router(app(known, false)), clock }
    }

    pub(crate) async fn begin(&self) -> Sent {
        let reply = send(&self.router, Request::get("/api/v1/oidc/login").body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 303, "{}", reply.text);
        let (place, query) = reply.header("location").split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.issuer.url));
        let fields = query.split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.replace("%3A", ":").replace("%2F", "/"))
        });
        let cookie = &reply.cookies()[0];
        assert!(
            cookie.starts_with("__Host-interdict-login=") && cookie.contains("; HttpOnly; SameSite=Lax; Secure"),
            "{cookie}"
        );
        Sent { fields: fields.collect(), cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    /// The issuer signs somebody in, with this nonce.
    pub(crate) fn signed_in(&self, nonce: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.issuer.claims();
        (claims["aud"], claims["nonce"]) = (json!(CLIENT), json!(nonce));
        change(&mut claims);
        let token = self.key.token("one", &claims);
        self.issuer.shown.lock().unwrap().id_token = Some(token.clone());
        token
    }

    pub(crate) async fn back(&self, query: &str, cookie: &str) -> Reply {
        let asked = Request::get(format!("/api/v1/oidc/callback?{query}")).header("cookie", cookie);
        send(&self.router, asked.body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn a_browser_signs_in_with_a_code() {
    let away = Away::new();
    let sent = away.begin().await;
    let field = |name: &str| sent.fields[name].as_str();
    assert_eq!((field("response_type"), field("client_id"), field("scope")), ("code", CLIENT, "openid"));
    assert_eq!(field("redirect_uri"), "https://screen.example.com/api/v1/oidc/callback");
    assert_eq!((field("code_challenge_method"), field("code_challenge").len(), field("state").len()), ("S256", 43, 64));
    away.signed_in(field("nonce"), |_| {});
    let reply = away.back(&format!("code=code-1&state={}", field("state")), &sent.cookie).await;
    let browser = Browser::of(&away.router, &reply);
    assert!(reply.text.contains("url=/docs") && !reply.text.contains(browser.secret()), "{}", reply.text);
    assert!(reply.cookies().iter().any(|cookie| cookie.starts_with("__Host-interdict-login=;")), "{:?}", reply.cookies());
    let session = browser.get("/api/v1/session").await.json();
    assert_eq!((&session["actor"], &session["roles"]), (&json!("oidc:ada-17"), &json!(["analyst"])));
    let shown = away.issuer.shown.lock().unwrap();
    let (head, body) = shown.asked.iter().find(|(line, _)| line.starts_with("POST /token")).unwrap();
    assert!(body.contains("grant_type=authorization_code") && body.contains("code=code-1"), "{body}");
    let verifier = body.split('&').find_map(|pair| pair.strip_prefix("code_verifier=")).unwrap();
    assert_eq!(encoded(&Sha256::digest(verifier.as_bytes())), field("code_challenge"));
    assert!(head.to_lowercase().contains("authorization: basic "), "{head}");
}

#[tokio::test]
async fn a_code_is_of_no_use_to_another_browser_or_twice_or_late() {
    let away = Away::new();
    let (one, other) = (away.begin().await, away.begin().await);
    away.signed_in(&one.fields["nonce"], |_| {});
    let query = |sent: &Sent| format!("code=code-1&state={}", sent.fields["state"]);
    // What an attacker began, in the browser of somebody else.
    away.back(&query(&one), &other.cookie).await.refused(401, "token_refused");
    away.back(&query(&one), &one.cookie).await.refused(401, "token_refused");
    away.back(&query(&other), "").await.refused(401, "token_refused");
    away.back("code=code-1&state=", "__Host-interdict-login=").await.refused(401, "token_refused");
    assert!(
        away.issuer.shown.lock().unwrap().asked.iter().all(|(line, _)| !line.starts_with("POST /token")),
        "no code went on"
    );
    let late = away.begin().await;
    away.clock.forward(Duration::from_mins(10));
    away.back(&query(&late), &late.cookie).await.refused(401, "token_refused");
    let again = away.begin().await;
    away.signed_in(&again.fields["nonce"], |_| {});
    assert_eq!(away.back(&query(&again), &again.cookie).await.status, 200);
    away.back(&query(&again), &again.cookie).await.refused(401, "token_refused");
}

type Change = fn(&mut Value);

#[tokio::test]
async fn the_token_for_a_code_is_looked_at_like_any() {
    let away = Away::new();
    let changes: [(&str, Change); 6] = [
        ("token_refused", |claims| claims["nonce"] = json!("another")),
        ("token_refused", |claims| claims["nonce"] = Value::Null),
        ("token_refused", |claims| claims["aud"] = json!("interdict")),
        ("token_refused", |claims| claims["exp"] = json!(1)),
        ("roles_conflict", |claims| claims["roles"] = json!(["admin", "analyst"])),
        ("no_role", |claims| claims["roles"] = json!([])),
    ];
    for (code, change) in changes {
        let sent = away.begin().await;
        away.signed_in(&sent.fields["nonce"], change);
        let reply = away.back(&format!("code=c&state={}", sent.fields["state"]), &sent.cookie).await;
        reply.refused(if code == "token_refused" { 401 } else { 403 }, code);
        assert!(reply.cookies().iter().all(|cookie| cookie.contains("-login=;")), "{:?}", reply.cookies());
    }
    let sent = away.begin().await;
    away.issuer.shown.lock().unwrap().id_token = None;
    away.back(&format!("code=c&state={}", sent.fields["state"]), &sent.cookie).await.refused(401, "token_refused");
    away.back("error=access_denied&state=x", &sent.cookie).await.refused(401, "not_signed_in");
}

#[tokio::test]
async fn where_browsers_do_not_sign_in_there_is_no_way() {
    let issuer = Issuer::new(Vec::new());
    let router = router(app(Issuer::known(issuer.options(), &Clock::default()), false));
    for path in ["/api/v1/oidc/login", "/api/v1/oidc/callback?code=c&state=s"] {
        let asked = Request::get(path).header("host", "localhost").body(Body::empty()).unwrap();
        send(&router, asked).await.refused(404, "no_sign_in");
    }
}

#[tokio::test]
async fn an_address_whose_codes_fail_is_slowed_down_before_the_issuer_is_asked() {
    let away = Away::new();
    for _ in 0..20 {
        let sent = away.begin().await;
        away.back(&format!("code=c&state={}", sent.fields["state"]), &sent.cookie).await.refused(401, "token_refused");
    }
    let asked = || away.issuer.shown.lock().unwrap().asked.iter().filter(|(line, _)| line.starts_with("POST /token")).count();
    assert_eq!(asked(), 20);
    let sent = away.begin().await;
    away.back(&format!("code=c&state={}", sent.fields["state"]), &sent.cookie).await.refused(429, "too_many_failures");
    assert_eq!(asked(), 20);
}
