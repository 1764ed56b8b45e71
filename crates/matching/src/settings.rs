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
    /// Share of the weight of a word that many names have (Ivan, Hassan, Star).
    pub common_factor: f64,
    /// Share of the weight of a word that thousands of names have (Mohammad, Ali), or that a patronymic has: often left out.
    pub very_common_factor: f64,
    /// What a telling word of a person's name weighs more when the other name lacks it.
    pub missing_rare_factor: f64,
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
    /// Similarity of two tokens with the same Korean or Chinese key but different letters. The key brings all romanisations together and so
    /// also a few different names.
    pub syllable_similarity: f64,
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
    /// Similarity that the only telling word of an organisation must have: a slip in a short word makes another name (Essar, Eksar).
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
            missing_rare_factor: 1.15,
            weight_number: 1.0,
            weight_generic: 0.35,
            weight_legal_form: 0.10,
            weight_initial: 0.4,
            weight_particle: 0.15,
            weight_title: 0.05,
            weight_stop: 0.03,
            token_floor: 0.66,
            syllable_similarity: 0.93,
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
