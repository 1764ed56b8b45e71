//! What a row means where it does not say so in the model's own words: properties under other names, properties that nothing reads, and
//! texts that stand for no value. An entity goes in as it was read; out come the entity to screen and warnings about the rest.

use interdict_model::{Entity, IdentifierKind, PropertyType, Schema, Value};

use crate::columns::property_meant;

/// Texts that files hold where there is no value, in small letters, each with whether it is also a name that people have.
///
/// A row that has nothing but the former becomes an error, which is seen. People are called *Na*, *Nil* and *None*: these are screened and
/// only remarked upon, so that nobody is passed over. The few who are called *Null* meet an error, and never a clear result.
const PLACEHOLDERS: [(&str, bool); 12] = [
    ("-", false),
    ("#n/a", false),
    ("n/a", false),
    ("n.a.", false),
    ("not applicable", false),
    ("not available", false),
    ("null", false),
    ("tbd", false),
    ("unknown", false),
    ("na", true),
    ("nil", true),
    ("none", true),
];

/// Parts of which a person's name is made when it is not given whole.
const NAME_PARTS: [&str; 5] = ["firstName", "secondName", "middleName", "fatherName", "lastName"];

/// The entity in the model's words and without what stands for no value, as rows of JSON are read.
pub(crate) fn understood(entity: Entity, warnings: &mut Vec<String>) -> Entity {
    without_placeholders(in_model_words(entity, warnings), warnings)
}

/// The entity with its properties under the names by which they are read: `dob` is a `birthDate`, as it is in the header of a CSV file.
/// What cannot be placed is a warning, since a date or a number that was not compared looks like one that was.
pub(super) fn in_model_words(entity: Entity, warnings: &mut Vec<String>) -> Entity {
    // An unknown schema is an error of its own.
    let Some(schema) = entity.schema.known() else { return entity };
    let known = |name: &str| Schema::ALL.iter().any(|schema| schema.property(name).is_some()) || property_meant(name).is_some();
    for member in entity.extra.keys().filter(|member| known(member)) {
        warnings.push(format!("`{member}` stands beside `properties` and not in it; it was not used"));
    }
    let strange: Vec<&str> = entity.properties().map(|(name, _)| name).filter(|name| !is_read(schema, name)).collect();
    if strange.is_empty() {
        return entity;
    }
    let placed = |name: &str| property_meant(name).filter(|meant| is_read(schema, meant));
    for name in strange.iter().filter(|name| placed(name).is_none()) {
        warnings.push(format!("`{name}` is not a property of schema {schema}; it was not used"));
    }
    rearranged(entity, |name, _| Some(placed(name).filter(|_| !is_read(schema, name)).unwrap_or(name)))
}

/// The entity without the values that are none. Each is a warning, as is a name that may be one of them.
pub(super) fn without_placeholders(entity: Entity, warnings: &mut Vec<String>) -> Entity {
    let schema = entity.schema.known().unwrap_or(Schema::Thing);
    let before = warnings.len();
    for (property, value) in entity.properties().flat_map(|(name, values)| values.iter().map(move |value| (name, value))) {
        let text = value.text.trim();
        match reading(schema, property, text) {
            Reading::Value => {}
            Reading::DoubtfulName => {
                warnings.push(format!("`{property}`: `{text}` often stands for no name; it was screened as a name"));
            }
            Reading::None => warnings.push(format!("`{property}`: `{text}` stands for no value; it was not used")),
        }
    }
    if warnings.len() == before {
        return entity;
    }
    rearranged(entity, |name, value| (reading(schema, name, value.text.trim()) != Reading::None).then_some(name))
}

/// How a text is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Value,
    /// A name that is also a placeholder.
    DoubtfulName,
    /// A placeholder.
    None,
}

fn reading(schema: Schema, property: &str, text: &str) -> Reading {
    let Some((_, is_name)) = PLACEHOLDERS.iter().find(|(placeholder, _)| text.to_lowercase() == *placeholder) else {
        return Reading::Value;
    };
    if IdentifierKind::from_property(schema, property).is_some() {
        return Reading::None;
    }
    let whole = property_type(schema, property) == Some(PropertyType::Name);
    match (is_name, whole) {
        (false, true) => Reading::None,
        (true, true) => Reading::DoubtfulName,
        // As part of a name, beside others, a name that people have is just that.
        (false, false) if NAME_PARTS.contains(&property) => Reading::None,
        _ => Reading::Value,
    }
}

/// Whether the property is read in a query of the schema. Users' files call anything a person's or a company's, so the properties of
/// both are read under every schema.
fn is_read(schema: Schema, property: &str) -> bool {
    property_type(schema, property).is_some() || IdentifierKind::from_property(schema, property).is_some()
}

fn property_type(schema: Schema, property: &str) -> Option<PropertyType> {
    [schema, Schema::Person, Schema::Company].iter().find_map(|schema| schema.property(property))
}

/// The entity with each value under the property that `place` gives for it, and without those for which it gives none.
fn rearranged(mut entity: Entity, place: impl for<'a> Fn(&'a str, &Value) -> Option<&'a str>) -> Entity {
    let mut new = Entity::new(std::mem::take(&mut entity.id), entity.schema.clone());
    new.caption = entity.caption.take();
    new.datasets = std::mem::take(&mut entity.datasets);
    new.target = entity.target;
    new.origin = entity.origin.take();
    new.names = std::mem::take(&mut entity.names);
    new.extra = std::mem::take(&mut entity.extra);
    for (property, value) in entity.properties().flat_map(|(name, values)| values.iter().map(move |value| (name, value))) {
        if let Some(property) = place(property, value) {
            new.add(property, value.clone());
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use interdict_model::entity_from_json;

    use super::*;

    /// The properties that are left, in order, and the warnings.
    fn check(json: &str, properties: &[&str], expected: &[&str]) {
        let mut warnings = Vec::new();
        let entity = in_model_words(entity_from_json(json).unwrap(), &mut warnings);
        let entity = without_placeholders(entity, &mut warnings);
        let found: Vec<String> = entity
            .properties()
            .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}={}", value.text)))
            .collect();
        assert_eq!(found, properties, "{json}");
        assert_eq!(warnings, expected, "{json}");
        assert_eq!(entity.id, "q");
    }

    fn person(properties: &str) -> String {
        format!("{{\"id\":\"q\",\"schema\":\"Person\",\"properties\":{{{properties}}}}}")
    }

    #[test]
    fn usual_names_are_read_as_the_properties_that_they_mean() {
        for (given, read) in [
            ("wallet", "publicKey"),
            ("passport", "passportNumber"),
            ("Passport No", "passportNumber"),
            ("dob", "birthDate"),
            ("full_name", "name"),
            ("surname", "lastName"),
            ("imo", "imoNumber"),
            ("tax_id", "taxNumber"),
            ("url", "website"),
            // Already the model's own words.
            ("publicKey", "publicKey"),
            ("imoNumber", "imoNumber"),
            ("bic", "bic"),
            ("isinCode", "isinCode"),
            ("address", "address"),
            ("notes", "notes"),
        ] {
            check(&person(&format!("\"{given}\":[\"x\"]")), &[&format!("{read}=x")], &[]);
        }
        check(&person("\"name\":[\"Ada\"],\"full_name\":[\"Ada E\"]"), &["name=Ada", "name=Ada E"], &[]);
    }

    #[test]
    fn properties_that_nothing_reads_are_said() {
        let shoe = "`shoeSize` is not a property of schema Person; it was not used";
        check(&person("\"name\":[\"Ada\"],\"shoeSize\":[\"38\",\"39\"]"), &["name=Ada", "shoeSize=38", "shoeSize=39"], &[shoe]);
        let flag = "`flag` is not a property of schema Person; it was not used";
        check(&person("\"flag\":[\"kp\"]"), &["flag=kp"], &[flag]);
        check("{\"id\":\"q\",\"schema\":\"Vessel\",\"properties\":{\"flag\":[\"kp\"]}}", &["flag=kp"], &[]);
        check("{\"id\":\"q\",\"schema\":\"Martian\",\"properties\":{\"shoeSize\":[\"38\"]}}", &["shoeSize=38"], &[]);
        check(
            "{\"id\":\"q\",\"schema\":\"Person\",\"dob\":\"1970\",\"first_seen\":\"2020\",\"properties\":{\"name\":[\"Ada\"]}}",
            &["name=Ada"],
            &["`dob` stands beside `properties` and not in it; it was not used"],
        );
    }

    #[test]
    fn placeholders_are_no_values() {
        for text in ["n/a", "N/A", " Unknown ", "NULL", "tbd", "-", "#N/A"] {
            let warning = format!("`name`: `{}` stands for no value; it was not used", text.trim());
            check(
                &person(&format!("\"name\":[\"{text}\"],\"birthDate\":[\"{text}\"]")),
                &[&format!("birthDate={text}")],
                &[&warning],
            );
        }
        for text in ["Na", "none", "NIL"] {
            let warning = format!("`name`: `{text}` often stands for no name; it was screened as a name");
            check(&person(&format!("\"name\":[\"{text}\"]")), &[&format!("name={text}")], &[&warning]);
            check(&person(&format!("\"lastName\":[\"{text}\"]")), &[&format!("lastName={text}")], &[]);
            let warning = format!("`passportNumber`: `{text}` stands for no value; it was not used");
            check(&person(&format!("\"passport\":[\"{text}\"]")), &[], &[&warning]);
        }
        let middle = "`middleName`: `-` stands for no value; it was not used";
        check(&person("\"firstName\":[\"Ada\"],\"middleName\":[\"-\"]"), &["firstName=Ada"], &[middle]);
        for text in ["Unknown Pleasures Ltd", "N/A Nguyen", "Nader", "--", "Null Object GmbH"] {
            check(&person(&format!("\"name\":[\"{text}\"]")), &[&format!("name={text}")], &[]);
        }
    }
}
