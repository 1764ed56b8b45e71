//! A payment becomes an assessment: each party is screened as the structured party that it is, each free text by the document scanner,
//! countries, towns and BICs by the rules of places, texts of trade by the words of goods.

mod effects;
mod query;

use interdict_documents::{Found, Mention, ScanScratch, Scanner};
use interdict_matching::{Feature, Matcher, Query, QueryError, Scratch, Settings};
use interdict_model::Schema;
use interdict_network::{Regime, Role as ListRole};
use interdict_snapshot::EntityRef;
use rustc_hash::FxHashSet;

use self::effects::Effects;
use self::query::{Stated, stated};
use crate::message::{Field, IdKind, Party, Payment, RefKind};
use crate::policy::{Cleared, Policy, Thresholds};
use crate::rules::{PlaceFinding, Rules};
use crate::stripping::{Difference, History};

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
}

/// Why a finding is one.
#[derive(Clone, Debug)]
pub enum Reason<'s> {
    /// A listed party.
    Listed {
        /// The party.
        entity: EntityRef<'s>,
        /// The listed name that agrees; empty when only an identifier does.
        name: String,
        /// What the score is made of.
        features: Vec<Feature>,
        /// What its listings mean.
        effects: Vec<Effect>,
    },
    /// An embargoed place.
    Place {
        /// The place.
        name: String,
        /// Whose rule it is.
        regime: Regime,
        /// The measure, in words.
        measure: String,
        /// The official source.
        source: String,
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
    scan: ScanScratch,
    /// Parties that were screened and found on no list, as hashes of all that was asked: payments repeat their banks and customers.
    clear: FxHashSet<u128>,
    effects: Effects,
    text: String,
    /// Where each field begins in `text`.
    starts: Vec<(usize, usize)>,
}

/// Parties that are remembered; beyond, all are forgotten. Nothing found depends on what is remembered.
const MOST_CLEAR: usize = 1 << 16;

/// Parties of a list that are given for one party of a payment.
const MOST_HITS: usize = 10;

/// Screens payments against a snapshot. It is made once and shared by threads.
#[derive(Debug)]
pub struct Screener<'s> {
    matcher: Matcher<'s>,
    scanner: Scanner<'s>,
    rules: Rules,
    policy: Policy,
    day: String,
}

/// What one payment is screened with.
struct Run<'a, 's> {
    payment: &'a Payment,
    thresholds: Thresholds,
    assessment: Assessment<'s>,
}

/// A field of free text, and what it is of.
struct Free<'p> {
    field: &'p Field,
    of: &'static str,
    trade: bool,
}

impl<'s> Screener<'s> {
    /// A screener. `day` is the day on which rules and listings are looked at, as ISO 8601. The threshold and limit of `matcher` give way to
    /// those of the policy.
    #[must_use]
    pub fn new(matcher: &Matcher<'s>, scanner: Scanner<'s>, rules: Rules, policy: Policy, day: &str) -> Self {
        let corridors = policy.corridors.iter().filter_map(|corridor| corridor.thresholds);
        let threshold = corridors.map(|thresholds| thresholds.report).fold(policy.thresholds.report, f64::min);
        let settings = Settings { threshold, limit: MOST_HITS, ..matcher.settings().clone() };
        Self { matcher: Matcher::new(matcher.snapshot(), settings), scanner, rules, policy, day: day.to_owned() }
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
        for party in &payment.parties {
            self.party(party, &mut run, scratch);
        }
        self.texts(&mut run, scratch);
        if let Some(corridor) = corridor
            && let Some(decision) = corridor.decision.filter(|decision| *decision != Decision::Pass)
        {
            run.assessment.findings.push(Finding {
                decision,
                path: String::new(),
                value: String::new(),
                field_of: "corridor",
                score: 1.0,
                reason: Reason::Corridor { name: corridor.name.clone() },
                lapsed: None,
            });
        }
        if let Some(again) = history.and_then(|history| history.resubmission(payment)).filter(|again| again.stripped) {
            let first = again.differences.first();
            run.assessment.findings.push(Finding {
                decision: Decision::Hold,
                path: first.map(|difference| difference.path.clone()).unwrap_or_default(),
                value: first.and_then(|difference| difference.before.clone()).unwrap_or_default(),
                field_of: "resubmission",
                score: again.alike,
                reason: Reason::Stripping {
                    past: again.past.id.clone(),
                    day: again.past.day.clone(),
                    differences: again.differences.clone(),
                },
                lapsed: None,
            });
        }
        let mut assessment = run.assessment;
        assessment.findings.sort_by(|a, b| b.decision.cmp(&a.decision).then(b.score.total_cmp(&a.score)));
        assessment.decision = assessment.findings.iter().map(|finding| finding.decision).max().unwrap_or(Decision::Pass);
        assessment
    }

    /// A party as the structured party that it is: its names with its dates, countries and numbers; its town and country as places.
    fn party(&self, party: &Party, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) {
        let of = party.role.code();
        let Stated { entity, key } = stated(party);
        if scratch.clear.len() > MOST_CLEAR {
            scratch.clear.clear();
        }
        if !scratch.clear.contains(&key) {
            match Query::from_entity(&entity) {
                Ok(query) => {
                    let hits = self.matcher.screen(&query, &mut scratch.matching);
                    if hits.is_empty() {
                        scratch.clear.insert(key);
                    }
                    let report = run.thresholds.report;
                    for hit in hits.into_iter().filter(|hit| hit.score >= report) {
                        let name = hit.name.map(|name| name.text().to_owned()).unwrap_or_default();
                        // The field that agrees: the number where one does, else the name.
                        let field = hit
                            .identifiers
                            .first()
                            .and_then(|found| party.ids.iter().map(|id| &id.field).find(|field| field.value == found.query))
                            .or(party.names.first())
                            .or(party.ids.first().map(|id| &id.field));
                        let decided = hit.identifiers.iter().any(|found| found.exact);
                        let effects = scratch.effects.of(self.matcher.snapshot(), hit.entity, &self.day);
                        let decision = decide(hit.score, &hit.features, decided, hit.entity, &effects, run.thresholds);
                        let finding = Finding {
                            decision,
                            path: field.map_or_else(|| party.path.clone(), |field| field.path.clone()),
                            value: field.map(|field| field.value.clone()).unwrap_or_default(),
                            field_of: of,
                            score: hit.score,
                            reason: Reason::Listed { entity: hit.entity, name, features: hit.features, effects },
                            lapsed: None,
                        };
                        self.keep(finding, party, hit.entity, run);
                    }
                }
                Err(QueryError::Nothing) => {
                    if !party.role.is_agent() {
                        run.assessment.not_checked.push(format!("{}: {of} without a name or number", party.path));
                    }
                }
                Err(error) => run.assessment.not_checked.push(format!("{}: {error}", party.path)),
            }
        }
        self.party_places(party, run);
    }

    /// Keeps a finding, unless a good-guy rule takes it away.
    fn keep(&self, mut finding: Finding<'s>, party: &Party, listed: EntityRef<'s>, run: &mut Run<'_, 's>) {
        match self.policy.clears(party, listed, &self.day) {
            Some(Cleared::By(rule)) => {
                let (rule, because) = (rule.id.clone(), rule.reason.clone());
                run.assessment.suppressed.push(Suppressed { finding, rule, because });
            }
            Some(Cleared::Lapsed { rule, why }) => {
                finding.lapsed = Some(format!("{}: {why}", rule.id));
                run.assessment.findings.push(finding);
            }
            None => run.assessment.findings.push(finding),
        }
    }

    /// Embargoed places in what is stated of where a party is. Where somebody was born is no place of a payment.
    fn party_places(&self, party: &Party, run: &mut Run<'_, 's>) {
        let of = party.role.code();
        let address = &party.address;
        let residence = party.countries.iter().filter(|field| !field.path.ends_with("CtryOfBirth"));
        for field in address.country.iter().chain(residence) {
            Self::places(&self.rules.country(&field.value), field, of, run);
        }
        for field in address.town.iter().chain(&address.subdivision).chain(&address.street) {
            Self::places(&self.rules.places_in(&field.value), field, of, run);
        }
        for id in &party.ids {
            match id.kind {
                IdKind::Bic => Self::places(&self.rules.bic(&id.field.value), &id.field, of, run),
                IdKind::Iban => {
                    let country = id.field.value.get(..2).unwrap_or_default();
                    Self::places(&self.rules.country(country), &id.field, of, run);
                }
                _ => {}
            }
        }
    }

    fn places(found: &[PlaceFinding<'_>], field: &Field, of: &'static str, run: &mut Run<'_, 's>) {
        for PlaceFinding { rule, span } in found {
            let value = field.value.get(span.clone()).unwrap_or(&field.value).to_owned();
            run.assessment.findings.push(Finding {
                decision: rule.decision,
                path: field.path.clone(),
                value,
                field_of: of,
                score: 1.0,
                reason: Reason::Place {
                    name: rule.name.clone(),
                    regime: rule.regime,
                    measure: rule.measure.clone(),
                    source: rule.source.clone(),
                },
                lapsed: None,
            });
        }
    }

    /// All that is written freely, as one text of paragraphs: what one field says is context for the others.
    fn texts(&self, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) {
        let payment = run.payment;
        let mut fields: Vec<Free<'_>> = Vec::new();
        for text in &payment.texts {
            fields.push(Free { field: &text.field, of: text.kind.code(), trade: text.kind.is_trade() });
        }
        for party in &payment.parties {
            // Lines of an address that is not structured may have anything in them.
            for field in &party.address.lines {
                fields.push(Free { field, of: party.role.code(), trade: false });
            }
        }
        for reference in payment.references.iter().filter(|reference| reference.kind != RefKind::Uetr) {
            fields.push(Free { field: &reference.field, of: reference.kind.code(), trade: false });
        }
        let mut text = std::mem::take(&mut scratch.text);
        text.clear();
        scratch.starts.clear();
        for (index, free) in fields.iter().enumerate() {
            scratch.starts.push((text.len(), index));
            text.push_str(&free.field.value);
            text.push_str("\n\n");
        }
        for mention in self.scanner.scan(&text, &mut scratch.scan) {
            let at = scratch.starts.partition_point(|(start, _)| *start <= mention.span.start);
            let Some((_, index)) = at.checked_sub(1).and_then(|at| scratch.starts.get(at)) else { continue };
            if mention.score < run.thresholds.report {
                continue;
            }
            let finding = self.mentioned(&text, &mention, &fields[*index], run.thresholds, &mut scratch.effects);
            run.assessment.findings.push(finding);
        }
        scratch.text = text;
        for free in &fields {
            Self::places(&self.rules.places_in(&free.field.value), free.field, free.of, run);
            if free.trade {
                for found in self.rules.goods_in(&free.field.value) {
                    run.assessment.findings.push(Finding {
                        decision: Decision::Hold,
                        path: free.field.path.clone(),
                        value: free.field.value.get(found.span.clone()).unwrap_or_default().to_owned(),
                        field_of: free.of,
                        score: 1.0,
                        reason: Reason::Goods { category: found.rule.category.clone(), source: found.rule.source.clone() },
                        lapsed: None,
                    });
                }
            }
        }
    }

    /// A listed party in a free text. A name in a text may be there for many reasons, which a person must look at; a number of its own is
    /// the party.
    fn mentioned(
        &self,
        text: &str,
        mention: &Mention<'s>,
        free: &Free<'_>,
        thresholds: Thresholds,
        effects: &mut Effects,
    ) -> Finding<'s> {
        let effects = effects.of(self.matcher.snapshot(), mention.entity, &self.day);
        let shown = text.get(mention.span.clone()).unwrap_or_default();
        let (name, feature, decision) = match &mention.found {
            Found::Name { name, by_context } => {
                let why = if *by_context { ", which counts by what else is written" } else { "" };
                let detail = format!("\"{shown}\" against \"{}\"{why}", name.text());
                let decision = if mention.score >= thresholds.hold { Decision::Hold } else { Decision::Pass };
                (name.text().to_owned(), Feature { name: "name", value: mention.score, detail }, decision)
            }
            Found::Identifier { kind, listed, .. } => {
                let detail = format!("{kind} {shown} is {listed} of {}", mention.entity.id());
                let feature = Feature { name: "identifier", value: mention.score, detail };
                let decision =
                    decide(mention.score, std::slice::from_ref(&feature), true, mention.entity, &effects, thresholds);
                (String::new(), feature, decision)
            }
        };
        Finding {
            decision,
            path: free.field.path.clone(),
            value: shown.to_owned(),
            field_of: free.of,
            score: mention.score,
            reason: Reason::Listed { entity: mention.entity, name, features: vec![feature], effects },
            lapsed: None,
        }
    }
}

/// What becomes of a payment for a listed party.
///
/// It is blocked where a listing that blocks property is met for certain: by a number of the party's own, by the name of an organisation or
/// vessel that nothing contradicts, or by the name of a person with the date of birth. A person's name alone holds it: others bear it.
fn decide(
    score: f64,
    features: &[Feature],
    decided: bool,
    entity: EntityRef<'_>,
    effects: &[Effect],
    thresholds: Thresholds,
) -> Decision {
    let blocks = effects.iter().any(|effect| effect.role == ListRole::Blocked);
    let value =
        |name: &str| features.iter().filter(|feature| feature.name == name).map(|feature| feature.value).reduce(f64::max);
    let contradicted = ["birthDate", "country", "gender"].iter().any(|name| value(name) == Some(0.0));
    let person = entity.schema().is_none_or(|schema| !schema.is_a(Schema::Organization) && !schema.is_a(Schema::Vehicle));
    let born = value("birthDate").is_some_and(|value| value >= SAME_BIRTH);
    let certain = decided || (!contradicted && (!person || born));
    if blocks && certain && score >= thresholds.block {
        Decision::Block
    } else if score >= thresholds.hold {
        Decision::Hold
    } else {
        Decision::Pass
    }
}

/// From this value on two dates of birth do not differ.
const SAME_BIRTH: f64 = 0.9;

#[cfg(test)]
mod tests;
