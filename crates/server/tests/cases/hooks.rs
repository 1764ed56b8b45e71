//! Webhooks, against a listener on this machine. The time of each round is given.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{LISTED, World, engine};
use crate::place::{Place, at};

/// Takes calls, and answers with the statuses that it was given, then with 200.
struct Listener {
    url: String,
    taken: Arc<Mutex<Vec<(String, String)>>>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
}

impl Listener {
    async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?x=1", socket.local_addr().unwrap());
        let listener = Self { url, taken: Arc::default(), statuses: Arc::default() };
        let (taken, statuses) = (Arc::clone(&listener.taken), Arc::clone(&listener.statuses));
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                // One that breaks off is one that was not taken.
                let _ = answer(stream, &taken, &statuses).await;
            }
        });
        listener
    }

    fn answer_with(&self, statuses: &[u16]) {
        *self.statuses.lock().unwrap() = statuses.iter().copied().collect();
    }

    /// What was taken since this was asked last: the signatures with the bodies.
    fn taken(&self) -> Vec<(String, Value)> {
        let taken = std::mem::take(&mut *self.taken.lock().unwrap());
        taken.into_iter().map(|(signature, body)| (signature, serde_json::from_str(&body).unwrap())).collect()
    }

    fn events(&self) -> Vec<String> {
        self.taken()
            .into_iter()
            .map(|(_, body)| format!("{} {}", body["event"].as_str().unwrap(), body["subject"].as_str().unwrap()))
            .collect()
    }
}

async fn answer(
    mut stream: TcpStream,
    taken: &Mutex<Vec<(String, String)>>,
    statuses: &Mutex<VecDeque<u16>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let (head, length) = loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            break (head, end + 4 + length.unwrap_or_default());
        }
    };
    while bytes.len() < length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
    let signature = head.lines().find_map(|line| line.strip_prefix("interdict-signature: ")).unwrap_or_default();
    let body = bytes.split(|byte| *byte == b'\n').next_back().unwrap_or_default();
    taken.lock().unwrap().push((signature.to_owned(), String::from_utf8_lossy(body).into_owned()));
    let status = statuses.lock().unwrap().pop_front().unwrap_or(200);
    let text =
        format!("HTTP/1.1 {status} Said\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).await
}

fn signed(secret: &str, second: i64, body: &Value) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{second}.{body}").as_bytes());
    let hex: Vec<String> = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={second},v1={}", hex.concat())
}

async fn deliver(world: &World, now: Timestamp) -> Option<Timestamp> {
    world.app.cases().unwrap().deliver(now).await.unwrap()
}

async fn add(world: &World, listener: &Listener, events: &[&str]) -> (String, String) {
    let made = world
        .post("adm", "/api/v1/webhooks", json!({"url": listener.url, "events": events, "description": "for tests"}))
        .await
        .is(201);
    (made.text("/id"), made.text("/secret"))
}

pub(crate) async fn they_are_told_in_order_and_again(place: Place) {
    let world = World::new(place).await;
    let listener = Listener::start().await;
    let quiet = Listener::start().await;
    let before = world.alert("c0").await;
    let all = ["list.changed", "alert.opened", "alert.reopened", "alert.refreshed", "decision.made"];
    let (id, secret) = add(&world, &listener, &all).await;
    add(&world, &quiet, &["alert.reopened"]).await;
    let shown = world.get("adm", "/api/v1/webhooks").await.is(200);
    assert!(!String::from_utf8(shown.bytes).unwrap().contains(&secret), "the secret is shown once");

    // What was before is not told.
    assert_eq!(deliver(&world, at(0)).await, None);
    assert_eq!(listener.events(), Vec::<String>::new());
    let (one, two) = (world.alert("c1").await, world.alert("c2").await);
    // The first attempt fails, and nothing overtakes what was not taken.
    listener.answer_with(&[500]);
    let again = deliver(&world, at(100)).await.unwrap();
    assert!((at(108)..=at(112)).contains(&again), "{again}");
    assert_eq!(listener.events(), [format!("alert.opened {one}")]);
    assert_eq!(deliver(&world, at(101)).await, Some(again));
    assert_eq!(listener.events(), Vec::<String>::new());
    // A redirect is not followed, and the pause doubles.
    listener.answer_with(&[302]);
    let later = deliver(&world, again).await.unwrap();
    assert!(later.duration_since(again) >= jiff::SignedDuration::from_secs(16), "{later}");
    listener.taken();
    let shown = world.get("adm", "/api/v1/webhooks").await.is(200);
    let own = shown.json["webhooks"].as_array().unwrap().iter().find(|hook| hook["id"] == json!(id)).unwrap().clone();
    assert_eq!(
        (&own["failures"], &own["trouble"], &own["disabled"]),
        (&json!(2), &json!("it answered with status 302"), &json!(false))
    );
    // It outlives the server: where it was, it goes on.
    let world = world.restarted().await;
    assert_eq!(deliver(&world, later).await, None);
    let taken = listener.taken();
    let told: Vec<_> =
        taken.iter().map(|(_, body)| (body["event"].as_str().unwrap(), body["subject"].as_str().unwrap())).collect();
    assert_eq!(told, [("alert.opened", one.as_str()), ("alert.opened", two.as_str())]);
    let (signature, body) = &taken[0];
    assert_eq!(signature, &signed(&secret, later.as_second(), body));
    assert_eq!((&body["data"]["customer"], &body["actor"], &body["tenant"]), (&json!("c1"), &json!("svc"), &json!("")));
    assert!(body["id"].as_str().unwrap().starts_with("evt-"), "{body}");
    // What was taken is not told again.
    let world = world.restarted().await;
    assert_eq!((deliver(&world, at(10_000)).await, listener.events()), (None, Vec::new()));

    // Decisions, alerts that open again, lists that change.
    let proposal = json!({"disposition": "false_positive", "reason": "another person"});
    let decision = world.post("ann", &format!("/api/v1/alerts/{one}/proposals"), proposal).await.is(201).text("/id");
    world.post("bob", &format!("/api/v1/proposals/{decision}/approve"), json!({})).await.is(200);
    world.post("bob", &format!("/api/v1/alerts/{one}/reopen"), json!({"reason": "a mistake"})).await.is(200);
    let changed = LISTED.replace("1971-02-03", "1972-02-03");
    world.app.look_after_cases(at(20_000)).await.unwrap();
    world.app.swap(engine(&changed, "2026-02-15"), "next".to_owned());
    world.app.look_after_cases(at(20_001)).await.unwrap();
    world.app.look_after_cases(at(20_002)).await.unwrap();
    let again = world.post("svc", "/api/v1/customers/c0/screen", Value::Null).await.is(200);
    assert_eq!(again.json["findings"][0]["became"], json!({"outcome": "refreshed", "id": before}));
    assert_eq!(deliver(&world, at(20_003)).await, None);
    let expected = [
        format!("decision.made {one}"),
        format!("alert.reopened {one}"),
        "list.changed lists".to_owned(),
        "list.changed lists".to_owned(),
        format!("alert.refreshed {before}"),
    ];
    assert_eq!(listener.events(), expected);
    assert_eq!(quiet.events(), [format!("alert.reopened {one}")]);

    // One that was taken away is told nothing any more.
    world.call("adm", "DELETE", &format!("/api/v1/webhooks/{id}"), &Value::Null).await.is(204);
    world.alert("c9").await;
    assert_eq!((deliver(&world, at(30_000)).await, listener.events()), (None, Vec::new()));
    world.sound().await;
}

pub(crate) async fn those_that_do_not_answer_are_given_up(place: Place) {
    let world = World::new(place).await;
    let listener = Listener::start().await;
    let (id, _) = add(&world, &listener, &["alert.opened"]).await;
    let one = world.alert("c1").await;
    listener.answer_with(&[503; 64]);
    let begun = at(0);
    let (mut now, mut rounds) = (begun, 0);
    let mut longest = Duration::ZERO;
    while let Some(next) = deliver(&world, now).await {
        longest = longest.max(Duration::try_from(next.duration_since(now)).unwrap());
        now = next;
        rounds += 1;
        assert!(rounds < 64);
    }
    let took = now.duration_since(begun).as_hours();
    assert!((72..=80).contains(&took), "{took} hours, {rounds} rounds");
    assert!(longest <= Duration::from_secs(26_000), "{longest:?}");
    listener.answer_with(&[]);
    listener.taken();
    assert_eq!((deliver(&world, at(10_000_000)).await, listener.events()), (None, Vec::new()));
    let shown = world.get("adm", "/api/v1/webhooks").await.is(200);
    assert_eq!(shown.json["webhooks"][0]["disabled"], true);
    // A test that fails changes nothing; one that succeeds takes it up where it was.
    let test = format!("/api/v1/webhooks/{id}/test");
    listener.answer_with(&[500]);
    let failed = world.post("adm", &test, Value::Null).await.is(200);
    assert_eq!(failed.json, json!({"delivered": false, "trouble": "it answered with status 500"}));
    assert_eq!(world.post("adm", &test, Value::Null).await.is(200).json["delivered"], true);
    let tests = listener.taken();
    assert!(tests.iter().all(|(signature, body)| body["event"] == "test" && signature.starts_with("t=")), "{tests:?}");
    assert_eq!(deliver(&world, at(10_000_001)).await, None);
    assert_eq!(listener.events(), [format!("alert.opened {one}")]);
    world.sound().await;
}
