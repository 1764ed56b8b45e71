//! Addresses: which are refused, whom requests come from, and pages of other sites that reach this machine.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::Frame;
use interdict_server::{App, KeyFile, Keys, Known, Role, Server, ServerError, Users, new_key, router};
use jiff::Timestamp;
use serde_json::json;
use tokio::sync::oneshot;

use crate::common::{PASSWORD, app, json_request, send};

fn keyed(behind_proxy: bool) -> App {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let (_, entry) = new_key("Ada Example", Role::Viewer, Timestamp::now()).unwrap();
    std::fs::write(&path, KeyFile { keys: vec![entry] }.to_text().unwrap()).unwrap();
    app(Known { keys: Some(Keys::open(&path).unwrap()), behind_proxy, ..Known::default() }, false)
}

#[tokio::test]
async fn an_address_that_others_reach_needs_somebody_known_and_tls() {
    let open: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let refused = |app| Server::bind(open, app, None, None).unwrap_err();
    assert!(matches!(refused(app(None, false)), ServerError::Open(_)));
    assert!(matches!(refused(app(Known { behind_proxy: true, ..Known::default() }, false)), ServerError::Open(_)));
    assert!(matches!(refused(keyed(false)), ServerError::Clear(_)));
    assert!(Server::bind(open, keyed(true), None, None).is_ok(), "a proxy ends TLS");
    let local: SocketAddr = "127.0.0.1:0".parse().unwrap();
    assert!(Server::bind(local, keyed(false), None, None).is_ok(), "what does not leave the machine is not read along");
}

#[tokio::test]
async fn users_who_are_all_disabled_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.toml");
    std::fs::write(&path, "").unwrap();
    let known = Known { users: Some(Users::open(&path).unwrap()), behind_proxy: true, ..Known::default() };
    let refused = Server::bind("0.0.0.0:0".parse().unwrap(), app(known, false), None, None).unwrap_err();
    assert!(matches!(refused, ServerError::Open(_)));
}

#[tokio::test]
async fn a_page_of_another_site_is_not_this_machine() {
    let router = router(app(None, false));
    let get = |host: &str| Request::get("/api/v1/status").header("host", host).body(Body::empty()).unwrap();
    assert_eq!(send(&router, get("127.0.0.1:8053")).await.status, 200);
    // A name of another site that was made to lead here.
    send(&router, get("rebound.evil.example:8053")).await.refused(421, "misdirected");
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("origin", "null")] {
        let mut request = json_request("/api/v1/screen", &json!({}));
        request.headers_mut().insert(name, value.parse().unwrap());
        send(&router, request).await.refused(403, "csrf");
    }
    let own = json_request("/api/v1/screen", &json!({}));
    assert_ne!(send(&router, own).await.status, 403);
}

#[tokio::test]
async fn no_page_may_frame_or_sniff_what_comes() {
    let router = router(app(None, false));
    for path in ["/api/v1/status", "/docs", "/nothing"] {
        let reply = send(&router, Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await;
        assert_eq!((reply.header("x-frame-options"), reply.header("x-content-type-options")), ("DENY", "nosniff"), "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "", "{path}: no other site reads it");
    }
}

#[tokio::test]
async fn what_a_client_writes_does_not_begin_a_line_of_the_log() {
    let router = router(app(None, false));
    let asked = |id: &[u8]| {
        let id = axum::http::HeaderValue::from_bytes(id).unwrap();
        Request::get("/healthz").header("host", "localhost").header("x-request-id", id).body(Body::empty()).unwrap()
    };
    assert_eq!(send(&router, asked(b"order-17")).await.header("x-request-id"), "order-17");
    for id in [&b"a b"[..], b"a\tlevel=ERROR", b"\"", b"\xff", &[b'a'; 65]] {
        let own = send(&router, asked(id)).await;
        let own = own.header("x-request-id");
        assert!(own.len() == 16 && own.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
    }
}

/// Serves until the test ends.
pub(crate) fn serve(app: App) -> (String, oneshot::Sender<()>) {
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), app, None, None).unwrap();
    let address = format!("http://{}", server.address());
    let (end, ended) = oneshot::channel();
    tokio::spawn(server.run(async {
        let _ = ended.await;
    }));
    (address, end)
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_counted_by_the_address_that_a_trusted_proxy_names() {
    for (trusted, told_apart) in [(vec!["127.0.0.0/8".parse().unwrap()], true), (Vec::new(), false)] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        std::fs::write(&path, "").unwrap();
        let known = Known { keys: Some(Keys::open(&path).unwrap()), trusted_proxies: trusted, ..Known::default() };
        let (address, _end) = serve(app(known, false));
        let asked = tokio::task::spawn_blocking(move || {
            let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
            let ask = |from: &str| {
                let asked = agent.get(format!("{address}/api/v1/status"));
                let asked = asked.header("x-forwarded-for", from).header("authorization", "Bearer wrong");
                asked.call().unwrap().status().as_u16()
            };
            let one: Vec<u16> = (0..21).map(|_| ask("198.51.100.7")).collect();
            (one, ask("198.51.100.8"))
        });
        let (one, other) = asked.await.unwrap();
        assert_eq!((one[19], one[20]), (401, 429));
        assert_eq!(other, if told_apart { 401 } else { 429 });
    }
}

#[tokio::test]
async fn signing_in_ends_with_the_limits_of_a_body() {
    let place = crate::common::Place::new();
    let long = json_request("/api/v1/session", &json!({"user": "ada", "password": "x".repeat(2 << 20)}));
    send(&place.router, long).await.refused(413, "too_large");
    // Longer than any password is, and no work for the memory.
    place.sign_in("ada", &"x".repeat(100_000)).await.refused(401, "wrong_password");
    assert_eq!(place.sign_in("ada", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_name_in_a_path_is_never_a_path_of_a_file() {
    let router = router(app(None, false));
    for path in [
        "/search/..%2f..%2f..%2fetc%2fpasswd?q=x",
        "/search/%2e%2e?q=x",
        "/search/C:%5Cwindows?q=x",
        "/search/list_a%00.snapshot?q=x",
        "/entities/..%2f..%2fkeys.toml",
        "/api/v1/entities/..%2f..%2fusers.toml",
        "/docs/..%2f..%2fCargo.toml",
        "/docs/../Cargo.toml",
    ] {
        let reply = send(&router, Request::get(path).header("host", "localhost").body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 404, "{path}: {}", reply.text);
    }
}

#[tokio::test]
async fn what_would_cost_much_is_refused_before_it_is_read() {
    let router = router(app(None, false));
    let asked = |kind: &str, body: Body| {
        let request = Request::post("/api/v1/screen").header("host", "localhost").header("content-type", kind);
        request.body(body).unwrap()
    };
    let deep = Body::from("[".repeat(100_000));
    send(&router, asked("application/json", deep)).await.refused(400, "too_deep");
    let large = Body::from(vec![b' '; (1 << 20) + 1]);
    send(&router, asked("application/json", large)).await.refused(413, "too_large");
    let mut packed = asked("application/json", Body::from(vec![0x1f, 0x8b, 8, 0]));
    packed.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    // Nothing is unpacked, so nothing can grow.
    send(&router, packed).await.refused(400, "not_json");
    send(&router, asked("text/plain", Body::from("{}"))).await.refused(415, "unsupported_media_type");
}

/// A body of which nothing comes.
struct Silent;

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let router = router(app(None, false));
    let request = Request::post("/api/v1/screen").header("host", "localhost").header("content-type", "application/json");
    send(&router, request.body(Body::new(Silent)).unwrap()).await.refused(408, "slow_body");
}
