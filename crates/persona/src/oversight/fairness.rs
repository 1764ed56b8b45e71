//! How alerts fall on groups: results and groups go in; the rates of each group come out, with what differs by more than chance: whether a test was
//! made, and whether it fired. Groups are what a house lawfully holds (sex, age band, site …); they are read by nothing else, and nobody is named.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::table::{OversightError, by_id, id_column, rows};
use super::verdicts::Verdict;
use crate::assess::{Assessor, Band};
use crate::indicators::{Class, Indicator};
use crate::people::{NONE, People, PersonId};

/// Standard errors of an interval that is shown: 95 %.
const SHOWN: f64 = 1.96;
/// Standard errors beyond which a difference is named: a thousand intervals, one wrong, as some hundred tests are compared.
const NAMED: f64 = 3.29;
/// Groups of one grouping: more are no groups.
const MOST_GROUPS: usize = 1000;
/// Share of the highest rate of those who pass below which a group is said to be left behind: the four-fifths rule.
const FOUR_FIFTHS: f64 = 0.8;

/// Groups of people, in one or several groupings.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    groupings: Vec<Grouping>,
    unknown: Vec<(u64, String)>,
}

#[derive(Debug, Clone)]
struct Grouping {
    name: String,
    names: Vec<String>,
    /// The group of each person; [`NONE`] where none is stated.
    of: Vec<u32>,
}

impl Groups {
    /// Reads a table: a column `person` or `id`, and one for each grouping, called as its heading. An empty cell states nothing.
    ///
    /// # Errors
    /// No column of ids or none of groups, a person who stands twice, and more groups than any grouping has.
    pub fn read(text: &str, people: &People) -> Result<Self, OversightError> {
        let (header, rows) = rows(text)?;
        let id = id_column(&header)?;
        let columns: Vec<usize> = (0..header.len()).filter(|at| *at != id).collect();
        if columns.is_empty() {
            return Err(OversightError::new(1, "no column states a group"));
        }
        let known = by_id(people);
        let mut of: Vec<Vec<&str>> = vec![vec![""; people.len()]; columns.len()];
        let mut seen: FxHashMap<PersonId, u64> = FxHashMap::default();
        let mut unknown = Vec::new();
        for row in &rows {
            let Some(person) = known.get(row.cells[id].as_str()).copied() else {
                unknown.push((row.line, row.cells[id].clone()));
                continue;
            };
            if let Some(line) = seen.insert(person, row.line) {
                let what = format!("`{}` stands on line {line}, too", row.cells[id]);
                return Err(OversightError::new(row.line, what));
            }
            for (column, of) in columns.iter().zip(&mut of) {
                of[person.index()] = &row.cells[*column];
            }
        }
        let groupings = columns.iter().zip(&of).map(|(column, of)| Grouping::of(header[*column].clone(), of));
        Ok(Self { groupings: groupings.collect::<Result<_, _>>()?, unknown })
    }

    /// The roles of people as a grouping: all of a role are to be checked alike.
    ///
    /// # Errors
    /// More roles than any grouping has.
    pub fn of_roles(people: &People) -> Result<Self, OversightError> {
        let roles: Vec<&str> = people.all().map(|person| person.role().unwrap_or_default().trim()).collect();
        Ok(Self { groupings: vec![Grouping::of("role".to_owned(), &roles)?], unknown: Vec::new() })
    }

    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.groupings.extend(other.groupings);
        self.unknown.extend(other.unknown);
        self
    }

    /// Ids that nobody has, each with its line.
    #[must_use]
    pub fn unknown(&self) -> &[(u64, String)] {
        &self.unknown
    }
}

impl Grouping {
    fn of(name: String, of: &[&str]) -> Result<Self, OversightError> {
        let mut names: Vec<&str> = of.iter().copied().filter(|group| !group.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > MOST_GROUPS {
            let what = format!("`{name}` has {} groups, more than {MOST_GROUPS}: is it no grouping?", names.len());
            return Err(OversightError::new(1, what));
        }
        let group = |group: &&str| names.binary_search(group).map_or(NONE, |at| at as u32);
        let of = of.iter().map(group).collect();
        Ok(Self { name, names: names.into_iter().map(str::to_owned).collect(), of })
    }
}

/// A share with the interval in which it lies, after Wilson.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Of how many.
    pub of: u32,
    /// How many.
    pub count: u32,
    /// The lower end, 0 to 1.
    pub low: f64,
    /// The upper end, 0 to 1.
    pub high: f64,
}

impl Interval {
    fn new(count: u32, of: u32, errors: f64) -> Self {
        if of == 0 {
            return Self { of, count, low: 0.0, high: 1.0 };
        }
        let (n, square) = (f64::from(of), errors * errors);
        let share = f64::from(count) / n;
        let middle = share + square / (2.0 * n);
        let half = errors * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
        let whole = 1.0 + square / n;
        Self { of, count, low: ((middle - half) / whole).max(0.0), high: ((middle + half) / whole).min(1.0) }
    }

    /// The share, 0 to 1; `None` of nobody.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.count) / f64::from(self.of))
    }
}

/// What a group comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name; `None` for those of whom none is stated, and for groups that are too small to be shown, together.
    pub name: Option<String>,
    /// In review or priority review, of all.
    pub alerts: Interval,
    /// In priority review, of all.
    pub priority: Interval,
    /// Not checked at all.
    pub not_checked: u32,
    /// Wrong alerts, of those on which somebody decided.
    pub wrong: Interval,
    /// Alerts on which nobody decided, or nobody could.
    pub open: u32,
    /// The rate of alerts by that of the group with the lowest; `None` where that is none.
    pub by_lowest: Option<f64>,
    /// The rate of those who pass by that of the group with the highest.
    pub by_best: Option<f64>,
}

impl Group {
    /// Whether fewer than four fifths as many pass as of another group.
    #[must_use]
    pub fn is_left_behind(&self) -> bool {
        self.by_best.is_some_and(|share| share < FOUR_FIFTHS)
    }
}

/// What differs between groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Of {
    /// Whether the test was made, or the question asked.
    Made,
    /// Whether it fired, of those of whom it was made.
    Fired,
}

/// A group and its share.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Which group.
    pub group: String,
    /// Its share.
    pub share: Interval,
}

/// An indicator that two groups differ in by more than chance.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// Which.
    pub indicator: &'a Indicator,
    /// In what.
    pub of: Of,
    /// The group with the lowest share.
    pub lowest: Side,
    /// The group with the highest.
    pub highest: Side,
}

/// How alerts fall on the groups of one grouping.
#[derive(Debug, Clone)]
pub struct Fairness<'a> {
    /// What the grouping is called.
    pub grouping: String,
    /// The groups by name, last those without a name.
    pub groups: Vec<Group>,
    /// The highest rate of alerts by the lowest, of groups with a name; `None` where the lowest is none.
    pub ratio: Option<f64>,
    /// Whether the intervals of those two do not meet.
    pub beyond_chance: bool,
    /// What differs by more than chance: first what was not checked alike.
    pub differences: Vec<Difference<'a>>,
}

/// What is counted of a group.
#[derive(Debug, Clone, Default)]
struct Tally {
    persons: u32,
    alerts: u32,
    priority: u32,
    not_checked: u32,
    right: u32,
    wrong: u32,
    open: u32,
    /// By indicator in force: of how many it was made, and of how many it fired.
    made: Vec<(u32, u32)>,
}

impl Tally {
    fn of(count: usize) -> Self {
        Self { made: vec![(0, 0); count], ..Self::default() }
    }

    fn add(&mut self, one: &Counted) {
        self.persons += 1;
        self.alerts += u32::from(one.band >= Band::Review);
        self.priority += u32::from(one.band == Band::Priority);
        self.not_checked += u32::from(one.band == Band::NotChecked);
        match one.verdict.map(Verdict::is_right) {
            Some(Some(true)) => self.right += 1,
            Some(Some(false)) => self.wrong += 1,
            Some(None) | None => self.open += u32::from(one.band >= Band::Review),
        }
        for (tally, made) in self.made.iter_mut().zip(&one.made) {
            tally.0 += u32::from(made.0);
            tally.1 += u32::from(made.1);
        }
    }

    fn merge(mut self, other: &Self) -> Self {
        self.persons += other.persons;
        self.alerts += other.alerts;
        self.priority += other.priority;
        self.not_checked += other.not_checked;
        self.right += other.right;
        self.wrong += other.wrong;
        self.open += other.open;
        for (tally, more) in self.made.iter_mut().zip(&other.made) {
            tally.0 += more.0;
            tally.1 += more.1;
        }
        self
    }
}

/// What of one person is counted.
struct Counted {
    band: Band,
    verdict: Option<Verdict>,
    made: Vec<(bool, bool)>,
}

impl Fairness<'_> {
    /// Counts all people by group. Groups of fewer than `least` are put together with those who state none, as a rate of a few tells who they are.
    #[must_use]
    pub fn of<'a>(assessor: &Assessor<'a>, groups: &Groups, least: u32) -> Vec<Fairness<'a>> {
        let in_force = assessor.in_force();
        let place: FxHashMap<&str, usize> =
            in_force.iter().enumerate().map(|(at, indicator)| (indicator.id.as_str(), at)).collect();
        let persons = groups.groupings.first().map_or(0, |grouping| grouping.of.len() as u32);
        let counted = |person: PersonId| {
            let one = assessor.assess(person);
            let mut made = vec![(true, false); in_force.len()];
            for (indicator, _) in &one.not_checked {
                made[place[indicator.id.as_str()]].0 = false;
            }
            for finding in one.findings.iter().chain(&one.legal).chain(&one.names) {
                made[place[finding.indicator.id.as_str()]].1 = true;
            }
            Counted { band: one.band, verdict: one.verdict, made }
        };
        let none = || -> Vec<Vec<Tally>> {
            let of = |grouping: &Grouping| vec![Tally::of(in_force.len()); grouping.names.len() + 1];
            groups.groupings.iter().map(of).collect()
        };
        let tally = |mut tallies: Vec<Vec<Tally>>, index: u32| {
            let one = counted(PersonId(index));
            for (grouping, tallies) in groups.groupings.iter().zip(&mut tallies) {
                let group = grouping.of[index as usize];
                let at = if group == NONE { grouping.names.len() } else { group as usize };
                tallies[at].add(&one);
            }
            tallies
        };
        let merge = |one: Vec<Vec<Tally>>, other: Vec<Vec<Tally>>| {
            let merge = |(one, other): (Vec<Tally>, &Vec<Tally>)| {
                one.into_iter().zip(other).map(|(one, other)| one.merge(other)).collect()
            };
            one.into_iter().zip(&other).map(merge).collect()
        };
        let tallies = (0..persons).into_par_iter().fold(none, tally).reduce(none, merge);
        let report = |(grouping, tallies): (&Grouping, Vec<Tally>)| grouping.report(tallies, in_force, least);
        groups.groupings.iter().zip(tallies).map(report).collect()
    }
}

impl Grouping {
    fn report<'a>(&self, mut tallies: Vec<Tally>, in_force: &[&'a Indicator], least: u32) -> Fairness<'a> {
        let mut rest = tallies.pop().unwrap_or_default();
        let mut named: Vec<(&str, Tally)> = Vec::new();
        for (name, tally) in self.names.iter().zip(tallies) {
            if tally.persons < least.max(1) {
                rest = rest.merge(&tally);
            } else {
                named.push((name, tally));
            }
        }
        let alerts = |tally: &Tally| f64::from(tally.alerts) / f64::from(tally.persons);
        let lowest = named.iter().map(|(_, tally)| alerts(tally)).fold(f64::INFINITY, f64::min);
        let highest = named.iter().map(|(_, tally)| alerts(tally)).fold(0.0, f64::max);
        let group = |name: Option<&str>, tally: &Tally| {
            let is_compared = name.is_some() && named.len() > 1;
            let rate = |count: u32| Interval::new(count, tally.persons, SHOWN);
            Group {
                name: name.map(str::to_owned),
                alerts: rate(tally.alerts),
                priority: rate(tally.priority),
                not_checked: tally.not_checked,
                wrong: Interval::new(tally.wrong, tally.wrong + tally.right, SHOWN),
                open: tally.open,
                by_lowest: (is_compared && lowest > 0.0).then(|| alerts(tally) / lowest),
                by_best: (is_compared && lowest < 1.0).then(|| (1.0 - alerts(tally)) / (1.0 - lowest)),
            }
        };
        let mut groups: Vec<Group> = named.iter().map(|(name, tally)| group(Some(name), tally)).collect();
        if rest.persons > 0 {
            groups.push(group(None, &rest));
        }
        let shares = |share: &dyn Fn(&Tally) -> (u32, u32)| {
            let side = |(name, tally): &(&str, Tally)| {
                let (count, of) = share(tally);
                Side { group: (*name).to_owned(), share: Interval::new(count, of, NAMED) }
            };
            apart(named.iter().map(side).filter(|side| side.share.of > 0).collect())
        };
        let mut differences = Vec::new();
        for of in [Of::Made, Of::Fired] {
            for (at, indicator) in in_force.iter().enumerate() {
                // Who is asked something is asked for a reason that lies in the person; that a whole group is asked more often is told.
                let pair = shares(&|tally: &Tally| match of {
                    Of::Made => (tally.made[at].0, tally.persons),
                    Of::Fired => (tally.made[at].1, tally.made[at].0),
                });
                differences.extend(pair.map(|(lowest, highest)| Difference { indicator, of, lowest, highest }));
            }
        }
        // Questions first: whom one asks is one's own choice.
        differences.sort_by_key(|one| (one.of, one.indicator.class != Class::Human));
        Fairness {
            grouping: self.name.clone(),
            ratio: (named.len() > 1 && lowest > 0.0).then(|| highest / lowest),
            beyond_chance: shares(&|tally: &Tally| (tally.alerts, tally.persons)).is_some(),
            groups,
            differences,
        }
    }
}

/// The lowest and the highest of some shares, where their intervals do not meet.
fn apart(mut sides: Vec<Side>) -> Option<(Side, Side)> {
    let share = |side: &Side| side.share.share().unwrap_or_default();
    sides.sort_by(|one, other| share(one).total_cmp(&share(other)).then_with(|| one.group.cmp(&other.group)));
    let highest = sides.pop()?;
    let lowest = sides.into_iter().next()?;
    (lowest.share.high < highest.share.low).then_some((lowest, highest))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::{Fairness, Groups, Interval, NAMED, Of, SHOWN};
    use crate::assess::{Assessor, Band, Scale, Tests};
    use crate::evaluate::record::testing::{AS_OF, people};
    use crate::indicators::Catalogue;
    use crate::link::{LinkSettings, Links};
    use crate::lists::Lists;
    use crate::oversight::Verdicts;
    use crate::people::People;
    use crate::policy::Policy;
    use crate::time::Time;

    /// Looks at people with some verdicts.
    fn with<T>(people: &People, verdicts: &str, look: impl FnOnce(&Assessor<'_>) -> T) -> T {
        let (catalogue, lists, policy) = (Catalogue::built_in().unwrap(), Lists::built_in(), Policy::default());
        let as_of = Time::parse(AS_OF).unwrap().time;
        let verdicts = Verdicts::read(&format!("person,verdict,reason,by,second\n{verdicts}"), people).unwrap();
        let tests = Tests::new(people, &catalogue, &lists, &policy, Scale::default(), as_of).with_verdicts(&verdicts);
        let links = Links::find(&tests, &LinkSettings::default());
        look(&Assessor::new(&tests, &links))
    }

    /// Sixty people with an account each; of every second one a question was asked, and of every third one another holds the account and the papers
    /// are another's.
    fn sixty() -> People {
        let mut rows = String::new();
        for number in 1..=60 {
            writeln!(rows, "p{number}: person name=Ada Example{}", "x".repeat(number)).unwrap();
            if number % 2 == 0 {
                writeln!(rows, "p{number}: doc checklist 2026-01-01 1.what=H-01; 1.answer=yes").unwrap();
            }
            let other = number % 3 == 0;
            let name = if other { "Zoltan Sample".to_owned() } else { format!("Ada Example{}", "x".repeat(number)) };
            writeln!(rows, "p{number}: doc bank_account 2026-01-02 holder={name}").unwrap();
            writeln!(rows, "p{number}: doc identity_document 2026-01-02 name={name}").unwrap();
        }
        people(&rows)
    }

    fn groups(people: &People, group: impl Fn(usize) -> &'static str) -> Groups {
        let rows: String = (1..=60).fold(String::new(), |rows, number| format!("{rows}p{number},{}\n", group(number)));
        Groups::read(&format!("person,site\n{rows}"), people).unwrap()
    }

    #[test]
    fn each_group_is_counted_by_itself() {
        let people = sixty();
        let groups = groups(&people, |number| match number {
            1..=5 => "small",
            6..=10 => "",
            _ if number % 3 == 0 => "north",
            _ => "south",
        });
        let verdicts = "p12,passed,called,ann,\np15,fraudulent,papers,ann,bob\np18,unsure,cannot tell,ann,";
        with(&people, verdicts, |assessor| {
            let bands: Vec<Band> = people.all().map(|person| assessor.assess(person.id()).band).collect();
            let [fairness] = &Fairness::of(assessor, &groups, 10)[..] else { panic!("one grouping") };
            let [north, south, rest] = &fairness.groups[..] else { panic!("{fairness:?}") };
            let alerts = |group: &dyn Fn(usize) -> bool| {
                (1..=60).filter(|number| group(*number) && bands[number - 1] >= Band::Review).count() as u32
            };
            assert_eq!(
                (north.name.as_deref(), south.name.as_deref(), rest.name.as_deref()),
                (Some("north"), Some("south"), None)
            );
            assert_eq!((north.alerts.of, south.alerts.of, rest.alerts.of), (17, 33, 10));
            assert_eq!(north.alerts.count, alerts(&|number| number > 10 && number % 3 == 0));
            assert_eq!(south.alerts.count, alerts(&|number| number > 10 && number % 3 != 0));
            assert!(north.alerts.count >= 15 && south.alerts.count == 0, "{north:?} {south:?}");
            assert_eq!((north.wrong.count, north.wrong.of, north.open), (1, 2, north.alerts.count - 2));
            assert_eq!((north.by_lowest, rest.by_best), (None, None));
            assert!(north.is_left_behind() && !south.is_left_behind());
            assert!(fairness.beyond_chance);
            assert!(fairness.differences.iter().any(|one| one.of == Of::Fired && one.highest.group == "north"));
        });
    }

    /// Asking some for more than others is the classic breach, and is told first.
    #[test]
    fn unequal_checks_are_told() {
        let people = sixty();
        let uneven = groups(&people, |number| if number % 2 == 0 { "even" } else { "odd" });
        let mixed = groups(&people, |number| if number % 4 < 2 { "one" } else { "other" });
        with(&people, "", |assessor| {
            let told = &Fairness::of(assessor, &uneven, 10)[0].differences;
            let first = &told[0];
            assert_eq!((first.indicator.id.as_str(), first.of), ("H-01", Of::Made));
            assert_eq!((first.lowest.group.as_str(), first.lowest.share.count, first.lowest.share.of), ("odd", 0, 30));
            assert_eq!((first.highest.group.as_str(), first.highest.share.count, first.highest.share.of), ("even", 30, 30));
            assert!(told.iter().all(|one| one.of == Of::Made), "{told:?}");
            assert!(Fairness::of(assessor, &mixed, 10)[0].differences.is_empty());
        });
    }

    #[test]
    fn wrong_alerts_lower_what_fired_in_them() {
        let people = sixty();
        let score = |verdicts: &str| {
            with(&people, verdicts, |assessor| {
                let one = assessor.assess(people.find("p60").unwrap());
                let summary = assessor.summaries()[one.person.index()];
                assert!((summary.score - one.score).abs() < 1e-9);
                (one.score, one.findings.iter().any(|finding| finding.fired.note.contains("your verdicts call wrong")))
            })
        };
        let rows = |word: &str| (1..=15).fold(String::new(), |rows, at| format!("{rows}p{},{word}\n", at * 3));
        let (before, told) = score("");
        assert!(!told);
        let (wrong, told) = score(&rows("passed,called,ann,"));
        assert!(wrong < before - 0.3 && told, "{before} {wrong}");
        // Right ones raise nothing.
        let (right, told) = score(&rows("fraudulent,papers,ann,bob"));
        assert!((right - before).abs() < 1e-9 && !told, "{before} {right}");
    }

    #[test]
    fn tables_of_groups_that_are_none_are_refused() {
        let people = people("p1: person name=Ada\np2: person name=Ben");
        let refused = |text: &str| Groups::read(text, &people).unwrap_err().to_string();
        assert_eq!(refused("person\np1\n"), "line 1: no column states a group");
        assert_eq!(refused("name,site\np1,a\n"), "line 1: no column is called `person` or `id`");
        assert_eq!(refused("id,site\np1,a\np2,b\np1,b\n"), "line 4: `p1` stands on line 2, too");
        assert_eq!(Groups::read("id;site\np1;a\np9;b\n", &people).unwrap().unknown(), [(3, "p9".to_owned())]);
    }

    #[test]
    fn intervals_hold_the_share() {
        for (count, of) in [(0, 10), (5, 10), (10, 10), (1, 1000)] {
            let (shown, named) = (Interval::new(count, of, SHOWN), Interval::new(count, of, NAMED));
            let share = shown.share().unwrap();
            assert!(shown.low <= share && share <= shown.high && named.low <= shown.low && shown.high <= named.high);
        }
        // By the formula: 5 of 10 lie between 0.237 and 0.763.
        let half = Interval::new(5, 10, SHOWN);
        assert!((half.low - 0.2366).abs() < 1e-3 && (half.high - 0.7634).abs() < 1e-3, "{half:?}");
        assert_eq!(Interval::new(0, 0, SHOWN).share(), None);
    }
}
