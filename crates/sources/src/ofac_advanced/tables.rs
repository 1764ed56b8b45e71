//! What OFAC's own words become: features and document types from tables in `data/`, relations by their text and by the kinds of
//! the two parties.

use std::sync::LazyLock;

use interdict_model::Schema;
use rustc_hash::FxHashMap;

use crate::facts::rows;

const FEATURES: &str = include_str!("../../../../data/ofac_features.tsv");
const ID_TYPES: &str = include_str!("../../../../data/ofac_id_types.tsv");

static FEATURE_PROPERTIES: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| rows(FEATURES).filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect());

static DOCUMENT_TYPES: LazyLock<FxHashMap<&'static str, (Schema, Option<&'static str>)>> = LazyLock::new(|| {
    rows(ID_TYPES)
        .filter_map(|row| {
            let property = *row.get(2)?;
            Some((*row.first()?, (Schema::from_name(row.get(1)?)?, (property != "-").then_some(property))))
        })
        .collect()
});

/// The text that opens the name of every digital currency feature; the currency's symbol follows.
pub(crate) const WALLET_FEATURE: &str = "Digital Currency Address - ";

/// Whether a feature is the address of a wallet.
pub(crate) fn is_wallet(feature: &str) -> bool {
    feature.starts_with(WALLET_FEATURE)
}

/// The property that a feature becomes; `None` for one that is kept as a note.
pub(crate) fn feature_property(feature: &str) -> Option<&'static str> {
    FEATURE_PROPERTIES.get(plain(feature)).copied()
}

/// A feature's name without the punctuation with which some end.
pub(crate) fn plain(feature: &str) -> &str {
    feature.trim_end_matches([' ', ':', '-'])
}

/// The schema of a document and the property of its holder. Types that are not in the table are identifications; people hold them as
/// `idNumber`, others as `registrationNumber`.
pub(crate) fn document_type(kind: &str, holder: Schema) -> (Schema, Option<&'static str>) {
    DOCUMENT_TYPES.get(kind).copied().unwrap_or_else(|| {
        let property = if holder.is_a(Schema::Person) { "idNumber" } else { "registrationNumber" };
        (Schema::Identification, Some(property))
    })
}

/// What a relationship becomes.
pub(crate) struct Link {
    pub(crate) schema: Schema,
    /// Whether the link's source is the relationship's `To`.
    pub(crate) reversed: bool,
    /// Whether the relation's text is not known.
    pub(crate) unknown: bool,
}

/// The link for a relation "from R to".
///
/// Where the kinds of the two parties contradict the direction, the link is turned: OFAC has entries in which a person is "owned" by a
/// company. Where they allow neither direction, it is an `UnknownLink` with OFAC's words.
pub(crate) fn relation(text: &str, from: Schema, to: Schema) -> Link {
    let person = |schema: Schema| schema.is_a(Schema::Person);
    let organization = |schema: Schema| schema.is_a(Schema::Organization);
    let link = |schema, reversed| Link { schema, reversed, unknown: false };
    let plain = link(Schema::UnknownLink, false);
    // Who may own and what may be owned: a legal entity owns an organisation or a thing; nobody owns a person.
    let owns = |owner: Schema, asset: Schema| owner.is_a(Schema::LegalEntity) && !person(asset);
    match text {
        "Owned or Controlled By" | "Property in the interest of" if owns(to, from) => link(Schema::Ownership, true),
        "Owned or Controlled By" | "Property in the interest of" if owns(from, to) => link(Schema::Ownership, false),
        "Owns, controls, or operates" if owns(from, to) => link(Schema::Ownership, false),
        "Owns, controls, or operates" if owns(to, from) => link(Schema::Ownership, true),
        "Leader or official of" | "Principal Executive Officer" if organization(to) => link(Schema::Directorship, false),
        "Leader or official of" | "Principal Executive Officer" if organization(from) => link(Schema::Directorship, true),
        "Acting for or on behalf of" if from.is_a(Schema::LegalEntity) && to.is_a(Schema::LegalEntity) => {
            link(Schema::Representation, false)
        }
        "Family member of" if person(from) && person(to) => link(Schema::Family, false),
        "Associate Of" if person(from) && to.is_a(Schema::LegalEntity) => link(Schema::Associate, false),
        "Associate Of" if person(to) && from.is_a(Schema::LegalEntity) => link(Schema::Associate, true),
        "Providing support to"
        | "playing a significant role in"
        | "Owned or Controlled By"
        | "Owns, controls, or operates"
        | "Property in the interest of"
        | "Leader or official of"
        | "Principal Executive Officer"
        | "Acting for or on behalf of"
        | "Family member of"
        | "Associate Of" => plain,
        _ => Link { unknown: true, ..plain },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(FEATURE_PROPERTIES.len(), rows(FEATURES).count());
        assert_eq!(DOCUMENT_TYPES.len(), rows(ID_TYPES).count());
    }

    #[test]
    fn relations_point_the_right_way() {
        use Schema::{Associate, Directorship, Organization, Ownership, Person, Representation, UnknownLink, Vessel};
        for (text, from, to, schema, reversed) in [
            ("Owned or Controlled By", Organization, Organization, Ownership, true),
            ("Owned or Controlled By", Person, Organization, Ownership, false),
            ("Owned or Controlled By", Person, Person, UnknownLink, false),
            ("Owns, controls, or operates", Person, Organization, Ownership, false),
            ("Property in the interest of", Vessel, Organization, Ownership, true),
            ("Property in the interest of", Organization, Vessel, Ownership, false),
            ("Leader or official of", Person, Organization, Directorship, false),
            ("Principal Executive Officer", Organization, Person, Directorship, true),
            ("Acting for or on behalf of", Person, Organization, Representation, false),
            ("Associate Of", Organization, Person, Associate, true),
            ("Providing support to", Organization, Person, UnknownLink, false),
        ] {
            let link = relation(text, from, to);
            assert_eq!((link.schema, link.reversed, link.unknown), (schema, reversed, false), "{from} {text} {to}");
        }
        assert!(relation("Sings in the choir of", Person, Organization).unknown);
    }
}
