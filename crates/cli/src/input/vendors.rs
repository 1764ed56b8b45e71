//! Files of customers and vendors with the people behind them: the same rows as `screen` reads, and columns of directors, owners and contacts
//! beside. A file goes in; candidates come out with the lines that they stand on, and the rows that are none with the reason.

use std::collections::HashMap;
use std::path::Path;

use interdict_model::{DateValue, Entity, PropertyType, Schema};
use interdict_network::{Candidate, Officer, OfficerRole};

use super::rows::csv_row;
use super::{CsvRows, Input, Lines, Problem, Row, Rows};
use crate::args::InputFormat;
use crate::columns::Columns;
use crate::failure::{Failure, Usage};

/// Usual names of columns and properties of people behind a party, in small letters without spaces and underscores.
const USUAL: [(&str, OfficerRole); 26] = {
    use OfficerRole::{Contact, Director, Owner};
    [
        ("director", Director),
        ("directors", Director),
        ("directorname", Director),
        ("directornames", Director),
        ("officer", Director),
        ("officers", Director),
        ("ceo", Director),
        ("manager", Director),
        ("managers", Director),
        ("owner", Owner),
        ("owners", Owner),
        ("ownername", Owner),
        ("shareholder", Owner),
        ("shareholders", Owner),
        ("ubo", Owner),
        ("ubos", Owner),
        ("beneficialowner", Owner),
        ("beneficialowners", Owner),
        ("contact", Contact),
        ("contacts", Contact),
        ("contactname", Contact),
        ("contactperson", Contact),
        ("contactpersons", Contact),
        ("representative", Contact),
        ("representatives", Contact),
        ("signatory", Contact),
    ]
};

/// Usual names of columns that hold several values, beside those of [`Columns`].
const PLURALS: [(&str, &str); 9] = [
    ("addresses", "address"),
    ("phones", "phone"),
    ("phonenumbers", "phone"),
    ("emails", "email"),
    ("emailaddresses", "email"),
    ("websites", "website"),
    ("ibans", "iban"),
    ("wallets", "publicKey"),
    ("account", "accountNumber"),
];

/// A row that can be looked at.
#[derive(Debug)]
pub(crate) struct Vendor {
    pub(crate) line: u64,
    pub(crate) id: String,
}

/// A file that was read to its end.
#[derive(Debug, Default)]
pub(crate) struct Vendors {
    pub(crate) name: String,
    /// How its columns were understood.
    pub(crate) columns: Option<String>,
    /// What was read otherwise than it stood: file-wide, then line by line.
    pub(crate) warnings: Vec<String>,
    pub(crate) rows: Vec<Vendor>,
    /// One for each of `rows`.
    pub(crate) candidates: Vec<Candidate>,
    /// The rows that are none, with the problem of each.
    pub(crate) rejected: Vec<(Row, Problem)>,
    /// Rows of any kind.
    pub(crate) read: u64,
}

impl Vendors {
    /// Reads a file.
    pub(crate) fn read(path: &Path, asked: Option<InputFormat>, map: &[String]) -> anyhow::Result<Self> {
        let mut input = Input::open(path)?;
        match input.kind(asked, path)? {
            InputFormat::Csv => csv(input, map),
            InputFormat::Jsonl => jsonl(input),
            InputFormat::Txt => {
                let message = format!("{}: a plain list has nothing but names", input.name);
                Err(Failure::new(message, "names alone are judged by `interdict screen`; fronts need a CSV or JSON Lines file")
                    .into())
            }
        }
    }

    fn reject(&mut self, row: Row, problem: Problem) {
        self.rejected.push((row, problem));
    }
}

fn joined(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn role_named(name: &str) -> Option<OfficerRole> {
    let name = joined(name);
    USUAL.iter().find(|(usual, _)| *usual == name).map(|(_, role)| *role)
}

/// What the columns of a file hold of people, and the header and the map for the rest.
type Split = (Vec<Option<OfficerRole>>, Vec<String>);

/// Takes the people's columns and those of several values out of what the user mapped and what is usual.
fn split_columns(file: &str, header: &[String], map: &[String]) -> anyhow::Result<Split> {
    let mut roles: Vec<Option<OfficerRole>> = vec![None; header.len()];
    let mut rest = Vec::new();
    let place = |column: &str| header.iter().position(|name| name == column || joined(name) == joined(column));
    let mut taken = vec![false; header.len()];
    for pair in map {
        match pair.split_once('=') {
            Some((property, column)) if ["director", "owner", "contact"].contains(&property) => {
                let at = place(column).ok_or_else(|| Usage(format!("--map: {file} has no column `{column}`")))?;
                roles[at] = role_named(property);
                taken[at] = true;
            }
            Some((_, column)) => {
                if let Some(at) = place(column) {
                    taken[at] = true;
                }
                rest.push(pair.clone());
            }
            None => rest.push(pair.clone()),
        }
    }
    for (at, name) in header.iter().enumerate().filter(|(at, _)| !taken[*at]) {
        let plain = joined(name);
        roles[at] = role_named(name);
        if let Some((_, property)) = PLURALS.iter().find(|(plural, _)| *plural == plain) {
            // A property that the user gave a column, or that has a column of its own, is not looked for in others.
            let given = rest.iter().any(|pair| pair.split('=').next() == Some(*property));
            if !given && !header.iter().any(|other| joined(other) == joined(property)) {
                rest.push(format!("{property}={name}"));
            }
        }
    }
    Ok((roles, rest))
}

fn csv(input: Input, map: &[String]) -> anyhow::Result<Vendors> {
    let name = input.name;
    let Some((mut rows, header)) = CsvRows::open(Lines::new(input.bytes))? else {
        return Err(anyhow::anyhow!("{name}: the file is empty; a header is expected"));
    };
    let header = header
        .fields
        .map_err(|problem| anyhow::anyhow!("{name}:{}: the header cannot be read: {}", header.line, problem.reason))?;
    let (roles, rest) = split_columns(&name, &header, map)?;
    let columns = Columns::recognise(&name, header.clone(), &rest, None)?;
    let mut file =
        Vendors { columns: Some(describe(&columns, &roles)), warnings: columns.doubled.clone(), ..Vendors::default() };
    while let Some(record) = rows.next()? {
        file.read += 1;
        let people: Vec<(OfficerRole, String)> = record
            .fields
            .as_deref()
            .unwrap_or_default()
            .iter()
            .zip(&roles)
            .filter_map(|(text, role)| Some(((*role)?, text.clone())))
            .collect();
        let mut row = csv_row(record, &columns);
        match std::mem::replace(&mut row.entity, Err(Problem::row(""))) {
            Err(problem) => file.reject(row, problem),
            Ok(entity) => {
                let officers = people.iter().flat_map(|(role, text)| officers(*role, text)).collect();
                file.take(row, Candidate::new(several(&entity), officers));
            }
        }
    }
    file.name = name;
    Ok(file)
}

impl Vendors {
    /// A row as a candidate, or as one that has nothing to look at.
    fn take(&mut self, row: Row, candidate: Candidate) {
        let named = !candidate.name().is_empty() && candidate.entity.properties().next().is_some();
        if !named && candidate.officers.is_empty() {
            self.reject(row, Problem::row("nothing to look at: no name, no value and nobody behind it"));
            return;
        }
        self.warnings.extend(row.warnings.iter().map(|warning| format!("line {}: {warning}", row.line)));
        self.rows.push(Vendor { line: row.line, id: row.id });
        self.candidates.push(candidate);
    }
}

fn jsonl(input: Input) -> anyhow::Result<Vendors> {
    let mut rows = Rows::open(input, InputFormat::Jsonl, &[], None)?;
    let mut file = Vendors { name: rows.name.clone(), ..Vendors::default() };
    let mut kept: HashMap<String, Row> = HashMap::new();
    let (mut entities, mut people): (Vec<Entity>, HashMap<String, Vec<Officer>>) = (Vec::new(), HashMap::new());
    while let Some(mut row) = rows.next()? {
        file.read += 1;
        match std::mem::replace(&mut row.entity, Err(Problem::row(""))) {
            Err(problem) => file.reject(row, problem),
            Ok(entity) if entity.schema.known().is_none() => {
                let problem = Problem::field("schema", format!("`{}` is not a schema of this field", entity.schema));
                file.reject(row, problem);
            }
            Ok(_) if kept.contains_key(&row.id) => file.reject(row, Problem::field("id", "stands on an earlier line too")),
            Ok(mut entity) => {
                entity.id.clone_from(&row.id);
                if entity.schema.is_a(Schema::LegalEntity) {
                    let found =
                        entity.properties().filter_map(|(name, values)| Some((name.to_owned(), role_named(name)?, values)));
                    let found: Vec<(String, Vec<Officer>)> = found
                        .map(|(name, role, values)| {
                            (name, values.iter().flat_map(|value| officers(role, &value.text)).collect())
                        })
                        .collect();
                    for (name, officers) in found {
                        row.warnings.retain(|warning| !warning.starts_with(&format!("`{name}` is not a property")));
                        people.entry(row.id.clone()).or_default().extend(officers);
                    }
                }
                kept.insert(row.id.clone(), row);
                entities.push(entity);
            }
        }
    }
    for mut candidate in Candidate::from_entities(entities) {
        let Some(row) = kept.remove(&candidate.entity.id) else { continue };
        candidate.officers.extend(people.remove(&candidate.entity.id).unwrap_or_default());
        file.take(row, candidate);
    }
    Ok(file)
}

/// What was recognised, in one line.
fn describe(columns: &Columns, roles: &[Option<OfficerRole>]) -> String {
    let people: Vec<String> = columns
        .header
        .iter()
        .zip(roles)
        .filter_map(|(name, role)| {
            Some(if (*role)?.code() == name { name.clone() } else { format!("{} from {name}", (*role)?.code()) })
        })
        .collect();
    let told = columns.describe();
    let (used, unused) = told.split_once("; not used: ").map_or((told.as_str(), None), |(used, unused)| (used, Some(unused)));
    let unused: Vec<&str> = unused
        .into_iter()
        .flat_map(|unused| unused.split(", "))
        .filter(|name| role_of(columns, roles, name).is_none())
        .collect();
    let people = if people.is_empty() { String::new() } else { format!("; behind it: {}", people.join(", ")) };
    let unused = if unused.is_empty() { String::new() } else { format!("; not used: {}", unused.join(", ")) };
    format!("{used}{people}{unused}")
}

fn role_of(columns: &Columns, roles: &[Option<OfficerRole>], name: &str) -> Option<OfficerRole> {
    columns.header.iter().position(|held| held == name).and_then(|at| roles[at])
}

/// The parts of a cell that holds several values.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// The people of a cell: `Name; Name (1970-02-05)`.
fn officers(role: OfficerRole, text: &str) -> Vec<Officer> {
    let one = |part: &str| {
        let dated =
            part.strip_suffix(')').and_then(|part| part.rsplit_once('(')).map(|(name, born)| (name.trim(), born.trim()));
        let (name, born) = dated.filter(|(name, born)| !name.is_empty() && DateValue::parse(born).is_ok()).unzip();
        // An owner may be a firm; of the others a name is a person's.
        let mut entity = Entity::new("", if role == OfficerRole::Owner { Schema::LegalEntity } else { Schema::Person });
        entity.add("name", name.unwrap_or(part));
        if let Some(born) = born {
            entity.schema = Schema::Person.into();
            entity.add("birthDate", born);
        }
        Officer { role, entity }
    };
    parts(text).map(one).collect()
}

/// The entity with the values of cells that hold several, each by itself.
fn several(entity: &Entity) -> Entity {
    let mut new = Entity::new(entity.id.clone(), entity.schema.clone());
    for (property, values) in entity.properties() {
        let kind = Schema::Company.property(property).or_else(|| Schema::BankAccount.property(property));
        let many = matches!(
            kind,
            Some(
                PropertyType::Address
                    | PropertyType::Phone
                    | PropertyType::Email
                    | PropertyType::Url
                    | PropertyType::Identifier
            )
        );
        for value in values {
            if many {
                parts(&value.text).for_each(|part| new.add(property, part));
            } else {
                new.add(property, value.clone());
            }
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn input(text: &str) -> Input {
        Input { name: "in".to_owned(), bytes: Box::new(Cursor::new(text.as_bytes().to_vec())) }
    }

    fn shown(file: &Vendors) -> Vec<String> {
        let rows = file.rows.iter().zip(&file.candidates);
        rows.map(|(row, candidate)| {
            let people: Vec<String> = candidate
                .officers
                .iter()
                .map(|officer| {
                    let born = officer.entity.first("birthDate").map(|born| format!(" {born}")).unwrap_or_default();
                    format!("{} {}{born}", officer.role.code(), officer.entity.display_name())
                })
                .collect();
            format!("{} {} {} [{}] {}", row.line, row.id, candidate.name(), people.join(", "), candidate.values.len())
        })
        .collect()
    }

    #[test]
    fn columns_of_people_and_of_several_values() {
        let text = "vendor_id,company,Directors,UBO,phones,notes\n\
                    1,Riverbend,Ada Example (1970-02-05); Bo (Bobby) Sample,Riverbend Holding,+44 20 7946 0018|+44 20 7946 0019,x\n\
                    2,,,,,\n3,Only a name,,,,\n";
        let file = csv(input(text), &[]).unwrap();
        assert_eq!(
            shown(&file),
            [
                "2 1 Riverbend [director Ada Example 1970-02-05, director Bo (Bobby) Sample, owner Riverbend Holding] 2",
                "4 3 Only a name [] 0"
            ]
        );
        assert_eq!(file.rejected.len(), 1);
        assert_eq!(
            file.columns.as_deref(),
            Some(
                "columns: id from vendor_id, name from company, phone from phones; schema Company; behind it: director from Directors, owner from UBO; not used: notes"
            )
        );
        let mapped =
            csv(input("firm,boss\nRiverbend,Ada Example\n"), &["name=firm".to_owned(), "director=boss".to_owned()]).unwrap();
        assert_eq!(shown(&mapped), ["2 line-2 Riverbend [director Ada Example] 0"]);
    }

    #[test]
    fn files_that_are_none_are_refused() {
        let error = |text: &str, map: &[&str]| {
            let map: Vec<String> = map.iter().map(|pair| (*pair).to_owned()).collect();
            csv(input(text), &map).unwrap_err().to_string()
        };
        assert_eq!(error("", &[]), "in: the file is empty; a header is expected");
        assert!(error("colour,size\nred,9\n", &[]).contains("no column holds a name or an identifier"));
        assert_eq!(error("company\nRiverbend\n", &["director=boss"]), "--map: in has no column `boss`");
    }

    #[test]
    fn entities_and_their_relations() {
        let text = "{\"id\":\"f\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Riverbend\"],\"directors\":[\"Bo Sample\"]}}\n\
                    {\"id\":\"p\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ada Example\"]}}\n\
                    {\"id\":\"d\",\"schema\":\"Directorship\",\"properties\":{\"director\":[\"p\"],\"organization\":[\"f\"]}}\n\
                    {\"id\":\"x\",\"schema\":\"Martian\",\"properties\":{\"name\":[\"Zork\"]}}\n{\"id\"\n\
                    {\"id\":\"f\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Again\"]}}\n";
        let file = jsonl(input(text)).unwrap();
        assert_eq!(shown(&file), ["1 f Riverbend [director Ada Example, director Bo Sample] 0"]);
        let rejected: Vec<(u64, &str)> =
            file.rejected.iter().map(|(row, problem)| (row.line, problem.field.as_str())).collect();
        assert_eq!(rejected, [(4, "schema"), (5, ""), (6, "id")]);
        assert_eq!(file.warnings, Vec::<String>::new());
    }
}
