//! Who may do what: roles, the one function that says which role permits which action, and the roles that nobody may have together. Actors are
//! people and programs, by their ids; how they prove who they are is the server's business.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::database::Cell;
use crate::error::{Error, not_found, text};
use crate::record::{Column, Record, record, words};
use crate::store::{By, Store, Writing};

words! {
    /// A role.
    Role {
        /// Reads customers, alerts and coverage.
        Viewer = "viewer",
        /// Works on alerts and proposes decisions.
        Analyst = "analyst",
        /// Decides on what others propose, assigns work, reopens.
        Approver = "approver",
        /// Keeps actors and settings; decides nothing.
        Admin = "admin",
        /// Reads all, the audit as well, and changes nothing.
        Auditor = "auditor",
        /// A program that brings customers and hits; decides nothing.
        Service = "service",
    }
}

words! {
    /// Something that needs a permission.
    Action {
        /// Read customers, alerts, screenings.
        Read = "read",
        /// Add, change, remove customers.
        ChangeCustomers = "change customers",
        /// Record screenings and coverage, and open alerts.
        Screen = "record screenings and hits",
        /// Take work, write notes, attach, link.
        Work = "work on alerts",
        /// Give work to others, change queue, priority and due date.
        Assign = "assign alerts to others",
        /// Propose a disposition.
        Propose = "propose decisions",
        /// Approve or reject what another proposed.
        Decide = "decide on proposals",
        /// Reopen a closed alert, revoke a whitelisting.
        Reopen = "reopen alerts",
        /// Add and change actors and their roles.
        ManageActors = "manage actors",
        /// Change settings and what else is kept.
        ManageSettings = "manage settings",
        /// Read, export and check the audit.
        ReadAudit = "read and export the audit",
        /// Sign a checkpoint of the audit.
        SignAudit = "sign checkpoints of the audit",
        /// Back the store up.
        BackUp = "back the store up",
    }
}

/// Whether a role permits an action. The one place where that is said.
#[must_use]
pub const fn permits(role: Role, action: Action) -> bool {
    use Action as A;
    match role {
        Role::Viewer => matches!(action, A::Read),
        Role::Analyst => matches!(action, A::Read | A::Work | A::Propose | A::ChangeCustomers),
        Role::Approver => matches!(action, A::Read | A::Work | A::Propose | A::Decide | A::Assign | A::Reopen),
        Role::Admin => matches!(action, A::Read | A::ManageActors | A::ManageSettings | A::BackUp | A::SignAudit),
        Role::Auditor => matches!(action, A::Read | A::ReadAudit | A::SignAudit),
        Role::Service => matches!(action, A::Read | A::ChangeCustomers | A::Screen | A::BackUp | A::SignAudit),
    }
}

/// Why two roles must not be one person's.
#[must_use]
pub const fn conflict(one: Role, other: Role) -> Option<&'static str> {
    use Role as R;
    match (one, other) {
        (R::Auditor, R::Analyst | R::Approver | R::Admin | R::Service)
        | (R::Analyst | R::Approver | R::Admin | R::Service, R::Auditor) => Some("who audits does nothing that is audited"),
        (R::Admin, R::Analyst | R::Approver) | (R::Analyst | R::Approver, R::Admin) => Some("who gives roles decides nothing"),
        (R::Service, R::Analyst | R::Approver | R::Admin) | (R::Analyst | R::Approver | R::Admin, R::Service) => {
            Some("a program does not decide, nor give roles")
        }
        _ => None,
    }
}

/// A set of roles that one actor may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Role>")]
pub struct Roles(BTreeSet<Role>);

impl Roles {
    /// Checks that no two of them conflict. No role at all is a set as well.
    pub fn new(roles: impl IntoIterator<Item = Role>) -> Result<Self, Error> {
        let roles: BTreeSet<Role> = roles.into_iter().collect();
        for one in &roles {
            for other in &roles {
                if let Some(why) = conflict(*one, *other) {
                    return Err(Error::Duties(format!("{one} and {other}: {why}")));
                }
            }
        }
        Ok(Self(roles))
    }

    /// One role, which conflicts with none.
    #[must_use]
    pub fn one(role: Role) -> Self {
        Self(BTreeSet::from([role]))
    }

    /// Whether any of them permits an action.
    #[must_use]
    pub fn permit(&self, action: Action) -> bool {
        self.0.iter().any(|role| permits(*role, action))
    }

    /// They.
    pub fn iter(&self) -> impl Iterator<Item = Role> + '_ {
        self.0.iter().copied()
    }
}

impl TryFrom<Vec<Role>> for Roles {
    type Error = Error;
    fn try_from(roles: Vec<Role>) -> Result<Self, Error> {
        Self::new(roles)
    }
}

impl Column for Roles {
    fn to_cell(&self) -> Cell {
        Cell::Text(self.iter().map(Role::word).collect::<Vec<_>>().join(","))
    }
    fn from_cell(cell: Cell) -> Result<Self, Error> {
        let text = cell.text()?;
        let words = text.split(',').filter(|word| !word.is_empty());
        let roles = words.map(str::parse).collect::<Result<Vec<Role>, _>>();
        roles.and_then(Self::new).map_err(|error| Error::Damaged(error.to_string()))
    }
}

record! {
    /// A person or a program.
    Actor in "actor" by (id) {
        /// Its id, as the server knows it.
        id: String,
        /// Its name, for people.
        name: String,
        /// What it may do.
        roles: Roles,
        /// Whether it may do anything at all.
        active: bool,
        /// When it was added.
        #[serde(with = "crate::record::time")]
        created_at: Timestamp,
        /// When it was last changed.
        #[serde(with = "crate::record::time")]
        updated_at: Timestamp,
    }
}

impl Store {
    /// Adds the first actor of a store, an administrator. Refused when there is any actor.
    pub async fn add_first_admin(&self, id: &str, name: &str, now: Timestamp) -> Result<Actor, Error> {
        let id = text("id", id, 200)?;
        let mut writing = Writing::without_actor(self, &id, now).await?;
        if writing.tx.count("SELECT COUNT(*) FROM actor", &[]).await? > 0 {
            return Err(Error::Conflict("the store has actors: an administrator of them adds more".to_owned()));
        }
        let roles = Roles::new([Role::Admin])?;
        let actor = Actor { id, name: text("name", name, 200)?, roles, active: true, created_at: now, updated_at: now };
        writing.save(&actor).await?;
        writing.entry("actor.first", &actor.id, &json!({"name": actor.name, "roles": actor.roles})).await?;
        writing.commit().await?;
        Ok(actor)
    }

    /// Adds an actor, or changes name, roles and whether it is active. Nobody changes himself, and so an administrator is always left.
    pub async fn put_actor(&self, by: By<'_>, id: &str, name: &str, roles: Roles, active: bool) -> Result<Actor, Error> {
        let mut writing = self.write(by, Action::ManageActors).await?;
        let id = text("id", id, 200)?;
        if id == by.actor {
            return Err(Error::Duties("nobody changes the roles of his own".to_owned()));
        }
        let before: Option<Actor> = writing.find(&id).await?;
        let created_at = before.as_ref().map_or(by.now, |before| before.created_at);
        let actor = Actor { id, name: text("name", name, 200)?, roles, active, created_at, updated_at: by.now };
        writing.save(&actor).await?;
        let action = if before.is_some() { "actor.changed" } else { "actor.added" };
        let was = before.map(|before| before.roles);
        let payload = json!({"name": actor.name, "roles": actor.roles, "roles_before": was, "active": actor.active});
        writing.entry(action, &actor.id, &payload).await?;
        writing.commit().await?;
        Ok(actor)
    }

    /// An actor, as the server needs it to know what to show; not recorded.
    pub async fn actor(&self, id: &str) -> Result<Actor, Error> {
        self.find(id).await?.ok_or_else(|| not_found("actor", id))
    }

    /// All actors, by id.
    pub async fn actors(&self, by: By<'_>) -> Result<Vec<Actor>, Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let rows = tx.rows(sqlx::AssertSqlSafe(Actor::TABLE.select("ORDER BY id")), &[]).await?;
        rows.into_iter().map(Actor::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each role may do, as the documentation says it.
    #[test]
    fn the_whole_matrix() {
        const MATRIX: &str = "
            read                          viewer analyst approver admin auditor service
            change customers              analyst service
            record screenings and hits    service
            work on alerts                analyst approver
            assign alerts to others       approver
            propose decisions             analyst approver
            decide on proposals           approver
            reopen alerts                 approver
            manage actors                 admin
            manage settings               admin
            read and export the audit     auditor
            sign checkpoints of the audit admin auditor service
            back the store up             admin service";
        let mut rows = 0;
        for line in MATRIX.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let action = Action::ALL
                .iter()
                .copied()
                .filter(|action| line.starts_with(action.word()))
                .max_by_key(|action| action.word().len())
                .unwrap();
            let words: Vec<&str> = line[action.word().len()..].split_whitespace().collect();
            for role in Role::ALL {
                assert_eq!(permits(*role, action), words.contains(&role.word()), "{role}: {action}");
            }
            rows += 1;
        }
        assert_eq!(rows, Action::ALL.len());
    }

    #[test]
    fn conflicts_are_mutual_and_nobody_both_gives_roles_and_decides() {
        for one in Role::ALL {
            assert_eq!(conflict(*one, *one), None);
            for other in Role::ALL {
                assert_eq!(conflict(*one, *other), conflict(*other, *one));
                let both = |a, b| permits(*one, a) && permits(*other, b);
                if both(Action::ManageActors, Action::Decide) || both(Action::ReadAudit, Action::ManageActors) {
                    assert!(Roles::new([*one, *other]).is_err(), "{one} {other}");
                }
            }
        }
        assert!(Roles::new([Role::Viewer, Role::Analyst, Role::Approver]).is_ok());
    }
}
