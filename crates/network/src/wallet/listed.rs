//! The listed addresses of a snapshot: every wallet that an entity states goes in; one entry for each address comes out, with all who
//! are listed with it, whatever ticker each list files it under.

use interdict_model::{Schema, WalletAddress, WalletFamily, parse_wallet, wallet_text};
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::FxHashMap;

/// An address that at least one list states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedWallet {
    /// The canonical form; of a text that no family accepts, the text in lower case.
    pub key: String,
    /// The form to show; of a text that no family accepts, the text as listed.
    pub shown: String,
    /// The encoding; `None` where the checksum of the listed text holds in no family.
    pub family: Option<WalletFamily>,
    /// Who is listed with it, in the order of the snapshot; never empty.
    pub listings: Vec<WalletListing>,
}

/// That a list states an address for a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletListing {
    /// Id of the party that holds it; of the wallet itself where no holder is stated.
    pub holder: String,
    /// Name of that party.
    pub caption: String,
    /// Id of the entity that states the address: the wallet, or the party itself.
    pub stated_by: String,
    /// The record in the source; empty when the source names none.
    pub record: String,
    /// The source's own id.
    pub source: String,
    /// Programmes under which the holder is listed.
    pub programs: Vec<String>,
    /// Datasets that hold it.
    pub datasets: Vec<String>,
    /// Tickers under which it is filed there (`USDT`, `ETH`).
    pub currencies: Vec<String>,
}

/// All listed addresses, in the order of the snapshot.
pub(super) fn collect(snapshot: &Snapshot) -> Vec<ListedWallet> {
    let mut wallets: Vec<ListedWallet> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    for entity in snapshot.entities() {
        for (property, text, record) in entity.properties() {
            if property != "publicKey" {
                continue;
            }
            for (family, key, shown) in addresses(text) {
                let place = *places.entry(key.clone()).or_insert_with(|| {
                    wallets.push(ListedWallet { key, shown, family, listings: Vec::new() });
                    wallets.len() - 1
                });
                for listing in listings(snapshot, entity, record) {
                    if !wallets[place].listings.contains(&listing) {
                        wallets[place].listings.push(listing);
                    }
                }
            }
        }
    }
    wallets
}

/// The addresses in a listed text: one, or those of a cell that holds several; a text in which no family finds one stands for itself.
fn addresses(text: &str) -> Vec<(Option<WalletFamily>, String, String)> {
    let entry = |address: WalletAddress| (Some(address.family), address.key, address.shown);
    if let Ok(address) = parse_wallet(text) {
        return vec![entry(address)];
    }
    let parts: Vec<_> = text.split(['|', ',', ';']).filter_map(|part| parse_wallet(part).ok()).map(entry).collect();
    if !parts.is_empty() {
        return parts;
    }
    match wallet_text(text) {
        Ok(text) => vec![(None, text.to_lowercase(), text)],
        Err(_) => Vec::new(),
    }
}

/// What an entity says of an address: once for each holder.
fn listings(snapshot: &Snapshot, entity: EntityRef<'_>, record: &str) -> Vec<WalletListing> {
    let origin = entity.origin();
    let mut holders: Vec<EntityRef<'_>> = entity.texts("holder").filter_map(|id| snapshot.entity(id)).collect();
    if holders.is_empty() {
        holders.push(entity);
    }
    let listing = |holder: EntityRef<'_>| WalletListing {
        holder: holder.id().to_owned(),
        caption: holder.caption().to_owned(),
        stated_by: entity.id().to_owned(),
        record: if record.is_empty() { origin.record.clone() } else { record.to_owned() },
        source: origin.source.clone(),
        programs: programs(holder),
        datasets: entity.datasets(),
        currencies: entity.texts("currency").map(str::to_owned).collect(),
    };
    holders.into_iter().map(listing).collect()
}

/// Programmes as the party's sanctions say; as it says itself when there are none.
fn programs(party: EntityRef<'_>) -> Vec<String> {
    let mut programs: Vec<String> = Vec::new();
    let sanctions =
        party.referrers().filter(|link| link.property == "entity" && link.entity.schema() == Some(Schema::Sanction));
    for program in sanctions.flat_map(|link| link.entity.texts("program")) {
        if !programs.iter().any(|held| held == program) {
            programs.push(program.to_owned());
        }
    }
    if programs.is_empty() { party.texts("program").map(str::to_owned).collect() } else { programs }
}
