//! The rows of a file looked at together: who has which value and which people, which parties of the snapshot their names are like, and how
//! evidence passes from one row to another. Candidates go in; counts and links come out.

use interdict_model::Schema;
use interdict_names::{AttributeKind, NameKind, Token, TokenKind, parse_name};
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::candidate::{Candidate, Officer, OfficerRole};
use super::circle::Circle;
use super::evidence::{Evidence, Shared};
use super::namesakes::{Namesakes, damping, read};
use super::score::Scored;
use super::weights::{EvidenceGroup, EvidenceKind, FrontSettings};
use super::{NameFinder, links_rows};

/// A distinct name of somebody behind rows.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Rows in which it is met.
    pub(super) rows: Vec<u32>,
    /// Namesakes to expect among 100,000 people.
    pub(super) namesakes: f64,
    /// Parties of the circle that it may be, with the score of the names.
    pub(super) found: Vec<(u32, f64)>,
}

/// What is known of a file as a whole.
#[derive(Debug)]
pub(super) struct Rows {
    values: FxHashMap<(AttributeKind, String), Vec<u32>>,
    people: FxHashMap<String, Known>,
    words: FxHashMap<String, u32>,
    /// Of each row, the parties of the circle whose name it has or nearly has.
    pub(super) named: Vec<Vec<(u32, f64)>>,
}

/// Whether somebody is to be read as a person.
pub(super) fn is_person(officer: &Officer) -> bool {
    officer.entity.schema.is_a(Schema::Person)
}

/// Under what somebody's name is kept.
pub(super) fn name_key(officer: &Officer) -> Option<String> {
    let name = name_of(officer)?;
    let (_, key) = read(&name);
    // A firm is never a person of the same name.
    (!key.is_empty()).then(|| if is_person(officer) { key } else { format!("={key}") })
}

/// The name of somebody, whole or made of its parts.
pub(super) fn name_of(officer: &Officer) -> Option<String> {
    let entity = &officer.entity;
    let whole = ["name", "alias"].iter().find_map(|property| entity.first(property));
    whole.map(str::to_owned).or_else(|| entity.name_from_parts())
}

/// Somebody as evidence shows them.
pub(super) fn officer_value(officer: &Officer) -> String {
    format!("{} {}", officer.role.code(), name_of(officer).unwrap_or_default())
}

impl Rows {
    pub(super) fn new(
        snapshot: &Snapshot,
        candidates: &[Candidate],
        finder: &impl NameFinder,
        circle: &Circle,
        least: f64,
    ) -> Self {
        let mut values: FxHashMap<(AttributeKind, String), Vec<u32>> = FxHashMap::default();
        let mut people: FxHashMap<String, Known> = FxHashMap::default();
        let mut first: Vec<(String, String, NameKind)> = Vec::new();
        let mut words: FxHashMap<String, u32> = FxHashMap::default();
        let keyed: Vec<Vec<Option<String>>> =
            candidates.par_iter().map(|candidate| candidate.officers.iter().map(name_key).collect()).collect();
        for (row, (candidate, keys)) in candidates.iter().zip(keyed).enumerate() {
            let row = row as u32;
            for value in &candidate.values {
                push(values.entry((value.kind, value.key.clone())).or_default(), row);
            }
            for (officer, key) in candidate.officers.iter().zip(keys) {
                let (Some(key), Some(name)) = (key, name_of(officer)) else { continue };
                let kind = match officer.role {
                    _ if is_person(officer) => NameKind::Person,
                    OfficerRole::Owner if !officer.entity.schema.is_a(Schema::Organization) => NameKind::Unknown,
                    _ => NameKind::Organization,
                };
                let known = people.entry(key.clone()).or_insert_with(|| {
                    first.push((key, name, kind));
                    Known::default()
                });
                push(&mut known.rows, row);
            }
            for word in words_of(candidate.name()) {
                *words.entry(word.text).or_default() += 1;
            }
        }
        let tokens: Vec<Vec<Token>> = first.par_iter().map(|(_, name, _)| read(name).0).collect();
        let namesakes = Namesakes::new(snapshot, tokens.iter().map(Vec::as_slice));
        let in_circle = |found: Vec<(u32, f64)>| -> Vec<(u32, f64)> {
            found.into_iter().filter(|(entity, score)| *score >= least && circle.get(*entity).is_some()).collect()
        };
        let learnt: Vec<(f64, Vec<(u32, f64)>)> = first
            .par_iter()
            .zip(&tokens)
            .map(|((_, name, kind), tokens)| (namesakes.expected(tokens), in_circle(finder.find(name, *kind))))
            .collect();
        for ((key, _, _), (namesakes, found)) in first.into_iter().zip(learnt) {
            if let Some(known) = people.get_mut(&key) {
                known.namesakes = namesakes;
                known.found = found;
            }
        }
        let named = candidates
            .par_iter()
            .map(|candidate| {
                let kind = if candidate.entity.schema.is_a(Schema::Person) { NameKind::Person } else { NameKind::Organization };
                in_circle(finder.find(candidate.name(), kind))
            })
            .collect();
        Self { values, people, words, named }
    }

    /// In how many rows a value is met.
    pub(super) fn count(&self, kind: AttributeKind, key: &str) -> u32 {
        self.values.get(&(kind, key.to_owned())).map_or(0, |rows| rows.len() as u32)
    }

    /// What is known of somebody's name.
    pub(super) fn known(&self, officer: &Officer) -> Option<&Known> {
        self.people.get(&name_key(officer)?)
    }

    /// In how many names of rows a word is met.
    pub(super) fn word_count(&self, word: &str) -> u32 {
        self.words.get(word).copied().unwrap_or_default()
    }

    /// The rows that share with a front what its kind does not share by chance, with the evidence that follows.
    pub(super) fn links(
        &self,
        row: usize,
        candidates: &[Candidate],
        front: &Scored,
        settings: &FrontSettings,
    ) -> Vec<(usize, Evidence)> {
        let mut shared: Vec<(u32, EvidenceKind, f64, String)> = Vec::new();
        for value in &candidates[row].values {
            let Some(kind) = links_rows(value.kind) else { continue };
            // What is evidence itself is evidence in the other row too, and is not told twice.
            if front.evidence.iter().any(|one| one.kind == kind && one.value == value.shown) {
                continue;
            }
            let rows = self.values.get(&(value.kind, value.key.clone())).map_or(&[][..], Vec::as_slice);
            let weight = kind.weight().weight * kind.damping(rows.len() as u32);
            if weight > 0.0 {
                let says = || format!("{} {}", kind.label(), value.shown);
                shared.extend(rows.iter().map(|other| (*other, kind, weight, says())));
            }
        }
        for officer in &candidates[row].officers {
            let Some(known) = self.known(officer) else { continue };
            let told = officer_value(officer);
            if front.evidence.iter().any(|one| one.kind == EvidenceKind::Person && one.value == told) {
                continue;
            }
            let few = EvidenceKind::Row.damping(known.rows.len() as u32 / 2);
            let weight = EvidenceKind::Person.weight().weight * damping(known.namesakes) * few;
            if weight > 0.0 {
                shared.extend(known.rows.iter().map(|other| (*other, EvidenceKind::Person, weight, told.clone())));
            }
        }
        // What came from another row does not go back to it.
        let came_from =
            |other: usize| front.evidence.iter().any(|one| matches!(one.shared, Shared::Row { row, .. } if row == other));
        shared.retain(|(other, ..)| *other as usize != row && !came_from(*other as usize));
        shared.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(b.2.total_cmp(&a.2)).then(a.3.cmp(&b.3)));
        let mut links = Vec::new();
        for together in shared.chunk_by(|a, b| a.0 == b.0) {
            let mut best = [0.0_f64; EvidenceGroup::COUNT];
            for (_, kind, weight, _) in together {
                let held = &mut best[kind.weight().group as usize];
                *held = held.max(*weight);
            }
            let groups = best.iter().filter(|weight| **weight > 0.0).count();
            // One mail domain or one name is no link between rows; an account is.
            if groups < 2 && best[EvidenceGroup::Money as usize] == 0.0 {
                continue;
            }
            let strength = 1.0 - best.iter().map(|weight| 1.0 - weight).product::<f64>();
            let mut says: Vec<String> = together.iter().map(|(_, _, _, says)| says.clone()).collect();
            says.dedup();
            links.push((
                together[0].0 as usize,
                Evidence {
                    kind: EvidenceKind::Row,
                    weight: EvidenceKind::Row.weight().weight * strength * front.score,
                    value: says.join("; "),
                    shared: Shared::Row { row, anchor: front.anchor },
                    in_file: together.len() as u32,
                    in_snapshot: 0,
                    detail: format!("row {} scores {:.2}", row_name(&candidates[row]), front.score.min(settings.score_cap)),
                },
            ));
        }
        links
    }
}

fn row_name(candidate: &Candidate) -> String {
    if candidate.entity.id.is_empty() { candidate.name().to_owned() } else { candidate.entity.id.clone() }
}

/// Words of a firm's name that say which firm it is.
pub(super) fn words_of(name: &str) -> Vec<Token> {
    let mut words: Vec<Token> = parse_name(name, NameKind::Organization).tokens;
    words.retain(|token| token.kind == TokenKind::Word && token.common == 0 && token.text.len() >= 4);
    words.sort_by(|a, b| a.text.cmp(&b.text));
    words.dedup_by(|a, b| a.text == b.text);
    words
}

/// Rows come in order, so that one which is there already is the last.
fn push(rows: &mut Vec<u32>, row: u32) {
    if rows.last() != Some(&row) {
        rows.push(row);
    }
}
