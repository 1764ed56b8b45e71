//! Wallets. A snapshot goes in and becomes an index of the listed addresses; texts go in and come out as listed, listed but for the
//! case of letters, like a listed one, or not listed. A file of transfers goes in, and how far each address is exposed to listed ones
//! comes out: directly, by hops, with amounts, shares and the path.

mod amount;
mod exposure;
mod flow;
mod index;
mod listed;
mod near;
mod time;
mod transfers;

pub use amount::{Amount, AmountError, share};
pub use exposure::{AssetExposure, Counterparty, Exposures, PathStep, Side, TaintTotals, WalletExposure};
pub use flow::{DEFAULT_HOPS, ExposureMethod, ExposureOptions, MAX_HOPS};
pub use index::{CaseLost, Lookup, WalletIndex};
pub use listed::{ListedWallet, WalletListing};
pub use near::{FIRST_CHARACTERS, LAST_CHARACTERS, LookAlike, NearMiss};
pub use time::{TransferTime, TransferTimeError};
pub use transfers::{Added, RawTransfer, RowProblem, Transfer, Transfers};
