//! Verdicts in words and as JSON, for every command that shows them: each step of a chain with the record that says so, what is missing, what would
//! change the verdict, and what to be careful about.

use interdict_model::{RelationKind, Share, ShareRange};
use interdict_network::{
    Assessment, Basis, Caution, ChainStep, Change, Contribution, HoldingIssue, Missing, MissingFact, Outcome, Regime, Rule,
    Standing, Verdict,
};
use interdict_snapshot::{Day, EntityRef, NOTHING, RelationRow, Snapshot};
use serde::Serialize;
use serde_json::{Value, json};

/// Steps, holdings or facts of one kind that are written for people; files have all.
const SHOWN: usize = 20;

/// One percent in units of a share.
const ONE_PERCENT: u32 = Share::WHOLE.units() / 100;

/// Characters up to which a text is the name of a list or programme.
const LIST_NAME: usize = 90;

/// Writes verdicts on the entities of a snapshot.
#[derive(Clone, Copy)]
pub(super) struct Words<'s> {
    pub(super) snapshot: &'s Snapshot,
}

impl<'s> Words<'s> {
    fn entity(self, at: u32) -> Option<EntityRef<'s>> {
        self.snapshot.entity_at(at)
    }

    /// A party by name and id.
    pub(super) fn party(self, at: u32) -> String {
        match self.entity(at) {
            Some(entity) => format!("{} ({})", entity.caption(), entity.id()),
            None => "somebody who is not named".to_owned(),
        }
    }

    pub(super) fn name(self, at: u32) -> &'s str {
        self.entity(at).map_or("somebody who is not named", EntityRef::caption)
    }

    fn id(self, at: u32) -> Value {
        self.entity(at).map_or(Value::Null, |entity| entity.id().into())
    }

    /// The source and record of an entity, as `us_ofac_sdn 2025-11-19, ProfileRelationship 21533`.
    pub(super) fn source(self, at: u32) -> String {
        let Some(entity) = self.entity(at) else { return String::new() };
        let origin = entity.origin();
        let list: Vec<&str> =
            [origin.source.as_str(), origin.issue.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
        let parts: Vec<String> = [list.join(" "), origin.record].into_iter().filter(|text| !text.is_empty()).collect();
        if parts.is_empty() { entity.id().to_owned() } else { parts.join(", ") }
    }

    fn source_of_row(self, row: u32) -> String {
        self.snapshot.relations().rows().get(row as usize).map(|row| self.source(row.statement)).unwrap_or_default()
    }

    /// What a relation says of its period: ` since 2019-03-01`, ` 2019-03-01 to 2022-01-01`.
    fn period(self, row: u32) -> String {
        let Some(row) = self.snapshot.relations().rows().get(row as usize) else { return String::new() };
        let day = |day: Day| day.date().map(|date| date.to_string());
        match (day(row.begin_earliest), day(row.end_latest)) {
            (Some(begin), Some(end)) => format!(", {begin} to {end}"),
            (Some(begin), None) => format!(", since {begin}"),
            (None, Some(end)) => format!(", until {end}"),
            (None, None) => String::new(),
        }
    }

    /// What the statement says of the share, where that is no share.
    fn stated(self, row: u32) -> Option<String> {
        let row = self.snapshot.relations().rows().get(row as usize)?;
        row.fault()?;
        let text = self.entity(row.statement)?.texts("percentage").next()?.to_owned();
        Some(format!(" (stated: `{text}`)"))
    }

    /// The verdict in a word or two.
    pub(super) fn outcome(verdict: &Verdict) -> &'static str {
        match (verdict.outcome, verdict.chain.last().map(|step| &step.basis)) {
            (Outcome::Listed, _) => "LISTED",
            // BIS blocks nothing: exports need a licence.
            (Outcome::Blocked, _) if verdict.regime == Regime::Bis => "LICENCE (owned)",
            (Outcome::NotBlocked, _) if verdict.regime == Regime::Bis => "not reached",
            (Outcome::Blocked, Some(Basis::Controlled { .. })) => "BLOCKED (controlled)",
            (Outcome::Blocked, _) => "BLOCKED (owned)",
            (Outcome::Undecided, _) => "UNDECIDED",
            (Outcome::NotBlocked, _) => "not blocked",
        }
    }

    /// What follows: the finding of the rule, for verdicts that have one.
    pub(super) fn finding(verdict: &Verdict) -> &'static str {
        match (verdict.outcome, verdict.rule) {
            (Outcome::Listed | Outcome::Blocked, Some(rule)) => rule.finding,
            _ => "",
        }
    }

    /// The rule and its version.
    pub(super) fn rule(verdict: &Verdict) -> String {
        match verdict.rule {
            None => "no rule of ownership on this day".to_owned(),
            Some(rule) => {
                let standing = match rule.standing {
                    Standing::InForce => "",
                    Standing::Suspended => " (suspended)",
                    Standing::Unconfirmed => " (check its standing)",
                };
                format!("{}{standing}", rule.title)
            }
        }
    }

    /// Everything that a verdict says beyond its outcome, line by line.
    pub(super) fn lines(self, verdict: &Verdict) -> Vec<String> {
        let mut lines = Vec::new();
        let suspended =
            verdict.rule.is_some_and(|rule| rule.standing == Standing::Suspended) && verdict.outcome != Outcome::Listed;
        if !verdict.chain.is_empty() {
            match (verdict.outcome, verdict.rule) {
                (Outcome::Undecided, Some(rule)) => {
                    lines.push(format!("possible: {} may be held by designated parties", rule.threshold_words()));
                }
                _ if suspended => lines.push("were the rule not suspended:".to_owned()),
                _ => {}
            }
            let shown = verdict.chain.iter().rev().take(SHOWN).rev();
            if verdict.chain.len() > SHOWN {
                lines.push(format!("  ({} steps before these)", verdict.chain.len() - SHOWN));
            }
            lines.extend(shown.flat_map(|step| self.step(step, verdict.rule)).map(|line| format!("  {line}")));
        }
        match &verdict.missing {
            Some(Missing::One(facts)) => {
                let any = if facts.len() > 1 { "missing, and any one decides it" } else { "missing, and it decides" };
                lines.push(format!("{any}:"));
                lines.extend(first(facts, |fact| format!("  {}", self.fact(fact))));
            }
            Some(Missing::Several(facts)) => {
                lines.push("missing; no one of these decides it alone:".to_owned());
                lines.extend(first(facts, |fact| format!("  {}", self.fact(fact))));
            }
            None => {}
        }
        // What a new owner would change goes without saying where no designated party has any part.
        let has_part = verdict.cautions.iter().any(|caution| matches!(caution, Caution::Minority(_)));
        if let Some(flip) = verdict.flip.filter(|flip| flip.change != Change::NewHolding || has_part) {
            lines.push(self.flip(verdict, flip.change, flip.by));
        }
        let own = verdict.cautions.iter().filter(|caution| !matches!(caution, Caution::Unaccounted(_)));
        lines.extend(own.map(|caution| format!("caution: {}", self.caution(caution))));
        lines
    }

    /// What is missing, what would change the verdict and what to be careful about, without the chain: for below a picture.
    pub(super) fn notes(self, verdict: &Verdict) -> Vec<String> {
        let without = Verdict { chain: Vec::new(), ..verdict.clone() };
        let mut lines = Vec::new();
        let finding = Self::finding(verdict);
        if !finding.is_empty() {
            lines.push(format!("What follows: {finding}"));
        }
        lines.extend(self.lines(&without).into_iter().map(|line| line.trim_start().to_owned()));
        lines
    }

    /// How much nobody states the owner of, if a verdict says so. It is the same for every regime.
    pub(super) fn unaccounted(self, assessment: &Assessment) -> Option<String> {
        let cautions = assessment.verdicts.iter().flat_map(|verdict| &verdict.cautions);
        let unaccounted = cautions.filter(|caution| matches!(caution, Caution::Unaccounted(_)));
        unaccounted.map(|caution| self.caution(caution)).next()
    }

    fn step(self, step: &ChainStep, rule: Option<&Rule>) -> Vec<String> {
        let party = self.party(step.entity);
        match &step.basis {
            Basis::Unnamed => Vec::new(),
            Basis::Listed(statements) => {
                let listings: Vec<String> = statements.iter().map(|statement| self.listing(*statement)).collect();
                vec![format!("{party} is designated: {}", listings.join("; "))]
            }
            Basis::Owned { total, by } => {
                let mut lines: Vec<String> = by.iter().take(SHOWN).map(|one| self.holding(one, step.entity)).collect();
                if by.len() > SHOWN {
                    lines.push(format!("and {} others hold shares of {party}", by.len() - SHOWN));
                }
                let threshold = rule.map(Rule::threshold_words).unwrap_or_default();
                lines.push(format!("{party} is owned: {total} together, {threshold} is enough"));
                lines
            }
            Basis::Controlled { by, kind, row, votes } => {
                let votes = if *kind == RelationKind::Votes { format!(" ({votes})") } else { String::new() };
                let source = self.source_of_row(*row);
                vec![format!("{party} is controlled: {} {} it{votes}  [{source}]", self.party(*by), kind_words(*kind))]
            }
        }
    }

    /// A designation: list, programmes, since when, from where.
    fn listing(self, statement: u32) -> String {
        let Some(entity) = self.entity(statement) else { return String::new() };
        let mut parts: Vec<String> = Vec::new();
        for property in ["summary", "program", "programId"] {
            // Some lists have whole sentences there.
            let short = entity.texts(property).filter(|text| text.chars().count() <= LIST_NAME);
            parts.extend(short.map(ToOwned::to_owned));
        }
        if parts.is_empty() {
            parts.extend(entity.texts("authority").map(ToOwned::to_owned));
        }
        parts.dedup();
        if let Some(date) = entity.texts("startDate").chain(entity.texts("listingDate")).min() {
            parts.push(format!("since {date}"));
        }
        format!("{}  [{}]", parts.join(", "), self.source(statement))
    }

    fn holding(self, one: &Contribution, asset: u32) -> String {
        let nominee = one.nominee.map(|nominee| format!(" through the nominee {}", self.party(nominee))).unwrap_or_default();
        let stated = self.stated(one.row).unwrap_or_default();
        let share = if one.share.is_unknown() { "an unknown share".to_owned() } else { one.share.to_string() };
        let (owner, asset, period, source) =
            (self.name(one.owner), self.name(asset), self.period(one.row), self.source_of_row(one.row));
        let is_joint = |row: &RelationRow| row.joint != NOTHING;
        let jointly = self.snapshot.relations().rows().get(one.row as usize).is_some_and(is_joint);
        let jointly = if jointly { ", under a joint arrangement" } else { "" };
        format!("{owner} holds {share} of {asset}{nominee}{stated}{jointly}{period}  [{source}]")
    }

    fn fact(self, fact: &MissingFact) -> String {
        let (owner, asset) = (self.party(fact.owner), self.party(fact.asset));
        let stated = self.stated(fact.row).unwrap_or_default();
        let source = self.source_of_row(fact.row);
        match fact.share {
            Some(share) => {
                let known = if share.is_unknown() { "nothing is known".to_owned() } else { format!("{share} is known") };
                let decides = match (fact.blocked_from, fact.clears) {
                    (Some(from), true) => format!("; blocked from {}, not blocked below", bound(from)),
                    (Some(from), false) => format!("; blocked from {}", bound(from)),
                    (None, true) => "; not blocked if it is the least".to_owned(),
                    (None, false) => String::new(),
                };
                format!("how much {owner} holds of {asset}: {known}{stated}{decides}  [{source}]")
            }
            None => format!("whether {owner} controls {asset}  [{source}]"),
        }
    }

    fn flip(self, verdict: &Verdict, change: Change, by: Share) -> String {
        let other = match (verdict.outcome == Outcome::Blocked, verdict.regime == Regime::Bis) {
            (true, true) => "no longer reached",
            (true, false) => "no longer blocked",
            (false, true) => "reached",
            (false, false) => "blocked",
        };
        match change {
            Change::Holding { owner, asset, from, to, .. } => {
                let (owner, asset) = (self.name(owner), self.name(asset));
                let direction = if to < from { "fell" } else { "rose" };
                let to = if to < from { below(to) } else { format!("to {}", bound(to)) };
                // The least that there is.
                let by = if by <= Share::NONE.above().above() {
                    "however little".to_owned()
                } else {
                    format!(
                        "by {}",
                        bound(by)
                            .replace(" %", if by.units() == ONE_PERCENT { " percentage point" } else { " percentage points" })
                    )
                };
                format!("{other} if what {owner} holds of {asset} {direction} from {} {to} ({by})", bound(from))
            }
            Change::NewHolding => format!("{other} if a designated party got {} more of it", bound(by)),
        }
    }

    fn caution(self, caution: &Caution) -> String {
        match caution {
            Caution::NoRule => "the regime had no rule of ownership on this day; only listings were looked at".to_owned(),
            Caution::Suspended(outcome) => {
                let then = match outcome {
                    Outcome::Listed | Outcome::Blocked => "the party would be reached",
                    Outcome::Undecided => "it would be undecided",
                    Outcome::NotBlocked => "the party would not be reached either",
                };
                format!("the rule is suspended on this day; were it in force, {then}")
            }
            Caution::Unconfirmed => "whether the rule is in force on this day must be checked".to_owned(),
            Caution::ByControl => "the verdict rests on control, which is judged by all facts of the case".to_owned(),
            Caution::Control { by, kind, row } => {
                let source = self.source_of_row(*row);
                format!(
                    "{} {} it, or one that owns it, and that alone decides nothing here  [{source}]",
                    self.party(*by),
                    kind_words(*kind)
                )
            }
            Caution::Minority(range) => format!("designated parties, or such as they own, hold {range}"),
            Caution::Restricted(owner) => {
                format!("{} is under restrictions that do not follow ownership, or are not added to it", self.party(*owner))
            }
            Caution::Nominee(nominee) => format!("the nominee {} is designated", self.party(*nominee)),
            Caution::ListedElsewhere(party) => {
                format!(
                    "{} is listed in a way that is no block by itself: restrictions, or a list that this regime takes over",
                    self.party(*party)
                )
            }
            Caution::BlockedUntil(day) => {
                let day = day.date().map(|date| date.to_string()).unwrap_or_default();
                format!(
                    "it was blocked until {day}; property that was blocked then stays blocked until it is licensed (FAQ 402)"
                )
            }
            Caution::Unaccounted(share) => format!("nobody states who holds the rest: {}", bound(*share)),
        }
    }

    /// What is strange in the data, line by line.
    pub(super) fn issues(self, issues: &[(u32, HoldingIssue)]) -> Vec<String> {
        first(issues, |(entity, issue)| format!("{}: {}", self.party(*entity), issue.describe())).collect()
    }

    /// An assessment as JSON. Shares are in percent.
    pub(super) fn json(self, assessment: &Assessment) -> Value {
        let verdicts: Vec<Value> = assessment.verdicts.iter().map(|verdict| self.verdict_json(verdict)).collect();
        let issues: Vec<Value> = assessment
            .issues
            .iter()
            .map(|(entity, issue)| json!({"entity": self.id(*entity), "issue": issue.describe()}))
            .collect();
        json!({
            "id": self.id(assessment.entity),
            "caption": self.name(assessment.entity),
            "date": assessment.day.date().map(|date| date.to_string()),
            "verdicts": verdicts,
            "issues": issues,
        })
    }

    fn verdict_json(self, verdict: &Verdict) -> Value {
        let rule = verdict.rule.map(|rule| {
            json!({
                "title": rule.title,
                "standing": rule.standing.code(),
                "threshold": rule.threshold_words(),
                "finding": rule.finding,
                "sure": rule.sure,
                "source": rule.source,
            })
        });
        let chain: Vec<Value> = verdict.chain.iter().map(|step| self.step_json(step)).collect();
        let missing = verdict.missing.as_ref().map(|missing| {
            let (one_decides, facts) = match missing {
                Missing::One(facts) => (true, facts),
                Missing::Several(facts) => (false, facts),
            };
            let facts: Vec<Value> = facts
                .iter()
                .map(|fact| {
                    json!({
                        "owner": self.id(fact.owner),
                        "asset": self.id(fact.asset),
                        "share": fact.share.map(range_json),
                        "blocked_from": fact.blocked_from.map(Share::percent),
                        "not_blocked_below": fact.clears,
                        "source": self.source_of_row(fact.row),
                    })
                })
                .collect();
            json!({"one_decides": one_decides, "facts": facts})
        });
        let flip = verdict.flip.map(|flip| match flip.change {
            Change::Holding { owner, asset, from, to, .. } => json!({
                "owner": self.id(owner),
                "asset": self.id(asset),
                "from": from.percent(),
                "to": to.percent(),
                "by": flip.by.percent(),
            }),
            Change::NewHolding => json!({"new_holding": flip.by.percent(), "by": flip.by.percent()}),
        });
        let cautions: Vec<String> = verdict.cautions.iter().map(|caution| self.caution(caution)).collect();
        json!({
            "regime": verdict.regime.code(),
            "outcome": verdict.outcome.code(),
            "finding": Self::finding(verdict),
            "rule": rule,
            "chain": chain,
            "missing": missing,
            "flip": flip,
            "cautions": cautions,
        })
    }

    fn step_json(self, step: &ChainStep) -> Value {
        let (id, caption) = (self.id(step.entity), self.name(step.entity));
        match &step.basis {
            Basis::Unnamed => json!({"id": id, "caption": caption, "basis": "unnamed"}),
            Basis::Listed(statements) => {
                let listings: Vec<Value> = statements
                    .iter()
                    .map(|statement| json!({"id": self.id(*statement), "source": self.source(*statement)}))
                    .collect();
                json!({"id": id, "caption": caption, "basis": "listed", "listings": listings})
            }
            Basis::Owned { total, by } => {
                let holdings: Vec<Value> = by
                    .iter()
                    .map(|one| {
                        json!({
                            "owner": self.id(one.owner),
                            "share": range_json(one.share),
                            "nominee": one.nominee.map(|nominee| self.id(nominee)),
                            "statement": self.statement(one.row),
                            "source": self.source_of_row(one.row),
                        })
                    })
                    .collect();
                json!({"id": id, "caption": caption, "basis": "owned", "total": range_json(*total), "holdings": holdings})
            }
            Basis::Controlled { by, kind, row, .. } => json!({
                "id": id,
                "caption": caption,
                "basis": "controlled",
                "by": self.id(*by),
                "kind": kind.code(),
                "statement": self.statement(*row),
                "source": self.source_of_row(*row),
            }),
        }
    }

    fn statement(self, row: u32) -> Value {
        self.snapshot.relations().rows().get(row as usize).map_or(Value::Null, |row| self.id(row.statement))
    }
}

/// The first in words, and how many there are beside them.
fn first<T>(all: &[T], words: impl Fn(&T) -> String) -> impl Iterator<Item = String> {
    let more = all.len().saturating_sub(SHOWN);
    all.iter().take(SHOWN).map(words).chain((more > 0).then(|| format!("  and {more} more")))
}

/// A share range in percent.
#[derive(Serialize)]
struct Range {
    min: f64,
    max: f64,
    shown: String,
}

fn range_json(range: ShareRange) -> Value {
    json!(Range { min: range.min().percent(), max: range.max().percent(), shown: range.to_string() })
}

/// A share as a bound: `50 %`, `more than 50 %` for the next above.
fn bound(share: Share) -> String {
    let text = ShareRange::new(share, Share::WHOLE).map(|range| range.to_string()).unwrap_or_default();
    match text.strip_prefix('>') {
        Some(rest) => format!("more than {rest}"),
        None => format!("{share} %"),
    }
}

/// Down to a share: `to less than 50 %` for the next below 50 %.
fn below(share: Share) -> String {
    let text = ShareRange::new(Share::NONE, share).map(|range| range.to_string()).unwrap_or_default();
    match text.strip_prefix('<') {
        Some(rest) => format!("to less than {rest}"),
        None => format!("to {share} %"),
    }
}

/// What one with a power does.
fn kind_words(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Votes => "has votes in",
        RelationKind::Board => "may appoint or remove most of the board of",
        RelationKind::Influence => "has influence or control over",
        RelationKind::OwnershipOrControl => "owns or controls",
        RelationKind::Consolidation => "consolidates the accounts of",
        RelationKind::Direction => "directs or is an official of",
        RelationKind::Operation => "operates",
        RelationKind::Front => "is fronted by",
        RelationKind::Trust => "is party to the trust that holds",
        RelationKind::Income => "has rights to the income of",
        _ => "is linked to",
    }
}
