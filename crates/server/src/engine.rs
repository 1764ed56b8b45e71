//! What requests are answered with: a snapshot with the settings of matching. Another takes its place while requests run; each request
//! keeps the one that it began with.

use std::sync::{Arc, PoisonError, RwLock};

use interdict_matching::{Matcher, Settings};
use interdict_snapshot::Snapshot;

/// A snapshot in use, with settings.
#[derive(Debug)]
pub struct Engine {
    /// The compiled lists.
    pub snapshot: Snapshot,
    /// Settings of matching.
    pub settings: Settings,
}

impl Engine {
    /// A matcher over the snapshot with the settings of the engine.
    #[must_use]
    pub fn matcher(&self) -> Matcher<'_> {
        Matcher::new(&self.snapshot, self.settings.clone())
    }
}

/// The engine in use now.
#[derive(Debug, Clone)]
pub struct Current(Arc<RwLock<Arc<Engine>>>);

impl Current {
    /// Begins with an engine.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(engine))))
    }

    /// The engine now; it stays whole for as long as it is held.
    #[must_use]
    pub fn get(&self) -> Arc<Engine> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place; requests that run keep the one before.
    pub fn swap(&self, engine: Engine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
    }
}
