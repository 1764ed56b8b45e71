//! The HTTP server: the API of interdict and the one that users of yente have. Requests go in; results of the engine and of casework come out.

mod access;
mod admission;
mod api;
mod app;
mod cases;
mod engine;
mod error;
mod gate;
mod keys;
mod listen;
mod logs;
mod meter;
mod options;
mod problem;
mod query;
mod watch;
pub mod yente;

pub use access::{Action, Identity, Permission, RULES, Role, Roles, Rule, Scope, Takes, rule_for};
pub use api::document;
pub use app::{App, router};
pub use cases::{Cases, CasesOptions, Person};
pub use engine::{Current, Engine};
pub use error::ServerError;
pub use keys::{KeyEntry, KeyFile, Keys, new_key};
pub use listen::{Server, Tls};
pub use logs::{LogForm, start_logging};
pub use options::{Meaning, Options};
pub use problem::Problem;
pub use watch::{Opened, Watch, open_snapshot};
