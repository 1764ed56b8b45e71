//! `/entities/{id}` and what is around an entity.

use serde_json::{Value, json};

use crate::common::{built_in, get, invented};

#[tokio::test]
async fn an_entity_with_those_around_it() {
    let router = invented();
    let flat = get(&router, "/entities/inv-1?nested=false").await;
    assert_eq!(flat.status, 200);
    assert_eq!(flat.json["properties"]["name"], json!(["Orvantis Brellmoor"]));
    assert_eq!(flat.json["referents"], json!(["old-1", "inv-1"]));
    assert_eq!(flat.json["last_change"], "2025-06-01T00:00:00");
    assert!(flat.json["properties"].get("sanctions").is_none());
    let nested = get(&router, "/entities/inv-1").await.json;
    let sanction = &nested["properties"]["sanctions"][0];
    assert_eq!(sanction["id"], "inv-sanction");
    assert!(sanction["properties"].get("entity").is_none(), "the entity is not in itself");
    let ownership = &nested["properties"]["ownershipOwner"][0];
    assert_eq!(ownership["properties"]["percentage"], json!(["60"]));
    assert_eq!(ownership["properties"]["asset"][0]["caption"], "Zyphera Glassworks");
    let asset = get(&router, "/entities/inv-3").await.json;
    assert_eq!(asset["properties"]["ownershipAsset"][0]["properties"]["owner"][0]["id"], "inv-1");
    let link = get(&router, "/entities/inv-own").await.json;
    assert_eq!(link["properties"]["owner"][0]["id"], "inv-1");
    assert_eq!(link["properties"]["asset"][0]["id"], "inv-3");
}

#[tokio::test]
async fn merged_ids_lead_to_what_they_became() {
    let router = invented();
    for (path, place) in [
        ("/entities/old-1", "/entities/inv-1"),
        ("/entities/old-1/adjacent", "/entities/inv-1/adjacent"),
        ("/entities/old-1/adjacent/sanctions", "/entities/inv-1/adjacent/sanctions"),
    ] {
        let reply = get(&router, path).await;
        assert_eq!(reply.status, 308);
        assert_eq!(reply.headers["location"], place);
    }
}

#[tokio::test]
async fn ids_of_any_text() {
    let router = invented();
    let reply = get(&router, "/entities/..%2Fodd%2F%D0%B8%D0%B4%3Fx%3D1").await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!(reply.json["caption"], "Квелмор Устрицын");
    // An id that the snapshot does not hold stays an id.
    assert_eq!(reply.json["properties"]["parent"], json!(["not-held"]));
    let page = get(&router, "/entities/..%2Fodd%2F%D0%B8%D0%B4%3Fx%3D1/adjacent/parent").await;
    assert_eq!(
        page.json,
        json!({ "results": ["not-held"], "total": { "value": 1, "relation": "eq" }, "limit": 10, "offset": 0 })
    );
}

#[tokio::test]
async fn those_around_in_pages() {
    let router = built_in();
    // The party with most around it.
    let all = get(&router, "/search/default?limit=500").await.json;
    let mut most = (0, String::new(), String::new());
    for entity in all["results"].as_array().unwrap() {
        let id = entity["id"].as_str().unwrap();
        let reply = get(&router, &format!("/entities/{id}/adjacent?limit=2")).await;
        assert_eq!(reply.json["entity"], *entity);
        for (property, page) in reply.json["adjacent"].as_object().unwrap() {
            let total = page["total"]["value"].as_u64().unwrap();
            assert_eq!(page["results"].as_array().unwrap().len() as u64, total.min(2));
            if total > most.0 {
                most = (total, id.to_owned(), property.clone());
            }
        }
    }
    let (total, id, property) = most;
    assert!(total > 4, "{total}");
    let mut seen: Vec<Value> = Vec::new();
    for offset in (0..total).step_by(2) {
        let page = get(&router, &format!("/entities/{id}/adjacent/{property}?limit=2&offset={offset}")).await.json;
        assert_eq!(page["total"]["value"].as_u64(), Some(total));
        assert_eq!(page["offset"].as_u64(), Some(offset));
        seen.extend(page["results"].as_array().unwrap().iter().map(|result| result["id"].clone()));
    }
    let nested = get(&router, &format!("/entities/{id}")).await.json;
    let whole: Vec<Value> =
        nested["properties"][&property].as_array().unwrap().iter().map(|result| result["id"].clone()).collect();
    assert_eq!(seen, whole, "the pages together are what is nested");
    let sorted = get(&router, &format!("/entities/{id}/adjacent/{property}?sort=id:desc&limit=500")).await.json;
    let ids: Vec<&str> = sorted["results"].as_array().unwrap().iter().map(|result| result["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a > b), "{ids:?}");
    let past = get(&router, &format!("/entities/{id}/adjacent/{property}?offset=9499")).await.json;
    assert_eq!(past["results"], json!([]));
}

#[tokio::test]
async fn every_entity_is_whole() {
    let router = built_in();
    for schema in ["Thing", "Interval"] {
        let all = get(&router, &format!("/search/default?limit=500&schema={schema}")).await.json;
        for entity in all["results"].as_array().unwrap() {
            let id = entity["id"].as_str().unwrap();
            let flat = get(&router, &format!("/entities/{id}?nested=false")).await.json;
            assert_eq!(flat, *entity);
            let nested = get(&router, &format!("/entities/{id}")).await.json;
            for (property, values) in flat["properties"].as_object().unwrap() {
                let held = nested["properties"][property].as_array().unwrap();
                assert_eq!(held.len(), values.as_array().unwrap().len(), "{id}: {property}");
            }
        }
    }
}

#[tokio::test]
async fn a_property_without_anybody_is_an_empty_page() {
    let router = invented();
    let reply = get(&router, "/entities/inv-2/adjacent/sanctions").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json["total"]["value"], 0);
    assert_eq!(get(&router, "/entities/inv-2/adjacent").await.json["adjacent"], json!({}));
}
