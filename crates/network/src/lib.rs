//! The network around a name: who owns whom and what follows from it in law, how two parties are linked, who else is around, which
//! customers look like fronts, where wallets and vessels lead. A snapshot goes in; findings with the record of every fact come out.

mod communities;
pub mod drawing;
mod fronts;
mod graph;
mod identity;
mod paths;
mod verdict;
mod vessel;
mod wallet;

pub use communities::{Community, Scope, Tie};
pub use fronts::{
    Candidate, CandidateValue, EVIDENCE, Evidence, EvidenceGroup, EvidenceKind, EvidenceWeight, Finding, FrontFinder,
    FrontSettings, NameFinder, Officer, OfficerRole, Shared,
};
pub use graph::{Graph, Link, LinkKind, Step, Told, WEIGHTS, Weight, Weights, is_power};
pub use identity::Identity;
pub use paths::{Around, Hop, Neighbourhood, Path, Ways};
pub use verdict::{
    Aggregate, Assessment, Basis, Caution, Change, Contribution, Designated, Designation, Flip, HoldingIssue, Missing,
    MissingFact, Outcome, Ownership, Regime, Role, Rule, Standing, Step as ChainStep, Verdict, all_designations, designations,
};
