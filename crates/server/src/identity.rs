//! Who makes a request: by a key, by a token of an issuer, or by the session of a browser. And where it comes from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use ipnet::IpNet;
use jiff::Timestamp;

use crate::access::Identity;
use crate::error::ServerError;
use crate::keys::Keys;
use crate::oidc::Oidc;
use crate::problem::Problem;
use crate::sessions::{Sessions, Ticket};
use crate::throttle::Throttle;
use crate::users::{Passwords, Users};

/// What shows that a request of a session is meant.
pub(crate) const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Name of the cookie of a session over TLS. Browsers take it from this host alone, and only with the attributes that make it safe.
const SECURE_COOKIE: &str = "__Host-interdict";
/// Its name on this machine, without TLS.
const LOCAL_COOKIE: &str = "interdict";

/// The time, which tests can move on.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    /// Moves it on.
    pub fn forward(&self, time: Duration) {
        self.0.fetch_add(time.as_millis() as u64, Ordering::Relaxed);
    }

    fn ahead(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    /// A moment to measure from, which nobody sets back.
    pub(crate) fn instant(&self) -> Instant {
        Instant::now() + self.ahead()
    }

    /// The time of day.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now().saturating_add(self.ahead()).unwrap_or(Timestamp::MAX)
    }
}

/// Who may be known to a server, and how it stands to the network.
#[derive(Debug, Default)]
pub struct Known {
    /// Keys.
    pub keys: Option<Keys>,
    /// Users with passwords.
    pub users: Option<Users>,
    /// An issuer of tokens.
    pub oidc: Option<Oidc>,
    /// Whether a proxy before the server ends TLS.
    pub behind_proxy: bool,
    /// Networks of proxies that are believed in where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// The address by which browsers reach the server, such as `https://screen.example.com`; else that of the request.
    pub origin: Option<String>,
    /// The time.
    pub clock: Clock,
}

impl From<Option<Keys>> for Known {
    fn from(keys: Option<Keys>) -> Self {
        Self { keys, ..Self::default() }
    }
}

/// All that has to do with who somebody is.
#[derive(Debug)]
pub(crate) struct Auth {
    pub(crate) known: Known,
    pub(crate) sessions: Sessions,
    pub(crate) throttle: Throttle,
    pub(crate) passwords: Passwords,
    secure: bool,
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// What a request shows of who makes it.
#[derive(Debug)]
pub(crate) struct Asked {
    safe: bool,
    authorization: Option<Shown>,
    cookie: Option<Ticket>,
    csrf: Option<String>,
    foreign: bool,
    client: IpAddr,
}

/// What stands after `Authorization`.
struct Shown(String);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

impl Auth {
    pub(crate) fn new(known: Known, tls: bool) -> Result<Self, ServerError> {
        let secure = tls || known.behind_proxy;
        if let Some(origin) = &known.origin {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://").filter(|_| !secure));
            if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', '@'])) {
                let scheme = if secure { "https" } else { "http" };
                return Err(ServerError::Setup(format!(
                    "the origin must be {scheme}://HOST or {scheme}://HOST:PORT, and no more"
                )));
            }
        }
        let (sessions, throttle, passwords) = (Sessions::default(), Throttle::default(), Passwords::default());
        Ok(Self { known, sessions, throttle, passwords, secure })
    }

    /// Whether nobody is known, so that all on this machine may do everything.
    pub(crate) fn is_open(&self) -> bool {
        self.known.keys.is_none() && self.known.users.is_none() && self.known.oidc.is_none()
    }

    /// Whether somebody can be known.
    pub(crate) fn is_kept(&self) -> bool {
        self.known.keys.as_ref().is_some_and(|keys| !keys.is_empty(self.known.clock.now()))
            || self.known.users.as_ref().is_some_and(|users| !users.is_empty())
            || self.known.oidc.is_some()
    }

    /// Reads files that have changed again.
    pub(crate) fn look(&self) {
        let said = |what: &str, looked: Result<bool, ServerError>| match looked {
            Ok(true) => tracing::info!("{what} read again"),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "{what} could not be read again; those before stay"),
        };
        if let Some(keys) = &self.known.keys {
            said("keys", keys.look());
        }
        if let Some(users) = &self.known.users {
            said("users", users.look());
        }
    }

    /// The users, read again where their file has changed, so that a session ends with the request after it.
    pub(crate) fn users(&self) -> Option<&Users> {
        let users = self.known.users.as_ref()?;
        if let Err(error) = users.look() {
            tracing::warn!(%error, "users could not be read again; those before stay");
        }
        Some(users)
    }

    fn cookie_name(&self) -> &'static str {
        if self.secure { SECURE_COOKIE } else { LOCAL_COOKIE }
    }

    /// The header that gives a browser the cookie, or takes it away.
    pub(crate) fn cookie(&self, ticket: Option<&Ticket>) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = if ticket.is_none() { "; Max-Age=0" } else { "" };
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}{age}", self.cookie_name(), ticket.map_or("", Ticket::value))
    }

    /// A cookie of a name that lives for a sign-in elsewhere, from which the browser comes back by a link of another site.
    pub(crate) fn login_cookie(&self, value: Option<&str>) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = if value.is_some() { 600 } else { 0 };
        format!(
            "{}-login={}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={age}",
            self.cookie_name(),
            value.unwrap_or_default()
        )
    }

    /// The value of that cookie.
    pub(crate) fn login_value(&self, headers: &HeaderMap) -> Option<String> {
        cookie(headers, &format!("{}-login", self.cookie_name())).map(str::to_owned)
    }

    /// The ticket that came with a request.
    pub(crate) fn ticket(&self, headers: &HeaderMap) -> Option<Ticket> {
        cookie(headers, self.cookie_name()).and_then(Ticket::given)
    }

    /// The address by which browsers reach the server, as this request has it.
    pub(crate) fn origin(&self, host: Option<&str>) -> Option<String> {
        let scheme = if self.secure { "https" } else { "http" };
        self.known.origin.clone().or_else(|| Some(format!("{scheme}://{}", host?)))
    }

    /// Whether a browser says that a page of another site makes the request.
    pub(crate) fn is_foreign(&self, headers: &HeaderMap, host: Option<&str>) -> bool {
        let site = headers.get(SITE).is_some_and(|site| site != "same-origin" && site != "none");
        let origin = headers.get(header::ORIGIN).is_some_and(|origin| {
            let given = origin.to_str().unwrap_or_default();
            self.origin(host).is_none_or(|own| !own.eq_ignore_ascii_case(given))
        });
        site || origin
    }

    /// The address that a request comes from: that of the connection, or what proxies say that are believed.
    pub(crate) fn client(&self, headers: &HeaderMap, peer: Option<Peer>) -> IpAddr {
        let trusted = |address: IpAddr| self.known.trusted_proxies.iter().any(|network| network.contains(&address));
        let mut client = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        let chain = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
        for hop in chain.rsplit(',') {
            if !trusted(client) {
                break;
            }
            let Ok(address) = hop.trim().parse::<IpAddr>() else { break };
            client = address.to_canonical();
        }
        client
    }

    /// What a request shows of who makes it.
    pub(crate) fn asked(&self, request: &Request<Body>) -> Asked {
        let headers = request.headers();
        let authorization = headers.get(header::AUTHORIZATION).map(|value| {
            let shown = value.to_str().ok().and_then(|value| {
                let (scheme, shown) = value.split_once(' ')?;
                (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("apikey")).then(|| shown.trim())
            });
            Shown(shown.unwrap_or_default().to_owned())
        });
        let cookie = if authorization.is_none() { self.ticket(headers) } else { None };
        Asked {
            safe: matches!(*request.method(), Method::GET | Method::HEAD),
            csrf: cookie.as_ref().and_then(|_| Some(headers.get(CSRF)?.to_str().ok()?.to_owned())),
            foreign: (cookie.is_some() || self.is_open()) && self.is_foreign(headers, host(request)),
            client: self.client(headers, request.extensions().get::<Peer>().copied()),
            authorization,
            cookie,
        }
    }

    /// Who makes a request that is not for everybody.
    pub(crate) async fn who(&self, asked: Asked) -> Result<Arc<Identity>, Problem> {
        let clock = &self.known.clock;
        if let Some(Shown(shown)) = asked.authorization {
            if let Some(who) = self.known.keys.as_ref().and_then(|keys| keys.identity(&shown, clock.now())) {
                return Ok(who);
            }
            let is_token = shown.bytes().filter(|byte| *byte == b'.').count() == 2;
            if let Some(oidc) = self.known.oidc.as_ref().filter(|_| is_token) {
                match oidc.identity(&shown, clock).await {
                    Err(problem) if problem.status == StatusCode::UNAUTHORIZED => {
                        self.throttle.failed(asked.client, clock.instant())?;
                        return Err(problem);
                    }
                    other => return other,
                }
            }
            self.throttle.failed(asked.client, clock.instant())?;
            return Err(unknown("give a key or token that is in force as `Authorization: Bearer KEY`"));
        }
        let Some(ticket) = asked.cookie else {
            return Err(unknown("give a key that is in force as `Authorization: Bearer KEY`, or sign in"));
        };
        let found = self.sessions.find(&ticket, clock.instant(), self.users());
        let Some(found) = found else { return Err(unknown("the session has ended; sign in again")) };
        if !asked.safe && (asked.foreign || !ticket.is_meant(asked.csrf.as_deref())) {
            return Err(not_meant());
        }
        Ok(found.identity)
    }

    /// Whoever is on this machine, where nobody is known. A page of another site that the browser of this machine was led to is not it.
    pub(crate) fn local(request: &Request<Body>, asked: &Asked) -> Result<Arc<Identity>, Problem> {
        if !is_local(request) {
            let detail = "without keys the server answers to localhost alone";
            return Err(Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", "Wrong host", detail));
        }
        if !asked.safe && asked.foreign {
            return Err(not_meant());
        }
        Ok(Arc::new(Identity::local()))
    }
}

fn unknown(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "Not authenticated", detail)
}

/// A request that a browser was made to send.
pub(crate) fn not_meant() -> Problem {
    let detail =
        "a request of a session that changes something shows the session's token as `X-CSRF-Token`, and comes from this server";
    Problem::new(StatusCode::FORBIDDEN, "csrf", "Not meant", detail)
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|value| value.split(';')).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The host that a request is for, with its port.
pub(crate) fn host<T>(request: &Request<T>) -> Option<&str> {
    let authority = request.uri().authority().map(axum::http::uri::Authority::as_str);
    authority.or_else(|| request.headers().get(header::HOST)?.to_str().ok())
}

fn is_local<T>(request: &Request<T>) -> bool {
    let host = host(request).map(|host| match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    });
    let Some(host) = host else {
        // HTTP/1.0, and requests that never crossed a socket.
        return true;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auth(trusted: &[&str]) -> Auth {
        let trusted_proxies = trusted.iter().map(|network| network.parse().unwrap()).collect();
        Auth::new(Known { trusted_proxies, ..Known::default() }, false).unwrap()
    }

    #[test]
    fn only_trusted_proxies_say_where_a_request_comes_from() {
        let client = |trusted: &[&str], peer: &str, forwarded: &[&str]| {
            let mut headers = HeaderMap::new();
            for one in forwarded {
                headers.append(FORWARDED, one.parse().unwrap());
            }
            let peer = Peer(SocketAddr::new(peer.parse().unwrap(), 4711));
            auth(trusted).client(&headers, Some(peer)).to_string()
        };
        let proxies = ["10.0.0.0/8"];
        assert_eq!(client(&[], "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client(&proxies, "192.0.2.1", &["198.51.100.7"]), "192.0.2.1", "not from the proxy");
        assert_eq!(client(&proxies, "10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&proxies, "::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client(&proxies, "10.0.0.1", &["203.0.113.9, 198.51.100.7"]), "198.51.100.7", "what the client made up");
        assert_eq!(client(&proxies, "10.0.0.1", &["203.0.113.9", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client(&proxies, "10.0.0.1", &["198.51.100.7, nonsense"]), "10.0.0.1");
        assert_eq!(client(&proxies, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        let local = |host: &str| is_local(&Request::builder().uri("/").header("host", host).body(()).unwrap());
        for host in ["localhost", "LOCALHOST:8053", "127.0.0.1:8053", "127.8.8.8", "[::1]:8053", "[::1]"] {
            assert!(local(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "192.0.2.1", "[2001:db8::1]:80", ""]
        {
            assert!(!local(host), "{host}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        let made = |origin: &str, tls| {
            let known = Known { origin: Some(origin.to_owned()), ..Known::default() };
            Auth::new(known, tls).is_ok()
        };
        assert!(made("https://screen.example.com", true) && made("http://localhost:8053", false));
        for origin in
            ["http://screen.example.com", "https://screen.example.com/", "https://", "https://a@b", "screen.example.com"]
        {
            assert!(!made(origin, true), "{origin}");
        }
    }
}
