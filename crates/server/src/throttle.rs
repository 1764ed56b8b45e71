//! How often somebody may be wrong about who he is: by account, which is locked for a while, and by the address that he comes from.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::problem::Problem;

/// Wrong passwords of an account within [`WINDOW`] that lock it.
const WRONG: usize = 5;
/// Time within which wrong passwords are counted together.
const WINDOW: Duration = Duration::from_mins(15);
/// Time for which an account is locked.
const LOCKED: Duration = Duration::from_mins(15);
/// Failures that an address may have at once.
const BURST: f64 = 20.0;
/// Seconds after which it may have one more.
const REFILL: f64 = 6.0;
/// Accounts and addresses that are remembered; beyond, those that have been quiet for longest are forgotten.
const MOST: usize = 65_536;

/// Failures by account and by address. Accounts that do not exist are counted like those that do, so that nothing tells them apart.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    accounts: Mutex<FxHashMap<[u8; 32], Account>>,
    sources: Mutex<FxHashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Default)]
struct Account {
    failures: VecDeque<Instant>,
    locked: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    then: Instant,
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        self.left = (self.left + now.saturating_duration_since(self.then).as_secs_f64() / REFILL).min(BURST);
        self.then = self.then.max(now);
    }
}

/// An attempt to sign in, which counts as failed until it is known to be right.
#[derive(Debug)]
pub(crate) struct Attempt<'t> {
    throttle: &'t Throttle,
    account: [u8; 32],
    source: IpAddr,
    began: Instant,
}

impl Throttle {
    /// Begins an attempt to sign in. It is counted at once, so that many at the same time are not more than one after the other.
    pub(crate) fn attempt(&self, account: &str, source: IpAddr, now: Instant) -> Result<Attempt<'_>, Problem> {
        let account: [u8; 32] = Sha256::digest(account.as_bytes()).into();
        self.locked(account, now)?;
        self.failed(source, now)?;
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= MOST && !accounts.contains_key(&account) {
            forget(&mut accounts, |account| account.failures.back().copied().max(account.locked));
        }
        let held = accounts.entry(account).or_default();
        held.failures.retain(|then| now.saturating_duration_since(*then) < WINDOW);
        held.failures.push_back(now);
        if held.failures.len() >= WRONG {
            held.locked = Some(now);
        }
        Ok(Attempt { throttle: self, account, source, began: now })
    }

    /// Refuses an account that is locked.
    fn locked(&self, account: [u8; 32], now: Instant) -> Result<(), Problem> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = accounts.get_mut(&account) else { return Ok(()) };
        let Some(since) = held.locked else { return Ok(()) };
        let passed = now.saturating_duration_since(since);
        if passed < LOCKED {
            return Err(wait("too many wrong passwords; wait", LOCKED.saturating_sub(passed)));
        }
        accounts.remove(&account);
        Ok(())
    }

    /// Counts a failure of an address; refused when it has had too many.
    pub(crate) fn failed(&self, source: IpAddr, now: Instant) -> Result<(), Problem> {
        let source = network(source);
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= MOST && !sources.contains_key(&source) {
            forget(&mut sources, |bucket| Some(bucket.then));
        }
        let bucket = sources.entry(source).or_insert(Bucket { left: BURST, then: now });
        bucket.fill(now);
        if bucket.left < 1.0 {
            return Err(wait(
                "too many failures from this address; wait",
                Duration::from_secs_f64((1.0 - bucket.left) * REFILL),
            ));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    /// Gives an address back what was counted before it was known to be right.
    pub(crate) fn give_back(&self, source: IpAddr) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = sources.get_mut(&network(source)) {
            bucket.left = (bucket.left + 1.0).min(BURST);
        }
    }
}

impl Attempt<'_> {
    /// It was right: the account has no failures any more.
    pub(crate) fn succeeded(self) {
        self.throttle.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.account);
        self.throttle.give_back(self.source);
    }

    /// It could not be judged, so it counts for nothing.
    pub(crate) fn undone(self) {
        let mut accounts = self.throttle.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = accounts.get_mut(&self.account) {
            if let Some(at) = held.failures.iter().rposition(|then| *then == self.began) {
                held.failures.remove(at);
            }
            if held.failures.len() < WRONG {
                held.locked = None;
            }
        }
        drop(accounts);
        self.throttle.give_back(self.source);
    }
}

/// Forgets a quarter of what is held: what has been quiet for longest.
pub(crate) fn forget<K: Copy + Eq + std::hash::Hash, V>(held: &mut FxHashMap<K, V>, last: impl Fn(&V) -> Option<Instant>) {
    let mut order: Vec<(Option<Instant>, K)> = held.iter().map(|(key, value)| (last(value), *key)).collect();
    order.sort_by_key(|(last, _)| *last);
    for (_, key) in order.into_iter().take(held.len() / 4) {
        held.remove(&key);
    }
}

/// The address that is counted: of IPv6 the network, of which one customer has all.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        four @ IpAddr::V4(_) => four,
    }
}

fn wait(words: &str, time: Duration) -> Problem {
    let seconds = (time.as_secs_f64().ceil() as u32).max(1);
    let mut problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_failures",
        "Too many failures",
        format!("{words} {seconds} seconds"),
    );
    problem.retry_after = Some(seconds);
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u16) -> IpAddr {
        IpAddr::from([0x2001, 0xdb8, 0, last, 0, 0, 0, 1])
    }

    #[test]
    fn an_account_is_locked_after_five_wrong_passwords_and_opens_again() {
        let throttle = Throttle::default();
        let begin = Instant::now();
        let at = |minutes: u64| begin + Duration::from_mins(minutes);
        // Four in a quarter of an hour, and one after it, lock nothing.
        for minute in [0, 1, 2, 3, 15] {
            throttle.attempt("ada", address(1), at(minute)).unwrap();
        }
        // The fifth within a quarter of an hour is still tried, and is the last.
        throttle.attempt("ada", address(1), at(15)).unwrap();
        let refused = throttle.attempt("ada", address(2), at(15)).unwrap_err();
        assert_eq!((refused.status, refused.code, refused.retry_after), (429, "too_many_failures", Some(900)));
        throttle.attempt("eve", address(1), at(15)).unwrap();
        assert_eq!(throttle.attempt("ada", address(2), at(29)).unwrap_err().retry_after, Some(60));
        throttle.attempt("ada", address(2), at(30)).unwrap().succeeded();
    }

    #[test]
    fn attempts_at_the_same_time_are_counted_each() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let mut running: Vec<_> = (0..WRONG).map(|_| throttle.attempt("ada", address(1), now).unwrap()).collect();
        assert!(throttle.attempt("ada", address(1), now).is_err());
        // One that could not be judged leaves room for another.
        running.pop().unwrap().undone();
        throttle.attempt("ada", address(1), now).unwrap().succeeded();
        assert!(throttle.attempt("ada", address(1), now).is_ok(), "who was right begins anew");
    }

    #[test]
    fn an_address_has_a_bucket_of_failures() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..20 {
            throttle.failed(address(1), now).unwrap();
        }
        assert_eq!(throttle.failed(address(1), now).unwrap_err().retry_after, Some(6));
        let neighbour = IpAddr::from([0x2001, 0xdb8, 0, 1, 9, 9, 9, 9]);
        assert!(throttle.failed(neighbour, now).is_err(), "of one network");
        assert!(throttle.failed(address(2), now).is_ok());
        assert!(throttle.attempt("ada", address(1), now).is_err(), "passwords are counted with the rest");
        assert!(throttle.failed(address(1), now + Duration::from_secs(6)).is_ok());
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert_eq!(network(mapped), IpAddr::from([192, 0, 2, 1]));
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let throttle = Throttle::default();
        let begin = Instant::now();
        for at in 0..=MOST as u32 {
            let source = IpAddr::from([10, (at >> 16) as u8, (at >> 8) as u8, at as u8]);
            throttle.attempt(&at.to_string(), source, begin + Duration::from_millis(at.into())).unwrap();
        }
        assert!(throttle.accounts.lock().unwrap().len() <= MOST);
        assert!(throttle.sources.lock().unwrap().len() <= MOST);
        let last: [u8; 32] = Sha256::digest(MOST.to_string().as_bytes()).into();
        assert!(throttle.accounts.lock().unwrap().contains_key(&last), "the newest are kept");
    }
}
