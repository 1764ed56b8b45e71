//! Traces: whose request it is, and spans for a collector that may be there or not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use interdict_server::{Spans, SpansOptions, router};
use serde_json::Value;

use crate::common::{app, send};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn asked(parent: &[&str]) -> Request<Body> {
    let mut asked = Request::get("/healthz").header("host", "localhost");
    for parent in parent {
        asked = asked.header("traceparent", *parent);
    }
    asked.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_trace_goes_on_and_a_new_one_begins() {
    let router = router(app(None, false));
    let response = async |parent: &[&str]| send(&router, asked(parent)).await.header("traceresponse").to_owned();
    let continued = response(&[PARENT]).await;
    let parts: Vec<&str> = continued.split('-').collect();
    assert_eq!((parts[0], parts[1], parts[3]), ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01"));
    assert_ne!(parts[2], "00f067aa0ba902b7", "the request is a part of its own");
    assert!(response(&[&PARENT.replace("-01", "-00")]).await.ends_with("-00"));
    let (one, other) = (response(&[]).await, response(&["nonsense"]).await);
    assert!(one.len() == 55 && other.len() == 55 && one[..35] != other[..35], "{one} {other}");
    assert!(!response(&[PARENT, PARENT]).await.contains("4bf92f35"), "two name none");
}

/// A collector that answers with a status, and says what it took.
fn collector(status: &'static str) -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (took, taken) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap() == 0 || line.trim().is_empty() {
                    break;
                }
                if let Some(given) = line.to_lowercase().strip_prefix("content-length:") {
                    length = given.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            // Before the answer: who was answered finds it in the channel.
            if took.send((head, serde_json::from_slice(&body).unwrap())).is_err() {
                return;
            }
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{{}}");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, taken)
}

#[tokio::test]
async fn a_collector_gets_spans_in_otlp() {
    let (address, taken) = collector("200 OK");
    let app = app(None, false);
    app.trace_to(
        Spans::start(SpansOptions { endpoint: address, every: Duration::from_millis(1), ..SpansOptions::default() }).unwrap(),
    );
    let router = router(app.clone());
    assert_eq!(send(&router, asked(&[PARENT])).await.status, 200);
    let (head, body) = taken.recv().unwrap();
    assert!(head.starts_with("POST /v1/traces ") && head.to_lowercase().contains("content-type: application/json"), "{head}");
    let resource = &body["resourceSpans"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "interdict");
    let span = &resource["scopeSpans"][0]["spans"][0];
    assert_eq!(span["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(
        (&span["parentSpanId"], &span["name"], &span["kind"]),
        (&"00f067aa0ba902b7".into(), &"GET /healthz".into(), &2.into())
    );
    assert_eq!(span["attributes"][2]["value"]["intValue"], "200");
    let time = |name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap();
    assert!(time("startTimeUnixNano") > 1_600_000_000_000_000_000 && time("endTimeUnixNano") >= time("startTimeUnixNano"));
    // Who does not want to be traced is not, and what is asked for stands nowhere.
    send(&router, asked(&[&PARENT.replace("-01", "-00")])).await;
    let secret = Request::get("/entities/someone?q=private").header("host", "localhost").body(Body::empty()).unwrap();
    send(&router, secret).await;
    let (_, body) = taken.recv().unwrap();
    let spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone();
    assert_eq!((spans.len(), spans[0]["name"].as_str()), (1, Some("GET /entities/{entity_id}")));
    let text = body.to_string();
    assert!(!text.contains("someone") && !text.contains("private"), "{text}");
}

#[tokio::test]
async fn a_collector_that_is_not_there_costs_spans_and_no_request() {
    // It takes connections, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let options =
        SpansOptions { endpoint, queue: 2, batch: 1, every: Duration::from_millis(1), patience: Duration::from_millis(300) };
    let app = app(None, false);
    app.trace_to(Spans::start(options).unwrap());
    let router = router(app.clone());
    for _ in 0..20 {
        assert_eq!(send(&router, asked(&[])).await.status, 200);
    }
    let spans = app.spans().unwrap();
    // One is on its way and two wait, or one has been given up meanwhile.
    assert!(spans.dropped() >= 10 && spans.sent() == 0, "{spans:?}");
    let figures = send(&router, Request::get("/metrics").header("host", "localhost").body(Body::empty()).unwrap()).await;
    assert!(figures.text.contains("interdict_spans_dropped_total"), "{}", figures.text);
}

#[tokio::test]
async fn what_a_collector_refuses_is_counted_as_dropped() {
    let (address, taken) = collector("503 Service Unavailable");
    let spans =
        Spans::start(SpansOptions { endpoint: address, every: Duration::from_millis(1), ..SpansOptions::default() }).unwrap();
    let app = app(None, false);
    app.trace_to(spans);
    let router = router(app.clone());
    send(&router, asked(&[])).await;
    taken.recv().unwrap();
    while app.spans().unwrap().dropped() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!((app.spans().unwrap().dropped(), app.spans().unwrap().sent()), (1, 0));
    for endpoint in ["", "collector:4318", "ftp://collector.example", "http://user:word@collector.example"] {
        let options = SpansOptions { endpoint: endpoint.to_owned(), ..SpansOptions::default() };
        let error = Spans::start(options).unwrap_err().to_string();
        assert!(!error.contains("word@"), "{error}");
    }
}

#[tokio::test]
async fn what_waits_at_the_end_is_sent() {
    let (address, taken) = collector("200 OK");
    let app = app(None, false);
    let options = SpansOptions { endpoint: address, every: Duration::from_hours(1), batch: 2, ..SpansOptions::default() };
    app.trace_to(Spans::start(options).unwrap());
    let router = router(app.clone());
    for _ in 0..5 {
        send(&router, asked(&[])).await;
    }
    app.spans().unwrap().end();
    assert_eq!((app.spans().unwrap().sent(), app.spans().unwrap().dropped()), (5, 0));
    assert_eq!(taken.try_iter().count(), 3);
    // After the end nothing goes out, and nothing waits.
    assert_eq!(send(&router, asked(&[])).await.status, 200);
    assert_eq!(app.spans().unwrap().dropped(), 1);
}
