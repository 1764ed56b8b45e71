//! Who may stand in an article: listed parties by kind and writing, their identifiers, and people and firms who are on no list. A snapshot
//! and the tables of the unlisted go in.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use interdict_model::{NamePartKind, Schema};
use interdict_names::{NameKind, Token, is_korean_key, parse_name};
use interdict_snapshot::Snapshot;
use rustc_hash::{FxHashMap, FxHashSet};

use super::forms::{rough, title_case};
use super::russian::{Case, Part, declined};
use crate::data::{Dice, Setting, listed_names, sameness};

/// A name of a listed party.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) text: String,
    /// Its parts in the order of the text.
    pub(super) parts: Vec<(NamePartKind, String)>,
}

/// A listed party with its strong names in one writing.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub(crate) entity: u32,
    pub(crate) names: Vec<Named>,
    pub(super) woman: bool,
    pub(super) korean: bool,
}

/// An identifier and who holds it.
#[derive(Clone, Debug)]
pub(crate) struct Identifier {
    pub(crate) text: String,
    pub(crate) holders: Vec<u32>,
}

/// People and firms in one language who are on no list.
#[derive(Clone, Debug, Default)]
pub(super) struct Unlisted {
    pub(super) people: Vec<String>,
    pub(super) firms: Vec<String>,
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    pub(crate) people: Vec<Party>,
    pub(crate) organisations: Vec<Party>,
    pub(crate) vessels: Vec<Party>,
    pub(super) aircraft: Vec<Party>,
    /// People with Russian names that decline regularly, and organisations with names in Cyrillic.
    pub(super) russian: [Vec<Party>; 2],
    /// Parties with names in Arabic, Chinese and Korean writing.
    pub(super) native: FxHashMap<&'static str, Vec<Party>>,
    /// Identifiers by slot.
    pub(crate) identifiers: FxHashMap<&'static str, Vec<Identifier>>,
    /// Keys of all listed names: of words in any order, without what romanisation may change, without spaces.
    listed: HashSet<String>,
    roughly: FxHashSet<String>,
    joined: FxHashSet<String>,
    /// The syllables of listed names that may be Korean, each by its keys.
    syllables: Vec<Vec<Vec<String>>>,
    /// By language; English stands for all that are written in Latin letters.
    pub(super) unlisted: FxHashMap<&'static str, Unlisted>,
}

/// The writing of a name by its letters: a language that it stands for, or `None` where letters are mixed or of other writings.
fn writing(name: &str) -> Option<&'static str> {
    let of = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some("en"),
        '\u{400}'..='\u{52f}' => Some("ru"),
        '\u{600}'..='\u{6ff}' => Some("ar"),
        '\u{4e00}'..='\u{9fff}' => Some("zh"),
        '\u{ac00}'..='\u{d7a3}' => Some("ko"),
        _ => None,
    };
    let mut letters = name.chars().filter(|c| c.is_alphabetic());
    let first = of(letters.next()?)?;
    letters.all(|letter| of(letter) == Some(first)).then_some(first)
}

/// Whether a name may stand in running text as it is.
fn plain(name: &str) -> bool {
    let odd = |c: char| matches!(c, '(' | ')' | '"' | '“' | '”' | '«' | '»' | ';' | ':' | '/' | '\\' | '*' | '[' | '`' | '=');
    let words = name.split(' ').count();
    name.chars().count() <= 80 && words <= 9 && !name.contains(odd) && !name.contains("a.k.a")
}

/// Whether all cases of a Russian name can be formed.
pub(super) fn declines(parts: &[(NamePartKind, String)], woman: bool) -> bool {
    let count = |kind| parts.iter().filter(|(other, _)| *other == kind).count();
    count(NamePartKind::Family) == 1
        && count(NamePartKind::Given) == 1
        && parts.iter().all(|(kind, text)| {
            part(*kind).is_some_and(|part| declined(&title_case(text), part, woman, Case::Dative).is_some())
        })
}

/// How a part of a name declines.
pub(super) fn part(kind: NamePartKind) -> Option<Part> {
    Some(match kind {
        NamePartKind::Given => Part::Given,
        NamePartKind::Family => Part::Family,
        NamePartKind::Middle | NamePartKind::Patronymic => Part::Patronymic,
        _ => return None,
    })
}

fn push(pool: &mut Vec<Party>, entity: u32, name: Named, [woman, korean]: [bool; 2]) {
    match pool.last_mut() {
        Some(party) if party.entity == entity => party.names.push(name),
        _ => pool.push(Party { entity, names: vec![name], woman, korean }),
    }
}

impl Pools {
    pub(crate) fn new(snapshot: &Snapshot, setting: &Setting) -> Result<Self> {
        let mut pools = Self { listed: listed_names(snapshot), ..Self::default() };
        pools.parties(snapshot);
        pools.hold_identifiers(snapshot);
        pools.strangers_of(snapshot, setting)?;
        let [people, organisations] = &pools.russian;
        for (what, count) in [
            ("people", pools.people.len()),
            ("organisations", pools.organisations.len()),
            ("vessels", pools.vessels.len()),
            ("aircraft", pools.aircraft.len()),
            ("people in Russian", people.len()),
            ("organisations in Russian", organisations.len()),
            ("Arabic names", pools.native.get("ar").map_or(0, Vec::len)),
            ("Chinese names", pools.native.get("zh").map_or(0, Vec::len)),
            ("Korean names", pools.native.get("ko").map_or(0, Vec::len)),
            ("wallets", pools.identifiers.get("wallet").map_or(0, Vec::len)),
            ("IMO numbers", pools.identifiers.get("imo").map_or(0, Vec::len)),
            ("SWIFT codes", pools.identifiers.get("bic").map_or(0, Vec::len)),
            ("passports", pools.identifiers.get("passport").map_or(0, Vec::len)),
        ] {
            ensure!(count > 0, "the list has no {what}");
        }
        Ok(pools)
    }

    fn parties(&mut self, snapshot: &Snapshot) {
        for party in snapshot.entities().filter(|party| party.texts("topics").any(|topic| topic == "sanction")) {
            let schema = party.schema();
            let country = |code: &str| {
                ["nationality", "country", "birthCountry"].iter().any(|of| party.texts(of).any(|text| text == code))
            };
            let korean = schema == Some(Schema::Person) && (country("kp") || country("kr"));
            for detail in party.name_details().into_iter().filter(|detail| !detail.weak && plain(&detail.text)) {
                let Some(writing) = writing(&detail.text) else { continue };
                let parts: Vec<_> = detail.parts.into_iter().map(|part| (part.kind, part.text)).collect();
                let woman = party.texts("gender").any(|gender| gender == "female")
                    || parts.iter().any(|(_, text)| text.to_lowercase().ends_with("вна"));
                let words = detail.text.split(' ').count();
                let letters = detail.text.chars().filter(|c| c.is_alphabetic()).count();
                let person = schema == Some(Schema::Person);
                let pool = match (writing, schema) {
                    ("en", Some(Schema::Person)) if words >= 2 => &mut self.people,
                    ("en", Some(Schema::Vessel)) if letters >= 4 => &mut self.vessels,
                    ("en", Some(Schema::Airplane)) if letters >= 3 => &mut self.aircraft,
                    ("en", Some(Schema::Person | Schema::Vessel | Schema::Airplane)) => continue,
                    ("en", _) if letters >= 4 => &mut self.organisations,
                    ("ru", Some(Schema::Person)) if declines(&parts, woman) => &mut self.russian[0],
                    ("ru", _) if !person && words >= 2 => &mut self.russian[1],
                    ("ar" | "zh" | "ko", _) if letters >= 3 => self.native.entry(writing).or_default(),
                    _ => continue,
                };
                push(pool, party.index(), Named { text: detail.text, parts }, [woman, korean]);
            }
        }
    }

    fn hold_identifiers(&mut self, snapshot: &Snapshot) {
        let mut held: FxHashMap<(&'static str, String), Vec<u32>> = FxHashMap::default();
        for entity in snapshot.entities() {
            for (property, value, _) in entity.properties() {
                let (slot, text) = match property {
                    "publicKey" => ("wallet", value),
                    "imoNumber" => ("imo", value.trim_start_matches("IMO").trim()),
                    "swiftBic" => ("bic", value),
                    "passportNumber" if value.len() >= 6 && value.chars().any(|c| c.is_ascii_digit()) => ("passport", value),
                    _ => continue,
                };
                if text.contains(' ') {
                    continue;
                }
                let holders = held.entry((slot, text.to_owned())).or_default();
                holders.push(entity.index());
                // A wallet and a document are entities of their own: whose they are is right, too.
                let owners = entity.texts("holder").filter_map(|id| snapshot.entity(id));
                holders.extend(owners.map(interdict_snapshot::EntityRef::index));
            }
        }
        let mut held: Vec<_> = held.into_iter().collect();
        held.sort();
        for ((slot, text), holders) in held {
            self.identifiers.entry(slot).or_default().push(Identifier { text, holders });
        }
    }

    /// People and firms on no list. Who bears a listed name is left out; so is a firm whose name has one of several words in it, as that
    /// name then stands in the text.
    fn strangers_of(&mut self, snapshot: &Snapshot, setting: &Setting) -> Result<()> {
        let names = || (0..snapshot.name_count()).filter_map(|index| snapshot.name_at(index));
        let lower = |text: &str| {
            text.to_lowercase()
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let whole: FxHashSet<String> = names().map(|name| lower(name.text())).filter(|name| name.contains(' ')).collect();
        self.roughly = names().map(|name| rough(name.text())).collect();
        self.joined = names().map(|name| name.text().replace(' ', "")).collect();
        self.syllables = names().filter_map(|name| korean(name.text())).collect();
        let mut unlisted: FxHashMap<&'static str, Unlisted> = FxHashMap::default();
        let mut parts: FxHashMap<&'static str, Vec<[String; 2]>> = FxHashMap::default();
        for row in setting.unlisted("persons_synthetic.csv.gz")? {
            let [full, first, last] = [0, 1, 3].map(|column| row.get(column).unwrap_or_default().trim());
            let Some(language) = writing(full) else { continue };
            let name = if matches!(language, "zh" | "ko") { format!("{last}{first}") } else { full.to_owned() };
            if self.free(&name) && plain(&name) {
                unlisted.entry(language).or_default().people.push(name);
            }
            if !first.is_empty() && !last.is_empty() {
                parts.entry(language).or_default().push([first.to_owned(), last.to_owned()]);
            }
        }
        for row in setting.unlisted("persons_generated.tsv.gz")? {
            let [native, country, gender] =
                [1, 2, 3].map(|column| row.get(column).unwrap_or_default().trim().replace('\u{301}', ""));
            let language = match (&*country, &*gender) {
                ("RU", "M") => "ru",
                ("CN", _) => "zh",
                _ => continue,
            };
            if writing(&native) == Some(language) && self.free(&native) {
                unlisted.entry(language).or_default().people.push(native);
            }
        }
        // New people of given and family names of others, so that a few do not stand for all.
        let mut dice = Dice(77);
        for language in ["en", "ru", "ar"] {
            let Some(parts) = parts.get(language) else { continue };
            let people = &mut unlisted.entry(language).or_default().people;
            for _ in 0..parts.len() * 4 {
                let name = format!("{} {}", parts[dice.roll(parts.len())][0], parts[dice.roll(parts.len())][1]);
                if self.free(&name) && plain(&name) {
                    people.push(name);
                }
            }
        }
        for row in setting.unlisted("companies_gleif.tsv.gz")? {
            let name = row.get(1).unwrap_or_default().trim();
            if writing(name) != Some("en") || !plain(name) || !self.free(name) {
                continue;
            }
            let words = lower(name);
            let words: Vec<&str> = words.split(' ').collect();
            let holds = (2..=6).flat_map(|size| words.windows(size)).any(|some| whole.contains(&some.join(" ")));
            if !holds {
                unlisted.entry("en").or_default().firms.push(name.to_owned());
            }
        }
        for (language, of) in &unlisted {
            ensure!(!of.people.is_empty(), "there are no unlisted people in `{language}`");
        }
        self.unlisted = unlisted;
        Ok(())
    }

    /// Whether nobody listed bears a name.
    pub(crate) fn free(&self, name: &str) -> bool {
        let joined = || name.replace(' ', "");
        // A name in Hangul is that of somebody who is listed in Latin letters where its syllables are.
        let namesake = |own: Vec<Vec<String>>| {
            self.syllables.iter().any(|listed| {
                listed.len() == own.len() && listed.iter().zip(&own).all(|(a, b)| a.iter().any(|key| b.contains(key)))
            })
        };
        let hangul = name.starts_with(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'));
        let taken = self.listed.contains(&sameness(name))
            || self.roughly.contains(&rough(name))
            || self.joined.contains(&joined())
            || (hangul && korean(name).is_some_and(namesake));
        !taken
    }

    /// People and firms on no list, of a language.
    pub(super) fn unlisted(&self, language: &str) -> Option<&Unlisted> {
        self.unlisted.get(language)
    }

    /// The firms on no list.
    pub(crate) fn firms(&self) -> &[String] {
        self.unlisted.get("en").map_or(&[], |of| &of.firms)
    }

    /// The people on no list with names in Latin letters.
    pub(crate) fn strangers(&self) -> &[String] {
        self.unlisted.get("en").map_or(&[], |of| &of.people)
    }
}

/// The syllables of a name, each by its keys; `None` where one cannot be Korean.
fn korean(name: &str) -> Option<Vec<Vec<String>>> {
    let parsed = parse_name(name, NameKind::Person);
    let keys = |token: &Token| token.korean.iter().filter(|key| is_korean_key(key)).cloned().collect::<Vec<_>>();
    let all: Vec<Vec<String>> = parsed.tokens.iter().map(keys).collect();
    (all.len() >= 2 && all.iter().all(|keys| !keys.is_empty())).then_some(all)
}
