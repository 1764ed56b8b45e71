//! Customers and their screenings.

use std::time::Duration;

use axum::body::Body;
use serde_json::{Value, json};

use crate::common::{Reply, World, person};
use crate::place::Place;

async fn lines(world: &World, body: String) -> Reply {
    let request = world.request("svc", "POST", "/api/v1/customers").header("content-type", "application/x-ndjson");
    world.send(request.body(Body::from(body)).unwrap()).await
}

pub(crate) async fn they_come_in_every_form(place: Place) {
    let world = World::new(place).await;
    let put = |body: Value| world.post("ann", "/api/v1/customers", body);
    assert_eq!(put(person("c1", "Ada Example")).await.is(200).json["added"], 1);
    let two = json!([person("c1", "Ada Example"), person("c2", "Bea Example")]);
    assert_eq!(put(two).await.is(200).json, json!({"added": 1, "changed": 0, "unchanged": 1, "expired": []}));
    let text = format!("{}\n\n{}\n", person("c2", "Bea Sample"), person("c3", "Cleo Example"));
    assert_eq!(lines(&world, text).await.is(200).json, json!({"added": 1, "changed": 1, "unchanged": 0, "expired": []}));
    // More than the limit of other bodies, and more than one portion.
    let name = "Mo Example Of A Long Enough Name For A Megabyte";
    let many: Vec<String> = (0..6000).map(|number| person(&format!("m{number}"), name).to_string()).collect();
    let many = many.join("\n");
    assert!(many.len() < 1 << 20);
    let padded = many.replace('\n', &format!("{}\n", " ".repeat(100)));
    assert!(padded.len() > 1 << 20);
    assert_eq!(lines(&world, padded).await.is(200).json["added"], 6000);
    // All before the portion with the wrong line were taken, and the answer says so.
    let mut wrong: Vec<String> = (0..5001).map(|number| person(&format!("w{number}"), "Will Example").to_string()).collect();
    wrong.push("{\"id\": ".to_owned());
    let refused = lines(&world, wrong.join("\n")).await.refused(400, "not_json");
    assert!(refused.text("/detail").starts_with("line 5002: not JSON"), "{}", refused.json);
    assert!(refused.text("/detail").ends_with("all before line 5001 were taken"), "{}", refused.json);
    world.get("vi", "/api/v1/customers/w4999").await.is(200);
    world.get("vi", "/api/v1/customers/w5000").await.refused(404, "not_found");
    // An array is taken whole or not at all.
    put(json!([person("n1", "Nia Example"), {"id": "n2"}])).await.refused(422, "invalid");
    world.get("vi", "/api/v1/customers/n1").await.refused(404, "not_found");
    put(json!("x")).await.refused(422, "invalid");

    let page = world.get("vi", "/api/v1/customers?text=example&limit=2").await.is(200);
    assert_eq!((&page.json["customers"][1]["id"], &page.json["next"]), (&json!("c3"), &json!("c3")));
    let next = world.get("vi", "/api/v1/customers?text=example&limit=2&after=c3").await.is(200);
    assert_eq!(next.json["customers"][0]["id"], "m0");
    let shown = world.get("vi", "/api/v1/customers/c2").await.is(200);
    assert_eq!(shown.json["entity"]["properties"]["name"], json!(["Bea Sample"]));
    let same = world.request("vi", "GET", "/api/v1/customers/c2").header("if-none-match", &shown.headers["etag"]);
    assert!(world.send(same.body(Body::empty()).unwrap()).await.is(304).bytes.is_empty());
    world.call("ann", "DELETE", "/api/v1/customers/c2", &Value::Null).await.refused(422, "invalid");
    let gone = world.call("ann", "DELETE", "/api/v1/customers/c2?reason=left%20us", &Value::Null).await.is(200);
    assert_eq!(gone.json["active"], false);
    world.call("ann", "DELETE", "/api/v1/customers/c2?reason=again", &Value::Null).await.refused(409, "conflict");
    world.post("svc", "/api/v1/customers/c2/screen", Value::Null).await.refused(409, "conflict");
    world.sound().await;
}

pub(crate) async fn all_are_screened_beside_the_requests(place: Place) {
    let world = World::new(place).await;
    let mut customers: Vec<Value> =
        (0..1200).map(|number| person(&format!("m{number:04}"), &format!("Mo Example{number}"))).collect();
    customers.push(person("x1", "Orvantis Brellmoor"));
    customers.push(json!({"id": "x2", "schema": "Company", "properties": {"name": ["Zyphera Glassworks"]}}));
    // One that cannot be screened is not shown as clear.
    customers.push(json!({"id": "x3", "schema": "Person", "properties": {"birthDate": ["1971"]}}));
    world.post("svc", "/api/v1/customers", Value::Array(customers)).await.is(200);
    world.post("ann", "/api/v1/screenings", Value::Null).await.refused(403, "forbidden");
    let begun = world.post("svc", "/api/v1/screenings", Value::Null).await.is(202);
    let place = begun.headers["location"].to_str().unwrap().to_owned();
    let over = async {
        loop {
            let shown = world.get("vi", &place).await.is(200);
            if shown.json["progress"]["running"] == false {
                break shown;
            }
            tokio::task::yield_now().await;
        }
    };
    let over = tokio::time::timeout(Duration::from_mins(2), over).await.unwrap();
    let progress = json!({
        "customers": 1203, "done": 1203, "compared": 1203, "skipped": 1, "hits": 2, "opened": 2, "releases": 0, "running": false,
        "because": "nobody was screened with these settings yet",
    });
    assert_eq!(over.json["progress"], progress);
    assert_eq!(over.json["screening"]["state"], "complete");
    assert_eq!(over.json["screening"]["customers"], 1202);
    let uncovered = world.get("vi", "/api/v1/screenings/uncovered").await.is(200);
    assert_eq!(uncovered.json["uncovered"].as_array().unwrap().len(), 1, "{}", uncovered.json);
    assert_eq!(uncovered.json["uncovered"][0]["customer"], "x3");
    assert_eq!(world.get("vi", "/api/v1/alerts").await.is(200).json["total"], 2);
    let refused = world.post("svc", "/api/v1/customers/x3/screen", Value::Null).await.refused(422, "not_screened");
    assert!(refused.text("/detail").contains("x3"), "{}", refused.json);
    world.sound().await;
    // Another process did not begin it, and knows no more of it than the store.
    let world = world.restarted().await;
    assert_eq!(world.get("vi", &place).await.is(200).json["progress"], Value::Null);
    assert_eq!(world.get("vi", "/api/v1/screenings?limit=1").await.is(200).json["screenings"].as_array().unwrap().len(), 1);
}
