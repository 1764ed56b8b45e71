//! How the server is run: its limits, and how it reads queries.

use std::time::Duration;

use interdict_model::Entity;

/// Puts an entity of a query into the model's own words, and warns of what it could not place.
pub type Meaning = fn(Entity, &mut Vec<String>) -> Entity;

/// The limits of a server. Each has a default that suits two processors.
#[derive(Debug, Clone)]
pub struct Options {
    /// Requests that are worked on at a time.
    pub workers: usize,
    /// Requests that wait for those; one more is turned away at once.
    pub queue: usize,
    /// Streams at a time; one more is turned away.
    pub streams: usize,
    /// Connections at a time; more wait until one ends.
    pub connections: usize,
    /// Bytes of a request's body.
    pub body: usize,
    /// Levels of nesting of JSON.
    pub depth: usize,
    /// Queries of one batch.
    pub batch: usize,
    /// Bytes of a body with one query up to which it is matched where it was read: going to another thread would cost more.
    pub inline: usize,
    /// Requests a second that a key may make, and of which it may have twice as many at once; none for no limit.
    pub rate: Option<u32>,
    /// Time in which the head of a request must have come.
    pub head_time: Duration,
    /// Time in which a body must have come; of a stream, the next piece of it, or the room for the next piece of the answer.
    pub body_time: Duration,
    /// Time in which a request must be answered.
    pub work_time: Duration,
    /// Time that running requests have when the server ends.
    pub grace: Duration,
    /// Time in which a server that was told to end still takes requests, while `/readyz` says that it ends: who spreads requests over
    /// servers sees it, and sends no more.
    pub linger: Duration,
    /// How often the folder of snapshots and the file of keys are looked at.
    pub watch: Duration,
    /// How the properties of queries are read.
    pub meaning: Meaning,
}

impl Default for Options {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            workers: processors * 2,
            queue: 256,
            streams: 8,
            connections: 1024,
            body: 1 << 20,
            depth: 32,
            batch: 1000,
            inline: 4096,
            rate: None,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(20),
            work_time: Duration::from_secs(30),
            grace: Duration::from_secs(20),
            linger: Duration::ZERO,
            watch: Duration::from_secs(2),
            meaning: |entity, _| entity,
        }
    }
}
