//! What people make of the alerts: their verdicts, which lower what is often wrong in a house ([`Verdicts`]), and how alerts fall on groups of
//! people that the house lawfully holds ([`Groups`], [`Fairness`]). Groups never reach a test: they are counted when all results are there.

mod fairness;
mod table;
mod verdicts;

pub use fairness::{Difference, Fairness, Group, Groups, Interval, Of, Side};
pub use table::OversightError;
pub use verdicts::{Tried, Verdict, Verdicts};
