//! The addresses of the Internet of a run: all events go in; what each address is, by whichever record states it, by the policy and by
//! lists, and which of them are one line, come out. What one record knows of an address holds for all who use it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lists::Lists;
use crate::people::{EventRow, NONE, People, PersonId};
use crate::policy::Policy;
use crate::vocabulary::Field;

/// People whose events are read at a time.
const PART: usize = 1 << 10;

/// What an address of the Internet is, the later the less it links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum NetClass {
    /// Nobody says.
    Unknown,
    /// A line at a home: where the address is, somebody is.
    Residential,
    Hosting,
    /// Mobile: another address than that of the home, with the same honest holder; its country is true.
    Mobile,
    Proxy,
    Vpn,
    /// An office by its records or the policy.
    Office,
    /// Private or reserved: no place.
    Private,
}

impl NetClass {
    const ALL: [Self; 8] =
        [Self::Unknown, Self::Residential, Self::Hosting, Self::Mobile, Self::Proxy, Self::Vpn, Self::Office, Self::Private];

    /// By the word of a record; what is no word of it is not known.
    pub(crate) fn of_word(word: &str) -> Self {
        match word {
            "residential" => Self::Residential,
            "mobile" => Self::Mobile,
            "vpn" => Self::Vpn,
            "proxy" | "residential_proxy" => Self::Proxy,
            "datacentre" | "datacenter" | "vps" | "hosting" => Self::Hosting,
            "office" => Self::Office,
            _ => Self::Unknown,
        }
    }

    /// Whether an address of it can be where the person is.
    pub(crate) const fn is_place(self) -> bool {
        matches!(self, Self::Unknown | Self::Residential)
    }

    /// Whether the country of an address of it can be that of the person.
    pub(crate) const fn has_country(self) -> bool {
        !self.is_relay() && !matches!(self, Self::Office)
    }

    /// Whether it passes on what comes from elsewhere: VPN, proxy, hosting.
    pub(crate) const fn is_relay(self) -> bool {
        matches!(self, Self::Hosting | Self::Proxy | Self::Vpn)
    }

    /// Whether two people who use it may be linked by it.
    pub(crate) const fn links(self) -> bool {
        matches!(self, Self::Unknown | Self::Residential | Self::Hosting)
    }
}

/// What each address is, by its number among those of the people.
#[derive(Debug)]
pub(crate) struct Networks {
    class: Vec<NetClass>,
    /// The lowest address of the same line: the address itself, or the 64-bit prefix.
    line: Vec<u32>,
    /// What a record says of its address, by its set of facts.
    said: Vec<NetClass>,
}

impl Networks {
    pub(crate) fn of(people: &People, lists: &Lists, policy: &Policy) -> Self {
        let by_itself = people.ips.par_iter().map(|ip| AtomicU8::new(by_itself(*ip, policy) as u8));
        let class: Vec<AtomicU8> = by_itself.collect();
        let said: Vec<NetClass> = (0..people.facts.len() as u32)
            .into_par_iter()
            .map(|set| {
                let facts = people.facts.get(set).iter().map(|row| people.fact(*row));
                let said = facts.map(|fact| match fact.field() {
                    Field::Network => NetClass::of_word(fact.text()),
                    Field::Org if lists.vpn(Some(fact.text()), None).is_some() => NetClass::Vpn,
                    _ => NetClass::Unknown,
                });
                said.max().unwrap_or(NetClass::Unknown)
            })
            .collect();
        // The greatest of all is the same in whichever order they come.
        (0..people.len() as u32).into_par_iter().map(PersonId).with_min_len(PART).for_each(|id| {
            let events = people.person(id).event_rows().iter();
            for event in events.filter(|event| event.ip != NONE && event.facts != NONE) {
                let (class, said) = (&class[event.ip as usize], said[event.facts as usize] as u8);
                if class.load(Ordering::Relaxed) < said {
                    class.fetch_max(said, Ordering::Relaxed);
                }
            }
        });
        let class = (class.into_par_iter().zip(&people.ips)).map(|(class, ip)| {
            let class = NetClass::ALL[usize::from(class.into_inner())];
            let known = || lists.vpn(None, Some(*ip)).is_some();
            if class < NetClass::Vpn && known() { NetClass::Vpn } else { class }
        });
        let class = class.collect();
        let mut prefixes: FxHashMap<u64, u32> = FxHashMap::default();
        let line = people.ips.iter().enumerate().map(|(index, ip)| match ip {
            IpAddr::V4(_) => index as u32,
            IpAddr::V6(ip) => *prefixes.entry((u128::from(*ip) >> 64) as u64).or_insert(index as u32),
        });
        let line = line.collect();
        Self { class, line, said }
    }

    /// With what is known elsewhere of the addresses of the people.
    pub(crate) fn with(mut self, people: &People, known: impl Fn(IpAddr) -> Option<NetClass>) -> Self {
        for (class, ip) in self.class.iter_mut().zip(&people.ips) {
            *class = (*class).max(known(*ip).unwrap_or(NetClass::Unknown));
        }
        self
    }

    pub(crate) fn class(&self, ip: u32) -> NetClass {
        self.class[ip as usize]
    }

    /// What the address of an event is, by whichever record knows it; without one, what the record says of its network.
    pub(crate) fn of_event(&self, event: &EventRow) -> NetClass {
        let class = if event.ip == NONE { NetClass::Private } else { self.class(event.ip) };
        match class {
            // The address of a gateway inside tells nothing either; what the record says does.
            NetClass::Private if event.facts == NONE => NetClass::Unknown,
            NetClass::Private => self.said[event.facts as usize],
            class => class,
        }
    }

    pub(crate) fn line(&self, ip: u32) -> u32 {
        self.line[ip as usize]
    }

    /// Whether it can be the line of a home.
    pub(crate) fn is_home(&self, ip: u32) -> bool {
        self.class(ip).is_place()
    }
}

/// What an address is whatever records say.
fn by_itself(ip: IpAddr, policy: &Policy) -> NetClass {
    if policy.office_networks.iter().any(|network| network.contains(&ip)) {
        return NetClass::Office;
    }
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let private = ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_multicast()
                || ip.is_broadcast();
            // Those that carriers share among many.
            let carrier = a == 100 && (64..128).contains(&b);
            if private {
                NetClass::Private
            } else if carrier {
                NetClass::Mobile
            } else {
                NetClass::Unknown
            }
        }
        IpAddr::V6(ip) => {
            let first = ip.segments()[0];
            let private = ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80;
            if private { NetClass::Private } else { NetClass::Unknown }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NetClass::{Mobile, Office, Unknown, Vpn};
    use super::{NetClass, Networks};
    use crate::evaluate::record::testing::people;
    use crate::lists::Lists;
    use crate::people::{People, Person};
    use crate::policy::Policy;

    fn class(people: &People, policy: &Policy, ip: &str) -> NetClass {
        let ip: std::net::IpAddr = ip.parse().unwrap();
        let number = people.ips.iter().position(|known| *known == ip).unwrap();
        Networks::of(people, &Lists::default(), policy).class(number as u32)
    }

    #[test]
    fn what_one_record_knows_holds_for_all() {
        let rows = "p1: login 2026-01-01 ip=203.0.113.1; network=vpn\np2: login 2026-01-02 ip=203.0.113.1\n\
                    p2: login 2026-01-02 ip=203.0.113.2; network=residential\np1: login 2026-01-03 ip=203.0.113.2; network=office\n\
                    p1: login 2026-01-04 ip=203.0.113.3\np2: login 2026-01-04 ip=10.0.0.1; network=vpn\np2: login 2026-01-04 ip=100.64.7.7\n\
                    p2: login 2026-01-05 ip=203.0.113.4; network=hosting\np1: login 2026-01-05 ip=203.0.113.4; network=vpn";
        let people = people(rows);
        let of = |ip| class(&people, &Policy::default(), ip);
        assert_eq!(of("203.0.113.1"), NetClass::Vpn);
        assert_eq!(of("203.0.113.2"), NetClass::Office);
        assert_eq!(of("203.0.113.3"), NetClass::Unknown);
        assert_eq!(of("203.0.113.4"), NetClass::Vpn, "the class that links least");
        let networks = Networks::of(&people, &Lists::default(), &Policy::default());
        let of_events: Vec<NetClass> = people.all().flat_map(Person::event_rows).map(|row| networks.of_event(row)).collect();
        assert_eq!(of_events, [Vpn, Office, Unknown, Vpn, Vpn, Office, Vpn, Mobile, Vpn]);
        assert_eq!(of("10.0.0.1"), NetClass::Private, "everybody has one, whatever a record says");
        assert_eq!(of("100.64.7.7"), NetClass::Mobile, "carriers share it among many");
        let office = Policy { office_networks: vec!["203.0.113.0/24".parse().unwrap()], ..Policy::default() };
        assert_eq!(class(&people, &office, "203.0.113.1"), NetClass::Office, "the policy knows its own VPN");
        assert_eq!(class(&people, &office, "10.0.0.1"), NetClass::Private);
    }

    #[test]
    fn lines_of_version_6_are_prefixes() {
        let rows = "p1: login 2026-01-01 ip=2001:db8:1:1::1\np1: login 2026-01-02 ip=2001:db8:1:1::2\np1: login 2026-01-03 ip=2001:db8:1:2::1";
        let people = people(rows);
        let networks = Networks::of(&people, &Lists::default(), &Policy::default());
        let line = |ip: &str| {
            let ip: std::net::IpAddr = ip.parse().unwrap();
            networks.line(people.ips.iter().position(|known| *known == ip).unwrap() as u32)
        };
        assert_eq!(line("2001:db8:1:1::1"), line("2001:db8:1:1::2"));
        assert_ne!(line("2001:db8:1:1::1"), line("2001:db8:1:2::1"));
    }
}
