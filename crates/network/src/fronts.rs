//! Customers and vendors that look like unlisted fronts of a listed network. In go a graph with its snapshot and the rows of a file; out come
//! the rows that share with the circle of a listed party what parties do not share by chance, ranked, each with its evidence: which value, with
//! whom, how common it is, which record says so, and what else would explain it.
//!
//! A row is not a front because of its country, its language or what a name sounds like: none of them is read. What counts is what it has in
//! common with a listed party, or with one a step or two from it, and only what meets at *one* party counts together: the name of one listed
//! person and the building of an unrelated one are two coincidences and no finding. Evidence of different kinds is combined as independent
//! (one less the product of what each leaves open), of one group only the best; [`EVIDENCE`] and [`FrontSettings`] hold every number.

mod candidate;
mod circle;
mod evidence;
mod namesakes;
mod rows;
mod score;
mod weights;

use interdict_names::{AttributeKind, NameKind};
use rayon::prelude::*;

pub use self::candidate::{Candidate, CandidateValue, Officer, OfficerRole};
pub use self::evidence::{Evidence, Shared};
pub use self::weights::{EVIDENCE, EvidenceGroup, EvidenceKind, EvidenceWeight, FrontSettings};

use self::circle::Circle;
use self::evidence::Reader;
use self::rows::Rows;
use self::score::{Scored, score};
use crate::graph::Graph;

/// Finds the parties of a snapshot that a name may be of.
pub trait NameFinder: Sync {
    /// Positions of the parties with the score of their names, from 0 to 1, the best first.
    fn find(&self, name: &str, kind: NameKind) -> Vec<(u32, f64)>;
}

impl<F: Fn(&str, NameKind) -> Vec<(u32, f64)> + Sync> NameFinder for F {
    fn find(&self, name: &str, kind: NameKind) -> Vec<(u32, f64)> {
        self(name, kind)
    }
}

/// A row that looks like a front.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Position of the row among the candidates.
    pub row: usize,
    /// From 0 to 1.
    pub score: f64,
    /// Position of the listed party of whose network it looks to be.
    pub listed: u32,
    /// The evidence, the weightiest first.
    pub evidence: Vec<Evidence>,
    /// A listed party whose name the row has, with the score of the names: the row may be that party itself, which `screen` judges.
    pub named_as: Option<(u32, f64)>,
}

impl Finding {
    /// What else would explain it, one line for each kind of evidence.
    #[must_use]
    pub fn innocent(&self) -> Vec<&'static str> {
        let mut lines = Vec::new();
        for evidence in &self.evidence {
            let line = evidence.kind.weight().innocent;
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }
}

/// Looks for fronts of the listed parties of one graph.
#[derive(Debug)]
pub struct FrontFinder<'g> {
    graph: &'g Graph<'g>,
    circle: Circle,
    settings: FrontSettings,
}

impl<'g> FrontFinder<'g> {
    /// A finder over a graph. One without a snapshot has nobody listed by a list, and nothing is found in it.
    #[must_use]
    pub fn new(graph: &'g Graph<'g>, settings: FrontSettings) -> Self {
        Self { graph, circle: Circle::new(graph), settings }
    }

    /// The settings in force.
    #[must_use]
    pub fn settings(&self) -> &FrontSettings {
        &self.settings
    }

    /// How a party of the circle is linked to the listed one: the parties on the way from it, the listed one last. Empty when it is not of
    /// the circle.
    #[must_use]
    pub fn way(&self, entity: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut at = self.circle.get(entity).map(|_| entity);
        // Two steps and what is one party on the way; a circle of such parties ends too.
        while let Some(entity) = at.filter(|entity| !way.contains(entity)) {
            way.push(entity);
            at = self.circle.get(entity).and_then(|member| member.via).map(|(via, _)| via);
        }
        way
    }

    /// The rows that look like fronts, the likeliest first, and between equals in their order. The same rows, snapshot and settings give the
    /// same findings, on whatever number of threads.
    #[must_use]
    pub fn find(&self, candidates: &[Candidate], names: &impl NameFinder) -> Vec<Finding> {
        let Some(snapshot) = self.graph.snapshot() else { return Vec::new() };
        let rows = Rows::new(snapshot, candidates, names, &self.circle, self.settings.name_least);
        let reader = Reader { snapshot, circle: &self.circle, settings: &self.settings, rows: &rows };
        let mut evidence: Vec<Vec<Evidence>> =
            candidates.par_iter().enumerate().map(|(row, candidate)| reader.read(row, candidate)).collect();
        let rate = |(row, evidence): (usize, &Vec<Evidence>)| {
            score(evidence, &self.circle, &self.settings).map(|scored| reader.with_words(&candidates[row], scored))
        };
        let mut scored: Vec<Option<Scored>> = evidence.par_iter().enumerate().map(rate).collect();
        let mut passed = vec![false; candidates.len()];
        for _ in 0..self.settings.rounds {
            let found = |row: usize| scored[row].as_ref().filter(|scored| scored.score >= self.settings.threshold);
            let fresh: Vec<usize> = (0..scored.len()).filter(|row| !passed[*row] && found(*row).is_some()).collect();
            let mut touched = Vec::new();
            for row in fresh {
                passed[row] = true;
                let Some(front) = found(row) else { continue };
                for (other, link) in rows.links(row, candidates, front, &self.settings) {
                    evidence[other].push(link);
                    touched.push(other);
                }
            }
            touched.sort_unstable();
            touched.dedup();
            let again: Vec<(usize, Option<Scored>)> =
                touched.par_iter().map(|row| (*row, rate((*row, &evidence[*row])))).collect();
            for (row, scored_again) in again {
                scored[row] = scored_again;
            }
        }
        let mut findings: Vec<Finding> = scored
            .into_iter()
            .enumerate()
            .filter_map(|(row, scored)| {
                let Scored { score, listed, mut evidence, .. } = scored?;
                evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.kind.cmp(&b.kind)));
                let named_as = reader.named_as(row);
                (score >= self.settings.threshold).then_some(Finding { row, score, listed, evidence, named_as })
            })
            .collect();
        findings.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
        findings
    }
}

/// Values by which two rows of one file are linked, and how surely. An address alone is left out: rows of a building are neighbours.
fn links_rows(kind: AttributeKind) -> Option<EvidenceKind> {
    EvidenceKind::of_attribute(kind).filter(|kind| !matches!(kind, EvidenceKind::AddressLoose | EvidenceKind::Address))
}
