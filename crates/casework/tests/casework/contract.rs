//! What a store does, whichever database is under it.

use interdict_casework::{
    Against, BULK, Checked, Disposition, Error, Event, Filter, Kind, Location, Opened, Outcome, Priority, Review, Role, Roles,
    Scope, Standing, State, Store, facts_hash,
};
use jiff::civil::date;
use serde_json::json;

use crate::place::{Place, against, alert, at, by, customer, decide, hit, listed};

async fn sound(store: &Store) {
    let report = store.verify(None, &[]).await.unwrap();
    assert!(report.is_sound(), "{:#?}", report.troubles);
    assert!(report.rows > 0 && report.last as u64 == report.rows);
}

pub(crate) async fn a_decision_needs_two_people(place: &Place) {
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    let opened = store.alert(by("vi", 12), &id).await.unwrap();
    assert_eq!((opened.state, opened.score_ppm, opened.due_on.as_str()), (State::New, 875_000, "2026-11-24"));

    let empty = store.propose(by("ann", 13), &id, Disposition::FalsePositive, "  ").await.unwrap_err();
    assert!(matches!(empty, Error::Invalid { field: "reason", .. }));
    let proposal = store.propose(by("cy", 13), &id, Disposition::FalsePositive, "born in another year").await.unwrap();
    // Not the same person, though the role would do; and nobody without the role.
    let own = store.approve(by("cy", 14), &proposal.id, "").await.unwrap_err();
    assert!(matches!(own, Error::FourEyes { .. }));
    assert!(matches!(store.reject(by("cy", 14), &proposal.id, "no").await.unwrap_err(), Error::FourEyes { .. }));
    assert!(matches!(store.approve(by("ann", 14), &proposal.id, "").await.unwrap_err(), Error::Forbidden { .. }));
    assert!(matches!(store.approve(by("adm", 14), &proposal.id, "").await.unwrap_err(), Error::Forbidden { .. }));
    assert_eq!(store.pending_for(by("cy", 14), 10).await.unwrap(), []);
    assert_eq!(store.pending_for(by("bob", 14), 10).await.unwrap(), std::slice::from_ref(&proposal));
    // One proposal at a time.
    let second = store.propose(by("ann", 14), &id, Disposition::TrueMatch, "it is he").await.unwrap_err();
    assert!(matches!(second, Error::Transition(error) if error.state == State::Proposed && error.event == Event::Propose));

    store.reject(by("bob", 15), &proposal.id, "look at the passport").await.unwrap();
    assert_eq!(store.alert(by("vi", 15), &id).await.unwrap().state, State::New);
    assert_eq!(store.approve(by("bob", 16), &proposal.id, "").await.unwrap_err().kind(), Kind::Conflict);

    let escalated = store.propose(by("ann", 17), &id, Disposition::Escalated, "beyond me").await.unwrap();
    store.approve(by("bob", 18), &escalated.id, "").await.unwrap();
    assert_eq!(store.alert(by("vi", 18), &id).await.unwrap().state, State::Escalated);
    let unsure = store.propose(by("ann", 18), &id, Disposition::Unsure, "papers are missing").await.unwrap();
    assert!(matches!(store.withdraw(by("cy", 18), &unsure.id).await.unwrap_err(), Error::Forbidden { .. }));
    assert_eq!(store.withdraw(by("ann", 18), &unsure.id).await.unwrap().outcome, Review::Withdrawn);
    assert_eq!(store.alert(by("vi", 18), &id).await.unwrap().state, State::Escalated);

    let decision = decide(&store, &id, Disposition::TrueMatch).await;
    let case = store.see_alert(by("vi", 22), &id).await.unwrap();
    assert_eq!(case.alert.state, State::Closed);
    assert_eq!(
        (case.alert.disposition, case.alert.decision.as_deref()),
        (Some(Disposition::TrueMatch), Some(decision.as_str()))
    );
    assert_eq!(case.proposals.len(), 4);
    assert_eq!(case.customer_facts["properties"]["name"], json!(["Ada Example"]));
    assert_eq!(case.entity_facts["properties"]["birthDate"], json!(["1970-01-01"]));
    let (proposal, finding) = store.decision(by("aud", 23), &decision).await.unwrap();
    assert_eq!((proposal.proposer.as_str(), proposal.reviewer.as_deref()), ("ann", Some("bob")));
    assert_eq!((finding.snapshot.as_str(), finding.settings.as_str(), finding.engine.as_str()), ("snap-1", "set-1", "0.1.0"));
    assert_eq!(finding.explanation, json!({"names": {"score": 0.875}}));

    assert!(matches!(store.reopen(by("ann", 24), &id, "news").await.unwrap_err(), Error::Forbidden { .. }));
    let open = store.reopen(by("bob", 24), &id, "news came").await.unwrap();
    assert_eq!((open.state, open.escalated, open.because.as_str()), (State::New, false, "news came"));
    sound(&store).await;
    // All of it is there again after closing.
    store.close().await;
    let store = place.open().await;
    assert_eq!(store.alert(by("vi", 25), &id).await.unwrap(), open);
    sound(&store).await;
}

pub(crate) async fn alerts_are_one_a_pair(place: &Place) {
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    let ada = customer("c1", "Ada Example");
    let entity = listed("ofac-1", "Adda Exemple");
    let again = store.open_alerts(by("svc", 12), &[hit(&ada, &entity)]).await.unwrap();
    assert_eq!(again, [Opened::AlreadyOpen(id.clone())]);

    // Another score: the proposal that waits was made on what is no longer so.
    let proposal = store.propose(by("ann", 13), &id, Disposition::FalsePositive, "a namesake").await.unwrap();
    let mut better = hit(&ada, &entity);
    better.score = 0.99;
    better.priority = Priority::High;
    assert_eq!(store.open_alerts(by("svc", 14), &[better.clone()]).await.unwrap(), [Opened::Refreshed(id.clone())]);
    let case = store.see_alert(by("ann", 15), &id).await.unwrap();
    assert_eq!((case.alert.state, case.alert.score_ppm, case.alert.priority), (State::New, 990_000, Priority::High));
    assert_eq!((case.proposals[0].outcome, case.findings.len()), (Review::Void, 2));
    assert_eq!(store.approve(by("bob", 15), &proposal.id, "").await.unwrap_err().kind(), Kind::Conflict);

    // A true match stays decided for as long as the facts are these.
    decide(&store, &id, Disposition::TrueMatch).await;
    assert_eq!(store.open_alerts(by("svc", 30), &[better.clone()]).await.unwrap(), [Opened::Decided(id.clone())]);
    let news = listed("ofac-1", "Adda M. Exemple");
    assert_eq!(store.open_alerts(by("svc", 31), &[hit(&ada, &news)]).await.unwrap(), [Opened::Reopened(id.clone())]);
    assert_eq!(store.alert(by("vi", 31), &id).await.unwrap().because, "the facts of the listed party changed");

    // Facts that were matched and are not the customer's any more.
    store.put_customers(by("svc", 32), &[customer("c1", "Ada Second")]).await.unwrap();
    assert_eq!(store.open_alerts(by("svc", 33), &[better.clone()]).await.unwrap(), [Opened::Stale("c1".to_owned())]);
    // All or none: a hit that cannot be taken takes the others with it.
    let mut wrong = hit(&customer("c1", "Ada Second"), &listed("ofac-2", "X"));
    let right = wrong.clone();
    wrong.score = f64::NAN;
    assert_eq!(store.open_alerts(by("svc", 34), &[right.clone(), wrong]).await.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(store.list_alerts(by("vi", 35), &Filter::default()).await.unwrap().1, 1);
    assert!(matches!(store.open_alerts(by("svc", 36), &[right]).await.unwrap()[..], [Opened::Opened(_)]));
    sound(&store).await;
}

pub(crate) async fn whitelists_expire_by_themselves(place: &Place) {
    let store = place.staffed().await;
    let one = alert(&store, "c1", "ofac-1").await;
    let other = alert(&store, "c2", "ofac-1").await;
    let (ada, eve) = (customer("c1", "Ada Example"), customer("c2", "Ada Example"));
    let entity = listed("ofac-1", "Adda Exemple");
    for id in [&one, &other] {
        decide(&store, id, Disposition::FalsePositive).await;
    }
    let hits = [hit(&ada, &entity), hit(&eve, &entity)];
    let suppressed = store.open_alerts(by("svc", 30), &hits).await.unwrap();
    assert!(suppressed.iter().all(|opened| matches!(opened, Opened::Suppressed(_))), "{suppressed:?}");
    let pair = |hash: String| {
        let store = store.clone();
        let entity_hash = facts_hash(&entity);
        async move { store.suppressed("c1", &hash, "ofac-1", &entity_hash).await.unwrap() }
    };
    assert!(pair(facts_hash(&ada)).await.is_some());
    assert!(pair("0".repeat(64)).await.is_none());

    // The facts of one customer change: that pair alone opens again.
    let changed = customer("c1", "Ada Changed");
    let imported = store.put_customers(by("svc", 31), &[changed.clone(), eve.clone()]).await.unwrap();
    assert_eq!((imported.changed, imported.unchanged, imported.expired.len()), (1, 1, 1));
    let hits = [hit(&changed, &entity), hit(&eve, &entity)];
    let opened = store.open_alerts(by("svc", 32), &hits).await.unwrap();
    assert_eq!(opened[0], Opened::Reopened(one.clone()));
    assert!(matches!(opened[1], Opened::Suppressed(_)));
    let case = store.alert(by("vi", 33), &one).await.unwrap();
    assert_eq!((case.state, case.because.as_str()), (State::New, "the facts of the customer changed"));

    // The listed party changes: told of it, and by the hit itself.
    let mut news = listed("ofac-1", "Adda Exemple");
    news["properties"]["birthDate"] = json!(["1971-01-01"]);
    let ended = store.entities_changed(by("svc", 34), &[("ofac-1".to_owned(), Some(facts_hash(&news)))]).await.unwrap();
    assert_eq!(ended.len(), 1);
    assert_eq!(store.open_alerts(by("svc", 35), &[hit(&eve, &news)]).await.unwrap(), [Opened::Reopened(other.clone())]);
    decide(&store, &other, Disposition::FalsePositive).await;
    let later = listed("ofac-1", "Adda Exemple Third");
    assert_eq!(store.open_alerts(by("svc", 36), &[hit(&eve, &later)]).await.unwrap(), [Opened::Reopened(other.clone())]);
    assert_eq!(store.whitelistings(by("vi", 37), "", 10).await.unwrap(), []);

    // A person ends one: the next hit opens the alert although nothing changed.
    decide(&store, &other, Disposition::FalsePositive).await;
    let holds = store.whitelistings(by("vi", 38), "", 10).await.unwrap();
    assert!(matches!(store.revoke_whitelisting(by("ann", 38), &holds[0].id, "x").await.unwrap_err(), Error::Forbidden { .. }));
    let revoked = store.revoke_whitelisting(by("bob", 38), &holds[0].id, "too broad").await.unwrap();
    assert_eq!((revoked.state, revoked.ended_because.as_str()), (Standing::Revoked, "too broad"));
    assert_eq!(store.open_alerts(by("svc", 39), &[hit(&eve, &later)]).await.unwrap(), [Opened::Reopened(other.clone())]);
    // Reopening by hand ends it as well.
    decide(&store, &other, Disposition::FalsePositive).await;
    store.reopen(by("bob", 40), &other, "a doubt").await.unwrap();
    assert_eq!(store.whitelistings(by("vi", 41), "", 10).await.unwrap(), []);
    sound(&store).await;
}

pub(crate) async fn bulk_has_limits(place: &Place) {
    let store = place.staffed().await;
    let customers: Vec<_> = (0..=BULK).map(|number| customer(&format!("c{number:03}"), "Ada Example")).collect();
    store.put_customers(by("svc", 10), &customers).await.unwrap();
    let entity = listed("ofac-1", "Adda Exemple");
    let hits: Vec<_> = customers.iter().map(|customer| hit(customer, &entity)).collect();
    let opened = store.open_alerts(by("svc", 11), &hits).await.unwrap();
    let ids: Vec<&str> =
        opened.iter().map(|opened| if let Opened::Opened(id) = opened { id.as_str() } else { panic!("{opened:?}") }).collect();

    let too_many = store.propose_many(by("ann", 12), &ids, Disposition::FalsePositive, "one reason").await.unwrap_err();
    assert!(matches!(too_many, Error::Invalid { field: "ids", .. }));
    let twice = store.propose_many(by("ann", 12), &[ids[0], ids[0]], Disposition::FalsePositive, "one reason").await;
    assert_eq!(twice.unwrap_err().kind(), Kind::Invalid);
    // All or none.
    let missing = store.propose_many(by("ann", 12), &[ids[0], "A-none"], Disposition::FalsePositive, "one reason").await;
    assert_eq!(missing.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(store.alert(by("vi", 12), ids[0]).await.unwrap().state, State::New);

    let proposals = store.propose_many(by("cy", 13), &ids[..BULK], Disposition::FalsePositive, "one reason").await.unwrap();
    let mut names: Vec<&str> = proposals.iter().map(|proposal| proposal.id.as_str()).collect();
    assert!(matches!(store.review_many(by("cy", 14), &names, true, "").await.unwrap_err(), Error::FourEyes { .. }));
    // One of them is the reviewer's own: nothing is approved.
    let own = store.propose(by("bob", 14), ids[BULK], Disposition::FalsePositive, "mine").await.unwrap();
    let last = names.pop().unwrap();
    names.push(&own.id);
    assert!(matches!(store.review_many(by("bob", 15), &names, true, "").await.unwrap_err(), Error::FourEyes { .. }));
    assert_eq!(store.alert(by("vi", 15), ids[0]).await.unwrap().state, State::Proposed);
    names.pop();
    names.push(last);
    assert_eq!(store.review_many(by("bob", 16), &names, true, "").await.unwrap().len(), BULK);
    let open = store.list_alerts(by("vi", 17), &Filter { open: true, ..Filter::default() }).await.unwrap();
    assert_eq!((open.1, open.0[0].id.as_str()), (1, ids[BULK]));
    sound(&store).await;
}

pub(crate) async fn customers_come_and_go(place: &Place) {
    let store = place.staffed().await;
    let all = [customer("c1", "Ada Example"), customer("c2", "Bea Example"), customer("c3", "Cleo 100%_\\")];
    let imported = store.put_customers(by("svc", 10), &all).await.unwrap();
    assert_eq!((imported.added, imported.changed, imported.unchanged), (3, 0, 0));
    let imported = store.put_customers(by("svc", 11), &all).await.unwrap();
    assert_eq!((imported.added, imported.changed, imported.unchanged), (0, 0, 3));
    let found = store.find_customers(by("vi", 12), "100%_\\", "", 10).await.unwrap();
    assert_eq!(found.iter().map(|customer| customer.id.as_str()).collect::<Vec<_>>(), ["c3"]);
    let (row, entity) = store.see_customer(by("vi", 12), "c1").await.unwrap();
    assert_eq!(facts_hash(&entity), row.facts_hash);
    assert_eq!((entity["caption"].as_str(), entity["id"].as_str()), (Some("Ada Example"), Some("c1")));

    for (wrong, field) in [
        (json!({"schema": "Person", "properties": {}}), "id"),
        (json!({"id": "x", "properties": {}}), "schema"),
        (json!({"id": "x", "schema": "Person"}), "properties"),
        (json!({"id": "x\u{0}y", "schema": "Person", "properties": {}}), "id"),
    ] {
        let error = store.put_customers(by("svc", 13), &[customer("c9", "Not Taken"), wrong]).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { field: found, .. } if found == field), "{error}");
    }
    assert_eq!(store.customer(by("vi", 13), "c9").await.unwrap_err().kind(), Kind::NotFound);
    // What looks like SQL is a text like another.
    let robert = customer("'); DROP TABLE customer;--", "Robert'); DROP TABLE alert;--");
    store.put_customers(by("svc", 14), std::slice::from_ref(&robert)).await.unwrap();

    store.remove_customer(by("svc", 15), "c2", "left").await.unwrap();
    assert_eq!(store.remove_customer(by("svc", 15), "c2", "left").await.unwrap_err().kind(), Kind::Conflict);
    let (count, watermark) = store.count_customers().await.unwrap();
    assert!(count == 3 && watermark > 0);
    let mut walked: Vec<String> = Vec::new();
    loop {
        let after = walked.last().cloned().unwrap_or_default();
        let page = store.customers_after(by("svc", 16), &after, 2).await.unwrap();
        if page.is_empty() {
            break;
        }
        walked.extend(page.into_iter().map(|(row, _)| row.id));
    }
    walked.sort();
    assert_eq!(walked, ["'); DROP TABLE customer;--", "c1", "c3"]);
    // Of one that comes twice the last counts, and many rows are written with each statement.
    let mut many: Vec<_> = (0..301).map(|number| customer(&format!("m{number}"), "Many Example")).collect();
    many.push(customer("m0", "Last Example"));
    let imported = store.put_customers(by("svc", 16), &many).await.unwrap();
    assert_eq!((imported.added, imported.changed), (301, 1));
    assert_eq!(store.customer(by("vi", 16), "m0").await.unwrap().caption, "Last Example");
    assert_eq!(store.put_customers(by("svc", 16), &many[1..301]).await.unwrap().unchanged, 300);
    // And back.
    assert_eq!(store.put_customers(by("svc", 17), &all).await.unwrap().changed, 1);
    sound(&store).await;
}

pub(crate) async fn the_ledger_says_who_was_not_screened(place: &Place) {
    let store = place.staffed().await;
    let all: Vec<_> = (0..5).map(|number| customer(&format!("c{number}"), "Ada Example")).collect();
    store.put_customers(by("svc", 10), &all).await.unwrap();
    let reasons = |snapshot: &'static str| {
        let store = store.clone();
        async move {
            let uncovered = store.uncovered(by("vi", 100), snapshot, "", 100).await.unwrap();
            uncovered.into_iter().map(|one| format!("{}: {}", one.customer, one.reason)).collect::<Vec<_>>()
        }
    };
    assert_eq!(reasons("snap-1").await.len(), 5);

    let first = store.begin_screening(by("svc", 11), Scope::All, &against("snap-1"), None).await.unwrap();
    // One cannot be screened, one changes while it runs.
    let skipped = |id: &str, reason: &str| Checked {
        customer: id.to_owned(),
        facts_hash: facts_hash(&all[0]),
        outcome: Outcome::Skipped,
        reason: reason.to_owned(),
    };
    assert_eq!(store.record_coverage(by("svc", 12), &first.id, &[skipped("c1", " ")]).await.unwrap_err().kind(), Kind::Invalid);
    store.record_coverage(by("svc", 12), &first.id, &[skipped("c1", "no name that can be read")]).await.unwrap();
    store.put_customers(by("svc", 13), &[customer("c2", "Ada Changed"), customer("c5", "Late")]).await.unwrap();
    assert_eq!(reasons("snap-1").await.len(), 6, "a screening that runs covers nobody");
    let first = store.finish_screening(by("svc", 14), &first.id, true).await.unwrap();
    assert_eq!((first.customers, first.exceptions), (3, 1));
    assert_eq!(
        reasons("snap-1").await,
        ["c1: no name that can be read", "c2: added or changed after it was screened", "c5: never screened against it"]
            .map(|line| line.replace("never screened against it", "added or changed after it was screened"))
    );
    assert_eq!(store.record_coverage(by("svc", 14), &first.id, &[]).await.unwrap_err().kind(), Kind::Conflict);
    let covering = store.coverage_of(by("vi", 15), "c0").await.unwrap();
    assert_eq!(covering.len(), 1);
    assert_eq!(covering[0].sources[0]["issue_date"], "2026-11-09");
    assert_eq!(store.coverage_of(by("vi", 15), "c1").await.unwrap(), []);

    // One by one.
    let some = store.begin_screening(by("svc", 16), Scope::Some, &against("snap-1"), None).await.unwrap();
    let checked = Checked {
        customer: "c2".to_owned(),
        facts_hash: facts_hash(&customer("c2", "Ada Changed")),
        outcome: Outcome::Clear,
        reason: String::new(),
    };
    let twice = [checked.clone(), checked.clone()];
    assert_eq!(store.record_coverage(by("svc", 17), &some.id, &twice).await.unwrap_err().kind(), Kind::Invalid);
    store.record_coverage(by("svc", 17), &some.id, std::slice::from_ref(&checked)).await.unwrap();
    store.finish_screening(by("svc", 18), &some.id, true).await.unwrap();
    assert_eq!(reasons("snap-1").await.len(), 2);

    // What changed in the list alone, on the base of the first: it holds for nobody for whom the base does not.
    let other = Against { settings: "set-2".to_owned(), ..against("snap-2") };
    assert_eq!(
        store.begin_screening(by("svc", 19), Scope::All, &other, Some(&first.id)).await.unwrap_err().kind(),
        Kind::Invalid
    );
    let delta = store.begin_screening(by("svc", 20), Scope::All, &against("snap-2"), Some(&first.id)).await.unwrap();
    store.record_coverage(by("svc", 21), &delta.id, std::slice::from_ref(&checked)).await.unwrap();
    let delta = store.finish_screening(by("svc", 22), &delta.id, true).await.unwrap();
    assert_eq!((delta.customers, delta.exceptions), (4, 2));
    let left = reasons("snap-2").await;
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left[0].starts_with("c1: ") && left[1].starts_with("c5: ") && left[1].contains("does not cover"), "{left:?}");
    // One that failed covers nobody.
    let failed = store.begin_screening(by("svc", 23), Scope::All, &against("snap-3"), None).await.unwrap();
    store.finish_screening(by("svc", 24), &failed.id, false).await.unwrap();
    assert_eq!(reasons("snap-3").await.len(), 6);
    assert_eq!(store.screenings(by("vi", 25), 10).await.unwrap().len(), 4);
    sound(&store).await;
}

pub(crate) async fn attachments_links_and_notes(place: &Place) {
    let store = place.staffed().await;
    let (one, other) = (alert(&store, "c1", "ofac-1").await, alert(&store, "c2", "ofac-1").await);
    let note = store.add_note(by("ann", 12), &one, "called the customer\nline two").await.unwrap();
    let bytes = b"\0\x01passport".to_vec();
    let attached = store.attach(by("ann", 13), &one, "passport.pdf", "application/pdf", bytes.clone()).await.unwrap();
    store.attach(by("ann", 13), &other, "copy.pdf", "application/pdf", bytes.clone()).await.unwrap();
    assert_eq!(store.attach(by("ann", 13), &other, "none", "text/plain", Vec::new()).await.unwrap_err().kind(), Kind::Invalid);
    assert_eq!(store.see_attachment(by("vi", 14), &attached.id).await.unwrap().1, bytes);
    let link = store.link(by("ann", 15), &other, &one, "one household").await.unwrap();
    assert_eq!(store.link(by("ann", 15), &one, &other, "again").await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(store.link(by("ann", 15), &one, &one, "itself").await.unwrap_err().kind(), Kind::Invalid);
    let case = store.see_alert(by("vi", 16), &one).await.unwrap();
    assert_eq!((case.notes, case.links), (vec![note], vec![link]));
    assert_eq!(case.attachments, [attached]);
    // Who saw what is known.
    let history = store.history(by("aud", 17), &one).await.unwrap();
    let seen: Vec<(&str, &str)> = history.iter().map(|entry| (entry.actor.as_str(), entry.action.as_str())).collect();
    assert!(seen.contains(&("vi", "file.seen")) && seen.contains(&("vi", "alert.seen")), "{seen:?}");
    sound(&store).await;
}

pub(crate) async fn queues_and_filters(place: &Place) {
    let store = place.staffed().await;
    let (one, other) = (alert(&store, "c1", "ofac-1").await, alert(&store, "c2", "ofac-2").await);
    assert_eq!(store.assign(by("ann", 12), &one, Some("ann")).await.unwrap().state, State::InReview);
    assert!(matches!(
        store.assign(by("cy", 12), &one, Some("vi")).await.unwrap_err(),
        Error::Invalid { field: "assignee", .. }
    ));
    // An analyst takes nothing from somebody else, and gives nobody work.
    store.put_actor(by("adm", 12), "dee", "Dee", Roles::new([Role::Analyst]).unwrap(), true).await.unwrap();
    assert!(matches!(store.assign(by("dee", 13), &one, Some("dee")).await.unwrap_err(), Error::Forbidden { .. }));
    assert!(matches!(store.assign(by("dee", 13), &other, Some("ann")).await.unwrap_err(), Error::Forbidden { .. }));
    store.assign(by("bob", 14), &other, Some("dee")).await.unwrap();
    store.assign(by("dee", 15), &other, None).await.unwrap();
    assert_eq!(store.alert(by("vi", 15), &other).await.unwrap().state, State::New);
    let moved = store
        .triage(by("bob", 16), &other, Some("vip"), Some(Priority::Urgent), Some(date(2026, 11, 10)), "a big account")
        .await
        .unwrap();
    assert_eq!((moved.queue.as_str(), moved.due_on.as_str()), ("vip", "2026-11-10"));

    let list = |filter: Filter| {
        let store = store.clone();
        async move {
            store.list_alerts(by("vi", 17), &filter).await.unwrap().0.into_iter().map(|alert| alert.id).collect::<Vec<_>>()
        }
    };
    let all = [other.clone(), one.clone()];
    assert_eq!(list(Filter::default()).await, all, "the most urgent first");
    let none = Filter::default;
    assert_eq!(list(Filter { queue: Some("vip".to_owned()), ..none() }).await, &all[..1]);
    assert_eq!(list(Filter { assignee: Some("ann".to_owned()), ..none() }).await, &all[1..]);
    assert_eq!(list(Filter { state: Some(State::InReview), ..none() }).await, &all[1..]);
    assert_eq!(list(Filter { customer: Some("c2".to_owned()), entity: Some("ofac-2".to_owned()), ..none() }).await, &all[..1]);
    assert_eq!(list(Filter { due_by: Some(date(2026, 11, 12)), ..none() }).await, &all[..1]);
    assert_eq!(list(Filter { offset: 1, limit: 1, ..none() }).await, &all[1..]);
    let late = by("vi", 5 * 86_400);
    assert_eq!(store.queues(late).await.unwrap(), [("screening".to_owned(), 1, 0), ("vip".to_owned(), 1, 1)]);
    sound(&store).await;
}

pub(crate) async fn nobody_does_what_he_may_not(place: &Place) {
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    assert_eq!(store.add_first_admin("x", "X", at(2)).await.unwrap_err().kind(), Kind::Conflict);
    assert!(matches!(store.see_alert(by("nobody", 12), &id).await.unwrap_err(), Error::UnknownActor(_)));
    let forbidden = |error: Error| assert!(matches!(error, Error::Forbidden { .. }), "{error}");
    for actor in ["vi", "aud", "svc", "adm"] {
        forbidden(store.propose(by(actor, 12), &id, Disposition::Unsure, "x").await.unwrap_err());
        forbidden(store.add_note(by(actor, 12), &id, "x").await.unwrap_err());
        forbidden(store.approve(by(actor, 12), "D-1", "").await.unwrap_err());
        forbidden(store.reopen(by(actor, 12), &id, "x").await.unwrap_err());
    }
    for actor in ["vi", "ann", "bob", "svc", "adm"] {
        forbidden(store.history(by(actor, 12), &id).await.unwrap_err());
        forbidden(store.export_audit(by(actor, 12), None, &mut Vec::new()).await.unwrap_err());
    }
    for actor in ["vi", "ann", "bob", "aud", "svc"] {
        let roles = Roles::new([Role::Approver]).unwrap();
        forbidden(store.put_actor(by(actor, 12), "new", "New", roles, true).await.unwrap_err());
        forbidden(store.keep(by(actor, 12), "settings", "s", json!({}), None, "x").await.unwrap_err());
    }
    for actor in ["vi", "ann", "bob", "aud", "adm"] {
        forbidden(store.open_alerts(by(actor, 12), &[]).await.unwrap_err());
        forbidden(store.begin_screening(by(actor, 12), Scope::All, &against("s"), None).await.unwrap_err());
    }
    // Nobody gives himself roles; nobody has roles that conflict; the last administrator stays one.
    let roles = |roles: &[Role]| Roles::new(roles.iter().copied());
    assert!(matches!(
        store.put_actor(by("adm", 13), "adm", "A", roles(&[Role::Viewer]).unwrap(), true).await.unwrap_err(),
        Error::Duties(_)
    ));
    assert!(matches!(roles(&[Role::Admin, Role::Approver]).unwrap_err(), Error::Duties(_)));
    assert!(matches!(roles(&[Role::Auditor, Role::Analyst]).unwrap_err(), Error::Duties(_)));
    // Who is not active does nothing.
    store.put_actor(by("adm", 14), "ann", "Ann", roles(&[Role::Analyst]).unwrap(), false).await.unwrap();
    assert!(matches!(store.add_note(by("ann", 15), &id, "x").await.unwrap_err(), Error::UnknownActor(_)));
    assert_eq!(store.actors(by("vi", 15)).await.unwrap().len(), 7);
    sound(&store).await;
}

pub(crate) async fn kept_things_have_versions(place: &Place) {
    let store = place.staffed().await;
    let body = json!({"threshold": 0.7, "secret": "hash-of-a-key"});
    let first = store.keep(by("adm", 10), "settings", "matching", body.clone(), Some(0), "first").await.unwrap();
    assert_eq!((first.version, &first.body), (1, &body));
    let late = store.keep(by("adm", 11), "settings", "matching", json!({}), Some(0), "late").await.unwrap_err();
    assert_eq!(late.kind(), Kind::Conflict);
    assert!(matches!(
        store.keep(by("adm", 11), "settings", "matching", json!({}), None, "").await.unwrap_err(),
        Error::Invalid { .. }
    ));
    store.keep(by("adm", 12), "settings", "matching", json!({"threshold": 0.8}), Some(1), "fewer alerts").await.unwrap();
    assert_eq!(store.kept("settings").await.unwrap()[0].body, json!({"threshold": 0.8}));
    let history = store.history(by("aud", 13), "matching").await.unwrap();
    assert!(history.iter().all(|entry| !entry.payload.contains("hash-of-a-key")));
    store.drop_kept(by("adm", 14), "settings", "matching", "not needed").await.unwrap();
    assert_eq!(store.kept("settings").await.unwrap(), []);
    sound(&store).await;
}

pub(crate) async fn many_at_once(place: &Place) {
    let store = place.staffed().await;
    let mut tasks = Vec::new();
    for number in 0..40 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            let id = alert(&store, &format!("c{number}"), "ofac-1").await;
            decide(&store, &id, Disposition::FalsePositive).await;
        }));
    }
    // The same hit from several at once is one alert.
    store.put_customers(by("svc", 9), &[customer("same", "Ada Example")]).await.unwrap();
    let mut same = Vec::new();
    for _ in 0..8 {
        let store = store.clone();
        same.push(tokio::spawn(async move {
            store
                .open_alerts(by("svc", 11), &[hit(&customer("same", "Ada Example"), &listed("ofac-9", "X"))])
                .await
                .unwrap()
                .remove(0)
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let mut opened = 0;
    for task in same {
        opened += usize::from(matches!(task.await.unwrap(), Opened::Opened(_)));
    }
    assert_eq!(opened, 1);
    assert_eq!(store.list_alerts(by("vi", 50), &Filter::default()).await.unwrap().1, 41);
    // Callers that go away in the middle leave nothing by halves, and hold nobody up.
    for number in 0..30 {
        let (one, id) = (store.clone(), format!("gone{number}"));
        let task = tokio::spawn(async move {
            let id = alert(&one, &id, "ofac-1").await;
            decide(&one, &id, Disposition::FalsePositive).await;
        });
        for _ in 0..number * 3 {
            tokio::task::yield_now().await;
        }
        task.abort();
        store.put_customers(by("svc", 60), &[customer(&format!("stays{number}"), "Ada Example")]).await.unwrap();
    }
    sound(&store).await;
}

pub(crate) async fn the_audit_is_only_added_to(place: &Place) {
    let store = place.staffed().await;
    for sql in ["UPDATE audit SET actor = 'bob' WHERE seq = 2", "DELETE FROM audit WHERE seq = 2", "DELETE FROM audit"] {
        let error = place.edit(sql).await.unwrap_err();
        assert!(error.to_string().contains("only added to"), "{error}");
    }
    sound(&store).await;
}

pub(crate) async fn every_edit_by_hand_is_found(place: &Place) {
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    decide(&store, &id, Disposition::FalsePositive).await;
    sound(&store).await;
    for (edit, back) in [
        ("UPDATE alert SET priority = 'low'", "UPDATE alert SET priority = 'normal'"),
        ("UPDATE proposal SET reviewer = 'cy'", "UPDATE proposal SET reviewer = 'bob'"),
        ("UPDATE actor SET roles = 'analyst,approver' WHERE id = 'ann'", "UPDATE actor SET roles = 'analyst' WHERE id = 'ann'"),
        ("UPDATE facts SET body = body || ' '", "UPDATE facts SET body = substr(body, 1, length(body) - 1)"),
        ("UPDATE chain SET seq = seq - 1", "UPDATE chain SET seq = seq + 1"),
        (
            "UPDATE whitelist SET entity_hash = customer_hash || entity_hash",
            "UPDATE whitelist SET entity_hash = substr(entity_hash, 65)",
        ),
    ] {
        place.edit(edit).await.unwrap();
        let report = store.verify(None, &[]).await.unwrap();
        assert!(!report.is_sound(), "{edit}");
        place.edit(back).await.unwrap();
        sound(&store).await;
    }
    place.edit("DELETE FROM whitelist").await.unwrap();
    let report = store.verify(None, &[]).await.unwrap();
    assert!(report.troubles.iter().any(|trouble| trouble.what.contains("deleted")), "{:?}", report.troubles);
}

pub(crate) async fn migrations_are_recorded_and_newer_schemas_refused(place: &Place) {
    // Nothing is made by who only reads.
    assert!(Store::open_read_only(&place.location).await.is_err());
    place.staffed().await.close().await;
    let reader = Store::open_read_only(&place.location).await.unwrap();
    assert!(matches!(reader.add_note(by("ann", 1), "A-1", "x").await.unwrap_err(), Error::ReadOnly));
    sound(&reader).await;
    reader.close().await;
    place
        .edit("INSERT INTO schema_version (version, name, applied_at, engine) VALUES (99, 'later', 0, '9.9.9')")
        .await
        .unwrap();
    let error = Store::open(&place.location, at(0)).await.unwrap_err();
    assert!(matches!(error, Error::NewerSchema { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("update interdict"));
    assert!(matches!(Store::open_read_only(&place.location).await.unwrap_err(), Error::NewerSchema { .. }));
    place.edit("DELETE FROM schema_version WHERE version = 99").await.unwrap();
    sound(&place.open().await).await;
}

pub(crate) async fn it_is_the_same_store_after_a_dump(place: &Place) {
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    store.attach(by("ann", 12), &id, "scan.png", "image/png", vec![0, 159, 255]).await.unwrap();
    decide(&store, &id, Disposition::FalsePositive).await;
    let dump = place.path("dump.jsonl");
    assert!(matches!(store.dump(by("vi", 20), &dump).await.unwrap_err(), Error::Forbidden { .. }));
    store.dump(by("adm", 20), &dump).await.unwrap();
    assert!(matches!(store.dump(by("adm", 20), &dump).await.unwrap_err(), Error::Invalid { field: "path", .. }));
    let case = store.alert(by("vi", 21), &id).await.unwrap();

    // From either database into a file of SQLite.
    let target = Place::sqlite();
    let (restored, report) = Store::restore(&dump, &target.location, at(30)).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.troubles);
    assert_eq!(restored.alert(by("vi", 31), &id).await.unwrap(), case);
    // It goes on where it was.
    restored.reopen(by("bob", 32), &id, "later").await.unwrap();
    sound(&restored).await;
    assert_eq!(Store::restore(&dump, &target.location, at(30)).await.unwrap_err().kind(), Kind::Invalid);

    // And into a schema of PostgreSQL, once.
    if let Location::Postgres { url, schema } = &place.location {
        let other = Location::postgres(url, &format!("{schema}_2")).unwrap();
        let (moved, report) = Store::restore(&dump, &other, at(30)).await.unwrap();
        assert!(report.is_sound(), "{:?}", report.troubles);
        assert_eq!(moved.alert(by("vi", 31), &id).await.unwrap(), case);
        moved.reopen(by("bob", 32), &id, "later").await.unwrap();
        sound(&moved).await;
        assert_eq!(Store::restore(&dump, &other, at(30)).await.unwrap_err().kind(), Kind::Invalid);
    }

    // A dump that was cut off or changed gives nothing.
    let text = std::fs::read_to_string(&dump).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = lines[..lines.len() - 1].join("\n");
    for (name, broken) in [("cut", cut), ("changed", text.replace("Ada Example", "Eve Example"))] {
        let path = place.path(name);
        std::fs::write(&path, broken).unwrap();
        let target = Place::sqlite();
        let error = Store::restore(&path, &target.location, at(30)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Invalid, "{error}");
    }
    // And the backup of the database's own kind.
    let backup = place.path("backup");
    store.backup(by("adm", 40), &backup).await.unwrap();
    let target = Place::sqlite();
    let (restored, report) = Store::restore(&backup, &target.location, at(50)).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.troubles);
    assert_eq!(restored.alert(by("vi", 51), &id).await.unwrap(), case);
}
