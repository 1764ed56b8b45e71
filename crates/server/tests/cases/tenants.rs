//! Tenants, and the people of each.

use interdict_casework::{Archive, Location, Store};
use interdict_server::{App, CasesOptions, Options, ServerError};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::common::{LISTED, World, engine, key, person, sqlite_file};
use crate::place::Place;

pub(crate) async fn nobody_reaches_the_cases_of_another(place: Place) {
    let world = World::new(place).await;
    let alert = world.alert("c1").await;
    let proposal = json!({"disposition": "unsure", "reason": "x"});
    let decision = world.post("ann", &format!("/api/v1/alerts/{alert}/proposals"), proposal.clone()).await.is(201).text("/id");
    // The same ids, asked for by people of another tenant, some of whom have the same names.
    for path in ["customers/c1", "customers/c1/coverage"]
        .map(str::to_owned)
        .into_iter()
        .chain([format!("alerts/{alert}"), format!("decisions/{decision}")])
    {
        world.get("ann", &format!("/api/v1/{path}")).await.is(200);
        world.get("eve", &format!("/api/v1/{path}")).await.refused(404, "not_found");
        world.get("ann_acme", &format!("/api/v1/{path}")).await.refused(404, "not_found");
    }
    for (path, members) in
        [("customers", "customers"), ("alerts", "alerts"), ("screenings", "screenings"), ("whitelistings", "whitelistings")]
    {
        assert_eq!(world.get("eve", &format!("/api/v1/{path}")).await.is(200).json[members], json!([]), "{path}");
    }
    world.post("eve", &format!("/api/v1/alerts/{alert}/notes"), json!({"text": "x"})).await.refused(404, "not_found");
    world.post("eve", &format!("/api/v1/alerts/{alert}/proposals"), proposal).await.refused(404, "not_found");
    let actors = world.get("eve", "/api/v1/actors").await.is(200);
    let ids: Vec<&str> = actors.json["actors"].as_array().unwrap().iter().map(|actor| actor["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["ann", "eve", "interdict", "svc"]);
    // `ann` audits there, and works here.
    world.get("ann_acme", "/api/v1/audit/verify").await.is(200);
    world.get("ann", "/api/v1/audit/verify").await.refused(403, "forbidden");
    let export = world.get("ann_acme", "/api/v1/audit/export").await.is(200);
    assert!(!String::from_utf8(export.bytes).unwrap().contains("\"c1\""));

    // A customer of theirs is in a store of their own.
    world.post("svc_acme", "/api/v1/customers", person("c9", "Orvantis Brellmoor")).await.is(200);
    world.post("svc_acme", "/api/v1/customers/c9/screen", Value::Null).await.is(200);
    world.get("ann", "/api/v1/customers/c9").await.refused(404, "not_found");
    let location = match &world.place.location {
        Location::Sqlite(_) => Location::Sqlite(sqlite_file(&world.place, "store-acme.db").unwrap()),
        Location::Postgres { url, schema } => Location::postgres(url, &format!("{schema}_acme")).unwrap(),
    };
    let theirs = Store::open_read_only(&location).await.unwrap();
    assert_eq!(theirs.count_customers().await.unwrap().0, 1);
    theirs.close().await;
    let ours = Store::open_read_only(&world.place.location).await.unwrap();
    assert_eq!(ours.count_customers().await.unwrap().0, 1);
    ours.close().await;

    // A tenant whose name would lead elsewhere has no store.
    let mut file = world.file.clone();
    let mut world = world;
    for (name, tenant) in [("mal", "../../x"), ("mel", "Acme"), ("mil", "new")] {
        let (key, entry) = key(name, "analyst", tenant);
        file.keys.push(entry);
        world.keys.insert(name.to_owned(), key);
    }
    std::fs::write(world.place.path("keys.toml"), file.to_text().unwrap()).unwrap();
    world.app.keys().unwrap().look().unwrap();
    let trouble = world.app.look_after_cases(Timestamp::now()).await.unwrap_err();
    assert!(trouble.contains("../../x") && trouble.contains("Acme") && !trouble.contains("new"), "{trouble}");
    world.get("mal", "/api/v1/customers").await.refused(503, "unavailable");
    world.get("mel", "/api/v1/customers").await.refused(503, "unavailable");
    assert_eq!(world.get("mil", "/api/v1/customers").await.is(200).json["customers"], json!([]));
}

/// Roles of an actor in a list, and whether it is active.
fn roles_of(list: &Value, id: &str) -> (Value, Value) {
    let actor = list["actors"].as_array().unwrap().iter().find(|actor| actor["id"] == id).unwrap();
    (actor["roles"].clone(), actor["active"].clone())
}

pub(crate) async fn actors_follow_the_keys(place: Place) {
    // Without keys, nobody can be told from another.
    let options = CasesOptions {
        location: place.location.clone(),
        audit_key: None,
        archive: Archive::new(&place.path("archive")),
        webhook_private: false,
    };
    let app = App::new(engine(LISTED, "2026-01-15"), "x", Options::default(), None, false).unwrap();
    let refused = app.open_cases(options, Timestamp::now()).await.unwrap_err();
    assert!(matches!(refused, ServerError::CasesNeedKeys), "{refused}");
    assert!(refused.to_string().contains("two people"), "{refused}");

    let mut world = World::new(place).await;
    let read = world.get("vi", "/api/v1/actors").await.is(200).json;
    let of = |id: &str| roles_of(&read, id);
    assert_eq!(of("cy"), (json!(["analyst", "approver"]), json!(true)));
    assert_eq!(of("interdict"), (json!(["admin"]), json!(true)));
    // An administrator adds others, and leaves those who have keys to their keys.
    let dee = json!({"name": "Dee", "roles": ["viewer"]});
    let tag = world.call("adm", "PUT", "/api/v1/actors/dee", &dee).await.is(200).headers["etag"].clone();
    world.call("adm", "PUT", "/api/v1/actors/ann", &dee).await.refused(409, "conflict");
    world.call("adm", "PUT", "/api/v1/actors/interdict", &dee).await.refused(409, "conflict");
    world.call("adm", "PUT", "/api/v1/actors/adm", &dee).await.refused(409, "conflict");
    world
        .call("adm", "PUT", "/api/v1/actors/dee", &json!({"name": "Dee", "roles": ["admin", "analyst"]}))
        .await
        .refused(422, "duties");
    world.call("adm", "PUT", "/api/v1/actors/dee", &json!({"name": "Dee", "roles": ["king"]})).await.refused(422, "invalid");
    let off = json!({"name": "Dee", "roles": ["viewer"], "active": false});
    let change = |tag: &str| {
        let request = world.request("adm", "PUT", "/api/v1/actors/dee").header("content-type", "application/json");
        request.header("if-match", tag).body(off.to_string().into()).unwrap()
    };
    world.send(change("\"other\"")).await.refused(412, "changed");
    world.send(change(tag.to_str().unwrap())).await.is(200);
    world.send(change(tag.to_str().unwrap())).await.refused(412, "changed");

    // A key that does not go with the others of its actor is refused; the others go on.
    let mut file = world.file.clone();
    let (text, entry) = key("ann", "admin", "");
    file.keys.push(entry);
    world.keys.insert("ann_admin".to_owned(), text);
    let (text, entry) = key("interdict", "admin", "");
    file.keys.push(entry);
    world.keys.insert("fake".to_owned(), text);
    let (text, entry) = key("new", "approver", "");
    file.keys.push(entry);
    world.keys.insert("new".to_owned(), text);
    // One is revoked, and one of two.
    for entry in &mut file.keys {
        if entry.actor == "vi" || (entry.actor == "cy" && entry.role == "approver") {
            entry.revoked = Some(Timestamp::UNIX_EPOCH);
        }
    }
    world.rekeyed(&file).await;
    world.get("ann_admin", "/api/v1/customers").await.refused(403, "key_refused");
    world.get("fake", "/api/v1/customers").await.refused(403, "key_refused");
    world.get("ann", "/api/v1/customers").await.is(200);
    world.get("new", "/api/v1/pending").await.is(200);
    world.get("vi", "/api/v1/customers").await.refused(401, "unauthorized");
    let read = world.get("ann", "/api/v1/actors").await.is(200).json;
    let of = |id: &str| roles_of(&read, id);
    assert_eq!(of("cy"), (json!(["analyst"]), json!(true)));
    assert_eq!(of("vi").1, json!(false));
    assert_eq!(of("ann"), (json!(["analyst"]), json!(true)));

    // A look that finds nothing new writes nothing.
    let last = || async { world.get("aud", "/api/v1/audit/verify").await.is(200).json["last"].clone() };
    let before = last().await;
    world.rekeyed(&file).await;
    assert_eq!(last().await, before);

    // Until then the roles of the store decide, whatever the gate lets through; somebody of whom it does not know is taken up at once.
    for (name, actor) in [("ann_approves", "ann"), ("late", "late")] {
        let (text, entry) = key(actor, "approver", "");
        file.keys.push(entry);
        world.keys.insert(name.to_owned(), text);
    }
    std::fs::write(world.place.path("keys.toml"), file.to_text().unwrap()).unwrap();
    world.app.keys().unwrap().look().unwrap();
    let refused = world.get("ann_approves", "/api/v1/pending").await.refused(403, "forbidden");
    assert!(refused.text("/detail").contains("`ann` has no role that allows"), "{}", refused.json);
    world.get("late", "/api/v1/pending").await.is(200);
    world.app.look_after_cases(Timestamp::now()).await.unwrap();
    world.get("ann_approves", "/api/v1/pending").await.is(200);
    world.sound().await;
}
