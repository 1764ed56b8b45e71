//! What a row shares with the circle of the listed. A row goes in; pieces of evidence come out, each with its weight, how common the value is,
//! and the record that states it.

use interdict_model::{Country, DateRelation, DateValue, Entity, Identifier, IdentifierKind, Schema};
use interdict_names::{AttributeKind, fold};
use interdict_snapshot::{EntityRef, KeyKind, NameRef, Snapshot};
use rustc_hash::FxHashSet;

use super::candidate::{Candidate, Officer};
use super::circle::{Circle, Member};
use super::namesakes::damping;
use super::rows::{Rows, is_person, officer_value, words_of};
use super::score::{Scored, combine};
use super::weights::{EvidenceGroup, EvidenceKind, FrontSettings};

/// A number with fewer characters is met in many registers.
const NUMBER_LENGTH: usize = 6;
/// Of one name at most so many parties are looked at.
const NAMED: usize = 20;

/// With whom a value is shared.
#[derive(Clone, Debug, PartialEq)]
pub enum Shared {
    /// A party of the snapshot.
    Party {
        /// Its position.
        entity: u32,
        /// Steps from the listed party: 0 for one that is listed, at most 2.
        steps: u8,
        /// The value as the snapshot states it.
        stated: String,
        /// Source and record that state it.
        record: String,
    },
    /// Another row of the file.
    Row {
        /// Its position among the candidates.
        row: usize,
        /// The party at which that row's evidence meets.
        anchor: u32,
    },
}

/// Something that a row shares with the network of a listed party.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// From 0 to 1: what it is worth, after all damping.
    pub weight: f64,
    /// The value as the file states it.
    pub value: String,
    /// With whom it is shared.
    pub shared: Shared,
    /// In how many rows of the file it is met, this one included; of a link between rows, how many values they share.
    pub in_file: u32,
    /// How many parties of the snapshot have it.
    pub in_snapshot: u32,
    /// What made it weigh more or less, in words; may be empty.
    pub detail: String,
}

/// Reads rows.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) snapshot: &'r Snapshot,
    pub(super) circle: &'r Circle,
    pub(super) settings: &'r FrontSettings,
    pub(super) rows: &'r Rows,
}

impl<'r> Reader<'r> {
    /// All evidence about a row, but for that of other rows and of words.
    pub(super) fn read(self, row: usize, candidate: &Candidate) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        self.values(candidate, &mut evidence);
        self.numbers(&candidate.entity, EvidenceKind::Registration, &mut evidence);
        for officer in &candidate.officers {
            self.officer(officer, &mut evidence);
        }
        for (entity, score) in self.rows.named[row].iter().take(NAMED) {
            let Some((member, party)) = self.party(*entity) else { continue };
            evidence.push(Evidence {
                kind: EvidenceKind::Name,
                weight: EvidenceKind::Name.weight().weight * self.quality(*score) * self.step(member),
                value: candidate.name().to_owned(),
                shared: shared(party, member, party.caption(), ""),
                in_file: 1,
                in_snapshot: self.rows.named[row].len() as u32,
                detail: format!("the names score {score:.2}; a name alone is for `screen` to judge"),
            });
        }
        evidence
    }

    /// The listed party whose name a row has.
    pub(super) fn named_as(self, row: usize) -> Option<(u32, f64)> {
        let listed = |entity: u32| self.circle.get(entity).is_some_and(|member| member.distance == 0);
        let named = self.rows.named[row].iter().copied();
        let named = named.filter(|(entity, score)| *score >= self.settings.name_listed && listed(*entity));
        // Of equals the first.
        named.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    fn party(self, entity: u32) -> Option<(&'r Member, EntityRef<'r>)> {
        Some((self.circle.get(entity)?, self.snapshot.entity_at(entity)?))
    }

    fn step(self, member: &Member) -> f64 {
        self.settings.steps[usize::from(member.distance).min(2)]
    }

    /// How surely two names are one, by their score.
    fn quality(self, score: f64) -> f64 {
        let FrontSettings { name_least, name_sure, .. } = *self.settings;
        // At the least score a name is still worth half.
        (0.5 + 0.5 * (score - name_least) / (name_sure - name_least)).clamp(0.0, 1.0)
    }

    fn values(self, candidate: &Candidate, evidence: &mut Vec<Evidence>) {
        for value in &candidate.values {
            let Some(kind) = EvidenceKind::of_attribute(value.kind) else { continue };
            let attributes = self.snapshot.attributes();
            let found = attributes.find(value.kind, &value.key).into_iter();
            // A mail domain and a web site on the same host are one operator's.
            let other = match value.kind {
                AttributeKind::MailDomain => attributes.find(AttributeKind::Website, &value.key),
                AttributeKind::Website => attributes.find(AttributeKind::MailDomain, &value.key),
                _ => None,
            };
            for found in found.chain(other) {
                let in_file = self.rows.count(value.kind, &value.key);
                let holders = found.holder_count();
                if kind.damping(in_file) == 0.0 || kind.damping(holders) == 0.0 {
                    continue;
                }
                for held in found.holders() {
                    let Some((member, party)) = self.party(held.entity()) else { continue };
                    // Parties of one circle that share it make it no more common.
                    let others = found.holders().filter(|other| member.near.binary_search(&other.entity()).is_err()).count();
                    let common = in_file + others as u32;
                    let weight = kind.weight().weight * kind.damping(common) * self.step(member);
                    if weight > 0.0 {
                        evidence.push(Evidence {
                            kind,
                            weight,
                            value: value.shown.clone(),
                            shared: shared(party, member, held.shown(), held.record()),
                            in_file,
                            in_snapshot: holders,
                            detail: String::new(),
                        });
                    }
                }
            }
        }
    }

    /// Numbers that a register gave, of a row or of somebody behind it.
    fn numbers(self, entity: &Entity, kind: EvidenceKind, evidence: &mut Vec<Evidence>) {
        let schema = entity.schema.known().unwrap_or(Schema::LegalEntity);
        for (property, values) in entity.properties() {
            let Some(number_kind) = IdentifierKind::from_property(schema, property).filter(|kind| is_of_register(*kind)) else {
                continue;
            };
            for value in values {
                let Ok(number) = Identifier::parse(number_kind, &value.text, None) else { continue };
                let key = number.lookup_key();
                if key.len() < NUMBER_LENGTH {
                    continue;
                }
                let hits: Vec<_> = self
                    .snapshot
                    .identifiers(&key)
                    .filter(|hit| IdentifierKind::from_name(hit.kind()).is_some_and(|listed| number_kind.may_equal(listed)))
                    .collect();
                for hit in &hits {
                    let Some((member, party)) = self.party(hit.entity().index()) else { continue };
                    if !party.schema().is_some_and(|listed| listed.comparable(schema)) {
                        continue;
                    }
                    let other_register = !number_kind.is_self_validating() && differ(entity, party);
                    let full = if kind == EvidenceKind::Person { self.settings.number_alike } else { kind.weight().weight };
                    let base = if other_register { self.settings.other_register } else { full };
                    let detail = if other_register { "the countries differ: the same digits of two registers?" } else { "" };
                    evidence.push(Evidence {
                        kind,
                        weight: base * kind.damping(hits.len() as u32) * self.step(member),
                        value: value.text.clone(),
                        shared: shared(party, member, hit.shown(), hit.record()),
                        in_file: 1,
                        in_snapshot: hits.len() as u32,
                        detail: detail.to_owned(),
                    });
                }
            }
        }
    }

    fn officer(self, officer: &Officer, evidence: &mut Vec<Evidence>) {
        self.numbers(&officer.entity, EvidenceKind::Person, evidence);
        let Some(known) = self.rows.known(officer) else { return };
        let in_file = known.rows.len() as u32;
        for (entity, score) in known.found.iter().take(NAMED) {
            let Some((member, party)) = self.party(*entity) else { continue };
            if is_person(officer) != party.schema().is_some_and(|schema| schema.is_a(Schema::Person)) {
                continue;
            }
            let (birth, says) = births(&officer.entity, party);
            // Somebody with hundreds of colleagues has more namesakes among them.
            let colleagues = f64::from(member.degree.max(10)) / 10.0;
            let rare = damping(known.namesakes * colleagues);
            let by_name = EvidenceKind::Person.weight().weight * rare * EvidenceKind::Person.damping(in_file.div_ceil(4));
            let weight = match birth {
                Birth::Contradicts => continue,
                Birth::Same => self.settings.born_alike,
                Birth::Fits => by_name + (self.settings.born_alike - by_name) / 3.0,
                Birth::Unknown => by_name,
            };
            let weight = weight * self.quality(*score) * self.step(member);
            if weight > 0.0 {
                let namesakes = match known.namesakes {
                    few if few < 0.5 => "a rare name".to_owned(),
                    many => format!("about {many:.0} in 100,000 have the name"),
                };
                evidence.push(Evidence {
                    kind: EvidenceKind::Person,
                    weight,
                    value: officer_value(officer),
                    shared: shared(party, member, party.caption(), ""),
                    in_file,
                    in_snapshot: known.found.len() as u32,
                    detail: [namesakes.as_str(), says]
                        .iter()
                        .filter(|text| !text.is_empty())
                        .copied()
                        .collect::<Vec<_>>()
                        .join("; "),
                });
            }
        }
    }

    /// A scored row with the rare words that its name shares with the parties it has other evidence of: alone a word is none.
    pub(super) fn with_words(self, candidate: &Candidate, mut scored: Scored) -> Scored {
        let supported = scored.evidence.iter().any(|one| one.kind.weight().group != EvidenceGroup::Naming);
        if !supported {
            return scored;
        }
        let mut parties: Vec<u32> = self.circle.anchors(scored.anchor).collect();
        parties.retain(|entity| {
            self.snapshot
                .entity_at(*entity)
                .is_some_and(|party| party.schema().is_some_and(|schema| schema.is_a(Schema::Organization)))
        });
        // A word of the address is a place's, not a name's.
        let places: FxHashSet<String> = ["address", "country"]
            .iter()
            .flat_map(|property| candidate.entity.texts(property))
            .flat_map(|text| fold(text).split(' ').map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for word in words_of(candidate.name()) {
            let in_file = self.rows.word_count(&word.text);
            let tokens = self.snapshot.tokens_by_key(KeyKind::Text, &word.text).filter(|token| token.text() == word.text);
            let postings: Vec<u32> = tokens.flat_map(|token| token.postings().iter().copied()).collect();
            let named = postings.iter().filter_map(|name| self.snapshot.name_at(*name)).map(NameRef::entity_index);
            let mut named: Vec<u32> = named.collect();
            named.sort_unstable();
            named.dedup();
            let Some(entity) = parties.iter().copied().find(|entity| named.binary_search(entity).is_ok()) else { continue };
            let Some((member, party)) = self.party(entity) else { continue };
            let others = named.iter().filter(|other| member.near.binary_search(other).is_err()).count() as u32;
            let weight = EvidenceKind::Word.weight().weight * EvidenceKind::Word.damping(in_file + others) * self.step(member);
            if weight > 0.0 && !places.contains(&word.text) {
                scored.evidence.push(Evidence {
                    kind: EvidenceKind::Word,
                    weight,
                    value: word.text,
                    shared: shared(party, member, party.caption(), ""),
                    in_file,
                    in_snapshot: named.len() as u32,
                    detail: String::new(),
                });
            }
        }
        scored.score = combine(scored.evidence.iter(), self.settings);
        scored
    }
}

fn shared(party: EntityRef<'_>, member: &Member, stated: &str, record: &str) -> Shared {
    let origin = party.origin();
    let record = if record.is_empty() { origin.record.as_str() } else { record };
    let record = [origin.source.as_str(), record].iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join(" ");
    Shared::Party { entity: party.index(), steps: member.distance, stated: stated.to_owned(), record }
}

/// Whether a kind of number is given by a register to one party. Codes of banks are those of their customers too, and what can be
/// called, written to or paid is an attribute.
fn is_of_register(kind: IdentifierKind) -> bool {
    use IdentifierKind::{Bic, Bik, CallSign, Iban, Isin, Mmsi, Other, Wallet};

    !kind.is_contact() && !matches!(kind, Bic | Bik | CallSign | Iban | Isin | Mmsi | Other | Wallet)
}

/// Whether both sides state where they are registered, and nowhere the same.
fn differ(entity: &Entity, party: EntityRef<'_>) -> bool {
    const STATED: [&str; 3] = ["jurisdiction", "mainCountry", "country"];
    let ours: Vec<Country> = STATED.iter().flat_map(|property| entity.texts(property)).filter_map(Country::parse).collect();
    let theirs: Vec<Country> = STATED.iter().flat_map(|property| party.texts(property)).filter_map(Country::parse).collect();
    !ours.is_empty() && !theirs.is_empty() && !ours.iter().any(|country| theirs.contains(country))
}

/// What dates of birth say.
enum Birth {
    Unknown,
    Same,
    Fits,
    Contradicts,
}

fn births(entity: &Entity, party: EntityRef<'_>) -> (Birth, &'static str) {
    let read = |text: &str| DateValue::parse(text).ok();
    let ours: Vec<DateValue> = entity.texts("birthDate").filter_map(read).collect();
    let theirs: Vec<DateValue> = party.texts("birthDate").filter_map(read).collect();
    let pairs = || ours.iter().flat_map(|a| theirs.iter().map(move |b| (a, a.relation(b))));
    if pairs().next().is_none() {
        (Birth::Unknown, "")
    } else if pairs().any(|(date, relation)| relation == DateRelation::Same && date.is_full_day()) {
        (Birth::Same, "the same date of birth")
    } else if pairs()
        .any(|(_, relation)| matches!(relation, DateRelation::Same | DateRelation::Compatible | DateRelation::DayMonthSwapped))
    {
        (Birth::Fits, "the date of birth fits")
    } else {
        (Birth::Contradicts, "")
    }
}
