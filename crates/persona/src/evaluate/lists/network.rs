//! Addresses of log-ins on lists and of classes of networks, and ports that are open at them.

use std::net::IpAddr;

use crate::evaluate::record::{Findings, past, stated};
use crate::evaluate::{Context, Evidence, Fired, Outcome};
use crate::indicators::IpList;
use crate::lists::{DprkNetwork, VpnService};
use crate::networks::NetClass;
use crate::people::{NONE, Person};
use crate::text::TextId;
use crate::vocabulary::{EventKind, Field};

/// Why a log-in counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum On<'a> {
    Service(&'a VpnService),
    Dprk(&'a DprkNetwork),
    Class(&'a str),
}

impl On<'_> {
    fn words(self) -> String {
        match self {
            Self::Service(service) => {
                let named_by = service.named_by.as_deref().unwrap_or("nobody");
                format!("exit of {}, named by {named_by}", service.name)
            }
            Self::Dprk(range) if range.strong => format!("in {}, registered to the DPRK", range.network),
            Self::Dprk(range) => format!("in {}, reported as used by the DPRK", range.network),
            Self::Class(class) => format!("network of class {class}"),
        }
    }
}

/// Class, owner and address of a log-in, by their numbers.
type Key = (u32, u32, u32);

/// Whether log-ins come from addresses on these lists. The class `vpn` counts only where the house forbids VPN.
pub(super) fn listed_ip(lists: &[IpList], share: f64, person: Person<'_>, context: &Context<'_>) -> Outcome {
    const MISSING: Outcome = Outcome::NotChecked("log-ins with an address or a class of network");
    if !person.has_event(EventKind::Login) {
        return MISSING;
    }
    if lists.iter().all(|list| *list == IpList::Feed) {
        return Outcome::NotChecked("an indicator feed of addresses");
    }
    if !context.policy.vpn_forbidden && lists.iter().all(|list| *list == IpList::Vpn) {
        return Outcome::NotChecked("a policy that forbids VPN");
    }
    let by_class = lists.iter().any(|list| class(*list).is_some());
    let by_owner = lists.contains(&IpList::ReportedVpn);
    let by_address = by_owner || lists.iter().any(|list| matches!(list, IpList::Dprk | IpList::Feed));
    let people = context.people;
    // What the last combinations of class, owner and address came to: people have few.
    let mut known: [(Key, bool, Option<On<'_>>); 8] = [((NONE, NONE, NONE), false, None); 8];
    let mut next = 0;
    let (mut all, mut hits, mut last_day, mut days) = (0_u32, 0_u32, None, 0_u32);
    let mut found: Vec<(On<'_>, Evidence)> = Vec::new();
    let mut certain = false;
    for event in past(person, EventKind::Login, context.as_of) {
        let ip = event.ip();
        let (mut network, mut org) = (NONE, NONE);
        for row in people.facts.get(event.facts_set()) {
            match row.field {
                Field::Network => network = row.value,
                Field::Org => org = row.value,
                _ => {}
            }
        }
        let key = (network, org, event.ip_value().map_or(NONE, |value| value.0));
        let (_, counts, on) = match known.iter().find(|(held, ..)| *held == key) {
            Some(found) => *found,
            None => {
                let text = |number: u32| (number != NONE).then(|| people.text(TextId(number)));
                let (network, org) = (text(network), text(org));
                let tells = by_class && network.is_some() || by_address && ip.is_some() || by_owner && org.is_some();
                let counts = tells && context.class_of(event) != NetClass::Office;
                known[next] = (key, counts, if counts { on(lists, ip, network, org, context) } else { None });
                next = (next + 1) % known.len();
                known[(next + known.len() - 1) % known.len()]
            }
        };
        all += u32::from(counts);
        let Some(on) = on else { continue };
        hits += 1;
        certain |= matches!(on, On::Dprk(range) if range.strong);
        if last_day != Some(event.time().day()) {
            last_day = Some(event.time().day());
            days += 1;
        }
        if found.len() < 4 && !found.iter().any(|(held, _)| *held == on) {
            let address = ip.map_or_else(|| "no address".to_owned(), |ip| ip.to_string());
            let org = event.fact(Field::Org).map_or_else(String::new, |org| format!(", {}", org.text()));
            let value = format!("{address}{org}");
            found.push((
                on,
                Evidence::new(person, format!("log-in, {}", on.words()), value, Some(event.time()), event.source()),
            ));
        }
    }
    if all == 0 {
        return MISSING;
    }
    let part = f64::from(hits) / f64::from(all);
    // A range that belongs to one state's network is no matter of habit.
    if hits == 0 || part < share && !certain {
        return Outcome::Clear;
    }
    let why = found.iter().map(|(on, _)| on.words()).collect::<Vec<_>>().join("; ");
    let note = format!("{hits} of {all} log-ins on {days} days: {why}");
    let share = if certain { 1.0 } else { 0.5 + 0.5 * part };
    Outcome::Fired(Fired { share, ..Fired::new(found.into_iter().map(|(_, evidence)| evidence).collect(), note) })
}

/// The class of network that a list is.
fn class(list: IpList) -> Option<&'static str> {
    match list {
        IpList::Vpn => Some("vpn"),
        IpList::Proxy => Some("proxy"),
        IpList::Datacentre => Some("datacentre"),
        IpList::Vps => Some("vps"),
        IpList::ResidentialProxy => Some("residential_proxy"),
        IpList::ReportedVpn | IpList::Dprk | IpList::Feed => None,
    }
}

fn on<'a>(
    lists: &[IpList],
    ip: Option<IpAddr>,
    network: Option<&'a str>,
    org: Option<&'a str>,
    context: &Context<'a>,
) -> Option<On<'a>> {
    let lists_of = context.lists;
    lists.iter().find_map(|list| match list {
        IpList::ReportedVpn => lists_of.reported_vpn(org, ip).map(On::Service),
        IpList::Dprk => ip.and_then(|ip| lists_of.dprk(ip)).map(On::Dprk),
        // Feeds have a look-up of their own.
        IpList::Feed => None,
        IpList::Vpn if !context.policy.vpn_forbidden => None,
        other => network.filter(|network| class(*other) == Some(*network)).map(On::Class),
    })
}

/// Whether one of these ports is open at an address from which the person logs in. A port without an address is taken as the person's.
pub(super) fn open_port(ports: &[u16], person: Person<'_>, context: &Context<'_>) -> Outcome {
    if !person.has_event(EventKind::Port) {
        return Outcome::NotChecked("ports seen at addresses of log-ins");
    }
    let mut findings = Findings::default();
    let mut numbers: Vec<u16> = Vec::new();
    for event in past(person, EventKind::Port, context.as_of) {
        if context.class_of(event) == NetClass::Office {
            continue;
        }
        let own = event.ip_value().is_none_or(|ip| {
            past(person, EventKind::Login, context.as_of).any(|login| login.ip_value() == Some(ip))
                || past(person, EventKind::DeviceSeen, context.as_of).any(|seen| seen.ip_value() == Some(ip))
        });
        let Some(fact) = event.fact(Field::Port).filter(|_| own) else { continue };
        findings.looked += 1;
        let title = event.fact(Field::Title);
        let hardware = title.and_then(|title| context.lists.hardware(title.text()));
        let Some(port) = fact.text().parse().ok().filter(|port| ports.contains(port)) else { continue };
        if !numbers.contains(&port) {
            numbers.push(port);
        }
        let address = event.ip().map_or_else(|| "no address".to_owned(), |ip| ip.to_string());
        let evidence = Evidence::new(person, "open port", format!("{port} at {address}"), Some(event.time()), event.source());
        let title =
            title.map(|title| stated(person, "title of the page at the port", title, Some(event.time()), event.source()));
        findings.add(if hardware.is_some() { 1.0 } else { 0.6 }, std::iter::once(evidence).chain(title));
    }
    if numbers.len() > 1 {
        findings.share = 1.0;
    }
    findings.outcome("ports seen at addresses of log-ins", |all| {
        let ports: Vec<String> = numbers.iter().map(u16::to_string).collect();
        format!("{} of {} open ports are of remote access: {}", all.found, all.looked, ports.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use crate::evaluate::record::testing::{check, word_under};
    use crate::indicators::{IpList, Test};
    use crate::policy::Policy;

    #[test]
    fn addresses_on_lists() {
        let reported = Test::ListedIp { lists: vec![IpList::ReportedVpn], share: 0.0 };
        check(&reported, "login 2026-01-01 ip=203.0.113.7; org=Astrill Systems Corp", "1.00");
        check(&reported, "login 2026-01-01 ip=203.0.113.7; org=Example Telecom", "clear");
        // No published case that was read names it.
        check(&reported, "login 2026-01-01 ip=203.0.113.7; org=NordVPN S.A.", "clear");
        check(&reported, "login 2026-01-01 country=us", "not checked");
        check(&reported, "person name=Ada", "not checked");
        let half = "login 2026-01-01 ip=203.0.113.7; org=Astrill\nlogin 2026-01-02 ip=203.0.113.8; org=Example Telecom";
        check(&reported, half, "0.75");
        check(&Test::ListedIp { lists: vec![IpList::ReportedVpn], share: 0.6 }, half, "clear");
        let dprk = Test::ListedIp { lists: vec![IpList::Dprk], share: 0.9 };
        check(&dprk, "login 2026-01-01 ip=203.0.113.7\nlogin 2026-01-02 ip=175.45.176.9", "1.00");
        check(&dprk, "login 2026-01-01 ip=175.45.180.9", "clear");
        check(&dprk, "login 2027-01-01 ip=175.45.176.9", "not checked");
        check(&Test::ListedIp { lists: vec![IpList::Feed], share: 0.0 }, "login 2026-01-01 ip=203.0.113.7", "not checked");
    }

    #[test]
    fn classes_of_networks() {
        let hosting = Test::ListedIp { lists: vec![IpList::Vps, IpList::Datacentre, IpList::Vpn], share: 0.5 };
        check(&hosting, "login 2026-01-01 ip=203.0.113.7; network=vps", "1.00");
        check(&hosting, "login 2026-01-01 network=mobile", "clear");
        check(&hosting, "login 2026-01-01 network=vpn", "clear");
        check(&hosting, "login 2026-01-01 ip=203.0.113.7", "not checked");
        let forbidden = Policy { vpn_forbidden: true, ..Policy::default() };
        assert_eq!(word_under(&forbidden, &hosting, "login 2026-01-01 network=vpn"), "1.00");
        let office = Policy { office_networks: vec!["203.0.113.0/24".parse().unwrap()], ..Policy::default() };
        assert_eq!(word_under(&office, &hosting, "login 2026-01-01 ip=203.0.113.7; network=datacentre"), "not checked");
        let vpn = Test::ListedIp { lists: vec![IpList::Vpn], share: 0.0 };
        check(&vpn, "login 2026-01-01 network=vpn", "not checked");
    }

    #[test]
    fn ports() {
        let test = Test::OpenPort { ports: vec![5900, 5938, 21115] };
        let rows = |port: &str| format!("login 2026-01-01 ip=203.0.113.7\nport 2026-01-02 ip=203.0.113.7; port={port}");
        check(&test, &rows("5900"), "0.60");
        check(&test, &rows("5900; title=PiKVM Login"), "1.00");
        check(&test, &(rows("5900") + "\nport 2026-01-02 ip=203.0.113.7; port=5938"), "1.00");
        check(&test, &rows("443"), "clear");
        // Somebody else's address.
        check(&test, "login 2026-01-01 ip=203.0.113.8\nport 2026-01-02 ip=203.0.113.7; port=5900", "not checked");
        check(&test, "login 2026-01-01 ip=203.0.113.7", "not checked");
    }
}
