//! What the two files say of an entity, under the names of the XML's attributes.

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Address,
    Birth,
    Identification,
    Citizenship,
}

/// A field: the attribute of the XML and what follows the prefix in the CSV's column.
pub(super) type Field = (&'static str, &'static str);

/// Where an entity's own fields stand.
pub(super) const ENTITY: [Field; 7] = [
    ("logicalId", "LogicalId"),
    ("euReferenceNumber", "EU_ReferenceNumber"),
    ("unitedNationId", "UnitedNationId"),
    ("designationDate", "DesignationDate"),
    ("designationDetails", "DesignationDetails"),
    ("code", "SubjectType"),
    ("classificationCode", "SubjectType_ClassificationCode"),
];

/// The fields of a regulation.
pub(super) const REGULATION: [Field; 7] = [
    ("regulationType", "Type"),
    ("organisationType", "OrganisationType"),
    ("publicationDate", "PublicationDate"),
    ("entryIntoForceDate", "EntryIntoForceDate"),
    ("numberTitle", "NumberTitle"),
    ("programme", "Programme"),
    ("publicationUrl", "PublicationUrl"),
];

const NAME: [Field; 11] = [
    ("logicalId", "LogicalId"),
    ("wholeName", "WholeName"),
    ("firstName", "FirstName"),
    ("middleName", "MiddleName"),
    ("lastName", "LastName"),
    ("gender", "Gender"),
    ("title", "Title"),
    ("function", "Function"),
    ("strong", "Strong"),
    ("nameLanguage", "NameLanguage"),
    ("regulationLanguage", "RegulationLanguage"),
];

const ADDRESS: [Field; 12] = [
    ("logicalId", "LogicalId"),
    ("street", "Street"),
    ("poBox", "PoBox"),
    ("city", "City"),
    ("place", "Place"),
    ("region", "Region"),
    ("zipCode", "ZipCode"),
    ("countryIso2Code", "CountryIso2Code"),
    ("countryDescription", "CountryDescription"),
    ("asAtListingTime", "AsAtListingTime"),
    ("contactInfo", "ContactInfo"),
    ("regulationLanguage", "RegulationLanguage"),
];

const BIRTH: [Field; 16] = [
    ("logicalId", "LogicalId"),
    ("birthdate", "BirthDate"),
    ("dayOfMonth", "Day"),
    ("monthOfYear", "Month"),
    ("year", "Year"),
    ("yearRangeFrom", "YearRangeFrom"),
    ("yearRangeTo", "YearRangeTo"),
    ("circa", "Circa"),
    ("calendarType", "CalendarType"),
    ("city", "City"),
    ("place", "Place"),
    ("region", "Region"),
    ("zipCode", "ZipCode"),
    ("countryIso2Code", "CountryIso2Code"),
    ("countryDescription", "CountryDescription"),
    ("regulationLanguage", "RegulationLanguage"),
];

const IDENTIFICATION: [Field; 19] = [
    ("logicalId", "LogicalId"),
    ("number", "Number"),
    ("latinNumber", "LatinNumber"),
    ("identificationTypeCode", "TypeCode"),
    ("identificationTypeDescription", "TypeDescription"),
    ("nameOnDocument", "NameOnDocument"),
    ("issuedBy", "IssuedBy"),
    ("issuedDate", "IssuedDate"),
    ("validFrom", "ValidFrom"),
    ("validTo", "ValidTo"),
    ("diplomatic", "Diplomatic"),
    ("knownExpired", "KnownExpired"),
    ("knownFalse", "KnownFalse"),
    ("reportedLost", "ReportedLost"),
    ("revokedByIssuer", "RevokedByIssuer"),
    ("region", "Region"),
    ("countryIso2Code", "CountryIso2Code"),
    ("countryDescription", "CountryDescription"),
    ("regulationLanguage", "RegulationLanguage"),
];

const CITIZENSHIP: [Field; 5] = [
    ("logicalId", "LogicalId"),
    ("region", "Region"),
    ("countryIso2Code", "CountryIso2Code"),
    ("countryDescription", "CountryDescription"),
    ("regulationLanguage", "RegulationLanguage"),
];

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Name, Self::Address, Self::Birth, Self::Identification, Self::Citizenship];

    /// The element of the XML.
    pub(super) fn element(self) -> &'static str {
        match self {
            Self::Name => "nameAlias",
            Self::Address => "address",
            Self::Birth => "birthdate",
            Self::Identification => "identification",
            Self::Citizenship => "citizenship",
        }
    }

    /// What the CSV's columns begin with, before `_`.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Name => "NameAlias",
            Self::Address => "Address",
            Self::Birth => "BirthDate",
            Self::Identification => "Identification",
            Self::Citizenship => "Citizenship",
        }
    }

    pub(super) fn fields(self) -> &'static [Field] {
        match self {
            Self::Name => &NAME,
            Self::Address => &ADDRESS,
            Self::Birth => &BIRTH,
            Self::Identification => &IDENTIFICATION,
            Self::Citizenship => &CITIZENSHIP,
        }
    }

    /// The word in the report's counts.
    pub(super) fn counted_as(self) -> &'static str {
        match self {
            Self::Name => "names",
            Self::Address => "addresses",
            Self::Birth => "birthdates",
            Self::Identification => "id_documents",
            Self::Citizenship => "citizenships",
        }
    }
}

/// Texts by field. Empty ones are not held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(Vec<(&'static str, String)>);

impl Texts {
    pub(super) fn set(&mut self, field: &'static str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.0.push((field, text.to_owned()));
        }
    }

    pub(super) fn get(&self, field: &str) -> &str {
        self.0.iter().find(|(name, _)| *name == field).map_or("", |(_, text)| text)
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        matches!(self.get(field), "true" | "1" | "TRUE" | "True")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing is said but in fields that say nothing of the party.
    pub(super) fn says_nothing(&self) -> bool {
        self.0.iter().all(|(field, text)| *field == "regulationLanguage" || text == "false")
    }
}

/// One fact.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) kind: Kind,
    pub(super) line: u64,
    pub(super) texts: Texts,
    pub(super) remarks: Vec<String>,
    /// Numbers of the acts that state it.
    pub(super) acts: Vec<String>,
    /// Kind and text, of an address.
    pub(super) contacts: Vec<(String, String)>,
}

impl Fact {
    pub(super) fn new(kind: Kind, line: u64) -> Self {
        Self { kind, line, texts: Texts::default(), remarks: Vec::new(), acts: Vec::new(), contacts: Vec::new() }
    }

    /// Adds what another statement of the same fact says.
    pub(super) fn merge(&mut self, other: Self) {
        for (field, text) in other.texts.0 {
            if self.texts.get(field).is_empty() {
                self.texts.set(field, &text);
            }
        }
        push_new(&mut self.remarks, other.remarks);
        push_new(&mut self.acts, other.acts);
        push_new(&mut self.contacts, other.contacts);
    }
}

/// Adds those that are not there.
pub(super) fn push_new<T: PartialEq>(held: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for one in more {
        if !held.contains(&one) {
            held.push(one);
        }
    }
}

/// One entity of the list.
#[derive(Clone, Debug, Default)]
pub(super) struct Sanctioned {
    pub(super) line: u64,
    pub(super) texts: Texts,
    pub(super) remarks: Vec<String>,
    pub(super) regulations: Vec<Texts>,
    pub(super) facts: Vec<Fact>,
    /// Fields that are not known, with their texts.
    pub(super) others: Vec<String>,
}

impl Sanctioned {
    /// Adds a fact, or what it says beyond one that is there: the CSV may repeat a fact in several rows.
    pub(super) fn add(&mut self, fact: Fact) {
        let id = fact.texts.get("logicalId").to_owned();
        let same = |held: &&mut Fact| {
            held.kind == fact.kind && if id.is_empty() { held.texts == fact.texts } else { held.texts.get("logicalId") == id }
        };
        match self.facts.iter_mut().find(same) {
            Some(held) => held.merge(fact),
            None => self.facts.push(fact),
        }
    }

    /// What is wrong, shown with the record: `sanctionEntity 13`.
    pub(super) fn record(&self) -> String {
        let id = [self.texts.get("logicalId"), self.texts.get("euReferenceNumber")].into_iter().find(|id| !id.is_empty());
        format!("sanctionEntity {}", id.unwrap_or("without an id"))
    }
}
