//! Tokens of an issuer: which are taken, and every reason why one is not.

use std::time::Duration;

use axum::Router;
use interdict_server::{Clock, Oidc, OidcOptions, Role, read_role_map, router};
use serde_json::{Value, json};

use crate::common::{app, with_key};
use crate::issuer::{Issuer, Key, encoded, message};

struct Kept {
    issuer: Issuer,
    key: Key,
    router: Router,
    clock: Clock,
}

fn kept(change: impl FnOnce(&mut OidcOptions)) -> Kept {
    let key = Key::ec();
    let issuer = Issuer::new(vec![key.public("one")]);
    let mut options = issuer.options();
    change(&mut options);
    let clock = Clock::default();
    let router = router(app(Issuer::known(options, &clock), false));
    Kept { issuer, key, router, clock }
}

async fn session(router: &Router, token: &str) -> crate::common::Reply {
    with_key(router, "GET", "/api/v1/session", token).await
}

#[tokio::test]
async fn tokens_of_each_kind_of_signature_are_taken() {
    let keys = [Key::rsa(), Key::ec(), Key::ed()];
    let public = keys.iter().map(|key| key.public(key.alg())).collect();
    let issuer = Issuer::new(public);
    let router = router(app(Issuer::known(issuer.options(), &Clock::default()), false));
    for key in &keys {
        let reply = session(&router, &key.token(key.alg(), &issuer.claims())).await;
        assert_eq!(reply.status, 200, "{}: {}", key.alg(), reply.text);
        let who = reply.json();
        assert_eq!((&who["actor"], &who["roles"]), (&json!("oidc:ada-17"), &json!(["analyst"])));
        assert!(who["id"].as_str().unwrap().starts_with("oidc-"), "{who}");
        assert_eq!(with_key(&router, "GET", "/metrics", &key.token(key.alg(), &issuer.claims())).await.status, 403);
    }
    assert_eq!(issuer.fetches(), 1, "its keys are kept");
}

#[tokio::test]
async fn each_reason_refuses_a_token() {
    let Kept { issuer, key, router, clock } = kept(|_| {});
    let rsa = Key::rsa();
    issuer.shown.lock().unwrap().keys.extend([rsa.public("rsa"), Key::ed().public("ed")]);
    let with = |name: &str, value: Value| {
        let mut claims = issuer.claims();
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = issuer.claims();
        claims.as_object_mut().unwrap().remove(name);
        claims
    };
    let now = jiff::Timestamp::now().as_second();
    let header = |alg: &str, kid: &str| json!({"alg": alg, "kid": kid});
    let good = key.token("one", &issuer.claims());
    let hmac = |secret: &[u8], kid: &str| {
        let message = message(&header("HS256", kid), &issuer.claims());
        let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
        let tag = encoded(ring::hmac::sign(&secret, message.as_bytes()).as_ref());
        format!("{message}.{tag}")
    };
    let modulus = rsa.public("rsa")["n"].as_str().unwrap().to_owned();
    let other = Key::ec();
    let mut flipped = good.clone().into_bytes();
    let last = flipped.len() - 20;
    flipped[last] = if flipped[last] == b'A' { b'B' } else { b'A' };
    let spliced = {
        let claims = message(&json!({}), &with("roles", json!(["admin"])));
        let (head, tail) = (good.split('.').next().unwrap(), good.rsplit('.').next().unwrap());
        format!("{head}.{}.{tail}", claims.split('.').nth(1).unwrap())
    };
    let refusals = [
        ("no signature", format!("{}.", message(&header("none", "one"), &issuer.claims())), "header cannot be read"),
        ("HMAC with the public key", hmac(modulus.as_bytes(), "rsa"), "RS256, ES256 or EdDSA"),
        ("HMAC with the public key as JSON", hmac(key.public("one").to_string().as_bytes(), "one"), "RS256, ES256 or EdDSA"),
        ("PS256", rsa.token_with(&header("PS256", "rsa"), &issuer.claims()), "RS256, ES256 or EdDSA"),
        ("RS512", rsa.token_with(&header("RS512", "rsa"), &issuer.claims()), "RS256, ES256 or EdDSA"),
        (
            "a kind that is not the key's",
            rsa.token_with(&header("RS256", "one"), &issuer.claims()),
            "another kind of signature",
        ),
        ("the key of somebody else", other.token("one", &issuer.claims()), "signature is wrong"),
        ("a changed signature", String::from_utf8(flipped).unwrap(), "signature is wrong"),
        ("changed claims", spliced, "signature is wrong"),
        ("no signature at all", good[..=good.rfind('.').unwrap()].to_owned(), "signature is wrong"),
        ("an unknown key", key.token("two", &issuer.claims()), "not one of the issuer's"),
        ("no key", key.token_with(&json!({"alg": "ES256"}), &issuer.claims()), "does not name its key"),
        (
            "its own key",
            other.token_with(&json!({"alg": "ES256", "jwk": other.public("own")}), &issuer.claims()),
            "does not name its key",
        ),
        (
            "an extension",
            key.token_with(&json!({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false}), &issuer.claims()),
            "extension",
        ),
        ("another audience", key.token("one", &with("aud", json!("others"))), "somebody else"),
        ("other audiences", key.token("one", &with("aud", json!(["others", "more"]))), "somebody else"),
        ("no audience", key.token("one", &without("aud")), "lacks a claim"),
        ("another issuer", key.token("one", &with("iss", json!("https://evil.example"))), "another issuer"),
        ("many issuers", key.token("one", &with("iss", json!([issuer.url, "https://evil.example"]))), "another issuer"),
        ("no issuer", key.token("one", &without("iss")), "lacks a claim"),
        ("expired", key.token("one", &with("exp", json!(now - 61))), "expired"),
        ("no expiry", key.token("one", &without("exp")), "lacks a claim"),
        ("not yet", key.token("one", &with("nbf", json!(now + 90))), "not yet in force"),
        ("no subject", key.token("one", &without("sub")), "lacks a claim"),
        ("an empty subject", key.token("one", &with("sub", json!(""))), "subject is none"),
        ("a subject that begins a line", key.token("one", &with("sub", json!("ada\nroot"))), "subject is none"),
        ("a long subject", key.token("one", &with("sub", json!("a".repeat(256)))), "subject is none"),
        ("too long", key.token("one", &with("more", json!("a".repeat(20_000)))), "too long"),
    ];
    for (what, token, words) in refusals {
        let reply = session(&router, &token).await;
        reply.refused(401, "token_refused");
        assert!(reply.text.contains(words), "{what}: {}", reply.text);
        // So many failures would slow the next one down.
        clock.forward(Duration::from_secs(6));
    }
    assert_eq!(session(&router, &key.token("one", &with("exp", json!(now - 30)))).await.status, 200, "clocks may differ");
    assert_eq!(session(&router, &key.token("one", &with("aud", json!(["others", "interdict"])))).await.status, 200);
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down() {
    let Kept { issuer, router, .. } = kept(|_| {});
    let wrong = Key::ec().token("one", &issuer.claims());
    for _ in 0..20 {
        session(&router, &wrong).await.refused(401, "token_refused");
    }
    session(&router, &wrong).await.refused(429, "too_many_failures");
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute() {
    let Kept { issuer, router, clock, key } = kept(|_| {});
    let next = Key::ed();
    let token = next.token("two", &issuer.claims());
    session(&router, &token).await.refused(401, "token_refused");
    session(&router, &token).await.refused(401, "token_refused");
    assert_eq!(issuer.fetches(), 1);
    // The issuer turns to a new key.
    issuer.shown.lock().unwrap().keys = vec![next.public("two")];
    clock.forward(Duration::from_secs(59));
    session(&router, &token).await.refused(401, "token_refused");
    assert_eq!(issuer.fetches(), 1);
    clock.forward(Duration::from_secs(1));
    assert_eq!(session(&router, &token).await.status, 200);
    assert_eq!(issuer.fetches(), 2);
    session(&router, &key.token("one", &issuer.claims())).await.refused(401, "token_refused");
}

#[tokio::test]
async fn keys_that_the_issuer_withdrew_end_without_a_token_that_is_new() {
    let Kept { issuer, router, clock, key } = kept(|_| {});
    let token = key.token("one", &issuer.claims());
    assert_eq!(session(&router, &token).await.status, 200);
    issuer.shown.lock().unwrap().keys.clear();
    clock.forward(Duration::from_mins(15));
    session(&router, &token).await.refused(401, "token_refused");
}

#[tokio::test]
async fn while_the_issuer_is_down_what_is_known_goes_on_and_the_rest_waits() {
    let Kept { issuer, router, clock, key } = kept(|_| {});
    let token = key.token("one", &issuer.claims());
    issuer.shown.lock().unwrap().down = true;
    let down = session(&router, &token).await;
    down.refused(503, "issuer_down");
    assert_eq!(down.header("retry-after"), "5");
    issuer.shown.lock().unwrap().down = false;
    session(&router, &token).await.refused(503, "issuer_down");
    clock.forward(Duration::from_secs(5));
    assert_eq!(session(&router, &token).await.status, 200, "it recovers by itself");
    issuer.shown.lock().unwrap().down = true;
    clock.forward(Duration::from_hours(1));
    assert_eq!(session(&router, &token).await.status, 200);
    clock.forward(Duration::from_hours(23));
    session(&router, &token).await.refused(503, "issuer_down");
}

#[tokio::test]
async fn an_issuer_is_what_it_says_and_leads_nowhere_else() {
    let Kept { issuer, router, key, clock } = kept(|_| {});
    let token = key.token("one", &issuer.claims());
    issuer.shown.lock().unwrap().named = Some("https://evil.example".to_owned());
    session(&router, &token).await.refused(503, "issuer_down");
    {
        let mut shown = issuer.shown.lock().unwrap();
        (shown.named, shown.jwks) = (None, Some("http://192.0.2.1/keys".to_owned()));
    }
    clock.forward(Duration::from_secs(5));
    session(&router, &token).await.refused(503, "issuer_down");
    for issuer in
        ["http://login.example.com", "ftp://login.example.com", "login.example.com", "", "http://127.0.0.1.evil.example"]
    {
        let options = OidcOptions {
            issuer: issuer.to_owned(),
            audience: "interdict".to_owned(),
            roles_claim: "roles".to_owned(),
            ..OidcOptions::default()
        };
        assert!(Oidc::new(options).is_err(), "{issuer}");
    }
}

#[tokio::test]
async fn claims_become_roles_that_do_not_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roles.toml");
    std::fs::write(&path, "[roles]\n\"aml team\" = \"analyst\"\nboard = \"auditor\"\n").unwrap();
    let map = read_role_map(&path).unwrap();
    assert_eq!(map["board"], Role::Auditor);
    let mapped = kept(|options| (options.roles, options.roles_claim) = (map, "access.groups".to_owned()));
    let ask = async |kept: &Kept, name: &str, value: Value| {
        let mut claims = kept.issuer.claims();
        claims[name] = value;
        session(&kept.router, &kept.key.token("one", &claims)).await
    };
    let groups = |names: &[&str]| json!({"groups": names});
    let reply = ask(&mapped, "access", groups(&["aml team", "cooks"])).await;
    assert_eq!((reply.status, &reply.json()["roles"]), (200, &json!(["analyst"])));
    ask(&mapped, "access", groups(&["aml team", "board"])).await.refused(403, "roles_conflict");
    ask(&mapped, "access", groups(&["analyst"])).await.refused(403, "no_role");
    ask(&mapped, "access", json!(7)).await.refused(403, "no_role");

    let plain = kept(|options| options.tenant_claim = Some("org".to_owned()));
    ask(&plain, "roles", json!(["analyst"])).await.refused(403, "no_tenant");
    let reply = ask(&plain, "org", json!("north")).await;
    assert_eq!((reply.status, &reply.json()["tenant"]), (200, &json!("north")));

    let equal = kept(|_| {});
    let reply = ask(&equal, "roles", json!("viewer approver")).await;
    assert_eq!((reply.status, &reply.json()["roles"]), (200, &json!(["viewer", "approver"])));
    for roles in [json!(["admin", "approver"]), json!(["auditor", "analyst"]), json!(["service", "analyst"])] {
        ask(&equal, "roles", roles).await.refused(403, "roles_conflict");
    }
    for wrong in ["[roles]\nboard = \"king\"", "roles = \"secret-word\""] {
        std::fs::write(&path, wrong).unwrap();
        let error = read_role_map(&path).unwrap_err().to_string();
        assert!(!error.contains("secret-word"), "{error}");
    }
}
