//! Rules that no list of names has: embargoed places (`data/embargoed_places.tsv`) and goods that may be of double use
//! (`data/dual_use_goods.tsv`). A text, a country or a BIC goes in; the rules that it meets come out, with where it meets them.
//!
//! Words are compared as `interdict_names::fold` folds them, whole words only; a text is read once, whatever its length.

mod goods;
mod phrases;
mod places;
mod words;

use std::ops::Range;

use interdict_network::Regime;

use self::goods::Goods;
use self::places::Places;
use crate::screener::Decision;

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A country.
    Country,
    /// A part of a country.
    Region,
    /// A town.
    Town,
    /// A port or airport.
    Port,
}

/// A place that a regime embargoes.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceRule {
    /// Its name in English.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Code of ISO 3166 of the country that it is in.
    pub country: String,
    /// Whose rule it is.
    pub regime: Regime,
    /// What becomes of a payment: hold or block.
    pub decision: Decision,
    /// The measure, in words.
    pub measure: String,
    /// The official source.
    pub source: String,
}

/// An embargoed place in a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceFinding<'r> {
    /// The rule.
    pub rule: &'r PlaceRule,
    /// Where in the text it stands, in bytes.
    pub span: Range<usize>,
}

/// Goods that may be of double use.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodsRule {
    /// The word or words, in lower case.
    pub phrase: String,
    /// The category of the control list, in words.
    pub category: String,
    /// The official source.
    pub source: String,
}

/// Such goods in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodsFinding<'r> {
    /// The rule.
    pub rule: &'r GoodsRule,
    /// Where in the text it stands, in bytes.
    pub span: Range<usize>,
}

/// How often a rule is found in one text at most; what comes after says nothing new.
const MOST_FINDINGS: usize = 16;

/// The rules, read once.
#[derive(Debug)]
pub struct Rules {
    places: Places,
    goods: Goods,
}

impl Rules {
    /// The rules in force on a day, of the tables that are built in. `day` is ISO 8601.
    #[must_use]
    pub fn on(day: &str) -> Self {
        Self { places: Places::on(day), goods: Goods::new() }
    }

    /// All rules of places: one for each place and regime.
    #[must_use]
    pub fn places(&self) -> &[PlaceRule] {
        self.places.rules()
    }

    /// All rules of goods: one for each phrase.
    #[must_use]
    pub fn goods(&self) -> &[GoodsRule] {
        self.goods.rules()
    }

    /// The rules of a country, by its code of ISO 3166 or its name in any language; the span is the whole text. Crimea and the like, which
    /// have codes of `FollowTheMoney` alone, are found as well.
    #[must_use]
    pub fn country(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        self.places.country(text)
    }

    /// The rules of the country in a BIC, whatever the bank; the span is the code. What is no BIC by its length is read all the same where
    /// its fifth and sixth characters name a country.
    #[must_use]
    pub fn bic(&self, bic: &str) -> Vec<PlaceFinding<'_>> {
        self.places.bic(bic)
    }

    /// Embargoed places in an address line, a town or a free text, by where they stand; a place comes once for each regime, and 16 times at
    /// most. A word that is also a name of people or an ordinary word counts only beside its country.
    #[must_use]
    pub fn places_in(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        self.places.find(text)
    }

    /// Goods that may be of double use in a text of trade, by where they stand, each 16 times at most. Plurals, hyphens and American
    /// spellings make no difference.
    #[must_use]
    pub fn goods_in(&self, text: &str) -> Vec<GoodsFinding<'_>> {
        self.goods.find(text)
    }
}
