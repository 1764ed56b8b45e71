//! Exports of the audit: whatever is done to one is found, without the store.

use std::io::Cursor;

use interdict_casework::{
    BEGINNING, Checkpoint, Disposition, Entry, Report, SigningKey, VerifyingKey, canonical, verify_export,
};
use serde_json::{Value, json};

use crate::place::{Place, alert, by, decide};

fn key() -> SigningKey {
    let keys = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    SigningKey::read(&keys.sk.to_box(None).unwrap().to_string(), None).unwrap()
}

fn check(text: &str, key: Option<&VerifyingKey>, known: &[Checkpoint]) -> Report {
    verify_export(Cursor::new(text), key, known).unwrap()
}

struct Exported {
    lines: Vec<String>,
    key: SigningKey,
    checkpoint: Checkpoint,
}

async fn exported() -> Exported {
    let place = Place::sqlite();
    let store = place.staffed().await;
    let id = alert(&store, "c1", "ofac-1").await;
    decide(&store, &id, Disposition::FalsePositive).await;
    let key = key();
    let checkpoint = store.checkpoint(by("aud", 30), &key).await.unwrap();
    store.reopen(by("bob", 31), &id, "later").await.unwrap();
    let mut bytes = Vec::new();
    let rows = store.export_audit(by("aud", 32), Some(&key), &mut bytes).await.unwrap();
    let lines: Vec<String> = String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len() as u64, rows + 1);
    assert!(lines.last().unwrap().contains("audit.exported"));
    Exported { lines, key, checkpoint }
}

fn text(lines: &[String]) -> String {
    lines.join("\n") + if lines.is_empty() { "" } else { "\n" }
}

/// Makes the chain again over rows that were changed, as somebody would who has the database and not the key.
fn rechain(lines: &[String]) -> Vec<String> {
    let mut prev = BEGINNING.to_owned();
    let mut out = vec![String::new()];
    for (number, line) in lines[1..].iter().enumerate() {
        let value: Value = serde_json::from_str(line).unwrap();
        let word = |name: &str| value[name].as_str().unwrap().to_owned();
        let mut entry = Entry {
            seq: number as i64 + 1,
            at: value["at"].as_i64().unwrap(),
            actor: word("actor"),
            action: word("action"),
            subject: word("subject"),
            payload: canonical(&value["payload"]),
            changes: canonical(&value["changes"]),
            prev: prev.clone(),
            hash: String::new(),
        };
        entry.hash = entry.digest();
        prev.clone_from(&entry.hash);
        out.push(entry.line());
    }
    let mut head: Value = serde_json::from_str(&lines[0]).unwrap();
    head["last"] = json!(out.len() - 1);
    head["hash"] = json!(prev);
    out[0] = canonical(&head);
    out
}

#[tokio::test]
async fn whatever_is_done_to_an_export_is_found() {
    let Exported { lines, key, checkpoint } = exported().await;
    let public = key.verifying();
    let known = std::slice::from_ref(&checkpoint);
    let report = check(&text(&lines), Some(&public), known);
    assert!(report.is_sound(), "{:?}", report.troubles);
    assert_eq!((report.checkpoints, report.signed_through), (1, Some(report.last)));
    assert!(check(&text(&lines), None, &[]).is_sound());

    let mut broken = Vec::new();
    for at in 0..lines.len() {
        let mut less = lines.clone();
        less.remove(at);
        broken.push((format!("without line {at}"), text(&less)));
        let mut twice = lines.clone();
        twice.insert(at, lines[at].clone());
        broken.push((format!("line {at} twice"), text(&twice)));
        if at + 1 < lines.len() {
            let mut moved = lines.clone();
            moved.swap(at, at + 1);
            broken.push((format!("line {at} moved"), text(&moved)));
        }
        if at > 0 {
            broken.push((format!("cut before line {at}"), text(&lines[..at])));
            for (from, to) in [
                ("\"actor\":\"", "\"actor\":\"x"),
                ("\"seq\":", "\"seq\":1"),
                ("{\"action\"", "{ \"action\""),
                ("\"payload\":{", "\"payload\":{\"a\":1,"),
            ] {
                let mut changed = lines.clone();
                changed[at] = lines[at].replacen(from, to, 1);
                if changed[at] != lines[at] {
                    broken.push((format!("line {at} with {to}"), text(&changed)));
                }
            }
            // A key twice: readers that take the last would see nothing.
            let mut changed = lines.clone();
            changed[at] = lines[at].replacen('{', "{\"actor\":\"mallory\",", 1);
            broken.push((format!("line {at} with a key twice"), text(&changed)));
        }
    }
    let whole = text(&lines);
    for cut in (0..whole.len()).step_by(97) {
        broken.push((format!("cut at byte {cut}"), whole[..cut].to_owned()));
    }
    broken.push(("the last line end".to_owned(), whole[..whole.len() - 1].to_owned()));
    for (what, text) in broken {
        assert!(!check(&text, None, &[]).is_sound(), "{what}");
        assert!(!check(&text, Some(&public), known).is_sound(), "{what}, with the key");
    }
}

/// Somebody who has the database makes the whole chain again. Without a key it looks sound; with the key it does not.
#[tokio::test]
async fn a_chain_that_was_made_again_is_found_by_the_key() {
    let Exported { lines, key, checkpoint } = exported().await;
    let public = key.verifying();
    let known = std::slice::from_ref(&checkpoint);
    let at = lines.iter().position(|line| line.contains("decision.approved")).unwrap();
    let mut changed = lines.clone();
    changed[at] = lines[at].replace("\"actor\":\"bob\"", "\"actor\":\"cy\"");
    let again = rechain(&changed);
    let report = check(&text(&again), Some(&public), &[]);
    assert!(!report.is_sound());
    assert!(!check(&text(&again), None, known).is_sound());
    // With the row of the checkpoint and the signature taken out, nothing is signed any more, and that is said.
    let mut bare: Vec<String> = changed.iter().filter(|line| !line.contains("audit.checkpoint")).cloned().collect();
    let mut head: Value = serde_json::from_str(&bare[0]).unwrap();
    head["signature"] = Value::Null;
    bare[0] = canonical(&head);
    let bare = rechain(&bare);
    assert!(check(&text(&bare), None, &[]).is_sound(), "{:?}", check(&text(&bare), None, &[]).troubles);
    let report = check(&text(&bare), Some(&public), &[]);
    assert!(report.troubles.iter().any(|trouble| trouble.what.contains("nothing up to here")), "{:?}", report.troubles);
    // Cut off before a checkpoint that was kept elsewhere.
    let cut = rechain(&lines[..4]);
    assert!(check(&text(&cut), None, &[]).is_sound());
    assert!(check(&text(&cut), None, known).troubles.iter().any(|trouble| trouble.what.contains("cut off")));
    // A checkpoint of another key.
    let other = self::key().verifying();
    assert!(!check(&text(&lines), Some(&other), &[]).is_sound());
}

#[test]
fn what_is_no_export_is_no_proof() {
    for text in ["", "\n", "{}\n", "\u{feff}{}", "null\nnull\n", "[[[[\n"] {
        assert!(!check(text, None, &[]).is_sound(), "{text:?}");
    }
    assert!(!verify_export(Cursor::new(b"\xff\xfe\n"), None, &[]).unwrap().is_sound());
}
