//! The evidence that two people share an operator: what they share, put together by family, less what is openly known of the two.

use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::careers;
use super::factors::{Cause, Factor, Reckoned, Small, Told, Why};
use super::farms::at_least;
use super::habits::ALL_EXITS;
use super::holdings::Found;
use super::{CareerPair, Family, Farm, HabitPair, Holding, LinkKind, LinkSettings, PhotoPair, Shared, Space, TextPair};
use crate::assess::{SHOWS, Tests};
use crate::evaluate::record::distance;
use crate::evaluate::record::names::is_company;
use crate::indicators::{Indicator, Test};
use crate::networks::{NetClass, Networks};
use crate::people::{Fact, Identifier, People, Person, PersonId, ValueId};
use crate::time::Time;
use crate::vocabulary::{DocKind, Field, IdKind, RelKind};

/// Holders of one value of which each is held against each; of more, each against the next.
pub(super) const EACH_WITH_EACH: usize = 64;
/// What of evidence between two is not kept, as it would be most of all that is shared.
const LEAST: f64 = 0.9;
/// What a family must bring to count.
pub(super) const COUNTS: f64 = 0.9;
/// What honest people hardly ever share: an account, a document, a photo, a CV.
pub(super) const RARE: f64 = 3.4;
/// What each further cause adds to a link.
const SEVERAL_CAUSES: f64 = 2.0;
/// Events behind one line from which somebody is often there.
const OFTEN: u32 = 3;
/// Days on a machine from which somebody uses it, and machines of others from which somebody who is seen there on one day each sets them up.
const USES: u16 = 3;
const SETS_UP: usize = 4;
/// Holders from which a value must be borne out by what else they share or show.
const HUB: usize = 6;
/// Share of the holders of a value who must share or show more, for it to count in full.
const BORNE_OUT: f64 = 0.35;
/// Share of its weight that a common staffing firm has whose people do not mostly show something: too little to count.
const FIRM_UNSHOWN: f64 = 0.34;
/// Probability from which it is chance that so many people of a staffing firm show something alone.
const BY_CHANCE: f64 = 0.03;
/// Staffing firms of which chance may make so many of their people show something.
const HARDLY_ANY_FIRM: f64 = 0.2;
/// What somebody must show alone for it to be more than a household has: two moderate facts.
pub(super) const SHOWS_MUCH: f64 = 1.8;
/// Share of personas who show something alone, and who show much.
const PERSONAS_SHOW: f64 = 0.7;
const PERSONAS_SHOW_MUCH: f64 = 0.4;
/// Share of others who show much, of those who show something.
const MUCH_OF_SHOWN: f64 = 0.3;
/// Share of others who show something, at least.
const LEAST_EXPECTED: f64 = 0.02;
/// People at one stated home that may be a household.
const MOST_OF_HOUSEHOLD: usize = 6;

/// What of a family counts where two people openly live together.
const HOUSEHOLD: [(Family, f64); Family::COUNT] = [
    // One line, one door, often one account, one telephone and a computer that both use.
    (Family::Place, 0.0),
    (Family::Money, 0.3),
    (Family::Contact, 0.3),
    (Family::Machine, 0.3),
    // Twins are alike.
    (Family::Paper, 0.5),
    (Family::Text, 0.8),
    // They may have met at school and gone on together.
    (Family::Career, 0.5),
    (Family::Work, 0.3),
];

/// What of a family counts where two people openly work through one staffing firm, which is paid for them, answers for them and writes
/// their CVs in its form.
const AGENCY: [(Family, f64); Family::COUNT] = [
    (Family::Place, 1.0),
    (Family::Money, 0.0),
    (Family::Contact, 0.0),
    (Family::Machine, 1.0),
    (Family::Paper, 1.0),
    (Family::Text, 0.25),
    (Family::Career, 0.25),
    (Family::Work, 0.5),
];

/// What a staffing firm does for its people, by family: it pays them, on whatever account, and writes their CVs. So much is nothing that they show.
pub(super) const BY_FIRM: [f64; Family::COUNT] = {
    let mut by_firm = [0.0; Family::COUNT];
    by_firm[Family::Money as usize] = COUNTS;
    by_firm[Family::Text as usize] = COUNTS;
    by_firm
};

/// What is openly known of people: where they say to live, whom they say to live with, through whom they work.
#[derive(Debug, Default)]
pub(crate) struct Openly {
    homes: FxHashMap<u32, Vec<u32>>,
    /// The building of each home of which the flat is stated.
    building_of: FxHashMap<u32, u32>,
    crowded: FxHashSet<u32>,
    households: FxHashSet<(u32, u32)>,
    vendors: FxHashMap<u32, Vec<u32>>,
    /// Places that are known to be no home: forwarders, mailbox stores, offices, dormitories.
    public: FxHashSet<u32>,
    /// Hashes of the words of each person's name, and where those of each person end.
    words: Vec<u64>,
    words_ends: Vec<u32>,
    /// The words of all names.
    names: OnceLock<FxHashSet<u64>>,
    /// Hashes of the names of the schools that each person's papers state, for those who state one.
    schools: FxHashMap<u32, Box<[u64]>>,
}

/// How two people openly belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Bond {
    /// In no way that is known.
    None,
    /// One crowded home: a dormitory, a tower, a hostel. What the house shares says nothing.
    House,
    /// One staffing firm.
    Agency,
    /// One home, or one surname.
    Household,
    /// One person with two accounts: the same name with the same mailbox or paper.
    SamePerson,
}

impl Openly {
    pub(super) fn of(people: &People) -> Self {
        let mut openly = Self::default();
        let flats = people.address_keys.values().filter_map(|key| Some((key.unit?.0, key.place.0)));
        openly.building_of = flats.collect();
        let mut at_home: FxHashMap<u32, u32> = FxHashMap::default();
        for person in people.all() {
            let homes: FxHashSet<u32> =
                person.identifiers_of(IdKind::Address).map(|address| place_of(people, address)).collect();
            for home in &homes {
                *at_home.entry(*home).or_default() += 1;
            }
            if !homes.is_empty() {
                let mut homes: Vec<u32> = homes.into_iter().collect();
                homes.sort_unstable();
                openly.homes.insert(person.id().0, homes);
            }
            for relation in person.relations() {
                let (a, b) = (relation.a().id().0, relation.b().id().0);
                match relation.kind() {
                    RelKind::Household => {
                        openly.households.insert((a.min(b), a.max(b)));
                    }
                    RelKind::StaffedBy => openly.vendors.entry(a).or_default().push(b),
                    _ => {}
                }
            }
        }
        openly.public = public_places(people);
        let names: Vec<Vec<u64>> = (0..people.len() as u32)
            .into_par_iter()
            .with_min_len(1024)
            .map(|index| words(people.person(PersonId(index))))
            .collect();
        openly.words_ends.reserve_exact(names.len());
        for words in names {
            openly.words.extend(words);
            openly.words_ends.push(openly.words.len() as u32);
        }
        let schools = (0..people.len() as u32).into_par_iter().with_min_len(1024).filter_map(|index| {
            let schools = schools(people.person(PersonId(index)));
            (!schools.is_empty()).then_some((index, schools))
        });
        openly.schools = schools.collect();
        openly.crowded =
            at_home.into_iter().filter(|(_, count)| *count as usize > MOST_OF_HOUSEHOLD).map(|(home, _)| home).collect();
        openly
    }

    /// Whether a place is known to be no home.
    pub(super) fn is_public(&self, place: u32) -> bool {
        self.public.contains(&place)
    }

    /// Whether a value is a staffing firm's own: most of those who hold it openly work through that firm.
    pub(super) fn is_firms(&self, holders: impl Iterator<Item = PersonId>) -> bool {
        let mut all = 0_usize;
        let mut by_firm: FxHashMap<u32, usize> = FxHashMap::default();
        for holder in holders {
            all += 1;
            for firm in self.vendors.get(&holder.0).into_iter().flatten() {
                *by_firm.entry(*firm).or_default() += 1;
            }
        }
        by_firm.into_values().any(|count| count >= 2 && count * 2 >= all)
    }

    /// Whether a text is the name of a person as far as can be told: all its words are of names that people here have, and none is of a firm's.
    fn is_persons_name(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| self.words.iter().copied().collect());
        let words = words_of(name);
        (2..=4).contains(&words.len()) && words.iter().all(|word| names.contains(word)) && !is_company(name)
    }

    fn words(&self, person: PersonId) -> &[u64] {
        let end = self.words_ends.get(person.index()).map_or(0, |end| *end as usize);
        let start = person.index().checked_sub(1).and_then(|before| self.words_ends.get(before)).map_or(0, |end| *end as usize);
        &self.words[start.min(end)..end]
    }

    /// The homes that a person states.
    pub(super) fn homes(&self, person: PersonId) -> &[u32] {
        self.homes.get(&person.0).map_or(&[], Vec::as_slice)
    }

    /// Whether both state a home: `Some(true)` when it is one, `Some(false)` when they are different ones, `None` when one states none, or the
    /// house alone of which the other states a flat.
    pub(crate) fn one_home(&self, a: PersonId, b: PersonId) -> Option<bool> {
        let (a, b) = (self.homes(a), self.homes(b));
        if a.is_empty() || b.is_empty() {
            return None;
        }
        if a.iter().any(|home| b.contains(home)) {
            return Some(true);
        }
        let is_flat_of =
            |flat: &u32, house: &[u32]| self.building_of.get(flat).is_some_and(|building| house.contains(building));
        if a.iter().any(|flat| is_flat_of(flat, b)) || b.iter().any(|flat| is_flat_of(flat, a)) { None } else { Some(false) }
    }

    /// Whether the papers of both name one school, as those of people do who were in one class and built one thing there.
    pub(crate) fn one_school(&self, a: PersonId, b: PersonId) -> bool {
        let (Some(a), Some(b)) = (self.schools.get(&a.0), self.schools.get(&b.0)) else { return false };
        a.iter().any(|school| b.contains(school))
    }

    /// How two people openly belong together.
    pub(crate) fn bond(&self, a: Person<'_>, b: Person<'_>) -> Bond {
        let pair = (a.id().0.min(b.id().0), a.id().0.max(b.id().0));
        let (names_a, names_b) = (self.words(a.id()), self.words(b.id()));
        if is_one_name(names_a, names_b) {
            return Bond::SamePerson;
        }
        let (homes_a, homes_b) = (self.homes(a.id()), self.homes(b.id()));
        let small_home = homes_a.iter().any(|home| homes_b.contains(home) && !self.crowded.contains(home));
        let one_surname = matches!((names_a.last(), names_b.last()), (Some(one), Some(other)) if one == other)
            || matches!((names_a.first(), names_b.first()), (Some(one), Some(other)) if one == other && names_a.len() > 1 && names_b.len() > 1);
        if self.households.contains(&pair) || small_home || one_surname {
            return Bond::Household;
        }
        let vendors = |person: PersonId| self.vendors.get(&person.0).map_or(&[][..], Vec::as_slice);
        let (of_a, of_b) = (vendors(a.id()), vendors(b.id()));
        if of_a.iter().any(|vendor| of_b.contains(vendor) || *vendor == b.id().0) || of_b.contains(&a.id().0) {
            return Bond::Agency;
        }
        if homes_a.iter().any(|home| homes_b.contains(home)) { Bond::House } else { Bond::None }
    }

    /// The same between somebody who is not of these people and one of them; homes and vendors are numbers of these.
    pub(super) fn bond_with(&self, name: Person<'_>, homes: &[u32], vendors: &[u32], other: Person<'_>) -> Bond {
        let (names_a, names_b) = (&*words(name), self.words(other.id()));
        if is_one_name(names_a, names_b) {
            return Bond::SamePerson;
        }
        let others = self.homes(other.id());
        let small_home = homes.iter().any(|home| others.contains(home) && !self.crowded.contains(home));
        let one_surname = matches!((names_a.last(), names_b.last()), (Some(one), Some(other)) if one == other)
            || matches!((names_a.first(), names_b.first()), (Some(one), Some(other)) if one == other && names_a.len() > 1 && names_b.len() > 1);
        if small_home || one_surname {
            return Bond::Household;
        }
        let of_other = self.vendors.get(&other.id().0).map_or(&[][..], Vec::as_slice);
        if vendors.iter().any(|vendor| of_other.contains(vendor) || *vendor == other.id().0) {
            return Bond::Agency;
        }
        if homes.iter().any(|home| others.contains(home)) { Bond::House } else { Bond::None }
    }
}

impl Bond {
    /// What of a family still counts, 0 to 1.
    pub(crate) fn leaves(self, family: Family) -> f64 {
        let table = match self {
            Self::None => return 1.0,
            Self::House => return if matches!(family, Family::Place) { 0.0 } else { 1.0 },
            Self::SamePerson => return 0.0,
            Self::Household => &HOUSEHOLD,
            Self::Agency => &AGENCY,
        };
        table.iter().find(|(of, _)| *of == family).map_or(1.0, |(_, share)| *share)
    }

    /// What is left of something that two share, beside what is openly known of them. That they work through one firm does not explain itself.
    pub(super) fn left(self, kind: LinkKind) -> Option<Factor> {
        self.why().filter(|_| kind != LinkKind::Firm).map(|why| Factor::new(why, self.leaves(kind.row().family)))
    }

    /// Why things that two share count less; `None` where they are not known to belong together.
    pub(crate) const fn why(self) -> Option<Why> {
        match self {
            Self::None => None,
            Self::House => Some(Why::House),
            Self::Agency => Some(Why::Agency),
            Self::Household => Some(Why::Household),
            Self::SamePerson => Some(Why::SamePerson),
        }
    }

    /// The words for people.
    pub(crate) const fn label(self) -> &'static str {
        match self.why() {
            None => "not known to belong together",
            Some(why) => why.label(),
        }
    }
}

/// Hashes of the names of the schools that a person's papers state.
fn schools(person: Person<'_>) -> Box<[u64]> {
    let names = careers::papers(person)
        .flat_map(|paper| paper.facts().filter(|fact| fact.field() == Field::School).collect::<Vec<_>>());
    names.map(|name| careers::hash(&careers::folded(name.text()))).collect()
}

/// Places that a look-up of addresses knows as something else than a home.
fn public_places(people: &People) -> FxHashSet<u32> {
    let mut public = FxHashSet::default();
    for person in people.all() {
        for document in person.documents_of(DocKind::AddressLookup) {
            let class = document.fact(Field::AddressClass).map(Fact::text);
            if matches!(class, None | Some("residential" | "vacant")) {
                continue;
            }
            if let Some(key) = document.fact(Field::Address).and_then(|address| people.address_key(address.text())) {
                public.insert(key.unit.unwrap_or(key.place).0);
                public.insert(key.place.0);
            }
        }
    }
    public
}

fn place_of(people: &People, address: Identifier<'_>) -> u32 {
    let value = address.value_id().0;
    people.address_keys.get(&value).map_or(value, |key| key.unit.unwrap_or(key.place).0)
}

/// Hashes of the words of a name, folded, in their order.
pub(super) fn words(person: Person<'_>) -> Vec<u64> {
    person.name().map(words_of).unwrap_or_default()
}

/// The same of a text.
pub(super) fn words_of(name: &str) -> Vec<u64> {
    let folded = interdict_names::fold(name).to_lowercase();
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    words.map(|word| twox_hash::XxHash3_64::oneshot(word.as_bytes())).collect()
}

/// Whether two names are one: all words of the shorter are words of the longer, and there are at least two.
fn is_one_name(a: &[u64], b: &[u64]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 2 && short.iter().all(|word| long.contains(word))
}

/// Whether two names are one but for words of which one has the initial alone: `Salma Saleh` and `Salma S.`.
fn differ_by_initials(a: &[&str], b: &[&str]) -> bool {
    let is_initial = |word: &str| word.chars().count() == 1;
    let (mut whole, mut initials) = (0, 0);
    for (one, other) in a.iter().zip(b) {
        if one == other && !is_initial(one) {
            whole += 1;
        } else if is_initial(one) && other.starts_with(one) || is_initial(other) && one.starts_with(other) {
            initials += 1;
        }
    }
    a.len() == b.len() && whole >= 1 && initials >= 1 && whole + initials == a.len()
}

/// Whether two names are one but for one letter of one word: `Donna Anderson` and `Donne Anderson`.
fn differ_by_slip(a: &[&str], b: &[&str]) -> bool {
    const LEAST: usize = 3;
    let mut others = a.iter().zip(b).filter(|(one, other)| one != other);
    let is_slip = |(one, other): (&&str, &&str)| {
        one.chars().count().min(other.chars().count()) >= LEAST && distance(one, other, 1).is_some()
    };
    a.len() == b.len() && a.len() >= 2 && others.next().is_some_and(is_slip) && others.next().is_none()
}

/// Whether two whose names do not say so are one person with two accounts, by what they share.
pub(super) fn is_one_person(bond: Bond, a: Person<'_>, b: Person<'_>, shares: impl Fn(LinkKind) -> bool) -> bool {
    let any = |kinds: &[LinkKind]| kinds.iter().any(|kind| shares(*kind));
    let contact = any(&[LinkKind::Email, LinkKind::Phone, LinkKind::Messenger]);
    let number = any(&[LinkKind::Document, LinkKind::Tax]);
    let purse_or_paper = any(&[LinkKind::Payee, LinkKind::Card, LinkKind::Document, LinkKind::Tax, LinkKind::Photo]);
    // One of one surname with a contact and a purse or paper of the other, or a couple with one purse.
    if bond == Bond::Household && contact && purse_or_paper {
        return true;
    }
    // One name but for initials, with one contact: who applies again has a new account. One but for a slip of the pen, with one contact, purse
    // or paper.
    if (contact || purse_or_paper)
        && let (Some(a), Some(b)) = (a.name(), b.name())
    {
        let folded = [a, b].map(|name| interdict_names::fold(name).to_lowercase());
        let words = |name| str::split(name, |c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
        let [a, b] = folded.each_ref().map(|name| words(name));
        if contact && differ_by_initials(&a, &b) || differ_by_slip(&a, &b) {
            return true;
        }
        // Who comes back under a name by marriage has the number and one thing more, and keeps the given name.
        let purse = any(&[LinkKind::Payee, LinkKind::Card]);
        let one_given = a.len() > 1 && b.len() > 1 && a.iter().any(|word| word.chars().count() > 2 && b.contains(word));
        if number && (contact || purse) && one_given {
            return true;
        }
    }
    // An account without a name: with a number of the other's papers and a contact, or with the other's mailbox and purse.
    let nameless = a.name().is_none() || b.name().is_none();
    let number_and_contact = || number && any(&[LinkKind::Email, LinkKind::Phone]);
    let both_numbers = shares(LinkKind::Document) && shares(LinkKind::Tax);
    nameless && (both_numbers || number_and_contact() || contact && purse_or_paper && have_one_mailbox(a, b))
}

/// Whether two have one mailbox as their own, and not to recover an account alone.
fn have_one_mailbox(a: Person<'_>, b: Person<'_>) -> bool {
    let mut own = a.identifiers_of(IdKind::Email).filter_map(Identifier::value);
    own.any(|mailbox| b.identifiers_of(IdKind::Email).any(|other| other.value() == Some(mailbox)))
}

/// One thing that two people share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) a: PersonId,
    pub(super) b: PersonId,
    pub(super) kind: LinkKind,
    pub(super) weight: Small,
    pub(super) from: From,
    /// Whether few of the many holders bear it out.
    pub(super) lowered: bool,
}

/// Where an edge comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum From {
    Shared(u32),
    Text(u32),
    Photo(u32),
    Career(u32),
    Habit(u32),
    /// Row of `People::rels`.
    Relation(u32),
    Farm(u32),
}

/// All that links are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pairs<'a> {
    pub(super) people: &'a People,
    pub(super) networks: &'a Networks,
    pub(super) found: &'a Found,
    pub(super) texts: &'a [TextPair],
    pub(super) photos: &'a [PhotoPair],
    pub(super) careers: &'a [CareerPair],
    pub(super) habits: &'a [HabitPair],
    pub(super) farms: &'a [Farm],
    pub(super) openly: &'a Openly,
    pub(super) settings: &'a LinkSettings,
    /// What each person shows alone, in natural log-odds; asked only of people who share something.
    pub(super) tests: &'a Tests<'a>,
}

/// Two people with all that they share.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) a: PersonId,
    pub(super) b: PersonId,
    /// Natural log-odds.
    pub(super) weight: f64,
    /// By family, what counts of it.
    pub(super) families: [f64; Family::COUNT],
    /// Families of which something is no value that many hold and few bear out.
    pub(super) own_kind: [bool; Family::COUNT],
    pub(super) parts: Vec<Edge>,
    pub(super) bond: Bond,
    /// What it adds that the common staffing firm is believed to be a front, which then counts in full; `None` where it is not.
    pub(super) front: Option<f64>,
}

impl Pair {
    /// What two share, less what is openly known of them; `None` for next to nothing.
    pub(super) fn of(people: &People, openly: &Openly, group: &[Edge]) -> Option<Self> {
        // The most that it can be, before what is openly known.
        let one_firm = group.iter().any(|edge| edge.kind == LinkKind::Firm);
        if !one_firm && combine(group.iter().map(|edge| (edge.kind, edge.weight.value())), Bond::Household).weight < LEAST {
            return None;
        }
        let (a, b) = (people.person(group[0].a), people.person(group[0].b));
        let mut bond = openly.bond(a, b);
        if is_one_person(bond, a, b, |kind| group.iter().any(|edge| edge.kind == kind)) {
            bond = Bond::SamePerson;
        }
        // A firm whose people's computers go to one door.
        let door = group.iter().find(|edge| bond == Bond::Agency && edge.kind == LinkKind::ShipTo);
        let door = door.map(|edge| Edge { kind: LinkKind::FirmDoor, weight: Small::full(LinkKind::FirmDoor), ..*edge });
        let parts = || group.iter().copied().chain(door);
        let Sum { weight, families, .. } = combine(parts().map(|edge| (edge.kind, in_sum(&edge, bond))), bond);
        let own_kind =
            std::array::from_fn(|at| group.iter().any(|edge| edge.kind.row().family as usize == at && !edge.lowered));
        (one_firm || weight >= LEAST).then(|| Self {
            a: a.id(),
            b: b.id(),
            weight,
            families,
            own_kind,
            parts: parts().collect(),
            bond,
            front: None,
        })
    }

    /// Whether two share only what acquaintances and neighbours do.
    pub(super) fn is_slight(&self) -> bool {
        let mut parts = self.parts.iter().filter(|edge| self.bond.leaves(edge.kind.row().family) > 0.0);
        parts.all(|edge| is_acquaintance(edge.kind) || edge.kind.row().family == Family::Place)
    }

    /// What is left of each thing that two share, beside what is openly known of them.
    pub(super) fn left(&self) -> impl Iterator<Item = (LinkKind, f64)> {
        self.parts.iter().map(|edge| (edge.kind, self.left_of(edge)))
    }

    /// What is left of one of the things that two share.
    pub(super) fn left_of(&self, edge: &Edge) -> f64 {
        let is_front = self.front.is_some() && edge.kind == LinkKind::Firm;
        let weight = if is_front { Small::full(edge.kind) } else { edge.weight };
        weight.left(self.bond.left(edge.kind))
    }

    /// What one of the things that two share brings to their sum.
    pub(super) fn in_sum(&self, edge: &Edge) -> f64 {
        in_sum(edge, self.bond)
    }

    /// The pair with its common staffing firm in full, as one that is believed to be a front.
    pub(super) fn of_front(mut self) -> Self {
        if self.parts.iter().any(|edge| edge.kind == LinkKind::Firm) {
            let full = LinkKind::Firm.row().weight;
            let work = &mut self.families[Family::Work as usize];
            let more = (full - *work).max(0.0);
            *work = work.max(full);
            self.weight += more;
            self.front = Some(more);
        }
        self
    }
}

/// What one of the things that two share brings to their sum, beside what is openly known of them.
fn in_sum(edge: &Edge, bond: Bond) -> f64 {
    edge.weight.left(left_in_sum(edge.kind, bond))
}

/// What the sum takes of a kind of thing beside what is openly known of two: the door of a firm is found by the firm, and whole.
pub(super) fn left_in_sum(kind: LinkKind, bond: Bond) -> Option<Factor> {
    bond.left(kind).filter(|_| kind != LinkKind::FirmDoor)
}

/// All pairs that share something.
pub(super) struct Weighed {
    /// Those that link.
    pub(super) pairs: Vec<Pair>,
    /// The others.
    pub(super) hints: Vec<Pair>,
    /// Share of its weight that a value has which many hold, by its row.
    pub(super) borne_out: FxHashMap<u32, Factor>,
    /// What is known of staffing firms that link, by the firm.
    pub(super) firms: FxHashMap<u32, Lent>,
}

/// What is known of a staffing firm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lent {
    /// How many it lends.
    people: usize,
    /// Whether so many of them show something that chance does not bring.
    shown: bool,
}

impl Lent {
    pub(super) const fn people(self) -> usize {
        self.people
    }

    /// What it weighs between two of its people. Most staffing firms are what they say: one whose people do not mostly show something may be
    /// believed to be none when all is put together.
    pub(super) fn reckoned<T: Told>(self) -> Reckoned<T> {
        let reckoned = Reckoned::of(LinkKind::Firm.row(), self.people);
        if self.shown { reckoned } else { reckoned.times(Factor::new(Why::Unshown, FIRM_UNSHOWN)) }
    }
}

impl Pairs<'_> {
    /// Every pair with its evidence.
    pub(super) fn weighed(&self) -> Weighed {
        let (mut edges, firms) = self.edges();
        edges.par_sort_unstable_by_key(|edge| (edge.a, edge.b, edge.kind, edge.from));
        let borne_out = self.bear_out(&mut edges);
        let groups: Vec<&[Edge]> = edges.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)).collect();
        let (people, openly) = (self.people, self.openly);
        let all: Vec<Pair> = groups.into_par_iter().filter_map(|group| Pair::of(people, openly, group)).collect();
        // A lesser link counts between two who both show something alone; of most, the first shows nothing.
        let lesser = |pair: &&Pair| (self.settings.hint..self.settings.link).contains(&pair.weight) && !pair.is_slight();
        self.learn(all.iter().filter(lesser).map(|pair| pair.a));
        let with = |pair: &Pair, person: PersonId| pair.weight + self.own(person, &pair.families) >= self.settings.link;
        self.learn(all.iter().filter(lesser).filter(|pair| with(pair, pair.a)).map(|pair| pair.b));
        let (pairs, hints) = all
            .into_iter()
            .partition(|pair| pair.weight >= self.settings.link || lesser(&pair) && with(pair, pair.a) && with(pair, pair.b));
        Weighed { pairs, hints, borne_out, firms }
    }

    /// Asks what people show alone, of all of them at once.
    pub(super) fn learn(&self, people: impl Iterator<Item = PersonId>) {
        let asked: Vec<PersonId> = people.collect();
        asked.into_par_iter().for_each(|person| self.tests.learn(person));
    }

    /// Whether two are behind different lines: each is often behind one that may be a home's, and none is behind one of the other.
    pub(super) fn apart_by_line(&self, a: PersonId, b: PersonId) -> bool {
        let [a, b] = [a, b].map(|person| self.lines(person, NetClass::is_place));
        let often = |seen: &FxHashMap<u32, u32>| seen.values().any(|times| *times >= OFTEN);
        often(&a) && often(&b) && !a.keys().any(|line| b.contains_key(line))
    }

    /// The lines of some classes behind which somebody is, each with how often.
    fn lines(&self, person: PersonId, is: impl Fn(NetClass) -> bool) -> FxHashMap<u32, u32> {
        let mut seen: FxHashMap<u32, u32> = FxHashMap::default();
        for event in self.people.person(person).events() {
            if let Some(ip) = event.ip_value()
                && is(self.networks.class(ip.0))
            {
                *seen.entry(self.networks.line(ip.0)).or_default() += 1;
            }
        }
        seen
    }

    /// Whether a line that two share may be a home's; other things may.
    pub(super) fn is_of_home(&self, edge: &Edge) -> bool {
        match edge.from {
            From::Shared(row) if edge.kind == LinkKind::Ip => self.networks.is_home(self.found.shared[row as usize].value),
            _ => true,
        }
    }

    /// Whether a common account is a person's, by all names of its holder in the records of both: that of a firm bears the firm's.
    pub(super) fn is_persons_account(&self, edge: &Edge) -> bool {
        let From::Shared(row) = edge.from else { return false };
        if edge.kind != LinkKind::Payee {
            return false;
        }
        let account = ValueId(self.found.shared[row as usize].value);
        let holders: Vec<&str> =
            [edge.a, edge.b].iter().flat_map(|person| self.people.person(*person).holders_of(account)).collect();
        !holders.is_empty() && holders.iter().all(|holder| self.openly.is_persons_name(holder))
    }

    /// How many of some people are often behind lines of their own, at home or on the way, where none of the others ever is; lines change their
    /// address.
    pub(super) fn with_own_line(&self, people: impl Iterator<Item = PersonId>) -> usize {
        self.apart(people, |class| class.is_place() || class == NetClass::Mobile, OFTEN)
    }

    /// How many of some people are ever behind a line where none of the others is.
    pub(super) fn elsewhere(&self, people: impl Iterator<Item = PersonId>) -> usize {
        self.apart(people, |_| true, 1)
    }

    fn apart(&self, people: impl Iterator<Item = PersonId>, is: impl Fn(NetClass) -> bool, least: u32) -> usize {
        let lines: Vec<FxHashMap<u32, u32>> = people.map(|person| self.lines(person, &is)).collect();
        let mut people_of: FxHashMap<u32, u32> = FxHashMap::default();
        lines.iter().flat_map(FxHashMap::keys).for_each(|line| *people_of.entry(*line).or_default() += 1);
        let own = |seen: &FxHashMap<u32, u32>| {
            seen.iter().filter(|(line, _)| people_of[line] == 1).map(|(_, times)| times).sum::<u32>()
        };
        lines.iter().filter(|seen| own(seen) >= least).count()
    }

    /// What a person shows alone of another cause than the families that bring something, at most [`MOST_OWN`].
    pub(super) fn own(&self, person: PersonId, families: &[f64; Family::COUNT]) -> f64 {
        self.tests.own(person, families)
    }

    /// What it says that of some people each shows so much alone of another cause than what is shared, or nothing: how much likelier that is of
    /// personas than of others of whom as much is known, in natural log-odds.
    pub(super) fn personas_show(&self, people: impl Iterator<Item = PersonId>, shared: &[f64; Family::COUNT]) -> f64 {
        let says = |person: PersonId| {
            let (own, others) = (self.own(person, shared), self.tests.expected(person, shared).max(LEAST_EXPECTED));
            match own {
                much if much >= SHOWS_MUCH => PERSONAS_SHOW_MUCH / (MUCH_OF_SHOWN * others),
                some if some >= SHOWS => PERSONAS_SHOW / others,
                _ => (1.0 - PERSONAS_SHOW) / (1.0 - others),
            }
        };
        people.map(|person| says(person).ln()).sum()
    }

    /// How likely chance makes so many of some people, or more, show something alone of another cause than what is shared.
    pub(super) fn by_chance(
        &self,
        showing: usize,
        people: impl Iterator<Item = PersonId>,
        shared: &[f64; Family::COUNT],
    ) -> f64 {
        let expected: Vec<f64> = people.map(|person| self.tests.expected(person, shared)).collect();
        at_least(showing, expected.len(), expected.iter().sum::<f64>() / expected.len().max(1) as f64)
    }

    /// Lowers what ties many when hardly any of them shows more: an operator's account has people behind it who share other things too or
    /// show something alone, the wallet of an exchange and the telephone of a recruiter have only customers. Edges are in their order.
    fn bear_out(&self, edges: &mut [Edge]) -> FxHashMap<u32, Factor> {
        let holders = |row: u32| {
            let shared = &self.found.shared[row as usize];
            &self.found.holdings[shared.start as usize..shared.end as usize]
        };
        let is_hub = |row: u32| holders(row).len() >= HUB;
        let mut borne: FxHashMap<u32, FxHashSet<PersonId>> = FxHashMap::default();
        for group in edges.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b)) {
            for edge in group {
                let From::Shared(row) = edge.from else { continue };
                if !is_hub(row) {
                    continue;
                }
                let borne = borne.entry(row).or_default();
                let family = edge.kind.row().family;
                if group.iter().any(|other| other.kind.row().family != family && other.weight.value() >= COUNTS) {
                    borne.extend([edge.a, edge.b]);
                }
            }
        }
        self.learn((borne.iter()).flat_map(|(row, borne)| {
            holders(*row).iter().map(|holder| holder.person).filter(|person| !borne.contains(person))
        }));
        let left: FxHashMap<u32, Factor> = (borne.into_iter())
            .map(|(row, borne)| {
                let mut families = [0.0; Family::COUNT];
                families[self.found.shared[row as usize].kind.row().family as usize] = COUNTS;
                let holders = holders(row);
                let shown = (holders.iter())
                    .filter(|holder| borne.contains(&holder.person) || self.own(holder.person, &families) >= SHOWS)
                    .count();
                let share = (shown as f64 / holders.len() as f64 / BORNE_OUT).min(1.0).powi(2);
                (row, Factor::new(Why::BorneOut, share))
            })
            .collect();
        for edge in edges {
            if let From::Shared(row) = edge.from
                && let Some(left) = left.get(&row)
            {
                edge.weight.lessen(*left);
                edge.lowered = left.share() < 1.0;
            }
        }
        left
    }

    /// Who is seen with each of several machines on one day alone, while others use them for longer: whoever sets them up or mends them.
    fn who_sets_machines_up(&self) -> FxHashSet<PersonId> {
        let mut machines: FxHashMap<PersonId, usize> = FxHashMap::default();
        for shared in self.found.shared.iter().filter(|shared| is_machine(shared)) {
            let holders = &self.found.holdings[shared.start as usize..shared.end as usize];
            if holders.iter().any(|holder| holder.days >= USES) {
                for holder in holders.iter().filter(|holder| holder.days <= 1) {
                    *machines.entry(holder.person).or_default() += 1;
                }
            }
        }
        machines.into_iter().filter(|(_, machines)| *machines >= SETS_UP).map(|(person, _)| person).collect()
    }

    fn edges(&self) -> (Vec<Edge>, FxHashMap<u32, Lent>) {
        let mut edges = Vec::new();
        let sets_up = self.who_sets_machines_up();
        for (row, shared) in self.found.shared.iter().enumerate() {
            let holders = &self.found.holdings[shared.start as usize..shared.end as usize];
            let for_others = |one: &Holding| is_machine(shared) && one.days <= 1 && sets_up.contains(&one.person);
            let mut add = |one: &Holding, other: &Holding| {
                if for_others(one) || for_others(other) {
                    return;
                }
                let weight = shared.weight.times(meet(self.settings, shared.space, one, other));
                if weight.value() > 0.0 {
                    let (a, b) = (one.person.min(other.person), one.person.max(other.person));
                    edges.push(Edge {
                        a,
                        b,
                        kind: shared.kind,
                        weight: weight.into(),
                        from: From::Shared(row as u32),
                        lowered: false,
                    });
                }
            };
            if holders.len() <= EACH_WITH_EACH {
                for (index, one) in holders.iter().enumerate() {
                    holders[index + 1..].iter().for_each(|other| add(one, other));
                }
            } else {
                holders.windows(2).for_each(|pair| add(&pair[0], &pair[1]));
            }
        }
        edges.extend(self.habits.iter().enumerate().map(|(row, habit)| Edge {
            a: habit.a.person,
            b: habit.b.person,
            kind: habit.kind,
            weight: habit.weight.into(),
            from: From::Habit(row as u32),
            // Who has two of a ring's three exits has them in common with all of it.
            lowered: habit.kind == LinkKind::Exits && habit.weight.value() < habit.kind.row().weight * ALL_EXITS,
        }));
        let mut pair = |a: PersonId, b: PersonId, kind, weight: Reckoned, from| {
            edges.push(Edge { a: a.min(b), b: a.max(b), kind, weight: weight.into(), from, lowered: false });
        };
        for (row, text) in self.texts.iter().enumerate() {
            pair(text.a.person, text.b.person, text.kind, text.weight, From::Text(row as u32));
        }
        for (row, photo) in self.photos.iter().enumerate() {
            pair(photo.a.person, photo.b.person, photo.kind(), photo.weight, From::Photo(row as u32));
        }
        for (row, career) in self.careers.iter().enumerate() {
            pair(career.a.person, career.b.person, LinkKind::Career, career.weight, From::Career(row as u32));
        }
        let mut degree: FxHashMap<(PersonId, RelKind), u32> = FxHashMap::default();
        for relation in &self.people.rels {
            *degree.entry((relation.a, relation.kind)).or_default() += 1;
            *degree.entry((relation.b, relation.kind)).or_default() += 1;
        }
        for (row, relation) in self.people.rels.iter().enumerate() {
            let kind = match relation.kind {
                RelKind::Referred | RelKind::Vouched => LinkKind::Referred,
                RelKind::CommitsWith => LinkKind::CommitsWith,
                RelKind::Follows => LinkKind::Follows,
                RelKind::Shares => LinkKind::Shares,
                RelKind::PaidBy => LinkKind::PaidBy,
                RelKind::ShipsTo => LinkKind::ShipsTo,
                RelKind::StaffedBy | RelKind::ClientOf | RelKind::SamePerson | RelKind::Household => continue,
            };
            let [of_a, of_b] = [relation.a, relation.b].map(|person| degree[&(person, relation.kind)] as usize);
            let weight = Reckoned::of(kind.row(), holders_of_relation(of_a, of_b));
            if weight.value() > 0.0 {
                pair(relation.a, relation.b, kind, weight, From::Relation(row as u32));
            }
        }
        let mut firms: FxHashMap<u32, Vec<(PersonId, u32)>> = FxHashMap::default();
        for (row, relation) in self.people.rels.iter().enumerate().filter(|(_, relation)| relation.kind == RelKind::StaffedBy) {
            firms.entry(relation.b.0).or_default().push((relation.a, row as u32));
        }
        let count = firms.len().max(1) as f64;
        let mut known: FxHashMap<u32, Lent> = FxHashMap::default();
        for (firm, lent) in firms {
            let mut all = Lent { people: lent.len(), shown: true };
            let showing = lent.iter().filter(|(person, _)| self.own(*person, &BY_FIRM) >= SHOWS).count();
            let chance = self.by_chance(showing, lent.iter().map(|(person, _)| *person), &BY_FIRM);
            if all.reckoned::<()>().value() <= 0.0 || lent.len() > EACH_WITH_EACH || chance > BY_CHANCE {
                continue;
            }
            if showing >= 3 && showing * 2 >= lent.len() && chance * count <= HARDLY_ANY_FIRM {
                for (index, (one, row)) in lent.iter().enumerate() {
                    lent[index + 1..]
                        .iter()
                        .for_each(|(other, _)| pair(*one, *other, LinkKind::Firm, all.reckoned(), From::Relation(*row)));
                }
            } else if showing >= 2 {
                all.shown = false;
                lent.windows(2)
                    .for_each(|two| pair(two[0].0, two[1].0, LinkKind::Firm, all.reckoned(), From::Relation(two[0].1)));
            }
            known.insert(firm, all);
        }
        for (row, farm) in self.farms.iter().enumerate() {
            let stands = &farm.stands;
            let weight = Reckoned::of(LinkKind::Farm.row(), stands.len());
            if stands.len() <= EACH_WITH_EACH {
                for (index, one) in stands.iter().enumerate() {
                    stands[index + 1..]
                        .iter()
                        .for_each(|other| pair(one.person, other.person, LinkKind::Farm, weight, From::Farm(row as u32)));
                }
            } else {
                stands
                    .windows(2)
                    .for_each(|two| pair(two[0].person, two[1].person, LinkKind::Farm, weight, From::Farm(row as u32)));
            }
        }
        (edges, known)
    }
}

/// How many hold a relation between two who have so many of its kind: the one who has more, and those.
pub(super) fn holders_of_relation(of_a: usize, of_b: usize) -> usize {
    of_a.max(of_b) + 1
}

/// Whether a value is a machine's.
fn is_machine(shared: &Shared) -> bool {
    matches!(shared.space, Space::Device | Space::Serial)
}

/// How much two sightings of a value meet: lines are given to other customers, devices are sold.
pub(super) fn meet(settings: &LinkSettings, space: Space, a: &Holding, b: &Holding) -> Option<Factor> {
    let apart = gap(a, b) > i64::from(settings.gap_days) * 86_400;
    let (why, share) = match space {
        Space::Ip | Space::Bssid | Space::Gateway | Space::Lan if apart => (Why::Apart, 0.0),
        // One sighting each may be a visit, a café, a train.
        Space::Ip if a.days.min(b.days) < 2 => (Why::OneDay, 0.4),
        Space::Serial if apart => (Why::Apart, 0.0),
        Space::Device | Space::Usb if apart => (Why::Apart, 0.2),
        Space::Device if a.days.min(b.days) < 2 => (Why::OneDay, 0.8),
        _ => return None,
    };
    Some(Factor::new(why, share))
}

/// Seconds between the periods of two sightings; 0 where they overlap or one has no time.
fn gap(a: &Holding, b: &Holding) -> i64 {
    let (Some(a_first), Some(a_last), Some(b_first), Some(b_last)) = (a.first, a.last, b.first, b.last) else { return 0 };
    let between = |last: Time, first: Time| first.since(last);
    between(a_last, b_first).max(between(b_last, a_first)).max(0)
}

/// What two share together, and by family: of each the weightiest part, and a fifth of the others, at most half as much again. What fellows
/// have in common is of one cause, whatever its families. That two people share one thing by chance is frequent among so many, that they share
/// two of different causes is not: each further cause adds to it, but in a household.
pub(super) fn combine(parts: impl Iterator<Item = (LinkKind, f64)>, bond: Bond) -> Sum {
    let mut of_family = [Cause::default(); Family::COUNT];
    let mut more_than_fellows = [false; Family::COUNT];
    for (kind, weight) in parts {
        let at = kind.row().family as usize;
        of_family[at].add(weight);
        more_than_fellows[at] |= !is_of_fellows(kind, weight);
    }
    let families = of_family.map(Cause::counts);
    let mut of_fellows = Cause::default();
    let (mut sum, mut causes) = (0.0, 0);
    for (weight, more) in families.into_iter().zip(more_than_fellows) {
        if more {
            sum += weight;
            causes += usize::from(weight >= COUNTS);
        } else {
            of_fellows.add(weight);
        }
    }
    sum += of_fellows.counts();
    causes += usize::from(of_fellows.counts() >= COUNTS);
    let household = matches!(bond, Bond::Household | Bond::SamePerson);
    let further = SEVERAL_CAUSES * if household { 0 } else { causes.saturating_sub(1) } as f64;
    Sum { weight: sum + further, families, of_family, more_than_fellows, of_fellows, further }
}

/// What two share, put together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    /// All of it.
    pub(super) weight: f64,
    /// By family, what counts of it.
    pub(super) families: [f64; Family::COUNT],
    /// By family, how it comes about.
    pub(super) of_family: [Cause; Family::COUNT],
    /// Families of which something is more than fellows have in common; the others are one cause.
    pub(super) more_than_fellows: [bool; Family::COUNT],
    /// That cause.
    pub(super) of_fellows: Cause,
    /// What causes beyond the first add.
    pub(super) further: f64,
}

/// Whether it is what people have in common who went to one school or know each other from work: they refer each other, name one teacher or
/// superior as referee, work on common projects and describe these in the same words.
pub(super) fn is_of_fellows(kind: LinkKind, weight: f64) -> bool {
    is_acquaintance(kind)
        || matches!(kind, LinkKind::Reference | LinkKind::Commit)
        || matches!(kind.row().family, Family::Text | Family::Career) && weight < RARE
}

/// Whether it is what people have in common who know each other from work.
pub(super) fn is_acquaintance(kind: LinkKind) -> bool {
    matches!(kind, LinkKind::Referred | LinkKind::CommitsWith | LinkKind::CommitsAs | LinkKind::CommitsTo | LinkKind::Follows)
}

/// Whether what an indicator says of one person is of the cause of what is shared, by family: who is paid on the account of others is so by a
/// holder of another name, and whose CV others wrote has their name in the file.
pub(crate) fn explains(shared: &[f64; Family::COUNT], indicator: &Indicator) -> bool {
    let counts = |family: Family| shared[family as usize] >= COUNTS;
    let names_holders =
        matches!(&indicator.test, Some(Test::NamesDiffer { documents, .. }) if documents.contains(&DocKind::BankAccount));
    Family::LINKS.iter().any(|family| counts(*family) && family.is_of(indicator.category))
        || names_holders && counts(Family::Money)
        || matches!(&indicator.test, Some(Test::AuthorDiffers {})) && counts(Family::Text)
}

/// Whether a person stands only for a firm: somebody through whom others work, without a record of an own.
pub(super) fn is_firm(person: Person<'_>) -> bool {
    let staffs = person.relations_to().any(|relation| relation.kind() == RelKind::StaffedBy);
    staffs && person.event_rows().is_empty() && !person.documents().any(|document| document.kind() == DocKind::Cv)
}
