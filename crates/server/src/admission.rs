//! How much is taken on at a time: requests in work, those that wait, and how many a key may make. What is too much is turned away at
//! once, so that what was taken on is answered in time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use axum::http::StatusCode;
use rustc_hash::FxHashMap;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::problem::Problem;

/// Counts requests in and out.
#[derive(Debug)]
pub(crate) struct Admission {
    inside: AtomicUsize,
    most: usize,
    work: Semaphore,
}

/// A request that was let in; it leaves when this is dropped.
#[derive(Debug)]
pub(crate) struct Admitted<'a> {
    _counted: Counted<'a>,
    _permit: Option<SemaphorePermit<'a>>,
}

#[derive(Debug)]
struct Counted<'a>(&'a AtomicUsize);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    pub(crate) fn new(workers: usize, queue: usize) -> Self {
        Self { inside: AtomicUsize::new(0), most: workers.saturating_add(queue), work: Semaphore::new(workers) }
    }

    /// Requests inside, in work or waiting.
    pub(crate) fn inside(&self) -> usize {
        self.inside.load(Ordering::Relaxed)
    }

    /// Lets a request in, once there is room for its work; turns it away when too many wait.
    pub(crate) async fn enter(&self) -> Result<Admitted<'_>, Problem> {
        let before = self.inside.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(&self.inside);
        if before >= self.most {
            return Err(full("the server has as many requests as it takes on"));
        }
        // Requests that have come to this thread meanwhile are counted in before the first of them is worked on: else none would ever be
        // seen to wait.
        tokio::task::yield_now().await;
        let permit = self.work.acquire().await.ok();
        Ok(Admitted { _counted: counted, _permit: permit })
    }
}

/// The answer of a server that is full.
pub(crate) fn full(detail: &str) -> Problem {
    let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too much to do", detail);
    problem.retry_after = Some(1);
    problem
}

/// How many requests each key has left: a bucket that fills with its rate.
#[derive(Debug)]
pub(crate) struct Rates {
    rate: Option<u32>,
    buckets: Mutex<FxHashMap<String, (f64, Instant)>>,
}

impl Rates {
    pub(crate) fn new(rate: Option<u32>) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Takes one from the bucket of a key.
    pub(crate) fn take(&self, key: &str, now: Instant) -> Result<(), Problem> {
        let Some(rate) = self.rate.map(f64::from) else { return Ok(()) };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(key) {
            buckets.insert(key.to_owned(), (rate * 2.0, now));
        }
        let Some((left, then)) = buckets.get_mut(key) else { return Ok(()) };
        *left = (*left + now.saturating_duration_since(*then).as_secs_f64() * rate).min(rate * 2.0);
        *then = now;
        if *left >= 1.0 {
            *left -= 1.0;
            return Ok(());
        }
        let detail = format!("the key may make {rate} requests a second");
        let mut problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests", detail);
        problem.retry_after = Some(((1.0 - *left) / rate).ceil() as u32);
        Err(problem)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_fills_with_its_rate() {
        let rates = Rates::new(Some(2));
        let begin = Instant::now();
        let taken = |second: f64, key: &str| rates.take(key, begin + Duration::from_secs_f64(second)).is_ok();
        assert_eq!([0.0, 0.0, 0.0, 0.0, 0.0].map(|second| taken(second, "a")), [true, true, true, true, false]);
        assert!(taken(0.0, "b"), "each key has its own");
        assert_eq!([0.5, 0.5, 1.0].map(|second| taken(second, "a")), [true, false, true]);
        assert_eq!(rates.take("a", begin).unwrap_err().retry_after, Some(1), "a clock that goes back gives nothing");
    }

    #[tokio::test]
    async fn who_waits_too_many_is_turned_away() {
        let admission = Admission::new(1, 1);
        let first = admission.enter().await.unwrap();
        let mut second = Box::pin(admission.enter());
        // It waits.
        assert!(tokio::time::timeout(Duration::ZERO, &mut second).await.is_err());
        let third = admission.enter().await.unwrap_err();
        assert_eq!((third.status, third.retry_after, admission.inside()), (503, Some(1), 2));
        drop(first);
        drop(second.await.unwrap());
        assert_eq!(admission.inside(), 0);
    }
}
