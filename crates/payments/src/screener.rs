//! A payment becomes an assessment: each party is screened as the structured party that it is, each free text by the document scanner,
//! countries, towns and BICs by the rules of places, texts of trade by the words of goods.

mod decide;
mod effects;
mod parties;
mod query;
mod texts;

use std::hash::{Hash, Hasher};

use interdict_documents::{ScanScratch, Scanner};
use interdict_matching::{Feature, Matcher, Scratch, Settings};
use interdict_network::{Regime, Role as ListRole};
use interdict_snapshot::EntityRef;
use rustc_hash::{FxHashSet, FxHasher};

use self::effects::Effects;
use self::parties::{MOST_HITS, MOST_LISTED};
use self::query::Key;
use crate::message::{Payment, Role};
use crate::policy::{Corridor, Policy, Thresholds};
use crate::rules::Rules;
use crate::stripping::{Difference, History, Resubmission};

/// What becomes of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decision {
    /// Nothing speaks against it.
    Pass,
    /// A person must look at it first.
    Hold,
    /// It must not be carried out.
    Block,
}

impl Decision {
    /// The decision as a word for programs, which never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// What a listing means for a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whose rule it is.
    pub regime: Regime,
    /// What it means.
    pub role: ListRole,
    /// The dataset of the listing.
    pub dataset: String,
    /// Its programmes.
    pub programs: Vec<String>,
    /// What is to be said of it, in words: of what follows from ownership, from whom.
    pub note: Option<String>,
}

/// What a place means for a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceEffect {
    /// Whose rule it is.
    pub regime: Regime,
    /// The measure, in words.
    pub measure: String,
    /// The official source.
    pub source: String,
    /// What becomes of the payment for this rule.
    pub decision: Decision,
}

/// Why a finding is one.
#[derive(Clone, Debug)]
pub enum Reason<'s> {
    /// A party of the snapshot; one that no list designates on the day stops nothing, unless its owners are designated.
    Listed {
        /// The party.
        entity: EntityRef<'s>,
        /// The listed name that agrees; empty when only an identifier does.
        name: String,
        /// What the score is made of.
        features: Vec<Feature>,
        /// What its listings mean, and its owners.
        effects: Vec<Effect>,
    },
    /// An embargoed place.
    Place {
        /// The place.
        name: String,
        /// The rules of all regimes that embargo it.
        rules: Vec<PlaceEffect>,
    },
    /// Goods that may be of double use.
    Goods {
        /// The category of the control list, in words.
        category: String,
        /// The official source.
        source: String,
    },
    /// A payment that was not let through comes again, changed.
    Stripping {
        /// What the payment of the past was called.
        past: String,
        /// The day on which it was decided.
        day: String,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// The policy decides so for the corridor, whatever is found.
    Corridor {
        /// What the corridor is called.
        name: String,
    },
}

/// A reason to stop a payment.
#[derive(Clone, Debug)]
pub struct Finding<'s> {
    /// What becomes of the payment for this finding alone.
    pub decision: Decision,
    /// Path of the field.
    pub path: String,
    /// Its value, or the part of a text that was found.
    pub value: String,
    /// The role of the party or the kind of text, as a word.
    pub field_of: &'static str,
    /// From 0 to 1.
    pub score: f64,
    /// Why.
    pub reason: Reason<'s>,
    /// Why a good-guy rule does not hold any longer, where one names the two.
    pub lapsed: Option<String>,
}

/// A finding that a good-guy rule took away.
#[derive(Clone, Debug)]
pub struct Suppressed<'s> {
    /// The finding.
    pub finding: Finding<'s>,
    /// What the rule is called.
    pub rule: String,
    /// Why, in the user's words.
    pub because: String,
}

/// What is to become of a payment, and why.
#[derive(Clone, Debug)]
pub struct Assessment<'s> {
    /// The strictest decision of all findings.
    pub decision: Decision,
    /// The findings, the strictest first.
    pub findings: Vec<Finding<'s>>,
    /// What good-guy rules took away.
    pub suppressed: Vec<Suppressed<'s>>,
    /// The corridor of the policy.
    pub corridor: Option<String>,
    /// What could not be checked, in words: a part that was not checked is not clean.
    pub not_checked: Vec<String>,
}

/// Buffers for one thread, used again from payment to payment.
#[derive(Debug, Default)]
pub struct ScreenScratch {
    matching: Scratch,
    /// For parties that may be somebody, which are few: buffers remember under one setting.
    deep: Scratch,
    scan: ScanScratch,
    /// Parties that were screened and found on no list, by all that was asked: payments repeat their banks and customers.
    clear: FxHashSet<Key>,
    effects: Effects,
    text: String,
    /// Where each field begins in `text`.
    starts: Vec<(usize, usize)>,
    /// The screener that filled it.
    owner: u64,
}

/// Screens payments against a snapshot. It is made once and shared by threads.
#[derive(Debug)]
pub struct Screener<'s> {
    matcher: Matcher<'s>,
    /// Whether a party is anybody at all, by its names and numbers: nearly none is, and this is quick to say so.
    probe: Matcher<'s>,
    /// The same as `matcher`, for parties that many of the snapshot may be.
    wide: Matcher<'s>,
    scanner: Scanner<'s>,
    rules: Rules,
    policy: Policy,
    day: String,
    owner: u64,
}

/// What one payment is screened with.
struct Run<'a, 's> {
    payment: &'a Payment,
    thresholds: Thresholds,
    assessment: Assessment<'s>,
}

impl<'s> Screener<'s> {
    /// A screener. `day` is the day on which rules and listings are looked at, as ISO 8601. The threshold and limit of `matcher` give way to
    /// those of the policy.
    #[must_use]
    pub fn new(matcher: &Matcher<'s>, scanner: Scanner<'s>, rules: Rules, policy: Policy, day: &str) -> Self {
        let corridors = policy.corridors.iter().filter_map(|corridor| corridor.thresholds);
        let threshold = corridors.map(|thresholds| thresholds.report).fold(policy.thresholds.report, f64::min);
        let own = matcher.settings();
        // A country that is shared lifts a score a little.
        let least = ((threshold - own.country_boost) / (1.0 - own.country_boost)).max(0.0);
        let probe = Settings { threshold: least, limit: 1, ..own.clone() };
        // What contradicts lowers the score of a whole name no further than this.
        let threshold = threshold.min(own.whole_name_floor);
        let settings = Settings { threshold, limit: MOST_HITS, ..own.clone() };
        let mut hasher = FxHasher::default();
        (matcher.snapshot().id(), settings.id()).hash(&mut hasher);
        // No screener is that of a scratch that none has filled.
        let owner = hasher.finish().max(1);
        let wide = Matcher::new(matcher.snapshot(), Settings { limit: MOST_LISTED, ..settings.clone() });
        let probe = Matcher::new(matcher.snapshot(), probe);
        let matcher = Matcher::new(matcher.snapshot(), settings);
        Self { matcher, probe, wide, scanner, rules, policy, day: day.to_owned(), owner }
    }

    /// The settings by which names are compared.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.matcher.settings()
    }

    /// What is to become of a payment. `history` has the payments of the past, where there are any.
    #[must_use]
    pub fn screen(&self, payment: &Payment, history: Option<&History>, scratch: &mut ScreenScratch) -> Assessment<'s> {
        let corridor = self.policy.corridor(payment);
        let thresholds = corridor.and_then(|corridor| corridor.thresholds).unwrap_or(self.policy.thresholds);
        let assessment = Assessment {
            decision: Decision::Pass,
            findings: Vec::new(),
            suppressed: Vec::new(),
            corridor: corridor.map(|corridor| corridor.name.clone()),
            not_checked: Vec::new(),
        };
        let mut run = Run { payment, thresholds, assessment };
        if scratch.owner != self.owner {
            scratch.clear.clear();
            scratch.owner = self.owner;
        }
        run.assessment.not_checked.extend(parties::missing(payment));
        for party in &payment.parties {
            self.party(party, &mut run, scratch);
        }
        self.texts(&mut run, scratch);
        let mut assessment = run.assessment;
        assessment.findings.extend(corridor.and_then(|corridor| decided_by(corridor, payment)));
        let again = history.and_then(|history| history.resubmission(payment)).filter(|again| again.stripped);
        assessment.findings.extend(again.map(stripped));
        sort(&mut assessment.findings);
        assessment.decision = assessment.findings.iter().map(|finding| finding.decision).max().unwrap_or(Decision::Pass);
        assessment
    }
}

/// What a corridor decides by itself. The field is the party that makes it the payment's corridor, the message where only that does.
fn decided_by<'s>(corridor: &Corridor, payment: &Payment) -> Option<Finding<'s>> {
    let decision = corridor.decision.filter(|decision| *decision != Decision::Pass)?;
    let sides = [(&corridor.to, Role::Creditor), (&corridor.from, Role::Debtor)];
    let party = sides.iter().filter(|(wanted, _)| !wanted.is_empty()).find_map(|(_, role)| payment.parties_in(*role).next());
    Some(Finding {
        decision,
        path: party.map_or_else(|| payment.definition.clone(), |party| party.path.clone()),
        value: party.and_then(|party| party.name()).unwrap_or_default().to_owned(),
        field_of: "corridor",
        score: 1.0,
        reason: Reason::Corridor { name: corridor.name.clone() },
        lapsed: None,
    })
}

/// A payment that comes again, by the first of what tells who takes part, where, or what for.
fn stripped<'s>(again: Resubmission<'_>) -> Finding<'s> {
    let tells = |difference: &&Difference| !matches!(difference.what.as_str(), "amount" | "date");
    let first = again.differences.iter().find(tells).or(again.differences.first());
    Finding {
        decision: Decision::Hold,
        path: first.map(|difference| difference.path.clone()).unwrap_or_default(),
        value: first.and_then(|difference| difference.after.clone().or_else(|| difference.before.clone())).unwrap_or_default(),
        field_of: "resubmission",
        score: again.alike,
        reason: Reason::Stripping { past: again.past.id.clone(), day: again.past.day.clone(), differences: again.differences },
        lapsed: None,
    }
}

/// Puts the strictest first and leaves one finding of those that say in one field of one listed party.
fn sort(findings: &mut Vec<Finding<'_>>) {
    findings.sort_by(|a, b| b.decision.cmp(&a.decision).then(b.score.total_cmp(&a.score)));
    let mut seen: FxHashSet<(String, &'static str, u32)> = FxHashSet::default();
    findings.retain(|finding| match &finding.reason {
        Reason::Listed { entity, .. } => seen.insert((finding.path.clone(), finding.field_of, entity.index())),
        _ => true,
    });
}

#[cfg(test)]
mod tests;
