//! `/search/{dataset}`.

use serde_json::json;

use crate::common::{built_in, get, ids, invented, post};

#[tokio::test]
async fn words_filters_and_pages() {
    let router = invented();
    let cases: [(&str, &[&str]); 35] = [
        ("q=brellmoor", &["inv-1", "inv-2"]),
        ("q=BRELLMOOR+orvantis", &["inv-1", "inv-2"]),
        ("q=%22orvantis+brellmoor%22", &["inv-1", "inv-2"]),
        ("q=%22brellmoor+orvantis%22", &[]),
        ("q=brell", &[]),
        ("q=brell*", &["inv-1", "inv-2"]),
        ("q=brelmoor", &[]),
        ("q=orvantis+brelmoor&fuzzy=true", &["inv-1", "inv-2"]),
        ("q=orvantis+-glass", &["inv-2"]),
        ("q=orvantis+NOT+glass", &["inv-2"]),
        ("q=tartu", &["inv-3"]),
        ("q=tartu+OR+brellmoor", &["inv-1", "inv-2", "inv-3"]),
        ("q=address:tartu", &["inv-3"]),
        ("q=properties.name:tartu", &[]),
        ("q=countries:ee", &["inv-3"]),
        ("q=7733441", &["inv-3"]),
        ("q=inv-2", &["inv-2"]),
        ("q=ustritsyn", &["../odd/ид?x=1"]),
        ("q=%D1%83%D1%81%D1%82%D1%80%D0%B8%D1%86%D1%8B%D0%BD", &["../odd/ид?x=1"]),
        ("", &["inv-1", "inv-2", "inv-3", "../odd/ид?x=1"]),
        ("q=*", &["inv-1", "inv-2", "inv-3", "../odd/ид?x=1"]),
        ("schema=Company", &["inv-3"]),
        ("schema=Sanction", &["inv-sanction"]),
        ("countries=lv&countries=ee", &["inv-1", "inv-3"]),
        ("countries=lv&countries=ee&filter_op=AND", &[]),
        ("datasets=list_a&datasets=list_b&filter_op=AND", &["inv-3"]),
        ("topics=role.pep", &["inv-2"]),
        ("filter=properties.birthDate:1980", &["inv-2"]),
        ("target=false", &["inv-2"]),
        ("exclude_schema=Person", &["inv-3"]),
        ("changed_since=2025&q=orvantis", &["inv-1"]),
        ("limit=1&offset=1", &["inv-2"]),
        ("sort=first_seen:desc&q=orvantis", &["inv-2", "inv-1"]),
        ("sort=caption&q=tartu+OR+orvantis&limit=3", &["inv-1", "inv-2", "inv-3"]),
        ("q=%27%3B+DROP+TABLE+entities%3B--", &[]),
    ];
    for (parameters, expected) in cases {
        let reply = get(&router, &format!("/search/default?{parameters}")).await;
        assert_eq!(reply.status, 200, "{parameters}: {}", reply.json);
        let found = ids(&reply.json["results"]);
        let same = if parameters.contains("OR") && !parameters.contains("sort") {
            let mut found = found.clone();
            found.sort_unstable();
            found == expected
        } else {
            found == expected
        };
        assert!(same, "{parameters}: {found:?}");
        assert_eq!(reply.json["total"]["relation"], "eq");
    }
    let deep = get(&router, "/search/default?offset=9499&limit=500").await;
    assert_eq!(deep.json["results"], json!([]));
    assert_eq!(deep.json["total"]["value"], 4);
    let none = get(&router, "/search/default?limit=0").await;
    assert_eq!(none.json["results"], json!([]));
    assert_eq!(none.json["total"]["value"], 4);
    let one = get(&router, "/search/list_b").await;
    assert_eq!(ids(&one.json["results"]), ["inv-2", "inv-3", "../odd/ид?x=1"]);
}

#[tokio::test]
async fn facets_count_all_that_was_found() {
    let router = invented();
    let reply = get(&router, "/search/default?limit=1").await;
    let facets = &reply.json["facets"];
    assert_eq!(facets.as_object().unwrap().keys().collect::<Vec<_>>(), ["countries", "topics", "datasets"]);
    assert_eq!(
        facets["topics"],
        json!({ "label": "Topics", "values": [
            { "name": "sanction", "label": "Sanctioned entity", "count": 2 },
            { "name": "role.pep", "label": "PEP", "count": 1 }
        ] })
    );
    assert_eq!(facets["datasets"]["values"][0], json!({ "name": "list_b", "label": "list_b", "count": 3 }));
    let reply = get(&router, "/search/default?facets=schema&facets=names").await;
    let facets = &reply.json["facets"];
    assert_eq!(facets["schema"]["values"][0], json!({ "name": "Person", "label": "People", "count": 3 }));
    assert_eq!(facets["names"]["values"][0]["count"], 2);
    assert!(facets.get("countries").is_none());
}

#[tokio::test]
async fn the_same_by_post() {
    let router = built_in();
    let by_get = get(&router, "/search/default?q=bank&countries=kp&limit=3").await;
    assert!(by_get.json["total"]["value"].as_u64().unwrap() > 3);
    assert_eq!(by_get.json["results"].as_array().unwrap().len(), 3);
    let form = post(&router, "/search/default", "q=bank&countries=kp&limit=3").await;
    assert_eq!(form.json, by_get.json);
    let object =
        post(&router, "/search/default", json!({ "q": "bank", "countries": ["kp"], "limit": 3, "sort": null }).to_string())
            .await;
    assert_eq!(object.json, by_get.json);
    assert_eq!(post(&router, "/search/default", "{\"q\":").await.status, 422);
}
