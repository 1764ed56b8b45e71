//! Customers and people under monitoring: entities in the FollowTheMoney shape go in; what they state is kept under its digest, so that every
//! later finding can name the very facts that it was made of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::actors::Action;
use crate::canonical;
use crate::database::{Cell, Tx};
use crate::error::{Error, invalid, not_found, plain, text};
use crate::record::{Record, record};
use crate::store::{By, Store, Writing, find, select};
use crate::whitelist::expire_of_customer;

/// Customers of one transaction, at most.
pub const BATCH: usize = 5000;
/// The longest JSON of one customer, in bytes.
const LONGEST: usize = 1 << 20;

record! {
    /// Somebody under monitoring.
    Customer in "customer" by (id) {
        /// The id that the business has for them.
        id: String,
        /// Schema of FollowTheMoney.
        schema: String,
        /// A name, to show.
        caption: String,
        /// Digest of what is stated of them.
        facts_hash: String,
        /// Whether they are monitored.
        active: bool,
        /// The row of the audit with which their facts last changed.
        changed_seq: i64,
        /// When they were added.
        #[serde(with = "crate::record::time")]
        created_at: Timestamp,
        /// When they were last changed.
        #[serde(with = "crate::record::time")]
        updated_at: Timestamp,
    }
}

/// What became of customers that were put in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// New ones.
    pub added: u64,
    /// Whose facts or caption changed, or who were taken up again.
    pub changed: u64,
    /// As they were before.
    pub unchanged: u64,
    /// Whitelistings that ended because facts changed.
    pub expired: Vec<String>,
}

/// The id of an entity.
pub(crate) fn id_of(entity: &Value, field: &'static str) -> Result<String, Error> {
    text(field, entity.get("id").and_then(Value::as_str).unwrap_or_default(), 500)
}

pub(crate) fn caption_of(entity: &Value, id: &str) -> String {
    let caption = entity.get("caption").and_then(Value::as_str);
    let name = || entity.pointer("/properties/name/0").and_then(Value::as_str);
    let caption = caption.or_else(name).unwrap_or(id);
    caption.chars().filter(|letter| !letter.is_control()).take(300).collect()
}

impl Store {
    /// Adds customers, or changes them: `{"id", "schema", "properties": {name: [values]}, "caption"?}`. All of them or none; at most [`BATCH`].
    pub async fn put_customers(&self, by: By<'_>, entities: &[Value]) -> Result<Imported, Error> {
        if entities.len() > BATCH {
            return Err(invalid("customers", format!("{} at once; at most {BATCH} are taken", entities.len())));
        }
        let mut writing = self.write(by, Action::ChangeCustomers).await?;
        let mut imported = Imported::default();
        let mut first = String::new();
        let ids = entities.iter().filter_map(|entity| id_of(entity, "id").ok());
        let mut known = by_ids(&mut writing.tx, ids).await?;
        let mut bodies = Vec::with_capacity(entities.len());
        let mut saving = BTreeMap::new();
        for entity in entities {
            let id = id_of(entity, "id")?;
            let size = entity.to_string().len();
            if size > LONGEST {
                return Err(invalid("customer", format!("`{id}` is {size} bytes of JSON; at most {LONGEST} are taken")));
            }
            let schema = text("schema", entity.get("schema").and_then(Value::as_str).unwrap_or_default(), 100)
                .map_err(|error| invalid("schema", format!("of customer `{id}`: {error}")))?;
            if !entity.get("properties").is_some_and(Value::is_object) {
                return Err(invalid("properties", format!("customer `{id}` has none")));
            }
            let caption = caption_of(entity, &id);
            let body = canonical::facts(entity);
            let facts_hash = canonical::sha256(body.as_bytes());
            let before = known.get(&id).cloned();
            let mut customer = Customer {
                id,
                schema,
                caption,
                facts_hash,
                active: true,
                changed_seq: writing.next_seq(),
                created_at: by.now,
                updated_at: by.now,
            };
            let is_known = before.is_some();
            match before {
                None => imported.added += 1,
                Some(before) => {
                    customer.created_at = before.created_at;
                    if before.active && before.facts_hash == customer.facts_hash {
                        if before.caption == customer.caption {
                            imported.unchanged += 1;
                            continue;
                        }
                        customer.changed_seq = before.changed_seq;
                    }
                    imported.changed += 1;
                }
            }
            if first.is_empty() {
                first.clone_from(&customer.id);
            }
            if is_known {
                expire_of_customer(&mut writing, &customer.id, Some(&customer.facts_hash), &mut imported.expired).await?;
            }
            bodies.push((customer.facts_hash.clone(), body));
            // Of one that comes twice, the last counts.
            known.insert(customer.id.clone(), customer.clone());
            saving.insert(customer.id.clone(), customer);
        }
        writing.keep_facts(&bodies).await?;
        writing.save_all(&saving.into_values().collect::<Vec<_>>()).await?;
        if imported.added + imported.changed == 0 {
            return Ok(imported);
        }
        let subject = if imported.added + imported.changed == 1 { first.as_str() } else { "customers" };
        let payload = json!({"added": imported.added, "changed": imported.changed, "unchanged": imported.unchanged, "whitelistings_expired": imported.expired});
        writing.entry("customers.put", subject, &payload).await?;
        writing.commit().await?;
        Ok(imported)
    }

    /// Takes a customer out of monitoring. What was found and decided stays; whitelistings end.
    pub async fn remove_customer(&self, by: By<'_>, id: &str, reason: &str) -> Result<Customer, Error> {
        let reason = text("reason", reason, 4000)?;
        let mut writing = self.write(by, Action::ChangeCustomers).await?;
        let mut customer: Customer = writing.get("customer", id).await?;
        if !customer.active {
            return Err(Error::Conflict(format!("customer `{id}` is not monitored")));
        }
        customer.active = false;
        customer.changed_seq = writing.next_seq();
        customer.updated_at = by.now;
        writing.save(&customer).await?;
        let mut expired = Vec::new();
        expire_of_customer(&mut writing, id, None, &mut expired).await?;
        writing.entry("customer.removed", id, &json!({"reason": reason, "whitelistings_expired": expired})).await?;
        writing.commit().await?;
        Ok(customer)
    }

    /// A customer with what is stated of them; that it was seen is recorded.
    pub async fn see_customer(&self, by: By<'_>, id: &str) -> Result<(Customer, Value), Error> {
        let mut writing = self.write(by, Action::Read).await?;
        let customer: Customer = writing.get("customer", id).await?;
        let entity = entity_of(&mut writing, &customer).await?;
        writing.entry("customer.seen", id, &json!({"facts": customer.facts_hash})).await?;
        writing.commit().await?;
        Ok((customer, entity))
    }

    /// The monitored customers after an id, in order of ids, as entities with their row: for screening all of them page by page.
    pub async fn customers_after(&self, by: By<'_>, after: &str, limit: usize) -> Result<Vec<(Customer, Value)>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let columns = Customer::TABLE.columns.iter().map(|column| format!("c.{column}")).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {columns}, f.body FROM customer c JOIN facts f ON f.hash = c.facts_hash \
             WHERE c.id > $1 AND c.active = 1 ORDER BY c.id LIMIT $2"
        );
        let limit = i64::try_from(limit.min(BATCH * 10)).unwrap_or(0);
        let rows = tx.rows(sqlx::AssertSqlSafe(sql), &[after.into(), limit.into()]).await?;
        rows.into_iter()
            .map(|mut row| {
                let body = row.pop().unwrap_or(Cell::Null).text()?;
                let customer = Customer::read(row)?;
                let entity = with_head(&customer, &body)?;
                Ok((customer, entity))
            })
            .collect()
    }

    /// Those of some customers who are monitored, as entities with their row, in order of ids; not recorded, for programs.
    pub async fn customers_of(&self, by: By<'_>, ids: &[&str]) -> Result<Vec<(Customer, Value)>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let known = by_ids(&mut tx, ids.iter().map(|id| (*id).to_owned())).await?;
        let mut all = Vec::with_capacity(known.len());
        for customer in known.into_values().filter(|customer| customer.active) {
            let row = tx.row("SELECT body FROM facts WHERE hash = $1", &[(&customer.facts_hash).into()]).await?;
            let body =
                row.and_then(|row| row.into_iter().next()).ok_or_else(|| Error::Damaged("facts of a customer".to_owned()))?;
            let entity = with_head(&customer, &body.text()?)?;
            all.push((customer, entity));
        }
        Ok(all)
    }

    /// Customers whose id or caption has a text in it, in order of ids; that they were listed is recorded.
    pub async fn find_customers(&self, by: By<'_>, text: &str, after: &str, limit: usize) -> Result<Vec<Customer>, Error> {
        let wanted = plain("text", text, 300)?;
        let mut writing = self.write(by, Action::Read).await?;
        let escaped = wanted.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let cells = [after.into(), format!("%{escaped}%").into(), i64::try_from(limit.min(1000)).unwrap_or(0).into()];
        let rest =
            "WHERE id > $1 AND (LOWER(id) LIKE $2 ESCAPE '\\' OR LOWER(caption) LIKE $2 ESCAPE '\\') ORDER BY id LIMIT $3";
        let found: Vec<Customer> = select(&mut writing.tx, rest, &cells).await?;
        writing.entry("customers.listed", "customers", &json!({"text": wanted, "found": found.len()})).await?;
        writing.commit().await?;
        Ok(found)
    }

    /// How many customers are monitored, and the row of the audit up to which that holds: the watermark of a screening.
    pub async fn count_customers(&self) -> Result<(i64, i64), Error> {
        let mut tx = self.db.read().await?;
        let watermark = tx.count("SELECT seq FROM chain WHERE id = 1", &[]).await?;
        Ok((tx.count("SELECT COUNT(*) FROM customer WHERE active = 1", &[]).await?, watermark))
    }

    /// What was stated of a party when something was found: the body behind a digest of facts.
    pub async fn facts(&self, by: By<'_>, hash: &str) -> Result<Value, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let row = tx.row("SELECT body FROM facts WHERE hash = $1", &[hash.into()]).await?;
        let body = row.and_then(|row| row.into_iter().next()).ok_or_else(|| not_found("facts", hash))?.text()?;
        serde_json::from_str(&body).map_err(|error| Error::Damaged(error.to_string()))
    }

    /// A customer's row; not recorded, for programs.
    pub async fn customer(&self, by: By<'_>, id: &str) -> Result<Customer, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        find(&mut tx, id).await?.ok_or_else(|| not_found("customer", id))
    }
}

/// The customers that are there of some ids.
pub(crate) async fn by_ids(tx: &mut Tx, ids: impl Iterator<Item = String>) -> Result<BTreeMap<String, Customer>, Error> {
    let cells: Vec<Cell> = ids.map(Cell::Text).collect();
    let mut found = BTreeMap::new();
    for cells in cells.chunks(500) {
        let places = (1..=cells.len()).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        for customer in select::<Customer>(tx, &format!("WHERE id IN ({places})"), cells).await? {
            found.insert(customer.id.clone(), customer);
        }
    }
    Ok(found)
}

fn with_head(customer: &Customer, body: &str) -> Result<Value, Error> {
    let facts: Value = serde_json::from_str(body).map_err(|error| Error::Damaged(error.to_string()))?;
    Ok(json!({
        "id": customer.id, "schema": customer.schema, "caption": customer.caption,
        "properties": facts.get("properties").cloned().unwrap_or_default(),
    }))
}

async fn entity_of(writing: &mut Writing, customer: &Customer) -> Result<Value, Error> {
    let row = writing.tx.row("SELECT body FROM facts WHERE hash = $1", &[(&customer.facts_hash).into()]).await?;
    let body = row.and_then(|row| row.into_iter().next()).ok_or_else(|| Error::Damaged("facts of a customer".to_owned()))?;
    with_head(customer, &body.text()?)
}
