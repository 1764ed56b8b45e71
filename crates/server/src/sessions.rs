//! Sessions of people in browsers. A cookie has 256 random bits, of which the server keeps the digest alone; what proves that a request
//! is meant is made of the same bits, so that nothing that could be stolen here opens a session.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::access::Identity;
use crate::keys::hex;
use crate::problem::Problem;
use crate::users::Users;

/// Time without a request after which a session ends.
const IDLE: Duration = Duration::from_mins(30);
/// Time after which it ends however much it is used.
const ABSOLUTE: Duration = Duration::from_hours(12);
/// Sessions that one person may have; one more ends the one that has been quiet for longest.
const EACH: usize = 16;
/// Sessions of all.
const MOST: usize = 16_384;

/// What only the browser has: the value of the cookie.
pub(crate) struct Ticket(String);

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket")
    }
}

impl Ticket {
    fn new() -> Result<Self, Problem> {
        Ok(Self(random()?))
    }

    /// One that came with a request, where it is one.
    pub(crate) fn given(text: &str) -> Option<Self> {
        (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)))
            .then(|| Self(text.to_owned()))
    }

    /// The value of the cookie.
    pub(crate) fn value(&self) -> &str {
        &self.0
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// What pages of this server show with each request that changes something. From it the cookie cannot be found.
    pub(crate) fn csrf(&self) -> String {
        hex(&Sha256::new_with_prefix(b"csrf of a session of interdict\0").chain_update(self.0.as_bytes()).finalize())
    }

    /// Whether a request shows it; the comparison takes as long for any.
    pub(crate) fn is_meant(&self, shown: Option<&str>) -> bool {
        shown.is_some_and(|shown| self.csrf().as_bytes().ct_eq(shown.as_bytes()).into())
    }
}

/// 256 random bits as text.
pub(crate) fn random() -> Result<String, Problem> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|error| {
        tracing::error!(%error, "no random bytes");
        Problem::internal()
    })?;
    Ok(hex(&random))
}

#[derive(Debug)]
struct Session {
    identity: Arc<Identity>,
    /// Of a user with a password, his name and the print of what he was when he signed in.
    user: Option<(String, [u8; 32])>,
    begun: Instant,
    seen: Instant,
}

impl Session {
    fn end(&self) -> Instant {
        (self.seen + IDLE).min(self.begun + ABSOLUTE)
    }

    fn is_over(&self, now: Instant, users: Option<&Users>) -> bool {
        now >= self.end()
            || self
                .user
                .as_ref()
                .is_some_and(|(name, print)| users.and_then(|users| users.active(name)).is_none_or(|user| user.print != *print))
    }
}

/// The sessions that are open.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<FxHashMap<[u8; 32], Session>>);

/// A session that was found, and how long it lasts if nothing comes.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) identity: Arc<Identity>,
    pub(crate) left: Duration,
}

impl Sessions {
    /// Opens a session of somebody, who gets an id of its own in place of the one that he has.
    pub(crate) fn open(
        &self,
        mut identity: Identity,
        user: Option<(String, [u8; 32])>,
        now: Instant,
        users: Option<&Users>,
    ) -> Result<(Ticket, Found), Problem> {
        let ticket = Ticket::new()?;
        // Public: it stands in the log, and nothing follows from it.
        identity.id = format!("session-{}", &random()?[..12]);
        let identity = Arc::new(identity);
        let session = Session { identity: Arc::clone(&identity), user, begun: now, seen: now };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.values().filter(|session| session.identity.actor == identity.actor).count();
        if held.len() >= MOST || own >= EACH {
            held.retain(|_, session| !session.is_over(now, users));
        }
        let oldest = |held: &FxHashMap<[u8; 32], Session>, of: Option<&str>| {
            let fits = |session: &Session| of.is_none_or(|actor| session.identity.actor == actor);
            held.iter().filter(|(_, session)| fits(session)).min_by_key(|(_, session)| session.seen).map(|(digest, _)| *digest)
        };
        let own = held.values().filter(|session| session.identity.actor == identity.actor).count();
        let out = match (own >= EACH, held.len() >= MOST) {
            (true, _) => oldest(&held, Some(&identity.actor)),
            (false, true) => oldest(&held, None),
            (false, false) => None,
        };
        if let Some(out) = out {
            held.remove(&out);
        }
        let left = session.end().saturating_duration_since(now);
        held.insert(ticket.digest(), session);
        Ok((ticket, Found { identity, left }))
    }

    /// The session of a ticket, which lasts longer by this. One whose user was disabled or changed ends.
    pub(crate) fn find(&self, ticket: &Ticket, now: Instant, users: Option<&Users>) -> Option<Found> {
        let digest = ticket.digest();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = held.get_mut(&digest)?;
        if session.is_over(now, users) {
            held.remove(&digest);
            return None;
        }
        session.seen = session.seen.max(now);
        Some(Found { identity: Arc::clone(&session.identity), left: session.end().saturating_duration_since(now) })
    }

    /// Ends a session.
    pub(crate) fn end(&self, ticket: &Ticket) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&ticket.digest()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn ada() -> Identity {
        Identity::with_role("ada", Role::Analyst)
    }

    #[test]
    fn a_session_ends_when_it_is_idle_and_after_twelve_hours() {
        let sessions = Sessions::default();
        let begin = Instant::now();
        let at = |minutes: u64| begin + Duration::from_mins(minutes);
        let (ticket, found) = sessions.open(ada(), None, begin, None).unwrap();
        assert_eq!((found.left, found.identity.actor.as_str()), (IDLE, "ada"));
        assert_ne!(found.identity.id, "ada");
        assert!(sessions.find(&ticket, at(29), None).is_some());
        assert!(sessions.find(&ticket, at(58), None).is_some(), "each request makes it last longer");
        assert!(sessions.find(&ticket, at(88), None).is_none(), "half an hour without one");
        assert!(sessions.find(&ticket, at(59), None).is_none(), "what has ended stays so when a clock goes back");
        let (ticket, _) = sessions.open(ada(), None, begin, None).unwrap();
        for minute in (20..720).step_by(20) {
            assert!(sessions.find(&ticket, at(minute), None).is_some(), "{minute}");
        }
        assert_eq!(sessions.find(&ticket, at(719), None).unwrap().left, Duration::from_mins(1));
        assert!(sessions.find(&ticket, at(720), None).is_none());
    }

    #[test]
    fn only_digests_are_kept_and_tickets_are_random() {
        let sessions = Sessions::default();
        let now = Instant::now();
        let (one, _) = sessions.open(ada(), None, now, None).unwrap();
        let (other, _) = sessions.open(ada(), None, now, None).unwrap();
        assert_eq!(one.value().len(), 64);
        assert_ne!(one.value(), other.value());
        assert!(one.csrf() != other.csrf() && one.csrf() != one.value());
        let held = format!("{sessions:?} {one:?}");
        let digests = sessions.0.lock().unwrap();
        assert!(digests.keys().all(|digest| hex(digest) != one.value()) && !held.contains(one.value()), "{held}");
        drop(digests);
        assert!(one.is_meant(Some(&one.csrf())) && !one.is_meant(Some(&other.csrf())) && !one.is_meant(None));
        assert!(sessions.end(&one) && !sessions.end(&one));
        assert!(sessions.find(&one, now, None).is_none() && sessions.find(&other, now, None).is_some());
        for wrong in ["", "abc", &one.value().to_uppercase(), &format!("{}0", one.value()), &"g".repeat(64)] {
            assert!(Ticket::given(wrong).is_none() || *wrong == *one.value(), "{wrong}");
        }
    }

    #[test]
    fn a_person_has_so_many_sessions_and_no_more() {
        let sessions = Sessions::default();
        let begin = Instant::now();
        let tickets: Vec<_> = (0..=EACH as u64)
            .map(|second| sessions.open(ada(), None, begin + Duration::from_secs(second), None).unwrap().0)
            .collect();
        let (eve, _) = sessions.open(Identity::with_role("eve", Role::Viewer), None, begin, None).unwrap();
        let now = begin + Duration::from_mins(1);
        assert!(sessions.find(&tickets[0], now, None).is_none(), "the oldest gave way");
        assert!(tickets[1..].iter().chain([&eve]).all(|ticket| sessions.find(ticket, now, None).is_some()));
    }
}
