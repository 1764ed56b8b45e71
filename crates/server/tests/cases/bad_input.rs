//! What cannot be done is refused in words, and changes nothing.

use axum::body::Body;
use interdict_casework::LONGEST_ATTACHMENT;
use serde_json::{Value, json};

use crate::common::World;
use crate::place::{Cluster, Place};

pub(crate) async fn it_is_refused_in_words(place: Place) {
    let world = World::with(place, false).await;
    let alert = world.alert("c1").await;
    let path = format!("/api/v1/alerts/{alert}");
    let before = world.get("aud", "/api/v1/audit/verify").await.is(200).json["last"].as_i64().unwrap();

    // Wrong types, missing and unknown members.
    for (who, method, path, body) in [
        ("ann", "POST", format!("{path}/notes"), json!({"text": 7})),
        ("ann", "POST", format!("{path}/notes"), json!({"text": "x", "more": 1})),
        ("ann", "POST", format!("{path}/notes"), json!({"text": "  "})),
        ("ann", "POST", format!("{path}/notes"), json!([1])),
        ("ann", "POST", format!("{path}/assign"), json!({})),
        ("bob", "POST", format!("{path}/assign"), json!({"assignee": "aud"})),
        ("bob", "POST", format!("{path}/assign"), json!({"assignee": "nobody"})),
        ("bob", "PATCH", path.clone(), json!({"priority": "soon", "reason": "x"})),
        ("bob", "PATCH", path.clone(), json!({"due_on": "tomorrow", "reason": "x"})),
        ("bob", "PATCH", path.clone(), json!({"reason": "x"})),
        ("bob", "PATCH", path.clone(), json!({"queue": "q", "reason": ""})),
        ("ann", "POST", format!("{path}/proposals"), json!({"disposition": "guilty", "reason": "x"})),
        ("ann", "POST", format!("{path}/links"), json!({"alert": alert, "reason": "x"})),
        ("ann", "POST", "/api/v1/proposals".to_owned(), json!({"alerts": [], "disposition": "unsure", "reason": "x"})),
        (
            "ann",
            "POST",
            "/api/v1/proposals".to_owned(),
            json!({"alerts": vec!["A-1"; 101], "disposition": "unsure", "reason": "x"}),
        ),
        (
            "ann",
            "POST",
            "/api/v1/proposals".to_owned(),
            json!({"alerts": [alert, alert], "disposition": "unsure", "reason": "x"}),
        ),
        ("bob", "POST", "/api/v1/reviews".to_owned(), json!({"proposals": ["D-1"], "approve": "yes"})),
        ("svc", "POST", "/api/v1/customers".to_owned(), json!({"id": "c2", "schema": 7, "properties": {}})),
        ("svc", "POST", "/api/v1/customers".to_owned(), json!({"id": "", "schema": "Person", "properties": {}})),
        ("adm", "POST", "/api/v1/webhooks".to_owned(), json!({"url": "http://hooks.example.com/", "events": ["alert.opened"]})),
        ("adm", "POST", "/api/v1/webhooks".to_owned(), json!({"url": "http://127.0.0.1/", "events": ["alert.opened"]})),
        ("adm", "POST", "/api/v1/webhooks".to_owned(), json!({"url": "https://10.0.0.1/", "events": ["alert.opened"]})),
        ("adm", "POST", "/api/v1/webhooks".to_owned(), json!({"url": "https://hooks.example.com/", "events": ["all"]})),
        ("adm", "POST", "/api/v1/webhooks".to_owned(), json!({"url": "https://hooks.example.com/", "events": []})),
    ] {
        let reply = world.call(who, method, &path, &body).await;
        assert_eq!(
            (reply.status.as_u16(), &reply.json["code"]),
            (422, &json!("invalid")),
            "{method} {path} {body}: {}",
            reply.json
        );
    }
    for query in ["limit=0", "limit=1001", "offset=-1", "state=odd", "due_by=x", "open=maybe", "colour=red", "queue=a%00b"] {
        world.get("vi", &format!("/api/v1/alerts?{query}")).await.refused(422, "invalid");
    }
    let raw = |body: &'static str| {
        let request = world.request("ann", "POST", &format!("{path}/notes")).header("content-type", "application/json");
        request.body(Body::from(body)).unwrap()
    };
    world.send(raw("{\"text\": ")).await.refused(400, "not_json");
    world.send(raw("")).await.refused(400, "empty_body");
    let deep = "[".repeat(40);
    let request = world.request("svc", "POST", "/api/v1/customers").header("content-type", "application/x-ndjson");
    world.send(request.body(Body::from(format!("{{}}\n{deep}"))).unwrap()).await.refused(400, "too_deep");
    let request = world.request("svc", "POST", "/api/v1/customers").header("content-type", "text/plain");
    world.send(request.body(Body::from("{}")).unwrap()).await.refused(415, "unsupported_media_type");

    // Ids that are none, and those that look like SQL or like paths.
    for id in
        ["A-0", "x'%20OR%20'1'='1", "%27%3B%20DROP%20TABLE%20alert%3B--", "..%2F..%2Fetc%2Fpasswd", "%25", "%C3%A4", "a%0Ab"]
    {
        for (who, method, path) in [
            ("vi", "GET", format!("/api/v1/customers/{id}")),
            ("vi", "GET", format!("/api/v1/customers/{id}/coverage")),
            ("svc", "POST", format!("/api/v1/customers/{id}/screen")),
            ("vi", "GET", format!("/api/v1/screenings/{id}")),
            ("vi", "GET", format!("/api/v1/alerts/{id}")),
            ("vi", "GET", format!("/api/v1/alerts/{alert}/attachments/{id}")),
            ("vi", "GET", format!("/api/v1/decisions/{id}")),
            ("ann", "POST", format!("/api/v1/proposals/{id}/withdraw")),
            ("adm", "DELETE", format!("/api/v1/webhooks/{id}")),
            ("adm", "POST", format!("/api/v1/webhooks/{id}/test")),
        ] {
            world.call(who, method, &path, &Value::Null).await.refused(404, "not_found");
        }
        world.call("ann", "DELETE", &format!("/api/v1/customers/{id}?reason=x"), &Value::Null).await.refused(404, "not_found");
        world.post("bob", &format!("/api/v1/proposals/{id}/approve"), json!({})).await.refused(404, "not_found");
        world
            .post("bob", &format!("/api/v1/whitelistings/{id}/revoke"), json!({"reason": "x"}))
            .await
            .refused(404, "not_found");
        let found = world.get("vi", &format!("/api/v1/customers?text={id}&after={id}")).await.is(200);
        assert_eq!(found.json["customers"], json!([]), "{id}");
        assert_eq!(world.get("vi", &format!("/api/v1/alerts?customer={id}&queue={id}")).await.is(200).json["total"], 0);
    }
    world.get("vi", "/api/v1/customers/a%00b").await.refused(422, "invalid");

    // Attachments that are too long, empty, or without a name.
    let attach = |query: &str, bytes: Vec<u8>| {
        let request = world.request("ann", "POST", &format!("{path}/attachments{query}")).header("content-type", "image/png");
        request.body(Body::from(bytes)).unwrap()
    };
    world.send(attach("?name=x", vec![0; LONGEST_ATTACHMENT + 1])).await.refused(413, "too_large");
    world.send(attach("?name=x", Vec::new())).await.refused(422, "invalid");
    world.send(attach("", vec![1])).await.refused(422, "invalid");
    world.send(attach("?name=a%0Ab%1F", vec![1])).await.refused(422, "invalid");

    // None of it left anything but that somebody looked.
    let history = world.get("aud", &format!("/api/v1/audit/history?subject={alert}")).await.is(200);
    assert_eq!(history.json["total"], 1, "{}", history.json);
    let after = world.get("aud", "/api/v1/audit/verify").await.is(200);
    assert_eq!(after.json["wrong"], 0, "{}", after.json);
    assert!(after.json["last"].as_i64().unwrap() > before);
}

pub(crate) async fn changes_of_what_changed_meanwhile_are_refused(place: Place) {
    let world = World::new(place).await;
    let alert = world.alert("c1").await;
    let path = format!("/api/v1/alerts/{alert}");
    let seen = world.get("bob", &path).await.is(200).headers["etag"].clone();
    let triage = |tag: &str, queue: &str| {
        let request = world.request("bob", "PATCH", &path).header("content-type", "application/json").header("if-match", tag);
        request
            .body(Body::from(json!({"queue": queue, "priority": "high", "due_on": "2030-01-02", "reason": "x"}).to_string()))
            .unwrap()
    };
    let changed = world.send(triage(seen.to_str().unwrap(), "vip")).await.is(200);
    assert_eq!((&changed.json["queue"], &changed.json["due_on"]), (&json!("vip"), &json!("2030-01-02")));
    world.send(triage(seen.to_str().unwrap(), "other")).await.refused(412, "changed");
    let assign = |tag: &str| {
        let request = world.request("ann", "POST", &format!("{path}/assign")).header("content-type", "application/json");
        request.header("if-match", tag).body(Body::from(json!({"assignee": "ann"}).to_string())).unwrap()
    };
    world.send(assign(seen.to_str().unwrap())).await.refused(412, "changed");
    let assigned = world.send(assign(changed.headers["etag"].to_str().unwrap())).await.is(200);
    // A look gives the tag of the row as it is.
    let seen = world.get("bob", &path).await.is(200);
    assert_eq!((&seen.headers["etag"], &seen.json["alert"]["queue"]), (&assigned.headers["etag"], &json!("vip")));
    world.send(triage("\"x\", *", "third")).await.is(200);
    // Without a tag, the last one wins.
    world.call("bob", "PATCH", &path, &json!({"queue": "fourth", "reason": "x"})).await.is(200);
    world.sound().await;
}

pub(crate) async fn a_database_that_goes_away_comes_back(cluster: &Cluster) {
    let world = World::new(cluster.place("goes_away")).await;
    let alert = world.alert("c1").await;
    assert!(cluster.crash());
    let away = world.get("vi", "/api/v1/customers/c1").await.refused(503, "unavailable");
    assert_eq!(away.headers["retry-after"], "5");
    let note = json!({"text": "while it was away"});
    world.post("ann", &format!("/api/v1/alerts/{alert}/notes"), note.clone()).await.refused(503, "unavailable");
    // What needs no cases goes on.
    world.post("ann", "/api/v1/screen", json!({"name": "Orvantis Brellmoor"})).await.is(200);
    assert!(cluster.up());
    world.get("vi", "/api/v1/customers/c1").await.is(200);
    let case = world.get("ann", &format!("/api/v1/alerts/{alert}")).await.is(200);
    assert_eq!(case.json["notes"], json!([]));
    world.post("ann", &format!("/api/v1/alerts/{alert}/notes"), note).await.is(201);
    world.sound().await;
}
