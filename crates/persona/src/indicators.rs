//! Indicators as data: `data/indicators/*.toml` and a user's own files go in; checked [`Indicator`]s come out. What an indicator may test is
//! the closed list of [`Test`]; what a test reads is fixed by it and must be said by the rule, so that no rule can read more.

mod guard;
mod load;
mod reads;
mod test;

pub use guard::Refusal;
pub use load::{Catalogue, RuleError};
pub use test::Test;
pub(crate) use test::{AddressStatement, CountryStatement, IpList, Measure, SanctionKind};

/// In what kind of fact an indicator looks. Weights are capped per category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Identity documents and photos.
    Identity,
    /// Application and CV.
    Application,
    /// Online persona and repositories.
    Persona,
    /// Network and log-ins.
    Network,
    /// Devices and remote access.
    Device,
    /// Parcels.
    Shipping,
    /// Payment and wallets.
    Payment,
    /// Behaviour on the job.
    Behaviour,
    /// Linked accounts on platforms.
    Platform,
    /// Corporate fronts.
    Front,
    /// Answers of people who spoke with the person.
    Checklist,
}

impl Category {
    /// Every category in the order of the catalogue.
    pub const ALL: [Self; 11] = [
        Self::Identity,
        Self::Application,
        Self::Persona,
        Self::Network,
        Self::Device,
        Self::Shipping,
        Self::Payment,
        Self::Behaviour,
        Self::Platform,
        Self::Front,
        Self::Checklist,
    ];

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Identity => "identity documents",
            Self::Application => "application",
            Self::Persona => "online persona",
            Self::Network => "network",
            Self::Device => "devices",
            Self::Shipping => "parcels",
            Self::Payment => "payment",
            Self::Behaviour => "behaviour on the job",
            Self::Platform => "linked accounts",
            Self::Front => "corporate front",
            Self::Checklist => "checklist",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Application => "application",
            Self::Persona => "persona",
            Self::Network => "network",
            Self::Device => "device",
            Self::Shipping => "shipping",
            Self::Payment => "payment",
            Self::Behaviour => "behaviour",
            Self::Platform => "platform",
            Self::Front => "front",
            Self::Checklist => "checklist",
        }
    }
}

/// How an indicator tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Exactly, or against a list.
    List,
    /// Against a threshold.
    Threshold,
    /// Facts of one person against each other.
    Record,
    /// A person against others.
    Cross,
    /// In the order of time.
    Sequence,
    /// By a human answer.
    Human,
}

impl Class {
    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Threshold => "threshold",
            Self::Record => "record",
            Self::Cross => "cross",
            Self::Sequence => "sequence",
            Self::Human => "human",
        }
    }
}

/// How much an indicator says on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Nothing at all: shown, and not scored.
    Shown,
    /// Little: many honest people.
    Weak,
    /// Something: asks for a second fact.
    Moderate,
    /// Much.
    Strong,
    /// A duty of law, apart from any score.
    Legal,
}

impl Strength {
    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Weak => "weak",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
            Self::Legal => "legal",
        }
    }
}

/// A published text that an indicator follows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What the text is.
    pub title: String,
    /// Day of publication, as much of it as is known.
    pub date: String,
    /// Where it stands.
    pub url: String,
    /// How it was read: `text`, `partly` (the rest is from memory), `quoted` (through a second text that quotes it), `memory` (to be checked
    /// before quoting).
    pub read: String,
}

impl Reference {
    /// What must be said where it is named; `None` for what was read, itself or in a text that quotes it.
    #[must_use]
    pub fn caveat(&self) -> Option<&'static str> {
        match self.read.as_str() {
            "partly" => Some("read in part"),
            "memory" => Some("not read again when this was written"),
            _ => None,
        }
    }
}

/// One indicator.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// Stable id, as `PM-01`.
    pub id: String,
    /// Category.
    pub category: Category,
    /// How it tests.
    pub class: Class,
    /// What it says, in one sentence that is true of the person when it fires.
    pub statement: String,
    /// What its test reads, as `event.login.ip`.
    pub fields: Vec<String>,
    /// The test and its parameters; `None` for one that nothing here feeds yet, with the reason in `not_fed`.
    pub test: Option<Test>,
    /// Why it is not fed.
    pub not_fed: Option<String>,
    /// What of the published indicator the test does not look at, and why.
    pub partly: Option<String>,
    /// How much it says.
    pub strength: Strength,
    /// Why so much and not more.
    pub reason: String,
    /// Why an honest person may show it.
    pub innocent: Vec<String>,
    /// What it follows.
    pub sources: Vec<Reference>,
    /// Whether it runs without being switched on.
    pub enabled: bool,
}
