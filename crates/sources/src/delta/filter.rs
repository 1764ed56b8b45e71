//! Which parties a reader who asks for a programme wants to see, and why each. The programme's tag alone misses targets: some are listed
//! under a thematic programme only (cyber, proliferation), others stand beside it by a relation. In go an issue and the text; out come
//! reasons by party.

use interdict_model::{Country, Entity, PropertyType};
use rustc_hash::FxHashMap;

use super::issue::ListIssue;

use crate::facts::rows;

const TABLE: &str = include_str!("../../../../data/programme_countries.tsv");

/// The country that a programme is about, and the words that name it; none when the programme is not about one.
#[must_use]
pub fn programme_countries(programme: &str) -> Option<(Country, Vec<&'static str>)> {
    let asked = programme.trim().to_uppercase();
    rows(TABLE).find_map(|row| {
        let [name, country, words, ..] = row[..] else { return None };
        if !asked.starts_with(name) {
            return None;
        }
        Some((Country::from_code(country)?, words.split('|').collect()))
    })
}

/// Why parties of an issue belong to a programme.
#[derive(Clone, Debug, Default)]
pub struct Relevance {
    reasons: FxHashMap<String, Vec<String>>,
}

impl Relevance {
    /// Looks at every party of an issue: a programme that contains `programme`, free text or a designation that names its country, a
    /// country or an address in it, or a relation to a party for which one of these holds.
    #[must_use]
    pub fn of(issue: &ListIssue, programme: &str) -> Self {
        let asked = programme.trim().to_lowercase();
        let country = programme_countries(programme);
        let mut direct: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let mut relations: Vec<(String, String)> = Vec::new();
        for party in issue.parties() {
            let satellites = issue.satellites(&party.id);
            let mut reasons = Vec::new();
            reasons_of(&party, &asked, country.as_ref(), &mut reasons);
            for satellite in &satellites {
                if satellite.is_link() {
                    let ends = satellite.values_of(PropertyType::Entity).map(|(_, value)| value.text.clone());
                    relations.extend(ends.filter(|id| *id != party.id).map(|other| (party.id.clone(), other)));
                } else {
                    reasons_of(satellite, &asked, country.as_ref(), &mut reasons);
                }
            }
            if !reasons.is_empty() {
                // The programme is the first reason.
                reasons.sort_unstable_by(|a, b| (!a.starts_with("programme "), a).cmp(&(!b.starts_with("programme "), b)));
                reasons.dedup();
                direct.insert(party.id.clone(), reasons);
            }
        }
        let mut all = direct.clone();
        relations.sort_unstable();
        relations.dedup();
        for (party, other) in relations {
            if let (false, Some(why)) = (direct.contains_key(&party), direct.get(&other)) {
                let reason = format!("linked to {} ({other}): {}", issue.caption(&other), why.join("; "));
                all.entry(party).or_default().push(reason);
            }
        }
        Self { reasons: all }
    }

    /// Why a party belongs; empty when it does not.
    #[must_use]
    pub fn reasons(&self, id: &str) -> &[String] {
        self.reasons.get(id).map_or(&[], Vec::as_slice)
    }

    /// The reasons of either issue; the newer one's where both have some.
    #[must_use]
    pub fn either<'r>(new: &'r Self, old: &'r Self, id: &str) -> &'r [String] {
        let reasons = new.reasons(id);
        if reasons.is_empty() { old.reasons(id) } else { reasons }
    }
}

fn reasons_of(entity: &Entity, asked: &str, country: Option<&(Country, Vec<&'static str>)>, reasons: &mut Vec<String>) {
    // Other lists name the same programme by the country, in words or by its code: `PRK` of the European Union.
    let of_country = |text: &str| {
        country.is_some_and(|(country, words)| {
            country.alpha3().is_some_and(|code| code == text) || words.iter().any(|word| has_word(text, word))
        })
    };
    let programmes = ["program", "programId"].iter().flat_map(|property| entity.texts(property));
    let programmes = programmes.filter(|text| text.to_lowercase().contains(asked) || of_country(text));
    reasons.extend(programmes.map(|text| format!("programme {text}")));
    let texts: Vec<(&str, &str)> = entity
        .values_of(PropertyType::Text)
        .map(|(property, value)| (property, value.text.as_str()))
        .chain(entity.texts("provisions").map(|text| ("provisions", text)))
        .collect();
    for (property, text) in &texts {
        let words: Vec<&str> = country.map(|(_, words)| words.clone()).unwrap_or_default();
        let named = words.iter().copied().find(|word| has_word(text, word)).map(str::to_owned);
        let named = named.or_else(|| has_word(&text.to_lowercase(), asked).then(|| asked.to_uppercase()));
        if let Some(word) = named {
            let what = match (entity.schema.as_str(), *property) {
                ("Sanction", _) => "designation names",
                (_, "notes") => "notes name",
                _ => "description names",
            };
            reasons.push(format!("{what} {word}"));
        }
    }
    let Some((country, _)) = country else { return };
    // Whose country a listing authority or a document is, is no country of the party; an office in one is.
    let place = match entity.schema.as_str() {
        "Sanction" | "CryptoWallet" => return,
        "Address" => "address",
        "Passport" | "Identification" => "document of",
        _ => "",
    };
    for (property, value) in entity.values_of(PropertyType::Country) {
        if Country::parse(&value.text) == Some(*country) {
            let what = match (place, property) {
                ("address", _) => format!("address in {}", country.name()),
                ("document of", _) => format!("document of {}", country.name()),
                (_, property) => format!("{} {}", super::facts::Fact::words(property), country.name()),
            };
            reasons.push(what);
        }
    }
}

/// Whether a text has the word, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_and_words() {
        assert_eq!(programme_countries("dprk2").map(|(country, _)| country.code()), Some("kp"));
        assert!(programme_countries("SDGT").is_none());
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
        for row in rows {
            let columns: Vec<&str> = row.split('\t').collect();
            assert!(
                columns.len() == 4 && Country::from_code(columns[1]).is_some() && columns[3].starts_with("https://"),
                "{row}"
            );
        }
        assert!(has_word("North Korea Sanctions", "North Korea") && !has_word("xDPRK", "DPRK"));
    }
}
