//! The assessment of a person: every indicator in force is tested, what fired is weighed and capped by category, and the sum is banded. The
//! score is the sum of the parts that are shown; there is no hidden one. The output is a case for a person, never a decision.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::evaluate::cross::{self, Flagged};
use crate::evaluate::{Baselines, Context, Fired, Outcome, lists, record, sequence, threshold};
use crate::feeds::{self, Feeds, HalfLife};
use crate::indicators::{Catalogue, Category, Class, Indicator, Strength, Test};
use crate::link::Links;
use crate::lists::Lists;
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
    baselines: Baselines,
    scale: Scale,
    in_force: Vec<&'a Indicator>,
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
        let in_force = catalogue.indicators().iter().filter(|indicator| indicator.test.is_some() && !off(indicator)).collect();
        let baselines = Baselines::of(people, as_of);
        Self {
            people,
            lists,
            policy,
            as_of,
            catalogue,
            feeds: None,
            sanctions: None,
            half_life: HalfLife::of(policy),
            baselines,
            scale,
            in_force,
        }
    }

    /// The same tests of other people, as of newcomers, against what is usual among these.
    #[must_use]
    pub fn of_others<'b>(&self, people: &'b People) -> Tests<'b>
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
            baselines: self.baselines.clone(),
            scale: self.scale,
            in_force: self.in_force.clone(),
        }
    }

    /// With indicator feeds.
    #[must_use]
    pub fn with_feeds(mut self, feeds: &'a Feeds) -> Self {
        self.feeds = Some(feeds);
        self
    }

    /// With hits on sanctions lists.
    #[must_use]
    pub fn with_sanctions(mut self, hits: &'a SanctionHits) -> Self {
        self.sanctions = Some(hits);
        self
    }

    fn context(&self) -> Context<'_> {
        Context {
            people: self.people,
            lists: self.lists,
            policy: self.policy,
            as_of: self.as_of,
            baselines: &self.baselines,
            sanctions: self.sanctions,
        }
    }

    /// What a test of one person alone says; `None` for tests against others.
    fn alone(&self, test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
        let fed = self.feeds.and_then(|feeds| feeds::evaluate(test, person, feeds, self.half_life, self.as_of));
        fed.or_else(|| record::evaluate(test, person, context))
            .or_else(|| lists::evaluate(test, person, context))
            .or_else(|| sequence::evaluate(test, person, context))
            .or_else(|| threshold::evaluate(test, person, context))
            .or_else(|| sanctions::evaluate(test, person, context))
    }

    /// What a person shows alone, without any link: the capped sum over categories, in natural log-odds. Answers of people who spoke with the
    /// person and weak facts are left out of it: they say nothing of who works together.
    pub(crate) fn own(&self, person: PersonId) -> Vec<Part> {
        let who = self.people.person(person);
        let context = self.context();
        let mut weights: Vec<(Category, Strength, f64)> = Vec::new();
        for indicator in self.in_force.iter().filter(|indicator| !matches!(indicator.class, Class::Human | Class::Cross)) {
            let Some(test) = &indicator.test else { continue };
            // Weak facts are shared by too many to tell who works together.
            if indicator.strength == Strength::Weak {
                continue;
            }
            if let Some(Outcome::Fired(fired)) = self.alone(test, who, &context) {
                weights.push((indicator.category, indicator.strength, self.scale.weight(indicator.strength) * fired.share));
            }
        }
        self.scale.parts(weights.into_iter())
    }
}

/// What of a sanctions hit makes it one of law: more than a name alone.
const LEGAL_SHARE: f64 = 0.7;

/// All that an assessment rests on.
#[derive(Debug)]
pub struct Assessor<'a> {
    tests: &'a Tests<'a>,
    links: &'a Links,
    flagged: Flagged,
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
        Self { tests, links, flagged: Flagged(flagged) }
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
        (0..self.tests.people.len() as u32)
            .into_par_iter()
            .map(|index| {
                let assessment = self.assess(PersonId(index));
                Summary {
                    person: assessment.person,
                    band: assessment.band,
                    score: assessment.score,
                    findings: assessment.findings.len() as u32,
                    legal: !assessment.legal.is_empty(),
                }
            })
            .collect()
    }

    /// One person's assessment.
    #[must_use]
    pub fn assess(&self, person: PersonId) -> Assessment<'a> {
        let who = self.tests.people.person(person);
        let context = self.tests.context();
        // Of somebody with a name and at most one address nothing can be said.
        let bare = who.event_rows().is_empty() && who.doc_rows().is_empty() && who.id_rows().len() <= 1;
        let mut findings = Vec::new();
        let mut legal = Vec::new();
        let mut names = Vec::new();
        let mut not_checked = Vec::new();
        let mut clear = 0;
        for indicator in &self.tests.in_force {
            let Some(test) = &indicator.test else { continue };
            match self.outcome(test, who, &context) {
                Outcome::Clear if bare => not_checked.push((*indicator, "a record besides the name")),
                // A screened name says nothing of the person's records.
                Outcome::Clear => clear += usize::from(indicator.strength != Strength::Legal),
                Outcome::NotChecked(missing) => not_checked.push((*indicator, missing)),
                Outcome::Fired(fired) => {
                    let weight = self.tests.scale.weight(indicator.strength) * fired.share;
                    let finding = Finding { indicator, fired, weight };
                    match indicator.strength {
                        Strength::Legal if finding.fired.share >= LEGAL_SHARE => legal.push(finding),
                        Strength::Legal => names.push(finding),
                        _ => findings.push(finding),
                    }
                }
            }
        }
        findings
            .sort_by(|one, other| other.weight.total_cmp(&one.weight).then_with(|| one.indicator.id.cmp(&other.indicator.id)));
        let weighed = findings.iter().map(|finding| (finding.indicator.category, finding.indicator.strength, finding.weight));
        let parts = self.tests.scale.parts(weighed);
        // Not the sum of nothing, which is minus zero.
        let score = parts.iter().fold(0.0, |sum, part| sum + part.counted);
        let band = self.band(person, &findings, &parts, score, clear);
        Assessment { person, band, score, parts, findings, legal, names, clear, not_checked }
    }

    fn outcome(&self, test: &Test, person: Person<'_>, context: &Context<'_>) -> Outcome {
        let alone = self.tests.alone(test, person, context);
        alone.or_else(|| cross::evaluate(test, person, context, self.links, &self.flagged)).unwrap_or(match test {
            Test::ListedIdentifier { .. } => Outcome::NotChecked("an indicator feed"),
            _ => Outcome::NotChecked("a test for it"),
        })
    }

    fn band(&self, person: PersonId, findings: &[Finding<'_>], parts: &[Part], score: f64, clear: usize) -> Band {
        if clear == 0 && findings.is_empty() {
            return Band::NotChecked;
        }
        let is_link = |finding: &Finding<'_>| {
            finding.indicator.class == Class::Cross
                && finding.indicator.strength == Strength::Strong
                && finding.fired.share >= 0.5
        };
        let linked = findings.iter().any(is_link);
        // What ties a person to others beyond what a household or chance does: a ring, a farm, a paper on two names.
        let tied =
            self.flagged.is(person) || findings.iter().any(|one| is_link(one) && one.indicator.category == Category::Identity);
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
