//! What beside the name speaks for or against a match: dates, countries, gender, identifiers. Each is a named feature with a value, a
//! factor and its reason in words.

use interdict_model::{Country, DateRelation, DateValue};

use crate::settings::Settings;

/// A named part of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// The name: `name`, `birthDate`, `country`, `gender`, `identifier`.
    pub name: &'static str,
    /// How well it agrees: 1 for agreement, 0 for contradiction.
    pub value: f64,
    /// What was compared and how it came out.
    pub detail: String,
}

/// What a feature does to the score of the names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Moves the score this share of the way to 1.
    Boost(f64),
    /// Multiplies the score.
    Factor(f64),
}

impl Effect {
    pub(crate) fn apply(self, score: f64) -> f64 {
        match self {
            Self::Boost(share) => score + (1.0 - score) * share,
            Self::Factor(factor) => score * factor,
        }
    }
}

/// The best agreement between any two dates of birth.
pub(crate) fn birth_date(left: &[DateValue], right: &[DateValue], settings: &Settings) -> Option<(Feature, Effect)> {
    let mut best: Option<(f64, Effect, String)> = None;
    for a in left {
        for b in right {
            let (value, effect, words) = match a.relation(b) {
                DateRelation::Same => (1.0, Effect::Boost(settings.birth_date_boost), "the same"),
                DateRelation::Compatible => {
                    (0.9, Effect::Boost(settings.birth_date_boost / 2.0), "do not contradict each other")
                }
                DateRelation::DayMonthSwapped => (0.8, Effect::Factor(settings.birth_date_slip), "day and month exchanged"),
                DateRelation::OneDigit => (0.7, Effect::Factor(settings.birth_date_slip), "differ in one digit"),
                DateRelation::SameYear => (0.5, Effect::Factor(settings.birth_date_near), "the same year, another day"),
                DateRelation::NearYear(_) => (0.4, Effect::Factor(settings.birth_date_near), "neighbouring years"),
                DateRelation::Different => (0.0, Effect::Factor(settings.birth_date_conflict), "different"),
            };
            if best.as_ref().is_none_or(|held| held.0 < value) {
                best = Some((value, effect, format!("born {a} and {b}: {words}")));
            }
        }
    }
    best.map(|(value, effect, detail)| (Feature { name: "birthDate", value, detail }, effect))
}

/// Whether the sides share a country.
pub(crate) fn country(left: &[Country], right: &[Country], settings: &Settings) -> Option<(Feature, Effect)> {
    if left.is_empty() || right.is_empty() {
        return None;
    }
    let codes = |countries: &[Country]| countries.iter().map(|country| country.code()).collect::<Vec<_>>().join(", ");
    Some(match left.iter().find(|country| right.contains(country)) {
        Some(shared) => {
            let detail = format!("both state {}", shared.name());
            (Feature { name: "country", value: 1.0, detail }, Effect::Boost(settings.country_boost))
        }
        None => {
            let detail = format!("{} and {}: none shared", codes(left), codes(right));
            (Feature { name: "country", value: 0.0, detail }, Effect::Factor(settings.country_conflict))
        }
    })
}

/// Whether the stated genders agree.
pub(crate) fn gender(left: &[&str], right: &[&str], settings: &Settings) -> Option<(Feature, Effect)> {
    let (first, other) = (left.first()?, right.first()?);
    let agree = left.iter().any(|gender| right.contains(gender));
    let detail = format!("stated {first} and {other}");
    let value = if agree { 1.0 } else { 0.0 };
    // Agreement says next to nothing: half of all people share it.
    let effect = if agree { Effect::Boost(0.0) } else { Effect::Factor(settings.gender_conflict) };
    Some((Feature { name: "gender", value, detail }, effect))
}
