//! Addresses of the web: what may be asked, where a redirect leads, and how an address may be shown. The query of an address may
//! be a signature that opens the file for whoever holds it, so it never comes out in a message.

use ureq::http::Uri;

/// An `http` or `https` address with a host.
#[derive(Clone, Debug)]
pub(super) struct Address {
    uri: Uri,
    https: bool,
}

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let uri: Uri = text.trim().parse().map_err(|_| "it is not an address".to_owned())?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("only http and https addresses are fetched".to_owned()),
        };
        let authority = uri.authority().ok_or_else(|| "it names no host".to_owned())?;
        if authority.host().is_empty() {
            return Err("it names no host".to_owned());
        }
        if authority.as_str().contains('@') {
            return Err("a user name and password in an address are not supported".to_owned());
        }
        Ok(Self { uri, https })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) fn is_https(&self) -> bool {
        self.https
    }

    /// The host without the brackets of an IPv6 address, lower case.
    pub(super) fn host(&self) -> String {
        let host = self.uri.host().unwrap_or_default();
        host.strip_prefix('[').and_then(|bare| bare.strip_suffix(']')).unwrap_or(host).to_ascii_lowercase()
    }

    pub(super) fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.https { 443 } else { 80 })
    }

    fn origin(&self) -> String {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        format!("{}://{authority}", self.scheme())
    }

    fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// The address without its query, for messages.
    pub(super) fn shown(&self) -> String {
        format!("{}{}", self.origin(), self.uri.path())
    }

    /// Where a `Location` header leads from here (RFC 3986, 5.2).
    pub(super) fn join(&self, location: &[u8]) -> Result<Self, String> {
        let location = escaped(location);
        let location = location.split('#').next().unwrap_or_default();
        if location.is_empty() {
            return Err("its address is empty".to_owned());
        }
        let absolute = if has_scheme(location) {
            location.to_owned()
        } else if location.starts_with("//") {
            format!("{}:{location}", self.scheme())
        } else {
            let (path, query) = location.find('?').map_or((location, ""), |at| location.split_at(at));
            let base = self.uri.path();
            let path = if path.is_empty() {
                base.to_owned()
            } else if path.starts_with('/') {
                without_dots(path)
            } else {
                without_dots(&format!("{}{path}", &base[..=base.rfind('/').unwrap_or(0)]))
            };
            format!("{}{path}{query}", self.origin())
        };
        Self::parse(&absolute)
    }
}

/// Bytes that an address cannot hold, as some servers send them, written as an address writes them.
fn escaped(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.trim_ascii().iter().fold(String::with_capacity(bytes.len()), |mut text, &byte| {
        if byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}

fn has_scheme(text: &str) -> bool {
    let Some(end) = text.find([':', '/', '?']).filter(|&end| text[end..].starts_with(':')) else { return false };
    let scheme = &text[..end];
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The path with its `.` and `..` followed.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let steps: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let last = steps.len() - 1;
    for (index, step) in steps.into_iter().enumerate() {
        match step {
            "." | ".." => {
                if step == ".." {
                    kept.pop();
                }
                if index == last {
                    kept.push("");
                }
            }
            step => kept.push(step),
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn a_location_leads_on_as_the_standard_says() {
        let base = Address::parse("https://lists.example/a/b/list.xml?key=1").unwrap();
        for (location, result) in [
            ("https://cdn.example/x?sig=2#part", "https://cdn.example/x?sig=2"),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("/x/../y", "https://lists.example/y"),
            ("other.xml", "https://lists.example/a/b/other.xml"),
            ("./../c/", "https://lists.example/a/c/"),
            ("../../../..", "https://lists.example/"),
            ("?v=2", "https://lists.example/a/b/list.xml?v=2"),
            ("x?to=http://other.example/", "https://lists.example/a/b/x?to=http://other.example/"),
            ("/with space.xml", "https://lists.example/with%20space.xml"),
        ] {
            assert_eq!(base.join(location.as_bytes()).unwrap().uri().to_string(), result, "{location}");
        }
        for location in
            ["", "  ", "ftp://lists.example/x", "javascript:x", "https://", "https://user:pass@lists.example/", "//"]
        {
            assert!(base.join(location.as_bytes()).is_err(), "{location}");
        }
    }

    #[test]
    fn the_query_is_not_shown() {
        let address = Address::parse("https://[2001:db8::1]:8443/list?signature=secret").unwrap();
        assert_eq!(address.shown(), "https://[2001:db8::1]:8443/list");
        assert_eq!((address.host().as_str(), address.port()), ("2001:db8::1", 8443));
    }
}
