//! A server with cases, and a key for somebody in each role.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use interdict_casework::{Archive, Location, SigningKey, VerifyingKey};
use interdict_matching::Settings;
use interdict_model::entity_from_json;
use interdict_server::{App, CasesOptions, Engine, KeyEntry, KeyFile, Keys, Options, new_key, router};
use interdict_snapshot::{Builder, SourceMeta};
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::place::Place;

/// Listed parties, all invented.
pub(crate) const LISTED: &str = r#"
{"id":"inv-1","caption":"Orvantis Brellmoor","schema":"Person","properties":{"name":["Orvantis Brellmoor"],"birthDate":["1971-02-03"],"topics":["sanction"]},"datasets":["invented"],"target":true}
{"id":"inv-2","caption":"Zyphera Glassworks","schema":"Company","properties":{"name":["Zyphera Glassworks"],"jurisdiction":["ee"],"topics":["sanction"]},"datasets":["invented"],"target":true}
"#;

/// Somebody, with role and tenant. `cy` has two keys.
const PEOPLE: [(&str, &str, &str, &str); 11] = [
    ("ann", "ann", "analyst", ""),
    ("bob", "bob", "approver", ""),
    ("cy", "cy", "analyst", ""),
    ("cy2", "cy", "approver", ""),
    ("adm", "adm", "admin", ""),
    ("aud", "aud", "auditor", ""),
    ("svc", "svc", "service", ""),
    ("vi", "vi", "viewer", ""),
    ("eve", "eve", "analyst", "acme"),
    ("ann_acme", "ann", "auditor", "acme"),
    ("svc_acme", "svc", "service", "acme"),
];

pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) keys: BTreeMap<String, String>,
    pub(crate) file: KeyFile,
    pub(crate) public: VerifyingKey,
    secret: String,
    private: bool,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) json: Value,
}

impl Reply {
    /// Takes an answer of a status, and fails on any other.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    /// An error with a code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.is(status);
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        assert_eq!(reply.json["code"], code, "{}", reply.json);
        reply
    }

    #[track_caller]
    pub(crate) fn text(&self, pointer: &str) -> String {
        let found = self.json.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no {pointer} in {}", self.json)).to_owned()
    }
}

pub(crate) fn engine(lines: &str, issue: &str) -> Engine {
    let mut builder = Builder::new();
    let mut entities = 0;
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        builder.add(&entity_from_json(line).unwrap());
        entities += 1;
    }
    builder.add_source(SourceMeta {
        id: "invented".to_owned(),
        format: "ftm".to_owned(),
        issue_date: issue.to_owned(),
        sha256: String::new(),
        bytes: lines.len() as u64,
        entities,
        counts: Vec::new(),
    });
    Engine { snapshot: builder.finish().unwrap().open().unwrap(), settings: Settings::default() }
}

/// A key for the file, and its text.
pub(crate) fn key(actor: &str, role: &str, tenant: &str) -> (String, KeyEntry) {
    let (key, mut entry) = new_key(actor, role.parse().unwrap(), Timestamp::UNIX_EPOCH).unwrap();
    actor.clone_into(&mut entry.actor);
    tenant.clone_into(&mut entry.tenant);
    (key, entry)
}

impl World {
    pub(crate) async fn new(place: Place) -> Self {
        Self::with(place, true).await
    }

    pub(crate) async fn with(place: Place, private: bool) -> Self {
        let (mut keys, mut file) = (BTreeMap::new(), KeyFile::default());
        for (name, actor, role, tenant) in PEOPLE {
            let (key, entry) = key(actor, role, tenant);
            keys.insert(name.to_owned(), key);
            file.keys.push(entry);
        }
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let public = VerifyingKey::read(&pair.pk.to_base64()).unwrap();
        let secret = pair.sk.to_box(None).unwrap().to_string();
        let app = Self::app(&place, &file, &secret, private).await;
        Self { router: router(app.clone()), place, app, keys, file, public, secret, private }
    }

    async fn app(place: &Place, file: &KeyFile, secret: &str, private: bool) -> App {
        let path = key_file(place);
        fs::write(&path, file.to_text().unwrap()).unwrap();
        let options = Options { workers: 8, ..Options::default() };
        let app = App::new(engine(LISTED, "2026-01-15"), "invented", options, Some(Keys::open(&path).unwrap()), false).unwrap();
        let audit_key = Some(SigningKey::read(secret, None).unwrap());
        let cases = CasesOptions {
            location: place.location.clone(),
            audit_key,
            archive: Archive::new(&place.path("archive")),
            webhook_private: private,
        };
        app.open_cases(cases, Timestamp::now()).await.unwrap();
        app
    }

    /// Ends the server and starts another on the same store.
    pub(crate) async fn restarted(self) -> Self {
        let Self { place, app, router: routes, keys, file, public, secret, private } = self;
        app.cases().unwrap().close().await;
        drop((routes, app));
        let app = Self::app(&place, &file, &secret, private).await;
        Self { router: router(app.clone()), place, app, keys, file, public, secret, private }
    }

    /// Writes the file of keys again, and has the server look.
    pub(crate) async fn rekeyed(&self, file: &KeyFile) {
        fs::write(key_file(&self.place), file.to_text().unwrap()).unwrap();
        self.app.keys().unwrap().look().unwrap();
        self.app.look_after_cases(Timestamp::now()).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, bytes, json }
    }

    pub(crate) fn request(&self, who: &str, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.keys[who]))
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Reply {
        self.send(self.request(who, "GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn call(&self, who: &str, method: &str, path: &str, body: &Value) -> Reply {
        let request = self.request(who, method, path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: Value) -> Reply {
        self.call(who, "POST", path, &body).await
    }

    /// A customer who is like the listed person, with the alert of it.
    pub(crate) async fn alert(&self, customer: &str) -> String {
        self.post("svc", "/api/v1/customers", person(customer, "Orvantis Brellmoor")).await.is(200);
        let screened = self.post("svc", &format!("/api/v1/customers/{customer}/screen"), Value::Null).await.is(200);
        assert_eq!(screened.json.pointer("/findings/0/became/outcome").unwrap(), "opened", "{}", screened.json);
        screened.text("/findings/0/became/id")
    }

    /// Fails unless the store is as its audit says.
    pub(crate) async fn sound(&self) {
        let report = self.get("aud", "/api/v1/audit/verify").await.is(200);
        assert_eq!(report.json["wrong"], 0, "{}", report.json);
    }
}

fn key_file(place: &Place) -> PathBuf {
    place.path("keys.toml")
}

pub(crate) fn person(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Person", "properties": {"name": [name]}})
}

/// A file that SQLite has at a place, beside that of the default tenant.
pub(crate) fn sqlite_file(place: &Place, name: &str) -> Option<PathBuf> {
    match &place.location {
        Location::Sqlite(path) => Some(path.with_file_name(name)),
        Location::Postgres { .. } => None,
    }
}
