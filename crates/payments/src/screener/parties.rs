//! Parties of a payment against the snapshot, and the places where they are: a party goes in, findings and what was not checked come out.

use std::ops::Range;

use interdict_matching::{Feature, Hit, Query, QueryError};
use interdict_model::IdentifierKind;
use interdict_snapshot::EntityRef;

use super::decide::{Evidence, decide};
use super::query::{is_named, is_of_an_account, is_of_birth, is_placeholder, key_of, names_within, query_of};
use super::{Decision, Finding, PlaceEffect, Reason, Run, ScreenScratch, Screener, Suppressed};
use crate::message::{Field, IdKind, MessageKind, Party, PartyKind, Payment, Role};
use crate::policy::{Cleared, Thresholds};
use crate::rules::{PlaceFinding, PlaceRule};

/// Parties that are remembered; beyond, all are forgotten. Nothing found depends on what is remembered.
const MOST_CLEAR: usize = 1 << 16;

/// Parties of the snapshot that are given for one party of a payment, but for those that a list designates: of these, as many as
/// [`MOST_LISTED`].
pub(super) const MOST_HITS: usize = 10;

/// Parties of the snapshot that are looked at for one party of a payment where more than [`MOST_HITS`] are found.
pub(super) const MOST_LISTED: usize = 500;

impl<'s> Screener<'s> {
    /// A party as the structured party that it is: its names with its dates, countries and numbers; its town and country as places.
    pub(super) fn party(&self, party: &Party, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) {
        if party.is_empty() {
            // What a message only opens is no party.
            return;
        }
        let of = party.role.code();
        let key = key_of(party);
        if scratch.clear.len() > MOST_CLEAR {
            scratch.clear.clear();
        }
        if !scratch.clear.contains(&key) {
            match Query::from_entity(&query_of(party)) {
                Ok(query) => {
                    let hits = self.hits(&query, party, run, scratch);
                    let ignored: Vec<String> = unread_names(&query).map(|one| format!("{}: {of}: {one}", party.path)).collect();
                    if hits.is_empty() && ignored.is_empty() {
                        scratch.clear.insert(key);
                    }
                    run.assessment.not_checked.extend(ignored);
                    let report = run.thresholds.report;
                    for hit in hits.into_iter().filter(|hit| hit.score >= report || is_whole(&hit.features)) {
                        self.hit(hit, party, run, scratch);
                    }
                }
                Err(QueryError::Nothing) => {
                    // Where an account says which bank it is, formats have a word for none.
                    if !(party.role.is_agent() && party.ids.iter().all(|id| is_placeholder(&id.field.value))) {
                        run.assessment
                            .not_checked
                            .push(format!("{}: {of} without a name or a number of a known kind", party.path));
                    }
                }
                Err(error) => run.assessment.not_checked.push(format!("{}: {of}: {error}", party.path)),
            }
        }
        // A BIC or LEI says who it is; an account does not.
        let told = is_named(party)
            || party.role.is_agent()
            || party.ids.iter().any(|id| matches!(id.kind, IdKind::Bic | IdKind::Lei | IdKind::Wallet))
            || !party.ids.iter().any(|id| id.kind != IdKind::Other);
        if !told {
            run.assessment.not_checked.push(format!("{}: {of} without a name: only its numbers were checked", party.path));
        }
        self.party_places(party, run);
    }

    /// The parties of the snapshot that a party may be. So many that nobody is listed must not hide one that is.
    fn hits(&self, query: &Query, party: &Party, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) -> Vec<Hit<'s>> {
        // A date of birth lifts a name that is only half alike.
        if party.birth_date.is_none() && self.probe.screen(&query.clone().without_context(), &mut scratch.matching).is_empty() {
            return Vec::new();
        }
        let hits = self.matcher.screen(query, &mut scratch.deep);
        if hits.len() < MOST_HITS {
            return hits;
        }
        let mut hits = self.wide.screen(query, &mut scratch.deep);
        if hits.len() >= MOST_LISTED {
            run.assessment.not_checked.push(format!(
                "{}: {} may be one of {MOST_LISTED} parties or more: only so many were looked at",
                party.path,
                party.role.code()
            ));
        }
        let mut at = 0;
        hits.retain(|hit| {
            at += 1;
            let standing = scratch.effects.of(self.matcher.snapshot(), hit.entity, &self.day);
            at <= MOST_HITS || standing.designated || !standing.effects.is_empty()
        });
        hits
    }

    /// A party of the snapshot that a party of the payment may be.
    fn hit(&self, hit: Hit<'s>, party: &Party, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) {
        let name = hit.name.map(|name| name.text().to_owned()).unwrap_or_default();
        // The field that agrees: the number where one does, else the name.
        let stated = |query: &str| party.ids.iter().find(|id| id.field.value.trim() == query.trim());
        let number = hit.identifiers.iter().find_map(|found| stated(&found.query)).map(|id| &id.field);
        let field = number.or_else(|| agreeing(&hit, party)).or(party.names.first()).or(party.ids.first().map(|id| &id.field));
        let standing = scratch.effects.of(self.matcher.snapshot(), hit.entity, &self.day);
        let decides = self.matcher.settings().identifier_decides;
        // Identities are borrowed: a whole name is looked at whatever contradicts it, but by stricter thresholds of the user's own.
        let score = if is_whole(&hit.features) { hit.score.max(Thresholds::default().hold) } else { hit.score };
        let evidence = Evidence {
            score,
            features: &hit.features,
            unique: hit.identifiers.iter().any(|found| {
                let account = stated(&found.query).is_some_and(|id| id.kind == IdKind::Account);
                found.exact && found.value >= decides && (!account || is_of_an_account(&found.property))
            }),
            number: hit.identifiers.iter().any(|found| found.exact),
        };
        let finding = Finding {
            decision: decide(&evidence, hit.entity, &standing, run.thresholds),
            path: field.map_or_else(|| party.path.clone(), |field| field.path.clone()),
            value: field.map(|field| field.value.clone()).unwrap_or_default(),
            field_of: party.role.code(),
            score: hit.score,
            reason: Reason::Listed { entity: hit.entity, name, features: hit.features, effects: standing.effects },
            lapsed: None,
        };
        self.keep(finding, party, hit.entity, run);
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
        let countries = party.countries.iter().filter(|field| !is_of_birth(party, field));
        for field in address.country.iter().chain(countries) {
            places(&self.rules.country(&field.value), field, of, Decision::Block, run);
        }
        for field in address.town.iter().chain(&address.subdivision) {
            places(&self.rules.places_in(&field.value), field, of, Decision::Block, run);
        }
        // A street or a firm may be named after a place, and a human being like one.
        let names = party.names.iter().filter(|_| party.kind != PartyKind::Person);
        for field in address.street.iter().chain(names) {
            places(&self.rules.places_in(&field.value), field, of, Decision::Hold, run);
        }
        for id in &party.ids {
            match id.kind {
                IdKind::Bic => places(&self.rules.bic(&id.field.value), &id.field, of, Decision::Block, run),
                IdKind::Iban => {
                    let country = id.field.value.trim_start().get(..2).unwrap_or_default();
                    places(&self.rules.country(country), &id.field, of, Decision::Block, run);
                }
                _ => {}
            }
        }
    }
}

/// Whether nothing of a name is missing or different but legal forms and the like.
fn is_whole(features: &[Feature]) -> bool {
    /// As `screen` has it.
    const WHOLE: f64 = 0.97;
    features.iter().any(|feature| feature.name == "name" && feature.value > WHOLE)
}

/// What of the names of a query could not be compared, in words.
fn unread_names(query: &Query) -> impl Iterator<Item = &String> {
    let unread = |warning: &&String| warning.ends_with("; ignored") || warning.ends_with("its end was ignored");
    query.warnings().iter().filter(|warning| warning.starts_with("`name`")).filter(unread)
}

/// The name of a party that agrees with that of the snapshot.
fn agreeing<'p>(hit: &Hit<'_>, party: &'p Party) -> Option<&'p Field> {
    let feature = hit.features.iter().find(|feature| feature.name == "name")?;
    let says = |name: &str| feature.detail.starts_with(&format!("name \"{name}\" against"));
    let stated = party.names.iter().find(|field| says(&field.value));
    stated.or_else(|| party.names.iter().find(|field| names_within(&field.value).into_iter().any(says)))
}

/// Adds what places mean: a place is one finding in a field, with the rules of all regimes. `most` is what becomes of the payment at most.
pub(super) fn places(found: &[PlaceFinding<'_>], field: &Field, of: &'static str, most: Decision, run: &mut Run<'_, '_>) {
    let mut groups: Vec<(&PlaceRule, &Range<usize>, Vec<PlaceEffect>)> = Vec::new();
    for PlaceFinding { rule, span } in found {
        let effect = PlaceEffect {
            regime: rule.regime,
            measure: rule.measure.clone(),
            source: rule.source.clone(),
            decision: rule.decision.min(most),
        };
        let same = |other: &PlaceRule| (other.kind, &other.name, &other.country) == (rule.kind, &rule.name, &rule.country);
        match groups.iter_mut().find(|(other, _, _)| same(other)) {
            Some((_, _, effects)) if effects.contains(&effect) => {}
            Some((_, _, effects)) => effects.push(effect),
            None => groups.push((rule, span, vec![effect])),
        }
    }
    for (rule, span, rules) in groups {
        run.assessment.findings.push(Finding {
            decision: rules.iter().map(|effect| effect.decision).max().unwrap_or(Decision::Hold),
            path: field.path.clone(),
            value: field.value.get(span.clone()).unwrap_or(&field.value).to_owned(),
            field_of: of,
            score: 1.0,
            reason: Reason::Place { name: rule.name.clone(), rules },
            lapsed: None,
        });
    }
}

/// The sides of which a payment says nothing, in words: whom nobody named, nobody checked.
pub(super) fn missing(payment: &Payment) -> Vec<String> {
    let states = |roles: &[Role]| payment.parties.iter().any(|party| roles.contains(&party.role) && !party.is_empty());
    let debtor = states(&[Role::Debtor, Role::UltimateDebtor]);
    let creditor = states(&[Role::Creditor, Role::UltimateCreditor]);
    let mut missing = Vec::new();
    match payment.kind {
        // One of the two owns the account that the statement is of.
        MessageKind::Camt053 | MessageKind::Camt054 => {
            if !debtor && !creditor {
                missing.push("neither a debtor nor a creditor is stated".to_owned());
            }
        }
        // He who has the table pays.
        MessageKind::Payout => {
            if !creditor {
                missing.push("no creditor is stated".to_owned());
            }
        }
        _ => {
            for (stated, role) in [(debtor, Role::Debtor), (creditor, Role::Creditor)] {
                if !stated {
                    missing.push(format!("no {} is stated", role.code()));
                }
            }
        }
    }
    missing
}

/// Whether a number of a kind is nobody else's, wherever it stands.
pub(super) fn is_unique(kind: &str) -> bool {
    IdentifierKind::from_name(kind).is_some_and(IdentifierKind::is_self_validating)
}
