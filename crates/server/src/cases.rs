//! Casework behind the API: a store for each tenant, with the people who are known to the server as its actors. Identities go in; the store of their tenant
//! comes out, and no other.

mod attend;
mod call;
mod courier;
mod once;
mod screen;
mod seat;
mod staff;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use interdict_casework::{Archive, Error, Kind, Location, SigningKey, Store};
use jiff::Timestamp;
use tokio::sync::{Notify, RwLock};

use crate::app::App;
use crate::error::ServerError;
use crate::problem::Problem;
use crate::users::Users;

use self::call::Caller;
use self::staff::Staff;

pub(crate) use self::attend::attend;
pub(crate) use self::courier::{EVENTS, KIND as WEBHOOK, Webhook, trial};
pub(crate) use self::once::once;
pub(crate) use self::screen::{Tally, at_desk, rescreen, screen_customer, settings};
pub(crate) use self::seat::{Seat, problem};
pub use self::staff::Person;
pub(crate) use self::staff::SERVER;

/// The time as the stores keep it, in whole microseconds: what a change gives is what is read afterwards.
pub(crate) fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

/// What is wrong when no cases are kept.
fn none_kept() -> Problem {
    let detail = "this server keeps no cases: it was started without `--cases`";
    Problem::new(axum::http::StatusCode::NOT_FOUND, "no_cases", "Not found", detail)
}

/// How cases are kept.
#[derive(Debug)]
pub struct CasesOptions {
    /// Where the store of the default tenant is; those of others are beside it.
    pub location: Location,
    /// The key that signs checkpoints and exports of the audit.
    pub audit_key: Option<SigningKey>,
    /// Where the snapshots are kept that something was found on.
    pub archive: Archive,
    /// Whether webhooks may go to this machine and to private networks.
    pub webhook_private: bool,
}

/// The stores of casework, by tenant.
#[derive(Debug, Clone)]
pub struct Cases(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: CasesOptions,
    caller: Caller,
    desks: RwLock<BTreeMap<String, Arc<Desk>>>,
    wake: Notify,
}

/// The store of a tenant, with what the server knows of it.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) tenant: String,
    pub(crate) store: Store,
    staff: tokio::sync::Mutex<Staff>,
    /// Taken by changes that are made only if nothing changed since.
    pub(crate) edits: tokio::sync::Mutex<()>,
    /// Screenings of this process, by id.
    running: Mutex<BTreeMap<String, Tally>>,
    /// Webhooks that something is being delivered to.
    busy: Mutex<BTreeSet<String>>,
}

impl Desk {
    pub(crate) fn running(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Tally>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn busy(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an actor is made of keys, and follows them.
    pub(crate) async fn follows_keys(&self, actor: &str) -> bool {
        self.staff.lock().await.follows_keys(actor)
    }
}

/// The names that a tenant may have: they become part of the name of a file or a schema.
fn is_tenant(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !name.is_empty() && name.len() <= 40 && name.bytes().all(plain)
}

/// Where the store of a tenant is.
fn location_of(base: &Location, tenant: &str) -> Result<Location, String> {
    if tenant.is_empty() {
        return Ok(base.clone());
    }
    if !is_tenant(tenant) {
        return Err("the name of a tenant is of small letters, digits and _, at most 40".to_owned());
    }
    match base {
        Location::Sqlite(path) => {
            let mut name = path.file_stem().unwrap_or_default().to_owned();
            name.push(format!("-{tenant}"));
            if let Some(extension) = path.extension() {
                name.push(".");
                name.push(extension);
            }
            Ok(Location::Sqlite(path.with_file_name(name)))
        }
        Location::Postgres { url, schema } => {
            Location::postgres(url, &format!("{schema}_{tenant}")).map_err(|error| error.to_string())
        }
    }
}

impl App {
    /// Who has keys or may sign in with a password, each as often as they have one. Whom an issuer vouches for becomes known when they come.
    fn people(&self, now: Timestamp) -> Vec<Person> {
        let known = &self.auth().known;
        let users = known.users.iter().flat_map(Users::identities).map(|(who, active)| Person {
            id: who.id,
            name: who.actor.clone(),
            actor: who.actor,
            roles: if active { who.roles.iter().collect() } else { Vec::new() },
            tenant: who.tenant,
        });
        known.keys.iter().flat_map(|keys| keys.people(now)).chain(users).collect()
    }

    /// Opens the stores of all tenants that have keys, and keeps cases in them from now on.
    pub async fn open_cases(&self, options: CasesOptions, now: Timestamp) -> Result<(), ServerError> {
        if self.auth().is_open() {
            return Err(ServerError::CasesNeedKeys);
        }
        let people = self.people(now);
        let cases = Cases(Arc::new(Inner {
            caller: Caller::new(options.webhook_private),
            options,
            desks: RwLock::default(),
            wake: Notify::new(),
        }));
        let mut tenants: BTreeSet<&str> = people.iter().map(|person| person.tenant.as_str()).collect();
        tenants.insert("");
        for tenant in tenants {
            let failed = |reason: String| ServerError::Cases { tenant: tenant.to_owned(), reason };
            let desk = cases.open(tenant, now).await.map_err(failed)?;
            desk.staff_as(&people, now).await.map_err(|error| failed(error.to_string()))?;
        }
        self.keep_cases(cases);
        Ok(())
    }
}

impl Cases {
    /// Something happened that webhooks may want to know.
    pub(crate) fn wake(&self) {
        self.0.wake.notify_one();
    }

    pub(crate) fn audit_key(&self) -> Option<&SigningKey> {
        self.0.options.audit_key.as_ref()
    }

    pub(crate) fn archive(&self) -> &Archive {
        &self.0.options.archive
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    /// The stores that are open.
    pub(crate) async fn desks(&self) -> Vec<Arc<Desk>> {
        self.0.desks.read().await.values().map(Arc::clone).collect()
    }

    /// Opens the store of a tenant, or gives the one that is open.
    async fn open(&self, tenant: &str, now: Timestamp) -> Result<Arc<Desk>, String> {
        let mut desks = self.0.desks.write().await;
        if let Some(desk) = desks.get(tenant) {
            return Ok(Arc::clone(desk));
        }
        let location = location_of(&self.0.options.location, tenant)?;
        let store = Store::open(&location, now).await.map_err(|error| format!("{location}: {error}"))?;
        let desk = Arc::new(Desk {
            tenant: tenant.to_owned(),
            store,
            staff: tokio::sync::Mutex::default(),
            edits: tokio::sync::Mutex::default(),
            running: Mutex::default(),
            busy: Mutex::default(),
        });
        desks.insert(tenant.to_owned(), Arc::clone(&desk));
        Ok(desk)
    }

    /// The store of a tenant, opened now where it was not yet; or why it cannot be.
    async fn opened(&self, tenant: &str, now: Timestamp) -> Result<Arc<Desk>, String> {
        if let Some(desk) = self.0.desks.read().await.get(tenant) {
            return Ok(Arc::clone(desk));
        }
        self.open(tenant, now).await
    }

    /// The store of a tenant, for a request.
    async fn desk(&self, tenant: &str, now: Timestamp) -> Result<Arc<Desk>, Problem> {
        self.opened(tenant, now).await.map_err(|error| {
            tracing::error!(tenant, error, "the cases of a tenant cannot be opened");
            seat::unavailable()
        })
    }

    /// Ends the connections of all stores.
    pub async fn close(&self) {
        for (_, desk) in std::mem::take(&mut *self.0.desks.write().await) {
            desk.store.clone().close().await;
        }
    }
}

/// Whether a thing is not there, which is no trouble here.
fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tenant_has_a_place_of_its_own() {
        let base = Location::parse("data/cases.db").unwrap();
        let of = |tenant: &str| location_of(&base, tenant).map(|location| location.to_string());
        assert_eq!(of(""), Ok("data/cases.db".to_owned()));
        assert_eq!(of("acme_2"), Ok("data/cases-acme_2.db".to_owned()));
        let plain = Location::parse("cases").unwrap();
        assert_eq!(location_of(&plain, "acme").unwrap().to_string(), "cases-acme");
        let base = Location::parse("postgres://u:p@host/db#work").unwrap();
        assert_eq!(location_of(&base, "acme").unwrap().to_string(), "postgres://host/db#work_acme");
        for wrong in ["../x", "a/b", "a.b", "Acme", "a-b", "a\0", "a b", "ä", &"a".repeat(41)] {
            location_of(&base, wrong).unwrap_err();
            location_of(&plain, wrong).unwrap_err();
        }
    }
}
