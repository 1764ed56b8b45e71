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
pub use identity::{Identity, same_party};
pub use paths::{Above, Around, Hop, Neighbourhood, Owner, Path, Ways};
pub use verdict::{
    Aggregate, Assessment, Basis, Caution, ChainStep, Change, Contribution, Designated, Designation, Flip, HoldingIssue,
    Missing, MissingFact, Outcome, Ownership, Regime, Role, Rule, Standing, Verdict, all_designations, designations,
};
pub use vessel::{Fact, FoundBy, Holder, Imo, Vessel, by_number, is_vehicle, mmsi_country};
pub use wallet::{
    Added, Amount, AmountError, AssetExposure, CaseLost, Counterparty, DEFAULT_HOPS, ExposureMethod, ExposureOptions,
    Exposures, FIRST_CHARACTERS, LAST_CHARACTERS, ListedWallet, LookAlike, Lookup, MAX_HOPS, NearMiss, PathStep, RawTransfer,
    RowProblem, Side, TaintTotals, Transfer, TransferTime, TransferTimeError, Transfers, WalletExposure, WalletIndex,
    WalletListing, share,
};
