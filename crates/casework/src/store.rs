//! The store: opening it, writing to it in transactions that leave their row in the audit, reading from it, and checking all of it against
//! the audit. Who asks and what time it is come in as arguments.

use std::fs::File;
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::actors::{Action, Actor};
use crate::audit::export::Walk;
use crate::audit::{Checkpoint, Entry, Report, VerifyingKey, page};
use crate::canonical::{canonical, sha256};
use crate::cases::{Alert, Attachment, Finding, Link, Note};
use crate::customers::Customer;
use crate::database::{Cell, Cells, Db, Location, Tx, lock};
use crate::decisions::Proposal;
use crate::error::{Error, not_found};
use crate::kept::Kept;
use crate::migrate;
use crate::record::{Record, Table};
use crate::releases::Release;
use crate::screenings::{Covered, Screening};
use crate::whitelist::Whitelisting;

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Id of the actor.
    pub actor: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl<'a> By<'a> {
    /// An actor at a time.
    #[must_use]
    pub const fn new(actor: &'a str, now: Timestamp) -> Self {
        Self { actor, now }
    }
}

/// The tables of state, in an order in which each refers to those before it only.
pub(crate) const STATE: [Table; 13] = [
    Actor::TABLE,
    Customer::TABLE,
    Screening::TABLE,
    Covered::TABLE,
    Alert::TABLE,
    Finding::TABLE,
    Proposal::TABLE,
    Note::TABLE,
    Attachment::TABLE,
    Link::TABLE,
    Whitelisting::TABLE,
    Kept::TABLE,
    Release::TABLE,
];

/// What was stated of parties.
pub(crate) const FACTS: Table = Table { name: "facts", key: &["hash"], columns: &["hash", "body"] };
/// Rows that one statement writes.
const ROWS: usize = 100;

/// Customers, alerts, decisions and their proof, in a database.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) location: Location,
    writer: Arc<Mutex<()>>,
    /// The lock of this process; none when it reads only, or on PostgreSQL, whose chain is a lock by itself.
    lock: Option<Arc<File>>,
    read_only: bool,
}

impl Store {
    /// Opens a store for writing; makes it, or brings its schema up to date. On SQLite no other process may have it open for writing.
    pub async fn open(location: &Location, now: Timestamp) -> Result<Self, Error> {
        let held = match location {
            Location::Sqlite(path) => Some(Arc::new(lock(path)?)),
            Location::Postgres { .. } => None,
        };
        let db = Db::open(location, false).await?;
        let before = migrate::migrate(&db, now).await?;
        let store = Self { db, location: location.clone(), writer: Arc::new(Mutex::new(())), lock: held, read_only: false };
        if before < migrate::NEWEST {
            let mut writing = Writing::without_actor(&store, "interdict", now).await?;
            let action = if before == 0 { "store.made" } else { "store.migrated" };
            let payload = json!({"schema": migrate::NEWEST, "schema_before": before, "engine": env!("CARGO_PKG_VERSION")});
            writing.entry(action, "store", &payload).await?;
            writing.commit().await?;
        }
        Ok(store)
    }

    /// Opens a store that is there for reading only, also while another process writes.
    pub async fn open_read_only(location: &Location) -> Result<Self, Error> {
        let db = Db::open(location, true).await?;
        migrate::check(&db).await?;
        Ok(Self { db, location: location.clone(), writer: Arc::new(Mutex::new(())), lock: None, read_only: true })
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// Whether this process may write to it.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Asks the database for one row: for readiness.
    pub async fn ping(&self) -> Result<(), Error> {
        self.db.read().await?.count("SELECT COUNT(*) FROM chain", &[]).await.map(|_| ())
    }

    /// Ends all connections. What was acknowledged is stored whether this is called or not.
    pub async fn close(self) {
        self.db.close().await;
        drop(self.lock);
    }

    /// Waits for its turn to write what is not under proof.
    pub(crate) async fn turn(&self) -> Result<OwnedMutexGuard<()>, Error> {
        if self.read_only {
            return Err(Error::ReadOnly);
        }
        Ok(Arc::clone(&self.writer).lock_owned().await)
    }

    /// Begins to write, if the actor may.
    pub(crate) async fn write(&self, by: By<'_>, action: Action) -> Result<Writing, Error> {
        let mut writing = Writing::without_actor(self, by.actor, by.now).await?;
        allowed(&mut writing.tx, by.actor, action).await?;
        Ok(writing)
    }

    /// Begins to read, if the actor may.
    pub(crate) async fn reading(&self, by: By<'_>, action: Action) -> Result<Tx, Error> {
        let mut tx = self.db.read().await?;
        allowed(&mut tx, by.actor, action).await?;
        Ok(tx)
    }

    pub(crate) async fn find<R: Record>(&self, id: &str) -> Result<Option<R>, Error> {
        find(&mut self.db.read().await?, id).await
    }

    /// Compares the whole store with its audit: the chain itself, and every row of state with what the audit last said of it. Any edit of the
    /// database that was not made by this crate is found, unless the audit was made again as well; that is found by the signatures.
    pub async fn verify(&self, key: Option<&VerifyingKey>, known: &[Checkpoint]) -> Result<Report, Error> {
        let mut tx = self.db.read().await?;
        let mut walk = Walk::new(key, known);
        let mut expected: FxHashMap<[u8; 16], Expected> = FxHashMap::default();
        let mut after = i64::MIN;
        loop {
            let entries = page(&mut tx, after, i64::MAX).await?;
            let Some(end) = entries.last() else { break };
            after = end.seq;
            for entry in &entries {
                walk.step(entry);
                note_changes(entry, &mut expected, &mut walk.report);
            }
        }
        let mut report = walk.end();
        let head = tx.row("SELECT seq, hash FROM chain WHERE id = 1", &[]).await?;
        if head != Some(vec![Cell::Int(report.last), Cell::Text(report.hash.clone())]) {
            report.trouble("chain", "does not name the last row of the audit: rows were cut off or added");
        }
        for table in &STATE {
            let mut key: Vec<Cell> = table.key.iter().map(|_| Cell::from("")).collect();
            loop {
                let rows = tx.rows(sqlx::AssertSqlSafe(table.page(1000)), &key).await?;
                let Some(end) = rows.last() else { break };
                key = table.key.iter().map(|name| end[table.column(name)].clone()).collect();
                for row in &rows {
                    report.compared += 1;
                    let name = table.key_of(row);
                    let place = || format!("{} {}", table.name, name.replace('\u{1f}', " "));
                    match expected.get_mut(&short(table.name, &name)) {
                        None => report.trouble(place(), "is in no row of the audit: it was added from outside"),
                        Some(expected) => {
                            expected.met = true;
                            if table.digest(row) != expected.digest {
                                let what =
                                    format!("is not as row {} of the audit left it: it was changed from outside", expected.seq);
                                report.trouble(place(), what);
                            }
                        }
                    }
                }
            }
        }
        for missing in expected.values().filter(|expected| !expected.met) {
            report
                .trouble(format!("row {}", missing.seq), "left a row of state that is not there: it was deleted from outside");
        }
        self.verify_contents(&mut tx, &mut report).await?;
        Ok(report)
    }

    /// What is stored under its own digest, and what no honest store has.
    async fn verify_contents(&self, tx: &mut Tx, report: &mut Report) -> Result<(), Error> {
        for (table, name, sql) in [
            ("facts", "hash", "SELECT hash, body FROM facts WHERE hash > $1 ORDER BY hash LIMIT 200"),
            ("blob", "sha256", "SELECT sha256, body FROM blob WHERE sha256 > $1 ORDER BY sha256 LIMIT 8"),
        ] {
            let mut after = Cell::from("");
            loop {
                let rows = tx.rows(sql, &[after.clone()]).await?;
                let Some(end) = rows.last() else { break };
                after = end[0].clone();
                for row in rows {
                    report.compared += 1;
                    let mut cells = row.into_iter();
                    let (hash, body) = (cells.next().unwrap_or(Cell::Null).text()?, cells.next().unwrap_or(Cell::Null));
                    let digest = match &body {
                        Cell::Text(text) => sha256(text.as_bytes()),
                        Cell::Bytes(bytes) => sha256(bytes),
                        _ => String::new(),
                    };
                    if digest != hash {
                        report.trouble(format!("{table} {hash}"), format!("was changed: its {name} is another"));
                    }
                }
            }
        }
        for (what, sql) in [
            (
                "facts that a customer has are not there",
                "SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM facts f WHERE f.hash = c.facts_hash)",
            ),
            (
                "facts that a finding is about are not there",
                "SELECT id FROM finding d WHERE NOT EXISTS (SELECT 1 FROM facts f WHERE f.hash = d.customer_hash) OR NOT EXISTS (SELECT 1 FROM facts f WHERE f.hash = d.entity_hash)",
            ),
            (
                "what is attached is not there",
                "SELECT id FROM attachment a WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha256 = a.sha256)",
            ),
            (
                "was decided by the one who proposed it",
                "SELECT id FROM proposal WHERE outcome IN ('approved', 'rejected') AND (reviewer IS NULL OR reviewer = proposer)",
            ),
            (
                "is closed without an approved decision",
                "SELECT id FROM alert a WHERE state = 'closed' AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.id = a.decision AND p.alert = a.id AND p.outcome = 'approved')",
            ),
            (
                "is proposed without a proposal",
                "SELECT id FROM alert a WHERE state = 'proposed' AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.alert = a.id AND p.outcome = 'pending')",
            ),
            (
                "waits for a decision on an alert that is not proposed",
                "SELECT id FROM proposal p WHERE outcome = 'pending' AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.id = p.alert AND a.state = 'proposed')",
            ),
        ] {
            for row in tx.rows(sql, &[]).await? {
                let id = row.into_iter().next().unwrap_or(Cell::Null).text()?;
                report.trouble(id, what);
            }
        }
        Ok(())
    }
}

/// What the audit last said of a row of state.
struct Expected {
    seq: i64,
    digest: String,
    met: bool,
}

fn short(table: &str, key: &str) -> [u8; 16] {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(format!("{table}\u{1f}{key}").as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    short
}

fn note_changes(entry: &Entry, expected: &mut FxHashMap<[u8; 16], Expected>, report: &mut Report) {
    let Ok(changes) = serde_json::from_str::<Vec<[String; 3]>>(&entry.changes) else {
        report.trouble(format!("row {}", entry.seq), "its changes cannot be read");
        return;
    };
    for [table, key, digest] in changes {
        expected.insert(short(&table, &key), Expected { seq: entry.seq, digest, met: false });
    }
}

/// The actor, if it may do that.
pub(crate) async fn allowed(tx: &mut Tx, actor: &str, action: Action) -> Result<Actor, Error> {
    let found: Option<Actor> = find(tx, actor).await?;
    let found = found.filter(|actor| actor.active).ok_or_else(|| Error::UnknownActor(actor.to_owned()))?;
    if !found.roles.permit(action) {
        return Err(Error::Forbidden { actor: actor.to_owned(), action: action.word() });
    }
    Ok(found)
}

/// A row by the first column of its key.
pub(crate) async fn find<R: Record>(tx: &mut Tx, id: &str) -> Result<Option<R>, Error> {
    select(tx, "WHERE id = $1", &[id.into()]).await.map(|rows| rows.into_iter().next())
}

/// Rows of a table.
pub(crate) async fn select<R: Record>(tx: &mut Tx, rest: &str, cells: &[Cell]) -> Result<Vec<R>, Error> {
    let rows = tx.rows(sqlx::AssertSqlSafe(R::TABLE.select(rest)), cells).await?;
    rows.into_iter().map(R::read).collect()
}

/// A transaction that writes. What is saved in it is named in the next entry of the audit; it cannot be committed with something saved and
/// not named. Dropped, it has changed nothing.
pub(crate) struct Writing {
    pub(crate) tx: Tx,
    pub(crate) now: Timestamp,
    actor: String,
    seq: i64,
    hash: String,
    changes: Vec<[String; 3]>,
    /// Prefixes of the ids that were given since the last entry.
    ids: Vec<&'static str>,
    _turn: OwnedMutexGuard<()>,
}

impl Writing {
    /// Begins without asking what the actor may do: for the store itself and its first actor.
    pub(crate) async fn without_actor(store: &Store, actor: &str, now: Timestamp) -> Result<Self, Error> {
        if store.read_only {
            return Err(Error::ReadOnly);
        }
        let turn = Arc::clone(&store.writer).lock_owned().await;
        let mut tx = store.db.write().await?;
        // The row of the chain is the lock of all writers: what is read after this is the newest, and stays so until the end.
        let head = tx.row("UPDATE chain SET writes = writes + 1 WHERE id = 1 RETURNING seq, hash", &[]).await?;
        let mut head = head.ok_or_else(|| Error::Damaged("the chain has no head".to_owned()))?.into_iter();
        let seq = head.next().unwrap_or(Cell::Null).int()?;
        let hash = head.next().unwrap_or(Cell::Null).text()?;
        Ok(Self { tx, now, actor: actor.to_owned(), seq, hash, changes: Vec::new(), ids: Vec::new(), _turn: turn })
    }

    /// The last row of the audit, with what this transaction added.
    pub(crate) fn head(&self) -> (i64, &str) {
        (self.seq, &self.hash)
    }

    /// The number that the next entry will have.
    pub(crate) fn next_seq(&self) -> i64 {
        self.seq + 1
    }

    /// An id that nothing else has: the number of the entry that will name it, and a count within it.
    pub(crate) fn id(&mut self, prefix: &'static str) -> String {
        self.ids.push(prefix);
        let number = self.seq + 1;
        match self.ids.iter().filter(|given| **given == prefix).count() {
            1 => format!("{prefix}-{number}"),
            count => format!("{prefix}-{number}-{count}"),
        }
    }

    pub(crate) async fn save<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        self.save_all(std::slice::from_ref(record)).await
    }

    /// Saves rows, many with each statement; no two of them may have one key.
    pub(crate) async fn save_all<R: Record>(&mut self, records: &[R]) -> Result<(), Error> {
        for records in records.chunks(ROWS) {
            let rows: Vec<Cells> = records.iter().map(Record::cells).collect();
            for cells in &rows {
                self.changes.push([R::TABLE.name.to_owned(), R::TABLE.key_of(cells), R::TABLE.digest(cells)]);
            }
            self.tx.execute(sqlx::AssertSqlSafe(R::TABLE.upsert(rows.len())), &rows.concat()).await?;
        }
        Ok(())
    }

    /// Keeps facts under their digest; gives it.
    pub(crate) async fn facts(&mut self, entity: &Value) -> Result<String, Error> {
        let body = crate::canonical::facts(entity);
        let hash = sha256(body.as_bytes());
        self.keep_facts(&[(hash.clone(), body)]).await?;
        Ok(hash)
    }

    /// Keeps bodies of facts, each under its digest.
    pub(crate) async fn keep_facts(&mut self, facts: &[(String, String)]) -> Result<(), Error> {
        for facts in facts.chunks(ROWS) {
            let cells: Cells = facts.iter().flat_map(|(hash, body)| [hash.into(), body.into()]).collect();
            self.tx.execute(sqlx::AssertSqlSafe(FACTS.insert_missing(facts.len())), &cells).await?;
        }
        Ok(())
    }

    pub(crate) async fn find<R: Record>(&mut self, id: &str) -> Result<Option<R>, Error> {
        find(&mut self.tx, id).await
    }

    pub(crate) async fn get<R: Record>(&mut self, what: &'static str, id: &str) -> Result<R, Error> {
        self.find(id).await?.ok_or_else(|| not_found(what, id))
    }

    /// A row of the audit, about all that was saved since the last.
    pub(crate) async fn entry(&mut self, action: &str, subject: &str, payload: &Value) -> Result<(), Error> {
        let changes = json!(std::mem::take(&mut self.changes));
        let mut entry = Entry {
            seq: self.seq + 1,
            at: self.now.as_microsecond(),
            actor: self.actor.clone(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            payload: canonical(payload),
            changes: canonical(&changes),
            prev: self.hash.clone(),
            hash: String::new(),
        };
        entry.hash = entry.digest();
        let sql = "INSERT INTO audit (seq, at, actor, action, subject, payload, changes, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.tx.execute(sql, &entry.cells()).await?;
        self.seq = entry.seq;
        self.hash = entry.hash;
        self.ids.clear();
        Ok(())
    }

    pub(crate) async fn commit(mut self) -> Result<(), Error> {
        if !self.changes.is_empty() {
            return Err(Error::Damaged("a change without a row in the audit".to_owned()));
        }
        self.tx
            .execute("UPDATE chain SET seq = $1, hash = $2 WHERE id = 1", &[self.seq.into(), self.hash.as_str().into()])
            .await?;
        self.tx.commit().await
    }
}
