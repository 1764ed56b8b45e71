//! A payment of the past: what of it is compared with payments that come later. A payment goes in; an object of JSON on one line comes
//! out, and is read again.

use serde::{Deserialize, Deserializer, Serialize, de};
use thiserror::Error;

use crate::message::{Field, Party, Payment};

/// The version of what is written; a line of any other is refused.
const VERSION: u32 = 1;

/// So many parties, texts, references and values of each are kept.
const MAX_KEPT: usize = 64;

/// So much of a value is kept, in bytes.
const MAX_VALUE: usize = 10_000;

/// Why a line of a history is not read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// It is no JSON object with the fields of a payment of the past.
    #[error("not a payment of the past: {0}")]
    Json(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error("`version` is {0}, and version {VERSION} is read")]
    Version(u64),
}

/// A payment of the past, with what is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The version that it was written with.
    #[serde(deserialize_with = "version")]
    version: u32,
    /// What it was called.
    pub id: String,
    /// What became of it: `hold` or `block`.
    pub decision: String,
    /// The day on which it was decided, as ISO 8601.
    pub day: String,
    /// The kind of message.
    pub(super) kind: String,
    /// In millionths, as a text: JSON has no integers of that size.
    pub(super) micros: Option<String>,
    pub(super) currency: String,
    pub(super) amount_path: String,
    pub(super) date: Option<Value>,
    pub(super) references: Vec<Value>,
    pub(super) parties: Vec<PastParty>,
    pub(super) texts: Vec<Value>,
}

/// A value with its kind and where it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "lines of a history name it so")]
pub(super) struct Value {
    /// Empty where there is only one kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) kind: String,
    pub(super) path: String,
    pub(super) value: String,
}

/// A party of a payment of the past.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PastParty {
    pub(super) role: String,
    pub(super) path: String,
    pub(super) names: Vec<Value>,
    /// The parts of its address without the country.
    pub(super) address: Vec<Value>,
    pub(super) countries: Vec<Value>,
    /// Date and place of birth.
    pub(super) birth: Vec<Value>,
    pub(super) ids: Vec<Value>,
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(deserializer)?;
    if version == VERSION {
        Ok(version)
    } else {
        Err(de::Error::custom(format!("`version` is {version}, and version {VERSION} is read")))
    }
}

impl Value {
    fn of(kind: &str, field: &Field) -> Self {
        let end = field.value.floor_char_boundary(MAX_VALUE);
        Self { kind: kind.to_owned(), path: field.path.clone(), value: field.value[..end].to_owned() }
    }

    fn all<'a>(kind: &str, fields: impl IntoIterator<Item = &'a Field>) -> Vec<Self> {
        fields
            .into_iter()
            .filter(|field| !field.value.trim().is_empty())
            .take(MAX_KEPT)
            .map(|field| Self::of(kind, field))
            .collect()
    }
}

impl PastParty {
    fn of(party: &Party) -> Self {
        let address = &party.address;
        Self {
            role: party.role.code().to_owned(),
            path: party.path.clone(),
            names: Value::all("", &party.names),
            address: Value::all(
                "",
                address
                    .lines
                    .iter()
                    .chain(&address.street)
                    .chain(&address.post_code)
                    .chain(&address.town)
                    .chain(&address.subdivision),
            ),
            countries: Value::all("", address.country.iter().chain(&party.countries)),
            birth: Value::all("birth date", &party.birth_date)
                .into_iter()
                .chain(Value::all("birth place", &party.birth_place))
                .collect(),
            ids: party.ids.iter().take(MAX_KEPT).map(|id| Value::of(id.kind.code(), &id.field)).collect(),
        }
    }
}

impl Past {
    pub(super) fn of(payment: &Payment, decision: &str, day: &str) -> Self {
        let amount = payment.amount.as_ref();
        Self {
            version: VERSION,
            id: payment.id(),
            decision: decision.to_owned(),
            day: day.to_owned(),
            kind: payment.kind.code().to_owned(),
            micros: amount.map(|money| money.micros.to_string()),
            currency: amount.map(|money| money.currency.to_uppercase()).unwrap_or_default(),
            amount_path: amount.map(|money| money.path.clone()).unwrap_or_default(),
            date: payment.date.as_ref().map(|field| Value::of("", field)),
            references: payment
                .references
                .iter()
                .take(MAX_KEPT)
                .map(|reference| Value::of(reference.kind.code(), &reference.field))
                .collect(),
            parties: payment.parties.iter().take(MAX_KEPT).map(PastParty::of).collect(),
            texts: payment.texts.iter().take(MAX_KEPT).map(|text| Value::of(text.kind.code(), &text.field)).collect(),
        }
    }

    /// Reads a line that [`Self::to_json_line`] wrote.
    pub fn from_json_line(line: &str) -> Result<Self, HistoryError> {
        #[derive(Deserialize)]
        struct Head {
            version: Option<u64>,
        }
        if let Ok(Head { version: Some(version) }) = serde_json::from_str(line)
            && version != u64::from(VERSION)
        {
            return Err(HistoryError::Version(version));
        }
        Ok(serde_json::from_str(line)?)
    }

    /// An object of JSON on one line, without a line feed at its end.
    #[must_use]
    pub fn to_json_line(&self) -> String {
        // A structure of texts and numbers has no value that JSON cannot write.
        serde_json::to_string(self).unwrap_or_default()
    }
}
