//! Wallets: exact and repaired look-up, look-alikes, exposure over transfers.
