//! The names of yente's algorithms and what stands behind each here, and what its weights and parameters mean for the settings of this
//! engine.

use std::collections::BTreeMap;

use interdict_matching::{Hit, Settings};
use serde_json::{Map, Value, json};

use super::error::{Answer, Failure};
use super::json::{Out, rounded};

/// The algorithm where none is named.
pub(super) const DEFAULT: &str = "logic-v2";

/// How a score is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// All that the engine compares, with the settings in force.
    Whole,
    /// Names alone.
    Names,
    /// Names; what else is known lowers the score and never raises it.
    Qualified,
    /// The score of OFAC's own search page.
    Ofac,
}

/// An algorithm as clients name it.
#[derive(Debug)]
pub(super) struct Algorithm {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) description: &'static str,
}

/// All of them.
pub(super) const ALGORITHMS: [Algorithm; 6] = [
    Algorithm {
        name: "logic-v2",
        method: Method::Whole,
        description: "The whole score of the engine: names, identifiers, dates of birth, countries and gender.",
    },
    Algorithm { name: "logic-v1", method: Method::Whole, description: "Accepted for old integrations; the same as logic-v2." },
    Algorithm {
        name: "regression-v1",
        method: Method::Whole,
        description: "Accepted for old integrations; the same as logic-v2.",
    },
    Algorithm { name: "name-based", method: Method::Names, description: "Names alone; nothing else is compared." },
    Algorithm {
        name: "name-qualified",
        method: Method::Qualified,
        description: "Names; dates of birth, countries, gender and identifiers that contradict lower the score, and none raises it.",
    },
    Algorithm { name: "ofac-249", method: Method::Ofac, description: "The score that OFAC's own search page gives to names." },
];

/// Other names for the default.
const ALIASES: [&str; 4] = ["best", "default", "auto", "interdict"];

impl Algorithm {
    /// The algorithm of a name.
    pub(super) fn find(name: &str) -> Answer<&'static Self> {
        let name = if ALIASES.contains(&name) { DEFAULT } else { name };
        // Versions of one method that yente has had.
        let name = if name.starts_with("regression-v") { "regression-v1" } else { name };
        ALGORITHMS
            .iter()
            .find(|algorithm| algorithm.name == name)
            .ok_or_else(|| Failure::bad(format!("Unknown algorithm: {name}")))
    }

    /// The settings of the engine under this algorithm.
    pub(super) fn settings(&self, base: &Settings) -> Settings {
        let base = base.clone();
        match self.method {
            Method::Whole => base,
            Method::Names | Method::Ofac => {
                Settings { use_birth_date: false, use_country: false, use_gender: false, use_identifiers: false, ..base }
            }
            Method::Qualified => Settings { birth_date_boost: 0.0, country_boost: 0.0, ..base },
        }
    }

    /// The score of a finding.
    pub(super) fn score(&self, hit: &Hit<'_>) -> f64 {
        match self.method {
            Method::Ofac => hit.ofac.map_or(0.0, |score| f64::from(score) / 100.0),
            _ => hit.score,
        }
    }

    /// Its features: name, what it is, and how much it counts.
    fn feature_list(&self, settings: &Settings) -> impl Iterator<Item = (&'static str, &'static str, f64)> {
        let name = match self.method {
            Method::Ofac => "The score of OFAC's own search page for the best pair of names.",
            _ => "How well the best pair of names agrees, word by word.",
        };
        [
            (true, "name", name, 1.0),
            (settings.use_birth_date, "birthDate", "Dates of birth.", settings.birth_date_boost),
            (settings.use_country, "country", "Countries and nationalities.", settings.country_boost),
            (settings.use_gender, "gender", "Gender, where it contradicts.", settings.gender_conflict - 1.0),
            (
                settings.use_identifiers,
                "identifier",
                "Numbers, wallets and contacts that are equal.",
                settings.identifier_decides,
            ),
        ]
        .into_iter()
        .filter_map(|(used, name, description, coefficient)| used.then_some((name, description, rounded(coefficient))))
    }

    /// Its features as the member `matcher` of answers has them.
    pub(super) fn write_features(&self, out: &mut Out, settings: &Settings) {
        out.raw("{");
        for (name, description, coefficient) in self.feature_list(settings) {
            out.key(name).raw("{\"description\":").value(description).raw(",\"coefficient\":").value(&coefficient);
            out.raw(",\"url\":null}");
        }
        out.raw("}");
    }

    /// The same as a value.
    pub(super) fn features(&self, settings: &Settings) -> Value {
        let feature = |(name, description, coefficient): (&str, &str, f64)| {
            (name.to_owned(), json!({ "description": description, "coefficient": coefficient, "url": null }))
        };
        Value::Object(self.feature_list(settings).map(feature).collect())
    }
}

/// Takes weights of yente's features, and of this engine's, into settings. A weight of 0 leaves a feature out. Names of features that have
/// no part in the score here change nothing.
pub(super) fn apply_weights(settings: &mut Settings, weights: &BTreeMap<String, f64>) {
    for (name, weight) in weights {
        // Penalties are negative in yente; what counts is how much.
        let size = weight.abs().min(1.0);
        match name.as_str() {
            "country_mismatch" => settings.country_conflict = 1.0 - size,
            "gender_mismatch" => settings.gender_conflict = 1.0 - size,
            "dob_year_disjoint" | "dob_day_disjoint" | "dob_mismatch" => settings.birth_date_conflict = 1.0 - size,
            "orgid_disjoint" | "identifier_mismatch" => settings.identifier_conflict = 1.0 - size,
            "weak_alias_match" => {
                settings.weak_aliases = size > 0.0;
                settings.weak_alias_factor = size;
            }
            "identifier_match" => settings.identifier_document = size,
            "crypto_wallet_address" | "lei_code_match" | "isin_security_match" | "vessel_imo_mmsi_match" => {
                settings.identifier_decides = size;
            }
            "birthDate" => settings.use_birth_date &= size > 0.0,
            "country" => settings.use_country &= size > 0.0,
            "gender" => settings.use_gender &= size > 0.0,
            "identifier" => settings.use_identifiers &= size > 0.0,
            _ => {}
        }
    }
}

/// Parameters of logic-v2 that are accepted and have no part in the score here.
const WITHOUT_EFFECT: [&str; 5] =
    ["nm_extra_query_name", "nm_extra_result_name", "nm_family_name_weight", "nm_fuzzy_cutoff_factor", "nm_number_mismatch"];

/// Takes parameters into settings: the names are those of the engine's settings.
pub(super) fn apply_config(settings: Settings, config: &Map<String, Value>, algorithm: &str) -> Answer<Settings> {
    if config.keys().all(|key| WITHOUT_EFFECT.contains(&key.as_str())) {
        return Ok(settings);
    }
    let Ok(Value::Object(mut members)) = serde_json::to_value(&settings) else { return Ok(settings) };
    for (key, value) in config {
        if WITHOUT_EFFECT.contains(&key.as_str()) || value.is_null() {
            continue;
        }
        // Threshold and limit are parameters of the request.
        match members.get_mut(key).filter(|_| key != "threshold" && key != "limit") {
            Some(held) => *held = value.clone(),
            None => {
                let detail = format!("Invalid configuration parameter: {key} for algorithm {algorithm}");
                return Err(Failure::bad(detail));
            }
        }
    }
    let wrong = |error: &dyn std::fmt::Display| Failure::bad(format!("Invalid configuration parameter: {error}"));
    let changed: Settings = serde_json::from_value(Value::Object(members)).map_err(|error| wrong(&error))?;
    changed.validate().map_err(|error| wrong(&error))?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_mapped() {
        for name in ["best", "default", "logic-v2", "logic-v1", "regression-v3", "name-based", "name-qualified", "ofac-249"] {
            assert!(Algorithm::find(name).is_ok(), "{name}");
        }
        assert!(Algorithm::find("logic-v9").is_err());
        assert_eq!(Algorithm::find("best").unwrap().name, DEFAULT);
        let names = Algorithm::find("name-based").unwrap().settings(&Settings::default());
        assert!(!names.use_birth_date && !names.use_identifiers);
    }

    #[test]
    fn weights_and_parameters() {
        let mut settings = Settings::default();
        let weights = [("country_mismatch", -0.2), ("gender", 0.0), ("weak_alias_match", 5.0), ("unheard_of", 1.0)];
        apply_weights(&mut settings, &weights.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect());
        assert!((settings.country_conflict - 0.8).abs() < 1e-9);
        assert!(!settings.use_gender);
        assert!((settings.weak_alias_factor - 1.0).abs() < 1e-9);
        settings.validate().unwrap();
        let config = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap();
        let with = |text: &str| apply_config(Settings::default(), &config(text), DEFAULT);
        assert_eq!(with(r#"{"nm_number_mismatch":0.3}"#).unwrap(), Settings::default());
        assert!(!with(r#"{"use_country":false}"#).unwrap().use_country);
        for bad in [r#"{"unheard_of":1}"#, r#"{"limit":1}"#, r#"{"use_country":"x"}"#, r#"{"token_floor":7}"#] {
            assert!(with(bad).is_err(), "{bad}");
        }
    }
}
