//! Reading of rules and the checks that they pass before they run: TOML files of `[[indicator]]` and `[sources.KEY]` go in, the
//! [`Catalogue`] in the order of ids comes out, or the first thing wrong with its file, line, rule and field.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::guard::{self, Refusal};
use super::{Category, Class, Indicator, Reference, Strength, Test};
use crate::problem::from_toml;

/// The built-in files.
const BUILT_IN: [(&str, &str); 12] = [
    ("indicators/sources.toml", include_str!("../../../../data/indicators/sources.toml")),
    ("indicators/identity.toml", include_str!("../../../../data/indicators/identity.toml")),
    ("indicators/application.toml", include_str!("../../../../data/indicators/application.toml")),
    ("indicators/persona.toml", include_str!("../../../../data/indicators/persona.toml")),
    ("indicators/network.toml", include_str!("../../../../data/indicators/network.toml")),
    ("indicators/device.toml", include_str!("../../../../data/indicators/device.toml")),
    ("indicators/shipping.toml", include_str!("../../../../data/indicators/shipping.toml")),
    ("indicators/payment.toml", include_str!("../../../../data/indicators/payment.toml")),
    ("indicators/behaviour.toml", include_str!("../../../../data/indicators/behaviour.toml")),
    ("indicators/platform.toml", include_str!("../../../../data/indicators/platform.toml")),
    ("indicators/front.toml", include_str!("../../../../data/indicators/front.toml")),
    ("indicators/checklist.toml", include_str!("../../../../data/indicators/checklist.toml")),
];
/// The largest file of rules that is read.
const MAX_RULES_BYTES: usize = 4 << 20;

/// Why rules are refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The file is larger than a file of rules.
    #[error("{file}: larger than {MAX_RULES_BYTES} bytes")]
    TooLarge {
        /// The file.
        file: String,
    },
    /// Not TOML, or not of the form of a file of rules.
    #[error("{file}: {reason}")]
    Form {
        /// The file.
        file: String,
        /// Line and why.
        reason: String,
    },
    /// A rule is refused.
    #[error("{file}:{line}: {id}: `{field}`: {reason}")]
    Rule {
        /// The file.
        file: String,
        /// The line of the field, or of the rule where the field is missing.
        line: usize,
        /// Id of the rule; `indicator 3` where it has none that can be read.
        id: String,
        /// The field.
        field: String,
        /// Why.
        reason: Box<Refusal>,
    },
}

/// The indicators in force.
#[derive(Debug, Clone)]
pub struct Catalogue {
    indicators: Vec<Indicator>,
    /// Questions of the checklist by id.
    questions: BTreeMap<String, String>,
}

impl Catalogue {
    /// The indicators that come with the program.
    ///
    /// # Errors
    /// When a built-in file is not of the form of rules; a test keeps that from a release.
    pub fn built_in() -> Result<Self, RuleError> {
        Self::with(&[])
    }

    /// The built-in indicators and those of the user's files, given as name and text. An indicator with an id that is there already
    /// takes the place of the former one as a whole; sources of a file stand for that file, else the built-in ones.
    ///
    /// # Errors
    /// The first thing wrong.
    pub fn with(files: &[(String, String)]) -> Result<Self, RuleError> {
        let built_in = BUILT_IN.iter().map(|(name, text)| (*name, *text));
        let own = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let mut sources = BTreeMap::new();
        let mut by_id: BTreeMap<String, (Indicator, Option<String>)> = BTreeMap::new();
        for (name, text) in built_in.chain(own) {
            let here = read(name, text, &sources)?;
            if name == BUILT_IN[0].0 {
                sources.extend(here.sources);
            }
            by_id.extend(here.entries.into_iter().map(|entry| (entry.0.id.clone(), entry)));
        }
        let mut catalogue = Self { indicators: Vec::with_capacity(by_id.len()), questions: BTreeMap::new() };
        for (id, (indicator, question)) in by_id {
            catalogue.questions.extend(question.map(|question| (id, question)));
            catalogue.indicators.push(indicator);
        }
        Ok(catalogue)
    }

    /// All indicators in the order of their ids.
    #[must_use]
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicator with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Indicator> {
        let at = self.indicators.binary_search_by(|indicator| indicator.id.as_str().cmp(id)).ok()?;
        self.indicators.get(at)
    }

    /// The id of the rules: the begin of the SHA-256 of all that they say and test. Equal rules have equal ids.
    #[must_use]
    pub fn id(&self) -> String {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        for indicator in &self.indicators {
            // `Debug` of plain data writes every field.
            hash.update(format!("{indicator:?}").as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        crate::key::KeyedHash(digest).hex()[..16].to_owned()
    }

    /// The questions that a human answers.
    pub fn human(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter().filter(|indicator| indicator.class == Class::Human)
    }

    /// The words of a question of the checklist, to be asked of everybody alike.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&str> {
        self.questions.get(id).map(String::as_str)
    }

    /// The indicators that nothing here feeds yet; each says why.
    pub fn not_fed(&self) -> impl Iterator<Item = &Indicator> {
        self.indicators.iter().filter(|indicator| indicator.test.is_none())
    }
}

/// A file as it is written.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sources: BTreeMap<String, Reference>,
    #[serde(default)]
    indicator: Vec<Spanned<BTreeMap<String, Spanned<toml::Value>>>>,
}

/// What a file holds.
struct Read {
    sources: BTreeMap<String, Reference>,
    entries: Vec<(Indicator, Option<String>)>,
}

fn read(file: &str, text: &str, shared: &BTreeMap<String, Reference>) -> Result<Read, RuleError> {
    if text.len() > MAX_RULES_BYTES {
        return Err(RuleError::TooLarge { file: file.to_owned() });
    }
    let parsed: File = from_toml(text).map_err(|reason| RuleError::Form { file: file.to_owned(), reason })?;
    let mut entries: Vec<(Indicator, Option<String>)> = Vec::with_capacity(parsed.indicator.len());
    for (index, table) in parsed.indicator.into_iter().enumerate() {
        let at = table.span().start;
        let mut entry =
            Entry { file, text, at, id: format!("indicator {}", index + 1), lines: BTreeMap::new(), table: table.into_inner() };
        let find = |key: &str| parsed.sources.get(key).or_else(|| shared.get(key)).cloned();
        let (indicator, question) = entry.indicator(find)?;
        if entries.iter().any(|(other, _)| other.id == indicator.id) {
            return Err(entry.error("id", Refusal::Twice));
        }
        guard::check(&indicator, question.as_deref()).map_err(|(field, reason)| entry.error(&field, reason))?;
        entries.push((indicator, question));
    }
    Ok(Read { sources: parsed.sources, entries })
}

/// Reads a file of rules by itself, without the built-in rules.
#[cfg(test)]
pub(super) fn check_alone(text: &str) -> Result<(), RuleError> {
    let sources = read(BUILT_IN[0].0, BUILT_IN[0].1, &BTreeMap::new())?.sources;
    read("own.toml", text, &sources).map(|_| ())
}

/// A rule while it is read.
struct Entry<'a> {
    file: &'a str,
    text: &'a str,
    at: usize,
    id: String,
    /// Where the fields stand that were taken off the table.
    lines: BTreeMap<String, usize>,
    table: BTreeMap<String, Spanned<toml::Value>>,
}

impl Entry<'_> {
    /// An error at a field; `test.patterns` is at the line of `test`.
    fn error(&self, field: &str, reason: Refusal) -> RuleError {
        let key = field.split('.').next().unwrap_or(field);
        let at =
            self.lines.get(key).copied().or_else(|| self.table.get(key).map(|value| value.span().start)).unwrap_or(self.at);
        let line = self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        RuleError::Rule {
            file: self.file.to_owned(),
            line,
            id: self.id.clone(),
            field: field.to_owned(),
            reason: Box::new(reason),
        }
    }

    fn optional<T: DeserializeOwned>(&mut self, field: &str) -> Result<Option<T>, RuleError> {
        let Some(value) = self.table.remove(field) else { return Ok(None) };
        self.lines.insert(field.to_owned(), value.span().start);
        let read = value.into_inner().try_into::<T>();
        read.map(Some).map_err(|error| self.error(field, Refusal::Form(error.message().to_owned())))
    }

    fn required<T: DeserializeOwned>(&mut self, field: &str) -> Result<T, RuleError> {
        self.optional(field)?.ok_or_else(|| self.error(field, Refusal::Missing))
    }

    fn words(&mut self, field: &str) -> Result<String, RuleError> {
        let text: String = self.required(field)?;
        let text = text.trim();
        if text.is_empty() { Err(self.error(field, Refusal::Empty)) } else { Ok(text.to_owned()) }
    }

    fn indicator(&mut self, find: impl Fn(&str) -> Option<Reference>) -> Result<(Indicator, Option<String>), RuleError> {
        let id = self.words("id")?;
        let sound = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if !sound || id.len() > 40 {
            return Err(self.error("id", Refusal::Id));
        }
        self.id.clone_from(&id);
        let category: Category = self.required("category")?;
        let class: Class = self.required("class")?;
        let statement = self.words("statement")?;
        let question: Option<String> = self.optional("question")?;
        let fields: Vec<String> = self.optional("fields")?.unwrap_or_default();
        let strength: Strength = self.required("strength")?;
        let reason = self.words("reason")?;
        let innocent: Vec<String> = self.required("innocent")?;
        if innocent.is_empty() || innocent.iter().any(|text| text.trim().is_empty()) {
            return Err(self.error("innocent", Refusal::Empty));
        }
        let enabled: bool = self.required("enabled")?;
        let mut test: Option<Test> = self.optional("test")?;
        if let Some(Test::Answer { question, .. }) = &mut test
            && question.is_empty()
        {
            question.clone_from(&id);
        }
        let not_fed: Option<String> = self.optional("not_fed")?;
        let partly: Option<String> = self.optional("partly")?;
        if partly.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(self.error("partly", Refusal::Empty));
        }
        match (&test, &not_fed) {
            (Some(_), None) => {}
            (None, Some(why)) if !why.trim().is_empty() => {}
            (None, Some(_)) => return Err(self.error("not_fed", Refusal::Empty)),
            (None, None) => return Err(self.error("test", Refusal::Missing)),
            (Some(_), Some(_)) => return Err(self.error("not_fed", Refusal::TestAndNotFed)),
        }
        let human = matches!(test, Some(Test::Answer { .. }));
        if human != question.is_some() {
            return Err(self.error("question", if human { Refusal::Missing } else { Refusal::Question }));
        }
        let keys: Vec<String> = self.required("sources")?;
        let mut sources = Vec::with_capacity(keys.len());
        for key in keys {
            sources.push(find(&key).ok_or_else(|| self.error("sources", Refusal::Source(key)))?);
        }
        if let Some(field) = self.table.keys().next().cloned() {
            return Err(self.error(&field, Refusal::Unknown));
        }
        let indicator = Indicator {
            id,
            category,
            class,
            statement,
            fields,
            test,
            not_fed,
            partly,
            strength,
            reason,
            innocent,
            sources,
            enabled,
        };
        Ok((indicator, question))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::vocabulary::{EventKind, IdKind};

    const RULE: &str = "[[indicator]]\nid = \"XX-01\"\ncategory = \"network\"\nclass = \"cross\"\nstatement = \"Shared.\"\n\
        test = { kind = \"shared_identifier\", kinds = [\"phone\"], at_least = 2 }\nfields = [\"identifier.phone\"]\nstrength = \"weak\"\n\
        reason = \"Because.\"\ninnocent = [\"Chance.\"]\nenabled = true\nsources = [\"A22\"]\n";

    fn with(text: &str) -> Result<Catalogue, RuleError> {
        Catalogue::with(&[("own.toml".to_owned(), text.to_owned())])
    }

    /// The ids that the published catalogue numbers, without the letters of second halves.
    fn numbers(catalogue: &Catalogue) -> BTreeSet<&str> {
        catalogue.indicators().iter().map(|rule| rule.id.trim_end_matches(|letter: char| letter.is_ascii_lowercase())).collect()
    }

    #[test]
    fn the_whole_catalogue_is_built_in() {
        let catalogue = Catalogue::built_in().unwrap();
        let numbers = numbers(&catalogue);
        let counts = [
            ("ID", 12),
            ("CV", 18),
            ("ON", 16),
            ("NW", 16),
            ("DV", 13),
            ("SH", 8),
            ("PM", 13),
            ("JB", 13),
            ("PL", 8),
            ("CO", 7),
            ("H", 21),
        ];
        for (prefix, count) in counts {
            for number in 1..=count {
                let id = format!("{prefix}-{number:02}");
                assert!(numbers.contains(id.as_str()), "{id}");
            }
        }
        assert_eq!(numbers.len(), 124 + 21);
        assert_eq!(catalogue.human().count(), 21 + 1, "the questions, and JB-12 that one of them asks");
        let not_fed: Vec<&str> = catalogue.not_fed().map(|rule| rule.id.as_str()).collect();
        assert_eq!(not_fed, ["DV-05", "JB-04", "JB-06", "JB-12"]);
    }

    #[test]
    fn every_built_in_rule_explains_itself() {
        let catalogue = Catalogue::built_in().unwrap();
        let mut categories = BTreeSet::new();
        for rule in catalogue.indicators() {
            categories.insert(rule.category);
            assert!(!rule.innocent.is_empty() && (rule.sources.is_empty() == (rule.id == "H-21")), "{}", rule.id);
            assert!(rule.partly.is_none() || rule.test.is_some(), "{}", rule.id);
            assert!(rule.statement.ends_with('.') && rule.reason.ends_with('.'), "{}", rule.id);
            assert_eq!(rule.test.is_none(), rule.not_fed.is_some(), "{}", rule.id);
            assert!(rule.test.is_some() || !rule.enabled, "{}", rule.id);
            assert_eq!(catalogue.question(&rule.id).is_some(), matches!(rule.test, Some(Test::Answer { .. })), "{}", rule.id);
            for source in &rule.sources {
                assert!(source.url.starts_with("https://") && source.date.len() >= 4, "{source:?}");
                assert!(["text", "partly", "quoted", "memory"].contains(&source.read.as_str()), "{source:?}");
            }
        }
        assert_eq!(categories.len(), Category::ALL.len());
    }

    #[test]
    fn strengths_that_are_fixed() {
        let catalogue = Catalogue::built_in().unwrap();
        let of = |strength| -> Vec<&str> {
            catalogue.indicators().iter().filter(|rule| rule.strength == strength).map(|rule| rule.id.as_str()).collect()
        };
        assert_eq!(of(Strength::Legal), ["CO-06", "PM-06", "PM-13"]);
        assert_eq!(of(Strength::Shown), ["CV-05", "H-21", "ON-11b", "ON-13"]);
        let off: Vec<&str> = catalogue.indicators().iter().filter(|rule| !rule.enabled).map(|rule| rule.id.as_str()).collect();
        assert_eq!(off, ["DV-05", "JB-04", "JB-06", "JB-07", "JB-12", "PL-06", "PL-08"]);
        assert_eq!(
            catalogue.get("H-21").unwrap().test,
            Some(Test::Answer { question: "H-21".to_owned(), fires: "never".to_owned() })
        );
        assert!(catalogue.get("PM-01").is_some() && catalogue.get("PM-99").is_none());
    }

    #[test]
    fn what_is_published_and_not_tested_is_said() {
        let catalogue = Catalogue::built_in().unwrap();
        let partly: Vec<&str> =
            catalogue.indicators().iter().filter(|rule| rule.partly.is_some()).map(|rule| rule.id.as_str()).collect();
        let expected = [
            "CO-01", "CO-02", "CO-03", "CO-05", "DV-08", "DV-12", "DV-13", "ID-11", "ID-12", "JB-01", "JB-10", "NW-10",
            "ON-15", "PM-03", "PM-07", "PM-08",
        ];
        assert_eq!(partly, expected);
    }

    #[test]
    fn sources_that_were_not_read_are_marked() {
        let catalogue = Catalogue::built_in().unwrap();
        let caveat = |id: &str, title: &str| {
            let rule = catalogue.get(id).unwrap();
            rule.sources.iter().find(|source| source.title.contains(title)).unwrap().caveat()
        };
        assert_eq!(caveat("NW-10", "Okta"), Some("not read again when this was written"));
        assert_eq!(caveat("NW-02", "PSA240516"), Some("read in part"));
        assert_eq!(caveat("NW-01", "GitLab"), None);
    }

    #[test]
    fn published_thresholds() {
        let catalogue = Catalogue::built_in().unwrap();
        let test = |id: &str| catalogue.get(id).unwrap().test.clone().unwrap();
        assert_eq!(test("NW-05"), Test::ImpossibleSpeed { kmh: 900, at_least: 3 });
        assert_eq!(
            test("PM-03"),
            Test::Burst { events: vec![EventKind::PayeeChanged], at_least: 2, days: 90, after_start: None }
        );
        let remote = |at_least, days, after_boot| Test::ListedSoftware {
            classes: vec!["remote_access".to_owned()],
            at_least,
            days,
            after_boot,
        };
        assert_eq!(test("DV-01b"), remote(1, None, Some(14)));
        assert_eq!(test("DV-02"), remote(2, Some(30), None));
        assert_eq!(
            test("PM-01"),
            Test::SharedIdentifier {
                kinds: vec![IdKind::Payee, IdKind::Card, IdKind::Wallet],
                at_least: 2,
                names_differ: false
            }
        );
    }

    #[test]
    fn ids_are_in_order() {
        let catalogue = Catalogue::built_in().unwrap();
        assert!(catalogue.indicators().is_sorted_by(|a, b| a.id < b.id));
        for rule in catalogue.indicators() {
            assert_eq!(catalogue.get(&rule.id).unwrap().id, rule.id);
        }
    }

    #[test]
    fn own_rules_are_added_and_replace() {
        let count = Catalogue::built_in().unwrap().indicators().len();
        let added = with(RULE).unwrap();
        assert_eq!(added.indicators().len(), count + 1);
        assert_eq!(added.get("XX-01").unwrap().statement, "Shared.");
        let replaced = with(&RULE.replace("XX-01", "CV-08")).unwrap();
        assert_eq!(replaced.indicators().len(), count);
        assert_eq!(replaced.get("CV-08").unwrap().strength, Strength::Weak);
        let own_source =
            "[sources.OWN]\ntitle = \"House rule\"\ndate = \"2026\"\nurl = \"https://example.com\"\nread = \"text\"\n";
        let own = with(&format!("{own_source}{}", RULE.replace("\"A22\"", "\"OWN\", \"A22\""))).unwrap();
        assert_eq!(own.get("XX-01").unwrap().sources[0].title, "House rule");
        assert_eq!(with("").unwrap().indicators().len(), count);
        let question = "question = \"Was it so?\"";
        let human = RULE
            .replace("\"network\"", "\"checklist\"")
            .replace("\"cross\"", "\"human\"")
            .replace(
                "{ kind = \"shared_identifier\", kinds = [\"phone\"], at_least = 2 }",
                "{ kind = \"answer\", fires = \"no\" }",
            )
            .replace("[\"identifier.phone\"]", "[\"document.checklist.answer\", \"document.checklist.what\"]")
            .replace("statement =", &format!("{question}\nstatement ="));
        assert_eq!(with(&human).unwrap().question("XX-01"), Some("Was it so?"));
    }

    #[test]
    fn sources_of_one_file_do_not_reach_another() {
        let source = "[sources.OWN]\ntitle = \"x\"\ndate = \"2026\"\nurl = \"https://example.com\"\nread = \"text\"\n";
        let files = [("a.toml".to_owned(), source.to_owned()), ("b.toml".to_owned(), RULE.replace("A22", "OWN"))];
        let error = Catalogue::with(&files).unwrap_err().to_string();
        assert_eq!(error, "b.toml:12: XX-01: `sources`: no table `[sources.OWN]`");
    }

    #[test]
    fn errors_name_file_line_rule_and_field() {
        #[track_caller]
        fn check(from: &str, to: &str, message: &str) {
            assert!(RULE.contains(from), "{from}");
            let error = with(&RULE.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
        check("strength = \"weak\"", "strength = \"huge\"", "own.toml:8: XX-01: `strength`: unknown variant `huge`");
        check("strength = \"weak\"\n", "", "own.toml:1: XX-01: `strength`: it is missing");
        check("id = \"XX-01\"\n", "", "own.toml:1: indicator 1: `id`: it is missing");
        check("id = \"XX-01\"", "id = \"a b\"", "own.toml:2: indicator 1: `id`: an id has");
        check("enabled = true", "enabled = true\ncolour = 1", "own.toml:12: XX-01: `colour`: a rule has no such field");
        check("at_least = 2", "at_least = 2, shade = 1", "own.toml:6: XX-01: `test`: unknown field `shade`");
        check(", at_least = 2", "", "own.toml:6: XX-01: `test`: missing field `at_least`");
        check("\"phone\"]", "\"passport\"]", "own.toml:6: XX-01: `test`: `passport` is no word of IdKind");
        check("shared_identifier", "look_of_face", "own.toml:6: XX-01: `test`: unknown variant `look_of_face`");
        check("at_least = 2", "at_least = 1", "own.toml:6: XX-01: `test.at_least`: at least 2");
        check("innocent = [\"Chance.\"]", "innocent = []", "own.toml:10: XX-01: `innocent`: it is empty");
        check("statement = \"Shared.\"", "statement = \" \"", "own.toml:5: XX-01: `statement`: it is empty");
        check("enabled = true", "enabled = true\nnot_fed = \"x\"", "own.toml:12: XX-01: `not_fed`: a rule has a test or says");
        check("identifier.phone", "identifier.email", "own.toml:7: XX-01: `fields`: the test reads identifier.phone:");
        check("[\"A22\"]", "[\"ZZ\"]", "own.toml:12: XX-01: `sources`: no table `[sources.ZZ]`");
        check(
            "enabled = true",
            "enabled = true\nquestion = \"x\"",
            "own.toml:12: XX-01: `question`: only rules with a test of kind",
        );
        check("[[indicator]]", "[extra]\na = 1\n[[indicator]]", "own.toml: line 1: unknown field `extra`");
        check("[[indicator]]", "[[indicator", "own.toml: line 1: ");
        let twice = with(&format!("{RULE}\n{RULE}")).unwrap_err().to_string();
        assert_eq!(twice, "own.toml:15: XX-01: `id`: the id stands twice in this file");
        let none = RULE.replace("test = { kind = \"shared_identifier\", kinds = [\"phone\"], at_least = 2 }\n", "");
        assert_eq!(with(&none).unwrap_err().to_string(), "own.toml:1: XX-01: `test`: it is missing");
        let without = RULE.replace(
            "{ kind = \"shared_identifier\", kinds = [\"phone\"], at_least = 2 }",
            "{ kind = \"ring_member\", all = true }",
        );
        let error = with(&without).unwrap_err().to_string();
        assert!(error.starts_with("own.toml:6: XX-01: `test`: unknown field `all`"), "{error}");
    }

    #[test]
    fn a_file_of_rules_is_bounded() {
        let error = with(&"#".repeat(MAX_RULES_BYTES + 1)).unwrap_err().to_string();
        assert_eq!(error, "own.toml: larger than 4194304 bytes");
    }
}
