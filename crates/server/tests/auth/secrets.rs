//! No secret shows in the log, in an answer that refuses, or in what is printed for debugging.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use interdict_server::{Clock, KeyFile, Keys, Known, OidcClient, Role, UserEntry, UserFile, Users, new_key, router};
use jiff::Timestamp;
use tracing_subscriber::EnvFilter;

use crate::common::{Browser, PASSWORD, app, send, sign_in, with_key};
use crate::issuer::{Issuer, Key};
use crate::sign_in::{Away, SECRET};

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_shows_in_the_log_or_in_answers() {
    let log = Log::default();
    let written = log.clone();
    // As `start_logging` does it, with what libraries log too.
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("debug"))
        .with_writer(move || written.clone())
        .with_ansi(false)
        .try_init()
        .unwrap();
    let mut secrets: Vec<(&str, String)> = vec![("password", PASSWORD.to_owned()), ("client", SECRET.to_owned())];
    let mut answers = String::new();

    let folder = tempfile::tempdir().unwrap();
    let (key, entry) = new_key("Ada Example", Role::Analyst, Timestamp::now()).unwrap();
    let user = UserEntry::new("ada", &[Role::Analyst], PASSWORD, Timestamp::now()).unwrap();
    secrets.push(("key", key.rsplit('_').next().unwrap().to_owned()));
    secrets.push(("hash of a password", user.password.clone()));
    let (keys_path, users_path) = (folder.path().join("keys.toml"), folder.path().join("users.toml"));
    std::fs::write(&keys_path, KeyFile { keys: vec![entry] }.to_text().unwrap()).unwrap();
    let users = UserFile { users: vec![user] };
    std::fs::write(&users_path, users.to_text().unwrap()).unwrap();
    let signer = Key::ec();
    let issuer = Issuer::new(vec![signer.public("one")]);
    let known = Known {
        keys: Some(Keys::open(&keys_path).unwrap()),
        users: Some(Users::open(&users_path).unwrap()),
        ..Issuer::known(issuer.options(), &Clock::default())
    };
    let app = app(known, false);
    let router = router(app.clone());

    // A key, a right one and one that nearly is.
    assert_eq!(with_key(&router, "GET", "/api/v1/status", &key).await.status, 200);
    let wrong = format!("{}0", &key[..key.len() - 1]);
    secrets.push(("wrong key", wrong[13..].to_owned()));
    answers += &with_key(&router, "GET", "/api/v1/status", &wrong).await.text;
    // A password, a right one, a wrong one, and one in the place of the name.
    let browser = Browser::of(&router, &send(&router, sign_in("ada", PASSWORD)).await);
    secrets.push(("session", browser.secret().to_owned()));
    secrets.push(("csrf", browser.csrf.clone()));
    secrets.push(("wrong password", "nearly the password 8".to_owned()));
    answers += &send(&router, sign_in("ada", "nearly the password 8")).await.text;
    answers += &send(&router, sign_in("nearly the password 8", "ada")).await.text;
    answers += &browser.send(browser.ask("POST", "/api/v1/screen")).await.text;
    answers += &browser.send(browser.ask("POST", "/api/v1/screen").header("x-csrf-token", &browser.csrf)).await.text;
    answers += &browser.get("/metrics").await.text;
    browser.send(browser.ask("DELETE", "/api/v1/session").header("x-csrf-token", &browser.csrf)).await;
    answers += &browser.get("/api/v1/status").await.text;
    // Tokens.
    let token = signer.token("one", &issuer.claims());
    assert_eq!(with_key(&router, "GET", "/api/v1/status", &token).await.status, 200);
    let bad = Key::ec().token("one", &issuer.claims());
    answers += &with_key(&router, "GET", "/api/v1/status", &bad).await.text;
    secrets.push(("signature", token.rsplit('.').next().unwrap().to_owned()));
    secrets.push(("claims", token.split('.').nth(1).unwrap().to_owned()));
    secrets.push(("bad signature", bad.rsplit('.').next().unwrap().to_owned()));
    // A sign-in with a code, a right one and one that the issuer refuses.
    let away = Away::new();
    for code in ["code-of-the-test-1", "code-of-the-test-2"] {
        let sent = away.begin().await;
        let id_token = away.signed_in(&sent.fields["nonce"], |_| {});
        if code.ends_with('2') {
            away.issuer.shown.lock().unwrap().id_token = None;
        }
        let reply = away.back(&format!("code={code}&state={}", sent.fields["state"]), &sent.cookie).await;
        answers += &reply.text;
        secrets.push(("code", code.to_owned()));
        secrets.push(("state", sent.fields["state"].clone()));
        secrets.push(("nonce", sent.fields["nonce"].clone()));
        secrets.push(("signature of a sign-in", id_token.rsplit('.').next().unwrap().to_owned()));
        if code.ends_with('1') {
            secrets.push(("session", Browser::of(&away.router, &reply).secret().to_owned()));
        }
    }
    let asked = away.issuer.shown.lock().unwrap().asked.clone();
    let verifier = asked.iter().find_map(|(_, body)| body.split('&').find_map(|pair| pair.strip_prefix("code_verifier=")));
    secrets.push(("verifier", verifier.unwrap().to_owned()));
    let basic =
        asked.iter().find_map(|(head, _)| head.split_once("asic ").map(|(_, rest)| rest.lines().next().unwrap().to_owned()));
    secrets.push(("client in the header", basic.unwrap()));
    // The token of `updatez`, which is a parameter.
    let update = Request::post("/updatez?token=token-of-an-update").header("host", "localhost").body(Body::empty()).unwrap();
    answers += &send(&router, update).await.text;
    secrets.push(("token of an update", "token-of-an-update".to_owned()));

    let debugged = format!("{app:?} {users:?} {:?}", OidcClient { id: "web".to_owned(), secret: Some(SECRET.to_owned()) });
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for word in [
        "ureq",
        "trace=\"",
        "signed in",
        "not signed in",
        "signed out",
        "no token for a code",
        "/api/v1/oidc/callback",
        "/updatez",
    ] {
        assert!(logged.contains(word), "the log is not that of the requests, it lacks `{word}`: {logged}");
    }
    for (what, secret) in &secrets {
        assert!(secret.len() >= 12, "{what} is too short to be looked for");
        assert!(!logged.contains(secret.as_str()), "{what} is in the log: {}", lines_with(&logged, secret));
        assert!(!answers.contains(secret.as_str()), "{what} is in an answer: {}", lines_with(&answers, secret));
        assert!(!debugged.contains(secret.as_str()), "{what} is in what is printed for debugging");
    }
}

fn lines_with(text: &str, secret: &str) -> String {
    text.lines().filter(|line| line.contains(secret)).collect::<Vec<_>>().join("\n")
}
