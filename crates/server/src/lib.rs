//! The HTTP server: the API of interdict and the one that users of yente have. Requests go in; results of the engine and of casework come out.

mod engine;
mod problem;
pub mod yente;

pub use engine::{Current, Engine};
pub use problem::Problem;
