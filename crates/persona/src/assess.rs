//! The assessment of a person: every indicator in force is tested, what fired is weighed and capped by category, and the sum is banded. The
//! score is the sum of the parts that are shown; there is no hidden one. The output is a case for a person, never a decision.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::evaluate::cross::{self, Flagged};
use crate::evaluate::{Baselines, Context, Evidence, Fired, Outcome, lists, record, sequence, threshold};
use crate::feeds::{self, Feeds, HalfLife};
use crate::indicators::{Catalogue, Category, Class, Indicator, Strength, Test};
use crate::link::{Family, Links, explains};
use crate::lists::Lists;
use crate::networks::{NetClass, Networks};
use crate::oversight::{Tried, Verdict, Verdicts};
use crate::people::{People, Person, PersonId};
use crate::policy::Policy;
use crate::sanctions::{self, SanctionHits};
use crate::time::Time;

/// Weights and bounds of the score, in natural log-odds: 0.7 is two to one, 1.6 five to one, 3.2 twenty-five to one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// A weak indicator: many honest people show it.
    pub weak: f64,
    /// A moderate one: asks for a second fact.
    pub moderate: f64,
    /// A strong one.
    pub strong: f64,
    /// All weak ones of a category together: less than one moderate one, as they are correlated.
    pub weak_cap: f64,
    /// All weak and moderate ones of a category together: less than one strong one.
    pub moderate_cap: f64,
    /// A category as a whole: one strong one and half of another.
    pub category_cap: f64,
    /// What each further strong one of a category brings, of its weight: its cause is mostly that of the first.
    pub further: f64,
    /// Score from which a person is shown for review.
    pub review: f64,
    /// Score from which a review has priority.
    pub priority: f64,
    /// What a category must bring to be one of the two that a result needs.
    pub counts: f64,
}

impl Default for Scale {
    fn default() -> Self {
        Self {
            weak: 0.7,
            moderate: 1.6,
            strong: 3.2,
            weak_cap: 1.4,
            moderate_cap: 2.8,
            category_cap: 5.0,
            further: 0.5,
            review: 3.0,
            priority: 6.0,
            counts: 0.7,
        }
    }
}

impl Scale {
    /// The weight of a strength.
    #[must_use]
    pub const fn weight(&self, strength: Strength) -> f64 {
        match strength {
            Strength::Weak => self.weak,
            Strength::Moderate => self.moderate,
            Strength::Strong => self.strong,
            Strength::Shown | Strength::Legal => 0.0,
        }
    }

    /// What each category brings, capped: weak facts of one cause do not add up to a strong one.
    fn parts(&self, weights: impl Iterator<Item = (Category, Strength, f64)>) -> Vec<Part> {
        let mut by_category: BTreeMap<Category, [Vec<f64>; 3]> = BTreeMap::new();
        for (category, strength, weight) in weights {
            let row = match strength {
                Strength::Weak => 0,
                Strength::Moderate => 1,
                Strength::Strong => 2,
                Strength::Shown | Strength::Legal => continue,
            };
            by_category.entry(category).or_default()[row].push(weight);
        }
        let part = |(category, [weak, moderate, strong]): (Category, [Vec<f64>; 3])| {
            let sum = weak.iter().chain(&moderate).chain(&strong).sum();
            let most = strong.iter().copied().fold(0.0, f64::max);
            let further = (strong.iter().sum::<f64>() - most) * self.further;
            let weak: f64 = weak.iter().sum::<f64>().min(self.weak_cap);
            let lesser = (weak + moderate.iter().sum::<f64>()).min(self.moderate_cap);
            let lesser = if most > 0.0 { lesser * self.further } else { lesser };
            Part { category, sum, counted: (most + further + lesser).min(self.category_cap) }
        };
        by_category.into_iter().map(part).collect()
    }
}

/// What a person comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// No indicator could be tested: never to be read as clean.
    NotChecked,
    /// Nothing that asks for a review; single weak facts are shown.
    NoFindings,
    /// A person should look at it.
    Review,
    /// A person should look at it first.
    Priority,
}

impl Band {
    /// Every band.
    pub const ALL: [Self; 4] = [Self::NotChecked, Self::NoFindings, Self::Review, Self::Priority];

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotChecked => "not checked",
            Self::NoFindings => "no findings",
            Self::Review => "review",
            Self::Priority => "priority review",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotChecked => "not_checked",
            Self::NoFindings => "no_findings",
            Self::Review => "review",
            Self::Priority => "priority_review",
        }
    }
}

/// An indicator that fired.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// Which.
    pub indicator: &'a Indicator,
    /// With what.
    pub fired: Fired,
    /// What it weighs before the caps, in natural log-odds.
    pub weight: f64,
}

/// What a category brings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Which.
    pub category: Category,
    /// The sum of what fired.
    pub sum: f64,
    /// What of it counts.
    pub counted: f64,
}

/// What is known of one person.
#[derive(Debug, Clone)]
pub struct Assessment<'a> {
    /// Who.
    pub person: PersonId,
    /// What it comes to.
    pub band: Band,
    /// The sum of what counts, in natural log-odds.
    pub score: f64,
    /// By category.
    pub parts: Vec<Part>,
    /// What fired, the weightiest first.
    pub findings: Vec<Finding<'a>>,
    /// What a duty of law asks to be looked at, whatever the score: a wallet, or a name with an identifier.
    pub legal: Vec<Finding<'a>>,
    /// Names alone that agree with a listed one: a namesake until cleared. They neither score nor band.
    pub names: Vec<Finding<'a>>,
    /// Indicators that were tested and did not fire.
    pub clear: usize,
    /// Indicators that could not be tested, with what is missing.
    pub not_checked: Vec<(&'a Indicator, &'static str)>,
    /// What somebody decided about the person.
    pub verdict: Option<Verdict>,
}

/// A person's result without its reasons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Who.
    pub person: PersonId,
    /// What it comes to.
    pub band: Band,
    /// Natural log-odds.
    pub score: f64,
    /// How many indicators fired.
    pub findings: u32,
    /// Whether a duty of law asks for a look.
    pub legal: bool,
}

/// The tests in force with all that they look things up in.
#[derive(Debug)]
pub struct Tests<'a> {
    pub(crate) people: &'a People,
    pub(crate) lists: &'a Lists,
    pub(crate) policy: &'a Policy,
    pub(crate) as_of: Time,
    catalogue: &'a Catalogue,
    feeds: Option<&'a Feeds>,
    sanctions: Option<&'a SanctionHits>,
    half_life: HalfLife,
    pub(crate) networks: Arc<Networks>,
    pub(crate) baselines: Baselines,
    scale: Scale,
    in_force: Vec<&'a Indicator>,
    /// What the tests of one person say, by person: linking asks it of many, and assessing of all.
    known: Vec<OnceLock<Alone>>,
    /// How often each test of one person fires among all; not set where too few are known to count.
    usual: OnceLock<Usual>,
    /// How alerts ended.
    verdicts: Verdicts,
    /// How alerts ended in which each indicator in force fired; those against others are not counted yet.
    tried: Vec<Tried>,
}

/// What each test of one person weighs at most, by its place among the indicators in force and by the share of its weight, in steps: what many
/// show says little of any of them, whatever it says elsewhere.
#[derive(Debug, Clone)]
struct Usual {
    most: Vec<[f32; STEPS + 1]>,
    /// How often each test shows something that counts where it is made.
    shows: Vec<f64>,
    /// By how much more or less often somebody shows something than tests that know nothing of each other would.
    together: f64,
}

/// What somebody must show alone to count: one moderate fact, at least half clear.
pub(crate) const SHOWS: f64 = 0.6;
/// Share of days on which a clock is that of another place, from which it mostly is.
const MOSTLY: f64 = 0.5;
/// How likely somebody shows something alone, where it cannot be counted; and at most.
const USUAL: f64 = 0.05;
const OFTEN: f64 = 0.95;
/// Steps of the share of a weight.
const STEPS: usize = 20;

/// How many tests it is worth how often one is thought to fire by its weight.
const WORTH: f64 = 20.0;
/// Members of a ring that is not known: of few people, what they all show, or have in common, is not usual for it.
pub(crate) const RING: u32 = 8;
/// People of whom what they show is summed at once.
const SUMMED: usize = 4096;
/// Tests that are counted, at most.
const COUNTED: usize = 192;

fn step(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * STEPS as f64) as usize
}

/// How often a test fired with a share of at least each step, and how often it was made.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    fired: [u32; STEPS + 1],
    tested: u32,
}

impl Tally {
    fn and(mut self, other: &Self) -> Self {
        self.fired.iter_mut().zip(other.fired).for_each(|(all, more)| *all += more);
        self.tested += other.tested;
        self
    }

    /// The odds that its rarity allows, in natural logarithms, by step, of a test of this weight: somebody is no more likely to be what is looked for
    /// than the test fires less often on others. Where few were tested, its weight says how often that is.
    fn most(&self, weight: f64) -> [f32; STEPS + 1] {
        let mut at_least = 0;
        let mut most = [0.0; STEPS + 1];
        for at in (0..=STEPS).rev() {
            at_least += self.fired[at];
            let thought = WORTH * (-weight * at as f64 / STEPS as f64).exp();
            let usual = f64::from(at_least.saturating_sub(RING));
            most[at] = ((f64::from(self.tested) + WORTH) / (usual + thought)).ln() as f32;
        }
        most
    }
}

/// What the tests of one person alone say, without the values.
#[derive(Debug, Default)]
struct Alone {
    /// The tests that were made and found nothing, as bits of their places among the indicators in force.
    made: [u64; COUNTED / 64],
    /// What fired: place among the indicators in force, and share of the weight.
    fired: Box<[(u16, f64)]>,
    /// How many were tested and found nothing, those of law left out.
    clear: u16,
}

impl<'a> Tests<'a> {
    /// Puts them together: the indicators of the catalogue that have a test and are not switched off.
    #[must_use]
    pub fn new(
        people: &'a People,
        catalogue: &'a Catalogue,
        lists: &'a Lists,
        policy: &'a Policy,
        scale: Scale,
        as_of: Time,
    ) -> Self {
        let off = |indicator: &Indicator| {
            let is = |ids: &[String]| ids.contains(&indicator.id);
            is(&policy.switched_off) || !indicator.enabled && !is(&policy.switched_on)
        };
        let in_force: Vec<&Indicator> =
            catalogue.indicators().iter().filter(|indicator| indicator.test.is_some() && !off(indicator)).collect();
        let tried = vec![Tried::default(); in_force.len()];
        let networks = Arc::new(Networks::of(people, lists, policy));
        let baselines = Baselines::of(people, &networks, as_of);
        Self {
            people,
            lists,
            policy,
            as_of,
            catalogue,
            feeds: None,
            sanctions: None,
            half_life: HalfLife::of(policy),
            networks,
            baselines,
            scale,
            in_force,
            known: unknown(people),
            usual: OnceLock::new(),
            verdicts: Verdicts::default(),
            tried,
        }
    }

    /// The same tests of other people, as of newcomers, against what is usual among these; `known` is what is known of their addresses.
    pub(crate) fn of_others<'b>(&self, people: &'b People, known: impl Fn(IpAddr) -> Option<NetClass>) -> Tests<'b>
    where
        'a: 'b,
    {
        Tests {
            people,
            lists: self.lists,
            policy: self.policy,
            as_of: self.as_of,
            catalogue: self.catalogue,
            feeds: self.feeds,
            sanctions: None,
            half_life: self.half_life,
            networks: Arc::new(Networks::of(people, self.lists, self.policy).with(people, known)),
            baselines: self.baselines.clone(),
            scale: self.scale,
            in_force: self.in_force.clone(),
            known: unknown(people),
            usual: self.usual.clone(),
            verdicts: Verdicts::default(),
            tried: self.tried.clone(),
        }
    }

    /// With indicator feeds.
    #[must_use]
    pub fn with_feeds(mut self, feeds: &'a Feeds) -> Self {
        self.feeds = Some(feeds);
        (self.known, self.usual) = (unknown(self.people), OnceLock::new());
        self
    }

    /// With hits on sanctions lists.
    #[must_use]
    pub fn with_sanctions(mut self, hits: &'a SanctionHits) -> Self {
        self.sanctions = Some(hits);
        (self.known, self.usual) = (unknown(self.people), OnceLock::new());
        self
    }

    /// With what somebody decided about alerts: what was wrong here weighs less here. Comes after feeds and sanctions lists.
    #[must_use]
    pub fn with_verdicts(mut self, verdicts: &Verdicts) -> Self {
        let mut tried = vec![Tried::default(); self.in_force.len()];
        for (person, is_right) in verdicts.judged() {
            self.known(person).fired.iter().for_each(|(at, _)| tried[usize::from(*at)].add(is_right));
        }
        self.tried = tried;
        self.verdicts = verdicts.clone();
        self.usual = OnceLock::new();
        self
    }

    fn context(&self) -> Context<'_> {
        Context {
            people: self.people,
            lists: self.lists,
            policy: self.policy,
            as_of: self.as_of,
            networks: &self.networks,
            baselines: &self.baselines,
            sanctions: self.sanctions,
        }
    }

    /// What the clock of a person's browser or device states that is mostly not that of the place of the address, where a test asks for that.
    pub(crate) fn clock_elsewhere(&self, person: Person<'_>) -> Option<Evidence> {
        let test = self
            .in_force
            .iter()
            .find_map(|indicator| indicator.test.as_ref().filter(|test| matches!(test, Test::BrowserZone { .. })))?;
        match record::evaluate(test, person, &self.context())? {
            Outcome::Fired(fired) if fired.share >= MOSTLY => fired.evidence.into_iter().next(),
            _ => None,
        }
    }

    /// What a test of one person alone says; `None` for tests against others.
    fn outcome(&self, test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
        let fed = self.feeds.and_then(|feeds| feeds::evaluate(test, person, feeds, self.half_life, self.as_of));
        fed.or_else(|| record::evaluate(test, person, context))
            .or_else(|| lists::evaluate(test, person, context))
            .or_else(|| sequence::evaluate(test, person, context))
            .or_else(|| threshold::evaluate(test, person, context))
            .or_else(|| sanctions::evaluate(test, person, context))
    }

    /// What the tests of one person say, tested once.
    fn known(&self, person: PersonId) -> &Alone {
        self.known[person.index()].get_or_init(|| {
            let (who, context) = (self.people.person(person), self.context());
            let mut alone = Alone::default();
            let mut fired = Vec::new();
            for (at, indicator) in self.in_force.iter().enumerate().filter(|(_, indicator)| indicator.class != Class::Cross) {
                let Some(test) = &indicator.test else { continue };
                match self.outcome(test, who, &context) {
                    Some(Outcome::Fired(one)) => fired.push((at as u16, one.share)),
                    // A screened name says nothing of the person's records.
                    Some(Outcome::Clear) => {
                        alone.clear += u16::from(indicator.strength != Strength::Legal);
                        if let Some(made) = alone.made.get_mut(at / 64) {
                            *made |= 1 << (at % 64);
                        }
                    }
                    Some(Outcome::NotChecked(_)) | None => {}
                }
            }
            alone.fired = fired.into();
            alone
        })
    }

    /// Tests a person now rather than when it is asked for.
    pub(crate) fn learn(&self, person: PersonId) {
        self.known(person);
    }

    /// What a person shows alone of another cause than what is shared, at most [`MOST_OWN`]: the capped sum over categories, in natural
    /// log-odds.
    pub(crate) fn own(&self, person: PersonId, shared: &[f64; Family::COUNT]) -> f64 {
        let alone = self.known(person);
        self.usual.get().map_or_else(|| self.shown_of(alone, shared, |_| None), |usual| self.shown(alone, shared, usual))
    }

    /// What a person shows alone, and how likely something is shown.
    pub(crate) fn alone(&self, person: PersonId) -> (f64, f64) {
        (self.own(person, &[0.0; Family::COUNT]), self.expected(person, &[0.0; Family::COUNT]))
    }

    fn shown(&self, alone: &Alone, shared: &[f64; Family::COUNT], usual: &Usual) -> f64 {
        self.shown_of(alone, shared, |at| Some(&usual.most[at]))
    }

    fn shown_of<'u>(
        &self,
        alone: &Alone,
        shared: &[f64; Family::COUNT],
        most: impl Fn(usize) -> Option<&'u [f32; STEPS + 1]>,
    ) -> f64 {
        let fired = alone.fired.iter().map(|(at, share)| (usize::from(*at), self.in_force[usize::from(*at)], *share));
        let counts = fired.filter(|(_, indicator, _)| speaks(indicator, shared));
        let weights = counts
            .map(|(at, indicator, share)| (indicator.category, indicator.strength, weight_of(self.full(at), share, most(at))));
        self.scale.parts(weights).iter().map(|part| part.counted).sum::<f64>().min(MOST_OWN)
    }

    /// How likely somebody is to show something alone of another cause than what is shared, by how often the tests that could be made of the person
    /// show something of others: of whom more is known, more is found.
    pub(crate) fn expected(&self, person: PersonId, shared: &[f64; Family::COUNT]) -> f64 {
        let Some(usual) = self.usual.get() else { return USUAL };
        (usual.expected(self.known(person), |at| speaks(self.in_force[at], shared)) * usual.together).min(OFTEN)
    }

    /// Counts how often each test fires among all people, once.
    pub(crate) fn count(&self) {
        self.usual.get_or_init(|| self.counted());
    }

    fn counted(&self) -> Usual {
        let tally = |mut tallies: Vec<Tally>, index: u32| {
            let alone = self.known(PersonId(index));
            for (at, share) in &alone.fired {
                let tally = &mut tallies[usize::from(*at)];
                tally.fired[step(*share)] += 1;
                tally.tested += 1;
            }
            for at in alone.found_nothing() {
                tallies[at].tested += 1;
            }
            tallies
        };
        let none = || vec![Tally::default(); self.in_force.len()];
        let tallies = (0..self.people.len() as u32)
            .into_par_iter()
            .fold(none, tally)
            .reduce(none, |one, other| one.iter().zip(&other).map(|(one, other)| one.and(other)).collect());
        let uncounted = [f32::MAX; STEPS + 1];
        // Who asks somebody has a reason to.
        let counted = |at: usize| at < COUNTED && self.in_force[at].class != Class::Human;
        let weight = |at: usize| self.full(at);
        let most: Vec<[f32; STEPS + 1]> = (tallies.iter().enumerate())
            .map(|(at, tally)| if counted(at) { tally.most(weight(at)) } else { uncounted })
            .collect();
        let shows = |(at, (tally, most)): (usize, (&Tally, &[f32; STEPS + 1]))| {
            let counts = |step: &usize| (weight(at) * *step as f64 / STEPS as f64).min(f64::from(most[*step])) >= SHOWS;
            let showing: u32 = (0..=STEPS).filter(counts).map(|step| tally.fired[step]).sum();
            (f64::from(showing.saturating_sub(RING)) + WORTH * (-weight(at)).exp()) / (f64::from(tally.tested) + WORTH)
        };
        let shows = tallies.iter().zip(&most).enumerate().map(shows).collect();
        let mut usual = Usual { most, shows, together: 1.0 };
        let of_all = |index: u32| {
            let alone = self.known(PersonId(index));
            let showing = self.shown(alone, &[0.0; Family::COUNT], &usual) >= SHOWS;
            (f64::from(u8::from(showing)), usual.expected(alone, |at| speaks(self.in_force[at], &[0.0; Family::COUNT])))
        };
        // In parts that do not depend on the number of processors, nor then does the sum.
        let starts: Vec<u32> = (0..self.people.len() as u32).step_by(SUMMED).collect();
        let add = |one: (f64, f64), other: (f64, f64)| (one.0 + other.0, one.1 + other.1);
        let sum = |start: u32| {
            let part = start..(start + SUMMED as u32).min(self.people.len() as u32);
            part.map(of_all).fold((0.0, 0.0), add)
        };
        let sums: Vec<(f64, f64)> = starts.into_par_iter().map(sum).collect();
        let (showing, expected) = sums.into_iter().fold((0.0, 0.0), add);
        usual.together = (showing + 1.0) / (expected + 1.0);
        usual
    }

    /// What an indicator in force weighs in this house before its share.
    fn full(&self, at: usize) -> f64 {
        self.scale.weight(self.in_force[at].strength) * self.tried[at].keeps()
    }

    /// The place of an indicator among those in force.
    fn place(&self, indicator: &Indicator) -> Option<usize> {
        self.in_force.iter().position(|one| std::ptr::eq(*one, indicator))
    }
}

/// What an indicator weighs that fired with a share of its weight, and at most what its rarity allows.
fn weight_of(full: f64, share: f64, most: Option<&[f32; STEPS + 1]>) -> f64 {
    (full * share).min(most.map_or(f64::INFINITY, |most| f64::from(most[step(share)])))
}

impl Alone {
    /// The tests that were made and found nothing, by their places among the indicators in force.
    fn found_nothing(&self) -> impl Iterator<Item = usize> {
        self.made.iter().enumerate().flat_map(|(word, made)| {
            let left =
                std::iter::successors(Some(*made), |left| Some(left & left.checked_sub(1)?)).take_while(|left| *left != 0);
            left.map(move |left| word * 64 + left.trailing_zeros() as usize)
        })
    }
}

impl Usual {
    /// How likely one of the tests that were made of somebody shows something that counts.
    fn expected(&self, alone: &Alone, counts: impl Fn(usize) -> bool) -> f64 {
        let fired = alone.fired.iter().map(|(at, _)| usize::from(*at));
        1.0 - fired.chain(alone.found_nothing()).filter(|at| counts(*at)).map(|at| 1.0 - self.shows[at]).product::<f64>()
    }
}

/// Whether what an indicator says of somebody alone tells who works together: answers of people who spoke with the person and weak facts, which
/// many share, do not, nor does what is of the cause of what is shared.
fn speaks(indicator: &Indicator, shared: &[f64; Family::COUNT]) -> bool {
    indicator.class != Class::Human && indicator.strength != Strength::Weak && !explains(shared, indicator)
}

fn unknown(people: &People) -> Vec<OnceLock<Alone>> {
    std::iter::repeat_with(OnceLock::new).take(people.len()).collect()
}

/// What somebody shows alone adds to a link at most so much.
const MOST_OWN: f64 = 3.0;
/// What of a further finding is left that the household explains as the first.
const HOUSEHOLD_AGAIN: f64 = 0.25;
/// What of something shared is left at least that nothing else bears out.
const LEAST_BORNE_OUT: f64 = 0.25;
/// What of a sanctions hit makes it one of law: more than a name alone.
const LEGAL_SHARE: f64 = 0.7;

/// All that an assessment rests on.
#[derive(Debug)]
pub struct Assessor<'a> {
    tests: &'a Tests<'a>,
    links: &'a Links,
    flagged: Flagged,
    /// How alerts ended in which each indicator in force fired.
    tried: Vec<Tried>,
}

impl<'a> Assessor<'a> {
    /// Puts together what assessments rest on.
    #[must_use]
    pub fn new(tests: &'a Tests<'a>, links: &'a Links) -> Self {
        let mut flagged = vec![false; tests.people.len()];
        for ring in links.rings() {
            ring.members.iter().for_each(|member| flagged[member.person.index()] = true);
        }
        for farm in links.farms() {
            farm.stands.iter().for_each(|stand| flagged[stand.person.index()] = true);
        }
        let mut assessor = Self { tests, links, flagged: Flagged(flagged), tried: tests.tried.clone() };
        let context = tests.context();
        for (person, is_right) in tests.verdicts.judged() {
            for (at, indicator) in tests.in_force.iter().enumerate().filter(|(_, indicator)| indicator.class == Class::Cross) {
                let Some(test) = &indicator.test else { continue };
                if matches!(assessor.outcome(test, tests.people.person(person), &context), Outcome::Fired(_)) {
                    assessor.tried[at].add(is_right);
                }
            }
        }
        assessor
    }

    /// What an indicator weighs that fired with a share of its weight.
    fn weight(&self, indicator: &Indicator, share: f64) -> f64 {
        let full = self.tests.scale.weight(indicator.strength);
        let usual = self.tests.usual.get().filter(|_| indicator.class != Class::Cross);
        if usual.is_none() && self.tests.verdicts.is_empty() {
            return full * share;
        }
        let Some(at) = self.tests.place(indicator) else { return full * share };
        weight_of(full * self.tried[at].keeps(), share, usual.map(|usual| &usual.most[at]))
    }

    /// How alerts ended in which an indicator fired.
    #[must_use]
    pub fn tried(&self, indicator: &Indicator) -> Tried {
        self.tests.place(indicator).map_or_else(Tried::default, |at| self.tried[at])
    }

    /// The indicators in force.
    #[must_use]
    pub fn in_force(&self) -> &[&'a Indicator] {
        &self.tests.in_force
    }

    /// The catalogue.
    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.tests.catalogue
    }

    /// Everybody's result, in the order of persons. Reasons are made by [`Assessor::assess`] for those that are looked at.
    #[must_use]
    pub fn summaries(&self) -> Vec<Summary> {
        (0..self.tests.people.len() as u32).into_par_iter().map(|index| self.summary(PersonId(index))).collect()
    }

    /// One person's result: that of [`Assessor::assess`], without its reasons.
    fn summary(&self, person: PersonId) -> Summary {
        let tests = self.tests;
        let who = tests.people.person(person);
        let context = tests.context();
        let alone = tests.known(person);
        let mut clear = usize::from(alone.clear);
        let mut cross = Vec::new();
        for indicator in tests.in_force.iter().filter(|indicator| indicator.class == Class::Cross) {
            let Some(test) = &indicator.test else { continue };
            match self.outcome(test, who, &context) {
                Outcome::Fired(one) => cross.push((*indicator, one)),
                Outcome::Clear => clear += usize::from(indicator.strength != Strength::Legal),
                Outcome::NotChecked(_) => {}
            }
        }
        if is_bare(who) {
            clear = 0;
        }
        self.once_a_household(person, &mut cross);
        let on_list = alone.fired.iter().any(|(at, share)| is_on_list(tests.in_force[usize::from(*at)], *share));
        if !on_list {
            self.as_borne_out(who, &mut cross);
        }
        let alone = alone.fired.iter().map(|(at, share)| (tests.in_force[usize::from(*at)], *share));
        let mut fired: Vec<(&Indicator, f64)> =
            alone.chain(cross.into_iter().map(|(indicator, one)| (indicator, one.share))).collect();
        let is_law = |indicator: &Indicator| indicator.strength == Strength::Legal;
        let legal = fired.iter().any(|(indicator, share)| is_law(indicator) && *share >= LEGAL_SHARE);
        fired.retain(|(indicator, _)| !is_law(indicator));
        let mut weights: Vec<(f64, &Indicator, f64)> =
            fired.into_iter().map(|(indicator, share)| (self.weight(indicator, share), indicator, share)).collect();
        weights.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.id.cmp(&other.1.id)));
        let (_, score, band) = self.result(person, weights.iter().map(|(_, indicator, share)| (*indicator, *share)), clear);
        Summary { person, band, score, findings: weights.len() as u32, legal }
    }

    /// One person's assessment.
    #[must_use]
    pub fn assess(&self, person: PersonId) -> Assessment<'a> {
        let who = self.tests.people.person(person);
        let context = self.tests.context();
        let bare = is_bare(who);
        let mut fired = Vec::new();
        let mut not_checked = Vec::new();
        let mut clear = 0;
        for indicator in &self.tests.in_force {
            let Some(test) = &indicator.test else { continue };
            match self.outcome(test, who, &context) {
                Outcome::Clear if bare => not_checked.push((*indicator, "a record besides the name")),
                // A screened name says nothing of the person's records.
                Outcome::Clear => clear += usize::from(indicator.strength != Strength::Legal),
                Outcome::NotChecked(missing) => not_checked.push((*indicator, missing)),
                Outcome::Fired(one) => fired.push((*indicator, one)),
            }
        }
        self.once_a_household(person, &mut fired);
        if !fired.iter().any(|(indicator, one)| is_on_list(indicator, one.share)) {
            self.as_borne_out(who, &mut fired);
        }
        let (mut findings, mut legal, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (indicator, mut fired) in fired {
            if let Some(note) = self.tried(indicator).note().filter(|_| self.tests.scale.weight(indicator.strength) > 0.0) {
                fired.note = if fired.note.is_empty() { note } else { format!("{}; {note}", fired.note) };
            }
            let finding = Finding { indicator, weight: self.weight(indicator, fired.share), fired };
            match indicator.strength {
                Strength::Legal if finding.fired.share >= LEGAL_SHARE => legal.push(finding),
                Strength::Legal => names.push(finding),
                _ => findings.push(finding),
            }
        }
        findings
            .sort_by(|one, other| other.weight.total_cmp(&one.weight).then_with(|| one.indicator.id.cmp(&other.indicator.id)));
        let fired = findings.iter().map(|finding| (finding.indicator, finding.fired.share));
        let (parts, score, band) = self.result(person, fired, clear);
        let verdict = self.tests.verdicts.of(person);
        Assessment { person, band, score, parts, findings, legal, names, clear, not_checked, verdict }
    }

    /// Lowers what one household explains, but for the weightiest of it: who lives together has one line, one door, often one account and one
    /// telephone, and that is one fact. A ring is another matter.
    fn once_a_household(&self, person: PersonId, fired: &mut [(&Indicator, Fired)]) {
        let in_ring = |other: &PersonId| self.links.same_ring(person, *other);
        let mut of_house: Vec<usize> = (0..fired.len())
            .filter(|at| {
                let (indicator, one) = &fired[*at];
                indicator.test.as_ref().is_some_and(cross::is_of_household) && !one.others.iter().any(in_ring)
            })
            .collect();
        let weight = |at: usize| self.weight(fired[at].0, fired[at].1.share);
        of_house.sort_by(|one, other| weight(*other).total_cmp(&weight(*one)).then(fired[*one].0.id.cmp(&fired[*other].0.id)));
        for (index, at) in of_house.iter().enumerate() {
            let before = &of_house[..index];
            let meets = |first: &usize| fired[*first].1.others.iter().any(|other| fired[*at].1.others.contains(other));
            if before.iter().any(meets) {
                fired[*at].1.share *= HOUSEHOLD_AGAIN;
            }
        }
    }

    /// Lowers what somebody shares with others as far as all evidence together says that no operator stands behind it.
    fn as_borne_out(&self, person: Person<'_>, fired: &mut [(&Indicator, Fired)]) {
        let is_shared = |indicator: &Indicator| indicator.test.as_ref().is_some_and(cross::is_of_linking);
        let mut shared = fired.iter_mut().filter(|(indicator, _)| is_shared(indicator)).peekable();
        if shared.peek().is_none() {
            return;
        }
        let share = self.links.bears_out(person, self.tests).max(LEAST_BORNE_OUT);
        for (_, one) in shared.filter(|_| share < 1.0) {
            one.share *= share;
            one.note.push_str("; little else bears it out");
        }
    }

    fn outcome(&self, test: &Test, person: Person<'_>, context: &Context<'_>) -> Outcome {
        let alone = self.tests.outcome(test, person, context);
        alone.or_else(|| cross::evaluate(test, person, context, self.links, &self.flagged)).unwrap_or(match test {
            Test::ListedIdentifier { .. } => Outcome::NotChecked("an indicator feed"),
            _ => Outcome::NotChecked("a test for it"),
        })
    }

    /// What all that fired comes to, each with its share, the weightiest first: by category, the sum, and the band.
    fn result<'i>(
        &self,
        person: PersonId,
        fired: impl Iterator<Item = (&'i Indicator, f64)> + Clone,
        clear: usize,
    ) -> (Vec<Part>, f64, Band) {
        let weights =
            fired.clone().map(|(indicator, share)| (indicator.category, indicator.strength, self.weight(indicator, share)));
        let parts = self.tests.scale.parts(weights);
        // Not the sum of nothing, which is minus zero.
        let score = parts.iter().fold(0.0, |sum, part| sum + part.counted);
        let band = self.band(person, fired, &parts, score, clear);
        (parts, score, band)
    }

    fn band<'i>(
        &self,
        person: PersonId,
        fired: impl Iterator<Item = (&'i Indicator, f64)> + Clone,
        parts: &[Part],
        score: f64,
        clear: usize,
    ) -> Band {
        if clear == 0 && fired.clone().next().is_none() {
            return Band::NotChecked;
        }
        let mut links = fired.filter(|(indicator, share)| {
            indicator.class == Class::Cross && indicator.strength == Strength::Strong && *share >= 0.5
        });
        let linked = links.clone().next().is_some();
        // What ties a person to others beyond what a household or chance does: a ring, a farm, a paper on two names.
        let tied = self.flagged.is(person) || links.any(|(indicator, _)| indicator.category == Category::Identity);
        let categories = parts.iter().filter(|part| part.counted >= self.tests.scale.counts).count();
        if score >= self.tests.scale.priority && categories >= 2 && linked && tied {
            Band::Priority
        } else if score >= self.tests.scale.review && (categories >= 2 || linked) {
            Band::Review
        } else {
            Band::NoFindings
        }
    }
}

/// Whether it says that a person, or something of the person's, stands on a list: then whatever is shared matters.
fn is_on_list(indicator: &Indicator, share: f64) -> bool {
    match indicator.test {
        Some(Test::ListedIdentifier { .. }) => true,
        _ => indicator.strength == Strength::Legal && share >= LEGAL_SHARE,
    }
}

/// Whether there is a name and at most one address: nothing can be said of such a person.
fn is_bare(person: Person<'_>) -> bool {
    person.event_rows().is_empty() && person.doc_rows().is_empty() && person.id_rows().len() <= 1
}

#[cfg(test)]
mod tests {
    use super::{STEPS, Tally, Usual, step};

    fn tally(tested: u32, fired: &[(f64, u32)]) -> Tally {
        let mut tally = Tally { tested, ..Tally::default() };
        for (share, count) in fired {
            tally.fired[step(*share)] += count;
        }
        tally
    }

    #[test]
    fn what_many_show_weighs_as_much_as_it_is_rare() {
        const STRONG: f64 = 3.2;
        let most = |tested, fired: &[(f64, u32)], share| f64::from(tally(tested, fired).most(STRONG)[step(share)]);
        // What is rarer than its weight says keeps it, clear and less clear.
        assert!(most(10_000, &[(1.0, 100)], 1.0) > STRONG);
        assert!(most(10_000, &[(0.5, 100)], 0.5) > STRONG / 2.0);
        // Half of all show it: two to one. Who shows more than they is rare.
        assert!((most(10_000, &[(0.5, 5_000)], 0.5) - 2.0_f64.ln()).abs() < 0.02);
        assert!(most(10_000, &[(0.5, 5_000), (1.0, 50)], 1.0) > STRONG);
        assert!(most(10_000, &[(1.0, 10_000)], 1.0) < 0.01);
        // Of ten people little can be told.
        assert!((1.8..2.4).contains(&most(10, &[(1.0, 10)], 1.0)));
        assert!(most(0, &[], 1.0) >= STRONG - 1e-6);
    }

    #[test]
    fn of_whom_more_is_known_more_is_expected() {
        let usual = Usual { most: vec![[f32::MAX; STEPS + 1]; 70], shows: vec![0.1; 70], together: 1.0 };
        let mut alone = super::Alone::default();
        let expected = |alone: &super::Alone| usual.expected(alone, |at| at != 3);
        assert!(expected(&alone).abs() < 1e-9);
        alone.made = [0b1011, 1, 0];
        // Three tests that count: two that were clear in the first word, and one in the second.
        assert!((expected(&alone) - (1.0 - 0.9_f64.powi(3))).abs() < 1e-9);
        alone.fired = vec![(5, 0.2)].into();
        assert!((expected(&alone) - (1.0 - 0.9_f64.powi(4))).abs() < 1e-9);
    }
}
