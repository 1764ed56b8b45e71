//! How the server ends, and what keeps it from beginning.

use std::time::Duration;

use interdict_server::{App, Options, Server, ServerError};
use tokio::net::TcpStream;

use crate::common::{Hold, ORVANTIS, Plan, engine, holding, options, snapshot, until};

/// Tries to connect until it is refused.
async fn refused(address: std::net::SocketAddr) {
    for _ in 0..100_000 {
        if TcpStream::connect(address).await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{address} still takes connections");
}

#[tokio::test]
async fn what_runs_ends_and_nothing_new_begins() {
    let hold = Hold::new("Ending Waits");
    let mut server = Plan::new(Options { inline: 0, meaning: holding, ..options() }).start();
    let mut running = server.connect().await;
    running.send("POST", "/api/v1/screen", &[("content-type", "application/json")], hold.query().as_bytes()).await;
    until(&server, "interdict_requests_inside", 1).await;
    let mut idle = server.connect().await;
    idle.send("GET", "/readyz", &[], b"").await;
    assert_eq!(idle.answer("GET").await.unwrap().status, 200);
    server.end();
    refused(server.address).await;
    // Who only holds a connection does not hold the server.
    assert!(idle.rest().await.is_empty());
    drop(hold);
    let answer = running.answer("POST").await.unwrap();
    assert_eq!(answer.json()["status"], "clear");
    assert!(running.rest().await.is_empty(), "the connection ends with its request");
    server.ended().await.unwrap();
}

#[tokio::test]
async fn one_that_lingers_says_that_it_ends_and_still_answers() {
    let mut server = Plan::new(Options { linger: Duration::from_hours(1), ..options() }).start();
    assert_eq!(server.get("/readyz").await.status, 200);
    server.end();
    let mut last = server.get("/readyz").await;
    for _ in 0..100_000 {
        if last.status == 503 {
            break;
        }
        last = server.get("/readyz").await;
    }
    assert_eq!((last.status, last.secure().json()["status"].as_str()), (503, Some("ending")));
    assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.status, 200);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut_off() {
    let hold = Hold::new("Endless");
    let mut server = Plan::new(Options { grace: Duration::from_millis(50), inline: 0, meaning: holding, ..options() }).start();
    let mut running = server.connect().await;
    running.send("POST", "/api/v1/screen", &[("content-type", "application/json")], hold.query().as_bytes()).await;
    until(&server, "interdict_requests_inside", 1).await;
    server.end();
    server.ended().await.unwrap();
    drop(hold);
}

#[tokio::test]
async fn a_port_is_one_servers() {
    let server = Plan::new(options()).start();
    let app = App::new(engine(&snapshot("a", 1, "2026-01-15")), "a", options(), None, false).unwrap();
    let error = Server::bind(server.address, app, None, None).unwrap_err();
    assert!(matches!(error, ServerError::Listen { .. }));
    let words = error.to_string();
    assert!(words.contains(&format!("cannot listen on {}", server.address)), "{words}");
}
