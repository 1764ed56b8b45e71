//! Verdicts on the cases of `tests/cases`, each with the rule that it is from. `tests/cases/README.md` says what a case is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use interdict_model::{DateValue, Held, RelationKind, RelationTerms, ShareRange};
use interdict_network::{
    Assessment, Basis, Change, Designation, HoldingIssue, Identity, Missing, Outcome, Ownership, Regime, Role, Verdict,
};
use interdict_snapshot::{Day, NOTHING, RelationRow, RelationTables};
use rustc_hash::FxHashMap;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    date: String,
    #[serde(default)]
    listed: Vec<Listed>,
    #[serde(default)]
    owns: Vec<[String; 3]>,
    #[serde(default)]
    edges: Vec<Edge>,
    ask: String,
    expect: BTreeMap<String, toml::Value>,
    chain: Option<String>,
    missing: Option<String>,
    decides_at: Option<f64>,
    flip: Option<FlipCase>,
    issue: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    id: String,
    regimes: Vec<String>,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Edge {
    from: String,
    to: String,
    kind: String,
    share: String,
    start: String,
    end: String,
    class: String,
    nominee_for: String,
    joint: String,
    trust: bool,
    source: String,
    record: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlipCase {
    edge: String,
    to: String,
}

/// Numbers for names, in the order of their coming.
#[derive(Default)]
struct Numbers(Vec<String>);

impl Numbers {
    fn of(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return NOTHING;
        }
        let at = self.0.iter().position(|held| held == name).unwrap_or_else(|| {
            self.0.push(name.to_owned());
            self.0.len() - 1
        });
        at as u32
    }

    fn name(&self, number: u32) -> &str {
        self.0.get(number as usize).map_or("?", String::as_str)
    }
}

fn day(text: &str, open: Day) -> Day {
    if text.is_empty() { open } else { Day::earliest(&DateValue::parse(text).unwrap()) }
}

fn kind(code: &str) -> RelationKind {
    match code {
        "" | "shares" => RelationKind::Shares,
        "director" => RelationKind::Direction,
        "profit" => RelationKind::Income,
        other => RelationKind::from_code(other).unwrap_or_else(|| panic!("kind {other}")),
    }
}

struct World {
    nodes: Numbers,
    tables: RelationTables,
    designations: FxHashMap<u32, Vec<Designation>>,
}

fn world(case: &Case) -> World {
    let (mut nodes, mut labels) = (Numbers::default(), Numbers::default());
    nodes.of(&case.ask);
    let plain = case.owns.iter().map(|[from, to, share]| Edge {
        from: from.clone(),
        to: to.clone(),
        share: share.clone(),
        ..Edge::default()
    });
    let mut rows = Vec::new();
    let mut records: Vec<(String, String)> = Vec::new();
    let special: Vec<&Edge> = case.edges.iter().collect();
    let plain: Vec<Edge> = plain.collect();
    for (statement, edge) in plain.iter().chain(special).enumerate() {
        // Two rows with one id are one entity of the list.
        let record = (edge.source.clone(), edge.record.clone());
        if !edge.record.is_empty() && records.contains(&record) {
            continue;
        }
        records.push(record);
        let date = |text: &str| (!text.is_empty()).then(|| DateValue::parse(text).unwrap());
        let held = if edge.share.is_empty() {
            Held::Unstated
        } else {
            ShareRange::parse(&edge.share).map_or_else(Held::Faulty, Held::Stated)
        };
        let terms = RelationTerms {
            begin: date(&edge.start),
            end: date(&edge.end),
            nominee: !edge.nominee_for.is_empty(),
            trust: edge.trust,
            ..RelationTerms::new(kind(&edge.kind), held)
        };
        let (from, to) = (nodes.of(&edge.from), nodes.of(&edge.to));
        let numbered = [&edge.class, &edge.joint, &edge.source].map(|label| labels.of(label));
        rows.push(RelationRow::new(from, to, statement as u32, &terms, numbered));
        if !edge.nominee_for.is_empty() && edge.nominee_for != "?" {
            let terms = RelationTerms { kind: RelationKind::Nominee, held: Held::Unstated, nominee: false, ..terms };
            rows.push(RelationRow::new(from, nodes.of(&edge.nominee_for), statement as u32, &terms, [NOTHING; 3]));
        }
    }
    let mut designations: FxHashMap<u32, Vec<Designation>> = FxHashMap::default();
    for listed in &case.listed {
        let party = nodes.of(&listed.id);
        let of = listed.regimes.iter().map(|code| {
            let regime = Regime::from_code(code).unwrap();
            Designation {
                regime,
                role: if regime == Regime::Bis { Role::Licence } else { Role::Blocked },
                propagates: true,
                from: day(&listed.from, Day::FIRST),
                until: day(&listed.until, Day::LAST),
                statement: party,
            }
        });
        designations.entry(party).or_default().extend(of);
    }
    let tables = RelationTables::new(nodes.0.len() as u32, rows);
    World { nodes, tables, designations }
}

/// The chain as a person reads it: for each step who holds how much.
fn shown(verdict: &Verdict, nodes: &Numbers) -> String {
    let mut words: Vec<String> = Vec::new();
    for step in &verdict.chain {
        match &step.basis {
            Basis::Listed(_) => words.push(nodes.name(step.entity).to_owned()),
            Basis::Unnamed => words.push("unnamed".to_owned()),
            Basis::Owned { by, .. } => {
                for one in by {
                    words.push(format!("{} {} {}", nodes.name(one.owner), one.share, nodes.name(step.entity)));
                }
            }
            Basis::Controlled { by, kind, .. } => {
                words.push(format!("{} {} {}", nodes.name(*by), kind.code(), nodes.name(step.entity)));
            }
        }
    }
    words.join(" ; ")
}

fn holds_in_order(text: &str, wanted: &str) -> bool {
    let mut words = text.split(|c: char| c.is_whitespace() || c == ';').filter(|word| !word.is_empty());
    wanted.split_whitespace().all(|want| words.any(|word| word == want))
}

fn check(case: &Case, failures: &mut Vec<String>) {
    let world = world(case);
    let relations = world.tables.relations();
    let identity = Identity::default();
    let date = day(&case.date, Day::FIRST);
    let ownership = Ownership::new(relations, &identity, &world.designations, date);
    let regimes: Vec<Regime> = case.expect.keys().filter_map(|code| Regime::from_code(code.as_str())).collect();
    let assessment: Assessment = ownership.verdicts(0, &regimes);
    let mut fail = |what: String| failures.push(format!("{} [{}]: {what}", case.name, case.source));
    let of = |code: &str| assessment.verdicts.iter().find(|verdict| verdict.regime.code() == code).unwrap();
    for (code, expected) in &case.expect {
        if code == "caution" {
            // What is undecided says by itself what must be looked at.
            let says = |verdict: &Verdict| !verdict.cautions.is_empty() || verdict.missing.is_some();
            let cautioned = assessment.verdicts.iter().any(says) || !assessment.issues.is_empty();
            if expected.as_bool() == Some(true) && !cautioned {
                fail("no caution".to_owned());
            }
            continue;
        }
        let verdict = of(code);
        if Some(verdict.outcome.code()) != expected.as_str() {
            fail(format!("{code}: {} for {expected}; {}", verdict.outcome.code(), shown(verdict, &world.nodes)));
        }
        let chained = matches!(verdict.outcome, Outcome::Listed | Outcome::Blocked | Outcome::Undecided);
        if chained && verdict.chain.last().map(|step| step.entity) != Some(0) {
            fail(format!("{code}: a chain that does not end at the party"));
        }
        // What is computed for all at once is what is computed for one.
        let all = ownership.outcomes(&[verdict.regime], &world.designations);
        if all[0].1[0] != verdict.outcome {
            fail(format!("{code}: {:?} when all are computed", all[0].1[0]));
        }
    }
    let first = regimes.first().map(|regime| of(regime.code()));
    if let Some(wanted) = &case.chain
        && !assessment.verdicts.iter().any(|verdict| holds_in_order(&shown(verdict, &world.nodes), wanted))
    {
        fail(format!(
            "chain {}",
            assessment.verdicts.iter().map(|verdict| shown(verdict, &world.nodes)).collect::<Vec<_>>().join(" | ")
        ));
    }
    if let Some(wanted) = &case.missing {
        let undecided = assessment.verdicts.iter().find(|verdict| verdict.outcome == Outcome::Undecided);
        let facts = match undecided.and_then(|verdict| verdict.missing.as_ref()) {
            Some(Missing::One(facts)) => facts.clone(),
            _ => Vec::new(),
        };
        let edge = |at: usize| {
            facts.get(at).map(|fact| format!("{} -> {}", world.nodes.name(fact.owner), world.nodes.name(fact.asset)))
        };
        if edge(0).as_deref() != Some(wanted) {
            fail(format!("missing {facts:?}"));
        }
        if let Some(expected) = case.decides_at {
            let found = facts.first().and_then(|fact| fact.blocked_from).map(interdict_model::Share::percent);
            if found.is_none_or(|found| (found - expected).abs() > 0.000_01) {
                fail(format!("decides at {found:?}"));
            }
        }
    }
    if let Some(wanted) = &case.flip {
        let found = first.and_then(|verdict| verdict.flip).map(|flip| match flip.change {
            Change::Holding { owner, asset, to, .. } => {
                (format!("{} -> {}", world.nodes.name(owner), world.nodes.name(asset)), to.percent())
            }
            Change::NewHolding => ("new".to_owned(), flip.by.percent()),
        });
        let number: f64 = wanted.to.trim_start_matches(['<', '>', '=']).parse().unwrap();
        if found.as_ref().is_none_or(|(edge, to)| *edge != wanted.edge || (to - number).abs() > 0.000_01) {
            fail(format!("flip {found:?}"));
        }
    }
    if let Some(wanted) = &case.issue {
        let expected = match wanted.as_str() {
            "sums to more than 100 %" => HoldingIssue::MoreThanWhole,
            "ends before it begins" => HoldingIssue::ReversedDates,
            _ => HoldingIssue::Faulty,
        };
        if !assessment.issues.iter().any(|(_, issue)| *issue == expected) {
            fail(format!("issues {:?}", assessment.issues));
        }
    }
}

#[test]
fn cases_have_the_verdicts_of_their_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    let (mut failures, mut cases) = (Vec::new(), 0);
    for path in paths {
        let file: File =
            toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &file.case {
            cases += 1;
            check(case, &mut failures);
        }
    }
    assert!(cases >= 170, "{cases} cases");
    assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn counted_shares_are_of_all_that_there_are() {
    let row = |owner: u32, count: u64, percent: &str, class: u32| {
        let terms = RelationTerms {
            count: Some(count),
            ..RelationTerms::new(
                RelationKind::Shares,
                if percent.is_empty() { Held::Unstated } else { Held::Stated(ShareRange::parse(percent).unwrap()) },
            )
        };
        RelationRow::new(owner, 0, owner, &terms, [class, NOTHING, NOTHING])
    };
    let designation = Designation {
        regime: Regime::Us,
        role: Role::Blocked,
        propagates: true,
        from: Day::FIRST,
        until: Day::LAST,
        statement: 1,
    };
    let designations: FxHashMap<u32, Vec<Designation>> = std::iter::once((1, vec![designation])).collect();
    for (rows, expected) in [
        // Nobody says how many shares there are.
        (vec![row(1, 600, "", NOTHING)], Outcome::Undecided),
        (vec![row(1, 600, "", NOTHING), row(2, 400, "", NOTHING)], Outcome::Undecided),
        // The others have more: whatever there is besides, it is less than half.
        (vec![row(1, 400, "", NOTHING), row(2, 600, "", NOTHING)], Outcome::NotBlocked),
        // 900 of 1,000 shares of one class, none of 200 of another: 75 % of all.
        (vec![row(1, 900, "90", 5), row(2, 200, "100", 6)], Outcome::Blocked),
        (vec![row(1, 90, "90", 5), row(2, 200, "100", 6)], Outcome::NotBlocked),
    ] {
        let tables = RelationTables::new(3, rows.clone());
        let identity = Identity::default();
        let day = day("2025-06-01", Day::FIRST);
        let found = Ownership::new(tables.relations(), &identity, &designations, day).verdicts(0, &[Regime::Us]);
        assert_eq!(found.verdicts[0].outcome, expected, "{rows:?}");
    }
}

#[test]
fn influence_that_may_decide_is_missing_and_no_caution() {
    let terms = RelationTerms::new(RelationKind::Influence, Held::Unstated);
    let tables = RelationTables::new(2, vec![RelationRow::new(1, 0, 0, &terms, [NOTHING; 3])]);
    let designation = Designation {
        regime: Regime::Eu,
        role: Role::Blocked,
        propagates: true,
        from: Day::FIRST,
        until: Day::LAST,
        statement: 1,
    };
    let designations: FxHashMap<u32, Vec<Designation>> = std::iter::once((1, vec![designation])).collect();
    let identity = Identity::default();
    let day = day("2025-06-01", Day::FIRST);
    let found = Ownership::new(tables.relations(), &identity, &designations, day).verdicts(0, &[Regime::Eu]);
    let verdict = &found.verdicts[0];
    assert_eq!(verdict.outcome, Outcome::Undecided);
    assert!(matches!(&verdict.missing, Some(Missing::One(facts)) if facts.len() == 1), "{:?}", verdict.missing);
    assert_eq!(verdict.cautions, []);
}
