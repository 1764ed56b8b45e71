//! One vessel asked for: which entities it is, what was wrong with what was asked, what a person should know, and the verdicts.

use interdict_matching::{Matcher, Query, Scratch};
use interdict_model::{Country, Entity, Identifier, IdentifierKind, Schema, Value};
use interdict_network::{Caution, FoundBy, Imo, Outcome, Regime, Vessel, by_number, designations, is_vehicle, mmsi_country};
use interdict_snapshot::{Day, EntityRef, Snapshot};

use crate::commands::identity::Identities;
use crate::commands::network::verdict;

/// Vessels that a name is shown with.
pub(super) const NAMED: usize = 5;

/// Properties of a row that hold a number.
pub(super) const NUMBERS: [&str; 6] = ["imoNumber", "mmsi", "callSign", "registrationNumber", "serialNumber", "icaoCode"];
/// Properties of a row that hold a name.
pub(super) const NAMES: [&str; 3] = ["name", "previousName", "alias"];

/// What is looked up in.
pub(super) struct LookUp<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) identities: Identities<'a>,
    pub(super) matcher: &'a Matcher<'a>,
    pub(super) day: Day,
    pub(super) regimes: &'a [Regime],
}

/// What came out for one that was asked.
pub(super) struct Answer {
    pub(super) id: String,
    pub(super) line: Option<u64>,
    /// `hit`, `found`, `clear` or `error`.
    pub(super) status: &'static str,
    pub(super) error: Option<String>,
    /// On what was asked.
    pub(super) cautions: Vec<String>,
    pub(super) found: Vec<Found>,
}

/// An entity that was found.
pub(super) struct Found {
    pub(super) vessel: Vessel,
    /// The numbers by which.
    pub(super) by: Vec<FoundBy>,
    /// How well the names agree, when it was found by its name.
    pub(super) score: Option<f64>,
    pub(super) listed: bool,
    pub(super) cautions: Vec<String>,
    pub(super) verdicts: verdict::Answer,
}

impl Answer {
    pub(super) fn error(id: String, line: Option<u64>, reason: String) -> Self {
        Self { id, line, status: "error", error: Some(reason), cautions: Vec::new(), found: Vec::new() }
    }
}

/// An entity, the numbers by which it was found, and the score of its name.
type Candidate<'s> = (EntityRef<'s>, Vec<FoundBy>, Option<f64>);

impl<'a> LookUp<'a> {
    /// A number or a name, as typed.
    pub(super) fn typed(&mut self, asked: &str) -> Answer {
        let mut cautions = Vec::new();
        number_cautions(asked, &mut cautions);
        let mut found: Vec<Candidate<'a>> =
            by_number(self.snapshot, asked, None).into_iter().map(|(entity, by)| (entity, vec![by], None)).collect();
        if found.is_empty() {
            found
                .extend(self.snapshot.entity(asked.trim()).filter(|entity| is_vehicle(*entity)).map(|one| (one, vec![], None)));
        }
        let is_number = Imo::read(asked).is_some() || Identifier::parse(IdentifierKind::Mmsi, asked, None).is_ok();
        if found.is_empty() && !is_number {
            found = self.by_name(&[asked]);
        }
        self.answer(asked.to_owned(), None, found, cautions, None)
    }

    /// A row of a file.
    pub(super) fn row(&mut self, id: String, line: u64, row: &Entity) -> Answer {
        let mut cautions = Vec::new();
        let mut found: Vec<Candidate<'a>> = Vec::new();
        let mut add = |entity: EntityRef<'a>, by: FoundBy| match found.iter_mut().find(|held| held.0.index() == entity.index())
        {
            Some(held) => held.1.push(by),
            None => found.push((entity, vec![by], None)),
        };
        for property in NUMBERS {
            for text in row.texts(property) {
                if property == "imoNumber" && Imo::read(text).is_none() {
                    let shown = text.trim();
                    cautions.push(format!("`{shown}` is no IMO number: it must have seven digits; looked up as written"));
                }
                if property == "mmsi"
                    && let Err(error) = Identifier::parse(IdentifierKind::Mmsi, text, None)
                {
                    cautions.push(format!("MMSI `{}`: {error}; looked up as written", text.trim()));
                }
                if matches!(property, "imoNumber" | "mmsi") {
                    number_cautions(text, &mut cautions);
                }
                for (entity, by) in by_number(self.snapshot, text, Some(property)) {
                    add(entity, by);
                }
            }
        }
        let names: Vec<&str> = NAMES.iter().flat_map(|property| row.texts(property)).collect();
        // A plain list has numbers where a table has names.
        for name in &names {
            if NUMBERS.iter().all(|property| row.first(property).is_none()) {
                for (entity, by) in by_number(self.snapshot, name, None) {
                    add(entity, by);
                }
                number_cautions(name, &mut cautions);
            }
        }
        for (entity, _, score) in self.by_name(&names) {
            if found.iter().any(|held| held.0.index() == entity.index()) {
                continue;
            }
            // Names of ships are used again and again; the IMO number is never.
            let imo = row.texts("imoNumber").filter_map(Imo::read).find(|imo| matches!(imo, Imo::Ship(_)));
            let theirs: Vec<Imo> = entity.texts("imoNumber").filter_map(Imo::read).collect();
            match imo {
                Some(imo) if !theirs.is_empty() && !theirs.contains(&imo) => cautions.push(format!(
                    "{} ({}) has a name like it and another IMO number, {}: another vessel",
                    entity.caption(),
                    entity.id(),
                    theirs[0].digits()
                )),
                _ => found.push((entity, Vec::new(), score)),
            }
        }
        self.answer(id, Some(line), found, cautions, Some(row))
    }

    /// Vessels and aircraft by name, the best first.
    fn by_name(&self, names: &[&str]) -> Vec<Candidate<'a>> {
        let mut found: Vec<Candidate<'a>> = Vec::new();
        for name in names {
            let mut entity = Entity::new("", Schema::Vehicle);
            entity.add("name", Value::from(*name));
            let Ok(query) = Query::from_entity(&entity) else { continue };
            for hit in self.matcher.screen(&query, &mut Scratch::default()) {
                if is_vehicle(hit.entity) && found.iter().all(|held| held.0.index() != hit.entity.index()) {
                    found.push((hit.entity, Vec::new(), Some(hit.score)));
                }
            }
        }
        found
    }

    fn answer(
        &mut self,
        id: String,
        line: Option<u64>,
        candidates: Vec<Candidate<'a>>,
        cautions: Vec<String>,
        row: Option<&Entity>,
    ) -> Answer {
        let mut found = Vec::new();
        for (entity, by, score) in candidates {
            let vessel = Vessel::read(self.snapshot, entity);
            let verdicts = verdict::answer(&mut self.identities, entity, self.day, self.regimes, false);
            let listed = designations(entity).iter().any(|one| one.holds(self.day));
            let mut notes = listing_cautions(&vessel);
            notes.extend(row.iter().flat_map(|row| row_cautions(row, &vessel)));
            notes.extend(interest_cautions(&verdicts));
            found.push(Found { vessel, by, score, listed, cautions: notes, verdicts });
        }
        let hit = found.iter().any(|found| {
            found.listed || found.verdicts.assessment.verdicts.iter().any(|one| one.outcome != Outcome::NotBlocked)
        });
        let status = if hit {
            "hit"
        } else if found.is_empty() {
            "clear"
        } else {
            "found"
        };
        Answer { id, line, status, error: None, cautions, found }
    }
}

/// What is wrong, or to be known, with a number as it was asked.
fn number_cautions(asked: &str, cautions: &mut Vec<String>) {
    match Imo::read(asked) {
        Some(Imo::Wrong { digits, ship, company }) => cautions.push(format!(
            "IMO number {digits}: the check digit is wrong: a ship's would end in {ship}, a company's in {company}; looked up as written"
        )),
        Some(Imo::Company(digits)) => cautions
            .push(format!("IMO number {digits} is one of a company (registered owner or manager), not of a ship; looked up as both")),
        Some(Imo::Ship(_)) | None => {}
    }
}

/// Cautions on what the list itself says.
fn listing_cautions(vessel: &Vessel) -> Vec<String> {
    let mut cautions = Vec::new();
    for number in &vessel.numbers {
        let Some(country) = Some(&number.value).filter(|_| number.property == "mmsi").and_then(|mmsi| mmsi_country(mmsi))
        else {
            continue;
        };
        if !vessel.flags.is_empty() && vessel.flags.iter().all(|flag| flag.value != country.code()) {
            let flags: Vec<&str> = vessel.flags.iter().map(|flag| country_name(&flag.value)).collect();
            cautions.push(format!(
                "MMSI {} was assigned by {}; the listed flag is {}",
                number.value,
                country.name(),
                flags.join(", ")
            ));
        }
    }
    cautions
}

/// Cautions on what a row says against what is listed.
fn row_cautions(row: &Entity, vessel: &Vessel) -> Vec<String> {
    let mut cautions = Vec::new();
    let present = vessel.names.first().map(|fact| fact.value.as_str()).unwrap_or_default();
    for name in row.texts("name").filter(|name| Imo::read(name).is_none()) {
        match vessel.is_named(name) {
            Some(fact) if fact.property == "previousName" => {
                cautions.push(format!("`{name}` is a former name of the vessel listed as {present}"));
            }
            Some(fact) if fact.property != "name" => {
                cautions.push(format!("`{name}` is another name of the vessel listed as {present}"));
            }
            Some(_) => {}
            None => cautions.push(format!("the name `{name}` is not among the listed ones: listed under the name {present}")),
        }
    }
    let stated: Vec<Country> = row.texts("flag").filter_map(Country::parse).collect();
    for country in &stated {
        let is = |facts: &[interdict_network::Fact]| facts.iter().any(|fact| fact.value == country.code());
        if is(&vessel.past_flags) && !is(&vessel.flags) {
            cautions.push(format!("the flag {} is a former flag in the list", country.name()));
        } else if !vessel.flags.is_empty() && !is(&vessel.flags) {
            let flags: Vec<&str> = vessel.flags.iter().map(|flag| country_name(&flag.value)).collect();
            cautions.push(format!("the flag {} is not the listed one, {}", country.name(), flags.join(", ")));
        }
    }
    for mmsi in row.texts("mmsi") {
        if let Some(country) = mmsi_country(mmsi).filter(|country| !stated.is_empty() && !stated.contains(country)) {
            cautions.push(format!(
                "MMSI {mmsi} was assigned by {}; the stated flag is {}",
                country.name(),
                stated.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(", ")
            ));
        }
    }
    cautions
}

/// A blocked party with an interest that does not make the vessel blocked.
fn interest_cautions(verdicts: &verdict::Answer) -> Vec<String> {
    let below = |one: &&interdict_network::Verdict| {
        one.outcome == Outcome::NotBlocked
            && one.cautions.iter().any(|caution| matches!(caution, Caution::Minority(_) | Caution::Control { .. }))
    };
    let regimes: Vec<&str> = verdicts.assessment.verdicts.iter().filter(below).map(|one| one.regime.name()).collect();
    if regimes.is_empty() {
        return Vec::new();
    }
    let text = "property interest: a designated party has an interest in it that does not reach the threshold";
    vec![format!("{text} ({}); dealings in that interest are blocked all the same", regimes.join(", "))]
}

/// The name of a country's code; the code when it is none.
pub(super) fn country_name(code: &str) -> &str {
    Country::from_code(code).map_or(code, |country| country.name())
}
