//! What is of SQLite alone.

use interdict_casework::{Error, Kind, Location, Store};

use crate::place::{Place, at, by, customer};

#[tokio::test]
async fn only_one_process_writes() {
    let place = Place::sqlite();
    let first = place.staffed().await;
    let error = Store::open(&place.location, at(0)).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert_eq!(error.kind(), Kind::Unavailable);
    assert!(error.to_string().contains("another process"));
    // Reading is free.
    let reader = Store::open_read_only(&place.location).await.unwrap();
    first.put_customers(by("svc", 1), &[customer("c1", "Ada Example")]).await.unwrap();
    assert_eq!(reader.customer(by("vi", 1), "c1").await.unwrap().caption, "Ada Example");
    first.close().await;
    place.open().await;
}

#[tokio::test]
async fn what_is_no_store_is_refused() {
    let place = Place::sqlite();
    let Location::Sqlite(path) = &place.location else { panic!() };
    std::fs::write(
        path,
        "this is no database, but a text that somebody put here; it is long enough to look like one".repeat(9),
    )
    .unwrap();
    assert!(matches!(place_error(&place).await, Error::Database(_)));
}

async fn place_error(place: &Place) -> Error {
    Store::open(&place.location, at(0)).await.unwrap_err()
}

#[test]
fn places_are_read_and_passwords_are_not_shown() {
    assert_eq!(Location::parse("sqlite:a/b.db").unwrap(), Location::Sqlite("a/b.db".into()));
    let place = Location::parse("postgres://user:secret@db.example/cases#tenant_a").unwrap();
    assert_eq!(place.to_string(), "postgres://db.example/cases#tenant_a");
    assert!(!format!("{place:?}").contains("secret"));
    assert!(Location::parse("postgres://db/cases#a; DROP SCHEMA b").is_err());
    assert!(Location::parse("").is_err());
}
