//! The free text of a payment: its texts, address lines and references go in as one text; names, places and goods in it come out as findings.

use interdict_documents::{Found, Mention};
use interdict_matching::Feature;

use super::decide::{Evidence, decide};
use super::effects::Effects;
use super::parties::{is_unique, places};
use super::{Decision, Finding, Reason, Run, ScreenScratch, Screener};
use crate::message::{Field, RefKind, TextKind};
use crate::policy::Thresholds;

/// Bytes of the longest name of ISO 20022, whose letters have two at most in most scripts of messages.
const LONGEST_NAME: usize = 280;

/// A field of free text, and what it is of.
struct Free<'p> {
    field: &'p Field,
    of: &'static str,
    /// Whether words of goods are looked for.
    trade: bool,
    /// What becomes of a payment at most for a place in it.
    most: Decision,
    /// Whether it goes on with what the field before began: formats cut texts and addresses at a width.
    goes_on: bool,
}

impl<'s> Screener<'s> {
    /// All that is written freely, as one text of paragraphs: what one field says is context for the others.
    pub(super) fn texts(&self, run: &mut Run<'_, 's>, scratch: &mut ScreenScratch) {
        let fields = fields(run.payment);
        let mut text = std::mem::take(&mut scratch.text);
        text.clear();
        scratch.starts.clear();
        for (index, free) in fields.iter().enumerate() {
            if index > 0 {
                text.push_str(if free.goes_on { "\n" } else { "\n\n" });
            }
            scratch.starts.push((text.len(), index));
            text.push_str(&free.field.value);
        }
        for mention in self.scanner.scan(&text, &mut scratch.scan) {
            let at = scratch.starts.partition_point(|(start, _)| *start <= mention.span.start);
            let Some((_, index)) = at.checked_sub(1).and_then(|at| scratch.starts.get(at)) else { continue };
            let Some(free) = fields.get(*index).filter(|_| mention.score >= run.thresholds.report) else { continue };
            let finding = self.mentioned(&text, &mention, free, run.thresholds, &mut scratch.effects);
            run.assessment.findings.push(finding);
        }
        scratch.text = text;
        for free in &fields {
            places(&self.rules.places_in(&free.field.value), free.field, free.of, free.most, run);
            if free.trade {
                self.goods(free, run);
            }
        }
    }

    /// Words of goods, those of one category once in a field.
    fn goods(&self, free: &Free<'_>, run: &mut Run<'_, 's>) {
        let mut seen: Vec<&str> = Vec::new();
        for found in self.rules.goods_in(&free.field.value) {
            if seen.contains(&found.rule.category.as_str()) {
                continue;
            }
            seen.push(&found.rule.category);
            run.assessment.findings.push(Finding {
                decision: Decision::Hold,
                path: free.field.path.clone(),
                value: free.field.value.get(found.span.clone()).unwrap_or_default().to_owned(),
                field_of: free.of,
                score: 1.0,
                reason: Reason::Goods { category: found.rule.category.clone(), source: found.rule.source.clone() },
                lapsed: None,
            });
        }
    }

    /// A party of the snapshot in a free text. A name in a text may be there for many reasons, which a person must look at; a number that
    /// nobody else has is the party.
    fn mentioned(
        &self,
        text: &str,
        mention: &Mention<'s>,
        free: &Free<'_>,
        thresholds: Thresholds,
        effects: &mut Effects,
    ) -> Finding<'s> {
        let standing = effects.of(self.matcher.snapshot(), mention.entity, &self.day);
        let shown = text.get(mention.span.clone()).unwrap_or_default();
        let (name, feature, unique) = match &mention.found {
            Found::Name { name, by_context } => {
                let why = if *by_context { ", which counts by what else is written" } else { "" };
                let detail = format!("\"{shown}\" against \"{}\"{why}", name.text());
                (name.text().to_owned(), Feature { name: "name", value: mention.score, detail }, false)
            }
            Found::Identifier { kind, listed, .. } => {
                let detail = format!("{kind} {shown} is {listed} of {}", mention.entity.id());
                (String::new(), Feature { name: "identifier", value: mention.score, detail }, is_unique(kind))
            }
        };
        let features = vec![feature];
        let evidence = Evidence { score: mention.score, features: &features, unique, number: false };
        let most = if unique { Decision::Block } else { Decision::Hold };
        Finding {
            decision: decide(&evidence, mention.entity, &standing, thresholds).min(most),
            path: free.field.path.clone(),
            value: shown.to_owned(),
            field_of: free.of,
            score: mention.score,
            reason: Reason::Listed { entity: mention.entity, name, features, effects: standing.effects },
            lapsed: None,
        }
    }
}

/// The fields of free text, in the order of the payment.
fn fields(payment: &crate::message::Payment) -> Vec<Free<'_>> {
    let mut fields: Vec<Free<'_>> = Vec::new();
    let mut before: Option<TextKind> = None;
    for text in &payment.texts {
        // A port is where goods go; a country in what a payment is for may be anything.
        let most = if text.kind == TextKind::Transport { Decision::Block } else { Decision::Hold };
        let goes_on = before == Some(text.kind) && text.kind != TextKind::Transport;
        before = Some(text.kind);
        fields.push(Free { field: &text.field, of: text.kind.code(), trade: text.kind.is_trade(), most, goes_on });
    }
    for party in &payment.parties {
        // What is longer than any format's names is a text that may have one in it.
        for field in party.names.iter().filter(|name| name.value.len() > LONGEST_NAME) {
            fields.push(Free { field, of: party.role.code(), trade: false, most: Decision::Hold, goes_on: false });
        }
        // Lines of an address that is not structured may have anything in them.
        for (at, field) in party.address.lines.iter().enumerate() {
            fields.push(Free { field, of: party.role.code(), trade: false, most: Decision::Block, goes_on: at > 0 });
        }
    }
    for reference in payment.references.iter().filter(|reference| reference.kind != RefKind::Uetr) {
        let of = reference.kind.code();
        fields.push(Free { field: &reference.field, of, trade: false, most: Decision::Hold, goes_on: false });
    }
    fields
}
