//! `interdict customers`: rows of a file become customers under monitoring, and back come lists of them and what covers each.

use std::path::Path;

use interdict_casework::{By, Imported, Store};
use interdict_model::entity_to_json;
use serde_json::Value;

use super::super::screen::schema_named;
use super::{many, with, write_one, write_rows};
use crate::args::{CustomersArgs, CustomersCommand, Global};
use crate::failure::Outcome;
use crate::files::{input_file, keep_apart};
use crate::input::{Shape, each_row};
use crate::messages::Messages;
use crate::rejects::{Reject, Rejects};

/// Customers of one transaction.
const BATCH: usize = 1000;

/// Runs the command.
pub(in super::super) fn customers(global: &Global, args: &CustomersArgs, messages: Messages) -> anyhow::Result<Outcome> {
    match &args.command {
        CustomersCommand::Add { file, store, input_format, map, schema, rejects } => {
            let schema = schema.as_deref().map(schema_named).transpose()?;
            let inputs: Vec<(&str, &Path)> = input_file(file).map(|path| ("FILE", path)).into_iter().collect();
            keep_apart(&[("--rejects", rejects.as_deref())], &inputs)?;
            let shape = Shape { kind: *input_format, map, schema };
            let mut left_out = Rejects::open(rejects.as_deref(), messages)?;
            let name = file.display().to_string();
            let (mut entities, mut total): (Vec<Value>, u64) = (Vec::new(), 0);
            // The file is read before anything is written: what cannot be read at all changes nothing.
            each_row(file, &shape, messages, &mut |row| {
                total += 1;
                for warning in &row.warnings {
                    Messages::warning(&format!("{name}:{}: {warning}", row.line));
                }
                let problem = match row.entity {
                    Ok(_) if row.id == format!("line-{}", row.line) => {
                        ("id".to_owned(), "a customer needs an id of yours".to_owned())
                    }
                    Ok(entity) => {
                        let mut entity = entity_to_json(&entity);
                        entity["id"] = Value::String(row.id);
                        entities.push(entity);
                        return Ok(());
                    }
                    Err(problem) => (problem.field, problem.reason),
                };
                let (field, reason) = (&problem.0, &problem.1);
                left_out.add(&Reject { file: &name, line: row.line, record: &row.id, field, reason, text: &row.text })
            })?;
            let imported = with(global, store, async |store, by| put(store, by, &entities).await)?;
            left_out.finish("rows", total)?;
            let Imported { added, changed, unchanged, expired, .. } = &imported;
            write_one(global, &imported, || {
                vec![format!(
                    "{added} added, {changed} changed, {unchanged} as they were; {} ended with the facts that they were bound to",
                    many(expired.len() as u64, "whitelisting")
                )]
            })?;
            Ok(if entities.is_empty() && total > 0 { Outcome::NothingWorked } else { Outcome::Done })
        }
        CustomersCommand::Remove { id, store, reason } => {
            let customer = with(global, store, async |store, by| Ok(store.remove_customer(by, id, reason).await?))?;
            messages.note(&format!("{} is monitored no more", customer.id));
            Ok(Outcome::Done)
        }
        CustomersCommand::List { text, store, limit } => {
            let found = with(global, store, async |store, by| Ok(store.find_customers(by, text, "", *limit).await?))?;
            write_rows(global, &found, &["id", "schema", "name", "monitored", "changed"], &[], |one| {
                vec![
                    one.id.clone(),
                    one.schema.clone(),
                    one.caption.clone(),
                    if one.active { "yes" } else { "no" }.to_owned(),
                    one.updated_at.to_string(),
                ]
            })
        }
        CustomersCommand::Coverage { id, store } => {
            let covering = with(global, store, async |store, by| Ok(store.coverage_of(by, id).await?))?;
            if covering.is_empty() {
                Messages::warning(&format!(
                    "no complete screening covers {id} as it is now: it is not checked, which is not clean"
                ));
            }
            write_rows(global, &covering, &["screening", "of", "lists", "settings", "engine", "when"], &[], |one| {
                vec![
                    one.id.clone(),
                    one.scope.to_string(),
                    super::monitor::lists(&one.sources),
                    one.settings.clone(),
                    one.engine.clone(),
                    one.started_at.to_string(),
                ]
            })
        }
    }
}

async fn put(store: &Store, by: By<'_>, entities: &[Value]) -> anyhow::Result<Imported> {
    let mut all = Imported::default();
    for entities in entities.chunks(BATCH) {
        let Imported { added, changed, unchanged, expired, .. } = store.put_customers(by, entities).await?;
        all.added += added;
        all.changed += changed;
        all.unchanged += unchanged;
        all.expired.extend(expired);
    }
    Ok(all)
}
