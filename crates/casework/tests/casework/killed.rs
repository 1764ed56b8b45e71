//! A process that decides is killed again and again, at whatever it is doing: every decision that it acknowledged is there, and nothing is there
//! by halves.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use interdict_casework::{Disposition, Location, Review, State, Store};

use crate::place::{Cluster, Place, alert, at, by};

const CHILD: &str = "INTERDICT_TEST_DECIDES_IN";

/// Not a test of its own: the process that is killed.
#[tokio::test]
async fn decides_until_it_is_killed() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let (round, place) = place.split_once(' ').unwrap();
    let store = Store::open(&Location::parse(place).unwrap(), at(0)).await.unwrap();
    let mut out = std::io::stdout().lock();
    for number in 0..1_000_000 {
        let id = alert(&store, &format!("c{round}-{number}"), "ofac-1").await;
        writeln!(out, "\nack opened {id}").unwrap();
        out.flush().unwrap();
        let proposal = store.propose(by("ann", 20), &id, Disposition::FalsePositive, "a namesake").await.unwrap();
        writeln!(out, "\nack proposed {}", proposal.id).unwrap();
        out.flush().unwrap();
        store.approve(by("bob", 21), &proposal.id, "").await.unwrap();
        writeln!(out, "\nack approved {}", proposal.id).unwrap();
        out.flush().unwrap();
    }
}

async fn nothing_is_lost(place: &Place, text: &str, rounds: u64) {
    place.staffed().await.close().await;
    let mut acknowledged: Vec<(String, String)> = Vec::new();
    // Where to kill is the same in each run; what the process is doing then is not.
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    for round in 0..rounds {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let lines = 1 + (random >> 33) % 23;
        let spins = (random >> 20) % 200_000;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::decides_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{round} {text}"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut read = 0;
        let mut keep = |line: std::io::Result<String>| {
            let Ok(line) = line else { return false };
            let mut words = line.strip_prefix("ack ").unwrap_or_default().split(' ');
            if let (Some(what), Some(id)) = (words.next().filter(|word| !word.is_empty()), words.next()) {
                acknowledged.push((what.to_owned(), id.to_owned()));
                return true;
            }
            false
        };
        while read < lines {
            let line = out.next().unwrap_or_else(|| panic!("the process ended by itself in round {round}"));
            read += u64::from(keep(line));
        }
        for spin in 0..spins {
            std::hint::black_box(spin);
        }
        child.kill().unwrap();
        // What it said before it died counts as well; a line that was cut off does not.
        for line in out {
            keep(line);
        }
        child.wait().unwrap();

        let store = Store::open(&place.location, at(100)).await.unwrap();
        let report = store.verify(None, &[]).await.unwrap();
        assert!(report.is_sound(), "round {round}: {:#?}", report.troubles);
        for (what, id) in &acknowledged {
            if what == "opened" {
                store.alert(by("vi", 101), id).await.unwrap();
                continue;
            }
            let (proposal, _) = store.decision(by("vi", 101), id).await.unwrap();
            if what == "approved" {
                let alert = store.alert(by("vi", 101), &proposal.alert).await.unwrap();
                assert_eq!((proposal.outcome, alert.state), (Review::Approved, State::Closed), "{id}");
            }
        }
        store.close().await;
    }
    assert!(acknowledged.iter().filter(|(what, _)| what == "approved").count() as u64 > rounds);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_sqlite() {
    let place = Place::sqlite();
    let text = format!("sqlite:{}", place.path("store.db").display());
    nothing_is_lost(&place, &text, 30).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_on_postgres() {
    let Some(cluster) = Cluster::start() else {
        eprintln!("skipped: there is no PostgreSQL here");
        return;
    };
    let place = cluster.place("killed");
    let Location::Postgres { url, schema } = &place.location else { panic!() };
    nothing_is_lost(&place, &format!("{url}#{schema}"), 12).await;

    // The server itself crashes under an open store, and comes back: the store goes on without a person.
    let store = place.open().await;
    let id = alert(&store, "last", "ofac-1").await;
    if !cluster.crash() {
        eprintln!("the server is not ours: not crashed");
        return;
    }
    let error = store.add_note(by("ann", 110), &id, "while it is away").await.unwrap_err();
    assert_eq!(error.kind(), interdict_casework::Kind::Unavailable, "{error}");
    assert!(cluster.up());
    store.add_note(by("ann", 111), &id, "it is back").await.unwrap();
    let case = store.see_alert(by("vi", 112), &id).await.unwrap();
    assert_eq!(case.notes.len(), 1);
    assert!(store.verify(None, &[]).await.unwrap().is_sound());
}
