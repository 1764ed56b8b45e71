//! One pass over the transfers, in the order of time or against it. In go transfers and which addresses are listed; out come, for every
//! address and asset, what it received from listed ones by hops, and by which transfer the most came. Each transfer is looked at once and
//! costs the number of hops, so a hub with a million transfers and a ring that never ends cost no more than others.

use super::amount::pro_rata;
use super::transfers::Transfers;

/// Hops that are followed unless asked otherwise.
pub const DEFAULT_HOPS: usize = 5;

/// Most hops that can be followed.
pub const MAX_HOPS: usize = 20;

const NONE: u32 = u32::MAX;

/// How funds of several origins are told apart once they are mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExposureMethod {
    /// Pro rata: what is sent holds each origin in the share that the sender's balance holds of it at that moment.
    #[default]
    Haircut,
    /// All that an address sends after it has received anything from a listed address is from it: an upper bound.
    Poison,
}

/// What to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExposureOptions {
    /// Hops that are told apart, 1 (direct alone) to [`MAX_HOPS`]; beyond is one sum.
    pub hops: usize,
    /// How mixed funds are told apart.
    pub method: ExposureMethod,
}

impl Default for ExposureOptions {
    fn default() -> Self {
        Self { hops: DEFAULT_HOPS, method: ExposureMethod::Haircut }
    }
}

/// A transfer on the way from a listed address, and the one before it.
#[derive(Debug, Clone, Copy)]
struct Step {
    row: u32,
    before: u32,
}

/// What the pass found of all accounts.
#[derive(Debug)]
pub(super) struct Flow {
    hops: usize,
    /// All that an account received: sum and number of transfers.
    totals: Vec<(u128, u32)>,
    /// Place of an account in what follows; `NONE` for one that nothing listed reached.
    slots: Vec<u32>,
    /// For each slot, `hops + 1` sums: by hops, then beyond.
    received: Vec<u128>,
    /// What of it is still there.
    held: Vec<u128>,
    /// For each slot and hop, the largest contribution by one transfer, and that transfer.
    best: Vec<(u128, u32)>,
    steps: Vec<Step>,
    /// What listed addresses sent, and what came back to them, by account.
    pub(super) emitted: Vec<u128>,
    pub(super) absorbed: Vec<u128>,
    /// Transfers from a listed account straight to another: account, listed account, position.
    pub(super) direct: Vec<(u32, u32, u32)>,
}

impl Flow {
    /// Runs over the transfers in their order, or backwards from receivers to senders.
    pub(super) fn run(transfers: &Transfers, order: &[u32], backwards: bool, options: ExposureOptions) -> Self {
        let hops = options.hops.clamp(1, MAX_HOPS);
        let accounts = transfers.accounts.len();
        let mut flow = Self {
            hops,
            totals: vec![(0, 0); accounts],
            slots: vec![NONE; accounts],
            received: Vec::new(),
            held: Vec::new(),
            best: Vec::new(),
            steps: Vec::new(),
            emitted: vec![0; accounts],
            absorbed: vec![0; accounts],
            direct: Vec::new(),
        };
        let is_listed: Vec<bool> =
            transfers.accounts.iter().map(|account| transfers.nodes[account.node as usize].is_listed).collect();
        let mut balances = vec![0_u128; accounts];
        let mut moved = vec![0_u128; hops + 1];
        let mut visit = |at: u32| {
            let row = &transfers.rows[at as usize];
            let (from, to) = if backwards { (row.to, row.from) } else { (row.from, row.to) };
            let (from_listed, to_listed) = (is_listed[from as usize], is_listed[to as usize]);
            let total = &mut flow.totals[to as usize];
            // Sums of an asset were checked when the rows were taken.
            total.0 = total.0.saturating_add(row.amount);
            total.1 = total.1.saturating_add(1);
            if from_listed {
                if to_listed {
                    return;
                }
                flow.emitted[from as usize] = flow.emitted[from as usize].saturating_add(row.amount);
                flow.direct.push((to, from, at));
                balances[to as usize] = balances[to as usize].saturating_add(row.amount);
                flow.put(to, 0, row.amount, at, NONE);
                return;
            }
            let balance = balances[from as usize];
            balances[from as usize] = balance.saturating_sub(row.amount);
            if !to_listed {
                balances[to as usize] = balances[to as usize].saturating_add(row.amount);
            }
            let slot = flow.slots[from as usize];
            if slot == NONE {
                return;
            }
            moved.fill(0);
            match options.method {
                ExposureMethod::Haircut => flow.take_share(slot, row.amount, balance, &mut moved),
                ExposureMethod::Poison => flow.mark(slot, row.amount, &mut moved),
            }
            for (hop, amount) in moved.iter().enumerate().filter(|(_, amount)| **amount > 0) {
                if to_listed {
                    flow.absorbed[to as usize] = flow.absorbed[to as usize].saturating_add(*amount);
                    continue;
                }
                let before = flow.best.get(slot as usize * hops + hop).filter(|_| hop < hops).map_or(NONE, |best| best.1);
                flow.put(to, (hop + 1).min(hops), *amount, at, before);
            }
        };
        if backwards {
            for at in order.iter().rev() {
                visit(*at);
            }
        } else {
            for at in order {
                visit(*at);
            }
        }
        flow
    }

    /// Takes out of a slot what of its sums goes along with `amount` of `balance`, into `moved`.
    ///
    /// The sums are taken cumulatively: what goes of the first n of them is their share of the whole, rounded down. So the parts never
    /// sum to more than their share, and what stays is never more than the balance that stays.
    fn take_share(&mut self, slot: u32, amount: u128, balance: u128, moved: &mut [u128]) {
        let held = &mut self.held[slot as usize * (self.hops + 1)..][..=self.hops];
        let (mut cumulated, mut gone) = (0_u128, 0_u128);
        for (held, moved) in held.iter_mut().zip(moved) {
            if *held == 0 {
                continue;
            }
            cumulated = cumulated.saturating_add(*held);
            let goes = if amount >= balance { cumulated } else { pro_rata(cumulated, amount, balance) };
            *moved = goes - gone;
            gone = goes;
            *held -= *moved;
        }
    }

    /// All that is sent is reached, by as many hops as the nearest listed address is away.
    fn mark(&self, slot: u32, amount: u128, moved: &mut [u128]) {
        let held = &self.held[slot as usize * (self.hops + 1)..][..=self.hops];
        if let Some(moved) = held.iter().position(|held| *held > 0).and_then(|nearest| moved.get_mut(nearest)) {
            *moved = amount;
        }
    }

    /// Puts an amount into an account. `hop` counts from 0; the number of hops stands for all beyond.
    fn put(&mut self, account: u32, hop: usize, amount: u128, row: u32, before: u32) {
        let width = self.hops + 1;
        if self.slots[account as usize] == NONE {
            self.slots[account as usize] = (self.held.len() / width) as u32;
            self.held.resize(self.held.len() + width, 0);
            self.received.resize(self.received.len() + width, 0);
            self.best.resize(self.best.len() + self.hops, (0, NONE));
        }
        let slot = self.slots[account as usize] as usize;
        for sums in [&mut self.held, &mut self.received] {
            let sum = &mut sums[slot * width + hop];
            *sum = sum.saturating_add(amount);
        }
        if hop < self.hops {
            let best = &mut self.best[slot * self.hops + hop];
            if amount > best.0 {
                *best = (amount, self.steps.len() as u32);
                self.steps.push(Step { row, before });
            }
        }
    }

    /// All that an account received, and by how many transfers.
    pub(super) fn total(&self, account: u32) -> (u128, u32) {
        self.totals[account as usize]
    }

    fn slot(&self, account: u32) -> Option<usize> {
        Some(self.slots[account as usize]).filter(|slot| *slot != NONE).map(|slot| slot as usize)
    }

    /// What an account received from listed addresses, by hops, and beyond; `None` for nothing.
    pub(super) fn received(&self, account: u32) -> Option<(&[u128], u128)> {
        let sums = &self.received[self.slot(account)? * (self.hops + 1)..][..=self.hops];
        let (beyond, by_hops) = sums.split_last()?;
        Some((by_hops, *beyond))
    }

    /// What of it is still there.
    pub(super) fn held(&self, account: u32) -> u128 {
        let Some(slot) = self.slot(account) else { return 0 };
        self.held[slot * (self.hops + 1)..][..=self.hops].iter().sum()
    }

    /// The largest contribution of one transfer, and the transfers by which it came, the last first.
    pub(super) fn path(&self, account: u32) -> Option<(u128, Vec<u32>)> {
        let best = &self.best[self.slot(account)? * self.hops..][..self.hops];
        // Of equal contributions, that over the fewest hops.
        let (amount, mut at) = *best.iter().rev().max_by_key(|best| best.0).filter(|best| best.0 > 0)?;
        let mut rows = Vec::new();
        while let Some(step) = self.steps.get(at as usize) {
            rows.push(step.row);
            at = step.before;
        }
        Some((amount, rows))
    }
}
