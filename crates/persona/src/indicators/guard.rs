//! What no rule may do, whoever wrote it: an [`Indicator`] goes in, and the first [`Refusal`] with its field comes out.
//!
//! Refused are rules that name a protected characteristic of people in what they read or compare; that say to read another thing than
//! their test reads; that compare a country, telephone prefix, top-level domain or name of people with a list; whose texts are free words
//! about a person; and whose parameters have no sense. The two lists of places that the law or the published cases give (networks
//! registered to the DPRK, sanctions) are in code, and no parameter reaches them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use interdict_model::Country;
use interdict_names::fold;
use regex::{Regex, RegexBuilder};

use crate::vocabulary::Field;

use super::test::{CountryStatement, IpList, Measure};
use super::{Class, Indicator, Strength, Test, reads};

/// Why a rule is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not of the form of this field.
    #[error("{0}")]
    Form(String),
    /// Not there.
    #[error("it is missing")]
    Missing,
    /// Without content.
    #[error("it is empty")]
    Empty,
    /// No field of a rule.
    #[error("a rule has no such field")]
    Unknown,
    /// An id of other characters or too long.
    #[error("an id has up to 40 letters, digits, `-`, `_` and `.`")]
    Id,
    /// The id stands twice in one file.
    #[error("the id stands twice in this file")]
    Twice,
    /// A rule that has a test and says that it has none.
    #[error("a rule has a test or says why it is not fed, not both")]
    TestAndNotFed,
    /// A question without an answer that is tested.
    #[error("only rules with a test of kind `answer` have a question")]
    Question,
    /// A source that no table names.
    #[error("no table `[sources.{0}]`")]
    Source(String),
    /// A protected characteristic of people.
    #[error("`{0}` is or stands for a protected characteristic of people, which no rule may read or name")]
    Protected(String),
    /// A word that accuses.
    #[error("`{0}` accuses somebody: a rule says what the records show, and not what somebody is")]
    Accusing(String),
    /// Not a word of what can be read.
    #[error("`{0}` is nothing that a test reads")]
    NoWord(String),
    /// Other fields than the test reads.
    #[error("the test reads {reads}: the rule must say exactly that")]
    Fields {
        /// What the test reads.
        reads: String,
    },
    /// Another class than that of the test.
    #[error("the test is of class `{0}`")]
    Class(&'static str),
    /// A country, nation or place as a value.
    #[error("`{0}` is a country, nation or place: a country is only compared with another statement of the same person")]
    Country(String),
    /// A telephone prefix as a value.
    #[error("`{0}` holds a telephone prefix, which stands for a country")]
    PhonePrefix(String),
    /// A top-level domain of a country as a value.
    #[error("`{0}` holds or singles out the top-level domain of a country")]
    TopLevelDomain(String),
    /// A pattern that is about names of people.
    #[error("`{pattern}` is about `{word}`, a name or no word of the trade: names of people are compared with no list")]
    NamePattern {
        /// The pattern.
        pattern: String,
        /// The name or word.
        word: String,
    },
    /// A fact in free words, which is compared with no list.
    #[error("`{0}` is a fact about a person in free words, which is compared with no list")]
    FreeFact(&'static str),
    /// A value outside the closed values of its parameter.
    #[error("`{value}` is none of {of}")]
    Value {
        /// The value.
        value: String,
        /// What it can be.
        of: String,
    },
    /// A pattern that is no regular expression or too large.
    #[error("`{pattern}`: {why}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        why: String,
    },
    /// A parameter without sense.
    #[error("{0}")]
    Bound(&'static str),
    /// Legal duties come from sanctions lists alone.
    #[error("`legal` is for sanctions look-ups, and a sanctions look-up of a wallet, name or owner is `legal`")]
    Legal,
    /// What the profile picture is must never count.
    #[error("the class of a profile picture is `shown` and never counts")]
    ShownOnly,
}

type Checked = Result<(), (String, Refusal)>;

/// Begins of words that are or stand for a protected characteristic, whatever follows.
const STEMS: [&str; 49] = [
    "nationalit",
    "nacionalid",
    "nazionalit",
    "citizen",
    "ciudadan",
    "cittadin",
    "staatsangehor",
    "staatsburger",
    "ethni",
    "etnic",
    "racial",
    "rassisch",
    "religio",
    "language",
    "linguist",
    "muttersprach",
    "idioma",
    "sprache",
    "accent",
    "akzent",
    "acento",
    "dialect",
    "skin",
    "hautfarb",
    "complexion",
    "appearance",
    "aussehen",
    "gender",
    "geschlecht",
    "sexual",
    "birth",
    "geburt",
    "nacimiento",
    "naissance",
    "herkunft",
    "ancest",
    "immigra",
    "foreign",
    "auslander",
    "disabilit",
    "pregnan",
    "hangul",
    "hanja",
    "hancom",
    "asian",
    "african",
    "christian",
    "muslim",
    "jewish",
];
/// Whole words that are or stand for one.
const WORDS: [&str; 58] = [
    "race",
    "races",
    "age",
    "ages",
    "aged",
    "sex",
    "male",
    "female",
    "man",
    "woman",
    "men",
    "women",
    "faith",
    "creed",
    "caste",
    "tribe",
    "tribal",
    "lang",
    "locale",
    "dob",
    "born",
    "native",
    "tongue",
    "looks",
    "face",
    "facial",
    "eye",
    "eyes",
    "hair",
    "descent",
    "origin",
    "origins",
    "westernized",
    "westernised",
    "oriental",
    "slavic",
    "arab",
    "arabic",
    "latino",
    "latina",
    "hispanic",
    "black",
    "white",
    "hwp",
    "islam",
    "buddhist",
    "hindu",
    "juche",
    "visa",
    "union",
    "marital",
    "married",
    "mothertongue",
    "passportcountry",
    "raza",
    "langue",
    "national",
    "nationals",
];
/// Protected terms of more than one word, written as one, that are looked for across the separators of a text.
const RUNS: [&str; 21] = [
    "nationality",
    "ethnicity",
    "religion",
    "citizenship",
    "mothertongue",
    "nativelanguage",
    "nativetongue",
    "firstlanguage",
    "birthcountry",
    "countryofbirth",
    "placeofbirth",
    "birthplace",
    "dateofbirth",
    "skincolo",
    "skintone",
    "nameorigin",
    "surnameorigin",
    "familyorigin",
    "accentedenglish",
    "gender",
    "immigrationstatus",
];
/// Nations, regions and places that the table of countries leaves out because they are more than one or none.
const PLACES: [&str; 27] = [
    "korea",
    "korean",
    "koreans",
    "dprk",
    "congo",
    "congolese",
    "guinea",
    "asia",
    "asiatic",
    "africa",
    "europe",
    "european",
    "europeans",
    "american",
    "americans",
    "pyongyang",
    "dandong",
    "yanbian",
    "shenyang",
    "dalian",
    "vladivostok",
    "khasan",
    "khabarovsk",
    "seoul",
    "beijing",
    "moscow",
    "chosun",
];
/// Words of the trade that a pattern over e-mail addresses may hold.
const TRADE: [&str; 108] = [
    "dev",
    "devs",
    "develop",
    "developer",
    "devops",
    "code",
    "coder",
    "coding",
    "program",
    "programmer",
    "programming",
    "engineer",
    "engineering",
    "software",
    "soft",
    "tech",
    "techno",
    "technology",
    "star",
    "talent",
    "talented",
    "hire",
    "hired",
    "job",
    "jobs",
    "work",
    "works",
    "worker",
    "working",
    "remote",
    "freelance",
    "freelancer",
    "expert",
    "master",
    "senior",
    "full",
    "fullstack",
    "stack",
    "front",
    "back",
    "frontend",
    "backend",
    "web",
    "website",
    "mobile",
    "app",
    "apps",
    "block",
    "chain",
    "blockchain",
    "crypto",
    "defi",
    "nft",
    "token",
    "coin",
    "solidity",
    "react",
    "node",
    "script",
    "javascript",
    "python",
    "rust",
    "golang",
    "data",
    "cloud",
    "team",
    "group",
    "studio",
    "labs",
    "solution",
    "solutions",
    "silver",
    "gold",
    "golden",
    "diamond",
    "platinum",
    "best",
    "super",
    "lucky",
    "smart",
    "dream",
    "magic",
    "hero",
    "career",
    "resume",
    "contact",
    "info",
    "mail",
    "email",
    "official",
    "real",
    "test",
    "user",
    "admin",
    "account",
    "new",
    "design",
    "designer",
    "digital",
    "online",
    "global",
    "world",
    "net",
    "game",
    "gamer",
    "top",
    "pro",
    "dot",
];

/// Whether a text, in any writing, is or holds a protected word; which.
pub(super) fn protected(text: &str) -> Option<String> {
    let words = words(text);
    let hit = words.iter().find(|word| {
        WORDS.contains(&word.as_str())
            || STEMS.iter().any(|stem| word.starts_with(stem))
            || RUNS.iter().any(|run| word.contains(run))
    });
    if let Some(word) = hit {
        return Some(word.clone());
    }
    let run = words.concat();
    RUNS.iter().find(|protected| run.contains(*protected)).map(|protected| (*protected).to_owned())
}

/// The words of a text in lower case without accents: at separators, and where small letters meet capitals.
fn words(text: &str) -> Vec<String> {
    let mut apart = String::with_capacity(text.len() + 8);
    let mut small = false;
    for letter in text.chars() {
        if letter.is_uppercase() && small {
            apart.push(' ');
        }
        small = letter.is_lowercase();
        apart.push(if letter.is_alphanumeric() { letter } else { ' ' });
    }
    let folded = fold(&apart);
    folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a text holds a country, nation or place; which. A whole text may be a code, but for the answers `yes` and `no`.
fn country(text: &str) -> Option<String> {
    let text = text.trim();
    let is_answer = text.eq_ignore_ascii_case("no") || text.eq_ignore_ascii_case("yes");
    if !is_answer && (Country::from_code(text).is_some() || Country::parse(text).is_some()) {
        return Some(text.to_owned());
    }
    let words = words(text);
    if let Some(word) = words.iter().find(|word| PLACES.contains(&word.as_str())) {
        return Some(word.clone());
    }
    // Codes of three letters inside a text, where they are written as codes.
    let code = |word: &&str| {
        word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && Country::from_code(word).is_some()
    };
    if let Some(code) = text.split(|letter: char| !letter.is_alphanumeric()).find(code) {
        return Some(code.to_owned());
    }
    (0..words.len()).find_map(|start| {
        let most = words.len().min(start + 6);
        let parts = (start + 1..=most).map(|end| words[start..end].join(" "));
        parts.take_while(|part| Country::begins(part)).find(|part| part.len() > 3 && Country::parse(part).is_some())
    })
}

/// Whether a text or pattern holds the prefix of a telephone number.
fn phone_prefix(text: &str) -> bool {
    static PREFIX: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\\?\+|\[\\?\+\])\??[(\[]?[0-9]|(?:^|[\^(|\s])00[1-9][0-9]|\\x2[bB]").ok());
    PREFIX.as_ref().is_some_and(|prefix| prefix.is_match(text))
}

/// Whether a text or pattern ends a part with the top-level domain of a country.
fn top_level(text: &str) -> bool {
    static END: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\.\]?[(\[]?(?:\?:)?([a-z]{2})(?:[^a-z]|$)").ok());
    let Some(end) = END.as_ref() else { return false };
    end.captures_iter(text).any(|found| found.get(1).is_some_and(|code| Country::from_code(code.as_str()).is_some()))
}

/// Words that say what somebody is, and not what records show.
const ACCUSING: [&str; 27] = [
    "fraudster",
    "fraudsters",
    "criminal",
    "criminals",
    "spy",
    "spies",
    "liar",
    "liars",
    "guilty",
    "illegal",
    "illegally",
    "impostor",
    "impostors",
    "imposter",
    "imposters",
    "terrorist",
    "terrorists",
    "thief",
    "thieves",
    "scammer",
    "scammers",
    "swindler",
    "swindlers",
    "traitor",
    "traitors",
    "crook",
    "crooks",
];
/// Protected words that in a sentence are mostly about things (the age of an account, the origin of a request): there they are refused only
/// beside a word for people.
const OF_THINGS: [&str; 22] = [
    "age",
    "ages",
    "aged",
    "face",
    "facial",
    "eye",
    "eyes",
    "hair",
    "looks",
    "visa",
    "union",
    "black",
    "white",
    "locale",
    "lang",
    "native",
    "tongue",
    "origin",
    "origins",
    "national",
    "appearance",
    "birth",
];
/// Words for people.
const PEOPLE: [&str; 19] = [
    "person",
    "persons",
    "people",
    "applicant",
    "applicants",
    "candidate",
    "candidates",
    "worker",
    "workers",
    "employee",
    "employees",
    "freelancer",
    "freelancers",
    "contractor",
    "contractors",
    "his",
    "her",
    "their",
    "whose",
];
/// A protected word and one beside it with which it is a term of the trade.
const TERMS: [(&str, &str); 12] = [
    ("race", "condition"),
    ("race", "conditions"),
    ("accent", "colour"),
    ("accent", "color"),
    ("language", "model"),
    ("language", "models"),
    ("language", "programming"),
    ("languages", "programming"),
    ("language", "markup"),
    ("language", "query"),
    ("foreign", "key"),
    ("foreign", "keys"),
];
/// What an innocent explanation may name: it speaks for somebody.
const EXCUSES: [&str; 4] = ["disabilit", "pregnan", "faith", "religio"];

/// The word of a sentence that names a protected characteristic of people.
fn protected_in(text: &str, is_excuse: bool) -> Option<String> {
    let words = words(text);
    let is_people = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| PEOPLE.contains(&word.as_str()));
    let word = words.iter().enumerate().find(|(at, word)| {
        let word = word.as_str();
        if is_excuse && EXCUSES.iter().any(|stem| word.starts_with(stem)) {
            return false;
        }
        let beside = [at.checked_sub(1), Some(at + 1)];
        if OF_THINGS.contains(&word) || word.starts_with("birth") {
            // The applicant's age is two words away, and the age of the applicant three.
            let of = words.get(at + 1).is_some_and(|next| next == "of");
            let has = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|before| before == "s");
            return beside.into_iter().any(is_people)
                || of && (is_people(Some(at + 2)) || is_people(Some(at + 3)))
                || has && is_people(at.checked_sub(2));
        }
        let is_term = |at: usize| words.get(at).is_some_and(|other| TERMS.contains(&(word, other.as_str())));
        (WORDS.contains(&word) || STEMS.iter().any(|stem| word.starts_with(stem))) && !beside.into_iter().flatten().any(is_term)
    });
    let run = || {
        let text = words.concat();
        let is_excused = |run: &str| is_excuse && EXCUSES.iter().any(|stem| run.starts_with(stem));
        RUNS.iter().find(|run| text.contains(*run) && !is_excused(run)).map(|run| (*run).to_owned())
    };
    word.map(|(_, word)| word.clone()).or_else(run)
}

/// What is wrong with any text of a rule that people read: a protected characteristic, or an accusation.
fn sentence(text: &str, is_excuse: bool) -> Option<Refusal> {
    let accusing = || words(text).into_iter().find(|word| ACCUSING.contains(&word.as_str()));
    protected_in(text, is_excuse).map(Refusal::Protected).or_else(|| accusing().map(Refusal::Accusing))
}

/// What is wrong with a sentence about people; `by_law`: it may name the DPRK.
fn prose(text: &str, by_law: bool) -> Option<Refusal> {
    let place = || country(text).filter(|place| !(by_law && place.eq_ignore_ascii_case("dprk")));
    sentence(text, false).or_else(|| place().map(Refusal::Country))
}

/// Checks a rule, with its question where it is one.
pub(super) fn check(rule: &Indicator, question: Option<&str>) -> Checked {
    if let Some(word) = protected(&rule.id) {
        return Err(("id".to_owned(), Refusal::Protected(word)));
    }
    if let Some(reason) = sentence(&rule.id, false) {
        return Err(("id".to_owned(), reason));
    }
    let by_law = matches!(&rule.test, Some(Test::ListedIp { lists, .. }) if lists.contains(&IpList::Dprk));
    for (field, text) in [("statement", Some(rule.statement.as_str())), ("question", question)] {
        if let Some(reason) = text.and_then(|text| prose(text, by_law)) {
            return Err((field.to_owned(), reason));
        }
    }
    let about =
        [("reason", Some(&rule.reason)), ("not_fed", rule.not_fed.as_ref()), ("partly", rule.partly.as_ref())].into_iter();
    let about = about.filter_map(|(field, text)| Some((field, text?, false)));
    for (field, text, is_excuse) in about.chain(rule.innocent.iter().map(|text| ("innocent", text, true))) {
        if let Some(reason) = sentence(text, is_excuse) {
            return Err((field.to_owned(), reason));
        }
    }
    for field in &rule.fields {
        let refusal = if let Some(word) = protected(field) {
            Refusal::Protected(word)
        } else if reads::is_word(field) {
            continue;
        } else {
            Refusal::NoWord(field.clone())
        };
        return Err(("fields".to_owned(), refusal));
    }
    let Some(test) = &rule.test else {
        return if rule.fields.is_empty() {
            Ok(())
        } else {
            Err(("fields".to_owned(), Refusal::Fields { reads: "nothing".to_owned() }))
        };
    };
    let said: BTreeSet<&str> = rule.fields.iter().map(String::as_str).collect();
    let read = test.reads();
    if said.len() != rule.fields.len() || !said.iter().copied().eq(read.iter().map(String::as_str)) {
        return Err(("fields".to_owned(), Refusal::Fields { reads: read.join(", ") }));
    }
    if rule.class != test.class() {
        return Err(("class".to_owned(), Refusal::Class(test.class().code())));
    }
    if matches!(test, Test::Sanctioned { .. }) != (rule.strength == Strength::Legal) {
        return Err(("strength".to_owned(), Refusal::Legal));
    }
    if matches!(test, Test::Marked { field: Field::Avatar, .. }) && rule.strength != Strength::Shown {
        return Err(("strength".to_owned(), Refusal::ShownOnly));
    }
    if rule.class == Class::Human && rule.category != super::Category::Checklist {
        return Err((
            "category".to_owned(),
            Refusal::Value { value: rule.category.code().to_owned(), of: "`checklist`".to_owned() },
        ));
    }
    texts(test)?;
    bounds(test).map_err(|(parameter, reason)| (format!("test.{parameter}"), reason))
}

/// Every text of a test's parameters.
fn texts(test: &Test) -> Checked {
    let at = |parameter: &str, reason| (format!("test.{parameter}"), reason);
    match test {
        Test::EmailPattern { patterns } => {
            some("patterns", patterns)?;
            patterns.iter().try_for_each(|text| pattern(text).map_err(|reason| at("patterns", reason)))
        }
        Test::LineType { types } => closed("types", types, LINE_TYPES),
        Test::ListedSoftware { classes, .. } => closed("classes", classes, crate::lists::SOFTWARE_CLASSES),
        Test::AddressClass { classes } => closed("classes", classes, ADDRESS_CLASSES),
        Test::FileSoftware { programs, .. } => {
            some("programs", programs)?;
            programs.iter().try_for_each(|text| free(text).map_err(|reason| at("programs", reason)))
        }
        Test::Phrases { phrases } => {
            some("phrases", phrases)?;
            phrases.iter().try_for_each(|text| free(text).map_err(|reason| at("phrases", reason)))
        }
        Test::Marked { documents, events, field, values } => {
            some("values", values)?;
            if documents.is_empty() == events.is_empty() {
                return Err(at("documents", Refusal::Bound("a mark stands in documents or in events")));
            }
            for value in values {
                free(value).map_err(|reason| at("values", reason))?;
            }
            match (field, values_of(*field)) {
                (Field::Flag, _) => Ok(()),
                (field, _) if field.is_country() => Err(at("field", Refusal::Country(field.code().to_owned()))),
                (_, Some(of)) => closed("values", values, of),
                (field, None) => Err(at("field", Refusal::FreeFact(field.code()))),
            }
        }
        Test::NamesDiffer { fields, .. } => {
            const NAMES: [Field; 3] = [Field::Name, Field::Holder, Field::SignedBy];
            match fields.iter().find(|field| !NAMES.contains(field)) {
                Some(field) => Err(at(
                    "fields",
                    Refusal::Value { value: field.code().to_owned(), of: "`name`, `holder`, `signed_by`".to_owned() },
                )),
                None => Ok(()),
            }
        }
        Test::NearPhoto { field, .. } if !matches!(field, Field::ImageHash | Field::BaseHash) => {
            Err(at("field", Refusal::Value { value: field.code().to_owned(), of: "`image_hash`, `base_hash`".to_owned() }))
        }
        Test::Answer { fires, .. } => closed("fires", std::slice::from_ref(fires), &["yes", "no", "never"]),
        // The others have no texts. A new test with texts fails the unit test that lists all.
        _ => Ok(()),
    }
}

const LINE_TYPES: &[&str] = &["mobile", "landline", "voip", "invalid"];
const ADDRESS_CLASSES: &[&str] = &["residential", "forwarder", "mailbox", "coworking", "hotel", "vacant", "business"];

/// The closed values of a fact that a rule may compare with; `None` for facts in free words.
const fn values_of(field: Field) -> Option<&'static [&'static str]> {
    Some(match field {
        Field::Network => &["residential", "mobile", "vpn", "proxy", "datacentre", "vps", "residential_proxy", "office"],
        Field::Managed | Field::Fork | Field::Merged | Field::Camera | Field::Verified | Field::Answer => &["yes", "no"],
        Field::Result => &["pass", "fail", "abandoned"],
        Field::Mrz => &["ok", "bad"],
        Field::LineType => LINE_TYPES,
        Field::Avatar => &["photo", "generated", "cartoon", "none"],
        Field::LinkState => &["ok", "dead", "other_person"],
        Field::AddressClass => ADDRESS_CLASSES,
        _ => return None,
    })
}

/// Most texts of a parameter.
const MAX_TEXTS: usize = 200;
/// Most bytes of a text of a parameter.
const MAX_TEXT: usize = 256;

fn some(parameter: &str, texts: &[String]) -> Checked {
    let refused = |reason| Err((format!("test.{parameter}"), reason));
    if texts.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
        return refused(Refusal::Empty);
    }
    if texts.len() > MAX_TEXTS || texts.iter().any(|text| text.len() > MAX_TEXT) {
        return refused(Refusal::Bound("at most 200 texts of at most 256 bytes"));
    }
    Ok(())
}

fn closed(parameter: &str, texts: &[String], of: &[&str]) -> Checked {
    some(parameter, texts)?;
    match texts.iter().find(|text| !of.contains(&text.as_str())) {
        None => Ok(()),
        Some(text) => {
            let reason = protected(text)
                .map(Refusal::Protected)
                .or_else(|| country(text).map(Refusal::Country))
                .unwrap_or_else(|| Refusal::Value {
                    value: text.clone(),
                    of: of.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
                });
            Err((format!("test.{parameter}"), reason))
        }
    }
}

/// Words that a rule looks for.
fn free(text: &str) -> Result<(), Refusal> {
    if let Some(word) = protected(text) {
        return Err(Refusal::Protected(word));
    }
    if let Some(word) = country(text) {
        return Err(Refusal::Country(word));
    }
    if phone_prefix(text) {
        return Err(Refusal::PhonePrefix(text.to_owned()));
    }
    if top_level(text) {
        return Err(Refusal::TopLevelDomain(text.to_owned()));
    }
    Ok(())
}

/// A regular expression over the local part of an e-mail address.
fn pattern(text: &str) -> Result<(), Refusal> {
    if phone_prefix(text) {
        return Err(Refusal::PhonePrefix(text.to_owned()));
    }
    if top_level(text) {
        return Err(Refusal::TopLevelDomain(text.to_owned()));
    }
    for word in literals(text) {
        if let Some(word) = protected(&word) {
            return Err(Refusal::Protected(word));
        }
        if let Some(word) = country(&word).filter(|word| word.len() > 3) {
            return Err(Refusal::Country(word));
        }
        if !TRADE.contains(&word.as_str()) {
            return Err(Refusal::NamePattern { pattern: text.to_owned(), word });
        }
    }
    let refused = |why: &str| Refusal::Pattern { pattern: text.to_owned(), why: why.to_owned() };
    let compiled = RegexBuilder::new(text)
        .case_insensitive(true)
        .size_limit(1 << 17)
        .dfa_size_limit(1 << 20)
        .nest_limit(16)
        .build()
        .map_err(|error| refused(error.to_string().lines().last().unwrap_or_default().trim()))?;
    if compiled.is_match("") {
        return Err(refused("it matches every address"));
    }
    match singled_out(&compiled) {
        None => Ok(()),
        Some(Single::Name(name)) => Err(Refusal::NamePattern { pattern: text.to_owned(), word: name.to_owned() }),
        Some(Single::TopLevel) => Err(Refusal::TopLevelDomain(text.to_owned())),
        Some(Single::Prefix) => Err(Refusal::PhonePrefix(text.to_owned())),
    }
}

/// The words that stand in a pattern as they are: runs of two letters and more outside escapes and classes of characters.
fn literals(pattern: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    let mut end = |word: &mut String| {
        let word = std::mem::take(word);
        if word.chars().count() > 1 {
            found.push(word.to_lowercase());
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                end(&mut word);
                letters.next();
            }
            '[' => {
                end(&mut word);
                in_class = true;
            }
            ']' => in_class = false,
            '(' if letters.peek() == Some(&'?') => {
                // Flags and names of groups are no words.
                end(&mut word);
                while letters.peek().is_some_and(|next| !matches!(next, ':' | ')' | '>')) {
                    letters.next();
                }
            }
            _ if in_class => {}
            _ if letter.is_alphabetic() => word.push(letter),
            _ => end(&mut word),
        }
    }
    end(&mut word);
    found
}

/// What a pattern tells apart.
enum Single {
    Name(&'static str),
    TopLevel,
    Prefix,
}

/// Family and given names of several origins, as they are written in addresses: those of the tables, without words of the trade and what
/// holds one.
static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    const KOREAN: &str = include_str!("../../../../data/korean_surnames.tsv");
    const CHINESE: &str = include_str!("../../../../data/chinese_surnames.tsv");
    const JAPANESE: &str = include_str!("../../../../data/japanese_surnames.tsv");
    const SEMITIC: &str = include_str!("../../../../data/semitic_names.tsv");
    const NICKNAMES: &str = include_str!("../../../../data/nicknames.tsv");
    let korean = interdict_names::table_rows::<4>(KOREAN).flat_map(|[_, latin, spellings, _]| [latin, spellings]);
    let chinese = interdict_names::table_rows::<3>(CHINESE).map(|[_, pinyin, _]| pinyin);
    let japanese = interdict_names::table_rows::<3>(JAPANESE).take(400).map(|[_, readings, _]| readings);
    let semitic = interdict_names::table_rows::<4>(SEMITIC).take(400).map(|[_, latin, ..]| latin);
    let given = interdict_names::table_rows::<2>(NICKNAMES).map(|[group, _]| group);
    let all = korean.chain(chinese).chain(japanese).chain(semitic).chain(given).flat_map(str::split_whitespace);
    let names: BTreeSet<&str> = all
        .filter(|name| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase()))
        .filter(|name| !TRADE.iter().any(|word| name.contains(word)))
        .collect();
    names.into_iter().collect()
});

/// Whether a pattern tells addresses with a name, a country's top-level domain or a telephone prefix apart from addresses that are the
/// same but for meaningless letters in that place. Finds what is written so that no word is seen, as `k[i]m`.
fn singled_out(pattern: &Regex) -> Option<Single> {
    const MEANINGLESS: [&str; 3] = ["qzxwvjqzxwvjqzxwvj", "bdfgkcbdfgkcbdfgkc", "mtpnrlmtpnrlmtpnrl"];
    // No country has these.
    const NO_CODES: [&str; 3] = ["qz", "xj", "vw"];
    let differs = |make: &dyn Fn(&str) -> String, part: &str, others: &[&str]| {
        pattern.is_match(&make(part))
            && !others.iter().any(|other| other.get(..part.len()).is_none_or(|other| pattern.is_match(&make(other))))
    };
    let shapes: [fn(&str) -> String; 4] =
        [|name| name.to_owned(), |name| format!("{name}0115"), |name| format!("x.{name}"), |name| format!("{name}dev")];
    for shape in shapes {
        if let Some(name) = NAMES.iter().find(|name| differs(&shape, name, &MEANINGLESS)) {
            return Some(Single::Name(name));
        }
    }
    let ends: [fn(&str) -> String; 2] = [|code| format!("dev01.{code}"), |code| format!("dev01@mail.example.{code}")];
    let codes = || Country::all().filter_map(Country::alpha2);
    if ends.iter().any(|shape| codes().any(|code| differs(shape, code, &NO_CODES))) {
        return Some(Single::TopLevel);
    }
    let plus = |prefix: u32| pattern.is_match(&format!("+{prefix}5550100")) && !pattern.is_match(&format!("{prefix}5550100"));
    (1..=999).any(plus).then_some(Single::Prefix)
}

/// Numbers and lists of a test's parameters that have a sense.
#[expect(clippy::too_many_lines, reason = "one arm a test")]
fn bounds(test: &Test) -> Result<(), (&'static str, Refusal)> {
    let need = |holds: bool, parameter: &'static str, why: &'static str| {
        if holds { Ok(()) } else { Err((parameter, Refusal::Bound(why))) }
    };
    let list = |len: usize, parameter: &'static str| need(len > 0, parameter, "at least one is needed");
    let share = |share: f64, parameter: &'static str| need((0.0..=1.0).contains(&share), parameter, "a share is from 0 to 1");
    let count = |count: u32, least: u32, parameter: &'static str| {
        need(count >= least, parameter, if least > 1 { "at least 2, the person counted" } else { "at least 1" })
    };
    match test {
        Test::SharedIdentifier { kinds, at_least, .. } | Test::StaffedTogether { kinds, at_least } => {
            list(kinds.len(), "kinds")?;
            count(*at_least, 2, "at_least")
        }
        Test::NearText { documents, likeness, sentences } => {
            list(documents.len(), "documents")?;
            need((0.3..=1.0).contains(likeness), "likeness", "a likeness is from 0.3 to 1")?;
            count(*sentences, 1, "sentences")
        }
        Test::NearPhoto { documents, distance, .. } => {
            list(documents.len(), "documents")?;
            need(*distance <= 16, "distance", "at most 16 bits of 64: beyond that any two pictures are alike")
        }
        Test::SameSourcePicture { distance } => {
            need(*distance <= 16, "distance", "at most 16 bits of 64: beyond that any two pictures are alike")
        }
        Test::SameCareer { stations } => count(*stations, 2, "stations"),
        Test::FlaggedNeighbours { relations, at_least, .. } => {
            list(relations.len(), "relations")?;
            count(*at_least, 1, "at_least")
        }
        Test::SharedWithFlagged { kinds } | Test::ListedIdentifier { kinds } => list(kinds.len(), "kinds"),
        Test::FanIn { kinds, at_least, countries } => {
            list(kinds.len(), "kinds")?;
            count(*at_least, 2, "at_least")?;
            count(*countries, 1, "countries")
        }
        Test::SharedRater { at_least, days } => {
            count(*at_least, 2, "at_least")?;
            count(*days, 1, "days")
        }
        Test::BanEvasion { days } | Test::CommitsBeforeAccount { days } => count(*days, 1, "days"),
        Test::RoundPayments { at_least, days } => {
            count(*at_least, 2, "at_least")?;
            count(*days, 1, "days")
        }
        Test::CommitIdentities { at_least } | Test::NetworkCluster { at_least } => count(*at_least, 2, "at_least"),
        Test::ApplicationBurst { at_least, days } => {
            count(*at_least, 2, "at_least")?;
            count(*days, 1, "days")
        }
        Test::WalletHops { hops } => need((1..=4).contains(hops), "hops", "from 1 to 4: beyond that everybody is linked"),
        Test::NamesDiffer { documents, fields } => {
            list(documents.len(), "documents")?;
            list(fields.len(), "fields")
        }
        Test::CountriesDiffer { statements, at_least } => {
            let kinds: BTreeSet<u8> = statements
                .iter()
                .map(|statement| match statement {
                    CountryStatement::Residence => 0,
                    CountryStatement::Document => 1,
                    CountryStatement::Phone => 2,
                    CountryStatement::Bank => 3,
                    CountryStatement::Login => 4,
                })
                .collect();
            need(kinds.len() > 1 && kinds.len() == statements.len(), "statements", "two different statements at least")?;
            need(*at_least >= 2 && *at_least as usize <= kinds.len(), "at_least", "from 2 to the number of statements")
        }
        Test::LoginCountry { share: part, days } => {
            share(*part, "share")?;
            count(*days, 1, "days")
        }
        Test::AddressesDiffer { a, b, .. } => need(a != b, "b", "an address does not differ from itself"),
        Test::PositionsOverlap { months } => count(*months, 1, "months"),
        Test::BrowserZone { hours, days } | Test::HoursShift { hours, days, .. } => {
            if let Test::HoursShift { events, .. } = test {
                list(events.len(), "events")?;
            }
            need((1..=12).contains(hours), "hours", "from 1 to 12")?;
            count(*days, 1, "days")
        }
        Test::ListedIp { lists, share: part } => {
            list(lists.len(), "lists")?;
            share(*part, "share")
        }
        Test::ListedSoftware { at_least, days, .. } => {
            count(*at_least, 1, "at_least")?;
            days.map_or(Ok(()), |days| count(days, 1, "days"))
        }
        Test::OpenPort { ports } => list(ports.len(), "ports"),
        Test::FileSoftware { documents, .. } => list(documents.len(), "documents"),
        Test::Measure { measure, at_least, at_most } => {
            let given: Vec<f64> = at_least.iter().chain(at_most).copied().collect();
            need(!given.is_empty(), "at_least", "`at_least` or `at_most` is needed")?;
            need(given.iter().all(|bound| bound.is_finite() && *bound >= 0.0), "at_least", "a bound is a number from 0")?;
            let is_share = matches!(measure, Measure::CameraOff | Measure::MergedShare);
            need(!is_share || given.iter().all(|bound| *bound <= 1.0), "at_least", "a share is from 0 to 1")?;
            let room = at_least.zip(*at_most).is_none_or(|(low, high)| low <= high);
            need(room, "at_most", "it is below `at_least`: the rule would never fire")
        }
        Test::Burst { events, at_least, days, .. } => {
            list(events.len(), "events")?;
            count(*at_least, 1, "at_least")?;
            count(*days, 1, "days")
        }
        Test::CountriesInWindow { at_least, days } => {
            count(*at_least, 2, "at_least")?;
            count(*days, 1, "days")
        }
        Test::LongActivity { session_hours, day_hours, days } => {
            count(*session_hours, 1, "session_hours")?;
            need((1..=24).contains(day_hours), "day_hours", "from 1 to 24")?;
            count(*days, 1, "days")
        }
        Test::ImpossibleSpeed { kmh, at_least } => {
            need(*kmh >= 900, "kmh", "at least 900: an airliner is no fraud")?;
            count(*at_least, 1, "at_least")
        }
        Test::ConcurrentSessions { at_least } | Test::UnmanagedDevice { at_least } => count(*at_least, 1, "at_least"),
        Test::OffsetDiffers { events, share: part, at_least } => {
            list(events.len(), "events")?;
            share(*part, "share")?;
            count(*at_least, 1, "at_least")
        }
        Test::SoonAfter { first, then, hours, at_least, .. } => {
            need(first != then, "then", "an event does not follow itself")?;
            count(*at_least, 1, "at_least")?;
            count(*hours, 1, "hours")
        }
        Test::DormantThenBusy { days, at_least } => {
            count(*days, 1, "days")?;
            count(*at_least, 1, "at_least")
        }
        Test::ChangePoint { at_least } => {
            need((2..=4).contains(at_least), "at_least", "from 2 to 4 of device, country, network, hours")
        }
        Test::NeverMeet { a, b, days } => {
            need(a != b, "b", "events of one kind meet")?;
            count(*days, 1, "days")
        }
        Test::IdentityChanged { at_least, .. } => count(*at_least, 1, "at_least"),
        Test::SelfDealing {}
        | Test::RingMember {}
        | Test::MeetingsCollide {}
        | Test::ReturnElsewhere {}
        | Test::FarmMember {}
        | Test::SharedReference {}
        | Test::SignedByOther {}
        | Test::PushedOutside {}
        | Test::EmailUnlikeName {}
        | Test::EmailPattern { .. }
        | Test::EmailDomain { .. }
        | Test::LineType { .. }
        | Test::CareerChanged {}
        | Test::EmployerYounger {}
        | Test::UnverifiedEducation {}
        | Test::AuthorDiffers {}
        | Test::PhotoElsewhere {}
        | Test::CommitAsOther {}
        | Test::ListedHardware {}
        | Test::AddressClass { .. }
        | Test::MrzBad {}
        | Test::Marked { .. }
        | Test::Phrases { .. }
        | Test::Sanctioned { .. }
        | Test::FirstContactElsewhere {}
        | Test::Answer { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::*;

    /// The reason for which a rule of a user with this test is refused, with the fields that the test reads; `None` when it is taken.
    fn refusal_of(test: &str, strength: &str, category: &str) -> Option<Refusal> {
        #[derive(serde::Deserialize)]
        struct Only {
            test: Test,
        }
        let parsed = toml::from_str::<Only>(&format!("test = {test}")).unwrap().test;
        refusal(&rule(test, strength, category, &parsed.reads(), parsed.class()))
    }

    fn rule(test: &str, strength: &str, category: &str, fields: &[String], class: Class) -> String {
        let question = if class == Class::Human { "question = \"Was it?\"\n" } else { "" };
        format!(
            "[[indicator]]\nid = \"XX-01\"\ncategory = \"{category}\"\nclass = \"{}\"\nstatement = \"Something.\"\n{question}test = {test}\n\
             fields = {fields:?}\nstrength = \"{strength}\"\nreason = \"Because.\"\ninnocent = [\"Chance.\"]\nenabled = true\nsources = [\"A22\"]\n",
            class.code()
        )
    }

    fn refusal(rule: &str) -> Option<Refusal> {
        match super::super::load::check_alone(rule) {
            Ok(()) => None,
            Err(super::super::RuleError::Rule { reason, id, .. }) => {
                assert!(["XX-01", "the-spy"].contains(&id.as_str()), "{id}");
                Some(*reason)
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[track_caller]
    fn taken(test: &str) {
        assert_eq!(refusal_of(test, "weak", "application"), None, "{test}");
    }

    #[track_caller]
    fn refused(test: &str, is: fn(&Refusal) -> bool) {
        let reason = refusal_of(test, "weak", "application");
        assert!(reason.as_ref().is_some_and(is), "{test}: {reason:?}");
    }

    #[test]
    fn protected_words_in_every_writing() {
        for text in [
            "nationality",
            "Nationality",
            "NATIONALITY",
            "person.nationality",
            "person_nationality",
            "personNationality",
            "nationalité",
            "Nationalität",
            "nacionalidad",
            "ethnicity",
            "ethnic-group",
            "race",
            "Race",
            "person.race",
            "racial",
            "religion",
            "religious",
            "native_language",
            "native language",
            "nativeLanguage",
            "mother tongue",
            "mother-tongue",
            "MotherTongue",
            "mothertongue",
            "first language",
            "language",
            "languages",
            "accent",
            "Accented",
            "skin",
            "skin_tone",
            "skinColour",
            "appearance",
            "name_origin",
            "nameOrigin",
            "name origin",
            "surname origin",
            "origin",
            "citizenship",
            "citizen",
            "Staatsangehörigkeit",
            "ciudadanía",
            "birth_country",
            "birthCountry",
            "country of birth",
            "country-of-birth",
            "place_of_birth",
            "birthplace",
            "date of birth",
            "dob",
            "gender",
            "Geschlecht",
            "sex",
            "age",
            "person.age",
            "male",
            "lang",
            "locale",
            "hangul",
            "Hancom Office",
            "faith",
            "ancestry",
            "n.a.t.i.o.n.a.l.i.t.y",
            "ＮＡＴＩＯＮＡＬＩＴＹ",
        ] {
            assert!(protected(text).is_some(), "{text}");
        }
    }

    #[test]
    fn other_words_are_not_protected() {
        for text in [
            "person.name",
            "user_agent",
            "agent",
            "package",
            "page",
            "message",
            "manager",
            "trace",
            "embrace",
            "international",
            "manage",
            "storage",
            "image_hash",
            "original",
            "workspace",
            "interface",
            "sextant",
            "racing",
            "essex",
            "homepage",
            "usage",
            "language_x".get(..0).unwrap_or_default(),
        ] {
            assert_eq!(protected(text), None, "{text}");
        }
    }

    #[test]
    fn a_rule_that_reads_what_is_protected() {
        let test = "{ kind = \"burst\", events = [\"login\"], at_least = 2, days = 3 }";
        for field in
            ["person.nationality", "person.Race", "document.cv.native_language", "event.login.language", "person.birthCountry"]
        {
            let found = refusal(&rule(test, "weak", "network", &[field.to_owned()], Class::Threshold));
            assert!(matches!(found, Some(Refusal::Protected(_))), "{field}: {found:?}");
        }
        for (fields, expected) in [
            (vec!["event.login.time"], None),
            (vec![], Some(Refusal::Fields { reads: "event.login.time".to_owned() })),
            (vec!["event.login.time", "event.login.time"], Some(Refusal::Fields { reads: "event.login.time".to_owned() })),
            (vec!["event.login.ip"], Some(Refusal::Fields { reads: "event.login.time".to_owned() })),
            (vec!["event.login.time", "person.name"], Some(Refusal::Fields { reads: "event.login.time".to_owned() })),
            (vec!["event.login.shoes"], Some(Refusal::NoWord("event.login.shoes".to_owned()))),
        ] {
            let fields: Vec<String> = fields.into_iter().map(str::to_owned).collect();
            assert_eq!(refusal(&rule(test, "weak", "network", &fields, Class::Threshold)), expected, "{fields:?}");
        }
        let fields = ["event.login.time".to_owned()];
        assert_eq!(refusal(&rule(test, "weak", "network", &fields, Class::Cross)), Some(Refusal::Class("threshold")));
    }

    #[test]
    fn words_that_a_rule_looks_for() {
        for phrase in [
            "native speaker",
            "my mother tongue",
            "as a Christian",
            "he is a man",
            "at my age",
            "korean keyboard",
            "speak chinese",
            "from North Korea",
            "from Nigeria",
            "Russian Federation",
            "PRK user",
            "dprk",
            "pyongyang office",
            "call +850 191",
            "mail me at x.kp",
            "KP",
        ] {
            refused(&format!("{{ kind = \"phrases\", phrases = [\"rent an account\", \"{phrase}\"] }}"), |reason| {
                matches!(
                    reason,
                    Refusal::Protected(_) | Refusal::Country(_) | Refusal::PhonePrefix(_) | Refusal::TopLevelDomain(_)
                )
            });
        }
        taken("{ kind = \"phrases\", phrases = [\"rent an account\", \"pay me outside the platform\"] }");
        refused("{ kind = \"phrases\", phrases = [] }", |reason| *reason == Refusal::Empty);
        refused("{ kind = \"phrases\", phrases = [\" \"] }", |reason| *reason == Refusal::Empty);
        let file = |program: &str| {
            format!("{{ kind = \"file_software\", documents = [\"cv\"], programs = [\"{program}\"], minutes = 0 }}")
        };
        for program in ["Hancom Office", "HWP", "Hangul 2022", "Korean Word"] {
            refused(&file(program), |reason| matches!(reason, Refusal::Protected(_) | Refusal::Country(_)));
        }
        taken(&file("photoshop"));
    }

    #[test]
    fn countries_as_values() {
        let marked = |field: &str, value: &str| {
            format!("{{ kind = \"marked\", documents = [\"identity_document\"], field = \"{field}\", values = [\"{value}\"] }}")
        };
        for value in ["KP", "kp", "PRK", "North Korea", "de", "Germany", "CN", "Korean", "Deutschland", "Iranian"] {
            for field in ["issuing_country", "country", "bank_country", "flag"] {
                refused(&marked(field, value), |reason| matches!(reason, Refusal::Country(_)));
            }
        }
        for field in ["issuing_country", "country", "bank_country"] {
            refused(&marked(field, "elsewhere"), |reason| matches!(reason, Refusal::Country(_)));
        }
        for field in [
            "name", "holder", "author", "city", "school", "employer", "tz", "currency", "phone", "email", "domain", "lat",
            "asn", "org",
        ] {
            refused(&marked(field, "anything"), |reason| matches!(reason, Refusal::FreeFact(_)));
        }
        refused(&marked("mrz", "maybe"), |reason| matches!(reason, Refusal::Value { .. }));
        refused(&marked("flag", "looks_foreign"), |reason| matches!(reason, Refusal::Protected(_)));
        refused("{ kind = \"marked\", field = \"flag\", values = [\"late\"] }", |reason| matches!(reason, Refusal::Bound(_)));
        taken(&marked("flag", "late_answer"));
        taken(&marked("verified", "no"));
        refused("{ kind = \"line_type\", types = [\"+850\"] }", |reason| matches!(reason, Refusal::Value { .. }));
        refused("{ kind = \"address_class\", classes = [\"China\"] }", |reason| matches!(reason, Refusal::Country(_)));
        refused("{ kind = \"listed_software\", classes = [\"language\"], at_least = 1 }", |reason| {
            matches!(reason, Refusal::Protected(_))
        });
        taken("{ kind = \"line_type\", types = [\"voip\"] }");
    }

    #[test]
    fn patterns_over_addresses() {
        let test = |pattern: &str| format!("{{ kind = \"email_pattern\", patterns = ['{pattern}'] }}");
        for pattern in [
            r"\.kp$",
            r"@.*\.kp",
            r"\.(kp|cn)$",
            r"[.]ru$",
            r"\.[k][p]$",
            r"\.k\x70$",
            r"\.(?:de)$",
            r"\.[b][d]$",
            r"\.[m-m]t$",
        ] {
            refused(&test(pattern), |reason| matches!(reason, Refusal::TopLevelDomain(_)));
        }
        for pattern in [r"\+850", r"[+]850", r"^\+?850", r"^00850", r"\x2b850"] {
            refused(&test(pattern), |reason| matches!(reason, Refusal::PhonePrefix(_)));
        }
        for pattern in [
            "^(kim|lee|park)",
            "kim",
            "KIM[0-9]+",
            "k[i]m",
            r"k\x69m",
            "(?i)ki(m)",
            "^wang",
            "mohammad",
            "[s]uzuki",
            "(wei|ming)dev",
            "^john",
            "gonzalez",
            "obinna",
            "^[k][i][m]",
        ] {
            refused(&test(pattern), |reason| matches!(reason, Refusal::NamePattern { .. }));
        }
        refused(&test("korean"), |reason| matches!(reason, Refusal::Country(_)));
        refused(&test("native"), |reason| matches!(reason, Refusal::Protected(_)));
        for pattern in [
            "(dev",
            "dev{2,1}",
            "",
            "x*",
            "(dev)?",
            "(((((((((((((((((((((dev)))))))))))))))))))))",
            "[a-z]{60000}[a-z]{60000}",
            r"(\w{500}){500}",
        ] {
            refused(&test(pattern), |reason| matches!(reason, Refusal::Pattern { .. } | Refusal::Empty));
        }
        refused(&test(&"a?".repeat(200)), |reason| matches!(reason, Refusal::Bound(_)));
        for pattern in ["dev[0-9]{2,4}$", "^(tech|star)", "[0-9]{8}$", "001$", r"\d{4}$", "^[a-z]{3}[0-9]+$"] {
            taken(&test(pattern));
        }
    }

    #[test]
    fn parameters_have_a_sense() {
        for test in [
            "{ kind = \"shared_identifier\", kinds = [], at_least = 2 }",
            "{ kind = \"shared_identifier\", kinds = [\"phone\"], at_least = 1 }",
            "{ kind = \"near_text\", documents = [\"cv\"], likeness = 0.1, sentences = 3 }",
            "{ kind = \"near_text\", documents = [\"cv\"], likeness = nan, sentences = 3 }",
            "{ kind = \"login_country\", share = 1.5, days = 5 }",
            "{ kind = \"measure\", measure = \"pay_share\" }",
            "{ kind = \"measure\", measure = \"pay_share\", at_least = inf }",
            "{ kind = \"measure\", measure = \"pay_share\", at_least = 2.0, at_most = 1.0 }",
            "{ kind = \"measure\", measure = \"camera_off\", at_least = 90.0 }",
            "{ kind = \"impossible_speed\", kmh = 100, at_least = 1 }",
            "{ kind = \"countries_differ\", statements = [\"residence\"], at_least = 1 }",
            "{ kind = \"countries_differ\", statements = [\"residence\", \"residence\"], at_least = 2 }",
            "{ kind = \"addresses_differ\", a = \"home\", b = \"home\" }",
            "{ kind = \"soon_after\", first = \"login\", then = \"login\", hours = 3 }",
            "{ kind = \"burst\", events = [\"login\"], at_least = 1, days = 0 }",
            "{ kind = \"near_photo\", field = \"image_hash\", documents = [\"photo\"], distance = 40 }",
            "{ kind = \"wallet_hops\", hops = 9 }",
        ] {
            refused(test, |reason| matches!(reason, Refusal::Bound(_)));
        }
        refused("{ kind = \"near_photo\", field = \"name\", documents = [\"photo\"], distance = 4 }", |reason| {
            matches!(reason, Refusal::Value { .. })
        });
        refused("{ kind = \"names_differ\", documents = [\"cv\"], fields = [\"city\"] }", |reason| {
            matches!(reason, Refusal::Value { .. })
        });
    }

    #[test]
    fn what_is_legal_and_what_is_shown_only() {
        let legal = "{ kind = \"sanctioned\", what = \"wallet\" }";
        assert_eq!(refusal_of(legal, "legal", "payment"), None);
        assert_eq!(refusal_of(legal, "strong", "payment"), Some(Refusal::Legal));
        assert_eq!(refusal_of("{ kind = \"mrz_bad\" }", "legal", "identity"), Some(Refusal::Legal));
        let avatar = "{ kind = \"marked\", documents = [\"profile\"], field = \"avatar\", values = [\"cartoon\"] }";
        assert_eq!(refusal_of(avatar, "shown", "persona"), None);
        assert_eq!(refusal_of(avatar, "weak", "persona"), Some(Refusal::ShownOnly));
        let answer = "{ kind = \"answer\", fires = \"no\" }";
        assert_eq!(refusal_of(answer, "weak", "checklist"), None);
        assert!(matches!(refusal_of(answer, "weak", "persona"), Some(Refusal::Value { .. })));
        let maybe = "{ kind = \"answer\", fires = \"maybe\" }";
        assert!(matches!(refusal_of(maybe, "weak", "checklist"), Some(Refusal::Value { .. })));
    }

    #[test]
    fn sentences_about_people() {
        let sound = rule("{ kind = \"ring_member\" }", "weak", "platform", &["link.ring".to_owned()], Class::Cross);
        assert_eq!(refusal(&sound), None);
        for statement in [
            "The nationality is hidden.",
            "A foreign name.",
            "The native language is another.",
            "He is from Nigeria.",
            "A DPRK worker.",
        ] {
            let reason = refusal(&sound.replace("Something.", statement));
            assert!(matches!(reason, Some(Refusal::Protected(_) | Refusal::Country(_))), "{statement}: {reason:?}");
        }
        let fields = ["document.checklist.answer".to_owned(), "document.checklist.what".to_owned()];
        let asked = rule("{ kind = \"answer\", fires = \"yes\" }", "weak", "checklist", &fields, Class::Human);
        assert_eq!(refusal(&asked), None);
        let reason = refusal(&asked.replace("Was it?", "What is the religion?"));
        assert!(matches!(reason, Some(Refusal::Protected(_))), "{reason:?}");
    }

    #[test]
    fn no_text_of_a_rule_names_or_accuses_people() {
        let sound = rule("{ kind = \"ring_member\" }", "weak", "platform", &["link.ring".to_owned()], Class::Cross);
        for (text, named) in [
            ("Asian looking applicant.", "asian"),
            ("A Muslim, of Asian race, with an accent.", "muslim"),
            ("The race of the person.", "race"),
            ("Speaks with an accent.", "accent"),
            ("Female applicants.", "female"),
            ("A pregnant woman.", "pregnant"),
            ("The sexual orientation.", "sexual"),
            ("Die Staatsangehörigkeit.", "staatsangehorigkeit"),
            ("The age of the applicant.", "age"),
            ("The applicant's age.", "age"),
            ("White candidates.", "white"),
            ("The language of the person.", "language"),
        ] {
            for field in ["Something.", "Because.", "Chance."] {
                let reason = refusal(&sound.replace(field, text));
                // An innocent explanation may name what speaks for somebody, and the next word is found then.
                let named = if (field, named) == ("Chance.", "pregnant") { "woman" } else { named };
                assert_eq!(reason, Some(Refusal::Protected(named.to_owned())), "{field} {text}");
            }
        }
        for (text, named) in [
            ("A fraudster.", "fraudster"),
            ("Criminals do so.", "criminals"),
            ("He is a spy.", "spy"),
            ("A liar.", "liar"),
            ("Guilty.", "guilty"),
            ("Illegal work.", "illegal"),
            ("An impostor.", "impostor"),
            ("A terrorist.", "terrorist"),
        ] {
            for field in ["Something.", "Because.", "Chance."] {
                let reason = refusal(&sound.replace(field, text));
                assert_eq!(reason, Some(Refusal::Accusing(named.to_owned())), "{field} {text}");
            }
        }
        assert_eq!(refusal(&sound.replace("XX-01", "the-spy")), Some(Refusal::Accusing("spy".to_owned())));
        assert_eq!(refusal(&sound.replace("Something.", "Disability.")), Some(Refusal::Protected("disability".to_owned())));
        for text in [
            "A race condition in the log.",
            "The accent colour of the site.",
            "The age of the account.",
            "The origin of the request.",
            "A programming language of the trade.",
            "Sentences of a language model.",
            "The first appearance of the address.",
            "A white background.",
        ] {
            assert_eq!(refusal(&sound.replace("Something.", text)), None, "{text}");
        }
        assert_eq!(refusal(&sound.replace("Chance.", "Disability, faith or pregnancy.")), None);
    }

    #[test]
    fn every_built_in_rule_passes() {
        let catalogue = Catalogue::built_in().unwrap();
        for rule in catalogue.indicators() {
            assert_eq!(check(rule, catalogue.question(&rule.id)), Ok(()), "{}", rule.id);
        }
    }
}
