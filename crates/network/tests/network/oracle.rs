//! Verdicts on small graphs against the rules applied by hand: every way in which the shares may really be is tried, one at a time, with exact
//! shares. What is blocked must be blocked in every way, what is not must be so in none.

use std::collections::BTreeSet;

use interdict_model::{DateValue, Held, RelationKind, RelationTerms, Share, ShareRange};
use interdict_network::{
    Aggregate, Basis, Change, Designation, Identity, Missing, Outcome, Ownership, Regime, Role, Rule, Verdict,
};
use interdict_snapshot::{Day, NOTHING, RelationRow, RelationTables};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rustc_hash::FxHashMap;

const WHOLE: u64 = 100_000_000;
const REGIMES: [Regime; 4] = [Regime::Us, Regime::Eu, Regime::Uk, Regime::Ca];

/// Ways that are tried of one graph; graphs with more are passed over.
const MOST: u64 = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Now,
    Perhaps,
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// The holder itself.
    Itself,
    Party(u32),
    Somebody,
}

#[derive(Clone, Debug)]
struct Line {
    from: u32,
    to: u32,
    kind: RelationKind,
    share: (u64, u64),
    when: When,
    held_for: For,
    class: u32,
    joint: u32,
    source: u32,
    trust: bool,
}

#[derive(Clone, Debug)]
struct Graph {
    parties: u32,
    lines: Vec<Line>,
    designated: Vec<u32>,
    same: Vec<(u32, u32)>,
}

fn day() -> Day {
    Day::earliest(&DateValue::parse("2025-06-01").unwrap())
}

fn share() -> impl Strategy<Value = (u64, u64)> {
    let at = |percent: u64| (percent * 1_000_000, percent * 1_000_000);
    prop_oneof![
        Just(at(0)),
        Just(at(10)),
        Just(at(25)),
        Just(at(30)),
        Just(at(40)),
        Just((49_999_999, 49_999_999)),
        Just(at(50)),
        Just(at(50)),
        Just((50_000_001, 50_000_001)),
        Just(at(60)),
        Just(at(75)),
        Just(at(100)),
        Just((25_000_000, 50_000_000)),
        Just((50_000_001, 75_000_000)),
        Just((0, 10_000_000)),
        Just((40_000_000, 60_000_000)),
        Just((0, WHOLE)),
    ]
}

fn line(parties: u32) -> impl Strategy<Value = Line> {
    let when = prop_oneof![8 => Just(When::Now), 1 => Just(When::Perhaps), 1 => Just(When::Over)];
    let kind = prop_oneof![
        12 => Just(RelationKind::Shares),
        2 => Just(RelationKind::Votes),
        1 => Just(RelationKind::Board),
        1 => Just(RelationKind::Direction),
    ];
    let held_for = prop_oneof![
        12 => Just(For::Itself),
        1 => (0..parties).prop_map(For::Party),
        1 => Just(For::Somebody),
    ];
    let class = prop_oneof![8 => Just(NOTHING), 1 => Just(1_u32), 1 => Just(2_u32)];
    let joint = prop_oneof![5 => Just(NOTHING), 1 => Just(11_u32)];
    let source = prop_oneof![4 => Just(20_u32), 1 => Just(21_u32)];
    (0..parties, 0..parties, kind, share(), when, held_for, class, (joint, source, prop::bool::weighted(0.05))).prop_map(
        |(from, to, kind, share, when, held_for, class, (joint, source, trust))| {
            let shares = kind == RelationKind::Shares;
            Line {
                from,
                to,
                kind,
                share,
                when,
                held_for: if shares { held_for } else { For::Itself },
                class: if shares { class } else { NOTHING },
                joint: if shares { joint } else { NOTHING },
                source,
                trust,
            }
        },
    )
}

fn graph() -> impl Strategy<Value = Graph> {
    (3_u32..7).prop_flat_map(|parties| {
        let lines = prop::collection::vec(line(parties), 1..8);
        let designated = prop::collection::btree_set(0..parties, 1..3);
        let same = prop::collection::vec((0..parties, 0..parties), 0..2);
        (lines, designated, same, prop::bool::weighted(0.2)).prop_map(move |(lines, designated, same, with)| Graph {
            parties,
            lines,
            designated: designated.into_iter().collect(),
            same: if with { same } else { Vec::new() },
        })
    })
}

fn tables(graph: &Graph) -> RelationTables {
    let date = |text: &str| Some(DateValue::parse(text).unwrap());
    let mut rows = Vec::new();
    for (statement, line) in graph.lines.iter().enumerate() {
        let [min, max] = [line.share.0, line.share.1].map(Share::from_units);
        let range = ShareRange::new(min, max).unwrap();
        let (begin, end) = match line.when {
            When::Now => (date("2020-01-01"), None),
            When::Perhaps => (date("2025"), None),
            When::Over => (date("2020-01-01"), date("2024-01-01")),
        };
        let terms = RelationTerms {
            begin,
            end,
            nominee: line.held_for != For::Itself,
            trust: line.trust,
            ..RelationTerms::new(line.kind, if range.is_unknown() { Held::Unstated } else { Held::Stated(range) })
        };
        let labels = [line.class, line.joint, line.source];
        rows.push(RelationRow::new(line.from, line.to, statement as u32, &terms, labels));
        if let For::Party(party) = line.held_for {
            let terms =
                RelationTerms { kind: RelationKind::Nominee, held: Held::Unstated, nominee: false, trust: false, ..terms };
            rows.push(RelationRow::new(line.from, party, statement as u32, &terms, [NOTHING, NOTHING, line.source]));
        }
    }
    RelationTables::new(graph.parties, rows)
}

fn designations(graph: &Graph) -> FxHashMap<u32, Vec<Designation>> {
    let of = |party: u32| {
        let all = REGIMES.map(|regime| Designation {
            regime,
            role: Role::Blocked,
            propagates: true,
            from: Day::FIRST,
            until: Day::LAST,
            statement: party,
        });
        (party, all.to_vec())
    };
    graph.designated.iter().map(|party| of(*party)).collect()
}

/// A share that somebody has, in one of the ways in which things may be.
#[derive(Clone, Copy, Debug)]
struct Has {
    holder: u32,
    asset: u32,
    share: u64,
    class: u32,
    joint: u32,
    votes: bool,
}

/// What may be true of one holding: the shares that it may be.
struct Holding {
    holder: u32,
    asset: u32,
    class: u32,
    joint: u32,
    votes: bool,
    may_be: Vec<u64>,
}

const SOMEBODY: u32 = 1000;

/// The first of the parties that are one with another.
fn first(graph: &Graph, party: u32) -> u32 {
    let mut group = BTreeSet::from([party]);
    loop {
        let before = group.len();
        for (a, b) in &graph.same {
            if group.contains(a) || group.contains(b) {
                group.extend([*a, *b]);
            }
        }
        if group.len() == before {
            return *group.first().unwrap();
        }
    }
}

/// The values that the ends of a range and the threshold give.
fn values(low: u64, high: u64) -> Vec<u64> {
    let mut all: Vec<u64> = [
        low, high, 0, 10_000_000, 25_000_000, 30_000_000, 40_000_000, 49_999_999, 50_000_000, 50_000_001, 60_000_000,
        75_000_000,
    ]
    .to_vec();
    all.retain(|value| low <= *value && *value <= high);
    all.sort_unstable();
    all.dedup();
    all
}

/// Holder, asset, class, and whether it is of votes.
type Key = (u32, u32, u32, bool);

/// The lines as holdings; `None` when the rules do not say what they mean together.
fn holdings(graph: &Graph) -> Option<Vec<Holding>> {
    let of = |party: u32| first(graph, party);
    // Principals of a nominee go for all that it holds as one.
    let principal = |line: &Line| match line.held_for {
        For::Itself => Some(of(line.from)),
        _ => {
            let links = graph.lines.iter().filter(|other| other.when != When::Over && of(other.from) == of(line.from));
            let mut all: Vec<(u32, When)> = links
                .filter_map(|other| if let For::Party(party) = other.held_for { Some((of(party), other.when)) } else { None })
                .collect();
            all.sort_unstable_by_key(|(party, _)| *party);
            all.dedup_by_key(|(party, _)| *party);
            match all[..] {
                [] => Some(SOMEBODY),
                [(party, When::Now)] => Some(party),
                _ => None,
            }
        }
    };
    let mut keys: Vec<Key> = Vec::new();
    let is_held =
        |line: &&Line| line.when != When::Over && (line.kind == RelationKind::Shares || line.kind == RelationKind::Votes);
    let mut keyed: Vec<(Key, &Line)> = Vec::new();
    for line in graph.lines.iter().filter(is_held) {
        let holder = principal(line)?;
        // A nominee who is designated has an interest of a kind that no way settles.
        if line.held_for != For::Itself && graph.designated.iter().any(|party| of(*party) == of(line.from)) {
            return None;
        }
        let key = (holder, of(line.to), line.class, line.kind == RelationKind::Votes);
        keyed.push((key, line));
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut found = Vec::new();
    for key in keys {
        let lines: Vec<&Line> = keyed.iter().filter(|(held, _)| *held == key).map(|(_, line)| *line).collect();
        // One holder with shares in its own name and in that of another has both.
        if lines.len() > 1 && lines.iter().any(|line| line.held_for != For::Itself) {
            return None;
        }
        if lines.iter().any(|line| line.joint != lines[0].joint) {
            return None;
        }
        let of_line = |line: &Line| {
            let mut may_be = values(line.share.0, line.share.1);
            if line.when == When::Perhaps || line.trust {
                may_be.push(0);
            }
            may_be
        };
        // What each source says, and whether it is sure to speak of the day.
        let mut of_sources: Vec<(Vec<u64>, bool)> = Vec::new();
        let is_sure = |line: &Line| line.when == When::Now && !line.trust;
        for source in [20, 21] {
            let of_source: Vec<&&Line> = lines.iter().filter(|line| line.source == source).collect();
            match of_source[..] {
                [] => {}
                [line] => of_sources.push((of_line(line), is_sure(line))),
                [a, b] => {
                    let sure = is_sure(a) || is_sure(b);
                    let (a, b) = (of_line(a), of_line(b));
                    let both = a.iter().flat_map(|a| b.iter().flat_map(move |b| [*a.max(b), (a + b).min(WHOLE)]));
                    of_sources.push((both.collect(), sure));
                }
                _ => return None,
            }
        }
        let may_be = match &of_sources[..] {
            [(one, _)] => one.clone(),
            // Of one that is not sure to speak of the day, the other holds without it.
            [(sure, true), (one, false)] | [(one, false), (sure, true)] => {
                // One nothing is that it is not there; a second one is of its range.
                let mut stated = one.clone();
                if let Some(at) = stated.iter().position(|share| *share == 0) {
                    stated.remove(at);
                }
                let spans = |range: &[u64]| range.iter().min().copied().zip(range.iter().max().copied());
                let agree = spans(&stated).zip(spans(sure)).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1);
                if agree { sure.clone() } else { sure.iter().chain(&stated).copied().collect() }
            }
            [(one, false), (two, false)] => one.iter().chain(two).copied().collect(),
            [(one, true), (two, true)] => {
                // A holding that is stated twice may be all between the larger and the sum, and so agree with what lies between.
                let lies_in = |share: &u64, range: &[u64]| {
                    range.iter().min().is_some_and(|least| least <= share)
                        && range.iter().max().is_some_and(|most| share <= most)
                };
                let of_one = one.iter().copied().filter(|share| lies_in(share, two));
                let both: Vec<u64> = of_one.chain(two.iter().copied().filter(|share| lies_in(share, one))).collect();
                if both.is_empty() { one.iter().chain(two).copied().collect() } else { both }
            }
            _ => return None,
        };
        let mut may_be = may_be;
        may_be.sort_unstable();
        may_be.dedup();
        found.push(Holding { holder: key.0, asset: key.1, class: key.2, joint: lines[0].joint, votes: key.3, may_be });
    }
    Some(found)
}

/// The classes that an asset has.
fn classes(has: &[Has], asset: u32) -> Vec<u32> {
    let mut classes: Vec<u32> =
        has.iter().filter(|one| one.asset == asset && !one.votes && one.holder != asset).map(|one| one.class).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// What is held of an asset by those of whom a test says so, over what there is to hold, with weights of the two classes. Classes that nobody
/// else holds are the whole.
fn held(has: &[Has], asset: u32, heavy: u64, counts: impl Fn(&Has) -> bool) -> (u64, u64) {
    let of_asset: Vec<&Has> = has.iter().filter(|one| one.asset == asset && !one.votes).collect();
    let named: Vec<u32> = classes(has, asset).into_iter().filter(|class| *class != NOTHING).collect();
    let weight = |class: u32| match named[..] {
        [_, _] if class == named[0] => heavy,
        [_, _] => 2 - heavy,
        _ => 2,
    };
    let is_held = |class: u32| class == NOTHING || named.is_empty() || named.contains(&class);
    let own = of_asset.iter().filter(|one| one.holder == asset && is_held(one.class));
    let own: u64 = own.map(|one| one.share * weight(one.class)).sum::<u64>() / 2;
    let mut holders: Vec<u32> = of_asset.iter().map(|one| one.holder).filter(|holder| *holder != asset).collect();
    holders.sort_unstable();
    holders.dedup();
    let mut total = 0;
    for holder in holders {
        let of_holder: Vec<&&Has> = of_asset.iter().filter(|one| one.holder == holder && counts(one)).collect();
        let whole: Vec<u64> = of_holder.iter().filter(|one| one.class == NOTHING).map(|one| one.share).collect();
        total += match whole[..] {
            [] => of_holder.iter().map(|one| one.share * weight(one.class)).sum::<u64>(),
            // What it holds of a class is of what it holds of the whole.
            _ => whole.iter().sum::<u64>() * 2,
        };
    }
    (total / 2, if own >= WHOLE { WHOLE } else { WHOLE - own })
}

fn fixpoint(graph: &Graph, has: &[Has], rule: &Rule, seeds: &[u32], somebody: bool, heavy: u64) -> BTreeSet<u32> {
    let mut reached: BTreeSet<u32> = seeds.iter().copied().collect();
    if somebody {
        reached.insert(SOMEBODY);
    }
    let of = |party: u32| first(graph, party);
    loop {
        let before = reached.len();
        for asset in (0..graph.parties).map(of) {
            let joint = |one: &Has| {
                rule.aggregate == Aggregate::Joint
                    && one.joint != NOTHING
                    && has
                        .iter()
                        .any(|other| other.asset == asset && other.joint == one.joint && reached.contains(&other.holder))
            };
            let (share, whole) = held(has, asset, heavy, |one| reached.contains(&one.holder) || joint(one));
            let owned = if rule.threshold > Share::HALF { share * 2 > whole } else { share * 2 >= whole };
            let votes: u64 = has
                .iter()
                .filter(|one| one.votes && one.asset == asset && reached.contains(&one.holder))
                .map(|one| one.share)
                .sum();
            let board = graph.lines.iter().any(|line| {
                line.kind == RelationKind::Board
                    && line.when == When::Now
                    && !line.trust
                    && of(line.to) == asset
                    && reached.contains(&of(line.from))
            });
            if owned || rule.control_decides && (votes > WHOLE / 2 || board) {
                reached.insert(asset);
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Who is reached in one way in which things may be.
fn reached(graph: &Graph, has: &[Has], rule: &Rule, somebody: bool, heavy: u64) -> BTreeSet<u32> {
    let seeds: Vec<u32> = graph.designated.iter().map(|party| first(graph, *party)).collect();
    match rule.aggregate {
        Aggregate::All => fixpoint(graph, has, rule, &seeds, somebody, heavy),
        Aggregate::Joint | Aggregate::None => {
            seeds.iter().flat_map(|seed| fixpoint(graph, has, rule, &[*seed], false, heavy)).collect()
        }
    }
}

/// Calls with every way in which things may be; `None` when there are too many.
fn ways(holdings: &[Holding], mut call: impl FnMut(&[Has])) -> Option<()> {
    let count: u64 = holdings.iter().map(|holding| holding.may_be.len() as u64).product();
    if count > MOST {
        return None;
    }
    let assets: BTreeSet<(u32, u32)> =
        holdings.iter().filter(|holding| !holding.votes).map(|holding| (holding.asset, holding.class)).collect();
    let sum = |has: &[Has], asset: u32, class: u32| {
        has.iter().filter(|one| !one.votes && one.asset == asset && one.class == class).map(|one| one.share).sum::<u64>()
    };
    // Where the least is more than the whole, the sources are wrong and no sum is asked for.
    let least: Vec<Has> = holdings.iter().map(|holding| has(holding, holding.may_be[0])).collect();
    let checked: Vec<(u32, u32)> = assets.into_iter().filter(|(asset, class)| sum(&least, *asset, *class) <= WHOLE).collect();
    // How much of the whole own shares of another class are is not said.
    let differs = |own: &Has| least.iter().any(|one| !one.votes && one.asset == own.asset && one.class != own.class);
    if least.iter().any(|own| !own.votes && own.holder == own.asset && differs(own)) {
        return None;
    }
    // Own shares of a whole that is more than the whole mean nothing.
    if least.iter().any(|own| own.holder == own.asset && !checked.contains(&(own.asset, own.class))) {
        return None;
    }
    for way in 0..count {
        let mut rest = way;
        let all: Vec<Has> = holdings
            .iter()
            .map(|holding| {
                let at = rest % holding.may_be.len() as u64;
                rest /= holding.may_be.len() as u64;
                has(holding, holding.may_be[at as usize])
            })
            .collect();
        if checked.iter().all(|(asset, class)| sum(&all, *asset, *class) <= WHOLE) {
            call(&all);
        }
    }
    Some(())
}

fn has(holding: &Holding, share: u64) -> Has {
    let Holding { holder, asset, class, joint, votes, .. } = *holding;
    Has { holder, asset, share, class, joint, votes }
}

/// What every way says of each party: whether it is reached in all, and in any.
fn oracle(graph: &Graph, rule: &Rule) -> Option<Vec<(bool, bool)>> {
    let holdings = holdings(graph)?;
    let mut found = vec![(true, false); graph.parties as usize];
    let is_open =
        |line: &Line| line.kind == RelationKind::Board && line.when != When::Over && (line.when == When::Perhaps || line.trust);
    if graph.lines.iter().any(is_open) {
        return None;
    }
    let mixed = holdings.iter().any(|one| one.class != NOTHING);
    let unnamed = holdings.iter().any(|one| one.holder == SOMEBODY) && rule.aggregate == Aggregate::All;
    ways(&holdings, |has| {
        for somebody in if unnamed { vec![false, true] } else { vec![false] } {
            for heavy in if mixed { vec![0, 1, 2] } else { vec![1] } {
                let reached = reached(graph, has, rule, somebody, heavy);
                for party in 0..graph.parties {
                    let is = reached.contains(&first(graph, party));
                    let found = &mut found[party as usize];
                    *found = (found.0 && is, found.1 || is);
                }
            }
        }
    })?;
    Some(found)
}

fn check_chain(verdict: &Verdict, entity: u32) -> Result<(), TestCaseError> {
    let threshold = verdict.rule.map_or(Share::HALF, |rule| rule.threshold);
    if verdict.outcome == Outcome::NotBlocked {
        prop_assert!(verdict.chain.is_empty());
        return Ok(());
    }
    prop_assert_eq!(verdict.chain.last().map(|step| step.entity), Some(entity));
    let mut before = BTreeSet::new();
    for step in &verdict.chain {
        match &step.basis {
            Basis::Listed(statements) => prop_assert!(!statements.is_empty()),
            Basis::Unnamed => prop_assert_eq!(step.entity, NOTHING),
            Basis::Owned { total, by } => {
                prop_assert!(!by.is_empty());
                let rests = |one: &interdict_network::Contribution| {
                    before.contains(&one.owner) || one.nominee.is_some_and(|nominee| before.contains(&nominee))
                };
                let joint = verdict.rule.is_some_and(|rule| rule.aggregate == Aggregate::Joint);
                let is_named = |one: &interdict_network::Contribution| one.owner != NOTHING || one.nominee.is_some();
                prop_assert!(verdict.outcome == Outcome::Undecided || by.iter().all(is_named));
                prop_assert!(joint || by.iter().all(rests), "{:?}", verdict.chain);
                prop_assert!(total.max() >= threshold);
                if verdict.outcome == Outcome::Blocked {
                    prop_assert!(total.min() >= threshold);
                    let sum: u64 = by.iter().map(|one| u64::from(one.share.min().units())).sum();
                    prop_assert!(sum >= u64::from(total.min().units()));
                }
            }
            Basis::Controlled { by, .. } => prop_assert!(before.contains(by), "{:?}", verdict.chain),
        }
        before.insert(step.entity);
    }
    Ok(())
}

/// The graph with one line a holding, so that a share can be set.
fn plain(mut graph: Graph) -> Graph {
    let of = |party| first(&graph, party);
    let mut pairs = BTreeSet::new();
    let keep: Vec<bool> = graph
        .lines
        .iter()
        .map(|line| {
            of(line.from) != of(line.to) && pairs.insert((of(line.from), of(line.to), line.kind == RelationKind::Votes))
        })
        .collect();
    let mut keep = keep.into_iter();
    graph.lines.retain(|_| keep.next().unwrap_or(false));
    for line in &mut graph.lines {
        (line.held_for, line.class, line.joint) = (For::Itself, NOTHING, NOTHING);
        (line.when, line.trust) = (When::Now, false);
    }
    graph
}

fn outcome(graph: &Graph, entity: u32, regime: Regime) -> Outcome {
    let (tables, designated) = (tables(graph), designations(graph));
    let identity = Identity::new(graph.same.iter().copied());
    Ownership::new(tables.relations(), &identity, &designated, day()).verdicts(entity, &[regime]).verdicts[0].outcome
}

/// The graph with another share in one line.
fn with(graph: &Graph, tables: &RelationTables, row: u32, share: Share) -> Graph {
    let statement = tables.relations().rows()[row as usize].statement;
    let mut graph = graph.clone();
    let units = u64::from(share.units());
    graph.lines[statement as usize].share = (units, units);
    graph
}

/// The seed that is asked for, else one that stays.
fn seed() -> RngSeed {
    std::env::var("PROPTEST_RNG_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(RngSeed::Fixed(5))
}

proptest! {
    // The same graphs every time; `PROPTEST_RNG_SEED` of another number tries others.
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, rng_seed: seed(), ..ProptestConfig::default() })]

    #[test]
    fn verdicts_are_those_of_every_way_in_which_things_may_be(graph in graph()) {
        let (tables, designated) = (tables(&graph), designations(&graph));
        let identity = Identity::new(graph.same.iter().copied());
        let ownership = Ownership::new(tables.relations(), &identity, &designated, day());
        let all = ownership.outcomes(&REGIMES, &designated);
        for entity in 0..graph.parties {
            let assessment = ownership.verdicts(entity, &REGIMES);
            for (verdict, (_, outcomes)) in assessment.verdicts.iter().zip(&all) {
                prop_assert_eq!(verdict.outcome, outcomes[entity as usize], "one at a time and all at once");
                check_chain(verdict, first(&graph, entity))?;
            }
        }
        for (regime, outcomes) in &all {
            let Some(found) = oracle(&graph, Rule::on(*regime, day()).unwrap()) else { continue };
            for entity in 0..graph.parties {
                let (in_all, in_any) = found[entity as usize];
                let outcome = outcomes[entity as usize];
                prop_assert!(outcome != Outcome::Blocked || in_all, "{regime} {entity} {outcome:?} is not reached in every way");
                prop_assert!(outcome != Outcome::NotBlocked || !in_any, "{regime} {entity} {outcome:?} is reached in some way");
            }
        }
    }

    #[test]
    fn facts_decide_and_changes_flip(graph in graph()) {
        let graph = plain(graph);
        let (tables, designated) = (tables(&graph), designations(&graph));
        let identity = Identity::new(graph.same.iter().copied());
        let ownership = Ownership::new(tables.relations(), &identity, &designated, day());
        for entity in 0..graph.parties {
            for verdict in ownership.verdicts(entity, &REGIMES).verdicts {
                let regime = verdict.regime;
                if let Some(Missing::One(facts)) = &verdict.missing {
                    for fact in facts {
                        let (Some(from), Some(range)) = (fact.blocked_from, fact.share) else { continue };
                        for (share, expected) in [
                            (from, Outcome::Blocked),
                            (range.max(), Outcome::Blocked),
                            (from.below(), Outcome::NotBlocked),
                            (range.min(), Outcome::NotBlocked),
                        ] {
                            let found = outcome(&with(&graph, &tables, fact.row, share), entity, regime);
                            prop_assert_eq!(found, expected, "{} {} {} {:?}", regime, entity, share, fact);
                        }
                    }
                }
                if let Some(flip) = verdict.flip
                    && let Change::Holding { row, to, from, .. } = flip.change
                {
                    let found = outcome(&with(&graph, &tables, row, to), entity, regime);
                    let less = if to > from { to.below() } else { to.above() };
                    let before = outcome(&with(&graph, &tables, row, less), entity, regime);
                    if verdict.outcome == Outcome::Blocked {
                        prop_assert!(found != Outcome::Blocked, "{} {} {:?}", regime, entity, flip);
                        prop_assert_eq!(before, Outcome::Blocked, "{} {} {:?}", regime, entity, flip);
                    } else {
                        prop_assert_eq!(found, Outcome::Blocked, "{} {} {:?}", regime, entity, flip);
                        prop_assert!(before != Outcome::Blocked, "{} {} {:?}", regime, entity, flip);
                    }
                }
            }
        }
    }

    #[test]
    fn one_more_designated_party_unblocks_nobody(graph in graph(), more in 0_u32..7) {
        let mut larger = graph.clone();
        larger.designated.push(more % graph.parties);
        larger.designated.sort_unstable();
        larger.designated.dedup();
        let rank = |outcome: Outcome| match outcome { Outcome::NotBlocked => 0, Outcome::Undecided => 1, _ => 2 };
        for regime in REGIMES {
            for entity in 0..graph.parties {
                let (before, after) = (outcome(&graph, entity, regime), outcome(&larger, entity, regime));
                prop_assert!(rank(after) >= rank(before), "{regime} {entity} {before:?} {after:?}");
            }
        }
    }
}
