//! One party, many listings: which listings of different lists are the same party. In goes a snapshot of several lists and what people have
//! judged; out come clusters, each with its listings and the evidence for every link, and what was left open. Nothing is merged: every listing
//! keeps its record, and a judgement undoes a link.
//!
//! Evidence, the strongest first: a judgement; a reference of one list to another (the United Nations' number on the EU's, the UK's and the Swiss
//! list; referents of an OpenSanctions entity); a number that is given once (LEI, IMO, passport, registration) with names that do not
//! contradict; names with a date of birth or a country. Listings of one list are never put together but by a judgement: a list knows its own
//! parties.

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::{Country, DateRelation, DateValue, Entity, Schema};
use interdict_snapshot::{EntityRef, Snapshot};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;

use crate::matcher::{Hit, Matcher, Scratch};
use crate::query::Query;
use crate::settings::Settings;

/// Score of names below which nothing is linked by a number that only its issuer makes unique.
const NUMBER_NAME: f64 = 0.6;
/// Score of names from which two people born on the same day are one.
const BORN_NAME: f64 = 0.85;
/// Score of names from which two people of one country, whose dates of birth are years or spans that agree, are one.
const ABOUT_NAME: f64 = 0.95;
/// Score of names from which two organisations of one country are one.
const BODY_NAME: f64 = 0.96;
/// Score of names from which a pair is worth a look.
const POSSIBLE_NAME: f64 = 0.9;
/// Listings of other lists that are looked at for each.
const LIMIT: usize = 20;

/// Properties that one body in the world gives out, so that two parties with the same value are one whatever their names: a ship is sold and
/// renamed, a company too.
const UNIQUE: [&str; 2] = ["leiCode", "imoNumber"];
/// Properties that are unique within their issuer, so that names must not contradict.
const ISSUED: [&str; 11] = [
    "passportNumber",
    "idNumber",
    "registrationNumber",
    "taxNumber",
    "socialSecurityNumber",
    "innCode",
    "ogrnCode",
    "uscCode",
    "dunsCode",
    "mmsi",
    "number",
];

/// Numbers of which a body has one of each kind.
const REGISTERED: [&str; 4] = ["leiCode", "registrationNumber", "innCode", "ogrnCode"];

/// What a person decided of two listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judgement {
    /// They are one party.
    Same,
    /// They are two.
    NotSame,
    /// It cannot be told: they stay apart and open.
    Unsure,
}

impl Judgement {
    /// The code in files: `same`, `not_same`, `unsure`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::NotSame => "not_same",
            Self::Unsure => "unsure",
        }
    }

    /// The judgement of a code; `None` for any other text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Same, Self::NotSame, Self::Unsure].into_iter().find(|judgement| judgement.code() == code)
    }
}

/// Judgements by pair of ids, the smaller first. A later one replaces an earlier one.
#[derive(Clone, Debug, Default)]
pub struct Judgements {
    pairs: BTreeMap<(String, String), Judgement>,
}

impl Judgements {
    /// Adds a judgement of two ids, in either order.
    pub fn add(&mut self, a: &str, b: &str, judgement: Judgement) {
        self.pairs.insert(pair(a, b), judgement);
    }

    /// Every judgement: two ids, the smaller first, and what was decided.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str, Judgement)> {
        self.pairs.iter().map(|((a, b), judgement)| (a.as_str(), b.as_str(), *judgement))
    }

    /// The judgement of two ids.
    #[must_use]
    pub fn get(&self, a: &str, b: &str) -> Option<Judgement> {
        self.pairs.get(&pair(a, b)).copied()
    }
}

fn pair(a: &str, b: &str) -> (String, String) {
    let (first, other) = if a <= b { (a, b) } else { (b, a) };
    (first.to_owned(), other.to_owned())
}

/// Why two listings are held to be one party. Ordered by strength, the strongest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// A person said so.
    Judged,
    /// Both name the same listing of another list, or one names the other.
    Reference {
        /// The number, such as `KPe.059`.
        number: String,
    },
    /// They share a number.
    Identifier {
        /// The property, such as `imoNumber`.
        property: String,
        /// The number.
        value: String,
    },
    /// Their names agree, and what is known beside them.
    Name {
        /// The name on the one list.
        left: String,
        /// The name on the other.
        right: String,
        /// Agreement of the names in thousandths.
        score: u16,
        /// What else agrees: `born 1970-01-05`, `both state North Korea`.
        with: Vec<String>,
        /// Whether the country that they share is said by a programme alone.
        by_programme: bool,
    },
}

impl Evidence {
    fn rank(&self) -> u8 {
        match self {
            Self::Judged => 0,
            Self::Reference { .. } => 1,
            Self::Identifier { .. } => 2,
            Self::Name { by_programme: false, .. } => 3,
            Self::Name { by_programme: true, .. } => 4,
        }
    }

    /// In words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Judged => "judged the same".to_owned(),
            Self::Reference { number } => format!("both carry the reference {number}"),
            Self::Identifier { property, value } => format!("both carry {property} {value}"),
            Self::Name { left, right, score, with, .. } => {
                let with = if with.is_empty() { String::new() } else { format!("; {}", with.join("; ")) };
                format!("{left} = {right} ({:.3}){with}", f64::from(*score) / 1000.0)
            }
        }
    }
}

/// Two listings that may be one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Positions of the listings in the snapshot, the smaller first.
    pub listings: (u32, u32),
    /// Why. The strongest first; not empty.
    pub evidence: Vec<Evidence>,
    /// Whether the evidence is enough to link them; if not, the pair is for a person to look at.
    pub decides: bool,
}

/// Listings that are held to be one party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// The smallest of its listings' ids: it stays as long as that listing is in.
    pub id: String,
    /// Its listings, by id.
    pub listings: Vec<u32>,
    /// The links that hold it together.
    pub links: Vec<Link>,
}

/// Why a pair was left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// The evidence is not enough.
    Possible,
    /// Linking them would put two parties of one list into one cluster.
    Conflict,
    /// A person judged that they are two, and other evidence links them.
    Contradicted,
    /// A person could not tell.
    Unsure,
}

impl Open {
    /// The code in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Conflict => "conflict",
            Self::Contradicted => "judged_not_same",
            Self::Unsure => "judged_unsure",
        }
    }
}

/// What clustering gives.
#[derive(Clone, Debug, Default)]
pub struct Clusters {
    /// Clusters of two listings or more, by id.
    pub clusters: Vec<Cluster>,
    /// Pairs that were left open, and why.
    pub open: Vec<(Link, Open)>,
}

/// Finds the links between the listings of a snapshot.
pub struct Clusterer<'s> {
    snapshot: &'s Snapshot,
    matcher: Matcher<'s>,
    listings: Vec<u32>,
    /// The lists that each listing is of: one, or those that state it under one id.
    sources: FxHashMap<u32, Vec<String>>,
    /// Listings by the reference number that they carry, without punctuation.
    references: BTreeMap<String, BTreeSet<u32>>,
    /// Listings and the ids of others that they say are the same (`referents` of OpenSanctions).
    referents: Vec<(u32, String)>,
}

impl std::fmt::Debug for Clusterer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clusterer").field("listings", &self.listings.len()).finish_non_exhaustive()
    }
}

impl<'s> Clusterer<'s> {
    /// Reads who is listed, and the references between lists. Listings of the sources `without` take no part: lists of bare names say too
    /// little of whom they mean.
    #[must_use]
    pub fn new(snapshot: &'s Snapshot, without: &[&str]) -> Self {
        let settings = Settings { threshold: 0.75, limit: LIMIT, ..Settings::default() };
        let (mut listings, mut sources) = (Vec::new(), FxHashMap::default());
        let mut references: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        let mut referents = Vec::new();
        let loaded: BTreeSet<&str> = snapshot.meta().sources.iter().map(|source| source.id.as_str()).collect();
        for entity in snapshot.entities().filter(|entity| is_party(*entity)) {
            let members = entity.members();
            let source = entity.origin().source;
            if members.get("target").and_then(Json::as_bool) != Some(true) || without.contains(&source.as_str()) {
                continue;
            }
            let ids = members.get("referents").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
            referents.extend(ids.map(|id| (entity.index(), id.to_owned())));
            listings.push(entity.index());
            let datasets = members.get("datasets").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str);
            let others = datasets.filter(|id| *id != source && loaded.contains(id)).map(str::to_owned);
            let lists = std::iter::once(source.clone()).chain(others).collect();
            sources.insert(entity.index(), lists);
            for sanction in entity.referrers().filter(|link| link.property == "entity") {
                for number in sanction.entity.texts("unscId").map(bare).filter(|number| !number.is_empty()) {
                    references.entry(number).or_default().insert(entity.index());
                }
            }
        }
        Self { snapshot, matcher: Matcher::new(snapshot, settings), listings, sources, references, referents }
    }

    /// Positions of all listings that take part.
    #[must_use]
    pub fn listings(&self) -> &[u32] {
        &self.listings
    }

    /// Listings from which to look for links, so that each pair is seen at least once: all but those of the longest list.
    #[must_use]
    pub fn starts(&self) -> Vec<u32> {
        let mut lengths: BTreeMap<&str, usize> = BTreeMap::new();
        for source in self.sources.values().flatten() {
            *lengths.entry(source).or_default() += 1;
        }
        let longest = lengths.into_iter().max_by_key(|(_, length)| *length).map(|(source, _)| source);
        let elsewhere = |listing: &u32| self.lists(*listing).iter().any(|list| Some(list.as_str()) != longest);
        self.listings.iter().copied().filter(elsewhere).collect()
    }

    /// The lists that a listing is of.
    #[must_use]
    pub fn lists(&self, listing: u32) -> &[String] {
        self.sources.get(&listing).map_or(&[], Vec::as_slice)
    }

    fn share_a_list(&self, a: u32, b: u32) -> bool {
        self.lists(a).iter().any(|list| self.lists(b).contains(list))
    }

    /// Links by the references that lists make to each other.
    #[must_use]
    pub fn references(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (number, listings) in &self.references {
            let shown = listings.iter().find_map(|listing| self.shown_reference(*listing, number)).unwrap_or_default();
            for a in listings {
                for b in listings.iter().filter(|b| a < *b && self.may_link(*a, **b)) {
                    links.push(Link {
                        listings: (*a, *b),
                        evidence: vec![Evidence::Reference { number: shown.clone() }],
                        decides: true,
                    });
                }
            }
        }
        for (listing, id) in &self.referents {
            let Some(other) = self.snapshot.entity(id).map(EntityRef::index) else { continue };
            if self.may_link(*listing, other) {
                let evidence = vec![Evidence::Reference { number: id.clone() }];
                links.push(Link { listings: ordered(*listing, other), evidence, decides: true });
            }
        }
        links
    }

    fn shown_reference(&self, listing: u32, number: &str) -> Option<String> {
        let entity = self.snapshot.entity_at(listing)?;
        let mut numbers = entity.referrers().flat_map(|link| link.entity.texts("unscId").collect::<Vec<_>>());
        numbers.find(|text| bare(text) == number).map(str::to_owned)
    }

    /// Links from one listing to those of other lists, by numbers and names.
    pub fn links_of(&self, listing: u32, scratch: &mut Scratch) -> Vec<Link> {
        let Some(entity) = self.snapshot.entity_at(listing) else { return Vec::new() };
        let ours = entity.to_entity();
        // A listing without a name or a number has nothing to be found by.
        let Ok(query) = Query::from_entity(&ours) else { return Vec::new() };
        let hits = self.matcher.screen(&query, scratch);
        hits.iter()
            .filter(|hit| self.may_link(listing, hit.entity.index()))
            .filter_map(|hit| link(entity, &ours, hit))
            .collect()
    }

    /// Whether two listings are of different lists and of kinds that can be the same.
    fn may_link(&self, a: u32, b: u32) -> bool {
        if !self.sources.contains_key(&a) || !self.sources.contains_key(&b) {
            return false;
        }
        let schema = |listing| self.snapshot.entity_at(listing).and_then(EntityRef::schema);
        a != b
            && !self.share_a_list(a, b)
            && matches!((schema(a), schema(b)), (Some(first), Some(other)) if first.comparable(other))
    }

    /// Puts links together to clusters. Strong evidence goes first; a link that would bring two listings of one list together, or two
    /// that were judged not the same, is left open.
    #[must_use]
    pub fn join(&self, links: Vec<Link>, judgements: &Judgements) -> Clusters {
        let mut merged: BTreeMap<(u32, u32), Link> = BTreeMap::new();
        for link in links {
            match merged.get_mut(&link.listings) {
                Some(held) => {
                    held.decides |= link.decides;
                    held.evidence.extend(link.evidence);
                    held.evidence.sort();
                    held.evidence.dedup();
                    // Names are compared from both sides; one way is enough.
                    let mut named = false;
                    held.evidence
                        .retain(|evidence| !matches!(evidence, Evidence::Name { .. }) || !std::mem::replace(&mut named, true));
                }
                None => {
                    merged.insert(link.listings, link);
                }
            }
        }
        let (mut same, mut not_same) = (Vec::new(), FxHashSet::default());
        for ((a, b), judgement) in &judgements.pairs {
            let position = |id: &str| self.snapshot.entity(id).map(EntityRef::index).filter(|at| self.sources.contains_key(at));
            // A judgement of a listing that is no longer there waits until it comes back.
            let (Some(a), Some(b)) = (position(a), position(b)) else { continue };
            let listings = ordered(a, b);
            match judgement {
                Judgement::Same => same.push(listings),
                Judgement::NotSame => {
                    not_same.insert(listings);
                }
                Judgement::Unsure => {}
            }
        }
        for listings in same {
            let link = merged.entry(listings).or_insert(Link { listings, evidence: Vec::new(), decides: true });
            link.decides = true;
            link.evidence.insert(0, Evidence::Judged);
        }
        let mut links: Vec<Link> = merged.into_values().collect();
        links.sort_by(|a, b| strength(a).cmp(&strength(b)).then_with(|| self.ids(a).cmp(&self.ids(b))));
        let mut groups = Groups::default();
        let mut result = Clusters::default();
        let mut used: Vec<Link> = Vec::new();
        for link in links {
            let (a, b) = link.listings;
            let judged = self.ids(&link);
            let judgement = judgements.get(&judged.0, &judged.1);
            if judgement == Some(Judgement::NotSame) {
                result.open.push((link, Open::Contradicted));
                continue;
            }
            if judgement == Some(Judgement::Unsure) {
                result.open.push((link, Open::Unsure));
                continue;
            }
            if !link.decides {
                if !groups.are_one(a, b) {
                    result.open.push((link, Open::Possible));
                }
                continue;
            }
            let forced = link.evidence.first() == Some(&Evidence::Judged);
            if !groups.are_one(a, b) {
                let (left, right) = (groups.members(a), groups.members(b));
                let forbidden = left.iter().any(|l| right.iter().any(|r| not_same.contains(&ordered(*l, *r))));
                // Judgements may contradict each other by a third listing: then the listings stay apart, and a person is told.
                let crowded = !forced && left.iter().any(|l| right.iter().any(|r| self.share_a_list(*l, *r)));
                if forbidden || crowded {
                    result.open.push((link, if forbidden { Open::Contradicted } else { Open::Conflict }));
                    continue;
                }
            }
            groups.unite(a, b);
            used.push(link);
        }
        let mut clusters: BTreeMap<u32, Cluster> = BTreeMap::new();
        for link in used {
            let root = groups.find(link.listings.0);
            let cluster = clusters.entry(root).or_insert_with(|| {
                let mut listings = groups.members(root);
                listings.sort_by_key(|listing| self.id(*listing));
                let id = listings.first().map(|listing| self.id(*listing)).unwrap_or_default();
                Cluster { id, listings, links: Vec::new() }
            });
            cluster.links.push(link);
        }
        result.clusters = clusters.into_values().collect();
        result.clusters.sort_by(|a, b| a.id.cmp(&b.id));
        result
    }

    fn id(&self, listing: u32) -> String {
        self.snapshot.entity_at(listing).map(|entity| entity.id().to_owned()).unwrap_or_default()
    }

    fn ids(&self, link: &Link) -> (String, String) {
        (self.id(link.listings.0), self.id(link.listings.1))
    }
}

/// The order in which links are put together.
fn strength(link: &Link) -> (bool, u8, std::cmp::Reverse<u16>) {
    let rank = link.evidence.first().map_or(u8::MAX, Evidence::rank);
    let score = link.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Name { score, .. } => Some(*score),
        _ => None,
    });
    (!link.decides, rank, std::cmp::Reverse(score.unwrap_or_default()))
}

/// Groups that grow together, each with its members.
#[derive(Default)]
struct Groups {
    group: FxHashMap<u32, u32>,
    members: FxHashMap<u32, Vec<u32>>,
}

impl Groups {
    fn find(&self, item: u32) -> u32 {
        self.group.get(&item).copied().unwrap_or(item)
    }

    fn are_one(&self, a: u32, b: u32) -> bool {
        self.find(a) == self.find(b)
    }

    fn members(&self, item: u32) -> Vec<u32> {
        self.members.get(&self.find(item)).cloned().unwrap_or_else(|| vec![item])
    }

    fn unite(&mut self, a: u32, b: u32) {
        let (root, other) = (self.find(a), self.find(b));
        if root == other {
            return;
        }
        let mut all = self.members(root);
        for item in self.members(other) {
            self.group.insert(item, root);
            all.push(item);
        }
        self.members.remove(&other);
        self.members.insert(root, all);
    }
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Whether an entity is of a kind that lists list, and not somebody's wallet, address or paper.
fn is_party(entity: EntityRef<'_>) -> bool {
    entity.schema().is_some_and(|schema| schema.is_a(Schema::LegalEntity) || schema.is_a(Schema::Vehicle))
}

/// A reference number without what is written in different ways.
fn bare(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// What a finding says of two listings; `None` when it is not worth a look.
fn link(listing: EntityRef<'_>, ours: &Entity, hit: &Hit<'_>) -> Option<Link> {
    let value = |name: &str| hit.features.iter().find(|feature| feature.name == name).map(|feature| feature.value);
    let name = value("name").unwrap_or_default();
    let mut evidence = Vec::new();
    for identifier in hit.identifiers.iter().filter(|identifier| identifier.exact) {
        let property = identifier.property.as_str();
        let tells = UNIQUE.contains(&property) || (ISSUED.contains(&property) && name >= NUMBER_NAME);
        if tells {
            evidence.push(Evidence::Identifier { property: property.to_owned(), value: identifier.listed.clone() });
        }
    }
    let by_number = !evidence.is_empty();
    let person = ours.schema.known().is_some_and(|schema| schema.is_a(Schema::Person));
    let vessel = ours.schema.known().is_some_and(|schema| schema.is_a(Schema::Vehicle));
    let born = birth(ours, hit.entity);
    let by_programme = || if value("country").is_none() { shared_by_programme(listing, hit.entity) } else { None };
    let programme = (name >= ABOUT_NAME).then(by_programme).flatten();
    let one_country = value("country") == Some(1.0) || programme.is_some();
    let by_name = if person {
        match born {
            Born::Same => name >= BORN_NAME,
            Born::Agree => name >= ABOUT_NAME && one_country,
            Born::Unknown | Born::Slip | Born::Differ => false,
        }
    } else {
        // Ships of one name are many; without its number none is told from another.
        !vessel && name >= BODY_NAME && one_country && !numbers_differ(ours, hit.entity)
    };
    // Two dates of birth that differ are two people, unless a number says otherwise.
    let worth_a_look = name >= POSSIBLE_NAME && !(person && born == Born::Differ);
    if !by_number && !by_name && !worth_a_look {
        return None;
    }
    if let Some(listed) = hit.name.filter(|_| name > 0.0) {
        let said = hit
            .features
            .iter()
            .filter(|feature| feature.name != "name" && feature.name != "identifier" && feature.value > 0.0)
            .map(|feature| feature.detail.clone());
        let said_by_programme =
            programme.map(|country| format!("{}, by the programme of a side that states no country", country.name()));
        let (with, by_programme) = (said.chain(said_by_programme).collect(), programme.is_some());
        let left = ours.display_name().to_owned();
        let score = (name * 1000.0).round() as u16;
        evidence.push(Evidence::Name { left, right: listed.text().to_owned(), score, with, by_programme });
    }
    Some(Link { listings: ordered(listing.index(), hit.entity.index()), evidence, decides: by_number || by_name })
        .filter(|link| !link.evidence.is_empty())
}

/// Whether two bodies state the same kind of number, and share none: companies of one group, and companies that have nothing to do with each
/// other, go by nearly the same names.
fn numbers_differ(ours: &Entity, theirs: EntityRef<'_>) -> bool {
    REGISTERED.iter().any(|property| {
        let of_theirs: BTreeSet<String> = theirs.texts(property).map(bare).collect();
        let of_ours: BTreeSet<String> = ours.texts(property).map(bare).collect();
        !of_theirs.is_empty() && !of_ours.is_empty() && of_theirs.is_disjoint(&of_ours)
    })
}

/// Properties that state a party's country.
const COUNTRIES: [&str; 5] = ["country", "nationality", "jurisdiction", "mainCountry", "citizenship"];

/// The country that two listings share where at least one of them states none, but is listed under a programme that is named for a country
/// (`Iran`, `DPRK`), as the regimes of the Security Council are.
fn shared_by_programme(ours: EntityRef<'_>, theirs: EntityRef<'_>) -> Option<Country> {
    let countries = |entity: EntityRef<'_>| {
        let stated: BTreeSet<Country> =
            COUNTRIES.iter().flat_map(|property| entity.texts(property)).filter_map(Country::parse).collect();
        if !stated.is_empty() {
            return stated;
        }
        let sanctions = entity.referrers().filter(|link| link.property == "entity");
        sanctions.flat_map(|link| link.entity.texts("program").filter_map(Country::parse).collect::<Vec<_>>()).collect()
    };
    countries(ours).intersection(&countries(theirs)).next().copied()
}

/// How dates of birth stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Born {
    /// A day that both state.
    Same,
    /// Years or spans that agree.
    Agree,
    /// One does not state any.
    Unknown,
    /// Days that a slip of the pen tells apart: one digit, or day and month exchanged.
    Slip,
    /// None of the one agrees with any of the other.
    Differ,
}

fn birth(ours: &Entity, theirs: EntityRef<'_>) -> Born {
    let dates = |texts: Vec<&str>| texts.into_iter().filter_map(|text| text.parse::<DateValue>().ok()).collect::<Vec<_>>();
    let (left, right) = (dates(ours.texts("birthDate").collect()), dates(theirs.texts("birthDate").collect()));
    if left.is_empty() || right.is_empty() {
        return Born::Unknown;
    }
    let mut best = Born::Differ;
    for a in &left {
        for b in &right {
            match a.relation(b) {
                DateRelation::Same if a.is_full_day() => return Born::Same,
                DateRelation::Same | DateRelation::Compatible => best = Born::Agree,
                DateRelation::OneDigit | DateRelation::DayMonthSwapped if best == Born::Differ => best = Born::Slip,
                _ => {}
            }
        }
    }
    best
}

/// How many listings of one list have a twin on another, by pair of lists: decided, and possible.
#[must_use]
pub fn twins(clusterer: &Clusterer<'_>, clusters: &Clusters) -> BTreeMap<(String, String), (u64, u64)> {
    let mut linked: FxHashSet<(u32, &str)> = FxHashSet::default();
    for cluster in &clusters.clusters {
        for a in &cluster.listings {
            for b in cluster.listings.iter().filter(|b| a != *b) {
                linked.extend(clusterer.lists(*b).iter().map(|list| (*a, list.as_str())));
            }
        }
    }
    // One listing that two lists state under one id is its own twin.
    for listing in clusterer.listings().iter().filter(|listing| clusterer.lists(**listing).len() > 1) {
        linked.extend(clusterer.lists(*listing).iter().map(|list| (*listing, list.as_str())));
    }
    let mut possible: FxHashSet<(u32, &str)> = FxHashSet::default();
    for (link, open) in &clusters.open {
        if matches!(open, Open::Possible | Open::Conflict | Open::Unsure) {
            let (a, b) = link.listings;
            possible.extend(clusterer.lists(b).iter().map(|list| (a, list.as_str())));
            possible.extend(clusterer.lists(a).iter().map(|list| (b, list.as_str())));
        }
    }
    let mut twins: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    let pairs = |(listing, other): (u32, &str)| -> Vec<(String, String)> {
        let own = clusterer.lists(listing).iter().filter(|list| *list != other);
        own.map(|list| (list.clone(), other.to_owned())).collect()
    };
    for key in &linked {
        for pair in pairs(*key) {
            twins.entry(pair).or_default().0 += 1;
        }
    }
    for key in possible.difference(&linked) {
        for pair in pairs(*key) {
            twins.entry(pair).or_default().1 += 1;
        }
    }
    twins
}
