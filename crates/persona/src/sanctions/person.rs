//! The records of one person against the list: names, wallets, numbers, contacts and days go in; hits come out, in which a number stands
//! beside the name that agrees with the same party, as the two together say more than either.

use std::collections::BTreeMap;

use interdict_model::IdentifierKind;
use rustc_hash::{FxHashMap, FxHashSet};

use super::HitStrength;
use super::listed::{List, Stated};
use super::mentions::{self, HitRole, NameOf, Named};
use super::screener::{Agreement, Names, Screened, Screener};
use crate::evaluate::{Evidence, MAX_EVIDENCE};
use crate::key::KeyedHash;
use crate::people::{Document, Person, Shown};
use crate::time::Time;
use crate::value::normalise;
use crate::vocabulary::{DocKind, Field, IdKind};

/// What of a person there was to screen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Has {
    pub(super) name: bool,
    /// A name other than the person's own.
    pub(super) firm: bool,
    pub(super) wallet: bool,
}

/// A hit that is being made.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) evidence: Vec<Evidence>,
    pub(super) name: Option<String>,
    pub(super) agrees: Vec<&'static str>,
    pub(super) score: f64,
    pub(super) strength: HitStrength,
}

/// Hits that are being made, by what agrees and by the party's place in the snapshot.
pub(super) type Drafts = BTreeMap<(HitRole, u32), Draft>;

/// The listed numbers that people have, by keyed hash.
pub(super) type Numbers<'l> = FxHashMap<KeyedHash, &'l [Stated]>;

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

/// What the records of one person are compared with.
pub(super) struct OfPerson<'a, 'l, 's> {
    pub(super) person: Person<'a>,
    pub(super) list: &'l List<'s>,
    pub(super) found: &'l Names<'a>,
}

impl<'a> OfPerson<'a, '_, '_> {
    pub(super) fn find(&self, screener: &Screener<'_, '_>, numbers: &Numbers<'_>) -> (Has, Drafts) {
        let mut has = Has::default();
        let mut drafts = Drafts::new();
        let mut seen: FxHashSet<(HitRole, NameOf, &str)> = FxHashSet::default();
        let mut names: Vec<Named<'a>> = Vec::new();
        mentions::names(self.person, &mut |named| {
            if seen.insert((named.role, named.of, named.text)) {
                names.push(named);
            }
        });
        names.retain(|named| mentions::is_name(named.text));
        for named in &names {
            let found = match self.found.get(&(named.of, named.text)) {
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

    fn wallets(&self, has: &mut Has, drafts: &mut Drafts) {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        mentions::wallets(self.person, &mut |wallet| {
            has.wallet = true;
            if !seen.insert(wallet.text) {
                return;
            }
            for (party, certain) in self.list.wallet(wallet.text) {
                let evidence = Evidence::new(self.person, wallet.what, wallet.text, wallet.time, wallet.source);
                add(drafts, (HitRole::Wallet, party), evidence, |draft| {
                    draft.strength = draft.strength.max(if certain { HitStrength::Exact } else { HitStrength::Strong });
                    draft.score = 1.0;
                    push(&mut draft.agrees, wallet.what);
                });
            }
        });
    }

    /// Numbers of papers and accounts, by their keyed hashes.
    fn numbers(&self, numbers: &Numbers<'_>, agreeing: &mut Vec<Agreeing>) {
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
    fn dates(&self, drafts: &Drafts, agreeing: &mut Vec<Agreeing>) {
        let roles = [(DocKind::Company, HitRole::Vendor), (DocKind::EmployerLookup, HitRole::Employer)];
        for (role, party) in drafts.keys() {
            let of_role = |document: &Document<'_>| roles.contains(&(document.kind(), *role));
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
fn join(one: Agreeing, names: &[Named<'_>], screener: &Screener<'_, '_>, drafts: &mut Drafts) {
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
    let beside: Vec<(HitRole, u32)> = (HitRole::ALL.into_iter())
        .filter(|role| same_side(*role))
        .map(|role| (role, one.party))
        .filter(|key| drafts.get(key).is_some_and(|draft| draft.name.is_some()))
        .collect();
    if !beside.is_empty() {
        for key in beside {
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
fn add(drafts: &mut Drafts, key: (HitRole, u32), evidence: Evidence, change: impl FnOnce(&mut Draft)) {
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
