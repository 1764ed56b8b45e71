//! The desk over a real engine: screening, rescreening against everybody screened again, release duties, replay, and settings that are tried.

use std::collections::BTreeSet;

use interdict_casework::desk::{Desk, Missing, Plan, Screened, Trial, Verdict, adopt, adopted, replay, traffic, trial};
use interdict_casework::{Archive, Disposition, Filter, Kind, Opened, Outcome, Progress, ReleaseState, State, Store};
use interdict_matching::Settings;
use interdict_model::entity_from_value;
use interdict_snapshot::{Builder, Snapshot, SourceMeta};
use serde_json::{Value, json};

use crate::place::{Place, by};

pub(crate) fn person(id: &str, name: &str, born: &str) -> Value {
    json!({"id": id, "schema": "Person", "caption": name, "properties": {"name": [name], "birthDate": [born], "topics": ["sanction"]}})
}

pub(crate) fn snapshot(issue: &str, entities: &[Value]) -> Snapshot {
    let mut builder = Builder::new();
    for entity in entities {
        builder.add(&entity_from_value(entity.clone()).unwrap());
    }
    builder.add_source(SourceMeta {
        id: "invented".to_owned(),
        format: "ftm".to_owned(),
        issue_date: issue.to_owned(),
        sha256: "ab".repeat(32),
        bytes: 1,
        entities: entities.len() as u64,
        counts: Vec::new(),
    });
    builder.finish().unwrap().open().unwrap()
}

/// The list of a Monday, and that of the day after: one party left, one has another date of birth, one came.
fn monday() -> Vec<Value> {
    vec![
        person("l-1", "Orvantis Brellmoor", "1971-02-03"),
        person("l-2", "Zyphera Kalloway", "1980-05-06"),
        person("l-3", "Thandrel Oskavi", "1969-07-08"),
    ]
}

fn tuesday() -> Vec<Value> {
    vec![
        person("l-1", "Orvantis Brellmoor", "1971-02-03"),
        person("l-3", "Thandrel Oskavi", "1969-07-09"),
        person("l-4", "Wendrick Saltholme", "1990-01-01"),
    ]
}

fn customer(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Person", "properties": {"name": [name]}})
}

fn customers() -> Vec<Value> {
    vec![
        customer("c-1", "Orvantis Brellmoor"),
        customer("c-2", "Zyphera Kalloway"),
        customer("c-3", "Thandrel Oskavi"),
        customer("c-4", "Wendrick Saltholme"),
        customer("c-5", "Nobody Atall"),
        // Nothing of it can be screened.
        json!({"id": "c-6", "schema": "Person", "properties": {"name": ["..."]}}),
    ]
}

struct Room {
    store: Store,
    archive: Archive,
}

async fn room(place: &Place) -> Room {
    let store = place.staffed().await;
    store.put_customers(by("svc", 5), &customers()).await.unwrap();
    Room { store, archive: Archive::new(&place.path("archive")) }
}

async fn pairs(store: &Store) -> BTreeSet<(String, String)> {
    let (alerts, _) = store.list_alerts(by("vi", 60), &Filter { open: true, ..Filter::default() }).await.unwrap();
    alerts.into_iter().map(|alert| (alert.customer, alert.entity)).collect()
}

fn pair(customer: &str, entity: &str) -> (String, String) {
    (customer.to_owned(), entity.to_owned())
}

async fn alert_of(store: &Store, customer: &str) -> String {
    let filter = Filter { customer: Some(customer.to_owned()), ..Filter::default() };
    let (alerts, _) = store.list_alerts(by("vi", 60), &filter).await.unwrap();
    assert_eq!(alerts.len(), 1, "{customer}");
    alerts[0].id.clone()
}

async fn decided(store: &Store, customer: &str, disposition: Disposition, at: i64) -> String {
    let alert = alert_of(store, customer).await;
    let proposal = store.propose(by("ann", at), &alert, disposition, "by the papers").await.unwrap();
    store.approve(by("bob", at + 1), &proposal.id, "").await.unwrap();
    proposal.id
}

pub(crate) async fn all_are_screened_and_the_ledger_says_so(place: &Place) {
    let room = room(place).await;
    let (list, settings) = (snapshot("2026-11-09", &monday()), Settings::default());
    let desk = Desk::new(&room.store, &list, &settings, &room.archive).in_queue("monday");
    let screened = desk.screen_all(by("svc", 10)).await.unwrap();
    assert_eq!((screened.compared, screened.hits, screened.outcomes.opened), (6, 3, 3));
    assert_eq!(screened.skipped.len(), 1);
    assert_eq!((screened.skipped[0].customer.as_str(), screened.skipped[0].outcome), ("c-6", Outcome::Skipped));
    assert_eq!((screened.screening.customers, screened.screening.exceptions), (5, 1));
    assert_eq!(screened.screening.state, Progress::Complete);
    assert_eq!(pairs(&room.store).await, BTreeSet::from([pair("c-1", "l-1"), pair("c-2", "l-2"), pair("c-3", "l-3")]));
    let uncovered = room.store.uncovered(by("vi", 11), list.id(), "", 10).await.unwrap();
    assert_eq!(uncovered.len(), 1);
    assert!(uncovered[0].reason.contains("no letter or digit"), "{}", uncovered[0].reason);
    let case = room.store.see_alert(by("ann", 12), &alert_of(&room.store, "c-1").await).await.unwrap();
    assert_eq!(case.alert.queue, "monday");
    assert_eq!(case.findings[0].explanation["basis"]["lists"][0]["issue_date"], "2026-11-09");
    // The same again opens nothing.
    let again = desk.screen_all(by("svc", 13)).await.unwrap();
    assert_eq!((again.outcomes.opened, again.outcomes.already_open), (0, 3));
    // One alone, by somebody who may not, and one who is not there.
    assert_eq!(desk.screen_some(by("ann", 14), &["c-1"]).await.unwrap_err().kind(), Kind::Forbidden);
    let one = desk.screen_some(by("svc", 14), &["c-1", "nobody"]).await.unwrap();
    assert_eq!((one.compared, one.hits, one.screening.customers), (1, 1, 1));
    assert!(matches!(&one.found[..], [(hit, Opened::AlreadyOpen(_))] if hit.entity["id"] == "l-1"), "{:?}", one.found);
    // One that is stopped covers nobody.
    let stop = |_: u64| false;
    let desk = Desk::new(&room.store, &list, &settings, &room.archive).telling(&stop);
    assert_eq!(desk.screen_all(by("svc", 15)).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(room.store.screenings(by("vi", 16), 1).await.unwrap()[0].state, Progress::Failed);
}

/// Screens by what changed since the last time.
async fn next(desk: &Desk<'_>, at: i64) -> Screened {
    let plan = desk.plan(by("svc", at)).await.unwrap();
    assert!(matches!(plan, Plan::Changed { .. }), "{plan:?}");
    let begun = desk.begin(by("svc", at), &plan).await.unwrap();
    desk.run(by("svc", at), begun, &plan).await.unwrap()
}

pub(crate) async fn rescreening_a_change_is_screening_everybody(place: &Place) {
    let settings = Settings::default();
    let (old, new) = (snapshot("2026-11-09", &monday()), snapshot("2026-11-10", &tuesday()));
    let room = room(place).await;
    let first = Desk::new(&room.store, &old, &settings, &room.archive).screen_all(by("svc", 10)).await.unwrap();
    // Somebody comes after the first screening, and somebody changes: neither is covered by it.
    let late = [customer("c-7", "Orvantis Brellmoor"), customer("c-5", "Wendrick Saltholme")];
    room.store.put_customers(by("svc", 11), &late).await.unwrap();
    let white = decided(&room.store, "c-3", Disposition::FalsePositive, 12).await;
    decided(&room.store, "c-2", Disposition::TrueMatch, 14).await;
    let desk = Desk::new(&room.store, &new, &settings, &room.archive);
    // It rests on the screening before, which it finds by itself.
    let plan = desk.plan(by("svc", 20)).await.unwrap();
    let Plan::Changed { base, old: Some(found) } = &plan else { panic!("{plan:?}") };
    assert_eq!((&base.id, found.id()), (&first.screening.id, old.id()));
    let begun = desk.begin(by("svc", 20), &plan).await.unwrap();
    let screened = desk.run(by("svc", 20), begun, &plan).await.unwrap();
    assert_eq!(screened.screening.base.as_deref(), Some(first.screening.id.as_str()));
    // c-1 and c-6 are not looked at: nothing changed for the first, the second cannot be screened and is tried again as uncovered.
    assert_eq!(
        pairs(&room.store).await,
        BTreeSet::from([pair("c-1", "l-1"), pair("c-3", "l-3"), pair("c-4", "l-4"), pair("c-5", "l-4"), pair("c-7", "l-1"),])
    );
    assert_eq!((screened.screening.customers, screened.screening.exceptions), (6, 1));
    // The whitelisting ended with the facts that it was bound to, and that pair alone is open again.
    assert_eq!(screened.expired.len(), 1, "{white}");
    assert_eq!((screened.outcomes.reopened, screened.outcomes.opened), (1, 3));
    // What was a true match is listed no more: a duty to release, once.
    assert_eq!(screened.releases.len(), 1);
    let duties = room.store.releases(by("vi", 21), Some(ReleaseState::Open), 10).await.unwrap();
    assert_eq!((duties[0].customer.as_str(), duties[0].entity.as_str()), ("c-2", "l-2"));
    assert_eq!(duties[0].because, "the party is listed no more");
    // Screening everybody finds the same, and nothing besides.
    let whole = desk.screen_all(by("svc", 22)).await.unwrap();
    assert_eq!((whole.hits, whole.outcomes.already_open, whole.releases.len()), (5, 5, 0));
    assert_eq!(room.store.end_release(by("ann", 23), &duties[0].id, true, "x").await.unwrap_err().kind(), Kind::Forbidden);
    let done = room.store.end_release(by("bob", 23), &duties[0].id, true, "the account is free").await.unwrap();
    assert_eq!((done.state, done.done_by.as_deref()), (ReleaseState::Released, Some("bob")));
    assert_eq!(room.store.end_release(by("bob", 24), &duties[0].id, true, "x").await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(desk.screen_all(by("svc", 25)).await.unwrap().releases, [] as [String; 0]);
    assert!(room.store.verify(None, &[]).await.unwrap().is_sound());
    // It is listed again: found again, it is decided anew only if its facts are others; the duty that waited is void.
    let back = snapshot("2026-11-11", &monday());
    let desk = Desk::new(&room.store, &back, &settings, &room.archive);
    let screened = next(&desk, 30).await;
    assert_eq!(screened.outcomes.decided, 1);
    let left = room.store.releases(by("vi", 31), Some(ReleaseState::Open), 10).await.unwrap();
    let left: BTreeSet<&str> = left.iter().map(|duty| duty.customer.as_str()).collect();
    assert_eq!(left, BTreeSet::from(["c-4", "c-5"]));
    let again = snapshot("2026-11-12", &tuesday());
    next(&Desk::new(&room.store, &again, &settings, &room.archive), 40).await;
    let left = room.store.releases(by("vi", 41), Some(ReleaseState::Open), 10).await.unwrap();
    assert_eq!(left, []);
}

pub(crate) async fn decisions_are_run_again(place: &Place) {
    let room = room(place).await;
    let (list, settings) = (snapshot("2026-11-09", &monday()), Settings { threshold: 0.65, ..Settings::default() });
    Desk::new(&room.store, &list, &settings, &room.archive).screen_all(by("svc", 10)).await.unwrap();
    let decision = decided(&room.store, "c-1", Disposition::TrueMatch, 12).await;
    // The customer changes, the list too: what was decided is run on what it was decided on.
    room.store.put_customers(by("svc", 14), &[customer("c-1", "Another Name")]).await.unwrap();
    let run = replay(&room.store, by("aud", 15), &decision, &room.archive).await.unwrap();
    assert_eq!(run.verdict, Verdict::Same, "{run:#?}");
    assert_eq!(run.customer["properties"]["name"], json!(["Orvantis Brellmoor"]));
    assert_eq!(run.replayed_with.unwrap().settings, settings.id());
    assert_eq!(replay(&room.store, by("aud", 15), "P-9999", &room.archive).await.unwrap_err().kind(), Kind::NotFound);
    // Without the snapshot it says which, and of which lists it can be built again.
    let empty = Archive::new(&place.path("elsewhere"));
    let run = replay(&room.store, by("aud", 16), &decision, &empty).await.unwrap();
    let Verdict::Missing(missing) = run.verdict else { panic!("{:?}", run.verdict) };
    let Missing::Snapshot { id, lists, .. } = &missing[0] else { panic!("{missing:?}") };
    assert_eq!((id.as_str(), &lists[0]["sha256"]), (list.id(), &json!("ab".repeat(32))));
    // A byte of the archived snapshot is another.
    let file = room.archive.folder().join(format!("{}.snapshot", list.id()));
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let run = replay(&room.store, by("aud", 17), &decision, &room.archive).await.unwrap();
    assert!(
        matches!(&run.verdict, Verdict::Missing(missing) if matches!(missing[..], [Missing::Snapshot { .. }])),
        "{:?}",
        run.verdict
    );
    // Somebody changed what the finding says it was made with, or its score: replay says so, whatever the audit says.
    std::fs::remove_file(&file).unwrap();
    room.archive.keep(&list).unwrap();
    place.edit("UPDATE finding SET score_ppm = score_ppm - 1").await.unwrap();
    let run = replay(&room.store, by("aud", 18), &decision, &room.archive).await.unwrap();
    assert!(matches!(&run.verdict, Verdict::Differs(all) if all[0].what == "score in millionths"), "{:?}", run.verdict);
    place.edit("UPDATE finding SET settings = 'others', engine = '0.0.9'").await.unwrap();
    let run = replay(&room.store, by("aud", 19), &decision, &room.archive).await.unwrap();
    let Verdict::Missing(missing) = run.verdict else { panic!("{:?}", run.verdict) };
    assert!(matches!(&missing[..], [Missing::Settings { .. }, Missing::Engine { .. }]), "{missing:?}");
}

pub(crate) async fn settings_are_tried_before_they_are_taken(place: &Place) {
    let room = room(place).await;
    let list = snapshot("2026-11-09", &monday());
    let more = [customer("c-8", "Thandrel Oskavy"), customer("c-9", "Orvantis Brelmoor")];
    room.store.put_customers(by("svc", 6), &more).await.unwrap();
    let usual = Settings::default();
    Desk::new(&room.store, &list, &usual, &room.archive).screen_all(by("svc", 10)).await.unwrap();
    decided(&room.store, "c-8", Disposition::FalsePositive, 12).await;
    decided(&room.store, "c-9", Disposition::TrueMatch, 14).await;
    let strict = Settings { threshold: 1.0, ..Settings::default() };
    let tried = trial(&room.store, by("adm", 20), &list, &usual, &strict).await.unwrap();
    assert_eq!((tried.customers, tried.not_screened, tried.findings_before, tried.findings_after), (7, 1, 5, 3));
    assert_eq!(tried.saved.iter().map(|one| one.customer.as_str()).collect::<Vec<_>>(), ["c-8"]);
    assert_eq!(tried.lost.iter().map(|one| one.customer.as_str()).collect::<Vec<_>>(), ["c-9"]);
    assert_eq!((tried.undecided.len(), tried.new.len(), tried.not_found_by_either), (0, 0, 0));
    // The other way round the same pairs come.
    let back = trial(&room.store, by("adm", 20), &list, &strict, &usual).await.unwrap();
    assert_eq!((back.new.len(), back.lost.len()), (2, 0));
    // What was asked and is no customer counts as well; what is no query is said.
    let asked = [
        r#"{"id":"q-1","schema":"Person","properties":{"name":["Thandrel Oskavy"]}}"#,
        "{",
        r#"{"id":"q-2","schema":"Person","properties":{"name":["Nobody Atall"]}}"#,
    ];
    let queries = asked.iter().map(|line| interdict_model::entity_from_json(line));
    let answered = traffic(&list, &usual, &strict, queries);
    assert_eq!((answered.queries, answered.not_screened, answered.hits_before, answered.hits_after), (2, 1, 1, 0));
    assert_eq!(
        answered.gone.iter().map(|one| (one.query.as_str(), one.words.as_str())).collect::<Vec<_>>(),
        [("q-1", "Thandrel Oskavy")]
    );
    assert_eq!((answered.new.len(), answered.not_shown), (0, 0));
    let with_traffic = Trial { traffic: Some(answered), ..tried.clone() };
    // A true match that would be lost is not lost by the way.
    assert_eq!(adopted(&room.store).await.unwrap(), None);
    let refused = adopt(&room.store, by("adm", 21), &usual, &strict, &tried, 0, "fewer alarms").await.unwrap_err();
    assert!(refused.to_string().contains("lose 1"), "{refused}");
    assert_eq!(adopt(&room.store, by("adm", 21), &usual, &strict, &tried, 1, " ").await.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(
        adopt(&room.store, by("bob", 21), &usual, &strict, &tried, 1, "mine").await.unwrap_err().kind(),
        Kind::Forbidden
    );
    assert_eq!(adopt(&room.store, by("adm", 21), &usual, &usual, &tried, 1, "others").await.unwrap_err().kind(), Kind::Invalid);
    adopt(&room.store, by("adm", 22), &usual, &strict, &with_traffic, 1, "c-9 was judged wrongly, see its notes")
        .await
        .unwrap();
    let now = adopted(&room.store).await.unwrap().unwrap();
    assert_eq!((now.settings.id(), now.version), (strict.id(), 1));
    // A trial against settings that are no more in force does not count.
    assert_eq!(
        adopt(&room.store, by("adm", 23), &usual, &strict, &tried, 1, "again").await.unwrap_err().kind(),
        Kind::Conflict
    );
    let history = room.store.history(by("aud", 24), "matching").await.unwrap();
    assert!(history[0].payload.contains("judged wrongly"), "{history:?}");
    let kept = room.store.kept("settings").await.unwrap();
    assert_eq!(kept[0].body["trial"]["traffic"]["gone"][0]["query"], "q-1", "{kept:?}");
}

pub(crate) async fn a_screening_that_fails_covers_nobody(place: &Place) {
    let room = room(place).await;
    let (list, settings) = (snapshot("2026-11-09", &monday()), Settings::default());
    // The archive cannot keep the snapshot: nothing is found that could not be run again.
    std::fs::write(place.path("archive"), "a file").unwrap();
    let desk = Desk::new(&room.store, &list, &settings, &room.archive);
    assert_eq!(desk.screen_all(by("svc", 10)).await.unwrap_err().kind(), Kind::Unavailable);
    assert_eq!(room.store.screenings(by("vi", 11), 10).await.unwrap(), []);
    std::fs::remove_file(place.path("archive")).unwrap();
    // The facts of a customer cannot be read: it ends with an error, and the ledger says failed.
    place.edit("UPDATE facts SET body = '{'").await.unwrap();
    let _ = desk.screen_some(by("svc", 12), &["c-1"]).await.unwrap_err();
    let screenings = room.store.screenings(by("vi", 13), 10).await.unwrap();
    assert_eq!(screenings.iter().map(|one| one.state).collect::<Vec<_>>(), [Progress::Failed]);
    assert!(matches!(room.store.coverage_of(by("vi", 13), "c-1").await.unwrap()[..], []));
    let (alerts, _) =
        room.store.list_alerts(by("vi", 14), &Filter { state: Some(State::New), ..Filter::default() }).await.unwrap();
    assert_eq!(alerts, []);
}
