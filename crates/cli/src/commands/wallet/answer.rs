//! What is said of an address: from a look-up and an exposure to the words and the JSON of the answer.

use interdict_model::WalletFamily;
use interdict_network::{
    AssetExposure, CaseLost, Counterparty, ExposureMethod, ExposureOptions, ListedWallet, Lookup, PathStep, Side,
    WalletExposure, WalletIndex, share,
};
use serde::Serialize;

use crate::output::rounded;

/// One line of the output contract.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// The id of the row; the address as typed.
    pub(super) id: String,
    /// Line of the input, from 1; none for an address that was typed or comes from the transfers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    /// `hit`, `exposed`, `warning`, `clear` or `error`.
    pub(super) status: &'static str,
    pub(super) snapshot: String,
    pub(super) engine: &'static str,
    /// The address in the form to show; none for a text that is none.
    pub(super) address: Option<String>,
    pub(super) family: Option<&'static str>,
    /// How a hit was found: `exact`, `case_lost`, `case_lost_in_list`, `unverified` or `ambiguous`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) how: Option<&'static str>,
    pub(super) hits: Vec<Hit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) case: Option<Case>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) look_alikes: Vec<Near>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) near: Vec<Near>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exposure: Option<Exposure>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

/// A party that is listed with the address.
#[derive(Debug, Serialize)]
pub(super) struct Hit {
    /// Of the holder.
    pub(super) id: String,
    pub(super) caption: String,
    /// As listed.
    pub(super) address: String,
    /// The entity that states it.
    pub(super) wallet: String,
    pub(super) source: String,
    pub(super) record: String,
    pub(super) datasets: Vec<String>,
    pub(super) programs: Vec<String>,
    pub(super) tickers: Vec<String>,
}

/// What an address that was matched without regard to case leaves open.
#[derive(Debug, Serialize)]
pub(super) struct Case {
    open_letters: u32,
    check_bits: u32,
    other_addresses_expected: f64,
}

/// A listed address that is like the text.
#[derive(Debug, Serialize)]
pub(super) struct Near {
    pub(super) address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slips: Option<usize>,
    holders: Vec<Holder>,
}

#[derive(Debug, Serialize)]
pub(super) struct Holder {
    id: String,
    caption: String,
}

/// Exposure by transfers.
#[derive(Debug, Serialize)]
pub(super) struct Exposure {
    method: &'static str,
    hops: usize,
    /// Whether any transfer has the address.
    in_transfers: bool,
    pub(super) assets: Vec<Asset>,
}

#[derive(Debug, Serialize)]
pub(super) struct Asset {
    #[serde(rename = "asset")]
    pub(super) name: String,
    pub(super) received: Flow,
    pub(super) sent: Flow,
}

/// What was received or sent. Amounts are decimal texts.
#[derive(Debug, Serialize)]
pub(super) struct Flow {
    pub(super) total: String,
    transfers: u32,
    pub(super) direct: String,
    pub(super) indirect: String,
    pub(super) beyond: String,
    by_hops: Vec<String>,
    /// Direct and indirect, of the total.
    pub(super) share: f64,
    listed: Vec<Dealing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<Path>,
}

#[derive(Debug, Serialize)]
struct Dealing {
    address: String,
    holders: Vec<Holder>,
    amount: String,
    transfers: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Path {
    /// What of the last transfer is exposed by it.
    pub(super) amount: String,
    pub(super) listed: String,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) amount: String,
    pub(super) time: String,
    pub(super) tx: String,
    pub(super) line: u64,
}

fn holders(listed: &ListedWallet) -> Vec<Holder> {
    let mut holders: Vec<Holder> = Vec::new();
    for listing in &listed.listings {
        if !holders.iter().any(|held| held.id == listing.holder) {
            holders.push(Holder { id: listing.holder.clone(), caption: listing.caption.clone() });
        }
    }
    holders
}

/// The holders in few words.
fn named(listed: &ListedWallet) -> String {
    holders(listed).into_iter().map(|holder| format!("{} ({})", holder.caption, holder.id)).collect::<Vec<_>>().join("; ")
}

impl Answer {
    pub(super) fn new(id: String, line: Option<u64>, snapshot: &str) -> Self {
        Self {
            id,
            line,
            status: "clear",
            snapshot: snapshot.to_owned(),
            engine: env!("CARGO_PKG_VERSION"),
            address: None,
            family: None,
            how: None,
            hits: Vec::new(),
            case: None,
            look_alikes: Vec::new(),
            near: Vec::new(),
            exposure: None,
            warnings: Vec::new(),
            error: None,
        }
    }

    /// Adds what was looked up.
    pub(super) fn add(&mut self, lookup: &Lookup<'_>) {
        let hits = lookup.hits();
        if let Some(first) = hits.first() {
            self.status = "hit";
            self.address = Some(first.shown.clone());
            self.family = first.family.map(WalletFamily::name);
            self.hits = hits.iter().flat_map(|listed| listed_hits(listed)).collect();
        }
        match lookup {
            Lookup::Listed { warning, .. } => {
                self.how = Some("exact");
                self.warnings.extend(warning.map(|warning| warning.to_string()));
            }
            Lookup::CaseLost(found) => self.add_case(found),
            Lookup::Unverified { .. } => {
                self.how = Some("unverified");
                self.warnings.push("the text is as listed; its checksum holds in no family".to_owned());
            }
            Lookup::Ambiguous(several) => {
                self.how = Some("ambiguous");
                self.address = None;
                let all = several.iter().map(|listed| listed.shown.as_str()).collect::<Vec<_>>().join(", ");
                self.warnings.push(format!("but for the case of letters it may be any of the listed {all}"));
            }
            Lookup::NotListed { address, look_alikes, near } => {
                self.address = Some(address.shown.clone());
                self.family = Some(address.family.name());
                self.warnings.extend(address.warning.map(|warning| warning.to_string()));
                for like in look_alikes {
                    self.status = "warning";
                    self.warnings.push(format!(
                        "not listed, but like the listed {}, of {}: the first {} and the last {} characters are the same, as in \
                         address poisoning",
                        like.listed.shown,
                        named(like.listed),
                        like.first,
                        like.last
                    ));
                    self.look_alikes.push(Near {
                        address: like.listed.shown.clone(),
                        first: Some(like.first),
                        last: Some(like.last),
                        slips: None,
                        holders: holders(like.listed),
                    });
                }
                if !near.is_empty() {
                    self.status = "warning";
                }
                self.add_near(near);
            }
            Lookup::Invalid { error, near } => {
                self.status = "error";
                self.error = Some(error.to_string());
                self.add_near(near);
            }
            _ => {}
        }
    }

    fn add_case(&mut self, found: &CaseLost<'_>) {
        let others = found.others_expected();
        self.how = Some(if found.lost_in_list { "case_lost_in_list" } else { "case_lost" });
        let CaseLost { open_letters, check_bits, .. } = *found;
        let lost =
            if found.lost_in_list { "the list has lost the case of the letters" } else { "the case of the letters was lost" };
        self.warnings.push(match (open_letters, check_bits) {
            (0, _) => format!("{lost}; it carries no value here"),
            (_, 0) => format!("{lost}, and the family has no checksum: the listed address is the only one that is listed with these letters"),
            _ => format!(
                "{lost}; matched by checksum: with {open_letters} letters open and {check_bits} bits of checksum, {} other valid \
                 addresses are to be expected",
                expected(others)
            ),
        });
        self.case = Some(Case { open_letters, check_bits, other_addresses_expected: significant(others) });
    }

    fn add_near(&mut self, near: &[interdict_network::NearMiss<'_>]) {
        for miss in near {
            let slips = if miss.slips == 1 { "one character" } else { "two characters" };
            self.warnings.push(format!("{slips} away from the listed {}, of {}", miss.listed.shown, named(miss.listed)));
            self.near.push(Near {
                address: miss.listed.shown.clone(),
                first: None,
                last: None,
                slips: Some(miss.slips),
                holders: holders(miss.listed),
            });
        }
    }

    /// Adds the exposure; none for an address that no transfer has.
    pub(super) fn add_exposure(&mut self, found: Option<&WalletExposure>, options: ExposureOptions, index: &WalletIndex) {
        if found.is_some_and(|found| !found.is_listed && found.is_exposed()) && self.status != "hit" {
            self.status = "exposed";
        }
        let assets = found.map(|found| found.assets.iter().map(|asset| Asset::new(asset, index)).collect()).unwrap_or_default();
        let method = match options.method {
            ExposureMethod::Haircut => "haircut",
            ExposureMethod::Poison => "poison",
        };
        self.exposure = Some(Exposure { method, hops: options.hops, in_transfers: found.is_some(), assets });
    }

    /// A line that says what the row is about.
    pub(super) fn title(&self) -> String {
        let shown = self.address.as_deref().unwrap_or(&self.id);
        // An id that is the address in other letters says nothing more.
        if shown.eq_ignore_ascii_case(&self.id) || self.id.len() >= 20 {
            shown.to_owned()
        } else {
            format!("{} {shown}", self.id)
        }
    }
}

fn listed_hits(listed: &ListedWallet) -> Vec<Hit> {
    let hit = |listing: &interdict_network::WalletListing| Hit {
        id: listing.holder.clone(),
        caption: listing.caption.clone(),
        address: listed.shown.clone(),
        wallet: listing.stated_by.clone(),
        source: listing.source.clone(),
        record: listing.record.clone(),
        datasets: listing.datasets.clone(),
        programs: listing.programs.clone(),
        tickers: listing.currencies.clone(),
    };
    listed.listings.iter().map(hit).collect()
}

/// A number of addresses in words a person can weigh.
fn expected(others: f64) -> String {
    match others {
        1.0.. => format!("about {others:.0}"),
        0.0001.. => format!("{others:.4}"),
        _ => format!("{others:.2e}"),
    }
}

/// Three significant digits.
fn significant(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

impl Exposure {
    /// Method and hops as texts.
    pub(super) fn settings(&self) -> (String, String) {
        (self.method.to_owned(), self.hops.to_string())
    }
}

impl Asset {
    fn new(asset: &AssetExposure, index: &WalletIndex) -> Self {
        Self {
            name: asset.asset.clone(),
            received: Flow::new(&asset.received, index, true),
            sent: Flow::new(&asset.sent, index, false),
        }
    }
}

impl Flow {
    fn new(side: &Side, index: &WalletIndex, received: bool) -> Self {
        let end = if received { side.path.first().map(|step| &step.from) } else { side.path.last().map(|step| &step.to) };
        let path = end.map(|listed| Path {
            amount: side.path_amount.to_string(),
            listed: match index.look_up(listed).hits().first() {
                Some(found) => format!("{listed}, of {}", named(found)),
                None => listed.clone(),
            },
            steps: side.path.iter().map(Step::new).collect(),
        });
        Self {
            total: side.total.to_string(),
            transfers: side.transfers,
            direct: side.direct_amount().to_string(),
            indirect: side.indirect_amount().to_string(),
            beyond: side.beyond.to_string(),
            by_hops: side.by_hops.iter().map(ToString::to_string).collect(),
            share: rounded(share(side.exposed(), side.total)),
            listed: side.direct.iter().map(|dealing| Dealing::new(dealing, index)).collect(),
            path,
        }
    }
}

impl Dealing {
    fn new(dealing: &Counterparty, index: &WalletIndex) -> Self {
        let listed = index.by_key(&dealing.key);
        Self {
            address: listed.map_or_else(|| dealing.key.clone(), |listed| listed.shown.clone()),
            holders: listed.map(holders).unwrap_or_default(),
            amount: dealing.amount.to_string(),
            transfers: dealing.transfers,
        }
    }
}

impl Step {
    fn new(step: &PathStep) -> Self {
        Self {
            from: step.from.clone(),
            to: step.to.clone(),
            amount: step.amount.to_string(),
            time: step.time.to_string(),
            tx: step.tx.clone(),
            line: step.line,
        }
    }
}
