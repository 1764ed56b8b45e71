//! What the user knows of his own house: offices, approved programs, own networks and addresses. A file in TOML goes in.

use std::net::IpAddr;

use interdict_model::Country;
use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::indicators::Catalogue;
use crate::people::SlashedDates;
use crate::problem::from_toml;
use crate::value::normalise;
use crate::vocabulary::IdKind;

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
    #[serde(deserialize_with = "contacts")]
    pub known_contacts: Vec<String>,
    /// Whether VPN is forbidden by the rules of the house. Only then class `vpn` counts against anybody.
    pub vpn_forbidden: bool,
    /// Whether texts of messages may be read. Off, as the law of many countries asks.
    pub read_messages: bool,
    /// Whether pictures may be compared. Off where consent is missing; perceptual hashes of files are no face templates.
    pub compare_pictures: Option<bool>,
    /// The country of telephone numbers in national writing where no record of the person states one, by code or name. It is used for
    /// nothing else, and is no statement of anybody.
    #[serde(deserialize_with = "country")]
    pub default_country: Option<Country>,
    /// The order of slashed dates in tables of exports where the values of a column do not tell it.
    pub slashed_dates: Option<SlashedDates>,
    /// Days after which a sighting on a feed counts half.
    #[serde(deserialize_with = "days")]
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

    /// Holds the indicators that are switched against those that there are, in any case of letters. `text` is what the policy was read from.
    ///
    /// # Errors
    /// The first id that is none, with its line.
    pub fn hold_against(&mut self, catalogue: &Catalogue, text: &str) -> Result<(), PolicyError> {
        for id in self.switched_off.iter_mut().chain(&mut self.switched_on) {
            match catalogue.indicators().iter().find(|indicator| indicator.id.eq_ignore_ascii_case(id.trim())) {
                Some(indicator) => id.clone_from(&indicator.id),
                None => {
                    let quoted = [format!("\"{id}\""), format!("'{id}'")];
                    let is_there = |line: &str| {
                        let line = line.trim_start();
                        !line.starts_with('#') && quoted.iter().any(|quoted| line.contains(quoted))
                    };
                    let line = text.lines().position(is_there).map_or(1, |index| index + 1);
                    return Err(PolicyError(format!(
                        "line {line}: no indicator has the id `{id}`; `interdict people indicators` lists all"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Networks, of which one without a length is a single address.
fn networks<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let network = |text: &String| {
        let text = text.trim();
        let network: IpNet = text
            .parse()
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| D::Error::custom(format!("`{text}` is no network, as `198.51.100.0/24`, and no address")))?;
        let least = if network.addr().is_ipv4() { 8 } else { 16 };
        if network.prefix_len() < least {
            return Err(D::Error::custom(format!("`{text}` is wider than any office: its length is at least /{least}")));
        }
        Ok(network)
    };
    texts.iter().map(network).collect()
}

/// Telephone numbers and e-mail addresses: what is neither would quietly excuse nobody.
fn contacts<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let is_contact = |text: &String| [IdKind::Email, IdKind::Phone].iter().any(|kind| normalise(*kind, text, None).is_ok());
    match texts.iter().find(|text| !is_contact(text)) {
        Some(text) => Err(D::Error::custom(format!("`{text}` is no e-mail address and no telephone number"))),
        None => Ok(texts),
    }
}

/// A country by its code of two letters or its name.
fn country<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Country>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let country =
        Country::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is neither a code nor a name of a country")))?;
    Ok(Some(country))
}

/// Days, one at least.
fn days<'d, D: Deserializer<'d>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::<u32>::deserialize(from)? {
        Some(0) => Err(D::Error::custom("after 0 days nothing would count: it is at least 1")),
        days => Ok(days),
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;
    use crate::indicators::Catalogue;

    #[test]
    fn values_that_would_do_harm_or_nothing_are_refused() {
        for (text, told) in [
            ("feed_half_life_days = 0", "line 2: after 0 days nothing would count: it is at least 1"),
            ("known_contacts = ['hr@example.com', 'abc']", "line 2: `abc` is no e-mail address and no telephone number"),
            ("known_contacts = ['example.com']", "line 2: `example.com` is no e-mail address and no telephone number"),
            ("office_networks = ['0.0.0.0/0']", "line 2: `0.0.0.0/0` is wider than any office: its length is at least /8"),
            ("office_networks = ['2000::/3']", "line 2: `2000::/3` is wider than any office: its length is at least /16"),
        ] {
            let refused = Policy::from_toml(&format!("# ours\n{text}")).unwrap_err().to_string();
            assert_eq!(refused, told);
        }
        let taken = "feed_half_life_days = 1\nknown_contacts = ['hr@example.com', '+44 7700 900417']\n\
                     office_networks = ['10.0.0.0/8', '2001::/16']";
        assert!(Policy::from_toml(taken).is_ok());
    }

    #[test]
    fn countries_and_orders_of_dates() {
        let read = |text: &str| Policy::from_toml(text).map(|policy| (policy.default_country, policy.slashed_dates));
        let us = interdict_model::Country::from_code("us");
        assert_eq!(read("default_country = 'US'").unwrap(), (us, None));
        assert_eq!(read("default_country = 'United States'").unwrap(), (us, None));
        assert_eq!(read("slashed_dates = 'day-first'").unwrap(), (None, Some(crate::SlashedDates::DayFirst)));
        let refused = read("default_country = 'Atlantis'").unwrap_err().to_string();
        assert_eq!(refused, "line 1: `Atlantis` is neither a code nor a name of a country");
        assert!(read("slashed_dates = 'd/m/y'").is_err());
    }

    #[test]
    fn what_is_switched_is_an_indicator() {
        let catalogue = Catalogue::built_in().unwrap();
        let held = |text: &str| {
            let mut policy = Policy::from_toml(text).unwrap();
            policy.hold_against(&catalogue, text).map(|()| policy)
        };
        let policy = held("switched_off = ['pm-01', ' NW-01']\nswitched_on = ['jb-07']").unwrap();
        assert_eq!(policy.switched_off, ["PM-01", "NW-01"]);
        assert_eq!(policy.switched_on, ["JB-07"]);
        for (text, line) in
            [("switched_off = [\n    'PM-01',\n    'PM-99',\n]", 3), ("# 'PM-99'\nswitched_on = [\"PM-99\"]", 2)]
        {
            let refused = held(text).unwrap_err().to_string();
            assert_eq!(
                refused,
                format!("line {line}: no indicator has the id `PM-99`; `interdict people indicators` lists all")
            );
        }
    }

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
