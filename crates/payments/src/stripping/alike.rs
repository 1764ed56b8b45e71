//! How alike two payments are: two payments in normal form go in, and a number from 0 to 1 comes out.

use std::collections::BTreeSet;

use super::facts::{Facts, PartyFacts};

/// From here on a payment is one that comes again.
pub(super) const ALIKE: f64 = 0.7;

/// From here on two names are one, written otherwise.
pub(super) const SAME_NAME: f64 = 0.8;

/// What each agreement weighs. What only one of the payments states weighs nothing, for what was removed cannot disagree.
pub(super) struct Weights {
    /// The creditor's account or wallet: where the money goes is what a stripper keeps.
    creditor_account: f64,
    /// The debtor's account.
    debtor_account: f64,
    /// The creditor's name, which is altered most often; a different name of the same account is much the same payment.
    creditor_name: f64,
    /// The debtor's name.
    debtor_name: f64,
    /// Amount and currency: all of it when equal, most of it within 2 %, which pays for a correction or a fee.
    amount: f64,
    /// Days between them: all within three, half at thirty, none beyond.
    date: f64,
    /// Banks of debtor and creditor: very many payments share them.
    agents: f64,
    /// A reference that both have: only weighs when there is one, for a new message has new ones.
    reference: f64,
    /// Words of the texts, as a part of the shorter one.
    words: f64,
}

const WEIGHTS: Weights = Weights {
    creditor_account: 3.0,
    debtor_account: 2.0,
    creditor_name: 1.5,
    debtor_name: 1.5,
    amount: 3.0,
    date: 1.0,
    agents: 0.5,
    reference: 2.0,
    words: 1.0,
};

const CREDITORS: &[&str] = &["creditor", "ultimate_creditor", "invoicer"];
const DEBTORS: &[&str] = &["debtor", "ultimate_debtor", "initiating_party", "invoicee", "account_owner"];
const AGENTS: &[&str] = &["debtor_agent", "creditor_agent"];

#[derive(Default)]
struct Sum {
    agreed: f64,
    of: f64,
}

impl Sum {
    fn add(&mut self, weight: f64, agreement: Option<f64>) {
        if let Some(agreement) = agreement {
            self.agreed += weight * agreement;
            self.of += weight;
        }
    }
}

/// How alike two payments are; 0 when nothing that tells one payer or payee from others is shared, or neither the amount nor a reference.
pub(super) fn alikeness(old: &Facts<'_>, new: &Facts<'_>) -> f64 {
    let creditor_account = shared_account(old, new, CREDITORS);
    let debtor_account = shared_account(old, new, DEBTORS);
    let creditor_name = shared_name(old, new, CREDITORS);
    let debtor_name = shared_name(old, new, DEBTORS);
    let amount = shared_amount(old, new);
    let reference = shared_reference(old, new);
    let yes = |agreement: Option<f64>| agreement.is_some_and(|agreement| agreement >= SAME_NAME);
    // Who is paid, or else who pays and for what: a payer alone has many payments of one amount.
    let paid = yes(creditor_account) || yes(creditor_name);
    let pays = yes(debtor_account) || yes(debtor_name);
    let about = yes(amount);
    let words = shared_words(old, new);
    let told = match (paid, pays, about) {
        (true, true, _) => about || reference,
        (true, false, true) => reference || debtor_account.is_none() && debtor_name.is_none() || yes(creditor_account),
        (false, true, true) => reference || creditor_account.is_none() && words.is_none_or(|words| words > 0.5),
        (true, false, false) => false,
        (false, true, false) => false,
        (false, false, _) => reference && about,
    };
    if !told {
        return 0.0;
    }
    let mut sum = Sum::default();
    sum.add(WEIGHTS.creditor_account, creditor_account);
    sum.add(WEIGHTS.debtor_account, debtor_account);
    // Another name of the same account is what is looked for: it weighs a third against it.
    let by_account =
        |weight: f64, name: Option<f64>, account: Option<f64>| if yes(account) && !yes(name) { weight / 3.0 } else { weight };
    sum.add(by_account(WEIGHTS.creditor_name, creditor_name, creditor_account), creditor_name);
    sum.add(by_account(WEIGHTS.debtor_name, debtor_name, debtor_account), debtor_name);
    sum.add(WEIGHTS.amount, amount);
    sum.add(WEIGHTS.date, shared_date(old, new));
    sum.add(WEIGHTS.agents, shared_agents(old, new));
    sum.add(WEIGHTS.reference, reference.then_some(1.0));
    sum.add(WEIGHTS.words, words);
    if sum.of > 0.0 { sum.agreed / sum.of } else { 0.0 }
}

fn shared_account(old: &Facts<'_>, new: &Facts<'_>, roles: &'static [&'static str]) -> Option<f64> {
    let accounts = |facts: &Facts<'_>| -> BTreeSet<String> {
        facts.roles(roles).flat_map(PartyFacts::accounts).map(str::to_owned).collect()
    };
    shared(&accounts(old), &accounts(new))
}

fn shared_agents(old: &Facts<'_>, new: &Facts<'_>) -> Option<f64> {
    let agents = |facts: &Facts<'_>| -> BTreeSet<String> {
        facts.roles(AGENTS).flat_map(|party| &party.ids).map(|(_, key)| key.get(..8).unwrap_or(key).to_owned()).collect()
    };
    shared(&agents(old), &agents(new))
}

/// 1 when something is in both, 0 when nothing is, `None` when either is empty.
fn shared(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<f64> {
    (!old.is_empty() && !new.is_empty()).then(|| if old.is_disjoint(new) { 0.0 } else { 1.0 })
}

fn shared_name(old: &Facts<'_>, new: &Facts<'_>, roles: &'static [&'static str]) -> Option<f64> {
    let names =
        |facts: &Facts<'_>| -> Vec<String> { facts.roles(roles).flat_map(|party| party.names.clone()).take(16).collect() };
    let (old, new) = (names(old), names(new));
    old.iter().flat_map(|old| new.iter().map(move |new| likeness(old, new))).max_by(f64::total_cmp)
}

fn shared_amount(old: &Facts<'_>, new: &Facts<'_>) -> Option<f64> {
    let (before, after) = (old.micros?, new.micros?);
    if old.past.currency != new.past.currency {
        return Some(0.0);
    }
    let apart = before.abs_diff(after);
    let most = before.unsigned_abs().max(after.unsigned_abs());
    Some(match () {
        () if apart == 0 => 1.0,
        () if apart.saturating_mul(50) <= most => 0.85,
        () if apart.saturating_mul(10) <= most => 0.4,
        () => 0.0,
    })
}

fn shared_date(old: &Facts<'_>, new: &Facts<'_>) -> Option<f64> {
    let days = old.date?.until(new.date?).ok()?.get_days().unsigned_abs();
    Some(match days {
        0..=3 => 1.0,
        4..=30 => 1.0 - f64::from(days - 3) / 54.0,
        _ => 0.0,
    })
}

/// Whether a reference of the payment itself or a document is in both.
fn shared_reference(old: &Facts<'_>, new: &Facts<'_>) -> bool {
    let tells = |kind: &str| matches!(kind, "uetr" | "end_to_end" | "document" | "transaction" | "instruction");
    old.references
        .iter()
        .filter(|(value, _)| tells(&value.kind))
        .any(|(value, key)| new.references.iter().any(|(other, other_key)| other.kind == value.kind && other_key == key))
}

fn shared_words(old: &Facts<'_>, new: &Facts<'_>) -> Option<f64> {
    let words = |facts: &Facts<'_>| -> BTreeSet<String> { facts.texts.iter().flat_map(|text| text.words.clone()).collect() };
    let (old, new) = (words(old), words(new));
    let fewer = old.len().min(new.len());
    (fewer > 0).then(|| old.intersection(&new).count() as f64 / fewer as f64)
}

/// How alike two folded names are, from 0 to 1: words in any order, each with the one most like it; an initial is alike to its word.
pub(super) fn likeness(old: &str, new: &str) -> f64 {
    if old == new || old.replace(' ', "") == new.replace(' ', "") {
        return 1.0;
    }
    let old: Vec<&str> = old.split(' ').take(12).collect();
    let mut new: Vec<&str> = new.split(' ').take(12).collect();
    let total = old.iter().chain(&new).map(|word| word.chars().count()).sum::<usize>();
    let mut agreed = 0.0;
    for word in old {
        let best =
            new.iter().enumerate().map(|(at, other)| (at, word_likeness(word, other))).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, likeness)) = best.filter(|(_, likeness)| *likeness > 0.6) {
            agreed += likeness * (word.chars().count() + new[at].chars().count()) as f64;
            new.swap_remove(at);
        }
    }
    agreed / total.max(1) as f64
}

/// 1 less the edits over the length of the longer word; digits that look like letters are these.
fn word_likeness(a: &str, b: &str) -> f64 {
    let letters = |word: &str| -> Vec<char> { word.chars().take(40).map(look_alike).collect() };
    let (a, b) = (letters(a), letters(b));
    if a.len() == 1 || b.len() == 1 {
        return if a.first() == b.first() { 0.9 } else { 0.0 };
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    1.0 - row[b.len()] as f64 / a.len().max(b.len()).max(1) as f64
}

fn look_alike(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'l' => 'i',
        '5' => 's',
        '8' => 'b',
        '3' => 'e',
        '4' => 'a',
        '7' => 't',
        '6' => 'g',
        _ => c,
    }
}
