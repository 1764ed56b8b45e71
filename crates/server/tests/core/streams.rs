//! Streams: lines in, lines out, in their order; a client that does not read is not read; what breaks off is seen to break off.

use std::time::Duration;

use interdict_server::{Options, Role};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::common::{Connection, KeyRing, Plan, Running, options};

const KIND: (&str, &str) = ("content-type", "application/x-ndjson");
const PATH: &str = "/api/v1/screen/stream";

fn line(at: usize) -> String {
    format!(r#"{{"id":"q{at}","schema":"Person","properties":{{"name":["Orvantis Brellmoor"]}}}}"#)
}

fn results(body: &str) -> Vec<Value> {
    body.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// Sends a body in chunks of its own while the answer is read; the answer, or that it broke off.
async fn stream(server: &Running, path: &str, pieces: Vec<Vec<u8>>) -> std::io::Result<Vec<Value>> {
    let (read, mut write) = TcpStream::connect(server.address).await?.into_split();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    write.write_all(head.as_bytes()).await?;
    let writer = tokio::spawn(async move {
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
            if write.write_all(&chunk).await.is_err() {
                return write;
            }
        }
        let _ = write.write_all(b"0\r\n\r\n").await;
        write
    });
    let mut connection = Connection::new(tokio::io::join(read, tokio::io::sink()));
    let answer = connection.answer("POST").await;
    writer.await.unwrap();
    let answer = answer?;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-ndjson")));
    Ok(results(&answer.secure().text()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_lines_in_pieces_that_fall_anywhere() {
    let server = Running::start();
    let body: String = (0..3000).map(|at| line(at) + "\n").collect();
    for piece in [701, 100_000] {
        let pieces = body.as_bytes().chunks(piece).map(<[u8]>::to_vec).collect();
        let results = stream(&server, &format!("{PATH}?limit=1"), pieces).await.unwrap();
        assert_eq!(results.len(), 3000);
        for (at, result) in results.iter().enumerate() {
            assert_eq!(result["id"], format!("q{at}"));
            assert_eq!(result["line"], at + 1);
            assert_eq!(result["hits"].as_array().unwrap().len(), 1);
        }
    }
}

#[tokio::test]
async fn lines_that_are_no_queries_are_answered_as_such() {
    let server = Plan::new(Options { body: 2000, ..options() }).start();
    let long = "x".repeat(3000);
    let lines = [
        line(1),
        "nonsense".to_owned(),
        String::new(),
        "  \t ".to_owned(),
        "[]".to_owned(),
        "{\"schema\":\"Person\"}".to_owned(),
        long,
        "\u{0}".to_owned(),
        line(9) + "\r",
        r#"{"id":"own","schema":"Person","properties":{"name":["Orvantis Brellmoor"]},"settings":{"threshold":7}}"#.to_owned(),
        line(11),
    ];
    // The last has no end of line.
    let body = lines.join("\n");
    for pieces in [vec![body.clone().into_bytes()], body.as_bytes().chunks(7).map(<[u8]>::to_vec).collect()] {
        let results = stream(&server, PATH, pieces).await.unwrap();
        let found: Vec<(u64, &str)> =
            results.iter().map(|result| (result["line"].as_u64().unwrap(), result["status"].as_str().unwrap())).collect();
        let expected = [
            (1, "hit"),
            (2, "error"),
            (5, "error"),
            (6, "error"),
            (7, "error"),
            (8, "error"),
            (9, "hit"),
            (10, "error"),
            (11, "hit"),
        ];
        assert_eq!(found, expected);
        assert!(results[4]["error"].as_str().unwrap().contains("2000 bytes"), "{}", results[4]);
        assert_eq!(results[2]["id"], "line-5");
    }
    // No lines are no error where it is said that there are lines.
    let answer = server.ask("POST", PATH, &[KIND], b"").await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    for bad in ["threshold=2", "threshold=x", "limit=0", "explain=7", "nope=1"] {
        server.ask("POST", &format!("{PATH}?{bad}"), &[KIND], b"{}").await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn answers_come_while_more_is_asked() {
    let server = Running::start();
    let mut connection = server.connect().await;
    connection
        .raw(b"POST /api/v1/screen/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(connection.head().await.unwrap().status, 200);
    for at in 0..20 {
        let line = line(at) + "\n";
        connection.raw(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes()).await.unwrap();
        let chunk = String::from_utf8(connection.chunk().await.unwrap().unwrap()).unwrap();
        assert_eq!(results(&chunk)[0]["id"], format!("q{at}"));
    }
    connection.raw(b"0\r\n\r\n").await.unwrap();
    assert_eq!(connection.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn one_that_is_cut_half_way_never_looks_whole() {
    let server = Running::start();
    let mut connection = server.connect().await;
    let two = line(1) + "\n" + &line(2)[..20];
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    connection.raw(format!("{head}{:x}\r\n{two}\r\n", two.len()).as_bytes()).await.unwrap();
    assert_eq!(connection.head().await.unwrap().status, 200);
    assert!(connection.chunk().await.unwrap().is_some());
    connection.stream.get_mut().shutdown().await.unwrap();
    assert!(!String::from_utf8_lossy(&connection.rest().await).contains("0\r\n\r\n"));
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_client_that_sends_nothing_more_is_given_up_and_sees_it() {
    let server = Plan::new(Options { body_time: Duration::from_millis(80), ..options() }).start();
    let mut connection = server.connect().await;
    let one = line(1) + "\n";
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    connection.raw(format!("{head}{:x}\r\n{one}\r\n", one.len()).as_bytes()).await.unwrap();
    let broken = connection.answer("POST").await.unwrap_err();
    let kinds = [std::io::ErrorKind::UnexpectedEof, std::io::ErrorKind::ConnectionReset];
    assert!(kinds.contains(&broken.kind()), "{broken}");
}

/// A client that never reads is read no further than what fits into the buffers on the way: the lines wait where they come from, and when
/// it has not read for long, it is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_not_read() {
    const OFFERED: usize = 64 << 20;
    let server = Plan::new(Options { body_time: Duration::from_millis(300), ..options() }).start();
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\ncontent-length: {OFFERED}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let lines: String = (0..500).map(|at| line(at) + "\n").collect();
    let mut accepted = 0;
    while accepted < OFFERED {
        match stream.write(lines.as_bytes()).await {
            Ok(written) => accepted += written,
            Err(_) => break,
        }
    }
    assert!(accepted < OFFERED / 2, "{accepted} bytes were taken from a client that does not read");
    // What it reads now is not taken for the whole.
    let mut connection = Connection::new(stream);
    assert!(connection.answer("POST").await.is_err());
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn more_streams_than_there_is_room_for_are_turned_away() {
    let mut ring = KeyRing::new();
    let key = format!("Bearer {}", ring.key(Role::Service, |_| {}));
    let server = Plan { keys: Some(ring.open()), ..Plan::new(Options { streams: 1, ..options() }) }.start();
    let mut first = server.connect().await;
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: localhost\r\nauthorization: {key}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    first.raw(head.as_bytes()).await.unwrap();
    assert_eq!(first.head().await.unwrap().status, 200);
    let answer = server.ask("POST", PATH, &[KIND, ("authorization", &key)], b"{}\n").await;
    answer.problem(503, "overloaded");
    assert_eq!(answer.header("retry-after"), Some("1"));
    first.raw(b"0\r\n\r\n").await.unwrap();
    assert_eq!(first.chunk().await.unwrap(), None);
    // Its place is free when its reader has ended, which is at about the time when the client sees the end.
    for _ in 0..100_000 {
        if server.ask("POST", PATH, &[KIND, ("authorization", &key)], b"{}\n").await.status == 200 {
            return;
        }
    }
    panic!("the place of a stream that ended is not free");
}
