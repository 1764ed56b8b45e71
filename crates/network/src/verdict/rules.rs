//! The ownership rules by regime and date, from `data/ownership_rules.tsv`: what share counts, whether several owners add up, and what control
//! without ownership means.

use std::fmt;
use std::sync::LazyLock;

use interdict_model::{DateValue, Share};
use interdict_snapshot::Day;

const RULES_TSV: &str = include_str!("../../../../data/ownership_rules.tsv");

/// Whose law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Regime {
    /// United States, OFAC.
    Us,
    /// European Union.
    Eu,
    /// United Kingdom.
    Uk,
    /// United States, Bureau of Industry and Security: export licences.
    Bis,
    /// Switzerland.
    Ch,
    /// Canada.
    Ca,
}

impl Regime {
    /// Every regime, in the order in which they are shown.
    pub const ALL: [Self; 6] = [Self::Us, Self::Eu, Self::Uk, Self::Bis, Self::Ch, Self::Ca];

    /// The code in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Eu => "eu",
            Self::Uk => "uk",
            Self::Bis => "bis",
            Self::Ch => "ch",
            Self::Ca => "ca",
        }
    }

    /// The name to show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Us => "US (OFAC)",
            Self::Eu => "EU",
            Self::Uk => "UK",
            Self::Bis => "US (BIS)",
            Self::Ch => "Switzerland",
            Self::Ca => "Canada",
        }
    }

    /// The regime of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|regime| regime.code() == code)
    }
}

impl fmt::Display for Regime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a rule is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    InForce,
    /// It is not, and may come back.
    Suspended,
    /// It is computed, and its standing must be checked.
    Unconfirmed,
}

impl Standing {
    /// The code in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Suspended => "suspended",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

/// Whether the holdings of several designated parties add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// All do.
    All,
    /// One party at a time, with those who hold jointly with it.
    Joint,
    /// One party at a time.
    None,
}

/// A version of a regime's rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whose.
    pub regime: Regime,
    /// First day.
    pub from: Day,
    /// First day on which it no longer holds.
    pub until: Day,
    /// Whether it is applied.
    pub standing: Standing,
    /// The smallest share that meets it: 50 %, or the next above.
    pub threshold: Share,
    /// Whose holdings add up.
    pub aggregate: Aggregate,
    /// Whether control is as good as ownership; if not, it is a caution.
    pub control_decides: bool,
    /// Its name, with the version.
    pub title: &'static str,
    /// What follows: "property is blocked".
    pub finding: &'static str,
    /// How sure the row is: `page`, `check` or `memory`.
    pub sure: &'static str,
    /// Where it is written.
    pub source: &'static str,
}

impl Rule {
    /// The threshold as it is said: `50 % or more`, `more than 50 %`.
    #[must_use]
    pub fn threshold_words(&self) -> &'static str {
        if self.threshold > Share::HALF { "more than 50 %" } else { "50 % or more" }
    }

    /// The rule of a regime on a day; `None` when it has none then.
    #[must_use]
    pub fn on(regime: Regime, day: Day) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.regime == regime && rule.from <= day && day < rule.until)
    }

    /// Every version of every rule, in the order of the table.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &RULES
    }
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| rows().filter_map(rule).collect());

fn rows() -> impl Iterator<Item = &'static str> {
    RULES_TSV.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
}

/// A row of the table; `None` when it is not well-formed, which a test excludes.
fn rule(line: &'static str) -> Option<Rule> {
    let fields: Vec<&'static str> = line.split('\t').collect();
    let [regime, from, until, status, threshold, aggregate, control, title, finding, sure, source] = fields[..] else {
        return None;
    };
    let day = |text: &str| DateValue::parse(text).ok().map(|date| Day::earliest(&date));
    Some(Rule {
        regime: Regime::from_code(regime)?,
        from: day(from)?,
        until: if until.is_empty() { Day::LAST } else { day(until)? },
        standing: match status {
            "in_force" => Standing::InForce,
            "suspended" => Standing::Suspended,
            "unconfirmed" => Standing::Unconfirmed,
            _ => return None,
        },
        threshold: match threshold {
            ">=50" => Share::HALF,
            ">50" => Share::HALF.above(),
            _ => return None,
        },
        aggregate: match aggregate {
            "all" => Aggregate::All,
            "joint" => Aggregate::Joint,
            "none" => Aggregate::None,
            _ => return None,
        },
        control_decides: match control {
            "decisive" => true,
            "caution" => false,
            _ => return None,
        },
        title,
        finding,
        sure,
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_no_two_versions_hold_at_once() {
        assert_eq!(RULES.len(), rows().count());
        for (at, rule) in RULES.iter().enumerate() {
            assert!(rule.from < rule.until && !rule.source.is_empty(), "{rule:?}");
            assert!(["page", "check", "memory"].contains(&rule.sure), "{rule:?}");
            let others = RULES[at + 1..].iter().filter(|other| other.regime == rule.regime);
            for other in others {
                assert!(other.from >= rule.until || rule.from >= other.until, "{rule:?} {other:?}");
            }
        }
        for regime in Regime::ALL {
            assert_eq!(Regime::from_code(regime.code()), Some(regime));
        }
    }

    #[test]
    fn rules_change_on_their_day() {
        let day = |text: &str| Day::earliest(&DateValue::parse(text).unwrap());
        let eu = |text: &str| Rule::on(Regime::Eu, day(text)).unwrap().threshold_words();
        assert_eq!((eu("2024-07-02"), eu("2024-07-03")), ("more than 50 %", "50 % or more"));
        let bis = |text: &str| Rule::on(Regime::Bis, day(text)).map(|rule| rule.standing);
        assert_eq!(bis("2025-09-28"), None);
        assert_eq!(bis("2025-09-29"), Some(Standing::InForce));
        assert_eq!(bis("2025-11-10"), Some(Standing::Suspended));
    }
}
