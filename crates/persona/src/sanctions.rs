//! The sanctions join: people and a snapshot of lists go in; for each person, what of its records agrees with a listed party comes out: its
//! names and numbers, the holders of its payout accounts, its wallets, employers, references and vendors, and firms that listed parties own.
//!
//! A human being's name alone is never more than a namesake until somebody clears it, however well it agrees. No country, no origin of a
//! name and no date that is not stated takes part. Numbers that are kept as keyed hashes meet the list's numbers under the same key.

mod listed;
mod mentions;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use interdict_matching::{Matcher, Query, QueryError, Scratch, Settings, compare};
use interdict_model::{Entity, IdentifierKind, Schema, SchemaName, Value};
use interdict_names::{NameKind, TokenKind, parse_name};
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub use self::listed::{ListedParty, Owners};
use self::listed::{List, Stated};
pub use self::mentions::HitRole;
use self::mentions::{NameOf, Named};
use crate::evaluate::{Context, Evidence, Fired, MAX_EVIDENCE, Outcome};
use crate::indicators::{SanctionKind, Test};
use crate::key::TenantKey;
use crate::people::{People, Person, PersonId, Shown};
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::{DocKind, Field, IdKind};

/// Parties that are given for one name at most.
pub const MAX_HITS_PER_NAME: usize = 5;

/// Score from which a human being's name is given when nothing but it agrees: names repeat, and below this they differ in a word.
const HUMAN_NAME: f64 = 0.90;
/// Score from which a firm's name is given.
const FIRM_NAME: f64 = 0.85;
/// Score from which a distinctive name of a firm says much.
const STRONG_NAME: f64 = 0.95;
/// Parties that are looked at for one name, so that many namesakes whom no list names do not hide one.
const LOOKED_AT: usize = 200;
/// Names of one person that are compared with a party whose number it has.
const NAMES_COMPARED: usize = 32;
/// Persons for whom one thread gathers names at least.
const CHUNK: usize = 1 << 12;
/// Hits whose sentences a finding gives.
const MOST_SENTENCES: usize = 3;

/// How much a hit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitStrength {
    /// A name alone agrees: a namesake until cleared.
    NameOnly,
    /// A number or contact alone agrees, which others may have.
    IdentifierOnly,
    /// The distinctive name of a firm agrees, or a number or mailbox that only one party has.
    Strong,
    /// A wallet; or a name with a number, contact or date beside it.
    Exact,
}

impl HitStrength {
    /// What of an indicator's weight it carries.
    #[must_use]
    pub const fn share(self) -> f64 {
        match self {
            Self::NameOnly | Self::IdentifierOnly => 0.4,
            Self::Strong => 0.7,
            Self::Exact => 1.0,
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NameOnly => "name alone",
            Self::IdentifierOnly => "number or contact alone",
            Self::Strong => "strong",
            Self::Exact => "exact",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NameOnly => "name_only",
            Self::IdentifierOnly => "identifier_only",
            Self::Strong => "strong",
            Self::Exact => "exact",
        }
    }
}

/// A record of a person that agrees with a listed party. It says that they agree, and not that they are one.
#[derive(Debug, Clone, PartialEq)]
pub struct SanctionHit {
    /// Whose record it is.
    pub person: PersonId,
    /// What agrees: the person's own name, an employer, a wallet.
    pub role: HitRole,
    /// The values with their records; at most [`MAX_EVIDENCE`].
    pub evidence: Vec<Evidence>,
    /// The party.
    pub party: Arc<ListedParty>,
    /// The name on the list that agrees; `None` when none does.
    pub name: Option<String>,
    /// What beside a name agrees: "document number", "wallet".
    pub agrees: Vec<&'static str>,
    /// From 0 to 1.
    pub score: f64,
    /// How much it says.
    pub strength: HitStrength,
}

impl SanctionHit {
    /// The sentence for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let party = self.party.describe();
        let agrees = self.agrees.join(", ");
        let role = self.role.label();
        let mut words = match (self.strength, self.role) {
            (HitStrength::Exact, HitRole::Wallet) => format!("the {agrees} is stated by lists for {party}"),
            (HitStrength::Exact, _) => format!("{role}: the name and the {agrees} agree with {party}"),
            (HitStrength::Strong, _) if self.name.is_some() => {
                format!("{role}: the name of a firm agrees with {party}, score {:.2}", self.score)
            }
            (HitStrength::Strong, _) => format!("{role}: the {agrees} agrees with {party}, the name does not"),
            (HitStrength::IdentifierOnly, _) => {
                format!("{role}: the {agrees} alone agrees with {party}: others may have it, to be checked")
            }
            (HitStrength::NameOnly, _) => {
                format!("{role}: the name alone agrees with {party}, score {:.2}: a namesake until cleared", self.score)
            }
        };
        if let Some(owners) = &self.party.owners {
            words.push_str("; ");
            words.push_str(&owners.describe());
        }
        words
    }
}

/// Hits of members of a ring on one party.
#[derive(Debug, Clone, PartialEq)]
pub struct RingHit<'a> {
    /// What agrees.
    pub role: HitRole,
    /// The party.
    pub party: &'a ListedParty,
    /// How much the strongest of the hits says.
    pub strength: HitStrength,
    /// The members, each once.
    pub members: Vec<PersonId>,
    /// Their hits, the strongest first.
    pub hits: Vec<&'a SanctionHit>,
    /// Where it stands in the network, for people.
    pub place: String,
}

/// All hits of a [`People`] on a snapshot.
#[derive(Debug, Clone, Default)]
pub struct SanctionHits {
    /// By person, the strongest first.
    hits: Vec<SanctionHit>,
    /// Where the hits of each person start; one more at the end.
    starts: Vec<u32>,
    /// What could be screened, by person.
    has: Vec<Has>,
    snapshot: String,
    names: usize,
    unread: usize,
}

/// What of a person there was to screen.
#[derive(Debug, Clone, Copy, Default)]
struct Has {
    name: bool,
    /// A name other than the person's own.
    firm: bool,
    wallet: bool,
}

/// A hit that is being made.
#[derive(Debug)]
struct Draft {
    evidence: Vec<Evidence>,
    name: Option<String>,
    agrees: Vec<&'static str>,
    score: f64,
    strength: HitStrength,
}

/// A party that a name may be, as found by its name.
#[derive(Debug, Clone)]
struct NameHit {
    party: u32,
    score: f64,
    name: String,
    strength: HitStrength,
}

/// What became of a name. Names that nothing agrees with are not kept.
enum Screened {
    /// It cannot be compared.
    Unread,
    Found(Vec<NameHit>),
}

type Names<'a> = FxHashMap<(NameOf, &'a str), Screened>;

/// A value beside a name that agrees with the list.
struct Agreeing {
    role: HitRole,
    party: u32,
    what: &'static str,
    evidence: Evidence,
    /// What it says when no name agrees.
    alone: HitStrength,
    score: f64,
}

/// A name of a person that agrees with a party whose number the person has.
struct Agreement<'n, 'a> {
    score: f64,
    named: &'n Named<'a>,
    /// The party's name.
    listed: String,
}

impl SanctionHits {
    /// Screens all people. `key` is that under which their numbers are kept; of `settings` what concerns names counts. Lists are read as of
    /// the day of `as_of`.
    #[must_use]
    pub fn find(people: &People, snapshot: &Snapshot, key: &TenantKey, settings: &Settings, as_of: Time) -> Self {
        let list = List::new(snapshot, key, as_of);
        let screener = Screener::new(&list, settings);
        let distinct = distinct_names(people);
        let mut screened = screener.screen_all(&distinct);
        let owners = screener.keep_listed_or_owned(&mut screened);
        // A number is looked up once, however many rows have it.
        let numbers: FxHashMap<crate::key::KeyedHash, &[Stated]> = if list.has_numbers() {
            let found = people.keyed.par_iter().map(|hash| (*hash, list.number(*hash)));
            found.filter(|(_, stated)| !stated.is_empty()).collect()
        } else {
            FxHashMap::default()
        };
        let found: Vec<(Has, BTreeMap<(HitRole, u32), Draft>)> = (0..people.len() as u32)
            .into_par_iter()
            .with_min_len(64)
            .map(|index| {
                let of = OfPerson { person: people.person(PersonId(index)), list: &list, screened: &screened };
                of.find(&screener, &numbers)
            })
            .collect();
        let mut parties: Vec<u32> = found.iter().flat_map(|(_, drafts)| drafts.keys().map(|(_, party)| *party)).collect();
        parties.sort_unstable();
        parties.dedup();
        let parties: FxHashMap<u32, Arc<ListedParty>> = (parties.par_iter())
            .filter_map(|party| {
                let owners = owners.get(party).cloned().or_else(|| list.owners(*party));
                Some((*party, Arc::new(list.party(*party, owners)?)))
            })
            .collect();
        let mut hits = Self {
            snapshot: snapshot.id().to_owned(),
            names: distinct.len(),
            unread: screened.values().filter(|one| matches!(one, Screened::Unread)).count(),
            ..Self::default()
        };
        for (index, (has, drafts)) in found.into_iter().enumerate() {
            hits.starts.push(hits.hits.len() as u32);
            hits.has.push(has);
            let person = PersonId(index as u32);
            let before = hits.hits.len();
            for ((role, party), draft) in drafts {
                let Some(party) = parties.get(&party).cloned() else { continue };
                let Draft { evidence, name, agrees, score, strength } = draft;
                hits.hits.push(SanctionHit { person, role, evidence, party, name, agrees, score, strength });
            }
            hits.hits[before..].sort_by(|a, b| {
                b.strength.cmp(&a.strength).then(b.score.total_cmp(&a.score)).then_with(|| a.party.id.cmp(&b.party.id))
            });
        }
        hits.starts.push(hits.hits.len() as u32);
        hits
    }

    /// The hits of one person, the strongest first.
    #[must_use]
    pub fn of(&self, person: PersonId) -> &[SanctionHit] {
        let index = person.index();
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(start), Some(end)) => &self.hits[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// All hits, by person.
    #[must_use]
    pub fn all(&self) -> &[SanctionHit] {
        &self.hits
    }

    /// The id of the snapshot that was screened against.
    #[must_use]
    pub fn snapshot(&self) -> &str {
        &self.snapshot
    }

    /// How many different names were screened.
    #[must_use]
    pub fn names(&self) -> usize {
        self.names
    }

    /// How many of them could not be compared, as they hold no letter or are too long: what was not compared is not clean.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// The hits of the members of a ring, together by what agrees and by party, the strongest first, then those of most members.
    #[must_use]
    pub fn of_ring(&self, members: &[PersonId]) -> Vec<RingHit<'_>> {
        let mut members = members.to_vec();
        members.sort_unstable();
        members.dedup();
        let mut groups: BTreeMap<(HitRole, &str), Vec<&SanctionHit>> = BTreeMap::new();
        for hit in members.iter().flat_map(|member| self.of(*member)) {
            groups.entry((hit.role, hit.party.id.as_str())).or_default().push(hit);
        }
        let mut rings: Vec<RingHit<'_>> = (groups.into_iter())
            .filter_map(|((role, _), mut hits)| {
                hits.sort_by(|a, b| b.strength.cmp(&a.strength).then(a.person.cmp(&b.person)));
                let first = *hits.first()?;
                let mut members: Vec<PersonId> = hits.iter().map(|hit| hit.person).collect();
                members.sort_unstable();
                members.dedup();
                let place = place(first, members.len());
                Some(RingHit { role, party: &first.party, strength: first.strength, members, hits, place })
            })
            .collect();
        rings.sort_by(|a, b| b.strength.cmp(&a.strength).then(b.members.len().cmp(&a.members.len())));
        rings
    }

    fn has(&self, person: PersonId) -> Has {
        self.has.get(person.index()).copied().unwrap_or_default()
    }
}

/// Where a hit of a ring stands in the network.
fn place(hit: &SanctionHit, members: usize) -> String {
    let party = &hit.party;
    let of = if members == 1 { "one member".to_owned() } else { format!("{members} members") };
    let what = hit.evidence.first().map_or(hit.role.label(), |evidence| evidence.what.as_str());
    let mut place = match (hit.role, hit.strength) {
        (HitRole::Wallet, _) => format!("{what} of {of} that is also a wallet of {}", party.describe()),
        (_, HitStrength::NameOnly) => {
            format!("{what} of {of} with the name of {}: a namesake until cleared", party.describe())
        }
        (_, HitStrength::IdentifierOnly) => format!("{} of {of} as of {}", hit.agrees.join(", "), party.describe()),
        _ if hit.agrees.is_empty() => format!("{what} of {of} with the name of {}", party.describe()),
        _ => format!("{what} of {of} that agrees with {} by {}", party.describe(), hit.agrees.join(", ")),
    };
    for more in party.position.iter().chain(&party.ties) {
        place.push_str("; ");
        place.push_str(more);
    }
    if let Some(owners) = &party.owners {
        place.push_str("; ");
        place.push_str(&owners.describe());
    }
    place
}

/// Tests what the hits say of a person.
pub(crate) fn evaluate(test: &Test, person: Person<'_>, context: &Context<'_>) -> Option<Outcome> {
    let Test::Sanctioned { what } = test else { return None };
    let Some(hits) = context.sanctions else { return Some(Outcome::NotChecked("a snapshot to screen against")) };
    let has = hits.has(person.id());
    let (wanted, there, missing): (fn(&SanctionHit) -> bool, bool, &'static str) = match what {
        SanctionKind::Wallet => (|hit| hit.role == HitRole::Wallet, has.wallet, "a wallet"),
        SanctionKind::Name => (|hit| hit.role != HitRole::Wallet && hit.party.listed, has.name, "a name"),
        SanctionKind::Owned => {
            (|hit| hit.role != HitRole::Wallet && hit.party.owners.is_some(), has.firm, "a name of an employer, payee or vendor")
        }
    };
    let found: Vec<&SanctionHit> = hits.of(person.id()).iter().filter(|hit| wanted(hit)).collect();
    let Some(first) = found.first() else {
        return Some(if there { Outcome::Clear } else { Outcome::NotChecked(missing) });
    };
    let mut note =
        found.iter().take(MOST_SENTENCES).map(|hit| hit.describe()).collect::<Vec<_>>().join(". ");
    if found.len() > MOST_SENTENCES {
        note.push_str(&format!(". {} more", found.len() - MOST_SENTENCES));
    }
    let uncertain = |hit: &SanctionHit| hit.party.owners.as_ref().is_some_and(|owners| !owners.certain);
    let share = match what {
        // What is not known to be owned is asked about, however well the name agrees.
        SanctionKind::Owned if found.iter().all(|hit| uncertain(hit)) => HitStrength::NameOnly.share(),
        SanctionKind::Owned => {
            found.iter().filter(|hit| !uncertain(hit)).map(|hit| hit.strength.share()).fold(0.0, f64::max)
        }
        SanctionKind::Wallet | SanctionKind::Name => first.strength.share(),
    };
    let evidence = found.iter().flat_map(|hit| &hit.evidence).take(MAX_EVIDENCE).cloned().collect();
    Some(Outcome::Fired(Fired { evidence, others: Vec::new(), share, note }))
}

/// Every different name in the records of all people, in order.
fn distinct_names(people: &People) -> Vec<(NameOf, &str)> {
    let sets = (0..people.len() as u32)
        .into_par_iter()
        .with_min_len(CHUNK)
        .fold(FxHashSet::default, |mut set: FxHashSet<(NameOf, &str)>, index| {
            mentions::names(people.person(PersonId(index)), &mut |named| {
                set.insert((named.of, named.text));
            });
            set
        })
        .reduce(FxHashSet::default, |mut a, mut b| {
            if a.len() < b.len() {
                std::mem::swap(&mut a, &mut b);
            }
            a.extend(b);
            a
        });
    let mut names: Vec<(NameOf, &str)> = sets.into_iter().collect();
    names.par_sort_unstable();
    names.retain(|(_, name)| mentions::is_name(name));
    names
}

/// Compares names with the list.
struct Screener<'l, 's> {
    list: &'l List<'s>,
    /// Whether a name is anybody's at all: nearly none is, and this is quick to say so.
    probe: Matcher<'s>,
    wide: Matcher<'s>,
    /// Score from which a name agrees that has a number beside it.
    beside_a_number: f64,
    settings: Settings,
}

impl<'l, 's> Screener<'l, 's> {
    fn new(list: &'l List<'s>, settings: &Settings) -> Self {
        let settings = Settings {
            threshold: settings.threshold.max(FIRM_NAME),
            limit: 1,
            // Nothing but names: what else agrees is looked up by itself, and countries and genders take no part.
            use_birth_date: false,
            use_country: false,
            use_gender: false,
            use_identifiers: false,
            ..settings.clone()
        };
        let wide = Settings { limit: LOOKED_AT, ..settings.clone() };
        Self {
            list,
            probe: Matcher::new(list.snapshot, settings.clone()),
            wide: Matcher::new(list.snapshot, wide),
            beside_a_number: Settings::default().threshold,
            settings,
        }
    }

    /// Screens every name once, on all processors.
    fn screen_all<'a>(&self, names: &[(NameOf, &'a str)]) -> Names<'a> {
        names
            .par_iter()
            .map_init(
                || (Scratch::default(), Scratch::default()),
                |(probe, wide), (of, text)| Some(((*of, *text), self.screen(*of, text, probe, wide)?)),
            )
            .flatten()
            .collect()
    }

    /// `None` when nothing agrees.
    fn screen(&self, of: NameOf, text: &str, probe: &mut Scratch, wide: &mut Scratch) -> Option<Screened> {
        let query = match query(of, text) {
            Ok(query) => query,
            Err(_unread) => return Some(Screened::Unread),
        };
        if !query.has_name() {
            return Some(Screened::Unread);
        }
        if self.probe.screen(&query, probe).is_empty() {
            return None;
        }
        let is_telling = of != NameOf::Human || is_telling(text);
        let hits = self.wide.screen(&query, wide).into_iter().filter_map(|hit| {
            let schema = hit.entity.schema()?;
            let is_firm = schema.is_a(Schema::Organization) || schema.is_a(Schema::Vehicle);
            if hit.score < if is_firm { FIRM_NAME } else { HUMAN_NAME } || !is_firm && !is_telling {
                return None;
            }
            let strong = is_firm && hit.score >= STRONG_NAME && is_distinctive(text);
            Some(NameHit {
                party: hit.entity.index(),
                score: hit.score,
                name: hit.name.map(|name| name.text().to_owned()).unwrap_or_default(),
                strength: if strong { HitStrength::Strong } else { HitStrength::NameOnly },
            })
        });
        let hits: Vec<NameHit> = hits.collect();
        (!hits.is_empty()).then_some(Screened::Found(hits))
    }

    /// Leaves the best hits on parties that are listed or owned by listed ones, and gives what is known of owners.
    fn keep_listed_or_owned(&self, screened: &mut Names<'_>) -> FxHashMap<u32, Owners> {
        let found = |one: &Screened| match one {
            Screened::Found(hits) => hits.iter().map(|hit| hit.party).collect::<Vec<u32>>(),
            Screened::Unread => Vec::new(),
        };
        let mut parties: Vec<u32> = screened.values().flat_map(found).collect();
        parties.sort_unstable();
        parties.dedup();
        let owners: FxHashMap<u32, Owners> =
            parties.par_iter().filter_map(|party| Some((*party, self.list.owners(*party)?))).collect();
        screened.retain(|_, one| match one {
            Screened::Unread => true,
            Screened::Found(hits) => {
                hits.retain(|hit| self.list.is_listed(hit.party) || owners.contains_key(&hit.party));
                hits.truncate(MAX_HITS_PER_NAME);
                !hits.is_empty()
            }
        });
        owners
    }

    /// The best agreement of any of a person's names with a party, where one does that has a number beside it.
    fn agreement<'n, 'a>(&self, party: u32, names: &'n [Named<'a>]) -> Option<Agreement<'n, 'a>> {
        let entity = self.list.snapshot.entity_at(party)?;
        // A party without a name agrees with none.
        let listed = Query::from_entity(&entity.to_entity()).ok()?.without_context();
        let compared = |named: &'n Named<'a>| {
            let query = query(named.of, named.text).ok()?;
            let score = compare(&query, &listed, &self.settings).score;
            Some(Agreement { score, named, listed: entity.caption().to_owned() })
        };
        let best = names.iter().take(NAMES_COMPARED).filter_map(compared).max_by(|a, b| a.score.total_cmp(&b.score))?;
        (best.score >= self.beside_a_number).then_some(best)
    }
}

fn query(of: NameOf, text: &str) -> Result<Query, QueryError> {
    let schema = match of {
        NameOf::Human => Schema::Person,
        NameOf::Firm => Schema::Organization,
        NameOf::Either => Schema::LegalEntity,
    };
    let mut entity = Entity::new("", SchemaName::Known(schema));
    entity.add("name", Value { text: text.to_owned(), record: None });
    Query::from_entity(&entity)
}

/// Whether a human being's name tells anybody apart: one common word does not.
fn is_telling(name: &str) -> bool {
    let parsed = parse_name(name, NameKind::Person);
    let words = parsed.tokens.iter().filter(|token| token.kind == TokenKind::Word);
    let (words, uncommon) = words.fold((0, 0), |(all, rare), token| (all + 1, rare + u32::from(token.common == 0)));
    words >= 2 || uncommon >= 1 && parsed.tokens.len() == 1 && name.chars().count() >= 6
}

/// Whether a firm's name is one that few firms have: two uncommon words, or a long one beside another that is no legal form.
fn is_distinctive(name: &str) -> bool {
    let parsed = parse_name(name, NameKind::Organization);
    let is_rare = |token: &interdict_names::Token| token.kind == TokenKind::Word && token.common == 0;
    let rare = parsed.tokens.iter().filter(|token| is_rare(token)).count();
    let long = parsed.tokens.iter().any(|token| is_rare(token) && token.text.len() >= 6);
    let words =
        parsed.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::LegalForm(_) | TokenKind::Stop)).count();
    rare >= 2 || long && words >= 2
}

/// What the records of one person are compared with.
struct OfPerson<'a, 'l, 's> {
    person: Person<'a>,
    list: &'l List<'s>,
    screened: &'l Names<'a>,
}

impl<'a> OfPerson<'a, '_, '_> {
    fn find(
        &self,
        screener: &Screener<'_, '_>,
        numbers: &FxHashMap<crate::key::KeyedHash, &[Stated]>,
    ) -> (Has, BTreeMap<(HitRole, u32), Draft>) {
        let mut has = Has::default();
        let mut drafts: BTreeMap<(HitRole, u32), Draft> = BTreeMap::new();
        let mut seen: FxHashSet<(HitRole, NameOf, &str)> = FxHashSet::default();
        let mut names: Vec<Named<'a>> = Vec::new();
        mentions::names(self.person, &mut |named| {
            if seen.insert((named.role, named.of, named.text)) {
                names.push(named);
            }
        });
        names.retain(|named| mentions::is_name(named.text));
        for named in &names {
            let found = match self.screened.get(&(named.of, named.text)) {
                Some(Screened::Unread) => continue,
                Some(Screened::Found(hits)) => hits.as_slice(),
                None => &[],
            };
            has.name = true;
            has.firm |= named.role != HitRole::Person;
            for hit in found {
                add(&mut drafts, (named.role, hit.party), named.evidence(self.person), |draft| {
                    if draft.name.is_none() || draft.score < hit.score {
                        draft.name = Some(hit.name.clone());
                        draft.score = hit.score;
                    }
                    draft.strength = draft.strength.max(hit.strength);
                });
            }
        }
        self.wallets(&mut has, &mut drafts);
        let mut agreeing = Vec::new();
        if !numbers.is_empty() {
            self.numbers(numbers, &mut agreeing);
        }
        self.contacts(&mut agreeing);
        self.dates(&drafts, &mut agreeing);
        for one in agreeing {
            join(one, &names, screener, &mut drafts);
        }
        (has, drafts)
    }

    fn wallets(&self, has: &mut Has, drafts: &mut BTreeMap<(HitRole, u32), Draft>) {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        mentions::wallets(self.person, &mut |wallet| {
            has.wallet = true;
            if !seen.insert(wallet.text) {
                return;
            }
            for party in self.list.wallet(wallet.text) {
                let evidence = Evidence::new(self.person, wallet.what, wallet.text, wallet.time, wallet.source);
                add(drafts, (HitRole::Wallet, party), evidence, |draft| {
                    draft.strength = HitStrength::Exact;
                    draft.score = 1.0;
                    push(&mut draft.agrees, wallet.what);
                });
            }
        });
    }

    /// Numbers of papers and accounts, by their keyed hashes.
    fn numbers(&self, numbers: &FxHashMap<crate::key::KeyedHash, &[Stated]>, agreeing: &mut Vec<Agreeing>) {
        let mut seen = FxHashSet::default();
        let mut add = |shown: Shown, time: Option<Time>, source| {
            let Shown::Keyed(kind, hash) = shown else { return };
            let Some(stated) = numbers.get(&hash) else { return };
            if !seen.insert(hash) {
                return;
            }
            for one in *stated {
                let is_wallet = one.what == IdentifierKind::Wallet;
                let role = match kind {
                    _ if is_wallet => HitRole::Wallet,
                    IdKind::Payee => HitRole::Holder,
                    _ => HitRole::Person,
                };
                let (alone, score) = match one.what {
                    IdentifierKind::Wallet => (HitStrength::Exact, 1.0),
                    IdentifierKind::Iban => (HitStrength::Strong, 1.0),
                    // Numbers of different registers may be equal by chance.
                    _ => (HitStrength::IdentifierOnly, 0.95),
                };
                agreeing.push(Agreeing {
                    role,
                    party: one.party,
                    what: kind.label(),
                    evidence: Evidence {
                        person: self.person.id(),
                        what: kind.label().to_owned(),
                        value: Shown::Keyed(kind, hash),
                        time,
                        source,
                    },
                    alone,
                    score,
                });
            }
        };
        let keyed = |kind: IdKind| matches!(kind, IdKind::Doc | IdKind::Tax | IdKind::Payee);
        for identifier in self.person.identifiers().filter(|identifier| keyed(identifier.kind())) {
            add(identifier.shown(), identifier.first(), identifier.source());
        }
        for document in self.person.documents() {
            for fact in document.facts().filter(|fact| fact.keyed().is_some()) {
                add(fact.shown(), document.time(), document.source());
            }
        }
        for event in mentions::payments(self.person) {
            for fact in event.facts().filter(|fact| fact.keyed().is_some()) {
                add(fact.shown(), Some(event.time()), event.source());
            }
        }
    }

    /// Mailboxes, telephone numbers and web sites.
    fn contacts(&self, agreeing: &mut Vec<Agreeing>) {
        let mut look_up = |kind: IdKind, value: &str, role: HitRole, evidence: &dyn Fn() -> Evidence| {
            for one in self.list.contact(kind, value) {
                let (alone, score) = match one.what {
                    // Nobody has the mailbox of another.
                    IdentifierKind::Email => (HitStrength::Strong, 0.95),
                    _ => (HitStrength::IdentifierOnly, 0.85),
                };
                let what = kind.label();
                agreeing.push(Agreeing { role, party: one.party, what, evidence: evidence(), alone, score });
            }
        };
        for identifier in self.person.identifiers() {
            let Some(value) = identifier.value() else { continue };
            let role = match identifier.kind() {
                IdKind::ReferenceEmail | IdKind::ReferencePhone => HitRole::Reference,
                _ => HitRole::Person,
            };
            look_up(identifier.kind(), value, role, &|| Evidence {
                person: self.person.id(),
                what: identifier.kind().label().to_owned(),
                value: identifier.shown(),
                time: identifier.first(),
                source: identifier.source(),
            });
        }
        for document in self.person.documents() {
            for fact in document.facts() {
                let kind = match fact.field() {
                    Field::Email => IdKind::Email,
                    Field::Phone => IdKind::Phone,
                    Field::Domain => IdKind::Url,
                    _ => continue,
                };
                let role = match document.kind() {
                    DocKind::Reference => HitRole::Reference,
                    DocKind::Company | DocKind::Contract => HitRole::Vendor,
                    DocKind::EmployerLookup | DocKind::DomainLookup => HitRole::Employer,
                    _ => HitRole::Person,
                };
                // What is no value of its kind meets nothing.
                let Ok(value) = normalise(kind, fact.text(), self.person.country()) else { continue };
                look_up(kind, &value, role, &|| {
                    Evidence::new(self.person, fact.field().label(), fact.text(), document.time(), document.source())
                });
            }
        }
    }

    /// The day on which a firm was registered, beside its name.
    fn dates(&self, drafts: &BTreeMap<(HitRole, u32), Draft>, agreeing: &mut Vec<Agreeing>) {
        let roles = [(DocKind::Company, HitRole::Vendor), (DocKind::EmployerLookup, HitRole::Employer)];
        for (role, party) in drafts.keys() {
            let of_role = |document: &crate::people::Document<'_>| roles.contains(&(document.kind(), *role));
            for document in self.person.documents().filter(of_role) {
                let Some(fact) = document.fact(Field::Registered) else { continue };
                // A record is about one firm: its name must be one that agrees.
                let of_party = drafts[&(*role, *party)].evidence.iter().any(|one| one.source == document.source());
                if of_party && fact.text().get(..10).is_some_and(|day| self.list.founded_on(*party, day)) {
                    agreeing.push(Agreeing {
                        role: *role,
                        party: *party,
                        what: "day of registration",
                        evidence: Evidence::new(
                            self.person,
                            "day of registration",
                            fact.text(),
                            document.time(),
                            document.source(),
                        ),
                        alone: HitStrength::NameOnly,
                        score: 1.0,
                    });
                }
            }
        }
    }
}

/// Puts a value that agrees beside the name that agrees with the same party; without one it stands alone.
fn join(
    one: Agreeing,
    names: &[Named<'_>],
    screener: &Screener<'_, '_>,
    drafts: &mut BTreeMap<(HitRole, u32), Draft>,
) {
    if one.role == HitRole::Wallet {
        add(drafts, (HitRole::Wallet, one.party), one.evidence, |draft| {
            draft.strength = HitStrength::Exact;
            draft.score = 1.0;
            push(&mut draft.agrees, one.what);
        });
        return;
    }
    // A reference's number belongs to a reference's name, and the person's own to any other.
    let is_reference = |role: HitRole| role == HitRole::Reference;
    let same_side = |role: HitRole| role != HitRole::Wallet && is_reference(role) == is_reference(one.role);
    let named: Vec<(HitRole, u32)> = (HitRole::ALL.into_iter())
        .filter(|role| same_side(*role))
        .map(|role| (role, one.party))
        .filter(|key| drafts.get(key).is_some_and(|draft| draft.name.is_some()))
        .collect();
    if !named.is_empty() {
        for key in named {
            add(drafts, key, one.evidence.clone(), |draft| {
                draft.strength = HitStrength::Exact;
                push(&mut draft.agrees, one.what);
            });
        }
        return;
    }
    let names: Vec<Named<'_>> = names.iter().filter(|named| same_side(named.role)).copied().collect();
    let agreement = screener.agreement(one.party, &names);
    let person = one.evidence.person;
    add(drafts, (one.role, one.party), one.evidence, |draft| {
        push(&mut draft.agrees, one.what);
        match agreement {
            Some(Agreement { score, named, listed }) => {
                draft.strength = HitStrength::Exact;
                draft.score = score;
                draft.name = Some(listed);
                draft.evidence.push(Evidence {
                    person,
                    what: named.what.to_owned(),
                    value: Shown::Text(named.text.to_owned()),
                    time: named.time,
                    source: named.source,
                });
            }
            None => {
                draft.strength = draft.strength.max(one.alone);
                draft.score = draft.score.max(one.score);
            }
        }
    });
}

/// Changes the draft under a key, made where there is none, and adds a value to it.
fn add(
    drafts: &mut BTreeMap<(HitRole, u32), Draft>,
    key: (HitRole, u32),
    evidence: Evidence,
    change: impl FnOnce(&mut Draft),
) {
    let draft = drafts.entry(key).or_insert_with(|| Draft {
        evidence: Vec::new(),
        name: None,
        agrees: Vec::new(),
        score: 0.0,
        strength: HitStrength::NameOnly,
    });
    if draft.evidence.len() < MAX_EVIDENCE && !draft.evidence.contains(&evidence) {
        draft.evidence.push(evidence);
    }
    change(draft);
}

fn push(words: &mut Vec<&'static str>, word: &'static str) {
    if !words.contains(&word) {
        words.push(word);
    }
}
