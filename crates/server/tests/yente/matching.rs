//! `POST /match/{dataset}`.

use serde_json::json;

use crate::common::{built_in, ids, invented, match_one, person, post};

#[tokio::test]
async fn a_listed_party_is_found_with_all_that_clients_read() {
    let router = built_in();
    let body = json!({
        "queries": { "one": { "id": "mine", "schema": "Person", "properties": { "name": "Kim Kyong Nam", "birthDate": ["1976-07-11"] } } }
    });
    let reply = post(&router, "/match/default", body.to_string()).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers["x-batch-size"], "1");
    assert_eq!(reply.json["limit"], 5);
    assert!(reply.json["matcher"]["name"]["description"].is_string());
    let response = &reply.json["responses"]["one"];
    assert_eq!(response["status"], 200);
    assert_eq!(
        response["query"],
        json!({ "id": "mine", "schema": "Person", "properties": { "name": ["Kim Kyong Nam"], "birthDate": ["1976-07-11"] } })
    );
    assert_eq!(response["total"]["relation"], "eq");
    let best = &response["results"][0];
    assert_eq!(best["id"], "ofac-18554");
    assert_eq!(best["caption"], "Kim Kyong Nam");
    assert_eq!(best["schema"], "Person");
    assert_eq!(best["properties"]["birthDate"], json!(["1976-07-11"]));
    assert_eq!(best["properties"]["topics"], json!(["sanction"]));
    assert_eq!(best["datasets"], json!(["dprk_it_workers"]));
    assert_eq!(best["target"], true);
    assert_eq!(best["match"], true);
    assert_eq!(best["features"]["birthDate"], 1.0);
    assert_eq!(best["explanations"]["name"]["score"], best["features"]["name"]);
    assert_eq!(best["explanations"]["name"]["candidate"], "Kim Kyong Nam");
    for member in ["referents", "first_seen", "last_seen", "last_change", "score"] {
        assert!(best.get(member).is_some(), "{member}");
    }
}

#[tokio::test]
async fn batches_answer_each_query_by_its_name() {
    let router = built_in();
    // Long enough to be answered on the pool, where the queries run beside each other.
    let queries: serde_json::Map<String, serde_json::Value> = (0..100)
        .map(|at| (format!("q{at}"), person(if at % 2 == 0 { "Kim Kyong Nam" } else { "Marvella Quistgaard" })))
        .collect();
    let reply = post(&router, "/match/all", json!({ "queries": queries, "weights": {}, "config": {} }).to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.json);
    assert_eq!(reply.headers["x-batch-size"], "100");
    let names: Vec<&String> = reply.json["responses"].as_object().unwrap().keys().collect();
    assert_eq!(names, queries.keys().collect::<Vec<_>>(), "the order of the request");
    for (at, name) in names.into_iter().enumerate() {
        let found = &reply.json["responses"][name];
        assert_eq!(found["total"]["value"].as_u64().unwrap() > 0, at % 2 == 0, "{name}");
    }
}

#[tokio::test]
async fn a_query_without_anything_to_screen_is_an_error_of_its_own() {
    let router = built_in();
    let queries = json!({
        "good": person("Kim Kyong Nam"),
        "empty": person(" "),
        "typo": { "schema": "Person", "properties": { "naem": ["Kim Kyong Nam"] } },
        "null": null
    });
    let reply = post(&router, "/match/default", json!({ "queries": queries }).to_string()).await;
    assert_eq!(reply.status, 200);
    let responses = &reply.json["responses"];
    assert_eq!(responses["good"]["status"], 200);
    assert_eq!(responses["empty"]["status"], 400);
    assert_eq!(responses["empty"]["results"], json!([]));
    assert!(responses["empty"]["error"].as_str().unwrap().contains("nothing to screen"));
    assert_eq!(responses["typo"]["status"], 400);
    assert!(responses["typo"]["warnings"][0].as_str().unwrap().contains("naem"));
    assert!(responses.get("null").is_none());
}

#[tokio::test]
async fn thresholds_cutoffs_and_limits() {
    let router = invented();
    let found = match_one(&router, "/match/default", person("Orvantis Brellmoor")).await;
    assert_eq!(ids(&found["results"]), ["inv-1", "inv-2"]);
    assert_eq!(found["total"], json!({ "value": 2, "relation": "eq" }));
    let one = match_one(&router, "/match/default?limit=1", person("Orvantis Brellmoor")).await;
    assert_eq!(ids(&one["results"]), ["inv-1"]);
    assert_eq!(one["total"]["relation"], "gte");
    let strict = match_one(&router, "/match/default?threshold=1.01", person("Orvantis Brellmoor")).await;
    assert_eq!(strict["results"][0]["match"], false);
    assert_eq!(strict["total"]["value"], 0);
    // A cutoff above the threshold would hide matches: the threshold counts.
    let low = match_one(&router, "/match/default?threshold=0.4&cutoff=1.5", person("Orvantis Brellmoor")).await;
    assert_eq!(ids(&low["results"]).len(), 2);
    let cut = match_one(&router, "/match/default?threshold=1&cutoff=0.999", person("Orvantis Brelmor")).await;
    assert_eq!(ids(&cut["results"]), [""; 0]);
    // Findings below the threshold are reported where a lower cutoff asks for them.
    let weak = person("Orvantis Telmarin");
    let usual = match_one(&router, "/match/default", weak.clone()).await;
    assert_eq!(ids(&usual["results"]), [""; 0]);
    let lower = match_one(&router, "/match/default?cutoff=0.3", weak).await;
    assert!(!ids(&lower["results"]).is_empty());
    assert_eq!(lower["results"][0]["match"], false);
    assert_eq!(lower["total"]["value"], 0);
    // Nothing is looked for at the bottom of the scale, whatever is asked for.
    let all = match_one(&router, "/match/default?threshold=-5&cutoff=-5", person("Orvantis Brellmoor")).await;
    assert!(!ids(&all["results"]).is_empty());
}

#[tokio::test]
async fn filters() {
    let router = invented();
    let cases: [(&str, &[&str]); 19] = [
        ("/match/default", &["inv-1", "inv-2"]),
        ("/match/sanctions", &["inv-1", "inv-2"]),
        ("/match/invented", &["inv-1", "inv-2"]),
        ("/match/list_a", &["inv-1"]),
        ("/match/list_b", &["inv-2"]),
        ("/match/default?include_dataset=list_b", &["inv-2"]),
        ("/match/list_a?include_dataset=list_b", &["inv-1", "inv-2"]),
        ("/match/list_a?include_dataset=default", &["inv-1", "inv-2"]),
        ("/match/default?exclude_dataset=list_a", &["inv-2"]),
        ("/match/default?exclude_dataset=list_a&exclude_dataset=list_b", &[]),
        ("/match/default?exclude_schema=Person", &[]),
        ("/match/default?exclude_entity_ids=inv-1", &["inv-2"]),
        ("/match/default?exclude_entity_ids=old-1", &["inv-2"]),
        ("/match/default?topics=role.pep", &["inv-2"]),
        ("/match/default?topics=role.pep&topics=sanction", &["inv-1", "inv-2"]),
        ("/match/default?topics=role.pep&limit=1", &["inv-2"]),
        ("/match/default?changed_since=2025", &["inv-1"]),
        ("/match/default?changed_since=2021-01-01T00:00:00", &["inv-1", "inv-2"]),
        ("/match/default?changed_since=2025-06-01T00:00:01", &[]),
    ];
    for (path, expected) in cases {
        let found = match_one(&router, path, person("Orvantis Brellmoor")).await;
        assert_eq!(ids(&found["results"]), expected, "{path}");
    }
}

#[tokio::test]
async fn a_list_without_times_is_judged_by_its_issue_and_never_left_out_unknown() {
    let router = built_in();
    // The records of this list say that they are of an issue of November 2025.
    let after = match_one(&router, "/match/default?changed_since=2025-11", person("Kim Kyong Nam")).await;
    assert_eq!(after["results"][0]["id"], "ofac-18554");
    let later = match_one(&router, "/match/default?changed_since=2027", person("Kim Kyong Nam")).await;
    assert!(!ids(&later["results"]).contains(&"ofac-18554"));
    let router = invented();
    let odd = match_one(&router, "/match/default?changed_since=2027", person("Квелмор Устрицын")).await;
    assert_eq!(ids(&odd["results"]).len(), 1, "a party of which nothing is known is not left out");
}

#[tokio::test]
async fn algorithms_weights_and_parameters() {
    let router = invented();
    let query = json!({ "schema": "Person", "properties": { "name": ["Orvantis Brellmoor"], "birthDate": ["1971-02-03"] } });
    for name in ["best", "default", "logic-v2", "logic-v1", "regression-v1", "name-based", "name-qualified", "ofac-249"] {
        let found = match_one(&router, &format!("/match/default?algorithm={name}"), query.clone()).await;
        assert!(ids(&found["results"]).contains(&"inv-1"), "{name}");
        let dated = found["results"][0]["features"].get("birthDate").is_some();
        assert_eq!(dated, !matches!(name, "name-based" | "ofac-249"), "{name}");
    }
    let with = |extra: serde_json::Value| {
        let mut body = json!({ "queries": { "q": query } });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body.to_string()
    };
    let score =
        |reply: &crate::common::Reply, at: usize| reply.json["responses"]["q"]["results"][at]["score"].as_f64().unwrap();
    let usual = post(&router, "/match/default", with(json!({}))).await;
    let light = post(&router, "/match/default", with(json!({ "weights": { "dob_year_disjoint": 0.0 } }))).await;
    assert!(score(&light, 1) > score(&usual, 1), "another year of birth no longer lowers the score");
    let ignored = post(&router, "/match/default", with(json!({ "config": { "nm_number_mismatch": 0.4 } }))).await;
    assert_eq!(ignored.json, usual.json);
    let own = post(&router, "/match/default", with(json!({ "config": { "use_birth_date": false } }))).await;
    assert!(own.json["responses"]["q"]["results"][0]["features"].get("birthDate").is_none());
    let bad = post(&router, "/match/default", with(json!({ "config": { "unheard_of": 1 } }))).await;
    crate::common::assert_refused(&bad, 400, "Invalid configuration parameter: unheard_of");
}

#[tokio::test]
async fn identifiers_scripts_and_awkward_texts() {
    let router = invented();
    let company =
        json!({ "schema": "Company", "properties": { "name": ["Other Name Entirely"], "registrationNumber": ["7733441"] } });
    let found = match_one(&router, "/match/default", company).await;
    assert_eq!(found["results"][0]["id"], "inv-3");
    assert_eq!(found["results"][0]["explanations"]["identifier"]["candidate"], "7733441");
    let found = match_one(&router, "/match/default", person("Kvelmor Ustritsyn")).await;
    assert_eq!(found["results"][0]["caption"], "Квелмор Устрицын");
    for text in ["'; DROP TABLE entities; --", "\u{0}\u{1}", "\u{202e}moor", "🦀", "%s%n{{7*7}}", "\"}]}"] {
        let found = match_one(&router, "/match/default", person(text)).await;
        assert_eq!(ids(&found["results"]), [""; 0], "{text:?}");
    }
    // Entities as `/entities` gives them go in as they are.
    let nested = json!({ "schema": "Person", "properties": { "name": ["Orvantis Brellmoor"], "sanctions": [{ "id": "x", "schema": "Sanction" }], "height": [1.8, true, null] } });
    let found = match_one(&router, "/match/default", nested).await;
    assert_eq!(found["results"][0]["id"], "inv-1");
}
