//! What is told of a weight is all of it.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Counted, Factor, Reckoned, Small, Why};
use crate::link::pairs::{Edge, From, Openly, Pair, combine};
use crate::link::tests::{World, find};
use crate::link::{Family, LinkKind, Links};
use crate::people::People;

/// Asserts that what all rings tell of their weights makes up these weights; the reasons that were told come out.
#[track_caller]
pub(in crate::link) fn adds_up(people: &People, links: &Links) -> BTreeSet<Why> {
    const ROUNDED: f64 = 1e-5;
    let mut told = BTreeSet::new();
    let mut reckoned = |counted: &Counted, engine: f64| {
        let product = counted.factors.iter().fold(counted.full, |left, factor| left * factor.share());
        assert!((product - counted.counts).abs() < ROUNDED, "{counted:?}");
        assert!((counted.counts - engine).abs() < ROUNDED, "{engine} by the engine: {counted:?}");
        assert!((counted.full - counted.kind.row().weight).abs() < ROUNDED, "{counted:?}");
        assert!(counted.holders >= 2, "{counted:?}");
        told.extend(counted.factors.iter().map(|factor| factor.why()));
    };
    for ring in links.rings() {
        for key in &ring.keys {
            let (most, least) = links.counts(people, key);
            reckoned(&most.counted, key.most.weight);
            if let Some(least) = least {
                reckoned(&least.counted, key.least.weight);
            }
            if key.kind != LinkKind::Referred {
                assert!(most.counted.holders >= key.members.min(2), "{key:?}");
            }
        }
        for link in &ring.links {
            let account = links.account(people, ring, link);
            let engine = link.parts.iter().filter(|part| part.weight > 0.0);
            assert_eq!(engine.clone().count(), account.parts.len());
            for ((_, counted), part) in account.parts.iter().zip(engine) {
                reckoned(counted, part.weight);
            }
            // By hand: of a family the heaviest whole, and a fifth of each other, at most half as much again.
            for (family, cause) in &account.families {
                let parts = || account.parts.iter().map(|(_, part)| part).filter(|part| part.kind.row().family == *family);
                let all: f64 = parts().map(|part| part.counts).sum();
                let heaviest = parts().map(|part| part.counts).fold(0.0, f64::max);
                let counts = heaviest + ((all - heaviest) / 5.0).min(heaviest / 2.0);
                assert!((cause.counts() - counts).abs() < ROUNDED, "{family:?}: {account:?}");
            }
            let families: BTreeSet<Family> = account.causes.iter().flat_map(|(families, _)| families).copied().collect();
            assert_eq!(families.len(), account.families.len(), "each family is of one cause: {account:?}");
            assert!((account.weight() - link.weight).abs() < ROUNDED, "{}: {account:?}", link.weight);
        }
    }
    told
}

/// Rings of all sizes among two thousand, whose things others hold, too, at other times, on one day, or openly together.
#[test]
fn factors_and_parts_of_a_generated_world_make_up_its_weights() {
    let mut state = 11_u64;
    let mut dice = move |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let (mut persons, mut identifiers, mut events) = (String::new(), String::new(), String::new());
    let (mut documents, mut relations) = (String::new(), String::new());
    for number in 0..2200 {
        let surname = if number < 300 && number % 9 == 0 { "Common".to_owned() } else { format!("Invented{number}") };
        writeln!(persons, "p{number},Person{number} {surname},US").unwrap();
    }
    let mut begin = 0;
    for ring in 0..45_u64 {
        let members: Vec<u64> = (begin..begin + 3 + dice(5)).collect();
        begin += members.len() as u64;
        let [payee, phone, device, line, career, text] = [6, 5, 6, 6, 4, 4].map(|of| dice(10) < of);
        // Others who hold the account, and too many of them for it to count in full.
        let others = if ring % 5 == 0 { 28 + dice(30) } else { 0 };
        for other in 0..others * u64::from(payee) {
            let other = 400 + (ring * 37 + other) % 1800;
            writeln!(identifiers, "p{other},payee,GB00 0000 {ring:04}").unwrap();
        }
        let network = if ring % 4 == 0 { "network=hosting" } else { "" };
        for (at, member) in members.iter().enumerate() {
            if payee {
                writeln!(identifiers, "p{member},payee,GB00 0000 {ring:04}").unwrap();
            }
            if phone {
                writeln!(identifiers, "p{member},phone,+15550{ring:06}").unwrap();
            }
            writeln!(identifiers, "p{member},serial,PF{:08}", ring * 10 + dice(2)).unwrap();
            // At one time or another, on one day or several.
            let month = if dice(3) == 0 { 7 } else { 3 };
            for day in 1..=1 + dice(3) {
                let machine = if device { format!("D{ring}") } else { String::new() };
                let address = if line { format!("198.18.{ring}.9") } else { String::new() };
                writeln!(events, "p{member},login,2026-{month:02}-{day:02}T10:00:00Z,{address},{machine},{network}").unwrap();
            }
            let sentences = 1 + dice(3) as usize;
            let mut lines: Vec<String> = vec![format!("Person{member}")];
            if text {
                lines.extend((0..sentences).map(|line| {
                    format!("Kept ledger {} of the invented harbour office in good order for a long time.", word(ring, line))
                }));
            }
            let own: Vec<String> = ('a'..='l').map(|letter| format!("{letter}word{}", word(*member, 7))).collect();
            lines.push(own.join(" "));
            let stations = (0..if career { 2 + dice(2) } else { 0 }).map(|year| {
                format!(r#"{{""employer"":""Firm {ring} {year}"",""from"":""201{year}-01"",""to"":""201{}-01""}}"#, year + 1)
            });
            let stations = stations.collect::<Vec<_>>().join(",");
            let facts = format!(r#""{{""positions"":[{stations}]}}""#);
            writeln!(documents, "p{member},cv,2026-01-01,\"{}\",{facts}", lines.join("~")).unwrap();
            if at > 0 && dice(2) == 0 {
                let kind = ["referred", "commits_with", "shares", "household", "follows"][dice(5) as usize];
                writeln!(relations, "p{member},{kind},p{}", member - 1).unwrap();
            }
        }
    }
    // One firm lends people of whom most show nothing, and one of whom several have another's account.
    for member in 0..60 {
        writeln!(relations, "p{},staffed_by,p{}", if member < 20 { member } else { 300 + member }, 2190 + member % 2).unwrap();
    }
    let (persons, identifiers, events) = (&*persons, &*identifiers, &*events);
    let world = World { persons, identifiers, events, documents: &documents, relations: &relations };
    let people = world.people();
    let links = find(&people);
    let told = adds_up(&people, &links);
    let kinds: BTreeSet<LinkKind> = links.rings().iter().flat_map(|ring| &ring.keys).map(|key| key.kind).collect();
    assert!(links.rings().len() >= 15 && kinds.len() >= 9, "{} {kinds:?}", links.rings().len());
    for why in [Why::Holders, Why::Hosting, Why::Apart, Why::OneDay, Why::Sentences, Why::Household] {
        assert!(told.contains(&why), "{why:?} of {told:?}");
    }
}

/// A word of letters for a number.
fn word(number: u64, line: usize) -> String {
    [number, line as u64 + 3]
        .map(|number| format!("{number:03}"))
        .concat()
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect()
}

/// A staffing firm that is believed to be a front counts in full, and what that adds stands beside the parts.
#[test]
fn what_a_front_adds_stands_beside_the_parts() {
    let people = World { persons: "a,Ada Test,US\nb,Bo Sample,DE", ..World::default() }.people();
    let [a, b] = ["a", "b"].map(|key| people.find(key).unwrap());
    let edge = |kind: LinkKind, weight: Small| Edge { a, b, kind, weight, from: From::Relation(0), lowered: false };
    let unshown = Reckoned::<()>::full(LinkKind::Firm).times(Factor::new(Why::Unshown, 0.34));
    let edges = [
        edge(LinkKind::Payee, Small::full(LinkKind::Payee)),
        edge(LinkKind::CommitsWith, Small::full(LinkKind::CommitsWith)),
        edge(LinkKind::Firm, unshown.into()),
    ];
    let pair = Pair::of(&people, &Openly::of(&people), &edges).unwrap().of_front();
    let sum = combine(pair.parts.iter().map(|edge| (edge.kind, pair.in_sum(edge))), pair.bond);
    // Beside the common repository the firm brought a fifth of its 0.85; a front brings 2.5 alone.
    let front = pair.front.unwrap();
    assert!((front - (2.5 - 1.5 - 0.85 / 5.0)).abs() < 1e-6, "{front}");
    assert!((sum.weight + front - pair.weight).abs() < 1e-6, "{sum:?} {}", pair.weight);
    assert!((pair.left_of(&pair.parts[2]) - 2.5).abs() < 1e-6);
}
