//! What is never read. The name of a column, a member of a record or a question of a form goes in; whether it is about a protected
//! characteristic of a person comes out. Nationality, ethnicity, race, religion, native language, accent, looks, sex, birth place,
//! disability and the like are refused with a problem that names the column, and the content is not looked at.

use rustc_hash::FxHashMap;

use crate::people::{Builder, Source};
use crate::problem::ProblemKind;

/// Beginnings of words that mean a protected characteristic, whatever follows. Of the languages of common forms, without accents.
const BEGINNINGS: [&str; 37] = [
    "nationalit",
    "nationaelit",
    "nacionalid",
    "nazionalit",
    "narodowosc",
    "staatsangehor",
    "staatsburger",
    "citizen",
    "citoyen",
    "ciudadan",
    "cidadani",
    "cittadin",
    "obywatel",
    "ethnic",
    "ethnie",
    "ethnisch",
    "etnic",
    "etnia",
    "racial",
    "hispanic",
    "latino",
    "latinx",
    "religio",
    "konfession",
    "gender",
    "geschlecht",
    "pronoun",
    "complexion",
    "disabilit",
    "handicap",
    "veteran",
    "pregnan",
    "birthplace",
    "birthcountry",
    "geburtsort",
    "geburtsland",
    "muttersprach",
];

/// Words that mean it when they stand alone.
const WORDS: [&str; 22] = [
    "race",
    "rasse",
    "raza",
    "raca",
    "razza",
    "sex",
    "sexe",
    "sexo",
    "faith",
    "creed",
    "caste",
    "tribe",
    "ancestry",
    "accent",
    "appearance",
    "looks",
    "lgbt",
    "lgbtq",
    "eeo",
    "eeoc",
    "naturalized",
    "naturalised",
];

/// Words that mean it when they follow each other, with small words between them left out.
const PHRASES: [[&str; 2]; 27] = [
    ["native", "language"],
    ["native", "speaker"],
    ["native", "tongue"],
    ["mother", "tongue"],
    ["first", "language"],
    ["langue", "maternelle"],
    ["lengua", "materna"],
    ["national", "origin"],
    ["country", "origin"],
    ["name", "origin"],
    ["origin", "country"],
    ["place", "birth"],
    ["country", "birth"],
    ["city", "birth"],
    ["birth", "place"],
    ["birth", "country"],
    ["birth", "city"],
    ["lieu", "naissance"],
    ["where", "born"],
    ["were", "born"],
    ["photo", "look"],
    ["skin", "color"],
    ["skin", "colour"],
    ["hair", "color"],
    ["hair", "colour"],
    ["eye", "color"],
    ["eye", "colour"],
];

/// Whether a name of a column or a question is about a protected characteristic.
pub(super) fn is_protected(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.iter().enumerate().any(|(at, word)| {
        // A race condition is none.
        let next = words.get(at + 1).copied().unwrap_or_default();
        BEGINNINGS.iter().any(|begin| word.starts_with(begin))
            || WORDS.contains(word) && !(*word == "race" && next.starts_with("condition"))
    }) || PHRASES.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == *phrase))
        // Written without spaces, as `nativelanguage` and `placeofbirth`.
        || words.iter().any(|word| {
            word.len() > 8 && PHRASES.iter().any(|[a, b]| word.strip_prefix(a).is_some_and(|rest| rest.strip_prefix("of").unwrap_or(rest) == *b))
        })
}

/// The words of a name, folded to small letters without accents: `NativeLanguage`, `native_language` and `Native language` are the same.
fn words(name: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut before_small = false;
    for character in name.chars().take(400) {
        if character.is_uppercase() && before_small || !character.is_alphanumeric() {
            spaced.push(' ');
        }
        before_small = character.is_lowercase();
        if character.is_alphanumeric() {
            spaced.push(character);
        }
    }
    let folded = interdict_names::fold(&spaced).to_lowercase();
    let small = ["of", "the", "your", "you", "de", "is", "a", "an"];
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !small.contains(word))
        .map(str::to_owned)
        .collect()
}

/// Names that were asked already, so that each is looked at once in a file and told once.
#[derive(Debug, Default)]
pub(super) struct Refusals(FxHashMap<String, bool>);

impl Refusals {
    /// Whether what a name stands for must not be read; the first time it is a problem.
    pub(super) fn refuse(&mut self, name: &str, source: Source, to: &mut Builder) -> bool {
        if let Some(known) = self.0.get(name) {
            return *known;
        }
        let protected = is_protected(name);
        if protected {
            to.problem(source, ProblemKind::Protected(name.chars().take(120).collect()));
        }
        // Questions that the writer of a file makes up are not kept without end.
        if self.0.len() < 10_000 {
            self.0.insert(name.to_owned(), protected);
        }
        protected
    }
}

#[cfg(test)]
mod tests {
    use super::is_protected;

    #[test]
    fn protected_names_in_any_writing() {
        for name in [
            "Nationality",
            "nationality_code",
            "Nationalität",
            "nacionalidad",
            "Citizenship Status",
            "US citizen?",
            "citizenOf",
            "Ethnicity",
            "ethnicGroup",
            "Race",
            "race_ethnicity",
            "Are you Hispanic or Latino?",
            "Religion",
            "religiousAffiliation",
            "Native Language",
            "nativeLanguage",
            "native_language",
            "NATIVELANGUAGE",
            "Mother tongue",
            "Gender",
            "Sex",
            "Place of Birth",
            "birthPlace",
            "birth_place",
            "placeofbirth",
            "Country of birth",
            "Where were you born?",
            "Photo look",
            "Accent",
            "Appearance",
            "Veteran status",
            "disability_status",
            "National origin",
            "Country of origin",
            "What is your first language?",
            "Muttersprache",
        ] {
            assert!(is_protected(name), "{name}");
        }
    }

    #[test]
    fn other_names_are_read() {
        for name in [
            "National ID",
            "Nation-wide clients",
            "Trace id",
            "Work e-mail",
            "Describe a race condition that you mended",
            "Country",
            "Residence",
            "Birth date",
            "Language",
            "Origin",
            "Brace",
            "Sextant model",
            "Embrace",
            "First name",
            "Source of referral",
            "Preferred programming languages",
            "IP address",
            "Tracking",
            "Racecourse",
            "Place of work",
            "Photo",
        ] {
            assert!(!is_protected(name), "{name}");
        }
    }
}
