//! What of a payment is compared, in normal form: a payment of the past goes in, and its names, numbers and words come out, and the keys
//! under which it is found.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use interdict_model::{Country, Identifier, IdentifierKind};
use interdict_names::fold;
use jiff::civil::Date;
use rustc_hash::FxHasher;

use super::past::{Past, PastParty, Value};

/// So many keys a payment has at most.
const MAX_KEYS: usize = 64;

/// So many words of a text are compared.
const MAX_WORDS: usize = 2_000;

/// A party in normal form.
pub(super) struct PartyFacts<'p> {
    pub(super) of: &'p PastParty,
    /// Each name folded, without white space at its ends.
    pub(super) names: Vec<String>,
    pub(super) address: BTreeSet<String>,
    /// Codes, or what is written where it is no country.
    pub(super) countries: BTreeSet<String>,
    pub(super) ids: Vec<(&'p Value, String)>,
    pub(super) birth: Vec<(&'p Value, String)>,
}

/// A text in normal form.
pub(super) struct TextFacts<'p> {
    pub(super) of: &'p Value,
    pub(super) words: Vec<String>,
}

/// A payment in normal form.
pub(super) struct Facts<'p> {
    pub(super) past: &'p Past,
    pub(super) micros: Option<i128>,
    pub(super) date: Option<Date>,
    pub(super) references: Vec<(&'p Value, String)>,
    pub(super) parties: Vec<PartyFacts<'p>>,
    pub(super) texts: Vec<TextFacts<'p>>,
}

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    // The fold reads a bounded number of characters, so that a long text is folded line by line and in pieces.
    let mut found = Vec::new();
    for line in text.split(['\n', '\r', '.', ';', ',']) {
        found.extend(fold(line).split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
        if found.len() > MAX_WORDS {
            break;
        }
    }
    found
}

/// Letters and digits in upper case.
pub(super) fn plain(text: &str) -> String {
    Identifier::unverified_key(IdentifierKind::Other, text)
}

fn id_key(value: &Value) -> String {
    let kind = if value.kind == "wallet" { IdentifierKind::Wallet } else { IdentifierKind::Other };
    let key = Identifier::unverified_key(kind, &value.value);
    // A BIC of eight letters is that of the head office, which may be written with XXX behind it.
    match key.strip_suffix("XXX") {
        Some(short) if value.kind == "bic" && key.len() == 11 => short.to_owned(),
        _ => key,
    }
}

/// Whether an identifier is an account or a wallet.
pub(super) fn is_account(kind: &str) -> bool {
    matches!(kind, "iban" | "account" | "wallet")
}

/// What formats write where there is no reference.
fn is_reference(key: &str) -> bool {
    key.len() > 2 && !matches!(key, "NOTPROVIDED" | "NONREF" | "NONE" | "UNKNOWN" | "NOREF") && !key.bytes().all(|b| b == b'0')
}

impl<'p> PartyFacts<'p> {
    fn of(party: &'p PastParty) -> Self {
        let country = |value: &Value| match Country::parse(&value.value) {
            Some(country) => country.code().to_owned(),
            None => fold(&value.value),
        };
        Self {
            of: party,
            names: party.names.iter().map(|name| fold(&name.value)).filter(|name| !name.is_empty()).collect(),
            address: party.address.iter().flat_map(|line| words(&line.value)).collect(),
            countries: party.countries.iter().map(country).filter(|code| !code.is_empty()).collect(),
            ids: party.ids.iter().map(|id| (id, id_key(id))).filter(|(_, key)| !key.is_empty()).collect(),
            birth: party.birth.iter().map(|value| (value, fold(&value.value))).collect(),
        }
    }

    /// Its accounts and wallets.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().filter(|(id, _)| is_account(&id.kind)).map(|(_, key)| key.as_str())
    }

    pub(super) fn is_agent(&self) -> bool {
        self.of.role.ends_with("_agent") || self.of.role == "account_servicer"
    }
}

impl<'p> Facts<'p> {
    pub(super) fn of(past: &'p Past) -> Self {
        Self {
            past,
            micros: past.micros.as_ref().and_then(|micros| micros.parse().ok()),
            date: past.date.as_ref().and_then(|date| date.value.parse().ok()),
            references: past
                .references
                .iter()
                .map(|reference| (reference, plain(&reference.value)))
                .filter(|(_, key)| is_reference(key))
                .collect(),
            parties: past.parties.iter().map(PartyFacts::of).collect(),
            texts: past.texts.iter().map(|text| TextFacts { of: text, words: words(&text.value) }).collect(),
        }
    }

    pub(super) fn roles(&self, roles: &'static [&'static str]) -> impl Iterator<Item = &PartyFacts<'p>> {
        self.parties.iter().filter(|party| roles.contains(&&*party.of.role))
    }

    /// The keys under which the payment is found, with their weights: what few share weighs more.
    pub(super) fn keys(&self) -> Vec<(u64, u32)> {
        let mut keys = Vec::new();
        let mut add = |parts: &[&str], bucket: Option<i64>, weight: u32| {
            if keys.len() < MAX_KEYS {
                let mut hasher = FxHasher::default();
                (parts, bucket).hash(&mut hasher);
                keys.push((hasher.finish(), weight));
            }
        };
        for (reference, key) in &self.references {
            match &*reference.kind {
                "uetr" => add(&["uetr", key], None, 8),
                "end_to_end" | "document" | "transaction" | "instruction" => add(&["reference", key], None, 4),
                _ => {}
            }
        }
        let buckets = self.buckets();
        for party in self.parties.iter().filter(|party| !party.is_agent()) {
            for account in party.accounts() {
                add(&["account", account], None, 4);
                for bucket in &buckets {
                    add(&["account", account, &self.past.currency], Some(*bucket), 3);
                }
            }
            for name in &party.names {
                let mut words: Vec<&str> = name.split(' ').collect();
                words.sort_unstable();
                let name = words.concat();
                add(&["name", &name], None, 2);
                for bucket in &buckets {
                    add(&["name", &name, &self.past.currency], Some(*bucket), 3);
                }
            }
        }
        for word in
            self.texts.iter().flat_map(|text| &text.words).filter(|word| word.bytes().filter(u8::is_ascii_digit).count() > 3)
        {
            add(&["number", word], None, 2);
        }
        keys.sort_unstable();
        keys.dedup_by_key(|(key, _)| *key);
        keys
    }

    /// Bands of amounts of a width of 4 %, of which each overlaps the next by half: two amounts of which one is up to 2 % less share one.
    fn buckets(&self) -> Vec<i64> {
        let Some(micros) = self.micros.filter(|&micros| micros > 0) else { return Vec::new() };
        let band = (micros as f64).ln() / 0.04;
        vec![2 * band.floor() as i64, 2 * (band + 0.5).floor() as i64 + 1]
    }
}
