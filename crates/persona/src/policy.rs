//! What the user knows of his own house: offices, approved programs, own networks and addresses. A file in TOML goes in.

use ipnet::IpNet;

/// What is known and shall not be held against anybody. `Default` knows nothing and has messages switched off.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Networks of offices, the company's VPN and the like: addresses in them link nobody and are no place.
    pub office_networks: Vec<IpNet>,
    /// Addresses of offices and known co-working houses, as written.
    pub known_addresses: Vec<String>,
    /// Programs that the company approves, in any case, as `TeamViewer`.
    pub approved_software: Vec<String>,
    /// Domains of e-mail of the company.
    pub company_domains: Vec<String>,
    /// Telephone numbers and e-mail addresses of recruiters and agencies, that link nobody.
    pub known_contacts: Vec<String>,
    /// Whether VPN is forbidden by the rules of the house. Only then class `vpn` counts against anybody.
    pub vpn_forbidden: bool,
    /// Whether texts of messages may be read. Off, as the law of many countries asks.
    pub read_messages: bool,
    /// Whether pictures may be compared. Off where consent is missing; perceptual hashes of files are no face templates.
    pub compare_pictures: Option<bool>,
    /// Days after which a sighting on a feed counts half.
    pub feed_half_life_days: Option<u32>,
    /// Indicators that are switched off.
    pub switched_off: Vec<String>,
    /// Indicators that are off by default and switched on.
    pub switched_on: Vec<String>,
}
