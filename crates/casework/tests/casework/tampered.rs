//! Every cell of every table changed, every table with a row less and a row more: all of it is found.

use std::fs;

use interdict_casework::desk::Desk;
use interdict_casework::{Archive, Disposition, Location, Scope, SigningKey, Store};
use interdict_matching::Settings;
use serde_json::json;
use sqlx::{Connection, Row, SqliteConnection};

use crate::place::{Place, against, alert, by, customer, decide, edit};

#[tokio::test(flavor = "multi_thread")]
async fn any_edit_is_found() {
    let place = Place::sqlite();
    let store = place.staffed().await;
    let (one, other) = (alert(&store, "c1", "ofac-1").await, alert(&store, "c2", "ofac-2").await);
    decide(&store, &one, Disposition::FalsePositive).await;
    store.add_note(by("ann", 22), &one, "a note").await.unwrap();
    store.attach(by("ann", 23), &one, "a.txt", "text/plain", b"bytes".to_vec()).await.unwrap();
    store.link(by("ann", 24), &one, &other, "together").await.unwrap();
    store.keep(by("adm", 25), "settings", "s", json!({}), None, "first").await.unwrap();
    // A list without the parties: what the open alert holds is to be released.
    let list = crate::desk::snapshot("2026-11-09", &[crate::desk::person("l-9", "Somebody Else", "1950-01-01")]);
    let (settings, archive) = (Settings::default(), Archive::new(&place.path("archive")));
    let screened = Desk::new(&store, &list, &settings, &archive).screen_all(by("svc", 26)).await.unwrap();
    assert_eq!(screened.releases.len(), 1);
    let screening = store.begin_screening(by("svc", 26), Scope::Some, &against("snap-1"), None).await.unwrap();
    let facts_hash = interdict_casework::facts_hash(&customer("c1", "Ada Example"));
    let checked = interdict_casework::Checked {
        customer: "c1".to_owned(),
        facts_hash,
        outcome: interdict_casework::Outcome::Hit,
        reason: String::new(),
    };
    store.record_coverage(by("svc", 27), &screening.id, &[checked]).await.unwrap();
    let keys = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let key = SigningKey::read(&keys.sk.to_box(None).unwrap().to_string(), None).unwrap();
    store.checkpoint(by("aud", 28), &key).await.unwrap();
    // The copy is one file.
    store.backup(by("adm", 29), &place.path("whole.db")).await.unwrap();
    store.close().await;

    let target = Place::sqlite();
    let Location::Sqlite(path) = &target.location else { panic!() };
    let whole = Location::Sqlite(place.path("whole.db"));
    let Location::Sqlite(whole_path) = &whole else { panic!() };
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", whole_path.display())).await.unwrap();
    let tables = sqlx::query(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('schema_version', 'chain', 'request', 'delivery') ORDER BY name",
    );
    let tables: Vec<String> = tables.fetch_all(&mut connection).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(tables.len(), 16);
    let mut edits = Vec::new();
    for table in &tables {
        let sql = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns: Vec<String> = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut connection)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
        let first = format!("rowid = (SELECT MIN(rowid) FROM {table})");
        for column in &columns {
            let other = format!(
                "CASE typeof({column}) WHEN 'integer' THEN {column} + 100000 WHEN 'null' THEN 'x' WHEN 'blob' THEN x'00' ELSE {column} || 'x' END"
            );
            edits.push(format!("UPDATE {table} SET {column} = {other} WHERE {first}"));
        }
        edits.push(format!("DELETE FROM {table} WHERE {first}"));
        let copied = columns.iter().enumerate().map(|(at, column)| match (at, table.as_str()) {
            (0, "audit") => "1000".to_owned(),
            (0, _) | (1, "link") => format!("{column} || 'y'"),
            _ => column.clone(),
        });
        let copied = copied.collect::<Vec<_>>().join(", ");
        edits.push(format!(
            "DROP INDEX IF EXISTS whitelist_one_active; DROP INDEX IF EXISTS alert_one_open; DROP INDEX IF EXISTS release_one_open; INSERT INTO {table} SELECT {copied} FROM {table} WHERE {first}"
        ));
    }
    connection.close().await.unwrap();
    let mut missed = Vec::new();
    let mut tried = 0;
    for sql in edits {
        // More facts and bytes than are needed prove nothing and break nothing, if they are what their digest says.
        let harmless = sql.contains("INSERT INTO facts") || sql.contains("INSERT INTO blob");
        fs::copy(whole_path, path).unwrap();
        edit(&target.location, &format!("DROP TRIGGER audit_kept; DROP TRIGGER audit_whole; {sql}")).await.unwrap();
        let store = Store::open_read_only(&target.location).await.unwrap();
        let found = store.verify(None, &[]).await;
        store.close().await;
        tried += 1;
        if found.is_ok_and(|report| report.is_sound()) && !harmless {
            missed.push(sql);
        }
    }
    assert!(tried > 120, "{tried}");
    assert!(missed.is_empty(), "{missed:#?}");
    fs::copy(whole_path, path).unwrap();
    let store = Store::open_read_only(&target.location).await.unwrap();
    assert!(store.verify(Some(&key.verifying()), &[]).await.unwrap().is_sound());
}
