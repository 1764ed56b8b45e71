//! The two databases as one: SQL text with `$1` goes in with its values, rows of values come out, whichever database is under it. Two types
//! of values are stored and no more, whole numbers and texts, and bytes for attachments.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow, PgSslMode};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Column as _, Postgres, Row, SqlSafeStr, Sqlite, Transaction, TypeInfo, ValueRef};

use crate::error::Error;

/// How long a statement waits for a lock of SQLite, or a caller for a connection.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECTIONS: u32 = 8;

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file. Beside it are `-wal` and `-shm`, of SQLite, and `.lock`, which the process holds that writes.
    Sqlite(PathBuf),
    /// A schema of a PostgreSQL database. Each tenant has a schema of its own.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: String,
        /// Name of the schema: letters, digits and `_`.
        schema: String,
    },
}

impl Location {
    /// Reads `postgres://...` (with `#schema` at its end; else the schema `interdict`), `sqlite:PATH`, or a path.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let (url, schema) = text.split_once('#').unwrap_or((text, "interdict"));
            return Self::postgres(url, schema);
        }
        let path = text.strip_prefix("sqlite:").unwrap_or(text);
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(Error::Location(format!("`{scheme}://` is neither a file nor postgres://")));
        }
        if path.is_empty() {
            return Err(Error::Location("the path is empty".to_owned()));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }

    /// A schema of a PostgreSQL database.
    pub fn postgres(url: &str, schema: &str) -> Result<Self, Error> {
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        let starts = schema.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_');
        if !starts || schema.starts_with("pg_") || schema.len() > 60 || !schema.chars().all(plain) {
            return Err(Error::Location(format!("`{schema}` is no name of a schema: small letters, digits and _")));
        }
        Ok(Self::Postgres { url: url.to_owned(), schema: schema.to_owned() })
    }
}

/// Without user and password.
impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(out, "{}", path.display()),
            Self::Postgres { url, schema } => {
                let rest = url.split_once("://").map_or("", |(_, rest)| rest);
                let rest = rest.split(['?', '#']).next().unwrap_or_default();
                write!(out, "postgres://{}#{schema}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Location({self})")
    }
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl Cell {
    pub(crate) fn text(self) -> Result<String, Error> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(Error::Damaged(format!("a text was expected, and there is {other:?}"))),
        }
    }

    pub(crate) fn int(self) -> Result<i64, Error> {
        match self {
            Self::Int(number) => Ok(number),
            other => Err(Error::Damaged(format!("a number was expected, and there is {other:?}"))),
        }
    }

    pub(crate) fn bytes(self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            other => Err(Error::Damaged(format!("bytes were expected, and there is {other:?}"))),
        }
    }
}

/// A row.
pub(crate) type Cells = Vec<Cell>;

/// The pool of one of the two databases.
#[derive(Clone, Debug)]
pub(crate) enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction on one of the two. Dropped, it is rolled back.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// The same expression for the connection of either database.
macro_rules! on {
    ($tx:expr, $connection:ident => $do:expr) => {
        match $tx {
            Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $do
            }
            Tx::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $do
            }
        }
    };
}

/// Binds values to a query of either database.
macro_rules! bound {
    ($sql:expr, $cells:expr) => {{
        let mut query = sqlx::query($sql);
        for cell in $cells {
            query = match cell {
                Cell::Null => query.bind(None::<String>),
                Cell::Int(number) => query.bind(*number),
                Cell::Text(text) => query.bind(text.clone()),
                Cell::Bytes(bytes) => query.bind(bytes.clone()),
            };
        }
        query
    }};
}

/// Reads the cells of a row of either database by the types that it names.
macro_rules! cells {
    ($row:expr) => {{
        let row = $row;
        let mut cells = Vec::with_capacity(row.columns().len());
        for column in row.columns() {
            let at = column.ordinal();
            let raw = row.try_get_raw(at)?;
            let cell = if raw.is_null() {
                Cell::Null
            } else {
                match raw.type_info().name() {
                    "INTEGER" | "INT8" | "BIGINT" => Cell::Int(row.try_get(at)?),
                    "INT4" => Cell::Int(i64::from(row.try_get::<i32, _>(at)?)),
                    "BLOB" | "BYTEA" => Cell::Bytes(row.try_get(at)?),
                    "TEXT" | "VARCHAR" | "NAME" => Cell::Text(row.try_get(at)?),
                    "BOOL" | "BOOLEAN" => Cell::Int(i64::from(row.try_get::<bool, _>(at)?)),
                    other => return Err(Error::Damaged(format!("column `{}` holds {other}", column.name()))),
                }
            };
            cells.push(cell);
        }
        Ok(cells)
    }};
}

fn sqlite_cells(row: &SqliteRow) -> Result<Cells, Error> {
    cells!(row)
}

fn postgres_cells(row: &PgRow) -> Result<Cells, Error> {
    cells!(row)
}

impl Tx {
    /// Changes rows; gives how many.
    pub(crate) async fn execute(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<u64, Error> {
        Ok(on!(self, connection => bound!(sql, cells).execute(connection).await?.rows_affected()))
    }

    /// Several statements without values.
    pub(crate) async fn script(&mut self, sql: impl SqlSafeStr) -> Result<(), Error> {
        on!(self, connection => sqlx::raw_sql(sql).execute(connection).await?.rows_affected());
        Ok(())
    }

    /// Rows.
    pub(crate) async fn rows(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<Vec<Cells>, Error> {
        match self {
            Self::Sqlite(transaction) => {
                let rows = bound!(sql, cells).fetch_all(&mut **transaction).await?;
                rows.iter().map(sqlite_cells).collect()
            }
            Self::Postgres(transaction) => {
                let rows = bound!(sql, cells).fetch_all(&mut **transaction).await?;
                rows.iter().map(postgres_cells).collect()
            }
        }
    }

    /// The first row.
    pub(crate) async fn row(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<Option<Cells>, Error> {
        Ok(self.rows(sql, cells).await?.into_iter().next())
    }

    /// The number in the only cell of the only row.
    pub(crate) async fn count(&mut self, sql: impl SqlSafeStr, cells: &[Cell]) -> Result<i64, Error> {
        let row = self.row(sql, cells).await?.unwrap_or_default();
        row.into_iter().next().unwrap_or(Cell::Int(0)).int()
    }

    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// Which of the two it is, where texts of SQL have to differ: in the migrations alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Db {
    pub(crate) async fn open(location: &Location, read_only: bool) -> Result<Self, Error> {
        match location {
            Location::Sqlite(path) => {
                let mut options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(!read_only)
                    .read_only(read_only)
                    .busy_timeout(PATIENCE)
                    .foreign_keys(true);
                if !read_only {
                    options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
                }
                // A transaction that SQLite itself took back, as when the disk is full, is still counted by its connection, which begins no
                // other: such a connection is given up.
                let pool = SqlitePoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(PATIENCE)
                    .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
                Ok(Self::Sqlite(pool.connect_with(options).await?))
            }
            Location::Postgres { url, schema } => {
                let options = protected(PgConnectOptions::from_str(url)?, url).application_name("interdict").options([
                    ("search_path", schema.as_str()),
                    // What was acknowledged must be on the disk, whatever the server's own setting.
                    ("synchronous_commit", "on"),
                    ("default_transaction_isolation", "read committed"),
                ]);
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
                let pool = pool.connect_with(options).await?;
                if !read_only {
                    // The name was checked when the location was made. Asked for only when it is missing: not every role may create one.
                    let known =
                        sqlx::query("SELECT 1 FROM information_schema.schemata WHERE schema_name = $1").bind(schema.clone());
                    if known.fetch_optional(&pool).await?.is_none() {
                        let create = format!("CREATE SCHEMA IF NOT EXISTS {schema}");
                        sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&pool).await?;
                    }
                }
                Ok(Self::Postgres(pool))
            }
        }
    }

    /// A transaction that sees one state of the database throughout.
    pub(crate) async fn read(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// A transaction that writes. On SQLite it has the database for itself from the start; on PostgreSQL its first statement must be the one
    /// that takes the row of the chain.
    pub(crate) async fn write(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Takes the lock beside a file of SQLite for as long as the file handle lives; a process that dies gives it back.
pub(crate) fn lock(store: &Path) -> Result<File, Error> {
    let mut name = store.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let failed = |reason| Error::File { path: path.clone(), reason };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { store: store.to_owned(), lock: path }),
        Err(TryLockError::Error(reason)) => Err(failed(reason)),
    }
}

/// A database on another machine is reached under TLS, with its certificate and name checked, unless the address says how itself
/// (`sslmode`): decisions and passwords go over the network.
fn protected(options: PgConnectOptions, url: &str) -> PgConnectOptions {
    let host = options.get_host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    // In what stands behind the question mark: a password says nothing of it.
    let asked = url.split_once('?').map_or("", |(_, asked)| asked);
    let said = asked.contains("sslmode=") || asked.contains("ssl-mode=") || std::env::var_os("PGSSLMODE").is_some();
    if here || said { options } else { options.ssl_mode(PgSslMode::VerifyFull) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_reached_under_tls() {
        for (url, checked) in [
            ("postgres://a:b@db.example.com/cases", true),
            ("postgres://a:b@192.0.2.7:5433/cases", true),
            ("postgres://a:b@[2001:db8::1]/cases", true),
            ("postgres://a:sslmode=disable@db.example.com/cases", true),
            ("postgres://a:b@localhost/cases", false),
            ("postgres://a:b@127.0.0.1/cases", false),
            ("postgres://a:b@[::1]/cases", false),
            ("postgres:///cases?host=/run/postgresql", false),
            ("postgres://a:b@db.example.com/cases?sslmode=disable", false),
        ] {
            let options = protected(PgConnectOptions::from_str(url).unwrap(), url);
            assert_eq!(matches!(options.get_ssl_mode(), PgSslMode::VerifyFull), checked, "{url}");
        }
    }
}
