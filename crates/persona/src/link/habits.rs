//! What two people do alike that no single value tells: they use the same several exits of VPNs, commit under each other's address or to each
//! other's repositories, are each other's references in a circle, and are rated again and again by one client. A single exit is everybody's, and one client has several contractors; it is that several
//! meet, or meet again, that chance does not do.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::factors::{Factor, Reckoned, Told, Why};
use super::holdings::is_fork;
use super::{HabitEnd, HabitPair, LinkKind, careers};
use crate::networks::{NetClass, Networks};
use crate::people::{Event, Identifier, People, Person, PersonId};
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::{EventKind, Field, IdKind};

/// Exits of one person that are compared: those used most.
const MOST_EXITS: usize = 4;
/// Events behind exits from which there is a habit.
const EVENTS_OF_HABIT: u32 = 4;
/// Share of a person's events behind exits from which one of them is a habit, as a divisor: a tenth.
const HABIT: u32 = 10;
/// What two exits in common weigh at most, as a share of what three do.
const TWO_EXITS: f64 = 0.3;
/// Share of the weight from which all exits of a habit are common.
pub(super) const ALL_EXITS: f64 = 0.35;
/// Commits under an address from which it is the one that somebody uses.
const COMMITS: usize = 3;
/// Names of mailboxes that machines, services and examples set, under which anybody may commit.
const NOBODYS: [&str; 18] = [
    "actions",
    "admin",
    "build",
    "ci",
    "dependabot",
    "deploy",
    "ec2-user",
    "email",
    "git",
    "github-actions",
    "jenkins",
    "no-reply",
    "noreply",
    "root",
    "test",
    "ubuntu",
    "user",
    "you",
];
/// Ratings of one person by one client that are more than a job done.
const RATINGS: usize = 2;
/// People up to which it is looked whether they are each other's references.
const MOST_OF_CIRCLE: usize = 64;
/// Seconds within which they lie.
const RATED_WITHIN: i64 = 30 * 86_400;

pub(super) fn pairs(people: &People, networks: &Networks) -> Vec<HabitPair> {
    let mut pairs = exits(people, networks);
    pairs.append(&mut commits_as(people));
    pairs.append(&mut commits_under_one(people));
    pairs.append(&mut commits_to(people));
    pairs.append(&mut ratings(people));
    pairs.append(&mut vouchers(people));
    pairs
}

impl HabitEnd {
    fn of(person: Person<'_>, identifier: Identifier<'_>) -> Self {
        Self { person: person.id(), source: identifier.source(), time: identifier.first() }
    }
}

fn end(person: Person<'_>, event: Event<'_>) -> HabitEnd {
    HabitEnd { person: person.id(), source: event.source(), time: Some(event.time()) }
}

/// The exits that a person uses by habit, each with the first event behind it.
fn habit(person: Person<'_>, networks: &Networks) -> Vec<(u32, HabitEnd)> {
    let address = |exit: u32| person.people().ips[exit as usize];
    let mut seen: FxHashMap<u32, (u32, HabitEnd)> = FxHashMap::default();
    let mut all = 0;
    for event in person.events() {
        let Some(ip) = event.ip_value().filter(|ip| networks.class(ip.0) == NetClass::Vpn) else { continue };
        all += 1;
        seen.entry(networks.line(ip.0)).or_insert_with(|| (0, end(person, event))).0 += 1;
    }
    if all < EVENTS_OF_HABIT {
        return Vec::new();
    }
    let mut exits: Vec<(u32, u32, HabitEnd)> = (seen.into_iter())
        .filter(|(_, (times, _))| *times >= 2 && *times * HABIT >= all)
        .map(|(exit, (times, end))| (times, exit, end))
        .collect();
    // By address, as numbers are given in the order of reading.
    exits.sort_unstable_by_key(|(times, exit, _)| (std::cmp::Reverse(*times), address(*exit)));
    exits.truncate(MOST_EXITS);
    exits.into_iter().map(|(_, exit, end)| (exit, end)).collect()
}

/// Several exits at once: two or three, in order, the third being [`u32::MAX`] where there are two.
type Exits = [u32; 3];

/// Exits that two people have in common: the weight, which, both, how many have them, and what lessens it.
type InCommon = (Reckoned, Exits, HabitEnd, HabitEnd, usize, Factor);

/// People who use the same two or three exits by habit, where chance would not bring as many together. How many it would bring is told by how
/// many use each of them.
fn exits(people: &People, networks: &Networks) -> Vec<HabitPair> {
    let mut habits: Vec<Vec<(u32, HabitEnd)>> =
        (0..people.len() as u32).into_par_iter().map(|index| habit(people.person(PersonId(index)), networks)).collect();
    // Exits get numbers in the order of their addresses.
    let mut addresses: Vec<u32> = habits.iter().flatten().map(|(exit, _)| *exit).collect();
    addresses.sort_unstable_by_key(|exit| people.ips[*exit as usize]);
    addresses.dedup();
    let numbers: FxHashMap<u32, u32> = addresses.iter().enumerate().map(|(at, exit)| (*exit, at as u32)).collect();
    for exits in &mut habits {
        for (exit, _) in exits.iter_mut() {
            *exit = numbers[exit];
        }
        exits.sort_unstable_by_key(|(exit, _)| *exit);
    }
    let users = habits.iter().filter(|exits| !exits.is_empty()).count() as f64;
    let mut of_exit: FxHashMap<u32, f64> = FxHashMap::default();
    let mut sets: Vec<(Exits, HabitEnd)> = Vec::new();
    for exits in habits.iter().filter(|exits| !exits.is_empty()) {
        for (at, (one, end)) in exits.iter().enumerate() {
            *of_exit.entry(*one).or_default() += 1.0;
            for (next, (two, _)) in exits.iter().enumerate().skip(at + 1) {
                sets.push(([*one, *two, u32::MAX], *end));
                sets.extend(exits[next + 1..].iter().map(|(three, _)| ([*one, *two, *three], *end)));
            }
        }
    }
    sets.par_sort_unstable_by_key(|(set, end)| (*set, end.person));
    let customers = customers(&habits, &of_exit);
    let row = LinkKind::Exits.row();
    let mut best: FxHashMap<(PersonId, PersonId), InCommon> = FxHashMap::default();
    for group in sets.chunk_by(|one, other| one.0 == other.0) {
        if group.len() < 2 || LinkKind::Exits.weight(group.len()) <= 0.0 {
            continue;
        }
        let set = group[0].0;
        let used: Vec<f64> = set.iter().filter_map(|exit| of_exit.get(exit)).copied().collect();
        // Who is with one service has its exits to choose from, and no others.
        let among = |all: f64, those: f64| all * used.iter().map(|many| (many - those).max(0.0) / all).product::<f64>();
        let these = group.len() as f64;
        let of_service =
            set.iter().filter_map(|exit| customers.get(exit)).fold(these + 1.0, |most, all| most.max(*all)) - these;
        let by_chance = among(users, 0.0).max(among(of_service, these));
        let most = if set[2] == u32::MAX { TWO_EXITS } else { 1.0 } * row.weight;
        let share = ((group.len() as f64 - 1.0) / by_chance).ln().clamp(0.0, most) / row.weight;
        if share <= 0.0 {
            continue;
        }
        let why = if set[2] == u32::MAX && share >= TWO_EXITS { Why::TwoExits } else { Why::Chance };
        let factor = Factor::new(why, share);
        let weight = reckoned(LinkKind::Exits, group.len(), Some(factor));
        for (at, (_, one)) in group.iter().enumerate() {
            for (_, other) in &group[at + 1..] {
                let found = (weight, set, *one, *other, group.len(), factor);
                best.entry((one.person, other.person))
                    .and_modify(|known| {
                        if found.0 > known.0 {
                            *known = found;
                        }
                    })
                    .or_insert(found);
            }
        }
    }
    let shown = |set: Exits| {
        let exits =
            set.iter().filter(|exit| **exit != u32::MAX).map(|exit| people.ips[addresses[*exit as usize] as usize].to_string());
        exits.collect::<Vec<_>>().join(", ")
    };
    let mut pairs: Vec<HabitPair> = (best.into_values())
        .map(|(_, set, a, b, holders, factor)| HabitPair::new(LinkKind::Exits, [a, b], shown(set), holders, Some(factor)))
        .collect();
    pairs.sort_unstable_by_key(|pair| (pair.a.person, pair.b.person));
    pairs
}

/// Of each exit, how many people choose among it and the exits that others use beside it: about the customers of one service.
fn customers(habits: &[Vec<(u32, HabitEnd)>], of_exit: &FxHashMap<u32, f64>) -> FxHashMap<u32, f64> {
    let mut beside: FxHashSet<(u32, u32)> = FxHashSet::default();
    let mut uses: FxHashMap<u32, f64> = FxHashMap::default();
    for exits in habits {
        for (at, (one, _)) in exits.iter().enumerate() {
            *uses.entry(*one).or_default() += exits.len() as f64;
            beside.extend(exits[at + 1..].iter().flat_map(|(two, _)| [(*one, *two), (*two, *one)]));
        }
    }
    let mut customers = of_exit.clone();
    for (one, two) in beside {
        *customers.entry(one).or_default() += of_exit[&two];
    }
    // Each of them was counted with every exit that he uses.
    customers.into_iter().map(|(exit, all)| (exit, all * of_exit[&exit] / uses[&exit])).collect()
}

/// People of whom one commits under an address that is the other's.
fn commits_as(people: &People) -> Vec<HabitPair> {
    // A fork has commits of the project that it is of, under their authors' addresses.
    let own = |event: Event<'_>| !is_fork(people, event.facts_set());
    let named = committed(people, Field::Email, own, |email| normalise(IdKind::Email, email, None).ok());
    of_owners(people, IdKind::Email, LinkKind::CommitsAs, named)
}

/// People who mostly commit under one address that is the own of none of them.
fn commits_under_one(people: &People) -> Vec<HabitPair> {
    let mut under: Vec<(u32, HabitEnd)> = Vec::new();
    for person in people.all().filter(|person| person.has_event(EventKind::Commit)) {
        let mut seen: FxHashMap<u32, (usize, HabitEnd)> = FxHashMap::default();
        let mut all = 0;
        for event in person.events_of(EventKind::Commit).filter(|event| !is_fork(people, event.facts_set())) {
            let Some(fact) = event.fact(Field::Email) else { continue };
            all += 1;
            seen.entry(fact.text_id()).or_insert_with(|| (0, end(person, event))).0 += 1;
        }
        let own = |text: u32| {
            let value = normalise(IdKind::Email, people.texts.get(crate::text::TextId(text)), None);
            let owned = || person.identifiers().filter(|one| matches!(one.kind(), IdKind::Email | IdKind::RecoveryEmail));
            value.map_or(true, |value| owned().any(|own| own.value() == Some(&value)))
        };
        let is_nobodys = |text: u32| is_nobodys(people.texts.get(crate::text::TextId(text)));
        let mostly = seen.into_iter().filter(|(_, (times, _))| times * 2 > all && *times >= COMMITS);
        let mostly = mostly.filter(|(text, _)| !own(*text) && !is_nobodys(*text));
        under.extend(mostly.map(|(text, (_, end))| (text, end)));
    }
    under.extend(by_name(people));
    under.sort_unstable_by_key(|(text, end)| (*text, end.person));
    under.dedup_by_key(|(text, end)| (*text, end.person));
    each_with_each(people, LinkKind::CommitMail, &under)
}

fn is_nobodys(email: &str) -> bool {
    let local = email.trim().split('@').next().unwrap_or_default().to_lowercase();
    NOBODYS.contains(&local.as_str())
}

/// Commits under an address that no record knows, by those whose names they bear: each with the address. A log of git has a person by the
/// address alone.
fn by_name(people: &People) -> Vec<(u32, HabitEnd)> {
    let is_unknown = |person: &Person<'_>| {
        person.has_event(EventKind::Commit) && person.key().starts_with("git:") && person.also().next().is_none()
    };
    let mut unknown = people.all().filter(is_unknown).peekable();
    if unknown.peek().is_none() {
        return Vec::new();
    }
    let plain = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    // Two who have one name are not told apart by it.
    let mut named: FxHashMap<String, Option<PersonId>> = FxHashMap::default();
    for person in people.all().filter(|person| !is_unknown(person)) {
        if let Some(name) = person.name().map(plain).filter(|name| name.contains(' ')) {
            named.entry(name).and_modify(|known| *known = None).or_insert(Some(person.id()));
        }
    }
    let mut under = Vec::new();
    for account in unknown {
        let mut seen: FxHashMap<u32, (usize, Event<'_>, u32)> = FxHashMap::default();
        for event in account.events_of(EventKind::Commit).filter(|event| !is_fork(people, event.facts_set())) {
            let (Some(name), Some(email)) = (event.fact(Field::Name), event.fact(Field::Email)) else { continue };
            if !is_nobodys(email.text()) {
                seen.entry(name.text_id()).or_insert((0, event, email.text_id())).0 += 1;
            }
        }
        under.extend(seen.into_iter().filter(|(_, (times, ..))| *times >= COMMITS).filter_map(|(name, (_, event, email))| {
            let person = named.get(&plain(people.texts.get(crate::text::TextId(name)))).copied().flatten()?;
            Some((email, HabitEnd { person, source: event.source(), time: Some(event.time()) }))
        }));
    }
    under
}

/// People of whom one commits to repositories that bear the other's handle.
fn commits_to(people: &People) -> Vec<HabitPair> {
    let named = committed(
        people,
        Field::Repo,
        |_| true,
        |repo| {
            let owner = repo.trim_start_matches("https://").trim_start_matches("github.com/").split_once('/')?.0;
            normalise(IdKind::Handle, owner, None).ok()
        },
    );
    of_owners(people, IdKind::Handle, LinkKind::CommitsTo, named)
}

/// The values that a fact of commits names, by their numbers, with who commits. `value` makes one of the text of the fact.
fn committed(
    people: &People,
    field: Field,
    counts: impl Fn(Event<'_>) -> bool,
    value: impl Fn(&str) -> Option<String>,
) -> Vec<(u32, HabitEnd)> {
    let mut known: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    let mut named = Vec::new();
    for person in people.all() {
        for event in person.events_of(EventKind::Commit).filter(|event| counts(*event)) {
            let Some(fact) = event.fact(field) else { continue };
            let number =
                known.entry(fact.text_id()).or_insert_with(|| people.texts.find(&value(fact.text())?).map(|text| text.0));
            named.extend(number.map(|number| (number, end(person, event))));
        }
    }
    named
}

/// Pairs of those who name a value, by its number, and those whose own it is.
fn of_owners(people: &People, kind: IdKind, link: LinkKind, mut named: Vec<(u32, HabitEnd)>) -> Vec<HabitPair> {
    let used: FxHashSet<u32> = named.iter().map(|(number, _)| *number).collect();
    let mut owners: FxHashMap<u32, Vec<HabitEnd>> = FxHashMap::default();
    for person in people.all() {
        for identifier in person.identifiers_of(kind) {
            if used.contains(&identifier.value_id().0) {
                let end = HabitEnd::of(person, identifier);
                let owners = owners.entry(identifier.value_id().0).or_default();
                if owners.last().is_none_or(|last| last.person != person.id()) {
                    owners.push(end);
                }
            }
        }
    }
    named.sort_unstable_by_key(|(number, end)| (*number, end.person, end.source));
    named.dedup_by_key(|(number, end)| (*number, end.person));
    let mut pairs = Vec::new();
    for group in named.chunk_by(|one, other| one.0 == other.0) {
        let Some(owners) = owners.get(&group[0].0) else { continue };
        let users: Vec<&HabitEnd> =
            group.iter().map(|(_, end)| end).filter(|end| !owners.iter().any(|owner| owner.person == end.person)).collect();
        let holders = users.len() + owners.len();
        if link.weight(holders) <= 0.0 {
            continue;
        }
        let value = people.texts.get(crate::text::TextId(group[0].0)).to_owned();
        for user in users {
            for owner in owners {
                let (a, b) = if user.person < owner.person { (*user, *owner) } else { (*owner, *user) };
                pairs.push(HabitPair::new(link, [a, b], value.clone(), holders, None));
            }
        }
    }
    once(pairs)
}

/// People who are each other's references in a circle of three and more. Whoever led somebody's work was not led by him, and two friends who vouch
/// for each other are no circle. Colleagues, who apply together, have worked together: by the papers of both these did nowhere.
fn vouchers(people: &People) -> Vec<HabitPair> {
    let mut given: Vec<(u32, HabitEnd)> = Vec::new();
    for person in people.all() {
        let is_reference = |one: &Identifier<'_>| matches!(one.kind(), IdKind::ReferenceEmail | IdKind::ReferencePhone);
        given.extend(person.identifiers().filter(is_reference).map(|one| (one.value_id().0, HabitEnd::of(person, one))));
    }
    if given.is_empty() {
        return Vec::new();
    }
    let wanted: FxHashSet<u32> = given.iter().map(|(value, _)| *value).collect();
    // Who has a contact; none where several have it, as an office has.
    let mut owners: FxHashMap<u32, Option<HabitEnd>> = FxHashMap::default();
    for person in people.all() {
        let is_own = |one: &Identifier<'_>| matches!(one.kind(), IdKind::Email | IdKind::RecoveryEmail | IdKind::Phone);
        for one in person.identifiers().filter(is_own).filter(|one| wanted.contains(&one.value_id().0)) {
            let owner = owners.entry(one.value_id().0).or_insert_with(|| Some(HabitEnd::of(person, one)));
            if owner.is_some_and(|owner| owner.person != person.id()) {
                *owner = None;
            }
        }
    }
    let mut circle = Circle::default();
    let mut named: Vec<(HabitEnd, HabitEnd, u32)> = Vec::new();
    let mut stations: FxHashMap<PersonId, Vec<String>> = FxHashMap::default();
    for (value, one) in given {
        let Some(other) = owners.get(&value).copied().flatten().filter(|other| other.person != one.person) else { continue };
        for person in [one.person, other.person] {
            stations.entry(person).or_insert_with(|| careers::named(people.person(person)));
        }
        if are_apart(&stations[&one.person], &stations[&other.person]) {
            circle.add(one.person, other.person);
            named.push((one, other, value));
        }
    }
    named.retain(|(one, other, _)| circle.holds(one.person, other.person));
    let pair = |(one, other, value): (HabitEnd, HabitEnd, u32)| {
        let (a, b) = if one.person < other.person { (one, other) } else { (other, one) };
        let holders = circle.most(a.person, b.person) + 1;
        let value = people.texts.get(crate::text::TextId(value)).to_owned();
        HabitPair::new(LinkKind::Vouches, [a, b], value, holders, None)
    };
    once(named.into_iter().map(pair).filter(|pair| pair.weight.value() > 0.0).collect())
}

/// Whether the papers of both state where they were, and they were nowhere both.
fn are_apart(one: &[String], other: &[String]) -> bool {
    let is_one = |a: &String, b: &String| a.starts_with(b.as_str()) || b.starts_with(a.as_str());
    !one.is_empty() && !other.is_empty() && !one.iter().any(|a| other.iter().any(|b| is_one(a, b)))
}

/// Who names whom as a reference.
#[derive(Debug, Default)]
struct Circle {
    named: FxHashMap<PersonId, Vec<PersonId>>,
    naming: FxHashMap<PersonId, Vec<PersonId>>,
}

impl Circle {
    fn add(&mut self, one: PersonId, other: PersonId) {
        for (of, from, to) in [(&mut self.named, one, other), (&mut self.naming, other, one)] {
            let known = of.entry(from).or_default();
            if !known.contains(&to) {
                known.push(to);
            }
        }
    }

    /// How many name the one of two whom most name, or are named by the one who names most.
    fn most(&self, one: PersonId, other: PersonId) -> usize {
        let count = |of: &FxHashMap<PersonId, Vec<PersonId>>, person| of.get(&person).map_or(0, Vec::len);
        [one, other].into_iter().flat_map(|person| [count(&self.named, person), count(&self.naming, person)]).max().unwrap_or(0)
    }

    /// Whether a circle of three and more goes from one to the other and back: over somebody else, or beside one that goes over somebody else.
    fn holds(&self, one: PersonId, other: PersonId) -> bool {
        let reached = |of: &FxHashMap<PersonId, Vec<PersonId>>, from: PersonId| -> FxHashSet<PersonId> {
            let (mut seen, mut next) = (FxHashSet::default(), vec![from]);
            while let Some(person) = next.pop() {
                let new = of.get(&person).into_iter().flatten().copied();
                for new in new.filter(|new| seen.len() < MOST_OF_CIRCLE && seen.insert(*new)).collect::<Vec<_>>() {
                    next.push(new);
                }
            }
            seen
        };
        let back = reached(&self.named, other);
        back.contains(&one) && back.intersection(&reached(&self.naming, one)).count() > 2
    }
}

/// People whom one client rated several times each within a short time.
fn ratings(people: &People) -> Vec<HabitPair> {
    let mut rated: Vec<(u32, HabitEnd)> = Vec::new();
    for person in people.all() {
        let mut by_client: Vec<(u32, Time, HabitEnd)> = (person.events_of(EventKind::Rating))
            .filter_map(|event| Some((event.fact(Field::Client)?.text_id(), event.time(), end(person, event))))
            .collect();
        by_client.sort_unstable_by_key(|(client, time, end)| (*client, *time, end.source));
        for group in by_client.chunk_by(|one, other| one.0 == other.0) {
            let again = group.windows(RATINGS).find(|all| all[all.len() - 1].1.since(all[0].1) <= RATED_WITHIN);
            rated.extend(again.map(|all| (all[0].0, all[0].2)));
        }
    }
    rated.sort_unstable_by_key(|(client, end)| (*client, end.person));
    each_with_each(people, LinkKind::Rater, &rated)
}

/// Pairs of all who have a text in common, which stand together.
fn each_with_each(people: &People, link: LinkKind, having: &[(u32, HabitEnd)]) -> Vec<HabitPair> {
    let mut pairs = Vec::new();
    for group in having.chunk_by(|one, other| one.0 == other.0) {
        if group.len() < 2 || link.weight(group.len()) <= 0.0 {
            continue;
        }
        let value = people.texts.get(crate::text::TextId(group[0].0)).to_owned();
        for (at, (_, one)) in group.iter().enumerate() {
            let pair = |(_, other): &(u32, HabitEnd)| HabitPair::new(link, [*one, *other], value.clone(), group.len(), None);
            pairs.extend(group[at + 1..].iter().map(pair));
        }
    }
    once(pairs)
}

/// What a habit weighs that so many have.
fn reckoned<T: Told>(kind: LinkKind, holders: usize, factor: Option<Factor>) -> Reckoned<T> {
    Reckoned::of(kind.row(), holders).times(factor)
}

impl HabitPair {
    fn new(kind: LinkKind, [a, b]: [HabitEnd; 2], value: String, holders: usize, factor: Option<Factor>) -> Self {
        Self { kind, a, b, value, holders: holders as u32, factor, weight: reckoned(kind, holders, factor) }
    }

    /// Its weight.
    pub(super) fn reckoned<T: Told>(&self) -> Reckoned<T> {
        reckoned(self.kind, self.holders as usize, self.factor)
    }
}

/// One pair for two people, whatever the order in which records were read.
fn once(mut pairs: Vec<HabitPair>) -> Vec<HabitPair> {
    pairs.sort_unstable_by(|one, other| (one.a, one.b, &one.value).cmp(&(other.a, other.b, &other.value)));
    pairs.dedup_by_key(|pair| (pair.a.person, pair.b.person));
    pairs
}
