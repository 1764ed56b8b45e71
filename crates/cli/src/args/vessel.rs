//! The command line of `vessel`.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct VesselArgs {
    /// IMO numbers, MMSIs, call signs or names of vessels; registrations, serial numbers or names of aircraft.
    pub(crate) vessels: Vec<String>,
}
