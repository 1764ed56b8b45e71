//! From a hit to a decision that can be proved: customers under monitoring, alerts, cases, four-eyes decisions, whitelists, the audit chain,
//! replay. Snapshots, settings and customers go in; alerts, decisions and their proofs come out.
pub mod monitor;
