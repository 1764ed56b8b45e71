//! What the user knows of his own house: offices, approved programs, own networks and addresses. A file in TOML goes in.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::problem::from_toml;

/// What is known and shall not be held against anybody. `Default` knows nothing and has messages switched off.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Networks of offices, the company's VPN and the like, as `198.51.100.0/24`, or single addresses: addresses in them link nobody and are
    /// no place.
    #[serde(deserialize_with = "networks")]
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

/// Why a policy is refused: the line, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

impl Policy {
    /// Reads a policy. What is no TOML, a key that is not known and a value that is none of its key's are refused.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        from_toml(text).map_err(PolicyError)
    }
}

/// Networks, of which one without a length is a single address.
fn networks<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let network = |text: &String| {
        let text = text.trim();
        text.parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| D::Error::custom(format!("`{text}` is no network, as `198.51.100.0/24`, and no address")))
    };
    texts.iter().map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::Policy;

    #[test]
    fn networks_and_single_addresses() {
        let networks = |text: &str| {
            Policy::from_toml(&format!("# ours\noffice_networks = [{text}]"))
                .map(|policy| policy.office_networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            networks("'198.51.100.0/24', '203.0.113.7', '2001:db8::1'").unwrap(),
            "198.51.100.0/24 203.0.113.7/32 2001:db8::1/128"
        );
        assert_eq!(networks("").unwrap(), "");
        for wrong in ["'198.51.100.0/33'", "'office'", "''", "7"] {
            assert!(networks(wrong).is_err(), "{wrong}");
        }
        let refused = networks("'office'").unwrap_err().to_string();
        assert_eq!(refused, "line 2: `office` is no network, as `198.51.100.0/24`, and no address");
    }
}
