//! Requests with a key of their own.

use axum::body::Body;
use serde_json::{Value, json};

use crate::common::{Reply, World};
use crate::place::Place;

async fn note(world: &World, who: &str, alert: &str, key: &str, text: &str) -> Reply {
    let request = world.request(who, "POST", &format!("/api/v1/alerts/{alert}/notes"));
    let request = request.header("content-type", "application/json").header("idempotency-key", key);
    world.send(request.body(Body::from(json!({"text": text}).to_string())).unwrap()).await
}

async fn notes(world: &World, alert: &str) -> usize {
    world.get("ann", &format!("/api/v1/alerts/{alert}")).await.is(200).json["notes"].as_array().unwrap().len()
}

fn replayed(reply: &Reply) -> bool {
    reply.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

pub(crate) async fn a_request_with_a_key_is_done_once(place: Place) {
    let world = World::new(place).await;
    let alert = world.alert("c1").await;
    let first = note(&world, "ann", &alert, "k-1", "one").await.is(201);
    assert!(!replayed(&first));
    let second = note(&world, "ann", &alert, "k-1", "one").await.is(201);
    assert!(replayed(&second));
    assert_eq!((&first.json, &first.headers["content-type"]), (&second.json, &second.headers["content-type"]));
    assert_eq!(notes(&world, &alert).await, 1);
    // The key is for this request, of this actor.
    note(&world, "ann", &alert, "k-1", "two").await.refused(422, "idempotency_mismatch");
    note(&world, "ann", "A-0", "k-1", "one").await.refused(422, "idempotency_mismatch");
    assert!(!replayed(&note(&world, "bob", &alert, "k-1", "one").await.is(201)));
    assert_eq!(notes(&world, &alert).await, 2);
    // What was refused is refused again in the same words.
    let refused = note(&world, "ann", "A-0", "k-2", "one").await.refused(404, "not_found");
    let again = note(&world, "ann", "A-0", "k-2", "one").await.refused(404, "not_found");
    assert_eq!((refused.json, replayed(&again)), (again.json.clone(), true));
    // Where a thing is that was made is said again as well; bytes count as they are.
    let attach = |bytes: Vec<u8>| {
        let request = world.request("ann", "POST", &format!("/api/v1/alerts/{alert}/attachments?name=x"));
        request.header("idempotency-key", "k-3").body(Body::from(bytes)).unwrap()
    };
    let place = world.send(attach(vec![0, 255])).await.is(201).headers["location"].clone();
    assert_eq!(world.send(attach(vec![0, 255])).await.is(201).headers["location"], place);
    world.send(attach(vec![0, 254])).await.refused(422, "idempotency_mismatch");

    // Keys that are none.
    let long = "k".repeat(256);
    for key in ["", "a b", long.as_str()] {
        note(&world, "ann", &alert, key, "x").await.refused(422, "invalid");
    }
    let twice =
        world.request("ann", "POST", &format!("/api/v1/alerts/{alert}/notes")).header("content-type", "application/json");
    let twice = twice.header("idempotency-key", "a").header("idempotency-key", "b").body(Body::from("{}")).unwrap();
    world.send(twice).await.refused(422, "invalid");
    assert!(!replayed(&note(&world, "ann", &alert, &"k".repeat(255), "three").await.is(201)));

    // It outlives the server.
    let world = world.restarted().await;
    let kept = note(&world, "ann", &alert, "k-1", "one").await.is(201);
    assert_eq!((replayed(&kept), &kept.json), (true, &first.json));
    // One that is being done is not done a second time; one that was cut off is, once its time is over.
    world.place.edit("UPDATE request SET state = 'running', expires_at = 9000000000000000 WHERE name = 'k-1'").await.unwrap();
    let running = note(&world, "ann", &alert, "k-1", "one").await.refused(409, "idempotency_in_progress");
    assert_eq!(running.headers["retry-after"], "1");
    note(&world, "ann", &alert, "k-1", "two").await.refused(422, "idempotency_mismatch");
    let before = notes(&world, &alert).await;
    world.place.edit("UPDATE request SET expires_at = 1 WHERE name = 'k-1'").await.unwrap();
    assert!(!replayed(&note(&world, "ann", &alert, "k-1", "one").await.is(201)));
    assert!(replayed(&note(&world, "ann", &alert, "k-1", "one").await.is(201)));
    assert_eq!(notes(&world, &alert).await, before + 1);

    // Many at once are one.
    let before = notes(&world, &alert).await;
    let all = (0..8).map(|_| note(&world, "ann", &alert, "k-9", "nine"));
    let mut done = 0;
    for reply in join_all(all).await {
        match reply.status.as_u16() {
            201 => done += usize::from(!replayed(&reply)),
            409 => assert_eq!(reply.json["code"], "idempotency_in_progress"),
            other => panic!("{other}: {}", reply.json),
        }
    }
    assert_eq!((done, notes(&world, &alert).await), (1, before + 1));
    // A request that changes nothing has no use for a key, and is answered all the same.
    let screen = world.request("svc", "POST", "/api/v1/screen").header("content-type", "application/json");
    let screen = screen.header("idempotency-key", "k-1").body(Body::from(json!({"name": "Ada Example"}).to_string())).unwrap();
    assert_ne!(world.send(screen).await.is(200).json, Value::Null);
    world.sound().await;
}

/// Polls all at once.
async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pinned: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(move |context| {
        let mut open = false;
        for (one, done) in &mut pinned {
            if done.is_none() {
                match one.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => open = true,
                }
            }
        }
        if open {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(pinned.iter_mut().filter_map(|(_, done)| done.take()).collect())
    })
    .await
}
