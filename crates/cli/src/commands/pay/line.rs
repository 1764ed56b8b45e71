//! A payment as it is written out: its place, what is paid, what is to become of it, and a member for each finding.

use std::fmt::Write;

use interdict_matching::Settings;
use interdict_network::{Regime, Role};
use interdict_payments::{Assessment, Effect, Finding, Money, Payment, PlaceEffect, Reason, Suppressed};
use interdict_snapshot::Snapshot;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::commands::screen::{feature_values, programs};
use crate::output::rounded;

/// What payments were screened with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Made {
    pub(super) snapshot: String,
    pub(super) engine: &'static str,
    pub(super) settings: String,
    /// SHA-256 of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<String>,
    /// The day on which rules and listings were looked at.
    pub(super) day: String,
}

impl Made {
    pub(super) fn new(snapshot: &Snapshot, settings: &Settings, policy: Option<String>, day: &str) -> Self {
        Self {
            snapshot: snapshot.id().to_owned(),
            engine: env!("CARGO_PKG_VERSION"),
            settings: settings.id(),
            policy,
            day: day.to_owned(),
        }
    }
}

/// The SHA-256 of bytes, in hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// One line of the output contract.
#[derive(Serialize)]
pub(super) struct PaymentLine<'a> {
    file: &'a str,
    number: u64,
    line: u64,
    id: String,
    message: &'static str,
    definition: &'a str,
    decision: &'static str,
    amount: Option<String>,
    currency: Option<&'a str>,
    date: Option<&'a str>,
    corridor: Option<&'a str>,
    findings: Vec<Value>,
    suppressed: Vec<Value>,
    not_checked: &'a [String],
    warnings: &'a [String],
    #[serde(flatten)]
    made: &'a Made,
}

impl<'a> PaymentLine<'a> {
    pub(super) fn new(file: &'a str, payment: &'a Payment, assessment: &'a Assessment<'_>, made: &'a Made) -> Self {
        let currency = payment.amount.as_ref().map(|amount| amount.currency.as_str());
        Self {
            file,
            number: payment.number,
            line: payment.line,
            id: payment.id(),
            message: payment.kind.code(),
            definition: &payment.definition,
            decision: assessment.decision.code(),
            amount: payment.amount.as_ref().map(amount),
            currency: currency.filter(|currency| !currency.is_empty()),
            date: payment.date.as_ref().map(|date| date.value.as_str()),
            corridor: assessment.corridor.as_deref(),
            findings: assessment.findings.iter().map(finding).collect(),
            suppressed: assessment.suppressed.iter().map(suppressed).collect(),
            not_checked: &assessment.not_checked,
            warnings: &payment.warnings,
            made,
        }
    }
}

/// An amount with its decimals, two at least: no digit is lost.
pub(super) fn amount(money: &Money) -> String {
    let sign = if money.micros < 0 { "-" } else { "" };
    let micros = money.micros.unsigned_abs();
    let (whole, part) = (micros / 1_000_000, micros % 1_000_000);
    let mut decimals = format!("{part:06}");
    while decimals.len() > 2 && decimals.ends_with('0') {
        decimals.pop();
    }
    format!("{sign}{whole}.{decimals}")
}

fn suppressed(suppressed: &Suppressed<'_>) -> Value {
    let mut value = finding(&suppressed.finding);
    if let Value::Object(members) = &mut value {
        members.insert("rule".to_owned(), suppressed.rule.as_str().into());
        members.insert("because".to_owned(), suppressed.because.as_str().into());
    }
    value
}

fn finding(finding: &Finding<'_>) -> Value {
    let mut members = Map::new();
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    add("decision", finding.decision.code().into());
    add("field", finding.field_of.into());
    add("path", finding.path.as_str().into());
    add("value", finding.value.as_str().into());
    add("score", rounded(finding.score).into());
    add("reason", reason_code(&finding.reason).into());
    match &finding.reason {
        Reason::Listed { entity, name, features, effects } => {
            add("id", entity.id().into());
            add("caption", entity.caption().into());
            add("schema", entity.schema_name().into());
            add("name", Some(name.as_str()).filter(|name| !name.is_empty()).into());
            add("datasets", entity.datasets().into());
            add("programs", programs(*entity).into());
            add("features", Value::Object(feature_values(features)));
            add("effects", effects.iter().map(effect).collect());
        }
        Reason::Place { name, rules } => {
            add("name", name.as_str().into());
            add("effects", rules.iter().map(place_effect).collect());
        }
        Reason::Goods { category, source } => {
            add("category", category.as_str().into());
            add("source", source.as_str().into());
        }
        Reason::Stripping { past, day, differences } => {
            add("past", past.as_str().into());
            add("day", day.as_str().into());
            let differences = differences
                .iter()
                .map(|one| json!({"what": one.what, "path": one.path, "before": one.before, "after": one.after}));
            add("differences", differences.collect());
        }
        Reason::Corridor { name } => add("name", name.as_str().into()),
    }
    if let Some(lapsed) = &finding.lapsed {
        add("lapsed", lapsed.as_str().into());
    }
    Value::Object(members)
}

fn effect(effect: &Effect) -> Value {
    json!({
        "regime": effect.regime.code(),
        "role": role_code(effect.role),
        "dataset": effect.dataset,
        "programs": effect.programs,
        "note": effect.note,
    })
}

fn place_effect(effect: &PlaceEffect) -> Value {
    json!({
        "regime": effect.regime.code(),
        "decision": effect.decision.code(),
        "measure": effect.measure,
        "source": effect.source,
    })
}

/// The reason of a finding as a word for programs.
pub(super) fn reason_code(reason: &Reason<'_>) -> &'static str {
    match reason {
        Reason::Listed { .. } => "listed",
        Reason::Place { .. } => "place",
        Reason::Goods { .. } => "goods",
        Reason::Stripping { .. } => "stripping",
        Reason::Corridor { .. } => "corridor",
    }
}

/// What a listing means, as a word for programs.
fn role_code(role: Role) -> &'static str {
    match role {
        Role::Blocked => "blocked",
        Role::Restricted => "restricted",
        Role::Licence => "licence",
        Role::None => "none",
    }
}

/// What a listing means, in words.
fn role_words(regime: Regime, role: Role) -> String {
    let words = match role {
        Role::Blocked => "property is blocked",
        Role::Restricted => "some dealings are restricted",
        Role::Licence => "exports need a licence",
        Role::None => "nothing by itself",
    };
    format!("{}: {words}", regime.name())
}

/// Why a finding is one, in words.
pub(super) fn words(finding: &Finding<'_>) -> String {
    let mut words = match &finding.reason {
        Reason::Listed { entity, name, effects, .. } => {
            let programs = programs(*entity);
            let under = if programs.is_empty() { String::new() } else { format!(", {}", programs.join(" ")) };
            let listed =
                if name.is_empty() || name == entity.caption() { String::new() } else { format!(", listed as {name}") };
            let mut meaning: Vec<String> = Vec::new();
            for effect in effects {
                let mut words = role_words(effect.regime, effect.role);
                if let Some(note) = &effect.note {
                    words = format!("{words} ({note})");
                }
                if !meaning.contains(&words) {
                    meaning.push(words);
                }
            }
            let meaning = if meaning.is_empty() { String::new() } else { format!("; {}", meaning.join(", ")) };
            format!("{} ({}{under}){listed}{meaning}", entity.caption(), entity.id())
        }
        Reason::Place { name, rules } => {
            let rules: Vec<String> = rules.iter().map(|rule| format!("{}: {}", rule.regime.name(), rule.measure)).collect();
            format!("{name}; {}", rules.join("; "))
        }
        Reason::Goods { category, .. } => format!("goods that may be of double use: {category}"),
        Reason::Stripping { past, day, differences } => {
            let differences: Vec<String> = differences
                .iter()
                .map(|one| match (&one.before, &one.after) {
                    (Some(before), Some(after)) => format!("{} was “{before}”, is “{after}”", one.what),
                    (Some(before), None) => format!("{} “{before}” was removed", one.what),
                    (None, Some(after)) => format!("{} “{after}” was added", one.what),
                    (None, None) => one.what.clone(),
                })
                .collect();
            format!("payment {past}, which was not let through on {day}, comes again: {}", differences.join("; "))
        }
        Reason::Corridor { name } => format!("the policy decides so for the corridor {name}"),
    };
    if let Some(lapsed) = &finding.lapsed {
        words.push_str("; a good-guy rule names the two and does not hold any longer: ");
        words.push_str(lapsed);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_digits() {
        for (micros, expected) in [
            (0, "0.00"),
            (1_500_000, "1.50"),
            (-1, "-0.000001"),
            (1_234_567_890_120_000, "1234567890.12"),
            (2_345_000, "2.345"),
            (i128::MIN, "-170141183460469231731687303715884.105728"),
        ] {
            let money = Money { path: String::new(), micros, currency: "USD".to_owned() };
            assert_eq!(amount(&money), expected);
        }
    }
}
