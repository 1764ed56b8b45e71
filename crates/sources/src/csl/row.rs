//! One row, from either file, before it becomes a party.

use rustc_hash::FxHashMap;

use interdict_model::Country;

/// Fields with one text.
pub(super) const SINGLE: [&str; 21] = [
    "id",
    "source",
    "entity_number",
    "type",
    "name",
    "title",
    "federal_register_notice",
    "start_date",
    "end_date",
    "standard_order",
    "license_requirement",
    "license_policy",
    "call_sign",
    "vessel_type",
    "gross_tonnage",
    "gross_registered_tonnage",
    "vessel_flag",
    "vessel_owner",
    "remarks",
    "source_list_url",
    "source_information_url",
];

/// Fields with any number of texts: arrays in JSON, separated by `;` in CSV.
pub(super) const MANY: [&str; 6] =
    ["programs", "alt_names", "citizenships", "dates_of_birth", "nationalities", "places_of_birth"];

/// An address: its parts where the file has them, else the whole line.
#[derive(Clone, Debug, Default)]
pub(super) struct RowAddress {
    pub(super) line: String,
    pub(super) street: String,
    pub(super) city: String,
    pub(super) state: String,
    pub(super) postal_code: String,
    pub(super) country: String,
}

impl RowAddress {
    /// The text of the CSV: parts from the narrowest to the widest. The last is the country if it is a country code.
    pub(super) fn from_text(text: &str) -> Self {
        let (line, last) = match text.rsplit_once(", ") {
            Some((line, last)) => (line, last),
            None => ("", text),
        };
        if country_code(last) {
            Self { line: line.trim().to_owned(), country: last.to_owned(), ..Self::default() }
        } else {
            Self { line: text.to_owned(), ..Self::default() }
        }
    }
}

/// A number of a party, or a remark about it, as the field `ids` has it.
#[derive(Clone, Debug, Default)]
pub(super) struct RowId {
    pub(super) kind: String,
    pub(super) number: String,
    pub(super) country: String,
    pub(super) issued: String,
    pub(super) expires: String,
    /// A date of which the file does not say what it is.
    pub(super) dated: String,
}

impl RowId {
    /// The text of the CSV: the members of the JSON object in alphabetical order (country, expiration date, issue date, number, type)
    /// without those that are empty. A single date may be either.
    pub(super) fn from_text(text: &str) -> Self {
        let mut id = Self::default();
        let Some((rest, kind)) = text.rsplit_once(", ") else {
            text.clone_into(&mut id.number);
            return id;
        };
        kind.clone_into(&mut id.kind);
        let mut rest = rest;
        if let Some((first, after)) = rest.split_once(", ").filter(|(first, _)| country_code(first)) {
            first.clone_into(&mut id.country);
            rest = after;
        }
        let mut days = Vec::new();
        while let Some((first, after)) = rest.split_once(", ").filter(|(first, _)| days.len() < 2 && is_day(first)) {
            days.push(first);
            rest = after;
        }
        match days[..] {
            [expires, issued] => (id.expires, id.issued) = (expires.to_owned(), issued.to_owned()),
            [day] => day.clone_into(&mut id.dated),
            _ => {}
        }
        rest.clone_into(&mut id.number);
        id
    }
}

fn country_code(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) && Country::parse(text).is_some()
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// One row.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Line in the file, 0 in JSON.
    pub(super) line: u64,
    single: FxHashMap<&'static str, String>,
    many: FxHashMap<&'static str, Vec<String>>,
    pub(super) addresses: Vec<RowAddress>,
    pub(super) ids: Vec<RowId>,
    /// Fields that are not known, with their texts.
    pub(super) others: Vec<(String, String)>,
}

impl Row {
    pub(super) fn on_line(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    pub(super) fn get(&self, field: &str) -> &str {
        self.single.get(field).map_or("", String::as_str)
    }

    pub(super) fn all(&self, field: &str) -> &[String] {
        self.many.get(field).map_or(&[], Vec::as_slice)
    }

    /// Sets a field from one text. Several values in it are split at `;`, in either file: JSON has arrays whose elements were not
    /// split when they were made from a list's text.
    pub(super) fn set(&mut self, field: &str, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(field) = SINGLE.iter().find(|known| **known == field) {
            self.single.insert(field, text.to_owned());
        } else if let Some(field) = MANY.iter().find(|known| **known == field) {
            let texts = text.split(';').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
            self.many.entry(field).or_default().extend(texts);
        } else {
            self.others.push((field.to_owned(), text.to_owned()));
        }
    }

    /// The row for the rejects file.
    pub(super) fn text(&self) -> String {
        let mut parts: Vec<String> = SINGLE
            .iter()
            .filter_map(|field| Some(format!("{field}: {}", self.single.get(field)?)))
            .chain(MANY.iter().filter_map(|field| Some(format!("{field}: {}", self.many.get(field)?.join("; ")))))
            .collect();
        parts.extend(self.addresses.iter().map(|address| format!("address: {address:?}")));
        parts.extend(self.ids.iter().map(|id| format!("number: {id:?}")));
        parts.extend(self.others.iter().map(|(field, text)| format!("{field}: {text}")));
        parts.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_of_the_csv() {
        let address = RowAddress::from_text("1 Sample Road, Exampleton, ZZ 1, KP");
        assert_eq!((address.line.as_str(), address.country.as_str()), ("1 Sample Road, Exampleton, ZZ 1", "KP"));
        assert_eq!(RowAddress::from_text("KP").country, "KP");
        assert_eq!(RowAddress::from_text("1 Sample Road, Exampleton, NM, 88201").line, "1 Sample Road, Exampleton, NM, 88201");
        let id = RowId::from_text("JO, 2024-08-30, 2014-08-31, K000001, Passport");
        assert_eq!(
            [id.country, id.expires, id.issued, id.number, id.kind],
            ["JO", "2024-08-30", "2014-08-31", "K000001", "Passport"]
        );
        let id = RowId::from_text("2024-08-30, K000001, Passport");
        assert_eq!([id.dated, id.number, id.kind], ["2024-08-30", "K000001", "Passport"]);
        let id = RowId::from_text("Sample Trading, Ltd., Issuer Name");
        assert_eq!([id.number, id.kind], ["Sample Trading, Ltd.", "Issuer Name"]);
        let id = RowId::from_text("without a type");
        assert_eq!([id.number, id.kind], ["without a type", ""]);
    }
}
