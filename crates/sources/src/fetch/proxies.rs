//! Which proxy a request goes through. The rules are curl's: a proxy for each scheme, and hosts that are asked directly.

use std::fmt;

use super::address::Address;

/// The proxies to use: none, one for everything, or what the environment says.
#[derive(Clone, Default)]
pub struct Proxies {
    https: Option<String>,
    http: Option<String>,
    /// Hosts that are asked directly.
    except: Vec<String>,
}

impl fmt::Debug for Proxies {
    /// Without the addresses, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxies")
            .field("https", &self.https.is_some())
            .field("http", &self.http.is_some())
            .field("except", &self.except)
            .finish()
    }
}

impl Proxies {
    /// Every host is asked directly.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// One proxy for everything: `http://`, `https://`, `socks4://`, `socks4a://`, `socks5://` or `socks5h://`, with
    /// `user:password@` where it asks for them. `NO_PROXY` is not looked at.
    #[must_use]
    pub fn all(proxy: &str) -> Self {
        Self { https: Some(proxy.to_owned()), http: Some(proxy.to_owned()), except: Vec::new() }
    }

    /// What the environment says: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, each in small or capital letters, small
    /// letters first. `variable` looks one up.
    #[must_use]
    pub fn from_vars(variable: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| {
            let value = variable(&name.to_ascii_lowercase()).or_else(|| variable(name));
            value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let all = either("ALL_PROXY");
        let except = either("NO_PROXY").unwrap_or_default();
        Self {
            https: either("HTTPS_PROXY").or_else(|| all.clone()),
            http: either("HTTP_PROXY").or(all),
            except: except.split([',', ' ']).filter(|host| !host.is_empty()).map(str::to_ascii_lowercase).collect(),
        }
    }

    /// The proxy for this address, if it has one.
    pub(super) fn of(&self, address: &Address) -> Option<&str> {
        let proxy = if address.is_https() { &self.https } else { &self.http };
        let direct = self.except.iter().any(|entry| excepts(entry, &address.host(), address.port()));
        proxy.as_deref().filter(|_| !direct)
    }
}

/// Whether an entry of `NO_PROXY` names this host: the host itself, a domain above it, or everything.
fn excepts(entry: &str, host: &str, port: u16) -> bool {
    let (name, entry_port) = match entry.rsplit_once(':') {
        // An IPv6 address has more than one colon, and brackets where a port follows.
        Some((name, number)) if !name.contains(':') || name.ends_with(']') => (name, number.parse().ok()),
        _ => (entry, None),
    };
    let name = name.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')).unwrap_or(name);
    let name = name.strip_prefix('*').unwrap_or(name);
    if name.is_empty() {
        return entry == "*";
    }
    let name = name.trim_start_matches('.');
    let under = host.strip_suffix(name).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    under && entry_port.is_none_or(|wanted: u16| wanted == port)
}

#[cfg(test)]
mod tests {
    use super::{Address, Proxies};

    fn of(proxies: &Proxies, address: &str) -> Option<String> {
        proxies.of(&Address::parse(address).unwrap()).map(str::to_owned)
    }

    #[test]
    fn each_scheme_has_its_proxy_and_some_hosts_none() {
        let proxies = Proxies::from_vars(|name| {
            let value = match name {
                "https_proxy" => "http://secure.example:1",
                "HTTPS_PROXY" => "http://not-this-one.example:1",
                "ALL_PROXY" => "socks5h://all.example:1",
                "NO_PROXY" => "internal.example, .corp.example,*.wild.example,[::1],127.0.0.1,mirror.example:8443",
                _ => return None,
            };
            Some(value.to_owned())
        });
        let secure = Some("http://secure.example:1".to_owned());
        for (address, proxy) in [
            ("https://lists.example/", secure.clone()),
            ("http://lists.example/", Some("socks5h://all.example:1".to_owned())),
            ("https://internal.example/", None),
            ("https://a.INTERNAL.example/", None),
            ("https://notinternal.example/", secure.clone()),
            ("https://x.corp.example/", None),
            ("https://x.wild.example/", None),
            ("https://[::1]:8443/", None),
            ("https://127.0.0.1/", None),
            ("https://mirror.example:8443/", None),
            ("https://mirror.example/", secure),
        ] {
            assert_eq!(of(&proxies, address), proxy, "{address}");
        }
        assert_eq!(of(&Proxies::none(), "https://lists.example/"), None);
        let secret = Proxies::all("http://user:secret@proxy.example");
        assert!(!format!("{secret:?}").contains("secret"));
        let off =
            Proxies::from_vars(|name| (name == "NO_PROXY").then(|| "*".to_owned()).or_else(|| Some("http://p.example".into())));
        assert_eq!(
            of(&off, "https://lists.example/"),
            Some("http://p.example".into()),
            "no_proxy is asked first, and says p.example"
        );
    }
}
