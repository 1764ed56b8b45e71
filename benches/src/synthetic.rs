//! A synthetic register of owners, shaped like the LEI register with its relationships: most companies have no owner that is stated or one, some
//! several; few parties own very many; groups are several levels deep; a little goes in circles. A number of companies goes in, the same seed
//! gives the same graph.

use interdict_model::{Held, RelationKind, RelationTerms, Share, ShareRange};
use interdict_network::{Designation, Regime, Role};
use interdict_snapshot::{Day, NOTHING, RelationRow, RelationTables};
use rustc_hash::FxHashMap;

use crate::data::Dice;

/// Relations a company has on average, in thousandths: 5 million of 3 million companies.
const RELATIONS: usize = 1_667;
/// How many owners a company has, of ten: the sum over all companies is what is wanted, or nearly so.
const OWNERS: [usize; 10] = [0, 0, 0, 1, 1, 1, 2, 3, 4, 6];
/// Companies of a group.
const GROUP: u32 = 24;
/// Companies for each designated party.
const DESIGNATED: usize = 250;

/// A graph with its designated parties.
pub(crate) struct Register {
    pub(crate) tables: RelationTables,
    pub(crate) designated: FxHashMap<u32, Vec<Designation>>,
}

fn terms(kind: RelationKind, held: Held) -> RelationTerms {
    RelationTerms::new(kind, held)
}

/// A share as a register states it: exact, a band, or nothing.
fn held(dice: &mut Dice, owners: usize) -> Held {
    let percent = |units: usize| Share::from_units(units as u64 * 1_000_000);
    match dice.roll(10) {
        0..=5 => {
            let most = 100 / owners;
            Held::Stated(ShareRange::exact(percent(1 + dice.roll(most))))
        }
        6 | 7 if owners < 3 => {
            let bands = [(25, 50), (50, 75), (75, 100)];
            let (low, high) = bands[dice.roll(if owners == 1 { 3 } else { 1 })];
            ShareRange::new(percent(low).above(), percent(high)).map_or(Held::Unstated, Held::Stated)
        }
        6 | 7 => ShareRange::new(Share::NONE, percent(25)).map_or(Held::Unstated, Held::Stated),
        _ => Held::Unstated,
    }
}

/// A register of this many companies.
pub(crate) fn register(companies: u32) -> Register {
    let mut dice = Dice(20_260_101);
    let count = companies as usize;
    let mut rows = Vec::with_capacity(count * RELATIONS / 1_000 + 8);
    let wanted = count * RELATIONS / 1_000;
    let large = (companies / 100).max(1);
    for asset in 0..companies {
        let owners = OWNERS[dice.roll(10)];
        for _ in 0..owners {
            if rows.len() >= wanted {
                break;
            }
            // A group is a block of companies, each owned by one before it in the block, so that groups are several levels deep. One owner
            // in eight is a large one, of whom the first own the most: the cube of an even number lies near 0. One in two hundred comes
            // from anywhere, so that there are circles and groups that hang together.
            let any = dice.roll(1 << 20) as f64 / f64::from(1 << 20);
            let above = asset % GROUP;
            let owner = if asset < large {
                continue;
            } else if dice.roll(200) == 0 {
                dice.roll(count) as u32
            } else if above > 0 && dice.roll(8) > 0 {
                asset - 1 - dice.roll(above as usize) as u32
            } else {
                (f64::from(large) * any * any * any) as u32
            };
            let kind = if dice.roll(8) == 0 { RelationKind::Consolidation } else { RelationKind::Shares };
            let share = if kind == RelationKind::Consolidation { Held::Unstated } else { held(&mut dice, owners) };
            rows.push(RelationRow::new(owner, asset, rows.len() as u32, &terms(kind, share), [NOTHING; 3]));
        }
    }
    let mut designated: FxHashMap<u32, Vec<Designation>> = FxHashMap::default();
    for _ in 0..count / DESIGNATED {
        let party = dice.roll(count) as u32;
        let regimes = &Regime::ALL[..=dice.roll(4)];
        let of = |regime: &Regime| Designation {
            regime: *regime,
            role: if *regime == Regime::Bis { Role::Licence } else { Role::Blocked },
            propagates: true,
            from: Day::FIRST,
            until: Day::LAST,
            statement: party,
        };
        designated.insert(party, regimes.iter().map(of).collect());
    }
    Register { tables: RelationTables::new(companies, rows), designated }
}

/// One owner of a million companies, who is designated and holds all of every second one; and a company with a million owners.
pub(crate) fn star(companies: u32) -> Register {
    let mut rows = Vec::with_capacity(companies as usize * 2);
    let centre = companies;
    for company in 0..companies {
        let share = if company % 2 == 0 { Share::WHOLE } else { Share::HALF.below() };
        let owns = terms(RelationKind::Shares, Held::Stated(ShareRange::exact(share)));
        rows.push(RelationRow::new(centre, company, rows.len() as u32, &owns, [NOTHING; 3]));
        let tiny = terms(RelationKind::Shares, Held::Stated(ShareRange::exact(Share::from_units(80))));
        rows.push(RelationRow::new(company, centre + 1, rows.len() as u32, &tiny, [NOTHING; 3]));
    }
    let designation = Designation {
        regime: Regime::Us,
        role: Role::Blocked,
        propagates: true,
        from: Day::FIRST,
        until: Day::LAST,
        statement: centre,
    };
    let designated = std::iter::once((centre, vec![designation])).collect();
    Register { tables: RelationTables::new(companies + 2, rows), designated }
}
