//! Every number that a score depends on, in one place, each with its reason. A result names the id of the settings it was made with, so
//! that it can be made again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a match is made of. All weights and factors are between 0 and 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Findings below this score are not reported. 0.70 is the documented default.
    pub threshold: f64,
    /// Findings reported for a query at most.
    pub limit: usize,
    /// Weight of a distinctive word: the measure of all other weights.
    pub weight_word: f64,
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
    /// Similarity of two tokens with the same Korean key but different letters. The key brings all romanisations together and so also a
    /// few different names.
    pub korean_similarity: f64,
    /// Similarity of a letter with a word that begins with it.
    pub initial_similarity: f64,
    /// Similarity of two forms of one given name (William and Bill).
    pub nickname_similarity: f64,
    /// How much unmatched distinctive words on both sides at once lower a score. "Reza Karimi" and "Reza Ahmadi" contradict each other,
    /// while a name that merely lacks a part does not.
    pub conflict_penalty: f64,
    /// Score at most when only one token of the name of a person or thing of several was found, or Korean syllables in another order: one
    /// shared given or family name identifies nobody.
    pub single_token_cap: f64,
    /// Factor when two organisations share one telling word and each has generic words that the other lacks: Bridge Leasing is not Bridge
    /// Bearing.
    pub generic_conflict: f64,
    /// Letters up to which the only telling word of an organisation must be the same: a slip in it makes another name (Essar, Eksar).
    pub short_word: usize,
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
            weight_number: 1.0,
            weight_generic: 0.35,
            weight_legal_form: 0.10,
            weight_initial: 0.4,
            weight_particle: 0.15,
            weight_title: 0.05,
            weight_stop: 0.03,
            token_floor: 0.70,
            korean_similarity: 0.93,
            initial_similarity: 0.75,
            nickname_similarity: 0.90,
            conflict_penalty: 0.4,
            single_token_cap: 0.65,
            generic_conflict: 0.80,
            short_word: 6,
            generic_cap: 0.50,
            identifier_decides: 1.0,
            identifier_document: 0.95,
            identifier_contact: 0.85,
            identifier_case_factor: 0.95,
            weak_alias_factor: 0.90,
            weak_aliases: true,
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

impl Settings {
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
        assert_ne!(settings.id(), Settings { weight_stop: 0.04, ..Settings::default() }.id());
    }
}
