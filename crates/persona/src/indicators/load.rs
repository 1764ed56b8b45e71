//! Reading of rules and the checks that they pass before they run: TOML files of `[[indicator]]` and `[sources.KEY]` go in, the
//! [`Catalogue`] in the order of ids comes out, or the first thing wrong with its file, line, rule and field.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::guard::{self, Refusal};
use super::{Category, Class, Indicator, Reference, Strength, Test};

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
pub const MAX_RULES_BYTES: usize = 4 << 20;

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
    #[error("{file}: {source}")]
    Form {
        /// The file.
        file: String,
        /// Where and why.
        source: Box<toml::de::Error>,
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
        reason: Refusal,
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
    let parsed: File =
        toml::from_str(text).map_err(|source| RuleError::Form { file: file.to_owned(), source: Box::new(source) })?;
    let mut entries: Vec<(Indicator, Option<String>)> = Vec::with_capacity(parsed.indicator.len());
    for (index, table) in parsed.indicator.into_iter().enumerate() {
        let at = table.span().start;
        let mut entry = Entry { file, text, at, id: format!("indicator {}", index + 1), lines: BTreeMap::new(), table: table.into_inner() };
        let find = |key: &str| parsed.sources.get(key).or_else(|| shared.get(key)).cloned();
        let (indicator, question) = entry.indicator(find)?;
        if entries.iter().any(|(other, _)| other.id == indicator.id) {
            return Err(entry.error("id", Refusal::Twice));
        }
        guard::check(&indicator).map_err(|(field, reason)| entry.error(&field, reason))?;
        entries.push((indicator, question));
    }
    Ok(Read { sources: parsed.sources, entries })
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
        let at = self.lines.get(key).copied().or_else(|| self.table.get(key).map(|value| value.span().start)).unwrap_or(self.at);
        let line = self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        RuleError::Rule { file: self.file.to_owned(), line, id: self.id.clone(), field: field.to_owned(), reason }
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

    fn indicator(
        &mut self,
        find: impl Fn(&str) -> Option<Reference>,
    ) -> Result<(Indicator, Option<String>), RuleError> {
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
        let test: Option<Test> = self.optional("test")?;
        let not_fed: Option<String> = self.optional("not_fed")?;
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
        let indicator =
            Indicator { id, category, class, statement, fields, test, not_fed, strength, reason, innocent, sources, enabled };
        Ok((indicator, question))
    }
}
