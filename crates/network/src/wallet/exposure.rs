//! How far addresses are exposed to listed ones. Transfers go in; for an address, or all of them, come out the funds received from and
//! sent to listed addresses, directly and by hops, in each asset, as amounts and as a share of all funds, with the path by which most came.
//!
//! What an address received is followed in the order of time, what it sent against it: the same computation with senders and receivers,
//! earlier and later, exchanged. What an address sends beyond what it had received in the file is of unknown origin, and not exposed.

use rustc_hash::FxHashMap;

use super::amount::{Amount, share};
use super::flow::{ExposureOptions, Flow};
use super::index::WalletIndex;
use super::transfers::{Transfer, Transfers};

/// The exposure of all addresses of a file.
#[derive(Debug)]
pub struct Exposures<'t> {
    transfers: &'t Transfers,
    options: ExposureOptions,
    forward: Flow,
    backward: Flow,
    accounts_of: Vec<Vec<u32>>,
    direct_from: FxHashMap<u32, Vec<(u32, u32)>>,
    direct_to: FxHashMap<u32, Vec<(u32, u32)>>,
}

/// The exposure of one address.
#[derive(Debug, Clone, PartialEq)]
pub struct WalletExposure {
    /// The address, in the form to show.
    pub address: String,
    /// Its canonical key.
    pub key: String,
    /// Whether it is listed itself: then all its funds are those of a listed party, and nothing is computed but totals.
    pub is_listed: bool,
    /// By asset, in the order of their names.
    pub assets: Vec<AssetExposure>,
}

/// Exposure in one asset.
#[derive(Debug, Clone, PartialEq)]
pub struct AssetExposure {
    /// The asset, in upper case; empty where the file does not say it.
    pub asset: String,
    /// Of what it received.
    pub received: Side,
    /// Of what it sent.
    pub sent: Side,
}

/// Exposure of what was received or sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// All that was received or sent, transfers to itself apart.
    pub total: Amount,
    /// In how many transfers.
    pub transfers: u32,
    /// From or to listed addresses, by hops: the first is direct.
    pub by_hops: Vec<Amount>,
    /// Over more hops than were asked for.
    pub beyond: Amount,
    /// The listed addresses dealt with directly, the largest amounts first.
    pub direct: Vec<Counterparty>,
    /// What the largest single contribution is; zero without exposure.
    pub path_amount: Amount,
    /// The transfers by which it went, from the listed address or to it, in the order of time.
    pub path: Vec<PathStep>,
}

/// A listed address dealt with directly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterparty {
    /// The listed address, by its key.
    pub key: String,
    /// In all.
    pub amount: Amount,
    /// In how many transfers.
    pub transfers: u32,
}

/// A transfer on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The address that sent.
    pub from: String,
    /// The address that received.
    pub to: String,
    /// The whole amount of the transfer.
    pub amount: Amount,
    /// When.
    pub time: super::time::TransferTime,
    /// Id of the transaction; empty where the file has none.
    pub tx: String,
    /// Line in the file.
    pub line: u64,
}

/// What became of all that listed addresses sent, in one asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaintTotals {
    /// Sent by listed addresses to others.
    pub emitted: Amount,
    /// Of it, still with addresses that are not listed.
    pub held: Amount,
    /// Of it, back with listed addresses.
    pub absorbed: Amount,
}

impl Side {
    /// Directly from or to listed addresses.
    #[must_use]
    pub fn direct_amount(&self) -> Amount {
        self.by_hops.first().copied().unwrap_or_default()
    }

    /// Over two hops and more, as far as was asked for.
    #[must_use]
    pub fn indirect_amount(&self) -> Amount {
        Amount(self.by_hops.iter().skip(1).map(|amount| amount.0).sum())
    }

    /// Directly and indirectly, as far as was asked for.
    #[must_use]
    pub fn exposed(&self) -> Amount {
        Amount(self.by_hops.iter().map(|amount| amount.0).sum())
    }

    /// The share of all funds that is exposed, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        share(self.exposed(), self.total)
    }
}

impl WalletExposure {
    /// Whether anything within the hops asked for came from or went to a listed address.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.assets.iter().any(|asset| !asset.received.exposed().is_zero() || !asset.sent.exposed().is_zero())
    }
}

impl<'t> Exposures<'t> {
    /// Follows all funds. Time and memory grow with the number of transfers times the number of hops.
    #[must_use]
    pub fn trace(transfers: &'t Transfers, options: ExposureOptions) -> Self {
        let order = transfers.in_time_order();
        let run = |backwards| Flow::run(transfers, &order, backwards, options);
        let (forward, backward) = rayon::join(|| run(false), || run(true));
        let mut accounts_of = vec![Vec::new(); transfers.nodes.len()];
        for (at, account) in transfers.accounts.iter().enumerate() {
            accounts_of[account.node as usize].push(at as u32);
        }
        let direct = |flow: &Flow| {
            let mut direct: FxHashMap<u32, Vec<(u32, u32)>> = FxHashMap::default();
            for (account, listed, row) in &flow.direct {
                direct.entry(*account).or_default().push((*listed, *row));
            }
            direct
        };
        let (direct_from, direct_to) = (direct(&forward), direct(&backward));
        Self { transfers, options, forward, backward, accounts_of, direct_from, direct_to }
    }

    /// What was asked for.
    #[must_use]
    pub fn options(&self) -> ExposureOptions {
        self.options
    }

    /// The exposure of an address, however it is written; `None` where no transfer of the file has it.
    #[must_use]
    pub fn of(&self, index: &WalletIndex, raw: &str) -> Option<WalletExposure> {
        self.transfers.find(index, raw).map(|node| self.exposure(node))
    }

    /// All addresses that are listed or exposed: the listed ones first, then by their largest share of any asset, received or sent. They
    /// are made one by one, because of a large file there may be many.
    pub fn exposed(&self) -> impl Iterator<Item = WalletExposure> {
        let nodes = self.transfers.nodes.iter().enumerate();
        let mut found: Vec<(bool, f64, u32)> = nodes
            .filter_map(|(at, node)| {
                let share = self.accounts_of[at].iter().filter_map(|account| self.account_share(*account)).reduce(f64::max);
                let reached = node.is_listed || share.is_some();
                reached.then(|| (node.is_listed, share.unwrap_or_default(), at as u32))
            })
            .collect();
        let key = |at: u32| &self.transfers.nodes[at as usize].key;
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| key(a.2).cmp(key(b.2))));
        found.into_iter().map(|(_, _, node)| self.exposure(node))
    }

    /// The larger of the two shares of an account; `None` without exposure within the hops asked for.
    fn account_share(&self, account: u32) -> Option<f64> {
        let side = |flow: &Flow| {
            let exposed = flow.received(account)?.0.iter().sum::<u128>();
            (exposed > 0).then(|| share(Amount(exposed), Amount(flow.total(account).0)))
        };
        let (received, sent) = (side(&self.forward), side(&self.backward));
        received.into_iter().chain(sent).reduce(f64::max)
    }

    /// What became of all that listed addresses sent, by asset. With the haircut, `emitted` is the sum of the others.
    #[must_use]
    pub fn taint_totals(&self) -> Vec<(String, TaintTotals)> {
        let mut totals: Vec<(String, TaintTotals)> = Vec::new();
        let mut places: FxHashMap<u32, usize> = FxHashMap::default();
        for (at, account) in self.transfers.accounts.iter().enumerate() {
            let place = *places.entry(account.asset).or_insert_with(|| {
                totals.push((self.transfers.asset_name(account.asset).to_owned(), TaintTotals::default()));
                totals.len() - 1
            });
            let total = &mut totals[place].1;
            total.emitted.0 += self.forward.emitted[at];
            total.held.0 += self.forward.held(at as u32);
            total.absorbed.0 += self.forward.absorbed[at];
        }
        totals.sort_by(|a, b| a.0.cmp(&b.0));
        totals
    }

    fn exposure(&self, node: u32) -> WalletExposure {
        let of = &self.transfers.nodes[node as usize];
        let mut assets: Vec<AssetExposure> = self.accounts_of[node as usize]
            .iter()
            .map(|account| AssetExposure {
                asset: self.transfers.asset_name(self.transfers.accounts[*account as usize].asset).to_owned(),
                received: self.side(&self.forward, &self.direct_from, *account, true),
                sent: self.side(&self.backward, &self.direct_to, *account, false),
            })
            .collect();
        assets.sort_by(|a, b| a.asset.cmp(&b.asset));
        WalletExposure { address: of.shown.to_string(), key: of.key.to_string(), is_listed: of.is_listed, assets }
    }

    fn side(&self, flow: &Flow, direct: &FxHashMap<u32, Vec<(u32, u32)>>, account: u32, reverse: bool) -> Side {
        let (total, transfers) = flow.total(account);
        let (by_hops, beyond) = flow.received(account).map_or_else(
            || (vec![Amount::ZERO; self.options.hops], 0),
            |(by_hops, beyond)| (by_hops.iter().map(|amount| Amount(*amount)).collect(), beyond),
        );
        let (path_amount, mut rows) = flow.path(account).unwrap_or_default();
        if reverse {
            rows.reverse();
        }
        let path = rows.iter().filter_map(|row| self.transfers.get(*row as usize)).map(PathStep::from).collect();
        let mut counterparties: Vec<Counterparty> = Vec::new();
        let mut places: FxHashMap<u32, usize> = FxHashMap::default();
        for (listed, row) in direct.get(&account).into_iter().flatten() {
            let node = self.transfers.accounts[*listed as usize].node;
            let place = *places.entry(node).or_insert_with(|| {
                let key = self.transfers.nodes[node as usize].key.to_string();
                counterparties.push(Counterparty { key, amount: Amount::ZERO, transfers: 0 });
                counterparties.len() - 1
            });
            let held = &mut counterparties[place];
            held.amount.0 = held.amount.0.saturating_add(self.transfers.rows[*row as usize].amount);
            held.transfers += 1;
        }
        counterparties.sort_by(|a, b| (b.amount, &a.key).cmp(&(a.amount, &b.key)));
        Side {
            total: Amount(total),
            transfers,
            by_hops,
            beyond: Amount(beyond),
            direct: counterparties,
            path_amount: Amount(path_amount),
            path,
        }
    }
}

impl From<Transfer<'_>> for PathStep {
    fn from(transfer: Transfer<'_>) -> Self {
        let Transfer { from, to, amount, time, tx, line, .. } = transfer;
        Self { from: from.to_owned(), to: to.to_owned(), amount, time, tx: tx.to_owned(), line }
    }
}
