//! Too much at once: what is admitted is answered, the rest is turned away at once and told when to come again.

use std::time::Duration;

use interdict_server::{Options, Role};

use crate::common::{Hold, KeyRing, ORVANTIS, Plan, holding, options, until};

#[tokio::test]
async fn more_than_workers_and_queue_are_turned_away() {
    let hold = Hold::new("Overload Waits");
    let server = Plan::new(Options { workers: 2, queue: 2, inline: 0, meaning: holding, ..options() }).start();
    let mut admitted = Vec::new();
    for _ in 0..4 {
        let mut connection = server.connect().await;
        connection.send("POST", "/api/v1/screen", &[("content-type", "application/json")], hold.query().as_bytes()).await;
        admitted.push(connection);
    }
    until(&server, "interdict_requests_inside", 4).await;
    for path in ["/api/v1/screen", "/match/default"] {
        let answer = server.post(path, ORVANTIS).await;
        answer.problem(503, "overloaded");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    // What watches the server is answered also then.
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    drop(hold);
    for mut connection in admitted {
        assert_eq!(connection.answer("POST").await.unwrap().status, 200);
    }
    until(&server, "interdict_requests_inside", 0).await;
    assert_eq!(crate::common::figure(&server, "interdict_turned_away_total").await, 2);
    assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.status, 200);
}

#[tokio::test]
async fn a_client_that_leaves_gives_its_place_back() {
    let hold = Hold::new("Leaver Waits");
    let server = Plan::new(Options { workers: 2, queue: 1, inline: 0, meaning: holding, ..options() }).start();
    let mut admitted = Vec::new();
    for _ in 0..3 {
        let mut connection = server.connect().await;
        connection.send("POST", "/api/v1/screen", &[("content-type", "application/json")], hold.query().as_bytes()).await;
        admitted.push(connection);
    }
    until(&server, "interdict_requests_inside", 3).await;
    drop(admitted);
    until(&server, "interdict_requests_inside", 0).await;
    drop(hold);
    assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.status, 200);
}

#[tokio::test]
async fn what_takes_too_long_is_given_up() {
    let hold = Hold::new("Slow Work");
    let options = Options { work_time: Duration::from_millis(50), inline: 0, meaning: holding, ..options() };
    let server = Plan::new(options).start();
    let answer = server.post("/api/v1/screen", hold.query()).await;
    answer.problem(503, "timeout");
    assert_eq!(answer.header("retry-after"), Some("1"));
    drop(hold);
    until(&server, "interdict_requests_inside", 0).await;
}

#[tokio::test]
async fn each_key_has_its_rate() {
    let mut ring = KeyRing::new();
    let [one, other] = [ring.key(Role::Analyst, |_| {}), ring.key(Role::Analyst, |_| {})];
    // One a second, and two at once: however slow the machine, ten requests are not ten seconds.
    let options = Options { rate: Some(1), ..options() };
    let server = Plan { keys: Some(ring.open()), ..Plan::new(options) }.start();
    let mut connection = server.connect().await;
    let mut statuses = Vec::new();
    let header = format!("Bearer {one}");
    for _ in 0..10 {
        connection.send("GET", "/api/v1/status", &[("authorization", &header)], b"").await;
        let answer = connection.answer("GET").await.unwrap();
        if answer.status == 429 {
            answer.problem(429, "rate_limited");
            assert_eq!(answer.header("retry-after"), Some("1"));
        }
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..2], [200, 200]);
    assert!(statuses.contains(&429), "{statuses:?}");
    // Another key has its own, and what needs no key has none.
    let header = format!("Bearer {other}");
    assert_eq!(server.ask("GET", "/api/v1/status", &[("authorization", &header)], b"").await.status, 200);
    for _ in 0..5 {
        assert_eq!(server.get("/healthz").await.status, 200);
    }
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait() {
    let server = Plan::new(Options { connections: 2, ..options() }).start();
    let (first, second) = (server.connect().await, server.connect().await);
    // The system takes it on; the server answers it when one of the others has left.
    let mut third = server.connect().await;
    third.send("GET", "/healthz", &[], b"").await;
    drop((first, second));
    assert_eq!(third.answer("GET").await.unwrap().status, 200);
}

/// Many at once on few workers: each is answered, or turned away in the one way there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_a_storm_everybody_gets_an_answer() {
    let server = Plan::new(Options { workers: 1, queue: 4, inline: 0, ..options() }).start();
    let address = server.address;
    let clients: Vec<_> = (0..64)
        .map(|_| {
            tokio::spawn(async move {
                let stream = tokio::net::TcpStream::connect(address).await.unwrap();
                let mut connection = crate::common::Connection::new(stream);
                let mut counts = (0, 0);
                for _ in 0..20 {
                    let json = [("content-type", "application/json")];
                    connection.send("POST", "/api/v1/screen", &json, ORVANTIS.as_bytes()).await;
                    let answer = connection.answer("POST").await.unwrap();
                    match answer.status {
                        200 => counts.0 += 1,
                        _ => {
                            answer.problem(503, "overloaded");
                            counts.1 += 1;
                        }
                    }
                }
                counts
            })
        })
        .collect();
    let (mut answered, mut turned_away) = (0, 0);
    for client in clients {
        let (some, others) = client.await.unwrap();
        answered += some;
        turned_away += others;
    }
    assert_eq!(answered + turned_away, 64 * 20);
    assert!(answered > 0 && turned_away > 0, "{answered} answered, {turned_away} turned away");
    until(&server, "interdict_requests_inside", 0).await;
}
