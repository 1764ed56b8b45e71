//! Reading of rules and the checks that they pass before they run.

/// Why a rule is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Not TOML, or not of the form of a rule.
    #[error("{file}: {source}")]
    Form {
        /// The file.
        file: String,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

/// The indicators in force.
#[derive(Debug, Clone)]
pub struct Catalogue {
    indicators: Vec<super::Indicator>,
}

impl Catalogue {
    /// All indicators in the order of their ids.
    #[must_use]
    pub fn indicators(&self) -> &[super::Indicator] {
        &self.indicators
    }
}
