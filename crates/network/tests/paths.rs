//! Ways between parties, held against brute force on small graphs and against what must be true of every answer; who is around;
//! communities; what links and what links nobody.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::{DateValue, Entity, Held, Origin, RelationKind, RelationTerms, Schema};
use interdict_network::{Graph, Hop, Link, Path, Scope, Weights};
use interdict_snapshot::{Builder, Day, NOTHING, RelationRow, RelationTables, Snapshot, SourceMeta};
use proptest::prelude::*;

const KINDS: [RelationKind; 5] =
    [RelationKind::Shares, RelationKind::Direction, RelationKind::Support, RelationKind::Other, RelationKind::Influence];

fn row(from: u32, to: u32, kind: RelationKind, statement: u32) -> RelationRow {
    let terms = RelationTerms::new(kind, Held::Unstated);
    RelationRow::new(from, to, statement, &terms, [NOTHING; 3])
}

fn tables(entities: u32, edges: &[(u32, u32, usize)]) -> RelationTables {
    let rows = edges.iter().zip(0..).map(|((from, to, kind), at)| row(*from, *to, KINDS[*kind % KINDS.len()], at));
    RelationTables::new(entities, rows.collect())
}

/// Every simple path by plain search in depth: its parties and cost, in order of cost.
fn brute(graph: &Graph<'_>, from: u32, to: u32, depth: usize) -> BTreeSet<(u32, Vec<u32>)> {
    fn go(graph: &Graph<'_>, to: u32, depth: usize, way: &mut Vec<u32>, cost: u32, found: &mut BTreeSet<(u32, Vec<u32>)>) {
        let at = *way.last().unwrap();
        if at == to {
            found.insert((cost, way.clone()));
            return;
        }
        if way.len() > depth {
            return;
        }
        let mut next: BTreeMap<u32, u32> = BTreeMap::new();
        graph.for_each_step(at, |step| {
            let held = next.entry(step.to).or_insert(u32::MAX);
            *held = step.cost.min(*held);
        });
        for (entity, step) in next {
            if !way.contains(&entity) {
                way.push(entity);
                go(graph, to, depth, way, cost + step, found);
                way.pop();
            }
        }
    }
    let mut found = BTreeSet::new();
    go(graph, to, depth, &mut vec![from], 0, &mut found);
    found
}

fn is_sound(graph: &Graph<'_>, path: &Path, from: u32, to: u32, depth: usize) {
    assert_eq!((path.parties.first(), path.parties.last()), (Some(&from), Some(&to)));
    assert!(path.hops.len() <= depth && path.hops.len() + 1 == path.parties.len());
    assert_eq!(path.parties.iter().collect::<BTreeSet<_>>().len(), path.parties.len(), "a party twice");
    for (hop, pair) in path.hops.iter().zip(path.parties.windows(2)) {
        assert_eq!([hop.from, hop.to], *pair);
        assert!(!hop.steps.is_empty() && hop.steps.is_sorted());
        for step in &hop.steps {
            assert_eq!((step.from, step.to), (hop.from, hop.to));
            let mut there = false;
            graph.for_each_step(hop.from, |held| there |= held == *step);
            assert!(there, "a step that is not there");
        }
    }
    assert_eq!(path.cost, path.hops.iter().map(Hop::cost).sum::<u32>());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn ways_are_those_of_brute_force(
        edges in prop::collection::vec((0..9_u32, 0..9_u32, 0..5_usize), 0..18),
        (from, to) in (0..9_u32, 0..9_u32),
        depth in 1..6_u8,
    ) {
        let tables = tables(9, &edges);
        let graph = Graph::from_relations(tables.relations());
        let expected = brute(&graph, from, to, depth.into());
        let ways = graph.simple_paths(from, to, depth, 1_000);
        prop_assert!(!ways.cut_off);
        let found: BTreeSet<(u32, Vec<u32>)> = ways.paths.iter().map(|path| (path.cost, path.parties.clone())).collect();
        prop_assert_eq!(&found, &expected);
        prop_assert_eq!(found.len(), ways.paths.len());
        prop_assert!(ways.paths.is_sorted_by_key(|path| path.cost));
        for path in &ways.paths {
            is_sound(&graph, path, from, to, depth.into());
        }
        let shortest = graph.shortest(from, to, depth);
        prop_assert_eq!(shortest.as_ref().map(|path| path.cost), expected.first().map(|(cost, _)| *cost));
        if let Some(path) = shortest {
            is_sound(&graph, &path, from, to, depth.into());
        }
        // Fewer are asked for: the cheapest of them.
        let few = graph.simple_paths(from, to, depth, 2);
        prop_assert_eq!(few.cut_off, expected.len() > 2);
        prop_assert!(few.paths.iter().zip(&ways.paths).all(|(one, other)| one.cost == other.cost));
    }

    #[test]
    fn the_nearest_listed_are_the_cheapest(
        edges in prop::collection::vec((0..9_u32, 0..9_u32, 0..5_usize), 0..18),
        listed in prop::collection::btree_set(0..9_u32, 0..4),
        depth in 1..5_u8,
    ) {
        let tables = tables(9, &edges);
        let graph = Graph::from_relations(tables.relations()).with_listed(listed.iter().copied());
        let mut expected: Vec<u32> = listed
            .iter()
            .filter(|entity| **entity != 0)
            .filter_map(|entity| Some(brute(&graph, 0, *entity, depth.into()).first()?.0))
            .collect();
        expected.sort_unstable();
        let found: Vec<u32> = graph.to_listed(0, depth, 9).paths.iter().map(|path| path.cost).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn around_is_what_can_be_reached(
        edges in prop::collection::vec((0..9_u32, 0..9_u32, 0..5_usize), 0..18),
        depth in 0..4_u8,
        limit in 0..10_usize,
    ) {
        let tables = tables(9, &edges);
        let graph = Graph::from_relations(tables.relations());
        let around = graph.around(0, depth, limit);
        let reached: Vec<u32> = (1..9).filter(|entity| !brute(&graph, 0, *entity, depth.into()).is_empty()).collect();
        prop_assert_eq!(around.parties.len() - 1 + around.left_out, reached.len());
        prop_assert_eq!(around.parties.len() - 1, reached.len().min(limit));
        prop_assert!(around.parties.is_sorted_by_key(|party| party.cost));
        for party in &around.parties[1..] {
            prop_assert_eq!(party.cost, brute(&graph, 0, party.entity, depth.into()).first().unwrap().0);
        }
    }

    #[test]
    fn communities_divide_what_is_linked(edges in prop::collection::vec((0..30_u32, 0..30_u32, 0..5_usize), 0..60)) {
        let tables = tables(30, &edges);
        let graph = Graph::from_relations(tables.relations());
        let groups = graph.communities(Scope::All, 1);
        prop_assert_eq!(&groups, &graph.communities(Scope::All, 1));
        let members: Vec<u32> = groups.iter().flat_map(|group| group.members.clone()).collect();
        let linked: BTreeSet<u32> =
            edges.iter().filter(|(from, to, _)| from != to).flat_map(|(from, to, _)| [*from, *to]).collect();
        prop_assert_eq!(members.len(), linked.len());
        prop_assert_eq!(members.into_iter().collect::<BTreeSet<_>>(), linked);
        prop_assert!(groups.is_sorted_by(|a, b| a.members.len() >= b.members.len()));
        for group in &groups {
            prop_assert!((0.0..=1.0).contains(&group.density));
            let of = graph.communities(Scope::Of(group.members[0]), 1);
            prop_assert_eq!(of.len(), 1);
            prop_assert!(of[0].members.contains(&group.members[0]));
        }
    }
}

#[test]
fn two_cliques_that_one_link_joins_are_two_communities() {
    let mut edges = vec![(0, 6, 3)];
    for clique in [0, 6] {
        edges.extend((0..6).flat_map(|a| (a + 1..6).map(move |b| (clique + a, clique + b, 0))));
    }
    let tables = tables(12, &edges);
    let groups = Graph::from_relations(tables.relations()).with_listed([3]).communities(Scope::Listed, 2);
    let mut members: Vec<Vec<u32>> = groups.iter().map(|group| group.members.clone()).collect();
    for group in &mut members {
        group.sort_unstable();
    }
    assert_eq!(members, [(0..6).collect::<Vec<_>>(), (6..12).collect()]);
    assert_eq!(groups.iter().map(|group| group.listed.clone()).collect::<Vec<_>>(), [vec![3], vec![]]);
    assert!(groups.iter().all(|group| group.pairs == 15 && (group.density - 1.0).abs() < 1e-9 && group.ties.len() == 5));
}

/// A star of a million edges and parties beyond it: every question is answered, and what is cut off is said. A walk over all pairs would not end.
#[test]
fn a_star_of_a_million_edges() {
    const LEAVES: u32 = 1_000_000;
    let rows = (1..=LEAVES).map(|leaf| row(0, leaf, RelationKind::Shares, leaf)).collect();
    let tables = RelationTables::new(LEAVES + 3, rows);
    let graph = Graph::from_relations(tables.relations());
    assert_eq!(graph.shortest(1, LEAVES, 4).unwrap().parties, [1, 0, LEAVES]);
    let ways = graph.simple_paths(1, LEAVES, 6, 10);
    assert_eq!((ways.paths.len(), ways.cut_off), (1, false));
    assert_eq!(graph.shortest(1, LEAVES + 1, 6), None);
    assert_eq!(graph.shortest(LEAVES + 1, 1, 6), None);
    assert_eq!(graph.simple_paths(LEAVES + 1, LEAVES + 2, 6, 10).paths, []);
    let around = graph.around(0, 1, 20);
    assert_eq!((around.parties.len(), around.left_out, around.hops.len()), (21, LEAVES as usize - 20, 20));
}

#[test]
fn many_ways_are_cut_off_and_it_is_said() {
    // Twelve layers of ten parties: 10^12 ways.
    let edge = |layer: u32| (0..10).flat_map(move |a| (0..10).map(move |b| (1 + layer * 10 + a, 11 + layer * 10 + b, 0)));
    let mut edges: Vec<(u32, u32, usize)> = (0..11).flat_map(edge).collect();
    edges.extend((0..10).flat_map(|at| [(0, 1 + at, 0), (111 + at, 121, 0)]));
    let tables = tables(122, &edges);
    let graph = Graph::from_relations(tables.relations());
    let ways = graph.simple_paths(0, 121, 13, 25);
    assert_eq!((ways.paths.len(), ways.cut_off), (25, true));
    assert!(ways.paths.iter().all(|path| path.cost == 13_000));
    assert_eq!(graph.simple_paths(0, 121, 12, 25).paths, []);
}

#[test]
fn who_directs_hundreds_says_little() {
    // 0 and 1 are directed by 2, who directs 300 more; and by way of 3 and 4, who direct two each.
    let mut edges = vec![(2, 0, 1), (2, 1, 1), (3, 0, 1), (3, 5, 1), (4, 5, 1), (4, 1, 1)];
    edges.extend((10..310).map(|company| (2, company, 1)));
    let tables = tables(310, &edges);
    let graph = Graph::from_relations(tables.relations());
    assert_eq!(graph.shortest(0, 1, 6).unwrap().parties, [0, 3, 5, 4, 1]);
    assert_eq!(graph.shortest(0, 1, 2).unwrap().parties, [0, 2, 1]);
}

/// An entity: id, schema, properties.
type Row<'r> = (&'r str, Schema, &'r [(&'r str, &'r str)]);

fn snapshot(entities: &[Row<'_>]) -> Snapshot {
    let mut builder = Builder::new();
    for (id, schema, properties) in entities {
        let mut entity = Entity::new(*id, *schema);
        // Each of a list of its own: a list does not list one party twice.
        entity.origin = Some(Origin { source: (*id).to_owned(), ..Origin::default() });
        for (property, text) in *properties {
            entity.add(property, *text);
        }
        builder.add(&entity);
    }
    let source = SourceMeta {
        id: "invented".to_owned(),
        format: "ftm_json_lines".to_owned(),
        issue_date: String::new(),
        sha256: String::new(),
        bytes: 0,
        entities: entities.len() as u64,
        counts: Vec::new(),
    };
    builder.add_source(source);
    builder.finish().unwrap().open().unwrap()
}

/// The steps of a party as `kind→id`, in order.
fn steps(graph: &Graph<'_>, id: &str) -> Vec<String> {
    let snapshot = graph.snapshot().unwrap();
    let steps = graph.steps(snapshot.entity(id).unwrap().index());
    let to = |entity: u32| snapshot.entity_at(entity).unwrap().id();
    steps.iter().map(|step| format!("{}→{}", graph.kind(step.link).code(), to(step.to))).collect()
}

const WALLET: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const LEI: &str = "5493001KJTIIGC8Y1R12";

#[test]
fn what_links_parties() {
    let company = Schema::Company;
    let snapshot = snapshot(&[
        ("a", company, &[("name", "Northwind Trading"), ("phone", "+1 202 555 0142"), ("leiCode", LEI)]),
        ("b", company, &[("name", "Southwind Trading"), ("phone", "+1 (202) 555-0142")]),
        ("c", company, &[("name", "Northwind Trading Ltd"), ("leiCode", LEI)]),
        ("d", company, &[("name", "Eastwind"), ("registrationNumber", "HX-998877"), ("jurisdiction", "gb")]),
        ("e", company, &[("name", "Eastwind Ltd"), ("registrationNumber", "HX998877"), ("jurisdiction", "gb")]),
        ("f", company, &[("name", "Westwind"), ("registrationNumber", "HX998877"), ("jurisdiction", "fr")]),
        ("w", Schema::CryptoWallet, &[("holder", "d"), ("publicKey", WALLET)]),
        ("v", Schema::CryptoWallet, &[("holder", "f"), ("publicKey", WALLET)]),
        ("own", Schema::Ownership, &[("owner", "a"), ("asset", "d"), ("percentage", "60"), ("endDate", "2024-06-30")]),
        ("s", Schema::Sanction, &[("entity", "f")]),
    ]);
    let graph = Graph::new(&snapshot);
    let id = |at: u32| snapshot.entity_at(at).unwrap().id();
    assert_eq!(steps(&graph, "a"), ["phone→b", "same→c", "shares→d"]);
    assert_eq!(steps(&graph, "d"), ["shares→a", "same→e", "wallet→f"]);
    assert_eq!(steps(&graph, "f"), ["wallet→d"]);
    let listed: Vec<u32> = (0..graph.entities()).filter(|entity| graph.is_listed(*entity)).collect();
    assert_eq!(listed, [5]);
    // A relation that was over on the day is left out; before it, it holds for certain; where no day is asked, it costs more.
    let day = |text: &str| Day::earliest(&DateValue::parse(text).unwrap());
    assert_eq!(steps(&graph.clone().on(day("2025-01-01")), "a"), ["phone→b", "same→c"]);
    let cost = |graph: &Graph<'_>| graph.steps_between(0, 3)[0].cost;
    assert!(cost(&graph.clone().on(day("2024-01-01"))) < cost(&graph));
    // b has the phone of a, a owned d, d has the wallet of f, which is listed.
    let ways = graph.to_listed(1, 6, 5);
    assert_eq!(ways.paths[0].parties.iter().map(|at| id(*at)).collect::<Vec<_>>(), ["b", "a", "d", "f"]);
    let told: Vec<String> = ways.paths[0].hops.iter().map(|hop| graph.tell(&hop.steps[0]).words).collect();
    assert_eq!(told[0], "same phone number: +1 (202) 555-0142 / +1 202 555 0142");
    assert_eq!(told[1], "shareholder of, 60 %, former");
    let through = graph.tell(&ways.paths[0].hops[2].steps[0]).through;
    assert_eq!(through.iter().map(|at| id(*at)).collect::<Vec<_>>(), ["w", "v"]);
    // Clusters and judgements come from elsewhere.
    let judged = graph.with_same([(3, 5, "judged the same".to_owned())]);
    assert!(judged.steps_between(3, 5).iter().any(|step| matches!(step.link, Link::Same(_))));
    assert_eq!(judged.tell(&judged.steps_between(3, 5)[0]).words, "same party: judged the same");
}

#[test]
fn a_value_that_many_have_links_nobody() {
    let cap = 25;
    for (holders, linked) in [(2, true), (cap, true), (cap + 1, false)] {
        let ids: Vec<String> = (0..holders).map(|at| format!("p{at}")).collect();
        let properties: &[(&str, &str)] = &[("phone", "+1 202 555 0142")];
        let entities: Vec<Row<'_>> = ids.iter().map(|id| (id.as_str(), Schema::Company, properties)).collect();
        let snapshot = snapshot(&entities);
        let graph = Graph::new(&snapshot);
        assert_eq!(graph.shortest(0, 1, 3).is_some(), linked, "{holders}");
        assert!(graph.with_weights(Weights::default().with_cap(1)).shortest(0, 1, 3).is_none());
    }
}
