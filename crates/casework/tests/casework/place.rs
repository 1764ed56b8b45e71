//! Places of stores: a file in a temporary folder, or a schema of a PostgreSQL server that is started for the test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use interdict_casework::{Against, By, Disposition, Hit, Location, Opened, Priority, Role, Roles, Source, Store};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct Place {
    pub(crate) location: Location,
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self { location: Location::Sqlite(folder.path().join("store.db")), folder }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.location, at(0)).await.unwrap()
    }

    /// A store with somebody in each role.
    pub(crate) async fn staffed(&self) -> Store {
        let store = self.open().await;
        store.add_first_admin("adm", "Adele", at(0)).await.unwrap();
        for (id, roles) in [
            ("ann", vec![Role::Analyst]),
            ("bob", vec![Role::Approver]),
            ("cy", vec![Role::Analyst, Role::Approver]),
            ("vi", vec![Role::Viewer]),
            ("aud", vec![Role::Auditor]),
            ("svc", vec![Role::Service]),
        ] {
            store.put_actor(By::new("adm", at(1)), id, id, Roles::new(roles).unwrap(), true).await.unwrap();
        }
        store
    }

    /// Changes the database behind the back of the store.
    pub(crate) async fn edit(&self, sql: &str) -> Result<(), sqlx::Error> {
        edit(&self.location, sql).await
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

pub(crate) async fn edit(location: &Location, sql: &str) -> Result<(), sqlx::Error> {
    use sqlx::Connection as _;
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match location {
        Location::Sqlite(path) => {
            let options = sqlx::sqlite::SqliteConnectOptions::new()
                .filename(path)
                .foreign_keys(false)
                .pragma("ignore_check_constraints", "ON");
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
        Location::Postgres { url, schema } => {
            let options: sqlx::postgres::PgConnectOptions = url.parse()?;
            let mut connection = sqlx::PgConnection::connect_with(&options.options([("search_path", schema)])).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
    }
}

/// A moment, in seconds after a Monday in November 2026.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_794_236_400 + seconds).unwrap()
}

pub(crate) fn by(actor: &str, seconds: i64) -> By<'_> {
    By::new(actor, at(seconds))
}

pub(crate) fn customer(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Person", "properties": {"name": [name], "country": ["lv"]}})
}

pub(crate) fn listed(id: &str, name: &str) -> Value {
    json!({"id": id, "schema": "Person", "caption": name, "properties": {"name": [name], "birthDate": ["1970-01-01"]}})
}

pub(crate) fn hit(customer: &Value, entity: &Value) -> Hit {
    Hit {
        customer: customer["id"].as_str().unwrap().to_owned(),
        customer_hash: interdict_casework::facts_hash(customer),
        entity: entity.clone(),
        score: 0.875,
        explanation: json!({"names": {"score": 0.875}}),
        snapshot: "snap-1".to_owned(),
        settings: "set-1".to_owned(),
        engine: "0.1.0".to_owned(),
        screening: None,
        queue: None,
        priority: Priority::Normal,
    }
}

pub(crate) fn against(snapshot: &str) -> Against {
    let source = Source { id: "ofac-sdn".to_owned(), issue_date: "2026-11-09".to_owned(), sha256: String::new() };
    Against { snapshot: snapshot.to_owned(), sources: vec![source], settings: "set-1".to_owned(), engine: "0.1.0".to_owned() }
}

/// A customer with an alert.
pub(crate) async fn alert(store: &Store, id: &str, entity: &str) -> String {
    let customer = customer(id, "Ada Example");
    store.put_customers(by("svc", 10), std::slice::from_ref(&customer)).await.unwrap();
    match &store.open_alerts(by("svc", 11), &[hit(&customer, &listed(entity, "Adda Exemple"))]).await.unwrap()[..] {
        [Opened::Opened(alert)] => alert.clone(),
        other => panic!("{other:?}"),
    }
}

/// Decides an alert by two people.
pub(crate) async fn decide(store: &Store, alert: &str, disposition: Disposition) -> String {
    let proposal = store.propose(by("ann", 20), alert, disposition, "another year of birth").await.unwrap();
    store.approve(by("bob", 21), &proposal.id, "").await.unwrap();
    proposal.id
}

/// A PostgreSQL server: the one that is named, or one of its own in a temporary folder.
pub(crate) struct Cluster {
    url: String,
    own: Option<(PathBuf, TempDir)>,
}

/// Servers do not run as root.
fn as_user(program: &Path) -> Command {
    if Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n") {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn run(command: &mut Command) -> bool {
    command
        .current_dir("/")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

impl Cluster {
    pub(crate) fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("INTERDICT_TEST_POSTGRES") {
            return Some(Self { url, own: None });
        }
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let programs =
            versions.filter_map(|version| Some(version.ok()?.path().join("bin"))).find(|bin| bin.join("initdb").exists())?;
        let folder = TempDir::new().unwrap();
        let root = folder.path().to_owned();
        run(Command::new("chown").arg("postgres").arg(&root));
        let data = root.join("data");
        let made = run(as_user(&programs.join("initdb"))
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D"])
            .arg(&data));
        let cluster = Self {
            url: format!("postgres://postgres@localhost/postgres?host={}", root.display()),
            own: Some((programs, folder)),
        };
        (made && cluster.up()).then_some(cluster)
    }

    pub(crate) fn up(&self) -> bool {
        let Some((programs, folder)) = &self.own else { return true };
        let root = folder.path();
        let options = format!("-c listen_addresses='' -k {}", root.display());
        let mut command = as_user(&programs.join("pg_ctl"));
        run(command.args(["-w", "-o", &options, "-l"]).arg(root.join("log")).arg("-D").arg(root.join("data")).arg("start"))
    }

    /// Ends the server at once, as a crash would. Only a server of its own.
    pub(crate) fn crash(&self) -> bool {
        let Some((programs, folder)) = &self.own else { return false };
        run(as_user(&programs.join("pg_ctl")).args(["-w", "-m", "immediate", "-D"]).arg(folder.path().join("data")).arg("stop"))
    }

    /// A schema that no other test has.
    pub(crate) fn place(&self, name: &str) -> Place {
        let schema = format!("t{}_{}", std::process::id(), &name[..name.len().min(40)]);
        Place { location: Location::postgres(&self.url, &schema).unwrap(), folder: TempDir::new().unwrap() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.crash();
    }
}
