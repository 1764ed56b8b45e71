//! The whole path.

use axum::body::Body;
use interdict_casework::desk::{Verdict, replay};
use interdict_casework::{Archive, By, Store, verify_export};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{World, person};
use crate::place::Place;

pub(crate) async fn from_a_customer_to_a_decision_that_is_proved(place: Place) {
    let world = World::new(place).await;
    let imported =
        world.post("svc", "/api/v1/customers", json!([person("c1", "Orvantis Brellmoor"), person("c2", "Ada Example")])).await;
    assert_eq!(imported.is(200).json, json!({"added": 2, "changed": 0, "unchanged": 0, "expired": []}));

    // Nobody is clean who was not screened.
    let uncovered = world.get("vi", "/api/v1/screenings/uncovered").await.is(200);
    assert_eq!(uncovered.json["uncovered"].as_array().unwrap().len(), 2);
    let screened = world.post("svc", "/api/v1/customers/c1/screen", Value::Null).await.is(200);
    assert_eq!(screened.json["findings"][0]["entity"], "inv-1");
    assert_eq!(screened.json["screening"]["state"], "complete");
    let alert = screened.text("/findings/0/became/id");
    let clear = world.post("svc", "/api/v1/customers/c2/screen", Value::Null).await.is(200);
    assert_eq!(clear.json["findings"], json!([]));
    let again = world.post("svc", "/api/v1/customers/c1/screen", Value::Null).await.is(200);
    assert_eq!(again.json["findings"][0]["became"], json!({"outcome": "already_open", "id": alert}));
    let covered = world.get("vi", "/api/v1/customers/c1/coverage").await.is(200);
    assert_eq!(covered.json["screenings"].as_array().unwrap().len(), 2);
    assert_eq!(world.get("vi", "/api/v1/screenings/uncovered").await.is(200).json["uncovered"], json!([]));

    // Work on it.
    let list = world.get("ann", "/api/v1/alerts?open=true&queue=screening&customer=c1").await.is(200);
    assert_eq!((&list.json["total"], &list.json["alerts"][0]["id"]), (&json!(1), &json!(alert)));
    assert_eq!(world.get("ann", "/api/v1/alerts?state=closed").await.is(200).json["total"], 0);
    let path = format!("/api/v1/alerts/{alert}");
    world.post("ann", &format!("{path}/assign"), json!({"assignee": "bob"})).await.refused(403, "forbidden");
    let taken = world.post("ann", &format!("{path}/assign"), json!({"assignee": "ann"})).await.is(200);
    assert_eq!((&taken.json["state"], &taken.json["assignee"]), (&json!("in_review"), &json!("ann")));
    world.post("ann", &format!("{path}/notes"), json!({"text": "asked for a passport"})).await.is(201);
    let file = world.request("ann", "POST", &format!("{path}/attachments?name=pass%20%22x%22.png"));
    let file = file.header("content-type", "image/png").body(Body::from(vec![137, 80, 0, 255])).unwrap();
    let attached = world.send(file).await.is(201);
    let place = attached.headers["location"].to_str().unwrap().to_owned();
    let back = world.get("bob", &place).await.is(200);
    assert_eq!(back.bytes, [137, 80, 0, 255]);
    assert_eq!(back.headers["content-type"], "image/png");
    assert_eq!(back.headers["x-content-type-options"], "nosniff");
    let disposition = back.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"pass _x_.png\""), "{disposition}");
    let other = world.alert("c3").await;
    world.get("bob", &place.replace(&alert, &other)).await.refused(404, "not_found");
    let link = json!({"alert": other, "reason": "one family"});
    world.post("ann", &format!("{path}/links"), link.clone()).await.is(201);
    world.post("ann", &format!("{path}/links"), link).await.refused(409, "conflict");

    // One proposes, and another decides.
    let proposal = json!({"disposition": "false_positive", "reason": "born in another year"});
    let proposed = world.post("cy", &format!("{path}/proposals"), proposal).await.is(201);
    let decision = proposed.text("/id");
    let approve = format!("/api/v1/proposals/{decision}/approve");
    world.post("ann", &approve, json!({})).await.refused(403, "forbidden");
    // He has the role of an approver as well, and still not for what he proposed; with either of his keys.
    world.post("cy2", &approve, json!({})).await.refused(403, "four_eyes");
    assert_eq!(world.get("cy2", "/api/v1/pending").await.is(200).json["proposals"], json!([]));
    assert_eq!(world.get("bob", "/api/v1/pending").await.is(200).text("/proposals/0/id"), decision);
    let approved = world.post("bob", &approve, json!({"reason": "agreed"})).await.is(200);
    assert_eq!((&approved.json["outcome"], &approved.json["reviewer"]), (&json!("approved"), &json!("bob")));
    world.post("bob", &approve, json!({})).await.refused(409, "conflict");
    let seen = world.get("aud", &format!("/api/v1/decisions/{decision}")).await.is(200);
    assert_eq!(seen.json["decision"]["disposition"], "false_positive");
    assert_eq!(seen.json["finding"]["snapshot"], world.app.current().get().snapshot.id());
    assert!(seen.json["finding"]["explanation"]["result"]["tree"]["children"].is_array(), "{}", seen.json);
    // The decision is run again from the archive, and comes out the same.
    let location = &world.place.location;
    let reader = Store::open_read_only(location).await.unwrap();
    let archive = Archive::new(&world.place.path("archive"));
    let again = replay(&reader, By::new("aud", Timestamp::now()), &decision, &archive).await.unwrap();
    reader.close().await;
    assert_eq!(again.verdict, Verdict::Same);
    let case = world.get("bob", &path).await.is(200);
    for part in ["notes", "attachments", "links", "proposals", "findings"] {
        assert_eq!(case.json[part].as_array().unwrap().len(), 1, "{part}");
    }

    // The same facts are whitelisted; an end of that opens the alert again.
    let suppressed = world.post("svc", "/api/v1/customers/c1/screen", Value::Null).await.is(200);
    assert_eq!(suppressed.json["findings"][0]["became"]["outcome"], "suppressed");
    let whitelisting = world.get("vi", "/api/v1/whitelistings").await.is(200).text("/whitelistings/0/id");
    let revoke = format!("/api/v1/whitelistings/{whitelisting}/revoke");
    world.post("ann", &revoke, json!({"reason": "x"})).await.refused(403, "forbidden");
    world.post("bob", &revoke, json!({"reason": "a paper was forged"})).await.is(200);
    let reopened = world.post("svc", "/api/v1/customers/c1/screen", Value::Null).await.is(200);
    assert_eq!(reopened.json["findings"][0]["became"], json!({"outcome": "reopened", "id": alert}));

    // Several at once; taken back; rejected; opened again by a person.
    let several = json!({"alerts": [alert, other], "disposition": "true_match", "reason": "same passport"});
    let proposals = world.post("ann", "/api/v1/proposals", several).await.is(201);
    let (first, second) = (proposals.text("/proposals/0/id"), proposals.text("/proposals/1/id"));
    world.post("cy", &format!("/api/v1/proposals/{first}/withdraw"), Value::Null).await.refused(403, "forbidden");
    world.post("ann", &format!("/api/v1/proposals/{first}/withdraw"), Value::Null).await.is(200);
    world.post("bob", &format!("/api/v1/proposals/{second}/reject"), json!({"reason": ""})).await.refused(422, "invalid");
    world.post("bob", &format!("/api/v1/proposals/{second}/reject"), json!({"reason": "no proof"})).await.is(200);
    let several = json!({"alerts": [alert, other], "disposition": "true_match", "reason": "same passport"});
    let proposals = world.post("ann", "/api/v1/proposals", several).await.is(201);
    let ids = [proposals.text("/proposals/0/id"), proposals.text("/proposals/1/id")];
    world.post("bob", "/api/v1/reviews", json!({"proposals": ids, "approve": true})).await.is(200);
    world.post("bob", &format!("{path}/reopen"), json!({"reason": "the passport was forged"})).await.is(200);
    let queues = world.get("vi", "/api/v1/queues").await.is(200);
    assert_eq!(queues.json["queues"], json!([{"name": "screening", "open": 1, "overdue": 0}]));

    // What was done to it is known, and proved without the server.
    let history = world.get("aud", &format!("/api/v1/audit/history?subject={alert}&limit=3")).await.is(200);
    assert_eq!(history.json["entries"][0]["action"], "alert.opened");
    assert_eq!((history.json["entries"].as_array().unwrap().len(), &history.json["next"]), (3, &json!(3)));
    let checkpoint = world.post("svc", "/api/v1/audit/checkpoint", Value::Null).await.is(200);
    assert!(checkpoint.json["signature"].as_str().unwrap().contains("interdict audit"));
    world.sound().await;
    let export = world.get("aud", "/api/v1/audit/export").await.is(200);
    assert_eq!(export.headers["content-type"], "application/x-ndjson");
    let report = verify_export(&export.bytes[..], Some(&world.public), &[]).unwrap();
    assert!(report.is_sound() && report.rows > 40, "{report:?}");
    let text = String::from_utf8(export.bytes).unwrap();
    assert!(text.contains("decision.approved") && text.contains("alert.seen"));
    let changed = text.replacen("born in another year", "born in another yeaR", 1);
    assert_ne!(changed, text);
    assert!(!verify_export(changed.as_bytes(), Some(&world.public), &[]).unwrap().is_sound());
    // What somebody changes behind the server's back is found.
    world.place.edit("UPDATE alert SET assignee = 'eve'").await.unwrap();
    let report = world.get("aud", "/api/v1/audit/verify").await.is(200);
    assert!(report.json["wrong"].as_u64().unwrap() > 0, "{}", report.json);
}
