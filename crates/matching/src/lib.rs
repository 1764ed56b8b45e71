//! From a query to findings: candidates out of the snapshot's indexes, a score from 0 to 1 made of named features, an alignment token by
//! token that a person can follow, and beside it the score that OFAC's own search page would give.
//!
//! Two steps. *Candidates* come from the token dictionary and the identifier index and cost little, whatever the size of the list. The
//! *score* is the same for a candidate and for a pair given by the user: names aligned, then dates, countries, gender and identifiers.
//! Every weight stands in [`Settings`], with its reason.

mod align;
mod candidates;
mod cluster;
mod edits;
mod explain;
mod features;
mod inverse;
mod matcher;
mod ofac;
mod query;
mod settings;
mod similarity;
mod token;
mod words;

pub use cluster::{Cluster, Clusterer, Clusters, Evidence, Judgement, Judgements, Link, Open, twins};
pub use explain::Explanation;
pub use features::Feature;
pub use inverse::{AskedWord, Inverse, InverseScratch, Reached, Written, WrittenWord, counts_as_half};
pub use matcher::{Comparison, Hit, MatchedIdentifier, Matcher, Scratch, WhyNot, WhyNotStep, compare, compare_explained};
pub use ofac::{OfacName, ofac_score};
pub use query::{MAX_NAME_BYTES, Query, QueryError};
pub use settings::{SettingField, Settings, SettingsError};
pub use words::{Reach, Spelled};
