//! From the header of a CSV file to properties: columns are recognised by their usual names, whatever their case, spaces and
//! underscores; `--map` overrides. What is recognised, and what is not used, is said to the user.

use interdict_model::{PropertyType, Schema};

use crate::failure::{Failure, Usage};
use crate::messages::harmless;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The id of the row.
    Id,
    /// The schema of the row, by its name.
    Schema,
    /// What the row is, in the file's own words (`individual`, `vessel`).
    Kind,
    /// Values of a property.
    Property(&'static str),
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Schema => "schema",
            Self::Kind => "type",
            Self::Property(property) => property,
        }
    }
}

/// Usual names of columns, in small letters without spaces and underscores, and what they hold.
const USUAL: [(&str, Role); 62] = {
    use Role::{Id, Kind, Property, Schema};
    [
        ("id", Id),
        ("schema", Schema),
        ("type", Kind),
        ("name", Property("name")),
        ("fullname", Property("name")),
        ("company", Property("name")),
        ("companyname", Property("name")),
        ("vendor", Property("name")),
        ("vendorname", Property("name")),
        ("legalname", Property("name")),
        ("firstname", Property("firstName")),
        ("givenname", Property("firstName")),
        ("forename", Property("firstName")),
        ("middlename", Property("middleName")),
        ("lastname", Property("lastName")),
        ("surname", Property("lastName")),
        ("familyname", Property("lastName")),
        ("alias", Property("alias")),
        ("aliases", Property("alias")),
        ("aka", Property("alias")),
        ("birthdate", Property("birthDate")),
        ("dob", Property("birthDate")),
        ("dateofbirth", Property("birthDate")),
        ("birthday", Property("birthDate")),
        ("country", Property("country")),
        ("countrycode", Property("country")),
        ("nationality", Property("nationality")),
        ("citizenship", Property("citizenship")),
        ("address", Property("address")),
        ("email", Property("email")),
        ("emailaddress", Property("email")),
        ("mail", Property("email")),
        ("phone", Property("phone")),
        ("phonenumber", Property("phone")),
        ("telephone", Property("phone")),
        ("mobile", Property("phone")),
        ("wallet", Property("publicKey")),
        ("walletaddress", Property("publicKey")),
        ("crypto", Property("publicKey")),
        ("cryptoaddress", Property("publicKey")),
        ("cryptowallet", Property("publicKey")),
        ("passport", Property("passportNumber")),
        ("passportno", Property("passportNumber")),
        ("passportnumber", Property("passportNumber")),
        ("nationalid", Property("idNumber")),
        ("taxid", Property("taxNumber")),
        ("taxnumber", Property("taxNumber")),
        ("vatnumber", Property("vatCode")),
        ("registrationnumber", Property("registrationNumber")),
        ("companynumber", Property("registrationNumber")),
        ("website", Property("website")),
        ("url", Property("website")),
        ("imo", Property("imoNumber")),
        ("imonumber", Property("imoNumber")),
        ("mmsi", Property("mmsi")),
        ("iban", Property("iban")),
        ("swift", Property("swiftBic")),
        ("bic", Property("swiftBic")),
        ("swiftcode", Property("swiftBic")),
        ("lei", Property("leiCode")),
        ("sex", Property("gender")),
        ("gender", Property("gender")),
    ]
};

/// Names of name columns that only a list of firms has.
const FIRM_NAMES: [&str; 5] = ["company", "companyname", "vendor", "vendorname", "legalname"];

/// Schemata whose properties are recognised by their own names as column names.
const OWN_NAMES: [Schema; 5] = [Schema::Person, Schema::Company, Schema::Vessel, Schema::CryptoWallet, Schema::BankAccount];

/// Properties that only people have: a column of one makes the rows people's, and a row with none of them may be anybody's.
pub(crate) const OF_PEOPLE: [&str; 3] = ["firstName", "lastName", "birthDate"];

/// What each column holds.
#[derive(Debug)]
pub(crate) struct Columns {
    /// The header as written.
    pub(crate) header: Vec<String>,
    /// For each column, what it holds, if anything.
    pub(crate) roles: Vec<Option<Role>>,
    /// Schema of a row that names none.
    pub(crate) schema: Schema,
    /// Whether that is what the columns look like, and not what the user said: a row may be of another kind then.
    pub(crate) guessed: bool,
    /// Columns that were taken for the same, though the user did not say that they are.
    pub(crate) doubled: Vec<String>,
}

impl Columns {
    /// Recognises the columns of `header`. `map` are the `PROPERTY=COLUMN` pairs of the user, `schema` the schema asked for.
    pub(crate) fn recognise(file: &str, header: Vec<String>, map: &[String], schema: Option<Schema>) -> anyhow::Result<Self> {
        let mut roles: Vec<Option<Role>> = vec![None; header.len()];
        let (mut mapped, mut chosen) = (Vec::new(), Vec::new());
        for pair in map {
            let (role, column) = read_pair(pair)?;
            let at = header
                .iter()
                .position(|name| name == column)
                .or_else(|| header.iter().position(|name| joined(name) == joined(column)));
            let at =
                at.ok_or_else(|| Usage(format!("--map: {file} has no column `{column}`; its columns are {}", list(&header))))?;
            if chosen.contains(&at) {
                return Err(Usage(format!("--map: column `{column}` is given twice")).into());
            }
            chosen.push(at);
            roles[at] = Some(role);
            mapped.push(role);
        }
        for (at, name) in header.iter().enumerate() {
            // A property that the user gave a column is not looked for in others.
            if roles[at].is_none() {
                roles[at] = usual(name).filter(|role| !mapped.contains(role));
            }
        }
        keep_one_id(&header, &mut roles);
        if schema.is_some() {
            for role in &mut roles {
                *role = role.filter(|role| !matches!(role, Role::Schema | Role::Kind));
            }
        }
        let firm = header
            .iter()
            .zip(&roles)
            .any(|(name, role)| *role == Some(Role::Property("name")) && FIRM_NAMES.contains(&joined(name).as_str()));
        let person = OF_PEOPLE.iter().any(|property| roles.contains(&Some(Role::Property(property))));
        let by_columns = match (person, firm) {
            (true, _) => Schema::Person,
            (false, true) => Schema::Company,
            (false, false) => Schema::Thing,
        };
        let doubled = doubled(&header, &roles, &mapped);
        let columns = Self { header, roles, schema: schema.unwrap_or(by_columns), guessed: schema.is_none(), doubled };
        if !columns.roles.iter().any(|role| matches!(role, Some(Role::Property(property)) if identifies(property))) {
            let message = format!("{file}: no column holds a name or an identifier; its columns are {}", list(&columns.header));
            return Err(Failure::new(message, "say which does: `--map name=COLUMN`").into());
        }
        Ok(columns)
    }

    /// What was recognised, in one line.
    pub(crate) fn describe(&self) -> String {
        let used = self.header.iter().zip(&self.roles).filter_map(|(name, role)| {
            let role = role.as_ref()?.name();
            Some(if role == name { role.to_owned() } else { format!("{role} from {name}") })
        });
        let unused: Vec<&str> =
            self.header.iter().zip(&self.roles).filter(|(_, role)| role.is_none()).map(|(name, _)| name.as_str()).collect();
        let unused = if unused.is_empty() { String::new() } else { format!("; not used: {}", unused.join(", ")) };
        format!("columns: {}; schema {}{unused}", used.collect::<Vec<_>>().join(", "), self.schema)
    }
}

/// Says which columns were taken for the same. Those that the user mapped are meant to be.
fn doubled(header: &[String], roles: &[Option<Role>], mapped: &[Role]) -> Vec<String> {
    let mut found: Vec<(Role, Vec<String>)> = Vec::new();
    for (name, role) in header.iter().zip(roles) {
        let Some(role) = role.filter(|role| !mapped.contains(role)) else { continue };
        match found.iter_mut().find(|(held, _)| *held == role) {
            Some((_, names)) => names.push(name.clone()),
            None => found.push((role, vec![name.clone()])),
        }
    }
    found.retain(|(_, names)| names.len() > 1);
    let says = |(role, names): &(Role, Vec<String>)| {
        let counts = if matches!(role, Role::Property(_)) { "the values of all count" } else { "the last value counts" };
        format!("columns {} are all read as {}; {counts}", list(names), role.name())
    };
    found.iter().map(says).collect()
}

/// Several columns may look like an id: the one called so wins, else the first.
fn keep_one_id(header: &[String], roles: &mut [Option<Role>]) {
    let ids: Vec<usize> = (0..roles.len()).filter(|at| roles[*at] == Some(Role::Id)).collect();
    let kept = ids.iter().copied().find(|at| joined(&header[*at]) == "id").or_else(|| ids.first().copied());
    for at in ids {
        if Some(at) != kept {
            roles[at] = None;
        }
    }
}

/// Whether a row can be found by the property.
fn identifies(property: &str) -> bool {
    matches!(property, "firstName" | "lastName")
        || Schema::ALL.iter().any(|schema| {
            matches!(
                schema.property(property),
                Some(
                    PropertyType::Name
                        | PropertyType::Identifier
                        | PropertyType::Email
                        | PropertyType::Phone
                        | PropertyType::Url
                )
            )
        })
}

fn read_pair(pair: &str) -> Result<(Role, &str), Usage> {
    let (property, column) = pair.split_once('=').ok_or_else(|| Usage(format!("--map: `{pair}` is not PROPERTY=COLUMN")))?;
    let role = match property {
        "id" => Role::Id,
        "schema" => Role::Schema,
        _ => Role::Property(
            Schema::ALL
                .iter()
                .flat_map(|schema| schema.properties())
                .find(|(name, _)| *name == property)
                .map(|(name, _)| name)
                .ok_or_else(|| {
                    Usage(format!("--map: `{property}` is no property, such as name, birthDate, country, publicKey"))
                })?,
        ),
    };
    Ok((role, column))
}

/// The property that a name means which is no property itself: `wallet`, `Passport No`, `dob`.
pub(crate) fn property_meant(name: &str) -> Option<&'static str> {
    match usual(name)? {
        Role::Property(property) => Some(property),
        Role::Id | Role::Schema | Role::Kind => None,
    }
}

fn usual(name: &str) -> Option<Role> {
    let joined = joined(name);
    if let Some((_, role)) = USUAL.iter().find(|(usual, _)| *usual == joined) {
        return Some(*role);
    }
    let own = OWN_NAMES.iter().flat_map(|schema| schema.properties()).find(|(property, kind)| {
        let used = matches!(kind, PropertyType::Name | PropertyType::Identifier | PropertyType::Country | PropertyType::Gender);
        used && property.to_lowercase() == joined
    });
    if let Some((property, _)) = own {
        return Some(Role::Property(property));
    }
    let words = words(name);
    (words.len() > 1 && words.last().is_some_and(|word| word == "id")).then_some(Role::Id)
}

/// The words of a column's name in small letters: `vendor_id`, `Vendor ID` and `vendorId` are the same two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for character in name.chars() {
        let separates = !character.is_alphanumeric() || (was_small && character.is_uppercase());
        if separates && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        was_small = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn joined(name: &str) -> String {
    words(name).concat()
}

fn list(header: &[String]) -> String {
    header.iter().map(|name| format!("`{}`", harmless(name))).collect::<Vec<_>>().join(", ")
}

/// The schema that a word of a `type` column means.
pub(crate) fn schema_of_kind(word: &str) -> Option<Schema> {
    Schema::ALL.iter().copied().find(|schema| schema.name().eq_ignore_ascii_case(word)).or_else(|| {
        Some(match word.to_lowercase().as_str() {
            "individual" | "natural person" | "human" => Schema::Person,
            "business" | "corporate" | "corporation" | "firm" | "supplier" | "vendor" => Schema::Company,
            "organisation" => Schema::Organization,
            "entity" | "legal entity" => Schema::LegalEntity,
            "ship" | "boat" => Schema::Vessel,
            "aircraft" | "plane" => Schema::Airplane,
            "wallet" => Schema::CryptoWallet,
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognise(header: &str, map: &[&str], schema: Option<Schema>) -> anyhow::Result<Columns> {
        let map: Vec<String> = map.iter().map(|pair| (*pair).to_owned()).collect();
        Columns::recognise("in.csv", header.split(',').map(str::to_owned).collect(), &map, schema)
    }

    #[test]
    fn usual_headers() {
        for (header, expected) in [
            ("id,name,birth_date", "columns: id, name, birthDate from birth_date; schema Person"),
            ("vendor_id,company,country", "columns: id from vendor_id, name from company, country; schema Company"),
            ("Vendor ID,Legal Name", "columns: id from Vendor ID, name from Legal Name; schema Company"),
            ("First Name,LAST_NAME", "columns: firstName from First Name, lastName from LAST_NAME; schema Person"),
            ("name,paid,notes", "columns: name; schema Thing; not used: paid, notes"),
            ("order_id,customer_id,name", "columns: id from order_id, name; schema Thing; not used: customer_id"),
            ("order_id,id,name", "columns: id, name; schema Thing; not used: order_id"),
            ("tax_id,name", "columns: taxNumber from tax_id, name; schema Thing"),
            ("Wallet Address", "columns: publicKey from Wallet Address; schema Thing"),
            ("innCode", "columns: innCode; schema Thing"),
            ("type,name", "columns: type, name; schema Thing"),
        ] {
            assert_eq!(recognise(header, &[], None).unwrap().describe(), expected);
        }
    }

    #[test]
    fn columns_that_are_taken_for_the_same_are_said() {
        for (header, map, expected) in [
            ("id,name", &[][..], &[][..]),
            ("name,name", &[], &["columns `name`, `name` are all read as name; the values of all count"]),
            ("vendor,company,id", &[], &["columns `vendor`, `company` are all read as name; the values of all count"]),
            ("name,type,type", &[], &["columns `type`, `type` are all read as type; the last value counts"]),
            ("order_id,id,name", &[], &[]),
            ("a,b", &["name=a", "name=b"], &[]),
            ("name,other", &["name=name"], &[]),
        ] {
            assert_eq!(recognise(header, map, None).unwrap().doubled, expected, "{header}");
        }
    }

    #[test]
    fn the_user_decides() {
        let columns = recognise("ref,who,name", &["id=ref", "name=who"], Some(Schema::Person)).unwrap();
        assert_eq!(columns.describe(), "columns: id from ref, name from who; schema Person; not used: name");
        let columns = recognise("type,name", &[], Some(Schema::Vessel)).unwrap();
        assert_eq!(columns.describe(), "columns: name; schema Vessel; not used: type");
    }

    #[test]
    fn what_cannot_be_recognised_is_an_error() {
        for (header, map, expected) in [
            ("a,b", vec![], "in.csv: no column holds a name or an identifier; its columns are `a`, `b`"),
            ("a,b", vec!["name=c"], "--map: in.csv has no column `c`; its columns are `a`, `b`"),
            ("a,b", vec!["nom=a"], "--map: `nom` is no property, such as name, birthDate, country, publicKey"),
            ("a,b", vec!["a"], "--map: `a` is not PROPERTY=COLUMN"),
            ("a,b", vec!["name=a", "alias=a"], "--map: column `a` is given twice"),
            (
                "country,birth_date",
                vec![],
                "in.csv: no column holds a name or an identifier; its columns are `country`, `birth_date`",
            ),
        ] {
            assert_eq!(recognise(header, &map, None).unwrap_err().to_string(), expected);
        }
    }
}
