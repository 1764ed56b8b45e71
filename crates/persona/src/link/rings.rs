//! Rings: people whom evidence of at least two independent families ties together, each member by a link above the threshold. Links that
//! keep a ring together are its strongest spanning tree; the weakest of them is shown, as a person who checks the ring begins there.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::belief::Beliefs;
use super::blocks::blocks;
use super::factors::Factor;
use super::pairs::{
    BY_FIRM, Bond, COUNTS, Edge, From, Lent, Pair, Pairs, RARE, SHOWS_MUCH, Weighed, is_acquaintance, is_firm, is_of_fellows,
};
use super::parts::parts;
use super::{Family, LinkKind, LinkSettings, WEIGHTS};
use crate::assess::SHOWS;
use crate::evaluate::record::names::{company_in_one, is_company};
use crate::groups::Groups;
use crate::networks::NetClass;
use crate::people::{Document, People, Person, PersonId, Shown, ValueId};
use crate::time::Time;
use crate::vocabulary::{EventKind, IdKind};

/// A group of people who share an operator, as far as the evidence says.
#[derive(Debug, Clone)]
pub struct Ring {
    /// The members, by their order in the tables.
    pub members: Vec<Member>,
    /// The links that keep it together, the strongest first.
    pub links: Vec<RingLink>,
    /// All kinds of evidence, with the pairs that each ties.
    pub kinds: Vec<(LinkKind, usize)>,
    /// The independent families among them that count.
    pub families: Vec<Family>,
    /// What members share, the most held first.
    pub keys: Vec<Key>,
    /// Mean of the links that keep it together, in natural log-odds.
    pub weight: f64,
    /// Whether it may be a firm with an office of whose people the records do not show enough: it teaches nothing of what personas are like.
    pub(super) unsure: bool,
}

/// A member of a ring.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// The strongest link to another member, in natural log-odds.
    pub weight: f64,
    /// To how many others a link above the threshold goes.
    pub links: usize,
}

/// A link of a ring.
#[derive(Debug, Clone)]
pub struct RingLink {
    /// One.
    pub a: PersonId,
    /// The other.
    pub b: PersonId,
    /// Natural log-odds.
    pub weight: f64,
    /// Kinds of evidence, each with its weight.
    pub kinds: Vec<(LinkKind, f64)>,
    /// Each thing that the two share.
    pub(super) parts: Vec<LinkPart>,
    /// How the two openly belong together.
    pub(super) bond: Bond,
    /// What it adds that their staffing firm is believed to be a front.
    pub(super) front: Option<f64>,
}

/// A thing that the two of a link share.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkPart {
    pub(super) kind: LinkKind,
    pub(super) from: From,
    /// What it brings to the sum.
    pub(super) weight: f64,
}

/// Two members whom a thing ties.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tied {
    pub(super) a: PersonId,
    pub(super) b: PersonId,
    pub(super) bond: Bond,
    /// What it brings to the sum of the two.
    pub(super) weight: f64,
}

/// A value that members of a ring share.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// What.
    pub kind: LinkKind,
    /// Row among the links of its kind.
    pub(crate) from: From,
    /// How many members hold it.
    pub members: usize,
    /// The members between whom it counts least.
    pub(super) least: Tied,
    /// And most.
    pub(super) most: Tied,
}

impl Key {
    /// Whether it is a thing of two people, of which others may have the like: texts, pictures, careers, habits and relations.
    #[must_use]
    pub const fn is_of_two(&self) -> bool {
        !matches!(self.from, From::Shared(_) | From::Farm(_))
    }
}

/// People from whom a block of a group is looked at by itself.
const MANY: usize = 4;
/// The same where there is an innocent cause for what they share: what hangs on a few may tell more of them.
const MANY_INNOCENT: usize = 7;
/// Members up to which people behind one line or door may be a flat that nobody told of.
const MOST_OF_FLAT: usize = 6;
/// Members up to which a group may be one household that nobody told of.
const MOST_OF_HOUSEHOLD: usize = 3;
/// Members up to which a group may be the accounts of one person with all papers.
const MOST_ACCOUNTS: usize = 3;
/// Members up to which a group may be people of one staffing firm that nobody told of.
const MOST_OF_AGENCY: usize = 25;
/// Members up to which a group may be a team that builds something together.
const MOST_OF_TEAM: usize = 10;
/// Members from which a group may be a class of a school.
const CLASS: usize = 8;
/// Members up to which a group may be colleagues.
const MOST_OF_COLLEAGUES: usize = 3;
/// Probability from which it is chance that so many members show something alone.
const BY_CHANCE_ALONE: f64 = 0.1;
/// The same of more members than so many who have one thing in common.
const BY_CHANCE_OF_MANY: f64 = 0.01;
const MOST_WITH_ONE: usize = 10;
/// What members must show alone, all together, to be no people like others, in natural log-odds: 150 to one.
const ODDLY: f64 = 5.0;
/// Share of the members whom a family must tie to count.
const TIED: f64 = 0.25;
/// Members up to which what one pair has in common is a family of the ring; of more, it must weigh so much.
const MOST_WITH_A_PAIR: usize = 4;
const OF_A_PAIR: f64 = 2.0;
/// Share of the members who must be tied in several ways, by families or by one and what they show alone.
const SEVERAL_WAYS: f64 = 0.3;
/// Share of the members of a ring with something rare who must show something alone.
const SHOWING: f64 = 0.2;
/// The same of the people of a staffing firm.
const SHOWING_OF_FRONT: f64 = 0.5;
/// What shared with a member counts as shared with one more.
const SLIGHT: f64 = 0.5;
/// How much more what several members share weighs, by the natural logarithm of their number, and the most that this can be: four.
const SEVERAL: f64 = 0.7;
const MOST_SEVERAL: f64 = 1.4;
/// Evidence from which one cause alone takes somebody in, in natural log-odds.
const ONE_CAUSE: f64 = 1.5;
/// The same where few people are.
const ONE_CAUSE_OF_FEW: f64 = 2.0;
/// What shares so little with a member brings nobody in alone, however many members share it.
const ALONE: f64 = 1.0;
/// Share of what takes somebody in that must be shared, whatever the person shows alone.
const LEAST_SHARED: f64 = 0.3;
/// People below whose number chance is reckoned as among so many.
pub(super) const FEW: usize = 2_000;
/// Members of a ring that is not known, where few people are.
pub(super) const RING: f64 = crate::assess::RING as f64;
/// People from whom on what is usual among them can be counted: such a ring is a fourth of them.
pub(super) const COUNTED: usize = 4 * crate::assess::RING as usize;
/// Links that chance may bring to the side of a ring without their saying less.
const BY_CHANCE: f64 = 0.1;
/// Share of the weight of its kind from which a link is a strong one.
const STRONG: f64 = 0.75;
/// People to whom chance may bring two things that bear each other out.
const HARDLY_ANYBODY: f64 = 0.2;
/// Share of people to whom chance may bring each of them.
const RARELY: f64 = 0.01;
/// Ties of one person that are held against each other.
const MOST_TIES: usize = 256;
/// Rounds in which a ring takes people in who stand beside it: each takes those in who share with the last.
const ROUNDS: usize = 3;

/// Rings, with what each row of values that many hold still weighs.
pub(super) struct Found {
    pub(super) rings: Vec<Ring>,
    pub(super) borne_out: FxHashMap<u32, Factor>,
    pub(super) firms: FxHashMap<u32, Lent>,
    pub(super) chance: Chance,
    /// What is believed of each person; `None` where nothing can be counted.
    pub(super) beliefs: Option<Beliefs>,
}

pub(super) fn find(from: &Pairs<'_>) -> Found {
    let Weighed { mut pairs, mut hints, borne_out, firms } = from.weighed();
    let firm = |pair: &Pair| is_firm(from.people.person(pair.a)) || is_firm(from.people.person(pair.b));
    pairs.retain(|pair| !firm(pair));
    hints.retain(|pair| !firm(pair));
    let mut rings = rings_of(from, &pairs, &hints, None);
    let chance = Chance::of(pairs.iter().chain(&hints), &rings, from.people.len());
    let taken = chance.corroborated(&hints, &pairs);
    if !taken.is_empty() {
        let (more, rest): (Vec<_>, Vec<_>) = hints.into_iter().enumerate().partition(|(row, _)| taken.contains(row));
        pairs.extend(more.into_iter().map(|(_, pair)| pair));
        hints = rest.into_iter().map(|(_, pair)| pair).collect();
        rings = rings_of(from, &pairs, &hints, Some(&chance));
    }
    // Who shares little with each of several members shares much with the ring.
    for _ in 0..ROUNDS {
        let newcomers = newcomers(from, &rings, &hints, &chance);
        if newcomers.is_empty() {
            break;
        }
        let taken: BTreeSet<(PersonId, PersonId)> = newcomers.iter().map(|row| (hints[*row].a, hints[*row].b)).collect();
        pairs.extend(newcomers.into_iter().map(|row| hints[row].clone()));
        hints.retain(|pair| !taken.contains(&(pair.a, pair.b)));
        rings = rings_of(from, &pairs, &hints, Some(&chance));
    }
    // Of a few people nothing can be counted, and what the rules say stays.
    let beliefs = (from.people.len() >= FEW).then(|| {
        let beliefs;
        (rings, beliefs) = weigh_all(from, pairs, hints, &rings, &chance);
        beliefs.of_persons()
    });
    rings.sort_by(|one, other| {
        let first = |ring: &Ring| ring.members.first().map(|member| member.person);
        other.members.len().cmp(&one.members.len()).then_with(|| first(one).cmp(&first(other)))
    });
    Found { rings, borne_out, firms, chance, beliefs }
}

/// The rings when all evidence is put together: who is rather nobody's persona leaves, and who is surely one comes in. With what is believed.
fn weigh_all(from: &Pairs<'_>, pairs: Vec<Pair>, hints: Vec<Pair>, rings: &[Ring], chance: &Chance) -> (Vec<Ring>, Beliefs) {
    let all: Vec<&Pair> = pairs.iter().chain(&hints).collect();
    let beliefs = Beliefs::of(from, &all, rings);
    let ring_of = by_member(rings);
    let (believed, doubted): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|pair| beliefs.believes(pair));
    let (more, rest): (Vec<_>, Vec<_>) = hints.into_iter().partition(|pair| {
        let beside = ring_of.contains_key(&pair.a) || ring_of.contains_key(&pair.b);
        let shows = |person| ring_of.contains_key(&person) || from.own(person, &[0.0; Family::COUNT]) > 0.0;
        beliefs.surely_links(pair, beside) && (!pair.is_slight() || beside && shows(pair.a) && shows(pair.b))
    });
    let mut pairs = believed;
    pairs.extend(more.into_iter().map(Pair::of_front));
    let mut hints = rest;
    hints.extend(doubted);
    let mut rings = rings_of(from, &pairs, &hints, Some(chance));
    // Who is surely a persona and in no ring yet may share one kind of thing with each of several: what belief joins is looked at as one group.
    let known = by_member(&rings);
    let apart = |pair: &Pair| !known.contains_key(&pair.a) && !known.contains_key(&pair.b);
    let (joined, rest): (Vec<_>, Vec<_>) =
        pairs.into_iter().chain(hints).filter(apart).partition(|pair| beliefs.surely_links(pair, true));
    let more = rings_of(from, &joined, &rest, Some(chance)).into_iter();
    rings.extend(more.filter(|ring| ring.hangs_together_by_many() && !ring.is_of_fellows()));
    (rings, beliefs)
}

/// The rings that pairs make, with what else their members share.
fn rings_of(from: &Pairs<'_>, pairs: &[Pair], hints: &[Pair], chance: Option<&Chance>) -> Vec<Ring> {
    let groups = components(pairs.iter());
    let mut group_of: FxHashMap<PersonId, usize> = FxHashMap::default();
    for (group, rows) in groups.iter().enumerate() {
        for row in rows {
            group_of.insert(pairs[*row].a, group);
            group_of.insert(pairs[*row].b, group);
        }
    }
    let mut beside: Vec<Vec<&Pair>> = vec![Vec::new(); groups.len()];
    for hint in hints {
        if let (Some(one), Some(other)) = (group_of.get(&hint.a), group_of.get(&hint.b))
            && one == other
        {
            beside[*one].push(hint);
        }
    }
    let mut rings = Vec::new();
    for (rows, beside) in groups.iter().zip(beside) {
        let within: Vec<&Pair> = rows.iter().map(|row| &pairs[*row]).collect();
        for (within, beside) in apart(within, &beside) {
            sound_rings(from, within, &beside, chance, &mut rings);
        }
    }
    rings
}

/// Groups of which each is looked at by itself. One of more people than a firm has hangs together by people who belong to several: its dense parts are
/// told apart.
fn apart<'p>(pairs: Vec<&'p Pair>, beside: &[&'p Pair]) -> Vec<(Vec<&'p Pair>, Vec<&'p Pair>)> {
    let persons: BTreeSet<PersonId> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    if persons.len() <= MOST_OF_AGENCY {
        return vec![(pairs, beside.to_vec())];
    }
    let place: FxHashMap<PersonId, u32> = persons.iter().enumerate().map(|(index, person)| (*person, index as u32)).collect();
    let links: Vec<(u32, u32, f64)> = pairs.iter().map(|pair| (place[&pair.a], place[&pair.b], pair.weight)).collect();
    let part_of = parts(persons.len(), &links);
    let part = |pair: &Pair| {
        let [a, b] = [pair.a, pair.b].map(|person| part_of[place[&person] as usize]);
        (a == b).then_some(a)
    };
    let mut of_part: BTreeMap<u32, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        if let Some(number) = part(pair) {
            of_part.entry(number).or_default().push(pair);
        }
    }
    let with_beside = |pairs: Vec<&'p Pair>| {
        let within = within(beside, &pairs);
        (pairs, within)
    };
    of_part.into_values().map(with_beside).collect()
}

/// The rings among people who hang together. Many who share one thing, or who have an innocent cause, hang on others by one person, who knows both:
/// they are told apart by the blocks of the graph, and each of several people must be a ring of its own or hang on one by what chance does not bring.
fn sound_rings(from: &Pairs<'_>, pairs: Vec<&Pair>, beside: &[&Pair], chance: Option<&Chance>, rings: &mut Vec<Ring>) {
    let blocks = blocks(&pairs.iter().map(|pair| (pair.a.0, pair.b.0)).collect::<Vec<_>>());
    let mut sound: FxHashSet<PersonId> = FxHashSet::default();
    let mut refused: Vec<(Vec<usize>, FxHashSet<PersonId>, Refused)> = Vec::new();
    for block in blocks.iter().filter(|_| blocks.len() > 1) {
        let persons: FxHashSet<PersonId> = block.iter().flat_map(|row| [pairs[*row].a, pairs[*row].b]).collect();
        if persons.len() < MANY {
            continue;
        }
        let of_block: Vec<&Pair> = block.iter().map(|row| pairs[*row]).collect();
        let within = beside.iter().filter(|pair| persons.contains(&pair.a) && persons.contains(&pair.b));
        match ring(from, &of_block, &within.copied().collect::<Vec<_>>()) {
            Ok(_) => sound.extend(persons),
            Err(why) => refused.push((block.clone(), persons, why)),
        }
    }
    let left = |kind, weight| chance.is_some_and(|chance| chance.left(kind, weight, sound.len()) >= ONE_CAUSE);
    let no_chance = |block: &[usize]| block.iter().all(|row| pairs[*row].left().any(|(kind, weight)| left(kind, weight)));
    refused.retain(|(block, persons, why)| match why {
        Refused::Innocent => persons.len() >= MANY_INNOCENT,
        Refused::OneKind => persons.is_disjoint(&sound) || !no_chance(block),
    });
    if refused.is_empty() {
        rings.extend(ring(from, &pairs, beside));
        return;
    }
    let out: FxHashSet<usize> = refused.into_iter().flat_map(|(block, ..)| block).collect();
    let left: Vec<&Pair> = pairs.into_iter().enumerate().filter(|(row, _)| !out.contains(row)).map(|(_, pair)| pair).collect();
    for group in components(left.iter().copied()) {
        let pairs: Vec<&Pair> = group.into_iter().map(|row| left[row]).collect();
        let within = within(beside, &pairs);
        sound_rings(from, pairs, &within, chance, rings);
    }
}

/// Of some pairs those between people whom others tie.
fn within<'p>(beside: &[&'p Pair], pairs: &[&Pair]) -> Vec<&'p Pair> {
    let persons = persons_of(pairs.iter());
    beside.iter().copied().filter(|pair| persons.contains(&pair.a) && persons.contains(&pair.b)).collect()
}

/// Why people who hang together are no ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// Their evidence is of one kind.
    OneKind,
    /// There is an innocent cause for it.
    Innocent,
}

/// The groups that pairs make, as rows of pairs.
fn components<'p>(pairs: impl Iterator<Item = &'p Pair>) -> Vec<Vec<usize>> {
    let mut place: FxHashMap<PersonId, u32> = FxHashMap::default();
    let ends: Vec<(u32, u32)> = pairs
        .map(|pair| {
            [pair.a, pair.b].map(|person| {
                let next = place.len() as u32;
                *place.entry(person).or_insert(next)
            })
        })
        .map(|[a, b]| (a, b))
        .collect();
    let mut linked = Groups::new(place.len());
    for (a, b) in &ends {
        linked.join(*a, *b);
    }
    let mut groups: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (row, (a, _)) in ends.iter().enumerate() {
        groups.entry(linked.of(*a)).or_default().push(row);
    }
    groups.into_values().collect()
}

/// The ring of each member.
pub(super) fn by_member<'r>(rings: impl IntoIterator<Item = &'r Ring>) -> FxHashMap<PersonId, usize> {
    let members =
        rings.into_iter().enumerate().flat_map(|(row, ring)| ring.members.iter().map(move |member| (member.person, row)));
    members.collect()
}

/// Hints that tie somebody to a ring: all that the person shares with its members together, each family once, is enough for one who stands
/// beside a ring that is known. What houses share brings nobody in.
fn newcomers(from: &Pairs<'_>, rings: &[Ring], hints: &[Pair], chance: &Chance) -> Vec<usize> {
    let ring_of = by_member(rings);
    let mut beside: BTreeMap<(PersonId, usize), (Beside, Vec<usize>)> = BTreeMap::new();
    for (row, pair) in hints.iter().enumerate() {
        for (person, member) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let Some(ring) = ring_of.get(&member).filter(|_| !ring_of.contains_key(&person)) else { continue };
            let (shared, rows) = beside.entry((person, *ring)).or_default();
            shared.add(&pair.families, pair.own_kind, pair.left());
            rows.push(row);
        }
    }
    let mut rows: Vec<usize> = (beside.into_iter())
        .filter(|((person, ring), (shared, _))| {
            shared.joins(&rings[*ring], from.settings, chance, |families| from.own(*person, families))
        })
        .flat_map(|(_, (_, rows))| rows)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// How many links of each kind a person has on the mean, in these records, beside the rings that are known: what chance and innocent life bring.
#[derive(Debug, Clone)]
pub(crate) struct Chance {
    /// By kind: links of a person.
    links: Vec<f64>,
    /// By kind, and by whether the link is a strong one of it: share of people who have one.
    people: Vec<[f64; 2]>,
    /// Among how many.
    among: f64,
    /// Whether they are few.
    few: bool,
}

impl Chance {
    /// From all pairs who are not known to belong together.
    fn of<'p>(pairs: impl Iterator<Item = &'p Pair>, rings: &[Ring], people: usize) -> Self {
        let ring_of = by_member(rings);
        let known = |pair: &Pair| ring_of.get(&pair.a).is_some_and(|ring| ring_of.get(&pair.b) == Some(ring));
        let mut links = vec![0.0; WEIGHTS.len()];
        let mut having: Vec<(LinkKind, bool, PersonId)> = Vec::new();
        for pair in pairs.filter(|pair| pair.bond == Bond::None && !known(pair)) {
            let mut last = None;
            for (kind, weight) in pair.left().filter(|(_, weight)| *weight >= SLIGHT) {
                if last.replace(kind) != Some(kind) {
                    links[kind as usize] += 2.0;
                }
                if weight >= COUNTS {
                    having.extend([pair.a, pair.b].map(|person| (kind, is_strong(kind, weight), person)));
                }
            }
        }
        having.sort_unstable();
        having.dedup();
        // Of a few people little can be said: a ring among them that is not known would look like chance. What is beyond one is none, where it is no large
        // part of all.
        let among = people.max(FEW) as f64;
        let beyond = |count: f64, ring: f64| {
            let more = if people >= COUNTED { (count - ring).max(0.0) / people as f64 } else { 0.0 };
            more.max(count / among)
        };
        for links in &mut links {
            *links = beyond(*links, RING * (RING - 1.0));
        }
        let mut share = vec![[0.0; 2]; WEIGHTS.len()];
        for (kind, strong, _) in having {
            share[kind as usize][usize::from(strong)] += 1.0;
        }
        for share in share.iter_mut().flatten() {
            *share = beyond(*share + 1.0, RING + 1.0);
        }
        Self { links, people: share, among, few: people < FEW }
    }

    /// What of a weight is left beside a ring of so many members to whom chance brings links of the kind.
    fn left(&self, kind: LinkKind, weight: f64, members: usize) -> f64 {
        weight - (self.links[kind as usize] * members as f64 / BY_CHANCE).max(1.0).ln()
    }

    /// Share of people who have such a link by chance.
    fn share(&self, (kind, strong): (LinkKind, bool)) -> f64 {
        let [weak, more] = self.people[kind as usize];
        if strong { more } else { weak + more }
    }

    /// Hints that bear each other out: somebody shares one thing with one person and another thing, of another cause, with another, and both
    /// are so rare that chance would bring them together to hardly anybody.
    fn corroborated(&self, hints: &[Pair], pairs: &[Pair]) -> FxHashSet<usize> {
        // How usual a sentence is, few people do not tell.
        let least = |kind: LinkKind| if self.few && kind.row().family == Family::Text { ONE_CAUSE_OF_FEW } else { COUNTS };
        // What each person shares, and with whom.
        let mut ties: FxHashMap<PersonId, Vec<(LinkKind, bool, PersonId, usize)>> = FxHashMap::default();
        for (row, pair) in
            hints.iter().chain(pairs).enumerate().filter(|(_, pair)| matches!(pair.bond, Bond::None | Bond::House))
        {
            let left = pair.parts.iter().filter(|edge| !edge.lowered).map(|edge| (edge.kind, pair.left_of(edge)));
            let left = left.filter(|(kind, weight)| *weight >= least(*kind));
            let left = left.map(|(kind, weight)| (kind, is_strong(kind, weight)));
            // What many have by chance, those who share something rare have as often.
            for (kind, strong) in left.filter(|class| self.share(*class) <= RARELY) {
                ties.entry(pair.a).or_default().push((kind, strong, pair.b, row));
                ties.entry(pair.b).or_default().push((kind, strong, pair.a, row));
            }
        }
        let mut taken = FxHashSet::default();
        for ties in ties.values().filter(|ties| ties.len() >= 2 && ties.len() <= MOST_TIES) {
            for (index, one) in ties.iter().enumerate() {
                for other in &ties[index + 1..] {
                    let by_chance = || self.among * self.share((one.0, one.1)) * self.share((other.0, other.1));
                    if one.2 != other.2 && are_apart(one.0, other.0) && by_chance() <= HARDLY_ANYBODY {
                        taken.extend([one.3, other.3].into_iter().filter(|row| *row < hints.len()));
                    }
                }
            }
        }
        taken
    }
}

/// Whether a link is among the stronger ones of its kind.
fn is_strong(kind: LinkKind, weight: f64) -> bool {
    weight >= STRONG * kind.row().weight
}

/// Whether two kinds do not come from one innocent cause: a household shares lines, doors, accounts, telephones and computers, and people
/// who know each other refer each other, work together and name one referee.
fn are_apart(one: LinkKind, other: LinkKind) -> bool {
    let cause = |kind: LinkKind| match kind {
        LinkKind::Exits => 1,
        LinkKind::Reference
        | LinkKind::Referred
        | LinkKind::CommitsWith
        | LinkKind::CommitsAs
        | LinkKind::CommitsTo
        | LinkKind::Follows
        | LinkKind::Vouches
        | LinkKind::Shares
        | LinkKind::Firm
        | LinkKind::FirmDoor => 2,
        kind => match kind.row().family {
            Family::Contact | Family::Money | Family::Machine | Family::Place => 3,
            Family::Text => 4,
            Family::Paper => 5,
            Family::Work | Family::Conduct => 6,
            Family::Career => 7,
        },
    };
    let (one, other) = (cause(one), cause(other));
    one != other && one.min(other) != 2
}

/// What somebody beside a ring shares with its members.
#[derive(Debug, Default)]
pub(super) struct Beside {
    most: [f64; Family::COUNT],
    members: [u32; Family::COUNT],
    kinds: BTreeMap<LinkKind, f64>,
}

impl Beside {
    /// Adds what is shared with one more member, by family; a value that many hold and few bear out is not the ring's own, however many of
    /// its members hold it.
    pub(super) fn add(
        &mut self,
        families: &[f64; Family::COUNT],
        own_kind: [bool; Family::COUNT],
        kinds: impl Iterator<Item = (LinkKind, f64)>,
    ) {
        for (at, weight) in families.iter().enumerate() {
            self.most[at] = self.most[at].max(*weight);
            self.members[at] += u32::from(*weight >= SLIGHT && own_kind[at]);
        }
        for (kind, weight) in kinds {
            let most = self.kinds.entry(kind).or_default();
            *most = most.max(weight);
        }
    }

    /// By family: the weightiest, and more where several members share it, as chance does not pick the members of one ring.
    fn families(&self) -> [f64; Family::COUNT] {
        std::array::from_fn(|at| {
            let several = f64::from(self.members[at].max(1)).ln().min(MOST_SEVERAL);
            self.most[at] * (1.0 + SEVERAL * several)
        })
    }

    /// Whether it is enough to be taken in; `own` is what the person shows alone, apart from these families.
    pub(super) fn joins(
        &self,
        ring: &Ring,
        settings: &LinkSettings,
        chance: &Chance,
        own: impl FnOnce(&[f64; Family::COUNT]) -> f64,
    ) -> bool {
        let mut families = self.families();
        let place = families[Family::Place as usize];
        let rest = families.iter().sum::<f64>() - place;
        // The house of a ring is known where its members share it.
        if !ring.families.contains(&Family::Place) && rest <= 0.0 {
            families[Family::Place as usize] = 0.0;
        }
        let shared = families.iter().sum::<f64>();
        let causes = families.iter().filter(|weight| **weight >= COUNTS).count();
        if causes >= 2 {
            // Chance does not bring two of different causes to one ring.
            return shared >= settings.join && rest >= COUNTS;
        }
        // What one cause brings may be chance, however well the ring is known.
        let left = |(kind, weight): (&LinkKind, &f64)| {
            let at = kind.row().family as usize;
            let several = if self.most[at] > 0.0 { families[at] / self.most[at] } else { 0.0 };
            // Each member is one more who may meet somebody; what several of them have in common with him is one thing.
            let members = if self.members[at] >= 2 { 1 } else { ring.members.len() };
            chance.left(*kind, weight * several, members)
        };
        let left = self.kinds.iter().filter(|(_, weight)| **weight >= ALONE).map(left).fold(0.0, f64::max);
        if left < settings.join * LEAST_SHARED {
            return false;
        }
        let own = own(&families);
        // Where few people are, little tells how often chance brings it.
        let enough = if chance.few { ONE_CAUSE_OF_FEW } else { ONE_CAUSE };
        left >= enough && rest >= COUNTS || own >= SHOWS && left + own >= settings.join
    }
}

/// Share of some people, as a divisor, whose papers a firm signs that has an office for all: who came with an own CV has none of it.
const SIGNED: usize = 4;

/// Letters of a firm's name from which a domain or text that has them is no chance.
const LONG_NAME: usize = 6;

/// What members share, each thing with those who hold it.
type Keys = BTreeMap<(LinkKind, From), Holders>;

/// Members who hold a thing, and between whom it counts least and most.
struct Holders {
    all: Vec<PersonId>,
    least: Tied,
    most: Tied,
}

impl Holders {
    fn of(tie: Tied) -> Self {
        Self { all: Vec::new(), least: tie, most: tie }
    }

    fn add(&mut self, tie: Tied) {
        self.all.extend([tie.a, tie.b]);
        if tie.weight < self.least.weight {
            self.least = tie;
        }
        if tie.weight > self.most.weight {
            self.most = tie;
        }
    }
}

fn ring(from: &Pairs<'_>, pairs: &[&Pair], beside: &[&Pair]) -> Result<Ring, Refused> {
    let mut members: BTreeMap<PersonId, Member> = BTreeMap::new();
    let mut families = [0.0_f64; Family::COUNT];
    let mut kinds: BTreeMap<LinkKind, usize> = BTreeMap::new();
    let mut keys = Keys::new();
    for pair in pairs {
        for person in [pair.a, pair.b] {
            let member = members.entry(person).or_insert(Member { person, weight: 0.0, links: 0 });
            member.weight = member.weight.max(pair.weight);
            member.links += 1;
        }
    }
    for pair in pairs.iter().chain(beside) {
        for (sum, of_pair) in families.iter_mut().zip(pair.families) {
            *sum = sum.max(of_pair);
        }
        let mut seen: Option<LinkKind> = None;
        for edge in pair.parts.iter().filter(|edge| counts(edge, pair.bond)) {
            if seen != Some(edge.kind) {
                *kinds.entry(edge.kind).or_default() += 1;
                seen = Some(edge.kind);
            }
            let tie = Tied { a: pair.a, b: pair.b, bond: pair.bond, weight: pair.in_sum(edge) };
            keys.entry((edge.kind, edge.from)).or_insert_with(|| Holders::of(tie)).add(tie);
        }
    }
    for holders in keys.values_mut() {
        holders.all.sort_unstable();
        holders.all.dedup();
    }
    // A front lends whom it can, and not all of them show something. That it is paid for them and writes their CVs is no finding.
    let of_firm = pairs.iter().filter(|pair| pair.bond == Bond::Agency).count() * 2 >= pairs.len();
    let front =
        pairs.iter().filter(|pair| pair.parts.iter().any(|edge| edge.kind == LinkKind::Firm)).count() * 2 >= pairs.len();
    let mut weights = families;
    if of_firm {
        weights.iter_mut().zip(BY_FIRM).for_each(|(weight, by_firm)| *weight = weight.max(by_firm));
    }
    let weights = weights;
    // What one pair of many has in common besides says nothing of the others.
    let ties_several = |family: &Family| {
        let with = pairs.iter().chain(beside).filter(|pair| pair.families[*family as usize] >= COUNTS);
        // Among few people nothing tells how usual what one pair has in common is.
        let tied = persons_of(with.clone()).len();
        let one_pair = from.people.len() < FEW && members.len() > MOST_WITH_A_PAIR && tied <= 2;
        let much = || with.clone().any(|pair| pair.families[*family as usize] >= OF_A_PAIR);
        are_several(tied, &members) && (!one_pair || much())
    };
    let mut families: Vec<Family> = Family::LINKS.into_iter().filter(ties_several).collect();
    // What members show alone is evidence of another cause than what they share. One house has one line and one door whatever its people
    // show; and where what is shared is often shared by honest people too, all must show something.
    let showing = members.keys().filter(|member| from.own(**member, &weights) >= SHOWS).count();
    let rare = weights.iter().any(|weight| *weight >= RARE);
    let part = match (rare, front) {
        (true, _) => SHOWING,
        (false, true) => SHOWING_OF_FRONT,
        (false, false) => 1.0,
    };
    // Of many who have one thing in common, as those who are paid through one service, some always show something.
    let most = if families.len() == 1 && members.len() > MOST_WITH_ONE { BY_CHANCE_OF_MANY } else { BY_CHANCE_ALONE };
    let by_chance = from.by_chance(showing, members.keys().copied(), &weights) > most;
    let odd = |shared: &[f64; Family::COUNT]| from.personas_show(members.keys().copied(), shared) >= ODDLY;
    let enough = showing as f64 >= members.len() as f64 * part && !by_chance || odd(&weights);
    if showing >= 2 && enough && families.iter().any(|family| *family != Family::Place) {
        families.push(Family::Conduct);
    }
    // The door of a firm is the door that its people share, and no second kind beside it.
    let more = |kind: LinkKind, _| kind.row().family == Family::Work && kind != LinkKind::FirmDoor;
    let by_door = families.iter().all(|family| matches!(family, Family::Place | Family::Work))
        && !ties(pairs.iter().chain(beside), &members, more);
    let numbers = families.contains(&Family::Paper) && of_several_papers(pairs, &members);
    let scattered = several_ways(from, pairs.iter().chain(beside), members.keys(), &weights)
        < members.len() as f64 * SEVERAL_WAYS
        && !numbers;
    // An innocent cause that explains what they share does not explain that most of them show something alone. That the holder of a common
    // account is somebody else, and that a common author is, does not count.
    let mut common = [0.0; Family::COUNT];
    common[Family::Money as usize] = weights[Family::Money as usize];
    let firm = signing_firm(from, members.len(), &keys).or_else(|| paying_firm(from, pairs, &members, &keys));
    let firm = firm.as_deref();
    let has_office = firm.is_some();
    if of_firm || has_office || ties(pairs.iter().chain(beside), &members, |kind, _| kind == LinkKind::Author) {
        common[Family::Text as usize] = weights[Family::Text as usize];
    }
    // Nor does that they log in, and get their things, at its office.
    if has_office {
        common[Family::Place as usize] = weights[Family::Place as usize];
    }
    let innocent = !odd(&common);
    let may_be_innocent = || {
        may_be_agency(from, pairs, &members, &families, &keys, (firm, false))
            || may_be_fellows(from, pairs, beside, &members, &families)
            || may_be_team(from, pairs, beside, &members, &families)
            || may_be_public_place(from, pairs, &members, &families)
    };
    if families.len() + usize::from(numbers) < from.settings.families || by_door || scattered {
        return Err(Refused::OneKind);
    }
    if may_be_household(from, pairs, &members, &families, &weights)
        || may_be_colleagues(pairs, &members)
        || innocent && may_be_innocent()
    {
        return Err(Refused::Innocent);
    }
    let unsure = innocent && may_be_agency(from, pairs, &members, &families, &keys, (firm, true));
    let mut links: Vec<RingLink> = (tree(pairs).into_iter())
        .map(|pair| {
            let mut kinds: BTreeMap<LinkKind, f64> = BTreeMap::new();
            for edge in pair.parts.iter().filter(|edge| counts(edge, pair.bond)) {
                let weight = kinds.entry(edge.kind).or_default();
                *weight = weight.max(pair.left_of(edge));
            }
            let parts = pair.parts.iter().map(|edge| LinkPart { kind: edge.kind, from: edge.from, weight: pair.in_sum(edge) });
            RingLink {
                a: pair.a,
                b: pair.b,
                weight: pair.weight,
                kinds: kinds.into_iter().collect(),
                parts: parts.collect(),
                bond: pair.bond,
                front: pair.front,
            }
        })
        .collect();
    links.sort_by(|one, other| other.weight.total_cmp(&one.weight).then((one.a, one.b).cmp(&(other.a, other.b))));
    let weight = links.iter().map(|link| link.weight).sum::<f64>() / links.len().max(1) as f64;
    let mut keys: Vec<Key> = (keys.into_iter())
        .map(|((kind, from), Holders { all, least, most })| Key { kind, from, members: all.len(), least, most })
        .collect();
    keys.sort_by_key(|key| (std::cmp::Reverse(key.members), key.kind, key.from));
    Ok(Ring {
        members: members.into_values().collect(),
        links,
        kinds: kinds.into_iter().collect(),
        families,
        keys,
        weight,
        unsure,
    })
}

/// Whether so many who are tied are several of the members.
fn are_several(tied: usize, members: &BTreeMap<PersonId, Member>) -> bool {
    tied as f64 >= members.len() as f64 * TIED
}

/// All whom pairs tie.
fn persons_of<'p>(pairs: impl Iterator<Item = &'p &'p Pair>) -> FxHashSet<PersonId> {
    pairs.flat_map(|pair| [pair.a, pair.b]).collect()
}

/// Whether things of some kinds and weights tie several of the members.
fn ties<'p>(
    pairs: impl Iterator<Item = &'p &'p Pair>,
    members: &BTreeMap<PersonId, Member>,
    is: impl Fn(LinkKind, f64) -> bool,
) -> bool {
    let with = pairs.filter(|pair| pair.left().any(|(kind, weight)| weight >= COUNTS && is(kind, weight)));
    are_several(persons_of(with).len(), members)
}

/// How many members are tied by two families, or show something alone besides: where hardly any are, groups that share one thing each meet
/// in a person by chance.
fn several_ways<'p>(
    from: &Pairs<'_>,
    pairs: impl Iterator<Item = &'p &'p Pair>,
    members: impl Iterator<Item = &'p PersonId>,
    weights: &[f64; Family::COUNT],
) -> f64 {
    let mut ways: FxHashMap<PersonId, [bool; Family::COUNT]> = FxHashMap::default();
    for pair in pairs {
        for person in [pair.a, pair.b] {
            let ways = ways.entry(person).or_default();
            ways.iter_mut().zip(pair.families).for_each(|(way, weight)| *way |= weight >= COUNTS);
        }
    }
    let several = |person: &&PersonId| {
        let ways = ways.get(*person).map_or(0, |ways| ways.iter().filter(|way| **way).count());
        ways >= 2 || from.own(**person, weights) >= SHOWS
    };
    members.filter(several).count() as f64
}

/// The strongest spanning tree of pairs, ties by persons.
fn tree<'p>(pairs: &[&'p Pair]) -> Vec<&'p Pair> {
    let mut sorted: Vec<&Pair> = pairs.to_vec();
    sorted.sort_by(|one, other| other.weight.total_cmp(&one.weight).then((one.a, one.b).cmp(&(other.a, other.b))));
    let persons: BTreeSet<PersonId> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
    let place: FxHashMap<PersonId, u32> = persons.iter().enumerate().map(|(index, person)| (*person, index as u32)).collect();
    let mut tied = Groups::new(persons.len());
    sorted.retain(|pair| tied.join(place[&pair.a], place[&pair.b]));
    sorted
}

fn counts(edge: &Edge, bond: Bond) -> bool {
    bond.leaves(edge.kind.row().family) > 0.0
}

/// Whether a small group may be a household that the records do not tell of: all that it shares a household shares too, and hardly anybody
/// states a home that contradicts it. Couples, families and flats are far more frequent than operators with a few personas.
fn may_be_household(
    from: &Pairs<'_>,
    pairs: &[&Pair],
    members: &BTreeMap<PersonId, Member>,
    families: &[Family],
    weights: &[f64; Family::COUNT],
) -> bool {
    let openly = pairs.iter().all(|pair| pair.bond == Bond::Household);
    // Nobody lives in a data centre.
    let at_home = |edge: &Edge| edge.kind.row().family == Family::Place && from.is_of_home(edge);
    let behind_one = families.contains(&Family::Place) && pairs.iter().flat_map(|pair| &pair.parts).any(at_home);
    let most = if openly || behind_one { MOST_OF_FLAT } else { MOST_OF_HOUSEHOLD };
    if members.len() > most {
        return false;
    }
    // Who lives together knows each other, refers each other and has common repositories.
    let mut works = pairs.iter().flat_map(|pair| &pair.parts).filter(|edge| edge.kind.row().family == Family::Work);
    let only_acquainted = works.all(|edge| is_acquaintance(edge.kind));
    // A household explains what is shared, and not what several of it show each alone.
    let both_show_much = members.keys().filter(|member| from.own(**member, weights) >= SHOWS_MUCH).count() >= 2;
    let papers = || pairs.iter().flat_map(|pair| &pair.parts).filter(|edge| edge.kind.row().family == Family::Paper);
    let only_bases = papers().all(|edge| edge.kind == LinkKind::PictureBase);
    let only_pictures = papers().all(|edge| matches!(edge.kind, LinkKind::PictureBase | LinkKind::Photo));
    let explained = |family: &Family| match family {
        Family::Conduct => !both_show_much,
        Family::Work => only_acquainted,
        // What lies on one table is photographed on it, and a couple may show one picture of both.
        Family::Paper => members.len() <= MOST_OF_HOUSEHOLD && only_bases || members.len() == 2 && only_pictures,
        family => family.is_of_household(),
    };
    if !families.iter().all(explained) {
        return false;
    }
    // A signing key and a farm are not what a household has.
    if pairs.iter().any(|pair| pair.parts.iter().any(|edge| matches!(edge.kind, LinkKind::SigningKey | LinkKind::Farm))) {
        return false;
    }
    let contradicts = |pair: &&&Pair| from.openly.one_home(pair.a, pair.b) == Some(false) || from.apart_by_line(pair.a, pair.b);
    pairs.iter().filter(contradicts).count() * 2 <= pairs.len()
}

/// Whether a small group may be colleagues: they refer each other, work on common things and name one referee, and no more.
fn may_be_colleagues(pairs: &[&Pair], members: &BTreeMap<PersonId, Member>) -> bool {
    let mut parts = pairs.iter().flat_map(|pair| pair.parts.iter().filter(|edge| counts(edge, pair.bond)));
    members.len() <= MOST_OF_COLLEAGUES && parts.all(|edge| is_acquaintance(edge.kind) || edge.kind == LinkKind::Reference)
}

/// Whether a group may be fellows of one school or team: what counts of all that they share comes from that, and they show nothing alone.
fn may_be_fellows(
    from: &Pairs<'_>,
    pairs: &[&Pair],
    beside: &[&Pair],
    members: &BTreeMap<PersonId, Member>,
    families: &[Family],
) -> bool {
    // What a school gives all of a class to write is long, and so is what they say of the thing that they built there.
    let alike = |pair: &&&Pair| pair.families[Family::Text as usize] >= COUNTS;
    let with_text: Vec<&Pair> = pairs.iter().chain(beside).filter(alike).copied().collect();
    let is_class = members.len() >= CLASS && persons_of(with_text.iter()).len() * 4 >= members.len() * 3;
    let of_school = with_text.iter().filter(|pair| from.openly.one_school(pair.a, pair.b)).count();
    let by_school = is_class || !with_text.is_empty() && of_school * 4 >= with_text.len() * 3;
    let more = |kind: LinkKind, weight| !(is_of_fellows(kind, weight) || by_school && kind.row().family == Family::Text);
    !families.contains(&Family::Conduct) && !ties(pairs.iter().chain(beside), members, more)
}

/// Whether a group may be a team that openly works together, as at a hackathon: most of its members have repositories in common with several others
/// of it, or all hang together by them, what they share besides is one wallet, the texts and the page of what they build, and the place where they
/// meet, and they show nothing alone.
fn may_be_team(
    from: &Pairs<'_>,
    pairs: &[&Pair],
    beside: &[&Pair],
    members: &BTreeMap<PersonId, Member>,
    families: &[Family],
) -> bool {
    let more = |kind: LinkKind, _| {
        let of_team = is_acquaintance(kind) && kind != LinkKind::CommitsAs;
        let of_project = matches!(kind, LinkKind::Site | LinkKind::Letter);
        !of_team && !of_project && !matches!(kind, LinkKind::Wallet | LinkKind::Shares | LinkKind::Ip)
    };
    let is_open = |pair: &&&Pair| pair.parts.iter().any(|edge| edge.kind == LinkKind::CommitsWith);
    let openly: Vec<&Pair> = pairs.iter().chain(beside).filter(is_open).copied().collect();
    let mut with: FxHashMap<PersonId, usize> = FxHashMap::default();
    for pair in &openly {
        *with.entry(pair.a).or_default() += 1;
        *with.entry(pair.b).or_default() += 1;
    }
    let together = with.values().filter(|others| **others >= 2).count();
    let is_one = || with.len() == members.len() && tree(&openly).len() + 1 == with.len();
    let lines = || pairs.iter().chain(beside).flat_map(|pair| &pair.parts).filter(|edge| edge.kind == LinkKind::Ip);
    members.len() <= MOST_OF_TEAM
        && !families.contains(&Family::Conduct)
        && (together * 3 >= members.len() * 2 || is_one())
        && lines().all(|edge| from.is_of_home(edge))
        && !ties(pairs.iter().chain(beside), members, more)
}

/// Whether a group may be the guests of a café or library, who use its computers and its line, and most of them are elsewhere, too: a computer has
/// the line of the place where it stands, so that both are one cause.
fn may_be_public_place(from: &Pairs<'_>, pairs: &[&Pair], members: &BTreeMap<PersonId, Member>, families: &[Family]) -> bool {
    // Nobody sits in a data centre.
    let mut lines = pairs.iter().flat_map(|pair| &pair.parts).filter(|edge| edge.kind == LinkKind::Ip).peekable();
    let mut machines = pairs.iter().flat_map(|pair| &pair.parts).filter(|edge| edge.kind.row().family == Family::Machine);
    lines.peek().is_some()
        && lines.all(|edge| from.is_of_home(edge))
        && machines.all(|edge| edge.kind == LinkKind::Device)
        && families.iter().all(|family| matches!(family, Family::Machine | Family::Place | Family::Conduct))
        && from.elsewhere(members.keys().copied()) * 2 > members.len()
}

/// By how many members the thing of some kinds is held that most of them hold.
fn most_held(keys: &Keys, is: impl Fn(LinkKind) -> bool) -> usize {
    keys.iter().filter(|((kind, _), _)| is(*kind)).map(|(_, holders)| holders.all.len()).max().unwrap_or(0)
}

/// Whether numbers of two papers that different offices give each tie several of many members: each is a kind of its own. One person may have two
/// or three accounts with all papers.
fn of_several_papers(pairs: &[&Pair], members: &BTreeMap<PersonId, Member>) -> bool {
    members.len() > MOST_ACCOUNTS
        && [LinkKind::Document, LinkKind::Tax].into_iter().all(|number| ties(pairs.iter(), members, |kind, _| kind == number))
}

/// The firm whose name the papers of a good part of some people bear as their author, as those that it writes for them at its office.
fn signing_firm(from: &Pairs<'_>, members: usize, keys: &Keys) -> Option<String> {
    keys.iter().find_map(|((kind, key), holders)| match key {
        From::Shared(row) if *kind == LinkKind::Author && holders.all.len() * SIGNED >= members => {
            let holder = &from.found.holdings[from.found.shared[*row as usize].start as usize];
            match holder.shown(from.people) {
                Shown::Text(author) if is_company(&author) => Some(author),
                _ => None,
            }
        }
        _ => None,
    })
}

/// The firm that bears the account on which a good part of some people are paid, where half of them openly go by its name: in the domain of a
/// mailbox, or in what they write. An office is in one country, and no data centre, and each has a computer; a front has people of many lands behind
/// one line, or several at one machine.
fn paying_firm(from: &Pairs<'_>, pairs: &[&Pair], members: &BTreeMap<PersonId, Member>, keys: &Keys) -> Option<String> {
    if members.len() > MOST_OF_AGENCY {
        return None;
    }
    let persons = || members.keys().map(|member| from.people.person(*member));
    let firm = keys.iter().find_map(|((kind, key), holders)| match key {
        From::Shared(row) if *kind == LinkKind::Payee && holders.all.len() * SIGNED >= members.len() => {
            let account = ValueId(from.found.shared[*row as usize].value);
            let named: Vec<&str> =
                holders.all.iter().flat_map(|holder| from.people.person(*holder).holders_of(account)).collect();
            named.first().filter(|_| named.iter().all(|name| is_company(name))).map(|name| (*name).to_owned())
        }
        _ => None,
    })?;
    let lands: BTreeSet<_> = persons().filter_map(Person::country).collect();
    let in_centre = |edge: &Edge| match edge.from {
        From::Shared(row) if edge.kind == LinkKind::Ip => {
            from.networks.class(from.found.shared[row as usize].value) == NetClass::Hosting
        }
        _ => false,
    };
    let by_machines = ties(pairs.iter(), members, |kind, _| kind.row().family == Family::Machine);
    if lands.len() > 1 || by_machines || pairs.iter().flat_map(|pair| &pair.parts).any(in_centre) {
        return None;
    }
    let in_one = company_in_one(&firm);
    let going_by_it = persons().filter(|person| goes_by(*person, &in_one)).count();
    (in_one.len() >= LONG_NAME && going_by_it * 2 >= members.len()).then_some(firm)
}

/// Whether a person openly goes by the name of a firm, which is written in one.
fn goes_by(person: Person<'_>, firm: &str) -> bool {
    let holds = |text: &str| {
        let folded = interdict_names::fold(text).to_lowercase();
        folded.chars().filter(|c| c.is_alphanumeric()).collect::<String>().contains(firm)
    };
    let mut domains = person.identifiers_of(IdKind::Email).filter_map(|mail| mail.value()?.split_once('@'));
    domains.any(|(_, domain)| holds(domain)) || person.documents().filter_map(Document::text).any(|text| holds(&text))
}

/// Whether a group may be people of a staffing firm that the records do not tell of: it is paid for them, answers for them and writes their CVs in
/// its form, and they show nothing alone. Half of them, at least, have its account, telephone or form; where each thing is of a few and they
/// hang together by many, no one firm explains them. With `office` it may have an office, although its people are seen nowhere else, and texts
/// that are alike: too little to clear them, and enough to learn nothing from them.
fn may_be_agency(
    from: &Pairs<'_>,
    pairs: &[&Pair],
    members: &BTreeMap<PersonId, Member>,
    families: &[Family],
    keys: &Keys,
    (firm, office): (Option<&str>, bool),
) -> bool {
    let of_firm = |kind: LinkKind| match kind.row().family {
        Family::Contact | Family::Money | Family::Work => true,
        Family::Text => matches!(kind, LinkKind::Author | LinkKind::Site | LinkKind::Favicon | LinkKind::Url),
        Family::Machine | Family::Place | Family::Paper | Family::Career | Family::Conduct => false,
    };
    let goes_home = || office || firm.is_some() || from.with_own_line(members.keys().copied()) * 2 > members.len();
    let explained = |family: &Family| match family {
        Family::Money | Family::Contact | Family::Text | Family::Career | Family::Work => true,
        // It sends some of its people in from its line. Where most are behind one line, they meet where they work, at its computers, and go
        // home.
        Family::Place => most_held(keys, |kind| kind.row().family == Family::Place) * 2 <= members.len() || goes_home(),
        // One computer and one account alone are one person's with many accounts; an office's computers stand behind its line.
        Family::Machine => {
            let office = |family| matches!(family, &Family::Text | &Family::Work) && families.contains(&Family::Place);
            families.iter().any(office) && goes_home()
        }
        _ => false,
    };
    // A firm has an account in its name; a wallet bears none.
    let tied_by = |is: &dyn Fn(&Edge) -> bool| {
        let has = |pair: &&&Pair| pair.parts.iter().any(|edge| is(edge) && !edge.lowered && counts(edge, pair.bond));
        pairs.iter().filter(has).count()
    };
    let by_wallets = || tied_by(&|edge| matches!(edge.kind, LinkKind::Wallet | LinkKind::PaidOn));
    let by_accounts = || tied_by(&|edge| edge.kind == LinkKind::Payee);
    let by_persons_accounts = || tied_by(&|edge| from.is_persons_account(edge));
    // What a firm does not do for its people.
    let more = |kind: LinkKind, weight| match kind.row().family {
        Family::Text | Family::Career => weight >= RARE && !office,
        Family::Work => !is_acquaintance(kind),
        _ => false,
    };
    // What it writes of itself on each paper is its form, and nothing about anybody's work.
    let is_letterhead = |edge: &Edge| match (edge.from, firm) {
        (From::Text(row), Some(firm)) => {
            from.texts[row as usize].passage.as_ref().is_some_and(|passage| passage.contains(firm))
        }
        _ => false,
    };
    let does_more = || {
        let is_more = |pair: &Pair, edge: &Edge| {
            let weight = pair.left_of(edge);
            weight >= COUNTS && more(edge.kind, weight) && !is_letterhead(edge)
        };
        let with = pairs.iter().filter(|pair| pair.parts.iter().any(|edge| is_more(pair, edge)));
        are_several(persons_of(with).len(), members)
    };
    // It gives a telephone and a mailbox; the account on a site for developers that all of them state is one person's, or that of two at home.
    let one_handle = members.len() > 2 && most_held(keys, |kind| kind == LinkKind::Handle) == members.len();
    members.len() <= MOST_OF_AGENCY
        && !one_handle
        && families.iter().all(explained)
        && most_held(keys, of_firm) * 2 >= members.len()
        && !does_more()
        && by_wallets() == 0
        && by_persons_accounts() * 2 <= by_accounts()
}

impl Ring {
    /// Whether no one thing is held by more than half of the members, so that no one innocent cause explains the ring.
    fn hangs_together_by_many(&self) -> bool {
        self.keys.iter().all(|key| key.members * 2 <= self.members.len())
    }

    /// Whether all that keeps it together is what people have in common who went to one school or worked in one firm.
    fn is_of_fellows(&self) -> bool {
        self.links.iter().flat_map(|link| &link.kinds).all(|(kind, weight)| is_of_fellows(*kind, *weight))
    }

    /// The link without which the ring would fall apart most easily.
    #[must_use]
    pub fn weakest(&self) -> Option<&RingLink> {
        self.links.last()
    }

    /// What happened to the members in the order of time: when each begins to be seen, is hired, changes its account, is closed, is seen last.
    #[must_use]
    pub fn time_line(&self, people: &People) -> Vec<(Time, PersonId, &'static str)> {
        let mut line = Vec::new();
        for member in &self.members {
            let person = people.person(member.person);
            if let Some(first) = person.events().next() {
                line.push((first.time(), member.person, "first seen"));
            }
            if let Some(last) = person.events().next_back() {
                line.push((last.time(), member.person, "last seen"));
            }
            line.extend(person.start().map(|start| (start, member.person, "begins")));
            line.extend(person.end().map(|end| (end, member.person, "leaves")));
            for kind in [
                EventKind::ProfileCreated,
                EventKind::Application,
                EventKind::Hired,
                EventKind::PayeeChanged,
                EventKind::ParcelRerouted,
                EventKind::Renamed,
                EventKind::Closed,
            ] {
                line.extend(person.events_of(kind).take(3).map(|event| (event.time(), member.person, kind.label())));
            }
        }
        line.sort_unstable();
        line.dedup();
        line
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Member, Ring, Tied};
    use crate::link::LinkKind;
    use crate::link::pairs::{Bond, From};
    use crate::people::PersonId;

    #[test]
    fn what_more_than_half_hold_may_be_one_innocent_cause() {
        let tie = Tied { a: PersonId(0), b: PersonId(1), bond: Bond::None, weight: 5.0 };
        let member = |at: u32| Member { person: PersonId(at), weight: 4.0, links: 1 };
        let ring = |held: &[usize]| Ring {
            members: (0..4).map(member).collect(),
            links: Vec::new(),
            kinds: Vec::new(),
            families: Vec::new(),
            keys: (held.iter().zip(0..))
                .map(|(members, row)| Key {
                    kind: LinkKind::Payee,
                    from: From::Shared(row),
                    members: *members,
                    least: tie,
                    most: tie,
                })
                .collect(),
            weight: 4.0,
            unsure: false,
        };
        assert!(ring(&[2, 2, 2]).hangs_together_by_many());
        assert!(!ring(&[3, 2, 2]).hangs_together_by_many());
    }
}
