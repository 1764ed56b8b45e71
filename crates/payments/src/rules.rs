//! Rules that no list of names has: embargoed places (`data/embargoed_places.tsv`) and goods that may be of double use
//! (`data/dual_use_goods.tsv`).

use std::ops::Range;

use interdict_network::Regime;

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
    /// What becomes of a payment.
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

/// The rules, read once.
#[derive(Debug)]
pub struct Rules {
    places: Vec<PlaceRule>,
    goods: Vec<GoodsRule>,
}

impl Rules {
    /// The rules in force on a day, of the tables that are built in. `day` is ISO 8601.
    #[must_use]
    pub fn on(day: &str) -> Self {
        let _ = day;
        Self { places: Vec::new(), goods: Vec::new() }
    }

    /// All rules of places.
    #[must_use]
    pub fn places(&self) -> &[PlaceRule] {
        &self.places
    }

    /// All rules of goods.
    #[must_use]
    pub fn goods(&self) -> &[GoodsRule] {
        &self.goods
    }

    /// The rules of a country, by its code or its name; the span is the whole text.
    #[must_use]
    pub fn country(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        let _ = text;
        Vec::new()
    }

    /// The rules of the country in a BIC, whatever the bank; the span is the code.
    #[must_use]
    pub fn bic(&self, bic: &str) -> Vec<PlaceFinding<'_>> {
        let _ = bic;
        Vec::new()
    }

    /// Embargoed places in an address line, a town or a free text. A word that is also a name of people or an ordinary word counts only
    /// beside its country.
    #[must_use]
    pub fn places_in(&self, text: &str) -> Vec<PlaceFinding<'_>> {
        let _ = text;
        Vec::new()
    }

    /// Goods that may be of double use in a text.
    #[must_use]
    pub fn goods_in(&self, text: &str) -> Vec<GoodsFinding<'_>> {
        let _ = text;
        Vec::new()
    }
}
