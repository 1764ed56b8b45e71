//! Lists that indicators look things up in: programs, hardware, VPN services, networks of the DPRK, disposable domains; built-in tables
//! (`data/*.tsv`) and the user's own.

/// The lists of a run.
#[derive(Debug, Default)]
pub struct Lists {}
