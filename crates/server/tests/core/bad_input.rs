//! What is refused, with which status and code. Nothing a client sends is an error of the server.

use std::time::Duration;

use interdict_server::Options;

use crate::common::{Connection, ORVANTIS, Plan, Running, options};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn bodies_that_are_no_request() {
    let server = Running::start();
    for path in ["/api/v1/screen", "/api/v1/compare"] {
        for body in ["{", "nonsense", "{\"name\":", "\u{feff}{}", "{\"name\":\"x\"}}", "{\"name\":\"\\ud800\"}"] {
            server.post(path, body).await.problem(400, "not_json");
        }
        server.post(path, [0xff, 0xfe, b'{', b'}']).await.problem(400, "not_json");
        for body in ["[]", "7", "\"x\"", "null", "true"] {
            server.post(path, body).await.problem(422, "invalid");
        }
    }
    for body in [
        "{}",
        r#"{"name":7}"#,
        r#"{"name":""}"#,
        r#"{"name":"  "}"#,
        r#"{"queries":{}}"#,
        r#"{"queries":[]}"#,
        r#"{"queries":[{"name":"x"}],"nmae":1}"#,
        r#"{"queries":[{"name":"x"}],"settings":[]}"#,
        r#"{"queries":[{"name":"x"}],"settings":{"nope":1}}"#,
        r#"{"name":"x","threshold":"high"}"#,
        r#"{"name":"x","threshold":1.5}"#,
        r#"{"name":"x","threshold":-1}"#,
        r#"{"name":"x","limit":0}"#,
        r#"{"name":"x","limit":-1}"#,
        r#"{"name":"x","limit":1.5}"#,
        r#"{"name":"x","limit":99999999999999999999999}"#,
        r#"{"name":"x","explain":1}"#,
        r#"{"schema":"Person"}"#,
        r#"{"schema":7,"properties":{"name":["x"]}}"#,
        r#"{"schema":"Nope","properties":{"name":["x"]}}"#,
        r#"{"schema":"Person","properties":[]}"#,
        r#"{"schema":"Person","properties":{"name":{}}}"#,
        r#"{"schema":"Person","properties":{"name":[[]]}}"#,
        r#"{"schema":"Person","properties":{"name":["Ada Example"]},"settings":{"threshold":"x"}}"#,
    ] {
        let answer = server.post("/api/v1/screen", body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
        answer.problem(422, "invalid");
    }
    let many = format!(r#"{{"queries":[{}]}}"#, vec!["{}"; 1001].join(","));
    server.post("/api/v1/screen", many).await.problem(422, "invalid");
    for body in ["{}", r#"{"a":{}}"#, r#"{"a":1,"b":2}"#, r#"{"pairs":7}"#, r#"{"pairs":[]}"#] {
        server.post("/api/v1/compare", body).await.problem(422, "invalid");
    }
    let name = format!(r#"{{"name":"{}"}}"#, "x".repeat(100_000));
    server.post("/api/v1/screen", name).await.problem(422, "invalid");
}

#[tokio::test]
async fn no_body_and_bodies_of_another_type() {
    let server = Running::start();
    for path in ["/api/v1/screen", "/api/v1/compare", "/match/default"] {
        server.ask("POST", path, &[], b"").await.problem(400, "empty_body");
        server.ask("POST", path, &[JSON], b"").await.problem(400, "empty_body");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "json", ""] {
            let answer = server.ask("POST", path, &[("content-type", kind)], b"{}").await;
            answer.problem(415, "unsupported_media_type");
        }
        server.ask("POST", path, &[], b"{}").await.problem(415, "unsupported_media_type");
    }
    let form = "application/x-www-form-urlencoded";
    for (kind, body) in [("", ""), (form, ""), (form, "q=Orvantis"), ("application/json", r#"{"q":"Orvantis"}"#)] {
        let answer = server.ask("POST", "/search/default", &[("content-type", kind)], body.as_bytes()).await;
        assert!(answer.status == 200 && answer.text().contains("a-0"), "{kind} {body}: {}", answer.text());
    }
    for kind in ["text/plain", "multipart/form-data", ""] {
        server.ask("POST", "/search/default", &[("content-type", kind)], b"q=x").await.problem(415, "unsupported_media_type");
    }
    for kind in ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", " application/json ;x"] {
        let answer = server.ask("POST", "/api/v1/screen", &[("content-type", kind)], ORVANTIS.as_bytes()).await;
        assert_eq!(answer.status, 200, "{kind}");
    }
    let answer = server.ask("POST", "/api/v1/screen/stream", &[("content-type", "text/csv")], b"a,b\n").await;
    answer.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn bodies_that_are_too_large() {
    let server = Plan::new(Options { body: 10_000, ..options() }).start();
    let padded = |size: usize| format!("{}{}", ORVANTIS, " ".repeat(size - ORVANTIS.len()));
    assert_eq!(server.post("/api/v1/screen", padded(10_000)).await.status, 200);
    server.post("/api/v1/screen", padded(10_001)).await.problem(413, "too_large");
    server.post("/match/default", padded(10_001)).await.problem(413, "too_large");
    // One whose length is told is refused before it comes.
    let mut connection = server.connect().await;
    connection
        .raw(b"POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9999999999999\r\n\r\n")
        .await
        .unwrap();
    connection.answer("POST").await.unwrap().problem(413, "too_large");
    // One whose length is not told is refused when it has become too long.
    let mut connection = server.connect().await;
    connection
        .raw(b"POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    for _ in 0..11 {
        // 1,000 bytes; the last may find the server gone.
        let _ = connection.raw(format!("3e8\r\n{}\r\n", " ".repeat(1000)).as_bytes()).await;
    }
    connection.answer("POST").await.unwrap().problem(413, "too_large");
    // Lengths that are none, or two.
    for lengths in ["content-length: x\r\n", "content-length: -1\r\n", "content-length: 1\r\ncontent-length: 2\r\n"] {
        let mut connection = server.connect().await;
        let head =
            format!("POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{lengths}\r\n{{}}");
        connection.raw(head.as_bytes()).await.unwrap();
        assert_eq!(connection.head().await.unwrap().status, 400, "{lengths}");
    }
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn json_that_is_nested_too_deep() {
    let server = Plan::new(Options { depth: 32, ..options() }).start();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        for depth in [33, 1000, 100_000] {
            let bomb = open.repeat(depth);
            for path in ["/api/v1/screen", "/api/v1/compare", "/match/default", "/search/default"] {
                server.post(path, &bomb).await.problem(400, "too_deep");
            }
            let closed = format!("{bomb}1{}", close.repeat(depth));
            server.post("/api/v1/screen", closed).await.problem(400, "too_deep");
        }
    }
    // Brackets in texts nest nothing.
    let name = format!(r#"{{"name":"{}\"[[ Orvantis"}}"#, "[{".repeat(50));
    assert_eq!(server.post("/api/v1/screen", name).await.status, 200);
    let line = format!("{}\n{ORVANTIS}\n", "[".repeat(5000));
    let answer =
        server.ask("POST", "/api/v1/screen/stream", &[("content-type", "application/x-ndjson")], line.as_bytes()).await;
    let text = answer.text();
    assert!(text.lines().next().unwrap().contains("nested"), "{text}");
    assert_eq!(text.lines().count(), 2);
}

#[tokio::test]
async fn a_slow_body_and_a_slow_head() {
    let short = Duration::from_millis(80);
    let server = Plan::new(Options { body_time: short, head_time: short, ..options() }).start();
    let mut connection = server.connect().await;
    connection
        .raw(
            b"POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{",
        )
        .await
        .unwrap();
    connection.answer("POST").await.unwrap().problem(408, "slow_body");
    // The head that does not come, in whole or at all: the connection ends without an answer of a route.
    for begun in ["", "G", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nhost: local", "PRI * HTTP/2.0\r\n\r\n"] {
        let mut connection = server.connect().await;
        connection.raw(begun.as_bytes()).await.unwrap();
        let rest = connection.rest().await;
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 4"), "{begun}: {}", String::from_utf8_lossy(&rest));
    }
    // A connection that was used and says nothing more ends too.
    let mut connection = server.connect().await;
    connection.send("GET", "/healthz", &[], b"").await;
    assert_eq!(connection.answer("GET").await.unwrap().status, 200);
    assert!(connection.rest().await.is_empty());
}

#[tokio::test]
async fn a_body_that_ends_before_it_is_whole() {
    let server = Running::start();
    let mut connection = server.connect().await;
    connection
        .raw(b"POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"name\"")
        .await
        .unwrap();
    tokio::io::AsyncWriteExt::shutdown(connection.stream.get_mut()).await.unwrap();
    let rest = String::from_utf8(connection.rest().await).unwrap();
    assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 400"), "{rest}");
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn paths_and_methods_that_there_are_none_of() {
    let server = Running::start();
    for path in [
        "/",
        "/nope",
        "/api",
        "/api/v1",
        "/api/v2/status",
        "/docs/",
        "/docs/page.html",
        "/healthz/",
        "//healthz",
        "/api/v1/screen/",
    ] {
        server.get(path).await.problem(404, "no_route");
    }
    for path in
        ["/../etc/passwd", "/docs/../../etc/passwd", "/docs/%2e%2e/%2e%2e/etc/passwd", "/docs/..%2f..%2fetc%2fpasswd", "/%00"]
    {
        server.get(path).await.problem(404, "no_route");
    }
    for id in [
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e",
        "%00",
        "'%20OR%20'1'='1",
        "1;DROP%20TABLE%20customers--",
        "%F0%9F%A6%80",
        "a%0d%0aset-cookie:x",
        "$(id)",
        "%7B%7B7*7%7D%7D",
    ] {
        for path in ["/api/v1/entities", "/api/v1/network"] {
            server.get(&format!("{path}/{id}")).await.problem(404, "unknown_entity");
        }
        let answer = server.get(&format!("/entities/{id}")).await;
        assert_eq!((answer.status, answer.secure().json()["detail"].is_string()), (404, true), "{id}");
        let answer = server.post(&format!("/match/{id}"), "{}").await;
        assert_eq!((answer.status, answer.secure().json()["detail"].is_string()), (404, true), "{id}");
    }
    // Bytes that are no text are no id.
    for path in ["/api/v1/entities/%FF", "/api/v1/network/%FF"] {
        let answer = server.get(path).await;
        assert!([400, 404].contains(&answer.status), "{}", answer.status);
        assert_eq!(answer.secure().header("content-type"), Some("application/problem+json"));
    }
    for (method, path, allow) in [
        ("POST", "/healthz", "GET"),
        ("GET", "/api/v1/screen", "POST"),
        ("DELETE", "/api/v1/entities/a-0", "GET"),
        ("PUT", "/search/default", "GET, POST"),
        ("OPTIONS", "/api/v1/screen", "POST"),
        ("TRACE", "/healthz", "GET"),
        ("PROPFIND", "/healthz", "GET"),
        ("NONSENSE", "/healthz", "GET"),
    ] {
        let answer = server.ask(method, path, &[], b"").await;
        answer.problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn heads_that_are_no_heads() {
    let server = Running::start();
    let many = "x: y\r\n".repeat(300);
    let cases = [
        (format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(100_000)), 431),
        (format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{many}\r\n"), 431),
        (format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "y".repeat(100_000)), 414),
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET /healthz HTTP/1.1\r\nhost localhost\r\n\r\n".to_owned(), 400),
        ("GET  HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n".to_owned(), 400),
    ];
    for (head, status) in cases {
        let mut connection = server.connect().await;
        let _ = connection.raw(head.as_bytes()).await;
        // It may have closed while more came, and the answer is lost then; it never is a success.
        if let Ok(answer) = connection.head().await {
            let near = [status, 400, 431];
            assert!(near.contains(&answer.status), "{}: {}", head.chars().take(40).collect::<String>(), answer.status);
        }
        assert_eq!(server.get("/healthz").await.status, 200);
    }
}

#[tokio::test]
async fn requests_one_after_the_other_on_one_connection() {
    let server = Running::start();
    let mut connection: Connection<_> = server.connect().await;
    let request = format!(
        "POST /api/v1/screen HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{ORVANTIS}",
        ORVANTIS.len()
    );
    let refused = "GET /nope HTTP/1.1\r\nhost: localhost\r\n\r\n";
    connection.raw([request.as_str(), refused, &request].concat().as_bytes()).await.unwrap();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(connection.answer("POST").await.unwrap().status);
    }
    assert_eq!(statuses, [200, 404, 200]);
}
