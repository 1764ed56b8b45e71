//! Lists that indicators look things up in: programs, hardware, VPN services, networks of the DPRK, disposable domains. The built-in tables
//! (`data/*.tsv`) and the user's own rows go in; what a name, text, address or domain stands for comes out.

mod words;

use std::net::IpAddr;

use interdict_names::table_rows;
use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};

use words::Phrases;

const TOOLS_TSV: &str = include_str!("../../../data/remote_tools.tsv");
const HARDWARE_TSV: &str = include_str!("../../../data/remote_hardware.tsv");
const VPNS_TSV: &str = include_str!("../../../data/reported_vpns.tsv");
const NETWORKS_TSV: &str = include_str!("../../../data/dprk_networks.tsv");
const DISPOSABLE_TSV: &str = include_str!("../../../data/disposable_mail.tsv");

/// The classes of programs.
pub(crate) const SOFTWARE_CLASSES: &[&str] = &[
    "remote_access",
    "keep_awake",
    "vpn_client",
    "multi_account",
    "emulator",
    "face_or_voice",
    "interview_aid",
    "messenger_lan",
];

/// A network of the DPRK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DprkNetwork {
    /// The range.
    pub network: IpNet,
    /// Whether it is registered in the DPRK; the others were leased elsewhere by a report of a certain year and say little.
    pub strong: bool,
    /// Who holds it, by the source.
    pub holder: String,
    /// How it is known: `page`, `check`.
    pub sure: String,
    /// Where that stands.
    pub source: String,
}

/// A row that a user's list cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListError {
    /// A class of programs that there is not.
    #[error("`{0}` is no class of programs")]
    Class(String),
    /// A pattern without a word of at least three letters or digits.
    #[error("`{0}` has fewer than three letters or digits: it would be found everywhere")]
    Pattern(String),
}

/// The lists of a run. `Default` is empty; [`Lists::built_in`] has the tables.
#[derive(Debug, Default, Clone)]
pub struct Lists {
    programs: Vec<(String, String)>,
    program_words: Phrases,
    devices: Vec<String>,
    device_words: Phrases,
    services: Vec<VpnService>,
    service_words: Phrases,
    /// Exits of VPN services with the index of the service, by the network's address and length.
    exits: FxHashMap<(IpAddr, u8), usize>,
    /// The lengths of prefix that occur in `exits`, longest first.
    exit_lengths: Vec<(bool, u8)>,
    dprk: Vec<DprkNetwork>,
    disposable: FxHashSet<String>,
}

impl Lists {
    /// The built-in tables.
    #[must_use]
    pub fn built_in() -> Self {
        let mut lists = Self::default();
        for [class, program, patterns, _, _] in table_rows::<5>(TOOLS_TSV) {
            let row = lists.programs.len();
            lists.programs.push((class.to_owned(), program.to_owned()));
            patterns.split('|').for_each(|pattern| lists.program_words.add(pattern, row));
        }
        for [device, patterns, _, _, _] in table_rows::<5>(HARDWARE_TSV) {
            let row = lists.devices.len();
            lists.devices.push(device.to_owned());
            patterns.split('|').for_each(|pattern| lists.device_words.add(pattern, row));
        }
        for [service, patterns, sure, named_by, _] in table_rows::<5>(VPNS_TSV) {
            let row = lists.services.len();
            let named_by = (sure != "memory").then(|| named_by.to_owned());
            lists.services.push(VpnService { name: service.to_owned(), named_by });
            patterns.split('|').for_each(|pattern| lists.service_words.add(pattern, row));
        }
        lists.dprk = table_rows::<5>(NETWORKS_TSV).filter_map(dprk_row).collect();
        lists.disposable = table_rows::<3>(DISPOSABLE_TSV).map(|[domain, ..]| domain.to_owned()).collect();
        lists
    }

    /// The class and the program that a name of a program or file stands for; the longest pattern counts.
    #[must_use]
    pub fn software_class(&self, name: &str) -> Option<(&str, &str)> {
        let (class, program) = self.programs.get(self.program_words.find(name)?)?;
        Some((class, program))
    }

    /// The device for remote control that a string of USB, EDID or mDNS names.
    #[must_use]
    pub fn hardware(&self, text: &str) -> Option<&str> {
        self.devices.get(self.device_words.find(text)?).map(String::as_str)
    }

    /// The VPN service that an address belongs to, by the user's networks, or by the name of the network's owner.
    #[must_use]
    pub fn vpn(&self, org: Option<&str>, ip: Option<IpAddr>) -> Option<&VpnService> {
        let by_ip = ip.and_then(|ip| self.exit(ip));
        let row = by_ip.or_else(|| org.and_then(|org| self.service_words.find(org)))?;
        self.services.get(row)
    }

    /// The same, where published cases name the service or a list of the user does.
    #[must_use]
    pub fn reported_vpn(&self, org: Option<&str>, ip: Option<IpAddr>) -> Option<&VpnService> {
        self.vpn(org, ip).filter(|service| service.named_by.is_some())
    }

    /// The network registered to, or reported to be used from, the DPRK that an address lies in.
    #[must_use]
    pub fn dprk(&self, ip: IpAddr) -> Option<&DprkNetwork> {
        let ip = ip.to_canonical();
        self.dprk.iter().find(|row| row.network.contains(&ip))
    }

    /// Whether e-mail addresses at a domain are thrown away after use. A host below a listed domain counts like it.
    #[must_use]
    pub fn disposable(&self, domain: &str) -> bool {
        let domain = domain.trim().trim_end_matches('.').to_lowercase();
        let mut rest = Some(domain.as_str());
        while let Some(host) = rest {
            if self.disposable.contains(host) {
                return true;
            }
            rest = host.split_once('.').map(|(_, rest)| rest);
        }
        false
    }

    /// Adds exits of a VPN service, as the user's own lists name them.
    pub fn add_vpn_networks(&mut self, service: &str, networks: impl IntoIterator<Item = IpNet>) {
        let known = self.services.iter().position(|known| known.name.eq_ignore_ascii_case(service));
        let row = known.unwrap_or_else(|| {
            self.services.push(VpnService { name: service.to_owned(), named_by: Some("a list of this house".to_owned()) });
            self.services.len() - 1
        });
        for network in networks {
            let network = network.trunc();
            self.exits.entry((network.addr(), network.prefix_len())).or_insert(row);
            let length = (network.addr().is_ipv4(), network.prefix_len());
            if !self.exit_lengths.contains(&length) {
                self.exit_lengths.push(length);
                self.exit_lengths.sort_unstable_by(|a, b| b.cmp(a));
            }
        }
    }

    /// Adds a program with the words by which it is known.
    ///
    /// # Errors
    /// When there is no such class, or when the words would be found in every text.
    pub fn add_software(&mut self, class: &str, program: &str, pattern: &str) -> Result<(), ListError> {
        if !SOFTWARE_CLASSES.contains(&class) {
            return Err(ListError::Class(class.to_owned()));
        }
        long_enough(pattern)?;
        self.program_words.add(pattern, self.programs.len());
        self.programs.push((class.to_owned(), program.to_owned()));
        Ok(())
    }

    /// Adds a device for remote control with the words by which it is known.
    ///
    /// # Errors
    /// When the words would be found in every text.
    pub fn add_hardware(&mut self, device: &str, pattern: &str) -> Result<(), ListError> {
        long_enough(pattern)?;
        self.device_words.add(pattern, self.devices.len());
        self.devices.push(device.to_owned());
        Ok(())
    }

    /// Adds domains of e-mail addresses that are thrown away after use.
    pub fn add_disposable<'a>(&mut self, domains: impl IntoIterator<Item = &'a str>) {
        let domains = domains.into_iter().map(|domain| domain.trim().trim_start_matches(['@', '.']).to_lowercase());
        self.disposable.extend(domains.filter(|domain| domain.contains('.')));
    }

    fn exit(&self, ip: IpAddr) -> Option<usize> {
        let ip = ip.to_canonical();
        self.exit_lengths.iter().filter(|(v4, _)| *v4 == ip.is_ipv4()).find_map(|(_, length)| {
            let network = IpNet::new(ip, *length).ok()?.trunc();
            self.exits.get(&(network.addr(), *length)).copied()
        })
    }
}

fn long_enough(pattern: &str) -> Result<(), ListError> {
    let letters = pattern.chars().filter(|letter| letter.is_alphanumeric()).count();
    if letters < 3 { Err(ListError::Pattern(pattern.to_owned())) } else { Ok(()) }
}

/// A VPN service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VpnService {
    /// Its name.
    pub name: String,
    /// Which published texts, or whose list, name it; `None` where nobody has looked that up.
    pub named_by: Option<String>,
}

/// A row of the table; `None` for those that are still to be compared with their source.
fn dprk_row([network, weight, holder, sure, source]: [&str; 5]) -> Option<DprkNetwork> {
    let network = network.parse().ok().filter(|_| weight != "unchecked")?;
    Some(DprkNetwork {
        network,
        strong: weight == "strong",
        holder: holder.to_owned(),
        sure: sure.to_owned(),
        source: source.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use interdict_names::table_rows;

    use super::*;

    #[track_caller]
    fn check_program(name: &str, expected: Option<(&str, &str)>) {
        assert_eq!(Lists::built_in().software_class(name), expected, "{name}");
    }

    #[test]
    fn programs_by_their_words() {
        for name in
            ["AnyDesk 8.0.1 (x64)", "anydesk.exe", "ANYDESK", "Any Desk", "AnyDesk8", "C:\\Program Files\\AnyDesk\\AnyDesk.exe"]
        {
            check_program(name, Some(("remote_access", "AnyDesk")));
        }
        for name in ["TeamViewer Host", "TeamViewer_Service.exe", "teamviewer-15.2", "TeamViewerHost"] {
            check_program(name, Some(("remote_access", "TeamViewer")));
        }
        check_program("Chrome Remote Desktop Host", Some(("remote_access", "Chrome Remote Desktop")));
        check_program("RealVNC Server 7.5", Some(("remote_access", "RealVNC")));
        check_program("Caffeine", Some(("keep_awake", "Caffeine")));
        check_program("Mouse Jiggler v2.0.25", Some(("keep_awake", "Mouse Jiggler")));
        check_program("Astrill VPN", Some(("vpn_client", "Astrill")));
        check_program("Dolphin{anty} 2024.1", Some(("multi_account", "Dolphin Anty")));
        check_program("BlueStacks X", Some(("emulator", "BlueStacks")));
        check_program("DeepFaceLive_NVIDIA", Some(("face_or_voice", "DeepFaceLive")));
        check_program("Cluely.app", Some(("interview_aid", "Cluely")));
        check_program("IPMsg.exe", Some(("messenger_lan", "IP Messenger")));
        check_program("IP Messenger for Win", Some(("messenger_lan", "IP Messenger")));
    }

    #[test]
    fn the_longest_pattern_counts() {
        check_program("LogMeIn", Some(("remote_access", "LogMeIn")));
        check_program("LogMeIn Hamachi 2.3", Some(("vpn_client", "Hamachi")));
        check_program("Radmin VPN", Some(("vpn_client", "Radmin VPN")));
        check_program("Radmin Server 3.5", Some(("remote_access", "Radmin")));
    }

    #[test]
    fn never_inside_another_word() {
        for name in [
            "SteamViewer",
            "manydesk",
            "Decaffeinated",
            "Parsecs of light",
            "Interview Coders Ltd",
            "ipmsgr",
            "clueless",
            "Memutils",
            "Microsoft Remote Desktop",
            "Visual Studio Code",
            "",
            "   ",
            "Google Chrome",
            "Go To File",
            "desk",
        ] {
            check_program(name, None);
        }
    }

    #[test]
    fn hardware_in_strings_of_usb_edid_and_mdns() {
        let lists = Lists::built_in();
        for (text, device) in [
            ("PiKVM Composite KVM Device", Some("PiKVM")),
            ("pikvm._http._tcp.local", Some("PiKVM")),
            ("tinypilot.local", Some("TinyPilot")),
            ("JetKVM USB Emulation Device", Some("JetKVM")),
            ("Sipeed NanoKVM-Pro", Some("NanoKVM")),
            ("GL-KVM", Some("GL-KVM")),
            ("glkvm.local", Some("GL-KVM")),
            ("Logitech USB Receiver", None),
            ("KVM switch 2-port", None),
            ("DELL U2720Q", None),
        ] {
            assert_eq!(lists.hardware(text), device, "{text}");
        }
    }

    #[test]
    fn vpn_services_by_owner_and_by_the_users_networks() {
        fn reported<'a>(lists: &'a Lists, org: Option<&str>, ip: Option<IpAddr>) -> Option<&'a str> {
            lists.reported_vpn(org, ip).map(|service| service.name.as_str())
        }
        let mut lists = Lists::built_in();
        let ip = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        assert_eq!(reported(&lists, Some("ASTRILL SYSTEMS CORP"), None), Some("Astrill"));
        assert_eq!(reported(&lists, Some("31173 Services AB"), None), Some("Mullvad"));
        assert_eq!(reported(&lists, Some("Example Telecom"), ip("203.0.113.9")), None);
        // Nobody has compared these with a published text.
        for org in ["NordVPN S.A.", "Surfshark Ltd", "Proton AG", "911 S5"] {
            assert_eq!(reported(&lists, Some(org), None), None, "{org}");
            assert!(lists.vpn(Some(org), None).is_some(), "{org}");
        }
        lists.add_vpn_networks("astrill", ["203.0.113.0/28".parse().unwrap(), "2001:db8:7::/48".parse().unwrap()]);
        lists.add_vpn_networks("Example VPN", ["203.0.113.8/29".parse().unwrap()]);
        assert_eq!(reported(&lists, None, ip("203.0.113.3")), Some("Astrill"));
        assert_eq!(reported(&lists, None, ip("::ffff:203.0.113.3")), Some("Astrill"));
        assert_eq!(reported(&lists, None, ip("203.0.113.9")), Some("Example VPN"), "the smaller network counts");
        assert_eq!(reported(&lists, None, ip("203.0.113.16")), None);
        assert_eq!(reported(&lists, None, ip("2001:db8:7::1")), Some("Astrill"));
        assert_eq!(reported(&lists, None, ip("2001:db8:8::1")), None);
        assert_eq!(reported(&Lists::default(), Some("Astrill"), None), None);
    }

    #[test]
    fn networks_of_the_dprk_and_how_much_they_say() {
        let lists = Lists::built_in();
        let found = |ip: &str| lists.dprk(ip.parse().unwrap()).map(|row| row.strong);
        assert_eq!(found("175.45.176.0"), Some(true));
        assert_eq!(found("175.45.179.255"), Some(true));
        assert_eq!(found("::ffff:175.45.178.1"), Some(true));
        assert_eq!(found("175.45.180.0"), None);
        assert_eq!(found("210.52.109.7"), Some(false));
        assert_eq!(found("77.94.35.1"), Some(false));
        assert_eq!(found("188.43.136.1"), None, "a range that nobody compared with its source is not used");
        assert_eq!(found("198.51.100.1"), None);
        assert_eq!(lists.dprk.iter().filter(|row| row.strong).count(), 1);
    }

    #[test]
    fn disposable_domains() {
        let mut lists = Lists::built_in();
        for domain in ["mailinator.com", "Mailinator.COM", "inbox.mailinator.com", "yopmail.com."] {
            assert!(lists.disposable(domain), "{domain}");
        }
        for domain in ["example.com", "notmailinator.com", "com", "", "gmail.com"] {
            assert!(!lists.disposable(domain), "{domain}");
        }
        lists.add_disposable(["@throw.example", "com"]);
        assert!(lists.disposable("throw.example"));
        assert!(!lists.disposable("example.com"), "a top-level domain is no row");
    }

    #[test]
    fn a_users_rows() {
        let mut lists = Lists::built_in();
        assert_eq!(lists.add_software("toys", "Example", "example tool"), Err(ListError::Class("toys".to_owned())));
        assert_eq!(lists.add_software("keep_awake", "Example", "ab"), Err(ListError::Pattern("ab".to_owned())));
        lists.add_software("keep_awake", "Example Awake", "example awake").unwrap();
        assert_eq!(lists.software_class("ExampleAwake 1.0"), Some(("keep_awake", "Example Awake")));
        assert!(lists.add_hardware("Example", "-").is_err());
        lists.add_hardware("Example KVM", "example kvm").unwrap();
        assert_eq!(lists.hardware("Example KVM v2"), Some("Example KVM"));
    }

    /// Every line of a table is a row, with words of its closed columns.
    #[test]
    fn tables_are_whole() {
        #[track_caller]
        fn check<const N: usize>(table: &'static str, sure: usize, patterns: Option<usize>) {
            let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
            assert_eq!(table_rows::<N>(table).count(), lines - 1);
            for row in table_rows::<N>(table) {
                assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
                assert!(["page", "check", "memory"].contains(&row[sure]), "{row:?}");
                if let Some(column) = patterns {
                    assert!(row[column].split('|').all(|pattern| long_enough(pattern).is_ok()), "{row:?}");
                }
            }
        }
        check::<5>(TOOLS_TSV, 3, Some(2));
        check::<5>(HARDWARE_TSV, 3, Some(1));
        check::<5>(VPNS_TSV, 2, Some(1));
        check::<5>(NETWORKS_TSV, 3, None);
        check::<3>(DISPOSABLE_TSV, 1, None);
        for [class, ..] in table_rows::<5>(TOOLS_TSV) {
            assert!(SOFTWARE_CLASSES.contains(&class), "{class}");
        }
        for class in SOFTWARE_CLASSES {
            assert!(table_rows::<5>(TOOLS_TSV).any(|[row, ..]| row == *class), "{class}");
        }
        for [network, weight, ..] in table_rows::<5>(NETWORKS_TSV) {
            assert!(network.parse::<IpNet>().is_ok(), "{network}");
            assert!(["strong", "weak", "unchecked"].contains(&weight), "{weight}");
        }
    }
}
