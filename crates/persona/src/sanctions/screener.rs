//! Names against the list: every different name of all people goes in; for those that agree with a party, the parties that are listed or owned
//! by listed ones come out, with how well each agrees and how much that says.

use interdict_matching::{Matcher, Query, QueryError, Scratch, Settings, compare};
use interdict_model::{Entity, Schema, SchemaName, Value};
use interdict_names::{NameKind, Token, TokenKind, parse_name};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::listed::{List, Owners};
use super::mentions::{self, NameOf, Named};
use super::{HitStrength, MAX_HITS_PER_NAME};
use crate::people::{People, PersonId};

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

/// A party that a name may be, as found by its name.
#[derive(Debug, Clone)]
pub(super) struct NameHit {
    pub(super) party: u32,
    pub(super) score: f64,
    pub(super) name: String,
    pub(super) strength: HitStrength,
}

/// What became of a name. Names that nothing agrees with are not kept.
pub(super) enum Screened {
    /// It cannot be compared.
    Unread,
    Found(Vec<NameHit>),
}

pub(super) type Names<'a> = FxHashMap<(NameOf, &'a str), Screened>;

/// A name of a person that agrees with a party whose number the person has.
pub(super) struct Agreement<'n, 'a> {
    pub(super) score: f64,
    pub(super) named: &'n Named<'a>,
    /// The party's name.
    pub(super) listed: String,
}

/// Every different name in the records of all people, in order.
pub(super) fn distinct_names(people: &People) -> Vec<(NameOf, &str)> {
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
pub(super) struct Screener<'l, 's> {
    list: &'l List<'s>,
    /// Whether a name is anybody's at all: nearly none is, and this is quick to say so.
    probe: Matcher<'s>,
    wide: Matcher<'s>,
    /// Score from which a name agrees that has a number beside it.
    beside_a_number: f64,
    settings: Settings,
}

impl<'l, 's> Screener<'l, 's> {
    pub(super) fn new(list: &'l List<'s>, settings: &Settings) -> Self {
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
    pub(super) fn screen_all<'a>(&self, names: &[(NameOf, &'a str)]) -> Names<'a> {
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
        let is_telling = is_telling(text);
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
    pub(super) fn keep_listed_or_owned(&self, screened: &mut Names<'_>) -> FxHashMap<u32, Owners> {
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
    pub(super) fn agreement<'n, 'a>(&self, party: u32, names: &'n [Named<'a>]) -> Option<Agreement<'n, 'a>> {
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
    let is_rare = |token: &Token| token.kind == TokenKind::Word && token.common == 0;
    let rare = parsed.tokens.iter().filter(|token| is_rare(token)).count();
    let long = parsed.tokens.iter().any(|token| is_rare(token) && token.text.len() >= 6);
    let words = parsed.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::LegalForm(_) | TokenKind::Stop)).count();
    rare >= 2 || long && words >= 2
}
