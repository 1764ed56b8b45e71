//! Lists that indicators look things up in: programs, hardware, VPN services, networks of the DPRK, disposable domains; built-in tables
//! (`data/*.tsv`) and the user's own.

/// The lists of a run.
#[derive(Debug, Default)]
pub struct Lists {}

impl Lists {
    /// The reported VPN service that a network owner or address belongs to.
    #[must_use]
    pub fn reported_vpn(&self, _org: Option<&str>, _ip: Option<std::net::IpAddr>) -> Option<&str> {
        None
    }

    /// The class of a program, and its name.
    #[must_use]
    pub fn software_class(&self, _name: &str) -> Option<(&str, &str)> {
        None
    }

    /// The hardware for remote control that a text names.
    #[must_use]
    pub fn hardware(&self, _text: &str) -> Option<&str> {
        None
    }
}
