//! The command line of `wallet`.

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct WalletArgs {
    /// Addresses, of any family.
    pub(crate) addresses: Vec<String>,
}
