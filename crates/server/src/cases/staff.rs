//! Who works on the cases of a tenant: those who have keys become actors of its store, with the roles of all keys that they have. A key whose
//! role does not go with those before it is refused.

use std::collections::{BTreeMap, BTreeSet};

use interdict_casework::{By, Error, Kind, Roles};
use jiff::Timestamp;

use super::{Desk, found};
use crate::access::{Identity, Role};

/// The server itself, as an actor: it keeps the others.
pub(crate) const SERVER: &str = "interdict";

/// Somebody who can make requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Public id of the key, or name of the user.
    pub id: String,
    /// Who it is in casework.
    pub actor: String,
    /// Name, for people.
    pub name: String,
    /// Roles; none where the key cannot be used any more.
    pub roles: Vec<Role>,
    /// Whose data it works on.
    pub tenant: String,
}

/// What the server knows of the actors of a store.
#[derive(Debug, Default)]
pub(super) struct Staff {
    /// Whom it was made of last.
    people: Option<Vec<Person>>,
    /// Actors that are made of keys.
    keyed: BTreeSet<String>,
    /// Actors that the store has.
    known: BTreeSet<String>,
    /// Keys that are refused, and why.
    refused: BTreeMap<String, String>,
}

impl Staff {
    pub(super) fn follows_keys(&self, actor: &str) -> bool {
        self.keyed.contains(actor)
    }
}

/// An actor as the store is to have it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Planned {
    name: String,
    roles: Roles,
}

/// Why somebody cannot be an actor.
fn unfit(actor: &str) -> Option<String> {
    if actor == SERVER {
        return Some(format!("`{SERVER}` is the server itself"));
    }
    let plain = !actor.is_empty() && actor.len() <= 200 && actor.trim() == actor && !actor.chars().any(char::is_control);
    (!plain).then(|| "its actor must be 1 to 200 characters without blanks around or control characters".to_owned())
}

/// A name as the store takes it.
fn named(name: &str, actor: &str) -> String {
    let name: String = name.chars().filter(|letter| !letter.is_control()).take(50).collect();
    if name.trim().is_empty() { actor.to_owned() } else { name.trim().to_owned() }
}

/// The actors that keys make, and the keys that are refused.
fn plan(people: &[Person], tenant: &str) -> (BTreeMap<String, Planned>, BTreeMap<String, String>) {
    let mut actors: BTreeMap<String, Planned> = BTreeMap::new();
    let mut refused = BTreeMap::new();
    for person in people.iter().filter(|person| person.tenant == tenant) {
        if let Some(reason) = unfit(&person.actor) {
            refused.insert(person.id.clone(), reason);
            continue;
        }
        let held = actors.get(&person.actor);
        let before = held.map(|held| held.roles.iter().collect::<Vec<_>>()).unwrap_or_default();
        match Roles::new(before.into_iter().chain(person.roles.iter().copied())) {
            Ok(roles) => {
                let name = held.map_or_else(|| named(&person.name, &person.actor), |held| held.name.clone());
                actors.insert(person.actor.clone(), Planned { name, roles });
            }
            Err(error) => {
                refused.insert(
                    person.id.clone(),
                    format!("the keys and users of `{}` have roles that nobody has together: {error}", person.actor),
                );
            }
        }
    }
    (actors, refused)
}

impl Desk {
    /// Makes the actors of the store those who have keys; nothing is done when they are as they were.
    pub(super) async fn staff_as(&self, people: &[Person], now: Timestamp) -> Result<(), Error> {
        let mut staff = self.staff.lock().await;
        let mine: Vec<Person> = people.iter().filter(|person| person.tenant == self.tenant).cloned().collect();
        if staff.people.as_ref() == Some(&mine) {
            return Ok(());
        }
        self.first_admin(now).await?;
        let (actors, mut refused) = plan(&mine, &self.tenant);
        let mut keyed = BTreeSet::new();
        for (id, planned) in actors {
            let active = planned.roles.iter().next().is_some();
            let held = found(self.store.actor(&id).await)?;
            if held.is_none() && !active {
                continue;
            }
            keyed.insert(id.clone());
            staff.known.insert(id.clone());
            if held.as_ref().is_some_and(|held| {
                held.active == active && (!active || (held.roles == planned.roles && held.name == planned.name))
            }) {
                continue;
            }
            match self.store.put_actor(By::new(SERVER, now), &id, &planned.name, planned.roles, active).await {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Forbidden | Kind::Conflict) => {
                    let theirs = mine.iter().filter(|person| person.actor == id);
                    refused.extend(theirs.map(|person| (person.id.clone(), error.to_string())));
                }
                Err(error) => return Err(error),
            }
        }
        for (key, reason) in refused.iter().filter(|(key, reason)| staff.refused.get(*key) != Some(*reason)) {
            tracing::warn!(key, reason, tenant = self.tenant, "a key cannot be used for cases");
        }
        (staff.people, staff.keyed, staff.refused) = (Some(mine), keyed, refused);
        Ok(())
    }

    async fn first_admin(&self, now: Timestamp) -> Result<(), Error> {
        let held = found(self.store.actor(SERVER).await)?;
        match held {
            Some(held) if held.active && held.roles.permit(interdict_casework::Action::ManageActors) => Ok(()),
            Some(_) => Err(Error::Conflict(format!(
                "the actor `{SERVER}` of the store is no administrator: an administrator of the store makes it one again"
            ))),
            None => self.store.add_first_admin(SERVER, "the server", now).await.map(|_| ()),
        }
    }

    /// Lets an identity in: refuses a key that is refused, and makes somebody an actor of whom the store does not know.
    pub(super) async fn let_in(&self, who: &Identity, now: Timestamp) -> Result<Result<(), String>, Error> {
        let mut staff = self.staff.lock().await;
        if let Some(reason) = staff.refused.get(&who.id) {
            return Ok(Err(reason.clone()));
        }
        if staff.known.contains(&who.actor) {
            return Ok(Ok(()));
        }
        if let Some(reason) = unfit(&who.actor) {
            return Ok(Err(reason));
        }
        if found(self.store.actor(&who.actor).await)?.is_none() {
            self.first_admin(now).await?;
            self.store.put_actor(By::new(SERVER, now), &who.actor, &who.actor, who.roles.clone(), true).await?;
        }
        staff.known.insert(who.actor.clone());
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, actor: &str, role: &str, tenant: &str) -> Person {
        let roles = role.split_whitespace().map(|role| role.parse().unwrap()).collect();
        Person { id: id.to_owned(), actor: actor.to_owned(), name: format!("Name of {id}"), roles, tenant: tenant.to_owned() }
    }

    #[test]
    fn an_actor_has_the_roles_of_all_keys_and_a_key_that_conflicts_is_refused() {
        let people = [
            person("k1", "ann", "analyst", ""),
            person("k2", "ann", "approver", ""),
            person("k3", "ann", "admin", ""),
            person("k4", "bob", "", ""),
            person("k5", "interdict", "admin", ""),
            person("k6", " cy", "viewer", ""),
            person("k7", "ann", "auditor", "acme"),
        ];
        let (actors, refused) = plan(&people, "");
        assert_eq!(actors.keys().collect::<Vec<_>>(), ["ann", "bob"]);
        assert_eq!(actors["ann"].roles, Roles::new([Role::Analyst, Role::Approver]).unwrap());
        assert_eq!(actors["ann"].name, "Name of k1");
        assert_eq!(actors["bob"].roles.iter().count(), 0);
        assert_eq!(refused.keys().collect::<Vec<_>>(), ["k3", "k5", "k6"]);
        assert!(refused["k3"].contains("who gives roles decides nothing"), "{}", refused["k3"]);
        let (actors, refused) = plan(&people, "acme");
        assert_eq!((actors["ann"].roles.clone(), refused.len()), (Roles::one(Role::Auditor), 0));
    }
}
