//! Every number that a score depends on, in one place, each with its reason. A result names the id of the settings it was made with, so
//! that it can be made again.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What a match is made of. All numbers but the limit are from 0 to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each switch stands for itself, and files name it so")]
pub struct Settings {
    /// Findings below this score are not reported. 0.70 is the documented default.
    pub threshold: f64,
    /// Findings reported for a query at most.
    pub limit: usize,
    /// Weight of a distinctive word: the measure of all other weights.
    pub weight_word: f64,
    /// Share of the weight of a word that many names have (Ivan, Hassan, Star).
    pub common_factor: f64,
    /// Share of the weight of a word that thousands of names have (Mohammad, Ali), or that a patronymic has: often left out.
    pub very_common_factor: f64,
    /// How much more a telling word of a person's name weighs when the other name lacks it, as a share of its weight.
    pub missing_rare_extra: f64,
    /// Weight of a number. "Office 39" is not "Office 99": a number tells units apart as much as a word.
    pub weight_number: f64,
    /// Weight of words that say what sort of body it is (trading, shipping). Thousands of names share them.
    pub weight_generic: f64,
    /// Weight of a legal form. Registers, invoices and lists disagree on it for the same company.
    pub weight_legal_form: f64,
    /// Weight of a single letter, which may stand for many names.
    pub weight_initial: f64,
    /// Weight of particles (al, bin, van, de), which are often left out.
    pub weight_particle: f64,
    /// Weight of titles.
    pub weight_title: f64,
    /// Weight of function words (of, the, and).
    pub weight_stop: f64,
    /// Similarity below which two tokens are not the same word: they are left unmatched.
    pub token_floor: f64,
    /// The same for two tokens of which one is written in another script.
    pub other_script_floor: f64,
    /// Similarity of two tokens with the same Korean or Chinese key but different letters. The key brings all romanisations together and so
    /// also a few different names.
    pub syllable_similarity: f64,
    /// What a shared Chinese key counts less where the name may as well be Korean and the Korean syllables differ.
    pub other_language_doubt: f64,
    /// Similarity of a token with another reading of its characters (藤 is fuji and teng).
    pub reading_similarity: f64,
    /// Similarity of two tokens in different Han characters or Hangul that sound the same.
    pub homophone_similarity: f64,
    /// Similarity of tokens with the same consonants when one is written in a script without vowels: nothing more can be known.
    pub vowelless_similarity: f64,
    /// Similarity of a word with the same word written backwards, as text that ran the wrong way is.
    pub backwards_similarity: f64,
    /// Similarity of different legal forms: both say "a company", and lists, registers and invoices disagree on which.
    pub other_legal_form: f64,
    /// Share of the weight of words behind the place where a field of fixed width cut the name off that is not asked for.
    pub cut_factor: f64,
    /// Similarity of a letter with a word that begins with it.
    pub initial_similarity: f64,
    /// Similarity of two forms of one given name (William and Bill).
    pub nickname_similarity: f64,
    /// How much unmatched distinctive words on both sides at once lower a score. "Reza Karimi" and "Reza Ahmadi" contradict each other,
    /// while a name that merely lacks a part does not.
    pub conflict_penalty: f64,
    /// Score at most of names of people and things that contradict each other in a word: they are others, whatever else agrees.
    pub conflict_cap: f64,
    /// Score at least of a person's name whose first and last words are found and whose others are all that is missing: middle names and
    /// fathers' names are left out.
    pub middle_left_out_floor: f64,
    /// Score at most when a person's name is found in part only, and nothing but common names is.
    pub common_cap: f64,
    /// Score at most when only one token of the name of a person or thing of several was found, or Korean syllables in another order: one
    /// shared given or family name identifies nobody.
    pub single_token_cap: f64,
    /// Factor when two organisations share one telling word and each has generic words that the other lacks: Bridge Leasing is not Bridge
    /// Bearing.
    pub generic_conflict: f64,
    /// Similarity that the only telling word of an organisation must have where both names are in one script: a slip in a short word makes
    /// another name (Essar, Eksar).
    pub single_word_floor: f64,
    /// Score at most when nothing but generic words, legal forms and function words was found.
    pub generic_cap: f64,
    /// Score of an equal identifier that has a rule of its own (wallet, IMO, LEI, INN, ...): it decides.
    pub identifier_decides: f64,
    /// Score of an equal passport, national, tax or registration number of at least six characters: numbers of different registers may
    /// be equal by chance.
    pub identifier_document: f64,
    /// Score of an equal e-mail address, telephone number or web site: others may share it.
    pub identifier_contact: f64,
    /// Factor for an identifier that is equal but for the case of its letters: an address retyped by hand.
    pub identifier_case_factor: f64,
    /// Factor for a name that the list itself calls weak ("low quality"): too broad to identify on its own.
    pub weak_alias_factor: f64,
    /// Whether weak names may raise a finding on their own.
    pub weak_aliases: bool,
    /// Whether dates of birth are compared. When not, they neither move a score nor are reported.
    pub use_birth_date: bool,
    /// Whether countries are compared. When not, they neither move a score nor are reported.
    pub use_country: bool,
    /// Whether genders are compared. When not, they neither move a score nor are reported.
    pub use_gender: bool,
    /// Whether identifiers (wallets, passports, IMO numbers, e-mail addresses) are compared. When not, nothing but a name can be found.
    pub use_identifiers: bool,
    /// Score that context cannot lower a whole name below. Identities are borrowed: another date of birth, country or gender is a reason to
    /// look, not to look away.
    pub whole_name_floor: f64,
    /// Share of the way to 1 that an equal date of birth moves an imperfect name score.
    pub birth_date_boost: f64,
    /// Factor for a date of birth that differs by one digit or has day and month exchanged: a slip of typing.
    pub birth_date_slip: f64,
    /// Factor for a date of birth in the same or a neighbouring year.
    pub birth_date_near: f64,
    /// Factor for another date of birth. Lists and applicants err, so it lowers an exact name to just above the threshold.
    pub birth_date_conflict: f64,
    /// Share of the way to 1 that a shared country moves an imperfect name score.
    pub country_boost: f64,
    /// Factor when both state countries and share none.
    pub country_conflict: f64,
    /// Factor when both state a gender and they differ.
    pub gender_conflict: f64,
    /// Factor when both state an identifier of the same kind and they differ.
    pub identifier_conflict: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            threshold: 0.70,
            limit: 10,
            weight_word: 1.0,
            common_factor: 0.8,
            very_common_factor: 0.65,
            missing_rare_extra: 0.15,
            weight_number: 1.0,
            weight_generic: 0.35,
            weight_legal_form: 0.10,
            weight_initial: 0.4,
            weight_particle: 0.15,
            weight_title: 0.05,
            weight_stop: 0.03,
            token_floor: 0.66,
            other_script_floor: 0.55,
            syllable_similarity: 0.93,
            other_language_doubt: 0.13,
            reading_similarity: 0.96,
            homophone_similarity: 0.85,
            vowelless_similarity: 0.92,
            backwards_similarity: 0.85,
            other_legal_form: 0.75,
            cut_factor: 0.7,
            initial_similarity: 0.75,
            nickname_similarity: 0.90,
            conflict_penalty: 0.4,
            conflict_cap: 0.66,
            middle_left_out_floor: 0.71,
            common_cap: 0.69,
            single_token_cap: 0.65,
            generic_conflict: 0.80,
            single_word_floor: 0.77,
            generic_cap: 0.50,
            identifier_decides: 1.0,
            identifier_document: 0.95,
            identifier_contact: 0.85,
            identifier_case_factor: 0.95,
            weak_alias_factor: 0.90,
            weak_aliases: true,
            use_birth_date: true,
            use_country: true,
            use_gender: true,
            use_identifiers: true,
            whole_name_floor: 0.70,
            birth_date_boost: 0.25,
            birth_date_slip: 0.97,
            birth_date_near: 0.93,
            birth_date_conflict: 0.75,
            country_boost: 0.05,
            country_conflict: 0.95,
            gender_conflict: 0.90,
            identifier_conflict: 0.95,
        }
    }
}

/// Why settings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{field}`: {reason}")]
pub struct SettingsError {
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// A setting as it is shown to people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SettingField {
    /// Its name in files.
    pub name: &'static str,
    /// What it does and why it is what it is, in lines.
    pub description: Vec<&'static str>,
}

/// This file: the documentation of a field is what users read too, and a second copy of it would drift from the first.
const SOURCE: &str = include_str!("settings.rs");

impl Settings {
    /// All settings in their order, each with what its documentation says.
    #[must_use]
    pub fn fields() -> Vec<SettingField> {
        let body = SOURCE.split_once("pub struct Settings {").map_or("", |(_, rest)| rest);
        let body = body.split_once("\n}").map_or("", |(body, _)| body);
        let mut fields = Vec::new();
        let mut description = Vec::new();
        for line in body.lines().map(str::trim) {
            if let Some(words) = line.strip_prefix("/// ") {
                description.push(words);
            } else if let Some((name, _)) = line.strip_prefix("pub ").and_then(|field| field.split_once(':')) {
                fields.push(SettingField { name, description: std::mem::take(&mut description) });
            }
        }
        fields
    }

    /// Refuses numbers that make no sense: a limit of 0, and anything else that is not from 0 to 1.
    pub fn validate(&self) -> Result<(), SettingsError> {
        // The serialised form has every field, so that none can be forgotten here. A number that is not finite is null in it.
        let values = serde_json::to_value(self).unwrap_or_default();
        for SettingField { name, .. } in Self::fields() {
            let reason = match values.get(name) {
                Some(Value::Bool(_)) => continue,
                Some(Value::Number(number)) if name == "limit" => {
                    if number.as_u64() != Some(0) {
                        continue;
                    }
                    Self::LIMIT_EXPECTED
                }
                Some(Value::Number(number)) if number.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)) => continue,
                _ => Self::SHARE_EXPECTED,
            };
            return Err(SettingsError { field: name, reason });
        }
        Ok(())
    }

    /// What the limit must be, in words.
    pub const LIMIT_EXPECTED: &str = "must be a whole number of at least 1";
    /// What all other numbers must be, in words.
    pub const SHARE_EXPECTED: &str = "must be a number from 0 to 1";

    /// A short id of the settings: the first 16 hexadecimal digits of the SHA-256 of their JSON.
    #[must_use]
    pub fn id(&self) -> String {
        // A struct of numbers, with no map in it, serialises without fail.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let digest = Sha256::digest(json);
        digest.iter().take(8).flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|d| char::from_digit(d.into(), 16)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_follows_every_setting() {
        let settings = Settings::default();
        assert_eq!(settings.id(), Settings::default().id());
        assert_eq!(settings.id().len(), 16);
        let values = serde_json::to_value(&settings).unwrap();
        for (name, value) in values.as_object().unwrap() {
            let other = match value {
                Value::Bool(set) => Value::from(!set),
                Value::Number(number) if number.is_u64() => Value::from(number.as_u64().unwrap() + 1),
                number => Value::from(number.as_f64().unwrap() / 2.0 + 0.001),
            };
            let mut changed = values.clone();
            changed[name] = other;
            let changed: Settings = serde_json::from_value(changed).unwrap();
            assert_ne!(settings.id(), changed.id(), "{name}");
        }
    }

    #[test]
    fn every_field_is_described() {
        let values = serde_json::to_value(Settings::default()).unwrap();
        let names: Vec<&str> = values.as_object().unwrap().keys().map(String::as_str).collect();
        let fields = Settings::fields();
        assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), names);
        for SettingField { name, description } in fields {
            assert!(description.last().is_some_and(|last| last.ends_with('.')), "{name}: {description:?}");
        }
    }

    #[test]
    fn numbers_outside_their_range_are_refused() {
        assert_eq!(Settings::default().validate(), Ok(()));
        let refused = |settings: Settings| settings.validate().unwrap_err().field;
        for bad in [f64::NAN, f64::INFINITY, -0.01, 1.01] {
            assert_eq!(refused(Settings { threshold: bad, ..Settings::default() }), "threshold", "{bad}");
            assert_eq!(refused(Settings { identifier_conflict: bad, ..Settings::default() }), "identifier_conflict", "{bad}");
        }
        let error = Settings { limit: 0, ..Settings::default() }.validate().unwrap_err();
        assert_eq!(error.to_string(), "`limit`: must be a whole number of at least 1");
        for edge in [0.0, 1.0] {
            assert_eq!(Settings { threshold: edge, limit: usize::MAX, ..Settings::default() }.validate(), Ok(()));
        }
    }
}
