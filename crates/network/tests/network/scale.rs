//! Verdicts on graphs that are large in one direction: stars with many owners or many assets, long chains. Cost that grows with the square of
//! the owners would take minutes here; `make bench` has the times of a star.

use interdict_model::{Held, RelationKind, RelationTerms, Share, ShareRange};
use interdict_network::{Designation, Identity, Outcome, Ownership, Regime, Role};
use interdict_snapshot::{Day, NOTHING, RelationRow, RelationTables};
use rustc_hash::FxHashMap;

const MANY: u32 = 200_000;
const REGIMES: [Regime; 3] = [Regime::Us, Regime::Eu, Regime::Uk];

/// A relation of so many units of a share, with a class and a joint arrangement.
fn row(from: u32, to: u32, kind: RelationKind, units: u64, [class, joint]: [u32; 2]) -> RelationRow {
    let terms = RelationTerms::new(kind, Held::Stated(ShareRange::exact(Share::from_units(units))));
    RelationRow::new(from, to, from, &terms, [class, joint, NOTHING])
}

fn designated(parties: impl Iterator<Item = u32>) -> FxHashMap<u32, Vec<Designation>> {
    let of = |party: u32| {
        let designation = |regime| Designation {
            regime,
            role: Role::Blocked,
            propagates: true,
            from: Day::FIRST,
            until: Day::LAST,
            statement: party,
        };
        (party, REGIMES.map(designation).to_vec())
    };
    parties.map(of).collect()
}

fn day() -> Day {
    Day::earliest(&interdict_model::DateValue::parse("2025-06-01").unwrap())
}

/// The outcomes of a party one at a time, which must be those of all at once.
#[track_caller]
fn check(rows: Vec<RelationRow>, listed: &FxHashMap<u32, Vec<Designation>>, asked: u32, expected: [Outcome; 3]) {
    let entities = rows.iter().map(|row| row.from.max(row.to)).max().unwrap() + 1;
    let tables = RelationTables::new(entities, rows);
    let identity = Identity::default();
    let ownership = Ownership::new(tables.relations(), &identity, listed, day());
    let all = ownership.outcomes(&REGIMES, listed);
    let found: Vec<Outcome> = all.iter().map(|(_, outcomes)| outcomes[asked as usize]).collect();
    assert_eq!(found, expected);
    let one = ownership.verdicts(asked, &REGIMES);
    assert_eq!(one.verdicts.iter().map(|verdict| verdict.outcome).collect::<Vec<_>>(), expected);
}

const NONE: [u32; 2] = [NOTHING; 2];

#[test]
fn a_star_of_owners() {
    let rows = (1..=MANY).map(|owner| row(owner, 0, RelationKind::Shares, 500, NONE)).collect();
    check(rows, &designated(1..=MANY), 0, [Outcome::Blocked, Outcome::Blocked, Outcome::NotBlocked]);
}

#[test]
fn a_star_of_joint_owners() {
    let rows = (1..=MANY).map(|owner| row(owner, 0, RelationKind::Shares, 400, [NOTHING, owner / 2])).collect();
    check(rows, &designated(1..=MANY), 0, [Outcome::Blocked, Outcome::Blocked, Outcome::NotBlocked]);
    let rows = (1..=MANY).map(|owner| row(owner, 0, RelationKind::Shares, 400, [NOTHING, 7])).collect();
    check(rows, &designated(1..=MANY), 0, [Outcome::Blocked, Outcome::Blocked, Outcome::Blocked]);
}

#[test]
fn a_star_of_owners_of_classes() {
    let mut rows: Vec<RelationRow> = (1..=MANY).map(|owner| row(owner, 0, RelationKind::Shares, 500, [1, NOTHING])).collect();
    rows.push(row(MANY + 1, 0, RelationKind::Shares, 100_000_000, [2, NOTHING]));
    check(rows, &designated(1..=MANY), 0, [Outcome::Undecided, Outcome::Undecided, Outcome::NotBlocked]);
}

#[test]
fn a_star_of_directors_and_votes() {
    let rows = (1..=MANY)
        .flat_map(|one| [row(one, 0, RelationKind::Direction, 0, NONE), row(one, 0, RelationKind::Votes, 500, NONE)])
        .collect();
    check(rows, &designated(1..=MANY), 0, [Outcome::NotBlocked, Outcome::Blocked, Outcome::NotBlocked]);
}

#[test]
fn a_star_of_assets() {
    let rows = (1..=MANY).map(|asset| row(0, asset, RelationKind::Shares, 60_000_000, NONE)).collect();
    check(rows, &designated(0..1), MANY, [Outcome::Blocked; 3]);
}

#[test]
fn a_long_chain() {
    let rows = (0..MANY).map(|at| row(at, at + 1, RelationKind::Shares, 100_000_000, NONE)).collect();
    check(rows, &designated(0..1), MANY, [Outcome::Blocked; 3]);
}
