//! A web server for the tests, that answers by a script: one step a connection, each free to misbehave. And certificates for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What is done on one connection, after the head of the request has been read.
pub(crate) type Step = Box<dyn FnOnce(&mut dyn Stream) + Send>;

/// A request that came.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Such as `/list.xml?x=1`; for a proxy `HOST:PORT`.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Server {
    address: String,
    scheme: &'static str,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Asked>>,
}

impl Server {
    pub(crate) fn start(steps: Vec<Step>) -> Self {
        Self::start_with(None, steps)
    }

    pub(crate) fn start_tls(authority: &Authority, steps: Vec<Step>) -> Self {
        Self::start_with(Some(authority.server()), steps)
    }

    fn start_with(tls: Option<Arc<ServerConfig>>, steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stop = Arc::new(AtomicBool::new(false));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut asked = Vec::new();
            let mut steps = steps.into_iter();
            // When the script is at its end the port closes, and a client that asks on is refused.
            while steps.len() > 0 {
                let (socket, _) = listener.accept().unwrap();
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let mut stream: Box<dyn Stream> = match &tls {
                    Some(config) => {
                        let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                        Box::new(StreamOwned::new(connection, socket))
                    }
                    None => Box::new(socket),
                };
                // A client that does not like the certificate leaves without a request.
                if let Some(request) = read_head(&mut *stream) {
                    asked.push(request);
                    steps.next().unwrap()(&mut *stream);
                    let _ = stream.flush();
                }
            }
            asked
        });
        Self { address, scheme, stop, thread }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", self.scheme, self.address)
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Ends the server: what it was asked.
    pub(crate) fn finish(self) -> Vec<Asked> {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(&self.address);
        self.thread.join().unwrap()
    }
}

pub(crate) fn read_head(stream: &mut dyn Stream) -> Option<Asked> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            // TLS, where it is not spoken.
            Ok(1) if head.is_empty() && !byte[0].is_ascii_alphabetic() => {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
                return None;
            }
            Ok(1) => head.push(byte[0]),
            _ => return None,
        }
    }
    let text = String::from_utf8(head).unwrap();
    let mut lines = text.lines();
    let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Some(Asked { target, headers })
}

/// Sends these very bytes, and ends the connection.
pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Step {
    let bytes = bytes.into();
    Box::new(move |stream| {
        // The client may have left already; that is its right.
        let _ = stream.write_all(&bytes);
    })
}

/// An answer with this body. The length is stated unless `headers` says how the body ends.
pub(crate) fn reply(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Step {
    raw(answer(status, headers, body))
}

pub(crate) fn answer(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write!(bytes, "HTTP/1.1 {status}\r\n").unwrap();
    for (key, value) in headers {
        write!(bytes, "{key}: {value}\r\n").unwrap();
    }
    let framed = ["content-length", "transfer-encoding"];
    if !headers.iter().any(|(key, _)| framed.contains(&key.to_ascii_lowercase().as_str())) {
        write!(bytes, "Content-Length: {}\r\n", body.len()).unwrap();
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// Sends this, and then nothing until the client leaves.
pub(crate) fn stall(bytes: Vec<u8>) -> Step {
    Box::new(move |stream| {
        let _ = stream.write_all(&bytes);
        let _ = stream.read(&mut [0]);
    })
}

/// Sends this, and then a byte every ten milliseconds until the client leaves.
pub(crate) fn drip(bytes: Vec<u8>) -> Step {
    Box::new(move |stream| {
        let (_open, never) = channel::<()>();
        let mut alive = stream.write_all(&bytes).is_ok();
        while alive {
            let _ = never.recv_timeout(Duration::from_millis(10));
            alive = stream.write_all(b"x").is_ok();
        }
    })
}

/// An authority of certificates, made of a seed: Ed25519 keys, no randomness, no clock.
pub(crate) struct Authority {
    certificate: Vec<u8>,
    key: ring::signature::Ed25519KeyPair,
    name: Vec<u8>,
}

const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let len = u16::try_from(content.len()).unwrap().to_be_bytes();
    let head = match len {
        [0, short @ 0..=127] => vec![tag, short],
        [0, low] => vec![tag, 0x81, low],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [head, content].concat()
}

fn key_pair(seed: u8) -> (ring::signature::Ed25519KeyPair, Vec<u8>) {
    let pkcs8 = [&[0x30, 0x2e, 2, 1, 0][..], ED25519, &[4, 0x22, 4, 0x20], &[seed; 32]].concat();
    (ring::signature::Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8).unwrap(), pkcs8)
}

fn common_name(name: &str) -> Vec<u8> {
    let attribute = tlv(0x30, &[&[6, 3, 0x55, 4, 3], &tlv(0x0c, &[name.as_bytes()])]);
    tlv(0x30, &[&tlv(0x31, &[&attribute])])
}

/// A certificate (RFC 5280) with one extension, signed by `issuer`.
fn certificate(
    subject: &[u8],
    public: &[u8],
    extension: &[u8],
    issuer: &[u8],
    signer: &ring::signature::Ed25519KeyPair,
) -> Vec<u8> {
    let validity = tlv(0x30, &[&tlv(0x17, &[b"000101000000Z"]), &tlv(0x18, &[b"99991231235959Z"])]);
    let key = tlv(0x30, &[ED25519, &tlv(3, &[&[0], public])]);
    let extensions = tlv(0xa3, &[&tlv(0x30, &[extension])]);
    let body = tlv(0x30, &[&[0xa0, 3, 2, 1, 2], &[2, 1, 1], ED25519, issuer, &validity, subject, &key, &extensions]);
    tlv(0x30, &[&body, ED25519, &tlv(3, &[&[0], signer.sign(&body).as_ref()])])
}

impl Authority {
    pub(crate) fn new(seed: u8) -> Self {
        use ring::signature::KeyPair;
        let (key, _) = key_pair(seed);
        let name = common_name(&format!("Example Authority {seed}"));
        let is_authority = tlv(4, &[&tlv(0x30, &[&[1, 1, 0xff]])]);
        let extension = tlv(0x30, &[&[6, 3, 0x55, 0x1d, 0x13], &[1, 1, 0xff], &is_authority]);
        let certificate = certificate(&name, key.public_key().as_ref(), &extension, &name, &key);
        Self { certificate, key, name }
    }

    /// The authority's certificate as a PEM file.
    pub(crate) fn pem(&self) -> String {
        format!("# An authority.\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(&self.certificate))
    }

    fn server(&self) -> Arc<ServerConfig> {
        use ring::signature::KeyPair;
        let (key, pkcs8) = key_pair(99);
        let address = tlv(4, &[&tlv(0x30, &[&tlv(0x87, &[&[127, 0, 0, 1]])])]);
        let extension = tlv(0x30, &[&[6, 3, 0x55, 0x1d, 0x11], &address]);
        let leaf = certificate(&common_name("server"), key.public_key().as_ref(), &extension, &self.name, &self.key);
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(leaf)], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8)));
        Arc::new(config.unwrap())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let value = group.iter().fold(0_u32, |value, &byte| (value << 8) | u32::from(byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let letter = letters[(value >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= group.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
