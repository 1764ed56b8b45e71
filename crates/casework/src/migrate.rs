//! Making and migrating the schema. Each migration is a file with a number; those that are missing are applied in one transaction each, and
//! recorded. What comes after a line `-- only: sqlite` or `-- only: postgres` is for that database alone.

use jiff::Timestamp;

use crate::database::{Cell, Db, Dialect, Tx};
use crate::error::Error;

struct Migration {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "casework", sql: include_str!("../migrations/0001_casework.sql") },
    Migration { version: 2, name: "releases", sql: include_str!("../migrations/0002_releases.sql") },
    Migration { version: 3, name: "server", sql: include_str!("../migrations/0003_server.sql") },
];

/// The newest schema that is known.
pub(crate) const NEWEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

impl Migration {
    fn text(&self, dialect: Dialect) -> String {
        let mut text = String::with_capacity(self.sql.len());
        let mut wanted = true;
        for line in self.sql.lines() {
            match line.strip_prefix("-- only: ") {
                Some("sqlite") => wanted = dialect == Dialect::Sqlite,
                Some("postgres") => wanted = dialect == Dialect::Postgres,
                _ if wanted => {
                    text.push_str(line);
                    text.push('\n');
                }
                _ => {}
            }
        }
        text.replace("{bytes}", if dialect == Dialect::Sqlite { "BLOB" } else { "BYTEA" })
    }
}

/// The schema that the store has, 0 for none.
pub(crate) async fn version(tx: &mut Tx) -> Result<i64, Error> {
    let table = match tx.dialect() {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'",
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_version'"
        }
    };
    if tx.count(table, &[]).await? == 0 {
        return Ok(0);
    }
    tx.count("SELECT COALESCE(MAX(version), 0) FROM schema_version", &[]).await
}

/// Brings the schema up to the newest; refuses one that is newer still. Gives the version before.
pub(crate) async fn migrate(db: &Db, now: Timestamp) -> Result<i64, Error> {
    let mut tx = db.write().await?;
    if tx.dialect() == Dialect::Postgres {
        // Two servers may start at once.
        tx.execute("SELECT pg_advisory_xact_lock(7310579)", &[]).await?;
    }
    let before = version(&mut tx).await?;
    if before > NEWEST {
        return Err(Error::NewerSchema { found: before, known: NEWEST });
    }
    if before == NEWEST {
        return Ok(before);
    }
    let versions = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL, engine TEXT NOT NULL)";
    tx.script(versions).await?;
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > before) {
        let text = migration.text(tx.dialect());
        tx.script(sqlx::AssertSqlSafe(text)).await?;
        let cells = [
            Cell::Int(migration.version),
            migration.name.into(),
            Cell::Int(now.as_microsecond()),
            env!("CARGO_PKG_VERSION").into(),
        ];
        tx.execute("INSERT INTO schema_version (version, name, applied_at, engine) VALUES ($1, $2, $3, $4)", &cells).await?;
    }
    tx.commit().await?;
    Ok(before)
}

/// Refuses a store that cannot be read as it is.
pub(crate) async fn check(db: &Db) -> Result<(), Error> {
    let mut tx = db.read().await?;
    let found = version(&mut tx).await?;
    match found.cmp(&NEWEST) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(Error::NewerSchema { found, known: NEWEST }),
        std::cmp::Ordering::Less => Err(Error::OlderSchema { found, known: NEWEST }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_rise_by_one() {
        let numbers: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(numbers, (1..=NEWEST).collect::<Vec<_>>());
    }

    #[test]
    fn each_database_gets_its_own_part() {
        let text = MIGRATIONS[0].text(Dialect::Sqlite);
        assert!(
            text.contains("RAISE(ABORT") && text.contains("BLOB") && !text.contains("plpgsql") && !text.contains("{bytes}")
        );
        let text = MIGRATIONS[0].text(Dialect::Postgres);
        assert!(!text.contains("RAISE(ABORT") && text.contains("BYTEA") && text.contains("plpgsql"));
    }
}
