//! Transfers between wallets. Rows of text go in one by one, in the order of a file; a row that is none comes back with its field and
//! the reason. What is kept: addresses by their canonical key, exact amounts, moments, transactions, and which addresses are listed.

use std::hash::{Hash, Hasher};

use interdict_model::{WalletError, WalletFamily, wallet_text};
use rustc_hash::{FxHashMap, FxHasher};

use super::amount::Amount;
use super::index::{Lookup, WalletIndex};
use super::listed::ListedWallet;
use super::time::TransferTime;

/// Longest id of a transaction or name of an asset, in bytes. A contract's address or a hash has fewer than 100.
const MAX_TEXT: usize = 200;

/// A row as a file has it.
#[derive(Debug, Clone, Copy)]
pub struct RawTransfer<'r> {
    /// The address that sends.
    pub from: &'r str,
    /// The address that receives.
    pub to: &'r str,
    /// The asset; `None` where the file does not say it at all, so that all its rows are of one.
    pub asset: Option<&'r str>,
    /// The amount, in units of the asset.
    pub amount: &'r str,
    /// When.
    pub time: &'r str,
    /// Id of the transaction; `None` where the file has none.
    pub tx: Option<&'r str>,
    /// Line in the file, from 1.
    pub line: u64,
}

/// Why a row is no transfer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct RowProblem {
    /// The field: `from`, `to`, `asset`, `amount`, `time` or `tx`.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// What became of a row that was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// Whether sender and receiver are one address: nothing changes hands, and it is counted as neither received nor sent.
    pub own: bool,
    /// What a person should know of an address that is met for the first time.
    pub warnings: Vec<String>,
}

/// A transfer.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'t> {
    /// The address that sends, in the form to show.
    pub from: &'t str,
    /// The address that receives.
    pub to: &'t str,
    /// The asset, in upper case; empty where the file does not say it.
    pub asset: &'t str,
    /// The amount.
    pub amount: Amount,
    /// When.
    pub time: TransferTime,
    /// Id of the transaction; empty where the file has none.
    pub tx: &'t str,
    /// Line in the file, from 1.
    pub line: u64,
}

/// An address that occurs.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) key: Box<str>,
    pub(super) shown: Box<str>,
    pub(super) is_listed: bool,
}

/// What one address has of one asset.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    pub(super) node: u32,
    pub(super) asset: u32,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) amount: u128,
    time: TransferTime,
    line: u64,
    tx: (usize, u8),
}

/// All transfers of a file.
#[derive(Debug, Default)]
pub struct Transfers {
    pub(super) nodes: Vec<Node>,
    pub(super) accounts: Vec<Account>,
    pub(super) rows: Vec<Row>,
    assets: Vec<Box<str>>,
    /// The sum of all amounts of each asset: what fits here fits every sum made later.
    sums: Vec<Amount>,
    tx_texts: String,
    own: u64,
    nodes_by_text: FxHashMap<Box<str>, u32>,
    nodes_by_key: FxHashMap<Box<str>, u32>,
    assets_by_text: FxHashMap<Box<str>, u32>,
    accounts_by_pair: FxHashMap<(u32, u32), u32>,
    rows_by_hash: FxHashMap<u64, u32>,
}

impl Transfers {
    /// Takes a row. An address with a wrong checksum or of no known family is taken as it stands, with a warning; one that is listed but
    /// for its case is the listed one. A row that repeats an earlier one in all fields, with the id of its transaction, is refused.
    pub fn add(&mut self, index: &WalletIndex, raw: &RawTransfer<'_>) -> Result<Added, RowProblem> {
        let problem = |field, reason: String| RowProblem { field, reason };
        let amount = Amount::parse(raw.amount).map_err(|error| problem("amount", error.to_string()))?;
        let time = TransferTime::parse(raw.time).map_err(|error| problem("time", error.to_string()))?;
        let tx = raw.tx.unwrap_or_default().trim();
        let tx_length = u8::try_from(tx.len()).ok().filter(|length| usize::from(*length) <= MAX_TEXT);
        let tx_length = tx_length.ok_or_else(|| problem("tx", format!("has {} bytes; the limit is {MAX_TEXT}", tx.len())))?;
        let asset = self.asset(raw.asset)?;
        let mut added = Added::default();
        let from = self.node(index, raw.from, "from", &mut added.warnings)?;
        let to = self.node(index, raw.to, "to", &mut added.warnings)?;
        added.own = from == to;
        let sum = self.sums[asset as usize].checked_add(amount);
        let sum = sum.ok_or_else(|| problem("amount", "makes the sum of all amounts of the asset too large".to_owned()))?;
        let (from, to) = (self.account(from, asset), self.account(to, asset));
        let row = Row { from, to, amount: amount.0, time, line: raw.line, tx: (self.tx_texts.len(), tx_length) };
        if !tx.is_empty()
            && let Some(line) = self.repeated(&row, tx)
        {
            return Err(problem("tx", format!("the row repeats line {line} in all fields")));
        }
        self.sums[asset as usize] = sum;
        self.own += u64::from(added.own);
        self.tx_texts.push_str(tx);
        self.rows.push(row);
        Ok(added)
    }

    /// Number of transfers taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of addresses.
    #[must_use]
    pub fn address_count(&self) -> usize {
        self.nodes.len()
    }

    /// Number of listed addresses among them.
    #[must_use]
    pub fn listed_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.is_listed).count()
    }

    /// Number of transfers of an address to itself.
    #[must_use]
    pub fn own_count(&self) -> u64 {
        self.own
    }

    /// The transfer at a position, from 0.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Transfer<'_>> {
        let row = self.rows.get(at)?;
        let account = |at: u32| self.accounts[at as usize];
        let shown = |at: u32| &*self.nodes[account(at).node as usize].shown;
        let (begin, length) = row.tx;
        Some(Transfer {
            from: shown(row.from),
            to: shown(row.to),
            asset: self.asset_name(account(row.from).asset),
            amount: Amount(row.amount),
            time: row.time,
            tx: self.tx_texts.get(begin..begin + usize::from(length)).unwrap_or_default(),
            line: row.line,
        })
    }

    pub(super) fn asset_name(&self, asset: u32) -> &str {
        &self.assets[asset as usize]
    }

    /// Positions of the transfers in the order of time; those of one moment in the order of the file. Those of an address to itself are
    /// left out.
    pub(super) fn in_time_order(&self) -> Vec<u32> {
        let rows = self.rows.iter().enumerate().filter(|(_, row)| row.from != row.to);
        let mut order: Vec<u32> = rows.map(|(at, _)| at as u32).collect();
        order.sort_by_key(|at| self.rows[*at as usize].time);
        order
    }

    /// The node of an address, however it is written.
    pub(super) fn find(&self, index: &WalletIndex, raw: &str) -> Option<u32> {
        if let Some(node) = self.nodes_by_text.get(raw.trim()) {
            return Some(*node);
        }
        let key = match index.look_up(raw) {
            Lookup::NotListed { address, .. } => address.key,
            Lookup::Invalid { .. } => wallet_text(raw).ok()?,
            found => found.hits().first()?.key.clone(),
        };
        self.nodes_by_key.get(key.as_str()).copied()
    }

    fn asset(&mut self, raw: Option<&str>) -> Result<u32, RowProblem> {
        let problem = |reason| Err(RowProblem { field: "asset", reason });
        let text = match raw.map(str::trim) {
            None => "",
            Some("") => return problem("is empty".to_owned()),
            Some(text) if text.len() > MAX_TEXT => {
                return problem(format!("has {} bytes; the limit is {MAX_TEXT}", text.len()));
            }
            Some(text) => text,
        };
        if let Some(asset) = self.assets_by_text.get(text) {
            return Ok(*asset);
        }
        let name: Box<str> = text.to_uppercase().into();
        let asset = *self.assets_by_text.entry(name.clone()).or_insert_with(|| {
            self.assets.push(name);
            self.sums.push(Amount::ZERO);
            self.assets.len() as u32 - 1
        });
        self.assets_by_text.insert(text.into(), asset);
        Ok(asset)
    }

    fn node(
        &mut self,
        index: &WalletIndex,
        raw: &str,
        field: &'static str,
        warnings: &mut Vec<String>,
    ) -> Result<u32, RowProblem> {
        let text = raw.trim();
        if let Some(node) = self.nodes_by_text.get(text) {
            return Ok(*node);
        }
        let listed = |listed: &ListedWallet| (listed.key.clone(), listed.shown.clone(), true);
        let mut warn = |words: String| warnings.push(format!("{field}: `{text}` {words}"));
        let (key, shown, is_listed) = match index.look_up(text) {
            Lookup::Listed { listed: found, .. } | Lookup::Unverified { listed: found } => listed(found),
            Lookup::CaseLost(found) => {
                warn(format!(
                    "is taken for the listed {}: it differs from it in the case of letters alone",
                    found.listed.shown
                ));
                listed(found.listed)
            }
            Lookup::Ambiguous(found) => {
                warn("is listed, but for the case of letters, under several addresses; it is taken for the first".to_owned());
                found.first().map_or_else(|| (text.to_owned(), text.to_owned(), true), |first| listed(first))
            }
            Lookup::NotListed { address, look_alikes, .. } => {
                if let Some(like) = look_alikes.first() {
                    warn(format!("is not listed and looks like the listed {}", like.listed.shown));
                }
                // The form to show must not depend on which of several comes first.
                let shown = if address.family == WalletFamily::Evm { address.shown } else { address.key.clone() };
                (address.key, shown, false)
            }
            Lookup::Invalid { error: error @ (WalletError::Empty | WalletError::TooLong(_)), .. } => {
                return Err(RowProblem { field, reason: error.to_string() });
            }
            Lookup::Invalid { error, near } => {
                let meant = near.first().map(|near| format!("; nearly the listed {}", near.listed.shown)).unwrap_or_default();
                warn(format!("is taken as it stands: {error}{meant}"));
                let text = wallet_text(text).unwrap_or_else(|_| text.to_owned());
                (text.clone(), text, false)
            }
        };
        let key: Box<str> = key.into();
        let node = *self.nodes_by_key.entry(key.clone()).or_insert_with(|| {
            self.nodes.push(Node { key, shown: shown.into(), is_listed });
            self.nodes.len() as u32 - 1
        });
        self.nodes_by_text.insert(text.into(), node);
        Ok(node)
    }

    fn account(&mut self, node: u32, asset: u32) -> u32 {
        *self.accounts_by_pair.entry((node, asset)).or_insert_with(|| {
            self.accounts.push(Account { node, asset });
            self.accounts.len() as u32 - 1
        })
    }

    /// The line of an earlier row that is the same; otherwise the row is remembered.
    fn repeated(&mut self, row: &Row, tx: &str) -> Option<u64> {
        let mut hasher = FxHasher::default();
        (tx, row.from, row.to, row.amount, row.time).hash(&mut hasher);
        let mut hash = hasher.finish();
        loop {
            let Some(held) = self.rows_by_hash.get(&hash) else {
                self.rows_by_hash.insert(hash, self.rows.len() as u32);
                return None;
            };
            let other = &self.rows[*held as usize];
            let (begin, length) = other.tx;
            let same = (other.from, other.to, other.amount, other.time) == (row.from, row.to, row.amount, row.time);
            if same && self.tx_texts.get(begin..begin + usize::from(length)) == Some(tx) {
                return Some(other.line);
            }
            hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        }
    }
}
