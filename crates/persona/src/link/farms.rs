//! Farms: company devices of several people that stand in one place, behind one home line, wireless network or delivery address, while their
//! people say to live elsewhere. One place alone may be an office that nobody told of: a farm needs a second kind of fact.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Space;
use super::holdings::Found;
use super::pairs::Openly;
use crate::assess::Tests;
use crate::evaluate::Evidence;
use crate::evaluate::record::papers::stranger_who_signed;
use crate::groups::Groups;
use crate::lists::Lists;
use crate::networks::Networks;
use crate::people::{Event, Person, PersonId};
use crate::policy::Policy;
use crate::time::Time;
use crate::vocabulary::{EventKind, Field, IdKind};

/// People behind one line from which it is an office or a carrier.
const MOST: usize = 300;
/// Days on which a device must have been seen.
const DAYS: usize = 3;
/// Share of a device's days at the place.
const STAYS: f64 = 0.8;
/// Log-ins from which it can be said that they come from elsewhere.
const AWAY_LOGINS: usize = 5;
/// What a farm must reach, of the parts in [`FarmFact`].
const ENOUGH: f64 = 4.0;
/// How likely it may be at most that chance brings so many programs for remote access to a place, and to how many of all places.
const BY_CHANCE: f64 = 0.01;
const HARDLY_ANYWHERE: f64 = 0.2;
/// Share of people who have such a program, where the records have nobody to measure it by, and for how many people that is worth.
const HAVE_A_TOOL: f64 = 0.05;
const WORTH: f64 = 20.0;
/// Share of people elsewhere who have a program, from which it is the house's own.
const OF_THE_HOUSE: f64 = 0.1;

/// In what a farm's devices meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FarmKey {
    /// One line.
    Ip,
    /// One wireless network or gateway.
    Network,
    /// One delivery address.
    ShipTo,
}

/// A fact that makes a place a farm, with what it brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FarmFact {
    /// Devices of several people stay behind one line or network: 2.
    OnePlace,
    /// Parcels of several people go to one door that is no home of theirs: 1.5.
    OneDoor,
    /// Programs for remote access on devices of more than chance brings to one place: 2.5.
    RemoteTools,
    /// A device that holds keyboard and screen from afar: 2.5.
    RemoteHardware,
    /// Log-ins of at least two come from elsewhere than their devices: 1.5.
    LoginsElsewhere,
    /// A parcel was sent elsewhere after dispatch: 1.
    Rerouted,
    /// One stranger signs for parcels of several people that were sent elsewhere after dispatch: 1.5.
    OneSigner,
    /// Clocks run in another time zone than the place's: 1.5.
    ClocksElsewhere,
}

impl FarmFact {
    const fn brings(self) -> f64 {
        match self {
            Self::OnePlace => 2.0,
            Self::OneDoor | Self::OneSigner | Self::LoginsElsewhere | Self::ClocksElsewhere => 1.5,
            Self::RemoteTools | Self::RemoteHardware => 2.5,
            Self::Rerouted => 1.0,
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OnePlace => "devices of several people stay behind one line or network",
            Self::OneDoor => "parcels of several people go to one door that is no home of theirs",
            Self::RemoteTools => "programs for remote access on devices of several people",
            Self::RemoteHardware => "hardware for remote control",
            Self::LoginsElsewhere => "log-ins come from elsewhere than the devices",
            Self::Rerouted => "a parcel was sent elsewhere after dispatch",
            Self::ClocksElsewhere => "clocks run in another time zone than the place's",
            Self::OneSigner => "one stranger signs for parcels of several people that were sent elsewhere after dispatch",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnePlace => "one_place",
            Self::OneDoor => "one_door",
            Self::RemoteTools => "remote_tools",
            Self::RemoteHardware => "remote_hardware",
            Self::LoginsElsewhere => "logins_elsewhere",
            Self::Rerouted => "rerouted",
            Self::OneSigner => "one_signer",
            Self::ClocksElsewhere => "clocks_elsewhere",
        }
    }
}

/// Devices of several people in one place.
#[derive(Debug, Clone)]
pub struct Farm {
    /// Whose devices, each with the record.
    pub stands: Vec<Stand>,
    /// What makes it a farm, each with a record.
    pub facts: Vec<(FarmFact, Vec<Evidence>)>,
    /// In what the devices meet.
    pub keys: Vec<(FarmKey, Evidence)>,
}

/// A person's device in a farm.
#[derive(Debug, Clone)]
pub struct Stand {
    /// Who.
    pub person: PersonId,
    /// The record that puts it there.
    pub evidence: Evidence,
    /// Days on which it was seen there.
    pub days: usize,
    /// Whether the person states another home than others there.
    pub elsewhere: Option<bool>,
}

/// What is known of a person for farms.
#[derive(Debug, Default)]
struct Facts {
    /// The first event of each program for remote access, by its number.
    programs: BTreeMap<u8, Evidence>,
    clock: Option<Evidence>,
    hardware: Option<Evidence>,
    rerouted: Option<Evidence>,
    away: Option<Evidence>,
    /// Strangers who signed for parcels, by their words.
    signers: BTreeMap<String, Evidence>,
}

pub(super) fn find(tests: &Tests<'_>, found: &Found, openly: &Openly) -> Vec<Farm> {
    let Tests { people, as_of, .. } = *tests;
    let networks = &*tests.networks;
    // Where each person's devices stay.
    let mut at: BTreeMap<(FarmKey, u32), Vec<Stand>> = BTreeMap::new();
    for person in people.all() {
        stays(person, networks, as_of, |line, stand| at.entry((FarmKey::Ip, line)).or_default().push(stand));
    }
    for shared in &found.shared {
        let key = match shared.space {
            Space::Bssid | Space::Gateway => FarmKey::Network,
            Space::Place => FarmKey::ShipTo,
            _ => continue,
        };
        let holders = &found.holdings[shared.start as usize..shared.end as usize];
        for holder in holders.iter().filter(|holder| key == FarmKey::Network || holder.kind == IdKind::ShipTo) {
            // A parcel to the own home.
            if key == FarmKey::ShipTo && openly.homes(holder.person).contains(&shared.value) {
                continue;
            }
            let stand = Stand {
                person: holder.person,
                evidence: holder.evidence(people),
                days: usize::from(holder.days),
                elsewhere: None,
            };
            at.entry((key, shared.value.wrapping_mul(2).wrapping_add(u32::from(shared.space == Space::Gateway))))
                .or_default()
                .push(stand);
        }
    }
    let mut groups: Vec<(FarmKey, Vec<Stand>)> = (at.into_iter())
        .map(|((key, _), stands)| (key, stands))
        .filter(|(_, stands)| (2..=MOST).contains(&stands.len()) && several_homes(stands, openly))
        .collect();
    // Places that have two persons in common are one farm: one person may be in two places.
    let mut groups_of: BTreeMap<PersonId, Vec<usize>> = BTreeMap::new();
    for (index, (_, stands)) in groups.iter().enumerate() {
        for stand in stands {
            groups_of.entry(stand.person).or_default().push(index);
        }
    }
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for places in groups_of.values() {
        for (at, one) in places.iter().enumerate() {
            places[at + 1..].iter().for_each(|other| *common.entry((*one, *other)).or_default() += 1);
        }
    }
    let mut met = Groups::new(groups.len());
    for ((one, other), _) in common.into_iter().filter(|(_, persons)| *persons >= 2) {
        met.join(one as u32, other as u32);
    }
    let mut merged: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for index in 0..groups.len() {
        merged.entry(met.of(index as u32)).or_default().push(index);
    }
    let programs = Programs::of(tests, merged.len());
    let mut farms = Vec::new();
    for rows in merged.into_values() {
        let parts: Vec<(FarmKey, Vec<Stand>)> =
            rows.iter().map(|row| (groups[*row].0, std::mem::take(&mut groups[*row].1))).collect();
        if let Some(farm) = farm(tests, openly, &programs, parts) {
            farms.push(farm);
        }
    }
    farms.sort_by_key(|farm| (std::cmp::Reverse(farm.stands.len()), farm.stands.first().map(|stand| stand.person)));
    farms
}

/// Whether an event is of a company device.
fn is_of_device(event: Event<'_>) -> bool {
    match event.kind() {
        EventKind::Enrolment | EventKind::FirstBoot | EventKind::DeviceSeen => true,
        EventKind::Login | EventKind::Session => event.fact(Field::Managed).is_some_and(|managed| managed.yes() == Some(true)),
        _ => false,
    }
}

/// Hands out the line behind which a person's devices stay: most of their days.
fn stays(person: Person<'_>, networks: &Networks, as_of: Time, mut take: impl FnMut(u32, Stand)) {
    let has = [EventKind::Enrolment, EventKind::FirstBoot, EventKind::DeviceSeen, EventKind::Login, EventKind::Session];
    if !has.iter().any(|kind| person.has_event(*kind)) {
        return;
    }
    let mut days: FxHashMap<u32, (FxHashSet<u32>, Event<'_>)> = FxHashMap::default();
    let mut all: FxHashSet<u32> = FxHashSet::default();
    for event in person.events() {
        let Some(ip) = event.ip_value() else { continue };
        if event.time().since(as_of) > 86_400 || !is_of_device(event) {
            continue;
        }
        all.insert(event.time().day());
        if networks.is_home(ip.0) {
            days.entry(networks.line(ip.0)).or_insert_with(|| (FxHashSet::default(), event)).0.insert(event.time().day());
        }
    }
    let most = days.into_iter().max_by_key(|(line, (days, _))| (days.len(), std::cmp::Reverse(*line)));
    if let Some((line, (days, event))) = most
        && days.len() >= DAYS
        && days.len() as f64 >= STAYS * all.len() as f64
    {
        let shown = event.ip().map(|ip| ip.to_string()).unwrap_or_default();
        let evidence = Evidence::new(person, "device behind", shown, Some(event.time()), event.source());
        take(line, Stand { person: person.id(), evidence, days: days.len(), elsewhere: None });
    }
}

/// Whether the place is not openly the home of those whose devices stand there: of those who state a home, no more than half state the same
/// one. Where fewer than two state one, there must be more than three.
fn several_homes(stands: &[Stand], openly: &Openly) -> bool {
    let mut persons: Vec<PersonId> = stands.iter().map(|stand| stand.person).collect();
    persons.sort_unstable();
    persons.dedup();
    if persons.len() < 2 {
        return false;
    }
    let mut at_home: BTreeMap<u32, usize> = BTreeMap::new();
    let mut stating = 0;
    for person in &persons {
        let homes = openly.homes(*person);
        stating += usize::from(!homes.is_empty());
        for home in homes {
            *at_home.entry(*home).or_default() += 1;
        }
    }
    let most = at_home.into_values().max().unwrap_or(0);
    if stating < 2 { persons.len() > 3 } else { most * 2 <= stating }
}

fn farm(tests: &Tests<'_>, openly: &Openly, programs: &Programs<'_>, parts: Vec<(FarmKey, Vec<Stand>)>) -> Option<Farm> {
    let mut facts: BTreeMap<FarmFact, Vec<Evidence>> = BTreeMap::new();
    let mut keys = Vec::new();
    let mut stands: BTreeMap<PersonId, Stand> = BTreeMap::new();
    for (key, part) in parts {
        let fact = if key == FarmKey::ShipTo { FarmFact::OneDoor } else { FarmFact::OnePlace };
        facts.entry(fact).or_default().extend(part.iter().map(|stand| stand.evidence.clone()));
        if let Some(first) = part.first() {
            keys.push((key, first.evidence.clone()));
        }
        for stand in part {
            let kept = stands.entry(stand.person).or_insert_with(|| stand.clone());
            if stand.days > kept.days {
                *kept = stand;
            }
        }
    }
    let persons: Vec<PersonId> = stands.keys().copied().collect();
    let known: Vec<Facts> = persons.iter().map(|person| facts_of(tests.people.person(*person), tests, programs)).collect();
    let unusual = programs.unusual(&known);
    let mut put = |fact: FarmFact, part: f64, of: &dyn for<'f> Fn(&'f Facts) -> Option<&'f Evidence>| {
        let evidence: Vec<Evidence> = known.iter().filter_map(of).cloned().collect();
        // One of many is that one's matter.
        if evidence.len() >= 2 && evidence.len() as f64 >= part * known.len() as f64 {
            facts.insert(fact, evidence);
        }
    };
    if let Some(unusual) = unusual {
        put(FarmFact::RemoteTools, 0.3, &|facts| {
            facts.programs.iter().find(|(program, _)| unusual & 1 << **program != 0).map(|(_, seen)| seen)
        });
    }
    put(FarmFact::RemoteHardware, 0.1, &|facts| facts.hardware.as_ref());
    put(FarmFact::LoginsElsewhere, 0.5, &|facts| facts.away.as_ref());
    put(FarmFact::ClocksElsewhere, 0.5, &|facts| facts.clock.as_ref());
    put(FarmFact::Rerouted, 0.2, &|facts| facts.rerouted.as_ref());
    // A desk signs for all who work behind it, and their parcels go there at once.
    let mut signed: BTreeMap<&str, Vec<Evidence>> = BTreeMap::new();
    for facts in known.iter().filter(|facts| facts.rerouted.is_some()) {
        for (signer, evidence) in &facts.signers {
            signed.entry(signer).or_default().push(evidence.clone());
        }
    }
    let signed = signed.into_values().max_by_key(Vec::len);
    facts.extend(signed.filter(|all| all.len() >= 2 && all.len() * 2 >= known.len()).map(|all| (FarmFact::OneSigner, all)));
    let sum: f64 = facts.keys().map(|fact| fact.brings()).sum();
    if sum < ENOUGH || facts.len() < 2 {
        return None;
    }
    for index in 0..persons.len() {
        let elsewhere = persons
            .iter()
            .filter(|other| **other != persons[index])
            .filter_map(|other| openly.one_home(persons[index], *other));
        let answers: Vec<bool> = elsewhere.collect();
        if let (Some(stand), false) = (stands.get_mut(&persons[index]), answers.is_empty()) {
            stand.elsewhere = Some(!answers.iter().any(|one| *one));
        }
    }
    let facts = facts.into_iter().map(|(fact, mut evidence)| {
        evidence.sort();
        evidence.dedup();
        (fact, evidence)
    });
    Some(Farm { stands: stands.into_values().collect(), facts: facts.collect(), keys })
}

/// What is known of programs for remote access: which they are, and how many people have which, of those with devices that are looked at.
/// Offices have some, too.
#[derive(Debug)]
struct Programs<'a> {
    lists: &'a Lists,
    policy: &'a Policy,
    /// Their names, by their numbers.
    names: Vec<String>,
    /// How many people have which of them, a bit for each.
    having: FxHashMap<u64, usize>,
    all: usize,
    /// Places of several people, to any of which chance may bring some.
    places: usize,
}

impl<'a> Programs<'a> {
    fn of(tests: &Tests<'a>, places: usize) -> Self {
        let Tests { people, lists, policy, as_of, .. } = *tests;
        let mut programs = Self { lists, policy, names: Vec::new(), having: FxHashMap::default(), all: 0, places };
        let of_devices = [EventKind::Enrolment, EventKind::FirstBoot, EventKind::DeviceSeen, EventKind::Software];
        for person in people.all().filter(|person| of_devices.iter().any(|kind| person.has_event(*kind))) {
            programs.all += 1;
            let mut own = 0_u64;
            for event in person.events_of(EventKind::Software).filter(|event| event.time().since(as_of) <= 86_400) {
                let Some((name, _)) = programs.remote(event) else { continue };
                let number = programs.number(name).or_else(|| {
                    (programs.names.len() < 64).then(|| {
                        programs.names.push(name.to_owned());
                        programs.names.len() as u8 - 1
                    })
                });
                own |= number.map_or(0, |number| 1 << number);
            }
            if own != 0 {
                *programs.having.entry(own).or_default() += 1;
            }
        }
        programs
    }

    fn number(&self, name: &str) -> Option<u8> {
        self.names.iter().position(|known| known == name).map(|at| at as u8)
    }

    /// The program for remote access that an event names, unless the policy allows it, and as the event names it.
    fn remote<'p>(&self, event: Event<'p>) -> Option<(&'a str, &'p str)> {
        let name = event.fact(Field::Software)?.text();
        let approved = self.policy.approved_software.iter().any(|known| known.eq_ignore_ascii_case(name));
        let program = self.lists.software_class(name).filter(|(class, _)| *class == "remote_access" && !approved);
        program.map(|(_, program)| (program, name))
    }

    /// The programs of the people of a place that hardly anybody else has, where so many have one as chance hardly brings there. What many have
    /// elsewhere is the house's own, whether the policy says so or not.
    fn unusual(&self, known: &[Facts]) -> Option<u64> {
        let own: Vec<u64> = known.iter().map(|facts| facts.programs.keys().fold(0, |all, one| all | 1 << *one)).collect();
        let others = self.all.saturating_sub(own.len()) as f64;
        // Of people elsewhere who have one of some programs; the place itself does not count for what is usual.
        let usual = |some: u64| {
            let having: usize = self.having.iter().filter(|(held, _)| **held & some != 0).map(|(_, people)| people).sum();
            let here = own.iter().filter(|held| **held & some != 0).count();
            (having.saturating_sub(here) as f64 + HAVE_A_TOOL * WORTH) / (others + WORTH)
        };
        let unusual =
            (0..self.names.len()).filter(|number| usual(1 << number) < OF_THE_HOUSE).fold(0, |all, one| all | 1 << one);
        let with = own.iter().filter(|held| **held & unusual != 0).count();
        let by_chance = at_least(with, own.len(), usual(unusual).min(0.99));
        (by_chance <= BY_CHANCE.min(HARDLY_ANYWHERE / self.places.max(1) as f64)).then_some(unusual)
    }
}

/// How likely at least so many of all have what each has with a probability (the upper tail of the binomial distribution).
pub(super) fn at_least(so_many: usize, all: usize, probability: f64) -> f64 {
    let odds = probability / (1.0 - probability);
    let mut exactly = (1.0 - probability).powf(all as f64);
    let mut fewer = 0.0;
    for count in 0..so_many {
        fewer += exactly;
        exactly *= odds * (all - count) as f64 / (count + 1) as f64;
    }
    1.0 - fewer
}

fn facts_of(person: Person<'_>, tests: &Tests<'_>, programs: &Programs<'_>) -> Facts {
    let networks = &*tests.networks;
    let mut facts = Facts { clock: tests.clock_elsewhere(person), ..Facts::default() };
    let mut device_lines: FxHashSet<u32> = FxHashSet::default();
    for event in person.events().filter(|event| event.time().since(tests.as_of) <= 86_400) {
        let shown = |what: &str, value: &str| Evidence::new(person, what, value, Some(event.time()), event.source());
        match event.kind() {
            EventKind::Software => {
                if let Some((program, name)) = programs.remote(event)
                    && let Some(number) = programs.number(program)
                {
                    facts.programs.entry(number).or_insert_with(|| shown("program for remote access", name));
                }
            }
            EventKind::Usb | EventKind::Port if facts.hardware.is_none() => {
                let text = event.fact(Field::Usb).or_else(|| event.fact(Field::Title)).map(super::super::people::Fact::text);
                if let Some(text) = text.filter(|text| programs.lists.hardware(text).is_some()) {
                    facts.hardware = Some(shown("hardware for remote control", text));
                }
            }
            EventKind::ParcelDelivered => {
                if let Some(signer) = stranger_who_signed(person, event) {
                    let words = interdict_names::fold(signer.text()).to_lowercase();
                    let words: Vec<&str> =
                        words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
                    facts.signers.entry(words.join(" ")).or_insert_with(|| shown("parcel signed for by", signer.text()));
                }
            }
            EventKind::ParcelRerouted if facts.rerouted.is_none() => {
                let to = event.fact(Field::ShipTo).map_or("elsewhere", |fact| fact.text());
                facts.rerouted = Some(shown("parcel sent on to", to));
            }
            _ => {}
        }
        if let (true, Some(ip)) = (is_of_device(event), event.ip_value()) {
            device_lines.insert(networks.line(ip.0));
        }
    }
    // The device stays, and whoever works with the account is always elsewhere.
    let beside = |event: &Event<'_>| event.ip_value().is_some_and(|ip| device_lines.contains(&networks.line(ip.0)));
    let logins = || person.events_of(EventKind::Login).filter(|event| event.ip_value().is_some());
    let all = logins().count();
    if !device_lines.is_empty() && all >= AWAY_LOGINS && logins().filter(|event| beside(event)).count() * 10 <= all {
        facts.away = logins().find(|event| !beside(event)).and_then(|event| {
            let ip = event.ip()?.to_string();
            Some(Evidence::new(person, "log-in from elsewhere than the device", ip, Some(event.time()), event.source()))
        });
    }
    facts
}
