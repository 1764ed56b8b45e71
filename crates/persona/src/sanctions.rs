//! The sanctions join: people and a snapshot of lists go in; for each person, what of its records agrees with a listed party comes out: its
//! names and numbers, the holders of its payout accounts, its wallets, employers, references and vendors, and firms that listed parties own.
//!
//! A human being's name alone is never more than a namesake until somebody clears it, however well it agrees. No country, no origin of a
//! name and no date that is not stated takes part. Numbers that are kept as keyed hashes meet the list's numbers under the same key.

mod listed;
mod mentions;
mod person;
mod screener;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use interdict_matching::Settings;
use interdict_snapshot::Snapshot;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use self::listed::List;
pub use self::listed::{ListedParty, Owners};
pub use self::mentions::HitRole;
use self::person::{Draft, Drafts, Has, Numbers, OfPerson};
use self::screener::{Screened, Screener, distinct_names};
use crate::evaluate::{Context, Evidence, Fired, MAX_EVIDENCE, Outcome};
use crate::indicators::{SanctionKind, Test};
use crate::key::TenantKey;
use crate::people::{People, Person, PersonId};
use crate::time::Time;

/// Parties that are given for one name at most.
pub const MAX_HITS_PER_NAME: usize = 5;

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
            (_, HitRole::Wallet) => format!("the {agrees} is, but for the case of its letters, stated by lists for {party}"),
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

impl SanctionHits {
    /// Screens all people. `key` is that under which their numbers are kept; of `settings` what concerns names counts. Lists are read as of
    /// the day of `as_of`.
    #[must_use]
    pub fn find(people: &People, snapshot: &Snapshot, key: &TenantKey, settings: &Settings, as_of: Time) -> Self {
        let list = List::new(snapshot, key, as_of);
        let screener = Screener::new(&list, settings);
        let distinct = distinct_names(people);
        let mut agreeing = screener.screen_all(&distinct);
        let owners = screener.keep_listed_or_owned(&mut agreeing);
        // A number is looked up once, however many rows have it.
        let numbers: Numbers<'_> = if list.has_numbers() {
            let keyed = (0..people.keyed.len()).into_par_iter().map(|row| people.keyed[row]);
            let found = keyed.map(|hash| (hash, list.number(hash)));
            found.filter(|(_, stated)| !stated.is_empty()).collect()
        } else {
            FxHashMap::default()
        };
        let found: Vec<(Has, Drafts)> = (0..people.len() as u32)
            .into_par_iter()
            .with_min_len(64)
            .map(|index| {
                let of = OfPerson { person: people.person(PersonId(index)), list: &list, found: &agreeing };
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
            unread: agreeing.values().filter(|one| matches!(one, Screened::Unread)).count(),
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
        SanctionKind::Owned => (
            |hit| hit.role != HitRole::Wallet && hit.party.owners.is_some(),
            has.firm,
            "a name of an employer, payee or vendor",
        ),
    };
    let found: Vec<&SanctionHit> = hits.of(person.id()).iter().filter(|hit| wanted(hit)).collect();
    let Some(first) = found.first() else {
        return Some(if there { Outcome::Clear } else { Outcome::NotChecked(missing) });
    };
    let mut note = found.iter().take(MOST_SENTENCES).map(|hit| hit.describe()).collect::<Vec<_>>().join(". ");
    if found.len() > MOST_SENTENCES {
        note = format!("{note}. {} more", found.len() - MOST_SENTENCES);
    }
    let uncertain = |hit: &SanctionHit| hit.party.owners.as_ref().is_some_and(|owners| !owners.certain);
    let share = match what {
        // What is not known to be owned is asked about, however well the name agrees.
        SanctionKind::Owned if found.iter().all(|hit| uncertain(hit)) => HitStrength::NameOnly.share(),
        SanctionKind::Owned => found.iter().filter(|hit| !uncertain(hit)).map(|hit| hit.strength.share()).fold(0.0, f64::max),
        SanctionKind::Wallet | SanctionKind::Name => first.strength.share(),
    };
    let evidence = found.iter().flat_map(|hit| &hit.evidence).take(MAX_EVIDENCE).cloned().collect();
    Some(Outcome::Fired(Fired { evidence, others: Vec::new(), share, note }))
}
