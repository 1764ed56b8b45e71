//! The network around a name: who owns whom and what follows from it in law, how two parties are linked, who else is around, which
//! customers look like fronts, where wallets and vessels lead. A snapshot goes in; findings with the record of every fact come out.

mod drawing;
mod fronts;
mod graph;
mod paths;
mod verdict;
mod vessel;
mod wallet;

pub use wallet::{
    Added, Amount, AmountError, AssetExposure, CaseLost, Counterparty, DEFAULT_HOPS, ExposureMethod, ExposureOptions,
    Exposures, FIRST_CHARACTERS, LAST_CHARACTERS, ListedWallet, LookAlike, Lookup, MAX_HOPS, NearMiss, PathStep, RawTransfer,
    RowProblem, Side, TaintTotals, Transfer, TransferTime, TransferTimeError, Transfers, WalletExposure, WalletIndex,
    WalletListing, share,
};
