//! Who may do what: one table of all routes, and what each role may. The gate asks here and nowhere else; a route that is not in the table
//! is closed to everybody.

use std::fmt;
use std::str::FromStr;

/// What somebody may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reads what is listed.
    Viewer,
    /// Screens, and works on cases.
    Analyst,
    /// Decides what an analyst proposed.
    Approver,
    /// Runs the server.
    Admin,
    /// Reads everything and changes nothing.
    Auditor,
    /// A program: screens and is measured.
    Service,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 6] = [Self::Viewer, Self::Analyst, Self::Approver, Self::Admin, Self::Auditor, Self::Service];

    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Service => "service",
        }
    }

    /// Whether the role has a permission.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{Admin, Metrics, Public, Read, Screen};
        match permission {
            Public | Read => true,
            Screen => matches!(self, Self::Analyst | Self::Approver | Self::Admin | Self::Service),
            Metrics => matches!(self, Self::Admin | Self::Auditor | Self::Service),
            Admin => self == Self::Admin,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = || Self::ALL.map(Self::word).join(", ");
        Self::ALL
            .into_iter()
            .find(|role| role.word() == text)
            .ok_or_else(|| format!("`{text}` is not a role; there are {}", words()))
    }
}

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
}

impl Permission {
    /// All permissions that a key can be narrowed to.
    pub const SCOPES: [Self; 4] = [Self::Read, Self::Screen, Self::Metrics, Self::Admin];

    /// The word for it in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Read => "read",
            Self::Screen => "screen",
            Self::Metrics => "metrics",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Permission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = || Self::SCOPES.map(Self::word).join(", ");
        Self::SCOPES
            .into_iter()
            .find(|scope| scope.word() == text)
            .ok_or_else(|| format!("`{text}` is not a scope; there are {}", words()))
    }
}

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Public id of the key; `local` where there are no keys and only this machine reaches the server.
    pub id: String,
    /// The role.
    pub role: Role,
    /// Permissions to which the key is narrowed; empty for all of its role.
    pub scopes: Vec<Permission>,
    /// Whose data it works on; empty where there is only one.
    pub tenant: String,
}

impl Identity {
    /// Whoever is on this machine, where no keys are in use.
    #[must_use]
    pub fn local() -> Self {
        Self { id: "local".to_owned(), role: Role::Admin, scopes: Vec::new(), tenant: String::new() }
    }

    /// Whether it may do what needs the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && (self.scopes.is_empty() || self.scopes.contains(&permission))
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

/// Every route of the server.
pub const RULES: &[Rule] = &[
    get("/healthz", Permission::Public),
    get("/readyz", Permission::Public),
    get("/openapi.json", Permission::Public),
    get("/docs", Permission::Public),
    get("/docs/page.js", Permission::Public),
    get("/docs/page.css", Permission::Public),
    get("/metrics", Permission::Metrics),
    get("/api/v1/status", Permission::Read),
    post("/api/v1/screen", Permission::Screen, Takes::Json),
    post("/api/v1/screen/stream", Permission::Screen, Takes::Stream),
    post("/api/v1/compare", Permission::Screen, Takes::Json),
    get("/api/v1/entities/{id}", Permission::Read),
    get("/api/v1/network/{id}", Permission::Read),
    get("/api/v1/sources", Permission::Read),
    get("/api/v1/settings", Permission::Read),
    // Those that users of yente have.
    post("/match/{dataset}", Permission::Screen, Takes::Json),
    get("/search/{dataset}", Permission::Screen),
    get("/entities/{id}", Permission::Read),
    get("/entities/{id}/adjacent", Permission::Read),
    get("/entities/{id}/adjacent/{property}", Permission::Read),
    get("/catalog", Permission::Read),
    get("/algorithms", Permission::Read),
    get("/statements", Permission::Read),
    get("/reconcile/{dataset}", Permission::Screen),
    post("/reconcile/{dataset}", Permission::Screen, Takes::Form),
    get("/reconcile/{dataset}/suggest/entity", Permission::Screen),
    get("/reconcile/{dataset}/suggest/property", Permission::Screen),
    get("/reconcile/{dataset}/suggest/type", Permission::Screen),
    post("/reconcile/{dataset}/extend/property", Permission::Screen, Takes::Form),
    get("/reconcile/{dataset}/extend/property", Permission::Screen),
    post("/updatez", Permission::Admin, Takes::Form),
];

/// The place in the table of a route, by its method and its path with parameters.
#[must_use]
pub fn rule_for(method: &str, path: &str) -> Option<usize> {
    let method = if method == "HEAD" { "GET" } else { method };
    RULES.iter().position(|rule| rule.method == method && same_path(rule.path, path))
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
