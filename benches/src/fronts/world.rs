//! The file that the front finder is measured on: real companies with an invented life, and fronts planted among them. A snapshot, names of
//! companies and people and a seed go in; rows and which of them are fronts come out. What the finder looks for is not known here: shapes
//! follow published cases, and the innocent have what innocent companies have: agents of hundreds, office towers, namesakes.

use std::collections::BTreeMap;

use csv::StringRecord;
use interdict_model::{Entity, RelationKind, Schema};
use interdict_names::AttributeKind;
use interdict_network::{Candidate, Graph, Officer, OfficerRole};
use interdict_snapshot::{EntityRef, NOTHING, Snapshot};

use super::variants::{address_otherwise, name_otherwise, phone_otherwise};
use crate::data::Dice;

/// A shape of front, with how many are planted and how hard it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) code: &'static str,
    pub(super) level: &'static str,
    pub(super) says: &'static str,
    pub(super) planted: usize,
}

const fn shape(code: &'static str, level: &'static str, planted: usize, says: &'static str) -> Shape {
    Shape { code, level, says, planted }
}

/// The shapes.
pub(super) const SHAPES: [Shape; 10] = [
    shape("account", "easy", 24, "the bank account of a listed party, or of a proxy one step from it"),
    shape("wallet", "easy", 20, "a listed wallet, under a new name"),
    shape("renamed", "easy", 24, "the registration number of a listed firm under a new name"),
    shape("same-board", "middle", 28, "two people of a listed firm, one spelled otherwise"),
    shape("director-phone", "middle", 28, "a director of a listed firm and its phone, written otherwise"),
    shape("sister", "middle", 28, "the address of a listed firm written otherwise, and one of its people"),
    shape("mail", "middle", 24, "the mail domain of a listed firm and one of its people"),
    shape(
        "facilitator",
        "hard",
        24,
        "an unlisted helper of a listed person owns it and its phone or address is that of the helper's firm",
    ),
    shape("name-and-place", "hard", 24, "a rare word of a listed firm's name, and its phone or address"),
    shape("chain", "hard", 24, "a director and an account shared with another row, which is a front itself"),
];

/// The file.
pub(super) struct World {
    pub(super) rows: Vec<Candidate>,
    /// Of each row, the number of its shape; none of those that are no fronts.
    pub(super) planted: Vec<Option<usize>>,
}

/// A listed firm and what is known of it.
struct Firm {
    entity: u32,
    people: Vec<u32>,
    values: BTreeMap<AttributeKind, Vec<String>>,
    numbers: Vec<String>,
    /// The longest word of its name that no other listed party has.
    word: Option<String>,
}

/// What people and firms are named and where they are.
pub(super) struct Names<'a> {
    pub(super) companies: &'a [StringRecord],
    pub(super) people: &'a [String],
}

const STREETS: [&str; 36] = [
    "Mill",
    "Harbour",
    "Station",
    "Church",
    "Market",
    "Victoria",
    "Queens",
    "Linden",
    "Orchard",
    "Garden",
    "Bridge",
    "Castle",
    "Park",
    "River",
    "North",
    "South",
    "Meadow",
    "Chestnut",
    "Elm",
    "Cedar",
    "Maple",
    "Albert",
    "Windsor",
    "Kingston",
    "Franklin",
    "Lincoln",
    "Jefferson",
    "Hillside",
    "Valley",
    "Lake",
    "Forest",
    "Sunset",
    "Highland",
    "Grove",
    "Spring",
    "Tower",
];
const WAYS: [&str; 4] = ["Street", "Road", "Avenue", "Lane"];
const TOWNS: [(&str, &str, &str, usize); 10] = [
    ("London", "United Kingdom", "+44207", 7),
    ("Hamburg", "Germany", "+49402", 6),
    ("Hong Kong", "Hong Kong", "+8522", 7),
    ("Singapore", "Singapore", "+656", 7),
    ("Shenyang", "China", "+86242", 7),
    ("Dubai", "United Arab Emirates", "+97142", 6),
    ("Vladivostok", "Russia", "+742322", 5),
    ("New York", "United States", "+12125", 6),
    ("Toronto", "Canada", "+14165", 6),
    ("Istanbul", "Turkey", "+902122", 6),
];

fn digits(dice: &mut Dice, count: usize) -> String {
    (0..count).map(|at| char::from(b'0' + (if at == 0 { 2 + dice.roll(7) } else { dice.roll(10) }) as u8)).collect()
}

fn iban(dice: &mut Dice) -> String {
    let account = digits(dice, 18);
    // D is 13 and E 14 in ISO 7064; the check digits stand at the end with the country.
    let rest = format!("{account}131400").bytes().fold(0_u64, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
    format!("DE{:02}{account}", 98 - rest)
}

fn pick<'p, T>(dice: &mut Dice, from: &'p [T]) -> &'p T {
    &from[dice.roll(from.len())]
}

fn person(name: &str, born: Option<&str>) -> Entity {
    let mut entity = Entity::new("", Schema::Person);
    entity.add("name", name);
    if let Some(born) = born {
        entity.add("birthDate", born);
    }
    entity
}

fn address(dice: &mut Dice, town: usize) -> String {
    let (street, way) = (pick(dice, &STREETS), pick(dice, &WAYS));
    let place = TOWNS[town];
    let room = if dice.roll(3) == 0 { format!("Room {}, ", 100 + dice.roll(2400)) } else { String::new() };
    format!("{room}{} {street} {way}, {}, {}", 1 + dice.roll(300), place.0, place.1)
}

fn phone(dice: &mut Dice, town: usize) -> String {
    format!("{}{}", TOWNS[town].2, digits(dice, TOWNS[town].3))
}

fn birth(dice: &mut Dice) -> String {
    format!("{}-{:02}-{:02}", 1945 + dice.roll(55), 1 + dice.roll(12), 1 + dice.roll(28))
}

/// A name for a host that is invented.
fn host(dice: &mut Dice) -> String {
    const PARTS: [&str; 24] = [
        "ba", "ke", "lo", "mi", "nu", "ra", "so", "ti", "vo", "za", "del", "fen", "gor", "hal", "jin", "kar", "lum", "mar",
        "nor", "pel", "quo", "ros", "sil", "tor",
    ];
    let word: String = (0..4).map(|_| *pick(dice, &PARTS)).collect();
    format!("{word}.{}", pick(dice, &["com", "net", "biz", "co.uk", "de"]))
}

/// Facts of our own about listed firms, as an investigation would have them: accounts, and an unlisted helper with a firm.
pub(super) fn own_facts(snapshot: &Snapshot, names: &[String], seed: u64) -> Vec<Entity> {
    let mut dice = Dice(seed);
    let graph = Graph::new(snapshot);
    let firms = firms(snapshot, &graph);
    let mut facts = Vec::new();
    for number in 0..90_usize.min(firms.len()) {
        let listed = snapshot.entity_at(firms[dice.roll(firms.len())].entity);
        let Some(listed) = listed else { continue };
        let mut account = Entity::new(format!("own-account-{number}"), Schema::BankAccount);
        account.add("iban", iban(&mut dice));
        account.add("owner", listed.id());
        facts.push(account);
        let town = dice.roll(TOWNS.len());
        let mut helper = person(pick::<String>(&mut dice, names), None);
        helper.id = format!("own-helper-{number}");
        let mut firm = Entity::new(format!("own-firm-{number}"), Schema::Company);
        firm.add("name", format!("{} Services", host(&mut dice).split('.').next().unwrap_or_default()));
        firm.add("phone", phone(&mut dice, town));
        firm.add("address", address(&mut dice, town));
        let mut agency = Entity::new(format!("own-agency-{number}"), Schema::Representation);
        agency.add("agent", helper.id.as_str());
        agency.add("client", listed.id());
        let mut ownership = Entity::new(format!("own-ownership-{number}"), Schema::Ownership);
        ownership.add("owner", helper.id.as_str());
        ownership.add("asset", firm.id.as_str());
        let mut account = Entity::new(format!("own-proxy-account-{number}"), Schema::BankAccount);
        account.add("iban", iban(&mut dice));
        account.add("owner", helper.id.as_str());
        facts.extend([helper, firm, agency, ownership, account]);
    }
    facts
}

/// Listed firms with people, in the order of the snapshot.
fn firms(snapshot: &Snapshot, graph: &Graph<'_>) -> Vec<Firm> {
    let mut firms = Vec::new();
    let mut met: BTreeMap<String, u32> = BTreeMap::new();
    for entity in snapshot.entities().filter(|entity| entity.schema().is_some_and(|schema| schema.is_a(Schema::LegalEntity))) {
        for word in words(entity.caption()) {
            *met.entry(word).or_default() += 1;
        }
    }
    for entity in snapshot.entities() {
        if !entity.schema().is_some_and(|schema| schema.is_a(Schema::Organization)) || !graph.is_listed(entity.index()) {
            continue;
        }
        let relations = snapshot.relations();
        let around = relations.over(entity.index()).iter().map(|row| (row, row.from));
        let around = around.chain(relations.by(entity.index()).map(|row| (row, row.to)));
        let mut people: Vec<u32> = around
            .filter(|(row, other)| *other != NOTHING && !matches!(row.kind(), RelationKind::Family))
            .map(|(_, other)| other)
            .filter(|other| graph.is_listed(*other) && is_person(snapshot.entity_at(*other)))
            .collect();
        people.sort_unstable();
        people.dedup();
        if people.is_empty() {
            continue;
        }
        let mut values: BTreeMap<AttributeKind, Vec<String>> = BTreeMap::new();
        for held in snapshot.attributes().of(entity.index()) {
            // A number as it is dialled from abroad: who writes it for a firm elsewhere does.
            let kind = held.value().kind();
            let text = if kind == AttributeKind::Phone { held.value().key() } else { held.shown() };
            values.entry(kind).or_default().push(text.to_owned());
        }
        let numbers = entity.texts("registrationNumber").filter(|text| text.len() >= 8).map(str::to_owned).collect();
        let own = words(entity.caption()).into_iter().filter(|word| word.len() >= 5 && met.get(word) == Some(&1));
        let word = own.max_by_key(String::len);
        firms.push(Firm { entity: entity.index(), people, values, numbers, word });
    }
    firms
}

/// The words of a name in small letters, each once.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    words.sort();
    words.dedup();
    words
}

fn is_person(entity: Option<EntityRef<'_>>) -> bool {
    entity.and_then(EntityRef::schema).is_some_and(|schema| schema.is_a(Schema::Person))
}

struct Maker<'a> {
    snapshot: &'a Snapshot,
    names: Names<'a>,
    dice: Dice,
    firms: Vec<Firm>,
    listed_people: Vec<u32>,
    /// Agents with their address, phone and domain, who serve hundreds.
    agents: Vec<[String; 3]>,
    nominees: Vec<Entity>,
    /// Office towers that listed firms have rooms in too.
    towers: Vec<String>,
}

/// Makes a file of so many rows beside the planted ones.
pub(super) fn make(snapshot: &Snapshot, names: Names<'_>, count: usize, seed: u64) -> World {
    let graph = Graph::new(snapshot);
    let firms = firms(snapshot, &graph);
    let people =
        snapshot.entities().filter(|entity| is_person(Some(*entity)) && graph.is_listed(entity.index())).map(EntityRef::index);
    let listed_people = people.collect();
    let mut maker = Maker {
        snapshot,
        names,
        dice: Dice(seed),
        firms,
        listed_people,
        agents: Vec::new(),
        nominees: Vec::new(),
        towers: Vec::new(),
    };
    maker.furnish();
    let mut rows: Vec<(Candidate, Option<usize>)> = (0..count).map(|at| (maker.innocent(at, count), None)).collect();
    for (number, shape) in SHAPES.iter().enumerate() {
        for made in 0..shape.planted {
            // The other row of a chain is a front of an easier shape, which is planted already.
            let of = |wanted: &str| {
                let mut fronts = rows.iter().filter(|(_, held)| held.is_some_and(|held| SHAPES[held].code == wanted));
                fronts.nth(made).map(|(row, _)| row.clone())
            };
            let front = maker.front(shape.code, of("director-phone").as_ref(), count + rows.len());
            rows.push((front, Some(number)));
        }
    }
    // Fronts do not stand together.
    for at in (1..rows.len()).rev() {
        let other = maker.dice.roll(at + 1);
        rows.swap(at, other);
    }
    let (rows, planted) = rows.into_iter().unzip();
    World { rows, planted }
}

impl Maker<'_> {
    fn furnish(&mut self) {
        for _ in 0..20 {
            let town = self.dice.roll(TOWNS.len());
            let dice = &mut self.dice;
            self.agents.push([address(dice, town), phone(dice, town), host(dice)]);
        }
        // Two agents serve listed firms as well.
        for at in 0..2 {
            if let Some(text) = self.value(AttributeKind::Address) {
                self.agents[at][0] = text;
            }
            if let Some(text) = self.value(AttributeKind::Phone) {
                self.agents[at][1] = text;
            }
        }
        for _ in 0..10 {
            let nominee = person(pick::<String>(&mut self.dice, self.names.people), Some(&birth(&mut self.dice)));
            self.nominees.push(nominee);
        }
        for _ in 0..40 {
            let tower = self.value(AttributeKind::Address);
            self.towers.extend(tower);
        }
    }

    /// Some value of a kind that a listed firm has.
    fn value(&mut self, kind: AttributeKind) -> Option<String> {
        let having: Vec<&String> = self.firms.iter().filter_map(|firm| firm.values.get(&kind)).flatten().collect();
        (!having.is_empty()).then(|| (*pick(&mut self.dice, &having)).clone())
    }

    /// The first name of a party of the snapshot that is written in the Latin script.
    fn listed_name(&self, entity: u32) -> String {
        self.snapshot.entity_at(entity).map(|entity| entity.caption().to_owned()).unwrap_or_default()
    }

    fn company(&mut self, at: usize) -> Entity {
        let record = &self.names.companies[at % self.names.companies.len()];
        let mut entity = Entity::new(format!("v{at}"), Schema::Company);
        entity.add("name", record.get(1).unwrap_or_default());
        entity.add("registrationNumber", digits(&mut self.dice, 9));
        entity
    }

    fn ordinary_person(&mut self) -> Entity {
        let name = pick(&mut self.dice, self.names.people);
        let born = (self.dice.roll(5) < 2).then(|| birth(&mut self.dice));
        person(name, born.as_deref())
    }

    /// A company that is no front, and looks like one as far as such companies do.
    fn innocent(&mut self, at: usize, count: usize) -> Candidate {
        let mut entity = self.company(at);
        let town = self.dice.roll(TOWNS.len());
        entity.add("country", TOWNS[town].1);
        let served = (self.dice.roll(100) < 8).then(|| self.dice.roll(self.agents.len()));
        match served {
            Some(agent) => entity.add("address", self.agents[agent][0].as_str()),
            None if self.dice.roll(200) == 0 && !self.towers.is_empty() => {
                let tower = pick(&mut self.dice, &self.towers).clone();
                entity.add("address", address_otherwise(&tower, &mut self.dice));
            }
            None => entity.add("address", address(&mut self.dice, town)),
        }
        let agent_answers = served.filter(|_| self.dice.roll(2) == 0);
        match agent_answers {
            Some(agent) => entity.add("phone", self.agents[agent][1].as_str()),
            None => entity.add("phone", phone(&mut self.dice, town)),
        }
        let domain = match self.dice.roll(10) {
            0..3 => "gmail.com".to_owned(),
            3 => "163.com".to_owned(),
            _ => match served {
                Some(agent) if self.dice.roll(3) == 0 => self.agents[agent][2].clone(),
                _ => host(&mut self.dice),
            },
        };
        let mailbox = if domain == "gmail.com" || domain == "163.com" {
            host(&mut self.dice).replace('.', "")
        } else {
            "info".to_owned()
        };
        entity.add(
            "email",
            format!("{mailbox}{}@{domain}", if mailbox == "info" && served.is_some() { at.to_string() } else { String::new() }),
        );
        if domain != "gmail.com" && domain != "163.com" && self.dice.roll(2) == 0 {
            entity.add("website", format!("https://www.{domain}/"));
        }
        if self.dice.roll(5) < 3 {
            entity.add("iban", iban(&mut self.dice));
        }
        let mut officers = Vec::new();
        for number in 0..=self.dice.roll(3) {
            let role = if number == 2 { OfficerRole::Owner } else { OfficerRole::Director };
            let who = match self.dice.roll(1000) {
                // A nominee of hundreds, as agents provide them.
                0..30 => pick(&mut self.dice, &self.nominees).clone(),
                // The surname of a listed person with a given name of another's.
                30..60 => {
                    let (a, b) = (*pick(&mut self.dice, &self.listed_people), *pick(&mut self.dice, &self.listed_people));
                    let (a, b) = (self.listed_name(a), self.listed_name(b));
                    person(
                        &format!(
                            "{} {}",
                            b.split(' ').next().unwrap_or_default(),
                            a.split(' ').next_back().unwrap_or_default()
                        ),
                        None,
                    )
                }
                // A namesake, whose date of birth the file may state.
                60..62 => {
                    let listed = *pick(&mut self.dice, &self.listed_people);
                    let born = (self.dice.roll(2) == 0).then(|| birth(&mut self.dice));
                    person(&self.listed_name(listed), born.as_deref())
                }
                _ => self.ordinary_person(),
            };
            officers.push(Officer { role, entity: who });
        }
        // A few have two such traits at once: the namesake of one listed person in the tower of another.
        if at % (count / 25).max(1) == 7 {
            let listed = *pick(&mut self.dice, &self.listed_people);
            officers.push(Officer { role: OfficerRole::Contact, entity: person(&self.listed_name(listed), None) });
            if let Some(tower) = self.value(AttributeKind::Address) {
                entity.add("address", tower);
            }
        }
        Candidate::new(entity, officers)
    }

    /// A listed firm that has what a shape needs.
    fn firm(&mut self, has: impl Fn(&Firm) -> bool) -> Option<usize> {
        let having: Vec<usize> = (0..self.firms.len()).filter(|at| has(&self.firms[*at])).collect();
        (!having.is_empty()).then(|| *pick(&mut self.dice, &having))
    }

    /// Somebody of a firm, spelled otherwise or not.
    fn somebody(&mut self, firm: usize, number: usize, otherwise: bool) -> Officer {
        let people = &self.firms[firm].people;
        let listed = people[number % people.len()];
        let entity = self.snapshot.entity_at(listed);
        let names: Vec<String> = entity
            .into_iter()
            .flat_map(|entity| entity.texts("name").chain(entity.texts("alias")))
            .map(str::to_owned)
            .collect();
        let name = if names.is_empty() || self.dice.roll(3) > 0 {
            self.listed_name(listed)
        } else {
            names[self.dice.roll(names.len())].clone()
        };
        let name = if otherwise { name_otherwise(&name, &mut self.dice) } else { name };
        let born =
            entity.and_then(|entity| entity.texts("birthDate").next()).filter(|_| self.dice.roll(4) == 0).map(str::to_owned);
        Officer { role: OfficerRole::Director, entity: person(&name, born.as_deref()) }
    }

    /// A front of a shape.
    fn front(&mut self, shape: &str, other: Option<&Candidate>, at: usize) -> Candidate {
        let mut entity = self.company(at);
        let town = self.dice.roll(TOWNS.len());
        let innocent_person = self.ordinary_person();
        let mut officers = vec![Officer { role: OfficerRole::Director, entity: innocent_person }];
        let (mut own_phone, mut own_address) = (true, true);
        let taken = |firm: &Firm, kind: AttributeKind| firm.values.get(&kind).and_then(|values| values.first()).cloned();
        match shape {
            "account" => {
                let proxy = self.dice.roll(2) == 0;
                let prefix = if proxy { "own-proxy-account-" } else { "own-account-" };
                let accounts: Vec<EntityRef<'_>> =
                    (0..90).filter_map(|n| self.snapshot.entity(&format!("{prefix}{n}"))).collect();
                let iban = pick(&mut self.dice, &accounts).texts("iban").next().unwrap_or_default();
                // As people write it: in groups of four.
                let grouped: Vec<String> =
                    iban.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
                entity.add("iban", grouped.join(" "));
            }
            "wallet" => {
                let keys: Vec<&str> = self.snapshot.entities().flat_map(|entity| entity.texts("publicKey")).collect();
                entity.add("publicKey", *pick(&mut self.dice, &keys));
            }
            "renamed" => {
                if let Some(firm) = self.firm(|firm| !firm.numbers.is_empty()) {
                    let number = self.firms[firm].numbers[0].clone();
                    let mut renamed = Entity::new(entity.id.clone(), Schema::Company);
                    renamed.add("name", entity.first("name").unwrap_or_default());
                    renamed.add("registrationNumber", number);
                    // The register is that of the listed firm's country.
                    let listed = self.snapshot.entity_at(self.firms[firm].entity);
                    for country in listed.into_iter().flat_map(|listed| listed.texts("country")) {
                        renamed.add("country", country);
                    }
                    entity = renamed;
                }
            }
            "same-board" => {
                if let Some(firm) = self.firm(|firm| firm.people.len() >= 2) {
                    let first = self.dice.roll(8);
                    officers.push(self.somebody(firm, first, true));
                    officers.push(self.somebody(firm, first + 1, false));
                }
            }
            "director-phone" => {
                if let Some(firm) = self.firm(|firm| firm.values.contains_key(&AttributeKind::Phone)) {
                    let number = taken(&self.firms[firm], AttributeKind::Phone).unwrap_or_default();
                    entity.add("phone", phone_otherwise(&number, &mut self.dice));
                    own_phone = false;
                    officers.push(self.somebody(firm, at, false));
                    entity.add("iban", iban(&mut self.dice));
                }
            }
            "sister" => {
                if let Some(firm) = self.firm(|firm| firm.values.contains_key(&AttributeKind::Address)) {
                    let text = taken(&self.firms[firm], AttributeKind::Address).unwrap_or_default();
                    entity.add("address", address_otherwise(&text, &mut self.dice));
                    own_address = false;
                    officers.push(self.somebody(firm, at, true));
                }
            }
            "mail" => {
                if let Some(firm) = self.firm(|firm| firm.values.contains_key(&AttributeKind::MailDomain)) {
                    let text = taken(&self.firms[firm], AttributeKind::MailDomain).unwrap_or_default();
                    let domain = text.rsplit('@').next().unwrap_or_default().to_lowercase();
                    entity.add("email", format!("{}@{domain}", pick(&mut self.dice, &["office", "sales", "export", "trade"])));
                    officers.push(self.somebody(firm, at, false));
                }
            }
            "facilitator" => {
                let number = self.dice.roll(90);
                if let (Some(helper), Some(firm)) =
                    (self.snapshot.entity(&format!("own-helper-{number}")), self.snapshot.entity(&format!("own-firm-{number}")))
                {
                    let name = helper.caption().to_owned();
                    officers.push(Officer { role: OfficerRole::Owner, entity: person(&name, None) });
                    if self.dice.roll(2) == 0 {
                        let number = firm.texts("phone").next().unwrap_or_default();
                        entity.add("phone", phone_otherwise(number, &mut self.dice));
                        own_phone = false;
                    } else {
                        let text = firm.texts("address").next().unwrap_or_default();
                        entity.add("address", address_otherwise(text, &mut self.dice));
                        own_address = false;
                    }
                }
            }
            "name-and-place" => {
                let has = |firm: &Firm| {
                    let placed =
                        [AttributeKind::Phone, AttributeKind::AddressUnit].iter().any(|kind| firm.values.contains_key(kind));
                    firm.word.is_some() && placed
                };
                if let Some(firm) = self.firm(has) {
                    let word = self.firms[firm].word.clone().unwrap_or_default();
                    let tail = pick(&mut self.dice, &["Logistics", "Technology", "Consulting", "Import Export"]);
                    let mut named = Entity::new(entity.id.clone(), Schema::Company);
                    named.add("name", format!("{word} {tail} Ltd"));
                    named.add("registrationNumber", digits(&mut self.dice, 9));
                    entity = named;
                    if let Some(number) = taken(&self.firms[firm], AttributeKind::Phone) {
                        entity.add("phone", phone_otherwise(&number, &mut self.dice));
                        own_phone = false;
                    } else if let Some(text) = taken(&self.firms[firm], AttributeKind::AddressUnit) {
                        entity.add("address", address_otherwise(&text, &mut self.dice));
                        own_address = false;
                    }
                }
            }
            _ => {
                if let Some(other) = other {
                    officers.push(Officer { role: OfficerRole::Director, entity: other.officers[0].entity.clone() });
                    if let Some(account) = other.entity.first("iban") {
                        entity.add("iban", account);
                    }
                }
            }
        }
        entity.add("country", TOWNS[town].1);
        if own_phone {
            entity.add("phone", phone(&mut self.dice, town));
        }
        if own_address {
            entity.add("address", address(&mut self.dice, town));
        }
        Candidate::new(entity, officers)
    }
}
