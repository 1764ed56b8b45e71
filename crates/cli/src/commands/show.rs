//! `interdict show`: an entity with everything the snapshot has on it: names, properties, sanctions, documents, wallets, and relations
//! in words with their direction, each with the record it comes from.

use std::collections::HashSet;
use std::io::Write;

use interdict_model::{Entity, Origin, PropertyType, Schema, entity_to_json, name_property_words};
use interdict_names::script_of;
use interdict_snapshot::{EntityRef, Snapshot};
use serde_json::json;

use crate::args::{Format, Global, Show};
use crate::dataset;
use crate::failure::{Failure, Outcome};
use crate::files::Target;
use crate::messages::{Messages, harmless};
use crate::output;
use crate::table::write_csv;

/// Characters of properties that are read at a glance.
const GLANCE: usize = 140;
/// Ids to suggest for one that is not there.
const SUGGESTED: usize = 5;

/// An entity and those around it.
struct Neighbourhood<'s> {
    /// The parties, the one asked for first, each with its distance in relations.
    parties: Vec<(EntityRef<'s>, u8)>,
    /// Everything else: sanctions, documents, wallets, relations.
    attached: Vec<EntityRef<'s>>,
}

/// Runs the command.
pub(super) fn run(global: &Global, args: &Show, messages: Messages) -> anyhow::Result<Outcome> {
    let snapshot = dataset::open(global, messages)?;
    let Some(entity) = snapshot.entity(&args.id) else { return Err(unknown(&snapshot, &args.id).into()) };
    let around = neighbourhood(&snapshot, entity, args.depth);
    let mut out = Target::open(None)?;
    let related = || around.parties[1..].iter().map(|(party, _)| *party).chain(around.attached.iter().copied());
    match output::choose(global.format, None, Format::Table) {
        Format::Json => {
            let related: Vec<_> = related().map(|entity| entity_to_json(&entity.to_entity())).collect();
            output::write_json(&mut out, &json!({"entity": entity_to_json(&entity.to_entity()), "related": related}))?;
        }
        Format::Jsonl => {
            std::iter::once(entity)
                .chain(related())
                .try_for_each(|entity| output::write_jsonl(&mut out, &entity_to_json(&entity.to_entity())))?;
        }
        Format::Csv => {
            let header = ["id", "schema", "property", "value", "record", "source", "issue"];
            let rows = std::iter::once(entity).chain(related()).flat_map(property_rows);
            write_csv(&mut out, &header, rows)?;
        }
        Format::Table => write_text(&mut out, &snapshot, entity, &around)?,
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// The error for an id that no entity has, with the nearest ones.
pub(super) fn unknown(snapshot: &Snapshot, id: &str) -> Failure {
    let common = |other: &str| id.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let mut near: Vec<(usize, usize, &str)> =
        snapshot.entities().map(|entity| (common(entity.id()), entity.id().len().abs_diff(id.len()), entity.id())).collect();
    near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(b.2)));
    // An id that shares only its prefix (`ofac-`) with others is no slip of typing.
    let prefix = id.rfind('-').map_or(0, |at| id[..=at].chars().count());
    let near: Vec<&str> =
        near.into_iter().filter(|(common, ..)| *common > prefix.max(1)).map(|(.., id)| id).take(SUGGESTED).collect();
    let hint = if near.is_empty() {
        "`interdict screen NAME` finds the ids of a name".to_owned()
    } else {
        format!("the nearest ids are {}", near.join(", "))
    };
    Failure::new(format!("no entity `{id}` in snapshot {}", dataset::short(snapshot.id())), hint)
}

/// The entities at both ends of a relation, with the properties that hold them; `None` for what is no relation.
fn ends<'s>(snapshot: &'s Snapshot, link: EntityRef<'s>) -> Option<[(&'static str, Vec<EntityRef<'s>>); 2]> {
    let (source, target) = link.schema()?.edge()?;
    let parties = |property| link.texts(property).filter_map(|id| snapshot.entity(id)).collect();
    Some([(source, parties(source)), (target, parties(target))])
}

/// Follows relations from `entity` to `depth` steps. What belongs to a party comes with each party short of the last step.
fn neighbourhood<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>, depth: u8) -> Neighbourhood<'s> {
    let mut around = Neighbourhood { parties: vec![(entity, 0)], attached: Vec::new() };
    let mut seen = HashSet::from([entity.index()]);
    let mut at = 0;
    while let Some((party, distance)) = around.parties.get(at).copied() {
        at += 1;
        if distance == depth && depth > 0 {
            continue;
        }
        // What refers to the entity, what it refers to, and, when it is itself a relation, its two ends.
        let referrers = party.referrers().map(|link| link.entity);
        let own = referred(snapshot, party);
        for other in referrers.chain(own) {
            if let Some(ends) = ends(snapshot, other) {
                if depth == 0 || !seen.insert(other.index()) {
                    continue;
                }
                around.attached.push(other);
                for end in ends.into_iter().flat_map(|(_, parties)| parties) {
                    if seen.insert(end.index()) {
                        around.parties.push((end, distance + 1));
                    }
                }
            } else if seen.insert(other.index()) {
                around.attached.push(other);
            }
        }
    }
    around
}

/// Entities that an entity names in its own properties.
fn referred<'s>(snapshot: &'s Snapshot, entity: EntityRef<'s>) -> Vec<EntityRef<'s>> {
    let schema = entity.schema();
    let is_reference = |property: &str| schema.and_then(|schema| schema.property(property)) == Some(PropertyType::Entity);
    entity.properties().filter(|(property, ..)| is_reference(property)).filter_map(|(_, id, _)| snapshot.entity(id)).collect()
}

fn property_rows(entity: EntityRef<'_>) -> Vec<Vec<String>> {
    let origin = entity.origin();
    let row = |(property, value, record): (&str, &str, &str)| {
        let record = if record.is_empty() { origin.record.as_str() } else { record };
        [entity.id(), entity.schema_name(), property, value, record, &origin.source, &origin.issue].map(str::to_owned).to_vec()
    };
    entity.properties().map(row).collect()
}

/// Where something comes from, in brackets.
fn from(origin: &Origin, record: Option<&str>) -> String {
    let list = [origin.source.as_str(), origin.issue.as_str()]
        .iter()
        .filter(|text| !text.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    let record = record.filter(|record| !record.is_empty()).unwrap_or(&origin.record);
    let parts: Vec<&str> = [list.as_str(), record].into_iter().filter(|text| !text.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!("  [{}]", parts.join(", ")) }
}

/// A record within the entity's own source, in brackets; nothing when it is the entity's own.
fn from_record(record: Option<&str>) -> String {
    record.filter(|record| !record.is_empty()).map(|record| format!("  [{record}]")).unwrap_or_default()
}

fn write_text(
    out: &mut dyn Write,
    snapshot: &Snapshot,
    entity: EntityRef<'_>,
    around: &Neighbourhood<'_>,
) -> anyhow::Result<()> {
    let full = entity.to_entity();
    let origin = entity.origin();
    let line = |out: &mut dyn Write, text: &str| writeln!(out, "{}", harmless(text));
    line(out, &format!("{}  {} ({})", entity.id(), entity.caption(), entity.schema_name()))?;
    let datasets = entity.datasets().join(", ");
    line(out, &format!("  in {datasets}{}", from(&origin, None)))?;
    let own = referred(snapshot, entity);
    if let Some(ends) = ends(snapshot, entity) {
        line(out, &format!("  {}", relation(entity, &ends)))?;
    } else {
        // An entity that it names without a relation between them, such as the holder of a document.
        for other in &own {
            line(out, &format!("  belongs with {} ({})", other.caption(), other.id()))?;
        }
    }
    let is_name = |property: &str| full.property_type(property) == Some(PropertyType::Name);
    let is_reference = |property: &str| full.property_type(property) == Some(PropertyType::Entity);

    if full.properties().any(|(property, _)| is_name(property)) {
        writeln!(out, "\nNames")?;
        for (property, value) in full.values_of(PropertyType::Name) {
            line(out, &format!("  {}", name_line(&full, property, &value.text, value.record.as_deref())))?;
        }
    }
    if full.properties().any(|(property, _)| !is_name(property) && !is_reference(property)) {
        writeln!(out, "\nProperties")?;
        for (property, values) in full.properties().filter(|(property, _)| !is_name(property) && !is_reference(property)) {
            for value in values {
                line(out, &format!("  {property:<20} {}{}", value.text, from_record(value.record.as_deref())))?;
            }
        }
    }
    for group in Group::ALL {
        let members: Vec<EntityRef<'_>> =
            around.attached.iter().copied().filter(|other| Group::of(*other) == Some(group)).collect();
        if members.is_empty() {
            continue;
        }
        writeln!(out, "\n{}", group.title())?;
        for member in members {
            match ends(snapshot, member) {
                Some(ends) => line(out, &entry(&relation(member, &ends), member))?,
                None => attached(member, entity).iter().try_for_each(|text| line(out, text))?,
            }
        }
    }
    let is_own = |other: &EntityRef<'_>| own.iter().any(|own| own.index() == other.index());
    let others = around.attached.iter().copied().filter(|other| Group::of(*other).is_none() && !is_own(other));
    let others: Vec<EntityRef<'_>> = others.collect();
    if !others.is_empty() {
        writeln!(out, "\nOthers that refer to it")?;
        for other in others {
            line(out, &entry(&format!("{}: {}", other.schema_name(), other.caption()), other))?;
        }
    }
    Ok(())
}

/// What is shown together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Sanctions,
    Documents,
    Holdings,
    Relations,
}

impl Group {
    const ALL: [Self; 4] = [Self::Sanctions, Self::Documents, Self::Holdings, Self::Relations];

    fn title(self) -> &'static str {
        match self {
            Self::Sanctions => "Sanctions",
            Self::Documents => "Documents",
            Self::Holdings => "Wallets and accounts",
            Self::Relations => "Relations",
        }
    }

    /// The group of an entity; `None` for parties, addresses and the like.
    fn of(entity: EntityRef<'_>) -> Option<Self> {
        let schema = entity.schema()?;
        if schema.edge().is_some() {
            Some(Self::Relations)
        } else if schema.is_a(Schema::Sanction) {
            Some(Self::Sanctions)
        } else if schema.is_a(Schema::Identification) {
            Some(Self::Documents)
        } else if schema.is_a(Schema::CryptoWallet) || schema.is_a(Schema::BankAccount) {
            Some(Self::Holdings)
        } else {
            None
        }
    }
}

fn name_line(entity: &Entity, property: &str, text: &str, record: Option<&str>) -> String {
    let detail = entity.names.iter().find(|detail| detail.text == text);
    let kind = name_property_words(property);
    let script = detail.map(|detail| detail.script.clone()).filter(|script| !script.is_empty());
    let script = script.unwrap_or_else(|| format!("{:?}", script_of(text)));
    let record = record.or_else(|| detail.map(|detail| detail.record.as_str()));
    format!("{kind:<20} {text}  ({script}){}", from_record(record))
}

/// A line on an entity: the text, its id, and where it comes from.
fn entry(text: &str, entity: EntityRef<'_>) -> String {
    format!("  {text}  ({}){}", entity.id(), from(&entity.origin(), None))
}

/// A sanction, document or wallet: in one line when that can be read at a glance, else a line a property. It says whose it is, where
/// that is not the entity shown.
fn attached(member: EntityRef<'_>, entity: EntityRef<'_>) -> Vec<String> {
    let schema = member.schema();
    let is_reference = |property: &str| schema.and_then(|schema| schema.property(property)) == Some(PropertyType::Entity);
    let holders = member.properties().filter(|(property, value, _)| is_reference(property) && *value != entity.id());
    let holders: String = holders.map(|(_, holder, _)| format!(" of {holder}")).collect::<Vec<_>>().concat();
    let head = format!("{}{holders}", member.schema_name());
    let properties: Vec<(&str, &str)> = member
        .properties()
        .filter(|(property, ..)| !is_reference(property) && *property != "sourceUrl")
        .map(|(property, value, _)| (property, value))
        .collect();
    let joined = properties.iter().map(|(property, value)| format!("{property} {value}")).collect::<Vec<_>>().join(", ");
    if joined.chars().count() <= GLANCE {
        let text = if joined.is_empty() { head } else { format!("{head}: {joined}") };
        return vec![entry(&text, member)];
    }
    let lines = properties.iter().map(|(property, value)| format!("    {property:<18} {value}"));
    std::iter::once(entry(&head, member)).chain(lines).collect()
}

/// A relation in words: `Representation: agent A (id) → client B (id); role ...`.
fn relation(link: EntityRef<'_>, ends: &[(&'static str, Vec<EntityRef<'_>>); 2]) -> String {
    let end = |(property, parties): &(&'static str, Vec<EntityRef<'_>>)| {
        let named: Vec<String> = parties.iter().map(|party| format!("{} ({})", party.caption(), party.id())).collect();
        // An end that the snapshot does not hold is still what the list says.
        let named = if named.is_empty() {
            link.texts(property).map(|id| format!("{id} (not in the snapshot)")).collect()
        } else {
            named
        };
        format!("{property} {}", named.join(" and "))
    };
    let of_ends = |property: &str| property == ends[0].0 || property == ends[1].0;
    let others = link.properties().filter(|(property, ..)| !of_ends(property) && *property != "sourceUrl");
    let others: Vec<String> = others.map(|(property, value, _)| format!("; {property} {value}")).collect();
    format!("{}: {} → {}{}", link.schema_name(), end(&ends[0]), end(&ends[1]), others.concat())
}
