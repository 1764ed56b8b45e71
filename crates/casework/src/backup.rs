//! Backup and restore. A store on SQLite is copied whole while it is in use; any store is written as JSON lines, from which either database is
//! filled again, so that a store moves from one to the other with its audit.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::actors::Action;
use crate::audit::Report;
use crate::canonical::{canonical, hex, sha256, unhex};
use crate::database::{Cell, Cells, Location, Tx, lock};
use crate::error::{Error, invalid};
use crate::migrate;
use crate::record::Table;
use crate::store::{By, FACTS, STATE, Store};

const FORMAT: &str = "interdict-store";
const VERSION: i64 = 1;

const BLOB: Table = Table { name: "blob", key: &["sha256"], columns: &["sha256", "body"] };
const AUDIT: Table = Table {
    name: "audit",
    key: &["seq"],
    columns: &["seq", "at", "actor", "action", "subject", "payload", "changes", "prev", "hash"],
};

fn tables() -> impl Iterator<Item = &'static Table> {
    const FIRST: &[Table] = &[FACTS, BLOB, AUDIT];
    static STATES: [Table; 13] = STATE;
    FIRST.iter().chain(&STATES)
}

impl Store {
    /// Backs the store up into a new file, while it is in use: on SQLite a database, on PostgreSQL JSON lines. That it was done is recorded
    /// before, and so is in the backup.
    pub async fn backup(&self, by: By<'_>, path: &Path) -> Result<(), Error> {
        self.backed_up(by, path).await?;
        let Location::Sqlite(_) = self.location else { return self.write_dump(path).await };
        let temporary = beside(path);
        let failed = |reason| Error::File { path: path.to_owned(), reason };
        remove(&temporary)?;
        let name = temporary.to_str().ok_or_else(|| invalid("path", "is not UTF-8"))?;
        if let crate::database::Db::Sqlite(pool) = &self.db {
            sqlx::query("VACUUM INTO $1").bind(name.to_owned()).execute(pool).await?;
        }
        File::open(&temporary).and_then(|file| file.sync_all()).map_err(failed)?;
        put(&temporary, path)
    }

    /// Writes the whole store as JSON lines into a new file, from either database.
    pub async fn dump(&self, by: By<'_>, path: &Path) -> Result<(), Error> {
        self.backed_up(by, path).await?;
        self.write_dump(path).await
    }

    async fn backed_up(&self, by: By<'_>, path: &Path) -> Result<(), Error> {
        if path.exists() {
            return Err(invalid("path", format!("{} is there already", path.display())));
        }
        let mut writing = self.write(by, Action::BackUp).await?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        writing.entry("store.backed_up", "store", &json!({"file": name})).await?;
        writing.commit().await
    }

    async fn write_dump(&self, path: &Path) -> Result<(), Error> {
        let temporary = beside(path);
        let failed = |reason| Error::File { path: path.to_owned(), reason };
        let mut out = BufWriter::new(File::create(&temporary).map_err(failed)?);
        let mut digest = String::new();
        let mut line = |out: &mut BufWriter<File>, value: &Value| -> Result<(), Error> {
            let text = canonical(value);
            // A chain over the lines, so that a damaged backup is refused.
            digest = sha256(format!("{digest}{text}").as_bytes());
            writeln!(out, "{text}").map_err(failed)
        };
        let mut tx = self.db.read().await?;
        line(&mut out, &json!({"format": FORMAT, "version": VERSION, "schema": migrate::NEWEST}))?;
        for table in tables() {
            let mut key: Vec<Cell> =
                table.key.iter().map(|name| if *name == "seq" { Cell::Int(i64::MIN) } else { Cell::from("") }).collect();
            loop {
                let rows = tx.rows(sqlx::AssertSqlSafe(table.page(if table.name == "blob" { 4 } else { 1000 })), &key).await?;
                let Some(end) = rows.last() else { break };
                key = table.key.iter().map(|name| end[table.column(name)].clone()).collect();
                for row in &rows {
                    line(&mut out, &json!({"table": table.name, "row": to_json(row)}))?;
                }
            }
        }
        drop(tx);
        writeln!(out, "{}", canonical(&json!({"end": digest}))).map_err(failed)?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        put(&temporary, path)
    }

    /// Makes a store from a backup of either kind: a file of SQLite only where no file is, JSON lines in either database when it is
    /// empty. What comes out was compared with its audit.
    pub async fn restore(from: &Path, to: &Location, now: Timestamp) -> Result<(Self, Report), Error> {
        let failed = |reason| Error::File { path: from.to_owned(), reason };
        let mut magic = Vec::new();
        File::open(from).and_then(|file| file.take(16).read_to_end(&mut magic)).map_err(failed)?;
        if magic.starts_with(b"SQLite format 3\0") {
            let Location::Sqlite(path) = to else {
                return Err(invalid(
                    "to",
                    "a backup that is a file of SQLite becomes a store on SQLite; write a dump to move it",
                ));
            };
            let held = lock(path)?;
            if path.exists() {
                return Err(invalid("to", format!("{} is there already", path.display())));
            }
            let temporary = beside(path);
            fs::copy(from, &temporary).map_err(failed)?;
            File::open(&temporary).and_then(|file| file.sync_all()).map_err(failed)?;
            put(&temporary, path)?;
            drop(held);
        } else {
            if let Location::Sqlite(path) = to
                && path.exists()
            {
                return Err(invalid("to", format!("{} is there already", path.display())));
            }
            let db = crate::database::Db::open(to, false).await?;
            let before = migrate::migrate(&db, now).await?;
            let mut tx = db.write().await?;
            if before != 0 && tx.count("SELECT seq FROM chain WHERE id = 1", &[]).await? > 0 {
                return Err(invalid("to", "there is a store already"));
            }
            fill(&mut tx, from).await?;
            tx.commit().await?;
            db.close().await;
        }
        let store = Self::open(to, now).await?;
        let report = store.verify(None, &[]).await?;
        Ok((store, report))
    }
}

fn to_json(row: &[Cell]) -> Value {
    row.iter()
        .map(|cell| match cell {
            Cell::Null => Value::Null,
            Cell::Int(number) => Value::from(*number),
            Cell::Text(text) => Value::String(text.clone()),
            Cell::Bytes(bytes) => json!({"hex": hex(bytes)}),
        })
        .collect()
}

fn from_json(row: &Value) -> Option<Cells> {
    row.as_array()?
        .iter()
        .map(|cell| match cell {
            Value::Null => Some(Cell::Null),
            Value::Number(number) => number.as_i64().map(Cell::Int),
            Value::String(text) => Some(Cell::Text(text.clone())),
            Value::Object(map) => unhex(map.get("hex")?.as_str()?).map(Cell::Bytes),
            _ => None,
        })
        .collect()
}

/// Reads JSON lines into the tables of an empty store.
async fn fill(tx: &mut Tx, from: &Path) -> Result<(), Error> {
    let failed = |reason| Error::File { path: from.to_owned(), reason };
    let broken = |number: usize, what: &str| invalid("backup", format!("line {number}: {what}"));
    let mut digest = String::new();
    let mut ended = false;
    let mut head = (0, crate::audit::BEGINNING.to_owned());
    for (at, line) in BufReader::new(File::open(from).map_err(failed)?).lines().enumerate() {
        let (number, line) = (at + 1, line.map_err(failed)?);
        let value: Map<String, Value> = serde_json::from_str(&line).map_err(|error| broken(number, &error.to_string()))?;
        if ended {
            return Err(broken(number, "comes after the end"));
        }
        if let Some(end) = value.get("end") {
            if end.as_str() != Some(&digest) {
                return Err(broken(number, "the backup was changed: its digest is another"));
            }
            ended = true;
            continue;
        }
        digest = sha256(format!("{digest}{line}").as_bytes());
        if number == 1 {
            if value.get("format").and_then(Value::as_str) != Some(FORMAT) || value.get("version") != Some(&json!(VERSION)) {
                return Err(broken(1, "is not the beginning of a backup that this version reads"));
            }
            let schema = value.get("schema").and_then(Value::as_i64).unwrap_or_default();
            if schema > migrate::NEWEST {
                return Err(Error::NewerSchema { found: schema, known: migrate::NEWEST });
            }
            continue;
        }
        let name = value.get("table").and_then(Value::as_str).unwrap_or_default();
        let table = tables().find(|table| table.name == name).ok_or_else(|| broken(number, "is of no table that is known"))?;
        let row = value.get("row").and_then(from_json).filter(|row| row.len() == table.columns.len());
        let row = row.ok_or_else(|| broken(number, "has other columns"))?;
        if table.name == "audit"
            && let (Some(Cell::Int(seq)), Some(Cell::Text(hash))) = (row.first(), row.last())
        {
            head = (*seq, hash.clone());
        }
        tx.execute(sqlx::AssertSqlSafe(table.insert()), &row).await?;
    }
    if !ended {
        return Err(invalid("backup", "it is cut off"));
    }
    tx.execute("UPDATE chain SET seq = $1, hash = $2 WHERE id = 1", &[head.0.into(), head.1.into()]).await?;
    Ok(())
}

fn beside(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::File { path: path.to_owned(), reason: error }),
        _ => Ok(()),
    }
}

/// Gives a finished file its name, and makes that last.
fn put(temporary: &Path, path: &Path) -> Result<(), Error> {
    let failed = |reason| Error::File { path: path.to_owned(), reason };
    fs::rename(temporary, path).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}
