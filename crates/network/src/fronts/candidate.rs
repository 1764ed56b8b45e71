//! The rows of a customer or vendor file as the front finder reads them: a party with the people and firms behind it. FtM entities and their
//! relations go in; candidates come out, each with the attributes that its address, wallet and account entities state.

use interdict_model::{Entity, Identifier, IdentifierKind, Relation, RelationKind, Schema};
use interdict_names::{AttributeKind, attribute_keys};
use rustc_hash::FxHashMap;

/// What somebody is to a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OfficerRole {
    /// Director, chief executive, official.
    Director,
    /// Owner or shareholder, of whatever share.
    Owner,
    /// Contact person, representative, signatory.
    Contact,
}

impl OfficerRole {
    /// The stable name in files and interfaces, which is also the word for people.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Director => "director",
            Self::Owner => "owner",
            Self::Contact => "contact",
        }
    }
}

/// Somebody behind a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Officer {
    /// What they are to it.
    pub role: OfficerRole,
    /// Who they are: names, and birth dates and numbers where the file states them.
    pub entity: Entity,
}

/// A value of a candidate that others may share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateValue {
    /// What it is.
    pub kind: AttributeKind,
    /// The key, as [`attribute_keys`] gives it.
    pub key: String,
    /// As the file states it.
    pub shown: String,
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The party.
    pub entity: Entity,
    /// The people and firms behind it.
    pub officers: Vec<Officer>,
    /// Its attributes, each once.
    pub values: Vec<CandidateValue>,
}

impl Candidate {
    /// A party and who is behind it.
    #[must_use]
    pub fn new(entity: Entity, officers: Vec<Officer>) -> Self {
        let mut candidate = Self { entity, officers, values: Vec::new() };
        candidate.values = values(&candidate.entity);
        candidate
    }

    /// The candidates of a file of entities, in its order: every party that is not only behind another one of the file, with those who
    /// direct, own or represent it. Relations, addresses, wallets and accounts are facts about candidates and none themselves.
    #[must_use]
    pub fn from_entities(entities: Vec<Entity>) -> Vec<Self> {
        let by_id: FxHashMap<&str, usize> = entities.iter().enumerate().map(|(at, entity)| (entity.id.as_str(), at)).collect();
        let mut officers: Vec<Vec<Officer>> = vec![Vec::new(); entities.len()];
        let mut further: Vec<Vec<CandidateValue>> = vec![Vec::new(); entities.len()];
        let mut only_behind = vec![false; entities.len()];
        for (at, entity) in entities.iter().enumerate() {
            for relation in Relation::of(entity) {
                let Some(role) = role_of(relation.terms.kind) else { continue };
                let (Some(from), Some(to)) = (by_id.get(relation.from), by_id.get(relation.to)) else { continue };
                if from == to {
                    continue;
                }
                let behind = &entities[*from];
                officers[*to].push(Officer { role, entity: behind.clone() });
                only_behind[*from] |= behind.schema.is_a(Schema::Person);
            }
            let (own, holders) = match entity.schema.known() {
                Some(Schema::CryptoWallet) => (values(entity), entity.texts("holder").collect::<Vec<_>>()),
                Some(Schema::BankAccount) => (values(entity), entity.texts("owner").collect()),
                _ => (Vec::new(), Vec::new()),
            };
            for holder in holders.into_iter().filter_map(|id| by_id.get(id)) {
                further[*holder].extend(own.iter().cloned());
            }
            for address in entity.texts("addressEntity").filter_map(|id| by_id.get(id)) {
                further[at].extend(values(&entities[*address]));
            }
        }
        let parts = entities.iter().map(|entity| entity.schema.is_a(Schema::LegalEntity)).collect::<Vec<_>>();
        let rows = entities.into_iter().zip(officers).zip(further).enumerate();
        rows.filter(|(at, _)| parts[*at] && !only_behind[*at])
            .map(|(_, ((entity, officers), further))| {
                let mut candidate = Self::new(entity, officers);
                for value in further {
                    if !candidate.values.iter().any(|held| held.kind == value.kind && held.key == value.key) {
                        candidate.values.push(value);
                    }
                }
                candidate
            })
            .collect()
    }

    /// The name to show.
    #[must_use]
    pub fn name(&self) -> &str {
        self.entity.display_name()
    }
}

fn values(entity: &Entity) -> Vec<CandidateValue> {
    let found = attribute_keys(entity).into_iter();
    let mut values: Vec<CandidateValue> =
        found.map(|found| CandidateValue { kind: found.kind, key: found.key, shown: found.shown.into_owned() }).collect();
    for text in entity.texts("phone") {
        if let Some(key) = without_plus(text)
            && !values.iter().any(|held| held.kind == AttributeKind::Phone && held.key == key)
        {
            values.push(CandidateValue { kind: AttributeKind::Phone, key, shown: text.to_owned() });
        }
    }
    values
}

/// A telephone number read as an international one without its plus, as spreadsheets have them, beside how the party's country reads it: a
/// firm often gives the number of another country.
fn without_plus(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.contains('+') || digits.starts_with('0') || !(10..=15).contains(&digits.len()) {
        return None;
    }
    let number = Identifier::parse(IdentifierKind::Phone, &format!("+{digits}"), None).ok()?;
    Some(number.lookup_key().into_owned())
}

/// What one who stands in a relation of the kind to a party is to it; `None` for kinds that say nothing of who is behind it.
fn role_of(kind: RelationKind) -> Option<OfficerRole> {
    match kind {
        RelationKind::Shares
        | RelationKind::OwnershipOrControl
        | RelationKind::Votes
        | RelationKind::Board
        | RelationKind::Influence
        | RelationKind::Consolidation
        | RelationKind::Income
        | RelationKind::Trust => Some(OfficerRole::Owner),
        RelationKind::Direction => Some(OfficerRole::Director),
        RelationKind::Operation | RelationKind::Agency | RelationKind::Nominee | RelationKind::Employment => {
            Some(OfficerRole::Contact)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(id: &str, schema: Schema, properties: &[(&str, &str)]) -> Entity {
        let mut entity = Entity::new(id, schema);
        for (property, text) in properties {
            entity.add(property, *text);
        }
        entity
    }

    #[test]
    fn a_phone_number_needs_no_plus() {
        for (text, country, expected) in [
            ("8613102808677", "United Kingdom", "+8613102808677"),
            ("+86 131 0280 8677", "United Kingdom", "+8613102808677"),
            ("+861310280-8677", "Canada", "+8613102808677"),
            ("+656353-5298", "United Arab Emirates", "+6563535298"),
            ("6563535298", "United Arab Emirates", "+6563535298"),
            ("008613102808677", "Singapore", "+8613102808677"),
            ("020 7946 0018", "United Kingdom", "+442079460018"),
        ] {
            let entity = entity("f", Schema::Company, &[("phone", text), ("country", country)]);
            let keys: Vec<String> = values(&entity).into_iter().map(|value| value.key).collect();
            assert!(keys.iter().any(|key| key == expected), "{text}: {keys:?}");
        }
    }

    #[test]
    fn people_behind_others_are_officers_and_their_wallets_are_theirs() {
        let candidates = Candidate::from_entities(vec![
            entity("f", Schema::Company, &[("name", "Riverbend Trading"), ("addressEntity", "a")]),
            entity("p", Schema::Person, &[("name", "Ada Example")]),
            entity("q", Schema::Person, &[("name", "Bo Sample")]),
            entity("d", Schema::Directorship, &[("director", "p"), ("organization", "f")]),
            entity("o", Schema::Ownership, &[("owner", "gone"), ("asset", "f")]),
            entity("a", Schema::Address, &[("full", "41 Mill Road, Cambridge, United Kingdom")]),
            entity("b", Schema::BankAccount, &[("iban", "DE89370400440532013000"), ("owner", "f")]),
        ]);
        let read: Vec<(&str, usize)> = candidates.iter().map(|one| (one.name(), one.officers.len())).collect();
        assert_eq!(read, [("Riverbend Trading", 1), ("Bo Sample", 0)]);
        assert_eq!(candidates[0].officers[0].role, OfficerRole::Director);
        let kinds: Vec<AttributeKind> = candidates[0].values.iter().map(|value| value.kind).collect();
        assert!(kinds.contains(&AttributeKind::Address) && kinds.contains(&AttributeKind::BankAccount), "{kinds:?}");
    }
}
