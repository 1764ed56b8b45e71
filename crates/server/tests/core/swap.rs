//! Snapshots that arrive while the server runs: one that is sound takes the place of the one in use without an error to anybody; one that
//! is not is refused, is told of, and does not keep the next from being taken.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::common::{Connection, ORVANTIS, Plan, Running, engine, options, place, snapshot};

const TOKEN: &str = "sesame-sesame-sesame";

fn watched(folder: &Path) -> Running {
    Plan { folder: Some(folder.to_owned()), token: Some(TOKEN), ..Plan::new(options()) }.start()
}

/// Has the folder looked at; the status of the answer.
async fn look(server: &Running) -> u16 {
    server.ask("POST", &format!("/updatez?token={TOKEN}&sync=true"), &[], b"").await.status
}

async fn refused(server: &Running) -> Vec<(String, String)> {
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status, 200, "a snapshot that was refused does not make the server unfit");
    let of = |refusal: &Value, name: &str| refusal[name].as_str().unwrap().to_owned();
    ready.json()["refused"].as_array().unwrap().iter().map(|one| (of(one, "file"), of(one, "reason"))).collect()
}

async fn in_use(server: &Running) -> String {
    server.get("/api/v1/status").await.json()["file"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_newer_one_is_taken_and_an_older_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    place(folder.path(), "a.snapshot", &snapshot("a", 3, "2026-01-15"));
    let server = watched(folder.path());
    assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.json()["hits"][0]["id"], "a-0");
    place(folder.path(), "b.snapshot", &snapshot("b", 2, "2026-01-16"));
    // A part of the name, another kind of file: nothing to look at.
    place(folder.path(), "c.snapshot.part", &snapshot("c", 2, "2026-01-17"));
    place(folder.path(), "notes.txt", b"x");
    assert_eq!(look(&server).await, 200);
    assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.json()["hits"][0]["id"], "b-0");
    assert_eq!(server.get("/api/v1/status").await.json()["entities"], 4);
    assert_eq!(server.get("/catalog").await.json()["datasets"][3]["name"], "list_b");
    place(folder.path(), "old.snapshot", &snapshot("old", 2, "2025-12-31"));
    assert_eq!(look(&server).await, 200);
    assert_eq!((in_use(&server).await.as_str(), refused(&server).await), ("b.snapshot", Vec::new()));
    // The folder goes, and comes back with what was in it: nothing happens.
    let away = folder.path().with_extension("away");
    std::fs::rename(folder.path(), &away).unwrap();
    assert_eq!(look(&server).await, 200);
    assert_eq!(in_use(&server).await, "b.snapshot");
    std::fs::rename(&away, folder.path()).unwrap();
    assert_eq!(look(&server).await, 200);
    assert_eq!(in_use(&server).await, "b.snapshot");
    place(folder.path(), "d.snapshot", &snapshot("d", 2, "2026-02-01"));
    assert_eq!(look(&server).await, 200);
    assert_eq!(in_use(&server).await, "d.snapshot");
}

#[tokio::test]
async fn one_that_is_not_sound_is_refused_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    place(folder.path(), "a.snapshot", &snapshot("a", 3, "2026-01-15"));
    let server = watched(folder.path());
    let good = snapshot("b", 3, "2026-01-16");
    let mut flipped = good.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    let mut last = good.clone();
    *last.last_mut().unwrap() ^= 1;
    let bad: [(&str, &[u8]); 6] = [
        ("empty.snapshot", b""),
        ("text.snapshot", b"this is no snapshot, and never was one"),
        ("short.snapshot", &good[..good.len() / 3]),
        ("nearly.snapshot", &good[..good.len() - 1]),
        ("flipped.snapshot", &flipped),
        ("last.snapshot", &last),
    ];
    for (at, (name, bytes)) in bad.iter().enumerate() {
        place(folder.path(), name, bytes);
        assert_eq!(look(&server).await, 500, "{name}");
        let told = refused(&server).await;
        assert_eq!(told.len(), at + 1);
        let (_, reason) = told.iter().find(|(file, _)| file == name).unwrap();
        assert!(!reason.is_empty() && !reason.contains(folder.path().to_str().unwrap()), "{reason}");
        assert_eq!(server.post("/api/v1/screen", ORVANTIS).await.json()["hits"][0]["id"], "a-0");
    }
    // A folder by the name of a snapshot is none.
    std::fs::create_dir(folder.path().join("folder.snapshot")).unwrap();
    // What was refused is not read again until it changes.
    assert_eq!(look(&server).await, 200);
    assert_eq!(crate::common::figure(&server, "interdict_snapshot_refused_total").await, 6);
    place(folder.path(), "good.snapshot", &good);
    assert_eq!(look(&server).await, 200);
    assert_eq!(in_use(&server).await, "good.snapshot");
    // What is mended or taken away is told of no longer.
    place(folder.path(), "short.snapshot", &snapshot("c", 3, "2026-01-17"));
    std::fs::remove_file(folder.path().join("text.snapshot")).unwrap();
    assert_eq!(look(&server).await, 200);
    assert_eq!(in_use(&server).await, "short.snapshot");
    let left: BTreeSet<String> = refused(&server).await.into_iter().map(|(file, _)| file).collect();
    assert_eq!(left, ["empty", "flipped", "last", "nearly"].map(|name| format!("{name}.snapshot")).into());
}

#[tokio::test]
async fn an_update_needs_its_token() {
    let folder = tempfile::tempdir().unwrap();
    place(folder.path(), "a.snapshot", &snapshot("a", 3, "2026-01-15"));
    let server = watched(folder.path());
    place(folder.path(), "b.snapshot", &snapshot("b", 3, "2026-01-16"));
    for token in ["", "sesame", "sesame-sesame-sesame2"] {
        let answer = server.ask("POST", &format!("/updatez?token={token}&sync=true"), &[], b"").await;
        assert_eq!((answer.status, &answer.secure().json()["detail"]), (403, &json!("Invalid token.")));
    }
    assert_eq!(in_use(&server).await, "a.snapshot");
    // Where no token is set, none is good.
    let bare = Running::start();
    assert_eq!(bare.ask("POST", "/updatez?token=", &[], b"").await.status, 403);
}

/// Thousands of requests while snapshots take each other's place: none fails, and each answer is of one snapshot alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_no_request_fails_and_none_sees_two() {
    const CLIENTS: usize = 8;
    const REQUESTS: usize = 400;
    let server = Running::start();
    let bytes = Arc::new([snapshot("a", 3, "2026-01-15"), snapshot("b", 40, "2026-01-15")]);
    let ids: Vec<String> = bytes.iter().map(|bytes| engine(bytes).snapshot.id().to_owned()).collect();
    let done = Arc::new(AtomicBool::new(false));
    let swapper = {
        let (app, bytes, done) = (server.app.clone(), Arc::clone(&bytes), Arc::clone(&done));
        tokio::task::spawn_blocking(move || {
            let mut swaps = 0;
            while !done.load(Ordering::Relaxed) {
                swaps += 1;
                app.swap(engine(&bytes[swaps % 2]), format!("{swaps}.snapshot"));
            }
            swaps
        })
    };
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (address, ids) = (server.address, ids.clone());
            tokio::spawn(async move {
                let mut connection = Connection::new(TcpStream::connect(address).await.unwrap());
                let json = [("content-type", "application/json")];
                let mut seen = BTreeSet::new();
                for at in 0..REQUESTS {
                    let (path, body) = match (client + at) % 3 {
                        0 => ("/api/v1/screen", ORVANTIS.to_owned()),
                        1 => (
                            "/api/v1/screen",
                            format!(
                                r#"{{"queries":[{0},{0},{0}]}}"#,
                                r#"{"schema":"Person","properties":{"name":["Orvantis Brellmoor"]}}"#
                            ),
                        ),
                        _ => (
                            "/match/default",
                            r#"{"queries":{"q":{"schema":"Person","properties":{"name":["Orvantis Brellmoor"]}}}}"#.to_owned(),
                        ),
                    };
                    connection.send("POST", path, &json, body.as_bytes()).await;
                    let answer = connection.answer("POST").await.unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.text());
                    let answer = answer.json();
                    let marks: BTreeSet<&str> = marks(&answer);
                    assert_eq!(marks.len(), 1, "{answer}");
                    let mark = marks.first().unwrap();
                    let results = answer["results"].as_array().cloned().unwrap_or_else(|| vec![answer.clone()]);
                    for snapshot in results.iter().filter_map(|result| result["snapshot"].as_str()) {
                        assert_eq!(ids[usize::from(*mark == "b")], snapshot, "hits of {mark}");
                    }
                    seen.insert((*mark).to_owned());
                }
                seen
            })
        })
        .collect();
    let mut seen = BTreeSet::new();
    for client in clients {
        seen.extend(client.await.unwrap());
    }
    done.store(true, Ordering::Relaxed);
    let swaps = swapper.await.unwrap();
    assert!(swaps > 2 && seen.len() == 2, "{swaps} swaps, seen {seen:?}");
}

/// The beginnings of the ids of all findings in an answer.
fn marks(answer: &Value) -> BTreeSet<&str> {
    fn walk<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
        match value {
            Value::Object(object) => {
                let id = object.get("id").and_then(Value::as_str).filter(|_| object.contains_key("score"));
                found.extend(id.and_then(|id| id.split('-').next()));
                object.values().for_each(|value| walk(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    walk(answer, &mut found);
    found
}
