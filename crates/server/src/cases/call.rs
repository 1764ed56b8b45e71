//! A call to a webhook: an address, a secret and a body go in; whether it was taken comes out. Redirects are not followed, and addresses of this
//! machine and of private networks are refused where they are looked up, so that no name leads there.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use ureq::Agent;
use ureq::config::Config;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use crate::keys::hex;

/// Time in which a webhook must have answered.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest address.
const LONGEST_URL: usize = 2000;

/// Calls webhooks.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    agent: Arc<Agent>,
    private: bool,
}

/// Looks names up, and passes over addresses that are not to be reached.
#[derive(Debug)]
struct Guarded {
    inner: DefaultResolver,
    private: bool,
}

impl Resolver for Guarded {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found.iter().filter(|address| self.private || is_public(address.ip())) {
            kept.push(*address);
        }
        if kept.is_empty() {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "its name leads to a private address").into());
        }
        Ok(kept)
    }
}

/// Whether an address is one of the open internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Addresses of the old internet within the new: mapped, translated, tunnelled.
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        [0, 0, 0, 0, 0, 0xffff | 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        // Of all others, only what is given out to the world.
        [first, second, ..] => first & 0xe000 == 0x2000 && !(first == 0x2001 && (second == 0xdb8 || second < 0x200)),
    }
}

/// The host of an address, as an address where it is one.
fn host_of(uri: &Uri) -> Option<(&str, Option<IpAddr>)> {
    let host = uri.host()?;
    Some((host, host.trim_start_matches('[').trim_end_matches(']').parse().ok()))
}

impl Caller {
    pub(crate) fn new(private: bool) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .proxy(None)
            .user_agent(concat!("interdict/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(PATIENCE))
            .build();
        let resolver = Guarded { inner: DefaultResolver::default(), private };
        Self { agent: Arc::new(Agent::with_parts(config, DefaultConnector::default(), resolver)), private }
    }

    /// Why an address cannot be a webhook's.
    pub(crate) fn check(&self, url: &str) -> Result<(), String> {
        let uri: Uri = url.parse().map_err(|_| "is no address".to_owned())?;
        let (Some(scheme), Some((host, address))) = (uri.scheme_str(), host_of(&uri)) else {
            return Err("must be https://HOST/PATH".to_owned());
        };
        if url.len() > LONGEST_URL || url.contains('#') {
            return Err(format!("must have at most {LONGEST_URL} characters, and no #"));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("must not have a user or password in it".to_owned());
        }
        let local = address.map_or_else(|| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback());
        if scheme != "https" && !(scheme == "http" && local) {
            return Err("must be https, unless it is on this machine".to_owned());
        }
        if !self.private && (local || address.is_some_and(|address| !is_public(address))) {
            return Err("is on this machine or a private network; `--webhook-private` allows that".to_owned());
        }
        Ok(())
    }

    /// Sends a body under a signature; an error says in a few words what went wrong, and nothing of what came back.
    pub(crate) async fn post(&self, url: &str, secret: &str, second: i64, body: String) -> Result<(), String> {
        self.check(url)?;
        let signature = signature(secret, second, &body);
        let (agent, url) = (Arc::clone(&self.agent), url.to_owned());
        let send = move || {
            let request = agent.post(&url).header("Content-Type", "application/json");
            request.header("Interdict-Signature", signature).send(body).map(|response| response.status().as_u16())
        };
        match tokio::task::spawn_blocking(send).await {
            Ok(Ok(200..=299)) => Ok(()),
            Ok(Ok(status)) => Err(format!("it answered with status {status}")),
            Ok(Err(error)) => Err(words(&error)),
            Err(_) => Err("the call did not end".to_owned()),
        }
    }
}

fn words(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "it did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "its name is not known".to_owned(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => error.to_string(),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate cannot be trusted".to_owned(),
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "it cannot be reached".to_owned(),
        _ => "the call failed".to_owned(),
    }
}

/// The signature of a body sent at a second: `t=SECOND,v1=HEX`, where HEX is HMAC-SHA256 over `SECOND.BODY`.
fn signature(secret: &str, second: i64, body: &str) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{second}.{body}").as_bytes());
    format!("t={second},v1={}", hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_public_or_not() {
        for public in ["8.8.8.8", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "64:ff9b::169.254.169.254",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn only_https_and_only_the_open_internet() {
        let (open, closed) = (Caller::new(true), Caller::new(false));
        for good in ["https://hooks.example.com/x?y=1", "https://8.8.8.8/x"] {
            assert_eq!((open.check(good), closed.check(good)), (Ok(()), Ok(())), "{good}");
        }
        for local in ["http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]:1/x", "https://10.0.0.1/x"] {
            assert_eq!(open.check(local), Ok(()), "{local}");
            assert!(closed.check(local).unwrap_err().contains("--webhook-private"), "{local}");
        }
        for bad in
            ["http://hooks.example.com/", "ftp://example.com/", "x", "", "/x", "https://u:p@example.com/", "https://e.com/#x"]
        {
            open.check(bad).unwrap_err();
        }
    }

    #[test]
    fn a_name_that_leads_to_this_machine_is_not_called() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let caller = Caller { private: true, ..Caller::new(false) };
        let answer = runtime.block_on(caller.post("http://localhost:9/x", "s", 1, "{}".to_owned()));
        assert_eq!(answer, Err("its name leads to a private address".to_owned()));
    }

    /// Made with `openssl dgst -sha256 -hmac secret` over `1700000000.{"a":1}`.
    #[test]
    fn signatures_are_those_of_others() {
        let expected = "t=1700000000,v1=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686";
        assert_eq!(signature("secret", 1_700_000_000, r#"{"a":1}"#), expected);
    }
}
