//! Who may do what: one table of all routes, and what each role may. The gate asks here and nowhere else; a route that is not in the table
//! is closed to everybody.

use std::str::FromStr;

pub use interdict_casework::{Action, Role, Roles};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Nothing: anybody may.
    Public,
    /// To read what is listed and how the server is set.
    Read,
    /// To screen and compare.
    Screen,
    /// To read figures of the server.
    Metrics,
    /// To change how the server runs.
    Admin,
    /// What casework calls by this action; it asks again, of the roles that it keeps.
    Cases(Action),
}

impl Permission {
    /// Whether a role gives it.
    #[must_use]
    pub fn is_given_by(self, role: Role) -> bool {
        match self {
            Self::Public | Self::Read => true,
            Self::Screen => matches!(role, Role::Analyst | Role::Approver | Role::Admin | Role::Service),
            Self::Metrics => matches!(role, Role::Admin | Role::Auditor | Role::Service),
            Self::Admin => role == Role::Admin,
            Self::Cases(action) => interdict_casework::permits(role, action),
        }
    }

    /// The words for it in messages.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Read => "read",
            Self::Screen => "screen",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
            Self::Cases(action) => action.word(),
        }
    }

    /// The scope that has it; none where every key has it.
    #[must_use]
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::Public => None,
            Self::Read => Some(Scope::Read),
            Self::Screen => Some(Scope::Screen),
            Self::Metrics => Some(Scope::Metrics),
            Self::Admin => Some(Scope::Admin),
            Self::Cases(_) => Some(Scope::Cases),
        }
    }
}

/// What a key can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// What is listed, and how the server is set.
    Read,
    /// Screening.
    Screen,
    /// Figures of the server.
    Metrics,
    /// Running the server.
    Admin,
    /// Casework.
    Cases,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Read, Self::Screen, Self::Metrics, Self::Admin, Self::Cases];

    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Screen => "screen",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
            Self::Cases => "cases",
        }
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = || Self::ALL.map(Self::word).join(", ");
        Self::ALL
            .into_iter()
            .find(|scope| scope.word() == text)
            .ok_or_else(|| format!("`{text}` is not a scope; there are {}", words()))
    }
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Public id of the key or session; `local` where there are no keys and only this machine reaches the server.
    pub id: String,
    /// Who it is in casework.
    pub actor: String,
    /// The roles.
    pub roles: Roles,
    /// What it is narrowed to; empty for all of its roles.
    pub scopes: Vec<Scope>,
    /// Whose data it works on; empty where there is only one.
    pub tenant: String,
}

impl Identity {
    /// Whoever is on this machine, where no keys are in use.
    #[must_use]
    pub fn local() -> Self {
        Self::with_role("local", Role::Admin)
    }

    /// Somebody whom nobody knows: only what is public is for him.
    #[must_use]
    pub fn nobody() -> Self {
        Self::with_role("", Role::Viewer)
    }

    /// Somebody with one role, of the only tenant.
    #[must_use]
    pub fn with_role(id: &str, role: Role) -> Self {
        Self { id: id.to_owned(), actor: id.to_owned(), roles: Roles::one(role), scopes: Vec::new(), tenant: String::new() }
    }

    /// Whether it may do what needs the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| permission.is_given_by(role))
            && (self.scopes.is_empty() || permission.scope().is_none_or(|scope| self.scopes.contains(&scope)))
    }
}

/// What a route takes as its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// JSON.
    Json,
    /// JSON or the fields of a form.
    Form,
    /// Lines of JSON, as many as come.
    Stream,
    /// JSON or lines of JSON, as long as an attachment.
    Bulk,
    /// Bytes of any type, as long as an attachment.
    File,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The method; `GET` stands for `HEAD` too.
    pub method: &'static str,
    /// The path, with parameters in braces. Their names mean nothing.
    pub path: &'static str,
    /// What it needs.
    pub permission: Permission,
    /// What it takes.
    pub takes: Takes,
}

impl Rule {
    /// Whether it answers without the engine, also when the server is full.
    #[must_use]
    pub fn is_light(&self) -> bool {
        matches!(self.permission, Permission::Public | Permission::Metrics)
    }
}

const fn get(path: &'static str, permission: Permission) -> Rule {
    Rule { method: "GET", path, permission, takes: Takes::Nothing }
}

const fn post(path: &'static str, permission: Permission, takes: Takes) -> Rule {
    Rule { method: "POST", path, permission, takes }
}

const fn delete(path: &'static str, permission: Permission) -> Rule {
    Rule { method: "DELETE", path, permission, takes: Takes::Nothing }
}

const fn rule(method: &'static str, path: &'static str, action: Action, takes: Takes) -> Rule {
    Rule { method, path, permission: Permission::Cases(action), takes }
}

/// Every route of the server.
pub const RULES: &[Rule] = &[
    get("/healthz", Permission::Public),
    get("/readyz", Permission::Public),
    get("/openapi.json", Permission::Public),
    get("/docs", Permission::Public),
    get("/docs/page.js", Permission::Public),
    get("/docs/page.css", Permission::Public),
    get("/metrics", Permission::Metrics),
    // They say themselves who it is, or lead to who does.
    post("/api/v1/session", Permission::Public, Takes::Json),
    get("/api/v1/oidc/login", Permission::Public),
    get("/api/v1/oidc/callback", Permission::Public),
    get("/api/v1/session", Permission::Read),
    delete("/api/v1/session", Permission::Read),
    get("/api/v1/status", Permission::Read),
    post("/api/v1/screen", Permission::Screen, Takes::Json),
    post("/api/v1/screen/stream", Permission::Screen, Takes::Stream),
    post("/api/v1/compare", Permission::Screen, Takes::Json),
    get("/api/v1/entities/{id}", Permission::Read),
    get("/api/v1/network/{id}", Permission::Read),
    get("/api/v1/sources", Permission::Read),
    get("/api/v1/settings", Permission::Read),
    // What commands of the program answer.
    post("/api/v1/documents", Permission::Screen, Takes::File),
    post("/api/v1/payments", Permission::Screen, Takes::File),
    post("/api/v1/people/assess", Permission::Screen, Takes::Bulk),
    post("/api/v1/people/rings", Permission::Screen, Takes::Bulk),
    get("/api/v1/people/indicators", Permission::Read),
    get("/api/v1/wallets/{address}", Permission::Read),
    post("/api/v1/transfers", Permission::Screen, Takes::File),
    get("/api/v1/vessels/{number}", Permission::Read),
    get("/api/v1/network/{id}/path", Permission::Read),
    get("/api/v1/network/{id}/owners", Permission::Read),
    get("/api/v1/network/{id}/verdict", Permission::Read),
    get("/api/v1/communities", Permission::Read),
    post("/api/v1/fronts", Permission::Screen, Takes::File),
    get("/api/v1/clusters/{id}", Permission::Read),
    get("/api/v1/catalogue", Permission::Read),
    get("/api/v1/deltas", Permission::Read),
    get("/api/v1/bulletin", Permission::Read),
    post("/api/v1/update", Permission::Admin, Takes::Nothing),
    get("/api/v1/update", Permission::Read),
    // Casework.
    rule("POST", "/api/v1/customers", Action::ChangeCustomers, Takes::Bulk),
    rule("GET", "/api/v1/customers", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/customers/{id}", Action::Read, Takes::Nothing),
    rule("DELETE", "/api/v1/customers/{id}", Action::ChangeCustomers, Takes::Nothing),
    rule("GET", "/api/v1/customers/{id}/coverage", Action::Read, Takes::Nothing),
    rule("POST", "/api/v1/customers/{id}/screen", Action::Screen, Takes::Nothing),
    rule("GET", "/api/v1/screenings", Action::Read, Takes::Nothing),
    rule("POST", "/api/v1/screenings", Action::Screen, Takes::Nothing),
    rule("GET", "/api/v1/screenings/uncovered", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/screenings/{id}", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/alerts", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/alerts/{id}", Action::Read, Takes::Nothing),
    rule("PATCH", "/api/v1/alerts/{id}", Action::Assign, Takes::Json),
    rule("POST", "/api/v1/alerts/{id}/assign", Action::Work, Takes::Json),
    rule("POST", "/api/v1/alerts/{id}/notes", Action::Work, Takes::Json),
    rule("POST", "/api/v1/alerts/{id}/attachments", Action::Work, Takes::File),
    rule("GET", "/api/v1/alerts/{id}/attachments/{file}", Action::Read, Takes::Nothing),
    rule("POST", "/api/v1/alerts/{id}/links", Action::Work, Takes::Json),
    rule("POST", "/api/v1/alerts/{id}/reopen", Action::Reopen, Takes::Json),
    rule("POST", "/api/v1/alerts/{id}/proposals", Action::Propose, Takes::Json),
    rule("POST", "/api/v1/proposals", Action::Propose, Takes::Json),
    rule("POST", "/api/v1/proposals/{id}/approve", Action::Decide, Takes::Json),
    rule("POST", "/api/v1/proposals/{id}/reject", Action::Decide, Takes::Json),
    rule("POST", "/api/v1/proposals/{id}/withdraw", Action::Propose, Takes::Nothing),
    rule("POST", "/api/v1/reviews", Action::Decide, Takes::Json),
    rule("GET", "/api/v1/pending", Action::Decide, Takes::Nothing),
    rule("GET", "/api/v1/decisions/{id}", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/decisions/{id}/replay", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/releases", Action::Read, Takes::Nothing),
    rule("POST", "/api/v1/releases/{id}/end", Action::Decide, Takes::Json),
    rule("GET", "/api/v1/cases/settings", Action::Read, Takes::Nothing),
    rule("PUT", "/api/v1/cases/settings", Action::ManageSettings, Takes::Json),
    rule("POST", "/api/v1/cases/settings/trial", Action::ManageSettings, Takes::Json),
    rule("POST", "/api/v1/lookback", Action::Read, Takes::Bulk),
    rule("GET", "/api/v1/queues", Action::Read, Takes::Nothing),
    rule("GET", "/api/v1/whitelistings", Action::Read, Takes::Nothing),
    rule("POST", "/api/v1/whitelistings/{id}/revoke", Action::Reopen, Takes::Json),
    rule("GET", "/api/v1/actors", Action::Read, Takes::Nothing),
    rule("PUT", "/api/v1/actors/{id}", Action::ManageActors, Takes::Json),
    rule("GET", "/api/v1/audit/history", Action::ReadAudit, Takes::Nothing),
    rule("GET", "/api/v1/audit/export", Action::ReadAudit, Takes::Nothing),
    rule("POST", "/api/v1/audit/checkpoint", Action::SignAudit, Takes::Nothing),
    rule("GET", "/api/v1/audit/verify", Action::ReadAudit, Takes::Nothing),
    rule("GET", "/api/v1/webhooks", Action::ManageSettings, Takes::Nothing),
    rule("POST", "/api/v1/webhooks", Action::ManageSettings, Takes::Json),
    rule("DELETE", "/api/v1/webhooks/{id}", Action::ManageSettings, Takes::Nothing),
    rule("POST", "/api/v1/webhooks/{id}/test", Action::ManageSettings, Takes::Nothing),
    // Those that users of yente have.
    post("/match/{dataset}", Permission::Screen, Takes::Json),
    get("/search/{dataset}", Permission::Screen),
    post("/search/{dataset}", Permission::Screen, Takes::Form),
    get("/entities/{id}", Permission::Read),
    get("/entities/{id}/adjacent", Permission::Read),
    get("/entities/{id}/adjacent/{property}", Permission::Read),
    get("/catalog", Permission::Read),
    get("/manifest", Permission::Read),
    get("/algorithms", Permission::Read),
    get("/reconcile/{dataset}", Permission::Screen),
    post("/reconcile/{dataset}", Permission::Screen, Takes::Form),
    get("/reconcile/{dataset}/suggest/entity", Permission::Screen),
    get("/reconcile/{dataset}/suggest/property", Permission::Screen),
    get("/reconcile/{dataset}/suggest/type", Permission::Screen),
    get("/reconcile/{dataset}/extend/property", Permission::Screen),
    // It has a token of its own, which the request shows.
    post("/updatez", Permission::Public, Takes::Nothing),
];

/// The place in the table of a route, by its method and its path with parameters.
#[must_use]
pub fn rule_for(method: &str, path: &str) -> Option<usize> {
    let method = if method == "HEAD" { "GET" } else { method };
    let place = |same: fn(&str, &str) -> bool| RULES.iter().position(|rule| rule.method == method && same(rule.path, path));
    // Nearly all paths are written here as the router has them.
    place(|rule, path| rule == path).or_else(|| place(same_path))
}

/// The methods that a path has.
pub(crate) fn methods(path: &str) -> Vec<&'static str> {
    RULES.iter().filter(|rule| same_path(rule.path, path)).map(|rule| rule.method).collect()
}

fn same_path(rule: &str, path: &str) -> bool {
    if rule == path {
        return true;
    }
    let (mut left, mut right) = (rule.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b || (a.starts_with('{') && b.starts_with('{')) => {}
            _ => return false,
        }
    }
}
