//! The list's side: a snapshot and a day go in; who is listed on that day, the numbers and contacts that lists state, and what a listing or
//! an owner means, in words, come out. Listed numbers are hashed under the tenant's key, so that they meet numbers that nobody keeps.

use std::collections::BTreeSet;

use interdict_model::{DateValue, IdentifierKind, Schema};
use interdict_network::{
    Basis, ChainStep, Designation, Identity, Lookup, Outcome, Ownership, Regime, Role, WalletIndex, designations, same_party,
};
use interdict_snapshot::{Day, EntityRef, Holds, NOTHING, Snapshot};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::key::{KeyedHash, TenantKey};
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::IdKind;

/// The regimes whose rules of ownership reach what is owned.
const BY_OWNERSHIP: [Regime; 3] = [Regime::Us, Regime::Eu, Regime::Uk];
/// Parties that are given for one number or contact: what more have is an agent's or an office's.
const MOST_OF_ONE_VALUE: usize = 16;
/// Relations of a party that are told.
const MOST_TIES: usize = 5;
/// Relations of a party that are looked at to tell the most telling.
const MOST_LOOKED_AT: usize = 256;

/// A party of a snapshot that a record may be about: one that a list names on the day, or one that such parties own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedParty {
    /// Its id in the snapshot.
    pub id: String,
    /// Its name.
    pub caption: String,
    /// Whether a list names it on the day. When not, it is here for its owners.
    pub listed: bool,
    /// The datasets that name it, or those of its owners.
    pub datasets: Vec<String>,
    /// The programmes under which it, or its owners, are listed.
    pub programmes: Vec<String>,
    /// What it is, as the list has it: "representative of a bank".
    pub position: Option<String>,
    /// Who is around it: "director or official of Example Bank (listed)"; at most five, listed ones first.
    pub ties: Vec<String>,
    /// What follows from who owns or controls it.
    pub owners: Option<Owners>,
}

/// That listed parties own or control a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owners {
    /// Whether it is certain by what the snapshot states; when not, facts are missing.
    pub certain: bool,
    /// The regimes under whose rule it is so, by code.
    pub regimes: Vec<&'static str>,
    /// The way from listed parties to it, each by name and id, the party itself last.
    pub chain: Vec<(String, String)>,
}

impl ListedParty {
    /// The party in words, with where it is listed.
    #[must_use]
    pub fn describe(&self) -> String {
        let by = if self.datasets.is_empty() { String::new() } else { format!(" by {}", self.datasets.join(", ")) };
        let under = if self.programmes.is_empty() { String::new() } else { format!(" under {}", self.programmes.join(", ")) };
        if self.listed {
            format!("{} ({}, listed{by}{under})", self.caption, self.id)
        } else {
            format!("{} ({}, not listed itself)", self.caption, self.id)
        }
    }
}

impl Owners {
    /// The sentence about it.
    #[must_use]
    pub fn describe(&self) -> String {
        let chain = self.chain.iter().map(|(name, id)| format!("{name} ({id})")).collect::<Vec<_>>().join(" → ");
        let regimes = self.regimes.join(", ").to_uppercase();
        if self.certain {
            format!("listed parties own 50 % or more of it, or control it, by the rules of {regimes}: {chain}")
        } else {
            format!("listed parties may own 50 % or more of it, by the rules of {regimes}; facts are missing: {chain}")
        }
    }
}

/// A number or contact that a list states for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) party: u32,
    pub(super) what: IdentifierKind,
}

/// The list's side of all comparisons.
pub(super) struct List<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) wallets: WalletIndex,
    day: Day,
    /// By entity: whether a list names it on the day.
    listed: Vec<bool>,
    numbers: FxHashMap<KeyedHash, Vec<Stated>>,
    contacts: FxHashMap<(IdKind, String), Vec<Stated>>,
}

impl<'s> List<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, key: &TenantKey, as_of: Time) -> Self {
        let day = day_of(as_of);
        let entities = snapshot.entity_count();
        let at = |index: u32| snapshot.entity_at(index);
        let listed: Vec<bool> =
            (0..entities).into_par_iter().map(|index| at(index).is_some_and(|entity| is_listed(entity, day))).collect();
        let wallets = WalletIndex::new(snapshot);
        let mut list = Self { snapshot, wallets, day, listed, numbers: FxHashMap::default(), contacts: FxHashMap::default() };
        let stated: Vec<(Form, Stated)> =
            (0..entities).into_par_iter().filter_map(at).flat_map_iter(|entity| list.stated_by(entity, key)).collect();
        for (form, stated) in stated {
            let held = match form {
                Form::Number(hash) => list.numbers.entry(hash).or_default(),
                Form::Contact(kind, text) => list.contacts.entry((kind, text)).or_default(),
            };
            if held.len() < MOST_OF_ONE_VALUE && !held.contains(&stated) {
                held.push(stated);
            }
        }
        list
    }

    pub(super) fn is_listed(&self, party: u32) -> bool {
        self.listed.get(party as usize).copied().unwrap_or_default()
    }

    /// The listed parties for which lists state the number of a keyed hash.
    pub(super) fn number(&self, hash: KeyedHash) -> &[Stated] {
        self.numbers.get(&hash).map_or(&[], Vec::as_slice)
    }

    /// Whether any number is listed.
    pub(super) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// The listed parties for which lists state a contact: an e-mail address, a telephone number, a web site in its normal form.
    pub(super) fn contact(&self, kind: IdKind, value: &str) -> &[Stated] {
        let kind = match kind {
            IdKind::Email | IdKind::RecoveryEmail | IdKind::ReferenceEmail => IdKind::Email,
            IdKind::Phone | IdKind::ReferencePhone => IdKind::Phone,
            IdKind::Url => IdKind::Url,
            _ => return &[],
        };
        if self.contacts.is_empty() {
            return &[];
        }
        self.contacts.get(&(kind, value.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The listed parties whose wallet a text is, each with whether it is certain that it is: where the case of letters was lost, the
    /// text may be another address.
    pub(super) fn wallet(&self, text: &str) -> Vec<(u32, bool)> {
        /// Other addresses with the same letters that may be expected at most.
        const OTHERS: f64 = 0.01;
        let Some(found) = self.wallets.find(text) else { return Vec::new() };
        let certain = match &found {
            Lookup::Ambiguous(_) => false,
            Lookup::CaseLost(lost) => lost.others_expected() < OTHERS,
            _ => true,
        };
        let mut parties: Vec<u32> = (found.hits().into_iter())
            .flat_map(|wallet| &wallet.listings)
            .filter_map(|listing| self.holder(&listing.holder, &listing.stated_by))
            .collect();
        parties.sort_unstable();
        parties.dedup();
        parties.into_iter().map(|party| (party, certain)).collect()
    }

    /// The holder of a wallet, where a list names the holder or the wallet itself.
    fn holder(&self, holder: &str, stated_by: &str) -> Option<u32> {
        let index = |id: &str| self.snapshot.entity(id).map(EntityRef::index);
        let holder = index(holder)?;
        let listed = self.is_listed(holder) || index(stated_by).is_some_and(|wallet| self.is_listed(wallet));
        listed.then_some(holder)
    }

    /// The numbers and contacts that an entity states, each for the listed parties that hold it.
    fn stated_by(&self, entity: EntityRef<'_>, key: &TenantKey) -> Vec<(Form, Stated)> {
        let Some(schema) = entity.schema() else { return Vec::new() };
        let mut parties: Vec<u32> = Vec::new();
        let mut found = Vec::new();
        for (property, text, _) in entity.properties() {
            let Some(what) = IdentifierKind::from_property(schema, property) else { continue };
            let kinds: &[IdKind] = match (what, property) {
                (IdentifierKind::Iban, _) | (_, "accountNumber") => &[IdKind::Payee],
                (IdentifierKind::Wallet, _) => &[IdKind::Payee],
                (IdentifierKind::Passport, _) => &[IdKind::Doc],
                // Lists, forms and users file one number now as a document's, now as a tax number.
                (IdentifierKind::NationalId | IdentifierKind::TaxNumber | IdentifierKind::Inn, _) => {
                    &[IdKind::Doc, IdKind::Tax]
                }
                (IdentifierKind::Other, "number") => &[IdKind::Doc, IdKind::Tax],
                (IdentifierKind::Email, _) => &[IdKind::Email],
                (IdentifierKind::Phone, _) => &[IdKind::Phone],
                (IdentifierKind::Website, _) => &[IdKind::Url],
                _ => continue,
            };
            if parties.is_empty() {
                parties = self.parties(entity);
                if parties.is_empty() {
                    return found;
                }
            }
            for kind in kinds {
                // What a list has wrong meets nothing.
                let Ok(value) = normalise(*kind, text, None) else { continue };
                let form = if kind.is_keyed() { Form::Number(key.hash(*kind, &value)) } else { Form::Contact(*kind, value) };
                found.extend(parties.iter().map(|party| (form.clone(), Stated { party: *party, what })));
            }
        }
        found
    }

    /// The listed parties whom what an entity states is about: the holders of a paper, account or wallet, else the entity itself.
    fn parties(&self, entity: EntityRef<'_>) -> Vec<u32> {
        let of_account = entity.schema() == Some(Schema::BankAccount);
        let mut parties: Vec<u32> = entity
            .properties()
            .filter(|(property, ..)| *property == "holder" || of_account && *property == "owner")
            .filter_map(|(_, id, _)| self.snapshot.entity(id))
            .map(EntityRef::index)
            .collect();
        if parties.is_empty() {
            parties.push(entity.index());
        }
        let listed_itself = self.is_listed(entity.index());
        parties.retain(|party| listed_itself || self.is_listed(*party));
        parties
    }

    /// What follows for a party from who owns or controls it; `None` when nothing does, for human beings, and for those whose own listing
    /// says as much.
    pub(super) fn owners(&self, party: u32) -> Option<Owners> {
        let entity = self.snapshot.entity_at(party)?;
        let schema = entity.schema()?;
        let blocked = |one: &Designation| one.holds(self.day) && one.role == Role::Blocked;
        if !schema.is_a(Schema::LegalEntity) || schema.is_a(Schema::Person) || designations(entity).iter().any(blocked) {
            return None;
        }
        let ask = |identity: &Identity| {
            Ownership::new(self.snapshot.relations(), identity, self.snapshot, self.day).verdicts(party, &BY_OWNERSHIP)
        };
        let mut assessment = ask(&Identity::default());
        // One owner may be in the snapshot several times: in a register, and on a list with the same number.
        let pairs: Vec<(u32, u32)> = (assessment.looked_at.iter())
            .filter_map(|above| self.snapshot.entity_at(*above))
            .flat_map(|above| same_party(self.snapshot, above).into_iter().map(move |other| (above.index(), other)))
            .collect();
        if !pairs.is_empty() {
            assessment = ask(&Identity::new(pairs));
        }
        let of = |wanted: &[Outcome]| {
            let named = |step: &ChainStep| step.entity != NOTHING;
            assessment
                .verdicts
                .iter()
                .filter(|verdict| wanted.contains(&verdict.outcome))
                .filter(|verdict| verdict.chain.iter().any(|step| named(step) && matches!(step.basis, Basis::Listed(_))))
                .collect::<Vec<_>>()
        };
        let certain = of(&[Outcome::Blocked, Outcome::Listed]);
        let (verdicts, certain) = if certain.is_empty() { (of(&[Outcome::Undecided]), false) } else { (certain, true) };
        let steps = &verdicts.first()?.chain;
        let chain = steps.iter().filter_map(|step| self.snapshot.entity_at(step.entity));
        Some(Owners {
            certain,
            regimes: verdicts.iter().map(|verdict| verdict.regime.code()).collect(),
            chain: chain.map(|entity| (entity.caption().to_owned(), entity.id().to_owned())).collect(),
        })
    }

    /// A party in words. `owners` is what [`List::owners`] says of it.
    pub(super) fn party(&self, party: u32, owners: Option<Owners>) -> Option<ListedParty> {
        let entity = self.snapshot.entity_at(party)?;
        let mut datasets: BTreeSet<String> = BTreeSet::new();
        let mut programmes: BTreeSet<String> = BTreeSet::new();
        let mut add = |entity: EntityRef<'_>| {
            datasets.extend(entity.datasets());
            for said in sanctions(entity).filter(|sanction| holds(*sanction, self.day)).chain([entity]) {
                programmes.extend(said.texts("programId").chain(said.texts("program")).map(str::to_owned));
            }
        };
        if self.is_listed(party) || owners.is_none() {
            add(entity);
        }
        for (_, id) in owners.iter().flat_map(|owners| &owners.chain) {
            if let Some(owner) = self.snapshot.entity(id).filter(|owner| self.is_listed(owner.index())) {
                add(owner);
            }
        }
        Some(ListedParty {
            id: entity.id().to_owned(),
            caption: entity.caption().to_owned(),
            listed: self.is_listed(party),
            datasets: datasets.into_iter().collect(),
            programmes: programmes.into_iter().collect(),
            position: entity.texts("position").next().map(str::to_owned),
            ties: self.ties(entity),
            owners,
        })
    }

    /// Who is around a party, listed ones first.
    fn ties(&self, entity: EntityRef<'_>) -> Vec<String> {
        let relations = self.snapshot.relations();
        let by = relations.by(entity.index()).map(|row| (row, row.to, false));
        let over = relations.over(entity.index()).iter().map(|row| (row, row.from, true));
        let mut ties: Vec<(bool, String)> = (by.chain(over).take(MOST_LOOKED_AT))
            .filter(|(row, other, _)| *other != NOTHING && row.holds(self.day) != Holds::No)
            .filter_map(|(row, other, over)| {
                let listed = self.is_listed(other);
                let other = self.snapshot.entity_at(other)?;
                let mark = if listed { " (listed)" } else { "" };
                let label = row.kind().label();
                let (it, its) = (entity.caption(), other.caption());
                Some((!listed, if over { format!("{its}{mark}: {label} {it}") } else { format!("{label} {its}{mark}") }))
            })
            .collect();
        ties.sort();
        ties.dedup();
        ties.into_iter().take(MOST_TIES).map(|(_, words)| words).collect()
    }

    /// Whether a party was founded or registered on a day, as `2019-04-01`.
    pub(super) fn founded_on(&self, party: u32, day: &str) -> bool {
        let texts = self.snapshot.entity_at(party).into_iter().flat_map(|entity| entity.texts("incorporationDate"));
        texts.into_iter().any(|text| text.get(..10) == Some(day))
    }
}

/// The form in which a stated value is compared.
#[derive(Clone)]
enum Form {
    Number(KeyedHash),
    Contact(IdKind, String),
}

fn day_of(as_of: Time) -> Day {
    let text = as_of.to_string();
    let date = text.get(..10).and_then(|day| DateValue::parse(day).ok());
    // What a moment shows is a date.
    date.map_or(Day::LAST.before(), |date| Day::earliest(&date))
}

fn sanctions(entity: EntityRef<'_>) -> impl Iterator<Item = EntityRef<'_>> {
    let is_sanction = |other: EntityRef<'_>| other.schema().is_some_and(|schema| schema.is_a(Schema::Sanction));
    entity.referrers().filter(move |link| link.property == "entity" && is_sanction(link.entity)).map(|link| link.entity)
}

fn holds(sanction: EntityRef<'_>, on: Day) -> bool {
    let day = |property: &str| {
        sanction.texts(property).filter_map(|text| DateValue::parse(text).ok()).map(|date| Day::earliest(&date)).min()
    };
    let from = day("startDate").or_else(|| day("listingDate")).unwrap_or(Day::FIRST);
    from <= on && on < day("endDate").unwrap_or(Day::LAST)
}

/// Whether a list names an entity on a day: by its sanctions; without any, by what it says of itself.
fn is_listed(entity: EntityRef<'_>, on: Day) -> bool {
    let mut sanctions = sanctions(entity).peekable();
    if sanctions.peek().is_some() {
        return sanctions.any(|sanction| holds(sanction, on));
    }
    let target = || {
        entity.members_text().contains("target")
            && entity.members().get("target").and_then(serde_json::Value::as_bool) == Some(true)
    };
    entity.texts("topics").any(|topic| topic == "sanction") || target()
}
