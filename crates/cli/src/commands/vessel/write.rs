//! Answers on vessels as text for people, JSON, CSV and entities.

use std::io::Write;

use interdict_model::{entity_to_json, name_property_words};
use interdict_network::{Fact, Holder};
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::{Value as Json, json};

use super::look_up::{Answer, Found, country_name};
use crate::args::Format;
use crate::commands::verdict_words::Words;
use crate::messages::harmless;
use crate::output::{JsonObjects, rounded, write_jsonl};
use crate::table::{write_csv_header, write_csv_rows};

/// Vessels of the same holders that are named.
const SISTERS: usize = 10;

const HEADER: [&str; 16] = [
    "id",
    "line",
    "status",
    "entity",
    "schema",
    "name",
    "found_by",
    "imo",
    "flag",
    "past_flags",
    "holders",
    "programs",
    "verdicts",
    "cautions",
    "snapshot",
    "engine",
];

/// Writes answers one after another.
pub(super) struct Writer<'s> {
    snapshot: &'s Snapshot,
    format: Format,
    ftm: bool,
    objects: JsonObjects,
    header: bool,
}

impl<'s> Writer<'s> {
    pub(super) fn new(snapshot: &'s Snapshot, format: Format, ftm: bool) -> Self {
        Self { snapshot, format, ftm, objects: JsonObjects::new(format == Format::Json), header: true }
    }

    pub(super) fn write(&mut self, out: &mut dyn Write, answer: &Answer) -> anyhow::Result<()> {
        if self.ftm {
            return answer.found.iter().try_for_each(|found| self.entities(out, found));
        }
        match self.format {
            Format::Json | Format::Jsonl => {
                let object = self.json(answer);
                self.objects.write(out, &object)
            }
            Format::Csv => {
                if std::mem::take(&mut self.header) {
                    write_csv_header(out, &HEADER)?;
                }
                write_csv_rows(out, self.rows(answer))
            }
            Format::Table => self.text(out, answer),
        }
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> anyhow::Result<()> {
        if self.ftm || self.format != Format::Json { Ok(()) } else { self.objects.finish(out) }
    }

    fn entity(&self, at: u32) -> Option<EntityRef<'s>> {
        self.snapshot.entity_at(at)
    }

    fn id(&self, at: Option<u32>) -> Option<&'s str> {
        at.and_then(|at| self.entity(at)).map(EntityRef::id)
    }

    fn sanctions(&self, found: &Found) -> Vec<EntityRef<'s>> {
        let of = |entity: EntityRef<'s>| entity.referrers().filter(|link| link.property == "entity").map(|link| link.entity);
        self.entity(found.vessel.entity).into_iter().flat_map(of).filter(|one| one.schema_name() == "Sanction").collect()
    }

    /// The vessel, its sanctions and documents, its relations and who stands at their other end.
    fn entities(&self, out: &mut dyn Write, found: &Found) -> anyhow::Result<()> {
        let mut all = vec![found.vessel.entity];
        let party = self.entity(found.vessel.entity);
        all.extend(party.into_iter().flat_map(EntityRef::referrers).map(|link| link.entity.index()));
        for holder in found.vessel.holders.iter().flat_map(|holder| std::iter::once(holder).chain(&holder.above)) {
            all.extend(holder.entity.into_iter().chain(holder.statement));
        }
        all.extend(found.vessel.linked.iter().map(|(_, at)| *at));
        let mut written = Vec::new();
        for at in all {
            if !written.contains(&at) {
                written.push(at);
                let Some(entity) = self.entity(at) else { continue };
                write_jsonl(out, &entity_to_json(&entity.to_entity()))?;
            }
        }
        Ok(())
    }

    fn json(&self, answer: &Answer) -> Json {
        let found: Vec<Json> = answer.found.iter().map(|found| self.found_json(found)).collect();
        json!({
            "id": answer.id,
            "line": answer.line,
            "status": answer.status,
            "snapshot": self.snapshot.id(),
            "engine": env!("CARGO_PKG_VERSION"),
            "cautions": answer.cautions,
            "found": found,
            "error": answer.error,
        })
    }

    fn found_json(&self, found: &Found) -> Json {
        let vessel = &found.vessel;
        let party = self.entity(vessel.entity);
        let facts = |facts: &[Fact]| -> Vec<Json> {
            facts.iter().map(|fact| json!({"property": fact.property, "value": fact.value, "record": fact.record})).collect()
        };
        let by: Vec<Json> =
            found.by.iter().map(|by| json!({"property": by.property, "asked": by.asked, "listed": by.listed})).collect();
        let sanctions: Vec<Json> =
            self.sanctions(found).into_iter().map(|sanction| entity_to_json(&sanction.to_entity())).collect();
        let linked: Vec<Json> =
            vessel.linked.iter().map(|(role, at)| json!({"role": role, "entity": self.id(Some(*at))})).collect();
        let sisters: Vec<_> = vessel.sisters.iter().map(|at| self.id(Some(*at))).collect();
        let mut verdicts = found.verdicts.json(self.snapshot);
        json!({
            "id": party.map(EntityRef::id),
            "caption": party.map(EntityRef::caption),
            "schema": party.map(EntityRef::schema_name),
            "datasets": party.map(EntityRef::datasets),
            "found_by": by,
            "score": found.score.map(rounded),
            "listed": found.listed,
            "names": facts(&vessel.names),
            "numbers": facts(&vessel.numbers),
            "flags": facts(&vessel.flags),
            "past_flags": facts(&vessel.past_flags),
            "flag_notes": vessel.flag_notes,
            "particulars": facts(&vessel.particulars),
            "holders": vessel.holders.iter().map(|holder| self.holder_json(holder)).collect::<Vec<_>>(),
            "linked": linked,
            "same_holders": sisters,
            "sanctions": sanctions,
            "cautions": found.cautions,
            "date": verdicts["date"].take(),
            "verdicts": verdicts["verdicts"].take(),
        })
    }

    fn holder_json(&self, holder: &Holder) -> Json {
        json!({
            "id": self.id(holder.entity),
            "name": holder.name,
            "role": holder.role,
            "kind": holder.kind.map(interdict_model::RelationKind::code),
            "share": holder.share.map(|share| share.to_string()),
            "since": Some(&holder.since).filter(|text| !text.is_empty()),
            "until": Some(&holder.until).filter(|text| !text.is_empty()),
            "statement": self.id(holder.statement),
            "above": holder.above.iter().map(|above| self.holder_json(above)).collect::<Vec<_>>(),
        })
    }

    fn rows(&self, answer: &Answer) -> Vec<Vec<String>> {
        let line = answer.line.map(|line| line.to_string()).unwrap_or_default();
        let row = |middle: [String; 10], cautions: String| -> Vec<String> {
            [answer.id.clone(), line.clone(), answer.status.to_owned()]
                .into_iter()
                .chain(middle)
                .chain([cautions, self.snapshot.id().to_owned(), env!("CARGO_PKG_VERSION").to_owned()])
                .collect()
        };
        if answer.found.is_empty() {
            let notes: Vec<&str> = answer.cautions.iter().chain(&answer.error).map(String::as_str).collect();
            return vec![row(Default::default(), notes.join("; "))];
        }
        let values = |facts: &[Fact]| facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>().join("; ");
        answer
            .found
            .iter()
            .map(|found| {
                let vessel = &found.vessel;
                let party = self.entity(vessel.entity);
                let of = |text: fn(EntityRef<'s>) -> &'s str| party.map(text).unwrap_or_default().to_owned();
                let imo: Vec<&str> =
                    vessel.numbers.iter().filter(|fact| fact.property == "imoNumber").map(|fact| fact.value.as_str()).collect();
                let holders: Vec<&str> = vessel.holders.iter().map(|holder| holder.name.as_str()).collect();
                let verdicts: Vec<String> = found
                    .verdicts
                    .assessment
                    .verdicts
                    .iter()
                    .map(|one| format!("{}={}", one.regime.code(), one.outcome.code()))
                    .collect();
                let notes: Vec<&str> = answer.cautions.iter().chain(&found.cautions).map(String::as_str).collect();
                let middle = [
                    of(EntityRef::id),
                    of(EntityRef::schema_name),
                    of(EntityRef::caption),
                    found_by(found),
                    imo.join("; "),
                    values(&vessel.flags),
                    values(&vessel.past_flags),
                    holders.join("; "),
                    party.map(super::super::screen::programs).unwrap_or_default().join("; "),
                    verdicts.join(" "),
                ];
                row(middle, notes.join("; "))
            })
            .collect()
    }

    fn text(&self, out: &mut dyn Write, answer: &Answer) -> anyhow::Result<()> {
        let mut lines = vec![format!("{}  [{}]", answer.id, answer.status)];
        lines.extend(answer.error.iter().map(|error| format!("  error: {error}")));
        lines.extend(answer.cautions.iter().map(|caution| format!("  ! {caution}")));
        for found in &answer.found {
            self.found_lines(found, &mut lines);
        }
        lines.push(String::new());
        lines.iter().try_for_each(|line| writeln!(out, "{}", harmless(line)))?;
        Ok(())
    }

    fn found_lines(&self, found: &Found, lines: &mut Vec<String>) {
        let vessel = &found.vessel;
        let words = Words { snapshot: self.snapshot };
        let Some(party) = self.entity(vessel.entity) else { return };
        let source = words.source(vessel.entity);
        lines.push(format!(
            "  {}  {}, {} by {}  [{source}]",
            party.id(),
            party.caption(),
            party.schema_name(),
            found_by(found)
        ));
        lines.extend(found.cautions.iter().map(|caution| format!("    ! {caution}")));
        let record = |fact: &Fact| if fact.record.is_empty() { String::new() } else { format!("  [{}]", fact.record) };
        for fact in &vessel.names {
            lines.push(format!("    {:<14} {}{}", name_property_words(&fact.property), fact.value, record(fact)));
        }
        for fact in &vessel.numbers {
            lines.push(format!("    {:<14} {}{}", label(&fact.property), fact.value, record(fact)));
        }
        for (title, facts) in [("flag", &vessel.flags), ("former flag", &vessel.past_flags)] {
            for fact in facts {
                lines.push(format!("    {title:<14} {}{}", country_name(&fact.value), record(fact)));
            }
        }
        lines.extend(vessel.flag_notes.iter().map(|note| format!("    {:<14} {note}", "note")));
        for fact in &vessel.particulars {
            lines.push(format!("    {:<14} {}", label(&fact.property), fact.value));
        }
        for holder in &vessel.holders {
            lines.push(format!("    {:<14} {}", "held or run by", self.holder_line(holder)));
            lines.extend(holder.above.iter().map(|above| format!("    {:<14}   above it {}", "", self.holder_line(above))));
        }
        for (role, at) in &vessel.linked {
            lines.push(format!("    {:<14} {role} {}", "linked", words.party(*at)));
        }
        if !vessel.sisters.is_empty() {
            let names: Vec<String> = vessel.sisters.iter().take(SISTERS).map(|at| words.party(*at)).collect();
            let more = vessel.sisters.len().saturating_sub(SISTERS);
            let more = if more == 0 { String::new() } else { format!(", and {more} more") };
            lines.push(format!("    {:<14} {}{more}", "same holders", names.join(", ")));
        }
        for sanction in self.sanctions(found) {
            let texts = |property: &str| sanction.texts(property).collect::<Vec<_>>().join(", ");
            let date = ["startDate", "listingDate"].into_iter().map(texts).find(|text| !text.is_empty());
            let date = date.map(|date| format!(", since {date}")).unwrap_or_default();
            let source = words.source(sanction.index());
            lines.push(format!("    {:<14} {}{date}  [{source}]", "listed", texts("program")));
        }
        for verdict in &found.verdicts.assessment.verdicts {
            let finding = Some(Words::finding(verdict)).filter(|text| !text.is_empty());
            let finding = finding.map(|text| format!(": {text}")).unwrap_or_default();
            lines.push(format!("    {:<14} {}{finding}", verdict.regime.name(), Words::outcome(verdict)));
            lines.extend(words.lines(verdict).into_iter().map(|line| format!("    {:<14}   {line}", "")));
        }
    }

    fn holder_line(&self, holder: &Holder) -> String {
        let id = self.id(holder.entity).map(|id| format!(" ({id})")).unwrap_or_default();
        let share = holder.share.map(|share| format!(", {share}")).unwrap_or_default();
        let since = Some(&holder.since).filter(|text| !text.is_empty()).map(|text| format!(", since {text}"));
        let until = Some(&holder.until).filter(|text| !text.is_empty()).map(|text| format!(", until {text}"));
        let source = holder.statement.map(|at| Words { snapshot: self.snapshot }.source(at)).unwrap_or_default();
        let dates = since.unwrap_or_default() + &until.unwrap_or_default();
        format!("{}{id}: {}{share}{dates}  [{source}]", holder.name, holder.role)
    }
}

fn found_by(found: &Found) -> String {
    if found.by.is_empty() {
        return found.score.map_or_else(|| "id".to_owned(), |score| format!("name, score {score:.2}"));
    }
    found.by.iter().map(|by| format!("{} {}", label(&by.property), by.listed)).collect::<Vec<_>>().join(" and ")
}

/// The words for a property.
fn label(property: &str) -> &str {
    match property {
        "imoNumber" => "IMO number",
        "mmsi" => "MMSI",
        "callSign" => "call sign",
        "registrationNumber" => "registration",
        "serialNumber" => "serial number",
        "icaoCode" => "ICAO address",
        "crsNumber" => "CRS number",
        "pastTypes" => "former type",
        "buildDate" => "built",
        "grossRegisteredTonnage" => "gross tonnage",
        "deadweightTonnage" => "deadweight",
        "registrationPort" => "home port",
        "nameChangeDate" => "name changed",
        other => other,
    }
}
