//! Fetching a list from its official address: the only module of the engine that uses the network. In goes an address and what is
//! held of it already; out comes "nothing new", or a file on the disk with its digest, or one error that says what went wrong.
//!
//! The official address is asked first, every time. Where it redirects to (often an address that is signed and short-lived) is
//! followed by hand: it is used once, never kept, never shown with its query, never from https to http, and nothing that could
//! authorise is sent along. Answers follow RFC 9110 (HTTP semantics): conditional requests by `ETag` and `Last-Modified`, ranges with
//! `If-Range`, `Retry-After`. A file is whole or not there at all.
//!
//! There is no clock here but the one that sockets need: pauses between attempts are the caller's to wait.

mod address;
mod fault;
mod part;
mod proxies;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use ureq::http::{HeaderMap, Request, Response, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};
use ureq::{Agent, Body, Timeout};

use self::address::Address;
pub use self::fault::{FetchError, FetchErrorKind};
use self::part::{Part, Version};
pub use self::proxies::Proxies;

/// How long to pause before trying again: `base`, doubled with every attempt, at most `max`, of which a part chosen by the request's
/// seed (half to all) is waited, so that many machines do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Before the second attempt. Default 1 s.
    pub base: Duration,
    /// At most. Default 60 s.
    pub max: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: Duration::from_secs(1), max: Duration::from_mins(1) }
    }
}

impl Backoff {
    fn pause(self, attempt: u32, seed: u64) -> Duration {
        let doubled = self.base.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX)).min(self.max);
        doubled.mul_f64(0.5 + unit(seed.wrapping_add(u64::from(attempt))) / 2.0)
    }
}

/// A number from 0 to 1 out of a seed (`SplitMix64`).
fn unit(seed: u64) -> f64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// How to fetch: the same for every list.
#[derive(Clone, Debug)]
pub struct FetchOptions {
    /// For the connection: name, TCP, proxy and TLS. Default 20 s.
    pub timeout_connect: Duration,
    /// For one attempt, with its redirects and the body. Default 30 minutes; what came until then is built upon by the next.
    pub timeout_total: Duration,
    /// Without any byte, and for the whole head of an answer. Default 60 s.
    pub timeout_idle: Duration,
    /// Bytes a second that must come on average. Default 1,024.
    pub min_rate: u64,
    /// From when on `min_rate` is asked for. Default 30 s.
    pub rate_grace: Duration,
    /// Size of a file at most, decoded if it comes encoded. Default 4 GiB.
    pub max_bytes: u64,
    /// Attempts after the first. Default 4.
    pub retries: u32,
    /// Pauses between attempts.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is waited; a server that asks for more is left alone. Default 5 minutes.
    pub retry_after_max: Duration,
    /// Redirects that are followed. Default 8.
    pub max_redirects: usize,
    /// Proxies. Default none: what the environment says is for the caller to look up, by [`Proxies::from_vars`].
    pub proxies: Proxies,
    /// Root certificates (PEM) that are trusted beside those of the web.
    pub ca_file: Option<PathBuf>,
    /// Name that is given to servers. Default `interdict/` and the version.
    pub user_agent: String,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            timeout_connect: Duration::from_secs(20),
            timeout_total: Duration::from_mins(30),
            timeout_idle: Duration::from_mins(1),
            min_rate: 1024,
            rate_grace: Duration::from_secs(30),
            max_bytes: 4 << 30,
            retries: 4,
            backoff: Backoff::default(),
            retry_after_max: Duration::from_mins(5),
            max_redirects: 8,
            proxies: Proxies::none(),
            ca_file: None,
            user_agent: concat!("interdict/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// What is held of a file already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditional {
    /// The `ETag` it came with.
    pub etag: Option<String>,
    /// The `Last-Modified` it came with.
    pub last_modified: Option<String>,
    /// Its SHA-256, hexadecimal.
    pub sha256: Option<String>,
}

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct FetchRequest<'a> {
    /// The official address.
    pub url: &'a str,
    /// What is held already.
    pub held: &'a Conditional,
    /// The SHA-256 that the file must have, where one is published.
    pub expected_sha256: Option<&'a str>,
    /// A web page is what is wanted, not a sign that something is wrong.
    pub expect_html: bool,
    /// An existing folder for the partial and the whole file.
    pub dir: &'a Path,
    /// Decides the length of pauses within their bounds.
    pub seed: u64,
}

/// What came of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// What is held is what the server has.
    NotModified {
        /// The `ETag` of the answer, if it had one.
        etag: Option<String>,
        /// The `Last-Modified` of the answer, if it had one.
        last_modified: Option<String>,
    },
    /// A file that differs from what is held.
    Downloaded {
        /// The whole file, in the folder of the request, for the caller to move.
        path: PathBuf,
        /// Its SHA-256, lower-case hexadecimal.
        sha256: String,
        /// Its size.
        bytes: u64,
        /// To ask with next time.
        etag: Option<String>,
        /// To ask with next time.
        last_modified: Option<String>,
        /// As the server says.
        content_type: Option<String>,
        /// The host it came from in the end.
        final_host: String,
        /// Whether the server said how long the file is. Where it did not, a file that was cut off cannot be told from a whole one here,
        /// and the counts of its records must.
        length_stated: bool,
    },
}

/// Fetches a file. `on_progress` gets the bytes that are there and, if known, how many there will be; `wait` waits.
pub fn fetch(
    request: &FetchRequest<'_>,
    options: &FetchOptions,
    on_progress: &mut dyn FnMut(u64, Option<u64>),
    wait: &mut dyn FnMut(Duration),
) -> Result<Fetched, FetchError> {
    let official = Address::parse(request.url).map_err(|reason| {
        let url = request.url.split(['?', '#']).next().unwrap_or_default();
        // What stands before an `@` may be a password.
        let url = url.rsplit('@').next().unwrap_or_default().to_owned();
        FetchError { url, host: String::new(), attempts: 0, kind: FetchErrorKind::Address(reason) }
    })?;
    let mut run = Run { request, options, host: official.host(), official, on_progress };
    let mut attempts = 0;
    let result = run.attempts(&mut attempts, wait);
    result.map_err(|kind| FetchError { url: run.official.shown(), host: run.host, attempts, kind })
}

/// One fetch with all its attempts.
struct Run<'a> {
    request: &'a FetchRequest<'a>,
    options: &'a FetchOptions,
    official: Address,
    /// The host that was asked last.
    host: String,
    on_progress: &'a mut dyn FnMut(u64, Option<u64>),
}

/// How one round of requests ended without a file.
enum Stop {
    /// What was there before cannot be built upon: ask again without it.
    Anew,
    Failed(FetchErrorKind),
}

impl From<FetchErrorKind> for Stop {
    fn from(kind: FetchErrorKind) -> Self {
        Self::Failed(kind)
    }
}

/// What the body of an answer is.
enum Answer {
    NotModified(HeaderMap),
    /// The file, from the byte that is missing first.
    File(Response<Body>),
}

impl Run<'_> {
    fn attempts(&mut self, attempts: &mut u32, wait: &mut dyn FnMut(Duration)) -> Result<Fetched, FetchErrorKind> {
        let roots = self.roots()?;
        let mut part = Part::open(self.request.dir, self.request.url)?;
        let mut anew_left = 1;
        loop {
            *attempts += 1;
            let kind = match self.attempt(&roots, &mut part) {
                Ok(done) => return self.finish(part, done),
                Err(Stop::Anew) if anew_left > 0 => {
                    anew_left -= 1;
                    *attempts -= 1;
                    continue;
                }
                Err(Stop::Anew) => FetchErrorKind::Protocol("it sends other parts of the file than were asked for".to_owned()),
                Err(Stop::Failed(kind)) => kind,
            };
            let pause = self.options.backoff.pause(*attempts, self.request.seed);
            let asked = kind.retry_after().unwrap_or_default();
            if !kind.is_passing() || *attempts > self.options.retries || asked > self.options.retry_after_max {
                if part.resumable().is_none() {
                    // Nothing to go on from. Why the fetch failed is what is to be told, not why this did.
                    let _ = part.remove();
                }
                return Err(kind);
            }
            wait(pause.max(asked));
        }
    }

    /// The sets of root certificates to try. One set holds either the web's or the file's: the network library has no third kind.
    fn roots(&self) -> Result<Vec<RootCerts>, FetchErrorKind> {
        let Some(path) = &self.options.ca_file else { return Ok(vec![RootCerts::WebPki]) };
        let failed = |reason: String| FetchErrorKind::CaFile { path: path.clone(), reason };
        let pem = std::fs::read(path).map_err(|reason| failed(reason.to_string()))?;
        let mut certificates: Vec<Certificate<'static>> = Vec::new();
        for item in ureq::tls::parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| failed(error.to_string()))? {
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err(failed("there is none in it".to_owned()));
        }
        Ok(vec![RootCerts::new_with_certs(&certificates), RootCerts::WebPki])
    }

    /// One round: the official address, where it redirects to, and the body.
    fn attempt(&mut self, roots: &[RootCerts], part: &mut Part) -> Result<Done, Stop> {
        let started = Instant::now();
        let response = match self.ask(roots, part, started)? {
            Answer::NotModified(headers) => return Ok(Done::NotModified(headers)),
            Answer::File(response) => response,
        };
        let resumed = response.status() == 206;
        let (head, body) = response.into_parts();
        self.check_type(&head.headers)?;
        let packed = is_packed(&head.headers)?;
        let length = body.content_length();
        if resumed {
            if packed || !goes_on(&head.headers, length, part) {
                part.restart(Version::default())?;
                return Err(Stop::Anew);
            }
        } else {
            let mut version = version(&head.headers, length);
            if packed {
                // Bytes that are counted decoded do not say where to go on in what is sent.
                (version.validator, version.total) = (None, None);
            }
            part.restart(version)?;
        }
        let total = part.version().total;
        if total.is_some_and(|total| total > self.options.max_bytes) {
            part.restart(Version::default())?;
            return Err(FetchErrorKind::TooLarge { limit: self.options.max_bytes }.into());
        }
        let reader = body.into_reader();
        let received = if packed {
            self.receive(&mut MultiGzDecoder::new(reader), part, total)
        } else {
            self.receive(&mut { reader }, part, total)
        };
        if let Err(kind) = received {
            if matches!(kind, FetchErrorKind::TooLarge { .. }) {
                part.restart(Version::default())?;
            } else {
                // Should this fail, the next attempt begins further ahead; why this one failed is what is to be told.
                let _ = part.keep();
            }
            return Err(kind.into());
        }
        if resumed && self.request.expected_sha256.is_some_and(|expected| !expected.eq_ignore_ascii_case(&part.sha256())) {
            part.restart(Version::default())?;
            return Err(Stop::Anew);
        }
        if part.bytes() == 0 {
            return Err(FetchErrorKind::Empty.into());
        }
        Ok(Done::Whole { headers: head.headers, length_stated: length.is_some() })
    }

    /// Asks the official address, and follows it to an answer that is no redirect.
    fn ask(&mut self, roots: &[RootCerts], part: &mut Part, started: Instant) -> Result<Answer, Stop> {
        let mut address = self.official.clone();
        let mut seen = vec![address.uri().clone()];
        loop {
            self.host = address.host();
            let response = self.get(&address, roots, part, started)?;
            let headers = response.headers();
            match response.status().as_u16() {
                200 => return Ok(Answer::File(response)),
                206 if part.resumable().is_some() => return Ok(Answer::File(response)),
                304 if self.request.held.etag.is_some() || self.request.held.last_modified.is_some() => {
                    return Ok(Answer::NotModified(response.into_parts().0.headers));
                }
                301 | 302 | 303 | 307 | 308 => {
                    let refused = |reason: String| FetchErrorKind::Redirect(reason);
                    let location = headers.get(header::LOCATION).ok_or_else(|| refused("it leads nowhere".to_owned()))?;
                    let next = address.join(location.as_bytes()).map_err(refused)?;
                    if address.is_https() && !next.is_https() {
                        return Err(refused(format!("it leads from https to {}", next.shown())).into());
                    }
                    if seen.contains(next.uri()) {
                        return Err(refused(format!("it leads in a circle by {}", next.shown())).into());
                    }
                    if seen.len() > self.options.max_redirects {
                        return Err(refused(format!("more than {} after each other", self.options.max_redirects)).into());
                    }
                    seen.push(next.uri().clone());
                    address = next;
                }
                416 if part.resumable().is_some() => {
                    part.restart(Version::default())?;
                    return Err(Stop::Anew);
                }
                status @ (200..=299 | 304) => {
                    return Err(
                        FetchErrorKind::Protocol(format!("the status {status} to a question that it does not answer")).into()
                    );
                }
                status => return Err(FetchErrorKind::Status { status, retry_after: retry_after(headers) }.into()),
            }
        }
    }

    /// One request. A certificate that one set of roots does not know may be known to the next.
    fn get(
        &self,
        address: &Address,
        roots: &[RootCerts],
        part: &Part,
        started: Instant,
    ) -> Result<Response<Body>, FetchErrorKind> {
        let mut unknown = FetchErrorKind::Tls("there are no root certificates".to_owned());
        for roots in roots {
            let total_left = self.options.timeout_total.saturating_sub(started.elapsed());
            if total_left.is_zero() {
                return Err(self.timeout(Timeout::Global));
            }
            let agent = self.agent(address, roots, total_left)?;
            match agent.run(self.question(address, part)?) {
                Ok(response) => return Ok(response),
                Err(error) => match self.classify(error) {
                    kind @ FetchErrorKind::Tls(_) => unknown = kind,
                    kind => return Err(kind),
                },
            }
        }
        Err(unknown)
    }

    fn agent(&self, address: &Address, roots: &RootCerts, total: Duration) -> Result<Agent, FetchErrorKind> {
        let proxy = match self.options.proxies.of(address) {
            // The text may hold a password, so it is not repeated.
            Some(proxy) => Some(ureq::Proxy::new(proxy).map_err(|_| FetchErrorKind::Proxy {
                reason: "its address is not one; http://HOST:PORT is expected".to_owned(),
                passing: false,
            })?),
            None => None,
        };
        let idle = Some(self.options.timeout_idle);
        // A line end in it would begin a header of its own.
        let user_agent: String = self.options.user_agent.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(roots.clone()).build())
            .user_agent(user_agent)
            .timeout_global(Some(total))
            .timeout_resolve(Some(self.options.timeout_connect))
            .timeout_connect(Some(self.options.timeout_connect))
            .timeout_send_request(idle)
            .timeout_recv_response(idle)
            .timeout_per_read(idle)
            .timeout_per_write(idle);
        Ok(config.build().new_agent())
    }

    fn question(&self, address: &Address, part: &Part) -> Result<Request<()>, FetchErrorKind> {
        let mut question = Request::get(address.uri().clone())
            .header(header::ACCEPT, "*/*")
            // A range of an encoded file is not a range of the file.
            .header(header::ACCEPT_ENCODING, "identity");
        let held = self.request.held;
        if let Some(etag) = &held.etag {
            question = question.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &held.last_modified {
            question = question.header(header::IF_MODIFIED_SINCE, date);
        }
        if let Some((bytes, validator)) = part.resumable() {
            question = question.header(header::RANGE, format!("bytes={bytes}-")).header(header::IF_RANGE, validator);
        }
        question.body(()).map_err(|error| FetchErrorKind::Address(format!("what is held of it cannot be asked for: {error}")))
    }

    fn check_type(&self, headers: &HeaderMap) -> Result<(), FetchErrorKind> {
        let content_type = text(headers, header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if !self.request.expect_html && matches!(media, "text/html" | "application/xhtml+xml") {
            return Err(FetchErrorKind::Html);
        }
        Ok(())
    }

    /// Reads the body to its end.
    fn receive(&mut self, reader: &mut dyn Read, part: &mut Part, total: Option<u64>) -> Result<(), FetchErrorKind> {
        let mut buffer = vec![0; 1 << 16];
        let (started, mut received) = (Instant::now(), 0_u64);
        loop {
            let n = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.body_error(error, part.bytes(), total)),
            };
            received += n as u64;
            if part.bytes() + n as u64 > self.options.max_bytes {
                return Err(FetchErrorKind::TooLarge { limit: self.options.max_bytes });
            }
            part.append(&buffer[..n])?;
            (self.on_progress)(part.bytes(), total);
            let taken = started.elapsed();
            if taken > self.options.rate_grace && (received as f64) < self.options.min_rate as f64 * taken.as_secs_f64() {
                let rate = received as f64 / taken.as_secs_f64();
                return Err(FetchErrorKind::Timeout(format!(
                    "{rate:.0} bytes a second on average, less than {}",
                    self.options.min_rate
                )));
            }
        }
        match total {
            Some(total) if total != part.bytes() => Err(FetchErrorKind::Truncated { got: part.bytes(), stated: Some(total) }),
            _ => Ok(()),
        }
    }

    fn body_error(&self, error: io::Error, got: u64, stated: Option<u64>) -> FetchErrorKind {
        match ureq::Error::from(error) {
            ureq::Error::Timeout(which) => self.timeout(which),
            ureq::Error::Io(error)
                if error.kind() == io::ErrorKind::InvalidInput || error.kind() == io::ErrorKind::InvalidData =>
            {
                FetchErrorKind::Protocol(error.to_string())
            }
            ureq::Error::Io(_) | ureq::Error::BodyStalled => FetchErrorKind::Truncated { got, stated },
            error => self.classify(error),
        }
    }

    fn timeout(&self, which: Timeout) -> FetchErrorKind {
        FetchErrorKind::Timeout(match which {
            Timeout::Resolve | Timeout::Connect => format!("no connection within {:?}", self.options.timeout_connect),
            Timeout::Global | Timeout::PerCall => format!("not finished within {:?}", self.options.timeout_total),
            Timeout::RecvResponse => format!("no answer within {:?}", self.options.timeout_idle),
            _ => format!("no byte for {:?}", self.options.timeout_idle),
        })
    }

    /// What an error of the network library is in our words. Texts that may hold an address are not taken over.
    fn classify(&self, error: ureq::Error) -> FetchErrorKind {
        match error {
            ureq::Error::Timeout(which) => self.timeout(which),
            ureq::Error::HostNotFound => FetchErrorKind::HostNotFound,
            ureq::Error::ConnectionFailed => FetchErrorKind::Connect("it fails".to_owned()),
            ureq::Error::ConnectProxyFailed(reason) => {
                // It can be asked again but where it does not know us or does not want to.
                let passing = !["/407", "/403", "/401"].iter().any(|status| reason.ends_with(status));
                FetchErrorKind::Proxy { reason, passing }
            }
            ureq::Error::InvalidProxyUrl => {
                FetchErrorKind::Proxy { reason: "its address is not one".to_owned(), passing: false }
            }
            ureq::Error::Rustls(error) => FetchErrorKind::Tls(error.to_string()),
            ureq::Error::Tls(reason) => FetchErrorKind::Tls(reason.to_owned()),
            ureq::Error::TlsRequired => FetchErrorKind::Tls("it is not secure".to_owned()),
            // What is said in TLS, or instead of it, arrives as data that is not valid.
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => FetchErrorKind::Tls(error.to_string()),
            ureq::Error::Io(error) => FetchErrorKind::Connect(error.to_string()),
            ureq::Error::Protocol(error) => FetchErrorKind::Protocol(error.to_string()),
            ureq::Error::LargeResponseHeader(..) => FetchErrorKind::Protocol("its head is too large".to_owned()),
            ureq::Error::BodyStalled => FetchErrorKind::Protocol("its body does not go on".to_owned()),
            ureq::Error::Http(_) | ureq::Error::BadUri(_) => FetchErrorKind::Address("it cannot be asked for".to_owned()),
            _ => FetchErrorKind::Protocol("it cannot be read".to_owned()),
        }
    }

    /// What becomes of a whole file.
    fn finish(&self, mut part: Part, done: Done) -> Result<Fetched, FetchErrorKind> {
        let (headers, length_stated) = match done {
            Done::Whole { headers, length_stated } => (headers, length_stated),
            Done::NotModified(headers) => {
                part.remove()?;
                return Ok(not_modified(&headers));
            }
        };
        let sha256 = part.sha256();
        if let Some(expected) = self.request.expected_sha256.filter(|expected| !expected.eq_ignore_ascii_case(&sha256)) {
            part.remove()?;
            return Err(FetchErrorKind::Checksum { expected: expected.to_owned(), found: sha256 });
        }
        if self.request.held.sha256.as_ref().is_some_and(|held| held.eq_ignore_ascii_case(&sha256)) {
            part.remove()?;
            return Ok(not_modified(&headers));
        }
        if !self.request.expect_html && is_html(&part.head(4096)?) {
            part.remove()?;
            return Err(FetchErrorKind::Html);
        }
        let bytes = part.bytes();
        Ok(Fetched::Downloaded {
            path: part.finish(self.request.dir)?,
            sha256,
            bytes,
            etag: text(&headers, header::ETAG),
            last_modified: text(&headers, header::LAST_MODIFIED),
            content_type: text(&headers, header::CONTENT_TYPE),
            final_host: self.host.clone(),
            length_stated,
        })
    }
}

/// How a round ended well.
enum Done {
    NotModified(HeaderMap),
    Whole { headers: HeaderMap, length_stated: bool },
}

fn not_modified(headers: &HeaderMap) -> Fetched {
    Fetched::NotModified { etag: text(headers, header::ETAG), last_modified: text(headers, header::LAST_MODIFIED) }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Whether the body is packed with gzip on its way: some servers do it unasked.
fn is_packed(headers: &HeaderMap) -> Result<bool, FetchErrorKind> {
    match text(headers, header::CONTENT_ENCODING).map(|encoding| encoding.to_ascii_lowercase()).as_deref() {
        None | Some("identity") => Ok(false),
        Some("gzip" | "x-gzip") => Ok(true),
        Some(other) => Err(FetchErrorKind::Encoding(other.to_owned())),
    }
}

/// What the server calls this version of the file. A weak `ETag`, or a date that is not clearly older than the answer, may stand for
/// several versions (RFC 9110, 8.8.2.2), and then the bytes of one are not mixed with those of another.
fn version(headers: &HeaderMap, length: Option<u64>) -> Version {
    let etag = text(headers, header::ETAG);
    let last_modified = text(headers, header::LAST_MODIFIED);
    let strong = etag.clone().filter(|etag| etag.starts_with('"'));
    let old = match (text(headers, header::DATE).as_deref().and_then(date), last_modified.as_deref().and_then(date)) {
        (Some(now), Some(then)) if etag.is_none() && now.as_second() - then.as_second() >= 60 => last_modified.clone(),
        _ => None,
    };
    Version { etag, last_modified, validator: strong.or(old), total: length }
}

/// Whether a partial answer is of the same version and begins where the part ends.
fn goes_on(headers: &HeaderMap, length: Option<u64>, part: &Part) -> bool {
    let Some(range) = text(headers, header::CONTENT_RANGE) else { return false };
    let Some((first, last, total)) = content_range(&range) else { return false };
    let version = part.version();
    let same = |now: Option<String>, then: &Option<String>| now.is_none() || now == *then;
    first == part.bytes()
        && last.checked_add(1) == Some(total)
        && length.is_none_or(|length| length == total - first)
        && version.total.is_none_or(|known| known == total)
        && same(text(headers, header::ETAG), &version.etag)
        && same(text(headers, header::LAST_MODIFIED), &version.last_modified)
}

/// `bytes FIRST-LAST/TOTAL`.
fn content_range(text: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = text.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last, total.trim().parse().ok()?))
}

/// A date as HTTP writes it.
fn date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

/// How long the server asks to wait: seconds, or a date, which is compared with the server's own.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, header::RETRY_AFTER)?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (then, now) = (date(&value)?, date(&text(headers, header::DATE)?)?);
    Some(Duration::from_secs(u64::try_from(then.as_second() - now.as_second()).unwrap_or(0)))
}

/// Whether a file begins as a web page does, after a byte order mark, blanks, an XML declaration and comments.
fn is_html(head: &[u8]) -> bool {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let find = |text: &[u8], what: &[u8]| text.windows(what.len()).position(|window| window == what).map(|at| at + what.len());
    loop {
        let end: &[u8] = if rest.starts_with(b"<!--") {
            b"-->"
        } else if rest.starts_with(b"<?") {
            b"?>"
        } else {
            break;
        };
        let Some(after) = find(rest, end) else { return false };
        rest = rest[after..].trim_ascii_start();
    }
    let begins = |what: &[u8]| {
        rest.get(..what.len()).is_some_and(|start| start.eq_ignore_ascii_case(what))
            && rest.get(what.len()).is_none_or(|next| !next.is_ascii_alphanumeric())
    };
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_are_known_by_their_beginning() {
        for page in [
            "<!DOCTYPE html>\n<html>",
            "\u{feff}  \n<HTML lang=en>",
            "<?xml version=\"1.0\"?>\n<!-- login --><!DOCTYPE html PUBLIC \"x\">",
            "<html",
        ] {
            assert!(is_html(page.as_bytes()), "{page}");
        }
        for list in ["", "<", "<?xml version=\"1.0\"?><sanctions/>", "<htmlish/>", "name,html\n<html>", "<!-- <html> ", "{}"] {
            assert!(!is_html(list.as_bytes()), "{list}");
        }
    }

    #[test]
    fn pauses_double_within_bounds_and_differ_by_seed() {
        let backoff = Backoff { base: Duration::from_secs(1), max: Duration::from_secs(10) };
        for seed in 0..200 {
            for (attempt, most) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 10.0), (40, 10.0)] {
                let pause = backoff.pause(attempt, seed).as_secs_f64();
                assert!((most / 2.0..=most).contains(&pause), "{attempt} {seed}: {pause}");
            }
        }
        assert_ne!(backoff.pause(1, 1), backoff.pause(1, 2));
        assert_eq!(backoff.pause(3, 7), backoff.pause(3, 7));
    }

    #[test]
    fn ranges_and_dates_are_read() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, 9, 10)));
        for broken in ["", "bytes 5-9/*", "bytes */10", "bytes 9-5/10", "items 5-9/10", "bytes 5-99999999999999999999/10"] {
            assert_eq!(content_range(broken), None, "{broken}");
        }
        assert_eq!(date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap().as_second(), 784_111_777);
        let headers = |pairs: &[(header::HeaderName, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.clone(), ureq::http::HeaderValue::from_static(value))).collect::<HeaderMap>()
        };
        let later =
            headers(&[(header::DATE, "Sun, 06 Nov 1994 08:49:37 GMT"), (header::RETRY_AFTER, "Sun, 06 Nov 1994 08:51:37 GMT")]);
        assert_eq!(retry_after(&later), Some(Duration::from_mins(2)));
        assert_eq!(retry_after(&headers(&[(header::RETRY_AFTER, "Sun, 06 Nov 1994 08:51:37 GMT")])), None);
        assert_eq!(retry_after(&headers(&[(header::RETRY_AFTER, "soon")])), None);
    }
}
