//! How a weight comes about: what the table gives a thing in full, and what lessens it. Things are weighed by factors alone that have a name, so that
//! what is told of a weight later is all of it. To weigh very many nothing is written down; to tell of one the same is reckoned again with its
//! factors.

use super::{Family, LinkKind, LinkWeight};
use crate::people::PersonId;

/// Why something counts less than in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Many hold it.
    Holders,
    /// The address is one of a data centre.
    Hosting,
    /// The two were seen with it at different times.
    Apart,
    /// One of the two was seen with it on one day alone.
    OneDay,
    /// Few of its holders share or show more.
    BorneOut,
    /// The texts have one sentence or two in common.
    Sentences,
    /// The texts are alike, and have hardly a sentence in common.
    Alike,
    /// Many people here have texts that are alike in this way.
    Usual,
    /// Two stations of life alone.
    Stations,
    /// Two exits alone.
    TwoExits,
    /// Chance would bring some of it.
    Chance,
    /// Few of the people of a staffing firm show something.
    Unshown,
    /// The two live in one crowded house.
    House,
    /// They openly work through one staffing firm.
    Agency,
    /// They openly live together, or bear one surname.
    Household,
    /// They are one person with two accounts.
    SamePerson,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Holders,
        Self::Hosting,
        Self::Apart,
        Self::OneDay,
        Self::BorneOut,
        Self::Sentences,
        Self::Alike,
        Self::Usual,
        Self::Stations,
        Self::TwoExits,
        Self::Chance,
        Self::Unshown,
        Self::House,
        Self::Agency,
        Self::Household,
        Self::SamePerson,
    ];

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Holders => "held by many",
            Self::Hosting => "address of a data centre",
            Self::Apart => "seen at other times",
            Self::OneDay => "one of them seen on one day alone",
            Self::BorneOut => "few of its holders share more",
            Self::Sentences => "fewer than three equal sentences",
            Self::Alike => "alike, without three equal sentences",
            Self::Usual => "many here have such texts",
            Self::Stations => "two stations alone",
            Self::TwoExits => "two exits alone",
            Self::Chance => "some of it by chance",
            Self::Unshown => "few of the firm's people show something",
            Self::House => "one crowded house",
            Self::Agency => "one staffing firm",
            Self::Household => "one household or family",
            Self::SamePerson => "one person with two accounts",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Holders => "holders",
            Self::Hosting => "data_centre",
            Self::Apart => "other_times",
            Self::OneDay => "one_day",
            Self::BorneOut => "few_share_more",
            Self::Sentences => "few_sentences",
            Self::Alike => "alike",
            Self::Usual => "usual_texts",
            Self::Stations => "two_stations",
            Self::TwoExits => "two_exits",
            Self::Chance => "chance",
            Self::Unshown => "firm_unshown",
            Self::House => "house",
            Self::Agency => "staffing_firm",
            Self::Household => "household",
            Self::SamePerson => "same_person",
        }
    }
}

/// What is left of a weight, and why not all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor {
    why: Why,
    share: f64,
}

impl Factor {
    pub(super) const fn new(why: Why, share: f64) -> Self {
        Self { why, share }
    }

    /// Why.
    #[must_use]
    pub const fn why(self) -> Why {
        self.why
    }

    /// What is left, 0 to 1.
    #[must_use]
    pub const fn share(self) -> f64 {
        self.share
    }
}

/// Where factors are written down, or not.
pub trait Told: Default {
    /// Takes one.
    fn tell(&mut self, factor: impl FnOnce() -> Factor);
}

impl Told for () {
    fn tell(&mut self, _: impl FnOnce() -> Factor) {}
}

impl Told for Vec<Factor> {
    fn tell(&mut self, factor: impl FnOnce() -> Factor) {
        let factor = factor();
        // What lessens nothing needs no reason.
        if factor.share < 1.0 {
            self.push(factor);
        }
    }
}

/// A weight, in natural log-odds, that begins with a row of the table and changes by factors alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Reckoned<T = ()> {
    value: f64,
    told: T,
}

impl<T> Reckoned<T> {
    /// Natural log-odds.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }
}

impl<T: Told> Reckoned<T> {
    /// By a row of the table, where so many hold it.
    pub(super) fn of(row: &LinkWeight, holders: usize) -> Self {
        let value = row.at(holders);
        let mut told = T::default();
        told.tell(|| Factor::new(Why::Holders, value / row.weight));
        Self { value, told }
    }

    /// In full, however many hold it.
    pub(super) fn full(kind: LinkKind) -> Self {
        Self { value: kind.row().weight, told: T::default() }
    }

    /// What a factor leaves; all of it without one.
    pub(super) fn times(mut self, factor: impl Into<Option<Factor>>) -> Self {
        if let Some(factor) = factor.into() {
            self.value *= factor.share;
            self.told.tell(|| factor);
        }
        self
    }

    pub(super) fn at_most(mut self, why: Why, most: f64) -> Self {
        if most < self.value {
            let value = self.value;
            self.told.tell(|| Factor::new(why, most / value));
            self.value = most;
        }
        self
    }
}

/// What one thing weighs between two, kept small as there are very many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Small(f32);

impl Small {
    /// Of a thing that counts in full.
    pub(super) fn full(kind: LinkKind) -> Self {
        Reckoned::<()>::full(kind).into()
    }

    pub(super) fn lessen(&mut self, factor: Factor) {
        self.0 *= factor.share as f32;
    }

    /// What a factor leaves of it; all of it without one.
    pub(super) fn left(self, factor: Option<Factor>) -> f64 {
        factor.map_or(self.value(), |factor| self.value() * factor.share)
    }

    pub(super) fn value(self) -> f64 {
        f64::from(self.0)
    }
}

impl From<Reckoned> for Small {
    fn from(reckoned: Reckoned) -> Self {
        Self(reckoned.value as f32)
    }
}

/// What a thing counts between two, with how it comes about: `full` times all factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// What.
    pub kind: LinkKind,
    /// How many of all people hold it.
    pub holders: usize,
    /// What the table gives it, in natural log-odds.
    pub full: f64,
    /// What lessens it.
    pub factors: Vec<Factor>,
    /// What is left.
    pub counts: f64,
}

impl Counted {
    pub(super) fn new(kind: LinkKind, holders: usize, reckoned: Reckoned<Vec<Factor>>) -> Self {
        Self { kind, holders, full: kind.row().weight, factors: reckoned.told, counts: reckoned.value }
    }
}

/// Two people, and what a thing counts between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// One.
    pub a: PersonId,
    /// The other.
    pub b: PersonId,
    /// What it counts.
    pub counted: Counted,
}

/// What several things of one cause count: the heaviest whole, and a fifth of the others, at most half as much again.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cause {
    most: f64,
    all: f64,
}

impl Cause {
    pub(super) fn add(&mut self, weight: f64) {
        self.most = self.most.max(weight);
        self.all += weight;
    }

    /// The heaviest.
    #[must_use]
    pub const fn heaviest(self) -> f64 {
        self.most
    }

    /// All others together.
    #[must_use]
    pub const fn others(self) -> f64 {
        self.all - self.most
    }

    /// What counts of the others.
    #[must_use]
    pub const fn of_others(self) -> f64 {
        (0.2 * self.others()).min(0.5 * self.most)
    }

    /// What all of it counts.
    #[must_use]
    pub const fn counts(self) -> f64 {
        self.most + self.of_others()
    }
}

/// How the weight of a link of a ring comes about. What each of `causes` counts, `further` and `front` add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// How the two openly belong together.
    pub openly: Option<Why>,
    /// Each thing that the two share and that counts, with its place among the keys of the ring.
    pub parts: Vec<(Option<usize>, Counted)>,
    /// By family, what its parts count.
    pub families: Vec<(Family, Cause)>,
    /// What is of one cause: a family, or those of which the two share only what fellows do.
    pub causes: Vec<(Vec<Family>, Cause)>,
    /// What causes beyond the first add.
    pub further: f64,
    /// What it adds that their staffing firm is believed to be a front.
    pub front: f64,
}

impl Account {
    /// The weight that it makes.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.causes.iter().map(|(_, cause)| cause.counts()).sum::<f64>() + self.further + self.front
    }
}

#[cfg(test)]
pub(super) mod tests;
