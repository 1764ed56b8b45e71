//! A server over one invented party, users in a file, and browsers that keep cookies.

use std::fs;
use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Builder as Asking;
use axum::http::{HeaderMap, Request};
use interdict_matching::Settings;
use interdict_model::entity_from_json;
use interdict_server::{App, Clock, Engine, Known, Options, Role, UserEntry, UserFile, Users, router};
use interdict_snapshot::Builder;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "glass harbour lantern 7";

const PARTY: &str = r#"{"id":"inv-1","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"topics":["sanction"]},"datasets":["list_a"],"target":true}"#;

pub(crate) fn app(known: impl Into<Known>, secure: bool) -> App {
    let mut builder = Builder::new();
    builder.add(&entity_from_json(PARTY).unwrap());
    let engine = Engine { snapshot: builder.finish().unwrap().open().unwrap(), settings: Settings::default() };
    App::new(engine, "invented", Options::default(), known, secure).unwrap()
}

/// A server with the user `ada`, an analyst.
pub(crate) struct Place {
    pub(crate) router: Router,
    pub(crate) clock: Clock,
    users: PathBuf,
    _folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(Known::default(), false)
    }

    pub(crate) fn with(known: Known, secure: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let users = folder.path().join("users.toml");
        let ada = UserEntry::new("ada", &[Role::Analyst], PASSWORD, Timestamp::UNIX_EPOCH).unwrap();
        fs::write(&users, UserFile { users: vec![ada] }.to_text().unwrap()).unwrap();
        let clock = known.clock.clone();
        let known = Known { users: Some(Users::open(&users).unwrap()), ..known };
        Self { router: router(app(known, secure)), clock, users, _folder: folder }
    }

    /// Changes the file of users, as an operator does.
    pub(crate) fn change(&self, change: impl FnOnce(&mut UserFile)) {
        let mut file = UserFile::read(&self.users).unwrap();
        change(&mut file);
        let new = self.users.with_extension("new");
        fs::write(&new, file.to_text().unwrap()).unwrap();
        fs::rename(new, &self.users).unwrap();
    }

    pub(crate) async fn sign_in(&self, user: &str, password: &str) -> Reply {
        send(&self.router, sign_in(user, password)).await
    }

    /// The browser of `ada`, who has signed in.
    pub(crate) async fn browser(&self) -> Browser {
        Browser::of(&self.router, &self.sign_in("ada", PASSWORD).await)
    }
}

pub(crate) fn sign_in(user: &str, password: &str) -> Request<Body> {
    json_request("/api/v1/session", &json!({"user": user, "password": password}))
}

pub(crate) fn json_request(path: &str, body: &Value) -> Request<Body> {
    Request::post(path)
        .header("host", "localhost:8053")
        .header("content-type", "application/json")
        .body(body.to_string().into())
        .unwrap()
}

/// A browser with the cookie of a session.
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Browser {
    pub(crate) fn of(router: &Router, reply: &Reply) -> Self {
        assert_eq!(reply.status, 200, "{}", reply.text);
        let cookie = reply.cookies().into_iter().find(|cookie| !cookie.contains("-login=")).expect("no cookie");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let csrf = reply.json()["csrf"].as_str().unwrap_or_default().to_owned();
        Self { router: router.clone(), cookie, csrf }
    }

    /// The secret in the cookie.
    pub(crate) fn secret(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    /// A request with the cookie, and nothing else that proves anything.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Asking {
        Request::builder().method(method).uri(path).header("host", "localhost:8053").header("cookie", &self.cookie)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send(&self.router, self.ask("GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, asking: Asking) -> Reply {
        send(&self.router, asking.header("content-type", "application/json").body("{}".into()).unwrap()).await
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// Refused with a status and a code, as a problem.
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Reply { status: parts.status.as_u16(), headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// A request with a key or token.
pub(crate) async fn with_key(router: &Router, method: &str, path: &str, key: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).header("host", "screen.example.com");
    let request = request.header("authorization", format!("Bearer {key}")).header("content-type", "application/json");
    send(router, request.body("{}".into()).unwrap()).await
}
